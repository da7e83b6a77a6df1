//! `loket run`: the daemon.

use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;

use crate::desk::run::{self, Once};
use crate::desk::wiring::House;
use crate::desk::{check, lease};
use crate::{telemetry, web};

/// A party was down (sysexits.h, `EX_TEMPFAIL`).
const PARTY_DOWN: u8 = 75;
/// Buckets of the time from answer to link, seconds: around the aim of a poll and a half, and up to the standard of 20 minutes.
const LINK_BUCKETS: [f64; 11] = [1.0, 2.0, 3.0, 5.0, 7.5, 10.0, 20.0, 60.0, 300.0, 600.0, 1200.0];

/// Runs until a signal, or with `once` until all that is due is done.
pub async fn run(config: &Path, log: &str, once: bool) -> anyhow::Result<ExitCode> {
    let settings = super::settings(config)?;
    telemetry::start(log);
    // Before the first step: also an end that comes while the store is opened is one in order.
    let stop = if once { CancellationToken::new() } else { stop_on_signal()? };
    let metrics = recorder()?;
    let folder = config.parent().unwrap_or(Path::new("."));
    let house = House::build(settings, folder).await?;
    if once {
        let ended = run::once(&house).await?;
        for (party, trouble) in house.health.troubles() {
            tracing::error!("{} is down: {}", party.name(), trouble.text);
        }
        return Ok(match ended {
            Some(Once::Done) => ExitCode::SUCCESS,
            Some(Once::PartyDown) => ExitCode::from(PARTY_DOWN),
            None => {
                tracing::error!("the desk is run by {}: nothing was done here", lease::holder(&house).await);
                ExitCode::from(PARTY_DOWN)
            }
            Some(Once::Unsettled) => {
                tracing::warn!("something is still unsettled: run again");
                ExitCode::from(PARTY_DOWN)
            }
        });
    }
    let listen = house.settings.web.listen;
    let listener = TcpListener::bind(listen)
        .await
        .map_err(|error| anyhow::anyhow!("`web.listen`: {}", check::web::not_free(listen, &error)))?;
    tracing::info!("listening on http://{}", listener.local_addr()?);
    tokio::spawn(check::beside_run(house.clone(), stop.clone()));
    serve(&house, listener, metrics, &stop).await?;
    tracing::info!("ended in order");
    Ok(ExitCode::SUCCESS)
}

/// Runs desk and web until they are told to stop. The web goes on for as long as the desk needs to end.
pub async fn serve(
    house: &Arc<House>,
    listener: TcpListener,
    metrics: PrometheusHandle,
    stop: &CancellationToken,
) -> anyhow::Result<()> {
    let web_stop = CancellationToken::new();
    let web = tokio::spawn(web::serve::serve(house.clone(), listener, metrics, web_stop.clone()));
    let held = run::hold(house, stop).await;
    web_stop.cancel();
    web.await??;
    house.store.close().await;
    Ok(held?)
}

/// Starts recording metrics, once per process.
pub fn recorder() -> anyhow::Result<PrometheusHandle> {
    let link = Matcher::Full("loket_request_to_link_seconds".to_owned());
    let handle = PrometheusBuilder::new().set_buckets_for_metric(link, &LINK_BUCKETS)?.install_recorder()?;
    metrics::describe_histogram!("loket_request_to_link_seconds", "From the answer's timestamp to the link letter accepted.");
    metrics::describe_counter!("loket_sheet_calls_total", "Calls to Google Sheets, by call and outcome.");
    metrics::describe_counter!("loket_zoom_calls_total", "Calls to Zoom, by call and outcome.");
    metrics::describe_counter!("loket_letters_total", "Letters given to the mail server, by kind and outcome.");
    metrics::describe_gauge!("loket_last_poll_age_seconds", "Since the sheet was last read.");
    metrics::describe_gauge!("loket_runs_desk", "1 in the replica that runs the desk, 0 in those that stand by.");
    metrics::describe_gauge!("loket_open_tickets", "Tickets that are not closed.");
    Ok(handle)
}

/// Ends on SIGTERM and Ctrl-C from now on: gives what is cancelled then.
pub fn stop_on_signal() -> anyhow::Result<CancellationToken> {
    let (mut terminated, mut interrupted) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    let stop = CancellationToken::new();
    let told = stop.clone();
    tokio::spawn(async move {
        tokio::select! {
            _ = terminated.recv() => {}
            _ = interrupted.recv() => {}
        }
        tracing::info!("ending: what is under way is brought to its end");
        told.cancel();
    });
    Ok(stop)
}
