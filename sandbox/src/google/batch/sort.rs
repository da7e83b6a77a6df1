//! `sortRange`.

use serde_json::Value;

use crate::google::batch::{Context, Reply, list};
use crate::google::document::Document;
use crate::google::formula::eval::{self, Computed};
use crate::google::formula::rewrite;
use crate::google::grid::{Dimension, Entered};
use crate::google::protection;
use crate::google::shift::{self, Carry, Shift};

/// `sortRange`: numbers, text without case, truth values, errors; blank cells last either way; equal rows keep their order.
pub(crate) fn sort_range(document: &mut Document, request: &Value, context: &mut Context<'_>) -> Reply {
    let target = document.find_grid(&request["range"])?;
    let (sheet, area) = (target.sheet, target.area);
    protection::check(document, sheet, &area, context.actor)?;
    let mut specs = Vec::new();
    for spec in list(&request["sortSpecs"]) {
        let column = spec["dimensionIndex"].as_u64().and_then(|n| usize::try_from(n).ok()).unwrap_or(0);
        if !(area.column..area.column_end).contains(&column) {
            return Err(format!("dimensionIndex[{column}] is outside the range to sort."));
        }
        specs.push((column, spec["sortOrder"] == "DESCENDING"));
    }
    if specs.is_empty() {
        return Err("Must specify at least one sort spec.".to_owned());
    }
    let key =
        |row: usize| -> Vec<Computed> { specs.iter().map(|(column, _)| eval::value_of(document, sheet, row, *column)).collect() };
    let mut rows: Vec<(usize, Vec<Computed>)> = (area.row..area.row_end).map(|r| (r, key(r))).collect();
    rows.sort_by(|(_, a), (_, b)| {
        let columns = specs.iter().zip(a.iter().zip(b));
        columns.fold(std::cmp::Ordering::Equal, |order, ((_, descending), (a, b))| {
            order.then_with(|| match (a, b) {
                (Computed::Empty, Computed::Empty) => std::cmp::Ordering::Equal,
                (Computed::Empty, _) => std::cmp::Ordering::Greater,
                (_, Computed::Empty) => std::cmp::Ordering::Less,
                _ if *descending => eval::order(b, a),
                _ => eval::order(a, b),
            })
        })
    });
    let mut goes = vec![0; area.height()];
    for (to, (from, _)) in rows.iter().enumerate() {
        goes[from - area.row] = area.row + to;
    }
    let locale = document.locale();
    let tab = &mut document.sheets[sheet];
    let taken: Vec<Vec<_>> = (area.row..area.row_end)
        .map(|r| (area.column..area.column_end.min(tab.rows[r].cells.len())).map(|c| tab.take(r, c)).collect())
        .collect();
    for (index, cells) in taken.into_iter().enumerate() {
        let (from, to) = (area.row + index, goes[index]);
        for (offset, mut cell) in cells.into_iter().enumerate() {
            if let Entered::Formula(formula) = &mut cell.entered {
                let by = isize::try_from(to).unwrap_or(0) - isize::try_from(from).unwrap_or(0);
                *formula = rewrite::copied(formula, &locale, by, 0);
            }
            tab.put(to, area.column + offset, cell);
        }
    }
    let map = |row: usize| if (area.row..area.row_end).contains(&row) { goes[row - area.row] } else { row };
    let carry = Carry::Sort { metadata: context.metadata_follows_sort };
    shift::carry(document, sheet, Dimension::Rows, &Shift::Permute(&map), carry);
    Ok(Value::Null)
}
