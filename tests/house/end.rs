//! Ways to end and to begin that some stories need.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use loket::cli::demo::household::write_config;
use loket_sandbox::answer::Answer;
use loket_sandbox::calls::Party;

use crate::ledger;
use crate::office::{Office, Row};

/// How long a world may need to come to rest: a mail server is waited for a minute, and a party that refuses is left alone for up to
/// half of one.
const REST_PATIENCE: Duration = Duration::from_mins(4);
/// Statuses in which nothing is under way.
const AT_REST: [&str; 8] =
    ["Terjadwal", "Jadwal Penuh", "Perlu Perbaikan", "Perlu Tindak Lanjut", "Dibatalkan", "Ditolak", "Kedaluwarsa", "Selesai"];

impl Office {
    /// Staff changed an answer in the sheet itself.
    pub fn corrected(&mut self, topic: &str, answer: Answer) {
        self.earlier.extend(self.asked.extract_if(.., |asked| asked.topic == topic));
        self.asked.push(answer);
    }

    /// Writes the configuration anew, after accounts were added to Zoom.
    pub fn rewrite_config(&self) {
        write_config(&self.sandbox, self.folder.path(), &self.web, "1s").unwrap();
    }

    /// Waits until nothing is left to do: every row has its end and shows what the ledger holds, everyone is told or staff know who is
    /// not, and two more reads of the sheet change nothing.
    pub async fn rest(&mut self) {
        let began = Instant::now();
        let mut quiet_since: Option<u64> = None;
        loop {
            let unsettled = self.unsettled().await;
            let reads = self.sandbox.calls().count(Party::Google, "values.batchGetByDataFilter");
            match (unsettled.is_empty(), quiet_since) {
                (true, Some(since)) if reads >= since + 2 => return,
                (true, None) => quiet_since = Some(reads),
                (true, _) => {}
                (false, _) => quiet_since = None,
            }
            if !self.runs() && std::mem::take(&mut self.dies_at_random) {
                // The last fault was under way when the faults were taken away.
                self.die().await;
                self.start();
            }
            assert!(self.runs(), "the daemon ended by itself\n{}", self.last_words());
            let waited = began.elapsed();
            assert!(waited < REST_PATIENCE, "no rest: {unsettled:#?}\n{:#?}\n{}", self.brief(), self.last_words());
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    }

    /// Whether nothing is left to do at this moment.
    pub async fn is_at_rest(&self) -> bool {
        self.unsettled().await.is_empty()
    }

    /// What is still under way.
    async fn unsettled(&self) -> Vec<String> {
        let rows = self.rows();
        if rows.len() != self.asked.len() {
            return vec![format!("{} rows for {} answers", rows.len(), self.asked.len())];
        }
        let mut left: Vec<String> = Vec::new();
        for row in &rows {
            if !AT_REST.contains(&row.status().as_str()) {
                left.push(format!("{} is {:?}", row.topic(), row.status()));
            }
            if !row.text("Tindakan Petugas").is_empty() {
                left.push(format!("a word for {} waits", row.topic()));
            }
            left.extend(
                self.untold_and_unknown_to_staff(row).into_iter().map(|(kind, to)| format!("{kind} to {to} of {}", row.topic())),
            );
        }
        if !left.is_empty() {
            return left;
        }
        let view = self.sandbox.google().view(self.sandbox.google().form_tab()).unwrap();
        for entry in ledger::tickets(&self.store).await {
            if !view.metadata.iter().any(|(_, id, ..)| Some(*id) == entry.mark) {
                left.push(format!("the row of {} is not marked", entry.number));
            }
            if matches!(entry.state.as_str(), "open" | "booking" | "cancelling") {
                left.push(format!("{} is {}", entry.number, entry.state));
            }
            match rows.iter().find(|row| row.text("No. Tiket") == entry.number) {
                Some(row) => left.extend(differences(row, &entry.wanted)),
                None => left.push(format!("{} has no row", entry.number)),
            }
        }
        let letters = ledger::letters(&self.store).await;
        let waiting = letters.iter().filter(|letter| matches!(letter.state.as_str(), "due" | "sending"));
        left.extend(waiting.map(|letter| format!("{} is {}", letter.label, letter.state)));
        left
    }

    /// Waits for rest, then looks at the whole world and at what the ledger says of it.
    pub async fn close_at_rest(mut self) {
        self.rest().await;
        self.stop().await;
        self.check_ledger().await;
        self.close().await;
    }

    /// Ledger, sheet and Zoom tell the same.
    pub async fn check_ledger(&self) {
        let (entries, rows) = (ledger::tickets(&self.store).await, self.rows());
        assert_eq!(entries.len(), rows.len(), "every answer has its ticket");
        let view = self.sandbox.google().view(self.sandbox.google().form_tab()).unwrap();
        for entry in &entries {
            let row = rows.iter().find(|row| row.text("No. Tiket") == entry.number).expect("every ticket has its row");
            assert_eq!(differences(row, &entry.wanted), Vec::<String>::new(), "the row of {}", entry.number);
            // That there was a meeting is kept when people ended it.
            assert!(entry.state == "cancelled" || (entry.state == "scheduled") == entry.meeting.is_some());
            let marked = view.metadata.iter().find(|(_, id, ..)| Some(*id) == entry.mark);
            let (marked, ..) = marked.unwrap_or_else(|| panic!("the row of {} is not marked", entry.number));
            let shown = view.rows[*marked].iter().any(|cell| cell.formatted == entry.number);
            assert!(shown, "the mark of {} stands on another row", entry.number);
            let Some(id) = entry.meeting.filter(|_| entry.state == "scheduled") else { continue };
            let meeting = self.sandbox.zoom().meeting(id.cast_unsigned()).expect("the meeting is there");
            assert!(meeting.topic.contains(&entry.number), "{} for {}", meeting.topic, entry.number);
            assert_eq!(Some(&meeting.host_email), entry.host.as_ref(), "the host of {}", entry.number);
            assert_eq!(meeting.start_at.map(jiff::Timestamp::as_millisecond), entry.start, "the time of {}", entry.number);
            if !entry.edited {
                let of_now = self.asked.iter().filter(|asked| asked.topic == row.topic());
                let starts: Vec<_> = of_now.map(|asked| crate::office::instant(asked.date, asked.start)).collect();
                assert!(starts.contains(&meeting.start_at.unwrap()), "{} is booked as it was asked last", entry.number);
            }
        }
    }

    /// The end of the daemon's log.
    pub fn last_words(&self) -> String {
        let log = self.log();
        let lines: Vec<&str> = log.lines().collect();
        lines[lines.len().saturating_sub(60)..].join("\n")
    }
}

fn differences(row: &Row, wanted: &BTreeMap<String, String>) -> Vec<String> {
    let differs = wanted.iter().filter(|(header, text)| row.text(header) != text.trim());
    differs.map(|(header, text)| format!("{header} shows {:?}, wanted {text:?}", row.text(header))).collect()
}
