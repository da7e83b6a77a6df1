//! A store that was restored from an older copy: what it does not know any more was done all the same.

use loket_sandbox::calls::Party;
use loket_sandbox::faults::{Action, Rule};

use crate::ledger;
use crate::office::{Office, plain};

impl Office {
    /// Runs until an answer is taken up, copies the store while it is in use, runs on until it is
    /// scheduled, and goes over to the copy.
    async fn restored(&mut self, topic: &str) -> u64 {
        let rule = self.sandbox.faults().add(Rule::new(Party::Zoom, "meetings.list", Action::status(503, "down")));
        self.start();
        let id = self.answer(plain(topic, 3, (9, 0), (10, 0)));
        self.until("it is taken up and told", |office| office.row(topic).status() == "Diproses").await;
        self.until("its first letters went", |office| office.letters_of(&office.row(topic).text("No. Tiket")).len() == 2).await;
        let copy = ledger::back_up_and_restore(&self.store, self.folder.path()).await;
        self.sandbox.faults().remove(rule);
        self.until_all(&["Terjadwal"]).await;
        self.stop().await;
        self.move_to(copy);
        self.note_doubts().await;
        // What was sent after the copy was made is not known any more.
        let sent = self.sandbox.mail().letters();
        let labels =
            sent.iter().filter_map(|letter| Some((letter.header("X-Loket-Letter")?.trim().to_owned(), letter.to.join(","))));
        self.doubted.extend(labels.filter(|(label, _)| label.contains("/link/")));
        id
    }
}

#[tokio::test]
async fn a_restored_store_adopts_the_meeting_that_is_there() {
    let mut office = Office::open(75).await;
    office.restored("Dipulihkan").await;
    let made = office.sandbox.zoom().all_meetings();
    office.start();
    office.until("its row is told anew", |office| office.row("Dipulihkan").status() != "Terjadwal").await;
    office.until_all(&["Terjadwal"]).await;
    let now = office.sandbox.zoom().all_meetings();
    assert_eq!(now.iter().map(|one| one.id).collect::<Vec<_>>(), made.iter().map(|one| one.id).collect::<Vec<_>>());
    office.close_at_rest().await;
}

#[tokio::test]
async fn a_restored_store_makes_no_second_meeting_where_the_first_was_moved() {
    let mut office = Office::open(76).await;
    let id = office.restored("Digeser").await;
    let made = office.sandbox.zoom().all_meetings()[0].id;
    office.sandbox.zoom().alter(made, |one| one.start_at = one.start_at.map(|at| at + jiff::SignedDuration::from_hours(3)));
    office.start();
    office.until("staff are asked", |office| office.row("Digeser").status() == "Perlu Tindak Lanjut").await;
    assert_eq!(office.sandbox.zoom().all_meetings().len(), 1);
    let note = office.row("Digeser").text("Catatan Sistem");
    assert!(note.contains("penanda VM-2026-0001/"), "{note}");
    // Staff mend it in Zoom, and edit the answer.
    office.sandbox.zoom().alter(made, |one| one.start_at = one.start_at.map(|at| at - jiff::SignedDuration::from_hours(3)));
    office.until("the accounts were looked at again", |office| !office.notices().is_empty()).await;
    let mut again = plain("Digeser", 3, (9, 0), (10, 0));
    again.notes = "Diperiksa".into();
    office.edit(id, "Digeser", again);
    office.until_all(&["Terjadwal"]).await;
    office.close_at_rest().await;
}
