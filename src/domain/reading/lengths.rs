//! Lengths of time as people type them: `2 jam`, `1,5 jam`, `2 jam 30 menit`, `satu setengah jam`. Of `2-3 jam` the longer counts.

use super::clocks;
use super::pieces::{Join, Piece, Token, decimal, is_until, number};
use crate::domain::problem::LengthTrouble;

/// The unit of a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unit {
    Hours,
    Minutes,
}

impl Unit {
    fn named(word: &str) -> Option<Unit> {
        match word {
            "jam" | "j" | "jm" | "hour" | "hours" | "hr" | "hrs" | "h" => Some(Unit::Hours),
            "menit" | "mnt" | "min" | "mins" | "minute" | "minutes" | "m" => Some(Unit::Minutes),
            _ => None,
        }
    }

    fn minutes(self, count: f64) -> Option<i64> {
        let minutes = match self {
            Unit::Hours => count * 60.0,
            Unit::Minutes => count,
        };
        #[expect(clippy::cast_possible_truncation, reason = "bounded by the check beside it")]
        (minutes.is_finite() && (0.5..1e6).contains(&minutes)).then_some(minutes.round() as i64)
    }
}

/// Words that say nothing about the length.
const NOISE: [&str; 8] = ["maksimal", "maks", "max", "paling", "lama", "selama", "durasi", "org"];
const WHOLE_DAY: [&str; 7] = ["seharian", "sehari", "hari", "fullday", "full", "day", "days"];

/// Reads a length; `header` is the unit that the question's header names.
pub(super) fn length(pieces: &[Piece], header: Option<Unit>) -> Result<i64, LengthTrouble> {
    match with_unit(pieces) {
        Err(LengthTrouble::Unclear) => {}
        known => return known,
    }
    let figures = match pieces {
        [figures @ .., unit] if unit.word().and_then(Unit::named) == Some(Unit::Hours) => figures,
        figures => figures,
    };
    if let Some(minutes) = as_clock(figures) {
        return minutes;
    }
    let numbers = bare(pieces).ok_or(LengthTrouble::Unclear)?;
    let longest = numbers.iter().copied().fold(0.0, f64::max);
    if let Some(unit) = header {
        return unit.minutes(longest).ok_or(LengthTrouble::Unclear);
    }
    let likely = [Unit::Hours, Unit::Minutes].into_iter().filter_map(|unit| unit.minutes(longest));
    Err(LengthTrouble::Which(likely.filter(|minutes| (15..=24 * 60).contains(minutes)).collect()))
}

/// Reads a length that names its unit. Told again, `2 jam (120 menit)`, it has to be the same.
pub(super) fn with_unit(pieces: &[Piece]) -> Result<i64, LengthTrouble> {
    if pieces.iter().any(|piece| piece.word().is_some_and(|word| WHOLE_DAY.contains(&word))) {
        return Err(LengthTrouble::WholeDay);
    }
    let parts: Vec<&[Piece]> = tellings(pieces).into_iter().filter(|part| !part.is_empty()).collect();
    let [first, others @ ..] = parts.as_slice() else { return Err(LengthTrouble::Unclear) };
    let minutes = one_or_range(first)?;
    let same = |part: &&[Piece]| one_or_range(part).ok().or_else(|| clocks::length_of_range(part)) == Some(minutes);
    if others.iter().all(same) { Ok(minutes) } else { Err(LengthTrouble::Unclear) }
}

/// Splits at brackets and `atau`, and at a slash that makes no fraction.
fn tellings(pieces: &[Piece]) -> Vec<&[Piece]> {
    let is_split = |at: usize| match pieces[at].token {
        Token::Sign('(' | ')' | '[' | ']') | Token::Join(Join::Or) => true,
        Token::Join(Join::Slash) => at > 0 && pieces[at - 1].word().is_some(),
        _ => false,
    };
    let ends = (0..pieces.len()).filter(|at| is_split(*at)).chain([pieces.len()]);
    let mut start = 0;
    ends.map(|end| &pieces[std::mem::replace(&mut start, end + 1)..end]).collect()
}

/// `1 jam - 2 jam`: of two lengths the longer.
fn one_or_range(pieces: &[Piece]) -> Result<i64, LengthTrouble> {
    let follows_unit = |at: &usize| pieces[at - 1].word().is_some_and(|word| word == "sejam" || Unit::named(word).is_some());
    match (1..pieces.len()).filter(|at| is_until(&pieces[*at])).find(follows_unit) {
        Some(at) => Ok(one(&pieces[..at])?.max(one(&pieces[at + 1..])?)),
        None => one(pieces),
    }
}

fn one(pieces: &[Piece]) -> Result<i64, LengthTrouble> {
    let word = |index: usize| pieces.get(index).and_then(Piece::word);
    // `tidak lebih dari 2 jam`; `lebih dari 2 jam` has no end.
    let mut at =
        if matches!((word(0), word(1), word(2)), (Some("tidak" | "tdk" | "tak"), Some("lebih"), Some("dari"))) { 3 } else { 0 };
    let mut parser = Parser::default();
    while at < pieces.len() {
        at += parser.take(&pieces[at..])?;
    }
    parser.end()
}

/// What has been read of a length so far.
#[derive(Debug, Default)]
struct Parser {
    /// Numbers that wait for their unit: the ends of a range.
    waiting: Vec<f64>,
    /// `setengah` stands before or behind a number.
    half: bool,
    /// A range was begun and waits for its other end.
    until: bool,
    total: i64,
    units: Vec<Unit>,
}

impl Parser {
    fn take(&mut self, rest: &[Piece]) -> Result<usize, LengthTrouble> {
        if let Some((value, used)) = decimal(rest) {
            return self.number(value, used, rest);
        }
        if let Some(word) = rest[0].word() {
            return self.word(word, rest);
        }
        match &rest[0].token {
            _ if is_until(&rest[0]) && !self.waiting.is_empty() => self.until = true,
            Token::Sign('.' | '±' | '-') | Token::Join(Join::Comma | Join::And) => {}
            _ => return Err(LengthTrouble::Unclear),
        }
        Ok(1)
    }

    fn number(&mut self, value: f64, used: usize, rest: &[Piece]) -> Result<usize, LengthTrouble> {
        // `2.30 jam` is two and a half hours, or two hours and eighteen minutes.
        let minutes_like = used == 3 && rest[2].digits().is_some_and(|part| part.len() == 2 && part.ends_with('0'));
        if minutes_like && rest.get(3).and_then(Piece::word).and_then(Unit::named) == Some(Unit::Hours) {
            let minutes = rest[2].digits().and_then(number).filter(|minutes| *minutes < 60).map(i64::from);
            if minutes == Some(0) {
                self.waiting.push(value);
                return Ok(used);
            }
            let hours = rest[0].digits().and_then(number).map(i64::from);
            let likely = hours.zip(minutes).map(|(hours, minutes)| hours * 60 + minutes);
            return Err(LengthTrouble::Which(likely.into_iter().collect()));
        }
        // `2 1/2 jam`, `1/2 jam`.
        let fraction = |at: usize| {
            let slash = rest.get(at + 1).is_some_and(|piece| piece.token == Token::Join(Join::Slash));
            let digit = |index: usize| rest.get(index).and_then(Piece::digits);
            match (slash, digit(at), digit(at + 2)) {
                (true, Some("1"), Some("2")) => Some((0.5, at + 3)),
                (true, Some("1"), Some("4")) => Some((0.25, at + 3)),
                (true, Some("3"), Some("4")) => Some((0.75, at + 3)),
                _ => None,
            }
        };
        if let Some((value, used)) = fraction(0) {
            self.waiting.push(value);
            return Ok(used);
        }
        let joined = self.until || self.waiting.is_empty();
        if !joined {
            return Err(LengthTrouble::Unclear);
        }
        self.until = false;
        let (part, used) = fraction(used).unwrap_or((0.0, used));
        self.waiting.push(value + part);
        Ok(used)
    }

    fn word(&mut self, word: &str, rest: &[Piece]) -> Result<usize, LengthTrouble> {
        match word {
            "setengah" if !self.half => self.half = true,
            "sejam" => self.add(1.0, Unit::Hours)?,
            "seperempat" if rest.get(1).and_then(Piece::word).and_then(Unit::named) == Some(Unit::Hours) => {
                self.add(0.25, Unit::Hours)?;
                return Ok(2);
            }
            word => match Unit::named(word) {
                Some(unit) => self.unit(unit)?,
                None if NOISE.contains(&word) => {}
                None => return Err(LengthTrouble::Unclear),
            },
        }
        Ok(1)
    }

    fn unit(&mut self, unit: Unit) -> Result<(), LengthTrouble> {
        let half = if std::mem::take(&mut self.half) { 0.5 } else { 0.0 };
        let numbers = std::mem::take(&mut self.waiting);
        if self.until || (numbers.is_empty() && half == 0.0) {
            return Err(LengthTrouble::Unclear);
        }
        self.add(numbers.into_iter().fold(0.0, f64::max) + half, unit)
    }

    fn add(&mut self, count: f64, unit: Unit) -> Result<(), LengthTrouble> {
        // Hours, then minutes: each once.
        if self.units.contains(&unit) || self.units.contains(&Unit::Minutes) {
            return Err(LengthTrouble::Unclear);
        }
        let minutes = unit.minutes(count).filter(|minutes| self.units.is_empty() || *minutes < 60);
        self.units.push(unit);
        self.total += minutes.ok_or(LengthTrouble::Unclear)?;
        Ok(())
    }

    fn end(self) -> Result<i64, LengthTrouble> {
        // `1 jam setengah`.
        let half = match (self.half, self.units.as_slice()) {
            (false, [_, ..]) => 0,
            (true, [Unit::Hours]) => 30,
            _ => return Err(LengthTrouble::Unclear),
        };
        if self.waiting.is_empty() { Ok(self.total + half) } else { Err(LengthTrouble::Unclear) }
    }
}

/// `2:30` and `01:30:00`: hours and minutes.
fn as_clock(pieces: &[Piece]) -> Option<Result<i64, LengthTrouble>> {
    let digit = |index: usize| pieces.get(index).and_then(Piece::digits).and_then(number).map(i64::from);
    let colon = |index: usize| pieces.get(index).is_some_and(|piece| piece.is_sign(':'));
    let seconds = pieces.len() == 5 && colon(3) && digit(4).is_some();
    if !(pieces.len() == 3 || seconds) || !colon(1) {
        return None;
    }
    let (hours, minutes) = (digit(0)?, digit(2)?);
    let total = hours * 60 + minutes;
    Some(if minutes < 60 && total > 0 { Ok(total) } else { Err(LengthTrouble::Unclear) })
}

/// Numbers without any unit: `2`, `1,5`, `2-3`.
fn bare(pieces: &[Piece]) -> Option<Vec<f64>> {
    let (mut numbers, mut at) = (Vec::new(), 0);
    while at < pieces.len() {
        match decimal(&pieces[at..]) {
            Some((value, used)) => {
                // `2.30` is no decimal that anybody means.
                if used == 3 && pieces[at + 2].digits().is_some_and(|part| part.len() > 1) {
                    return None;
                }
                numbers.push(value);
                at += used;
            }
            None if is_until(&pieces[at]) || pieces[at].is_sign('±') => at += 1,
            None => return None,
        }
    }
    (!numbers.is_empty() && numbers.len() <= 2).then_some(numbers)
}
