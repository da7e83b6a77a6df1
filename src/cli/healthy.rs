//! `loket healthy`: asks the daemon on this machine whether it lives, so that an image needs no other program for that.

use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

/// A daemon that does not answer within this does not live.
const LIMIT: Duration = Duration::from_secs(5);

/// Exits 0 if `/healthz` answers.
pub async fn run(config: &Path) -> anyhow::Result<ExitCode> {
    let mut listen = super::settings(config)?.web.listen;
    if listen.ip().is_unspecified() {
        listen.set_ip(std::net::Ipv4Addr::LOCALHOST.into());
    }
    let client = reqwest::Client::builder().timeout(LIMIT).no_proxy().build()?;
    let answer = client.get(format!("http://{listen}/healthz")).send().await;
    let lives = answer.is_ok_and(|answer| answer.status().is_success());
    Ok(if lives { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
