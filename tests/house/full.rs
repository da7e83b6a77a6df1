//! No account is free: who hears of it, and that what they hear is true.

use jiff::SignedDuration;
use jiff::civil::{DateTime, Weekday, time};
use loket_sandbox::answer::Answer;
use loket_sandbox::smtp::letter::Letter;
use loket_sandbox::zoom::NewMeeting;

use crate::office::{Office, instant, label, plain};

/// An answer for a Tuesday at least three days ahead, so that neither the Friday prayer nor today's clock matters.
fn on_a_tuesday(topic: &str, start: (i8, i8), end: (i8, i8)) -> Answer {
    let days = (3..10).find(|days| plain(topic, *days, start, end).date.weekday() == Weekday::Tuesday).unwrap();
    plain(topic, days, start, end)
}

/// An office with one account, which is busy on that Tuesday from nine to eleven.
async fn busy_office(seed: u64) -> Office {
    let mut office = Office::open(seed).await;
    let hosts: Vec<String> = office.sandbox.zoom().hosts().into_iter().map(|host| host.spec.email).collect();
    for host in &hosts[1..] {
        office.sandbox.zoom().remove_host(host);
    }
    office.rewrite_config();
    let day = on_a_tuesday("x", (9, 0), (11, 0)).date;
    office.by_hand(&hosts[0], NewMeeting::single("Oleh tangan", instant(day, time(9, 0, 0, 0)), 120));
    office
}

/// The letters of a ticket of one kind.
fn letters(office: &Office, ticket: &str, kind: &str) -> Vec<Letter> {
    let of_kind = |letter: &Letter| label(letter).is_some_and(|(of, is, _)| of == ticket && is == kind);
    office.sandbox.mail().letters().into_iter().filter(of_kind).collect()
}

/// The times in a letter's numbered list: `1. Selasa, 1 Desember 2026 pukul 13.00–15.00 WIB`.
fn times(text: &str) -> Vec<(DateTime, DateTime)> {
    const MONTHS: [&str; 12] = [
        "Januari",
        "Februari",
        "Maret",
        "April",
        "Mei",
        "Juni",
        "Juli",
        "Agustus",
        "September",
        "Oktober",
        "November",
        "Desember",
    ];
    let one = |line: &str| {
        let (date, clock) = line.strip_suffix(" WIB")?.split_once(" pukul ")?;
        let (_, date) = date.split_once(", ")?;
        let [day, month, year] = date.split(' ').collect::<Vec<_>>().try_into().ok()?;
        let month = MONTHS.iter().position(|name| *name == month)? + 1;
        let date = jiff::civil::date(year.parse().ok()?, month.try_into().ok()?, day.parse().ok()?);
        let (from, until) = clock.split_once('–')?;
        let at = |text: &str| Some(date.at(text[..2].parse().ok()?, text[3..].parse().ok()?, 0, 0));
        line.starts_with(|c: char| c.is_ascii_digit()).then(|| Some((at(from)?, at(until)?)))?
    };
    text.lines().filter_map(one).collect()
}

/// The WhatsApp link of a letter to staff: the number, and the text that is ready.
fn chat(letter: &Letter) -> Option<(String, String)> {
    let text = letter.text().unwrap();
    let link = text.lines().find(|line| line.starts_with("https://wa.me/"))?;
    let url = reqwest::Url::parse(link).unwrap();
    let ready = url.query_pairs().find(|(name, _)| name == "text").unwrap().1.into_owned();
    Some((url.path().trim_start_matches('/').to_owned(), ready))
}

#[tokio::test]
async fn the_times_near_a_full_one_are_free_and_staff_can_ask_by_whatsapp() {
    let mut office = busy_office(40).await;
    office.start();
    let mut asked = on_a_tuesday("Penuh A", (9, 30), (10, 30));
    asked.contact_phone = "\u{202a}+62 812\u{2011}3456\u{2011}7890\u{202c}".into();
    office.answer(asked.clone());
    office.until_all(&["Jadwal Penuh"]).await;
    let ticket = office.row("Penuh A").text("No. Tiket");
    for (kind, to) in [("full", &asked.email), ("full", &asked.contact_email), ("full_staff", &"tik@example.go.id".into())] {
        let sent = office.letters_of(&ticket).iter().filter(|(of, address)| of == kind && address == to).count();
        assert_eq!(sent, 1, "{kind} to {to}");
    }
    let told = letters(&office, &ticket, "full");
    let text = told[0].text().unwrap();
    let free = times(&text);
    assert!((2..=5).contains(&free.len()), "{text}");
    let staff = letters(&office, &ticket, "full_staff").remove(0);
    assert_eq!(times(&staff.text().unwrap())[..free.len()], free, "the same times");
    let (number, ready) = chat(&staff).expect("a link");
    assert_eq!(number, "6281234567890");
    assert_eq!(times(&ready), free, "{ready}");
    assert!(ready.contains(&ticket) && ready.contains("Penuh A"), "{ready}");
    let note = office.row("Penuh A").text("Catatan Sistem");
    let brief = format!("(1) Sel, {}", free[0].0.strftime("%-d"));
    assert!(note.contains(&brief) && note.contains("https://wa.me/6281234567890") && note.len() < 900, "{note}");
    // Every one of them can be booked, as long as nobody else did; two next to each other would need the account's buffers between.
    let (from, until) = free[0];
    let mut second = on_a_tuesday("Pilihan A", (0, 0), (0, 0));
    (second.date, second.start, second.end) = (from.date(), from.time(), until.time());
    office.answer(second);
    office.until("the first of them is booked", |office| office.row("Pilihan A").status() == "Terjadwal").await;
    office.until_all(&["Jadwal Penuh", "Terjadwal"]).await;
    office.close().await;
}

#[tokio::test]
async fn a_landline_has_no_whatsapp_and_an_edit_that_is_full_again_is_told_anew() {
    let mut office = busy_office(41).await;
    office.start();
    let mut asked = on_a_tuesday("Penuh B", (9, 0), (11, 0));
    asked.contact_phone = "(021) 123-4567".into();
    asked.contact_email = asked.email.to_uppercase();
    let id = office.answer(asked.clone());
    office.until_all(&["Jadwal Penuh"]).await;
    let ticket = office.row("Penuh B").text("No. Tiket");
    let staff = letters(&office, &ticket, "full_staff").remove(0);
    assert_eq!(chat(&staff), None);
    assert!(staff.text().unwrap().contains("+62211234567 (bukan nomor seluler"), "{}", staff.text().unwrap());
    assert_eq!(letters(&office, &ticket, "full").len(), 1, "one person with two roles");
    // Nothing is said twice for the same occasion, whatever else goes on.
    office.stop().await;
    office.start();
    let other = on_a_tuesday("Penuh C", (10, 30), (11, 5));
    office.answer(other);
    office.until_all(&["Jadwal Penuh"]).await;
    assert_eq!((letters(&office, &ticket, "full").len(), letters(&office, &ticket, "full_staff").len()), (1, 1));
    asked.end = time(10, 0, 0, 0);
    office.edit(id, "Penuh B", asked.clone());
    office.until("the edited one is told anew", |office| letters(office, &ticket, "full").len() == 2).await;
    office.until("staff too", |office| letters(office, &ticket, "full_staff").len() == 2).await;
    let free = times(&letters(&office, &ticket, "full")[1].text().unwrap());
    assert!(free.iter().all(|(from, until)| until.duration_since(*from) == SignedDuration::from_hours(1)), "{free:?}");
    (asked.date, asked.start, asked.end) = (free[0].0.date(), free[0].0.time(), free[0].1.time());
    office.edit(id, "Penuh B", asked);
    office.until("the choice is booked", |office| office.row("Penuh B").status() == "Terjadwal").await;
    office.until_all(&["Jadwal Penuh", "Terjadwal"]).await;
    office.close().await;
}

#[tokio::test]
async fn a_recording_is_asked_of_zoom_only_where_wanted_and_told_as_zoom_answered() {
    let mut office = Office::open(42).await;
    office.start();
    let mut recorded = plain("Direkam", 4, (9, 0), (10, 0));
    recorded.recording = "Ya".into();
    office.answer(recorded);
    office.answer(plain("Tidak direkam", 5, (9, 0), (10, 0)));
    office.until_all(&["Terjadwal"]).await;
    for (topic, setting, said) in [("Direkam", "cloud", true), ("Tidak direkam", "none", false)] {
        let ticket = office.row(topic).text("No. Tiket");
        assert_eq!(office.meetings_of(&ticket)[0].settings["auto_recording"], setting);
        let text = letters(&office, &ticket, "link")[0].text().unwrap();
        assert_eq!(text.contains("direkam secara otomatis"), said, "{text}");
        let text = letters(&office, &ticket, "new_request")[0].text().unwrap();
        assert_eq!(text.contains("Pemohon meminta rekaman."), said, "{text}");
        assert_eq!(office.row(topic).text("Catatan Sistem"), "");
    }
    // The account's administrator may forbid it: then staff have to start it, and both they and the applicant are told so.
    for host in office.sandbox.zoom().hosts() {
        office.sandbox.zoom().host_mut(&host.spec.email, |spec| spec.locked_auto_recording = Some("none".into()));
    }
    let mut forbidden = plain("Tidak boleh", 6, (9, 0), (10, 0));
    forbidden.recording = "Ya".into();
    office.answer(forbidden);
    office.until_all(&["Terjadwal"]).await;
    let row = office.row("Tidak boleh");
    assert!(row.text("Catatan Sistem").contains("Petugas perlu masuk sebagai tuan rumah (host)"), "{row:?}");
    let text = letters(&office, &row.text("No. Tiket"), "link")[0].text().unwrap();
    assert!(text.contains("tidak berjalan secara otomatis, melainkan dijalankan oleh petugas kami"), "{text}");
    office.close().await;
}
