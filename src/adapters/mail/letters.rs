//! The letters' words: templates on disk where the office has its own, else the built-in ones.

use std::fmt;
use std::path::{Path, PathBuf};

use include_dir::{Dir, include_dir};
use minijinja::syntax::SyntaxConfig;
use minijinja::value::{Serde, Value};
use minijinja::{AutoEscape, Environment, Error, UndefinedBehavior};
use serde::Serialize;

use super::text::header_line;
use crate::adapters::templates::{html_escaped, load};
use crate::domain::letter::{CancelledFacts, FullFacts, Letter, LetterFacts, LetterKind, MeetingFacts, NoticeFacts, Role};
use crate::domain::limits::free::{DAYS_AFTER_MAX, FREE_TIMES_MAX};
use crate::domain::limits::mail::{
    ANSWERS_MAX, NAME_CHARS_MAX, NOTICE_LINE_CHARS_MAX, NOTICE_LINES_MAX, QUESTION_CHARS_MAX, STAFF_OPEN_BEFORE,
    SUBJECT_CHARS_MAX, TOPIC_CHARS_MAX,
};
use crate::domain::limits::{EMAIL_CHARS_MAX, REASON_CHARS_MAX};
use crate::domain::phone::Phone;
use crate::domain::problem::Reason;
use crate::domain::rules::Opening;
use crate::domain::slot::Slot;
use crate::domain::text::{cut, lines, one_line};
use crate::domain::wording::{Language, Wording};

/// The built-in templates.
static BUILT_IN: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/config/letters");

/// What letters tell of the office.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OfficeFacts {
    /// The office.
    pub name: String,
    /// Who signs.
    pub unit: String,
    /// The office's WhatsApp number as people read it; may be empty.
    pub phone: String,
    /// Where the form is; may be empty.
    pub form_url: String,
    /// Where the public schedule is; may be empty.
    pub schedule_url: String,
}

/// The words of one letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// One line.
    pub subject: String,
    /// The body as plain text.
    pub text: String,
    /// The body as HTML.
    pub html: String,
    /// The office's own template could not be used, and the built-in one was: which, where, why. For the log.
    pub warning: Option<String>,
}

/// A letter cannot be written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LetterError {
    /// A template is wrong.
    #[error("letter template `{template}`, line {line}: {why}")]
    Template {
        /// Its path below the folder of letters.
        template: String,
        /// The line, from 1; 0 if nobody knows.
        line: usize,
        /// What is wrong with it.
        why: String,
    },
    /// A link letter without what it is about.
    #[error("a link letter needs a meeting with a web link and a time")]
    NothingToLink,
    /// A letter that says that no account is free, without when or why.
    #[error("a letter that no account is free needs a time and a reason")]
    NothingFull,
    /// A letter that a request was ended, without how.
    #[error("a letter that a request was ended needs to say how")]
    NothingCancelled,
    /// A notice that says nothing.
    #[error("a notice needs a title and words")]
    NothingToTell,
    /// The recipient's address, or the office's own.
    #[error("{0} is no mail address")]
    Address(&'static str),
    /// The message cannot be put together.
    #[error("cannot compose the message: {0}")]
    Message(String),
}

/// Writes letters.
pub struct Letters {
    office: OfficeFacts,
    wording: Wording,
    built_in: Environment<'static>,
    own: Option<Environment<'static>>,
}

impl fmt::Debug for Letters {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Letters({}, own: {})", self.wording.language.code(), self.own.is_some())
    }
}

impl Letters {
    /// Prepares the templates. Files below `override_dir` go before the built-in ones of the same path; a template is read
    /// when it is first needed and then kept.
    pub fn new(office: OfficeFacts, wording: Wording, override_dir: Option<PathBuf>) -> Letters {
        let language = wording.language;
        let own = override_dir.filter(|dir| dir.is_dir()).map(|dir| environment(language, Some(dir)));
        Letters { office, wording, built_in: environment(language, None), own }
    }

    /// The language and zone of the letters.
    pub fn wording(&self) -> &Wording {
        &self.wording
    }

    /// Writes a letter. If the office's own templates are broken, the built-in ones are used, so that no letter is lost.
    pub fn write(&self, letter: &Letter) -> Result<Written, LetterError> {
        let view = self.view(letter)?;
        let Some(own) = &self.own else { return self.render(&self.built_in, letter.kind, &view) };
        self.render(own, letter.kind, &view).or_else(|error| {
            let written = self.render(&self.built_in, letter.kind, &view)?;
            Ok(Written { warning: Some(error.to_string()), ..written })
        })
    }

    fn render(&self, templates: &Environment<'_>, kind: LetterKind, view: &View) -> Result<Written, LetterError> {
        let part = |file: &str, view: &Value| {
            let name = format!("{}/{}/{file}", self.wording.language.code(), kind.name());
            let rendered = templates.get_template(&name).and_then(|template| template.render(view.clone()));
            rendered.map_err(|error| template_error(&name, &error))
        };
        let mut view = view.clone();
        if kind == LetterKind::FullStaff {
            let message = tidy(&part("whatsapp.txt", &Value::from(Serde(view.clone())))?);
            if let Some(full) = &mut view.full {
                message.trim_end().clone_into(&mut full.message);
                full.chat_link = full.phone.as_ref().and_then(|phone| phone.whatsapp_link(&full.message));
            }
        }
        let view = Value::from(Serde(view));
        Ok(Written {
            subject: header_line(&part("subject.txt", &view)?, SUBJECT_CHARS_MAX),
            text: tidy(&part("body.txt", &view)?),
            html: part("body.html", &view)?,
            warning: None,
        })
    }

    fn view(&self, letter: &Letter) -> Result<View, LetterError> {
        let (facts, wording) = (&letter.facts, &self.wording);
        let meeting = facts.meeting.as_ref().map(MeetingView::of).transpose()?;
        if letter.kind == LetterKind::Link && (meeting.is_none() || facts.slot.is_none()) {
            return Err(LetterError::NothingToLink);
        }
        let full = facts.full.as_ref().map(|full| FullView::of(full, facts, wording));
        if matches!(letter.kind, LetterKind::Full | LetterKind::FullStaff) && (full.is_none() || facts.slot.is_none()) {
            return Err(LetterError::NothingFull);
        }
        if letter.kind == LetterKind::Cancelled && facts.cancelled.is_none() {
            return Err(LetterError::NothingCancelled);
        }
        if letter.kind == LetterKind::Notice && facts.notice.is_none() {
            return Err(LetterError::NothingToTell);
        }
        let moment = |at| format!("{} {}", wording.clock(at), wording.zone_name(at));

        let answer = |(question, answer): &(String, String)| AnswerView {
            question: one_line(question, QUESTION_CHARS_MAX),
            answer: lines(answer),
        };
        Ok(View {
            lang: wording.language.code(),
            ticket: letter.ticket.map(|ticket| ticket.to_string()).unwrap_or_default(),
            role: match letter.role {
                Role::Applicant => "applicant",
                Role::Contact => "contact",
                Role::Staff => "staff",
            },
            to_name: one_line(&facts.to_name, NAME_CHARS_MAX),
            applicant: one_line(&facts.applicant, NAME_CHARS_MAX),
            unit: one_line(&facts.unit, NAME_CHARS_MAX),
            topic: one_line(&facts.topic, TOPIC_CHARS_MAX),
            date: facts.slot.map(|slot| wording.long_date(wording.day_of(slot.start))),
            time: facts.slot.map(|slot| wording.time_range(slot)),
            opens_at: facts.slot.map(|slot| moment(slot.start - STAFF_OPEN_BEFORE)),
            starts_at: facts.slot.map(|slot| moment(slot.start)),
            ends_at: facts.slot.map(|slot| moment(slot.end)),
            open_end: facts.open_end,
            participants: facts.participants,
            more_participants: facts.more_participants,
            recording: facts.recording,
            webinar: facts.webinar,
            several_days: facts.several_days,
            meeting,
            full,
            cancelled: facts.cancelled.as_ref().map(CancelledView::of),
            notice: facts.notice.as_ref().map(NoticeView::of),
            problems: facts.problems.iter().map(|problem| one_line(problem, TOPIC_CHARS_MAX * 2)).collect(),
            form_link: if is_web_link(&facts.form_link) { facts.form_link.clone() } else { self.office.form_url.clone() },
            answers: facts.answers.iter().take(ANSWERS_MAX).map(answer).collect(),
            submitted: wording.long_moment(facts.submitted_at),
            office: OfficeView {
                name: self.office.name.clone(),
                unit: self.office.unit.clone(),
                phone: self.office.phone.clone(),
                phone_link: Phone::read(&self.office.phone).and_then(|phone| phone.whatsapp_link("")),
                form_url: self.office.form_url.clone(),
                schedule_url: self.office.schedule_url.clone(),
            },
        })
    }
}

/// What a template may use. Every name is always there; what is not known is `none` or empty.
#[derive(Debug, Clone, Serialize)]
#[expect(clippy::struct_excessive_bools, reason = "independent facts of a request, each a yes or no")]
struct View {
    lang: &'static str,
    ticket: String,
    role: &'static str,
    to_name: String,
    applicant: String,
    unit: String,
    topic: String,
    date: Option<String>,
    time: Option<String>,
    opens_at: Option<String>,
    starts_at: Option<String>,
    ends_at: Option<String>,
    open_end: bool,
    participants: Option<u32>,
    more_participants: bool,
    recording: bool,
    webinar: bool,
    several_days: bool,
    meeting: Option<MeetingView>,
    full: Option<FullView>,
    cancelled: Option<CancelledView>,
    notice: Option<NoticeView>,
    problems: Vec<String>,
    form_link: String,
    answers: Vec<AnswerView>,
    submitted: String,
    office: OfficeView,
}

#[derive(Debug, Clone, Serialize)]
struct AnswerView {
    question: String,
    answer: String,
}

#[derive(Debug, Clone, Serialize)]
struct OfficeView {
    name: String,
    unit: String,
    phone: String,
    phone_link: Option<String>,
    form_url: String,
    schedule_url: String,
}

#[derive(Debug, Clone, Serialize)]
struct MeetingView {
    join_url: String,
    id: String,
    passcode: String,
    host_name: String,
    capacity: u32,
    opening: &'static str,
    recorded: bool,
}

impl MeetingView {
    fn of(facts: &MeetingFacts) -> Result<MeetingView, LetterError> {
        if !is_web_link(&facts.join_url) {
            return Err(LetterError::NothingToLink);
        }
        Ok(MeetingView {
            join_url: facts.join_url.clone(),
            id: one_line(&facts.id, NAME_CHARS_MAX),
            passcode: one_line(&facts.passcode, NAME_CHARS_MAX),
            host_name: one_line(&facts.host_name, NAME_CHARS_MAX),
            capacity: facts.capacity,
            opening: match facts.opening {
                Opening::Participants => "participants",
                Opening::Staff => "staff",
            },
            recorded: facts.recorded,
        })
    }
}

/// That no account is free, as templates use it.
#[derive(Debug, Clone, Serialize)]
struct FullView {
    why: &'static str,
    free: Vec<FreeView>,
    looked_at: String,
    length: String,
    people: Option<u32>,
    largest: Option<u32>,
    days: i32,
    contact_name: String,
    contact_email: String,
    applicant_email: String,
    contact_phone: String,
    typed_phone: String,
    phone_kind: &'static str,
    message: String,
    chat_link: Option<String>,
    #[serde(skip)]
    phone: Option<Phone>,
}

/// A free time, as templates use it.
#[derive(Debug, Clone, Serialize)]
struct FreeView {
    date: String,
    time: String,
}

impl FreeView {
    fn of(slot: Slot, wording: &Wording) -> FreeView {
        FreeView { date: wording.long_date(wording.day_of(slot.start)), time: wording.time_range(slot) }
    }
}

impl FullView {
    fn of(full: &FullFacts, facts: &LetterFacts, wording: &Wording) -> FullView {
        let phone = Phone::read(&full.contact_phone);
        let (why, people, largest) = match &full.reason {
            Reason::TooLarge { participants, largest } => ("too_large", Some(*participants), Some(*largest)),
            Reason::TooLongForHosts { .. } => ("too_long", None, None),
            _ => ("taken", None, None),
        };
        let free = match &full.reason {
            Reason::FreeAt(times) => times.as_slice(),
            _ => &[],
        };
        FullView {
            why,
            free: free.iter().take(FREE_TIMES_MAX).map(|slot| FreeView::of(*slot, wording)).collect(),
            looked_at: wording.long_moment(full.looked_at),
            length: one_line(&full.length, NAME_CHARS_MAX),
            people: facts.participants.or(people),
            largest,
            days: DAYS_AFTER_MAX,
            contact_name: one_line(&full.contact_name, NAME_CHARS_MAX),
            contact_email: one_line(&full.contact_email, EMAIL_CHARS_MAX),
            applicant_email: one_line(&full.applicant_email, EMAIL_CHARS_MAX),
            contact_phone: phone.as_ref().map(|phone| phone.e164.clone()).unwrap_or_default(),
            typed_phone: one_line(&full.contact_phone, NAME_CHARS_MAX),
            phone_kind: match &phone {
                Some(phone) if phone.mobile => "mobile",
                Some(_) => "landline",
                None if !full.contact_phone.contains(char::is_alphanumeric) => "none",
                None => "unknown",
            },
            message: String::new(),
            chat_link: None,
            phone,
        }
    }
}

/// That people ended a request, as templates use it.
#[derive(Debug, Clone, Serialize)]
struct CancelledView {
    rejected: bool,
    reason: String,
    had_link: bool,
}

impl CancelledView {
    fn of(cancelled: &CancelledFacts) -> CancelledView {
        let reason = one_line(&cancelled.reason, REASON_CHARS_MAX);
        CancelledView { rejected: cancelled.rejected, reason, had_link: cancelled.had_link }
    }
}

/// A notice, as templates use it.
#[derive(Debug, Clone, Serialize)]
struct NoticeView {
    title: String,
    lines: Vec<String>,
}

impl NoticeView {
    fn of(notice: &NoticeFacts) -> NoticeView {
        let lines = notice.lines.iter().take(NOTICE_LINES_MAX).map(|line| one_line(line, NOTICE_LINE_CHARS_MAX));
        NoticeView { title: one_line(&notice.title, TOPIC_CHARS_MAX), lines: lines.collect() }
    }
}

/// Whether a text may stand as a link: a mail program must be given nothing else to open.
pub(super) fn is_web_link(text: &str) -> bool {
    let plain = !text.contains(|c: char| c.is_whitespace() || c.is_control());
    plain && (text.starts_with("https://") || text.starts_with("http://"))
}

fn environment(language: Language, own: Option<PathBuf>) -> Environment<'static> {
    let mut templates = Environment::new();
    templates.set_loader(move |name| load(own.as_deref(), &BUILT_IN, name));
    templates.set_undefined_behavior(UndefinedBehavior::Strict);
    templates.set_auto_escape_callback(|name| if is_html(name) { AutoEscape::Html } else { AutoEscape::None });
    // Each tag on a line of its own leaves no blank line, and an included file keeps its last line end.
    if let Ok(syntax) = SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).keep_trailing_newline(true).build() {
        templates.set_syntax(syntax);
    }
    templates.add_filter("cut", |text: String, chars_max: usize| cut(&text, chars_max));
    templates.add_filter("link", |text: String| Value::from_safe_string(html_escaped(&text)));
    templates.add_filter("number", move |number: u64| language.count(number));
    templates
}

fn is_html(name: &str) -> bool {
    Path::new(name).extension().is_some_and(|extension| extension == "html")
}

/// The innermost place that the error names: an included file rather than the one that includes it.
fn template_error(name: &str, error: &Error) -> LetterError {
    let mut place = (error.name().unwrap_or(name).to_owned(), error.line().unwrap_or_default());
    let mut why = error.to_string();
    let mut source = std::error::Error::source(error);
    while let Some(inner) = source {
        if let Some(inner) = inner.downcast_ref::<Error>() {
            place = (inner.name().unwrap_or(&place.0).to_owned(), inner.line().unwrap_or(place.1));
        }
        why = inner.to_string();
        source = inner.source();
    }
    LetterError::Template { template: place.0, line: place.1, why }
}

/// Plain text without spaces at line ends and never more than one blank line in a row.
fn tidy(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut blank = true;
    for line in text.lines().map(str::trim_end) {
        if !(line.is_empty() && blank) {
            out.push_str(line);
            out.push('\n');
        }
        blank = line.is_empty();
    }
    out.truncate(out.trim_end().len());
    out.push('\n');
    out
}
