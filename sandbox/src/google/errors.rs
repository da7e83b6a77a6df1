//! Error bodies as the API sends them (shapes recorded; wordings as far as known).

use serde_json::{Value, json};

/// An error answer: HTTP status, canonical status word, message, and optional details.
#[derive(Clone, Debug, PartialEq)]
pub struct ApiError {
    /// HTTP status code.
    pub code: u16,
    /// Canonical code, such as `INVALID_ARGUMENT`.
    pub status: &'static str,
    /// The message for people.
    pub message: String,
    /// `google.rpc` detail messages, possibly none.
    pub details: Vec<Value>,
}

impl std::fmt::Display for ApiError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}: {}", self.code, self.status, self.message)
    }
}

impl std::error::Error for ApiError {}

impl ApiError {
    /// 400 `INVALID_ARGUMENT` without details.
    pub fn invalid(message: impl Into<String>) -> ApiError {
        ApiError { code: 400, status: "INVALID_ARGUMENT", message: message.into(), details: Vec::new() }
    }

    /// 400 `INVALID_ARGUMENT` with a `BadRequest` detail (recorded); each violation is a field, possibly empty, and its description.
    pub fn bad_request(violations: &[(String, String)]) -> ApiError {
        let message = violations.iter().map(|(_, d)| d.as_str()).collect::<Vec<_>>().join("\n");
        let list: Vec<Value> = violations
            .iter()
            .map(|(field, description)| {
                if field.is_empty() {
                    json!({"description": description})
                } else {
                    json!({"field": field, "description": description})
                }
            })
            .collect();
        ApiError {
            details: vec![json!({"@type": "type.googleapis.com/google.rpc.BadRequest", "fieldViolations": list})],
            ..ApiError::invalid(message)
        }
    }

    /// 403 `PERMISSION_DENIED` as recorded: not shared.
    pub fn permission() -> ApiError {
        ApiError {
            code: 403,
            status: "PERMISSION_DENIED",
            message: "The caller does not have permission".to_owned(),
            details: Vec::new(),
        }
    }

    /// 404 `NOT_FOUND` as recorded.
    pub fn not_found() -> ApiError {
        ApiError { code: 404, status: "NOT_FOUND", message: "Requested entity was not found.".to_owned(), details: Vec::new() }
    }

    /// The body; `v1` adds the list of the older error format (`$.xgafv=1`).
    pub fn body(&self, v1: bool) -> Value {
        let mut error = json!({"code": self.code, "message": self.message, "status": self.status});
        if v1 {
            let reason = match self.code {
                401 => "authError",
                403 => "forbidden",
                404 => "notFound",
                429 => "rateLimitExceeded",
                _ => "badRequest",
            };
            error["errors"] = json!([{"message": self.message, "domain": "global", "reason": reason}]);
        }
        if !self.details.is_empty() {
            error["details"] = Value::Array(self.details.clone());
        }
        json!({"error": error})
    }
}
