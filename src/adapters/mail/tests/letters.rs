//! What the letters say, whole, and that nothing typed can do more than be read.

use insta::assert_snapshot;

use super::{LINK, at, letter, letters, office, wording};
use crate::adapters::mail::letters::{LetterError, Letters, Written};
use crate::domain::letter::{LetterKind, Role};
use crate::domain::rules::Opening;
use crate::domain::slot::Slot;
use crate::domain::wording::Language;

fn write(language: Language, kind: LetterKind) -> Written {
    let written = letters(language).write(&letter(kind)).unwrap();
    assert_eq!(written.warning, None);
    written
}

fn whole(written: &Written) -> String {
    format!("Subject: {}\n\n{}", written.subject, written.text)
}

#[test]
fn received_in_indonesian() {
    assert_snapshot!(whole(&write(Language::Id, LetterKind::Received)), @r#"
    Subject: [VM-2026-0001] Permohonan diterima: Rapat Koordinasi – Senin, 30 November 2026

    Yth. Bapak/Ibu Dr. Siti Rahmawati, M.Si.

    Dengan hormat,

    Permohonan layanan virtual meeting (Zoom) Bapak/Ibu telah kami terima pada Selasa, 24 November 2026 pukul 10.05 WIB dengan nomor tiket VM-2026-0001, dan saat ini sedang kami proses. Keterangan yang kami catat adalah sebagai berikut:

    Nomor tiket    : VM-2026-0001
    Kegiatan       : Rapat Koordinasi
    Hari, tanggal  : Senin, 30 November 2026
    Waktu          : pukul 09.00–11.30 WIB
    Peserta        : 50 orang
    Unit kerja     : Balai Veteriner

    Langkah selanjutnya:

    1. Kami memeriksa ketersediaan akun Zoom pada waktu tersebut. Standar waktu layanan kami adalah 20 menit pada jam kerja.
    2. Apabila akun tersedia, tautan Zoom akan kami kirimkan melalui surel kepada Bapak/Ibu dan narahubung kegiatan.
    3. Apabila seluruh akun telah terpakai pada waktu tersebut, narahubung kegiatan dan Bapak/Ibu akan kami beri tahu melalui surel, disertai pilihan waktu lain yang masih tersedia.

    Mohon kiranya Bapak/Ibu memeriksa kembali keterangan di atas. Apabila terdapat kekeliruan, mohon memberitahukan kepada kami dengan membalas surel ini atau melalui WhatsApp 0812-3456-7890, dengan menyebutkan nomor tiket VM-2026-0001.

    Jadwal kegiatan dapat dilihat pada https://vm.example.go.id/jadwal

    Atas perhatian dan kerja sama Bapak/Ibu, kami ucapkan terima kasih.

    Hormat kami,

    Pengelola TIK
    Pusat Standardisasi Instrumen Peternakan dan Kesehatan Hewan
    "#);
}

#[test]
fn new_request_in_indonesian() {
    assert_snapshot!(whole(&write(Language::Id, LetterKind::NewRequest)), @r#"
    Subject: [VM-2026-0001] Permohonan baru: Rapat Koordinasi – Senin, 30 November 2026

    Yth. Pengelola TIK

    Dengan hormat,

    Permohonan layanan virtual meeting (Zoom) baru telah masuk pada Selasa, 24 November 2026 pukul 10.05 WIB.

    Nomor tiket    : VM-2026-0001
    Pemohon        : Dr. Siti Rahmawati, M.Si.
    Unit kerja     : Balai Veteriner
    Kegiatan       : Rapat Koordinasi
    Hari, tanggal  : Senin, 30 November 2026
    Waktu          : pukul 09.00–11.30 WIB
    Peserta        : 50 orang

    Jawaban lengkap pada formulir:

    Nama Pemohon:
      Dr. Siti Rahmawati, M.Si.
    Keterangan:
      Mohon disiapkan:
      1. rekaman
      2. ruang terpisah
    Materi (tautan):
      https://drive.example/folder/1AbCdEfGhIjKlMnOpQrStUvWxYz0123456789_sangat_panjang?usp=sharing
    Catatan:
      (tidak diisi)

    Perkembangan permohonan ini tercantum pada kolom Status dan Catatan Sistem di lembar jawaban. Standar waktu layanan adalah 20 menit pada jam kerja.

    Atas perhatian dan kerja sama Bapak/Ibu, kami ucapkan terima kasih.

    Hormat kami,

    Sistem Layanan Virtual Meeting
    Pusat Standardisasi Instrumen Peternakan dan Kesehatan Hewan
    "#);
}

#[test]
fn cancelled_in_both_languages() {
    assert_snapshot!("cancelled_in_indonesian", whole(&write(Language::Id, LetterKind::Cancelled)));
    assert_snapshot!("cancelled_in_english", whole(&write(Language::En, LetterKind::Cancelled)));
}

#[test]
fn to_correct_in_indonesian() {
    assert_snapshot!(whole(&write(Language::Id, LetterKind::ToCorrect)), @r#"
    Subject: [VM-2026-0001] Permohonan perlu diperbaiki: Rapat Koordinasi

    Yth. Bapak/Ibu Dr. Siti Rahmawati, M.Si.

    Dengan hormat,

    Permohonan layanan virtual meeting (Zoom) Bapak/Ibu telah kami terima pada Selasa, 24 November 2026 pukul 10.05 WIB dengan nomor tiket VM-2026-0001. Namun, permohonan tersebut belum dapat kami proses karena terdapat isian yang perlu diperbaiki:

    1. Isian pertama.
    2. Isian kedua.

    Keterangan yang sudah kami catat:

    Kegiatan       : Rapat Koordinasi
    Hari, tanggal  : Senin, 30 November 2026
    Waktu          : pukul 09.00–11.30 WIB

    Mohon kiranya Bapak/Ibu berkenan memperbaiki jawaban pada formulir yang telah dikirim, atau mengisi kembali formulir permohonan melalui tautan berikut:

    https://forms.example/permohonan

    Setelah isian diperbaiki, permohonan Bapak/Ibu akan segera kami proses. Apabila memerlukan bantuan, mohon menghubungi kami dengan membalas surel ini atau melalui WhatsApp 0812-3456-7890, dengan menyebutkan nomor tiket VM-2026-0001.

    Atas perhatian dan kerja sama Bapak/Ibu, kami ucapkan terima kasih.

    Hormat kami,

    Pengelola TIK
    Pusat Standardisasi Instrumen Peternakan dan Kesehatan Hewan
    "#);
}

#[test]
fn link_in_indonesian() {
    assert_snapshot!(whole(&write(Language::Id, LetterKind::Link)), @r#"
    Subject: [VM-2026-0001] Tautan Zoom: Rapat Koordinasi – Senin, 30 November 2026

    Yth. Bapak/Ibu Dr. Siti Rahmawati, M.Si.

    Dengan hormat,

    Menindaklanjuti permohonan Bapak/Ibu dengan nomor tiket VM-2026-0001, bersama ini kami sampaikan tautan virtual meeting (Zoom) untuk kegiatan berikut:

    Kegiatan       : Rapat Koordinasi
    Hari, tanggal  : Senin, 30 November 2026
    Waktu          : pukul 09.00–11.30 WIB
    Tautan         : https://us02web.zoom.us/j/92674392836?pwd=aB3xY&from=addon
    Meeting ID     : 926 7439 2836
    Passcode       : x7Kp2Q
    Kapasitas      : 1.000 peserta
    Akun Zoom      : Zoom-1

    Hal-hal yang perlu diperhatikan:

    - Peserta dapat memasuki ruang Zoom kapan saja menjelang acara tanpa menunggu tuan rumah (host) dan tanpa melalui ruang tunggu.
    - Mohon tautan ini hanya dibagikan kepada peserta kegiatan dan tidak disebarluaskan.
    - Undangan kalender terlampir, sehingga kegiatan ini dapat langsung disimpan ke kalender Bapak/Ibu.
    - Untuk perubahan atau pembatalan, mohon memberitahukan kepada kami dengan membalas surel ini atau melalui WhatsApp 0812-3456-7890, dengan menyebutkan nomor tiket VM-2026-0001.

    Teks berikut dapat disalin ke WhatsApp untuk diteruskan kepada peserta:

    ----------------------------------------
    *Rapat Koordinasi*
    Senin, 30 November 2026
    Pukul 09.00–11.30 WIB

    Tautan Zoom: https://us02web.zoom.us/j/92674392836?pwd=aB3xY&from=addon
    Meeting ID: 926 7439 2836
    Passcode: x7Kp2Q
    ----------------------------------------

    Atas perhatian dan kerja sama Bapak/Ibu, kami ucapkan terima kasih.

    Hormat kami,

    Pengelola TIK
    Pusat Standardisasi Instrumen Peternakan dan Kesehatan Hewan
    "#);
}

#[test]
fn received_in_english() {
    assert_snapshot!(whole(&write(Language::En, LetterKind::Received)), @r#"
    Subject: [VM-2026-0001] Request received: Rapat Koordinasi – Monday, 30 November 2026

    Dear Dr. Siti Rahmawati, M.Si.,

    We received your request for a virtual meeting (Zoom) on Tuesday, 24 November 2026 at 10:05 WIB under ticket number VM-2026-0001, and it is now being processed. We have noted the following:

    Ticket number : VM-2026-0001
    Event         : Rapat Koordinasi
    Date          : Monday, 30 November 2026
    Time          : 09:00–11:30 WIB
    Participants  : 50
    Unit          : Balai Veteriner

    What happens next:

    1. We check whether a Zoom account is free at that time. Our service standard is 20 minutes during working hours.
    2. If an account is free, we will send the Zoom link by e-mail to you and to the contact person of the event.
    3. If all accounts are taken at that time, we will let the contact person and you know by e-mail, together with other times that are still free.

    Please check the details above. Should anything be incorrect, kindly let us know by replying to this e-mail or by WhatsApp on 0812-3456-7890, quoting ticket number VM-2026-0001.

    The schedule of events is published at https://vm.example.go.id/jadwal

    Thank you for your kind attention and cooperation.

    Yours sincerely,

    Pengelola TIK
    Pusat Standardisasi Instrumen Peternakan dan Kesehatan Hewan
    "#);
}

#[test]
fn new_request_in_english() {
    assert_snapshot!(whole(&write(Language::En, LetterKind::NewRequest)), @r#"
    Subject: [VM-2026-0001] New request: Rapat Koordinasi – Monday, 30 November 2026

    Dear colleagues,

    A new request for a virtual meeting (Zoom) came in on Tuesday, 24 November 2026 at 10:05 WIB.

    Ticket number : VM-2026-0001
    Applicant     : Dr. Siti Rahmawati, M.Si.
    Unit          : Balai Veteriner
    Event         : Rapat Koordinasi
    Date          : Monday, 30 November 2026
    Time          : 09:00–11:30 WIB
    Participants  : 50

    All answers on the form:

    Nama Pemohon:
      Dr. Siti Rahmawati, M.Si.
    Keterangan:
      Mohon disiapkan:
      1. rekaman
      2. ruang terpisah
    Materi (tautan):
      https://drive.example/folder/1AbCdEfGhIjKlMnOpQrStUvWxYz0123456789_sangat_panjang?usp=sharing
    Catatan:
      (not answered)

    The progress of this request is shown in the columns Status and Catatan Sistem of the response sheet. The service standard is 20 minutes during working hours.

    Thank you for your kind attention and cooperation.

    Yours sincerely,

    Virtual Meeting Service
    Pusat Standardisasi Instrumen Peternakan dan Kesehatan Hewan
    "#);
}

#[test]
fn to_correct_in_english() {
    assert_snapshot!(whole(&write(Language::En, LetterKind::ToCorrect)), @r#"
    Subject: [VM-2026-0001] Please correct your request: Rapat Koordinasi

    Dear Dr. Siti Rahmawati, M.Si.,

    We received your request for a virtual meeting (Zoom) on Tuesday, 24 November 2026 at 10:05 WIB under ticket number VM-2026-0001. Unfortunately, we cannot process it yet, because the following needs to be corrected:

    1. Isian pertama.
    2. Isian kedua.

    What we have noted so far:

    Event         : Rapat Koordinasi
    Date          : Monday, 30 November 2026
    Time          : 09:00–11:30 WIB

    Kindly edit the answer that you sent in, or fill in the request form again at the following address:

    https://forms.example/permohonan

    Once it is corrected, your request will be processed promptly. Should you need any help, please contact us by replying to this e-mail or by WhatsApp on 0812-3456-7890, quoting ticket number VM-2026-0001.

    Thank you for your kind attention and cooperation.

    Yours sincerely,

    Pengelola TIK
    Pusat Standardisasi Instrumen Peternakan dan Kesehatan Hewan
    "#);
}

#[test]
fn link_in_english() {
    assert_snapshot!(whole(&write(Language::En, LetterKind::Link)), @r#"
    Subject: [VM-2026-0001] Zoom link: Rapat Koordinasi – Monday, 30 November 2026

    Dear Dr. Siti Rahmawati, M.Si.,

    Further to your request under ticket number VM-2026-0001, we are pleased to send you the virtual meeting (Zoom) link for the following event:

    Event         : Rapat Koordinasi
    Date          : Monday, 30 November 2026
    Time          : 09:00–11:30 WIB
    Link          : https://us02web.zoom.us/j/92674392836?pwd=aB3xY&from=addon
    Meeting ID    : 926 7439 2836
    Passcode      : x7Kp2Q
    Capacity      : 1,000 participants
    Zoom account  : Zoom-1

    Please note:

    - Participants may enter the Zoom room at any time before the event, without waiting for the host and without a waiting room.
    - Please share this link with the participants of the event only.
    - A calendar invitation is attached, so that you can save the event to your calendar.
    - To change or cancel the event, please let us know by replying to this e-mail or by WhatsApp on 0812-3456-7890, quoting ticket number VM-2026-0001.

    The following text may be copied to WhatsApp and passed on to the participants:

    ----------------------------------------
    *Rapat Koordinasi*
    Monday, 30 November 2026
    09:00–11:30 WIB

    Zoom link: https://us02web.zoom.us/j/92674392836?pwd=aB3xY&from=addon
    Meeting ID: 926 7439 2836
    Passcode: x7Kp2Q
    ----------------------------------------

    Thank you for your kind attention and cooperation.

    Yours sincerely,

    Pengelola TIK
    Pusat Standardisasi Instrumen Peternakan dan Kesehatan Hewan
    "#);
}

/// The text of an HTML letter, without its head and tags.
fn plain(html: &str) -> String {
    let body = html.split_once("<body>").unwrap().1;
    let (mut out, mut in_tag) = (String::new(), false);
    for c in body.chars() {
        match c {
            '<' => in_tag = true,
            '>' => in_tag = false,
            c if !in_tag => out.push(c),
            _ => {}
        }
    }
    out.replace("&#x2f;", "/").replace("&amp;", "&").split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn text_and_html_say_the_same() {
    for language in [Language::Id, Language::En] {
        for kind in LetterKind::ALL {
            let written = write(language, kind);
            let html = plain(&written.html);
            for line in written.text.lines().filter(|line| !line.starts_with("---")) {
                let bare = line.trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, '.' | '-' | ' '));
                let value = bare.split_once(" : ").map_or(bare, |(_, value)| value);
                let words = value.split_whitespace().collect::<Vec<_>>().join(" ");
                let words = words.trim_end_matches(':');
                // The link with its whole text stands behind a button.
                if words.starts_with("https://wa.me/") {
                    assert!(written.html.contains(&format!("href=\"{words}\"")), "{words}");
                    continue;
                }
                assert!(html.contains(words), "{language:?} {kind:?}: `{words}` is not in {html}");
            }
            assert!(written.html.contains(&format!("<html lang=\"{}\">", language.code())));
            assert!(!written.html.contains("<img") && !written.html.contains("url("), "remote content in {kind:?}");
        }
    }
}

#[test]
fn staff_open_the_room_where_participants_cannot() {
    let mut due = letter(LetterKind::Link);
    due.role = Role::Contact;
    due.facts.to_name = "Budi".into();
    due.facts.participants = None;
    due.facts.meeting.as_mut().unwrap().opening = Opening::Staff;
    let id = letters(Language::Id).write(&due).unwrap();
    for part in [&id.text, &plain(&id.html)] {
        assert!(part.contains("Ruang Zoom dibuka oleh petugas kami mulai pukul 08.45 WIB, yaitu 15 menit sebelum acara."));
        assert!(
            part.contains(
                "Menindaklanjuti permohonan Dr. Siti Rahmawati, M.Si. (Balai Veteriner) dengan nomor tiket VM-2026-0001"
            )
        );
        assert!(part.contains("selaku narahubung"));
        assert!(part.contains("tidak melebihi kapasitas 1.000 peserta"));
        assert!(!part.contains("tanpa menunggu tuan rumah"));
    }
    let en = letters(Language::En).write(&due).unwrap();
    assert!(en.text.contains("Our staff will open the Zoom room from 08:45 WIB, 15 minutes before the event."));
}

#[test]
fn what_is_not_known_is_left_out() {
    for language in [Language::Id, Language::En] {
        let mut bare_office = office();
        (bare_office.phone, bare_office.form_url, bare_office.schedule_url) = <_>::default();
        let letters = Letters::new(bare_office, wording(language), None);
        for kind in [LetterKind::Received, LetterKind::NewRequest, LetterKind::ToCorrect] {
            let mut due = letter(kind);
            let facts = &mut due.facts;
            (facts.slot, facts.participants) = (None, None);
            (facts.unit, facts.topic, facts.to_name, facts.applicant) = <_>::default();
            let written = letters.write(&due).unwrap();
            for part in [&written.subject, &written.text, &plain(&written.html)] {
                for leftover in ["none", "None", "undefined", "WhatsApp", "()"] {
                    assert!(!part.contains(leftover), "{kind:?}: {leftover} in {part}");
                }
            }
            assert!(!written.html.contains("href=\"\"") && !written.html.contains("<td></td>"), "{}", written.html);
            assert!(!written.text.lines().any(|line| line.trim_end().ends_with(" :")), "{}", written.text);
        }
    }
}

#[test]
fn an_event_that_ends_on_another_day_names_it() {
    let mut due = letter(LetterKind::Link);
    due.facts.slot = Some(Slot { start: at("2026-11-30T15:00:00Z"), end: at("2026-11-30T19:00:00Z") });
    let text = letters(Language::Id).write(&due).unwrap().text;
    assert!(text.contains("pukul 22.00–Sel, 1 Des 2026 02.00 WIB"), "{text}");
}

#[test]
fn nothing_typed_does_more_than_be_read() {
    let hostile = "<script>alert(1)</script>{{ 7*7 }}{% raw %}\r\nBcc: x@y.id\u{202e}\u{0} =HYPERLINK(\"http://x\") \"'`";
    for language in [Language::Id, Language::En] {
        for kind in LetterKind::ALL {
            let mut due = letter(kind);
            let facts = &mut due.facts;
            for field in [&mut facts.to_name, &mut facts.applicant, &mut facts.unit, &mut facts.topic] {
                *field = hostile.into();
            }
            facts.problems = vec![hostile.into()];
            facts.answers = vec![(hostile.into(), hostile.into())];
            if let Some(notice) = &mut facts.notice {
                (notice.title, notice.lines) = (hostile.into(), vec![hostile.into()]);
            }
            if let Some(meeting) = &mut facts.meeting {
                (meeting.passcode, meeting.id, meeting.host_name) = (hostile.into(), hostile.into(), hostile.into());
            }
            let written = letters(language).write(&due).unwrap();
            assert!(!written.html.contains("<script") && !written.html.contains("\"http://x"), "{}", written.html);
            assert!(written.html.contains("&lt;script&gt;"));
            for part in [&written.subject, &written.text, &written.html] {
                assert!(part.contains("{{ 7*7 }}") && !part.contains("49"), "{part}");
                assert!(!part.contains(['\u{202e}', '\u{0}', '\r']), "{part}");
            }
            assert!(!written.subject.contains('\n') && written.subject.chars().count() <= 180);
            let own_line = |line: &str| line.starts_with("Bcc:");
            assert!(kind == LetterKind::NewRequest || !written.text.lines().any(own_line), "{}", written.text);
        }
    }
}

#[test]
fn an_endless_text_is_cut() {
    let mut due = letter(LetterKind::Link);
    due.facts.topic = "Rapat ".repeat(1000);
    due.facts.to_name = "A".repeat(5000);
    let written = letters(Language::Id).write(&due).unwrap();
    assert!(written.subject.ends_with("… – Senin, 30 November 2026"), "{}", written.subject);
    assert!(written.text.len() < 4000 && written.html.len() < 14_000, "{} {}", written.text.len(), written.html.len());
}

#[test]
fn only_a_web_link_is_handed_out() {
    for link in ["javascript:alert(1)", "", "zoom.us/j/1", "https://zoom.us/j/1 \" onclick=x"] {
        let mut due = letter(LetterKind::Link);
        due.facts.meeting.as_mut().unwrap().join_url = link.into();
        assert_eq!(letters(Language::Id).write(&due), Err(LetterError::NothingToLink), "{link}");
    }
    let mut due = letter(LetterKind::Link);
    due.facts.meeting = None;
    assert_eq!(letters(Language::Id).write(&due), Err(LetterError::NothingToLink));
    let html = write(Language::Id, LetterKind::Link).html;
    assert_eq!(html.matches(&LINK.replace('&', "&amp;")).count(), 4);
}

#[test]
fn the_offices_own_template_goes_first_and_a_broken_one_loses_no_letter() {
    let folder = tempfile::tempdir().unwrap();
    let own = |path: &str, text: &str| {
        let file = folder.path().join(path);
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(file, text).unwrap();
    };
    own("id/link/subject.txt", "Tautan {{ ticket }}\n");
    own("id/closing.txt", "Salam,\nKantor\n");
    own("id/received/body.txt", "Yth.\n\n{{ tickets }}\n");
    let letters = Letters::new(office(), wording(Language::Id), Some(folder.path().to_owned()));
    let link = letters.write(&letter(LetterKind::Link)).unwrap();
    assert_eq!((link.subject.as_str(), link.warning.as_ref()), ("Tautan VM-2026-0001", None));
    assert!(link.text.ends_with("Salam,\nKantor\n"), "{}", link.text);
    let received = letters.write(&letter(LetterKind::Received)).unwrap();
    assert!(received.text.contains("kami ucapkan terima kasih"));
    let warning = received.warning.unwrap();
    assert!(warning.starts_with("letter template `id/received/body.txt`, line 3: undefined value"), "{warning}");
}
