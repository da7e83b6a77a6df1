//! Looking at the set-up: what the app may do, what each account is, and what is locked for all of them. Only reads.

use reqwest::Method;
use serde_json::Value;

use super::accounts::{LICENSED, absent, capacity, encode, is_absent, not_active};
use super::door::{Ended, Label, Refusal, ZoomDoor};
use super::token::{DOWN_MEND, NoToken, Scopes};
use crate::domain::finding::Flaw;

/// Zoom's number for a Basic user (API reference, "Get a user", `type`).
const BASIC: i64 = 1;
/// A meeting that is nobody's: Zoom's numbers have ten or eleven digits.
const NOBODYS: &str = "/meetings/1";

/// An account's licence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Licence {
    /// Its meetings end after 40 minutes.
    Basic,
    /// No such end.
    Licensed,
    /// It may hold no meetings.
    None,
}

/// What an account is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostFacts {
    /// Its licence.
    pub licence: Licence,
    /// The rest, where its settings may be read.
    pub settings: Option<HostSettingsSeen>,
}

/// What an account's settings say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostSettingsSeen {
    /// How many people it holds.
    pub capacity: u32,
    /// Whether it has the add-on for more meetings at once.
    pub concurrent_add_on: bool,
    /// Participants may enter before the host, unless a meeting says otherwise.
    pub join_before_host: Option<bool>,
    /// Participants wait to be let in, unless a meeting says otherwise.
    pub waiting_room: Option<bool>,
}

/// Why an account cannot be looked at or used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HostTrouble {
    /// It is not there, or not active.
    Unusable(Flaw),
    /// The app may not look: the scope.
    Scope(String),
    /// Zoom does not answer.
    Down(Flaw),
    /// Zoom refuses for another reason.
    Refused(Flaw),
}

/// What is locked for every account: a meeting cannot ask for anything else.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Locks {
    /// Whether participants may enter before the host.
    pub join_before_host: bool,
    /// The waiting room.
    pub waiting_room: bool,
}

impl ZoomDoor {
    /// Asks for a token. Gives what it allows, where Zoom says so.
    pub async fn try_token(&self) -> Result<Option<Scopes>, NoToken> {
        self.token().await.map(|token| token.scopes)
    }

    /// Looks at an account; at its settings only where that is allowed.
    pub async fn inspect(&self, email: &str, with_settings: bool) -> Result<HostFacts, HostTrouble> {
        let path = format!("/users/{}", encode(email));
        let user = seen(email, self.asked("users.get", Label::Light, Method::GET, &path, None).await)?;
        if let Some(status) = user["status"].as_str().filter(|status| *status != "active") {
            let mend = match status {
                "pending" => "its holder has to accept Zoom's invitation; or take it out of `zoom.hosts`",
                _ => "activate it in Zoom under User Management, Users; or take it out of `zoom.hosts`",
            };
            return Err(HostTrouble::Unusable(Flaw::new(not_active(email, status), mend)));
        }
        let licence = match user["type"].as_i64() {
            Some(LICENSED) => Licence::Licensed,
            Some(BASIC) => Licence::Basic,
            _ => Licence::None,
        };
        if !with_settings {
            return Ok(HostFacts { licence, settings: None });
        }
        let path = format!("/users/{}/settings", encode(email));
        let body = seen(email, self.asked("users.settings", Label::Medium, Method::GET, &path, None).await)?;
        let (schedule, meeting) = (&body["schedule_meeting"], &body["in_meeting"]);
        let add_on = body["feature"]["concurrent_meeting"].as_str();
        let settings = HostSettingsSeen {
            capacity: capacity(&body["feature"]),
            concurrent_add_on: add_on.is_some_and(|plan| !plan.is_empty() && !plan.eq_ignore_ascii_case("none")),
            join_before_host: schedule["join_before_host"].as_bool(),
            waiting_room: body["meeting_security"]["waiting_room"].as_bool().or(meeting["waiting_room"].as_bool()),
        };
        Ok(HostFacts { licence, settings: Some(settings) })
    }

    /// Whether the app may list meetings and read one: for tokens that do not say what they allow. Gives the scopes that Zoom
    /// names as missing.
    pub async fn try_reading(&self, email: &str) -> Result<Vec<String>, HostTrouble> {
        let list = format!("/users/{}/meetings?type=live&page_size=1", encode(email));
        let (list, get) = tokio::join!(
            self.asked("meetings.list", Label::Medium, Method::GET, &list, None),
            self.asked("meetings.get", Label::Light, Method::GET, NOBODYS, None),
        );
        let mut missing = Vec::new();
        for ended in [list, get] {
            match seen(email, ended) {
                Err(HostTrouble::Scope(scope)) => missing.push(scope),
                Err(down @ HostTrouble::Down(_)) => return Err(down),
                // That the meeting is not there was to be expected; what is wrong with the account is told of the account.
                Ok(_) | Err(_) => {}
            }
        }
        Ok(missing)
    }

    /// What is locked for every account; none where the app may not know.
    pub async fn locks(&self) -> Option<Locks> {
        let ended = self.asked("accounts.locks", Label::Medium, Method::GET, "/accounts/me/lock_settings", None).await;
        let Ended::Answered(body) = ended else { return None };
        let locked = |section: &str, key: &str| body[section][key].as_bool() == Some(true);
        Some(Locks {
            join_before_host: locked("schedule_meeting", "join_before_host"),
            waiting_room: locked("in_meeting", "waiting_room") || locked("meeting_security", "waiting_room"),
        })
    }
}

fn seen(email: &str, ended: Ended) -> Result<Value, HostTrouble> {
    match ended {
        Ended::Answered(body) => Ok(body),
        Ended::Refused(refusal) if refusal.is_scope() => Err(HostTrouble::Scope(scope_in(&refusal))),
        Ended::Refused(refusal) if is_absent(&refusal) => Err(HostTrouble::Unusable(Flaw::new(
            absent(email, &refusal),
            "write the address in `zoom.hosts` as Zoom has it under User Management, Users; or take it out",
        ))),
        Ended::Refused(refusal) => Err(HostTrouble::Refused(Flaw::new(
            format!("Zoom refuses to show {email}: {}", refusal.text()),
            "see docs/zoom.md, and the account in Zoom under User Management, Users",
        ))),
        Ended::NotDone(why) => Err(HostTrouble::Down(Flaw::new(why.text(), DOWN_MEND))),
        Ended::Unknown(text) => Err(HostTrouble::Down(Flaw::new(text, DOWN_MEND))),
    }
}

/// The scope that Zoom says is missing: `… does not contain scopes:[user:read:user:admin].`
fn scope_in(refusal: &Refusal) -> String {
    let inside = refusal.message.split_once('[').and_then(|(_, rest)| rest.split_once(']'));
    let first = inside.map_or("", |(scopes, _)| scopes).split(',').next().unwrap_or("");
    first.trim_matches(|c: char| !c.is_ascii_alphanumeric()).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_missing_scope_is_read_also_from_broken_json() {
        for message in [
            "Invalid access token, does not contain scopes:[user:read:list_users:admin].",
            r#"{"code":104,"message":"Invalid access token, does not contain scopes:["user:read:list_users:admin","user:read:admin"]."}"#,
        ] {
            let refusal = Refusal { status: 400, code: 4711, message: message.to_owned() };
            assert_eq!(scope_in(&refusal), "user:read:list_users:admin");
        }
    }
}
