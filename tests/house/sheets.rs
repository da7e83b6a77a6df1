//! Sheets as people treat them: rows sorted, copied, cut and deleted, columns inserted and moved, headers renamed, while Loket works.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use loket_sandbox::answer::title;
use loket_sandbox::calls::Party;
use loket_sandbox::faults::{Action, Rule, When};
use loket_sandbox::google::{Question, QuestionKind};
use serde_json::Value;

use crate::hands::Hands;
use crate::ledger;
use crate::office::{Office, count, plain};
use crate::stories::client;

impl Office {
    pub fn hands(&self) -> Hands {
        Hands { google: self.sandbox.google().clone() }
    }

    /// The subjects of the notices to staff.
    pub fn notices(&self) -> Vec<String> {
        let letters = self.sandbox.mail().letters();
        let notices = letters.iter().filter(|letter| crate::office::label(letter).is_some_and(|(_, kind, _)| kind == "notice"));
        notices.map(loket_sandbox::smtp::letter::Letter::subject).collect()
    }

    /// Staff were told that columns moved under a write and all was put back, and of nothing else.
    fn assert_told_of_put_back_only(&self) {
        let notices = self.notices();
        let is_that = |subject: &String| subject.contains("Kolom lembar jawaban digeser ketika sistem menulis");
        assert!(!notices.is_empty() && notices.iter().all(is_that), "{notices:?}");
    }

    fn reads(&self) -> u64 {
        count(self, Party::Google, "values.batchGetByDataFilter")
    }

    /// Waits until the sheet was read so many times more.
    pub async fn polls(&self, more: u64) {
        let from = self.reads();
        self.until("the sheet is read on", |office| office.reads() >= from + more).await;
    }

    /// Something happens just before the next write of rows whose body holds a text.
    fn before_write(&self, containing: &str, act: impl Fn(&Hands) + Send + Sync + 'static) -> u64 {
        let hands = self.hands();
        let hook = Action::hook(When::Before, move |_| act(&hands));
        self.sandbox.faults().add(Rule::new(Party::Google, "values.batchUpdateByDataFilter", hook).containing(containing).once())
    }

    pub async fn ready(&self) -> (u16, String) {
        let answer = client().get(format!("{}/readyz", self.web)).send().await.unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    }

    /// The metadata on the rows of a topic.
    pub fn marks_of(&self, topic: &str) -> Vec<(usize, i64)> {
        let (rows, view) = (self.hands().rows_of(topic), self.hands().view());
        view.metadata.iter().filter(|(row, ..)| rows.contains(row)).map(|(row, id, ..)| (*row, *id)).collect()
    }
}

/// Columns that move between the read and the write: what is overwritten is put back at once, wherever it stood.
#[tokio::test]
async fn columns_that_move_under_a_write_cost_nobody_a_cell() {
    let mut office = Office::open(60).await;
    office.start();
    office.answer(plain("Pertama", 3, (9, 0), (10, 0)));
    office.until_all(&["Terjadwal"]).await;
    let hands = office.hands();
    let last = hands.values()[0].len();
    hands.type_in(0, last, "Disposisi");
    let own = hands.column("No. Tiket").unwrap();
    hands.carry("COLUMNS", last, own);
    for (row, cells) in hands.values().iter().enumerate().skip(1) {
        hands.type_in(row, own, &format!("Disposisi {}", cells[4].as_str().unwrap()));
    }
    // Left of all, among the questions, left of the last, right before Loket's own, and among them.
    let places = [0, 5, own - 1, own + 1, own + 4];
    for (n, place) in places.into_iter().enumerate() {
        let topic = format!("Geser {n}");
        let hold = office.sandbox.faults().add(Rule::new(Party::Zoom, "meetings.create", Action::Hold));
        let first = office.before_write("Diproses", move |hands| hands.insert("COLUMNS", place + 2 * n));
        let mut answer = plain(&topic, 4 + i32::try_from(n).unwrap(), (9, 0), (10, 0));
        answer.notes = format!("Catatan {n}");
        office.answer(answer);
        office.until("it is numbered", |office| office.row(&topic).text("No. Tiket").starts_with("VM-")).await;
        hands.type_in(hands.rows_of(&topic)[0], hands.column("Disposisi").unwrap(), &format!("Disposisi {topic}"));
        office.polls(2).await;
        let second = office.before_write("Terjadwal", move |hands| hands.insert("COLUMNS", place + 2 * n + 1));
        office.sandbox.faults().remove(hold);
        office.until_all(&["Terjadwal"]).await;
        for rule in [first, second] {
            assert_eq!(office.sandbox.faults().hits(rule), 1, "a column was inserted");
        }
    }
    // A column is moved while the link is written.
    let rule = office.before_write("Terjadwal", |hands| {
        let notes = hands.column("Keterangan").unwrap();
        hands.carry("COLUMNS", hands.column("Jadwal").unwrap(), notes);
    });
    office.answer(plain("Pindah", 9, (9, 0), (10, 0)));
    office.until("a column was moved", |office| office.sandbox.faults().hits(rule) == 1).await;
    office.until_all(&["Terjadwal"]).await;
    for row in office.rows().iter().filter(|row| row.topic() != "Pindah") {
        assert_eq!(row.text("Disposisi"), format!("Disposisi {}", row.topic()));
    }
    office.assert_told_of_put_back_only();
    office.close().await;
}

#[tokio::test]
async fn rows_that_move_under_a_write_are_mended_at_once() {
    for (follows, at_one_moment) in [(true, false), (false, false), (true, true), (false, true)] {
        let mut office = Office::open(61).await;
        office.sandbox.google().switches(|switches| switches.metadata_follows_sort = follows);
        // No link before the first words stand there, however quick Zoom is.
        let down = office.sandbox.faults().add(Rule::new(Party::Zoom, "meetings.list", Action::status(503, "down")));
        office.start();
        let now = jiff::Timestamp::now();
        for n in 0..3 {
            let at = if at_one_moment { now } else { now + jiff::SignedDuration::from_millis(n.into()) };
            office.answer_at(plain(&format!("Baris {n}"), 3 + n, (9, 0), (10, 0)), at);
        }
        let sort = |hands: &Hands| {
            let by = hands.column("Nama Kegiatan").unwrap();
            let down = hands.rows_of("Baris 0")[0] < hands.rows_of("Baris 2")[0];
            hands.sort_all(by, if down { "DESCENDING" } else { "ASCENDING" });
        };
        let first = office.before_write("VM-", sort);
        office.until("the first words were written", |office| office.sandbox.faults().hits(first) == 1).await;
        let second = office.before_write("Terjadwal", sort);
        office.sandbox.faults().remove(down);
        office.until("the links were written", |office| office.sandbox.faults().hits(second) == 1).await;
        office.until_all(&["Terjadwal"]).await;
        // Cut and pasted just before a write: the metadata stays on a row without an answer.
        let rule = office.before_write("Berubah", |hands| {
            let below = hands.below();
            hands.cut_row(hands.rows_of("Berubah")[0], below);
        });
        let id = office.answer(plain("Berubah", 8, (14, 0), (13, 0)));
        office.until("it is told what to correct", |office| office.row("Berubah").status() == "Perlu Perbaikan").await;
        office.sandbox.faults().remove(rule);
        let rule = office.before_write("Terjadwal", |hands| {
            let below = hands.below();
            hands.cut_row(hands.rows_of("Berubah")[0], below);
        });
        office.edit(id, "Berubah", plain("Berubah", 8, (13, 0), (14, 0)));
        office.until("it was cut and pasted", |office| office.sandbox.faults().hits(rule) == 1).await;
        office.until_all(&["Terjadwal"]).await;
        office.until_at_rest().await;
        office.close().await;
    }
}

/// Rows were sorted under a write, so that a link stands in another's row; while it is taken away there, a column is inserted.
#[tokio::test]
async fn a_column_that_is_inserted_while_a_row_is_mended_costs_nobody_a_cell() {
    let mut office = Office::open(64).await;
    office.sandbox.google().switches(|switches| switches.metadata_follows_sort = false);
    office.start();
    office.answer(plain("Perlu dibetulkan", 4, (14, 0), (13, 0)));
    office.until_all(&["Perlu Perbaikan"]).await;
    let hands = office.hands();
    let last = hands.values()[0].len();
    hands.type_in(0, last, "Disposisi");
    hands.carry("COLUMNS", last, hands.column("Link Zoom").unwrap());
    hands.type_in(1, hands.column("Disposisi").unwrap(), "Disposisi Perlu dibetulkan");
    office.polls(2).await;
    let sorted = office.before_write("Terjadwal", |hands| {
        let by = hands.column("Nama Kegiatan").unwrap();
        let up = hands.rows_of("Perlu dibetulkan")[0] > hands.rows_of("Acara")[0];
        hands.sort_all(by, if up { "DESCENDING" } else { "ASCENDING" });
    });
    // The first write after the link came to stand there.
    let (inserting, at) = (hands.clone(), Arc::new(AtomicBool::new(false)));
    let inserted = at.clone();
    let hook = Action::hook(When::Before, move |_| {
        let Some(link) = inserting.column("Link Zoom") else { return };
        let is_there = inserting
            .values()
            .iter()
            .skip(1)
            .any(|row| row.get(link).is_some_and(|cell| cell.as_str().is_some_and(|text| !text.is_empty())));
        if is_there && !inserted.swap(true, Ordering::SeqCst) {
            inserting.insert("COLUMNS", 0);
        }
    });
    office.sandbox.faults().add(Rule::new(Party::Google, "values.batchUpdateByDataFilter", hook));
    office.answer(plain("Acara", 3, (9, 0), (10, 0)));
    office.until("a column was inserted", |office| office.sandbox.faults().hits(sorted) == 1 && at.load(Ordering::SeqCst)).await;
    office.until_all(&["Terjadwal", "Perlu Perbaikan"]).await;
    office
        .until("the note is back", |office| office.row("Perlu dibetulkan").text("Disposisi") == "Disposisi Perlu dibetulkan")
        .await;
    office.rest().await;
    assert_eq!(office.row("Perlu dibetulkan").text("Disposisi"), "Disposisi Perlu dibetulkan");
    assert_eq!(office.row("Acara").text("Disposisi"), "");
    office.assert_told_of_put_back_only();
    office.close_at_rest().await;
}

impl Office {
    /// Waits until no row but an answer's holds anything of Loket's.
    pub async fn until_at_rest(&self) {
        self.until("no other row holds a word of Loket's", |office| office.words_elsewhere().is_empty()).await;
    }

    /// Words in Loket's columns of rows that hold no answer.
    pub fn words_elsewhere(&self) -> Vec<String> {
        let values = self.hands().values();
        let at = |header: &str| self.hands().column(header);
        let own: Vec<usize> = ["No. Tiket", "Status", "Link Zoom", "Meeting ID", "Passcode"].into_iter().filter_map(at).collect();
        let Some(stamp) = at("Timestamp") else { return Vec::new() };
        let no_answer = values.iter().skip(1).filter(|row| !row.get(stamp).is_some_and(Value::is_number));
        let words = no_answer.flat_map(|row| own.iter().filter_map(|at| row.get(*at)?.as_str().map(ToOwned::to_owned)));
        words.filter(|word| !word.is_empty()).collect()
    }
}

#[tokio::test]
async fn a_torn_sheet_stops_all_action_until_it_is_undone() {
    let mut office = Office::open(62).await;
    office.start();
    for n in 0..3 {
        office.answer(plain(&format!("Utuh {n}"), 3 + n, (9, 0), (10, 0)));
    }
    office.until_all(&["Terjadwal"]).await;
    let hands = office.hands();
    let own = hands.column("No. Tiket").unwrap();
    // One column by itself; and all answers without Loket's columns.
    for (n, columns) in [(0, 4..5), (1, 0..own)] {
        let before: Vec<Vec<Value>> = (0..own).map(|column| hands.cells_of(column)).collect();
        hands.sort(columns, 4, "DESCENDING");
        office.until("staff are told", |office| office.notices().len() == n + 1).await;
        let (code, text) = office.ready().await;
        assert!(code == 503 && text.contains("torn"), "{text}");
        let meetings = office.sandbox.zoom().all_meetings().len();
        let topic = format!("Menunggu {n}");
        office.answer(plain(&topic, 7 + i32::try_from(n).unwrap(), (9, 0), (10, 0)));
        office.polls(4).await;
        assert_eq!(office.row(&topic).text("No. Tiket"), "", "nothing is taken up");
        assert_eq!(office.sandbox.zoom().all_meetings().len(), meetings, "nothing is booked");
        // A restart changes nothing, and tells nobody twice.
        office.stop().await;
        office.start();
        office.polls(3).await;
        assert_eq!((office.row(&topic).text("No. Tiket"), office.notices().len()), (String::new(), n + 1));
        for (column, cells) in before.iter().enumerate() {
            hands.put_column(column, cells);
        }
        office.until_all(&["Terjadwal"]).await;
        assert_eq!(office.ready().await.0, 200);
    }
    assert!(office.notices().iter().all(|subject| subject.contains("teracak")), "{:?}", office.notices());
    office.close().await;
}

#[tokio::test]
async fn a_deleted_row_is_told_and_joined_again_when_it_comes_back() {
    let mut office = Office::open(63).await;
    office.start();
    office.answer(plain("Tinggal", 3, (9, 0), (10, 0)));
    office.answer(plain("Terhapus", 4, (9, 0), (10, 0)));
    office.until_all(&["Terjadwal"]).await;
    let hands = office.hands();
    let number = office.row("Terhapus").text("No. Tiket");
    let row = hands.take_out(hands.rows_of("Terhapus")[0]);
    office.until("staff are told", |office| office.notices().len() == 1).await;
    assert!(office.notices()[0].contains(&number), "{:?}", office.notices());
    office.polls(5).await;
    assert_eq!(office.notices().len(), 1, "once");
    assert_eq!(office.meetings_of(&number).len(), 1, "nothing is cancelled");
    let values = hands.view().metadata.len();
    assert_eq!(values, 1, "no metadata is left without a row");
    hands.bring_back(&row);
    office.until("it is joined again", |office| office.marks_of("Terhapus").len() == 1).await;
    office.until_all(&["Terjadwal"]).await;
    hands.take_out(hands.rows_of("Terhapus")[0]);
    office.until("it is told again", |office| office.notices().len() == 2).await;
    hands.bring_back(&row);
    office.until("it is joined again", |office| office.marks_of("Terhapus").len() == 1).await;
    office.close().await;
}

#[tokio::test]
async fn a_lost_store_makes_nothing_anew_and_staff_are_told() {
    let mut office = Office::open(64).await;
    office.start();
    for n in 0..3 {
        office.answer(plain(&format!("Lama {n}"), 3 + n, (9, 0), (10, 0)));
    }
    office.until_all(&["Terjadwal"]).await;
    office.stop().await;
    let nothing = ledger::elsewhere(&office.store, office.folder.path()).await;
    office.move_to(nothing);
    let before = office.rows();
    office.start();
    office.until("staff are told", |office| office.notices().len() == 1).await;
    office.answer(plain("Baru", 8, (9, 0), (10, 0)));
    office.until_all(&["Terjadwal"]).await;
    assert_eq!(office.row("Baru").text("No. Tiket"), "VM-2026-0004", "no number is given twice");
    for row in before {
        assert_eq!(office.row(&row.topic()).0, row.0, "left alone");
    }
    office.polls(5).await;
    assert_eq!(office.notices().len(), 1, "one letter for all of them");
    office.close().await;
}

#[tokio::test]
async fn a_restored_older_store_makes_nothing_anew_and_staff_are_told() {
    let mut office = Office::open(64).await;
    office.start();
    for n in 0..2 {
        office.answer(plain(&format!("Lama {n}"), 3 + n, (9, 0), (10, 0)));
    }
    office.until_all(&["Terjadwal"]).await;
    office.stop().await;
    assert!(!office.folder.path().join("loket.db-wal").exists(), "a process that ended in order leaves one file");
    let copy = ledger::back_up_and_restore(&office.store, office.folder.path()).await;
    office.start();
    for n in 0..2 {
        office.answer(plain(&format!("Sesudah {n}"), 5 + n, (9, 0), (10, 0)));
    }
    office.until_all(&["Terjadwal"]).await;
    office.stop().await;
    office.move_to(copy);
    let before = office.rows();
    office.start();
    office.until("staff are told", |office| !office.notices().is_empty()).await;
    assert!(office.notices()[0].contains("nomor tiket"), "{:?}", office.notices());
    // Staff sort the sheet, and one of the older rows loses its metadata.
    let hands = office.hands();
    hands.sort_all(hands.column("Nama Kegiatan").unwrap(), "DESCENDING");
    let below = hands.below();
    hands.cut_row(hands.rows_of("Lama 1")[0], below);
    office.until("it is joined again", |office| office.marks_of("Lama 1").len() == 1).await;
    office.answer(plain("Lanjut", 8, (9, 0), (10, 0)));
    office.until_all(&["Terjadwal"]).await;
    assert_eq!(office.row("Lanjut").text("No. Tiket"), "VM-2026-0005", "no number is given twice");
    for row in before {
        assert_eq!(office.row(&row.topic()).0, row.0, "left alone");
    }
    office.polls(4).await;
    assert_eq!(office.sandbox.zoom().all_meetings().len(), 5, "nothing is made anew");
    office.close().await;
}

#[tokio::test]
async fn a_copy_is_neither_a_second_request_nor_ever_written() {
    let mut office = Office::open(65).await;
    office.start();
    office.answer(plain("Asli", 3, (14, 0), (13, 0)));
    let id = office.answer(plain("Diubah", 4, (14, 0), (13, 0)));
    office.until_all(&["Perlu Perbaikan"]).await;
    let hands = office.hands();
    for topic in ["Asli", "Diubah", "Diubah"] {
        let below = hands.below();
        hands.copy_row(hands.rows_of(topic)[0], below);
    }
    // One copy without its number.
    let numberless = hands.below() - 1;
    hands.type_in(numberless, hands.column("No. Tiket").unwrap(), "");
    let copies: Vec<Vec<Value>> = hands.values().split_off(3);
    office.polls(3).await;
    office.edit(id, "Diubah", plain("Diubah", 4, (13, 0), (14, 0)));
    office.until("the edit is booked", |office| office.row("Diubah").status() == "Terjadwal").await;
    office.polls(3).await;
    assert_eq!(hands.values().split_off(3), copies, "never written");
    assert_eq!(office.sandbox.zoom().all_meetings().len(), 1);
    // Nor under other headers, though the ticket says something else by now.
    hands.rename(title::UNIT, "Bagian asal");
    office.polls(4).await;
    assert_eq!(hands.values().split_off(3), copies, "never written, and no request of its own");
    hands.rename("Bagian asal", title::UNIT);
    // The original goes: its copy is its row now.
    hands.delete("ROWS", hands.rows_of("Asli")[0]);
    office.until("the copy is joined", |office| office.marks_of("Asli").len() == 1).await;
    for _ in 0..2 {
        hands.delete("ROWS", *hands.rows_of("Diubah").last().unwrap());
    }
    assert!(office.notices().is_empty(), "{:?}", office.notices());
    office.close().await;
}

#[tokio::test]
async fn headers_may_change_and_nothing_is_misread() {
    let mut office = Office::open(66).await;
    office.start();
    let mut first = plain("Pertama", 3, (9, 0), (10, 0));
    first.notes = "Mohon direkam".into();
    office.answer(first);
    office.until_all(&["Terjadwal"]).await;
    let hands = office.hands();
    // The form gains a question: its column goes between the questions and Loket's own.
    office.sandbox.google().add_question(Question { title: "Nomor Surat".into(), kind: QuestionKind::Text });
    office.answer(plain("Kedua", 4, (9, 0), (10, 0)));
    office.until_all(&["Terjadwal"]).await;
    // A question that nobody needs is renamed: no answer was changed by that.
    hands.rename("Keterangan", "Ihwal");
    office.answer(plain("Ketiga", 5, (9, 0), (10, 0)));
    office.until("it is booked", |office| office.row("Ketiga").status() == "Terjadwal").await;
    office.polls(2).await;
    assert_eq!(office.row("Pertama").text("Catatan Sistem"), "");
    hands.rename("Ihwal", "Keterangan");
    // A required one is renamed: it is told, and nothing is read until it is mended.
    hands.rename("Waktu Mulai", "Dimulai");
    office.until("staff are told", |office| office.notices().len() == 1).await;
    let (code, text) = office.ready().await;
    assert!(code == 503 && text.contains("start"), "{text}");
    office.answer(plain("Keempat", 6, (9, 0), (10, 0)));
    office.polls(3).await;
    assert_eq!(office.row("Keempat").text("No. Tiket"), "");
    hands.rename("Dimulai", "Waktu Mulai");
    office.until_all(&["Terjadwal"]).await;
    assert_eq!(office.ready().await.0, 200);
    // One of Loket's own is renamed, another deleted, and staff write beside them at the very moment in which they are added again.
    let kept: Vec<Value> = hands.cells_of(hands.column("Akun Zoom").unwrap());
    hands.rename("Akun Zoom", "Akun lama");
    hands.delete("COLUMNS", hands.column("Passcode").unwrap());
    let beside = hands.values()[0].len();
    let watching = office.hands();
    let hook = Action::hook(When::Before, move |_| watching.type_in(0, beside, "Milik petugas"));
    let rule = Rule::new(Party::Google, "spreadsheets.batchUpdate*", hook).containing("insertDimension").once();
    let rule = office.sandbox.faults().add(rule);
    office.until("they are added", |office| office.row("Pertama").0.contains_key("Passcode")).await;
    assert_eq!(office.sandbox.faults().hits(rule), 1);
    office
        .until("they are filled", |office| {
            office.rows().iter().all(|row| !row.text("Akun Zoom").is_empty() && !row.text("Passcode").is_empty())
        })
        .await;
    assert_eq!(hands.cells_of(hands.column("Akun lama").unwrap()), kept);
    assert!(hands.column("Milik petugas").is_some(), "nobody's header is overwritten");
    office.close().await;
}

#[tokio::test]
async fn hidden_and_filtered_rows_are_rows() {
    let mut office = Office::open(67).await;
    office.start();
    office.answer(plain("Tersembunyi", 3, (9, 0), (10, 0)));
    office.until("it is numbered", |office| !office.row("Tersembunyi").text("No. Tiket").is_empty()).await;
    let hands = office.hands();
    hands.hide_row(hands.rows_of("Tersembunyi")[0], true);
    hands.filter();
    office.answer(plain("Terlihat", 4, (9, 0), (10, 0)));
    office.until_all(&["Terjadwal"]).await;
    let cut = hands.below();
    hands.cut_row(hands.rows_of("Tersembunyi")[0], cut);
    office.until("it is joined again", |office| office.marks_of("Tersembunyi").len() == 1).await;
    assert!(office.notices().is_empty());
    office.close().await;
}

#[tokio::test]
async fn what_staff_mend_while_loket_is_away_is_an_edit_and_no_second_request() {
    let mut office = Office::open(68).await;
    office.start();
    office.answer(plain("Salah ketik", 3, (14, 0), (13, 0)));
    office.until_all(&["Perlu Perbaikan"]).await;
    office.stop().await;
    let hands = office.hands();
    let (row, column) = (hands.rows_of("Salah ketik")[0], hands.column("Waktu Selesai").unwrap());
    hands.type_in(row, column, "15:00");
    office.start();
    office.until_all(&["Terjadwal"]).await;
    assert_eq!(office.sandbox.zoom().all_meetings().len(), 1);
    let mended = plain("Salah ketik", 3, (14, 0), (15, 0));
    office.corrected("Salah ketik", mended);
    office.close().await;
}

#[tokio::test]
async fn a_word_of_ours_that_a_killed_process_left_in_an_answer_is_put_back() {
    let mut office = Office::open(69).await;
    office.start();
    let mut answer = plain("Tertimpa", 3, (9, 0), (10, 0));
    answer.notes = "Catatan asli".into();
    let pid = office.pid();
    let hands = office.hands();
    let own = 16;
    office.answer(answer);
    let hook = Action::hook(When::Before, move |_| hands.insert("COLUMNS", own - 2));
    let die = Action::hook(When::After, move |_| crate::office::send("KILL", pid));
    let write = || Rule::new(Party::Google, "values.batchUpdateByDataFilter", hook.clone()).containing("VM-");
    let first = office.sandbox.faults().add(write().once());
    office.sandbox.faults().add(Rule::new(Party::Google, "values.batchUpdateByDataFilter", die).containing("VM-").once());
    office.until("it was killed", |office| office.sandbox.faults().hits(first) == 1).await;
    office.reap();
    office.note_doubts().await;
    office.start();
    office.until("it is booked", |office| office.row("Tertimpa").status() == "Terjadwal").await;
    office.close_at_rest().await;
}

/// A write of ours may leave a number in the row of a new answer, and staff copy rows and change all of them: what was answered is what counts.
#[tokio::test]
async fn a_new_answer_that_shows_another_ones_number_is_a_request_of_its_own() {
    let mut office = Office::open(64).await;
    office.start();
    office.answer(plain("Pertama", 3, (9, 0), (10, 0)));
    office.until_all(&["Terjadwal"]).await;
    office.stop().await;
    let hands = office.hands();
    let number = office.row("Pertama").text("No. Tiket");
    // By the same person for the same event, and by another one.
    let mut again = plain("Pertama", 4, (13, 0), (14, 0));
    again.notes = "Kiriman ulang".into();
    for answer in [again, plain("Kedua", 5, (9, 0), (10, 0))] {
        office.answer(answer);
        hands.type_in(hands.below() - 1, hands.column("No. Tiket").unwrap(), &number);
    }
    office.start();
    office.until_all(&["Terjadwal", "Terjadwal", "Terjadwal"]).await;
    let mut numbers: Vec<String> = office.rows().iter().map(|row| row.text("No. Tiket")).collect();
    numbers.sort();
    assert_eq!(numbers, ["VM-2026-0001", "VM-2026-0002", "VM-2026-0003"]);
    assert!(office.notices().is_empty(), "{:?}", office.notices());
    office.close_at_rest().await;
}

/// Two answers of one person about one event, both written into columns that had moved; then they are sorted away from their metadata and the
/// process is killed: what was overwritten is put back into the row whose it was.
#[tokio::test]
async fn what_a_write_overwrote_is_put_back_into_its_row_wherever_that_was_sorted() {
    let mut office = Office::open(63).await;
    office.sandbox.google().switches(|switches| switches.metadata_follows_sort = false);
    let (pid, hands) = (Arc::new(std::sync::Mutex::new(0)), office.hands());
    let columns = office.before_write("VM-2026-0002", |hands| hands.insert("COLUMNS", 0));
    let sort_and_die = {
        let pid = pid.clone();
        Action::hook(When::After, move |_| {
            hands.sort_all(1, "DESCENDING");
            crate::office::send("KILL", *pid.lock().unwrap());
        })
    };
    let write = Rule::new(Party::Google, "values.batchUpdateByDataFilter", sort_and_die).containing("VM-2026-0002");
    office.sandbox.faults().add(write.once());
    let ask = |hour: i8, notes: &str| {
        let mut answer = plain("Dua kali", 3, (hour, 0), (hour + 1, 0));
        answer.notes = notes.into();
        answer
    };
    office.answer(ask(9, "Yang pertama"));
    office.start();
    // Moments are read to the millisecond.
    let then = office.sandbox.clock().now();
    office.until("time passes", |office| office.sandbox.clock().now() > then + jiff::SignedDuration::from_millis(5)).await;
    office.answer(ask(13, "Yang kedua"));
    *pid.lock().unwrap() = office.pid();
    office.until("columns moved under the write", |office| office.sandbox.faults().hits(columns) == 1).await;
    office.reap();
    office.note_doubts().await;
    office.start();
    // A letter that was with the mail server when it died may be missing; the end looks at that.
    let both = |office: &Office| office.rows().iter().filter(|row| row.status() == "Terjadwal").count() == 2;
    office.until("both are scheduled", both).await;
    assert_eq!(office.sandbox.zoom().all_meetings().len(), 2);
    office.close_at_rest().await;
}
