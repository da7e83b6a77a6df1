//! The pages for people, as a browser without scripts would use them.

use std::time::Duration;

use loket_sandbox::Sandbox;
use loket_sandbox::answer::Answer;
use loket_sandbox::handle::Handle;
use reqwest::{Client, Response, redirect};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

async fn world() -> (Handle, Client) {
    let world = Sandbox::start(5).await.expect("the sandbox starts");
    let client = Client::builder().redirect(redirect::Policy::none()).build().expect("a client can be made");
    (world, client)
}

async fn get(client: &Client, world: &Handle, path: &str) -> String {
    let answer = client.get(format!("{}{path}", world.people_url())).send().await.expect("it answers");
    let status = answer.status();
    let page = answer.text().await.expect("it is text");
    assert_eq!(status, 200, "{path}: {page}");
    // The templates escape more than they need.
    page.replace("&#x2f;", "/")
}

async fn post(client: &Client, world: &Handle, path: &str, form: &[(&str, &str)]) -> Response {
    client.post(format!("{}{path}", world.people_url())).form(form).send().await.expect("it answers")
}

/// The form, filled in.
fn filled(topic: &str) -> Vec<(&str, &str)> {
    vec![
        ("email_address", "ana@example.go.id"),
        ("nama_pemohon", "Ana"),
        ("nama_kegiatan", topic),
        ("tanggal_kegiatan", "2026-12-01"),
        ("waktu_mulai", "09:00"),
        ("waktu_selesai", "11:30"),
        ("jenis_layanan", "Zoom Meeting"),
        ("keterangan", "baris 1\r\nbaris 2"),
    ]
}

/// The values below the header in the form's tab.
fn rows(world: &Handle) -> Vec<Vec<Value>> {
    world.google().values(world.google().form_tab()).into_iter().skip(1).collect()
}

#[tokio::test]
async fn the_form_puts_a_row_into_the_sheet_and_its_writer_can_edit_it() {
    let (world, client) = world().await;
    let page = get(&client, &world, "/form").await;
    for name in ["email_address", "nama_pemohon", "no_hp_narahubung", "tanggal_kegiatan", "waktu_mulai", "keterangan"] {
        assert!(page.contains(&format!("id=\"{name}\" name=\"{name}\"")), "{name}");
    }
    let answer = post(&client, &world, "/form", &filled("Rapat")).await;
    assert_eq!(answer.status(), 303);
    let sent = answer.headers()["location"].to_str().expect("an address").to_owned();
    let page = get(&client, &world, &sent).await;
    assert!(page.contains("Tanggapan Anda telah direkam."));
    let row = rows(&world).pop().expect("there is a row");
    assert_eq!(row[1..5], [json!("ana@example.go.id"), json!("Ana"), json!(""), json!("Rapat")]);
    assert_eq!(row[6], json!(0.375), "a time is a fraction of a day");

    let own = sent.trim_end_matches("/sent").to_owned();
    assert!(page.contains(&format!("href=\"{own}\"")));
    let page = get(&client, &world, &own).await;
    assert!(page.contains("value=\"Rapat\"") && page.contains("value=\"09:00\"") && page.contains(" checked"));
    let answer = post(&client, &world, &own, &filled("Rapat lain")).await;
    assert_eq!(answer.status(), 303);
    let rows = rows(&world);
    assert_eq!((rows.len(), &rows[0][4]), (1, &json!("Rapat lain")));
}

#[tokio::test]
async fn an_incomplete_form_comes_back_with_what_is_wrong_and_what_was_typed() {
    let (world, client) = world().await;
    let mut form = filled("Rapat");
    form[0].1 = "bukan alamat";
    form[3].1 = "";
    let answer = post(&client, &world, "/form", &form).await;
    assert_eq!(answer.status(), 200);
    let page = answer.text().await.expect("it is text");
    assert!(page.contains("Masukkan alamat email yang valid") && page.contains("Pertanyaan ini wajib diisi"));
    assert!(page.contains("value=\"Rapat\""));
    assert!(rows(&world).is_empty());
    let answer = post(&client, &world, "/form?lang=en", &form).await;
    assert!(answer.text().await.expect("it is text").contains("Enter a valid email address"));
}

#[tokio::test]
async fn pages_escape_what_people_and_letters_say() {
    let (world, client) = world().await;
    let evil = "<script>alert(1)</script>\"'";
    let id = world.answer(Answer { topic: evil.to_owned(), notes: evil.to_owned(), ..Answer::default() });
    let new = loket_sandbox::zoom::NewMeeting::single(evil, world.clock().now(), 60);
    world.zoom().schedule_by_hand("zoom1@example.go.id", new).expect("there is a host");
    let letter = format!(
        "From: {evil} <a@b.id>\r\nSubject: {evil}\r\nContent-Type: text/html\r\nX-Evil: {evil}\r\n\r\n<b>x</b>{evil}\r\n"
    );
    send(&world, &letter).await;
    for path in ["/", "/zoom", "/zoom/zoom1@example.go.id", "/inbox", "/inbox/1", "/sheet", &format!("/form/{id}")] {
        let page = get(&client, &world, path).await;
        assert!(!page.contains("<script>alert"), "{path}");
    }
    let page = get(&client, &world, "/inbox/1").await;
    assert!(page.contains("<iframe sandbox=\"\"") && page.contains("srcdoc=\"&lt;b&gt;x"), "the letter is boxed in");
    let answer = client.get(format!("{}/inbox/1/raw", world.people_url())).send().await.expect("it answers");
    assert_eq!(answer.headers()["content-disposition"], "attachment; filename=\"1.eml\"");
    assert!(answer.headers()["content-security-policy"].to_str().expect("text").starts_with("default-src 'self'"));
}

#[tokio::test]
async fn staff_type_sort_insert_and_delete_in_the_sheet() {
    let (world, client) = world().await;
    for topic in ["B", "C", "A"] {
        world.answer(Answer { topic: topic.to_owned(), ..Answer::default() });
    }
    let topics = || rows(&world).into_iter().map(|row| row[4].clone()).collect::<Vec<_>>();
    let send = async |path: &str, body: Value| {
        let url = format!("{}{path}", world.people_url());
        client.post(url).json(&body).send().await.expect("it answers").status().as_u16()
    };
    let tab = world.google().form_tab();
    let range = json!({"sheetId": tab, "startRowIndex": 1, "endRowIndex": 4, "startColumnIndex": 0, "endColumnIndex": 26});
    let sort = json!([{"sortRange": {"range": range, "sortSpecs": [{"dimensionIndex": 4, "sortOrder": "ASCENDING"}]}}]);
    assert_eq!(send("/sheet/edit", sort).await, 200);
    assert_eq!(topics(), ["A", "B", "C"]);
    assert_eq!(send("/sheet/type", json!({"tab": tab, "row": 2, "column": 4, "text": "Z"})).await, 200);
    assert_eq!(topics(), ["A", "Z", "C"]);
    let row = json!({"sheetId": tab, "dimension": "ROWS", "startIndex": 1, "endIndex": 2});
    assert_eq!(send("/sheet/edit", json!([{"deleteDimension": {"range": row}}])).await, 200);
    assert_eq!(topics(), ["Z", "C"]);
    assert_eq!(send("/sheet/edit", json!([{"noSuchRequest": {}}])).await, 400);
    let data: Value = serde_json::from_str(&get(&client, &world, "/sheet/data").await).expect("it is JSON");
    assert_eq!((&data["header"][4]["text"], &data["cells"][0][4]["text"]), (&json!("Nama Kegiatan"), &json!("Z")));
}

#[tokio::test]
async fn meetings_are_made_and_ended_on_the_calendar_page() {
    let (world, client) = world().await;
    let base = "/zoom/zoom2@example.go.id";
    let form = [
        ("topic", "Rapat pimpinan"),
        ("date", "2026-12-02"),
        ("start", "13:00"),
        ("duration", "90"),
        ("repeat", "weekly"),
        ("times", "4"),
    ];
    let answer = post(&client, &world, &format!("{base}/schedule"), &form).await;
    assert_eq!(answer.status(), 303);
    let page = get(&client, &world, &format!("{base}?week=2026-12-07")).await;
    assert!(page.contains("Rapat pimpinan") && page.contains("13.00–14.30"), "the second occurrence is there");
    let meeting = world.zoom().meetings("zoom2@example.go.id").pop().expect("there is a meeting");
    assert_eq!(meeting.slots().len(), 4);
    post(&client, &world, &format!("{base}/{}/start", meeting.id), &[]).await;
    assert!(world.zoom().meeting(meeting.id).expect("it exists").is_live());
    post(&client, &world, &format!("{base}/{}/end", meeting.id), &[]).await;
    post(&client, &world, &format!("{base}/{}/delete", meeting.id), &[]).await;
    assert!(world.zoom().meeting(meeting.id).is_none());
}

#[tokio::test]
async fn the_handle_is_there_over_http() {
    let (world, client) = world().await;
    let info: Value = serde_json::from_str(&get(&client, &world, "/control/info").await).expect("it is JSON");
    assert_eq!(info["zoom_api_endpoint"], world.zoom_api_endpoint());
    assert_eq!(info["key_file"]["type"], "service_account");
    let url = |path: &str| format!("{}{path}", world.people_url());
    let answer = json!({"topic": "Lewat kendali", "date": "2026-12-03", "start": "08:00:00"});
    let made = client.post(url("/control/answers")).json(&answer).send().await.expect("it answers");
    let made: Value = made.json().await.expect("it is JSON");
    let id = made["id"].as_u64().expect("a number");
    let changed = client.put(url(&format!("/control/answers/{id}"))).json(&json!({"topic": "Berubah"})).send().await;
    assert_eq!(changed.expect("it answers").status(), 200);
    let values: Value = serde_json::from_str(&get(&client, &world, "/control/sheet/values").await).expect("it is JSON");
    assert_eq!(values[1][4], "Berubah");
    let host = json!({"email": "zoom4@example.go.id", "capacity": 300, "licence": "licensed"});
    client.post(url("/control/zoom/hosts")).json(&host).send().await.expect("it answers");
    client
        .post(url("/control/zoom/hosts"))
        .json(&json!({"email": "zoom4@example.go.id", "large": 1000}))
        .send()
        .await
        .expect("it answers");
    let spec = world.zoom().hosts().pop().expect("there are hosts").spec;
    assert_eq!((spec.capacity, spec.large), (300, Some(1000)));
    send(&world, "Subject: Halo\r\n\r\nIsi\r\n").await;
    let letters: Value = serde_json::from_str(&get(&client, &world, "/control/letters?after=0").await).expect("JSON");
    assert_eq!(letters[0]["subject"], "Halo");
    let calls: Value =
        serde_json::from_str(&get(&client, &world, "/control/calls?party=smtp&name=smtp.body").await).expect("JSON");
    assert_eq!(calls["count"], 1);
}

/// Hands a letter to the mail server.
async fn send(world: &Handle, letter: &str) {
    let address = world.smtp_url().replace("smtp://", "");
    let mut stream = TcpStream::connect(address).await.expect("it listens");
    let words = format!("EHLO x\r\nMAIL FROM:<a@b.id>\r\nRCPT TO:<c@d.id>\r\nDATA\r\n{letter}.\r\nQUIT\r\n");
    stream.write_all(words.as_bytes()).await.expect("it can be written");
    stream.read_to_string(&mut String::new()).await.expect("it is answered");
    world.until(|world| world.mail().count() > 0, Duration::from_secs(5)).await.expect("it is accepted");
}
