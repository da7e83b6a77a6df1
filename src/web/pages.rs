//! The pages: templates on disk where the office has its own, else the built-in ones. Every word comes from `config/words`; what
//! is inserted is escaped.

use std::fmt;
use std::path::PathBuf;
use std::sync::{Arc, Once};

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use include_dir::{Dir, include_dir};
use jiff::Timestamp;
use minijinja::syntax::SyntaxConfig;
use minijinja::value::{Kwargs, Serde, Value};
use minijinja::{AutoEscape, Environment, Error, ErrorKind, Output, UndefinedBehavior};
use serde::Serialize;

use super::answers::{CSS, HTML, PLAIN, SVG, fresh, kept};
use super::feeds::instant;
use super::schedule::{PublicEvent, by_day};
use super::text::web_link;
use super::{Say, Web};
use crate::adapters::clock;
use crate::adapters::templates::{html_escaped, load};
use crate::domain::limits::web::{NEXT_SHOWN_MAX, TODAY_SHOWN_MAX};
use crate::domain::phone::Phone;

/// The built-in pages.
static BUILT_IN: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/config/pages");
/// The names of texts that templates may insert into sentences.
const INSERTED: [&str; 5] = ["office", "unit", "date", "count", "phone"];

/// The templates and what goes with them.
pub(super) struct Pages {
    built_in: Environment<'static>,
    own: Option<Environment<'static>>,
    style: String,
    icon: String,
    warned: Once,
}

impl fmt::Debug for Pages {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Pages(own: {})", self.own.is_some())
    }
}

impl Pages {
    /// Prepares them. A template is read when it is first needed and then kept; style sheet and icon are read now.
    pub(super) fn new(say: &Say, own: Option<PathBuf>) -> Pages {
        let own = own.filter(|dir| dir.is_dir());
        let file = |name| load(own.as_deref(), &BUILT_IN, name).ok().flatten().unwrap_or_default();
        Pages {
            style: file("gaya.css"),
            icon: file("ikon.svg"),
            built_in: environment(say, None),
            own: own.map(|dir| environment(say, Some(dir))),
            warned: Once::new(),
        }
    }

    /// A page. If the office's own template is broken, the built-in one is used and the log says so, once.
    fn render(&self, name: &str, view: impl Serialize) -> Result<String, Error> {
        let view = Value::from(Serde(view));
        let page = |templates: &Environment<'_>| templates.get_template(name)?.render(view.clone());
        let Some(own) = &self.own else { return page(&self.built_in) };
        page(own).or_else(|error| {
            self.warned.call_once(|| {
                let (template, line) = (error.name().unwrap_or(name), error.line().unwrap_or_default());
                tracing::warn!("page template `{template}`, line {line}: {error}: the built-in pages are used");
            });
            page(&self.built_in)
        })
    }
}

fn environment(say: &Say, own: Option<PathBuf>) -> Environment<'static> {
    let mut templates = Environment::new();
    templates.set_loader(move |name| load(own.as_deref(), &BUILT_IN, name));
    templates.set_undefined_behavior(UndefinedBehavior::Strict);
    templates.set_auto_escape_callback(|_| AutoEscape::Html);
    templates.set_formatter(|out, state, value| match value.as_str() {
        Some(text) if !value.is_safe() => escape(out, text),
        _ => minijinja::escape_formatter(out, state, value),
    });
    if let Ok(syntax) = SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build() {
        templates.set_syntax(syntax);
    }
    let say = say.clone();
    templates.add_function("t", move |key: String, texts: Kwargs| -> Result<String, Error> {
        let mut inserted = Vec::new();
        for name in INSERTED.into_iter().filter(|name| texts.has(name)) {
            inserted.push((name, texts.get::<Value>(name)?.to_string()));
        }
        texts.assert_all_used()?;
        let texts: Vec<(&'static str, &str)> = inserted.iter().map(|(name, text)| (*name, text.as_str())).collect();
        Ok(say(&key, &texts))
    });
    templates
}

fn escape(out: &mut Output<'_>, text: &str) -> Result<(), Error> {
    let written = out.write_str(&html_escaped(text));
    written.map_err(|_| Error::new(ErrorKind::WriteFailure, "the page cannot be written"))
}

/// What every page tells of the office.
#[derive(Debug, Serialize)]
struct Site<'a> {
    lang: &'static str,
    /// Stands before every path, where the public address has one of its own.
    base: &'a str,
    /// The page: `home`, `schedule` or none.
    here: &'static str,
    office: &'a str,
    unit: &'a str,
    phone: &'a str,
    phone_link: Option<String>,
    form_url: Option<String>,
    survey_url: Option<String>,
    feed_url: String,
    subscribe_url: String,
}

#[derive(Debug, Serialize)]
struct DayView<'a> {
    date: String,
    iso: String,
    today: bool,
    events: Vec<EventView<'a>>,
}

#[derive(Debug, Serialize)]
struct EventView<'a> {
    start: String,
    time: String,
    title: &'a str,
    unit: &'a str,
    status: String,
    called_off: bool,
    link: Option<&'a str>,
}

#[derive(Debug, Serialize)]
struct Home<'a> {
    site: Site<'a>,
    today: DayView<'a>,
    today_more: usize,
    next: Vec<DayView<'a>>,
}

#[derive(Debug, Serialize)]
struct ScheduleView<'a> {
    site: Site<'a>,
    days: Vec<DayView<'a>>,
}

#[derive(Debug, Serialize)]
struct Message<'a> {
    site: Site<'a>,
    title: String,
    text: String,
}

/// `/`
pub(super) async fn home(State(web): State<Arc<Web>>, heads: HeaderMap) -> Response {
    let now = clock::now();
    match web.events(now).await {
        Ok(events) => web.page(&heads, web.home_page(&events, now)),
        Err(error) => web.unavailable(&error),
    }
}

/// `/jadwal`
pub(super) async fn schedule(State(web): State<Arc<Web>>, heads: HeaderMap) -> Response {
    let now = clock::now();
    match web.events(now).await {
        Ok(events) => web.page(&heads, web.schedule_page(&events, now)),
        Err(error) => web.unavailable(&error),
    }
}

/// `/gaya.css`
pub(super) async fn style(State(web): State<Arc<Web>>, heads: HeaderMap) -> Response {
    kept(&heads, CSS, web.pages.style.clone())
}

/// `/ikon.svg`
pub(super) async fn icon(State(web): State<Arc<Web>>, heads: HeaderMap) -> Response {
    kept(&heads, SVG, web.pages.icon.clone())
}

impl Web {
    /// The first page as HTML.
    pub(super) fn home_page(&self, events: &[PublicEvent], now: Timestamp) -> Result<String, Error> {
        let today = self.facts.wording.day_of(now);
        let later = events.iter().position(|event| self.facts.wording.day_of(event.slot.start) > today).unwrap_or(events.len());
        let (of_today, next) = events.split_at(later);
        let shown = &of_today[..of_today.len().min(TODAY_SHOWN_MAX)];
        let next = &next[..next.len().min(NEXT_SHOWN_MAX)];
        let view = Home {
            site: self.site("home"),
            today: DayView {
                date: self.facts.wording.long_date(today),
                iso: today.to_string(),
                today: true,
                events: shown.iter().map(|event| self.event(event)).collect(),
            },
            today_more: of_today.len() - shown.len(),
            next: self.days(next, now),
        };
        self.pages.render("home.html", view)
    }

    /// The schedule as HTML.
    pub(super) fn schedule_page(&self, events: &[PublicEvent], now: Timestamp) -> Result<String, Error> {
        self.pages.render("schedule.html", ScheduleView { site: self.site("schedule"), days: self.days(events, now) })
    }

    /// A page that only says something: what was not found, what failed.
    pub(super) fn message(&self, status: StatusCode) -> Response {
        let name = match status {
            StatusCode::NOT_FOUND => "missing",
            StatusCode::METHOD_NOT_ALLOWED => "not-allowed",
            StatusCode::FORBIDDEN => "forbidden",
            StatusCode::SERVICE_UNAVAILABLE => "unavailable",
            _ => "failed",
        };
        let (title, text) = (self.say(&format!("page-{name}-title")), self.say(&format!("page-{name}-text")));
        let plain = format!("{title}\n{text}\n");
        match self.pages.render("message.html", Message { site: self.site(""), title, text }) {
            Ok(page) => fresh(status, HTML, page),
            Err(error) => {
                tracing::error!("cannot write the page for {status}: {error}");
                fresh(status, PLAIN, plain)
            }
        }
    }

    fn page(&self, heads: &HeaderMap, page: Result<String, Error>) -> Response {
        match page {
            Ok(page) => kept(heads, HTML, page),
            Err(error) => {
                tracing::error!("cannot write a page: {error}");
                self.message(StatusCode::INTERNAL_SERVER_ERROR)
            }
        }
    }

    fn unavailable(&self, error: &dyn fmt::Display) -> Response {
        tracing::error!("cannot read the schedule: {error}");
        self.message(StatusCode::SERVICE_UNAVAILABLE)
    }

    fn site(&self, here: &'static str) -> Site<'_> {
        let (office, settings) = (&self.facts.office, &self.facts.settings);
        let feed_url = self.address("/jadwal.ics");
        let subscribe_url = feed_url.split_once("://").map(|(_, rest)| format!("webcal://{rest}")).unwrap_or_default();
        Site {
            lang: self.facts.wording.language.code(),
            base: settings.public_url.0.path().trim_end_matches('/'),
            here,
            office: &office.name,
            unit: &office.unit,
            phone: &office.phone,
            phone_link: Phone::read(&office.phone).and_then(|phone| phone.whatsapp_link("")),
            form_url: web_link(&settings.form_url),
            survey_url: web_link(&settings.survey_url),
            feed_url,
            subscribe_url,
        }
    }

    fn days<'a>(&self, events: &'a [PublicEvent], now: Timestamp) -> Vec<DayView<'a>> {
        let (wording, today) = (&self.facts.wording, self.facts.wording.day_of(now));
        let day = |(day, events): (jiff::civil::Date, Vec<&'a PublicEvent>)| DayView {
            date: wording.long_date(day),
            iso: day.to_string(),
            today: day == today,
            events: events.into_iter().map(|event| self.event(event)).collect(),
        };
        by_day(events, wording).into_iter().map(day).collect()
    }

    fn event<'a>(&self, event: &'a PublicEvent) -> EventView<'a> {
        EventView {
            start: instant(event.slot.start, &self.facts.wording),
            time: self.facts.wording.time_range(event.slot),
            title: &event.title,
            unit: &event.unit,
            status: self.status(event.status),
            called_off: event.called_off,
            link: event.link.as_deref(),
        }
    }

    /// A status in the language of the page; the contract's word where there is none.
    fn status(&self, status: &str) -> String {
        let key = format!("page-status-{}", status.to_lowercase().replace(' ', "-"));
        let word = self.say(&key);
        if word == key { status.to_owned() } else { word }
    }
}
