//! How the web answers: the heads that every answer carries, and answers that a browser may keep until they change.

use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, HeaderName, IF_NONE_MATCH};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use sha2::{Digest, Sha256};

/// A page.
pub(super) const HTML: &str = "text/html; charset=utf-8";
/// A style sheet.
pub(super) const CSS: &str = "text/css; charset=utf-8";
/// A picture.
pub(super) const SVG: &str = "image/svg+xml";
/// A calendar.
pub(super) const CALENDAR: &str = "text/calendar; charset=utf-8";
/// JSON.
pub(super) const JSON: &str = "application/json";
/// Plain text.
pub(super) const PLAIN: &str = "text/plain; charset=utf-8";

/// What every answer carries: nothing from elsewhere is loaded, run or framed, and nobody is told where a reader came from.
pub(super) const HEADS: [(HeaderName, HeaderValue); 6] = [
    (
        HeaderName::from_static("content-security-policy"),
        HeaderValue::from_static(
            "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
        ),
    ),
    (HeaderName::from_static("x-content-type-options"), HeaderValue::from_static("nosniff")),
    (HeaderName::from_static("referrer-policy"), HeaderValue::from_static("no-referrer")),
    (
        HeaderName::from_static("permissions-policy"),
        HeaderValue::from_static("camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
    ),
    (HeaderName::from_static("cross-origin-opener-policy"), HeaderValue::from_static("same-origin")),
    (HeaderName::from_static("x-frame-options"), HeaderValue::from_static("DENY")),
];

/// An answer that may be kept but is asked for again each time; if it is still the same, only that is said.
pub(super) fn kept(asked: &HeaderMap, content_type: &'static str, body: String) -> Response {
    // Weak, since the same content may go out compressed or not.
    let tag = format!("W/\"{}\"", hex(&Sha256::digest(&body)[..16]));
    let heads = [(CACHE_CONTROL, "no-cache"), (ETAG, tag.as_str())];
    if has_tag(asked, &tag) {
        return (StatusCode::NOT_MODIFIED, heads).into_response();
    }
    (heads, [(CONTENT_TYPE, content_type)], body).into_response()
}

/// An answer that holds for this moment only.
pub(super) fn fresh(status: StatusCode, content_type: &'static str, body: String) -> Response {
    (status, [(CACHE_CONTROL, "no-store"), (CONTENT_TYPE, content_type)], body).into_response()
}

/// Bytes as hexadecimal digits.
pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]).filter_map(|digit| char::from_digit(digit.into(), 16)).collect()
}

/// Whether the reader holds this content already (RFC 9110, 13.1.2: the comparison is weak).
fn has_tag(asked: &HeaderMap, tag: &str) -> bool {
    let bare = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
    let tags = asked.get_all(IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    tags.flat_map(|value| value.split(',')).any(|held| held.trim() == "*" || bare(held) == bare(tag))
}
