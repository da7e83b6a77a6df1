//! Reading an answer: what Google Forms wrote becomes a request, or all of its problems at once. Nothing is guessed.

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::answer::{Answer, Cell};
use super::headers::{Field, Qualifier, Questions};
use super::limits::{EMAIL_CHARS_MAX, PARTICIPANTS_MAX};
use super::problem::Problem;
use super::request::{Contact, Request};
use super::rules::Rules;
use super::serial;
use super::slot::Slot;

/// Reads an answer by the office's rules.
pub fn read(answer: &Answer, questions: &Questions, rules: &Rules) -> Result<Request, Vec<Problem>> {
    let mut reader = Reader { answer, questions, rules, problems: Vec::new() };
    let request = reader.request();
    match request {
        Some(request) if reader.problems.is_empty() => Ok(request),
        _ => Err(reader.problems),
    }
}

struct Reader<'a> {
    answer: &'a Answer,
    questions: &'a Questions,
    rules: &'a Rules,
    problems: Vec<Problem>,
}

impl Reader<'_> {
    fn request(&mut self) -> Option<Request> {
        let email = self.required_email();
        let applicant = self.required_text(Field::Applicant);
        let topic = self.required_text(Field::Topic);
        let times = self.times();
        let participants = self.participants();
        let contact = self.contact();
        let webinar = self.text(Field::Service).to_lowercase().contains("webinar");
        let (slot, several_days) = times?;
        Some(Request {
            email: email?,
            applicant: applicant?,
            unit: self.text(Field::Unit),
            topic: topic?,
            slot,
            several_days,
            open_end: false,
            participants,
            more_participants: false,
            contact,
            webinar,
            recording: yes_or_no(&self.text(Field::Recording)).unwrap_or(false),
            public: yes_or_no(&self.text(Field::Public)),
            notes: self.text(Field::Notes),
        })
    }

    fn text(&self, field: Field) -> String {
        self.answer.cell(field).text()
    }

    fn unreadable<T>(&mut self, field: Field) -> Option<T> {
        self.problems.push(Problem::Unreadable(field, self.text(field)));
        None
    }

    fn missing<T>(&mut self, field: Field) -> Option<T> {
        self.problems.push(Problem::Missing(field));
        None
    }

    fn required_text(&mut self, field: Field) -> Option<String> {
        let text = self.text(field);
        if text.is_empty() { self.missing(field) } else { Some(text) }
    }

    fn required_email(&mut self) -> Option<String> {
        let text = self.required_text(Field::Email)?;
        self.email(Field::Email, text)
    }

    fn email(&mut self, field: Field, text: String) -> Option<String> {
        if is_email(&text) {
            return Some(text);
        }
        self.problems.push(Problem::BadEmail(field, text));
        None
    }

    fn contact(&mut self) -> Contact {
        let typed = self.text(Field::ContactEmail);
        let email = if matches!(typed.as_str(), "" | "-") { None } else { self.email(Field::ContactEmail, typed) };
        let phone = self.text(Field::ContactPhone);
        Contact { name: self.text(Field::ContactName), email: email.unwrap_or_default(), phone }
    }

    fn participants(&mut self) -> Option<u32> {
        let count = match self.answer.cell(Field::Participants) {
            cell if cell.is_blank() => return None,
            Cell::Number(number) if number.fract() == 0.0 && *number >= 0.0 => format!("{number}").parse().ok(),
            cell => cell.text().parse::<u32>().ok(),
        };
        match count {
            Some(0) => None,
            Some(count) if count <= PARTICIPANTS_MAX => Some(count),
            _ => self.unreadable(Field::Participants),
        }
    }

    /// The slot, and whether the last day differs from the first.
    fn times(&mut self) -> Option<(Slot, bool)> {
        let start_at = self.start();
        let duration = self.duration();
        let end_time = if self.answer.cell(Field::End).is_blank() { None } else { Some(self.time(Field::End)) };
        if end_time.is_none() && duration.is_none() && !self.problem_with(Field::Duration) {
            return self.missing(Field::End);
        }
        let start_at = start_at?;
        let start_zone = self.zone(Field::Start);
        let start = self.instant(Field::Start, start_at, &start_zone)?;
        let end = match end_time {
            Some(time) => {
                let zone = self.questions.qualifier(Field::End).and_then(Qualifier::zone).map_or(start_zone.clone(), zone_named);
                self.instant(Field::End, start_at.date().to_datetime(time?), &zone)?
            }
            None => start + duration?,
        };
        let several_days = self.last_day().is_some_and(|last| last != start_at.date());
        self.check(start, end);
        Some((Slot { start, end }, several_days))
    }

    fn problem_with(&self, field: Field) -> bool {
        self.problems.iter().any(|problem| matches!(problem, Problem::Unreadable(of, _) if *of == field))
    }

    /// Wall-clock start in the zone of its column.
    fn start(&mut self) -> Option<DateTime> {
        let with_date = self.questions.column(Field::Start).is_some_and(|column| column.with_date);
        if with_date && self.answer.cell(Field::Date).is_blank() {
            return match self.answer.cell(Field::Start) {
                cell if cell.is_blank() => self.missing(Field::Start),
                Cell::Number(number) => serial::datetime(*number).or_else(|| self.unreadable(Field::Start)),
                cell => {
                    let moment = cell.text().replace('T', " ").parse::<DateTime>().ok();
                    moment.or_else(|| self.unreadable(Field::Start))
                }
            };
        }
        let date = self.date();
        let time = if self.answer.cell(Field::Start).is_blank() {
            self.time_in_date().or_else(|| self.missing(Field::Start))
        } else {
            self.time(Field::Start)
        };
        Some(date?.to_datetime(time?))
    }

    fn date(&mut self) -> Option<Date> {
        let cell = self.answer.cell(Field::Date);
        if cell.is_blank() {
            return self.missing(Field::Date);
        }
        day_of(cell).or_else(|| self.unreadable(Field::Date))
    }

    fn last_day(&mut self) -> Option<Date> {
        let cell = self.answer.cell(Field::EndDate);
        if cell.is_blank() {
            return None;
        }
        day_of(cell).or_else(|| self.unreadable(Field::EndDate))
    }

    /// A date question that also asks for the time holds both in one cell.
    fn time_in_date(&self) -> Option<Time> {
        let Cell::Number(number) = self.answer.cell(Field::Date) else { return None };
        serial::datetime(*number).map(DateTime::time).filter(|time| *time != Time::midnight())
    }

    fn time(&mut self, field: Field) -> Option<Time> {
        let time = match self.answer.cell(field) {
            Cell::Number(number) => serial::time(*number).or_else(|| serial::datetime(*number).map(DateTime::time)),
            cell => clock_text(&cell.text()),
        };
        time.or_else(|| self.unreadable(field))
    }

    fn duration(&mut self) -> Option<SignedDuration> {
        let minutes = match self.answer.cell(Field::Duration) {
            cell if cell.is_blank() => return None,
            Cell::Number(number) => match self.questions.qualifier(Field::Duration) {
                Some(Qualifier::Hours) => whole(*number * 60.0),
                Some(Qualifier::Minutes) => whole(*number),
                // A duration question writes a fraction of a day; a bare 2 does not say of what.
                _ if *number > 0.0 && *number < 1.0 => whole(*number * 1440.0),
                _ => None,
            },
            _ => None,
        };
        match minutes {
            Some(minutes) if minutes > 0 => Some(SignedDuration::from_mins(minutes)),
            _ => self.unreadable(Field::Duration),
        }
    }

    /// The zone of a column: its own, else the start's, else the office's.
    fn zone(&self, field: Field) -> TimeZone {
        let named = |field| self.questions.qualifier(field).and_then(Qualifier::zone);
        named(field).or_else(|| named(Field::End)).map_or(self.rules.zone.clone(), zone_named)
    }

    fn instant(&mut self, field: Field, wall: DateTime, zone: &TimeZone) -> Option<Timestamp> {
        zone.to_timestamp(wall).ok().or_else(|| self.unreadable(field))
    }

    fn check(&mut self, start: Timestamp, end: Timestamp) {
        let words = |at: Timestamp| self.rules.zone.to_datetime(at).strftime("%H.%M").to_string();
        if end <= start {
            self.problems.push(Problem::EndBeforeStart { start: words(start), end: words(end) });
            return;
        }
        let slot = Slot { start, end };
        let longest = self.rules.max_duration.as_secs() / 60;
        if slot.minutes() > longest {
            self.problems.push(Problem::TooLong { minutes: slot.minutes(), longest });
        }
        let earliest = self.answer.submitted_at + self.rules.lead_time;
        if start < earliest {
            self.problems.push(Problem::TooSoon { earliest });
        }
    }
}

fn zone_named(name: &str) -> TimeZone {
    TimeZone::get(name).unwrap_or(TimeZone::UTC)
}

fn day_of(cell: &Cell) -> Option<Date> {
    match cell {
        Cell::Number(number) => serial::day(*number),
        cell => cell.text().parse().ok(),
    }
}

/// `09.00`, `9:00` or `09:00:00`: the hour from 7 on as written; an early one only with its leading zero,
/// since `2.00` may be the afternoon's.
fn clock_text(text: &str) -> Option<Time> {
    let parts: Vec<&str> = text.split([':', '.']).collect();
    let (hour_text, rest) = parts.split_first()?;
    if !(1..=2).contains(&rest.len()) || rest.iter().any(|part| part.len() != 2) || hour_text.len() > 2 {
        return None;
    }
    let number = |part: &str| part.bytes().all(|b| b.is_ascii_digit()).then(|| part.parse::<i8>().ok()).flatten();
    let hour = number(hour_text)?;
    if hour_text.len() == 1 && hour < 7 {
        return None;
    }
    let second = rest.get(1).map_or(Some(0), |part| number(part))?;
    Time::new(hour, number(rest[0])?, second, 0).ok()
}

fn whole(value: f64) -> Option<i64> {
    #[expect(clippy::cast_possible_truncation, reason = "bounded by the check beside it")]
    (value.is_finite() && value.abs() < 1e6).then_some(value.round() as i64)
}

fn yes_or_no(text: &str) -> Option<bool> {
    let text = text.to_lowercase();
    let starts = |words: &[&str]| words.iter().any(|word| text.starts_with(word));
    if starts(&["tidak", "tertutup", "terbatas", "internal", "rahasia", "undangan", "no"]) {
        Some(false)
    } else if starts(&["ya", "terbuka", "umum", "publik", "yes", "perlu"]) {
        Some(true)
    } else {
        None
    }
}

/// Whether a text is a mail address that a letter can be sent to: nothing that could leave a header line.
pub fn is_email(text: &str) -> bool {
    let hostile = |c: char| c.is_whitespace() || c.is_control() || matches!(c, '<' | '>' | ',' | ';' | '"');
    text.len() <= EMAIL_CHARS_MAX
        && !text.contains(hostile)
        && email_address::EmailAddress::is_valid(text)
        && text.rsplit_once('@').is_some_and(|(_, domain)| domain.contains('.'))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn rules() -> Rules {
        Rules {
            zone: TimeZone::get("Asia/Jakarta").unwrap(),
            lead_time: SignedDuration::from_mins(30),
            max_duration: SignedDuration::from_hours(8),
            buffer_before: SignedDuration::from_mins(10),
            buffer_after: SignedDuration::from_mins(10),
            participants_unknown: 100,
        }
    }

    const HEADERS: [&str; 10] = [
        "Timestamp",
        "Email Address",
        "Nama Pemohon",
        "Nama Kegiatan",
        "Tanggal Kegiatan",
        "Waktu Mulai",
        "Waktu Selesai",
        "Jumlah Peserta",
        "Durasi",
        "Jenis Layanan",
    ];

    fn check(headers: &[&str], changes: &[(Field, Cell)]) -> Result<Request, Vec<Problem>> {
        let headers: Vec<String> = headers.iter().map(|h| (*h).to_owned()).collect();
        let (questions, _) = Questions::find(&headers, &BTreeMap::new(), |_| false);
        let text = |t: &str| Cell::Text(t.into());
        let mut cells = BTreeMap::from([
            (Field::Email, text("ana@example.go.id")),
            (Field::Applicant, text("Ana")),
            (Field::Topic, text("Rapat")),
            (Field::Date, Cell::Number(46_356.0)),
            (Field::Start, Cell::Number(0.375)),
            (Field::End, Cell::Number(11.5 / 24.0)),
        ]);
        for (field, cell) in changes {
            cells.insert(*field, cell.clone());
        }
        let submitted_at = "2026-11-24T03:00:00Z".parse().unwrap();
        read(&Answer { submitted_at, cells, others: vec![] }, &questions, &rules())
    }

    #[test]
    fn an_answer_as_forms_writes_it_is_read() {
        let request = check(&HEADERS, &[(Field::Participants, Cell::Number(50.0))]).unwrap();
        assert_eq!(request.slot.start, "2026-11-30T02:00:00Z".parse().unwrap());
        assert_eq!(request.slot.minutes(), 150);
        assert_eq!(request.participants, Some(50));
    }

    #[test]
    fn a_zone_in_the_header_holds_for_the_column_and_its_partner() {
        let mut headers = HEADERS;
        headers[5] = "Waktu Mulai (WITA)";
        let request = check(&headers, &[]).unwrap();
        assert_eq!(request.slot.start, "2026-11-30T01:00:00Z".parse().unwrap());
        assert_eq!(request.slot.minutes(), 150);
    }

    #[test]
    fn all_problems_are_told_at_once() {
        let problems = check(
            &HEADERS,
            &[
                (Field::Email, Cell::Text("ana".into())),
                (Field::Topic, Cell::Empty),
                (Field::Start, Cell::Text("jam 2".into())),
                (Field::Participants, Cell::Text("banyak".into())),
            ],
        )
        .unwrap_err();
        assert_eq!(
            problems,
            [
                Problem::BadEmail(Field::Email, "ana".into()),
                Problem::Missing(Field::Topic),
                Problem::Unreadable(Field::Start, "jam 2".into()),
                Problem::Unreadable(Field::Participants, "banyak".into()),
            ]
        );
    }

    #[test]
    fn the_rules_of_time_are_held() {
        let first = |changes: &[(Field, Cell)]| check(&HEADERS, changes).unwrap_err().remove(0);
        assert_eq!(
            first(&[(Field::End, Cell::Number(0.333_333_333))]),
            Problem::EndBeforeStart { start: "09.00".into(), end: "08.00".into() }
        );
        assert_eq!(first(&[(Field::End, Cell::Number(0.75))]), Problem::TooLong { minutes: 540, longest: 480 });
        let earliest = "2026-11-24T03:30:00Z".parse().unwrap();
        assert_eq!(first(&[(Field::Date, Cell::Number(46_350.0))]), Problem::TooSoon { earliest });
        assert_eq!(first(&[(Field::End, Cell::Empty)]), Problem::Missing(Field::End));
    }

    #[test]
    fn a_duration_takes_the_place_of_an_end_and_names_its_unit() {
        let slot = |header: &str, number: f64| {
            let mut headers = HEADERS;
            headers[8] = header;
            check(&headers, &[(Field::End, Cell::Empty), (Field::Duration, Cell::Number(number))]).map(|r| r.slot.minutes())
        };
        assert_eq!(slot("Durasi (jam)", 1.5), Ok(90));
        assert_eq!(slot("Durasi (menit)", 45.0), Ok(45));
        assert_eq!(slot("Durasi", 0.0625), Ok(90));
        assert_eq!(slot("Durasi", 2.0), Err(vec![Problem::Unreadable(Field::Duration, "2".into())]));
    }

    #[test]
    fn addresses_that_could_leave_a_header_are_none() {
        for good in ["ana@example.go.id", "a.b+c@x.id"] {
            assert!(is_email(good), "{good}");
        }
        for bad in ["", "ana", "ana@example", "a@b.id\r\nBcc: x@y.id", "Ana <ana@b.id>", "a@b.id,c@d.id", "a b@c.id"] {
            assert!(!is_email(bad), "{bad}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_cell_panics(text in ".{0,60}", number in proptest::num::f64::ANY, field in 1_usize..18) {
            let field = Field::all().nth(field).unwrap();
            let _ = check(&HEADERS, &[(field, Cell::Text(text))]);
            let _ = check(&HEADERS, &[(field, Cell::Number(number))]);
        }
    }
}
