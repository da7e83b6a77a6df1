//! `POST /oauth/token` with `grant_type=account_credentials`, and the check of tokens.

use axum::Json;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use crate::parameters;
use crate::zoom::errors::Refusal;
use crate::zoom::routes::About;
use crate::zoom::state::{State, Token};

/// Hands out a token, or says why not. Parameters may stand in the query or in the form.
pub(super) fn grant(state: &mut State, query: &str, headers: &HeaderMap, body: &[u8], now: Timestamp) -> Response {
    let mut given = parameters::read(query);
    given.extend(parameters::read(&String::from_utf8_lossy(body)));
    let refuse =
        |reason: &str, error: &str| (StatusCode::BAD_REQUEST, Json(json!({"reason": reason, "error": error}))).into_response();
    if client(headers).as_ref() != Some(&(state.credentials.client_id.clone(), state.credentials.client_secret.clone())) {
        return refuse("Invalid client_id or client_secret", "invalid_client");
    }
    if parameters::get(&given, "grant_type") != Some("account_credentials") {
        return refuse("unsupported grant type", "unsupported_grant_type");
    }
    if parameters::get(&given, "account_id") != Some(state.credentials.account_id.as_str()) {
        return refuse("Bad Request", "invalid_request");
    }
    let token = format!("eyJ{}", state.word(240));
    if state.one_token {
        state.tokens.clear();
    }
    state.tokens.retain(|_, token| token.expires_at > now);
    let lives = SignedDuration::from_secs(state.token_lifetime_s);
    state.tokens.insert(token.clone(), Token { expires_at: now + lives, scopes: state.scopes.clone() });
    let mut answer = json!({
        "access_token": token,
        "token_type": "bearer",
        "expires_in": (state.token_lifetime_s - 1).max(0),
        "api_url": "https://api.zoom.us",
    });
    if state.tells_scopes {
        answer["scope"] = state.scopes.join(" ").into();
    }
    Json(answer).into_response()
}

/// Checks the call's token, and that it holds one of the endpoint's scopes.
pub(super) fn check(state: &State, headers: &HeaderMap, about: &About, now: Timestamp) -> Result<(), Refusal> {
    let authorization = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let (scheme, token) = authorization.split_once(' ').unwrap_or((authorization, ""));
    if !scheme.eq_ignore_ascii_case("bearer") || token.trim().is_empty() {
        return Err(Refusal::token("Invalid access token."));
    }
    let Some(token) = state.tokens.get(token.trim()) else { return Err(Refusal::token("Invalid access token.")) };
    if token.expires_at <= now {
        return Err(Refusal::token("Access token is expired."));
    }
    if !token.scopes.iter().any(|scope| scope == about.classic || scope == about.granular) {
        return Err(Refusal::bad(4711, format!("Invalid access token, does not contain scopes:[{}].", about.granular)));
    }
    Ok(())
}

/// Client id and secret of the basic authorization.
fn client(headers: &HeaderMap) -> Option<(String, String)> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, code) = value.split_once(' ')?;
    let words = String::from_utf8(STANDARD.decode(code.trim()).ok()?).ok()?;
    let (id, secret) = words.split_once(':')?;
    scheme.eq_ignore_ascii_case("basic").then(|| (id.to_owned(), secret.to_owned()))
}
