//! The wire: Google's own Python client against the sandbox, and what that client does not show (bad assertions, ended
//! tokens, sharing, quotas).

use std::path::{Path, PathBuf};
use std::process::Command;

use loket_sandbox::google::{Google, Question, QuestionKind, Sharing};
use serde_json::{Value, json};

mod google;

/// What the Python side needs.
const PACKAGES: [&str; 3] = ["google-api-python-client", "google-auth", "requests"];

fn run(command: &mut Command, what: &str) -> String {
    let output = command.output().unwrap_or_else(|error| panic!("{what}: cannot start {command:?}: {error}"));
    let text = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{what} failed ({}):\n{text}", output.status);
    text
}

/// The Python of a virtual environment with the client: the one that `SANDBOX_VENV` names if it exists, else a new one.
fn python(scratch: &Path) -> PathBuf {
    let given = std::env::var_os("SANDBOX_VENV").map(PathBuf::from).filter(|dir| dir.join("bin/python").exists());
    let home = given.clone().unwrap_or_else(|| scratch.join("venv"));
    let python = home.join("bin/python");
    if given.is_none() {
        run(
            Command::new("python3").args(["-m", "venv"]).arg(&home),
            "making a virtual environment (python3 with venv is needed)",
        );
    }
    let have = Command::new(&python).args(["-c", "import googleapiclient, google.auth, requests"]).output();
    if !have.is_ok_and(|output| output.status.success()) {
        let mut install = Command::new(&python);
        install.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]).args(PACKAGES);
        run(&mut install, "installing Google's Python client (PyPI must be reachable)");
    }
    python
}

fn world(seed: u64) -> Google {
    let question = |title: &str, kind| Question { title: title.to_owned(), kind };
    Google::new(seed, &[question("Email", QuestionKind::Email), question("Nama", QuestionKind::Text)])
}

#[tokio::test(flavor = "multi_thread")]
async fn the_python_client_works() {
    let google = world(1);
    let base = google::serve(&google).await;
    let scratch = tempfile::tempdir().expect("a scratch directory");
    let key_file = scratch.path().join("key.json");
    std::fs::write(&key_file, google.key_file().to_string()).expect("the scratch directory takes a file");
    let said = tokio::task::spawn_blocking(move || {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/google_client.py");
        let mut command = Command::new(python(scratch.path()));
        command.arg(script).arg(key_file).arg(base).arg(google.spreadsheet_id()).arg(google.form_tab().to_string());
        run(&mut command, "the Python client")
    });
    let said = said.await.expect("the steps end");
    assert!(said.contains("all steps passed"), "{said}");
}

async fn get(http: &reqwest::Client, url: &str, token: Option<&str>) -> (u16, Value, String) {
    let mut call = http.get(url);
    if let Some(token) = token {
        call = call.bearer_auth(token);
    }
    let answer = call.send().await.expect("loopback answers");
    let challenge = answer.headers().get("www-authenticate").map(|v| v.to_str().expect("ASCII").to_owned());
    (answer.status().as_u16(), answer.json().await.expect("JSON"), challenge.unwrap_or_default())
}

#[tokio::test]
async fn bad_assertions_are_refused_as_google_refuses_them() {
    let google = world(1);
    google::serve(&google).await;
    let http = google::client();
    let key_file = google.key_file();
    let good = google::claims(&key_file, google::SPREADSHEETS);
    let now = loket_sandbox::clock::Clock::default().now().as_second();
    let cases = [
        (json!({"aud": "https://example.com/token"}), "invalid_grant", "Failed audience check."),
        (json!({"exp": now + 7200}), "invalid_grant", "short-lived token (60 minutes)"),
        (json!({"iat": now - 7200, "exp": now - 3600}), "invalid_grant", "reasonable timeframe"),
        (json!({"iss": "nobody@example.com"}), "invalid_grant", "Invalid grant: account not found"),
        (json!({"scope": ""}), "invalid_scope", "Invalid OAuth scope"),
    ];
    for (change, error, why) in cases {
        let mut claims = good.clone();
        for (name, value) in change.as_object().expect("an object") {
            claims[name] = value.clone();
        }
        let (status, body) = google::exchange(&http, &key_file, &claims).await;
        assert_eq!((status, body["error"].as_str()), (400, Some(error)), "{change}");
        assert!(body["error_description"].as_str().is_some_and(|d| d.contains(why)), "{change}: {body}");
    }
    let stranger = world(2).key_file();
    let mut mixed = key_file.clone();
    mixed["private_key"] = stranger["private_key"].clone();
    let (status, body) = google::exchange(&http, &mixed, &good).await;
    assert_eq!((status, &body["error_description"]), (400, &json!("Invalid JWT Signature.")));
}

#[tokio::test]
async fn tokens_end_and_sharing_and_quotas_hold() {
    let google = world(1);
    let base = google::serve(&google).await;
    let http = google::client();
    let url = format!("{base}/v4/spreadsheets/{}/values/A1", google.spreadsheet_id());

    let (status, body, challenge) = get(&http, &url, None).await;
    assert_eq!((status, &body["error"]["status"]), (401, &json!("UNAUTHENTICATED")));
    assert!(challenge.starts_with("Bearer realm="), "{challenge}");
    google.token_lifetime(0);
    let ended = google::token(&http, &google, google::SPREADSHEETS).await;
    let (status, _, challenge) = get(&http, &url, Some(&ended)).await;
    assert_eq!(status, 401);
    assert_eq!(challenge, "Bearer realm=\"https://accounts.google.com/\", error=\"invalid_token\"");

    google.token_lifetime(3600);
    let token = google::token(&http, &google, google::SPREADSHEETS).await;
    google.switches(|s| s.sharing = Sharing::None);
    let (status, body, _) = get(&http, &url, Some(&token)).await;
    assert_eq!(status, 403);
    assert_eq!(
        body,
        json!({"error": {"code": 403, "message": "The caller does not have permission", "status": "PERMISSION_DENIED"}})
    );
    google.switches(|s| s.sharing = Sharing::Reader);
    assert_eq!(get(&http, &url, Some(&token)).await.0, 200);
    let clear = http.post(format!("{url}:clear")).bearer_auth(&token).send().await.expect("loopback answers");
    assert_eq!(clear.status().as_u16(), 403);
    google.switches(|s| s.api_enabled = false);
    let (status, body, _) = get(&http, &url, Some(&token)).await;
    assert_eq!((status, &body["error"]["details"][0]["reason"]), (403, &json!("SERVICE_DISABLED")));

    google.switches(|s| {
        s.api_enabled = true;
        s.reads_per_user = 0;
    });
    let (status, body, _) = get(&http, &url, Some(&token)).await;
    assert_eq!((status, &body["error"]["status"]), (429, &json!("RESOURCE_EXHAUSTED")));
    assert_eq!(body["error"]["details"][0]["metadata"]["quota_limit"], "ReadRequestsPerMinutePerUser");
}

#[tokio::test]
async fn bodies_are_indented_unless_asked_otherwise_and_thinned_by_fields() {
    let google = world(1);
    let base = google::serve(&google).await;
    let http = google::client();
    let token = google::token(&http, &google, google::SPREADSHEETS).await;
    let url = format!("{base}/v4/spreadsheets/{}/values/A1:B1", google.spreadsheet_id());
    let text = |url: String| {
        let call = http.get(url).bearer_auth(&token);
        async move { call.send().await.expect("loopback answers").text().await.expect("text") }
    };
    assert!(text(url.clone()).await.starts_with("{\n  \"range\": "));
    assert!(text(format!("{url}?prettyPrint=false")).await.starts_with("{\"range\":"));
    let thin = text(format!("{url}?fields=values&prettyPrint=false")).await;
    assert_eq!(thin, "{\"values\":[[\"Timestamp\",\"Email Address\"]]}");
    let bad = text(format!("{url}?fields=nosuch")).await;
    assert!(bad.contains("Cannot find matching fields for path 'nosuch'"), "{bad}");
}
