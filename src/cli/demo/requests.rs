//! The seeded requests of `demo --once`, what must become of each, and whether it did.

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use jiff::ToSpan;
use jiff::civil::{Date, Time, time};
use loket_sandbox::answer::{Answer, title};
use loket_sandbox::google::AnswerValue;
use loket_sandbox::handle::Handle;
use loket_sandbox::zoom::NewMeeting;
use loket_sandbox::zoom::recurrence::{Every, Recurrence};

use super::table;
use crate::desk::wiring::House;
use crate::domain::headers::Field;
use crate::domain::text::cut;
use crate::domain::ticket::{State, Ticket};
use crate::domain::wording::Wording;

/// How often the ledger is looked at.
const LOOK: Duration = Duration::from_millis(100);

/// Characters of a reason in the table: the letters say the rest.
const SAYS_CHARS_MAX: usize = 110;

/// What must become of a request.
#[derive(Debug, Clone, Copy)]
enum Expect {
    /// A meeting, on any account.
    Scheduled,
    /// A meeting on this account.
    On(&'static str),
    /// A meeting on another account than this.
    NotOn(&'static str),
    /// No account free.
    Full,
    /// A meeting at this time of day.
    At(&'static str),
    /// To be corrected by the applicant, for this many reasons.
    ToCorrect(usize),
    /// Staff go on with it.
    Staff,
    /// A later answer took its place.
    Replaced,
}

/// A request with what it shows.
struct Story {
    shows: &'static str,
    answer: Answer,
    /// Questions that are answered by typing, where the form lets people: title and text.
    typed: Vec<(&'static str, String)>,
    expect: Expect,
}

impl Story {
    fn typing(mut self, title: &'static str, text: impl Into<String>) -> Story {
        self.typed.push((title, text.into()));
        self
    }

    /// Sends it in.
    fn send(&self, sandbox: &Handle) {
        let mut values = self.answer.values();
        for (title, text) in &self.typed {
            let typed = if text.is_empty() { AnswerValue::Empty } else { AnswerValue::Text(text.clone()) };
            for (_, value) in values.iter_mut().filter(|(of, _)| of == title) {
                *value = typed.clone();
            }
        }
        sandbox.google().submit(&values, Some(&self.answer.email), sandbox.clock().now());
    }
}

/// Waits until so many requests have come to their end, and everything was told and written.
async fn until_settled(house: &House, requests: usize, bar: &ProgressBar) -> anyhow::Result<()> {
    loop {
        tokio::time::sleep(LOOK).await;
        let tickets = all_tickets(house).await?;
        let settled = tickets.iter().filter(|ticket| !matches!(ticket.state, State::Open | State::Booking(_))).count();
        bar.set_position(settled as u64);
        let letters = house.store.letters_waiting().await?;
        if settled == requests && letters == 0 && !house.clerk.busy.load(Ordering::Acquire) {
            return Ok(());
        }
    }
}

/// Puts the requests into the form, waits until each has come to its end, prints what became of them. True if all is right.
pub(super) async fn take_through(house: &Arc<House>, sandbox: &Handle) -> anyhow::Result<bool> {
    let today = house.teller.wording.day_of(house.now());
    make_by_hand(sandbox, today, house)?;
    until_first_poll(house).await;
    let stories = stories(today, &house.teller.wording);
    let bar = ProgressBar::new(stories.len() as u64);
    bar.set_style(ProgressStyle::with_template("  {bar:24} {pos}/{len} requests at their end")?);
    // A later answer for the same event is by somebody who has read the letter that asks for it.
    let is_later = |at: usize| stories[..at].iter().any(|before| before.answer.topic == stories[at].answer.topic);
    let (later, first): (Vec<usize>, Vec<usize>) = (0..stories.len()).partition(|at| is_later(*at));
    let mut sent = 0;
    for part in [first, later] {
        for at in &part {
            stories[*at].send(sandbox);
        }
        sent += part.len();
        until_settled(house, sent, &bar).await?;
    }
    let tickets = all_tickets(house).await?;
    bar.finish_and_clear();
    let rows: Vec<table::Row> = stories.iter().map(|story| row(house, sandbox, story, &tickets)).collect();
    let all_right = rows.iter().all(|row| row.wrong.is_empty());
    table::print(&rows);
    Ok(all_right)
}

/// The answers are only taken up once the sheet was read for the first time.
async fn until_first_poll(house: &House) {
    while house.clerk.polls.load(Ordering::Acquire) == 0 {
        tokio::time::sleep(LOOK).await;
    }
}

async fn all_tickets(house: &House) -> anyhow::Result<Vec<Ticket>> {
    let mut tickets = Vec::new();
    for brief in house.store.open_tickets().await?.iter() {
        tickets.extend(house.store.ticket(brief.number).await?);
    }
    Ok(tickets)
}

fn days(today: Date, count: i64) -> Date {
    today.checked_add(count.days()).unwrap_or(today)
}

fn clock(hour: i8, minute: i8) -> Time {
    time(hour, minute, 0, 0)
}

/// Meetings that people made in Zoom themselves.
fn make_by_hand(sandbox: &Handle, today: Date, house: &House) -> anyhow::Result<()> {
    let at = |date: Date, hour: i8| house.rules.zone.to_timestamp(date.to_datetime(clock(hour, 0)));
    let zoom = sandbox.zoom();
    let hosts: Vec<String> = zoom.hosts().into_iter().map(|host| host.spec.email).collect();
    zoom.schedule_by_hand(&hosts[0], NewMeeting::single("Rapat pimpinan", at(days(today, 4), 13)?, 120))?;
    let mut weekly = NewMeeting::single("Apel mingguan", at(days(today, 5), 8)?, 60);
    weekly.recurrence = Some(Recurrence::times(Every::Week, 6));
    zoom.schedule_by_hand(&hosts[0], weekly)?;
    for host in &hosts {
        zoom.schedule_by_hand(host, NewMeeting::single("Pekan pelatihan", at(days(today, 8), 7)?, 600))?;
    }
    Ok(())
}

fn stories(today: Date, wording: &Wording) -> Vec<Story> {
    let answer = |name: &str, topic: &str, date: Date, start: Time, end: Time, participants: &str| Answer {
        start,
        end,
        participants: participants.to_owned(),
        ..asks(name, topic, date)
    };
    let story = |shows, expect, answer| Story { shows, answer, typed: Vec::new(), expect };
    let hostile = Answer {
        unit: "=IMPORTXML(\"https://example.com\", \"//a\")".to_owned(),
        notes: "+62 <script>alert('x')</script> {{ secret }}".to_owned(),
        ..answer("Hana", "=1+1 <b>Rapat</b> & \"evaluasi\"", days(today, 9), clock(9, 0), clock(10, 0), "10")
    };
    let mut stories = vec![
        story(
            "a plain request",
            Expect::On("Zoom-1"),
            answer("Ana", "Rapat Koordinasi Program", days(today, 2), clock(9, 0), clock(11, 30), "40"),
        ),
        story(
            "two at the same time: the first",
            Expect::Scheduled,
            answer("Budi", "Bimbingan Teknis Vaksinasi", days(today, 3), clock(9, 0), clock(11, 0), "60"),
        ),
        story(
            "two at the same time: the second",
            Expect::Scheduled,
            answer("Citra", "Evaluasi Anggaran", days(today, 3), clock(9, 30), clock(10, 30), "25"),
        ),
        story(
            "large: only one account holds it",
            Expect::On("Zoom-3"),
            answer("Dewi", "Sosialisasi SNI Pakan", days(today, 2), clock(9, 0), clock(12, 0), "350"),
        ),
        story(
            "beside a meeting made by hand",
            Expect::NotOn("Zoom-1"),
            answer("Eko", "Rapat Teknis Laboratorium", days(today, 4), clock(13, 30), clock(14, 30), "30"),
        ),
        story(
            "beside one occurrence of a series",
            Expect::NotOn("Zoom-1"),
            answer("Fitri", "Konsultasi Publik", days(today, 12), clock(8, 30), clock(9, 30), "80"),
        ),
        story(
            "all accounts taken",
            Expect::Full,
            answer("Gita", "Rapat Kerja Nasional", days(today, 8), clock(10, 0), clock(12, 0), "50"),
        ),
        story(
            "ends before it starts",
            Expect::ToCorrect(1),
            answer("Indra", "Diskusi Rencana Aksi", days(today, 6), clock(14, 0), clock(13, 0), "20"),
        ),
        story("a formula and HTML in the answers", Expect::Scheduled, hostile),
    ];
    stories.extend(typed_stories(today, wording));
    stories.extend(problem_stories(today, wording));
    stories
}

/// What people type where the form asks for text.
fn typed_stories(today: Date, wording: &Wording) -> Vec<Story> {
    let long = |count: i64| wording.long_date(days(today, count));
    let story =
        |shows, expect, name, topic: &str| Story { shows, answer: asks(name, topic, days(today, 10)), typed: vec![], expect };
    let two_days = format!("{} s.d. {}", long(15), long(16));
    vec![
        story("a typed date and a range of times", Expect::At("10.00–11.30 WIB"), "Joko", "Rapat Persiapan Audit")
            .typing(title::DATE, long(5))
            .typing(title::START, "10.00 s/d 11.30")
            .typing(title::END, ""),
        story("\"lusa\", a part of the day, a length", Expect::At("14.00–15.30 WIB"), "Kartika", "Telaah Dokumen Mutu")
            .typing(title::DATE, "lusa")
            .typing(title::START, "jam 2 siang")
            .typing(title::END, "1,5 jam"),
        story("another zone", Expect::At("08.00–10.00 WIB"), "Lestari", "Koordinasi Wilayah Timur")
            .typing(title::START, "09.00 WITA / 08.00 WIB - 11.00 WITA / 10.00 WIB")
            .typing(title::END, ""),
        story("an open end", Expect::At("13.00–15.00 WIB"), "Made", "Forum Peternak")
            .typing(title::START, "pukul 13.00 - selesai")
            .typing(title::END, ""),
        story("more participants than most accounts hold", Expect::On("Zoom-3"), "Nur", "Kuliah Umum")
            .typing(title::START, "15.30")
            .typing(title::END, "16.30")
            .typing(title::PARTICIPANTS, "100+"),
        story("a webinar", Expect::Staff, "Oki", "Webinar Nasional").typing(title::SERVICE, "Zoom Webinar"),
        story("several days", Expect::Staff, "Putri", "Pelatihan Dua Hari").typing(title::DATE, two_days),
    ]
}

/// Every kind of problem, and an answer that mends one.
fn problem_stories(today: Date, wording: &Wording) -> Vec<Story> {
    let long = |count: i64| wording.long_date(days(today, count));
    let weekday = |count: i64| long(count).split(',').next().unwrap_or_default().to_owned();
    let correct = |count, shows, name, topic: &str| {
        let answer = asks(name, topic, days(today, 11));
        Story { shows, answer, typed: vec![], expect: Expect::ToCorrect(count) }
    };
    let mended = Story { expect: Expect::Scheduled, ..correct(0, "a later answer mends it", "Yanti", "Rapat Tim Kecil") };
    vec![
        correct(1, "morning or afternoon?", "Qori", "Rapat Mitra").typing(title::START, "jam 2"),
        correct(1, "the weekday is another than the date's", "Rina", "Rapat Panitia")
            .typing(title::DATE, long(11).replacen(&weekday(11), &weekday(12), 1)),
        correct(1, "which Friday?", "Sari", "Rapat Jumat").typing(title::DATE, "Jumat depan"),
        correct(1, "no such day", "Tono", "Rapat Akhir Bulan").typing(title::DATE, "31 November 2099"),
        correct(1, "no month", "Umar", "Rapat Tanggal Empat").typing(title::DATE, "tgl 4"),
        correct(1, "days apart", "Vina", "Rapat Dua Kali").typing(title::DATE, format!("{} dan {}", long(11), long(13))),
        correct(1, "zones that disagree", "Wawan", "Rapat Tiga Zona").typing(title::START, "09.00 WIB / 11.00 WITA"),
        correct(1, "too soon", "Xena", "Rapat Mendadak").typing(title::DATE, long(-1)),
        correct(1, "too long", "Yoga", "Rapat Seharian").typing(title::START, "07.00").typing(title::END, "22.00"),
        correct(4, "several at once", "Zaki", "Rapat Banyak Salah")
            .typing(title::DATE, "menyusul")
            .typing(title::START, "ba'da Isya")
            .typing(title::PARTICIPANTS, "50 atau 60")
            .typing(title::CONTACT_EMAIL, "zaki(at)kantor"),
        Story { expect: Expect::Replaced, ..correct(1, "to be corrected", "Yanti", "Rapat Tim Kecil") }
            .typing(title::START, "setengah dua"),
        mended,
    ]
}

/// A plain request in the morning.
fn asks(name: &str, topic: &str, date: Date) -> Answer {
    Answer {
        email: format!("{}@example.go.id", name.to_lowercase()),
        applicant: format!("{name} Pratiwi"),
        topic: topic.to_owned(),
        date,
        start: clock(9, 0),
        end: clock(10, 0),
        participants: "30".to_owned(),
        ..Answer::default()
    }
}

/// What became of a story, and what is wrong with it.
fn row(house: &House, sandbox: &Handle, story: &Story, tickets: &[Ticket]) -> table::Row {
    let topic = &story.answer.topic;
    let mut same = tickets.iter().filter(|ticket| ticket.answer.cell(Field::Topic).text() == *topic);
    // Of two answers for one event the later one took the place.
    let found = if matches!(story.expect, Expect::Replaced) { same.next() } else { same.next_back() };
    let Some(ticket) = found else {
        return table::Row::missing(story.shows, topic);
    };
    let meeting = ticket.meeting();
    let name_of = |email: &str| house.teller.hosts.iter().find(|(of, _)| of == email).map(|(_, name)| name.clone());
    let account = meeting.and_then(|meeting| name_of(&meeting.host)).unwrap_or_default();
    let right = match story.expect {
        Expect::Scheduled => meeting.is_some(),
        Expect::On(name) => account == name,
        Expect::NotOn(name) => meeting.is_some() && account != name,
        Expect::Full => matches!(ticket.state, State::Full(_)),
        Expect::At(time) => {
            let range = ticket.request.as_ref().map(|request| house.teller.wording.time_range(request.slot));
            meeting.is_some() && range.as_deref() == Some(time)
        }
        Expect::ToCorrect(count) => matches!(&ticket.state, State::ToCorrect(problems) if problems.len() == count),
        Expect::Staff => matches!(ticket.state, State::NeedsStaff(..)),
        Expect::Replaced => matches!(ticket.state, State::Replaced(_)),
    };
    let mut wrong = Vec::new();
    if !right {
        wrong.push(format!("{:?} was expected", story.expect));
    }
    let made = sandbox.zoom().all_meetings().iter().filter(|made| made.topic.contains(&ticket.number.to_string())).count();
    if made != usize::from(meeting.is_some()) {
        wrong.push(format!("{made} meetings in Zoom"));
    }
    let shown = sheet_row(sandbox, &ticket.number.to_string());
    let link_there = meeting.is_none_or(|meeting| shown.contains(&meeting.join_url));
    if !link_there || !shown.iter().any(|cell| cell == ticket.state.status()) {
        wrong.push("the row in the sheet does not say so".to_owned());
    }
    let answers = [&story.answer.email, &story.answer.applicant, &story.answer.unit, topic];
    let typed = story.typed.iter().map(|(_, text)| text).filter(|text| !text.is_empty());
    if !answers.into_iter().chain(typed).all(|answer| shown.contains(answer)) {
        wrong.push("an answer in the sheet was changed".to_owned());
    }
    if is_formula(sandbox) {
        wrong.push("a cell became a formula".to_owned());
    }
    let letters = letters(sandbox, &ticket.number.to_string());
    let people: HashSet<&(String, String)> = letters.iter().collect();
    if people.len() != letters.len() || letters.is_empty() {
        wrong.push("a letter is missing or went twice".to_owned());
    }
    let says = match &ticket.state {
        State::ToCorrect(problems) => {
            let first = problems.first().map(|problem| cut(&house.teller.words.problem(problem), SAYS_CHARS_MAX));
            let more = if problems.len() > 1 { format!(" (+{})", problems.len() - 1) } else { String::new() };
            format!("{}{more}", first.unwrap_or_default())
        }
        State::Replaced(number) => cut(&house.teller.words.with("note-replaced", "ticket", &number.to_string()), SAYS_CHARS_MAX),
        State::Full(reason) | State::NeedsStaff(reason, _) => cut(&house.teller.words.reason(reason), SAYS_CHARS_MAX),
        _ => ticket.request.as_ref().map(|request| house.teller.wording.schedule(request.slot)).unwrap_or_default(),
    };
    table::Row {
        shows: story.shows,
        topic: topic.clone(),
        ticket: ticket.number.to_string(),
        state: Some(ticket.state.clone()),
        account,
        says,
        letters: letters.len(),
        wrong,
    }
}

/// The texts in the row that shows a ticket's number.
fn sheet_row(sandbox: &Handle, number: &str) -> Vec<String> {
    let rows = sandbox.google().values(sandbox.google().form_tab());
    let texts = |row: &Vec<serde_json::Value>| row.iter().map(|cell| cell.as_str().unwrap_or("").to_owned()).collect::<Vec<_>>();
    rows.iter().map(texts).find(|row| row.iter().any(|cell| cell == number)).unwrap_or_default()
}

fn is_formula(sandbox: &Handle) -> bool {
    let view = sandbox.google().view(sandbox.google().form_tab());
    view.is_some_and(|view| view.rows.iter().flatten().any(|cell| cell.formula.is_some()))
}

/// Kind and recipient of each letter about a ticket.
fn letters(sandbox: &Handle, number: &str) -> Vec<(String, String)> {
    let about = |letter: &loket_sandbox::smtp::letter::Letter| {
        let label = letter.header("X-Loket-Letter")?;
        let (ticket, rest) = label.trim().split_once('/')?;
        let kind = rest.split('/').next()?;
        (ticket == number).then(|| (kind.to_owned(), letter.to.join(",")))
    };
    sandbox.mail().letters().iter().filter_map(about).collect()
}
