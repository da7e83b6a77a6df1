//! A letter as a message: headers, both bodies, and the invite where it has one.

use std::fmt::{self, Write as _};
use std::time::{Duration, SystemTime};

use jiff::Timestamp;
use lettre::Address;
use lettre::message::header::{ContentDisposition, ContentTransferEncoding, ContentType, HeaderName, HeaderValue};
use lettre::message::{Body, Mailbox, Message, MultiPart, SinglePart};
use sha2::{Digest, Sha256};

use super::invite::{Invitation, Person, calendar};
use super::letters::{LetterError, Letters, Written};
use super::text::header_line;
use crate::domain::letter::{Letter, MeetingFacts};
use crate::domain::limits::mail::MAILBOX_CHARS_MAX;
use crate::domain::wording::Language;

/// A message ready to be sent to one person. Its `Debug` shows the message id only.
#[derive(Clone, PartialEq, Eq)]
pub struct Composed {
    /// The envelope's sender.
    pub from: Address,
    /// The envelope's recipient.
    pub to: Address,
    /// Headers and bodies, 7-bit lines ended by CRLF.
    pub bytes: Vec<u8>,
    /// With its angle brackets; the same for every try of this letter.
    pub message_id: String,
    /// What is wrong with the office's own template, which was not used; for the log.
    pub warning: Option<String>,
}

impl fmt::Debug for Composed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Composed({}, {} bytes)", self.message_id, self.bytes.len())
    }
}

/// Makes messages of letters.
#[derive(Debug)]
pub struct Composer {
    letters: Letters,
    from: Sender,
    domain: String,
}

/// The office's mailbox; masked in logs by being no part of any.
struct Sender(Mailbox);

impl fmt::Debug for Sender {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sender(…)")
    }
}

impl Composer {
    /// `from` is `mail.from` of the configuration (`Name <address>`), `domain` the host of `web.public_url`: message ids and
    /// the events' UIDs end in it.
    pub fn new(letters: Letters, from: &str, domain: &str) -> Result<Composer, LetterError> {
        let mailbox: Mailbox = from.trim().parse().map_err(|_| LetterError::Address("`mail.from`"))?;
        let name = mailbox.name.as_deref().map(|name| header_line(name, MAILBOX_CHARS_MAX)).filter(|name| !name.is_empty());
        let from = Sender(Mailbox::new(name, mailbox.email));
        Ok(Composer { letters, from, domain: id_domain(domain) })
    }

    /// Composes a letter. The same letter and time give the same bytes.
    pub fn compose(&self, letter: &Letter, now: Timestamp) -> Result<Composed, LetterError> {
        let written = self.letters.write(letter)?;
        let to: Address = letter.to.trim().parse().map_err(|_| LetterError::Address("the recipient's address"))?;
        let about = Self::about(letter);
        let message_id = format!("<{about}.{}.{}@{}>", letter.kind.name(), letter.n, self.domain);
        let thread = format!("<{about}@{}>", self.domain);
        let to_name = header_line(&letter.facts.to_name, MAILBOX_CHARS_MAX);
        let invite = self.invite(letter, &to, now);
        let boundary = Boundary::of(&[&message_id, &written.text, &written.html]);
        let message = Message::builder()
            .from(self.from.0.clone())
            .to(Mailbox::new((!to_name.is_empty()).then_some(to_name), to.clone()))
            .subject(written.subject.as_str())
            .date(system_time(now))
            .message_id(Some(message_id.clone()))
            .in_reply_to(thread.clone())
            .references(thread)
            .raw_header(raw_header("X-Loket-Letter", letter.label())?)
            .raw_header(raw_header("Auto-Submitted", "auto-generated".to_owned())?)
            .multipart(parts(&written, invite, &boundary)?)
            .map_err(|error| LetterError::Message(error.to_string()))?;
        let from = self.from.0.email.clone();
        Ok(Composed { from, to, bytes: message.formatted(), message_id, warning: written.warning })
    }

    /// What the letter's thread is named after. A notice is about no ticket, and its number begins anew with a new store: the time
    /// keeps it from being taken for an older one.
    fn about(letter: &Letter) -> String {
        let about = letter.about().to_lowercase();
        if letter.ticket.is_some() { about } else { format!("{about}.{}", letter.facts.submitted_at.as_second()) }
    }

    fn invite(&self, letter: &Letter, to: &Address, now: Timestamp) -> Option<Invite> {
        let (ticket, slot) = (letter.ticket?, letter.facts.slot?);
        let meeting = letter.facts.meeting.as_ref().filter(|_| letter.facts.cancelled.is_none());
        let takes_back = letter.facts.cancelled.as_ref().is_some_and(|cancelled| cancelled.had_link);
        if !letter.kind.has_invite() || (meeting.is_none() && !takes_back) {
            return None;
        }
        let language = self.letters.wording().language;
        let description = meeting.map(|meeting| description(meeting, &ticket.to_string(), language)).unwrap_or_default();
        let invitation = Invitation {
            uid: format!("{ticket}@{}", self.domain),
            now,
            slot,
            sequence: letter.sequence,
            topic: &letter.facts.topic,
            organizer: Person { name: self.from.0.name.as_deref().unwrap_or_default(), address: self.from.0.email.as_ref() },
            attendee: Person { name: &letter.facts.to_name, address: to.as_ref() },
            meeting,
            description: &description,
        };
        Some(Invite { method: invitation.method(), text: calendar(&invitation) })
    }
}

/// An invite with its iTIP method.
struct Invite {
    method: &'static str,
    text: String,
}

/// The calendar entry's text: what is needed to get in.
fn description(meeting: &MeetingFacts, ticket: &str, language: Language) -> String {
    let (link, number) = match language {
        Language::Id => ("Tautan Zoom", "Nomor tiket"),
        Language::En => ("Zoom link", "Ticket number"),
    };
    let passcode = if meeting.passcode.is_empty() { String::new() } else { format!("Passcode: {}\n", meeting.passcode) };
    format!("{link}: {}\nMeeting ID: {}\n{passcode}\n{number}: {ticket}", meeting.join_url, meeting.id)
}

fn parts(written: &Written, invite: Option<Invite>, boundary: &Boundary) -> Result<MultiPart, LetterError> {
    let bodies = MultiPart::alternative()
        .boundary(boundary.named("alt"))
        .singlepart(SinglePart::plain(written.text.clone()))
        .singlepart(SinglePart::html(written.html.clone()));
    let Some(invite) = invite else { return Ok(bodies) };
    let kind = format!("text/calendar; charset=UTF-8; method={}", invite.method);
    let request = part(&kind, None, &invite.text)?;
    let copy = part("application/ics; name=\"invite.ics\"", Some("invite.ics"), &invite.text)?;
    let mixed = MultiPart::mixed().boundary(boundary.named("mix"));
    Ok(mixed.multipart(bodies.singlepart(request)).singlepart(copy))
}

/// A calendar part, in base64 so that its line ends arrive as they left.
fn part(kind: &str, file: Option<&str>, content: &str) -> Result<SinglePart, LetterError> {
    let kind = ContentType::parse(kind).map_err(|error| LetterError::Message(error.to_string()))?;
    let body = Body::new_with_encoding(content.to_owned(), ContentTransferEncoding::Base64)
        .map_err(|_| LetterError::Message("the invite cannot be encoded".to_owned()))?;
    let builder = SinglePart::builder().header(kind);
    Ok(match file {
        Some(name) => builder.header(ContentDisposition::attachment(name)).body(body),
        None => builder.body(body),
    })
}

/// The text between the parts: made from the content itself, so that nobody's answer can hold it.
struct Boundary(String);

impl Boundary {
    fn of(content: &[&str]) -> Boundary {
        let mut hash = Sha256::new();
        for part in content {
            hash.update(part.as_bytes());
            hash.update([0]);
        }
        Boundary(hash.finalize().iter().take(16).fold(String::new(), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        }))
    }

    fn named(&self, name: &str) -> String {
        format!("loket-{name}-{}", self.0)
    }
}

/// The instant for the header Date, whole seconds.
fn system_time(at: Timestamp) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(u64::try_from(at.as_second()).unwrap_or_default())
}

fn raw_header(name: &'static str, value: String) -> Result<HeaderValue, LetterError> {
    let name = HeaderName::new_from_ascii(name.to_owned()).map_err(|error| LetterError::Message(error.to_string()))?;
    Ok(HeaderValue::new(name, value))
}

/// The right side of message ids: a host in its plain characters (RFC 5322, 3.6.4, dot-atom).
fn id_domain(host: &str) -> String {
    let plain = |c: &char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-');
    let domain: String = host.to_lowercase().chars().filter(plain).collect();
    let domain = domain.trim_matches('.');
    if domain.is_empty() { "localhost".to_owned() } else { domain.to_owned() }
}
