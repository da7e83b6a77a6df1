//! Waits that a party asks for: until when, and whether people are told.

use jiff::fmt::rfc2822::DateTimeParser;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::limits::waits::{DAY_BEGINS_LATE, DAY_MARGIN, SERVICE_STANDARD, WAIT_TOLD_MIN};
use super::ticket::{State, Ticket};

/// When a `Retry-After` lets the caller come back: seconds, an HTTP date, or an ISO date and time as Zoom writes it. `None` where it
/// cannot be read or is past, which says nothing; never later than `longest` from now.
pub fn retry_after(text: &str, now: Timestamp, longest: SignedDuration) -> Option<Timestamp> {
    let text = text.trim();
    let at = if let Ok(seconds) = text.parse::<u32>() {
        now + SignedDuration::from_secs(i64::from(seconds))
    } else if let Ok(at) = text.parse::<Timestamp>() {
        at
    } else {
        DateTimeParser::new().parse_timestamp(text).ok()?
    };
    (at > now).then(|| at.min(now + longest))
}

/// The beginning of the UTC day of an instant.
fn midnight(now: Timestamp) -> Timestamp {
    let day = TimeZone::UTC.to_datetime(now).date();
    TimeZone::UTC.to_timestamp(day.to_datetime(jiff::civil::Time::midnight())).unwrap_or(now)
}

/// When a host that has used up its day may be used again: shortly after the next 00:00 UTC.
pub fn next_day(now: Timestamp) -> Timestamp {
    midnight(now) + SignedDuration::from_hours(24) + DAY_MARGIN
}

/// Whether a refusal for the day at this instant is about the day that just ended.
pub fn is_about_yesterday(now: Timestamp) -> bool {
    now.duration_since(midnight(now)) < DAY_BEGINS_LATE
}

/// Until when an applicant has to wait for a party's limit, where that is longer than the service standard.
pub fn told_wait(ticket: &Ticket) -> Option<Timestamp> {
    let until = ticket.not_before;
    let limit = matches!(ticket.state, State::Open) && until >= ticket.changed_at + WAIT_TOLD_MIN;
    (limit && until > ticket.first_submitted_at + SERVICE_STANDARD).then_some(until)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::limits::waits::RETRY_AFTER_MAX;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn each_form_of_retry_after_is_read_and_none_is_believed_beyond_its_limit() {
        let now = at("2026-11-24T20:00:00Z");
        let read = |text: &str| retry_after(text, now, RETRY_AFTER_MAX);
        assert_eq!(read("120"), Some(at("2026-11-24T20:02:00Z")));
        assert_eq!(read(" 2026-11-25T00:00:00Z "), Some(at("2026-11-25T00:00:00Z")));
        assert_eq!(read("Wed, 25 Nov 2026 00:00:00 GMT"), Some(at("2026-11-25T00:00:00Z")));
        assert_eq!(read("2030-01-01T00:00:00Z"), Some(now + RETRY_AFTER_MAX));
        assert_eq!(read("4294967295"), Some(now + RETRY_AFTER_MAX));
        for nothing in ["2020-05-31T00:00:00Z", "0", "-5", "", "soon", "Sun, 06 Nov 1994 08:49:37 GMT"] {
            assert_eq!(read(nothing), None, "{nothing}");
        }
    }

    #[test]
    fn a_used_up_day_ends_shortly_after_the_next_midnight_utc() {
        assert_eq!(next_day(at("2026-11-24T23:59:59Z")), at("2026-11-25T00:00:20Z"));
        assert_eq!(next_day(at("2026-11-24T00:00:00Z")), at("2026-11-25T00:00:20Z"));
        assert!(is_about_yesterday(at("2026-11-25T00:04:59Z")));
        assert!(!is_about_yesterday(at("2026-11-25T00:05:00Z")));
    }
}
