//! A small reader of the calendar parts of letters: what a mail program would show of an invitation.

use serde::Serialize;

use crate::parameters::Parameters;

/// The first event of a calendar, in its own words.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Invite {
    /// `METHOD` of the calendar: `REQUEST`, `CANCEL` and so on.
    pub method: String,
    /// `UID` of the event.
    pub uid: String,
    /// `SEQUENCE`, 0 if absent.
    pub sequence: u32,
    /// `STATUS`.
    pub status: String,
    /// `DTSTAMP` as written.
    pub stamp: String,
    /// `DTSTART` as written, with its zone before it if it names one (`Asia/Jakarta 20261201T090000`).
    pub start: String,
    /// `DTEND`, likewise.
    pub end: String,
    /// `SUMMARY`.
    pub summary: String,
    /// `LOCATION`.
    pub location: String,
    /// `DESCRIPTION`.
    pub description: String,
    /// `URL`.
    pub url: String,
    /// The address of the `ORGANIZER`, without `mailto:`.
    pub organizer: String,
    /// The addresses of the `ATTENDEE`s, without `mailto:`.
    pub attendees: Vec<String>,
}

impl Invite {
    /// Reads `calendar`; none if it holds no event.
    pub(crate) fn read(calendar: &str) -> Option<Self> {
        let unfolded = calendar.replace("\r\n", "\n").replace("\n ", "").replace("\n\t", "");
        let mut invite = Self::default();
        let mut inside: Vec<String> = Vec::new();
        let mut found = false;
        for line in unfolded.lines() {
            let Some((name, parameters, value)) = property(line) else { continue };
            match name.as_str() {
                "BEGIN" => {
                    if found && value == "VEVENT" {
                        break;
                    }
                    inside.push(value.to_owned());
                    found |= value == "VEVENT";
                }
                "END" => {
                    inside.pop();
                }
                "METHOD" if inside.last().is_some_and(|at| at == "VCALENDAR") => invite.method = value.to_uppercase(),
                _ if inside.last().is_some_and(|at| at == "VEVENT") => invite.take(&name, &parameters, value),
                _ => {}
            }
        }
        found.then_some(invite)
    }

    /// Takes one property of the event.
    fn take(&mut self, name: &str, parameters: &Parameters, value: &str) {
        match name {
            "UID" => value.clone_into(&mut self.uid),
            "SEQUENCE" => self.sequence = value.trim().parse().unwrap_or_default(),
            "STATUS" => value.clone_into(&mut self.status),
            "DTSTAMP" => value.clone_into(&mut self.stamp),
            "DTSTART" => self.start = moment(parameters, value),
            "DTEND" => self.end = moment(parameters, value),
            "SUMMARY" => self.summary = unescaped(value),
            "LOCATION" => self.location = unescaped(value),
            "DESCRIPTION" => self.description = unescaped(value),
            "URL" => value.clone_into(&mut self.url),
            "ORGANIZER" => self.organizer = address(value),
            "ATTENDEE" => self.attendees.push(address(value)),
            _ => {}
        }
    }
}

/// Name, parameters and value of a content line; colons and semicolons in quotes do not separate.
fn property(line: &str) -> Option<(String, Parameters, &str)> {
    let mut quoted = false;
    let colon = line.char_indices().find_map(|(at, character)| {
        quoted ^= character == '"';
        (character == ':' && !quoted).then_some(at)
    })?;
    let (head, value) = (&line[..colon], &line[colon + 1..]);
    let mut quoted = false;
    let mut pieces = head.split(|character| {
        quoted ^= character == '"';
        character == ';' && !quoted
    });
    let name = pieces.next()?.to_uppercase();
    let parameters = pieces
        .filter_map(|piece| piece.split_once('='))
        .map(|(key, value)| (key.to_uppercase(), value.trim_matches('"').to_owned()))
        .collect();
    Some((name, parameters, value))
}

/// A date with its zone before it.
fn moment(parameters: &Parameters, value: &str) -> String {
    let zone = parameters.iter().find(|(key, _)| key == "TZID");
    zone.map_or_else(|| value.to_owned(), |(_, zone)| format!("{zone} {value}"))
}

/// The address in a calendar address.
fn address(value: &str) -> String {
    let start = value.get(..7).filter(|start| start.eq_ignore_ascii_case("mailto:")).map_or(0, str::len);
    value[start..].to_owned()
}

/// A TEXT value without its escapes.
fn unescaped(value: &str) -> String {
    let mut text = String::with_capacity(value.len());
    let mut characters = value.chars();
    while let Some(character) = characters.next() {
        if character != '\\' {
            text.push(character);
            continue;
        }
        match characters.next() {
            Some('n' | 'N') => text.push('\n'),
            Some(other) => text.push(other),
            None => text.push('\\'),
        }
    }
    text
}
