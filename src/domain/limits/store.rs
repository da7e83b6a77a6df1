//! Limits of the store.

use std::time::Duration;

/// Connections to the embedded store: one writes at a time, others read.
pub const CONNECTIONS: u32 = 4;
/// How long a writer waits for another.
pub const BUSY_TIMEOUT: Duration = Duration::from_secs(10);
/// Most events read for a page: two years of a busy office's future are below it.
pub const EVENTS_MAX: i64 = 5_000;
