//! The mail server's socket: accepting, reading lines, and the faults at each command.

use std::sync::Arc;
use std::time::Instant;

use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

use crate::calls::{Call, Party};
use crate::faults::{Action, Answered, Moment};
use crate::handle::World;
use crate::smtp::session::{Next, Session, reply};

/// The longest command line taken, in bytes with its end (RFC 5321 asks for 512; AUTH lines may be longer).
const COMMAND_MAX: usize = 12_288;
/// The longest line of a letter taken, in bytes. RFC 5321 asks for 1000; real servers take more.
const TEXT_LINE_MAX: usize = 1024 * 1024;

/// Serves mail at `listener` until `stopped` turns true; then all connections are dropped.
pub(crate) async fn serve(listener: TcpListener, world: Arc<World>, stopped: watch::Receiver<bool>) {
    let mut stop = stopped.clone();
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            _ = stop.wait_for(|stop| *stop) => return,
        };
        match accepted {
            Ok((stream, _)) => {
                let world = Arc::clone(&world);
                let mut stopped = stopped.clone();
                tokio::spawn(async move {
                    let mut wire = Wire::new(stream);
                    tokio::select! {
                        // A connection that ends, however it ends, is nothing to the server.
                        _ended = wire.talk(&world) => {}
                        _ = stopped.wait_for(|stop| *stop) => {}
                    }
                });
            }
            Err(error) => tracing::warn!(%error, "cannot accept a mail connection"),
        }
    }
}

/// One connection.
struct Wire {
    reader: BufReader<OwnedReadHalf>,
    writer: OwnedWriteHalf,
    /// Whether the client had hung up before the last reply was sent.
    gone: bool,
}

/// A line as it came.
enum Line {
    /// Without its end.
    Whole(Vec<u8>),
    /// Longer than allowed; it was read to its end and thrown away.
    TooLong,
    /// The client has gone.
    Gone,
}

/// The connection is to be closed.
struct Close;

impl From<std::io::Error> for Close {
    fn from(_: std::io::Error) -> Self {
        Self
    }
}

impl Wire {
    /// Takes the connection over.
    fn new(stream: TcpStream) -> Self {
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "cannot set TCP_NODELAY");
        }
        let (reader, writer) = stream.into_split();
        Self { reader: BufReader::new(reader), writer, gone: false }
    }

    /// The whole conversation.
    async fn talk(&mut self, world: &World) -> Result<(), Close> {
        let mut session = Session::new(world.mail().clone());
        let greeting = || Next::Say(reply(220, "mail.sandbox.test ESMTP ready"));
        self.step(world, "smtp.connect", "", Vec::new(), async |_| greeting()).await?;
        loop {
            let line = match self.line(COMMAND_MAX).await? {
                Line::Whole(line) => line,
                Line::TooLong => {
                    self.say(&reply(500, "5.5.2 Line too long")).await?;
                    continue;
                }
                Line::Gone => return Ok(()),
            };
            let line = String::from_utf8_lossy(&line).into_owned();
            let (verb, rest) = line.split_once(' ').unwrap_or((&line, ""));
            let verb = verb.to_ascii_uppercase();
            let name = session.call_name(&verb);
            let recipients = session.recipients();
            let target = match verb.as_str() {
                _ if session.logs_in(&verb) => "…",
                "DATA" => &recipients,
                _ => rest,
            };
            let next = self.step(world, name, target, Vec::new(), async |_| session.command(&verb, rest, &line)).await?;
            if let Next::Letter(_) = next {
                self.letter(world, &mut session).await?;
            }
        }
    }

    /// Reads a letter to its final dot, and accepts it.
    async fn letter(&mut self, world: &World, session: &mut Session) -> Result<(), Close> {
        let size_max = world.mail().policy().size_max;
        let mut letter = Vec::new();
        let mut refused = None;
        loop {
            match self.line(TEXT_LINE_MAX).await? {
                Line::Gone => return Err(Close),
                Line::TooLong => refused = Some("5.6.0 Line too long"),
                Line::Whole(line) if line == b"." => break,
                Line::Whole(line) => {
                    letter.extend_from_slice(line.strip_prefix(b".").unwrap_or(&line));
                    letter.extend_from_slice(b"\r\n");
                }
            }
            if letter.len() > size_max {
                refused = Some("5.2.3 Message exceeds the size limit");
                letter.clear();
            }
        }
        let recipients = session.recipients();
        let carry_out = async |letter: Vec<u8>| match refused {
            Some(why) => session.refuse(why),
            None => session.accept(letter),
        };
        let said = self.step(world, "smtp.body", &recipients, letter, carry_out).await?;
        if said.words().starts_with(b"250") && !self.gone {
            session.told();
        }
        Ok(())
    }

    /// One command, or the end of a letter: through the faults, carried out, answered, logged.
    async fn step<F>(&mut self, world: &World, name: &str, target: &str, body: Vec<u8>, carry_out: F) -> Result<Next, Close>
    where
        F: AsyncFnOnce(Vec<u8>) -> Next,
    {
        let started = Instant::now();
        let at = world.clock().now();
        let moment = Moment { party: Party::Smtp, name: name.to_owned(), target: target.to_owned(), body };
        let fate = world.faults().fate(&moment);
        world.faults().go_through(&fate.before, &moment).await;
        let (next, half) = match &fate.end {
            Some(Action::CloseBefore) => (Err(Close), false),
            Some(Action::Status(answer)) => (Ok(instead(answer)), false),
            end => {
                let next = carry_out(moment.body.clone()).await;
                world.faults().go_through(&fate.after, &moment).await;
                match end {
                    Some(Action::CloseAfter) => (Err(Close), false),
                    Some(Action::StatusAfter(answer)) => (Ok(instead(answer)), false),
                    Some(Action::Garble) => (Ok(Next::Say(b"\xff\xfe\x00??\r\n".to_vec())), false),
                    Some(Action::Truncate) => (Ok(next), true),
                    _ => (Ok(next), false),
                }
            }
        };
        let words = next.as_ref().map(Next::words).unwrap_or_default();
        world.calls().record(Call {
            number: 0,
            at,
            party: Party::Smtp,
            name: moment.name,
            method: name.trim_start_matches("smtp.").to_ascii_uppercase(),
            target: moment.target,
            status: words.get(..3).and_then(|code| std::str::from_utf8(code).ok()?.parse().ok()),
            request_bytes: moment.body.len(),
            response_bytes: words.len(),
            plain_bytes: words.len(),
            took_ms: u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX),
            faults: fate.rules,
        });
        let next = next?;
        self.gone = self.has_gone().await;
        if half {
            self.say(&next.words()[..next.words().len() / 2]).await?;
            return Err(Close);
        }
        self.say(next.words()).await?;
        if matches!(next, Next::Close(_)) { Err(Close) } else { Ok(next) }
    }

    /// Whether the client has hung up.
    async fn has_gone(&mut self) -> bool {
        let mut byte = [0];
        tokio::select! {
            biased;
            peeked = self.reader.get_mut().peek(&mut byte) => !matches!(peeked, Ok(1)),
            () = std::future::ready(()) => false,
        }
    }

    /// Sends a reply.
    async fn say(&mut self, words: &[u8]) -> Result<(), Close> {
        self.writer.write_all(words).await?;
        self.writer.flush().await?;
        Ok(())
    }

    /// Reads a line of at most `max` bytes.
    async fn line(&mut self, max: usize) -> Result<Line, Close> {
        let mut line = Vec::new();
        let mut too_long = false;
        loop {
            let limit = (max + 1 - line.len()) as u64;
            let read = (&mut self.reader).take(limit).read_until(b'\n', &mut line).await?;
            if read == 0 {
                return Ok(Line::Gone);
            }
            if line.last() == Some(&b'\n') {
                break;
            }
            if line.len() > max {
                too_long = true;
                line.clear();
            }
        }
        if too_long {
            return Ok(Line::TooLong);
        }
        line.pop();
        if line.last() == Some(&b'\r') {
            line.pop();
        }
        Ok(Line::Whole(line))
    }
}

/// A reply made up by a rule. 421 and 521 close the connection, as they say.
fn instead(answer: &Answered) -> Next {
    let words = reply(answer.code, &answer.body);
    if matches!(answer.code, 421 | 521) { Next::Close(words) } else { Next::Say(words) }
}
