//! The first page, and dates and times in words, in the office's zone.

use axum::extract::{RawQuery, State};
use axum::response::Response;
use jiff::civil::{Date, Weekday};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ZonedDateTime};
use minijinja::context;

use crate::people::{Language, Pages};

/// The zone of the office.
const ZONE: &str = "Asia/Jakarta";
/// Months, short.
const MONTHS: [(&str, &str); 12] = [
    ("Jan", "Jan"),
    ("Feb", "Feb"),
    ("Mar", "Mar"),
    ("Apr", "Apr"),
    ("Mei", "May"),
    ("Jun", "Jun"),
    ("Jul", "Jul"),
    ("Agu", "Aug"),
    ("Sep", "Sep"),
    ("Okt", "Oct"),
    ("Nov", "Nov"),
    ("Des", "Dec"),
];

/// The office's zone.
pub(super) fn zone() -> TimeZone {
    TimeZone::get(ZONE).expect("the zones are compiled in")
}

/// A moment in the office's zone.
pub(super) fn local(at: Timestamp) -> ZonedDateTime {
    at.to_zoned_datetime(zone())
}

/// A day: `Senin, 30 Nov 2026`.
pub(super) fn day(date: Date, language: Language) -> String {
    let (indonesian, english) = match date.weekday() {
        Weekday::Monday => ("Senin", "Monday"),
        Weekday::Tuesday => ("Selasa", "Tuesday"),
        Weekday::Wednesday => ("Rabu", "Wednesday"),
        Weekday::Thursday => ("Kamis", "Thursday"),
        Weekday::Friday => ("Jumat", "Friday"),
        Weekday::Saturday => ("Sabtu", "Saturday"),
        Weekday::Sunday => ("Minggu", "Sunday"),
    };
    let month = usize::try_from(date.month() - 1).ok().and_then(|month| MONTHS.get(month)).unwrap_or(&("", ""));
    match language {
        Language::Indonesian => format!("{indonesian}, {} {} {}", date.day(), month.0, date.year()),
        Language::English => format!("{english}, {} {} {}", date.day(), month.1, date.year()),
    }
}

/// A time of day: `09.30`.
pub(super) fn clock(at: Timestamp, language: Language) -> String {
    local(at).strftime(if language == Language::English { "%H:%M" } else { "%H.%M" }).to_string()
}

/// A moment: `Senin, 30 Nov 2026 pukul 09.30 WIB`.
pub(super) fn moment(at: Timestamp, language: Language) -> String {
    let between = if language == Language::English { "at" } else { "pukul" };
    format!("{} {between} {} WIB", day(local(at).date(), language), clock(at, language))
}

/// `/`: where everything is.
pub(super) async fn index(State(pages): State<Pages>, RawQuery(query): RawQuery) -> Response {
    let world = &pages.world;
    let answers = world.google().values(world.google().form_tab()).len().saturating_sub(1);
    let facts = context! {
        page => "index",
        answers,
        hosts => world.zoom().hosts().len(),
        meetings => world.zoom().all_meetings().len(),
        letters => world.mail().count(),
        faults => world.faults().list().len(),
        now => moment(world.clock().now(), Language::of(query.as_deref())),
    };
    pages.show("index.html", Language::of(query.as_deref()), facts)
}

/// Any other address.
pub(super) async fn missing(State(pages): State<Pages>, RawQuery(query): RawQuery) -> Response {
    pages.not_found(Language::of(query.as_deref()))
}
