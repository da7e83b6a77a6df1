//! `/users`: the list, one user, and a user's settings.

use jiff::Timestamp;
use serde_json::Value;

use crate::parameters::{self, Parameters};
use crate::zoom::errors::Refusal;
use crate::zoom::host::Host;
use crate::zoom::paging;
use crate::zoom::state::State;

/// The largest page of users.
const PAGE_MAX: usize = 2000;

/// `GET /users`.
pub(super) fn list(state: &mut State, query: &Parameters, now: Timestamp) -> Result<Value, Refusal> {
    let status = parameters::get(query, "status").filter(|status| !status.is_empty()).unwrap_or("active");
    if !["active", "inactive", "pending"].contains(&status) {
        return Err(Refusal::parameter("status"));
    }
    let users = state.hosts.iter().filter(|host| host.spec.standing.word() == status).map(Host::in_list);
    let users = users.collect();
    paging::page(state, (format!("users {status}"), "users"), query, users, PAGE_MAX, now)
}

/// `GET /users/{id}`.
pub(super) fn get(state: &State, user: &str) -> Result<Value, Refusal> {
    Ok(state.existing_host(user)?.alone(&state.credentials.account_id))
}

/// `GET /users/{id}/settings`.
pub(super) fn settings(state: &State, user: &str, query: &Parameters) -> Result<Value, Refusal> {
    let host = state.existing_host(user)?;
    match parameters::get(query, "option") {
        None | Some("") => Ok(host.settings()),
        Some("meeting_security") => Ok(host.security()),
        Some("meeting_authentication") => Ok(serde_json::json!({"meeting_authentication": false})),
        Some("recording_authentication") => Ok(serde_json::json!({"recording_authentication": false})),
        Some(_) => Err(Refusal::parameter("option")),
    }
}
