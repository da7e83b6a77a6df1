//! Field masks: the `fields` parameter that thins an answer, and the `fields` of requests that say what to change.

use serde_json::{Map, Value};

use crate::google::errors::ApiError;
use crate::google::schema;

/// A parsed mask: everything, or the named fields with a mask each, in the order given.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Mask {
    /// Everything from here down.
    All,
    /// Only these.
    Some(Vec<(String, Mask)>),
}

impl Mask {
    /// Parses `a,b(c,d),e/f,e.f,*`; `None` if it does not parse.
    pub(crate) fn parse(text: &str) -> Option<Mask> {
        let chars: Vec<char> = text.chars().filter(|c| !c.is_whitespace()).collect();
        let mut at = 0;
        let mask = list(&chars, &mut at)?;
        (at == chars.len()).then_some(mask)
    }

    fn add(&mut self, name: String, inner: Mask) {
        let Mask::Some(fields) = self else { return };
        if name == "*" {
            *self = Mask::All;
            return;
        }
        let Some((_, present)) = fields.iter_mut().find(|(n, _)| *n == name) else {
            fields.push((name, inner));
            return;
        };
        match inner {
            Mask::All => *present = Mask::All,
            Mask::Some(more) => more.into_iter().for_each(|(n, m)| present.add(n, m)),
        }
    }

    /// The mask below a field, or `None` if the field is not in it.
    pub(crate) fn below(&self, name: &str) -> Option<&Mask> {
        match self {
            Mask::All => Some(&Mask::All),
            Mask::Some(fields) => fields.iter().find(|(n, _)| n == name).map(|(_, m)| m),
        }
    }

    /// Whether the dotted path, or something below it, is in the mask.
    pub(crate) fn touches(&self, path: &str) -> bool {
        let mut mask = self;
        for name in path.split('.') {
            let Some(next) = mask.below(name) else { return false };
            mask = next;
        }
        true
    }

    /// Keeps of `value` only what the mask names; lists are gone through.
    pub(crate) fn apply(&self, value: Value) -> Value {
        let Mask::Some(fields) = self else { return value };
        match value {
            Value::Array(list) => Value::Array(list.into_iter().map(|v| self.apply(v)).collect()),
            Value::Object(mut object) => {
                let mut kept = Map::new();
                for (name, inner) in fields {
                    if let Some(part) = object.remove(name) {
                        kept.insert(name.clone(), inner.apply(part));
                    }
                }
                Value::Object(kept)
            }
            other => other,
        }
    }

    /// The first path that `schema` does not have.
    fn unknown(&self, schema: &str, path: &str) -> Option<String> {
        let Mask::Some(fields) = self else { return None };
        let known = schema::fields_of(schema)?;
        for (name, inner) in fields {
            let here = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
            let Some(field) = known.get(name) else { return Some(here) };
            let next = field["$ref"].as_str().or_else(|| field["items"]["$ref"].as_str());
            match (next, inner) {
                (Some(next), _) => {
                    if let Some(bad) = inner.unknown(next, &here) {
                        return Some(bad);
                    }
                }
                (None, Mask::Some(deeper)) if field["type"] != "object" => {
                    return Some(format!("{here}.{}", deeper.first().map(|(n, _)| n.as_str()).unwrap_or_default()));
                }
                (None, _) => {}
            }
        }
        None
    }
}

fn list(chars: &[char], at: &mut usize) -> Option<Mask> {
    let mut mask = Mask::Some(Vec::new());
    loop {
        let (name, inner) = path(chars, at)?;
        mask.add(name, inner);
        if chars.get(*at) != Some(&',') {
            return Some(mask);
        }
        *at += 1;
    }
}

fn path(chars: &[char], at: &mut usize) -> Option<(String, Mask)> {
    let start = *at;
    while chars.get(*at).is_some_and(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '*')) {
        *at += 1;
    }
    if start == *at {
        return None;
    }
    let name = schema::camel(&chars[start..*at].iter().collect::<String>());
    match chars.get(*at) {
        Some('.' | '/') => {
            *at += 1;
            let (inner, deeper) = path(chars, at)?;
            let mut mask = Mask::Some(Vec::new());
            mask.add(inner, deeper);
            Some((name, mask))
        }
        Some('(') => {
            *at += 1;
            let inner = list(chars, at)?;
            if chars.get(*at) != Some(&')') {
                return None;
            }
            *at += 1;
            Some((name, inner))
        }
        _ => Some((name, Mask::All)),
    }
}

/// The mask of the `fields` parameter for an answer of this schema.
pub(crate) fn for_answer(text: Option<&str>, schema: &str) -> Result<Mask, ApiError> {
    let Some(text) = text.filter(|t| !t.is_empty()) else { return Ok(Mask::All) };
    let bad = |field: &str| {
        let mut error = ApiError::bad_request(&[(
            field.to_owned(),
            format!("Error expanding 'fields' parameter. Cannot find matching fields for path '{field}'."),
        )]);
        "Request contains an invalid argument.".clone_into(&mut error.message);
        error
    };
    let mask = Mask::parse(text).ok_or_else(|| bad(text))?;
    match mask.unknown(schema, "") {
        Some(path) => Err(bad(&path)),
        None => Ok(mask),
    }
}

/// The mask of a request that says what to change in a message of this schema; the error is the bare message.
pub(crate) fn for_change(text: Option<&str>, schema: &str) -> Result<Mask, String> {
    let Some(text) = text.filter(|t| !t.is_empty()) else {
        return Err("At least one field must be listed in 'fields'. (Use '*' to indicate all fields.)".to_owned());
    };
    let mask = Mask::parse(text).ok_or_else(|| format!("Invalid field: {text}"))?;
    match mask.unknown(schema, "") {
        Some(path) => Err(format!("Invalid field: {}", schema::snake(&path))),
        None => Ok(mask),
    }
}

/// Sets in `target` what the mask names to what `source` holds; what `source` lacks is removed.
pub(crate) fn change(target: &mut Map<String, Value>, source: &Map<String, Value>, mask: &Mask, schema: &str) {
    let Some(known) = schema::fields_of(schema) else { return };
    for (name, field) in known {
        let Some(inner) = mask.below(name) else { continue };
        match (inner, field["$ref"].as_str()) {
            (Mask::Some(_), Some(next)) => {
                let empty = Map::new();
                let from = source.get(name).and_then(Value::as_object).unwrap_or(&empty);
                let mut to = target.get(name).and_then(Value::as_object).cloned().unwrap_or_default();
                change(&mut to, from, inner, next);
                if to.is_empty() && !source.contains_key(name) {
                    target.shift_remove(name);
                } else {
                    target.insert(name.clone(), Value::Object(to));
                }
            }
            _ => match source.get(name) {
                Some(value) => {
                    target.insert(name.clone(), value.clone());
                }
                None => {
                    target.shift_remove(name);
                }
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_three_spellings_mean_the_same() {
        let a = Mask::parse("sheets.data.rowData").expect("parses");
        assert_eq!(Some(&a), Mask::parse("sheets/data/rowData").as_ref());
        assert_eq!(Some(&a), Mask::parse("sheets(data(rowData))").as_ref());
        assert_eq!(Mask::parse("a(b"), None);
        assert_eq!(Mask::parse(""), None);
    }

    #[test]
    fn an_answer_is_thinned_through_lists_and_keeps_its_skeleton() {
        let mask = Mask::parse("sheets(properties.title,data)").expect("parses");
        let value = json!({"id": 1, "sheets": [{"properties": {"title": "x", "index": 0}}, {"properties": {}}]});
        assert_eq!(mask.apply(value), json!({"sheets": [{"properties": {"title": "x"}}, {"properties": {}}]}));
    }

    #[test]
    fn an_unknown_path_is_refused() {
        let error = for_answer(Some("sheets.foo"), "Spreadsheet").expect_err("unknown");
        assert_eq!(error.message, "Request contains an invalid argument.");
        assert!(error.details[0].to_string().contains("Cannot find matching fields for path 'sheets.foo'"));
        assert!(for_answer(Some("sheets/data/rowData/values/note"), "Spreadsheet").is_ok());
        assert_eq!(
            for_change(Some("gridProperties.foo"), "SheetProperties"),
            Err("Invalid field: grid_properties.foo".to_owned())
        );
    }

    #[test]
    fn a_change_sets_what_is_named_and_clears_what_is_missing() {
        let mut target = json!({"title": "a", "gridProperties": {"rowCount": 3, "frozenRowCount": 1}});
        let source = json!({"gridProperties": {"rowCount": 4}});
        let mask = for_change(Some("gridProperties(rowCount,frozenRowCount)"), "SheetProperties").expect("valid");
        change(target.as_object_mut().expect("object"), source.as_object().expect("object"), &mask, "SheetProperties");
        assert_eq!(target, json!({"title": "a", "gridProperties": {"rowCount": 4}}));
    }
}
