//! The watch: keeps the parties' limits and outages in the ledger, so that they go on over a restart, tells staff of an outage once and
//! once when it is over, and reports meetings that carry a marker of ours and are no ticket's.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use jiff::Timestamp;
use tokio_util::sync::CancellationToken;

use super::health::Party;
use super::wiring::House;
use crate::adapters::mail::probe::Tried;
use crate::adapters::store::StoreError;
use crate::domain::limits::waits::CLOCK_BACK_MIN;
use crate::domain::limits::{QUOTED_CHARS_MAX, RETRY_MAX, TICK};
use crate::domain::outage::{Deed, Outage, Standing, deed};
use crate::domain::outcome::{Outcome, Why};
use crate::domain::slot::Slot;
use crate::domain::text::one_line;

/// The watch.
#[derive(Debug)]
pub struct Watch {
    house: Arc<House>,
    began: Instant,
    /// Seconds from the beginning to the last try of the mail server.
    mail_tried: AtomicU64,
    /// Limits of Zoom's that are in the ledger.
    kept: Mutex<Vec<(&'static str, Timestamp)>>,
    /// The time at the last pass.
    passed_at: Mutex<Option<Timestamp>>,
}

fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Watch {
    /// A watch that begins now.
    pub fn new(house: Arc<House>) -> Watch {
        let (kept, passed_at) = (Mutex::default(), Mutex::default());
        Watch { house, began: Instant::now(), mail_tried: AtomicU64::new(0), kept, passed_at }
    }

    /// Runs until it is told to stop.
    pub async fn run(&self, stop: &CancellationToken) {
        loop {
            tokio::select! {
                () = stop.cancelled() => break,
                () = tokio::time::sleep(TICK) => {}
            }
            tokio::select! {
                () = stop.cancelled() => break,
                () = Box::pin(self.pass()) => {}
            }
        }
        self.keep_waits().await;
    }

    /// Records the limits that calls to Zoom met, whoever made them.
    async fn keep_waits(&self) {
        let shut = self.house.zoom.shut();
        let new = *held(&self.kept) != shut;
        if new && record_waits(&self.house, &shut).await {
            *held(&self.kept) = shut;
        }
    }

    async fn pass(&self) {
        let house = &self.house;
        self.keep_waits().await;
        if let Err(error) = self.watch_clock().await {
            house.health.trouble(Party::Store, &error.to_string(), house.now());
        }
        if house.zoom.shut_until().is_none() && house.pool.search_is_due(self.began) {
            house.pool.look(house);
        }
        if let Err(error) = self.outages().await {
            house.store_failed(&error);
        }
    }

    /// The clock was put back: what was to wait a moment would wait for as long as it was ahead.
    async fn watch_clock(&self) -> Result<(), StoreError> {
        let now = self.house.now();
        let before = held(&self.passed_at).replace(now);
        if before.is_some_and(|before| now + CLOCK_BACK_MIN < before) {
            tracing::warn!("this machine's clock was put back: everything that waits is looked at again");
            if let Err(error) = self.house.store.wake_all(now).await {
                *held(&self.passed_at) = before;
                return Err(error);
            }
            self.house.bells.engine.notify_one();
            self.house.bells.post.notify_one();
        }
        Ok(())
    }

    async fn outages(&self) -> Result<(), StoreError> {
        let house = &self.house;
        let troubles = house.health.troubles();
        if let Some(since) = house.health.unrecorded_outage() {
            // The store is back when it takes this; somebody else may have found out before.
            house.store.outage_began(Party::Store.name(), since).await?;
            house.health.outage_recorded(since);
        }
        let recorded = house.store.outages().await?;
        if recorded.is_empty() && troubles.is_empty() {
            return Ok(());
        }
        let now = house.now();
        for party in [Party::Zoom, Party::Mail] {
            let unsure = recorded.contains_key(party.name()) && !house.health.answers(party);
            if unsure || troubles.contains_key(&party) {
                self.try_out(party).await?;
            }
        }
        for party in Party::ALL {
            let standing = Standing {
                down_since: troubles.get(&party).map(|trouble| trouble.since),
                answers: house.health.answers(party),
                tellable: matches!(party, Party::Sheets | Party::Zoom),
            };
            let outage = recorded.get(party.name()).copied();
            match (deed(standing, outage, now), outage) {
                (Deed::Begin(since), _) => house.store.outage_began(party.name(), since).await?,
                (Deed::Answers(since), _) => house.store.outage_answers(party.name(), since).await?,
                (Deed::Tell, Some(outage)) => {
                    let says = troubles.get(&party).map_or("", |trouble| &trouble.text);
                    self.tell(party, outage, says).await?;
                }
                (Deed::Over { until }, Some(outage)) => self.over(party, outage, until).await?,
                (Deed::Rest | Deed::Tell | Deed::Over { .. }, _) => {}
            }
        }
        Ok(())
    }

    /// Tries a party that is not known to answer: nobody may want anything of it just now, and that it is back has to be seen all the same.
    async fn try_out(&self, party: Party) -> Result<(), StoreError> {
        let house = &self.house;
        if party == Party::Zoom {
            if house.zoom.shut_until().is_none() {
                house.pool.look(house);
            }
            return Ok(());
        }
        // A letter that is due is the better try; the post knows when.
        let tried = self.mail_tried.load(Ordering::Acquire);
        let due = house.store.next_letter().await?.is_some();
        if due || self.began.elapsed().as_secs() < tried + RETRY_MAX.unsigned_abs().as_secs() {
            return Ok(());
        }
        self.mail_tried.store(self.began.elapsed().as_secs(), Ordering::Release);
        if house.mailer.try_out(&house.settings.mail.from).await == Tried::Welcome {
            house.health.well(Party::Mail);
        }
        Ok(())
    }

    /// Tells staff that a party is down. Told and recorded are two steps; the notice's key keeps it to one letter all the same.
    async fn tell(&self, party: Party, outage: Outage, says: &str) -> Result<(), StoreError> {
        let house = &self.house;
        let (key, since) = (key(party, outage), house.teller.wording.long_moment(outage.since));
        let says = one_line(says, QUOTED_CHARS_MAX * 3);
        house.notice(&key, &format!("down-{}", party.name()), &[("since", &since), ("says", &says)]).await?;
        house.store.outage_told(party.name()).await
    }

    /// An outage is over; staff are told where `until` stands here.
    async fn over(&self, party: Party, outage: Outage, until: Option<Timestamp>) -> Result<(), StoreError> {
        let house = &self.house;
        let key = key(party, outage);
        let over = format!("{key}/over");
        if let Some(until) = until {
            let wording = &house.teller.wording;
            let (since, until) = (wording.long_moment(outage.since), wording.moment_after(until, outage.since));
            let name = house.teller.words.plain(&format!("notice-party-{}", party.name()));
            house.notice(&over, "back", &[("party", &name), ("since", &since), ("until", &until)]).await?;
        }
        house.store.outage_over(party.name()).await?;
        house.store.end_notice(&key).await?;
        house.store.end_notice(&over).await
    }
}

/// What the notice of an outage is known by.
fn key(party: Party, outage: Outage) -> String {
    format!("down/{}/{}", party.name(), outage.since.as_second())
}

/// Keeps to the limits of Zoom's of which the ledger knows. Before the first call to Zoom, and when the desk is taken over: its last
/// holder may have met more.
pub async fn keep_to_waits(house: &House) -> Result<(), StoreError> {
    for (what, until) in house.store.waits(Party::Zoom.name(), house.now()).await? {
        if !house.zoom.shut().iter().any(|(known, _)| *known == what) {
            tracing::info!("Zoom's limit of the day for {what} calls holds until {until}");
        }
        house.zoom.keep_shut(&what, until);
    }
    Ok(())
}

/// Notes how a call to Zoom ended; a limit that it met is recorded.
pub async fn note_zoom<T>(house: &House, outcome: &Outcome<T>) {
    let now = house.now();
    house.health.note(Party::Zoom, outcome, now);
    if !matches!(outcome, Outcome::NotDone(Why::Until(..))) {
        return;
    }
    record_waits(house, &house.zoom.shut()).await;
}

/// Records limits of Zoom's. Says whether that could be done.
async fn record_waits(house: &House, shut: &[(&'static str, Timestamp)]) -> bool {
    for (what, until) in shut {
        if let Err(error) = house.store.record_wait(Party::Zoom.name(), what, *until).await {
            house.store_failed(&error);
            return false;
        }
    }
    true
}

/// Reports a meeting with a marker of ours that is no ticket's: once, to the log and to staff. It is never deleted.
pub async fn report_orphan(house: &House, host: &str, meeting: i64, slot: Slot, marker: &str) -> Result<(), StoreError> {
    let number = meeting.to_string();
    let when = house.teller.wording.schedule(slot);
    let values = [("id", number.as_str()), ("host", host), ("marker", marker), ("when", &when)];
    if house.notice(&format!("orphan/{meeting}"), "orphan", &values).await? {
        tracing::error!(
            meeting,
            "the meeting {meeting} of {host} carries our marker {marker} and is no ticket's: see that nobody was sent its link, then delete it in Zoom by hand"
        );
    }
    Ok(())
}
