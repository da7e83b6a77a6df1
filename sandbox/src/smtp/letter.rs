//! One letter as the mail server took it, and what is in it.

use std::sync::Arc;

use jiff::Timestamp;
use mail_parser::{HeaderValue, Message, MessageParser, MimeHeaders as _, PartType};

use crate::smtp::invite::Invite;

/// An accepted letter: its envelope and its bytes.
#[derive(Clone, Debug)]
pub struct Letter {
    /// Its number, from 1, in the order of acceptance.
    pub number: usize,
    /// The sender of the envelope (`MAIL FROM`), empty for `<>`.
    pub from: String,
    /// The recipients of the envelope (`RCPT TO`).
    pub to: Vec<String>,
    /// The bytes as they came, without the dots that SMTP adds.
    pub raw: Arc<[u8]>,
    /// When it was accepted.
    pub accepted_at: Timestamp,
    /// Whether its sender was told so: the reply was sent as it should be, to a client that was still there.
    pub answered: bool,
}

/// A part of a letter that is to be kept as a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attachment {
    /// The file's name, empty if it has none.
    pub name: String,
    /// The media type with its parameters, `application/ics` for one.
    pub media_type: String,
    /// The decoded content.
    pub content: Vec<u8>,
}

/// The part of a letter that is a calendar, by its media type `text/calendar`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Calendar {
    /// The media type's parameter `method`, in capitals; empty if it has none.
    pub method: String,
    /// The decoded text.
    pub text: String,
}

impl Letter {
    /// The decoded subject, empty if there is none.
    pub fn subject(&self) -> String {
        self.parsed(|message| message.subject().map(ToOwned::to_owned)).unwrap_or_default()
    }

    /// The first header of this name, whatever the case, unfolded: with encoded words decoded in texts and in lists of
    /// addresses, otherwise as it was written.
    pub fn header(&self, name: &str) -> Option<String> {
        self.parsed(|message| {
            let raw = message.header_raw(name.to_owned()).map(unfolded)?;
            match message.header(name.to_owned()) {
                // Ids are parsed without their angle brackets; as they were written they can be compared.
                Some(HeaderValue::Text(text)) if !raw.starts_with('<') => Some(text.to_string()),
                Some(HeaderValue::Address(addresses)) => Some(addresses.iter().map(mailbox).collect::<Vec<_>>().join(", ")),
                _ => Some(raw),
            }
        })
    }

    /// All headers as they were written, unfolded, in their order.
    pub fn headers(&self) -> Vec<(String, String)> {
        self.parsed(|message| Some(message.headers_raw().map(|(name, value)| (name.to_owned(), unfolded(value))).collect()))
            .unwrap_or_default()
    }

    /// The plain text part; none if the letter has no such part.
    pub fn text(&self) -> Option<String> {
        self.parsed(|message| {
            message.text_bodies().find_map(|part| match &part.body {
                PartType::Text(text) if !is_calendar(part) => Some(text.to_string()),
                _ => None,
            })
        })
    }

    /// The HTML part; none if the letter has no such part.
    pub fn html(&self) -> Option<String> {
        self.parsed(|message| {
            message.html_bodies().find_map(|part| match &part.body {
                PartType::Html(html) => Some(html.to_string()),
                _ => None,
            })
        })
    }

    /// The calendar part that mail programs act on; none if there is none.
    pub fn calendar(&self) -> Option<Calendar> {
        self.parsed(|message| {
            message.parts.iter().find(|part| is_calendar(part)).map(|part| Calendar {
                method: part.content_type().and_then(|kind| kind.attribute("method")).unwrap_or_default().to_ascii_uppercase(),
                text: String::from_utf8_lossy(part.contents()).into_owned(),
            })
        })
    }

    /// What the calendar part says; none if there is no calendar or no event in it.
    pub fn invite(&self) -> Option<Invite> {
        self.calendar().and_then(|calendar| Invite::read(&calendar.text))
    }

    /// The attached files.
    pub fn attachments(&self) -> Vec<Attachment> {
        self.parsed(|message| {
            let files = message
                .parts
                .iter()
                .filter(|part| part.content_disposition().is_some_and(|kind| kind.ctype().eq_ignore_ascii_case("attachment")));
            Some(
                files
                    .map(|part| Attachment {
                        name: part.attachment_name().unwrap_or_default().to_owned(),
                        media_type: part.content_type().map(media_type).unwrap_or_default(),
                        content: part.contents().to_vec(),
                    })
                    .collect(),
            )
        })
        .unwrap_or_default()
    }

    /// What `look` finds in the parsed letter; nothing if it cannot be parsed.
    fn parsed<T>(&self, look: impl FnOnce(&Message<'_>) -> Option<T>) -> Option<T> {
        MessageParser::default().parse(&self.raw[..]).and_then(|message| look(&message))
    }
}

/// An address with its name, decoded.
fn mailbox(address: &mail_parser::Addr<'_>) -> String {
    let at = address.address().unwrap_or_default();
    address.name().map_or_else(|| at.to_owned(), |name| format!("{name} <{at}>"))
}

/// Whether the part's media type is `text/calendar`.
fn is_calendar(part: &mail_parser::MessagePart<'_>) -> bool {
    part.content_type().is_some_and(|kind| {
        kind.ctype().eq_ignore_ascii_case("text") && kind.subtype().is_some_and(|sub| sub.eq_ignore_ascii_case("calendar"))
    })
}

/// The media type, without parameters.
fn media_type(kind: &mail_parser::ContentType<'_>) -> String {
    kind.subtype().map_or_else(|| kind.ctype().to_owned(), |sub| format!("{}/{sub}", kind.ctype()))
}

/// A header's value on one line.
fn unfolded(value: &str) -> String {
    value.replace(['\r', '\n'], "").trim().to_owned()
}
