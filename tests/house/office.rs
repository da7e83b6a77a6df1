//! An office for a test: a sandbox, a configuration, and the real binary. Every test ends with [`Office::close`], which looks at
//! the whole world: a wrong row, a second meeting or a letter too many fails a test that never thought of it.

use std::collections::{BTreeMap, HashSet};
use std::os::unix::process::ExitStatusExt;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU16, Ordering};
use std::time::Duration;

use jiff::civil::{Date, Time};
use jiff::{SignedDuration, Timestamp};
use loket::cli::demo::household::write_config;
use loket_sandbox::Sandbox;
use loket_sandbox::answer::Answer;
use loket_sandbox::calls::Party;
use loket_sandbox::handle::Handle;
use loket_sandbox::smtp::letter::Letter;
use loket_sandbox::zoom::meeting::{Meeting, Source};
use serde_json::Value;

use crate::postgres;
use crate::walk::Trail;

/// Waiting for a condition gives up after this: far beyond what a slow machine needs.
pub const PATIENCE: Duration = Duration::from_mins(2);

/// A row of the sheet as a person reads it, by header.
#[derive(Debug, Clone)]
pub struct Row(pub BTreeMap<String, Value>);

impl Row {
    /// The text under a header; empty where there is none.
    pub fn text(&self, header: &str) -> String {
        self.0.get(header).and_then(Value::as_str).unwrap_or("").to_owned()
    }

    pub fn topic(&self) -> String {
        self.text("Nama Kegiatan")
    }

    pub fn status(&self) -> String {
        self.text("Status")
    }

    /// Whether the texts of this very answer stand here.
    pub fn is_of(&self, asked: &Answer) -> bool {
        Self::texts(asked).iter().all(|(header, text)| self.text(header) == **text)
    }

    /// The texts that the row of an answer shows.
    pub fn texts(asked: &Answer) -> [(&'static str, &String); 11] {
        [
            ("Email Address", &asked.email),
            ("Nama Pemohon", &asked.applicant),
            ("Unit Kerja", &asked.unit),
            ("Jumlah Peserta", &asked.participants),
            ("Nama Narahubung", &asked.contact_name),
            ("Email Narahubung", &asked.contact_email),
            ("No. HP Narahubung", &asked.contact_phone),
            ("Jenis Layanan", &asked.service),
            ("Butuh Rekaman", &asked.recording),
            ("Sifat Kegiatan", &asked.public),
            ("Keterangan", &asked.notes),
        ]
    }
}

/// The office.
pub struct Office {
    pub sandbox: Handle,
    pub folder: tempfile::TempDir,
    pub web: String,
    /// The address of its store.
    pub store: String,
    config: PathBuf,
    env: Vec<(String, String)>,
    child: Option<Child>,
    pub asked: Vec<Answer>,
    /// What an answer said before it was edited.
    pub earlier: Vec<Answer>,
    /// Topics of answers whose dates and times were typed into questions for text.
    pub typed: HashSet<String>,
    /// What staff wrote into their own column, topic and text.
    /// Topics for which staff wrote a command.
    pub commanded: HashSet<String>,
    pub staff_notes: Vec<(String, String)>,
    /// Letters that were with the mail server when a process died: label and recipient.
    pub doubted: Vec<(String, String)>,
    by_hand: Vec<Meeting>,
    /// Faults may kill the daemon at any moment, also while it ends.
    pub dies_at_random: bool,
    /// Gets the sheet and the log where a check fails.
    pub trail: Option<Trail>,
    /// Its daemons are none of this hand's: somebody else starts and ends them.
    pub has_replicas: bool,
    /// How long the log was when the daemon was started last.
    said_before: usize,
    /// What the letters read so far are about.
    labels: Mutex<Vec<Option<(String, String, String)>>>,
}

impl Office {
    /// A new office; nothing runs yet. Answers from before the start are taken up too. Its store is the embedded one, or with
    /// `LOKET_TEST_STORE=postgres` a database of its own.
    pub async fn open(seed: u64) -> Office {
        match std::env::var("LOKET_TEST_STORE").as_deref() {
            Ok("postgres") => Office::open_on_postgres(seed).await,
            Ok("sqlite") | Err(_) => Office::open_embedded(seed).await,
            Ok(other) => panic!("LOKET_TEST_STORE is `sqlite` or `postgres`, not `{other}`"),
        }
    }

    /// The same on a PostgreSQL database of its own.
    pub async fn open_on_postgres(seed: u64) -> Office {
        let mut office = Office::open_embedded(seed).await;
        office.move_to(postgres::database().await);
        office
    }

    /// Another store, from the next start on.
    pub fn move_to(&mut self, store: String) {
        self.set("LOKET__STORE__URL", &store);
        self.store = store;
    }

    /// The same on a store of its own in the office's folder, whatever is asked for.
    pub async fn open_embedded(seed: u64) -> Office {
        let sandbox = Sandbox::start(seed).await.unwrap();
        let folder = tempfile::tempdir().unwrap();
        let port = free_port();
        let web = format!("http://127.0.0.1:{port}");
        let config = write_config(&sandbox, folder.path(), &web, "1s").unwrap();
        let env = [
            ("LOKET__SHEET__TAKE_UP_FROM", "2020-01-01T00:00:00Z".to_owned()),
            ("LOKET__WEB__LISTEN", format!("127.0.0.1:{port}")),
        ];
        let env = env.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        // Google's quota is for real offices; here many polls are wanted in little time.
        sandbox.google().switches(|switches| switches.quotas_on = false);
        let store = format!("sqlite:{}", folder.path().join("loket.db").display());
        Office {
            sandbox,
            folder,
            web,
            store,
            config,
            env,
            child: None,
            asked: Vec::new(),
            earlier: Vec::new(),
            typed: HashSet::new(),
            commanded: HashSet::new(),
            staff_notes: Vec::new(),
            doubted: Vec::new(),
            by_hand: Vec::new(),
            dies_at_random: false,
            trail: None,
            has_replicas: false,
            said_before: 0,
            labels: Mutex::default(),
        }
    }

    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_loket"));
        command.args(arguments).arg("--config").arg(&self.config).env("NO_PROXY", "127.0.0.1");
        command.envs(self.env.iter().map(|(name, value)| (name, value)));
        let log = std::fs::OpenOptions::new().create(true).append(true).open(self.folder.path().join("log")).unwrap();
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log);
        command
    }

    /// Sets one setting, by its name in the environment.
    pub fn set(&mut self, name: &str, value: &str) {
        self.env.retain(|(set, _)| set != name);
        self.env.push((name.to_owned(), value.to_owned()));
    }

    /// Starts the daemon.
    pub fn start(&mut self) {
        self.said_before = self.log().len();
        self.child = Some(self.command(&["run"]).spawn().unwrap());
    }

    /// The daemon's process.
    pub fn pid(&self) -> u32 {
        self.child.as_ref().expect("the daemon runs").id()
    }

    /// Waits until the daemon's process has ended.
    pub fn reap(&mut self) {
        if let Some(mut child) = self.child.take() {
            child.wait().unwrap();
        }
    }

    /// Ends it at once: `kill -9`.
    pub fn kill(&mut self) {
        if let Some(child) = &mut self.child {
            let _ = child.kill();
        }
        self.reap();
    }

    /// Whether the daemon's process is there; one that ended by itself is none.
    pub fn runs(&mut self) -> bool {
        self.has_replicas || self.child.as_mut().is_some_and(|child| child.try_wait().unwrap().is_none())
    }

    /// Ends it at once, and remembers which letters the mail server may or may not have taken then.
    pub async fn die(&mut self) {
        self.kill();
        self.note_doubts().await;
    }

    /// Remembers which letters the mail server had when the process ended.
    pub async fn note_doubts(&mut self) {
        let sending = crate::ledger::letters(&self.store).await.into_iter().filter(|letter| letter.state == "sending");
        self.doubted.extend(sending.map(|letter| (letter.label, letter.recipient)));
    }

    /// Ends it in order, as a container's host does; it must be gone within 10 s.
    pub async fn stop(&mut self) {
        let Some(mut child) = self.child.take() else { return };
        send("TERM", child.id());
        let waiting = tokio::task::spawn_blocking(move || child.wait().unwrap());
        let status = tokio::time::timeout(Duration::from_secs(10), waiting).await.expect("ends within 10 s").unwrap();
        // A process that has only just been made knows no signal yet, and has done nothing.
        let unborn = status.signal().is_some() && self.log().len() == self.said_before;
        let killed = self.dies_at_random && status.signal() == Some(9);
        assert!(status.success() || unborn || killed, "{status}\n{}", self.log());
    }

    /// The daemon's log.
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
    }

    /// Somebody fills in the form.
    pub fn answer(&mut self, answer: Answer) -> u64 {
        let id = self.sandbox.answer(answer.clone());
        self.asked.push(answer);
        id
    }

    /// Somebody answers the form at this moment.
    pub fn answer_at(&mut self, answer: Answer, at: Timestamp) -> u64 {
        let id = self.sandbox.answer_of(answer.clone(), at);
        self.asked.push(answer);
        id
    }

    /// Somebody edits their answer.
    pub fn edit(&mut self, id: u64, old_topic: &str, answer: Answer) {
        self.sandbox.edit_answer(id, answer.clone()).unwrap();
        self.earlier.extend(self.asked.extract_if(.., |asked| asked.topic == old_topic));
        self.asked.push(answer);
    }

    /// Somebody makes a meeting in Zoom.
    pub fn by_hand(&mut self, host: &str, new: loket_sandbox::zoom::NewMeeting) -> u64 {
        let id = self.sandbox.zoom().schedule_by_hand(host, new).unwrap();
        self.by_hand.push(self.sandbox.zoom().meeting(id).unwrap());
        id
    }

    /// All rows with a timestamp.
    pub fn rows(&self) -> Vec<Row> {
        let values = self.sandbox.google().values(self.sandbox.google().form_tab());
        let Some((header, rows)) = values.split_first() else { return Vec::new() };
        let headers: Vec<String> = header.iter().map(|cell| cell.as_str().unwrap_or("").to_owned()).collect();
        let row = |cells: &Vec<Value>| Row(headers.iter().cloned().zip(cells.iter().cloned()).collect());
        rows.iter().map(row).filter(|row| row.0.get("Timestamp").is_some_and(Value::is_number)).collect()
    }

    /// The row of a topic.
    pub fn row(&self, topic: &str) -> Row {
        self.rows().into_iter().find(|row| row.topic() == topic).unwrap_or_else(|| panic!("no row `{topic}`"))
    }

    /// Waits until a condition holds.
    pub async fn until(&self, what: &str, condition: impl Fn(&Office) -> bool) {
        let ended = self.sandbox.until(|_| condition(self), PATIENCE).await;
        assert!(ended.is_ok(), "waited in vain until {what}\n{:#?}\n{}", self.brief(), self.log());
    }

    /// The log as people read it, without the letters that were sent.
    pub fn words(&self) -> String {
        let log = self.log();
        let told = log.lines().filter(|line| !line.contains("was sent")).map(|line| {
            let value: Value = serde_json::from_str(line).unwrap_or_default();
            let at = value["timestamp"].as_str().and_then(|at| at.get(11..23)).unwrap_or("");
            format!("{at} {}", value["message"].as_str().unwrap_or(line))
        });
        told.collect::<Vec<String>>().join("\n")
    }

    /// Waits until every answer has one of these statuses and the letters that go with it.
    pub async fn until_all(&self, statuses: &[&str]) {
        let what = format!("all {} are {statuses:?}", self.asked.len());
        self.until(&what, |office| {
            let rows = office.rows();
            rows.len() == office.asked.len()
                && rows.iter().all(|row| statuses.contains(&row.status().as_str()) && office.is_told(row))
        })
        .await;
    }

    /// Whether everyone has the letters that a row's status brings.
    fn is_told(&self, row: &Row) -> bool {
        self.untold(row).is_empty()
    }

    /// Kind and recipient of each letter of a ticket.
    pub fn letters_of(&self, ticket: &str) -> Vec<(String, String)> {
        let mut labels = self.labels.lock().unwrap();
        let known = labels.len();
        // The mailbox only grows, and reading a letter is work.
        labels.extend(self.sandbox.mail().letters().iter().skip(known).map(label));
        let of_it = labels.iter().flatten().filter(|(of, ..)| of == ticket);
        of_it.map(|(_, kind, to)| (kind.clone(), to.clone())).collect()
    }

    pub fn meetings_of(&self, ticket: &str) -> Vec<Meeting> {
        self.sandbox.zoom().all_meetings().into_iter().filter(|meeting| meeting.topic.contains(ticket)).collect()
    }

    pub fn brief(&self) -> Vec<String> {
        self.rows()
            .iter()
            .map(|row| {
                format!(
                    "{} {} {} {:?}",
                    row.text("No. Tiket"),
                    row.status(),
                    row.topic(),
                    self.letters_of(&row.text("No. Tiket"))
                )
            })
            .collect()
    }

    /// Ends the daemon in order and looks at the whole world.
    pub async fn close(mut self) {
        self.stop().await;
        let rows = self.rows();
        assert_eq!(rows.len(), self.asked.len(), "rows");
        let numbers: HashSet<String> = rows.iter().map(|row| row.text("No. Tiket")).collect();
        assert_eq!(numbers.len(), rows.len(), "each row has its own number");
        for row in &rows {
            self.check_row(row);
        }
        self.check_meetings(&rows);
        self.check_letters(&rows);
        let view = self.sandbox.google().view(self.sandbox.google().form_tab()).unwrap();
        assert!(view.rows.iter().flatten().all(|cell| cell.formula.is_none()), "no cell became a formula");
        let log = self.log();
        for secret in ["ya29", "zak=", "BEGIN PRIVATE KEY", &self.sandbox.zoom_credentials().client_secret] {
            assert!(!log.contains(secret), "the log holds a secret: {secret}");
        }
        for asked in &self.asked {
            assert!(!log.contains(&asked.email) && !log.contains(&asked.applicant), "the log holds a person's data\n{log}");
        }
    }

    /// A row shows its own answer and its own ticket's facts.
    fn check_row(&self, row: &Row) {
        let of_topic = || self.asked.iter().filter(|asked| asked.topic == row.topic());
        let asked = of_topic().find(|asked| row.is_of(asked)).or_else(|| of_topic().next());
        let asked = asked.unwrap_or_else(|| panic!("an answer was changed: {row:?}"));
        for (header, text) in Row::texts(asked) {
            assert_eq!(&row.text(header), text, "{header} of {}", asked.topic);
        }
        for header in ["Tanggal Kegiatan", "Waktu Mulai", "Waktu Selesai"] {
            assert_eq!(
                row.0[header].is_string(),
                self.typed.contains(&asked.topic),
                "{header} of {}: {:?}",
                asked.topic,
                row.0[header]
            );
        }
        assert_eq!(row.text("Tindakan Petugas"), "", "the staff's column");
        let note = row.text("Catatan Petugas");
        let written = note.is_empty() || self.staff_notes.contains(&(asked.topic.clone(), note.clone()));
        assert!(written, "{note:?} is the staff's column");
        let meetings = self.meetings_of(&row.text("No. Tiket"));
        if row.status() == "Terjadwal" {
            assert_eq!(meetings.len(), 1, "one meeting of {}", row.text("No. Tiket"));
            let meeting = &meetings[0];
            assert_eq!(row.text("Link Zoom"), meeting.join_url);
            assert_eq!(row.text("Meeting ID").replace(' ', ""), meeting.id.to_string());
            assert_eq!(row.text("Passcode"), meeting.password);
            let times = |asked: &Answer| (instant(asked.date, asked.start), minutes(asked.start, asked.end));
            // One that is edited once it is booked stays as it was, and staff are told.
            let earlier = self.earlier.iter().filter(|earlier| earlier.email == asked.email);
            let meant: Vec<_> = std::iter::once(asked).chain(earlier).map(times).collect();
            let made = (meeting.start_at.unwrap(), i64::from(meeting.duration_min));
            assert!(meant.contains(&made), "{made:?} of {}, asked {meant:?}", asked.topic);
        } else {
            assert!(meetings.is_empty(), "{} has no meeting", row.text("No. Tiket"));
            assert_eq!(row.text("Link Zoom"), "");
        }
    }

    fn check_meetings(&self, rows: &[Row]) {
        let all = self.sandbox.zoom().all_meetings();
        for before in &self.by_hand {
            assert_eq!(all.iter().find(|meeting| meeting.id == before.id), Some(before), "made by hand: never touched");
        }
        let ours: Vec<&Meeting> = all.iter().filter(|meeting| meeting.source == Source::Api).collect();
        let scheduled = rows.iter().filter(|row| row.status() == "Terjadwal").count();
        assert_eq!(ours.len(), scheduled, "no meeting without a row");
        let padding = SignedDuration::from_mins(10);
        for one in &ours {
            // Nobody can know of a meeting that somebody makes while the choice is under way.
            let unseen = |other: &Meeting| {
                other.source == Source::ByHand && other.created_at > one.created_at - SignedDuration::from_secs(25)
            };
            let on_it = all.iter().filter(|other| other.id != one.id && other.host_email == one.host_email);
            for other in on_it.filter(|other| !unseen(other)) {
                for (start, end) in one.slots() {
                    let free = other.slots().iter().all(|(s, e)| *e <= start - padding || *s >= end + padding);
                    assert!(free, "{} and {} overlap on {}", one.topic, other.topic, one.host_email);
                }
            }
        }
    }
}

impl Drop for Office {
    fn drop(&mut self) {
        self.kill();
        if let Some(trail) = self.trail.as_ref().filter(|_| std::thread::panicking()) {
            let google = self.sandbox.google();
            let rows: Vec<String> = google.values(google.form_tab()).iter().map(|row| format!("{row:?}")).collect();
            trail.add(format!("the sheet:\n{}\nthe log:\n{}", rows.join("\n"), self.words()));
        }
    }
}

/// Ticket, kind and recipient of a letter.
pub fn label(letter: &Letter) -> Option<(String, String, String)> {
    let text = letter.header("X-Loket-Letter")?;
    let mut parts = text.trim().split('/');
    Some((parts.next()?.to_owned(), parts.next()?.to_owned(), letter.to.join(",").to_lowercase()))
}

/// A port for the web that no sandbox and no connection takes meanwhile: the daemon may come back to it again and again.
pub fn free_port() -> u16 {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let offset = u16::try_from(std::process::id() % 200).unwrap() * 100;
    loop {
        let port = 10_000 + (offset + NEXT.fetch_add(1, Ordering::Relaxed)) % 20_000;
        if std::net::TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return port;
        }
    }
}

/// Sends a signal to a process.
pub fn send(signal: &str, pid: u32) {
    let sent = Command::new("kill").args([&format!("-{signal}"), &pid.to_string()]).stderr(Stdio::null()).status().unwrap();
    let _ = sent;
    // One thread takes the signal and stops the others, and each may run on for a moment on a loaded machine.
    while signal == "STOP" && still_runs(pid) {
        std::thread::sleep(Duration::from_millis(1));
    }
}

/// Whether any thread of a process does not stand still yet. One that is gone does.
fn still_runs(pid: u32) -> bool {
    let Ok(threads) = std::fs::read_dir(format!("/proc/{pid}/task")) else { return false };
    let stat = |thread: std::fs::DirEntry| std::fs::read_to_string(thread.path().join("stat")).ok();
    // The state comes after the name, which stands in brackets.
    let stands = |stat: String| stat.rsplit_once(") ").is_none_or(|(_, rest)| rest.starts_with(['T', 't', 'Z', 'X']));
    threads.flatten().filter_map(stat).any(|stat| !stands(stat))
}

/// Wall-clock time in Jakarta as an instant.
pub fn instant(date: Date, time: Time) -> Timestamp {
    jiff::tz::TimeZone::get("Asia/Jakarta").unwrap().to_timestamp(date.to_datetime(time)).unwrap()
}

fn minutes(start: Time, end: Time) -> i64 {
    end.duration_since(start).as_secs() / 60
}

/// An answer whose topic nobody else has, `days` from now.
pub fn plain(topic: &str, days: i32, start: (i8, i8), end: (i8, i8)) -> Answer {
    let today = jiff::ZonedDateTime::now().with_time_zone(jiff::tz::TimeZone::get("Asia/Jakarta").unwrap()).date();
    let slug: String = topic.to_lowercase().chars().filter(char::is_ascii_alphanumeric).collect();
    Answer {
        topic: topic.to_owned(),
        email: format!("{slug}@example.go.id"),
        applicant: format!("Pemohon {topic}"),
        contact_email: format!("narahubung.{slug}@example.go.id"),
        date: today.checked_add(jiff::Span::new().days(days)).unwrap(),
        start: jiff::civil::time(start.0, start.1, 0, 0),
        end: jiff::civil::time(end.0, end.1, 0, 0),
        ..Answer::default()
    }
}

/// How many calls of a name a party got.
pub fn count(office: &Office, party: Party, name: &str) -> u64 {
    office.sandbox.calls().count(party, name)
}
