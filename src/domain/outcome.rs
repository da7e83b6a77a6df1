//! How an effect ended. Law 2: only [`Outcome::NotDone`] may be repeated.

use jiff::{SignedDuration, Timestamp};

/// How an effect outside ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome<T> {
    /// It was carried out; this is what came of it.
    Done(T),
    /// It was certainly not carried out.
    NotDone(Why),
    /// It may have been carried out; the text says why nobody knows.
    Unknown(String),
}

impl<T> Outcome<T> {
    /// The same with what came of it changed.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Outcome<U> {
        self.and_then(|value| Outcome::Done(change(value)))
    }

    /// The same with what came of it looked at further.
    pub fn and_then<U>(self, next: impl FnOnce(T) -> Outcome<U>) -> Outcome<U> {
        match self {
            Outcome::Done(value) => next(value),
            Outcome::NotDone(why) => Outcome::NotDone(why),
            Outcome::Unknown(why) => Outcome::Unknown(why),
        }
    }

    /// How it ended, in a word for metrics and logs.
    pub fn name(&self) -> &'static str {
        match self {
            Outcome::Done(_) => "done",
            Outcome::NotDone(_) => "not_done",
            Outcome::Unknown(_) => "unknown",
        }
    }
}

/// Why an effect was not carried out, and so what may be done about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Why {
    /// The party cannot be reached, or says to come back; perhaps after the given time.
    Later(String, Option<SignedDuration>),
    /// A limit of the party's is used up until then, for everybody.
    Until(String, Timestamp),
    /// The party is well, and puts off this very thing.
    NotNow(String),
    /// This host has used up its day's changes; it is free again at 00:00 UTC.
    DayUsedUp,
    /// This host is not there, or may not hold meetings.
    HostUnusable(String),
    /// The party refuses this very thing, and will again.
    Refused(String),
    /// The party refuses, since people protected what was to be changed; until they lift that.
    Protected(String),
}

impl Why {
    /// The reason as a sentence for a log or for staff.
    pub fn text(&self) -> &str {
        match self {
            Why::Later(text, _)
            | Why::Until(text, _)
            | Why::NotNow(text)
            | Why::HostUnusable(text)
            | Why::Refused(text)
            | Why::Protected(text) => text,
            Why::DayUsedUp => "the host has used up its changes for this UTC day",
        }
    }
}

/// The wait before try number `tries` (from 1): doubled each time, never over the limit.
pub fn backoff(tries: u32) -> SignedDuration {
    use super::limits::{RETRY_FIRST, RETRY_MAX};
    let factor = 1_i32 << tries.saturating_sub(1).min(10);
    (RETRY_FIRST * factor).min(RETRY_MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wait_doubles_up_to_its_limit() {
        let waits: Vec<i64> = (1..9).map(|n| backoff(n).as_secs()).collect();
        assert_eq!(waits, [1, 2, 4, 8, 16, 32, 60, 60]);
    }
}
