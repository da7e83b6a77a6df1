//! What a poll costs at rest: calls to Google, and bytes of the bodies as they are sent and before compression.

use std::path::Path;
use std::time::Duration;

use indicatif::ProgressBar;
use loket_sandbox::calls::{Call, Party};

use super::office::{Office, POLL};
use super::{Measured, figure, table};

/// Rows of the sheet.
pub(super) const ROWS: [usize; 3] = [100, 10_000, 100_000];
/// Tickets that are open.
pub(super) const OPEN: usize = 100;
/// Seconds between polls.
const POLL_EVERY: u64 = 1;
/// How long polls are looked at.
const LOOK: Duration = Duration::from_secs(20);
/// Calls per poll, and bytes of one answer.
const AIMS: (f64, f64) = (1.0, 65_536.0);
/// A poll may come a little late, never early; the count of calls is compared with the clock up to this.
const TOLERANCE: f64 = 0.005;

/// Each size of sheet with its own world and daemon, side by side.
pub(super) async fn measure(daemon: &Path, rows: &[usize]) -> anyhow::Result<Vec<Measured>> {
    let bar = table::bar(rows.len() * 2, "sheets");
    let each = rows.iter().map(|rows| sheet(daemon, *rows, &bar));
    let measured = futures_util::future::try_join_all(each).await?;
    bar.finish_and_clear();
    Ok(measured.concat())
}

async fn sheet(daemon: &Path, rows: usize, bar: &ProgressBar) -> anyhow::Result<Vec<Measured>> {
    let mut office = Office::open(daemon, POLL_EVERY, rows.saturating_sub(OPEN)).await?;
    office.start().await?;
    office.open_tickets(OPEN).await?;
    let mut measured = look(&office, &format!("{rows} rows, open tickets at the end")).await;
    bar.inc(1);
    office.sort().await?;
    office.settled().await?;
    measured.extend(look(&office, &format!("{rows} rows, open tickets anywhere")).await);
    office.kill().await?;
    bar.inc(1);
    Ok(measured)
}

async fn look(office: &Office, case: &str) -> Vec<Measured> {
    let mark = office.sandbox.calls().last();
    tokio::time::sleep(LOOK).await;
    let calls = office.sandbox.calls().since(mark);
    let calls: Vec<&Call> = calls.iter().filter(|call| call.party == Party::Google && call.name != "token").collect();
    let stretch = match (calls.first(), calls.last()) {
        (Some(first), Some(last)) => last.at.duration_since(first.at).as_secs_f64(),
        _ => 0.0,
    };
    let due = stretch / office.poll_every.as_secs_f64();
    let made = figure(calls.len().saturating_sub(1) as u64);
    let per_poll = if due > 0.0 { made / due } else { f64::INFINITY };
    let polls: Vec<&&Call> = calls.iter().filter(|call| call.name == POLL).collect();
    let most = |bytes: fn(&Call) -> usize| polls.iter().map(|call| bytes(call)).max().unwrap_or(0);
    let row = |name: &str, value, unit, aim, note| Measured {
        figure: "polls",
        case: format!("{case}: {name}"),
        value,
        unit,
        aim: Some(aim),
        note,
    };
    let (plain, asked) = (most(|call| call.plain_bytes), most(|call| call.request_bytes));
    let note = format!("{plain} before compression; the request at most {asked}");
    vec![
        row("calls per poll", per_poll, "calls", AIMS.0 + TOLERANCE, format!("{} calls", calls.len())),
        row("largest answer, as sent", figure(most(|call| call.response_bytes) as u64), "bytes", AIMS.1, note),
    ]
}
