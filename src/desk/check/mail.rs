//! The mail server: whether it is there, lets Loket in, and takes the sender. No letter is sent.

use super::{Report, Subject};
use crate::adapters::mail::probe::Tried;
use crate::domain::finding::{Area, Finding, Flaw};

const SERVER: &str = "server";
const LOGIN: &str = "login";
const SENDER: &str = "sender";

pub(super) async fn look(subject: &Subject<'_>) -> Report {
    let mailer = match subject.mail {
        Ok(mailer) => mailer,
        Err(text) => {
            let (found, mend) = text.split_once("; ").unwrap_or((text, "see docs/mail.md"));
            let findings =
                vec![Finding::failed(Area::Config, "mail.url", Flaw::new(found, mend)), skipped(SERVER, "`mail.url` is wrong")];
            return Report { findings, clock_ahead: None };
        }
    };
    let tried = mailer.try_out(&subject.settings.mail.from).await;
    let place = mailer.place();
    let there = || Finding::ok(Area::Mail, SERVER, format!("{place}: answers"));
    let login = || {
        let found = if mailer.has_login() { "accepted" } else { "none is asked for" };
        Finding::ok(Area::Mail, LOGIN, found)
    };
    let failed = |item: &str, flaw| Finding::failed(Area::Mail, item, flaw);
    let findings = match tried {
        Tried::Welcome => {
            vec![there(), login(), Finding::ok(Area::Mail, SENDER, "the server takes `mail.from`")]
        }
        Tried::NoServer(flaw) => {
            let why = "the server cannot be reached";
            vec![failed(SERVER, flaw), skipped(LOGIN, why), skipped(SENDER, why)]
        }
        Tried::NoLogin(flaw) => vec![there(), failed(LOGIN, flaw), skipped(SENDER, "the login is refused")],
        Tried::NoSender(flaw) => vec![there(), login(), failed(SENDER, flaw)],
    };
    Report { findings, clock_ahead: None }
}

fn skipped(item: &str, why: &str) -> Finding {
    Finding::skipped(Area::Mail, item, why)
}
