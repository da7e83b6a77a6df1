//! Outcomes that came after their process had lost the lease. The fence refuses to record them. Whether the meeting is kept is the next
//! holder's to say: it looks for the marker, and adopts what it finds. What it does not hold in the end is deleted, and nobody is told.

use std::sync::Arc;
use std::time::Instant;

use super::effects::undo;
use super::wiring::House;
use crate::adapters::store::StoreError;
use crate::domain::intent::Intent;
use crate::domain::limits::store::{OUTLIVED_FOR, OUTLIVED_LOOK_EVERY};
use crate::domain::outcome::Outcome;
use crate::domain::ticket::TicketNumber;

/// What the ledger makes of an intent.
enum Standing {
    /// It is still looked for.
    Open,
    /// It is settled; perhaps with this meeting.
    Settled(Option<i64>),
}

/// Sees to it that no meeting of an intent stays that the ledger does not hold. Beside everything else: it may take as long as settling.
/// `made` is the meeting, where it is known.
pub(super) fn settle(house: &Arc<House>, number: TicketNumber, intent: &Intent, made: Option<i64>) {
    tracing::warn!(ticket = %number, "the lease was lost while the meeting of {number} was being made: its next holder settles it");
    let (house, intent) = (house.clone(), intent.clone());
    tokio::spawn(async move { watch(&house, number, &intent, made).await });
}

async fn watch(house: &Arc<House>, number: TicketNumber, intent: &Intent, made: Option<i64>) {
    let began = Instant::now();
    let held = loop {
        match standing(house, number, intent).await {
            Ok(Standing::Settled(held)) => break held,
            // It exists for so long that whoever still looks must find it.
            Ok(Standing::Open) if began.elapsed() >= OUTLIVED_FOR => return,
            Err(error) if began.elapsed() >= OUTLIVED_FOR => {
                tracing::error!(ticket = %number, "a meeting of {number} may have to be deleted by hand, with the marker {}: {error}", intent.marker.0);
                return;
            }
            Ok(Standing::Open) | Err(_) => tokio::time::sleep(OUTLIVED_LOOK_EVERY).await,
        }
    };
    let spare = match made {
        Some(id) => vec![id],
        None => found(house, number, intent).await,
    };
    for id in spare.into_iter().filter(|id| Some(*id) != held) {
        undo(house, number, id).await;
    }
}

async fn standing(house: &House, number: TicketNumber, intent: &Intent) -> Result<Standing, StoreError> {
    let Some(ticket) = house.store.ticket(number).await? else { return Ok(Standing::Settled(None)) };
    let open = ticket.state.intent().is_some_and(|open| open.marker == intent.marker);
    Ok(if open { Standing::Open } else { Standing::Settled(ticket.meeting().map(|meeting| meeting.id)) })
}

/// The meetings that carry the marker.
async fn found(house: &House, number: TicketNumber, intent: &Intent) -> Vec<i64> {
    let began = Instant::now();
    loop {
        match house.zoom.marked(&intent.host, &intent.marker).await {
            Outcome::Done(found) => return found,
            Outcome::NotDone(_) | Outcome::Unknown(_) if began.elapsed() < OUTLIVED_FOR => {
                tokio::time::sleep(OUTLIVED_LOOK_EVERY).await;
            }
            Outcome::NotDone(_) | Outcome::Unknown(_) => {
                tracing::error!(ticket = %number, "a meeting of {number} may have to be deleted by hand, with the marker {}", intent.marker.0);
                return Vec::new();
            }
        }
    }
}
