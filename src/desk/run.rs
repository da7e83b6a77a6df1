//! Starts everything and ends it in order: no effect is left half-recorded.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Instant;

use jiff::Timestamp;
use tokio_util::sync::CancellationToken;

use super::clerk::Clerk;
use super::engine::Engine;
use super::health::Party;
use super::post::Post;
use super::watch::{Watch, keep_to_waits};
use super::wiring::House;
use crate::adapters::store::StoreError;
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

impl Desk {
    /// Opens the desk's record and settles what the last process left open.
    pub async fn open(house: &Arc<House>) -> Result<Desk, StoreError> {
        let settings = &house.settings.sheet;
        // Timestamps of the sheet may be cut to the second.
        let now = Timestamp::from_second(house.now().as_second()).unwrap_or_else(|_| house.now());
        let record = house.store.desk(&settings.id, settings.take_up_from.parse().unwrap_or(now)).await?;
        let (engine, post) = (Engine::new(house.clone()), Post::new(house.clone()));
        engine.recover().await?;
        post.recover().await?;
        keep_to_waits(house).await?;
        let notices = house.store.notices().await?;
        let unverified = house.store.row_writes().await?;
        let (clerk, watch) = (Clerk::new(house.clone(), record, notices, unverified), Watch::new(house.clone()));
        Ok(Desk { house: house.clone(), clerk, engine, post, watch })
    }

    /// Runs until it is told to stop. The store is left open for whoever still reads it.
    pub async fn run(&mut self, stop: &CancellationToken) {
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
    pub async fn run_once(&mut self) -> Once {
        let stop = CancellationToken::new();
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
        let loops = async { tokio::join!(self.engine.run(&stop), self.post.run(&stop), self.watch.run(&stop)) };
        let (ended, (), _) = tokio::join!(until_rest, Box::pin(self.clerk.run(&stop)), loops);
        let down = house.health.troubles().keys().any(|party| *party != Party::Store);
        house.store.close().await;
        if ended == Once::Done && down { Once::PartyDown } else { ended }
    }
}
