//! What a spreadsheet's locale decides: separators, the order of day and month, default patterns, month names.
//! The table holds the locales that matter here; an unknown one gets what its language usually has, or `en_US`.

/// The order of the parts of a typed date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Order {
    /// 31/12/2026.
    DayMonthYear,
    /// 12/31/2026.
    MonthDayYear,
    /// 2026/12/31.
    YearMonthDay,
}

/// The conventions of one locale.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Locale {
    /// Decimal separator.
    pub(crate) decimal: char,
    /// Thousands separator.
    pub(crate) group: char,
    /// Order of a typed date.
    pub(crate) order: Order,
    /// Pattern of a date without an own pattern.
    pub(crate) date: &'static str,
    /// Pattern of a time without an own pattern.
    pub(crate) time: &'static str,
    /// Pattern of a date with time without an own pattern.
    pub(crate) date_time: &'static str,
    /// Whether a dot separates hours and minutes, as in `09.30`.
    pub(crate) dotted_time: bool,
    /// Currency sign that typed amounts may carry, and the pattern they get.
    pub(crate) currency: (&'static str, &'static str),
    /// Full month names, January first.
    pub(crate) months: &'static [&'static str; 12],
    /// Full names of the days, Sunday first.
    pub(crate) days: &'static [&'static str; 7],
}

const ENGLISH_MONTHS: [&str; 12] =
    ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];
const ENGLISH_DAYS: [&str; 7] = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
const INDONESIAN_MONTHS: [&str; 12] =
    ["Januari", "Februari", "Maret", "April", "Mei", "Juni", "Juli", "Agustus", "September", "Oktober", "November", "Desember"];
const INDONESIAN_DAYS: [&str; 7] = ["Minggu", "Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu"];
const FRENCH_MONTHS: [&str; 12] =
    ["janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre"];
const FRENCH_DAYS: [&str; 7] = ["dimanche", "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi"];

const US: Locale = Locale {
    decimal: '.',
    group: ',',
    order: Order::MonthDayYear,
    date: "M/d/yyyy",
    time: "h:mm:ss AM/PM",
    date_time: "M/d/yyyy H:mm:ss",
    dotted_time: false,
    currency: ("$", "\"$\"#,##0.00"),
    months: &ENGLISH_MONTHS,
    days: &ENGLISH_DAYS,
};

const GB: Locale = Locale {
    order: Order::DayMonthYear,
    date: "dd/MM/yyyy",
    time: "HH:mm:ss",
    date_time: "dd/MM/yyyy HH:mm:ss",
    currency: ("£", "\"£\"#,##0.00"),
    ..US
};

const INDONESIA: Locale = Locale {
    decimal: ',',
    group: '.',
    order: Order::DayMonthYear,
    date: "dd/MM/yyyy",
    time: "H.mm.ss",
    date_time: "dd/MM/yyyy H.mm.ss",
    dotted_time: true,
    currency: ("Rp", "\"Rp\"#,##0"),
    months: &INDONESIAN_MONTHS,
    days: &INDONESIAN_DAYS,
};

const FRANCE: Locale = Locale {
    decimal: ',',
    group: '\u{202f}',
    currency: ("€", "#,##0.00 \"€\""),
    months: &FRENCH_MONTHS,
    days: &FRENCH_DAYS,
    ..GB
};

const GERMANY: Locale = Locale {
    decimal: ',',
    group: '.',
    date: "dd.MM.yyyy",
    date_time: "dd.MM.yyyy HH:mm:ss",
    currency: ("€", "#,##0.00 \"€\""),
    ..GB
};

const JAPAN: Locale = Locale {
    order: Order::YearMonthDay,
    date: "yyyy/MM/dd",
    time: "H:mm:ss",
    date_time: "yyyy/MM/dd H:mm:ss",
    currency: ("¥", "\"¥\"#,##0"),
    ..US
};

/// The conventions of a locale code such as `en_US`, `in_ID` (Google's code of Indonesia), `id_ID` or `id`.
pub(crate) fn of(code: &str) -> Locale {
    let language = code.split(['_', '-']).next().unwrap_or_default();
    match (code, language) {
        ("en_US" | "en", _) => US,
        (_, "in" | "id") => INDONESIA,
        (_, "en") => GB,
        (_, "fr") => FRANCE,
        (_, "de" | "es" | "it" | "nl" | "pt" | "tr") => GERMANY,
        (_, "ja" | "zh" | "ko") => JAPAN,
        _ => US,
    }
}
