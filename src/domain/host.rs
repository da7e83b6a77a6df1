//! The pool of hosts, and the choice of one.

use std::cmp::Reverse;

use jiff::{SignedDuration, Timestamp};

use super::limits::waits::CHANGES_HEAD_ROOM;
use super::limits::{BASIC_HOST_MINUTES, FIT_BESIDE, FIT_WITHIN, ZOOM_CHANGES_PER_HOST_AND_DAY};
use super::problem::Reason;
use super::rules::Rules;
use super::slot::Slot;

/// What is known of an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Host {
    /// Its address: how Zoom knows it.
    pub email: String,
    /// What people see.
    pub name: String,
    /// How many meetings it may hold at a time.
    pub concurrent: u32,
    /// How many people it holds.
    pub capacity: u32,
    /// A Basic account's meetings end after 40 minutes.
    pub licensed: bool,
}

/// What a look at an account gave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reading {
    /// When it is taken: by meetings in Zoom and by the ledger's bookings.
    Busy(Vec<Slot>),
    /// It could not be read: it is neither free nor taken.
    Unreadable,
}

/// What is left of a host's creates and changes of the UTC day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Budget {
    /// Enough.
    #[default]
    Enough,
    /// Only the head-room for changes: a create takes of it where no other host will do.
    Scarce,
    /// Nothing until the next UTC day.
    UsedUp,
}

impl Budget {
    /// What is left after so many creates and changes.
    pub fn after(changes: u32) -> Budget {
        match changes {
            ZOOM_CHANGES_PER_HOST_AND_DAY.. => Budget::UsedUp,
            _ if changes >= ZOOM_CHANGES_PER_HOST_AND_DAY - CHANGES_HEAD_ROOM => Budget::Scarce,
            _ => Budget::Enough,
        }
    }
}

/// An account with what a look at it gave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostView {
    /// The account.
    pub host: Host,
    /// What is known of its time.
    pub reading: Reading,
    /// Its creates and changes of the UTC day so far.
    pub changes: u32,
}

impl HostView {
    /// What is left of its day.
    pub fn budget(&self) -> Budget {
        Budget::after(self.changes)
    }

    /// The same after a booking: another one is chosen with it in mind before the account is looked at again.
    pub fn book(&mut self, slot: Slot) {
        self.changes += 1;
        if let Reading::Busy(busy) = &mut self.reading {
            busy.push(slot);
        }
    }
}

/// What came of choosing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Choice {
    /// The host at this place in the pool.
    Host(usize),
    /// None will do.
    None(Reason),
    /// One that cannot be read now might do: wait, never guess.
    Wait,
    /// Only hosts that have used up their day will do: wait for the next one.
    NextDay,
}

/// Chooses a host: among those that fit, and whose day has room beside what is kept for changes, the smallest sufficient capacity, then the tightest fit around the slot, then the name.
pub fn choose(pool: &[HostView], slot: Slot, participants: u32, rules: &Rules) -> Choice {
    let largest = pool.iter().map(|view| view.host.capacity).max().unwrap_or(0);
    let holds = |host: &Host| host.capacity >= participants && (host.licensed || slot.minutes() <= BASIC_HOST_MINUTES);
    if pool.is_empty() {
        return Choice::Wait;
    }
    if largest < participants {
        return Choice::None(Reason::TooLarge { participants, largest });
    }
    let able = || pool.iter().enumerate().filter(|(_, view)| holds(&view.host));
    if able().next().is_none() {
        return Choice::None(Reason::TooLongForHosts { minutes: slot.minutes() });
    }
    let padded = slot.padded(rules.buffer_before, rules.buffer_after);
    let free = able().filter_map(|(index, view)| {
        let Reading::Busy(busy) = &view.reading else { return None };
        let under = most_at_once(busy, padded);
        let fits = under < view.host.concurrent;
        fits.then(|| (view.budget(), view.host.capacity, Fit::of(busy, slot, under), view.host.name.as_str(), index))
    });
    let best = free.min();
    let unread =
        |today: bool| able().any(|(_, view)| view.reading == Reading::Unreadable && (!today || view.budget() != Budget::UsedUp));
    match best {
        Some((Budget::Enough | Budget::Scarce, _, _, _, index)) => Choice::Host(index),
        Some((Budget::UsedUp, ..)) if unread(true) => Choice::Wait,
        Some((Budget::UsedUp, ..)) => Choice::NextDay,
        None if unread(false) => Choice::Wait,
        None => Choice::None(Reason::AllTaken),
    }
}

/// How many of the meetings run at the same instant, at most, within the slot.
pub fn most_at_once(busy: &[Slot], within: Slot) -> u32 {
    let inside: Vec<&Slot> = busy.iter().filter(|slot| slot.overlaps(&within)).collect();
    // The most is reached where one of them starts, or at the slot's own start.
    let starts = inside.iter().map(|slot| slot.start.max(within.start));
    let running = |at: Timestamp| inside.iter().filter(|slot| slot.start <= at && at < slot.end).count();
    starts.map(running).max().and_then(|most| u32::try_from(most).ok()).unwrap_or(0)
}

/// How a slot would lie among a host's meetings; the lesser is the better.
///
/// Idle time next to the slot in which hardly anything finds room is lost, so the less of it the tighter the fit. Between equally
/// tight fits the slot goes where most room is left around it, since a gap of middling length is lost sooner than a long one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Fit {
    beside: SignedDuration,
    room: Reverse<SignedDuration>,
}

impl Fit {
    /// With as many meetings under it as run at once during the slot: idle is then when no more than those run.
    fn of(busy: &[Slot], slot: Slot, under: u32) -> Fit {
        let around = slot.padded(FIT_WITHIN, FIT_WITHIN);
        let near: Vec<Slot> = busy.iter().filter(|b| b.overlaps(&around)).copied().collect();
        let over = |running: &dyn Fn(&Slot) -> bool| near.iter().filter(|b| running(b)).count() > under as usize;
        let ends = near.iter().map(|b| b.end).filter(|end| *end <= slot.start && over(&|b| b.start < *end && *end <= b.end));
        let starts = near.iter().map(|b| b.start).filter(|at| *at >= slot.end && over(&|b| b.start <= *at && *at < b.end));
        let before = ends.max().map_or(FIT_WITHIN, |end| slot.start.duration_since(end));
        let after = starts.min().map_or(FIT_WITHIN, |start| start.duration_since(slot.end));
        Fit { beside: before.min(FIT_BESIDE) + after.min(FIT_BESIDE), room: Reverse(before + after) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules() -> Rules {
        Rules { zone: jiff::tz::TimeZone::UTC, lead_time: SignedDuration::from_mins(10), ..Rules::of_a_plain_office() }
    }

    /// Minutes of a day far ahead.
    fn slot(start: i64, end: i64) -> Slot {
        let at = |minute: i64| Timestamp::from_second(1_800_000_000 + minute * 60).unwrap();
        Slot { start: at(start), end: at(end) }
    }

    fn host(name: &str, capacity: u32, reading: Reading) -> HostView {
        let host = Host { email: name.to_lowercase(), name: name.into(), concurrent: 1, capacity, licensed: true };
        HostView { host, reading, changes: 0 }
    }

    fn busy(slots: &[(i64, i64)]) -> Reading {
        Reading::Busy(slots.iter().map(|(start, end)| slot(*start, *end)).collect())
    }

    fn check(pool: &[HostView], start: i64, end: i64, participants: u32, expect: &Choice) {
        assert_eq!(&choose(pool, slot(start, end), participants, &rules()), expect);
    }

    #[test]
    fn the_smallest_sufficient_then_the_tightest_then_the_name() {
        let pool = [host("C", 500, busy(&[])), host("B", 100, busy(&[])), host("A", 100, busy(&[(0, 50)]))];
        check(&pool, 60, 120, 50, &Choice::Host(2));
        check(&pool, 300, 360, 50, &Choice::Host(2));
        check(&pool, 60, 120, 300, &Choice::Host(0));
        let even = [host("B", 100, busy(&[])), host("A", 100, busy(&[]))];
        check(&even, 60, 120, 50, &Choice::Host(1));
    }

    #[test]
    fn little_idle_time_beside_the_slot_is_tight_on_either_side() {
        // 15 and 45 minutes against 15 and 15; then one side each.
        let pool = [host("A", 100, busy(&[(0, 45), (165, 200)])), host("B", 100, busy(&[(0, 45), (135, 200)]))];
        check(&pool, 60, 120, 50, &Choice::Host(1));
        let pool = [host("A", 100, busy(&[(0, 30)])), host("B", 100, busy(&[(140, 200)]))];
        check(&pool, 60, 120, 50, &Choice::Host(1));
    }

    #[test]
    fn where_none_is_tight_most_room_is_left() {
        // Both gaps hold another meeting: the longer one stays the more useful.
        let pool = [host("A", 100, busy(&[(0, 60)])), host("B", 100, busy(&[]))];
        check(&pool, 160, 220, 50, &Choice::Host(1));
        // The same room on one side: what lies on the other decides.
        let pool = [host("A", 100, busy(&[(0, 60), (340, 400)])), host("B", 100, busy(&[(0, 60)]))];
        check(&pool, 75, 200, 50, &Choice::Host(1));
        // Further away than half a day nothing counts, only the name.
        let pool = [host("B", 100, busy(&[])), host("A", 100, busy(&[(0, 60)]))];
        check(&pool, 300, 360, 50, &Choice::Host(1));
    }

    #[test]
    fn a_host_of_two_meetings_is_judged_by_the_place_that_the_slot_takes() {
        let mut pool = [host("A", 100, busy(&[(0, 400)])), host("B", 100, busy(&[(0, 400), (0, 50)]))];
        for view in &mut pool {
            view.host.concurrent = 2;
        }
        // Beside the first meeting of each; in B its second one ends just before.
        check(&pool, 60, 120, 50, &Choice::Host(1));
        check(&pool, 140, 200, 50, &Choice::Host(0));
    }

    #[test]
    fn buffers_are_kept_and_no_more() {
        check(&[host("A", 100, busy(&[(0, 50), (130, 200)]))], 60, 120, 5, &Choice::Host(0));
        check(&[host("A", 100, busy(&[(0, 51)]))], 60, 120, 5, &Choice::None(Reason::AllTaken));
        check(&[host("A", 100, busy(&[(129, 200)]))], 60, 120, 5, &Choice::None(Reason::AllTaken));
    }

    #[test]
    fn what_cannot_be_read_is_neither_free_nor_taken() {
        let pool = [host("A", 100, busy(&[(60, 120)])), host("B", 100, Reading::Unreadable)];
        check(&pool, 60, 120, 50, &Choice::Wait);
        check(&pool, 200, 220, 50, &Choice::Host(0));
        check(&pool, 60, 120, 300, &Choice::None(Reason::TooLarge { participants: 300, largest: 100 }));
    }

    #[test]
    fn creates_go_where_the_day_has_room_and_wait_only_where_none_has() {
        let changes = |budget| match budget {
            Budget::Enough => 79,
            Budget::Scarce => 99,
            Budget::UsedUp => 100,
        };
        let with = |name, budget, taken: &[(i64, i64)]| HostView { changes: changes(budget), ..host(name, 100, busy(taken)) };
        let all = |one, two| [with("A", one, &[]), with("B", two, &[])];
        check(&all(Budget::Scarce, Budget::Enough), 60, 120, 50, &Choice::Host(1));
        check(&all(Budget::UsedUp, Budget::Scarce), 60, 120, 50, &Choice::Host(1));
        check(&all(Budget::UsedUp, Budget::UsedUp), 60, 120, 50, &Choice::NextDay);
        // The head-room is taken rather than that somebody is refused or waits.
        let taken = [with("A", Budget::Enough, &[(60, 120)]), with("B", Budget::Scarce, &[])];
        check(&taken, 60, 120, 50, &Choice::Host(1));
        let taken = [with("A", Budget::Enough, &[(60, 120)]), with("B", Budget::UsedUp, &[])];
        check(&taken, 60, 120, 50, &Choice::NextDay);
        let taken = [with("A", Budget::Enough, &[(60, 120)]), with("B", Budget::UsedUp, &[(60, 120)])];
        check(&taken, 60, 120, 50, &Choice::None(Reason::AllTaken));
        let unread = [host("A", 100, Reading::Unreadable), with("B", Budget::UsedUp, &[])];
        check(&unread, 60, 120, 50, &Choice::Wait);
        let unread = [
            with("A", Budget::Enough, &[(60, 120)]),
            HostView { reading: Reading::Unreadable, ..with("B", Budget::UsedUp, &[]) },
        ];
        check(&unread, 60, 120, 50, &Choice::Wait);
        let mut booked = [with("A", Budget::Enough, &[]), with("B", Budget::Enough, &[])];
        booked[0].book(slot(300, 360));
        check(&booked, 60, 120, 50, &Choice::Host(1));
        check(&booked[..1], 300, 360, 50, &Choice::None(Reason::AllTaken));
        let left = |changes| Budget::after(changes);
        assert_eq!([0, 79, 80, 99, 100, u32::MAX].map(left).map(|b| b as u8), [0, 0, 1, 1, 2, 2]);
    }

    #[test]
    fn a_basic_account_holds_forty_minutes() {
        let mut basic = host("A", 100, busy(&[]));
        basic.host.licensed = false;
        check(std::slice::from_ref(&basic), 0, 40, 50, &Choice::Host(0));
        check(&[basic], 0, 41, 50, &Choice::None(Reason::TooLongForHosts { minutes: 41 }));
    }

    proptest::proptest! {
        #[test]
        fn no_host_is_ever_over_its_number(
            asked in proptest::collection::vec((0_i64..2000, 1_i64..300, 1_u32..600), 1..60),
            concurrent in 1_u32..3,
        ) {
            let mut pool = [host("A", 100, busy(&[])), host("B", 100, busy(&[])), host("C", 500, busy(&[]))];
            for view in &mut pool { view.host.concurrent = concurrent; }
            for (start, length, people) in asked {
                let wanted = slot(start, start + length);
                if let Choice::Host(index) = choose(&pool, wanted, people, &rules()) {
                    let Reading::Busy(slots) = &mut pool[index].reading else { unreachable!() };
                    slots.push(wanted);
                    proptest::prop_assert!(most_at_once(slots, wanted) <= concurrent);
                }
            }
        }

        #[test]
        fn the_order_of_the_pool_and_of_the_meetings_does_not_matter(
            meetings in proptest::collection::vec((0_usize..5, 0_i64..40, 1_i64..8), 0..25),
            (start, length, people) in (0_i64..40, 1_i64..8, 1_u32..200),
        ) {
            let names = ["A", "B", "C", "D", "E"];
            let mut pool: Vec<HostView> = names.iter().map(|name| host(name, 100, busy(&[]))).collect();
            for (index, start, length) in meetings {
                let Reading::Busy(slots) = &mut pool[index].reading else { unreachable!() };
                slots.push(slot(start * 15, (start + length) * 15));
            }
            let wanted = slot(start * 15, (start + length) * 15);
            let named = |pool: &[HostView]| match choose(pool, wanted, people, &rules()) {
                Choice::Host(index) => Ok(pool[index].host.name.clone()),
                other => Err(other),
            };
            let first = named(&pool);
            pool.reverse();
            for view in &mut pool {
                let Reading::Busy(slots) = &mut view.reading else { unreachable!() };
                slots.reverse();
            }
            proptest::prop_assert_eq!(first, named(&pool));
        }

        #[test]
        fn nobody_is_refused_while_a_host_is_free_all_day(
            meetings in proptest::collection::vec((0_i64..2000, 1_i64..300), 0..40), start in 0_i64..2000,
        ) {
            let meetings: Vec<_> = meetings.iter().map(|(start, length)| (*start, start + length)).collect();
            let pool = [host("A", 100, busy(&[])), host("B", 100, busy(&meetings)), host("C", 100, busy(&meetings))];
            let chosen = choose(&pool, slot(start, start + 60), 10, &rules());
            proptest::prop_assert!(matches!(chosen, Choice::Host(_)));
        }
    }
}
