//! Short texts for people, by language: problems, reasons, notes. The sentences stand in `config/words/*.ftl` (Fluent);
//! whoever builds this hands in their source.

mod problems;

use std::fmt;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource};

use super::headers::Field;
use super::limits::QUOTED_CHARS_MAX;
use super::limits::free::FREE_TIMES_MAX;
use super::problem::Reason;
use super::slot::Slot;
use super::text::cut;
use super::wording::{Language, Wording};

/// The texts of one language.
pub struct Words {
    bundle: FluentBundle<FluentResource>,
    wording: Wording,
}

impl fmt::Debug for Words {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Words({})", self.wording.language.code())
    }
}

/// The source of the words cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("cannot read the words: {0}")]
pub struct WordsError(String);

impl Words {
    /// Reads the sentences. Later sources override earlier ones, so that an office may replace single sentences.
    pub fn new(wording: Wording, sources: &[&str]) -> Result<Words, WordsError> {
        let id = match wording.language {
            Language::Id => unic_langid::langid!("id"),
            Language::En => unic_langid::langid!("en"),
        };
        let mut bundle = FluentBundle::new_concurrent(vec![id]);
        // Marks around inserted text would show in mails and cells.
        bundle.set_use_isolating(false);
        for source in sources {
            let resource = FluentResource::try_new((*source).to_owned())
                .map_err(|(_, errors)| WordsError(errors.first().map_or_else(|| "unknown".to_owned(), ToString::to_string)))?;
            bundle.add_resource_overriding(resource);
        }
        Ok(Words { bundle, wording })
    }

    fn text(&self, key: &str, args: &FluentArgs<'_>) -> String {
        let Some(pattern) = self.bundle.get_message(key).and_then(|message| message.value()) else { return key.to_owned() };
        let mut errors = Vec::new();
        self.bundle.format_pattern(pattern, Some(args), &mut errors).into_owned()
    }

    /// Whether a sentence is there.
    pub fn has(&self, key: &str) -> bool {
        self.bundle.get_message(key).is_some_and(|message| message.value().is_some())
    }

    /// A sentence without anything inserted.
    pub fn plain(&self, key: &str) -> String {
        self.text(key, &FluentArgs::new())
    }

    /// A sentence with one text inserted.
    pub fn with(&self, key: &str, name: &'static str, value: &str) -> String {
        self.texts(key, &[(name, value)])
    }

    /// A sentence with several texts inserted.
    pub fn texts(&self, key: &str, values: &[(&'static str, &str)]) -> String {
        let mut args = FluentArgs::new();
        for (name, value) in values {
            args.set(*name, (*value).to_owned());
        }
        self.text(key, &args)
    }

    /// What people call a field.
    pub fn field(&self, field: Field) -> String {
        self.plain(&format!("field-{}", field.key().replace('_', "-")))
    }

    /// A reason as a sentence to staff.
    pub fn reason(&self, reason: &Reason) -> String {
        match reason {
            Reason::AllTaken => self.plain("reason-all-taken"),
            Reason::FreeAt(times) if times.is_empty() => self.plain("reason-all-taken"),
            Reason::FreeAt(times) => self.with("reason-free-at", "times", &self.times(times)),
            Reason::TooLarge { participants, largest } => {
                let (asked, holds) = (participants.to_string(), largest.to_string());
                self.texts("reason-too-large", &[("participants", &asked), ("largest", &holds)])
            }
            Reason::TooLongForHosts { minutes } => self.with("reason-too-long", "length", &self.length(*minutes)),
            Reason::Webinar => self.plain("reason-webinar"),
            Reason::SeveralDays => self.plain("reason-several-days"),
            Reason::ZoomRefuses(text) => self.with("reason-zoom-refuses", "text", &cut(text, QUOTED_CHARS_MAX)),
            Reason::LookingFailed { marker, host } => self.texts("reason-looking-failed", &[("marker", marker), ("host", host)]),
            Reason::TwoMeetings { marker, host } => self.texts("reason-two-meetings", &[("marker", marker), ("host", host)]),
            Reason::MadeBefore { marker, host } => self.texts("reason-made-before", &[("marker", marker), ("host", host)]),
            Reason::OtherTime => self.plain("reason-other-time"),
            Reason::LimitUntil { until } => self.with("reason-limit-until", "until", &self.wording.long_moment(*until)),
        }
    }

    /// `(1) Sen, 30 Nov 2026 13.00–15.00 WIB; (2) …`.
    fn times(&self, times: &[Slot]) -> String {
        let one = |(index, slot): (usize, &Slot)| format!("({}) {}", index + 1, self.wording.schedule(*slot));
        times.iter().take(FREE_TIMES_MAX).enumerate().map(one).collect::<Vec<_>>().join("; ")
    }

    /// `2 jam 30 menit`.
    pub fn length(&self, minutes: i64) -> String {
        let part = |key, count: i64| {
            // As a number, so that a language may have its plural.
            let mut args = FluentArgs::new();
            args.set("count", count);
            (count > 0).then(|| self.text(key, &args))
        };
        let parts = [part("length-hours", minutes / 60), part("length-minutes", minutes % 60)];
        parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
    }
}
