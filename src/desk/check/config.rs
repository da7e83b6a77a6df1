//! The configuration: the file, every setting, and the office's own words and letters beside it.

use std::path::Path;

use super::{ALL, Subject};
use crate::config::load::ConfigError;
use crate::desk::wiring;
use crate::domain::finding::{Area, Finding, Flaw};

/// Each setting that is wrong. Without them nothing else can be looked at.
pub(super) fn broken(error: &ConfigError) -> Vec<Finding> {
    let mut findings: Vec<Finding> =
        error.flaws().into_iter().map(|(item, flaw)| Finding::failed(Area::Config, item, flaw)).collect();
    let rest = [Area::Clock, Area::Google, Area::Sheet, Area::Zoom, Area::Mail, Area::Store, Area::Web];
    findings.extend(rest.map(|area| Finding::skipped(area, ALL, "the configuration has to be right first")));
    findings
}

/// The configuration could be read: what is said of it, and what stands beside it.
pub(super) fn good(subject: &Subject<'_>, config: &Path) -> Vec<Finding> {
    let mut findings = vec![Finding::ok(Area::Config, "file", format!("`{}`: every setting can be used", config.display()))];
    if let Err(error) = wiring::teller(subject.settings, subject.folder) {
        let file = format!("words/{}.ftl", subject.settings.office.language.code());
        let found = format!("the office's own `{file}` cannot be used: {error:#}");
        let mend =
            "mend the file (config/words shows how sentences are written), or take it away: the built-in words are used then";
        findings.push(Finding::failed(Area::Config, file, Flaw::new(found, mend)));
    }
    if let Err(error) = wiring::composer(subject.settings, subject.folder) {
        let found = format!("letters cannot be written: {error:#}");
        findings.push(Finding::failed(Area::Config, "letters", Flaw::new(found, "see config/letters/README.md")));
    }
    findings
}
