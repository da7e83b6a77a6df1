//! Opening a store by its address: a file of this process alone, or a server that several replicas share.

use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::Arc;
use std::sync::atomic::AtomicI64;

use sqlx::any::AnyPoolOptions;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, Executor};

use super::dialect::Kind;
use super::lease::Holder;
use super::{Store, StoreError, instant, migrations};
use crate::domain::limits::store::CONNECT_LIMIT;

impl Store {
    /// Opens the store, and makes or changes its tables. A file that another process has open is refused.
    pub async fn open(url: &str, desk: &str) -> Result<Store, StoreError> {
        sqlx::any::install_default_drivers();
        let kind = Kind::of(url).ok_or_else(|| StoreError::Address(format!("`{}` names no store", shown(url))))?;
        let lock = if kind == Kind::Sqlite { Some(prepare(url).await?) } else { None };
        let store = Store::connect(url, kind, desk, lock).await?;
        // Another replica may be at it too: PostgreSQL's own lock lets one after the other.
        migrations().run(&store.pool).await?;
        Ok(store)
    }

    async fn connect(url: &str, kind: Kind, desk: &str, lock: Option<File>) -> Result<Store, StoreError> {
        let pool = AnyPoolOptions::new()
            .max_connections(kind.connections())
            .acquire_timeout(CONNECT_LIMIT)
            .after_connect(move |connection, _| {
                Box::pin(async move {
                    for statement in kind.greeting() {
                        connection.execute(AssertSqlSafe(statement)).await?;
                    }
                    Ok(())
                })
            })
            .connect(url)
            .await
            .map_err(|error| cannot_open(url, &error))?;
        let (kept, fence) = (Arc::default(), Arc::new(AtomicI64::new(0)));
        Ok(Store { pool, kind, desk: desk.to_owned(), kept, fence, lock: lock.map(Arc::new) })
    }
}

/// Makes folder and file where they are missing, and takes the lock beside it: it goes with the process, however that ends.
async fn prepare(url: &str) -> Result<File, StoreError> {
    let options = SqliteConnectOptions::from_str(url).map_err(|error| cannot_open(url, &error))?;
    let path = options.get_filename().to_owned();
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder)
            .map_err(|error| StoreError::Address(format!("the folder `{}` cannot be made: {error}", folder.display())))?;
    }
    let beside = lock_path(&path);
    let cannot = |error: std::io::Error| StoreError::Address(format!("`{}` cannot be locked: {error}", beside.display()));
    let lock = File::options().read(true).write(true).create(true).truncate(false).open(&beside).map_err(cannot)?;
    match lock.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => return Err(StoreError::InUse(path.display().to_string(), holder_of(url).await)),
        Err(TryLockError::Error(error)) => return Err(cannot(error)),
    }
    // The way of journaling stays with the file, so it is set once and not by each connection.
    let options = options.create_if_missing(true).journal_mode(SqliteJournalMode::Wal);
    let connection = options.connect().await.map_err(|error| cannot_open(url, &error))?;
    connection.close().await.map_err(|error| cannot_open(url, &error))?;
    Ok(lock)
}

/// Beside the file, since SQLite has locks of its own on it.
fn lock_path(file: &Path) -> PathBuf {
    let mut path = file.as_os_str().to_owned();
    path.push("-lock");
    PathBuf::from(path)
}

/// Who holds the leases of a file that is locked.
async fn holder_of(url: &str) -> String {
    let read = async {
        let mut connection = SqliteConnectOptions::from_str(url)?.read_only(true).connect().await?;
        let row: (String, i64) = sqlx::query_as("SELECT holder, since_at FROM lease ORDER BY since_at DESC LIMIT 1")
            .fetch_one(&mut connection)
            .await?;
        Ok::<_, sqlx::Error>(row)
    };
    match read.await {
        Ok((who, since)) => Holder { who, since: instant(since) }.to_string(),
        // It has just begun, and has taken no lease yet.
        Err(_) => "another process".to_owned(),
    }
}

fn cannot_open(url: &str, error: &sqlx::Error) -> StoreError {
    StoreError::Address(format!("`{}` cannot be opened: {error}", shown(url)))
}

/// The address without what may be a password.
pub(super) fn shown(url: &str) -> String {
    match url.split_once("://") {
        Some((scheme, rest)) => {
            let place = rest.rsplit_once('@').map_or(rest, |(_, place)| place);
            format!("{scheme}://{}", place.split('?').next().unwrap_or(place))
        }
        None => url.to_owned(),
    }
}
