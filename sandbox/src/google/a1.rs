//! A1 notation: parsing what callers write and printing what answers show.
//! What must not be here: the spreadsheet itself. Rows and columns count from 0.

/// Columns have at most three letters, which is also what tells `D3` from a title such as `Sheet1`.
const LETTERS_MAX: usize = 3;

/// A reference as written: a tab or none, and what of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Reference {
    /// The tab's title, without quotes.
    pub(crate) sheet: Option<String>,
    /// What of the tab.
    pub(crate) part: Part,
}

/// What a reference names within its tab.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// The whole tab.
    Whole,
    /// A block of cells.
    Block(Block),
    /// A word that is no cell reference: a named range, or a tab when it stands alone.
    Word(String),
}

/// A block of cells with ends that may be open; ends are exclusive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub(crate) struct Block {
    /// First row.
    pub(crate) row: usize,
    /// First column.
    pub(crate) column: usize,
    /// End of the rows.
    pub(crate) row_end: Option<usize>,
    /// End of the columns.
    pub(crate) column_end: Option<usize>,
    /// Written as one cell, without a colon: an origin that what is written may grow from.
    pub(crate) origin: bool,
}

/// `0` to `A`, `26` to `AA`.
pub(crate) fn letters(column: usize) -> String {
    let mut out = Vec::new();
    let mut n = column + 1;
    while n > 0 {
        n -= 1;
        out.push(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ"[n % 26]);
        n /= 26;
    }
    out.iter().rev().map(|b| char::from(*b)).collect()
}

/// One end of a block: column, row.
type End = (Option<usize>, Option<usize>);

fn end(text: &str) -> Option<End> {
    let text = text.replace('$', "");
    let split = text.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(text.len());
    let (name, digits) = text.split_at(split);
    if name.len() > LETTERS_MAX || (name.is_empty() && digits.is_empty()) {
        return None;
    }
    let column =
        (!name.is_empty()).then(|| name.bytes().fold(0, |n, b| n * 26 + usize::from(b.to_ascii_uppercase() - b'A') + 1) - 1);
    let row = if digits.is_empty() {
        None
    } else if digits.bytes().all(|b| b.is_ascii_digit()) {
        Some(digits.parse::<usize>().ok()?.checked_sub(1)?)
    } else {
        return None;
    };
    Some((column, row))
}

/// Parses `A1`, `A1:C`, `A:A`, `2:2`, `D4:A1`; `None` for anything else.
pub(crate) fn block(text: &str) -> Option<Block> {
    let Some((from, to)) = text.split_once(':') else {
        let (column, row) = end(text)?;
        let (column, row) = (column?, row?);
        return Some(Block { row, column, row_end: Some(row + 1), column_end: Some(column + 1), origin: true });
    };
    let (c0, r0) = end(from)?;
    let (c1, r1) = end(to)?;
    // `A:1` names nothing: one end must hold both directions, or both ends the same single one.
    let full = |c: Option<usize>, r: Option<usize>| c.is_some() && r.is_some();
    if !full(c0, r0) && !full(c1, r1) && c0.is_some() != c1.is_some() {
        return None;
    }
    let order = |a: Option<usize>, b: Option<usize>| match (a, b) {
        (Some(a), Some(b)) => (a.min(b), Some(a.max(b) + 1)),
        (Some(a), None) | (None, Some(a)) => (a, None),
        (None, None) => (0, None),
    };
    let (row, row_end) = order(r0, r1);
    let (column, column_end) = order(c0, c1);
    Some(Block { row, column, row_end, column_end, origin: false })
}

/// Parses a reference; `None` only if quotes do not close.
pub(crate) fn parse(text: &str) -> Option<Reference> {
    if let Some(rest) = text.strip_prefix('\'') {
        let mut title = String::new();
        let mut chars = rest.char_indices().peekable();
        while let Some((at, ch)) = chars.next() {
            if ch != '\'' {
                title.push(ch);
            } else if chars.peek().is_some_and(|(_, next)| *next == '\'') {
                title.push('\'');
                chars.next();
            } else {
                let after = &rest[at + 1..];
                if after.is_empty() {
                    return Some(Reference { sheet: Some(title), part: Part::Whole });
                }
                return Some(Reference { sheet: Some(title), part: inside(after.strip_prefix('!')?) });
            }
        }
        return None;
    }
    Some(match text.rsplit_once('!') {
        Some((title, part)) => Reference { sheet: Some(title.to_owned()), part: inside(part) },
        None => Reference { sheet: None, part: inside(text) },
    })
}

fn inside(text: &str) -> Part {
    block(text).map_or_else(|| Part::Word(text.to_owned()), Part::Block)
}

/// The title as answers show it: quoted only where needed (recorded: `Sheet1`, `'D3'`, `'🌵 x 1'`).
pub(crate) fn title(title: &str) -> String {
    let plain = title.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
        && !title.starts_with(|c: char| c.is_ascii_digit())
        && !title.is_empty()
        && block(title).is_none();
    if plain { title.to_owned() } else { quoted(title) }
}

/// The title in quotes, inner quotes doubled.
pub(crate) fn quoted(title: &str) -> String {
    format!("'{}'", title.replace('\'', "''"))
}

/// `A1:D4`, or `D4` for a single cell; ends are exclusive.
pub(crate) fn cells(row: usize, column: usize, row_end: usize, column_end: usize) -> String {
    let from = format!("{}{}", letters(column), row + 1);
    if row_end <= row + 1 && column_end <= column + 1 {
        return from;
    }
    format!("{from}:{}{}", letters(column_end.max(1) - 1), row_end)
}

/// The block as asked for, open ends left open, as error messages show it (`B4:B`).
pub(crate) fn asked(block: Block) -> String {
    if block.origin || (block.row_end == Some(block.row + 1) && block.column_end == Some(block.column + 1)) {
        return format!("{}{}", letters(block.column), block.row + 1);
    }
    let column_end = block.column_end.map(|c| letters(c.max(1) - 1)).unwrap_or_default();
    let row_end = block.row_end.map(|r| r.to_string()).unwrap_or_default();
    let from = match (block.row, block.row_end, block.column, block.column_end) {
        (0, None, _, Some(_)) => letters(block.column),
        (_, Some(_), 0, None) => (block.row + 1).to_string(),
        _ => format!("{}{}", letters(block.column), block.row + 1),
    };
    if column_end.is_empty() && row_end.is_empty() { from } else { format!("{from}:{column_end}{row_end}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, row: usize, column: usize, row_end: Option<usize>, column_end: Option<usize>) {
        let found = block(text).unwrap_or_else(|| panic!("{text} is a block"));
        assert_eq!((found.row, found.column, found.row_end, found.column_end), (row, column, row_end, column_end), "{text}");
    }

    #[test]
    fn blocks_are_read() {
        check("A1", 0, 0, Some(1), Some(1));
        check("$B$3", 2, 1, Some(3), Some(2));
        check("aa10", 9, 26, Some(10), Some(27));
        check("D4:A1", 0, 0, Some(4), Some(4));
        check("A1:C", 0, 0, None, Some(3));
        check("A1:1", 0, 0, Some(1), None);
        check("A2:2", 1, 0, Some(2), None);
        check("B4:B", 3, 1, None, Some(2));
        check("A:C", 0, 0, None, Some(3));
        check("2:3", 1, 0, Some(3), None);
        check("C2:2", 1, 2, Some(2), None);
        for text in ["", "A", "1", "A0", "Sheet1", "A1:", ":B", "A:1", "1A", "NamedRange", "['x']"] {
            assert_eq!(block(text), None, "{text}");
        }
    }

    #[test]
    fn titles_are_unquoted_and_quoted() {
        let found = parse("'I''m ! here'!A1").expect("parses");
        assert_eq!(found.sheet.as_deref(), Some("I'm ! here"));
        assert_eq!(parse("'D3'").expect("parses"), Reference { sheet: Some("D3".into()), part: Part::Whole });
        assert_eq!(parse("🌵 x 1!A1").expect("parses").sheet.as_deref(), Some("🌵 x 1"));
        assert_eq!(parse("Sheet1").expect("parses"), Reference { sheet: None, part: Part::Word("Sheet1".into()) });
        assert_eq!(parse("'x"), None);
        assert_eq!(title("Sheet1"), "Sheet1");
        assert_eq!(title("D3"), "'D3'");
        assert_eq!(title("Form Responses 1"), "'Form Responses 1'");
        assert_eq!(title("it's"), "'it''s'");
    }

    #[test]
    fn letters_count_in_base_26_without_zero() {
        assert_eq!([0, 25, 26, 701, 702].map(letters), ["A", "Z", "AA", "ZZ", "AAA"]);
    }

    #[test]
    fn messages_show_the_range_as_asked() {
        for text in ["A4", "B4:B", "A221:ZZ", "A1:C2"] {
            assert_eq!(asked(block(text).expect("parses")), text);
        }
    }
}
