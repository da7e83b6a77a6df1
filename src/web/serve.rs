//! Serves the web on a listener until it is told to stop.

use std::net::SocketAddr;
use std::sync::Arc;

use metrics_exporter_prometheus::PrometheusHandle;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use super::{Facts, Web, router};
use crate::desk::wiring::House;
use crate::domain::limits::web::{DRAIN_MAX, METRICS_UPKEEP_EVERY};

/// Serves until `stop`; answers under way are then given a moment to end.
pub async fn serve(
    house: Arc<House>,
    listener: TcpListener,
    metrics: PrometheusHandle,
    stop: CancellationToken,
) -> std::io::Result<()> {
    let web = Web::new(Facts::of(house.clone(), metrics.clone()), Some(house.pages.clone()));
    serve_web(Arc::new(web), listener, metrics, stop).await
}

/// Serves a web that is already put together.
pub async fn serve_web(
    web: Arc<Web>,
    listener: TcpListener,
    metrics: PrometheusHandle,
    stop: CancellationToken,
) -> std::io::Result<()> {
    let service = router(web).into_make_service_with_connect_info::<SocketAddr>();
    let served = axum::serve(listener, service).with_graceful_shutdown(stop.clone().cancelled_owned()).into_future();
    let upkeep = async {
        loop {
            tokio::time::sleep(METRICS_UPKEEP_EVERY).await;
            metrics.run_upkeep();
        }
    };
    let drained = async {
        stop.cancelled().await;
        tokio::time::sleep(DRAIN_MAX).await;
    };
    tokio::select! {
        ended = served => ended,
        () = upkeep => Ok(()),
        () = drained => Ok(()),
    }
}
