//! What may be wrong with an answer, and why a ticket waits for people. Facts only: the words are made from them elsewhere.

use jiff::Timestamp;
use jiff::civil::{Date, Time};
use serde::{Deserialize, Serialize};

use super::headers::Field;
use super::slot::Slot;

/// One thing in an answer that its applicant has to mend.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Problem {
    /// A required question is not answered.
    Missing(Field),
    /// A text that cannot be read as the day that the question asks for.
    Day(Field, String, DayTrouble),
    /// A text that cannot be read as the time of day that the question asks for.
    Clock(Field, String, ClockTrouble),
    /// A text that cannot be read as a length of time.
    Length(Field, String, LengthTrouble),
    /// A text that cannot be read as a number of people. The likely numbers; may be none.
    Count(Field, String, Vec<u32>),
    /// Two answers tell different ends.
    TwoEnds {
        /// The end as one tells it.
        one: Timestamp,
        /// The end as the other tells it.
        other: Timestamp,
    },
    /// The last day lies before the first.
    LastDayFirst {
        /// The first day as read.
        first: Date,
        /// The last day as read.
        last: Date,
    },
    /// Too short to be an event.
    TooShort {
        /// As read, minutes.
        minutes: i64,
    },
    /// The day is one on which the office gives no service.
    ClosedDay {
        /// The day.
        date: Date,
        /// The holiday's name; empty for a day of the week.
        holiday: String,
        /// The next day with service.
        next: Date,
    },
    /// Outside the hours of the office's service.
    ClosedHours {
        /// When the service begins.
        from: Time,
        /// When it ends.
        until: Time,
    },
    /// So far ahead that it must be a typing mistake.
    TooFar {
        /// The day as read.
        date: Date,
    },
    /// Not a mail address.
    BadEmail(Field, String),
    /// The event ends before, or when, it starts.
    EndBeforeStart {
        /// The start as read.
        start: Timestamp,
        /// The end as read.
        end: Timestamp,
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

impl Problem {
    /// The question whose answer is at fault, where it is one.
    pub fn field(&self) -> Option<Field> {
        match self {
            Problem::Missing(field)
            | Problem::Day(field, ..)
            | Problem::Clock(field, ..)
            | Problem::Length(field, ..)
            | Problem::Count(field, ..)
            | Problem::BadEmail(field, _) => Some(*field),
            _ => None,
        }
    }
}

/// What is wrong with a day. What is likely meant is asked, never taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DayTrouble {
    /// It is not clear at all.
    Unclear,
    /// One of these is meant.
    Which(Vec<Date>),
    /// The named day of the week is another than the date's.
    Weekday {
        /// The date as written.
        date: Date,
        /// The nearest date on the named day of the week.
        near: Date,
    },
    /// Days that do not follow one another.
    Apart,
    /// A day and month without a year that has just passed.
    Passed {
        /// The next such day.
        next: Date,
    },
    /// The month is not told.
    NoMonth {
        /// The next day of that number.
        next: Date,
    },
    /// Only a month is told.
    NoDay,
    /// The calendar has no such day.
    NoSuchDay,
}

/// What is wrong with a time of day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClockTrouble {
    /// It is not clear at all.
    Unclear,
    /// One of these is meant.
    Which(Vec<Time>),
    /// No clock shows that.
    NoSuchTime,
    /// Midnight: it is not clear which day's.
    Midnight,
    /// The same time told in several zones, which disagree.
    ZonesDisagree,
    /// The text holds another day than the question for the day.
    OtherDay(Date),
}

/// What is wrong with a length of time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LengthTrouble {
    /// It is not clear at all.
    Unclear,
    /// One of these is meant, minutes.
    Which(Vec<i64>),
    /// A whole day, or half of one: the hours are needed.
    WholeDay,
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
    /// Zoom holds a meeting of this ticket for another time, of which the ledger does not know.
    MadeBefore {
        /// The marker to look for.
        marker: String,
        /// The account.
        host: String,
    },
    /// Zoom made the meeting for another time than it was asked for.
    OtherTime,
    /// A limit of Zoom's is used up, and the event begins before it ends.
    LimitUntil {
        /// When it ends.
        until: Timestamp,
    },
}
