//! Which letters that have not left yet are overtaken by what became of their ticket. A letter under way or taken is never touched.

use super::letter::LetterKind;
use super::ticket::State;

/// Whether a letter of this kind that is still due says something else than how its ticket stands now.
///
/// *Received* stays where the link follows it: it is the receipt with what was noted down, and goes first. A newer letter of the
/// same kind to the same person overtakes an older one whatever the state.
pub fn is_overtaken(kind: LetterKind, state: &State) -> bool {
    match kind {
        LetterKind::Received => matches!(state, State::ToCorrect(_) | State::Replaced(_) | State::Expired),
        LetterKind::NewRequest => matches!(state, State::Replaced(_)),
        LetterKind::ToCorrect => !matches!(state, State::ToCorrect(_)),
        LetterKind::Full | LetterKind::FullStaff => !matches!(state, State::Full(_)),
        LetterKind::Link => !matches!(state, State::Scheduled(_)),
        LetterKind::Notice => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::intent::{Intent, Progress};
    use crate::domain::meeting::{Marker, Meeting};
    use crate::domain::problem::Reason;
    use crate::domain::rules::Opening;
    use crate::domain::slot::Slot;

    /// One of each state, in the order of the table's columns.
    fn states() -> [State; 8] {
        let at = jiff::Timestamp::UNIX_EPOCH;
        let slot = Slot { start: at, end: at };
        let marker = Marker("VM-2026-0001/AAAAAAAA".into());
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
            State::Booking(Intent { host: String::new(), slot, marker, progress: Progress::Called }),
            State::ToCorrect(Vec::new()),
            State::Full(Reason::AllTaken),
            State::Scheduled(meeting),
            State::Replaced("VM-2026-0002".parse().unwrap()),
            State::Expired,
            State::NeedsStaff(Reason::Webinar, None),
        ]
    }

    #[test]
    fn each_kind_is_overtaken_by_what_contradicts_it() {
        // open, booking, to correct, full, scheduled, replaced, expired, needs staff
        let table = [
            (LetterKind::Received, "..x..xx."),
            (LetterKind::NewRequest, ".....x.."),
            (LetterKind::ToCorrect, "xx.xxxxx"),
            (LetterKind::Link, "xxxx.xxx"),
            (LetterKind::Full, "xxx.xxxx"),
            (LetterKind::FullStaff, "xxx.xxxx"),
            (LetterKind::Notice, "........"),
        ];
        for (kind, expected) in table {
            let found: String = states().iter().map(|state| if is_overtaken(kind, state) { 'x' } else { '.' }).collect();
            assert_eq!(found, expected, "{kind:?}");
        }
    }
}
