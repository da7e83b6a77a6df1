//! What goes on over the end of a process: writes of rows, waits, and letters that were overtaken meanwhile.

use jiff::SignedDuration;

use super::{at, held, places, take_up, unreadable};
use crate::adapters::store::letters::{LetterEnd, NewLetter};
use crate::adapters::store::row_writes::ToWrite;
use crate::domain::answer::{Cell, Fingerprint};
use crate::domain::letter::{LetterFacts, LetterKind, NoticeFacts, Role};
use crate::domain::limits::waits::RETRY_AFTER_MAX;
use crate::domain::rows::{OwnColumn, RowText};
use crate::domain::ticket::{State, TicketNumber};

#[tokio::test]
async fn a_write_is_known_until_it_is_forgotten() {
    for place in places().await {
        let store = held(&place).await;
        let write = |count: u32| ToWrite {
            id: 0,
            put_back: 0,
            told: false,
            number: TicketNumber { year: 2026, count },
            owner: (count == 2).then_some(TicketNumber { year: 2026, count: 3 }),
            mark: 7,
            print: Fingerprint("p".into()),
            wanted: RowText(vec![(OwnColumn::Status, "Diproses".into())]),
            sent: vec![None, Some(Cell::Text("Diproses".into())), Some(Cell::Empty)],
            headers: vec!["Catatan".to_owned(), "Status".to_owned()].into(),
            before: vec![Cell::Number(0.375), Cell::Empty],
        };
        let mut writes = [write(1), write(2)];
        store.record_row_writes(&mut writes).await.unwrap();
        assert_ne!(writes[0].id, writes[1].id);
        assert_eq!(store.row_writes().await.unwrap(), writes);
        store.forget_row_writes(&[writes[0].id]).await.unwrap();
        assert_eq!(store.row_writes().await.unwrap(), writes[1..]);
        store.close().await;
    }
}

#[tokio::test]
async fn a_letter_that_is_overtaken_while_the_server_has_it_is_not_sent_once_more() {
    for place in places().await {
        let (store, now) = (held(&place).await, at("2026-11-24T03:00:00Z"));
        let facts = LetterFacts::of_notice(NoticeFacts { title: "Perlu perbaikan".into(), lines: Vec::new() }, now);
        let letter = NewLetter { kind: LetterKind::ToCorrect, role: Role::Applicant, to: "ana@example.go.id".into(), facts };
        let mut ticket = store.take_up(unreadable(now), now, |_| (RowText(Vec::new()), vec![letter.clone()])).await.unwrap();
        let label = store.letters_due(now).await.unwrap()[0].label();
        assert!(store.letter_leaves(&label).await.unwrap());
        store.letter_ended(&label, &LetterEnd::Again("451".into(), now), now).await.unwrap();
        assert_eq!(store.letters_due(now).await.unwrap().len(), 1, "it is still true");
        assert!(store.letter_leaves(&label).await.unwrap());
        ticket.state = State::Open;
        store.change(ticket, &RowText(Vec::new()), Vec::new(), "edited", now).await.unwrap();
        store.letter_ended(&label, &LetterEnd::Held("421".into(), now), now).await.unwrap();
        assert!(store.letters_due(now).await.unwrap().is_empty());
        assert_eq!(store.letters_waiting().await.unwrap(), 0);
        store.close().await;
    }
}

#[tokio::test]
async fn what_a_clock_that_was_ahead_put_to_sleep_is_woken() {
    for place in places().await {
        let (store, now) = (held(&place).await, at("2026-11-24T03:00:00Z"));
        let ahead = now + SignedDuration::from_hours(24 * 365);
        let mut ticket = take_up(&store).await.unwrap();
        ticket.state = State::Open;
        ticket.not_before = ahead;
        store.change(ticket, &RowText(Vec::new()), Vec::new(), "held", now).await.unwrap();
        store.record_wait("zoom", "light", ahead).await.unwrap();
        assert!(store.tickets_awake(now).await.unwrap().is_empty());
        store.wake_all(now).await.unwrap();
        assert_eq!(store.tickets_awake(now).await.unwrap().len(), 1);
        assert_eq!(store.waits("zoom", now).await.unwrap(), [("light".to_owned(), now + RETRY_AFTER_MAX)]);
        store.close().await;
    }
}

#[tokio::test]
async fn a_number_that_stood_in_its_row_is_remembered() {
    for place in places().await {
        let store = held(&place).await;
        let ticket = take_up(&store).await.unwrap();
        assert!(!store.is_numbered(ticket.number).await.unwrap());
        store.record_numbered(ticket.number).await.unwrap();
        assert!(store.is_numbered(ticket.number).await.unwrap());
        store.close().await;
    }
}
