//! Numbers in cells: dates and times that were picked, and typed text that Google took for a number. In US locale it takes `4/12/2026`
//! for a day in April, and `09.30` for 9.3; the number format often shows what was typed. Where it does not, it is asked.

use jiff::civil::{Date, DateTime, Time};

use super::clocks::{Clock, Times};
use super::counts::Count;
use super::days::{self, Days, next_or_passed};
use super::hours;
use super::lengths::Unit;
use super::pieces::pieces;
use crate::domain::answer::{Answer, Cell, Display};
use crate::domain::headers::Field;
use crate::domain::limits::PARTICIPANTS_MAX;
use crate::domain::problem::{ClockTrouble, DayTrouble, LengthTrouble};
use crate::domain::serial;

/// The date pattern of US locale, which typed and picked dates share.
const US_DATE: &str = "m/d/yyyy";

/// Whether the number formats of an answer's cells have to be looked up before it can be read: a day that is past may lack a year,
/// and one in US locale may have its day and month the other way round.
pub fn needs_patterns(answer: &Answer) -> bool {
    let unsure = |field: &Field| {
        let Cell::Number(number) = answer.cell(*field) else { return false };
        let Some(day) = serial::day(*number) else { return false };
        let picked = answer.display.picked.contains(field) && !answer.display.typed.contains(field);
        !answer.display.patterns.contains_key(field)
            && (day < day_sent(answer) || (answer.display.month_first && !picked && is_both_ways(day)))
    };
    [Field::Date, Field::EndDate, Field::Start].iter().any(unsure)
}

/// The day of the answer, in UTC: a day more or less does not matter here.
fn day_sent(answer: &Answer) -> Date {
    jiff::tz::TimeZone::UTC.to_datetime(answer.submitted_at).date()
}

fn is_both_ways(day: Date) -> bool {
    day.day() <= 12 && day.day() != day.month()
}

fn the_other_way(day: Date) -> Option<Date> {
    Date::new(day.year(), day.day(), day.month()).ok()
}

/// The day that a number means, with the time in it.
pub(super) fn day(number: f64, field: Field, display: &Display, today: Date) -> Result<(Days, Option<Times>), DayTrouble> {
    let Some(moment) = serial::datetime(number) else { return typed_figures(number, today).map(|days| (days, None)) };
    let day = meant(moment.date(), field, display, today)?;
    let clock = Clock { time: moment.time(), next_day: false, zone: None };
    let times = (moment.time() != Time::midnight()).then_some(Times { start: clock, end: None });
    Ok((Days { first: day, last: day }, times))
}

/// `4.12` became a number, and so did `04122026`.
fn typed_figures(number: f64, today: Date) -> Result<Days, DayTrouble> {
    let text = number.to_string();
    // The last zero of `4.10` is lost.
    if let Some((whole, "1")) = text.split_once('.') {
        let day: i16 = whole.parse().map_err(|_| DayTrouble::Unclear)?;
        let likely = [1, 10].into_iter().filter_map(|month| next_or_passed(today, month, day).ok());
        return Err(DayTrouble::Which(likely.collect()));
    }
    let text = if text.len() == 7 && !text.contains('.') { format!("0{text}") } else { text };
    days::days(&pieces(&text).ok_or(DayTrouble::Unclear)?, today)
}

/// The day that was meant by one that a cell holds.
fn meant(day: Date, field: Field, display: &Display, today: Date) -> Result<Date, DayTrouble> {
    let pattern = display.patterns.get(&field).map(|pattern| pattern.to_lowercase().replace('\\', ""));
    let named = pattern.as_ref().is_some_and(|pattern| pattern.contains("mmm"));
    let swapped = if display.month_first && is_both_ways(day) && !named { the_other_way(day) } else { None };
    if let Some(pattern) = &pattern {
        if !pattern.contains('y') {
            // `4-5` may be two days, or a day and a month.
            if pattern.contains('-') && !named {
                return Err(DayTrouble::Unclear);
            }
            // Google fills in the present year.
            let day = swapped.unwrap_or(day);
            return next_or_passed(today, i16::from(day.month()), i16::from(day.day()));
        }
        if pattern.starts_with('y') {
            return Ok(day);
        }
        if pattern != US_DATE {
            // No question for a date writes it so: it was typed, day first.
            return Ok(swapped.unwrap_or(day));
        }
    }
    let Some(other) = swapped else { return Ok(day) };
    match (display.typed.contains(&field), display.picked.contains(&field)) {
        (true, _) => Ok(other),
        (false, true) => Ok(day),
        (false, false) => match (day >= today, other >= today) {
            (true | false, false) => Ok(day),
            (false, true) => Err(DayTrouble::Which(vec![other])),
            (true, true) => Err(DayTrouble::Which(vec![day.min(other), day.max(other)])),
        },
    }
}

/// The time of day that a number means, with the day in it.
pub(super) fn clock(number: f64, with_date: bool) -> Result<(Option<Date>, Option<Clock>), ClockTrouble> {
    let plain = |time: Time| Clock { time, next_day: false, zone: None };
    if let Some(time) = serial::time(number) {
        return Ok((None, Some(plain(time))));
    }
    let Some(moment) = serial::datetime(number) else { return hours::of_number(number).map(|clock| (None, Some(clock))) };
    let time = Some(moment.time()).filter(|time| *time != Time::midnight());
    match time {
        Some(time) => Ok((Some(moment.date()), Some(plain(time)))),
        None if with_date => Ok((Some(moment.date()), Some(plain(Time::midnight())))),
        // `9-11` was taken for a day.
        None => Err(ClockTrouble::Unclear),
    }
}

/// The length that a number means, minutes.
pub(super) fn length(number: f64, header: Option<Unit>) -> Result<i64, LengthTrouble> {
    let minutes = |count: f64| {
        #[expect(clippy::cast_possible_truncation, reason = "bounded by the check beside it")]
        (count.is_finite() && (0.5..1e6).contains(&count)).then_some(count.round() as i64).ok_or(LengthTrouble::Unclear)
    };
    let quarters = (number * 4.0).fract() == 0.0;
    match header {
        Some(Unit::Hours) if number >= 1.0 || quarters => minutes(number * 60.0),
        Some(Unit::Minutes) if number >= 1.0 => minutes(number),
        // A question for a duration writes a fraction of a day.
        _ if number > 0.0 && number < 1.0 => minutes(number * 1440.0),
        _ => {
            let likely = [number * 60.0, number].into_iter().filter(|count| (15.0..=1440.0).contains(count));
            Err(LengthTrouble::Which(likely.filter_map(|count| minutes(count).ok()).collect()))
        }
    }
}

/// The number of people that a number means. In US locale `1.500` is one and a half.
pub(super) fn count(number: f64, dot_is_decimal: bool) -> Result<Count, Vec<u32>> {
    let whole = |value: f64| {
        let text = format!("{value}");
        text.parse::<u32>().ok().filter(|count| *count <= PARTICIPANTS_MAX)
    };
    let thousands = || whole((number * 1000.0).round()).filter(|count| *count >= 1000);
    if number.fract() != 0.0 {
        return Err(thousands().into_iter().collect());
    }
    match whole(number) {
        Some(0) => Ok(Count::Unknown),
        // Nobody meets alone: it was `1.000`.
        Some(1) if dot_is_decimal => Err(vec![1, 1000]),
        Some(count) => Ok(Count::People(count)),
        None => Err(Vec::new()),
    }
}

/// A number as a sheet shows it.
pub(super) fn shown(number: f64, display: &Display) -> String {
    let date = |moment: DateTime| moment.strftime(if display.month_first { "%-m/%-d/%Y" } else { "%-d/%-m/%Y" }).to_string();
    match (serial::time(number).filter(|_| number > 0.0), serial::datetime(number)) {
        (Some(time), _) => time.strftime("%H.%M").to_string(),
        (None, Some(moment)) if moment.time() == Time::midnight() => date(moment),
        (None, Some(moment)) => format!("{} {}", date(moment), moment.strftime("%H.%M")),
        (None, None) => number.to_string(),
    }
}
