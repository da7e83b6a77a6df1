//! The answers on a real socket: heads, probes, what is refused, and an end in order.

use std::net::SocketAddr;
use std::sync::Arc;

use jiff::SignedDuration;
use reqwest::header::{CONTENT_TYPE, ETAG, IF_NONE_MATCH};
use reqwest::{Client, Method, StatusCode};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use super::{moved, ticket, web};
use crate::adapters::clock;
use crate::desk::health::{Party, Trouble};
use crate::domain::wording::Language;
use crate::web::serve::serve_web;
use crate::web::{Facts, Standing, Web};

struct Served {
    address: SocketAddr,
    client: Client,
    stop: CancellationToken,
    ended: tokio::task::JoinHandle<std::io::Result<()>>,
    _folder: tempfile::TempDir,
}

impl Served {
    async fn start(change: impl FnOnce(&mut Facts)) -> Served {
        let soon = clock::now() + SignedDuration::from_hours(48);
        let tickets = vec![moved(ticket(1, "Rapat Koordinasi", None), soon, 60)];
        let (folder, web) = web(Language::Id, change, tickets).await;
        Served::with(folder, web).await
    }

    async fn with(folder: tempfile::TempDir, web: Arc<Web>) -> Served {
        // Another test may have put it in already.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (address, stop) = (listener.local_addr().unwrap(), CancellationToken::new());
        let metrics = web.facts.metrics.clone();
        let ended = tokio::spawn(serve_web(web, listener, metrics, stop.clone()));
        let client = Client::builder().no_proxy().build().unwrap();
        Served { address, client, stop, ended, _folder: folder }
    }

    fn ask(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        self.client.request(method, format!("http://{}{path}", self.address))
    }

    async fn get(&self, path: &str) -> (StatusCode, String, String) {
        let answer = self.ask(Method::GET, path).send().await.unwrap();
        let (status, heads) = (answer.status(), answer.headers().clone());
        let kind = heads.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned();
        (status, kind, answer.text().await.unwrap())
    }
}

fn ready_facts(facts: &mut Facts) {
    facts.standing = Box::new(|| Standing { last_poll: Some(clock::now()), ..Standing::default() });
}

#[tokio::test]
async fn every_page_and_feed_answers_with_the_heads() {
    let served = Served::start(|_| {}).await;
    for (path, kind, part) in [
        ("/", "text/html", "Rapat Koordinasi"),
        ("/jadwal", "text/html", "Rapat Koordinasi"),
        ("/jadwal.ics", "text/calendar", "SUMMARY:Rapat Koordinasi"),
        ("/api/jadwal", "application/json", "\"title\":\"Rapat Koordinasi\""),
        ("/gaya.css", "text/css", "prefers-color-scheme"),
        ("/ikon.svg", "image/svg+xml", "<svg"),
        ("/healthz", "text/plain", "ok"),
    ] {
        let (status, found, body) = served.get(path).await;
        assert_eq!(status, StatusCode::OK, "{path}");
        assert!(found.starts_with(kind) && body.contains(part), "{path}: {found}\n{body}");
        assert!(!body.contains("VM-2026") && !body.contains("siti@"), "{path}");
    }
    for path in ["/", "/nowhere", "/metrics"] {
        let answer = served.ask(Method::GET, path).send().await.unwrap();
        let policy = answer.headers().get("content-security-policy").and_then(|value| value.to_str().ok()).unwrap_or_default();
        assert!(policy.starts_with("default-src 'none'; style-src 'self'"), "{path}: {policy}");
        assert_eq!(answer.headers().get("x-content-type-options").unwrap(), "nosniff");
        assert_eq!(answer.headers().get("referrer-policy").unwrap(), "no-referrer");
    }
}

#[tokio::test]
async fn what_has_not_changed_is_not_sent_again() {
    let served = Served::start(|_| {}).await;
    for path in ["/jadwal", "/jadwal.ics", "/api/jadwal", "/gaya.css"] {
        let first = served.ask(Method::GET, path).send().await.unwrap();
        let tag = first.headers().get(ETAG).unwrap().clone();
        let again = served.ask(Method::GET, path).header(IF_NONE_MATCH, tag).send().await.unwrap();
        assert_eq!(again.status(), StatusCode::NOT_MODIFIED, "{path}");
        let other = served.ask(Method::GET, path).header(IF_NONE_MATCH, "\"other\"").send().await.unwrap();
        assert_eq!(other.status(), StatusCode::OK, "{path}");
    }
}

#[tokio::test]
async fn unknown_addresses_and_other_methods_get_a_friendly_page() {
    let served = Served::start(|_| {}).await;
    for path in ["/nowhere", "/jadwal/", "/api/jadwal/1", "/..%2f..%2fetc%2fpasswd", "/<script>"] {
        let (status, kind, body) = served.get(path).await;
        assert_eq!((status, kind.as_str()), (StatusCode::NOT_FOUND, "text/html; charset=utf-8"), "{path}");
        assert!(body.contains("Halaman tidak ditemukan") && !body.contains("<script>"), "{path}");
    }
    for method in [Method::POST, Method::PUT, Method::DELETE, Method::OPTIONS] {
        let answer = served.ask(method.clone(), "/jadwal").send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::METHOD_NOT_ALLOWED, "{method}");
        assert_eq!(answer.headers().get("allow").unwrap(), "GET,HEAD", "{method}");
    }
    let head = served.ask(Method::HEAD, "/jadwal").send().await.unwrap();
    assert_eq!(head.status(), StatusCode::OK);
    assert!(head.text().await.unwrap().is_empty());
}

#[tokio::test]
async fn readiness_names_each_party_and_no_person() {
    let served = Served::start(|_| {}).await;
    let (status, _, body) = served.get("/readyz").await;
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE, "not before the first read of the sheet");
    assert!(body.contains(r#""last_poll_age_seconds":null"#), "{body}");

    let served = Served::start(ready_facts).await;
    let (status, _, body) = served.get("/readyz").await;
    assert_eq!(status, StatusCode::OK, "{body}");
    assert_eq!(
        body.replace(":1}", ":0}"),
        r#"{"ready":true,"parties":{"mail":{"ok":true},"sheets":{"ok":true},"store":{"ok":true},"zoom":{"ok":true}},"last_poll_age_seconds":0}"#
    );

    let served = Served::start(|facts| {
        facts.standing = Box::new(|| {
            let trouble = Trouble { since: super::at("2026-11-30T02:00:00Z"), text: "550 <siti@example.go.id> unknown".into() };
            Standing { troubles: [(Party::Mail, trouble)].into(), last_poll: Some(clock::now()), stands_by: false }
        });
    })
    .await;
    let (status, _, body) = served.get("/readyz").await;
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(body.contains(r#""mail":{"ok":false,"since":"2026-11-30T02:00:00Z","says":"550 … unknown"}"#), "{body}");
}

#[tokio::test]
async fn probes_answer_this_machine_only() {
    // The recorder is the process's; no other test of the library puts one in.
    let recorder = metrics_exporter_prometheus::PrometheusBuilder::new().build_recorder();
    let handle = recorder.handle();
    let _ = metrics::set_global_recorder(recorder);
    let served = Served::start(|facts| facts.metrics = handle).await;
    let (status, kind, body) = served.get("/metrics").await;
    assert_eq!((status, kind.as_str()), (StatusCode::OK, "text/plain; version=0.0.4; charset=utf-8"));
    assert!(body.contains("loket_open_tickets 1\n") && body.contains("loket_last_poll_age_seconds "), "{body}");
    for path in ["/metrics", "/readyz"] {
        for head in ["x-forwarded-for", "forwarded", "x-real-ip"] {
            let answer = served.ask(Method::GET, path).header(head, "127.0.0.1").send().await.unwrap();
            assert_eq!(answer.status(), StatusCode::FORBIDDEN, "{path} {head}");
            assert!(answer.text().await.unwrap().contains("Akses tidak diizinkan"));
        }
    }
}

#[tokio::test]
async fn a_store_that_fails_is_told_and_the_process_still_lives() {
    let (folder, web) = web(Language::Id, ready_facts, Vec::new()).await;
    web.facts.store.close().await;
    let served = Served::with(folder, web).await;
    let (status, _, body) = served.get("/jadwal").await;
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(body.contains("Layanan sedang terganggu"), "{body}");
    assert_eq!(served.get("/api/jadwal").await.0, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(served.get("/readyz").await.0, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(served.get("/healthz").await.0, StatusCode::OK);
}

#[tokio::test]
async fn a_broken_template_of_the_office_is_passed_over() {
    let own = tempfile::tempdir().unwrap();
    std::fs::write(own.path().join("schedule.html"), "{{ nothing.like.this }").unwrap();
    std::fs::write(own.path().join("message.html"), "<p>{{ title }} dari kantor</p>").unwrap();
    std::fs::write(own.path().join("gaya.css"), "body{color:red}").unwrap();
    let (folder, built_in) = web(Language::Id, |_| {}, Vec::new()).await;
    let facts = Arc::into_inner(built_in).unwrap().facts;
    let served = Served::with(folder, Arc::new(Web::new(facts, Some(own.path().to_owned())))).await;
    assert!(served.get("/jadwal").await.2.contains("Belum ada kegiatan terjadwal."));
    assert_eq!(served.get("/nowhere").await.2, "<p>Halaman tidak ditemukan dari kantor</p>");
    assert_eq!(served.get("/gaya.css").await.2, "body{color:red}");
}

#[tokio::test]
async fn it_ends_when_told() {
    let served = Served::start(|_| {}).await;
    assert_eq!(served.get("/healthz").await.0, StatusCode::OK);
    served.stop.cancel();
    let ended = tokio::time::timeout(std::time::Duration::from_secs(2), served.ended).await;
    assert!(matches!(ended, Ok(Ok(Ok(())))));
}
