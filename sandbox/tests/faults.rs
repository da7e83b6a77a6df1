//! Each fault over a real socket: what was carried out, and what the caller saw.

mod zoom_client;

use std::time::Duration;

use loket_sandbox::Sandbox;
use loket_sandbox::calls::Party;
use loket_sandbox::faults::{Action, ControlCall, Rule, When};
use loket_sandbox::handle::Handle;
use loket_sandbox::zoom::NewMeeting;
use reqwest::Method;
use serde_json::{Value, json};
use zoom_client::{ZoomClient, http_client};

const CREATE: &str = "/users/zoom1@example.go.id/meetings";

async fn world() -> (Handle, ZoomClient) {
    let world = Sandbox::start(3).await.expect("the sandbox starts");
    let zoom = ZoomClient::new(&world).await;
    (world, zoom)
}

fn meetings(world: &Handle) -> usize {
    world.zoom().all_meetings().len()
}

/// What a create under `action` gives: the status and body, or nothing; and how many meetings it made.
async fn create_under(action: Action) -> (Option<(u16, String)>, usize) {
    let (world, zoom) = world().await;
    let rule = world.faults().add(Rule::new(Party::Zoom, "meetings.create", action).once());
    let answer = zoom.try_call(Method::POST, CREATE, &json!({"topic": "A"})).await;
    assert_eq!(world.faults().hits(rule), 1);
    let made = meetings(&world);
    let last = world.calls().all().pop().expect("the call is logged");
    assert_eq!((last.name.as_str(), &last.faults[..]), ("meetings.create", &[rule][..]));
    let (status, _) = zoom.call(Method::POST, CREATE, json!({"topic": "B"})).await;
    assert_eq!(status, 201, "the rule struck once");
    (answer.ok().map(|(head, body)| (head.status().as_u16(), body)), made)
}

#[tokio::test]
async fn a_status_instead_is_not_carried_out() {
    let answer = create_under(Action::status(503, "busy")).await;
    assert_eq!(answer, (Some((503, "busy".to_owned())), 0));
}

#[tokio::test]
async fn a_status_after_is_carried_out() {
    let answer = create_under(Action::status_after(502, "")).await;
    assert_eq!(answer, (Some((502, String::new())), 1));
}

#[tokio::test]
async fn closed_before_is_not_carried_out_and_closed_after_is() {
    assert_eq!(create_under(Action::CloseBefore).await, (None, 0));
    assert_eq!(create_under(Action::CloseAfter).await, (None, 1));
}

#[tokio::test]
async fn a_garbled_answer_says_success_and_cannot_be_read() {
    let (answer, made) = create_under(Action::Garble).await;
    let (status, body) = answer.expect("there is an answer");
    assert_eq!((status, made), (201, 1));
    assert!(serde_json::from_str::<Value>(&body).is_err());
}

#[tokio::test]
async fn a_truncated_answer_breaks_off() {
    assert_eq!(create_under(Action::Truncate).await, (None, 1));
}

#[tokio::test]
async fn a_delayed_call_is_carried_out_although_its_caller_has_gone() {
    let (world, zoom) = world().await;
    let rule = world.faults().add(Rule::new(Party::Zoom, "meetings.create", Action::Hold));
    let body = json!({"topic": "A"});
    let gone = tokio::time::timeout(Duration::from_millis(200), zoom.try_call(Method::POST, CREATE, &body)).await;
    assert!(gone.is_err());
    assert_eq!(meetings(&world), 0);
    world.faults().remove(rule);
    world.until(|world| meetings(world) == 1, Duration::from_secs(5)).await.expect("it is carried out");
}

#[tokio::test]
async fn rules_skip_count_and_choose_by_content() {
    let (world, zoom) = world().await;
    let rule = Rule::new(Party::Zoom, "meetings.*", Action::status(500, "{}")).skip(1).times(2).containing("Sasaran");
    let rule = world.faults().add(rule);
    let mut statuses = Vec::new();
    for topic in ["Sasaran", "Lain", "Sasaran", "Sasaran", "Sasaran"] {
        statuses.push(zoom.call(Method::POST, CREATE, json!({"topic": topic})).await.0);
    }
    assert_eq!(statuses, [201, 201, 500, 500, 201]);
    let listed = world.faults().list();
    assert_eq!((listed.len(), listed[0].id, listed[0].matched, listed[0].hits), (1, rule, 4, 2));
    assert!(world.faults().remove(rule));
    assert!(!world.faults().remove(rule));
}

#[tokio::test]
async fn the_same_seed_draws_the_same_chances() {
    let mut runs = Vec::new();
    for _ in 0..2 {
        let (world, zoom) = world().await;
        world.faults().add(Rule::new(Party::Zoom, "users.get", Action::status(500, "{}")).probability(0.5));
        let mut statuses = Vec::new();
        for _ in 0..20 {
            statuses.push(zoom.call(Method::GET, "/users/zoom1@example.go.id", Value::Null).await.0);
        }
        assert!(statuses.contains(&200) && statuses.contains(&500), "{statuses:?}");
        runs.push(statuses);
    }
    assert_eq!(runs[0], runs[1]);
}

#[tokio::test]
async fn a_hook_runs_at_the_moment_of_the_call() {
    let (world, zoom) = world().await;
    let (by_hand, now) = (world.zoom().clone(), world.clock().now());
    let hook = Action::hook(When::Before, move |moment| {
        assert_eq!(moment.name, "meetings.list");
        let new = NewMeeting::single("Di antara", now, 60);
        by_hand.schedule_by_hand("zoom1@example.go.id", new).expect("there is a host");
    });
    world.faults().add(Rule::new(Party::Zoom, "meetings.list", hook).once());
    let (_, page) = zoom.call(Method::GET, CREATE, Value::Null).await;
    assert_eq!(page["meetings"][0]["topic"], "Di antara", "it happened before the list was made");
}

#[tokio::test]
async fn a_control_call_is_made_at_the_moment_of_the_call_as_asked_over_http() {
    let (world, zoom) = world().await;
    let faults = format!("{}/control/faults", world.people_url());
    let client = http_client();
    let by_hand = json!({"host": "zoom1@example.go.id", "topic": "Sesudah", "start": world.clock().now(),
        "duration_min": 30});
    let rule = json!({"party": "zoom", "call": "meetings.list", "times": 1, "action": {"kind": "then", "when": "after",
        "call": {"method": "POST", "path": "/control/zoom/meetings", "body": by_hand}}});
    let answer = client.post(&faults).json(&rule).send().await.expect("it answers");
    assert_eq!(answer.status(), 200);
    let (_, page) = zoom.call(Method::GET, CREATE, Value::Null).await;
    assert_eq!(page["total_records"], 0, "it happened after the list was made");
    assert_eq!(meetings(&world), 1);
    let listed: Value = client.get(&faults).send().await.expect("it answers").json().await.expect("it is JSON");
    assert_eq!(listed[0]["hits"], 1);

    let rule = serde_json::to_value(Rule::new(
        Party::Zoom,
        "*",
        Action::Then {
            when: When::Before,
            call: ControlCall { method: "GET".to_owned(), path: "/control/info".to_owned(), body: Value::Null },
        },
    ));
    assert!(rule.is_ok(), "such a rule can be written as JSON");
    client.delete(&faults).send().await.expect("it answers");
    assert!(world.faults().list().is_empty());
}

#[tokio::test]
async fn calls_are_logged_counted_and_can_be_awaited() {
    let (world, zoom) = world().await;
    let mark = world.calls().last();
    zoom.call(Method::GET, "/users?page_size=1", Value::Null).await;
    let calls = world.calls().since(mark);
    assert_eq!(calls.len(), 1);
    assert_eq!((calls[0].name.as_str(), calls[0].target.as_str()), ("users.list", "/v2/users?page_size=1"));
    assert_eq!((calls[0].status, calls[0].method.as_str()), (Some(200), "GET"));
    assert!(calls[0].response_bytes > 100);
    assert_eq!(world.calls().count(Party::Zoom, "token"), 1);
    assert_eq!(world.calls().count(Party::Zoom, "*"), 2);
    assert!(world.until(|_| false, Duration::from_millis(60)).await.is_err());
}
