//! Numbers of participants as people type them. Only those who take part by Zoom count; of a range the larger counts.

use super::pieces::{Join, Piece, Token, is_until, number};
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
const ON_SITE: [&str; 6] = ["luring", "offline", "tatap", "onsite", "langsung", "lokasi"];
/// What is counted beside people.
const OTHERS: [&str; 22] = [
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
    "sesi",
    "jam",
    "menit",
    "tim",
    "kelompok",
    "negara",
    "ruang",
];
const MORE: [&str; 6] = ["lebih", "minimal", "atas", "melebihi", "diatas", "over"];

/// One number with what stands beside it.
#[derive(Debug, Clone, Copy, PartialEq)]
#[expect(clippy::struct_excessive_bools, reason = "independent facts about one number")]
struct Group {
    count: u32,
    more: bool,
    online: bool,
    on_site: bool,
    other: bool,
}

/// Reads a number of people. An error tells the likely numbers; there may be none.
pub(super) fn count(pieces: &[Piece]) -> Result<Count, Vec<u32>> {
    if !pieces.iter().any(|piece| piece.digits().is_some()) {
        return Ok(Count::Unknown);
    }
    let groups = groups(pieces)?;
    let online: Vec<Group> = groups.iter().copied().filter(|group| group.online).collect();
    let people: Vec<Group> = groups.iter().copied().filter(|group| !group.other && !group.on_site).collect();
    let counted = match (online.is_empty(), people.is_empty()) {
        (false, _) => online,
        (true, false) => people,
        (true, true) => groups.into_iter().filter(|group| !group.other).collect(),
    };
    let sum = counted.iter().fold(0_u32, |sum, group| sum.saturating_add(group.count));
    match sum {
        0 => Ok(Count::Unknown),
        sum if sum > PARTICIPANTS_MAX => Err(Vec::new()),
        sum if counted.iter().any(|group| group.more) => Ok(Count::MoreThan(sum)),
        sum => Ok(Count::People(sum)),
    }
}

fn groups(pieces: &[Piece]) -> Result<Vec<Group>, Vec<u32>> {
    let mut groups: Vec<Group> = Vec::new();
    let (mut at, mut more, mut range) = (0, false, false);
    let mut labels: Vec<String> = Vec::new();
    // `daring 80, luring 20`: words belong to the number behind them.
    let mut before = false;
    while at < pieces.len() {
        let rest = &pieces[at..];
        if rest[0].digits().is_some() {
            let (count, used) = grouped(rest)?;
            at += used;
            match groups.last_mut() {
                // Of `50-60` the larger.
                Some(last) if std::mem::take(&mut range) => last.count = last.count.max(count),
                _ => {
                    let group = labelled(count, std::mem::take(&mut more), &std::mem::take(&mut labels));
                    before |= groups.is_empty() && (group.online || group.on_site);
                    groups.push(group);
                }
            }
            continue;
        }
        at += 1;
        match &rest[0].token {
            Token::Word(word) => {
                let about = labels.last().is_some_and(|last| matches!(last.as_str(), "kurang" | "tidak"));
                if MORE.contains(&word.as_str()) && groups.is_empty() && !about {
                    more = true;
                }
                label(word, groups.last_mut().filter(|_| !before), &mut labels);
            }
            Token::Sign('>') => more = true,
            // `100+`: a plus with nothing behind it.
            Token::Join(Join::And) if !rest.iter().any(|piece| piece.digits().is_some()) => {
                if let Some(last) = groups.last_mut() {
                    last.more = true;
                }
            }
            // `50-an` is about fifty, `50-60` a range.
            _ if is_until(&rest[0]) => range = !groups.is_empty() && rest.get(1).is_some_and(|piece| piece.digits().is_some()),
            Token::Join(Join::Or) => return Err(numbers(pieces)),
            _ => {}
        }
    }
    Ok(groups)
}

fn labelled(count: u32, more: bool, labels: &[String]) -> Group {
    let any = |names: &[&str]| labels.iter().any(|label| names.contains(&label.as_str()));
    Group { count, more, online: any(&ONLINE), on_site: any(&ON_SITE), other: false }
}

/// A word belongs to the number before it; before the first number, to that one: `daring: 80`.
fn label(word: &str, last: Option<&mut Group>, labels: &mut Vec<String>) {
    match last {
        Some(group) => {
            group.online |= ONLINE.contains(&word);
            group.on_site |= ON_SITE.contains(&word);
            group.other |= OTHERS.contains(&word);
            match word {
                "ribu" | "rb" | "k" => group.count = group.count.saturating_mul(1000),
                "ratus" => group.count = group.count.saturating_mul(100),
                "lebih" => group.more = true,
                _ => {}
            }
        }
        None => labels.push(word.to_owned()),
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
    number(&digits).map(|count| (count, used)).ok_or_else(Vec::new)
}

/// All numbers in a text, as what may be meant.
fn numbers(pieces: &[Piece]) -> Vec<u32> {
    pieces.iter().filter_map(Piece::digits).filter_map(number).filter(|count| (1..=PARTICIPANTS_MAX).contains(count)).collect()
}
