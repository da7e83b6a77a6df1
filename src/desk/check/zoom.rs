//! Zoom: the app's credentials and scopes, each account, and what is locked for all of them.

use futures_util::future::join_all;

use super::{Report, Subject};
use crate::adapters::zoom::door::ZoomDoor;
use crate::adapters::zoom::probe::{HostFacts, HostTrouble, Licence, Locks};
use crate::adapters::zoom::token::{LOCKS, NEEDED, SETTINGS, Scopes, USER};
use crate::config::settings::{HostSettings, Settings};
use crate::domain::finding::{Area, Finding, Flaw, Verdict};
use crate::domain::limits::BASIC_HOST_MINUTES;
use crate::domain::limits::check::{ADD_ON_AT_ONCE, LICENSED_AT_ONCE};
use crate::domain::rules::Opening;

const CREDENTIALS: &str = "credentials";
const SCOPES: &str = "scopes";
const API: &str = "API";
const CAPACITY: &str = "capacity";
const LOCKED: &str = "locked settings";
/// The classic scope by which locks are read too.
const LOCKS_CLASSIC: &str = "account:read:admin";

type Inspected<'a> = (&'a HostSettings, Result<HostFacts, HostTrouble>);

pub(super) async fn look(subject: &Subject<'_>) -> Report {
    let door = match subject.zoom {
        Ok(door) => door,
        Err(text) => {
            let failed = Finding::failed(Area::Zoom, API, Flaw::new(text, "install the package `ca-certificates`"));
            return Report { findings: vec![failed], clock_ahead: None };
        }
    };
    let findings = match door.try_token().await {
        Ok(scopes) => with_token(subject.settings, door, scopes).await,
        Err(no_token) => {
            let mut findings = vec![Finding::failed(Area::Zoom, CREDENTIALS, no_token.flaw())];
            findings.push(Finding::skipped(Area::Zoom, SCOPES, "there is no token"));
            let hosts = subject.settings.zoom.hosts.iter();
            findings.extend(hosts.map(|host| Finding::skipped(Area::Zoom, host.email.clone(), "there is no token")));
            findings
        }
    };
    Report { findings, clock_ahead: door.clock_ahead() }
}

async fn with_token(settings: &Settings, door: &ZoomDoor, scopes: Option<Scopes>) -> Vec<Finding> {
    let mut findings = vec![Finding::ok(Area::Zoom, CREDENTIALS, "accepted")];
    let allowed = |wanted: &str| {
        let classic = NEEDED.iter().find(|(granular, ..)| *granular == wanted).map_or(LOCKS_CLASSIC, |(_, classic, _)| classic);
        scopes.as_ref().is_none_or(|scopes| scopes.allow(wanted, classic))
    };
    let mut missing: Vec<String> =
        NEEDED.iter().map(|(granular, ..)| *granular).filter(|wanted| !allowed(wanted)).map(str::to_owned).collect();
    let hosts = &settings.zoom.hosts;
    let inspected: Vec<Inspected<'_>> = if allowed(USER) {
        let with_settings = allowed(SETTINGS);
        // The door paces its calls, so all may be asked for at once.
        let mut looks = Vec::new();
        for host in hosts {
            looks.push(async move { (host, door.inspect(&host.email, with_settings).await) });
        }
        join_all(looks).await
    } else {
        Vec::new()
    };
    if let Some(flaw) = inspected.iter().find_map(|(_, seen)| match seen {
        Err(HostTrouble::Down(flaw)) => Some(flaw.clone()),
        _ => None,
    }) {
        findings.push(Finding::failed(Area::Zoom, API, flaw));
    }
    // A token that does not say what it allows: each call says what it lacks.
    missing.extend(inspected.iter().filter_map(|(_, seen)| match seen {
        Err(HostTrouble::Scope(scope)) => Some(if scope.is_empty() { USER.to_owned() } else { scope.clone() }),
        _ => None,
    }));
    let down = findings.iter().any(|finding| finding.is(Verdict::Failed));
    if scopes.is_none()
        && !down
        && let Some(host) = hosts.first()
    {
        match door.try_reading(&host.email).await {
            Ok(more) => missing.extend(more),
            Err(HostTrouble::Down(flaw)) => findings.push(Finding::failed(Area::Zoom, API, flaw)),
            Err(_) => {}
        }
    }
    missing.sort();
    missing.dedup();
    findings.extend(scope_findings(&missing, scopes.is_some()));
    if inspected.is_empty() {
        findings.extend(
            hosts.iter().map(|host| Finding::skipped(Area::Zoom, host.email.clone(), format!("the scope `{USER}` is missing"))),
        );
    }
    let longest = settings.rules.max_duration.0.as_mins();
    let any_licensed = inspected.iter().any(|(_, seen)| seen.as_ref().is_ok_and(|facts| facts.licence == Licence::Licensed));
    findings.extend(inspected.iter().map(|(host, seen)| account(host, seen, any_licensed, longest)));
    findings.extend(capacity(settings, &inspected));
    findings.extend(locked(settings, door, &inspected, scopes.is_some() && allowed(LOCKS)).await);
    findings
}

/// Each scope that is missing; in the contract's order of needs nothing is said twice.
fn scope_findings(missing: &[String], told: bool) -> Vec<Finding> {
    let one = |scope: &String| {
        let purpose = NEEDED.iter().find(|(granular, ..)| granular == scope).map_or("", |(.., purpose)| purpose);
        let found = format!("the app lacks the scope `{scope}` {purpose}");
        let mend = format!(
            "add `{scope}` in the Zoom App Marketplace under Manage, your Server-to-Server OAuth app, Scopes; it holds for the \
             next token, so start the daemon again"
        );
        Finding::failed(Area::Zoom, format!("scope {scope}"), Flaw::new(found.trim_end(), mend))
    };
    if !missing.is_empty() {
        return missing.iter().map(one).collect();
    }
    vec![if told {
        Finding::ok(Area::Zoom, SCOPES, format!("all {}", NEEDED.len()))
    } else {
        Finding::ok(
            Area::Zoom,
            SCOPES,
            "those for reading; Zoom does not say whether the token allows to make, move and cancel meetings",
        )
    }]
}

fn account(host: &HostSettings, seen: &Result<HostFacts, HostTrouble>, any_licensed: bool, longest_minutes: i64) -> Finding {
    let name = host.email.clone();
    let facts = match seen {
        Ok(facts) => facts,
        Err(HostTrouble::Unusable(flaw) | HostTrouble::Refused(flaw)) => return Finding::failed(Area::Zoom, name, flaw.clone()),
        Err(HostTrouble::Scope(_)) => return Finding::skipped(Area::Zoom, name, "a scope is missing"),
        Err(HostTrouble::Down(_)) => return Finding::skipped(Area::Zoom, name, "Zoom does not answer"),
    };
    let assign = "assign a licence in Zoom under User Management, Users, or take it out of `zoom.hosts`";
    match facts.licence {
        Licence::None => {
            let found = format!("{} has no licence for meetings", host.email);
            return Finding::failed(Area::Zoom, name, Flaw::new(found, assign));
        }
        Licence::Basic if longest_minutes > BASIC_HOST_MINUTES => {
            let found = format!("{} has a Basic licence: Zoom ends its meetings after {BASIC_HOST_MINUTES} minutes", host.email);
            // Among licensed accounts it serves short meetings; alone it leaves the others to nobody.
            return if any_licensed {
                Finding::warning(Area::Zoom, name, Flaw::new(found, format!("Loket uses it for shorter ones only; {assign}")))
            } else {
                let mend = format!("{assign}, or set `rules.max_duration` to `{BASIC_HOST_MINUTES}m`");
                Finding::failed(Area::Zoom, name, Flaw::new(found, mend))
            };
        }
        Licence::Basic | Licence::Licensed => {}
    }
    let add_on = facts.settings.as_ref().is_some_and(|settings| settings.concurrent_add_on);
    let at_once = match facts.licence {
        _ if add_on => ADD_ON_AT_ONCE,
        Licence::Licensed => LICENSED_AT_ONCE,
        Licence::Basic | Licence::None => 1,
    };
    if host.concurrent.get() > at_once {
        let found = format!("`concurrent = {}`, but {} may hold {at_once} at once by its licence", host.concurrent, host.email);
        let mend = format!("set `concurrent = {at_once}` for it in `[[zoom.hosts]]`, or buy the add-on for concurrent meetings");
        return Finding::failed(Area::Zoom, name, Flaw::new(found, mend));
    }
    let licence = if facts.licence == Licence::Basic { "Basic" } else { "licensed" };
    let people = facts.settings.as_ref().map(|settings| format!(", up to {} people", settings.capacity)).unwrap_or_default();
    let at_once = match host.concurrent.get() {
        1 => String::new(),
        // The plan is not told: on a Pro account it would be one.
        count => format!(", {count} meetings at once (on a Pro account 1)"),
    };
    Finding::ok(Area::Zoom, name, format!("active, {licence}{people}{at_once}"))
}

/// Whether anybody holds as many people as are taken where the answer tells no number.
fn capacity(settings: &Settings, inspected: &[Inspected<'_>]) -> Option<Finding> {
    let known = inspected.iter().filter_map(|(_, seen)| seen.as_ref().ok()?.settings.as_ref());
    let largest = known.map(|settings| settings.capacity).max()?;
    let unknown = settings.rules.participants_unknown.get();
    if largest >= unknown {
        return Some(Finding::ok(Area::Zoom, CAPACITY, format!("the largest account holds {largest} people")));
    }
    let found = format!("the largest account holds {largest} people, and `rules.participants_unknown` is {unknown}");
    let mend = format!(
        "set `rules.participants_unknown` to {largest} or less, or buy a larger plan: as it is, every request that tells no \
         number of participants finds no account"
    );
    Some(Finding::failed(Area::Zoom, CAPACITY, Flaw::new(found, mend)))
}

/// Settings that are locked for all, so that a meeting cannot ask for what `zoom.opening` wants.
async fn locked(settings: &Settings, door: &ZoomDoor, inspected: &[Inspected<'_>], may_ask: bool) -> Vec<Finding> {
    let seen: Vec<_> = inspected.iter().filter_map(|(host, seen)| Some((host, seen.as_ref().ok()?.settings.as_ref()?))).collect();
    if seen.is_empty() {
        return Vec::new();
    }
    let locks = if may_ask { door.locks().await } else { None };
    let Some(locks) = locks else {
        let why =
            format!("the app may not see them (scope `{LOCKS}`, which no run needs): a locked one shows in the first meeting");
        return vec![Finding::skipped(Area::Zoom, LOCKED, why)];
    };
    let against = |waiting_room: Option<bool>, join: Option<bool>| against(settings.zoom.opening, locks, waiting_room, join);
    let wrong: Vec<&str> =
        seen.iter().filter_map(|(_, account)| against(account.waiting_room, account.join_before_host)).collect();
    let Some(first) = wrong.first() else {
        return vec![Finding::ok(Area::Zoom, LOCKED, "none against `zoom.opening`")];
    };
    let (wanted, other) = match settings.zoom.opening {
        Opening::Participants => ("participants", "staff"),
        Opening::Staff => ("staff", "participants"),
    };
    let found =
        format!("{first} is locked for {} of {} accounts, against `zoom.opening = \"{wanted}\"`", wrong.len(), seen.len());
    let mend = format!("unlock it in Zoom under Account Settings, Meeting, or set `zoom.opening = \"{other}\"`");
    vec![Finding::failed(Area::Zoom, LOCKED, Flaw::new(found, mend))]
}

/// A locked setting has the same value in every account; unlocked ones do not matter, since each meeting asks for its own.
fn against(opening: Opening, locks: Locks, waiting_room: Option<bool>, join_before_host: Option<bool>) -> Option<&'static str> {
    match opening {
        Opening::Participants if locks.waiting_room && waiting_room == Some(true) => Some("the waiting room, on,"),
        Opening::Participants if locks.join_before_host && join_before_host == Some(false) => {
            Some("\"Allow participants to join before host\", off,")
        }
        Opening::Staff if locks.join_before_host && join_before_host == Some(true) && waiting_room != Some(true) => {
            Some("\"Allow participants to join before host\", on,")
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_locked_setting_that_keeps_the_opening_from_happening_is_wrong() {
        let (none, both) = (Locks::default(), Locks { join_before_host: true, waiting_room: true });
        let check = |opening, locks, waiting, join| against(opening, locks, Some(waiting), Some(join)).is_some();
        assert!(!check(Opening::Participants, none, true, false));
        assert!(check(Opening::Participants, both, true, true));
        assert!(check(Opening::Participants, both, false, false));
        assert!(!check(Opening::Participants, both, false, true));
        assert!(check(Opening::Staff, both, false, true));
        assert!(!check(Opening::Staff, both, true, false));
    }
}
