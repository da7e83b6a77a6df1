//! Limits of the check of the set-up.

use std::time::Duration;

use jiff::SignedDuration;

/// How long one party is looked at: a call takes at most 20 s, and after one that took so long no other but the last is made.
pub const AREA_LIMIT: Duration = Duration::from_secs(40);
/// A web address that does not answer within this is not reachable for people either; Google's clock is asked as long.
pub const PAGE_LIMIT: Duration = Duration::from_secs(6);
/// A clock further off is wrong: HTTP tells the time by the second, answers take a few, and Google refuses tokens from five
/// minutes on.
pub const CLOCK_SKEW_MAX: SignedDuration = SignedDuration::from_mins(1);
/// Headers and tabs named in a message; a form has few, and the rest is seen in the sheet itself.
pub const NAMES_SHOWN_MAX: usize = 20;
/// Errors of the configuration gathered in one go; each takes one more reading.
pub const CONFIG_ERRORS_MAX: usize = 50;
/// Likeness from which a header is taken to be the one meant, 0 to 1: `Nama Acara Rapat` is 0.8 like `Nama Acara`, and headers
/// that have nothing to do with each other are below 0.6.
pub const HEADER_LIKENESS_MIN: f64 = 0.62;
/// Meetings that a licensed account may hold at once: two from the plan Business on (Zoom support, KB0068522).
pub const LICENSED_AT_ONCE: u32 = 2;
/// The same with Zoom's add-on for concurrent meetings, whose larger plan allows this many.
pub const ADD_ON_AT_ONCE: u32 = 20;
