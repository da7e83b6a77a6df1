//! The messages: headers, parts, invite.

use super::{LINK, at, letter, letters, wording};
use crate::adapters::mail::compose::{Composed, Composer};
use crate::adapters::mail::letters::{LetterError, Letters, OfficeFacts};
use crate::domain::letter::{Letter, LetterKind, NoticeFacts};
use crate::domain::wording::Language;

const FROM: &str = "Layanan Virtual Meeting <vm@example.go.id>";

fn composer() -> Composer {
    Composer::new(letters(Language::Id), FROM, "vm.example.go.id").unwrap()
}

fn compose(letter: &Letter) -> Composed {
    composer().compose(letter, at("2026-11-24T03:05:10Z")).unwrap()
}

fn text(composed: &Composed) -> String {
    String::from_utf8(composed.bytes.clone()).unwrap()
}

/// The value of a header, unfolded.
fn header(message: &str, name: &str) -> Option<String> {
    let head = message.split_once("\r\n\r\n").unwrap().0.replace("\r\n ", " ");
    let values: Vec<&str> = head.split("\r\n").filter_map(|line| line.strip_prefix(&format!("{name}: "))).collect();
    assert!(values.len() < 2, "{name} stands twice");
    values.first().map(|value| (*value).to_owned())
}

/// The decoded bodies of all parts of a type.
fn parts(message: &str, kind: &str) -> Vec<String> {
    let bodies = message.split("\r\n--").filter_map(|part| part.split_once("\r\n\r\n"));
    bodies.filter(|(head, _)| head.contains(&format!("Content-Type: {kind}"))).map(|(_, body)| base64(body)).collect()
}

fn base64(text: &str) -> String {
    const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let (mut bytes, mut bits, mut count) = (Vec::new(), 0_u32, 0);
    for value in text.bytes().filter_map(|byte| ALPHABET.iter().position(|one| *one == byte)) {
        bits = bits << 6 | u32::try_from(value).unwrap();
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push(u8::try_from(bits >> count & 0xff).unwrap());
        }
    }
    String::from_utf8(bytes).unwrap()
}

fn unfolded(invite: &str) -> Vec<String> {
    invite.replace("\r\n ", "").split_terminator("\r\n").map(str::to_owned).collect()
}

#[test]
fn the_headers_thread_and_name_the_letter() {
    let mut due = letter(LetterKind::Link);
    due.n = 2;
    let composed = compose(&due);
    let message = text(&composed);
    let check = |name: &str, value: &str| assert_eq!(header(&message, name).as_deref(), Some(value), "{name}");
    check("From", "\"Layanan Virtual Meeting\" <vm@example.go.id>");
    check("To", "=?utf-8?b?RHIuIFNpdGkgUmFobWF3YXRpLCBNLlNpLg==?= <siti@example.go.id>");
    check("Message-ID", "<vm-2026-0001.link.2@vm.example.go.id>");
    check("In-Reply-To", "<vm-2026-0001@vm.example.go.id>");
    check("References", "<vm-2026-0001@vm.example.go.id>");
    check("X-Loket-Letter", "VM-2026-0001/link/2");
    check("Auto-Submitted", "auto-generated");
    check("MIME-Version", "1.0");
    check("Date", "Tue, 24 Nov 2026 03:05:10 +0000");
    assert_eq!(header(&message, "Reply-To"), None);
    assert_eq!(composed.message_id, "<vm-2026-0001.link.2@vm.example.go.id>");
    assert_eq!((composed.from.to_string(), composed.to.to_string()), ("vm@example.go.id".into(), "siti@example.go.id".into()));
    assert_eq!(compose(&due), composed);
    let debug = format!("{composed:?} {:?}", composer());
    assert!(!debug.contains("siti@") && !debug.contains("vm@"), "{debug}");
}

#[test]
fn every_line_fits_a_seven_bit_server() {
    let mut due = letter(LetterKind::NewRequest);
    due.facts.topic = "Rapat é – 会議".into();
    due.facts.to_name = "Née Ünal".into();
    due.facts.answers.push(("Panjang".into(), "ä".repeat(5000)));
    for kind in LetterKind::ALL {
        due.kind = kind;
        due.facts.meeting = Some(super::meeting());
        due.facts.full = Some(super::full());
        due.facts.cancelled = (kind == LetterKind::Cancelled).then(super::cancelled);
        due.facts.notice = Some(NoticeFacts { title: "Naïf – 会議".into(), ..super::notice() });
        let composed = compose(&due);
        assert!(composed.bytes.is_ascii());
        let message = text(&composed);
        assert!(message.split("\r\n").all(|line| line.len() <= 998 && !line.contains(['\r', '\n'])), "{message}");
        assert!(header(&message, "To").unwrap().contains("=?utf-8?b?"), "{message}");
        assert!(header(&message, "Subject").unwrap().contains("=?utf-8?b?"));
    }
}

#[test]
fn no_header_can_be_put_in() {
    let mut due = letter(LetterKind::Link);
    for field in [&mut due.facts.to_name, &mut due.facts.topic, &mut due.facts.applicant] {
        *field = "A\r\nBcc: x@y.id\r\n\r\nbody =?utf-8?q?x?= \"quoted\" <z@y.id>".into();
    }
    let message = text(&compose(&due));
    assert_eq!(header(&message, "Bcc"), None);
    assert!(header(&message, "To").unwrap().ends_with("<siti@example.go.id>"));
    due.to = "siti@example.go.id\r\nBcc: x@y.id".into();
    assert!(matches!(composer().compose(&due, at("2026-11-24T03:05:10Z")), Err(LetterError::Address(_))));
}

#[test]
fn only_link_and_cancellation_carry_an_invite_and_both_copies_are_the_same() {
    for kind in LetterKind::ALL {
        let message = text(&compose(&letter(kind)));
        let top = header(&message, "Content-Type").unwrap();
        let (request, copy) = (parts(&message, "text/calendar"), parts(&message, "application/ics"));
        if !kind.has_invite() {
            assert!(top.starts_with("multipart/alternative"), "{top}");
            assert!(request.is_empty() && copy.is_empty());
            continue;
        }
        assert!(top.starts_with("multipart/mixed"), "{top}");
        let order = ["multipart/alternative", "text/plain", "text/html", "text/calendar", "application/ics"];
        let places: Vec<usize> = order.iter().map(|kind| message.find(&format!("Content-Type: {kind}")).unwrap()).collect();
        assert!(places.is_sorted(), "{places:?}");
        let method = if kind == LetterKind::Link { "REQUEST" } else { "CANCEL" };
        let calendar = format!("Content-Type: text/calendar; charset=utf-8; method={method}\r\n");
        assert!(message.contains(&calendar), "{message}");
        assert!(message.contains("Content-Disposition: attachment; filename=\"invite.ics\"\r\n"), "{message}");
        assert_eq!((request.len(), &request), (1, &copy));
    }
}

#[test]
fn the_invite_is_a_request_from_the_sender_to_the_recipient() {
    let mut due = letter(LetterKind::Link);
    due.sequence = 3;
    let invite = parts(&text(&compose(&due)), "text/calendar").remove(0);
    let description =
        format!("DESCRIPTION:Tautan Zoom: {LINK}\\nMeeting ID: 926 7439 2836\\nPasscode: x7Kp2Q\\n\\nNomor tiket: VM-2026-0001");
    let mut expected = vec![
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Loket//Virtual Meeting//ID",
        "CALSCALE:GREGORIAN",
        "METHOD:REQUEST",
        "BEGIN:VEVENT",
        "CLASS:PRIVATE",
        &description,
        "DTEND:20261130T043000Z",
        "DTSTAMP:20261124T030510Z",
        "DTSTART:20261130T020000Z",
        "LOCATION:LINK",
        "ORGANIZER;CN=\"Layanan Virtual Meeting\":mailto:vm@example.go.id",
        "SEQUENCE:3",
        "STATUS:CONFIRMED",
        "SUMMARY:Rapat Koordinasi",
        "TRANSP:OPAQUE",
        "UID:VM-2026-0001@vm.example.go.id",
        "URL:LINK",
        "ATTENDEE;CN=\"Dr. Siti Rahmawati, M.Si.\";CUTYPE=INDIVIDUAL;PARTSTAT=NEEDS-ACTION;ROLE=REQ-PARTICIPANT;RSVP=TRUE:mailto:siti@example.go.id",
        "END:VEVENT",
        "END:VCALENDAR",
    ];
    let (location, url) = (format!("LOCATION:{LINK}"), format!("URL:{LINK}"));
    (expected[11], expected[18]) = (&location, &url);
    assert_eq!(unfolded(&invite), expected);
}

#[test]
fn a_hostile_name_or_title_stays_inside_its_property() {
    let mut due = letter(LetterKind::Link);
    due.facts.topic = "Rapat; A, B\\n \"x\"\r\nATTENDEE:mailto:evil@y.id\rX:1\u{2028}é".repeat(4);
    due.facts.to_name = "\"Ana\";X=1:mailto:evil@y.id,\r\nMETHOD:CANCEL\u{7f}".into();
    let invite = parts(&text(&compose(&due)), "text/calendar").remove(0);
    assert!(invite.split("\r\n").all(|line| line.len() <= 75 && !line.contains(['\r', '\n'])), "{invite}");
    let lines = unfolded(&invite);
    assert_eq!(lines.len(), 22, "{invite}");
    assert!(lines.contains(&"METHOD:REQUEST".to_owned()));
    let attendee = lines.iter().find(|line| line.starts_with("ATTENDEE;")).unwrap();
    assert!(attendee.starts_with("ATTENDEE;CN=\"'Ana';X=1:mailto:evil@y.id, METHOD:CANCEL\";CUTYPE"), "{attendee}");
    let summary = lines.iter().find(|line| line.starts_with("SUMMARY:")).unwrap();
    assert!(summary.starts_with("SUMMARY:Rapat\\; A\\, B\\\\n \"x\" ATTENDEE:mailto:evil@y.id X:1 éRapat"), "{summary}");
}

#[test]
fn odd_settings_still_give_sound_ids() {
    let build = |from: &str, domain: &str| {
        Composer::new(Letters::new(OfficeFacts::default(), wording(Language::En), None), from, domain)
            .map(|composer| composer.compose(&letter(LetterKind::Received), at("2026-11-24T03:05:10Z")).unwrap().message_id)
    };
    assert_eq!(build("vm@example.go.id", "[::1]").unwrap(), "<vm-2026-0001.received.1@1>");
    assert_eq!(build("vm@example.go.id", "").unwrap(), "<vm-2026-0001.received.1@localhost>");
    assert!(matches!(build("not an address", "x"), Err(LetterError::Address("`mail.from`"))));
}
