//! Who may edit which cells. The owner may edit everything; the service account needs to be named by a protection.

use serde_json::Value;

use crate::google::document::{Document, block_of};
use crate::google::grid::{Actor, Area};

/// The service account's address in the world; set once per document check by its name in `editors`.
pub(crate) const SERVICE_EMAIL: &str = "sheets-robot@sandbox-project.iam.gserviceaccount.com";

/// Refuses an edit of protected cells (third-party reports: 400, also for a service account).
pub(crate) fn check(document: &Document, sheet: usize, area: &Area, actor: Actor) -> Result<(), String> {
    if actor == Actor::Person {
        return Ok(());
    }
    let tab = &document.sheets[sheet];
    let cut = |range: &Value| document.cut(sheet, block_of(range)).ok();
    for (protected, maker) in &tab.protected {
        let named =
            protected["editors"]["users"].as_array().is_some_and(|users| users.iter().any(|u| u.as_str() == Some(SERVICE_EMAIL)));
        if *maker == Actor::Service || named || protected["warningOnly"] == Value::Bool(true) {
            continue;
        }
        let range = match protected["namedRangeId"].as_str() {
            Some(id) => document.named.iter().find(|n| n["namedRangeId"] == id).map(|n| n["range"].clone()),
            None => protected.get("range").cloned(),
        };
        let Some(covered) = range.as_ref().and_then(cut).filter(|c| c.meets(area)) else { continue };
        let free = protected["unprotectedRanges"].as_array().map(Vec::as_slice).unwrap_or_default();
        if covered.meets(area) && !free.iter().filter_map(cut).any(|f| f.holds(area)) {
            return Err("You are trying to edit a protected cell or object. Please contact the spreadsheet owner to remove \
                        protection if you need to edit."
                .to_owned());
        }
    }
    Ok(())
}
