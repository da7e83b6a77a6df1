//! `PATCH /meetings/{id}`: what the body says changes, the rest stays; a past start is silently ignored.

use jiff::Timestamp;

use crate::parameters::{self, Parameters};
use crate::zoom::errors::Refusal;
use crate::zoom::meeting::Meeting;
use crate::zoom::meetings::fields::Fields;
use crate::zoom::settings;
use crate::zoom::state::State;

/// Changes a meeting, or one occurrence of it.
pub(in crate::zoom) fn update(
    state: &mut State,
    name: &str,
    query: &Parameters,
    body: &[u8],
    now: Timestamp,
) -> Result<(), Refusal> {
    let id = state.existing_meeting(name, now)?;
    let Some(mut meeting) = state.meetings.get(&id).cloned() else { return Err(Refusal::no_meeting(name)) };
    state.limits.check_host(&meeting.host_id, now)?;
    let fields = Fields::read(state, body, &meeting.time_zone)?;
    fields.check_alternative_hosts(state)?;
    if let Some(wanted) = parameters::get(query, "occurrence_id").filter(|wanted| !wanted.is_empty()) {
        change_occurrence(&mut meeting, wanted, &fields, now)?;
        state.limits.count_host(&meeting.host_id, now);
        state.meetings.insert(id, meeting);
        return Ok(());
    }
    state.limits.count_host(&meeting.host_id, now);
    if let Some(other) = &fields.schedule_for {
        let host = state.scheduling_host(other)?;
        meeting.host_id = host.id;
        meeting.host_email = host.spec.email;
    }
    let host = state.existing_host(&meeting.host_id)?;
    if let Some(kind) = fields.kind {
        meeting.kind = kind;
    }
    let start_at = fields.start_at.filter(|start| *start >= now);
    let laid_out_anew = start_at.is_some() || fields.recurrence.is_some() || fields.duration_min.is_some();
    if let Some(start) = start_at {
        meeting.start_at = Some(start);
    }
    if let Some(topic) = fields.topic {
        meeting.topic = topic;
    }
    if let Some(agenda) = fields.agenda {
        meeting.agenda = agenda;
    }
    if let Some(minutes) = fields.duration_min {
        meeting.duration_min = minutes;
    }
    if let Some(zone) = fields.time_zone.filter(|zone| !zone.is_empty()) {
        meeting.time_zone = zone;
    }
    if let Some(recurrence) = fields.recurrence {
        meeting.recurrence = Some(recurrence);
    }
    if laid_out_anew {
        meeting.lay_out();
    }
    if let Some(tracking_fields) = fields.tracking {
        meeting.tracking_fields = tracking_fields;
    }
    meeting.settings = settings::in_force(&host, &meeting.settings, &fields.settings);
    if let Some(password) = fields.password.filter(|password| *password != meeting.password) {
        state.set_password(&mut meeting, &host, password);
    }
    state.meetings.insert(id, meeting);
    Ok(())
}

/// Changes one occurrence: its start and duration.
fn change_occurrence(meeting: &mut Meeting, wanted: &str, fields: &Fields, now: Timestamp) -> Result<(), Refusal> {
    let occurrence = meeting.occurrences.iter_mut().find(|one| one.id == wanted && !one.deleted);
    let Some(occurrence) = occurrence else { return Err(Refusal::parameter("occurrence_id")) };
    if let Some(start) = fields.start_at.filter(|start| *start >= now) {
        occurrence.start_at = start;
    }
    if let Some(minutes) = fields.duration_min {
        occurrence.duration_min = minutes;
    }
    if let Some(agenda) = &fields.agenda {
        meeting.agenda.clone_from(agenda);
    }
    meeting.occurrences.sort_by_key(|one| one.start_at);
    Ok(())
}
