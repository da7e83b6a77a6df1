//! Looking at the mail server: whether it is there, lets Loket in, and takes its sender. No letter is begun: after MAIL comes RSET.

use lettre::Address;
use lettre::message::Mailbox;
use lettre::transport::smtp::commands::{Mail, Rset};
use tokio::time::timeout;

use super::reply::{Failure, Phase, why};
use super::smtp::Mailer;
use super::url::Security;
use crate::domain::finding::Flaw;

/// How far the mail server lets Loket come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tried {
    /// All the way.
    Welcome,
    /// The server cannot be reached or spoken to.
    NoServer(Flaw),
    /// It refuses the login.
    NoLogin(Flaw),
    /// It refuses the sender.
    NoSender(Flaw),
}

impl Mailer {
    /// Where the server is, and how the connection is protected; without user and password.
    pub fn place(&self) -> String {
        let how = match self.url.security {
            Security::None => "without TLS",
            Security::StartTls => "with STARTTLS",
            Security::Tls => "with TLS",
        };
        format!("{}:{}, {how}", self.url.host, self.url.port)
    }

    /// Whether the URL holds a login.
    pub fn has_login(&self) -> bool {
        self.url.login.is_some()
    }

    /// Connects, logs in, names the sender, and takes it back. `from` is `mail.from`.
    pub async fn try_out(&self, from: &str) -> Tried {
        let mut connection = match self.open().await {
            Ok(connection) => connection,
            Err(failure) => return Tried::NoServer(self.no_server(&failure)),
        };
        if let Err(why) = self.log_in(&mut connection).await {
            let mend = "put the right user and password into `mail.url` (special characters percent-encoded); for Gmail an app \
                        password, see docs/mail.md";
            return Tried::NoLogin(Flaw::new(why.text(), mend));
        }
        let sender: Option<Address> = from.trim().parse::<Mailbox>().ok().map(|mailbox| mailbox.email);
        let named = self.command(&mut connection, Mail::new(sender, Vec::new())).await;
        if let Err(failure) = named {
            let _ = timeout(self.waits.command, connection.quit()).await;
            return self.refused_sender(&failure);
        }
        let _ = self.command(&mut connection, Rset).await;
        let _ = timeout(self.waits.command, connection.quit()).await;
        Tried::Welcome
    }

    fn no_server(&self, failure: &Failure) -> Flaw {
        let found = why(Phase::Greeting, failure).text().to_owned();
        let (host, port) = (&self.url.host, self.url.port);
        let usual = "smtp://HOST:25 without TLS, smtp+starttls://HOST:587, smtps://HOST:465";
        let tells = |word: &str| found.to_lowercase().contains(word);
        let mend = if let Failure::Reply(..) = failure {
            format!(
                "{host} answers, and turns this machine away: allow its address on that server, or put another into `mail.url`"
            )
        } else if tells("starttls is not supported") {
            format!("the server at {host}:{port} offers no STARTTLS: see that host and port in `mail.url` are right ({usual})")
        } else if tells("certificate") {
            format!(
                "the certificate of {host} is not trusted: write the host in `mail.url` as the certificate names it, or renew it"
            )
        } else if tells("tls") || tells("corrupt message") {
            format!("TLS fails at {host}:{port}: see that scheme and port in `mail.url` belong together ({usual})")
        } else {
            format!(
                "see that a mail server listens at {host}:{port}, that no firewall is between, and that host, scheme and port in \
                 `mail.url` are right ({usual})"
            )
        };
        Flaw::new(found, mend)
    }

    fn refused_sender(&self, failure: &Failure) -> Tried {
        let found = why(Phase::Sender, failure).text().to_owned();
        match failure {
            Failure::Reply(530, _) if !self.has_login() => {
                Tried::NoLogin(Flaw::new(found, "the server wants a login: put user and password into `mail.url`"))
            }
            Failure::Reply(530 | 538, _) => {
                let mend = "the server wants TLS before it goes on: write smtp+starttls:// or smtps:// in `mail.url`";
                Tried::NoLogin(Flaw::new(found, mend))
            }
            Failure::Reply(..) => Tried::NoSender(Flaw::new(
                found,
                "put an address into `mail.from` that this mail server may send for, or allow it on the server",
            )),
            Failure::Silence(_) => Tried::NoServer(self.no_server(failure)),
        }
    }
}
