//! What may be wrong with the header row, in words that say how to mend it, with the header that was probably meant.

use std::fmt::{self, Write as _};

use super::finding::Flaw;
use super::headers::{Field, normalise};
use super::limits::check::{HEADER_LIKENESS_MIN, NAMES_SHOWN_MAX};
use super::text::one_line;

/// Headers of dates that are never the event's (contract).
const NEVER_THE_DATE: [&str; 2] = ["tanggal pengajuan", "tanggal surat"];
/// Characters of a header that are shown: questions may be long.
const HEADER_CHARS_MAX: usize = 120;

/// Something wrong with the header row, told to staff and operator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HeaderProblem {
    /// No column for a field that every request needs.
    Missing(Field, Hint),
    /// The configuration names a header that is not there, of a field that requests do without.
    NotThere(Field, Hint),
    /// Two columns with the same header.
    Doubled {
        /// The field that either could be.
        field: Field,
        /// The header as it stands.
        header: String,
        /// Column of the first, from 1.
        first: usize,
        /// Column of the second, from 1.
        second: usize,
    },
}

/// What helps to find a missing header.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Hint {
    /// The header that the configuration names, if it does.
    pub configured: Option<String>,
    /// The unmatched header that is most like it.
    pub nearest: Option<String>,
    /// All unmatched headers.
    pub unmatched: Vec<String>,
}

impl Hint {
    /// Looks for a field's header among those that nothing matched. `names` are those that would have been found.
    pub fn of(field: Field, configured: Option<&str>, names: impl Iterator<Item = &'static str>, unmatched: &[String]) -> Hint {
        let wanted: Vec<String> =
            configured.map(|name| normalise(name).0).into_iter().chain(names.map(|name| normalise(name).0)).collect();
        let dates = matches!(field, Field::Date | Field::EndDate);
        let possible: Vec<&String> =
            unmatched.iter().filter(|header| !dates || !NEVER_THE_DATE.contains(&normalise(header).0.as_str())).collect();
        let like = |header: &str| {
            let bare = normalise(header).0;
            wanted.iter().map(|wanted| likeness(wanted, &bare)).fold(0.0, f64::max)
        };
        let best = possible.iter().map(|header| (like(header), *header)).max_by(|a, b| a.0.total_cmp(&b.0));
        // The only one left is it, whatever it is called.
        let nearest = best.filter(|(like, _)| *like >= HEADER_LIKENESS_MIN || possible.len() == 1);
        Hint {
            configured: configured.map(str::to_owned),
            nearest: nearest.map(|(_, header)| header.clone()),
            unmatched: unmatched.to_vec(),
        }
    }
}

impl HeaderProblem {
    /// The field that it is about.
    pub fn field(&self) -> Field {
        match self {
            HeaderProblem::Missing(field, _) | HeaderProblem::NotThere(field, _) | HeaderProblem::Doubled { field, .. } => *field,
        }
    }

    /// What is wrong, and how to mend it.
    pub fn flaw(&self) -> Flaw {
        match self {
            HeaderProblem::Missing(field, hint) | HeaderProblem::NotThere(field, hint) => missing(*field, hint),
            HeaderProblem::Doubled { field, header, first, second } => Flaw::new(
                format!("two columns are headed \"{}\" (columns {} and {})", shown(header), letters(*first), letters(*second)),
                format!("rename one, so that it is clear which is `{}`", field.key()),
            ),
        }
    }
}

impl fmt::Display for HeaderProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.flaw().fmt(f)
    }
}

fn missing(field: Field, hint: &Hint) -> Flaw {
    let key = field.key();
    let found = match &hint.configured {
        Some(header) => format!("no column for `{key}`: `sheet.questions.{key}` names \"{}\"", shown(header)),
        None => format!("no column for `{key}`: looked for a header like \"{}\"", field.usual_header()),
    };
    let mut mend = match &hint.nearest {
        Some(header) => {
            format!("if \"{}\" is it, put `{key} = {}` under `[sheet.questions]`", shown(header), quoted(header))
        }
        None => format!("put the header as it stands in the first row under `[sheet.questions]`: `{key} = \"…\"`"),
    };
    if hint.configured.is_none() {
        let _ = write!(mend, "; else ask for it in the form as \"{}\"", field.usual_header());
    }
    let others: Vec<String> =
        hint.unmatched.iter().filter(|header| Some(*header) != hint.nearest.as_ref()).map(|h| shown(h)).collect();
    if !others.is_empty() {
        let list: Vec<String> = others.iter().take(NAMES_SHOWN_MAX).map(|header| format!("\"{header}\"")).collect();
        let more = if others.len() > list.len() { ", …" } else { "" };
        let _ = write!(mend, "; other headers that match nothing: {}{more}", list.join(", "));
    }
    Flaw::new(found, mend)
}

/// How alike two headers are, by their letters or by their words, 0 to 1.
fn likeness(one: &str, other: &str) -> f64 {
    let words = |text: &str| text.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).map(str::to_owned).collect();
    let (a, b): (Vec<String>, Vec<String>) = (words(one), words(other));
    let shared = a.iter().filter(|word| b.contains(word)).count();
    let count = |n: usize| f64::from(u32::try_from(n).unwrap_or(u32::MAX));
    let by_words = if shared == 0 { 0.0 } else { 2.0 * count(shared) / count(a.len() + b.len()) };
    strsim::jaro_winkler(one, other).max(by_words)
}

fn shown(header: &str) -> String {
    one_line(header, HEADER_CHARS_MAX)
}

/// A header as a value of the configuration. Line breaks do not count when headers are compared.
fn quoted(header: &str) -> String {
    let line = header.split_whitespace().collect::<Vec<_>>().join(" ");
    format!("\"{}\"", line.replace('\\', "\\\\").replace('"', "\\\""))
}

/// A column, from 1, as the spreadsheet names it.
pub fn letters(column: usize) -> String {
    let (mut rest, mut text) = (column, String::new());
    while rest > 0 {
        let letter = u8::try_from((rest - 1) % 26).unwrap_or(0);
        text.insert(0, char::from(b'A' + letter));
        rest = (rest - 1) / 26;
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hint(field: Field, names: &[&'static str], unmatched: &[&str]) -> Hint {
        let unmatched: Vec<String> = unmatched.iter().map(|header| (*header).to_owned()).collect();
        Hint::of(field, None, names.iter().copied(), &unmatched)
    }

    #[test]
    fn the_header_that_was_meant_is_suggested() {
        for (field, names, unmatched, nearest) in [
            (Field::Topic, &["Nama Kegiatan"][..], &["Nama Kegiatan Virtual", "Materi"][..], Some("Nama Kegiatan Virtual")),
            (Field::Start, &["Waktu Mulai", "Jam Mulai"], &["Mulai (jam)", "Materi"], Some("Mulai (jam)")),
            (Field::Topic, &["Nama Kegiatan"], &["Perihal"], Some("Perihal")),
            (Field::Topic, &["Nama Kegiatan"], &["Perihal", "Lampiran"], None),
            (Field::Date, &["Tanggal Kegiatan", "Tanggal"], &["Tanggal Surat", "Tgl. Kegiatan"], Some("Tgl. Kegiatan")),
            (Field::Date, &["Tanggal"], &["Tanggal Surat"], None),
        ] {
            assert_eq!(hint(field, names, unmatched).nearest.as_deref(), nearest, "{field:?} {unmatched:?}");
        }
    }

    #[test]
    fn the_line_to_write_is_told() {
        let problem = HeaderProblem::Missing(Field::Topic, hint(Field::Topic, &["Nama Kegiatan"], &["Apa \"acaranya\"\n?"]));
        let text = problem.to_string();
        assert!(text.contains(r#"put `topic = "Apa \"acaranya\" ?"` under `[sheet.questions]`"#), "{text}");
    }

    #[test]
    fn columns_are_named_as_in_the_spreadsheet() {
        for (column, name) in [(1, "A"), (26, "Z"), (27, "AA"), (52, "AZ"), (703, "AAA")] {
            assert_eq!(letters(column), name);
        }
    }
}
