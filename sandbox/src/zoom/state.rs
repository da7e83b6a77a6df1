//! What Zoom holds: hosts, meetings, tokens, page tokens, and what was held.

use std::collections::{BTreeMap, HashMap};

use jiff::{SignedDuration, Timestamp};
use rand::{Rng as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::handle::ZoomCredentials;
use crate::zoom::errors::Refusal;
use crate::zoom::host::{Host, HostSpec, Licence, Standing};
use crate::zoom::limits::Limits;
use crate::zoom::meeting::{Held, Kind, Meeting, Source};
use crate::zoom::routes;
use crate::zoom::settings;

/// How long a deleted meeting can be recovered: 7 days.
const RECOVERABLE: SignedDuration = SignedDuration::from_hours(7 * 24);
/// The letters of ids, tokens and passwords.
const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/// How a series shows in `GET /users/{id}/meetings`; the field reports differ.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SeriesInList {
    /// One item with the start of the series.
    #[default]
    OneItem,
    /// One item for each occurrence, with the same id.
    EachOccurrence,
    /// One item with the start of the next occurrence.
    NextOccurrence,
}

/// An access token.
#[derive(Clone, Debug)]
pub(super) struct Token {
    /// When it ends.
    pub(super) expires_at: Timestamp,
    /// What it allows.
    pub(super) scopes: Vec<String>,
}

/// A `next_page_token`.
#[derive(Clone, Debug)]
pub(super) struct Page {
    /// What is listed.
    pub(super) list: String,
    /// The first item of the page.
    pub(super) from: usize,
    /// When the token ends.
    pub(super) expires_at: Timestamp,
}

/// What Zoom holds.
#[derive(Debug)]
pub(super) struct State {
    /// The app's credentials.
    pub(super) credentials: ZoomCredentials,
    /// How long tokens live, in seconds.
    pub(super) token_lifetime_s: i64,
    /// What tokens allow from now on.
    pub(super) scopes: Vec<String>,
    /// Whether the answer with a token says what it allows.
    pub(super) tells_scopes: bool,
    /// Whether a new token voids those before it.
    pub(super) one_token: bool,
    /// The tokens given out.
    pub(super) tokens: HashMap<String, Token>,
    /// The page tokens given out.
    pub(super) pages: HashMap<String, Page>,
    /// The users.
    pub(super) hosts: Vec<Host>,
    /// The meetings, by their numbers.
    pub(super) meetings: BTreeMap<u64, Meeting>,
    /// Deleted meetings and when they were deleted.
    pub(super) deleted: BTreeMap<u64, (Meeting, Timestamp)>,
    /// Meetings held, oldest first.
    pub(super) held: Vec<Held>,
    /// What the account's tracking fields are called.
    pub(super) tracking_fields: Vec<String>,
    /// How a series shows in a list.
    pub(super) series_in_list: SeriesInList,
    /// What was used of the rate limits.
    pub(super) limits: Limits,
    /// Chance.
    rng: ChaCha8Rng,
}

/// What a new meeting is made of, checked.
#[derive(Clone, Debug)]
pub(super) struct Draft {
    /// The topic.
    pub(super) topic: String,
    /// One-time, recurring, instant.
    pub(super) kind: Kind,
    /// When it starts.
    pub(super) start_at: Option<Timestamp>,
    /// Minutes.
    pub(super) duration_min: u32,
    /// Its zone.
    pub(super) time_zone: String,
    /// The agenda.
    pub(super) agenda: String,
    /// The password asked for; none to have one made if the host's settings want it.
    pub(super) password: Option<String>,
    /// The settings asked for.
    pub(super) settings: Map<String, Value>,
    /// How it repeats.
    pub(super) recurrence: Option<crate::zoom::recurrence::Recurrence>,
    /// The tracking fields.
    pub(super) tracking_fields: Vec<(String, String)>,
    /// By the API or by hand.
    pub(super) source: Source,
}

impl State {
    /// A new account with three hosts.
    pub(super) fn new(seed: u64, now: Timestamp) -> Self {
        let mut rng = ChaCha8Rng::seed_from_u64(seed ^ 0x2003);
        let credentials =
            ZoomCredentials { account_id: word(&mut rng, 22), client_id: word(&mut rng, 22), client_secret: word(&mut rng, 32) };
        let mut state = Self {
            credentials,
            token_lifetime_s: 3600,
            scopes: routes::granular_scopes(),
            tells_scopes: true,
            one_token: false,
            tokens: HashMap::new(),
            pages: HashMap::new(),
            hosts: Vec::new(),
            meetings: BTreeMap::new(),
            deleted: BTreeMap::new(),
            held: Vec::new(),
            tracking_fields: Vec::new(),
            series_in_list: SeriesInList::default(),
            limits: Limits::default(),
            rng,
        };
        for number in 1..=3 {
            let large = (number == 3).then_some(500);
            let spec = HostSpec {
                first_name: "Zoom".to_owned(),
                last_name: number.to_string(),
                large,
                ..HostSpec::licensed(&format!("zoom{number}@example.go.id"))
            };
            state.add_host(spec, now);
        }
        state
    }

    /// Letters and digits by chance.
    pub(super) fn word(&mut self, length: usize) -> String {
        word(&mut self.rng, length)
    }

    /// A number by chance, within the range.
    fn number(&mut self, low: u64, high: u64) -> u64 {
        self.rng.random_range(low..=high)
    }

    /// Adds a user.
    pub(super) fn add_host(&mut self, spec: HostSpec, now: Timestamp) -> String {
        let host = Host { id: self.word(22), pmi: self.number(2_000_000_000, 9_999_999_999), created_at: now, spec };
        let id = host.id.clone();
        self.hosts.push(host);
        id
    }

    /// The user whose id or address this is; `me` is the account's owner.
    pub(super) fn host(&self, name: &str) -> Option<&Host> {
        if name == "me" {
            return self.hosts.first();
        }
        self.hosts.iter().find(|host| host.id == name || host.spec.email.eq_ignore_ascii_case(name))
    }

    /// As [`host`](Self::host), or 404/1001.
    pub(super) fn existing_host(&self, name: &str) -> Result<Host, Refusal> {
        self.host(name).cloned().ok_or_else(|| Refusal::no_user(name))
    }

    /// A host who may schedule: active and with a licence for meetings.
    pub(super) fn scheduling_host(&self, name: &str) -> Result<Host, Refusal> {
        let host = self.existing_host(name)?;
        let allowed = matches!(host.spec.licence, Licence::Basic | Licence::Licensed);
        if host.spec.standing != Standing::Active || !allowed {
            return Err(Refusal::bad(3161, "Meeting hosting and scheduling capabilities are not allowed for your user account."));
        }
        Ok(host)
    }

    /// The meeting with this number, unless Zoom has forgotten it.
    pub(super) fn meeting(&self, id: u64, now: Timestamp) -> Option<&Meeting> {
        self.meetings.get(&id).filter(|meeting| !meeting.is_expired(now))
    }

    /// The number in a path, of a meeting that exists; or 404/3001.
    pub(super) fn existing_meeting(&self, path: &str, now: Timestamp) -> Result<u64, Refusal> {
        path.parse().ok().filter(|id| self.meeting(*id, now).is_some()).ok_or_else(|| Refusal::no_meeting(path))
    }

    /// Makes a meeting.
    pub(super) fn make(&mut self, host: &Host, draft: Draft, now: Timestamp) -> u64 {
        let mut id = self.number(80_000_000_000, 99_999_999_999);
        while self.meetings.contains_key(&id) || self.deleted.contains_key(&id) {
            id = self.number(80_000_000_000, 99_999_999_999);
        }
        let password = draft.password.unwrap_or_else(|| {
            if host.spec.requires_password { self.number(100_000, 999_999).to_string() } else { String::new() }
        });
        let mut meeting = Meeting {
            id,
            uuid: self.uuid(),
            host_id: host.id.clone(),
            host_email: host.spec.email.clone(),
            topic: draft.topic,
            kind: draft.kind,
            start_at: draft.start_at,
            duration_min: draft.duration_min,
            time_zone: draft.time_zone,
            agenda: draft.agenda,
            created_at: now,
            password: String::new(),
            encrypted_password: String::new(),
            join_url: String::new(),
            settings: settings::in_force(host, &Map::new(), &draft.settings),
            recurrence: draft.recurrence,
            occurrences: Vec::new(),
            tracking_fields: draft.tracking_fields,
            source: draft.source,
            live_since: None,
            used_until: None,
        };
        meeting.lay_out();
        self.set_password(&mut meeting, host, password);
        self.meetings.insert(id, meeting);
        id
    }

    /// Gives the meeting a password and the link that goes with it.
    pub(super) fn set_password(&mut self, meeting: &mut Meeting, host: &Host, password: String) {
        meeting.encrypted_password = if password.is_empty() { String::new() } else { format!("{}.1", self.word(32)) };
        let base = format!("https://us06web.zoom.us/j/{}", meeting.id);
        meeting.join_url = if password.is_empty() || !host.spec.embeds_password {
            base
        } else {
            format!("{base}?pwd={}", meeting.encrypted_password)
        };
        meeting.password = password;
    }

    /// A fresh link with the host's power.
    pub(super) fn start_url(&mut self, id: u64) -> String {
        format!("https://us06web.zoom.us/s/{id}?zak={}", self.word(96))
    }

    /// A fresh id of an instance: 16 bytes in base64, which may hold `/` and `+`.
    pub(super) fn uuid(&mut self) -> String {
        use base64::Engine as _;
        base64::engine::general_purpose::STANDARD.encode(self.rng.random::<[u8; 16]>())
    }

    /// Starts a meeting. Refused in words when its host has as many live as can be.
    pub(super) fn start(&mut self, id: u64, now: Timestamp) -> Result<(), String> {
        let meeting = self.meeting(id, now).ok_or_else(|| format!("meeting {id} does not exist"))?;
        if meeting.is_live() {
            return Ok(());
        }
        let host_id = meeting.host_id.clone();
        let live = self.meetings.values().filter(|one| one.is_live() && one.host_id == host_id).count();
        let most = self.host(&host_id).map_or(1, |host| host.spec.concurrent as usize);
        if live >= most {
            return Err(format!("the host of meeting {id} has {live} live, which is all that is allowed"));
        }
        let fresh = self.held.iter().any(|held| held.id == id).then(|| self.uuid());
        if let Some(meeting) = self.meetings.get_mut(&id) {
            meeting.live_since = Some(now);
            if let Some(uuid) = fresh {
                meeting.uuid = uuid;
            }
        }
        Ok(())
    }

    /// Ends a live meeting; false if it is not live.
    pub(super) fn end(&mut self, id: u64, now: Timestamp) -> bool {
        let Some(meeting) = self.meetings.get_mut(&id) else { return false };
        let Some(started_at) = meeting.live_since.take() else { return false };
        meeting.used_until = Some(now);
        self.held.push(Held {
            uuid: meeting.uuid.clone(),
            id,
            topic: meeting.topic.clone(),
            kind: meeting.kind,
            host_id: meeting.host_id.clone(),
            host_email: meeting.host_email.clone(),
            started_at,
            ended_at: now,
            attendees: Vec::new(),
        });
        true
    }

    /// Deletes a meeting; it can be recovered for seven days.
    pub(super) fn delete(&mut self, id: u64, now: Timestamp) -> bool {
        let Some(meeting) = self.meetings.remove(&id) else { return false };
        self.deleted.insert(id, (meeting, now));
        true
    }

    /// Recovers a deleted meeting; false if that is not possible.
    pub(super) fn recover(&mut self, id: u64, now: Timestamp) -> bool {
        match self.deleted.remove(&id) {
            Some((meeting, deleted_at)) if now <= deleted_at + RECOVERABLE => {
                self.meetings.insert(id, meeting);
                true
            }
            _ => false,
        }
    }
}

/// Letters and digits by chance.
fn word(rng: &mut ChaCha8Rng, length: usize) -> String {
    (0..length).map(|_| char::from(LETTERS[rng.random_range(0..LETTERS.len())])).collect()
}
