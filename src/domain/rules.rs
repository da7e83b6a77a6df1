//! The office's rules, as decisions need them.

use jiff::SignedDuration;
use jiff::tz::TimeZone;

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
    /// Capacity taken when the number of participants is not told.
    pub participants_unknown: u32,
}
