//! The world of Google: a token endpoint, spreadsheets, and the form that fills one of them.
//! What must not be here: any knowledge of the programs that will call it.

use std::sync::{Arc, Mutex, PoisonError};

use serde_json::{Value, json};

use crate::clock::Clock;
use crate::google::document::Target;
use crate::google::errors::ApiError;
use crate::google::forms::Response;
use crate::google::grid::{Actor, Cell, Entered};
use crate::google::metadata::Place;
use crate::google::render::{Options, Render};
use crate::google::values::write::{self, Input};
use crate::google::world::World;

mod a1;
mod batch;
mod describe;
mod document;
pub mod errors;
mod fields;
mod filters;
mod forms;
mod formula;
mod grid;
mod locale;
mod metadata;
mod number_format;
mod parse_entered;
mod protection;
mod quota;
mod render;
mod schema;
mod serial;
mod serve;
mod shift;
mod token;
mod values;
mod world;

/// The handle on the world of Google; clones share the same world.
#[derive(Clone, Debug)]
pub struct Google {
    world: Arc<Mutex<World>>,
}

impl Google {
    /// A world with one form, its response spreadsheet (title `Permohonan Virtual Meeting (Jawaban)`, locale `in_ID`, zone
    /// `Asia/Jakarta`), and one service account that may edit it. Everything drawn by chance comes from `seed`.
    pub fn new(seed: u64, form: &[Question]) -> Google {
        Google { world: Arc::new(Mutex::new(World::new(seed, form))) }
    }

    pub(crate) fn with<T>(&self, act: impl FnOnce(&mut World) -> T) -> T {
        // A panic elsewhere leaves the world as it was before the call: changes are made on a copy.
        act(&mut self.world.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// The world asks this clock from now on.
    pub fn use_clock(&self, clock: Clock) {
        self.with(|world| world.clock = clock);
    }

    /// `POST /token` and everything below `/v4/spreadsheets`.
    pub fn router(&self) -> axum::Router {
        serve::router(self.clone())
    }

    /// Tells the world its own base address, `http://127.0.0.1:PORT/`: the key file's `token_uri` and the audience that an
    /// assertion must name are made from it.
    pub fn serve_at(&self, base: &str) {
        self.with(|world| world.base = format!("{}/", base.trim_end_matches('/')));
    }

    /// A complete service-account key file. The first call for a seed makes the key, which takes a while.
    pub fn key_file(&self) -> Value {
        let (seed, token_uri) = self.with(|world| (world.seed, world.token_uri()));
        token::key_file(seed, &token_uri)
    }

    /// How long tokens handed out from now on live, in seconds (documented: 3600).
    pub fn token_lifetime(&self, seconds: i64) {
        self.with(|world| world.token_seconds = seconds);
    }

    /// Ends every token that was handed out.
    pub fn revoke_tokens(&self) {
        self.with(|world| world.tokens.clear());
    }

    /// The id of the response spreadsheet.
    pub fn spreadsheet_id(&self) -> String {
        self.with(|world| world.responses.clone())
    }

    /// The `sheetId` of the tab that the form fills.
    pub fn form_tab(&self) -> i64 {
        self.with(|world| world.response_document().form.as_ref().map_or(0, |f| f.sheet))
    }

    /// `batchUpdate` requests carried out as a person in the browser would: no token, no quota, all or none.
    pub fn edit(&self, requests: Vec<Value>) -> Result<Value, ApiError> {
        let numbered = requests.into_iter().enumerate();
        let checked = numbered.map(|(i, r)| schema::check_request(&r, i)).collect::<Result<Vec<_>, _>>()?;
        self.with(|world| world.edit(&checked))
    }

    /// A person types `text` into a cell of the response spreadsheet; row and column count from 0. Refused outside the
    /// grid, and by a strict drop-down that does not hold the text.
    pub fn type_in(&self, sheet_id: i64, row: usize, column: usize, text: &str) -> Result<(), ApiError> {
        self.with(|world| {
            let document = world.response_document();
            let sheet = document.sheet_with(sheet_id).ok_or_else(ApiError::not_found)?;
            let block = a1::Block { row, column, row_end: Some(row + 1), column_end: Some(column + 1), origin: true };
            let area = document.cut(sheet, block).map_err(ApiError::invalid)?;
            let words = document.sheets[sheet].cell(row, column).map(|c| (words(c), is_strict(c))).unwrap_or_default();
            if words.1 && !text.is_empty() && !words.0.is_empty() && !words.0.iter().any(|w| w == text) {
                return Err(ApiError::invalid(
                    "The data you entered in this cell violates the data validation rules set on this cell.",
                ));
            }
            let target = Target { sheet, block, area };
            write::write(document, &target, &[vec![Value::from(text)]], Input::UserEntered, Actor::Person).map(|_| ())
        })
    }

    /// A tab of the response spreadsheet as a person sees it.
    pub fn view(&self, sheet_id: i64) -> Option<SheetView> {
        self.with(|world| {
            let document = &*world.response_document();
            let at = document.sheet_with(sheet_id)?;
            let tab = &document.sheets[at];
            let options = Options::named(Some("UNFORMATTED_VALUE"), None, None);
            let view = |row: usize, column: usize, cell: &Cell| CellView {
                formatted: render::formatted(document, cell, &render::computed(document, at, row, column, cell)),
                value: render::value(document, at, row, column, options),
                formula: if let Entered::Formula(f) = &cell.entered { Some(f.clone()) } else { None },
                link: describe::link(document, at, cell),
                validation: words(cell),
            };
            let rows = tab.rows.iter().take(tab.used_rows()).enumerate().map(|(r, row)| {
                let used = row.cells.iter().rposition(|c| !c.is_blank()).map_or(0, |i| i + 1);
                row.cells[..used].iter().enumerate().map(|(c, cell)| view(r, c, cell)).collect()
            });
            let metadata = document.metadata.iter().filter_map(|entry| match entry.place {
                Place::Row(tab, row) if tab == sheet_id => {
                    Some((row, entry.id, entry.key.clone(), entry.value.clone().unwrap_or_default()))
                }
                _ => None,
            });
            Some(SheetView {
                title: tab.title.clone(),
                row_count: tab.rows.len(),
                column_count: tab.columns.len(),
                rows: rows.collect(),
                metadata: metadata.collect(),
            })
        })
    }

    /// The tabs of the response spreadsheet in order: `sheetId` and title.
    pub fn tabs(&self) -> Vec<(i64, String)> {
        self.with(|world| world.response_document().sheets.iter().map(|s| (s.id, s.title.clone())).collect())
    }

    /// A tab's values, unformatted with serial numbers, ragged and trimmed.
    pub fn values(&self, sheet_id: i64) -> Vec<Vec<Value>> {
        self.with(|world| {
            let document = &*world.response_document();
            let Some(at) = document.sheet_with(sheet_id) else { return Vec::new() };
            let options = Options { render: Render::Unformatted, dates_as_text: false, major: grid::Dimension::Rows };
            render::values(document, at, &document.sheets[at].whole(), options)
        })
    }

    /// A respondent sends the form, and its row is inserted; returns the response's id. Answers go by question title; a
    /// title that the form does not have is ignored.
    pub fn submit(&self, answers: &[(String, AnswerValue)], email: Option<&str>, at: jiff::Timestamp) -> u64 {
        self.with(|world| {
            let parse = world.switches.forms_parses_text;
            forms::submit(world.response_document(), &Response { answers, email, at, parse })
        })
    }

    /// The respondent edits an own response; an error if its row was deleted.
    pub fn resubmit(
        &self,
        response: u64,
        answers: &[(String, AnswerValue)],
        email: Option<&str>,
        at: jiff::Timestamp,
    ) -> Result<(), String> {
        self.with(|world| {
            let parse = world.switches.forms_parses_text;
            forms::resubmit(world.response_document(), response, &Response { answers, email, at, parse })
        })
    }

    /// The form's owner adds a question; its column goes where the switch says.
    pub fn add_question(&self, question: Question) {
        self.with(|world| {
            let goes = world.switches.question_goes;
            forms::add_question(world.response_document(), question, goes);
        });
    }

    /// The form's questions in order.
    pub fn questions(&self) -> Vec<Question> {
        self.with(|world| {
            let form = world.response_document().form.as_ref();
            form.map(|f| f.questions.iter().map(|(q, _)| q.clone()).collect()).unwrap_or_default()
        })
    }

    /// Changes what is unconfirmed or configurable about this world.
    pub fn switches(&self, change: impl FnOnce(&mut Switches)) {
        self.with(|world| change(&mut world.switches));
    }

    /// Sets the response spreadsheet's time zone, an IANA name.
    pub fn set_time_zone(&self, zone: &str) {
        self.with(|world| world.response_document().props.insert("timeZone".into(), json!(zone)));
    }

    /// Sets the response spreadsheet's locale, such as `en_US` or `in_ID`.
    pub fn set_locale(&self, locale: &str) {
        self.with(|world| world.response_document().props.insert("locale".into(), json!(locale)));
    }

    /// Adds an empty spreadsheet with one tab `Sheet1` (sheetId 0, 1000 by 26, as recorded) and returns its id.
    pub fn new_spreadsheet(&self, title: &str, locale: &str, zone: &str) -> String {
        self.with(|world| world.add_document(title, locale, zone))
    }
}

/// The words of the cell's drop-down.
fn words(cell: &Cell) -> Vec<String> {
    let Some(condition) = cell.validation().and_then(|r| r.get("condition")) else { return Vec::new() };
    if condition["type"] != "ONE_OF_LIST" {
        return Vec::new();
    }
    let values = batch::list(&condition["values"]).iter();
    values.filter_map(|v| v["userEnteredValue"].as_str().map(str::to_owned)).collect()
}

fn is_strict(cell: &Cell) -> bool {
    cell.validation().is_some_and(|r| r.get("strict") == Some(&Value::Bool(true)))
}

/// A question of the form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// What the respondent reads, and the header of its column.
    pub title: String,
    /// How it is answered.
    pub kind: QuestionKind,
}

/// How a question is answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum QuestionKind {
    /// The form collects e-mail addresses: column `Email Address`; only as the first question.
    Email,
    /// Short answer.
    Text,
    /// Paragraph.
    Paragraph,
    /// A day.
    Date,
    /// A time of day.
    Time,
    /// A day with a time of day.
    DateTime,
    /// A length of time.
    Duration,
    /// One of these.
    Choice(Vec<String>),
    /// Any number of these.
    Checkbox(Vec<String>),
}

/// What a respondent answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AnswerValue {
    /// Typed or chosen text.
    Text(String),
    /// A day.
    Date {
        /// Year, such as 2026.
        year: i16,
        /// Month, 1 to 12.
        month: i8,
        /// Day of the month, 1 to 31.
        day: i8,
    },
    /// A time of day.
    Time {
        /// 0 to 23.
        hour: i8,
        /// 0 to 59.
        minute: i8,
    },
    /// A day with a time of day.
    DateTime {
        /// Year, such as 2026.
        year: i16,
        /// Month, 1 to 12.
        month: i8,
        /// Day of the month, 1 to 31.
        day: i8,
        /// 0 to 23.
        hour: i8,
        /// 0 to 59.
        minute: i8,
    },
    /// A length of time.
    Duration {
        /// Hours, may exceed 24.
        hours: i32,
        /// 0 to 59.
        minutes: i8,
        /// 0 to 59.
        seconds: i8,
    },
    /// The ticked boxes.
    Many(Vec<String>),
    /// Left empty.
    Empty,
}

/// A tab as a person sees it.
#[derive(Clone, Debug, PartialEq)]
pub struct SheetView {
    /// The tab's title.
    pub title: String,
    /// Rows of the grid.
    pub row_count: usize,
    /// Columns of the grid.
    pub column_count: usize,
    /// Cells up to the last used row, each row up to its last used cell.
    pub rows: Vec<Vec<CellView>>,
    /// Developer metadata on rows: row (from 0), id, key, value.
    pub metadata: Vec<(usize, i64, String, String)>,
}

/// A cell as a person sees it.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct CellView {
    /// What is shown.
    pub formatted: String,
    /// The unformatted value, dates as serial numbers; `""` when empty.
    pub value: Value,
    /// The formula, if the cell is one, with its `=`.
    pub formula: Option<String>,
    /// Where a click leads.
    pub link: Option<String>,
    /// The words of its drop-down.
    pub validation: Vec<String>,
}

/// Where Forms puts the column of a new question; reports contradict each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum QuestionGoes {
    /// Directly right of the last question's column; columns made by hand move right.
    RightOfLastQuestion,
    /// Right of every used column.
    FarRight,
}

/// What the spreadsheet's owner granted the service account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sharing {
    /// May edit.
    Writer,
    /// May read.
    Reader,
    /// Not shared.
    None,
}

/// What is unconfirmed or configurable about this world.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "independent switches, each a yes or no")]
pub struct Switches {
    /// Whether row metadata travels with a sorted row (two reports say so, unconfirmed).
    pub metadata_follows_sort: bool,
    /// Where Forms puts a new question's column.
    pub question_goes: QuestionGoes,
    /// Whether Forms parses typed digits and dates as Sheets would; otherwise they stay text.
    pub forms_parses_text: bool,
    /// Whether the per-minute quotas apply.
    pub quotas_on: bool,
    /// Reads per minute and user (Google: 60).
    pub reads_per_user: u32,
    /// Writes per minute and user (Google: 60).
    pub writes_per_user: u32,
    /// Reads per minute and project (Google: 300).
    pub reads_per_project: u32,
    /// Writes per minute and project (Google: 300).
    pub writes_per_project: u32,
    /// What the service account may do with the response spreadsheet.
    pub sharing: Sharing,
    /// Whether the Sheets API is enabled in the service account's project.
    pub api_enabled: bool,
}

impl Default for Switches {
    fn default() -> Switches {
        Switches {
            metadata_follows_sort: true,
            question_goes: QuestionGoes::RightOfLastQuestion,
            forms_parses_text: false,
            quotas_on: true,
            reads_per_user: 60,
            writes_per_user: 60,
            reads_per_project: 300,
            writes_per_project: 300,
            sharing: Sharing::Writer,
            api_enabled: true,
        }
    }
}
