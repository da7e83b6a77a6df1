//! The mail server, talked to over a plain socket.

use std::time::Duration;

use loket_sandbox::Sandbox;
use loket_sandbox::calls::Party;
use loket_sandbox::faults::{Action, Rule};
use loket_sandbox::handle::Handle;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpStream;

const LETTER: &str = "From: Kantor <vm@example.go.id>\r\nTo: =?UTF-8?Q?Ana?= <ana@example.go.id>\r\n\
    Subject: =?UTF-8?B?UmFwYXQg4oCTIDA5LjAw?=\r\nMessage-ID: <a@example.go.id>\r\nMIME-Version: 1.0\r\n\
    Content-Type: multipart/mixed; boundary=m\r\n\r\n--m\r\nContent-Type: multipart/alternative; boundary=a\r\n\r\n\
    --a\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nHalo\r\n..titik\r\n--a\r\nContent-Type: text/html; charset=utf-8\r\n\r\n\
    <p>Halo</p>\r\n--a\r\nContent-Type: text/calendar; charset=utf-8; method=REQUEST\r\n\r\nBEGIN:VCALENDAR\r\n\
    METHOD:REQUEST\r\nBEGIN:VEVENT\r\nUID:u1\r\nSEQUENCE:2\r\nDTSTART:20261201T020000Z\r\nDTEND:20261201T040000Z\r\n\
    SUMMARY:Rapat\\, \r\n besar\r\nORGANIZER;CN=\"Kantor: VM\":mailto:vm@example.go.id\r\n\
    ATTENDEE;RSVP=TRUE:mailto:ana@example.go.id\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n--a--\r\n--m\r\n\
    Content-Type: application/ics; name=\"invite.ics\"\r\nContent-Disposition: attachment; filename=\"invite.ics\"\r\n\r\n\
    BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n--m--\r\n";

struct Client {
    stream: BufReader<TcpStream>,
}

impl Client {
    async fn new(world: &Handle) -> Self {
        let address = world.smtp_url().replace("smtp://", "");
        Self { stream: BufReader::new(TcpStream::connect(address).await.expect("it listens")) }
    }

    /// Sends `words` and gives the whole reply; empty when the connection was closed.
    async fn say(&mut self, words: &str) -> String {
        self.stream.write_all(words.as_bytes()).await.expect("it can be written");
        self.hear().await
    }

    async fn hear(&mut self) -> String {
        let mut reply = String::new();
        loop {
            let before = reply.len();
            let read = self.stream.read_line(&mut reply).await.unwrap_or(0);
            if read == 0 || reply.as_bytes().get(before + 3) != Some(&b'-') {
                return reply;
            }
        }
    }

    /// Greets and gives the envelope, up to 354.
    async fn envelope(world: &Handle) -> Self {
        let mut client = Self::new(world).await;
        assert!(client.hear().await.starts_with("220 "));
        assert!(client.say("EHLO office\r\n").await.contains("250-PIPELINING\r\n"));
        assert!(client.say("MAIL FROM:<vm@example.go.id> SIZE=1000 BODY=8BITMIME\r\n").await.starts_with("250 "));
        assert!(client.say("RCPT TO:<ana@example.go.id>\r\n").await.starts_with("250 "));
        assert!(client.say("DATA\r\n").await.starts_with("354 "));
        client
    }
}

#[tokio::test]
async fn a_letter_is_kept_with_its_envelope_and_can_be_read() {
    let world = Sandbox::start(1).await.expect("the sandbox starts");
    let mut client = Client::envelope(&world).await;
    assert!(client.say(&format!("{LETTER}.\r\n")).await.starts_with("250 "));
    assert!(client.say("QUIT\r\n").await.starts_with("221 "));
    assert_eq!(client.hear().await, "");

    let letter = world.mail().letter(1).expect("it was accepted");
    assert_eq!((letter.from.as_str(), &letter.to[..]), ("vm@example.go.id", &["ana@example.go.id".to_owned()][..]));
    assert_eq!(letter.subject(), "Rapat – 09.00");
    assert_eq!(letter.header("message-id").as_deref(), Some("<a@example.go.id>"));
    assert_eq!(letter.header("To").as_deref(), Some("Ana <ana@example.go.id>"));
    assert_eq!(letter.text().as_deref().map(str::trim), Some("Halo\r\n.titik"), "the doubled dot is single again");
    assert_eq!(letter.html().as_deref().map(str::trim), Some("<p>Halo</p>"));
    assert_eq!(letter.calendar().map(|calendar| calendar.method).as_deref(), Some("REQUEST"));
    let invite = letter.invite().expect("there is an event");
    assert_eq!((invite.uid.as_str(), invite.sequence, invite.summary.as_str()), ("u1", 2, "Rapat, besar"));
    assert_eq!((invite.organizer.as_str(), &invite.attendees[0][..]), ("vm@example.go.id", "ana@example.go.id"));
    let files = letter.attachments();
    assert_eq!((files.len(), files[0].name.as_str(), files[0].media_type.as_str()), (1, "invite.ics", "application/ics"));
    assert_eq!(world.mail().letters_to("ANA@example.go.id").len(), 1);
    assert_eq!(world.calls().count(Party::Smtp, "smtp.body"), 1);
}

#[tokio::test]
async fn commands_in_one_packet_are_answered_one_by_one() {
    let world = Sandbox::start(1).await.expect("the sandbox starts");
    let mut client = Client::new(&world).await;
    client.hear().await;
    client.say("EHLO office\r\n").await;
    let mut replies = vec![client.say("MAIL FROM:<a@b.id>\r\nRCPT TO:<c@d.id>\r\nRCPT TO:<bad>\r\nDATA\r\n").await];
    for _ in 0..3 {
        replies.push(client.hear().await);
    }
    let codes: Vec<&str> = replies.iter().map(|reply| &reply[..3]).collect();
    assert_eq!(codes, ["250", "250", "553", "354"]);
    assert!(client.say("x\r\n.\r\n").await.starts_with("250 "));
    assert!(client.say("DATA\r\n").await.starts_with("503 "), "the envelope is spent");
}

#[tokio::test]
async fn limits_and_unknown_recipients_are_refused() {
    let world = Sandbox::start(1).await.expect("the sandbox starts");
    world.mail().set_size_max(2000);
    world.mail().set_recipients_max(1);
    world.mail().no_such_user("gone@example.go.id");
    let mut client = Client::new(&world).await;
    client.hear().await;
    assert!(client.say("MAIL FROM:<a@b.id>\r\n").await.starts_with("503 "), "EHLO comes first");
    client.say("EHLO office\r\n").await;
    assert!(client.say("MAIL FROM:<a@b.id> SIZE=2001\r\n").await.starts_with("552 "));
    assert!(client.say("MAIL FROM:<a@b.id>\r\n").await.starts_with("250 "));
    assert!(client.say("RCPT TO:<gone@example.go.id>\r\n").await.starts_with("550 5.1.1"));
    assert!(client.say("RCPT TO:<c@d.id>\r\n").await.starts_with("250 "));
    assert!(client.say("RCPT TO:<e@d.id>\r\n").await.starts_with("452 "));
    assert!(client.say("DATA\r\n").await.starts_with("354 "));
    let long = format!("{}\r\n", "x".repeat(70)).repeat(40);
    assert!(client.say(&format!("{long}.\r\n")).await.starts_with("552 "));
    assert_eq!(world.mail().count(), 0);
    assert!(client.say(&format!("NOOP {}\r\n", "x".repeat(20_000))).await.starts_with("500 "));
    assert!(client.say("NOOP\r\n").await.starts_with("250 "));
}

#[tokio::test]
async fn a_login_is_asked_for_when_switched_on() {
    let world = Sandbox::start(1).await.expect("the sandbox starts");
    world.mail().require_login(Some(("vm", "rahasia")));
    let mut client = Client::new(&world).await;
    client.hear().await;
    assert!(client.say("EHLO office\r\n").await.contains("AUTH PLAIN LOGIN"));
    assert!(client.say("MAIL FROM:<a@b.id>\r\n").await.starts_with("530 "));
    // "\0vm\0salah" and "\0vm\0rahasia" in base64.
    assert!(client.say("AUTH PLAIN AHZtAHNhbGFo\r\n").await.starts_with("535 "));
    assert!(client.say("AUTH PLAIN AHZtAHJhaGFzaWE=\r\n").await.starts_with("235 "));
    assert!(client.say("MAIL FROM:<a@b.id>\r\n").await.starts_with("250 "));
    let secrets = world.calls().all().into_iter().filter(|call| call.target.contains("AHZt")).count();
    assert_eq!(secrets, 0, "no secret in the log");
}

#[tokio::test]
async fn a_fault_at_the_final_dot_loses_the_reply_before_or_after_acceptance() {
    let world = Sandbox::start(1).await.expect("the sandbox starts");
    for (action, accepted) in [(Action::CloseBefore, 0), (Action::CloseAfter, 1)] {
        world.faults().clear();
        world.faults().add(Rule::new(Party::Smtp, "smtp.body", action));
        let mut client = Client::envelope(&world).await;
        assert_eq!(client.say(&format!("{LETTER}.\r\n")).await, "", "no reply");
        assert_eq!(world.mail().count(), accepted);
        assert!(world.mail().letters().iter().all(|letter| !letter.answered), "nobody was told");
    }
    let calls = world.calls().all();
    assert!(calls.iter().any(|call| call.name == "smtp.body" && call.target == "TO:<ana@example.go.id>"), "{calls:?}");
    world.faults().clear();
    world.faults().add(Rule::new(Party::Smtp, "smtp.rcpt", Action::status(450, "4.2.1 Too quickly")).once());
    let mut client = Client::new(&world).await;
    client.hear().await;
    client.say("EHLO office\r\n").await;
    client.say("MAIL FROM:<a@b.id>\r\n").await;
    assert_eq!(client.say("RCPT TO:<c@d.id>\r\n").await, "450 4.2.1 Too quickly\r\n");
    assert!(client.say("RCPT TO:<c@d.id>\r\n").await.starts_with("250 "));
    world.faults().add(Rule::new(Party::Smtp, "smtp.connect", Action::status(421, "4.7.0 Try again later")));
    let mut client = Client::new(&world).await;
    assert_eq!(client.hear().await, "421 4.7.0 Try again later\r\n");
    assert_eq!(client.hear().await, "", "421 closes");
}

#[tokio::test]
async fn everything_ends_when_the_last_handle_is_dropped() {
    let world = Sandbox::start(1).await.expect("the sandbox starts");
    let mut client = Client::new(&world).await;
    client.hear().await;
    drop(world);
    let closed = tokio::time::timeout(Duration::from_secs(5), client.hear()).await;
    assert_eq!(closed.expect("the connection is closed"), "");
}
