//! Ranges that staff protect against Loket: such a row holds up no other, is told once, and is written when it may be.

use loket_sandbox::calls::Party;
use loket_sandbox::faults::{Action, Rule};
use serde_json::json;

use crate::office::{Office, count, plain};

/// Google's words (recorded by third parties) for a call that holds a protected cell.
const REFUSAL: &str = "Invalid requests[0].createDeveloperMetadata: You are trying to edit a protected cell or object. Please contact \
                       the spreadsheet owner to remove protection if you need to edit.";

fn writes(office: &Office) -> u64 {
    count(office, Party::Google, "values.batchUpdateByDataFilter")
}

impl Office {
    /// Waits until all rows but one show their link.
    async fn until_linked_but(&self, topic: &str) {
        let is_done = |office: &Office| {
            let linked = |row: &crate::office::Row| (row.topic() == topic) == row.text("Link Zoom").is_empty();
            office.rows().len() == office.asked.len() && office.rows().iter().all(linked)
        };
        self.until("all other rows have their link", is_done).await;
    }
}

#[tokio::test]
async fn a_protected_row_holds_up_no_other_and_is_told_once_until_it_can_be_written() {
    let mut office = Office::open(160).await;
    let hands = office.hands();
    office.start();
    office.answer(plain("Sebelumnya", 2, (9, 0), (10, 0)));
    office.until_all(&["Terjadwal"]).await;
    office.stop().await;
    for (n, topic) in ["Pertama", "Kedua", "Ketiga"].into_iter().enumerate() {
        office.answer(plain(topic, 3 + i32::try_from(n).unwrap(), (9, 0), (10, 0)));
    }
    hands.protect_row(hands.rows_of("Kedua")[0], 71);
    office.start();
    office.until_linked_but("Kedua").await;
    office.until("staff are told", |office| office.notices().len() == 1).await;
    assert!(office.notices()[0].contains("dilindungi"), "{:?}", office.notices());
    let letters = office.sandbox.mail().letters();
    let notice = letters.iter().find(|letter| letter.subject().contains("dilindungi")).unwrap();
    let text = notice.text().unwrap();
    assert!(text.contains("VM-2026-0003") && text.matches("VM-2026-").count() == 1, "{text}");
    assert!(text.contains("sheets-robot@"), "whom to let edit: {text}");
    assert_eq!(office.ready().await.0, 200, "Google is not down");
    // It is left alone but for a try from time to time, while new requests get their links.
    let before = writes(&office);
    office.polls(8).await;
    assert!(writes(&office) <= before + 1, "{} writes in eight polls", writes(&office) - before);
    office.answer(plain("Keempat", 6, (9, 0), (10, 0)));
    office.until_linked_but("Kedua").await;
    // A restart tells nobody twice.
    office.stop().await;
    office.start();
    office.answer(plain("Kelima", 7, (9, 0), (10, 0)));
    office.until_linked_but("Kedua").await;
    office.polls(6).await;
    assert_eq!(office.row("Kedua").text("No. Tiket"), "");
    assert_eq!(office.notices().len(), 1, "once");
    hands.lift(71);
    office.until_all(&["Terjadwal"]).await;
    office.until("it is over", |office| office.log().contains("over: protected")).await;
    // The next one is another trouble.
    let hold = office.sandbox.faults().add(Rule::new(Party::Zoom, "meetings.create", Action::Hold));
    office.answer(plain("Keenam", 8, (9, 0), (10, 0)));
    office.until("it is numbered", |office| !office.row("Keenam").text("No. Tiket").is_empty()).await;
    hands.protect_row(hands.rows_of("Keenam")[0], 72);
    office.sandbox.faults().remove(hold);
    office.until("staff are told again", |office| office.notices().len() == 2).await;
    hands.lift(72);
    office.until_all(&["Terjadwal"]).await;
    office.close_at_rest().await;
}

#[tokio::test]
async fn a_row_that_may_not_be_marked_holds_up_no_other() {
    let mut office = Office::open(161).await;
    let refusal = json!({"error": {"code": 400, "message": REFUSAL, "status": "INVALID_ARGUMENT"}}).to_string();
    let rule = Rule::new(Party::Google, "spreadsheets.batchUpdate*", Action::status(400, refusal));
    // What the metadata of VM-2026-0002 holds.
    let rule = office.sandbox.faults().add(rule.containing("\"60002\""));
    for (n, topic) in ["Pertama", "Kedua", "Ketiga"].into_iter().enumerate() {
        office.answer(plain(topic, 3 + i32::try_from(n).unwrap(), (9, 0), (10, 0)));
    }
    office.start();
    office.until_linked_but("Kedua").await;
    office.until("staff are told", |office| office.notices().len() == 1).await;
    let hits = office.sandbox.faults().hits(rule);
    office.polls(8).await;
    let again = office.sandbox.faults().hits(rule) - hits;
    assert!(hits >= 2 && again <= 1, "{again} tries in eight polls, {hits} before");
    office.sandbox.faults().remove(rule);
    office.until_all(&["Terjadwal"]).await;
    office.until("it is over", |office| office.log().contains("over: protected")).await;
    assert_eq!(office.notices().len(), 1, "once");
    office.close_at_rest().await;
}
