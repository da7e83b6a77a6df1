//! The log. It holds ticket numbers and reasons, never a person's name, address or answer, never a secret.

use std::io::IsTerminal;

use tracing::{Level, Metadata};
use tracing_subscriber::filter::{EnvFilter, FilterExt, filter_fn};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{Layer, fmt};

/// Targets that write tokens or people's answers into the log below this level: capped whatever the operator sets.
const CAPPED: [(&str, Level); 6] = [
    ("yup_oauth2", Level::INFO),
    ("google_apis_common", Level::WARN),
    ("hyper", Level::INFO),
    ("reqwest", Level::INFO),
    ("lettre", Level::INFO),
    ("sqlx", Level::WARN),
];

/// Starts the log on standard error: readable on a terminal, JSON elsewhere. `wanted` is a filter such as `info` or `loket=debug`.
pub fn start(wanted: &str) {
    let filter = EnvFilter::try_new(wanted).unwrap_or_else(|_| EnvFilter::new("info"));
    let filter = filter.and(filter_fn(is_allowed));
    let terminal = std::io::stderr().is_terminal();
    let layer = if terminal {
        fmt::layer().with_writer(std::io::stderr).with_target(false).boxed()
    } else {
        fmt::layer().json().flatten_event(true).with_writer(std::io::stderr).with_current_span(false).boxed()
    };
    // A second start in one process, as in tests, keeps the first.
    let _ = tracing_subscriber::registry().with(layer.with_filter(filter)).try_init();
}

fn is_allowed(event: &Metadata<'_>) -> bool {
    let cap = CAPPED.iter().find(|(target, _)| event.target().starts_with(target));
    cap.is_none_or(|(_, level)| event.level() <= level)
}
