//! `PUT /meetings/{id}/status`: end a live meeting, recover a deleted one.

use jiff::Timestamp;
use serde_json::Value;

use crate::zoom::errors::Refusal;
use crate::zoom::state::State;

/// Ends or recovers.
pub(in crate::zoom) fn change(state: &mut State, name: &str, body: &[u8], now: Timestamp) -> Result<(), Refusal> {
    let body: Value = serde_json::from_slice(body).unwrap_or_default();
    let id: u64 = name.parse().map_err(|_| Refusal::no_meeting(name))?;
    match body["action"].as_str() {
        Some("end") => {
            state.existing_meeting(name, now)?;
            // Ending one that is not live changes nothing.
            state.end(id, now);
            Ok(())
        }
        Some("recover") if state.recover(id, now) => Ok(()),
        Some("recover") => Err(Refusal::no_meeting(name)),
        _ => Err(Refusal::parameter("action")),
    }
}
