//! Loading: file, then environment, then secrets from files; then everything that can be wrong at once.

use std::collections::{BTreeMap, HashSet};
use std::path::{Path, PathBuf};

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp, ToSpan};
use secrecy::ExposeSecret;
use toml::{Table, Value};

use super::gather;
use super::settings::{Approval, Settings};
use crate::domain::finding::Flaw;
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
    #[error("the configuration `{path}` is not valid TOML: {text}")]
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

impl ConfigError {
    /// Each thing that is wrong, by the setting that it is about.
    pub fn flaws(&self) -> Vec<(String, Flaw)> {
        match self {
            ConfigError::File { path, error } => {
                let mend = "copy config/loket.example.toml there and fill it in, or name another file with --config";
                vec![("file".to_owned(), Flaw::new(format!("`{path}` cannot be read: {error}"), mend))]
            }
            ConfigError::Toml { path, text } => {
                let mend = "mend that line; config/loket.example.toml shows how each setting is written";
                vec![("file".to_owned(), Flaw::new(format!("`{path}` is not valid TOML: {text}"), mend))]
            }
            ConfigError::Settings(texts) => texts.iter().map(|text| flaw(text)).collect(),
        }
    }
}

/// A message about a setting, taken apart: the setting that it begins with, what was found, and what is allowed.
fn flaw(text: &str) -> (String, Flaw) {
    let key = text.split('`').nth(1).unwrap_or("settings").to_owned();
    if let Some((found, allowed)) = [", allowed: ", "; allowed: "].iter().find_map(|between| text.split_once(between)) {
        // `… is no setting; did you mean …?`: the question is part of the mend.
        return match found.split_once("; did you mean ") {
            Some((found, meant)) => (key, Flaw::new(found, format!("did you mean {meant} Allowed is {allowed}"))),
            None => (key, Flaw::new(found, format!("allowed is {allowed}"))),
        };
    }
    if let Some(found) = text.strip_suffix(": it is required") {
        let mend = format!("set `{key}` in the configuration, as config/loket.example.toml shows");
        return (key, Flaw::new(found, mend));
    }
    let (found, mend) = text.rsplit_once(": ").unwrap_or((text, "see config/loket.example.toml"));
    (key, Flaw::new(found, mend))
}

/// Loads the configuration. `environment` are the process's variables.
pub fn load(path: &Path, environment: &[(String, String)]) -> Result<Settings, ConfigError> {
    let text = std::fs::read_to_string(path).map_err(|error| ConfigError::File { path: path.display().to_string(), error })?;
    let mut table: Table = toml::from_str(&text)
        .map_err(|error| ConfigError::Toml { path: path.display().to_string(), text: place_in(&text, &error) })?;
    let mut wrong = Vec::new();
    for (name, value) in environment.iter().filter(|(name, _)| name.starts_with(PREFIX)) {
        wrong.extend(overlay(&mut table, name, value).err());
    }
    let folder = path.parent().unwrap_or(Path::new("."));
    for (section, key) in SECRETS {
        wrong.extend(from_file(&mut table, section, key, folder).err());
    }
    let example: Table = toml::from_str(EXAMPLE).map_err(|error| ConfigError::Settings(vec![error.to_string()]))?;
    let mut settings = gather::settings(table, example, &mut wrong);
    if let Some(settings) = &mut settings {
        if !settings.rules.holidays.is_empty() {
            match holidays(&settings.rules.holidays, folder) {
                Ok(names) => settings.rules.holiday_names = names,
                Err(problems) => wrong.extend(problems),
            }
        }
        // Where a setting was wrong, the example's stands for it: what is said of that is not about the operator's.
        let told = |text: &String| wrong.iter().any(|before| flaw(before).0 == flaw(text).0);
        let more: Vec<String> = problems(settings).into_iter().filter(|text| !told(text)).collect();
        wrong.extend(more);
    }
    match settings {
        Some(settings) if wrong.is_empty() => Ok(settings),
        _ => Err(ConfigError::Settings(wrong)),
    }
}

/// Where the file is no TOML, and why; the line itself is not shown, since it may hold a secret.
fn place_in(text: &str, error: &toml::de::Error) -> String {
    let line = error.span().map(|span| text.get(..span.start).unwrap_or(text).matches('\n').count() + 1);
    let why = error.message().replace('\n', ", ");
    line.map_or(why.clone(), |line| format!("line {line}: {why}"))
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
    // Empty in the environment takes away what stands before it: the image sets a store, for example.
    if place.get(key).is_some_and(|value| value.as_str() != Some("")) {
        return Err(format!("`{section}.{key}` and `{section}.{name}` are both set: keep one"));
    }
    let path = folder.join(file);
    let path = if path.exists() { path } else { PathBuf::from(file) };
    let text = std::fs::read_to_string(&path).map_err(|error| {
        format!("`{section}.{name}`: cannot read `{}` ({error}), allowed: the path of a file that Loket may read", path.display())
    })?;
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
        say(
            !emails.insert(host.email.to_lowercase()),
            format!("`zoom.hosts.email`: `{}` stands there twice, allowed: once", host.email),
        );
        say(!names.insert(&host.name), format!("`zoom.hosts.name`: `{}` stands there twice, allowed: once", host.name));
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
    let (stores, store) = (["sqlite:", "postgres://", "postgresql://"], settings.store.url.expose_secret());
    say(
        !stores.iter().any(|scheme| store.starts_with(scheme)),
        format!(
            "`store.url`: found `{}`, allowed: an SQLite file such as `sqlite:data/loket.db`, or a database such as `postgres://user:password@host/loket`",
            shown_store(store)
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
    fn the_environment_may_put_a_file_in_the_place_of_what_is_set() {
        let set = format!("{GOOD}\n[store]\nurl = \"sqlite:x.db\"");
        let settings =
            try_load(&set, &[("LOKET__STORE__URL", ""), ("LOKET__STORE__URL_FILE", "secret")]).map(|settings| settings.store.url);
        assert!(!settings.as_ref().is_err_and(|error| error.contains("are both set")), "{settings:?}");
        let both = try_load(&set, &[("LOKET__STORE__URL_FILE", "secret")]).unwrap_err();
        assert!(both.contains("`store.url` and `store.url_file` are both set"), "{both}");
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
            ("[sheet]", "[store]\nurl = \"mysql://u:secret@h/d\"\n[sheet]", "`store.url`: found `mysql://…`"),
        ] {
            let error = try_load(&GOOD.replacen(from, to, 1), &[]).unwrap_err();
            assert!(error.contains(expected), "{error}\nlacks\n{expected}");
            assert!(!error.contains("secret@"), "{error}");
        }
    }
}
