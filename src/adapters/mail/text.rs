//! Text for letters beyond what all text needs: headers and numbers.

use crate::domain::text::one_line;

/// One line for a header. `=?` would be taken for an encoded word (RFC 2047) by the mail program that shows it.
pub(super) fn header_line(text: &str, chars_max: usize) -> String {
    one_line(&text.replace("=?", "= ?"), chars_max)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_header_holds_what_looks_encoded() {
        assert_eq!(header_line("=?utf-8?q?x?=", 80), "= ?utf-8?q?x?=");
    }
}
