//! The handle over HTTP, in JSON:
//!
//! | call | does |
//! |---|---|
//! | `GET /control/info` | all addresses, credentials, the key file |
//! | `POST /control/answers` | an [`Answer`]; what is left out has its default; gives `{"id"}` |
//! | `PUT /control/answers/{id}` | the same, in place of an earlier answer |
//! | `GET /control/letters?to=&after=` | the letters, parsed; `after` a number |
//! | `GET /control/meetings?host=` | the meetings |
//! | `POST /control/zoom/meetings` | `{"host", "topic", "start", "duration_min", "recurrence"?}`; gives `{"id"}` |
//! | `POST /control/zoom/meetings/{id}/start`, `end`, `delete` | what a person does with a meeting |
//! | `GET /control/zoom/hosts` | the hosts |
//! | `POST /control/zoom/hosts` | adds a host, or changes the one with this address; fields of `HostSpec` |
//! | `DELETE /control/zoom/hosts/{email}` | removes a host and its meetings |
//! | `POST /control/zoom/settings` | any of `token_lifetime_s`, `expire_tokens`, `scopes`, `plan`, `limits`, `daily_limit`, `series_in_list` |
//! | `GET`, `POST`, `DELETE /control/faults` | the rules in force; a [`Rule`] more, gives `{"id"}`; none any more |
//! | `DELETE /control/faults/{id}` | one rule less |
//! | `GET /control/calls?after=&party=&name=` | the calls, `after` a number, and how many there were |
//! | `GET`, `POST /control/clock` | the time; `{"shift_s"}` moves it |
//! | `POST /control/sheet/edit` | an array of `batchUpdate` requests, by a person's hand |
//! | `POST /control/sheet/type` | `{"row", "column", "text", "tab"?}`: typed into a cell, counted from 0 |
//! | `GET /control/sheet/values?tab=` | the tab's values |

use axum::Json;
use axum::extract::{Path, RawQuery, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::answer::Answer;
use crate::calls::Party;
use crate::faults::Rule;
use crate::parameters;
use crate::people::Pages;
use crate::smtp::letter::Letter;
use crate::zoom::NewMeeting;
use crate::zoom::host::HostSpec;
use crate::zoom::limits::Plan;
use crate::zoom::recurrence::Recurrence;
use crate::zoom::state::SeriesInList;

/// A refusal in words.
fn refused(status: StatusCode, why: &str) -> Response {
    (status, Json(json!({"error": why}))).into_response()
}

/// `GET /control/info`.
pub(super) async fn info(State(pages): State<Pages>) -> Json<Value> {
    Json(pages.world.info())
}

/// `POST /control/answers`.
pub(super) async fn answer(State(pages): State<Pages>, Json(answer): Json<Answer>) -> Json<Value> {
    Json(json!({"id": pages.world.submit(answer.into())}))
}

/// `PUT /control/answers/{id}`.
pub(super) async fn edit_answer(State(pages): State<Pages>, Path(id): Path<u64>, Json(answer): Json<Answer>) -> Response {
    match pages.world.resubmit(id, answer.into()) {
        Ok(()) => Json(json!({"id": id})).into_response(),
        Err(why) => refused(StatusCode::NOT_FOUND, &why),
    }
}

/// `GET /control/letters`.
pub(super) async fn letters(State(pages): State<Pages>, RawQuery(query): RawQuery) -> Json<Value> {
    let query = parameters::read(query.as_deref().unwrap_or_default());
    let after = parameters::get(&query, "after").and_then(|after| after.parse().ok()).unwrap_or(0);
    let mail = pages.world.mail();
    let letters = parameters::get(&query, "to").map_or_else(|| mail.letters(), |to| mail.letters_to(to));
    Json(letters.iter().filter(|letter| letter.number > after).map(letter).collect())
}

/// A letter, parsed.
fn letter(letter: &Letter) -> Value {
    let files: Vec<Value> = letter
        .attachments()
        .iter()
        .map(|file| json!({"name": file.name, "media_type": file.media_type, "bytes": file.content.len()}))
        .collect();
    let calendar = letter.calendar();
    json!({
        "number": letter.number,
        "accepted_at": letter.accepted_at,
        "from": letter.from,
        "to": letter.to,
        "subject": letter.subject(),
        "headers": letter.headers().into_iter().map(|(name, value)| json!([name, value])).collect::<Vec<_>>(),
        "text": letter.text(),
        "html": letter.html(),
        "calendar": calendar.map(|calendar| json!({"method": calendar.method, "text": calendar.text})),
        "invite": letter.invite(),
        "attachments": files,
        "raw": String::from_utf8_lossy(&letter.raw),
    })
}

/// `GET /control/meetings`.
pub(super) async fn meetings(State(pages): State<Pages>, RawQuery(query): RawQuery) -> Json<Value> {
    let query = parameters::read(query.as_deref().unwrap_or_default());
    let zoom = pages.world.zoom();
    let meetings = parameters::get(&query, "host").map_or_else(|| zoom.all_meetings(), |host| zoom.meetings(host));
    Json(json!(meetings))
}

/// A meeting by hand.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ByHand {
    host: String,
    topic: String,
    start: Timestamp,
    duration_min: u32,
    #[serde(default)]
    recurrence: Option<Recurrence>,
}

/// `POST /control/zoom/meetings`.
pub(super) async fn schedule(State(pages): State<Pages>, Json(by_hand): Json<ByHand>) -> Response {
    let ByHand { host, topic, start, duration_min, recurrence } = by_hand;
    match pages.world.zoom().schedule_by_hand(&host, NewMeeting { topic, start, duration_min, recurrence }) {
        Ok(id) => Json(json!({"id": id})).into_response(),
        Err(why) => refused(StatusCode::NOT_FOUND, &why.to_string()),
    }
}

/// `POST /control/zoom/meetings/{id}/{action}`.
pub(super) async fn act_on_meeting(State(pages): State<Pages>, Path((id, action)): Path<(u64, String)>) -> Response {
    let zoom = pages.world.zoom();
    let done = match action.as_str() {
        "start" => zoom.start_meeting(id).map_err(|error| error.to_string()),
        "end" => zoom.end(id).then_some(()).ok_or_else(|| "it is not live".to_owned()),
        "delete" => zoom.remove(id).then_some(()).ok_or_else(|| "there is no such meeting".to_owned()),
        _ => return refused(StatusCode::NOT_FOUND, "start, end or delete"),
    };
    done.map_or_else(|why| refused(StatusCode::CONFLICT, &why), |()| Json(json!({})).into_response())
}

/// `GET /control/zoom/hosts`.
pub(super) async fn hosts(State(pages): State<Pages>) -> Json<Value> {
    Json(json!(pages.world.zoom().hosts()))
}

/// `POST /control/zoom/hosts`.
pub(super) async fn set_host(State(pages): State<Pages>, Json(asked): Json<Value>) -> Response {
    let zoom = pages.world.zoom();
    let email = asked["email"].as_str().unwrap_or_default().to_owned();
    let present = zoom.hosts().into_iter().find(|host| host.spec.email == email);
    // What is left out stays as it is, or has its default.
    let mut whole = json!(present.as_ref().map_or_else(|| HostSpec::licensed(&email), |host| host.spec.clone()));
    if let (Some(whole), Value::Object(asked)) = (whole.as_object_mut(), asked) {
        whole.extend(asked);
    }
    match serde_json::from_value::<HostSpec>(whole) {
        Ok(spec) if present.is_some() => {
            zoom.host_mut(&email, |host| *host = spec);
            Json(json!({"id": present.map(|host| host.id)})).into_response()
        }
        Ok(spec) if email.contains('@') => Json(json!({"id": zoom.add_host(spec)})).into_response(),
        Ok(_) => refused(StatusCode::UNPROCESSABLE_ENTITY, "a host needs an email"),
        Err(error) => refused(StatusCode::UNPROCESSABLE_ENTITY, &error.to_string()),
    }
}

/// `DELETE /control/zoom/hosts/{email}`.
pub(super) async fn remove_host(State(pages): State<Pages>, Path(email): Path<String>) -> Response {
    if pages.world.zoom().remove_host(&email) {
        Json(json!({})).into_response()
    } else {
        refused(StatusCode::NOT_FOUND, "there is no such host")
    }
}

/// What can be set about Zoom; what is left out stays.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ZoomSettings {
    token_lifetime_s: Option<i64>,
    #[serde(default)]
    expire_tokens: bool,
    scopes: Option<Vec<String>>,
    plan: Option<Plan>,
    limits: Option<bool>,
    daily_limit: Option<bool>,
    series_in_list: Option<SeriesInList>,
}

/// `POST /control/zoom/settings`.
pub(super) async fn zoom_settings(State(pages): State<Pages>, Json(asked): Json<ZoomSettings>) -> Json<Value> {
    let zoom = pages.world.zoom();
    if let Some(seconds) = asked.token_lifetime_s {
        zoom.token_lifetime(seconds);
    }
    if asked.expire_tokens {
        zoom.expire_tokens();
    }
    if let Some(scopes) = asked.scopes {
        zoom.set_scopes(&scopes.iter().map(String::as_str).collect::<Vec<_>>());
    }
    if let Some(plan) = asked.plan {
        zoom.set_plan(plan);
    }
    if let Some(on) = asked.limits {
        zoom.set_limits(on);
    }
    if let Some(on) = asked.daily_limit {
        zoom.set_daily_limit(on);
    }
    if let Some(how) = asked.series_in_list {
        zoom.set_series_in_list(how);
    }
    Json(json!({}))
}

/// `GET /control/faults`.
pub(super) async fn faults(State(pages): State<Pages>) -> Json<Value> {
    // A hook has no form in JSON, so a rule that has one is told by its name only.
    let rules = pages.world.faults().list().into_iter().map(|at| {
        let (id, matched, hits) = (at.id, at.matched, at.hits);
        serde_json::to_value(at).unwrap_or_else(|_| json!({"id": id, "matched": matched, "hits": hits, "rule": "hook"}))
    });
    Json(rules.collect())
}

/// `POST /control/faults`.
pub(super) async fn add_fault(State(pages): State<Pages>, Json(rule): Json<Rule>) -> Json<Value> {
    Json(json!({"id": pages.world.faults().add(rule)}))
}

/// `DELETE /control/faults`.
pub(super) async fn clear_faults(State(pages): State<Pages>) -> Json<Value> {
    pages.world.faults().clear();
    Json(json!({}))
}

/// `DELETE /control/faults/{id}`.
pub(super) async fn remove_fault(State(pages): State<Pages>, Path(id): Path<u64>) -> Response {
    if pages.world.faults().remove(id) {
        Json(json!({})).into_response()
    } else {
        refused(StatusCode::NOT_FOUND, "there is no such rule")
    }
}

/// `GET /control/calls`.
pub(super) async fn calls(State(pages): State<Pages>, RawQuery(query): RawQuery) -> Response {
    let query = parameters::read(query.as_deref().unwrap_or_default());
    let after = parameters::get(&query, "after").and_then(|after| after.parse().ok()).unwrap_or(0);
    let party: Option<Party> = match parameters::get(&query, "party").map(|party| serde_json::from_value(json!(party))) {
        None => None,
        Some(Ok(party)) => Some(party),
        Some(Err(error)) => return refused(StatusCode::UNPROCESSABLE_ENTITY, &error.to_string()),
    };
    let name = parameters::get(&query, "name").unwrap_or("*");
    let mut calls = pages.world.calls().since(after);
    calls.retain(|call| party.is_none_or(|party| party == call.party) && crate::calls::matches(name, &call.name));
    let parties = [Party::Google, Party::Zoom, Party::Smtp];
    let asked = parties.into_iter().filter(|one| party.is_none_or(|party| party == *one));
    let count: u64 = asked.map(|party| pages.world.calls().count(party, name)).sum();
    Json(json!({"count": count, "last": pages.world.calls().last(), "calls": calls})).into_response()
}

/// `GET /control/clock`.
pub(super) async fn clock(State(pages): State<Pages>) -> Json<Value> {
    Json(json!({"now": pages.world.clock().now()}))
}

/// A move of the clock.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Shift {
    /// Seconds, forward or back.
    shift_s: i64,
}

/// `POST /control/clock`.
pub(super) async fn shift_clock(State(pages): State<Pages>, Json(shift): Json<Shift>) -> Json<Value> {
    pages.world.clock().shift(SignedDuration::from_secs(shift.shift_s));
    pages.world.pulse().beat();
    Json(json!({"now": pages.world.clock().now()}))
}

/// `POST /control/sheet/edit`.
pub(super) async fn sheet_edit(State(pages): State<Pages>, Json(requests): Json<Vec<Value>>) -> Response {
    super::sheet::edit(State(pages), Json(requests)).await
}

/// `GET /control/sheet/values`.
pub(super) async fn sheet_values(State(pages): State<Pages>, RawQuery(query): RawQuery) -> Json<Value> {
    let query = parameters::read(query.as_deref().unwrap_or_default());
    let google = pages.world.google();
    let tab = parameters::get(&query, "tab").and_then(|tab| tab.parse().ok()).unwrap_or_else(|| google.form_tab());
    Json(json!(google.values(tab)))
}
