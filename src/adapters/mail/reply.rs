//! What the mail server's replies mean. The tables of codes are from Gmail's and Outlook's own words and RFC 5321, 3463, 4954.

use std::error::Error as _;
use std::time::Duration;

use lettre::transport::smtp::Error;
use lettre::transport::smtp::response::Response;

use crate::domain::limits::mail::{DAILY_LIMIT_WAIT, REPLY_CHARS_MAX, SETTINGS_WAIT, THROTTLED_WAIT};
use crate::domain::outcome::Why;

/// How far a letter had come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Phase {
    /// Connection, EHLO, STARTTLS, AUTH: not about any letter.
    Greeting,
    /// MAIL: about the office's own address, not about the letter.
    Sender,
    /// RCPT.
    Recipient,
    /// The command DATA.
    Data,
    /// The content.
    Content,
}

/// How a command failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Failure {
    /// The server's negative reply: code and text.
    Reply(u16, String),
    /// No reply that could be read.
    Silence(String),
}

impl Failure {
    /// From the client's error.
    pub(super) fn of(error: &Error) -> Failure {
        let Some(code) = error.status() else { return Failure::Silence(presentable(&error.to_string())) };
        let text = error.source().map(ToString::to_string).unwrap_or_default();
        Failure::Reply(code.into(), presentable(&text))
    }

    /// A positive reply that makes no sense at this place.
    pub(super) fn unexpected(reply: &Response) -> Failure {
        Failure::Silence(format!("unexpected reply {}", reply.code()))
    }

    /// Nothing came in time.
    pub(super) fn timeout(wait: Duration) -> Failure {
        Failure::Silence(format!("no reply within {} s", wait.as_secs_f32()))
    }
}

/// What a failure before or instead of acceptance means for the letter.
pub(super) fn why(phase: Phase, failure: &Failure) -> Why {
    let (code, text) = match failure {
        Failure::Silence(text) => return Why::Later(format!("mail server: {text}"), None),
        Failure::Reply(code, text) => (*code, text.as_str()),
    };
    let told = format!("mail server: {code} {text}");
    let later = |wait| Why::Later(told.clone(), wait);
    let enhanced = text.split_whitespace().next().unwrap_or_default();
    match (code, enhanced) {
        // The account's daily limit, told as if it were final.
        (500.., "5.4.5") => later(Some(DAILY_LIMIT_WAIT)),
        (500.., _) if text.contains("QuotaExceeded") => later(Some(DAILY_LIMIT_WAIT)),
        // Login missing, wrong or not strong enough: the operator's to mend, not the letter's fault.
        (530 | 534 | 535 | 538, _) => later(Some(SETTINGS_WAIT)),
        (454, _) => later(Some(THROTTLED_WAIT)),
        (421, _) if enhanced.starts_with("4.7.") => later(Some(THROTTLED_WAIT)),
        (..=499, _) if text.to_lowercase().contains("relay limit exceeded") => later(Some(THROTTLED_WAIT)),
        (421, _) => later(None),
        // The server is well enough to put off one recipient or letter: a full mailbox, greylisting. Its own trouble is 4.3.
        (..=499, _) if matches!(phase, Phase::Recipient | Phase::Content) && !enhanced.starts_with("4.3.") => Why::NotNow(told),
        (..=499, _) => later(None),
        _ if matches!(phase, Phase::Greeting | Phase::Sender) => later(Some(SETTINGS_WAIT)),
        _ => Why::Refused(told),
    }
}

/// A server's words in one line, without addresses, so that they may stand in a log.
fn presentable(text: &str) -> String {
    let word = |word: &str| if word.contains('@') { "<address>".to_owned() } else { word.to_owned() };
    let line = text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|w| !w.is_empty()).map(word);
    line.collect::<Vec<_>>().join(" ").chars().take(REPLY_CHARS_MAX).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(phase: Phase, code: u16, text: &str) -> (bool, Option<i64>) {
        match why(phase, &Failure::Reply(code, text.to_owned())) {
            Why::Later(_, wait) => (false, wait.map(|wait| wait.as_secs())),
            Why::NotNow(_) => (false, Some(0)),
            Why::Refused(_) => (true, None),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn each_reply_means_what_the_tables_say() {
        assert_eq!(check(Phase::Recipient, 550, "5.1.1 no such user"), (true, None));
        assert_eq!(check(Phase::Content, 552, "5.2.3 too big"), (true, None));
        assert_eq!(check(Phase::Content, 550, "5.4.5 Daily user sending limit exceeded"), (false, Some(3600)));
        assert_eq!(check(Phase::Recipient, 554, "5.2.0 SubmissionQuotaExceededException"), (false, Some(3600)));
        assert_eq!(check(Phase::Greeting, 535, "5.7.8 Username and Password not accepted"), (false, Some(300)));
        assert_eq!(check(Phase::Sender, 530, "5.7.0 Authentication required"), (false, Some(300)));
        assert_eq!(check(Phase::Sender, 553, "5.7.1 Sender address rejected: not owned by user"), (false, Some(300)));
        assert_eq!(check(Phase::Greeting, 454, "4.7.0 Too many login attempts"), (false, Some(120)));
        assert_eq!(check(Phase::Greeting, 421, "4.7.0 Try again later, closing connection."), (false, Some(120)));
        assert_eq!(check(Phase::Content, 421, "4.4.2 shutting down"), (false, None));
        // Put off: this one recipient or letter only.
        assert_eq!(check(Phase::Recipient, 450, "4.2.1 receiving email too quickly"), (false, Some(0)));
        assert_eq!(check(Phase::Recipient, 450, "4.7.1 Greylisting in action"), (false, Some(0)));
        assert_eq!(check(Phase::Recipient, 452, "4.2.2 recipient over quota"), (false, Some(0)));
        assert_eq!(check(Phase::Content, 451, ""), (false, Some(0)));
        // The server itself.
        assert_eq!(check(Phase::Recipient, 451, "4.3.0 Temporary server error"), (false, None));
        assert_eq!(check(Phase::Content, 452, "4.3.1 Insufficient system storage"), (false, None));
        assert_eq!(check(Phase::Sender, 451, "4.7.1 try again later"), (false, None));
        let relay = "4.2.1 Peak SMTP relay limit exceeded for this customer. This is a temporary error.";
        assert_eq!(check(Phase::Recipient, 450, relay), (false, Some(120)));
    }

    #[test]
    fn a_reply_is_kept_without_addresses() {
        assert_eq!(presentable("5.1.1 <ana@x.id>:\r\n Recipient unknown"), "5.1.1 <address> Recipient unknown");
    }
}
