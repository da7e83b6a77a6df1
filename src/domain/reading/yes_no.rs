//! Answers to yes-or-no questions, as people type them.

/// Words that keep an event to a circle.
const CLOSED: [&str; 13] = [
    "tertutup",
    "terbatas",
    "internal",
    "rahasia",
    "undangan",
    "khusus",
    "privat",
    "private",
    "closed",
    "intern",
    "konfidensial",
    "confidential",
    "sendiri",
];
const OPEN: [&str; 9] = ["ya", "iya", "y", "terbuka", "umum", "publik", "public", "open", "yes"];
const YES: [&str; 11] = ["ya", "iya", "y", "yes", "perlu", "butuh", "mohon", "direkam", "boleh", "ada", "true"];
const NO: [&str; 19] = [
    "tidak", "tdk", "tidk", "tak", "no", "nggak", "ngga", "enggak", "gak", "ga", "ndak", "t", "n", "jangan", "tanpa", "bukan",
    "false", "kagak", "nope",
];
/// What people put where they have nothing to say.
const NOTHING: [&str; 12] = ["", "-", "--", "—", ".", "tidak ada", "sda", "s.d.a", "sama", "idem", "nihil", "n/a"];

fn words(text: &str) -> Vec<String> {
    text.to_lowercase().split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

fn holds(words: &[String], names: &[&str]) -> bool {
    words.iter().any(|word| names.contains(&word.as_str()))
}

/// Whether an event is open to the public. One word of a closed circle is enough to keep its title back.
pub(super) fn is_open_to_all(text: &str) -> Option<bool> {
    let words = words(text);
    if holds(&words, &CLOSED) || holds(&words, &NO) {
        Some(false)
    } else if holds(&words, &["semi"]) {
        None
    } else if holds(&words, &OPEN) {
        Some(true)
    } else {
        None
    }
}

/// Whether something is wished.
pub(super) fn is_yes(text: &str) -> Option<bool> {
    let words = words(text);
    if holds(&words, &NO) || holds(&words, &["belum"]) {
        Some(false)
    } else if holds(&words, &YES) {
        Some(true)
    } else {
        None
    }
}

/// Whether a text only fills the place of an answer.
pub(super) fn is_nothing(text: &str) -> bool {
    NOTHING.contains(&text.trim().to_lowercase().as_str())
}
