//! People's text made fit for pages: nothing hidden, nothing endless. What HTML gives a meaning is escaped by the templates.

use super::limits::{ADDRESS_CHARS_MAX, MARKS_MAX};

/// One line: white space becomes single spaces, hidden characters go, and it is cut at so many characters.
pub(super) fn one_line(text: &str, chars_max: usize) -> String {
    let words: Vec<String> = text.split(is_break).map(visible).filter(|word| !word.is_empty()).collect();
    let line = words.join(" ");
    if line.chars().count() <= chars_max {
        return line;
    }
    let kept: String = line.chars().take(chars_max.saturating_sub(1)).collect();
    format!("{}…", kept.trim_end())
}

/// An address on the web, if it is one: nothing else may become a link.
pub(super) fn web_link(text: &str) -> Option<String> {
    let url = url::Url::parse(text.trim()).ok()?;
    let fits = matches!(url.scheme(), "http" | "https") && url.has_host() && url.as_str().len() <= ADDRESS_CHARS_MAX;
    fits.then(|| url.to_string())
}

/// The link that opens a chat with an Indonesian or international number (WhatsApp, "click to chat").
pub(super) fn whatsapp_link(phone: &str) -> Option<String> {
    let digits: String = phone.chars().filter(char::is_ascii_digit).collect();
    let number = digits.strip_prefix('0').map_or_else(|| digits.clone(), |rest| format!("62{rest}"));
    (9..=15).contains(&number.len()).then(|| format!("https://wa.me/{number}"))
}

/// The text with every mail address in it masked.
pub(super) fn without_addresses(text: &str) -> String {
    let words = text.split_whitespace().map(|word| if word.contains('@') { "…" } else { word });
    words.collect::<Vec<_>>().join(" ")
}

fn is_break(c: char) -> bool {
    c.is_whitespace() || c.is_control()
}

fn visible(word: &str) -> String {
    let mut marks = 0;
    let shown = word.chars().filter(|c| !is_hidden(*c)).filter(|c| {
        marks = if is_mark(*c) { marks + 1 } else { 0 };
        marks <= MARKS_MAX
    });
    shown.collect()
}

/// Characters that show nothing but change what is shown: marks of direction, joiners, tags (Unicode, category Cf).
fn is_hidden(c: char) -> bool {
    matches!(
        c,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}'
    )
}

/// Marks that are put above or below a letter (Unicode's blocks of combining marks).
fn is_mark(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}' | '\u{20d0}'..='\u{20ff}' | '\u{fe20}'..='\u{fe2f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hidden_marks_and_endless_text_go() {
        assert_eq!(one_line(" Rapat\r\n\u{202e}Tertutup\u{200b}  A\u{2028}B ", 80), "Rapat Tertutup A B");
        assert_eq!(one_line(&"panjang ".repeat(700), 200).chars().count(), 200);
        assert_eq!(one_line(&format!("Z{}x", "\u{301}".repeat(50)), 80), "Z\u{301}\u{301}x");
    }

    #[test]
    fn only_web_addresses_become_links() {
        assert_eq!(web_link(" https://zoom.us/j/1?pwd=a "), Some("https://zoom.us/j/1?pwd=a".to_owned()));
        for refused in ["", "javascript:alert(1)", "data:text/html,x", "//zoom.us", "zoom.us/j/1", "mailto:a@b.id"] {
            assert_eq!(web_link(refused), None, "{refused}");
        }
        assert_eq!(whatsapp_link("0812-3456-7890"), Some("https://wa.me/6281234567890".to_owned()));
        assert_eq!(whatsapp_link("ext. 12"), None);
    }

    #[test]
    fn addresses_are_masked() {
        assert_eq!(without_addresses("550 <siti@example.go.id>: unknown user"), "550 … unknown user");
    }
}
