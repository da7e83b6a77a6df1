//! Which letters that have not left yet are overtaken by what became of their ticket. A letter under way or taken is never touched.

use super::letter::LetterKind;
use super::ticket::State;

/// Whether a letter of this kind that is still due says something else than how its ticket stands now.
///
/// *Received* stays where the link follows it: it is the receipt with what was noted down, and goes first. A newer letter of the
/// same kind to the same person overtakes an older one whatever the state.
pub fn is_overtaken(kind: LetterKind, state: &State) -> bool {
    match kind {
        LetterKind::Received => is_ended(state) || matches!(state, State::ToCorrect(_) | State::Expired),
        LetterKind::NewRequest => is_ended(state),
        LetterKind::ToCorrect => !matches!(state, State::ToCorrect(_)),
        LetterKind::Full | LetterKind::FullStaff => !matches!(state, State::Full(_)),
        LetterKind::Link => !matches!(state, State::Scheduled(_)),
        LetterKind::Cancelled => !matches!(state, State::Cancelling(_) | State::Cancelled(_)),
        LetterKind::Notice => false,
    }
}

fn is_ended(state: &State) -> bool {
    matches!(state, State::Replaced(_) | State::Cancelling(_) | State::Cancelled(_))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::intent::Intent;
    use crate::domain::meeting::{Marker, Meeting};
    use crate::domain::problem::Reason;
    use crate::domain::rules::Opening;
    use crate::domain::slot::Slot;
    use crate::domain::ticket::Cancellation;

    /// One of each state, in the order of the table's columns.
    fn states() -> [State; 10] {
        let at = jiff::Timestamp::UNIX_EPOCH;
        let slot = Slot { start: at, end: at };
        let marker = Marker("VM-2026-0001/AAAAAAAA".into());
        let ended = Cancellation { rejected: false, reason: String::new(), meeting: None, left: false };
        let meeting = Meeting {
            id: 1,
            host: String::new(),
            join_url: String::new(),
            passcode: String::new(),
            opening: Opening::Participants,
            start: at,
            capacity: 1,
            recorded: false,
        };
        [
            State::Open,
            State::Booking(Intent::new(String::new(), slot, marker)),
            State::ToCorrect(Vec::new()),
            State::Full(Reason::AllTaken),
            State::Scheduled(meeting),
            State::Replaced("VM-2026-0002".parse().unwrap()),
            State::Expired,
            State::NeedsStaff(Reason::Webinar, None),
            State::Cancelling(ended.clone()),
            State::Cancelled(ended),
        ]
    }

    #[test]
    fn each_kind_is_overtaken_by_what_contradicts_it() {
        // open, booking, to correct, full, scheduled, replaced, expired, needs staff, cancelling, cancelled
        let table = [
            (LetterKind::Received, "..x..xx.xx"),
            (LetterKind::NewRequest, ".....x..xx"),
            (LetterKind::ToCorrect, "xx.xxxxxxx"),
            (LetterKind::Link, "xxxx.xxxxx"),
            (LetterKind::Full, "xxx.xxxxxx"),
            (LetterKind::FullStaff, "xxx.xxxxxx"),
            (LetterKind::Cancelled, "xxxxxxxx.."),
            (LetterKind::Notice, ".........."),
        ];
        for (kind, expected) in table {
            let found: String = states().iter().map(|state| if is_overtaken(kind, state) { 'x' } else { '.' }).collect();
            assert_eq!(found, expected, "{kind:?}");
        }
    }
}
