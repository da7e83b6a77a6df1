//! The parties' own limits: each form in which they say no, and that nothing fails of it.

use jiff::SignedDuration;
use jiff::civil::time;
use loket_sandbox::calls::Party;
use loket_sandbox::faults::{Action, Answered, Rule};
use loket_sandbox::zoom::limits::Plan;
use serde_json::json;

use crate::office::{Office, count, plain};

const SECOND: &str = "You have reached the maximum per-second rate limit for this API. Try again later.";
const DAY: &str = "You have reached the maximum daily rate limit for this API. Refer to the response header for details on when you can make another request.";
const LOCK: &str = "Too many concurrent requests. A request to disassociate this user has already been made.";

/// A 429 of Zoom's with these headers.
fn refusal(message: &str, headers: &[(&str, &str)]) -> Action {
    let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    Action::Status(Answered { code: 429, headers, body: json!({"code": 429, "message": message}).to_string() })
}

fn note(office: &Office, topic: &str) -> String {
    office.row(topic).text("Catatan Sistem")
}

#[tokio::test]
async fn each_recorded_refusal_of_a_moment_is_waited_out() {
    let mut office = Office::open(60).await;
    let qps = [
        ("x-ratelimit-category", "Medium"),
        ("x-ratelimit-type", "QPS"),
        ("x-ratelimit-limit", "60"),
        ("x-ratelimit-remaining", "0"),
    ];
    let add = |office: &Office, call: &str, action: Action, times: u32| {
        office.sandbox.faults().add(Rule::new(Party::Zoom, call, action).times(times))
    };
    let mut rules = Vec::new();
    for call in ["meetings.list", "users.get", "users.settings", "meetings.create"] {
        rules.push(add(&office, call, refusal(SECOND, &qps), 2));
        rules.push(add(&office, call, refusal(SECOND, &[("retry-after", "1")]), 1));
        rules.push(add(&office, call, refusal(LOCK, &[]), 1));
    }
    office.start();
    for n in 0..3 {
        office.answer(plain(&format!("Sebentar {n}"), 3 + n, (9, 0), (10, 0)));
    }
    office.until_all(&["Terjadwal"]).await;
    assert!(rules.iter().all(|rule| office.sandbox.faults().hits(*rule) > 0), "each form was met");
    office.close().await;
}

#[tokio::test]
async fn the_smallest_plan_is_kept_to_once_its_headers_tell_it() {
    let mut office = Office::open(61).await;
    office.sandbox.zoom().set_plan(Plan::Free);
    office.start();
    office.answer(plain("Kecil A", 3, (9, 0), (10, 0)));
    office.answer(plain("Kecil B", 3, (9, 0), (10, 0)));
    office.until_all(&["Terjadwal"]).await;
    let refused = office.sandbox.calls().all().into_iter().filter(|call| call.party == Party::Zoom && call.status == Some(429));
    // At first the pace of a Pro account is taken; after the first answers no more than Free allows.
    assert!(refused.count() <= 10, "the pace was learned");
    office.close().await;
}

#[tokio::test]
async fn a_limit_of_the_day_is_kept_to_until_the_time_it_names_also_over_a_restart() {
    for (seed, call) in [(62, "meetings.list"), (63, "users.get"), (64, "meetings.create")] {
        let mut office = Office::open(seed).await;
        office.fake_clock();
        let until = office.sandbox.clock().now() + SignedDuration::from_hours(5);
        let named = until.strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
        let headers = [
            ("x-ratelimit-type", "Daily-limit"),
            ("x-ratelimit-limit", "6000"),
            ("x-ratelimit-remaining", "0"),
            ("retry-after", &named),
        ];
        let rule = office.sandbox.faults().add(Rule::new(Party::Zoom, call, refusal(DAY, &headers)));
        office.start();
        office.answer(plain("Harian A", 5, (9, 0), (10, 0)));
        let told =
            |office: &Office, topic: &str| note(office, topic).contains("Batas harian Zoom tercapai; dilanjutkan pukul 15.");
        office.until("its row says until when", |office| told(office, "Harian A")).await;
        assert_eq!(office.row("Harian A").status(), "Diproses");
        office.stop().await;
        let hits = office.sandbox.faults().hits(rule);
        office.start();
        office.answer(plain("Harian B", 6, (9, 0), (10, 0)));
        office.until("the next one is told too", |office| told(office, "Harian B")).await;
        assert_eq!(office.sandbox.faults().hits(rule), hits, "{call} is not tried before its time");
        assert!(office.sandbox.zoom().all_meetings().is_empty());
        office.sandbox.faults().remove(rule);
        office.pass(SignedDuration::from_hours(5));
        office.until_all(&["Terjadwal"]).await;
        office.close().await;
    }
}

#[tokio::test]
async fn when_every_host_has_had_its_hundred_requests_wait_for_the_next_day_and_say_so() {
    let mut office = Office::open(65).await;
    office.fake_clock();
    let hosts: Vec<String> = office.sandbox.zoom().hosts().into_iter().map(|host| host.spec.email).collect();
    for host in &hosts {
        office.sandbox.zoom().set_used_today(host, 100);
    }
    office.start();
    office.answer(plain("Besok", 5, (9, 0), (10, 0)));
    let told = |office: &Office, topic: &str| {
        let note = note(office, topic);
        note.contains("Batas harian Zoom tercapai; dilanjutkan") && note.contains("pukul 07.00 WIB")
    };
    office.until("its row says until when", |office| told(office, "Besok")).await;
    assert_eq!(count(&office, Party::Zoom, "meetings.create"), 3, "each host was asked once");
    // An event that begins before the limit ends is the staff's to make.
    let today = jiff::tz::TimeZone::get("Asia/Jakarta").unwrap().to_datetime(office.sandbox.clock().now()).date();
    let mut soon = plain("Sore ini", 1, (15, 0), (16, 0));
    soon.date = today;
    office.answer(soon);
    office.until("staff are asked", |office| office.row("Sore ini").status() == "Perlu Tindak Lanjut").await;
    assert!(note(&office, "Sore ini").contains("Buat rapatnya sendiri"), "{}", note(&office, "Sore ini"));
    office.stop().await;
    office.start();
    office.answer(plain("Besok juga", 6, (9, 0), (10, 0)));
    office.until("the next one is told too", |office| told(office, "Besok juga")).await;
    assert_eq!(count(&office, Party::Zoom, "meetings.create"), 3, "the ledger knows it over a restart");
    office.pass_midnight();
    office.until_all(&["Terjadwal", "Perlu Tindak Lanjut"]).await;
    assert_eq!(office.row("Besok").status(), "Terjadwal");
    assert_eq!(office.row("Besok juga").status(), "Terjadwal");
    office.close().await;
}

/// People used up one account's hundred by hand: it is asked once, and everything goes to the others.
#[tokio::test]
async fn a_host_whose_day_is_used_up_is_passed_over_and_no_request_fails() {
    let mut office = Office::open(61).await;
    let hosts: Vec<String> = office.sandbox.zoom().hosts().into_iter().map(|host| host.spec.email).collect();
    office.sandbox.zoom().set_used_today(&hosts[0], 100);
    office.start();
    for n in 0..6 {
        office.answer(plain(&format!("Pindah {n}"), 3 + n, (9, 0), (10, 0)));
    }
    office.until_all(&["Terjadwal"]).await;
    let refused =
        office.sandbox.calls().all().into_iter().filter(|call| call.name == "meetings.create" && call.status == Some(429));
    // The creates that were under way together when the first was refused.
    assert!((1..=3).contains(&refused.count()), "it was asked, and then left alone");
    assert!(office.sandbox.zoom().all_meetings().iter().all(|meeting| meeting.host_email != hosts[0]));
    office.close().await;
}

/// Of an account's hundred some are kept for changes: requests that would all have gone to it go to the others before.
#[tokio::test]
async fn creates_leave_head_room_for_changes_while_another_host_has_room() {
    const REQUESTS: i32 = 84;
    let mut office = Office::open(62).await;
    office.start();
    for n in 0..REQUESTS {
        let hour = i8::try_from(8 + 2 * (n % 5)).unwrap();
        office.answer(plain(&format!("Banyak {n}"), 3 + n / 5, (hour, 0), (hour + 1, 0)));
    }
    office.until_all(&["Terjadwal"]).await;
    let meetings = office.sandbox.zoom().all_meetings();
    let mut of_host = std::collections::BTreeMap::<String, usize>::new();
    for meeting in &meetings {
        *of_host.entry(meeting.host_email.clone()).or_default() += 1;
    }
    let most = of_host.values().copied().max();
    assert_eq!((meetings.len(), most), (84, Some(80)), "{of_host:?}");
    office.close().await;
}

#[tokio::test]
async fn a_throttling_mail_server_is_left_alone_for_all_letters_and_over_a_restart() {
    let mut office = Office::open(66).await;
    office.fake_clock();
    let throttled = Action::status(421, "4.7.0 Try again later, closing connection.");
    let rule = office.sandbox.faults().add(Rule::new(Party::Smtp, "smtp.connect", throttled));
    office.start();
    for n in 0..4 {
        office.answer(plain(&format!("Padat {n}"), 5 + n, (9, 0), (10, 0)));
    }
    office
        .until("all are scheduled", |office| {
            office.rows().len() == 4 && office.rows().iter().all(|row| row.status() == "Terjadwal")
        })
        .await;
    office.stop().await;
    let hits = office.sandbox.faults().hits(rule);
    assert!(hits > 0);
    office.start();
    office.answer(plain("Padat lagi", 12, (9, 0), (10, 0)));
    office.until("the last is scheduled", |office| office.rows().iter().all(|row| row.status() == "Terjadwal")).await;
    // The check of the set-up looks once at each start.
    assert!(office.sandbox.faults().hits(rule) <= hits + 1, "it said to come later");
    assert_eq!(office.sandbox.mail().count(), 0);
    office.sandbox.faults().remove(rule);
    office.pass(SignedDuration::from_mins(3));
    office.until_all(&["Terjadwal"]).await;
    office.close().await;
}

#[tokio::test]
async fn one_recipient_put_off_or_refused_holds_up_no_other() {
    let mut office = Office::open(67).await;
    let put_off = Action::status(450, "4.2.1 The user you are trying to contact is receiving email too quickly.");
    let rule = office.sandbox.faults().add(Rule::new(Party::Smtp, "smtp.rcpt", put_off).containing("<kelabu@").times(3));
    office.sandbox.mail().no_such_user("narahubung.kelabu@example.go.id");
    office.start();
    office.answer(plain("Kelabu", 3, (9, 0), (10, 0)));
    let note = |office: &Office| note(office, "Kelabu");
    office.until("staff know of the refused one", |office| note(office).contains("narahubung.kelabu@example.go.id")).await;
    office
        .until("the others have theirs", |office| {
            let letters = office.letters_of(&office.row("Kelabu").text("No. Tiket"));
            ["received", "link", "new_request"].iter().all(|kind| letters.iter().any(|(of, _)| of == kind))
        })
        .await;
    assert_eq!(office.sandbox.faults().hits(rule), 3);
    let ready = crate::stories::client().get(format!("{}/readyz", office.web)).send().await.unwrap();
    assert!(ready.status().is_success(), "the mail server itself is well: {}", ready.text().await.unwrap());
    office.close().await;
}

#[tokio::test]
async fn a_letter_that_the_next_answer_overtakes_is_withdrawn() {
    let mut office = Office::open(68).await;
    let rule = office.sandbox.faults().add(Rule::new(Party::Smtp, "smtp.connect", Action::CloseBefore));
    office.start();
    let id = office.answer(plain("Terbalik", 4, (14, 0), (13, 0)));
    office.until("it cannot be read", |office| office.row("Terbalik").status() == "Perlu Perbaikan").await;
    office.edit(id, "Terbalik", plain("Terbalik", 4, (14, 0), (15, 0)));
    office.until("it is scheduled", |office| office.row("Terbalik").status() == "Terjadwal").await;
    office.sandbox.faults().remove(rule);
    office.until_all(&["Terjadwal"]).await;
    let kinds: Vec<String> =
        office.letters_of(&office.row("Terbalik").text("No. Tiket")).into_iter().map(|(kind, _)| kind).collect();
    let of = |kind: &str| kinds.iter().filter(|of| *of == kind).count();
    assert_eq!((of("to_correct"), of("received"), of("new_request"), of("link")), (0, 1, 1, 2), "{kinds:?}");
    assert!(office.log().contains("before they were sent: overtaken"));
    office.close().await;
}

#[tokio::test]
async fn a_meeting_with_our_marker_and_no_ticket_is_reported_once_and_never_deleted() {
    let mut office = Office::open(69).await;
    let marker = "VM-2026-9876/ABCDEFGH";
    let host = office.sandbox.zoom().hosts()[0].spec.email.clone();
    let client = crate::stories::client();
    let given = office.sandbox.zoom_credentials();
    let token: serde_json::Value = client
        .post(office.sandbox.zoom_oauth_endpoint())
        .basic_auth(&given.client_id, Some(&given.client_secret))
        .form(&[("grant_type", "account_credentials"), ("account_id", given.account_id.as_str())])
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    let start = crate::office::instant(plain("x", 9, (9, 0), (10, 0)).date, time(9, 0, 0, 0));
    let meeting = json!({"topic": "Yatim", "type": 2, "start_time": start.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(), "duration": 60, "agenda": format!("{marker}\nYatim")});
    let made: serde_json::Value = client
        .post(format!("{}/users/{host}/meetings", office.sandbox.zoom_api_endpoint()))
        .bearer_auth(token["access_token"].as_str().unwrap())
        .json(&meeting)
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    let id = made["id"].as_u64().unwrap();
    office.start();
    office.answer(plain("Biasa", 3, (9, 0), (10, 0)));
    office.until_all(&["Terjadwal"]).await;
    let notices = |office: &Office| {
        let letters = office.sandbox.mail().letters_to("tik@example.go.id");
        letters.iter().filter(|letter| letter.text().is_some_and(|text| text.contains(marker))).count()
    };
    office.until("staff are told", |office| notices(office) == 1).await;
    assert!(office.log().contains(marker));
    // Looked at again, also by the next process: told once.
    office.stop().await;
    office.start();
    office.answer(plain("Biasa lagi", 4, (9, 0), (10, 0)));
    office.until_all(&["Terjadwal"]).await;
    let lists = count(&office, Party::Zoom, "meetings.list");
    office.until("the accounts were looked through again", |office| count(office, Party::Zoom, "meetings.list") > lists).await;
    assert_eq!(notices(&office), 1);
    assert!(office.sandbox.zoom().meeting(id).is_some(), "it is never deleted");
    office.sandbox.zoom().remove(id);
    office.close().await;
}
