//! What machines ask: whether the process lives, whether it can work, and its figures. Invariant: no personal data, and only this
//! machine is told more than that it lives.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;

use axum::extract::{ConnectInfo, Request, State};
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::Response;
use jiff::Timestamp;
use serde::Serialize;

use super::answers::{JSON, PLAIN, fresh};
use super::text::without_addresses;
use super::{Standing, Web, peers};
use crate::adapters::clock;
use crate::desk::health::{Party, Trouble};
use crate::domain::limits::web::{PROBE_WAIT_MAX, TROUBLE_CHARS_MAX};
use crate::domain::text::one_line;

/// The format of Prometheus's figures.
const FIGURES: &str = "text/plain; version=0.0.4; charset=utf-8";

/// `/healthz`: the process lives.
pub(super) async fn alive() -> Response {
    fresh(StatusCode::OK, PLAIN, "ok\n".to_owned())
}

/// Lets only this machine through.
pub(super) async fn local_only(
    State(web): State<Arc<Web>>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    request: Request,
    next: Next,
) -> Response {
    if peers::is_local(peer.ip(), request.headers(), &web.facts.settings.trusted_proxies) {
        return next.run(request).await;
    }
    web.message(StatusCode::FORBIDDEN)
}

/// `/readyz`: whether every party answers and the sheet was read.
pub(super) async fn ready(State(web): State<Arc<Web>>) -> Response {
    let now = clock::now();
    let mut standing = (web.facts.standing)();
    let asked = tokio::time::timeout(PROBE_WAIT_MAX, web.facts.store.ping()).await;
    let trouble = match asked {
        Ok(Ok(())) => None,
        Ok(Err(error)) => Some(error.to_string()),
        Err(_) => Some(format!("no answer within {} s", PROBE_WAIT_MAX.as_secs())),
    };
    if let Some(text) = trouble {
        standing.troubles.entry(Party::Store).or_insert(Trouble { since: now, text });
    }
    let readiness = readiness(&standing, now);
    let status = if readiness.ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    let body = serde_json::to_string(&readiness).expect("readiness is plain data: writing it as JSON cannot fail");
    fresh(status, JSON, body)
}

#[derive(Debug, Serialize)]
pub(super) struct Readiness {
    ready: bool,
    /// Another replica runs the desk.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    stands_by: bool,
    parties: BTreeMap<&'static str, PartyStanding>,
    last_poll_age_seconds: Option<i64>,
}

#[derive(Debug, Serialize)]
struct PartyStanding {
    ok: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    since: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    says: Option<String>,
}

/// Not ready before the sheet was first read, nor while a party is down. A replica that stands by reads no sheet, and serves the web.
pub(super) fn readiness(standing: &Standing, now: Timestamp) -> Readiness {
    let party = |party: Party| {
        let trouble = standing.troubles.get(&party);
        let told = PartyStanding {
            ok: trouble.is_none(),
            since: trouble.map(|trouble| trouble.since.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()),
            says: trouble.map(|trouble| one_line(&without_addresses(&trouble.text), TROUBLE_CHARS_MAX)),
        };
        (party.name(), told)
    };
    Readiness {
        ready: standing.troubles.is_empty() && (standing.last_poll.is_some() || standing.stands_by),
        stands_by: standing.stands_by,
        parties: Party::ALL.into_iter().map(party).collect(),
        last_poll_age_seconds: standing.last_poll.map(|at| now.duration_since(at).as_secs().max(0)),
    }
}

/// `/metrics`: the figures. Before the first read of the sheet its age counts from the start.
pub(super) async fn figures(State(web): State<Arc<Web>>) -> Response {
    let standing = (web.facts.standing)();
    let since = standing.last_poll.unwrap_or(web.began);
    let age = clock::now().duration_since(since).as_secs_f64().max(0.0);
    // A replica that stands by reads no sheet, and must raise no alarm about it.
    metrics::gauge!("loket_last_poll_age_seconds").set(if standing.stands_by { 0.0 } else { age });
    metrics::gauge!("loket_runs_desk").set(if standing.stands_by { 0.0 } else { 1.0 });
    match tokio::time::timeout(PROBE_WAIT_MAX, web.facts.store.count_open()).await {
        Ok(Ok(count)) => metrics::gauge!("loket_open_tickets").set(f64::from(u32::try_from(count).unwrap_or(u32::MAX))),
        Ok(Err(error)) => tracing::warn!("cannot count the open tickets: {error}"),
        Err(_) => tracing::warn!("cannot count the open tickets: no answer within {} s", PROBE_WAIT_MAX.as_secs()),
    }
    fresh(StatusCode::OK, FIGURES, web.facts.metrics.render())
}
