//! The wall clock: the only place where it is read.

use jiff::fmt::rfc2822::DateTimeParser;
use jiff::{SignedDuration, Timestamp};

/// The time now, UTC. It is read anew at every call, so that a clock that is set, or faked from outside, is followed.
#[must_use]
pub fn now() -> Timestamp {
    #[expect(clippy::disallowed_methods, reason = "this is the one place that reads the clock")]
    Timestamp::now()
}

/// How far this machine's clock is ahead of another's, which told its time in the header `Date` of an answer just now.
#[must_use]
pub fn ahead_of(date: &str) -> Option<SignedDuration> {
    let told = DateTimeParser::new().parse_timestamp(date.trim()).ok()?;
    Some(now().duration_since(told))
}
