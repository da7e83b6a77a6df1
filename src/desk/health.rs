//! Which party is down, since when and why: for `/readyz`, metrics and the log.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;

use jiff::Timestamp;

use crate::domain::outcome::Outcome;

/// An outside party, or the store.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "the names of the parties")]
pub enum Party {
    Sheets,
    Zoom,
    Mail,
    Store,
}

impl Party {
    /// All of them.
    pub const ALL: [Party; 4] = [Party::Sheets, Party::Zoom, Party::Mail, Party::Store];

    /// The party's name in JSON, metrics and logs.
    pub fn name(self) -> &'static str {
        match self {
            Party::Sheets => "sheets",
            Party::Zoom => "zoom",
            Party::Mail => "mail",
            Party::Store => "store",
        }
    }
}

/// What is wrong with a party.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble {
    /// Since when.
    pub since: Timestamp,
    /// What it says.
    pub text: String,
}

/// What is known of all parties.
#[derive(Debug, Default)]
pub struct Health {
    troubles: Mutex<BTreeMap<Party, Trouble>>,
    /// Parties that have answered since the start.
    heard: Mutex<BTreeSet<Party>>,
    last_poll: Mutex<Option<Timestamp>>,
    /// Since when the store was down, as long as that is not in the ledger: it could not be recorded while it was so.
    store_down: Mutex<Option<Timestamp>>,
}

impl Health {
    /// Notes how a call to a party ended. Said in the log when it changes, not at every try.
    pub fn note<T>(&self, party: Party, outcome: &Outcome<T>, now: Timestamp) {
        match outcome {
            Outcome::Done(_) => self.well(party),
            Outcome::NotDone(why) => self.trouble(party, why.text(), now),
            Outcome::Unknown(why) => self.trouble(party, why, now),
        }
    }

    /// The party answers.
    pub fn well(&self, party: Party) {
        self.heard.lock().unwrap_or_else(std::sync::PoisonError::into_inner).insert(party);
        if self.lock().remove(&party).is_some() {
            tracing::info!(party = party.name(), "{} is back", party.name());
        }
    }

    /// The party fails.
    pub fn trouble(&self, party: Party, text: &str, now: Timestamp) {
        let mut troubles = self.lock();
        let known = troubles.get(&party);
        if known.is_none_or(|known| known.text != text) {
            tracing::warn!(party = party.name(), "{}: {text}", party.name());
        }
        let since = known.map_or(now, |known| known.since);
        troubles.insert(party, Trouble { since, text: text.to_owned() });
        drop(troubles);
        if party == Party::Store {
            self.store_down.lock().unwrap_or_else(std::sync::PoisonError::into_inner).get_or_insert(since);
        }
    }

    /// Since when the store was down, if the ledger does not know that yet; whether or not it is well again by now.
    pub fn unrecorded_outage(&self) -> Option<Timestamp> {
        *self.store_down.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    /// The ledger knows of the store's outage since a moment: it is well enough to take that.
    pub fn outage_recorded(&self, since: Timestamp) {
        self.well(Party::Store);
        self.store_down.lock().unwrap_or_else(std::sync::PoisonError::into_inner).take_if(|known| *known == since);
    }

    /// Forgets all that was seen of the parties: another process deals with them now. The store is this one's too, whoever runs the desk.
    pub fn forget(&self) {
        self.lock().retain(|party, _| *party == Party::Store);
        *self.last_poll.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = None;
    }

    /// Whether the party fails.
    pub fn is_down(&self, party: Party) -> bool {
        self.lock().contains_key(&party)
    }

    /// Whether the party has answered since the start, and did not fail since.
    pub fn answers(&self, party: Party) -> bool {
        let heard = self.heard.lock().unwrap_or_else(std::sync::PoisonError::into_inner).contains(&party);
        heard && !self.is_down(party)
    }

    /// What is wrong now.
    pub fn troubles(&self) -> BTreeMap<Party, Trouble> {
        self.lock().clone()
    }

    /// The sheet was read.
    pub fn polled(&self, now: Timestamp) {
        *self.last_poll.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = Some(now);
    }

    /// When the sheet was last read.
    pub fn last_poll(&self) -> Option<Timestamp> {
        *self.last_poll.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, BTreeMap<Party, Trouble>> {
        self.troubles.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_outage_of_the_store_is_known_until_it_is_recorded_also_when_it_is_over_and_the_desk_another_s() {
        let (health, at) = (Health::default(), |second: i64| Timestamp::from_second(1_800_000_000 + second).unwrap());
        health.trouble(Party::Store, "locked", at(0));
        health.trouble(Party::Store, "locked", at(5));
        health.well(Party::Store);
        health.forget();
        assert_eq!(health.unrecorded_outage(), Some(at(0)));
        health.outage_recorded(at(0));
        assert_eq!((health.unrecorded_outage(), health.is_down(Party::Store)), (None, false));
        health.trouble(Party::Mail, "421", at(9));
        assert_eq!(health.unrecorded_outage(), None, "of the others the ledger hears while they are down");
    }
}
