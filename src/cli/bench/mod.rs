//! `loket bench`: what the house is measured by, one file or folder each.

pub mod refusals;

use std::process::ExitCode;

use clap::Subcommand;

/// What can be measured.
#[derive(Debug, Subcommand)]
pub enum Bench {
    /// How many requests the choice of a host refuses, beside other choices on the same requests.
    Refusals(refusals::Arguments),
}

/// Measures.
pub fn run(bench: &Bench) -> anyhow::Result<ExitCode> {
    match bench {
        Bench::Refusals(arguments) => refusals::run(arguments),
    }
}
