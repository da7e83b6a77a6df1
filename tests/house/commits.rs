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

/// How often the lease is renewed is a matter of time, and not of the request.
const LEASE: &str = "lease.until_at";
const RENEWALS: usize = 3;

/// A request goes its whole way; the wire may break once. Gives what was done in each commit until everything was at rest, and whether
/// it broke.
async fn request(at: Option<Break>) -> (Vec<String>, bool) {
    let mut office = Office::open_on_postgres(SEED).await;
    let wire = Wire::to(&office.store).await;
    office.set("LOKET__STORE__URL", &wire.url);
    office.start();
    office.until("the desk is open", |office| count(office, Party::Google, READ) >= 3).await;
    wire.watch(at.clone());
    office.answer(plain(TOPIC, 3, (9, 0), (10, 0)));
    let scheduled = |office: &Office| office.rows().iter().any(|row| row.status() == "Terjadwal");
    office.until("it is scheduled", scheduled).await;
    office.rest().await;
    let (deeds, broke) = (wire.deeds(), at.is_some() && !wire.is_due());
    assert_eq!(office.row(TOPIC).status(), "Terjadwal");
    assert_eq!(office.sandbox.zoom().all_meetings().len(), 1);
    assert_eq!(count(&office, Party::Zoom, "meetings.create"), 1);
    let mut letters = office.letters_of(&office.row(TOPIC).text("No. Tiket"));
    letters.sort();
    assert!(letters.windows(2).all(|pair| pair[0] != pair[1]), "{letters:?}");
    office.close_at_rest().await;
    (deeds, broke)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whichever_commit_is_cut_off_or_not_answered_nothing_is_lost_or_done_twice() {
    let mut often: BTreeMap<String, usize> = BTreeMap::new();
    for deed in request(None).await.0 {
        *often.entry(deed).or_default() += 1;
    }
    println!("{often:#?}");
    for must in ["+ticket_counter", "+host_day", "+letter", "letter.state", "+row_write", "-row_write", "ticket.mark", LEASE] {
        assert!(often.keys().any(|deed| deed.contains(must)), "a request does not bring about {must}: {often:#?}");
    }
    often.entry(LEASE.to_owned()).and_modify(|times| *times = (*times).min(RENEWALS));
    let turns = Arc::new(Semaphore::new(AT_ONCE));
    let mut running = Vec::new();
    for (deed, times) in often {
        for nth in 1..=times {
            for when in [When::Before, When::After] {
                let (turns, at) = (turns.clone(), Break { deed: deed.clone(), nth, when });
                let copy = at.clone();
                let task = tokio::spawn(async move {
                    let _turn = turns.acquire_owned().await.unwrap();
                    request(Some(copy)).await
                });
                running.push((at, task));
            }
        }
    }
    let (tried, mut broke, mut failed) = (running.len(), 0, Vec::new());
    for (at, task) in running {
        match task.await {
            // How many writes and letters there are depends on what happens to go together; the first of each comes always.
            Ok((deeds, false)) if at.nth == 1 => failed.push(format!("== {at:?}\nit did not break: {deeds:#?}")),
            Ok((_, this)) => broke += usize::from(this),
            Err(error) => failed.push(format!("== {at:?}\n{}", crate::walk::why(error))),
        }
    }
    println!("{tried} breaks tried, {broke} came, {} failed", failed.len());
    assert!(failed.is_empty(), "{} of {tried} breaks failed:\n{}", failed.len(), failed.join("\n"));
}
