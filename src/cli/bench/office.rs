//! An office to be measured: a sandbox in this process, and the daemon beside it as a process of its own.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use anyhow::Context;
use jiff::{SignedDuration, Timestamp};
use loket_sandbox::Sandbox;
use loket_sandbox::calls::{Call, Party};
use loket_sandbox::faults::{Action, Rule};
use loket_sandbox::google::errors::ApiError;
use loket_sandbox::handle::Handle;
use serde_json::json;
use tokio::process::{Child, Command};

use super::answers::People;
use crate::cli::demo::household::{Folder, write_config};

/// How long Zoom takes to answer, in milliseconds.
const ZOOM_MS: u64 = 300;
/// The seed of every world: the making of its key takes a while, and is done once.
const SEED: u64 = 300;
/// Waiting for anything gives up after this.
pub(super) const PATIENCE: Duration = Duration::from_mins(3);
/// Letters of one answer: received, to staff, and the link to applicant and contact person.
pub(super) const LETTERS_EACH: usize = 4;
/// How often `/readyz` is asked.
const ASK: Duration = Duration::from_millis(5);
/// The call that reads the sheet.
pub(super) const POLL: &str = "values.batchGetByDataFilter";
/// Calls besides polls that a new sheet takes: what the tab is, the columns, and what the tab is then.
const AT_HOME: usize = 3;
/// Lines of the daemon's log that are shown when it fails.
const LOG_LINES: usize = 20;
/// Zero-based column of the topic in the form's sheet.
const TOPIC_COLUMN: usize = 4;

static OPENED: AtomicU32 = AtomicU32::new(0);

/// The office.
#[derive(Debug)]
pub(super) struct Office {
    pub(super) sandbox: Handle,
    pub(super) people: People,
    pub(super) poll_every: Duration,
    folder: Folder,
    config: PathBuf,
    daemon: PathBuf,
    port: u16,
    client: reqwest::Client,
    child: Option<Child>,
    letters: usize,
}

impl Office {
    /// A new office with a sheet of so many answers from earlier years; nothing runs yet.
    pub(super) async fn open(daemon: &Path, poll_every: u64, rows: usize) -> anyhow::Result<Office> {
        let sandbox = Sandbox::start(SEED).await?;
        sandbox.faults().add(Rule::new(Party::Zoom, "*", Action::Delay { ms: ZOOM_MS }));
        let number = OPENED.fetch_add(1, Ordering::Relaxed);
        let folder = Folder::new(&format!("bench-{number}"))?;
        let port = std::net::TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port();
        let config = write_config(&sandbox, folder.path(), &format!("http://127.0.0.1:{port}"), &format!("{poll_every}s"))?;
        let now = sandbox.clock().now();
        let today = jiff::tz::TimeZone::get("Asia/Jakarta")?.to_datetime(now).date();
        let world = sandbox.clone();
        tokio::task::spawn_blocking(move || fill(&world, rows, now)).await?;
        Ok(Office {
            people: People::new(SEED + u64::from(number), today),
            sandbox,
            poll_every: Duration::from_secs(poll_every),
            folder,
            config,
            daemon: daemon.to_owned(),
            port,
            client: reqwest::Client::builder().no_proxy().timeout(PATIENCE).build()?,
            child: None,
            letters: 0,
        })
    }

    /// Starts the daemon, and says how long it took to be ready.
    pub(super) async fn start(&mut self) -> anyhow::Result<Duration> {
        let log = File::options().create(true).append(true).open(self.log())?;
        let mut command = Command::new(&self.daemon);
        // Google's quotas as they are; and nothing of a real office's environment.
        command.env_clear().arg("run").arg("--config").arg(&self.config);
        command.env("LOKET__GOOGLE__READS_PER_MINUTE", "60").env("LOKET__GOOGLE__WRITES_PER_MINUTE", "60");
        command.env("LOKET__WEB__LISTEN", format!("127.0.0.1:{}", self.port));
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log).kill_on_drop(true);
        let began = Instant::now();
        self.child = Some(command.spawn().context("the daemon cannot be started")?);
        let address = format!("http://127.0.0.1:{}/readyz", self.port);
        loop {
            if self.client.get(&address).send().await.is_ok_and(|answer| answer.status().is_success()) {
                return Ok(began.elapsed());
            }
            anyhow::ensure!(began.elapsed() < PATIENCE, "the daemon was not ready in time\n{}", self.last_words());
            tokio::time::sleep(ASK).await;
        }
    }

    /// Waits until the daemon has made itself at home in a new sheet: its columns are there, and were read.
    pub(super) async fn at_home(&self) -> anyhow::Result<()> {
        let read_since = |sandbox: &Handle| {
            let calls = sandbox.calls().all();
            let is_other = |call: &Call| call.party == Party::Google && call.name != POLL && call.name != "token";
            let others = calls.iter().filter(|call| is_other(call)).count();
            let last = calls.iter().rposition(is_other).unwrap_or(0);
            others >= AT_HOME && calls[last..].iter().any(|call| call.name == POLL)
        };
        let at_home = self.sandbox.until(read_since, PATIENCE).await;
        at_home.with_context(|| format!("the daemon did not add its columns\n{}", self.last_words()))
    }

    /// Ends the daemon at once: any moment is as good as another to it.
    pub(super) async fn kill(&mut self) -> anyhow::Result<()> {
        if let Some(mut child) = self.child.take() {
            child.kill().await?;
        }
        Ok(())
    }

    /// The daemon's process.
    pub(super) fn pid(&self) -> anyhow::Result<u32> {
        self.child.as_ref().and_then(Child::id).context("the daemon does not run")
    }

    /// Somebody fills in the form: their address, and when.
    pub(super) fn answer(&mut self) -> (String, Timestamp) {
        let answer = self.people.next();
        let (email, at) = (answer.email.clone(), self.sandbox.clock().now());
        self.sandbox.answer(answer);
        self.letters += LETTERS_EACH;
        (email, at)
    }

    /// Waits until everybody has their letters.
    pub(super) async fn told(&self) -> anyhow::Result<()> {
        let told = self.sandbox.until(|sandbox| sandbox.mail().count() >= self.letters, PATIENCE).await;
        let (have, want) = (self.sandbox.mail().count(), self.letters);
        told.with_context(|| format!("{have} of {want} letters came\n{}", self.last_words()))
    }

    /// Waits until everybody has their letters and nothing is written to the sheet any more.
    pub(super) async fn settled(&self) -> anyhow::Result<()> {
        self.told().await?;
        let quiet = self.poll_every * 2 + Duration::from_secs(3);
        let (mut writes, mut since) = (self.writes(), Instant::now());
        while since.elapsed() < quiet {
            tokio::time::sleep(Duration::from_millis(200)).await;
            if self.writes() != writes {
                (writes, since) = (self.writes(), Instant::now());
            }
        }
        Ok(())
    }

    /// So many open tickets: as many answers, each with its meeting and its link in its row.
    pub(super) async fn open_tickets(&mut self, count: usize) -> anyhow::Result<()> {
        for _ in 0..count {
            self.answer();
        }
        self.settled().await?;
        let world = self.sandbox.clone();
        let rows = tokio::task::spawn_blocking(move || world.google().values(world.google().form_tab())).await?;
        let link = |cell: &serde_json::Value| cell.as_str().is_some_and(|text| text.contains("/j/"));
        let linked = rows.iter().filter(|row| row.iter().any(link)).count();
        anyhow::ensure!(linked == count, "{linked} of {count} rows show their link\n{}", self.last_words());
        Ok(())
    }

    /// Staff sort the sheet by topic, so that the rows of open tickets lie anywhere in it.
    pub(super) async fn sort(&self) -> anyhow::Result<()> {
        let world = self.sandbox.clone();
        let sorted = tokio::task::spawn_blocking(move || {
            let range = json!({"sheetId": world.google().form_tab(), "startRowIndex": 1});
            let specs = json!([{"dimensionIndex": TOPIC_COLUMN, "sortOrder": "ASCENDING"}]);
            world.google().edit(vec![json!({"sortRange": {"range": range, "sortSpecs": specs}})])
        });
        sorted.await?.map_err(|ApiError { message, .. }| anyhow::anyhow!("the sheet cannot be sorted: {message}"))?;
        Ok(())
    }

    /// How many calls Google refused because of its quota.
    pub(super) fn refused(&self) -> usize {
        let refused = |call: &Call| call.party == Party::Google && call.status == Some(429);
        self.sandbox.calls().all().iter().filter(|call| refused(call)).count()
    }

    fn writes(&self) -> u64 {
        let count = |name: &str| self.sandbox.calls().count(Party::Google, name);
        count("*") - count(POLL) - count("token")
    }

    fn log(&self) -> PathBuf {
        self.folder.path().join("log")
    }

    /// The end of the daemon's log.
    fn last_words(&self) -> String {
        let log = std::fs::read_to_string(self.log()).unwrap_or_default();
        let lines: Vec<&str> = log.lines().collect();
        lines[lines.len().saturating_sub(LOG_LINES)..].join("\n")
    }
}

/// Answers from the two years before now, the oldest first.
fn fill(sandbox: &Handle, rows: usize, now: Timestamp) {
    let began = now - SignedDuration::from_hours(2 * 365 * 24);
    let zone = jiff::tz::TimeZone::UTC;
    let mut people = People::new(SEED, zone.to_datetime(began).date());
    let count = i32::try_from(rows).unwrap_or(i32::MAX).saturating_add(1);
    let step = SignedDuration::from_hours(2 * 365 * 24) / count;
    let mut at = began;
    for _ in 0..rows {
        at += step;
        sandbox.answer_of(people.next(), at);
    }
}
