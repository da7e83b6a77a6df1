//! One time of day in figures, with the part of the day and the zone beside it.

use jiff::civil::Time;

use super::clocks::{Clock, Read, Zone};
use super::pieces::Piece;
use crate::domain::problem::ClockTrouble;

/// A part of the day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    Dawn,
    Morning,
    Noon,
    Afternoon,
    Night,
    Am,
    Pm,
}

impl Part {
    /// The part that a word names.
    pub(super) fn named(word: &str) -> Option<Part> {
        match word {
            "dini" | "subuh" => Some(Part::Dawn),
            "pagi" | "pg" => Some(Part::Morning),
            "siang" | "sg" => Some(Part::Noon),
            "sore" | "petang" => Some(Part::Afternoon),
            "malam" | "mlm" => Some(Part::Night),
            "am" => Some(Part::Am),
            "pm" => Some(Part::Pm),
            _ => None,
        }
    }

    /// The hour of the day that an hour of this part is; `None` where the two do not go together.
    pub(super) fn hour(self, hour: u8) -> Option<u8> {
        match (self, hour) {
            (Part::Dawn, 0..=5)
            | (Part::Morning, 1..=11)
            | (Part::Noon, 10..=16)
            | (Part::Afternoon, 14..=19)
            | (Part::Night, 18..=23)
            | (Part::Am, 0..=11)
            | (Part::Pm, 12..=23) => Some(hour),
            (Part::Noon, 1..=4) | (Part::Afternoon, 2..=7) | (Part::Night, 6..=11) | (Part::Pm, 1..=11) => Some(hour + 12),
            (Part::Am, 12) => Some(0),
            _ => None,
        }
    }

    /// Whether it lies in the second half of the day.
    pub(super) fn is_late(self) -> bool {
        matches!(self, Part::Noon | Part::Afternoon | Part::Night | Part::Pm)
    }
}

/// A time as it was found.
#[derive(Debug, Clone, Default)]
pub(super) struct Atom {
    /// The hour as written.
    pub(super) hour: u8,
    minute: u8,
    /// The hour has a leading zero.
    pub(super) padded: bool,
    /// The minutes have one figure only.
    short_minute: bool,
    /// Half an hour before it: `setengah 10`.
    pub(super) half: bool,
    /// The part of the day beside it.
    pub(super) part: Option<Part>,
    /// The zone beside it.
    pub(super) zone: Option<Zone>,
    /// Minutes later, or earlier where negative.
    pub(super) shift: i16,
}

impl Atom {
    /// An hour that may be one of the afternoon.
    pub(super) fn is_small(&self) -> bool {
        !self.padded && (1..=6).contains(&self.hour)
    }

    /// The time that is meant, or what is unclear about it.
    pub(super) fn clock(&self) -> Read<Clock> {
        if self.minute > 59 || self.hour > 24 || (self.hour == 24 && self.minute > 0) {
            return Err(ClockTrouble::NoSuchTime);
        }
        if self.hour == 24 {
            return Ok(Clock { time: Time::midnight(), next_day: true, zone: self.zone });
        }
        let hour = match self.part {
            // Half past eleven at night.
            Some(Part::Night) if self.hour == 12 && self.half => 24,
            Some(Part::Night | Part::Dawn) if self.hour == 12 => return Err(ClockTrouble::Midnight),
            Some(Part::Night) if matches!(self.hour, 0..=5) => return Err(ClockTrouble::Midnight),
            Some(part) => part.hour(self.hour).ok_or(ClockTrouble::Unclear)?,
            None => self.hour,
        };
        let minutes = i16::from(hour) * 60 + i16::from(self.minute) - if self.half { 30 } else { 0 } + self.shift;
        let time = clock_of(minutes).ok_or(ClockTrouble::NoSuchTime)?;
        let unclear = self.part.is_none() && !self.padded && (1..7).contains(&hour);
        // `setengah 7` is half past six: the hour that counts is the one it becomes.
        let unclear =
            unclear || (self.part.is_none() && (self.half || !self.padded && self.shift < 0) && (0..7).contains(&time.hour()));
        if unclear {
            return Err(ClockTrouble::Which(clock_of((minutes + 720) % 1440).into_iter().collect()));
        }
        if self.short_minute {
            return Err(ClockTrouble::Which(
                clock_of(minutes - i16::from(self.minute) + i16::from(self.minute) * 10).into_iter().collect(),
            ));
        }
        Ok(Clock { time, next_day: false, zone: self.zone })
    }
}

fn clock_of(minutes: i16) -> Option<Time> {
    let part = |value: i16| i8::try_from(value).ok();
    Time::new(part(minutes.div_euclid(60))?, part(minutes.rem_euclid(60))?, 0, 0).ok()
}

/// A time in figures: `09.00`, `9:30`, `0900`, `9`.
pub(super) fn digits(rest: &[Piece]) -> Read<(Atom, usize)> {
    let text = rest[0].digits().unwrap_or_default();
    let glued = |index: usize| rest.get(index).filter(|piece| !piece.spaced);
    let is_mark = |piece: &&Piece| piece.is_sign('.') || piece.is_sign(':');
    let mark = |index: usize| glued(index).filter(|piece| ['.', ':', ','].into_iter().any(|sign| piece.is_sign(sign)));
    let value = |digits: &str| digits.parse::<u8>().map_err(|_| ClockTrouble::NoSuchTime);
    let padded = text.len() >= 2 && text.starts_with('0');
    let atom = |hour: u8, minute: u8| Atom { hour, minute, padded, ..Atom::default() };
    if mark(1).is_some()
        && let Some(minute) = glued(2).and_then(Piece::digits)
    {
        if text.len() > 2 {
            return Err(ClockTrouble::Unclear);
        }
        let seconds = mark(3).and_then(|_| glued(4)).and_then(Piece::digits);
        let used = if seconds.is_some() { 5 } else { 3 };
        if minute.len() > 2 || seconds.is_some_and(|seconds| seconds.len() != 2) {
            return Err(ClockTrouble::Unclear);
        }
        let short_minute = minute.len() == 1 && minute != "0";
        return Ok((Atom { short_minute, ..atom(value(text)?, value(minute)?) }, used));
    }
    // `09 . 00`, but not `1. 09.00`.
    if let (Some(_), Some(minute)) = (rest.get(1).filter(is_mark), rest.get(2).and_then(Piece::digits))
        && text.len() <= 2
        && minute.len() == 2
        && !(mark(3).is_some() && glued(4).is_some_and(|piece| piece.digits().is_some()))
    {
        return Ok((atom(value(text)?, value(minute)?), 3));
    }
    match text.len() {
        // `jam sembilan tiga puluh`.
        1 if rest.get(1).and_then(Piece::digits).is_some_and(|minute| matches!(minute, "15" | "30" | "45")) => {
            Ok((atom(value(text)?, value(rest[1].digits().unwrap_or_default())?), 2))
        }
        // `09 00`.
        2 if rest.get(1).and_then(Piece::digits).is_some_and(|minute| minute.len() == 2) => {
            Ok((atom(value(text)?, value(rest[1].digits().unwrap_or_default())?), 2))
        }
        1 | 2 => Ok((atom(value(text)?, 0), 1)),
        3 | 4 => {
            let (hour, minute) = text.split_at(text.len() - 2);
            Ok((atom(value(hour)?, value(minute)?), 1))
        }
        _ => Err(ClockTrouble::Unclear),
    }
}

/// The time that a number in a cell means which is no time of Google's: `9`, `9.3` and `930` were typed as text and taken for numbers.
pub(super) fn of_number(value: f64) -> Read<Clock> {
    let text = format!("{value}");
    let (whole, part) = text.split_once('.').unwrap_or((&text, ""));
    let number = |digits: &str| digits.parse::<u8>().map_err(|_| ClockTrouble::Unclear);
    let (hour, minute) = match (whole.len(), part.len()) {
        (1..=2, 0) => (number(whole)?, 0),
        (1..=2, 2) => (number(whole)?, number(part)?),
        // `9.5` was `09.50`, or somebody's half past nine.
        (1..=2, 1) if part == "5" => {
            let hour = number(whole)?;
            let times = [30, 50].into_iter().filter_map(|minute| clock_of(i16::from(hour) * 60 + minute));
            return Err(ClockTrouble::Which(times.collect()));
        }
        (1..=2, 1) => (number(whole)?, number(part)? * 10),
        (3..=4, 0) => {
            let (hour, minute) = whole.split_at(whole.len() - 2);
            (number(hour)?, number(minute)?)
        }
        _ => return Err(ClockTrouble::Unclear),
    };
    // A leading zero is not kept in a number.
    Atom { hour, minute, ..Atom::default() }.clock()
}
