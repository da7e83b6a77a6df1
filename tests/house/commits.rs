//! The connection to PostgreSQL broken at each commit that a request brings about, before the server gets it and after it carried it out:
//! whether a record was made is not known then, and all the same nothing is lost and nothing is done twice.

use std::collections::BTreeMap;
use std::sync::Arc;

use loket_sandbox::calls::Party;
use loket_sandbox::faults::When;
use tokio::sync::Semaphore;

use crate::office::{Office, count, plain};
use crate::wire::{Break, Wire};

/// Offices side by side: they mostly wait.
const AT_ONCE: usize = 8;
/// One seed for all: making its key takes a while, and is done once.
const SEED: u64 = 80;
const TOPIC: &str = "Putus";
const READ: &str = "values.batchGetByDataFilter";

/// A request goes its whole way; the wire may break once. Gives what was done in each commit until everything was at rest.
async fn request(at: Option<Break>) -> Vec<String> {
    let mut office = Office::open_on_postgres(SEED).await;
    let wire = Wire::to(&office.store).await;
    office.set("LOKET__STORE__URL", &wire.url);
    office.start();
    office.until("the desk is open", |office| count(office, Party::Google, READ) >= 3).await;
    wire.watch(at);
    office.answer(plain(TOPIC, 3, (9, 0), (10, 0)));
    office.until("the wire broke", |office| !wire.is_due() || office.rows().iter().any(|row| row.status() == "Terjadwal")).await;
    office.rest().await;
    let deeds = wire.deeds();
    assert!(!wire.is_due(), "it did not break: {deeds:#?}");
    assert_eq!(office.row(TOPIC).status(), "Terjadwal");
    assert_eq!(count(&office, Party::Zoom, "meetings.create"), 1);
    office.close_at_rest().await;
    deeds
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whichever_commit_is_cut_off_or_not_answered_nothing_is_lost_or_done_twice() {
    let mut often: BTreeMap<String, usize> = BTreeMap::new();
    for deed in request(None).await {
        *often.entry(deed).or_default() += 1;
    }
    println!("{often:#?}");
    let turns = Arc::new(Semaphore::new(AT_ONCE));
    let mut running = Vec::new();
    for (deed, times) in often {
        for nth in 1..=times {
            for when in [When::Before, When::After] {
                let (turns, at) = (turns.clone(), Break { deed: deed.clone(), nth, when });
                let name = format!("{at:?}");
                let task = tokio::spawn(async move {
                    let _turn = turns.acquire_owned().await.unwrap();
                    request(Some(at)).await
                });
                running.push((name, task));
            }
        }
    }
    let (tried, mut failed) = (running.len(), Vec::new());
    for (name, task) in running {
        if let Err(error) = task.await {
            failed.push(format!("== {name}\n{}", crate::walk::why(error)));
        }
    }
    println!("{tried} breaks, {} failed", failed.len());
    assert!(failed.is_empty(), "{} of {tried} breaks failed:\n{}", failed.len(), failed.join("\n"));
}
