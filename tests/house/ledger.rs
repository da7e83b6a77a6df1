//! The ledger as it lies on the disk: what the daemon itself believes.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions, Connection};

/// Every table that the daemon writes to.
const TABLES: [&str; 6] = ["desk", "ticket_counter", "ticket", "event", "letter", "host_day"];

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
pub async fn known(folder: &Path) -> Vec<Known> {
    type Record = (String, String, Option<i64>, String, String);
    let mut ledger = open(folder).await;
    let rows: Vec<Record> =
        sqlx::query_as("SELECT number, state, mark, answer_json, row_wanted_json FROM ticket ORDER BY number")
            .fetch_all(&mut ledger)
            .await
            .unwrap();
    ledger.close().await.unwrap();
    let known = |(number, state, mark, answer, wanted): Record| {
        let mut answer: serde_json::Value = serde_json::from_str(&answer).unwrap();
        let (cells, wanted) = (answer["cells"].take(), serde_json::from_str(&wanted).unwrap());
        Known { number, state, mark, cells, wanted }
    };
    rows.into_iter().map(known).collect()
}

/// What staff were told of and is not over.
pub async fn notices(folder: &Path) -> Vec<String> {
    let mut ledger = open(folder).await;
    let rows: Vec<(String,)> = sqlx::query_as("SELECT key FROM notice").fetch_all(&mut ledger).await.unwrap();
    ledger.close().await.unwrap();
    rows.into_iter().map(|(key,)| key).collect()
}

async fn open(folder: &Path) -> SqliteConnection {
    let options = SqliteConnectOptions::new().filename(folder.join("loket.db")).busy_timeout(Duration::from_secs(20));
    options.connect().await.unwrap()
}

fn there(folder: &Path) -> bool {
    folder.join("loket.db").exists()
}

/// All tickets. None where there is no ledger yet.
pub async fn tickets(folder: &Path) -> Vec<Entry> {
    type Record = (String, String, i64, String, Option<i64>, Option<String>, Option<i64>, Option<i64>);
    if !there(folder) {
        return Vec::new();
    }
    let mut ledger = open(folder).await;
    let rows: Vec<Record> = sqlx::query_as(
        "SELECT number, state, edited_since, row_wanted_json, mark, host, meeting_id, slot_start FROM ticket ORDER BY number",
    )
    .fetch_all(&mut ledger)
    .await
    .unwrap_or_default();
    ledger.close().await.unwrap();
    let entry = |(number, state, edited, wanted, mark, host, meeting, start): Record| {
        let wanted: Vec<(String, String)> = serde_json::from_str(&wanted).unwrap();
        Entry { number, state, edited: edited != 0, wanted: wanted.into_iter().collect(), mark, host, meeting, start }
    };
    rows.into_iter().map(entry).collect()
}

/// Whether it is recorded which tab holds the answers: before, its title is all that is known of it.
pub async fn knows_the_tab(folder: &Path) -> bool {
    if !there(folder) {
        return false;
    }
    let mut ledger = open(folder).await;
    let known: Result<Option<(i64,)>, _> =
        sqlx::query_as("SELECT tab_id FROM desk WHERE tab_id IS NOT NULL").fetch_optional(&mut ledger).await;
    ledger.close().await.unwrap();
    known.is_ok_and(|known| known.is_some())
}

/// All letters. None where there is no ledger yet.
pub async fn letters(folder: &Path) -> Vec<Noted> {
    if !there(folder) {
        return Vec::new();
    }
    let mut ledger = open(folder).await;
    let rows: Vec<(String, String, String)> = sqlx::query_as("SELECT label, recipient, state FROM letter ORDER BY label")
        .fetch_all(&mut ledger)
        .await
        .unwrap_or_default();
    ledger.close().await.unwrap();
    rows.into_iter().map(|(label, recipient, state)| Noted { label, recipient, state }).collect()
}

/// The disk is full: from now on no record can be made.
pub async fn fill_up(folder: &Path) {
    let mut ledger = open(folder).await;
    for table in TABLES {
        for event in ["INSERT", "UPDATE"] {
            let made = format!(
                "CREATE TRIGGER IF NOT EXISTS full_{table}_{event} BEFORE {event} ON {table} \
                 BEGIN SELECT RAISE(ABORT, 'the disk is full'); END"
            );
            sqlx::raw_sql(sqlx::AssertSqlSafe(made)).execute(&mut ledger).await.unwrap();
        }
    }
    ledger.close().await.unwrap();
}

/// There is room on the disk again.
pub async fn make_room(folder: &Path) {
    if !there(folder) {
        return;
    }
    let mut ledger = open(folder).await;
    for table in TABLES {
        for event in ["INSERT", "UPDATE"] {
            let gone = format!("DROP TRIGGER IF EXISTS full_{table}_{event}");
            sqlx::raw_sql(sqlx::AssertSqlSafe(gone)).execute(&mut ledger).await.unwrap();
        }
    }
    ledger.close().await.unwrap();
}
