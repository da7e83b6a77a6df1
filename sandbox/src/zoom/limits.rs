//! Zoom's rate limits: buckets per label and plan, and the 100 creates and updates per host and UTC day.

use std::collections::HashMap;

use axum::http::StatusCode;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};
use serde::{Deserialize, Serialize};

use crate::zoom::errors::Refusal;

/// Creates and updates of meetings per host and UTC day.
const PER_HOST_AND_DAY: u32 = 100;
/// The limit named by the recorded refusal of the 101st, whatever the plan.
const RECORDED_LIMIT: u32 = 6000;

/// The plan of the account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Plan {
    /// Free.
    Free,
    /// Pro.
    Pro,
    /// Business, Education, Enterprise, Partner.
    Business,
}

/// The label of an endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Label {
    /// `LIGHT`.
    Light,
    /// `MEDIUM`.
    Medium,
    /// `HEAVY`.
    Heavy,
}

impl Label {
    /// The label as the header spells it.
    fn name(self) -> &'static str {
        match self {
            Self::Light => "Light",
            Self::Medium => "Medium",
            Self::Heavy => "Heavy",
        }
    }

    /// Calls per second and, if limited, per day.
    fn allowed(self, plan: Plan) -> (u32, Option<u32>) {
        match (plan, self) {
            (Plan::Free, Self::Light) => (4, Some(6000)),
            (Plan::Free, Self::Medium) => (2, Some(2000)),
            (Plan::Free, Self::Heavy) => (1, Some(1000)),
            (Plan::Pro, Self::Light) => (30, None),
            (Plan::Pro, Self::Medium) => (20, None),
            (Plan::Pro, Self::Heavy) => (10, Some(30_000)),
            (Plan::Business, Self::Light) => (80, None),
            (Plan::Business, Self::Medium) => (60, None),
            (Plan::Business, Self::Heavy) => (40, Some(60_000)),
        }
    }
}

/// What was used of the limits.
#[derive(Debug)]
pub(super) struct Limits {
    /// The plan.
    pub(super) plan: Plan,
    /// Whether the buckets apply.
    pub(super) on: bool,
    /// Whether the limit per host and day applies.
    pub(super) per_host_on: bool,
    second: HashMap<Label, (i64, u32)>,
    day: HashMap<Label, (Date, u32)>,
    hosts: HashMap<String, (Date, u32)>,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            plan: Plan::Business,
            on: true,
            per_host_on: true,
            second: HashMap::new(),
            day: HashMap::new(),
            hosts: HashMap::new(),
        }
    }
}

impl Limits {
    /// Counts a call under `label`: the headers that its answer bears, or the refusal.
    pub(super) fn take(&mut self, label: Label, now: Timestamp) -> Result<Vec<(&'static str, String)>, Refusal> {
        let (per_second, per_day) = label.allowed(self.plan);
        let used_today = count_today(self.day.entry(label).or_insert((utc_day(now), 0)), now);
        if !self.on {
            *used_today += 1;
            return Ok(Vec::new());
        }
        if let Some(limit) = per_day.filter(|limit| *used_today >= *limit) {
            let mut refusal = Refusal::new(
                StatusCode::TOO_MANY_REQUESTS,
                429,
                "You have reached the maximum daily rate limit for this API. Refer to the response header for details \
                 on when you can make another request.",
            );
            refusal.headers = headers(label, "Daily-limit", limit, 0);
            refusal.headers.push(("retry-after", next_day(now)));
            return Err(refusal);
        }
        let (second, used) = self.second.entry(label).or_insert((now.as_second(), 0));
        if *second != now.as_second() {
            (*second, *used) = (now.as_second(), 0);
        }
        if *used >= per_second {
            let mut refusal = Refusal::new(
                StatusCode::TOO_MANY_REQUESTS,
                429,
                "You have reached the maximum per-second rate limit for this API. Try again later.",
            );
            refusal.headers = headers(label, "QPS", per_second, 0);
            return Err(refusal);
        }
        *used += 1;
        *used_today += 1;
        Ok(headers(label, "QPS", per_second, per_second - *used))
    }

    /// Refuses a create or update for a host that had its 100 today: in the recorded words and with the recorded
    /// headers, that is without a type and without `Retry-After`.
    pub(super) fn check_host(&mut self, host: &str, now: Timestamp) -> Result<(), Refusal> {
        let used = self.used_by(host, now);
        if !self.per_host_on || used < PER_HOST_AND_DAY {
            return Ok(());
        }
        let light = self.day.get(&Label::Light).map_or(0, |(_, used)| *used);
        let mut refusal = Refusal::new(
            StatusCode::TOO_MANY_REQUESTS,
            429,
            format!(
                "You have exceeded the daily rate limit ({PER_HOST_AND_DAY}) of Meeting Create/Update API requests \
                 permitted for this particular user. You may resume these requests at GMT 00:00:00."
            ),
        );
        refusal.headers = vec![
            ("x-ratelimit-category", Label::Light.name().to_owned()),
            ("x-ratelimit-limit", RECORDED_LIMIT.to_string()),
            ("x-ratelimit-remaining", RECORDED_LIMIT.saturating_sub(light).to_string()),
        ];
        Err(refusal)
    }

    /// Counts a create or update for a host.
    pub(super) fn count_host(&mut self, host: &str, now: Timestamp) {
        *count_today(self.hosts.entry(host.to_owned()).or_insert((utc_day(now), 0)), now) += 1;
    }

    /// How many creates and updates a host had today.
    pub(super) fn used_by(&mut self, host: &str, now: Timestamp) -> u32 {
        *count_today(self.hosts.entry(host.to_owned()).or_insert((utc_day(now), 0)), now)
    }

    /// Sets how many creates and updates a host had today.
    pub(super) fn set_used_by(&mut self, host: &str, used: u32, now: Timestamp) {
        self.hosts.insert(host.to_owned(), (utc_day(now), used));
    }
}

/// The counter, put back to nothing on a new UTC day.
fn count_today(counter: &mut (Date, u32), now: Timestamp) -> &mut u32 {
    if counter.0 != utc_day(now) {
        *counter = (utc_day(now), 0);
    }
    &mut counter.1
}

/// The UTC day of a moment.
fn utc_day(now: Timestamp) -> Date {
    TimeZone::UTC.to_datetime(now).date()
}

/// The beginning of the next UTC day, as `Retry-After` has it.
fn next_day(now: Timestamp) -> String {
    let day = utc_day(now);
    format!("{}T00:00:00Z", day.checked_add(1.day()).unwrap_or(day))
}

/// The headers of a bucket.
fn headers(label: Label, kind: &str, limit: u32, remaining: u32) -> Vec<(&'static str, String)> {
    vec![
        ("x-ratelimit-category", label.name().to_owned()),
        ("x-ratelimit-type", kind.to_owned()),
        ("x-ratelimit-limit", limit.to_string()),
        ("x-ratelimit-remaining", remaining.to_string()),
    ]
}
