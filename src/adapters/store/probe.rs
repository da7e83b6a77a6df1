//! Looking at the store without opening it for writing: nothing is made, not even the file.

use std::path::Path;
use std::str::FromStr;

use rustix::fs::{Access, access};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{AnyConnection, Connection};

use super::dialect::Kind;
use super::opening::shown;
use super::{migrations, other_sheet};
use crate::domain::finding::Flaw;
use crate::domain::limits::store::CONNECT_LIMIT;

/// What the store is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Seen {
    /// It is not there yet, and can be made.
    NotYet(String),
    /// The database is there and holds nothing yet.
    Empty(String),
    /// It is there and can be used; perhaps with the id of the tab that it knows.
    Ready(String, Option<i32>),
}

/// Looks at the store of a sheet.
pub async fn look(url: &str, desk: &str, sheet: &str) -> Result<Seen, Flaw> {
    sqlx::any::install_default_drivers();
    if Kind::of(url) == Some(Kind::Postgres) {
        return served(url, desk, sheet).await;
    }
    let options = SqliteConnectOptions::from_str(url).map_err(|error| {
        Flaw::new(format!("`store.url` cannot be read: {error}"), "write it as `sqlite:` and the path of a file")
    })?;
    let file = options.get_filename().to_owned();
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    usable(folder)?;
    match std::fs::metadata(&file) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Seen::NotYet(file.display().to_string())),
        Err(error) => return Err(Flaw::new(format!("the store `{}` cannot be read: {error}", file.display()), may(&file))),
        Ok(about) if !about.is_file() => {
            let found = format!("the store `{}` is no file", file.display());
            return Err(Flaw::new(found, "put the path of a file, also one that is not there yet, into `store.url`"));
        }
        Ok(about) if about.len() == 0 => return writable(&file).map(|()| Seen::NotYet(file.display().to_string())),
        Ok(_) => writable(&file)?,
    }
    let tab = inside(url, &file, desk, sheet).await?;
    Ok(Seen::Ready(file.display().to_string(), tab))
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
async fn inside(url: &str, file: &Path, desk: &str, sheet: &str) -> Result<Option<i32>, Flaw> {
    let mut log = file.as_os_str().to_owned();
    log.push("-wal");
    // Without a log beside it the file is whole, and nobody uses it: it is read as it lies, so that no log is made. With one a
    // process uses it, or has died: then it is read as any reader would.
    let immutable = !Path::new(&log).exists();
    let path = url.split('?').next().unwrap_or(url);
    let url = format!("{path}?mode=ro&immutable={immutable}");
    let place = Place { kind: Kind::Sqlite, shown: file.display().to_string() };
    let mut connection = AnyConnection::connect(&url).await.map_err(|error| place.unreadable(&error))?;
    let seen = place.read(&mut connection, desk, sheet).await;
    let _ = connection.close().await;
    Ok(seen?.flatten())
}

/// Looks at a database on a server.
async fn served(url: &str, desk: &str, sheet: &str) -> Result<Seen, Flaw> {
    let place = Place { kind: Kind::Postgres, shown: shown(url) };
    let connecting = tokio::time::timeout(CONNECT_LIMIT, AnyConnection::connect(url));
    let Ok(connected) = connecting.await else {
        let found = format!("the store `{}` does not answer within {} s", place.shown, CONNECT_LIMIT.as_secs());
        return Err(Flaw::new(found, "see whether the database runs, and whether this machine may reach it"));
    };
    let mut connection = connected.map_err(|error| place.unreadable(&error))?;
    let seen = place.read(&mut connection, desk, sheet).await;
    let may_make = "SELECT COALESCE(has_schema_privilege(current_schema(), 'CREATE'), FALSE)";
    let may_make: Result<bool, _> = sqlx::query_scalar(may_make).fetch_one(&mut connection).await;
    let _ = connection.close().await;
    let seen = seen?;
    if !may_make.map_err(|error| place.unreadable(&error))? {
        let found = format!("the user of `store.url` may make no tables in `{}`", place.shown);
        return Err(Flaw::new(found, "make the user the owner of the database: `ALTER DATABASE … OWNER TO …`"));
    }
    Ok(match seen {
        Some(tab) => Seen::Ready(place.shown, tab),
        None => Seen::Empty(place.shown),
    })
}

/// A store that can be asked.
struct Place {
    kind: Kind,
    shown: String,
}

impl Place {
    /// Gives the id of the tab, if it knows one; `None` where there is nothing yet.
    async fn read(&self, connection: &mut AnyConnection, desk: &str, sheet: &str) -> Result<Option<Option<i32>>, Flaw> {
        let fail = |error: sqlx::Error| self.unreadable(&error);
        let place = &self.shown;
        let tables: Vec<String> = sqlx::query_scalar(self.kind.tables()).fetch_all(&mut *connection).await.map_err(fail)?;
        let has = |name: &str| tables.iter().any(|table| table == name);
        if tables.is_empty() {
            return Ok(None);
        }
        if !has("_sqlx_migrations") {
            let found = format!("`{place}` is another program's database");
            return Err(Flaw::new(found, "put the address of a store of Loket's own into `store.url`, also one that is empty"));
        }
        let applied: Vec<(i64, Vec<u8>)> = sqlx::query_as("SELECT version, checksum FROM _sqlx_migrations ORDER BY version")
            .fetch_all(&mut *connection)
            .await
            .map_err(fail)?;
        let known = migrations();
        for (version, checksum) in &applied {
            let same = known.iter().find(|migration| migration.version == *version);
            if same.is_none_or(|migration| migration.checksum.as_ref() != checksum.as_slice()) {
                let found =
                    format!("the store `{place}` was made by another version of Loket (its step {version} is not known here)");
                let mend = "use that version or a newer one, or put another store into `store.url`; an older version cannot read a newer store";
                return Err(Flaw::new(found, mend));
            }
        }
        if !has("desk") {
            return Ok(Some(None));
        }
        let recorded: Option<(String, Option<i64>)> = sqlx::query_as("SELECT sheet, tab_id FROM desk WHERE desk = $1")
            .bind(desk)
            .fetch_optional(connection)
            .await
            .map_err(fail)?;
        match recorded {
            Some((recorded, _)) if recorded != sheet => Err(other_sheet(&recorded, sheet)),
            Some((_, tab)) => Ok(Some(tab.and_then(|tab| i32::try_from(tab).ok()))),
            None => Ok(Some(None)),
        }
    }

    fn unreadable(&self, error: &sqlx::Error) -> Flaw {
        let (text, place) = (error.to_string(), &self.shown);
        if text.contains("not a database") {
            let found = format!("`{place}` is no SQLite database");
            return Flaw::new(found, "put the path of the ledger, or of a file that is not there yet, into `store.url`");
        }
        let found = format!("the store `{place}` cannot be read: {text}");
        let mend = match self.kind {
            Kind::Sqlite => "restore it from its newest backup (docs/runbook.md), or see who has it open",
            Kind::Postgres => "see whether the database runs, and whether user, password and name in `store.url` are right",
        };
        Flaw::new(found, mend)
    }
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
        assert_eq!(look(&url(&file), "main", "s").await, Ok(Seen::NotYet(file.display().to_string())));
        assert!(!file.exists() && !file.parent().unwrap().exists());
        let store = Store::open(&url(&file), "main").await.unwrap();
        store.take_lease().await.unwrap();
        store.desk("s", jiff::Timestamp::UNIX_EPOCH).await.unwrap();
        store.record_place(7, 1).await.unwrap();
        // While it is in use, and after.
        assert_eq!(look(&url(&file), "main", "s").await, Ok(Seen::Ready(file.display().to_string(), Some(7))));
        store.close().await;
        let list = || std::fs::read_dir(file.parent().unwrap()).unwrap().count();
        let before = (std::fs::read(&file).unwrap(), list());
        assert_eq!(look(&url(&file), "main", "s").await, Ok(Seen::Ready(file.display().to_string(), Some(7))));
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
