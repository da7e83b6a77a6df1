//! The mail server: one letter at a time, and for each it is known how far it went.
//!
//! Until its content leaves, a failure is certainly `NotDone`; from then on only the server's own reply says what became of it.
//! Invariant: no address, subject or body is logged here or stands in a reason.

use std::fmt;
use std::future::Future;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use lettre::Address;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{AsyncSmtpConnection, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail, Rcpt, Rset};
use lettre::transport::smtp::extension::{ClientId, Extension, MailParameter};
use lettre::transport::smtp::response::{Response, Severity};
use tokio::time::{Instant, timeout};

use super::compose::Composed;
use super::reply::{Failure, Phase, why};
use super::url::{MailUrl, Security};
use crate::domain::limits::mail::{COMMAND_WAIT, CONNECT_WAIT, CONTENT_WAIT, IDLE_CONNECTIONS_MAX, IDLE_MAX, SETTINGS_WAIT};
use crate::domain::outcome::{Outcome, Why};

/// Longest waits for the server.
#[derive(Debug, Clone, Copy)]
pub struct Waits {
    /// For the connection with its greeting and EHLO, and again for each of STARTTLS and AUTH.
    pub connect: Duration,
    /// For the reply to a command.
    pub command: Duration,
    /// For the reply to the content, its sending included.
    pub content: Duration,
}

impl Default for Waits {
    fn default() -> Waits {
        Waits { connect: CONNECT_WAIT, command: COMMAND_WAIT, content: CONTENT_WAIT }
    }
}

/// What is needed to reach the mail server.
#[derive(Debug, Clone)]
pub struct MailSettings {
    /// Where it is.
    pub url: MailUrl,
    /// The name said in EHLO: the host of `web.public_url`.
    pub hello_name: String,
    /// How long it is waited for.
    pub waits: Waits,
}

/// The mail server cannot be used at all with these settings.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MailError {
    /// TLS cannot be prepared: no certificates on this machine, or a host name that no certificate could bear.
    #[error("cannot prepare TLS for the mail server `{host}`: {why}")]
    Tls {
        /// The server.
        host: String,
        /// In the words of the TLS library.
        why: String,
    },
}

/// An idle connection.
struct Idle {
    connection: AsyncSmtpConnection,
    since: Instant,
}

/// The door to the mail server.
pub struct Mailer {
    pub(super) url: MailUrl,
    hello: ClientId,
    tls: Option<TlsParameters>,
    pub(super) waits: Waits,
    idle: Mutex<Vec<Idle>>,
}

impl fmt::Debug for Mailer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Mailer({:?})", self.url)
    }
}

impl Mailer {
    /// Prepares the door; nothing is connected yet.
    pub fn new(settings: MailSettings) -> Result<Mailer, MailError> {
        let MailSettings { url, hello_name, waits } = settings;
        let refuse = |error: lettre::transport::smtp::Error| MailError::Tls { host: url.host.clone(), why: error.to_string() };
        let tls = match url.security {
            Security::None => None,
            Security::StartTls | Security::Tls => Some(TlsParameters::new(url.host.clone()).map_err(refuse)?),
        };
        Ok(Mailer { hello: client_id(&hello_name), url, tls, waits, idle: Mutex::default() })
    }

    /// Sends one letter. `before_data` is awaited just before the server is asked to take the content: it records the intent,
    /// and if it says false, nothing leaves.
    pub async fn send<F, Fut>(&self, mail: &Composed, before_data: F) -> Outcome<()>
    where
        F: FnOnce() -> Fut + Send,
        Fut: Future<Output = bool> + Send,
    {
        let mut connection = match self.open_for(mail).await {
            Ok(connection) => connection,
            Err(why) => return Outcome::NotDone(why),
        };
        let recipient = self.command(&mut connection, Rcpt::new(mail.to.clone(), Vec::new())).await;
        if let Err(failure) = recipient {
            self.reset_and_keep(connection, &failure).await;
            return Outcome::NotDone(why(Phase::Recipient, &failure));
        }
        if !before_data().await {
            self.reset_and_keep(connection, &Failure::Reply(250, String::new())).await;
            return Outcome::NotDone(Why::NotNow("it was withdrawn, or the intent to send could not be recorded".to_owned()));
        }
        match self.command(&mut connection, Data).await {
            Ok(reply) if reply.has_code(354) => {}
            Ok(reply) => return Outcome::NotDone(why(Phase::Data, &Failure::unexpected(&reply))),
            Err(failure) => return Outcome::NotDone(why(Phase::Data, &failure)),
        }
        let content = limited(self.waits.content, connection.message(&mail.bytes)).await;
        match content {
            Ok(reply) if reply.code().severity == Severity::PositiveCompletion => {
                self.keep(connection);
                Outcome::Done(())
            }
            Ok(_) => Outcome::Unknown("the server's reply to the content says neither yes nor no".to_owned()),
            Err(failure @ Failure::Reply(..)) => {
                self.reset_and_keep(connection, &failure).await;
                Outcome::NotDone(why(Phase::Content, &failure))
            }
            Err(Failure::Silence(text)) => Outcome::Unknown(format!("no reply after the content was sent: {text}")),
        }
    }

    /// A connection on which MAIL was accepted. An idle one that turns out to be dead is replaced by a fresh one at once.
    async fn open_for(&self, mail: &Composed) -> Result<AsyncSmtpConnection, Why> {
        while let Some(mut connection) = self.take_idle() {
            match self.mail_from(&mut connection, mail).await {
                Ok(()) => return Ok(connection),
                Err(Failure::Silence(_) | Failure::Reply(421, _)) => {}
                Err(failure) => {
                    let reason = why(first_phase(mail), &failure);
                    self.reset_and_keep(connection, &failure).await;
                    return Err(reason);
                }
            }
        }
        let mut connection = self.connect().await?;
        match self.mail_from(&mut connection, mail).await {
            Ok(()) => Ok(connection),
            Err(failure) => {
                let reason = why(first_phase(mail), &failure);
                self.reset_and_keep(connection, &failure).await;
                Err(reason)
            }
        }
    }

    async fn mail_from(&self, connection: &mut AsyncSmtpConnection, mail: &Composed) -> Result<(), Failure> {
        let ascii = is_ascii(&mail.to) && is_ascii(&mail.from);
        let mut parameters = Vec::new();
        if !ascii {
            if !connection.server_info().supports_feature(Extension::SmtpUtfEight) {
                return Err(Failure::Reply(553, "the server takes no address with letters beyond ASCII (SMTPUTF8)".to_owned()));
            }
            parameters.push(MailParameter::SmtpUtfEight);
        }
        // No BODY=8BITMIME: the content is composed of 7-bit lines only.
        self.command(connection, Mail::new(Some(mail.from.clone()), parameters)).await.map(|_| ())
    }

    pub(super) async fn command<C: fmt::Display>(
        &self,
        connection: &mut AsyncSmtpConnection,
        command: C,
    ) -> Result<Response, Failure> {
        limited(self.waits.command, connection.command(command)).await
    }

    async fn connect(&self) -> Result<AsyncSmtpConnection, Why> {
        let mut connection = self.open().await.map_err(|failure| why(Phase::Greeting, &failure))?;
        self.log_in(&mut connection).await?;
        Ok(connection)
    }

    /// Connection, greeting, EHLO, and TLS where it is asked for.
    pub(super) async fn open(&self) -> Result<AsyncSmtpConnection, Failure> {
        let place = (self.url.host.as_str(), self.url.port);
        let first_tls = if self.url.security == Security::Tls { self.tls.clone() } else { None };
        let wait = self.waits.connect;
        let opening = AsyncSmtpConnection::connect_tokio1(place, Some(wait), &self.hello, first_tls, None);
        let mut connection = limited(wait, opening).await?;
        if let (Security::StartTls, Some(tls)) = (self.url.security, &self.tls) {
            limited(wait, connection.starttls(tls.clone(), &self.hello)).await?;
        }
        Ok(connection)
    }

    /// Login, where there is one.
    pub(super) async fn log_in(&self, connection: &mut AsyncSmtpConnection) -> Result<(), Why> {
        let Some((user, password)) = &self.url.login else { return Ok(()) };
        let wait = self.waits.connect;
        let credentials = Credentials::new(user.clone(), password.clone());
        match timeout(wait, connection.auth(&[Mechanism::Plain, Mechanism::Login], &credentials)).await {
            Ok(Err(error)) if error.is_client() => {
                let text = "the mail server offers no login that Loket knows (PLAIN, LOGIN)".to_owned();
                Err(Why::Later(text, Some(SETTINGS_WAIT)))
            }
            Ok(Ok(reply)) if reply.code().severity == Severity::PositiveCompletion => Ok(()),
            Ok(Ok(reply)) => Err(why(Phase::Greeting, &Failure::unexpected(&reply))),
            Ok(Err(error)) => Err(why(Phase::Greeting, &Failure::of(&error))),
            Err(_) => Err(why(Phase::Greeting, &Failure::timeout(wait))),
        }
    }

    fn take_idle(&self) -> Option<AsyncSmtpConnection> {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        idle.retain(|one| one.since.elapsed() <= IDLE_MAX);
        // The one used last: the others grow old and go.
        idle.pop().map(|one| one.connection)
    }

    fn keep(&self, connection: AsyncSmtpConnection) {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        if idle.len() < IDLE_CONNECTIONS_MAX {
            idle.push(Idle { connection, since: Instant::now() });
        }
    }

    /// Takes the envelope back, so that the connection may be used again; one that said goodbye or nothing is dropped.
    async fn reset_and_keep(&self, mut connection: AsyncSmtpConnection, failure: &Failure) {
        let usable = matches!(failure, Failure::Reply(code, _) if *code != 421);
        if usable && self.command(&mut connection, Rset).await.is_ok() {
            self.keep(connection);
        }
    }
}

fn is_ascii(address: &Address) -> bool {
    AsRef::<str>::as_ref(address).is_ascii()
}

/// Whom a refusal at MAIL is about: the office's own address, unless the recipient's made the command unusual.
fn first_phase(mail: &Composed) -> Phase {
    if is_ascii(&mail.to) { Phase::Sender } else { Phase::Recipient }
}

/// Waits for a reply, at most so long.
async fn limited<T>(wait: Duration, call: impl Future<Output = Result<T, lettre::transport::smtp::Error>>) -> Result<T, Failure> {
    match timeout(wait, call).await {
        Ok(Ok(reply)) => Ok(reply),
        Ok(Err(error)) => Err(Failure::of(&error)),
        Err(_) => Err(Failure::timeout(wait)),
    }
}

/// The name for EHLO: a domain or an address literal (RFC 5321, 4.1.1.1); anything else would be refused or injected.
fn client_id(name: &str) -> ClientId {
    let bare = name.trim_matches(['[', ']']);
    match bare.parse::<IpAddr>() {
        Ok(IpAddr::V4(address)) => return ClientId::Ipv4(address),
        Ok(IpAddr::V6(address)) => return ClientId::Ipv6(address),
        Err(_) => {}
    }
    let plain = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-'));
    if plain { ClientId::Domain(name.to_owned()) } else { ClientId::Domain("localhost".to_owned()) }
}
