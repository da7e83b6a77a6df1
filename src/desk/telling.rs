//! What rows and letters say about a ticket.

use jiff::Timestamp;

use crate::adapters::store::letters::{LetterTrouble, NewLetter};
use crate::domain::answer::{Answer, Cell};
use crate::domain::headers::Field;
use crate::domain::letter::{FullFacts, LetterFacts, LetterKind, MeetingFacts, Role};
use crate::domain::reading::is_email;
use crate::domain::rows::{RowNotes, RowText, row_text};
use crate::domain::serial;
use crate::domain::ticket::{State, Ticket};
use crate::domain::wording::Wording;
use crate::domain::words::Words;

/// What it takes to tell: the words, and what the accounts are called.
#[derive(Debug)]
pub struct Teller {
    /// Short texts.
    pub words: Words,
    /// Dates and times.
    pub wording: Wording,
    /// Address and name of each account.
    pub hosts: Vec<(String, String)>,
    /// Who is told of each request.
    pub staff: Vec<String>,
}

impl Teller {
    fn host_name(&self, email: &str) -> String {
        self.hosts.iter().find(|(of, _)| of == email).map_or_else(|| email.to_owned(), |(_, name)| name.clone())
    }

    /// What is to stand in the ticket's row.
    pub fn row(&self, ticket: &Ticket, trouble: &LetterTrouble) -> RowText {
        let notes = RowNotes {
            letters_in_doubt: trouble.in_doubt.clone(),
            letters_refused: trouble.refused.clone(),
            host_name: ticket.meeting().map(|meeting| self.host_name(&meeting.host)).unwrap_or_default(),
        };
        row_text(ticket, &notes, &self.words, &self.wording)
    }

    /// The letters that become due when a ticket is taken up, or its answer was mended.
    pub fn first_letters(&self, ticket: &Ticket) -> Vec<NewLetter> {
        let mut letters = Vec::new();
        let applicant = ticket.answer.cell(Field::Email).text();
        if is_email(&applicant) {
            let readable = !matches!(ticket.state, State::ToCorrect(_));
            let kind = if readable { LetterKind::Received } else { LetterKind::ToCorrect };
            let name = ticket.answer.cell(Field::Applicant).text();
            letters.push(NewLetter { kind, role: Role::Applicant, to: applicant, facts: self.facts(ticket, &name) });
        }
        letters.extend(self.staff.iter().map(|address| NewLetter {
            kind: LetterKind::NewRequest,
            role: Role::Staff,
            to: address.clone(),
            facts: self.facts(ticket, ""),
        }));
        letters
    }

    /// The letters that become due with the link: one to each person, even where two roles share an address.
    pub fn link_letters(&self, ticket: &Ticket) -> Vec<NewLetter> {
        let Some(request) = &ticket.request else { return Vec::new() };
        let people = request.link_goes_to().into_iter().enumerate();
        let letter = |(index, (name, address)): (usize, (&str, &str))| NewLetter {
            kind: LetterKind::Link,
            role: if index == 0 { Role::Applicant } else { Role::Contact },
            to: address.to_owned(),
            facts: self.facts(ticket, name),
        };
        people.map(letter).collect()
    }

    /// The letters that become due when no account is free, as of a look at the pool: to the people of the event, each once, and to
    /// staff, who settle it with the contact person (SOP step 5).
    pub fn full_letters(&self, ticket: &Ticket, looked_at: Timestamp) -> Vec<NewLetter> {
        let (Some(request), State::Full(reason)) = (&ticket.request, &ticket.state) else { return Vec::new() };
        let contact = &request.contact;
        let full = FullFacts {
            reason: reason.clone(),
            looked_at,
            length: self.words.length(request.slot.minutes()),
            contact_name: request.contact_name().to_owned(),
            contact_email: if contact.email.is_empty() { request.email.clone() } else { contact.email.clone() },
            contact_phone: contact.phone.clone(),
        };
        let letter = |kind, role, name: &str, address: &str| {
            let facts = LetterFacts { full: Some(full.clone()), ..self.facts(ticket, name) };
            NewLetter { kind, role, to: address.to_owned(), facts }
        };
        let roles = [Role::Applicant, Role::Contact].into_iter();
        let people = request.link_goes_to().into_iter().zip(roles);
        let people = people.map(|((name, address), role)| letter(LetterKind::Full, role, name, address));
        people.chain(self.staff.iter().map(|address| letter(LetterKind::FullStaff, Role::Staff, "", address))).collect()
    }

    fn facts(&self, ticket: &Ticket, to_name: &str) -> LetterFacts {
        let request = ticket.request.as_ref();
        let text = |field: Field| ticket.answer.cell(field).text();
        let problems = match &ticket.state {
            State::ToCorrect(problems) => problems.iter().map(|problem| self.words.problem(problem)).collect(),
            _ => Vec::new(),
        };
        LetterFacts {
            to_name: to_name.to_owned(),
            applicant: text(Field::Applicant),
            unit: text(Field::Unit),
            topic: text(Field::Topic),
            slot: request.map(|request| request.slot),
            open_end: request.is_some_and(|request| request.open_end),
            participants: request.and_then(|request| request.participants),
            more_participants: request.is_some_and(|request| request.more_participants),
            recording: request.is_some_and(|request| request.recording),
            webinar: request.is_some_and(|request| request.webinar),
            several_days: request.is_some_and(|request| request.several_days),
            meeting: ticket.meeting().map(|meeting| MeetingFacts {
                join_url: meeting.join_url.clone(),
                id: meeting.id_for_people(),
                passcode: meeting.passcode.clone(),
                host_name: self.host_name(&meeting.host),
                capacity: meeting.capacity,
                opening: meeting.opening,
                recorded: meeting.recorded,
            }),
            full: None,
            problems,
            answers: self.answers(&ticket.answer),
            submitted_at: ticket.answer.submitted_at,
        }
    }

    /// Question and answer of everything that was answered, as people read it.
    fn answers(&self, answer: &Answer) -> Vec<(String, String)> {
        let known = answer.cells.iter().filter(|(field, cell)| **field != Field::SubmittedAt && !cell.is_blank());
        let known = known.map(|(field, cell)| (self.words.field(*field), self.readable(*field, cell)));
        let others =
            answer.others.iter().filter(|(_, cell)| !cell.is_blank()).map(|(header, cell)| (header.clone(), cell.text()));
        known.chain(others).collect()
    }

    fn readable(&self, field: Field, cell: &Cell) -> String {
        let Cell::Number(number) = cell else { return cell.text() };
        let day = || serial::day(*number).map(|date| self.wording.long_date(date));
        let time = || serial::time(*number).map(|time| self.wording.clock_text(time));
        let both = || {
            let moment = serial::datetime(*number)?;
            Some(format!("{} {}", self.wording.long_date(moment.date()), self.wording.clock_text(moment.time())))
        };
        let text = match field {
            Field::Date | Field::EndDate if number.fract() == 0.0 => day(),
            Field::Start | Field::End => time().or_else(both),
            Field::Date | Field::EndDate => both(),
            _ => None,
        };
        text.unwrap_or_else(|| cell.text())
    }
}
