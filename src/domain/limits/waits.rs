//! Limits of waiting: for a party's own limits, and for one that is down.

use jiff::SignedDuration;

/// Steps 4 to 7 of the SOP have 20 minutes together: who has to wait longer than that is told so.
pub const SERVICE_STANDARD: SignedDuration = SignedDuration::from_mins(20);
/// The longest wait that a party's `Retry-After` is believed: the limits of a day are the longest that Zoom, Google and mail
/// servers have, and an hour more is for clocks that differ.
pub const RETRY_AFTER_MAX: SignedDuration = SignedDuration::from_hours(25);
/// The same of Google: its quotas refill each minute, and a minute more is for clocks that differ.
pub const QUOTA_RETRY_MAX: SignedDuration = SignedDuration::from_mins(2);
/// Creates stop this far below the hundred of a host and day while another host will do: a meeting that exists has to be movable.
pub const CHANGES_HEAD_ROOM: u32 = 20;
/// A refusal so soon after midnight UTC is about the day before: Zoom's clock and this machine's may differ by as much.
pub const DAY_BEGINS_LATE: SignedDuration = SignedDuration::from_mins(5);
/// The day's first try comes so long after midnight UTC, for the same reason: a machine kept by NTP is within seconds.
pub const DAY_MARGIN: SignedDuration = SignedDuration::from_secs(20);
/// A limit's wait is longer than this; what is shorter is a try after a failure (one minute at most) and not worth a word.
pub const WAIT_TOLD_MIN: SignedDuration = SignedDuration::from_secs(90);
/// A party that is down so long is told to staff: shorter ones mend themselves, and half of the service standard is left.
pub const OUTAGE_TOLD_AFTER: SignedDuration = SignedDuration::from_mins(10);
/// A party has to answer so long before its outage counts as over: one that comes and goes makes one notice, not many.
pub const OUTAGE_OVER_AFTER: SignedDuration = SignedDuration::from_mins(1);
/// A meeting with a marker of ours and no ticket is reported only when seen again so much later: one that is being undone is gone
/// by then (a call takes 15 s at most).
pub const ORPHAN_SEEN_AGAIN: SignedDuration = SignedDuration::from_secs(20);
/// The accounts are looked through for such meetings at least so often, also where nobody asks for one.
pub const ORPHAN_ROUND: SignedDuration = SignedDuration::from_hours(1);
/// Such meetings that are kept in mind before they are seen again; more are looked at in the next round.
pub const SUSPECTS_MAX: usize = 1_000;
