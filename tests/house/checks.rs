//! `loket check` on broken set-ups: each gives exactly its own ✗, with the mend that names the right thing; and a good one passes.

use std::process::Stdio;

use jiff::SignedDuration;
use loket_sandbox::calls::Party;
use loket_sandbox::faults::{Action, Rule};
use loket_sandbox::google::Sharing;
use loket_sandbox::zoom::host::{Licence, Standing};
use serde_json::{Value, json};

use crate::office::{Office, plain};

/// One seed for all: making its key takes a while, and is done once.
const SEED: u64 = 40;
const ROBOT: &str = "sheets-robot@sandbox-project.iam.gserviceaccount.com";

/// A broken set-up, and what must fail: area, item, and what the mend, or else what was found, must name.
type Broken = (&'static str, fn(&mut Office), &'static [(&'static str, &'static str, &'static str)]);

/// Runs the command. Gives its exit code and what it wrote.
async fn run(office: &Office, arguments: &[&str]) -> (i32, String) {
    let mut command = tokio::process::Command::from(office.command(arguments));
    let ended = command.stdout(Stdio::piped()).output().await.unwrap();
    (ended.status.code().unwrap_or(-1), String::from_utf8(ended.stdout).unwrap())
}

/// The items of `check --json`.
async fn items(office: &Office) -> (i32, Vec<Value>) {
    let (code, text) = run(office, &["check", "--json"]).await;
    let document: Value = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}\n{text}\n{}", office.log()));
    let items = document["items"].as_array().unwrap().clone();
    let failed = items.iter().any(|item| item["status"] == "failed");
    assert_eq!((document["ok"] == json!(true), code), (!failed, i32::from(failed)));
    for secret in ["ya29", "BEGIN PRIVATE", "rahasia", &office.sandbox.zoom_credentials().client_secret] {
        assert!(!text.contains(secret), "a secret is shown: {secret}\n{text}");
    }
    (code, items)
}

fn with<'a>(items: &'a [Value], status: &str) -> Vec<&'a Value> {
    items.iter().filter(|item| item["status"] == status).collect()
}

fn names<'a>(items: &[&'a Value]) -> Vec<(&'a str, &'a str)> {
    items.iter().map(|item| (item["area"].as_str().unwrap(), item["item"].as_str().unwrap())).collect()
}

async fn each(set_ups: &[Broken]) {
    for (name, break_it, expected) in set_ups {
        let mut office = Office::open_embedded(SEED).await;
        break_it(&mut office);
        let (_, items) = items(&office).await;
        let failed = with(&items, "failed");
        let wanted: Vec<(&str, &str)> = expected.iter().map(|(area, item, _)| (*area, *item)).collect();
        assert_eq!(names(&failed), wanted, "{name}\n{items:#?}\n{}", office.log());
        for (item, (.., told)) in failed.iter().zip(*expected) {
            let text = format!("{} → {}", item["found"].as_str().unwrap(), item["mend"].as_str().unwrap());
            assert!(text.contains(told) && !item["mend"].as_str().unwrap().is_empty(), "{name}: {text}\nlacks\n{told}");
        }
    }
}

/// Changes the configuration's text.
fn edit(office: &Office, from: &str, to: &str) {
    let path = office.folder.path().join("loket.toml");
    let text = std::fs::read_to_string(&path).unwrap();
    assert!(text.contains(from), "{text}\nlacks {from}");
    std::fs::write(&path, text.replacen(from, to, 1)).unwrap();
}

/// Changes the key file.
fn key(office: &Office, change: impl FnOnce(&mut Value)) {
    let path = office.folder.path().join("credentials.json");
    let mut key: Value = serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
    change(&mut key);
    std::fs::write(&path, key.to_string()).unwrap();
}

/// Somebody types another header.
fn rename(office: &Office, from: &str, to: &str) {
    let google = office.sandbox.google();
    let header = google.values(google.form_tab()).swap_remove(0);
    let column = header.iter().position(|cell| cell == from).unwrap_or_else(|| panic!("{header:?}"));
    google.type_in(google.form_tab(), 0, column, to).unwrap();
}

fn hosts(office: &Office, change: impl Fn(&mut loket_sandbox::zoom::host::HostSpec)) {
    for host in office.sandbox.zoom().hosts() {
        office.sandbox.zoom().host_mut(&host.spec.email, &change);
    }
}

fn without_scopes(office: &Office, missing: &[&str]) {
    let scopes = office.sandbox.zoom().scopes();
    let kept: Vec<&str> = scopes.iter().map(String::as_str).filter(|scope| !missing.contains(scope)).collect();
    assert_eq!(kept.len() + missing.len(), scopes.len());
    office.sandbox.zoom().set_scopes(&kept);
}

#[tokio::test]
async fn a_good_fresh_office_passes_with_warnings_only() {
    let office = Office::open_embedded(SEED).await;
    let (code, items) = items(&office).await;
    assert_eq!(code, 0);
    let warned = [("sheet", "own columns"), ("store", "file"), ("web", "web.public_url")];
    assert_eq!(names(&with(&items, "warning")), warned, "{items:#?}");
    assert!(with(&items, "warning").iter().all(|item| item["mend"] != ""));
    assert!(with(&items, "ok").len() > 15, "{items:#?}");
    for item in &items {
        let keys: Vec<&String> = item.as_object().unwrap().keys().collect();
        assert_eq!(keys, ["area", "item", "status", "found", "mend"]);
    }
}

#[tokio::test]
async fn the_configuration_is_told_setting_by_setting_and_the_rest_skipped() {
    each(&[
        (
            "no file",
            |office| std::fs::remove_file(office.folder.path().join("loket.toml")).unwrap(),
            &[("config", "file", "config/loket.example.toml")],
        ),
        ("no TOML", |office| edit(office, "[zoom]", "[zoom"), &[("config", "file", "line 11")]),
        (
            "four errors at once",
            |office| {
                edit(office, "poll_every = \"1s\"", "pol_every = \"1s\"");
                edit(office, "[zoom]", "[zoom]\nopening = \"all\"");
                edit(office, "staff = [\"tik@example.go.id\"]", "");
                edit(office, "name = \"Zoom-2\"", "name = \"Zoom-1\"");
            },
            &[
                ("config", "mail.staff", "set `mail.staff`"),
                ("config", "sheet.pol_every", "→ did you mean `poll_every`?"),
                ("config", "zoom.opening", "`participants` or `staff`"),
                ("config", "zoom.hosts.name", "allowed is once"),
            ],
        ),
        (
            "the sheet's whole address",
            |office| edit(office, "[sheet]\nid = \"", "[sheet]\nid = \"https://docs.google.com/spreadsheets/d/"),
            &[("config", "sheet.id", "between `/d/` and `/edit`")],
        ),
        (
            "a secret's file that is not there",
            |office| {
                let secret = office.sandbox.zoom_credentials().client_secret;
                edit(office, &format!("client_secret = \"{secret}\""), "client_secret_file = \"/run/nothing\"");
            },
            &[("config", "zoom.client_secret_file", "/run/nothing")],
        ),
        (
            "a mail address for the web",
            |office| edit(office, &office.sandbox.smtp_url(), "http://ana:rahasia@mail.example"),
            &[("config", "mail.url", "smtp+starttls://HOST")],
        ),
    ])
    .await;
    let office = Office::open_embedded(SEED).await;
    edit(&office, "[zoom]", "[zoom]\nopening = \"all\"");
    let (_, items) = items(&office).await;
    let skipped = names(&with(&items, "skipped")).iter().map(|(area, _)| *area).collect::<Vec<_>>();
    assert_eq!(skipped, ["clock", "google", "sheet", "zoom", "mail", "store", "web"]);
}

#[tokio::test]
async fn google_and_its_key_are_told_apart() {
    each(&[
        (
            "no key file",
            |office| std::fs::remove_file(office.folder.path().join("credentials.json")).unwrap(),
            &[("google", "key file", "`google.credentials`")],
        ),
        (
            "an OAuth client's file",
            |office| key(office, |key| *key = json!({"installed": {"client_id": "x", "client_secret": "rahasia"}})),
            &[("google", "key file", "Service accounts, Keys")],
        ),
        (
            "a broken private key",
            |office| {
                key(office, |key| key["private_key"] = json!("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----"));
            },
            &[("google", "key file", "`private_key`")],
        ),
        (
            "a key that was revoked",
            |office| {
                let refusal = json!({"error": "invalid_grant", "error_description": "Invalid JWT Signature."}).to_string();
                office.sandbox.faults().add(Rule::new(Party::Google, "token", Action::status(400, refusal)));
            },
            &[("google", "token", "make a new one")],
        ),
        (
            "an account that was deleted",
            |office| key(office, |key| key["client_email"] = json!("gone@sandbox-project.iam.gserviceaccount.com")),
            &[("google", "token", "gone@sandbox-project.iam.gserviceaccount.com")],
        ),
        (
            "a clock that is two hours fast",
            |office| office.sandbox.clock().shift(SignedDuration::from_hours(-2)),
            &[("clock", "clock", "2h")],
        ),
        (
            "a clock that is ten minutes slow",
            |office| office.sandbox.clock().shift(SignedDuration::from_mins(10)),
            &[("clock", "clock", "timedatectl")],
        ),
        (
            "the Sheets API off",
            |office| office.sandbox.google().switches(|switches| switches.api_enabled = false),
            &[("google", "Sheets API", "enable it at https://console.developers.google.com/apis/api/sheets")],
        ),
        (
            "Google not to be reached",
            |office| edit(office, &office.sandbox.google_endpoint(), "http://127.0.0.1:1/"),
            &[("google", "Sheets API", "`google.endpoint`")],
        ),
        (
            "Google down",
            |office| {
                let down = Action::status(503, r#"{"error":{"code":503,"message":"The service is currently unavailable."}}"#);
                office.sandbox.faults().add(Rule::new(Party::Google, "spreadsheets.get", down));
            },
            &[("google", "Sheets API", "try again")],
        ),
    ])
    .await;
}

#[tokio::test]
async fn the_sheet_is_told_down_to_each_column() {
    each(&[
        (
            "not shared",
            |office| office.sandbox.google().switches(|switches| switches.sharing = Sharing::None),
            &[("sheet", "sharing", ROBOT)],
        ),
        (
            "shared for reading",
            |office| office.sandbox.google().switches(|switches| switches.sharing = Sharing::Reader),
            &[("sheet", "right to edit", "sheets-robot@sandbox-project.iam.gserviceaccount.com an Editor")],
        ),
        (
            "another id",
            |office| edit(office, &office.sandbox.spreadsheet_id(), "1WrongWrongWrong"),
            &[("sheet", "sharing", "`sheet.id`")],
        ),
        (
            "another tab",
            |office| edit(office, &format!("tab = \"{}\"", office.sandbox.tab()), "tab = \"Jawaban\""),
            &[("sheet", "tab", "the spreadsheet has `Form Responses 1`")],
        ),
        (
            "two questions renamed",
            |office| {
                rename(office, "Nama Kegiatan", "Judul acara virtual");
                rename(office, "Waktu Selesai", "Kelar");
            },
            &[
                ("sheet", "question topic", "put `topic = \"Judul acara virtual\"` under `[sheet.questions]`"),
                ("sheet", "question end", "\"Kelar\""),
            ],
        ),
        (
            "a configured header that is not there",
            |office| edit(office, "[zoom]", "[sheet.questions]\nunit = \"Bagian\"\n[zoom]"),
            &[("sheet", "question unit", "`unit = \"Unit Kerja\"`")],
        ),
        (
            "a question twice",
            |office| rename(office, "Keterangan", "Nama Pemohon *"),
            &[("sheet", "question applicant", "columns are headed")],
        ),
        (
            "a tab that the form does not fill",
            |office| {
                let add = json!({"addSheet": {"properties": {"title": "Rekap"}}});
                office.sandbox.google().edit(vec![add]).unwrap();
                edit(office, &format!("tab = \"{}\"", office.sandbox.tab()), "tab = \"Rekap\"");
            },
            &[("sheet", "questions", "link the form")],
        ),
        (
            "everything protected",
            |office| {
                let range = json!({"sheetId": office.sandbox.google().form_tab()});
                let protect = json!({"addProtectedRange": {"protectedRange": {"range": range}}});
                office.sandbox.google().edit(vec![protect]).unwrap();
            },
            &[("sheet", "protection", ROBOT)],
        ),
    ])
    .await;
}

#[tokio::test]
async fn zoom_is_told_down_to_each_scope_and_account() {
    each(&[
        (
            "a wrong secret",
            |office| edit(office, &office.sandbox.zoom_credentials().client_secret, "wrong"),
            &[("zoom", "credentials", "`zoom.client_secret`")],
        ),
        (
            "a wrong account",
            |office| edit(office, &office.sandbox.zoom_credentials().account_id, "wrong"),
            &[("zoom", "credentials", "`zoom.account_id`")],
        ),
        (
            "two scopes missing",
            |office| without_scopes(office, &["meeting:write:meeting:admin", "meeting:read:list_meetings:admin"]),
            &[
                ("zoom", "scope meeting:read:list_meetings:admin", "add `meeting:read:list_meetings:admin`"),
                ("zoom", "scope meeting:write:meeting:admin", "add `meeting:write:meeting:admin`"),
            ],
        ),
        (
            "no scope to see users",
            |office| without_scopes(office, &["user:read:user:admin"]),
            &[("zoom", "scope user:read:user:admin", "add `user:read:user:admin`")],
        ),
        (
            "scopes that the token does not tell",
            |office| {
                office.sandbox.zoom().tells_scopes(false);
                without_scopes(office, &["user:read:settings:admin", "meeting:read:list_meetings:admin"]);
            },
            &[
                ("zoom", "scope meeting:read:list_meetings:admin", "add `meeting:read:list_meetings:admin`"),
                ("zoom", "scope user:read:settings:admin", "add `user:read:settings:admin`"),
            ],
        ),
        (
            "an account that is not there, one pending, one inactive",
            |office| {
                let zoom = office.sandbox.zoom();
                edit(office, "email = \"zoom1@example.go.id\"", "email = \"zoom9@example.go.id\"");
                zoom.host_mut("zoom2@example.go.id", |host| host.standing = Standing::Pending);
                zoom.host_mut("zoom3@example.go.id", |host| host.standing = Standing::Inactive);
            },
            &[
                ("zoom", "zoom9@example.go.id", "`zoom.hosts`"),
                ("zoom", "zoom2@example.go.id", "invitation"),
                ("zoom", "zoom3@example.go.id", "activate it"),
            ],
        ),
        (
            "more at once than the licence allows",
            |office| edit(office, "name = \"Zoom-2\"", "name = \"Zoom-2\"\nconcurrent = 5"),
            &[("zoom", "zoom2@example.go.id", "set `concurrent = 2`")],
        ),
        (
            "Basic licences only",
            |office| hosts(office, |host| host.licence = Licence::Basic),
            &[
                ("zoom", "zoom1@example.go.id", "assign a licence"),
                ("zoom", "zoom2@example.go.id", "40 minutes"),
                ("zoom", "zoom3@example.go.id", "`rules.max_duration`"),
            ],
        ),
        (
            "no licence for meetings",
            |office| {
                office.sandbox.zoom().host_mut("zoom1@example.go.id", |host| host.licence = Licence::Unassigned);
            },
            &[("zoom", "zoom1@example.go.id", "assign a licence")],
        ),
        (
            "accounts that are too small",
            |office| hosts(office, |host| (host.capacity, host.large) = (50, None)),
            &[("zoom", "capacity", "`rules.participants_unknown` to 50")],
        ),
        (
            "a locked waiting room",
            |office| {
                hosts(office, |host| host.locked_waiting_room = Some(true));
                let mut scopes = office.sandbox.zoom().scopes();
                scopes.push("account:read:lock_settings:admin".to_owned());
                office.sandbox.zoom().set_scopes(&scopes.iter().map(String::as_str).collect::<Vec<_>>());
            },
            &[("zoom", "locked settings", "`zoom.opening = \"staff\"`")],
        ),
        (
            "Zoom down",
            |office| {
                office.sandbox.faults().add(Rule::new(Party::Zoom, "users.*", Action::status(503, "down")));
            },
            &[("zoom", "API", "`zoom.api_endpoint`")],
        ),
        (
            "Zoom not to be reached",
            |office| edit(office, &office.sandbox.zoom_oauth_endpoint(), "http://127.0.0.1:1/oauth/token"),
            &[("zoom", "credentials", "`zoom.oauth_endpoint`")],
        ),
    ])
    .await;
}

#[tokio::test]
async fn mail_store_and_web_are_told() {
    each(&[
        (
            "no mail server",
            |office| edit(office, &office.sandbox.smtp_url(), "smtp://127.0.0.1:1"),
            &[("mail", "server", "127.0.0.1:1")],
        ),
        (
            "TLS at a port without",
            |office| {
                let url = office.sandbox.smtp_url();
                edit(office, &url, &url.replace("smtp://", "smtp+starttls://"));
            },
            &[("mail", "server", "offers no STARTTLS")],
        ),
        (
            "a wrong password",
            |office| {
                office.sandbox.mail().require_login(Some(("vm", "right")));
                let url = office.sandbox.smtp_url();
                edit(office, &url, &url.replace("smtp://", "smtp://vm:rahasia@"));
            },
            &[("mail", "login", "user and password")],
        ),
        (
            "a login that is not given",
            |office| office.sandbox.mail().require_login(Some(("vm", "right"))),
            &[("mail", "login", "put user and password into `mail.url`")],
        ),
        (
            "a sender that the server refuses",
            |office| {
                let refused = Action::status(553, "5.7.1 Sender address rejected: not owned by user");
                office.sandbox.faults().add(Rule::new(Party::Smtp, "smtp.mail", refused));
            },
            &[("mail", "sender", "`mail.from`")],
        ),
        (
            "a store that is none",
            |office| std::fs::write(office.folder.path().join("loket.db"), "this is no database. ".repeat(100)).unwrap(),
            &[("store", "file", "no SQLite database")],
        ),
        (
            "a store below a file",
            |office| {
                std::fs::write(office.folder.path().join("data"), "").unwrap();
                edit(office, "/loket.db", "/data/loket.db");
            },
            &[("store", "file", "`store.url`")],
        ),
        (
            "an address of another machine",
            |office| {
                office.set("LOKET__WEB__LISTEN", "192.0.2.1:8080");
            },
            &[("web", "web.listen", "no such address")],
        ),
    ])
    .await;
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let mut office = Office::open_embedded(SEED).await;
    office.set("LOKET__WEB__LISTEN", &taken.local_addr().unwrap().to_string());
    // Nobody answers there: that it is no daemon of ours shows after a while.
    let (_, items) = items(&office).await;
    assert_eq!(names(&with(&items, "failed")), [("web", "web.listen")], "{items:#?}");
}

#[tokio::test]
async fn one_basic_account_among_licensed_ones_and_a_foreign_zone_are_only_warnings() {
    let office = Office::open_embedded(SEED).await;
    office.sandbox.zoom().host_mut("zoom1@example.go.id", |host| host.licence = Licence::Basic);
    office.sandbox.google().set_time_zone("America/New_York");
    office.sandbox.google().set_locale("en_US");
    edit(&office, &format!("{}/form", office.sandbox.people_url()), "http://127.0.0.1:1/form");
    let (code, items) = items(&office).await;
    let expected = [
        ("sheet", "own columns"),
        ("sheet", "zone"),
        ("sheet", "locale"),
        ("zoom", "zoom1@example.go.id"),
        ("store", "file"),
        ("web", "web.public_url"),
        ("web", "web.form_url"),
    ];
    assert_eq!((code, names(&with(&items, "warning"))), (0, expected.to_vec()), "{items:#?}");
}

#[tokio::test]
async fn a_check_changes_nothing_and_its_page_is_plain_when_piped() {
    let office = Office::open_embedded(SEED).await;
    office.sandbox.answer(plain("Tidak disentuh", 3, (9, 0), (10, 0)));
    let google = office.sandbox.google();
    let look = || {
        let mut files: Vec<_> =
            std::fs::read_dir(office.folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        files.retain(|name| name != "log");
        files.sort();
        let sheet = (google.view(google.form_tab()), google.tabs());
        (sheet, office.sandbox.zoom().all_meetings(), office.sandbox.mail().count(), files)
    };
    let before = look();
    let (code, page) = run(&office, &["check"]).await;
    assert_eq!(code, 0, "{page}");
    assert!(before == look(), "something changed");
    let changing = ["meetings.create", "meetings.update", "meetings.delete", "smtp.rcpt", "smtp.data", "values.*"];
    let calls = office.sandbox.calls().all();
    let reading = "values.batchGetByDataFilter";
    let wrong = |name: &str| name != reading && changing.iter().any(|call| name.starts_with(call.trim_end_matches('*')));
    assert!(!calls.iter().any(|call| wrong(&call.name)), "{calls:#?}");
    assert!(calls.iter().filter(|call| call.party == Party::Google).count() <= 4, "few calls: {calls:#?}");
    assert!(!page.contains('\u{1b}'), "{page}");
    for part in ["\nSheet\n", "✓ right to edit", "! own columns", "→ the daemon adds them", "✓ 2"] {
        assert!(page.contains(part), "{page}\nlacks\n{part}");
    }
}

#[tokio::test]
async fn a_daemon_logs_the_same_words_and_is_not_taken_for_another_program() {
    let mut office = Office::open_embedded(SEED).await;
    without_scopes(&office, &["meeting:delete:meeting:admin"]);
    office.start();
    office.until("the set-up was looked at", |office| office.log().contains("looked at the set-up")).await;
    let (_, items) = items(&office).await;
    let failed = with(&items, "failed");
    assert_eq!(names(&failed), [("zoom", "scope meeting:delete:meeting:admin")], "{items:#?}");
    assert!(with(&items, "warning").is_empty(), "{items:#?}");
    let log = office.log();
    for part in [&failed[0]["found"], &failed[0]["mend"]] {
        assert!(log.contains(part.as_str().unwrap()), "{log}\nlacks\n{part}");
    }
    office.close().await;
}
