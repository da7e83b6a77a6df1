//! Text for letters beyond what all text needs: headers, HTML, numbers.

use crate::domain::text::one_line;

/// One line for a header. `=?` would be taken for an encoded word (RFC 2047) by the mail program that shows it.
pub(super) fn header_line(text: &str, chars_max: usize) -> String {
    one_line(&text.replace("=?", "= ?"), chars_max)
}

/// The characters that HTML gives a meaning, as text. For web addresses: every `/` stays a `/`.
pub(super) fn html_escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}

/// A number with its thousands set apart.
pub(super) fn grouped(number: u64, mark: char) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(mark);
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_header_holds_what_looks_encoded() {
        assert_eq!(header_line("=?utf-8?q?x?=", 80), "= ?utf-8?q?x?=");
    }

    #[test]
    fn thousands_are_set_apart() {
        assert_eq!(grouped(100, '.'), "100");
        assert_eq!(grouped(1000, '.'), "1.000");
        assert_eq!(grouped(1_234_567, ','), "1,234,567");
    }
}
