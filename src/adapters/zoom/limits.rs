//! Zoom's own limits: how fast each label of calls goes, what a 429 says, and until when a label is shut.

use std::num::NonZeroU32;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};
use jiff::{SignedDuration, Timestamp};
use reqwest::header::HeaderMap;

use crate::domain::limits::waits::RETRY_AFTER_MAX;
use crate::domain::limits::zoom::{
    DAY_WAIT, LIGHT_BURST_SHARE, LIGHT_PER_SECOND, MEDIUM_BURST_SHARE, MEDIUM_PER_SECOND, PER_SECOND_MAX, SECOND_WAIT,
};
use crate::domain::outcome::Why;
use crate::domain::waits::retry_after;

/// How the reply begins by which Zoom refuses further creates and changes of one host for the UTC day; it carries no header that says so.
const HOST_DAY_USED_UP: &str = "You have exceeded the daily rate limit";

/// Zoom's weight of a call: each has its own allowance per second and, by plan, per day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Label {
    Light,
    Medium,
}

impl Label {
    /// Both.
    pub(super) const ALL: [Label; 2] = [Label::Light, Label::Medium];

    /// As Zoom's headers and the ledger have it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Label::Light => "Light",
            Label::Medium => "Medium",
        }
    }

    fn first_pace(self) -> NonZeroU32 {
        match self {
            Label::Light => LIGHT_PER_SECOND,
            Label::Medium => MEDIUM_PER_SECOND,
        }
    }

    /// What may go at once and what comes in a second after it are together no more than a second's calls.
    fn quota(self, per_second: NonZeroU32) -> Quota {
        let share = match self {
            Label::Light => LIGHT_BURST_SHARE,
            Label::Medium => MEDIUM_BURST_SHARE,
        };
        let burst = NonZeroU32::new(per_second.get() / share).unwrap_or(NonZeroU32::MIN);
        let steady = NonZeroU32::new(per_second.get() - burst.get()).unwrap_or(NonZeroU32::MIN);
        Quota::per_second(steady).allow_burst(burst)
    }
}

/// The headers of an answer that tell of limits.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Told {
    daily: bool,
    per_second: Option<NonZeroU32>,
    retry_after: Option<String>,
}

impl Told {
    /// Reads them.
    pub(super) fn of(headers: &HeaderMap) -> Told {
        let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
        let kind = text("x-ratelimit-type").unwrap_or_default();
        let limit = text("x-ratelimit-limit").and_then(|limit| limit.trim().parse::<NonZeroU32>().ok());
        Told {
            daily: kind.eq_ignore_ascii_case("Daily-limit"),
            // Of another type the same header counts days.
            per_second: limit.filter(|limit| kind.eq_ignore_ascii_case("QPS") && limit.get() <= PER_SECOND_MAX),
            retry_after: text("retry-after").map(str::to_owned),
        }
    }
}

/// What a 429 means (Zoom, "API rate limits", and recorded replies).
pub(super) fn limited(message: &str, full: String, told: &Told, now: Timestamp) -> Why {
    if message.starts_with(HOST_DAY_USED_UP) {
        return Why::DayUsedUp;
    }
    let named = told.retry_after.as_deref().and_then(|text| retry_after(text, now, RETRY_AFTER_MAX));
    if told.daily || message.contains("daily rate limit") {
        return Why::Until(full, named.unwrap_or(now + DAY_WAIT));
    }
    let wait = named.map_or(SECOND_WAIT, |at| at.duration_since(now)).max(SignedDuration::from_millis(1));
    Why::Later(full, Some(wait))
}

/// One label's limits as far as they are known.
struct Lane {
    pace: Mutex<(NonZeroU32, Arc<DefaultDirectRateLimiter>)>,
    /// A refusal for the second or so: nothing goes before.
    pause: Mutex<Option<Instant>>,
    /// A refusal for the day, with Zoom's words: nothing goes before.
    shut: Mutex<Option<(Timestamp, String)>>,
}

/// The limits of all labels.
pub(super) struct Limits([Lane; 2]);

fn held<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Limits {
    /// Those of a Pro account, nothing used.
    pub(super) fn new() -> Limits {
        let lane = |label: Label| {
            let pace = (label.first_pace(), Arc::new(RateLimiter::direct(label.quota(label.first_pace()))));
            Lane { pace: Mutex::new(pace), pause: Mutex::default(), shut: Mutex::default() }
        };
        Limits(Label::ALL.map(lane))
    }

    fn lane(&self, label: Label) -> &Lane {
        &self.0[label as usize]
    }

    /// Waits for the label's turn; refuses at once while it is shut.
    pub(super) async fn turn(&self, label: Label, now: Timestamp) -> Result<(), Why> {
        let lane = self.lane(label);
        if let Some((until, says)) = held(&lane.shut).clone().filter(|(until, _)| *until > now) {
            return Err(Why::Until(says, until));
        }
        loop {
            let pause = *held(&lane.pause);
            match pause.filter(|until| *until > Instant::now()) {
                Some(until) => tokio::time::sleep_until(until.into()).await,
                None => break,
            }
        }
        let pace = held(&lane.pace).1.clone();
        pace.until_ready().await;
        Ok(())
    }

    /// Learns from an answer how fast the plan lets the label go.
    pub(super) fn learn(&self, label: Label, told: &Told) {
        let Some(per_second) = told.per_second else { return };
        let mut pace = held(&self.lane(label).pace);
        if pace.0 != per_second {
            tracing::debug!("Zoom allows {per_second} calls of the label {} per second", label.name());
            *pace = (per_second, Arc::new(RateLimiter::direct(label.quota(per_second))));
        }
    }

    /// Keeps what a 429 asked for.
    pub(super) fn refused(&self, label: Label, why: &Why) {
        let lane = self.lane(label);
        match why {
            Why::Until(says, until) => self.shut(label, *until, says),
            Why::Later(_, Some(wait)) => {
                let until = Instant::now() + wait.unsigned_abs();
                let mut pause = held(&lane.pause);
                *pause = Some(pause.map_or(until, |already| already.max(until)));
            }
            _ => {}
        }
    }

    /// Shuts a label.
    pub(super) fn shut(&self, label: Label, until: Timestamp, says: &str) {
        *held(&self.lane(label).shut) = Some((until, says.to_owned()));
    }

    /// The labels that are shut at this instant, and until when.
    pub(super) fn shut_at(&self, now: Timestamp) -> Vec<(&'static str, Timestamp)> {
        let one = |label: Label| {
            let (until, _) = held(&self.lane(label).shut).clone()?;
            (until > now).then(|| (label.name(), until))
        };
        Label::ALL.into_iter().filter_map(one).collect()
    }
}

#[cfg(test)]
mod tests {
    use governor::clock::{Clock, FakeRelativeClock, Reference};

    use super::*;

    fn told(pairs: &[(&'static str, &str)]) -> Told {
        let pair = |(name, value): &(&'static str, &str)| ((*name).parse().unwrap(), value.parse().unwrap());
        Told::of(&pairs.iter().map(pair).collect::<Vec<_>>().into_iter().collect::<HeaderMap>())
    }

    #[test]
    fn each_recorded_form_of_a_429_is_told_apart() {
        let now: Timestamp = "2026-11-24T20:00:00Z".parse().unwrap();
        let why = |message: &str, headers: &[(&'static str, &str)]| limited(message, message.to_owned(), &told(headers), now);
        let host = "You have exceeded the daily rate limit (100) of Meeting Create/Update API requests permitted for this particular user. You may resume these requests at GMT 00:00:00.";
        let recorded = [("x-ratelimit-category", "Light"), ("x-ratelimit-limit", "6000"), ("x-ratelimit-remaining", "5893")];
        assert_eq!(why(host, &recorded), Why::DayUsedUp);
        let newer =
            "You have exceeded the daily rate limit (100) of Meeting Create/Update API requests permitted for the user abc";
        assert_eq!(why(newer, &[]), Why::DayUsedUp);
        let day = "You have reached the maximum daily rate limit for this API. Refer to the response header for details on when you can make another request.";
        let until = |why: Why| match why {
            Why::Until(_, until) => until,
            other => panic!("{other:?}"),
        };
        let named = |at| [("x-ratelimit-type", "Daily-limit"), ("x-ratelimit-limit", "6000"), ("retry-after", at)];
        assert_eq!(until(why(day, &named("2026-11-25T00:00:00Z"))), "2026-11-25T00:00:00Z".parse().unwrap());
        assert_eq!(until(why(day, &named("2020-05-31T00:00:00Z"))), now + DAY_WAIT);
        assert_eq!(until(why(day, &[])), now + DAY_WAIT);
        let second = "You have reached the maximum per-second rate limit for this API. Try again later.";
        let qps = [("x-ratelimit-type", "QPS"), ("x-ratelimit-limit", "2")];
        assert!(matches!(why(second, &qps), Why::Later(_, Some(wait)) if wait == SECOND_WAIT));
        assert!(matches!(why(second, &[("retry-after", "3")]), Why::Later(_, Some(wait)) if wait.as_secs() == 3));
        let lock = "Too many concurrent requests. A request to disassociate this user has already been made.";
        assert!(matches!(why(lock, &[]), Why::Later(_, Some(wait)) if wait == SECOND_WAIT));
    }

    #[test]
    fn the_pace_is_learned_from_headers_of_a_second_only() {
        assert_eq!(told(&[("x-ratelimit-type", "QPS"), ("x-ratelimit-limit", "80")]).per_second, NonZeroU32::new(80));
        for other in [
            &[("x-ratelimit-limit", "6000")][..],
            &[("x-ratelimit-type", "Daily-limit"), ("x-ratelimit-limit", "60")],
            &[("x-ratelimit-type", "QPS"), ("x-ratelimit-limit", "0")],
            &[("x-ratelimit-type", "QPS"), ("x-ratelimit-limit", "30000")],
        ] {
            assert_eq!(told(other).per_second, None, "{other:?}");
        }
    }

    #[test]
    fn no_second_holds_more_calls_than_the_plan_allows() {
        for (label, plan) in [(Label::Light, 30), (Label::Light, 4), (Label::Medium, 20), (Label::Medium, 2)] {
            let clock = FakeRelativeClock::default();
            let limiter = RateLimiter::direct_with_clock(label.quota(NonZeroU32::new(plan).unwrap()), clock.clone());
            let (began, mut calls) = (clock.now(), Vec::new());
            for _ in 0..10_000 {
                if limiter.check().is_ok() {
                    calls.push(clock.now().duration_since(began));
                }
                clock.advance(std::time::Duration::from_millis(1));
            }
            let second = governor::nanos::Nanos::from(std::time::Duration::from_secs(1));
            let within = |from: usize| calls[from..].iter().take_while(|at| **at < calls[from] + second).count();
            let most = (0..calls.len()).map(within).max().unwrap();
            assert!(most <= plan as usize, "{label:?} {plan}: {most}");
            assert!(calls.len() >= (plan - plan.div_ceil(4)) as usize * 10, "{label:?} {plan}: {} in ten seconds", calls.len());
        }
    }

    #[tokio::test]
    async fn a_label_that_is_shut_is_not_called_and_the_other_is() {
        let (limits, now) = (Limits::new(), Timestamp::UNIX_EPOCH);
        let until = now + SignedDuration::from_hours(4);
        limits.refused(Label::Medium, &Why::Until("day".into(), until));
        assert_eq!(limits.turn(Label::Medium, now).await, Err(Why::Until("day".into(), until)));
        assert_eq!(limits.turn(Label::Light, now).await, Ok(()));
        assert_eq!(limits.shut_at(now), [("Medium", until)]);
        assert_eq!(limits.turn(Label::Medium, until).await, Ok(()));
        assert_eq!(limits.shut_at(until), []);
    }
}
