//! The conversation with a mail server, against a scripted one on a real socket.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

use super::{at, letter, letters};
use crate::adapters::mail::compose::{Composed, Composer};
use crate::adapters::mail::probe::Tried;
use crate::adapters::mail::smtp::{MailSettings, Mailer, Waits};
use crate::adapters::mail::url::MailUrl;
use crate::domain::letter::LetterKind;
use crate::domain::outcome::{Outcome, Why};
use crate::domain::wording::Language;

/// What the server does at one word of the client's.
#[derive(Clone, Copy)]
enum Does {
    Say(&'static str),
    HangUp,
    Nothing,
}

/// At which word it does what: `GREETING`, a command, or `CONTENT`; once each, in the order of the script.
type Script = Arc<Mutex<Vec<(&'static str, Does)>>>;

struct Server {
    port: u16,
    script: Script,
    connections: Arc<AtomicUsize>,
    accepted: Arc<Mutex<Vec<String>>>,
    heard: Arc<Mutex<Vec<String>>>,
}

impl Server {
    async fn start(script: &[(&'static str, Does)]) -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let server = Server {
            port: listener.local_addr().unwrap().port(),
            script: Arc::new(Mutex::new(script.to_vec())),
            connections: Arc::default(),
            accepted: Arc::default(),
            heard: Arc::default(),
        };
        let (script, connections) = (server.script.clone(), server.connections.clone());
        let (accepted, heard) = (server.accepted.clone(), server.heard.clone());
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                connections.fetch_add(1, Ordering::SeqCst);
                tokio::spawn(converse(stream, script.clone(), accepted.clone(), heard.clone()));
            }
        });
        server
    }

    fn mailer(&self, login: &str) -> Mailer {
        let url = MailUrl::parse(&format!("smtp://{login}127.0.0.1:{}", self.port)).unwrap();
        let wait = Duration::from_millis(400);
        let waits = Waits { connect: wait, command: wait, content: wait };
        Mailer::new(MailSettings { url, hello_name: "vm.example.go.id".into(), waits }).unwrap()
    }

    fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }

    fn accepted(&self) -> usize {
        self.accepted.lock().unwrap().len()
    }
}

fn next(script: &Script, word: &str, usual: &'static str) -> Does {
    let mut script = script.lock().unwrap();
    let place = script.iter().position(|(at, _)| *at == word);
    place.map_or(Does::Say(usual), |place| script.remove(place).1)
}

async fn converse(stream: TcpStream, script: Script, accepted: Arc<Mutex<Vec<String>>>, heard: Arc<Mutex<Vec<String>>>) {
    let mut stream = BufReader::new(stream);
    let mut word = "GREETING".to_owned();
    loop {
        let usual = match word.as_str() {
            "GREETING" => "220 test",
            "EHLO" => "250-test\r\n250 AUTH PLAIN LOGIN",
            "AUTH" => "235 2.7.0 welcome",
            "DATA" => "354 go ahead",
            _ => "250 2.0.0 ok",
        };
        let reply = match next(&script, &word, usual) {
            Does::Say(reply) => reply,
            Does::HangUp => return,
            Does::Nothing => {
                tokio::time::sleep(Duration::from_secs(5)).await;
                return;
            }
        };
        stream.write_all(format!("{reply}\r\n").as_bytes()).await.unwrap();
        if word == "DATA" && reply.starts_with("354") {
            let mut content = String::new();
            while !content.ends_with("\r\n.\r\n") {
                if stream.read_line(&mut content).await.unwrap_or_default() == 0 {
                    return;
                }
            }
            let reply = match next(&script, "CONTENT", "250 2.0.0 taken") {
                Does::Say(reply) => reply,
                Does::HangUp => return,
                Does::Nothing => {
                    tokio::time::sleep(Duration::from_secs(5)).await;
                    return;
                }
            };
            if reply.starts_with("250") {
                accepted.lock().unwrap().push(content);
            }
            stream.write_all(format!("{reply}\r\n").as_bytes()).await.unwrap();
        }
        let mut line = String::new();
        if stream.read_line(&mut line).await.unwrap_or_default() == 0 {
            return;
        }
        heard.lock().unwrap().push(line.trim_end().to_owned());
        word = line.split([' ', '\r', ':']).next().unwrap_or_default().to_uppercase();
    }
}

fn mail() -> Composed {
    let composer = Composer::new(letters(Language::Id), "VM <vm@example.go.id>", "vm.example.go.id").unwrap();
    composer.compose(&letter(LetterKind::Link), at("2026-11-24T03:05:10Z")).unwrap()
}

/// How it ended, and whether the intent was recorded.
async fn send(mailer: &Mailer) -> (Outcome<()>, bool) {
    let recorded = AtomicBool::new(false);
    let outcome = mailer
        .send(&mail(), || async {
            recorded.store(true, Ordering::SeqCst);
            true
        })
        .await;
    (outcome, recorded.load(Ordering::SeqCst))
}

#[derive(Debug, PartialEq)]
enum Ended {
    Done,
    Later(Option<i64>),
    Refused,
    Unknown,
}

async fn ends(script: &[(&'static str, Does)]) -> (Ended, bool) {
    let server = Server::start(script).await;
    let (outcome, recorded) = send(&server.mailer("")).await;
    let ended = match outcome {
        Outcome::Done(()) => Ended::Done,
        Outcome::NotDone(Why::Later(_, wait)) => Ended::Later(wait.map(|wait| wait.as_secs())),
        Outcome::NotDone(Why::Refused(_)) => Ended::Refused,
        Outcome::NotDone(other) => panic!("{other:?}"),
        Outcome::Unknown(_) => Ended::Unknown,
    };
    assert_eq!(server.accepted(), usize::from(ended == Ended::Done));
    (ended, recorded)
}

#[tokio::test]
async fn a_letter_is_taken_whole() {
    let server = Server::start(&[]).await;
    let mailer = server.mailer("");
    assert_eq!(send(&mailer).await, (Outcome::Done(()), true));
    let content = server.accepted.lock().unwrap()[0].clone();
    assert_eq!(content.as_bytes(), [mail().bytes.as_slice(), b"\r\n.\r\n"].concat());
    let heard = server.heard.lock().unwrap().clone();
    assert_eq!(heard, ["EHLO vm.example.go.id", "MAIL FROM:<vm@example.go.id>", "RCPT TO:<siti@example.go.id>", "DATA"]);
}

#[tokio::test]
async fn until_the_content_leaves_nothing_is_done() {
    use Does::{HangUp, Nothing, Say};
    for (word, recorded) in [("GREETING", false), ("EHLO", false), ("MAIL", false), ("RCPT", false), ("DATA", true)] {
        for does in [HangUp, Nothing, Say("451 4.3.0 try later"), Say("garbage")] {
            assert_eq!(ends(&[(word, does)]).await, (Ended::Later(None), recorded), "{word}");
        }
    }
    assert_eq!(ends(&[("RCPT", Say("550 5.1.1 no such user"))]).await, (Ended::Refused, false));
    assert_eq!(ends(&[("DATA", Say("554 5.7.1 no"))]).await, (Ended::Refused, true));
    assert_eq!(ends(&[("DATA", Say("250 what"))]).await, (Ended::Later(None), true));
    assert_eq!(ends(&[("GREETING", Say("554 no service"))]).await, (Ended::Later(Some(300)), false));
}

#[tokio::test]
async fn once_the_content_leaves_only_a_reply_settles_it() {
    use Does::{HangUp, Nothing, Say};
    for does in [HangUp, Nothing, Say("garbage"), Say("354 what")] {
        assert_eq!(ends(&[("CONTENT", does)]).await, (Ended::Unknown, true));
    }
    assert_eq!(ends(&[("CONTENT", Say("451 4.3.0 try later"))]).await, (Ended::Later(None), true));
    assert_eq!(ends(&[("CONTENT", Say("552 5.2.3 too big"))]).await, (Ended::Refused, true));
    let limit = Say("550-5.4.5 Daily user sending limit exceeded. For more\r\n550 5.4.5 information see x - gsmtp");
    assert_eq!(ends(&[("CONTENT", limit)]).await, (Ended::Later(Some(3600)), true));
}

#[tokio::test]
async fn without_a_recorded_intent_nothing_leaves() {
    let server = Server::start(&[]).await;
    let mailer = server.mailer("");
    let outcome = mailer.send(&mail(), || async { false }).await;
    assert!(matches!(outcome, Outcome::NotDone(Why::NotNow(_))), "{outcome:?}");
    assert!(!server.heard.lock().unwrap().iter().any(|line| line == "DATA"));
    assert_eq!(send(&mailer).await.0, Outcome::Done(()));
    assert_eq!((server.accepted(), server.connections()), (1, 1));
}

#[tokio::test]
async fn connections_are_used_again_and_a_dead_one_is_replaced_at_once() {
    let server = Server::start(&[]).await;
    let mailer = server.mailer("");
    for _ in 0..3 {
        assert_eq!(send(&mailer).await.0, Outcome::Done(()));
    }
    assert_eq!(server.connections(), 1);
    for (count, does) in [(2, Does::HangUp), (3, Does::Say("421 4.4.2 idle too long"))] {
        server.script.lock().unwrap().push(("MAIL", does));
        assert_eq!(send(&mailer).await.0, Outcome::Done(()));
        assert_eq!(server.connections(), count);
    }
    assert_eq!(server.accepted(), 5);
    let refused = ("RCPT", Does::Say("550 5.1.1 no such user"));
    server.script.lock().unwrap().push(refused);
    assert!(matches!(send(&mailer).await.0, Outcome::NotDone(Why::Refused(_))));
    assert_eq!(send(&mailer).await.0, Outcome::Done(()));
    assert_eq!((server.accepted(), server.connections()), (6, 3));
}

#[tokio::test]
async fn a_wrong_password_is_not_the_letters_fault() {
    let server = Server::start(&[("AUTH", Does::Say("535 5.7.8 Username and Password not accepted"))]).await;
    let mailer = server.mailer("ana:rahasia@");
    let (outcome, recorded) = send(&mailer).await;
    assert!(
        matches!(&outcome, Outcome::NotDone(Why::Later(text, Some(wait))) if wait.as_secs() == 300 && text.contains("535")),
        "{outcome:?}"
    );
    assert!(!recorded);
    assert_eq!(mailer.try_out("VM <vm@example.go.id>").await, Tried::Welcome);
    let heard = server.heard.lock().unwrap().clone();
    let last: Vec<&str> = heard.iter().rev().take(3).map(String::as_str).collect();
    assert!(last[0] == "QUIT" && last[1] == "RSET" && last[2].starts_with("MAIL"), "{heard:?}");
}

#[tokio::test]
async fn an_address_that_the_server_cannot_take_is_refused() {
    let server = Server::start(&[]).await;
    let mut mail = mail();
    mail.to = "sit\u{ed}@example.go.id".parse().unwrap();
    let outcome = server.mailer("").send(&mail, || async { true }).await;
    assert!(matches!(&outcome, Outcome::NotDone(Why::Refused(text)) if text.contains("SMTPUTF8")), "{outcome:?}");
    assert_eq!(server.accepted(), 0);
}

#[tokio::test]
async fn without_the_protection_asked_for_nothing_leaves() {
    for scheme in ["smtp+starttls", "smtps"] {
        let server = Server::start(&[]).await;
        let url = MailUrl::parse(&format!("{scheme}://ana:rahasia@127.0.0.1:{}", server.port)).unwrap();
        let wait = Duration::from_millis(400);
        let waits = Waits { connect: wait, command: wait, content: wait };
        // A machine without certificates is told so at once.
        let Ok(mailer) = Mailer::new(MailSettings { url, hello_name: "x".into(), waits }) else { continue };
        let (outcome, recorded) = send(&mailer).await;
        assert!(matches!(outcome, Outcome::NotDone(Why::Later(..))), "{outcome:?}");
        assert!(!recorded && !server.heard.lock().unwrap().iter().any(|line| line.contains("AUTH")));
    }
}

#[tokio::test]
async fn a_server_that_is_not_there_is_told() {
    let url = MailUrl::parse("smtp://127.0.0.1:1").unwrap();
    let mailer = Mailer::new(MailSettings { url, hello_name: "[::1]".into(), waits: Waits::default() }).unwrap();
    let tried = mailer.try_out("vm@example.go.id").await;
    assert!(matches!(&tried, Tried::NoServer(flaw) if flaw.mend.contains("127.0.0.1:1")), "{tried:?}");
}

#[tokio::test]
async fn what_the_server_refuses_is_told_apart() {
    let said = |word, reply| [(word, Does::Say(reply))];
    for (script, login, mend) in [
        (said("AUTH", "535 5.7.8 Username and Password not accepted"), "ana:rahasia@", "user and password"),
        (said("MAIL", "530 5.7.0 Authentication required"), "", "wants a login"),
        (said("MAIL", "530 5.7.0 Must issue a STARTTLS command first"), "ana:rahasia@", "wants TLS"),
        (said("MAIL", "553 5.7.1 Sender address rejected: not owned by user"), "", "`mail.from`"),
        (said("GREETING", "HTTP/1.1 400 Bad Request"), "", "`mail.url`"),
    ] {
        let server = Server::start(&script).await;
        let (Tried::NoServer(flaw) | Tried::NoLogin(flaw) | Tried::NoSender(flaw)) =
            server.mailer(login).try_out("vm@example.go.id").await
        else {
            panic!("{mend}");
        };
        assert!(flaw.mend.contains(mend) && !flaw.to_string().contains("rahasia"), "{flaw}");
        assert_eq!(server.accepted(), 0);
    }
}
