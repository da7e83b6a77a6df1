//! One row of the response sheet as Google Forms wrote it, and its fingerprint.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::headers::Field;
use super::limits::CELL_CHARS_MAX;

/// The typed value of one cell.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Default)]
pub enum Cell {
    /// Nothing in it.
    #[default]
    Empty,
    /// A number: also dates and times, as serials.
    Number(f64),
    /// Text as typed.
    Text(String),
    /// A tick.
    Bool(bool),
}

impl Cell {
    /// The text of it, white space at the ends left out; numbers as people write them.
    pub fn text(&self) -> String {
        match self {
            Cell::Empty => String::new(),
            Cell::Number(number) => number.to_string(),
            Cell::Text(text) => text.trim().to_owned(),
            Cell::Bool(value) => value.to_string(),
        }
    }

    /// Whether a person would call it empty.
    pub fn is_blank(&self) -> bool {
        match self {
            Cell::Empty => true,
            Cell::Text(text) => text.trim().is_empty(),
            _ => false,
        }
    }

    /// Text cut to the limit that is kept, at a whole character.
    #[must_use]
    pub fn bounded(self) -> Cell {
        match self {
            Cell::Text(text) if text.chars().count() > CELL_CHARS_MAX => Cell::Text(text.chars().take(CELL_CHARS_MAX).collect()),
            other => other,
        }
    }
}

/// How the sheet takes typed text for dates and numbers. In US locale it takes a typed `4/12/2026` for a day in April.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Default)]
pub struct Display {
    /// Typed dates are taken month first.
    pub month_first: bool,
    /// Number formats of the row's cells, where they were looked up: patterns such as `M/d/yyyy`.
    pub patterns: BTreeMap<Field, String>,
    /// Fields whose column holds texts that were typed.
    pub typed: BTreeSet<Field>,
    /// Fields whose column shows that its dates were picked from a calendar.
    pub picked: BTreeSet<Field>,
}

/// One answer to the form.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Answer {
    /// When it was sent in, or last edited.
    pub submitted_at: Timestamp,
    /// The answers to the questions that Loket knows.
    pub cells: BTreeMap<Field, Cell>,
    /// Header and answer of all other questions, for the staff's letter.
    pub others: Vec<(String, Cell)>,
    /// How the sheet takes typed text.
    #[serde(default)]
    pub display: Display,
}

impl Answer {
    /// The cell of a field; empty where the form does not ask.
    pub fn cell(&self, field: Field) -> &Cell {
        self.cells.get(&field).unwrap_or(&Cell::Empty)
    }

    /// What the content is known by.
    pub fn fingerprint(&self) -> Fingerprint {
        Fingerprint::of(&self.cells)
    }
}

/// What an answer's content is known by. The timestamp is no part of it, since Forms changes it when an answer is edited;
/// questions that Loket does not know are none either, since staff add columns of their own.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Fingerprint(pub String);

impl Fingerprint {
    /// Of the known cells, in the order of the fields.
    pub fn of(cells: &BTreeMap<Field, Cell>) -> Fingerprint {
        let mut hash = Sha256::new();
        for (field, cell) in cells {
            if cell.is_blank() || *field == Field::SubmittedAt {
                continue;
            }
            hash.update(field.key().as_bytes());
            match cell {
                // A double may come back with another last digit; a millionth of a day is a tenth of a second.
                Cell::Number(number) => hash.update(format!("=n{number:.6}\n")),
                other => hash.update(format!("=t{}\n", other.text())),
            }
        }
        let digest = hash.finalize();
        Fingerprint(digest.iter().take(12).fold(String::new(), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(topic: &str, start: f64) -> BTreeMap<Field, Cell> {
        BTreeMap::from([(Field::Topic, Cell::Text(topic.into())), (Field::Start, Cell::Number(start))])
    }

    #[test]
    fn the_timestamp_and_blank_cells_are_no_part_of_the_fingerprint() {
        let mut with_more = cells("Rapat", 0.375);
        with_more.insert(Field::SubmittedAt, Cell::Number(46_000.5));
        with_more.insert(Field::Notes, Cell::Text("  ".into()));
        assert_eq!(Fingerprint::of(&cells("Rapat", 0.375_000_000_001)), Fingerprint::of(&with_more));
        assert_ne!(Fingerprint::of(&cells("Rapat", 0.375)), Fingerprint::of(&cells("Rapat 2", 0.375)));
    }

    #[test]
    fn an_answer_is_known_by_the_same_after_it_was_recorded() {
        let mut cells = cells("Rapat", 9.5 / 24.0);
        cells.insert(Field::SubmittedAt, Cell::Number(46_350.549_965_277_78));
        let answer = Answer {
            submitted_at: Timestamp::UNIX_EPOCH,
            cells,
            others: vec![("X".into(), Cell::Bool(true))],
            display: Display::default(),
        };
        let text = serde_json::to_string(&answer).unwrap();
        let back: Answer = serde_json::from_str(&text).unwrap();
        assert_eq!(back.fingerprint(), answer.fingerprint(), "{text}");
    }
}
