//! What an account may do: its licence and how many people it holds.

use reqwest::Method;
use serde_json::Value;

use super::door::{Label, Refusal, ZoomDoor};
use crate::domain::limits::DEFAULT_CAPACITY;
use crate::domain::outcome::{Outcome, Why};

/// Zoom's number for a licensed user (API reference, "Get a user", `type`).
pub(super) const LICENSED: i64 = 2;

/// Facts of an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Account {
    /// Its meetings are not cut off after 40 minutes.
    pub licensed: bool,
    /// How many people it holds, a large-meeting add-on counted.
    pub capacity: u32,
}

impl ZoomDoor {
    /// Looks an account up.
    pub async fn account(&self, email: &str) -> Outcome<Account> {
        let path = format!("/users/{}", encode(email));
        let user = match self.call("users.get", Label::Light, Method::GET, &path, None).await.outcome(|r| refused(email, &r)) {
            Outcome::Done(body) => body,
            Outcome::NotDone(why) => return Outcome::NotDone(why),
            Outcome::Unknown(why) => return Outcome::NotDone(Why::Later(why, None)),
        };
        if let Some(status) = user["status"].as_str().filter(|status| *status != "active") {
            return Outcome::NotDone(Why::HostUnusable(not_active(email, status)));
        }
        let path = format!("/users/{}/settings", encode(email));
        let settings = self.call("users.settings", Label::Medium, Method::GET, &path, None).await;
        let licensed = user["type"].as_i64() == Some(LICENSED);
        settings.outcome(|r| refused(email, &r)).map(|body| Account { licensed, capacity: capacity(&body["feature"]) })
    }
}

/// An account that is there and may not be used.
pub(super) fn not_active(email: &str, status: &str) -> String {
    format!("the Zoom account {email} is not active: its status is `{status}`")
}

pub(super) fn capacity(feature: &Value) -> u32 {
    let number = |key: &str| feature[key].as_u64().and_then(|n| u32::try_from(n).ok());
    let large = if feature["large_meeting"].as_bool() == Some(true) { number("large_meeting_capacity") } else { None };
    number("meeting_capacity").max(large).unwrap_or(DEFAULT_CAPACITY)
}

/// Whether the account itself is what Zoom does not find.
pub(super) fn is_absent(refusal: &Refusal) -> bool {
    refusal.status == 404 || matches!(refusal.code, 1001 | 1010 | 1120)
}

/// An account that Zoom does not find.
pub(super) fn absent(email: &str, refusal: &Refusal) -> String {
    format!("the Zoom account {email} cannot be used: {}", refusal.text())
}

fn refused(email: &str, refusal: &Refusal) -> Why {
    if is_absent(refusal) { Why::HostUnusable(absent(email, refusal)) } else { Why::Refused(refusal.text()) }
}

/// An address as part of a path.
pub(super) fn encode(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}
