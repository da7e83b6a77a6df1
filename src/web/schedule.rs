//! The public schedule: what of a ticket the public may know. Invariant: the allow-list is [`PublicEvent`]; no ticket, answer or
//! person goes on from here to a page or a feed.

use jiff::Timestamp;
use jiff::civil::Date;
use sha2::{Digest, Sha256};

use super::text::web_link;
use crate::domain::limits::web::{TITLE_CHARS_MAX, UNIT_CHARS_MAX};
use crate::domain::slot::Slot;
use crate::domain::text::one_line;
use crate::domain::ticket::Ticket;
use crate::domain::wording::Wording;

/// Bytes of the hash that stands for a ticket number.
const UID_BYTES: usize = 8;

/// What the public may know of an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicEvent {
    /// Says which event it is without the ticket's number.
    pub uid: String,
    /// When it is.
    pub slot: Slot,
    /// Its title, or that it is internal.
    pub title: String,
    /// Who holds it; may be empty.
    pub unit: String,
    /// Its status, in the contract's words.
    pub status: &'static str,
    /// It was called off.
    pub called_off: bool,
    /// The join link of an open event, where the office shows them.
    pub link: Option<String>,
    /// When this last changed.
    pub changed_at: Timestamp,
}

/// What decides how much is shown.
#[derive(Debug, Clone, Copy)]
pub struct Shown<'a> {
    /// `web.public_links`.
    pub links: bool,
    /// What stands in place of the title of an internal event.
    pub internal: &'a str,
    /// What stands in place of a title with nothing in it.
    pub untitled: &'a str,
}

impl PublicEvent {
    /// The public part of a ticket; `None` if it has no meeting.
    pub fn of(ticket: &Ticket, shown: Shown<'_>) -> Option<PublicEvent> {
        let request = ticket.meeting_made().and(ticket.request.as_ref())?;
        let title = if request.public == Some(false) {
            shown.internal.to_owned()
        } else {
            let title = one_line(&request.topic, TITLE_CHARS_MAX);
            if title.is_empty() { shown.untitled.to_owned() } else { title }
        };
        let open = shown.links && request.public == Some(true);
        Some(PublicEvent {
            uid: uid(ticket),
            slot: request.slot,
            title,
            unit: one_line(&request.unit, UNIT_CHARS_MAX),
            status: ticket.state.status(),
            link: ticket.meeting().filter(|_| open).and_then(|meeting| web_link(&meeting.join_url)),
            called_off: ticket.meeting().is_none(),
            changed_at: ticket.changed_at,
        })
    }
}

/// The first instant of today in the office's zone.
pub fn start_of_today(now: Timestamp, wording: &Wording) -> Timestamp {
    let midnight = wording.day_of(now).to_zoned_datetime(wording.zone.clone());
    midnight.map_or(now, |midnight| midnight.timestamp())
}

/// The events by the day on which they start, in their order.
pub fn by_day<'a>(events: &'a [PublicEvent], wording: &Wording) -> Vec<(Date, Vec<&'a PublicEvent>)> {
    let mut days: Vec<(Date, Vec<&PublicEvent>)> = Vec::new();
    for event in events {
        let day = wording.day_of(event.slot.start);
        match days.last_mut() {
            Some((last, events)) if *last == day => events.push(event),
            _ => days.push((day, vec![event])),
        }
    }
    days
}

/// The number alone could be found by trying all numbers; with the moment of the answer that takes long, and finds nothing else.
fn uid(ticket: &Ticket) -> String {
    let mut hash = Sha256::new();
    hash.update(ticket.number.to_string());
    hash.update(ticket.first_submitted_at.as_millisecond().to_be_bytes());
    super::answers::hex(&hash.finalize()[..UID_BYTES])
}
