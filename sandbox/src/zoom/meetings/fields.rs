//! The body of create and update: reading it, and saying everything that is wrong with it.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use serde_json::{Map, Value};

use crate::zoom::errors::Refusal;
use crate::zoom::host::{Licence, Standing};
use crate::zoom::meeting::Kind;
use crate::zoom::recurrence::Recurrence;
use crate::zoom::settings;
use crate::zoom::state::State;

/// Characters of a topic.
const TOPIC_MAX: usize = 200;
/// Characters of an agenda.
const AGENDA_MAX: usize = 2000;
/// Characters of a password.
const PASSWORD_MAX: usize = 10;
/// Minutes of a meeting.
const DURATION_MAX: i64 = 1440;

/// What a body holds; none where it says nothing. Fields that Zoom does not know are ignored.
#[derive(Debug, Default)]
pub(super) struct Fields {
    /// `topic`.
    pub(super) topic: Option<String>,
    /// `agenda`.
    pub(super) agenda: Option<String>,
    /// `type`.
    pub(super) kind: Option<Kind>,
    /// `start_time`.
    pub(super) start_at: Option<Timestamp>,
    /// `duration`, minutes.
    pub(super) duration_min: Option<u32>,
    /// `timezone`.
    pub(super) time_zone: Option<String>,
    /// `password`.
    pub(super) password: Option<String>,
    /// `default_password`.
    pub(super) default_password: Option<bool>,
    /// `settings`.
    pub(super) settings: Map<String, Value>,
    /// `recurrence`.
    pub(super) recurrence: Option<Recurrence>,
    /// `tracking_fields`, those that the account defines.
    pub(super) tracking: Option<Vec<(String, String)>>,
    /// `schedule_for`: the id of that host.
    pub(super) schedule_for: Option<String>,
}

impl Fields {
    /// Reads a body. A local `start_time` without a `timezone` is in `zone`.
    pub(super) fn read(state: &State, body: &[u8], zone: &str) -> Result<Self, Refusal> {
        let body: Value =
            if body.is_empty() { Value::Object(Map::new()) } else { serde_json::from_slice(body).unwrap_or(Value::Null) };
        let Value::Object(body) = body else {
            return Err(Refusal::bad(300, "Request Body should be a valid JSON object."));
        };
        let mut wrong = Vec::new();
        let mut fields = Self::default();
        for (field, value) in &body {
            if !value.is_null() && !fields.take(field, value, state, &mut wrong) {
                wrong.push((field.clone(), "Invalid field.".to_owned()));
            }
        }
        if let Some(start) = body.get("start_time").filter(|start| **start != "" && !start.is_null()) {
            let zone = fields.time_zone.as_deref().unwrap_or(zone);
            fields.start_at = start.as_str().and_then(|text| start_time(text, zone));
            if fields.start_at.is_none() {
                wrong.push(("start_time".to_owned(), "Invalid field.".to_owned()));
            }
        }
        if wrong.is_empty() { Ok(fields) } else { Err(Refusal::fields(wrong)) }
    }

    /// Takes one field; false if it is wrong and nothing more is to be said.
    fn take(&mut self, field: &str, value: &Value, state: &State, wrong: &mut Vec<(String, String)>) -> bool {
        let text = |max: usize| value.as_str().filter(|text| text.chars().count() <= max).map(ToOwned::to_owned);
        match field {
            "topic" => self.topic = text(TOPIC_MAX),
            "agenda" => self.agenda = text(AGENDA_MAX),
            "timezone" => self.time_zone = text(64).filter(|zone| zone.is_empty() || TimeZone::get(zone).is_ok()),
            "password" => self.password = text(PASSWORD_MAX).filter(|text| is_password(text)),
            "default_password" => self.default_password = value.as_bool(),
            "duration" => {
                let minutes = value.as_i64().filter(|minutes| (1..=DURATION_MAX).contains(minutes));
                self.duration_min = minutes.and_then(|minutes| u32::try_from(minutes).ok());
            }
            "type" => {
                self.kind = match value.as_i64() {
                    Some(1) => Some(Kind::Instant),
                    Some(2) => Some(Kind::Scheduled),
                    Some(3) => Some(Kind::NoFixedTime),
                    Some(8) => Some(Kind::Series),
                    _ => None,
                };
            }
            "settings" => {
                let Value::Object(asked) = value else { return false };
                settings::check(asked, wrong);
                self.settings.clone_from(asked);
            }
            "recurrence" => {
                let Value::Object(recurrence) = value else { return false };
                self.recurrence = Recurrence::read(recurrence, wrong);
                return true;
            }
            "tracking_fields" => self.tracking = defined_tracking_fields(value, state),
            "schedule_for" => self.schedule_for = value.as_str().and_then(|who| state.host(who)).map(|host| host.id.clone()),
            _ => {}
        }
        match field {
            "topic" => self.topic.is_some(),
            "agenda" => self.agenda.is_some(),
            "timezone" => self.time_zone.is_some(),
            "password" => self.password.is_some(),
            "default_password" => self.default_password.is_some(),
            "duration" => self.duration_min.is_some(),
            "type" => self.kind.is_some(),
            "tracking_fields" => self.tracking.is_some(),
            "schedule_for" => self.schedule_for.is_some(),
            _ => true,
        }
    }

    /// Refuses alternative hosts who are not licensed users of the account.
    pub(super) fn check_alternative_hosts(&self, state: &State) -> Result<(), Refusal> {
        let hosts = self.settings.get("alternative_hosts").and_then(Value::as_str).unwrap_or_default();
        for name in hosts.split([';', ',']).map(str::trim).filter(|name| !name.is_empty()) {
            let allowed = state
                .host(name)
                .is_some_and(|host| host.spec.licence == Licence::Licensed && host.spec.standing == Standing::Active);
            if !allowed {
                return Err(Refusal::bad(3000, format!("The alternative host {name} is not a licensed user of this account.")));
            }
        }
        Ok(())
    }
}

/// A start: `yyyy-MM-ddTHH:mm:ssZ` is UTC, without `Z` it is local in `zone`. Offsets are not known to Zoom.
fn start_time(text: &str, zone: &str) -> Option<Timestamp> {
    if !text.contains('T') || text.contains('[') {
        return None;
    }
    if text.ends_with('Z') {
        return text.parse().ok();
    }
    let clock = text.split_once('T').map_or("", |(_, clock)| clock);
    if clock.contains(['+', '-']) {
        return None;
    }
    let local: DateTime = text.parse().ok()?;
    TimeZone::get(zone).ok()?.to_timestamp(local).ok()
}

/// Whether a password holds only what Zoom allows.
fn is_password(text: &str) -> bool {
    text.chars().all(|c| c.is_ascii_alphanumeric() || "@-_*!".contains(c))
}

/// The tracking fields that the account defines; the others are dropped.
fn defined_tracking_fields(value: &Value, state: &State) -> Option<Vec<(String, String)>> {
    let mut fields = Vec::new();
    for field in value.as_array()? {
        let (name, text) = (field["field"].as_str()?, field["value"].as_str().unwrap_or_default());
        if state.tracking_fields.iter().any(|defined| defined == name) {
            fields.push((name.to_owned(), text.to_owned()));
        }
    }
    Some(fields)
}
