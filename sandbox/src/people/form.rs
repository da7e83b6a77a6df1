//! The form: looks and behaves like the one that Google serves. An own answer can be edited by its link.

use axum::extract::{Path, RawQuery, State};
use axum::response::Response;
use jiff::civil::{Date, DateTime, Time};
use minijinja::context;
use minijinja::value::Serde;
use serde::Serialize;

use crate::answer::REQUIRED;
use crate::google::{AnswerValue, Question, QuestionKind};
use crate::handle::Submitted;
use crate::parameters::{self, Parameters};
use crate::people::{Language, Pages, go_to};

/// A question as the template has it.
#[derive(Serialize)]
struct Card {
    /// The title.
    title: String,
    /// The name of its input: the title in small letters, with `_` between words.
    name: String,
    /// `email`, `text`, `paragraph`, `date`, `time`, `datetime`, `duration`, `choice` or `checkbox`.
    kind: &'static str,
    /// What can be chosen.
    options: Vec<String>,
    /// Whether it must be answered.
    required: bool,
    /// What is filled in.
    values: Vec<String>,
    /// What is wrong with it.
    error: Option<&'static str>,
}

impl Card {
    /// The card of a question, filled in from `given`.
    fn new(question: &Question, given: &Parameters) -> Self {
        let name = slug(&question.title);
        let (kind, options) = match &question.kind {
            QuestionKind::Email => ("email", Vec::new()),
            QuestionKind::Text => ("text", Vec::new()),
            QuestionKind::Paragraph => ("paragraph", Vec::new()),
            QuestionKind::Date => ("date", Vec::new()),
            QuestionKind::Time => ("time", Vec::new()),
            QuestionKind::DateTime => ("datetime", Vec::new()),
            QuestionKind::Duration => ("duration", Vec::new()),
            QuestionKind::Choice(options) => ("choice", options.clone()),
            QuestionKind::Checkbox(options) => ("checkbox", options.clone()),
        };
        let values = given.iter().filter(|(key, _)| *key == name).map(|(_, value)| value.clone()).collect();
        let required = REQUIRED.contains(&question.title.as_str());
        Self { title: question.title.clone(), name, kind, options, required, values, error: None }
    }

    /// What is filled in, as one text.
    fn value(&self) -> &str {
        self.values.first().map(|value| value.trim()).unwrap_or_default()
    }

    /// The answer, or what is wrong with it.
    fn answer(&self, language: Language) -> Result<AnswerValue, &'static str> {
        let say = |indonesian, english| if language == Language::English { english } else { indonesian };
        let value = self.value();
        if value.is_empty() {
            return if self.required {
                Err(say("Pertanyaan ini wajib diisi", "This is a required question"))
            } else {
                Ok(AnswerValue::Empty)
            };
        }
        match self.kind {
            "email" if !looks_like_address(value) => Err(say("Masukkan alamat email yang valid", "Enter a valid email address")),
            "date" => {
                let date: Date = value.parse().map_err(|_| say("Tanggal tidak valid", "Invalid date"))?;
                Ok(AnswerValue::Date { year: date.year(), month: date.month(), day: date.day() })
            }
            "time" => {
                let time: Time = value.parse().map_err(|_| say("Waktu tidak valid", "Invalid time"))?;
                Ok(AnswerValue::Time { hour: time.hour(), minute: time.minute() })
            }
            "datetime" => {
                let at: DateTime = value.parse().map_err(|_| say("Tanggal tidak valid", "Invalid date"))?;
                Ok(AnswerValue::DateTime {
                    year: at.year(),
                    month: at.month(),
                    day: at.day(),
                    hour: at.hour(),
                    minute: at.minute(),
                })
            }
            "duration" => duration(value).ok_or_else(|| say("Durasi tidak valid", "Invalid duration")),
            "checkbox" => Ok(AnswerValue::Many(self.values.clone())),
            "choice" if !self.options.iter().any(|option| option == value) => Err(say("Pilih salah satu", "Choose one")),
            "text" => Ok(AnswerValue::Text(value.to_owned())),
            // A browser sends line breaks as CRLF; the sheet holds LF.
            _ => Ok(AnswerValue::Text(value.replace("\r\n", "\n"))),
        }
    }
}

/// `GET /form`; inputs named in the query are filled in, as by a pre-filled link.
pub(super) async fn empty(State(pages): State<Pages>, RawQuery(query): RawQuery) -> Response {
    let given = parameters::read(query.as_deref().unwrap_or_default());
    let cards = cards(&pages, &given);
    show(&pages, Language::of(query.as_deref()), None, &cards)
}

/// `POST /form`.
pub(super) async fn submit(State(pages): State<Pages>, RawQuery(query): RawQuery, body: String) -> Response {
    let language = Language::of(query.as_deref());
    match read(&pages, &body, language) {
        Ok(answer) => {
            let id = pages.world.submit(answer);
            go_to(language, &format!("/form/{id}/sent"))
        }
        Err(cards) => show(&pages, language, None, &cards),
    }
}

/// `GET /form/{id}`: an own answer, to be edited.
pub(super) async fn own(State(pages): State<Pages>, Path(id): Path<u64>, RawQuery(query): RawQuery) -> Response {
    let language = Language::of(query.as_deref());
    let Some(answer) = pages.world.submitted(id) else { return pages.not_found(language) };
    let mut given: Parameters =
        answer.values.iter().flat_map(|(title, value)| texts(value).into_iter().map(|text| (slug(title), text))).collect();
    let questions = pages.world.google().questions();
    if let Some(email) = questions.iter().find(|question| question.kind == QuestionKind::Email) {
        given.extend(answer.email.map(|address| (slug(&email.title), address)));
    }
    show(&pages, language, Some(id), &cards(&pages, &given))
}

/// `POST /form/{id}`.
pub(super) async fn resubmit(
    State(pages): State<Pages>,
    Path(id): Path<u64>,
    RawQuery(query): RawQuery,
    body: String,
) -> Response {
    let language = Language::of(query.as_deref());
    if pages.world.submitted(id).is_none() {
        return pages.not_found(language);
    }
    match read(&pages, &body, language) {
        Ok(answer) => match pages.world.resubmit(id, answer) {
            Ok(()) => go_to(language, &format!("/form/{id}/sent")),
            Err(error) => {
                tracing::warn!(error, "cannot edit an answer");
                pages.not_found(language)
            }
        },
        Err(cards) => show(&pages, language, Some(id), &cards),
    }
}

/// `GET /form/{id}/sent`: the answer was recorded.
pub(super) async fn sent(State(pages): State<Pages>, Path(id): Path<u64>, RawQuery(query): RawQuery) -> Response {
    let language = Language::of(query.as_deref());
    if pages.world.submitted(id).is_none() {
        return pages.not_found(language);
    }
    pages.show("sent.html", language, context! { id })
}

/// The cards of all questions.
fn cards(pages: &Pages, given: &Parameters) -> Vec<Card> {
    pages.world.google().questions().iter().map(|question| Card::new(question, given)).collect()
}

/// The form's page.
fn show(pages: &Pages, language: Language, id: Option<u64>, cards: &[Card]) -> Response {
    pages.show("form.html", language, context! { id, cards => Serde(cards) })
}

/// Reads a sent form, or gives the cards with what is wrong.
fn read(pages: &Pages, body: &str, language: Language) -> Result<Submitted, Vec<Card>> {
    let mut cards = cards(pages, &parameters::read(body));
    let mut answer = Submitted::default();
    let mut wrong = false;
    for card in &mut cards {
        match card.answer(language) {
            Ok(AnswerValue::Text(address)) if card.kind == "email" => answer.email = Some(address),
            Ok(_) if card.kind == "email" => {}
            Ok(value) => answer.values.push((card.title.clone(), value)),
            Err(error) => {
                card.error = Some(error);
                wrong = true;
            }
        }
    }
    if wrong { Err(cards) } else { Ok(answer) }
}

/// What an input holds for a value.
fn texts(value: &AnswerValue) -> Vec<String> {
    match value {
        AnswerValue::Text(text) => vec![text.clone()],
        AnswerValue::Date { year, month, day } => vec![format!("{year:04}-{month:02}-{day:02}")],
        AnswerValue::Time { hour, minute } => vec![format!("{hour:02}:{minute:02}")],
        AnswerValue::DateTime { year, month, day, hour, minute } => {
            vec![format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}")]
        }
        AnswerValue::Duration { hours, minutes, seconds } => vec![format!("{hours}:{minutes:02}:{seconds:02}")],
        AnswerValue::Many(many) => many.clone(),
        AnswerValue::Empty => Vec::new(),
    }
}

/// A length of time typed as `h:mm` or `h:mm:ss`.
fn duration(text: &str) -> Option<AnswerValue> {
    let mut pieces = text.split(':');
    let hours = pieces.next()?.trim().parse().ok()?;
    let minutes = pieces.next()?.trim().parse().ok().filter(|minutes| (0..60).contains(minutes))?;
    let seconds = pieces.next().map_or(Some(0), |text| text.trim().parse().ok());
    Some(AnswerValue::Duration { hours, minutes, seconds: seconds.filter(|seconds| (0..60).contains(seconds))? })
}

/// Whether Forms would take this for an address.
fn looks_like_address(text: &str) -> bool {
    text.split_once('@').is_some_and(|(local, domain)| {
        !local.is_empty() && domain.contains('.') && !domain.contains('@') && !text.contains(char::is_whitespace)
    })
}

/// The name of a question's input: its title in small letters, `_` for everything between letters and digits.
fn slug(title: &str) -> String {
    let mut slug = String::new();
    for character in title.chars().flat_map(char::to_lowercase) {
        if character.is_alphanumeric() {
            slug.push(character);
        } else if !slug.ends_with('_') {
            slug.push('_');
        }
    }
    slug.trim_matches('_').to_owned()
}
