//! `POST /users/{id}/meetings`. There is no protection against a repeated call: each makes another meeting.

use jiff::Timestamp;
use serde_json::Value;

use crate::zoom::errors::Refusal;
use crate::zoom::meeting::{Kind, Source};
use crate::zoom::meetings::fields::Fields;
use crate::zoom::state::{Draft, State};

/// Minutes of a meeting that says nothing of its duration.
const DURATION: u32 = 60;

/// Makes a meeting and shows it, with status 201.
pub(in crate::zoom) fn create(state: &mut State, user: &str, body: &[u8], now: Timestamp) -> Result<Value, Refusal> {
    let mut host = state.scheduling_host(user)?;
    state.limits.check_host(&host.id, now)?;
    let fields = Fields::read(state, body, &host.spec.time_zone)?;
    fields.check_alternative_hosts(state)?;
    let kind = fields.kind.unwrap_or(Kind::Scheduled);
    if let Some(other) = &fields.schedule_for {
        if kind == Kind::Instant {
            return Err(Refusal::parameter("schedule_for"));
        }
        host = state.scheduling_host(other)?;
    }
    if kind == Kind::Series && fields.recurrence.is_none() {
        return Err(Refusal::fields(vec![("recurrence".to_owned(), "Invalid field.".to_owned())]));
    }
    // A start that is absent or past silently becomes now.
    let start_at = match kind {
        Kind::Scheduled | Kind::Series => Some(fields.start_at.filter(|start| *start >= now).unwrap_or(now)),
        Kind::Instant | Kind::NoFixedTime => None,
    };
    let password = match (fields.password, fields.default_password) {
        (Some(password), _) if !password.is_empty() => Some(password),
        (_, Some(false)) => Some(String::new()),
        _ => None,
    };
    state.limits.count_host(&host.id, now);
    let draft = Draft {
        topic: fields.topic.filter(|topic| !topic.is_empty()).unwrap_or_else(|| "Zoom Meeting".to_owned()),
        kind,
        // Zoom counts in whole seconds.
        start_at: start_at.and_then(|start| Timestamp::from_second(start.as_second()).ok()),
        duration_min: fields.duration_min.unwrap_or(DURATION),
        time_zone: fields.time_zone.filter(|zone| !zone.is_empty()).unwrap_or_else(|| host.spec.time_zone.clone()),
        agenda: fields.agenda.unwrap_or_default(),
        password,
        settings: fields.settings,
        recurrence: fields.recurrence.filter(|_| kind == Kind::Series),
        tracking_fields: fields.tracking.unwrap_or_default(),
        source: Source::Api,
    };
    let id = state.make(&host, draft, now);
    let start_url = state.start_url(id);
    state.meetings.get(&id).map(|meeting| meeting.whole(&start_url, now, false)).ok_or_else(|| Refusal::no_meeting(user))
}
