//! Times of day as people type them: `09.00`, `jam 9 pagi`, `setengah 10`, `09.00 s.d. 11.30 WIB`, `13.00 - selesai`.
//!
//! Hours from 7 to 23 are as written; 1 to 6 without a leading zero or a part of the day may be the afternoon's, so they are asked.

use jiff::civil::{Time, date};
use jiff::tz::TimeZone;

use super::lengths;
use super::pieces::{Join, Piece, Token, is_until, number};
use crate::domain::problem::ClockTrouble;

/// Indonesia's zones, and UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Zone {
    Wib,
    Wita,
    Wit,
    Utc,
}

impl Zone {
    /// The zone's rules.
    pub(super) fn rules(self) -> TimeZone {
        let name = match self {
            Zone::Wib => "Asia/Jakarta",
            Zone::Wita => "Asia/Makassar",
            Zone::Wit => "Asia/Jayapura",
            Zone::Utc => "UTC",
        };
        TimeZone::get(name).unwrap_or(TimeZone::UTC)
    }

    fn named(word: &str) -> Option<Zone> {
        match word {
            "wib" => Some(Zone::Wib),
            "wita" => Some(Zone::Wita),
            "wit" => Some(Zone::Wit),
            "utc" | "gmt" => Some(Zone::Utc),
            _ => None,
        }
    }
}

/// A time of day, with the zone it names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Clock {
    /// Wall-clock time; 24.00 is midnight of the [`Clock::next_day`].
    pub(super) time: Time,
    /// 24.00: the end of the day.
    pub(super) next_day: bool,
    /// The zone it names.
    pub(super) zone: Option<Zone>,
}

/// An end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// At a time of day.
    At(Clock),
    /// So long after the start, minutes.
    After(i64),
    /// Until finished.
    Open,
}

/// A start, perhaps with its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Times {
    /// The start.
    pub(super) start: Clock,
    /// The end, where the text tells it.
    pub(super) end: Option<End>,
}

/// Words that say nothing about the time.
const NOISE: [&str; 20] = [
    "pukul", "pkl", "puku", "jam", "jm", "mulai", "dari", "sekitar", "kira", "kurang", "lebih", "at", "from", "waktu", "wkt",
    "start", "pk", "tepat", "acara", "t",
];
const OPEN: [&str; 9] = ["selesai", "slesai", "sls", "selesainya", "seselesainya", "end", "finish", "dst", "done"];

/// A part of the day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Dawn,
    Morning,
    Noon,
    Afternoon,
    Night,
    Am,
    Pm,
}

impl Part {
    fn named(word: &str) -> Option<Part> {
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
    fn hour(self, hour: u8) -> Option<u8> {
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
}

/// A time as it was found.
#[derive(Debug, Clone, Default)]
struct Atom {
    hour: u8,
    minute: u8,
    /// The hour has a leading zero.
    padded: bool,
    /// The minutes have one figure only.
    short_minute: bool,
    half: bool,
    part: Option<Part>,
    zone: Option<Zone>,
    /// Minutes later, or earlier where negative.
    shift: i16,
}

#[derive(Debug, Clone)]
enum Item {
    Time(Atom),
    Open,
    Join(Join),
}

type Read<T> = Result<T, ClockTrouble>;

/// Reads a start, perhaps with its end.
pub(super) fn times(pieces: &[Piece], office: &TimeZone) -> Read<Times> {
    let (pieces, aside) = without_brackets(pieces)?;
    let (pieces, length) = without_length(&pieces)?;
    let items = items(&pieces)?;
    let parts: Vec<&[Item]> = items.split(|item| matches!(item, Item::Join(Join::Slash))).collect();
    let is_range = |part: &&[Item]| part.iter().filter(|item| matches!(item, Item::Join(Join::Until))).count() == 1;
    let mut times = if parts.len() > 1 && parts.iter().all(is_range) {
        let ranges = parts.iter().map(|part| range(part, office)).collect::<Read<Vec<Times>>>()?;
        agreeing(&ranges.iter().map(|range| range.start).collect::<Vec<_>>(), office)?;
        let ends = ranges.iter().filter_map(|range| if let Some(End::At(end)) = range.end { Some(end) } else { None });
        agreeing(&ends.collect::<Vec<_>>(), office)?;
        ranges[0]
    } else {
        range(&items, office)?
    };
    if let Some(length) = length {
        times.end = Some(End::After(length));
    }
    for other in aside {
        agreeing(&[times.start, other], office)?;
    }
    Ok(times)
}

/// Reads an end: a time, a length, or that it is open.
pub(super) fn end(pieces: &[Piece], office: &TimeZone) -> Read<End> {
    if let Ok(minutes) = lengths::with_unit(pieces) {
        return Ok(End::After(minutes));
    }
    let (pieces, _) = without_brackets(pieces)?;
    let items = items(&pieces)?;
    match items.as_slice() {
        [Item::Open] | [Item::Join(Join::Until), Item::Open] => Ok(End::Open),
        [Item::Join(Join::Until), rest @ ..] => side(rest, office).map(End::At),
        items => side(items, office).map(End::At),
    }
}

/// Help in brackets is left out, a zone or part of the day in them is kept; the same time told in another zone has to agree.
fn without_brackets(pieces: &[Piece]) -> Read<(Vec<Piece>, Vec<Clock>)> {
    let (mut outside, mut inside, mut depth) = (Vec::new(), Vec::new(), 0_u32);
    let mut others = Vec::new();
    for piece in pieces {
        match piece.token {
            Token::Sign('(' | '[') => depth += 1,
            Token::Sign(')' | ']') if depth > 0 => {
                depth -= 1;
                if depth == 0 {
                    let help = std::mem::take(&mut inside);
                    aside(&help, &mut outside, &mut others)?;
                }
            }
            _ if depth > 0 => inside.push(piece.clone()),
            _ => outside.push(piece.clone()),
        }
    }
    if depth > 0 {
        aside(&inside, &mut outside, &mut others)?;
    }
    Ok((outside, others))
}

fn aside(help: &[Piece], outside: &mut Vec<Piece>, others: &mut Vec<Clock>) -> Read<()> {
    let says = |piece: &Piece| piece.word().is_some_and(|word| Part::named(word).is_some() || Zone::named(word).is_some());
    if help.iter().any(|piece| piece.token == Token::Join(Join::Or)) {
        return Err(ClockTrouble::Unclear);
    }
    if help.iter().all(says) {
        outside.extend_from_slice(help);
        return Ok(());
    }
    if help.iter().any(says)
        && let Ok(items) = items(help)
        && let [Item::Time(atom)] = items.as_slice()
        && let Ok(clock) = atom.clock()
        && clock.zone.is_some()
    {
        others.push(clock);
    }
    Ok(())
}

/// `09.00 selama 2 jam`: the length at the end.
fn without_length(pieces: &[Piece]) -> Read<(Vec<Piece>, Option<i64>)> {
    let Some(at) = pieces.iter().position(|piece| matches!(piece.word(), Some("selama" | "durasi"))) else {
        return Ok((pieces.to_vec(), None));
    };
    let minutes = lengths::with_unit(&pieces[at + 1..]).map_err(|_| ClockTrouble::Unclear)?;
    let mut before = pieces[..at].to_vec();
    if before.last().is_some_and(|piece| piece.token == Token::Join(Join::Comma)) {
        before.pop();
    }
    Ok((before, Some(minutes)))
}

/// The same moment told in several zones: they have to agree. A time without a zone is the office's.
fn agreeing(clocks: &[Clock], office: &TimeZone) -> Read<()> {
    // Any day will do: the zones have no summer time.
    let day = date(2026, 1, 1);
    let at = |clock: &Clock| {
        let zone = clock.zone.map_or_else(|| office.clone(), Zone::rules);
        zone.to_timestamp(day.to_datetime(clock.time)).ok()
    };
    let first = clocks.first().and_then(at);
    if clocks.iter().all(|clock| at(clock) == first) { Ok(()) } else { Err(ClockTrouble::ZonesDisagree) }
}

fn range(items: &[Item], office: &TimeZone) -> Read<Times> {
    let side = |items: &[Item]| side(items, office);
    let sides: Vec<&[Item]> = items.split(|item| matches!(item, Item::Join(Join::Until))).collect();
    match sides.as_slice() {
        [one] => match one {
            [before @ .., Item::Open] if !before.is_empty() => Ok(Times { start: side(before)?, end: Some(End::Open) }),
            one => Ok(Times { start: side(one)?, end: None }),
        },
        [first, [Item::Open]] => Ok(Times { start: side(first)?, end: Some(End::Open) }),
        [first, last] => both(first, last, office),
        _ => Err(ClockTrouble::Unclear),
    }
}

/// `1-3 siang`: a part of the day at the end holds for the start too, where both go together.
fn both(first: &[Item], last: &[Item], office: &TimeZone) -> Read<Times> {
    let side = |items: &[Item]| side(items, office);
    // Where both are unclear the start is asked first.
    let mut end = side(last).or_else(|trouble| side(first).and(Err(trouble)))?;
    let part = last.iter().rev().find_map(|item| if let Item::Time(atom) = item { atom.part } else { None });
    let shared = part.and_then(|part| {
        let mut with_part = first.to_vec();
        for item in &mut with_part {
            match item {
                Item::Time(atom) if atom.part.is_none() => atom.part = Some(part),
                _ => return None,
            }
        }
        side(&with_part).ok().filter(|start| start.time < end.time)
    });
    let mut start = match shared {
        Some(start) => start,
        None => side(first)?,
    };
    start.zone = start.zone.or(end.zone);
    end.zone = end.zone.or(start.zone);
    Ok(Times { start, end: Some(End::At(end)) })
}

/// One side of a range: one time, or the same in several zones.
fn side(items: &[Item], office: &TimeZone) -> Read<Clock> {
    let mut clocks = Vec::new();
    let mut wants_time = true;
    for item in items {
        match item {
            Item::Time(atom) if wants_time => {
                clocks.push(atom.clock()?);
                wants_time = false;
            }
            Item::Join(Join::Slash | Join::Comma) if !wants_time => wants_time = true,
            _ => return Err(ClockTrouble::Unclear),
        }
    }
    match clocks.as_slice() {
        [] => Err(ClockTrouble::Unclear),
        [only] => Ok(*only),
        several if several.iter().any(|clock| clock.zone.is_some()) => agreeing(several, office).map(|()| several[0]),
        _ => Err(ClockTrouble::Unclear),
    }
}

impl Atom {
    fn clock(&self) -> Read<Clock> {
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
        let unclear = unclear || (self.part.is_none() && self.half && (0..7).contains(&time.hour()));
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

fn items(pieces: &[Piece]) -> Read<Vec<Item>> {
    let mut items: Vec<Item> = Vec::new();
    let (mut at, mut half) = (0, false);
    while at < pieces.len() {
        let rest = &pieces[at..];
        at += 1;
        if rest[0].digits().is_some() {
            if is_utc_offset(&items, pieces, at - 1) {
                continue;
            }
            let (mut atom, used) = digits(rest)?;
            atom.half = std::mem::take(&mut half);
            items.push(Item::Time(atom));
            at += used - 1;
            continue;
        }
        if let Some(word) = rest[0].word() {
            at += worded(word, rest, &mut items, &mut half)? - 1;
            continue;
        }
        match &rest[0].token {
            _ if is_until(&rest[0]) => join(&mut items, Join::Until),
            Token::Join(Join::And) if is_offset_sign(pieces, at - 1) => {}
            Token::Join(next) => join(&mut items, *next),
            Token::Sign('.' | ':' | '±' | '@' | '=' | '"' | '*' | '+') => {}
            _ => return Err(ClockTrouble::Unclear),
        }
    }
    // `09.00,` and `09.00 -` say nothing more.
    while matches!(items.last(), Some(Item::Join(Join::Comma | Join::Slash))) {
        items.pop();
    }
    if half { Err(ClockTrouble::Unclear) } else { Ok(items) }
}

/// `- s.d.` joins once, and `, sampai` is no list.
fn join(items: &mut Vec<Item>, next: Join) {
    match items.last() {
        Some(Item::Join(Join::Comma)) => {
            items.pop();
            items.push(Item::Join(next));
        }
        Some(Item::Join(Join::Until)) if next == Join::Until => {}
        None if next == Join::Comma => {}
        _ => items.push(Item::Join(next)),
    }
}

/// The `+` of `GMT+7`.
fn is_offset_sign(pieces: &[Piece], at: usize) -> bool {
    at > 0 && matches!(pieces[at - 1].word(), Some("gmt" | "utc"))
}

/// The `7` of `GMT+7`: the zone named before becomes the one of that offset.
fn is_utc_offset(items: &[Item], pieces: &[Piece], at: usize) -> bool {
    let named = at > 1 && is_offset_sign(pieces, at - 1) && pieces[at - 1].token == Token::Join(Join::And);
    named && matches!(items.last(), Some(Item::Time(_)))
}

fn worded(word: &str, rest: &[Piece], items: &mut Vec<Item>, half: &mut bool) -> Read<usize> {
    if OPEN.contains(&word) {
        items.push(Item::Open);
        return Ok(1);
    }
    let after = rest.get(1).and_then(Piece::digits).and_then(number);
    let last = items.iter_mut().rev().find_map(|item| if let Item::Time(atom) = item { Some(atom) } else { None });
    if let Some(part) = Part::named(word) {
        let atom = last.ok_or(ClockTrouble::Unclear)?;
        // `dini hari`, `siang hari`, `siang ini`.
        let used = if matches!(rest.get(1).and_then(Piece::word), Some("hari" | "ini")) { 2 } else { 1 };
        if atom.part.is_some_and(|before| before != part) {
            return Err(ClockTrouble::Unclear);
        }
        atom.part = Some(part);
        return Ok(used);
    }
    if let Some(zone) = Zone::named(word) {
        let plus = rest.get(1).is_some_and(|piece| piece.token == Token::Join(Join::And));
        let offset = if plus { rest.get(2).and_then(Piece::digits).and_then(number) } else { None };
        let zone = match offset {
            Some(7) => Zone::Wib,
            Some(8) => Zone::Wita,
            Some(9) => Zone::Wit,
            Some(_) => return Err(ClockTrouble::Unclear),
            None => zone,
        };
        last.ok_or(ClockTrouble::Unclear)?.zone = Some(zone);
        return Ok(1);
    }
    match (word, after, last) {
        ("setengah" | "stengah", Some(_), _) => {
            *half = true;
            Ok(1)
        }
        ("lewat" | "lebih" | "kurang", Some(minutes @ 1..=59), Some(atom)) => {
            let minutes = i16::try_from(minutes).unwrap_or(0);
            atom.shift = if word == "kurang" { -minutes } else { minutes };
            let unit = matches!(rest.get(2).and_then(Piece::word), Some("menit" | "mnt" | "min"));
            Ok(if unit { 3 } else { 2 })
        }
        ("lewat" | "lebih" | "kurang", None, Some(atom)) if rest.get(1).and_then(Piece::word) == Some("seperempat") => {
            atom.shift = if word == "kurang" { -15 } else { 15 };
            Ok(2)
        }
        (word, ..) if NOISE.contains(&word) => Ok(1),
        _ => Err(ClockTrouble::Unclear),
    }
}

/// A time in figures: `09.00`, `9:30`, `0900`, `9`.
fn digits(rest: &[Piece]) -> Read<(Atom, usize)> {
    let text = rest[0].digits().unwrap_or_default();
    let glued = |index: usize| rest.get(index).filter(|piece| !piece.spaced);
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
    match text.len() {
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
