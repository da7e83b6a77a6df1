//! Fifty answers in one poll: from the poll that sees them to the last of all their letters.

use std::path::Path;

use loket_sandbox::calls::{Call, Party};

use super::office::{Office, POLL};
use super::{Measured, seconds, table};

/// Answers at once.
const ANSWERS: usize = 50;
/// How often it is done; the slowest counts.
const ROUNDS: usize = 3;
/// Seconds between polls.
const POLL_EVERY: u64 = 5;
/// Seconds from the poll to the last letter.
const AIM: f64 = 5.0;

/// The slowest of a few bursts, the first of which meets a daemon that has just started.
pub(super) async fn measure(daemon: &Path) -> anyhow::Result<Vec<Measured>> {
    let bar = table::bar(ROUNDS, "bursts");
    let mut office = Office::open(daemon, POLL_EVERY, 0).await?;
    office.start().await?;
    let mut took = Vec::new();
    for _ in 0..ROUNDS {
        office.settled().await?;
        let (call, letters) = (office.sandbox.calls().last(), office.sandbox.mail().count());
        let at = (0..ANSWERS).map(|_| office.answer().1).max().unwrap_or_default();
        office.told().await?;
        let is_poll = |call: &&Call| call.party == Party::Google && call.name == POLL && call.at >= at;
        let calls = office.sandbox.calls().since(call);
        let poll = calls.iter().find(is_poll).map_or(at, |call| call.at);
        let last = office.sandbox.mail().letters().iter().skip(letters).map(|letter| letter.accepted_at).max();
        took.push(seconds(i64::try_from(last.unwrap_or(poll).duration_since(poll).as_millis()).unwrap_or(i64::MAX)));
        bar.inc(1);
    }
    office.kill().await?;
    bar.finish_and_clear();
    let each: Vec<String> = took.iter().map(|seconds| format!("{seconds:.2}")).collect();
    Ok(vec![Measured {
        figure: "burst",
        case: format!("{ANSWERS} answers in one poll, poll to last letter, slowest of {ROUNDS}"),
        value: took.into_iter().fold(0.0, f64::max),
        unit: "s",
        aim: Some(AIM),
        note: each.join(", "),
    }])
}
