//! When a new answer takes the place of an older ticket: the same person asks again for the same event, having mended an answer or
//! chosen another time. Two events of one person are never taken for one.

use super::answer::Answer;
use super::headers::Field;
use super::limits::ANSWERS_A_LETTER_AFTER;
use super::problem::Problem;
use super::request::{Request, same_address};
use super::ticket::{State, Ticket};

/// Whether `new` takes the place of `old`. `request` is what it asks for, if it could be read.
pub fn replaces(old: &Ticket, new: &Answer, request: Option<&Request>) -> bool {
    if new.submitted_at < old.answer.submitted_at || !same_person_and_title(&old.answer, new) {
        return false;
    }
    match &old.state {
        // Which day was meant is not known, or it could not be had: the new answer tells.
        State::ToCorrect(problems) if problems.iter().any(is_about_the_day) => true,
        // After the letter that no account is free another day may be asked for; before it, it is another event.
        State::Full(_) => same_day(&old.answer, new) || new.submitted_at >= old.changed_at + ANSWERS_A_LETTER_AFTER,
        // The same sent twice.
        State::Open => old.request.as_ref().zip(request).is_some_and(|(old, new)| old.slot == new.slot),
        State::ToCorrect(_) | State::NeedsStaff(_, None) => same_day(&old.answer, new),
        _ => false,
    }
}

/// Whether `new` is `old`, edited, where nothing but its content tells: a later word of the same person about the same event.
pub fn is_edit_of(new: &Answer, old: &Answer) -> bool {
    let person = |answer: &Answer| [Field::Email, Field::Applicant].map(|field| folded(&answer.cell(field).text()));
    let ([old_address, old_name], [new_address, new_name]) = (person(old), person(new));
    let same_person =
        if old_address.is_empty() { !old_name.is_empty() && old_name == new_name } else { old_address == new_address };
    let title = |answer: &Answer| folded(&answer.cell(Field::Topic).text());
    new.submitted_at > old.submitted_at && same_person && (title(new) == title(old) || same_day(old, new))
}

fn is_about_the_day(problem: &Problem) -> bool {
    match problem {
        Problem::TooSoon { .. } | Problem::TooFar { .. } | Problem::ClosedDay { .. } | Problem::LastDayFirst { .. } => true,
        problem => matches!(problem.field(), Some(Field::Date | Field::EndDate)),
    }
}

fn same_person_and_title(old: &Answer, new: &Answer) -> bool {
    let text = |answer: &Answer, field: Field| answer.cell(field).text();
    let (old_title, new_title) = (folded(&text(old, Field::Topic)), folded(&text(new, Field::Topic)));
    // A title that was forgotten says nothing against it, if the day is the same.
    let titles = if old_title.is_empty() { same_day(old, new) } else { old_title == new_title };
    let address = text(old, Field::Email);
    titles && !address.is_empty() && same_address(&address, &text(new, Field::Email))
}

fn same_day(old: &Answer, new: &Answer) -> bool {
    let day = |answer: &Answer| [Field::Date, Field::Start].map(|field| folded(&answer.cell(field).text()));
    let ([old_date, old_start], [new_date, new_start]) = (day(old), day(new));
    if old_date.is_empty() { !old_start.is_empty() && old_start == new_start } else { old_date == new_date }
}

/// Letters and digits only, small.
fn folded(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}
