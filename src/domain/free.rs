//! Free times near an asked one, for when all accounts are taken. Nothing is held: they were free when it was looked.

use jiff::civil::{Date, DateTime, Time, Weekday};
use jiff::{SignedDuration, Timestamp, ToSpan};

use super::host::{Choice, HostView, Reading, choose};
use super::limits::free::{
    APART, DAY_FROM, DAY_UNTIL, DAYS_AFTER_MAX, FREE_TIMES_MAX, GRID_MINUTES, NOON, ON_ASKED_DAY_MAX, PRAYER, ROOM_TO_ANSWER,
    TRIED_MAX,
};
use super::request::Request;
use super::rules::Rules;
use super::slot::Slot;

/// Free times of the same length near the asked one, those first that change least: the asked day at another time, then the days
/// after it, each as near to the asked time of day as is free; over noon last. An account that cannot be read is not offered.
pub fn free_near(pool: &[HostView], request: &Request, rules: &Rules, now: Timestamp) -> Vec<Slot> {
    let people = request.seats().unwrap_or(rules.participants_unknown);
    let tried = tries(request.slot, rules, now);
    let pool = within(pool, &tried, rules);
    let is_free = |slot: Slot| matches!(choose(&pool, slot, people, rules), Choice::Host(_));
    let mut found: Vec<&Try> = Vec::new();
    // On each later day one time at first, so that several days are offered; more of a day only where that leaves room.
    for (over_noon, most_later) in [(false, 1), (false, FREE_TIMES_MAX), (true, 1), (true, FREE_TIMES_MAX)] {
        for one in tried.iter().filter(|one| one.over_noon == over_noon) {
            let of_day = found.iter().filter(|other| other.days_after == one.days_after).count();
            let most = if one.days_after == 0 { ON_ASKED_DAY_MAX } else { most_later };
            let apart = found.iter().all(|other| other.slot.start.duration_since(one.slot.start).abs() >= APART);
            if found.len() < FREE_TIMES_MAX && of_day < most && apart && is_free(one.slot) {
                found.push(one);
            }
        }
    }
    found.sort_by_key(|one| one.rank());
    found.iter().map(|one| one.slot).collect()
}

/// The pool with no more of its meetings than can matter: an account may have months of them, and each time is compared with all.
fn within(pool: &[HostView], tried: &[Try], rules: &Rules) -> Vec<HostView> {
    let start = tried.iter().map(|one| one.slot.start).min();
    let end = tried.iter().map(|one| one.slot.end).max();
    let (Some(start), Some(end)) = (start, end) else { return Vec::new() };
    let window = Slot { start, end }.padded(rules.buffer_before, rules.buffer_after);
    let near = |view: &HostView| {
        let reading = match &view.reading {
            Reading::Busy(slots) => Reading::Busy(slots.iter().filter(|slot| slot.overlaps(&window)).copied().collect()),
            Reading::Unreadable => Reading::Unreadable,
        };
        HostView { host: view.host.clone(), reading, changes: view.changes }
    };
    pool.iter().map(near).collect()
}

/// Whether the office offers this time at all, whoever is free.
pub fn allowed(slot: Slot, rules: &Rules) -> bool {
    rules.closed(slot, false).is_none() && !meets(slot, rules, PRAYER, |day| day.weekday() == Weekday::Friday)
}

/// A time that might be offered.
#[derive(Debug, Clone, Copy)]
struct Try {
    slot: Slot,
    days_after: i32,
    /// From the asked time of day.
    distance: SignedDuration,
    over_noon: bool,
}

impl Try {
    /// The order of offers. Of two equally near the later one: people can be told to come later more easily than earlier.
    fn rank(&self) -> (bool, i32, SignedDuration, bool) {
        (self.over_noon, self.days_after, self.distance.abs(), self.distance.is_negative())
    }
}

/// Every time that may be offered if an account is free, best first.
fn tries(asked: Slot, rules: &Rules, now: Timestamp) -> Vec<Try> {
    let wall = |at: Timestamp| rules.zone.to_datetime(at);
    let (start, end) = (wall(asked.start), wall(asked.end));
    let asked_over_noon = meets(asked, rules, NOON, |_| true);
    let earliest = now + rules.lead_time + ROOM_TO_ANSWER;
    let from = DAY_FROM.min(start.time());
    let length = asked.end.duration_since(asked.start);
    let mut tried = Vec::new();
    for days_after in 0..=DAYS_AFTER_MAX {
        let Ok(day) = start.date().checked_add(days_after.days()) else { break };
        let until = last_end(day, start, end);
        for time in times_of_day(from, start.time()) {
            let at = day.to_datetime(time);
            let Ok(begin) = rules.zone.to_timestamp(at) else { continue };
            let slot = Slot { start: begin, end: begin + length };
            let fits = begin >= earliest && wall(slot.end) <= until && slot != asked && allowed(slot, rules);
            if !fits || tried.len() >= TRIED_MAX {
                continue;
            }
            let over_noon = !asked_over_noon && meets(slot, rules, NOON, |_| true);
            tried.push(Try { slot, days_after, distance: time.duration_since(start.time()), over_noon });
        }
    }
    tried.sort_by_key(Try::rank);
    tried
}

/// The asked time of day, and all quarter hours from the earliest one on.
fn times_of_day(from: Time, asked: Time) -> impl Iterator<Item = Time> {
    let minutes = i64::from(from.hour()) * 60 + i64::from(from.minute());
    let first = (minutes + GRID_MINUTES - 1) / GRID_MINUTES;
    let quarter = |n: i64| Time::MIN.checked_add(SignedDuration::from_mins(n * GRID_MINUTES)).ok();
    let grid = (first..24 * 60 / GRID_MINUTES).filter_map(quarter).filter(move |time| *time != asked);
    std::iter::once(asked).chain(grid)
}

/// The latest end on a day: the evening's, or the asked one where that is later, which may be on the day after.
fn last_end(day: Date, start: DateTime, end: DateTime) -> DateTime {
    let nights = end.date().duration_since(start.date());
    let as_asked = day.checked_add(nights).unwrap_or(day).to_datetime(end.time());
    as_asked.max(day.to_datetime(DAY_UNTIL))
}

/// Whether a slot meets a stretch of the day, on any of its days that counts.
fn meets(slot: Slot, rules: &Rules, (from, until): (Time, Time), counts: impl Fn(Date) -> bool) -> bool {
    let (start, end) = (rules.zone.to_datetime(slot.start), rules.zone.to_datetime(slot.end));
    let last = end.date();
    std::iter::successors(Some(start.date()), |day| day.tomorrow().ok())
        .take_while(|day| *day <= last)
        .any(|day| counts(day) && start < day.to_datetime(until) && day.to_datetime(from) < end)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::host::{Host, most_at_once};
    use crate::domain::request::Contact;

    fn rules() -> Rules {
        Rules::of_a_plain_office()
    }

    /// A stretch of wall-clock time in Jakarta. 30 November 2026 is a Monday, 4 December a Friday.
    fn slot(from: &str, until: &str) -> Slot {
        let at = |text: &str| rules().zone.to_timestamp(text.parse::<DateTime>().unwrap()).unwrap();
        Slot { start: at(from), end: at(until) }
    }

    fn request(slot: Slot, participants: Option<u32>) -> Request {
        Request {
            email: "siti@example.go.id".into(),
            applicant: "Siti".into(),
            unit: String::new(),
            topic: "Rapat".into(),
            slot,
            several_days: false,
            open_end: false,
            participants,
            more_participants: false,
            contact: Contact::default(),
            webinar: false,
            recording: false,
            public: None,
            notes: String::new(),
        }
    }

    fn host(capacity: u32, reading: Reading) -> HostView {
        let host = Host { email: "a".into(), name: "A".into(), concurrent: 1, capacity, licensed: true };
        HostView { host, reading, changes: 0 }
    }

    fn now() -> Timestamp {
        slot("2026-11-24T10:00", "2026-11-24T11:00").start
    }

    fn found(pool: &[HostView], asked: Slot, now: Timestamp) -> Vec<String> {
        let show = |slot: &Slot| {
            let at = |at: Timestamp| rules().zone.to_datetime(at);
            format!("{} {}", at(slot.start).strftime("%a %d %H.%M"), at(slot.end).strftime("%H.%M"))
        };
        free_near(pool, &request(asked, Some(50)), &rules(), now).iter().map(show).collect()
    }

    #[test]
    fn the_asked_day_first_then_the_next_days_at_the_same_time() {
        let asked = slot("2026-11-30T09:00", "2026-11-30T11:00");
        let pool = [host(100, Reading::Busy(vec![asked]))];
        // 11.10 is the first instant with buffers; 11.15 would go over noon.
        assert_eq!(
            found(&pool, asked, now()),
            ["Mon 30 13.00 15.00", "Mon 30 14.00 16.00", "Mon 30 15.00 17.00", "Tue 01 09.00 11.00", "Wed 02 09.00 11.00"]
        );
    }

    #[test]
    fn near_the_asked_time_where_that_is_taken_and_noon_last() {
        let asked = slot("2026-11-30T09:00", "2026-11-30T10:00");
        let busy = vec![
            slot("2026-11-30T07:00", "2026-11-30T10:50"),
            slot("2026-11-30T13:10", "2026-11-30T22:00"),
            slot("2026-12-01T08:00", "2026-12-01T09:20"),
            slot("2026-12-01T10:50", "2026-12-01T22:00"),
            slot("2026-12-02T07:00", "2026-12-07T22:00"),
        ];
        let pool = [host(100, Reading::Busy(busy))];
        assert_eq!(found(&pool, asked, now()), ["Mon 30 11.00 12.00", "Tue 01 09.30 10.30", "Mon 30 12.00 13.00"]);
    }

    #[test]
    fn never_over_the_friday_prayer_even_when_asked_for() {
        let asked = slot("2026-12-04T11:00", "2026-12-04T12:30");
        let pool = [host(100, Reading::Busy(vec![asked]))];
        assert_eq!(
            found(&pool, asked, now()),
            ["Fri 04 09.15 10.45", "Fri 04 13.00 14.30", "Fri 04 08.15 09.45", "Sat 05 11.00 12.30", "Sun 06 11.00 12.30"]
        );
    }

    #[test]
    fn nothing_sooner_than_people_can_answer_and_nothing_at_night() {
        let asked = slot("2026-11-30T18:00", "2026-11-30T20:00");
        let pool = [host(100, Reading::Busy(vec![asked]))];
        let late = slot("2026-11-30T17:50", "2026-11-30T18:00").start;
        let times = found(&pool, asked, late);
        assert!(times.iter().all(|time| time.ends_with("18.00 20.00")) && times[0].starts_with("Tue 01"), "{times:?}");
        let night = slot("2026-11-30T22:00", "2026-12-01T02:00");
        let pool = [host(100, Reading::Busy(vec![night]))];
        assert_eq!(found(&pool, night, now())[..2], ["Mon 30 17.45 21.45", "Mon 30 16.45 20.45"]);
        assert_eq!(found(&pool, night, now())[3], "Tue 01 22.00 02.00");
    }

    #[test]
    fn what_cannot_be_read_or_is_too_small_is_not_offered() {
        let asked = slot("2026-11-30T09:00", "2026-11-30T11:00");
        let used_up = HostView { changes: 100, ..host(100, Reading::Busy(Vec::new())) };
        assert_eq!(found(&[host(100, Reading::Unreadable), used_up], asked, now()), [""; 0]);
        assert_eq!(found(&[host(40, Reading::Busy(vec![]))], asked, now()), [""; 0]);
        assert_eq!(found(&[], asked, now()), [""; 0]);
    }

    proptest::proptest! {
        #[test]
        fn every_time_offered_is_free_allowed_apart_and_in_order(
            start in 0_i64..(10 * 96), minutes in 1_i64..480, off_grid in 0_i64..15, ahead in 0_i64..(3 * 24 * 60),
            people in proptest::option::of(1_u32..600), concurrent in 1_u32..3,
            busy in proptest::collection::vec((0_usize..3, 0_i64..(20 * 96), 10_i64..900), 0..60),
            unreadable in proptest::option::of(0_usize..3),
        ) {
            let day = slot("2026-11-30T00:00", "2026-11-30T01:00").start;
            let at = |quarter: i64, extra: i64| day + SignedDuration::from_mins(quarter * 15 + extra);
            let begin = at(start, off_grid);
            let asked = Slot { start: begin, end: begin + SignedDuration::from_mins(minutes) };
            let now = begin - SignedDuration::from_mins(ahead);
            let mut pool = [host(100, Reading::Busy(vec![])), host(300, Reading::Busy(vec![])), host(500, Reading::Busy(vec![]))];
            for view in &mut pool { view.host.concurrent = concurrent; }
            for (index, quarter, length) in busy {
                if let Reading::Busy(slots) = &mut pool[index].reading {
                    slots.push(Slot { start: at(quarter, 0), end: at(quarter, length) });
                }
            }
            if let Some(index) = unreadable { pool[index].reading = Reading::Unreadable; }
            let (rules, request) = (rules(), request(asked, people));
            let offered = free_near(&pool, &request, &rules, now);
            proptest::prop_assert!(offered.len() <= FREE_TIMES_MAX);
            proptest::prop_assert!(tries(asked, &rules, now).len() <= TRIED_MAX);
            let wall = |at: Timestamp| rules.zone.to_datetime(at);
            let asked_noon = meets(asked, &rules, NOON, |_| true);
            let mut ranks = Vec::new();
            for (index, one) in offered.iter().enumerate() {
                let Choice::Host(chosen) = choose(&pool, *one, people.unwrap_or(100), &rules) else { panic!("{one:?} is not free") };
                let Reading::Busy(slots) = &pool[chosen].reading else { panic!("{one:?} is on an account that cannot be read") };
                proptest::prop_assert!(most_at_once(slots, one.padded(rules.buffer_before, rules.buffer_after)) < concurrent);
                proptest::prop_assert!(pool[chosen].host.capacity >= people.unwrap_or(100));
                proptest::prop_assert!(one.start >= now + rules.lead_time && *one != asked);
                proptest::prop_assert_eq!(one.end.duration_since(one.start), asked.end.duration_since(asked.start));
                let (from, until) = (wall(one.start), wall(one.end));
                for minute in 0..minutes {
                    let inside = wall(one.start + SignedDuration::from_mins(minute));
                    let praying = inside.date().weekday() == Weekday::Friday && inside.time() >= PRAYER.0 && inside.time() < PRAYER.1;
                    proptest::prop_assert!(!praying, "over the prayer: {:?}", one);
                }
                let earlier = from.time() < DAY_FROM && from.time() < wall(asked.start).time();
                proptest::prop_assert!(!earlier, "too early: {from}");
                let asked_end = wall(asked.end);
                let late = until > from.date().to_datetime(DAY_UNTIL) && asked_end.date() == wall(asked.start).date() && until.time() > asked_end.time();
                proptest::prop_assert!(!late, "too late: {until}");
                for other in &offered[..index] {
                    proptest::prop_assert!(other != one && other.start.duration_since(one.start).abs() >= APART);
                }
                let days = from.date().duration_since(wall(asked.start).date()).as_secs() / 86_400;
                let distance = from.time().duration_since(wall(asked.start).time()).as_secs();
                proptest::prop_assert!((0..=i64::from(DAYS_AFTER_MAX)).contains(&days));
                ranks.push((!asked_noon && meets(*one, &rules, NOON, |_| true), days, distance.abs(), distance < 0));
            }
            proptest::prop_assert!(ranks.is_sorted(), "{:?}", ranks);
        }
    }
}
