//! Limits of the store.

use std::time::Duration;

/// Connections to the embedded store: one writes at a time, others read.
pub const CONNECTIONS: u32 = 4;
/// Connections of one replica to a shared store, which allows a hundred at rest.
pub const REPLICA_CONNECTIONS: u32 = 8;
/// A shared store ends a transaction whose process stands still for this long: its locks, and with them the lease, must be free before
/// the lease has ended.
pub const STANDSTILL_MAX: Duration = Duration::from_secs(2);
/// How long a statement waits for a lock of another: longer than a transaction that stands still may hold it.
pub const LOCK_WAIT_MAX: Duration = Duration::from_secs(4);
/// How long a statement may take: all of them are short, and one that hangs must not take a connection with it.
pub const STATEMENT_MAX: Duration = Duration::from_secs(10);
/// How long to wait for a connection to the store before it counts as down.
pub const CONNECT_LIMIT: Duration = Duration::from_secs(10);
/// How long a writer waits for another.
pub const BUSY_TIMEOUT: Duration = Duration::from_secs(10);
/// Most events read for a page: two years of a busy office's future are below it.
pub const EVENTS_MAX: i64 = 5_000;
/// How long a lease goes on without being renewed: long enough for a store that is slow for a moment, short enough that the work of
/// a dead replica is taken over within 10 s (contract).
pub const LEASE_FOR: Duration = Duration::from_secs(5);
/// How often a lease is renewed: several tries before it ends.
pub const LEASE_RENEW_EVERY: Duration = Duration::from_secs(1);
/// How often a replica that stands by tries to take the lease.
pub const LEASE_TRY_EVERY: Duration = Duration::from_millis(500);
/// Law 3: a create is sent only within this of confirming the lease. It is shorter than the lease, so that at a takeover every create
/// of the holder before left at least the difference ago.
pub const LEASE_CONFIRMED_FOR: Duration = Duration::from_secs(2);
/// How long a process whose outcome was refused by the fence watches what the new holder makes of the same intent: longer than settling
/// by looking takes. What is looked for still has a meeting to be found by then.
pub const OUTLIVED_FOR: Duration = Duration::from_mins(2);
/// How often it does.
pub const OUTLIVED_LOOK_EVERY: Duration = Duration::from_secs(1);
