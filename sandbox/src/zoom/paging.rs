//! Pages of lists: `page_size`, `page_number`, and `next_page_token`, which lives for 15 minutes.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value, json};

use crate::parameters::{self, Parameters};
use crate::zoom::errors::Refusal;
use crate::zoom::state::{Page, State};

/// How long a page token lives.
const TOKEN_LIVES: SignedDuration = SignedDuration::from_mins(15);
/// Items of a page unless asked otherwise.
const PAGE_SIZE: usize = 30;

/// One page of `items` under `name`. `list` tells one list from another, so that tokens are not mixed up; a page holds
/// `size_max` items at most.
pub(super) fn page(
    state: &mut State,
    (list, name): (String, &str),
    query: &Parameters,
    mut items: Vec<Value>,
    size_max: usize,
    now: Timestamp,
) -> Result<Value, Refusal> {
    let number = |field: &str, unless: usize| match parameters::get(query, field) {
        None | Some("") => Ok(unless),
        Some(text) => text.parse::<usize>().ok().filter(|n| *n > 0).ok_or_else(|| Refusal::parameter(field)),
    };
    let size = number("page_size", PAGE_SIZE)?;
    if size > size_max {
        return Err(Refusal::bad(300, format!("The value of page_size should be less than or equal to {size_max}.")));
    }
    let page_number = number("page_number", 1)?;
    let total = items.len();
    let from = match parameters::get(query, "next_page_token") {
        None | Some("") => (page_number - 1) * size,
        Some(token) => match state.pages.get(token) {
            Some(page) if page.list == list && page.expires_at > now => page.from,
            _ => return Err(Refusal::bad(300, "The next page token is invalid or expired.")),
        },
    };
    let mut items = items.split_off(from.min(total));
    items.truncate(size);
    let next = from + items.len();
    let token = if next < total && !items.is_empty() {
        let token = state.word(32);
        state.pages.retain(|_, page| page.expires_at > now);
        state.pages.insert(token.clone(), Page { list, from: next, expires_at: now + TOKEN_LIVES });
        token
    } else {
        String::new()
    };
    let mut answer = Map::new();
    answer.insert("page_count".to_owned(), json!(total.div_ceil(size)));
    answer.insert("page_number".to_owned(), json!(from / size + 1));
    answer.insert("page_size".to_owned(), json!(size));
    answer.insert("total_records".to_owned(), json!(total));
    answer.insert("next_page_token".to_owned(), json!(token));
    answer.insert(name.to_owned(), Value::Array(items));
    Ok(Value::Object(answer))
}
