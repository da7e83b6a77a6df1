//! Old tickets are closed, and their rows give their metadata back: a spreadsheet holds only so much of it.

use jiff::SignedDuration;
use loket_sandbox::calls::Party;
use loket_sandbox::faults::{Action, Rule};

use crate::office::{Office, plain};

/// Longer than it is until old tickets are looked for again.
const NEXT_LOOK: SignedDuration = SignedDuration::from_mins(11);

impl Office {
    /// Waits until the rows of these topics are marked, and no other.
    async fn until_marked(&self, topics: &[&str]) {
        let is_so = |office: &Office| {
            let marked = topics.iter().all(|topic| office.marks_of(topic).len() == 1);
            marked && office.hands().view().metadata.len() == topics.len()
        };
        self.until(&format!("only {topics:?} are marked"), is_so).await;
    }

    /// Metadata that is being taken off meets this, once.
    fn when_taken_off(&self, action: Action) -> u64 {
        let rule = Rule::new(Party::Google, "spreadsheets.batchUpdate*", action).containing("deleteDeveloperMetadata");
        self.sandbox.faults().add(rule.once())
    }
}

#[tokio::test]
async fn closed_tickets_give_their_metadata_back_also_where_taking_it_off_fails_or_the_process_dies() {
    let mut office = Office::open(170).await;
    office.fake_clock();
    office.start();
    let mut marked = Vec::new();
    for (topic, days) in [("Hari 3", 3), ("Hari 6", 6), ("Hari 9", 9), ("Hari 12", 12), ("Nanti", 40)] {
        office.answer(plain(topic, days, (9, 0), (10, 0)));
        marked.push(topic);
    }
    office.until_all(&["Terjadwal"]).await;
    office.until_marked(&marked).await;
    // It is ten past ten tomorrow: in three days it is a day after the first one's end, and so on.
    let three_days = SignedDuration::from_hours(3 * 24);
    office.pass(three_days);
    marked.remove(0);
    office.until_marked(&marked).await;
    for action in [Action::status(503, ""), Action::CloseBefore] {
        let rule = office.when_taken_off(action);
        office.pass(three_days);
        office.until("taking it off failed", |office| office.sandbox.faults().hits(rule) == 1).await;
        office.polls(3).await;
        office.until_marked(&marked).await;
        office.pass(NEXT_LOOK);
        marked.remove(0);
        office.until_marked(&marked).await;
    }
    // The process dies when a ticket is closed in the ledger, and its row still marked.
    let rule = office.when_taken_off(Action::CloseBefore);
    office.pass(three_days);
    office.until("it is to be taken off", |office| office.sandbox.faults().hits(rule) == 1).await;
    office.die().await;
    office.until_marked(&marked).await;
    office.start();
    office.polls(3).await;
    office.pass(NEXT_LOOK);
    office.until_marked(&["Nanti"]).await;
    office.close().await;
}
