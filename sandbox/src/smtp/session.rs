//! What the mail server does with each command (RFC 5321, with SIZE, 8BITMIME, PIPELINING, SMTPUTF8 and AUTH).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::smtp::Mailbox;

/// What follows a command.
pub(crate) enum Next {
    /// This is answered.
    Say(Vec<u8>),
    /// This is answered, and the letter follows.
    Letter(Vec<u8>),
    /// This is answered, and the connection is closed.
    Close(Vec<u8>),
}

impl Next {
    /// The bytes of the reply.
    pub(crate) fn words(&self) -> &[u8] {
        let (Self::Say(words) | Self::Letter(words) | Self::Close(words)) = self;
        words
    }
}

/// A reply: each line of `text` with the code before it.
pub(crate) fn reply(code: u16, text: &str) -> Vec<u8> {
    let lines: Vec<&str> = if text.is_empty() { vec![""] } else { text.lines().collect() };
    let mut words = Vec::new();
    for (index, line) in lines.iter().enumerate() {
        let mark = if index + 1 == lines.len() { ' ' } else { '-' };
        words.extend_from_slice(format!("{code}{mark}{line}\r\n").as_bytes());
    }
    words
}

/// A login that is under way, with AUTH.
enum Login {
    /// PLAIN without its initial response.
    Plain,
    /// LOGIN, before the user's name.
    User,
    /// LOGIN, before the password.
    Password(String),
}

/// The state of one connection.
pub(crate) struct Session {
    mail: Mailbox,
    greeted: bool,
    known: bool,
    login: Option<Login>,
    from: Option<String>,
    to: Vec<String>,
    accepted: Option<usize>,
}

impl Session {
    /// A connection that has said nothing yet.
    pub(crate) fn new(mail: Mailbox) -> Self {
        Self { mail, greeted: false, known: false, login: None, from: None, to: Vec::new(), accepted: None }
    }

    /// The name under which the command is logged.
    pub(crate) fn call_name(&self, verb: &str) -> &'static str {
        match verb {
            _ if self.login.is_some() => "smtp.auth",
            "EHLO" | "HELO" => "smtp.ehlo",
            "AUTH" => "smtp.auth",
            "MAIL" => "smtp.mail",
            "RCPT" => "smtp.rcpt",
            "DATA" => "smtp.data",
            "RSET" => "smtp.rset",
            "NOOP" => "smtp.noop",
            "QUIT" => "smtp.quit",
            _ => "smtp.unknown",
        }
    }

    /// Whether the line may hold a secret.
    pub(crate) fn logs_in(&self, verb: &str) -> bool {
        self.login.is_some() || verb == "AUTH"
    }

    /// Carries out one command.
    pub(crate) fn command(&mut self, verb: &str, rest: &str, line: &str) -> Next {
        if let Some(login) = self.login.take() {
            return self.go_on_with_login(login, line.trim());
        }
        match verb {
            "EHLO" | "HELO" if rest.trim().is_empty() => say(501, "5.5.4 Name yourself"),
            "EHLO" => self.ehlo(),
            "HELO" => {
                self.greeted = true;
                self.forget();
                say(250, "mail.sandbox.test")
            }
            "NOOP" => say(250, "2.0.0 OK"),
            "RSET" => {
                self.forget();
                say(250, "2.0.0 OK")
            }
            "QUIT" => Next::Close(reply(221, "2.0.0 Bye")),
            "VRFY" => say(252, "2.5.2 Send some mail, I will try"),
            "AUTH" | "MAIL" | "RCPT" | "DATA" if !self.greeted => say(503, "5.5.1 EHLO first"),
            "AUTH" => self.auth(rest),
            "MAIL" | "RCPT" | "DATA" if !self.known && self.mail.policy().login.is_some() => {
                say(530, "5.7.0 Authentication required")
            }
            "MAIL" => self.mail_from(rest),
            "RCPT" => self.rcpt_to(rest),
            "DATA" if self.from.is_none() => say(503, "5.5.1 MAIL first"),
            "DATA" if self.to.is_empty() => say(554, "5.5.1 No valid recipients"),
            "DATA" => Next::Letter(reply(354, "Go ahead")),
            _ => say(502, "5.5.1 Unrecognized command"),
        }
    }

    /// Accepts the letter that followed DATA.
    pub(crate) fn accept(&mut self, letter: Vec<u8>) -> Next {
        let from = self.from.take().unwrap_or_default();
        let to = std::mem::take(&mut self.to);
        let number = self.mail.accept(from, to, letter);
        self.accepted = Some(number);
        say(250, &format!("2.0.0 OK {number}"))
    }

    /// The recipients of the envelope, as they were named: `TO:<…> TO:<…>`.
    pub(crate) fn recipients(&self) -> String {
        let to: Vec<String> = self.to.iter().map(|to| format!("TO:<{to}>")).collect();
        to.join(" ")
    }

    /// The sender of the letter accepted last was told so.
    pub(crate) fn told(&mut self) {
        if let Some(number) = self.accepted.take() {
            self.mail.answered(number);
        }
    }

    /// Refuses the letter that followed DATA.
    pub(crate) fn refuse(&mut self, why: &str) -> Next {
        self.forget();
        say(552, why)
    }

    /// Forgets the envelope.
    fn forget(&mut self) {
        self.from = None;
        self.to.clear();
    }

    /// EHLO: what the server can do.
    fn ehlo(&mut self) -> Next {
        self.greeted = true;
        self.forget();
        let policy = self.mail.policy();
        let mut can = format!(
            "mail.sandbox.test at your service\nSIZE {}\n8BITMIME\nPIPELINING\nSMTPUTF8\nENHANCEDSTATUSCODES",
            policy.size_max
        );
        if policy.login.is_some() {
            can.push_str("\nAUTH PLAIN LOGIN");
        }
        say(250, &can)
    }

    /// MAIL FROM.
    fn mail_from(&mut self, rest: &str) -> Next {
        if self.from.is_some() {
            return say(503, "5.5.1 Nested MAIL command");
        }
        let Some((address, parameters)) = path(rest, "FROM:") else { return say(501, "5.5.4 Syntax: MAIL FROM:<address>") };
        for parameter in parameters.split_whitespace() {
            let (key, value) = parameter.split_once('=').unwrap_or((parameter, ""));
            match key.to_ascii_uppercase().as_str() {
                "SIZE" => match value.parse::<usize>() {
                    Ok(size) if size > self.mail.policy().size_max => {
                        return say(552, "5.2.3 Message exceeds the size limit");
                    }
                    Ok(_) => {}
                    Err(_) => return say(501, "5.5.4 Bad SIZE"),
                },
                "BODY" | "SMTPUTF8" | "AUTH" => {}
                _ => return say(555, "5.5.4 Unsupported parameter"),
            }
        }
        if !address.is_empty() && !plausible(&address) {
            return say(553, "5.1.7 Bad sender address");
        }
        self.from = Some(address);
        say(250, "2.1.0 OK")
    }

    /// RCPT TO.
    fn rcpt_to(&mut self, rest: &str) -> Next {
        if self.from.is_none() {
            return say(503, "5.5.1 MAIL first");
        }
        let Some((address, _)) = path(rest, "TO:") else { return say(501, "5.5.4 Syntax: RCPT TO:<address>") };
        let policy = self.mail.policy();
        if !plausible(&address) {
            return say(553, "5.1.3 The recipient address is not a valid address");
        }
        if policy.unknown.iter().any(|unknown| unknown.eq_ignore_ascii_case(&address)) {
            return say(550, "5.1.1 The email account that you tried to reach does not exist");
        }
        if self.to.len() >= policy.recipients_max {
            return say(452, "4.5.3 Too many recipients");
        }
        self.to.push(address);
        say(250, "2.1.5 OK")
    }

    /// AUTH, with or without an initial response.
    fn auth(&mut self, rest: &str) -> Next {
        if self.mail.policy().login.is_none() {
            return say(502, "5.5.1 AUTH is not offered");
        }
        if self.known {
            return say(503, "5.5.1 Already authenticated");
        }
        let (mechanism, initial) = rest.split_once(' ').unwrap_or((rest, ""));
        match (mechanism.to_ascii_uppercase().as_str(), initial.trim()) {
            ("PLAIN", "") => self.ask(Login::Plain, ""),
            ("PLAIN", initial) => self.go_on_with_login(Login::Plain, initial),
            ("LOGIN", "") => self.ask(Login::User, "VXNlcm5hbWU6"),
            ("LOGIN", user) => self.go_on_with_login(Login::User, user),
            _ => say(504, "5.5.4 Unrecognized authentication type"),
        }
    }

    /// Asks for the next line of a login.
    fn ask(&mut self, login: Login, words: &str) -> Next {
        self.login = Some(login);
        say(334, words)
    }

    /// Takes the next line of a login.
    fn go_on_with_login(&mut self, login: Login, line: &str) -> Next {
        let Some(words) = STANDARD.decode(line).ok().and_then(|bytes| String::from_utf8(bytes).ok()) else {
            return say(501, "5.5.2 Cannot decode the response");
        };
        match login {
            Login::Plain => {
                let mut pieces = words.split('\0').skip(1).map(ToOwned::to_owned);
                let user = pieces.next().unwrap_or_default();
                self.check(&user, &pieces.next().unwrap_or_default())
            }
            Login::User => self.ask(Login::Password(words), "UGFzc3dvcmQ6"),
            Login::Password(user) => self.check(&user, &words),
        }
    }

    /// Checks user and password.
    fn check(&mut self, user: &str, password: &str) -> Next {
        self.known = self.mail.policy().login.is_some_and(|(u, p)| u == user && p == password);
        if self.known { say(235, "2.7.0 Accepted") } else { say(535, "5.7.8 Username and Password not accepted") }
    }
}

/// A plain reply.
fn say(code: u16, text: &str) -> Next {
    Next::Say(reply(code, text))
}

/// The address in angle brackets after `keyword`, and the parameters after it.
fn path<'a>(rest: &'a str, keyword: &str) -> Option<(String, &'a str)> {
    let rest = rest.trim();
    let start = rest.get(..keyword.len()).filter(|start| start.eq_ignore_ascii_case(keyword))?;
    let rest = rest[start.len()..].trim_start().strip_prefix('<')?;
    let (address, parameters) = rest.split_once('>')?;
    Some((address.to_owned(), parameters))
}

/// Whether an address could be one: something, an `@`, and a domain, without spaces and controls.
fn plausible(address: &str) -> bool {
    address.rsplit_once('@').is_some_and(|(local, domain)| {
        !local.is_empty()
            && !domain.is_empty()
            && !domain.starts_with('.')
            && !domain.ends_with('.')
            && !address.chars().any(|c| c.is_whitespace() || c.is_control() || matches!(c, '<' | '>'))
    })
}
