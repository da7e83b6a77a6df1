//! Times of day as people type them: `09.00`, `jam 9 pagi`, `setengah 10`, `09.00 s.d. 11.30 WIB`, `13.00 - selesai`.
//!
//! Hours from 7 to 23 are as written; 1 to 6 without a leading zero or a part of the day may be the afternoon's, so they are asked.

use jiff::civil::{Time, date};
use jiff::tz::TimeZone;

use super::hours::{Atom, Part, digits};
use super::lengths;
use super::pieces::{Join, Piece, Token, is_until, number};
use super::remarks::{brackets, doubts, without_place};
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
    "pukul", "pkl", "puku", "pukl", "jam", "jm", "mulai", "dimulai", "dari", "at", "from", "waktu", "wkt", "start", "pk",
    "tepat", "acara", "t", "on", "time",
];
const OPEN: [&str; 9] = ["selesai", "slesai", "sls", "selesainya", "seselesainya", "end", "finish", "dst", "done"];
/// The prayers by which people tell the time, where the hour itself stands beside them in brackets.
const PRAYERS: [&str; 20] = [
    "bada", "badha", "bakda", "setelah", "sesudah", "habis", "selepas", "salat", "sholat", "shalat", "jumat", "jumatan", "isya",
    "maghrib", "magrib", "asar", "ashar", "zuhur", "dzuhur", "dhuhur",
];

#[derive(Debug, Clone)]
enum Item {
    Time(Atom),
    Open,
    Join(Join),
}

/// What is read, or what is unclear.
pub(super) type Read<T> = Result<T, ClockTrouble>;

/// Reads a start, perhaps with its end.
pub(super) fn times(pieces: &[Piece], office: &TimeZone) -> Read<Times> {
    let (pieces, aside) = with_asides(without_place(pieces), office)?;
    let (pieces, length) = without_length(&pieces)?;
    let mut times = told_times(&items(&pieces)?, office)?;
    if let Some(length) = length.or(aside.length) {
        times.end = Some(with_length(&times, length)?);
    }
    for other in aside.others {
        agreeing(&[times.start, other.start], office)?;
        if let (Some(End::At(one)), Some(End::At(other))) = (times.end, other.end) {
            agreeing(&[one, other], office)?;
        }
    }
    Ok(times)
}

fn told_times(items: &[Item], office: &TimeZone) -> Read<Times> {
    let parts: Vec<&[Item]> = items.split(|item| matches!(item, Item::Join(Join::Slash))).collect();
    let is_range = |part: &&[Item]| part.iter().filter(|item| matches!(item, Item::Join(Join::Until))).count() == 1;
    if parts.len() < 2 || !parts.iter().all(is_range) {
        return range(items, office);
    }
    let ranges = parts.iter().map(|part| range(part, office)).collect::<Read<Vec<Times>>>()?;
    agreeing(&ranges.iter().map(|range| range.start).collect::<Vec<_>>(), office)?;
    let ends = ranges.iter().filter_map(|range| if let Some(End::At(end)) = range.end { Some(end) } else { None });
    agreeing(&ends.collect::<Vec<_>>(), office)?;
    Ok(ranges[0])
}

/// A length beside a start is its end; beside an end it has to agree with it.
fn with_length(times: &Times, length: i64) -> Read<End> {
    match times.end {
        None => Ok(End::After(length)),
        Some(End::At(end)) if minutes_between(times.start, end) != Some(length) => Err(ClockTrouble::Unclear),
        Some(end) => Ok(end),
    }
}

/// Minutes from one to the other; `None` where their zones differ.
fn minutes_between(start: Clock, end: Clock) -> Option<i64> {
    let of_day = |clock: Clock| i64::from(clock.time.hour()) * 60 + i64::from(clock.time.minute());
    let day = if end.next_day { 1440 } else { 0 };
    (start.zone == end.zone).then(|| of_day(end) + day - of_day(start))
}

/// How long a text that is nothing but a start and an end says it takes: `09.00-11.00`.
pub(super) fn length_of_range(pieces: &[Piece]) -> Option<i64> {
    match times(pieces, &TimeZone::UTC).ok()? {
        Times { start, end: Some(End::At(end)) } => minutes_between(start, end).filter(|minutes| *minutes > 0),
        _ => None,
    }
}

/// Times that stand behind a day. A bare number there may be a year, or another day.
pub(super) fn behind_days(pieces: &[Piece], office: &TimeZone) -> Option<Times> {
    let plain =
        |digits: &str| digits.len() == 4 && (digits.starts_with("19") || digits.starts_with("20") || digits.starts_with("21"));
    let year = pieces.iter().find_map(Piece::digits).is_some_and(plain) && pieces.first()?.digits().is_some();
    let marked = |window: &[Piece]| window[0].digits().is_some() && (window[1].is_sign('.') || window[1].is_sign(':'));
    let named = |word: &str| matches!(word, "jam" | "jm" | "pukul" | "pkl" | "pk" | "setengah") || Part::named(word).is_some();
    let says = pieces.windows(2).any(marked) || pieces.iter().any(|piece| piece.word().is_some_and(named));
    if year || !says { None } else { times(pieces, office).ok() }
}

/// Reads an end: a time, a length, or that it is open.
pub(super) fn end(pieces: &[Piece], office: &TimeZone) -> Read<End> {
    if let Ok(minutes) = lengths::with_unit(pieces) {
        return Ok(End::After(minutes));
    }
    let (pieces, _) = with_asides(without_place(pieces), office)?;
    let items = items(&pieces)?;
    match items.as_slice() {
        [Item::Open] | [Item::Join(Join::Until), Item::Open] => Ok(End::Open),
        [Item::Join(Join::Until), rest @ ..] => side(rest, office).map(End::At),
        items => side(items, office).map(End::At),
    }
}

/// What brackets tell beside a time.
#[derive(Default)]
struct Aside {
    length: Option<i64>,
    /// The same times in other zones.
    others: Vec<Times>,
}

/// Help in brackets is left out. A zone or a part of the day is kept, a length too; the same in another zone has to agree.
fn with_asides(pieces: &[Piece], office: &TimeZone) -> Read<(Vec<Piece>, Aside)> {
    let (mut outside, brackets) = brackets(pieces);
    let mut aside = Aside::default();
    let names = |piece: &Piece| piece.word().is_some_and(|word| Part::named(word).is_some() || Zone::named(word).is_some());
    for help in brackets {
        let has_number = |pieces: &[Piece]| pieces.iter().any(|piece| piece.digits().is_some());
        if doubts(&help) {
            return Err(ClockTrouble::Unclear);
        }
        let zone = zone_at(&help)?;
        if help.first().and_then(Piece::word) == Some("waktu") && zone.is_none() {
            return Err(ClockTrouble::Unclear);
        }
        if help.iter().all(names) || zone.is_some_and(|(_, used)| used == help.len()) {
            outside.extend(help);
        } else if !has_number(&outside) && has_number(&help) {
            // `Siang (13.00-15.00)`, `ba'da Isya (19.30)`.
            if outside.iter().all(|piece| piece.word().is_some_and(|word| PRAYERS.contains(&word))) {
                outside.clear();
            }
            outside.extend(help);
        } else if let Ok(minutes) = lengths::with_unit(&help) {
            aside.length = Some(minutes);
        } else if help.iter().any(names)
            && let Ok(items) = items(&help)
        {
            match told_times(&items, office) {
                Ok(times) if times.start.zone.is_some() => aside.others.push(times),
                Err(ClockTrouble::ZonesDisagree) => return Err(ClockTrouble::ZonesDisagree),
                _ => {}
            }
        }
    }
    Ok((outside, aside))
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
                // `1-3 sore`: one o'clock is no `sore`, but nobody means the night before.
                Item::Time(atom)
                    if atom.part.is_none() && part.is_late() && part.hour(atom.hour).is_none() && atom.is_small() =>
                {
                    atom.hour += 12;
                }
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
    let (mut wants_time, mut choice) = (true, false);
    for item in items {
        match item {
            Item::Time(atom) if wants_time => {
                clocks.push(atom.clock()?);
                wants_time = false;
            }
            Item::Join(join @ (Join::Slash | Join::Comma | Join::Or)) if !wants_time => {
                wants_time = true;
                choice |= *join == Join::Or;
            }
            _ => return Err(ClockTrouble::Unclear),
        }
    }
    let zoned = |clock: &Clock| clock.zone.is_some();
    match clocks.as_slice() {
        [] => Err(ClockTrouble::Unclear),
        [only] if !wants_time => Ok(*only),
        // `13.00 WIB atau 14.00 WITA` is no choice, `13.00 atau 14.00 WIB` is.
        several if if choice { several.iter().all(zoned) } else { several.iter().any(zoned) } => {
            agreeing(several, office).map(|()| several[0])
        }
        _ => Err(ClockTrouble::Unclear),
    }
}

/// What is being put together while a text is read.
#[derive(Default)]
struct Reading {
    items: Vec<Item>,
    /// `setengah` waits for its hour.
    half: bool,
    /// `siang` waits for the time behind it.
    part: Option<Part>,
    /// The part of the day that the text begins with.
    lead: Option<Part>,
}

fn items(pieces: &[Piece]) -> Read<Vec<Item>> {
    let mut reading = Reading::default();
    let mut at = 0;
    while at < pieces.len() {
        let rest = &pieces[at..];
        at += 1;
        if rest[0].digits().is_some() {
            if is_half(rest) {
                reading.half = true;
                at += 2;
                continue;
            }
            let (atom, used) = digits(rest)?;
            reading.time(atom);
            at += used - 1;
            continue;
        }
        if let Some(word) = rest[0].word() {
            at += reading.word(word, rest)? - 1;
            continue;
        }
        let items = &mut reading.items;
        match &rest[0].token {
            _ if is_until(&rest[0]) => join(items, Join::Until),
            Token::Join(next) => join(items, *next),
            Token::Sign('.' | ':' | '±' | '@' | '"' | '*') => {}
            _ => return Err(ClockTrouble::Unclear),
        }
    }
    reading.end()
}

/// The `1/2` of `jam ½ 9`.
fn is_half(rest: &[Piece]) -> bool {
    let digit = |index: usize| rest.get(index).and_then(Piece::digits);
    let hour = rest.get(3).is_some_and(|piece| piece.spaced && piece.digits().is_some());
    digit(0) == Some("1") && rest.get(1).is_some_and(|piece| piece.is_sign('/')) && digit(2) == Some("2") && hour
}

/// `- s.d.` joins once, and `, sampai` is no list.
fn join(items: &mut Vec<Item>, next: Join) {
    match items.last() {
        Some(Item::Join(Join::Comma)) => {
            items.pop();
            items.push(Item::Join(next));
        }
        Some(Item::Join(Join::Until)) if next == Join::Until => {}
        None if matches!(next, Join::Comma | Join::Slash) => {}
        _ => items.push(Item::Join(next)),
    }
}

impl Reading {
    fn time(&mut self, mut atom: Atom) {
        atom.half = std::mem::take(&mut self.half);
        atom.part = self.part.take();
        self.items.push(Item::Time(atom));
    }

    fn end(mut self) -> Read<Vec<Item>> {
        // `09.00,` says nothing more.
        while matches!(self.items.last(), Some(Item::Join(Join::Comma | Join::Slash))) {
            self.items.pop();
        }
        // `siang 1 - 3`: it holds for all, where it can.
        for item in &mut self.items {
            if let Item::Time(atom) = item {
                atom.part = atom.part.or(self.lead.filter(|lead| lead.hour(atom.hour).is_some()));
            }
        }
        if self.half || self.part.is_some() { Err(ClockTrouble::Unclear) } else { Ok(self.items) }
    }

    /// Takes a word in; tells how many pieces were used.
    fn word(&mut self, word: &str, rest: &[Piece]) -> Read<usize> {
        if OPEN.contains(&word) || strsim::osa_distance(word, OPEN[0]) == 1 {
            self.items.push(Item::Open);
            return Ok(1);
        }
        let next = rest.get(1).and_then(Piece::word);
        if let Some(part) = Part::named(word) {
            self.part(part)?;
            // `dini hari`, `siang hari`, `siang ini`.
            return Ok(if matches!(next, Some("hari" | "ini")) { 2 } else { 1 });
        }
        if let Some((zone, used)) = zone_at(rest)? {
            let atom = self.last().ok_or(ClockTrouble::Unclear)?;
            // `09.00 WIB/WITA`: which of them?
            if atom.zone.replace(zone).is_some_and(|before| before != zone) {
                return Err(ClockTrouble::Unclear);
            }
            return Ok(used);
        }
        let after = rest.get(1).and_then(Piece::digits).and_then(number);
        let follows_time = matches!(self.items.last(), Some(Item::Time(_)));
        match (word, after, self.last()) {
            ("setengah" | "stengah" | "stgh" | "stngh", Some(_), _) => {
                self.half = true;
                Ok(1)
            }
            ("lewat" | "lebih" | "kurang", Some(minutes @ 1..=59), Some(atom)) => {
                let minutes = i16::try_from(minutes).unwrap_or(0);
                atom.shift = if word == "kurang" { -minutes } else { minutes };
                let unit = matches!(rest.get(2).and_then(Piece::word), Some("menit" | "mnt" | "min"));
                Ok(if unit { 3 } else { 2 })
            }
            ("lewat" | "lebih" | "kurang", None, Some(atom)) if next == Some("seperempat") => {
                atom.shift = if word == "kurang" { -15 } else { 15 };
                Ok(2)
            }
            // `8 jam` is a length.
            ("jam" | "jm", None, Some(_)) if follows_time && next.is_none() => Err(ClockTrouble::Unclear),
            (word, ..) if NOISE.contains(&word) => Ok(1),
            _ => Err(ClockTrouble::Unclear),
        }
    }

    fn last(&mut self) -> Option<&mut Atom> {
        self.items.iter_mut().rev().find_map(|item| if let Item::Time(atom) = item { Some(atom) } else { None })
    }

    fn part(&mut self, part: Part) -> Read<()> {
        if let Some(Item::Time(atom)) = self.items.last_mut() {
            if atom.part.is_some_and(|before| before != part) {
                return Err(ClockTrouble::Unclear);
            }
            atom.part = Some(part);
            return Ok(());
        }
        if self.part.is_some() {
            return Err(ClockTrouble::Unclear);
        }
        self.part = Some(part);
        if self.items.is_empty() {
            self.lead = Some(part);
        }
        Ok(())
    }
}

/// A zone at the beginning: `WITA`, `GMT+8`, `waktu Indonesia Tengah`.
fn zone_at(rest: &[Piece]) -> Read<Option<(Zone, usize)>> {
    let word = |index: usize| rest.get(index).and_then(Piece::word);
    if word(0) == Some("waktu") && word(1) == Some("indonesia") {
        let at = if word(2) == Some("bagian") { 3 } else { 2 };
        let zone = match word(at) {
            Some("barat") => Zone::Wib,
            Some("tengah") => Zone::Wita,
            Some("timur") => Zone::Wit,
            _ => return Err(ClockTrouble::Unclear),
        };
        return Ok(Some((zone, at + 1)));
    }
    let Some(zone) = word(0).and_then(Zone::named) else { return Ok(None) };
    let plus = rest.get(1).is_some_and(|piece| piece.token == Token::Join(Join::And));
    let offset = if plus { rest.get(2).and_then(Piece::digits).and_then(number) } else { None };
    Ok(Some(match offset {
        Some(7) => (Zone::Wib, 3),
        Some(8) => (Zone::Wita, 3),
        Some(9) => (Zone::Wit, 3),
        Some(_) => return Err(ClockTrouble::Unclear),
        None => (zone, 1),
    }))
}
