//! Telephone numbers as people type them, and the link that opens a WhatsApp chat.
//!
//! The crate `phonenumber` (Google's libphonenumber, Apache-2.0) was weighed and left out: it knows the numbering plans of all
//! countries, while only Indonesian numbers are written here without a country, and what makes an answer hard to read is not the plan
//! but what stands around the number (names, "WA:", a second number, swallowed zeros, hidden marks). That has to be read here in any
//! case; what is left of the plan is three ranges of lengths.

use std::fmt::Write as _;

use super::limits::phone::{FOREIGN_DIGITS, LANDLINE_DIGITS, MOBILE_DIGITS, READ_CHARS_MAX, WHATSAPP_LINK_CHARS_MAX};
use super::text::{lines, one_line};

/// A number that could be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Phone {
    /// `+6281234567890` (ITU-T E.164).
    pub e164: String,
    /// A mobile number, or one from abroad, of which nobody here can tell: WhatsApp may be behind it.
    pub mobile: bool,
}

impl Phone {
    /// The first number in a text; `None` where there is none that can be read with certainty.
    pub fn read(text: &str) -> Option<Phone> {
        let bounded: String = text.chars().take(READ_CHARS_MAX).collect();
        // A line end parts two numbers; what is hidden in a line parts nothing.
        lines(&bounded).lines().flat_map(|line| runs(&one_line(line, READ_CHARS_MAX))).find_map(|run| first_in(&run))
    }

    /// The link that opens a chat with this number (WhatsApp, "click to chat"), with a text ready to be sent unless it is empty.
    /// None for a landline.
    pub fn whatsapp_link(&self, text: &str) -> Option<String> {
        let bare = format!("https://wa.me/{}", self.e164.trim_start_matches('+'));
        match (self.mobile, text.is_empty()) {
            (false, _) => None,
            (true, true) => Some(bare),
            (true, false) => Some(with_text(bare + "?text=", text)),
        }
    }
}

/// The address with as much of the text as fits, each character whole.
fn with_text(mut link: String, text: &str) -> String {
    for c in text.chars() {
        let before = link.len();
        push_percent_coded(&mut link, c);
        if link.len() > WHATSAPP_LINK_CHARS_MAX {
            link.truncate(before);
            break;
        }
    }
    link
}

/// A character as part of a query (RFC 3986, 2.1); a space as `%20`, since WhatsApp shows a `+` as it is.
fn push_percent_coded(link: &mut String, c: char) {
    if c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_' | '~') {
        return link.push(c);
    }
    for byte in c.encode_utf8(&mut [0; 4]).bytes() {
        let _ = write!(link, "%{byte:02X}");
    }
}

/// Stretches of digits with the signs that people put between them; anything else ends one.
fn runs(line: &str) -> Vec<String> {
    let mut runs = vec![String::new()];
    for c in line.chars().map(plain) {
        let goes_on = c.is_ascii_digit() || matches!(c, ' ' | '-' | '.' | '(' | ')' | '+');
        match runs.last_mut() {
            Some(run) if goes_on => run.push(c),
            _ => runs.push(String::new()),
        }
    }
    runs
}

/// Full-width digits and signs (U+FF01 to U+FF5E) and every dash as their plain ones.
fn plain(c: char) -> char {
    match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{fe58}' | '\u{fe63}' => '-',
        '\u{b7}' | '\u{2022}' | '\u{2024}' => '.',
        c => c,
    }
}

/// The first number in a run. A run may hold more than one, with nothing but a space between them, or an item's number before it: a
/// number begins where one can begin, and ends at the run's end or where the next can begin.
fn first_in(run: &str) -> Option<Phone> {
    let spaced = run.replace('+', " +");
    let groups: Vec<&str> = spaced.split([' ', '-', '.', '(', ')']).filter(|group| !group.is_empty()).collect();
    let begins = |at: usize| groups.get(at).is_none_or(|group| ["0", "+", "62"].iter().any(|head| group.starts_with(head)));
    (0..groups.len()).filter(|first| *first == 0 || begins(*first)).find_map(|first| {
        let mut typed = String::new();
        let mut found = None;
        for (at, group) in groups.iter().enumerate().skip(first) {
            let second_plus = at > first && group.starts_with('+');
            if second_plus || typed.len() + group.len() > FOREIGN_DIGITS.end() + 3 {
                break;
            }
            typed.push_str(group);
            if begins(at + 1) {
                found = number(&typed).or(found);
            }
        }
        found
    })
}

/// A number by its digits, with a `+` in front where one was typed.
fn number(typed: &str) -> Option<Phone> {
    let digits = typed.strip_prefix('+');
    if let Some(digits) = digits.filter(|digits| !digits.starts_with('0')) {
        return abroad(digits);
    }
    let digits = digits.unwrap_or(typed);
    if digits.starts_with("008") {
        // Two zeros may stand for `+`, or for one of them; before an 8 nobody can tell.
        None
    } else if let Some(rest) = digits.strip_prefix("00") {
        abroad(rest)
    } else if let Some(rest) = digits.strip_prefix('0') {
        indonesian(rest)
    } else if let Some(rest) = digits.strip_prefix("62") {
        indonesian(rest.trim_start_matches('0'))
    } else if digits.starts_with('8') {
        // The leading zero was swallowed: the sheet took the answer for a number.
        indonesian(digits)
    } else {
        None
    }
}

fn abroad(digits: &str) -> Option<Phone> {
    if let Some(rest) = digits.strip_prefix("62") {
        return indonesian(rest.strip_prefix('0').unwrap_or(rest));
    }
    let good = FOREIGN_DIGITS.contains(&digits.len()) && !digits.starts_with('0');
    good.then(|| Phone { e164: format!("+{digits}"), mobile: true })
}

/// An Indonesian number without its leading zero. Numbers that begin with 80 are services, and those with 1 have no zero.
fn indonesian(digits: &str) -> Option<Phone> {
    let mobile = digits.starts_with('8') && !digits.starts_with("80");
    let lengths = if mobile { MOBILE_DIGITS } else { LANDLINE_DIGITS };
    let good = lengths.contains(&digits.len()) && !digits.starts_with(['0', '1']);
    good.then(|| Phone { e164: format!("+62{digits}"), mobile })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is typed, the number in it, and whether WhatsApp may be behind it.
    const TYPED: &[(&str, &str, bool)] = &[
        ("0812-3456-789", "+628123456789", true),
        ("+62 812 3456 789", "+628123456789", true),
        ("62 812.3456.789", "+628123456789", true),
        ("8123456789", "+628123456789", true),
        ("628123456789", "+628123456789", true),
        ("0812 3456 789 (Budi)", "+628123456789", true),
        ("(0812) 3456789", "+628123456789", true),
        ("0812 - 3456 - 7890", "+6281234567890", true),
        ("(021) 123-4567", "+62211234567", false),
        ("021 1234 5678", "+622112345678", false),
        ("+62 21 1234567", "+62211234567", false),
        ("0967-12345", "+6296712345", false),
        ("0800 1 234567", "+628001234567", false),
        ("+62 812\u{2011}3456\u{2011}7890", "+6281234567890", true),
        ("\u{202a}+62\u{a0}812\u{2011}3456\u{2011}7890\u{202c}", "+6281234567890", true),
        ("\u{200e}\u{2066}0812\u{2060}34567890\u{2069}\u{feff}", "+6281234567890", true),
        ("081234567890 / 081398765432", "+6281234567890", true),
        ("081234567890/081398765432", "+6281234567890", true),
        ("081234567890, 081398765432", "+6281234567890", true),
        ("081234567890;081398765432", "+6281234567890", true),
        ("081234567890 atau 081398765432", "+6281234567890", true),
        ("081234567890 081398765432", "+6281234567890", true),
        ("0812-3456-7890 0813-9876-5432", "+6281234567890", true),
        ("081234567890-081398765432", "+6281234567890", true),
        ("081234567890\n081398765432", "+6281234567890", true),
        ("+6281234567890+6281398765432", "+6281234567890", true),
        ("(021) 1234567 / 081234567890", "+62211234567", false),
        ("0062 812 3456 7890", "+6281234567890", true),
        ("+62 (0)812 3456 7890", "+6281234567890", true),
        ("62081234567890", "+6281234567890", true),
        ("+0812 3456 7890", "+6281234567890", true),
        ("WA: 0812 3456 7890", "+6281234567890", true),
        ("hp 0812-3456-7890", "+6281234567890", true),
        ("No.2: 0812-3456-7890", "+6281234567890", true),
        ("1. 0812-3456-7890", "+6281234567890", true),
        ("08123456789 an. Budi", "+628123456789", true),
        ("Budi (0812 3456 789)", "+628123456789", true),
        ("0812 3456 789 ext 2", "+628123456789", true),
        ("0812 0345 0678", "+6281203450678", true),
        ("https://wa.me/6281234567890", "+6281234567890", true),
        ("tel:+6281234567890", "+6281234567890", true),
        ("０８１２－３４５６－７８９０", "+6281234567890", true),
        ("'081234567890", "+6281234567890", true),
        ("+65 9123 4567", "+6591234567", true),
        ("0065 9123 4567", "+6591234567", true),
        ("+1 (202) 555-0123", "+12025550123", true),
        ("0857-1234-56789", "+62857123456789", true),
    ];

    const UNREADABLE: &[&str] = &[
        "",
        "-",
        "sda",
        "sama dengan di atas",
        "08xx",
        "08xx-xxxx-7890",
        "0812",
        "0812-345",
        "0812 3456 7890 123",
        "081234567890123",
        "+62 8",
        "62",
        "123456789",
        "ext. 12",
        "14045",
        "1500-123",
        "008123456789",
        "0012",
        "+0",
        "+",
        "30-11-2026",
        "08-12-2026",
        "19650101 199003 1 001",
        "00000000000",
        "٠٨١٢٣٤٥٦٧٨٩",
    ];

    #[test]
    fn numbers_are_read_as_people_type_them() {
        for (typed, e164, mobile) in TYPED {
            assert_eq!(Phone::read(typed), Some(Phone { e164: (*e164).to_owned(), mobile: *mobile }), "{typed:?}");
        }
        for typed in UNREADABLE {
            assert_eq!(Phone::read(typed), None, "{typed:?}");
        }
    }

    #[test]
    fn a_number_cell_that_lost_its_zero_is_read() {
        let cell = crate::domain::answer::Cell::Number(8_123_456_789.0);
        assert_eq!(Phone::read(&cell.text()).unwrap().e164, "+628123456789");
        let cell = crate::domain::answer::Cell::Number(6_281_234_567_890.0);
        assert_eq!(Phone::read(&cell.text()).unwrap().e164, "+6281234567890");
    }

    #[test]
    fn a_mobile_number_opens_a_chat_with_the_text_ready() {
        let mobile = Phone::read("0812-3456-7890").unwrap();
        assert_eq!(mobile.whatsapp_link(""), Some("https://wa.me/6281234567890".to_owned()));
        assert_eq!(
            mobile.whatsapp_link("Yth. Ibu,\n1. 09.00–10.00 & “x” 50% +1").unwrap(),
            "https://wa.me/6281234567890?text=Yth.%20Ibu%2C%0A1.%2009.00%E2%80%9310.00%20%26%20%E2%80%9Cx%E2%80%9D%2050%25%20%2B1"
        );
        assert_eq!(Phone::read("(021) 123-4567").unwrap().whatsapp_link("x"), None);
    }

    proptest::proptest! {
        #[test]
        fn no_link_is_too_long_or_breaks_a_character(text in "\\PC{0,900}") {
            let link = Phone::read("081234567890").unwrap().whatsapp_link(&text).unwrap();
            proptest::prop_assert!(link.len() <= WHATSAPP_LINK_CHARS_MAX && link.is_ascii());
            let url = url::Url::parse(&link).unwrap();
            let back = url.query_pairs().next().map(|(_, value)| value.into_owned()).unwrap_or_default();
            proptest::prop_assert!(text.starts_with(&back), "{}", back);
        }

        #[test]
        fn what_is_read_is_a_number(text in "[-+0-9 ()./A-Za-z\u{ff10}-\u{ff19}]{0,60}") {
            if let Some(phone) = Phone::read(&text) {
                let digits = phone.e164.strip_prefix('+').unwrap();
                proptest::prop_assert!(digits.bytes().all(|b| b.is_ascii_digit()) && FOREIGN_DIGITS.contains(&digits.len()));
                proptest::prop_assert_eq!(Phone::read(&phone.e164), Some(phone));
            }
        }

        #[test]
        fn a_mobile_number_is_the_same_however_it_is_set(
            tail in "[1-9][0-9]{7,10}", at in 1_usize..7, sign in proptest::sample::select(vec![" ", "-", ".", " - ", "\u{2011}", "\u{a0}"]),
        ) {
            let (head, rest) = tail.split_at(at);
            let expected = Some(Phone { e164: format!("+628{tail}"), mobile: true });
            for form in [format!("08{head}{sign}{rest}"), format!("+628{head}{sign}{rest}"), format!("8{head}{sign}{rest}"), format!("62 8{head}{sign}{rest} (WA)")] {
                proptest::prop_assert_eq!(Phone::read(&form), expected.clone(), "{}", form);
            }
        }
    }
}
