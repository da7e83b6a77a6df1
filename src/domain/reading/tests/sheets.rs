//! Typed text that Google took for a number or a date, in sheets of either locale.

use super::*;

fn day(number: f64, month_first: bool, pattern: &str, change: impl FnOnce(&mut Display)) -> Result<Date, Problem> {
    let mut answer = answer(&[(Field::Date, Cell::Number(number))]);
    answer.display.month_first = month_first;
    if !pattern.is_empty() {
        answer.display.patterns.insert(Field::Date, pattern.to_owned());
    }
    change(&mut answer.display);
    let read = read(&answer, answer.submitted_at, &questions(&HEADERS), &rules());
    read.map(|request| rules().zone.to_datetime(request.slot.start).date()).map_err(|mut problems| problems.remove(0))
}

fn serial(year: i16, month: i8, day: i8) -> f64 {
    crate::domain::serial::of(date(year, month, day).at(0, 0, 0, 0)).unwrap()
}

fn asked(text: &str, dates: Vec<Date>) -> Result<Date, Problem> {
    Err(Problem::Day(Field::Date, text.into(), DayTrouble::Which(dates)))
}

#[test]
fn a_day_that_was_typed_day_first_is_turned_back() {
    let (april, december) = (serial(2026, 4, 12), date(2026, 12, 4));
    let none = |_: &mut Display| {};
    // No question for a date writes these formats.
    for pattern in ["m/d/yy", "m-d-yyyy", "M/d"] {
        assert_eq!(day(april, true, pattern, none), Ok(december), "{pattern}");
    }
    // These leave no doubt about the month.
    for pattern in ["yyyy-mm-dd", "mmmm d, yyyy", "d mmm yyyy"] {
        assert_eq!(day(serial(2026, 12, 4), true, pattern, none), Ok(december), "{pattern}");
    }
    // In an Indonesian sheet it was right from the beginning.
    assert_eq!(day(serial(2026, 12, 4), false, "dd/MM/yyyy", none), Ok(december));
}

#[test]
fn where_the_format_does_not_tell_the_column_does_or_it_is_asked() {
    let (april, december) = (serial(2026, 4, 12), date(2026, 12, 4));
    let typed = |display: &mut Display| _ = display.typed.insert(Field::Date);
    let picked = |display: &mut Display| _ = display.picked.insert(Field::Date);
    let none = |_: &mut Display| {};
    assert_eq!(day(april, true, "M/d/yyyy", typed), Ok(december));
    assert_eq!(day(serial(2026, 12, 4), true, "M/d/yyyy", picked), Ok(december));
    // The day as it stands is past, the other way round it is not.
    assert_eq!(day(april, true, "M/d/yyyy", none), asked("4/12/2026", vec![december]));
    assert_eq!(day(serial(2026, 12, 4), true, "M/d/yyyy", none), Ok(december), "the other way round it is past");
    let both = vec![date(2027, 2, 3), date(2027, 3, 2)];
    assert_eq!(day(serial(2027, 3, 2), true, "M/d/yyyy", none), asked("3/2/2027", both));
    assert_eq!(day(serial(2026, 12, 31), true, "M/d/yyyy", none), Ok(date(2026, 12, 31)), "no such day the other way round");
}

#[test]
fn a_day_without_a_year_is_the_next_such_day() {
    let none = |_: &mut Display| {};
    // Google fills in the year in which it is typed.
    assert_eq!(day(serial(2026, 1, 3), false, "d mmmm", none), Ok(date(2027, 1, 3)));
    assert_eq!(day(serial(2026, 3, 1), true, "m/d", none), Ok(date(2027, 1, 3)));
    let passed = DayTrouble::Passed { next: date(2027, 11, 20) };
    assert_eq!(day(serial(2026, 11, 20), false, "d mmmm", none), Err(Problem::Day(Field::Date, "20/11/2026".into(), passed)));
    let unclear = Err(Problem::Day(Field::Date, "4/5/2026".into(), DayTrouble::Unclear));
    assert_eq!(day(serial(2026, 5, 4), false, "d-m", none), unclear);
}

#[test]
fn figures_that_became_numbers_are_read_or_asked() {
    let none = |_: &mut Display| {};
    assert_eq!(day(4.12, true, "", none), Ok(date(2026, 12, 4)));
    assert_eq!(day(4_122_026.0, true, "", none), Ok(date(2026, 12, 4)));
    assert_eq!(day(20_261_204.0, true, "", none), Ok(date(2026, 12, 4)));
    assert_eq!(day(4.1, true, "", none), asked("4.1", vec![date(2027, 1, 4)]), "the 4 October has just passed");
    assert!(matches!(day(4.0, true, "", none), Err(Problem::Day(_, _, DayTrouble::NoMonth { .. }))));
    let start = |number: f64| {
        let read = check(&[(Field::Start, Cell::Number(number)), (Field::End, Cell::Number(23.0 / 24.0))]);
        let long = |problem: &Problem| matches!(problem, Problem::TooLong { .. });
        match read {
            Ok(request) => rules().zone.to_datetime(request.slot.start).strftime("%H:%M").to_string(),
            Err(problems) if problems.iter().all(long) => "long".to_owned(),
            Err(mut problems) => match problems.remove(0) {
                Problem::Clock(_, _, ClockTrouble::Which(times)) => format!("?{}", times[0].strftime("%H:%M")),
                _ => "problem".to_owned(),
            },
        }
    };
    for (number, expect) in [
        (15.3, "15:30"),
        (15.15, "15:15"),
        (15.05, "15:05"),
        (16.0, "16:00"),
        (1530.0, "15:30"),
        (2.0, "?14:00"),
        (2.3, "?14:30"),
        (9.5, "?09:30"),
    ] {
        assert_eq!(start(number), expect, "{number}");
    }
    for number in [15.7, 25.0, 15.333, -3.0, 46_356.0, 99_999.0] {
        assert_eq!(start(number), "problem", "{number}");
    }
}

#[test]
fn numbers_of_people_that_lost_their_dots_are_asked() {
    let count = |number: f64, month_first: bool| {
        let mut answer = answer(&[(Field::Participants, Cell::Number(number))]);
        answer.display.month_first = month_first;
        read(&answer, answer.submitted_at, &questions(&HEADERS), &rules()).map(|request| request.participants)
    };
    let asked = |text: &str, likely: Vec<u32>| Err(vec![Problem::Count(Field::Participants, text.into(), likely)]);
    assert_eq!(count(50.0, true), Ok(Some(50)));
    assert_eq!(count(1000.0, false), Ok(Some(1000)));
    assert_eq!(count(0.0, false), Ok(None));
    assert_eq!(count(1.5, true), asked("1.5", vec![1500]));
    assert_eq!(count(1.0, true), asked("1", vec![1, 1000]));
    // `10-12` became a day.
    assert_eq!(count(46_366.0, false), asked("46366", vec![]));
}

#[test]
fn formats_are_looked_up_only_where_they_could_tell_something() {
    let needs = |number: f64, month_first: bool| {
        let mut answer = answer(&[(Field::Date, Cell::Number(number))]);
        answer.display.month_first = month_first;
        needs_patterns(&answer)
    };
    assert!(!needs(serial(2026, 12, 4), false));
    assert!(needs(serial(2026, 12, 4), true));
    assert!(!needs(serial(2026, 12, 31), true));
    assert!(needs(serial(2026, 4, 12), false), "a day that is past may lack its year");
}
