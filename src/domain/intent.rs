//! Intents to create a meeting, and how one whose answer was lost is settled (law 3).

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::limits::{ANOTHERS_CALL_ENDS_AFTER, FIRST_LOOK_AFTER, LOOK_EVERY, LOOK_SLOWLY_EVERY, LOOKING_MAX, SECOND_LOOK_AFTER};
use super::meeting::Marker;
use super::slot::Slot;

/// What is about to be made. It is in the ledger before the call leaves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Intent {
    /// The account.
    pub host: String,
    /// When.
    pub slot: Slot,
    /// What the meeting will carry.
    pub marker: Marker,
    /// How far it went.
    pub progress: Progress,
    /// The meeting was found, and not made by this intent: people may have its link.
    #[serde(default)]
    pub claimed: bool,
}

/// How far an intent went.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Progress {
    /// The call is under way, or the process died in it.
    Called,
    /// The call ended, nobody knows how.
    Unknown {
        /// When it ended, or when the process that made it was found dead.
        ended_at: Timestamp,
        /// The first complete listing without the marker that counts.
        first_clean_at: Option<Timestamp>,
        /// The last time that looking worked.
        looked_at: Option<Timestamp>,
    },
}

impl Intent {
    /// An intent whose call is about to leave.
    pub fn new(host: String, slot: Slot, marker: Marker) -> Intent {
        Intent { host, slot, marker, progress: Progress::Called, claimed: false }
    }

    /// The same intent after its call ended without a known outcome.
    #[must_use]
    pub fn lost(mut self, ended_at: Timestamp) -> Intent {
        self.progress = Progress::Unknown { ended_at, first_clean_at: None, looked_at: None };
        self
    }

    /// The same intent after its lease passed to another process. The one before may still be in the call: it counts as ended when it
    /// must have. It is looked for from now on all the same.
    #[must_use]
    pub fn lost_by_another(mut self, now: Timestamp) -> Intent {
        let (ended_at, looked_at) = (now + ANOTHERS_CALL_ENDS_AFTER, Some(now - LOOK_EVERY));
        self.progress = Progress::Unknown { ended_at, first_clean_at: None, looked_at };
        self
    }

    /// When it is to be looked for next; `None` while its call is under way.
    pub fn look_at(&self) -> Option<Timestamp> {
        let Progress::Unknown { ended_at, first_clean_at, looked_at } = &self.progress else { return None };
        let next = looked_at.map_or(*ended_at, |at| at + LOOK_EVERY);
        Some(match (first_clean_at, looked_at) {
            (Some(first), _) => next.max(*first + SECOND_LOOK_AFTER),
            (None, Some(at)) if *at + LOOK_EVERY > *ended_at + FIRST_LOOK_AFTER => *ended_at + FIRST_LOOK_AFTER,
            _ => next,
        })
    }

    /// What follows from a complete listing of the host in which `found` meetings carry the marker.
    pub fn judge(&self, found: &[i64], listed_at: Timestamp) -> Verdict {
        let Progress::Unknown { ended_at, first_clean_at, .. } = &self.progress else { return Verdict::LookAgain(self.clone()) };
        match found {
            [one] => return Verdict::Adopt(*one),
            [_, _, ..] => return Verdict::Two,
            [] => {}
        }
        let mut next = self.clone();
        let counts = listed_at >= *ended_at + FIRST_LOOK_AFTER;
        let first = match first_clean_at {
            Some(first) if listed_at >= *first + SECOND_LOOK_AFTER => return Verdict::NotMade,
            Some(first) => Some(*first),
            None => counts.then_some(listed_at),
        };
        next.progress = Progress::Unknown { ended_at: *ended_at, first_clean_at: first, looked_at: Some(listed_at) };
        Verdict::LookAgain(next)
    }

    /// Whether looking has failed for so long that staff are asked.
    pub fn looking_failed(&self, now: Timestamp) -> bool {
        let Progress::Unknown { ended_at, looked_at, .. } = &self.progress else { return false };
        now >= looked_at.unwrap_or(*ended_at) + LOOKING_MAX
    }

    /// When to look again once staff were asked.
    pub fn look_slowly_at(now: Timestamp) -> Timestamp {
        now + LOOK_SLOWLY_EVERY
    }
}

/// What a listing says about a lost intent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// This meeting is it.
    Adopt(i64),
    /// Two listings, far enough apart, lack it: it was not made.
    NotMade,
    /// More than one carries the marker.
    Two,
    /// Nothing can be said yet; the intent with what was seen.
    LookAgain(Intent),
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::SignedDuration;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + second).unwrap()
    }

    fn lost() -> Intent {
        let slot = Slot { start: at(9000), end: at(9600) };
        let marker = Marker("VM-2026-0001/AAAAAAAA".into());
        Intent::new("zoom1".into(), slot, marker).lost(at(0))
    }

    fn look(intent: &Intent, second: i64) -> Intent {
        match intent.judge(&[], at(second)) {
            Verdict::LookAgain(next) => next,
            other => panic!("{other:?} at {second}"),
        }
    }

    #[test]
    fn only_two_late_listings_without_the_marker_settle_it() {
        let early = look(&look(&lost(), 0), 9);
        let first = look(&early, 10);
        let between = look(&first, 14);
        assert_eq!(between.judge(&[], at(15)), Verdict::NotMade);
        assert_eq!(between.judge(&[7], at(15)), Verdict::Adopt(7));
        assert_eq!(lost().judge(&[7, 8], at(1)), Verdict::Two);
    }

    #[test]
    fn it_is_looked_for_at_once_and_then_when_it_counts() {
        assert_eq!(lost().look_at(), Some(at(0)));
        assert_eq!(look(&lost(), 0).look_at(), Some(at(2)));
        assert_eq!(look(&lost(), 9).look_at(), Some(at(10)));
        assert_eq!(look(&lost(), 10).look_at(), Some(at(15)));
        assert!(!lost().looking_failed(at(899)));
        assert!(lost().looking_failed(at(900)));
        assert!(!look(&lost(), 100).looking_failed(at(950)));
    }

    #[test]
    fn what_another_process_called_is_looked_for_at_once_and_given_up_only_after_its_call_has_ended() {
        let mut intent = lost().lost_by_another(at(0));
        let mut looks = Vec::new();
        let given_up = loop {
            let now = intent.look_at().unwrap();
            assert_eq!(intent.judge(&[7], now), Verdict::Adopt(7));
            match intent.judge(&[], now) {
                Verdict::LookAgain(next) => intent = next,
                Verdict::NotMade => break now,
                other => panic!("{other:?}"),
            }
            looks.push(now);
        };
        assert_eq!(looks[0], at(0), "most are found at once");
        let call_ends = at(0) + ANOTHERS_CALL_ENDS_AFTER;
        assert_eq!(given_up, call_ends + FIRST_LOOK_AFTER + SECOND_LOOK_AFTER);
    }

    proptest::proptest! {
        #[test]
        fn never_not_made_before_fifteen_seconds(steps in proptest::collection::vec(0_i64..4000, 1..40)) {
            let (mut intent, mut now) = (lost(), at(0));
            for step in steps {
                now += SignedDuration::from_millis(step);
                match intent.judge(&[], now) {
                    Verdict::NotMade => {
                        proptest::prop_assert!(now >= at(15));
                        break;
                    }
                    Verdict::LookAgain(next) => intent = next,
                    other => proptest::prop_assert!(false, "{:?}", other),
                }
            }
        }
    }
}
