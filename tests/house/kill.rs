//! `kill -9` at a hundred seeded moments of the main path: nothing lost, no second meeting.

use loket_sandbox::calls::Party;
use loket_sandbox::faults::{Action, Rule, When};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use sqlx::Connection;

use crate::ledger;
use crate::office::{Office, plain, send};

/// Offices that live side by side, and how often each is killed.
const OFFICES: u64 = 4;
const KILLS: u32 = 25;
/// Reads of the sheet after which a moment that did not come is not waited for any more. The first four follow closely on each other, one
/// of them the set-up check's, and only the last brings the work: on PostgreSQL, where a lease has to end first, a kill after four came
/// just before it, and no more than 8 to 17 of 25 struck a call.
const READS: u64 = 8;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hundred_kills_lose_nothing_and_make_nothing_twice() {
    let offices: Vec<_> = (0..OFFICES).map(|seed| tokio::spawn(killed_again_and_again(seed))).collect();
    for office in offices {
        office.await.unwrap();
    }
}

async fn killed_again_and_again(seed: u64) {
    let mut chance = StdRng::seed_from_u64(seed);
    let mut office = Office::open(100 + seed).await;
    let mut struck = 0;
    for kill in 0..KILLS {
        office.start();
        if kill % 2 == 0 {
            office.answer(plain(&format!("Mati {seed}-{kill:02}"), 2 + i32::try_from(kill).unwrap() / 2, (9, 0), (10, 0)));
        }
        let party = [Party::Google, Party::Zoom, Party::Smtp][chance.random_range(0..3)];
        let when = if chance.random_bool(0.5) { When::Before } else { When::After };
        let skip = match party {
            Party::Google => chance.random_range(0..8),
            Party::Zoom => chance.random_range(0..14),
            Party::Smtp => chance.random_range(0..16),
        };
        let pid = office.pid();
        let die = Action::hook(when, move |_| send("KILL", pid));
        let rule = office.sandbox.faults().add(Rule::new(party, "*", die).skip(skip).once());
        // A quiet party may not be called so often: then the kill comes while the house rests, which is a moment too.
        let reads = office.sandbox.calls().count(Party::Google, "values.batchGetByDataFilter") + READS;
        office
            .until("the moment came", |office| {
                office.sandbox.faults().hits(rule) > 0
                    || office.sandbox.calls().count(Party::Google, "values.batchGetByDataFilter") >= reads
            })
            .await;
        struck += u32::from(office.sandbox.faults().hits(rule) > 0);
        office.sandbox.faults().remove(rule);
        office.die().await;
    }
    println!("{struck} of {KILLS} kills came in the middle of a call");
    assert!(struck > KILLS / 2, "only {struck} of {KILLS} kills came in the middle of a call");
    office.start();
    office.rest().await;
    assert!(office.rows().iter().all(|row| row.status() == "Terjadwal"), "{:#?}", office.brief());
    office.close_at_rest().await;
}

/// A process that dies after it recorded that a letter was refused, and before its row was to say so.
#[tokio::test]
async fn what_became_of_a_letter_is_told_by_the_next_process() {
    let mut office = Office::open(104).await;
    office.start();
    office.answer(plain("Ditolak", 4, (9, 0), (10, 0)));
    office.until_all(&["Terjadwal"]).await;
    office.stop().await;
    assert_eq!(office.row("Ditolak").text("Catatan Sistem"), "");
    let mut ledger = ledger::open(&office.store).await;
    let changed = sqlx::query("UPDATE letter SET state = 'refused' WHERE kind = 'received'").execute(&mut ledger).await.unwrap();
    assert_eq!(changed.rows_affected(), 1);
    ledger.close().await.unwrap();
    office.start();
    let address = "ditolak@example.go.id";
    office.until("staff are told", |office| office.row("Ditolak").text("Catatan Sistem").contains(address)).await;
    office.close_at_rest().await;
}
