//! What a ticket needs next: the whole of the deciding in one pure function.

use std::collections::HashSet;

use jiff::Timestamp;

use super::host::{Choice, HostView, choose};
use super::intent::Intent;
use super::limits::waits::SERVICE_STANDARD;
use super::limits::{OPEN_AFTER_END, TRIES_TOLD};
use super::meeting::{Marker, meeting_topic};
use super::problem::Reason;
use super::request::Request;
use super::rules::Rules;
use super::slot::Slot;
use super::ticket::{State, Ticket, TicketNumber};
use super::waits::next_day;

/// What is known of the world when a ticket is looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct World {
    /// The pool of hosts with what a look at each gave.
    pub pool: Vec<HostView>,
    /// Meetings in Zoom that carry a marker of ours.
    pub marked: Vec<MarkedMeeting>,
    /// Tickets whose meeting may be there already, on an account that was not listed since the start.
    pub unlisted: HashSet<TicketNumber>,
    /// Until when Zoom's own limit forbids looking or creating.
    pub shut_until: Option<Timestamp>,
}

/// A meeting in Zoom that carries a marker of ours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MarkedMeeting {
    /// Whose account it is on.
    pub host: String,
    /// When.
    pub slot: Slot,
    /// Its marker.
    pub marker: Marker,
    /// What it is called.
    pub topic: String,
}

/// What a ticket needs next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// Reserve this host of the pool for the request's slot, and create the meeting.
    Reserve(usize),
    /// Record that a meeting of this ticket is there already, as one of a lost intent: it is looked for and adopted.
    Claim(MarkedMeeting),
    /// Look for the meeting of a lost intent at its host.
    Look(Intent),
    /// Ask staff, for this reason.
    AskStaff(Reason),
    /// Say that no account is free.
    Full(Reason),
    /// Delete this meeting, if it is still ours.
    Delete(i64),
    /// The time has passed.
    Expire,
    /// Record that it has to wait until this time for a limit of Zoom's.
    Hold(Timestamp),
    /// Record that it has waited for Zoom longer than the service standard, so that its row says so.
    Late,
    /// Nothing before this time.
    WaitUntil(Timestamp),
    /// Nothing until something outside changes.
    Rest,
}

/// Decides.
pub fn next_step(ticket: &Ticket, world: &World, now: Timestamp, rules: &Rules) -> Step {
    if let Some(intent) = ticket.state.intent() {
        return settle(ticket, intent, now);
    }
    if let State::Cancelling(ended) = &ticket.state {
        let delete = ended.meeting.as_ref().map_or(Step::Rest, |meeting| Step::Delete(meeting.id));
        return if ticket.not_before > now { Step::WaitUntil(ticket.not_before) } else { delete };
    }
    let Some(request) = &ticket.request else { return Step::Rest };
    let over = request.slot.start <= now;
    match &ticket.state {
        State::Open | State::Full(_) if over => Step::Expire,
        State::Full(_) => Step::WaitUntil(request.slot.start),
        State::Open if request.webinar => Step::AskStaff(Reason::Webinar),
        State::Open if request.several_days => Step::AskStaff(Reason::SeveralDays),
        State::Open if ticket.not_before > now => Step::WaitUntil(ticket.not_before),
        State::Open if world.shut_until.is_some_and(|until| until > now) => {
            hold(request.slot.start, world.shut_until.unwrap_or(now))
        }
        State::Open => {
            if world.unlisted.contains(&ticket.number) {
                return Step::Rest;
            }
            if let Some(step) = world.marked.iter().find_map(|there| claim(there, ticket, request)) {
                return step;
            }
            let participants = request.seats().unwrap_or(rules.participants_unknown);
            match choose(&world.pool, request.slot, participants, rules) {
                Choice::Host(index) => Step::Reserve(index),
                Choice::None(reason) => Step::Full(reason),
                Choice::NextDay => hold(request.slot.start, next_day(now)),
                Choice::Wait if ticket.tries <= TRIES_TOLD && now >= ticket.changed_at + SERVICE_STANDARD => Step::Late,
                Choice::Wait => Step::Rest,
            }
        }
        _ => Step::Rest,
    }
}

/// Zoom holds a meeting of a ticket that has none: the ledger was restored from an older copy, or Zoom carried a create out long after
/// it was given up. Another would be the second. One with another title and another time is another installation's, which counts its
/// tickets like this one.
fn claim(there: &MarkedMeeting, ticket: &Ticket, request: &Request) -> Option<Step> {
    if !there.marker.is_of(&ticket.number) {
        return None;
    }
    let same_start = there.slot.start == request.slot.start;
    let same_topic = there.topic == meeting_topic(&request.topic, ticket.number);
    match (same_start, same_topic) {
        (true, true) => Some(Step::Claim(MarkedMeeting { slot: request.slot, ..there.clone() })),
        (false, false) => None,
        _ => Some(Step::AskStaff(Reason::MadeBefore { marker: there.marker.0.clone(), host: there.host.clone() })),
    }
}

/// A limit of Zoom's is used up: the request waits for its end, unless its event begins before it. Then only a person can make the
/// meeting, since Zoom's own pages have no such limit.
fn hold(start: Timestamp, until: Timestamp) -> Step {
    if start <= until { Step::AskStaff(Reason::LimitUntil { until }) } else { Step::Hold(until) }
}

fn settle(ticket: &Ticket, intent: &Intent, now: Timestamp) -> Step {
    let Some(look_at) = intent.look_at() else { return Step::Rest };
    if now > intent.slot.end + OPEN_AFTER_END {
        return Step::Rest;
    }
    let asked_staff = matches!(ticket.state, State::NeedsStaff(..));
    if !asked_staff && intent.looking_failed(now) {
        let (marker, host) = (intent.marker.0.clone(), intent.host.clone());
        return Step::AskStaff(Reason::LookingFailed { marker, host });
    }
    let at = look_at.max(ticket.not_before);
    if at <= now { Step::Look(intent.clone()) } else { Step::WaitUntil(at) }
}

/// When a ticket has to be looked at next; `None` while it rests until something outside changes.
pub fn wake_at(ticket: &Ticket) -> Option<Timestamp> {
    if let Some(intent) = ticket.state.intent() {
        let at = intent.look_at().map(|at| at.max(ticket.not_before));
        // Whether it was made matters to nobody any more.
        return at.filter(|at| *at <= intent.slot.end + OPEN_AFTER_END);
    }
    match &ticket.state {
        State::Open | State::Cancelling(_) => Some(ticket.not_before),
        State::Full(_) => ticket.request.as_ref().map(|request| request.slot.start),
        _ => None,
    }
}
