//! Checks request bodies and query parameters against the schemas of Google's discovery document, as the real front end
//! does before any method runs. What must not be here: the meaning of a field.
//!
//! Spelling of the errors: recorded for `Invalid value at …`; the others are Google's published wordings.

use std::sync::OnceLock;

use serde_json::{Map, Value};

use crate::google::errors::ApiError;

/// The trimmed discovery document: methods, their query parameters, and every schema they reach.
static DOCUMENT: &str = include_str!("sheets.v4.schemas.json");

/// Messages of which only one field may be set, with the name of the choice.
const ONE_OF: [(&str, &str); 4] =
    [("Request", "kind"), ("ExtendedValue", "value"), ("DataFilter", "filter"), ("ColorStyle", "kind")];

fn document() -> &'static Value {
    static PARSED: OnceLock<Value> = OnceLock::new();
    PARSED.get_or_init(|| serde_json::from_str(DOCUMENT).expect("the file in this crate is JSON"))
}

/// The fields of a schema; empty for a name that the document does not have.
pub(crate) fn fields_of(schema: &str) -> Option<&'static Map<String, Value>> {
    document()["schemas"][schema].as_object()
}

/// The schema that a method answers with.
pub(crate) fn response_of(method: &str) -> &'static str {
    document()["methods"][method]["response"].as_str().unwrap_or_default()
}

/// Whether a method accepts the read-only scopes.
pub(crate) fn accepts_readonly(method: &str) -> bool {
    document()["methods"][method]["readonly"] == Value::Bool(true)
}

/// `updateCells` to `update_cells`.
pub(crate) fn snake(name: &str) -> String {
    let mut out = String::with_capacity(name.len() + 4);
    for ch in name.chars() {
        if ch.is_ascii_uppercase() {
            out.push('_');
            out.push(ch.to_ascii_lowercase());
        } else {
            out.push(ch);
        }
    }
    out
}

/// `update_cells` to `updateCells`; other names stay.
pub(crate) fn camel(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    let mut up = false;
    for ch in name.chars() {
        if ch == '_' {
            up = true;
        } else if up {
            out.push(ch.to_ascii_uppercase());
            up = false;
        } else {
            out.push(ch);
        }
    }
    out
}

/// A JSON number that is whole without a fraction, as Google prints it.
pub(crate) fn number(value: f64) -> Value {
    // 2^53: beyond it not every integer is a double, and the exponent form is as good.
    if value.fract() == 0.0 && value.abs() < 9_007_199_254_740_992.0 {
        #[expect(clippy::cast_possible_truncation, reason = "whole and within 2^53")]
        let whole = value as i64;
        return Value::from(whole);
    }
    Value::from(value)
}

struct Checker {
    violations: Vec<(String, String)>,
}

/// The body of `method` with nulls dropped, names in camel case and numbers as numbers; `prefix` is the field that the
/// body is bound to (`data` for values.update and values.append, recorded; otherwise empty).
pub(crate) fn check_body(method: &str, body: &Value, prefix: &str) -> Result<Value, ApiError> {
    let Some(schema) = document()["methods"][method]["request"].as_str() else {
        return Ok(Value::Null);
    };
    let mut checker = Checker { violations: Vec::new() };
    let clean = checker.message(schema, body, prefix);
    if checker.violations.is_empty() { Ok(clean) } else { Err(ApiError::bad_request(&checker.violations)) }
}

/// One `Request` of a batchUpdate, checked as in a body; `index` is its place in the list.
pub(crate) fn check_request(request: &Value, index: usize) -> Result<Value, ApiError> {
    let mut checker = Checker { violations: Vec::new() };
    let clean = checker.message("Request", request, &format!("requests[{index}]"));
    if checker.violations.is_empty() { Ok(clean) } else { Err(ApiError::bad_request(&checker.violations)) }
}

impl Checker {
    fn violate(&mut self, field: &str, description: String) {
        self.violations.push((field.to_owned(), description));
    }

    fn bad_value(&mut self, path: &str, kind: &str, value: &Value) {
        self.violate(path, format!("Invalid value at '{path}' ({kind}), {value}"));
    }

    fn unknown(&mut self, name: &str, path: &str, why: &str) {
        let at = if path.is_empty() { String::new() } else { format!(" at '{path}'") };
        self.violate(path, format!("Invalid JSON payload received. Unknown name \"{name}\"{at}: {why}"));
    }

    fn message(&mut self, schema: &str, value: &Value, path: &str) -> Value {
        let Some(object) = value.as_object() else {
            if path.is_empty() {
                self.unknown("", "", "Root element must be a message.");
            } else {
                self.bad_value(path, &format!("type.googleapis.com/google.apps.sheets.v4.{schema}"), value);
            }
            return Value::Null;
        };
        let fields = fields_of(schema).expect("schemas refer only to schemas of the same document");
        let choice = ONE_OF.iter().find(|(name, _)| *name == schema).map(|(_, choice)| *choice);
        let mut clean = Map::new();
        for (given, part) in object {
            let name = if fields.contains_key(given) { given.clone() } else { camel(given) };
            let Some(field) = fields.get(&name) else {
                self.unknown(given, path, "Cannot find field.");
                continue;
            };
            if part.is_null() && field["type"] != "any" {
                continue;
            }
            if let (Some(choice), false) = (choice, clean.is_empty()) {
                self.violate(
                    path,
                    format!("Invalid value at '{path}' (oneof), oneof field '{choice}' is already set. Cannot set '{given}'"),
                );
                continue;
            }
            let inner = if path.is_empty() { snake(&name) } else { format!("{path}.{}", snake(&name)) };
            let part = self.field(field, part, &inner);
            clean.insert(name, part);
        }
        Value::Object(clean)
    }

    fn field(&mut self, field: &Value, value: &Value, path: &str) -> Value {
        if let Some(schema) = field["$ref"].as_str() {
            if value.is_array() {
                return self.not_repeating(path);
            }
            return self.message(schema, value, path);
        }
        match field["type"].as_str().unwrap_or_default() {
            "array" => self.list(&field["items"], value, path),
            "object" => self.map(field, value, path),
            "any" => value.clone(),
            _ if value.is_array() => self.not_repeating(path),
            "string" if field.get("enum").is_some() => self.enumeration(field, value, path),
            "string" => self.string(value, path),
            "boolean" => self.boolean(value, path),
            "integer" => self.integer(value, path),
            "number" => self.double(value, field["format"] == "float", path),
            _ => value.clone(),
        }
    }

    fn not_repeating(&mut self, path: &str) -> Value {
        let (parent, name) = path.rsplit_once('.').unwrap_or(("", path));
        self.unknown(&camel(name), parent, "Proto field is not repeating, cannot start list.");
        Value::Null
    }

    fn list(&mut self, items: &Value, value: &Value, path: &str) -> Value {
        // A list of lists is a repeated google.protobuf.ListValue: an element must be a list, and holds anything.
        let rows = items["type"] == "array";
        let Some(list) = value.as_array() else {
            // A lone element stands for a list of one (recorded: the path in the error has no index).
            if rows {
                self.bad_value(path, "type.googleapis.com/google.protobuf.ListValue", value);
                return Value::Null;
            }
            return Value::Array(vec![self.field(items, value, path)]);
        };
        let mut clean = Vec::with_capacity(list.len());
        for (index, element) in list.iter().enumerate() {
            let inner = format!("{path}[{index}]");
            if rows {
                if element.is_array() {
                    clean.push(element.clone());
                } else {
                    self.bad_value(&inner, "type.googleapis.com/google.protobuf.ListValue", element);
                }
            } else {
                clean.push(self.field(items, element, &inner));
            }
        }
        Value::Array(clean)
    }

    fn map(&mut self, field: &Value, value: &Value, path: &str) -> Value {
        let Some(object) = value.as_object() else {
            self.bad_value(path, "Map", value);
            return Value::Null;
        };
        let Some(of) = field.get("additionalProperties") else { return value.clone() };
        let clean = object.iter().map(|(key, part)| (key.clone(), self.field(of, part, &format!("{path}.{key}"))));
        Value::Object(clean.collect::<Vec<_>>().into_iter().collect())
    }

    fn enumeration(&mut self, field: &Value, value: &Value, path: &str) -> Value {
        let names = field["enum"].as_array().map(Vec::as_slice).unwrap_or_default();
        if names.contains(value) {
            return value.clone();
        }
        if let Some(name) = value.as_u64().and_then(|i| usize::try_from(i).ok()).and_then(|i| names.get(i)) {
            return name.clone();
        }
        let first = names.first().and_then(Value::as_str).unwrap_or_default();
        let kind = match first.strip_suffix("_UNSPECIFIED") {
            Some("INPUT_VALUE_OPTION") => "ValueInputOption".to_owned(),
            Some(stem) => pascal(&stem.to_ascii_lowercase()),
            None => pascal(path.rsplit('.').next().unwrap_or_default()),
        };
        self.bad_value(path, &format!("type.googleapis.com/google.apps.sheets.v4.{kind}"), value);
        Value::Null
    }

    fn string(&mut self, value: &Value, path: &str) -> Value {
        if !value.is_string() {
            self.bad_value(path, "TYPE_STRING", value);
        }
        value.clone()
    }

    fn boolean(&mut self, value: &Value, path: &str) -> Value {
        match value {
            Value::Bool(_) => value.clone(),
            Value::String(text) if text.eq_ignore_ascii_case("true") => Value::Bool(true),
            Value::String(text) if text.eq_ignore_ascii_case("false") => Value::Bool(false),
            _ => {
                self.bad_value(path, "TYPE_BOOL", value);
                Value::Null
            }
        }
    }

    fn integer(&mut self, value: &Value, path: &str) -> Value {
        let parsed = match value {
            Value::Number(n) => n.as_i64().or_else(|| number(n.as_f64().unwrap_or(0.5)).as_i64()),
            Value::String(text) => text.parse().ok(),
            _ => None,
        };
        if let Some(n) = parsed.filter(|n| i32::try_from(*n).is_ok()) {
            return Value::from(n);
        }
        self.bad_value(path, "TYPE_INT32", value);
        Value::Null
    }

    fn double(&mut self, value: &Value, single: bool, path: &str) -> Value {
        let parsed = match value {
            Value::Number(n) => n.as_f64(),
            Value::String(text) => text.parse().ok(),
            _ => None,
        };
        let Some(n) = parsed else {
            self.bad_value(path, if single { "TYPE_FLOAT" } else { "TYPE_DOUBLE" }, value);
            return Value::Null;
        };
        if single {
            // Colours are single precision and come back with the digits that are left (recorded: 0.25882354).
            #[expect(clippy::cast_possible_truncation, reason = "the loss of precision is what is wanted")]
            let short = n as f32;
            return number(short.to_string().parse().unwrap_or(n));
        }
        number(n)
    }
}

fn pascal(name: &str) -> String {
    let name = camel(name);
    let mut chars = name.chars();
    chars.next().map(|first| first.to_ascii_uppercase().to_string() + chars.as_str()).unwrap_or_default()
}

/// The query of a method, checked: names in camel case; `None` for a parameter not given.
#[derive(Clone, Debug, Default)]
pub(crate) struct Query {
    given: Vec<(String, Value)>,
}

impl Query {
    /// Checks decoded pairs against the parameters of the method and those that all methods have.
    pub(crate) fn check(method: &str, pairs: &[(String, String)]) -> Result<Query, ApiError> {
        let own = &document()["methods"][method]["query"];
        let common = &document()["parameters"];
        let mut checker = Checker { violations: Vec::new() };
        let mut query = Query::default();
        for (given, text) in pairs {
            let name = if given.starts_with('$') { given.clone() } else { camel(given) };
            if common.get(&name).or_else(|| common.get(given)).is_some() {
                // Common parameters never fail a call here; `alt` and the like are accepted and ignored.
                query.given.push((if common.get(given).is_some() { given.clone() } else { name }, text.as_str().into()));
                continue;
            }
            let Some(field) = own.get(&name) else {
                checker.violate(
                    "",
                    format!(
                        "Invalid JSON payload received. Unknown name \"{given}\": Cannot bind query parameter. Field \
                         '{given}' could not be found in request message."
                    ),
                );
                continue;
            };
            let value = checker.field(field, &Value::from(text.as_str()), &snake(&name));
            query.given.push((name, value));
        }
        if checker.violations.is_empty() { Ok(query) } else { Err(ApiError::bad_request(&checker.violations)) }
    }

    /// The last value given for a parameter.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.given.iter().rev().find(|(n, _)| n == name).and_then(|(_, v)| v.as_str())
    }

    /// Whether a boolean parameter is true.
    pub(crate) fn is(&self, name: &str) -> bool {
        self.given.iter().rev().find(|(n, _)| n == name).is_some_and(|(_, v)| v == &Value::Bool(true))
    }

    /// All values of a repeated parameter, in order.
    pub(crate) fn all(&self, name: &str) -> Vec<String> {
        self.given.iter().filter(|(n, _)| n == name).filter_map(|(_, v)| v.as_str().map(str::to_owned)).collect()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn message(body: &Value) -> String {
        check_body("batchUpdate", body, "").expect_err("this body is wrong").message
    }

    #[test]
    fn an_unknown_field_is_named_with_its_path() {
        let body = json!({"requests": [{"updateCells": {"foo": 1, "fields": "note"}}]});
        assert_eq!(
            message(&body),
            "Invalid JSON payload received. Unknown name \"foo\" at 'requests[0].update_cells': Cannot find field."
        );
        assert_eq!(message(&json!({"x": 1})), "Invalid JSON payload received. Unknown name \"x\": Cannot find field.");
    }

    #[test]
    fn two_kinds_in_one_request_are_refused() {
        let body = json!({"requests": [{"addSheet": {}, "deleteSheet": {"sheetId": 1}}]});
        assert!(message(&body).contains("(oneof), oneof field 'kind' is already set. Cannot set 'deleteSheet'"));
    }

    #[test]
    fn names_in_snake_case_and_numbers_in_strings_are_accepted() {
        let body = json!({"requests": [{"delete_sheet": {"sheet_id": "5"}}], "includeSpreadsheetInResponse": null});
        let clean = check_body("batchUpdate", &body, "").expect("accepted");
        assert_eq!(clean, json!({"requests": [{"deleteSheet": {"sheetId": 5}}]}));
    }

    #[test]
    fn a_wrong_type_is_named() {
        let body = json!({"requests": [{"deleteSheet": {"sheetId": "abc"}}]});
        assert_eq!(message(&body), "Invalid value at 'requests[0].delete_sheet.sheet_id' (TYPE_INT32), \"abc\"");
    }

    #[test]
    fn an_unknown_parameter_is_refused() {
        let pairs = [("foo".to_owned(), "1".to_owned())];
        let error = Query::check("values.get", &pairs).expect_err("unknown");
        assert!(error.message.contains("Cannot bind query parameter. Field 'foo' could not be found in request"));
    }
}
