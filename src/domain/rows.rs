//! Loket's own columns, and what is to stand in them for a ticket.

use jiff::Timestamp;

use super::command::{Answered, Command, Handled};
use super::limits::{NOTE_CHARS_MAX, QUOTED_CHARS_MAX, TRIES_TOLD};
use super::phone::Phone;
use super::text::{cut, one_line};
use super::ticket::{Cancellation, State, Ticket, TicketNumber};
use super::waits::told_wait;
use super::wording::Wording;
use super::words::Words;

/// One of Loket's own columns, in the order in which missing ones are added.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "the contract's own words, see `header`")]
pub enum OwnColumn {
    Ticket,
    Status,
    Schedule,
    Link,
    MeetingId,
    Passcode,
    Account,
    Note,
    Command,
    StaffNote,
    Updated,
}

impl OwnColumn {
    /// All of them.
    pub const ALL: [OwnColumn; 11] = [
        OwnColumn::Ticket,
        OwnColumn::Status,
        OwnColumn::Schedule,
        OwnColumn::Link,
        OwnColumn::MeetingId,
        OwnColumn::Passcode,
        OwnColumn::Account,
        OwnColumn::Note,
        OwnColumn::Command,
        OwnColumn::StaffNote,
        OwnColumn::Updated,
    ];

    /// Its header.
    pub fn header(self) -> &'static str {
        match self {
            OwnColumn::Ticket => "No. Tiket",
            OwnColumn::Status => "Status",
            OwnColumn::Schedule => "Jadwal",
            OwnColumn::Link => "Link Zoom",
            OwnColumn::MeetingId => "Meeting ID",
            OwnColumn::Passcode => "Passcode",
            OwnColumn::Account => "Akun Zoom",
            OwnColumn::Note => "Catatan Sistem",
            OwnColumn::Command => "Tindakan Petugas",
            OwnColumn::StaffNote => "Catatan Petugas",
            OwnColumn::Updated => "Diperbarui",
        }
    }

    /// Whether Loket writes into it. The other two are the staff's.
    pub fn is_written(self) -> bool {
        !matches!(self, OwnColumn::Command | OwnColumn::StaffNote)
    }

    /// The column with this header, compared as people write.
    pub fn headed(header: &str) -> Option<OwnColumn> {
        let bare = super::headers::normalise(header).0;
        OwnColumn::ALL.into_iter().find(|column| super::headers::normalise(column.header()).0 == bare)
    }
}

/// What is to stand in a ticket's own columns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowText(pub Vec<(OwnColumn, String)>);

impl RowText {
    /// Whether this ticket's number stands in it.
    pub fn shows(&self, number: TicketNumber) -> bool {
        let number = number.to_string();
        self.0.iter().any(|(column, text)| *column == OwnColumn::Ticket && text.trim() == number)
    }
}

/// Facts beside the ticket that its row tells.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RowNotes {
    /// Addresses to which a letter may not have been delivered.
    pub letters_in_doubt: Vec<String>,
    /// Addresses that a mail server refused.
    pub letters_refused: Vec<String>,
    /// The account's name, where the ticket has a meeting.
    pub host_name: String,
}

/// The text of every column that Loket writes.
pub fn row_text(ticket: &Ticket, notes: &RowNotes, words: &Words, wording: &Wording) -> RowText {
    let meeting = ticket.meeting();
    let text = |column: OwnColumn| match column {
        OwnColumn::Ticket => ticket.number.to_string(),
        OwnColumn::Status => ticket.state.status().to_owned(),
        OwnColumn::Schedule => ticket.request.as_ref().map(|request| wording.schedule(request.slot)).unwrap_or_default(),
        OwnColumn::Link => meeting.map(|m| m.join_url.clone()).unwrap_or_default(),
        OwnColumn::MeetingId => meeting.map(super::meeting::Meeting::id_for_people).unwrap_or_default(),
        OwnColumn::Passcode => meeting.map(|m| m.passcode.clone()).unwrap_or_default(),
        OwnColumn::Account => meeting.map(|_| notes.host_name.clone()).unwrap_or_default(),
        OwnColumn::Note => note(ticket, notes, words, wording),
        OwnColumn::Updated => updated(ticket.changed_at, wording),
        OwnColumn::Command | OwnColumn::StaffNote => String::new(),
    };
    RowText(OwnColumn::ALL.into_iter().filter(|c| c.is_written()).map(|c| (c, text(c))).collect())
}

fn updated(at: Timestamp, wording: &Wording) -> String {
    wording.moment(at)
}

fn note(ticket: &Ticket, notes: &RowNotes, words: &Words, wording: &Wording) -> String {
    let mut lines: Vec<String> = match &ticket.state {
        State::ToCorrect(problems) => problems.iter().map(|problem| words.problem(problem)).collect(),
        State::Full(reason) | State::NeedsStaff(reason, _) => vec![words.reason(reason)],
        State::Cancelling(ended) => {
            let reason = cancelled(ended, words);
            reason.into_iter().chain([words.plain("note-cancelling")]).collect()
        }
        State::Cancelled(ended) => {
            let left = ended.left.then(|| words.plain("note-meeting-left"));
            cancelled(ended, words).into_iter().chain(left).collect()
        }
        State::Replaced(number) => vec![words.with("note-replaced", "ticket", &number.to_string())],
        State::Expired => vec![words.plain("note-expired")],
        State::Open => match told_wait(ticket) {
            Some(until) => vec![words.with("note-limit-until", "until", &wording.moment_after(until, ticket.changed_at))],
            None if ticket.tries > TRIES_TOLD => vec![words.plain("note-waiting-for-zoom")],
            None => Vec::new(),
        },
        State::Booking(intent) if intent.look_at().is_some() => vec![words.plain("note-settling")],
        State::Booking(_) | State::Scheduled(_) => Vec::new(),
    };
    lines.extend(ticket.command.iter().map(|handled| answer(handled, words, wording)));
    lines.extend(wishes(ticket, words, wording));
    if ticket.edited_since {
        let is_over = matches!(ticket.state, State::Cancelling(_) | State::Cancelled(_));
        lines.push(words.plain(if is_over { "note-edited-after-end" } else { "note-edited-since" }));
    }
    lines.extend(notes.letters_in_doubt.iter().map(|address| words.with("note-letter-in-doubt", "address", address)));
    lines.extend(notes.letters_refused.iter().map(|address| words.with("note-letter-refused", "address", address)));
    cut(&lines.join("\n"), NOTE_CHARS_MAX)
}

/// Why people ended it, where they said so.
fn cancelled(ended: &Cancellation, words: &Words) -> Option<String> {
    (!ended.reason.is_empty()).then(|| words.with("note-reason", "reason", &ended.reason))
}

/// What was answered to the last command.
fn answer(handled: &Handled, words: &Words, wording: &Wording) -> String {
    let list = |fitting: &[Command]| fitting.iter().map(|command| command.word()).collect::<Vec<_>>().join(", ");
    let when = wording.moment(handled.at);
    let quoted = cut(&one_line(&handled.text, QUOTED_CHARS_MAX), QUOTED_CHARS_MAX);
    let fitting = |fitting: &[Command]| match fitting {
        [] => words.plain("note-no-command-fits"),
        some => words.with("note-commands-fit", "commands", &list(some)),
    };
    match &handled.answered {
        Answered::Done(command) => words.texts("note-command-done", &[("command", command.word()), ("when", &when)]),
        Answered::Unfit(command, others) => {
            format!("{} {}", words.with("note-command-unfit", "command", command.word()), fitting(others))
        }
        Answered::Unknown(others) => format!("{} {}", words.with("note-command-unknown", "text", &quoted), fitting(others)),
    }
}

/// What staff should know of the request itself: whom to talk to, an end that is a guess, a recording that nobody starts for them.
fn wishes(ticket: &Ticket, words: &Words, wording: &Wording) -> Vec<String> {
    let Some(request) = &ticket.request else { return Vec::new() };
    let mut lines = Vec::new();
    if matches!(ticket.state, State::Full(_)) {
        // Without the ready text, which would fill the cell; the letter to staff has the whole link.
        let chat = Phone::read(&request.contact.phone).and_then(|phone| phone.whatsapp_link(""));
        lines.extend(chat.map(|link| words.with("note-contact-chat", "link", &link)));
    }
    if request.open_end
        && !matches!(ticket.state, State::Expired | State::Replaced(_) | State::Cancelling(_) | State::Cancelled(_))
    {
        let until = format!("{} {}", wording.clock(request.slot.end), wording.zone_name(request.slot.end));
        lines.push(words.with("note-open-end", "until", &until));
    }
    match &ticket.state {
        State::Scheduled(meeting) if request.recording && !meeting.recorded => lines.push(words.plain("note-record-by-hand")),
        State::Scheduled(meeting) if meeting.recorded && !request.recording => lines.push(words.plain("note-recorded-unasked")),
        _ => {}
    }
    lines
}
