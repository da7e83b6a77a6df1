//! Staff's word: what they write into `Tindakan Petugas` is carried out once, answered, and taken out of its cell.

use loket_sandbox::calls::Party;
use loket_sandbox::faults::{Action, Rule, When};
use loket_sandbox::smtp::letter::Letter;

use crate::office::{Office, count, plain};

impl Office {
    /// Staff write into the row of a topic.
    fn says(&mut self, topic: &str, header: &str, text: &str) {
        if header == "Catatan Petugas" {
            self.staff_notes.push((topic.to_owned(), text.to_owned()));
        }
        let hands = self.hands();
        hands.type_in(hands.rows_of(topic)[0], hands.column(header).unwrap(), text);
    }

    pub fn say(&mut self, topic: &str, text: &str) {
        self.commanded.insert(topic.to_owned());
        self.says(topic, "Tindakan Petugas", text);
    }

    /// Waits until a word was answered and taken out of its cell.
    async fn until_answered(&self, topic: &str, answer: &str) {
        let is_answered = |office: &Office| {
            let row = office.row(topic);
            row.text("Tindakan Petugas").is_empty() && row.text("Catatan Sistem").contains(answer)
        };
        self.until(answer, is_answered).await;
    }

    /// The letters of a kind about a topic.
    fn letters_about(&self, topic: &str, kind: &str) -> Vec<Letter> {
        let label = format!("{}/{kind}/", self.row(topic).text("No. Tiket"));
        let letters = self.sandbox.mail().letters();
        letters
            .into_iter()
            .filter(|letter| letter.header("X-Loket-Letter").is_some_and(|of| of.trim().starts_with(&label)))
            .collect()
    }

    async fn until_told(&self, topic: &str, kind: &str, letters: usize) {
        self.until("everybody is told", |office| office.letters_about(topic, kind).len() == letters).await;
    }
}

#[tokio::test]
async fn a_cancelled_event_is_deleted_told_to_all_who_had_the_link_and_shown_as_such() {
    let mut office = Office::open(60).await;
    office.start();
    office.answer(plain("Ditunda", 3, (9, 0), (10, 0)));
    office.until_all(&["Terjadwal"]).await;
    let link = office.row("Ditunda").text("Link Zoom");
    office.says("Ditunda", "Catatan Petugas", "Menunggu pimpinan");
    office.say("Ditunda", "Batalkan: narasumber berhalangan");
    office.until_answered("Ditunda", "BATALKAN sudah dilaksanakan").await;
    office.until("the meeting is gone", |office| office.sandbox.zoom().all_meetings().is_empty()).await;
    office.until_told("Ditunda", "cancelled", 2).await;
    let row = office.row("Ditunda");
    assert_eq!(row.status(), "Dibatalkan");
    for header in ["Link Zoom", "Meeting ID", "Passcode", "Akun Zoom"] {
        assert_eq!(row.text(header), "", "{header}");
    }
    assert!(row.text("Catatan Sistem").contains("Alasan: narasumber berhalangan"), "{}", row.text("Catatan Sistem"));
    assert_eq!(row.text("Catatan Petugas"), "Menunggu pimpinan");
    for letter in office.letters_about("Ditunda", "cancelled") {
        let (text, calendar) = (letter.text().unwrap(), letter.calendar().unwrap());
        let whole = format!("{}{}{}", calendar.text, text, letter.html().unwrap());
        assert!(text.contains("narasumber berhalangan") && text.contains("tidak berlaku lagi"), "{text}");
        assert!(
            calendar.method == "CANCEL"
                && whole.contains("METHOD:CANCEL")
                && whole.contains("STATUS:CANCELLED")
                && whole.contains("SEQUENCE:1"),
            "{whole}"
        );
        assert!(!whole.contains(&link), "no link any more: {whole}");
    }
    let feed = crate::stories::client().get(format!("{}/jadwal.ics", office.web)).send().await.unwrap().text().await.unwrap();
    assert!(feed.contains("STATUS:CANCELLED") && feed.contains("Ditunda"), "{feed}");
    // Booked again, by the same row: a calendar takes the new invite for the newer one.
    office.say("Ditunda", "PROSES ULANG");
    office.until("it is scheduled again", |office| office.row("Ditunda").status() == "Terjadwal").await;
    office.until_told("Ditunda", "link", 4).await;
    let last = office.letters_about("Ditunda", "link").pop().unwrap().calendar().unwrap().text;
    assert!(last.contains("METHOD:REQUEST") && last.contains("SEQUENCE:2"), "{last}");
    assert_ne!(office.row("Ditunda").text("Link Zoom"), link);
    assert_eq!(office.sandbox.zoom().all_meetings().len(), 1);
    office.close().await;
}

#[tokio::test]
async fn a_word_that_is_unknown_or_does_not_fit_is_answered_with_what_would() {
    let mut office = Office::open(61).await;
    office.start();
    office.answer(plain("Dijawab", 3, (9, 0), (10, 0)));
    office.until_all(&["Terjadwal"]).await;
    office.say("Dijawab", "tolong dipindah");
    office.until_answered("Dijawab", "“tolong dipindah” tidak dikenal").await;
    assert!(office.row("Dijawab").text("Catatan Sistem").contains("KIRIM ULANG, TOLAK, BATALKAN"));
    office.say("Dijawab", "setujui");
    office.until_answered("Dijawab", "SETUJUI tidak dapat dilaksanakan").await;
    office.say("Dijawab", "=HYPERLINK(\"http://evil\")");
    office.until_answered("Dijawab", "tidak dikenal").await;
    assert_eq!(office.row("Dijawab").status(), "Terjadwal");
    assert_eq!(office.sandbox.zoom().all_meetings().len(), 1);
    office.close().await;
}

#[tokio::test]
async fn a_rejected_request_frees_nothing_and_its_applicant_is_told_why() {
    let mut office = Office::open(62).await;
    office.start();
    office.answer(plain("Ditolak", 3, (14, 0), (13, 0)));
    office.until_all(&["Perlu Perbaikan"]).await;
    office.says("Ditolak", "Catatan Petugas", "Bukan kegiatan kantor");
    office.say("Ditolak", "TOLAK");
    office.until_answered("Ditolak", "TOLAK sudah dilaksanakan").await;
    office.until_told("Ditolak", "cancelled", 1).await;
    let letter = office.letters_about("Ditolak", "cancelled").pop().unwrap();
    assert!(letter.text().unwrap().contains("Bukan kegiatan kantor") && letter.calendar().is_none());
    assert_eq!(office.row("Ditolak").status(), "Ditolak");
    office.close().await;
}

#[tokio::test]
async fn what_is_said_again_goes_once_more_and_the_same_word_later_is_a_new_one() {
    let mut office = Office::open(63).await;
    office.start();
    office.answer(plain("Sekali lagi", 3, (9, 0), (10, 0)));
    office.until_all(&["Terjadwal"]).await;
    for letters in [4, 6] {
        office.say("Sekali lagi", "kirim ulang");
        office.until_told("Sekali lagi", "link", letters).await;
        office.until_answered("Sekali lagi", "KIRIM ULANG sudah dilaksanakan").await;
        office.polls(2).await;
    }
    assert_eq!(office.letters_about("Sekali lagi", "link").len(), 6);
    office.close().await;
}

/// The process dies right after the word was recorded, and before its cell was cleared: it is not carried out again.
#[tokio::test]
async fn a_word_is_carried_out_once_whatever_dies() {
    let mut office = Office::open(64).await;
    office.start();
    office.answer(plain("Mati", 3, (9, 0), (10, 0)));
    office.until_all(&["Terjadwal"]).await;
    let pid = office.pid();
    let die = Action::hook(When::Before, move |_| crate::office::send("KILL", pid));
    let rule = Rule::new(Party::Google, "values.batchUpdateByDataFilter", die).containing("KIRIM ULANG").once();
    let rule = office.sandbox.faults().add(rule);
    office.say("Mati", "KIRIM ULANG");
    office.until("it was killed", |office| office.sandbox.faults().hits(rule) == 1).await;
    office.reap();
    office.note_doubts().await;
    office.start();
    office.until_answered("Mati", "KIRIM ULANG sudah dilaksanakan").await;
    office.polls(3).await;
    let labels: Vec<String> = office
        .letters_about("Mati", "link")
        .iter()
        .map(|letter| letter.header("X-Loket-Letter").unwrap().trim().to_owned())
        .collect();
    assert!(labels.iter().all(|label| ["/1", "/2", "/3", "/4"].iter().any(|n| label.ends_with(n))), "{labels:?}");
    office.close().await;
}

/// The word comes while the meeting is being made, and Zoom's answer is lost: first it is found, then it is deleted.
#[tokio::test]
async fn a_word_that_comes_while_the_meeting_is_made_waits_for_it() {
    let mut office = Office::open(65).await;
    office.sandbox.faults().add(Rule::new(Party::Zoom, "meetings.create", Action::CloseAfter).once());
    office.start();
    office.answer(plain("Bersamaan", 3, (9, 0), (10, 0)));
    office.until("it has its row", |office| !office.row("Bersamaan").text("No. Tiket").is_empty()).await;
    office.say("Bersamaan", "BATALKAN");
    office.until_answered("Bersamaan", "BATALKAN sudah dilaksanakan").await;
    office.until("the meeting is gone", |office| office.sandbox.zoom().all_meetings().is_empty()).await;
    assert_eq!(office.row("Bersamaan").status(), "Dibatalkan");
    assert_eq!(count(&office, Party::Zoom, "meetings.create"), 1);
    office.polls(2).await;
    let (links, ends) = (office.letters_about("Bersamaan", "link").len(), office.letters_about("Bersamaan", "cancelled").len());
    assert!(ends >= 1 && ends >= links, "{links} had the link, {ends} were told");
    office.close().await;
}

/// What was edited after the event was called off is booked as it says now, and the row does not say that the edit still waits.
#[tokio::test]
async fn an_answer_that_was_edited_after_it_was_cancelled_is_booked_as_edited() {
    let mut office = Office::open(68).await;
    office.start();
    let id = office.answer(plain("Pindah hari", 3, (9, 0), (10, 0)));
    office.until_all(&["Terjadwal"]).await;
    office.say("Pindah hari", "batal");
    office.until_answered("Pindah hari", "BATALKAN sudah dilaksanakan").await;
    office.until("the meeting is gone", |office| office.sandbox.zoom().all_meetings().is_empty()).await;
    let moved = plain("Pindah hari", 5, (13, 0), (14, 0));
    office.edit(id, "Pindah hari", moved.clone());
    let is_told =
        |office: &Office| office.row("Pindah hari").text("Catatan Sistem").contains("diubah setelah permohonan diakhiri");
    office.until("staff are told of the edit", is_told).await;
    assert_eq!(office.row("Pindah hari").status(), "Dibatalkan");
    office.say("Pindah hari", "ulang");
    office.until_answered("Pindah hari", "PROSES ULANG sudah dilaksanakan").await;
    office.until("it is scheduled again", |office| office.row("Pindah hari").status() == "Terjadwal").await;
    let meetings = office.sandbox.zoom().all_meetings();
    assert_eq!(meetings[0].start_at, Some(crate::office::instant(moved.date, moved.start)));
    assert!(!office.row("Pindah hari").text("Catatan Sistem").contains("diubah setelah"));
    office.close_at_rest().await;
}

#[tokio::test]
async fn a_cancelled_ticket_is_closed_like_any_other_and_gives_its_metadata_back() {
    let mut office = Office::open(67).await;
    office.fake_clock();
    office.start();
    office.answer(plain("Ditutup", 3, (9, 0), (10, 0)));
    office.until_all(&["Terjadwal"]).await;
    office.say("Ditutup", "BATALKAN");
    office.until_answered("Ditutup", "BATALKAN sudah dilaksanakan").await;
    assert_eq!(office.marks_of("Ditutup").len(), 1);
    office.pass(jiff::SignedDuration::from_hours(5 * 24));
    office.until("its row is not marked any more", |office| office.marks_of("Ditutup").is_empty()).await;
    office.close().await;
}

/// A meeting off which somebody took our marker is not ours to delete (law 6), and staff are told.
#[tokio::test]
async fn a_meeting_that_is_not_ours_any_more_is_left_and_one_that_is_gone_is_gone() {
    let mut office = Office::open(66).await;
    office.start();
    office.answer(plain("Diambil alih", 3, (9, 0), (10, 0)));
    office.answer(plain("Sudah dihapus", 4, (9, 0), (10, 0)));
    office.until_all(&["Terjadwal"]).await;
    let id = |office: &Office, topic: &str| {
        let meetings = office.sandbox.zoom().all_meetings();
        meetings.iter().find(|meeting| meeting.topic.contains(topic)).unwrap().id
    };
    let (taken, gone) = (id(&office, "Diambil alih"), id(&office, "Sudah dihapus"));
    office.sandbox.zoom().alter(taken, |meeting| meeting.agenda = "Rapat pimpinan".into());
    office.sandbox.zoom().remove(gone);
    for topic in ["Diambil alih", "Sudah dihapus"] {
        office.say(topic, "BATALKAN");
        office.until_answered(topic, "BATALKAN sudah dilaksanakan").await;
    }
    office.until("staff are told", |office| office.row("Diambil alih").text("Catatan Sistem").contains("tidak dihapus")).await;
    office.until("it is settled", |office| !office.row("Sudah dihapus").text("Catatan Sistem").contains("sedang dihapus")).await;
    assert!(office.sandbox.zoom().meeting(taken).is_some());
    office.sandbox.zoom().remove(taken);
    office.close().await;
}
