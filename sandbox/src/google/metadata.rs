//! Developer metadata: entries on the spreadsheet, a tab, a row or a column, and how they are looked up.
//! Names and rules: discovery document (`DeveloperMetadata`, `DeveloperMetadataLookup`).

use serde_json::{Map, Value, json};

use crate::google::document::{Document, Target};
use crate::google::grid::{Area, Dimension};

/// Characters of keys and values that one spreadsheet may hold (third-party reports, unconfirmed).
pub(crate) const CHARACTERS_MAX: usize = 30_000;

/// What an entry is attached to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// The spreadsheet.
    Spreadsheet,
    /// A tab, by its id.
    Sheet(i64),
    /// A row of a tab.
    Row(i64, usize),
    /// A column of a tab.
    Column(i64, usize),
}

/// An entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    /// `metadataId`, positive.
    pub(crate) id: i64,
    /// `metadataKey`; not unique.
    pub(crate) key: String,
    /// `metadataValue`.
    pub(crate) value: Option<String>,
    /// Whether only the creating project sees it.
    pub(crate) project_only: bool,
    /// What it is attached to.
    pub(crate) place: Place,
}

impl Place {
    /// Reads a `DeveloperMetadataLocation`; the error is the bare message.
    pub(crate) fn read(location: &Value, document: &Document) -> Result<Place, String> {
        let tab = |id: i64| document.sheet_with(id).ok_or_else(|| format!("No grid with id: {id}"));
        if location["spreadsheet"] == Value::Bool(true) {
            return Ok(Place::Spreadsheet);
        }
        if let Some(range) = location.get("dimensionRange") {
            let id = range["sheetId"].as_i64().unwrap_or(0);
            let sheet = &document.sheets[tab(id)?];
            let index = |name: &str| range[name].as_u64().and_then(|n| usize::try_from(n).ok());
            let (start, end) = (index("startIndex").unwrap_or(0), index("endIndex"));
            if end != Some(start + 1) {
                return Err("A developer metadata location must be a single row or column.".to_owned());
            }
            let dimension = match range["dimension"].as_str() {
                Some("ROWS") => Dimension::Rows,
                Some("COLUMNS") => Dimension::Columns,
                _ => return Err("No dimension specified.".to_owned()),
            };
            if start >= sheet.count(dimension) {
                return Err(format!(
                    "Developer metadata location index {start} is outside the grid of sheet {id}, which has {} of that dimension.",
                    sheet.count(dimension)
                ));
            }
            return Ok(if dimension == Dimension::Rows { Place::Row(id, start) } else { Place::Column(id, start) });
        }
        match location["sheetId"].as_i64() {
            Some(id) => tab(id).map(|_| Place::Sheet(id)),
            None => Err("A developer metadata location must be specified.".to_owned()),
        }
    }

    /// `locationType`.
    pub(crate) fn kind(self) -> &'static str {
        match self {
            Place::Spreadsheet => "SPREADSHEET",
            Place::Sheet(_) => "SHEET",
            Place::Row(..) => "ROW",
            Place::Column(..) => "COLUMN",
        }
    }

    fn to_json(self) -> Value {
        let line = |id: i64, dimension: &str, index: usize| {
            let mut range = Map::new();
            if id != 0 {
                range.insert("sheetId".into(), id.into());
            }
            range.insert("dimension".into(), dimension.into());
            range.insert("startIndex".into(), index.into());
            range.insert("endIndex".into(), (index + 1).into());
            json!({"locationType": self.kind(), "dimensionRange": range})
        };
        match self {
            Place::Spreadsheet => json!({"locationType": self.kind(), "spreadsheet": true}),
            Place::Sheet(id) => json!({"locationType": self.kind(), "sheetId": id}),
            Place::Row(id, index) => line(id, "ROWS", index),
            Place::Column(id, index) => line(id, "COLUMNS", index),
        }
    }

    /// The cells that the place covers, per tab.
    pub(crate) fn areas(self, document: &Document) -> Vec<(usize, Area)> {
        let one = |id: i64, cut: &dyn Fn(Area) -> Area| {
            let sheet = document.sheet_with(id);
            sheet.map(|s| vec![(s, cut(document.sheets[s].whole()))]).unwrap_or_default()
        };
        match self {
            Place::Spreadsheet => document.sheets.iter().enumerate().map(|(i, s)| (i, s.whole())).collect(),
            Place::Sheet(id) => one(id, &|whole| whole),
            Place::Row(id, index) => one(id, &|whole| Area { row: index, row_end: index + 1, ..whole }),
            Place::Column(id, index) => one(id, &|whole| Area { column: index, column_end: index + 1, ..whole }),
        }
    }

    /// Whether the places have something in common. The spreadsheet meets only itself: a lookup that intersects may not
    /// ask for it, and entries on it never lie "on" a tab (discovery document, `locationMatchingStrategy`).
    fn meets(self, other: Place) -> bool {
        match (self, other) {
            (Place::Sheet(a), Place::Sheet(b) | Place::Row(b, _) | Place::Column(b, _))
            | (Place::Row(a, _) | Place::Column(a, _), Place::Sheet(b))
            | (Place::Row(a, _), Place::Column(b, _))
            | (Place::Column(a, _), Place::Row(b, _)) => a == b,
            _ => self == other,
        }
    }
}

impl Entry {
    /// The entry as answers show it.
    pub(crate) fn to_json(&self) -> Value {
        let mut out = Map::new();
        out.insert("metadataId".into(), self.id.into());
        out.insert("metadataKey".into(), self.key.as_str().into());
        if let Some(value) = self.value.as_deref().filter(|v| !v.is_empty()) {
            out.insert("metadataValue".into(), value.into());
        }
        out.insert("location".into(), self.place.to_json());
        out.insert("visibility".into(), if self.project_only { "PROJECT" } else { "DOCUMENT" }.into());
        Value::Object(out)
    }

    /// Characters that count towards the limit.
    pub(crate) fn characters(&self) -> usize {
        self.key.chars().count() + self.value.as_deref().unwrap_or_default().chars().count()
    }

    /// Whether the entry's location intersects a block of cells (discovery document, `developerMetadata.search`).
    fn lies_on(&self, target: &Target, document: &Document) -> bool {
        let area = &target.area;
        let id = document.sheets[target.sheet].id;
        match self.place {
            Place::Spreadsheet => false,
            Place::Sheet(tab) => tab == id,
            Place::Row(tab, index) => tab == id && (area.row..area.row_end).contains(&index),
            Place::Column(tab, index) => tab == id && (area.column..area.column_end).contains(&index),
        }
    }
}

/// A checked `DeveloperMetadataLookup`.
struct Lookup<'a> {
    wanted: &'a Value,
    place: Option<Place>,
    exact: bool,
}

impl Lookup<'_> {
    fn matches(&self, entry: &Entry) -> bool {
        let text = |name: &str, found: Option<&str>| self.wanted[name].as_str().is_none_or(|v| Some(v) == found);
        self.wanted["metadataId"].as_i64().is_none_or(|id| id == entry.id)
            && text("metadataKey", Some(&entry.key))
            && text("metadataValue", entry.value.as_deref())
            && text("visibility", Some(if entry.project_only { "PROJECT" } else { "DOCUMENT" }))
            && text("locationType", Some(entry.place.kind()))
            && self.place.is_none_or(|p| if self.exact { p == entry.place } else { p.meets(entry.place) })
    }
}

/// The entries that a `DeveloperMetadataLookup` selects, as places in the list; the error is the bare message.
pub(crate) fn look_up(wanted: &Value, document: &Document) -> Result<Vec<usize>, String> {
    let place = wanted.get("metadataLocation").map(|l| Place::read(l, document)).transpose()?;
    let strategy = wanted["locationMatchingStrategy"].as_str().filter(|s| !s.ends_with("_UNSPECIFIED"));
    if strategy.is_some() && place.is_none() {
        return Err("If locationMatchingStrategy is specified, a metadataLocation must also be specified.".to_owned());
    }
    let exact = strategy == Some("EXACT_LOCATION");
    let kind = wanted["locationType"].as_str().filter(|k| !k.ends_with("_UNSPECIFIED"));
    if exact && kind.is_some() {
        return Err("locationType must be left unspecified when locationMatchingStrategy is EXACT_LOCATION.".to_owned());
    }
    if kind == Some("SPREADSHEET") && (strategy.is_some() || place.is_some_and(|p| p != Place::Spreadsheet)) {
        return Err("locationType cannot be SPREADSHEET when matching intersecting locations.".to_owned());
    }
    let lookup = Lookup { wanted, place, exact };
    Ok(document.metadata.iter().enumerate().filter(|(_, e)| lookup.matches(e)).map(|(i, _)| i).collect())
}

/// The entries that a `DataFilter` selects, as places in the list; the error is the bare message.
pub(crate) fn selected(filter: &Value, document: &Document) -> Result<Vec<usize>, String> {
    if let Some(wanted) = filter.get("developerMetadataLookup") {
        return look_up(wanted, document);
    }
    let target = if let Some(text) = filter["a1Range"].as_str() {
        document.find(text).map_err(|e| e.message)?
    } else if let Some(range) = filter.get("gridRange") {
        document.find_grid(range)?
    } else {
        return Err("Must specify a filter.".to_owned());
    };
    let on = document.metadata.iter().enumerate().filter(|(_, e)| e.lies_on(&target, document));
    Ok(on.map(|(i, _)| i).collect())
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::google::Google;

    /// A tab with `a` to `f` in its first column and the key `k` on the row of `c` (row index 2).
    fn marked() -> (Google, i64) {
        let google = Google::new(1, &[]);
        let tab = google.form_tab();
        for (row, text) in ["a", "b", "c", "d", "e", "f"].into_iter().enumerate() {
            google.type_in(tab, row, 0, text).expect("within the grid");
        }
        let location = json!({"dimensionRange": line(tab, 2, 3)});
        let entry = json!({"metadataKey": "k", "metadataValue": "c", "visibility": "DOCUMENT", "location": location});
        edit(&google, json!({"createDeveloperMetadata": {"developerMetadata": entry}}));
        (google, tab)
    }

    fn line(tab: i64, start: usize, end: usize) -> Value {
        json!({"sheetId": tab, "dimension": "ROWS", "startIndex": start, "endIndex": end})
    }

    fn edit(google: &Google, request: Value) {
        google.edit(vec![request]).expect("the request is sound");
    }

    /// The rows that carry metadata, with what stands in their first cell.
    fn carried(google: &Google, tab: i64) -> Vec<(usize, String)> {
        let view = google.view(tab).expect("the tab is there");
        let shown = |row: usize| view.rows.get(row).and_then(|r| r.first()).map(|c| c.formatted.clone()).unwrap_or_default();
        view.metadata.iter().map(|(row, ..)| (*row, shown(*row))).collect()
    }

    #[test]
    fn it_follows_rows_that_are_inserted_deleted_and_moved() {
        let (google, tab) = marked();
        edit(&google, json!({"insertDimension": {"range": line(tab, 0, 2), "inheritFromBefore": false}}));
        assert_eq!(carried(&google, tab), [(4, "c".to_owned())]);
        edit(&google, json!({"deleteDimension": {"range": line(tab, 1, 3)}}));
        assert_eq!(carried(&google, tab), [(2, "c".to_owned())]);
        edit(&google, json!({"moveDimension": {"source": line(tab, 2, 3), "destinationIndex": 5}}));
        assert_eq!(carried(&google, tab), [(4, "c".to_owned())]);
        edit(&google, json!({"moveDimension": {"source": line(tab, 0, 1), "destinationIndex": 6}}));
        assert_eq!(carried(&google, tab), [(3, "c".to_owned())]);
        edit(&google, json!({"deleteDimension": {"range": line(tab, 3, 4)}}));
        assert_eq!(carried(&google, tab), []);
    }

    #[test]
    fn it_follows_a_sort_only_if_so_switched() {
        for (follows, row, text) in [(true, 3, "c"), (false, 2, "d")] {
            let (google, tab) = marked();
            google.switches(|s| s.metadata_follows_sort = follows);
            let range = json!({"sheetId": tab, "startRowIndex": 0, "endRowIndex": 6});
            let specs = json!([{"dimensionIndex": 0, "sortOrder": "DESCENDING"}]);
            edit(&google, json!({"sortRange": {"range": range, "sortSpecs": specs}}));
            assert_eq!(carried(&google, tab), [(row, text.to_owned())]);
        }
    }

    #[test]
    fn it_stays_behind_when_cells_are_cut() {
        let (google, tab) = marked();
        let source = json!({"sheetId": tab, "startRowIndex": 2, "endRowIndex": 3, "startColumnIndex": 0, "endColumnIndex": 26});
        let destination = json!({"sheetId": tab, "rowIndex": 9, "columnIndex": 0});
        edit(&google, json!({"cutPaste": {"source": source, "destination": destination, "pasteType": "PASTE_NORMAL"}}));
        assert_eq!(carried(&google, tab), [(2, String::new())]);
        assert_eq!(google.values(tab)[9], [json!("c")]);
    }

    #[test]
    fn more_than_the_limit_is_refused_whole() {
        let (google, tab) = marked();
        let location = json!({"sheetId": tab});
        let entry = |value: String| {
            let entry = json!({"metadataKey": "x", "metadataValue": value, "visibility": "PROJECT", "location": location});
            json!({"createDeveloperMetadata": {"developerMetadata": entry}})
        };
        google.edit(vec![entry("y".repeat(29_000))]).expect("within the limit");
        let error = google.edit(vec![entry("z".into()), entry("y".repeat(1_000))]).expect_err("beyond the limit");
        assert!(error.message.starts_with("Invalid requests[1].createDeveloperMetadata: "), "{error}");
        google.edit(vec![entry("y".repeat(990))]).expect("the refused ones left nothing behind");
    }

    #[test]
    fn it_is_deleted_by_lookup() {
        let (google, tab) = marked();
        let filter = json!({"developerMetadataLookup": {"metadataKey": "k", "metadataValue": "c", "locationType": "ROW"}});
        let reply = google.edit(vec![json!({"deleteDeveloperMetadata": {"dataFilter": filter}})]).expect("sound");
        let deleted = &reply["replies"][0]["deleteDeveloperMetadata"]["deletedDeveloperMetadata"];
        assert_eq!(deleted[0]["location"]["dimensionRange"], line(tab, 2, 3));
        assert_eq!(carried(&google, tab), []);
    }
}
