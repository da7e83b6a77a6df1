//! `loket demo`: the whole service on this machine, against a sandbox, with the real daemon on its embedded store.

pub mod household;
mod requests;
mod table;
mod watch;

use std::process::ExitCode;
use std::time::Duration;

use anyhow::Context;
use loket_sandbox::Sandbox;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use super::run::{recorder, serve, stop_on_signal};
use crate::config::load;
use crate::desk::wiring::House;
use crate::telemetry;

/// The port of the office's web unless another is asked for; the sandbox's pages are at the next one.
const PORT: u16 = 8080;
/// The seed of the demo's world: the same accounts and keys each time.
const SEED: u64 = 2026;
/// How long `--once` may take before it counts as failed.
const ONCE_LIMIT: Duration = Duration::from_secs(90);

/// The arguments.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Take a seeded set of requests through, print what became of each, and end.
    #[arg(long)]
    once: bool,
    /// The port of the office's web; the pages of the world outside are at the next one.
    #[arg(long, default_value_t = PORT)]
    port: u16,
}

/// Runs the demo.
pub async fn run(arguments: Arguments, log: &str) -> anyhow::Result<ExitCode> {
    // The demo tells itself what happens; the log shows only what is wrong, unless more is asked for.
    telemetry::start(if log == "info" { "warn" } else { log });
    let (web_port, people_port) =
        if arguments.once { (0, None) } else { (arguments.port, Some(arguments.port.saturating_add(1))) };
    let listener = TcpListener::bind(("127.0.0.1", web_port))
        .await
        .with_context(|| format!("port {web_port} is taken: choose another with --port"))?;
    let sandbox =
        Sandbox::start_at(SEED, people_port).await.context("the sandbox cannot be started: choose another port with --port")?;
    let folder = household::Folder::new("demo")?;
    let public_url = format!("http://{}", listener.local_addr()?);
    let config = household::write_config(&sandbox, folder.path(), &public_url, "1s")?;
    // Not the environment: a real office's settings in it must not reach the demo, from which nothing leaves this machine.
    let settings = load::load(&config, &[])?;
    let house = House::build(settings, folder.path()).await?;
    let metrics = recorder()?;
    let stop = if arguments.once { CancellationToken::new() } else { stop_on_signal()? };
    let ended = if arguments.once {
        let judge = async {
            let judged = tokio::time::timeout(ONCE_LIMIT, requests::take_through(&house, &sandbox)).await;
            stop.cancel();
            judged.context("the requests did not come to their ends in time")?
        };
        let (judged, served) = tokio::join!(judge, serve(&house, listener, metrics, &stop));
        served?;
        judged?
    } else {
        watch::greet(&public_url, &sandbox.people_url());
        let watching = watch::watch(&house, &stop);
        let (served, ()) = tokio::join!(serve(&house, listener, metrics, &stop), watching);
        served?;
        true
    };
    sandbox.stop().await;
    Ok(if ended { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
