//! Dates and times as people in the office write them. The words come from Unicode's CLDR.

use icu_calendar::Date as IcuDate;
use icu_datetime::DateTimeFormatter;
use icu_datetime::fieldsets::{YMD, YMDE};
use icu_locale_core::{Locale, locale};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::slot::Slot;

/// The language of words for people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Language {
    /// Indonesian.
    Id,
    /// English.
    En,
}

impl Language {
    /// The language's code, also the name of its folder of templates.
    pub fn code(self) -> &'static str {
        match self {
            Language::Id => "id",
            Language::En => "en",
        }
    }

    /// A number with its thousands apart: `1.000`, in English `1,000`.
    pub fn count(self, number: u64) -> String {
        let mark = if self == Language::Id { '.' } else { ',' };
        let digits = number.to_string();
        let mut grouped = String::new();
        for (index, digit) in digits.chars().enumerate() {
            if index > 0 && (digits.len() - index).is_multiple_of(3) {
                grouped.push(mark);
            }
            grouped.push(digit);
        }
        grouped
    }

    fn locale(self) -> Locale {
        match self {
            Language::Id => locale!("id"),
            // Day before month, as the office writes it in English too.
            Language::En => locale!("en-GB"),
        }
    }
}

/// Writes dates and times in one language and zone.
#[derive(Debug, Clone)]
pub struct Wording {
    /// The language.
    pub language: Language,
    /// The office's zone.
    pub zone: TimeZone,
}

impl Wording {
    /// `Senin, 30 November 2026`.
    pub fn long_date(&self, date: Date) -> String {
        let formatter = DateTimeFormatter::try_new(self.language.locale().into(), YMDE::long());
        match (formatter, icu(date)) {
            (Ok(formatter), Some(day)) => formatter.format(&day).to_string(),
            _ => date.to_string(),
        }
    }

    /// `Sen, 30 Nov 2026`.
    pub fn short_date(&self, date: Date) -> String {
        let formatter = DateTimeFormatter::try_new(self.language.locale().into(), YMDE::medium());
        match (formatter, icu(date)) {
            (Ok(formatter), Some(day)) => formatter.format(&day).to_string(),
            _ => date.to_string(),
        }
    }

    /// `30 Nov 2026`.
    fn bare_date(&self, date: Date) -> String {
        let formatter = DateTimeFormatter::try_new(self.language.locale().into(), YMD::medium());
        match (formatter, icu(date)) {
            (Ok(formatter), Some(day)) => formatter.format(&day).to_string(),
            _ => date.to_string(),
        }
    }

    /// The day on which an instant falls.
    pub fn day_of(&self, at: Timestamp) -> Date {
        self.zone.to_datetime(at).date()
    }

    /// `09.00`, in English `09:00`.
    pub fn clock(&self, at: Timestamp) -> String {
        self.clock_text(self.zone.to_datetime(at).time())
    }

    /// A time of day in the language's way.
    pub fn clock_text(&self, time: jiff::civil::Time) -> String {
        let pattern = if self.language == Language::Id { "%H.%M" } else { "%H:%M" };
        time.strftime(pattern).to_string()
    }

    /// `WIB`, or what the zone is called at that instant.
    pub fn zone_name(&self, at: Timestamp) -> String {
        at.to_zoned_datetime(self.zone.clone()).strftime("%Z").to_string()
    }

    /// `09.00–11.30 WIB`; the last day is named where it differs.
    pub fn time_range(&self, slot: Slot) -> String {
        let (first, last) = (self.day_of(slot.start), self.day_of(slot.end));
        let end =
            if first == last { self.clock(slot.end) } else { format!("{} {}", self.short_date(last), self.clock(slot.end)) };
        format!("{}–{end} {}", self.clock(slot.start), self.zone_name(slot.start))
    }

    /// `Sen, 30 Nov 2026 09.00–11.30 WIB`: how Loket read the request, for the sheet.
    pub fn schedule(&self, slot: Slot) -> String {
        format!("{} {}", self.short_date(self.day_of(slot.start)), self.time_range(slot))
    }

    /// `24 Nov 2026 10.05`.
    pub fn moment(&self, at: Timestamp) -> String {
        format!("{} {}", self.bare_date(self.day_of(at)), self.clock(at))
    }

    /// `Selasa, 24 November 2026 pukul 10.05 WIB`.
    pub fn long_moment(&self, at: Timestamp) -> String {
        format!("{} {}", self.long_date(self.day_of(at)), self.clock_moment(at))
    }

    /// The same without the day where it is the day of `from`: `pukul 10.05 WIB`.
    pub fn moment_after(&self, at: Timestamp, from: Timestamp) -> String {
        if self.day_of(at) == self.day_of(from) { self.clock_moment(at) } else { self.long_moment(at) }
    }

    fn clock_moment(&self, at: Timestamp) -> String {
        let word = if self.language == Language::Id { "pukul" } else { "at" };
        format!("{word} {} {}", self.clock(at), self.zone_name(at))
    }
}

fn icu(date: Date) -> Option<IcuDate<icu_calendar::Iso>> {
    let (month, day) = (u8::try_from(date.month()).ok()?, u8::try_from(date.day()).ok()?);
    IcuDate::try_new_iso(i32::from(date.year()), month, day).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_stand_apart() {
        assert_eq!(Language::Id.count(100), "100");
        assert_eq!(Language::Id.count(1000), "1.000");
        assert_eq!(Language::En.count(1_234_567), "1,234,567");
    }

    #[test]
    fn dates_and_times_read_as_the_office_writes_them() {
        let slot = Slot { start: "2026-11-30T02:00:00Z".parse().unwrap(), end: "2026-11-30T04:30:00Z".parse().unwrap() };
        let id = Wording { language: Language::Id, zone: TimeZone::get("Asia/Jakarta").unwrap() };
        assert_eq!(id.schedule(slot), "Sen, 30 Nov 2026 09.00–11.30 WIB");
        assert_eq!(id.long_date(id.day_of(slot.start)), "Senin, 30 November 2026");
        assert_eq!(id.moment(slot.start), "30 Nov 2026 09.00");
        assert_eq!(id.long_moment(slot.start), "Senin, 30 November 2026 pukul 09.00 WIB");
        let en = Wording { language: Language::En, zone: TimeZone::get("Asia/Makassar").unwrap() };
        assert_eq!(en.schedule(slot), "Mon, 30 Nov 2026 10:00–12:30 WITA");
        assert_eq!(en.long_date(en.day_of(slot.start)), "Monday, 30 November 2026");
    }
}
