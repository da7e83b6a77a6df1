//! The web: whether the daemon can listen, and whether the addresses that letters and pages name answer.

use std::io::ErrorKind;
use std::net::SocketAddr;

use super::{Report, Subject};
use crate::adapters::reach;
use crate::domain::finding::{Area, Finding, Flaw};

pub(super) async fn look(subject: &Subject<'_>) -> Report {
    let web = &subject.settings.web;
    let public = web.public_url.0.as_str();
    let (listening, public, form, survey) = tokio::join!(
        listening(subject),
        page(
            "web.public_url",
            public,
            "start the daemon and the proxy before it, or mend the address; links in letters begin with it"
        ),
        page("web.form_url", &web.form_url, "put the address under which people open the form; letters lead to it"),
        page("web.survey_url", &web.survey_url, "put the address under which people open the survey"),
    );
    let findings = [listening, public, form, survey].into_iter().flatten().collect();
    Report { findings, clock_ahead: None }
}

async fn listening(subject: &Subject<'_>) -> Option<Finding> {
    if subject.running {
        return None;
    }
    let (item, address) = ("web.listen", subject.settings.web.listen);
    let error = match reach::free(address).await {
        Ok(()) => return Some(Finding::ok(Area::Web, item, format!("{address} is free"))),
        Err(error) => error,
    };
    if error.kind() == ErrorKind::AddrInUse && reach::is_ours(address).await {
        return Some(Finding::ok(Area::Web, item, format!("the daemon listens at {address}")));
    }
    Some(Finding::failed(Area::Web, item, not_free(address, &error)))
}

/// The daemon cannot listen at its address.
pub fn not_free(address: SocketAddr, error: &std::io::Error) -> Flaw {
    let mend = match error.kind() {
        ErrorKind::AddrInUse => "another program listens there: end it, or put another port into `web.listen`",
        ErrorKind::PermissionDenied => "ports below 1024 are for root: put 8080, and a proxy before it, into `web.listen`",
        ErrorKind::AddrNotAvailable => {
            "this machine has no such address: put one that it has, 127.0.0.1 or 0.0.0.0, into `web.listen`"
        }
        _ => "put another address into `web.listen`",
    };
    Flaw::new(format!("cannot listen at {address}: {error}"), mend)
}

async fn page(item: &str, address: &str, mend: &str) -> Option<Finding> {
    if address.is_empty() {
        return None;
    }
    Some(match reach::page(address).await {
        Ok(status) => Finding::ok(Area::Web, item, format!("{address} answers (HTTP {status})")),
        Err(why) => Finding::warning(Area::Web, item, Flaw::new(format!("{address} does not answer from here: {why}"), mend)),
    })
}
