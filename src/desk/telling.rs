//! What rows and letters say about a ticket.

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::adapters::store::letters::{LetterTrouble, NewLetter};
use crate::domain::answer::{Answer, Cell};
use crate::domain::headers::Field;
use crate::domain::letter::{CancelledFacts, FullFacts, LetterFacts, LetterKind, MeetingFacts, NoticeFacts, Role};
use crate::domain::prefill::prefilled;
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
    /// The form's address, and what it calls its questions.
    pub form: (String, BTreeMap<Field, String>),
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
            contact_email: request.contact_email().to_owned(),
            applicant_email: request.email.clone(),
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

    /// The letters that become due when people ended a request: to everybody who has its link, else to the applicant.
    pub fn cancelled_letters(&self, ticket: &Ticket, linked_to: Vec<(Role, String, String)>) -> Vec<NewLetter> {
        let (State::Cancelling(ended) | State::Cancelled(ended)) = &ticket.state else { return Vec::new() };
        let applicant = || {
            let (to, name) = (ticket.answer.cell(Field::Email).text(), ticket.answer.cell(Field::Applicant).text());
            is_email(&to).then_some((Role::Applicant, to, name))
        };
        let had_link = !linked_to.is_empty();
        let people = if had_link { linked_to } else { applicant().into_iter().collect() };
        let letter = |(role, to, name): (Role, String, String)| {
            let cancelled = CancelledFacts { rejected: ended.rejected, reason: ended.reason.clone(), had_link };
            let facts = LetterFacts { cancelled: Some(cancelled), ..self.facts(ticket, &name) };
            NewLetter { kind: LetterKind::Cancelled, role, to, facts }
        };
        people.into_iter().map(letter).collect()
    }

    /// The letters that tell once more how a ticket stands.
    pub fn letters_again(&self, ticket: &Ticket, linked_to: Vec<(Role, String, String)>, now: Timestamp) -> Vec<NewLetter> {
        match &ticket.state {
            State::Scheduled(_) => self.link_letters(ticket),
            State::Full(_) => self.full_letters(ticket, now).into_iter().filter(|letter| letter.role != Role::Staff).collect(),
            State::ToCorrect(_) => self.first_letters(ticket).into_iter().filter(|letter| letter.role != Role::Staff).collect(),
            State::Cancelling(_) | State::Cancelled(_) => self.cancelled_letters(ticket, linked_to),
            _ => Vec::new(),
        }
    }

    /// A notice to each of the staff: the sentences `notice-<name>-title` and `notice-<name>`, a paragraph on each line.
    pub fn notice(&self, name: &str, values: &[(&'static str, &str)], now: Timestamp) -> Vec<NewLetter> {
        let title = self.words.texts(&format!("notice-{name}-title"), values);
        let text = self.words.texts(&format!("notice-{name}"), values);
        let lines = text.lines().map(str::trim).filter(|line| !line.is_empty()).map(ToOwned::to_owned).collect();
        let facts = LetterFacts::of_notice(NoticeFacts { title, lines }, now);
        let letter =
            |to: &String| NewLetter { kind: LetterKind::Notice, role: Role::Staff, to: to.clone(), facts: facts.clone() };
        self.staff.iter().map(letter).collect()
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
            form_link: self.form_link(ticket),
            full: None,
            cancelled: None,
            notice: None,
            problems,
            answers: self.answers(&ticket.answer),
            submitted_at: ticket.answer.submitted_at,
        }
    }

    fn form_link(&self, ticket: &Ticket) -> String {
        let (form, entries) = &self.form;
        match &ticket.state {
            State::ToCorrect(problems) => prefilled(form, entries, &ticket.answer, problems).unwrap_or_default(),
            _ => String::new(),
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::answer::Display;
    use crate::domain::limits::NOTE_CHARS_MAX;
    use crate::domain::meeting::Meeting;
    use crate::domain::problem::Reason;
    use crate::domain::request::{Contact, Request};
    use crate::domain::rows::OwnColumn;
    use crate::domain::rules::Opening;
    use crate::domain::slot::Slot;
    use crate::domain::wording::Language;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn teller() -> Teller {
        let zone = jiff::tz::TimeZone::get("Asia/Jakarta").unwrap();
        let wording = Wording { language: Language::Id, zone };
        Teller {
            words: Words::new(wording.clone(), &[include_str!("../../config/words/id.ftl")]).unwrap(),
            wording,
            hosts: Vec::new(),
            staff: vec!["tik@example.go.id".into(), "kepala@example.go.id".into()],
            form: (String::new(), BTreeMap::new()),
        }
    }

    fn slot() -> Slot {
        Slot { start: at("2026-11-30T02:00:00Z"), end: at("2026-11-30T04:00:00Z") }
    }

    fn ticket(state: State, change: impl FnOnce(&mut Request)) -> Ticket {
        let mut request = Request {
            email: "siti@example.go.id".into(),
            applicant: "Siti".into(),
            unit: String::new(),
            topic: "Rapat".into(),
            slot: slot(),
            several_days: false,
            open_end: false,
            participants: Some(50),
            more_participants: false,
            contact: Contact { name: "Budi".into(), email: "budi@example.go.id".into(), phone: "0812-3456-7890".into() },
            webinar: false,
            recording: false,
            public: None,
            notes: String::new(),
        };
        change(&mut request);
        let asked_at = at("2026-11-24T03:05:00Z");
        Ticket {
            number: "VM-2026-0001".parse().unwrap(),
            answer: Answer { submitted_at: asked_at, cells: BTreeMap::new(), others: Vec::new(), display: Display::default() },
            first_submitted_at: asked_at,
            first_row: 1,
            request: Some(request),
            state,
            changed_at: asked_at,
            tries: 0,
            not_before: asked_at,
            mark: None,
            command: None,
            edited_since: false,
            version: 0,
        }
    }

    fn scheduled(recorded: bool) -> State {
        State::Scheduled(Meeting {
            id: 92_674_392_836,
            host: "zoom1@example.go.id".into(),
            join_url: "https://zoom.example/j/1".into(),
            passcode: String::new(),
            opening: Opening::Participants,
            start: slot().start,
            capacity: 100,
            recorded,
        })
    }

    fn note(ticket: &Ticket) -> String {
        let row = teller().row(ticket, &LetterTrouble::default());
        row.0.into_iter().find(|(column, _)| *column == OwnColumn::Note).unwrap().1
    }

    #[test]
    fn everyone_is_told_once_that_no_account_is_free() {
        let told = |change: fn(&mut Request)| {
            let ticket = ticket(State::Full(Reason::FreeAt(Vec::new())), change);
            let letters = teller().full_letters(&ticket, ticket.changed_at);
            let brief = |letter: &NewLetter| {
                let full = letter.facts.full.as_ref().unwrap();
                (
                    letter.role,
                    letter.to.clone(),
                    letter.facts.to_name.clone(),
                    full.contact_name.clone(),
                    full.contact_email.clone(),
                )
            };
            let (staff, people): (Vec<_>, Vec<_>) = letters.iter().partition(|letter| letter.kind == LetterKind::FullStaff);
            assert_eq!(staff.len(), 2, "each of the staff");
            people.into_iter().map(brief).collect::<Vec<_>>()
        };
        let line = |role, to: &str, name: &str, contact: &str, address: &str| {
            (role, format!("{to}@example.go.id"), name.to_owned(), contact.to_owned(), address.to_owned())
        };
        let (siti, budi) = ("siti@example.go.id", "budi@example.go.id");
        let both = [line(Role::Applicant, "siti", "Siti", "Budi", budi), line(Role::Contact, "budi", "Budi", "Budi", budi)];
        assert_eq!(told(|_| ()), both);
        assert_eq!(told(|request| request.contact = Contact::default()), [line(Role::Applicant, "siti", "Siti", "Siti", siti)]);
        assert_eq!(told(|request| request.contact.email.clear()), [line(Role::Applicant, "siti", "Siti", "Budi", "")]);
        let same = told(|request| request.contact.email = "SITI@example.go.id".into());
        assert_eq!(same, [line(Role::Applicant, "siti", "Siti", "Budi", "SITI@example.go.id")]);
    }

    #[test]
    fn the_row_names_free_times_and_the_chat_in_few_words() {
        let free = Reason::FreeAt(vec![Slot { start: at("2026-11-30T06:00:00Z"), end: at("2026-11-30T08:00:00Z") }; 5]);
        let text = note(&ticket(State::Full(free.clone()), |_| ()));
        assert!(text.contains("(1) Sen, 30 Nov 2026 13.00–15.00 WIB; (2) "), "{text}");
        assert!(text.ends_with("\nWhatsApp narahubung: https://wa.me/6281234567890") && text.chars().count() < 700, "{text}");
        let landline = note(&ticket(State::Full(free), |request| request.contact.phone = "(021) 123-4567".into()));
        assert!(!landline.contains("WhatsApp"), "{landline}");
    }

    #[test]
    fn the_row_tells_an_open_end_and_a_recording_that_differs_from_the_wish() {
        let text = |asked: bool, recorded: bool, open_end: bool| {
            note(&ticket(scheduled(recorded), |request| (request.recording, request.open_end) = (asked, open_end)))
        };
        assert_eq!(text(false, false, false), "");
        assert_eq!(text(true, true, false), "");
        assert!(text(true, false, false).contains("memulai rekaman"));
        assert!(text(false, true, false).contains("walaupun pemohon tidak memintanya"));
        let open = text(false, false, true);
        assert_eq!(open, "Waktu selesai tidak ditentukan pemohon. Akun Zoom diperhitungkan sampai pukul 11.00 WIB.");
    }

    #[test]
    fn a_note_that_is_too_long_is_cut_between_characters_and_shows_that_it_was() {
        let ticket = ticket(scheduled(false), |_| ());
        let note = |letters: usize| {
            // Of one, two, three and four bytes.
            let address: String = "aü漢🙂".chars().cycle().take(letters).collect();
            let row = teller().row(&ticket, &LetterTrouble { refused: vec![address], ..LetterTrouble::default() });
            row.0.into_iter().find(|(column, _)| *column == OwnColumn::Note).unwrap().1
        };
        let around = note(0).chars().count();
        let longest = NOTE_CHARS_MAX - around;
        let whole = note(longest);
        assert_eq!(whole.chars().count(), NOTE_CHARS_MAX);
        assert!(whole.ends_with('.') && whole.len() > 2 * NOTE_CHARS_MAX, "nothing is cut, whatever the bytes: {whole}");
        let one_more = note(longest + 1);
        assert_eq!(one_more.chars().count(), NOTE_CHARS_MAX);
        assert!(one_more.ends_with("lai…"), "{one_more}");
        // In the middle of the address: each place in its four characters.
        for more in 1..=4 {
            let text = note(NOTE_CHARS_MAX + more);
            assert_eq!(text.chars().count(), NOTE_CHARS_MAX);
            let kept = text.strip_suffix('…').expect("it shows that it was cut");
            assert!(note(2 * NOTE_CHARS_MAX).starts_with(kept) && !kept.contains('…'), "{text}");
        }
    }
}
