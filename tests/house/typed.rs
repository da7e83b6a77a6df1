//! What people type, through a sheet that takes typed text for dates and numbers, in Indonesian and in US locale.

use loket_sandbox::answer::{Answer, title};
use loket_sandbox::google::AnswerValue;

use crate::office::{Office, Row, plain};

const SAMPLES: &str = include_str!("../../src/domain/reading/tests/answers.tsv");

/// A line of the samples with the question it answers.
struct Line {
    field: &'static str,
    typed: &'static str,
    meaning: &'static str,
}

fn lines() -> Vec<Line> {
    let line = |line: &'static str| {
        let mut parts = line.split('\t');
        let [field, typed, meaning] = [(); 3].map(|()| parts.next().unwrap());
        Line { field, typed, meaning }
    };
    // Google takes the day of the week off a typed date and does not compare it: what it said is lost.
    let lost = |line: &Line| line.typed.contains("a number") || line.typed == "Selasa, 30 November 2026";
    let kept = |line: &Line| matches!(line.field, "date" | "time") && !lost(line);
    SAMPLES.lines().filter(|line| !line.starts_with('#')).map(line).filter(kept).collect()
}

/// Sends the line's text as the answer to its question; everything else is right.
fn send(office: &Office, index: usize, line: &Line) {
    let text = |text: &str| AnswerValue::Text(text.to_owned());
    let typed = |field: &str, otherwise: &str| text(if line.field == field { line.typed } else { otherwise });
    let is_range = line.field == "time" && line.meaning.contains('-');
    // Late in the day, so that it lies behind every start of the samples.
    let end = if is_range { AnswerValue::Empty } else { text(if line.field == "time" { "23.45 WIB" } else { "15.30" }) };
    let answers = [
        (title::APPLICANT, text("Pemohon")),
        (title::TOPIC, text(&format!("Baris {index}"))),
        (title::DATE, typed("date", "Senin, 30 November 2026")),
        (title::START, typed("time", "13.00 WIB")),
        (title::END, end),
    ];
    let answers: Vec<(String, AnswerValue)> = answers.into_iter().map(|(title, value)| (title.to_owned(), value)).collect();
    let at = "2026-11-24T03:00:00Z".parse().unwrap();
    office.sandbox.google().submit(&answers, Some("pemohon@example.go.id"), at);
}

/// What the row's schedule has to begin with; nothing where the line is a problem.
fn schedule(line: &Line) -> Option<String> {
    let bare = line.meaning.split(' ').next()?;
    if bare.starts_with("problem") {
        return None;
    }
    let clock = |text: &str| text.replace(':', ".");
    if line.field == "time" {
        let (start, end) = bare.split_once('-').unwrap_or((bare, "23:45"));
        // Until finished counts as two hours.
        let end = if end == "open" { format!("{:02}:00", start[..2].parse::<u8>().ok()? + 2) } else { end.to_owned() };
        return Some(format!("Sen, 30 Nov 2026 {}–{} WIB", clock(start), clock(&end)));
    }
    let date: jiff::civil::Date = bare.split("..").next()?.parse().ok()?;
    Some(format!(", {} ", date.strftime("%-d")))
}

fn is_read(row: &Row, line: &Line) -> bool {
    let shown = row.text("Jadwal");
    match (schedule(line), line.field) {
        (None, _) => row.status() == "Perlu Perbaikan" && shown.is_empty(),
        (Some(expected), "time") => shown == expected,
        (Some(day), _) => {
            let bare = line.meaning.split([' ', '.']).next().unwrap();
            let month = ["Jan", "Feb", "Mar", "Apr", "Mei", "Jun", "Jul", "Agu", "Sep", "Okt", "Nov", "Des"];
            let date: jiff::civil::Date = bare.parse().unwrap();
            let name = month[usize::try_from(date.month() - 1).unwrap()];
            shown.contains(&format!("{day}{name} {} 13.00–15.30", date.year()))
        }
    }
}

/// Every line in one sheet of a locale; gives those that are not read as meant: typed text, meaning, status, schedule.
async fn misread(seed: u64, locale: &str) -> Vec<String> {
    let mut office = Office::open(seed).await;
    office.sandbox.google().set_locale(locale);
    office.sandbox.google().switches(|switches| switches.forms_parses_text = true);
    // The longest of the samples lasts from two in the night to the end of the day.
    office.set("LOKET__RULES__MAX_DURATION", "24h");
    let lines = lines();
    for (index, line) in lines.iter().enumerate() {
        send(&office, index, line);
    }
    office.start();
    office
        .until("every line has its end", |office| {
            let rows = office.rows();
            rows.len() == lines.len() && rows.iter().all(|row| !matches!(row.status().as_str(), "" | "Diproses"))
        })
        .await;
    office.stop().await;
    let told = |(index, line): (usize, &Line)| {
        let row = office.row(&format!("Baris {index}"));
        (!is_read(&row, line)).then(|| {
            format!("{} | {} | {} | {} | {}", line.field, line.typed, line.meaning, row.status(), row.text("Catatan Sistem"))
        })
    };
    assert!(lines.len() > 60, "only {} lines", lines.len());
    lines.iter().enumerate().filter_map(told).collect()
}

#[tokio::test]
async fn an_indonesian_sheet_is_read_as_meant() {
    let wrong = misread(71, "in_ID").await;
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test]
async fn a_sheet_of_us_locale_is_read_as_meant_or_asked() {
    let wrong = misread(72, "en_US").await;
    // A number keeps no leading zero: whether the night or the afternoon was meant is asked.
    let asked = "time | 02.00 | 02:00 | Perlu Perbaikan | Isian “Waktu Mulai” berisi “2”. Maksudnya 14.00? ";
    assert!(wrong.len() == 1 && wrong[0].starts_with(asked), "{}", wrong.join("\n"));
}

#[tokio::test]
async fn dates_that_were_picked_in_a_sheet_of_us_locale_are_not_asked() {
    let mut office = Office::open(73).await;
    office.sandbox.google().set_locale("en_US");
    office.start();
    for (index, days) in (1..=14).enumerate() {
        office.answer(plain(&format!("Pilihan {index}"), days, (9, 0), (10, 0)));
    }
    office.until_all(&["Terjadwal"]).await;
    office.close().await;
}

#[tokio::test]
async fn all_problems_come_in_one_letter_with_the_form_filled_in_and_a_new_answer_takes_the_place() {
    let mut office = Office::open(74).await;
    office.set("LOKET__WEB__FORM_URL", "https://docs.google.com/forms/d/e/1FAIpQLSe/viewform");
    office.set("LOKET__WEB__FORM_ENTRIES__TOPIC", "entry.1045781291");
    office.set("LOKET__WEB__FORM_ENTRIES__DATE", "entry.839337160");
    office.set("LOKET__WEB__FORM_ENTRIES__PARTICIPANTS", "entry.7");
    office.start();
    let wrong =
        Answer { participants: "50 atau 60".into(), contact_email: "budi".into(), ..plain("Rapat Uji", 5, (9, 0), (8, 0)) };
    office.sandbox.answer(wrong.clone());
    office.until("it is to be corrected", |office| office.rows().iter().any(|row| row.status() == "Perlu Perbaikan")).await;
    let first = office.row("Rapat Uji").text("No. Tiket");
    office.until("the letter is there", |office| office.letters_of(&first).iter().any(|(kind, _)| kind == "to_correct")).await;
    let letters = office.sandbox.mail().letters_to(&wrong.email);
    let text = letters[0].text().unwrap();
    for part in [
        "1. Waktu selesai (pukul 08.00)",
        "2. Isian “Jumlah Peserta” berisi “50 atau 60”. Maksudnya 50 atau 60 orang?",
        "3. Isian “Email Narahubung” berisi “budi”",
        &format!("viewform?usp=pp_url&entry.1045781291=Rapat+Uji&entry.839337160={}", wrong.date),
    ] {
        assert!(text.contains(part), "{part}\n{text}");
    }
    // The applicant fills in the form again.
    let right = Answer { participants: "50".into(), contact_email: String::new(), end: jiff::civil::time(10, 0, 0, 0), ..wrong };
    office.sandbox.answer(right);
    office.until("the new one is scheduled", |office| office.rows().iter().any(|row| row.status() == "Terjadwal")).await;
    office.until("the old one is replaced", |office| office.rows().iter().any(|row| row.status() == "Dibatalkan")).await;
    let rows = office.rows();
    let old = rows.iter().find(|row| row.text("No. Tiket") == first).unwrap();
    let new = rows.iter().find(|row| row.text("No. Tiket") != first).unwrap();
    assert!(old.text("Catatan Sistem").contains(&new.text("No. Tiket")), "{old:?}");
    assert_eq!((old.status().as_str(), new.status().as_str()), ("Dibatalkan", "Terjadwal"));
    assert_eq!(office.sandbox.zoom().all_meetings().len(), 1);
    office.stop().await;
}

#[tokio::test]
async fn two_events_of_one_person_stay_two() {
    let mut office = Office::open(75).await;
    office.start();
    let one = plain("Rapat Mingguan", 5, (9, 0), (10, 0));
    let series = [5, 6, 7].map(|days| Answer {
        topic: format!("Rapat Mingguan {days}"),
        email: one.email.clone(),
        ..plain("x", days, (9, 0), (10, 0))
    });
    for answer in series {
        office.answer(answer);
    }
    office.until_all(&["Terjadwal"]).await;
    office.close().await;
}
