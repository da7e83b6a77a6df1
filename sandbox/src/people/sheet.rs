//! The sheet as a grid. The page's script asks for the cells as JSON and sends what people do.

use axum::Json;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use minijinja::context;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::google::CellView;
use crate::google::errors::ApiError;
use crate::parameters;
use crate::people::{Language, Pages};

/// Rows of one page of the grid.
const ROWS: usize = 500;

/// Text typed into a cell.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Typed {
    /// The tab's id; the form's tab if left out.
    tab: Option<i64>,
    /// The row, from 0.
    row: usize,
    /// The column, from 0.
    column: usize,
    /// What is typed.
    text: String,
}

/// `GET /sheet`.
pub(super) async fn page(State(pages): State<Pages>, RawQuery(query): RawQuery) -> Response {
    let tab = pages.world.google().form_tab();
    pages.show("sheet.html", Language::of(query.as_deref()), context! { page => "sheet", tab })
}

/// `GET /sheet/data?tab=&from=`: one page of cells. The header's row always comes first.
pub(super) async fn data(State(pages): State<Pages>, RawQuery(query): RawQuery) -> Response {
    let query = parameters::read(query.as_deref().unwrap_or_default());
    let google = pages.world.google();
    let tab = parameters::get(&query, "tab").and_then(|tab| tab.parse().ok()).unwrap_or_else(|| google.form_tab());
    let from = parameters::get(&query, "from").and_then(|from| from.parse::<usize>().ok()).unwrap_or(1).max(1);
    let Some(view) = google.view(tab) else { return StatusCode::NOT_FOUND.into_response() };
    let cells = |row: &Vec<CellView>| row.iter().map(cell).collect::<Vec<Value>>();
    let tabs: Vec<Value> = google.tabs().iter().map(|(id, title)| json!({"id": id, "title": title})).collect();
    Json(json!({
        "tab": tab,
        "tabs": tabs,
        "title": view.title,
        "columns": view.column_count,
        "rows": view.row_count,
        "used": view.rows.len(),
        "from": from,
        "page": ROWS,
        "header": view.rows.first().map(cells).unwrap_or_default(),
        "cells": view.rows.iter().skip(from).take(ROWS).map(cells).collect::<Vec<_>>(),
    }))
    .into_response()
}

/// `POST /sheet/type`.
pub(super) async fn type_in(State(pages): State<Pages>, Json(typed): Json<Typed>) -> Response {
    let google = pages.world.google();
    let tab = typed.tab.unwrap_or_else(|| google.form_tab());
    match google.type_in(tab, typed.row, typed.column, &typed.text) {
        Ok(()) => {
            pages.world.pulse().beat();
            Json(json!({})).into_response()
        }
        Err(error) => refused(&error),
    }
}

/// `POST /sheet/edit`: `batchUpdate` requests by a person's hand.
pub(super) async fn edit(State(pages): State<Pages>, Json(requests): Json<Vec<Value>>) -> Response {
    let edited = pages.world.google().edit(requests);
    pages.world.pulse().beat();
    match edited {
        Ok(answer) => Json(answer).into_response(),
        Err(error) => refused(&error),
    }
}

/// A cell as the script has it: only what is there.
fn cell(cell: &CellView) -> Value {
    let mut shown = json!({"text": cell.formatted});
    if !cell.value.is_string() {
        shown["value"] = cell.value.clone();
    }
    if let Some(formula) = &cell.formula {
        shown["formula"] = formula.clone().into();
    }
    // Only what a browser opens harmlessly.
    if let Some(link) = cell.link.as_ref().filter(|link| link.starts_with("http://") || link.starts_with("https://")) {
        shown["link"] = link.clone().into();
    }
    if !cell.validation.is_empty() {
        shown["words"] = cell.validation.clone().into();
    }
    shown
}

/// A refusal of Google's, as the API words it.
pub(super) fn refused(error: &ApiError) -> Response {
    let status = StatusCode::from_u16(error.code).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    (status, Json(json!({"error": {"code": error.code, "message": error.message, "status": error.status}}))).into_response()
}
