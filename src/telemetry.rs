//! The log. It holds ticket numbers and reasons, never a person's name, address or answer, never a secret.

use std::io::IsTerminal;

use tracing::{Level, Metadata, Subscriber};
use tracing_subscriber::filter::{EnvFilter, filter_fn};
use tracing_subscriber::fmt::MakeWriter;
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
    // A second start in one process, as in tests, keeps the first.
    let _ = log(wanted, std::io::stderr().is_terminal(), std::io::stderr).try_init();
}

/// The filters stand for the whole log and not for its one layer: a layer's own filter remembers what it said last, and a library that
/// asks whether a line is wanted, and then writes none, as sqlx does after each query, would take the next line of the thread with it.
fn log<W>(wanted: &str, terminal: bool, writer: W) -> impl Subscriber + Send + Sync
where
    W: for<'w> MakeWriter<'w> + Send + Sync + 'static,
{
    let wanted = EnvFilter::try_new(wanted).unwrap_or_else(|_| EnvFilter::new("info"));
    let layer = if terminal {
        fmt::layer().with_writer(writer).with_target(false).boxed()
    } else {
        fmt::layer().json().flatten_event(true).with_writer(writer).with_current_span(false).boxed()
    };
    tracing_subscriber::registry().with(layer).with(wanted).with(filter_fn(is_allowed))
}

fn is_allowed(event: &Metadata<'_>) -> bool {
    let cap = CAPPED.iter().find(|(target, _)| event.target().starts_with(target));
    cap.is_none_or(|(_, level)| event.level() <= level)
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::sync::{Arc, Mutex};

    use tracing::callsite::{Callsite, Identifier};
    use tracing::field::FieldSet;
    use tracing::metadata::Kind;
    use tracing::subscriber::Interest;

    use super::*;

    /// Asks as the `log` crate does for sqlx: at each line anew.
    struct Asks;

    static ASKS: Metadata<'static> = {
        let fields = FieldSet::new(&[], Identifier(&Asks));
        Metadata::new("asks", "sqlx::query", Level::DEBUG, None, None, None, fields, Kind::EVENT)
    };

    impl Callsite for Asks {
        fn set_interest(&self, _interest: Interest) {}

        fn metadata(&self) -> &Metadata<'_> {
            &ASKS
        }
    }

    #[derive(Clone, Default)]
    struct Paper(Arc<Mutex<Vec<u8>>>);

    impl Write for Paper {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    /// What is written under a filter.
    fn written(wanted: &str, write: impl FnOnce()) -> String {
        let paper = Paper::default();
        let writer = paper.clone();
        tracing::subscriber::with_default(log(wanted, false, move || writer.clone()), write);
        let text = paper.0.lock().unwrap().clone();
        String::from_utf8(text).unwrap()
    }

    #[test]
    fn a_library_that_asks_for_nothing_takes_no_line_with_it() {
        let text = written("info", || {
            for n in 0..3 {
                let _answer = tracing::dispatcher::get_default(|log| log.enabled(&ASKS));
                tracing::info!("line {n}");
            }
        });
        assert_eq!(text.lines().count(), 3, "{text}");
    }

    #[test]
    fn what_would_write_tokens_is_capped_whatever_is_wanted() {
        let text = written("trace", || {
            tracing::debug!(target: "hyper::client", "a token");
            tracing::info!(target: "google_apis_common", "an answer");
            tracing::warn!(target: "google_apis_common", "a trouble");
            tracing::trace!("a detail");
        });
        assert!(!text.contains("a token") && !text.contains("an answer"), "{text}");
        assert!(text.contains("a trouble") && text.contains("a detail"), "{text}");
    }
}
