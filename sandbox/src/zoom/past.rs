//! `/past_meetings` and the participants' report: meetings that were held.

use axum::http::StatusCode;
use jiff::Timestamp;
use percent_encoding::percent_decode_str;
use serde_json::{Value, json};

use crate::parameters::Parameters;
use crate::zoom::errors::Refusal;
use crate::zoom::meeting::Held;
use crate::zoom::state::State;
use crate::zoom::{paging, utc};

/// The largest page of participants.
const PAGE_MAX: usize = 300;

/// `GET /past_meetings/{id or uuid}`.
pub(super) fn get(state: &State, name: &str) -> Result<Value, Refusal> {
    let held = latest(state, name).ok_or_else(|| Refusal::no_meeting(name))?;
    let minutes = (held.ended_at.as_second() - held.started_at.as_second()).max(0).div_euclid(60);
    let total: i64 = held.attendees.iter().map(|one| one.left_at.as_second() - one.joined_at.as_second()).sum();
    let name = state.host(&held.host_id).map(|host| format!("{} {}", host.spec.first_name, host.spec.last_name));
    Ok(json!({
        "uuid": held.uuid,
        "id": held.id,
        "host_id": held.host_id,
        "type": held.kind.number(),
        "topic": held.topic,
        "user_name": name.unwrap_or_default(),
        "user_email": held.host_email,
        "start_time": utc(held.started_at),
        "end_time": utc(held.ended_at),
        "duration": minutes,
        "total_minutes": total.div_euclid(60),
        "participants_count": held.attendees.len(),
        "dept": "",
        "source": "Zoom",
        "has_meeting_summary": false,
    }))
}

/// `GET /past_meetings/{id}/instances`.
pub(super) fn instances(state: &State, name: &str) -> Result<Value, Refusal> {
    let id: u64 = name.parse().map_err(|_| Refusal::no_meeting(name))?;
    let held = state.held.iter().filter(|held| held.id == id);
    let meetings: Vec<Value> = held.map(|held| json!({"uuid": held.uuid, "start_time": utc(held.started_at)})).collect();
    if meetings.is_empty() && !state.meetings.contains_key(&id) {
        return Err(Refusal::no_meeting(name));
    }
    Ok(json!({"meetings": meetings}))
}

/// `GET /past_meetings/{id or uuid}/participants`: nothing if only one took part.
pub(super) fn participants(state: &mut State, name: &str, query: &Parameters, now: Timestamp) -> Result<Value, Refusal> {
    let held = latest(state, name).ok_or_else(|| Refusal::no_meeting(name))?;
    people(state, &held, query, now)
}

/// `GET /report/meetings/{id or uuid}/participants`.
pub(super) fn report(state: &mut State, name: &str, query: &Parameters, now: Timestamp) -> Result<Value, Refusal> {
    let held = latest(state, name)
        .ok_or_else(|| Refusal::new(StatusCode::NOT_FOUND, 3001, format!("Meeting {name} not found or has expired.")))?;
    people(state, &held, query, now)
}

/// A page of those who took part.
fn people(state: &mut State, held: &Held, query: &Parameters, now: Timestamp) -> Result<Value, Refusal> {
    let alone = held.attendees.len() < 2;
    let mut people = Vec::new();
    for one in held.attendees.iter().filter(|_| !alone) {
        people.push(json!({
            "id": "",
            "user_id": (16_778_240 + people.len()).to_string(),
            "name": one.name,
            "user_email": one.email,
            "join_time": utc(one.joined_at),
            "leave_time": utc(one.left_at),
            "duration": one.left_at.as_second() - one.joined_at.as_second(),
            "failover": false,
            "status": "in_meeting",
            "internal_user": state.host(&one.email).is_some(),
        }));
    }
    paging::page(state, (format!("participants {}", held.uuid), "participants"), query, people, PAGE_MAX, now)
}

/// The instance with this uuid, or the latest of the meeting with this number. A uuid may be encoded twice.
fn latest(state: &State, name: &str) -> Option<Held> {
    let uuid = percent_decode_str(name).decode_utf8_lossy();
    state.held.iter().rev().find(|held| held.uuid == name || held.uuid == uuid || held.id.to_string() == name).cloned()
}
