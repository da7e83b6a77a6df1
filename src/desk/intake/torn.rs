//! Whether columns were sorted or moved apart from each other (law 4). A person edits a row or two; a sort of some columns only puts
//! the answers of many into each other's rows, without a single new timestamp.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::joining::is_same;
use crate::domain::answer::{Answer, Cell};
use crate::domain::headers::Field;
use crate::domain::limits::{TORN_BORROWED_MIN, TORN_ROWS_MIN};
use crate::domain::ticket::TicketNumber;

/// Fields whose answers are hardly ever the same for two requests. Dates, times and numbers are not among them: staff may well swap
/// the times of two events.
const TELLING: [Field; 5] = [Field::Email, Field::Applicant, Field::Topic, Field::ContactEmail, Field::ContactPhone];

/// The tickets whose rows show that the sheet is torn; none where it is not. `mixed` have one ticket's number and another's answer,
/// `restated` another answer than recorded, without a new timestamp, in these fields; `now` is what a row shows.
pub(super) fn is_torn<'a>(
    mixed: &BTreeSet<TicketNumber>,
    restated: &BTreeMap<TicketNumber, Vec<Field>>,
    answers: &HashMap<TicketNumber, Answer>,
    now: impl Fn(TicketNumber, Field) -> Option<&'a Cell>,
) -> BTreeSet<TicketNumber> {
    let borrows = |number: &TicketNumber, field: &Field| {
        let Some(shown) = now(*number, *field).filter(|cell| !cell.is_blank()) else { return false };
        let lenders = restated.iter().filter(|(other, fields)| *other != number && fields.contains(field));
        lenders.filter_map(|(other, _)| answers.get(other)).any(|lender| is_same(lender.cell(*field), shown))
    };
    let borrowed = |(number, fields): &(&TicketNumber, &Vec<Field>)| {
        fields.iter().any(|field| TELLING.contains(field) && borrows(number, field))
    };
    let borrowing = restated.iter().filter(borrowed).count();
    let torn = !mixed.is_empty() || restated.len() >= TORN_ROWS_MIN || borrowing >= TORN_BORROWED_MIN;
    if torn { mixed.iter().chain(restated.keys()).copied().collect() } else { BTreeSet::new() }
}
