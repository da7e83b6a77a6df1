//! Seeded months of requests as an office has them: what is asked for, for when, and in which order it comes in.

use jiff::civil::Weekday;
use jiff::tz;
use jiff::{SignedDuration, Timestamp, ToSpan as _, civil};
use rand::seq::IndexedRandom as _;
use rand::{Rng as _, SeedableRng as _};
use rand_chacha::ChaCha20Rng;

use crate::domain::slot::Slot;

/// Working hours, minutes after midnight: 07.30 to 17.00.
const OPENS: i64 = 450;
const CLOSES: i64 = 1_020;
/// Requests come in at most so many minutes ahead: two weeks.
const AHEAD_MAX: i64 = 14 * 24 * 60;
/// And at least so many: the lead time.
const AHEAD_MIN: i64 = 30;

/// Lengths in minutes and how often each is asked for: mostly one to two hours.
const LENGTHS: [(i64, u32); 8] = [(30, 8), (45, 4), (60, 26), (90, 20), (120, 24), (150, 6), (180, 8), (240, 4)];
/// Starts in minutes after midnight and how often each is asked for: every half hour, most at 9.00, 10.00, 13.00 and 13.30.
const STARTS: [(i64, u32); 18] = [
    (450, 2),
    (480, 8),
    (510, 6),
    (540, 20),
    (570, 6),
    (600, 13),
    (630, 4),
    (660, 3),
    (690, 1),
    (720, 1),
    (750, 1),
    (780, 14),
    (810, 9),
    (840, 6),
    (870, 3),
    (900, 3),
    (930, 2),
    (960, 1),
];
/// Of a hundred starts so many are a quarter of an hour later.
const QUARTERS: u32 = 10;
/// Participants, from and to, and how often: mostly at most a hundred.
const PARTICIPANTS: [((u32, u32), u32); 3] = [((5, 100), 88), ((101, 300), 9), ((301, 500), 3)];

/// A request: as much of it as a choice sees.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Asked {
    /// When it comes in.
    pub(super) arrives: Timestamp,
    /// What for.
    pub(super) slot: Slot,
    /// How many people.
    pub(super) participants: u32,
}

/// One month to be made.
#[derive(Debug, Clone, Copy)]
pub(super) struct Month {
    /// Counted from January 2026.
    pub(super) number: u32,
    /// How many hosts there are.
    pub(super) hosts: usize,
    /// How much of their working hours is asked for.
    pub(super) percent: u32,
}

/// The requests of a month, day by day, each day in the order in which they come in.
///
/// Asked for is counted by the lengths of the meetings, without buffers, against the hosts' working hours. Each request takes a
/// working day by chance, so that there are full days and quiet ones.
pub(super) fn days(seed: u64, month: Month) -> Vec<Vec<Asked>> {
    let mut rng = ChaCha20Rng::seed_from_u64(seed);
    rng.set_stream(u64::from(month.number) << 32 | (month.hosts as u64) << 8 | u64::from(month.percent));
    let dates = working_days(month.number);
    let mut days = vec![Vec::new(); dates.len()];
    let there = i64::try_from(month.hosts * dates.len()).unwrap_or(i64::MAX) * (CLOSES - OPENS);
    let mut left = there * i64::from(month.percent) / 100;
    while left > 0 {
        let day = rng.random_range(0..dates.len());
        let asked = one(&mut rng, dates[day]);
        left -= asked.slot.minutes();
        days[day].push(asked);
    }
    for asked in &mut days {
        asked.sort_by_key(|asked| asked.arrives);
    }
    days
}

fn one(rng: &mut ChaCha20Rng, date: civil::Date) -> Asked {
    let (start, length) = loop {
        let length = weighted(rng, &LENGTHS);
        let later = if rng.random_range(0..100) < QUARTERS { 15 } else { 0 };
        let start = weighted(rng, &STARTS) + later;
        if start + length <= CLOSES {
            break (start, length);
        }
    };
    let midnight =
        tz::offset(7).to_timestamp(date.to_datetime(civil::Time::midnight())).expect("months stay within jiff's years");
    let at = |minute| midnight + SignedDuration::from_mins(minute);
    let (from, to) = weighted(rng, &PARTICIPANTS);
    let ahead = rng.random_range(AHEAD_MIN..=AHEAD_MAX);
    let slot = Slot { start: at(start), end: at(start + length) };
    Asked { arrives: at(start - ahead), slot, participants: rng.random_range(from..=to) }
}

fn weighted<T: Copy>(rng: &mut ChaCha20Rng, table: &[(T, u32)]) -> T {
    table.choose_weighted(rng, |(_, weight)| *weight).expect("the tables are constant, with weights above 0").0
}

/// Mondays to Fridays of the month.
fn working_days(number: u32) -> Vec<civil::Date> {
    let first = civil::date(2026, 1, 1).saturating_add(i64::from(number).months());
    let in_month = first.series(1.day()).take_while(|date| date.month() == first.month());
    in_month.filter(|date| !matches!(date.weekday(), Weekday::Saturday | Weekday::Sunday)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_is_as_it_is_described() {
        let month = Month { number: 1, hosts: 5, percent: 80 };
        let days = days(1, month);
        assert_eq!(days.len(), 20, "February 2026");
        let all = days.concat();
        let minutes: i64 = all.iter().map(|asked| asked.slot.minutes()).sum();
        let wanted = 5 * 20 * 570 * 80 / 100;
        assert!((wanted..wanted + 240).contains(&minutes), "{minutes}");
        let zone = tz::TimeZone::fixed(tz::offset(7));
        for asked in &all {
            let (start, end) = (asked.slot.start.to_zoned_datetime(zone.clone()), asked.slot.end.to_zoned_datetime(zone.clone()));
            assert_eq!(start.date(), end.date());
            assert!(start.time() >= civil::time(7, 30, 0, 0) && end.time() <= civil::time(17, 0, 0, 0), "{asked:?}");
            assert_eq!(start.minute() % 15, 0);
            let ahead = asked.slot.start.duration_since(asked.arrives);
            assert!(ahead >= SignedDuration::from_mins(30) && ahead <= SignedDuration::from_hours(14 * 24), "{ahead:?}");
        }
        let hours = |from: i64, to: i64| all.iter().filter(|a| (from..=to).contains(&a.slot.minutes())).count();
        assert!(hours(60, 120) * 3 > all.len() * 2, "mostly one to two hours");
        assert!(days.iter().all(|day| day.is_sorted_by_key(|asked| asked.arrives)));
        assert!(!all.is_sorted_by_key(|asked| asked.slot.start), "they do not come in the order of their slots");
    }
}
