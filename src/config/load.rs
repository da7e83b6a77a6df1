//! Loading: file, then environment, then secrets from files; then everything that can be wrong at once.

use std::collections::{BTreeMap, HashSet};
use std::path::{Path, PathBuf};

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp, ToSpan};
use toml::{Table, Value};

use super::settings::{Approval, Settings};
use crate::domain::limits::RANGE_DAYS_MAX;
use crate::domain::reading::is_email;

/// Every setting, for the kinds of values that the environment may hold.
const EXAMPLE: &str = include_str!("../../config/loket.example.toml");
/// The beginning of the environment's names.
const PREFIX: &str = "LOKET__";
/// Keys that may stand in a file of their own, named by the key with `_file` behind it.
const SECRETS: [(&str, &str); 6] = [
    ("zoom", "account_id"),
    ("zoom", "client_id"),
    ("zoom", "client_secret"),
    ("mail", "url"),
    ("store", "url"),
    ("google", "credentials"),
];
/// The shortest and longest time between two reads of the sheet (contract).
const POLL_EVERY: (SignedDuration, SignedDuration) = (SignedDuration::from_secs(1), SignedDuration::from_mins(10));

/// What is wrong with the configuration.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file is not there or cannot be read.
    #[error(
        "cannot read the configuration `{path}`: {error}\nCopy config/loket.example.toml there and fill it in, or name another file with --config."
    )]
    File {
        /// Where it was looked for.
        path: String,
        /// Why it cannot be read.
        error: std::io::Error,
    },
    /// The file is no TOML.
    #[error("the configuration `{path}` is not valid TOML:\n{text}")]
    Toml {
        /// The file.
        path: String,
        /// Where and what.
        text: String,
    },
    /// One or more settings are wrong; one a line.
    #[error("the configuration cannot be used:\n  {}", .0.join("\n  "))]
    Settings(Vec<String>),
}

/// Loads the configuration. `environment` are the process's variables.
pub fn load(path: &Path, environment: &[(String, String)]) -> Result<Settings, ConfigError> {
    let text = std::fs::read_to_string(path).map_err(|error| ConfigError::File { path: path.display().to_string(), error })?;
    let mut table: Table =
        toml::from_str(&text).map_err(|error| ConfigError::Toml { path: path.display().to_string(), text: error.to_string() })?;
    let one = |text: String| ConfigError::Settings(vec![text]);
    for (name, value) in environment.iter().filter(|(name, _)| name.starts_with(PREFIX)) {
        overlay(&mut table, name, value).map_err(one)?;
    }
    let folder = path.parent().unwrap_or(Path::new("."));
    for (section, key) in SECRETS {
        from_file(&mut table, section, key, folder).map_err(one)?;
    }
    let mut settings: Settings = serde_path_to_error::deserialize(table).map_err(|error| one(worded(&error)))?;
    if !settings.rules.holidays.is_empty() {
        settings.rules.holiday_names = holidays(&settings.rules.holidays, folder).map_err(ConfigError::Settings)?;
    }
    let problems = problems(&settings);
    if problems.is_empty() { Ok(settings) } else { Err(ConfigError::Settings(problems)) }
}

/// The process's environment.
pub fn environment() -> Vec<(String, String)> {
    std::env::vars_os().filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?))).collect()
}

fn overlay(table: &mut Table, name: &str, value: &str) -> Result<(), String> {
    let parts: Vec<String> = name[PREFIX.len()..].split("__").map(str::to_lowercase).collect();
    let example: Table = toml::from_str(EXAMPLE).map_err(|error| error.to_string())?;
    let (last, sections) = parts.split_last().ok_or_else(|| format!("the environment's `{name}` names no setting"))?;
    let mut like = Some(&example);
    let mut place = table;
    for section in sections {
        like = like.and_then(|table| table.get(section)).and_then(Value::as_table);
        place = place
            .entry(section.clone())
            .or_insert_with(|| Value::Table(Table::new()))
            .as_table_mut()
            .ok_or_else(|| format!("the environment's `{name}`: `{section}` is no section"))?;
    }
    let parsed = match like.and_then(|table| table.get(last)) {
        Some(Value::String(_)) | None => Value::String(value.to_owned()),
        Some(_) => format!("v = {value}").parse::<Table>().ok().and_then(|mut table| table.remove("v")).ok_or_else(|| {
            format!(
                "the environment's `{name}`: found `{value}`, allowed: a value as in the file, such as 60, true or [\"a\", \"b\"]"
            )
        })?,
    };
    place.insert(last.clone(), parsed);
    Ok(())
}

fn from_file(table: &mut Table, section: &str, key: &str, folder: &Path) -> Result<(), String> {
    let Some(place) = table.get_mut(section).and_then(Value::as_table_mut) else { return Ok(()) };
    let name = format!("{key}_file");
    let Some(file) = place.remove(&name) else { return Ok(()) };
    let Some(file) = file.as_str() else { return Err(format!("`{section}.{name}`: allowed: the path of a file")) };
    if place.contains_key(key) {
        return Err(format!("`{section}.{key}` and `{section}.{name}` are both set: keep one"));
    }
    let path = folder.join(file);
    let path = if path.exists() { path } else { PathBuf::from(file) };
    let text = std::fs::read_to_string(&path)
        .map_err(|error| format!("`{section}.{name}`: cannot read `{}`: {error}", path.display()))?;
    place.insert(key.to_owned(), Value::String(text.trim_end_matches(['\r', '\n']).to_owned()));
    Ok(())
}

/// Reads a file of holidays: one a line, `2026-12-25 Hari Raya Natal`, or from one day to another, `2026-03-20..2026-03-24 Idulfitri`.
/// Behind `#` stand remarks.
fn holidays(file: &str, folder: &Path) -> Result<BTreeMap<Date, String>, Vec<String>> {
    let path = folder.join(file);
    let path = if path.exists() { path } else { PathBuf::from(file) };
    let text = std::fs::read_to_string(&path)
        .map_err(|error| vec![format!("`rules.holidays`: cannot read `{}`: {error}", path.display())])?;
    let (mut found, mut problems) = (BTreeMap::new(), Vec::new());
    for (number, line) in (1..).zip(text.trim_start_matches('\u{feff}').lines()) {
        let line = line.split('#').next().unwrap_or("").trim();
        if line.is_empty() {
            continue;
        }
        let (days, name) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
        let (first, last) = days.split_once("..").unwrap_or((days, days));
        match (first.parse::<Date>(), last.parse::<Date>()) {
            (Ok(first), Ok(last)) if first <= last && (last - first).get_days() <= RANGE_DAYS_MAX => {
                let days = first.series(1.day()).take_while(|day| *day <= last);
                found.extend(days.map(|day| (day, name.trim().to_owned())));
            }
            _ => problems.push(format!(
                "`rules.holidays`: line {number} of `{}`: found `{line}`, allowed: `2026-12-25 Name`, or `2026-03-20..2026-03-24 Name`",
                path.display()
            )),
        }
    }
    if problems.is_empty() { Ok(found) } else { Err(problems) }
}

/// The error of the reader, with the whole key in it.
fn worded(error: &serde_path_to_error::Error<toml::de::Error>) -> String {
    let path = error.path().to_string();
    let text = error.inner().message().to_owned();
    let key = |name: &str| if path == "." { name.to_owned() } else { format!("{path}.{name}") };
    if let Some(name) = text.strip_prefix("missing field `").and_then(|rest| rest.strip_suffix('`')) {
        return format!("`{}` is missing: it is required", key(name));
    }
    if let Some(rest) = text.strip_prefix("unknown field `") {
        let found = rest.split('`').next().unwrap_or("");
        let allowed: Vec<&str> = rest.split('`').skip(2).step_by(2).collect();
        let near = allowed.iter().max_by(|a, b| strsim::jaro(a, found).total_cmp(&strsim::jaro(b, found)));
        let hint = near.filter(|near| strsim::jaro(near, found) > 0.7).map(|near| format!("; did you mean `{near}`?"));
        // The path of an unknown key already ends in it.
        let place = if path.ends_with(found) { path.clone() } else { key(found) };
        return format!("`{place}` is no setting{}; allowed: {}", hint.unwrap_or_default(), allowed.join(", "));
    }
    let text = match text.strip_prefix("unknown variant `") {
        Some(rest) => format!("found `{}`", rest.replacen("`, expected", "`, allowed:", 1).trim_end_matches('`')) + "`",
        None => {
            text.replacen("invalid type:", "found", 1).replacen("invalid value:", "found", 1).replace(", expected", ", allowed:")
        }
    };
    format!("`{path}`: {text}")
}

/// Everything that can be seen to be wrong without calling anybody.
fn problems(settings: &Settings) -> Vec<String> {
    let mut problems = Vec::new();
    let mut say = |wrong: bool, text: String| {
        if wrong {
            problems.push(text);
        }
    };
    for (key, value) in [
        ("sheet.id", &settings.sheet.id),
        ("sheet.tab", &settings.sheet.tab),
        ("zoom.account_id", &settings.zoom.account_id),
        ("zoom.client_id", &settings.zoom.client_id),
    ] {
        say(value.trim().is_empty(), format!("`{key}`: found nothing, allowed: a text"));
    }
    say(
        settings.sheet.id.contains('/'),
        format!(
            "`sheet.id`: found `{}`, allowed: only the id between `/d/` and `/edit` in the sheet's address",
            settings.sheet.id
        ),
    );
    let poll = settings.sheet.poll_every.0;
    say(poll < POLL_EVERY.0 || poll > POLL_EVERY.1, format!("`sheet.poll_every`: found `{poll:#}`, allowed: 1s to 10m"));
    let from = &settings.sheet.take_up_from;
    say(
        !from.is_empty() && from.parse::<Timestamp>().is_err(),
        format!("`sheet.take_up_from`: found `{from}`, allowed: a moment such as `2026-12-01T00:00:00+07:00`, or nothing"),
    );
    say(settings.zoom.hosts.is_empty(), "`zoom.hosts`: found none, allowed: one or more `[[zoom.hosts]]`".into());
    let (mut emails, mut names) = (HashSet::new(), HashSet::new());
    for host in &settings.zoom.hosts {
        say(!is_email(&host.email), format!("`zoom.hosts.email`: found `{}`, allowed: a mail address", host.email));
        say(host.name.trim().is_empty(), format!("`zoom.hosts.name` of {}: found nothing, allowed: a text", host.email));
        say(!emails.insert(host.email.to_lowercase()), format!("`zoom.hosts.email`: `{}` stands there twice", host.email));
        say(!names.insert(&host.name), format!("`zoom.hosts.name`: `{}` stands there twice", host.name));
    }
    say(
        settings.mail.from.parse::<lettre::message::Mailbox>().is_err(),
        format!("`mail.from`: found `{}`, allowed: an address such as `Layanan VM <vm@example.go.id>`", settings.mail.from),
    );
    say(settings.mail.staff.is_empty(), "`mail.staff`: found none, allowed: one or more mail addresses".into());
    for address in &settings.mail.staff {
        say(!is_email(address), format!("`mail.staff`: found `{address}`, allowed: a mail address"));
    }
    let agenda = &settings.mail.agenda_at;
    say(
        !agenda.is_empty() && jiff::civil::Time::strptime("%H:%M", agenda).is_err(),
        format!("`mail.agenda_at`: found `{agenda}`, allowed: a time such as `07:00`, or nothing"),
    );
    for (key, value) in [("web.form_url", &settings.web.form_url), ("web.survey_url", &settings.web.survey_url)] {
        say(
            !value.is_empty() && !value.starts_with("https://") && !value.starts_with("http://"),
            format!("`{key}`: found `{value}`, allowed: an address that begins with `https://`, or nothing"),
        );
    }
    for (field, entry) in &settings.web.form_entries {
        let digits = entry.strip_prefix("entry.").unwrap_or("");
        say(
            digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()),
            format!(
                "`web.form_entries.{}`: found `{entry}`, allowed: the question's name in a prefilled link, such as `entry.1234567890`",
                field.key()
            ),
        );
    }
    say(
        !settings.store.url.starts_with("sqlite:"),
        format!(
            "`store.url`: found `{}`, allowed: an SQLite file such as `sqlite:data/loket.db`",
            shown_store(&settings.store.url)
        ),
    );
    let rules = &settings.rules;
    say(
        rules.max_duration.0 > SignedDuration::from_hours(24) || rules.max_duration.0 < SignedDuration::from_mins(1),
        format!("`rules.max_duration`: found `{:#}`, allowed: 1m to 24h, which is Zoom's longest", rules.max_duration.0),
    );
    let approval = rules.approval != Approval::Never || rules.approval_over > 0 || !rules.approval_units.is_empty();
    say(approval, "`rules.approval`, `approval_over`, `approval_units`: this version cannot hold a booking for staff's word yet, and will not book without it: leave them at their defaults".into());
    problems
}

/// The address of a store without what may be a password.
fn shown_store(url: &str) -> String {
    url.split_once("://").map_or_else(|| url.to_owned(), |(scheme, _)| format!("{scheme}://…"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = r#"
        [sheet]
        id = "sheet-1"
        [zoom]
        account_id = "a"
        client_id = "c"
        client_secret = "s"
        [[zoom.hosts]]
        email = "zoom1@example.go.id"
        name = "Zoom-1"
        [mail]
        url = "smtp://127.0.0.1:25"
        from = "VM <vm@example.go.id>"
        staff = ["tik@example.go.id"]
        [web]
        public_url = "https://vm.example.go.id"
    "#;

    fn try_load(text: &str, environment: &[(&str, &str)]) -> Result<Settings, String> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("loket.toml");
        std::fs::write(&path, text).unwrap();
        std::fs::write(folder.path().join("secret"), "from-file\n").unwrap();
        let environment: Vec<_> = environment.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect();
        load(&path, &environment).map_err(|error| error.to_string())
    }

    #[test]
    fn the_required_keys_are_enough_and_the_example_is_complete() {
        let settings = try_load(GOOD, &[]).unwrap();
        let example = try_load(EXAMPLE, &[]).unwrap();
        assert_eq!(format!("{:?}", settings.rules), format!("{:?}", example.rules));
        assert_eq!(format!("{:?}", settings.office), format!("{:?}", example.office));
        assert_eq!(settings.sheet.poll_every, example.sheet.poll_every);
    }

    #[test]
    fn the_environment_goes_over_the_file_and_secrets_come_from_files() {
        let text = GOOD.replace(r#"client_secret = "s""#, r#"client_secret_file = "secret""#);
        let settings = try_load(
            &text,
            &[
                ("LOKET__SHEET__POLL_EVERY", "10s"),
                ("LOKET__GOOGLE__READS_PER_MINUTE", "30"),
                ("LOKET__MAIL__STAFF", r#"["a@b.id", "c@d.id"]"#),
                ("LOKET__SHEET__ID", "123"),
            ],
        )
        .unwrap();
        assert_eq!(settings.sheet.poll_every.0, SignedDuration::from_secs(10));
        assert_eq!((settings.google.reads_per_minute.get(), settings.mail.staff.len()), (30, 2));
        assert_eq!(settings.sheet.id, "123");
        assert_eq!(secrecy::ExposeSecret::expose_secret(&settings.zoom.client_secret), "from-file");
        assert!(!format!("{settings:?}").contains("from-file"));
    }

    #[test]
    fn each_error_names_the_key_what_was_found_and_what_is_allowed() {
        for (from, to, expected) in [
            ("id = \"sheet-1\"", "", "`sheet.id` is missing: it is required"),
            (
                "[sheet]",
                "[sheet]\npol_every = \"5s\"",
                "`sheet.pol_every` is no setting; did you mean `poll_every`?; allowed: id, tab, poll_every",
            ),
            ("[sheet]", "[sheet]\npoll_every = \"0s\"", "`sheet.poll_every`: found `0s`, allowed: 1s to 10m"),
            ("[sheet]", "[sheet]\npoll_every = \"soon\"", "`sheet.poll_every`: found `soon`, allowed: a stretch of time"),
            ("[sheet]", "[sheet]\npoll_every = 5", "`sheet.poll_every`: found integer `5`, allowed: a string"),
            ("[sheet]", "[office]\nlanguage = \"fr\"\n[sheet]", "`office.language`: found `fr`, allowed: `id` or `en`"),
            (
                "[sheet]",
                "[office]\ntime_zone = \"Jakarta\"\n[sheet]",
                "`office.time_zone`: found `Jakarta`, allowed: an IANA zone",
            ),
            ("[sheet]", "[sheeet]\nx = 1\n[sheet]", "`sheeet` is no setting; did you mean `sheet`?"),
            ("from = \"VM <vm@example.go.id>\"", "from = \"VM\"", "`mail.from`: found `VM`, allowed: an address"),
            ("email = \"zoom1@example.go.id\"", "email = \"zoom1\"", "`zoom.hosts.email`: found `zoom1`"),
            ("https://vm.example.go.id", "vm.example.go.id", "`web.public_url`: found `vm.example.go.id`, allowed: an address"),
            ("[sheet]", "[sheet.questions]\ntopik = \"X\"\n[sheet]", "topik"),
            ("[sheet]", "[store]\nurl = \"postgres://u:secret@h/d\"\n[sheet]", "`store.url`: found `postgres://…`"),
        ] {
            let error = try_load(&GOOD.replacen(from, to, 1), &[]).unwrap_err();
            assert!(error.contains(expected), "{error}\nlacks\n{expected}");
            assert!(!error.contains("secret@"), "{error}");
        }
    }
}
