//! What is put together from people's spellings is read back, and what contradicts itself never is.

use jiff::civil::Weekday;
use proptest::prelude::*;
use proptest::sample::select;

use super::*;

const MONTHS: [&[&str]; 12] = [
    &["Januari", "JAN", "jan", "January"],
    &["Februari", "Pebruari", "feb", "Febuari"],
    &["Maret", "mar", "March"],
    &["April", "APR"],
    &["Mei", "mei", "May"],
    &["Juni", "jun"],
    &["Juli", "JULI", "jul"],
    &["Agustus", "agt", "Agust"],
    &["September", "sept", "SEP"],
    &["Oktober", "okt", "Oct"],
    &["November", "Nopember", "nov", "Nofember"],
    &["Desember", "DES", "des", "Dsember"],
];
const WEEKDAYS: [&[&str]; 7] = [
    &["Senin", "senen", "SENIN"],
    &["Selasa", "sls", "SELASA"],
    &["Rabu", "rabu"],
    &["Kamis", "kms", "Kmis"],
    &["Jumat", "Jum'at", "Jum’at", "JUM AT"],
    &["Sabtu", "sbt"],
    &["Minggu", "Ahad", "MINGGU"],
];
const ROMAN: [&str; 12] = ["I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII"];
/// What joins the first and the last of a stretch.
const UNTIL: [&str; 10] = [" - ", "-", " s/d ", " s.d. ", " s.d ", " sd ", " sampai dengan ", " – ", " hingga ", " sampai dgn "];

fn today() -> Date {
    date(2026, 11, 24)
}

fn day_after(days: i64) -> Date {
    today().checked_add(days.days()).unwrap()
}

fn read_days(typed: &str) -> Result<(Date, Date), DayTrouble> {
    days::days(&pieces(typed).unwrap(), today()).map(|days| (days.first, days.last))
}

/// One of a day's many spellings, told by numbers so that any may come up.
#[derive(Debug, Clone)]
struct Spelling {
    weekday: usize,
    month: usize,
    form: usize,
    padded: bool,
    short_year: bool,
    before: &'static str,
    comma: &'static str,
    behind: &'static str,
}

fn spelling() -> impl Strategy<Value = Spelling> {
    let before = select(vec!["", "", "tgl ", "Tanggal ", "tgl. ", "pada tgl "]);
    let comma = select(vec![", ", " ", ",", " / ", "/", ", tgl ", " tanggal "]);
    let behind = select(vec!["", "", ".", " (tentatif)", " ya kak", " via Zoom", " 🙏", " M", "  "]);
    (0_usize..12, 0_usize..12, 0_usize..7, any::<bool>(), any::<bool>(), before, comma, behind).prop_map(
        |(weekday, month, form, padded, short_year, before, comma, behind)| Spelling {
            weekday,
            month,
            form,
            padded,
            short_year,
            before,
            comma,
            behind,
        },
    )
}

impl Spelling {
    fn day(&self, day: Date) -> String {
        if self.padded { format!("{:02}", day.day()) } else { day.day().to_string() }
    }

    fn year(&self, day: Date) -> String {
        if self.short_year { (day.year() % 100).to_string() } else { day.year().to_string() }
    }

    fn date(&self, date: Date) -> String {
        let (day, year) = (self.day(date), self.year(date));
        let month = usize::from(date.month().unsigned_abs());
        let (named, number) = (MONTHS[month - 1], if self.padded { format!("{month:02}") } else { month.to_string() });
        let name = named[self.month % named.len()];
        match self.form {
            0 => format!("{day}/{number}/{year}"),
            1 => format!("{day}-{number}-{year}"),
            2 => format!("{day} / {number} / {year}"),
            3 => format!("{day}-{name}-{year}"),
            4 => format!("{day}/{}/{year}", ROMAN[month - 1]),
            5 => format!("{day}{name}{}", date.year()),
            _ => format!("{day} {name} {year}"),
        }
    }

    fn weekday(&self, weekday: Weekday) -> &'static str {
        let names = WEEKDAYS[usize::from(weekday.to_monday_zero_offset().unsigned_abs())];
        names[self.weekday % names.len()]
    }
}

fn clock(minutes: i64, mark: char, padded: bool) -> String {
    let (hour, minute) = (minutes / 60, minutes % 60);
    if padded { format!("{hour:02}{mark}{minute:02}") } else { format!("{hour}{mark}{minute:02}") }
}

proptest! {
    #[test]
    fn a_day_is_read_back(ahead in 1_i64..700, spelling in spelling(), named: bool) {
        let day = day_after(ahead);
        let weekday = if named { format!("{}{}", spelling.weekday(day.weekday()), spelling.comma) } else { spelling.before.to_owned() };
        let typed = format!("{weekday}{}{}", spelling.date(day), spelling.behind);
        prop_assert_eq!(read_days(&typed), Ok((day, day)), "{}", typed);
    }

    #[test]
    fn a_day_of_the_week_that_is_not_the_dates_is_told(ahead in 1_i64..700, off in 1_i64..7, spelling in spelling(), behind: bool) {
        let (day, other) = (day_after(ahead), day_after(ahead + off).weekday());
        let (weekday, date) = (spelling.weekday(other), spelling.date(day));
        let typed = if behind { format!("{date} ({weekday})") } else { format!("{weekday}{}{date}", spelling.comma) };
        prop_assert!(matches!(read_days(&typed), Err(DayTrouble::Weekday { date, .. }) if date == day), "{}: {:?}", typed, read_days(&typed));
    }

    #[test]
    fn a_stretch_of_days_is_read_back(ahead in 1_i64..600, length in 1_i64..30, spelling in spelling(), until in select(UNTIL.to_vec()), short: bool) {
        let (first, last) = (day_after(ahead), day_after(ahead + length));
        let start = if short && first.month() == last.month() { spelling.day(first) } else { spelling.date(first) };
        let typed = format!("{}{start}{until}{}{}", spelling.before, spelling.date(last), spelling.behind);
        // `1-2-12-26` may also begin with the first of February.
        prop_assume!(!(short && spelling.short_year && spelling.form == 1 && until.contains(['-', '–'])));
        prop_assert_eq!(read_days(&typed), Ok((first, last)), "{}", typed);
    }

    #[test]
    fn times_are_read_back(
        quarter in 28_i64..80, length in 1_i64..15, until in select(UNTIL.to_vec()), mark in select(vec!['.', ':']), padded: bool,
        before in select(vec!["", "pukul ", "Pkl. ", "jam ", "JAM : ", "Mulai pukul ", "± "]),
        behind in select(vec!["", " WIB", "WIB", " wib.", " (tentatif)", " W.I.B.", " via zoom", " ya"]),
    ) {
        let (start, end) = (quarter * 15, (quarter + length) * 15);
        let (from, to) = (clock(start, mark, padded), clock(end, mark, padded));
        for (typed, end) in [(format!("{before}{from}{until}{to}{behind}"), Some(end)), (format!("{before}{from}{behind}"), None)] {
            let times = clocks::times(&pieces(&typed).unwrap(), &rules().zone);
            let minutes = |clock: Clock| i64::from(clock.time.hour()) * 60 + i64::from(clock.time.minute());
            let read = times.map(|times| {
                let end = if let Some(End::At(end)) = times.end { Some(minutes(end)) } else { None };
                (minutes(times.start), end)
            });
            prop_assert_eq!(read, Ok((start, end)), "{}", typed);
        }
    }

    #[test]
    fn a_small_hour_alone_is_never_taken(hour in 1_i64..7, minute in 0_i64..60, until in select(UNTIL.to_vec()), mark in select(vec!['.', ':'])) {
        let typed = clock(hour * 60 + minute, mark, false);
        for typed in [format!("jam {typed}"), format!("{typed} WIB"), format!("{typed}{until}selesai"), format!("07.00{until}{typed}")] {
            let read = clocks::times(&pieces(&typed).unwrap(), &rules().zone);
            prop_assert!(matches!(read, Err(ClockTrouble::Which(_))), "{}: {:?}", typed, read);
        }
    }

    #[test]
    fn what_is_not_understood_is_not_left_out(ahead in 1_i64..700, spelling in spelling(), word in "[b-df-hj-np-tv-z]{5,9}") {
        let typed = format!("{} {word}", spelling.date(day_after(ahead)));
        prop_assert!(read_days(&typed).is_err(), "{}", typed);
        let typed = format!("09.00 {word}");
        prop_assert!(clocks::times(&pieces(&typed).unwrap(), &rules().zone).is_err(), "{}", typed);
    }
}

#[test]
fn hidden_and_foreign_characters_change_no_reading() {
    let day = Ok((date(2026, 12, 4), date(2026, 12, 4)));
    for typed in [
        "\u{200f}4 Desember 2026\u{200e}",
        "4 De\u{200b}sem\u{200d}ber 2026",
        "４　Ｄｅｓｅｍｂｅｒ　２０２６",
        "4 De\u{301}sember 2026",
        "\u{202e}4 Desember 2026\u{202c}",
        "4\u{a0}Desember\u{2009}2026",
        "((((4 Desember 2026))))",
        // A Cyrillic letter that looks like the right one.
        "4 D\u{435}sember 2026",
        "👍🏽 4 Desember 2026 ❤️",
    ] {
        assert_eq!(read_days(typed), day, "{typed:?}");
    }
    for typed in ["四 Desember 2026", "4² Desember 2026", "=DATE(2026;12;4)", "4 Desember 2026\n5 Desember 2026"] {
        let read = pieces(typed).map(|pieces| days::days(&pieces, today()));
        assert!(!matches!(read, Some(Ok(_))), "{typed:?}: {read:?}");
    }
    for hostile in
        ["9".repeat(200), "(".repeat(200), "4-".repeat(99), "1/2 ".repeat(49), "s.d. ".repeat(39), "setengah ".repeat(22)]
    {
        for field in [Field::Date, Field::Start, Field::End, Field::Duration] {
            assert!(check(&[(field, text(&hostile))]).is_err(), "{field:?}: {hostile}");
        }
        let _ = check(&[(Field::Participants, text(&hostile))]);
    }
}
