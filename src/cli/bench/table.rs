//! How the figures are printed: a table on a terminal, aligned text where it is piped, JSON for machines. Progress is told on
//! standard error.

use std::io::Write;

use comfy_table::presets::{NOTHING, UTF8_FULL_CONDENSED};
use comfy_table::{ContentArrangement, Table};
use console::Style;
use indicatif::{ProgressBar, ProgressStyle};

use super::Measured;

/// Prints the figures.
pub(super) fn print(measured: &[Measured], json: bool) -> anyhow::Result<()> {
    let mut out = std::io::stdout();
    if json {
        serde_json::to_writer_pretty(&mut out, measured)?;
        writeln!(out)?;
        return Ok(());
    }
    let terminal = console::Term::stdout().is_term();
    let mut table = Table::new();
    if terminal {
        table.load_style(UTF8_FULL_CONDENSED).set_content_arrangement(ContentArrangement::Dynamic);
    } else {
        table.load_style(NOTHING);
    }
    table.set_header(["Figure", "Case", "Measured", "Aim, at most", "", "Note"]);
    for one in measured {
        let (word, style) = match (one.aim, one.met()) {
            (None, _) => ("", Style::new()),
            (Some(_), true) => ("met", Style::new().green()),
            (Some(_), false) => ("missed", Style::new().red().bold()),
        };
        table.add_row([
            one.figure.to_owned(),
            one.case.clone(),
            format!("{} {}", number(one.value), one.unit),
            one.aim.map(number).unwrap_or_default(),
            style.apply_to(word).to_string(),
            one.note.clone(),
        ]);
    }
    writeln!(out, "{table}")?;
    Ok(())
}

fn number(value: f64) -> String {
    if value >= 1000.0 { format!("{value:.0}") } else { format!("{value:.2}") }
}

/// Progress on standard error; nothing where that is no terminal.
pub(super) fn bar(length: usize, of: &str) -> ProgressBar {
    let bar = ProgressBar::new(length as u64);
    let style = ProgressStyle::with_template(&format!("  {{bar:24}} {{pos}}/{{len}} {of}, {{elapsed}}"));
    if let Ok(style) = style {
        bar.set_style(style);
    }
    bar
}
