//! A spreadsheet: its tabs, what spans them, and how ranges are found in it.
//! What must not be here: the shapes of answers and who may do what.

use jiff::civil::DateTime;
use serde_json::{Map, Value, json};

use crate::google::a1::{self, Block, Part};
use crate::google::errors::ApiError;
use crate::google::forms::Form;
use crate::google::grid::{Area, CELLS_MAX, NEW_GRID, Sheet};
use crate::google::locale::{self, Locale};
use crate::google::metadata::Entry;

/// A spreadsheet.
#[derive(Clone, Debug)]
pub(crate) struct Document {
    /// `spreadsheetId`.
    pub(crate) id: String,
    /// `SpreadsheetProperties`, complete.
    pub(crate) props: Map<String, Value>,
    /// The tabs in order.
    pub(crate) sheets: Vec<Sheet>,
    /// `NamedRange`s.
    pub(crate) named: Vec<Value>,
    /// Developer metadata.
    pub(crate) metadata: Vec<Entry>,
    /// The form that fills one of the tabs.
    pub(crate) form: Option<Form>,
    /// Whether a formula was ever entered; until then edits need not look for any.
    pub(crate) has_formulas: bool,
    /// Wall-clock time in the spreadsheet's zone at the call being carried out, for `TODAY` and dates without a year.
    pub(crate) now: DateTime,
}

/// A range found in a spreadsheet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Target {
    /// Place of the tab in the list.
    pub(crate) sheet: usize,
    /// As it was asked for.
    pub(crate) block: Block,
    /// Cut to the grid.
    pub(crate) area: Area,
}

impl Document {
    /// A spreadsheet with one empty tab `Sheet1` (recorded: sheetId 0, 1000 by 26).
    pub(crate) fn empty(id: &str, title: &str, locale: &str, zone: &str) -> Document {
        let mut props = Map::new();
        props.insert("title".into(), title.into());
        props.insert("locale".into(), locale.into());
        props.insert("autoRecalc".into(), "ON_CHANGE".into());
        props.insert("timeZone".into(), zone.into());
        props.insert("defaultFormat".into(), default_format());
        props.insert("spreadsheetTheme".into(), default_theme());
        Document {
            id: id.to_owned(),
            props,
            sheets: vec![Sheet::new(0, "Sheet1", NEW_GRID.0, NEW_GRID.1)],
            named: Vec::new(),
            metadata: Vec::new(),
            form: None,
            has_formulas: false,
            now: DateTime::ZERO,
        }
    }

    fn prop(&self, name: &str) -> &str {
        self.props.get(name).and_then(Value::as_str).unwrap_or_default()
    }

    /// The conventions of the spreadsheet's locale.
    pub(crate) fn locale(&self) -> Locale {
        locale::of(self.prop("locale"))
    }

    /// The spreadsheet's time zone; UTC for a name that is none.
    pub(crate) fn zone(&self) -> jiff::tz::TimeZone {
        jiff::tz::TimeZone::get(self.prop("timeZone")).unwrap_or(jiff::tz::TimeZone::UTC)
    }

    /// The place of the tab with this id.
    pub(crate) fn sheet_with(&self, id: i64) -> Option<usize> {
        self.sheets.iter().position(|s| s.id == id)
    }

    /// The place of the tab with this title; without case, as third parties report.
    pub(crate) fn sheet_titled(&self, title: &str) -> Option<usize> {
        let exact = self.sheets.iter().position(|s| s.title == title);
        exact.or_else(|| self.sheets.iter().position(|s| s.title.to_lowercase() == title.to_lowercase()))
    }

    /// The block that a named range names, with its tab.
    pub(crate) fn named(&self, name: &str) -> Option<(usize, Block)> {
        let found = self.named.iter().find(|n| n["name"].as_str().is_some_and(|n| n.eq_ignore_ascii_case(name)))?;
        let range = &found["range"];
        Some((self.sheet_with(range["sheetId"].as_i64().unwrap_or(0))?, block_of(range)))
    }

    /// Finds a range in A1 notation; refuses what starts outside the grid and cuts what ends outside.
    pub(crate) fn find(&self, text: &str) -> Result<Target, ApiError> {
        let unreadable = || ApiError::invalid(format!("Unable to parse range: {text}"));
        let reference = a1::parse(text).ok_or_else(unreadable)?;
        let titled = reference.sheet.as_deref().map(|title| self.sheet_titled(title).ok_or_else(unreadable));
        let (sheet, block) = match (titled.transpose()?, &reference.part) {
            (Some(sheet), Part::Whole) => (sheet, Block::default()),
            (Some(sheet), Part::Block(block)) => (sheet, *block),
            (None, Part::Block(block)) => (self.sheets.iter().position(|s| !s.hidden()).unwrap_or(0), *block),
            (sheet, Part::Word(word)) => match (self.named(word), sheet) {
                (Some(found), None) => found,
                (Some(found), Some(sheet)) if found.0 == sheet => found,
                (None, None) => (self.sheet_titled(word).ok_or_else(unreadable)?, Block::default()),
                _ => return Err(unreadable()),
            },
            (None, Part::Whole) => return Err(unreadable()),
        };
        let area = self.cut(sheet, block).map_err(ApiError::invalid)?;
        Ok(Target { sheet, block, area })
    }

    /// The block cut to the grid; an error message if it starts outside.
    pub(crate) fn cut(&self, sheet: usize, block: Block) -> Result<Area, String> {
        let tab = &self.sheets[sheet];
        let (rows, columns) = (tab.rows.len(), tab.columns.len());
        if block.row >= rows || block.column >= columns {
            return Err(format!(
                "Range ({}!{}) exceeds grid limits. Max rows: {rows}, max columns: {columns}",
                a1::title(&tab.title),
                a1::asked(block)
            ));
        }
        Ok(Area {
            row: block.row,
            column: block.column,
            row_end: block.row_end.unwrap_or(rows).min(rows),
            column_end: block.column_end.unwrap_or(columns).min(columns),
        })
    }

    /// Finds a `GridRange`; the error is the bare message.
    pub(crate) fn find_grid(&self, range: &Value) -> Result<Target, String> {
        let id = range["sheetId"].as_i64().unwrap_or(0);
        let sheet = self.sheet_with(id).ok_or_else(|| format!("No grid with id: {id}"))?;
        let block = block_of(range);
        if block.row_end.is_some_and(|e| e < block.row) || block.column_end.is_some_and(|e| e < block.column) {
            return Err("The start index of a range must be less than or equal to its end index.".to_owned());
        }
        let negative = ["startRowIndex", "endRowIndex", "startColumnIndex", "endColumnIndex"];
        if let Some(name) = negative.into_iter().find(|n| range[*n].as_i64().is_some_and(|v| v < 0)) {
            return Err(format!("{name} must be greater than or equal to zero."));
        }
        Ok(Target { sheet, block, area: self.cut(sheet, block)? })
    }

    /// Refuses a change that would make so many more cells than a spreadsheet may have.
    pub(crate) fn check_room(&self, more: usize) -> Result<(), String> {
        let have: usize = self.sheets.iter().map(|s| s.rows.len() * s.columns.len()).sum();
        if have.saturating_add(more) <= CELLS_MAX {
            return Ok(());
        }
        Err(format!("This action would increase the number of cells in the workbook above the limit of {CELLS_MAX} cells."))
    }

    /// A range as answers show it (recorded): title quoted if need be, ends closed to the grid.
    pub(crate) fn shown(&self, sheet: usize, area: &Area) -> String {
        let cells = a1::cells(area.row, area.column, area.row_end, area.column_end);
        format!("{}!{cells}", a1::title(&self.sheets[sheet].title))
    }
}

/// The block of a `GridRange`.
pub(crate) fn block_of(range: &Value) -> Block {
    let index = |name: &str| range[name].as_u64().and_then(|n| usize::try_from(n).ok());
    Block {
        row: index("startRowIndex").unwrap_or(0),
        column: index("startColumnIndex").unwrap_or(0),
        row_end: index("endRowIndex"),
        column_end: index("endColumnIndex"),
        origin: false,
    }
}

/// A `GridRange` as answers show it: `sheetId` left out when 0, start indexes kept (recorded).
pub(crate) fn grid_range(id: i64, area: &Area) -> Value {
    let mut range = Map::new();
    if id != 0 {
        range.insert("sheetId".into(), id.into());
    }
    range.insert("startRowIndex".into(), area.row.into());
    range.insert("endRowIndex".into(), area.row_end.into());
    range.insert("startColumnIndex".into(), area.column.into());
    range.insert("endColumnIndex".into(), area.column_end.into());
    Value::Object(range)
}

/// Leaves out `sheetId: 0` in every range inside, as answers do (recorded).
pub(crate) fn without_zero_ids(mut value: Value) -> Value {
    match &mut value {
        Value::Array(list) => list.iter_mut().for_each(|v| *v = without_zero_ids(v.take())),
        Value::Object(object) => {
            if object.get("sheetId") == Some(&Value::from(0)) {
                object.shift_remove("sheetId");
            }
            object.values_mut().for_each(|v| *v = without_zero_ids(v.take()));
        }
        _ => {}
    }
    value
}

/// The format of a new spreadsheet (recorded).
fn default_format() -> Value {
    json!({
        "backgroundColor": {"red": 1, "green": 1, "blue": 1},
        "padding": {"top": 2, "right": 3, "bottom": 2, "left": 3},
        "verticalAlignment": "BOTTOM",
        "wrapStrategy": "OVERFLOW_CELL",
        "textFormat": {
            "foregroundColor": {},
            "fontFamily": "arial,sans,sans-serif",
            "fontSize": 10,
            "bold": false,
            "italic": false,
            "strikethrough": false,
            "underline": false,
            "foregroundColorStyle": {"rgbColor": {}}
        },
        "backgroundColorStyle": {"rgbColor": {"red": 1, "green": 1, "blue": 1}}
    })
}

/// The theme of a new spreadsheet (recorded).
fn default_theme() -> Value {
    let color = |kind: &str, rgb: Value| json!({"colorType": kind, "color": {"rgbColor": rgb}});
    json!({
        "primaryFontFamily": "Arial",
        "themeColors": [
            color("TEXT", json!({})),
            color("BACKGROUND", json!({"red": 1, "green": 1, "blue": 1})),
            color("ACCENT1", json!({"red": 0.258_823_54, "green": 0.521_568_66, "blue": 0.956_862_75})),
            color("ACCENT2", json!({"red": 0.917_647_06, "green": 0.262_745_1, "blue": 0.207_843_14})),
            color("ACCENT3", json!({"red": 0.984_313_7, "green": 0.737_254_9, "blue": 0.015_686_275})),
            color("ACCENT4", json!({"red": 0.203_921_57, "green": 0.658_823_55, "blue": 0.325_490_2})),
            color("ACCENT5", json!({"red": 1, "green": 0.427_450_98, "blue": 0.003_921_569})),
            color("ACCENT6", json!({"red": 0.274_509_82, "green": 0.741_176_5, "blue": 0.776_470_6})),
            color("LINK", json!({"red": 0.066_666_67, "green": 0.333_333_34, "blue": 0.8}))
        ]
    })
}
