//! Google and the sheet: key, token, sharing, the right to edit, the tab, its columns, zone and locale.

use jiff::tz::TimeZone;

use super::{Report, Subject};
use crate::adapters::clock;
use crate::adapters::sheet::door::SheetDoor;
use crate::adapters::sheet::facts::SheetFacts;
use crate::adapters::sheet::probe::{Look, Protection};
use crate::adapters::sheet::trouble::Trouble;
use crate::config::settings::Settings;
use crate::desk::intake::Layout;
use crate::domain::finding::{Area, Finding, Flaw};
use crate::domain::header_problem::letters;
use crate::domain::outcome::Outcome;
use crate::domain::rows::OwnColumn;
use crate::domain::wording::Language;

/// The item of the token.
pub(super) const TOKEN: &str = "token";
/// Stands in the mend of a token that is refused because of the time.
pub(super) const CLOCK_WORD: &str = "timedatectl";
const KEY: &str = "key file";
const API: &str = "Sheets API";
const ACCESS: &str = "sharing";
const EDIT: &str = "right to edit";
const TAB: &str = "tab";
const QUESTIONS: &str = "questions";
const OWN: &str = "own columns";

/// `tab_id` is the tab that the store knows.
pub(super) async fn look(subject: &Subject<'_>, tab_id: Option<i32>) -> Report {
    let door = match subject.sheet {
        Ok(door) => door,
        Err(error) => {
            let mut findings = vec![Finding::failed(Area::Google, KEY, error.flaw())];
            findings.extend(skipped(Area::Google, &[TOKEN], "there is no key"));
            findings.extend(skipped(Area::Sheet, &[ACCESS, EDIT, TAB, QUESTIONS], "there is no key"));
            return Report { findings, clock_ahead: None };
        }
    };
    let mut findings = vec![Finding::ok(Area::Google, KEY, format!("the key of {}", door.account))];
    if let Err(trouble) = door.try_token().await {
        findings.push(Finding::failed(Area::Google, TOKEN, trouble.flaw(&door.account)));
        findings.extend(skipped(Area::Sheet, &[ACCESS, EDIT, TAB, QUESTIONS], "Google gives no token"));
        return Report { findings, clock_ahead: door.clock_ahead().await };
    }
    findings.push(Finding::ok(Area::Google, TOKEN, "Google gives one"));
    match door.look(tab_id, &subject.settings.sheet.tab).await {
        Ok(seen) => findings.extend(inside(subject, door, seen).await),
        Err(trouble) => {
            let (area, item) = place(&trouble);
            findings.push(Finding::failed(area, item, trouble.flaw(&door.account)));
            let why = "the spreadsheet cannot be read";
            let rest: &[&str] = if area == Area::Google { &[ACCESS, EDIT, TAB, QUESTIONS] } else { &[EDIT, TAB, QUESTIONS] };
            findings.extend(skipped(Area::Sheet, rest, why));
        }
    }
    Report { findings, clock_ahead: door.clock_ahead().await }
}

fn skipped<'a>(area: Area, items: &'a [&'a str], why: &'a str) -> impl Iterator<Item = Finding> + 'a {
    items.iter().map(move |item| Finding::skipped(area, *item, why))
}

/// Which item a trouble is about.
fn place(trouble: &Trouble) -> (Area, &'static str) {
    match trouble {
        Trouble::Down(_) | Trouble::ApiOff { .. } | Trouble::Quota(_) => (Area::Google, API),
        Trouble::Key(_) | Trouble::Account(_) | Trouble::Clock(_) | Trouble::Token(_) => (Area::Google, TOKEN),
        Trouble::ReadOnly(_) | Trouble::Protected(_) => (Area::Sheet, EDIT),
        Trouble::NotShared(_) | Trouble::NoSheet(_) | Trouble::Other(_) => (Area::Sheet, ACCESS),
    }
}

/// The spreadsheet can be read.
async fn inside(subject: &Subject<'_>, door: &SheetDoor, seen: Look) -> Vec<Finding> {
    let mut findings =
        vec![Finding::ok(Area::Google, API, "answers"), Finding::ok(Area::Sheet, ACCESS, "the spreadsheet can be read")];
    let (edit, columns) = tokio::join!(edit(subject, door), tab(subject.settings, door, &seen));
    findings.extend(edit);
    findings.extend(columns);
    findings.extend([zone(subject.settings, &seen.zone), locale(subject.settings, &seen.locale)]);
    findings
}

/// The daemon writes by itself, and then says the same: beside it nothing is tried.
async fn edit(subject: &Subject<'_>, door: &SheetDoor) -> Option<Finding> {
    if subject.running {
        return None;
    }
    Some(match door.try_editing().await {
        Ok(()) => Finding::ok(Area::Sheet, EDIT, "Loket may edit"),
        Err(trouble) => Finding::failed(Area::Sheet, EDIT, trouble.flaw(&door.account)),
    })
}

/// The tab and its columns.
async fn tab(settings: &Settings, door: &SheetDoor, seen: &Look) -> Vec<Finding> {
    let (facts, protections) = match &seen.tab {
        Ok(found) => found,
        Err(flaw) => {
            let mut findings = vec![Finding::failed(Area::Sheet, TAB, flaw.clone())];
            findings.extend(skipped(Area::Sheet, &[QUESTIONS], "the tab is not found"));
            return findings;
        }
    };
    let title = &facts.title;
    let renamed = if *title == settings.sheet.tab { "" } else { ", as it is called now" };
    let mut findings = vec![Finding::ok(Area::Sheet, TAB, format!("`{title}`{renamed}, {} rows", facts.rows))];
    match door.read(facts.tab_id, &[], &[]).await {
        Outcome::Done(reading) => {
            let layout = Layout::of(reading.rows.get(&0).map_or(&[][..], Vec::as_slice), &settings.sheet.questions);
            findings.extend(questions(settings, &layout, facts));
            findings.extend(own_columns(&layout, protections, door));
        }
        Outcome::NotDone(why) => findings.push(unread(why.text())),
        Outcome::Unknown(why) => findings.push(unread(&why)),
    }
    findings
}

fn unread(text: &str) -> Finding {
    Finding::failed(Area::Sheet, QUESTIONS, Flaw::new(format!("the first row cannot be read: {text}"), "try again"))
}

/// Each question that is missing or stands there twice.
fn questions(settings: &Settings, layout: &Layout, facts: &SheetFacts) -> Vec<Finding> {
    if layout.headers.iter().all(|header| header.trim().is_empty()) {
        let found = format!("the first row of the tab `{}` is empty", facts.title);
        let mend = "link the form to this spreadsheet (in the form: Responses, Link to Sheets), and put the title of the tab that \
                    it fills into `sheet.tab`";
        return vec![Finding::failed(Area::Sheet, QUESTIONS, Flaw::new(found, mend))];
    }
    let no_end = layout.questions.no_end(&layout.headers, &settings.sheet.questions);
    let wrong: Vec<Finding> = layout
        .problems
        .iter()
        .chain(&no_end)
        .map(|problem| Finding::failed(Area::Sheet, format!("question {}", problem.field().key()), problem.flaw()))
        .collect();
    if !wrong.is_empty() {
        return wrong;
    }
    let count = layout.questions.columns().count();
    vec![Finding::ok(Area::Sheet, QUESTIONS, format!("{count} found, every one that a request needs"))]
}

/// Loket's own columns: whether they are there, once, and may be written.
fn own_columns(layout: &Layout, protections: &[Protection], door: &SheetDoor) -> Vec<Finding> {
    let mut findings = Vec::new();
    let names = |columns: &[OwnColumn]| columns.iter().map(|column| column.header()).collect::<Vec<_>>().join(", ");
    let missing = layout.missing();
    if missing.is_empty() {
        findings.push(Finding::ok(Area::Sheet, OWN, "all there"));
    } else {
        let found = format!("not there yet: {}", names(&missing));
        findings.push(Finding::warning(Area::Sheet, OWN, Flaw::new(found, "the daemon adds them to the right of everything")));
    }
    for column in OwnColumn::ALL {
        let same = layout.headers.iter().enumerate().filter(|(_, header)| OwnColumn::headed(header) == Some(column));
        let places: Vec<String> = same.map(|(index, _)| letters(index + 1)).collect();
        if places.len() > 1 {
            let header = column.header();
            let found = format!("{} columns are headed \"{header}\" ({})", places.len(), places.join(", "));
            let mend = format!("keep the one that Loket fills, and rename or delete the others; \"{header}\" is Loket's own");
            findings.push(Finding::failed(Area::Sheet, format!("column {header}"), Flaw::new(found, mend)));
        }
    }
    let next = layout.headers.len();
    let to_write = |column: &OwnColumn| match layout.own.get(column) {
        // A row is written as a whole: one cell that is protected keeps all from being written.
        Some(index) => column.is_written() && protections.iter().any(|protection| protection.covers(*index, 1)),
        None => protections.iter().any(|protection| protection.covers(next, 0)),
    };
    let shut: Vec<OwnColumn> = OwnColumn::ALL.into_iter().filter(to_write).collect();
    if !shut.is_empty() {
        let found = format!("protected against {}: {}", door.account, names(&shut));
        findings.push(Finding::failed(Area::Sheet, "protection", Flaw::new(found, door.protection_mend())));
    }
    findings
}

fn zone(settings: &Settings, zone: &str) -> Finding {
    let office = &settings.office.time_zone.0;
    let name = office.iana_name().unwrap_or("UTC");
    let now = clock::now();
    let same = TimeZone::get(zone).is_ok_and(|sheet| sheet.to_offset(now) == office.to_offset(now));
    if zone == name || same {
        return Finding::ok(Area::Sheet, "zone", zone);
    }
    let found = format!("the spreadsheet's zone is {zone}, the office's {name}");
    let mend = format!(
        "in the spreadsheet under File, Settings choose the zone of {name}, so that staff see timestamps in their own time"
    );
    Finding::warning(Area::Sheet, "zone", Flaw::new(found, mend))
}

fn locale(settings: &Settings, locale: &str) -> Finding {
    let language = locale.split(['_', '-']).next().unwrap_or("");
    let indonesian = matches!(language, "in" | "id");
    // An office that writes English may well have Indonesian dates.
    let fits = indonesian || (settings.office.language == Language::En && language == "en");
    if fits {
        return Finding::ok(Area::Sheet, "locale", locale);
    }
    let found = format!("the spreadsheet's locale is {locale}");
    let mend =
        "in the spreadsheet under File, Settings choose the locale Indonesia, so that dates are shown and typed as day/month";
    Finding::warning(Area::Sheet, "locale", Flaw::new(found, mend))
}
