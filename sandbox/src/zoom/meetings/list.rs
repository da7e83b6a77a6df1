//! `GET /users/{id}/meetings` and `GET /users/{id}/upcoming_meetings`.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::parameters::{self, Parameters};
use crate::zoom::errors::Refusal;
use crate::zoom::meeting::{Kind, Meeting};
use crate::zoom::paging;
use crate::zoom::state::{SeriesInList, State};

/// The largest page of meetings.
const PAGE_MAX: usize = 300;
/// How far `upcoming` and `previous_meetings` reach: six months.
const REACH: SignedDuration = SignedDuration::from_hours(183 * 24);

/// An item of a list: when it starts, how long it lasts, and how it is shown.
type Item = (Option<Timestamp>, u32, Value);

/// Lists the meetings that the user hosts.
pub(in crate::zoom) fn list(state: &mut State, user: &str, query: &Parameters, now: Timestamp) -> Result<Value, Refusal> {
    let host = state.existing_host(user)?;
    let kind = parameters::get(query, "type").filter(|kind| !kind.is_empty()).unwrap_or("scheduled");
    let hosted = state.meetings.values().filter(|one| one.host_id == host.id && !one.is_expired(now));
    let series = state.series_in_list;
    let mut items: Vec<Item> = match kind {
        "live" => hosted.filter(|one| one.is_live()).map(live).collect(),
        "scheduled" => hosted.filter(|one| one.kind != Kind::Instant).flat_map(|one| shown(one, series, now)).collect(),
        "upcoming" | "upcoming_meetings" => hosted
            .filter(|one| one.kind != Kind::Instant)
            .flat_map(|one| upcoming(one, series, now))
            .filter(|(start, ..)| start.is_none_or(|start| start <= now + REACH))
            .collect(),
        "previous_meetings" => previous(state, &host.id, now),
        _ => return Err(Refusal::parameter("type")),
    };
    let zone = parameters::get(query, "timezone").filter(|zone| !zone.is_empty()).unwrap_or(&host.spec.time_zone);
    let zone = TimeZone::get(zone).map_err(|_| Refusal::parameter("timezone"))?;
    let (from, to) = (day(query, "from")?, day(query, "to")?);
    items.retain(|(start, ..)| {
        let on = start.map(|start| zone.to_datetime(start).date());
        on.is_none_or(|on| from.is_none_or(|from| from <= on) && to.is_none_or(|to| on <= to))
    });
    // Those without a time come first, as they have none to be sorted by.
    items.sort_by_key(|(start, ..)| *start);
    let items = items.into_iter().map(|(_, _, item)| item).collect();
    paging::page(state, (format!("meetings {} {kind}", host.id), "meetings"), query, items, PAGE_MAX, now)
}

/// The next 24 hours, without pages.
pub(in crate::zoom) fn next_day(state: &State, user: &str, now: Timestamp) -> Result<Value, Refusal> {
    // This call alone says "meeting" when it is the user that does not exist.
    let host = state.host(user).cloned().ok_or_else(|| Refusal::no_meeting(user))?;
    let hosted = state.meetings.values().filter(|one| one.host_id == host.id && !one.is_expired(now));
    let mut meetings: Vec<(Timestamp, Value)> = Vec::new();
    for meeting in hosted {
        for (start, end) in meeting.slots() {
            if end > now && start <= now + SignedDuration::from_hours(24) {
                let minutes = (end.as_second() - start.as_second()) / 60;
                let mut item = meeting.in_list(Some(start), u32::try_from(minutes).unwrap_or_default());
                item["is_host"] = true.into();
                item["passcode"] = meeting.password.clone().into();
                item["use_pmi"] = false.into();
                meetings.push((start, item));
            }
        }
    }
    meetings.sort_by_key(|(start, _)| *start);
    let meetings: Vec<Value> = meetings.into_iter().map(|(_, item)| item).collect();
    Ok(json!({"total_records": meetings.len(), "meetings": meetings}))
}

/// The item of a live meeting.
fn live(meeting: &Meeting) -> Item {
    // A live meeting shows the start of what is being held.
    let start = meeting.start_at.or(meeting.live_since);
    (start, meeting.duration_min, meeting.in_list(start, meeting.duration_min))
}

/// The items of a meeting in `scheduled`.
fn shown(meeting: &Meeting, series: SeriesInList, now: Timestamp) -> Vec<Item> {
    let item = |start: Option<Timestamp>, minutes: u32| (start, minutes, meeting.in_list(start, minutes));
    if meeting.kind != Kind::Series {
        return vec![item(meeting.start_at, meeting.duration_min)];
    }
    let mut valid = meeting.occurrences.iter().filter(|occurrence| !occurrence.deleted);
    match series {
        SeriesInList::EachOccurrence => valid.map(|one| item(Some(one.start_at), one.duration_min)).collect(),
        SeriesInList::OneItem => vec![item(meeting.start_at, meeting.duration_min)],
        SeriesInList::NextOccurrence => {
            let mut last = None;
            let next = valid.find(|one| {
                last = Some((one.start_at, one.duration_min));
                one.start_at + SignedDuration::from_mins(i64::from(one.duration_min)) > now
            });
            let next = next.map(|one| (one.start_at, one.duration_min)).or(last);
            next.map(|(start, minutes)| item(Some(start), minutes)).into_iter().collect()
        }
    }
}

/// The items of a meeting in `upcoming`: those not over, and live ones.
fn upcoming(meeting: &Meeting, series: SeriesInList, now: Timestamp) -> Vec<Item> {
    let to_come = meeting.slots().iter().any(|(_, end)| *end > now);
    if meeting.kind == Kind::Series && series != SeriesInList::EachOccurrence {
        return if to_come || meeting.is_live() { shown(meeting, series, now) } else { Vec::new() };
    }
    let mut items = shown(meeting, series, now);
    items.retain(|(start, minutes, _)| {
        let over = start.is_some_and(|start| start + SignedDuration::from_mins(i64::from(*minutes)) <= now);
        !over || meeting.is_live()
    });
    items
}

/// The items of `previous_meetings`: what was held and is scheduled no more.
fn previous(state: &State, host: &str, now: Timestamp) -> Vec<Item> {
    let held = state.held.iter().filter(|held| held.host_id == host && held.kind != Kind::Instant);
    held.filter(|held| held.ended_at >= now - REACH)
        .filter_map(|held| {
            let mut item = state.meetings.get(&held.id)?.in_list(Some(held.started_at), 0);
            let minutes = u32::try_from((held.ended_at.as_second() - held.started_at.as_second()) / 60);
            item["uuid"] = held.uuid.clone().into();
            item["duration"] = minutes.unwrap_or_default().into();
            Some((Some(held.started_at), minutes.unwrap_or_default(), item))
        })
        .collect()
}

/// A day in the query.
fn day(query: &Parameters, field: &str) -> Result<Option<Date>, Refusal> {
    match parameters::get(query, field) {
        None | Some("") => Ok(None),
        Some(text) => text.parse().map(Some).map_err(|_| Refusal::parameter(field)),
    }
}
