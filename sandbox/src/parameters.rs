//! The parameters of queries and of forms' bodies.

use percent_encoding::percent_decode_str;

/// Names and values, in their order.
pub(crate) type Parameters = Vec<(String, String)>;

/// Reads `a=b&c=d`, percent-encoded, `+` for a space.
pub(crate) fn read(text: &str) -> Parameters {
    let decoded = |text: &str| percent_decode_str(&text.replace('+', " ")).decode_utf8_lossy().into_owned();
    text.split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .map(|(name, value)| (decoded(name), decoded(value)))
        .collect()
}

/// The last parameter of this name.
pub(crate) fn get<'a>(parameters: &'a Parameters, name: &str) -> Option<&'a str> {
    parameters.iter().rev().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
}
