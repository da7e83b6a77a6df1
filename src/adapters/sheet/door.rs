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
use yup_oauth2::{CustomHyperClientBuilder, ServiceAccountAuthenticator};

use super::key::{self, KeyError};
use super::trouble::{Failure, How, Trouble, answered, no_token};
use crate::adapters::clock;
use crate::domain::limits::google::{BURST_SHARE, CALL_LIMIT, DENIED_WAIT, QUOTA_WAIT, TOKEN_LIMIT};
use crate::domain::limits::waits::QUOTA_RETRY_MAX;
use crate::domain::outcome::Outcome;
use crate::domain::waits::retry_after;

type Connector = HttpsConnector<HttpConnector>;

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
    /// How far this machine's clock is ahead of Google's, by its last answer.
    pub(super) ahead: Mutex<Option<SignedDuration>>,
}

impl std::fmt::Debug for SheetDoor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SheetDoor")
    }
}

impl SheetDoor {
    /// Reads the key and makes the client. Nothing is called yet.
    pub async fn open(key_file: &Path, settings: &GoogleSettings, id: &str) -> Result<SheetDoor, KeyError> {
        let endpoint = url::Url::parse(&settings.endpoint).map_err(|error| KeyError::Client(error.to_string()))?;
        let key = key::read(key_file, &endpoint).await?;
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
            .map_err(|_| KeyError::PrivateKey(key_file.display().to_string()))?;
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
            ahead: Mutex::default(),
        })
    }

    /// The service account's address.
    pub fn account(&self) -> &str {
        &self.account
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
        match self.attempt(name, quantum, make).await {
            Ok(value) => Outcome::Done(value),
            Err(failure) => failure.outcome(name, &self.account),
        }
    }

    /// The same, for who wants to know more of a failure.
    pub(super) async fn attempt<T, F>(
        &self,
        name: &'static str,
        quantum: Quantum,
        make: impl Fn(Witness) -> F + Send + Sync,
    ) -> Result<T, Failure>
    where
        F: Future<Output = Result<(Response, T), Error>> + Send,
    {
        let mut ended = self.once(quantum, &make).await;
        let may_be_the_cached_one =
            |failure: &Failure| failure.status == Some(401) || matches!(failure.trouble, Trouble::Token(_));
        if ended.as_ref().is_err_and(may_be_the_cached_one) {
            // The cached token may have been revoked; and an answer without a token is kept as one, without an expiry (yup-oauth2 12,
            // `find_token_info`): a fresh one, once.
            let scopes = [Scope::Spreadsheet.as_ref()];
            let fresh = self.authenticator.force_refreshed_token(&scopes);
            if let Ok(Ok(_)) = tokio::time::timeout(TOKEN_LIMIT, fresh).await {
                ended = self.once(quantum, &make).await;
            }
        }
        let word = match &ended {
            Ok(_) => "done",
            Err(failure) if failure.how == How::Unknown => "unknown",
            Err(_) => "not_done",
        };
        metrics::counter!("loket_sheet_calls_total", "call" => name, "outcome" => word).increment(1);
        ended
    }

    async fn once<T, F>(&self, quantum: Quantum, make: &(impl Fn(Witness) -> F + Send + Sync)) -> Result<T, Failure>
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
        let seen = witness.saw();
        let ahead = match &ended {
            Ok(Ok((response, _))) => ahead_by(response),
            _ => seen.ahead,
        };
        if ahead.is_some() {
            *self.ahead.lock().unwrap_or_else(PoisonError::into_inner) = ahead;
        }
        let unknown = if quantum == Quantum::Read { How::Later(None) } else { How::Unknown };
        match ended {
            Ok(Ok((_, value))) => Ok(value),
            Ok(Err(error)) => Err(failed(quantum, &error, seen)),
            Err(_) => Err(down(format!("Google does not answer within {} s", CALL_LIMIT.as_secs()), unknown)),
        }
    }
}

/// How far this machine's clock is ahead of the server's, by the date of its answer.
pub(super) fn ahead_by(response: &Response) -> Option<SignedDuration> {
    clock::ahead_of(response.headers().get("date")?.to_str().ok()?)
}

/// Google counts by minute and refuses what is beyond: what may be made at once, and what comes in a minute after it, are together no
/// more than a minute's calls, whenever Google's minute begins.
fn quota(per_minute: NonZeroU32) -> Quota {
    let burst = NonZeroU32::new(per_minute.get() / BURST_SHARE).unwrap_or(NonZeroU32::MIN);
    let steady = NonZeroU32::new(per_minute.get() - burst.get()).unwrap_or(NonZeroU32::MIN);
    Quota::per_minute(steady).allow_burst(burst)
}

/// Keeps of a refusal what the client forgets. Its clones share what was seen.
#[derive(Debug, Default, Clone)]
pub(super) struct Witness(Arc<Mutex<Seen>>);

#[derive(Debug, Default, Clone, Copy)]
struct Seen {
    status: Option<u16>,
    retry_after: Option<SignedDuration>,
    ahead: Option<SignedDuration>,
}

impl Witness {
    fn saw(&self) -> Seen {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Delegate for Witness {
    fn http_failure(&mut self, response: &Response, _: Option<&serde_json::Value>) -> Retry {
        let header = response.headers().get("retry-after").and_then(|value| value.to_str().ok());
        let seen = Seen {
            status: Some(response.status().as_u16()),
            retry_after: header.and_then(asked_wait),
            ahead: ahead_by(response),
        };
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = seen;
        Retry::Abort
    }
}

/// How long Google asks to wait: no longer than a quota takes to refill.
fn asked_wait(header: &str) -> Option<SignedDuration> {
    let now = clock::now();
    retry_after(header, now, QUOTA_RETRY_MAX).map(|at| at.duration_since(now))
}

fn down(text: String, how: How) -> Failure {
    Failure { trouble: Trouble::Down(text), how, status: None }
}

fn failed(quantum: Quantum, error: &Error, seen: Seen) -> Failure {
    let unknown = if quantum == Quantum::Read { How::Later(None) } else { How::Unknown };
    match error {
        Error::BadRequest(body) => refused(quantum, body, seen),
        Error::Failure(response) => {
            let seen = Seen { status: Some(response.status().as_u16()), ..seen };
            refused(quantum, &serde_json::Value::Null, seen)
        }
        Error::HttpError(error) if error.is_connect() => down(format!("cannot connect to Google: {error}"), How::Later(None)),
        Error::HttpError(_) | Error::Io(_) => down("the connection to Google broke".to_owned(), unknown),
        Error::JsonDecodeError(..) => down("Google's answer cannot be read".to_owned(), unknown),
        Error::MissingToken(error) => token_failed(error.as_ref()),
        other => Failure { trouble: Trouble::Other(other.to_string()), how: How::Refused, status: None },
    }
}

fn token_failed(error: &(dyn std::error::Error + Send + Sync + 'static)) -> Failure {
    let trouble = match error.downcast_ref::<yup_oauth2::Error>() {
        Some(error) => no_token(error),
        None => Trouble::Token(error.to_string()),
    };
    let wait = if matches!(trouble, Trouble::Down(_)) { None } else { Some(DENIED_WAIT) };
    Failure { trouble, how: How::Later(wait), status: None }
}

/// What an answer with an error status means for the call.
fn refused(quantum: Quantum, body: &serde_json::Value, seen: Seen) -> Failure {
    let code = body["error"]["code"].as_u64().and_then(|code| u16::try_from(code).ok());
    let status = seen.status.or(code).unwrap_or(0);
    let how = match status {
        429 => How::Later(Some(seen.retry_after.unwrap_or(QUOTA_WAIT))),
        403 => How::Later(Some(DENIED_WAIT)),
        500.. if quantum != Quantum::Read => How::Unknown,
        500.. => How::Later(None),
        _ => How::Refused,
    };
    Failure { trouble: answered(status, body, quantum != Quantum::Read), how, status: Some(status) }
}

#[cfg(test)]
mod tests {
    use governor::clock::{Clock, FakeRelativeClock, Reference};

    use super::*;

    #[test]
    fn google_is_waited_for_as_it_asks_and_never_longer_than_a_quota_takes() {
        assert_eq!(asked_wait("7"), Some(SignedDuration::from_secs(7)));
        assert_eq!(asked_wait("3600"), Some(QUOTA_RETRY_MAX));
        assert_eq!(asked_wait("Tue, 31 Dec 2999 23:59:59 GMT"), Some(QUOTA_RETRY_MAX));
        assert_eq!(asked_wait("soon"), None);
    }

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
}
