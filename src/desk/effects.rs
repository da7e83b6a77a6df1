//! Making meetings and settling lost ones: act, then record. Each function here makes one effect for one ticket.

use std::sync::Arc;
use std::time::Duration;

use super::health::Party;
use super::watch::note_zoom;
use super::wiring::House;
use super::{lease, outlived};
use crate::adapters::store::StoreError;
use crate::adapters::zoom::meetings::{Made, NewMeeting};
use crate::domain::intent::{Intent, Progress, Verdict};
use crate::domain::limits::{LOOK_EVERY, RECORD_TRIES, RETRY_MAX, UNDO_TRIES};
use crate::domain::meeting::Meeting;
use crate::domain::outcome::{Outcome, Why, backoff};
use crate::domain::problem::Reason;
use crate::domain::ticket::{Cancellation, State, Ticket, TicketNumber};
use crate::domain::waits::is_about_yesterday;

/// Creates the meeting of a ticket whose intent is recorded, under the lease with this fence.
pub async fn create(house: &Arc<House>, ticket: Ticket, fence: i64) {
    let (Some(intent), Some(request)) = (ticket.state.intent().cloned(), ticket.request.clone()) else { return };
    let zone = house.rules.zone.iana_name().unwrap_or("UTC").to_owned();
    let new = NewMeeting {
        host: &intent.host,
        ticket: ticket.number,
        marker: &intent.marker,
        topic: &request.topic,
        slot: intent.slot,
        zone: &zone,
        opening: house.settings.zoom.opening,
        record: request.recording,
    };
    let until = match lease::confirm(house, fence).await {
        Ok(Some(until)) => until,
        Ok(None) => {
            tracing::warn!(ticket = %ticket.number, "the lease was lost before the meeting of {} was made: its next holder goes on", ticket.number);
            return;
        }
        Err(error) => {
            house.store_failed(&error);
            let why = Why::Later("the lease could not be confirmed".into(), None);
            return not_made(house, ticket.number, &intent, why).await;
        }
    };
    let outcome = house.zoom.create(&new, until).await;
    note(house, &outcome).await;
    match outcome {
        Outcome::Done(made) => made_it(house, ticket.number, &intent, made).await,
        Outcome::NotDone(why) => {
            tracing::warn!(ticket = %ticket.number, "the meeting of {} was not made: {}", ticket.number, why.text());
            if matches!(why, Why::Later(..) | Why::Until(..)) {
                // It never came to Zoom, or Zoom turned it away: it is none of the host's hundred.
                noted(house, house.store.create_not_counted(&intent.host, house.now()).await);
            }
            not_made(house, ticket.number, &intent, why).await;
        }
        Outcome::Unknown(why) => {
            tracing::warn!(ticket = %ticket.number, "whether the meeting of {} was made is unknown ({why}): looking for it", ticket.number);
            let lost = intent.clone().lost(house.now());
            let change = move |ticket: &mut Ticket| ticket.state = State::Booking(lost.clone());
            if matches!(record(house, ticket.number, &intent, "outcome_unknown", change).await, Recorded::Fenced) {
                outlived::settle(house, ticket.number, &intent, None);
            }
        }
    }
}

/// Looks for the meeting of a lost intent.
pub async fn look(house: &Arc<House>, ticket: Ticket, intent: Intent) {
    let began = house.now();
    let outcome = house.zoom.marked(&intent.host, &intent.marker).await;
    note(house, &outcome).await;
    let found = match outcome {
        Outcome::Done(found) => found,
        Outcome::NotDone(why) => return look_later(house, &ticket, &intent, why.text()).await,
        Outcome::Unknown(why) => return look_later(house, &ticket, &intent, &why).await,
    };
    match intent.judge(&found, began) {
        Verdict::Adopt(id) => adopt(house, &ticket, &intent, id).await,
        Verdict::NotMade if matches!(ticket.state, State::NeedsStaff(..)) => {
            // Staff were asked and may have acted: nothing is made behind their back.
            look_later(house, &ticket, &intent, "it was not made").await;
        }
        Verdict::NotMade => {
            tracing::info!(ticket = %ticket.number, "the lost create of {} made no meeting: it is made again", ticket.number);
            not_made(house, ticket.number, &intent, Why::Later("two listings lack it".into(), Some(jiff::SignedDuration::ZERO)))
                .await;
        }
        Verdict::Two => {
            let reason = Reason::TwoMeetings { marker: intent.marker.0.clone(), host: intent.host.clone() };
            let kept = intent.clone();
            record(house, ticket.number, &intent, "two_meetings", move |ticket| {
                ticket.state = State::NeedsStaff(reason.clone(), Some(kept.clone()));
                ticket.not_before = Intent::look_slowly_at(ticket.changed_at);
            })
            .await;
        }
        Verdict::LookAgain(next) => {
            record_quietly(house, ticket.number, &intent, "looked", move |ticket| {
                set_intent(&mut ticket.state, next.clone());
                ticket.tries = 0;
                if matches!(ticket.state, State::NeedsStaff(..)) {
                    ticket.not_before = Intent::look_slowly_at(began);
                }
            })
            .await;
        }
    }
}

async fn look_later(house: &Arc<House>, ticket: &Ticket, intent: &Intent, why: &str) {
    tracing::debug!(ticket = %ticket.number, "looking for the meeting of {} failed: {why}", ticket.number);
    let (now, poll) = (house.now(), house.settings.sheet.poll_every.0.max(LOOK_EVERY));
    record_quietly(house, ticket.number, intent, "looking_failed", move |ticket| {
        ticket.tries += 1;
        let slowly = matches!(ticket.state, State::NeedsStaff(..));
        ticket.not_before = if slowly { Intent::look_slowly_at(now) } else { now + backoff(ticket.tries).min(poll) };
    })
    .await;
}

async fn adopt(house: &Arc<House>, ticket: &Ticket, intent: &Intent, id: i64) {
    let outcome = house.zoom.meeting(id, house.settings.zoom.opening).await;
    note(house, &outcome).await;
    match outcome {
        Outcome::Done(Some(made)) => {
            tracing::info!(ticket = %ticket.number, "found the meeting of {} by its marker", ticket.number);
            let known_to_people = intent.claimed || matches!(ticket.state, State::NeedsStaff(..));
            if made.start != intent.slot.start && known_to_people {
                // Staff knew of it, or had sent its link: it is theirs to say what becomes of it.
                let reason = Reason::MadeBefore { marker: intent.marker.0.clone(), host: intent.host.clone() };
                record(house, ticket.number, intent, "other_time", move |ticket| {
                    ticket.state = State::NeedsStaff(reason.clone(), None);
                })
                .await;
                return;
            }
            made_it(house, ticket.number, intent, made).await;
        }
        Outcome::Done(None) => look_later(house, ticket, intent, "the meeting found is gone").await,
        Outcome::NotDone(why) => look_later(house, ticket, intent, why.text()).await,
        Outcome::Unknown(why) => look_later(house, ticket, intent, &why).await,
    }
}

/// Records a meeting that Zoom made.
async fn made_it(house: &Arc<House>, number: TicketNumber, intent: &Intent, made: Made) {
    if made.start != intent.slot.start {
        // Zoom turns a start that is past into now: such a meeting is nobody's.
        tracing::warn!(ticket = %number, "Zoom made the meeting of {number} for another time: it is deleted");
        if !undo(house, number, made.id).await {
            return undo_later(house, number, intent).await;
        }
        record(house, number, intent, "other_time", |ticket| ticket.state = State::NeedsStaff(Reason::OtherTime, None)).await;
        return;
    }
    let id = made.id;
    let meeting = Meeting {
        id,
        host: intent.host.clone(),
        join_url: made.join_url,
        passcode: made.passcode,
        opening: made.opening,
        start: made.start,
        capacity: house.pool.capacity(&intent.host),
        recorded: made.recorded,
    };
    let recorded = record(house, number, intent, "scheduled", move |ticket| {
        ticket.state = State::Scheduled(meeting.clone());
        ticket.tries = 0;
    })
    .await;
    match recorded {
        Recorded::Yes => tracing::info!(ticket = %number, "{number} is scheduled"),
        Recorded::Refused => undo_if_spare(house, number, id).await,
        Recorded::Fenced => outlived::settle(house, number, intent, Some(id)),
        Recorded::Failed => {}
    }
}

async fn not_made(house: &Arc<House>, number: TicketNumber, intent: &Intent, why: Why) {
    let now = house.now();
    match &why {
        Why::DayUsedUp if is_about_yesterday(now) => {}
        Why::DayUsedUp => noted(house, house.store.day_used_up(&intent.host, now).await),
        Why::HostUnusable(text) => {
            tracing::warn!("the Zoom account {} is left out for a while: {text}", intent.host);
            house.pool.unusable(&intent.host);
        }
        Why::Later(..) | Why::Until(..) | Why::NotNow(_) | Why::Refused(_) | Why::Protected(_) => {}
    }
    record(house, number, intent, "not_made", move |ticket| match &why {
        Why::Refused(text) | Why::Protected(text) => ticket.state = State::NeedsStaff(Reason::ZoomRefuses(text.clone()), None),
        Why::DayUsedUp if is_about_yesterday(now) => {
            ticket.state = State::Open;
            ticket.not_before = now + RETRY_MAX;
        }
        // For a limit the next decision says how long.
        Why::DayUsedUp | Why::HostUnusable(_) | Why::Until(..) => {
            ticket.state = State::Open;
            ticket.not_before = now;
        }
        Why::Later(_, wait) => {
            ticket.state = State::Open;
            ticket.tries += 1;
            ticket.not_before = now + wait.unwrap_or_else(|| backoff(ticket.tries));
        }
        Why::NotNow(_) => {
            ticket.state = State::Open;
            ticket.tries += 1;
            ticket.not_before = now + backoff(ticket.tries);
        }
    })
    .await;
}

/// Deletes the meeting of a ticket that people ended. What came of it is looked at before it is tried again, and a meeting off which
/// somebody took our marker is not ours any more (law 6).
pub async fn delete(house: &Arc<House>, ticket: Ticket, id: i64) {
    let found = house.zoom.meeting(id, house.settings.zoom.opening).await;
    note(house, &found).await;
    let left = match found {
        Outcome::Done(None) => Ok(false),
        Outcome::Done(Some(made)) if made.marker.as_ref().is_some_and(|marker| marker.is_of(&ticket.number)) => {
            let deleted = house.zoom.delete(id).await;
            note(house, &deleted).await;
            match deleted {
                Outcome::Done(()) => Ok(false),
                Outcome::NotDone(why) => Err(why),
                Outcome::Unknown(why) => Err(Why::Later(why, None)),
            }
        }
        Outcome::Done(Some(_)) => Ok(true),
        Outcome::NotDone(why) => Err(why),
        Outcome::Unknown(why) => Err(Why::Later(why, None)),
    };
    match &left {
        Ok(false) => tracing::info!(ticket = %ticket.number, "the meeting of {} is deleted", ticket.number),
        Ok(true) => {
            tracing::warn!(ticket = %ticket.number, "the meeting of {} does not carry our marker any more: it is left", ticket.number);
        }
        Err(why) => {
            tracing::warn!(ticket = %ticket.number, "the meeting of {} is not deleted yet: {}", ticket.number, why.text());
        }
    }
    record_deleted(house, ticket.number, id, &left).await;
}

/// Records what came of a deletion. What cannot be recorded is looked at again.
async fn record_deleted(house: &Arc<House>, number: TicketNumber, id: i64, left: &Result<bool, Why>) {
    let now = house.now();
    for attempt in 1..=RECORD_TRIES {
        let changed = async {
            let Some(mut ticket) = house.store.ticket(number).await? else { return Ok(()) };
            let State::Cancelling(ended) = &ticket.state else { return Ok(()) };
            if ended.meeting.as_ref().is_none_or(|meeting| meeting.id != id) {
                return Ok(());
            }
            match left {
                Ok(left) => {
                    ticket.state = State::Cancelled(Cancellation { left: *left, ..ended.clone() });
                    ticket.tries = 0;
                    house.change(ticket, Vec::new(), "deleted").await?;
                }
                Err(why) => {
                    ticket.tries += 1;
                    ticket.not_before = match why {
                        Why::Later(_, Some(wait)) => now + *wait,
                        _ => now + backoff(ticket.tries),
                    };
                    house.keep(ticket, "not_deleted").await?;
                }
            }
            Ok(())
        };
        match changed.await {
            Ok(()) | Err(StoreError::Fenced) => return,
            Err(StoreError::Stale(_)) => {}
            Err(error) => {
                house.store_failed(&error);
                tokio::time::sleep(Duration::from_millis(100) * attempt.pow(2)).await;
            }
        }
    }
}

/// The ledger has moved on: a meeting that it does not hold is undone before anyone is told. Where the ledger cannot be read, nothing
/// is: a spare meeting is seen by staff, one that was taken from people is not.
async fn undo_if_spare(house: &Arc<House>, number: TicketNumber, id: i64) {
    match house.store.ticket(number).await {
        Ok(ticket) if ticket.as_ref().and_then(Ticket::meeting).is_none_or(|meeting| meeting.id != id) => {
            undo(house, number, id).await;
        }
        Ok(_) => {}
        Err(error) => {
            tracing::error!(ticket = %number, meeting = id, "a meeting of {number} may have to be deleted by hand: {error}");
        }
    }
}

/// Deletes a meeting. Whether it is gone.
pub(super) async fn undo(house: &Arc<House>, number: TicketNumber, id: i64) -> bool {
    for attempt in 1..=UNDO_TRIES {
        let why = match house.zoom.delete(id).await {
            Outcome::Done(()) => {
                tracing::info!(ticket = %number, "deleted a meeting of {number} that is not needed");
                return true;
            }
            Outcome::NotDone(why) => why.text().to_owned(),
            // Looked at before it is deleted again.
            Outcome::Unknown(why) => match house.zoom.meeting(id, house.settings.zoom.opening).await {
                Outcome::Done(None) => return true,
                _ => why,
            },
        };
        tracing::debug!(ticket = %number, meeting = id, "a meeting of {number} could not be deleted: {why}");
        tokio::time::sleep(Duration::from_millis(100) * attempt.pow(2)).await;
    }
    tracing::error!(ticket = %number, meeting = id, "a meeting of {number} could not be deleted: it may have to be deleted by hand");
    false
}

/// A meeting that nobody needs is still there: its intent stays open, so that looking finds it by its marker and deletes it then.
async fn undo_later(house: &Arc<House>, number: TicketNumber, intent: &Intent) {
    let now = house.now();
    record(house, number, intent, "undoing_failed", move |ticket| {
        if let Some(open) = ticket.state.intent().filter(|open| open.progress == Progress::Called).cloned() {
            set_intent(&mut ticket.state, open.lost(now));
        }
        ticket.tries += 1;
        ticket.not_before = now + backoff(ticket.tries);
    })
    .await;
}

/// Whether a record was made.
enum Recorded {
    Yes,
    /// The ticket waits for this intent no more.
    Refused,
    /// The lease was lost: another process settles the intent.
    Fenced,
    /// The store failed: the intent stays open and is settled by looking.
    Failed,
}

/// Records what came of an intent, on the ticket as it stands now: it may have been edited while the call was under way.
async fn record(
    house: &Arc<House>,
    number: TicketNumber,
    intent: &Intent,
    event: &str,
    change: impl Fn(&mut Ticket),
) -> Recorded {
    record_as(house, number, intent, event, false, change).await
}

/// The same for what changes nothing for people: the row does not say that it was updated.
async fn record_quietly(house: &Arc<House>, number: TicketNumber, intent: &Intent, event: &str, change: impl Fn(&mut Ticket)) {
    record_as(house, number, intent, event, true, change).await;
}

async fn record_as(
    house: &Arc<House>,
    number: TicketNumber,
    intent: &Intent,
    event: &str,
    quietly: bool,
    change: impl Fn(&mut Ticket),
) -> Recorded {
    for attempt in 1..=RECORD_TRIES {
        let changed = async {
            let Some(mut ticket) = house.store.ticket(number).await? else { return Ok(None) };
            if ticket.state.intent().is_none_or(|open| open.marker != intent.marker) {
                return Ok(None);
            }
            change(&mut ticket);
            let letters = if ticket.meeting().is_some() { house.teller.link_letters(&ticket) } else { Vec::new() };
            let changed = if quietly { house.keep(ticket, event).await } else { house.change(ticket, letters, event).await };
            changed.map(Some)
        };
        match changed.await {
            Ok(Some(_)) => return Recorded::Yes,
            Ok(None) => return Recorded::Refused,
            Err(StoreError::Stale(_)) => {}
            Err(StoreError::Fenced) => return Recorded::Fenced,
            Err(error) => {
                house.store_failed(&error);
                tokio::time::sleep(Duration::from_millis(100) * attempt.pow(2)).await;
            }
        }
    }
    tracing::error!(ticket = %number, "what became of the meeting of {number} could not be recorded: it will be looked for");
    leave_to_looking(house, number, intent).await;
    Recorded::Failed
}

/// Keeps an intent whose outcome could not be recorded from waiting for a call that has ended.
async fn leave_to_looking(house: &Arc<House>, number: TicketNumber, intent: &Intent) {
    loop {
        if let Ok(found) = house.store.ticket(number).await {
            let Some(mut ticket) = found else { return };
            let Some(open) = ticket.state.intent().filter(|open| open.marker == intent.marker).cloned() else { return };
            if open.progress != Progress::Called {
                return;
            }
            set_intent(&mut ticket.state, open.lost(house.now()));
            // Where the lease is lost, its next holder takes the intent for lost by itself.
            if matches!(house.change(ticket, Vec::new(), "outcome_unknown").await, Ok(_) | Err(StoreError::Fenced)) {
                return;
            }
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
}

fn set_intent(state: &mut State, intent: Intent) {
    match state {
        State::Booking(open) | State::NeedsStaff(_, Some(open)) => *open = intent,
        _ => {}
    }
}

async fn note<T>(house: &Arc<House>, outcome: &Outcome<T>) {
    match outcome {
        // These say something of the meeting or the account, not of Zoom.
        Outcome::NotDone(Why::DayUsedUp | Why::HostUnusable(_) | Why::Refused(_)) => house.health.well(Party::Zoom),
        outcome => note_zoom(house, outcome).await,
    }
}

/// Notes that the store failed.
fn noted(house: &House, result: Result<(), StoreError>) {
    if let Err(error) = result {
        house.store_failed(&error);
    }
}
