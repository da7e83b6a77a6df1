//! Mending what a write of ours did to a row that moved under it: Loket's words on another's row are taken away, and people's cells
//! over which columns were moved get back what stood in them.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::Arc;
use std::time::Instant;

use jiff::Timestamp;

use super::{Clerk, Event, ToWrite};
use crate::adapters::sheet::read::Reading;
use crate::adapters::sheet::write::{RowWrite, RowWritten};
use crate::adapters::store::StoreError;
use crate::adapters::store::open::OpenTicket;
use crate::desk::health::Party;
use crate::desk::intake::Layout;
use crate::desk::intake::joining::{Astray, Findings, Overwritten, suspects};
use crate::desk::intake::shifted::{Before, Restoration, emptied, is_still, restoration};
use crate::domain::answer::{Answer, Cell, Fingerprint};
use crate::domain::limits::{PUT_BACK_MAX, ROUNDS_TO_JOIN, ROUNDS_TO_MISS};
use crate::domain::outcome::{Outcome, Why};
use crate::domain::rows::{OwnColumn, RowText};
use crate::domain::ticket::TicketNumber;

/// Words that stand in one ticket's row only.
const TELLING: [OwnColumn; 2] = [OwnColumn::Link, OwnColumn::MeetingId];

/// Notices of what was overwritten in a row begin so, and end with when that was told.
fn overwritten_key(number: TicketNumber) -> String {
    format!("overwritten/{number}/")
}

/// Whose metadata stands on a row.
fn marked_by(read: &Reading, open: &[OpenTicket], row: u32) -> Option<(TicketNumber, i32)> {
    let marked = open.iter().filter_map(|ticket| Some((ticket.number, ticket.mark?)));
    marked.into_iter().find(|(_, mark)| read.marks.get(mark) == Some(&row))
}

impl Clerk {
    /// Gets the recorded answers without which it cannot be told whose a row is.
    pub(super) async fn recall(&mut self, read: &Reading, open: &[OpenTicket]) -> Result<(), StoreError> {
        let wanted = suspects(&self.layout, read, open);
        let current = |number: &TicketNumber, answer: &Answer| {
            let ticket = open.iter().find(|ticket| ticket.number == *number);
            wanted.contains(number) && ticket.is_some_and(|ticket| ticket.submitted_at == answer.submitted_at)
        };
        self.answers.retain(|number, answer| current(number, answer));
        for number in wanted {
            let kept = self.answers.get(&number).map(Answer::fingerprint);
            let recorded = open.iter().find(|ticket| ticket.number == number).map(|ticket| &ticket.fingerprint);
            if kept.as_ref() == recorded {
                continue;
            }
            if let Some(ticket) = self.house.store.ticket(number).await? {
                self.answers.insert(number, ticket.answer);
            }
        }
        Ok(())
    }

    /// Puts back what writes before this read overwrote because columns were moved in between. True where something is put back: the
    /// sheet is then read again first.
    pub(super) async fn restore(&mut self, read: &Reading) -> Result<bool, StoreError> {
        let began = self.read_began;
        let (settled, pending) = std::mem::take(&mut self.unverified).into_iter().partition(|(_, ended)| *ended <= began);
        self.unverified = pending;
        let settled: Vec<(ToWrite, Instant)> = settled;
        let displaced = std::mem::take(&mut self.displaced);
        let settled = settled.into_iter().map(|(written, _)| (written, self.round)).chain(displaced);
        let settled: Vec<(ToWrite, u64)> = settled.collect();
        let unsettled: Vec<(ToWrite, Instant)> = settled.iter().map(|(written, _)| (written.clone(), began)).collect();
        let looked = self.look_at(read, settled).await;
        if looked.is_err() {
            // What the store could not record is looked at again with the next read.
            self.displaced.clear();
            self.looked_at.retain(|(id, _)| !unsettled.iter().any(|(written, _)| written.id == *id));
            self.unverified.extend(unsettled);
        }
        looked
    }

    /// Looks at what writes before this read did.
    async fn look_at(&mut self, read: &Reading, settled: Vec<(ToWrite, u64)>) -> Result<bool, StoreError> {
        let open = self.house.store.open_tickets().await?;
        let (mut mends, mut looked_at) = (Vec::new(), Vec::new());
        let mut put_back: (BTreeSet<TicketNumber>, BTreeSet<String>) = Default::default();
        for (mut written, since) in settled {
            let (id, tickets) = (written.id, written.tickets().collect::<Vec<TicketNumber>>());
            let mut done = || looked_at.push((id, tickets.clone()));
            let Some(ticket) = open.iter().find(|ticket| ticket.number == written.number) else {
                done();
                continue;
            };
            // Its row may have been marked anew meanwhile.
            written.mark = ticket.mark.filter(|mark| read.marks.contains_key(mark)).unwrap_or(written.mark);
            let own_row = read.marks.get(&written.mark).copied();
            let cells = own_row.and_then(|row| read.rows.get(&row));
            let home = self.home_of(read, own_row, &written);
            let at_home = home.and_then(|row| Some((row, self.restoration_of(read.rows.get(&row)?, &written).ok()??)));
            let mut elsewhere = at_home.as_ref().map(|(row, _)| *row);
            let mut damaged = Vec::new();
            let verdict = cells.map_or(Ok(None), |cells| self.damage(cells, &written, home.is_none()));
            if written.put_back < PUT_BACK_MAX {
                // A word there may be another write's, which sent the same: both rows are looked at.
                if let Some((row, restoration)) = at_home
                    && let Some((number, mark)) = marked_by(read, &open, row)
                {
                    let mut there = written.clone();
                    there.is_found_by(number, mark);
                    damaged.push((there, restoration));
                    elsewhere = None;
                }
                if let Ok(Some(restoration)) = &verdict {
                    damaged.push((written.clone(), restoration.clone()));
                }
            }
            let is_damaged = !damaged.is_empty();
            for (mut written, restoration) in damaged {
                written.put_back += 1;
                let whose = self.owner_of(&self.layout, &restoration.whole, &open).unwrap_or(written.whose());
                if !written.told && !restoration.lost.is_empty() {
                    written.told = true;
                    let lost = self.headers_of(&restoration.lost);
                    self.tell_overwritten(whose, &lost).await?;
                }
                if written.put_back == 1 {
                    put_back.0.insert(whose);
                    put_back.1.extend(self.headed(&restoration.cells));
                }
                mends.push(self.mend(written, restoration));
            }
            match verdict {
                _ if is_damaged => {}
                Ok(None) if elsewhere.is_none() && self.cannot_be_elsewhere(&written, cells, ticket) => done(),
                verdict => match (elsewhere.or_else(|| self.damaged_elsewhere(read, own_row, &written)), verdict) {
                    (Some(row), _) if self.round <= since + ROUNDS_TO_JOIN => {
                        self.recovered.extend(self.meant_for(&written, &open).map(|whose| (row, whose)));
                        self.displaced.push((written, since));
                    }
                    (_, Ok(Some(restoration))) => {
                        let columns = self.headed(&restoration.cells);
                        let whose = self.owner_of(&self.layout, &restoration.whole, &open).unwrap_or(written.whose());
                        self.tell_overwritten(whose, &columns).await?;
                        done();
                    }
                    (_, Err(_)) if written.told => done(),
                    (_, Err(columns)) => {
                        // Metadata may stand on another's row, whose answer was never read without the damage.
                        let whose = cells.and_then(|cells| self.owner_of(&self.layout, cells, &open)).unwrap_or(written.number);
                        let columns = self.headers_of(&columns);
                        self.tell_overwritten(whose, &columns).await?;
                        done();
                    }
                    // The row may be in a part of the sheet that is read later.
                    (None, _) if self.round <= since + ROUNDS_TO_MISS => self.displaced.push((written, since)),
                    (Some(_), _) => {
                        self.tell_overwritten(written.number, &[]).await?;
                        done();
                    }
                    (None, _) => done(),
                },
            }
        }
        self.tell_put_back(&put_back.0, put_back.1).await?;
        self.looked_at.extend(looked_at);
        self.forget_writes().await?;
        if mends.is_empty() {
            return Ok(false);
        }
        let (written, mut recorded): (Vec<ToWrite>, Vec<ToWrite>) = mends.into_iter().unzip();
        self.house.store.record_row_writes(&mut recorded).await?;
        let mends: Vec<(ToWrite, ToWrite)> = written.into_iter().zip(recorded).collect();
        self.writing.extend(mends.iter().map(|(written, _)| written.number));
        let writes: Vec<RowWrite> =
            mends.iter().map(|(_, mend)| RowWrite { mark: mend.mark, cells: mend.sent.clone() }).collect();
        let house = self.house.clone();
        self.start(async move {
            house.sheet.turn_to_write().await;
            let outcome = house.sheet.write_rows(&writes).await;
            Event::Restored(mends, outcome)
        });
        Ok(true)
    }

    /// Forgets the writes that were looked at and whose tickets are not doubted any more.
    pub(super) async fn forget_writes(&mut self) -> Result<(), StoreError> {
        let doubted = |tickets: &[TicketNumber]| tickets.iter().any(|number| self.doubted.contains_key(number));
        let over: Vec<i64> = self.looked_at.iter().filter(|(_, tickets)| !doubted(tickets)).map(|(id, _)| *id).collect();
        self.house.store.forget_row_writes(&over).await?;
        self.looked_at.retain(|(id, _)| !over.contains(id));
        Ok(())
    }

    /// Where the row that a write was meant for stands now, if that is not where its metadata is: it was sorted away since. It is known by
    /// its moment, which two answers of one person about one event do not share.
    fn home_of(&self, read: &Reading, own_row: Option<u32>, written: &ToWrite) -> Option<u32> {
        let moment = |layout: &Layout, cells: &[Cell]| layout.answer(cells, &self.zone).map(|answer| answer.submitted_at);
        let then = moment(&self.layout_of(&written.headers), &written.before)?;
        let is_it = |cells: &Vec<Cell>| {
            moment(&self.layout, cells) == Some(then) && is_still(&self.layout, cells, &written.headers, &written.before)
        };
        if own_row.and_then(|row| read.rows.get(&row)).is_some_and(is_it) {
            return None;
        }
        read.rows.iter().find(|(row, cells)| **row > 0 && is_it(cells)).map(|(row, _)| *row)
    }

    /// Whose answer stands in a row, damaged or not: its moment tells.
    fn owner_of(&self, layout: &Layout, cells: &[Cell], open: &[OpenTicket]) -> Option<TicketNumber> {
        let moment = layout.answer(cells, &self.zone)?.submitted_at;
        open.iter().find(|ticket| ticket.submitted_at == moment).map(|ticket| ticket.number)
    }

    /// Whose row a write was to meet. That of a mend may be nobody's yet: an answer that another's write had met.
    fn meant_for(&self, written: &ToWrite, open: &[OpenTicket]) -> Option<TicketNumber> {
        let layout = self.layout_of(&written.headers);
        if layout.fingerprint(&written.before) == written.print {
            return Some(written.whose());
        }
        self.owner_of(&layout, &written.before, open)
    }

    fn restoration_of(&self, now: &[Cell], written: &ToWrite) -> Result<Option<Restoration>, Vec<usize>> {
        restoration(&self.layout, now, &Before { headers: &written.headers, cells: &written.before, sent: &written.sent })
    }

    /// What a write did to people's cells of the row on which its metadata stands now: its own, where that may be it, or, if rows were moved
    /// too, one that was read before.
    fn damage(&self, now: &[Cell], written: &ToWrite, may_be_own: bool) -> Result<Option<Restoration>, Vec<usize>> {
        let with =
            |headers: &[String], cells: &[Cell]| restoration(&self.layout, now, &Before { headers, cells, sent: &written.sent });
        let own = match self.restoration_of(now, written) {
            Ok(Some(of_another)) if !may_be_own => Err(of_another.columns()),
            own => own,
        };
        let is_own = || {
            let as_recorded = self.layout.fingerprint(now) == written.print;
            as_recorded || is_still(&self.layout, now, &written.headers, &written.before)
        };
        if matches!(own, Ok(Some(_))) || (own.is_ok() && is_own()) {
            return own;
        }
        if let Some(found) = emptied(&self.layout, now, &written.sent) {
            return Ok(Some(found));
        }
        // Another row is known by whose answer it is: one without an answer could be any.
        let nothing = Fingerprint::of(&BTreeMap::new());
        let others = self.last_rows.iter().flat_map(|(headers, rows)| rows.iter().map(move |cells| (headers, cells)));
        let others = others.filter_map(|(headers, cells)| with(headers, cells).ok().flatten());
        let mut others = others.filter(|found| self.layout.fingerprint(&found.whole) != nothing);
        others.next().map_or(own, |found| Ok(Some(found)))
    }

    /// Whether no other row needs to be looked at: no column has moved, or the metadata still stands on the ticket's row.
    fn cannot_be_elsewhere(&self, written: &ToWrite, cells: Option<&Vec<Cell>>, ticket: &OpenTicket) -> bool {
        let is_its_row = |cells: &Vec<Cell>| {
            let (print, shown) = (self.layout.fingerprint(cells), self.layout.number(cells));
            print == ticket.fingerprint || print == written.print || written.tickets().any(|number| shown == Some(number))
        };
        written.headers.as_ref() == self.layout.headers.as_slice() || cells.is_some_and(is_its_row)
    }

    /// Another row in which a write did its damage, before that row was cut and pasted away from its metadata.
    fn damaged_elsewhere(&self, read: &Reading, own_row: Option<u32>, written: &ToWrite) -> Option<u32> {
        let marked: HashSet<&u32> = read.marks.values().collect();
        let rows = read.rows.iter().filter(|(row, _)| **row > 0 && Some(**row) != own_row && !marked.contains(row));
        let mut damaged = rows.filter(|(_, cells)| matches!(self.restoration_of(cells, written), Ok(Some(_))));
        damaged.next().map(|(row, _)| *row)
    }

    fn mend(&self, written: ToWrite, restoration: Restoration) -> (ToWrite, ToWrite) {
        let headers: Arc<[String]> = self.layout.headers.clone().into();
        tracing::warn!(ticket = %written.number, "columns were moved while the row of {} was written: what stood there is put back", written.number);
        let mend = ToWrite { id: 0, sent: restoration.cells, before: restoration.whole, headers, ..written.clone() };
        (written, mend)
    }

    /// The headers of columns, without those that have none.
    fn headers_of(&self, columns: &[usize]) -> Vec<String> {
        let headers = columns.iter().filter_map(|index| self.layout.headers.get(*index));
        headers.filter(|header| !header.is_empty()).cloned().collect()
    }

    /// The headers of the columns into which something is put.
    fn headed(&self, cells: &[Option<Cell>]) -> Vec<String> {
        let columns = cells.iter().enumerate().filter(|(_, cell)| cell.is_some());
        self.headers_of(&columns.map(|(index, _)| index).collect::<Vec<usize>>())
    }

    /// What a write overwrote is put back as it was read; what somebody typed there between that read and the write is gone, and only
    /// people can know of it. One letter for all rows of a read.
    async fn tell_put_back(&mut self, tickets: &BTreeSet<TicketNumber>, headers: BTreeSet<String>) -> Result<(), StoreError> {
        if headers.is_empty() {
            return Ok(());
        }
        let now = self.house.now();
        let tickets = tickets.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
        let headers = headers.into_iter().collect::<Vec<_>>().join(", ");
        let when = self.house.teller.wording.long_moment(now);
        let values = [("tickets", tickets.as_str()), ("columns", &headers), ("when", &when)];
        self.tell(&format!("put-back/{now}"), "put-back", &values).await
    }

    async fn tell_overwritten(&mut self, number: TicketNumber, headers: &[String]) -> Result<(), StoreError> {
        tracing::error!(ticket = %number, "columns {headers:?} of the row of {number} were overwritten while columns were moved, and cannot be put back: see the sheet's version history");
        let key = format!("{}{}", overwritten_key(number), self.house.now());
        self.tell(&key, "overwritten", &[("ticket", &number.to_string()), ("columns", &headers.join(", "))]).await
    }

    /// Whether staff were told of what was overwritten in a row since a moment.
    fn told_overwritten(&self, number: TicketNumber, since: Timestamp) -> bool {
        let of_it = |key: &String| key.strip_prefix(&overwritten_key(number))?.parse::<Timestamp>().ok();
        self.noticed.iter().filter_map(of_it).any(|told_at| told_at >= since)
    }

    /// People's cells were put back, or not: the next read looks again.
    pub(super) async fn restored(
        &mut self,
        rows: Vec<(ToWrite, ToWrite)>,
        outcome: Outcome<Vec<RowWritten>>,
    ) -> Result<(), StoreError> {
        self.house.health.note(Party::Sheets, &outcome, self.house.now());
        let ended = Instant::now();
        let mut never_sent = Vec::new();
        for (written, mend) in rows {
            self.writing.remove(&written.number);
            self.seen.remove(&written.number);
            if matches!(outcome, Outcome::NotDone(_)) {
                never_sent.push(mend.id);
            } else {
                self.unverified.push((mend, ended));
            }
            self.unverified.push((written, ended));
        }
        match outcome {
            Outcome::NotDone(why) => self.rest_from_writing(&why),
            Outcome::Done(_) | Outcome::Unknown(_) => self.poll_soon(),
        }
        self.house.store.forget_row_writes(&never_sent).await
    }

    /// Words of ours in an answer that a process which ended left there: the ledger knows what was answered, unless it was sent anew.
    pub(super) async fn overwritten(&mut self, found: &Findings, open: &[OpenTicket]) -> Result<(), StoreError> {
        for Overwritten { number, cells, sent_anew_at } in &found.overwritten {
            if let Some(at) = sent_anew_at {
                if !self.told_overwritten(*number, *at) {
                    let columns: Vec<usize> = cells.iter().map(|(index, _)| *index).collect();
                    let columns = self.headers_of(&columns);
                    self.tell_overwritten(*number, &columns).await?;
                }
                continue;
            }
            let Some(mark) = open.iter().find(|ticket| ticket.number == *number).and_then(|ticket| ticket.mark) else { continue };
            let Some(seen) = found.seen.get(number).filter(|_| !self.writing.contains(number)) else { continue };
            tracing::warn!(ticket = %number, "a word of ours stands in an answer of {number}: what was answered is put back");
            let (mut sent, mut before) = (Vec::new(), seen.cells.clone());
            for (index, cell) in cells {
                sent.resize(sent.len().max(index + 1), None);
                sent[*index] = Some(cell.clone());
                before.resize(before.len().max(index + 1), Cell::Empty);
                before[*index] = cell.clone();
            }
            self.write_mend(*number, None, mark, seen.text.clone(), sent, before).await?;
            self.writing.insert(*number);
        }
        Ok(())
    }

    /// Writes a row to mend it; the next read looks at what came of it.
    async fn write_mend(
        &mut self,
        number: TicketNumber,
        owner: Option<TicketNumber>,
        mark: i32,
        wanted: RowText,
        sent: Vec<Option<Cell>>,
        before: Vec<Cell>,
    ) -> Result<(), StoreError> {
        let (headers, print) = (self.layout.headers.clone().into(), self.layout.fingerprint(&before));
        let mut mend = [ToWrite { id: 0, put_back: 0, told: false, number, owner, mark, print, wanted, sent, headers, before }];
        self.house.store.record_row_writes(&mut mend).await?;
        let ([mend], house) = (mend, self.house.clone());
        self.start(async move {
            house.sheet.turn_to_write().await;
            let outcome = house.sheet.write_rows(&[RowWrite { mark, cells: mend.sent.clone() }]).await;
            Event::Mended(mend, outcome)
        });
        Ok(())
    }

    /// Tickets whose words may stand where they do not belong: a number in a row proves nothing then.
    pub(super) fn all_doubted(&self) -> HashSet<TicketNumber> {
        self.doubted.keys().copied().chain(self.unsettled()).collect()
    }

    /// Tickets whose row is being written, or was and was not looked at yet.
    pub(super) fn unsettled(&self) -> HashSet<TicketNumber> {
        let settling = self.unverified.iter().flat_map(|(written, _)| written.tickets());
        let displaced = self.displaced.iter().flat_map(|(written, _)| written.tickets());
        settling.chain(displaced).chain(self.writing.iter().copied()).collect()
    }

    pub(super) fn doubt(&mut self, number: TicketNumber, written: RowText) {
        self.doubted.insert(number, (written, Instant::now()));
    }

    /// Metadata on another row than its ticket's: Loket's words are taken away where they do not belong, then the metadata is.
    pub(super) async fn astray_rows(&mut self, found: &Findings, open: &[OpenTicket]) -> Result<(), StoreError> {
        for astray in &found.astray {
            let Some(ticket) = open.iter().find(|ticket| ticket.number == astray.number) else { continue };
            let (number, mark) = (astray.number, astray.mark);
            let settling = self.writing.contains(&number) || self.unverified.iter().any(|(row, _)| row.number == number);
            if settling || !self.protected.allows(number, Instant::now()) || self.taking_off.contains(&mark) {
                continue;
            }
            tracing::warn!(ticket = %number, "the metadata of {number} stands on another row: it is taken off, and the row mended");
            self.seen.remove(&number);
            let (belongs, owner) = self.belongs(astray, &ticket.wanted).await?;
            let Some(cells) = self.layout.difference(&astray.seen.text, &belongs) else {
                self.taking_off.insert(mark);
                self.unmark(number, mark);
                continue;
            };
            self.doubt(number, ticket.wanted.clone());
            if let Some(owner) = owner {
                self.doubt(owner, belongs.clone());
            }
            tracing::debug!(ticket = %number, "mending the row with the metadata {mark} of {number}: it is {owner:?}'s");
            self.write_mend(number, owner, mark, belongs, cells, astray.seen.cells.clone()).await?;
            // Only now: what the store could not record is tried again after the next read.
            self.taking_off.insert(mark);
        }
        Ok(())
    }

    /// A row was mended, or not: the next read tells. Metadata that is astray is taken off once nothing of ours is left there.
    pub(super) async fn mended(&mut self, mend: ToWrite, outcome: Outcome<Vec<RowWritten>>) -> Result<(), StoreError> {
        self.house.health.note(Party::Sheets, &outcome, self.house.now());
        let now = Instant::now();
        for number in mend.tickets() {
            if let Some((_, until)) = self.doubted.get_mut(&number) {
                *until = now;
            }
        }
        self.taking_off.remove(&mend.mark);
        self.writing.remove(&mend.number);
        self.seen.remove(&mend.number);
        if let Outcome::NotDone(why) = outcome {
            if matches!(why, Why::Protected(_)) {
                self.set_aside(vec![mend.number], false);
            }
            self.rest_from_writing(&why);
            return self.house.store.forget_row_writes(&[mend.id]).await;
        }
        if matches!(outcome, Outcome::Done(_)) {
            self.protected.accept(&[mend.number]);
        }
        self.unverified.push((mend, now));
        self.poll_soon();
        Ok(())
    }

    fn unmark(&self, number: TicketNumber, mark: i32) {
        let house = self.house.clone();
        self.start(async move {
            let outcome = house.sheet.unmark(&[mark]).await;
            Event::TakenOff(number, mark, outcome)
        });
    }

    /// What is to stand in the own columns of a row that carries another ticket's metadata.
    async fn belongs(&self, astray: &Astray, wanted: &RowText) -> Result<(RowText, Option<TicketNumber>), StoreError> {
        let written = self.doubted.get(&astray.number).map(|(written, _)| written);
        let all_ours = astray.shows == Some(astray.number);
        let shown = |column: &OwnColumn| astray.seen.text.0.iter().find(|(of, _)| of == column).map(|(_, text)| text.as_str());
        let is_ours = |column: &OwnColumn, text: &str| {
            let mut ours = [Some(wanted), written].into_iter().flatten().flat_map(|row| &row.0);
            !text.is_empty() && ours.any(|(of, word)| of == column && word.trim() == text)
        };
        let telling = TELLING.iter().any(|column| shown(column).is_some_and(|text| is_ours(column, text)));
        let mut belongs = astray.seen.text.clone();
        if !all_ours && !telling && written.is_none() {
            return Ok((belongs, None));
        }
        let (owner, own) = self.owner_text(astray).await?.unzip();
        for (column, text) in &mut belongs.0 {
            if all_ours || is_ours(column, text) {
                let theirs = own.as_ref().and_then(|own| own.0.iter().find(|(of, _)| of == column));
                *text = theirs.map(|(_, text)| text.clone()).unwrap_or_default();
            }
        }
        Ok((belongs, owner))
    }

    /// What is to stand in a row by rights: by its answer's ticket, or else by the number that it shows.
    async fn owner_text(&self, astray: &Astray) -> Result<Option<(TicketNumber, RowText)>, StoreError> {
        let by_answer = match &astray.answer {
            Some(answer) => self.house.store.knows(&answer.fingerprint(), answer.submitted_at).await?,
            None => None,
        };
        let owner = by_answer.or(astray.shows).filter(|owner| *owner != astray.number);
        let Some(owner) = owner else { return Ok(None) };
        let Some(ticket) = self.house.store.ticket(owner).await? else { return Ok(None) };
        Ok(Some((owner, self.house.teller.row(&ticket, &self.house.store.letter_trouble(owner).await?))))
    }

    /// Metadata was taken off a row that is not its ticket's. Where that failed the next read finds it again.
    pub(super) async fn taken_off(&mut self, number: TicketNumber, mark: i32, outcome: Outcome<()>) -> Result<(), StoreError> {
        self.house.health.note(Party::Sheets, &outcome, self.house.now());
        self.taking_off.remove(&mark);
        let open = self.house.store.open_tickets().await?;
        let has_it = open.iter().any(|ticket| ticket.number == number && ticket.mark == Some(mark));
        match outcome {
            Outcome::Done(()) if has_it => self.house.store.record_mark(number, None).await?,
            Outcome::NotDone(why) => self.rest_from_writing(&why),
            Outcome::Done(()) | Outcome::Unknown(_) => {}
        }
        self.poll_soon();
        Ok(())
    }
}
