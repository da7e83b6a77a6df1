//! Recurring meetings of type 8: what may be asked for, and the days on which they fall.

use jiff::civil::{Date, Weekday};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

/// The most occurrences that an endless series is laid out to; a bounded one has 60 at most by `end_times`.
const ENDLESS: usize = 110;
/// The most occurrences of a series that ends at a date.
const OCCURRENCES_MAX: usize = 400;

/// By what a series repeats.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Every {
    /// Zoom's type 1.
    Day,
    /// Zoom's type 2.
    Week,
    /// Zoom's type 3.
    Month,
}

/// How a meeting repeats.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recurrence {
    /// By days, weeks or months.
    pub every: Every,
    /// Every so many of them; 1 and more.
    #[serde(default = "one")]
    pub interval: u32,
    /// The weekdays of a weekly series, 1 for Sunday to 7; empty: the weekday of its start.
    #[serde(default)]
    pub weekly_days: Vec<i8>,
    /// The day of the month of a monthly series, 1 to 31.
    #[serde(default)]
    pub monthly_day: Option<i8>,
    /// The week of the month of a monthly series, 1 to 4, or -1 for the last.
    #[serde(default)]
    pub monthly_week: Option<i8>,
    /// The weekday that goes with it, 1 for Sunday to 7.
    #[serde(default)]
    pub monthly_week_day: Option<i8>,
    /// After how many occurrences it ends; 0 for never.
    #[serde(default)]
    pub end_times: Option<u32>,
    /// The moment at which it ends, instead.
    #[serde(default)]
    pub end_at: Option<Timestamp>,
}

/// The interval of a series that names none.
fn one() -> u32 {
    1
}

impl Recurrence {
    /// A series of `times` occurrences by days, weeks or months, on the weekday or day of its start.
    pub fn times(every: Every, times: u32) -> Self {
        Self {
            every,
            interval: 1,
            weekly_days: Vec::new(),
            monthly_day: None,
            monthly_week: None,
            monthly_week_day: None,
            end_times: Some(times),
            end_at: None,
        }
    }

    /// Reads Zoom's `recurrence`; what is wrong with it goes to `wrong`.
    pub(super) fn read(value: &Map<String, Value>, wrong: &mut Vec<(String, String)>) -> Option<Self> {
        let mut bad = |field: &str| wrong.push((format!("recurrence.{field}"), "Invalid field.".to_owned()));
        let number = |field: &str| value.get(field).map(|value| value.as_i64().unwrap_or(i64::MIN));
        let every = match number("type") {
            Some(1) => Every::Day,
            Some(2) => Every::Week,
            Some(3) => Every::Month,
            _ => {
                bad("type");
                return None;
            }
        };
        let mut within = |field: &str, low: i64, high: i64| {
            let number = number(field)?;
            if (low..=high).contains(&number) && number != 0 || (field == "end_times" && number == 0) {
                return Some(number);
            }
            bad(field);
            None
        };
        let interval_max = match every {
            Every::Day => 99,
            Every::Week => 50,
            Every::Month => 10,
        };
        let small = |number: Option<i64>| number.and_then(|number| i8::try_from(number).ok());
        let mut read = Self {
            every,
            interval: within("repeat_interval", 1, interval_max).and_then(|n| u32::try_from(n).ok()).unwrap_or(1),
            weekly_days: Vec::new(),
            monthly_day: small(within("monthly_day", 1, 31)),
            monthly_week: small(within("monthly_week", -1, 4)),
            monthly_week_day: small(within("monthly_week_day", 1, 7)),
            end_times: within("end_times", 0, 60).and_then(|n| u32::try_from(n).ok()),
            end_at: None,
        };
        if let Some(days) = value.get("weekly_days") {
            let days = days.as_str().map_or_else(|| days.to_string(), ToOwned::to_owned);
            let days: Result<Vec<i8>, _> = days.split(',').map(|day| day.trim().parse::<i8>()).collect();
            match days {
                Ok(days) if days.iter().all(|day| (1..=7).contains(day)) => read.weekly_days = days,
                _ => bad("weekly_days"),
            }
        }
        if let Some(end) = value.get("end_date_time") {
            match end.as_str().and_then(|end| end.parse().ok()) {
                Some(end) => read.end_at = Some(end),
                None => bad("end_date_time"),
            }
        }
        Some(read)
    }

    /// Zoom's `recurrence`.
    pub(super) fn json(&self) -> Value {
        let kind = match self.every {
            Every::Day => 1,
            Every::Week => 2,
            Every::Month => 3,
        };
        let mut value = json!({"type": kind, "repeat_interval": self.interval});
        if !self.weekly_days.is_empty() {
            let days: Vec<String> = self.weekly_days.iter().map(ToString::to_string).collect();
            value["weekly_days"] = days.join(",").into();
        }
        let optional =
            [("monthly_day", self.monthly_day), ("monthly_week", self.monthly_week), ("monthly_week_day", self.monthly_week_day)];
        for (field, number) in optional {
            if let Some(number) = number {
                value[field] = number.into();
            }
        }
        if let Some(times) = self.end_times {
            value["end_times"] = times.into();
        }
        if let Some(end) = self.end_at {
            value["end_date_time"] = super::utc(end).into();
        }
        value
    }

    /// The starts of all occurrences of a series whose first may be at `start`; the clock time is kept in `zone`.
    pub(super) fn starts(&self, start: Timestamp, zone: &TimeZone) -> Vec<Timestamp> {
        let first = zone.to_datetime(start);
        let most = match (self.end_times, self.end_at) {
            (_, Some(_)) => OCCURRENCES_MAX,
            (Some(0), None) => ENDLESS,
            (Some(times), None) => times as usize,
            (None, None) => 1,
        };
        let mut starts = Vec::new();
        for step in 0..OCCURRENCES_MAX {
            for day in self.days(first.date(), i64::try_from(step).unwrap_or(i64::MAX)) {
                let Ok(at) = zone.to_timestamp(day.to_datetime(first.time())) else { continue };
                if at < start {
                    continue;
                }
                if starts.len() == most || self.end_at.is_some_and(|end| at > end) {
                    return starts;
                }
                starts.push(at);
            }
        }
        starts
    }

    /// The days of the series within its `step`th day, week or month, in their order.
    fn days(&self, first: Date, step: i64) -> Vec<Date> {
        let step = step.saturating_mul(i64::from(self.interval));
        match self.every {
            Every::Day => first.checked_add(step.days()).into_iter().collect(),
            Every::Week => {
                let sunday = first.weekday().since(Weekday::Sunday);
                let mut days = self.weekly_days.clone();
                if days.is_empty() {
                    days.push(first.weekday().to_sunday_one_offset());
                }
                days.sort_unstable();
                days.dedup();
                days.into_iter()
                    .filter_map(|day| {
                        let offset = i64::from(day) - 1 - i64::from(sunday);
                        first.checked_add((step.saturating_mul(7) + offset).days()).ok()
                    })
                    .collect()
            }
            Every::Month => {
                let Ok(month) = first.first_of_month().checked_add(step.months()) else { return Vec::new() };
                let by_week = self.monthly_week.zip(self.monthly_week_day);
                let day = match by_week {
                    Some((week, day)) => {
                        Weekday::from_sunday_one_offset(day).and_then(|weekday| month.nth_weekday_of_month(week, weekday))
                    }
                    None => Date::new(month.year(), month.month(), self.monthly_day.unwrap_or(first.day())),
                };
                // A month without that day has no occurrence.
                day.into_iter().collect()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Every, Recurrence};
    use jiff::Timestamp;
    use jiff::tz::TimeZone;

    /// The starts of a series in Jakarta, as local dates and times.
    fn check(series: &Recurrence, start: &str, expect: &[&str]) {
        let zone = TimeZone::get("Asia/Jakarta").expect("the zones are compiled in");
        let start: Timestamp = start.parse().expect("a timestamp");
        let starts = series.starts(start, &zone);
        let local: Vec<String> = starts.iter().map(|at| zone.to_datetime(*at).strftime("%m-%d %H:%M").to_string()).collect();
        assert_eq!(local, expect);
    }

    #[test]
    fn a_weekly_series_falls_on_its_weekdays_from_its_start_on() {
        // Tuesday, 1 December 2026; Mondays and Wednesdays.
        let series = Recurrence { weekly_days: vec![4, 2], ..Recurrence::times(Every::Week, 4) };
        check(&series, "2026-12-01T02:00:00Z", &["12-02 09:00", "12-07 09:00", "12-09 09:00", "12-14 09:00"]);
    }

    #[test]
    fn a_monthly_series_goes_by_day_or_by_week() {
        let by_day = Recurrence { monthly_day: Some(31), ..Recurrence::times(Every::Month, 3) };
        check(&by_day, "2026-12-31T02:00:00Z", &["12-31 09:00", "01-31 09:00", "03-31 09:00"]);
        let last_friday = Recurrence { monthly_week: Some(-1), monthly_week_day: Some(6), ..Recurrence::times(Every::Month, 2) };
        check(&last_friday, "2026-12-01T02:00:00Z", &["12-25 09:00", "01-29 09:00"]);
    }

    #[test]
    fn a_series_with_an_end_stops_there() {
        let series = Recurrence {
            end_times: None,
            end_at: Some("2026-12-03T02:00:00Z".parse().expect("a timestamp")),
            ..Recurrence::times(Every::Day, 0)
        };
        check(&series, "2026-12-01T02:00:00Z", &["12-01 09:00", "12-02 09:00", "12-03 09:00"]);
    }
}
