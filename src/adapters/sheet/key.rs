//! The service account's key file: read, and every way in which it is not one told apart.

use std::fmt;
use std::path::Path;

use serde_json::Value;
use yup_oauth2::ServiceAccountKey;

use crate::domain::finding::Flaw;

/// Google's own token endpoints.
const GOOGLE_TOKEN_HOSTS: [&str; 3] = ["oauth2.googleapis.com", "accounts.google.com", "www.googleapis.com"];
/// How a right key is made.
const MAKE_ONE: &str = "make one in the Google Cloud console under IAM & Admin, Service accounts, Keys, Add key, type JSON";

/// The credentials, or the address of Google, cannot be used. The text never holds a part of the key.
#[derive(Debug)]
pub enum KeyError {
    /// The file is not there or cannot be read.
    File(String, std::io::Error),
    /// It is no JSON.
    NotJson(String, String),
    /// It is a key of another kind: an OAuth client, a person's credentials.
    OtherKind(String, String),
    /// Something is missing from it.
    Incomplete(String, String),
    /// The private key in it is broken.
    PrivateKey(String),
    /// Its token address is a stranger's.
    TokenAddress(String),
    /// The client could not be made.
    Client(String),
}

impl KeyError {
    /// What is wrong, and how to mend it.
    pub fn flaw(&self) -> Flaw {
        match self {
            KeyError::File(path, error) => Flaw::new(
                format!("the key file `{path}` cannot be read: {error}"),
                format!("put the service account's key there, or its path in `google.credentials`; to have one, {MAKE_ONE}"),
            ),
            KeyError::NotJson(path, error) => {
                Flaw::new(format!("the key file `{path}` is no JSON: {error}"), format!("download the key again, or {MAKE_ONE}"))
            }
            KeyError::OtherKind(path, kind) => {
                Flaw::new(format!("the key file `{path}` is {kind}, no service account's key"), MAKE_ONE)
            }
            KeyError::Incomplete(path, error) => {
                Flaw::new(format!("the key file `{path}` is no whole service account's key: {error}"), MAKE_ONE)
            }
            KeyError::PrivateKey(path) => Flaw::new(
                format!("the `private_key` in the key file `{path}` is broken"),
                format!("download the key again without changing it, or {MAKE_ONE}"),
            ),
            KeyError::TokenAddress(address) => {
                Flaw::new(format!("the key file's `token_uri` `{address}` is not Google's"), "download the key again")
            }
            KeyError::Client(error) => {
                Flaw::new(format!("the client for Google cannot be made: {error}"), "install the package `ca-certificates`")
            }
        }
    }
}

impl fmt::Display for KeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`google.credentials`: {}", self.flaw())
    }
}

impl std::error::Error for KeyError {}

/// Reads the key. `endpoint` is the API's address.
pub(super) async fn read(file: &Path, endpoint: &url::Url) -> Result<ServiceAccountKey, KeyError> {
    let shown = file.display().to_string();
    let text = tokio::fs::read_to_string(file).await.map_err(|error| KeyError::File(shown.clone(), error))?;
    let key = understood(&shown, &text)?;
    check_token_address(&key.token_uri, endpoint)?;
    Ok(key)
}

fn understood(shown: &str, text: &str) -> Result<ServiceAccountKey, KeyError> {
    let json: Value = serde_json::from_str(text).map_err(|error| KeyError::NotJson(shown.to_owned(), place(&error)))?;
    let other = |kind: &str| Err(KeyError::OtherKind(shown.to_owned(), kind.to_owned()));
    if json.get("installed").is_some() || json.get("web").is_some() {
        return other("an OAuth client's file");
    }
    match json.get("type").and_then(Value::as_str) {
        Some("service_account") => {}
        Some("authorized_user") => return other("a person's credentials (`authorized_user`)"),
        Some(kind) => return other(&format!("of type `{}`", kind.chars().take(40).collect::<String>())),
        None if json.get("private_key").is_none() => return other("some other JSON"),
        None => {}
    }
    let absent = ["client_email", "private_key", "token_uri"].into_iter().find(|name| !json.get(name).is_some_and(is_told));
    if let Some(name) = absent {
        return Err(KeyError::Incomplete(shown.to_owned(), format!("`{name}` is missing")));
    }
    serde_json::from_value(json).map_err(|error| KeyError::Incomplete(shown.to_owned(), place(&error)))
}

fn is_told(value: &Value) -> bool {
    value.as_str().is_some_and(|text| !text.trim().is_empty())
}

/// Where the error is; what stands there may be the key.
fn place(error: &serde_json::Error) -> String {
    format!("error at line {}, column {}", error.line(), error.column())
}

fn check_token_address(token_uri: &str, endpoint: &url::Url) -> Result<(), KeyError> {
    let refuse = || KeyError::TokenAddress(token_uri.to_owned());
    let address = url::Url::parse(token_uri).map_err(|_| refuse())?;
    let google = address.scheme() == "https" && address.host_str().is_some_and(|host| GOOGLE_TOKEN_HOSTS.contains(&host));
    if google || (is_loopback(&address) && is_loopback(endpoint)) { Ok(()) } else { Err(refuse()) }
}

fn is_loopback(address: &url::Url) -> bool {
    match address.host() {
        Some(url::Host::Ipv4(ip)) => ip.is_loopback(),
        Some(url::Host::Ipv6(ip)) => ip.is_loopback(),
        Some(url::Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_google_and_loopback_beside_loopback_give_tokens() {
        let google = url::Url::parse("https://sheets.googleapis.com/").unwrap();
        let local = url::Url::parse("http://127.0.0.1:9/").unwrap();
        assert!(check_token_address("https://oauth2.googleapis.com/token", &google).is_ok());
        assert!(check_token_address("http://127.0.0.1:8/token", &local).is_ok());
        assert!(check_token_address("http://127.0.0.1:8/token", &google).is_err());
        assert!(check_token_address("https://evil.example/token", &google).is_err());
        assert!(check_token_address("https://evil.example/token", &local).is_err());
    }

    #[test]
    fn each_file_that_is_no_key_is_told_apart_and_not_quoted() {
        for (text, found) in [
            ("secret", "is no JSON"),
            (r#"{"installed":{"client_id":"x","client_secret":"secret"}}"#, "an OAuth client's file"),
            (r#"{"type":"authorized_user","refresh_token":"secret"}"#, "a person's credentials"),
            (r#"{"type":"external_account","x":"secret"}"#, "of type `external_account`"),
            (r#"{"x":"secret"}"#, "some other JSON"),
            (r#"{"type":"service_account","private_key":"secret","token_uri":"https://x"}"#, "`client_email` is missing"),
        ] {
            let error = understood("k.json", text).unwrap_err().to_string();
            assert!(error.contains(found) && !error.contains("secret"), "{error}");
        }
    }
}
