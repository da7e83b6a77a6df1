//! Days as people type them: `Senin, 30 November 2026`, `4-5 Des`, `30/11/2026`, `besok`.
//!
//! Invariant: one reading or a problem. A likely reading is told in the problem, never taken.

use jiff::ToSpan;
use jiff::civil::{Date, Weekday};

use super::found::Found;
use super::pieces::{Join, Piece, Token, is_until, number};
use super::remarks::{brackets, doubts, without_place};
use crate::domain::limits::JUST_PASSED_DAYS;
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
/// Words that tell a day from the present one.
const RELATIVE: [&str; 9] = ["besok", "besuk", "esok", "lusa", "depan", "ini", "lagi", "today", "tomorrow"];
/// Parts of the day, which are the time's.
const PARTS: [&str; 5] = ["pagi", "siang", "sore", "petang", "malam"];
/// Words that say nothing about the day.
const NOISE: [&str; 19] = [
    "tgl", "tanggal", "tg", "tggl", "tgal", "hari", "hr", "pada", "mulai", "dari", "tahun", "thn", "th", "m", "acara", "selama",
    "st", "nd", "rd",
];
/// Months in letters and memos: `30/XI/2026`.
const ROMAN: [&str; 12] = ["i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii"];
/// From this length on one wrong letter in a name cannot turn it into another.
const NAME_WITH_A_SLIP: usize = 6;
/// Days of the week differ more, and the date beside them has to agree.
const WEEKDAY_WITH_A_SLIP: usize = 5;

/// Reads a day, or days that follow one another. `today` is the day of the answer: relative days count from it.
pub(super) fn days(pieces: &[Piece], today: Date) -> Result<Days, DayTrouble> {
    let items = items(&without_remarks(without_place(pieces))?, today)?;
    Found::of(&items)?.days(today)
}

/// Brackets that tell no day are help, unless they take it back.
fn without_remarks(pieces: &[Piece]) -> Result<Vec<Piece>, DayTrouble> {
    let (_, asides) = brackets(pieces);
    if asides.iter().any(|aside| doubts(aside)) {
        return Err(DayTrouble::Unclear);
    }
    let tells = |word: &str| weekday_named(word).is_some() || month_named(word).is_some() || RELATIVE.contains(&word);
    let is_help = |aside: &Vec<Piece>| !aside.iter().any(|piece| piece.digits().is_some() || piece.word().is_some_and(tells));
    let mut kept = Vec::with_capacity(pieces.len());
    let (mut asides, mut depth, mut help) = (asides.iter(), 0_u32, false);
    for piece in pieces {
        match piece.token {
            Token::Sign('(' | '[') => {
                if depth == 0 {
                    help = asides.next().is_some_and(is_help);
                }
                depth += 1;
            }
            Token::Sign(')' | ']') => depth = depth.saturating_sub(1),
            _ if depth > 0 && help => {}
            _ => kept.push(piece.clone()),
        }
    }
    Ok(kept)
}

/// Without the dash, slash or comma between a day and its time.
pub(super) fn before_times(pieces: &[Piece]) -> &[Piece] {
    match pieces {
        [before @ .., last] if ['-', '/', ','].into_iter().any(|sign| last.is_sign(sign)) => before,
        pieces => pieces,
    }
}

/// Whether it is a part of the day: `sore`.
pub(super) fn is_part(piece: &Piece) -> bool {
    piece.word().is_some_and(|word| PARTS.contains(&word))
}

/// The day of the week at the beginning, `Senin` or `hari Senin`, and how many pieces it takes.
pub(super) fn weekday_first(pieces: &[Piece]) -> Option<(Weekday, usize)> {
    let at = usize::from(matches!(pieces.first()?.word(), Some("hari" | "hr")));
    let weekday = pieces.get(at).and_then(Piece::word).and_then(weekday_named)?;
    let comma = pieces.get(at + 1).is_some_and(|piece| matches!(piece.token, Token::Join(Join::Comma | Join::Slash)));
    Some((weekday, at + if comma { 2 } else { 1 }))
}

/// The next day on that day of the week, not today.
pub(super) fn coming(today: Date, weekday: Weekday) -> Date {
    today.tomorrow().map_or(today, |tomorrow| on_or_after(tomorrow, weekday))
}

fn on_or_after(day: Date, weekday: Weekday) -> Date {
    let ahead = (weekday.to_monday_zero_offset() - day.weekday().to_monday_zero_offset()).rem_euclid(7);
    plus(day, i64::from(ahead))
}

pub(super) fn plus(day: Date, days: i64) -> Date {
    day.checked_add(days.days()).unwrap_or(day)
}

/// What a text about days is made of.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Item {
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
    /// `2 hari`: how many days they are.
    Length(i32),
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
        Token::Sign('.' | ':' | '*' | '"') => Ok((None, used)),
        _ => Err(DayTrouble::Unclear),
    }
}

fn worded(word: &str, rest: &[Piece], today: Date) -> Result<(Option<Item>, usize), DayTrouble> {
    let next = |index: usize| rest.get(index).and_then(Piece::word);
    let relative = |days: i64, used: usize| Ok((Some(Item::Relative(plus(today, days))), used));
    match (word, next(1)) {
        ("hari" | "hr", Some("ini")) => return relative(0, 2),
        ("today", _) => return relative(0, 1),
        ("nanti", Some(part)) if PARTS.contains(&part) => return relative(0, 2),
        (part, Some("ini")) if PARTS.contains(&part) => return relative(0, 2),
        // `malam Jumat` is the evening before.
        (part, Some(next)) if PARTS.contains(&part) && weekday_named(next).is_some() => return Err(DayTrouble::Unclear),
        (part, _) if PARTS.contains(&part) => return Ok((None, 1)),
        ("besok" | "besuk", Some("lusa")) => return relative(2, 2),
        ("esok" | "besok", Some("hari")) => return relative(1, 2),
        ("besok" | "besuk" | "esok" | "bsk" | "tomorrow", _) => return relative(1, 1),
        ("lusa", _) => return relative(2, 1),
        ("minggu" | "pekan" | "mgg", Some("depan" | "ini" | "lalu")) => return in_week(rest, today),
        ("bulan" | "bln", Some("ini")) => return Ok((Some(Item::Month(today.month())), 2)),
        ("bulan" | "bln", Some("depan")) => return Ok((Some(Item::Month(today.month() % 12 + 1)), 2)),
        ("bulan" | "bln", _) => return month_by_number(rest),
        _ => {}
    }
    // Before the days of the week: `selama` is nearly `Selasa`.
    if NOISE.contains(&word) || is_nearly(word, "tanggal") {
        return Ok((None, 1));
    }
    // `Jum at`, `Jum,at`.
    let comma = rest.get(1).is_some_and(|piece| piece.token == Token::Join(Join::Comma));
    let split = if word == "jum" { [1, 2].into_iter().find(|at| next(*at) == Some("at") && comma == (*at == 2)) } else { None };
    if let Some(weekday) = weekday_named(word) {
        let used = split.unwrap_or(0);
        return Ok(week(weekday, &rest[1 + used..], today)).map(|(item, more)| (item, more + used));
    }
    let month = month_named(word).ok_or(DayTrouble::Unclear)?;
    Ok((Some(Item::Month(month)), 1))
}

/// `minggu depan hari Selasa`.
fn in_week(rest: &[Piece], today: Date) -> Result<(Option<Item>, usize), DayTrouble> {
    let (weekday, used) = weekday_first(&rest[2..]).ok_or(DayTrouble::Unclear)?;
    match week(weekday, rest, today) {
        (item, 3) => Ok((item, used + 2)),
        _ => Err(DayTrouble::Unclear),
    }
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
        (Some("minggu" | "pekan" | "mgg"), Some("depan")) if !sunday => (Some(Item::Relative(in_week(1))), 3),
        (Some("minggu" | "pekan" | "mgg"), Some("ini")) if !sunday && in_week(0) >= today => {
            (Some(Item::Relative(in_week(0))), 3)
        }
        (Some("minggu" | "pekan" | "mgg"), Some("depan" | "ini")) => (Some(Item::Loose(vec![next, plus(next, 7)])), 3),
        (Some("ini"), _) if !sunday && in_week(0) >= today => (Some(Item::Relative(in_week(0))), 2),
        (Some("ini"), _) => (Some(Item::Loose(vec![next])), 2),
        (Some("besok"), _) if next == plus(today, 1) => (Some(Item::Relative(next)), 2),
        (Some("depan" | "besok"), _) => (Some(Item::Loose(vec![next, plus(next, 7)])), 2),
        _ => (Some(Item::Weekday(weekday)), 1),
    }
}

fn weekday_named(word: &str) -> Option<Weekday> {
    let exact = WEEKDAYS.iter().find(|(_, names)| names.contains(&word));
    let near = |name: &str| {
        name.len() >= WEEKDAY_WITH_A_SLIP && word.len() + 1 >= WEEKDAY_WITH_A_SLIP && strsim::osa_distance(word, name) == 1
    };
    let slip = || WEEKDAYS.iter().find(|(_, names)| near(names[0]));
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
    let days = i32::try_from(value).ok().filter(|_| digits.len() <= 2 && matches!(word(1), Some("hari" | "hr")));
    // `tgl 4 hari Jumat` counts no days.
    if let (Some(days), true) = (days, word(2).is_none_or(|word| weekday_named(word).is_none())) {
        return Ok((Some(Item::Length(days)), 2));
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

pub(super) fn date(year: i16, month: i16, day: i16) -> Option<Date> {
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
    if let Some(found) = with_named_month(rest)? {
        return Ok(Some(found));
    }
    let (Some(a), Some(first), Some(b)) = (digits(0), sign(1), digits(2)) else { return Ok(None) };
    if let (Some(second), Some(c)) = (sign(3), digits(4)) {
        // `4-5-6 Desember`; `4-5/12/2026` and `4 - 5-12-2026` are two days of one month.
        let year_behind = first == '-' && sign(5) == Some(first) && digits(6).is_some_and(|year| year.len() == 4);
        if second == first && !month_follows(5) && !year_behind {
            return three(a, b, c).map(|item| Some((item, 5)));
        }
        if second == first || first == '-' {
            return Ok(None);
        }
    }
    // `4-5 Desember`, `4-5-Des-2026`.
    if month_follows(3) || a.len() > 2 || (first == '-' && with_named_month(&rest[2..])?.is_some()) {
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

/// `30/XI/2026`, `3-Des-26`, `30 XI 2026`, `3-Des`.
fn with_named_month(rest: &[Piece]) -> Result<Option<(Item, usize)>, DayTrouble> {
    let digits = |index: usize| rest.get(index).and_then(Piece::digits);
    let sign = |index: usize| rest.get(index).filter(|piece| ['/', '-', '.'].into_iter().any(|sign| piece.is_sign(sign)));
    let month = |index: usize| {
        let word = rest.get(index).and_then(Piece::word)?;
        let roman = || (1..).zip(ROMAN).find(|(_, name)| *name == word).map(|(month, _)| month);
        month_named(word).map(i16::from).or_else(roman)
    };
    let Some(day) = digits(0).filter(|day| day.len() <= 2) else { return Ok(None) };
    let is_year = |index: usize| digits(index).is_some_and(|year| matches!(year.len(), 2 | 4));
    if let (None, Some(month)) = (sign(1), month(1)) {
        // Names stand by themselves, Roman figures only before a year.
        let roman = rest[1].word().is_some_and(|word| ROMAN.contains(&word)) && digits(2).is_some_and(|year| year.len() == 4);
        return if roman {
            three(day, &month.to_string(), digits(2).unwrap_or_default()).map(|item| Some((item, 3)))
        } else {
            Ok(None)
        };
    }
    let (Some(first), Some(named)) = (sign(1), month(2)) else { return Ok(None) };
    if sign(3).is_some_and(|second| second.token == first.token) && is_year(4) && month(5).is_none() {
        return three(day, &named.to_string(), digits(4).unwrap_or_default()).map(|item| Some((item, 5)));
    }
    let day = small(day)?;
    Ok(Some((Item::Full(day, named, None), 3)))
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

/// The date on that day of the week that is nearest to `day`.
pub(super) fn nearest(day: Date, weekday: Weekday) -> Date {
    on_or_after(plus(day, -3), weekday)
}

/// The first day of that number and month from `from` on.
pub(super) fn next_such(from: Date, month: i16, day: i16) -> Option<Date> {
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
