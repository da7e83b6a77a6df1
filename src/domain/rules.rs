//! The office's rules, as decisions need them.

use std::collections::BTreeMap;

use jiff::civil::{Date, Time, Weekday};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};

use super::limits::CLOSED_DAYS_MAX;
use super::slot::Slot;

/// Who opens the room.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Opening {
    /// Participants may enter before the host; no waiting room.
    Participants,
    /// Staff open it.
    Staff,
}

/// The rules.
#[derive(Debug, Clone)]
pub struct Rules {
    /// The office's zone: wall-clock times in answers are in it.
    pub zone: TimeZone,
    /// The earliest start, counted from the answer.
    pub lead_time: SignedDuration,
    /// The longest meeting.
    pub max_duration: SignedDuration,
    /// Room before a meeting.
    pub buffer_before: SignedDuration,
    /// Room after a meeting.
    pub buffer_after: SignedDuration,
    /// What "until finished" counts as.
    pub open_end: SignedDuration,
    /// Capacity taken when the number of participants is not told.
    pub participants_unknown: u32,
    /// Days of the week with service; empty: every day.
    pub working_days: Vec<Weekday>,
    /// Hours of service; an event lies within them.
    pub working_hours: Option<(Time, Time)>,
    /// Days without service, with their names.
    pub holidays: BTreeMap<Date, String>,
}

/// Why the office gives no service at a time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Closed {
    /// Not on this day.
    Day {
        /// The day.
        date: Date,
        /// The holiday's name; empty for a day of the week.
        holiday: String,
        /// The next day with service.
        next: Date,
    },
    /// Not at these hours: the service's own.
    Hours(Time, Time),
}

#[cfg(test)]
impl Rules {
    /// An office in Jakarta with the defaults of the contract.
    pub(crate) fn of_a_plain_office() -> Rules {
        Rules {
            zone: TimeZone::get("Asia/Jakarta").unwrap(),
            lead_time: SignedDuration::from_mins(30),
            max_duration: SignedDuration::from_hours(8),
            buffer_before: SignedDuration::from_mins(10),
            buffer_after: SignedDuration::from_mins(10),
            open_end: SignedDuration::from_hours(2),
            participants_unknown: 100,
            working_days: vec![],
            working_hours: None,
            holidays: BTreeMap::new(),
        }
    }
}

impl Rules {
    /// Whether a day is one of service.
    pub fn works_on(&self, day: Date) -> bool {
        (self.working_days.is_empty() || self.working_days.contains(&day.weekday())) && !self.holidays.contains_key(&day)
    }

    /// Why the office gives no service in a slot, if so. Of an open end only the start has to lie within the hours.
    pub fn closed(&self, slot: Slot, open_end: bool) -> Option<Closed> {
        let wall = |at: Timestamp| self.zone.to_datetime(at);
        let (start, end) = (wall(slot.start), wall(slot.end));
        if !self.works_on(start.date()) {
            let (date, holiday) = (start.date(), self.holidays.get(&start.date()).cloned().unwrap_or_default());
            let next = date.series(1.day()).skip(1).take(CLOSED_DAYS_MAX).find(|day| self.works_on(*day));
            return Some(Closed::Day { date, holiday, next: next.unwrap_or(date) });
        }
        let (from, until) = self.working_hours?;
        let late = if open_end { start.time() >= until } else { end > start.date().to_datetime(until) };
        (start.time() < from || late).then_some(Closed::Hours(from, until))
    }
}
