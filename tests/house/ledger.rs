//! The ledger as it lies in the office's store, by the store's address: what the daemon itself believes.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use jiff::Timestamp;
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, AssertSqlSafe, Connection, FromRow};

use crate::postgres;

/// What fails there, on PostgreSQL.
const FULL: &str = "CREATE OR REPLACE FUNCTION disk_full() RETURNS trigger LANGUAGE plpgsql AS \
                    $$ BEGIN RAISE EXCEPTION 'the disk is full'; END $$";

/// A ticket.
#[derive(Debug)]
pub struct Entry {
    pub number: String,
    pub state: String,
    /// Its answer was edited after it was booked.
    pub edited: bool,
    /// What is to stand in its row, by header.
    pub wanted: BTreeMap<String, String>,
    pub mark: Option<i64>,
    pub host: Option<String>,
    pub meeting: Option<i64>,
    /// When its meeting is held, in milliseconds.
    pub start: Option<i64>,
}

/// A letter.
#[derive(Debug)]
pub struct Noted {
    pub label: String,
    pub recipient: String,
    pub state: String,
}

/// Who runs the desk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lease {
    pub fence: i64,
    /// The process.
    pub pid: u32,
    /// It has not ended.
    pub holds: bool,
}

/// What the ledger knows of an answer.
#[derive(Debug)]
pub struct Known {
    pub number: String,
    pub state: String,
    pub mark: Option<i64>,
    /// By field: what was answered.
    pub cells: serde_json::Value,
    pub wanted: Vec<(String, String)>,
}

impl Known {
    /// The text that was answered to a question.
    pub fn text(&self, field: &str) -> String {
        self.cells[field]["Text"].as_str().unwrap_or("").to_owned()
    }
}

/// All tickets with their answers.
pub async fn known(url: &str) -> Vec<Known> {
    type Record = (String, String, Option<i64>, String, String);
    let rows: Vec<Record> =
        rows(url, "SELECT number, state, mark, answer_json, row_wanted_json FROM ticket ORDER BY number").await;
    let known = |(number, state, mark, answer, wanted): Record| {
        let mut answer: serde_json::Value = serde_json::from_str(&answer).unwrap();
        let (cells, wanted) = (answer["cells"].take(), serde_json::from_str(&wanted).unwrap());
        Known { number, state, mark, cells, wanted }
    };
    rows.into_iter().map(known).collect()
}

/// What staff were told of and is not over.
pub async fn notices(url: &str) -> Vec<String> {
    let rows: Vec<(String,)> = rows(url, "SELECT key FROM notice").await;
    rows.into_iter().map(|(key,)| key).collect()
}

/// The file of an embedded store.
fn file(url: &str) -> Option<&Path> {
    url.strip_prefix("sqlite:").map(Path::new)
}

pub async fn open(url: &str) -> AnyConnection {
    sqlx::any::install_default_drivers();
    let mut ledger = AnyConnection::connect(url).await.unwrap();
    if file(url).is_some() {
        run(&mut ledger, "PRAGMA busy_timeout = 20000").await;
    }
    ledger
}

async fn run(ledger: &mut AnyConnection, statement: &str) {
    sqlx::raw_sql(AssertSqlSafe(statement.to_owned())).execute(ledger).await.unwrap();
}

fn there(url: &str) -> bool {
    file(url).is_none_or(Path::exists)
}

/// What a query gives; nothing where there is no ledger yet.
async fn rows<T: for<'r> FromRow<'r, AnyRow> + Send + Unpin>(url: &str, query: &'static str) -> Vec<T> {
    if !there(url) {
        return Vec::new();
    }
    let mut ledger = open(url).await;
    let rows = sqlx::query_as(query).fetch_all(&mut ledger).await.unwrap_or_default();
    ledger.close().await.unwrap();
    rows
}

/// Who runs the desk, if anybody ever did.
pub async fn lease(url: &str) -> Option<Lease> {
    let rows: Vec<(i64, String, i64)> = rows(url, "SELECT fence, holder, until_at FROM lease").await;
    let (fence, holder, until) = rows.into_iter().next()?;
    let pid = holder.rsplit(' ').next().unwrap().parse().unwrap();
    Some(Lease { fence, pid, holds: until > Timestamp::now().as_millisecond() })
}

/// All tickets. None where there is no ledger yet.
pub async fn tickets(url: &str) -> Vec<Entry> {
    type Record = (String, String, i64, String, Option<i64>, Option<String>, Option<i64>, Option<i64>);
    let rows: Vec<Record> = rows(
        url,
        "SELECT number, state, edited_since, row_wanted_json, mark, host, meeting_id, slot_start FROM ticket ORDER BY number",
    )
    .await;
    let entry = |(number, state, edited, wanted, mark, host, meeting, start): Record| {
        let wanted: Vec<(String, String)> = serde_json::from_str(&wanted).unwrap();
        Entry { number, state, edited: edited != 0, wanted: wanted.into_iter().collect(), mark, host, meeting, start }
    };
    rows.into_iter().map(entry).collect()
}

/// Whether it is recorded which tab holds the answers: before, its title is all that is known of it.
pub async fn knows_the_tab(url: &str) -> bool {
    let rows: Vec<(i64,)> = rows(url, "SELECT tab_id FROM desk WHERE tab_id IS NOT NULL").await;
    !rows.is_empty()
}

/// All letters. None where there is no ledger yet.
pub async fn letters(url: &str) -> Vec<Noted> {
    let rows: Vec<(String, String, String)> = rows(url, "SELECT label, recipient, state FROM letter ORDER BY label").await;
    rows.into_iter().map(|(label, recipient, state)| Noted { label, recipient, state }).collect()
}

/// The disk is full: from now on no record can be made.
pub async fn fill_up(url: &str) {
    let mut ledger = open(url).await;
    if file(url).is_none() {
        run(&mut ledger, FULL).await;
    }
    for (table, event) in records(url, &mut ledger).await {
        let made = if file(url).is_some() {
            format!(
                "CREATE TRIGGER IF NOT EXISTS full_{table}_{event} BEFORE {event} ON {table} \
                 BEGIN SELECT RAISE(ABORT, 'the disk is full'); END"
            )
        } else {
            format!(
                "CREATE OR REPLACE TRIGGER full_{table}_{event} BEFORE {event} ON {table} \
                 FOR EACH ROW EXECUTE FUNCTION disk_full()"
            )
        };
        run(&mut ledger, &made).await;
    }
    ledger.close().await.unwrap();
}

/// There is room on the disk again.
pub async fn make_room(url: &str) {
    if !there(url) {
        return;
    }
    let mut ledger = open(url).await;
    for (table, event) in records(url, &mut ledger).await {
        let on = if file(url).is_some() { String::new() } else { format!(" ON {table}") };
        run(&mut ledger, &format!("DROP TRIGGER IF EXISTS full_{table}_{event}{on}")).await;
    }
    ledger.close().await.unwrap();
}

/// All tables, as the store's own catalogue names them; none before they were made. The lease comes first: every transaction of the
/// daemon's begins there, so whoever takes them in this order is in nobody's way who is under way.
async fn tables(url: &str, ledger: &mut AnyConnection) -> Vec<String> {
    let query = if file(url).is_some() {
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name <> 'lease', name"
    } else {
        "SELECT CAST(tablename AS TEXT) FROM pg_tables WHERE schemaname = current_schema() \
         ORDER BY tablename <> 'lease', tablename"
    };
    sqlx::query_scalar(query).fetch_all(ledger).await.unwrap()
}

/// Every way to make a record.
async fn records(url: &str, ledger: &mut AnyConnection) -> Vec<(String, &'static str)> {
    let tables = tables(url, ledger).await;
    tables.into_iter().flat_map(|table| ["INSERT", "UPDATE"].map(|event| (table.clone(), event))).collect()
}

/// Takes the right to write from everybody else until it is closed.
pub async fn lock(url: &str) -> AnyConnection {
    let mut ledger = open(url).await;
    if file(url).is_some() {
        run(&mut ledger, "BEGIN IMMEDIATE").await;
    } else {
        let tables = tables(url, &mut ledger).await.join(", ");
        run(&mut ledger, &format!("BEGIN; LOCK TABLE {tables} IN EXCLUSIVE MODE")).await;
    }
    ledger
}

/// Copies a store in use and restores the copy elsewhere, as docs/runbook.md says. Gives the address of the new one.
pub async fn back_up_and_restore(url: &str, folder: &Path) -> String {
    let backup = folder.join("backup");
    let _ = std::fs::remove_file(&backup);
    if file(url).is_some() {
        let mut ledger = open(url).await;
        // What SQLite's own shell does for this line.
        run(&mut ledger, &format!("VACUUM INTO '{}'", backup.display())).await;
        ledger.close().await.unwrap();
        let restored = folder.join("restored.db");
        std::fs::rename(backup, &restored).unwrap();
        return format!("sqlite:{}", restored.display());
    }
    let (new, backup) = (postgres::database().await, backup.display().to_string());
    let program = |name: &str, arguments: &[&str]| {
        let ended = Command::new(postgres::programs().join(name)).args(arguments).output().unwrap();
        assert!(ended.status.success(), "{name}: {}", String::from_utf8_lossy(&ended.stderr));
    };
    program("pg_dump", &["--format=custom", "--file", &backup, url]);
    program("pg_restore", &["--no-owner", "--exit-on-error", "--dbname", &new, &backup]);
    new
}

/// A place for a store in which nothing is yet, of the same kind as another.
pub async fn elsewhere(url: &str, folder: &Path) -> String {
    match file(url) {
        Some(_) => format!("sqlite:{}", folder.join("elsewhere.db").display()),
        None => postgres::database().await,
    }
}
