//! Problems as sentences to the applicant: what stands there, what is wrong with it, what is likely meant, how to write it.

use super::Words;
use crate::domain::headers::Field;
use crate::domain::limits::QUOTED_CHARS_MAX;
use crate::domain::problem::{ClockTrouble, DayTrouble, LengthTrouble, Problem};
use crate::domain::text::one_line;

impl Words {
    /// A problem as a sentence to the applicant.
    pub fn problem(&self, problem: &Problem) -> String {
        let say = |key: &str, values: &[(&'static str, &str)]| self.texts(key, values);
        match problem {
            Problem::Missing(field) => say("problem-missing", &[("field", &self.field(*field))]),
            Problem::Day(field, text, trouble) => self.day(*field, text, trouble),
            Problem::Clock(field, text, trouble) => self.clock(*field, text, trouble),
            Problem::Length(field, text, trouble) => self.length_trouble(*field, text, trouble),
            Problem::Count(field, text, likely) => {
                let likely = likely.iter().map(|count| self.wording.language.count(u64::from(*count))).collect::<Vec<_>>();
                self.quoted("problem-count", *field, text, &likely, &[])
            }
            Problem::BadEmail(field, text) => self.quoted("problem-bad-email", *field, text, &[], &[]),
            Problem::TwoEnds { one, other } => {
                say("problem-two-ends", &[("one", &self.wording.clock(*one)), ("other", &self.wording.clock(*other))])
            }
            Problem::LastDayFirst { first, last } => say(
                "problem-last-day-first",
                &[("first", &self.wording.long_date(*first)), ("last", &self.wording.long_date(*last))],
            ),
            Problem::EndBeforeStart { start, end } => {
                say("problem-end-before-start", &[("start", &self.wording.clock(*start)), ("end", &self.wording.clock(*end))])
            }
            Problem::TooSoon { earliest } => say("problem-too-soon", &[("earliest", &self.wording.long_moment(*earliest))]),
            Problem::TooFar { date } => say("problem-too-far", &[("date", &self.wording.long_date(*date))]),
            Problem::TooLong { minutes, longest } => {
                say("problem-too-long", &[("length", &self.length(*minutes)), ("longest", &self.length(*longest))])
            }
            Problem::TooShort { minutes } => say("problem-too-short", &[("length", &self.length(*minutes))]),
            Problem::ClosedDay { date, holiday, next } => {
                let key = if holiday.is_empty() { "problem-closed-day" } else { "problem-holiday" };
                let (date, next) = (self.wording.long_date(*date), self.wording.long_date(*next));
                say(key, &[("date", &date), ("holiday", holiday), ("next", &next)])
            }
            Problem::ClosedHours { from, until } => {
                let (from, until) = (self.wording.clock_text(*from), self.wording.clock_text(*until));
                say("problem-closed-hours", &[("from", &from), ("until", &until)])
            }
        }
    }

    fn day(&self, field: Field, text: &str, trouble: &DayTrouble) -> String {
        let long = |date| self.wording.long_date(date);
        let (key, likely, date) = match trouble {
            DayTrouble::Unclear => ("problem-day", vec![], None),
            DayTrouble::Which(dates) => ("problem-day", dates.iter().map(|date| long(*date)).collect(), None),
            DayTrouble::Weekday { date, near } => ("problem-day-weekday", vec![long(*date), long(*near)], Some(*date)),
            DayTrouble::Apart => ("problem-day-apart", vec![], None),
            DayTrouble::Passed { next } => ("problem-day-passed", vec![long(*next)], None),
            DayTrouble::NoMonth { next } => ("problem-day-no-month", vec![long(*next)], None),
            DayTrouble::NoDay => ("problem-day-no-day", vec![], None),
            DayTrouble::NoSuchDay => ("problem-day-none", vec![], None),
        };
        self.quoted(key, field, text, &likely, &[("date", &date.map(long).unwrap_or_default())])
    }

    fn clock(&self, field: Field, text: &str, trouble: &ClockTrouble) -> String {
        let (key, likely, date) = match trouble {
            ClockTrouble::Unclear => ("problem-clock", vec![], None),
            ClockTrouble::Which(times) => {
                ("problem-clock", times.iter().map(|time| self.wording.clock_text(*time)).collect(), None)
            }
            ClockTrouble::NoSuchTime => ("problem-clock-none", vec![], None),
            ClockTrouble::Midnight => ("problem-clock-midnight", vec![], None),
            ClockTrouble::ZonesDisagree => ("problem-clock-zones", vec![], None),
            ClockTrouble::OtherDay(date) => ("problem-clock-other-day", vec![], Some(*date)),
        };
        let date = date.map(|date| self.wording.long_date(date)).unwrap_or_default();
        self.quoted(key, field, text, &likely, &[("date", &date)])
    }

    fn length_trouble(&self, field: Field, text: &str, trouble: &LengthTrouble) -> String {
        let (key, likely) = match trouble {
            LengthTrouble::Unclear => ("problem-length", vec![]),
            LengthTrouble::Which(minutes) => ("problem-length", minutes.iter().map(|minutes| self.length(*minutes)).collect()),
            LengthTrouble::WholeDay => ("problem-length-day", vec![]),
        };
        self.quoted(key, field, text, &likely, &[])
    }

    /// A sentence that quotes the answer. Where something is likely meant, the sentence of the key with `-which` asks for it.
    fn quoted(&self, key: &str, field: Field, text: &str, likely: &[String], more: &[(&'static str, &str)]) -> String {
        let likely_text = likely.join(&self.plain("problem-or"));
        let asking = format!("{key}-which");
        let key = if !likely.is_empty() && self.has(&asking) { &asking } else { key };
        let (field, text) = (self.field(field), one_line(text, QUOTED_CHARS_MAX));
        let mut values = vec![("field", field.as_str()), ("text", text.as_str()), ("likely", likely_text.as_str())];
        values.extend_from_slice(more);
        self.texts(key, &values)
    }
}
