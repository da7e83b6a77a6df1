//! The post: sends the letters that are due. One that is stuck holds up no other.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::health::Party;
use super::wiring::House;
use crate::adapters::store::StoreError;
use crate::adapters::store::letters::LetterEnd;
use crate::domain::letter::{Letter, LetterKind};
use crate::domain::limits::{LETTER_TRIES_MAX, LETTER_UNKNOWN_AGAIN_AFTER, LETTERS_AT_ONCE, TICK};
use crate::domain::outcome::{Outcome, Why, backoff};

/// The post.
#[derive(Debug)]
pub struct Post {
    house: Arc<House>,
    under_way: Arc<Mutex<HashSet<String>>>,
    turns: Arc<Semaphore>,
    tasks: TaskTracker,
}

impl Post {
    /// A post at rest.
    pub fn new(house: Arc<House>) -> Post {
        let turns = Arc::new(Semaphore::new(LETTERS_AT_ONCE));
        Post { house, under_way: Arc::default(), turns, tasks: TaskTracker::new() }
    }

    /// Letters that were with the mail server when the last process ended: whether they were taken is unknown. Once, at the start.
    pub async fn recover(&self) -> Result<(), StoreError> {
        for (letter, doubts) in self.house.store.letters_sending().await? {
            let why = "the process ended while the mail server had the letter".to_owned();
            end(&self.house, &letter, in_doubt(&self.house, &letter, doubts, why)).await?;
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
                self.house.health.trouble(Party::Store, &error.to_string(), self.house.now());
                tokio::time::sleep(TICK).await;
            }
        }
        self.tasks.close();
        self.tasks.wait().await;
    }

    /// Whether nothing is due and nothing is under way.
    pub async fn at_rest(&self) -> bool {
        let next = self.house.store.next_letter().await;
        self.lock().is_empty() && next.is_ok_and(|next| next.is_none_or(|at| at > self.house.now()))
    }

    /// Starts every letter that is due.
    pub async fn pass(&self) -> Result<(), StoreError> {
        if self.turns.available_permits() == 0 {
            return Ok(());
        }
        let now = self.house.now();
        if self.house.store.next_letter().await?.is_none_or(|at| at > now) {
            return Ok(());
        }
        for letter in self.house.store.letters_due(now).await? {
            if !self.lock().insert(letter.label()) {
                continue;
            }
            let (house, turns, under_way) = (self.house.clone(), self.turns.clone(), self.under_way.clone());
            self.tasks.spawn(async move {
                let _turn = turns.acquire().await;
                if let Err(error) = send(&house, &letter).await
                    && !error.is_of_another()
                {
                    house.health.trouble(Party::Store, &error.to_string(), house.now());
                }
                under_way.lock().unwrap_or_else(PoisonError::into_inner).remove(&letter.label());
                house.bells.post.notify_one();
            });
        }
        Ok(())
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashSet<String>> {
        self.under_way.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn send(house: &Arc<House>, letter: &Letter) -> Result<(), StoreError> {
    let label = letter.label();
    let composed = match house.composer.compose(letter, house.now()) {
        Ok(composed) => composed,
        Err(error) => {
            tracing::error!(letter = %label, "the letter {label} cannot be written: {error}");
            return end(house, letter, LetterEnd::Refused(error.to_string())).await;
        }
    };
    if let Some(warning) = &composed.warning {
        tracing::warn!(letter = %label, "an override of a letter is broken, the built-in text was used: {warning}");
    }
    let leaves = async || house.store.letter_leaves(&label).await.unwrap_or(false);
    let outcome = house.mailer.send(&composed, leaves).await;
    metrics::counter!("loket_letters_total", "kind" => letter.kind.name(), "outcome" => outcome.name()).increment(1);
    match &outcome {
        Outcome::NotDone(Why::Refused(_)) => house.health.well(Party::Mail),
        outcome => house.health.note(Party::Mail, outcome, house.now()),
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
        Outcome::NotDone(Why::Refused(why)) => LetterEnd::Refused(why),
        Outcome::NotDone(why) if letter.tries >= LETTER_TRIES_MAX => LetterEnd::Refused(why.text().to_owned()),
        Outcome::NotDone(why) => {
            let wait = match &why {
                Why::Later(_, Some(wait)) => *wait,
                _ => backoff(letter.tries + 1),
            };
            LetterEnd::Again(why.text().to_owned(), house.now() + wait)
        }
        Outcome::Unknown(why) => {
            let doubts = house.store.letter_doubts(&label).await?;
            in_doubt(house, letter, doubts, why)
        }
    };
    end(house, letter, ended).await
}

/// A letter whose acceptance is unknown: a *link* letter goes once more, with the same identity; others are left to staff.
fn in_doubt(house: &House, letter: &Letter, doubts: u32, why: String) -> LetterEnd {
    let again = letter.kind == LetterKind::Link && doubts == 0;
    LetterEnd::Unknown(why, again.then(|| house.now() + LETTER_UNKNOWN_AGAIN_AFTER))
}

async fn end(house: &Arc<House>, letter: &Letter, ended: LetterEnd) -> Result<(), StoreError> {
    let label = letter.label();
    match &ended {
        LetterEnd::Refused(_) => tracing::warn!(letter = %label, "the letter {label} was refused"),
        LetterEnd::Unknown(why, _) => tracing::warn!(letter = %label, "whether the letter {label} was taken is unknown: {why}"),
        LetterEnd::Accepted | LetterEnd::Again(..) => {}
    }
    house.store.letter_ended(&label, &ended, house.now()).await?;
    if letter.tries > 0 || !matches!(ended, LetterEnd::Accepted | LetterEnd::Again(..)) {
        house.retell(letter.ticket).await?;
    }
    Ok(())
}
