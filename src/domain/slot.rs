//! A stretch of time.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// From `start` (included) to `end` (excluded).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Slot {
    /// The first instant.
    pub start: Timestamp,
    /// The first instant after it.
    pub end: Timestamp,
}

impl Slot {
    /// How long it is, whole minutes, rounded up.
    pub fn minutes(&self) -> i64 {
        (self.end.duration_since(self.start).as_secs() + 59) / 60
    }

    /// The same with room before and after.
    #[must_use]
    pub fn padded(&self, before: SignedDuration, after: SignedDuration) -> Slot {
        Slot { start: self.start - before, end: self.end + after }
    }

    /// Whether the two share an instant.
    pub fn overlaps(&self, other: &Slot) -> bool {
        self.start < other.end && other.start < self.end
    }
}
