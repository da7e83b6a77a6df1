//! Looking at an account: what is planned on it, what is live, and which meetings carry a marker.

use futures_util::stream::{self, StreamExt};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use reqwest::Method;
use serde_json::Value;

use super::accounts::encode;
use super::door::{Label, Refusal, ZoomDoor};
use crate::domain::limits::LISTING_PAGES_MAX;
use crate::domain::limits::zoom::{LOOKUPS_AT_ONCE, PAGE};
use crate::domain::meeting::Marker;
use crate::domain::outcome::{Outcome, Why};
use crate::domain::slot::Slot;

/// Zoom's number for a recurring meeting with fixed times (API reference, `type`).
const RECURRING: i64 = 8;

/// A meeting as a listing shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Planned {
    /// Its number.
    pub id: i64,
    /// When; one for each occurrence of a recurring one.
    pub slot: Slot,
}

/// What is planned and live on an account.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Listing {
    /// Planned meetings, by hand or by us.
    pub planned: Vec<Planned>,
    /// Numbers of the meetings that are live now, instant ones included.
    pub live: Vec<i64>,
    /// Planned meetings that carry a marker of ours, with it.
    pub marked: Vec<(Planned, Marker)>,
}

struct Item {
    id: i64,
    kind: i64,
    agenda: String,
    slot: Option<Slot>,
}

impl ZoomDoor {
    /// Everything that takes an account's time: scheduled meetings, recurring ones at each occurrence, and live ones.
    pub async fn listing(&self, host: &str) -> Outcome<Listing> {
        let (scheduled, live) = tokio::join!(self.list(host, "scheduled"), self.list(host, "live"));
        let (scheduled, live) = match (scheduled, live) {
            (Outcome::Done(scheduled), Outcome::Done(live)) => (scheduled, live),
            (Outcome::Done(_), other) | (other, _) => return other.map(|_| Listing::default()),
        };
        let (recurring, single): (Vec<Item>, Vec<Item>) = scheduled.into_iter().partition(|item| item.kind == RECURRING);
        let mut planned: Vec<Planned> =
            single.iter().filter_map(|item| Some(Planned { id: item.id, slot: item.slot? })).collect();
        let marked =
            single.iter().filter_map(|item| Some((Planned { id: item.id, slot: item.slot? }, Marker::read(&item.agenda)?)));
        let marked = marked.collect();
        let mut ids: Vec<i64> = recurring.iter().map(|item| item.id).collect();
        ids.sort_unstable();
        ids.dedup();
        let mut lookups = stream::iter(ids).map(|id| self.occurrences(id)).buffer_unordered(LOOKUPS_AT_ONCE);
        while let Some(occurrences) = lookups.next().await {
            match occurrences {
                Outcome::Done(more) => planned.extend(more),
                other => return other.map(|_| Listing::default()),
            }
        }
        Outcome::Done(Listing { planned, live: live.into_iter().map(|item| item.id).collect(), marked })
    }

    /// Numbers of the account's meetings that carry a marker, from a complete listing.
    pub async fn marked(&self, host: &str, marker: &Marker) -> Outcome<Vec<i64>> {
        self.list(host, "scheduled").await.map(|items| {
            let mut ids: Vec<i64> = items.iter().filter(|item| marker.is_in(&item.agenda)).map(|item| item.id).collect();
            ids.sort_unstable();
            ids.dedup();
            ids
        })
    }

    /// All pages of a listing.
    async fn list(&self, host: &str, kind: &str) -> Outcome<Vec<Item>> {
        let (mut items, mut token) = (Vec::new(), String::new());
        for _ in 0..LISTING_PAGES_MAX {
            let path =
                format!("/users/{}/meetings?type={kind}&page_size={PAGE}&next_page_token={}", encode(host), encode(&token));
            let path = if token.is_empty() { path.replace("&next_page_token=", "") } else { path };
            let page = self.call("meetings.list", Label::Medium, Method::GET, &path, None).await;
            let body = match page.outcome(|refusal| refused(host, &refusal)) {
                Outcome::Done(body) => body,
                // Reading changes nothing: what is unknown may simply be asked again.
                Outcome::Unknown(why) => return Outcome::NotDone(Why::Later(why, None)),
                Outcome::NotDone(why) => return Outcome::NotDone(why),
            };
            let Some(meetings) = body["meetings"].as_array() else {
                return Outcome::NotDone(Why::Later("Zoom's listing cannot be read".into(), None));
            };
            items.extend(meetings.iter().filter_map(item));
            body["next_page_token"].as_str().unwrap_or("").clone_into(&mut token);
            if token.is_empty() {
                return Outcome::Done(items);
            }
        }
        Outcome::NotDone(Why::Refused(format!("the account {host} has more than {} meetings", LISTING_PAGES_MAX * PAGE)))
    }

    /// The occurrences of a recurring meeting. One that is gone has none.
    async fn occurrences(&self, id: i64) -> Outcome<Vec<Planned>> {
        let ended = self.call("meetings.get", Label::Light, Method::GET, &format!("/meetings/{id}"), None).await;
        let body = match ended.outcome(|refusal| match refusal.status {
            404 => Why::HostUnusable(String::new()),
            _ => Why::Refused(refusal.text()),
        }) {
            Outcome::NotDone(Why::HostUnusable(_)) => return Outcome::Done(Vec::new()),
            Outcome::Unknown(why) => return Outcome::NotDone(Why::Later(why, None)),
            Outcome::NotDone(why) => return Outcome::NotDone(why),
            Outcome::Done(body) => body,
        };
        let duration = body["duration"].as_i64();
        let occurrences = body["occurrences"].as_array().into_iter().flatten();
        let kept = occurrences.filter(|occurrence| occurrence["status"].as_str() != Some("deleted"));
        let slots = kept.filter_map(|occurrence| slot(occurrence, occurrence["duration"].as_i64().or(duration)));
        Outcome::Done(slots.map(|slot| Planned { id, slot }).collect())
    }
}

fn item(meeting: &Value) -> Option<Item> {
    Some(Item {
        id: meeting["id"].as_i64().or_else(|| meeting["id"].as_str()?.parse().ok())?,
        kind: meeting["type"].as_i64().unwrap_or(2),
        agenda: meeting["agenda"].as_str().unwrap_or("").to_owned(),
        slot: slot(meeting, meeting["duration"].as_i64()),
    })
}

fn slot(meeting: &Value, minutes: Option<i64>) -> Option<Slot> {
    /// Zoom's default length where none is told.
    const DEFAULT_MINUTES: i64 = 60;
    let start = instant(meeting)?;
    let length = SignedDuration::from_mins(minutes.filter(|minutes| *minutes > 0).unwrap_or(DEFAULT_MINUTES));
    Some(Slot { start, end: start.checked_add(length).ok()? })
}

/// The start of a meeting: in UTC with `Z`; without it, wall-clock in the meeting's own zone.
pub(super) fn instant(meeting: &Value) -> Option<Timestamp> {
    let text = meeting["start_time"].as_str()?;
    if let Ok(instant) = text.parse() {
        return Some(instant);
    }
    let wall: jiff::civil::DateTime = text.parse().ok()?;
    let zone = meeting["timezone"].as_str().and_then(|name| TimeZone::get(name).ok()).unwrap_or(TimeZone::UTC);
    zone.to_timestamp(wall).ok()
}

fn refused(host: &str, refusal: &Refusal) -> Why {
    if refusal.status == 404 {
        Why::HostUnusable(format!("the Zoom account {host} cannot be listed: {}", refusal.text()))
    } else {
        Why::Refused(refusal.text())
    }
}
