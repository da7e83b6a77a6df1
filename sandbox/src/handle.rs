//! The handle to a running sandbox: its addresses, its parties, and what people do in it.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::answer::{Answer, questions};
use crate::calls::{Calls, Pulse};
use crate::clock::Clock;
use crate::faults::Faults;
use crate::google::{AnswerValue, Google};
use crate::smtp::Mailbox;
use crate::zoom::Zoom;

/// How long a waiter sleeps at most before it looks again, also when nothing told it to.
const LOOK_AGAIN: Duration = Duration::from_millis(50);

/// The ports of the four listeners.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ports {
    /// Google's.
    pub(crate) google: u16,
    /// Zoom's.
    pub(crate) zoom: u16,
    /// The mail server's.
    pub(crate) smtp: u16,
    /// The pages'.
    pub(crate) people: u16,
}

/// The credentials of the server-to-server app in Zoom.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ZoomCredentials {
    /// The account's id.
    pub account_id: String,
    /// The app's id.
    pub client_id: String,
    /// The app's secret.
    pub client_secret: String,
}

/// What somebody answered in the form: the collected address and the values by the questions' titles.
#[derive(Clone, Debug, Default)]
pub(crate) struct Submitted {
    /// The collected address.
    pub(crate) email: Option<String>,
    /// Title and value of each question.
    pub(crate) values: Vec<(String, AnswerValue)>,
}

/// Everything that exists in the box, without the listeners.
#[derive(Debug)]
pub(crate) struct World {
    google: Google,
    zoom: Zoom,
    mail: Mailbox,
    faults: Faults,
    calls: Calls,
    clock: Clock,
    pulse: Pulse,
    ports: Ports,
    submitted: Mutex<BTreeMap<u64, Submitted>>,
}

impl World {
    /// A new world drawn from `seed`.
    pub(crate) fn new(seed: u64, ports: Ports) -> Self {
        let clock = Clock::default();
        let pulse = Pulse::default();
        let google = Google::new(seed, &questions());
        google.use_clock(clock.clone());
        Self {
            google,
            zoom: Zoom::new(seed, clock.clone(), pulse.clone()),
            mail: Mailbox::new(clock.clone(), pulse.clone()),
            faults: Faults::new(seed),
            calls: Calls::new(pulse.clone()),
            clock,
            pulse,
            ports,
            submitted: Mutex::default(),
        }
    }

    /// Google.
    pub(crate) fn google(&self) -> &Google {
        &self.google
    }

    /// Zoom.
    pub(crate) fn zoom(&self) -> &Zoom {
        &self.zoom
    }

    /// The letters.
    pub(crate) fn mail(&self) -> &Mailbox {
        &self.mail
    }

    /// The fault rules.
    pub(crate) fn faults(&self) -> &Faults {
        &self.faults
    }

    /// The log of calls.
    pub(crate) fn calls(&self) -> &Calls {
        &self.calls
    }

    /// The clock.
    pub(crate) fn clock(&self) -> &Clock {
        &self.clock
    }

    /// What wakes waiters.
    pub(crate) fn pulse(&self) -> &Pulse {
        &self.pulse
    }

    /// The address of a listener, without a slash at its end.
    fn at(port: u16) -> String {
        format!("http://127.0.0.1:{port}")
    }

    /// All that a client of the box has to know, as JSON.
    pub(crate) fn info(&self) -> Value {
        serde_json::json!({
            "google_endpoint": format!("{}/", Self::at(self.ports.google)),
            "zoom_oauth_endpoint": format!("{}/oauth/token", Self::at(self.ports.zoom)),
            "zoom_api_endpoint": format!("{}/v2", Self::at(self.ports.zoom)),
            "zoom_credentials": self.zoom.credentials(),
            "zoom_hosts": self.zoom.hosts(),
            "smtp_url": format!("smtp://127.0.0.1:{}", self.ports.smtp),
            "people_url": Self::at(self.ports.people),
            "spreadsheet_id": self.google.spreadsheet_id(),
            "tab": self.tab(),
            "key_file": self.google.key_file(),
        })
    }

    /// The title of the tab that the form fills.
    pub(crate) fn tab(&self) -> String {
        let form = self.google.form_tab();
        self.google.tabs().into_iter().find(|(id, _)| *id == form).map(|(_, title)| title).unwrap_or_default()
    }

    /// Sends the form in.
    pub(crate) fn submit(&self, answer: Submitted) -> u64 {
        self.submit_at(answer, self.clock.now())
    }

    /// Sends the form in at a moment.
    fn submit_at(&self, answer: Submitted, at: Timestamp) -> u64 {
        let id = self.google.submit(&answer.values, answer.email.as_deref(), at);
        self.submitted.lock().unwrap_or_else(PoisonError::into_inner).insert(id, answer);
        self.pulse.beat();
        id
    }

    /// Sends an edited answer in.
    pub(crate) fn resubmit(&self, id: u64, answer: Submitted) -> Result<(), String> {
        self.google.resubmit(id, &answer.values, answer.email.as_deref(), self.clock.now())?;
        self.submitted.lock().unwrap_or_else(PoisonError::into_inner).insert(id, answer);
        self.pulse.beat();
        Ok(())
    }

    /// What was answered last under `id`.
    pub(crate) fn submitted(&self, id: u64) -> Option<Submitted> {
        self.submitted.lock().unwrap_or_else(PoisonError::into_inner).get(&id).cloned()
    }
}

/// The listeners, which end with this.
#[derive(Debug)]
pub(crate) struct Running {
    stop: watch::Sender<bool>,
    tasks: Mutex<Vec<JoinHandle<()>>>,
}

impl Running {
    /// The tasks that end when `stop` turns true.
    pub(crate) fn new(stop: watch::Sender<bool>, tasks: Vec<JoinHandle<()>>) -> Self {
        Self { stop, tasks: Mutex::new(tasks) }
    }
}

/// What the handles share: the world, and the listeners, which stop when the last handle goes.
#[derive(Debug)]
struct Held {
    world: Arc<World>,
    running: Running,
}

impl Drop for Held {
    fn drop(&mut self) {
        self.running.stop.send_replace(true);
        self.world.faults().stop();
    }
}

/// The handle to a running sandbox. Clones share it; it stops when the last one is dropped, or at [`stop`](Self::stop).
#[derive(Clone, Debug)]
pub struct Handle {
    held: Arc<Held>,
}

impl Handle {
    /// A handle to `world`, served by `running`.
    pub(crate) fn new(world: Arc<World>, running: Running) -> Self {
        Self { held: Arc::new(Held { world, running }) }
    }

    /// Stops all listeners and closes all connections, and waits until the listeners are gone.
    pub async fn stop(&self) {
        self.held.running.stop.send_replace(true);
        let tasks = std::mem::take(&mut *self.held.running.tasks.lock().unwrap_or_else(PoisonError::into_inner));
        for task in tasks {
            if let Err(error) = task.await {
                tracing::warn!(%error, "a listener ended badly");
            }
        }
        self.held.world.faults().stop();
    }

    /// The base address of Google's Sheets, `http://127.0.0.1:PORT/`.
    pub fn google_endpoint(&self) -> String {
        format!("{}/", World::at(self.held.world.ports.google))
    }

    /// The address of Zoom's tokens, `http://127.0.0.1:PORT/oauth/token`.
    pub fn zoom_oauth_endpoint(&self) -> String {
        format!("{}/oauth/token", World::at(self.held.world.ports.zoom))
    }

    /// The base address of Zoom's API, `http://127.0.0.1:PORT/v2`.
    pub fn zoom_api_endpoint(&self) -> String {
        format!("{}/v2", World::at(self.held.world.ports.zoom))
    }

    /// The credentials of the app in Zoom.
    pub fn zoom_credentials(&self) -> ZoomCredentials {
        self.zoom().credentials()
    }

    /// The address of the mail server, `smtp://127.0.0.1:PORT`.
    pub fn smtp_url(&self) -> String {
        format!("smtp://127.0.0.1:{}", self.held.world.ports.smtp)
    }

    /// The address of the pages for people, `http://127.0.0.1:PORT`.
    pub fn people_url(&self) -> String {
        World::at(self.held.world.ports.people)
    }

    /// The service account's key file.
    pub fn key_file(&self) -> Value {
        self.google().key_file()
    }

    /// The id of the spreadsheet that holds the form's answers.
    pub fn spreadsheet_id(&self) -> String {
        self.google().spreadsheet_id()
    }

    /// The title of the tab that the form fills.
    pub fn tab(&self) -> String {
        self.held.world.tab()
    }

    /// Google.
    pub fn google(&self) -> &Google {
        self.held.world.google()
    }

    /// Zoom.
    pub fn zoom(&self) -> &Zoom {
        self.held.world.zoom()
    }

    /// The letters that the mail server took.
    pub fn mail(&self) -> &Mailbox {
        self.held.world.mail()
    }

    /// The fault rules.
    pub fn faults(&self) -> &Faults {
        self.held.world.faults()
    }

    /// The log of calls.
    pub fn calls(&self) -> &Calls {
        self.held.world.calls()
    }

    /// The clock of Zoom, the mail server, the log and the form.
    pub fn clock(&self) -> &Clock {
        self.held.world.clock()
    }

    /// Sends an answer in through the form, and gives the response's id, by which it can be edited.
    pub fn answer(&self, answer: Answer) -> u64 {
        self.held.world.submit(answer.into())
    }

    /// An answer that came in at another moment than now: with many of them a sheet is made that has long been in use.
    pub fn answer_of(&self, answer: Answer, at: Timestamp) -> u64 {
        self.held.world.submit_at(answer.into(), at)
    }

    /// Edits the answer with this id, as its writer would by the form's own link.
    pub fn edit_answer(&self, id: u64, answer: Answer) -> Result<(), String> {
        self.held.world.resubmit(id, answer.into())
    }

    /// Waits until `condition` holds, looking whenever something happened in the world. An error if it does not hold
    /// within `timeout`.
    pub async fn until(&self, mut condition: impl FnMut(&Self) -> bool, timeout: Duration) -> anyhow::Result<()> {
        let mut beats = self.held.world.pulse().listen();
        let waiting = async {
            while !condition(self) {
                // Either a beat or the pause is over: both mean to look again.
                let _look = tokio::time::timeout(LOOK_AGAIN, beats.changed()).await;
            }
        };
        let waited = tokio::time::timeout(timeout, waiting).await;
        anyhow::ensure!(waited.is_ok(), "the condition did not hold within {timeout:?}");
        Ok(())
    }
}

impl From<Answer> for Submitted {
    fn from(answer: Answer) -> Self {
        Self { email: answer.address().map(ToOwned::to_owned), values: answer.values() }
    }
}
