//! The kinds of values in the configuration: each refuses what it cannot be, in words that say what is allowed.

use std::fmt::Display;
use std::str::FromStr;

use jiff::civil::{Time, Weekday};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Span, SpanRelativeTo};
use serde::de::{Deserialize, Deserializer, Error};

/// A stretch of time such as `5s`, `30m`, `4h`, `1d`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period(pub SignedDuration);

/// A stretch by the calendar, such as `2y`.
#[derive(Debug, Clone, Copy)]
pub struct CalendarPeriod(pub Span);

/// A time zone by its IANA name.
#[derive(Debug, Clone, PartialEq)]
pub struct Zone(pub TimeZone);

/// An address on the web: `http` or `https`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebAddress(pub url::Url);

/// A day of the week, by its English name or the first three letters of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DayOfWeek(pub Weekday);

/// Hours of a day such as `07:30-17:00`; nothing: any.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct HoursOfDay(pub Option<(Time, Time)>);

fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    String::deserialize(deserializer)
}

fn refuse<E: Error>(found: &str, allowed: impl Display) -> E {
    E::custom(format!("found `{found}`, allowed: {allowed}"))
}

impl<'de> Deserialize<'de> for Period {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Period, D::Error> {
        let found = text(deserializer)?;
        let span: Option<Span> = found.parse().ok();
        let length = span.and_then(|span| span.to_duration(SpanRelativeTo::days_are_24_hours()).ok());
        match length {
            Some(length) if !length.is_negative() => Ok(Period(length)),
            _ => Err(refuse(&found, "a stretch of time such as `5s`, `30m`, `4h` or `1d`")),
        }
    }
}

impl<'de> Deserialize<'de> for CalendarPeriod {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<CalendarPeriod, D::Error> {
        let found = text(deserializer)?;
        match Span::from_str(&found) {
            Ok(span) if span.is_positive() => Ok(CalendarPeriod(span)),
            _ => Err(refuse(&found, "a stretch of time such as `90d`, `6mo` or `2y`")),
        }
    }
}

impl<'de> Deserialize<'de> for Zone {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Zone, D::Error> {
        let found = text(deserializer)?;
        let zone = TimeZone::get(&found)
            .map_err(|_| refuse::<D::Error>(&found, "an IANA zone such as `Asia/Jakarta`, `Asia/Makassar` or `Asia/Jayapura`"))?;
        Ok(Zone(zone))
    }
}

impl<'de> Deserialize<'de> for DayOfWeek {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<DayOfWeek, D::Error> {
        const NAMES: [(&str, Weekday); 7] = [
            ("monday", Weekday::Monday),
            ("tuesday", Weekday::Tuesday),
            ("wednesday", Weekday::Wednesday),
            ("thursday", Weekday::Thursday),
            ("friday", Weekday::Friday),
            ("saturday", Weekday::Saturday),
            ("sunday", Weekday::Sunday),
        ];
        let found = text(deserializer)?;
        let named = |(name, _): &&(&str, Weekday)| *name == found.to_lowercase() || name[..3] == *found.to_lowercase();
        let day = NAMES.iter().find(named);
        day.map(|(_, day)| DayOfWeek(*day)).ok_or_else(|| refuse(&found, "`Mon`, `Tue`, `Wed`, `Thu`, `Fri`, `Sat` or `Sun`"))
    }
}

impl<'de> Deserialize<'de> for HoursOfDay {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<HoursOfDay, D::Error> {
        let found = text(deserializer)?;
        if found.trim().is_empty() {
            return Ok(HoursOfDay(None));
        }
        let time = |text: &str| Time::strptime("%H:%M", text.trim()).ok();
        let hours = found.split_once('-').and_then(|(from, until)| Some((time(from)?, time(until)?)));
        match hours {
            Some((from, until)) if from < until => Ok(HoursOfDay(Some((from, until)))),
            _ => Err(refuse(&found, "hours of a day such as `07:30-17:00`, or nothing")),
        }
    }
}

impl<'de> Deserialize<'de> for WebAddress {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<WebAddress, D::Error> {
        let found = text(deserializer)?;
        match url::Url::parse(&found) {
            Ok(url) if matches!(url.scheme(), "http" | "https") && url.has_host() => Ok(WebAddress(url)),
            _ => Err(refuse(&found, "an address that begins with `https://` (or `http://`)")),
        }
    }
}
