//! `spreadsheets.batchUpdate`: each kind of request carried out, all of them or none.
//!
//! Not carried out, and refused as such: charts, slicers, tables, data sources, comments, pivot tables, `autoFill`,
//! `textToColumns`, `pasteData`, `deleteDuplicates`, `randomizeRange`, `trimWhitespace`, embedded objects, and the view of
//! filters by criteria (filters are stored and listed, rows are not hidden by them).

pub(crate) mod anchored;
pub(crate) mod cells;
pub(crate) mod dimensions;
pub(crate) mod find;
pub(crate) mod metadata;
pub(crate) mod paste;
pub(crate) mod sheets;
pub(crate) mod sort;

use rand::Rng as _;
use rand_chacha::ChaCha20Rng;
use serde_json::{Value, json};

use crate::google::document::Document;
use crate::google::errors::ApiError;
use crate::google::grid::Actor;

/// What carrying out a request needs besides the spreadsheet.
pub(crate) struct Context<'a> {
    /// Chance, for ids.
    pub(crate) rng: &'a mut ChaCha20Rng,
    /// Who asks.
    pub(crate) actor: Actor,
    /// Whether developer metadata travels with sorted rows.
    pub(crate) metadata_follows_sort: bool,
}

impl Context<'_> {
    /// A positive id that a 32-bit integer holds.
    pub(crate) fn id(&mut self) -> i64 {
        self.rng.random_range(1..i64::from(i32::MAX))
    }
}

/// What a kind answers; null for nothing. The error is the bare message.
pub(crate) type Reply = Result<Value, String>;

/// Carries out checked requests; the caller puts the document back if one fails.
pub(crate) fn carry_out(document: &mut Document, requests: &[Value], context: &mut Context<'_>) -> Result<Vec<Value>, ApiError> {
    if requests.is_empty() {
        return Err(ApiError::invalid("Must specify at least one request."));
    }
    let mut replies = Vec::with_capacity(requests.len());
    for (index, request) in requests.iter().enumerate() {
        let Some((kind, body)) = request.as_object().and_then(|o| o.iter().next()) else {
            return Err(ApiError::invalid(format!("Invalid requests[{index}]: No request set.")));
        };
        let reply = one(document, kind, body, context)
            .map_err(|message| ApiError::invalid(format!("Invalid requests[{index}].{kind}: {message}")))?;
        replies.push(if reply.is_null() { json!({}) } else { json!({kind: reply}) });
    }
    Ok(replies)
}

fn one(document: &mut Document, kind: &str, body: &Value, context: &mut Context<'_>) -> Reply {
    match kind {
        "insertDimension" => dimensions::insert_request(document, body, context),
        "deleteDimension" => dimensions::delete_request(document, body, context),
        "appendDimension" => dimensions::append_request(document, body),
        "moveDimension" => dimensions::move_request(document, body, context),
        "updateDimensionProperties" => dimensions::update_properties(document, body),
        "autoResizeDimensions" => dimensions::auto_resize(document, body),
        "addDimensionGroup" => dimensions::group(document, body, true),
        "deleteDimensionGroup" => dimensions::group(document, body, false),
        "updateCells" => cells::update(document, body, context),
        "repeatCell" => cells::repeat(document, body, context),
        "appendCells" => cells::append(document, body, context),
        "setDataValidation" => cells::set_validation(document, body, context),
        "updateBorders" => cells::update_borders(document, body, context),
        "mergeCells" => cells::merge(document, body),
        "unmergeCells" => cells::unmerge(document, body),
        "insertRange" => paste::insert_range(document, body, context),
        "deleteRange" => paste::delete_range(document, body, context),
        "copyPaste" => paste::copy(document, body, context),
        "cutPaste" => paste::cut(document, body, context),
        "sortRange" => sort::sort_range(document, body, context),
        "findReplace" => find::find_replace(document, body, context),
        "addSheet" => sheets::add(document, body, context),
        "deleteSheet" => sheets::delete(document, body),
        "duplicateSheet" => sheets::duplicate(document, body, context),
        "updateSheetProperties" => sheets::update(document, body),
        "updateSpreadsheetProperties" => sheets::update_spreadsheet(document, body),
        "createDeveloperMetadata" => metadata::create(document, body, context),
        "updateDeveloperMetadata" => metadata::update(document, body),
        "deleteDeveloperMetadata" => metadata::delete(document, body),
        "addNamedRange" | "updateNamedRange" | "deleteNamedRange" => anchored::named(document, kind, body, context),
        "addProtectedRange" | "updateProtectedRange" | "deleteProtectedRange" => {
            anchored::protected(document, kind, body, context)
        }
        "setBasicFilter" | "clearBasicFilter" => anchored::basic_filter(document, body),
        "addFilterView" | "updateFilterView" | "deleteFilterView" => anchored::filter_view(document, kind, body, context),
        "addConditionalFormatRule" | "updateConditionalFormatRule" | "deleteConditionalFormatRule" => {
            anchored::conditional(document, kind, body)
        }
        "addBanding" | "updateBanding" | "deleteBanding" => anchored::banding(document, kind, body, context),
        _ => Err("This kind of request is not carried out by the sandbox.".to_owned()),
    }
}

/// A list or none.
pub(crate) fn list(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}
