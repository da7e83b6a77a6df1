//! Tickets: their number, their state and what is recorded with it.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::answer::Answer;
use super::command::Handled;
use super::intent::Intent;
use super::meeting::Meeting;
use super::problem::{Problem, Reason};
use super::request::Request;

/// `VM-2026-0001`: by the year of the answer in the office's zone, one counter per desk and year, gaps allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct TicketNumber {
    /// The year of the answer.
    pub year: i16,
    /// The running number.
    pub count: u32,
}

impl TicketNumber {
    /// Last digit of the year and the count: at most five characters for the first 10,000 of a year,
    /// since Google allows 30,000 characters of row metadata per spreadsheet.
    pub fn short(self) -> String {
        format!("{}{:04}", self.year % 10, self.count)
    }
}

impl fmt::Display for TicketNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "VM-{:04}-{:04}", self.year, self.count)
    }
}

/// Not a ticket number.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no ticket number: they look like VM-2026-0001")]
pub struct NotATicketNumber(String);

impl FromStr for TicketNumber {
    type Err = NotATicketNumber;

    fn from_str(text: &str) -> Result<TicketNumber, NotATicketNumber> {
        let refuse = || NotATicketNumber(text.chars().take(40).collect());
        let upper = text.trim().to_uppercase();
        let (year, count) = upper.strip_prefix("VM-").and_then(|rest| rest.split_once('-')).ok_or_else(refuse)?;
        let digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
        if year.len() != 4 || count.len() < 4 || !digits(year) || !digits(count) {
            return Err(refuse());
        }
        Ok(TicketNumber { year: year.parse().map_err(|_| refuse())?, count: count.parse().map_err(|_| refuse())? })
    }
}

impl TryFrom<String> for TicketNumber {
    type Error = NotATicketNumber;

    fn try_from(text: String) -> Result<TicketNumber, NotATicketNumber> {
        text.parse()
    }
}

impl From<TicketNumber> for String {
    fn from(number: TicketNumber) -> String {
        number.to_string()
    }
}

/// Where a ticket stands. Each state carries its facts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Readable; a host is to be chosen.
    Open,
    /// A host is reserved and a create intended, perhaps under way, perhaps lost.
    Booking(Intent),
    /// The answer cannot be read or breaks a rule.
    ToCorrect(Vec<Problem>),
    /// No account is free.
    Full(Reason),
    /// The meeting exists.
    Scheduled(Meeting),
    /// People ended it, and its meeting is being deleted.
    Cancelling(Cancellation),
    /// People ended it.
    Cancelled(Cancellation),
    /// A later answer of the same person for the same event took its place.
    Replaced(TicketNumber),
    /// The asked time passed without a booking.
    Expired,
    /// Only staff can go on. An intent that could not be settled is kept: its meeting may still be found.
    NeedsStaff(Reason, Option<Intent>),
}

/// How people ended a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cancellation {
    /// The office said no.
    pub rejected: bool,
    /// Why, in the words of whoever ended it; may be empty.
    pub reason: String,
    /// The meeting that there was.
    pub meeting: Option<Meeting>,
    /// It stays in Zoom: somebody took our marker off it, so that it is not ours to delete.
    #[serde(default)]
    pub left: bool,
}

impl State {
    /// The state's name in the database, metrics and logs.
    pub fn name(&self) -> &'static str {
        match self {
            State::Open => "open",
            State::Booking(_) => "booking",
            State::ToCorrect(_) => "to_correct",
            State::Full(_) => "full",
            State::Scheduled(_) => "scheduled",
            State::Cancelling(_) => "cancelling",
            State::Cancelled(_) => "cancelled",
            State::Replaced(_) => "replaced",
            State::Expired => "expired",
            State::NeedsStaff(..) => "needs_staff",
        }
    }

    /// The intent that this state waits for, if any.
    pub fn intent(&self) -> Option<&Intent> {
        match self {
            State::Booking(intent) | State::NeedsStaff(_, Some(intent)) => Some(intent),
            _ => None,
        }
    }

    /// The status that staff see in the sheet (the contract's words, the same in both languages).
    pub fn status(&self) -> &'static str {
        match self {
            State::Open | State::Booking(_) => "Diproses",
            State::ToCorrect(_) => "Perlu Perbaikan",
            State::Full(_) => "Jadwal Penuh",
            State::Scheduled(_) => "Terjadwal",
            State::Cancelling(ended) | State::Cancelled(ended) if ended.rejected => "Ditolak",
            State::Cancelling(_) | State::Cancelled(_) | State::Replaced(_) => "Dibatalkan",
            State::Expired => "Kedaluwarsa",
            State::NeedsStaff(..) => "Perlu Tindak Lanjut",
        }
    }
}

/// One request's life at the counter.
#[derive(Debug, Clone, PartialEq)]
pub struct Ticket {
    /// Its number.
    pub number: TicketNumber,
    /// The answer as last read.
    pub answer: Answer,
    /// The first timestamp of the answer: first come, first served, and relative days count from it.
    pub first_submitted_at: Timestamp,
    /// The row in which it was first seen: decides between answers of the same second.
    pub first_row: u32,
    /// What is asked for, once it could be read.
    pub request: Option<Request>,
    /// Where it stands.
    pub state: State,
    /// When the state last changed.
    pub changed_at: Timestamp,
    /// Tries of the present step that were not carried out.
    pub tries: u32,
    /// Before this nothing is tried.
    pub not_before: Timestamp,
    /// Metadata id of its row, once marked.
    pub mark: Option<i32>,
    /// The last command of staff, with its answer.
    pub command: Option<Handled>,
    /// The answer was edited after the meeting was made, and the edit is not carried out.
    pub edited_since: bool,
    /// Counts changes, so that a stale writer is refused.
    pub version: i64,
}

impl Ticket {
    /// Its meeting in Zoom, also one that is being deleted.
    pub fn meeting_in_zoom(&self) -> Option<&Meeting> {
        match &self.state {
            State::Scheduled(meeting) => Some(meeting),
            State::Cancelling(ended) => ended.meeting.as_ref(),
            _ => None,
        }
    }

    /// Its meeting, also one that was deleted when people ended it.
    pub fn meeting_made(&self) -> Option<&Meeting> {
        match &self.state {
            State::Cancelled(ended) => ended.meeting.as_ref(),
            _ => self.meeting_in_zoom(),
        }
    }

    /// The meeting, if there is one.
    pub fn meeting(&self) -> Option<&Meeting> {
        match &self.state {
            State::Scheduled(meeting) => Some(meeting),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_back_and_others_refused() {
        let number = TicketNumber { year: 2026, count: 7 };
        assert_eq!(number.to_string().parse(), Ok(number));
        assert_eq!(" vm-2026-12345 ".parse(), Ok(TicketNumber { year: 2026, count: 12_345 }));
        assert_eq!(TicketNumber { year: 2026, count: 12_345 }.short(), "612345");
        for wrong in ["", "VM-26-0001", "VM-2026-1", "VM-2026-", "VM-2026-00x1", "2026-0001", "VM-2026-0001/AB"] {
            assert!(wrong.parse::<TicketNumber>().is_err(), "{wrong}");
        }
    }
}
