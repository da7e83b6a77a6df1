//! Letters: one mail to one person about one ticket, or about the desk itself. What is in them is recorded when they become due.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::problem::Reason;
use super::rules::Opening;
use super::slot::Slot;
use super::ticket::TicketNumber;

/// What a letter is about. Each has a folder of templates of the same name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LetterKind {
    /// To the applicant: the request has arrived.
    Received,
    /// To staff: a new request, with all answers.
    NewRequest,
    /// To the applicant: everything that has to be mended.
    ToCorrect,
    /// To applicant and contact person: the link, with an invite.
    Link,
    /// To contact person and applicant: no account is free, and which times near the asked one are.
    Full,
    /// To staff: the same, with whom to talk to.
    FullStaff,
    /// To everybody who had the link, else to the applicant: the request was ended by people.
    Cancelled,
    /// To staff: something is wrong that only people can mend. Most are about the desk, not about one ticket.
    Notice,
}

impl LetterKind {
    /// All kinds.
    pub const ALL: [LetterKind; 8] = [
        LetterKind::Received,
        LetterKind::NewRequest,
        LetterKind::ToCorrect,
        LetterKind::Link,
        LetterKind::Full,
        LetterKind::FullStaff,
        LetterKind::Cancelled,
        LetterKind::Notice,
    ];

    /// The name in templates, headers, database and metrics.
    pub fn name(self) -> &'static str {
        match self {
            LetterKind::Received => "received",
            LetterKind::NewRequest => "new_request",
            LetterKind::ToCorrect => "to_correct",
            LetterKind::Link => "link",
            LetterKind::Full => "full",
            LetterKind::FullStaff => "full_staff",
            LetterKind::Cancelled => "cancelled",
            LetterKind::Notice => "notice",
        }
    }

    /// The kind of that name.
    pub fn named(name: &str) -> Option<LetterKind> {
        LetterKind::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// Whether it carries a calendar invite, or takes one back.
    pub fn has_invite(self) -> bool {
        matches!(self, LetterKind::Link | LetterKind::Cancelled)
    }
}

/// Why somebody gets a letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Who asked.
    Applicant,
    /// Whom to talk to about the event.
    Contact,
    /// The office's ICT staff.
    Staff,
}

/// The meeting as a letter tells it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MeetingFacts {
    /// The link, as Zoom gave it.
    pub join_url: String,
    /// The number as people read it: `926 7439 2836`.
    pub id: String,
    /// May be empty.
    pub passcode: String,
    /// The account's name.
    pub host_name: String,
    /// How many people it holds.
    pub capacity: u32,
    /// Who opens the room.
    pub opening: Opening,
    /// Zoom records it in its cloud by itself.
    #[serde(default)]
    pub recorded: bool,
}

/// That no account is free, as a letter tells it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FullFacts {
    /// Why.
    pub reason: Reason,
    /// When it was looked.
    pub looked_at: Timestamp,
    /// The event's length in words.
    pub length: String,
    /// The name of the person to talk to, as typed; the applicant's where none is given.
    pub contact_name: String,
    /// Their address; empty where none is given.
    pub contact_email: String,
    /// The applicant's address.
    pub applicant_email: String,
    /// Their number as typed; may be empty.
    pub contact_phone: String,
}

/// That people ended a request, as a letter tells it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CancelledFacts {
    /// The office said no.
    pub rejected: bool,
    /// Why; may be empty.
    pub reason: String,
    /// The person written to had the link, and perhaps the event in a calendar.
    pub had_link: bool,
}

/// A notice to staff, in the words in which it is told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoticeFacts {
    /// What it is about, in one line.
    pub title: String,
    /// Its paragraphs: what happened, what Loket does meanwhile, what people can do.
    pub lines: Vec<String>,
}

/// What a letter tells: taken down when it becomes due, so that it says the same however late it leaves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[expect(clippy::struct_excessive_bools, reason = "independent facts of a request, each a yes or no")]
pub struct LetterFacts {
    /// The name of the person written to, as typed; empty for staff.
    pub to_name: String,
    /// The applicant's name as typed.
    pub applicant: String,
    /// Their unit.
    pub unit: String,
    /// The event's title.
    pub topic: String,
    /// When, if it could be read.
    pub slot: Option<Slot>,
    /// The end is the office's guess: none was told.
    #[serde(default)]
    pub open_end: bool,
    /// How many people, where told.
    pub participants: Option<u32>,
    /// More people than that number.
    #[serde(default)]
    pub more_participants: bool,
    /// A recording is asked for.
    #[serde(default)]
    pub recording: bool,
    /// A webinar is asked for: staff make it.
    #[serde(default)]
    pub webinar: bool,
    /// The event lasts several days: staff make its meetings.
    #[serde(default)]
    pub several_days: bool,
    /// The meeting, once there is one.
    pub meeting: Option<MeetingFacts>,
    /// That no account is free, in letters that say so.
    #[serde(default)]
    pub full: Option<FullFacts>,
    /// That people ended it, in letters that say so.
    #[serde(default)]
    pub cancelled: Option<CancelledFacts>,
    /// What staff are told, in a notice.
    #[serde(default)]
    pub notice: Option<NoticeFacts>,
    /// What has to be mended, each in a sentence.
    pub problems: Vec<String>,
    /// The form with what was right already in it; empty where that is not known.
    #[serde(default)]
    pub form_link: String,
    /// Question and answer of the whole answer, for staff.
    pub answers: Vec<(String, String)>,
    /// When the answer was sent in.
    pub submitted_at: Timestamp,
}

impl LetterFacts {
    /// The facts of a notice, raised at `now`.
    pub fn of_notice(notice: NoticeFacts, now: Timestamp) -> LetterFacts {
        LetterFacts {
            to_name: String::new(),
            applicant: String::new(),
            unit: String::new(),
            topic: String::new(),
            slot: None,
            open_end: false,
            participants: None,
            more_participants: false,
            recording: false,
            webinar: false,
            several_days: false,
            meeting: None,
            full: None,
            cancelled: None,
            notice: Some(notice),
            problems: Vec::new(),
            form_link: String::new(),
            answers: Vec::new(),
            submitted_at: now,
        }
    }
}

/// What stands for the ticket in the label of a letter about the desk itself.
pub const DESK_LABEL: &str = "DESK";

/// A letter that is due. The ledger knows it by its [`Letter::label`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// The ticket it is about; none if it is about the desk.
    pub ticket: Option<TicketNumber>,
    /// Its kind.
    pub kind: LetterKind,
    /// Running number among the ticket's letters of this kind, from 1: one for each person and each occasion.
    pub n: u32,
    /// Why this person gets it.
    pub role: Role,
    /// The address.
    pub to: String,
    /// What it tells.
    pub facts: LetterFacts,
    /// The invite's sequence number (RFC 5545, 3.8.7.4).
    pub sequence: u32,
    /// Tries that ended without acceptance.
    pub tries: u32,
}

impl Letter {
    /// `TICKET/kind/n`: the value of the header `X-Loket-Letter`; `DESK/kind/n` if it is about the desk.
    pub fn label(&self) -> String {
        format!("{}/{}/{}", self.about(), self.kind.name(), self.n)
    }

    /// The ticket, or the desk.
    pub fn about(&self) -> String {
        self.ticket.map_or_else(|| DESK_LABEL.to_owned(), |ticket| ticket.to_string())
    }
}
