//! The inbox: every letter that the mail server took. Letters are hostile: nothing of them is run or trusted.

use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use minijinja::context;
use minijinja::value::Serde;

use crate::parameters;
use crate::people::{Language, Pages, words};
use crate::smtp::letter::Letter;

/// Letters on one page of the list.
const LETTERS: usize = 100;

/// `GET /inbox?to=`: the newest first; with `to`, those to one address.
pub(super) async fn list(State(pages): State<Pages>, RawQuery(query): RawQuery) -> Response {
    let language = Language::of(query.as_deref());
    let asked = parameters::read(query.as_deref().unwrap_or_default());
    let to = parameters::get(&asked, "to").filter(|to| !to.is_empty());
    let letters = to.map_or_else(|| pages.world.mail().letters(), |to| pages.world.mail().letters_to(to));
    let total = letters.len();
    let rows: Vec<minijinja::Value> = letters.iter().rev().take(LETTERS).map(|one| row(one, language)).collect();
    let facts = context! { page => "inbox", letters => rows, total, count => pages.world.mail().count(), to_only => to };
    pages.show("inbox.html", language, facts)
}

/// `GET /inbox/{number}`.
pub(super) async fn letter(State(pages): State<Pages>, Path(number): Path<usize>, RawQuery(query): RawQuery) -> Response {
    let language = Language::of(query.as_deref());
    let Some(letter) = pages.world.mail().letter(number) else { return pages.not_found(language) };
    let files: Vec<minijinja::Value> = letter
        .attachments()
        .into_iter()
        .map(|file| context! { name => file.name, kind => file.media_type, bytes => file.content.len() })
        .collect();
    let facts = context! {
        page => "inbox",
        from_header => letter.header("From"),
        to_header => letter.header("To"),
        cc_header => letter.header("Cc"),
        html => letter.html(),
        text => letter.text(),
        headers => letter.headers(),
        invite => letter.invite().map(Serde),
        starts => letter.invite().map(|invite| calendar_time(&invite.start, language)),
        ends => letter.invite().map(|invite| calendar_time(&invite.end, language)),
        method => letter.calendar().map(|calendar| calendar.method),
        files,
        bytes => letter.raw.len(),
        older => number.checked_sub(1).filter(|number| *number > 0),
        newer => Some(number + 1).filter(|number| *number <= pages.world.mail().count()),
        ..row(&letter, language)
    };
    pages.show("letter.html", language, facts)
}

/// `GET /inbox/{number}/raw`: the bytes as they came.
pub(super) async fn raw(State(pages): State<Pages>, Path(number): Path<usize>) -> Response {
    match pages.world.mail().letter(number) {
        Some(letter) => download("message/rfc822", &format!("{number}.eml"), letter.raw.to_vec()),
        None => pages.not_found(Language::Indonesian),
    }
}

/// `GET /inbox/{number}/invite.ics`: the calendar part.
pub(super) async fn invite(State(pages): State<Pages>, Path(number): Path<usize>) -> Response {
    match pages.world.mail().letter(number).and_then(|letter| letter.calendar()) {
        Some(calendar) => download("text/calendar; charset=utf-8", "invite.ics", calendar.text.into_bytes()),
        None => pages.not_found(Language::Indonesian),
    }
}

/// `GET /inbox/{number}/files/{index}`: an attached file.
pub(super) async fn file(State(pages): State<Pages>, Path((number, index)): Path<(usize, usize)>) -> Response {
    let file = pages.world.mail().letter(number).and_then(|letter| letter.attachments().into_iter().nth(index));
    match file {
        Some(file) => download("application/octet-stream", &file.name, file.content),
        None => pages.not_found(Language::Indonesian),
    }
}

/// What the list says of a letter.
fn row(letter: &Letter, language: Language) -> minijinja::Value {
    context! {
        number => letter.number,
        from => letter.from.clone(),
        to => letter.to.clone(),
        subject => letter.subject(),
        at => words::moment(letter.accepted_at, language),
        clock => words::clock(letter.accepted_at, language),
        invited => letter.calendar().is_some(),
    }
}

/// A calendar's time in words, if it is in UTC; otherwise as written.
fn calendar_time(written: &str, language: Language) -> String {
    let read = DateTime::strptime("%Y%m%dT%H%M%SZ", written).and_then(|at| TimeZone::UTC.to_timestamp(at));
    read.map_or_else(|_| written.to_owned(), |at| words::moment(at, language))
}

/// A file to be saved, never shown; its name without anything that could end a header.
fn download(kind: &'static str, name: &str, content: Vec<u8>) -> Response {
    let name: String = name.chars().filter(|c| c.is_ascii_alphanumeric() || ".-_ ".contains(*c)).take(100).collect();
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    if let Ok(value) = HeaderValue::from_str(&format!("attachment; filename=\"{name}\"")) {
        headers.insert(header::CONTENT_DISPOSITION, value);
    }
    (headers, content).into_response()
}
