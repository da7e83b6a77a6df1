//! `GET /meetings/{id}`.

use jiff::Timestamp;
use serde_json::Value;

use crate::parameters::{self, Parameters};
use crate::zoom::errors::Refusal;
use crate::zoom::state::State;

/// Shows a meeting, or one occurrence of it.
pub(in crate::zoom) fn get(state: &mut State, name: &str, query: &Parameters, now: Timestamp) -> Result<Value, Refusal> {
    let id = state.existing_meeting(name, now)?;
    let start_url = state.start_url(id);
    let meeting = state.meetings.get(&id).ok_or_else(|| Refusal::no_meeting(name))?;
    match parameters::get(query, "occurrence_id") {
        None | Some("") => {
            let previous = parameters::get(query, "show_previous_occurrences") == Some("true");
            Ok(meeting.whole(&start_url, now, previous))
        }
        Some(wanted) => meeting
            .occurrences
            .iter()
            .find(|occurrence| occurrence.id == wanted && !occurrence.deleted)
            .map(|occurrence| meeting.whole_at(occurrence, &start_url, now))
            .ok_or_else(|| Refusal::parameter("occurrence_id")),
    }
}
