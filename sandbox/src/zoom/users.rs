//! `/users`: the list, one user, a user's settings; and what the account locks of them.

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

/// `GET /accounts/{id}/lock_settings`: which settings are locked for everybody, not how they are set. `me` is the own account.
pub(super) fn locks(state: &State, account: &str) -> Result<Value, Refusal> {
    if account != "me" && account != state.credentials.account_id {
        return Err(Refusal::new(axum::http::StatusCode::NOT_FOUND, 2001, format!("Account does not exist: {account}.")));
    }
    let any = |locked: fn(&Host) -> bool| state.hosts.iter().any(locked);
    let waiting_room = any(|host| host.spec.locked_waiting_room.is_some());
    Ok(serde_json::json!({
        "schedule_meeting": {
            "host_video": false,
            "participant_video": false,
            "join_before_host": any(|host| host.spec.locked_join_before_host.is_some()),
        },
        "in_meeting": {"chat": false, "waiting_room": waiting_room},
        "meeting_security": {"waiting_room": waiting_room},
        "email_notification": {"jbh_reminder": false},
        "recording": {"local_recording": false, "cloud_recording": false},
        "telephony": {"third_party_audio": false},
    }))
}
