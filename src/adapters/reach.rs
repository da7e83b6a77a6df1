//! Whether an address on the web answers, and whether one of this machine is free to listen at. Nothing is sent but the request
//! itself, and no redirect is followed.

use std::net::SocketAddr;

use tokio::net::TcpListener;

use crate::domain::limits::check::PAGE_LIMIT;

/// Asks for an address. Gives the HTTP status, whatever it is, or why there is no answer.
pub async fn page(address: &str) -> Result<u16, String> {
    let client = reqwest::Client::builder()
        .timeout(PAGE_LIMIT)
        .redirect(reqwest::redirect::Policy::none())
        .user_agent(concat!("loket/", env!("CARGO_PKG_VERSION")))
        .build()
        .map_err(|error| error.to_string())?;
    match client.get(address).send().await {
        Ok(answer) => Ok(answer.status().as_u16()),
        Err(error) if error.is_timeout() => Err(format!("no answer within {} s", PAGE_LIMIT.as_secs())),
        Err(error) => Err(cause(&error)),
    }
}

/// The innermost reason, without the address.
fn cause(error: &reqwest::Error) -> String {
    let mut cause: &dyn std::error::Error = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    cause.to_string()
}

/// Whether this address of this machine is free to listen at.
pub async fn free(address: SocketAddr) -> std::io::Result<()> {
    TcpListener::bind(address).await.map(drop)
}

/// Whether a daemon of ours answers there.
pub async fn is_ours(address: SocketAddr) -> bool {
    let client = reqwest::Client::builder().timeout(PAGE_LIMIT).no_proxy().build();
    let Ok(client) = client else { return false };
    let answer = client.get(format!("http://{address}/healthz")).send().await;
    match answer {
        Ok(answer) if answer.status().is_success() => answer.text().await.is_ok_and(|text| text.trim() == "ok"),
        _ => false,
    }
}
