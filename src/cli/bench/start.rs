//! From the start of the process until `/readyz` says yes: the store is open, and the sheet was read and understood.

use std::path::Path;

use super::office::Office;
use super::polls::OPEN;
use super::rest::ROWS;
use super::{Measured, seconds, table};

/// How often each start is made; the slowest counts.
const STARTS: usize = 5;
/// Seconds between polls: the default.
const POLL_EVERY: u64 = 5;
/// Seconds.
const AIM: f64 = 1.0;

/// The first start of an office, and starts with a large sheet and open tickets.
pub(super) async fn measure(daemon: &Path) -> anyhow::Result<Vec<Measured>> {
    let bar = table::bar(STARTS * 2, "starts");
    let mut first = Vec::new();
    for _ in 0..STARTS {
        let mut office = Office::open(daemon, POLL_EVERY, 0).await?;
        first.push(office.start().await?);
        office.kill().await?;
        bar.inc(1);
    }
    let mut office = Office::open(daemon, POLL_EVERY, ROWS - OPEN).await?;
    office.start().await?;
    office.open_tickets(OPEN).await?;
    let mut again = Vec::new();
    for _ in 0..STARTS {
        office.kill().await?;
        again.push(office.start().await?);
        bar.inc(1);
    }
    office.kill().await?;
    bar.finish_and_clear();
    let row = |case: &str, times: &[std::time::Duration]| {
        let slowest = times.iter().max().copied().unwrap_or_default();
        let each: Vec<String> = times.iter().map(|time| format!("{:.2}", time.as_secs_f64())).collect();
        Measured {
            figure: "start",
            case: format!("{case}, slowest of {STARTS}"),
            value: seconds(i64::try_from(slowest.as_millis()).unwrap_or(i64::MAX)),
            unit: "s",
            aim: Some(AIM),
            note: each.join(", "),
        }
    };
    Ok(vec![row("first start", &first), row(&format!("start with {ROWS} rows, {OPEN} open tickets"), &again)])
}
