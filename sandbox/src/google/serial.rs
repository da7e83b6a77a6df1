//! Serial numbers: days since 1899-12-30 with the time of day as fraction (discovery document, `DateTimeRenderOption`).
//! They carry no zone. What must not be here: patterns and locales.

use jiff::civil::{Date, DateTime, Time, date};

/// Seconds of a day.
pub(crate) const DAY: i64 = 86_400;

/// The day that has the serial number 0.
const EPOCH: Date = date(1899, 12, 30);

/// The serial number of a day.
pub(crate) fn of_date(day: Date) -> f64 {
    f64::from((day - EPOCH).get_days())
}

/// The fraction of a time of day, to the nanosecond.
pub(crate) fn of_time(time: Time) -> f64 {
    let seconds = f64::from(time.hour()) * 3600.0 + f64::from(time.minute()) * 60.0 + f64::from(time.second());
    (seconds + f64::from(time.subsec_nanosecond()) / 1e9) / 86_400.0
}

/// The serial number of a wall-clock moment.
pub(crate) fn of_datetime(at: DateTime) -> f64 {
    of_date(at.date()) + of_time(at.time())
}

/// `f64` to whole, saturating.
#[expect(clippy::cast_possible_truncation, reason = "`as` saturates, and callers pass rounded values")]
pub(crate) fn whole(value: f64) -> i64 {
    value as i64
}

/// `i64` to `f64`, exact for everything that a sheet can show.
#[expect(clippy::cast_precision_loss, reason = "values stay far below 2^53")]
pub(crate) fn real(value: i64) -> f64 {
    value as f64
}

/// The wall-clock moment of a serial number, to the millisecond; `None` outside the years that exist.
pub(crate) fn to_datetime(serial: f64) -> Option<DateTime> {
    let ms = whole((serial * 86_400_000.0).round());
    let days = ms.div_euclid(DAY * 1000);
    let rest = ms.rem_euclid(DAY * 1000);
    let day = EPOCH.checked_add(jiff::Span::new().try_days(days).ok()?).ok()?;
    let time = Time::midnight().checked_add(jiff::SignedDuration::from_millis(rest)).ok()?;
    Some(day.to_datetime(time))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_documented_serials_hold() {
        let at = |y, m, d, h, min, s| date(y, m, d).at(h, min, s, 0);
        assert!((of_datetime(at(1900, 1, 1, 12, 0, 0)) - 2.5).abs() < 1e-9);
        assert!((of_datetime(at(1900, 2, 1, 15, 0, 0)) - 33.625).abs() < 1e-9);
        assert!((of_date(date(2020, 1, 1)) - 43831.0).abs() < 1e-9);
        assert!((of_datetime(at(2026, 2, 3, 13, 11, 57)) - 46_056.549_965_277_78).abs() < 1e-8);
        assert_eq!(to_datetime(46_056.549_965_277_78), Some(at(2026, 2, 3, 13, 11, 57)));
        assert_eq!(to_datetime(0.375), Some(at(1899, 12, 30, 9, 0, 0)));
    }
}
