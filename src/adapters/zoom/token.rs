//! Tokens of a Server-to-Server OAuth app: asking for one, what it allows, and why there is none.

use std::time::{Duration, Instant};

use jiff::SignedDuration;
use reqwest::StatusCode;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde_json::Value;

use super::door::ZoomSettings;
use crate::adapters::clock;
use crate::domain::finding::Flaw;
use crate::domain::limits::zoom::{DENIED_WAIT, TOKEN_MARGIN};
use crate::domain::outcome::Why;

/// What Loket's calls need: the granular scope, the classic one that suffices too, and what it is for.
pub const NEEDED: [(&str, &str, &str); 7] = [
    ("meeting:read:list_meetings:admin", "meeting:read:admin", "to see when an account is taken"),
    ("meeting:read:meeting:admin", "meeting:read:admin", "to read a meeting back"),
    ("meeting:write:meeting:admin", "meeting:write:admin", "to make meetings"),
    ("meeting:update:meeting:admin", "meeting:write:admin", "to move meetings"),
    ("meeting:delete:meeting:admin", "meeting:write:admin", "to cancel meetings"),
    (USER, "user:read:admin", "to see that an account is there and licensed"),
    (SETTINGS, "user:read:admin", "to see how many people an account holds"),
];
/// The scope by which an account is looked up.
pub const USER: &str = "user:read:user:admin";
/// The scope by which an account's settings are read.
pub const SETTINGS: &str = "user:read:settings:admin";
/// The scope by which the settings locked for everybody are read. No run needs it.
pub const LOCKS: &str = "account:read:lock_settings:admin";

/// A token.
#[derive(Debug, Clone)]
pub(super) struct Token {
    pub(super) text: SecretString,
    pub(super) ends_at: Instant,
    /// What it allows, where Zoom says so.
    pub(super) scopes: Option<Scopes>,
}

/// What a token allows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scopes(Vec<String>);

impl Scopes {
    /// Whether a call with this granular or classic scope is allowed. `master` includes `admin`.
    pub fn allow(&self, granular: &str, classic: &str) -> bool {
        let same = |scope: &str, wanted: &str| {
            scope == wanted || scope.strip_suffix(":master").is_some_and(|bare| wanted.strip_suffix(":admin") == Some(bare))
        };
        self.0.iter().any(|scope| same(scope, granular) || same(scope, classic))
    }
}

#[derive(Deserialize)]
struct TokenAnswer {
    access_token: SecretString,
    expires_in: Option<u64>,
    scope: Option<String>,
}

/// Why there is no token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NoToken {
    /// Zoom cannot be reached, or fails.
    Down(String),
    /// Client id or secret are wrong.
    Client(String),
    /// The app is of another kind, or is not active.
    App(String),
    /// The account's id is wrong.
    Account(String),
}

impl NoToken {
    /// What is wrong, and how to mend it.
    pub fn flaw(&self) -> Flaw {
        let app = "in the Zoom App Marketplace under Manage, your Server-to-Server OAuth app";
        match self {
            NoToken::Down(text) => Flaw::new(text, DOWN_MEND),
            NoToken::Client(text) => Flaw::new(
                format!("Zoom does not know the app ({text})"),
                format!(
                    "put Client ID and Client Secret from App Credentials, {app}, into `zoom.client_id` and `zoom.client_secret`"
                ),
            ),
            NoToken::App(text) => Flaw::new(
                format!("Zoom gives the app no token ({text})"),
                "make a Server-to-Server OAuth app in the Zoom App Marketplace, or activate it there under Activation".to_owned(),
            ),
            NoToken::Account(text) => Flaw::new(
                format!("Zoom refuses the account ({text})"),
                format!("put Account ID from App Credentials, {app}, into `zoom.account_id`; see that the app is activated"),
            ),
        }
    }

    /// As the reason of a call that was not made.
    pub(super) fn why(&self) -> Why {
        let wait = if matches!(self, NoToken::Down(_)) { None } else { Some(DENIED_WAIT) };
        Why::Later(self.flaw().to_string(), wait)
    }
}

/// What to do when Zoom does not answer.
pub(super) const DOWN_MEND: &str =
    "see that this machine reaches Zoom (network, proxy, DNS, `zoom.oauth_endpoint`, `zoom.api_endpoint`), and try again";

/// Asks for a token; also how far this machine's clock is ahead of Zoom's.
pub(super) async fn ask(client: &reqwest::Client, settings: &ZoomSettings) -> (Result<Token, NoToken>, Option<SignedDuration>) {
    let form = [("grant_type", "account_credentials"), ("account_id", settings.account_id.as_str())];
    let request = client
        .post(&settings.oauth_endpoint)
        .basic_auth(&settings.client_id, Some(settings.client_secret.expose_secret()))
        .form(&form);
    let asked_at = Instant::now();
    let response = match request.send().await {
        Ok(response) => response,
        Err(error) if error.is_timeout() => return (Err(NoToken::Down("Zoom gives no token in time".into())), None),
        Err(_) => return (Err(NoToken::Down("cannot reach Zoom for a token".into())), None),
    };
    let ahead = response.headers().get("date").and_then(|date| clock::ahead_of(date.to_str().ok()?));
    let status = response.status();
    let Ok(text) = response.text().await else {
        return (Err(NoToken::Down("cannot read Zoom's answer to the request for a token".into())), ahead);
    };
    (answered(status, &text, asked_at), ahead)
}

fn answered(status: StatusCode, text: &str, asked_at: Instant) -> Result<Token, NoToken> {
    if status.is_client_error() && status != StatusCode::TOO_MANY_REQUESTS {
        let body: Value = serde_json::from_str(text).unwrap_or_default();
        let reason = body["reason"].as_str().unwrap_or("no reason given").chars().take(200).collect::<String>();
        let told = format!("HTTP {}: {reason}", status.as_u16());
        let inactive = ["disabled", "deactivated", "not activated", "4717", "4738"].iter().any(|word| reason.contains(word));
        return Err(match body["error"].as_str() {
            Some("invalid_client") => NoToken::Client(told),
            Some("unsupported_grant_type" | "unauthorized_client") => NoToken::App(told),
            _ if inactive => NoToken::App(told),
            None if status == StatusCode::UNAUTHORIZED => NoToken::Client(told),
            _ => NoToken::Account(told),
        });
    }
    let answer: TokenAnswer = serde_json::from_str(text)
        .map_err(|_| NoToken::Down(format!("Zoom gives no readable token (HTTP {})", status.as_u16())))?;
    let life = Duration::from_secs(answer.expires_in.unwrap_or(3600));
    let ends_at = asked_at + life.saturating_sub(TOKEN_MARGIN.min(life / 2));
    let scopes = answer.scope.map(|text| text.split([' ', ',']).filter(|s| !s.is_empty()).map(str::to_owned).collect());
    let scopes = scopes.filter(|list: &Vec<String>| !list.is_empty()).map(Scopes);
    Ok(Token { text: answer.access_token, ends_at, scopes })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_refusal_names_the_setting_that_is_wrong() {
        let mend = |status: u16, body: &str| {
            answered(StatusCode::from_u16(status).unwrap(), body, Instant::now()).unwrap_err().flaw().mend
        };
        let client = r#"{"reason":"Invalid client_id or client_secret","error":"invalid_client"}"#;
        assert!(mend(400, client).contains("`zoom.client_secret`"));
        assert!(mend(400, r#"{"reason":"Bad Request","error":"invalid_request"}"#).contains("`zoom.account_id`"));
        assert!(
            mend(400, r#"{"reason":"unsupported grant type","error":"unsupported_grant_type"}"#).contains("Server-to-Server")
        );
        assert!(mend(503, "<html>").contains("`zoom.oauth_endpoint`"));
    }

    #[test]
    fn classic_granular_and_master_scopes_suffice() {
        let scopes = |text: &str| {
            let body = format!(r#"{{"access_token":"x","scope":"{text}"}}"#);
            answered(StatusCode::OK, &body, Instant::now()).unwrap().scopes
        };
        let (granular, classic, _) = NEEDED[2];
        for text in ["meeting:write:meeting:admin", "a meeting:write:admin", "meeting:write:meeting:master"] {
            assert!(scopes(text).unwrap().allow(granular, classic), "{text}");
        }
        assert!(!scopes("meeting:write:meeting meeting:read:admin").unwrap().allow(granular, classic));
        assert_eq!(scopes(""), None);
    }
}
