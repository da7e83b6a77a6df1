//! One day's schedule under one way of choosing hosts, and whether a refused request had found room.

use crate::domain::host::{Choice, Host, HostView, Reading, choose, most_at_once};
use crate::domain::rules::Rules;
use crate::domain::slot::Slot;

use super::months::Asked;

/// How a host is chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Policy {
    /// As Loket does: the function itself.
    Loket,
    /// The host with the least booked time that day.
    LeastLoaded,
    /// The first in the configured order.
    FirstFit,
    /// The host after which fewest of the day's later requests are fragmented if Loket goes on from there.
    Foresight,
    /// No host yet: meetings may be moved between hosts for each new request.
    IfMoved,
}

/// A meeting that was booked.
#[derive(Debug, Clone, Copy)]
struct Booked {
    slot: Slot,
    participants: u32,
}

/// What is booked on a day.
#[derive(Debug, Clone)]
pub(super) struct Day<'a> {
    pool: Vec<HostView>,
    booked: Vec<Booked>,
    rules: &'a Rules,
}

impl<'a> Day<'a> {
    /// A day on which nothing is booked.
    pub(super) fn new(pool: Vec<HostView>, rules: &'a Rules) -> Day<'a> {
        Day { pool, booked: Vec::new(), rules }
    }

    /// Books the request if the policy finds a host for it.
    pub(super) fn book(&mut self, policy: Policy, asked: &Asked, later: &[Asked]) -> bool {
        let host = match policy {
            Policy::Loket => self.by_loket(asked),
            Policy::LeastLoaded => self.fitting(asked).min_by_key(|index| self.booked_minutes(*index)),
            Policy::FirstFit => self.fitting(asked).next(),
            Policy::Foresight => self.by_foresight(asked, later),
            Policy::IfMoved => {
                let room = self.room_if_moved(asked);
                if room {
                    self.booked.push(Booked { slot: asked.slot, participants: asked.participants });
                }
                return room;
            }
        };
        if let Some(index) = host {
            self.put(index, asked);
        }
        host.is_some()
    }

    fn put(&mut self, index: usize, asked: &Asked) {
        if let Reading::Busy(busy) = &mut self.pool[index].reading {
            busy.push(asked.slot);
        }
        self.booked.push(Booked { slot: asked.slot, participants: asked.participants });
    }

    fn by_loket(&self, asked: &Asked) -> Option<usize> {
        match choose(&self.pool, asked.slot, asked.participants, self.rules) {
            Choice::Host(index) => Some(index),
            Choice::None(_) | Choice::Wait | Choice::NextDay => None,
        }
    }

    fn by_foresight(&self, asked: &Asked, later: &[Asked]) -> Option<usize> {
        let first = self.by_loket(asked)?;
        let mut tried: Vec<&HostView> = Vec::new();
        let mut best = (usize::MAX, first);
        for index in std::iter::once(first).chain(self.fitting(asked)) {
            let view = &self.pool[index];
            // Hosts on which the same is booked differ by their names only.
            if tried.iter().any(|seen| seen.host.capacity == view.host.capacity && seen.reading == view.reading) {
                continue;
            }
            tried.push(view);
            let mut day = self.clone();
            day.put(index, asked);
            let fragmented = later.iter().filter(|next| !day.book(Policy::Loket, next, &[]) && day.room_if_moved(next)).count();
            if fragmented < best.0 {
                best = (fragmented, index);
            }
        }
        Some(best.1)
    }

    /// Hosts that fit, by the rule by which Loket's choice takes them.
    fn fitting(&self, asked: &Asked) -> impl Iterator<Item = usize> {
        let padded = asked.slot.padded(self.rules.buffer_before, self.rules.buffer_after);
        let fits = move |view: &HostView| match &view.reading {
            Reading::Busy(busy) => view.host.capacity >= asked.participants && most_at_once(busy, padded) < view.host.concurrent,
            Reading::Unreadable => false,
        };
        self.pool.iter().enumerate().filter(move |(_, view)| fits(view)).map(|(index, _)| index)
    }

    fn booked_minutes(&self, index: usize) -> i64 {
        match &self.pool[index].reading {
            Reading::Busy(busy) => busy.iter().map(Slot::minutes).sum(),
            Reading::Unreadable => 0,
        }
    }

    /// Whether the request finds room if the meetings already booked may be moved between the hosts that hold them.
    ///
    /// A meeting takes its time and the pause until the next one, which is the longer of the two buffers. On equal hosts there is
    /// room exactly if at no instant more are taken than there are hosts. With capacities that has to be so for the hosts of each
    /// size and above; then it says that there may be room, never that there is none where there is.
    pub(super) fn room_if_moved(&self, asked: &Asked) -> bool {
        let pause = self.rules.buffer_before.max(self.rules.buffer_after);
        let taken = |slot: Slot| Slot { end: slot.end + pause, ..slot };
        let mut sizes: Vec<u32> = self.pool.iter().map(|view| view.host.capacity).collect();
        sizes.sort_unstable();
        sizes.dedup();
        // The smallest size that holds so many people: who needs it cannot be moved below.
        let needs = |participants: u32| sizes.iter().find(|size| **size >= participants).copied();
        let Some(needed) = needs(asked.participants) else { return false };
        sizes.iter().filter(|size| **size <= needed).all(|size| {
            let among = self.booked.iter().filter(|booked| needs(booked.participants) >= Some(*size));
            let among: Vec<Slot> = among.map(|booked| taken(booked.slot)).collect();
            most_at_once(&among, taken(asked.slot)) < self.at_once(|host| host.capacity >= *size)
        })
    }

    /// Whether at some instant of the slot with its buffers every host that could hold the request has a meeting.
    pub(super) fn all_busy(&self, asked: &Asked) -> bool {
        let able = |host: &Host| host.capacity >= asked.participants;
        let padded = asked.slot.padded(self.rules.buffer_before, self.rules.buffer_after);
        // If meetings may be moved nobody has a host; this is asked for equal hosts only, where it makes no difference.
        let in_pool = self.pool.iter().any(|view| matches!(&view.reading, Reading::Busy(busy) if !busy.is_empty()));
        let busy: Vec<Slot> = if in_pool {
            let of = |view: &HostView| match &view.reading {
                Reading::Busy(busy) => busy.clone(),
                Reading::Unreadable => Vec::new(),
            };
            self.pool.iter().filter(|view| able(&view.host)).flat_map(of).collect()
        } else {
            self.booked.iter().map(|booked| booked.slot).collect()
        };
        let hosts = if in_pool { self.at_once(able) } else { self.at_once(|_| true) };
        most_at_once(&busy, padded) >= hosts
    }

    fn at_once(&self, which: impl Fn(&Host) -> bool) -> u32 {
        self.pool.iter().filter(|view| which(&view.host)).map(|view| view.host.concurrent).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::{SignedDuration, Timestamp};

    use super::super::{Pool, rules};

    fn asked(start: i64, end: i64, participants: u32) -> Asked {
        let at = |minute: i64| Timestamp::from_second(1_800_000_000 + minute * 60).unwrap();
        Asked { arrives: at(0), slot: Slot { start: at(start), end: at(end) }, participants }
    }

    fn day<'a>(rules: &'a Rules, pool: Pool, booked: &[(usize, i64, i64)]) -> Day<'a> {
        let mut day = Day::new(pool.hosts(), rules);
        for (index, start, end) in booked {
            day.put(*index, &asked(*start, *end, 5));
        }
        day
    }

    #[test]
    fn a_fragmented_request_is_told_from_one_without_room() {
        let rules = rules();
        // Each host is taken in one half: moved together there is room.
        let mut split = day(&rules, Pool::Equal(2), &[(0, 0, 60), (1, 90, 150)]);
        let wanted = asked(30, 120, 5);
        assert!(!split.book(Policy::Loket, &wanted, &[]));
        assert!(split.room_if_moved(&wanted) && !split.all_busy(&wanted));
        // One begins when the other ends: the pause between meetings leaves no room, whatever is moved.
        let mut close = day(&rules, Pool::Equal(2), &[(0, 0, 60), (1, 60, 150)]);
        let wanted = asked(60, 120, 5);
        assert!(!close.book(Policy::Loket, &wanted, &[]));
        assert!(!close.room_if_moved(&wanted) && !close.all_busy(&wanted));
        // Both at once.
        let full = day(&rules, Pool::Equal(2), &[(0, 0, 60), (1, 30, 150)]);
        let wanted = asked(30, 120, 5);
        assert!(!full.room_if_moved(&wanted) && full.all_busy(&wanted));
    }

    #[test]
    fn small_meetings_can_be_moved_off_the_large_host_but_large_ones_cannot_leave_it() {
        let rules = rules();
        let mixed = day(&rules, Pool::Mixed, &[(0, 0, 60)]);
        assert!(mixed.room_if_moved(&asked(0, 60, 400)));
        assert!(mixed.all_busy(&asked(0, 60, 400)));
        let mut large = Day::new(Pool::Mixed.hosts(), &rules);
        assert!(large.book(Policy::Loket, &asked(0, 60, 400), &[]));
        assert!(!large.room_if_moved(&asked(0, 60, 400)) && large.room_if_moved(&asked(0, 60, 300)));
    }

    #[test]
    fn the_policies_choose_as_they_are_named() {
        let rules = rules();
        let day = day(&rules, Pool::Equal(3), &[(0, 0, 50), (2, 300, 310)]);
        let chosen = |policy| {
            let mut day = day.clone();
            assert!(day.book(policy, &asked(60, 120, 5), &[]));
            (0..3).find(|index| day.booked_minutes(*index) >= 60).unwrap()
        };
        assert_eq!(chosen(Policy::Loket), 0, "10 minutes after a meeting");
        assert_eq!(chosen(Policy::FirstFit), 0);
        assert_eq!(chosen(Policy::LeastLoaded), 1, "nothing booked");
    }

    proptest::proptest! {
        #[test]
        fn who_may_move_meetings_has_room_wherever_a_host_is_free(
            wanted in proptest::collection::vec((0_i64..40, 1_i64..10, 1_u32..500), 1..40), mixed in proptest::bool::ANY,
        ) {
            let rules = rules();
            let pool = if mixed { Pool::Mixed } else { Pool::Equal(3) };
            let mut day = Day::new(pool.hosts(), &rules);
            for (start, length, participants) in wanted {
                let request = asked(start * 15, (start + length) * 15, participants);
                let room = day.room_if_moved(&request);
                proptest::prop_assert!(!day.book(Policy::Loket, &request, &[]) || room);
            }
        }

        #[test]
        fn on_equal_hosts_room_means_that_the_meetings_can_really_be_laid_anew(
            wanted in proptest::collection::vec((0_i64..40, 1_i64..10), 1..40),
        ) {
            let rules = rules();
            let mut day = Day::new(Pool::Equal(3).hosts(), &rules);
            for (start, length) in wanted {
                day.book(Policy::IfMoved, &asked(start * 15, (start + length) * 15, 5), &[]);
            }
            // By their starts, each on any host that is free again.
            let mut slots: Vec<Slot> = day.booked.iter().map(|booked| booked.slot).collect();
            slots.sort_by_key(|slot| slot.start);
            let mut free = [Timestamp::MIN; 3];
            for slot in slots {
                let host = free.iter_mut().find(|at| **at <= slot.start);
                proptest::prop_assert!(host.is_some());
                *host.unwrap() = slot.end + SignedDuration::from_mins(10);
            }
        }
    }
}
