//! What has to be true of a sheet at rest, whatever its people did: their cells as they left them, no row with another ticket's
//! words, every open ticket joined to its row or reported, and one meeting for each that is booked.

use std::collections::BTreeSet;

use loket_sandbox::answer::title;
use loket_sandbox::zoom::meeting::Source;
use serde_json::Value;

use crate::ledger::{self, Known};
use crate::office::Office;
use crate::people::{LOKETS, Line, Look};
use crate::staff::Staff;

/// Fields whose answers are compared, with their columns.
const FIELDS: [(&str, &str); 11] = [
    ("email", title::EMAIL),
    ("applicant", title::APPLICANT),
    ("topic", title::TOPIC),
    ("date", title::DATE),
    ("start", title::START),
    ("end", title::END),
    ("participants", title::PARTICIPANTS),
    ("contact_name", title::CONTACT_NAME),
    ("contact_phone", title::CONTACT_PHONE),
    ("unit", title::UNIT),
    ("notes", title::NOTES),
];
/// Columns that may have been called something else when the answer was read.
const OPTIONAL: [&str; 2] = [title::UNIT, title::NOTES];

/// The world at one moment.
pub struct World {
    pub known: Vec<Known>,
    pub notices: Vec<String>,
    letters_wait: bool,
}

impl World {
    pub async fn of(office: &Office) -> World {
        let url = &office.store;
        let letters = ledger::letters(url).await;
        let letters_wait = letters.iter().any(|letter| matches!(letter.state.as_str(), "due" | "sending"));
        World { known: ledger::known(url).await, notices: ledger::notices(url).await, letters_wait }
    }

    pub fn has(&self, key: &str) -> bool {
        self.notices.iter().any(|notice| notice == key)
    }
}

impl Staff {
    /// Everything that is not as it has to be at rest.
    pub fn troubles(&self, world: &World) -> Vec<String> {
        let mut troubles: Vec<String> =
            self.people.wrong().into_iter().map(|(key, _, told)| format!("{key} ({}): {told}", self.topic_of(&key))).collect();
        let look = self.people.look();
        for notice in ["torn", "headers", "unknown-rows"] {
            if world.has(notice) {
                troubles.push(format!("notice `{notice}` is not over"));
            }
        }
        if world.letters_wait {
            troubles.push("letters wait".into());
        }
        for request in 0..self.requests.len() {
            self.look_at(request, world, &look, &mut troubles);
        }
        let booked = world.known.iter().filter(|ticket| ticket.state == "scheduled").count();
        let ours = self.sandbox.zoom().all_meetings().iter().filter(|meeting| meeting.source == Source::Api).count();
        if ours != booked {
            troubles.push(format!("{ours} meetings for {booked} tickets"));
        }
        troubles
    }

    fn topic_of(&self, key: &str) -> String {
        let line = self.people.lines.iter().find(|line| line.key == key);
        line.map(|line| self.requests[line.request].answer.topic.clone()).unwrap_or_default()
    }

    fn look_at(&self, request: usize, world: &World, look: &Look, troubles: &mut Vec<String>) {
        let topic = &self.requests[request].answer.topic;
        let tickets: Vec<&Known> = world.known.iter().filter(|ticket| ticket.text("topic") == *topic).collect();
        let lines: Vec<&Line> = self.people.lines.iter().filter(|line| line.request == request).collect();
        let [ticket] = tickets[..] else {
            if !tickets.is_empty() || !lines.is_empty() {
                troubles.push(format!("{topic} has {} tickets and {} rows", tickets.len(), lines.len()));
            }
            return;
        };
        let number = &ticket.number;
        if matches!(ticket.state.as_str(), "open" | "booking") {
            troubles.push(format!("{number} is {}", ticket.state));
        }
        let meetings: Vec<_> =
            self.sandbox.zoom().all_meetings().into_iter().filter(|meeting| meeting.topic.contains(number.as_str())).collect();
        if meetings.len() != usize::from(ticket.state == "scheduled") {
            troubles.push(format!("{number} is {} and has {} meetings", ticket.state, meetings.len()));
        }
        for line in &lines {
            let Some(row) = self.people.row_of(look, &line.key) else { continue };
            let shows = |header: &str| look.text(row, header);
            let own = [
                ("No. Tiket", vec![number.clone()]),
                ("Link Zoom", meetings.iter().map(|meeting| meeting.join_url.clone()).collect()),
                ("Meeting ID", meetings.iter().map(|meeting| meeting.id.to_string()).collect::<Vec<String>>()),
                ("Passcode", meetings.iter().map(|meeting| meeting.password.clone()).collect()),
            ];
            for (header, allowed) in own {
                let text = shows(header);
                let bare = if header == "Meeting ID" { text.replace(' ', "") } else { text.clone() };
                if !text.is_empty() && !allowed.contains(&bare) {
                    troubles.push(format!("{} {topic} of {number} shows {header} {text:?}", line.key));
                }
            }
        }
        self.joined(ticket, &lines, world, look, troubles);
    }

    /// The line to which a ticket is joined.
    pub fn joined_line(&self, ticket: &Known, look: &Look) -> Option<(&Line, usize)> {
        let view = self.people.hands.view();
        let row = view.metadata.iter().find(|(_, id, ..)| Some(*id) == ticket.mark).map(|(row, ..)| *row)?;
        self.people.line_at(look, row).map(|at| (&self.people.lines[at], row))
    }

    fn joined(&self, ticket: &Known, lines: &[&Line], world: &World, look: &Look, troubles: &mut Vec<String>) {
        let number = &ticket.number;
        let told = world.has(&format!("row-gone/{number}"));
        let Some((line, row)) = self.joined_line(ticket, look) else {
            let has_its_row = lines.iter().any(|line| !line.is_copy);
            if has_its_row || !told {
                troubles.push(format!(
                    "{number} ({}) is joined to no row: {} rows, told: {told}",
                    ticket.text("topic"),
                    lines.len()
                ));
            }
            return;
        };
        if told {
            troubles.push(format!("{number} is joined, and its row is told to be gone"));
        }
        if !lines.iter().any(|own| own.key == line.key) {
            troubles.push(format!("{number} is joined to the row {} of another", line.key));
            return;
        }
        for (header, text) in ticket.wanted.iter().filter(|(header, _)| LOKETS.contains(&header.as_str())) {
            if look.text(row, header).trim() != text.trim() {
                troubles.push(format!("{number} shows {header} {:?}, wanted {text:?}", look.text(row, header)));
            }
        }
        for (field, name) in FIELDS {
            let column = look.column(self.people.header(name));
            let shown = column.map(|column| look.cell(row, column)).unwrap_or_default();
            let recorded = &ticket.cells[field];
            let same = match recorded["Number"].as_f64() {
                Some(number) => shown.as_f64().is_some_and(|shown| (shown - number).abs() < 1e-6),
                None => shown.as_str().unwrap_or("") == ticket.text(field),
            };
            let unread = OPTIONAL.contains(&name) && (recorded.is_null() || self.counts.contains_key("rename a header"));
            if !same && !unread {
                troubles.push(format!("{number}: `{name}` shows {shown}, recorded is {recorded}"));
            }
        }
        let stamp = |line: &Line| line.cells.get("Timestamp").and_then(Value::as_f64).unwrap_or(0.0);
        if let Some(later) = lines.iter().find(|other| stamp(other) > stamp(line) + 1e-7) {
            troubles.push(format!("{number} is joined to {}, although {} has a later answer", line.key, later.key));
        }
    }

    /// Tidies up, so that each request has one row: the one to which its ticket is joined.
    pub fn tidy_up(&mut self, world: &World) {
        for name in [title::NOTES, title::UNIT, crate::people::OWN] {
            if self.people.is_renamed(name) {
                self.people.rename(name, name);
            }
        }
        let look = self.people.look();
        let joined: BTreeSet<String> =
            world.known.iter().filter_map(|ticket| self.joined_line(ticket, &look).map(|(line, _)| line.key.clone())).collect();
        for request in 0..self.requests.len() {
            let lines: Vec<String> =
                self.people.lines.iter().filter(|line| line.request == request).map(|line| line.key.clone()).collect();
            let kept = lines.iter().find(|key| joined.contains(*key));
            if kept.is_none() {
                while let Some(at) = self.people.deleted.iter().position(|line| line.request == request && !line.is_copy) {
                    self.people.bring_back(at);
                }
            }
            let brought =
                self.people.lines.iter().find(|line| line.request == request && !line.is_copy).map(|line| line.key.clone());
            let kept = kept.cloned().or(brought).unwrap_or_default();
            for key in lines.iter().filter(|key| **key != kept) {
                let look = self.people.look();
                let Some(at) = self.people.lines.iter().position(|line| line.key == *key) else { continue };
                if let Some(row) = self.people.row_of(&look, key) {
                    self.people.delete(at, row);
                }
            }
        }
        self.people.deleted.clear();
        self.trail.add("staff tidied up");
    }
}
