//! The calendar invite of a letter: an iTIP request to one attendee, or the cancellation of one (RFC 5545, 5546, 6047).

use icalendar::{Calendar, Component, Event, Property};
use jiff::Timestamp;

use crate::domain::letter::MeetingFacts;
use crate::domain::limits::mail::{MAILBOX_CHARS_MAX, TOPIC_CHARS_MAX};
use crate::domain::slot::Slot;
use crate::domain::text::{lines, one_line};

/// A person in an invite.
#[derive(Clone, Copy)]
pub(super) struct Person<'a> {
    /// As people write it; may be empty.
    pub(super) name: &'a str,
    /// The mail address.
    pub(super) address: &'a str,
}

/// What an invite is made of.
pub(super) struct Invitation<'a> {
    /// The same for every letter about this event.
    pub(super) uid: String,
    /// When the letter is written.
    pub(super) now: Timestamp,
    /// When the event is.
    pub(super) slot: Slot,
    /// Rises when the time changes.
    pub(super) sequence: u32,
    /// The event's title.
    pub(super) topic: &'a str,
    /// The letter's sender: mail programs refuse an invite from anyone else.
    pub(super) organizer: Person<'a>,
    /// The letter's recipient.
    pub(super) attendee: Person<'a>,
    /// The meeting; none where it is called off.
    pub(super) meeting: Option<&'a MeetingFacts>,
    /// What a mail program shows below the title; empty for nothing.
    pub(super) description: &'a str,
}

impl Invitation<'_> {
    /// The iTIP method.
    pub(super) fn method(&self) -> &'static str {
        if self.meeting.is_some() { "REQUEST" } else { "CANCEL" }
    }
}

/// The calendar as bytes on the wire: UTF-8, CRLF, folded at 75 octets. A cancellation holds no link.
pub(super) fn calendar(invitation: &Invitation<'_>) -> String {
    let mut event = Event::new();
    if let Some(meeting) = invitation.meeting {
        event
            .add_property("DESCRIPTION", lines(invitation.description))
            .add_property("LOCATION", meeting.join_url.as_str())
            .add_property("URL", meeting.join_url.as_str());
    }
    event
        .add_property("UID", invitation.uid.as_str())
        .add_property("DTSTAMP", utc(invitation.now))
        .add_property("DTSTART", utc(invitation.slot.start))
        .add_property("DTEND", utc(invitation.slot.end))
        .add_property("SEQUENCE", invitation.sequence.to_string())
        .add_property("SUMMARY", one_line(invitation.topic, TOPIC_CHARS_MAX))
        .add_property("STATUS", if invitation.meeting.is_some() { "CONFIRMED" } else { "CANCELLED" })
        .add_property("TRANSP", if invitation.meeting.is_some() { "OPAQUE" } else { "TRANSPARENT" })
        // Most calendars show a closed event to nobody else only if it says so; the invite cannot know who shares a calendar.
        .add_property("CLASS", "PRIVATE")
        .append_property(person("ORGANIZER", invitation.organizer, &[]))
        .append_multi_property(person(
            "ATTENDEE",
            invitation.attendee,
            &[("CUTYPE", "INDIVIDUAL"), ("PARTSTAT", "NEEDS-ACTION"), ("ROLE", "REQ-PARTICIPANT"), ("RSVP", "TRUE")],
        ));
    let mut calendar = Calendar::empty();
    calendar
        .append_property(("VERSION", "2.0"))
        .append_property(("PRODID", "-//Loket//Virtual Meeting//ID"))
        .append_property(("CALSCALE", "GREGORIAN"))
        .append_property(("METHOD", invitation.method()))
        .push(event);
    calendar.to_string()
}

fn person(key: &str, person: Person<'_>, parameters: &[(&str, &str)]) -> Property {
    let mut property = Property::new(key, format!("mailto:{}", person.address));
    for (name, value) in parameters {
        property.add_parameter(name, value);
    }
    let name = common_name(person.name);
    if !name.is_empty() {
        property.add_parameter("CN", &name);
    }
    property
}

/// A name as a parameter value: quoted whatever it holds, and no quote inside, since RFC 5545 has no way to write one.
fn common_name(name: &str) -> String {
    let bare = one_line(name, MAILBOX_CHARS_MAX).replace('"', "'");
    let bare = bare.trim();
    if bare.is_empty() { String::new() } else { format!("\"{bare}\"") }
}

/// `20261130T020000Z`.
fn utc(at: Timestamp) -> String {
    at.strftime("%Y%m%dT%H%M%SZ").to_string()
}
