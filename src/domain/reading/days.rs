//! Days as people type them: `Senin, 30 November 2026`, `4-5 Des`, `30/11/2026`, `besok`.
//!
//! Invariant: one reading or a problem. A likely reading is told in the problem, never taken.

use jiff::ToSpan;
use jiff::civil::{Date, Weekday};

use super::pieces::{Join, Piece, Token, is_until, number};
use crate::domain::limits::{JUST_PASSED_DAYS, RANGE_DAYS_MAX};
use crate::domain::problem::DayTrouble;

/// A stretch of days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Days {
    /// The first.
    pub(super) first: Date,
    /// The last; the same for a single day.
    pub(super) last: Date,
}

const MONTHS: [&[&str]; 12] = [
    &["januari", "jan", "january"],
    &["februari", "pebruari", "feb", "peb", "february"],
    &["maret", "mar", "mrt", "march"],
    &["april", "apr"],
    &["mei", "may"],
    &["juni", "jun", "june"],
    &["juli", "jul", "july"],
    &["agustus", "agust", "agu", "agt", "ags", "aug", "august"],
    &["september", "sept", "sep"],
    &["oktober", "okt", "oct", "october"],
    &["november", "nopember", "nov", "nop"],
    &["desember", "des", "dec", "december"],
];
const WEEKDAYS: [(Weekday, &[&str]); 7] = [
    (Weekday::Monday, &["senin", "senen", "snn", "sen", "monday", "mon"]),
    (Weekday::Tuesday, &["selasa", "sls", "sel", "tuesday", "tue"]),
    (Weekday::Wednesday, &["rabu", "rebo", "rab", "wednesday", "wed"]),
    (Weekday::Thursday, &["kamis", "kms", "kam", "thursday", "thu"]),
    (Weekday::Friday, &["jumat", "jumaat", "jmt", "jum", "friday", "fri"]),
    (Weekday::Saturday, &["sabtu", "sbt", "sab", "saturday", "sat"]),
    (Weekday::Sunday, &["minggu", "ahad", "mgg", "min", "sunday", "sun"]),
];
/// Words that say nothing about the day.
const NOISE: [&str; 14] =
    ["tgl", "tanggal", "tg", "hari", "pada", "mulai", "dari", "tahun", "thn", "th", "m", "insya", "allah", "acara"];
/// From this length on one wrong letter in a name cannot turn it into another.
const NAME_WITH_A_SLIP: usize = 6;

/// Reads a day, or days that follow one another. `today` is the day of the answer: relative days count from it.
pub(super) fn days(pieces: &[Piece], today: Date) -> Result<Days, DayTrouble> {
    let items = items(pieces, today)?;
    let found = Found::of(&items)?;
    found.days(today)
}

/// The next day on that day of the week, not today.
fn coming(today: Date, weekday: Weekday) -> Date {
    today.tomorrow().map_or(today, |tomorrow| on_or_after(tomorrow, weekday))
}

fn on_or_after(day: Date, weekday: Weekday) -> Date {
    let ahead = (weekday.to_monday_zero_offset() - day.weekday().to_monday_zero_offset()).rem_euclid(7);
    plus(day, i64::from(ahead))
}

fn plus(day: Date, days: i64) -> Date {
    day.checked_add(days.days()).unwrap_or(day)
}

#[derive(Debug, Clone, PartialEq)]
enum Item {
    Weekday(Weekday),
    Number(String),
    Month(i8),
    Year(i16),
    /// Figures: day, month, year.
    Full(i16, i16, Option<i16>),
    /// Told from today.
    Relative(Date),
    /// A day of the week of this or another week: which dates that may be.
    Loose(Vec<Date>),
    Join(Join),
}

fn items(pieces: &[Piece], today: Date) -> Result<Vec<Item>, DayTrouble> {
    let mut items = Vec::new();
    let mut at = 0;
    while at < pieces.len() {
        let (item, used) = item(&pieces[at..], today)?;
        items.extend(item);
        at += used;
    }
    Ok(items)
}

fn item(rest: &[Piece], today: Date) -> Result<(Option<Item>, usize), DayTrouble> {
    if let Some(word) = rest[0].word() {
        return worded(word, rest, today);
    }
    if rest[0].digits().is_some() {
        if let Some((item, used)) = figures(rest)? {
            return Ok((Some(item), used));
        }
        return numbered(rest, today);
    }
    let used = 1;
    match &rest[0].token {
        _ if is_until(&rest[0]) => Ok((Some(Item::Join(Join::Until)), used)),
        Token::Join(join) => Ok((Some(Item::Join(*join)), used)),
        Token::Sign('.' | ':' | '(' | ')' | '*' | '"') => Ok((None, used)),
        _ => Err(DayTrouble::Unclear),
    }
}

fn worded(word: &str, rest: &[Piece], today: Date) -> Result<(Option<Item>, usize), DayTrouble> {
    let next = |index: usize| rest.get(index).and_then(Piece::word);
    let relative = |days: i64, used: usize| Ok((Some(Item::Relative(plus(today, days))), used));
    match (word, next(1)) {
        ("hari", Some("ini")) => return relative(0, 2),
        ("besok" | "besuk", Some("lusa")) => return relative(2, 2),
        ("esok" | "besok", Some("hari")) => return relative(1, 2),
        ("besok" | "besuk" | "esok" | "bsk", _) => return relative(1, 1),
        ("lusa", _) => return relative(2, 1),
        ("minggu", Some("depan" | "ini" | "lalu")) => return Err(DayTrouble::Unclear),
        ("bulan", Some("ini")) => return Ok((Some(Item::Month(today.month())), 2)),
        ("bulan", _) => return month_by_number(rest),
        _ => {}
    }
    if let Some(weekday) = weekday_named(word) {
        return Ok(week(weekday, &rest[1..], today));
    }
    if let Some(month) = month_named(word) {
        return Ok((Some(Item::Month(month)), 1));
    }
    if NOISE.contains(&word) { Ok((None, 1)) } else { Err(DayTrouble::Unclear) }
}

/// `tanggal 4 bulan 12 tahun 2026`.
fn month_by_number(rest: &[Piece]) -> Result<(Option<Item>, usize), DayTrouble> {
    let month = rest.get(1).and_then(Piece::digits).and_then(number).and_then(|month| i8::try_from(month).ok());
    match month {
        Some(month @ 1..=12) => Ok((Some(Item::Month(month)), 2)),
        // `bulan Desember`.
        None if rest.get(1).and_then(Piece::word).is_some_and(|word| month_named(word).is_some()) => Ok((None, 1)),
        _ => Err(DayTrouble::Unclear),
    }
}

/// A day of the week with what follows it: `Jumat ini`, `Jumat depan`, `Jumat minggu depan`.
fn week(weekday: Weekday, rest: &[Piece], today: Date) -> (Option<Item>, usize) {
    let word = |index: usize| rest.get(index).and_then(Piece::word);
    let monday = plus(today, -i64::from(today.weekday().to_monday_zero_offset()));
    let in_week = |weeks: i64| plus(monday, weeks * 7 + i64::from(weekday.to_monday_zero_offset()));
    // Whether a week begins on Sunday or Monday, people do not agree.
    let sunday = weekday == Weekday::Sunday || today.weekday() == Weekday::Sunday;
    let next = coming(today, weekday);
    match (word(0), word(1)) {
        (Some("minggu" | "pekan"), Some("depan")) if !sunday => (Some(Item::Relative(in_week(1))), 3),
        (Some("minggu" | "pekan"), Some("ini")) if !sunday && in_week(0) >= today => (Some(Item::Relative(in_week(0))), 3),
        (Some("minggu" | "pekan"), Some("depan" | "ini")) => (Some(Item::Loose(vec![next, plus(next, 7)])), 3),
        (Some("ini"), _) if !sunday && in_week(0) >= today => (Some(Item::Relative(in_week(0))), 2),
        (Some("ini"), _) => (Some(Item::Loose(vec![next])), 2),
        (Some("depan" | "besok"), _) => (Some(Item::Loose(vec![next, plus(next, 7)])), 2),
        _ => (Some(Item::Weekday(weekday)), 1),
    }
}

fn weekday_named(word: &str) -> Option<Weekday> {
    let exact = WEEKDAYS.iter().find(|(_, names)| names.contains(&word));
    let slip = || WEEKDAYS.iter().find(|(_, names)| is_nearly(word, names[0]));
    exact.or_else(slip).map(|(weekday, _)| *weekday)
}

fn month_named(word: &str) -> Option<i8> {
    let exact = (1..).zip(MONTHS).find(|(_, names)| names.contains(&word));
    let slip = || (1..).zip(MONTHS).find(|(_, names)| is_nearly(word, names[0]));
    exact.or_else(slip).map(|(month, _)| month)
}

fn is_nearly(word: &str, name: &str) -> bool {
    name.len() >= NAME_WITH_A_SLIP && word.len() >= NAME_WITH_A_SLIP - 1 && strsim::osa_distance(word, name) == 1
}

/// A number that is no date by itself.
fn numbered(rest: &[Piece], today: Date) -> Result<(Option<Item>, usize), DayTrouble> {
    let digits = rest[0].digits().unwrap_or_default();
    let word = |index: usize| rest.get(index).and_then(Piece::word);
    let value = number(digits).ok_or(DayTrouble::Unclear)?;
    if word(1) == Some("hari") && word(2) == Some("lagi") {
        return Ok((Some(Item::Relative(plus(today, i64::from(value)))), 3));
    }
    let year = i16::try_from(value).ok().filter(|year| digits.len() == 4 && (1900..2200).contains(year));
    match year {
        Some(year) => Ok((Some(Item::Year(year)), 1)),
        None if digits.len() == 8 => in_one(digits).map(|(day, month, year)| (Some(Item::Full(day, month, Some(year))), 1)),
        None if digits.len() <= 2 => Ok((Some(Item::Number(digits.to_owned())), 1)),
        None => Err(DayTrouble::Unclear),
    }
}

/// `20261204` and `04122026`.
fn in_one(digits: &str) -> Result<(i16, i16, i16), DayTrouble> {
    let part = |from: usize, to: usize| digits.get(from..to).and_then(|part| part.parse::<i16>().ok()).ok_or(DayTrouble::Unclear);
    let (year_first, year_last) = ((part(6, 8)?, part(4, 6)?, part(0, 4)?), (part(0, 2)?, part(2, 4)?, part(4, 8)?));
    let is_day = |(day, month, year): &(i16, i16, i16)| date(*year, *month, *day).is_some() && (2000..2200).contains(year);
    match (Some(year_first).filter(is_day), Some(year_last).filter(is_day)) {
        (Some(one), None) | (None, Some(one)) => Ok(one),
        _ => Err(DayTrouble::Unclear),
    }
}

fn date(year: i16, month: i16, day: i16) -> Option<Date> {
    Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

/// A date in figures at the beginning: `30/11/2026`, `30-11-26`, `2026.11.30`, `30 11 2026`, `30/11`.
fn figures(rest: &[Piece]) -> Result<Option<(Item, usize)>, DayTrouble> {
    let digits = |index: usize| rest.get(index).and_then(Piece::digits);
    let month_follows = |index: usize| {
        let word = rest.get(index).and_then(Piece::word);
        word.is_some_and(|word| month_named(word).is_some())
    };
    let sign = |index: usize| ['/', '-', '.'].into_iter().find(|sign| rest.get(index).is_some_and(|piece| piece.is_sign(*sign)));
    if let (Some(a), Some(b), Some(year)) = (digits(0), digits(1), digits(2))
        && year.len() == 4
    {
        return three(a, b, year).map(|item| Some((item, 3)));
    }
    let (Some(a), Some(first), Some(b)) = (digits(0), sign(1), digits(2)) else { return Ok(None) };
    if let (Some(second), Some(c)) = (sign(3), digits(4))
        && second == first
        && !month_follows(5)
    {
        return three(a, b, c).map(|item| Some((item, 5)));
    }
    if month_follows(3) || a.len() > 2 {
        return Ok(None);
    }
    if b.len() == 4 {
        return Err(DayTrouble::NoDay);
    }
    let (day, month) = (small(a)?, small(b)?);
    match first {
        // `4-5` may be two days, or a day and a month.
        '-' if day <= month || month > 12 => Err(DayTrouble::Unclear),
        _ => Ok(Some((Item::Full(day, month, None), 3))),
    }
}

fn small(digits: &str) -> Result<i16, DayTrouble> {
    Some(digits).filter(|digits| digits.len() <= 2).and_then(|digits| digits.parse().ok()).ok_or(DayTrouble::Unclear)
}

fn three(a: &str, b: &str, c: &str) -> Result<Item, DayTrouble> {
    let year = |digits: &str| digits.parse::<i16>().map_err(|_| DayTrouble::Unclear);
    let (day, month, year) = match (a.len(), c.len()) {
        (4, 1..=2) => (small(c)?, small(b)?, year(a)?),
        (1..=2, 4) => (small(a)?, small(b)?, year(c)?),
        (1..=2, 2) => (small(a)?, small(b)?, 2000 + year(c)?),
        _ => return Err(DayTrouble::Unclear),
    };
    if month > 12
        && let Some(other) = date(year, day, month)
    {
        // The other way round it is a day: as Americans write it.
        return Err(DayTrouble::Which(vec![other]));
    }
    Ok(Item::Full(day, month, Some(year)))
}

/// A day as it was found, perhaps without month and year.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Atom {
    day: i16,
    month: Option<i16>,
    year: Option<i16>,
    /// How it is joined to the one before.
    join: Option<Join>,
}

#[derive(Debug, Default)]
struct Found {
    atoms: Vec<Atom>,
    weekdays: Vec<Weekday>,
    relative: Option<Date>,
    loose: Option<Vec<Date>>,
    month_alone: Option<i16>,
}

impl Found {
    fn of(items: &[Item]) -> Result<Found, DayTrouble> {
        let mut found = Found::default();
        let mut join = None;
        for (index, item) in items.iter().enumerate() {
            let after_month = index > 0 && matches!(items[index - 1], Item::Month(_));
            match item {
                Item::Weekday(weekday) => found.weekdays.push(*weekday),
                Item::Relative(day) if found.relative.is_none() => found.relative = Some(*day),
                Item::Loose(dates) if found.loose.is_none() => found.loose = Some(dates.clone()),
                Item::Relative(_) | Item::Loose(_) => return Err(DayTrouble::Unclear),
                Item::Full(day, month, year) => {
                    found.atoms.push(Atom { day: *day, month: Some(*month), year: *year, join: join.take() });
                }
                // `4 Des 26`: right behind the month stands a year.
                Item::Number(digits) if after_month && found.waits_for_year() => {
                    found.year(2000 + digits.parse::<i16>().unwrap_or(0))?;
                }
                Item::Number(digits) => {
                    let day = digits.parse().map_err(|_| DayTrouble::Unclear)?;
                    let month = found.month_alone.take();
                    found.atoms.push(Atom { day, month, year: None, join: join.take() });
                }
                Item::Month(month) => found.month(i16::from(*month))?,
                Item::Year(year) => found.year(*year)?,
                // A slash or comma beside a day of the week says nothing.
                Item::Join(Join::Comma | Join::Slash) if found.atoms.is_empty() => {}
                Item::Join(Join::Comma) if join.is_some() => {}
                Item::Join(next) => join = Some(*next),
            }
        }
        // `30 November s.d.` lacks its other end.
        if matches!(join, Some(Join::Until | Join::Or | Join::And)) && !found.atoms.is_empty() {
            return Err(DayTrouble::Unclear);
        }
        Ok(found)
    }

    fn waits_for_year(&self) -> bool {
        self.atoms.last().is_some_and(|atom| atom.month.is_some() && atom.year.is_none())
    }

    fn month(&mut self, month: i16) -> Result<(), DayTrouble> {
        match self.atoms.last_mut() {
            Some(atom) if atom.month.is_none() => atom.month = Some(month),
            None if self.month_alone.is_none() => self.month_alone = Some(month),
            _ => return Err(DayTrouble::Unclear),
        }
        Ok(())
    }

    fn year(&mut self, year: i16) -> Result<(), DayTrouble> {
        match self.atoms.last_mut() {
            Some(atom) if atom.year.is_none() => atom.year = Some(year),
            None if self.month_alone.is_some() => return Err(DayTrouble::NoDay),
            _ => return Err(DayTrouble::Unclear),
        }
        Ok(())
    }

    fn days(mut self, today: Date) -> Result<Days, DayTrouble> {
        if self.month_alone.is_some() {
            return Err(DayTrouble::NoDay);
        }
        if self.atoms.is_empty() {
            return self.without_date(today);
        }
        self.fill();
        let dates = self.dates(today)?;
        let days = self.stretch(&dates)?;
        self.check_weekdays(&dates)?;
        let agrees = self.relative.is_none_or(|day| day == days.first);
        if agrees { Ok(days) } else { Err(DayTrouble::Which(self.relative.into_iter().chain([days.first]).collect())) }
    }

    fn without_date(&self, today: Date) -> Result<Days, DayTrouble> {
        if let Some(dates) = &self.loose {
            return Err(DayTrouble::Which(dates.clone()));
        }
        match (self.relative, self.weekdays.as_slice()) {
            (Some(day), []) => Ok(Days { first: day, last: day }),
            (Some(day), [weekday]) if day.weekday() == *weekday => Ok(Days { first: day, last: day }),
            (Some(day), [weekday]) => Err(DayTrouble::Weekday { date: day, near: nearest(day, *weekday) }),
            (None, [weekday]) => Err(DayTrouble::Which(vec![coming(today, *weekday), plus(coming(today, *weekday), 7)])),
            _ => Err(DayTrouble::Unclear),
        }
    }

    /// `4-5 Des 2026`: month and year stand behind the last day and hold for those before.
    fn fill(&mut self) {
        for index in (1..self.atoms.len()).rev() {
            let (after, before) = (self.atoms[index], &mut self.atoms[index - 1]);
            let crosses = before.month.zip(after.month).is_some_and(|(before, after)| before > after);
            before.month = before.month.or(after.month);
            before.year = before.year.or(after.year.map(|year| if crosses { year - 1 } else { year }));
        }
    }

    fn dates(&self, today: Date) -> Result<Vec<Date>, DayTrouble> {
        let mut dates: Vec<Date> = Vec::new();
        for atom in &self.atoms {
            let Some(month) = atom.month else {
                let next = (0..12).find_map(|months| {
                    let first = today.first_of_month().checked_add(months.months()).ok()?;
                    date(first.year(), i16::from(first.month()), atom.day).filter(|day| *day >= today)
                });
                return Err(next.map_or(DayTrouble::NoSuchDay, |next| DayTrouble::NoMonth { next }));
            };
            if month > 12
                && let Some(other) = atom.year.and_then(|year| date(year, atom.day, month))
            {
                return Err(DayTrouble::Which(vec![other]));
            }
            let day = match (atom.year, dates.last()) {
                (Some(year), _) => date(year, month, atom.day),
                (None, Some(before)) => next_such(*before, month, atom.day),
                (None, None) => Some(next_or_passed(today, month, atom.day)?),
            };
            dates.push(day.ok_or(DayTrouble::NoSuchDay)?);
        }
        Ok(dates)
    }

    fn stretch(&self, dates: &[Date]) -> Result<Days, DayTrouble> {
        let (first, last) = (dates[0], dates[dates.len() - 1]);
        let joins = || self.atoms.iter().skip(1).map(|atom| atom.join);
        if joins().any(|join| matches!(join, Some(Join::Or | Join::Slash))) {
            return Err(DayTrouble::Which(dates.to_vec()));
        }
        if joins().any(|join| join.is_none()) {
            return Err(DayTrouble::Unclear);
        }
        for (pair, atom) in dates.windows(2).zip(self.atoms.iter().skip(1)) {
            let apart = pair[0].until(pair[1]).map_or(i32::MAX, |span| span.get_days());
            match atom.join {
                Some(Join::Until) if apart < 1 => return Err(DayTrouble::Unclear),
                Some(Join::Until) => {}
                _ if apart != 1 => return Err(DayTrouble::Apart),
                _ => {}
            }
        }
        let length = first.until(last).map_or(i32::MAX, |span| span.get_days());
        if length > RANGE_DAYS_MAX { Err(DayTrouble::Unclear) } else { Ok(Days { first, last }) }
    }

    fn check_weekdays(&self, dates: &[Date]) -> Result<(), DayTrouble> {
        if self.weekdays.len() > dates.len() {
            return Err(DayTrouble::Unclear);
        }
        let pairs = || self.weekdays.iter().zip(dates);
        match pairs().find(|(weekday, date)| date.weekday() != **weekday) {
            None => Ok(()),
            Some((weekday, date)) => Err(DayTrouble::Weekday { date: *date, near: nearest(*date, *weekday) }),
        }
    }
}

/// The date on that day of the week that is nearest to `day`.
fn nearest(day: Date, weekday: Weekday) -> Date {
    on_or_after(plus(day, -3), weekday)
}

/// The first day of that number and month from `from` on.
fn next_such(from: Date, month: i16, day: i16) -> Option<Date> {
    // A 29 February comes within eight years.
    (0..=8).find_map(|years| date(from.year() + years, month, day).filter(|found| *found >= from))
}

/// A day and month without a year: the next such day, unless it has just passed.
pub(super) fn next_or_passed(today: Date, month: i16, day: i16) -> Result<Date, DayTrouble> {
    let next = next_such(today, month, day).ok_or(DayTrouble::NoSuchDay)?;
    let passed = (0..=1).filter_map(|years| date(today.year() - years, month, day)).find(|found| *found < today);
    let just = passed.is_some_and(|passed| passed.until(today).is_ok_and(|span| span.get_days() <= JUST_PASSED_DAYS));
    if just && next != today { Err(DayTrouble::Passed { next }) } else { Ok(next) }
}
