//! Splits a formula into tokens, with the places of its references.

use crate::google::a1;
use crate::google::locale::Locale;

/// What a token is.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Kind {
    /// A number.
    Number(f64),
    /// Text between quotes.
    Text(String),
    /// A reference: tab and block.
    Reference(Option<String>, a1::Block),
    /// A name: a function, `TRUE`, a named range.
    Word(String),
    /// An operator, parenthesis or `%`.
    Sign(&'static str),
    /// Between arguments.
    Separator,
}

/// A token, with where its text begins and ends; a reference without its tab.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Token {
    /// What it is.
    pub(crate) kind: Kind,
    /// First byte.
    pub(crate) start: usize,
    /// Byte after the last.
    pub(crate) end: usize,
}

const SIGNS: [&str; 15] = ["<=", ">=", "<>", "(", ")", "+", "-", "*", "/", "^", "&", "=", "<", ">", "%"];

/// The tokens after the leading `=`; `None` if the text cannot be a formula.
pub(crate) fn tokens(formula: &str, locale: &Locale) -> Option<Vec<Token>> {
    let mut out = Vec::new();
    let mut at = usize::from(formula.starts_with('='));
    while at < formula.len() {
        let rest = &formula[at..];
        let ch = rest.chars().next()?;
        if ch.is_whitespace() {
            at += ch.len_utf8();
            continue;
        }
        let (kind, len, skip) = one(rest, ch, locale)?;
        out.push(Token { kind, start: at + skip, end: at + len });
        at += len;
    }
    Some(out)
}

/// The token at the start of `rest`: kind, length, and how much of it is the tab's title.
fn one(rest: &str, ch: char, locale: &Locale) -> Option<(Kind, usize, usize)> {
    if ch == '"' {
        return quoted(rest, '"').map(|(text, len)| (Kind::Text(text), len, 0));
    }
    if ch == '\'' {
        let (title, len) = quoted(rest, '\'')?;
        let after = rest[len..].strip_prefix('!')?;
        let (block, block_len) = reference(after)?;
        return Some((Kind::Reference(Some(title), block), len + 1 + block_len, len + 1));
    }
    if matches!(ch, ';' | ',') {
        return Some((Kind::Separator, 1, 0));
    }
    if ch.is_ascii_digit() || ch == '.' {
        let len = number_length(rest, locale.decimal);
        let value = rest[..len].replace(locale.decimal, ".").parse().ok()?;
        return Some((Kind::Number(value), len, 0));
    }
    if let Some((block, len)) = reference(rest) {
        return Some((Kind::Reference(None, block), len, 0));
    }
    if ch.is_alphabetic() || ch == '_' {
        let len = rest.find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '.'))).unwrap_or(rest.len());
        if let Some(after) = rest[len..].strip_prefix('!') {
            let (block, block_len) = reference(after)?;
            return Some((Kind::Reference(Some(rest[..len].to_owned()), block), len + 1 + block_len, len + 1));
        }
        return Some((Kind::Word(rest[..len].to_owned()), len, 0));
    }
    SIGNS.iter().find(|s| rest.starts_with(**s)).map(|s| (Kind::Sign(s), s.len(), 0))
}

/// Text up to the closing mark, doubled marks inside standing for one; its length includes the marks.
fn quoted(rest: &str, mark: char) -> Option<(String, usize)> {
    let mut text = String::new();
    let mut chars = rest.char_indices().skip(1).peekable();
    while let Some((at, ch)) = chars.next() {
        if ch != mark {
            text.push(ch);
        } else if chars.peek().is_some_and(|(_, next)| *next == mark) {
            text.push(mark);
            chars.next();
        } else {
            return Some((text, at + 1));
        }
    }
    None
}

/// Digits with at most one decimal mark; a mark counts only before a digit.
fn number_length(rest: &str, decimal: char) -> usize {
    let bytes = rest.as_bytes();
    let mut seen = false;
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        let mark = char::from(*byte) == decimal && !seen && bytes.get(at + 1).is_some_and(u8::is_ascii_digit);
        if mark {
            seen = true;
        } else if !byte.is_ascii_digit() {
            break;
        }
        at += 1;
    }
    at.max(1)
}

/// A cell or block at the start of `rest`; not a function's name and not the beginning of a longer word.
fn reference(rest: &str) -> Option<(a1::Block, usize)> {
    let word = |text: &str| text.find(|c: char| !(c.is_ascii_alphanumeric() || c == '$')).unwrap_or(text.len());
    let first = word(rest);
    if first == 0 || rest.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    if let Some(after) = rest[first..].strip_prefix(':') {
        let len = first + 1 + word(after);
        if let Some(block) = a1::block(&rest[..len]) {
            return Some((block, len));
        }
    }
    let follows = rest[first..].chars().next();
    if matches!(follows, Some('(' | '!' | '_' | '.')) || follows.is_some_and(char::is_alphanumeric) {
        return None;
    }
    a1::block(&rest[..first]).map(|block| (block, first))
}
