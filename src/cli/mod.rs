//! The commands, one file each.

pub mod bench;
pub mod check;
pub mod demo;
pub mod healthy;
pub mod run;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::config::load;

/// The counter for virtual meetings: a form answer comes in, a Zoom link goes out, and everyone who has to know is told.
#[derive(Debug, Parser)]
#[command(name = "loket", version, propagate_version = true)]
struct Arguments {
    /// The configuration file.
    #[arg(long, global = true, env = "LOKET_CONFIG", default_value = "config/loket.toml")]
    config: PathBuf,
    /// What the log tells: error, warn, info, debug, or a list such as `info,loket=debug`.
    #[arg(long, global = true, env = "LOKET_LOG", default_value = "info")]
    log: String,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Try the whole service on this machine, without any account: form, sheet, Zoom, inbox and the daemon.
    Demo(demo::Arguments),
    /// Measure: how fast, how big, how quiet. The daemon runs against a sandbox on this machine whose Zoom answers in 300 ms.
    Bench(bench::Arguments),
    /// Run the daemon.
    Run {
        /// Do everything that is due now, then end: no web. Exits 75 if a party was down.
        #[arg(long)]
        once: bool,
    },
    /// Look at everything that a run needs, and say how to mend what fails. Changes nothing. Exits 1 if anything fails.
    Check(check::Arguments),
    /// Exit 0 if the daemon on this machine answers; for a container's health check.
    #[command(hide = true)]
    Healthy,
}

/// Reads the arguments and runs the command.
pub async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    // One TLS provider for all clients: the one that Google's client is built with.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let ended = match arguments.command {
        Command::Demo(demo) => Box::pin(demo::run(demo, &arguments.log)).await,
        Command::Run { once } => Box::pin(run::run(&arguments.config, &arguments.log, once)).await,
        Command::Check(check) => Box::pin(check::run(check, &arguments.config, &arguments.log)).await,
        Command::Bench(bench) => Box::pin(bench::run(bench)).await,
        Command::Healthy => healthy::run(&arguments.config).await,
    };
    match ended {
        Ok(code) => code,
        Err(error) => {
            let red = console::Style::new().for_stderr().red().bold();
            eprintln!("{} {error:#}", red.apply_to("loket:"));
            ExitCode::FAILURE
        }
    }
}

/// The settings of a file with the environment over them.
fn settings(path: &std::path::Path) -> Result<crate::config::settings::Settings, load::ConfigError> {
    load::load(path, &load::environment())
}
