//! Rows that staff protected against Loket. Google refuses a whole call for one of them: the call is made again in halves, until each
//! such row is found and the others are done. Found ones are set aside and tried again one by one, and staff are told once.

use std::collections::VecDeque;
use std::time::Instant;

use super::{Clerk, watching};
use crate::adapters::store::StoreError;
use crate::domain::limits::{PROTECTED_RETRY, ROUNDS_TO_MISS};
use crate::domain::ticket::TicketNumber;

/// The notice of protected rows.
const PROTECTED: &str = "protected";

/// Tickets whose rows are not sent together with others'.
#[derive(Debug, Default)]
pub(super) struct Protected {
    /// Parts of calls that were refused: at least one row in each is protected, or was in the call from which it was parted.
    parts: VecDeque<Vec<TicketNumber>>,
    /// Tickets whose rows were refused by themselves, the one whose last try is longest ago first.
    refused: VecDeque<TicketNumber>,
    /// When the next of them is tried again.
    retry_at: Option<Instant>,
}

impl Protected {
    /// Whether a ticket's row is not to be sent together with others'.
    pub(super) fn holds(&self, number: TicketNumber) -> bool {
        self.refused.contains(&number) || self.parts.iter().any(|part| part.contains(&number))
    }

    /// Whether a ticket's row may be sent now, alone or in its part.
    pub(super) fn allows(&self, number: TicketNumber, now: Instant) -> bool {
        !self.refused.contains(&number) || self.retry_at.is_none_or(|at| at <= now)
    }

    /// What is sent next apart from all others, of what is due: the rest of a part, else a refused one whose time has come.
    pub(super) fn take(&mut self, now: Instant, most: usize, is_due: impl Fn(TicketNumber) -> bool) -> Vec<TicketNumber> {
        for part in &mut self.parts {
            let taken: Vec<TicketNumber> = part.extract_if(.., |number| is_due(*number)).take(most).collect();
            if !taken.is_empty() {
                self.parts.retain(|part| !part.is_empty());
                return taken;
            }
        }
        if self.retry_at.is_some_and(|at| at > now) {
            return Vec::new();
        }
        let Some(at) = self.refused.iter().position(|number| is_due(*number)) else { return Vec::new() };
        self.retry_at = Some(now + PROTECTED_RETRY);
        let next = self.refused.remove(at);
        self.refused.extend(next);
        next.into_iter().collect()
    }

    /// A call was refused, since one of its rows is protected. Gives the row's ticket if that was the only one, and new.
    pub(super) fn refuse(&mut self, mut numbers: Vec<TicketNumber>, now: Instant) -> Option<TicketNumber> {
        if let [number] = numbers[..] {
            self.retry_at = Some(now + PROTECTED_RETRY);
            if self.refused.contains(&number) {
                return None;
            }
            self.refused.push_back(number);
            return Some(number);
        }
        let second = numbers.split_off(numbers.len() / 2);
        self.parts.extend([numbers, second].into_iter().filter(|part| !part.is_empty()));
        None
    }

    /// Rows were accepted. Where one had been refused, the protection may have been lifted from the others too: they go together.
    pub(super) fn accept(&mut self, numbers: &[TicketNumber]) {
        let before = self.refused.len();
        self.refused.retain(|number| !numbers.contains(number));
        if self.refused.len() < before && !self.refused.is_empty() {
            self.parts.push_back(std::mem::take(&mut self.refused).into());
        }
    }

    /// Keeps what still has to be sent.
    pub(super) fn retain(&mut self, mut is_wanted: impl FnMut(TicketNumber) -> bool) {
        for part in &mut self.parts {
            part.retain(|number| is_wanted(*number));
        }
        self.parts.retain(|part| !part.is_empty());
        self.refused.retain(|number| is_wanted(*number));
    }
}

impl Clerk {
    /// Rows could not be written, or not be marked, since one of them is protected.
    pub(super) fn set_aside(&mut self, numbers: Vec<TicketNumber>, marking: bool) {
        let of = if marking { &mut self.unmarkable } else { &mut self.protected };
        if let Some(number) = of.refuse(numbers, Instant::now()) {
            tracing::warn!(ticket = %number, "the row of {number} is protected against Loket: it is tried again from time to time, the others go on");
        }
        self.poll_soon();
    }

    /// Forgets what need not be sent any more; tells staff of protected rows once all are known, and once until all are done.
    pub(super) async fn watch_protection(&mut self) -> Result<(), StoreError> {
        let open = self.house.store.open_tickets().await?;
        let mut protected = std::mem::take(&mut self.protected);
        protected.retain(|number| {
            let ticket = open.iter().find(|ticket| ticket.number == number);
            let unseen = !self.seen.contains_key(&number) || self.writing.contains(&number);
            ticket.is_some_and(|ticket| unseen || self.difference(ticket).is_some())
        });
        self.protected = protected;
        self.unmarkable.retain(|number| open.iter().any(|ticket| ticket.number == number && ticket.mark.is_none()));
        let parted = !self.protected.parts.is_empty() || !self.unmarkable.parts.is_empty();
        if parted || self.writes > 0 || !self.marking.is_empty() {
            return Ok(());
        }
        let refused: Vec<TicketNumber> = self.protected.refused.iter().chain(&self.unmarkable.refused).copied().collect();
        if !refused.is_empty() {
            let (tickets, house) = (watching::numbers(refused.iter()), self.house.clone());
            return self.tell(PROTECTED, "protected", &[("tickets", &tickets), ("account", house.sheet.account())]).await;
        }
        // A process that has just begun may not have come to the rows of which the one before told.
        if self.round > ROUNDS_TO_MISS && !self.anything_to_write().await {
            self.over(PROTECTED).await?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(count: u32) -> TicketNumber {
        TicketNumber { year: 2026, count }
    }

    /// Sends until nothing is left that may be sent now. Gives how many calls that took.
    fn send(
        protected: &mut Protected,
        now: Instant,
        is_free: impl Fn(TicketNumber) -> bool,
        done: &mut Vec<TicketNumber>,
    ) -> usize {
        let mut calls = 0;
        loop {
            let taken = protected.take(now, 200, |number| !done.contains(&number));
            if taken.is_empty() {
                return calls;
            }
            calls += 1;
            if taken.iter().all(|number| is_free(*number)) {
                protected.accept(&taken);
                done.extend(taken);
            } else {
                protected.refuse(taken, now);
            }
        }
    }

    #[test]
    fn each_protected_row_is_found_and_all_others_are_sent() {
        let (mut protected, now, mut done) = (Protected::default(), Instant::now(), Vec::new());
        let is_free = |of: TicketNumber| of.count != 7 && of.count != 150;
        assert_eq!(protected.refuse((0..200).map(number).collect(), now), None);
        let calls = send(&mut protected, now, is_free, &mut done);
        assert_eq!((done.len(), protected.refused.len()), (198, 2));
        assert!(calls <= 32, "two rows among 200 are found by halves: {calls} calls");
        assert!(protected.holds(number(7)) && !protected.holds(number(8)));
        assert!(!protected.allows(number(7), now) && protected.allows(number(8), now));
    }

    #[test]
    fn refused_rows_are_tried_again_in_turn_one_each_time_and_all_once_one_is_accepted() {
        let (mut protected, start, mut done) = (Protected::default(), Instant::now(), Vec::new());
        for count in 1..=3 {
            assert_eq!(protected.refuse(vec![number(count)], start), Some(number(count)));
        }
        for round in 1..=3_u32 {
            let now = start + PROTECTED_RETRY * round;
            assert_eq!(protected.take(now, 200, |_| true), [number(round)]);
            assert_eq!(protected.refuse(vec![number(round)], now), None, "it is known");
            assert!(protected.take(now, 200, |_| true).is_empty(), "one each time");
        }
        let now = start + PROTECTED_RETRY * 4;
        // The first was lifted, and so was the last; the second was not.
        assert_eq!(send(&mut protected, now, |of| of.count != 2, &mut done), 4);
        assert_eq!((done.len(), &protected.refused), (2, &VecDeque::from([number(2)])));
        protected.retain(|_| false);
        assert!(!protected.holds(number(2)));
    }

    #[test]
    fn what_is_not_due_yet_stays_apart() {
        let (mut protected, now) = (Protected::default(), Instant::now());
        protected.refuse((1..=4).map(number).collect(), now);
        assert_eq!(protected.take(now, 200, |of| of.count == 2), [number(2)]);
        assert!(protected.holds(number(1)) && !protected.holds(number(2)));
        assert_eq!(protected.take(now, 1, |_| true), [number(1)]);
        assert_eq!(protected.take(now, 1, |_| true), [number(3)]);
    }
}
