//! The schedule for programs: a calendar to subscribe to, and JSON. Both hold public events only.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use icalendar::{Calendar, Component, Event, EventLike, Property};
use jiff::Timestamp;
use serde::Serialize;

use super::Web;
use super::answers::{CALENDAR, JSON, PLAIN, fresh, kept};
use super::schedule::PublicEvent;
use crate::adapters::clock;
use crate::domain::wording::Wording;

/// How often a calendar program may ask again; Google asks when it likes.
const REFRESH_EVERY: &str = "PT15M";

/// What a feed says of itself.
#[derive(Debug, Clone, Copy)]
pub(super) struct FeedFacts<'a> {
    /// What the calendar is called.
    pub(super) name: &'a str,
    /// The host of the public address.
    pub(super) host: &'a str,
    /// Where the schedule can be read.
    pub(super) schedule_url: &'a str,
}

/// `/jadwal.ics`
pub(super) async fn calendar(State(web): State<Arc<Web>>, heads: HeaderMap) -> Response {
    match web.events(clock::now()).await {
        Ok(events) => {
            let name = web.feed_name();
            let facts = FeedFacts { name: &name, host: &web.facts.host, schedule_url: &web.address("/jadwal") };
            kept(&heads, CALENDAR, calendar_text(&events, facts, &web.facts.wording))
        }
        Err(error) => {
            tracing::error!("cannot read the schedule: {error}");
            fresh(StatusCode::SERVICE_UNAVAILABLE, PLAIN, web.say("page-unavailable-text"))
        }
    }
}

/// `/api/jadwal`
pub(super) async fn json(State(web): State<Arc<Web>>, heads: HeaderMap) -> Response {
    match web.events(clock::now()).await {
        Ok(events) => kept(&heads, JSON, json_text(&events, &web.facts.wording)),
        Err(error) => {
            tracing::error!("cannot read the schedule: {error}");
            let body = serde_json::json!({ "error": web.say("page-unavailable-text") });
            fresh(StatusCode::SERVICE_UNAVAILABLE, JSON, body.to_string())
        }
    }
}

/// The calendar (RFC 5545): UTC times, CRLF, folded at 75 octets. It marks nobody as busy, since a reader only watches.
pub(super) fn calendar_text(events: &[PublicEvent], facts: FeedFacts<'_>, wording: &Wording) -> String {
    let mut calendar = Calendar::empty();
    calendar
        .append_property(("VERSION", "2.0"))
        .append_property(("PRODID", "-//Loket//Virtual Meeting//ID"))
        .append_property(("CALSCALE", "GREGORIAN"))
        .append_property(("METHOD", "PUBLISH"))
        .append_property(("NAME", facts.name))
        .append_property(("X-WR-CALNAME", facts.name))
        .append_property(("X-PUBLISHED-TTL", REFRESH_EVERY))
        .append_property(Property::new("REFRESH-INTERVAL", REFRESH_EVERY).add_parameter("VALUE", "DURATION").done());
    if let Some(zone) = wording.zone.iana_name() {
        calendar.append_property(("X-WR-TIMEZONE", zone));
    }
    for event in events {
        let mut entry = Event::new();
        entry
            .add_property("UID", format!("{}@{}", event.uid, facts.host))
            .add_property("DTSTAMP", utc(event.changed_at))
            .add_property("DTSTART", utc(event.slot.start))
            .add_property("DTEND", utc(event.slot.end))
            .add_property("SUMMARY", event.title.as_str())
            .add_property("DESCRIPTION", description(event))
            .add_property("URL", event.link.as_deref().unwrap_or(facts.schedule_url))
            .add_property("STATUS", if event.called_off { "CANCELLED" } else { "CONFIRMED" })
            .add_property("TRANSP", "TRANSPARENT");
        if let Some(link) = &event.link {
            entry.location(link);
        }
        calendar.push(entry);
    }
    calendar.to_string()
}

fn description(event: &PublicEvent) -> String {
    let parts = [event.unit.as_str(), event.status];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n")
}

/// `20261130T020000Z`.
fn utc(at: Timestamp) -> String {
    at.strftime("%Y%m%dT%H%M%SZ").to_string()
}

#[derive(Debug, Serialize)]
struct Schedule<'a> {
    events: Vec<Entry<'a>>,
}

#[derive(Debug, Serialize)]
struct Entry<'a> {
    date: String,
    start: String,
    end: String,
    time: String,
    title: &'a str,
    unit: &'a str,
    status: &'a str,
    link: Option<&'a str>,
}

/// The events as JSON; instants are written with the office's offset.
pub(super) fn json_text(events: &[PublicEvent], wording: &Wording) -> String {
    let entry = |event| -> Entry<'_> {
        let event: &PublicEvent = event;
        Entry {
            date: wording.day_of(event.slot.start).to_string(),
            start: instant(event.slot.start, wording),
            end: instant(event.slot.end, wording),
            time: wording.time_range(event.slot),
            title: &event.title,
            unit: &event.unit,
            status: event.status,
            link: event.link.as_deref(),
        }
    };
    let schedule = Schedule { events: events.iter().map(entry).collect() };
    serde_json::to_string(&schedule).expect("public events are plain data: writing them as JSON cannot fail")
}

/// `2026-11-30T09:00:00+07:00`.
pub(super) fn instant(at: Timestamp, wording: &Wording) -> String {
    at.to_zoned_datetime(wording.zone.clone()).strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()
}
