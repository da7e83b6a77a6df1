//! Outages: what is recorded of a party that is down, and when staff are told. One notice for each, and one when it is over.

use jiff::Timestamp;

use super::limits::waits::{OUTAGE_OVER_AFTER, OUTAGE_TOLD_AFTER};

/// An outage as the ledger holds it: it goes on over a restart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Outage {
    /// Since when the party is down.
    pub since: Timestamp,
    /// Staff were told.
    pub told: bool,
    /// The party answers again since then.
    pub well_since: Option<Timestamp>,
}

/// What is to be done about a party.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deed {
    /// Nothing.
    Rest,
    /// Record that an outage began.
    Begin(Timestamp),
    /// Record since when it answers again; `None`: it does not after all.
    Answers(Option<Timestamp>),
    /// Tell staff that it is down.
    Tell,
    /// Record that it is over; tell staff when `until` stands here.
    Over {
        /// When it ended, where staff are told.
        until: Option<Timestamp>,
    },
}

/// What is known of a party at a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// Since when this process sees it fail.
    pub down_since: Option<Timestamp>,
    /// This process has had an answer from it, and none failed since.
    pub answers: bool,
    /// A notice can leave while it is down. Of the mail server and the store staff can be told only afterwards.
    pub tellable: bool,
}

/// Decides.
pub fn deed(standing: Standing, recorded: Option<Outage>, now: Timestamp) -> Deed {
    let Some(outage) = recorded else { return standing.down_since.map_or(Deed::Rest, Deed::Begin) };
    let over = outage.well_since.filter(|at| now >= *at + OUTAGE_OVER_AFTER);
    if let Some(ended) = over {
        let untold = !standing.tellable && ended >= outage.since + OUTAGE_TOLD_AFTER;
        return Deed::Over { until: (outage.told || untold).then_some(ended) };
    }
    match (standing.down_since, outage.well_since) {
        (Some(_), Some(_)) => Deed::Answers(None),
        (None, None) if standing.answers => Deed::Answers(Some(now)),
        (Some(_), None) if standing.tellable && !outage.told && now >= outage.since + OUTAGE_TOLD_AFTER => Deed::Tell,
        _ => Deed::Rest,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + second).unwrap()
    }

    /// Plays a party's story, two signs a minute: `x` down, `.` up, `|` a restart after which nothing is known yet. Gives the minutes of
    /// the notices that it is down (`+`) and over (`-`).
    fn notices(story: &str, tellable: bool) -> String {
        let (mut recorded, mut told, mut since) = (None::<Outage>, String::new(), None);
        for (second, sign) in (0..).step_by(30).zip(story.chars()) {
            let now = at(second);
            since = if sign == 'x' { since.or(Some(now)) } else { None };
            // Several looks at each moment, as there are.
            for _ in 0..4 {
                let standing = Standing { down_since: since, answers: sign == '.', tellable };
                match (deed(standing, recorded, now), &mut recorded) {
                    (Deed::Begin(since), _) => recorded = Some(Outage { since, told: false, well_since: None }),
                    (Deed::Answers(well), Some(outage)) => outage.well_since = well,
                    (Deed::Tell, Some(outage)) => {
                        outage.told = true;
                        told = format!("{told}+{} ", second / 60);
                    }
                    (Deed::Over { until }, _) => {
                        recorded = None;
                        if let Some(until) = until {
                            told = format!("{told}-{} ", until.duration_since(at(0)).as_secs() / 60);
                        }
                    }
                    (Deed::Rest, _) => {}
                    other => panic!("{other:?}"),
                }
            }
        }
        told
    }

    fn down(minutes: usize) -> String {
        "xx".repeat(minutes)
    }

    #[test]
    fn one_notice_for_an_outage_and_one_when_it_is_over() {
        assert_eq!(notices(&format!("....{}......", down(60)), true), "+12 -62 ");
        assert_eq!(notices(&format!("....{}......", down(9)), true), "", "nine minutes mend themselves");
        let restarted = format!("{}||{}||{}......", down(5), down(7), down(2));
        assert_eq!(notices(&restarted, true), "+10 -16 ", "a restart is no new outage");
        assert_eq!(notices(&format!("{}||||||||", down(12)), true), "+10 ", "not over before it has answered");
    }

    #[test]
    fn one_that_comes_and_goes_is_one_outage() {
        let flapping = format!("{}.{}.{}.{}......", down(6), down(6), down(6), "x");
        assert_eq!(notices(&flapping, true), "+10 -20 ");
    }

    #[test]
    fn of_what_carries_the_notice_staff_are_told_once_afterwards() {
        assert_eq!(notices(&format!("....{}......", down(60)), false), "-62 ");
        assert_eq!(notices(&format!("....{}......", down(9)), false), "");
    }
}
