//! The fault matrix: every effect that the house has × everything that can go wrong with it. Fault, restart, run to rest, look at the
//! whole world.
//!
//! The rows are what a day at the counter calls, as the sandbox saw it: a new effect that the day needs has its row at once. By
//! default each effect meets one trouble, in turn; `LOKET_MATRIX=whole` is all of it, `LOKET_CELL=…` the cells whose name holds that.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use loket_sandbox::answer::Answer;
use loket_sandbox::calls::Party;
use loket_sandbox::faults::{Action, Moment, Rule, When};
use loket_sandbox::zoom::NewMeeting;
use serde_json::{Value, json};
use tokio::sync::Semaphore;

use crate::office::{Office, instant, plain};
use crate::trouble::Trouble;

/// Offices side by side: they mostly wait.
const AT_ONCE: usize = 14;
/// One seed for all: making its key takes a while, and is done once.
const SEED: u64 = 50;

/// Something that is done outside: a call, and by what it is told from others of its name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Effect {
    party: Party,
    call: String,
    containing: String,
}

impl Effect {
    fn of(moment: &Moment) -> Effect {
        let containing = by_type(&moment.target).or_else(|| by_request(&moment.body)).or_else(|| by_letter(moment));
        Effect { party: moment.party, call: moment.name.clone(), containing: containing.unwrap_or_default() }
    }

    fn rule(&self, action: Action) -> Rule {
        Rule::new(self.party, &self.call, action).containing(&self.containing).once()
    }
}

/// Zoom lists meetings of several types.
fn by_type(target: &str) -> Option<String> {
    let (_, query) = target.split_once('?')?;
    query.split('&').find(|part| part.starts_with("type=")).map(str::to_owned)
}

/// One call to Google does many things; the last of its requests says what for.
fn by_request(body: &[u8]) -> Option<String> {
    let body: Value = serde_json::from_slice(body).ok()?;
    let (name, _) = body["requests"].as_array()?.last()?.as_object()?.iter().next()?;
    Some(format!("\"{name}\""))
}

/// Each kind of letter.
fn by_letter(moment: &Moment) -> Option<String> {
    let text = String::from_utf8_lossy(&moment.body);
    let line = text.lines().find_map(|line| line.strip_prefix("X-Loket-Letter:")).filter(|_| moment.party == Party::Smtp)?;
    line.split('/').nth(1).map(|kind| format!("/{kind}/"))
}

/// One cell.
#[derive(Debug, Clone)]
struct Cell {
    effect: Effect,
    trouble: Trouble,
    restart: bool,
}

impl Cell {
    fn name(&self) -> String {
        let Effect { party, call, containing } = &self.effect;
        let then = if self.restart { ", restart" } else { "" };
        format!("{party:?} {call} {containing} × {:?}{then}", self.trouble)
    }
}

/// An answer for a day early in a month: typed month first its date would be another, so its number format is looked up.
fn early_in_a_month(topic: &str, nth: usize) -> Answer {
    let mut days = (2..90).filter(|days| plain(topic, *days, (0, 0), (0, 0)).date.day() <= 12);
    plain(topic, days.nth(nth).unwrap(), (9, 0), (10, 0))
}

/// A day at the counter, on which everything that Loket can do is done once.
struct Day {
    office: Office,
}

impl Day {
    async fn prepare() -> Day {
        let mut office = Office::open(SEED).await;
        office.sandbox.google().set_locale("en_US");
        office.sandbox.google().switches(|switches| switches.metadata_follows_sort = false);
        let hosts = office.sandbox.zoom().hosts();
        let taken = plain("x", 4, (13, 0), (15, 0));
        for host in &hosts {
            office.by_hand(&host.spec.email, NewMeeting::single("Oleh tangan", instant(taken.date, taken.start), 120));
        }
        Day { office }
    }

    /// Faults that are part of the day, behind the one that is tried: without them nothing is looked for, found, or undone.
    fn usual_faults(&self) {
        let faults = self.office.sandbox.faults();
        let zoom = |action| Rule::new(Party::Zoom, "meetings.create", action);
        faults.add(zoom(Action::CloseBefore).containing("Hilang").once());
        faults.add(zoom(Action::CloseAfter).containing("Terselip").once());
        let world = self.office.sandbox.zoom().clone();
        let elsewhere = Action::hook(When::After, move |_| {
            for made in world.all_meetings().iter().filter(|made| made.topic.contains("Bergeser")) {
                world.alter(made.id, |made| made.start_at = made.start_at.map(|at| at + jiff::SignedDuration::from_hours(1)));
            }
        });
        faults.add(zoom(elsewhere).containing("Bergeser").once());
        faults.add(zoom(Action::CloseAfter).containing("Bergeser").once());
        let mark = Rule::new(Party::Google, "spreadsheets.batchUpdate", Action::CloseAfter);
        faults.add(mark.containing("\"createDeveloperMetadata\"").skip(1).once());
    }

    /// What is asked for: the first is there before the daemon starts, the others while it works.
    fn ask(&mut self) {
        self.office.answer(plain("Terselip", 5, (9, 0), (10, 0)));
        self.office.answer(plain("Bergeser", 6, (9, 0), (10, 0)));
        self.office.answer(plain("Penuh", 4, (13, 30), (14, 30)));
        self.office.answer(plain("Terbalik", 7, (14, 0), (13, 0)));
        self.office.answer(early_in_a_month("Awal bulan", 0));
        self.office.answer(plain("Batal", 8, (9, 0), (10, 0)));
    }

    /// Staff call an event off.
    fn cancel(&mut self) {
        self.office.say("Batal", "BATALKAN: acara ditunda");
    }

    /// Staff sort the sheet, and the metadata stays where it was.
    fn sort(&self) {
        let google = self.office.sandbox.google();
        let rows = google.values(google.form_tab()).len();
        let range = json!({"sheetId": google.form_tab(), "startRowIndex": 1, "endRowIndex": rows});
        let sort = json!({"sortRange": {"range": range, "sortSpecs": [{"dimensionIndex": 4, "sortOrder": "DESCENDING"}]}});
        google.edit(vec![sort]).unwrap();
    }

    /// The whole day, with one trouble in it. Gives how often it struck.
    async fn live(mut self, cell: Option<&Cell>) -> (Office, u64) {
        self.office.answer(plain("Hilang", 3, (9, 0), (10, 0)));
        self.office.start();
        let rule = cell.map(|cell| {
            let action = cell.trouble.action(&self.office, cell.effect.party, &cell.effect.call);
            self.office.sandbox.faults().add(cell.effect.rule(action))
        });
        self.usual_faults();
        self.ask();
        let mut restarted = false;
        self.until_rest(cell, rule, &mut restarted).await;
        self.cancel();
        self.until_rest(cell, rule, &mut restarted).await;
        self.sort();
        self.until_rest(cell, rule, &mut restarted).await;
        let struck = rule.map_or(0, |rule| self.office.sandbox.faults().hits(rule));
        (self.office, struck)
    }

    /// Runs to rest; once the trouble has struck, the daemon is started anew where the cell says so, or where it is dead.
    async fn until_rest(&mut self, cell: Option<&Cell>, rule: Option<u64>, restarted: &mut bool) {
        let office = &mut self.office;
        if let (Some(cell), Some(rule), false) = (cell, rule, *restarted) {
            let seen = office.sandbox.calls().count(Party::Google, "values.batchGetByDataFilter");
            loop {
                let hit =
                    office.sandbox.until(|world| world.faults().hits(rule) > 0, std::time::Duration::from_secs(1)).await.is_ok();
                let reads = office.sandbox.calls().count(Party::Google, "values.batchGetByDataFilter");
                if hit || (reads > seen + 3 && office.is_at_rest().await) {
                    break;
                }
                let dies = cell.trouble == Trouble::ProcessDies;
                assert!(dies || office.runs(), "the daemon ended by itself\n{}", office.last_words());
            }
            let hit = office.sandbox.faults().hits(rule) > 0;
            if hit && cell.trouble == Trouble::ProcessDies {
                office.die().await;
                office.start();
            } else if hit && cell.restart {
                office.stop().await;
                office.note_doubts().await;
                // A daemon that cannot write to its ledger does not start; whoever watches over it tries again later.
                crate::ledger::make_room(&office.store).await;
                office.start();
            }
            *restarted = hit;
        }
        office.rest().await;
    }
}

/// Every effect of a day without trouble beyond the usual.
async fn effects() -> BTreeSet<Effect> {
    let day = Day::prepare().await;
    let seen: Arc<Mutex<BTreeSet<Effect>>> = Arc::default();
    for party in [Party::Google, Party::Zoom, Party::Smtp] {
        let seen = seen.clone();
        let note = Action::hook(When::Before, move |moment| {
            seen.lock().unwrap().insert(Effect::of(moment));
        });
        day.office.sandbox.faults().add(Rule::new(party, "*", note));
    }
    let (office, _) = day.live(None).await;
    check(office).await;
    Arc::into_inner(seen).map_or_else(BTreeSet::new, |seen| seen.into_inner().unwrap())
}

/// How each answer of the day has to end.
async fn check(office: Office) {
    let refusals =
        office.sandbox.calls().all().iter().filter(|call| call.name == "meetings.create" && call.status == Some(400)).count();
    let asks_staff = |topic: &str| office.row(topic).status() == "Perlu Tindak Lanjut";
    let plain = ["Hilang", "Terselip", "Awal bulan"];
    for topic in plain {
        let status = office.row(topic).status();
        assert!(status == "Terjadwal" || (refusals > 0 && asks_staff(topic)), "{topic} is {status}");
    }
    assert!(plain.iter().filter(|topic| asks_staff(topic)).count() <= refusals);
    assert_eq!(office.row("Penuh").status(), "Jadwal Penuh");
    assert_eq!(office.row("Terbalik").status(), "Perlu Perbaikan");
    assert_eq!(office.row("Batal").status(), "Dibatalkan");
    assert!(["Terjadwal", "Perlu Tindak Lanjut"].contains(&office.row("Bergeser").status().as_str()));
    office.close_at_rest().await;
}

async fn run(cell: &Cell) {
    let day = Day::prepare().await;
    let (office, struck) = day.live(Some(cell)).await;
    assert!(struck > 0, "the trouble never struck");
    check(office).await;
}

fn cells(effects: &BTreeSet<Effect>) -> Vec<Cell> {
    let whole = std::env::var("LOKET_MATRIX").is_ok_and(|value| value == "whole");
    let only = std::env::var("LOKET_CELL").ok();
    let mut cells = Vec::new();
    for (index, effect) in effects.iter().enumerate() {
        for (column, trouble) in Trouble::ALL.into_iter().enumerate() {
            for restart in [false, true] {
                // The process that dies is started anew in any case.
                let spare = restart && trouble == Trouble::ProcessDies;
                let in_turn = (index * 5) % 8 == column && restart == (index % 2 == 1);
                let dies_in_turn = (index * 5) % 8 == column && trouble == Trouble::ProcessDies;
                let cell = Cell { effect: effect.clone(), trouble, restart };
                let wanted = only.as_ref().map_or(whole || in_turn || dies_in_turn, |only| cell.name().contains(only.as_str()));
                if wanted && !spare {
                    cells.push(cell);
                }
            }
        }
    }
    cells
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_goes_wrong_with_whatever_is_done_nothing_is_lost_or_done_twice() {
    let effects = effects().await;
    for must in ["meetings.create", "meetings.delete", "meetings.get", "developerMetadata.search", "spreadsheets.getByDataFilter"]
    {
        assert!(effects.iter().any(|effect| effect.call == must), "the day does not bring about {must}: {effects:#?}");
    }
    let cells = cells(&effects);
    let (turns, count) = (Arc::new(Semaphore::new(AT_ONCE)), cells.len());
    let running = cells.into_iter().map(|cell| {
        let turns = turns.clone();
        let name = cell.name();
        let task = tokio::spawn(async move {
            let _turn = turns.acquire_owned().await.unwrap();
            run(&cell).await;
        });
        (name, task)
    });
    let running: Vec<_> = running.collect();
    let mut failed = Vec::new();
    for (name, task) in running {
        if let Err(error) = task.await {
            failed.push(format!("== {name}\n{}", crate::walk::why(error)));
        }
    }
    println!("{} effects, {count} cells, {} failed", effects.len(), failed.len());
    assert!(failed.is_empty(), "{} of {count} cells failed:\n{}", failed.len(), failed.join("\n"));
}
