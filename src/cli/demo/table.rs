//! The table that `demo --once` prints: coloured on a terminal, plain where it is piped.

use comfy_table::presets::UTF8_FULL_CONDENSED;
use comfy_table::{ContentArrangement, Table};
use console::Style;

use super::watch::{say, status_style};
use crate::domain::ticket::State;

/// Columns of the table where it is not on a terminal.
const PLAIN_WIDTH: u16 = 150;

/// What became of one request.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) shows: &'static str,
    pub(super) topic: String,
    pub(super) ticket: String,
    pub(super) state: Option<State>,
    pub(super) account: String,
    pub(super) says: String,
    pub(super) letters: usize,
    pub(super) wrong: Vec<String>,
}

impl Row {
    /// A request that became no ticket.
    pub(super) fn missing(shows: &'static str, topic: &str) -> Row {
        let wrong = vec!["it was not taken up".to_owned()];
        let (ticket, account, says) = (String::new(), String::new(), String::new());
        Row { shows, topic: topic.to_owned(), ticket, state: None, account, says, letters: 0, wrong }
    }
}

/// Prints the table and what it comes to.
pub(super) fn print(rows: &[Row]) {
    let mut table = Table::new();
    table.load_style(UTF8_FULL_CONDENSED).set_content_arrangement(ContentArrangement::Dynamic);
    if !console::Term::stdout().is_term() {
        table.set_width(PLAIN_WIDTH);
    }
    table.set_header(["", "What it shows", "Request", "Ticket", "Status", "Account", "Letters", "When, or why not"]);
    for row in rows {
        let right = row.wrong.is_empty();
        let mark = if right { Style::new().green().apply_to("✓") } else { Style::new().red().bold().apply_to("✗") };
        let status = row.state.as_ref().map(|state| status_style(state).apply_to(state.status()).to_string()).unwrap_or_default();
        let says = if right { row.says.clone() } else { format!("{} — {}", row.says, row.wrong.join("; ")) };
        table.add_row([
            mark.to_string(),
            row.shows.to_owned(),
            row.topic.clone(),
            row.ticket.clone(),
            status,
            row.account.clone(),
            row.letters.to_string(),
            says,
        ]);
    }
    let right = rows.iter().filter(|row| row.wrong.is_empty()).count();
    let style = if right == rows.len() { Style::new().green().bold() } else { Style::new().red().bold() };
    let sum = format!("{right} of {} requests came to the right end", rows.len());
    say(&format!("{table}\n{}\n", style.apply_to(sum)));
}
