//! What may be wrong with an answer, and why a ticket waits for people. Facts only: the words are made from them elsewhere.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::headers::Field;
use super::slot::Slot;

/// One thing in an answer that its applicant has to mend.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Problem {
    /// A required question is not answered.
    Missing(Field),
    /// A text that cannot be read as what the question asks for.
    Unreadable(Field, String),
    /// Not a mail address.
    BadEmail(Field, String),
    /// The event ends before, or when, it starts.
    EndBeforeStart {
        /// The start as read, in the office's words.
        start: String,
        /// The end as read.
        end: String,
    },
    /// The start lies before the answer, or closer to it than the lead time.
    TooSoon {
        /// The earliest start that could still be taken.
        earliest: Timestamp,
    },
    /// Longer than the office's longest meeting.
    TooLong {
        /// As asked, minutes.
        minutes: i64,
        /// The longest allowed, minutes.
        longest: i64,
    },
}

/// Why a ticket does not go on by itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// Every account is taken somewhere in the slot.
    AllTaken,
    /// The same, and these times near it were free when it was looked.
    FreeAt(Vec<Slot>),
    /// No account holds so many people, whenever.
    TooLarge {
        /// As asked.
        participants: u32,
        /// What the largest account holds.
        largest: u32,
    },
    /// No account may hold so long a meeting.
    TooLongForHosts {
        /// As asked, minutes.
        minutes: i64,
    },
    /// A webinar is made by staff.
    Webinar,
    /// An event of several days is made by staff.
    SeveralDays,
    /// Zoom refuses the meeting; its own words.
    ZoomRefuses(String),
    /// Zoom's answer was lost and the account could not be looked through for a quarter of an hour.
    LookingFailed {
        /// The marker to look for.
        marker: String,
        /// The account.
        host: String,
    },
    /// Two meetings carry the marker.
    TwoMeetings {
        /// The marker to look for.
        marker: String,
        /// The account.
        host: String,
    },
    /// Zoom made the meeting for another time than it was asked for.
    OtherTime,
}
