//! Typed text taken apart: numbers, words and marks, in small letters, with what joins them already recognised. Every reader of
//! typed text works on these pieces, so that spelling is forgiven in one place.

use crate::domain::limits::READ_CHARS_MAX;
use crate::domain::text::one_line;

/// How two parts of a text are joined.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Join {
    /// From one to the other: `-`, `s.d.`, `sampai`.
    Until,
    /// Both: `dan`, `&`, `+`.
    And,
    /// Either: `atau`.
    Or,
    /// `,` or `;`: both, or nothing at all.
    Comma,
    /// `/`: either, or the same told again.
    Slash,
}

/// What a piece is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Token {
    /// Digits as written, with leading zeros.
    Number(String),
    /// Letters.
    Word(String),
    /// What joins parts.
    Join(Join),
    /// Any other sign.
    Sign(char),
}

/// One piece of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Piece {
    /// What it is.
    pub(super) token: Token,
    /// White space stands before it, or nothing does.
    pub(super) spaced: bool,
}

impl Piece {
    /// The digits, if it is a number.
    pub(super) fn digits(&self) -> Option<&str> {
        match &self.token {
            Token::Number(digits) => Some(digits),
            _ => None,
        }
    }

    /// The word, if it is one.
    pub(super) fn word(&self) -> Option<&str> {
        match &self.token {
            Token::Word(word) => Some(word),
            _ => None,
        }
    }

    /// Whether it is this sign, also where the sign joins.
    pub(super) fn is_sign(&self, sign: char) -> bool {
        match self.token {
            Token::Sign(c) => c == sign,
            Token::Join(Join::Slash) => sign == '/',
            Token::Join(Join::Comma) => sign == ',',
            _ => false,
        }
    }

    fn is_dash(&self) -> bool {
        self.is_sign('-')
    }
}

/// Takes a text apart. `None` where it is too long to be an answer to such a question.
pub(super) fn pieces(text: &str) -> Option<Vec<Piece>> {
    if text.chars().count() > READ_CHARS_MAX {
        return None;
    }
    let folded = fold(&one_line(text, READ_CHARS_MAX));
    let raw = numbers_in_words(&split(&folded));
    Some(joined(&raw))
}

/// Small letters, plain digits and signs. Apostrophes go: `Jum’at` is `jumat`, `ba'da` is `bada`.
fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\'' | '’' | '‘' | '`' | '´' | 'ʼ' | '′' | 'ʻ' => {}
            '½' => folded.push_str(" 1/2"),
            '‐' | '‑' | '‒' | '–' | '—' | '―' | '−' | '﹣' | '－' | '~' | '→' => folded.push('-'),
            '：' | '∶' => folded.push(':'),
            '０'..='９' => folded.push(char::from(b'0' + u8::try_from(u32::from(c) - u32::from('０')).unwrap_or(0))),
            '\u{3002}' | '．' => folded.push('.'),
            c => folded.extend(c.to_lowercase()),
        }
    }
    folded
}

fn split(text: &str) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::new();
    let mut spaced = true;
    for c in text.chars() {
        if c.is_whitespace() {
            spaced = true;
            continue;
        }
        match (pieces.last_mut().map(|piece| &mut piece.token), spaced) {
            (Some(Token::Number(digits)), false) if c.is_ascii_digit() => digits.push(c),
            (Some(Token::Word(word)), false) if c.is_alphabetic() => word.push(c),
            _ => {
                let token = match c {
                    c if c.is_ascii_digit() => Token::Number(c.to_string()),
                    c if c.is_alphabetic() => Token::Word(c.to_string()),
                    c => Token::Sign(c),
                };
                pieces.push(Piece { token, spaced });
            }
        }
        spaced = false;
    }
    pieces
}

/// Recognises what joins parts. A dash joins only where no number format needs it: that is for the readers to say, so it stays a sign.
fn joined(raw: &[Piece]) -> Vec<Piece> {
    let mut out: Vec<Piece> = Vec::with_capacity(raw.len());
    let mut at = 0;
    while at < raw.len() {
        let (join, used) = join_at(&raw[at..]);
        match join {
            // `s.d. - ` and `- sampai` join once.
            Some(join) if out.last().is_some_and(|last| last.token == Token::Join(join) && join == Join::Until) => {}
            Some(join) => out.push(Piece { token: Token::Join(join), spaced: raw[at].spaced }),
            None => out.push(raw[at].clone()),
        }
        at += used;
    }
    out
}

fn join_at(rest: &[Piece]) -> (Option<Join>, usize) {
    let word = |index: usize| rest.get(index).and_then(Piece::word);
    let sign = |index: usize, sign: char| rest.get(index).is_some_and(|piece| piece.is_sign(sign));
    match word(0) {
        Some("s") if (sign(1, '.') || sign(1, '/')) && word(2) == Some("d") => {
            return (Some(Join::Until), if sign(3, '.') { 4 } else { 3 });
        }
        Some("s") if word(1) == Some("d") => return (Some(Join::Until), 2),
        Some("sd") => return (Some(Join::Until), if sign(1, '.') { 2 } else { 1 }),
        Some("sampai" | "sampe" | "smp" | "hingga" | "until" | "till" | "to") => {
            return (Some(Join::Until), if matches!(word(1), Some("dengan" | "dgn" | "ke" | "pada")) { 2 } else { 1 });
        }
        Some("dan" | "and" | "serta" | "dn") => return (Some(Join::And), 1),
        Some("atau" | "atw" | "or") => return (Some(Join::Or), 1),
        _ => {}
    }
    match rest[0].token {
        // `+/-` and `+-` mean about.
        Token::Sign('+') if sign(1, '/') && sign(2, '-') => (None, 1),
        Token::Sign('+') if sign(1, '-') => (None, 1),
        Token::Sign('&' | '+') => (Some(Join::And), 1),
        Token::Sign(',' | ';') => (Some(Join::Comma), 1),
        Token::Sign('/') => (Some(Join::Slash), 1),
        _ => (None, 1),
    }
}

/// A dash, or words that mean the same.
pub(super) fn is_until(piece: &Piece) -> bool {
    piece.token == Token::Join(Join::Until) || piece.is_dash()
}

const DIGIT_WORDS: [&str; 10] = ["nol", "satu", "dua", "tiga", "empat", "lima", "enam", "tujuh", "delapan", "sembilan"];

/// Numbers in words become digits: `dua puluh lima` is `25`.
fn numbers_in_words(raw: &[Piece]) -> Vec<Piece> {
    let mut out = Vec::with_capacity(raw.len());
    let mut at = 0;
    while at < raw.len() {
        let words: Vec<&str> = raw[at..].iter().map_while(Piece::word).collect();
        let (token, used) = number_of(&words)
            .map_or_else(|| (raw[at].token.clone(), 1), |(number, used)| (Token::Number(number.to_string()), used));
        out.push(Piece { token, spaced: raw[at].spaced });
        at += used;
    }
    out
}

/// The number at the beginning of words, and how many words it takes.
fn number_of(words: &[&str]) -> Option<(u32, usize)> {
    let digit = |word: &str| DIGIT_WORDS.iter().position(|name| *name == word).and_then(|digit| u32::try_from(digit).ok());
    let (mut total, mut used) = (0, 0);
    while let Some(word) = words.get(used) {
        let (value, taken) = match (*word, words.get(used + 1).copied()) {
            ("seribu", _) => (1000, 1),
            ("seratus", _) => (100, 1),
            ("sepuluh", _) => (10, 1),
            ("sebelas", _) => (11, 1),
            (word, Some("ribu")) => (digit(word)? * 1000, 2),
            (word, Some("ratus")) => (digit(word)? * 100, 2),
            (word, Some("puluh")) => (digit(word)? * 10, 2),
            (word, Some("belas")) => (digit(word)? + 10, 2),
            (word, _) => match digit(word) {
                Some(value) => (value, 1),
                None => break,
            },
        };
        // `dua tiga` is no number: each part is smaller than the one before.
        let fits = used == 0 || (value > 0 && total % 10_u32.pow(value.to_string().len().try_into().unwrap_or(9)) == 0);
        if !fits {
            break;
        }
        total += value;
        used += taken;
    }
    (used > 0).then_some((total, used))
}

/// Digits as a number, if it is not absurdly long.
pub(super) fn number(digits: &str) -> Option<u32> {
    (digits.len() <= 9).then(|| digits.parse().ok()).flatten()
}

/// A number with a decimal part: `1,5` or `1.5`, glued. Gives its value and how many pieces it takes.
pub(super) fn decimal(rest: &[Piece]) -> Option<(f64, usize)> {
    let whole = rest.first()?.digits()?;
    let glued = |index: usize| rest.get(index).filter(|piece| !piece.spaced);
    if let (Some(mark), Some(part)) = (glued(1), glued(2).and_then(Piece::digits))
        && (mark.is_sign(',') || mark.is_sign('.'))
        && whole.len() <= 6
        && part.len() <= 6
    {
        return Some((format!("{whole}.{part}").parse().ok()?, 3));
    }
    number(whole).map(|value| (f64::from(value), 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        let show = |piece: &Piece| match &piece.token {
            Token::Number(text) | Token::Word(text) => text.clone(),
            Token::Join(join) => format!("<{join:?}>"),
            Token::Sign(sign) => sign.to_string(),
        };
        pieces(text).unwrap().iter().map(show).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn spelling_is_forgiven() {
        for (text, expect) in [
            ("Jum’at, 4 Desember", "jumat <Comma> 4 desember"),
            ("09.00 s/d 11.30 WIB", "09 . 00 <Until> 11 . 30 wib"),
            ("09.00 s.d. selesai", "09 . 00 <Until> selesai"),
            ("9 sampai dengan 10", "9 <Until> 10"),
            ("9 sd. 10", "9 <Until> 10"),
            ("４‑5", "4 - 5"),
            ("4 & 5", "4 <And> 5"),
            ("+/- 75 org", "+ <Slash> - 75 org"),
            ("dua puluh lima", "25"),
            ("seratus lima puluh orang", "150 orang"),
            ("jam sembilan", "jam 9"),
            ("dua tiga", "2 3"),
            ("ba'da Isya", "bada isya"),
            ("2½ jam", "2 1 <Slash> 2 jam"),
        ] {
            assert_eq!(shown(text), expect, "{text}");
        }
        assert_eq!(pieces(&"9 ".repeat(5_000)), None);
    }

    #[test]
    fn decimals_are_glued() {
        let of = |text: &str| decimal(&pieces(text).unwrap());
        assert_eq!(of("1,5 jam"), Some((1.5, 3)));
        assert_eq!(of("1, 5"), Some((1.0, 1)));
        assert_eq!(of("2"), Some((2.0, 1)));
    }
}
