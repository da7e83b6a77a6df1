//! Looking at the store without opening it for writing: nothing is made, not even the file.

use std::path::{Path, PathBuf};
use std::str::FromStr;

use rustix::fs::{Access, access};
use sqlx::ConnectOptions;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};

use super::{migrations, other_sheet};
use crate::domain::finding::Flaw;
use crate::domain::limits::store::BUSY_TIMEOUT;

/// What the store is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Seen {
    /// It is not there yet, and can be made.
    NotYet(PathBuf),
    /// It is there and can be used; perhaps with the id of the tab that it knows.
    Ready(PathBuf, Option<i32>),
}

/// Looks at the store of a sheet.
pub async fn look(url: &str, desk: &str, sheet: &str) -> Result<Seen, Flaw> {
    let options = SqliteConnectOptions::from_str(url).map_err(|error| {
        Flaw::new(format!("`store.url` cannot be read: {error}"), "write it as `sqlite:` and the path of a file")
    })?;
    let file = options.get_filename().to_owned();
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    usable(folder)?;
    match std::fs::metadata(&file) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Seen::NotYet(file)),
        Err(error) => return Err(Flaw::new(format!("the store `{}` cannot be read: {error}", file.display()), may(&file))),
        Ok(about) if !about.is_file() => {
            let found = format!("the store `{}` is no file", file.display());
            return Err(Flaw::new(found, "put the path of a file, also one that is not there yet, into `store.url`"));
        }
        Ok(about) if about.len() == 0 => return writable(&file).map(|()| Seen::NotYet(file)),
        Ok(_) => writable(&file)?,
    }
    let tab = inside(options, &file, desk, sheet).await?;
    Ok(Seen::Ready(file, tab))
}

fn may(path: &Path) -> String {
    format!("let the user that Loket runs as read and write `{}`", path.display())
}

/// The folder, or what of it is there, can be written.
fn usable(folder: &Path) -> Result<(), Flaw> {
    let there = folder.ancestors().map(|part| if part.as_os_str().is_empty() { Path::new(".") } else { part });
    let Some(there) = there.into_iter().find(|part| part.symlink_metadata().is_ok()) else {
        return Err(Flaw::new(format!("the folder `{}` cannot be made", folder.display()), "put another path into `store.url`"));
    };
    if !there.is_dir() {
        let found = format!("the folder `{}` cannot be made: `{}` is a file", folder.display(), there.display());
        return Err(Flaw::new(found, "put another path into `store.url`"));
    }
    access(there, Access::READ_OK | Access::WRITE_OK | Access::EXEC_OK).map_err(|error| {
        let found = format!("the store's folder `{}` cannot be written: {error}", there.display());
        Flaw::new(found, format!("{}, or put another path into `store.url`", may(there)))
    })
}

fn writable(file: &Path) -> Result<(), Flaw> {
    access(file, Access::READ_OK | Access::WRITE_OK)
        .map_err(|error| Flaw::new(format!("the store `{}` cannot be written: {error}", file.display()), may(file)))
}

/// Looks into the file, which is there.
async fn inside(options: SqliteConnectOptions, file: &Path, desk: &str, sheet: &str) -> Result<Option<i32>, Flaw> {
    let mut log = file.as_os_str().to_owned();
    log.push("-wal");
    // Without a log beside it the file is whole, and nobody uses it: it is read as it lies, so that no log is made. With one a
    // process uses it, or has died: then it is read as any reader would.
    let immutable = !Path::new(&log).exists();
    let options = options.read_only(true).create_if_missing(false).immutable(immutable).busy_timeout(BUSY_TIMEOUT);
    let mut connection = options.connect().await.map_err(|error| unreadable(file, &error))?;
    let seen = read(&mut connection, file, desk, sheet).await;
    let _ = sqlx::Connection::close(connection).await;
    seen
}

async fn read(connection: &mut SqliteConnection, file: &Path, desk: &str, sheet: &str) -> Result<Option<i32>, Flaw> {
    let fail = |error: sqlx::Error| unreadable(file, &error);
    let tables: Vec<String> =
        sqlx::query_scalar("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
            .fetch_all(&mut *connection)
            .await
            .map_err(fail)?;
    let has = |name: &str| tables.iter().any(|table| table == name);
    if tables.is_empty() {
        return Ok(None);
    }
    if !has("_sqlx_migrations") {
        let found = format!("`{}` is another program's database", file.display());
        return Err(Flaw::new(found, "put the path of a file of Loket's own into `store.url`, also one that is not there yet"));
    }
    let applied: Vec<(i64, Vec<u8>)> = sqlx::query_as("SELECT version, checksum FROM _sqlx_migrations ORDER BY version")
        .fetch_all(&mut *connection)
        .await
        .map_err(fail)?;
    let known = migrations();
    for (version, checksum) in &applied {
        let same = known.iter().find(|migration| migration.version == *version);
        if same.is_none_or(|migration| migration.checksum.as_ref() != checksum.as_slice()) {
            let found = format!(
                "the store `{}` was made by another version of Loket (its step {version} is not known here)",
                file.display()
            );
            let mend = "use that version or a newer one, or put another path into `store.url`; an older version cannot read a newer store";
            return Err(Flaw::new(found, mend));
        }
    }
    if !has("desk") {
        return Ok(None);
    }
    let recorded: Option<(String, Option<i64>)> = sqlx::query_as("SELECT sheet, tab_id FROM desk WHERE desk = $1")
        .bind(desk)
        .fetch_optional(connection)
        .await
        .map_err(fail)?;
    match recorded {
        Some((recorded, _)) if recorded != sheet => Err(other_sheet(&recorded, sheet)),
        Some((_, tab)) => Ok(tab.and_then(|tab| i32::try_from(tab).ok())),
        None => Ok(None),
    }
}

fn unreadable(file: &Path, error: &sqlx::Error) -> Flaw {
    let text = error.to_string();
    if text.contains("not a database") {
        let found = format!("`{}` is no SQLite database", file.display());
        return Flaw::new(found, "put the path of the ledger, or of a file that is not there yet, into `store.url`");
    }
    let found = format!("the store `{}` cannot be read: {text}", file.display());
    Flaw::new(found, "restore it from its newest backup (docs/runbook.md), or see who has it open")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::adapters::store::Store;

    fn url(path: &Path) -> String {
        format!("sqlite:{}", path.display())
    }

    #[tokio::test]
    async fn nothing_is_made_and_everything_is_seen() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("data/loket.db");
        assert_eq!(look(&url(&file), "main", "s").await, Ok(Seen::NotYet(file.clone())));
        assert!(!file.exists() && !file.parent().unwrap().exists());
        let store = Store::open(&url(&file), "main").await.unwrap();
        store.desk("s", jiff::Timestamp::UNIX_EPOCH).await.unwrap();
        store.record_place(7, 1).await.unwrap();
        // While it is in use, and after.
        assert_eq!(look(&url(&file), "main", "s").await, Ok(Seen::Ready(file.clone(), Some(7))));
        store.close().await;
        let list = || std::fs::read_dir(file.parent().unwrap()).unwrap().count();
        let before = (std::fs::read(&file).unwrap(), list());
        assert_eq!(look(&url(&file), "main", "s").await, Ok(Seen::Ready(file.clone(), Some(7))));
        let other = look(&url(&file), "main", "t").await.unwrap_err();
        assert!(other.found.contains("belongs to the sheet `s`"), "{other}");
        assert_eq!(before, (std::fs::read(&file).unwrap(), list()));
    }

    #[tokio::test]
    async fn what_is_no_ledger_of_this_version_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("x");
        std::fs::write(&file, "not a database, but long enough to be looked at as one: ".repeat(40)).unwrap();
        assert!(look(&url(&file), "main", "s").await.unwrap_err().found.contains("is no SQLite database"));
        let below = file.join("loket.db");
        assert!(look(&url(&below), "main", "s").await.unwrap_err().found.contains("is a file"));
        let newer = folder.path().join("newer.db");
        let store = Store::open(&url(&newer), "main").await.unwrap();
        sqlx::query("INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) VALUES (99, 'x', 1, x'00', 0)")
            .execute(&store.pool)
            .await
            .unwrap();
        store.close().await;
        assert!(look(&url(&newer), "main", "s").await.unwrap_err().found.contains("another version"));
    }
}
