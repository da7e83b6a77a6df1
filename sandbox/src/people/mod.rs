//! The pages for people, and the same things as JSON under `/control`.

use std::sync::Arc;

use axum::Router;
use axum::extract::Path;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::map_response;
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::routing::{get, post, put};
use minijinja::{Environment, State, Value};

use crate::handle::World;
use crate::parameters;

mod calendar;
mod control;
mod form;
mod inbox;
mod sheet;
mod words;

/// What pages may load: only what comes from here, and styles within letters.
const POLICY: &str = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: cid:; \
                      frame-src 'self'; form-action 'self'; base-uri 'none'";

/// The pages: the world, and what they are made from.
#[derive(Clone)]
pub(super) struct Pages {
    world: Arc<World>,
    templates: Arc<Environment<'static>>,
}

/// The language of a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Language {
    /// Indonesian, unless asked otherwise.
    Indonesian,
    /// English, with `lang=en` in the query.
    English,
}

impl Language {
    /// The language that a query asks for.
    fn of(query: Option<&str>) -> Self {
        let asked = parameters::read(query.unwrap_or_default());
        if parameters::get(&asked, "lang") == Some("en") { Self::English } else { Self::Indonesian }
    }

    /// Its code.
    fn code(self) -> &'static str {
        match self {
            Self::Indonesian => "id",
            Self::English => "en",
        }
    }

    /// The address of `path` in this language.
    fn address(self, path: &str) -> String {
        match self {
            Self::Indonesian => path.to_owned(),
            Self::English => format!("{path}{}lang=en", if path.contains('?') { '&' } else { '?' }),
        }
    }
}

impl Pages {
    /// Renders a page.
    fn show(&self, template: &str, language: Language, facts: Value) -> Response {
        self.show_as(StatusCode::OK, template, language, facts)
    }

    /// Renders a page with a status.
    fn show_as(&self, status: StatusCode, template: &str, language: Language, facts: Value) -> Response {
        let facts = minijinja::context! { lang => language.code(), ..facts };
        match self.templates.get_template(template).and_then(|template| template.render(facts)) {
            Ok(page) => (status, Html(page)).into_response(),
            Err(error) => {
                tracing::error!(template, error = format!("{error:#}"), "cannot render a page");
                (StatusCode::INTERNAL_SERVER_ERROR, format!("cannot render the page: {error:#}")).into_response()
            }
        }
    }

    /// The page for what is not there.
    fn not_found(&self, language: Language) -> Response {
        self.show_as(StatusCode::NOT_FOUND, "missing.html", language, minijinja::context! {})
    }
}

/// Sends the browser on to `path`.
fn go_to(language: Language, path: &str) -> Response {
    Redirect::to(&language.address(path)).into_response()
}

/// All pages.
pub(crate) fn router(world: &Arc<World>) -> Router {
    let pages = Pages { world: Arc::clone(world), templates: Arc::new(templates()) };
    Router::new()
        .route("/", get(words::index))
        .route("/assets/{name}", get(asset))
        .route("/form", get(form::empty).post(form::submit))
        .route("/form/{id}", get(form::own).post(form::resubmit))
        .route("/form/{id}/sent", get(form::sent))
        .route("/sheet", get(sheet::page))
        .route("/sheet/data", get(sheet::data))
        .route("/sheet/type", post(sheet::type_in))
        .route("/sheet/edit", post(sheet::edit))
        .route("/zoom", get(calendar::hosts))
        .route("/zoom/{host}", get(calendar::week))
        .route("/zoom/{host}/schedule", post(calendar::schedule))
        .route("/zoom/{host}/instant", post(calendar::instant))
        .route("/zoom/{host}/{meeting}/{action}", post(calendar::act))
        .route("/inbox", get(inbox::list))
        .route("/inbox/{number}", get(inbox::letter))
        .route("/inbox/{number}/raw", get(inbox::raw))
        .route("/inbox/{number}/invite.ics", get(inbox::invite))
        .route("/inbox/{number}/files/{index}", get(inbox::file))
        .route("/control/info", get(control::info))
        .route("/control/answers", post(control::answer))
        .route("/control/answers/{id}", put(control::edit_answer))
        .route("/control/letters", get(control::letters))
        .route("/control/meetings", get(control::meetings))
        .route("/control/zoom/meetings", post(control::schedule))
        .route("/control/zoom/meetings/{id}/{action}", post(control::act_on_meeting))
        .route("/control/zoom/hosts", get(control::hosts).post(control::set_host))
        .route("/control/zoom/hosts/{email}", axum::routing::delete(control::remove_host))
        .route("/control/zoom/settings", post(control::zoom_settings))
        .route("/control/faults", get(control::faults).post(control::add_fault).delete(control::clear_faults))
        .route("/control/faults/{id}", axum::routing::delete(control::remove_fault))
        .route("/control/calls", get(control::calls))
        .route("/control/clock", get(control::clock).post(control::shift_clock))
        .route("/control/sheet/edit", post(control::sheet_edit))
        .route("/control/sheet/type", post(sheet::type_in))
        .route("/control/sheet/values", get(control::sheet_values))
        .fallback(words::missing)
        .layer(map_response(guarded))
        .with_state(pages)
}

/// The headers that every page bears: letters are hostile, and nothing is to be kept.
async fn guarded(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// Styles and scripts.
async fn asset(Path(name): Path<String>) -> Response {
    let (kind, text) = match name.as_str() {
        "base.css" => ("text/css", include_str!("../../pages/base.css")),
        "form.css" => ("text/css", include_str!("../../pages/form.css")),
        "sheet.css" => ("text/css", include_str!("../../pages/sheet.css")),
        "form.js" => ("text/javascript", include_str!("../../pages/form.js")),
        "sheet.js" => ("text/javascript", include_str!("../../pages/sheet.js")),
        "inbox.js" => ("text/javascript", include_str!("../../pages/inbox.js")),
        _ => return StatusCode::NOT_FOUND.into_response(),
    };
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    (headers, text).into_response()
}

/// The templates, compiled in. All are HTML and escape what they are given.
fn templates() -> Environment<'static> {
    let mut templates = Environment::new();
    let sources = [
        ("base.html", include_str!("../../pages/base.html")),
        ("index.html", include_str!("../../pages/index.html")),
        ("missing.html", include_str!("../../pages/missing.html")),
        ("form.html", include_str!("../../pages/form.html")),
        ("sent.html", include_str!("../../pages/sent.html")),
        ("sheet.html", include_str!("../../pages/sheet.html")),
        ("hosts.html", include_str!("../../pages/hosts.html")),
        ("week.html", include_str!("../../pages/week.html")),
        ("inbox.html", include_str!("../../pages/inbox.html")),
        ("letter.html", include_str!("../../pages/letter.html")),
    ];
    for (name, source) in sources {
        templates.add_template(name, source).expect("the templates are compiled in and were tried by the tests");
    }
    // t('Indonesian', 'English'): the words in the page's language.
    templates.add_function(
        "t",
        |state: &State<'_, '_>, indonesian: String, english: String| {
            if is_english(state) { english } else { indonesian }
        },
    );
    // href('/path'): the address of a page in the page's language.
    templates.add_function(
        "href",
        |state: &State<'_, '_>, path: String| {
            if is_english(state) { Language::English.address(&path) } else { path }
        },
    );
    templates
}

/// Whether the page being rendered is English.
fn is_english(state: &State<'_, '_>) -> bool {
    state.lookup("lang").is_some_and(|lang| lang.as_str() == Some("en"))
}
