//! What the public sees of a ticket: on pages, in the calendar, as JSON.

use super::{EN, ID, LINK, at, moved, ticket, web, wording};
use crate::domain::ticket::{Cancellation, State};
use crate::domain::wording::Language;
use crate::web::Web;
use crate::web::feeds::{FeedFacts, calendar_text, json_text};
use crate::web::schedule::{PublicEvent, Shown, by_day, start_of_today};

const HOSTILE: &str = "<script>alert(1)</script>\u{202e}\"Rapat\" & 'x'\r\nBEGIN:VEVENT";
/// What belongs to people and to the ticket, and never to the public.
const PRIVATE: [&str; 9] = ["VM-2026", "siti", "Siti", "budi", "Budi", "0812-0000", "zoom1", "x7Kp2Q", "direkam"];

fn shown(links: bool) -> Shown<'static> {
    Shown { links, internal: "Kegiatan internal", untitled: "Kegiatan tanpa judul" }
}

fn public(topic: &str, public: Option<bool>, links: bool) -> PublicEvent {
    PublicEvent::of(&ticket(1, topic, public), shown(links)).unwrap()
}

fn calendar(events: &[PublicEvent]) -> String {
    let facts = FeedFacts { name: "Jadwal", host: "vm.example.go.id", schedule_url: "https://vm.example.go.id/jadwal" };
    calendar_text(events, facts, &wording(Language::Id)).replace("\r\n ", "")
}

async fn schedule_page(language: Language, events: &[PublicEvent]) -> String {
    let (_folder, web) = web(language, |_| {}, Vec::new()).await;
    web.schedule_page(events, at("2026-11-30T01:00:00Z")).unwrap()
}

#[test]
fn a_closed_event_shows_no_title_and_only_an_open_one_its_link() {
    let check = |told, links, title: &str, link: Option<&str>| {
        let event = public("Rapat Koordinasi", told, links);
        assert_eq!((event.title.as_str(), event.link.as_deref()), (title, link), "{told:?} {links}");
    };
    check(Some(false), false, "Kegiatan internal", None);
    check(Some(false), true, "Kegiatan internal", None);
    check(None, true, "Rapat Koordinasi", None);
    check(Some(true), false, "Rapat Koordinasi", None);
    check(Some(true), true, "Rapat Koordinasi", Some(LINK));
}

#[test]
fn a_link_that_is_no_web_address_is_not_shown() {
    let mut ticket = ticket(1, "Rapat", Some(true));
    if let crate::domain::ticket::State::Scheduled(meeting) = &mut ticket.state {
        meeting.join_url = "javascript:alert(1)".into();
    }
    assert_eq!(PublicEvent::of(&ticket, shown(true)).unwrap().link, None);
}

#[tokio::test]
async fn a_called_off_event_says_so_everywhere_and_has_no_link() {
    for (rejected, language, word) in [(false, Language::Id, "Dibatalkan"), (true, Language::En, "Cancelled")] {
        let mut ticket = ticket(1, "Rapat", Some(true));
        let meeting = ticket.meeting().cloned();
        let ended = Cancellation { rejected, reason: "Siti sakit".into(), meeting, left: false };
        ticket.state = State::Cancelled(ended);
        let event = PublicEvent::of(&ticket, shown(true)).unwrap();
        let (page, feed) = (schedule_page(language, std::slice::from_ref(&event)).await, calendar(std::slice::from_ref(&event)));
        assert!(page.contains("<li class=\"off\">") && page.contains(word) && page.contains("Rapat"), "{page}");
        assert!(feed.contains("STATUS:CANCELLED") && !feed.contains(LINK), "{feed}");
        assert!(!page.contains(LINK) && !page.contains("sakit") && !feed.contains("sakit"));
    }
}

#[test]
fn a_ticket_without_meeting_is_no_event() {
    let mut ticket = ticket(1, "Rapat", None);
    ticket.state = crate::domain::ticket::State::Open;
    assert_eq!(PublicEvent::of(&ticket, shown(true)), None);
}

#[test]
fn titles_are_one_line_without_hidden_marks_and_cut() {
    assert_eq!(public(HOSTILE, None, false).title, "<script>alert(1)</script>\"Rapat\" & 'x' BEGIN:VEVENT");
    assert_eq!(public(&"Rapat besar ".repeat(420), None, false).title.chars().count(), 200);
    assert_eq!(public("\u{200b} \u{202e}", None, false).title, "Kegiatan tanpa judul");
}

#[test]
fn today_begins_at_midnight_of_the_office() {
    let wording = wording(Language::Id);
    assert_eq!(start_of_today(at("2026-11-29T17:00:00Z"), &wording), at("2026-11-29T17:00:00Z"));
    assert_eq!(start_of_today(at("2026-11-30T16:59:59Z"), &wording), at("2026-11-29T17:00:00Z"));
}

#[test]
fn events_stand_under_the_day_of_the_office() {
    let wording = wording(Language::Id);
    let starts = ["2026-11-29T23:00:00Z", "2026-11-30T16:59:00Z", "2026-11-30T17:00:00Z"];
    let events: Vec<PublicEvent> = starts
        .into_iter()
        .map(|start| PublicEvent::of(&moved(ticket(1, "Rapat", None), at(start), 30), shown(false)).unwrap())
        .collect();
    let days: Vec<(String, usize)> =
        by_day(&events, &wording).into_iter().map(|(day, events)| (day.to_string(), events.len())).collect();
    assert_eq!(days, [("2026-11-30".to_owned(), 2), ("2026-12-01".to_owned(), 1)]);
}

#[test]
fn the_calendar_holds_public_fields_only() {
    let text = calendar(&[public("Rapat; Koordinasi, A\\B", Some(true), true), public(HOSTILE, None, true)]);
    for line in [
        "X-WR-CALNAME:Jadwal",
        "REFRESH-INTERVAL;VALUE=DURATION:PT15M",
        "DTSTART:20261130T020000Z",
        "DTEND:20261130T043000Z",
        r"SUMMARY:Rapat\; Koordinasi\, A\\B",
        r"DESCRIPTION:Balai Veteriner\nTerjadwal",
        "DTSTAMP:20261124T030500Z",
        "X-WR-TIMEZONE:Asia/Jakarta",
    ] {
        assert!(text.lines().any(|found| found == line), "{line} in\n{text}");
    }
    assert_eq!(text.lines().filter(|line| *line == "BEGIN:VEVENT").count(), 2);
    assert_eq!(text.matches("92674392836").count(), 2, "the open event's link as address and place");
    assert!(text.lines().filter(|line| line.starts_with("UID:")).all(|line| line.ends_with("@vm.example.go.id")));
    for private in PRIVATE.into_iter().chain(["ATTENDEE", "ORGANIZER"]) {
        assert!(!text.contains(private), "{private} in\n{text}");
    }
}

#[test]
fn an_event_keeps_its_uid_when_it_is_moved() {
    let one = PublicEvent::of(&ticket(1, "Rapat", None), shown(false)).unwrap();
    let later = PublicEvent::of(&moved(ticket(1, "Rapat 2", None), at("2026-12-01T02:00:00Z"), 30), shown(false)).unwrap();
    let other = PublicEvent::of(&ticket(2, "Rapat", None), shown(false)).unwrap();
    assert_eq!(one.uid, later.uid);
    assert_ne!(one.uid, other.uid);
    assert_eq!(one.uid.len(), 16);
}

#[test]
fn json_is_as_the_contract_says() {
    let text = json_text(&[public("Rapat", None, true)], &wording(Language::Id));
    let expect = r#"{"events":[{"date":"2026-11-30","start":"2026-11-30T09:00:00+07:00","end":"2026-11-30T11:30:00+07:00","time":"09.00–11.30 WIB","title":"Rapat","unit":"Balai Veteriner","status":"Terjadwal","link":null}]}"#;
    assert_eq!(text, expect);
    assert_eq!(json_text(&[], &wording(Language::Id)), r#"{"events":[]}"#);
}

#[tokio::test]
async fn the_schedule_page_escapes_and_shows_public_fields_only() {
    let page = schedule_page(Language::Id, &[public(HOSTILE, None, true), public("Rapat", Some(true), true)]).await;
    for part in [
        "&lt;script&gt;alert(1)&lt;/script&gt;&quot;Rapat&quot; &amp; &#39;x&#39; BEGIN:VEVENT",
        "Senin, 30 November 2026",
        "09.00–11.30 WIB",
        "Balai Veteriner",
        "Terjadwal",
        "Hari ini",
        "https://us02web.zoom.us/j/92674392836?pwd=aB3xY&amp;from=addon",
        "<html lang=\"id\">",
    ] {
        assert!(page.contains(part), "{part} in\n{page}");
    }
    for private in PRIVATE.into_iter().chain(["<script", "\u{202e}", "page-"]) {
        assert!(!page.contains(private), "{private} in\n{page}");
    }
}

#[tokio::test]
async fn pages_are_whole_in_both_languages() {
    for (language, empty, status) in [
        (Language::Id, "Belum ada kegiatan terjadwal.", "Terjadwal"),
        (Language::En, "No events are scheduled yet.", "Scheduled"),
    ] {
        let page = schedule_page(language, &[]).await;
        assert!(page.contains(empty) && !page.contains("page-"), "{page}");
        assert!(schedule_page(language, &[public("Rapat", None, false)]).await.contains(status));
        let (_folder, web) = web(language, |_| {}, Vec::new()).await;
        let home = home_page(&web);
        assert!(home.contains("href=\"https://forms.example/permohonan\"") && !home.contains("page-"), "{home}");
        assert!(home.contains("https://wa.me/6281234567890"), "{home}");
    }
}

fn home_page(web: &Web) -> String {
    web.home_page(&[], at("2026-11-30T01:00:00Z")).unwrap()
}

#[tokio::test]
async fn the_first_page_shows_today_and_the_next_five() {
    let day = |day: i8| at(&format!("2026-12-{day:02}T02:00:00Z"));
    let event = |title: String, start| PublicEvent::of(&moved(ticket(1, &title, None), start, 60), shown(false)).unwrap();
    let mut events = vec![event("Rapat hari itu".into(), at("2026-11-30T02:00:00Z"))];
    events.extend((1..9).map(|n| event(format!("Rapat ke-{n}."), day(n))));
    let (_folder, web) = web(Language::Id, |facts| facts.settings.form_url = "javascript:alert(1)".into(), Vec::new()).await;
    let page = web.home_page(&events, at("2026-11-30T01:00:00Z")).unwrap();
    assert!(page.contains("Rapat hari itu") && page.contains("Rapat ke-5.") && !page.contains("Rapat ke-6."), "{page}");
    assert!(page.contains("silakan menghubungi Pengelola TIK") && !page.contains("javascript:"), "{page}");
}

#[test]
fn both_languages_have_the_same_keys() {
    let keys = |source: &'static str| -> Vec<&str> {
        let lines = source.lines().filter_map(|line| line.split_once(" = ")).map(|(key, _)| key);
        lines.filter(|key| key.starts_with("page-")).collect()
    };
    assert_eq!(keys(ID), keys(EN));
}
