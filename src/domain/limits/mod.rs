//! Every limit of the house, each with its reason. Invariant: a number that bounds something stands in this folder and nowhere
//! else; a party's own are in the file of its name.

pub mod check;
pub mod free;
pub mod google;
pub mod mail;
pub mod phone;
pub mod store;
pub mod waits;
pub mod web;
pub mod zoom;

use std::time::Duration;

use jiff::SignedDuration;

/// Creates and changes that Zoom allows per host and UTC day (Zoom's API reference, "Create a meeting").
pub const ZOOM_CHANGES_PER_HOST_AND_DAY: u32 = 100;
/// Longest meeting of a Basic (unlicensed) host, minutes (Zoom support, since 2022-07-15).
pub const BASIC_HOST_MINUTES: i64 = 40;
/// Capacity of a host whose settings do not tell: what every plan has at least.
pub const DEFAULT_CAPACITY: u32 = 100;
/// Idle time beside a slot, on either side, up to which a fit is tight: an hour's meeting with its buffers finds no room in less.
/// Between 70 and 75 minutes fewest requests are refused (`loket bench refusals`).
pub const FIT_BESIDE: SignedDuration = SignedDuration::from_mins(75);
/// Meetings further away than half a working day say nothing about how a slot fits.
pub const FIT_WITHIN: SignedDuration = SignedDuration::from_hours(4);
/// How old a listing of a host may be when a host is chosen (contract, the life of a request).
pub const LISTING_AGE_MAX: SignedDuration = SignedDuration::from_secs(5);
/// How long hosts that answer wait for one that does not, before the choice is made without it.
pub const LISTING_PATIENCE: SignedDuration = SignedDuration::from_millis(2_500);
/// How long a meeting that is live beyond its plan, or has none, is taken to go on.
pub const LIVE_GOES_ON: SignedDuration = SignedDuration::from_mins(60);
/// Law 3: the first complete listing without the marker counts only this long after the call ended.
pub const FIRST_LOOK_AFTER: SignedDuration = SignedDuration::from_secs(10);
/// Law 3: the second one counts only this long after the first.
pub const SECOND_LOOK_AFTER: SignedDuration = SignedDuration::from_secs(5);
/// When the call of a holder that lost its lease must have ended, counted from the takeover: it left within 2 s of a confirmed lease
/// that went on for 5 s, so at least 3 s ago, and took at most 15 s (`store::LEASE_*`, `zoom::CALL_LIMIT`).
pub const ANOTHERS_CALL_ENDS_AFTER: SignedDuration = SignedDuration::from_secs(12);
/// Looking for a lost meeting this often before the first counted listing, since most are found at once.
pub const LOOK_EVERY: SignedDuration = SignedDuration::from_secs(2);
/// Law 3: how long looking may fail before staff are asked.
pub const LOOKING_MAX: SignedDuration = SignedDuration::from_mins(15);
/// How often it is looked once staff were asked: their account may come back, and nothing is in a hurry any more.
pub const LOOK_SLOWLY_EVERY: SignedDuration = SignedDuration::from_mins(1);
/// First wait after a call that was certainly not carried out; doubled each time.
pub const RETRY_FIRST: SignedDuration = SignedDuration::from_secs(1);
/// Longest wait between two tries of one thing. A party that is down is tried once a poll, so that it is used within a poll of its return.
pub const RETRY_MAX: SignedDuration = SignedDuration::from_secs(60);
/// Tries of a step beyond which its row says that Zoom cannot be reached: fewer are over within seconds.
pub const TRIES_TOLD: u32 = 2;
/// Tries of one letter that the mail server puts off before it is given up: at the longest wait of a minute three days. Tries that
/// fail because the server itself is down or over its limit do not count: nothing is lost however long that lasts.
pub const LETTER_TRIES_MAX: u32 = 4_320;
/// A *link* letter whose acceptance is unknown goes once more after this long (DESIGN 5a).
pub const LETTER_UNKNOWN_AGAIN_AFTER: SignedDuration = SignedDuration::from_mins(10);
/// Letters under way at once: one stuck mail server connection must not hold the others.
pub const LETTERS_AT_ONCE: usize = 16;
/// Creates under way at once: below Zoom's per-second limit of the smallest paid plan.
pub const CREATES_AT_ONCE: usize = 12;
/// Tickets looked at in one pass; more wait for the next pass, first come first served.
pub const TICKETS_PER_PASS: i64 = 500;
/// New answers read per poll; a backlog is taken up in several polls (Google recommends payloads under 2 MB).
pub const NEW_ROWS_PER_POLL: u32 = 500;
/// Rows before the last known one that are read again each poll, since rows may have been moved or deleted.
pub const TAIL_OVERLAP: u32 = 10;
/// Bytes that the answer to a poll is to have at rest: 64 KB (contract, what it is measured by), less some for what is not foreseen.
pub const POLL_BYTES: usize = 64_000;
/// Bytes of rows that the rotating slice may add to a poll where the rest leaves so much; more would only cost.
pub const SLICE_BYTES: usize = 12_000;
/// Most rows in the rotating slice.
pub const SLICE_ROWS_MAX: u32 = 100;
/// Rows of the timestamp column read at once when the end of the data has to be found.
pub const SCAN_ROWS: u32 = 20_000;
/// Rows with metadata at once: Google allows 30,000 characters of it per spreadsheet and each takes seven.
pub const MARKED_ROWS_MAX: usize = 4_000;
/// Rows marked in one call.
pub const MARKS_PER_CALL: usize = 200;
/// Rows written in one call: 200 rows of links and notes are about 100 KB.
pub const ROWS_PER_WRITE: usize = 200;
/// Calls that write rows under way at once: one that is stuck must not hold the others.
pub const WRITES_AT_ONCE: usize = 3;
/// One of the rows that are protected against Loket is tried again this often: two of a minute's 60 writes, and whoever lifts a
/// protection sees it gone within a minute.
pub const PROTECTED_RETRY: Duration = Duration::from_secs(30);
/// Longest answer to a question that is kept; Google's own limit for a cell is 50,000 characters.
pub const CELL_CHARS_MAX: usize = 5_000;
/// Longest reason that staff may give: a sentence or two, told in a letter.
pub const REASON_CHARS_MAX: usize = 300;
/// Longest note in a row: less than what is kept of a cell that is read, else it would differ from what is to stand there at every poll.
pub const NOTE_CHARS_MAX: usize = 4_000;
const _: () = assert!(NOTE_CHARS_MAX < CELL_CHARS_MAX);
/// Longest topic given to Zoom: its limit is 200, less the ticket number.
pub const TOPIC_CHARS_MAX: usize = 180;
/// Longest mail address (RFC 5321, 4.5.3.1.3, less the angle brackets).
pub const EMAIL_CHARS_MAX: usize = 254;
/// Most participants that are believed; more is a typing mistake, or a date for which Google took `10-12`: its serials begin at
/// 36,526. Zoom's largest add-on holds 10,000.
pub const PARTICIPANTS_MAX: u32 = 20_000;
/// Longest text that is read as a date, a time, a length or a number; what is longer tells a story.
pub const READ_CHARS_MAX: usize = 200;
/// A day and month without a year that lies no further back than this was hardly meant for next year (the office's rule).
pub const JUST_PASSED_DAYS: i32 = 90;
/// Most days of one event that are believed.
pub const RANGE_DAYS_MAX: i32 = 92;
/// How far ahead an event may lie; further is a typing mistake in the year.
pub const AHEAD_DAYS_MAX: i64 = 731;
/// Days that are looked through for the next one with service: the longest row of holidays is below two weeks.
pub const CLOSED_DAYS_MAX: usize = 60;
/// An answer that comes so long after a letter may answer it: nobody reads a letter and fills in the form within a minute.
pub const ANSWERS_A_LETTER_AFTER: SignedDuration = SignedDuration::from_mins(1);
/// Longest address of a prefilled form: browsers and mail programs cut off more.
pub const FORM_LINK_CHARS_MAX: usize = 4_000;
/// Number formats that are remembered, so that no row is looked up twice.
pub const PATTERNS_KEPT_MAX: usize = 2_000;
/// Shortest event that is believed; a shorter one is a number whose unit was mistaken.
pub const EVENT_MINUTES_MIN: i64 = 5;
/// A ticket stays open this long after its event, so that late edits of its row are still seen.
pub const OPEN_AFTER_END: SignedDuration = SignedDuration::from_hours(24);
/// A ticket that waits for people is closed after this long without a word.
pub const WAIT_FOR_PEOPLE: SignedDuration = SignedDuration::from_hours(24 * 30);
/// Pages read of one listing; 300 meetings a page, and no account plans 30,000 meetings.
pub const LISTING_PAGES_MAX: u32 = 100;
/// Characters of an answer that are quoted in a problem or a note: one bad answer must not fill a letter.
pub const QUOTED_CHARS_MAX: usize = 80;
/// Marks above or below a letter; more make a tower that covers the lines around it.
pub const MARKS_MAX: usize = 2;
/// The wall clock is looked at this often, since it may be set: due times are wall-clock times (contract: at least every second).
pub const TICK: Duration = Duration::from_millis(500);
/// How often old tickets are looked for, to be closed.
pub const TIDY_EVERY: Duration = Duration::from_mins(10);
/// A row's metadata may be missing from one read while people move rows; after this many it is looked for.
pub const MARK_MISSES: u32 = 2;
/// So many rows with another answer and no new timestamp in one read are a torn sheet: within a poll people edit one or two.
pub const TORN_ROWS_MIN: usize = 3;
/// So many rows that show each other's names, titles or addresses are one too: that is no edit.
pub const TORN_BORROWED_MIN: usize = 2;
/// So many rows with one request's answer and another's number are one as well: a sort moves at least two.
pub const TORN_MIXED_MIN: usize = 2;
/// Rounds through the whole sheet in which a row is looked for before staff are told that it is gone: it may be moved from where
/// it will be read to where it was.
pub const ROUNDS_TO_MISS: u64 = 2;
/// Rounds in which a row that was cut and pasted while it was written is to be joined again, so that it can be mended: its old metadata
/// is taken off and new made, each after a read.
pub const ROUNDS_TO_JOIN: u64 = 20;
/// Reads whose rows are kept while a write is under way or was not looked at: the oldest is of before it, and each is a poll's few rows.
pub const READS_KEPT_MAX: usize = 4;
/// How often what one write overwrote is put back, should columns and rows be moved under that again and again; then staff are told.
pub const PUT_BACK_MAX: u32 = 5;
/// Ticket numbers that a notice names; it says that there are others.
pub const NUMBERS_TOLD_MAX: usize = 20;
/// Events that wait for the clerk; each is one call that ended, and few are under way at once.
pub const CLERK_EVENTS_MAX: usize = 64;
/// How often a record is tried again at once when the store fails, before the ticket is left to be settled by looking.
pub const RECORD_TRIES: u32 = 8;
/// How often a meeting that is not needed is deleted at once, within twenty seconds, before it is left to be found by looking.
pub const UNDO_TRIES: u32 = 8;
/// Facts of an account are looked up again after this: a downgrade is seen within minutes.
pub const ACCOUNT_AGE_MAX: Duration = Duration::from_mins(10);
/// An account that is not there or may not hold meetings is left out for this long.
pub const UNUSABLE_FOR: Duration = Duration::from_mins(5);
/// How long effects under way may take once the end was asked for; the whole end takes at most 10 s (contract).
pub const END_LIMIT: Duration = Duration::from_secs(9);
/// How long `run --once` waits for what is unsettled (contract).
pub const ONCE_LIMIT: Duration = Duration::from_mins(1);
/// How often `run --once` looks whether all is done.
pub const ONCE_LOOK: Duration = Duration::from_millis(100);
/// Threads that work: there is more waiting than work, and each thread takes memory of its own, on a machine of many cores too.
pub const WORKERS: usize = 2;
/// For so long a request that was found waiting at the start waits for every account to be listed once: a restored ledger may not know
/// of its meeting. An account that fails for longer holds up nobody.
pub const ALL_LISTED_PATIENCE: Duration = Duration::from_mins(2);
/// An answer that may be an edit of a ticket whose row was never numbered is held back no longer than this, however long looking through the
/// sheet takes: a request is worth more than a doubt.
pub const EDIT_HELD_MAX: Duration = Duration::from_mins(10);
/// How often number formats are looked up for one answer: a row may move under the first look, and the second.
pub const PATTERN_LOOKS_MAX: u32 = 4;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_under_a_lost_lease_has_ended_when_it_counts_as_ended() {
        assert!(ANOTHERS_CALL_ENDS_AFTER.unsigned_abs() + store::LEASE_FOR >= zoom::CALL_LIMIT + store::LEASE_CONFIRMED_FOR);
        assert!(store::STANDSTILL_MAX < store::LOCK_WAIT_MAX && store::LOCK_WAIT_MAX < store::LEASE_FOR);
    }
}
