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

/// Words that are said out of courtesy or caution and change nothing.
const POLITE: [&str; 33] = [
    "ya",
    "yaa",
    "kak",
    "pak",
    "bapak",
    "bu",
    "ibu",
    "mas",
    "mbak",
    "mohon",
    "terima",
    "kasih",
    "terimakasih",
    "makasih",
    "trims",
    "tks",
    "thanks",
    "tentatif",
    "tentative",
    "rencana",
    "rencananya",
    "direncanakan",
    "insyaallah",
    "insya",
    "allah",
    "inshaallah",
    "teng",
    "fix",
    "saja",
    "aja",
    "cukup",
    "hanya",
    "sekian",
];
/// Words for about, beside `±`.
const ABOUT: [&str; 14] = [
    "kurleb",
    "krleb",
    "sekitar",
    "sktr",
    "sekira",
    "kira",
    "kiranya",
    "perkiraan",
    "estimasi",
    "kisaran",
    "about",
    "approx",
    "around",
    "an",
];

/// Takes a text apart. `None` where it is too long to be an answer to such a question, or holds figures of another script.
pub(super) fn pieces(text: &str) -> Option<Vec<Piece>> {
    if text.chars().count() > READ_CHARS_MAX {
        return None;
    }
    let folded = fold(&one_line(text, READ_CHARS_MAX));
    if folded.chars().any(|c| c.is_numeric() && !c.is_ascii_digit()) {
        return None;
    }
    let raw = restated(&numbers_in_words(&abbreviated(split(&folded))));
    Some(joined(&raw))
}

/// Small letters, plain digits and signs. Apostrophes go: `Jum’at` is `jumat`, `ba'da` is `bada`; so do pictures and accents.
fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\'' | '’' | '‘' | '`' | '´' | 'ʼ' | '′' | 'ʻ' | '\u{300}'..='\u{36f}' | '\u{fe00}'..='\u{fe0f}' | '\u{20e3}' =>
                {}
            '½' => folded.push_str(" 1/2"),
            '¼' => folded.push_str(" 1/4"),
            '¾' => folded.push_str(" 3/4"),
            '‐' | '‑' | '‒' | '–' | '—' | '―' | '−' | '﹣' | '－' | '~' | '→' => folded.push('-'),
            '∶' => folded.push(':'),
            '\u{3002}' => folded.push('.'),
            '\\' | '|' | '=' => folded.push('/'),
            '_' => folded.push(' '),
            // Full-width forms lie this far above the plain ones.
            '\u{ff01}'..='\u{ff5e}' => folded.extend(char::from_u32(u32::from(c) - 0xfee0).map(|c| c.to_ascii_lowercase())),
            '±' | '≥' | '≤' | '×' => folded.push(c),
            c if c.is_ascii() || c.is_alphanumeric() => folded.extend(c.to_lowercase()),
            _ => folded.push(' '),
        }
    }
    folded
}

/// `W.I.B.`, `a.m.` and `s.d.` become words.
fn abbreviated(pieces: Vec<Piece>) -> Vec<Piece> {
    let mut out: Vec<Piece> = Vec::with_capacity(pieces.len());
    let is_letter = |piece: &Piece| piece.word().is_some_and(|word| word.chars().count() == 1);
    // The piece before is the letter of an abbreviation, or the whole so far.
    let (mut open, mut rest) = (false, pieces.into_iter().peekable());
    while let Some(piece) = rest.next() {
        let letter = is_letter(&piece);
        if open && piece.is_sign('.') && !piece.spaced && rest.peek().is_some_and(|next| is_letter(next) && !next.spaced) {
            if let (Some(Token::Word(word)), Some(next)) = (out.last_mut().map(|last| &mut last.token), rest.next()) {
                word.push_str(next.word().unwrap_or_default());
            }
            continue;
        }
        open = letter;
        out.push(piece);
    }
    out
}

/// `3 (tiga) jam` and `1.000 (seribu)`: the same number again is left out.
fn restated(pieces: &[Piece]) -> Vec<Piece> {
    let mut out: Vec<Piece> = Vec::with_capacity(pieces.len());
    let mut at = 0;
    while at < pieces.len() {
        let inside = match pieces.get(at..at + 3) {
            Some([open, number, close]) if open.is_sign('(') && close.is_sign(')') => number.digits(),
            _ => None,
        };
        let before: String = out
            .iter()
            .rev()
            .take_while(|piece| piece.digits().is_some() || piece.is_sign('.'))
            .cloned()
            .collect::<Vec<_>>()
            .iter()
            .rev()
            .filter_map(Piece::digits)
            .collect();
        let plain = |digits: &str| digits.trim_start_matches('0').to_owned();
        if inside.is_some_and(|inside| plain(inside) == plain(&before)) {
            at += 3;
            continue;
        }
        out.push(pieces[at].clone());
        at += 1;
    }
    out
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
        let about = about_at(&raw[at..]);
        if about > 0 {
            out.push(Piece { token: Token::Sign('±'), spaced: raw[at].spaced });
            at += about;
            continue;
        }
        if raw[at].word().is_some_and(|word| POLITE.contains(&word)) {
            at += 1;
            continue;
        }
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

/// How many pieces at the beginning say no more than about: `±`, `+/-`, `kurang lebih`, the end of `50-an`.
fn about_at(rest: &[Piece]) -> usize {
    let word = |index: usize| rest.get(index).and_then(Piece::word);
    let sign = |index: usize, sign: char| rest.get(index).is_some_and(|piece| piece.is_sign(sign));
    match (word(0), word(1)) {
        (Some("kurang" | "krg"), Some("lebih" | "lbh")) | (Some("lebih" | "lbh"), Some("kurang" | "krg")) => return 2,
        (Some("kira"), _) if sign(1, '-') && word(2) == Some("kira") => return 3,
        (Some(word), _) if ABOUT.contains(&word) => return 1,
        _ => {}
    }
    let either = |index: usize| sign(index, '+') || sign(index, '-');
    match () {
        () if sign(0, '±') => 1,
        () if sign(0, '-') && word(1) == Some("an") => 2,
        () if either(0) && sign(1, '/') && either(2) => 3,
        () if (sign(0, '+') && sign(1, '-')) || (sign(0, '-') && sign(1, '+')) => 2,
        () => 0,
    }
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
        Some("sampai" | "smpai" | "sampe" | "smp" | "smpi" | "sampi" | "sp" | "hingga" | "hngga" | "until" | "till" | "to") => {
            return (
                Some(Join::Until),
                if matches!(word(1), Some("dengan" | "dgn" | "dg" | "dng" | "ke" | "pada")) { 2 } else { 1 },
            );
        }
        Some("dan" | "and" | "serta" | "dn") => return (Some(Join::And), 1),
        Some("atau" | "atw" | "or") => return (Some(Join::Or), 1),
        _ => {}
    }
    match rest[0].token {
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
            ("seribu" | "seribuan", _) => (1000, 1),
            ("seratus" | "seratusan", _) => (100, 1),
            ("sepuluh", _) => (10, 1),
            ("sebelas", _) => (11, 1),
            (word, Some("ribu" | "ribuan")) => (digit(word)? * 1000, 2),
            (word, Some("ratus" | "ratusan")) => (digit(word)? * 100, 2),
            (word, Some("puluh" | "puluhan")) => (digit(word)? * 10, 2),
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
            ("+/- 75 org", "± 75 org"),
            ("50-an orang, kurang lebih", "50 ± orang <Comma> ±"),
            ("09.00 W.I.B. - 9 a.m.", "09 . 00 wib . - 9 am ."),
            ("1.000 (seribu) orang", "1 . 000 orang"),
            ("tiga (3) jam", "3 jam"),
            ("3 (4) jam", "3 ( 4 ) jam"),
            ("📅 4 De\u{301}sem\u{200b}ber ya kak", "4 desember"),
            ("９：００\u{202e} 9️⃣", "9 : 00 9"),
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
        assert_eq!(pieces("1٣ Desember"), None, "a figure that is not read must not be left out");
    }

    #[test]
    fn decimals_are_glued() {
        let of = |text: &str| decimal(&pieces(text).unwrap());
        assert_eq!(of("1,5 jam"), Some((1.5, 3)));
        assert_eq!(of("1, 5"), Some((1.0, 1)));
        assert_eq!(of("2"), Some((2.0, 1)));
    }
}
