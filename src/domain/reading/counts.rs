//! Numbers of participants as people type them. Only those who take part by Zoom count; of a range the larger counts.

use super::pieces::{Join, Piece, Token, is_until, number};
use super::remarks::brackets;
use crate::domain::limits::PARTICIPANTS_MAX;

/// A number of people.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Count {
    /// So many.
    People(u32),
    /// More than so many.
    MoreThan(u32),
    /// Not told.
    Unknown,
}

const ONLINE: [&str; 6] = ["daring", "online", "zoom", "virtual", "vicon", "jarak"];
const ON_SITE: [&str; 9] = ["luring", "offline", "tatap", "onsite", "langsung", "lokasi", "aula", "ruangan", "tempat"];
/// What is counted beside people.
const OTHERS: [&str; 42] = [
    "unit",
    "provinsi",
    "prov",
    "kabupaten",
    "kab",
    "kota",
    "balai",
    "kantor",
    "titik",
    "akun",
    "perangkat",
    "instansi",
    "satker",
    "upt",
    "hari",
    "hr",
    "sesi",
    "jam",
    "menit",
    "tim",
    "kelompok",
    "negara",
    "ruang",
    "bidang",
    "bagian",
    "seksi",
    "dinas",
    "opd",
    "puskesmas",
    "sekolah",
    "kecamatan",
    "kelurahan",
    "desa",
    "kampus",
    "lembaga",
    "perusahaan",
    "direktorat",
    "divisi",
    "kali",
    "kelas",
    "angkatan",
    "gelombang",
];
/// Others that do not multiply people.
const TIMES: [&str; 5] = ["hari", "hr", "sesi", "kali", "kegiatan"];
const MORE: [&str; 8] = ["lebih", "minimal", "min", "minim", "atas", "melebihi", "diatas", "over"];
/// Words behind which the parts of a number stand.
const PARTS: [&str; 9] = ["termasuk", "terdiri", "antaranya", "diantaranya", "yakni", "yaitu", "meliputi", "dimana", "rincian"];
/// Words of a day or a time: their numbers count nobody.
const WHEN: [&str; 4] = ["tgl", "tanggal", "pukul", "pkl"];
/// Words that add to a number what stands in brackets.
const ADDED: [&str; 6] = ["belum", "luar", "diluar", "plus", "ditambah", "tambah"];

/// One number with what stands beside it.
#[derive(Debug, Clone, Copy, PartialEq)]
#[expect(clippy::struct_excessive_bools, reason = "independent facts about one number")]
struct Group {
    count: u32,
    more: bool,
    online: bool,
    on_site: bool,
    other: bool,
    /// A word beside it says what it counts.
    worded: bool,
}

/// Reads a number of people. An error tells the likely numbers; there may be none.
pub(super) fn count(pieces: &[Piece]) -> Result<Count, Vec<u32>> {
    if !pieces.iter().any(|piece| piece.digits().is_some()) {
        return Ok(Count::Unknown);
    }
    let says = |names: &[&str]| pieces.iter().any(|piece| piece.word().is_some_and(|word| names.contains(&word)));
    let two_bounds = says(&["min", "minimal"]) && says(&["maks", "max", "maksimal"]);
    if multiplies(pieces) || two_bounds || says(&WHEN) {
        return Err(numbers(pieces));
    }
    let (outside, asides) = brackets(pieces);
    let is_number = |aside: &Vec<Piece>| matches!(aside.as_slice(), [only] if only.digits().is_some());
    // `50 (lima belas) orang`.
    if outside.iter().any(|piece| piece.digits().is_some()) && asides.iter().any(is_number) {
        return Err(numbers(pieces));
    }
    let (whole, details) = details(outside, asides);
    let groups = groups(&whole)?;
    // `80 daring, 20`: twenty of what?
    if groups.iter().any(|group| group.online) && groups.iter().skip(1).any(|group| !group.worded) {
        return Err(numbers(pieces));
    }
    let of_details = groups_sum(&self::groups(&details)?);
    let counted = counted(&groups);
    let sum = groups_sum(&counted);
    match sum {
        0 => Ok(Count::Unknown),
        sum if sum > PARTICIPANTS_MAX => Err(Vec::new()),
        // The parts are more than the whole.
        sum if of_details > sum => Err(numbers(pieces)),
        sum if counted.iter().any(|group| group.more) => Ok(Count::MoreThan(sum)),
        sum => Ok(Count::People(sum)),
    }
}

fn groups_sum(groups: &[Group]) -> u32 {
    groups.iter().filter(|group| !group.other).fold(0_u32, |sum, group| sum.saturating_add(group.count))
}

/// Who takes part by Zoom: those who are said to, or else all who are not said to come.
fn counted(groups: &[Group]) -> Vec<Group> {
    let some = |wanted: &dyn Fn(&Group) -> bool| groups.iter().copied().filter(|group| wanted(group)).collect::<Vec<_>>();
    let as_people = |group: Group| Group { other: false, ..group };
    let choices = [
        some(&|group| group.online && !group.other),
        some(&|group| !group.other && !group.on_site),
        // `20 titik zoom`.
        some(&|group| group.online).into_iter().map(as_people).collect(),
        some(&|group| !group.other),
    ];
    choices.into_iter().find(|choice| !choice.is_empty()).unwrap_or_default()
}

/// `10 unit @ 5 orang`, `masing-masing 5 orang`, `5 orang per unit`: how many that makes is asked.
fn multiplies(pieces: &[Piece]) -> bool {
    let word = |index: usize| pieces.get(index).and_then(Piece::word);
    let is_times = |index: usize| word(index).is_some_and(|word| TIMES.contains(&word));
    let number = |index: usize| pieces.get(index).is_some_and(|piece| piece.digits().is_some());
    (0..pieces.len()).any(|at| match (word(at), &pieces[at].token) {
        (Some("masing"), _) | (_, Token::Sign('@')) => true,
        (Some("x"), _) | (_, Token::Sign('×')) => number(at + 1) && !is_times(at + 2),
        (Some("per" | "setiap" | "tiap"), _) | (_, Token::Join(Join::Slash)) => {
            let of_people = at > 0 && matches!(word(at - 1), Some("orang" | "org" | "peserta" | "pax"));
            of_people && word(at + 1).is_some_and(|word| OTHERS.contains(&word)) && !is_times(at + 1)
        }
        _ => false,
    })
}

/// The number, and the parts that it is said to have: `50 orang (termasuk 5 narasumber)`. Parts that tell who takes part by Zoom, or
/// that come on top, belong to the number.
fn details(outside: Vec<Piece>, asides: Vec<Vec<Piece>>) -> (Vec<Piece>, Vec<Piece>) {
    let has_number = |pieces: &[Piece]| pieces.iter().any(|piece| piece.digits().is_some());
    let holds =
        |pieces: &[Piece], names: &[&str]| pieces.iter().any(|piece| piece.word().is_some_and(|word| names.contains(&word)));
    let inside = |part: &[Piece], before: &[Piece]| {
        let adds = holds(part, &ADDED) || part.first().is_some_and(|piece| piece.token == Token::Join(Join::And));
        let by_zoom = (holds(part, &ONLINE) || holds(part, &ON_SITE)) && !holds(part, &OTHERS);
        let only_others = groups(before).is_ok_and(|groups| groups.iter().all(|group| group.other));
        has_number(part) && !adds && !by_zoom && !only_others
    };
    let (mut whole, mut parts) = (outside, Vec::new());
    let cut = (1..whole.len()).find(|at| holds(&whole[*at..=*at], &PARTS) && !holds(&whole[at - 1..*at], &ADDED));
    if let Some(at) = cut
        && inside(&whole[at..], &whole[..at])
    {
        parts = whole.split_off(at);
    }
    for aside in asides {
        let target = if inside(&aside, &whole) { &mut parts } else { &mut whole };
        target.push(Piece { token: Token::Sign(':'), spaced: true });
        target.extend(aside);
    }
    (whole, parts)
}

/// What has been read of numbers so far.
#[derive(Default)]
#[expect(clippy::struct_excessive_bools, reason = "independent facts about what was just read")]
struct Reading {
    groups: Vec<Group>,
    /// Words that wait for the number behind them.
    labels: Vec<String>,
    /// `lebih dari` waits for its number.
    more: bool,
    /// A range was begun; or is there already.
    range: bool,
    ranged: bool,
    /// `daring 80, luring 20`: words belong to the number behind them.
    before: bool,
    /// A comma or the like was the last: words may belong to the number behind them.
    fresh: bool,
    /// Nothing but commas stands since the last number.
    bare: bool,
}

fn groups(pieces: &[Piece]) -> Result<Vec<Group>, Vec<u32>> {
    let mut reading = Reading::default();
    let mut at = 0;
    while at < pieces.len() {
        let rest = &pieces[at..];
        if rest[0].digits().is_some() {
            let (count, used) = grouped(rest)?;
            reading.number(count).ok_or_else(|| numbers(pieces))?;
            at += used;
            continue;
        }
        at += 1;
        let before = at.checked_sub(2).map(|before| &pieces[before]);
        reading.other(rest, before).ok_or_else(|| numbers(pieces))?;
    }
    Ok(reading.groups)
}

impl Reading {
    /// `None` where it is not clear what the number adds to.
    fn number(&mut self, count: u32) -> Option<()> {
        let bare = std::mem::replace(&mut self.bare, true);
        self.fresh = false;
        match self.groups.last_mut() {
            // Of `50-60` the larger.
            Some(last) if std::mem::take(&mut self.range) => {
                last.count = last.count.max(count);
                return (!std::mem::replace(&mut self.ranged, true)).then_some(());
            }
            Some(_) if bare => return None,
            _ => {}
        }
        let group = labelled(count, std::mem::take(&mut self.more), &std::mem::take(&mut self.labels));
        self.before |= self.groups.is_empty() && (group.online || group.on_site);
        self.ranged = false;
        self.groups.push(group);
        Some(())
    }

    fn other(&mut self, rest: &[Piece], before: Option<&Piece>) -> Option<()> {
        let number_follows = rest.iter().any(|piece| piece.digits().is_some());
        match &rest[0].token {
            Token::Word(word) => {
                self.bare = false;
                self.word(word, before, number_follows);
            }
            Token::Sign('>' | '≥') => self.more = true,
            // `100+`: a plus with nothing behind it.
            Token::Join(Join::And) if !number_follows => {
                if let Some(last) = self.groups.last_mut() {
                    last.more = true;
                }
            }
            Token::Join(Join::Or) => return None,
            Token::Join(Join::Comma) => self.fresh = true,
            Token::Join(Join::And) => (self.fresh, self.bare) = (true, false),
            // `50-an` is about fifty, `50-60` a range.
            _ if is_until(&rest[0]) => {
                self.range = !self.groups.is_empty()
                    && rest[1..].iter().find(|piece| !piece.is_sign('±')).is_some_and(|piece| piece.digits().is_some());
            }
            Token::Sign(':') => (self.fresh, self.bare) = (true, false),
            _ => {}
        }
        Some(())
    }

    fn word(&mut self, word: &str, before: Option<&Piece>, number_follows: bool) {
        let denied = matches!(before.and_then(Piece::word), Some("tidak" | "tak" | "tdk" | "kurang"));
        let behind = !(self.before || self.fresh && number_follows);
        match self.groups.last_mut().filter(|_| behind) {
            // `50 org/hari`, `per hari`.
            Some(_) if TIMES.contains(&word) && before.is_some_and(|piece| piece.digits().is_none()) => {}
            Some(last) => label(word, last, denied),
            None => {
                // `lebih dari`, `tidak kurang dari`.
                self.more |= if word == "kurang" { denied } else { MORE.contains(&word) && !denied };
                self.labels.push(word.to_owned());
            }
        }
    }
}

fn labelled(count: u32, more: bool, labels: &[String]) -> Group {
    let any = |names: &[&str]| labels.iter().any(|label| names.contains(&label.as_str()));
    Group { count, more, online: any(&ONLINE), on_site: any(&ON_SITE), other: false, worded: !labels.is_empty() }
}

/// A word behind a number.
fn label(word: &str, group: &mut Group, denied: bool) {
    group.worded = true;
    group.online |= ONLINE.contains(&word);
    group.on_site |= ON_SITE.contains(&word);
    group.other |= OTHERS.contains(&word);
    match word {
        "ribu" | "ribuan" | "rb" | "k" => group.count = group.count.saturating_mul(1000),
        "ratus" | "ratusan" => group.count = group.count.saturating_mul(100),
        "puluh" | "puluhan" => group.count = group.count.saturating_mul(10),
        "juta" | "jt" => group.count = group.count.saturating_mul(1_000_000),
        "lebih" | "atas" | "minimal" => group.more |= !denied,
        _ => {}
    }
}

/// A number with dots or commas between thousands: `1.000`.
fn grouped(rest: &[Piece]) -> Result<(u32, usize), Vec<u32>> {
    let mut digits = rest[0].digits().unwrap_or_default().to_owned();
    let mut used = 1;
    while let (Some(mark), Some(part)) = (rest.get(used), rest.get(used + 1).and_then(Piece::digits)) {
        let glued = !mark.spaced && !rest[used + 1].spaced && (mark.is_sign('.') || mark.is_sign(','));
        if !glued {
            break;
        }
        if part.len() != 3 || digits.len() > 3 && used == 1 {
            return Err(Vec::new());
        }
        digits.push_str(part);
        used += 2;
    }
    // `1 000 orang`.
    while let Some(part) = rest.get(used).and_then(Piece::digits)
        && part.len() == 3
        && (used > 1 || digits.len() <= 3)
    {
        digits.push_str(part);
        used += 1;
    }
    number(&digits).map(|count| (count, used)).ok_or_else(Vec::new)
}

/// All numbers in a text, as what may be meant.
fn numbers(pieces: &[Piece]) -> Vec<u32> {
    pieces.iter().filter_map(Piece::digits).filter_map(number).filter(|count| (1..=PARTICIPANTS_MAX).contains(count)).collect()
}
