//! `loket check`: looks at everything that a run needs, says for each failing item how to mend it, and changes nothing.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;
use std::process::ExitCode;

use console::{Style, Term, measure_text_width, pad_str};
use serde::Serialize;

use crate::desk::check;
use crate::domain::finding::{Area, Finding, Verdict};

/// Columns that names of items take at most; a longer one stands on a line of its own.
const ITEM_WIDTH_MAX: usize = 26;
/// Lines are not longer than this on a wide terminal: longer ones are hard to read.
const LINE_WIDTH_MAX: usize = 110;
/// Nor shorter than this on a narrow one: the terminal may break them itself.
const LINE_WIDTH_MIN: usize = 60;

/// The arguments.
#[derive(Debug, Clone, Copy, clap::Args)]
pub struct Arguments {
    /// Print one JSON document: `ok`, and `items` with `area`, `item`, `status` (ok, warning, failed, skipped), `found`, `mend`.
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Document<'a> {
    ok: bool,
    items: &'a [Finding],
}

/// Looks and prints. Exits 1 if anything failed.
pub async fn run(arguments: Arguments, config: &Path, log: &str) -> anyhow::Result<ExitCode> {
    // What is wrong is printed; the log tells more only to who asks for it.
    crate::telemetry::start(if log == "info" { "off" } else { log });
    let findings = Box::pin(check::before_run(super::settings(config), config)).await;
    let ok = !findings.iter().any(|finding| finding.is(Verdict::Failed));
    let term = Term::stdout();
    let text = if arguments.json {
        let document = Document { ok, items: &findings };
        serde_json::to_string_pretty(&document)? + "\n"
    } else if term.is_term() {
        let width = usize::from(term.size().1).clamp(LINE_WIDTH_MIN, LINE_WIDTH_MAX);
        page(&findings, Some(width), console::colors_enabled())
    } else {
        page(&findings, None, false)
    };
    match std::io::stdout().write_all(text.as_bytes()) {
        // Who reads only the beginning has what they want.
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => return Err(error.into()),
        _ => {}
    }
    Ok(if ok { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The page: area by area, each finding with its mend below it, and a summary. `width`: lines are broken there.
fn page(findings: &[Finding], width: Option<usize>, colour: bool) -> String {
    let styled = |style: Style| style.force_styling(colour);
    let (bold, dim) = (styled(Style::new().bold()), styled(Style::new().dim()));
    let names = findings.iter().filter(|finding| finding.item != check::ALL).map(|finding| measure_text_width(&finding.item));
    let column = names.filter(|width| *width <= ITEM_WIDTH_MAX).max().unwrap_or(0);
    // `  ✓ name  `
    let indent = column + 6;
    let room = width.map(|width| width.saturating_sub(indent).max(LINE_WIDTH_MIN / 2));
    let mut text = String::new();
    let mut last: Option<Area> = None;
    let (whole, parts): (Vec<&Finding>, Vec<&Finding>) = findings.iter().partition(|finding| finding.item == check::ALL);
    for finding in parts {
        if last != Some(finding.area) {
            let _ = write!(text, "\n{}\n", bold.apply_to(title(finding.area)));
            last = Some(finding.area);
        }
        let (mark, style) = mark(finding.verdict);
        let name = pad_str(&finding.item, column, console::Alignment::Left, None);
        let _ = write!(text, "  {} {name}", styled(style).apply_to(mark));
        if measure_text_width(&finding.item) > column {
            let _ = write!(text, "\n{}", " ".repeat(indent));
        } else {
            text.push_str("  ");
        }
        let quiet = finding.is(Verdict::Skipped);
        for (number, line) in wrapped(&finding.found, room).into_iter().enumerate() {
            let before = if number == 0 { String::new() } else { " ".repeat(indent) };
            let line = if quiet { dim.apply_to(line).to_string() } else { line };
            let _ = writeln!(text, "{before}{line}");
        }
        if finding.mend.is_empty() {
            continue;
        }
        for (number, line) in wrapped(&finding.mend, room.map(|room| room - 2)).into_iter().enumerate() {
            let arrow = if number == 0 { styled(Style::new().cyan()).apply_to("→ ").to_string() } else { "  ".to_owned() };
            let _ = writeln!(text, "{}{arrow}{line}", " ".repeat(indent));
        }
    }
    if let Some(first) = whole.first() {
        let areas: Vec<&str> = whole.iter().map(|finding| title(finding.area)).collect();
        let _ = writeln!(text, "\n{}", dim.apply_to(format!("– {}: {}", areas.join(", "), first.found)));
    }
    let _ = write!(text, "\n{}\n", summary(findings, &styled));
    text
}

fn title(area: Area) -> &'static str {
    match area {
        Area::Config => "Configuration",
        Area::Clock => "Clock",
        Area::Google => "Google",
        Area::Sheet => "Sheet",
        Area::Zoom => "Zoom",
        Area::Mail => "Mail",
        Area::Store => "Store",
        Area::Web => "Web",
    }
}

fn mark(verdict: Verdict) -> (&'static str, Style) {
    match verdict {
        Verdict::Ok => ("✓", Style::new().green()),
        Verdict::Warning => ("!", Style::new().yellow().bold()),
        Verdict::Failed => ("✗", Style::new().red().bold()),
        Verdict::Skipped => ("–", Style::new().dim()),
    }
}

fn summary(findings: &[Finding], styled: &impl Fn(Style) -> Style) -> String {
    let count = |verdict| findings.iter().filter(|finding| finding.is(verdict)).count();
    let plural = |count: usize, one: &str, more: &str| format!("{count} {}", if count == 1 { one } else { more });
    let mut parts = Vec::new();
    let (failed, warned, skipped) = (count(Verdict::Failed), count(Verdict::Warning), count(Verdict::Skipped));
    if failed > 0 {
        parts.push(styled(Style::new().red().bold()).apply_to(format!("✗ {failed} failed")).to_string());
    }
    if warned > 0 {
        let text = format!("! {}", plural(warned, "warning", "warnings"));
        parts.push(styled(Style::new().yellow().bold()).apply_to(text).to_string());
    }
    if count(Verdict::Ok) > 0 {
        parts.push(styled(Style::new().green()).apply_to(format!("✓ {} good", count(Verdict::Ok))).to_string());
    }
    if skipped > 0 {
        parts.push(styled(Style::new().dim()).apply_to(format!("– {skipped} not looked at")).to_string());
    }
    let end = if failed > 0 { "mend what failed, and check again" } else { "`loket run` can start" };
    format!("{}\n{end}", parts.join("   "))
}

/// The text in lines of at most so many columns; a longer word has a line of its own.
fn wrapped(text: &str, room: Option<usize>) -> Vec<String> {
    let one = text.split_whitespace().collect::<Vec<_>>();
    let Some(room) = room else { return vec![one.join(" ")] };
    let mut lines = vec![String::new()];
    for word in one {
        let Some(line) = lines.last_mut() else { continue };
        if !line.is_empty() && measure_text_width(line) + 1 + measure_text_width(word) > room {
            lines.push(word.to_owned());
        } else {
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::finding::Flaw;

    fn findings() -> Vec<Finding> {
        vec![
            Finding::ok(Area::Google, "token", "Google gives one"),
            Finding::failed(
                Area::Sheet,
                "right to edit",
                Flaw::new("shared for reading only", "open it, Share, make x an Editor"),
            ),
            Finding::warning(Area::Store, "file", Flaw::new("not there yet", "the first start makes it")),
            Finding::skipped(Area::Zoom, "scope meeting:read:list_meetings:admin", "there is no token"),
        ]
    }

    #[test]
    fn a_page_is_aligned_and_each_mend_stands_below_what_was_found() {
        insta::assert_snapshot!(page(&findings(), None, false), @r"

        Google
          ✓ token          Google gives one

        Sheet
          ✗ right to edit  shared for reading only
                           → open it, Share, make x an Editor

        Store
          ! file           not there yet
                           → the first start makes it

        Zoom
          – scope meeting:read:list_meetings:admin
                           there is no token

        ✗ 1 failed   ! 1 warning   ✓ 1 good   – 1 not looked at
        mend what failed, and check again
        ");
    }

    #[test]
    fn lines_are_broken_between_words_and_colours_are_for_terminals() {
        let narrow = page(&findings(), Some(60), false);
        assert!(narrow.lines().all(|line| measure_text_width(line) <= 60), "{narrow}");
        assert!(!narrow.contains('\u{1b}'));
        assert!(page(&findings(), Some(60), true).contains('\u{1b}'));
    }
}
