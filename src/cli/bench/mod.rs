//! `loket bench`: the figures that the service is measured by. The sandbox runs in this process and the daemon as a process of its
//! own, so that memory and processor time are the daemon's alone. Google's and Zoom's quotas are on, as they are in reality.

mod answers;
mod burst;
mod latency;
mod office;
mod polls;
mod process;
mod refusals;
mod rest;
mod start;
mod table;

use std::path::PathBuf;
use std::process::ExitCode;

use serde::Serialize;

/// The arguments.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Print the figures as JSON.
    #[arg(long, global = true)]
    json: bool,
    /// Measure this build of the daemon; without it, this very program.
    #[arg(long, global = true, value_name = "PROGRAM")]
    daemon: Option<PathBuf>,
    /// One figure; without it, all of them (about eight minutes).
    #[command(subcommand)]
    figure: Option<Figure>,
}

/// A figure that can be measured by itself.
#[derive(Debug, Clone, clap::Subcommand)]
enum Figure {
    /// From an answer in the sheet to the link letter accepted, with polls every 1, 5 and 30 s.
    Latency {
        /// Answers per poll interval.
        #[arg(long, default_value_t = latency::ANSWERS)]
        answers: usize,
        /// Seconds over which they come in.
        #[arg(long, default_value_t = latency::SECONDS)]
        seconds: u32,
    },
    /// Fifty answers in one poll: from the poll to the last of their letters.
    Burst,
    /// Calls and bytes per poll with 100 open tickets, by rows of the sheet.
    Polls {
        /// Rows of the sheet.
        #[arg(long, value_delimiter = ',', default_values_t = polls::ROWS)]
        rows: Vec<usize>,
    },
    /// Resident memory, at rest and with 100,000 rows.
    Memory,
    /// Processor time of an idle minute.
    Idle,
    /// From the start of the process to `/readyz`.
    Start,
    /// How many requests the choice of a host refuses, beside other choices on the same requests.
    Refusals(refusals::Arguments),
}

/// What was measured.
#[derive(Debug, Clone, Serialize)]
struct Measured {
    /// Of what.
    figure: &'static str,
    /// Under which conditions.
    case: String,
    /// The value.
    value: f64,
    /// In what.
    unit: &'static str,
    /// What it should be at most.
    aim: Option<f64>,
    /// What else was seen.
    note: String,
}

impl Measured {
    /// Whether the aim is met; true where there is none.
    fn met(&self) -> bool {
        self.aim.is_none_or(|aim| self.value <= aim)
    }
}

/// Measures and prints. Exits 1 if an aim is missed.
pub async fn run(arguments: Arguments) -> anyhow::Result<ExitCode> {
    if let Some(Figure::Refusals(refusals)) = &arguments.figure {
        return refusals::run(refusals, arguments.json);
    }
    let daemon = match &arguments.daemon {
        Some(path) => path.clone(),
        None => std::env::current_exe()?,
    };
    let measured = match &arguments.figure {
        Some(figure) => one(&daemon, figure).await?,
        None => all(&daemon).await?,
    };
    table::print(&measured, arguments.json)?;
    Ok(if measured.iter().all(Measured::met) { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

async fn one(daemon: &std::path::Path, figure: &Figure) -> anyhow::Result<Vec<Measured>> {
    match figure {
        Figure::Latency { answers, seconds } => latency::measure(daemon, *answers, *seconds).await,
        Figure::Burst => burst::measure(daemon).await,
        Figure::Polls { rows } => polls::measure(daemon, rows).await,
        Figure::Memory => rest::measure(daemon, true, false).await,
        Figure::Idle => rest::measure(daemon, false, true).await,
        Figure::Start => start::measure(daemon).await,
        Figure::Refusals(_) => Ok(Vec::new()),
    }
}

async fn all(daemon: &std::path::Path) -> anyhow::Result<Vec<Measured>> {
    let mut measured = latency::measure(daemon, latency::ANSWERS, latency::SECONDS).await?;
    measured.extend(burst::measure(daemon).await?);
    measured.extend(polls::measure(daemon, &polls::ROWS).await?);
    measured.extend(rest::measure(daemon, true, true).await?);
    measured.extend(start::measure(daemon).await?);
    Ok(measured)
}

/// A number of the world as a figure.
#[expect(clippy::cast_precision_loss, reason = "milliseconds, bytes and counts of a bench are far below 2^52")]
fn figure(count: u64) -> f64 {
    count as f64
}

/// Milliseconds as seconds.
fn seconds(milliseconds: i64) -> f64 {
    figure(u64::try_from(milliseconds).unwrap_or(0)) / 1000.0
}
