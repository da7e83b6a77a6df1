//! Meetings as Zoom made them, and the marker that says which are ours.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::rules::Opening;
use super::ticket::TicketNumber;

/// A meeting made for a ticket. Neither `start_url` nor host keys are ever kept (law 5).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Meeting {
    /// Zoom's number, 64 bits.
    pub id: i64,
    /// The account that holds it.
    pub host: String,
    /// The link, as Zoom gave it.
    pub join_url: String,
    /// The passcode, as Zoom gave it; may be empty.
    pub passcode: String,
    /// Who opens the room, as Zoom's settings answered, which may differ from what was asked.
    pub opening: Opening,
    /// When it starts, as Zoom answered.
    pub start: Timestamp,
    /// How many people the account holds.
    pub capacity: u32,
    /// Zoom records it in its cloud by itself, as its settings answered, which may differ from what was asked.
    #[serde(default)]
    pub recorded: bool,
}

impl Meeting {
    /// The number as Zoom shows it to people: `926 7439 2836`.
    pub fn id_for_people(&self) -> String {
        let digits = self.id.to_string();
        let (head, tail) = match digits.len() {
            9..=10 => (3, 6),
            11 => (3, 7),
            _ => return digits,
        };
        format!("{} {} {}", &digits[..head], &digits[head..tail], &digits[tail..])
    }
}

/// What stands in the first line of a meeting's agenda: `TICKET/` and eight random characters, new for each intent.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Marker(pub String);

/// Random characters in a marker.
const MARKER_CHARS: usize = 8;
/// Letters and digits that cannot be taken for each other.
const MARKER_ALPHABET: &[u8] = b"ABCDEFGHJKMNPQRSTUVWXYZ23456789";

impl Marker {
    /// A marker for a ticket; `chance` gives the random characters, one number each.
    pub fn new(ticket: &TicketNumber, mut chance: impl FnMut() -> u32) -> Marker {
        let pick = |_| char::from(MARKER_ALPHABET[chance() as usize % MARKER_ALPHABET.len()]);
        let random: String = (0..MARKER_CHARS).map(pick).collect();
        Marker(format!("{ticket}/{random}"))
    }

    /// The marker of ours that a meeting with this agenda carries, whoever's it is.
    pub fn read(agenda: &str) -> Option<Marker> {
        let is_ours = |word: &&str| {
            let Some((ticket, random)) = word.split_once('/') else { return false };
            let chars = random.len() == MARKER_CHARS && random.bytes().all(|byte| MARKER_ALPHABET.contains(&byte));
            chars && ticket.parse::<TicketNumber>().is_ok_and(|number| number.to_string() == ticket)
        };
        agenda.lines().next()?.split_whitespace().find(is_ours).map(|word| Marker(word.to_owned()))
    }

    /// Whether it is one of this ticket's.
    pub fn is_of(&self, ticket: &TicketNumber) -> bool {
        self.0.split_once('/').is_some_and(|(number, _)| number == ticket.to_string())
    }

    /// Whether a meeting with this agenda carries the marker. Zoom's list cuts the agenda at 250 characters; the marker is in its first line.
    pub fn is_in(&self, agenda: &str) -> bool {
        agenda.lines().next().is_some_and(|first| first.split_whitespace().any(|word| word == self.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_marker_is_found_in_the_first_line_only_and_only_whole() {
        let number: TicketNumber = "VM-2026-0001".parse().unwrap();
        let mut n = 0;
        let marker = Marker::new(&number, || {
            n += 1;
            n
        });
        assert_eq!(marker.0, "VM-2026-0001/BCDEFGHJ");
        assert!(marker.is_in("VM-2026-0001/BCDEFGHJ\nRapat"));
        assert!(marker.is_in("Ref VM-2026-0001/BCDEFGHJ"));
        assert!(!marker.is_in("Rapat\nVM-2026-0001/BCDEFGHJ"));
        assert!(!marker.is_in("VM-2026-0001/BCDEFGHJK"));
        assert!(marker.is_of(&number) && !marker.is_of(&TicketNumber { year: 2026, count: 10 }));
        assert_eq!(Marker::read("Ref VM-2026-0001/BCDEFGHJ\nRapat"), Some(marker));
        for not_ours in [
            "",
            "Rapat",
            "Rapat\nVM-2026-0001/BCDEFGHJ",
            "VM-2026-0001",
            "VM-2026-0001/BCDEFGHJK",
            "vm-2026-0001/BCDEFGHJ",
            "VM-2026-0001/BCDEFGH0",
        ] {
            assert_eq!(Marker::read(not_ours), None, "{not_ours}");
        }
    }
}
