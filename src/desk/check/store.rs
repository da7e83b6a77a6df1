//! The store: whether its file is there, can be written, and is a ledger of this version and this sheet.

use super::Subject;
use crate::adapters::store::probe::{Seen, look as look_at};
use crate::desk::wiring::DESK;
use crate::domain::finding::{Area, Finding, Flaw};

/// Gives also the id of the tab that the store knows.
pub(super) async fn look(subject: &Subject<'_>) -> (Vec<Finding>, Option<i32>) {
    let item = "file";
    let settings = subject.settings;
    match look_at(&settings.store.url, DESK, &settings.sheet.id).await {
        Ok(Seen::Ready(file, tab)) => {
            (vec![Finding::ok(Area::Store, item, format!("`{}`: can be read and written", file.display()))], tab)
        }
        Ok(Seen::NotYet(file)) => {
            let found = format!("`{}` is not there yet", file.display());
            let flaw = Flaw::new(found, "the first start makes it; if there was one before, restore it or mend `store.url`");
            (vec![Finding::warning(Area::Store, item, flaw)], None)
        }
        Err(flaw) => (vec![Finding::failed(Area::Store, item, flaw)], None),
    }
}
