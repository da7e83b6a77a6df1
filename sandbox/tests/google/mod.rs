//! What the tests of the world of Google share: serving it on loopback, and a client that signs its own assertions.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use loket_sandbox::clock::Clock;
use loket_sandbox::google::Google;
use rsa::RsaPrivateKey;
use rsa::pkcs1v15::SigningKey;
use rsa::pkcs8::DecodePrivateKey as _;
use rsa::sha2::Sha256;
use rsa::signature::{SignatureEncoding as _, Signer as _};
use serde_json::{Value, json};

/// The scope that may do everything.
pub(crate) const SPREADSHEETS: &str = "https://www.googleapis.com/auth/spreadsheets";

/// Serves the world on a free port; gives its base address without the last slash.
pub(crate) async fn serve(google: &Google) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("loopback has a free port");
    let base = format!("http://{}", listener.local_addr().expect("it is bound"));
    google.serve_at(&base);
    let router = google.router();
    tokio::spawn(async move { axum::serve(listener, router).await });
    base
}

/// An assertion with these claims, signed with the key of the file.
pub(crate) fn assertion(key_file: &Value, claims: &Value) -> String {
    let pem = key_file["private_key"].as_str().expect("the key file holds a key");
    let key = RsaPrivateKey::from_pkcs8_pem(pem).expect("the key is PKCS#8");
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let header = json!({"alg": "RS256", "typ": "JWT", "kid": key_file["private_key_id"]});
    let signed = format!("{}.{}", part(&header), part(claims));
    let signature = SigningKey::<Sha256>::new(key).sign(signed.as_bytes());
    format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature.to_bytes()))
}

/// The claims that a sound client sends.
pub(crate) fn claims(key_file: &Value, scope: &str) -> Value {
    let now = Clock::default().now().as_second();
    json!({
        "iss": key_file["client_email"],
        "scope": scope,
        "aud": key_file["token_uri"],
        "iat": now,
        "exp": now + 3600
    })
}

/// Exchanges an assertion; gives status and body.
pub(crate) async fn exchange(http: &reqwest::Client, key_file: &Value, claims: &Value) -> (u16, Value) {
    let form =
        [("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer".to_owned()), ("assertion", assertion(key_file, claims))];
    let uri = key_file["token_uri"].as_str().expect("the key file names the endpoint");
    let answer = http.post(uri).form(&form).send().await.expect("loopback answers");
    (answer.status().as_u16(), answer.json().await.expect("the endpoint answers JSON"))
}

/// A token for a scope.
pub(crate) async fn token(http: &reqwest::Client, google: &Google, scope: &str) -> String {
    let key_file = google.key_file();
    let (status, body) = exchange(http, &key_file, &claims(&key_file, scope)).await;
    assert_eq!(status, 200, "{body}");
    body["access_token"].as_str().expect("a token").to_owned()
}

/// A client that does not wait for ever.
pub(crate) fn client() -> reqwest::Client {
    reqwest::Client::builder().timeout(std::time::Duration::from_secs(30)).build().expect("plain HTTP needs nothing")
}
