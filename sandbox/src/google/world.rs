//! Everything there is in the world of Google, and the calls that change it.

use std::collections::HashMap;

use jiff::Timestamp;
use rand::{Rng as _, SeedableRng as _};
use rand_chacha::ChaCha20Rng;
use serde_json::{Map, Value, json};

use crate::clock::Clock;
use crate::google::batch::{self, Context};
use crate::google::describe;
use crate::google::document::{Document, Target};
use crate::google::errors::ApiError;
use crate::google::fields::Mask;
use crate::google::filters;
use crate::google::forms;
use crate::google::grid::Actor;
use crate::google::metadata;
use crate::google::quota::Quota;
use crate::google::schema::Query;
use crate::google::token::Token;
use crate::google::values::{append, read, write};
use crate::google::{Question, Switches};

/// Characters of a spreadsheet's id after its leading 1.
const ID_CHARACTERS: usize = 43;
/// How long tokens live by default, in seconds (documented).
const TOKEN_SECONDS: i64 = 3600;

/// The world.
#[derive(Debug)]
pub(crate) struct World {
    /// Chance, for everything drawn.
    pub(crate) rng: ChaCha20Rng,
    /// Where keys and ids come from.
    pub(crate) seed: u64,
    /// Its own base address, ending in `/`.
    pub(crate) base: String,
    /// What is unconfirmed or configurable.
    pub(crate) switches: Switches,
    /// The clock that it asks.
    pub(crate) clock: Clock,
    /// All spreadsheets by id.
    pub(crate) documents: HashMap<String, Document>,
    /// The id of the response spreadsheet.
    pub(crate) responses: String,
    /// Tokens handed out, by their text.
    pub(crate) tokens: HashMap<String, Token>,
    /// How long new tokens live, in seconds.
    pub(crate) token_seconds: i64,
    /// Calls of the running minute.
    pub(crate) quota: Quota,
}

/// A call on one spreadsheet, ready to be carried out.
pub(crate) struct Call<'a> {
    /// Id of the method in the discovery document, without its beginning.
    pub(crate) method: &'static str,
    /// `range`, `metadataId` or `sheetId` of the path, if the method has one.
    pub(crate) part: &'a str,
    /// The query.
    pub(crate) query: &'a Query,
    /// The checked body.
    pub(crate) body: &'a Value,
    /// The `fields` parameter, if given.
    pub(crate) mask: Option<&'a Mask>,
    /// Who calls.
    pub(crate) actor: Actor,
}

impl World {
    /// A world with one form and its spreadsheet.
    pub(crate) fn new(seed: u64, form: &[Question]) -> World {
        let mut rng = ChaCha20Rng::seed_from_u64(seed);
        let responses = new_id(&mut rng);
        let tab = rng.random_range(1..i64::from(i32::MAX));
        let document = forms::response_document(&responses, "Permohonan Virtual Meeting (Jawaban)", tab, form);
        World {
            rng,
            seed,
            base: "http://127.0.0.1/".to_owned(),
            switches: Switches::default(),
            clock: Clock::default(),
            documents: HashMap::from([(responses.clone(), document)]),
            responses,
            tokens: HashMap::new(),
            token_seconds: TOKEN_SECONDS,
            quota: Quota::default(),
        }
    }

    /// The present moment.
    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// The address of the token endpoint.
    pub(crate) fn token_uri(&self) -> String {
        format!("{}token", self.base)
    }

    /// Adds an empty spreadsheet.
    pub(crate) fn add_document(&mut self, title: &str, locale: &str, zone: &str) -> String {
        let id = new_id(&mut self.rng);
        self.documents.insert(id.clone(), Document::empty(&id, title, locale, zone));
        id
    }

    /// The response spreadsheet, its clock set.
    pub(crate) fn response_document(&mut self) -> &mut Document {
        let now = self.now();
        let document = self.documents.get_mut(&self.responses).expect("it is never taken away");
        document.now = document.zone().to_datetime(now);
        document
    }

    /// Carries out checked requests on the response spreadsheet as a person; all or none.
    pub(crate) fn edit(&mut self, requests: &[Value]) -> Result<Value, ApiError> {
        let id = self.responses.clone();
        let replies = self.atomic(&id, |document, context| batch::carry_out(document, requests, context), Actor::Person)?;
        Ok(json!({"spreadsheetId": id, "replies": replies}))
    }

    /// Changes a copy of the spreadsheet and keeps it only if that succeeds.
    fn atomic<T>(
        &mut self,
        id: &str,
        change: impl FnOnce(&mut Document, &mut Context<'_>) -> Result<T, ApiError>,
        actor: Actor,
    ) -> Result<T, ApiError> {
        let now = self.now();
        let mut copy = self.documents.get(id).ok_or_else(ApiError::not_found)?.clone();
        copy.now = copy.zone().to_datetime(now);
        let mut context = Context { rng: &mut self.rng, actor, metadata_follows_sort: self.switches.metadata_follows_sort };
        let done = change(&mut copy, &mut context)?;
        self.documents.insert(id.to_owned(), copy);
        Ok(done)
    }

    /// Carries out a call on a spreadsheet that the caller may use; the answer is not yet thinned by `fields`, except for
    /// spreadsheets.
    pub(crate) fn carry_out(&mut self, id: &str, call: &Call<'_>) -> Result<Value, ApiError> {
        let Call { part, query, body, actor, .. } = *call;
        match call.method {
            "get"
            | "getByDataFilter"
            | "values.get"
            | "values.batchGet"
            | "values.batchGetByDataFilter"
            | "developerMetadata.get"
            | "developerMetadata.search" => self.read(id, call),
            "values.update" => self.atomic(id, |d, _| write::update(d, part, query, body, actor), actor),
            "values.append" => self.atomic(id, |d, _| append::append(d, part, query, body, actor), actor),
            "values.clear" => self.atomic(id, |d, _| write::clear(d, part, actor), actor),
            "values.batchUpdate" => self.atomic(id, |d, _| write::batch_update(d, body, actor), actor),
            "values.batchClear" => self.atomic(id, |d, _| write::batch_clear(d, body, actor), actor),
            "values.batchUpdateByDataFilter" => self.atomic(id, |d, _| write::batch_update_by_data_filter(d, body, actor), actor),
            "values.batchClearByDataFilter" => self.atomic(id, |d, _| write::batch_clear_by_data_filter(d, body, actor), actor),
            "batchUpdate" => self.batch_update(id, body, actor),
            "sheets.copyTo" => self.copy_sheet(id, part, body),
            // A service account has no storage to create a spreadsheet in.
            _ => Err(ApiError::permission()),
        }
    }

    fn read(&mut self, id: &str, call: &Call<'_>) -> Result<Value, ApiError> {
        let now = self.now();
        let document = self.documents.get_mut(id).ok_or_else(ApiError::not_found)?;
        document.now = document.zone().to_datetime(now);
        let document = &*document;
        match call.method {
            "get" => {
                let ranges = call.query.all("ranges");
                let found: Vec<Target> = ranges.iter().map(|r| document.find(r)).collect::<Result<_, _>>()?;
                let ranges = (!ranges.is_empty()).then_some(found.as_slice());
                Ok(describe::spreadsheet(document, ranges, call.query.is("includeGridData"), call.mask))
            }
            "getByDataFilter" => {
                let given = call.body.get("dataFilters").and_then(Value::as_array).is_some_and(|f| !f.is_empty());
                let found = if given { filters::ranges_of_all(&call.body["dataFilters"], document)? } else { Vec::new() };
                let found: Vec<Target> = found.into_iter().map(|(t, _)| t).collect();
                let include = call.body["includeGridData"] == Value::Bool(true);
                Ok(describe::spreadsheet(document, given.then_some(found.as_slice()), include, call.mask))
            }
            "values.get" => read::get(document, call.part, call.query),
            "values.batchGet" => read::batch_get(document, call.query),
            "values.batchGetByDataFilter" => read::batch_get_by_data_filter(document, call.body),
            "developerMetadata.get" => {
                let wanted: i64 = call.part.parse().map_err(|_| {
                    let description = format!("Invalid value at 'metadata_id' (TYPE_INT32), \"{}\"", call.part);
                    ApiError::bad_request(&[("metadata_id".to_owned(), description)])
                })?;
                let found = document.metadata.iter().find(|e| e.id == wanted);
                found.map(metadata::Entry::to_json).ok_or_else(|| ApiError {
                    message: format!("No developer metadata with ID {wanted} found."),
                    ..ApiError::not_found()
                })
            }
            _ => search(document, &call.body["dataFilters"]),
        }
    }

    fn batch_update(&mut self, id: &str, body: &Value, actor: Actor) -> Result<Value, ApiError> {
        let requests = batch::list(&body["requests"]);
        self.atomic(
            id,
            |document, context| {
                let replies = batch::carry_out(document, requests, context)?;
                let mut out = json!({"spreadsheetId": document.id, "replies": replies});
                if body["includeSpreadsheetInResponse"] == Value::Bool(true) {
                    let ranges = batch::list(&body["responseRanges"]);
                    let found = ranges.iter().map(|r| document.find(r.as_str().unwrap_or_default()));
                    let found: Vec<Target> = found.collect::<Result<_, _>>()?;
                    let ranges = (!ranges.is_empty()).then_some(found.as_slice());
                    let data = body["responseIncludeGridData"] == Value::Bool(true);
                    out["updatedSpreadsheet"] = describe::spreadsheet(document, ranges, data, None);
                }
                Ok(out)
            },
            actor,
        )
    }

    fn copy_sheet(&mut self, id: &str, part: &str, body: &Value) -> Result<Value, ApiError> {
        let source = self.documents.get(id).ok_or_else(ApiError::not_found)?;
        let wanted: i64 = part.parse().map_err(|_| ApiError::not_found())?;
        let mut sheet = source
            .sheet_with(wanted)
            .map(|at| source.sheets[at].clone())
            .ok_or_else(|| ApiError::invalid(format!("No sheet with id: {wanted}")))?;
        let to = body["destinationSpreadsheetId"].as_str().unwrap_or_default().to_owned();
        self.atomic(
            &to,
            |document, context| {
                sheet.id = std::iter::repeat_with(|| context.id())
                    .find(|id| document.sheet_with(*id).is_none())
                    .expect("ids do not run out");
                sheet.title = batch::sheets::copy_title(document, &format!("Copy of {}", sheet.title));
                // What is anchored by the old tab's id does not come along.
                sheet.conditional.clear();
                sheet.protected.clear();
                sheet.filter_views.clear();
                sheet.banded.clear();
                sheet.basic_filter = None;
                document.has_formulas = true;
                document.sheets.push(sheet);
                Ok(describe::sheet_properties(document, document.sheets.len() - 1))
            },
            Actor::Service,
        )
    }
}

/// `developerMetadata.search`: each entry once, with the filters that selected it.
fn search(document: &Document, filters: &Value) -> Result<Value, ApiError> {
    let filters = batch::list(filters);
    if filters.is_empty() {
        return Err(ApiError::invalid("Must specify at least one data filter."));
    }
    let mut found: Vec<(usize, Vec<Value>)> = Vec::new();
    for (index, filter) in filters.iter().enumerate() {
        let wrap = |message| ApiError::invalid(format!("Invalid dataFilters[{index}]: {message}"));
        for entry in metadata::selected(filter, document).map_err(wrap)? {
            match found.iter_mut().find(|(e, _)| *e == entry) {
                Some((_, by)) => by.push(filter.clone()),
                None => found.push((entry, vec![filter.clone()])),
            }
        }
    }
    let mut out = Map::new();
    if !found.is_empty() {
        let shown = found
            .into_iter()
            .map(|(entry, by)| json!({"developerMetadata": document.metadata[entry].to_json(), "dataFilters": by}));
        out.insert("matchedDeveloperMetadata".into(), shown.collect());
    }
    Ok(Value::Object(out))
}

fn new_id(rng: &mut ChaCha20Rng) -> String {
    const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let tail = (0..ID_CHARACTERS).map(|_| char::from(ALPHABET[rng.random_range(0..ALPHABET.len())]));
    std::iter::once('1').chain(tail).collect()
}
