//! Zoom: the account behind the API, and what people do in it by hand.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::Map;

use crate::calls::Pulse;
use crate::clock::Clock;
use crate::handle::ZoomCredentials;
use crate::parameters::{self, Parameters};
use crate::zoom::errors::Refusal;
use crate::zoom::host::{Host, HostSpec};
use crate::zoom::limits::Plan;
use crate::zoom::meeting::{Attendee, Held, Kind, Meeting, Source};
use crate::zoom::recurrence::Recurrence;
use crate::zoom::routes::Op;
use crate::zoom::state::{Draft, SeriesInList, State};

mod errors;
pub mod host;
pub mod limits;
pub mod meeting;
mod meetings;
mod paging;
mod past;
pub mod recurrence;
mod routes;
mod settings;
pub mod state;
mod token;
mod users;

/// The largest request body that Zoom reads, in bytes.
const BODY_MAX: usize = 1024 * 1024;

/// The Zoom account. Clones share it.
#[derive(Clone, Debug)]
pub struct Zoom {
    state: Arc<Mutex<State>>,
    clock: Clock,
    pulse: Pulse,
}

/// A meeting to be scheduled by hand.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewMeeting {
    /// The topic.
    pub topic: String,
    /// When it starts; of a series, when its first occurrence may be.
    pub start: Timestamp,
    /// How long it lasts, in minutes.
    pub duration_min: u32,
    /// How it repeats; none for a single meeting.
    #[serde(default)]
    pub recurrence: Option<Recurrence>,
}

impl NewMeeting {
    /// A single meeting.
    pub fn single(topic: &str, start: Timestamp, duration_min: u32) -> Self {
        Self { topic: topic.to_owned(), start, duration_min, recurrence: None }
    }
}

impl Zoom {
    /// An account with three hosts: `zoom1@`, `zoom2@` and `zoom3@example.go.id`, the last for 500 participants.
    pub(crate) fn new(seed: u64, clock: Clock, pulse: Pulse) -> Self {
        let state = State::new(seed, clock.now());
        Self { state: Arc::new(Mutex::new(state)), clock, pulse }
    }

    /// The app's credentials.
    pub fn credentials(&self) -> ZoomCredentials {
        self.lock().credentials.clone()
    }

    /// All hosts.
    pub fn hosts(&self) -> Vec<Host> {
        self.lock().hosts.clone()
    }

    /// Adds a host and gives its id.
    pub fn add_host(&self, spec: HostSpec) -> String {
        let now = self.clock.now();
        self.change(|state| state.add_host(spec, now))
    }

    /// Changes what can be set about a host, named by address or id; false if there is none.
    pub fn host_mut(&self, name: &str, change: impl FnOnce(&mut HostSpec)) -> bool {
        self.change(|state| {
            let Some(id) = state.host(name).map(|host| host.id.clone()) else { return false };
            let Some(host) = state.hosts.iter_mut().find(|host| host.id == id) else { return false };
            change(&mut host.spec);
            true
        })
    }

    /// Removes a host and all its meetings; false if there is none.
    pub fn remove_host(&self, name: &str) -> bool {
        self.change(|state| {
            let Some(id) = state.host(name).map(|host| host.id.clone()) else { return false };
            state.hosts.retain(|host| host.id != id);
            state.meetings.retain(|_, meeting| meeting.host_id != id);
            true
        })
    }

    /// Schedules a meeting by hand, also in the past, and gives its number.
    pub fn schedule_by_hand(&self, host: &str, new: NewMeeting) -> anyhow::Result<u64> {
        let now = self.clock.now();
        self.change(|state| {
            let host = state.host(host).cloned().ok_or_else(|| anyhow::anyhow!("there is no host `{host}`"))?;
            let kind = if new.recurrence.is_some() { Kind::Series } else { Kind::Scheduled };
            let draft = Draft {
                start_at: Some(new.start),
                duration_min: new.duration_min,
                recurrence: new.recurrence,
                ..by_hand(&host, new.topic, kind)
            };
            Ok(state.make(&host, draft, now))
        })
    }

    /// Starts an instant meeting by hand and gives its number. Refused when the host has as many live as can be.
    pub fn start_instant(&self, host: &str) -> anyhow::Result<u64> {
        let now = self.clock.now();
        self.change(|state| {
            let host = state.host(host).cloned().ok_or_else(|| anyhow::anyhow!("there is no host `{host}`"))?;
            let topic = format!("{} {}'s Zoom Meeting", host.spec.first_name, host.spec.last_name);
            let id = state.make(&host, by_hand(&host, topic, Kind::Instant), now);
            if let Err(why) = state.start(id, now) {
                state.meetings.remove(&id);
                anyhow::bail!(why);
            }
            Ok(id)
        })
    }

    /// Starts a scheduled meeting, as its host or, where they may, its participants do. Refused when the host has as
    /// many live as can be.
    pub fn start_meeting(&self, id: u64) -> anyhow::Result<()> {
        let now = self.clock.now();
        self.change(|state| state.start(id, now)).map_err(anyhow::Error::msg)
    }

    /// Ends a live meeting; false if it is not live.
    pub fn end(&self, id: u64) -> bool {
        let now = self.clock.now();
        self.change(|state| state.end(id, now))
    }

    /// Changes a meeting by hand; false if there is none. Its occurrences are laid out anew if its times changed.
    pub fn alter(&self, id: u64, change: impl FnOnce(&mut Meeting)) -> bool {
        self.change(|state| {
            let Some(meeting) = state.meetings.get_mut(&id) else { return false };
            let before = (meeting.start_at, meeting.duration_min, meeting.recurrence.clone());
            change(meeting);
            if before != (meeting.start_at, meeting.duration_min, meeting.recurrence.clone()) {
                meeting.lay_out();
            }
            true
        })
    }

    /// Deletes a meeting by hand; false if there is none.
    pub fn remove(&self, id: u64) -> bool {
        let now = self.clock.now();
        self.change(|state| state.delete(id, now))
    }

    /// Who took part in the meeting when it was held last; false if it was not held.
    pub fn attended_by(&self, id: u64, attendees: Vec<Attendee>) -> bool {
        self.change(|state| {
            let Some(held) = state.held.iter_mut().rev().find(|held| held.id == id) else { return false };
            held.attendees = attendees;
            true
        })
    }

    /// The meetings of a host that exist, by number.
    pub fn meetings(&self, host: &str) -> Vec<Meeting> {
        let state = self.lock();
        let Some(id) = state.host(host).map(|host| host.id.clone()) else { return Vec::new() };
        let now = self.clock.now();
        state.meetings.values().filter(|one| one.host_id == id && !one.is_expired(now)).cloned().collect()
    }

    /// All meetings that exist, by number.
    pub fn all_meetings(&self) -> Vec<Meeting> {
        let now = self.clock.now();
        self.lock().meetings.values().filter(|one| !one.is_expired(now)).cloned().collect()
    }

    /// The meeting with this number, if it exists.
    pub fn meeting(&self, id: u64) -> Option<Meeting> {
        self.lock().meeting(id, self.clock.now()).cloned()
    }

    /// The meetings that were deleted and not recovered.
    pub fn deleted_meetings(&self) -> Vec<Meeting> {
        self.lock().deleted.values().map(|(meeting, _)| meeting.clone()).collect()
    }

    /// The meetings that were held, oldest first.
    pub fn held(&self) -> Vec<Held> {
        self.lock().held.clone()
    }

    /// How long tokens live from now on, in seconds (Zoom: 3600).
    pub fn token_lifetime(&self, seconds: i64) {
        self.lock().token_lifetime_s = seconds;
    }

    /// Ends all tokens at once: 401/124.
    pub fn expire_tokens(&self) {
        let now = self.clock.now();
        for token in self.lock().tokens.values_mut() {
            token.expires_at = now;
        }
    }

    /// What tokens allow from now on, classic or granular; those given out keep what they have.
    pub fn set_scopes(&self, scopes: &[&str]) {
        self.lock().scopes = scopes.iter().map(ToString::to_string).collect();
    }

    /// What tokens allow.
    pub fn scopes(&self) -> Vec<String> {
        self.lock().scopes.clone()
    }

    /// Whether the answer with a token says what it allows (Zoom: it does; third parties saw it left out).
    pub fn tells_scopes(&self, tells: bool) {
        self.lock().tells_scopes = tells;
    }

    /// Whether a new token voids those before it (Zoom: it does not).
    pub fn new_token_voids_old(&self, voids: bool) {
        self.lock().one_token = voids;
    }

    /// The account's plan, on which the rate limits depend (at first Business).
    pub fn set_plan(&self, plan: Plan) {
        self.lock().limits.plan = plan;
    }

    /// Whether the rate limits by label apply (at first they do).
    pub fn set_limits(&self, on: bool) {
        self.lock().limits.on = on;
    }

    /// Whether the limit of 100 creates and updates per host and UTC day applies (at first it does).
    pub fn set_daily_limit(&self, on: bool) {
        self.lock().limits.per_host_on = on;
    }

    /// How many creates and updates a host had this UTC day.
    pub fn used_today(&self, host: &str) -> u32 {
        let now = self.clock.now();
        let mut state = self.lock();
        let id = state.host(host).map(|host| host.id.clone());
        id.map_or(0, |id| state.limits.used_by(&id, now))
    }

    /// Sets how many creates and updates a host had this UTC day.
    pub fn set_used_today(&self, host: &str, used: u32) {
        let now = self.clock.now();
        let mut state = self.lock();
        if let Some(id) = state.host(host).map(|host| host.id.clone()) {
            state.limits.set_used_by(&id, used, now);
        }
    }

    /// How a series shows in the list of a user's meetings.
    pub fn set_series_in_list(&self, how: SeriesInList) {
        self.lock().series_in_list = how;
    }

    /// Defines a tracking field of the account; meetings keep only defined ones.
    pub fn define_tracking_field(&self, name: &str) {
        self.lock().tracking_fields.push(name.to_owned());
    }

    /// `POST /oauth/token` and everything below `/v2`.
    pub(crate) fn router(&self) -> Router {
        let zoom = self.clone();
        Router::new().fallback(move |request: Request| {
            let zoom = zoom.clone();
            async move { zoom.answer(request).await }
        })
    }

    /// Answers one call.
    async fn answer(&self, request: Request) -> Response {
        let (head, body) = request.into_parts();
        let body = axum::body::to_bytes(body, BODY_MAX).await.unwrap_or_default();
        let (path, query) = (head.uri.path(), head.uri.query().unwrap_or_default());
        let now = self.clock.now();
        let mut state = self.lock();
        let mut response = if path == "/oauth/token" && head.method == "POST" {
            token::grant(&mut state, query, &head.headers, &body, now)
        } else {
            match Op::of(head.method.as_str(), path) {
                None => Refusal::new(StatusCode::NOT_FOUND, 2300, "This API endpoint is not recognized.").into_response(),
                Some(op) => {
                    let about = op.about();
                    token::check(&state, &head.headers, &about, now)
                        .and_then(|()| state.limits.take(about.label, now))
                        .map_or_else(IntoResponse::into_response, |headers| {
                            let answer = carry_out(&mut state, &op, &parameters::read(query), &body, now);
                            with_headers(answer.unwrap_or_else(IntoResponse::into_response), headers)
                        })
                }
            }
        };
        let tracking = format!("WEB_{}", state.word(32).to_lowercase());
        if let Ok(tracking) = HeaderValue::from_str(&tracking) {
            response.headers_mut().insert("x-zm-trackingid", tracking);
        }
        response
    }

    /// Changes the account by hand and tells waiters.
    fn change<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        let changed = change(&mut self.lock());
        self.pulse.beat();
        changed
    }

    /// The account, also after a panic elsewhere.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Carries out a call whose token and limits are in order.
fn carry_out(state: &mut State, op: &Op, query: &Parameters, body: &Bytes, now: Timestamp) -> Result<Response, Refusal> {
    let shown = |value: serde_json::Value| axum::Json(value).into_response();
    let done = || StatusCode::NO_CONTENT.into_response();
    match op {
        Op::ListUsers => users::list(state, query, now).map(shown),
        Op::GetUser(user) => users::get(state, user).map(shown),
        Op::UserSettings(user) => users::settings(state, user, query).map(shown),
        Op::LockSettings(account) => users::locks(state, account).map(shown),
        Op::ListMeetings(user) => meetings::list::list(state, user, query, now).map(shown),
        Op::UpcomingMeetings(user) => meetings::list::next_day(state, user, now).map(shown),
        Op::CreateMeeting(user) => meetings::create::create(state, user, body, now)
            .map(|meeting| (StatusCode::CREATED, axum::Json(meeting)).into_response()),
        Op::GetMeeting(id) => meetings::get::get(state, id, query, now).map(shown),
        Op::UpdateMeeting(id) => meetings::update::update(state, id, query, body, now).map(|()| done()),
        Op::DeleteMeeting(id) => meetings::delete::delete(state, id, query, now).map(|()| done()),
        Op::MeetingStatus(id) => meetings::status::change(state, id, body, now).map(|()| done()),
        Op::PastMeeting(id) => past::get(state, id).map(shown),
        Op::PastInstances(id) => past::instances(state, id).map(shown),
        Op::PastParticipants(id) => past::participants(state, id, query, now).map(shown),
        Op::ReportParticipants(id) => past::report(state, id, query, now).map(shown),
    }
}

/// The name of a call in the log.
pub(crate) fn call_name(method: &str, path: &str) -> &'static str {
    if path == "/oauth/token" { "token" } else { Op::of(method, path).map_or("unknown", |op| op.about().name) }
}

/// The answer with the rate limit's headers, unless it bears its own.
fn with_headers(mut answer: Response<Body>, headers: Vec<(&'static str, String)>) -> Response<Body> {
    if answer.headers().contains_key("x-ratelimit-category") {
        return answer;
    }
    for (name, value) in headers {
        if let Ok(value) = HeaderValue::from_str(&value) {
            answer.headers_mut().insert(HeaderName::from_static(name), value);
        }
    }
    answer
}

/// A meeting made by hand, with nothing said beyond topic and kind.
fn by_hand(host: &Host, topic: String, kind: Kind) -> Draft {
    Draft {
        topic,
        kind,
        start_at: None,
        duration_min: 60,
        time_zone: host.spec.time_zone.clone(),
        agenda: String::new(),
        password: None,
        settings: Map::new(),
        recurrence: None,
        tracking_fields: Vec::new(),
        source: Source::ByHand,
    }
}

/// A moment as Zoom writes it: UTC, whole seconds, `Z`.
fn utc(at: Timestamp) -> String {
    let whole = at - SignedDuration::from_nanos(i64::from(at.subsec_nanosecond()));
    format!("{}Z", TimeZone::UTC.to_datetime(whole).strftime("%Y-%m-%dT%H:%M:%S"))
}
