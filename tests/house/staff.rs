//! Staff who have the sheet open all day: each kind of edit that people make, drawn by chance, with its bookkeeping. What they do may
//! come at any moment, also within a hook between a read and a write of the daemon's.

use std::collections::BTreeMap;

use loket_sandbox::answer::{Answer, title};
use loket_sandbox::calls::Party;
use loket_sandbox::google::{AnswerValue, Question, QuestionKind};
use loket_sandbox::handle::Handle;
use rand::Rng;
use rand::rngs::StdRng;
use serde_json::Value;

use crate::office::plain;
use crate::people::{KEY, LOKETS, Look, NOTE, OWN, People};
use crate::walk::Trail;

/// Rows that are deleted and not back, at most.
const DELETED_MAX: usize = 3;
/// Copies that lie about, at most.
const COPIES_MAX: usize = 5;
/// Questions that may be called something else without stopping anything, and what they are called then.
const OPTIONAL: [(&str, &str); 3] = [(title::NOTES, "Ihwal"), (title::UNIT, "Bagian asal"), (OWN, "Disposisi Pimpinan")];
/// Loket's columns that staff rename or delete.
const SPOILT: [&str; 4] = ["Akun Zoom", "Passcode", "Jadwal", "Catatan Sistem"];
/// Questions whose answers tell one request from another.
const TELLING: [&str; 4] = [title::EMAIL, title::APPLICANT, title::TOPIC, title::CONTACT_EMAIL];
/// Reads between two corrections of an answer: many within one read would be a torn sheet.
const CORRECTIONS_APART: u64 = 4;
/// Reads after which a change of an answer has been read, if nothing has stopped that.
const READ_WITHIN: u64 = 5;

/// One request, as its applicant last sent it.
pub struct Request {
    pub id: u64,
    pub answer: Answer,
    pub earlier: Vec<Answer>,
}

/// A tear: the headers of the columns that were sorted apart, and what stood in Loket's.
pub struct Tear {
    pub headers: Vec<String>,
    pub lokets: BTreeMap<String, BTreeMap<String, Value>>,
}

/// The staff.
pub struct Staff {
    pub people: People,
    pub chance: StdRng,
    pub sandbox: Handle,
    pub trail: Trail,
    pub requests: Vec<Request>,
    /// How often each kind of edit was made.
    pub counts: BTreeMap<&'static str, u32>,
    /// What staff wrote into their own column: topic and text.
    pub notes: Vec<(String, String)>,
    pub name: String,
    texts: u32,
    corrected_at: u64,
    spoilt: u32,
    questions: Vec<String>,
    /// Columns are inserted, moved and deleted too.
    columns: bool,
}

impl Staff {
    pub fn new(people: People, chance: StdRng, sandbox: Handle, trail: Trail, name: String, columns: bool) -> Staff {
        Staff {
            people,
            chance,
            sandbox,
            trail,
            requests: Vec::new(),
            counts: BTreeMap::new(),
            notes: Vec::new(),
            name,
            texts: 0,
            corrected_at: 0,
            spoilt: 0,
            questions: Vec::new(),
            columns,
        }
    }

    pub fn edits(&self) -> u32 {
        self.counts.values().sum()
    }

    pub fn reads(&self) -> u64 {
        self.sandbox.calls().count(Party::Google, "values.batchGetByDataFilter")
    }

    /// One edit of a kind drawn by chance; where one is not possible now, another.
    pub fn edit(&mut self, moment: &str) {
        for _ in 0..30 {
            let kind = self.chance.random_range(0..100);
            let Some((kind, told)) = self.try_one(kind) else { continue };
            *self.counts.entry(kind).or_default() += 1;
            self.trail.add(format!("{moment}, read {}: {kind}{told}", self.reads()));
            return;
        }
    }

    fn try_one(&mut self, kind: u32) -> Option<(&'static str, String)> {
        match kind {
            0..13 => self.sort(),
            13..19 => Some(self.insert_row()),
            19..23 => self.delete_blank_row(),
            23..28 => self.delete_row(),
            28..31 => self.delete_copy(),
            31..34 => self.bring_back(),
            34..42 => self.move_row(),
            42..49 => self.copy_row(),
            49..58 => self.cut_row(),
            58..61 => self.hide_row(),
            61..63 => Some(self.filter()),
            63..79 | 84..88 if !self.columns => None,
            63..69 => self.insert_column(),
            69..72 => self.delete_column(),
            72..79 => self.move_column(),
            79..84 => Some(self.rename_header()),
            84..86 => self.spoil_header(),
            86..88 => self.question(),
            88..91 => Some(self.rename_tab()),
            91..95 => self.type_own(),
            95..97 => self.type_note(),
            _ => self.correct(),
        }
    }

    fn among(&mut self, count: usize) -> Option<usize> {
        (count > 0).then(|| self.chance.random_range(0..count))
    }

    fn sort(&mut self) -> Option<(&'static str, String)> {
        let look = self.people.look();
        let column = self.among(look.width())?;
        let order = if self.chance.random_bool(0.5) { "ASCENDING" } else { "DESCENDING" };
        self.people.hands.sort_all(column, order);
        Some(("sort all rows", format!(" by column {column} `{}` {order}", look.header(column))))
    }

    fn insert_row(&mut self) -> (&'static str, String) {
        let rows = self.people.look().values.len();
        let at = self.chance.random_range(1..=rows);
        self.people.hands.insert("ROWS", at);
        ("insert a row", format!(" at {}", at + 1))
    }

    fn blank_row(&mut self, look: &Look) -> Option<usize> {
        let blank: Vec<usize> = (1..look.values.len()).filter(|row| look.is_blank(*row)).collect();
        self.among(blank.len()).map(|at| blank[at])
    }

    fn delete_blank_row(&mut self) -> Option<(&'static str, String)> {
        let row = self.blank_row(&self.people.look())?;
        self.people.hands.delete("ROWS", row);
        Some(("delete an empty row", format!(" {}", row + 1)))
    }

    /// A line that looks as it should, with its row.
    fn line(&mut self, look: &Look, wanted: impl Fn(&crate::people::Line) -> bool) -> Option<(usize, usize)> {
        let fits: Vec<usize> = (0..self.people.lines.len()).filter(|at| wanted(&self.people.lines[*at])).collect();
        let at = fits[self.among(fits.len())?];
        let line = &self.people.lines[at];
        let row = self.people.row_of(look, &line.key)?;
        (self.people.is_whole(look, line, row) && !self.shows_anothers(look, at, row)).then_some((at, row))
    }

    /// Whether a row shows words of Loket's that stand in another request's rows too: a write has gone astray at this very moment.
    fn shows_anothers(&self, look: &Look, line: usize, row: usize) -> bool {
        let request = self.people.lines[line].request;
        ["No. Tiket", "Link Zoom", "Meeting ID"].into_iter().any(|header| {
            let text = look.text(row, header);
            let elsewhere = |other: usize| {
                let of = self.people.line_at(look, other).map(|at| self.people.lines[at].request);
                of != Some(request) && look.text(other, header) == text
            };
            !text.is_empty() && (1..look.values.len()).any(elsewhere)
        })
    }

    fn delete_row(&mut self) -> Option<(&'static str, String)> {
        if self.people.deleted.len() >= DELETED_MAX {
            return None;
        }
        let look = self.people.look();
        let (at, row) = self.line(&look, |line| !line.is_copy)?;
        let told = format!(" {} {}", row + 1, self.topic(at));
        self.people.delete(at, row);
        Some(("delete a row", told))
    }

    fn delete_copy(&mut self) -> Option<(&'static str, String)> {
        let look = self.people.look();
        let (at, row) = self.line(&look, |line| line.is_copy)?;
        let told = format!(" {} {}", row + 1, self.topic(at));
        self.people.delete(at, row);
        self.people.deleted.pop();
        Some(("delete a copy", told))
    }

    fn bring_back(&mut self) -> Option<(&'static str, String)> {
        let at = self.among(self.people.deleted.len())?;
        let topic = self.requests[self.people.deleted[at].request].answer.topic.clone();
        self.people.bring_back(at);
        Some(("bring a row back", format!(" {topic}")))
    }

    fn move_row(&mut self) -> Option<(&'static str, String)> {
        let rows = self.people.look().values.len();
        let from = self.among(rows.checked_sub(1)?)? + 1;
        let to = self.chance.random_range(1..=rows);
        if to == from || to == from + 1 {
            return None;
        }
        self.people.hands.carry("ROWS", from, to);
        Some(("move a row", format!(" {} before {}", from + 1, to + 1)))
    }

    /// Where a row may be pasted: below everything, on an empty row, or on one that is inserted for it.
    fn room(&mut self) -> usize {
        let look = self.people.look();
        match self.chance.random_range(0..3) {
            0 => {
                let at = self.chance.random_range(1..=look.values.len());
                self.people.hands.insert("ROWS", at);
                at
            }
            1 => match self.blank_row(&look) {
                Some(row) => row,
                None => self.people.hands.below(),
            },
            _ => self.people.hands.below(),
        }
    }

    fn copy_row(&mut self) -> Option<(&'static str, String)> {
        if self.people.lines.iter().filter(|line| line.is_copy).count() >= COPIES_MAX {
            return None;
        }
        let look = self.people.look();
        let (at, row) = self.line(&look, |_| true)?;
        // A copy of an answer that nobody has read, edited a moment later, cannot be told from one that was sent twice.
        if look.text(row, "No. Tiket").is_empty() {
            return None;
        }
        let numberless = self.people.lines[at].changed_at + READ_WITHIN <= self.reads() && self.chance.random_bool(0.4);
        let to = self.room();
        let look = self.people.look();
        let from = self.people.row_of(&look, &self.people.lines[at].key)?;
        self.people.hands.copy_row(from, to);
        if numberless {
            let number = look.column("No. Tiket")?;
            self.people.hands.type_in(to, number, "");
        }
        if self.shows_anothers(&self.people.look(), at, to) || !self.people.copied(at, to) {
            self.people.hands.delete("ROWS", to);
            return None;
        }
        let told = format!(" {} to {} {}", from + 1, to + 1, self.topic(at));
        Some((if numberless { "copy a row without its number" } else { "copy a row" }, told))
    }

    fn cut_row(&mut self) -> Option<(&'static str, String)> {
        let look = self.people.look();
        let (at, _) = self.line(&look, |_| true)?;
        let to = self.room();
        let look = self.people.look();
        let from = self.people.row_of(&look, &self.people.lines[at].key)?;
        self.people.hands.cut_row(from, to);
        self.people.lines[at].lost_to_forms = true;
        Some(("cut and paste a row", format!(" {} to {} {}", from + 1, to + 1, self.topic(at))))
    }

    fn hide_row(&mut self) -> Option<(&'static str, String)> {
        let row = self.among(self.people.look().values.len().checked_sub(1)?)? + 1;
        let hidden = self.chance.random_bool(0.7);
        self.people.hands.hide_row(row, hidden);
        Some((if hidden { "hide a row" } else { "show a row" }, format!(" {}", row + 1)))
    }

    fn filter(&mut self) -> (&'static str, String) {
        self.people.hands.filter();
        ("filter", String::new())
    }

    fn insert_column(&mut self) -> Option<(&'static str, String)> {
        let width = self.people.look().width();
        if width > 45 {
            return None;
        }
        let at = self.chance.random_range(0..=width);
        let read = self.reads();
        self.people.columns_move(read);
        self.people.hands.insert("COLUMNS", at);
        Some(("insert a column", format!(" at {at}")))
    }

    fn delete_column(&mut self) -> Option<(&'static str, String)> {
        let look = self.people.look();
        let blank = |column: &usize| (0..look.values.len()).all(|row| crate::people::is_blank(&look.cell(row, *column)));
        let blanks: Vec<usize> = (0..look.width()).filter(blank).collect();
        let at = blanks[self.among(blanks.len())?];
        let read = self.reads();
        self.people.columns_move(read);
        self.people.hands.delete("COLUMNS", at);
        Some(("delete an empty column", format!(" {at}")))
    }

    fn move_column(&mut self) -> Option<(&'static str, String)> {
        let look = self.people.look();
        let from = self.among(look.width())?;
        let to = self.chance.random_range(0..=look.width());
        if to == from || to == from + 1 {
            return None;
        }
        let read = self.reads();
        self.people.columns_move(read);
        self.people.hands.carry("COLUMNS", from, to);
        Some(("move a column", format!(" {from} `{}` before {to}", look.header(from))))
    }

    fn rename_header(&mut self) -> (&'static str, String) {
        let (name, other) = OPTIONAL[self.chance.random_range(0..OPTIONAL.len())];
        let header = if self.people.is_renamed(name) { name } else { other };
        self.people.rename(name, header);
        ("rename a header", format!(" `{name}` to `{header}`"))
    }

    /// One of Loket's own columns is renamed, or deleted.
    fn spoil_header(&mut self) -> Option<(&'static str, String)> {
        let header = SPOILT[self.chance.random_range(0..SPOILT.len())];
        let column = self.people.look().column(header)?;
        if self.spoilt >= 2 {
            return None;
        }
        self.spoilt += 1;
        let read = self.reads();
        if self.chance.random_bool(0.5) {
            let other = format!("{header} lama {}", self.spoilt);
            self.people.former.insert(other.clone());
            self.people.hands.rename(header, &other);
            return Some(("rename a header of Loket's", format!(" `{header}`")));
        }
        self.people.columns_move(read);
        self.people.hands.delete("COLUMNS", column);
        Some(("delete a column of Loket's", format!(" `{header}`")))
    }

    fn question(&mut self) -> Option<(&'static str, String)> {
        if self.questions.len() >= 3 {
            return None;
        }
        let name = format!("Pertanyaan {}", self.questions.len() + 1);
        let read = self.reads();
        self.people.columns_move(read);
        self.people.hands.google.add_question(Question { title: name.clone(), kind: QuestionKind::Text });
        self.people.add_column(&name);
        self.questions.push(name.clone());
        Some(("the form gains a question", format!(" `{name}`")))
    }

    fn rename_tab(&mut self) -> (&'static str, String) {
        self.texts += 1;
        let title = format!("Jawaban '{}' (tab)!", self.texts);
        self.people.hands.rename_tab(&title);
        ("rename the tab", format!(" `{title}`"))
    }

    fn type_own(&mut self) -> Option<(&'static str, String)> {
        let look = self.people.look();
        let (at, _) = self.line(&look, |_| true)?;
        self.texts += 1;
        let (key, text, read) = (self.people.lines[at].key.clone(), format!("Disposisi ke-{}", self.texts), self.reads());
        let told = format!(" {} {text}", self.topic(at));
        self.people.type_in(&key, OWN, &text, read).then_some(("type into an own column", told))
    }

    fn type_note(&mut self) -> Option<(&'static str, String)> {
        let look = self.people.look();
        let (at, _) = self.line(&look, |_| true)?;
        self.texts += 1;
        let (key, text, read) = (self.people.lines[at].key.clone(), format!("Sudah ditelepon ({})", self.texts), self.reads());
        let topic = self.topic(at);
        self.notes.push((topic.clone(), text.clone()));
        self.people.type_in(&key, NOTE, &text, read).then_some(("type a note", format!(" {topic} {text}")))
    }

    /// Staff correct an answer in the sheet.
    fn correct(&mut self) -> Option<(&'static str, String)> {
        let name = if self.chance.random_bool(0.5) { title::NOTES } else { title::UNIT };
        let read = self.reads();
        if self.people.is_renamed(name) || read < self.corrected_at + CORRECTIONS_APART {
            return None;
        }
        let look = self.people.look();
        let (at, _) = self.line(&look, |line| !line.is_copy)?;
        self.texts += 1;
        let (key, text) = (self.people.lines[at].key.clone(), format!("Dikoreksi petugas ({})", self.texts));
        self.corrected_at = read;
        let told = format!(" {} `{name}` {text}", self.topic(at));
        self.people.type_in(&key, name, &text, read).then_some(("correct an answer", told))
    }

    fn topic(&self, line: usize) -> String {
        self.requests[self.people.lines[line].request].answer.topic.clone()
    }

    /// Somebody fills in the form.
    pub fn ask(&mut self) {
        let n = self.requests.len();
        let hour = self.chance.random_range(8..14);
        let days = 3 + i32::try_from(n).unwrap();
        let mut answer = plain(&format!("Acara {} {n}", self.name), days, (hour, 0), (hour + 1, 30));
        if self.chance.random_bool(0.12) {
            (answer.start, answer.end) = (answer.end, answer.start);
        }
        if self.chance.random_bool(0.5) {
            answer.notes = format!("Catatan pemohon {n}");
        }
        let mut values = answer.values();
        let extra: Vec<(String, AnswerValue)> =
            self.questions.iter().map(|name| (name.clone(), AnswerValue::Text(format!("Jawaban {name} {n}")))).collect();
        values.extend(extra.clone());
        let now = self.sandbox.clock().now();
        let id = self.people.hands.google.submit(&values, Some(&answer.email), now);
        let read = self.reads();
        self.people.arrived(n, &answer, &extra, read);
        self.trail.add(format!(
            "read {}: {} asks for {} {}–{}",
            self.reads(),
            answer.topic,
            answer.date,
            answer.start,
            answer.end
        ));
        self.requests.push(Request { id, answer, earlier: Vec::new() });
    }

    /// Somebody edits an answer through the form.
    pub fn edit_by_form(&mut self) {
        let look = self.people.look();
        let Some((at, _)) = self.line(&look, |line| !line.is_copy && !line.lost_to_forms) else { return };
        let (key, request) = (self.people.lines[at].key.clone(), self.people.lines[at].request);
        self.texts += 1;
        let mut answer = self.requests[request].answer.clone();
        answer.notes = format!("Diubah pemohon ({})", self.texts);
        if answer.end < answer.start || self.chance.random_bool(0.4) {
            let hour = self.chance.random_range(8..14);
            let moved = plain(&answer.topic, 3, (hour, 0), (hour + 1, 30));
            (answer.start, answer.end) = (moved.start, moved.end);
        }
        let now = self.sandbox.clock().now();
        let sent = self.people.hands.google.resubmit(self.requests[request].id, &answer.values(), Some(&answer.email), now);
        sent.unwrap_or_else(|error| panic!("{}: {error}", answer.topic));
        let read = self.reads();
        self.people.edited(&key, &answer, read);
        self.trail.add(format!("read {}: {} is edited: {}–{}", self.reads(), answer.topic, answer.start, answer.end));
        let request = &mut self.requests[request];
        request.earlier.push(std::mem::replace(&mut request.answer, answer));
    }

    /// Some columns are sorted apart from the others, so that at least three requests show another's name, title or address.
    /// `numbers` are the ticket numbers by topic: what is undone is to be a sheet that was right.
    pub fn tear(&mut self, numbers: &BTreeMap<String, String>) -> Option<Tear> {
        let look = self.people.look();
        if !self.people.wrong().is_empty() {
            return None;
        }
        for row in 1..look.values.len() {
            let Some(at) = self.people.line_at(&look, row) else { continue };
            let number = look.text(row, "No. Tiket");
            if !number.is_empty() && numbers.get(&self.topic(at)) != Some(&number) {
                return None;
            }
        }
        let telling: Vec<usize> = TELLING.iter().filter_map(|name| look.column(self.people.header(name))).collect();
        let by = telling[self.among(telling.len())?];
        let (mut from, mut to) = (by, by + 1);
        if self.chance.random_bool(0.6) {
            from = self.chance.random_range(0..=by);
            to = self.chance.random_range(by + 1..=look.width());
        }
        let keys = look.column(self.people.header(KEY))?;
        let whole = telling.iter().all(|column| (from..to).contains(column));
        if (from..to).contains(&keys) || whole {
            return None;
        }
        let headers: Vec<String> =
            (from..to).map(|column| look.header(column).to_owned()).filter(|header| !header.is_empty()).collect();
        let lokets_of = |row: usize| {
            let shown = LOKETS.iter().map(|header| ((*header).to_owned(), Value::from(look.text(row, header))));
            shown.collect::<BTreeMap<String, Value>>()
        };
        let placed: Vec<(usize, usize)> =
            (1..look.values.len()).filter_map(|row| Some((self.people.line_at(&look, row)?, row))).collect();
        let lokets = placed.iter().map(|(at, row)| (self.people.lines[*at].key.clone(), lokets_of(*row))).collect();
        let order = if self.chance.random_bool(0.5) { "ASCENDING" } else { "DESCENDING" };
        self.people.hands.sort(from..to, by, order);
        let after = self.people.look();
        let changed = |(at, row): &&(usize, usize)| {
            let numbered = !look.text(*row, "No. Tiket").is_empty() && !self.people.lines[*at].is_copy;
            numbered && look.cell(*row, by) != after.cell(*row, by)
        };
        let changed = placed.iter().filter(changed).count();
        let tear = Tear { headers, lokets };
        for line in &mut self.people.lines {
            // What Forms makes of a sort of some columns only is not known.
            line.lost_to_forms = true;
        }
        if changed < 3 {
            self.mend(&tear);
            return None;
        }
        *self.counts.entry("sort columns apart").or_default() += 1;
        self.trail.add(format!("read {}: columns {from} to {to} {:?} are sorted apart", self.reads(), tear.headers));
        Some(tear)
    }

    /// Until now reading was stopped.
    pub fn nothing_was_read(&mut self) {
        let read = self.reads();
        self.people.lines.iter_mut().for_each(|line| line.changed_at = read);
    }

    /// A tear is undone.
    pub fn mend(&mut self, tear: &Tear) {
        self.people.put_back(&tear.headers, &tear.lokets);
        self.trail.add(format!("read {}: the tear is undone", self.reads()));
    }
}
