//! One holder at a time, and what becomes of one that was overtaken.

use std::time::Duration;

use super::{Place, held, places, server, take_up};
use crate::adapters::store::{Store, StoreError};
use crate::domain::limits::store::LOCK_WAIT_MAX;

/// A replica that has nothing yet, on the store that the other replicas share.
async fn shared() -> Place {
    Place { url: server::database().await, folder: tempfile::tempdir().unwrap() }
}

/// Ends the lease by the store's clock.
async fn let_it_end(store: &Store) {
    sqlx::query("UPDATE lease SET until_at = 0").execute(&store.pool).await.unwrap();
}

#[tokio::test]
async fn without_the_lease_nothing_is_changed() {
    for place in places().await {
        let store = Store::open(&place.url, "main").await.unwrap();
        assert!(matches!(take_up(&store).await, Err(StoreError::Fenced)));
        let fence = store.take_lease().await.unwrap().unwrap();
        assert!(store.renew_lease(fence).await.unwrap() && !store.renew_lease(fence + 1).await.unwrap());
        take_up(&store).await.unwrap();
        assert!(store.holder().await.unwrap().unwrap().who.contains(&format!("process {}", std::process::id())));
        store.release_lease().await.unwrap();
        assert!(matches!(take_up(&store).await, Err(StoreError::Fenced)));
        assert_eq!(store.take_lease().await.unwrap(), Some(fence + 1));
        store.close().await;
    }
}

#[tokio::test]
async fn a_lease_goes_to_one_and_its_last_holder_is_refused() {
    let place = shared().await;
    let (one, other) = (held(&place).await, Store::open(&place.url, "main").await.unwrap());
    let fence = one.fence().unwrap();
    assert_eq!(other.take_lease().await.unwrap(), None, "it is held");
    let_it_end(&one).await;
    assert!(one.renew_lease(fence).await.unwrap(), "nobody took it meanwhile");
    assert_eq!(other.take_lease().await.unwrap(), None, "it was renewed");
    let_it_end(&one).await;
    assert_eq!(other.take_lease().await.unwrap(), Some(fence + 1));
    assert!(!one.renew_lease(fence).await.unwrap());
    assert!(matches!(take_up(&one).await, Err(StoreError::Fenced)));
    take_up(&other).await.unwrap();
    assert_eq!(one.take_lease().await.unwrap(), None);
}

#[tokio::test]
async fn of_many_that_try_at_once_one_gets_it() {
    let place = shared().await;
    let mut tries = Vec::new();
    for _ in 0..6 {
        let store = Store::open(&place.url, "main").await.unwrap();
        tries.push(tokio::spawn(async move { store.take_lease().await.unwrap() }));
    }
    let mut taken = Vec::new();
    for one in tries {
        taken.extend(one.await.unwrap());
    }
    assert_eq!(taken, [1]);
}

#[tokio::test]
async fn a_takeover_waits_for_a_transaction_and_a_renewal_does_not() {
    let place = shared().await;
    let (one, other) = (held(&place).await, Store::open(&place.url, "main").await.unwrap());
    let tx = one.begin().await.unwrap();
    assert!(one.renew_lease(one.fence().unwrap()).await.unwrap(), "beside an open transaction");
    let_it_end(&one).await;
    let takeover = tokio::spawn(async move { other.take_lease().await });
    let waits = "SELECT COUNT(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE 'INSERT INTO lease%' \
                 AND datname = current_database()";
    while sqlx::query_scalar::<_, i64>(waits).fetch_one(&one.pool).await.unwrap() == 0 {
        assert!(!takeover.is_finished(), "it did not wait");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    tx.commit().await.unwrap();
    assert_eq!(takeover.await.unwrap().unwrap(), Some(2));
    assert!(matches!(one.begin().await, Err(StoreError::Fenced)));
}

#[tokio::test]
async fn a_transaction_that_stands_still_holds_up_no_takeover() {
    let place = shared().await;
    let (one, other) = (held(&place).await, Store::open(&place.url, "main").await.unwrap());
    let tx = one.begin().await.unwrap();
    let_it_end(&one).await;
    let taken = tokio::time::timeout(LOCK_WAIT_MAX, other.take_lease()).await.expect("the server ends it before");
    assert_eq!(taken.unwrap(), Some(2));
    assert!(tx.commit().await.is_err(), "what stood still is not carried out");
}

#[tokio::test]
async fn a_second_process_is_refused_the_file_and_told_who_has_it() {
    let [place, _] = places().await;
    let store = held(&place).await;
    let refused = Store::open(&place.url, "main").await.unwrap_err().to_string();
    assert!(refused.contains("loket.db` is in use by ") && refused.contains(&format!("process {} since 2", std::process::id())));
    store.close().await;
    let next = held(&place).await;
    assert_eq!(next.fence(), Some(2), "whoever stood in the lease is gone");
}
