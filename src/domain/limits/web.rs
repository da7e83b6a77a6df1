//! Every limit of the web, each with its reason. Invariant: a number that bounds something of the web stands here.

use std::time::Duration;

/// How long one answer may take: the store waits ten seconds for a writer, and no reader waits longer.
pub const ANSWER_TIME_MAX: Duration = Duration::from_secs(12);
/// Bytes of a request's body: nothing here takes one.
pub const BODY_BYTES_MAX: usize = 16 * 1024;
/// How long answers under way may take once the end was asked for: the desk has used up the rest of the ten seconds.
pub const DRAIN_MAX: Duration = Duration::from_millis(700);
/// How often recorded times are put into their buckets, so that they do not pile up in memory.
pub const METRICS_UPKEEP_EVERY: Duration = Duration::from_secs(5);
/// How long a probe waits for the store.
pub const PROBE_WAIT_MAX: Duration = Duration::from_secs(2);
/// Characters of a title that are shown: a line or three on a phone.
pub const TITLE_CHARS_MAX: usize = 200;
/// Characters of a unit that are shown.
pub const UNIT_CHARS_MAX: usize = 120;
/// Characters of what a party says in `/readyz`.
pub const TROUBLE_CHARS_MAX: usize = 200;
/// Characters of a web address: more breaks in mail programs and browsers.
pub const ADDRESS_CHARS_MAX: usize = 2_000;
/// Events of today on the first page; the schedule has all.
pub const TODAY_SHOWN_MAX: usize = 12;
/// Later events on the first page.
pub const NEXT_SHOWN_MAX: usize = 5;
