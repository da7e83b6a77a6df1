//! Limits of calls to Google.

use std::time::Duration;

use jiff::SignedDuration;

/// A call that takes longer than this has failed: Google answers within a second, and gives up itself after 180.
pub const CALL_LIMIT: Duration = Duration::from_secs(20);
/// A new token is asked for at most this long.
pub const TOKEN_LIMIT: Duration = Duration::from_secs(10);
/// After a quota refusal Google asks for a wait of up to a minute; quotas refill each minute.
pub const QUOTA_WAIT: SignedDuration = SignedDuration::from_secs(10);
/// After a refused token or missing permission somebody has to mend something.
pub const DENIED_WAIT: SignedDuration = SignedDuration::from_secs(30);
/// One in so many of a minute's calls may be made at once; the others come evenly. Few, so that 95 % of the quota is used also when
/// there is much to do; and enough that what one answer brings about (mark, status, link) does not wait.
pub const BURST_SHARE: u32 = 20;
/// Bytes of an answer once unpacked: the largest that is asked for, 500 new answers, has 2 MB at most as Google recommends; far more is
/// broken or hostile.
pub const ANSWER_BYTES_MAX: u64 = 32 * 1024 * 1024;
