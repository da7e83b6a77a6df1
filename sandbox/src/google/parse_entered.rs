//! What becomes of text that is typed into a cell, or sent with `USER_ENTERED`: formula, truth value, number, date,
//! time, link or text, by the spreadsheet's locale. What must not be here: cells.
//!
//! Confirmed points: `= 1 / 1024`, `2,000,000.01`, `0042` and `2020-01-01` (recorded); `=` and `+` begin formulas
//! (discovery document, `ConditionValue`). The rest follows how the editor is known to behave.

use jiff::civil::{Date, Time};

use crate::google::grid::Entered;
use crate::google::locale::{Locale, Order};
use crate::google::serial;

/// Text as the editor understood it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Typed {
    /// The cell's content.
    pub(crate) entered: Entered,
    /// The number format that the text implies: type and pattern.
    pub(crate) format: Option<(&'static str, String)>,
    /// The address that the text is.
    pub(crate) link: Option<String>,
}

impl Typed {
    fn plain(entered: Entered) -> Typed {
        Typed { entered, format: None, link: None }
    }

    fn shown(value: f64, kind: &'static str, pattern: impl Into<String>) -> Typed {
        Typed { entered: Entered::Number(value), format: Some((kind, pattern.into())), link: None }
    }
}

/// Understands `text`; `today` completes dates that lack their year.
pub(crate) fn understand(text: &str, locale: &Locale, today: Date) -> Typed {
    if let Some(literal) = text.strip_prefix('\'') {
        return Typed::plain(Entered::text(literal));
    }
    if text.starts_with('=') && text.len() > 1 {
        return Typed::plain(Entered::Formula(text.to_owned()));
    }
    let trimmed = text.trim();
    if trimmed.is_empty() {
        return Typed::plain(Entered::text(text));
    }
    if let Some(typed) = number(trimmed, locale) {
        return typed;
    }
    if trimmed.starts_with('+') && trimmed.len() > 1 {
        return Typed::plain(Entered::Formula(format!("={trimmed}")));
    }
    match trimmed.to_ascii_uppercase().as_str() {
        "TRUE" => return Typed::plain(Entered::Bool(true)),
        "FALSE" => return Typed::plain(Entered::Bool(false)),
        _ => {}
    }
    if let Some(typed) = moment(trimmed, locale, today) {
        return typed;
    }
    let link =
        is_address(trimmed).then(|| if trimmed.starts_with("www.") { format!("http://{trimmed}") } else { trimmed.to_owned() });
    Typed { entered: Entered::text(text), format: None, link }
}

fn is_address(text: &str) -> bool {
    let body = ["http://", "https://", "www."].iter().find_map(|p| text.strip_prefix(p));
    body.is_some_and(|b| b.contains('.') || text.starts_with("http")) && !text.contains(char::is_whitespace)
}

fn number(text: &str, locale: &Locale) -> Option<Typed> {
    let (sign, rest) = match text.strip_prefix('-') {
        Some(rest) => (-1.0, rest.trim_start()),
        None => (1.0, text.strip_prefix('+').unwrap_or(text)),
    };
    let (currency, rest) = match rest.strip_prefix(locale.currency.0) {
        Some(rest) => (true, rest.trim_start()),
        None => (false, rest),
    };
    let (percent, rest) = match rest.strip_suffix('%') {
        Some(rest) => (true, rest.trim_end()),
        None => (false, rest),
    };
    let (body, exponent) = match rest.split_once(['e', 'E']) {
        Some((body, power)) => (body, Some(power.parse::<i32>().ok()?)),
        None => (rest, None),
    };
    let (int, frac) = match body.split_once(locale.decimal) {
        Some((int, frac)) => (int, frac),
        None => (body, ""),
    };
    if int.is_empty() && frac.is_empty() || !frac.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let groups: Vec<&str> = int.split(locale.group).collect();
    let grouped = groups.len() > 1;
    let digits_only = groups.iter().all(|g| g.bytes().all(|b| b.is_ascii_digit()));
    let sizes = !grouped || (matches!(groups[0].len(), 1..=3) && groups[1..].iter().all(|g| g.len() == 3));
    if !digits_only || !sizes {
        return None;
    }
    let value: f64 = format!("{}.{}0", groups.concat(), frac).trim_start_matches('+').parse().ok()?;
    let value = sign * value * 10f64.powi(exponent.unwrap_or(0));
    if !value.is_finite() {
        return None;
    }
    let decimals = !frac.is_empty();
    Some(if percent {
        Typed::shown(value / 100.0, "PERCENT", if decimals { "0.00%" } else { "0%" })
    } else if currency {
        Typed::shown(value, "CURRENCY", locale.currency.1)
    } else if exponent.is_some() {
        Typed::shown(value, "SCIENTIFIC", "0.00E+00")
    } else if grouped {
        Typed::shown(value, "NUMBER", if decimals { "#,##0.00" } else { "#,##0" })
    } else {
        Typed::plain(Entered::Number(value))
    })
}

/// A date, a time, or a date followed by a time.
fn moment(text: &str, locale: &Locale, today: Date) -> Option<Typed> {
    if let Some((time, pattern)) = time_of_day(text, locale) {
        return Some(Typed::shown(time, "TIME", pattern));
    }
    if let Some((day, pattern)) = day(text, locale, today) {
        return Some(Typed::shown(serial::of_date(day), "DATE", pattern));
    }
    // The time may itself hold a space (`9:30 AM`), so every space is tried.
    text.char_indices().filter(|(_, c)| matches!(c, ' ' | 'T')).find_map(|(at, _)| {
        let (date, date_pattern) = day(text[..at].trim_end().trim_end_matches(','), locale, today)?;
        let (time, time_pattern) = time_of_day(text[at + 1..].trim_start(), locale)?;
        (time < 1.0).then(|| Typed::shown(serial::of_date(date) + time, "DATE_TIME", format!("{date_pattern} {time_pattern}")))
    })
}

/// A time of day, or a length of 24 hours and more.
fn time_of_day(text: &str, locale: &Locale) -> Option<(f64, String)> {
    let lower = text.to_ascii_lowercase();
    let half = ["am", "pm"].iter().find_map(|h| lower.strip_suffix(h).map(|rest| (rest.trim_end(), *h)));
    let (body, half) = half.map_or((lower.as_str(), None), |(rest, h)| (rest, Some(h)));
    let separator = if body.contains(':') {
        ':'
    } else if locale.dotted_time && body.contains('.') {
        '.'
    } else {
        return hour_alone(body, half);
    };
    let parts: Vec<&str> = body.split(separator).collect();
    let (clock, seconds) = match parts.as_slice() {
        [h, m] => ([*h, *m], None),
        [h, m, s] => ([*h, *m], Some(*s)),
        _ => return None,
    };
    let digits = |t: &str, max: usize| {
        (!t.is_empty() && t.len() <= max && t.bytes().all(|b| b.is_ascii_digit())).then(|| t.parse::<i64>().ok()).flatten()
    };
    let mut hours = digits(clock[0], 4)?;
    let minutes = digits(clock[1], 2).filter(|m| *m < 60 && clock[1].len() == 2)?;
    let seconds_value = match seconds {
        None => 0.0,
        Some(text) => {
            let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
            digits(whole, 2).filter(|s| *s < 60)?;
            if !fraction.bytes().all(|b| b.is_ascii_digit()) {
                return None;
            }
            text.parse::<f64>().ok()?
        }
    };
    if let Some(half) = half {
        if !(1..=12).contains(&hours) {
            return None;
        }
        hours = hours % 12 + if half == "pm" { 12 } else { 0 };
    }
    if hours >= 24 && separator == '.' {
        return None;
    }
    let value = (serial::real(hours * 3600 + minutes * 60) + seconds_value) / 86_400.0;
    let tail = if seconds.is_some() { format!("{separator}ss") } else { String::new() };
    let pattern = match half {
        _ if hours >= 24 => "[h]:mm:ss".to_owned(),
        Some(_) => format!("h{separator}mm{tail} am/pm"),
        None => format!("{}{separator}mm{tail}", if clock[0].len() == 2 { "hh" } else { "h" }),
    };
    Some((value, pattern))
}

/// `9 AM`.
fn hour_alone(body: &str, half: Option<&str>) -> Option<(f64, String)> {
    let hour: i8 = body.parse().ok().filter(|h| (1..=12).contains(h))?;
    let hour = hour % 12 + if half? == "pm" { 12 } else { 0 };
    Some((serial::of_time(Time::new(hour, 0, 0, 0).ok()?), "h am/pm".to_owned()))
}

/// A day in figures, or with the month's name.
fn day(text: &str, locale: &Locale, today: Date) -> Option<(Date, String)> {
    let text = without_weekday(text, locale);
    figures(text, locale, today).or_else(|| spelled(text, locale, today))
}

fn without_weekday<'a>(text: &'a str, locale: &Locale) -> &'a str {
    let Some((first, rest)) = text.split_once([',', ' ']) else { return text };
    let names = locale.days.iter().chain(crate::google::locale::of("en_US").days);
    let mut names = names.filter(|d| d.eq_ignore_ascii_case(first));
    if names.next().is_some() { rest.trim_start_matches([',', ' ']) } else { text }
}

fn figures(text: &str, locale: &Locale, today: Date) -> Option<(Date, String)> {
    let separator = text.chars().find(|c| matches!(c, '/' | '-' | '.'))?;
    let parts: Vec<&str> = text.split(separator).collect();
    if parts.iter().any(|p| p.is_empty() || p.len() > 4 || !p.bytes().all(|b| b.is_ascii_digit())) {
        return None;
    }
    let value = |i: usize| parts[i].parse::<i16>().ok();
    let [year, month, day] = match parts.len() {
        3 if parts[0].len() == 4 => [0, 1, 2].map(value),
        3 if separator == '.' && locale.order == Order::MonthDayYear => return None,
        3 => match locale.order {
            Order::DayMonthYear => [2, 1, 0].map(value),
            Order::MonthDayYear => [2, 0, 1].map(value),
            Order::YearMonthDay => [0, 1, 2].map(value),
        },
        2 if separator != '.' => match locale.order {
            Order::DayMonthYear => [Some(today.year()), value(1), value(0)],
            _ => [Some(today.year()), value(0), value(1)],
        },
        _ => return None,
    };
    let iso = parts.len() == 3 && parts[0].len() == 4;
    let short = parts.len() == 3 && !iso && parts[2].len() <= 2;
    let date = civil(full_year(year?), month?, day?)?;
    let pattern = match (parts.len(), locale.order) {
        (2, Order::DayMonthYear) => format!("d{separator}m"),
        (2, _) => format!("m{separator}d"),
        _ if iso && separator == '-' => "yyyy-mm-dd".to_owned(),
        _ if iso => format!("yyyy{separator}mm{separator}dd"),
        _ if separator == '/' && !short => locale.date.to_owned(),
        (_, Order::DayMonthYear) => format!("d{separator}m{separator}{}", if short { "yy" } else { "yyyy" }),
        (_, Order::MonthDayYear) => format!("m{separator}d{separator}{}", if short { "yy" } else { "yyyy" }),
        (_, Order::YearMonthDay) => format!("yyyy{separator}m{separator}d"),
    };
    Some((date, pattern))
}

/// `4 Desember 2026`, `December 4, 2026`, `4-Dec-2026`, `4 Des`.
fn spelled(text: &str, locale: &Locale, today: Date) -> Option<(Date, String)> {
    let words: Vec<&str> = text.split([' ', '-', ',', '/']).filter(|w| !w.is_empty()).collect();
    if !matches!(words.len(), 2 | 3) {
        return None;
    }
    let (at, month, long) =
        words.iter().enumerate().find_map(|(i, w)| month_named(w, locale).map(|(month, long)| (i, month, long)))?;
    let figure = |i: usize| words.get(i).filter(|w| w.len() <= 4).and_then(|w| w.parse::<i16>().ok());
    let (day, year, pattern) = match (at, words.len()) {
        (0, 3) => (figure(1)?, Some(figure(2)?), "mmmm d, yyyy"),
        (0, 2) => (figure(1)?, None, "mmmm d"),
        (1, 3) => (figure(0)?, Some(figure(2)?), "d mmmm yyyy"),
        (1, 2) => (figure(0)?, None, "d mmmm"),
        _ => return None,
    };
    let pattern = if long { pattern.to_owned() } else { pattern.replace("mmmm", "mmm") };
    Some((civil(year.map_or(today.year(), full_year), month, day)?, pattern))
}

fn month_named(word: &str, locale: &Locale) -> Option<(i16, bool)> {
    let word = word.trim_end_matches('.').to_lowercase();
    if word.chars().count() < 3 {
        return None;
    }
    let lists = [locale.months, crate::google::locale::of("en_US").months];
    lists.iter().find_map(|months| {
        (1i16..).zip(months.iter()).find_map(|(number, name)| {
            let name = name.to_lowercase();
            let short: String = name.chars().take(3).collect();
            (word == name).then_some((number, true)).or((word == short).then_some((number, false)))
        })
    })
}

fn full_year(year: i16) -> i16 {
    match year {
        0..=29 => year + 2000,
        30..=99 => year + 1900,
        _ => year,
    }
}

fn civil(year: i16, month: i16, day: i16) -> Option<Date> {
    Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::google::locale;

    const TODAY: Date = date(2026, 11, 24);

    fn check(text: &str, code: &str, expect: f64, kind: Option<&str>) {
        let typed = understand(text, &locale::of(code), TODAY);
        let Entered::Number(found) = typed.entered else { panic!("{text} in {code} became {typed:?}") };
        assert!((found - expect).abs() < 1e-9, "{text} in {code} became {found}");
        assert_eq!(typed.format.map(|(kind, _)| kind), kind, "{text} in {code}");
    }

    fn check_text(text: &str, code: &str) {
        assert_eq!(understand(text, &locale::of(code), TODAY).entered, Entered::text(text), "{text} in {code}");
    }

    #[test]
    fn numbers_by_locale() {
        check("0042", "en_US", 42.0, None);
        check("2,000,000.01", "en_US", 2_000_000.01, Some("NUMBER"));
        check("2.000.000,01", "in_ID", 2_000_000.01, Some("NUMBER"));
        check("9.3", "en_US", 9.3, None);
        check("09.30", "en_US", 9.3, None);
        check("9,3", "in_ID", 9.3, None);
        check("081234567890", "in_ID", 81_234_567_890.0, None);
        check("50%", "en_US", 0.5, Some("PERCENT"));
        check("+62812", "in_ID", 62812.0, None);
        for text in ["1,5", "3_1_0", "12 orang", "1.2.3.4", "--"] {
            check_text(text, "en_US");
        }
    }

    #[test]
    fn dates_by_locale() {
        let december = serial::of_date(date(2026, 12, 4));
        let april = serial::of_date(date(2026, 4, 12));
        check("4/12/2026", "en_US", april, Some("DATE"));
        check("4/12/2026", "in_ID", december, Some("DATE"));
        check("4/12/2026", "id_ID", december, Some("DATE"));
        check("04-12-2026", "in_ID", december, Some("DATE"));
        check("4/12", "in_ID", december, Some("DATE"));
        check("2026-12-04", "en_US", december, Some("DATE"));
        check("4 Desember 2026", "in_ID", december, Some("DATE"));
        check("Jumat, 4 Des 2026", "in_ID", december, Some("DATE"));
        check("December 4, 2026", "en_US", december, Some("DATE"));
        check_text("4 Desember 2026", "en_US");
        check_text("31/12/2026", "en_US");
        check_text("besok", "in_ID");
    }

    #[test]
    fn times_by_locale() {
        check("9:30", "en_US", 9.5 / 24.0, Some("TIME"));
        check("9.30", "in_ID", 9.5 / 24.0, Some("TIME"));
        check("09.30", "in_ID", 9.5 / 24.0, Some("TIME"));
        check("9:30 PM", "en_US", 21.5 / 24.0, Some("TIME"));
        check("25:30", "en_US", 25.5 / 24.0, Some("TIME"));
        check("4/12/2026 09.30", "in_ID", serial::of_date(date(2026, 12, 4)) + 9.5 / 24.0, Some("DATE_TIME"));
        for text in ["09.30 WIB", "9.30-11.00", "9.75", "s.d. selesai"] {
            check_text(text, "in_ID");
        }
    }

    #[test]
    fn formulas_links_and_quotes() {
        let of = |text| understand(text, &locale::of("in_ID"), TODAY);
        assert_eq!(of("= 1 / 1024").entered, Entered::Formula("= 1 / 1024".into()));
        assert_eq!(of("+A1").entered, Entered::Formula("=+A1".into()));
        assert_eq!(of("'=1").entered, Entered::text("=1"));
        assert_eq!(of("true").entered, Entered::Bool(true));
        assert_eq!(of("https://zoom.us/j/1").link.as_deref(), Some("https://zoom.us/j/1"));
        assert_eq!(of("").entered, Entered::Empty);
    }
}
