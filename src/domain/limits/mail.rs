//! The limits of mail, each with its reason.

use std::time::Duration;

use jiff::SignedDuration;

/// Longest wait for a connection with its greeting and EHLO, and again for each of STARTTLS and AUTH: a server that is up
/// answers within two seconds, and a letter that waits here can still go later.
pub const CONNECT_WAIT: Duration = Duration::from_secs(10);
/// Longest wait for the reply to MAIL, RCPT or DATA; some servers look the recipient up elsewhere before they answer.
pub const COMMAND_WAIT: Duration = Duration::from_secs(20);
/// Longest wait for the reply to a letter's content: servers scan it for viruses before they answer (RFC 5321, 4.5.3.2.6
/// allows ten minutes; a letter of ours has a few dozen kilobytes).
pub const CONTENT_WAIT: Duration = Duration::from_mins(1);
/// Idle connections kept: a burst of letters goes over a few, and mail servers refuse many from one address.
pub const IDLE_CONNECTIONS_MAX: usize = 4;
/// How long an idle connection is kept: well below the 5 minutes after which servers hang up (RFC 5321, 4.5.3.2.7).
pub const IDLE_MAX: Duration = Duration::from_secs(30);
/// Wait after the account's daily limit was met: it counts over a rolling day, so nobody knows better than to look each hour.
pub const DAILY_LIMIT_WAIT: SignedDuration = SignedDuration::from_hours(1);
/// Wait after a failure that only the operator can mend, a wrong password say: trying faster locks accounts.
pub const SETTINGS_WAIT: SignedDuration = SignedDuration::from_mins(5);
/// Wait after "too many logins" or "try again later": Gmail counts such tries against the account.
pub const THROTTLED_WAIT: SignedDuration = SignedDuration::from_mins(2);
/// Longest part of a server's reply that is kept, characters: it goes into a cell and a log line.
pub const REPLY_CHARS_MAX: usize = 300;
/// Longest subject, characters: more is cut off by every mail program.
pub const SUBJECT_CHARS_MAX: usize = 180;
/// Longest name or unit in a letter, characters; a longer one is a mistake or an attack.
pub const NAME_CHARS_MAX: usize = 120;
/// Longest title in a letter, characters.
pub const TOPIC_CHARS_MAX: usize = 300;
/// Longest name of a recipient in the header To, characters.
pub const MAILBOX_CHARS_MAX: usize = 70;
/// Longest question shown in the letter to staff, characters.
pub const QUESTION_CHARS_MAX: usize = 300;
/// Most questions shown in the letter to staff.
pub const ANSWERS_MAX: usize = 200;
/// How long before the start staff open a room that participants cannot open themselves. The letter says so.
pub const STAFF_OPEN_BEFORE: SignedDuration = SignedDuration::from_mins(15);
/// Most paragraphs of a notice: who has to act reads one screen.
pub const NOTICE_LINES_MAX: usize = 20;
/// Longest paragraph of a notice; the longest holds a list of ticket numbers.
pub const NOTICE_LINE_CHARS_MAX: usize = 1_000;
