//! Everything that can go wrong with a call, by the name of what goes wrong.

use std::time::Duration;

use loket_sandbox::calls::Party;
use loket_sandbox::faults::{Action, When};

use crate::ledger;
use crate::office::{Office, send};

/// What goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    Refused,
    RateLimited,
    NotSent,
    AnswerLost,
    ProcessDies,
    Unreadable,
    TooSlow,
    RecordFails,
}

impl Trouble {
    pub const ALL: [Trouble; 8] = [
        Trouble::Refused,
        Trouble::RateLimited,
        Trouble::NotSent,
        Trouble::AnswerLost,
        Trouble::ProcessDies,
        Trouble::Unreadable,
        Trouble::TooSlow,
        Trouble::RecordFails,
    ];

    /// What happens to a call of this name.
    pub fn action(self, office: &Office, party: Party, call: &str) -> Action {
        match self {
            Trouble::Refused => refused(party, call),
            Trouble::RateLimited => rate_limited(party),
            Trouble::NotSent => Action::CloseBefore,
            Trouble::AnswerLost => Action::CloseAfter,
            Trouble::ProcessDies => die(office, When::After),
            Trouble::Unreadable => Action::Garble,
            Trouble::TooSlow => Action::DelayAfter { ms: too_long(party, call) },
            Trouble::RecordFails => disk_full(office.store.clone(), full_for(party)),
        }
    }
}

/// The party says no, and would again.
pub fn refused(party: Party, call: &str) -> Action {
    match (party, call) {
        (Party::Google, "token") => {
            Action::status(400, r#"{"error":"invalid_grant","error_description":"Invalid JWT Signature."}"#)
        }
        (Party::Google, _) => {
            Action::status(400, r#"{"error":{"code":400,"message":"Invalid requests[0].","status":"INVALID_ARGUMENT"}}"#)
        }
        (Party::Zoom, _) => Action::status(400, r#"{"code":300,"message":"Validation Failed."}"#),
        (Party::Smtp, "smtp.rcpt" | "smtp.data" | "smtp.body") => Action::status(550, "5.7.1 Not here"),
        // A final no to the office itself is left for five minutes, since somebody has to mend a setting.
        (Party::Smtp, _) => Action::status(451, "4.3.0 Temporary failure"),
    }
}

/// The party has had too much.
pub fn rate_limited(party: Party) -> Action {
    match party {
        Party::Google => {
            Action::status(429, r#"{"error":{"code":429,"message":"Quota exceeded","status":"RESOURCE_EXHAUSTED"}}"#)
        }
        Party::Zoom => Action::status(
            429,
            r#"{"code":429,"message":"You have reached the maximum per-second rate limit for this API. Try again later."}"#,
        ),
        Party::Smtp => Action::status(421, "4.3.2 Too much at once"),
    }
}

/// The process is killed.
pub fn die(office: &Office, when: When) -> Action {
    let pid = office.pid();
    Action::hook(when, move |_| send("KILL", pid))
}

/// The call was carried out, and no record can be made for a while.
pub fn disk_full(store: String, lasts: Duration) -> Action {
    Action::hook_async(When::After, move |_| {
        let store = store.clone();
        async move {
            ledger::fill_up(&store).await;
            tokio::spawn(async move {
                tokio::time::sleep(lasts).await;
                ledger::make_room(&store).await;
            });
        }
    })
}

/// Long enough that recording a meeting is given up, and it is left to be looked for.
fn full_for(party: Party) -> Duration {
    Duration::from_secs(if party == Party::Zoom { 22 } else { 4 })
}

/// Beyond the time limits of the clients (`src/domain/limits`), in milliseconds.
pub fn too_long(party: Party, call: &str) -> u64 {
    match (party, call) {
        (Party::Zoom, _) | (Party::Smtp, "smtp.connect" | "smtp.ehlo") => 16_000,
        (Party::Smtp, "smtp.body") => 61_000,
        (Party::Google | Party::Smtp, _) => 21_000,
    }
}
