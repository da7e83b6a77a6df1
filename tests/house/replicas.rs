//! Several replicas on one PostgreSQL: each may be killed or stand still at any moment, and another goes on. And two processes on one
//! embedded store, of which the second is refused.
//!
//! `LOKET_REPLICA_STRIKES=100` is how many strikes there are in all, `LOKET_REPLICA_SEED=7` the first seed. A seed gives the same
//! decisions again, not the same microseconds.

use std::process::{Child, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use loket_sandbox::calls::Party;
use loket_sandbox::faults::{Action, Rule, When};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};

use crate::ledger;
use crate::office::{Office, PATIENCE, free_port, plain, send};

/// Offices that live side by side.
const OFFICES: u32 = 2;
const STRIKES: u32 = 12;
const REPLICAS: usize = 3;
/// How often the lease is looked at.
const LOOK: Duration = Duration::from_millis(20);
const READ: &str = "values.batchGetByDataFilter";

/// One daemon.
struct Replica {
    child: Child,
    stands_still: bool,
}

/// An office and its replicas.
struct Fleet {
    office: Office,
    replicas: Vec<Replica>,
}

/// How long the desk was without a hand: until another replica had the lease, and until it read the sheet.
#[derive(Debug, Default)]
struct Figures {
    kills: Vec<(Duration, Duration)>,
    stops: Vec<(Duration, Duration)>,
    others: u32,
}

impl Fleet {
    async fn open(seed: u64) -> Fleet {
        let mut office = Office::open_on_postgres(seed).await;
        office.has_replicas = true;
        let replicas = (0..REPLICAS).map(|_| Replica::start(&office)).collect();
        Fleet { office, replicas }
    }

    /// Starts those that were killed, and lets those go on that stand still.
    fn raise(&mut self) {
        for replica in &mut self.replicas {
            replica.go_on();
            if replica.child.try_wait().unwrap().is_some() {
                *replica = Replica::start(&self.office);
            }
        }
    }

    /// Waits until one of them runs the desk. Gives the fence, and which one it is.
    async fn holder(&mut self) -> (i64, usize) {
        let began = Instant::now();
        loop {
            if let Some(lease) = ledger::lease(&self.office.store).await.filter(|lease| lease.holds)
                && let Some(index) = self.replicas.iter_mut().position(|replica| replica.is_well(lease.pid))
            {
                return (lease.fence, index);
            }
            assert!(began.elapsed() < PATIENCE, "nobody runs the desk\n{}", self.office.last_words());
            tokio::time::sleep(LOOK).await;
        }
    }

    /// Waits until the lease went on to another, and until that one read the sheet. Gives both moments.
    async fn taken_over(&self, fence: i64) -> (Instant, Instant) {
        let began = Instant::now();
        let taken = loop {
            if ledger::lease(&self.office.store).await.is_some_and(|lease| lease.fence > fence) {
                break Instant::now();
            }
            assert!(began.elapsed() < PATIENCE, "nobody takes the desk over\n{}", self.office.last_words());
            tokio::time::sleep(LOOK).await;
        };
        let reads = self.reads();
        self.office.until("the sheet is read", |office| office.sandbox.calls().count(Party::Google, READ) > reads).await;
        (taken, Instant::now())
    }

    /// Notes that one was stopped.
    async fn stands_still(&mut self, index: usize) {
        self.replicas[index].stands_still = true;
        self.note_doubts().await;
    }

    /// Remembers which letters were with the mail server, after one was struck.
    async fn note_doubts(&mut self) {
        // What it had asked of the store is through by then.
        tokio::time::sleep(Duration::from_millis(150)).await;
        self.office.note_doubts().await;
    }

    /// Waits until the log tells that whoever held the lease with this fence lost it, and that another holds it.
    async fn says_that_the_lease_was_lost(&self, fence: i64) {
        let line = |log: &str, message: &str, fence: i64| {
            let lines = log.lines().filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok());
            lines
                .into_iter()
                .any(|line| line["fence"] == fence && line["message"].as_str().is_some_and(|said| said.contains(message)))
        };
        let told = |office: &Office| {
            let log = office.log();
            line(&log, "the lease of the desk is lost", fence) && line(&log, "this process runs the desk now", fence + 1)
        };
        self.office.until("the log tells that the lease was lost", told).await;
    }

    /// Waits until everything is at rest, and looks at one row.
    async fn scheduled(&mut self, topic: &str) {
        self.office.rest().await;
        assert_eq!(self.office.row(topic).status(), "Terjadwal");
    }

    fn reads(&self) -> u64 {
        self.office.sandbox.calls().count(Party::Google, READ)
    }

    /// Waits for a random call, or for a while where there is none, and strikes at that moment.
    async fn strike(&mut self, chance: &mut StdRng, victim: usize, signal: &'static str) -> Instant {
        let party = [Party::Google, Party::Zoom, Party::Smtp][chance.random_range(0..3)];
        let when = if chance.random_bool(0.5) { When::Before } else { When::After };
        let (pid, struck) = (self.replicas[victim].child.id(), Arc::new(Mutex::new(None)));
        let at = struck.clone();
        let hook = Action::hook(when, move |_| {
            send(signal, pid);
            *at.lock().unwrap() = Some(Instant::now());
        });
        let rule = self.office.sandbox.faults().add(Rule::new(party, "*", hook).skip(chance.random_range(0..12)).once());
        let reads = self.reads() + 3;
        let came =
            |office: &Office| struck.lock().unwrap().is_some() || office.sandbox.calls().count(Party::Google, READ) >= reads;
        self.office.until("the moment came", came).await;
        self.office.sandbox.faults().remove(rule);
        let moment = *struck.lock().unwrap();
        moment.unwrap_or_else(|| {
            send(signal, pid);
            Instant::now()
        })
    }

    /// Lets the world come to rest, ends all of them in order, and looks at the whole of it.
    async fn close(mut self) {
        self.raise();
        self.office.rest().await;
        for replica in &self.replicas {
            send("TERM", replica.child.id());
        }
        for mut replica in self.replicas.drain(..) {
            let waiting = tokio::task::spawn_blocking(move || replica.child.wait().unwrap());
            let status = tokio::time::timeout(Duration::from_secs(10), waiting).await.expect("ends within 10 s").unwrap();
            assert!(status.success(), "{status}\n{}", self.office.last_words());
        }
        self.office.check_ledger().await;
        self.office.close().await;
    }
}

impl Replica {
    fn start(office: &Office) -> Replica {
        let mut command = office.command(&["run"]);
        command.env("LOKET__WEB__LISTEN", format!("127.0.0.1:{}", free_port()));
        Replica { child: command.spawn().unwrap(), stands_still: false }
    }

    fn is_well(&mut self, pid: u32) -> bool {
        self.child.id() == pid && !self.stands_still && self.child.try_wait().unwrap().is_none()
    }

    fn go_on(&mut self) {
        if std::mem::take(&mut self.stands_still) {
            send("CONT", self.child.id());
        }
    }
}

impl Drop for Replica {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A number from the environment.
fn number<T: std::str::FromStr>(name: &str, otherwise: T) -> T {
    let parse = |text: String| text.parse().unwrap_or_else(|_| panic!("{name} is a number, not `{text}`"));
    std::env::var(name).map_or(otherwise, parse)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn replicas_that_die_or_stand_still_lose_nothing_and_make_nothing_twice() {
    let (strikes, seed) = (number("LOKET_REPLICA_STRIKES", STRIKES), number("LOKET_REPLICA_SEED", 1_u64));
    let all: Vec<_> = (0..OFFICES)
        .map(|n| tokio::spawn(struck_again_and_again(seed + u64::from(n), strikes / OFFICES + u32::from(n < strikes % OFFICES))))
        .collect();
    let mut sum = Figures::default();
    for (n, ended) in (0_u64..).zip(all) {
        let figures = ended.await.unwrap_or_else(|error| {
            panic!("LOKET_REPLICA_SEED={} LOKET_REPLICA_STRIKES={strikes}: {error}", seed + n);
        });
        sum.kills.extend(figures.kills);
        sum.stops.extend(figures.stops);
        sum.others += figures.others;
    }
    println!("{} strikes at the holder, {} at one that stood by", sum.kills.len() + sum.stops.len(), sum.others);
    let both = [sum.kills.clone(), sum.stops.clone()].concat();
    for (what, figures) in [("killed", sum.kills), ("stopped", sum.stops), ("all", both)] {
        println!(
            "{what}: lease {}; sheet read {}",
            summary(figures.iter().map(|(lease, _)| *lease)),
            summary(figures.iter().map(|(_, read)| *read))
        );
    }
}

/// Median, 99th percentile and highest.
fn summary(figures: impl Iterator<Item = Duration>) -> String {
    let mut sorted: Vec<Duration> = figures.collect();
    sorted.sort();
    let Some(last) = sorted.last() else { return "never".to_owned() };
    let at = |percent: usize| sorted[(sorted.len() * percent).div_ceil(100).max(1) - 1];
    format!("p50 {:.2} s, p99 {:.2} s, max {:.2} s", at(50).as_secs_f64(), at(99).as_secs_f64(), last.as_secs_f64())
}

async fn struck_again_and_again(seed: u64, strikes: u32) -> Figures {
    let mut chance = StdRng::seed_from_u64(seed);
    let mut fleet = Fleet::open(500 + seed % 4).await;
    let (mut figures, mut asked) = (Figures::default(), 0);
    for _ in 0..strikes {
        fleet.raise();
        let (fence, holder) = fleet.holder().await;
        ask(&mut fleet, seed, &mut asked);
        let other = (holder + chance.random_range(1..REPLICAS)) % REPLICAS;
        let victim = if chance.random_bool(0.85) { holder } else { other };
        let kill = chance.random_bool(0.5);
        let struck = fleet.strike(&mut chance, victim, if kill { "KILL" } else { "STOP" }).await;
        if kill {
            fleet.replicas[victim].child.wait().unwrap();
        }
        fleet.replicas[victim].stands_still = !kill;
        fleet.note_doubts().await;
        ask(&mut fleet, seed, &mut asked);
        if victim != holder {
            figures.others += 1;
            continue;
        }
        let (taken, read) = fleet.taken_over(fence).await;
        let list = if kill { &mut figures.kills } else { &mut figures.stops };
        list.push((taken - struck, read - struck));
        // One that stood still wakes up at any moment of its successor's.
        tokio::time::sleep(Duration::from_millis(chance.random_range(0..2500))).await;
    }
    fleet.raise();
    fleet.office.rest().await;
    assert!(fleet.office.rows().iter().all(|row| row.status() == "Terjadwal"), "{:#?}", fleet.office.brief());
    fleet.close().await;
    figures
}

/// The flow goes on, whatever becomes of the replicas.
fn ask(fleet: &mut Fleet, seed: u64, asked: &mut i32) {
    let (day, hour) = (2 + *asked / 4, 8 + i8::try_from(*asked % 4).unwrap() * 2);
    fleet.office.answer(plain(&format!("Giliran {seed}-{asked:03}"), day, (hour, 0), (hour + 1, 0)));
    *asked += 1;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_replica_that_stands_still_between_confirming_the_lease_and_the_create_makes_nothing_later() {
    let mut fleet = Fleet::open(510).await;
    let (fence, holder) = fleet.holder().await;
    let pid = fleet.replicas[holder].child.id();
    // It has confirmed the lease when its create comes in. Its token has just ended: the create is turned away, another token is asked
    // for, and there it is stopped. When the create would leave it for the second time, its lease is long lost.
    let (zoom, faults) = (fleet.office.sandbox.zoom().clone(), fleet.office.sandbox.faults().clone());
    let stopped = Arc::new(AtomicBool::new(false));
    let is_so = stopped.clone();
    let turned_away = Action::hook(When::Before, move |_| {
        zoom.expire_tokens();
        let is_so = is_so.clone();
        let halt = Action::hook(When::After, move |_| {
            send("STOP", pid);
            is_so.store(true, Ordering::Release);
        });
        faults.add(Rule::new(Party::Zoom, "token", halt).once());
    });
    fleet.office.sandbox.faults().add(Rule::new(Party::Zoom, "meetings.create", turned_away).once());
    fleet.office.answer(plain("Tertahan", 4, (9, 0), (10, 0)));
    fleet.office.until("it is stopped", |_| stopped.load(Ordering::Acquire)).await;
    let creates = |fleet: &Fleet| fleet.office.sandbox.calls().count(Party::Zoom, "meetings.create");
    assert_eq!(creates(&fleet), 1, "the one that was turned away");
    assert_eq!(ledger::tickets(&fleet.office.store).await[0].state, "booking");
    fleet.stands_still(holder).await;
    fleet.taken_over(fence).await;
    fleet.replicas[holder].go_on();
    fleet.office.until("it held the create back", |office| office.log().contains("it was too late to send the call")).await;
    fleet.says_that_the_lease_was_lost(fence).await;
    assert_eq!(creates(&fleet), 1, "its create never left");
    fleet.scheduled("Tertahan").await;
    assert_eq!(creates(&fleet), 2, "the other's, once it was sure");
    fleet.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_create_that_is_carried_out_after_the_lease_was_lost_is_found_and_kept() {
    let mut fleet = Fleet::open(511).await;
    let (fence, holder) = fleet.holder().await;
    let pid = fleet.replicas[holder].child.id();
    let goes_on = Arc::new(tokio::sync::Notify::new());
    let held = goes_on.clone();
    let hook = Action::hook_async(When::Before, move |_| {
        send("STOP", pid);
        let held = held.clone();
        async move { held.notified().await }
    });
    let rule = fleet.office.sandbox.faults().add(Rule::new(Party::Zoom, "meetings.create", hook).once());
    fleet.office.answer(plain("Terlambat", 4, (9, 0), (10, 0)));
    fleet.office.until("its create came in", |office| office.sandbox.faults().hits(rule) == 1).await;
    fleet.stands_still(holder).await;
    fleet.taken_over(fence).await;
    assert!(fleet.office.sandbox.zoom().all_meetings().is_empty(), "nothing was made yet");
    goes_on.notify_one();
    fleet.scheduled("Terlambat").await;
    assert_eq!(fleet.office.sandbox.calls().count(Party::Zoom, "meetings.create"), 1, "it was found, not made again");
    fleet.replicas[holder].go_on();
    fleet.says_that_the_lease_was_lost(fence).await;
    fleet.close().await;
}

#[tokio::test]
async fn of_two_processes_on_an_embedded_store_the_second_is_refused_and_a_killed_one_leaves_it_open() {
    let mut office = Office::open_embedded(512).await;
    office.start();
    office.answer(plain("Sendiri A", 4, (9, 0), (10, 0)));
    office.until_all(&["Terjadwal"]).await;
    let mut second = tokio::process::Command::from(office.command(&["run"]));
    second.env("LOKET__WEB__LISTEN", format!("127.0.0.1:{}", free_port())).stderr(Stdio::piped());
    let ended = tokio::time::timeout(PATIENCE, second.output()).await.expect("it ends by itself").unwrap();
    let said = String::from_utf8_lossy(&ended.stderr);
    assert_eq!(ended.status.code(), Some(1), "{said}");
    let file = office.store.trim_start_matches("sqlite:");
    for part in [format!("`{file}` is in use by "), format!("process {} since ", office.pid()), "end that one first".to_owned()] {
        assert!(said.contains(&part), "{said}\nlacks\n{part}");
    }
    office.die().await;
    office.start();
    office.answer(plain("Sendiri B", 5, (9, 0), (10, 0)));
    office.until_all(&["Terjadwal"]).await;
    assert_eq!(ledger::lease(&office.store).await.map(|lease| (lease.fence, lease.pid)), Some((2, office.pid())));
    office.close_at_rest().await;
}
