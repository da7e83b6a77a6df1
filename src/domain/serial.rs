//! Google's serial numbers: days since 30 December 1899, the fraction being the time of day
//! (Sheets API reference, `DateTimeRenderOption`). They carry no zone: wall-clock time.

use jiff::civil::{Date, DateTime, Time, date};
use jiff::{Span, ToSpan};

const SECONDS_PER_DAY: f64 = 86_400.0;
const MILLISECONDS_PER_DAY: f64 = 86_400_000.0;
/// Serials from the year 2000 on count as dates; below stand numbers that people typed.
const FIRST_DATE: f64 = 36_526.0;
/// The year 2200: later is no date that anybody books.
const LAST_DATE: f64 = 109_575.0;

/// How many parts of a day a serial is, to the nearest.
fn parts(serial: f64, per_day: f64) -> Option<i64> {
    let value = (serial * per_day).round();
    #[expect(clippy::cast_possible_truncation, reason = "bounded by the check beside it, far inside i64")]
    (value.is_finite() && value.abs() < 1e16).then_some(value as i64)
}

fn at(serial: f64, per_day: f64, span: fn(i64) -> Span) -> Option<DateTime> {
    if !(FIRST_DATE..LAST_DATE).contains(&serial) {
        return None;
    }
    date(1899, 12, 30).at(0, 0, 0, 0).checked_add(span(parts(serial, per_day)?)).ok()
}

/// The moment that a serial with a date in it means, to the nearest second.
pub fn datetime(serial: f64) -> Option<DateTime> {
    at(serial, SECONDS_PER_DAY, ToSpan::seconds)
}

/// The moment that a serial with a date in it means, to the millisecond: Forms may stamp an answer with a fraction of a second, by which
/// answers of one second are told apart. A double holds a day of this century to less than a microsecond.
pub fn instant(serial: f64) -> Option<DateTime> {
    at(serial, MILLISECONDS_PER_DAY, ToSpan::milliseconds)
}

/// The day that a serial means; a time of day in it is left out.
pub fn day(serial: f64) -> Option<Date> {
    datetime(serial).map(DateTime::date)
}

/// The time of day that a pure fraction means (0.375 is 09:00), to the nearest second.
pub fn time(serial: f64) -> Option<Time> {
    if !(0.0..1.0).contains(&serial) {
        return None;
    }
    let second = parts(serial, SECONDS_PER_DAY)?;
    let small = |value: i64| i8::try_from(value).ok();
    Time::new(small(second / 3600)?, small(second / 60 % 60)?, small(second % 60)?, 0).ok()
}

/// The serial of a moment.
pub fn of(moment: DateTime) -> Option<f64> {
    let since = date(1899, 12, 30).at(0, 0, 0, 0);
    let seconds = moment.duration_since(since).as_secs();
    #[expect(clippy::cast_precision_loss, reason = "seconds since 1899 are far below 2^53")]
    Some(seconds as f64 / SECONDS_PER_DAY)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn recorded_serials_are_read_to_the_second() {
        assert_eq!(day(43_831.0), Some(date(2020, 1, 1)));
        assert_eq!(datetime(46_056.549_965_277_78), Some(date(2026, 2, 3).at(13, 11, 57, 0)));
        assert_eq!(time(0.375), Some(jiff::civil::time(9, 0, 0, 0)));
        assert_eq!(time(0.999_999_9), None, "rounds up to the next day: no time of this one");
        assert_eq!(datetime(9.3), None);
        assert_eq!(instant(46_350.5 + 0.25 / 86_400.0), Some(date(2026, 11, 24).at(12, 0, 0, 250_000_000)));
        assert_eq!(instant(46_056.549_965_277_78), Some(date(2026, 2, 3).at(13, 11, 57, 0)), "a whole second is one");
    }

    proptest::proptest! {
        #[test]
        fn a_moment_comes_back_from_its_serial(second in 946_684_800_i64..7_000_000_000) {
            let moment = jiff::Timestamp::from_second(second).unwrap().to_zoned_datetime(jiff::tz::TimeZone::UTC).datetime();
            proptest::prop_assert_eq!(datetime(of(moment).unwrap()), Some(moment));
        }
        #[test]
        fn no_number_panics(serial in proptest::num::f64::ANY) {
            let _ = (datetime(serial), instant(serial), time(serial), day(serial));
        }
    }
}
