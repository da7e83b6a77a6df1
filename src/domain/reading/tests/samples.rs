//! Every line of the samples. A line says what is read, or `problem`, and behind `?` what is asked.

use super::*;
use crate::domain::reading::clocks;

fn lines(source: &'static str) -> impl Iterator<Item = (&'static str, &'static str, &'static str)> {
    source.lines().filter(|line| !line.starts_with('#')).map(|line| {
        let mut parts = line.split('\t');
        let mut part = || parts.next().unwrap_or_else(|| panic!("a column is missing: {line}"));
        (part(), part(), part())
    })
}

/// What is read, in the samples' way of writing it.
fn meaning(field: &str, typed: &str) -> String {
    let zone = rules().zone;
    let pieces = pieces(typed).unwrap_or_default();
    let today = date(2026, 11, 24);
    match field {
        "date" => {
            let cell = [(Field::Date, text(typed))];
            let reader = answer(&cell);
            let questions = questions(&HEADERS);
            let rules = rules();
            let reader = Reader { answer: &reader, today, questions: &questions, rules: &rules, problems: vec![] };
            match reader.days_and_times(&pieces) {
                Ok((days, _)) if days.first == days.last => days.first.to_string(),
                Ok((days, _)) => format!("{}..{}", days.first, days.last),
                Err(DayTrouble::Which(dates)) => {
                    format!("problem ?{}", dates.iter().map(ToString::to_string).collect::<Vec<_>>().join(","))
                }
                Err(DayTrouble::Passed { next }) => format!("problem ?{next}"),
                Err(_) => "problem".to_owned(),
            }
        }
        "time" => {
            let start = [(Field::Start, text(typed)), (Field::End, Cell::Empty), (Field::Duration, Cell::Empty)];
            let office = |clock: Clock| {
                let own = clock.zone.map_or(zone.clone(), clocks::Zone::rules);
                zone.to_datetime(own.to_timestamp(today.to_datetime(clock.time)).unwrap()).strftime("%H:%M").to_string()
            };
            let problems = check(&start).err().unwrap_or_default();
            let asked = problems.iter().find_map(|problem| match problem {
                Problem::Clock(Field::Start, _, ClockTrouble::Which(times)) => Some(times.clone()),
                _ => None,
            });
            if let Some(times) = asked {
                return format!(
                    "problem ?{}",
                    times.iter().map(|time| time.strftime("%H:%M").to_string()).collect::<Vec<_>>().join(",")
                );
            }
            match clocks::times(&pieces, &zone) {
                _ if problems.iter().any(|problem| matches!(problem, Problem::Clock(..))) => "problem".to_owned(),
                Ok(Times { start, end: None }) => office(start),
                Ok(Times { start, end: Some(End::Open) }) => format!("{}-open", office(start)),
                Ok(Times { start, end: Some(End::At(end)) }) => format!("{}-{}", office(start), office(end)),
                Ok(Times { start, end: Some(End::After(minutes)) }) => {
                    let end = start.time.wrapping_add(SignedDuration::from_mins(minutes));
                    format!("{}-{}", office(start), office(Clock { time: end, ..start }))
                }
                Err(_) => "problem".to_owned(),
            }
        }
        "duration" => match lengths::length(&pieces, None) {
            Ok(minutes) => minutes.to_string(),
            Err(LengthTrouble::Which(minutes)) => {
                format!("problem ?{}", minutes.iter().map(ToString::to_string).collect::<Vec<_>>().join(","))
            }
            Err(_) => "problem".to_owned(),
        },
        "participants" => match counts::count(&pieces) {
            Ok(Count::People(count)) => count.to_string(),
            Ok(Count::MoreThan(count)) => format!("more than {count}"),
            Ok(Count::Unknown) => "unknown".to_owned(),
            Err(_) => "problem".to_owned(),
        },
        "public" => match is_open_to_all(typed) {
            Some(true) => "yes".to_owned(),
            Some(false) => "no".to_owned(),
            None => "not told".to_owned(),
        },
        other => panic!("no field {other}"),
    }
}

fn agrees(read: &str, meaning: &str) -> bool {
    // `problem (why)` and `problem` leave open what is asked; `more than 100: …` explains itself.
    let bare = meaning.split([':', ' ']).next().unwrap_or("");
    match (bare, meaning.contains('?')) {
        ("problem", false) => read.starts_with("problem"),
        ("more", _) => read == meaning.split(':').next().unwrap_or(meaning),
        _ => read == meaning,
    }
}

#[test]
fn every_line_of_the_samples_is_read_as_meant() {
    let all = lines(include_str!("answers.tsv")).chain(lines(include_str!("more.tsv")));
    let mut wrong = Vec::new();
    let mut count = 0;
    for (field, typed, meant) in all {
        count += 1;
        let read = match (field, typed) {
            // A number in the cell, as a sheet in US locale makes it.
            ("time", "9.3 (a number, sheet in US locale)") => {
                let problem = check(&[(Field::Start, Cell::Number(9.3))]).map(|request| request.slot.start);
                problem.map_or("problem".to_owned(), |start| rules().zone.to_datetime(start).strftime("%H:%M").to_string())
            }
            ("phone", _) => continue,
            _ => meaning(field, typed),
        };
        if !agrees(&read, meant) {
            wrong.push(format!("{field}\t{typed}\tmeans {meant}\tread as {read}"));
        }
    }
    assert!(wrong.is_empty(), "{} of {count} lines:\n{}", wrong.len(), wrong.join("\n"));
    assert!(count > 200, "only {count} lines were found");
}
