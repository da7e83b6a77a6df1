//! The service account's key and the token endpoint that honours it.
//! Rules: Google's page "Using OAuth 2.0 for server to server applications"; error wordings as third parties checked them.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use rand::{Rng as _, RngCore as _, SeedableRng as _};
use rand_chacha::ChaCha20Rng;
use rsa::pkcs1v15::{Signature, VerifyingKey};
use rsa::pkcs8::{EncodePrivateKey as _, LineEnding};
use rsa::sha2::Sha256;
use rsa::signature::Verifier as _;
use rsa::{RsaPrivateKey, RsaPublicKey};
use serde_json::{Value, json};

use crate::google::protection::SERVICE_EMAIL;

/// Bits of the key, as Google makes them.
const KEY_BITS: usize = 2048;
/// How long an assertion may be valid, in seconds (documented: one hour).
const ASSERTION_SECONDS_MAX: i64 = 3600;
/// How far clocks may be apart, in seconds (unconfirmed).
const SKEW_SECONDS_MAX: i64 = 300;
/// Google's own endpoint. Google's Python client always names it as the audience, whatever the key file says, and the real
/// endpoint accepts it under every address that it has.
const CANONICAL_AUDIENCE: &str = "https://oauth2.googleapis.com/token";
/// Before every scope.
const SCOPE_PREFIX: &str = "https://www.googleapis.com/auth/";

/// The project of the service account.
pub(crate) const PROJECT: &str = "sandbox-project";
/// The project's number.
pub(crate) const PROJECT_NUMBER: u64 = 165_996_240_052;

/// The generator of this crate offered to the interface that `rsa` knows.
struct Chance(ChaCha20Rng);

impl rsa::rand_core::RngCore for Chance {
    fn next_u32(&mut self) -> u32 {
        self.0.next_u32()
    }
    fn next_u64(&mut self) -> u64 {
        self.0.next_u64()
    }
    fn fill_bytes(&mut self, dest: &mut [u8]) {
        self.0.fill_bytes(dest);
    }
    fn try_fill_bytes(&mut self, dest: &mut [u8]) -> Result<(), rsa::rand_core::Error> {
        self.0.fill_bytes(dest);
        Ok(())
    }
}

impl rsa::rand_core::CryptoRng for Chance {}

/// The key of a world, the same for the same seed; made once per process, because it takes long.
pub(crate) fn key(seed: u64) -> Arc<RsaPrivateKey> {
    static KEYS: OnceLock<Mutex<HashMap<u64, Arc<RsaPrivateKey>>>> = OnceLock::new();
    let mut keys = KEYS.get_or_init(Mutex::default).lock().unwrap_or_else(PoisonError::into_inner);
    let make = || {
        let mut chance = Chance(ChaCha20Rng::seed_from_u64(seed));
        Arc::new(RsaPrivateKey::new(&mut chance, KEY_BITS).expect("the size is one that exists"))
    };
    Arc::clone(keys.entry(seed).or_insert_with(make))
}

/// `private_key_id` of a world.
fn key_id(seed: u64) -> String {
    let mut rng = ChaCha20Rng::seed_from_u64(seed ^ 0x6b69_6400);
    let digits = |_| char::from_digit(rng.random_range(0..16), 16).expect("below the base");
    (0..40).map(digits).collect()
}

/// The key file as Google's console gives it, with the token endpoint of this world.
pub(crate) fn key_file(seed: u64, token_uri: &str) -> Value {
    let pem = key(seed).to_pkcs8_pem(LineEnding::LF).expect("a sound key can be written").to_string();
    json!({
        "type": "service_account",
        "project_id": PROJECT,
        "private_key_id": key_id(seed),
        "private_key": pem,
        "client_email": SERVICE_EMAIL,
        "client_id": "104857600123456789012",
        "auth_uri": "https://accounts.google.com/o/oauth2/auth",
        "token_uri": token_uri,
        "auth_provider_x509_cert_url": "https://www.googleapis.com/oauth2/v1/certs",
        "client_x509_cert_url":
            format!("https://www.googleapis.com/robot/v1/metadata/x509/{}", SERVICE_EMAIL.replace('@', "%40")),
        "universe_domain": "googleapis.com"
    })
}

/// A token handed out.
#[derive(Clone, Debug)]
pub(crate) struct Token {
    /// Scopes without their common beginning, such as `spreadsheets.readonly`.
    pub(crate) scopes: Vec<String>,
    /// When it ends.
    pub(crate) expires_at: Timestamp,
}

impl Token {
    /// Whether the token may be used for a method that accepts these.
    pub(crate) fn may(&self, readonly_accepted: bool) -> bool {
        let accepted = |scope: &String| match scope.as_str() {
            "spreadsheets" | "drive" | "drive.file" => true,
            "spreadsheets.readonly" | "drive.readonly" => readonly_accepted,
            _ => false,
        };
        self.scopes.iter().any(accepted)
    }
}

/// A refusal: HTTP status, `error`, `error_description`.
pub(crate) type Refusal = (u16, &'static str, String);

/// Checks an assertion; gives the scopes asked for.
pub(crate) fn check(form: &[(String, String)], seed: u64, audience: &str, now: Timestamp) -> Result<Vec<String>, Refusal> {
    let field = |name: &str| form.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str());
    let refuse = |error: &'static str, why: &str| (400, error, why.to_owned());
    match field("grant_type") {
        Some("urn:ietf:params:oauth:grant-type:jwt-bearer") => {}
        Some(other) => return Err(refuse("unsupported_grant_type", &format!("Invalid grant_type: {other}"))),
        None => return Err(refuse("invalid_request", "Required parameter is missing: grant_type")),
    }
    let assertion = field("assertion").ok_or_else(|| refuse("invalid_request", "Required parameter is missing: assertion"))?;
    // Wording of a broken assertion unconfirmed.
    let broken = || refuse("invalid_request", "Bad Request");
    let parts: Vec<&str> = assertion.split('.').collect();
    let [header, claims, signature] = parts.as_slice() else { return Err(broken()) };
    let decode = |part: &str| URL_SAFE_NO_PAD.decode(part.trim_end_matches('=')).ok();
    let object = |part: &str| decode(part).and_then(|b| serde_json::from_slice::<Value>(&b).ok()).filter(Value::is_object);
    let (head, claim) = (object(header).ok_or_else(broken)?, object(claims).ok_or_else(broken)?);
    let signature = decode(signature).ok_or_else(broken)?;
    if claim["iss"] != SERVICE_EMAIL {
        return Err(refuse("invalid_grant", "Invalid grant: account not found"));
    }
    let bad_signature = || refuse("invalid_grant", "Invalid JWT Signature.");
    if head["alg"] != "RS256" || head["kid"].as_str().is_some_and(|kid| kid != key_id(seed)) {
        return Err(bad_signature());
    }
    let signed = format!("{header}.{claims}");
    let signature = Signature::try_from(signature.as_slice()).map_err(|_| bad_signature())?;
    let public = VerifyingKey::<Sha256>::new(RsaPublicKey::from(&*key(seed)));
    public.verify(signed.as_bytes(), &signature).map_err(|_| bad_signature())?;
    if claim["aud"] != audience && claim["aud"] != CANONICAL_AUDIENCE {
        return Err(refuse("invalid_grant", "Invalid JWT: Failed audience check."));
    }
    let seconds = |name: &str| claim[name].as_i64().or_else(|| claim[name].as_f64().map(crate::google::serial::whole));
    let now = now.as_second();
    let in_time = match (seconds("iat"), seconds("exp")) {
        (Some(iat), Some(exp)) => {
            iat <= now + SKEW_SECONDS_MAX
                && exp > now
                && exp > iat
                && exp - iat <= ASSERTION_SECONDS_MAX
                && iat > now - ASSERTION_SECONDS_MAX - SKEW_SECONDS_MAX
        }
        _ => false,
    };
    if !in_time {
        return Err(refuse(
            "invalid_grant",
            "Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe. Check your iat and \
             exp values in the JWT claim.",
        ));
    }
    if claim["sub"].as_str().is_some_and(|sub| sub != SERVICE_EMAIL) {
        return Err((
            401,
            "unauthorized_client",
            "Client is unauthorized to retrieve access tokens using this method, or client not authorized for any of the \
             scopes requested."
                .to_owned(),
        ));
    }
    let scopes: Option<Vec<String>> = claim["scope"]
        .as_str()
        .unwrap_or_default()
        .split_whitespace()
        .map(|s| s.strip_prefix(SCOPE_PREFIX).filter(|s| !s.is_empty()).map(str::to_owned))
        .collect();
    scopes
        .filter(|list| !list.is_empty())
        .ok_or_else(|| refuse("invalid_scope", "Invalid OAuth scope or ID token audience provided."))
}

/// A new token's text.
pub(crate) fn text(rng: &mut ChaCha20Rng) -> String {
    let bytes: [u8; 48] = rng.random();
    format!("ya29.c.{}", URL_SAFE_NO_PAD.encode(bytes))
}
