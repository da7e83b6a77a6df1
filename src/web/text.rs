//! Text for pages beyond what all text needs: what may be a link, and what must not show.

use crate::domain::limits::web::ADDRESS_CHARS_MAX;

/// An address on the web, if it is one: nothing else may become a link.
pub(super) fn web_link(text: &str) -> Option<String> {
    let url = url::Url::parse(text.trim()).ok()?;
    let fits = matches!(url.scheme(), "http" | "https") && url.has_host() && url.as_str().len() <= ADDRESS_CHARS_MAX;
    fits.then(|| url.to_string())
}

/// The text with every mail address in it masked.
pub(super) fn without_addresses(text: &str) -> String {
    let words = text.split_whitespace().map(|word| if word.contains('@') { "…" } else { word });
    words.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_web_addresses_become_links() {
        assert_eq!(web_link(" https://zoom.us/j/1?pwd=a "), Some("https://zoom.us/j/1?pwd=a".to_owned()));
        for refused in ["", "javascript:alert(1)", "data:text/html,x", "//zoom.us", "zoom.us/j/1", "mailto:a@b.id"] {
            assert_eq!(web_link(refused), None, "{refused}");
        }
    }

    #[test]
    fn addresses_are_masked() {
        assert_eq!(without_addresses("550 <siti@example.go.id>: unknown user"), "550 … unknown user");
    }
}
