//! The web: the first page, the public schedule with its feeds, and the probes.
//!
//! Invariant: it reads the store and renders; it never acts, calls no party, and changes nothing. What the public sees of a ticket
//! goes through [`schedule::PublicEvent`].

mod answers;
mod feeds;
mod pages;
mod peers;
mod probes;
pub mod schedule;
pub mod serve;
mod text;

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::middleware::{self, Next};
use axum::response::Response;
use axum::routing::get;
use jiff::Timestamp;
use metrics_exporter_prometheus::PrometheusHandle;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::limit::RequestBodyLimitLayer;
use tower_http::set_header::SetResponseHeaderLayer;

use self::answers::HEADS;
use self::pages::Pages;
use self::schedule::{PublicEvent, Shown, start_of_today};
use crate::adapters::clock;
use crate::adapters::store::{Store, StoreError};
use crate::config::settings;
use crate::desk::health::{Party, Trouble};
use crate::desk::wiring::House;
use crate::domain::limits::web::{ANSWER_TIME_MAX, BODY_BYTES_MAX};
use crate::domain::wording::Wording;

/// Gives a sentence by its key, with texts inserted.
pub type Say = Arc<dyn Fn(&str, &[(&'static str, &str)]) -> String + Send + Sync>;

/// How the parties do.
#[derive(Debug, Clone, Default)]
pub struct Standing {
    /// What is wrong now.
    pub troubles: BTreeMap<Party, Trouble>,
    /// When the sheet was last read.
    pub last_poll: Option<Timestamp>,
    /// Another replica runs the desk; this one is ready to.
    pub stands_by: bool,
}

/// The little of the house that the web needs. Neither Zoom, the sheet nor mail can be reached through it.
pub struct Facts {
    /// The office.
    pub office: settings::Office,
    /// `[web]`.
    pub settings: settings::Web,
    /// The host of the public address.
    pub host: String,
    /// Dates and times.
    pub wording: Wording,
    /// Sentences.
    pub say: Say,
    /// How the parties do.
    pub standing: Box<dyn Fn() -> Standing + Send + Sync>,
    /// The ledger.
    pub store: Store,
    /// The figures.
    pub metrics: PrometheusHandle,
}

impl Facts {
    /// Those of a house.
    pub fn of(house: Arc<House>, metrics: PrometheusHandle) -> Facts {
        let teller = house.clone();
        Facts {
            office: house.settings.office.clone(),
            settings: house.settings.web.clone(),
            host: house.settings.domain().to_owned(),
            wording: house.teller.wording.clone(),
            say: Arc::new(move |key, texts| teller.teller.words.texts(key, texts)),
            store: house.store.clone(),
            standing: Box::new(move || Standing {
                troubles: house.health.troubles(),
                last_poll: house.health.last_poll(),
                stands_by: house.stands_by.load(Ordering::Acquire),
            }),
            metrics,
        }
    }
}

/// The web, ready to answer.
pub struct Web {
    facts: Facts,
    pages: Pages,
    began: Timestamp,
}

impl fmt::Debug for Web {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Web({})", self.facts.host)
    }
}

impl Web {
    /// Prepares the pages. Files below `own_pages` go before the built-in ones of the same name.
    pub fn new(facts: Facts, own_pages: Option<PathBuf>) -> Web {
        let pages = Pages::new(&facts.say, own_pages);
        Web { facts, pages, began: clock::now() }
    }

    fn say(&self, key: &str) -> String {
        (self.facts.say)(key, &[])
    }

    /// Where a page stands, for who is elsewhere.
    fn address(&self, path: &str) -> String {
        format!("{}{path}", self.facts.settings.public_url.0.as_str().trim_end_matches('/'))
    }

    fn feed_name(&self) -> String {
        (self.facts.say)("page-feed-name", &[("office", &self.facts.office.name)])
    }

    /// The public events from the start of today on.
    async fn events(&self, now: Timestamp) -> Result<Vec<PublicEvent>, StoreError> {
        let tickets = self.facts.store.scheduled(start_of_today(now, &self.facts.wording)).await?;
        let (internal, untitled) = (self.say("page-event-internal"), self.say("page-event-untitled"));
        let shown = Shown { links: self.facts.settings.public_links, internal: &internal, untitled: &untitled };
        Ok(tickets.iter().filter_map(|ticket| PublicEvent::of(ticket, shown)).collect())
    }
}

/// The routes and what surrounds them all. It needs to know who connects (`into_make_service_with_connect_info`).
pub fn router(web: Arc<Web>) -> Router {
    let local = Router::new()
        .route("/readyz", get(probes::ready))
        .route("/metrics", get(probes::figures))
        .route_layer(middleware::from_fn_with_state(web.clone(), probes::local_only));
    let panicked = web.clone();
    let mut router = Router::new()
        .route("/", get(pages::home))
        .route("/jadwal", get(pages::schedule))
        .route("/jadwal.ics", get(feeds::calendar))
        .route("/api/jadwal", get(feeds::json))
        .route("/gaya.css", get(pages::style))
        .route("/ikon.svg", get(pages::icon))
        .route("/healthz", get(probes::alive))
        .merge(local)
        .fallback(missing)
        .method_not_allowed_fallback(not_allowed)
        .layer(RequestBodyLimitLayer::new(BODY_BYTES_MAX))
        .layer(middleware::from_fn_with_state(web.clone(), in_time))
        .layer(CatchPanicLayer::custom(move |_| {
            // What it said may hold a person's text; the process's own hook has told where it was.
            tracing::error!("an answer of the web failed");
            panicked.message(StatusCode::INTERNAL_SERVER_ERROR)
        }))
        .layer(CompressionLayer::new());
    for (name, value) in HEADS {
        router = router.layer(SetResponseHeaderLayer::overriding(name, value));
    }
    router.with_state(web)
}

async fn missing(State(web): State<Arc<Web>>) -> Response {
    web.message(StatusCode::NOT_FOUND)
}

async fn not_allowed(State(web): State<Arc<Web>>) -> Response {
    web.message(StatusCode::METHOD_NOT_ALLOWED)
}

async fn in_time(State(web): State<Arc<Web>>, request: Request, next: Next) -> Response {
    match tokio::time::timeout(ANSWER_TIME_MAX, next.run(request)).await {
        Ok(answer) => answer,
        Err(_) => web.message(StatusCode::SERVICE_UNAVAILABLE),
    }
}

#[cfg(test)]
mod tests;
