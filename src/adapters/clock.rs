//! The wall clock: the only place where it is read.

use jiff::Timestamp;

/// The time now, UTC. It is read anew at every call, so that a clock that is set, or faked from outside, is followed.
#[must_use]
pub fn now() -> Timestamp {
    #[expect(clippy::disallowed_methods, reason = "this is the one place that reads the clock")]
    Timestamp::now()
}
