//! What the terminal shows while the demo runs: the addresses to open, then each request as it moves.

use std::collections::HashMap;
use std::io::Write;
use std::sync::Arc;
use std::time::Duration;

use console::Style;
use tokio_util::sync::CancellationToken;

use crate::desk::wiring::House;
use crate::domain::headers::Field;
use crate::domain::ticket::{State, Ticket, TicketNumber};

/// How often the ledger is looked at.
const LOOK: Duration = Duration::from_millis(300);

/// Says where everything is.
pub(super) fn greet(web: &str, people: &str) {
    let (bold, link, dim) = (Style::new().bold(), Style::new().cyan().underlined(), Style::new().dim());
    let lines = [
        ("Fill in the form", format!("{people}/form")),
        ("The response sheet", format!("{people}/sheet")),
        ("The Zoom accounts", format!("{people}/zoom")),
        ("The inbox", format!("{people}/inbox")),
        ("The public schedule", format!("{web}/jadwal")),
        ("The dashboard", format!("{web}/")),
    ];
    say(&format!("\n{}\n", bold.apply_to("Loket runs against a sandbox on this machine: nothing leaves it.")));
    for (what, address) in lines {
        say(&format!("  {what:<20} {}\n", link.apply_to(address)));
    }
    say(&format!("\n{}\n\n", dim.apply_to("An answer has its link within seconds. Ctrl-C ends it.")));
}

/// Tells each request as it moves, until the end.
pub(super) async fn watch(house: &Arc<House>, stop: &CancellationToken) {
    let mut known: HashMap<TicketNumber, &'static str> = HashMap::new();
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(LOOK) => {}
        }
        let Ok(open) = house.store.open_tickets().await else { continue };
        for brief in open.iter() {
            let Ok(Some(ticket)) = house.store.ticket(brief.number).await else { continue };
            let status = ticket.state.status();
            if known.insert(ticket.number, status) != Some(status) {
                say(&line(house, &ticket));
            }
        }
    }
}

fn line(house: &House, ticket: &Ticket) -> String {
    let style = status_style(&ticket.state);
    let clock = house.rules.zone.to_datetime(ticket.changed_at).strftime("%H:%M:%S").to_string();
    let topic: String = ticket.answer.cell(Field::Topic).text().chars().filter(|c| !c.is_control()).take(48).collect();
    let more = match &ticket.state {
        State::Scheduled(meeting) => format!("→ {}", meeting.join_url),
        State::ToCorrect(problems) => problems.iter().map(|p| house.teller.words.problem(p)).collect::<Vec<_>>().join(" "),
        State::Full(reason) | State::NeedsStaff(reason, _) => house.teller.words.reason(reason),
        _ => String::new(),
    };
    format!(
        "  {clock}  {}  {:<19}  {topic}  {}\n",
        ticket.number,
        style.apply_to(ticket.state.status()),
        Style::new().dim().apply_to(more)
    )
}

/// The colour of a status: green where people have what they asked for, yellow where somebody has to act.
pub(super) fn status_style(state: &State) -> Style {
    match state {
        State::Scheduled(_) => Style::new().green(),
        State::Open | State::Booking(_) => Style::new().blue(),
        State::ToCorrect(_) | State::Full(_) => Style::new().yellow(),
        State::Replaced(_) | State::Cancelling(_) | State::Cancelled(_) => Style::new().dim(),
        State::Expired | State::NeedsStaff(..) => Style::new().red(),
    }
}

/// Writes to the terminal; one that is gone is nobody's loss.
pub(super) fn say(text: &str) {
    let mut out = std::io::stdout();
    let _ = out.write_all(text.as_bytes());
    let _ = out.flush();
}
