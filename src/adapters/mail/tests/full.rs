//! Letters that say that no account is free, and what letters tell of wishes beyond the plain meeting.

use insta::assert_snapshot;

use super::{at, full, letter, letters, office, wording};
use crate::adapters::mail::letters::{LetterError, Letters, Written};
use crate::domain::letter::{Letter, LetterKind, Role};
use crate::domain::limits::phone::WHATSAPP_LINK_CHARS_MAX;
use crate::domain::problem::Reason;
use crate::domain::slot::Slot;
use crate::domain::wording::Language;

fn write(language: Language, due: &Letter) -> Written {
    letters(language).write(due).unwrap()
}

/// A letter whole, but for the link with the text in it, which other tests read.
fn whole(language: Language, kind: LetterKind) -> String {
    let written = write(language, &letter(kind));
    let line = |line| if str::starts_with(line, "https://wa.me/") { "[the link]" } else { line };
    let text: Vec<&str> = written.text.lines().map(line).collect();
    format!("Subject: {}\n\n{}", written.subject, text.join("\n"))
}

fn full_letter(kind: LetterKind, reason: Reason) -> Letter {
    let mut due = letter(kind);
    due.facts.full.as_mut().unwrap().reason = reason;
    due
}

/// The link of the staff's letter, in text and HTML, with its text read back.
fn chat(written: &Written) -> Option<(String, String)> {
    let link = written.text.lines().find(|line| line.starts_with("https://wa.me/"))?;
    assert!(written.html.contains(&format!("href=\"{link}\"")), "{}", written.html);
    assert!(link.len() <= WHATSAPP_LINK_CHARS_MAX, "{link}");
    let url = url::Url::parse(link).unwrap();
    let text = url.query_pairs().find(|(name, _)| name == "text").unwrap().1.into_owned();
    Some((url.path().to_owned(), text))
}

#[test]
fn staff_have_a_link_with_the_text_ready() {
    let written = write(Language::Id, &letter(LetterKind::FullStaff));
    let (number, text) = chat(&written).unwrap();
    assert_eq!(number, "/6281234567890");
    for part in [
        "Yth. Bapak/Ibu Budi Santoso, S.Pt.,",
        "Pengelola TIK, Pusat Standardisasi Instrumen Peternakan dan Kesehatan Hewan",
        "nomor tiket VM-2026-0001 dari Dr. Siti Rahmawati, M.Si.",
        "Rapat Koordinasi\nSenin, 30 November 2026 pukul 09.00–11.30 WIB",
        "1. Senin, 30 November 2026 pukul 13.00–15.30 WIB\n2. Selasa, 1 Desember 2026 pukul 09.00–11.30 WIB",
        "Mohon pesan ini dibalas dengan nomor pilihan",
    ] {
        assert!(text.contains(part), "{part} is not in {text}");
    }
    assert!(written.text.contains(&text), "the same text can be read in the letter");
    assert!(written.text.contains("Telepon        : +6281234567890\n"), "{}", written.text);
    let (_, text) = chat(&write(Language::En, &letter(LetterKind::FullStaff))).unwrap();
    assert!(text.contains("1. Monday, 30 November 2026, 13:00–15:30 WIB") && text.contains("Please reply with"), "{text}");
}

#[test]
fn no_link_where_whatsapp_cannot_be_behind_the_number() {
    for (typed, said) in [
        ("(021) 123-4567", "+62211234567 (bukan nomor seluler; tanpa tautan WhatsApp)"),
        ("sda", "“sda” (tidak terbaca sebagai nomor telepon; tanpa tautan WhatsApp)"),
        ("", "(tidak diisi)"),
        ("-", "(tidak diisi)"),
    ] {
        let mut due = letter(LetterKind::FullStaff);
        due.facts.full.as_mut().unwrap().contact_phone = typed.into();
        let written = write(Language::Id, &due);
        assert_eq!(chat(&written), None);
        assert!(written.text.contains(&format!("Telepon        : {said}\n")), "{typed}: {}", written.text);
        assert!(written.text.contains("Yang perlu disampaikan:") && written.text.contains("budi@example.go.id"));
        // The office's own number may be linked; nobody else's.
        assert!(!written.html.contains("wa.me"), "{}", written.html);
    }
}

#[test]
fn who_named_nobody_else_or_gave_no_address_is_reached_by_what_there_is() {
    let mut due = letter(LetterKind::FullStaff);
    let facts = due.facts.full.as_mut().unwrap();
    (facts.contact_phone, facts.contact_email) = <_>::default();
    let written = write(Language::Id, &due);
    assert!(written.text.contains("Mohon menghubungi pemohon melalui surel siti@example.go.id."), "{}", written.text);
    assert!(written.text.contains("Surel          : (tidak diisi)\n"), "{}", written.text);
    assert!(written.text.contains("Pemberitahuan dikirimkan pula kepada pemohon. Mohon"), "{}", written.text);
}

#[test]
fn the_ready_text_is_bounded_and_is_only_text() {
    let mut due = letter(LetterKind::FullStaff);
    due.facts.topic = "会議 & <b>\u{202e} ".repeat(200);
    due.facts.applicant = "&text=x#y".repeat(100);
    due.facts.full.as_mut().unwrap().contact_name = "会".repeat(500);
    let written = write(Language::Id, &due);
    let (_, text) = chat(&written).unwrap();
    assert!(text.contains("VM-2026-0001") && !text.contains('\u{202e}'), "{text}");
    assert_eq!(written.text.lines().find(|line| line.starts_with("https://wa.me/")).unwrap().matches('&').count(), 0);
}

#[test]
fn applicant_and_contact_person_hear_what_they_can_do() {
    let mut due = letter(LetterKind::Full);
    let id = write(Language::Id, &due);
    assert_eq!(id.subject, "[VM-2026-0001] Jadwal penuh: Rapat Koordinasi – Senin, 30 November 2026");
    for part in [
        "permohonan layanan virtual meeting (Zoom) Bapak/Ibu dengan nomor tiket VM-2026-0001",
        "seluruh akun Zoom kami telah terpakai pada waktu tersebut",
        "Ketika kami periksa pada Selasa, 24 November 2026 pukul 10.05 WIB",
        "1. Senin, 30 November 2026 pukul 13.00–15.30 WIB\n2. Selasa, 1 Desember 2026 pukul 09.00–11.30 WIB\n",
        "Waktu di atas belum dipesan untuk kegiatan ini",
        "https://forms.example/permohonan",
        "melalui WhatsApp 0812-3456-7890, dengan menyebutkan nomor tiket VM-2026-0001 dan nomor pilihan waktunya.",
    ] {
        assert!(id.text.contains(part), "{part} is not in {}", id.text);
    }
    assert!(id.html.contains("href=\"https://wa.me/6281234567890\""));
    assert!(!id.text.contains("budi@example.go.id"), "the contact person's data is for staff");
    (due.role, due.facts.to_name) = (Role::Contact, "Budi".into());
    let id = write(Language::Id, &due);
    assert!(id.text.contains("permohonan Dr. Siti Rahmawati, M.Si. (Balai Veteriner) dengan nomor tiket"), "{}", id.text);
    assert!(
        id.text.contains("selaku narahubung") && id.text.contains("1. Meminta pemohon memperbaiki jawaban formulirnya, atau")
    );
    let en = write(Language::En, &due);
    assert!(en.text.contains("1. Monday, 30 November 2026, 13:00–15:30 WIB\n2. Tuesday, 1 December 2026"), "{}", en.text);
}

#[test]
fn what_the_pool_can_never_hold_is_said_plainly_and_no_time_is_named() {
    let large = Reason::TooLarge { participants: 501, largest: 500 };
    for kind in [LetterKind::Full, LetterKind::FullStaff] {
        let mut due = full_letter(kind, large.clone());
        (due.facts.participants, due.facts.more_participants) = (Some(500), true);
        let text = write(Language::Id, &due).text;
        assert!(text.contains("500") && text.contains("lebih dari 500 orang"), "{text}");
        assert!(!text.contains("Waktu lain"), "{text}");
        let text = write(Language::Id, &full_letter(kind, Reason::TooLongForHosts { minutes: 150 })).text;
        assert!(text.contains("2 jam 30 menit") && !text.contains("Waktu lain"), "{text}");
    }
    let mut due = full_letter(LetterKind::Full, large);
    due.facts.participants = None;
    let text = write(Language::Id, &due).text;
    assert!(text.contains("dihitung untuk 501 peserta karena jumlahnya tidak dicantumkan"), "{text}");
    let none = write(Language::Id, &full_letter(LetterKind::Full, Reason::FreeAt(Vec::new()))).text;
    assert!(none.contains("Sampai dengan 7 hari sesudahnya, kami belum menemukan waktu lain"), "{none}");
    assert!(!none.contains("nomor pilihan") && none.contains("waktu yang lain"), "{none}");
}

#[test]
fn a_letter_without_a_time_or_a_reason_is_not_written() {
    for kind in [LetterKind::Full, LetterKind::FullStaff] {
        let mut due = letter(kind);
        due.facts.full = None;
        assert_eq!(letters(Language::Id).write(&due), Err(LetterError::NothingFull));
        due.facts.full = Some(full());
        due.facts.slot = None;
        assert_eq!(letters(Language::Id).write(&due), Err(LetterError::NothingFull));
    }
}

#[test]
fn an_office_without_form_or_with_a_landline_is_told_as_it_is() {
    let mut bare = office();
    (bare.form_url, bare.phone) = (String::new(), "(021) 780-6202".into());
    let written = Letters::new(bare, wording(Language::Id), None).write(&letter(LetterKind::Full)).unwrap();
    assert!(written.text.contains("membalas surel ini atau melalui telepon (021) 780-6202,"), "{}", written.text);
    assert!(!written.html.contains("wa.me") && !written.text.contains("Buka formulir"), "{}", written.html);
}

#[test]
fn an_open_end_and_an_open_number_are_told() {
    for kind in LetterKind::ALL.into_iter().filter(|kind| *kind != LetterKind::Notice) {
        let mut due = letter(kind);
        (due.facts.open_end, due.facts.more_participants) = (true, true);
        let (id, en) = (write(Language::Id, &due), write(Language::En, &due));
        for part in [&id.text, &id.html] {
            assert!(part.contains("09.00–11.30 WIB (perkiraan; waktu selesai belum ditentukan)"), "{kind:?} {part}");
        }
        assert!(en.text.contains("09:00–11:30 WIB (estimate; the end has not been set)"), "{kind:?} {}", en.text);
        if !matches!(kind, LetterKind::Link | LetterKind::ToCorrect | LetterKind::Cancelled) {
            assert!(id.text.contains(": lebih dari 50 orang") && en.text.contains(": more than 50"), "{kind:?} {}", id.text);
        }
    }
    let mut due = letter(LetterKind::Link);
    due.facts.open_end = true;
    let text = write(Language::Id, &due).text;
    assert!(text.contains("akun Zoom kami siapkan sampai pukul 11.30 WIB. Apabila"), "{text}");
    assert!(text.contains("\nPukul 09.00 WIB s.d. selesai\n") && !text.contains("\nPukul 09.00–11.30"), "{text}");
}

#[test]
fn a_recording_is_told_as_it_is() {
    for (asked, recorded, said) in [
        (true, true, "Sesuai permintaan, kegiatan ini direkam secara otomatis"),
        (true, false, "Rekaman yang diminta tidak berjalan secara otomatis, melainkan dijalankan oleh petugas kami"),
        (false, true, "Menurut pengaturan akun Zoom, kegiatan ini direkam secara otomatis"),
        (false, false, "ekam"),
    ] {
        let mut due = letter(LetterKind::Link);
        due.facts.recording = asked;
        due.facts.meeting.as_mut().unwrap().recorded = recorded;
        assert_eq!(write(Language::Id, &due).text.contains(said), asked || recorded, "{said}");
    }
    let mut due = letter(LetterKind::NewRequest);
    due.facts.recording = true;
    let written = write(Language::Id, &due);
    assert!(written.text.contains("Pemohon meminta rekaman. Saat rapat dibuat, Zoom diminta merekamnya"), "{}", written.text);
    assert!(written.html.contains("class=\"notice\""));
}

#[test]
fn what_staff_have_to_make_is_told_to_them_and_to_the_applicant() {
    for (webinar, several_days, to_staff, to_applicant) in [
        (true, false, "Pemohon meminta webinar. Webinar tidak dibuat", "1. Karena yang diminta adalah webinar, penyiapannya"),
        (false, true, "Kegiatan berlangsung lebih dari satu hari.", "1. Karena kegiatan berlangsung lebih dari satu hari,"),
        (true, true, "Pemohon meminta webinar yang berlangsung lebih dari satu hari.", "adalah webinar yang berlangsung lebih"),
    ] {
        let mut due = letter(LetterKind::NewRequest);
        (due.facts.webinar, due.facts.several_days) = (webinar, several_days);
        let staff = write(Language::Id, &due);
        assert!(staff.text.contains(&format!("\n\nPerlu tindak lanjut petugas. {to_staff}")), "{}", staff.text);
        assert!(staff.subject.contains("(perlu tindak lanjut)"), "{}", staff.subject);
        let mut due = letter(LetterKind::Received);
        (due.facts.webinar, due.facts.several_days) = (webinar, several_days);
        let text = write(Language::Id, &due).text;
        assert!(text.contains(to_applicant) && !text.contains("Standar waktu layanan"), "{text}");
    }
}

#[test]
fn a_letter_recorded_before_these_facts_were_known_is_read() {
    let old = r#"{"to_name":"","applicant":"A","unit":"","topic":"T","slot":null,"participants":5,"meeting":{"join_url":"https://x","id":"1",
        "passcode":"","host_name":"","capacity":100,"opening":"staff"},"problems":[],"answers":[],"submitted_at":"2026-11-24T03:05:00Z"}"#;
    let facts: crate::domain::letter::LetterFacts = serde_json::from_str(old).unwrap();
    assert!(facts.full.is_none() && !facts.recording && !facts.meeting.unwrap().recorded);
    let slot = Slot { start: at("2026-11-30T06:00:00Z"), end: at("2026-11-30T08:30:00Z") };
    let state = crate::domain::ticket::State::Full(Reason::FreeAt(vec![slot]));
    let text = serde_json::to_string(&state).unwrap();
    assert_eq!(serde_json::from_str::<crate::domain::ticket::State>(&text).unwrap(), state);
    assert!(serde_json::from_str::<crate::domain::ticket::State>(r#"{"full":"all_taken"}"#).is_ok());
}

#[test]
fn full_in_indonesian() {
    assert_snapshot!(whole(Language::Id, LetterKind::Full), @r#"
    Subject: [VM-2026-0001] Jadwal penuh: Rapat Koordinasi – Senin, 30 November 2026

    Yth. Bapak/Ibu Dr. Siti Rahmawati, M.Si.

    Dengan hormat,

    Menindaklanjuti permohonan layanan virtual meeting (Zoom) Bapak/Ibu dengan nomor tiket VM-2026-0001, bersama ini kami sampaikan bahwa kegiatan berikut belum dapat kami jadwalkan:

    Kegiatan       : Rapat Koordinasi
    Hari, tanggal  : Senin, 30 November 2026
    Waktu          : pukul 09.00–11.30 WIB
    Peserta        : 50 orang

    Mohon maaf, seluruh akun Zoom kami telah terpakai pada waktu tersebut.

    Waktu lain yang masih tersedia:

    Ketika kami periksa pada Selasa, 24 November 2026 pukul 10.05 WIB, akun Zoom masih tersedia pada waktu berikut:

    1. Senin, 30 November 2026 pukul 13.00–15.30 WIB
    2. Selasa, 1 Desember 2026 pukul 09.00–11.30 WIB

    Waktu di atas belum dipesan untuk kegiatan ini, sehingga sewaktu-waktu dapat terisi oleh permohonan lain. Oleh karena itu, mohon kiranya Bapak/Ibu dapat segera menentukan pilihan.

    Mohon kiranya Bapak/Ibu berkenan melakukan salah satu hal berikut:

    1. Memperbaiki jawaban pada formulir yang telah dikirim, atau mengisi kembali formulir permohonan, dengan salah satu waktu di atas. Apabila waktu tersebut masih tersedia, tautan Zoom akan kami kirimkan.
    2. Menghubungi kami dengan membalas surel ini atau melalui WhatsApp 0812-3456-7890, dengan menyebutkan nomor tiket VM-2026-0001 dan nomor pilihan waktunya.

    Buka formulir permohonan:
    https://forms.example/permohonan

    Apabila sampai dengan waktu kegiatan yang semula diminta tidak ada perubahan, permohonan ini kami tutup.

    Atas perhatian dan kerja sama Bapak/Ibu, kami ucapkan terima kasih.

    Hormat kami,

    Pengelola TIK
    Pusat Standardisasi Instrumen Peternakan dan Kesehatan Hewan
    "#);
}

#[test]
fn full_staff_in_indonesian() {
    assert_snapshot!(whole(Language::Id, LetterKind::FullStaff), @r#"
    Subject: [VM-2026-0001] Jadwal penuh, mohon hubungi narahubung: Rapat Koordinasi

    Yth. Pengelola TIK

    Dengan hormat,

    Permohonan berikut belum dapat dijadwalkan karena seluruh akun Zoom terpakai pada waktu yang diminta. Pemberitahuan dikirimkan pula kepada pemohon dan narahubung. Mohon petugas menghubungi narahubung untuk menyepakati waktu lain.

    Nomor tiket    : VM-2026-0001
    Pemohon        : Dr. Siti Rahmawati, M.Si.
    Unit kerja     : Balai Veteriner
    Kegiatan       : Rapat Koordinasi
    Hari, tanggal  : Senin, 30 November 2026
    Waktu          : pukul 09.00–11.30 WIB
    Peserta        : 50 orang
    Narahubung     : Budi Santoso, S.Pt.
    Surel          : budi@example.go.id
    Telepon        : +6281234567890

    Waktu lain yang masih tersedia:

    Diperiksa pada Selasa, 24 November 2026 pukul 10.05 WIB. Waktu ini tidak dipesan, sehingga dapat terisi oleh permohonan lain:

    1. Senin, 30 November 2026 pukul 13.00–15.30 WIB
    2. Selasa, 1 Desember 2026 pukul 09.00–11.30 WIB

    Menghubungi narahubung:

    Tautan berikut membuka WhatsApp narahubung dengan teks yang siap dikirim:

    [the link]

    Teksnya berbunyi:

    ----------------------------------------
    Yth. Bapak/Ibu Budi Santoso, S.Pt.,

    Kami dari Pengelola TIK, Pusat Standardisasi Instrumen Peternakan dan Kesehatan Hewan, mengenai permohonan Zoom nomor tiket VM-2026-0001 dari Dr. Siti Rahmawati, M.Si.:

    Rapat Koordinasi
    Senin, 30 November 2026 pukul 09.00–11.30 WIB

    Mohon maaf, semua akun Zoom pada waktu tersebut telah terpakai.

    Waktu lain yang masih tersedia saat kami periksa:

    1. Senin, 30 November 2026 pukul 13.00–15.30 WIB
    2. Selasa, 1 Desember 2026 pukul 09.00–11.30 WIB

    Waktu tersebut belum dipesan dan dapat terisi sewaktu-waktu. Mohon pesan ini dibalas dengan nomor pilihan, atau dengan usulan waktu lain.

    Terima kasih.
    ----------------------------------------

    Langkah selanjutnya:

    1. Mintalah pemohon memperbaiki jawaban formulirnya, atau mengisi kembali formulir, sesuai yang disepakati. Permohonan kemudian dijadwalkan secara otomatis dan tautannya dikirimkan.
    2. Selama jawaban belum diperbaiki, permohonan ini berstatus Jadwal Penuh. Setelah waktu kegiatan lewat, statusnya menjadi Kedaluwarsa.

    Atas perhatian dan kerja sama Bapak/Ibu, kami ucapkan terima kasih.

    Hormat kami,

    Sistem Layanan Virtual Meeting
    Pusat Standardisasi Instrumen Peternakan dan Kesehatan Hewan
    "#);
}

#[test]
fn full_in_english() {
    assert_snapshot!(whole(Language::En, LetterKind::Full), @r#"
    Subject: [VM-2026-0001] All accounts are taken: Rapat Koordinasi – Monday, 30 November 2026

    Dear Dr. Siti Rahmawati, M.Si.,

    Further to your request for a virtual meeting (Zoom) under ticket number VM-2026-0001, we regret to inform you that the following event could not be scheduled yet:

    Event         : Rapat Koordinasi
    Date          : Monday, 30 November 2026
    Time          : 09:00–11:30 WIB
    Participants  : 50

    All our Zoom accounts are taken at that time.

    Other times that are still free:

    When we looked on Tuesday, 24 November 2026 at 10:05 WIB, a Zoom account was free at the following times:

    1. Monday, 30 November 2026, 13:00–15:30 WIB
    2. Tuesday, 1 December 2026, 09:00–11:30 WIB

    These times are not reserved for this event and may be taken by another request at any moment. We would therefore be grateful for an early choice.

    Please do one of the following:

    1. Edit the answer that was sent in, or fill in the request form again, with one of the times above. If that time is still free, we will send the Zoom link.
    2. Contact us by replying to this e-mail or by WhatsApp on 0812-3456-7890, quoting ticket number VM-2026-0001 and the number of the time that you choose.

    Open the request form:
    https://forms.example/permohonan

    If nothing has changed by the time that was first asked for, this request will be closed.

    Thank you for your kind attention and cooperation.

    Yours sincerely,

    Pengelola TIK
    Pusat Standardisasi Instrumen Peternakan dan Kesehatan Hewan
    "#);
}

#[test]
fn full_staff_in_english() {
    assert_snapshot!(whole(Language::En, LetterKind::FullStaff), @r#"
    Subject: [VM-2026-0001] All accounts are taken, please contact the contact person: Rapat Koordinasi

    Dear colleagues,

    The following request could not be scheduled, because all Zoom accounts are taken at the time asked for. The applicant and the contact person are being told as well. Please get in touch with the contact person to agree on another time.

    Ticket number : VM-2026-0001
    Applicant     : Dr. Siti Rahmawati, M.Si.
    Unit          : Balai Veteriner
    Event         : Rapat Koordinasi
    Date          : Monday, 30 November 2026
    Time          : 09:00–11:30 WIB
    Participants  : 50
    Contact       : Budi Santoso, S.Pt.
    E-mail        : budi@example.go.id
    Telephone     : +6281234567890

    Other times that are still free:

    As of Tuesday, 24 November 2026 at 10:05 WIB. These times are not reserved and may be taken by other requests:

    1. Monday, 30 November 2026, 13:00–15:30 WIB
    2. Tuesday, 1 December 2026, 09:00–11:30 WIB

    Getting in touch with the contact person:

    The following link opens WhatsApp for the contact person, with a text ready to be sent:

    [the link]

    The text reads:

    ----------------------------------------
    Dear Budi Santoso, S.Pt.,

    This is Pengelola TIK, Pusat Standardisasi Instrumen Peternakan dan Kesehatan Hewan, about the Zoom request with ticket number VM-2026-0001 from Dr. Siti Rahmawati, M.Si.:

    Rapat Koordinasi
    Monday, 30 November 2026, 09:00–11:30 WIB

    We are sorry that all Zoom accounts are taken at that time.

    Other times that were free when we looked:

    1. Monday, 30 November 2026, 13:00–15:30 WIB
    2. Tuesday, 1 December 2026, 09:00–11:30 WIB

    These times are not reserved and may be taken at any moment. Please reply with the number of your choice, or propose another time.

    Thank you.
    ----------------------------------------

    What happens next:

    1. Please have the applicant edit the answer, or fill in the form again, as agreed. The request is then scheduled automatically and the link is sent.
    2. Until the answer is corrected, the status of this request is Jadwal Penuh; after the time of the event it becomes Kedaluwarsa.

    Thank you for your kind attention and cooperation.

    Yours sincerely,

    Virtual Meeting Service
    Pusat Standardisasi Instrumen Peternakan dan Kesehatan Hewan
    "#);
}
