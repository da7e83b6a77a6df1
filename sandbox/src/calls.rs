//! The log of every call that reached the sandbox, and a way to wait for something to happen in it.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tokio::sync::watch;

/// How many calls are kept in the log; counts go on beyond it.
const KEPT_MAX: usize = 20_000;

/// An outside party that is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Party {
    /// Google's token endpoint and Sheets v4.
    Google,
    /// Zoom's token endpoint and REST v2.
    Zoom,
    /// The mail server.
    Smtp,
}

/// One call as the sandbox saw it. For SMTP a call is one command, `smtp.connect` or the end of a letter (`smtp.body`).
#[derive(Clone, Debug, Serialize)]
pub struct Call {
    /// Its number in the log, from 1, in the order in which calls were finished.
    pub number: u64,
    /// When it arrived.
    pub at: Timestamp,
    /// Who was called.
    pub party: Party,
    /// What was called: `meetings.create`, `values.batchGet`, `token`, `smtp.data` and so on.
    pub name: String,
    /// The HTTP method, or the SMTP verb.
    pub method: String,
    /// Path and query, or the rest of the SMTP command's line; of DATA and of a letter its recipients.
    pub target: String,
    /// The status (HTTP) or reply code (SMTP) that was answered; none when the connection was closed instead.
    pub status: Option<u16>,
    /// Bytes of the request's body, or of the letter.
    pub request_bytes: usize,
    /// Bytes of the answer's body as it was sent.
    pub response_bytes: usize,
    /// Bytes of the answer's body before it was compressed; the same where it was not.
    pub plain_bytes: usize,
    /// How long it took, in milliseconds.
    pub took_ms: u64,
    /// The fault rules that took part, by their ids.
    pub faults: Vec<u64>,
}

/// Tells waiters that something in the world may have changed. Clones share one pulse.
#[derive(Clone, Debug)]
pub struct Pulse {
    beat: watch::Sender<u64>,
}

impl Default for Pulse {
    fn default() -> Self {
        Self { beat: watch::Sender::new(0) }
    }
}

impl Pulse {
    /// Wakes every waiter.
    pub fn beat(&self) {
        self.beat.send_modify(|n| *n = n.wrapping_add(1));
    }

    /// A receiver that changes at every beat.
    pub fn listen(&self) -> watch::Receiver<u64> {
        self.beat.subscribe()
    }
}

/// The log of calls. Clones share one log.
#[derive(Clone, Debug, Default)]
pub struct Calls {
    log: Arc<Mutex<Log>>,
    pulse: Pulse,
}

/// What the log holds.
#[derive(Debug, Default)]
struct Log {
    /// The latest calls, oldest first.
    calls: VecDeque<Call>,
    /// The number of the last call.
    last: u64,
    /// How often each call was made, since the start or the last `clear`.
    counts: BTreeMap<(Party, String), u64>,
}

impl Calls {
    /// An empty log that beats `pulse` at each call.
    pub(crate) fn new(pulse: Pulse) -> Self {
        Self { log: Arc::default(), pulse }
    }

    /// How many calls of `party` match `name`: a name as in [`Call::name`], a beginning with `*` (`meetings.*`), or `*`.
    pub fn count(&self, party: Party, name: &str) -> u64 {
        let log = self.lock();
        log.counts.iter().filter(|((p, n), _)| *p == party && matches(name, n)).map(|(_, count)| count).sum()
    }

    /// The calls after number `number`, oldest first, as far as they are still kept (the latest 20,000 are).
    pub fn since(&self, number: u64) -> Vec<Call> {
        self.lock().calls.iter().filter(|call| call.number > number).cloned().collect()
    }

    /// Every call that is kept, oldest first.
    pub fn all(&self) -> Vec<Call> {
        self.since(0)
    }

    /// The number of the latest call, 0 before the first: a mark for [`since`](Self::since).
    pub fn last(&self) -> u64 {
        self.lock().last
    }

    /// Forgets all calls and counts; numbers go on.
    pub fn clear(&self) {
        let mut log = self.lock();
        log.calls.clear();
        log.counts.clear();
    }

    /// Adds a call, giving it its number.
    pub(crate) fn record(&self, mut call: Call) {
        {
            let mut log = self.lock();
            log.last += 1;
            call.number = log.last;
            *log.counts.entry((call.party, call.name.clone())).or_default() += 1;
            if log.calls.len() == KEPT_MAX {
                log.calls.pop_front();
            }
            log.calls.push_back(call);
        }
        self.pulse.beat();
    }

    /// The log, also after a panic elsewhere: it is always whole.
    fn lock(&self) -> MutexGuard<'_, Log> {
        self.log.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether call name `name` matches `pattern`: equal, or `*` at the pattern's end for any rest.
pub(crate) fn matches(pattern: &str, name: &str) -> bool {
    pattern.strip_suffix('*').map_or(pattern == name, |start| name.starts_with(start))
}
