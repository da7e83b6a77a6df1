//! What is kept in memory, counts, letters and hosts.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use jiff::Timestamp;

use super::{at, held, places, take_up, unreadable};
use crate::adapters::store::StoreError;
use crate::adapters::store::letters::{LetterEnd, NewLetter};
use crate::adapters::store::probe::{Seen, look};
use crate::domain::letter::{Letter, LetterFacts, LetterKind, NoticeFacts, Role};
use crate::domain::limits::WAIT_FOR_PEOPLE;
use crate::domain::outage::Outage;
use crate::domain::rows::{OwnColumn, RowText};

#[tokio::test]
async fn what_is_kept_is_used_until_a_ticket_changes() {
    for place in places().await {
        let (store, now) = (held(&place).await, at("2026-11-24T03:00:00Z"));
        assert!(store.open_tickets().await.unwrap().is_empty());
        let ticket = take_up(&store).await.unwrap();
        let open = store.open_tickets().await.unwrap();
        assert_eq!(open.len(), 1);
        assert!(Arc::ptr_eq(&open, &store.open_tickets().await.unwrap()), "nothing changed");
        store.record_mark(ticket.number, Some(7)).await.unwrap();
        assert_eq!(store.open_tickets().await.unwrap()[0].mark, Some(7));
        let wanted = RowText(vec![(OwnColumn::Status, "Perlu Perbaikan".into())]);
        store.want_row(&ticket, &wanted).await.unwrap();
        assert_eq!(store.open_tickets().await.unwrap()[0].wanted, wanted);
        assert!(matches!(store.want_row(&ticket, &wanted).await, Err(StoreError::Stale(_))));
        let mut ticket = store.ticket(ticket.number).await.unwrap().unwrap();
        ticket.answer.submitted_at = at("2026-11-24T04:00:00Z");
        store.change(ticket.clone(), &wanted, Vec::new(), "edited", now).await.unwrap();
        assert_eq!(store.open_tickets().await.unwrap()[0].submitted_at, ticket.answer.submitted_at);
        assert_eq!(store.knows(&ticket.answer.fingerprint(), ticket.answer.submitted_at).await.unwrap(), Some(ticket.number));
        assert_eq!(store.close_old(now + WAIT_FOR_PEOPLE * 2).await.unwrap(), [(ticket.number, Some(7))]);
        assert!(store.open_tickets().await.unwrap().is_empty());
        store.close().await;
    }
}

#[tokio::test]
async fn numbers_go_up_and_never_below_what_the_sheet_shows() {
    for place in places().await {
        let (store, now) = (held(&place).await, at("2026-11-24T03:00:00Z"));
        for (above, expected) in [(0, 1), (41, 42), (7, 43)] {
            let mut new = unreadable(now);
            new.above = above;
            let ticket = store.take_up(new, now, |_| (RowText(Vec::new()), Vec::new())).await.unwrap();
            assert_eq!(ticket.number.count, expected);
        }
        store.close().await;
    }
}

#[tokio::test]
async fn letters_and_hosts_are_recorded_alike() {
    for place in places().await {
        let (store, now) = (held(&place).await, at("2026-11-24T03:00:00Z"));
        let letter = NewLetter {
            kind: LetterKind::ToCorrect,
            role: Role::Applicant,
            to: "siti@example.go.id".into(),
            facts: LetterFacts { submitted_at: now, ..facts() },
        };
        let finish = |_: &_| (RowText(Vec::new()), vec![letter.clone()]);
        let ticket = store.take_up(unreadable(now), now, finish).await.unwrap();
        assert_eq!((store.next_letter().await.unwrap(), store.letters_waiting().await.unwrap()), (Some(now), 1));
        let due = store.letters_due(now).await.unwrap();
        let label = due[0].label();
        assert_eq!(due[0].to, letter.to);
        assert!(store.letter_leaves(&label).await.unwrap());
        assert!(!store.letter_leaves(&label).await.unwrap(), "it left once");
        assert_eq!(store.letters_sending().await.unwrap().len(), 1);
        store.letter_ended(&label, &LetterEnd::Unknown("550 \0 no".into(), None), now).await.unwrap();
        assert_eq!(store.letter_doubts(&label).await.unwrap(), 1);
        assert_eq!(store.letter_trouble(ticket.number).await.unwrap().in_doubt, std::slice::from_ref(&letter.to));
        assert_eq!(store.next_letter().await.unwrap(), None);
        store.day_used_up("zoom1@example.go.id", now).await.unwrap();
        store.day_used_up("zoom1@example.go.id", now).await.unwrap();
        assert_eq!(store.changes_today(now).await.unwrap()["zoom1@example.go.id"], u32::MAX);
        assert_eq!((store.next_wake().await.unwrap(), store.count_open().await.unwrap()), (None, 1));
        assert!(store.bookings(now).await.unwrap().is_empty());
        store.close().await;
    }
}

#[tokio::test]
async fn a_look_makes_nothing_and_knows_whose_it_is() {
    for place in places().await {
        let before = look(&place.url, "main", "s").await.unwrap();
        assert!(matches!(before, Seen::NotYet(_) | Seen::Empty(_)), "{before:?}");
        assert_eq!(look(&place.url, "main", "s").await.unwrap(), before);
        let store = held(&place).await;
        store.desk("s", at("2026-11-24T03:00:00Z")).await.unwrap();
        store.record_place(7, 1).await.unwrap();
        assert!(matches!(look(&place.url, "main", "s").await.unwrap(), Seen::Ready(_, Some(7))));
        let other = look(&place.url, "main", "t").await.unwrap_err();
        assert!(other.found.contains("belongs to the sheet `s`"), "{other}");
        store.close().await;
    }
    let nowhere = look("postgres://u:secret@127.0.0.1:1/loket", "main", "s").await.unwrap_err();
    assert!(nowhere.found.contains("postgres://127.0.0.1:1/loket") && !nowhere.to_string().contains("secret"), "{nowhere}");
}

#[tokio::test]
async fn an_accepted_letter_stays_so_whatever_a_late_record_says() {
    for place in places().await {
        let (store, now) = (held(&place).await, at("2026-11-24T03:00:00Z"));
        let letter =
            NewLetter { kind: LetterKind::Received, role: Role::Applicant, to: "ana@example.go.id".into(), facts: facts() };
        store.take_up(unreadable(now), now, |_| (RowText(Vec::new()), vec![letter.clone()])).await.unwrap();
        let label = store.letters_due(now).await.unwrap()[0].label();
        assert!(store.letter_leaves(&label).await.unwrap());
        store.letter_ended(&label, &LetterEnd::Accepted, now).await.unwrap();
        // Somebody who read it while it was due.
        assert!(!store.letter_leaves(&label).await.unwrap());
        store.letter_ended(&label, &LetterEnd::Again("late".into(), now), now).await.unwrap();
        assert!(store.letters_due(now).await.unwrap().is_empty());
        store.close().await;
    }
}

#[tokio::test]
async fn one_trouble_is_one_letter_until_it_is_over() {
    for place in places().await {
        let (store, now) = (held(&place).await, at("2026-11-24T03:00:00Z"));
        let facts = || LetterFacts::of_notice(NoticeFacts { title: "Baris hilang".into(), lines: vec!["Satu.".into()] }, now);
        let letters =
            || vec![NewLetter { kind: LetterKind::Notice, role: Role::Staff, to: "tik@example.go.id".into(), facts: facts() }];
        assert!(store.raise_notice("torn", letters(), now).await.unwrap());
        assert!(!store.raise_notice("torn", letters(), now).await.unwrap());
        assert_eq!(store.notices().await.unwrap(), HashSet::from(["torn".to_owned()]));
        store.end_notice("torn").await.unwrap();
        assert!(store.raise_notice("torn", letters(), now).await.unwrap(), "it happened again");
        let due = store.letters_due(now).await.unwrap();
        assert_eq!(due.iter().map(Letter::label).collect::<Vec<_>>(), ["DESK/notice/1", "DESK/notice/2"]);
        assert_eq!((due[0].ticket, due[0].facts.notice.as_ref().unwrap().lines.len()), (None, 1));
        store.close().await;
    }
}

#[tokio::test]
async fn waits_and_outages_are_kept() {
    for place in places().await {
        let (store, now, later) = (held(&place).await, at("2026-11-24T03:00:00Z"), at("2026-11-24T04:00:00Z"));
        store.record_wait("zoom", "heavy", later).await.unwrap();
        store.record_wait("zoom", "heavy", now).await.unwrap();
        assert_eq!(store.waits("zoom", now).await.unwrap(), [("heavy".to_owned(), later)], "the one that ends later stays");
        assert!(store.waits("zoom", later).await.unwrap().is_empty() && store.waits("mail", now).await.unwrap().is_empty());
        store.outage_began("mail", now).await.unwrap();
        store.outage_began("mail", later).await.unwrap();
        store.outage_told("mail").await.unwrap();
        store.outage_answers("mail", Some(later)).await.unwrap();
        let outage = Outage { since: now, told: true, well_since: Some(later) };
        assert_eq!(store.outages().await.unwrap(), HashMap::from([("mail".to_owned(), outage)]));
        store.outage_answers("mail", None).await.unwrap();
        assert_eq!(store.outages().await.unwrap()["mail"].well_since, None);
        store.outage_over("mail").await.unwrap();
        assert!(store.outages().await.unwrap().is_empty());
        store.create_not_counted("zoom1@example.go.id", now).await.unwrap();
        assert!(store.changes_today(now).await.unwrap().is_empty(), "nothing was counted");
        store.close().await;
    }
}

#[tokio::test]
async fn a_meeting_that_no_ticket_holds_is_seen() {
    for place in places().await {
        let store = held(&place).await;
        let ticket = take_up(&store).await.unwrap();
        let found = vec![(5, format!("{}/abcdefgh", ticket.number)), (6, "not ours".to_owned())];
        assert_eq!(store.without_ticket("zoom1@example.go.id", found.clone()).await.unwrap(), found);
        store.close().await;
    }
}

fn facts() -> LetterFacts {
    LetterFacts {
        to_name: String::new(),
        applicant: String::new(),
        unit: String::new(),
        topic: String::new(),
        slot: None,
        open_end: false,
        participants: None,
        more_participants: false,
        recording: false,
        webinar: false,
        several_days: false,
        meeting: None,
        form_link: String::new(),
        full: None,
        cancelled: None,
        notice: None,
        problems: Vec::new(),
        answers: Vec::new(),
        submitted_at: Timestamp::UNIX_EPOCH,
    }
}
