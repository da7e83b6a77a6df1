//! What the spreadsheet is: its tabs, zone and locale.

use google_sheets4::api::{Scope, SheetProperties, Spreadsheet};

use super::door::{Quantum, SheetDoor};
use crate::domain::finding::Flaw;
use crate::domain::limits::check::NAMES_SHOWN_MAX;
use crate::domain::outcome::{Outcome, Why};

/// Facts of the response tab and its spreadsheet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SheetFacts {
    /// The tab's id: it stays when the tab is renamed.
    pub tab_id: i32,
    /// The tab's present title.
    pub title: String,
    /// Rows of its grid.
    pub rows: u32,
    /// Columns of its grid.
    pub columns: u32,
    /// IANA name of the spreadsheet's zone: timestamps are in it.
    pub zone: String,
    /// For example `in_ID`.
    pub locale: String,
}

impl SheetFacts {
    /// Whether a typed date is taken month first: in US locale, and in those that write dates as it does.
    pub fn takes_month_first(&self) -> bool {
        matches!(self.locale.as_str(), "en_US" | "en" | "en_PH" | "fil_PH" | "es_PR" | "es_US")
    }
}

const FIELDS: &str = "properties(timeZone,locale),sheets(properties(sheetId,title,index,gridProperties(rowCount,columnCount)))";

impl SheetDoor {
    /// Looks the tab up: by its id where that is known, else by its title.
    pub async fn facts(&self, tab_id: Option<i32>, title: &str) -> Outcome<SheetFacts> {
        let (hub, id) = (&self.hub, &self.id);
        let outcome = self
            .call("spreadsheets.get", Quantum::Read, |mut witness| async move {
                let call = hub.spreadsheets().get(id).add_scope(Scope::Spreadsheet).delegate(&mut witness);
                call.param("fields", FIELDS).param("prettyPrint", "false").doit().await
            })
            .await;
        outcome.and_then(|spreadsheet| find_tab(spreadsheet, tab_id, title))
    }
}

pub(super) fn find_tab(spreadsheet: Spreadsheet, tab_id: Option<i32>, title: &str) -> Outcome<SheetFacts> {
    let properties = spreadsheet.properties.unwrap_or_default();
    let tabs: Vec<_> = spreadsheet.sheets.unwrap_or_default().into_iter().filter_map(|sheet| sheet.properties).collect();
    let by_id = tabs.iter().find(|tab| tab_id.is_some() && tab.sheet_id.or(Some(0)) == tab_id);
    let by_title = || tabs.iter().find(|tab| tab_id.is_none() && tab.title.as_deref() == Some(title));
    let Some(tab) = by_id.or_else(by_title) else {
        return Outcome::NotDone(Why::Refused(no_tab(title, &titles(&tabs)).to_string()));
    };
    let grid = tab.grid_properties.clone().unwrap_or_default();
    let count = |number: Option<i32>| number.and_then(|number| u32::try_from(number).ok()).unwrap_or(0);
    Outcome::Done(SheetFacts {
        tab_id: tab.sheet_id.unwrap_or(0),
        title: tab.title.clone().unwrap_or_default(),
        rows: count(grid.row_count),
        columns: count(grid.column_count),
        zone: properties.time_zone.unwrap_or_default(),
        locale: properties.locale.unwrap_or_default(),
    })
}

/// The titles of all tabs, as they stand.
pub(super) fn titles(tabs: &[SheetProperties]) -> Vec<String> {
    tabs.iter().filter_map(|tab| tab.title.clone()).collect()
}

/// The tab is not there.
pub(super) fn no_tab(title: &str, there: &[String]) -> Flaw {
    let mut shown: Vec<String> = there.iter().take(NAMES_SHOWN_MAX).map(|title| format!("`{title}`")).collect();
    if there.len() > shown.len() {
        shown.push("…".to_owned());
    }
    Flaw::new(
        format!("the spreadsheet has no tab `{title}`"),
        format!("put the title of the form's response tab into `sheet.tab`; the spreadsheet has {}", shown.join(", ")),
    )
}
