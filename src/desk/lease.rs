//! The desk's lease: standing by until it is this process's, keeping it, and confirming it before a meeting is made.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use tokio_util::sync::CancellationToken;

use super::health::Party;
use super::wiring::House;
use crate::adapters::store::StoreError;
use crate::domain::limits::store::{LEASE_CONFIRMED_FOR, LEASE_FOR, LEASE_RENEW_EVERY, LEASE_TRY_EVERY};

/// Waits for the lease and takes it. `None`: the time ran out, or the end came first.
pub async fn stand_by(house: &House, stop: &CancellationToken, limit: Option<Duration>) -> Option<i64> {
    let (began, mut told) = (Instant::now(), false);
    while !stop.is_cancelled() {
        match house.store.take_lease().await {
            Ok(Some(fence)) => {
                // A trouble of the store's is over when it takes the record of it: that is the watch's.
                house.stands_by.store(false, Ordering::Release);
                tracing::info!(fence, "this process runs the desk now");
                return Some(fence);
            }
            Ok(None) => {
                house.health.well(Party::Store);
                house.stands_by.store(true, Ordering::Release);
                if !told {
                    tracing::info!("standing by: the desk is run by {}", holder(house).await);
                    told = true;
                }
            }
            Err(error) => house.store_failed(&error),
        }
        if limit.is_some_and(|limit| began.elapsed() >= limit) {
            return None;
        }
        tokio::select! {
            () = stop.cancelled() => {}
            () = tokio::time::sleep(LEASE_TRY_EVERY) => {}
        }
    }
    None
}

/// Who holds the lease, in words.
pub async fn holder(house: &House) -> String {
    match tokio::time::timeout(LEASE_CONFIRMED_FOR, house.store.holder()).await {
        Ok(Ok(Some(holder))) => holder.to_string(),
        Ok(Ok(None)) => "nobody yet".to_owned(),
        Ok(Err(error)) => format!("somebody: {error}"),
        Err(_) => "somebody: the store does not say who".to_owned(),
    }
}

/// Renews the lease until it is lost, or may be.
pub async fn keep(house: &House, fence: i64) {
    let mut confirmed_at = Instant::now();
    loop {
        tokio::time::sleep(LEASE_RENEW_EVERY).await;
        let asked_at = Instant::now();
        // The lease counts from when it was asked for: what the store says later has begun then at the earliest.
        let ends_at = confirmed_at + LEASE_FOR;
        let patience = if house.store.lease_ends() { ends_at.saturating_duration_since(asked_at) } else { LEASE_FOR };
        match tokio::time::timeout(patience, house.store.renew_lease(fence)).await {
            Ok(Ok(true)) => confirmed_at = asked_at,
            Ok(Ok(false)) => return,
            Ok(Err(error)) => house.store_failed(&error),
            Err(_) => house.health.trouble(Party::Store, "the lease could not be renewed in time", house.now()),
        }
        if house.store.lease_ends() && Instant::now() >= confirmed_at + LEASE_FOR {
            return;
        }
    }
}

/// Confirms that the lease still has this fence. Gives until when a create may leave on the strength of it (law 3).
pub async fn confirm(house: &Arc<House>, fence: i64) -> Result<Option<Instant>, StoreError> {
    let asked_at = Instant::now();
    match tokio::time::timeout(LEASE_CONFIRMED_FOR, house.store.renew_lease(fence)).await {
        Ok(held) => Ok(held?.then_some(asked_at + LEASE_CONFIRMED_FOR)),
        // Whatever comes of it would be too old.
        Err(_) => Ok(Some(asked_at)),
    }
}
