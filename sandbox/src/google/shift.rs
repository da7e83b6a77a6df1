//! What follows when rows or columns are inserted, deleted, moved or sorted: everything anchored to them.
//! What must not be here: the cells themselves.

use std::sync::Arc;

use serde_json::Value;

use crate::google::document::Document;
use crate::google::formula::rewrite;
use crate::google::grid::{Area, Dimension, Entered, Group};
use crate::google::metadata::Place;

/// How the indexes of one dimension change.
pub(crate) enum Shift<'a> {
    /// So many are inserted before `at`.
    Insert {
        /// The first new index.
        at: usize,
        /// How many.
        count: usize,
    },
    /// Those from `from` up to `to` vanish.
    Delete {
        /// First.
        from: usize,
        /// End, exclusive.
        to: usize,
    },
    /// Old index to new index, one to one.
    Permute(&'a dyn Fn(usize) -> usize),
}

impl Shift<'_> {
    /// Where an index goes; `None` if it vanishes.
    pub(crate) fn point(&self, index: usize) -> Option<usize> {
        match self {
            Shift::Insert { at, count } => Some(if index >= *at { index + count } else { index }),
            Shift::Delete { from, to } if index >= *to => Some(index - (to - from)),
            Shift::Delete { from, .. } => (index < *from).then_some(index),
            Shift::Permute(map) => Some(map(index)),
        }
    }

    /// Whether everything up to and with this index stays where it is.
    pub(crate) fn spares(&self, index: usize) -> bool {
        match self {
            Shift::Insert { at, .. } => *at > index,
            Shift::Delete { from, .. } => *from > index,
            Shift::Permute(_) => false,
        }
    }

    /// Where a span goes; `None` if nothing of it is left. An insert inside makes it longer.
    pub(crate) fn span(&self, start: usize, end: usize) -> Option<(usize, usize)> {
        match self {
            Shift::Insert { at, count } => {
                let grow = |i: usize, keeps: bool| if keeps { i } else { i + count };
                Some((grow(start, start < *at), grow(end, end <= *at)))
            }
            Shift::Delete { from, to } => {
                let fall = |i: usize| if i >= *to { i - (to - from) } else { i.min(*from) };
                let (s, e) = (fall(start), fall(end));
                (s < e || start >= end).then_some((s, e))
            }
            Shift::Permute(map) => {
                if start >= end {
                    return Some((start, end));
                }
                let (s, last) = (map(start), map(end - 1));
                // A span torn apart by a move stays where it was.
                Some(if last >= s && last - s == end - 1 - start { (s, last + 1) } else { (start, end) })
            }
        }
    }
}

/// What of the anchored things a shift carries along.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Carry {
    /// Everything: the rows or columns themselves moved.
    All,
    /// A sort: the form's knowledge of its rows, and developer metadata if so switched.
    Sort {
        /// Whether developer metadata goes along.
        metadata: bool,
    },
}

/// Carries everything anchored in the tab along.
pub(crate) fn carry(document: &mut Document, sheet: usize, dimension: Dimension, shift: &Shift<'_>, what: Carry) {
    let id = document.sheets[sheet].id;
    if matches!(what, Carry::All | Carry::Sort { metadata: true }) {
        document.metadata.retain_mut(|entry| match (&mut entry.place, dimension) {
            (Place::Row(tab, index), Dimension::Rows) | (Place::Column(tab, index), Dimension::Columns) if *tab == id => {
                shift.point(*index).is_some_and(|to| {
                    *index = to;
                    true
                })
            }
            _ => true,
        });
    }
    if let Some(form) = document.form.as_mut().filter(|f| f.sheet == id) {
        form.carry(dimension, shift);
    }
    if what == Carry::All {
        ranges(document, sheet, dimension, shift);
        formulas(document, sheet, dimension, shift);
    }
}

fn ranges(document: &mut Document, sheet: usize, dimension: Dimension, shift: &Shift<'_>) {
    let id = document.sheets[sheet].id;
    document.named.retain_mut(|named| in_json(named, id, dimension, shift));
    let tab = &mut document.sheets[sheet];
    tab.conditional.retain_mut(|rule| in_json(rule, id, dimension, shift));
    tab.protected.retain_mut(|(range, _)| in_json(range, id, dimension, shift));
    tab.filter_views.retain_mut(|view| in_json(view, id, dimension, shift));
    tab.banded.retain_mut(|banded| in_json(banded, id, dimension, shift));
    if tab.basic_filter.as_mut().is_some_and(|filter| !in_json(filter, id, dimension, shift)) {
        tab.basic_filter = None;
    }
    tab.merges.retain_mut(|area| in_area(area, dimension, shift));
    let groups = match dimension {
        Dimension::Rows => &mut tab.row_groups,
        Dimension::Columns => &mut tab.column_groups,
    };
    groups.retain_mut(|group: &mut Group| {
        shift.span(group.start, group.end).is_some_and(|(start, end)| {
            (group.start, group.end) = (start, end);
            true
        })
    });
}

fn in_area(area: &mut Area, dimension: Dimension, shift: &Shift<'_>) -> bool {
    let (start, end) = match dimension {
        Dimension::Rows => (&mut area.row, &mut area.row_end),
        Dimension::Columns => (&mut area.column, &mut area.column_end),
    };
    shift.span(*start, *end).is_some_and(|(s, e)| {
        (*start, *end) = (s, e);
        true
    }) && (area.height() > 1 || area.width() > 1)
}

/// Shifts the grid ranges inside a JSON value; false if the value's own range, or its last one, vanished.
fn in_json(value: &mut Value, id: i64, dimension: Dimension, shift: &Shift<'_>) -> bool {
    let (start, end) = match dimension {
        Dimension::Rows => ("startRowIndex", "endRowIndex"),
        Dimension::Columns => ("startColumnIndex", "endColumnIndex"),
    };
    match value {
        Value::Array(list) => {
            let had = !list.is_empty();
            list.retain_mut(|part| in_json(part, id, dimension, shift));
            !(had && list.is_empty())
        }
        Value::Object(object) if object.contains_key(start) || object.contains_key(end) => {
            if object.get("sheetId").and_then(Value::as_i64).unwrap_or(0) != id {
                return true;
            }
            let index = |v: Option<&Value>| v.and_then(Value::as_u64).and_then(|n| usize::try_from(n).ok());
            let first = index(object.get(start)).unwrap_or(0);
            let moved = match index(object.get(end)) {
                Some(last) => shift.span(first, last).map(|(s, e)| (s, Some(e))),
                None => Some((shift.point(first).unwrap_or(first), None)),
            };
            let Some((s, e)) = moved else { return false };
            if object.contains_key(start) {
                object.insert(start.to_owned(), s.into());
            }
            if let Some(e) = e {
                object.insert(end.to_owned(), e.into());
            }
            true
        }
        Value::Object(object) => {
            let mut kept = true;
            for part in object.values_mut() {
                // Every part is shifted, also after one of them vanished.
                kept &= in_json(part, id, dimension, shift);
            }
            kept
        }
        _ => true,
    }
}

fn formulas(document: &mut Document, sheet: usize, dimension: Dimension, shift: &Shift<'_>) {
    if !document.has_formulas {
        return;
    }
    let locale = document.locale();
    let title = document.sheets[sheet].title.clone();
    for (index, tab) in document.sheets.iter_mut().enumerate() {
        for row in &mut tab.rows {
            if !row.cells.iter().any(|c| matches!(c.entered, Entered::Formula(_))) {
                continue;
            }
            for cell in &mut Arc::make_mut(row).cells {
                if let Entered::Formula(formula) = &mut cell.entered {
                    *formula = rewrite::shifted(formula, &locale, &title, index == sheet, dimension, shift);
                }
            }
        }
    }
}
