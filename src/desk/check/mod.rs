//! The check: everything that a run needs is looked at, and each failing item says how to mend it. Nothing is changed.
//!
//! Parties are looked at side by side, each within its time; what rests on something that failed is skipped, so that one
//! trouble is told once. `loket check` prints the findings, `run` writes the same into its log.

mod config;
mod mail;
mod sheet;
mod store;
pub mod web;
mod zoom;

use std::path::Path;
use std::sync::Arc;

use jiff::SignedDuration;
use tokio_util::sync::CancellationToken;

use super::watch::keep_to_waits;
use super::wiring::{self, House};
use crate::adapters::mail::smtp::Mailer;
use crate::adapters::sheet::door::SheetDoor;
use crate::adapters::sheet::key::KeyError;
use crate::adapters::zoom::door::ZoomDoor;
use crate::config::load::ConfigError;
use crate::config::settings::Settings;
use crate::domain::finding::{Area, Finding, Flaw, Verdict};
use crate::domain::limits::check::{AREA_LIMIT, CLOCK_SKEW_MAX};

/// The item of an area that was skipped as a whole.
pub const ALL: &str = "all";

/// What is looked at.
#[derive(Debug, Clone, Copy)]
struct Subject<'a> {
    settings: &'a Settings,
    /// The configuration's folder.
    folder: &'a Path,
    sheet: Result<&'a SheetDoor, &'a KeyError>,
    zoom: Result<&'a ZoomDoor, &'a str>,
    mail: Result<&'a Mailer, &'a str>,
    /// The daemon itself asks: it listens already, and writes to the sheet by itself.
    running: bool,
}

/// What was found about a party, and how far this machine's clock is ahead of its.
#[derive(Debug, Default)]
struct Report {
    findings: Vec<Finding>,
    clock_ahead: Option<SignedDuration>,
}

/// Looks at everything before a run.
pub async fn before_run(loaded: Result<Settings, ConfigError>, config: &Path) -> Vec<Finding> {
    let settings = match loaded {
        Ok(settings) => settings,
        Err(error) => return config::broken(&error),
    };
    let folder = config.parent().unwrap_or(Path::new("."));
    let sheet = wiring::sheet_door(&settings, folder).await;
    let zoom = wiring::zoom_door(&settings).map_err(|error| error.to_string());
    let mail = wiring::mailer(&settings).map_err(|error| format!("{error:#}"));
    let subject = Subject {
        settings: &settings,
        folder,
        sheet: sheet.as_ref(),
        zoom: zoom.as_ref().map_err(String::as_str),
        mail: mail.as_ref().map_err(String::as_str),
        running: false,
    };
    let mut findings = config::good(&subject, config);
    findings.extend(Box::pin(look(&subject)).await);
    findings
}

/// The same for a daemon that runs: what is wrong goes into its log. It is told once; what becomes of it then, the loops tell.
pub async fn beside_run(house: Arc<House>, stop: CancellationToken) {
    let looking = async {
        let subject = Subject {
            settings: &house.settings,
            folder: &house.folder,
            sheet: Ok(&house.sheet),
            zoom: Ok(&house.zoom),
            mail: Ok(&house.mailer),
            running: true,
        };
        // The desk may not be open yet, or be another's. Where the store fails, looking at it says so.
        let _unread = keep_to_waits(&house).await;
        Box::pin(look(&subject)).await
    };
    let findings = tokio::select! {
        () = stop.cancelled() => return,
        findings = looking => findings,
    };
    for finding in &findings {
        let Finding { area, item, found, mend, .. } = finding;
        let area = area.name();
        match finding.verdict {
            Verdict::Failed => tracing::error!(area, item, "check: {area}: {item}: {found}: {mend}"),
            Verdict::Warning => tracing::warn!(area, item, "check: {area}: {item}: {found}: {mend}"),
            Verdict::Ok | Verdict::Skipped => {}
        }
    }
    let count = |verdict| findings.iter().filter(|finding| finding.is(verdict)).count();
    let (failed, warned) = (count(Verdict::Failed), count(Verdict::Warning));
    tracing::info!("looked at the set-up: {failed} failed, {warned} to look at");
}

/// Looks at all parties, side by side.
async fn look(subject: &Subject<'_>) -> Vec<Finding> {
    let (store, tab) = store::look(subject).await;
    let (sheet, zoom, mail, web) = tokio::join!(
        within(Area::Google, sheet::look(subject, tab)),
        within(Area::Zoom, zoom::look(subject)),
        within(Area::Mail, mail::look(subject)),
        within(Area::Web, web::look(subject)),
    );
    let ahead = sheet.clock_ahead.or(zoom.clock_ahead);
    let clock = clock(ahead);
    let mut sheet = sheet.findings;
    if clock.is(Verdict::Failed) {
        // Google refuses a token because of it: that is the same trouble.
        for finding in sheet.iter_mut().filter(|finding| finding.item == sheet::TOKEN && finding.is(Verdict::Failed)) {
            if finding.mend.contains(sheet::CLOCK_WORD) {
                *finding = Finding::skipped(Area::Google, sheet::TOKEN, "Google gives no token while the clock is wrong");
            }
        }
    }
    let mut findings = vec![clock];
    findings.extend(sheet);
    findings.extend(zoom.findings);
    findings.extend(mail.findings);
    findings.extend(store);
    findings.extend(web.findings);
    findings
}

/// Looks at a party within its time.
async fn within(area: Area, looking: impl Future<Output = Report>) -> Report {
    tokio::time::timeout(AREA_LIMIT, looking).await.unwrap_or_else(|_| {
        let found = format!("no end of it within {} s", AREA_LIMIT.as_secs());
        let late = Finding::failed(area, "time", Flaw::new(found, "see the network, and try again"));
        Report { findings: vec![late], clock_ahead: None }
    })
}

fn clock(ahead: Option<SignedDuration>) -> Finding {
    let item = "clock";
    let Some(ahead) = ahead else {
        return Finding::skipped(Area::Clock, item, "neither Google nor Zoom told the time");
    };
    let off = SignedDuration::from_secs(ahead.abs().as_secs());
    if ahead.abs() <= CLOCK_SKEW_MAX {
        return Finding::ok(Area::Clock, item, format!("right to {} s", off.as_secs().max(1)));
    }
    let side = if ahead.is_negative() { "behind" } else { "ahead of" };
    Finding::failed(
        Area::Clock,
        item,
        Flaw::new(
            format!("this machine's clock is {off:#} {side} the time that Google and Zoom tell"),
            "set this machine's clock by NTP: `timedatectl set-ntp true`; meetings are booked by it, and Google refuses tokens",
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_is_off_says_by_how_much_and_to_which_side() {
        assert!(clock(Some(SignedDuration::from_secs(-3))).is(Verdict::Ok));
        let fast = clock(Some(SignedDuration::from_secs(725)));
        assert!(fast.is(Verdict::Failed) && fast.found.contains("12m 5s ahead of"), "{fast:?}");
        assert!(clock(Some(SignedDuration::from_hours(-2))).found.contains("2h behind"));
        assert!(clock(None).is(Verdict::Skipped));
    }
}
