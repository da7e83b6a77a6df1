//! The pool of hosts, and the choice of one.

use jiff::{SignedDuration, Timestamp};

use super::limits::BASIC_HOST_MINUTES;
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
    /// It has used up its changes of the UTC day.
    DayUsedUp,
}

/// An account with what a look at it gave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostView {
    /// The account.
    pub host: Host,
    /// What is known of its time.
    pub reading: Reading,
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
}

/// Idle time beside a slot counts up to this: what lies further away does not make a fit tighter.
const GAP_MAX: SignedDuration = SignedDuration::from_hours(24);

/// Chooses a host: among those that fit the smallest sufficient capacity, then the tightest fit around the slot, then the name.
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
    let free = able().filter_map(|(index, view)| match &view.reading {
        Reading::Busy(busy) if most_at_once(busy, padded) < view.host.concurrent => {
            Some((view.host.capacity, gap(busy, slot), view.host.name.as_str(), index))
        }
        _ => None,
    });
    match free.min() {
        Some((_, _, _, index)) => Choice::Host(index),
        None if able().any(|(_, view)| !matches!(view.reading, Reading::Busy(_))) => Choice::Wait,
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

/// Idle time that the slot would leave before and after it on this host.
fn gap(busy: &[Slot], slot: Slot) -> SignedDuration {
    let before = busy.iter().filter(|b| b.end <= slot.start).map(|b| slot.start.duration_since(b.end)).min();
    let after = busy.iter().filter(|b| b.start >= slot.end).map(|b| b.start.duration_since(slot.end)).min();
    before.unwrap_or(GAP_MAX).min(GAP_MAX) + after.unwrap_or(GAP_MAX).min(GAP_MAX)
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
        HostView { host, reading }
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
    }
}
