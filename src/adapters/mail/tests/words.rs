//! Both languages have every sentence that the code asks for, and every template.

use include_dir::{Dir, include_dir};

use super::wording;
use crate::domain::headers::Field;
use crate::domain::problem::{Problem, Reason};
use crate::domain::slot::Slot;
use crate::domain::wording::Language;
use crate::domain::words::Words;

const ID: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/config/words/id.ftl"));
const EN: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/config/words/en.ftl"));
static LETTERS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/config/letters");

const NOTES: [&str; 10] = [
    "note-expired",
    "note-waiting-for-zoom",
    "note-settling",
    "note-edited-since",
    "note-letter-in-doubt",
    "note-letter-refused",
    "note-contact-chat",
    "note-open-end",
    "note-record-by-hand",
    "note-recorded-unasked",
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
    let start = super::at("2026-11-30T06:00:00Z");
    let problems = [
        Problem::Missing(Field::Topic),
        Problem::Unreadable(Field::Start, text.clone()),
        Problem::BadEmail(Field::Email, text.clone()),
        Problem::EndBeforeStart { start: "09.00".into(), end: "08.00".into() },
        Problem::TooSoon { earliest: "2026-11-24T03:30:00Z".parse().unwrap() },
        Problem::TooLong { minutes: 545, longest: 480 },
    ];
    let reasons = [
        Reason::AllTaken,
        Reason::FreeAt(vec![Slot { start, end: start + jiff::SignedDuration::from_mins(90) }]),
        Reason::TooLarge { participants: 500, largest: 300 },
        Reason::TooLongForHosts { minutes: 90 },
        Reason::Webinar,
        Reason::SeveralDays,
        Reason::ZoomRefuses(text),
        Reason::LookingFailed { marker: marker.clone(), host: host.clone() },
        Reason::TwoMeetings { marker, host },
        Reason::OtherTime,
    ];
    for language in [Language::Id, Language::En] {
        let words = words(language);
        let mut sentences: Vec<String> = Field::all().map(|field| words.field(field)).collect();
        sentences.extend(problems.iter().map(|problem| words.problem(problem)));
        sentences.extend(reasons.iter().map(|reason| words.reason(reason)));
        let inserts = [("address", "a@b.id"), ("link", "https://wa.me/628"), ("until", "11.00 WIB")];
        sentences.extend(NOTES.iter().map(|key| words.texts(key, &inserts)));
        for sentence in sentences {
            let bare_key = ["field-", "problem-", "reason-", "note-"].iter().any(|head| sentence.starts_with(head));
            assert!(!bare_key && !sentence.contains(['{', '}', '$']), "{language:?}: {sentence}");
        }
    }
    let id = words(Language::Id);
    assert_eq!(
        id.problem(&problems[5]),
        "Lama kegiatan 9 jam 5 menit melebihi batas 8 jam. Mohon diperpendek, atau diajukan sebagai beberapa permohonan."
    );
    assert!(id.reason(&reasons[1]).contains(": (1) Sen, 30 Nov 2026 13.00–14.30 WIB. Sepakati"), "{}", id.reason(&reasons[1]));
    assert_eq!(id.reason(&Reason::FreeAt(Vec::new())), id.reason(&Reason::AllTaken));
    assert_eq!(id.problem(&problems[0]), "Isian “Nama Kegiatan” belum diisi. Mohon dilengkapi.");
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
