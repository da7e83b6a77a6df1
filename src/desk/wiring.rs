//! Builds the house from its settings.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64};

use anyhow::{Context, bail};
use jiff::Timestamp;
use secrecy::ExposeSecret;
use tokio::sync::Notify;

use super::health::{Health, Party};
use super::pool::Pool;
use super::telling::Teller;
use crate::adapters::clock;
use crate::adapters::mail::compose::Composer;
use crate::adapters::mail::letters::{Letters, OfficeFacts};
use crate::adapters::mail::smtp::{MailSettings, Mailer, Waits};
use crate::adapters::mail::url::MailUrl;
use crate::adapters::sheet::door::{GoogleSettings, SheetDoor};
use crate::adapters::sheet::key::KeyError;
use crate::adapters::store::letters::NewLetter;
use crate::adapters::store::{Store, StoreError, probe};
use crate::adapters::zoom::door::{DoorError, ZoomDoor, ZoomSettings};
use crate::config::settings::Settings;
use crate::domain::limits::RECORD_TRIES;
use crate::domain::rows::RowText;
use crate::domain::rules::Rules;
use crate::domain::ticket::{Ticket, TicketNumber};
use crate::domain::wording::{Language, Wording};
use crate::domain::words::Words;

/// The one desk of this version.
pub const DESK: &str = "main";
/// The built-in short texts.
const WORDS: [(Language, &str); 2] =
    [(Language::Id, include_str!("../../config/words/id.ftl")), (Language::En, include_str!("../../config/words/en.ftl"))];

/// What wakes the loops when there is something for them.
#[derive(Debug, Default)]
pub struct Bells {
    /// For the sheet: a row is to be written.
    pub clerk: Notify,
    /// For the engine: a ticket may go on.
    pub engine: Notify,
    /// For the post: a letter is due.
    pub post: Notify,
}

/// Everything a loop needs.
#[derive(Debug)]
pub struct House {
    /// The settings.
    pub settings: Settings,
    /// The rules.
    pub rules: Rules,
    /// What rows and letters say.
    pub teller: Teller,
    /// The ledger.
    pub store: Store,
    /// The door to Google.
    pub sheet: SheetDoor,
    /// The door to Zoom.
    pub zoom: ZoomDoor,
    /// The accounts.
    pub pool: Pool,
    /// The mail server.
    pub mailer: Mailer,
    /// What letters look like.
    pub composer: Composer,
    /// Which party is down.
    pub health: Health,
    /// The folder of the configuration.
    pub folder: PathBuf,
    /// The office's own pages, if it has any.
    pub pages: PathBuf,
    /// What wakes the loops.
    pub bells: Bells,
    /// How far the clerk is.
    pub clerk: ClerkProgress,
    /// Another replica runs the desk, and this one stands by.
    pub stands_by: AtomicBool,
}

/// How far the clerk is, for who waits for it.
#[derive(Debug, Default)]
pub struct ClerkProgress {
    /// Reads of the sheet that were understood.
    pub polls: AtomicU64,
    /// Something is under way, or waits to be written or joined to its row.
    pub busy: AtomicBool,
    /// The sheet is torn: no new meeting is made until its rows fit again.
    pub torn: AtomicBool,
}

impl House {
    /// Builds it. Files are read and the store opened; nobody is called yet. `folder` is the configuration's own.
    pub async fn build(settings: Settings, folder: &Path) -> anyhow::Result<Arc<House>> {
        let sheet = sheet_door(&settings, folder).await?;
        let zoom = zoom_door(&settings)?;
        let teller = teller(&settings, folder)?;
        let composer = composer(&settings, folder)?;
        let mailer = mailer(&settings)?;
        let store = match Store::open(settings.store.url.expose_secret(), DESK).await {
            Ok(store) => store,
            Err(error @ StoreError::InUse(..)) => return Err(error.into()),
            // In the words of the check, where it sees the reason.
            Err(error) => match probe::look(settings.store.url.expose_secret(), DESK, &settings.sheet.id).await {
                Err(flaw) => bail!("`store.url`: {flaw}"),
                Ok(_) => return Err(error.into()),
            },
        };
        let (rules, pool) = (settings.rules(), Pool::new(&settings.zoom.hosts));
        let (health, bells, clerk) = (Health::default(), Bells::default(), ClerkProgress::default());
        Ok(Arc::new(House {
            settings,
            rules,
            teller,
            store,
            sheet,
            zoom,
            pool,
            mailer,
            composer,
            health,
            folder: folder.to_owned(),
            pages: folder.join("pages"),
            bells,
            clerk,
            stands_by: AtomicBool::new(false),
        }))
    }

    /// The time now.
    pub fn now(&self) -> Timestamp {
        clock::now()
    }

    /// Records a change of a ticket with the letters that become due, and wakes who has to act on it.
    pub async fn change(&self, mut ticket: Ticket, letters: Vec<NewLetter>, event: &str) -> Result<Ticket, StoreError> {
        let now = self.now();
        ticket.changed_at = now;
        let row = self.row(&ticket).await?;
        let changed = self.store.change(ticket, &row, letters, event, now).await;
        self.noted(changed)
    }

    /// Records a change of a ticket that changes nothing for people.
    pub async fn keep(&self, ticket: Ticket, event: &str) -> Result<Ticket, StoreError> {
        let row = self.row(&ticket).await?;
        let kept = self.store.change(ticket, &row, Vec::new(), event, self.now()).await;
        self.noted(kept)
    }

    /// Records that a host is held for a ticket and a create intended.
    pub async fn reserve(&self, mut ticket: Ticket) -> Result<Ticket, StoreError> {
        let now = self.now();
        ticket.changed_at = now;
        let row = self.row(&ticket).await?;
        let reserved = self.store.reserve(ticket, &row, now).await;
        self.noted(reserved)
    }

    /// Records anew what is to stand in a ticket's row, after something beside the ticket changed.
    pub async fn retell(&self, number: TicketNumber) -> Result<(), StoreError> {
        for _ in 0..RECORD_TRIES {
            let Some(ticket) = self.store.ticket(number).await? else { return Ok(()) };
            let row = self.row(&ticket).await?;
            match self.store.want_row(&ticket, &row).await {
                Err(StoreError::Stale(_)) => {}
                other => {
                    self.bells.clerk.notify_one();
                    return other;
                }
            }
        }
        Err(StoreError::Stale(number.to_string()))
    }

    /// The same for all open tickets whose row would read otherwise now: the process before may have died between recording what became
    /// of a letter and telling it, or it had other words.
    pub async fn retell_all(&self) -> Result<(), StoreError> {
        for open in self.store.open_tickets_anew().await?.iter() {
            let Some(ticket) = self.store.ticket(open.number).await? else { continue };
            if self.row(&ticket).await? != open.wanted {
                self.retell(open.number).await?;
            }
        }
        Ok(())
    }

    async fn row(&self, ticket: &Ticket) -> Result<RowText, StoreError> {
        let trouble = self.store.letter_trouble(ticket.number).await?;
        Ok(self.teller.row(ticket, &trouble))
    }

    /// Notes how the store did, and rings the bells.
    pub fn noted<T>(&self, result: Result<T, StoreError>) -> Result<T, StoreError> {
        match &result {
            Ok(_) => {
                self.health.well(Party::Store);
                self.bells.clerk.notify_one();
                self.bells.post.notify_one();
                self.bells.engine.notify_one();
            }
            Err(error) => self.store_failed(error),
        }
        result
    }

    /// Notes that the store failed. That another was quicker, or runs the desk by now, is no trouble of the store's.
    pub fn store_failed(&self, error: &StoreError) {
        if !error.is_of_another() {
            self.health.trouble(Party::Store, &error.to_string(), self.now());
        }
    }
}

/// A random number, for markers.
pub fn chance() -> u32 {
    #[expect(clippy::disallowed_methods, reason = "this is the one place that draws chance")]
    rand::Rng::random(&mut rand::rng())
}

/// The door to Google, by the key file.
pub async fn sheet_door(settings: &Settings, folder: &Path) -> Result<SheetDoor, KeyError> {
    let google = GoogleSettings {
        endpoint: settings.google.endpoint.0.to_string(),
        reads_per_minute: settings.google.reads_per_minute,
        writes_per_minute: settings.google.writes_per_minute,
    };
    SheetDoor::open(&beside(folder, &settings.google.credentials), &google, &settings.sheet.id).await
}

/// The door to Zoom.
pub fn zoom_door(settings: &Settings) -> Result<ZoomDoor, DoorError> {
    ZoomDoor::open(ZoomSettings {
        account_id: settings.zoom.account_id.clone(),
        client_id: settings.zoom.client_id.clone(),
        client_secret: settings.zoom.client_secret.clone(),
        oauth_endpoint: settings.zoom.oauth_endpoint.0.to_string(),
        api_endpoint: settings.zoom.api_endpoint.0.as_str().trim_end_matches('/').to_owned(),
    })
}

/// The mail server.
pub fn mailer(settings: &Settings) -> anyhow::Result<Mailer> {
    Ok(Mailer::new(MailSettings {
        url: MailUrl::parse(settings.mail.url.expose_secret()).context("`mail.url`")?,
        hello_name: settings.domain().to_owned(),
        waits: Waits::default(),
    })?)
}

fn wording(settings: &Settings) -> Wording {
    Wording { language: settings.office.language, zone: settings.office.time_zone.0.clone() }
}

/// What rows and letters say.
pub fn teller(settings: &Settings, folder: &Path) -> anyhow::Result<Teller> {
    let wording = wording(settings);
    Ok(Teller {
        words: words(&wording, folder)?,
        wording,
        hosts: settings.zoom.hosts.iter().map(|host| (host.email.clone(), host.name.clone())).collect(),
        staff: settings.mail.staff.clone(),
        form: (settings.web.form_url.clone(), settings.web.form_entries.clone()),
    })
}

/// What letters look like.
pub fn composer(settings: &Settings, folder: &Path) -> anyhow::Result<Composer> {
    let office = OfficeFacts {
        name: settings.office.name.clone(),
        unit: settings.office.unit.clone(),
        phone: settings.office.phone.clone(),
        form_url: settings.web.form_url.clone(),
        schedule_url: format!("{}/jadwal", settings.web.public_url.0.as_str().trim_end_matches('/')),
    };
    let letters = Letters::new(office, wording(settings), Some(folder.join("letters")));
    Ok(Composer::new(letters, &settings.mail.from, settings.domain())?)
}

/// The short texts; an office may replace single sentences by a file `words/<language>.ftl` beside its configuration.
fn words(wording: &Wording, folder: &Path) -> anyhow::Result<Words> {
    let built_in = WORDS.iter().find(|(language, _)| *language == wording.language).map_or("", |(_, source)| source);
    let file = folder.join("words").join(format!("{}.ftl", wording.language.code()));
    let own = if file.exists() { std::fs::read_to_string(&file)? } else { String::new() };
    Ok(Words::new(wording.clone(), &[built_in, &own])?)
}

/// A path of the configuration: beside its file if it is there, else from where the process was started.
fn beside(folder: &Path, path: &Path) -> PathBuf {
    let there = folder.join(path);
    if path.is_absolute() || !there.exists() { path.to_owned() } else { there }
}
