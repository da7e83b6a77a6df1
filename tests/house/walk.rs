//! A random walk: people ask, change their minds, and rearrange the sheet, while parties fail and the daemon is killed, all drawn from
//! a seed. Then the trouble ends, the house comes to rest, and the whole world is looked at.
//!
//! `LOKET_WALKS=2000` is how many, `LOKET_WALKS_AT_ONCE` how many side by side, `LOKET_WALK_SEED=7` the first seed (with
//! `LOKET_WALKS=1` that walk alone). A seed gives the same decisions again, not the same microseconds.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use loket_sandbox::answer::{Answer, title};
use loket_sandbox::calls::Party;
use loket_sandbox::faults::{Action, Rule, When};
use loket_sandbox::google::AnswerValue;
use loket_sandbox::smtp::letter::Letter;
use loket_sandbox::zoom::NewMeeting;
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use serde_json::{Value, json};
use tokio::sync::Semaphore;
use tokio::task::JoinError;

use crate::ledger;
use crate::office::{Office, Row, instant, label, plain};
use crate::trouble::{die, disk_full, rate_limited, refused, too_long};

const WALKS: u64 = 24;
const AT_ONCE: usize = 12;
const STEPS: std::ops::Range<u32> = 16..28;
const ANSWERS_MAX: usize = 7;
/// The column that staff write their notes into.
const NOTES: &str = "Catatan Petugas";
/// Worlds with keys of their own: making one takes a while.
const WORLDS: u64 = 4;

/// What is asked for, and how it came in.
struct Asked {
    id: u64,
    answer: Answer,
    /// Sent again for the same event, or typed: it is not edited.
    fixed: bool,
}

struct Walk {
    chance: StdRng,
    office: Office,
    asked: Vec<Asked>,
    rules: Vec<u64>,
    trail: Trail,
    notes: usize,
    down_for: u32,
}

/// What was done, printed if the walk fails.
#[derive(Clone, Default)]
pub struct Trail(Arc<std::sync::Mutex<Vec<String>>>);

impl Trail {
    pub fn add(&self, line: impl std::fmt::Display) {
        let now = jiff::Timestamp::now().strftime("%H:%M:%S.%3f");
        self.0.lock().unwrap().push(format!("{now} {line}"));
    }

    pub fn text(&self) -> String {
        self.0.lock().unwrap().join("\n")
    }
}

impl Walk {
    async fn begin(seed: u64, trail: Trail) -> Walk {
        let mut chance = StdRng::seed_from_u64(seed);
        let mut office = Office::open(60 + seed % WORLDS).await;
        office.dies_at_random = true;
        office.trail = Some(trail.clone());
        let follows = chance.random_bool(0.7);
        office.sandbox.google().switches(|switches| switches.metadata_follows_sort = follows);
        let hosts: Vec<String> = office.sandbox.zoom().hosts().into_iter().map(|host| host.spec.email).collect();
        let hosts_kept = chance.random_range(1..=hosts.len());
        for host in &hosts[..hosts.len() - hosts_kept] {
            office.sandbox.zoom().remove_host(host);
        }
        office.rewrite_config();
        trail.add(format!("{hosts_kept} hosts, metadata follows a sort: {follows}"));
        let mut walk = Walk { chance, office, asked: Vec::new(), rules: Vec::new(), trail, notes: 0, down_for: 0 };
        for _ in 0..walk.chance.random_range(0..3) {
            walk.by_hand();
        }
        walk.ask();
        walk.office.start();
        walk
    }

    async fn go(mut self) {
        for _ in 0..self.chance.random_range(STEPS) {
            self.revive().await;
            self.step().await;
            let seen = self.office.sandbox.calls().last() + self.chance.random_range(0..12);
            let most = Duration::from_millis(self.chance.random_range(20..900));
            // Either so many calls went by or the time is over: both are a moment for the next step.
            let _moment = self.office.sandbox.until(|world| world.calls().last() >= seen, most).await;
        }
        self.trail.add("the trouble ends");
        self.office.sandbox.faults().clear();
        ledger::make_room(&self.office.store).await;
        if !self.office.runs() {
            self.office.die().await;
            self.office.start();
        }
        self.office.rest().await;
        if self.put_right().await {
            self.office.rest().await;
        }
        self.check();
        self.office.close_at_rest().await;
    }

    /// Staff bring back, from the sheet's version history, what they were told of: cells of an answer that was sent anew, and their own, over
    /// which a write fell while columns moved. True where there was such a cell.
    async fn put_right(&self) -> bool {
        let mut any = false;
        let told = ledger::notices(&self.office.store).await;
        for ticket in told.iter().filter_map(|key| key.strip_prefix("overwritten/")?.split('/').next()) {
            let rows = self.office.rows();
            let Some(row) = rows.iter().find(|row| row.text("No. Tiket") == ticket) else { continue };
            let of_topic = || self.office.asked.iter().filter(|asked| asked.topic == row.topic());
            let Some(asked) = of_topic()
                .find(|asked| row.is_of(asked))
                .or_else(|| of_topic().find(|asked| !rows.iter().any(|row| row.is_of(asked))))
            else {
                continue;
            };
            let hands = self.office.hands();
            let notes = self.office.staff_notes.iter().filter(|(topic, _)| *topic == asked.topic);
            let notes: Vec<&str> = notes.map(|(_, text)| text.as_str()).collect();
            let cell = row.text(NOTES);
            let note = (!notes.contains(&cell.as_str())).then(|| (NOTES, notes.last().copied().unwrap_or_default()));
            let answered = Row::texts(asked).into_iter().map(|(header, text)| (header, text.as_str()));
            for (header, text) in answered.chain(note).filter(|(header, text)| row.text(header) != **text) {
                self.trail.add(format!("staff put right what they were told of: {header} of {ticket}"));
                let at = hands.column("No. Tiket").zip(hands.column(header)).and_then(|(number, column)| {
                    let at = hands.values().iter().position(|cells| cells.get(number).is_some_and(|cell| cell == ticket))?;
                    Some((at, column))
                });
                let Some((at, column)) = at else { continue };
                hands.type_in(at, column, text);
                any = true;
            }
        }
        any
    }

    /// A daemon that was killed stays down for a while.
    async fn revive(&mut self) {
        if self.office.runs() {
            return;
        }
        if self.down_for > 0 {
            self.down_for -= 1;
            return;
        }
        self.office.die().await;
        // It does not start without its ledger.
        ledger::make_room(&self.office.store).await;
        self.trail.add("the daemon starts again");
        self.office.start();
        self.down_for = self.chance.random_range(0..3);
    }

    async fn step(&mut self) {
        match self.chance.random_range(0..100) {
            0..30 => self.ask(),
            30..38 => self.edit(),
            38..44 => self.ask_again(),
            44..62 => self.rearrange().await,
            62..66 => self.by_hand(),
            66..86 => self.trouble(),
            86..92 => self.relief(),
            92..97 => {
                self.trail.add("kill -9");
                self.office.die().await;
            }
            _ if self.office.runs() => {
                self.trail.add("SIGTERM");
                self.office.stop().await;
                self.office.note_doubts().await;
            }
            _ => {}
        }
    }

    /// A slot among few, so that accounts are taken.
    fn times(&mut self) -> ((i8, i8), (i8, i8), i32) {
        let start = self.chance.random_range(8..14);
        let minute = if self.chance.random_bool(0.3) { 30 } else { 0 };
        ((start, minute), (start + self.chance.random_range(1..3), minute), self.chance.random_range(2..5))
    }

    fn ask(&mut self) {
        if self.office.asked.len() >= ANSWERS_MAX {
            return;
        }
        let (start, end, days) = self.times();
        let mut answer = plain(&format!("Acara {}", self.office.asked.len()), days, start, end);
        let kind = self.chance.random_range(0..10);
        match kind {
            0 => answer.service = "Zoom Webinar".into(),
            1 => (answer.start, answer.end) = (answer.end, answer.start),
            2 => answer.participants = "450".into(),
            3 => answer.contact_email = String::new(),
            4 => answer.contact_email = answer.email.to_uppercase(),
            _ => {}
        }
        self.trail.add(format!("{} asks for {} {}–{}, kind {kind}", answer.topic, answer.date, answer.start, answer.end));
        if kind == 5 {
            return self.type_in(answer);
        }
        let id = self.office.answer(answer.clone());
        self.asked.push(Asked { id, answer, fixed: false });
    }

    /// Date and times come as typed text.
    fn type_in(&mut self, answer: Answer) {
        const MONTHS: [&str; 12] = [
            "Januari",
            "Februari",
            "Maret",
            "April",
            "Mei",
            "Juni",
            "Juli",
            "Agustus",
            "September",
            "Oktober",
            "November",
            "Desember",
        ];
        let month = MONTHS[usize::try_from(answer.date.month() - 1).unwrap()];
        let mut values = answer.values();
        for (question, value) in &mut values {
            let text = match question.as_str() {
                title::DATE => format!("{} {month} {}", answer.date.day(), answer.date.year()),
                title::START => answer.start.strftime("Pukul %H.%M WIB").to_string(),
                title::END => answer.end.strftime("%H.%M").to_string(),
                _ => continue,
            };
            *value = AnswerValue::Text(text);
        }
        let now = self.office.sandbox.clock().now();
        let id = self.office.sandbox.google().submit(&values, Some(&answer.email), now);
        self.office.typed.insert(answer.topic.clone());
        self.office.asked.push(answer.clone());
        self.asked.push(Asked { id, answer, fixed: true });
    }

    /// Somebody edits an answer.
    fn edit(&mut self) {
        let (start, end, days) = self.times();
        let free: Vec<usize> = (0..self.asked.len()).filter(|index| !self.asked[*index].fixed).collect();
        if free.is_empty() {
            return;
        }
        let index = free[self.chance.random_range(0..free.len())];
        let mut answer = self.asked[index].answer.clone();
        if self.chance.random_bool(0.3) {
            answer.notes = "Mohon disiapkan lebih awal".into();
        } else {
            let moved = plain(&answer.topic, days, start, end);
            (answer.date, answer.start, answer.end) = (moved.date, moved.start, moved.end);
        }
        self.trail.add(format!("{} is edited: {} {}–{}", answer.topic, answer.date, answer.start, answer.end));
        self.office.edit(self.asked[index].id, &answer.topic.clone(), answer.clone());
        self.asked[index].answer = answer;
    }

    /// Somebody sends the form again for the same event.
    fn ask_again(&mut self) {
        let (start, end, _) = self.times();
        let free: Vec<usize> = (0..self.asked.len()).filter(|index| !self.asked[*index].fixed).collect();
        if free.is_empty() || self.office.asked.len() >= ANSWERS_MAX {
            return;
        }
        let index = free[self.chance.random_range(0..free.len())];
        self.asked[index].fixed = true;
        let mut answer = self.asked[index].answer.clone();
        if self.chance.random_bool(0.5) {
            let moved = plain("x", 2, start, end);
            (answer.start, answer.end) = (moved.start, moved.end);
        }
        // The form holds something else in any case: the same words in the same second are one answer.
        answer.notes = format!("Kiriman ulang {}", self.asked.len());
        self.trail.add(format!("{} is sent again: {} {}–{}", answer.topic, answer.date, answer.start, answer.end));
        let id = self.office.answer(answer.clone());
        self.asked.push(Asked { id, answer, fixed: true });
    }

    fn by_hand(&mut self) {
        let (start, end, days) = self.times();
        let hosts = self.office.sandbox.zoom().hosts();
        let host = hosts[self.chance.random_range(0..hosts.len())].spec.email.clone();
        let day = plain("x", days, start, end);
        self.trail.add(format!("{host} gets a meeting by hand: {} {}", day.date, day.start));
        self.office.by_hand(&host, NewMeeting::single("Oleh tangan", instant(day.date, day.start), 60));
    }

    /// Staff rearrange the sheet.
    async fn rearrange(&mut self) {
        let google = self.office.sandbox.google().clone();
        let tab = google.form_tab();
        let values = google.values(tab);
        let (rows, width) = (values.len(), values.first().map_or(1, Vec::len));
        let stretch =
            |dimension: &str, at: usize| json!({"sheetId": tab, "dimension": dimension, "startIndex": at, "endIndex": at + 1});
        let insert = |dimension: &str, at: usize| json!({"insertDimension": {"range": stretch(dimension, at), "inheritFromBefore": false}});
        let kind = self.chance.random_range(0..7);
        let request = match kind {
            0 | 1 if rows > 2 => {
                let order = if self.chance.random_bool(0.5) { "ASCENDING" } else { "DESCENDING" };
                let column = self.chance.random_range(0..width.min(15));
                let range = json!({"sheetId": tab, "startRowIndex": 1, "endRowIndex": rows});
                json!({"sortRange": {"range": range, "sortSpecs": [{"dimensionIndex": column, "sortOrder": order}]}})
            }
            2 => insert("ROWS", self.chance.random_range(1..=rows)),
            3 => {
                let blank = |row: &Vec<Value>| row.iter().all(|cell| cell == "" || cell.is_null());
                let Some(row) = values.iter().position(blank) else { return };
                json!({"deleteDimension": {"range": stretch("ROWS", row)}})
            }
            4 if self.chance.random_bool(0.4) => insert("COLUMNS", self.chance.random_range(0..=width)),
            4 if ledger::knows_the_tab(&self.office.store).await => {
                let title = format!("Jawaban {}", self.chance.random_range(0..100));
                json!({"updateSheetProperties": {"properties": {"sheetId": tab, "title": title}, "fields": "title"}})
            }
            5 if rows > 2 => {
                let to = self.chance.random_range(1..=rows);
                json!({"moveDimension": {"source": stretch("ROWS", self.chance.random_range(1..rows)), "destinationIndex": to}})
            }
            _ => return self.write_note(),
        };
        self.trail.add(format!("staff: {request}"));
        google.edit(vec![request]).unwrap();
    }

    /// Staff write into their own column.
    fn write_note(&mut self) {
        let google = self.office.sandbox.google();
        let values = google.values(google.form_tab());
        let headed = |header: &str| values.first().and_then(|row| row.iter().position(|cell| cell == header));
        let (Some(column), Some(topic)) = (headed(NOTES), headed("Nama Kegiatan")) else { return };
        if values.len() < 2 {
            return;
        }
        let row = self.chance.random_range(1..values.len());
        let Some(topic) = values[row].get(topic).and_then(Value::as_str).filter(|topic| !topic.is_empty()) else { return };
        self.notes += 1;
        let (topic, text) = (topic.to_owned(), format!("Sudah ditelepon ({})", self.notes));
        self.trail.add(format!("staff note for {topic}: {text}"));
        google.type_in(google.form_tab(), row, column, &text).unwrap();
        self.office.staff_notes.push((topic, text));
    }

    /// Something begins to go wrong.
    fn trouble(&mut self) {
        const CALLS: [(Party, &[&str]); 3] = [
            (
                Party::Google,
                &[
                    "values.batchGetByDataFilter",
                    "values.batchUpdateByDataFilter",
                    "spreadsheets.*",
                    "developerMetadata.*",
                    "token",
                    "*",
                ],
            ),
            (Party::Zoom, &["meetings.create", "meetings.create", "meetings.list", "meetings.*", "token", "*"]),
            (Party::Smtp, &["smtp.connect", "smtp.rcpt", "smtp.data", "smtp.body", "*"]),
        ];
        let (party, calls) = CALLS[self.chance.random_range(0..3)];
        let call = calls[self.chance.random_range(0..calls.len())];
        let short = self.chance.random_range(100..2_500);
        let when = if self.chance.random_bool(0.5) { When::Before } else { When::After };
        let (name, action) = match self.chance.random_range(0..24) {
            0..2 => ("refused", refused(party, call)),
            2..4 => ("limited", rate_limited(party)),
            4..7 => ("not sent", Action::CloseBefore),
            7..11 => ("answer lost", Action::CloseAfter),
            11..13 => ("garbled", Action::Garble),
            13 => ("broken off", Action::Truncate),
            14 => ("down", if party == Party::Smtp { Action::status(421, "4.3.2 Down") } else { Action::status(503, "down") }),
            15 if party != Party::Smtp => ("error after all", Action::status_after(502, "<html>bad gateway</html>")),
            16 => ("late", Action::Delay { ms: short }),
            17 => ("slow", Action::DelayAfter { ms: short }),
            18 if self.chance.random_bool(0.3) => ("too slow", Action::DelayAfter { ms: too_long(party, call) }),
            19..21 => ("disk full", disk_full(self.office.store.clone(), Duration::from_millis(short))),
            _ if self.office.runs() => ("kill", die(&self.office, when)),
            _ => return,
        };
        let rule = Rule::new(party, call, action).skip(self.chance.random_range(0..8));
        let lasting =
            matches!(name, "not sent" | "answer lost" | "garbled" | "down" | "late" | "slow") && self.chance.random_bool(0.3);
        let rule = if lasting { rule.probability(0.4) } else { rule.times(self.chance.random_range(1..3)) };
        // A refusal and a full disk are felt for long.
        let rule = if matches!(name, "refused" | "too slow" | "disk full" | "kill") { rule.once() } else { rule };
        self.trail.add(format!("trouble: {party:?} {call} {name}, after {} {:?}", rule.skip, rule.times));
        self.rules.push(self.office.sandbox.faults().add(rule));
    }

    /// One trouble ends.
    fn relief(&mut self) {
        if self.rules.is_empty() {
            return;
        }
        let rule = self.rules.swap_remove(self.chance.random_range(0..self.rules.len()));
        self.trail.add("one trouble ends");
        self.office.sandbox.faults().remove(rule);
    }

    /// What only a walk can say: why a row needs staff, and that nothing of theirs is gone.
    fn check(&self) {
        let rows = self.office.rows();
        let refusals = self
            .office
            .sandbox
            .calls()
            .all()
            .iter()
            .filter(|call| call.name == "meetings.create" && call.status == Some(400))
            .count();
        let webinar = |topic: &str| self.office.asked.iter().any(|asked| asked.topic == topic && asked.service == "Zoom Webinar");
        let asks_staff = rows.iter().filter(|row| row.status() == "Perlu Tindak Lanjut" && !webinar(&row.topic())).count();
        assert!(
            asks_staff <= refusals,
            "{asks_staff} rows need staff, {refusals} creates were refused: {:#?}",
            self.office.brief()
        );
        for row in rows.iter().filter(|row| row.status() == "Perlu Perbaikan") {
            let wrong = self.office.asked.iter().any(|asked| asked.topic == row.topic() && asked.end <= asked.start);
            assert!(wrong, "{} can be read: {row:?}", row.topic());
        }
        // What is typed between a read and a write under which columns move may be gone; of these rows staff are told.
        let letters = self.office.sandbox.mail().letters();
        let is_notice = |letter: &&Letter| label(letter).is_some_and(|(_, kind, _)| kind == "notice");
        let told: Vec<String> =
            letters.iter().filter(is_notice).filter_map(Letter::text).filter(|text| text.contains("Histori versi")).collect();
        let noted: std::collections::HashSet<&String> = self.office.staff_notes.iter().map(|(topic, _)| topic).collect();
        for topic in noted {
            let of_it = || rows.iter().filter(|row| row.topic() == *topic);
            let is_told = |ticket: String| told.iter().any(|text| text.contains(&ticket));
            let is_there = of_it().any(|row| !row.text(NOTES).is_empty());
            // A letter that was with the mail server when the process died goes once more, but not before ten minutes.
            let may_come = self.office.doubted.iter().any(|(label, _)| label.starts_with("DESK/notice/"));
            let told = may_come || of_it().any(|row| is_told(row.text("No. Tiket")));
            assert!(is_there || told, "the note of staff for {topic} is gone");
        }
    }
}

/// Why a task ended badly.
pub fn why(error: JoinError) -> String {
    match error.try_into_panic() {
        Ok(panic) => {
            let text = panic.downcast_ref::<String>().cloned();
            text.or_else(|| panic.downcast_ref::<&str>().map(ToString::to_string)).unwrap_or_else(|| "a panic".into())
        }
        Err(error) => error.to_string(),
    }
}

pub fn number(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).ok().map_or(otherwise, |text| text.parse().expect("a number"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_happens_in_any_order_nothing_is_lost_or_done_twice() {
    let (walks, first) = (number("LOKET_WALKS", WALKS), number("LOKET_WALK_SEED", 0));
    let at_once = usize::try_from(number("LOKET_WALKS_AT_ONCE", AT_ONCE as u64)).unwrap();
    let (turns, done) = (Arc::new(Semaphore::new(at_once)), Arc::new(AtomicUsize::new(0)));
    let mut running = Vec::new();
    for seed in first..first + walks {
        let (trail, turns, done) = (Trail::default(), turns.clone(), done.clone());
        let kept = trail.clone();
        let task = tokio::spawn(async move {
            let _turn = turns.acquire_owned().await.unwrap();
            Walk::begin(seed, trail).await.go().await;
            let done = done.fetch_add(1, Ordering::Relaxed) + 1;
            if done.is_multiple_of(50) {
                println!("{done} walks ended well");
            }
        });
        running.push((seed, kept, task));
    }
    let mut failed = Vec::new();
    for (seed, trail, task) in running {
        if let Err(error) = task.await {
            let told = format!(
                "== seed {seed}: LOKET_WALK_SEED={seed} LOKET_WALKS=1 cargo test -p loket --test house walk\n{}\n{}",
                trail.0.lock().unwrap().join("\n"),
                why(error)
            );
            println!("{told}");
            failed.push(seed);
        }
    }
    println!("{walks} walks, {} failed: {failed:?}", failed.len());
    assert!(failed.is_empty(), "{} of {walks} walks failed: {failed:?}", failed.len());
}
