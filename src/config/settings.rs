//! The settings, section by section, as `config/loket.example.toml` explains them.

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::num::NonZeroU32;
use std::path::PathBuf;

use jiff::SignedDuration;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use secrecy::SecretString;
use serde::Deserialize;

use super::kinds::{CalendarPeriod, DayOfWeek, HoursOfDay, Period, WebAddress, Zone};
use crate::domain::headers::Field;
use crate::domain::rules::{Opening, Rules};
use crate::domain::wording::Language;

/// The whole configuration.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "each setting has its sentence in config/loket.example.toml")]
pub struct Settings {
    #[serde(default)]
    pub office: Office,
    #[serde(default)]
    pub google: Google,
    pub sheet: Sheet,
    pub zoom: Zoom,
    pub mail: Mail,
    pub web: Web,
    #[serde(default)]
    pub store: Store,
    #[serde(default)]
    pub rules: RuleSettings,
}

/// `[office]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[expect(missing_docs, reason = "each setting has its sentence in config/loket.example.toml")]
pub struct Office {
    pub name: String,
    pub unit: String,
    pub phone: String,
    pub time_zone: Zone,
    pub language: Language,
}

impl Default for Office {
    fn default() -> Office {
        Office {
            name: "Pusat Standardisasi Instrumen Peternakan dan Kesehatan Hewan".into(),
            unit: "Pengelola TIK".into(),
            phone: String::new(),
            time_zone: Zone(jiff::tz::TimeZone::get("Asia/Jakarta").expect("the zone data is built in")),
            language: Language::Id,
        }
    }
}

/// `[google]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[expect(missing_docs, reason = "each setting has its sentence in config/loket.example.toml")]
pub struct Google {
    pub credentials: PathBuf,
    pub endpoint: WebAddress,
    pub reads_per_minute: NonZeroU32,
    pub writes_per_minute: NonZeroU32,
}

impl Default for Google {
    fn default() -> Google {
        let sixty = NonZeroU32::new(60).expect("sixty is not zero");
        Google {
            credentials: "credentials.json".into(),
            endpoint: address("https://sheets.googleapis.com/"),
            reads_per_minute: sixty,
            writes_per_minute: sixty,
        }
    }
}

/// `[sheet]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "each setting has its sentence in config/loket.example.toml")]
pub struct Sheet {
    pub id: String,
    #[serde(default = "default_tab")]
    pub tab: String,
    #[serde(default = "default_poll")]
    pub poll_every: Period,
    #[serde(default)]
    pub take_up_from: String,
    #[serde(default)]
    pub questions: BTreeMap<Field, String>,
}

fn default_tab() -> String {
    "Form Responses 1".into()
}

fn default_poll() -> Period {
    Period(SignedDuration::from_secs(5))
}

/// `[zoom]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "each setting has its sentence in config/loket.example.toml")]
pub struct Zoom {
    pub account_id: String,
    pub client_id: String,
    pub client_secret: SecretString,
    #[serde(default = "default_oauth")]
    pub oauth_endpoint: WebAddress,
    #[serde(default = "default_api")]
    pub api_endpoint: WebAddress,
    #[serde(default = "default_opening")]
    pub opening: Opening,
    #[serde(default)]
    pub on_drift: OnDrift,
    pub hosts: Vec<HostSettings>,
}

fn default_oauth() -> WebAddress {
    address("https://zoom.us/oauth/token")
}

fn default_api() -> WebAddress {
    address("https://api.zoom.us/v2")
}

fn default_opening() -> Opening {
    Opening::Participants
}

/// What is done when a meeting of ours was changed by hand in Zoom.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Default)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the words themselves")]
pub enum OnDrift {
    #[default]
    Follow,
    Ask,
}

/// `[[zoom.hosts]]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "each setting has its sentence in config/loket.example.toml")]
pub struct HostSettings {
    pub email: String,
    pub name: String,
    #[serde(default = "default_concurrent")]
    pub concurrent: NonZeroU32,
}

fn default_concurrent() -> NonZeroU32 {
    NonZeroU32::MIN
}

/// `[mail]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "each setting has its sentence in config/loket.example.toml")]
pub struct Mail {
    pub url: SecretString,
    pub from: String,
    pub staff: Vec<String>,
    #[serde(default = "default_agenda")]
    pub agenda_at: String,
}

fn default_agenda() -> String {
    "07:00".into()
}

/// `[web]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "each setting has its sentence in config/loket.example.toml")]
pub struct Web {
    #[serde(default = "default_listen")]
    pub listen: SocketAddr,
    pub public_url: WebAddress,
    #[serde(default)]
    pub form_url: String,
    #[serde(default)]
    pub form_entries: BTreeMap<Field, String>,
    #[serde(default)]
    pub survey_url: String,
    #[serde(default)]
    pub public_links: bool,
    #[serde(default)]
    pub trusted_proxies: Vec<IpAddr>,
}

fn default_listen() -> SocketAddr {
    ([127, 0, 0, 1], 8080).into()
}

/// `[store]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[expect(missing_docs, reason = "each setting has its sentence in config/loket.example.toml")]
pub struct Store {
    pub url: SecretString,
}

impl Default for Store {
    fn default() -> Store {
        Store { url: "sqlite:data/loket.db".into() }
    }
}

/// Whose word a booking waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Default)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the words themselves")]
pub enum Approval {
    #[default]
    Never,
    Always,
}

/// `[rules]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[expect(missing_docs, reason = "each setting has its sentence in config/loket.example.toml")]
pub struct RuleSettings {
    pub lead_time: Period,
    pub max_duration: Period,
    pub buffer_before: Period,
    pub buffer_after: Period,
    pub open_end: Period,
    pub participants_unknown: NonZeroU32,
    pub offers: u32,
    pub offers_expire: Period,
    pub approval: Approval,
    pub approval_over: u32,
    pub approval_units: Vec<String>,
    pub working_days: Vec<DayOfWeek>,
    pub working_hours: HoursOfDay,
    pub holidays: String,
    /// What the file of holidays says.
    #[serde(skip)]
    pub holiday_names: BTreeMap<Date, String>,
    pub reminders: Vec<Period>,
    pub retention: CalendarPeriod,
}

impl Default for RuleSettings {
    fn default() -> RuleSettings {
        let minutes = |count| Period(SignedDuration::from_mins(count));
        let hours = |count| Period(SignedDuration::from_hours(count));
        RuleSettings {
            lead_time: minutes(30),
            max_duration: hours(8),
            buffer_before: minutes(10),
            buffer_after: minutes(10),
            open_end: hours(2),
            participants_unknown: NonZeroU32::new(100).expect("a hundred is not zero"),
            offers: 3,
            offers_expire: hours(4),
            approval: Approval::Never,
            approval_over: 0,
            approval_units: Vec::new(),
            working_days: Vec::new(),
            working_hours: HoursOfDay::default(),
            holidays: String::new(),
            holiday_names: BTreeMap::new(),
            reminders: vec![hours(24), hours(1)],
            retention: CalendarPeriod(jiff::Span::new().years(2)),
        }
    }
}

impl RuleSettings {
    /// The rules as decisions need them, in the office's zone.
    pub fn rules(&self, zone: TimeZone) -> Rules {
        Rules {
            zone,
            lead_time: self.lead_time.0,
            max_duration: self.max_duration.0,
            buffer_before: self.buffer_before.0,
            buffer_after: self.buffer_after.0,
            open_end: self.open_end.0,
            participants_unknown: self.participants_unknown.get(),
            working_days: self.working_days.iter().map(|day| day.0).collect(),
            working_hours: self.working_hours.0,
            holidays: self.holiday_names.clone(),
        }
    }
}

impl Settings {
    /// The rules as decisions need them.
    pub fn rules(&self) -> Rules {
        self.rules.rules(self.office.time_zone.0.clone())
    }

    /// The host of the public address: mail and calendar ids end in it.
    pub fn domain(&self) -> &str {
        self.web.public_url.0.host_str().unwrap_or("localhost")
    }
}

fn address(text: &str) -> WebAddress {
    WebAddress(url::Url::parse(text).expect("a constant address"))
}
