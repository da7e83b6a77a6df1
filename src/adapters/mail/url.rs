//! The address of the mail server, `mail.url` in the configuration.

use std::fmt;

/// How the connection is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Security {
    /// Not at all: `smtp://`, for a server on the same machine or network.
    None,
    /// Changed to TLS by STARTTLS, without which nothing is sent: `smtp+starttls://` (RFC 3207).
    StartTls,
    /// TLS from the first byte: `smtps://` (RFC 8314).
    Tls,
}

impl Security {
    /// The port that is usual for it (RFC 5321; RFC 6409; RFC 8314).
    pub fn usual_port(self) -> u16 {
        match self {
            Security::None => 25,
            Security::StartTls => 587,
            Security::Tls => 465,
        }
    }
}

/// A parsed `mail.url`. Its `Debug` shows neither user nor password.
#[derive(Clone, PartialEq, Eq)]
pub struct MailUrl {
    /// How the connection is protected.
    pub security: Security,
    /// The server's name or address.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// User and password, where the server wants them.
    pub login: Option<(String, String)>,
}

impl fmt::Debug for MailUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let login = if self.login.is_some() { " with login" } else { "" };
        write!(f, "MailUrl({:?} {}:{}{login})", self.security, self.host, self.port)
    }
}

/// Not the address of a mail server. The text never holds user or password.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "{0}; allowed is smtp://HOST (port 25), smtp+starttls://HOST (port 587) or smtps://HOST (port 465), \
     where HOST may be USER:PASSWORD@HOST:PORT with special characters percent-encoded"
)]
pub struct MailUrlError(String);

impl MailUrl {
    /// Reads the address.
    pub fn parse(text: &str) -> Result<MailUrl, MailUrlError> {
        let refuse = |what: String| Err(MailUrlError(what));
        let Some((scheme, rest)) = text.trim().split_once("://") else {
            return refuse("the address has no `://`".to_owned());
        };
        let security = match scheme.to_ascii_lowercase().as_str() {
            "smtp" => Security::None,
            "smtp+starttls" => Security::StartTls,
            "smtps" => Security::Tls,
            _ => return refuse(format!("`{}://` is unknown", scheme.chars().take(20).collect::<String>())),
        };
        let rest = rest.strip_suffix('/').unwrap_or(rest);
        let (login, place) = match rest.rsplit_once('@') {
            Some((login, place)) => (Some(read_login(login)?), place),
            None => (None, rest),
        };
        if place.contains(['/', '?', '#']) {
            return refuse(format!("`{}` holds more than a host and a port", place.chars().take(60).collect::<String>()));
        }
        let (host, port) = split_port(place)?;
        let named = !host.is_empty() && !host.contains(|c: char| c.is_whitespace() || c.is_control());
        if !named {
            return refuse("the address names no host".to_owned());
        }
        Ok(MailUrl { security, host: host.to_owned(), port: port.unwrap_or(security.usual_port()), login })
    }
}

fn read_login(text: &str) -> Result<(String, String), MailUrlError> {
    let (user, password) = text.split_once(':').unwrap_or((text, ""));
    match (decode(user), decode(password)) {
        (Some(user), _) if user.is_empty() => Err(MailUrlError("the user before `@` is empty".to_owned())),
        (Some(user), Some(password)) => Ok((user, password)),
        _ => Err(MailUrlError("a `%` in user or password is not followed by two hexadecimal digits".to_owned())),
    }
}

fn split_port(place: &str) -> Result<(&str, Option<u16>), MailUrlError> {
    let (host, port) = match place.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((host, "")) => (host, None),
        Some((host, rest)) => (host, rest.strip_prefix(':').or(Some(""))),
        None => place.split_once(':').map_or((place, None), |(host, port)| (host, Some(port))),
    };
    match port.map(str::parse::<u16>) {
        None => Ok((host, None)),
        Some(Ok(port)) if port > 0 => Ok((host, Some(port))),
        Some(_) => Err(MailUrlError("the port is not a number from 1 to 65535".to_owned())),
    }
}

/// Percent-decoding (RFC 3986, 2.1); none if it is broken.
fn decode(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&byte, tail)) = rest.split_first() {
        rest = tail;
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let digits = std::str::from_utf8(rest.get(..2)?).ok()?;
        if !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
            return None;
        }
        bytes.push(u8::from_str_radix(digits, 16).ok()?);
        rest = &rest[2..];
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str) -> (Security, String, u16, Option<(String, String)>) {
        let url = MailUrl::parse(text).unwrap();
        (url.security, url.host, url.port, url.login)
    }

    #[test]
    fn addresses_are_read_with_their_usual_ports() {
        let login = |user: &str, password: &str| Some((user.to_owned(), password.to_owned()));
        assert_eq!(check("smtp://127.0.0.1"), (Security::None, "127.0.0.1".into(), 25, None));
        assert_eq!(check("smtp://[::1]:2525/"), (Security::None, "::1".into(), 2525, None));
        assert_eq!(
            check("smtp+starttls://vm%40example.go.id:p%3A%2Fss@smtp.example.go.id"),
            (Security::StartTls, "smtp.example.go.id".into(), 587, login("vm@example.go.id", "p:/ss"))
        );
        assert_eq!(check("SMTPS://ana@mail.example:466"), (Security::Tls, "mail.example".into(), 466, login("ana", "")));
        assert_eq!(check("smtps://a:p@ss#1@mail.example"), (Security::Tls, "mail.example".into(), 465, login("a", "p@ss#1")));
    }

    #[test]
    fn a_bad_address_is_told_without_its_password() {
        for bad in
            ["", "mail.example", "http://x", "smtp://", "smtp://h:0", "smtp://h:x", "smtp://h/p", "smtp://u:%zz@h", "smtp://:x@h"]
        {
            let error = MailUrl::parse(bad).unwrap_err().to_string();
            assert!(error.contains("smtp+starttls://HOST"), "{bad}: {error}");
        }
        let secret = "smtp://ana:rahasia@host:99999";
        assert!(!MailUrl::parse(secret).unwrap_err().to_string().contains("rahasia"));
        assert!(!format!("{:?}", MailUrl::parse("smtp://ana:rahasia@host").unwrap()).contains("rahasia"));
    }
}
