//! The mail server: real SMTP on a socket, and the letters that it took.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;

use crate::calls::Pulse;
use crate::clock::Clock;
use crate::smtp::letter::Letter;

pub mod invite;
pub mod letter;
pub(crate) mod server;
mod session;

/// The largest letter taken unless set otherwise, in bytes: 25 MB, as Gmail.
const SIZE_MAX: usize = 25 * 1024 * 1024;
/// The most recipients of one letter unless set otherwise (RFC 5321, 4.5.3.1.8, asks for at least 100).
const RECIPIENTS_MAX: usize = 100;

/// Everything that the mail server took. Clones share it.
#[derive(Clone, Debug)]
pub struct Mailbox {
    shelf: Arc<Mutex<Shelf>>,
    clock: Clock,
    pulse: Pulse,
}

/// What is shared.
#[derive(Debug)]
struct Shelf {
    letters: Vec<Letter>,
    policy: Policy,
}

/// What the server asks of its clients.
#[derive(Clone, Debug)]
pub(crate) struct Policy {
    /// User and password, if clients have to log in.
    pub(crate) login: Option<(String, String)>,
    /// The largest letter, in bytes.
    pub(crate) size_max: usize,
    /// The most recipients of one letter.
    pub(crate) recipients_max: usize,
    /// Recipients that do not exist.
    pub(crate) unknown: Vec<String>,
}

impl Mailbox {
    /// An empty mailbox.
    pub(crate) fn new(clock: Clock, pulse: Pulse) -> Self {
        let policy = Policy { login: None, size_max: SIZE_MAX, recipients_max: RECIPIENTS_MAX, unknown: Vec::new() };
        Self { shelf: Arc::new(Mutex::new(Shelf { letters: Vec::new(), policy })), clock, pulse }
    }

    /// All letters, in the order in which they were accepted.
    pub fn letters(&self) -> Vec<Letter> {
        self.lock().letters.clone()
    }

    /// How many letters were accepted.
    pub fn count(&self) -> usize {
        self.lock().letters.len()
    }

    /// Letter number `number`, counted from 1.
    pub fn letter(&self, number: usize) -> Option<Letter> {
        number.checked_sub(1).and_then(|index| self.lock().letters.get(index).cloned())
    }

    /// The letters whose envelope names `address` as a recipient, whatever the case.
    pub fn letters_to(&self, address: &str) -> Vec<Letter> {
        let mut letters = self.letters();
        letters.retain(|letter| letter.to.iter().any(|to| to.eq_ignore_ascii_case(address)));
        letters
    }

    /// Clients must log in with these (AUTH PLAIN or LOGIN) before they send; none: they need not.
    pub fn require_login(&self, user_and_password: Option<(&str, &str)>) {
        self.lock().policy.login = user_and_password.map(|(user, password)| (user.to_owned(), password.to_owned()));
    }

    /// The largest letter taken from now on, in bytes (25 MB at the start).
    pub fn set_size_max(&self, bytes: usize) {
        self.lock().policy.size_max = bytes;
    }

    /// The most recipients of one letter from now on (100 at the start).
    pub fn set_recipients_max(&self, recipients: usize) {
        self.lock().policy.recipients_max = recipients;
    }

    /// From now on this recipient does not exist: `550 5.1.1`.
    pub fn no_such_user(&self, address: &str) {
        self.lock().policy.unknown.push(address.to_owned());
    }

    /// What the server asks of its clients now.
    pub(crate) fn policy(&self) -> Policy {
        self.lock().policy.clone()
    }

    /// Accepts a letter.
    pub(crate) fn accept(&self, from: String, to: Vec<String>, raw: Vec<u8>) -> usize {
        let accepted_at: Timestamp = self.clock.now();
        let number = {
            let letters = &mut self.lock().letters;
            let number = letters.len() + 1;
            letters.push(Letter { number, from, to, raw: raw.into(), accepted_at, answered: false });
            number
        };
        self.pulse.beat();
        number
    }

    /// The sender of letter number `number` was told that it was accepted.
    pub(crate) fn answered(&self, number: usize) {
        let mut kept = self.lock();
        if let Some(letter) = number.checked_sub(1).and_then(|index| kept.letters.get_mut(index)) {
            letter.answered = true;
        }
    }

    /// The shelf, also after a panic elsewhere: it is always whole.
    fn lock(&self) -> MutexGuard<'_, Shelf> {
        self.shelf.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
