//! People's text made fit to be shown: nothing hidden, nothing that breaks a line, nothing endless. What HTML gives a meaning is
//! escaped where HTML is made.

use super::limits::MARKS_MAX;

/// One line: white space becomes single spaces, control and hidden characters go, and it is cut at so many characters.
pub fn one_line(text: &str, chars_max: usize) -> String {
    let words: Vec<String> = text.split(is_break).map(visible).filter(|word| !word.is_empty()).collect();
    cut(&words.join(" "), chars_max)
}

/// Several lines: line ends are unified, control and hidden characters go, blank lines at the ends too.
pub fn lines(text: &str) -> String {
    let unified = text.replace("\r\n", "\n").replace(['\r', '\u{2028}', '\u{2029}', '\u{b}', '\u{c}', '\u{85}'], "\n");
    let cleaned: Vec<String> = unified.lines().map(|line| visible(&line.replace('\t', " ")).trim_end().to_owned()).collect();
    cleaned.join("\n").trim().to_owned()
}

/// Cut at so many characters, with an ellipsis in place of the rest.
pub fn cut(text: &str, chars_max: usize) -> String {
    if text.chars().count() <= chars_max {
        return text.to_owned();
    }
    let kept: String = text.chars().take(chars_max.saturating_sub(1)).collect();
    format!("{}…", kept.trim_end())
}

fn is_break(c: char) -> bool {
    c.is_whitespace() || c.is_control()
}

/// The text without what cannot be seen, and without towers of marks over one letter.
fn visible(text: &str) -> String {
    let mut marks = 0;
    let shown = text.chars().filter(|c| !c.is_control() && !is_hidden(*c)).filter(|c| {
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
    fn hidden_marks_line_breaks_and_endless_text_go() {
        assert_eq!(one_line(" Rapat\r\nBcc: x@y.id\u{202e}\u{0}  A\u{2028}B ", 80), "Rapat Bcc: x@y.id A B");
        assert_eq!(one_line(&"ab ".repeat(100), 6), "ab ab…");
        assert_eq!(one_line(&"panjang ".repeat(700), 200).chars().count(), 200);
        assert_eq!(one_line(&format!("Z{}x", "\u{301}".repeat(50)), 80), "Z\u{301}\u{301}x");
        assert_eq!(lines("\r\na\tb\u{7}\rc\u{200f}\n\n"), "a b\nc");
    }
}
