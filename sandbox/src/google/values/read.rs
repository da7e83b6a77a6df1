//! `values.get`, `batchGet` and `batchGetByDataFilter`.

use serde_json::{Value, json};

use crate::google::document::Document;
use crate::google::errors::ApiError;
use crate::google::filters;
use crate::google::render::{self, Options};
use crate::google::schema::Query;

/// The options that a query names.
fn options(query: &Query) -> Options {
    Options::named(query.text("valueRenderOption"), query.text("dateTimeRenderOption"), query.text("majorDimension"))
}

/// `values.get`.
pub(crate) fn get(document: &Document, range: &str, query: &Query) -> Result<Value, ApiError> {
    let target = document.find(range)?;
    Ok(render::value_range(document, target.sheet, &target.area, options(query)))
}

/// `values.batchGet`; the order of the request is kept (recorded).
pub(crate) fn batch_get(document: &Document, query: &Query) -> Result<Value, ApiError> {
    let mut out = json!({"spreadsheetId": document.id});
    let mut list = Vec::new();
    for range in query.all("ranges") {
        let target = document.find(&range)?;
        list.push(render::value_range(document, target.sheet, &target.area, options(query)));
    }
    if !list.is_empty() {
        out["valueRanges"] = list.into();
    }
    Ok(out)
}

/// `values.batchGetByDataFilter`: a row's metadata gives the whole row; what matches nothing is left out.
pub(crate) fn batch_get_by_data_filter(document: &Document, body: &Value) -> Result<Value, ApiError> {
    let options = Options::named(
        body["valueRenderOption"].as_str(),
        body["dateTimeRenderOption"].as_str(),
        body["majorDimension"].as_str(),
    );
    let mut out = json!({"spreadsheetId": document.id});
    let found = filters::ranges_of_all(&body["dataFilters"], document)?;
    let list: Vec<Value> = found
        .into_iter()
        .map(|(target, by)| {
            json!({"valueRange": render::value_range(document, target.sheet, &target.area, options), "dataFilters": by})
        })
        .collect();
    if !list.is_empty() {
        out["valueRanges"] = list.into();
    }
    Ok(out)
}
