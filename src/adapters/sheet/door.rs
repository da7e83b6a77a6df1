//! The one door to Google: credentials, time limits, quotas, and what is known of a call that failed.

use std::num::NonZeroU32;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use google_sheets4::api::Scope;
use google_sheets4::common::{Delegate, Error, Response, Retry};
use google_sheets4::{Sheets, hyper_rustls, hyper_util};
use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};
use hyper_rustls::HttpsConnector;
use hyper_util::client::legacy::connect::HttpConnector;
use jiff::SignedDuration;
use yup_oauth2::authenticator::Authenticator;
use yup_oauth2::client::HyperClientBuilder;
use yup_oauth2::{CustomHyperClientBuilder, ServiceAccountAuthenticator, ServiceAccountKey};

use crate::domain::limits::google::{BURST_SHARE, CALL_LIMIT, DENIED_WAIT, QUOTA_WAIT, TOKEN_LIMIT};
use crate::domain::outcome::{Outcome, Why};

/// Google's own token endpoints.
const GOOGLE_TOKEN_HOSTS: [&str; 3] = ["oauth2.googleapis.com", "accounts.google.com", "www.googleapis.com"];

type Connector = HttpsConnector<HttpConnector>;

/// The credentials, or the address of Google, cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The file is not there or cannot be read.
    #[error("`google.credentials`: cannot read `{0}`: {1}")]
    File(String, std::io::Error),
    /// It is no service-account key.
    #[error(
        "`google.credentials`: `{0}` is no service-account key ({1}): make one in the Google Cloud console under IAM, Service accounts, Keys, type JSON"
    )]
    NoKey(String, String),
    /// Its token address is a stranger's.
    #[error("`google.credentials`: the key's token_uri `{0}` is not Google's: download the key again")]
    TokenAddress(String),
    /// The client could not be made.
    #[error("the client for Google cannot be made: {0}")]
    Client(String),
}

/// How to reach Google.
#[derive(Debug, Clone)]
pub struct GoogleSettings {
    /// The API's address, with a trailing slash.
    pub endpoint: String,
    /// Reads allowed per minute.
    pub reads_per_minute: NonZeroU32,
    /// Writes allowed per minute.
    pub writes_per_minute: NonZeroU32,
}

/// Whether a call counts as a read or as a write (Sheets API, usage limits).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Quantum {
    Read,
    Write,
    /// A write whose turn was waited for by [`SheetDoor::turn_to_write`].
    WriteInTurn,
}

/// The door to one spreadsheet.
pub struct SheetDoor {
    pub(super) hub: Sheets<Connector>,
    pub(super) id: String,
    /// The API's address, with a trailing slash.
    pub(super) base: String,
    authenticator: Authenticator<Connector>,
    reads: DefaultDirectRateLimiter,
    writes: DefaultDirectRateLimiter,
    /// The address to share the sheet with.
    pub account: String,
}

impl std::fmt::Debug for SheetDoor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SheetDoor")
    }
}

impl SheetDoor {
    /// Reads the key and makes the client. Nothing is called yet.
    pub async fn open(key_file: &Path, settings: &GoogleSettings, id: &str) -> Result<SheetDoor, KeyError> {
        let shown = key_file.display().to_string();
        let text = tokio::fs::read_to_string(key_file).await.map_err(|error| KeyError::File(shown.clone(), error))?;
        let key: ServiceAccountKey =
            serde_json::from_str(&text).map_err(|error| KeyError::NoKey(shown.clone(), error.to_string()))?;
        let endpoint = url::Url::parse(&settings.endpoint).map_err(|error| KeyError::Client(error.to_string()))?;
        check_token_address(&key.token_uri, &endpoint)?;
        let account = key.client_email.clone();
        let builder = hyper_rustls::HttpsConnectorBuilder::new()
            .with_native_roots()
            .map_err(|error| KeyError::Client(format!("no CA certificates: {error}")))?;
        let connector = if endpoint.scheme() == "https" { builder.https_only() } else { builder.https_or_http() };
        let connector = connector.enable_http1().build();
        let executor = hyper_util::rt::TokioExecutor::new();
        let client = hyper_util::client::legacy::Client::builder(executor.clone()).build(connector.clone());
        let for_tokens = CustomHyperClientBuilder::from(hyper_util::client::legacy::Client::builder(executor).build(connector));
        let authenticator = ServiceAccountAuthenticator::with_client(key, for_tokens.with_timeout(TOKEN_LIMIT))
            .build()
            .await
            .map_err(|error| KeyError::NoKey(shown.clone(), error.to_string()))?;
        let mut hub = Sheets::new(client, authenticator.clone());
        let base = format!("{}/", settings.endpoint.trim_end_matches('/'));
        hub.base_url(base.clone());
        hub.root_url(base.clone());
        Ok(SheetDoor {
            hub,
            id: id.to_owned(),
            base,
            authenticator,
            reads: RateLimiter::direct(quota(settings.reads_per_minute)),
            writes: RateLimiter::direct(quota(settings.writes_per_minute)),
            account,
        })
    }

    /// The cached token, or a new one.
    pub(super) async fn token(&self) -> Result<String, yup_oauth2::Error> {
        let token = self.authenticator.token(&[Scope::Spreadsheet.as_ref()]).await?;
        token.token().map(str::to_owned).ok_or(yup_oauth2::Error::MissingAccessToken)
    }

    /// Waits until one more write is within the quota. What is written is gathered after it, so that all that is due goes together.
    pub async fn turn_to_write(&self) {
        self.writes.until_ready().await;
    }

    /// Makes one call within its time limit and quota, and says what is known of how it ended.
    pub(super) async fn call<T, F>(
        &self,
        name: &'static str,
        quantum: Quantum,
        make: impl Fn(Witness) -> F + Send + Sync,
    ) -> Outcome<T>
    where
        F: Future<Output = Result<(Response, T), Error>> + Send,
    {
        let mut outcome = self.once(name, quantum, &make).await;
        if matches!(&outcome, Outcome::NotDone(Why::Refused(text)) if text.starts_with("401")) {
            // The cached token may have been revoked: a fresh one, once.
            let scopes = [Scope::Spreadsheet.as_ref()];
            let fresh = self.authenticator.force_refreshed_token(&scopes);
            if let Ok(Ok(_)) = tokio::time::timeout(TOKEN_LIMIT, fresh).await {
                outcome = self.once(name, quantum, &make).await;
            }
        }
        metrics::counter!("loket_sheet_calls_total", "call" => name, "outcome" => outcome.name()).increment(1);
        outcome
    }

    async fn once<T, F>(&self, name: &'static str, quantum: Quantum, make: &(impl Fn(Witness) -> F + Send + Sync)) -> Outcome<T>
    where
        F: Future<Output = Result<(Response, T), Error>> + Send,
    {
        match quantum {
            Quantum::Read => self.reads.until_ready().await,
            Quantum::Write => self.writes.until_ready().await,
            Quantum::WriteInTurn => {}
        }
        let witness = Witness::default();
        let ended = tokio::time::timeout(CALL_LIMIT, make(witness.clone())).await;
        match ended {
            Ok(Ok((_, value))) => Outcome::Done(value),
            Ok(Err(error)) => failed(name, quantum, &error, witness.saw()),
            Err(_) if quantum == Quantum::Read => later(format!("{name}: no answer within {} s", CALL_LIMIT.as_secs())),
            Err(_) => Outcome::Unknown(format!("{name}: no answer within {} s", CALL_LIMIT.as_secs())),
        }
    }
}

/// Google counts by minute and refuses what is beyond: what may be made at once, and what comes in a minute after it, are together no
/// more than a minute's calls, whenever Google's minute begins.
fn quota(per_minute: NonZeroU32) -> Quota {
    let burst = NonZeroU32::new(per_minute.get() / BURST_SHARE).unwrap_or(NonZeroU32::MIN);
    let steady = NonZeroU32::new(per_minute.get() - burst.get()).unwrap_or(NonZeroU32::MIN);
    Quota::per_minute(steady).allow_burst(burst)
}

fn check_token_address(token_uri: &str, endpoint: &url::Url) -> Result<(), KeyError> {
    let refuse = || KeyError::TokenAddress(token_uri.to_owned());
    let address = url::Url::parse(token_uri).map_err(|_| refuse())?;
    let google = address.scheme() == "https" && address.host_str().is_some_and(|host| GOOGLE_TOKEN_HOSTS.contains(&host));
    if google || (is_loopback(&address) && is_loopback(endpoint)) { Ok(()) } else { Err(refuse()) }
}

fn is_loopback(address: &url::Url) -> bool {
    match address.host() {
        Some(url::Host::Ipv4(ip)) => ip.is_loopback(),
        Some(url::Host::Ipv6(ip)) => ip.is_loopback(),
        Some(url::Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

/// Keeps of a refusal what the client forgets. Its clones share what was seen.
#[derive(Debug, Default, Clone)]
pub(super) struct Witness(Arc<Mutex<Seen>>);

#[derive(Debug, Default, Clone, Copy)]
struct Seen {
    status: Option<u16>,
    retry_after: Option<i64>,
}

impl Witness {
    fn saw(&self) -> Seen {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Delegate for Witness {
    fn http_failure(&mut self, response: &Response, _: Option<&serde_json::Value>) -> Retry {
        let header = response.headers().get("retry-after").and_then(|value| value.to_str().ok());
        let seen = Seen { status: Some(response.status().as_u16()), retry_after: header.and_then(|text| text.parse().ok()) };
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = seen;
        Retry::Abort
    }
}

fn later<T>(text: String) -> Outcome<T> {
    Outcome::NotDone(Why::Later(text, None))
}

fn failed<T>(name: &str, quantum: Quantum, error: &Error, seen: Seen) -> Outcome<T> {
    let unknown = |text: String| if quantum == Quantum::Read { later(text) } else { Outcome::Unknown(text) };
    match error {
        Error::BadRequest(body) => refused(name, quantum, body, seen),
        Error::Failure(response) => {
            let status = response.status().as_u16();
            answered(name, quantum, status, format!("{status} without a readable reason"), seen)
        }
        Error::HttpError(error) if error.is_connect() => later(format!("{name}: cannot connect to Google: {error}")),
        Error::HttpError(_) | Error::Io(_) => unknown(format!("{name}: the connection to Google broke")),
        Error::JsonDecodeError(..) => unknown(format!("{name}: Google's answer cannot be read")),
        Error::MissingToken(error) => token_failed(name, error.as_ref()),
        other => Outcome::NotDone(Why::Refused(format!("{name}: {other}"))),
    }
}

fn token_failed<T>(name: &str, error: &(dyn std::error::Error + Send + Sync + 'static)) -> Outcome<T> {
    let denied = matches!(error.downcast_ref(), Some(yup_oauth2::Error::AuthError(_)));
    let wait = denied.then_some(DENIED_WAIT);
    Outcome::NotDone(Why::Later(format!("{name}: Google gives no token: {error}"), wait))
}

fn refused<T>(name: &str, quantum: Quantum, body: &serde_json::Value, seen: Seen) -> Outcome<T> {
    let error = &body["error"];
    let code = error["code"].as_u64().and_then(|code| u16::try_from(code).ok()).or(seen.status).unwrap_or(0);
    let message = error["message"].as_str().unwrap_or("no reason given");
    answered(name, quantum, code, format!("{code} {message}"), seen)
}

/// What an answer with an error status means: key off the status, never the message (APIS A5).
fn answered<T>(name: &str, quantum: Quantum, code: u16, text: String, seen: Seen) -> Outcome<T> {
    match code {
        429 => {
            let wait = seen.retry_after.map_or(QUOTA_WAIT, SignedDuration::from_secs);
            Outcome::NotDone(Why::Later(format!("{name}: {text}"), Some(wait)))
        }
        403 => Outcome::NotDone(Why::Later(format!("{name}: {text}"), Some(DENIED_WAIT))),
        500.. if quantum != Quantum::Read => Outcome::Unknown(format!("{name}: {text}")),
        500.. => later(format!("{name}: {text}")),
        _ => Outcome::NotDone(Why::Refused(text)),
    }
}

#[cfg(test)]
mod tests {
    use governor::clock::{Clock, FakeRelativeClock, Reference};

    use super::*;

    #[test]
    fn no_minute_holds_more_calls_than_the_quota_and_few_less() {
        let clock = FakeRelativeClock::default();
        let sixty = NonZeroU32::new(60).unwrap();
        let limiter = RateLimiter::direct_with_clock(quota(sixty), clock.clone());
        let began = clock.now();
        let mut calls = Vec::new();
        for _ in 0..30_000 {
            if limiter.check().is_ok() {
                calls.push(clock.now().duration_since(began));
            }
            clock.advance(std::time::Duration::from_millis(10));
        }
        let minute = governor::nanos::Nanos::from(std::time::Duration::from_mins(1));
        let within = |from: usize| calls[from..].iter().take_while(|at| **at < calls[from] + minute).count();
        let most = (0..calls.len()).map(within).max().unwrap();
        assert!((57..=60).contains(&most), "{most}");
        assert!(calls.len() >= 285, "{} in five minutes", calls.len());
    }

    #[test]
    fn only_google_and_loopback_beside_loopback_give_tokens() {
        let google = url::Url::parse("https://sheets.googleapis.com/").unwrap();
        let local = url::Url::parse("http://127.0.0.1:9/").unwrap();
        assert!(check_token_address("https://oauth2.googleapis.com/token", &google).is_ok());
        assert!(check_token_address("http://127.0.0.1:8/token", &local).is_ok());
        assert!(check_token_address("http://127.0.0.1:8/token", &google).is_err());
        assert!(check_token_address("https://evil.example/token", &google).is_err());
        assert!(check_token_address("https://evil.example/token", &local).is_err());
    }
}
