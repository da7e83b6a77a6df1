//! Commands: the words that staff write into `Tindakan Petugas`, what each does with a ticket, and when it fits.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::limits::REASON_CHARS_MAX;
use super::text::one_line;
use super::ticket::{State, Ticket};

/// A word of the contract. The other words of the contract are known, and answered; they fit no state yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Command {
    /// `SETUJUI`: what waits for approval may go on.
    Approve,
    /// `TOLAK`: the office says no.
    Reject,
    /// `BATALKAN`: the event is called off.
    Cancel,
    /// `PROSES ULANG`: read and decided anew, as if it had just come in.
    ProcessAgain,
    /// `KIRIM ULANG`: the letters that tell how it stands go once more.
    SendAgain,
    /// `PILIH 1`: an alternative, told by phone.
    Pick,
    /// `DAFTAR TUNGGU`: the contact person waits.
    WaitingList,
    /// `LINK MANUAL`: staff give their own link.
    ManualLink,
}

/// What people write for a command, in lower case; of several that fit the longest counts.
const PHRASES: [(&str, Command); 26] = [
    ("setujui", Command::Approve),
    ("setuju", Command::Approve),
    ("disetujui", Command::Approve),
    ("acc", Command::Approve),
    ("approve", Command::Approve),
    ("tolak", Command::Reject),
    ("ditolak", Command::Reject),
    ("reject", Command::Reject),
    ("batalkan", Command::Cancel),
    ("batal", Command::Cancel),
    ("dibatalkan", Command::Cancel),
    ("cancel", Command::Cancel),
    ("proses ulang", Command::ProcessAgain),
    ("proses lagi", Command::ProcessAgain),
    ("ulang", Command::ProcessAgain),
    ("ulangi", Command::ProcessAgain),
    ("retry", Command::ProcessAgain),
    ("kirim ulang", Command::SendAgain),
    ("kirim lagi", Command::SendAgain),
    ("resend", Command::SendAgain),
    ("pilih 1", Command::Pick),
    ("pilih 2", Command::Pick),
    ("pilih 3", Command::Pick),
    ("daftar tunggu", Command::WaitingList),
    ("link manual", Command::ManualLink),
    ("tautan manual", Command::ManualLink),
];

impl Command {
    /// All that fit some state, in the order in which they are told.
    pub const ALL: [Command; 4] = [Command::ProcessAgain, Command::SendAgain, Command::Reject, Command::Cancel];

    /// Its word, the same in both languages.
    pub fn word(self) -> &'static str {
        match self {
            Command::Approve => "SETUJUI",
            Command::Reject => "TOLAK",
            Command::Cancel => "BATALKAN",
            Command::ProcessAgain => "PROSES ULANG",
            Command::SendAgain => "KIRIM ULANG",
            Command::Pick => "PILIH",
            Command::WaitingList => "DAFTAR TUNGGU",
            Command::ManualLink => "LINK MANUAL",
        }
    }

    /// Reads what staff wrote: the command and the reason behind it, which may be empty. `None` where no command stands at its beginning.
    pub fn read(text: &str) -> Option<(Command, String)> {
        let text = one_line(text, REASON_CHARS_MAX);
        let lower = text.to_lowercase();
        let words: Vec<&str> = text.split_whitespace().collect();
        let bare = |word: &str| word.trim_matches(|c: char| !c.is_alphanumeric()).to_owned();
        let lower: Vec<String> = lower.split_whitespace().map(bare).collect();
        let begins = |phrase: &str| {
            phrase
                .split(' ')
                .zip(lower.iter().map(Some).chain([None, None]))
                .all(|(one, word)| Some(one) == word.map(String::as_str))
        };
        // `TOLAK:alasan` is one word to the eye of a program.
        let (head, rest) = text.split_once(':').unwrap_or((&text, ""));
        let glued = PHRASES
            .iter()
            .find(|(phrase, _)| head.trim().eq_ignore_ascii_case(phrase))
            .map(|(_, command)| (*command, rest.trim().to_owned()));
        glued.or_else(|| {
            let fits = PHRASES.iter().filter(|(phrase, _)| begins(phrase));
            let (phrase, command) = fits.max_by_key(|(phrase, _)| phrase.len())?;
            let reason = words.get(phrase.split(' ').count()..)?.join(" ");
            Some((*command, reason.trim_start_matches(|c: char| !c.is_alphanumeric()).to_owned()))
        })
    }

    /// Whether it fits how a ticket stands. While a meeting is being made nothing does: the word waits until that is known.
    pub fn fits(self, ticket: &Ticket, now: Timestamp) -> bool {
        let begun = ticket.request.as_ref().is_some_and(|request| request.slot.start <= now);
        match (self, &ticket.state) {
            (Command::Cancel, State::Scheduled(_))
            | (
                Command::Cancel | Command::Reject,
                State::Open | State::ToCorrect(_) | State::Full(_) | State::NeedsStaff(_, None),
            )
            | (Command::SendAgain, State::Scheduled(_) | State::ToCorrect(_) | State::Full(_) | State::Cancelled(_)) => true,
            (Command::Reject, State::Scheduled(_))
            | (Command::ProcessAgain, State::ToCorrect(_) | State::Full(_) | State::NeedsStaff(_, None) | State::Cancelled(_)) => {
                !begun
            }
            _ => false,
        }
    }
}

/// What was answered to a command.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answered {
    /// It was carried out.
    Done(Command),
    /// It does not fit how the ticket stood; these would have.
    Unfit(Command, Vec<Command>),
    /// No command; these would fit.
    Unknown(Vec<Command>),
}

/// The last command of a ticket, with its answer. It is carried out once: as long as its text stands in the cell it is the same one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Handled {
    /// The cell's text.
    pub text: String,
    /// The answer.
    pub answered: Answered,
    /// When.
    pub at: Timestamp,
    /// The text was seen to be gone: the same word once more is a new command.
    pub cleared: bool,
}

impl Handled {
    /// The text that still stands in the cell, as far as is known, and is to be taken out of it.
    pub fn to_clear(&self) -> Option<&str> {
        (!self.cleared).then_some(self.text.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn staff_s_words_are_read_in_any_case_with_their_reasons() {
        let read = |text: &str| Command::read(text);
        let with = |command, reason: &str| Some((command, reason.to_owned()));
        assert_eq!(read("BATALKAN"), with(Command::Cancel, ""));
        assert_eq!(read("  batal  "), with(Command::Cancel, ""));
        assert_eq!(read("Tolak: ruang dipakai pimpinan"), with(Command::Reject, "ruang dipakai pimpinan"));
        assert_eq!(read("TOLAK:alasannya"), with(Command::Reject, "alasannya"));
        assert_eq!(read("tolak karena bentrok"), with(Command::Reject, "karena bentrok"));
        assert_eq!(read("Batalkan - acara ditunda"), with(Command::Cancel, "acara ditunda"));
        assert_eq!(read("proses\nulang"), with(Command::ProcessAgain, ""));
        assert_eq!(read("Ulang."), with(Command::ProcessAgain, ""));
        assert_eq!(read("kirim ulang ya"), with(Command::SendAgain, "ya"));
        assert_eq!(read("PILIH 2"), with(Command::Pick, ""));
        assert_eq!(read("ACC"), with(Command::Approve, ""));
        for unknown in ["", "   ", ":", "oke nanti", "tidak batal", "batalkannya", "pilih", "=1+1", "🙂"] {
            assert_eq!(read(unknown), None, "{unknown}");
        }
    }

    #[test]
    fn every_word_is_read_as_itself() {
        for command in Command::ALL {
            assert_eq!(Command::read(command.word()), Some((command, String::new())));
        }
    }
}
