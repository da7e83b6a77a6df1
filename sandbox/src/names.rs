//! The names of calls, as the parties' own documentation calls their methods.

use crate::calls::Party;

/// The name of an HTTP call to `party`.
pub(crate) fn of(party: Party, method: &str, path: &str) -> String {
    match party {
        Party::Google => google(method, path).to_owned(),
        Party::Zoom => crate::zoom::call_name(method, path).to_owned(),
        Party::Smtp => "smtp".to_owned(),
    }
}

/// The name of a call to Google: the method ids of the discovery document without `sheets.spreadsheets.`.
fn google(method: &str, path: &str) -> &'static str {
    if path == "/token" {
        return "token";
    }
    let Some(rest) = path.strip_prefix("/v4/spreadsheets") else { return "unknown" };
    let rest = rest.trim_start_matches('/');
    let Some((_, rest)) = rest.split_once('/') else {
        return match (method, rest.rsplit_once(':').map(|(_, verb)| verb)) {
            ("POST", Some("batchUpdate")) => "spreadsheets.batchUpdate",
            ("POST", Some("getByDataFilter")) => "spreadsheets.getByDataFilter",
            ("POST", None) => "spreadsheets.create",
            ("GET", None) => "spreadsheets.get",
            _ => "unknown",
        };
    };
    let verb = rest.rsplit_once(':').map(|(_, verb)| verb);
    match rest.split(['/', ':']).next().unwrap_or_default() {
        "values" if rest.starts_with("values:") => match verb {
            Some("batchGet") => "values.batchGet",
            Some("batchUpdate") => "values.batchUpdate",
            Some("batchClear") => "values.batchClear",
            Some("batchGetByDataFilter") => "values.batchGetByDataFilter",
            Some("batchUpdateByDataFilter") => "values.batchUpdateByDataFilter",
            Some("batchClearByDataFilter") => "values.batchClearByDataFilter",
            _ => "unknown",
        },
        "values" => match (method, verb) {
            ("POST", Some("append")) => "values.append",
            ("POST", Some("clear")) => "values.clear",
            ("GET", _) => "values.get",
            ("PUT", _) => "values.update",
            _ => "unknown",
        },
        "developerMetadata" => match verb {
            Some("search") => "developerMetadata.search",
            _ => "developerMetadata.get",
        },
        "sheets" => "sheets.copyTo",
        _ => "unknown",
    }
}
