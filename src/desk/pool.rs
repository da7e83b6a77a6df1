//! Looking at the Zoom accounts. A look is shared by all tickets that are decided within its age; an account that does not answer
//! holds up nobody who can be put on another.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};

use super::health::Party;
use super::watch;
use super::wiring::House;
use crate::adapters::store::tickets::Booking;
use crate::adapters::zoom::accounts::Account;
use crate::adapters::zoom::listing::{Listing, Marked};
use crate::config::settings::HostSettings;
use crate::domain::host::{Host, HostView, Reading};
use crate::domain::limits::waits::{ORPHAN_ROUND, ORPHAN_SEEN_AGAIN, SUSPECTS_MAX};
use crate::domain::limits::{ACCOUNT_AGE_MAX, LISTING_AGE_MAX, LISTING_PATIENCE, LIVE_GOES_ON, RETRY_MAX, UNUSABLE_FOR};
use crate::domain::outcome::{Outcome, Why, backoff};
use crate::domain::slot::Slot;
use crate::domain::step::MarkedMeeting;

#[derive(Debug, Default)]
struct State {
    account: Option<(Account, Instant)>,
    listing: Option<(Listing, Instant)>,
    looking: bool,
    failures: u32,
    not_before: Option<Instant>,
    /// It is not there, or may not hold meetings: it is no account of the pool until the next look.
    unusable: bool,
    /// Meetings with a marker of ours and no ticket, and when they were first seen so.
    suspects: HashMap<i64, Instant>,
    /// When it was last looked through for such.
    searched: Option<Instant>,
}

impl State {
    fn fresh(&self, age: Duration) -> Option<(&Account, &Listing)> {
        let (listing, at) = self.listing.as_ref()?;
        let (account, _) = self.account.as_ref()?;
        (at.elapsed() <= age).then_some((account, listing))
    }

    fn leave_out(&mut self) {
        self.listing = None;
        self.account = None;
        self.unusable = true;
        self.not_before = Some(Instant::now() + UNUSABLE_FOR);
    }

    /// It failed, and is not to be tried yet.
    fn resting(&self) -> bool {
        self.not_before.is_some_and(|until| Instant::now() < until)
    }
}

/// The accounts and what was seen of them.
#[derive(Debug)]
pub struct Pool {
    hosts: Vec<HostSettings>,
    states: Mutex<HashMap<String, State>>,
    wanted_since: Mutex<Option<Instant>>,
}

impl Pool {
    /// A pool of which nothing is known yet.
    pub fn new(hosts: &[HostSettings]) -> Pool {
        Pool { hosts: hosts.to_vec(), states: Mutex::default(), wanted_since: Mutex::default() }
    }

    /// How many people an account holds, as last looked up.
    pub fn capacity(&self, host: &str) -> u32 {
        self.lock().get(host).and_then(|state| state.account).map_or(0, |(account, _)| account.capacity)
    }

    /// Leaves an account out for a while.
    pub fn unusable(&self, host: &str) {
        let mut states = self.lock();
        let state = states.entry(host.to_owned()).or_default();
        state.leave_out();
    }

    /// Starts looking at every account whose last look is too old. Says whether hosts can be chosen now.
    pub fn look(&self, house: &Arc<House>) -> bool {
        let age = std_duration(LISTING_AGE_MAX);
        let mut waiting = false;
        let mut any = false;
        for host in &self.hosts {
            let mut states = self.lock();
            let state = states.entry(host.email.clone()).or_default();
            if state.fresh(age).is_some() {
                any = true;
            } else if !state.resting() {
                waiting = true;
                if !state.looking {
                    state.looking = true;
                    tokio::spawn(look_at(house.clone(), host.email.clone()));
                }
            }
        }
        let mut since = self.wanted_since.lock().unwrap_or_else(PoisonError::into_inner);
        if !waiting {
            *since = None;
            return true;
        }
        let patient = since.get_or_insert_with(Instant::now).elapsed() >= std_duration(LISTING_PATIENCE);
        patient && any
    }

    /// The pool as decisions see it: meetings in Zoom, live ones, and the ledger's bookings.
    pub fn view(&self, bookings: &[Booking], changes: &HashMap<String, u32>, now: Timestamp) -> Vec<HostView> {
        let states = self.lock();
        let age = std_duration(LISTING_AGE_MAX);
        let one = |settings: &HostSettings| {
            let seen = states.get(&settings.email);
            if seen.is_some_and(|state| state.unusable) {
                return None;
            }
            let account = seen.and_then(|state| state.account).map(|(account, _)| account);
            let fresh = seen.and_then(|state| state.fresh(age));
            let changes = changes.get(&settings.email).copied().unwrap_or(0);
            let reading = match fresh {
                Some((_, listing)) => Reading::Busy(busy(&settings.email, listing, bookings, now)),
                None => Reading::Unreadable,
            };
            // An account never seen may hold anybody: nothing is refused because of it.
            let capacity = account.map_or(u32::MAX, |account| account.capacity);
            let host = Host {
                email: settings.email.clone(),
                name: settings.name.clone(),
                concurrent: settings.concurrent.get(),
                capacity,
                licensed: account.is_none_or(|account| account.licensed),
            };
            Some(HostView { host, reading, changes })
        };
        self.hosts.iter().filter_map(one).collect()
    }

    /// Whether every account was listed once since the start, or is none that can be.
    pub fn all_listed_once(&self) -> bool {
        let states = self.lock();
        let known = |state: &State| state.listing.is_some() || state.unusable;
        self.hosts.iter().all(|host| states.get(&host.email).is_some_and(known))
    }

    /// Meetings to come that carry a marker of ours, as last looked up.
    pub fn marked(&self, now: Timestamp) -> Vec<MarkedMeeting> {
        let states = self.lock();
        let age = std_duration(LISTING_AGE_MAX);
        let of_one = |(host, state): (&String, &State)| {
            let marked = state.fresh(age).map_or(&[][..], |(_, listing)| &listing.marked);
            let ahead = marked.iter().filter(|marked| marked.planned.slot.end > now);
            let meeting = |marked: &Marked| MarkedMeeting {
                host: host.clone(),
                slot: marked.planned.slot,
                marker: marked.marker.clone(),
                topic: marked.topic.clone(),
            };
            ahead.map(meeting).collect::<Vec<_>>()
        };
        states.iter().flat_map(of_one).collect()
    }

    /// Whether the accounts have to be looked at again for meetings of ours that are no ticket's: one was seen and has to be seen
    /// again, or nobody has looked for long. `began` is when this process did.
    pub fn search_is_due(&self, began: Instant) -> bool {
        let states = self.lock();
        let seen_again = states.values().any(|state| state.suspects.values().any(|first| first.elapsed() >= ORPHAN_AGAIN));
        let round = std_duration(ORPHAN_ROUND);
        let last = |email: &String| states.get(email).and_then(|state| state.searched).unwrap_or(began);
        seen_again || self.hosts.iter().any(|host| last(&host.email).elapsed() >= round)
    }

    /// Whether an account is to be looked through now.
    fn is_search_due(&self, email: &str) -> bool {
        self.lock().get(email).is_none_or(|state| state.searched.is_none_or(|at| at.elapsed() >= ORPHAN_AGAIN))
    }

    /// Notes the meetings of an account that are no ticket's; gives those that were so before, long enough ago.
    fn suspect(&self, email: &str, orphans: &[i64]) -> Vec<i64> {
        let mut states = self.lock();
        let state = states.entry(email.to_owned()).or_default();
        let now = Instant::now();
        state.searched = Some(now);
        let first_seen = |id: &i64| (*id, state.suspects.get(id).copied().unwrap_or(now));
        let seen: HashMap<i64, Instant> = orphans.iter().take(SUSPECTS_MAX).map(first_seen).collect();
        let (again, new) = seen.into_iter().partition(|(_, first)| first.elapsed() >= ORPHAN_AGAIN);
        state.suspects = new;
        let again: HashMap<i64, Instant> = again;
        again.into_keys().collect()
    }

    /// The account that is tried once a poll while none answers.
    fn is_canary(&self, email: &str) -> bool {
        let states = self.lock();
        let usable = |host: &&HostSettings| states.get(&host.email).is_none_or(|state| !state.unusable);
        self.hosts.iter().find(usable).is_some_and(|host| host.email == email)
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, State>> {
        self.states.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A meeting is an orphan when it is seen so again after this.
const ORPHAN_AGAIN: Duration = ORPHAN_SEEN_AGAIN.unsigned_abs();

fn std_duration(length: jiff::SignedDuration) -> Duration {
    length.unsigned_abs()
}

async fn look_at(house: Arc<House>, email: String) {
    let known = house.pool.lock().get(&email).and_then(|state| state.account).filter(|(_, at)| at.elapsed() < ACCOUNT_AGE_MAX);
    let account = async {
        match known {
            Some((account, _)) => Outcome::Done(account),
            None => house.zoom.account(&email).await,
        }
    };
    let (account, listing) = tokio::join!(account, house.zoom.listing(&email));
    let now = Instant::now();
    let asked = asked_wait(&account, house.now()).or_else(|| asked_wait(&listing, house.now()));
    let longest = if house.pool.is_canary(&email) { house.settings.sheet.poll_every.0 } else { RETRY_MAX };
    {
        let mut states = house.pool.lock();
        let all_down = states.values().all(|state| state.failures > 0);
        let state = states.entry(email.clone()).or_default();
        state.looking = false;
        if let Outcome::Done(account) = &account {
            let at = known.map_or(now, |(_, at)| at);
            state.account = Some((*account, at));
        }
        match (&account, &listing) {
            (Outcome::Done(_), Outcome::Done(listing)) => {
                state.listing = Some((listing.clone(), now));
                state.failures = 0;
                state.unusable = false;
                state.not_before = None;
                if all_down {
                    // Zoom is back: the others need not wait any more.
                    states.values_mut().filter(|state| !state.unusable).for_each(|state| state.not_before = None);
                }
            }
            (Outcome::NotDone(Why::HostUnusable(_)), _) | (_, Outcome::NotDone(Why::HostUnusable(_))) => state.leave_out(),
            _ => {
                state.failures += 1;
                let wait = asked.unwrap_or_else(|| backoff(state.failures).min(longest));
                state.not_before = Some(now + std_duration(wait));
            }
        }
    }
    match (&account, &listing) {
        // One bad account is not Zoom being down.
        (Outcome::NotDone(Why::HostUnusable(text)), _) | (_, Outcome::NotDone(Why::HostUnusable(text))) => {
            tracing::warn!("{text}: it is left out; mend it in Zoom, or take it out of `zoom.hosts`");
        }
        (Outcome::Done(_), Outcome::Done(seen)) => {
            house.health.well(Party::Zoom);
            house.bells.engine.notify_one();
            search(&house, &email, seen).await;
        }
        (Outcome::Done(_), listing) => watch::note_zoom(&house, listing).await,
        (account, _) => watch::note_zoom(&house, account).await,
    }
    house.bells.engine.notify_one();
}

/// How long Zoom asks to wait, if it does.
fn asked_wait<T>(outcome: &Outcome<T>, now: Timestamp) -> Option<SignedDuration> {
    match outcome {
        Outcome::NotDone(Why::Later(_, wait)) => *wait,
        Outcome::NotDone(Why::Until(_, until)) => Some(until.duration_since(now).max(SignedDuration::ZERO)),
        _ => None,
    }
}

/// Looks through a listing for meetings that carry a marker of ours and are no ticket's.
async fn search(house: &Arc<House>, email: &str, listing: &Listing) {
    if !house.pool.is_search_due(email) {
        return;
    }
    let now = house.now();
    let ahead = listing.marked.iter().filter(|marked| marked.planned.slot.end > now);
    let marked: Vec<(i64, String)> = ahead.map(|marked| (marked.planned.id, marked.marker.0.clone())).collect();
    let orphans = match house.store.without_ticket(email, marked).await {
        Ok(orphans) => orphans,
        Err(error) => return house.store_failed(&error),
    };
    let ids: Vec<i64> = orphans.iter().map(|(id, _)| *id).collect();
    let again = house.pool.suspect(email, &ids);
    for (id, marker) in orphans.into_iter().filter(|(id, _)| again.contains(id)) {
        let Some(marked) = listing.marked.iter().find(|marked| marked.planned.id == id) else { continue };
        if let Err(error) = watch::report_orphan(house, email, id, marked.planned.slot, &marker).await {
            house.store_failed(&error);
        }
    }
}

/// When a host is taken.
fn busy(host: &str, listing: &Listing, bookings: &[Booking], now: Timestamp) -> Vec<Slot> {
    let ours: Vec<&Booking> = bookings.iter().filter(|booking| booking.host == host).collect();
    let is_ours = |id: i64, slot: Slot| ours.iter().any(|booking| booking.meeting == Some(id) && booking.slot == slot);
    let mut slots: Vec<Slot> = ours.iter().map(|booking| booking.slot).collect();
    for planned in &listing.planned {
        if planned.slot.end > now && !is_ours(planned.id, planned.slot) {
            slots.push(planned.slot);
        }
    }
    for live in &listing.live {
        // A live meeting ends as planned; beyond its plan, or without one, it goes on for a while.
        let as_planned = |slot: &Slot| slot.start <= now + LIVE_GOES_ON && slot.end > now;
        let planned = listing.planned.iter().filter(|planned| planned.id == *live).any(|planned| as_planned(&planned.slot));
        if !planned {
            slots.push(Slot { start: now, end: now + LIVE_GOES_ON });
        }
    }
    slots
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::adapters::zoom::listing::Planned;

    fn slot(start: i64, end: i64) -> Slot {
        let at = |minute: i64| Timestamp::from_second(1_800_000_000 + minute * 60).unwrap();
        Slot { start: at(start), end: at(end) }
    }

    #[test]
    fn our_own_meeting_counts_once_and_a_moved_one_at_both_times() {
        let booking = |meeting| Booking { host: "a".into(), slot: slot(10, 20), meeting };
        let listing = |planned: Slot| Listing { planned: vec![Planned { id: 7, slot: planned }], ..Listing::default() };
        let now = slot(0, 0).start;
        assert_eq!(busy("a", &listing(slot(10, 20)), &[booking(Some(7))], now), [slot(10, 20)]);
        assert_eq!(busy("a", &listing(slot(30, 40)), &[booking(Some(7))], now), [slot(10, 20), slot(30, 40)]);
        assert_eq!(busy("a", &listing(slot(10, 20)), &[booking(None)], now).len(), 2);
    }

    #[test]
    fn a_live_meeting_takes_time_beyond_its_plan_only_when_it_overruns() {
        let listing = |planned| Listing { planned, live: vec![7], marked: vec![] };
        let now = slot(0, 0).start;
        let within = vec![Planned { id: 7, slot: slot(-10, 20) }];
        assert_eq!(busy("a", &listing(within), &[], now), [slot(-10, 20)]);
        let over = vec![Planned { id: 7, slot: slot(-60, -10) }];
        assert_eq!(busy("a", &listing(over), &[], now), [slot(0, 60)]);
        assert_eq!(busy("a", &listing(vec![]), &[], now), [slot(0, 60)]);
    }
}
