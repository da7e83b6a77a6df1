//! `DELETE /meetings/{id}`: a second time it is 404/3001.

use jiff::Timestamp;

use crate::parameters::{self, Parameters};
use crate::zoom::errors::Refusal;
use crate::zoom::state::State;

/// Deletes a meeting, or one occurrence of it.
pub(in crate::zoom) fn delete(state: &mut State, name: &str, query: &Parameters, now: Timestamp) -> Result<(), Refusal> {
    let id = state.existing_meeting(name, now)?;
    let Some(meeting) = state.meetings.get_mut(&id) else { return Err(Refusal::no_meeting(name)) };
    if let Some(wanted) = parameters::get(query, "occurrence_id").filter(|wanted| !wanted.is_empty()) {
        let occurrence = meeting.occurrences.iter_mut().find(|one| one.id == wanted && !one.deleted);
        let Some(occurrence) = occurrence else { return Err(Refusal::parameter("occurrence_id")) };
        occurrence.deleted = true;
        return Ok(());
    }
    if meeting.is_live() {
        return Err(Refusal::bad(3002, "Sorry, you cannot delete this meeting since it's in progress."));
    }
    state.delete(id, now);
    Ok(())
}
