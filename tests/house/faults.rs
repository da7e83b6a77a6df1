//! Zoom's answer to a create lost, garbled or an error, at random: one meeting per request in the end.

use loket_sandbox::calls::Party;
use loket_sandbox::faults::{Action, Rule};

use crate::office::{Office, plain};

#[tokio::test]
async fn whatever_zoom_answers_to_a_create_one_meeting_comes_of_it() {
    let mut office = Office::open(20).await;
    let rules = [
        Action::CloseAfter,
        Action::Garble,
        Action::Truncate,
        Action::CloseBefore,
        Action::status_after(502, "<html>bad gateway</html>"),
        Action::status(500, "{\"code\":500,\"message\":\"Internal error\"}"),
    ];
    for action in rules {
        office.sandbox.faults().add(Rule::new(Party::Zoom, "meetings.create", action).probability(0.15));
    }
    office.start();
    for n in 0..24 {
        office.answer(plain(&format!("Rapuh {n:02}"), 2 + n / 3, (9, 0), (10, 0)));
    }
    office.until_all(&["Terjadwal"]).await;
    let struck: u64 = office.sandbox.faults().list().iter().map(|rule| rule.hits).sum();
    assert!(struck > 5, "the faults struck {struck} times");
    office.close().await;
}

#[tokio::test]
async fn a_lost_create_is_sent_again_only_after_two_late_listings() {
    let mut office = Office::open(21).await;
    office.sandbox.faults().add(Rule::new(Party::Zoom, "meetings.create", Action::CloseBefore).once());
    office.start();
    office.answer(plain("Verschollen", 3, (9, 0), (10, 0)));
    office.until_all(&["Terjadwal"]).await;
    let creates: Vec<_> = office.sandbox.calls().all().into_iter().filter(|call| call.name == "meetings.create").collect();
    assert_eq!(creates.len(), 2);
    let between = creates[1].at.duration_since(creates[0].at);
    assert!(between.as_secs() >= 15, "the second create came {between:?} after the first");
    office.close().await;
}

#[tokio::test]
async fn a_host_whose_day_is_used_up_is_passed_over() {
    let mut office = Office::open(22).await;
    let hosts: Vec<String> = office.sandbox.zoom().hosts().into_iter().map(|host| host.spec.email).collect();
    office.sandbox.zoom().set_used_today(&hosts[0], 100);
    office.start();
    office.answer(plain("Penuh hari ini", 3, (9, 0), (10, 0)));
    office.until_all(&["Terjadwal"]).await;
    assert_eq!(office.row("Penuh hari ini").text("Akun Zoom"), "Zoom-2");
    office.close().await;
}

#[tokio::test]
async fn each_party_may_be_down_and_comes_back() {
    let mut office = Office::open(23).await;
    let down = |party, call| Rule::new(party, call, Action::status(503, "down"));
    let mail = office.sandbox.faults().add(Rule::new(Party::Smtp, "smtp.connect", Action::CloseBefore));
    let zoom = office.sandbox.faults().add(down(Party::Zoom, "meetings.list"));
    office.start();
    office.answer(plain("Sabar", 3, (9, 0), (10, 0)));
    office.until("it waits", |office| office.row("Sabar").status() == "Diproses").await;
    let google = office.sandbox.faults().add(down(Party::Google, "values.batchUpdateByDataFilter").times(2));
    let ready = crate::stories::client().get(format!("{}/readyz", office.web)).send().await.unwrap();
    assert_eq!(ready.status().as_u16(), 503, "{}", ready.text().await.unwrap());
    office.sandbox.faults().remove(zoom);
    office.sandbox.faults().remove(mail);
    office.until_all(&["Terjadwal"]).await;
    office.sandbox.faults().remove(google);
    office.close().await;
}

#[tokio::test]
async fn a_letter_in_doubt_is_noted_for_staff_and_the_others_still_go() {
    let mut office = Office::open(24).await;
    office.sandbox.faults().add(Rule::new(Party::Smtp, "smtp.body", Action::CloseAfter).containing("/received/").once());
    office.start();
    office.answer(plain("Ragu", 3, (9, 0), (10, 0)));
    office.until_all(&["Terjadwal"]).await;
    office.until("staff are told", |office| office.row("Ragu").text("Catatan Sistem").contains("ragu@example.go.id")).await;
    office.close().await;
}

#[tokio::test]
async fn a_refused_write_holds_up_no_new_answer_and_is_not_tried_again_at_once() {
    let mut office = Office::open(26).await;
    let refused = Action::status(429, r#"{"error":{"code":429,"message":"Quota exceeded","status":"RESOURCE_EXHAUSTED"}}"#);
    let rule = office.sandbox.faults().add(Rule::new(Party::Google, "values.batchUpdateByDataFilter", refused).once());
    office.start();
    office.answer(plain("Refused", 3, (9, 0), (10, 0)));
    office.until("a write was refused", |office| office.sandbox.faults().hits(rule) == 1).await;
    let count = |office: &Office, name: &str| office.sandbox.calls().count(Party::Google, name);
    let (reads, writes) = (count(&office, "values.batchGetByDataFilter"), count(&office, "values.batchUpdateByDataFilter"));
    office.answer(plain("Later", 4, (9, 0), (10, 0)));
    office.until("the sheet is read on", |office| count(office, "values.batchGetByDataFilter") >= reads + 4).await;
    assert_eq!(count(&office, "values.batchUpdateByDataFilter"), writes, "Google said to wait");
    office.until_all(&["Terjadwal"]).await;
    office.close().await;
}

/// Google takes the token for revoked, and answers the request for a new one without a token in it.
#[tokio::test]
async fn an_answer_without_a_token_is_not_kept_for_one() {
    let mut office = Office::open(27).await;
    office.start();
    office.answer(plain("Dengan token", 3, (9, 0), (10, 0)));
    office.until_all(&["Terjadwal"]).await;
    let empty = office.sandbox.faults().add(Rule::new(Party::Google, "token", Action::status(200, "{}")).once());
    office.sandbox.faults().add(Rule::new(Party::Google, "values.batchGetByDataFilter", Action::status(401, "{}")).once());
    office.until("the answer came", |office| office.sandbox.faults().hits(empty) == 1).await;
    office.answer(plain("Tanpa token", 4, (9, 0), (10, 0)));
    office.until_all(&["Terjadwal"]).await;
    office.close().await;
}
