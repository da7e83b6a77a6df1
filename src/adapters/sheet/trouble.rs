//! Why Google did not do what was asked, in words that say how to mend it: the same in the log of `run` and in `check`.

use jiff::SignedDuration;
use serde_json::Value;

use crate::domain::finding::Flaw;
use crate::domain::outcome::{Outcome, Why};

/// What is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trouble {
    /// Google cannot be reached, or breaks off; its own fault or the network's.
    Down(String),
    /// The key is not accepted: it was deleted, or belongs to another account.
    Key(String),
    /// The service account does not exist any more.
    Account(String),
    /// Google takes the token's times for wrong.
    Clock(String),
    /// No token for another reason.
    Token(String),
    /// The Sheets API is off in the account's project.
    ApiOff {
        /// Where it is turned on.
        link: String,
    },
    /// The spreadsheet is not shared with the service account.
    NotShared(String),
    /// It is shared for reading only.
    ReadOnly(String),
    /// What was to be written is protected against the service account.
    Protected(String),
    /// There is no such spreadsheet.
    NoSheet(String),
    /// Too many calls this minute.
    Quota(String),
    /// Anything else, in Google's words.
    Other(String),
}

impl Trouble {
    /// What is wrong, and how to mend it. `account` is the service account's address.
    pub fn flaw(&self, account: &str) -> Flaw {
        match self {
            Trouble::Down(text) => {
                Flaw::new(text, "see that this machine reaches Google (network, proxy, DNS, `google.endpoint`), and try again")
            }
            Trouble::Key(text) => Flaw::new(
                format!("Google does not accept the key of {account}: {text}"),
                "the key was deleted or is another account's: make a new one in the Google Cloud console under IAM & Admin, \
                 Service accounts, Keys, and put it where `google.credentials` says",
            ),
            Trouble::Account(text) => Flaw::new(
                format!("Google knows no service account {account}: {text}"),
                "it was deleted: make a service account and a key for it in the Google Cloud console, put the key where \
                 `google.credentials` says, and share the spreadsheet with the new account",
            ),
            Trouble::Clock(text) => Flaw::new(
                format!("Google takes the time of this machine for wrong: {text}"),
                "set this machine's clock by NTP: `timedatectl set-ntp true`",
            ),
            Trouble::Token(text) => Flaw::new(
                format!("Google gives no token: {text}"),
                "see that the key in `google.credentials` is the newest one of its service account, and this machine's clock is right",
            ),
            Trouble::ApiOff { link } => Flaw::new(
                "the Google Sheets API is off in the service account's project",
                format!("enable it at {link}, and wait a few minutes"),
            ),
            Trouble::NotShared(text) => Flaw::new(
                format!("the spreadsheet is not shared with the service account ({text})"),
                format!(
                    "open the spreadsheet, Share, and add {account} as Editor; if it is, see that `sheet.id` is this spreadsheet's"
                ),
            ),
            Trouble::ReadOnly(text) => Flaw::new(
                format!("the spreadsheet is shared with the service account for reading only ({text})"),
                format!("open the spreadsheet, Share, and make {account} an Editor"),
            ),
            Trouble::Protected(text) => {
                Flaw::new(format!("cells that Loket has to write are protected ({text})"), protection_mend(account))
            }
            Trouble::NoSheet(text) => Flaw::new(
                format!("there is no such spreadsheet ({text})"),
                "put into `sheet.id` what stands between `/d/` and `/edit` in the spreadsheet's address",
            ),
            Trouble::Quota(text) => Flaw::new(
                format!("Google's quota is used up: {text}"),
                "wait a minute; if it stays so, see that nothing else uses this service account, and that \
                 `google.reads_per_minute` and `google.writes_per_minute` are not above Google's 60",
            ),
            Trouble::Other(text) => Flaw::new(format!("Google refuses: {text}"), "see docs/google.md"),
        }
    }
}

/// How a protection is opened for Loket.
pub(super) fn protection_mend(account: &str) -> String {
    format!("in the spreadsheet under Data, Protect sheets and ranges, let {account} edit them, or take the protection away")
}

/// What is known of how a call failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum How {
    /// It was not carried out, and may be tried again; perhaps after this time.
    Later(Option<SignedDuration>),
    /// It may have been carried out.
    Unknown,
    /// It was not carried out, and will not be.
    Refused,
}

/// A call that failed.
#[derive(Debug, Clone)]
pub(super) struct Failure {
    pub(super) trouble: Trouble,
    pub(super) how: How,
    /// The HTTP status, if Google answered.
    pub(super) status: Option<u16>,
}

impl Failure {
    /// As the outcome of a call.
    pub(super) fn outcome<T>(self, name: &str, account: &str) -> Outcome<T> {
        let text = format!("{name}: {}", self.trouble.flaw(account));
        match self.how {
            How::Later(wait) => Outcome::NotDone(Why::Later(text, wait)),
            How::Unknown => Outcome::Unknown(text),
            How::Refused if matches!(self.trouble, Trouble::Protected(_)) => Outcome::NotDone(Why::Protected(text)),
            How::Refused => Outcome::NotDone(Why::Refused(text)),
        }
    }
}

/// What an answer with an error status means: key off status and reason, never the message (APIS A5).
pub(super) fn answered(status: u16, body: &Value, writing: bool) -> Trouble {
    let error = &body["error"];
    let message = error["message"].as_str().unwrap_or("no reason given");
    let text = format!("{status} {}", message.chars().take(400).collect::<String>());
    let mut details = error["details"].as_array().into_iter().flatten();
    let info = details.find(|detail| detail["reason"].is_string());
    match (status, info.and_then(|info| info["reason"].as_str())) {
        (403, Some("SERVICE_DISABLED")) => {
            let link = info.and_then(|info| info["metadata"]["activationUrl"].as_str());
            let usual = "https://console.cloud.google.com/apis/library/sheets.googleapis.com";
            Trouble::ApiOff { link: link.filter(|link| link.starts_with("https://")).unwrap_or(usual).to_owned() }
        }
        (403, Some("ACCESS_TOKEN_SCOPE_INSUFFICIENT")) => Trouble::Other(text),
        (403, _) if writing => Trouble::ReadOnly(text),
        (403, _) => Trouble::NotShared(text),
        // Protection has no status of its own: only the words tell it from other bad requests.
        (400, _) if message.contains("protected cell") => Trouble::Protected(text),
        (401, _) => Trouble::Token(text),
        (404, _) => Trouble::NoSheet(text),
        (429, _) => Trouble::Quota(text),
        (500.., _) => Trouble::Down(format!("Google fails: {text}")),
        _ => Trouble::Other(text),
    }
}

/// What a refusal to give a token means. Google tells the cause in its description only.
pub(super) fn no_token(error: &yup_oauth2::Error) -> Trouble {
    use yup_oauth2::Error;
    match error {
        Error::AuthError(refusal) => {
            let text = refusal.to_string();
            let tells = |part: &str| text.to_lowercase().contains(part);
            if tells("signature") {
                Trouble::Key(text)
            } else if tells("account not found") {
                Trouble::Account(text)
            } else if tells("reasonable timeframe") || tells("iat and exp") {
                Trouble::Clock(text)
            } else {
                Trouble::Token(text)
            }
        }
        Error::HttpError(_) | Error::HttpClientError(_) | Error::LowLevelError(_) => {
            Trouble::Down("cannot reach Google for a token".to_owned())
        }
        Error::JSONError(_) => Trouble::Down("Google's answer to the request for a token cannot be read".to_owned()),
        other => Trouble::Token(other.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn each_refusal_says_who_has_to_do_what() {
        let refusal = |status: u16, details: Value| json!({"error": {"code": status, "message": "m", "details": details}});
        let mend = |status, details, writing| answered(status, &refusal(status, details), writing).flaw("a@b.iam").mend;
        assert!(mend(403, json!([]), false).contains("add a@b.iam as Editor"));
        assert!(mend(403, json!([]), true).contains("make a@b.iam an Editor"));
        assert!(mend(404, json!([]), false).contains("`sheet.id`"));
        let off = json!([{"reason": "SERVICE_DISABLED", "metadata": {"activationUrl": "https://console/x"}}]);
        assert!(mend(403, off, true).contains("https://console/x"));
        assert!(matches!(answered(503, &Value::Null, false), Trouble::Down(_)));
    }
}
