//! How Zoom refuses: `{"code","message"}`, for validation with `errors`, and its rate limits with their headers.

use axum::Json;
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

/// A refusal.
#[derive(Clone, Debug)]
pub(super) struct Refusal {
    /// The HTTP status.
    pub(super) status: StatusCode,
    /// Zoom's code in the body.
    pub(super) code: i64,
    /// Zoom's message.
    pub(super) message: String,
    /// The fields that are wrong, if it is about fields: name and message.
    pub(super) fields: Vec<(String, String)>,
    /// Headers beyond the usual.
    pub(super) headers: Vec<(&'static str, String)>,
}

impl Refusal {
    /// A refusal with status, code and message.
    pub(super) fn new(status: StatusCode, code: i64, message: impl Into<String>) -> Self {
        Self { status, code, message: message.into(), fields: Vec::new(), headers: Vec::new() }
    }

    /// 400 with code and message.
    pub(super) fn bad(code: i64, message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, code, message)
    }

    /// 400/300 about one parameter.
    pub(super) fn parameter(name: &str) -> Self {
        Self::bad(300, format!("Invalid parameter: `{name}`."))
    }

    /// 400/300 naming every wrong field.
    pub(super) fn fields(fields: Vec<(String, String)>) -> Self {
        Self { fields, ..Self::bad(300, "Validation Failed.") }
    }

    /// 401/124.
    pub(super) fn token(message: &str) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, 124, message)
    }

    /// 404/1001.
    pub(super) fn no_user(user: &str) -> Self {
        Self::new(StatusCode::NOT_FOUND, 1001, format!("User does not exist: {user}."))
    }

    /// 404/3001.
    pub(super) fn no_meeting(meeting: &str) -> Self {
        Self::new(StatusCode::NOT_FOUND, 3001, format!("Meeting does not exist: {meeting}."))
    }

    /// The body.
    fn body(&self) -> Value {
        let mut body = json!({"code": self.code, "message": self.message});
        if !self.fields.is_empty() {
            let errors = self.fields.iter().map(|(field, message)| json!({"field": field, "message": message}));
            body["errors"] = errors.collect();
        }
        body
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let mut response = (self.status, Json(self.body())).into_response();
        for (name, value) in self.headers {
            if let Ok(value) = HeaderValue::from_str(&value) {
                response.headers_mut().insert(HeaderName::from_static(name), value);
            }
        }
        response
    }
}
