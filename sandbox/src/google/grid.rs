//! Cells, rows and tabs. Rows are shared between copies until one is changed, so that a whole document can be copied
//! before every change and put back if the change fails.
//! What must not be here: other tabs, JSON shapes of answers, and parsing.

use std::sync::Arc;

use serde_json::{Map, Value};

use crate::google::number_format::Kind;

/// Rows and columns of a new tab (recorded).
pub(crate) const NEW_GRID: (usize, usize) = (1000, 26);

/// Cells that a spreadsheet may have (documented: ten million).
pub(crate) const CELLS_MAX: usize = 10_000_000;

/// What was entered into a cell.
#[derive(Clone, Debug, PartialEq, Default)]
pub(crate) enum Entered {
    /// Nothing; an empty string counts as nothing (recorded).
    #[default]
    Empty,
    /// A number; dates and times are serial numbers.
    Number(f64),
    /// Text, never empty.
    Text(String),
    /// A truth value.
    Bool(bool),
    /// A formula with its `=`.
    Formula(String),
}

impl Entered {
    /// Text, or nothing when empty.
    pub(crate) fn text(text: &str) -> Entered {
        if text.is_empty() { Entered::Empty } else { Entered::Text(text.to_owned()) }
    }
}

/// A JSON object shared between cells.
pub(crate) type Shared = Arc<Map<String, Value>>;

/// A cell.
#[derive(Clone, Debug, PartialEq, Default)]
pub(crate) struct Cell {
    /// Its content.
    pub(crate) entered: Entered,
    /// What few cells have.
    pub(crate) extra: Option<Box<Extra>>,
}

/// What a cell may have besides its content.
#[derive(Clone, Debug, PartialEq, Default)]
pub(crate) struct Extra {
    /// `userEnteredFormat`.
    pub(crate) format: Option<Shared>,
    /// The note.
    pub(crate) note: Option<String>,
    /// The `DataValidationRule`.
    pub(crate) validation: Option<Shared>,
    /// Where the text leads, found when it was typed.
    pub(crate) link: Option<String>,
    /// `textFormatRuns`.
    pub(crate) runs: Option<Value>,
}

impl Cell {
    /// A cell with this content only.
    pub(crate) fn of(entered: Entered) -> Cell {
        Cell { entered, extra: None }
    }

    /// Whether the cell holds nothing at all.
    pub(crate) fn is_blank(&self) -> bool {
        self.entered == Entered::Empty && self.extra.as_deref().is_none_or(|e| *e == Extra::default())
    }

    /// The cell's format, if it has an own one.
    pub(crate) fn format(&self) -> Option<&Shared> {
        self.extra.as_ref().and_then(|e| e.format.as_ref())
    }

    /// The validation rule, if any.
    pub(crate) fn validation(&self) -> Option<&Shared> {
        self.extra.as_ref().and_then(|e| e.validation.as_ref())
    }

    /// Kind and pattern of the number format.
    pub(crate) fn number_format(&self) -> (Kind, &str) {
        let Some(format) = self.format().and_then(|f| f.get("numberFormat")) else { return (Kind::Automatic, "") };
        let kind = format["type"].as_str().map_or(Kind::Automatic, Kind::named);
        (kind, format["pattern"].as_str().unwrap_or_default())
    }

    /// The parts besides content, made if there are none.
    pub(crate) fn extra_mut(&mut self) -> &mut Extra {
        self.extra.get_or_insert_default()
    }

    /// Replaces the content; what belonged to the old text goes.
    pub(crate) fn enter(&mut self, entered: Entered) {
        self.entered = entered;
        if let Some(extra) = &mut self.extra {
            extra.link = None;
            extra.runs = None;
        }
    }

    /// Sets the number format, keeping the rest of the format.
    pub(crate) fn set_number_format(&mut self, kind: &str, pattern: &str) {
        let extra = self.extra_mut();
        let mut format = extra.format.as_deref().cloned().unwrap_or_default();
        format.insert("numberFormat".to_owned(), serde_json::json!({"type": kind, "pattern": pattern}));
        extra.format = Some(Arc::new(format));
    }
}

/// A row.
#[derive(Clone, Debug, PartialEq, Default)]
pub(crate) struct Row {
    /// Its cells up to the last one ever used.
    pub(crate) cells: Vec<Cell>,
    /// `DimensionProperties` that differ from the default.
    pub(crate) props: Map<String, Value>,
}

/// Which direction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dimension {
    /// Rows.
    Rows,
    /// Columns.
    Columns,
}

/// A rectangle within one tab; ends are exclusive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Area {
    /// First row.
    pub(crate) row: usize,
    /// First column.
    pub(crate) column: usize,
    /// End of the rows.
    pub(crate) row_end: usize,
    /// End of the columns.
    pub(crate) column_end: usize,
}

impl Area {
    /// Number of rows.
    pub(crate) fn height(&self) -> usize {
        self.row_end - self.row
    }

    /// Number of columns.
    pub(crate) fn width(&self) -> usize {
        self.column_end - self.column
    }

    /// Whether both have a cell in common.
    pub(crate) fn meets(&self, other: &Area) -> bool {
        self.row < other.row_end && other.row < self.row_end && self.column < other.column_end && other.column < self.column_end
    }

    /// Whether `other` lies wholly inside.
    pub(crate) fn holds(&self, other: &Area) -> bool {
        self.row <= other.row
            && other.row_end <= self.row_end
            && self.column <= other.column
            && other.column_end <= self.column_end
    }
}

/// A group of rows or columns, nested by depth.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Group {
    /// First row or column.
    pub(crate) start: usize,
    /// End, exclusive.
    pub(crate) end: usize,
    /// How deep it is nested, from 1.
    pub(crate) depth: usize,
}

/// A tab.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Sheet {
    /// `sheetId`.
    pub(crate) id: i64,
    /// Title.
    pub(crate) title: String,
    /// `SheetProperties` besides id, title, index, type and grid.
    pub(crate) props: Map<String, Value>,
    /// `GridProperties` besides the counts.
    pub(crate) grid_props: Map<String, Value>,
    /// All rows of the grid.
    pub(crate) rows: Vec<Arc<Row>>,
    /// `DimensionProperties` of every column of the grid.
    pub(crate) columns: Vec<Map<String, Value>>,
    /// Merged rectangles.
    pub(crate) merges: Vec<Area>,
    /// `ConditionalFormatRule`s.
    pub(crate) conditional: Vec<Value>,
    /// `ProtectedRange`s, each with who made it.
    pub(crate) protected: Vec<(Value, Actor)>,
    /// The `BasicFilter`.
    pub(crate) basic_filter: Option<Value>,
    /// `FilterView`s.
    pub(crate) filter_views: Vec<Value>,
    /// `BandedRange`s.
    pub(crate) banded: Vec<Value>,
    /// Groups of rows.
    pub(crate) row_groups: Vec<Group>,
    /// Groups of columns.
    pub(crate) column_groups: Vec<Group>,
}

/// Who acts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Actor {
    /// The owner, in the browser.
    Person,
    /// The service account, by the API.
    Service,
}

impl Sheet {
    /// An empty tab.
    pub(crate) fn new(id: i64, title: &str, rows: usize, columns: usize) -> Sheet {
        Sheet {
            id,
            title: title.to_owned(),
            props: Map::new(),
            grid_props: Map::new(),
            rows: vec![Arc::default(); rows],
            columns: vec![Map::new(); columns],
            merges: Vec::new(),
            conditional: Vec::new(),
            protected: Vec::new(),
            basic_filter: None,
            filter_views: Vec::new(),
            banded: Vec::new(),
            row_groups: Vec::new(),
            column_groups: Vec::new(),
        }
    }

    /// The cell, if anything was ever put there.
    pub(crate) fn cell(&self, row: usize, column: usize) -> Option<&Cell> {
        self.rows.get(row)?.cells.get(column)
    }

    /// The cell for a change; the caller has checked that it lies in the grid.
    pub(crate) fn cell_mut(&mut self, row: usize, column: usize) -> &mut Cell {
        debug_assert!(row < self.rows.len() && column < self.columns.len(), "cells lie in the grid");
        let row = Arc::make_mut(&mut self.rows[row]);
        if row.cells.len() <= column {
            row.cells.resize(column + 1, Cell::default());
        }
        &mut row.cells[column]
    }

    /// Takes the cell out, leaving it blank.
    pub(crate) fn take(&mut self, row: usize, column: usize) -> Cell {
        if self.cell(row, column).is_none() {
            return Cell::default();
        }
        std::mem::take(self.cell_mut(row, column))
    }

    /// Puts a whole cell.
    pub(crate) fn put(&mut self, row: usize, column: usize, cell: Cell) {
        if self.cell(row, column).is_none() && cell.is_blank() {
            return;
        }
        *self.cell_mut(row, column) = cell;
    }

    /// The whole grid.
    pub(crate) fn whole(&self) -> Area {
        Area { row: 0, column: 0, row_end: self.rows.len(), column_end: self.columns.len() }
    }

    /// Whether the cell has content.
    pub(crate) fn has_content(&self, row: usize, column: usize) -> bool {
        self.cell(row, column).is_some_and(|c| c.entered != Entered::Empty)
    }

    /// Rows up to the last one with content.
    pub(crate) fn used_rows(&self) -> usize {
        let used = |row: &Arc<Row>| row.cells.iter().any(|c| c.entered != Entered::Empty);
        self.rows.iter().rposition(used).map_or(0, |r| r + 1)
    }

    /// Columns up to the last one with content.
    pub(crate) fn used_columns(&self) -> usize {
        let of = |row: &Arc<Row>| row.cells.iter().rposition(|c| c.entered != Entered::Empty).map_or(0, |c| c + 1);
        self.rows.iter().map(of).max().unwrap_or(0)
    }

    /// Whether the tab is hidden.
    pub(crate) fn hidden(&self) -> bool {
        self.props.get("hidden") == Some(&Value::Bool(true))
    }

    /// Number of rows or columns.
    pub(crate) fn count(&self, dimension: Dimension) -> usize {
        match dimension {
            Dimension::Rows => self.rows.len(),
            Dimension::Columns => self.columns.len(),
        }
    }
}
