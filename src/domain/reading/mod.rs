//! Reading an answer: what Google Forms wrote becomes a request, or all of its problems at once. Nothing is guessed: what may mean
//! several things is asked.

mod clocks;
mod counts;
mod days;
mod found;
mod hours;
mod lengths;
mod pieces;
mod remarks;
mod serials;
#[cfg(test)]
mod tests;
mod yes_no;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};

use self::clocks::{Clock, End, Times};
use self::counts::Count;
use self::days::Days;
use self::pieces::{Join, Piece, Token, pieces};
pub use self::serials::needs_patterns;
use self::yes_no::{is_open_to_all, is_yes};
use super::answer::{Answer, Cell};
use super::headers::{Field, Qualifier, Questions};
use super::limits::{AHEAD_DAYS_MAX, EMAIL_CHARS_MAX, EVENT_MINUTES_MIN};
use super::problem::{ClockTrouble, DayTrouble, LengthTrouble, Problem};
use super::request::{Contact, Request};
use super::rules::{Closed, Rules};
use super::slot::Slot;

/// Reads an answer by the office's rules. `first` is its first timestamp: relative days count from it.
pub fn read(answer: &Answer, first: Timestamp, questions: &Questions, rules: &Rules) -> Result<Request, Vec<Problem>> {
    let today = rules.zone.to_datetime(first).date();
    let mut reader = Reader { answer, today, questions, rules, problems: Vec::new() };
    let request = reader.request();
    match request {
        Some(request) if reader.problems.is_empty() => Ok(request),
        _ => Err(reader.problems),
    }
}

struct Reader<'a> {
    answer: &'a Answer,
    today: Date,
    questions: &'a Questions,
    rules: &'a Rules,
    problems: Vec<Problem>,
}

/// When an event is, as read.
struct When {
    slot: Slot,
    several_days: bool,
    open_end: bool,
}

impl Reader<'_> {
    fn request(&mut self) -> Option<Request> {
        let email = self.required_email();
        let applicant = self.required_text(Field::Applicant);
        let topic = self.required_text(Field::Topic);
        let when = self.when();
        let (participants, more_participants) = self.participants();
        let contact = self.contact();
        let when = when?;
        Some(Request {
            email: email?,
            applicant: applicant?,
            unit: self.text(Field::Unit),
            topic: topic?,
            slot: when.slot,
            several_days: when.several_days,
            open_end: when.open_end,
            participants,
            more_participants,
            contact,
            webinar: self.text(Field::Service).to_lowercase().contains("webinar"),
            recording: is_yes(&self.text(Field::Recording)).unwrap_or(false),
            public: is_open_to_all(&self.text(Field::Public)),
            notes: self.text(Field::Notes),
        })
    }

    fn text(&self, field: Field) -> String {
        self.answer.cell(field).text()
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
        let email = if yes_no::is_nothing(&typed) { None } else { self.email(Field::ContactEmail, typed) };
        let name = Some(self.text(Field::ContactName)).filter(|name| !yes_no::is_nothing(name));
        Contact { name: name.unwrap_or_default(), email: email.unwrap_or_default(), phone: self.text(Field::ContactPhone) }
    }

    /// How many, and whether more than that.
    fn participants(&mut self) -> (Option<u32>, bool) {
        let cell = self.answer.cell(Field::Participants);
        let read = match cell {
            Cell::Number(number) => serials::count(*number, self.answer.display.month_first),
            cell => pieces(&cell.text()).ok_or_else(Vec::new).and_then(|pieces| counts::count(&pieces)),
        };
        match read {
            Ok(Count::People(count)) => (Some(count), false),
            Ok(Count::MoreThan(count)) => (Some(count), true),
            Ok(Count::Unknown) => (None, false),
            Err(likely) => {
                self.problems.push(Problem::Count(Field::Participants, self.text(Field::Participants), likely));
                (None, false)
            }
        }
    }

    fn when(&mut self) -> Option<When> {
        let (days, date_times) = self.days(Field::Date);
        let (start_days, start_times) = self.start(days);
        let days = self.one_day(days, start_days);
        let times = self.one_time(date_times, start_times);
        let last = self.last_day(days);
        let end = self.end(days, times);
        let (days, times, end) = (days?, times?, end?);
        let when = self.instants(days, times, &end)?;
        self.check(when.slot, when.open_end);
        let several_days = when.several_days || last.is_some_and(|last| last != days.first);
        Some(When { several_days, ..when })
    }

    /// The days in a cell, and the times where it holds those too.
    fn days(&mut self, field: Field) -> (Option<Days>, Option<Times>) {
        let read = match self.answer.cell(field) {
            cell if cell.is_blank() => return (None, None),
            Cell::Number(number) => serials::day(*number, field, &self.answer.display, self.today),
            cell => pieces(&cell.text()).ok_or(DayTrouble::Unclear).and_then(|pieces| self.days_and_times(&pieces)),
        };
        match read {
            Ok((days, times)) => (Some(days), times),
            Err(trouble) => {
                self.problems.push(Problem::Day(field, self.shown(field), trouble));
                (None, None)
            }
        }
    }

    /// Days, or days with times behind them.
    fn days_and_times(&self, pieces: &[Piece]) -> Result<(Days, Option<Times>), DayTrouble> {
        let whole = match days::days(pieces, self.today) {
            Ok(days) => return Ok((days, None)),
            // Perhaps what is no day belongs to a time.
            Err(trouble @ (DayTrouble::Unclear | DayTrouble::NoMonth { .. } | DayTrouble::NoSuchDay)) => trouble,
            Err(trouble) => return Err(trouble),
        };
        let mut nearest = None;
        for at in 1..pieces.len() {
            let from = |at: usize| clocks::behind_days(&pieces[at..], &self.rules.zone);
            // The `sore` of `nanti sore jam 3` belongs to both.
            let times = from(at).or_else(|| if days::is_part(&pieces[at - 1]) { from(at - 1) } else { None });
            let Some(times) = times else { continue };
            match days::days(days::before_times(&pieces[..at]), self.today) {
                Ok(days) => return Ok((days, Some(times))),
                Err(DayTrouble::Unclear) => {}
                Err(trouble) => nearest = nearest.or(Some(trouble)),
            }
        }
        Err(nearest.unwrap_or(whole))
    }

    /// The start, and the days where its cell holds those too.
    fn start(&mut self, date: Option<Days>) -> (Option<Days>, Option<Times>) {
        let with_date = self.questions.column(Field::Start).is_some_and(|column| column.with_date);
        let read = match self.answer.cell(Field::Start) {
            cell if cell.is_blank() => return (None, None),
            Cell::Number(number) => serials::clock(*number, with_date).map(|(day, clock)| {
                let days = day.map(|day| Days { first: day, last: day });
                (days, clock.map(|clock| Times { start: clock, end: None }))
            }),
            cell => pieces(&cell.text()).ok_or(ClockTrouble::Unclear).and_then(|pieces| {
                match clocks::times(&pieces, &self.rules.zone) {
                    Ok(times) => Ok((None, Some(times))),
                    Err(trouble) => match self.days_and_times(&pieces) {
                        Err(_) if self.behind_weekday(&pieces, date).is_some() => {
                            self.behind_weekday(&pieces, date).unwrap_or(Err(trouble)).map(|times| (None, Some(times)))
                        }
                        Ok((days, Some(times))) => Ok((Some(days), Some(times))),
                        Ok((days, None)) if with_date => Ok((Some(days), None)),
                        Err(trouble) if with_date && trouble != DayTrouble::Unclear => {
                            self.problems.push(Problem::Day(Field::Start, self.text(Field::Start), trouble));
                            Ok((None, None))
                        }
                        _ => Err(trouble),
                    },
                }
            }),
        };
        match read {
            Ok(read) => read,
            Err(trouble) => {
                self.problems.push(Problem::Clock(Field::Start, self.shown(Field::Start), trouble));
                (None, None)
            }
        }
    }

    /// `Senin, 09.00`: the day of the week has to be the date's.
    fn behind_weekday(&self, pieces: &[Piece], date: Option<Days>) -> Option<Result<Times, ClockTrouble>> {
        let (date, (weekday, used)) = (date?.first, days::weekday_first(pieces)?);
        let times = clocks::times(&pieces[used..], &self.rules.zone).ok()?;
        let agrees = date.weekday() == weekday;
        Some(if agrees { Ok(times) } else { Err(ClockTrouble::OtherDay(days::nearest(date, weekday))) })
    }

    fn told(&self, field: Field) -> bool {
        self.problems.iter().any(|problem| problem.field() == Some(field))
    }

    /// The day from the question for it, or from the start's. Where both tell one they have to agree.
    fn one_day(&mut self, date: Option<Days>, start: Option<Days>) -> Option<Days> {
        if let (Some(date), Some(start)) = (date, start)
            && date.first != start.first
        {
            let trouble = ClockTrouble::OtherDay(start.first);
            self.problems.push(Problem::Clock(Field::Start, self.shown(Field::Start), trouble));
            return None;
        }
        let with_date = self.questions.column(Field::Start).is_some_and(|column| column.with_date);
        let known = date.or(start);
        if known.is_none() && !self.told(Field::Date) && !self.told(Field::Start) {
            let in_start = with_date && self.questions.column(Field::Date).is_none();
            return self.missing(if in_start { Field::Start } else { Field::Date });
        }
        if known.is_none() && !self.told(Field::Date) && !with_date {
            return self.missing(Field::Date);
        }
        known
    }

    /// The times from the question for the start, or from the one for the day.
    fn one_time(&mut self, date: Option<Times>, start: Option<Times>) -> Option<Times> {
        if let (Some(date), Some(start)) = (date, start)
            && date.start.time != start.start.time
        {
            let trouble = ClockTrouble::Which(vec![start.start.time, date.start.time]);
            self.problems.push(Problem::Clock(Field::Start, self.shown(Field::Start), trouble));
            return None;
        }
        let known = match (date, start) {
            (Some(date), Some(start)) => Some(Times { end: start.end.or(date.end), ..start }),
            (date, start) => start.or(date),
        };
        if known.is_none() && !self.told(Field::Start) {
            return self.missing(Field::Start);
        }
        known.filter(|times| {
            // Midnight at the end of which day?
            let midnight = times.start.next_day;
            if midnight {
                self.problems.push(Problem::Clock(Field::Start, self.shown(Field::Start), ClockTrouble::Midnight));
            }
            !midnight
        })
    }

    fn last_day(&mut self, days: Option<Days>) -> Option<Date> {
        let (last, _) = self.days(Field::EndDate);
        let (first, last) = (days?.first, last.map_or(days?.last, |last| last.last));
        if last < first {
            self.problems.push(Problem::LastDayFirst { first, last });
        }
        Some(last)
    }

    /// The ends that the answer tells: in the text of the start, in the question for the end, by a duration.
    fn end(&mut self, days: Option<Days>, times: Option<Times>) -> Option<Vec<End>> {
        let mut ends: Vec<End> = times.and_then(|times| times.end).into_iter().collect();
        let (end, duration) = (self.end_cell(days, times), self.duration());
        ends.extend(end);
        ends.extend(duration.map(End::After));
        if !ends.is_empty() {
            return Some(ends);
        }
        let in_start = pieces(&self.text(Field::Start)).unwrap_or_default();
        let told_there = self.told(Field::Start) && in_start.iter().any(|piece| piece.token == Token::Join(Join::Until));
        if !self.told(Field::End) && !self.told(Field::Duration) && !told_there {
            return self.missing(Field::End);
        }
        None
    }

    fn end_cell(&mut self, days: Option<Days>, times: Option<Times>) -> Option<End> {
        let read = match self.answer.cell(Field::End) {
            cell if cell.is_blank() => return None,
            Cell::Number(number) => {
                serials::clock(*number, false).and_then(|(_, clock)| clock.map(End::At).ok_or(ClockTrouble::Unclear))
            }
            cell => pieces(&cell.text()).ok_or(ClockTrouble::Unclear).and_then(|pieces| self.typed_end(&pieces, days, times)),
        };
        match read {
            Ok(end) => Some(end),
            Err(trouble) => {
                self.problems.push(Problem::Clock(Field::End, self.shown(Field::End), trouble));
                None
            }
        }
    }

    /// An end; or the day and the start once more, which have to be the same, with it.
    fn typed_end(&self, pieces: &[Piece], days: Option<Days>, times: Option<Times>) -> Result<End, ClockTrouble> {
        let trouble = match clocks::end(pieces, &self.rules.zone) {
            Ok(end) => return Ok(end),
            Err(trouble) => trouble,
        };
        let starts = |clock: Clock| times.is_some_and(|times| times.start.time == clock.time);
        match clocks::times(pieces, &self.rules.zone) {
            Ok(Times { start, end: Some(end) }) if starts(start) => return Ok(end),
            Ok(_) => return Err(trouble),
            Err(_) => {}
        }
        match (self.days_and_times(pieces), days) {
            (Ok((found, Some(Times { start, end: None }))), Some(days)) if found.first == days.last => Ok(End::At(start)),
            (Ok((found, Some(_))), Some(days)) if found.first != days.last => Err(ClockTrouble::OtherDay(found.first)),
            _ => Err(trouble),
        }
    }

    fn duration(&mut self) -> Option<i64> {
        let unit = match self.questions.qualifier(Field::Duration) {
            Some(Qualifier::Hours) => Some(lengths::Unit::Hours),
            Some(Qualifier::Minutes) => Some(lengths::Unit::Minutes),
            _ => None,
        };
        let read = match self.answer.cell(Field::Duration) {
            cell if cell.is_blank() => return None,
            Cell::Number(number) => serials::length(*number, unit),
            cell => pieces(&cell.text()).ok_or(LengthTrouble::Unclear).and_then(|pieces| lengths::length(&pieces, unit)),
        };
        match read {
            Ok(minutes) => Some(minutes),
            Err(trouble) => {
                self.problems.push(Problem::Length(Field::Duration, self.shown(Field::Duration), trouble));
                None
            }
        }
    }

    fn instants(&mut self, days: Days, times: Times, ends: &[End]) -> Option<When> {
        let header = |field| self.questions.qualifier(field).and_then(Qualifier::zone).map(zone_named);
        let own_end =
            ends.iter().find_map(|end| if let End::At(clock) = end { clock.zone } else { None }).map(clocks::Zone::rules);
        let own_start = times.start.zone.map(clocks::Zone::rules);
        // A zone that one of the two names holds for its partner (contract).
        let start_zone =
            own_start.clone().or_else(|| header(Field::Start)).or_else(|| own_end.clone()).or_else(|| header(Field::End));
        let start_zone = start_zone.unwrap_or_else(|| self.rules.zone.clone());
        let end_zone = |clock: &Clock| {
            let own = clock.zone.map(clocks::Zone::rules);
            own.or_else(|| own_start.clone()).or_else(|| header(Field::End)).unwrap_or_else(|| start_zone.clone())
        };
        let Ok(start) = start_zone.to_timestamp(days.first.to_datetime(times.start.time)) else {
            return self.unclear(Field::Start);
        };
        let at = |end: &End| match end {
            End::At(clock) => {
                let day = if clock.next_day { days.first.checked_add(1.day()).ok()? } else { days.first };
                end_zone(clock).to_timestamp(day.to_datetime(clock.time)).ok()
            }
            End::After(minutes) => start.checked_add(SignedDuration::from_mins(*minutes)).ok(),
            End::Open => None,
        };
        let known: Vec<Timestamp> = ends.iter().filter_map(at).collect();
        let open_end = known.is_empty();
        let end = match known.as_slice() {
            [] => start.checked_add(self.rules.open_end).ok()?,
            [end, others @ ..] => {
                if let Some(other) = others.iter().find(|other| *other != end) {
                    self.problems.push(Problem::TwoEnds { one: *end, other: *other });
                }
                *end
            }
        };
        Some(When { slot: Slot { start, end }, several_days: days.first != days.last, open_end })
    }

    fn unclear<T>(&mut self, field: Field) -> Option<T> {
        self.problems.push(Problem::Clock(field, self.shown(field), ClockTrouble::Unclear));
        None
    }

    /// The office's rules for times.
    fn check(&mut self, slot: Slot, open_end: bool) {
        let Slot { start, end } = slot;
        if end <= start {
            self.problems.push(Problem::EndBeforeStart { start, end });
            return;
        }
        let longest = self.rules.max_duration.as_secs() / 60;
        if slot.minutes() > longest {
            self.problems.push(Problem::TooLong { minutes: slot.minutes(), longest });
        } else if slot.minutes() < EVENT_MINUTES_MIN {
            self.problems.push(Problem::TooShort { minutes: slot.minutes() });
        }
        let earliest = self.answer.submitted_at + self.rules.lead_time;
        let date = self.rules.zone.to_datetime(start).date();
        if start < earliest {
            self.problems.push(Problem::TooSoon { earliest });
        } else if self.today.checked_add(AHEAD_DAYS_MAX.days()).is_ok_and(|latest| date > latest) {
            self.problems.push(Problem::TooFar { date });
        }
        match self.rules.closed(slot, open_end) {
            Some(Closed::Day { date, holiday, next }) => self.problems.push(Problem::ClosedDay { date, holiday, next }),
            Some(Closed::Hours(from, until)) => self.problems.push(Problem::ClosedHours { from, until }),
            None => {}
        }
    }

    /// A cell as its sheet shows it, for a sentence about it.
    fn shown(&self, field: Field) -> String {
        match self.answer.cell(field) {
            Cell::Number(number) => serials::shown(*number, &self.answer.display),
            cell => cell.text(),
        }
    }
}

fn zone_named(name: &str) -> TimeZone {
    TimeZone::get(name).unwrap_or(TimeZone::UTC)
}

/// Whether a text is a mail address that a letter can be sent to: nothing that could leave a header line.
pub fn is_email(text: &str) -> bool {
    let hostile = |c: char| c.is_whitespace() || c.is_control() || matches!(c, '<' | '>' | ',' | ';' | '"');
    text.len() <= EMAIL_CHARS_MAX
        && !text.contains(hostile)
        && email_address::EmailAddress::is_valid(text)
        && text.rsplit_once('@').is_some_and(|(_, domain)| domain.contains('.'))
}
