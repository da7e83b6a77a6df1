//! Limits of calls to Zoom.

use std::num::NonZeroU32;
use std::time::Duration;

use jiff::SignedDuration;

/// Zoom answers within a second as a rule; after this the outcome of a create is unknown.
pub const CALL_LIMIT: Duration = Duration::from_secs(15);
/// A connection is made within this; a failure here means that nothing was sent.
pub const CONNECT_LIMIT: Duration = Duration::from_secs(5);
/// Idle connections are dropped before servers and proxies drop them, since a POST on a dead one would end unknown.
pub const IDLE_LIMIT: Duration = Duration::from_secs(15);
/// A token is renewed this long before it ends.
pub const TOKEN_MARGIN: Duration = Duration::from_mins(1);
/// Calls of the label Light per second on a Pro account (Zoom, "API rate limits"), until an answer's header tells the plan's own.
pub const LIGHT_PER_SECOND: NonZeroU32 = NonZeroU32::new(30).expect("thirty is not zero");
/// Calls of the label Medium per second on a Pro account, likewise.
pub const MEDIUM_PER_SECOND: NonZeroU32 = NonZeroU32::new(20).expect("twenty is not zero");
/// After a refused credential or a missing scope somebody has to mend something.
pub const DENIED_WAIT: SignedDuration = SignedDuration::from_secs(30);
/// A refusal for the account's whole day that names no end, or one that is past, is tried again after this.
pub const DAY_WAIT: SignedDuration = SignedDuration::from_mins(10);
/// Meetings per page: Zoom's most.
pub const PAGE: u32 = 300;
/// Recurring meetings looked up at once.
pub const LOOKUPS_AT_ONCE: usize = 6;
/// Most calls per second that are believed of a plan: the largest has 80.
pub const PER_SECOND_MAX: u32 = 100;
/// One in so many of a second's Light calls may be made at once; the others come evenly, so that no second of Zoom's holds too many.
pub const LIGHT_BURST_SHARE: u32 = 20;
/// The same of Medium calls: a look at three accounts takes six of them, which should not wait for each other long.
pub const MEDIUM_BURST_SHARE: u32 = 4;
/// A refusal for the second just gone is over within this.
pub const SECOND_WAIT: SignedDuration = SignedDuration::from_secs(1);
