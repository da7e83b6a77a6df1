//! What the closing check says of letters: each goes once where its answer was known, and nobody goes untold unless staff know of it.
//! What is known is what the mail server saw: whom it refused, whose content it got, and whether its answer went out.

use std::collections::{BTreeMap, HashMap};

use loket_sandbox::calls::{Call, Party};
use loket_sandbox::smtp::letter::Letter;

use crate::office::{Office, Row, label};

const STAFF: &str = "tik@example.go.id";

impl Office {
    /// The letters that a row's status brings: kind and recipient.
    fn due(row: &Row) -> Vec<(&'static str, String)> {
        let (applicant, contact) = (row.text("Email Address"), row.text("Email Narahubung"));
        let both = |kind: &'static str| {
            // One letter where applicant and contact person have one mailbox.
            let is_one = applicant.eq_ignore_ascii_case(&contact);
            let people = [&applicant, &contact].into_iter().take(if is_one { 1 } else { 2 });
            people.filter(|address| !address.is_empty()).map(|address| (kind, address.clone())).collect::<Vec<_>>()
        };
        let staff = |kind: &'static str| vec![(kind, STAFF.to_owned())];
        match row.status().as_str() {
            "Terjadwal" => [vec![("received", applicant.clone())], both("link"), staff("new_request")].concat(),
            "Jadwal Penuh" => [both("full"), staff("full_staff")].concat(),
            "Perlu Perbaikan" if applicant.contains('@') => vec![("to_correct", applicant)],
            // Its letters went while it was something else.
            "Perlu Perbaikan" | "Dibatalkan" | "Ditolak" => Vec::new(),
            _ => staff("new_request"),
        }
    }

    /// The letters that a row's status brings and the mail server has not taken.
    pub fn untold(&self, row: &Row) -> Vec<(&'static str, String)> {
        let letters = self.letters_of(&row.text("No. Tiket"));
        let has = |kind: &str, to: &str| letters.iter().any(|(of, address)| of == kind && address.eq_ignore_ascii_case(to));
        Office::due(row).into_iter().filter(|(kind, to)| !has(kind, to)).collect()
    }

    /// The same, without those of which the row tells staff.
    pub fn untold_and_unknown_to_staff(&self, row: &Row) -> Vec<(&'static str, String)> {
        let note = row.text("Catatan Sistem").to_lowercase();
        self.untold(row).into_iter().filter(|(_, to)| !note.contains(&to.to_lowercase())).collect()
    }

    pub fn check_letters(&self, rows: &[Row]) {
        let letters = self.sandbox.mail().letters();
        self.check_copies(&letters);
        self.check_tellings(&letters, rows);
        let mut missing: BTreeMap<String, usize> = BTreeMap::new();
        for row in rows {
            let silent = self.untold_and_unknown_to_staff(row);
            assert!(silent.is_empty(), "somebody was not told, and staff do not know: {silent:?} {:#?}", self.brief());
            for (_, to) in self.untold(row) {
                *missing.entry(to.to_lowercase()).or_default() += 1;
            }
        }
        for (to, missing) in missing {
            let reasons = self.reasons_to_be_missing(&to);
            assert!(missing <= reasons, "{missing} letters to {to} are missing, and the mail server is the reason for {reasons}");
        }
    }

    /// No letter goes twice, but a *link* letter, or a notice to staff, whose acceptance its sender could not know.
    fn check_copies(&self, letters: &[Letter]) {
        let mut copies: HashMap<String, Vec<&Letter>> = HashMap::new();
        for letter in letters {
            let of = letter.header("X-Loket-Letter").expect("every letter says what it is about");
            copies.entry(of.trim().to_owned()).or_default().push(letter);
        }
        for (of, copies) in copies {
            let known = copies[0].answered && !self.doubted.iter().any(|(label, _)| *label == of);
            let goes_again = of.contains("/link/") || of.contains("/notice/");
            let may_be = if goes_again && !known { 2 } else { 1 };
            let told = || {
                let when: Vec<String> = copies.iter().map(|copy| copy.accepted_at.to_string()).collect();
                let log = self.log();
                let lines: Vec<&str> = log.lines().filter(|line| line.contains(&of) || line.contains("listening")).collect();
                format!("{when:?}\n{}", lines.join("\n"))
            };
            assert!(
                copies.len() <= may_be,
                "the letter {of} went {} times; its answer was known: {known}\n{}",
                copies.len(),
                told()
            );
        }
    }

    /// Nobody is told the same of a ticket under another number, unless its answer was edited.
    fn check_tellings(&self, letters: &[Letter], rows: &[Row]) {
        let mut numbers: HashMap<(String, String, String), Vec<String>> = HashMap::new();
        for letter in letters {
            let of = label(letter).unwrap();
            if of.1 == "notice" {
                // Notices are about this and that.
                continue;
            }
            let seen = numbers.entry(of).or_default();
            let of = letter.header("X-Loket-Letter").unwrap();
            if !seen.contains(&of) {
                seen.push(of);
            }
        }
        for ((ticket, kind, to), seen) in numbers.into_iter().filter(|(_, seen)| seen.len() > 1) {
            let row = rows.iter().find(|row| row.text("No. Tiket") == ticket).expect("a letter of a ticket");
            let edited = self.earlier.iter().any(|earlier| earlier.email == row.text("Email Address"));
            // Staff may have it said once more, or booked anew.
            assert!(edited || self.commanded.contains(&row.topic()), "{to} was told twice of {ticket} ({kind}): {seen:?}");
        }
    }

    /// How many letters to an address the mail server may have kept from arriving: by a final no, by no answer to the content, or by
    /// having it when the process died.
    fn reasons_to_be_missing(&self, to: &str) -> usize {
        let bad = |call: &Call| match (call.name.as_str(), call.status) {
            ("smtp.body", None) => true,
            ("smtp.rcpt" | "smtp.data" | "smtp.body", Some(code)) => code >= 500,
            _ => false,
        };
        let address = format!("<{to}>");
        let calls = self.sandbox.calls().all();
        let smtp = calls.iter().filter(|call| call.party == Party::Smtp && call.target.to_lowercase().contains(&address));
        smtp.filter(|call| bad(call)).count() + self.doubted.iter().filter(|(_, of)| of.eq_ignore_ascii_case(to)).count()
    }
}
