//! The store: whether its file or database is there, can be written, and is a ledger of this version and this sheet.

use secrecy::ExposeSecret;

use super::Subject;
use crate::adapters::store::probe::{Seen, look as look_at};
use crate::desk::wiring::DESK;
use crate::domain::finding::{Area, Finding, Flaw};

/// Gives also the id of the tab that the store knows.
pub(super) async fn look(subject: &Subject<'_>) -> (Vec<Finding>, Option<i32>) {
    let settings = subject.settings;
    let url = settings.store.url.expose_secret();
    let item = if url.starts_with("sqlite:") { "file" } else { "database" };
    match look_at(url, DESK, &settings.sheet.id).await {
        Ok(Seen::Ready(place, tab)) => (vec![Finding::ok(Area::Store, item, format!("`{place}`: can be read and written"))], tab),
        Ok(Seen::Empty(place)) => {
            (vec![Finding::ok(Area::Store, item, format!("`{place}`: is empty, the first start makes the tables"))], None)
        }
        Ok(Seen::NotYet(file)) => {
            let found = format!("`{file}` is not there yet");
            let flaw = Flaw::new(found, "the first start makes it; if there was one before, restore it or mend `store.url`");
            (vec![Finding::warning(Area::Store, item, flaw)], None)
        }
        Err(flaw) => (vec![Finding::failed(Area::Store, item, flaw)], None),
    }
}
