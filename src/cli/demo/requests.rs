//! The seeded requests of `demo --once`, what must become of each, and whether it did.

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use jiff::ToSpan;
use jiff::civil::{Date, Time, time};
use loket_sandbox::answer::Answer;
use loket_sandbox::handle::Handle;
use loket_sandbox::zoom::NewMeeting;
use loket_sandbox::zoom::recurrence::{Every, Recurrence};

use super::table;
use crate::desk::wiring::House;
use crate::domain::headers::Field;
use crate::domain::ticket::{State, Ticket};

/// How often the ledger is looked at.
const LOOK: Duration = Duration::from_millis(100);

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
    /// To be corrected by the applicant.
    ToCorrect,
}

/// A request with what it shows.
struct Story {
    shows: &'static str,
    answer: Answer,
    expect: Expect,
}

/// Puts the requests into the form, waits until each has come to its end, prints what became of them. True if all is right.
pub(super) async fn take_through(house: &Arc<House>, sandbox: &Handle) -> anyhow::Result<bool> {
    let today = house.teller.wording.day_of(house.now());
    make_by_hand(sandbox, today, house)?;
    until_first_poll(house).await;
    let stories = stories(today);
    let bar = ProgressBar::new(stories.len() as u64);
    bar.set_style(ProgressStyle::with_template("  {bar:24} {pos}/{len} requests at their end")?);
    for story in &stories {
        sandbox.answer(story.answer.clone());
    }
    let tickets = loop {
        tokio::time::sleep(LOOK).await;
        let tickets = all_tickets(house).await?;
        let settled = tickets.iter().filter(|ticket| !matches!(ticket.state, State::Open | State::Booking(_))).count();
        bar.set_position(settled as u64);
        let letters = house.store.letters_waiting().await?;
        if settled == stories.len() && letters == 0 && !house.clerk.busy.load(Ordering::Acquire) {
            break tickets;
        }
    };
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

fn stories(today: Date) -> Vec<Story> {
    let answer = |name: &str, topic: &str, date: Date, start: Time, end: Time, participants: &str| Answer {
        email: format!("{}@example.go.id", name.to_lowercase()),
        applicant: format!("{name} Pratiwi"),
        topic: topic.to_owned(),
        date,
        start,
        end,
        participants: participants.to_owned(),
        ..Answer::default()
    };
    let story = |shows, expect, answer| Story { shows, answer, expect };
    let hostile = Answer {
        unit: "=IMPORTXML(\"https://example.com\", \"//a\")".to_owned(),
        notes: "+62 <script>alert('x')</script> {{ secret }}".to_owned(),
        ..answer("Hana", "=1+1 <b>Rapat</b> & \"evaluasi\"", days(today, 9), clock(9, 0), clock(10, 0), "10")
    };
    vec![
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
            Expect::ToCorrect,
            answer("Indra", "Diskusi Rencana Aksi", days(today, 6), clock(14, 0), clock(13, 0), "20"),
        ),
        story("a formula and HTML in the answers", Expect::Scheduled, hostile),
    ]
}

/// What became of a story, and what is wrong with it.
fn row(house: &House, sandbox: &Handle, story: &Story, tickets: &[Ticket]) -> table::Row {
    let topic = &story.answer.topic;
    let Some(ticket) = tickets.iter().find(|ticket| ticket.answer.cell(Field::Topic).text() == *topic) else {
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
        Expect::ToCorrect => matches!(ticket.state, State::ToCorrect(_)),
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
    let answers = [&story.answer.email, &story.answer.applicant, &story.answer.unit, topic, &story.answer.participants];
    if !answers.iter().all(|answer| shown.contains(answer)) {
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
            problems.iter().map(|problem| house.teller.words.problem(problem)).collect::<Vec<_>>().join(" ")
        }
        State::Full(reason) | State::NeedsStaff(reason, _) => house.teller.words.reason(reason),
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
