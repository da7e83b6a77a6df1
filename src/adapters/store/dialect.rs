//! Where the two kinds of store differ: all other SQL is the same text on both.

use std::time::Duration;

use crate::domain::limits::store::{
    BUSY_TIMEOUT, CONNECTIONS, LOCK_WAIT_MAX, REPLICA_CONNECTIONS, STANDSTILL_MAX, STATEMENT_MAX,
};

/// The kind of a store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A file, for one process: the system's lock on it says whether its holder lives.
    Sqlite,
    /// A server, for several replicas: a lease ends by the server's clock.
    Postgres,
}

/// The store's own clock, milliseconds since 1970. On PostgreSQL it is read anew at each use, also after waiting for a lock.
macro_rules! sqlite_now {
    () => {
        "CAST(unixepoch('subsec') * 1000 AS INTEGER)"
    };
}
macro_rules! postgres_now {
    () => {
        "CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT)"
    };
}

/// Takes the lease `$1` for `$2` and `$3` milliseconds, if there is none, if it has ended, or if `$4` is 1.
macro_rules! take {
    ($now:expr) => {
        concat!(
            "INSERT INTO lease (desk, fence, holder, since_at, until_at) VALUES ($1, 1, $2, ",
            $now,
            ", ",
            $now,
            " + $3) ON CONFLICT (desk) DO UPDATE SET fence = lease.fence + 1, holder = $2, since_at = ",
            $now,
            ", until_at = ",
            $now,
            " + $3 WHERE lease.until_at < ",
            $now,
            " OR $4 = 1 RETURNING fence"
        )
    };
}

impl Kind {
    /// The kind that an address names.
    pub(super) fn of(url: &str) -> Option<Kind> {
        match url.split_once(':')?.0 {
            "sqlite" => Some(Kind::Sqlite),
            "postgres" | "postgresql" => Some(Kind::Postgres),
            _ => None,
        }
    }

    /// Begins a transaction that will write. On SQLite the right to write is asked for at once, since a later upgrade would fail
    /// beside another writer.
    pub(super) fn begin(self) -> &'static str {
        match self {
            Kind::Sqlite => "BEGIN IMMEDIATE",
            Kind::Postgres => "BEGIN",
        }
    }

    /// Gives a row if the lease `$1` has the fence `$2`, and keeps it so until the transaction ends.
    pub(super) fn fenced(self) -> &'static str {
        match self {
            Kind::Sqlite => "SELECT fence FROM lease WHERE desk = $1 AND fence = $2",
            Kind::Postgres => "SELECT fence FROM lease WHERE desk = $1 AND fence = $2 FOR KEY SHARE",
        }
    }

    /// See [`take!`].
    pub(super) fn take(self) -> &'static str {
        match self {
            Kind::Sqlite => take!(sqlite_now!()),
            Kind::Postgres => take!(postgres_now!()),
        }
    }

    /// Gives a row if the lease `$1` still has the fence `$2`; on PostgreSQL it then goes on for `$3` milliseconds. On SQLite it goes
    /// on by the lock on the file, and a write a second would only wear the disk.
    pub(super) fn renew(self) -> &'static str {
        match self {
            Kind::Sqlite => "SELECT fence FROM lease WHERE desk = $1 AND fence = $2 AND $3 > 0",
            Kind::Postgres => {
                concat!("UPDATE lease SET until_at = ", postgres_now!(), " + $3 WHERE desk = $1 AND fence = $2 RETURNING fence")
            }
        }
    }

    /// The names of all tables.
    pub(super) fn tables(self) -> &'static str {
        match self {
            Kind::Sqlite => "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'",
            Kind::Postgres => "SELECT CAST(tablename AS TEXT) FROM pg_tables WHERE schemaname = current_schema()",
        }
    }

    /// How many connections one process makes.
    pub(super) fn connections(self) -> u32 {
        match self {
            Kind::Sqlite => CONNECTIONS,
            Kind::Postgres => REPLICA_CONNECTIONS,
        }
    }

    /// What each connection is told when it is made.
    pub(super) fn greeting(self) -> Vec<String> {
        let with = |what: &str, limit: Duration| format!("{what} = {}", limit.as_millis());
        match self {
            Kind::Sqlite => vec![
                "PRAGMA synchronous = FULL".to_owned(),
                "PRAGMA foreign_keys = ON".to_owned(),
                with("PRAGMA busy_timeout", BUSY_TIMEOUT),
            ],
            Kind::Postgres => vec![
                with("SET idle_in_transaction_session_timeout", STANDSTILL_MAX),
                with("SET lock_timeout", LOCK_WAIT_MAX),
                with("SET statement_timeout", STATEMENT_MAX),
            ],
        }
    }
}
