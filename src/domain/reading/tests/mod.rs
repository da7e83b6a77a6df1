//! Reading answers: what Google Forms writes, what people type, and that nothing panics.

mod samples;
mod sheets;
mod spellings;

use std::collections::BTreeMap;

use jiff::SignedDuration;
use jiff::civil::date;

use super::*;
use crate::domain::answer::Display;

fn rules() -> Rules {
    Rules::of_a_plain_office()
}

const HEADERS: [&str; 14] = [
    "Timestamp",
    "Email Address",
    "Nama Pemohon",
    "Nama Kegiatan",
    "Tanggal Kegiatan",
    "Tanggal Selesai",
    "Waktu Mulai",
    "Waktu Selesai",
    "Jumlah Peserta",
    "Durasi",
    "Jenis Layanan",
    "Email Narahubung",
    "Sifat Kegiatan",
    "No. HP",
];

fn text(text: &str) -> Cell {
    Cell::Text(text.into())
}

/// A plain answer of Tuesday 24 November 2026, 10.00 WIB, for Monday 30 November 2026 from 09.00 to 11.30, with changes.
fn answer(changes: &[(Field, Cell)]) -> Answer {
    let mut cells = BTreeMap::from([
        (Field::Email, text("ana@example.go.id")),
        (Field::Applicant, text("Ana")),
        (Field::Topic, text("Rapat")),
        (Field::Date, Cell::Number(46_356.0)),
        (Field::Start, Cell::Number(0.375)),
        (Field::End, Cell::Number(11.5 / 24.0)),
    ]);
    for (field, cell) in changes {
        cells.insert(*field, cell.clone());
    }
    let submitted_at = "2026-11-24T03:00:00Z".parse().unwrap();
    Answer { submitted_at, cells, others: vec![], display: Display::default() }
}

fn questions(headers: &[&str]) -> Questions {
    let headers: Vec<String> = headers.iter().map(|h| (*h).to_owned()).collect();
    Questions::find(&headers, &BTreeMap::new(), |_| false).0
}

fn check_with(headers: &[&str], rules: &Rules, changes: &[(Field, Cell)]) -> Result<Request, Vec<Problem>> {
    let answer = answer(changes);
    read(&answer, answer.submitted_at, &questions(headers), rules)
}

fn check(changes: &[(Field, Cell)]) -> Result<Request, Vec<Problem>> {
    check_with(&HEADERS, &rules(), changes)
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

#[test]
fn an_answer_as_forms_writes_it_is_read() {
    let request = check(&[(Field::Participants, Cell::Number(50.0))]).unwrap();
    assert_eq!(request.slot, Slot { start: at("2026-11-30T02:00:00Z"), end: at("2026-11-30T04:30:00Z") });
    assert_eq!((request.participants, request.open_end, request.several_days), (Some(50), false, false));
}

#[test]
fn all_problems_are_told_at_once() {
    let problems = check(&[
        (Field::Email, text("ana")),
        (Field::Topic, Cell::Empty),
        (Field::Date, text("31 November 2026")),
        (Field::Start, text("jam 2")),
        (Field::End, Cell::Empty),
        (Field::Participants, text("50 atau 60")),
        (Field::ContactEmail, text("budi@")),
    ])
    .unwrap_err();
    let two = jiff::civil::time(14, 0, 0, 0);
    assert_eq!(
        problems,
        [
            Problem::BadEmail(Field::Email, "ana".into()),
            Problem::Missing(Field::Topic),
            Problem::Day(Field::Date, "31 November 2026".into(), DayTrouble::NoSuchDay),
            Problem::Clock(Field::Start, "jam 2".into(), ClockTrouble::Which(vec![two])),
            Problem::Missing(Field::End),
            Problem::Count(Field::Participants, "50 atau 60".into(), vec![50, 60]),
            Problem::BadEmail(Field::ContactEmail, "budi@".into()),
        ]
    );
}

#[test]
fn the_rules_of_time_are_held() {
    let first = |changes: &[(Field, Cell)]| check(changes).unwrap_err().remove(0);
    let nine = at("2026-11-30T02:00:00Z");
    assert_eq!(
        first(&[(Field::End, Cell::Number(1.0 / 3.0))]),
        Problem::EndBeforeStart { start: nine, end: at("2026-11-30T01:00:00Z") }
    );
    assert_eq!(first(&[(Field::End, Cell::Number(0.75))]), Problem::TooLong { minutes: 540, longest: 480 });
    assert_eq!(first(&[(Field::Date, Cell::Number(46_350.0))]), Problem::TooSoon { earliest: at("2026-11-24T03:30:00Z") });
    assert_eq!(first(&[(Field::Date, text("4 Desember 2062"))]), Problem::TooFar { date: date(2062, 12, 4) });
    assert_eq!(first(&[(Field::End, Cell::Empty)]), Problem::Missing(Field::End));
    assert_eq!(first(&[(Field::End, Cell::Number(0.376))]), Problem::TooShort { minutes: 2 });
    let backwards = Problem::LastDayFirst { first: date(2026, 11, 30), last: date(2026, 11, 29) };
    assert_eq!(first(&[(Field::EndDate, Cell::Number(46_355.0))]), backwards);
}

#[test]
fn the_office_is_closed_on_some_days_and_hours() {
    let office = Rules {
        working_days: vec![jiff::civil::Weekday::Monday, jiff::civil::Weekday::Friday],
        working_hours: Some((jiff::civil::time(8, 0, 0, 0), jiff::civil::time(16, 0, 0, 0))),
        holidays: BTreeMap::from([(date(2026, 12, 4), "Hari Uji".to_owned())]),
        ..rules()
    };
    let problems = |changes: &[(Field, Cell)]| check_with(&HEADERS, &office, changes).err().unwrap_or_default();
    assert_eq!(problems(&[]), []);
    let closed = |date: Date, holiday: &str, next: Date| Problem::ClosedDay { date, holiday: holiday.into(), next };
    let (friday, monday) = (date(2026, 12, 4), date(2026, 12, 7));
    assert_eq!(problems(&[(Field::Date, text("1 Desember 2026"))]), [closed(date(2026, 12, 1), "", monday)]);
    assert_eq!(problems(&[(Field::Date, text("4 Desember 2026"))]), [closed(friday, "Hari Uji", monday)]);
    let hours = Problem::ClosedHours { from: jiff::civil::time(8, 0, 0, 0), until: jiff::civil::time(16, 0, 0, 0) };
    assert_eq!(problems(&[(Field::Start, text("07.30"))]), std::slice::from_ref(&hours));
    assert_eq!(problems(&[(Field::Start, text("15.00")), (Field::End, text("16.30"))]), std::slice::from_ref(&hours));
    assert_eq!(problems(&[(Field::Start, text("15.00")), (Field::End, text("selesai"))]), []);
    assert_eq!(problems(&[(Field::Start, text("16.00")), (Field::End, text("selesai"))]), [hours]);
}

#[test]
fn ends_are_told_in_several_ways_and_have_to_agree() {
    let slot = |changes: &[(Field, Cell)]| check(changes).map(|request| (request.slot.minutes(), request.open_end));
    let start = |typed: &str| (Field::Start, text(typed));
    assert_eq!(slot(&[start("09.00-11.30")]), Ok((150, false)));
    assert_eq!(slot(&[start("09.00-11.30"), (Field::End, Cell::Empty)]), Ok((150, false)));
    assert_eq!(slot(&[start("09.00 s.d. selesai"), (Field::End, Cell::Empty)]), Ok((120, true)));
    assert_eq!(slot(&[start("09.00 s.d. selesai")]), Ok((150, false)), "the question for the end tells it");
    assert_eq!(slot(&[(Field::End, text("2 jam"))]), Ok((120, false)));
    assert_eq!(slot(&[(Field::End, text("24.00")), start("20.00")]), Ok((240, false)));
    assert_eq!(slot(&[(Field::Duration, text("2 jam 30 menit"))]), Ok((150, false)));
    let two = Problem::TwoEnds { one: at("2026-11-30T04:30:00Z"), other: at("2026-11-30T04:00:00Z") };
    assert_eq!(slot(&[(Field::Duration, text("2 jam"))]), Err(vec![two]));
}

#[test]
fn a_zone_named_in_one_cell_holds_for_its_partner() {
    let slot = |headers: &[&str], start: &str, end: &str| {
        let request = check_with(headers, &rules(), &[(Field::Start, text(start)), (Field::End, text(end))]).unwrap();
        let wall = |at: Timestamp| rules().zone.to_datetime(at).strftime("%H.%M").to_string();
        (wall(request.slot.start), wall(request.slot.end))
    };
    let expect = |start: &str, end: &str| (start.to_owned(), end.to_owned());
    assert_eq!(slot(&HEADERS, "09.00 WITA", "11.00"), expect("08.00", "10.00"));
    assert_eq!(slot(&HEADERS, "09.00", "11.00 WITA"), expect("08.00", "10.00"));
    assert_eq!(slot(&HEADERS, "09.00 WITA", "11.00 WIB"), expect("08.00", "11.00"));
    let mut headers = HEADERS;
    headers[6] = "Waktu Mulai (WIT)";
    assert_eq!(slot(&headers, "09.00", "11.00"), expect("07.00", "09.00"));
    assert_eq!(slot(&headers, "09.00 WIB", "11.00"), expect("09.00", "11.00"));
}

#[test]
fn one_cell_may_hold_day_and_time() {
    let mut headers = HEADERS;
    headers[4] = "Tanggal Surat";
    headers[6] = "Hari/Tanggal/Jam";
    let slot = |start: Cell, end: Cell| {
        check_with(&headers, &rules(), &[(Field::Date, Cell::Empty), (Field::Start, start), (Field::End, end)]).map(|r| r.slot)
    };
    let expect = Slot { start: at("2026-11-30T02:00:00Z"), end: at("2026-11-30T04:30:00Z") };
    assert_eq!(slot(text("Senin, 30 November 2026, 09.00-11.30 WIB"), Cell::Empty), Ok(expect));
    assert_eq!(slot(text("30/11/2026 jam 9 pagi"), text("11.30")), Ok(expect));
    assert_eq!(slot(Cell::Number(46_356.375), Cell::Number(11.5 / 24.0)), Ok(expect));
    assert_eq!(slot(text("2026-11-30 09:00"), text("11.30")), Ok(expect));
    assert_eq!(slot(text("30 November 2026"), text("11.30")), Err(vec![Problem::Missing(Field::Start)]));
    assert_eq!(slot(Cell::Empty, text("11.30")), Err(vec![Problem::Missing(Field::Start)]));
    // With a question for the day beside it, both have to agree.
    let both = |start: &str| check(&[(Field::Start, text(start))]).map(|request| request.slot);
    assert_eq!(both("30 November 2026 09.00"), Ok(expect));
    let other = ClockTrouble::OtherDay(date(2026, 12, 1));
    assert_eq!(both("1 Desember 2026 09.00"), Err(vec![Problem::Clock(Field::Start, "1 Desember 2026 09.00".into(), other)]));
}

#[test]
fn a_header_names_the_unit_of_a_duration() {
    let minutes = |header: &str, cell: Cell| {
        let mut headers = HEADERS;
        headers[9] = header;
        check_with(&headers, &rules(), &[(Field::End, Cell::Empty), (Field::Duration, cell)]).map(|r| r.slot.minutes())
    };
    assert_eq!(minutes("Durasi (jam)", Cell::Number(1.5)), Ok(90));
    assert_eq!(minutes("Durasi (jam)", text("1,5")), Ok(90));
    assert_eq!(minutes("Durasi (jam)", text("90 menit")), Ok(90));
    assert_eq!(minutes("Durasi (jam)", Cell::Number(0.0625)), Ok(90), "a question for a duration");
    assert_eq!(minutes("Durasi (menit)", Cell::Number(45.0)), Ok(45));
    assert_eq!(minutes("Durasi", Cell::Number(0.0625)), Ok(90));
    let which = |minutes: Vec<i64>| Err(vec![Problem::Length(Field::Duration, "2".into(), LengthTrouble::Which(minutes))]);
    assert_eq!(minutes("Durasi", Cell::Number(2.0)), which(vec![120]));
    assert_eq!(minutes("Durasi", text("2")), which(vec![120]));
}

#[test]
fn addresses_that_could_leave_a_header_are_none() {
    for good in ["ana@example.go.id", "a.b+c@x.id"] {
        assert!(is_email(good), "{good}");
    }
    for bad in ["", "ana", "ana@example", "a@b.id\r\nBcc: x@y.id", "Ana <ana@b.id>", "a@b.id,c@d.id", "a b@c.id"] {
        assert!(!is_email(bad), "{bad}");
    }
}

/// What typed answers are made of, so that nearly right ones come up too.
const SCRAPS: &str = "(senin|jumat|minggu|1|2|4|04|30|31|2026|26|des|desember|november|xi|s\\.d\\.|-|/|,|dan|&|atau|jam|pukul|09\\.00|9|14|\
     siang|malam|pagi|setengah|wib|wita|selesai|besok|nanti|depan|ini|hari|orang|peserta|unit|per|x|daring|luring|termasuk|\\+|±|an|\
     menit|\\(|\\)|\\[|1\\.000|000|½|lewat|kurang|lebih|tgl|jum|at|di|aula|\\.|:)";

proptest::proptest! {
    #[test]
    fn no_text_panics(text in proptest::string::string_regex(".{0,60}").unwrap(), field in 1_usize..18) {
        let field = Field::all().nth(field).unwrap();
        let _ = check(&[(field, Cell::Text(text))]);
    }

    #[test]
    fn no_nearly_right_text_panics(parts in proptest::collection::vec(SCRAPS, 0..9), glue in "( |)", field in 5_usize..11) {
        let field = Field::all().nth(field).unwrap();
        let _ = check(&[(field, Cell::Text(parts.join(&glue)))]);
    }

    #[test]
    fn no_number_panics(number in proptest::num::f64::ANY, small in 0.0_f64..60_000.0, field in 1_usize..18, month_first: bool) {
        let field = Field::all().nth(field).unwrap();
        for number in [number, small, (small * 100.0).round() / 100.0] {
            let mut answer = answer(&[(field, Cell::Number(number))]);
            answer.display.month_first = month_first;
            let _ = (needs_patterns(&answer), read(&answer, answer.submitted_at, &questions(&HEADERS), &rules()));
        }
    }

    #[test]
    fn what_the_office_writes_is_read_back(day in 1_i64..700, quarter in 0_i64..95, english: bool) {
        use crate::domain::wording::{Language, Wording};
        let zone = rules().zone;
        let wording = Wording { language: if english { Language::En } else { Language::Id }, zone: zone.clone() };
        let start = zone.to_timestamp(date(2026, 11, 24).checked_add(day.days()).unwrap().at(0, 0, 0, 0)).unwrap();
        let start = start + SignedDuration::from_mins(15 * quarter);
        let end = start + SignedDuration::from_mins(15);
        let slot = Slot { start, end };
        let date = wording.day_of(start);
        for day in [wording.long_date(date), wording.short_date(date)] {
            let clock = wording.clock(end);
            let changes = [(Field::Date, text(&day)), (Field::Start, text(&wording.clock(start))), (Field::End, text(&clock))];
            proptest::prop_assert_eq!(check(&changes).map(|request| request.slot), Ok(slot), "{}", day);
            let range = [(Field::Date, text(&day)), (Field::Start, text(&wording.time_range(slot))), (Field::End, Cell::Empty)];
            proptest::prop_assert_eq!(check(&range).map(|request| request.slot), Ok(slot), "{}", wording.time_range(slot));
        }
    }
}
