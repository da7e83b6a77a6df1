//! Replays recorded exchanges with the real Sheets API against the sandbox and compares status and body.
//!
//! Each recorded group runs against a fresh spreadsheet. The recording keeps every distinct request once, so that a call
//! which an earlier group (or the same one) had made before is missing; `MISSING` names those, and the test makes them
//! again at their place. Ids that Google drew at random are matched up as they appear.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use loket_sandbox::google::Google;
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use serde_json::Value;

mod google;

/// Before which line which recorded lines are made again, and the id that the first of them drew in the recording.
/// Lines count from 0.
const MISSING: &[(usize, &[usize], Option<&str>)] = &[
    (41, &[40], None),
    (51, &[50], None),
    (89, &[44], Some("2028942746")),
    (122, &[115], None),
    (133, &[115, 122], None),
    (137, &[68], None),
    (170, &[161, 162, 163, 164], None),
];

/// Lines that cannot be replayed, and why.
const NOT_COVERED: &[(usize, &str)] =
    &[(26, "reads a tab that Drive made from an uploaded CSV file; the upload is not recorded")];

/// How many lines must come out equal; all that are covered.
const EQUAL: usize = 240;

const IN_PATH: &AsciiSet = &CONTROLS.add(b' ').add(b'"').add(b'<').add(b'>').add(b'[').add(b']').add(b'\'').add(b'!').add(b',');

#[derive(serde::Deserialize)]
struct Exchange {
    test: String,
    method: String,
    uri: String,
    request: Option<Value>,
    status: u16,
    response: Value,
}

/// Names and numbers of the recording and what they are called here.
type Renamed = BTreeMap<String, Value>;

/// A request or address as it must be sent here.
fn rename(value: &Value, names: &Renamed) -> Value {
    let known = |text: &str| names.get(text).cloned();
    match value {
        Value::String(text) => known(text).map_or_else(|| value.clone(), |v| Value::from(plain(&v))),
        Value::Number(number) => known(&number.to_string()).unwrap_or_else(|| value.clone()),
        Value::Array(list) => list.iter().map(|v| rename(v, names)).collect(),
        Value::Object(object) => object.iter().map(|(k, v)| (k.clone(), rename(v, names))).collect(),
        other => other.clone(),
    }
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// Learns the ids that were drawn: where the recording has one, the answer has another.
fn learn(recorded: &Value, found: &Value, names: &mut Renamed) {
    match (recorded, found) {
        (Value::Array(a), Value::Array(b)) => a.iter().zip(b).for_each(|(a, b)| learn(a, b, names)),
        (Value::Object(a), Value::Object(b)) => {
            for (key, a) in a {
                let Some(b) = b.get(key) else { continue };
                let drawn = matches!(key.as_str(), "sheetId" | "namedRangeId" | "protectedRangeId") && a != 0;
                if drawn && a.is_string() == b.is_string() {
                    names.entry(plain(a)).or_insert_with(|| b.clone());
                }
                learn(a, b, names);
            }
        }
        _ => {}
    }
}

/// Text with the spreadsheet's id put in.
fn with_id(value: &Value, id: &str) -> Value {
    serde_json::from_str(&value.to_string().replace("SPREADSHEET_ID", id)).expect("an id needs no escaping")
}

struct Replay {
    http: reqwest::Client,
    base: String,
    token: String,
}

impl Replay {
    async fn send(&self, exchange: &Exchange, id: &str, names: &Renamed) -> (u16, Value) {
        let rest = exchange.uri.strip_prefix("https://sheets.googleapis.com").expect("all are calls of this API");
        let rest = rest.replace("SPREADSHEET_ID", id);
        let uri = format!("{}{}", self.base, utf8_percent_encode(&rest, IN_PATH));
        let method = exchange.method.parse().expect("a method");
        let mut call = self.http.request(method, uri).bearer_auth(&self.token);
        if let Some(body) = &exchange.request {
            call = call.json(&rename(body, names));
        }
        let answer = call.send().await.expect("loopback answers");
        (answer.status().as_u16(), answer.json().await.expect("the API answers JSON"))
    }
}

#[tokio::test]
async fn the_recorded_exchanges_come_out_equal() {
    let text = include_str!("google/sheets-recordings.jsonl");
    let all: Vec<Exchange> = text.lines().map(|line| serde_json::from_str(line).expect("each line is an exchange")).collect();
    let world = Google::new(1, &[]);
    world.switches(|s| s.quotas_on = false);
    let http = google::client();
    let base = google::serve(&world).await;
    let token = google::token(&http, &world, google::SPREADSHEETS).await;
    let replay = Replay { http, base, token };

    let (mut replayed, mut equal) = (0, 0);
    let mut report = String::new();
    let (mut group, mut id, mut names) = ("", String::new(), Renamed::new());
    for (line, exchange) in all.iter().enumerate() {
        if exchange.test != group {
            group = &exchange.test;
            // The recorded titles are made of the test's name: `Test CellTest test_a1_value`.
            let title = format!("Test {}", group.trim_end_matches(".json").replacen('.', " ", 1));
            id = world.new_spreadsheet(&title, "en_US", "Etc/GMT");
            names = Renamed::new();
        }
        if let Some((_, why)) = NOT_COVERED.iter().find(|(at, _)| *at == line) {
            writeln!(report, "line {line}, {group}: not covered: {why}").expect("a string takes it");
            continue;
        }
        for (_, again, drawn) in MISSING.iter().filter(|(at, ..)| *at == line) {
            for earlier in *again {
                let earlier = &all[*earlier];
                let (status, found) = replay.send(earlier, &id, &names).await;
                assert_eq!(status, earlier.status, "made again before line {line}: {found}");
                let mut drawn_here = Renamed::new();
                learn(&earlier.response, &found, &mut drawn_here);
                if let (Some(drawn), Some(here)) = (drawn, drawn_here.into_values().next()) {
                    names.insert((*drawn).to_owned(), here);
                }
            }
        }
        replayed += 1;
        let (status, found) = replay.send(exchange, &id, &names).await;
        learn(&exchange.response, &found, &mut names);
        let wanted = rename(&with_id(&exchange.response, &id), &names);
        if status == exchange.status && found == wanted {
            equal += 1;
        } else {
            writeln!(report, "line {line}, {group}: {status} {found}\n    recorded: {} {wanted}", exchange.status)
                .expect("a string takes it");
        }
    }
    writeln!(report, "replayed {replayed} of {}, {equal} equal", all.len()).expect("a string takes it");
    std::io::Write::write_all(&mut std::io::stderr(), report.as_bytes()).expect("stderr is open");
    assert!(equal >= EQUAL, "{equal} of {replayed} came out equal, {EQUAL} should\n{report}");
}
