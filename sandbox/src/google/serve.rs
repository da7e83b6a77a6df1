//! The HTTP side: the token endpoint, and which path is which method of the Sheets API.
//! Order of refusals: credentials, API enabled, scope, quota, body and query, sharing, then the method itself.

use std::io::Write as _;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{any, post};
use flate2::Compression;
use flate2::write::GzEncoder;
use percent_encoding::percent_decode_str;
use serde_json::{Value, json};

use crate::google::errors::ApiError;
use crate::google::fields;
use crate::google::grid::Actor;
use crate::google::schema::{self, Query};
use crate::google::token::{self, PROJECT_NUMBER, Token};
use crate::google::world::{Call, World};
use crate::google::{Google, Sharing};
use crate::serve::Plain;

/// `POST /token` and everything below `/v4/spreadsheets`.
pub(crate) fn router(google: Google) -> Router {
    Router::new()
        .route("/token", post(hand_out))
        .route("/v4/spreadsheets", any(sheets))
        .route("/v4/spreadsheets/{*rest}", any(sheets))
        .layer(DefaultBodyLimit::disable())
        .layer(middleware::from_fn(compressed))
        .with_state(google)
}

/// Google compresses for who asks for it in both ways that it wants (its page "Performance tips"): `Accept-Encoding: gzip`, and the
/// word `gzip` in the user agent.
async fn compressed(request: Request, next: Next) -> Response {
    let asked = asks_for_gzip(request.headers());
    let answer = next.run(request).await;
    if !asked {
        return answer;
    }
    let (mut head, body) = answer.into_parts();
    let Ok(plain) = axum::body::to_bytes(body, usize::MAX).await else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    let packed = encoder.write_all(&plain).and_then(|()| encoder.finish());
    let Ok(packed) = packed else { return StatusCode::INTERNAL_SERVER_ERROR.into_response() };
    head.headers.remove(header::CONTENT_LENGTH);
    head.headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    head.headers.insert(header::VARY, HeaderValue::from_static("Accept-Encoding"));
    head.extensions.insert(Plain(plain.len()));
    Response::from_parts(head, Body::from(packed))
}

fn asks_for_gzip(headers: &HeaderMap) -> bool {
    let says = |name| headers.get(name).and_then(|value| value.to_str().ok()).is_some_and(|value| value.contains("gzip"));
    says(header::ACCEPT_ENCODING) && says(header::USER_AGENT)
}

/// Pairs of a query or a form: `+` is a space.
fn pairs(text: &str) -> Vec<(String, String)> {
    let decode = |part: &str| percent_decode_str(&part.replace('+', " ")).decode_utf8_lossy().into_owned();
    text.split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| pair.split_once('=').map_or((decode(pair), String::new()), |(n, v)| (decode(n), decode(v))))
        .collect()
}

async fn hand_out(State(google): State<Google>, body: Bytes) -> Response {
    let (seed, audience, now) = google.with(|world| (world.seed, world.token_uri(), world.now()));
    let answer = match token::check(&pairs(&String::from_utf8_lossy(&body)), seed, &audience, now) {
        Ok(scopes) => google.with(|world| {
            let expires_at = now + jiff::SignedDuration::from_secs(world.token_seconds);
            let text = token::text(&mut world.rng);
            world.tokens.retain(|_, t| t.expires_at > now);
            world.tokens.insert(text.clone(), Token { scopes, expires_at });
            // One second less than it lives, as seen in practice.
            let expires_in = (world.token_seconds - 1).max(0);
            (StatusCode::OK, json!({"access_token": text, "expires_in": expires_in, "token_type": "Bearer"}))
        }),
        Err((status, error, why)) => {
            (StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_REQUEST), json!({"error": error, "error_description": why}))
        }
    };
    let headers = [(header::CONTENT_TYPE, "application/json; charset=utf-8"), (header::CACHE_CONTROL, "no-store")];
    (answer.0, headers, pretty(&answer.1)).into_response()
}

fn pretty(value: &Value) -> String {
    format!("{value:#}\n")
}

/// A path taken apart: the method's id, the spreadsheet, and the rest of the path that the method takes.
#[derive(Debug, PartialEq, Eq)]
struct Route {
    method: &'static str,
    spreadsheet: String,
    part: String,
}

fn route(method: &Method, path: &str) -> Option<Route> {
    let decode = |text: &str| percent_decode_str(text).decode_utf8().ok().map(std::borrow::Cow::into_owned);
    let rest = path.strip_prefix("/v4/spreadsheets")?;
    let verb = method.as_str();
    let Some(rest) = rest.strip_prefix('/') else {
        let create = Route { method: "create", spreadsheet: String::new(), part: String::new() };
        return (rest.is_empty() && verb == "POST").then_some(create);
    };
    let (head, tail) = rest.split_once('/').map_or((rest, None), |(h, t)| (h, Some(t)));
    let found =
        |method, spreadsheet: &str, part: &str| Some(Route { method, spreadsheet: decode(spreadsheet)?, part: decode(part)? });
    let Some(tail) = tail else {
        return match (verb, head.rsplit_once(':')) {
            ("POST", Some((id, "batchUpdate"))) => found("batchUpdate", id, ""),
            ("POST", Some((id, "getByDataFilter"))) => found("getByDataFilter", id, ""),
            ("GET", None) => found("get", head, ""),
            _ => None,
        };
    };
    if let Some(range) = tail.strip_prefix("values/") {
        return match verb {
            "GET" => found("values.get", head, range),
            "PUT" => found("values.update", head, range),
            "POST" => match (range.strip_suffix(":append"), range.strip_suffix(":clear")) {
                (Some(range), _) => found("values.append", head, range),
                (_, Some(range)) => found("values.clear", head, range),
                _ => None,
            },
            _ => None,
        };
    }
    if let Some(id) = tail.strip_prefix("developerMetadata/").filter(|_| verb == "GET") {
        return found("developerMetadata.get", head, id);
    }
    if let Some(id) = tail.strip_prefix("sheets/").and_then(|t| t.strip_suffix(":copyTo")).filter(|_| verb == "POST") {
        return found("sheets.copyTo", head, id);
    }
    match (verb, tail) {
        ("GET", "values:batchGet") => found("values.batchGet", head, ""),
        ("POST", "values:batchGetByDataFilter") => found("values.batchGetByDataFilter", head, ""),
        ("POST", "values:batchUpdate") => found("values.batchUpdate", head, ""),
        ("POST", "values:batchUpdateByDataFilter") => found("values.batchUpdateByDataFilter", head, ""),
        ("POST", "values:batchClear") => found("values.batchClear", head, ""),
        ("POST", "values:batchClearByDataFilter") => found("values.batchClearByDataFilter", head, ""),
        ("POST", "developerMetadata:search") => found("developerMetadata.search", head, ""),
        _ => None,
    }
}

/// Whether a method counts as a write ("any method that changes").
fn writes(method: &str) -> bool {
    !matches!(
        method,
        "get"
            | "getByDataFilter"
            | "values.get"
            | "values.batchGet"
            | "values.batchGetByDataFilter"
            | "developerMetadata.get"
            | "developerMetadata.search"
    )
}

async fn sheets(State(google): State<Google>, method: Method, uri: Uri, headers: HeaderMap, body: Bytes) -> Response {
    let Some(route) = route(&method, uri.path()) else { return nowhere(uri.path()) };
    let query = pairs(uri.query().unwrap_or_default());
    let option = |name: &str| query.iter().rev().find(|(n, _)| n == name).map(|(_, v)| v.as_str());
    let compact = option("prettyPrint").is_some_and(|v| v.eq_ignore_ascii_case("false"));
    let print = |value: &Value| if compact { value.to_string() } else { pretty(value) };
    let bearer = headers
        .get(header::AUTHORIZATION)
        .and_then(|v| v.to_str().ok())
        .and_then(|v| v.split_once(' '))
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
        .map(|(_, token)| token.trim().to_owned())
        .or_else(|| option("access_token").or(option("oauth_token")).map(str::to_owned));
    let done = google.with(|world| carry_out(world, &route, &query, bearer.as_deref(), &body));
    let shared =
        [(header::CONTENT_TYPE, "application/json; charset=UTF-8"), (header::SERVER, "ESF"), (header::CACHE_CONTROL, "private")];
    match done {
        Ok(value) => (StatusCode::OK, shared, print(&value)).into_response(),
        Err(error) => {
            let status = StatusCode::from_u16(error.code).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            let text = print(&error.body(option("$.xgafv") == Some("1")));
            let mut response = (status, shared, text).into_response();
            if error.code == 401 {
                let mut challenge = "Bearer realm=\"https://accounts.google.com/\"".to_owned();
                if bearer.is_some() {
                    challenge.push_str(", error=\"invalid_token\"");
                }
                let value = challenge.parse().expect("plain ASCII");
                response.headers_mut().insert(header::WWW_AUTHENTICATE, value);
            }
            response
        }
    }
}

/// Google answers an unknown path with a page.
fn nowhere(path: &str) -> Response {
    let shown: String = path.chars().filter(|c| !matches!(c, '<' | '>' | '&')).collect();
    let page = format!(
        "<!DOCTYPE html>\n<html lang=en>\n<title>Error 404 (Not Found)!!1</title>\n<p>The requested URL <code>{shown}</code> \
         was not found on this server.\n"
    );
    (StatusCode::NOT_FOUND, [(header::CONTENT_TYPE, "text/html; charset=UTF-8")], page).into_response()
}

fn carry_out(
    world: &mut World,
    route: &Route,
    pairs: &[(String, String)],
    bearer: Option<&str>,
    body: &[u8],
) -> Result<Value, ApiError> {
    admit(world, route.method, bearer)?;
    let body = parsed(body)?;
    let query = Query::check(route.method, pairs)?;
    let prefix = if matches!(route.method, "values.update" | "values.append") { "data" } else { "" };
    let body = schema::check_body(route.method, &body, prefix)?;
    let mask = match query.text("fields").filter(|f| !f.is_empty()) {
        Some(text) => Some(fields::for_answer(Some(text), schema::response_of(route.method))?),
        None => None,
    };
    if route.method != "create" && !world.documents.contains_key(&route.spreadsheet) {
        return Err(ApiError::not_found());
    }
    let shared = if route.spreadsheet == world.responses { world.switches.sharing } else { Sharing::Writer };
    if shared == Sharing::None || (shared == Sharing::Reader && writes(route.method)) {
        return Err(ApiError::permission());
    }
    let call =
        Call { method: route.method, part: &route.part, query: &query, body: &body, mask: mask.as_ref(), actor: Actor::Service };
    let answer = world.carry_out(&route.spreadsheet, &call)?;
    Ok(mask.map_or(answer.clone(), |m| m.apply(answer)))
}

/// Credentials, enabled API, scope and quota.
fn admit(world: &mut World, method: &str, bearer: Option<&str>) -> Result<(), ApiError> {
    let now = world.now();
    let live = bearer.and_then(|text| world.tokens.get(text)).filter(|t| t.expires_at > now);
    let Some(token) = live else { return Err(unauthenticated(bearer.is_some())) };
    if !world.switches.api_enabled {
        return Err(disabled());
    }
    if !token.may(schema::accepts_readonly(method)) {
        return Err(insufficient(method));
    }
    let switches = world.switches.clone();
    world.quota.count(writes(method), now, &switches)
}

/// The body as JSON; nothing counts as an empty object.
fn parsed(body: &[u8]) -> Result<Value, ApiError> {
    if body.iter().all(u8::is_ascii_whitespace) {
        return Ok(json!({}));
    }
    serde_json::from_slice(body).map_err(|error| {
        // Google quotes the place; the wording after the first sentence differs.
        ApiError::bad_request(&[(String::new(), format!("Invalid JSON payload received. {error}"))])
    })
}

fn unauthenticated(given: bool) -> ApiError {
    let (how, details) = if given {
        ("Request had invalid authentication credentials.", Vec::new())
    } else {
        let missing = error_info("CREDENTIALS_MISSING", &json!({"service": "sheets.googleapis.com"}));
        ("Request is missing required authentication credential.", vec![missing])
    };
    ApiError {
        code: 401,
        status: "UNAUTHENTICATED",
        message: format!(
            "{how} Expected OAuth 2 access token, login cookie or other valid authentication credential. See \
             https://developers.google.com/identity/sign-in/web/devconsole-project."
        ),
        details,
    }
}

fn error_info(reason: &str, metadata: &Value) -> Value {
    json!({
        "@type": "type.googleapis.com/google.rpc.ErrorInfo",
        "reason": reason,
        "domain": "googleapis.com",
        "metadata": metadata
    })
}

fn insufficient(method: &str) -> ApiError {
    let metadata = json!({
        "method": format!("google.apps.sheets.v4.SpreadsheetsService.{method}"),
        "service": "sheets.googleapis.com"
    });
    ApiError {
        code: 403,
        status: "PERMISSION_DENIED",
        message: "Request had insufficient authentication scopes.".to_owned(),
        details: vec![error_info("ACCESS_TOKEN_SCOPE_INSUFFICIENT", &metadata)],
    }
}

fn disabled() -> ApiError {
    let console =
        format!("https://console.developers.google.com/apis/api/sheets.googleapis.com/overview?project={PROJECT_NUMBER}");
    let metadata = json!({
        "service": "sheets.googleapis.com",
        "consumer": format!("projects/{PROJECT_NUMBER}"),
        "activationUrl": console
    });
    ApiError {
        code: 403,
        status: "PERMISSION_DENIED",
        message: format!(
            "Google Sheets API has not been used in project {PROJECT_NUMBER} before or it is disabled. Enable it by visiting \
             {console} then retry. If you enabled this API recently, wait a few minutes for the action to propagate to our \
             systems and retry."
        ),
        details: vec![error_info("SERVICE_DISABLED", &metadata)],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_lead_to_methods() {
        let check = |verb: &Method, path: &str, method: &str, part: &str| {
            let found = route(verb, path).unwrap_or_else(|| panic!("{path} leads somewhere"));
            assert_eq!((found.method, found.spreadsheet.as_str(), found.part.as_str()), (method, "ID", part), "{path}");
        };
        check(&Method::GET, "/v4/spreadsheets/ID", "get", "");
        check(&Method::POST, "/v4/spreadsheets/ID:batchUpdate", "batchUpdate", "");
        check(&Method::GET, "/v4/spreadsheets/ID/values/%27Sheet1%27%21A1", "values.get", "'Sheet1'!A1");
        check(&Method::GET, "/v4/spreadsheets/ID/values/a%2Fb!A1:B2", "values.get", "a/b!A1:B2");
        check(&Method::POST, "/v4/spreadsheets/ID/values/Sheet1!A1%3AB2:append", "values.append", "Sheet1!A1:B2");
        check(&Method::POST, "/v4/spreadsheets/ID/values/A1:B2:clear", "values.clear", "A1:B2");
        check(&Method::GET, "/v4/spreadsheets/ID/values:batchGet", "values.batchGet", "");
        check(&Method::GET, "/v4/spreadsheets/ID/developerMetadata/7", "developerMetadata.get", "7");
        assert_eq!(route(&Method::DELETE, "/v4/spreadsheets/ID"), None);
        assert_eq!(route(&Method::POST, "/v4/spreadsheets/ID/values/A1"), None);
    }
}
