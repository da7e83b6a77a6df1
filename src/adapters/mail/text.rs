//! Text for letters beyond what all text needs: headers and numbers.

use crate::domain::text::one_line;

/// One line for a header. `=?` would be taken for an encoded word (RFC 2047) by the mail program that shows it.
pub(super) fn header_line(text: &str, chars_max: usize) -> String {
    one_line(&text.replace("=?", "= ?"), chars_max)
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
