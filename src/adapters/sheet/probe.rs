//! Looking at the set-up: whether there is a token, what the spreadsheet is, and whether Loket may edit it. Nothing is changed.

use google_sheets4::api::{
    BatchUpdateSpreadsheetRequest, DataFilter, DeleteDeveloperMetadataRequest, DeveloperMetadataLookup, GridRange,
    ProtectedRange, Request, Scope, Sheet,
};
use google_sheets4::common::to_body;
use google_sheets4::hyper;
use jiff::SignedDuration;

use super::door::{Quantum, SheetDoor, ahead_by};
use super::facts::{SheetFacts, find_tab, no_tab, titles};
use super::trouble::{Trouble, no_token, protection_mend};
use crate::domain::finding::Flaw;
use crate::domain::limits::check::PAGE_LIMIT;
use crate::domain::limits::google::TOKEN_LIMIT;
use crate::domain::outcome::Outcome;

const FIELDS: &str = "properties(timeZone,locale),\
    sheets(properties(sheetId,title,index,gridProperties(rowCount,columnCount)),\
    protectedRanges(range,requestingUserCanEdit,warningOnly,unprotectedRanges))";
/// Metadata that nobody has: neither is this id given by Google, which draws them, nor is this key Loket's.
const NOBODYS: (i32, &str) = (i32::MAX, "loket-check-nobodys");

/// A stretch of cells that Loket may not edit, zero-based, ends excluded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Block {
    rows: (i32, i32),
    columns: (i32, i32),
}

impl Block {
    fn of(range: Option<&GridRange>) -> Block {
        let range = range.cloned().unwrap_or_default();
        let bounds = |start: Option<i32>, end: Option<i32>| (start.unwrap_or(0), end.unwrap_or(i32::MAX));
        Block {
            rows: bounds(range.start_row_index, range.end_row_index),
            columns: bounds(range.start_column_index, range.end_column_index),
        }
    }

    fn meets(self, other: Block) -> bool {
        let cross = |a: (i32, i32), b: (i32, i32)| a.0 < b.1 && b.0 < a.1;
        cross(self.rows, other.rows) && cross(self.columns, other.columns)
    }

    fn holds(self, other: Block) -> bool {
        let within = |a: (i32, i32), b: (i32, i32)| a.0 <= b.0 && b.1 <= a.1;
        within(self.rows, other.rows) && within(self.columns, other.columns)
    }
}

/// What is protected against Loket in a tab: a block, and the blocks in it that are not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Protection {
    block: Block,
    free: Vec<Block>,
}

impl Protection {
    fn of(range: &ProtectedRange) -> Option<Protection> {
        if range.requesting_user_can_edit == Some(true) || range.warning_only == Some(true) {
            return None;
        }
        let free = range.unprotected_ranges.iter().flatten().map(|range| Block::of(Some(range))).collect();
        Some(Protection { block: Block::of(range.range.as_ref()), free })
    }

    /// Whether something in a column, from a row on downwards, is protected.
    pub fn covers(&self, column: usize, from_row: i32) -> bool {
        let column = i32::try_from(column).unwrap_or(i32::MAX - 1);
        let wanted = Block { rows: (from_row, i32::MAX), columns: (column, column + 1) };
        self.block.meets(wanted) && !self.free.iter().any(|free| free.holds(wanted))
    }
}

/// The spreadsheet as Loket sees it.
#[derive(Debug, Clone)]
pub struct Look {
    /// IANA name of its zone.
    pub zone: String,
    /// For example `in_ID`.
    pub locale: String,
    /// The response tab and what is protected in it, or why it is not found.
    pub tab: Result<(SheetFacts, Vec<Protection>), Flaw>,
}

impl SheetDoor {
    /// Asks for a token.
    pub async fn try_token(&self) -> Result<(), Trouble> {
        match tokio::time::timeout(TOKEN_LIMIT, self.token()).await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(error)) => Err(no_token(&error)),
            Err(_) => Err(Trouble::Down(format!("Google gives no token within {} s", TOKEN_LIMIT.as_secs()))),
        }
    }

    /// Looks at the spreadsheet; the tab by its id where that is known, else by its title.
    pub async fn look(&self, tab_id: Option<i32>, title: &str) -> Result<Look, Trouble> {
        let (hub, id) = (&self.hub, &self.id);
        let ended = self
            .attempt("spreadsheets.get", Quantum::Read, |mut witness| async move {
                let call = hub.spreadsheets().get(id).add_scope(Scope::Spreadsheet).delegate(&mut witness);
                call.param("fields", FIELDS).param("prettyPrint", "false").doit().await
            })
            .await;
        let spreadsheet = ended.map_err(|failure| failure.trouble)?;
        let properties = spreadsheet.properties.clone().unwrap_or_default();
        let sheets: Vec<Sheet> = spreadsheet.sheets.clone().unwrap_or_default();
        let tab = if let Outcome::Done(facts) = find_tab(spreadsheet, tab_id, title) {
            let of_tab = |sheet: &&Sheet| {
                let id = sheet.properties.as_ref().and_then(|properties| properties.sheet_id).unwrap_or(0);
                id == facts.tab_id
            };
            let ranges = sheets.iter().find(of_tab).and_then(|sheet| sheet.protected_ranges.clone()).unwrap_or_default();
            Ok((facts, ranges.iter().filter_map(Protection::of).collect()))
        } else {
            let tabs: Vec<_> = sheets.into_iter().filter_map(|sheet| sheet.properties).collect();
            Err(no_tab(title, &titles(&tabs)))
        };
        let (zone, locale) = (properties.time_zone.unwrap_or_default(), properties.locale.unwrap_or_default());
        Ok(Look { zone, locale, tab })
    }

    /// Tries whether the spreadsheet may be edited: takes off metadata that is not there. Who may only read is refused before
    /// Google looks at what is asked, so that any other refusal of the request itself says that editing is allowed.
    pub async fn try_editing(&self) -> Result<(), Trouble> {
        let (id, key) = NOBODYS;
        let lookup = DeveloperMetadataLookup { metadata_id: Some(id), metadata_key: Some(key.to_owned()), ..Default::default() };
        let filter = DataFilter { developer_metadata_lookup: Some(lookup), ..Default::default() };
        let delete = DeleteDeveloperMetadataRequest { data_filter: Some(filter) };
        let request = Request { delete_developer_metadata: Some(delete), ..Default::default() };
        let request = BatchUpdateSpreadsheetRequest { requests: Some(vec![request]), ..Default::default() };
        let (hub, id, request) = (&self.hub, &self.id, &request);
        let ended = self
            .attempt("spreadsheets.batchUpdate/check", Quantum::Write, |mut witness| async move {
                let call = hub.spreadsheets().batch_update(request.clone(), id);
                call.add_scope(Scope::Spreadsheet).delegate(&mut witness).param("prettyPrint", "false").doit().await
            })
            .await;
        match ended {
            Ok(_) => Ok(()),
            Err(failure) if failure.status == Some(400) => Ok(()),
            Err(failure) => Err(failure.trouble),
        }
    }

    /// How far this machine's clock is ahead of Google's. Where no answer told it yet, Google is asked without any credentials.
    pub async fn clock_ahead(&self) -> Option<SignedDuration> {
        let known = *self.ahead.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if known.is_some() {
            return known;
        }
        let request = hyper::Request::get(&self.base).body(to_body::<Vec<u8>>(None)).ok()?;
        let answer = tokio::time::timeout(PAGE_LIMIT, self.hub.client.request(request)).await.ok()?.ok()?;
        ahead_by(&answer.map(|_| to_body::<Vec<u8>>(None)))
    }

    /// What has to be done about cells that Loket may not edit.
    pub fn protection_mend(&self) -> String {
        protection_mend(&self.account)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn protection(range: GridRange, free: Vec<GridRange>) -> Protection {
        Protection::of(&ProtectedRange { range: Some(range), unprotected_ranges: Some(free), ..Default::default() }).unwrap()
    }

    #[test]
    fn a_protection_covers_what_is_not_left_free() {
        let answers = GridRange { start_column_index: Some(0), end_column_index: Some(16), ..Default::default() };
        assert!(!protection(answers, vec![]).covers(16, 1));
        let whole = GridRange::default();
        assert!(protection(whole.clone(), vec![]).covers(16, 1));
        let free = GridRange { start_row_index: Some(1), start_column_index: Some(16), ..Default::default() };
        assert!(!protection(whole.clone(), vec![free.clone()]).covers(17, 1));
        assert!(protection(whole, vec![free]).covers(17, 0));
        let mine = ProtectedRange { requesting_user_can_edit: Some(true), ..Default::default() };
        assert_eq!(Protection::of(&mine), None);
    }
}
