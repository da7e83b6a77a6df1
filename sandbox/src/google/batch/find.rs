//! `findReplace`. Not carried out: regular expressions.

use serde_json::{Map, Value};

use crate::google::batch::{Context, Reply};
use crate::google::document::Document;
use crate::google::grid::{Area, Entered};
use crate::google::protection;
use crate::google::render;
use crate::google::values::write::{self, Input};

/// `findReplace`: the replaced text is understood as typed.
pub(crate) fn find_replace(document: &mut Document, request: &Value, context: &mut Context<'_>) -> Reply {
    let find = request["find"].as_str().filter(|f| !f.is_empty()).ok_or("find must be specified.")?.to_owned();
    let replacement = request["replacement"].as_str().unwrap_or_default().to_owned();
    let is = |name: &str| request[name] == Value::Bool(true);
    if is("searchByRegex") {
        return Err("searchByRegex is not carried out by the sandbox.".to_owned());
    }
    let places: Vec<(usize, Area)> = if is("allSheets") {
        document.sheets.iter().enumerate().map(|(i, s)| (i, s.whole())).collect()
    } else if let Some(range) = request.get("range") {
        let target = document.find_grid(range)?;
        vec![(target.sheet, target.area)]
    } else if let Some(id) = request["sheetId"].as_i64() {
        let sheet = document.sheet_with(id).ok_or_else(|| format!("No grid with id: {id}"))?;
        vec![(sheet, document.sheets[sheet].whole())]
    } else {
        return Err("Must specify a scope: range, sheetId or allSheets.".to_owned());
    };
    let (match_case, entire, formulas_too) = (is("matchCase"), is("matchEntireCell"), is("includeFormulas"));
    let [mut values, mut formulas, mut occurrences, mut rows, mut sheets] = [0usize; 5];
    for (sheet, area) in places {
        let mut in_sheet = false;
        for row in area.row..area.row_end {
            let mut in_row = false;
            for column in area.column..area.column_end.min(document.sheets[sheet].rows[row].cells.len()) {
                let cell = &document.sheets[sheet].rows[row].cells[column];
                let (text, is_formula) = match &cell.entered {
                    Entered::Formula(formula) if formulas_too => (formula.clone(), true),
                    Entered::Empty | Entered::Formula(_) => continue,
                    _ => {
                        let value = render::computed(document, sheet, row, column, cell);
                        (render::formatted(document, cell, &value), false)
                    }
                };
                let (after, count) = replaced(&text, &find, &replacement, match_case, entire);
                if count == 0 {
                    continue;
                }
                let one = Area { row, column, row_end: row + 1, column_end: column + 1 };
                protection::check(document, sheet, &one, context.actor)?;
                write::enter(document, sheet, (row, column), &Value::from(after), Input::UserEntered);
                *(if is_formula { &mut formulas } else { &mut values }) += 1;
                occurrences += count;
                in_row = true;
            }
            rows += usize::from(in_row);
            in_sheet |= in_row;
        }
        sheets += usize::from(in_sheet);
    }
    let counts = [
        ("valuesChanged", values),
        ("formulasChanged", formulas),
        ("rowsChanged", rows),
        ("sheetsChanged", sheets),
        ("occurrencesChanged", occurrences),
    ];
    let reply = counts.into_iter().filter(|(_, n)| *n > 0).map(|(name, n)| (name.to_owned(), n.into()));
    Ok(Value::Object(reply.collect::<Map<String, Value>>()))
}

fn replaced(text: &str, find: &str, by: &str, match_case: bool, entire: bool) -> (String, usize) {
    let same = |a: &str| if match_case { a == find } else { a.to_lowercase() == find.to_lowercase() };
    if entire {
        return if same(text) { (by.to_owned(), 1) } else { (text.to_owned(), 0) };
    }
    let length = find.chars().count();
    let mut out = String::new();
    let mut count = 0;
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let end = rest.char_indices().nth(length).map_or(rest.len(), |(i, _)| i);
        if same(&rest[..end]) {
            out.push_str(by);
            count += 1;
            rest = &rest[end..];
        } else {
            out.push(first);
            rest = &rest[first.len_utf8()..];
        }
    }
    (out, count)
}
