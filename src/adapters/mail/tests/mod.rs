//! Tests of mail: the letters' words, the messages, and the conversation with a mail server.

mod full;
mod letters;
mod messages;
mod sending;
mod words;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::letters::{Letters, OfficeFacts};
use crate::domain::letter::{CancelledFacts, FullFacts, Letter, LetterFacts, LetterKind, MeetingFacts, NoticeFacts, Role};
use crate::domain::problem::Reason;
use crate::domain::rules::Opening;
use crate::domain::slot::Slot;
use crate::domain::wording::{Language, Wording};

const LINK: &str = "https://us02web.zoom.us/j/92674392836?pwd=aB3xY&from=addon";

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn office() -> OfficeFacts {
    OfficeFacts {
        name: "Pusat Standardisasi Instrumen Peternakan dan Kesehatan Hewan".into(),
        unit: "Pengelola TIK".into(),
        phone: "0812-3456-7890".into(),
        form_url: "https://forms.example/permohonan".into(),
        schedule_url: "https://vm.example.go.id/jadwal".into(),
    }
}

fn wording(language: Language) -> Wording {
    Wording { language, zone: TimeZone::get("Asia/Jakarta").unwrap() }
}

fn letters(language: Language) -> Letters {
    Letters::new(office(), wording(language), None)
}

fn meeting() -> MeetingFacts {
    MeetingFacts {
        join_url: LINK.into(),
        id: "926 7439 2836".into(),
        passcode: "x7Kp2Q".into(),
        host_name: "Zoom-1".into(),
        capacity: 1000,
        opening: Opening::Participants,
        recorded: false,
    }
}

fn cancelled() -> CancelledFacts {
    CancelledFacts { rejected: false, reason: "Acara ditunda oleh pimpinan".into(), had_link: true }
}

fn full() -> FullFacts {
    let slot = |start: &str, end: &str| Slot { start: at(start), end: at(end) };
    FullFacts {
        reason: Reason::FreeAt(vec![
            slot("2026-11-30T06:00:00Z", "2026-11-30T08:30:00Z"),
            slot("2026-12-01T02:00:00Z", "2026-12-01T04:30:00Z"),
        ]),
        looked_at: at("2026-11-24T03:05:07Z"),
        length: "2 jam 30 menit".into(),
        contact_name: "Budi Santoso, S.Pt.".into(),
        contact_email: "budi@example.go.id".into(),
        applicant_email: "siti@example.go.id".into(),
        contact_phone: "0812-3456-7890".into(),
    }
}

fn notice() -> NoticeFacts {
    let line = |text: &str| text.to_owned();
    NoticeFacts {
        title: line("Baris permohonan VM-2026-0001 tidak ditemukan"),
        lines: vec![line("Yang terjadi."), line("Yang dapat dilakukan.")],
    }
}

fn letter(kind: LetterKind) -> Letter {
    let staff = matches!(kind, LetterKind::NewRequest | LetterKind::FullStaff | LetterKind::Notice);
    let pair = |question: &str, answer: &str| (question.to_owned(), answer.to_owned());
    Letter {
        ticket: (kind != LetterKind::Notice).then(|| "VM-2026-0001".parse().unwrap()),
        kind,
        n: 1,
        role: if staff { Role::Staff } else { Role::Applicant },
        to: if staff { "tik@example.go.id".into() } else { "siti@example.go.id".into() },
        facts: LetterFacts {
            to_name: if staff { String::new() } else { "Dr. Siti Rahmawati, M.Si.".into() },
            applicant: "Dr. Siti Rahmawati, M.Si.".into(),
            unit: "Balai Veteriner".into(),
            topic: "Rapat Koordinasi".into(),
            slot: Some(Slot { start: at("2026-11-30T02:00:00Z"), end: at("2026-11-30T04:30:00Z") }),
            open_end: false,
            form_link: String::new(),
            participants: Some(50),
            more_participants: false,
            recording: false,
            webinar: false,
            several_days: false,
            meeting: (kind == LetterKind::Link).then(meeting),
            full: matches!(kind, LetterKind::Full | LetterKind::FullStaff).then(full),
            cancelled: (kind == LetterKind::Cancelled).then(cancelled),
            notice: (kind == LetterKind::Notice).then(notice),
            problems: if kind == LetterKind::ToCorrect {
                vec!["Isian pertama.".into(), "Isian kedua.".into()]
            } else {
                Vec::new()
            },
            answers: if kind == LetterKind::NewRequest {
                vec![
                    pair("Nama Pemohon", "Dr. Siti Rahmawati, M.Si."),
                    pair("Keterangan", "Mohon disiapkan:\n1. rekaman\n2. ruang terpisah"),
                    pair(
                        "Materi (tautan)",
                        "https://drive.example/folder/1AbCdEfGhIjKlMnOpQrStUvWxYz0123456789_sangat_panjang?usp=sharing",
                    ),
                    pair("Catatan", ""),
                ]
            } else {
                Vec::new()
            },
            submitted_at: at("2026-11-24T03:05:00Z"),
        },
        sequence: 0,
        tries: 0,
    }
}
