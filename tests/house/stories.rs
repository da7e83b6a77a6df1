//! The plain request and its neighbours, all the way.

use std::time::Duration;

use jiff::civil::time;
use loket_sandbox::calls::Party;
use loket_sandbox::faults::{Action, Rule};
use loket_sandbox::zoom::NewMeeting;
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};

use crate::office::{Office, count, instant, plain};

#[tokio::test]
async fn a_request_has_its_link_in_the_sheet_the_inbox_and_the_schedule() {
    let mut office = Office::open(1).await;
    office.start();
    office.answer(plain("Rapat A", 3, (9, 0), (11, 30)));
    office.until_all(&["Terjadwal"]).await;
    let row = office.row("Rapat A");
    assert!(row.text("Jadwal").ends_with("09.00–11.30 WIB"), "{row:?}");
    assert_eq!(row.text("Akun Zoom"), "Zoom-1");
    let link = row.text("Link Zoom");
    let letters = office.sandbox.mail().letters_to("rapata@example.go.id");
    let sent = letters.iter().find(|letter| letter.text().unwrap().contains(&link)).expect("the link letter");
    let text = sent.text().unwrap();
    for part in
        ["Yth. Bapak/Ibu Pemohon Rapat A", "Dengan hormat,", "pukul 09.00–11.30 WIB", "Hormat kami,", &row.text("Passcode")]
    {
        assert!(text.contains(part), "{part}\n{text}");
    }
    let client = client();
    let page = client.get(format!("{}/jadwal", office.web)).send().await.unwrap().text().await.unwrap();
    assert!(page.contains("Rapat A") && page.contains("09.00–11.30 WIB"), "{page}");
    assert!(
        !page.contains(&link) && !page.contains("Pemohon Rapat A") && !page.contains("VM-2026"),
        "only public fields\n{page}"
    );
    let ics = client.get(format!("{}/jadwal.ics", office.web)).send().await.unwrap().text().await.unwrap();
    assert!(ics.contains("SUMMARY:Rapat A") && !ics.contains(&link), "{ics}");
    let api: serde_json::Value = client.get(format!("{}/api/jadwal", office.web)).send().await.unwrap().json().await.unwrap();
    assert_eq!(api["events"].as_array().unwrap().len(), 1, "{api}");
    let ready = client.get(format!("{}/readyz", office.web)).send().await.unwrap();
    assert!(ready.status().is_success(), "{}", ready.text().await.unwrap());
    let metrics = client.get(format!("{}/metrics", office.web)).send().await.unwrap().text().await.unwrap();
    for name in [
        "loket_request_to_link_seconds",
        "loket_sheet_calls_total",
        "loket_zoom_calls_total",
        "loket_letters_total",
        "loket_last_poll_age_seconds",
        "loket_open_tickets 1",
    ] {
        assert!(metrics.contains(name), "{name}\n{metrics}");
    }
    office.close().await;
}

pub fn client() -> reqwest::Client {
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder().no_proxy().build().unwrap()
}

#[tokio::test]
async fn hosts_are_chosen_around_what_is_there() {
    let mut office = Office::open(2).await;
    let hosts: Vec<String> = office.sandbox.zoom().hosts().into_iter().map(|host| host.spec.email).collect();
    let day = plain("x", 4, (0, 0), (0, 0)).date;
    office.by_hand(&hosts[0], NewMeeting::single("Oleh tangan", instant(day, time(13, 0, 0, 0)), 120));
    office.sandbox.zoom().start_instant(&hosts[1]).unwrap();
    for host in &hosts {
        office.by_hand(host, NewMeeting::single("Penuh", instant(day, time(8, 0, 0, 0)), 120));
    }
    office.start();
    office.answer(plain("Beside", 4, (13, 30), (14, 30)));
    office.answer(plain("Within buffers", 4, (10, 5), (10, 30)));
    office.answer(plain("After buffers", 4, (10, 10), (10, 40)));
    let mut large = plain("Large", 4, (16, 0), (17, 0));
    large.participants = "450".into();
    office.answer(large);
    let mut huge = plain("Huge", 4, (16, 0), (17, 0));
    huge.participants = "501".into();
    office.answer(huge);
    office.until_all(&["Terjadwal", "Jadwal Penuh"]).await;
    assert_eq!(office.row("Beside").text("Akun Zoom"), "Zoom-2");
    assert_eq!(office.row("Within buffers").status(), "Jadwal Penuh");
    assert_eq!(office.row("After buffers").status(), "Terjadwal");
    assert_eq!(office.row("Large").text("Akun Zoom"), "Zoom-3");
    let huge = office.row("Huge");
    assert_eq!(huge.status(), "Jadwal Penuh");
    assert!(huge.text("Catatan Sistem").contains("500"), "{huge:?}");
    office.close().await;
}

#[tokio::test]
async fn what_cannot_be_booked_says_why_and_an_edited_answer_is_read_anew() {
    let mut office = Office::open(3).await;
    office.start();
    let id = office.answer(plain("Backwards", 4, (14, 0), (13, 0)));
    let mut webinar = plain("Webinar", 4, (9, 0), (10, 0));
    webinar.service = "Zoom Webinar".into();
    office.answer(webinar);
    office.answer(plain("Long", 4, (8, 0), (16, 30)));
    office.answer(plain("Past", -1, (8, 0), (9, 0)));
    let mut many = plain("Many wrongs", 4, (9, 0), (10, 0));
    many.participants = "50 atau 60".into();
    many.contact_email = "bukan alamat".into();
    office.answer(many);
    office.until_all(&["Perlu Perbaikan", "Perlu Tindak Lanjut"]).await;
    assert_eq!(office.row("Webinar").status(), "Perlu Tindak Lanjut");
    let note = office.row("Many wrongs").text("Catatan Sistem");
    assert!(note.contains("50 atau 60") && note.contains("bukan alamat"), "all problems at once: {note}");
    for topic in ["Backwards", "Long", "Past"] {
        assert_ne!(office.row(topic).text("Catatan Sistem"), "", "{topic}");
    }
    office.edit(id, "Backwards", plain("Backwards", 4, (14, 0), (15, 0)));
    office.until("the edited answer is scheduled", |office| office.row("Backwards").status() == "Terjadwal").await;
    office.until_all(&["Terjadwal", "Perlu Perbaikan", "Perlu Tindak Lanjut"]).await;
    office.close().await;
}

#[tokio::test]
async fn a_person_with_two_roles_gets_each_letter_once() {
    let mut office = Office::open(4).await;
    office.start();
    let mut answer = plain("Two roles", 3, (9, 0), (10, 0));
    answer.contact_email = answer.email.to_uppercase();
    office.answer(answer);
    office.until_all(&["Terjadwal"]).await;
    let number = office.row("Two roles").text("No. Tiket");
    let mut letters: Vec<String> = office.letters_of(&number).into_iter().map(|(kind, _)| kind).collect();
    letters.sort();
    assert_eq!(letters, ["link", "new_request", "received"]);
    office.close().await;
}

#[tokio::test]
async fn sixty_answers_at_random_moments_become_sixty_meetings() {
    let mut office = Office::open(5).await;
    for host in 4..8 {
        office.sandbox.zoom().add_host(loket_sandbox::zoom::host::HostSpec::licensed(&format!("zoom{host}@example.go.id")));
    }
    office.rewrite_config();
    office.sandbox.faults().add(Rule::new(Party::Zoom, "meetings.*", Action::Delay { ms: 100 }));
    office.start();
    let mut chance = StdRng::seed_from_u64(60);
    for n in 0..60 {
        let hour = chance.random_range(7..15);
        let length = chance.random_range(1..4);
        office.answer(plain(&format!("Kegiatan {n:02}"), 2 + n / 5, (hour, 0), (hour + length, 30)));
        // The moment of the next answer: after so many more calls of anybody.
        let seen = office.sandbox.calls().last() + chance.random_range(0..8);
        office.until("some calls went by", |office| office.sandbox.calls().last() >= seen).await;
    }
    office.until_all(&["Terjadwal"]).await;
    assert_eq!(office.rows().len(), 60);
    office.close().await;
}

#[tokio::test]
async fn at_rest_one_read_a_poll_and_nothing_else() {
    let mut office = Office::open(6).await;
    office.start();
    office.answer(plain("Resting", 3, (9, 0), (10, 0)));
    office.until_all(&["Terjadwal"]).await;
    let reads = |office: &Office| count(office, Party::Google, "values.batchGetByDataFilter");
    let settled = reads(&office) + 3;
    office.until("the last words are written", |office| reads(office) >= settled).await;
    let (calls, from) = (office.sandbox.calls().last(), reads(&office));
    office.until("five polls went by", |office| reads(office) >= from + 5).await;
    let since = office.sandbox.calls().since(calls);
    assert!(since.iter().all(|call| call.name == "values.batchGetByDataFilter"), "{since:#?}");
    let spacing: Vec<_> = since.windows(2).map(|pair| pair[1].at.duration_since(pair[0].at).as_millis()).collect();
    assert!(spacing.iter().all(|gap| *gap > 800), "one read a poll of a second: {spacing:?}");
    office.close().await;
}

#[tokio::test]
async fn no_request_waits_for_another_that_is_stuck() {
    let mut office = Office::open(7).await;
    let hold = office.sandbox.faults().add(Rule::new(Party::Zoom, "meetings.create", Action::Hold).containing("Stuck"));
    let letter = office.sandbox.faults().add(Rule::new(Party::Smtp, "smtp.rcpt", Action::Hold).containing("slowmail"));
    let list = office.sandbox.faults().add(Rule::new(Party::Zoom, "meetings.list", Action::Hold).containing("zoom2"));
    office.start();
    office.answer(plain("Stuck", 3, (9, 0), (10, 0)));
    office.answer(plain("Slow mail", 5, (9, 0), (10, 0)));
    office.answer(plain("Free", 6, (9, 0), (10, 0)));
    office.answer(plain("Also free", 7, (9, 0), (10, 0)));
    let done = |office: &Office, topic: &str| {
        let row = office.row(topic);
        row.status() == "Terjadwal" && office.letters_of(&row.text("No. Tiket")).iter().any(|(kind, _)| kind == "link")
    };
    office.until("the others are done", |office| done(office, "Free") && done(office, "Also free")).await;
    assert_eq!(office.row("Stuck").status(), "Diproses");
    for rule in [hold, letter, list] {
        office.sandbox.faults().remove(rule);
    }
    office.until_all(&["Terjadwal"]).await;
    office.close().await;
}

#[tokio::test]
async fn rows_may_be_sorted_moved_and_deleted_while_loket_works() {
    let mut office = Office::open(8).await;
    office.start();
    for n in 0..6 {
        office.answer(plain(&format!("Baris {n}"), 3 + n, (9, 0), (10, 0)));
    }
    office.until("all are numbered", |office| office.rows().iter().all(|row| !row.text("No. Tiket").is_empty())).await;
    let tab = office.sandbox.google().form_tab();
    let range = serde_json::json!({"sheetId": tab, "startRowIndex": 1, "endRowIndex": 7});
    let sort =
        serde_json::json!({"sortRange": {"range": range, "sortSpecs": [{"dimensionIndex": 4, "sortOrder": "DESCENDING"}]}});
    office.sandbox.google().edit(vec![sort]).unwrap();
    let insert = serde_json::json!({"insertDimension": {"range": {"sheetId": tab, "dimension": "ROWS", "startIndex": 2, "endIndex": 3}, "inheritFromBefore": false}});
    office.sandbox.google().edit(vec![insert]).unwrap();
    office.answer(plain("Baris 6", 12, (9, 0), (10, 0)));
    office.until_all(&["Terjadwal"]).await;
    let title = serde_json::json!({"updateSheetProperties": {"properties": {"sheetId": tab, "title": "Jawaban 2026"}, "fields": "title"}});
    office.sandbox.google().edit(vec![title]).unwrap();
    office.answer(plain("After renaming", 13, (9, 0), (10, 0)));
    office.until_all(&["Terjadwal"]).await;
    office.close().await;
}

#[tokio::test]
async fn once_does_what_is_due_and_says_when_a_party_is_down() {
    let mut office = Office::open(9).await;
    office.answer(plain("Once", 3, (9, 0), (10, 0)));
    let status = tokio::task::spawn_blocking({
        let mut command = office.command(&["run", "--once"]);
        move || command.status().unwrap()
    });
    assert_eq!(status.await.unwrap().code(), Some(0), "{}", office.log());
    office.until_all(&["Terjadwal"]).await;
    office.close().await;
}

#[tokio::test]
async fn the_end_comes_in_order_even_while_zoom_is_silent() {
    let mut office = Office::open(10).await;
    office.sandbox.faults().add(Rule::new(Party::Zoom, "meetings.create", Action::DelayAfter { ms: 60_000 }).once());
    office.start();
    office.answer(plain("Silent", 3, (9, 0), (10, 0)));
    office.until("the create is under way", |office| office.sandbox.zoom().all_meetings().len() == 1).await;
    let before = std::time::Instant::now();
    office.stop().await;
    assert!(before.elapsed() < Duration::from_secs(10));
    office.start();
    office.until_all(&["Terjadwal"]).await;
    office.close().await;
}
