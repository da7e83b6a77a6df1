//! What the daemon uses when nothing happens: memory, and processor time of a minute.

use std::path::Path;
use std::time::Duration;

use super::office::Office;
use super::polls::OPEN;
use super::{Measured, process, table};

/// Seconds between polls: the default.
const POLL_EVERY: u64 = 5;
/// Rows of the large sheet.
pub(super) const ROWS: usize = 100_000;
/// How long nothing happens.
const MINUTE: Duration = Duration::from_mins(1);
/// Megabytes resident, and seconds of processor time in a minute.
const AIMS: (f64, f64) = (40.0, 0.3);

/// An empty office, and one with a large sheet and open tickets, side by side.
pub(super) async fn measure(daemon: &Path, memory: bool, idle: bool) -> anyhow::Result<Vec<Measured>> {
    let bar = table::bar(2, "offices at rest");
    let (large, small) = (format!("{ROWS} rows, {OPEN} open tickets"), "nothing in the sheet".to_owned());
    let offices = tokio::try_join!(office(daemon, 0, 0, small, &bar), office(daemon, ROWS - OPEN, OPEN, large, &bar))?;
    bar.finish_and_clear();
    let mut measured = Vec::new();
    for rest in [offices.0, offices.1] {
        let row =
            |figure, value, unit, aim, note| Measured { figure, case: rest.case.clone(), value, unit, aim: Some(aim), note };
        if memory {
            let note = format!("at its peak since the start {:.1}", rest.memory.peak);
            measured.push(row("memory", rest.memory.resident, "MB resident", AIMS.0, note));
        }
        if idle {
            let note = format!("a poll every {POLL_EVERY} s");
            measured.push(row("idle", rest.processor, "s a minute", AIMS.1, note));
        }
    }
    measured.sort_by_key(|measured| measured.figure != "memory");
    Ok(measured)
}

struct Rest {
    case: String,
    memory: process::Memory,
    processor: f64,
}

async fn office(daemon: &Path, rows: usize, open: usize, case: String, bar: &indicatif::ProgressBar) -> anyhow::Result<Rest> {
    let mut office = Office::open(daemon, POLL_EVERY, rows).await?;
    office.start().await?;
    if open > 0 {
        office.open_tickets(open).await?;
    }
    office.settled().await?;
    let before = process::processor(office.pid()?)?;
    tokio::time::sleep(MINUTE).await;
    let processor = process::processor(office.pid()?)? - before;
    let memory = process::memory(office.pid()?)?;
    office.kill().await?;
    bar.inc(1);
    Ok(Rest { case, memory, processor })
}
