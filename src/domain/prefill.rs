//! The address of the form with the answers already in it, so that only what is wrong has to be typed again
//! (Google Forms, "Send a form with prefilled answers": `entry.NUMBER=answer`).

use std::collections::BTreeMap;

use jiff::civil::{DateTime, Time};
use url::form_urlencoded;

use super::answer::{Answer, Cell};
use super::headers::Field;
use super::limits::FORM_LINK_CHARS_MAX;
use super::problem::Problem;
use super::serial;

/// The form's address with every answer that was right. `None` where the form or its entries are not known.
pub fn prefilled(form: &str, entries: &BTreeMap<Field, String>, answer: &Answer, problems: &[Problem]) -> Option<String> {
    if form.is_empty() || entries.is_empty() {
        return None;
    }
    let wrong = |field: &Field| problems.iter().any(|problem| problem.field() == Some(*field));
    let right = entries.iter().filter(|(field, _)| !wrong(field));
    let values = right.filter_map(|(field, entry)| Some((entry, value(*field, answer.cell(*field))?)));
    let mut link = format!("{form}{}usp=pp_url", if form.contains('?') { '&' } else { '?' });
    for (entry, value) in values {
        let more = form_urlencoded::Serializer::new(String::new()).append_pair(entry, &value).finish();
        // A long answer is left out rather than cut.
        if link.len() + more.len() < FORM_LINK_CHARS_MAX {
            link = format!("{link}&{more}");
        }
    }
    Some(link)
}

/// An answer as the form takes it: days as `2026-11-30`, times as `09:00`.
fn value(field: Field, cell: &Cell) -> Option<String> {
    let text = match (field, cell) {
        (Field::Date | Field::EndDate | Field::Start | Field::End, Cell::Number(number)) => {
            let moment = serial::datetime(*number);
            let day = moment.map(|moment| moment.date().to_string());
            let time = serial::time(*number).or(moment.map(DateTime::time).filter(|time| *time != Time::midnight()));
            let time = time.map(|time| time.strftime("%H:%M").to_string());
            [day, time].into_iter().flatten().collect::<Vec<_>>().join(" ")
        }
        (_, cell) => cell.text(),
    };
    Some(text).filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::domain::answer::Display;
    use crate::domain::problem::ClockTrouble;

    #[test]
    fn right_answers_are_filled_in_and_wrong_ones_are_not() {
        let cells = BTreeMap::from([
            (Field::Topic, Cell::Text("Rapat & \"Uji\"=1".into())),
            (Field::Date, Cell::Number(46_356.0)),
            (Field::Start, Cell::Text("jam 2".into())),
            (Field::End, Cell::Number(0.5)),
        ]);
        let answer = Answer { submitted_at: Timestamp::UNIX_EPOCH, cells, others: vec![], display: Display::default() };
        let entry = |field, number: &str| (field, format!("entry.{number}"));
        let entries = BTreeMap::from([
            entry(Field::Topic, "1"),
            entry(Field::Date, "2"),
            entry(Field::Start, "3"),
            entry(Field::End, "4"),
            entry(Field::Notes, "5"),
        ]);
        let problems = [Problem::Clock(Field::Start, "jam 2".into(), ClockTrouble::Unclear)];
        assert_eq!(
            prefilled("https://form.id/x/viewform", &entries, &answer, &problems).unwrap(),
            "https://form.id/x/viewform?usp=pp_url&entry.1=Rapat+%26+%22Uji%22%3D1&entry.2=2026-11-30&entry.4=12%3A00"
        );
        assert_eq!(prefilled("https://form.id/x/viewform", &BTreeMap::new(), &answer, &problems), None);
    }
}
