//! The one door to Zoom: token, time limits, pacing, and what is known of a call that failed.

use std::sync::PoisonError;
use std::time::Instant;

use jiff::{SignedDuration, Timestamp};
use reqwest::header::CONTENT_TYPE;
use reqwest::{Method, StatusCode};
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;
use tokio::sync::Mutex;

use super::leaving::{HeldBack, InTime};
pub(super) use super::limits::Label;
use super::limits::{Limits, Told, limited};
use super::token::{self, NoToken, Token};
use crate::adapters::clock;
use crate::domain::limits::zoom::{CALL_LIMIT, CONNECT_LIMIT, DENIED_WAIT, IDLE_LIMIT};
use crate::domain::outcome::{Outcome, Why};

/// How to reach Zoom.
#[derive(Debug, Clone)]
pub struct ZoomSettings {
    /// The account's id.
    pub account_id: String,
    /// The app's id.
    pub client_id: String,
    /// The app's secret.
    pub client_secret: SecretString,
    /// Where tokens come from.
    pub oauth_endpoint: String,
    /// The API, without a trailing slash.
    pub api_endpoint: String,
}

/// A body, and until when it may leave.
pub(super) type Timely<'a> = (&'a Value, Instant);

/// What an answer's error status means is for the caller to say: codes are per endpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Refusal {
    pub(super) status: u16,
    pub(super) code: i64,
    pub(super) message: String,
}

impl Refusal {
    pub(super) fn text(&self) -> String {
        format!("{} (HTTP {}, code {})", self.message, self.status, self.code)
    }

    /// Whether the app lacks a scope for the call.
    pub(super) fn is_scope(&self) -> bool {
        // Some endpoints answer a missing scope with code 104 and broken JSON: the words are the same.
        self.code == 4711 || self.message.contains("does not contain scopes")
    }
}

/// How a call ended.
#[derive(Debug)]
pub(super) enum Ended {
    /// A success status with a body that is JSON; `Null` where there is none.
    Answered(Value),
    /// An error status that says the call was not carried out.
    Refused(Refusal),
    /// It was certainly not carried out.
    NotDone(Why),
    /// Nobody knows.
    Unknown(String),
}

impl Ended {
    /// The outcome of a call for which every refusal means the same.
    pub(super) fn outcome(self, refused: impl FnOnce(Refusal) -> Why) -> Outcome<Value> {
        match self {
            Ended::Answered(body) => Outcome::Done(body),
            Ended::Refused(refusal) => Outcome::NotDone(refused(refusal)),
            Ended::NotDone(why) => Outcome::NotDone(why),
            Ended::Unknown(why) => Outcome::Unknown(why),
        }
    }
}

/// The door to Zoom.
pub struct ZoomDoor {
    client: reqwest::Client,
    settings: ZoomSettings,
    token: Mutex<Option<Token>>,
    ahead: std::sync::Mutex<Option<SignedDuration>>,
    limits: Limits,
}

impl std::fmt::Debug for ZoomDoor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "ZoomDoor({})", self.settings.api_endpoint)
    }
}

/// The client could not be made.
#[derive(Debug, thiserror::Error)]
#[error("the client for Zoom cannot be made: {0}")]
pub struct DoorError(#[from] reqwest::Error);

impl ZoomDoor {
    /// Makes the client. Nothing is called yet.
    pub fn open(settings: ZoomSettings) -> Result<ZoomDoor, DoorError> {
        let client = reqwest::Client::builder()
            .connect_timeout(CONNECT_LIMIT)
            .timeout(CALL_LIMIT)
            .pool_idle_timeout(IDLE_LIMIT)
            .redirect(reqwest::redirect::Policy::none())
            .user_agent(concat!("loket/", env!("CARGO_PKG_VERSION")))
            .build()?;
        let (token, ahead) = (Mutex::new(None), std::sync::Mutex::new(None));
        Ok(ZoomDoor { client, settings, token, ahead, limits: Limits::new() })
    }

    /// Makes one call. A refused token is replaced once, since a 401 means that nothing was carried out.
    pub(super) async fn call(
        &self,
        name: &'static str,
        label: Label,
        method: Method,
        path: &str,
        body: Option<Timely<'_>>,
    ) -> Ended {
        let ended = self.asked(name, label, method, path, body).await;
        match &ended {
            Ended::Refused(refusal) if refusal.status == 401 || refusal.is_scope() => {
                Ended::NotDone(Why::Later(format!("Zoom refuses {name}: {}", refusal.text()), Some(DENIED_WAIT)))
            }
            _ => ended,
        }
    }

    /// The same, with a missing scope as the refusal that it is.
    pub(super) async fn asked(
        &self,
        name: &'static str,
        label: Label,
        method: Method,
        path: &str,
        body: Option<Timely<'_>>,
    ) -> Ended {
        let mut ended = self.once(label, &method, path, body).await;
        if matches!(&ended, Ended::Refused(refusal) if refusal.status == 401) {
            *self.token.lock().await = None;
            ended = self.once(label, &method, path, body).await;
        }
        let word = match &ended {
            Ended::Answered(_) => "done",
            Ended::Refused(_) | Ended::NotDone(_) => "not_done",
            Ended::Unknown(_) => "unknown",
        };
        metrics::counter!("loket_zoom_calls_total", "call" => name, "outcome" => word).increment(1);
        ended
    }

    async fn once(&self, label: Label, method: &Method, path: &str, body: Option<Timely<'_>>) -> Ended {
        let token = match self.token().await {
            Ok(token) => token.text,
            Err(no) => return Ended::NotDone(no.why()),
        };
        if let Err(why) = self.limits.turn(label, clock::now()).await {
            return Ended::NotDone(why);
        }
        let url = format!("{}{path}", self.settings.api_endpoint);
        let mut request = self.client.request(method.clone(), url).bearer_auth(token.expose_secret());
        let mut held_back = HeldBack::default();
        if let Some((body, until)) = body {
            let (content, held) = InTime::new(body.to_string().into_bytes(), until);
            held_back = held;
            request = request.header(CONTENT_TYPE, "application/json").body(reqwest::Body::wrap(content));
        }
        let response = match request.send().await {
            Ok(response) => response,
            Err(_) if held_back.is_so() => {
                return Ended::NotDone(Why::Later("it was too late to send the call".into(), Some(SignedDuration::ZERO)));
            }
            Err(error) if error.is_connect() => return Ended::NotDone(later("cannot connect to Zoom")),
            Err(error) if error.is_timeout() => return Ended::Unknown("Zoom did not answer in time".into()),
            Err(_) => return Ended::Unknown("the connection to Zoom broke before its answer".into()),
        };
        let status = response.status();
        let told = Told::of(response.headers());
        self.limits.learn(label, &told);
        let ended = match response.text().await {
            Ok(text) => answered(status, &text, &told),
            Err(_) if status.is_client_error() => answered(status, "", &told),
            Err(_) => Ended::Unknown("the connection to Zoom broke in its answer".into()),
        };
        if let (StatusCode::TOO_MANY_REQUESTS, Ended::NotDone(why)) = (status, &ended) {
            self.limits.refused(label, why);
        }
        ended
    }

    /// The labels of calls that Zoom's limit of a day forbids now, and until when: for the ledger.
    pub fn shut(&self) -> Vec<(&'static str, Timestamp)> {
        self.limits.shut_at(clock::now())
    }

    /// Until when nothing can be looked at or made, by those limits.
    pub fn shut_until(&self) -> Option<Timestamp> {
        self.shut().into_iter().map(|(_, until)| until).max()
    }

    /// Keeps to a limit of which the ledger knows, by the label's name.
    pub fn keep_shut(&self, name: &str, until: Timestamp) {
        let says = "Zoom's limit of the day was used up before the last start";
        if let Some(label) = Label::ALL.into_iter().find(|label| label.name() == name) {
            self.limits.shut(label, until, says);
        }
    }

    /// The cached token, or a new one.
    pub(super) async fn token(&self) -> Result<Token, NoToken> {
        let mut cached = self.token.lock().await;
        if let Some(token) = cached.as_ref().filter(|token| Instant::now() < token.ends_at) {
            return Ok(token.clone());
        }
        let (asked, ahead) = token::ask(&self.client, &self.settings).await;
        *self.ahead.lock().unwrap_or_else(PoisonError::into_inner) = ahead;
        let token = asked?;
        *cached = Some(token.clone());
        Ok(token)
    }

    /// How far this machine's clock is ahead of Zoom's, by its last token.
    pub fn clock_ahead(&self) -> Option<SignedDuration> {
        *self.ahead.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn later(text: &str) -> Why {
    Why::Later(text.to_owned(), None)
}

fn answered(status: StatusCode, text: &str, told: &Told) -> Ended {
    if status.is_success() {
        if text.trim().is_empty() {
            return Ended::Answered(Value::Null);
        }
        return match serde_json::from_str(text) {
            Ok(body) => Ended::Answered(body),
            Err(_) => Ended::Unknown(format!("Zoom's answer (HTTP {status}) cannot be read")),
        };
    }
    if !status.is_client_error() {
        return Ended::Unknown(format!("Zoom answered HTTP {status}"));
    }
    let body: Value = serde_json::from_str(text).unwrap_or_default();
    let fields = body["errors"].as_array().into_iter().flatten().filter_map(|error| error["message"].as_str());
    let mut message = body["message"].as_str().map_or_else(|| text.chars().take(200).collect(), str::to_owned);
    for field in fields {
        message = format!("{message} {field}");
    }
    let refusal = Refusal { status: status.as_u16(), code: body["code"].as_i64().unwrap_or(0), message };
    if status == StatusCode::TOO_MANY_REQUESTS {
        return Ended::NotDone(limited(&refusal.message, refusal.text(), told, clock::now()));
    }
    Ended::Refused(refusal)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ended(status: u16, text: &str) -> Ended {
        answered(StatusCode::from_u16(status).unwrap(), text, &Told::default())
    }

    #[test]
    fn only_a_readable_success_is_an_answer_and_only_a_refusal_is_known() {
        assert!(matches!(ended(201, r#"{"id":1}"#), Ended::Answered(_)));
        assert!(matches!(ended(204, ""), Ended::Answered(Value::Null)));
        assert!(matches!(ended(201, r#"{"id":"#), Ended::Unknown(_)));
        assert!(matches!(ended(502, "<html>"), Ended::Unknown(_)));
        assert!(matches!(ended(302, ""), Ended::Unknown(_)));
        assert!(matches!(ended(400, "{broken"), Ended::Refused(_)));
    }
}
