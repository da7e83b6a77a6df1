//! Old stores are brought to the present shape, and a backup taken while running is whole.

use std::process::Command;
use std::time::Duration;

use jiff::Timestamp;
use sqlx::AnyPool;
use sqlx::migrate::Migrator;

use super::{Place, at, held, places, server, take_up};
use crate::adapters::store::{Store, migrations};
use crate::domain::answer::Fingerprint;
use crate::domain::rows::RowText;

/// A row of every table of the first version.
const ROWS: [&str; 6] = [
    "INSERT INTO desk (desk, sheet, tab_id, take_up_from, last_row) VALUES ('main', 's', 7, 1, 12)",
    "INSERT INTO ticket_counter (desk, year, last) VALUES ('main', 2026, 41)",
    "INSERT INTO ticket (desk, number, fingerprint, submitted_at, first_submitted_at, first_row, answer_json, state, state_json, \
     changed_at, not_before, version, created_at, row_wanted_json) SELECT 'main', 'VM-2026-0041', 'f', 5, 5, 3, \
     '{\"submitted_at\":\"2026-11-24T03:00:00Z\",\"cells\":{},\"others\":[]}', 'to_correct', '{\"to_correct\":[]}', 5, 5, 1, 5, '[]'",
    "INSERT INTO event (desk, ticket, version, at, kind, state_json) VALUES ('main', 'VM-2026-0041', 1, 5, 'taken_up', '{}')",
    "INSERT INTO letter (desk, label, ticket, kind, n, role_json, recipient, facts_json, state, created_at) VALUES \
     ('main', 'VM-2026-0041/received/1', 'VM-2026-0041', 'received', 1, '\"applicant\"', 'a@b.id', '{}', 'unknown', 5)",
    "INSERT INTO host_day (host, day, changes) VALUES ('zoom1', '2026-11-24', 3)",
];

#[tokio::test]
async fn a_store_of_the_first_version_with_rows_in_it_is_brought_to_this_one() {
    for place in places().await {
        sqlx::any::install_default_drivers();
        let create = if place.url.starts_with("sqlite:") { "?mode=rwc" } else { "" };
        let pool = AnyPool::connect(&format!("{}{create}", place.url)).await.unwrap();
        let first: Vec<_> = migrations().iter().take(1).cloned().collect();
        Migrator::with_migrations(first).run(&pool).await.unwrap();
        for row in ROWS {
            sqlx::query(row).execute(&pool).await.unwrap();
        }
        pool.close().await;
        let store = held(&place).await;
        let open = store.open_tickets().await.unwrap();
        assert_eq!(open.iter().map(|ticket| ticket.number.to_string()).collect::<Vec<_>>(), ["VM-2026-0041"]);
        assert_eq!(store.ticket(open[0].number).await.unwrap().unwrap().version, 1);
        assert_eq!(store.letter_trouble(open[0].number).await.unwrap().in_doubt, ["a@b.id"]);
        let known = store.knows(&Fingerprint("f".into()), Timestamp::from_millisecond(5).unwrap()).await.unwrap();
        assert_eq!(known, Some(open[0].number), "its content goes into a table that the first version had not");
        assert_eq!(store.changes_today(at("2026-11-24T03:00:00Z")).await.unwrap()["zoom1"], 3);
        assert_eq!(rows(&store, "event").await, 1);
        let mut ticket = store.ticket(open[0].number).await.unwrap().unwrap();
        ticket.tries = 1;
        store.change(ticket, &RowText(Vec::new()), Vec::new(), "edited", at("2026-11-24T03:00:00Z")).await.unwrap();
        assert_eq!(rows(&store, "event").await, 2, "the journal goes on");
        assert_eq!(take_up(&store).await.unwrap().number.count, 42);
        let desk = store.desk("s", Timestamp::UNIX_EPOCH).await.unwrap();
        assert_eq!((desk.tab_id, desk.last_row), (Some(7), 12));
        store.close().await;
        // A second opening has nothing to do.
        Store::open(&place.url, "main").await.unwrap().close().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backup_taken_while_running_restores() {
    for place in places().await {
        let store = held(&place).await;
        for _ in 0..5 {
            take_up(&store).await.unwrap();
        }
        let writer = store.clone();
        let writing = tokio::spawn(async move {
            for _ in 0..40 {
                take_up(&writer).await.unwrap();
            }
        });
        let restored = back_up_and_restore(&place, &store).await;
        writing.await.unwrap();
        let copy = Store::open(&restored.url, "main").await.unwrap();
        // On PostgreSQL the copy holds the lease that was held as it was made; it ends by itself.
        while copy.take_lease().await.unwrap().is_none() {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        let numbers = copy.open_tickets().await.unwrap();
        assert!((5..=45).contains(&numbers.len()), "{}", numbers.len());
        assert_eq!(rows(&copy, "event").await, numbers.len(), "no ticket without its event");
        let next = take_up(&copy).await.unwrap().number.count;
        assert_eq!(usize::try_from(next).unwrap(), numbers.len() + 1, "the counter goes on where it was");
        copy.close().await;
        store.close().await;
    }
}

/// How many rows a table has.
async fn rows(store: &Store, table: &str) -> usize {
    let statement = sqlx::AssertSqlSafe(format!("SELECT COUNT(*) FROM {table}"));
    let count: i64 = sqlx::query_scalar(statement).fetch_one(&store.pool).await.unwrap();
    usize::try_from(count).unwrap()
}

/// As docs/runbook.md says.
async fn back_up_and_restore(place: &Place, store: &Store) -> Place {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("backup");
    if place.url.starts_with("sqlite:") {
        // What SQLite's own shell does on `VACUUM INTO`; it copies one moment, as `.backup` does.
        let statement = format!("VACUUM INTO '{}'", file.display());
        sqlx::query(sqlx::AssertSqlSafe(statement)).execute(&store.pool).await.unwrap();
        return Place { url: format!("sqlite:{}", file.display()), folder };
    }
    let url = server::database().await;
    let run = |program: &str, arguments: &[&str]| {
        let ended = Command::new(server::programs().join(program)).args(arguments).output().unwrap();
        assert!(ended.status.success(), "{program}: {}", String::from_utf8_lossy(&ended.stderr));
    };
    let path = file.to_str().unwrap().to_owned();
    let from = place.url.clone();
    tokio::task::block_in_place(|| {
        run("pg_dump", &["--format=custom", "--file", &path, &from]);
        run("pg_restore", &["--no-owner", "--dbname", &url, &path]);
    });
    Place { url, folder }
}
