//! Days that were found in a text become dates: what is missing is filled in from beside it, or asked.

use jiff::ToSpan;
use jiff::civil::{Date, Weekday};

use super::days::{Days, Item, coming, date, nearest, next_or_passed, next_such, plus};
use super::pieces::Join;
use crate::domain::limits::RANGE_DAYS_MAX;
use crate::domain::problem::DayTrouble;

/// A day as it was found, perhaps without month and year.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Atom {
    day: i16,
    month: Option<i16>,
    year: Option<i16>,
    /// How it is joined to the one before.
    join: Option<Join>,
}

/// What was found of days.
#[derive(Debug, Default)]
pub(super) struct Found {
    atoms: Vec<Atom>,
    weekdays: Vec<Weekday>,
    relative: Option<Date>,
    loose: Option<Vec<Date>>,
    month_alone: Option<i16>,
    /// The month stands before its day, `Desember 26`: that may be a year.
    month_first: bool,
    /// How many days it says they are.
    length: Option<i32>,
}

impl Found {
    /// Puts together what belongs to one day.
    pub(super) fn of(items: &[Item]) -> Result<Found, DayTrouble> {
        let mut found = Found::default();
        let mut join = None;
        for (index, item) in items.iter().enumerate() {
            let after_month = index > 0 && matches!(items[index - 1], Item::Month(_));
            match item {
                Item::Weekday(weekday) => found.weekdays.push(*weekday),
                Item::Relative(day) if found.relative.is_none() => found.relative = Some(*day),
                Item::Loose(dates) if found.loose.is_none() => {
                    found.weekdays.extend(dates.first().map(|date| date.weekday()));
                    found.loose = Some(dates.clone());
                }
                Item::Length(days) if found.length.is_none() => found.length = Some(*days),
                Item::Relative(_) | Item::Loose(_) | Item::Length(_) => return Err(DayTrouble::Unclear),
                Item::Full(day, month, year) => {
                    found.atoms.push(Atom { day: *day, month: Some(*month), year: *year, join: join.take() });
                }
                // `4 Des 26`: right behind the month stands a year.
                Item::Number(digits) if after_month && digits.len() == 2 && found.waits_for_year() => {
                    found.year(2000 + digits.parse::<i16>().unwrap_or(0))?;
                }
                Item::Number(digits) => {
                    let day = digits.parse().map_err(|_| DayTrouble::Unclear)?;
                    let month = found.month_alone.take();
                    found.month_first |= month.is_some();
                    found.atoms.push(Atom { day, month, year: None, join: join.take() });
                }
                Item::Month(month) => found.month(i16::from(*month))?,
                Item::Year(year) => found.year(*year)?,
                // A slash or comma beside a day of the week says nothing.
                Item::Join(Join::Comma | Join::Slash) if found.atoms.is_empty() => {}
                Item::Join(Join::Comma) if join.is_some() => {}
                // `1-3 Desember (Selasa - Kamis)`.
                Item::Join(Join::Until | Join::And | Join::Comma) if between_weekdays(items, index) => {}
                Item::Join(next) => join = Some(*next),
            }
        }
        // `30 November s.d.` lacks its other end.
        if matches!(join, Some(Join::Until | Join::Or | Join::And)) && !found.atoms.is_empty() {
            return Err(DayTrouble::Unclear);
        }
        Ok(found)
    }

    fn waits_for_year(&self) -> bool {
        self.atoms.last().is_some_and(|atom| atom.month.is_some() && atom.year.is_none())
    }

    fn month(&mut self, month: i16) -> Result<(), DayTrouble> {
        match self.atoms.last_mut() {
            Some(atom) if atom.month.is_none() => atom.month = Some(month),
            None if self.month_alone.is_none() => self.month_alone = Some(month),
            _ => return Err(DayTrouble::Unclear),
        }
        Ok(())
    }

    fn year(&mut self, year: i16) -> Result<(), DayTrouble> {
        match self.atoms.last_mut() {
            Some(atom) if atom.year.is_none() => atom.year = Some(year),
            None if self.month_alone.is_some() => return Err(DayTrouble::NoDay),
            _ => return Err(DayTrouble::Unclear),
        }
        Ok(())
    }

    /// The days, if they are one stretch.
    pub(super) fn days(mut self, today: Date) -> Result<Days, DayTrouble> {
        let days = self.stretch_of_days(today)?;
        let length = days.first.until(days.last).map_or(0, |span| span.get_days()) + 1;
        if self.length.is_none_or(|told| told == length) { Ok(days) } else { Err(DayTrouble::Unclear) }
    }

    fn stretch_of_days(&mut self, today: Date) -> Result<Days, DayTrouble> {
        if self.month_alone.is_some() || self.is_month_and_year(today) {
            return Err(DayTrouble::NoDay);
        }
        if self.atoms.is_empty() {
            return self.without_date(today);
        }
        // `besok tgl 25`.
        if let ([Atom { day, month: None, year: None, .. }], Some(relative)) = (self.atoms.as_slice(), self.relative)
            && i16::from(relative.day()) == *day
        {
            self.atoms[0] = Atom { month: Some(i16::from(relative.month())), year: Some(relative.year()), ..self.atoms[0] };
        }
        self.fill();
        let dates = self.dates(today)?;
        let days = self.stretch(&dates)?;
        self.check_weekdays(&dates)?;
        let likely: Vec<Date> = self.relative.into_iter().chain(self.loose.iter().flatten().copied()).collect();
        let agrees = likely.is_empty() || likely.contains(&days.first);
        if agrees { Ok(days) } else { Err(DayTrouble::Which(likely.into_iter().chain([days.first]).collect())) }
    }

    /// `Desember 26` may be December of that year.
    fn is_month_and_year(&self, today: Date) -> bool {
        let near = |day: i16| (today.year() - 1..=today.year() + 2).contains(&(2000 + day));
        self.month_first && matches!(self.atoms.as_slice(), [atom] if atom.year.is_none() && near(atom.day))
    }

    fn without_date(&self, today: Date) -> Result<Days, DayTrouble> {
        if let Some(dates) = &self.loose {
            return Err(DayTrouble::Which(dates.clone()));
        }
        match (self.relative, self.weekdays.as_slice()) {
            (Some(day), []) => Ok(Days { first: day, last: day }),
            (Some(day), [weekday]) if day.weekday() == *weekday => Ok(Days { first: day, last: day }),
            (Some(day), [weekday]) => Err(DayTrouble::Weekday { date: day, near: nearest(day, *weekday) }),
            (None, [weekday]) => Err(DayTrouble::Which(vec![coming(today, *weekday), plus(coming(today, *weekday), 7)])),
            _ => Err(DayTrouble::Unclear),
        }
    }

    /// `4-5 Des 2026`: month and year stand behind the last day and hold for those before.
    fn fill(&mut self) {
        for index in (1..self.atoms.len()).rev() {
            let (after, before) = (self.atoms[index], &mut self.atoms[index - 1]);
            let crosses = before.month.zip(after.month).is_some_and(|(before, after)| before > after);
            before.month = before.month.or(after.month);
            before.year = before.year.or(after.year.map(|year| if crosses { year - 1 } else { year }));
        }
    }

    fn dates(&self, today: Date) -> Result<Vec<Date>, DayTrouble> {
        let mut dates: Vec<Date> = Vec::new();
        for atom in &self.atoms {
            let Some(month) = atom.month else {
                let next = (0..12).find_map(|months| {
                    let first = today.first_of_month().checked_add(months.months()).ok()?;
                    date(first.year(), i16::from(first.month()), atom.day).filter(|day| *day >= today)
                });
                return Err(next.map_or(DayTrouble::NoSuchDay, |next| DayTrouble::NoMonth { next }));
            };
            if month > 12
                && let Some(other) = atom.year.and_then(|year| date(year, atom.day, month))
            {
                return Err(DayTrouble::Which(vec![other]));
            }
            let day = match (atom.year, dates.last()) {
                (Some(year), _) => date(year, month, atom.day),
                (None, Some(before)) => next_such(*before, month, atom.day),
                (None, None) => Some(next_or_passed(today, month, atom.day)?),
            };
            dates.push(day.ok_or(DayTrouble::NoSuchDay)?);
        }
        Ok(dates)
    }

    fn stretch(&self, dates: &[Date]) -> Result<Days, DayTrouble> {
        let (first, last) = (dates[0], dates[dates.len() - 1]);
        let joins = || self.atoms.iter().skip(1).map(|atom| atom.join);
        if joins().any(|join| matches!(join, Some(Join::Or | Join::Slash))) {
            return Err(DayTrouble::Which(dates.to_vec()));
        }
        if joins().any(|join| join.is_none()) {
            return Err(DayTrouble::Unclear);
        }
        for (pair, atom) in dates.windows(2).zip(self.atoms.iter().skip(1)) {
            let apart = pair[0].until(pair[1]).map_or(i32::MAX, |span| span.get_days());
            match atom.join {
                Some(Join::Until) if apart < 1 => return Err(DayTrouble::Unclear),
                Some(Join::Until) => {}
                _ if apart != 1 => return Err(DayTrouble::Apart),
                _ => {}
            }
        }
        let length = first.until(last).map_or(i32::MAX, |span| span.get_days());
        if length > RANGE_DAYS_MAX { Err(DayTrouble::Unclear) } else { Ok(Days { first, last }) }
    }

    fn check_weekdays(&self, dates: &[Date]) -> Result<(), DayTrouble> {
        if self.weekdays.len() > dates.len() {
            return Err(DayTrouble::Unclear);
        }
        // `Senin - Rabu, 30 November, 1 dan 2 Desember`: the first and the last.
        let ends = [dates[0], dates[dates.len() - 1]];
        let dates = if self.weekdays.len() == 2 { &ends } else { dates };
        let pairs = || self.weekdays.iter().zip(dates);
        match pairs().find(|(weekday, date)| date.weekday() != **weekday) {
            None => Ok(()),
            Some((weekday, date)) => Err(DayTrouble::Weekday { date: *date, near: nearest(*date, *weekday) }),
        }
    }
}

fn between_weekdays(items: &[Item], index: usize) -> bool {
    let is_weekday = |index: Option<usize>| matches!(index.and_then(|index| items.get(index)), Some(Item::Weekday(_)));
    is_weekday(index.checked_sub(1)) && is_weekday(Some(index + 1))
}
