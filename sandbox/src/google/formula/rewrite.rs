//! Rewrites the references of a formula when cells move or a formula is copied.

use crate::google::a1;
use crate::google::formula::lex::{Kind, tokens};
use crate::google::grid::Dimension;
use crate::google::locale::Locale;
use crate::google::shift::Shift;

/// The formula after rows or columns of a tab were inserted, deleted or moved. `here`: the formula lies in that tab.
pub(crate) fn shifted(formula: &str, locale: &Locale, tab: &str, here: bool, dimension: Dimension, shift: &Shift<'_>) -> String {
    replaced(formula, locale, |title, block, text| {
        let meant = title.map_or(here, |t| t.eq_ignore_ascii_case(tab));
        if !meant {
            return Some(text.to_owned());
        }
        let (start, end) = match dimension {
            Dimension::Rows => (block.row, block.row_end),
            Dimension::Columns => (block.column, block.column_end),
        };
        let (start, end) = match end {
            Some(end) => shift.span(start, end).map(|(s, e)| (s, Some(e)))?,
            None => (shift.point(start).unwrap_or(start), None),
        };
        let mut block = block;
        match dimension {
            Dimension::Rows => (block.row, block.row_end) = (start, end),
            Dimension::Columns => (block.column, block.column_end) = (start, end),
        }
        Some(respelled(text, block))
    })
}

/// The formula as copied by so many rows and columns: what is not held by `$` moves along.
pub(crate) fn copied(formula: &str, locale: &Locale, rows: isize, columns: isize) -> String {
    replaced(formula, locale, |_, block, text| {
        let mut ends = Vec::new();
        for end in text.split(':') {
            let fixed_column = end.starts_with('$');
            let fixed_row = end.trim_start_matches('$').contains('$');
            ends.push((fixed_row, fixed_column));
        }
        let (first, last) = (*ends.first()?, *ends.last()?);
        let by = |at: usize, by: isize, fixed: bool| if fixed { Some(at) } else { at.checked_add_signed(by) };
        let moved = a1::Block {
            row: by(block.row, rows, first.0)?,
            column: by(block.column, columns, first.1)?,
            row_end: match block.row_end {
                Some(end) => Some(by(end, rows, last.0)?),
                None => None,
            },
            column_end: match block.column_end {
                Some(end) => Some(by(end, columns, last.1)?),
                None => None,
            },
            origin: block.origin,
        };
        Some(respelled(text, moved))
    })
}

/// Replaces each reference by what `change` says; `None` makes it `#REF!`.
fn replaced(formula: &str, locale: &Locale, change: impl Fn(Option<&str>, a1::Block, &str) -> Option<String>) -> String {
    let Some(tokens) = tokens(formula, locale) else { return formula.to_owned() };
    let mut out = String::with_capacity(formula.len());
    let mut at = 0;
    for token in tokens {
        let Kind::Reference(title, block) = &token.kind else { continue };
        out.push_str(&formula[at..token.start]);
        let text = &formula[token.start..token.end];
        out.push_str(&change(title.as_deref(), *block, text).unwrap_or_else(|| "#REF!".to_owned()));
        at = token.end;
    }
    out.push_str(&formula[at..]);
    out
}

/// The block in the spelling of `old`: its `$` signs, and only the directions that it names.
fn respelled(old: &str, block: a1::Block) -> String {
    let spell = |end: &str, column: usize, row: usize| {
        let fixed_column = end.starts_with('$') && end[1..].starts_with(|c: char| c.is_ascii_alphabetic());
        let has_column = end.contains(|c: char| c.is_ascii_alphabetic());
        let has_row = end.contains(|c: char| c.is_ascii_digit());
        let fixed_row = has_row && end.trim_start_matches(|c: char| c == '$' && has_column).contains('$');
        let mut out = String::new();
        if has_column {
            out.push_str(if fixed_column { "$" } else { "" });
            out.push_str(&a1::letters(column));
        }
        if has_row {
            out.push_str(if fixed_row { "$" } else { "" });
            out.push_str(&(row + 1).to_string());
        }
        out
    };
    match old.split_once(':') {
        None => spell(old, block.column, block.row),
        Some((from, to)) => {
            let last = |end: Option<usize>, start: usize| end.map_or(start, |e| e.max(1) - 1);
            format!(
                "{}:{}",
                spell(from, block.column, block.row),
                spell(to, last(block.column_end, block.column), last(block.row_end, block.row))
            )
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::google::locale;

    #[test]
    fn references_follow_inserts_and_deletes() {
        let us = locale::of("en_US");
        let insert = Shift::Insert { at: 1, count: 2 };
        let rows = |formula: &str, shift: &Shift<'_>| shifted(formula, &us, "Tab 1", false, Dimension::Rows, shift);
        assert_eq!(rows("='Tab 1'!D2+A2", &insert), "='Tab 1'!D4+A2");
        assert_eq!(rows("=SUM('Tab 1'!$D$1:D3)&\"A2\"", &insert), "=SUM('Tab 1'!$D$1:D5)&\"A2\"");
        assert_eq!(rows("='Tab 1'!A:A", &insert), "='Tab 1'!A:A");
        assert_eq!(rows("='Tab 1'!A2", &Shift::Delete { from: 1, to: 2 }), "='Tab 1'!#REF!");
    }

    #[test]
    fn copies_move_what_is_not_held() {
        let us = locale::of("en_US");
        assert_eq!(copied("=A1+$A1+A$1+$A$1", &us, 1, 2), "=C2+$A2+C$1+$A$1");
        assert_eq!(copied("=A1", &us, -1, 0), "=#REF!");
    }
}
