//! Starts everything and ends it in order: no effect is left half-recorded.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Instant;

use jiff::Timestamp;
use tokio_util::sync::CancellationToken;

use super::clerk::Clerk;
use super::engine::Engine;
use super::health::Party;
use super::lease;
use super::post::Post;
use super::watch::{Watch, keep_to_waits};
use super::wiring::House;
use crate::adapters::store::StoreError;
use crate::domain::limits::store::LEASE_TRY_EVERY;
use crate::domain::limits::{END_LIMIT, ONCE_LIMIT, ONCE_LOOK};

/// How `--once` ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Once {
    /// All that was due is done.
    Done,
    /// Something is still unsettled after the time allowed.
    Unsettled,
    /// A party is down.
    PartyDown,
}

/// The loops of the desk.
#[derive(Debug)]
pub struct Desk {
    house: Arc<House>,
    clerk: Clerk,
    engine: Engine,
    post: Post,
    watch: Watch,
}

/// Runs the desk for as long as this process holds its lease, and stands by for it otherwise, until it is told to stop. An error is one
/// of the beginning: that the store is of another sheet, for example.
pub async fn hold(house: &Arc<House>, stop: &CancellationToken) -> Result<(), StoreError> {
    let mut first = true;
    while let Some(fence) = lease::stand_by(house, stop, None).await {
        match Desk::open(house, fence).await {
            Ok(mut desk) => tokio::select! {
                () = desk.run(stop) => {
                    release(house).await;
                    return Ok(());
                }
                // Everything is let go at once. What is under way outside ends by itself, and cannot be recorded any more.
                () = lease::keep(house, fence) => {}
            },
            Err(error) if first && !error.is_of_another() && !matches!(error, StoreError::Database(_)) => {
                release(house).await;
                return Err(error);
            }
            // The database may be slow or away for a moment at the beginning as at any other time.
            Err(error) => {
                house.store_failed(&error);
                tokio::time::sleep(LEASE_TRY_EVERY).await;
            }
        }
        first = false;
        house.store.lose_lease();
        house.health.forget();
        tracing::warn!(fence, "the lease of the desk is lost: {} has it", lease::holder(house).await);
    }
    Ok(())
}

/// Does everything that is due now. `None`: another process runs the desk.
pub async fn once(house: &Arc<House>) -> Result<Option<Once>, StoreError> {
    let stop = CancellationToken::new();
    let Some(fence) = lease::stand_by(house, &stop, Some(ONCE_LIMIT)).await else { return Ok(None) };
    let mut desk = Desk::open(house, fence).await?;
    let ended = tokio::select! {
        ended = desk.run_once(&stop) => ended,
        () = lease::keep(house, fence) => return Ok(None),
    };
    release(house).await;
    house.store.close().await;
    Ok(Some(ended))
}

/// Gives the lease back, so that another replica goes on at once.
async fn release(house: &House) {
    if let Err(error) = house.store.release_lease().await {
        tracing::warn!("the lease could not be given back: it ends by itself: {error}");
    }
}

impl Desk {
    /// Opens the desk's record under the lease with this fence, and settles what its last holder left open.
    pub async fn open(house: &Arc<House>, fence: i64) -> Result<Desk, StoreError> {
        let settings = &house.settings.sheet;
        // Timestamps of the sheet may be cut to the second.
        let now = Timestamp::from_second(house.now().as_second()).unwrap_or_else(|_| house.now());
        let mut record = house.store.desk(&settings.id, settings.take_up_from.parse().unwrap_or(now)).await?;
        if settings.take_up_from.is_empty() {
            // The clock may have been ahead at the first start.
            record.take_up_from = record.take_up_from.min(now);
        }
        house.store.wake_all(house.now()).await?;
        let (engine, post) = (Engine::new(house.clone(), fence), Post::new(house.clone()));
        engine.recover().await?;
        post.recover().await?;
        house.retell_all().await?;
        keep_to_waits(house).await?;
        let notices = house.store.notices().await?;
        let unverified = house.store.row_writes().await?;
        let (clerk, watch) = (Clerk::new(house.clone(), record, notices, unverified), Watch::new(house.clone()));
        Ok(Desk { house: house.clone(), clerk, engine, post, watch })
    }

    /// Runs until it is told to stop. The store is left open for whoever still reads it.
    async fn run(&mut self, stop: &CancellationToken) {
        let ended = async {
            tokio::join!(Box::pin(self.clerk.run(stop)), self.engine.run(stop), self.post.run(stop), self.watch.run(stop));
        };
        let limit = async {
            stop.cancelled().await;
            tokio::time::sleep(END_LIMIT).await;
        };
        tokio::select! {
            () = ended => {}
            () = limit => tracing::warn!("calls were still under way after {} s: they are settled at the next start", END_LIMIT.as_secs()),
        }
    }

    /// Does everything that is due now, then stops.
    async fn run_once(&mut self, stop: &CancellationToken) -> Once {
        let house = self.house.clone();
        let began = Instant::now();
        let until_rest = async {
            let ended = loop {
                tokio::time::sleep(ONCE_LOOK).await;
                let clerk = house.clerk.polls.load(Ordering::Acquire) > 0 && !house.clerk.busy.load(Ordering::Acquire);
                if clerk && self.engine.at_rest().await && self.post.at_rest().await && !house.clerk.busy.load(Ordering::Acquire)
                {
                    break Once::Done;
                }
                let down = house.health.troubles();
                if began.elapsed() > ONCE_LIMIT {
                    break if down.is_empty() { Once::Unsettled } else { Once::PartyDown };
                }
            };
            stop.cancel();
            ended
        };
        let loops = async { tokio::join!(self.engine.run(stop), self.post.run(stop), self.watch.run(stop)) };
        let (ended, (), _) = tokio::join!(until_rest, Box::pin(self.clerk.run(stop)), loops);
        let held = self.post.holds_letters().await;
        let down = held || house.health.troubles().keys().any(|party| *party != Party::Store);
        if ended == Once::Done && down { Once::PartyDown } else { ended }
    }
}
