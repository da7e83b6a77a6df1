//! What is the same in two answers, or in two cells.

use std::collections::BTreeMap;

use crate::desk::intake::Layout;
use crate::domain::answer::{Answer, Cell, Fingerprint};
use crate::domain::headers::Field;
use crate::domain::rows::{OwnColumn, RowText};

/// The fields in which a row differs from the recorded answer. A question whose column is not there at present, since its header was
/// renamed, was not changed; nor was one that was recorded under a header that Loket did not know.
pub fn changed_fields(layout: &Layout, recorded: &Answer, now: &Answer) -> Vec<Field> {
    let differs = |field: &Field| {
        let (then, now) = (recorded.cell(*field), now.cell(*field));
        let elsewhere = || then.is_blank() && recorded.others.iter().any(|(_, cell)| is_same(cell, now));
        !is_same(then, now) && !elsewhere()
    };
    let fields = layout.questions.columns().map(|(field, _)| field).filter(|field| *field != Field::SubmittedAt);
    fields.filter(differs).collect()
}

/// Whether two cells hold the same.
pub fn is_same(one: &Cell, other: &Cell) -> bool {
    let print = |cell: &Cell| Fingerprint::of(&BTreeMap::from([(Field::Notes, cell.clone())]));
    (one.is_blank() && other.is_blank()) || print(one) == print(other)
}

/// Whether an answer is by who gave the recorded one.
pub fn same_person(recorded: &Answer, now: &Answer) -> bool {
    let same = |field: Field| {
        let (then, now) = (recorded.cell(field).text().to_lowercase(), now.cell(field).text().to_lowercase());
        !then.is_empty() && then == now
    };
    same(Field::Email) || (same(Field::Applicant) && same(Field::Topic))
}

/// Whether an answer is by who gave the recorded one, and about the same event.
pub(super) fn same_request(recorded: &Answer, now: &Answer) -> bool {
    let same = |field: Field| !now.cell(field).is_blank() && is_same(now.cell(field), recorded.cell(field));
    same(Field::Email) && same(Field::Topic)
}

/// Whether a cell of people holds a word that only Loket writes.
pub(super) fn is_our_word(cell: &Cell, wanted: &RowText) -> bool {
    const ONLY_OURS: [OwnColumn; 4] = [OwnColumn::Ticket, OwnColumn::Schedule, OwnColumn::Link, OwnColumn::MeetingId];
    let text = cell.text();
    let ours = wanted.0.iter().filter(|(column, _)| ONLY_OURS.contains(column));
    !text.is_empty() && ours.into_iter().any(|(_, word)| *word == text)
}
