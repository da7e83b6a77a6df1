//! Zoom as its documentation and the recorded replies have it.

mod zoom_client;

use jiff::{SignedDuration, Timestamp, ToSpan as _};
use loket_sandbox::Sandbox;
use loket_sandbox::clock::Clock;
use loket_sandbox::handle::Handle;
use loket_sandbox::zoom::NewMeeting;
use loket_sandbox::zoom::host::HostSpec;
use loket_sandbox::zoom::limits::Plan;
use loket_sandbox::zoom::recurrence::{Every, Recurrence};
use loket_sandbox::zoom::state::SeriesInList;
use reqwest::Method;
use serde_json::{Value, json};
use zoom_client::{ZoomClient, http_client};

const HOST: &str = "zoom1@example.go.id";

async fn world() -> (Handle, ZoomClient) {
    let world = Sandbox::start(7).await.expect("the sandbox starts");
    let zoom = ZoomClient::new(&world).await;
    (world, zoom)
}

fn in_days(days: i64) -> Timestamp {
    let now = Clock::default().now() + SignedDuration::from_hours(24 * days);
    Timestamp::from_second(now.as_second() / 3600 * 3600).expect("an hour is a timestamp")
}

#[tokio::test]
async fn a_token_is_given_for_the_right_credentials_only() {
    let (world, _) = world().await;
    let given = world.zoom_credentials();
    let ask = async |id: &str, secret: &str, query: &str| {
        let url = format!("{}?{query}", world.zoom_oauth_endpoint());
        let answer = http_client().post(url).basic_auth(id, Some(secret)).send().await.expect("it answers");
        (answer.status().as_u16(), answer.json::<Value>().await.expect("it is JSON"))
    };
    let query = format!("grant_type=account_credentials&account_id={}", given.account_id);
    let (status, token) = ask(&given.client_id, &given.client_secret, &query).await;
    assert_eq!(status, 200);
    assert_eq!(token["token_type"], "bearer");
    assert_eq!(token["expires_in"], 3599);
    assert!(token["scope"].as_str().expect("a text").contains("meeting:write:meeting:admin"));

    let wrong = ask(&given.client_id, "other", &query).await;
    assert_eq!(wrong, (400, json!({"reason": "Invalid client_id or client_secret", "error": "invalid_client"})));
    let wrong = ask(&given.client_id, &given.client_secret, "grant_type=client_credentials").await;
    assert_eq!(wrong, (400, json!({"reason": "unsupported grant type", "error": "unsupported_grant_type"})));
    let wrong = ask(&given.client_id, &given.client_secret, "grant_type=account_credentials&account_id=x").await;
    assert_eq!(wrong.0, 400);
}

#[tokio::test]
async fn an_expired_token_and_a_missing_scope_are_told_apart() {
    let (world, zoom) = world().await;
    world.zoom().expire_tokens();
    let refused = zoom.call(Method::GET, "/users", Value::Null).await;
    assert_eq!(refused, (401, json!({"code": 124, "message": "Access token is expired."})));

    world.zoom().set_scopes(&["meeting:read:admin"]);
    let zoom = ZoomClient::new(&world).await;
    let refused = zoom.call(Method::GET, "/users", Value::Null).await;
    let message = "Invalid access token, does not contain scopes:[user:read:list_users:admin].";
    assert_eq!(refused, (400, json!({"code": 4711, "message": message})));
    let (status, _) = zoom.call(Method::GET, &format!("/users/{HOST}/meetings"), Value::Null).await;
    assert_eq!(status, 200, "a classic scope suffices");
}

#[tokio::test]
async fn a_token_may_leave_its_scopes_out_and_every_answer_tells_the_time() {
    let (world, _) = world().await;
    world.zoom().tells_scopes(false);
    world.clock().shift(SignedDuration::from_hours(3));
    let given = world.zoom_credentials();
    let query = format!("grant_type=account_credentials&account_id={}", given.account_id);
    let url = format!("{}?{query}", world.zoom_oauth_endpoint());
    let answer = http_client().post(url).basic_auth(given.client_id, Some(given.client_secret)).send().await.expect("it answers");
    let date = answer.headers()["date"].to_str().expect("a text").to_owned();
    let told = jiff::fmt::rfc2822::DateTimeParser::new().parse_timestamp(&date).expect("a date of HTTP");
    assert!(world.clock().now().duration_since(told).abs() < SignedDuration::from_mins(1), "{date}");
    assert_eq!(answer.json::<Value>().await.expect("it is JSON").get("scope"), None);
}

#[tokio::test]
async fn what_the_account_locks_is_told_with_its_own_scope_only() {
    let (world, zoom) = world().await;
    let path = "/accounts/me/lock_settings";
    let (status, refused) = zoom.call(Method::GET, path, Value::Null).await;
    assert_eq!((status, &refused["code"]), (400, &json!(4711)));
    world.zoom().set_scopes(&["account:read:admin"]);
    let zoom = ZoomClient::new(&world).await;
    let (_, locks) = zoom.call(Method::GET, path, Value::Null).await;
    assert_eq!(locks["in_meeting"]["waiting_room"], false);
    world.zoom().host_mut(HOST, |host| host.locked_waiting_room = Some(true));
    let (_, locks) = zoom.call(Method::GET, path, Value::Null).await;
    assert_eq!(
        (&locks["in_meeting"]["waiting_room"], &locks["schedule_meeting"]["join_before_host"]),
        (&json!(true), &json!(false))
    );
    assert_eq!(zoom.call(Method::GET, "/accounts/other/lock_settings", Value::Null).await.0, 404);
}

#[tokio::test]
async fn users_are_listed_in_pages_and_have_their_capacity_in_the_settings() {
    let (world, zoom) = world().await;
    let (_, first) = zoom.call(Method::GET, "/users?page_size=2", Value::Null).await;
    assert_eq!(first["total_records"], 3);
    assert_eq!(first["users"].as_array().expect("a list").len(), 2);
    let next = first["next_page_token"].as_str().expect("a token");
    let (_, second) = zoom.call(Method::GET, &format!("/users?page_size=2&next_page_token={next}"), Value::Null).await;
    assert_eq!(second["users"][0]["email"], "zoom3@example.go.id");
    assert_eq!(second["next_page_token"], "");

    let (_, settings) = zoom.call(Method::GET, "/users/zoom3@example.go.id/settings", Value::Null).await;
    assert_eq!(settings["feature"]["meeting_capacity"], 100);
    assert_eq!(settings["feature"]["large_meeting_capacity"], 500);
    world.zoom().add_host(HostSpec::basic("basic@example.go.id"));
    let (_, user) = zoom.call(Method::GET, "/users/basic@example.go.id", Value::Null).await;
    assert_eq!(user["type"], 1);
    let missing = zoom.call(Method::GET, "/users/nobody@example.go.id", Value::Null).await;
    assert_eq!(missing, (404, json!({"code": 1001, "message": "User does not exist: nobody@example.go.id."})));
    let unknown = zoom.call(Method::GET, "/rooms", Value::Null).await;
    assert_eq!(unknown, (404, json!({"code": 2300, "message": "This API endpoint is not recognized."})));
}

#[tokio::test]
async fn a_meeting_is_made_shown_and_listed() {
    let (world, zoom) = world().await;
    let start = in_days(3);
    let local = start.in_tz("Asia/Jakarta").expect("a zone").strftime("%Y-%m-%dT%H:%M:%S").to_string();
    let agenda = "a".repeat(300);
    let body = json!({"topic": "Rapat", "type": 2, "start_time": local, "timezone": "Asia/Jakarta", "duration": 90,
        "agenda": agenda, "settings": {"waiting_room": false, "join_before_host": true}, "unheard_of": 1});
    let (status, made) = zoom.call(Method::POST, &format!("/users/{HOST}/meetings"), body).await;
    assert_eq!(status, 201);
    let utc = start.strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
    assert_eq!(made["start_time"], utc.as_str(), "the start comes back in UTC");
    assert_eq!(made["settings"]["join_before_host"], true);
    assert!(made["id"].as_u64().expect("a number") > u64::from(u32::MAX));
    assert!(made["start_url"].as_str().expect("a text").contains("zak="));
    let join = made["join_url"].as_str().expect("a text");
    assert!(join.ends_with(made["encrypted_password"].as_str().expect("a text")), "{join}");

    let path = format!("/meetings/{}", made["id"]);
    let (_, shown) = zoom.call(Method::GET, &path, Value::Null).await;
    assert_eq!(shown["agenda"], agenda.as_str());
    assert_ne!(shown["start_url"], made["start_url"]);
    let (_, list) = zoom.call(Method::GET, &format!("/users/{HOST}/meetings"), Value::Null).await;
    let item = &list["meetings"][0];
    assert_eq!(item["agenda"].as_str().expect("a text").len(), 250);
    for hidden in ["status", "settings", "password", "tracking_fields", "occurrences", "start_url"] {
        assert!(item.get(hidden).is_none(), "{hidden} is in the list");
    }
    assert_eq!(world.zoom().meetings(HOST).len(), 1);
}

#[tokio::test]
async fn everything_wrong_with_a_create_is_told_at_once() {
    let (_world, zoom) = world().await;
    let path = format!("/users/{HOST}/meetings");
    let body = json!({"topic": "x".repeat(201), "duration": 1441, "password": "12345678901", "timezone": "Mars",
        "settings": {"jbh_time": 7}});
    let (status, refused) = zoom.call(Method::POST, &path, body).await;
    assert_eq!((status, &refused["code"], &refused["message"]), (400, &json!(300), &json!("Validation Failed.")));
    let fields = refused["errors"].as_array().expect("a list");
    let fields: Vec<&str> = fields.iter().filter_map(|error| error["field"].as_str()).collect();
    assert_eq!(fields, ["topic", "duration", "password", "timezone", "settings.jbh_time"]);
    let (status, refused) = zoom.call(Method::POST, &path, json!([1])).await;
    assert_eq!((status, &refused["message"]), (400, &json!("Request Body should be a valid JSON object.")));
    let (status, _) = zoom.call(Method::POST, &path, json!({"start_time": "2030-01-01T09:00:00+07:00"})).await;
    assert_eq!(status, 400, "offsets are not known");
}

#[tokio::test]
async fn a_past_or_missing_start_becomes_now_and_a_past_one_in_an_update_is_ignored() {
    let (world, zoom) = world().await;
    let path = format!("/users/{HOST}/meetings");
    for body in [json!({"topic": "A"}), json!({"topic": "B", "start_time": "2020-01-01T09:00:00Z"})] {
        let (_, made) = zoom.call(Method::POST, &path, body).await;
        let start: Timestamp = made["start_time"].as_str().expect("a text").parse().expect("a timestamp");
        assert!(Clock::default().now().duration_since(start) < SignedDuration::from_secs(60));
    }
    let id = world.zoom().schedule_by_hand(HOST, NewMeeting::single("C", in_days(2), 60)).expect("there is a host");
    let change = json!({"topic": "D", "start_time": "2020-01-01T09:00:00Z"});
    let (status, body) = zoom.call(Method::PATCH, &format!("/meetings/{id}"), change).await;
    assert_eq!((status, body), (204, Value::Null));
    let meeting = world.zoom().meeting(id).expect("it exists");
    assert_eq!((meeting.topic.as_str(), meeting.start_at), ("D", Some(in_days(2))));
}

#[tokio::test]
async fn account_locks_override_what_was_asked_for() {
    let (world, zoom) = world().await;
    world.zoom().host_mut(HOST, |host| host.locked_waiting_room = Some(true));
    let body = json!({"settings": {"waiting_room": false, "join_before_host": true}});
    let (status, made) = zoom.call(Method::POST, &format!("/users/{HOST}/meetings"), body).await;
    assert_eq!(status, 201);
    assert_eq!(made["settings"]["waiting_room"], true);
    assert_eq!(made["settings"]["join_before_host"], false);
}

#[tokio::test]
async fn lists_come_in_pages_whose_tokens_end_after_a_quarter_of_an_hour() {
    let (world, zoom) = world().await;
    for day in 1..=5 {
        let new = NewMeeting::single(&format!("Rapat {day}"), in_days(day), 60);
        world.zoom().schedule_by_hand(HOST, new).expect("there is a host");
    }
    let path = format!("/users/{HOST}/meetings?page_size=2");
    let mut topics = Vec::new();
    let mut token = String::new();
    loop {
        let (_, page) = zoom.call(Method::GET, &format!("{path}&next_page_token={token}"), Value::Null).await;
        let items = page["meetings"].as_array().expect("a list");
        topics.extend(items.iter().filter_map(|item| item["topic"].as_str()).map(ToOwned::to_owned));
        token = page["next_page_token"].as_str().expect("a text").to_owned();
        if token.is_empty() {
            break;
        }
    }
    assert_eq!(topics, ["Rapat 1", "Rapat 2", "Rapat 3", "Rapat 4", "Rapat 5"]);

    let (_, page) = zoom.call(Method::GET, &path, Value::Null).await;
    let token = page["next_page_token"].as_str().expect("a text").to_owned();
    world.clock().shift(SignedDuration::from_mins(16));
    let (status, refused) = zoom.call(Method::GET, &format!("{path}&next_page_token={token}"), Value::Null).await;
    assert_eq!(status, 400);
    assert_eq!(refused["message"], "The next page token is invalid or expired.");
}

#[tokio::test]
async fn a_series_has_its_occurrences_and_shows_in_lists_as_switched() {
    let (world, zoom) = world().await;
    let first = in_days(1);
    let new = NewMeeting { recurrence: Some(Recurrence::times(Every::Week, 3)), ..NewMeeting::single("Mingguan", first, 60) };
    let id = world.zoom().schedule_by_hand(HOST, new).expect("there is a host");
    let list = format!("/users/{HOST}/meetings?type=upcoming");
    for (how, items) in [(SeriesInList::OneItem, 1), (SeriesInList::EachOccurrence, 3), (SeriesInList::NextOccurrence, 1)] {
        world.zoom().set_series_in_list(how);
        let (_, page) = zoom.call(Method::GET, &list, Value::Null).await;
        assert_eq!(page["meetings"].as_array().expect("a list").len(), items, "{how:?}");
        assert_eq!(page["meetings"][0]["type"], 8);
    }
    let path = format!("/meetings/{id}");
    let (_, shown) = zoom.call(Method::GET, &path, Value::Null).await;
    assert_eq!(shown["occurrences"].as_array().expect("a list").len(), 3);
    let second = shown["occurrences"][1]["occurrence_id"].as_str().expect("a text").to_owned();
    let later = (first + 8.days().to_duration(jiff::SpanRelativeTo::days_are_24_hours()).expect("eight days"))
        .strftime("%Y-%m-%dT%H:%M:%SZ")
        .to_string();
    let one = format!("{path}?occurrence_id={second}");
    let (status, _) = zoom.call(Method::PATCH, &one, json!({"start_time": later})).await;
    assert_eq!(status, 204);
    let (_, shown) = zoom.call(Method::GET, &one, Value::Null).await;
    assert_eq!(shown["start_time"], later.as_str());
    let (status, _) = zoom.call(Method::DELETE, &one, Value::Null).await;
    assert_eq!(status, 204);
    assert_eq!(world.zoom().meeting(id).expect("it exists").slots().len(), 2);
}

#[tokio::test]
async fn the_hundred_and_first_create_of_a_host_is_refused_in_the_recorded_words() {
    let (world, zoom) = world().await;
    world.zoom().set_used_today(HOST, 99);
    let path = format!("/users/{HOST}/meetings");
    let (status, _) = zoom.call(Method::POST, &path, json!({})).await;
    assert_eq!(status, 201);
    let (head, body) = zoom.try_call(Method::POST, &path, &json!({})).await.expect("Zoom answers");
    assert_eq!(head.status(), 429);
    let body: Value = serde_json::from_str(&body).expect("it is JSON");
    let message = "You have exceeded the daily rate limit (100) of Meeting Create/Update API requests permitted for \
                   this particular user. You may resume these requests at GMT 00:00:00.";
    assert_eq!(body, json!({"code": 429, "message": message}));
    assert_eq!(head.headers()["x-ratelimit-category"], "Light");
    assert_eq!(head.headers()["x-ratelimit-limit"], "6000");
    assert!(head.headers().contains_key("x-ratelimit-remaining"));
    assert!(!head.headers().contains_key("x-ratelimit-type"));
    assert!(!head.headers().contains_key("retry-after"));

    let (status, _) = zoom.call(Method::POST, "/users/zoom2@example.go.id/meetings", json!({})).await;
    assert_eq!(status, 201, "other hosts are not touched");
    world.zoom().token_lifetime(200_000);
    let zoom = ZoomClient::new(&world).await;
    world.clock().shift(SignedDuration::from_hours(24));
    let (status, _) = zoom.call(Method::POST, &path, json!({})).await;
    assert_eq!(status, 201, "a new UTC day begins anew");
}

#[tokio::test]
async fn calls_beyond_the_bucket_of_a_second_are_refused_with_its_headers() {
    let (world, zoom) = world().await;
    world.zoom().set_plan(Plan::Free);
    let mut statuses = Vec::new();
    for _ in 0..8 {
        let (head, _) = zoom.try_call(Method::GET, "/users", &Value::Null).await.expect("Zoom answers");
        assert_eq!(head.headers()["x-ratelimit-category"], "Medium");
        assert_eq!(head.headers()["x-ratelimit-type"], "QPS");
        assert_eq!(head.headers()["x-ratelimit-limit"], "2");
        statuses.push(head.status().as_u16());
    }
    assert!(statuses.contains(&200) && statuses.contains(&429), "{statuses:?}");
}

#[tokio::test]
async fn a_meeting_is_deleted_once_and_can_be_recovered() {
    let (world, zoom) = world().await;
    let id = world.zoom().schedule_by_hand(HOST, NewMeeting::single("A", in_days(1), 60)).expect("there is a host");
    let path = format!("/meetings/{id}");
    assert_eq!(zoom.call(Method::DELETE, &path, Value::Null).await, (204, Value::Null));
    let gone = (404, json!({"code": 3001, "message": format!("Meeting does not exist: {id}.")}));
    assert_eq!(zoom.call(Method::DELETE, &path, Value::Null).await, gone);
    assert_eq!(zoom.call(Method::GET, &path, Value::Null).await, gone);
    let (status, _) = zoom.call(Method::PUT, &format!("{path}/status"), json!({"action": "recover"})).await;
    assert_eq!(status, 204);
    assert_eq!(zoom.call(Method::GET, &path, Value::Null).await.0, 200);
}

#[tokio::test]
async fn instant_meetings_show_only_when_live_ones_are_asked_for() {
    let (world, zoom) = world().await;
    world.zoom().host_mut(HOST, |host| host.concurrent = 1);
    let id = world.zoom().start_instant(HOST).expect("nothing else is live");
    assert!(world.zoom().start_instant(HOST).is_err(), "one at a time");
    let count = async |kind: &str| {
        let (_, page) = zoom.call(Method::GET, &format!("/users/{HOST}/meetings?type={kind}"), Value::Null).await;
        page["total_records"].as_u64().expect("a number")
    };
    for (kind, expect) in [("scheduled", 0), ("upcoming", 0), ("live", 1)] {
        assert_eq!(count(kind).await, expect, "{kind}");
    }
    let (status, _) = zoom.call(Method::PUT, &format!("/meetings/{id}/status"), json!({"action": "end"})).await;
    assert_eq!(status, 204);
    assert_eq!(count("live").await, 0);
    assert_eq!(zoom.call(Method::GET, &format!("/meetings/{id}"), Value::Null).await.0, 404);
    let (_, past) = zoom.call(Method::GET, &format!("/past_meetings/{id}"), Value::Null).await;
    assert_eq!(past["id"], id);
}

#[tokio::test]
async fn a_meeting_is_forgotten_thirty_days_after_its_time() {
    let (world, _) = world().await;
    world.zoom().token_lifetime(100 * 24 * 3600);
    let zoom = ZoomClient::new(&world).await;
    let id = world.zoom().schedule_by_hand(HOST, NewMeeting::single("A", in_days(1), 60)).expect("there is a host");
    world.clock().shift(SignedDuration::from_hours(29 * 24));
    assert_eq!(zoom.call(Method::GET, &format!("/meetings/{id}"), Value::Null).await.0, 200);
    world.clock().shift(SignedDuration::from_hours(3 * 24));
    assert_eq!(zoom.call(Method::GET, &format!("/meetings/{id}"), Value::Null).await.0, 404);
}
