//! The post: sends the letters that are due. One that is stuck holds up no other.

use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use jiff::{SignedDuration, Timestamp};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::health::Party;
use super::wiring::House;
use crate::adapters::store::StoreError;
use crate::adapters::store::letters::LetterEnd;
use crate::domain::letter::{Letter, LetterKind};
use crate::domain::limits::{LETTER_TRIES_MAX, LETTER_UNKNOWN_AGAIN_AFTER, LETTERS_AT_ONCE, RETRY_MAX, TICK};
use crate::domain::outcome::{Outcome, Why, backoff};

/// The post.
#[derive(Debug)]
pub struct Post {
    house: Arc<House>,
    under_way: Arc<Mutex<HashSet<String>>>,
    turns: Arc<Semaphore>,
    pause: Arc<Pause>,
    tasks: TaskTracker,
}

/// Why no letter leaves now, for none of them would be taken. While the server is down one letter a poll is tried; the others wait
/// until one is taken.
#[derive(Debug, Default)]
struct Pause {
    /// Failures of the server's in a row.
    failures: AtomicU32,
    /// Nothing before, since the server does not answer.
    rest: Mutex<Option<Instant>>,
    /// When a letter was last tried while the server is down.
    tried: Mutex<Option<Instant>>,
    /// Nothing before, since the server says so: a limit, or a login that it does not take. In the ledger too.
    shut: Mutex<Option<Timestamp>>,
}

impl Pause {
    fn holds(&self, now: Timestamp) -> bool {
        let rest = self.rest.lock().unwrap_or_else(PoisonError::into_inner).is_some_and(|until| Instant::now() < until);
        rest || self.shut.lock().unwrap_or_else(PoisonError::into_inner).is_some_and(|until| now < until)
    }

    /// Whether the server is down, as far as is known.
    fn is_down(&self) -> bool {
        self.failures.load(Ordering::Acquire) > 0
    }

    /// Whether a letter was tried just now. One that hangs holds up the next try no longer than that.
    fn just_tried(&self, longest: SignedDuration) -> bool {
        let tried = *self.tried.lock().unwrap_or_else(PoisonError::into_inner);
        self.is_down() && tried.is_some_and(|at| at.elapsed() < longest.unsigned_abs())
    }

    fn tries(&self) {
        *self.tried.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
    }

    fn over(&self) {
        self.failures.store(0, Ordering::Release);
        *self.rest.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// The server failed: gives how long nothing is tried.
    fn failed(&self, longest: SignedDuration) -> SignedDuration {
        let failures = self.failures.fetch_add(1, Ordering::AcqRel) + 1;
        let wait = backoff(failures).min(longest);
        *self.rest.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now() + wait.unsigned_abs());
        wait
    }

    fn shut(&self, until: Timestamp) {
        self.failures.fetch_add(1, Ordering::AcqRel);
        *self.shut.lock().unwrap_or_else(PoisonError::into_inner) = Some(until);
    }
}

impl Post {
    /// A post at rest.
    pub fn new(house: Arc<House>) -> Post {
        let turns = Arc::new(Semaphore::new(LETTERS_AT_ONCE));
        Post { house, under_way: Arc::default(), turns, pause: Arc::default(), tasks: TaskTracker::new() }
    }

    /// Letters that were with the mail server when the last process ended: whether they were taken is unknown. Once, at the start.
    pub async fn recover(&self) -> Result<(), StoreError> {
        for (_, until) in self.house.store.waits(Party::Mail.name(), self.house.now()).await? {
            self.pause.shut(until);
        }
        for (letter, doubts) in self.house.store.letters_sending().await? {
            let why = "the process ended while the mail server had the letter".to_owned();
            let ended = in_doubt(&self.house, &letter, doubts, why);
            say(&letter, &ended);
            record_end(&self.house, &letter, &ended).await?;
            retell(&self.house, &letter, &ended).await?;
        }
        Ok(())
    }

    /// Runs until it is told to stop; then letters under way are brought to their end.
    pub async fn run(&self, stop: &CancellationToken) {
        loop {
            tokio::select! {
                () = stop.cancelled() => break,
                () = self.house.bells.post.notified() => {}
                () = tokio::time::sleep(TICK) => {}
            }
            if let Err(error) = self.pass().await {
                self.house.store_failed(&error);
                tokio::time::sleep(TICK).await;
            }
        }
        self.tasks.close();
        self.tasks.wait().await;
    }

    /// Whether nothing is due and nothing is under way.
    pub async fn at_rest(&self) -> bool {
        let next = self.house.store.next_letter().await;
        let now = self.house.now();
        self.lock().is_empty() && (self.pause.holds(now) || next.is_ok_and(|next| next.is_none_or(|at| at > now)))
    }

    /// Whether letters wait for the mail server.
    pub async fn holds_letters(&self) -> bool {
        self.pause.holds(self.house.now()) && self.house.store.letters_waiting().await.is_ok_and(|waiting| waiting > 0)
    }

    /// Starts every letter that is due.
    pub async fn pass(&self) -> Result<(), StoreError> {
        if self.turns.available_permits() == 0 {
            return Ok(());
        }
        let now = self.house.now();
        if self.pause.holds(now) || self.pause.just_tried(self.house.settings.sheet.poll_every.0.min(RETRY_MAX)) {
            return Ok(());
        }
        if self.house.store.next_letter().await?.is_none_or(|at| at > now) {
            return Ok(());
        }
        // Before the letters are read: one that ends in between is not due any more, though it was read so.
        let busy = self.lock().clone();
        for letter in self.house.store.letters_due(now).await? {
            if busy.contains(&letter.label()) || !self.lock().insert(letter.label()) {
                continue;
            }
            let (house, turns, under_way) = (self.house.clone(), self.turns.clone(), self.under_way.clone());
            let pause = self.pause.clone();
            self.tasks.spawn(async move {
                let _turn = turns.acquire().await;
                // Those that waited for their turn need not find out by themselves that the server is gone.
                if !pause.holds(house.now()) {
                    send(&house, &letter, &pause).await;
                }
                under_way.lock().unwrap_or_else(PoisonError::into_inner).remove(&letter.label());
                house.bells.post.notify_one();
            });
            if self.pause.is_down() {
                self.pause.tries();
                break;
            }
        }
        Ok(())
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashSet<String>> {
        self.under_way.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn send(house: &Arc<House>, letter: &Letter, pause: &Pause) {
    let label = letter.label();
    let composed = match house.composer.compose(letter, house.now()) {
        Ok(composed) => composed,
        Err(error) => {
            tracing::error!(letter = %label, "the letter {label} cannot be written: {error}");
            return end_surely(house, letter, &LetterEnd::Refused(error.to_string())).await;
        }
    };
    if let Some(warning) = &composed.warning {
        tracing::warn!(letter = %label, "an override of a letter is broken, the built-in text was used: {warning}");
    }
    let stale = AtomicBool::new(false);
    let leaves = async || match house.store.letter_leaves(&label).await {
        Ok(due) => {
            stale.store(!due, Ordering::Relaxed);
            due
        }
        Err(error) => {
            house.store_failed(&error);
            false
        }
    };
    let outcome = house.mailer.send(&composed, leaves).await;
    if stale.load(Ordering::Relaxed) {
        // It is not due any more: what became of it is recorded by whoever sent it.
        return;
    }
    metrics::counter!("loket_letters_total", "kind" => letter.kind.name(), "outcome" => outcome.name()).increment(1);
    match &outcome {
        // The server is well: this is about the letter.
        Outcome::NotDone(Why::Refused(_) | Why::NotNow(_)) => house.health.well(Party::Mail),
        outcome => house.health.note(Party::Mail, outcome, house.now()),
    }
    if matches!(outcome, Outcome::Done(()) | Outcome::NotDone(Why::Refused(_) | Why::NotNow(_))) {
        pause.over();
    }
    let ended = match outcome {
        Outcome::Done(()) => {
            tracing::info!(letter = %label, "the letter {label} was sent");
            if letter.kind == LetterKind::Link {
                let seconds = house.now().duration_since(letter.facts.submitted_at).as_secs_f64();
                metrics::histogram!("loket_request_to_link_seconds").record(seconds);
            }
            LetterEnd::Accepted
        }
        Outcome::NotDone(why) => not_taken(house, letter, why, pause).await,
        Outcome::Unknown(why) => {
            let Some(doubts) = surely(house, || house.store.letter_doubts(&label)).await else { return };
            in_doubt(house, letter, doubts, why)
        }
    };
    end_surely(house, letter, &ended).await;
}

/// What becomes of a letter that the server did not take.
async fn not_taken(house: &Arc<House>, letter: &Letter, why: Why, pause: &Pause) -> LetterEnd {
    let now = house.now();
    let until = match &why {
        Why::Later(_, Some(wait)) => Some(now + *wait),
        Why::Until(_, until) => Some(*until),
        _ => None,
    };
    if let Some(until) = until {
        // It would say the same of every letter.
        pause.shut(until);
        if let Err(error) = house.store.record_wait(Party::Mail.name(), "", until).await {
            house.store_failed(&error);
        }
        return LetterEnd::Held(why.text().to_owned(), until);
    }
    match why {
        Why::Refused(why) => LetterEnd::Refused(why),
        Why::NotNow(why) if letter.tries >= LETTER_TRIES_MAX => LetterEnd::Refused(why),
        Why::NotNow(why) => LetterEnd::Again(why, now + backoff(letter.tries + 1)),
        why => LetterEnd::Held(why.text().to_owned(), now + pause.failed(house.settings.sheet.poll_every.0)),
    }
}

/// A letter whose acceptance is unknown: a *link* letter and a notice go once more, with the same identity; others are left to staff.
fn in_doubt(house: &House, letter: &Letter, doubts: u32, why: String) -> LetterEnd {
    // No row says of a notice that it may not have arrived.
    let again = matches!(letter.kind, LetterKind::Link | LetterKind::Notice) && doubts == 0;
    LetterEnd::Unknown(why, again.then(|| house.now() + LETTER_UNKNOWN_AGAIN_AFTER))
}

/// Records how sending ended, as soon as the store takes it: only this process knows, and a letter that stays `sending` holds up
/// those that come after it.
async fn end_surely(house: &Arc<House>, letter: &Letter, ended: &LetterEnd) {
    say(letter, ended);
    surely(house, || record_end(house, letter, ended)).await;
    surely(house, || retell(house, letter, ended)).await;
}

/// Tries until the store does what is asked of it. At the end of the process `END_LIMIT` ends this too. `None`: the lease was lost, and
/// its next holder takes the letter for one in doubt.
async fn surely<T, F>(house: &House, attempt: impl Fn() -> F) -> Option<T>
where
    F: Future<Output = Result<T, StoreError>>,
{
    loop {
        match attempt().await {
            Ok(done) => return Some(done),
            Err(StoreError::Fenced) => return None,
            Err(error) => house.store_failed(&error),
        }
        tokio::time::sleep(TICK).await;
    }
}

fn say(letter: &Letter, ended: &LetterEnd) {
    let label = letter.label();
    match ended {
        LetterEnd::Refused(_) => tracing::warn!(letter = %label, "the letter {label} was refused"),
        LetterEnd::Unknown(why, _) => tracing::warn!(letter = %label, "whether the letter {label} was taken is unknown: {why}"),
        LetterEnd::Accepted | LetterEnd::Again(..) | LetterEnd::Held(..) => {}
    }
}

async fn record_end(house: &House, letter: &Letter, ended: &LetterEnd) -> Result<(), StoreError> {
    house.store.letter_ended(&letter.label(), ended, house.now()).await
}

/// The row tells of letters that are in doubt or were refused.
async fn retell(house: &House, letter: &Letter, ended: &LetterEnd) -> Result<(), StoreError> {
    let tells = letter.tries > 0 || !matches!(ended, LetterEnd::Accepted | LetterEnd::Again(..) | LetterEnd::Held(..));
    if let Some(ticket) = letter.ticket.filter(|_| tells) {
        house.retell(ticket).await?;
    }
    Ok(())
}
