//! How the figures are printed: a table on a terminal, Markdown where it is piped, JSON if asked for.

use std::io::Write as _;

use comfy_table::presets::{ASCII_MARKDOWN, UTF8_FULL_CONDENSED};
use comfy_table::{CellAlignment, ContentArrangement, Table};
use console::Style;

use super::{AIM, Arguments, Line, Pool, Tally, ratio};

/// Writes to the terminal; one that is gone is nobody's loss.
pub(super) fn say(text: &str) {
    let mut out = std::io::stdout();
    let _ = out.write_all(text.as_bytes());
    let _ = out.flush();
}

/// Everything that was counted.
pub(super) fn json(arguments: &Arguments, lines: &[Line]) -> anyhow::Result<String> {
    let all = serde_json::json!({ "seed": arguments.seed, "months": arguments.months, "aim": AIM, "lines": lines });
    Ok(format!("{}\n", serde_json::to_string_pretty(&all)?))
}

/// The tables and what is counted in them.
pub(super) fn shown(arguments: &Arguments, lines: &[Line]) -> String {
    let Arguments { seed, months, .. } = arguments;
    format!(
        "Refused of 1,000 requests (seed {seed}, {months} months a line)\n\n{}\n\nOf these refused by fragmentation\n\n{}\n\n{}\n{}\n",
        refused(lines),
        fragmented(lines),
        verdict(lines),
        FOOTNOTE
    )
}

const FOOTNOTE: &str = "
Asked for: the lengths of all meetings asked for, without buffers, of the hosts' working hours (Mon-Fri, 07.30-17.00).
Least loaded: the host with the least booked time that day. First fit: the first in the configured order. Same requests, same order.
If moved: first come, first served, but booked meetings may be moved between hosts for each new request; a bound for the mixed pool.
Fragmented: refused although there was room had the meetings booked so far been moved between hosts: at no instant of the slot were
all hosts taken, a host being taken by a meeting and by the pause that the buffers ask for until the next one (10 min).
Not all busy: refused although at no instant of the slot with its buffers every host that could hold it had a meeting. This counts in
what no choice of hosts can avoid: of two hosts one ends at 10.00, one begins at 10.00, and for 10.00 the pause is missing.
Each is counted against the schedule of the choice in whose column it stands. The aim is for fragmented: Loket / least loaded.
";

fn refused(lines: &[Line]) -> Table {
    let foresight = lines.iter().any(|line| line.foresight.is_some());
    let mut head = vec!["Hosts", "Asked for", "Requests", "Loket", "Least loaded", "First fit"];
    head.extend(foresight.then_some("Foresight"));
    head.push("If moved");
    let mut table = table(&head);
    for line in lines {
        let per_thousand = |refused: u64| format!("{:.0}", 1000.0 * ratio(refused, line.requests));
        let of = |tally: Tally| per_thousand(tally.refused);
        let mut row = vec![pool(line.pool), format!("{} %", line.percent), line.requests.to_string()];
        row.extend([of(line.loket), of(line.least_loaded), of(line.first_fit)]);
        row.extend(line.foresight.map(of));
        row.push(per_thousand(line.if_moved.refused));
        table.add_row(row);
    }
    align(table)
}

fn fragmented(lines: &[Line]) -> Table {
    let foresight = lines.iter().any(|line| line.foresight.is_some());
    let aim = format!("At most {AIM:.2}");
    let mut head = vec!["Hosts", "Asked for", "Loket", "Least loaded", "First fit"];
    head.extend(foresight.then_some("Foresight"));
    head.extend(["Loket / least", aim.as_str(), "Not all busy: Loket", "least loaded", "if moved"]);
    let mut table = table(&head);
    for line in lines {
        let met = if line.aim_met { Style::new().green().apply_to("yes") } else { Style::new().yellow().apply_to("no") };
        let mut row = vec![pool(line.pool), format!("{} %", line.percent)];
        row.extend([line.loket, line.least_loaded, line.first_fit].map(|tally| tally.fragmented.to_string()));
        row.extend(line.foresight.map(|tally| tally.fragmented.to_string()));
        row.extend([format!("{:.3}", line.ratio), met.to_string()]);
        row.extend([line.loket, line.least_loaded].map(|tally| tally.not_all_busy.to_string()));
        row.push(line.if_moved.not_all_busy.map_or_else(|| "-".to_owned(), |count| count.to_string()));
        table.add_row(row);
    }
    align(table)
}

/// All lines together, said in a sentence.
fn verdict(lines: &[Line]) -> String {
    let sum = |of: fn(&Line) -> u64| lines.iter().map(of).sum::<u64>();
    let all = ratio(sum(|line| line.loket.fragmented), sum(|line| line.least_loaded.fragmented));
    let met = lines.iter().filter(|line| line.aim_met).count();
    format!("Over all lines Loket / least loaded is {all:.3}; the aim of {AIM:.2} is met in {met} of {}.", lines.len())
}

fn pool(pool: Pool) -> String {
    match pool {
        Pool::Equal(hosts) => hosts.to_string(),
        Pool::Mixed => "5 mixed".to_owned(),
    }
}

fn table(head: &[&str]) -> Table {
    let mut table = Table::new();
    table.set_content_arrangement(ContentArrangement::Dynamic).set_header(head);
    if console::Term::stdout().is_term() {
        table.load_style(UTF8_FULL_CONDENSED);
    } else {
        table.load_style(ASCII_MARKDOWN).set_content_arrangement(ContentArrangement::Disabled);
    }
    table
}

fn align(mut table: Table) -> Table {
    for column in table.column_iter_mut() {
        column.set_cell_alignment(CellAlignment::Right);
    }
    table
}
