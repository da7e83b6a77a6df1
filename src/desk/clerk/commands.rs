//! Staff's word: what stands in `Tindakan Petugas` is carried out once, answered in the row, and taken out of its cell.

use super::Clerk;
use crate::adapters::store::StoreError;
use crate::adapters::store::letters::NewLetter;
use crate::adapters::store::open::OpenTicket;
use crate::desk::intake::joining::{Findings, Seen};
use crate::domain::answer::Cell;
use crate::domain::command::{Answered, Command, Handled};
use crate::domain::letter::Role;
use crate::domain::limits::{REASON_CHARS_MAX, RECORD_TRIES};
use crate::domain::rows::OwnColumn;
use crate::domain::text::one_line;
use crate::domain::ticket::{Cancellation, State, Ticket, TicketNumber};

impl Clerk {
    /// Carries out the commands that the rows show. A word counts only in a row that is certainly its ticket's.
    pub(super) async fn commands(&mut self, found: &Findings, open: &[OpenTicket]) -> Result<(), StoreError> {
        let unsettled = self.unsettled();
        for ticket in open {
            let Some(seen) = found.seen.get(&ticket.number).filter(|seen| seen.text.shows(ticket.number)) else { continue };
            if unsettled.contains(&ticket.number) || self.doubted.contains_key(&ticket.number) {
                continue;
            }
            let text = self.staff_text(seen, OwnColumn::Command);
            match &ticket.to_clear {
                Some(_) if text.is_empty() => self.cleared(ticket.number).await?,
                Some(handled) if *handled == text => {}
                _ if text.is_empty() => {}
                _ => {
                    let note = self.staff_text(seen, OwnColumn::StaffNote);
                    self.carry_out(ticket.number, &text, &note).await?;
                }
            }
        }
        Ok(())
    }

    /// What staff wrote into one of their columns of a row.
    fn staff_text(&self, seen: &Seen, column: OwnColumn) -> String {
        let cell = self.layout.own.get(&column).and_then(|index| seen.cells.get(*index));
        cell.map(Cell::text).unwrap_or_default().trim().to_owned()
    }

    /// The word is gone from its cell: the same word once more is a new command.
    async fn cleared(&self, number: TicketNumber) -> Result<(), StoreError> {
        let Some(mut ticket) = self.house.store.ticket(number).await? else { return Ok(()) };
        if let Some(handled) = &mut ticket.command {
            handled.cleared = true;
        }
        not_stale(self.house.keep(ticket, "command_cleared").await)
    }

    async fn carry_out(&mut self, number: TicketNumber, text: &str, note: &str) -> Result<(), StoreError> {
        let (house, now) = (self.house.clone(), self.house.now());
        let Some(mut ticket) = house.store.ticket(number).await? else { return Ok(()) };
        // What is under way is brought to its end first; the word waits in its cell.
        if matches!(ticket.state, State::Booking(_) | State::Cancelling(_)) {
            return Ok(());
        }
        let fitting = || Command::ALL.into_iter().filter(|command| command.fits(&ticket, now)).collect::<Vec<Command>>();
        let (answered, reason) = match Command::read(text) {
            None => (Answered::Unknown(fitting()), String::new()),
            Some((command, _)) if !command.fits(&ticket, now) => (Answered::Unfit(command, fitting()), String::new()),
            Some((command, reason)) if reason.is_empty() => (Answered::Done(command), one_line(note, REASON_CHARS_MAX)),
            Some((command, reason)) => (Answered::Done(command), reason),
        };
        let linked_to = house.store.linked_to(number).await?;
        let letters = match &answered {
            Answered::Done(command) => self.apply(*command, &mut ticket, reason, &linked_to),
            Answered::Unfit(..) | Answered::Unknown(_) => Vec::new(),
        };
        tracing::info!(ticket = %number, "a word of staff for {number}: {answered:?}");
        ticket.command = Some(Handled { text: text.to_owned(), answered: answered.clone(), at: now, cleared: false });
        match house.change(ticket, letters, "command").await {
            Ok(_) if matches!(answered, Answered::Done(Command::Cancel | Command::Reject)) => {
                self.tell_late_ones(number, &linked_to).await
            }
            changed => not_stale(changed),
        }
    }

    /// Does what a command says to a ticket that it fits. Gives the letters that become due.
    fn apply(
        &self,
        command: Command,
        ticket: &mut Ticket,
        reason: String,
        linked_to: &[(Role, String, String)],
    ) -> Vec<NewLetter> {
        let (teller, now) = (&self.house.teller, self.house.now());
        match command {
            Command::Cancel | Command::Reject => {
                let meeting = ticket.meeting().cloned();
                let is_to_delete = meeting.is_some();
                let ended = Cancellation { rejected: command == Command::Reject, reason, meeting, left: false };
                ticket.state = if is_to_delete { State::Cancelling(ended) } else { State::Cancelled(ended) };
                (ticket.tries, ticket.not_before, ticket.edited_since) = (0, now, false);
                teller.cancelled_letters(ticket, linked_to.to_vec())
            }
            Command::ProcessAgain => {
                self.read_anew(ticket);
                let is_to_correct = matches!(ticket.state, State::ToCorrect(_));
                if is_to_correct { teller.letters_again(ticket, Vec::new(), now) } else { Vec::new() }
            }
            Command::SendAgain => teller.letters_again(ticket, linked_to.to_vec(), now),
            Command::Approve | Command::Pick | Command::WaitingList | Command::ManualLink => Vec::new(),
        }
    }

    /// Whose link letter left while the end was being recorded is told as well.
    async fn tell_late_ones(&self, number: TicketNumber, told: &[(Role, String, String)]) -> Result<(), StoreError> {
        for _ in 0..RECORD_TRIES {
            let mut late = self.house.store.linked_to(number).await?;
            late.retain(|(_, to, _)| !told.iter().any(|(_, known, _)| known == to));
            let Some(ticket) = self.house.store.ticket(number).await?.filter(|_| !late.is_empty()) else { return Ok(()) };
            let letters = self.house.teller.cancelled_letters(&ticket, late);
            match self.house.change(ticket, letters, "told_late").await {
                Err(StoreError::Stale(_)) => {}
                other => return other.map(|_| ()),
            }
        }
        Ok(())
    }
}

/// Somebody else changed the ticket meanwhile: the next read looks again.
fn not_stale(changed: Result<Ticket, StoreError>) -> Result<(), StoreError> {
    match changed {
        Ok(_) | Err(StoreError::Stale(_)) => Ok(()),
        Err(error) => Err(error),
    }
}
