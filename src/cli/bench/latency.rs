//! From an answer in the sheet to its link letter, accepted by the mail server.

use std::collections::HashMap;
use std::path::Path;
use std::time::Duration;

use hdrhistogram::Histogram;
use indicatif::ProgressBar;
use jiff::Timestamp;
use loket_sandbox::calls::{Call, Party};
use tokio::time::Instant;

use super::office::{Office, POLL};
use super::{Measured, figure, seconds, table};

/// Answers per poll interval.
pub(super) const ANSWERS: usize = 200;
/// Seconds over which they come in.
pub(super) const SECONDS: u32 = 180;
/// The poll intervals, seconds.
const POLLS: [u32; 3] = [1, 5, 30];
/// Aims, seconds after the poll interval: median and 99th percentile.
const AIMS: [f64; 2] = [0.7, 1.5];
/// The header that says what a letter is about.
const LABEL: &str = "X-Loket-Letter";

/// The three intervals side by side, each with its own world and daemon.
pub(super) async fn measure(daemon: &Path, answers: usize, over: u32) -> anyhow::Result<Vec<Measured>> {
    let bar = table::bar(answers * POLLS.len(), "answers");
    let one = |poll| interval(daemon, poll, answers, over, &bar);
    let (first, second, third) = tokio::try_join!(one(POLLS[0]), one(POLLS[1]), one(POLLS[2]))?;
    bar.finish_and_clear();
    Ok([first, second, third].concat())
}

async fn interval(daemon: &Path, poll: u32, answers: usize, over: u32, bar: &ProgressBar) -> anyhow::Result<Vec<Measured>> {
    let mut office = Office::open(daemon, poll.into(), 0).await?;
    office.start().await?;
    office.at_home().await?;
    let mut moments: Vec<u64> = (0..answers).map(|_| office.people.moment(u64::from(over) * 1000)).collect();
    moments.sort_unstable();
    let began = Instant::now();
    let mut answered = HashMap::new();
    for moment in moments {
        tokio::time::sleep_until(began + Duration::from_millis(moment)).await;
        let (email, at) = office.answer();
        answered.insert(email, at);
        bar.inc(1);
    }
    office.told().await?;
    let (times, slowest) = times(&office, &answered)?;
    let refused = office.refused();
    office.kill().await?;
    let interval = f64::from(poll);
    let row = |name: &str, value: u64, beyond: Option<f64>, note: String| Measured {
        figure: "latency",
        case: format!("answer to link letter, poll every {poll} s, {name}"),
        value: seconds(i64::try_from(value).unwrap_or(i64::MAX)),
        unit: "s",
        aim: beyond.map(|beyond| interval + beyond),
        note,
    };
    Ok(vec![
        row("median", times.value_at_quantile(0.5), Some(AIMS[0]), format!("{} answers", times.len())),
        row(
            "99th percentile",
            times.value_at_quantile(0.99),
            Some(AIMS[1]),
            format!("{refused} calls refused by Google's quota"),
        ),
        row("slowest", times.max(), None, slowest),
    ])
}

/// Milliseconds from each answer to its link letter, and where the slowest spent them.
fn times(office: &Office, answered: &HashMap<String, Timestamp>) -> anyhow::Result<(Histogram<u64>, String)> {
    let mut times = Histogram::<u64>::new(3)?;
    let mut slowest = None;
    let mut seen: HashMap<String, String> = HashMap::new();
    let mut twice = Vec::new();
    for letter in office.sandbox.mail().letters() {
        let Some(at) = letter.to.first().and_then(|to| answered.get(to)) else { continue };
        let Some(label) = letter.header(LABEL).filter(|label| label.contains("/link/")) else { continue };
        if let Some(before) = seen.insert(letter.to.join(","), label.clone()) {
            twice.push(format!("{before} and {label}"));
        }
        let took = u64::try_from(letter.accepted_at.duration_since(*at).as_millis()).unwrap_or(0);
        if took > times.max() || times.is_empty() {
            slowest = label.split('/').next().map(|ticket| (ticket.to_owned(), *at, letter.accepted_at));
        }
        times.record(took)?;
    }
    let got = figure(times.len());
    anyhow::ensure!(
        twice.is_empty() && times.len() == answered.len() as u64,
        "{got} link letters for {} answers; twice to one person: {twice:?}",
        answered.len()
    );
    let stages = slowest.map(|(ticket, at, told)| stages(office, &ticket, at, told));
    Ok((times, stages.unwrap_or_default()))
}

/// From answer to poll, to the meeting, to the letter.
fn stages(office: &Office, ticket: &str, at: Timestamp, told: Timestamp) -> String {
    let seen = |call: &&Call| call.party == Party::Google && call.name == POLL && call.at >= at;
    let polled = office.sandbox.calls().all().iter().find(seen).map_or(at, |call| call.at);
    let meetings = office.sandbox.zoom().all_meetings();
    let made = meetings.iter().find(|meeting| meeting.topic.contains(ticket)).map_or(polled, |meeting| meeting.created_at);
    let between = |from: Timestamp, to: Timestamp| to.duration_since(from).as_secs_f64();
    format!(
        "{:.2} until a poll, {:.2} until the meeting, {:.2} until the letter",
        between(at, polled),
        between(polled, made),
        between(made, told)
    )
}
