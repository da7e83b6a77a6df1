//! People's text made fit for letters: nothing hidden, nothing that breaks a line or a header, nothing endless.

/// One line: white space becomes single spaces, control and hidden characters go, and it is cut at so many characters.
pub(super) fn one_line(text: &str, chars_max: usize) -> String {
    let words: Vec<String> = text.split(is_break).map(visible).filter(|word| !word.is_empty()).collect();
    cut(&words.join(" "), chars_max)
}

/// One line for a header. `=?` would be taken for an encoded word (RFC 2047) by the mail program that shows it.
pub(super) fn header_line(text: &str, chars_max: usize) -> String {
    one_line(&text.replace("=?", "= ?"), chars_max)
}

/// Several lines: line ends are unified, control and hidden characters go, blank lines at the ends too.
pub(super) fn lines(text: &str) -> String {
    let unified = text.replace("\r\n", "\n").replace(['\r', '\u{2028}', '\u{2029}', '\u{b}', '\u{c}', '\u{85}'], "\n");
    let cleaned: Vec<String> = unified.lines().map(|line| visible(&line.replace('\t', " ")).trim_end().to_owned()).collect();
    cleaned.join("\n").trim().to_owned()
}

/// Cut at so many characters, with an ellipsis in place of the rest.
pub(super) fn cut(text: &str, chars_max: usize) -> String {
    if text.chars().count() <= chars_max {
        return text.to_owned();
    }
    let kept: String = text.chars().take(chars_max.saturating_sub(1)).collect();
    format!("{}…", kept.trim_end())
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

fn is_break(c: char) -> bool {
    c.is_whitespace() || c.is_control()
}

fn visible(text: &str) -> String {
    text.chars().filter(|c| !c.is_control() && !is_hidden(*c)).collect()
}

/// Characters that show nothing but change what is shown: marks of direction, joiners, tags (Unicode, category Cf).
fn is_hidden(c: char) -> bool {
    matches!(
        c,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_and_hidden_marks_go() {
        assert_eq!(one_line(" Rapat\r\nBcc: x@y.id\u{202e}\u{0}  A\u{2028}B ", 80), "Rapat Bcc: x@y.id A B");
        assert_eq!(one_line(&"ab ".repeat(100), 6), "ab ab…");
        assert_eq!(header_line("=?utf-8?q?x?=", 80), "= ?utf-8?q?x?=");
        assert_eq!(lines("\r\na\tb\u{7}\rc\u{200f}\n\n"), "a b\nc");
    }

    #[test]
    fn thousands_are_set_apart() {
        assert_eq!(grouped(100, '.'), "100");
        assert_eq!(grouped(1000, '.'), "1.000");
        assert_eq!(grouped(1_234_567, ','), "1,234,567");
    }
}
