//! Both languages have every sentence that the code asks for, and every template.

use include_dir::{Dir, include_dir};
use jiff::Timestamp;
use jiff::civil::{date, time};

use super::wording;
use crate::domain::headers::Field;
use crate::domain::problem::{ClockTrouble, DayTrouble, LengthTrouble, Problem, Reason};
use crate::domain::slot::Slot;
use crate::domain::wording::Language;
use crate::domain::words::Words;

const ID: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/config/words/id.ftl"));
const EN: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/config/words/en.ftl"));
static LETTERS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/config/letters");

const NOTES: [&str; 21] = [
    "note-edited-after-end",
    "note-cancelling",
    "note-meeting-left",
    "note-reason",
    "note-command-done",
    "note-command-unfit",
    "note-command-unknown",
    "note-commands-fit",
    "note-no-command-fits",
    "note-replaced",
    "note-expired",
    "note-waiting-for-zoom",
    "note-limit-until",
    "note-settling",
    "note-edited-since",
    "note-letter-in-doubt",
    "note-letter-refused",
    "note-contact-chat",
    "note-open-end",
    "note-record-by-hand",
    "note-recorded-unasked",
];

const NOTICES: [&str; 11] = [
    "row-gone",
    "torn",
    "unknown-rows",
    "headers",
    "overwritten",
    "put-back",
    "protected",
    "down-sheets",
    "down-zoom",
    "back",
    "orphan",
];

const NOTICE_INSERTS: [(&str, &str); 13] = [
    ("ticket", "VM-2026-0001"),
    ("tickets", "VM-2026-0001"),
    ("account", "loket@example.iam.gserviceaccount.com"),
    ("fields", "Jam Mulai"),
    ("columns", "Ket."),
    ("since", "pukul 09.00 WIB"),
    ("until", "pukul 10.00 WIB"),
    ("says", "down"),
    ("party", "Zoom"),
    ("id", "92674392836"),
    ("host", "zoom1@example.go.id"),
    ("marker", "VM-2026-0001/ABCDEFGH"),
    ("when", "Sen, 30 Nov 2026"),
];

fn keys(source: &str) -> Vec<&str> {
    source
        .lines()
        .filter(|line| !line.starts_with(['#', ' ']))
        .filter_map(|line| line.split_once(" ="))
        .map(|(key, _)| key)
        .collect()
}

fn words(language: Language) -> Words {
    Words::new(wording(language), &[if language == Language::Id { ID } else { EN }]).unwrap()
}

#[test]
fn both_languages_have_the_same_keys() {
    assert_eq!(keys(ID), keys(EN));
}

#[test]
fn every_sentence_asked_for_is_there_and_whole() {
    let (text, marker, host) = ("jam 2".to_owned(), "VM-2026-0001/ABCDEFGH".to_owned(), "zoom1@example.go.id".to_owned());
    let problems = problems();
    let start = super::at("2026-11-30T06:00:00Z");
    let reasons = [
        Reason::AllTaken,
        Reason::FreeAt(vec![Slot { start, end: start + jiff::SignedDuration::from_mins(90) }]),
        Reason::TooLarge { participants: 500, largest: 300 },
        Reason::TooLongForHosts { minutes: 90 },
        Reason::Webinar,
        Reason::SeveralDays,
        Reason::ZoomRefuses(text),
        Reason::LookingFailed { marker: marker.clone(), host: host.clone() },
        Reason::TwoMeetings { marker: marker.clone(), host: host.clone() },
        Reason::MadeBefore { marker, host },
        Reason::OtherTime,
        Reason::LimitUntil { until: super::at("2026-11-25T00:00:20Z") },
    ];
    for language in [Language::Id, Language::En] {
        let words = words(language);
        let mut sentences: Vec<String> = Field::all().map(|field| words.field(field)).collect();
        sentences.extend(problems.iter().map(|problem| words.problem(problem)));
        sentences.extend(reasons.iter().map(|reason| words.reason(reason)));
        let inserts = [
            ("address", "a@b.id"),
            ("link", "https://wa.me/628"),
            ("until", "11.00 WIB"),
            ("ticket", "VM-2026-0002"),
            ("reason", "ditunda"),
            ("command", "BATALKAN"),
            ("when", "24 Nov 2026 10.00"),
            ("text", "oke"),
            ("commands", "TOLAK"),
        ];
        sentences.extend(NOTES.iter().map(|key| words.texts(key, &inserts)));
        let keys = NOTICES.iter().flat_map(|name| [format!("notice-{name}-title"), format!("notice-{name}")]);
        sentences.extend(keys.map(|key| words.texts(&key, &NOTICE_INSERTS)));
        sentences.extend(["sheets", "zoom", "mail", "store"].map(|party| words.plain(&format!("notice-party-{party}"))));
        for sentence in sentences {
            let bare_key = ["field-", "problem-", "reason-", "note-", "notice-"].iter().any(|head| sentence.starts_with(head));
            assert!(!bare_key && !sentence.contains(['{', '}', '$']), "{language:?}: {sentence}");
        }
    }
    let id = words(Language::Id);
    assert!(id.reason(&reasons[1]).contains(": (1) Sen, 30 Nov 2026 13.00–14.30 WIB. Sepakati"), "{}", id.reason(&reasons[1]));
    assert_eq!(id.reason(&Reason::FreeAt(Vec::new())), id.reason(&Reason::AllTaken));
}

/// One of every kind of problem.
fn problems() -> Vec<Problem> {
    let at = |text: &str| text.parse::<Timestamp>().unwrap();
    let clock = |hour: i8| time(hour, 0, 0, 0);
    let day = |text: &str, trouble| Problem::Day(Field::Date, text.into(), trouble);
    let start = |text: &str, trouble| Problem::Clock(Field::Start, text.into(), trouble);
    let length = |text: &str, trouble| Problem::Length(Field::Duration, text.into(), trouble);
    vec![
        Problem::Missing(Field::Topic),
        Problem::BadEmail(Field::Email, "ana@".into()),
        day("menyusul", DayTrouble::Unclear),
        day("Jumat depan", DayTrouble::Which(vec![date(2026, 11, 27), date(2026, 12, 4)])),
        day("Selasa, 30 November 2026", DayTrouble::Weekday { date: date(2026, 11, 30), near: date(2026, 12, 1) }),
        day("1 dan 3 Desember 2026", DayTrouble::Apart),
        day("20 November", DayTrouble::Passed { next: date(2027, 11, 20) }),
        day("tgl 4", DayTrouble::NoMonth { next: date(2026, 12, 4) }),
        day("Desember 2026", DayTrouble::NoDay),
        day("31 November 2026", DayTrouble::NoSuchDay),
        start("pagi", ClockTrouble::Unclear),
        start("jam 2", ClockTrouble::Which(vec![clock(14)])),
        start("25.00", ClockTrouble::NoSuchTime),
        start("jam 12 malam", ClockTrouble::Midnight),
        start("09.00 WIB / 11.00 WITA", ClockTrouble::ZonesDisagree),
        start("1 Desember 2026 09.00", ClockTrouble::OtherDay(date(2026, 12, 1))),
        length("lama", LengthTrouble::Unclear),
        length("2", LengthTrouble::Which(vec![120])),
        length("seharian", LengthTrouble::WholeDay),
        Problem::Count(Field::Participants, "1000000".into(), vec![]),
        Problem::Count(Field::Participants, "1.5".into(), vec![1500]),
        Problem::TwoEnds { one: at("2026-11-30T04:30:00Z"), other: at("2026-11-30T05:00:00Z") },
        Problem::LastDayFirst { first: date(2026, 11, 30), last: date(2026, 11, 29) },
        Problem::EndBeforeStart { start: at("2026-11-30T02:00:00Z"), end: at("2026-11-30T01:00:00Z") },
        Problem::TooSoon { earliest: at("2026-11-24T03:30:00Z") },
        Problem::TooFar { date: date(2062, 12, 4) },
        Problem::TooLong { minutes: 545, longest: 480 },
        Problem::TooShort { minutes: 2 },
        Problem::ClosedDay { date: date(2026, 11, 28), holiday: String::new(), next: date(2026, 11, 30) },
        Problem::ClosedDay { date: date(2026, 12, 25), holiday: "Hari Raya Natal".into(), next: date(2026, 12, 28) },
        Problem::ClosedHours { from: clock(7), until: clock(17) },
    ]
}

#[test]
fn every_problem_reads_well_in_both_languages() {
    let both = [Language::Id, Language::En].map(words);
    let sentences = problems().into_iter().map(|problem| both.each_ref().map(|words| words.problem(&problem)).join("\n"));
    insta::assert_snapshot!(sentences.collect::<Vec<_>>().join("\n\n"));
}

#[test]
fn nobody_is_addressed_carelessly() {
    let mut texts = vec![("id.ftl".to_owned(), ID.to_owned())];
    let mut folders = vec![LETTERS.get_dir("id").unwrap()];
    while let Some(folder) = folders.pop() {
        folders.extend(folder.dirs());
        texts.extend(folder.files().map(|file| (file.path().display().to_string(), file.contents_utf8().unwrap().to_owned())));
    }
    assert!(texts.len() > 15);
    for (name, text) in texts {
        for word in text.split(|c: char| !c.is_alphanumeric()) {
            let careless = ["anda", "halo", "hai", "kamu", "kalian"].contains(&word.to_lowercase().as_str());
            assert!(!careless, "{name}: {word}");
        }
        assert!(!text.chars().any(|c| ('\u{2190}'..='\u{2bff}').contains(&c) || c >= '\u{1f000}'), "{name}: a pictograph");
    }
}

#[test]
fn both_languages_have_the_same_templates() {
    let names = |language: &str| {
        let mut names = Vec::new();
        let mut folders = vec![LETTERS.get_dir(language).unwrap()];
        while let Some(folder) = folders.pop() {
            folders.extend(folder.dirs());
            let inside = |file: &include_dir::File<'_>| file.path().strip_prefix(language).unwrap().display().to_string();
            names.extend(folder.files().map(inside));
        }
        names.sort();
        names
    };
    assert_eq!(names("id"), names("en"));
}
