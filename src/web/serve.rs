//! stub
use std::sync::Arc; use crate::desk::wiring::House; use tokio_util::sync::CancellationToken;
/// stub
pub async fn serve(_h: Arc<House>, _l: tokio::net::TcpListener, _m: metrics_exporter_prometheus::PrometheusHandle, stop: CancellationToken) -> std::io::Result<()> { stop.cancelled().await; Ok(()) }
