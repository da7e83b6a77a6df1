//! Every line of the samples. A line says what is read, or `problem`, and behind `?` what is asked.

use super::*;
fn lines(source: &'static str) -> impl Iterator<Item = (&'static str, &'static str, &'static str)> {
    source.lines().filter(|line| !line.starts_with('#')).map(|line| {
        let mut parts = line.split('\t');
        let mut part = || parts.next().unwrap_or_else(|| panic!("a column is missing: {line}"));
        (part(), part(), part())
    })
}

/// What is read, in the samples' way of writing it.
fn meaning(field: &str, typed: &str) -> String {
    let Some(pieces) = pieces(typed) else { return "problem".to_owned() };
    match field {
        "date" => day(&pieces),
        "time" => time(typed),
        "end" => end(typed),
        "duration" => match lengths::length(&pieces, None) {
            Ok(minutes) => minutes.to_string(),
            Err(LengthTrouble::Which(minutes)) => asked(&minutes, ToString::to_string),
            Err(_) => "problem".to_owned(),
        },
        "participants" => match counts::count(&pieces) {
            Ok(Count::People(count)) => count.to_string(),
            Ok(Count::MoreThan(count)) => format!("more than {count}"),
            Ok(Count::Unknown) => "unknown".to_owned(),
            Err(_) => "problem".to_owned(),
        },
        "public" => told(is_open_to_all(typed)),
        "recording" => told(is_yes(typed)),
        other => panic!("no field {other}"),
    }
}

fn asked<T>(likely: &[T], show: impl Fn(&T) -> String) -> String {
    format!("problem ?{}", likely.iter().map(show).collect::<Vec<_>>().join(","))
}

fn told(answer: Option<bool>) -> String {
    match answer {
        Some(true) => "yes",
        Some(false) => "no",
        None => "not told",
    }
    .to_owned()
}

fn day(pieces: &[Piece]) -> String {
    let (answer, questions, rules) = (answer(&[]), questions(&HEADERS), rules());
    let reader = Reader { answer: &answer, today: date(2026, 11, 24), questions: &questions, rules: &rules, problems: vec![] };
    match reader.days_and_times(pieces) {
        Ok((days, _)) if days.first == days.last => days.first.to_string(),
        Ok((days, _)) => format!("{}..{}", days.first, days.last),
        Err(DayTrouble::Which(dates)) => asked(&dates, ToString::to_string),
        Err(DayTrouble::Passed { next }) => asked(&[next], ToString::to_string),
        Err(_) => "problem".to_owned(),
    }
}

/// The office's clock.
fn wall(at: Timestamp) -> String {
    rules().zone.to_datetime(at).strftime("%H:%M").to_string()
}

/// The request from cells for the time, or the likely times.
fn timed(cells: &[(Field, Cell)]) -> Result<Request, String> {
    let rules = Rules { max_duration: SignedDuration::from_hours(24), ..rules() };
    check_with(&HEADERS, &rules, cells).map_err(|problems| match problems.as_slice() {
        [Problem::Missing(Field::End)] => "no end".to_owned(),
        [Problem::Clock(_, _, ClockTrouble::Which(times)), ..] => asked(times, |time| time.strftime("%H:%M").to_string()),
        _ => "problem".to_owned(),
    })
}

fn time(typed: &str) -> String {
    let start = (Field::Start, text(typed));
    match timed(&[start.clone(), (Field::End, Cell::Empty)]) {
        Ok(request) if request.open_end => format!("{}-open", wall(request.slot.start)),
        Ok(request) => format!("{}-{}", wall(request.slot.start), wall(request.slot.end)),
        // The start alone: the end is told elsewhere.
        Err(problem) if problem == "no end" => {
            let length = [start, (Field::End, Cell::Empty), (Field::Duration, text("60 menit"))];
            timed(&length).map_or_else(|problem| problem, |request| wall(request.slot.start))
        }
        Err(problem) => problem,
    }
}

fn end(typed: &str) -> String {
    match timed(&[(Field::Start, text("09.00")), (Field::End, text(typed))]) {
        Ok(request) if request.open_end => "open".to_owned(),
        Ok(request) => wall(request.slot.end),
        Err(problem) => problem,
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
    let sources = [include_str!("answers.tsv"), include_str!("more.tsv"), include_str!("offices.tsv")];
    let all = sources.into_iter().flat_map(lines);
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
            _ => meaning(field, &typed.replace("\\n", "\n")),
        };
        if !agrees(&read, meant) {
            wrong.push(format!("{field}\t{typed}\tmeans {meant}\tread as {read}"));
        }
    }
    assert!(wrong.is_empty(), "{} of {count} lines:\n{}", wrong.len(), wrong.join("\n"));
    assert!(count > 1300, "only {count} lines were found");
}
