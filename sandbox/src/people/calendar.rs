//! Zoom's web portal, as far as the office uses it: each account's calendar, and meetings made by hand.

use axum::extract::{Path, RawQuery, State};
use axum::response::Response;
use jiff::civil::{Date, Time, Weekday};
use jiff::{SignedDuration, Timestamp, ToSpan as _};
use minijinja::context;
use minijinja::value::Serde;
use serde::Serialize;

use crate::parameters;
use crate::people::{Language, Pages, go_to, words};
use crate::zoom::NewMeeting;
use crate::zoom::host::{Host, Licence};
use crate::zoom::meeting::{Kind, Meeting, Source};
use crate::zoom::recurrence::{Every, Recurrence};

/// A meeting's appearance on a day.
#[derive(Serialize)]
#[expect(clippy::struct_excessive_bools, reason = "independent marks of a meeting, each a yes or no")]
struct Entry {
    /// By which it is sorted.
    #[serde(skip)]
    start_at: Timestamp,
    /// `09.00`.
    start: String,
    /// `11.00`.
    end: String,
    /// The topic.
    topic: String,
    /// The number as Zoom shows it: `812 3456 7890`.
    number: String,
    /// The number as it is.
    id: u64,
    /// Whether it was made by hand.
    by_hand: bool,
    /// Whether it is live.
    live: bool,
    /// Whether it repeats.
    repeats: bool,
    /// Whether it has no time of its own.
    instant: bool,
    /// The link.
    join_url: String,
    /// The password.
    password: String,
    /// The agenda.
    agenda: String,
    /// Participants may enter first.
    opens_itself: bool,
    /// They wait until they are let in.
    waits: bool,
}

/// A day of the week's list.
#[derive(Serialize)]
struct Day {
    /// `Senin, 30 Nov 2026`.
    title: String,
    /// Whether it is today.
    today: bool,
    /// The meetings on it.
    entries: Vec<Entry>,
}

/// `GET /zoom`: the accounts.
pub(super) async fn hosts(State(pages): State<Pages>, RawQuery(query): RawQuery) -> Response {
    let language = Language::of(query.as_deref());
    let zoom = pages.world.zoom();
    let now = pages.world.clock().now();
    let cards: Vec<minijinja::Value> = zoom
        .hosts()
        .iter()
        .map(|host| {
            let meetings = zoom.meetings(&host.id);
            let mut next: Vec<(Timestamp, Timestamp, String)> = meetings
                .iter()
                .filter(|one| !one.is_live() || one.kind == Kind::Series)
                .flat_map(|one| one.slots().into_iter().map(|(start, end)| (start, end, one.topic.clone())))
                .filter(|(_, end, _)| *end > now)
                .collect();
            next.sort();
            let next: Vec<minijinja::Value> = next
                .into_iter()
                .take(3)
                .map(|(start, _, topic)| context! { at => words::moment(start, language), topic })
                .collect();
            context! {
                live => meetings.iter().filter(|one| one.is_live()).map(|one| one.topic.clone()).collect::<Vec<_>>(),
                used => zoom.used_today(&host.id),
                next,
                ..account(host)
            }
        })
        .collect();
    pages.show("hosts.html", language, context! { page => "zoom", hosts => cards })
}

/// `GET /zoom/{host}?week=2026-11-30`: a week of an account.
pub(super) async fn week(State(pages): State<Pages>, Path(name): Path<String>, RawQuery(query): RawQuery) -> Response {
    let language = Language::of(query.as_deref());
    let Some(host) = host(&pages, &name) else { return pages.not_found(language) };
    let query = parameters::read(query.as_deref().unwrap_or_default());
    let today = words::local(pages.world.clock().now()).date();
    let asked = parameters::get(&query, "week").and_then(|day| day.parse::<Date>().ok()).unwrap_or(today);
    let monday = asked.checked_sub(i64::from(asked.weekday().since(Weekday::Monday)).days()).unwrap_or(asked);
    let meetings = pages.world.zoom().meetings(&host.id);
    let days: Vec<Day> = (0..7)
        .filter_map(|offset| monday.checked_add(i64::from(offset).days()).ok())
        .map(|date| Day { title: words::day(date, language), today: date == today, entries: entries(&meetings, date, language) })
        .collect();
    let at = |weeks: i64| monday.checked_add(weeks.weeks()).unwrap_or(monday).to_string();
    let live: Vec<&Meeting> = meetings.iter().filter(|one| one.is_live()).collect();
    let facts = context! {
        page => "zoom",
        days => Serde(&days),
        live => live.iter().map(|one| context! { id => one.id, topic => one.topic.clone() }).collect::<Vec<_>>(),
        monday => monday.to_string(),
        before => at(-1),
        after => at(1),
        today => today.to_string(),
        problem => parameters::get(&query, "problem"),
        ..account(&host)
    };
    pages.show("week.html", language, facts)
}

/// `POST /zoom/{host}/schedule`: a meeting by hand, single or weekly.
pub(super) async fn schedule(
    State(pages): State<Pages>,
    Path(name): Path<String>,
    RawQuery(query): RawQuery,
    body: String,
) -> Response {
    let language = Language::of(query.as_deref());
    let given = parameters::read(&body);
    let text = |field: &str| parameters::get(&given, field).unwrap_or_default().trim();
    let (Ok(date), Ok(time)) = (text("date").parse::<Date>(), text("start").parse::<Time>()) else {
        return back(language, &name, None, "waktu tidak terbaca");
    };
    let Ok(start) = words::zone().to_timestamp(date.to_datetime(time)) else {
        return back(language, &name, None, "waktu tidak terbaca");
    };
    let times = text("times").parse::<u32>().unwrap_or(1).clamp(1, 60);
    let new = NewMeeting {
        topic: Some(text("topic")).filter(|topic| !topic.is_empty()).unwrap_or("Zoom Meeting").to_owned(),
        start,
        duration_min: text("duration").parse::<u32>().unwrap_or(60).clamp(1, 1440),
        recurrence: (text("repeat") == "weekly").then(|| Recurrence::times(Every::Week, times)),
    };
    match pages.world.zoom().schedule_by_hand(&name, new) {
        Ok(_) => back(language, &name, Some(date), ""),
        Err(error) => back(language, &name, Some(date), &error.to_string()),
    }
}

/// `POST /zoom/{host}/instant`: a meeting at once.
pub(super) async fn instant(State(pages): State<Pages>, Path(name): Path<String>, RawQuery(query): RawQuery) -> Response {
    let started = pages.world.zoom().start_instant(&name);
    let problem = started.err().map(|error| error.to_string()).unwrap_or_default();
    back(Language::of(query.as_deref()), &name, None, &problem)
}

/// `POST /zoom/{host}/{meeting}/start`, `end` and `delete`.
pub(super) async fn act(
    State(pages): State<Pages>,
    Path((name, id, action)): Path<(String, u64, String)>,
    RawQuery(query): RawQuery,
) -> Response {
    let language = Language::of(query.as_deref());
    let zoom = pages.world.zoom();
    let problem = match action.as_str() {
        "start" => zoom.start_meeting(id).err().map(|error| error.to_string()),
        "end" => (!zoom.end(id)).then(|| format!("{id} tidak sedang berlangsung")),
        "delete" => (!zoom.remove(id)).then(|| format!("{id} tidak ada")),
        _ => return pages.not_found(language),
    };
    let asked = parameters::read(query.as_deref().unwrap_or_default());
    let week = parameters::get(&asked, "week").and_then(|week| week.parse().ok());
    back(language, &name, week, &problem.unwrap_or_default())
}

/// The host with this address or id.
fn host(pages: &Pages, name: &str) -> Option<Host> {
    let hosts = pages.world.zoom().hosts();
    hosts.into_iter().find(|host| host.id == name || host.spec.email.eq_ignore_ascii_case(name))
}

/// What a page says of an account.
fn account(host: &Host) -> minijinja::Value {
    context! {
        email => host.spec.email.clone(),
        name => format!("{} {}", host.spec.first_name, host.spec.last_name),
        licence => match host.spec.licence {
            Licence::Basic => "Basic",
            Licence::Licensed => "Licensed",
            Licence::Unassigned => "Unassigned",
            Licence::None => "None",
        },
        capacity => host.spec.large.unwrap_or(host.spec.capacity),
        large => host.spec.large.is_some(),
    }
}

/// The meetings on a day, in the office's zone; a meeting over midnight stands on the day of its start.
fn entries(meetings: &[Meeting], date: Date, language: Language) -> Vec<Entry> {
    let mut entries = Vec::new();
    for meeting in meetings {
        let mut slots = meeting.slots();
        if let (Kind::Instant | Kind::NoFixedTime, Some(since)) = (meeting.kind, meeting.live_since) {
            slots.push((since, since + SignedDuration::from_mins(i64::from(meeting.duration_min))));
        }
        for (start_at, end_at) in slots {
            if words::local(start_at).date() == date {
                entries.push(entry(meeting, start_at, end_at, language));
            }
        }
    }
    entries.sort_by_key(|entry| (entry.start_at, entry.id));
    entries
}

/// One appearance of a meeting.
fn entry(meeting: &Meeting, start_at: Timestamp, end_at: Timestamp, language: Language) -> Entry {
    let digits = meeting.id.to_string();
    let number = match (digits.get(..3), digits.get(3..7), digits.get(7..)) {
        (Some(first), Some(second), Some(third)) => format!("{first} {second} {third}"),
        _ => digits,
    };
    let setting = |name: &str| meeting.settings.get(name).and_then(serde_json::Value::as_bool).unwrap_or_default();
    Entry {
        start_at,
        start: words::clock(start_at, language),
        end: words::clock(end_at, language),
        topic: meeting.topic.clone(),
        number,
        id: meeting.id,
        by_hand: meeting.source == Source::ByHand,
        live: meeting.is_live(),
        repeats: matches!(meeting.kind, Kind::Series | Kind::NoFixedTime),
        instant: meeting.kind == Kind::Instant,
        join_url: meeting.join_url.clone(),
        password: meeting.password.clone(),
        agenda: meeting.agenda.clone(),
        opens_itself: setting("join_before_host"),
        waits: setting("waiting_room"),
    }
}

/// Back to the account's week, with a problem if there is one.
fn back(language: Language, name: &str, week: Option<Date>, problem: &str) -> Response {
    let quoted = |text: &str| percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string();
    let mut query = Vec::new();
    query.extend(week.map(|week| format!("week={week}")));
    if !problem.is_empty() {
        query.push(format!("problem={}", quoted(problem)));
    }
    let mark = if query.is_empty() { "" } else { "?" };
    go_to(language, &format!("/zoom/{}{mark}{}", quoted(name), query.join("&")))
}
