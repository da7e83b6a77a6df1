//! Letters in the ledger. `due` → `sending` (recorded just before DATA) → `accepted`, `refused`, or `unknown`; `due` → `withdrawn`
//! where the ticket has moved on.

use jiff::Timestamp;
use sqlx::{Any, Transaction};

use super::waits::withdraw;
use super::{Store, StoreError, from_json, instant, to_json};
use crate::domain::letter::{DESK_LABEL, Letter, LetterFacts, LetterKind, Role};
use crate::domain::limits::LETTERS_AT_ONCE;
use crate::domain::ticket::{State, TicketNumber};
use crate::domain::withdrawing::is_overtaken;

/// A letter that becomes due with a change of its ticket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewLetter {
    /// Its kind.
    pub kind: LetterKind,
    /// Why this person gets it.
    pub role: Role,
    /// The address.
    pub to: String,
    /// What it tells.
    pub facts: LetterFacts,
}

/// How sending ended, for the ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LetterEnd {
    /// The mail server took it.
    Accepted,
    /// The mail server will not take it.
    Refused(String),
    /// It may have been taken; perhaps it goes once more at the given time.
    Unknown(String, Option<Timestamp>),
    /// It was not taken; it is tried again at the given time.
    Again(String, Timestamp),
    /// The same, and it is not the letter's fault: the try does not count.
    Held(String, Timestamp),
}

/// What became of a ticket's letters, as far as its row tells.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LetterTrouble {
    /// Addresses whose letter may not have arrived.
    pub in_doubt: Vec<String>,
    /// Addresses that were refused.
    pub refused: Vec<String>,
}

type LetterRow = (String, String, i64, String, String, String, i64, i64);

pub(super) async fn insert_letters(
    tx: &mut Transaction<'static, Any>,
    desk: &str,
    about: &str,
    letters: Vec<NewLetter>,
    now: Timestamp,
) -> Result<(), StoreError> {
    // What is newly said to somebody takes the place of what is not yet sent.
    for letter in letters.iter().filter(|letter| letter.kind != LetterKind::Notice) {
        withdraw(tx, desk, about, letter.kind, Some(&letter.to), now).await?;
    }
    for letter in letters {
        let (n,): (i64,) = sqlx::query_as("SELECT COUNT(*) + 1 FROM letter WHERE desk = $1 AND ticket = $2 AND kind = $3")
            .bind(desk)
            .bind(about)
            .bind(letter.kind.name())
            .fetch_one(&mut **tx)
            .await?;
        sqlx::query(
            "INSERT INTO letter (desk, label, ticket, kind, n, role_json, recipient, facts_json, state, due_at, created_at, sequence) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'due', $9, $9, $10)",
        )
        .bind(desk)
        .bind(format!("{about}/{}/{n}", letter.kind.name()))
        .bind(about)
        .bind(letter.kind.name())
        .bind(n)
        .bind(to_json(&letter.role))
        .bind(&letter.to)
        .bind(to_json(&letter.facts))
        .bind(now.as_millisecond())
        .bind(sequence(tx, desk, about, letter.kind).await?)
        .execute(&mut **tx)
        .await?;
    }
    Ok(())
}

/// The sequence number of an invite, or of what takes it back: higher than that of the last letter of the other kind, so that a calendar
/// takes them in their order (RFC 5546, 2.1.4). Letters that say the same have the same.
async fn sequence(tx: &mut Transaction<'static, Any>, desk: &str, about: &str, kind: LetterKind) -> Result<i64, StoreError> {
    let other = match kind {
        LetterKind::Link => LetterKind::Cancelled,
        LetterKind::Cancelled => LetterKind::Link,
        _ => return Ok(0),
    };
    let (last,): (Option<i64>,) =
        sqlx::query_as("SELECT MAX(sequence) FROM letter WHERE desk = $1 AND ticket = $2 AND kind = $3")
            .bind(desk)
            .bind(about)
            .bind(other.name())
            .fetch_one(&mut **tx)
            .await?;
    Ok(last.map_or(0, |last| last + 1))
}

/// Whether a letter says something else than its ticket's state now, or was said anew to the same person.
async fn is_letter_overtaken(tx: &mut Transaction<'static, Any>, desk: &str, label: &str) -> Result<bool, StoreError> {
    let row: Option<(String, String, String)> = sqlx::query_as(
        "SELECT letter.kind, ticket.number, ticket.state_json FROM letter JOIN ticket ON ticket.desk = letter.desk \
         AND ticket.number = letter.ticket WHERE letter.desk = $1 AND letter.label = $2",
    )
    .bind(desk)
    .bind(label)
    .fetch_optional(&mut **tx)
    .await?;
    let Some((kind, number, state)) = row else { return Ok(false) };
    let state: State = from_json(&number, &state)?;
    if LetterKind::named(&kind).is_some_and(|kind| is_overtaken(kind, &state)) {
        return Ok(true);
    }
    let (newer,): (i64,) = sqlx::query_as(
        "SELECT COUNT(*) FROM letter JOIN letter AS newer ON newer.desk = letter.desk AND newer.ticket = letter.ticket \
         AND newer.kind = letter.kind AND newer.recipient = letter.recipient AND newer.n > letter.n \
         WHERE letter.desk = $1 AND letter.label = $2",
    )
    .bind(desk)
    .bind(label)
    .fetch_one(&mut **tx)
    .await?;
    Ok(newer > 0)
}

impl Store {
    /// Letters that are due, oldest first. A person gets the letters of a ticket in the order in which they became due: *link* does
    /// not overtake *received*.
    pub async fn letters_due(&self, now: Timestamp) -> Result<Vec<Letter>, StoreError> {
        let most = i64::try_from(LETTERS_AT_ONCE * 4).unwrap_or(i64::MAX);
        let rows: Vec<LetterRow> = sqlx::query_as(
            "SELECT ticket, kind, n, role_json, recipient, facts_json, sequence, tries FROM letter \
             WHERE desk = $1 AND due_at <= $2 AND NOT EXISTS (SELECT 1 FROM letter AS earlier \
               WHERE earlier.desk = letter.desk AND earlier.ticket = letter.ticket AND earlier.recipient = letter.recipient \
               AND earlier.created_at < letter.created_at AND earlier.state IN ('due', 'sending')) ORDER BY due_at, created_at LIMIT $3",
        )
        .bind(&self.desk)
        .bind(now.as_millisecond())
        .bind(most)
        .fetch_all(&self.pool)
        .await?;
        rows.into_iter().map(letter).collect()
    }

    /// When the next letter is due.
    pub async fn next_letter(&self) -> Result<Option<Timestamp>, StoreError> {
        let (next,): (Option<i64>,) = sqlx::query_as("SELECT MIN(due_at) FROM letter WHERE desk = $1 AND due_at IS NOT NULL")
            .bind(&self.desk)
            .fetch_one(&self.pool)
            .await?;
        Ok(next.map(instant))
    }

    /// Records that a letter is about to be given to the mail server. False if somebody else has it.
    pub async fn letter_leaves(&self, label: &str) -> Result<bool, StoreError> {
        let mut tx = self.begin().await?;
        let changed = sqlx::query(
            "UPDATE letter SET state = 'sending', due_at = NULL WHERE desk = $1 AND label = $2 AND due_at IS NOT NULL",
        )
        .bind(&self.desk)
        .bind(label)
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok(changed.rows_affected() == 1)
    }

    /// Records how sending ended. What was accepted or withdrawn meanwhile stays so, whatever a late record says; what was not taken and
    /// was overtaken meanwhile is withdrawn.
    pub async fn letter_ended(&self, label: &str, end: &LetterEnd, now: Timestamp) -> Result<(), StoreError> {
        let (state, due_at, reason) = match end {
            LetterEnd::Accepted => ("accepted", None, None),
            LetterEnd::Refused(why) => ("refused", None, Some(why)),
            LetterEnd::Unknown(why, again_at) => ("unknown", *again_at, Some(why)),
            LetterEnd::Again(why, at) | LetterEnd::Held(why, at) => ("due", Some(*at), Some(why)),
        };
        let tried = i64::from(matches!(end, LetterEnd::Again(..)));
        let doubted = i64::from(matches!(end, LetterEnd::Unknown(..)));
        let mut tx = self.begin().await?;
        let overtaken = due_at.is_some() && state == "due" && is_letter_overtaken(&mut tx, &self.desk, label).await?;
        let (state, due_at) = if overtaken { ("withdrawn", None) } else { (state, due_at) };
        sqlx::query(
            "UPDATE letter SET state = $3, due_at = $4, reason = $5, tries = tries + $6, doubts = doubts + $7, ended_at = $8 \
             WHERE desk = $1 AND label = $2 AND (state = 'sending' OR due_at IS NOT NULL)",
        )
        .bind(&self.desk)
        .bind(label)
        .bind(state)
        .bind(due_at.map(Timestamp::as_millisecond))
        // A text of PostgreSQL holds no NUL, and a mail server may say anything.
        .bind(reason.map(|reason| reason.replace('\0', "")))
        .bind(tried)
        .bind(doubted)
        .bind(due_at.is_none().then(|| now.as_millisecond()))
        .execute(&mut *tx)
        .await?;
        Ok(tx.commit().await?)
    }

    /// Letters that were under way when their process ended, with how often their acceptance was in doubt before.
    pub async fn letters_sending(&self) -> Result<Vec<(Letter, u32)>, StoreError> {
        let rows: Vec<(String, i64)> = sqlx::query_as("SELECT label, doubts FROM letter WHERE desk = $1 AND state = 'sending'")
            .bind(&self.desk)
            .fetch_all(&self.pool)
            .await?;
        let mut letters = Vec::new();
        for (label, doubts) in rows {
            letters.push((self.letter(&label).await?, u32::try_from(doubts).unwrap_or(u32::MAX)));
        }
        Ok(letters)
    }

    /// How often a letter's acceptance was in doubt.
    pub async fn letter_doubts(&self, label: &str) -> Result<u32, StoreError> {
        let (doubts,): (i64,) = sqlx::query_as("SELECT doubts FROM letter WHERE desk = $1 AND label = $2")
            .bind(&self.desk)
            .bind(label)
            .fetch_one(&self.pool)
            .await?;
        Ok(u32::try_from(doubts).unwrap_or(u32::MAX))
    }

    async fn letter(&self, label: &str) -> Result<Letter, StoreError> {
        let row: LetterRow = sqlx::query_as(
            "SELECT ticket, kind, n, role_json, recipient, facts_json, sequence, tries FROM letter WHERE desk = $1 AND label = $2",
        )
        .bind(&self.desk)
        .bind(label)
        .fetch_one(&self.pool)
        .await?;
        letter(row)
    }

    /// Addresses of a ticket's letters that may not have arrived, or were refused, where nothing newer was sent in their place.
    pub async fn letter_trouble(&self, ticket: TicketNumber) -> Result<LetterTrouble, StoreError> {
        let rows: Vec<(String, String)> = sqlx::query_as(
            "SELECT state, recipient FROM letter WHERE desk = $1 AND ticket = $2 AND state IN ('unknown', 'refused') AND NOT EXISTS (SELECT 1 FROM letter AS newer \
               WHERE newer.desk = letter.desk AND newer.ticket = letter.ticket AND newer.kind = letter.kind \
               AND newer.recipient = letter.recipient AND newer.n > letter.n) ORDER BY label",
        )
        .bind(&self.desk)
        .bind(ticket.to_string())
        .fetch_all(&self.pool)
        .await?;
        let mut trouble = LetterTrouble::default();
        for (state, recipient) in rows {
            let list = if state == "unknown" { &mut trouble.in_doubt } else { &mut trouble.refused };
            if !list.contains(&recipient) {
                list.push(recipient);
            }
        }
        Ok(trouble)
    }

    /// Who has a ticket's link, or may have it: role, address, and the name by which they were addressed; each address once.
    pub async fn linked_to(&self, ticket: TicketNumber) -> Result<Vec<(Role, String, String)>, StoreError> {
        let rows: Vec<(String, String, String)> = sqlx::query_as(
            "SELECT role_json, recipient, facts_json FROM letter WHERE desk = $1 AND ticket = $2 AND kind = $3 \
             AND state IN ('accepted', 'unknown', 'sending') ORDER BY created_at, label",
        )
        .bind(&self.desk)
        .bind(ticket.to_string())
        .bind(LetterKind::Link.name())
        .fetch_all(&self.pool)
        .await?;
        let mut people: Vec<(Role, String, String)> = Vec::new();
        for (role, to, facts) in rows {
            let about = ticket.to_string();
            let facts: LetterFacts = from_json(&about, &facts)?;
            if !people.iter().any(|(_, known, _)| *known == to) {
                people.push((from_json(&about, &role)?, to, facts.to_name));
            }
        }
        Ok(people)
    }

    /// Whether letters are still to be sent now or later.
    pub async fn letters_waiting(&self) -> Result<u64, StoreError> {
        let (count,): (i64,) = sqlx::query_as("SELECT COUNT(*) FROM letter WHERE desk = $1 AND state IN ('due', 'sending')")
            .bind(&self.desk)
            .fetch_one(&self.pool)
            .await?;
        Ok(u64::try_from(count).unwrap_or(0))
    }
}

/// Whose letter it is.
fn number(about: &str) -> Result<Option<TicketNumber>, String> {
    if about == DESK_LABEL {
        return Ok(None);
    }
    about.parse().map(Some).map_err(|error| format!("{error}"))
}

fn letter(row: LetterRow) -> Result<Letter, StoreError> {
    let (about, kind, n, role, to, facts, sequence, tries) = row;
    let unreadable = |what: String| StoreError::Unreadable(format!("a letter of {about}"), what);
    let facts: LetterFacts = from_json(&about, &facts)?;
    let role: Role = from_json(&about, &role)?;
    Ok(Letter {
        ticket: number(&about).map_err(unreadable)?,
        kind: LetterKind::named(&kind).ok_or_else(|| unreadable(format!("unknown kind `{kind}`")))?,
        n: u32::try_from(n).unwrap_or(0),
        role,
        to,
        facts,
        sequence: u32::try_from(sequence).unwrap_or(0),
        tries: u32::try_from(tries).unwrap_or(0),
    })
}
