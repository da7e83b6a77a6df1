//! Each party down by itself for an hour: nothing is lost, nothing comes twice, staff hear of it once, and it goes on by itself.

use std::time::{Duration, Instant};

use jiff::SignedDuration;
use loket_sandbox::calls::Party;
use loket_sandbox::faults::{Action, Rule};
use sqlx::Connection;

use crate::office::{Office, plain};

/// From a party's return until everything is done: a poll of a second, and what a loaded machine needs.
const SOON: Duration = Duration::from_secs(20);

/// Subjects of the notices about the desk.
fn notices(office: &Office) -> Vec<String> {
    let letters = office.sandbox.mail().letters_to("tik@example.go.id");
    let desk =
        letters.iter().filter(|letter| letter.header("X-Loket-Letter").is_some_and(|label| label.trim().starts_with("DESK/")));
    desk.map(loket_sandbox::smtp::letter::Letter::subject).collect()
}

/// `/readyz` as JSON.
async fn ready(office: &Office) -> serde_json::Value {
    let answer = crate::stories::client().get(format!("{}/readyz", office.web)).send().await.unwrap();
    answer.json().await.unwrap()
}

fn down(party: Party, action: &Action) -> Rule {
    Rule::new(party, "*", action.clone())
}

/// An outage is looked for each half second of real time, which does not jump with the clock.
async fn until_seen(office: &Office) {
    let from = Instant::now();
    office.until("an outage is seen", |_| from.elapsed() > Duration::from_secs(2)).await;
}

/// Lets most of an hour pass in steps, with a restart in the middle.
async fn an_hour(office: &mut Office, told: usize) {
    until_seen(office).await;
    office.pass(SignedDuration::from_mins(11));
    if told > 0 {
        office.until("staff are told", |office| notices(office).len() == told).await;
    }
    office.pass(SignedDuration::from_mins(20));
    office.stop().await;
    office.start();
    office.pass(SignedDuration::from_mins(29));
}

#[tokio::test]
async fn zoom_down_for_an_hour() {
    for (seed, action) in [(70, Action::status(503, "down")), (71, Action::CloseBefore)] {
        let mut office = Office::open(seed).await;
        office.fake_clock();
        let rule = office.sandbox.faults().add(down(Party::Zoom, &action));
        office.start();
        office.answer(plain("Gangguan A", 5, (9, 0), (10, 0)));
        office.until("it waits", |office| office.row("Gangguan A").status() == "Diproses").await;
        office.until("the log says so", |office| office.log().contains(r#""party":"zoom""#)).await;
        assert_eq!(ready(&office).await["parties"]["zoom"]["ok"], false);
        an_hour(&mut office, 1).await;
        office.answer(plain("Gangguan B", 6, (9, 0), (10, 0)));
        office.until("the new one waits too", |office| office.row("Gangguan B").status() == "Diproses").await;
        let says = |office: &Office| office.row("Gangguan A").text("Catatan Sistem").contains("Zoom belum dapat dihubungi");
        office.until("the row says so", says).await;
        let seen = office.sandbox.faults().hits(rule);
        office.until("it is tried on", |office| office.sandbox.faults().hits(rule) > seen + 2).await;
        assert_eq!(notices(&office).len(), 1, "{:?}", notices(&office));
        office.sandbox.faults().remove(rule);
        let back = Instant::now();
        office.until_all(&["Terjadwal"]).await;
        assert!(back.elapsed() < SOON, "it went on only after {:?}", back.elapsed());
        until_told_over(&office, 2).await;
        assert!(notices(&office)[1].contains("Zoom kembali normal"), "{:?}", notices(&office));
        assert_eq!(ready(&office).await["ready"], true);
        office.close().await;
    }
}

/// Waits until staff have so many notices, later by the clock: each step is left to the daemon until it has been seen to work.
async fn until_told_over(office: &Office, told: usize) {
    for _ in 0..20 {
        if notices(office).len() >= told {
            break;
        }
        office.pass(SignedDuration::from_secs(40));
        let reads = crate::office::count(office, Party::Google, "values.batchGetByDataFilter") + 2;
        let read = |office: &Office| crate::office::count(office, Party::Google, "values.batchGetByDataFilter") >= reads;
        office.until("the sheet was read twice", read).await;
    }
    assert_eq!(notices(office).len(), told, "{:?}\n{}", notices(office), office.log());
}

#[tokio::test]
async fn google_down_for_an_hour() {
    let mut office = Office::open(72).await;
    office.fake_clock();
    office.start();
    office.answer(plain("Lembar A", 5, (9, 0), (10, 0)));
    office.until_all(&["Terjadwal"]).await;
    let body = r#"{"error":{"code":503,"message":"The service is currently unavailable.","status":"UNAVAILABLE"}}"#;
    let rule = office.sandbox.faults().add(Rule::new(Party::Google, "values.*", Action::status(503, body)));
    let more = office.sandbox.faults().add(Rule::new(Party::Google, "spreadsheets.*", Action::status(503, body)));
    office.answer(plain("Lembar B", 6, (9, 0), (10, 0)));
    office.until("it is seen", |office| office.log().contains(r#""party":"sheets""#)).await;
    an_hour(&mut office, 1).await;
    office.answer(plain("Lembar C", 7, (9, 0), (10, 0)));
    let seen = office.sandbox.faults().hits(rule) + office.sandbox.faults().hits(more);
    let hits = |office: &Office| office.sandbox.faults().hits(rule) + office.sandbox.faults().hits(more);
    office.until("it is tried on", |office| hits(office) > seen + 2).await;
    office.sandbox.faults().remove(rule);
    office.sandbox.faults().remove(more);
    let back = Instant::now();
    office.until_all(&["Terjadwal"]).await;
    assert!(back.elapsed() < SOON, "it went on only after {:?}", back.elapsed());
    until_told_over(&office, 2).await;
    assert!(notices(&office)[1].contains("Google Sheets kembali normal"), "{:?}", notices(&office));
    office.close().await;
}

#[tokio::test]
async fn mail_down_for_an_hour() {
    for (seed, action) in [(73, Action::status(421, "4.3.2 Service shutting down")), (74, Action::CloseBefore)] {
        let mut office = Office::open(seed).await;
        office.fake_clock();
        let rule = office.sandbox.faults().add(Rule::new(Party::Smtp, "smtp.connect", action));
        office.start();
        for n in 0..5 {
            office.answer(plain(&format!("Surel {n}"), 5 + n, (9, 0), (10, 0)));
        }
        let scheduled = |office: &Office| office.rows().len() >= 5 && office.rows().iter().all(|row| row.status() == "Terjadwal");
        office.until("meetings are made all the same", scheduled).await;
        assert_eq!(ready(&office).await["parties"]["mail"]["ok"], false);
        an_hour(&mut office, 0).await;
        let seen = office.sandbox.faults().hits(rule);
        office.until("it is tried on", |office| office.sandbox.faults().hits(rule) > seen + 2).await;
        office.sandbox.faults().remove(rule);
        let back = Instant::now();
        office.until_all(&["Terjadwal"]).await;
        assert!(back.elapsed() < SOON, "it went on only after {:?}", back.elapsed());
        // While it was down no notice could leave: one, when it is over.
        until_told_over(&office, 1).await;
        assert!(notices(&office)[0].contains("Server surel kembali normal"), "{:?}", notices(&office));
        office.close().await;
    }
}

#[tokio::test]
async fn the_store_locked_by_another() {
    let mut office = Office::open(75).await;
    office.fake_clock();
    office.start();
    office.answer(plain("Kunci A", 5, (9, 0), (10, 0)));
    office.until_all(&["Terjadwal"]).await;
    // The lock comes while the mail server has the letter: its answer is known, and has to be recorded once that can be done.
    let lock = std::sync::Arc::new(tokio::sync::Mutex::new(None));
    let (url, held) = (office.store.clone(), lock.clone());
    let hook = Action::hook_async(loket_sandbox::faults::When::Before, move |_| {
        let (url, held) = (url.clone(), held.clone());
        async move {
            *held.lock().await = Some(crate::ledger::lock(&url).await);
        }
    });
    let rule = office.sandbox.faults().add(Rule::new(Party::Smtp, "smtp.body", hook).containing("/link/").once());
    office.answer(plain("Kunci B", 6, (9, 0), (10, 0)));
    office.until("the lock is held", |office| office.sandbox.faults().hits(rule) == 1).await;
    office.answer(plain("Kunci C", 7, (9, 0), (10, 0)));
    office.until("the log says so", |office| office.log().contains(r#""party":"store""#)).await;
    assert_eq!(ready(&office).await["parties"]["store"]["ok"], false);
    until_seen(&office).await;
    office.pass(SignedDuration::from_mins(11));
    let mut connection = lock.lock().await.take().unwrap();
    sqlx::query("ROLLBACK").execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
    let back = Instant::now();
    office.until_all(&["Terjadwal"]).await;
    assert!(back.elapsed() < SOON, "it went on only after {:?}", back.elapsed());
    until_told_over(&office, 1).await;
    assert!(notices(&office)[0].contains("Penyimpanan data sistem kembali normal"), "{:?}", notices(&office));
    office.close().await;
}
