//! The form of the office's procedure: its questions, and one answer to all of them.

use jiff::ToSpan as _;
use jiff::civil::{Date, Time, date, time};
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use crate::clock::Clock;
use crate::google::{AnswerValue, Question, QuestionKind};

/// The titles of the form's questions, in their order.
pub mod title {
    /// The address that the form collects by itself.
    pub const EMAIL: &str = "Email Address";
    /// Who asks.
    pub const APPLICANT: &str = "Nama Pemohon";
    /// The applicant's unit.
    pub const UNIT: &str = "Unit Kerja";
    /// What the event is called.
    pub const TOPIC: &str = "Nama Kegiatan";
    /// The day of the event.
    pub const DATE: &str = "Tanggal Kegiatan";
    /// When it begins.
    pub const START: &str = "Waktu Mulai";
    /// When it ends.
    pub const END: &str = "Waktu Selesai";
    /// How many take part.
    pub const PARTICIPANTS: &str = "Jumlah Peserta";
    /// The contact person.
    pub const CONTACT_NAME: &str = "Nama Narahubung";
    /// The contact person's address.
    pub const CONTACT_EMAIL: &str = "Email Narahubung";
    /// The contact person's telephone.
    pub const CONTACT_PHONE: &str = "No. HP Narahubung";
    /// Meeting or webinar.
    pub const SERVICE: &str = "Jenis Layanan";
    /// Whether it is to be recorded.
    pub const RECORDING: &str = "Butuh Rekaman";
    /// Open or closed.
    pub const PUBLIC: &str = "Sifat Kegiatan";
    /// Anything else.
    pub const NOTES: &str = "Keterangan";
}

/// The titles of the questions that the form does not let go unanswered.
pub(crate) const REQUIRED: [&str; 6] = [title::EMAIL, title::APPLICANT, title::TOPIC, title::DATE, title::START, title::END];

/// The form's questions, in their order.
pub(crate) fn questions() -> Vec<Question> {
    let choice = |options: &[&str]| QuestionKind::Choice(options.iter().map(ToString::to_string).collect());
    [
        (title::EMAIL, QuestionKind::Email),
        (title::APPLICANT, QuestionKind::Text),
        (title::UNIT, QuestionKind::Text),
        (title::TOPIC, QuestionKind::Text),
        (title::DATE, QuestionKind::Date),
        (title::START, QuestionKind::Time),
        (title::END, QuestionKind::Time),
        (title::PARTICIPANTS, QuestionKind::Text),
        (title::CONTACT_NAME, QuestionKind::Text),
        (title::CONTACT_EMAIL, QuestionKind::Text),
        (title::CONTACT_PHONE, QuestionKind::Text),
        (title::SERVICE, choice(&["Zoom Meeting", "Zoom Webinar"])),
        (title::RECORDING, choice(&["Ya", "Tidak"])),
        (title::PUBLIC, choice(&["Terbuka", "Tertutup"])),
        (title::NOTES, QuestionKind::Paragraph),
    ]
    .into_iter()
    .map(|(title, kind)| Question { title: title.to_owned(), kind })
    .collect()
}

/// One answer to the form. An empty text is a question left unanswered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Answer {
    /// The address that the form collects.
    pub email: String,
    /// "Nama Pemohon".
    pub applicant: String,
    /// "Unit Kerja".
    pub unit: String,
    /// "Nama Kegiatan".
    pub topic: String,
    /// "Tanggal Kegiatan".
    pub date: Date,
    /// "Waktu Mulai", wall-clock time.
    pub start: Time,
    /// "Waktu Selesai", wall-clock time.
    pub end: Time,
    /// "Jumlah Peserta", as typed.
    pub participants: String,
    /// "Nama Narahubung".
    pub contact_name: String,
    /// "Email Narahubung".
    pub contact_email: String,
    /// "No. HP Narahubung".
    pub contact_phone: String,
    /// "Jenis Layanan": `Zoom Meeting` or `Zoom Webinar`.
    pub service: String,
    /// "Butuh Rekaman": `Ya` or `Tidak`.
    pub recording: String,
    /// "Sifat Kegiatan": `Terbuka` or `Tertutup`.
    pub public: String,
    /// "Keterangan".
    pub notes: String,
}

impl Default for Answer {
    /// A plain request for a meeting of two hours, a week from today at nine.
    fn default() -> Self {
        Self {
            email: "ana.pratiwi@example.go.id".to_owned(),
            applicant: "Ana Pratiwi".to_owned(),
            unit: "Tim Kerja Program".to_owned(),
            topic: "Rapat Koordinasi Program".to_owned(),
            date: TimeZone::system().to_datetime(Clock::default().now()).date().checked_add(7.days()).unwrap_or(date(2030, 1, 7)),
            start: time(9, 0, 0, 0),
            end: time(11, 0, 0, 0),
            participants: "40".to_owned(),
            contact_name: "Budi Santoso".to_owned(),
            contact_email: "budi.santoso@example.go.id".to_owned(),
            contact_phone: "0812-3456-7890".to_owned(),
            service: "Zoom Meeting".to_owned(),
            recording: "Tidak".to_owned(),
            public: "Terbuka".to_owned(),
            notes: String::new(),
        }
    }
}

impl Answer {
    /// The answer as Forms has it: titles and values, without the collected address.
    pub fn values(&self) -> Vec<(String, AnswerValue)> {
        let text = |text: &String| if text.is_empty() { AnswerValue::Empty } else { AnswerValue::Text(text.clone()) };
        let clock = |time: Time| AnswerValue::Time { hour: time.hour(), minute: time.minute() };
        let day = AnswerValue::Date { year: self.date.year(), month: self.date.month(), day: self.date.day() };
        [
            (title::APPLICANT, text(&self.applicant)),
            (title::UNIT, text(&self.unit)),
            (title::TOPIC, text(&self.topic)),
            (title::DATE, day),
            (title::START, clock(self.start)),
            (title::END, clock(self.end)),
            (title::PARTICIPANTS, text(&self.participants)),
            (title::CONTACT_NAME, text(&self.contact_name)),
            (title::CONTACT_EMAIL, text(&self.contact_email)),
            (title::CONTACT_PHONE, text(&self.contact_phone)),
            (title::SERVICE, text(&self.service)),
            (title::RECORDING, text(&self.recording)),
            (title::PUBLIC, text(&self.public)),
            (title::NOTES, text(&self.notes)),
        ]
        .into_iter()
        .map(|(title, value)| (title.to_owned(), value))
        .collect()
    }

    /// The collected address; none if it is empty.
    pub(crate) fn address(&self) -> Option<&str> {
        Some(self.email.as_str()).filter(|email| !email.is_empty())
    }
}
