//! A wire between the daemon and PostgreSQL that can break at a commit: before the server gets to see it, or after it carried it out and
//! before its answer. It reads along what goes by (protocol 3.0, plain) and knows every commit by what was done in it.

use std::collections::HashMap;
use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use loket_sandbox::faults::When;
use tokio::io::{AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};

/// The code by which a client asks for TLS before it says anything else; one byte answers it.
const SSL_REQUEST: u32 = 80_877_103;

/// At which commit the wire breaks.
#[derive(Debug, Clone)]
pub struct Break {
    /// What is done in it.
    pub deed: String,
    /// Which of these, from one.
    pub nth: usize,
    pub when: When,
}

/// The wire.
pub struct Wire {
    /// The store's address through it.
    pub url: String,
    watched: Arc<Watched>,
}

#[derive(Default)]
struct Watched {
    counts: AtomicBool,
    deeds: Mutex<Vec<String>>,
    due: Mutex<Option<Break>>,
    /// What went by that was not understood.
    strange: Mutex<Vec<String>>,
}

impl Wire {
    /// A wire to the server of this address.
    pub async fn to(url: &str) -> Wire {
        let (before, rest) = url.split_once('@').expect("an address with a user");
        let (place, name) = rest.split_once('/').expect("an address with a database");
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("{before}@{}/{name}", listener.local_addr().unwrap());
        let (watched, place) = (Arc::<Watched>::default(), place.to_owned());
        let all = watched.clone();
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let (watched, place) = (all.clone(), place.clone());
                tokio::spawn(async move {
                    // An end of the connection is an end, whichever side it came from.
                    let _ = carry(client, &place, &watched).await;
                });
            }
        });
        Wire { url, watched }
    }

    /// Counts the commits from now on, and breaks once where it is told to.
    pub fn watch(&self, at: Option<Break>) {
        *self.watched.due.lock().unwrap() = at;
        self.watched.counts.store(true, Ordering::Release);
    }

    /// Whether it still has to break.
    pub fn is_due(&self) -> bool {
        self.watched.due.lock().unwrap().is_some()
    }

    /// What was done in each commit that went by.
    pub fn deeds(&self) -> Vec<String> {
        assert_eq!(*self.watched.strange.lock().unwrap(), Vec::<String>::new());
        self.watched.deeds.lock().unwrap().clone()
    }
}

impl Watched {
    /// Making the tables is nothing that is watched.
    fn finds_strange(&self, query: &str) {
        if self.counts.load(Ordering::Acquire) {
            self.strange.lock().unwrap().push(query.to_owned());
        }
    }

    /// A commit comes by. Says when to break, if this is the one.
    fn commits(&self, deed: String) -> Option<When> {
        if !self.counts.load(Ordering::Acquire) {
            return None;
        }
        let mut deeds = self.deeds.lock().unwrap();
        deeds.push(deed);
        let (deed, mut due) = (deeds.last()?, self.due.lock().unwrap());
        let nth = deeds.iter().filter(|other| *other == deed).count();
        let hit = due.take_if(|due| due.deed == *deed && due.nth == nth);
        hit.map(|hit| hit.when)
    }
}

/// Carries one connection, until one side ends it or it is broken.
async fn carry(client: TcpStream, place: &str, watched: &Watched) -> io::Result<()> {
    let server = TcpStream::connect(place).await?;
    // Each packet is sent on at once, as without the wire.
    client.set_nodelay(true)?;
    server.set_nodelay(true)?;
    let ((from_client, mut to_client), (from_server, mut to_server)) = (client.into_split(), server.into_split());
    let (mut from_client, mut from_server) = (BufReader::new(from_client), BufReader::new(from_server));
    loop {
        let (code, greeting) = greeting(&mut from_client).await?;
        to_server.write_all(&greeting).await?;
        if code != SSL_REQUEST {
            break;
        }
        to_client.write_u8(from_server.read_u8().await?).await?;
    }
    let ends_after_answer = AtomicBool::new(false);
    tokio::select! {
        ended = asked(&mut from_client, &mut to_server, watched, &ends_after_answer) => ended,
        ended = answered(&mut from_server, &mut to_client, &ends_after_answer) => ended,
    }
}

/// What the daemon says.
async fn asked(
    from: &mut BufReader<OwnedReadHalf>,
    to: &mut OwnedWriteHalf,
    watched: &Watched,
    ends_after_answer: &AtomicBool,
) -> io::Result<()> {
    let mut talk = Talk::default();
    loop {
        let said = message(from).await?;
        match talk.commit(&said, watched).and_then(|deed| watched.commits(deed)) {
            Some(When::Before) => return Ok(()),
            Some(When::After) => ends_after_answer.store(true, Ordering::Release),
            None => {}
        }
        to.write_all(&said).await?;
    }
}

/// What the server says.
async fn answered(
    from: &mut BufReader<OwnedReadHalf>,
    to: &mut OwnedWriteHalf,
    ends_after_answer: &AtomicBool,
) -> io::Result<()> {
    loop {
        let said = message(from).await?;
        if !ends_after_answer.load(Ordering::Acquire) {
            to.write_all(&said).await?;
        } else if said[0] == b'Z' {
            // It is ready for the next query: this one is carried out.
            return Ok(());
        }
    }
}

/// The first message has no type. Gives its code too.
async fn greeting(from: &mut BufReader<OwnedReadHalf>) -> io::Result<(u32, Vec<u8>)> {
    let (length, code) = (from.read_u32().await?, from.read_u32().await?);
    let mut whole = [length.to_be_bytes(), code.to_be_bytes()].concat();
    whole.resize(length as usize, 0);
    from.read_exact(&mut whole[8..]).await?;
    Ok((code, whole))
}

/// One message: type, length, content.
async fn message(from: &mut BufReader<OwnedReadHalf>) -> io::Result<Vec<u8>> {
    let (kind, length) = (from.read_u8().await?, from.read_u32().await?);
    let mut whole = vec![kind];
    whole.extend(length.to_be_bytes());
    whole.resize(length as usize + 1, 0);
    from.read_exact(&mut whole[5..]).await?;
    Ok(whole)
}

/// How far a connection's talk is.
#[derive(Default)]
struct Talk {
    /// Prepared statements, by name.
    prepared: HashMap<String, String>,
    in_transaction: bool,
    /// What was done since the transaction began, or, outside of one, since the last answer was asked for.
    done: Vec<String>,
}

impl Talk {
    /// Gives what is committed, if the server commits on this message.
    fn commit(&mut self, said: &[u8], watched: &Watched) -> Option<String> {
        let mut texts = said[5..].split(|byte| *byte == 0).map(|text| String::from_utf8_lossy(text).into_owned());
        let mut text = || texts.next().unwrap_or_default();
        match said[0] {
            b'Q' => match text().as_str() {
                "BEGIN" => {
                    (self.in_transaction, self.done) = (true, Vec::new());
                    None
                }
                "COMMIT" => {
                    self.in_transaction = false;
                    Some(std::mem::take(&mut self.done).join(", "))
                }
                "ROLLBACK" => {
                    (self.in_transaction, self.done) = (false, Vec::new());
                    None
                }
                // The empty question whether the connection lives, and what each is told when it is made.
                other if other.is_empty() || other.starts_with("SET ") => None,
                other => {
                    watched.finds_strange(other);
                    None
                }
            },
            b'P' => {
                let (name, query) = (text(), text());
                if query.starts_with("COMMIT") || query.starts_with("BEGIN") {
                    watched.finds_strange(&query);
                }
                self.prepared.insert(name, query);
                None
            }
            b'B' => {
                let (_portal, name) = (text(), text());
                self.done.extend(self.prepared.get(&name).and_then(|query| deed(query)));
                // How many letters or rows it was is left to chance.
                self.done.dedup();
                None
            }
            // Outside of a transaction the server commits when it is asked for its answer.
            b'S' if !self.in_transaction && !self.done.is_empty() => Some(std::mem::take(&mut self.done).join(", ")),
            _ => None,
        }
    }
}

/// What a statement does, in a few words; nothing if it only reads.
fn deed(query: &str) -> Option<String> {
    let words: Vec<&str> = query.split_whitespace().collect();
    match words.as_slice() {
        ["INSERT", "INTO", table, ..] => Some(format!("+{table}")),
        ["UPDATE", table, "SET", column, ..] => Some(format!("{table}.{column}")),
        ["DELETE", "FROM", table, ..] => Some(format!("-{table}")),
        _ => None,
    }
}
