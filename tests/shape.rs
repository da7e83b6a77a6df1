//! The house keeps its shape: arrows point down only, files stay small, and what must not be in the code is not.

#![expect(clippy::unwrap_used, reason = "a test stops at what it did not expect")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// No file of the project is longer (a reader keeps one in mind at once).
const LINES_MAX: usize = 600;

/// Who may use whom. `main → cli → desk, web → adapters → domain`; web sits beside the desk and reads what it wired;
/// config and telemetry stand below the commands.
const ARROWS: &[(&str, &[&str])] = &[
    ("domain", &[]),
    ("config", &["domain"]),
    ("telemetry", &[]),
    ("adapters", &["domain"]),
    ("desk", &["adapters", "domain", "config"]),
    ("web", &["desk", "adapters", "domain", "config"]),
    ("cli", &["web", "desk", "adapters", "domain", "config", "telemetry"]),
];

/// The only files of `desk` that the web may use: what is wired and how it is; it never acts.
const DESK_FOR_WEB: &[&str] = &["wiring", "health"];

/// What the ground must not know.
const NOT_IN_DOMAIN: &[&str] = &[
    "async ",
    ".await",
    "tokio",
    "sqlx",
    "serde_json",
    "reqwest",
    "std::fs",
    "std::env",
    "tracing",
    "println!",
    "Timestamp::now",
];

/// Crates that must not come in, by any way.
const NO_CRATES: &[&str] = &["openssl-sys", "native-tls", "aws-lc-rs", "aws-lc-sys"];

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn files(folder: &Path, ending: &[&str]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() {
            if !name.starts_with('.') && name != "target" && name != "data" && name != "__pycache__" {
                found.extend(files(&path, ending));
            }
        } else if ending.iter().any(|end| name.ends_with(end)) {
            found.push(path);
        }
    }
    found.sort();
    found
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap()
}

/// The code without its unit tests.
fn code(path: &Path) -> String {
    let text = read(path);
    text.split("#[cfg(test)]\nmod ").next().unwrap_or(&text).to_owned()
}

fn shown(path: &Path) -> String {
    path.strip_prefix(root()).unwrap().display().to_string()
}

#[test]
fn arrows_point_down_only() {
    let src = root().join("src");
    let mut wrong = Vec::new();
    for path in files(&src, &[".rs"]) {
        let inside = path.strip_prefix(&src).unwrap();
        let room = inside.components().next().unwrap().as_os_str().to_string_lossy().trim_end_matches(".rs").to_owned();
        let Some((_, allowed)) = ARROWS.iter().find(|(name, _)| *name == room) else { continue };
        for (number, line) in code(&path).lines().enumerate() {
            for part in line.split("crate::").skip(1) {
                let target: String = part.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
                if target != room && !allowed.contains(&target.as_str()) && ARROWS.iter().any(|(name, _)| *name == target) {
                    wrong.push(format!("{}:{}: `{room}` must not know `{target}`", shown(&path), number + 1));
                }
                if room == "web"
                    && target == "desk"
                    && !DESK_FOR_WEB.iter().any(|file| part.starts_with(&format!("desk::{file}")))
                {
                    wrong.push(format!("{}:{}: the web reads, it never acts", shown(&path), number + 1));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn adapters_do_not_know_each_other() {
    let adapters = root().join("src/adapters");
    let parties = ["sheet", "zoom", "mail", "store"];
    let mut wrong = Vec::new();
    for path in files(&adapters, &[".rs"]) {
        let own = path.strip_prefix(&adapters).unwrap().components().next().unwrap().as_os_str().to_string_lossy().into_owned();
        for party in parties.iter().filter(|party| **party != own) {
            if code(&path).contains(&format!("adapters::{party}")) {
                wrong.push(format!("{} knows `{party}`", shown(&path)));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn the_ground_is_pure() {
    let mut wrong = Vec::new();
    for path in files(&root().join("src/domain"), &[".rs"]) {
        let text = code(&path);
        let lines = text.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n");
        wrong.extend(NOT_IN_DOMAIN.iter().filter(|word| lines.contains(*word)).map(|word| format!("{}: {word}", shown(&path))));
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn the_sandbox_knows_nothing_of_its_clients() {
    for path in files(&root().join("sandbox/src"), &[".rs"]) {
        let text = read(&path).replace("loket_sandbox", "").replace("loket-sandbox", "").to_lowercase();
        assert!(!text.contains("loket"), "{} speaks of a client", shown(&path));
    }
}

#[test]
fn files_are_small_and_say_what_they_are() {
    let mut wrong = Vec::new();
    for path in files(&root(), &[".rs", ".py", ".html", ".css", ".js", ".sql", ".ftl", ".toml", ".md"]) {
        let text = read(&path);
        let lines = text.lines().count();
        if lines > LINES_MAX {
            wrong.push(format!("{} has {lines} lines", shown(&path)));
        }
        if path.extension().is_some_and(|ending| ending == "rs") && !text.starts_with("//!") {
            wrong.push(format!("{} does not open by saying what it is", shown(&path)));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn nothing_unfinished_and_no_test_put_aside() {
    // Written in parts, so that this file does not find itself.
    let banned =
        [["todo", "!("].concat(), ["unimplemented", "!("].concat(), ["#[ig", "nore"].concat(), ["#[al", "low("].concat()];
    let mut wrong = Vec::new();
    for path in files(&root(), &[".rs"]) {
        let text = read(&path);
        wrong.extend(banned.iter().filter(|word| text.contains(*word)).map(|word| format!("{}: {word}", shown(&path))));
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn one_tls_stack() {
    let lock = read(&root().join("Cargo.lock"));
    let there: BTreeSet<&str> = lock.lines().filter_map(|line| line.strip_prefix("name = \"")?.strip_suffix('"')).collect();
    let found: Vec<_> = NO_CRATES.iter().filter(|name| there.contains(**name)).collect();
    assert!(found.is_empty(), "{found:?}");
}

#[test]
fn the_runbook_says_what_to_do_about_every_letter_that_asks_for_somebody() {
    let words = fs::read_to_string(root().join("config/words/id.ftl")).unwrap();
    let runbook = fs::read_to_string(root().join("docs/runbook.md")).unwrap();
    let titles = words.lines().filter_map(|line| line.strip_prefix("notice-")?.split_once("-title = "));
    let (mut known, mut seen) = (Vec::new(), 0);
    for (name, title) in titles {
        seen += 1;
        let told = title.split('{').next().unwrap().trim();
        known.push((name, runbook.contains(told)));
    }
    let missing: Vec<_> = known.iter().filter(|(_, told)| !told).collect();
    assert!(seen > 5 && missing.is_empty(), "docs/runbook.md does not say what to do about {missing:?}");
}
