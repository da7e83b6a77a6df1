//! What letters and pages have in common as templates: where their source comes from, and how text becomes HTML.

use std::path::{Component, Path};

use include_dir::Dir;
use minijinja::{Error, ErrorKind};

/// The source of a template: the office's own file below `own`, or the built-in one. A name that leads out of the folder is none.
pub fn load(own: Option<&Path>, built_in: &Dir<'_>, name: &str) -> Result<Option<String>, Error> {
    let path = Path::new(name);
    if !path.components().all(|part| matches!(part, Component::Normal(_))) {
        return Ok(None);
    }
    if let Some(file) = own.map(|dir| dir.join(path)).filter(|file| file.is_file()) {
        let read = std::fs::read_to_string(file);
        return read.map(Some).map_err(|error| Error::new(ErrorKind::InvalidOperation, format!("cannot be read: {error}")));
    }
    Ok(built_in.get_file(path).and_then(|file| file.contents_utf8()).map(str::to_owned))
}

/// The characters that HTML gives a meaning, as text. Unlike the library's own way every `/` stays a `/`, as web addresses need.
pub fn html_escaped(text: &str) -> String {
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

#[cfg(test)]
mod tests {
    use super::*;

    static BUILT_IN: Dir<'_> = include_dir::include_dir!("$CARGO_MANIFEST_DIR/config/words");

    #[test]
    fn the_offices_own_file_goes_first_and_no_name_leads_out_of_its_folder() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("id.ftl"), "own").unwrap();
        let source = |name: &str| load(Some(folder.path()), &BUILT_IN, name).unwrap();
        assert_eq!(source("id.ftl"), Some("own".to_owned()));
        assert!(source("en.ftl").is_some_and(|text| text.contains("field-email")));
        for outside in ["../id.ftl", "/etc/passwd", "a/../../id.ftl", "missing.ftl"] {
            assert_eq!(source(outside), None, "{outside}");
        }
    }

    #[test]
    fn text_is_never_markup() {
        assert_eq!(html_escaped("<a href='/x'>\"&"), "&lt;a href=&#39;/x&#39;&gt;&quot;&amp;");
    }
}
