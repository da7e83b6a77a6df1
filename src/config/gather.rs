//! Reading the settings with all of their errors, not only the first: where one is wrong, the example's value stands for it, and
//! the reading goes on. What is read so is never used; it only leads to the next error.

use serde_path_to_error::{Path, Segment};
use toml::{Table, Value};

use super::settings::Settings;
use crate::domain::limits::check::CONFIG_ERRORS_MAX;

/// Reads the settings; what is wrong with them goes to `wrong`. None where no further reading was possible.
pub(super) fn settings(table: Table, example: Table, wrong: &mut Vec<String>) -> Option<Settings> {
    let (mut root, example) = (Value::Table(table), Value::Table(example));
    for _ in 0..CONFIG_ERRORS_MAX {
        let error = match serde_path_to_error::deserialize::<_, Settings>(root.clone()) {
            Ok(settings) => return Some(settings),
            Err(error) => error,
        };
        let text = worded(&error);
        // A secret whose file cannot be read is missing too: that is said already.
        let missing = missing_field(&error).map(|name| key(&error, name));
        let told = |before: &String| missing.as_ref().is_some_and(|key| before.contains(&format!("`{key}_file`")));
        if wrong.contains(&text) {
            return None;
        }
        if !wrong.iter().any(told) {
            wrong.push(text);
        }
        if !put_right(&mut root, &example, &error) {
            return None;
        }
    }
    None
}

type Error = serde_path_to_error::Error<toml::de::Error>;

fn missing_field(error: &Error) -> Option<&str> {
    error.inner().message().strip_prefix("missing field `")?.strip_suffix('`')
}

fn unknown_field(error: &Error) -> Option<&str> {
    error.inner().message().strip_prefix("unknown field `")?.split('`').next()
}

/// The whole name of a field of the place where the error is.
fn key(error: &Error, name: &str) -> String {
    let path = error.path().to_string();
    if path == "." { name.to_owned() } else { format!("{path}.{name}") }
}

/// The error of the reader, with the whole key in it.
fn worded(error: &Error) -> String {
    let path = error.path().to_string();
    let text = error.inner().message().to_owned();
    if let Some(name) = missing_field(error) {
        return format!("`{}` is missing: it is required", key(error, name));
    }
    if let Some(found) = unknown_field(error) {
        let allowed: Vec<&str> = text.split('`').skip(3).step_by(2).collect();
        let near = allowed.iter().max_by(|a, b| strsim::jaro(a, found).total_cmp(&strsim::jaro(b, found)));
        let hint = near.filter(|near| strsim::jaro(near, found) > 0.7).map(|near| format!("; did you mean `{near}`?"));
        // The path of an unknown key already ends in it.
        let place = if path.ends_with(found) { path.clone() } else { key(error, found) };
        return format!("`{place}` is no setting{}; allowed: {}", hint.unwrap_or_default(), allowed.join(", "));
    }
    let text = match text.strip_prefix("unknown variant `") {
        Some(rest) => format!("found `{}", rest.replacen("`, expected", "`, allowed:", 1)),
        None => {
            text.replacen("invalid type:", "found", 1).replacen("invalid value:", "found", 1).replace(", expected", ", allowed:")
        }
    };
    format!("`{path}`: {text}")
}

/// Puts the example's value where the error is, or takes away what is unknown. False where neither is possible.
fn put_right(root: &mut Value, example: &Value, error: &Error) -> bool {
    let mut steps: Vec<Step> = steps(error.path());
    if let Some(name) = missing_field(error) {
        steps.push(Step::Key(name.to_owned()));
    } else if let Some(name) = unknown_field(error)
        && steps.last() != Some(&Step::Key(name.to_owned()))
    {
        steps.push(Step::Key(name.to_owned()));
    }
    let Some((last, way)) = steps.split_last() else { return false };
    let good = if unknown_field(error).is_some() { None } else { at(example, &steps).cloned() };
    let Some(place) = walk(root, way) else { return false };
    match (place, last, good) {
        (Value::Table(place), Step::Key(key), Some(good)) => {
            place.insert(key.clone(), good);
            true
        }
        (Value::Table(place), Step::Key(key), None) => place.remove(key).is_some(),
        (Value::Array(place), Step::Index(index), good) if *index < place.len() => {
            match good {
                Some(good) => place[*index] = good,
                None => drop(place.remove(*index)),
            }
            true
        }
        _ => false,
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Step {
    Key(String),
    Index(usize),
}

fn steps(path: &Path) -> Vec<Step> {
    path.iter()
        .filter_map(|segment| match segment {
            Segment::Map { key } => Some(Step::Key(key.clone())),
            Segment::Seq { index } => Some(Step::Index(*index)),
            Segment::Enum { .. } | Segment::Unknown => None,
        })
        .collect()
}

/// What stands in the example at this place; of a list its first stands for all.
fn at<'a>(example: &'a Value, steps: &[Step]) -> Option<&'a Value> {
    steps.iter().try_fold(example, |value, step| match step {
        Step::Key(key) => value.get(key),
        Step::Index(_) => value.as_array()?.first(),
    })
}

fn walk<'a>(root: &'a mut Value, way: &[Step]) -> Option<&'a mut Value> {
    way.iter().try_fold(root, |value, step| match step {
        Step::Key(key) => value.get_mut(key),
        Step::Index(index) => value.get_mut(*index),
    })
}
