//! Data filters resolved to ranges of cells.

use serde_json::Value;

use crate::google::a1::Block;
use crate::google::document::{Document, Target};
use crate::google::errors::ApiError;
use crate::google::metadata;

/// The ranges that one `DataFilter` selects; none if its lookup matches no metadata. `at` names the filter in errors.
pub(crate) fn ranges(filter: &Value, document: &Document, at: &str) -> Result<Vec<Target>, ApiError> {
    let wrap = |message: String| ApiError::invalid(format!("Invalid {at}: {message}"));
    if let Some(text) = filter["a1Range"].as_str() {
        return document.find(text).map(|t| vec![t]).map_err(|e| wrap(e.message));
    }
    if let Some(range) = filter.get("gridRange") {
        return document.find_grid(range).map(|t| vec![t]).map_err(wrap);
    }
    let Some(wanted) = filter.get("developerMetadataLookup") else {
        return Err(wrap("Must specify a filter.".to_owned()));
    };
    let mut out: Vec<Target> = Vec::new();
    for index in metadata::look_up(wanted, document).map_err(wrap)? {
        for (sheet, area) in document.metadata[index].place.areas(document) {
            let block = Block {
                row: area.row,
                column: area.column,
                row_end: Some(area.row_end),
                column_end: Some(area.column_end),
                origin: false,
            };
            let target = Target { sheet, block, area };
            if !out.contains(&target) {
                out.push(target);
            }
        }
    }
    Ok(out)
}

/// The ranges that several filters select, in the order of the filters, each once, with the filters that selected it.
pub(crate) fn ranges_of_all(filters: &Value, document: &Document) -> Result<Vec<(Target, Vec<Value>)>, ApiError> {
    let filters = filters.as_array().map(Vec::as_slice).unwrap_or_default();
    if filters.is_empty() {
        return Err(ApiError::invalid("Must specify at least one data filter."));
    }
    let mut out: Vec<(Target, Vec<Value>)> = Vec::new();
    for (index, filter) in filters.iter().enumerate() {
        for target in ranges(filter, document, &format!("dataFilters[{index}]"))? {
            match out.iter_mut().find(|(t, _)| *t == target) {
                Some((_, by)) => by.push(filter.clone()),
                None => out.push((target, vec![filter.clone()])),
            }
        }
    }
    Ok(out)
}
