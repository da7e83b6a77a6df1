//! A meeting in Zoom: what it is, and how the API shows it.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::zoom::recurrence::Recurrence;
use crate::zoom::utc;

/// How many characters of the agenda a list shows.
const AGENDA_IN_LISTS: usize = 250;
/// How long after its time a one-time meeting exists: 30 days.
const ONCE_LIVES: SignedDuration = SignedDuration::from_hours(30 * 24);
/// How long after its last use a recurring meeting exists: 365 days.
const SERIES_LIVES: SignedDuration = SignedDuration::from_hours(365 * 24);

/// Zoom's `type` of a meeting.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Type 1: started at once, in no list of scheduled meetings.
    Instant,
    /// Type 2: at a time.
    Scheduled,
    /// Type 3: recurring without fixed times.
    NoFixedTime,
    /// Type 8: recurring at fixed times.
    Series,
}

impl Kind {
    /// Zoom's number.
    pub(super) fn number(self) -> u8 {
        match self {
            Self::Instant => 1,
            Self::Scheduled => 2,
            Self::NoFixedTime => 3,
            Self::Series => 8,
        }
    }
}

/// One occurrence of a series.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Occurrence {
    /// Zoom's id of it: its first start in milliseconds.
    pub id: String,
    /// When it starts.
    pub start_at: Timestamp,
    /// How long it lasts, in minutes.
    pub duration_min: u32,
    /// Whether it was deleted.
    pub deleted: bool,
}

/// How a meeting came to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// By the API.
    Api,
    /// By a person in Zoom.
    ByHand,
}

/// A meeting.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Meeting {
    /// The number by which it is joined, 11 digits.
    pub id: u64,
    /// The id of its present instance.
    pub uuid: String,
    /// The id of its host.
    pub host_id: String,
    /// The address of its host.
    pub host_email: String,
    /// The topic.
    pub topic: String,
    /// One-time, recurring, instant.
    pub kind: Kind,
    /// When it starts; none for instant meetings and those without fixed times. Of a series, the first start.
    pub start_at: Option<Timestamp>,
    /// How long it lasts, in minutes.
    pub duration_min: u32,
    /// Its zone, an IANA name.
    pub time_zone: String,
    /// The agenda, whole.
    pub agenda: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// The password, empty for none.
    pub password: String,
    /// The password as it stands in `join_url`.
    pub encrypted_password: String,
    /// The link for participants.
    pub join_url: String,
    /// The settings in force.
    pub settings: Map<String, Value>,
    /// How it repeats.
    pub recurrence: Option<Recurrence>,
    /// The occurrences of a series, in the order of their starts.
    pub occurrences: Vec<Occurrence>,
    /// The tracking fields: name and value.
    pub tracking_fields: Vec<(String, String)>,
    /// How it came to be.
    pub source: Source,
    /// Since when it is live; none if it is not.
    pub live_since: Option<Timestamp>,
    /// Until when it was used last, for its expiry.
    pub used_until: Option<Timestamp>,
}

/// A meeting that was held.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Held {
    /// The id of that instance.
    pub uuid: String,
    /// The meeting's number.
    pub id: u64,
    /// The topic.
    pub topic: String,
    /// One-time, recurring, instant.
    pub kind: Kind,
    /// The id of its host.
    pub host_id: String,
    /// The address of its host.
    pub host_email: String,
    /// When it was started.
    pub started_at: Timestamp,
    /// When it was ended.
    pub ended_at: Timestamp,
    /// Who took part.
    pub attendees: Vec<Attendee>,
}

/// Somebody who took part in a meeting, from one entry to the next leave.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attendee {
    /// The name shown.
    pub name: String,
    /// The address; empty for people outside the account.
    #[serde(default)]
    pub email: String,
    /// When they came.
    pub joined_at: Timestamp,
    /// When they left.
    pub left_at: Timestamp,
}

impl Meeting {
    /// The meeting's slots: start and end of each time at which it is to be held.
    pub fn slots(&self) -> Vec<(Timestamp, Timestamp)> {
        let slot = |start: Timestamp, minutes: u32| (start, start + SignedDuration::from_mins(i64::from(minutes)));
        match self.kind {
            Kind::Series => self
                .occurrences
                .iter()
                .filter(|occurrence| !occurrence.deleted)
                .map(|occurrence| slot(occurrence.start_at, occurrence.duration_min))
                .collect(),
            _ => self.start_at.map(|start| slot(start, self.duration_min)).into_iter().collect(),
        }
    }

    /// Whether it is live.
    pub fn is_live(&self) -> bool {
        self.live_since.is_some()
    }

    /// The meeting's zone.
    pub(super) fn zone(&self) -> TimeZone {
        TimeZone::get(&self.time_zone).unwrap_or(TimeZone::UTC)
    }

    /// Lays the series out anew from its start and recurrence.
    pub(super) fn lay_out(&mut self) {
        self.occurrences = match (&self.recurrence, self.start_at) {
            (Some(recurrence), Some(start)) if self.kind == Kind::Series => recurrence
                .starts(start, &self.zone())
                .into_iter()
                .map(|start_at| Occurrence {
                    id: start_at.as_millisecond().to_string(),
                    start_at,
                    duration_min: self.duration_min,
                    deleted: false,
                })
                .collect(),
            _ => Vec::new(),
        };
        if let Some(first) = self.occurrences.first() {
            self.start_at = Some(first.start_at);
        }
    }

    /// Whether Zoom has forgotten it.
    pub(super) fn is_expired(&self, now: Timestamp) -> bool {
        if self.is_live() {
            return false;
        }
        let last = self.slots().into_iter().map(|(start, _)| start).chain(self.used_until).chain([self.created_at]);
        let last = last.max().unwrap_or(self.created_at);
        match self.kind {
            Kind::Instant => self.used_until.is_some(),
            Kind::Scheduled => now > last + ONCE_LIVES,
            Kind::NoFixedTime | Kind::Series => now > last + SERIES_LIVES,
        }
    }

    /// The item of `GET /users/{id}/meetings`, for the occurrence at `start`.
    pub(super) fn in_list(&self, start: Option<Timestamp>, duration_min: u32) -> Value {
        let agenda: String = self.agenda.chars().take(AGENDA_IN_LISTS).collect();
        let mut item = json!({
            "uuid": self.uuid,
            "id": self.id,
            "host_id": self.host_id,
            "topic": self.topic,
            "type": self.kind.number(),
        });
        if let Some(start) = start {
            item["start_time"] = utc(start).into();
            item["duration"] = duration_min.into();
        }
        item["timezone"] = self.time_zone.clone().into();
        if !agenda.is_empty() {
            item["agenda"] = agenda.into();
        }
        item["created_at"] = utc(self.created_at).into();
        item["join_url"] = self.join_url.clone().into();
        item
    }

    /// The answer of create and get. `start_url` is a secret and new each time.
    pub(super) fn whole(&self, start_url: &str, now: Timestamp, previous: bool) -> Value {
        let mut meeting = json!({
            "uuid": self.uuid,
            "id": self.id,
            "host_id": self.host_id,
            "host_email": self.host_email,
            "assistant_id": "",
            "topic": self.topic,
            "type": self.kind.number(),
            "status": if self.is_live() { "started" } else { "waiting" },
        });
        if let Some(start) = self.start_at.filter(|_| self.kind == Kind::Scheduled) {
            meeting["start_time"] = utc(start).into();
        }
        if matches!(self.kind, Kind::Scheduled) {
            meeting["duration"] = self.duration_min.into();
        }
        meeting["timezone"] = self.time_zone.clone().into();
        if !self.agenda.is_empty() {
            meeting["agenda"] = self.agenda.clone().into();
        }
        meeting["created_at"] = utc(self.created_at).into();
        meeting["start_url"] = start_url.into();
        meeting["join_url"] = self.join_url.clone().into();
        if !self.password.is_empty() {
            meeting["password"] = self.password.clone().into();
            meeting["h323_password"] = self.password.clone().into();
            meeting["pstn_password"] = self.password.clone().into();
            meeting["encrypted_password"] = self.encrypted_password.clone().into();
        }
        if let Some(recurrence) = &self.recurrence {
            meeting["recurrence"] = recurrence.json();
        }
        if self.kind == Kind::Series {
            let ended = |one: &Occurrence| one.start_at + SignedDuration::from_mins(i64::from(one.duration_min)) < now;
            meeting["occurrences"] =
                self.occurrences.iter().filter(|one| previous || !ended(one)).map(Occurrence::json).collect();
        }
        if !self.tracking_fields.is_empty() {
            let fields = self.tracking_fields.iter();
            meeting["tracking_fields"] =
                fields.map(|(field, value)| json!({"field": field, "value": value, "visible": true})).collect();
        }
        meeting["settings"] = Value::Object(self.settings.clone());
        meeting["creation_source"] = match self.source {
            Source::Api => "open_api",
            Source::ByHand => "web_portal",
        }
        .into();
        meeting["pre_schedule"] = false.into();
        meeting
    }

    /// `GET /meetings/{id}?occurrence_id=`: as `whole`, with the occurrence's own time.
    pub(super) fn whole_at(&self, occurrence: &Occurrence, start_url: &str, now: Timestamp) -> Value {
        let mut meeting = self.whole(start_url, now, false);
        meeting["start_time"] = utc(occurrence.start_at).into();
        meeting["duration"] = occurrence.duration_min.into();
        if let Some(fields) = meeting.as_object_mut() {
            fields.shift_remove("occurrences");
        }
        meeting
    }
}

impl Occurrence {
    /// The occurrence in the answer of create and get.
    fn json(&self) -> Value {
        json!({
            "occurrence_id": self.id,
            "start_time": utc(self.start_at),
            "duration": self.duration_min,
            "status": if self.deleted { "deleted" } else { "available" },
        })
    }
}
