//! The store, on both kinds of it: the same tests.

#[path = "../../../../tests/postgres/server.rs"]
mod server;

mod backup;
mod leases;
mod ledger;
mod settling;

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::Store;
use super::tickets::NewTicket;
use crate::domain::answer::{Answer, Display};
use crate::domain::rows::RowText;
use crate::domain::ticket::{State, Ticket, TicketNumber};

/// A place for a store, and the folder that it may live in.
struct Place {
    url: String,
    #[expect(dead_code, reason = "it goes when this does")]
    folder: tempfile::TempDir,
}

/// One of each kind, empty.
async fn places() -> [Place; 2] {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", folder.path().join("loket.db").display());
    [Place { url, folder }, Place { url: server::database().await, folder: tempfile::tempdir().unwrap() }]
}

/// Opens a store and takes its lease.
async fn held(place: &Place) -> Store {
    let store = Store::open(&place.url, "main").await.unwrap();
    assert!(store.take_lease().await.unwrap().is_some(), "nobody else has it");
    store
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn unreadable(now: Timestamp) -> NewTicket {
    let ticket = Ticket {
        number: TicketNumber { year: 2026, count: 0 },
        answer: Answer { submitted_at: now, cells: BTreeMap::new(), others: Vec::new(), display: Display::default() },
        first_submitted_at: now,
        first_row: 1,
        request: None,
        state: State::ToCorrect(Vec::new()),
        changed_at: now,
        tries: 0,
        not_before: now,
        mark: None,
        command: None,
        edited_since: false,
        version: 0,
    };
    NewTicket { ticket, year: 2026, above: 0, replaces: Vec::new() }
}

/// Takes up a ticket that cannot be read.
async fn take_up(store: &Store) -> Result<Ticket, super::StoreError> {
    let now = at("2026-11-24T03:00:00Z");
    store.take_up(unreadable(now), now, |_| (RowText(Vec::new()), Vec::new())).await
}
