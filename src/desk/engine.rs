//! The engine: decides ticket by ticket, first come first served, and starts what has to be done. Deciding and reserving is serial;
//! what is done outside goes on side by side, one step at a time per ticket.

use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::effects;
use super::wiring::{House, chance};
use crate::adapters::store::StoreError;
use crate::domain::free::free_near;
use crate::domain::intent::{Intent, Progress};
use crate::domain::limits::{ALL_LISTED_PATIENCE, CREATES_AT_ONCE, TICK, TRIES_TOLD};
use crate::domain::meeting::Marker;
use crate::domain::problem::Reason;
use crate::domain::step::{Step, World, next_step};
use crate::domain::ticket::{State, Ticket, TicketNumber};

/// The engine.
#[derive(Debug)]
pub struct Engine {
    house: Arc<House>,
    busy: Arc<Mutex<HashSet<TicketNumber>>>,
    creates: Arc<Semaphore>,
    tasks: TaskTracker,
    /// When it began, and the tickets that it found waiting then: in Zoom more may be known of them than in the ledger.
    began: Instant,
    found: Mutex<HashSet<TicketNumber>>,
    /// The store failed: what it was asked to record may stand all the same.
    doubt: AtomicBool,
    fence: i64,
}

impl Engine {
    /// An engine at rest, that works under the lease with this fence.
    pub fn new(house: Arc<House>, fence: i64) -> Engine {
        let (creates, tasks) = (Arc::new(Semaphore::new(CREATES_AT_ONCE)), TaskTracker::new());
        let (busy, found, doubt) = (Arc::default(), Mutex::default(), AtomicBool::new(false));
        Engine { house, busy, creates, tasks, began: Instant::now(), found, doubt, fence }
    }

    /// Intents that the last holder left open. What it had called may have been carried out; where it may still live, its call may even
    /// be under way. Instants that it recorded are by its own clock, so the waiting begins anew. Once, at the start.
    pub async fn recover(&self) -> Result<(), StoreError> {
        let now = self.house.now();
        let waiting = self.house.store.tickets_waiting().await?;
        let open = waiting.iter().filter(|ticket| ticket.state == State::Open).map(|ticket| ticket.number);
        self.found.lock().unwrap_or_else(PoisonError::into_inner).extend(open);
        for mut ticket in self.house.store.tickets_booking().await? {
            let State::Booking(intent) = &ticket.state else { continue };
            let lives = self.house.store.lease_ends();
            if intent.progress != Progress::Called && !lives {
                continue;
            }
            tracing::info!(ticket = %ticket.number, "a create of {} was open when the last holder ended: looking for it", ticket.number);
            ticket.state = State::Booking(if lives { intent.clone().lost_by_another(now) } else { intent.clone().lost(now) });
            self.house.change(ticket, Vec::new(), "outcome_unknown").await?;
        }
        Ok(())
    }

    /// Reservations that the store recorded though its answer was lost: nobody works on them, and their create never left. They are
    /// settled like lost ones.
    async fn find_unheld(&self) -> Result<(), StoreError> {
        let (now, busy) = (self.house.now(), self.lock().clone());
        for mut ticket in self.house.store.tickets_booking().await? {
            let State::Booking(intent) = &ticket.state else { continue };
            if intent.progress == Progress::Called && !busy.contains(&ticket.number) {
                tracing::info!(ticket = %ticket.number, "{} is reserved, though the store did not say so: looking for its meeting", ticket.number);
                ticket.state = State::Booking(intent.clone().lost(now));
                self.house.change(ticket, Vec::new(), "outcome_unknown").await?;
            }
        }
        Ok(())
    }

    /// Runs until it is told to stop; then what is under way is brought to its end.
    pub async fn run(&self, stop: &CancellationToken) {
        loop {
            let rung = tokio::select! {
                () = stop.cancelled() => break,
                () = self.house.bells.engine.notified() => true,
                () = tokio::time::sleep(TICK) => false,
            };
            if !rung && !self.doubt.load(Ordering::Acquire) && !self.is_due().await {
                continue;
            }
            if let Err(error) = self.pass().await {
                self.doubt.store(true, Ordering::Release);
                self.house.store_failed(&error);
                tokio::time::sleep(TICK).await;
            }
        }
        self.tasks.close();
        self.tasks.wait().await;
    }

    async fn is_due(&self) -> bool {
        let next = self.house.store.next_wake().await;
        next.is_ok_and(|next| next.is_some_and(|at| at <= self.house.now()))
    }

    /// Whether nothing is due and nothing is under way.
    pub async fn at_rest(&self) -> bool {
        self.lock().is_empty() && !self.is_due().await
    }

    /// Looks at every ticket that is awake once.
    pub async fn pass(&self) -> Result<(), StoreError> {
        let house = &self.house;
        let now = house.now();
        if self.doubt.load(Ordering::Acquire) {
            self.find_unheld().await?;
            self.doubt.store(false, Ordering::Release);
        }
        // Before the tickets are read: what ends in between has changed its ticket, and a look at the older one would find a meeting
        // that is recorded by then.
        let busy = self.lock().clone();
        let awake = house.store.tickets_awake(now).await?;
        // While the sheet is torn nothing new is begun; what was begun is settled.
        let torn = house.clerk.torn.load(Ordering::Acquire);
        let goes_on = |ticket: &Ticket| !busy.contains(&ticket.number) && (!torn || ticket.state.intent().is_some());
        let tickets: Vec<Ticket> = awake.into_iter().filter(goes_on).collect();
        let choosing = tickets.iter().any(|ticket| ticket.state == State::Open);
        let shut_until = house.zoom.shut_until();
        let mut world = World { pool: Vec::new(), marked: Vec::new(), unlisted: HashSet::new(), shut_until };
        let can_choose = choosing && world.shut_until.is_none() && house.pool.look(house);
        if can_choose {
            let (bookings, changes) = (house.store.bookings(now).await?, house.store.changes_today(now).await?);
            world.pool = house.pool.view(&bookings, &changes, now);
            world.marked = house.pool.marked(now);
            world.unlisted = self.unlisted();
        }
        for ticket in tickets {
            let step = next_step(&ticket, &world, now, &house.rules);
            match self.take(ticket, step, &mut world).await {
                Ok(()) | Err(StoreError::Stale(_)) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    async fn take(&self, mut ticket: Ticket, step: Step, world: &mut World) -> Result<(), StoreError> {
        let house = &self.house;
        match step {
            Step::Rest | Step::WaitUntil(_) => {}
            Step::Reserve(index) => {
                let Some(request) = &ticket.request else { return Ok(()) };
                let (slot, host) = (request.slot, world.pool[index].host.email.clone());
                let marker = Marker::new(&ticket.number, chance);
                ticket.state = State::Booking(Intent::new(host.clone(), slot, marker));
                let ticket = house.reserve(ticket).await?;
                world.pool[index].book(slot);
                let (turn, fence) = (self.creates.clone(), self.fence);
                self.start(ticket, Some(turn), async move |house, ticket| effects::create(&house, ticket, fence).await);
            }
            Step::Claim(there) => {
                tracing::warn!(ticket = %ticket.number, "Zoom holds a meeting of {} of which the ledger does not know: it is adopted", ticket.number);
                let intent = Intent { claimed: true, ..Intent::new(there.host, there.slot, there.marker) };
                ticket.state = State::Booking(intent.lost(house.now()));
                house.change(ticket, Vec::new(), "claimed").await?;
            }
            Step::Look(intent) => {
                self.start(ticket, None, async move |house, ticket| effects::look(&house, ticket, intent).await);
            }
            Step::AskStaff(reason) => {
                let intent = ticket.state.intent().cloned();
                tracing::warn!(ticket = %ticket.number, "{} needs staff: {reason:?}", ticket.number);
                if intent.is_some() {
                    ticket.not_before = Intent::look_slowly_at(house.now());
                }
                ticket.state = State::NeedsStaff(reason, intent);
                house.change(ticket, Vec::new(), "needs_staff").await?;
            }
            Step::Full(reason) => {
                tracing::info!(ticket = %ticket.number, "no account is free for {}", ticket.number);
                let now = house.now();
                let free = || ticket.request.as_ref().map(|request| free_near(&world.pool, request, &house.rules, now));
                let reason = if reason == Reason::AllTaken { Reason::FreeAt(free().unwrap_or_default()) } else { reason };
                ticket.state = State::Full(reason);
                let letters = house.teller.full_letters(&ticket, now);
                house.change(ticket, letters, "full").await?;
            }
            Step::Hold(until) => {
                tracing::info!(ticket = %ticket.number, "{} waits until {until} for a limit of Zoom's", ticket.number);
                ticket.not_before = until;
                house.change(ticket, Vec::new(), "held").await?;
            }
            Step::Late => {
                ticket.tries = TRIES_TOLD + 1;
                house.change(ticket, Vec::new(), "late").await?;
            }
            Step::Delete(id) => {
                self.start(ticket, None, async move |house, ticket| effects::delete(&house, ticket, id).await);
            }
            Step::Expire => {
                ticket.state = State::Expired;
                house.change(ticket, Vec::new(), "expired").await?;
            }
        }
        Ok(())
    }

    /// Tickets that were found waiting at the start, as long as some account was not looked through since.
    fn unlisted(&self) -> HashSet<TicketNumber> {
        let mut found = self.found.lock().unwrap_or_else(PoisonError::into_inner);
        if self.house.pool.all_listed_once() || self.began.elapsed() > ALL_LISTED_PATIENCE {
            found.clear();
        }
        found.clone()
    }

    /// Starts an effect; the ticket is left alone until it ends.
    fn start<F>(
        &self,
        ticket: Ticket,
        turn: Option<Arc<Semaphore>>,
        effect: impl FnOnce(Arc<House>, Ticket) -> F + Send + 'static,
    ) where
        F: Future<Output = ()> + Send + 'static,
    {
        let (house, busy, number) = (self.house.clone(), self.busy.clone(), ticket.number);
        self.lock().insert(number);
        self.tasks.spawn(async move {
            let _turn = match &turn {
                Some(turn) => turn.acquire().await.ok(),
                None => None,
            };
            effect(house.clone(), ticket).await;
            busy.lock().unwrap_or_else(PoisonError::into_inner).remove(&number);
            house.bells.engine.notify_one();
        });
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashSet<TicketNumber>> {
        self.busy.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
