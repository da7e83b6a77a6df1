//! Shows numbers through number-format patterns (Google's page "Date & number formats").
//! Not carried out: colours, conditions in brackets, fractions (`# ?/?`), and alignment characters.

use std::fmt::Write as _;

use crate::google::locale::Locale;
use crate::google::serial;

/// What a pattern is for, from the `type` of a `NumberFormat`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// No format of its own.
    Automatic,
    /// Shown as typed, and typed numbers stay text.
    Text,
    /// `NUMBER`, `PERCENT`, `CURRENCY`, `SCIENTIFIC`.
    Number,
    /// `DATE`.
    Date,
    /// `TIME`.
    Time,
    /// `DATE_TIME`.
    DateTime,
}

impl Kind {
    /// The kind that a `NumberFormat.type` names.
    pub(crate) fn named(name: &str) -> Kind {
        match name {
            "TEXT" => Kind::Text,
            "NUMBER" | "PERCENT" | "CURRENCY" | "SCIENTIFIC" => Kind::Number,
            "DATE" => Kind::Date,
            "TIME" => Kind::Time,
            "DATE_TIME" => Kind::DateTime,
            _ => Kind::Automatic,
        }
    }

    /// Whether a value of this kind is a date, a time or both.
    pub(crate) fn is_temporal(self) -> bool {
        matches!(self, Kind::Date | Kind::Time | Kind::DateTime)
    }
}

/// The number without a format: ten significant digits at most, as the editor shows it.
pub(crate) fn plain(value: f64, locale: &Locale) -> String {
    if value == 0.0 {
        return "0".to_owned();
    }
    let size = value.abs();
    if !(1e-9..1e15).contains(&size) {
        let text = format!("{value:.5E}");
        let (mantissa, exponent) = text.split_once('E').unwrap_or((&text, "0"));
        let mantissa = mantissa.trim_end_matches('0').trim_end_matches('.');
        let (sign, digits) = exponent.strip_prefix('-').map_or(("+", exponent), |d| ("-", d));
        return format!("{mantissa}E{sign}{digits:0>2}").replace('.', &locale.decimal.to_string());
    }
    let before = serial::whole(size.log10().floor()) + 1;
    let decimals = usize::try_from((10 - before).clamp(0, 18)).unwrap_or(0);
    let text = format!("{value:.decimals$}");
    let text = if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { &text };
    text.replace('.', &locale.decimal.to_string())
}

/// Shows `value` by its kind and pattern; an empty pattern means the locale's default.
pub(crate) fn show(value: f64, kind: Kind, pattern: &str, locale: &Locale) -> String {
    let pattern = match (kind, pattern) {
        (Kind::Date, "") => locale.date,
        (Kind::Time, "") => locale.time,
        (Kind::DateTime, "") => locale.date_time,
        (Kind::Number, "") => "#,##0.00",
        (_, other) => other,
    };
    if pattern.is_empty() || pattern == "@" || pattern.eq_ignore_ascii_case("general") {
        return plain(value, locale);
    }
    if kind.is_temporal() { temporal(value, pattern, locale) } else { numeric(value, pattern, locale) }
}

/// A piece of a date pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    /// Shown as it is.
    Literal(String),
    /// A run of one letter, in lower case.
    Run(char, usize),
    /// `[h]`, `[m]`, `[s]`: elapsed.
    Elapsed(char, usize),
    /// `AM/PM` or `a/p`.
    Half(bool),
}

fn pieces(pattern: &str) -> Vec<Piece> {
    let chars: Vec<char> = pattern.chars().collect();
    let mut out: Vec<Piece> = Vec::new();
    let mut at = 0;
    while at < chars.len() {
        let rest: String = chars[at..].iter().take(5).collect::<String>().to_ascii_lowercase();
        let ch = chars[at];
        let low = ch.to_ascii_lowercase();
        if rest.starts_with("am/pm") {
            out.push(Piece::Half(true));
            at += 5;
        } else if rest.starts_with("a/p") {
            out.push(Piece::Half(false));
            at += 3;
        } else if ch == '"' {
            let close = chars[at + 1..].iter().position(|c| *c == '"').map_or(chars.len(), |p| at + 1 + p);
            out.push(Piece::Literal(chars[at + 1..close].iter().collect()));
            at = close + 1;
        } else if ch == '\\' {
            out.push(Piece::Literal(chars.get(at + 1).map(ToString::to_string).unwrap_or_default()));
            at += 2;
        } else if ch == '[' {
            let close = chars[at..].iter().position(|c| *c == ']').map_or(chars.len(), |p| at + p);
            let inner: String = chars[(at + 1).min(close)..close].iter().collect::<String>().to_ascii_lowercase();
            if let Some(letter @ ('h' | 'm' | 's')) = inner.chars().next() {
                out.push(Piece::Elapsed(letter, inner.len()));
            }
            at = close + 1;
        } else if matches!(low, 'y' | 'm' | 'd' | 'h' | 's' | '0') {
            let len = chars[at..].iter().take_while(|c| c.to_ascii_lowercase() == low).count();
            out.push(Piece::Run(low, len));
            at += len;
        } else {
            out.push(Piece::Literal(ch.to_string()));
            at += 1;
        }
    }
    out
}

/// Whether the run of `m` at `index` means minutes: next to hours before it or seconds after it.
fn is_minute(pieces: &[Piece], index: usize) -> bool {
    let letter = |p: &Piece| match p {
        Piece::Run(c, _) | Piece::Elapsed(c, _) if *c != '0' => Some(*c),
        _ => None,
    };
    pieces[..index].iter().rev().find_map(letter) == Some('h') || pieces[index + 1..].iter().find_map(letter) == Some('s')
}

fn temporal(value: f64, pattern: &str, locale: &Locale) -> String {
    let pieces = pieces(pattern);
    let fraction = pieces.iter().any(|p| matches!(p, Piece::Run('0', _)));
    // What is shown is cut to the second, not rounded up into the next minute; the half millisecond absorbs the
    // error of the fraction.
    let ms = serial::whole((value * 86_400_000.0).round());
    let seconds = if fraction { ms.div_euclid(1000) } else { (ms + 1).div_euclid(1000) };
    let Some(at) = serial::to_datetime(serial::real(seconds) / serial::real(serial::DAY)) else {
        return plain(value, locale);
    };
    let halves = pieces.iter().any(|p| matches!(p, Piece::Half(_)));
    let mut out = String::new();
    for (index, piece) in pieces.iter().enumerate() {
        match piece {
            Piece::Literal(text) => out.push_str(text),
            Piece::Half(long) => {
                let half = if at.hour() < 12 { "AM" } else { "PM" };
                out.push_str(if *long { half } else { &half[..1] });
            }
            Piece::Elapsed(letter, width) => {
                let unit = match letter {
                    'h' => seconds / 3600,
                    'm' => seconds / 60,
                    _ => seconds,
                };
                let _ = write!(out, "{unit:0width$}");
            }
            Piece::Run('y', len) => {
                let (year, width) = if *len <= 2 { (at.year().rem_euclid(100), 2) } else { (at.year(), 4) };
                let _ = write!(out, "{year:0width$}");
            }
            Piece::Run('m', len) if is_minute(&pieces, index) => out.push_str(&padded(at.minute(), *len)),
            Piece::Run('m', len) => out.push_str(&named(at.month(), *len, locale.months, 1)),
            Piece::Run('d', len) => {
                let weekday = at.weekday().to_sunday_zero_offset();
                let day = if *len < 3 { padded(at.day(), *len) } else { named(weekday, *len, locale.days, 0) };
                out.push_str(&day);
            }
            Piece::Run('h', len) if halves => out.push_str(&padded((at.hour() + 11) % 12 + 1, *len)),
            Piece::Run('h', len) => out.push_str(&padded(at.hour(), *len)),
            Piece::Run('s', len) => out.push_str(&padded(at.second(), *len)),
            Piece::Run(_, len) => {
                let digits = format!("{:03}", ms.rem_euclid(1000));
                out.push_str(&digits[..(*len).min(3)]);
            }
        }
    }
    out
}

fn padded(value: i8, len: usize) -> String {
    if len >= 2 { format!("{value:02}") } else { value.to_string() }
}

/// `1` as number, `Jan` or `January`, by the length of the run.
fn named(value: i8, len: usize, names: &[&str], first: i8) -> String {
    let name = usize::try_from(value - first).ok().and_then(|i| names.get(i)).copied().unwrap_or_default();
    match len {
        0..=2 => padded(value, len),
        3 => name.chars().take(3).collect(),
        5 => name.chars().take(1).collect(),
        _ => name.to_owned(),
    }
}

fn numeric(value: f64, pattern: &str, locale: &Locale) -> String {
    let sections: Vec<&str> = pattern.split(';').collect();
    let (section, value) = match sections.as_slice() {
        [_, negative, ..] if value < 0.0 => (*negative, value.abs()),
        [_, _, zero, ..] if value == 0.0 => (*zero, value),
        [first, ..] => (*first, value),
        [] => ("", value),
    };
    let mut prefix = String::new();
    let mut suffix = String::new();
    let mut core = String::new();
    let mut percent = false;
    let mut chars = section.chars();
    while let Some(ch) = chars.next() {
        let literal = match ch {
            '0' | '#' | '?' | '.' | ',' => {
                core.push(ch);
                continue;
            }
            'E' | 'e' => {
                core.push('E');
                chars.next();
                continue;
            }
            '"' => chars.by_ref().take_while(|c| *c != '"').collect(),
            '\\' => chars.next().map(|c| c.to_string()).unwrap_or_default(),
            '[' => {
                let inside: String = chars.by_ref().take_while(|c| *c != ']').collect();
                // `[$Rp]` is a currency sign; anything else in brackets is a colour or a condition.
                inside.strip_prefix('$').map(|sign| sign.split('-').next().unwrap_or(sign).to_owned()).unwrap_or_default()
            }
            '_' | '*' => {
                chars.next();
                String::new()
            }
            '%' => {
                percent = true;
                "%".to_owned()
            }
            other => other.to_string(),
        };
        if core.is_empty() { prefix.push_str(&literal) } else { suffix.push_str(&literal) }
    }
    let value = if percent { value * 100.0 } else { value };
    let (core, scientific) = core.split_once('E').map_or((core.as_str(), None), |(m, e)| (m, Some(e.len())));
    let (int, frac) = core.split_once('.').unwrap_or((core, ""));
    let least = frac.chars().filter(|c| *c == '0').count();
    let most = frac.chars().filter(|c| matches!(c, '0' | '#' | '?')).count();
    let sign = if value < 0.0 { "-" } else { "" };
    let (mantissa, exponent) = if scientific.is_some() && value != 0.0 {
        let power = value.abs().log10().floor();
        (value.abs() / 10f64.powf(power), serial::whole(power))
    } else {
        (value.abs(), 0)
    };
    let text = format!("{mantissa:.most$}");
    let (whole, digits) = text.split_once('.').unwrap_or((&text, ""));
    let mut digits = digits.to_owned();
    while digits.len() > least && digits.ends_with('0') {
        digits.pop();
    }
    let width = int.chars().filter(|c| *c == '0').count();
    let mut whole = if width == 0 && whole == "0" { String::new() } else { format!("{whole:0>width$}") };
    if int.contains(',') {
        whole = grouped(&whole, locale.group);
    }
    let point = if digits.is_empty() { String::new() } else { format!("{}{digits}", locale.decimal) };
    let tail = scientific
        .map_or_else(String::new, |width| format!("E{}{:0width$}", if exponent < 0 { '-' } else { '+' }, exponent.abs()));
    format!("{sign}{prefix}{whole}{point}{tail}{suffix}")
}

fn grouped(digits: &str, group: char) -> String {
    let mut out = String::new();
    for (index, ch) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(group);
        }
        out.push(ch);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::google::locale;

    fn check(value: f64, kind: Kind, pattern: &str, code: &str, expect: &str) {
        assert_eq!(show(value, kind, pattern, &locale::of(code)), expect, "{value} {pattern} {code}");
    }

    #[test]
    fn numbers() {
        check(1.0 / 3.0, Kind::Automatic, "", "en_US", "0.3333333333");
        check(1.0 / 1024.0, Kind::Automatic, "", "en_US", "0.0009765625");
        check(9.3, Kind::Automatic, "", "in_ID", "9,3");
        check(2_000_000.01, Kind::Number, "#,##0.00", "en_US", "2,000,000.01");
        check(2_000_000.01, Kind::Number, "#,##0.00", "in_ID", "2.000.000,01");
        check(0.125, Kind::Number, "0.0%", "en_US", "12.5%");
        check(-5.0, Kind::Number, "0;(0)", "en_US", "(5)");
        check(12345.0, Kind::Number, "0.00E+00", "en_US", "1.23E+04");
        check(45_000.0, Kind::Number, "\"Rp\"#,##0", "in_ID", "Rp45.000");
        check(1e15, Kind::Automatic, "", "en_US", "1E+15");
    }

    #[test]
    fn dates_and_times() {
        check(43831.0, Kind::Date, "yyyy-mm-dd", "en_US", "2020-01-01");
        check(46_360.0, Kind::Date, "", "in_ID", "04/12/2026");
        check(46_360.0, Kind::Date, "", "en_US", "12/4/2026");
        check(0.375, Kind::Time, "", "in_ID", "9.00.00");
        check(0.375, Kind::Time, "", "en_US", "9:00:00 AM");
        check(46_056.549_965_277_78, Kind::DateTime, "", "en_US", "2/3/2026 13:11:57");
        check(46_056.549_965_277_78, Kind::DateTime, "dd/MM/yyyy H:mm:ss", "in_ID", "03/02/2026 13:11:57");
        check(46_360.0, Kind::Date, "dddd, d mmmm yyyy", "in_ID", "Jumat, 4 Desember 2026");
        check(1.0625, Kind::Time, "[h]:mm:ss", "en_US", "25:30:00");
    }
}
