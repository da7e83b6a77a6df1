//! Tests of the web: what the public sees of a ticket, and the answers on a real socket.

mod events;
mod serving;

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use metrics_exporter_prometheus::PrometheusBuilder;
use tempfile::TempDir;

use super::{Facts, Standing, Web};
use crate::adapters::store::Store;
use crate::adapters::store::tickets::NewTicket;
use crate::config::kinds::WebAddress;
use crate::config::settings;
use crate::domain::answer::Answer;
use crate::domain::meeting::Meeting;
use crate::domain::request::{Contact, Request};
use crate::domain::rows::RowText;
use crate::domain::rules::Opening;
use crate::domain::slot::Slot;
use crate::domain::ticket::{State, Ticket, TicketNumber};
use crate::domain::wording::{Language, Wording};
use crate::domain::words::Words;

const LINK: &str = "https://us02web.zoom.us/j/92674392836?pwd=aB3xY&from=addon";
const ID: &str = include_str!("../../../config/words/id.ftl");
const EN: &str = include_str!("../../../config/words/en.ftl");

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn wording(language: Language) -> Wording {
    Wording { language, zone: TimeZone::get("Asia/Jakarta").unwrap() }
}

/// A ticket with a meeting, on 30 November 2026 from 09.00 to 11.30 WIB.
fn ticket(count: u32, topic: &str, public: Option<bool>) -> Ticket {
    let slot = Slot { start: at("2026-11-30T02:00:00Z"), end: at("2026-11-30T04:30:00Z") };
    let asked_at = at("2026-11-24T03:05:00Z");
    Ticket {
        number: TicketNumber { year: 2026, count },
        answer: Answer {
            submitted_at: asked_at,
            cells: BTreeMap::new(),
            others: Vec::new(),
            display: crate::domain::answer::Display::default(),
        },
        first_submitted_at: asked_at,
        first_row: count,
        request: Some(Request {
            email: "siti@example.go.id".into(),
            applicant: "Dr. Siti Rahmawati".into(),
            unit: "Balai Veteriner".into(),
            topic: topic.into(),
            slot,
            several_days: false,
            open_end: false,
            participants: Some(50),
            more_participants: false,
            contact: Contact { name: "Budi".into(), email: "budi@example.go.id".into(), phone: "0812-0000-1111".into() },
            webinar: false,
            recording: true,
            public,
            notes: "mohon direkam".into(),
        }),
        state: State::Scheduled(Meeting {
            id: 92_674_392_836,
            host: "zoom1@example.go.id".into(),
            join_url: LINK.into(),
            passcode: "x7Kp2Q".into(),
            opening: Opening::Participants,
            start: slot.start,
            capacity: 100,
            recorded: false,
        }),
        changed_at: asked_at,
        tries: 0,
        not_before: asked_at,
        mark: None,
        command: None,
        edited_since: false,
        version: 0,
    }
}

/// The same on another day or at another time.
fn moved(mut ticket: Ticket, start: Timestamp, minutes: i64) -> Ticket {
    if let Some(request) = &mut ticket.request {
        request.slot = Slot { start, end: start + jiff::SignedDuration::from_mins(minutes) };
    }
    ticket
}

/// A web over a store that holds these tickets, and the folder in which the store lives.
async fn web(language: Language, change: impl FnOnce(&mut Facts), tickets: Vec<Ticket>) -> (TempDir, Arc<Web>) {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&format!("sqlite:{}", folder.path().join("loket.db").display()), "main").await.unwrap();
    store.take_lease().await.unwrap();
    for ticket in tickets {
        let (year, now) = (ticket.number.year, ticket.changed_at);
        store
            .take_up(NewTicket { ticket, year, above: 0, replaces: Vec::new() }, now, |_| (RowText(Vec::new()), Vec::new()))
            .await
            .unwrap();
    }
    let words = Words::new(wording(language), &[if language == Language::Id { ID } else { EN }]).unwrap();
    let mut facts = Facts {
        office: settings::Office { phone: "0812-3456-7890".into(), language, ..settings::Office::default() },
        settings: settings::Web {
            listen: ([127, 0, 0, 1], 0).into(),
            public_url: WebAddress(url::Url::parse("https://vm.example.go.id").unwrap()),
            form_entries: BTreeMap::new(),
            form_url: "https://forms.example/permohonan".into(),
            survey_url: String::new(),
            public_links: false,
            trusted_proxies: Vec::new(),
        },
        host: "vm.example.go.id".into(),
        wording: wording(language),
        say: Arc::new(move |key, texts| words.texts(key, texts)),
        standing: Box::new(Standing::default),
        store,
        metrics: PrometheusBuilder::new().build_recorder().handle(),
    };
    change(&mut facts);
    (folder, Arc::new(Web::new(facts, None)))
}
