//! A list of questions: what a division looks at before a shift, one man on each line.
//!
//! Promises: what is wrong with a line is said of that line, and stops no other; what was typed comes back with its answer.
//! Must never know: who may be shown.

use super::super::hub::Hub;
use super::super::status::answered_list;
use super::answer::{Answer, Shown};
use super::status::{Occasion, Wrong, asks, occasion, pattern, said_of, wrong};
use super::view::{Page, Shell, answer};
use super::visitor::{Form, Sent, Visitor};
use crate::desk::Error;
use crate::desk::status_batch::{AskLine, AskStatusList, LineAnswer};
use crate::model::text::Text;
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;

/// The form of a list.
#[derive(Debug)]
pub(in crate::http) struct List;

impl Form for List {
    const FIELDS: &'static [&'static str] = &["lines", "occasion", "incident", "reason"];
}

/// The form as it is shown.
#[derive(Debug, Default)]
struct Typed {
    lines: String,
    occasion: Occasion,
    errors: Vec<Wrong>,
    pattern: String,
    most: usize,
}

#[derive(Template)]
#[template(path = "list.html", config = "assets/pages/askama.toml")]
struct Asking {
    shell: Shell,
    typed: Typed,
}

#[derive(Template)]
#[template(path = "list_answer.html", config = "assets/pages/askama.toml")]
struct Answered {
    shell: Shell,
    lines: Vec<Line>,
    tally: Tally,
    follow_up: Option<String>,
    index: u64,
    typed: Typed,
}

/// A line with what became of it.
#[derive(Debug)]
struct Line {
    number: usize,
    typed: String,
    answer: Option<Answer>,
    errors: Vec<String>,
}

/// How many lines came to what.
#[derive(Debug, Default, PartialEq, Eq)]
struct Tally {
    one: usize,
    several: usize,
    nobody: usize,
    wrong: usize,
}

const TITLE: &str = "Ask about several men";

/// `GET /status/list`
pub(in crate::http) async fn form(State(hub): State<Hub>, visitor: Visitor) -> Page {
    let shell = asks(&hub, &visitor, TITLE).await?;
    let typed = Typed { pattern: pattern(&hub), most: hub.desk.status_form().1, ..Typed::default() };
    Ok(answer(StatusCode::OK, &Asking { shell, typed }))
}

/// `POST /status/list`
pub(in crate::http) async fn ask(State(hub): State<Hub>, sent: Sent<List>) -> Page {
    let Sent { visitor, fields, .. } = sent;
    let mut shell = asks(&hub, &visitor, TITLE).await?;
    let mut errors = Vec::new();
    let (incident, reason, no_incident_yet) = occasion(&fields, &mut errors);
    let typed: Vec<&str> = fields.typed("lines").lines().filter(|line| !line.trim().is_empty()).collect();
    let told = if errors.is_empty() {
        let lines = typed.iter().map(|line| line_of(line)).collect();
        let list = AskStatusList { lines, incident, no_incident_yet, reason };
        match answered_list(hub.clone(), visitor.actor, list).await {
            Ok(told) => Ok(told),
            Err(Error::Invalid { errors }) => Err(errors.iter().map(wrong).collect()),
            Err(error) => return Err(error.into()),
        }
    } else {
        Err(errors)
    };
    let (whole, occasion) = (fields.typed("lines").to_owned(), Occasion::of(&fields));
    let kept =
        Typed { lines: whole, occasion, errors: Vec::new(), pattern: pattern(&hub), most: hub.desk.status_form().1 };
    match told {
        Err(errors) => {
            shell.has_errors = true;
            Ok(answer(StatusCode::UNPROCESSABLE_ENTITY, &Asking { shell, typed: Typed { errors, ..kept } }))
        }
        Ok((begun, told)) => {
            "Where they stand".clone_into(&mut shell.title);
            let lines = typed.iter().zip(&told).zip(1..);
            let lines: Vec<Line> = lines.map(|((typed, told), number)| Line::of(&hub, number, typed, told)).collect();
            let tally = Tally::of(&lines);
            let follow_up = begun.follow_up.map(|from| hub.desk.local_day(from).in_words());
            let index = begun.recorded.index;
            Ok(answer(StatusCode::OK, &Answered { shell, lines, tally, follow_up, index, typed: kept }))
        }
    }
}

/// Takes a line apart: family name, given name, date of birth, reference, with commas, semicolons or tabs between them.
fn line_of(line: &str) -> AskLine {
    let (parts, beyond) = parts(line);
    let line = AskLine::new(parts.map(|part| part.map(Text::from)));
    if beyond { line.with_too_many_parts() } else { line }
}

fn parts(line: &str) -> ([Option<String>; 4], bool) {
    let mut cells = line.split([',', ';', '\t']).map(str::trim);
    let mut next = || cells.next().filter(|cell| !cell.is_empty()).map(str::to_owned);
    let parts = [next(), next(), next().map(|born| year_first(&born)), next()];
    (parts, cells.any(|cell| !cell.is_empty()))
}

/// Writes a date that was typed day first (3/2/1971, 03.02.1971) as the hub reads dates; anything else stays as it is, and is
/// judged where dates are.
fn year_first(born: &str) -> String {
    let parts: Vec<&str> = born.split(['/', '.', '-', ' ']).filter(|part| !part.is_empty()).collect();
    let figures = |part: &&str| part.bytes().all(|byte| byte.is_ascii_digit());
    match parts[..] {
        [day, month, year] if year.len() == 4 && day.len() <= 2 && month.len() <= 2 && parts.iter().all(figures) => {
            format!("{year}-{month:0>2}-{day:0>2}")
        }
        _ => born.to_owned(),
    }
}

impl Line {
    fn of(hub: &Hub, number: usize, typed: &str, told: &LineAnswer) -> Self {
        let typed = typed.trim().to_owned();
        match told {
            LineAnswer::Told(told) => {
                Self { number, typed, answer: Some(Answer::of(&hub.desk, told)), errors: Vec::new() }
            }
            LineAnswer::Wrong(errors) => {
                let errors = errors.iter().map(|error| in_line(&error.field, &error.say)).collect();
                Self { number, typed, answer: None, errors }
            }
        }
    }
}

const NO_DATE: &str = "Date of birth is not a real date: write it as 27/3/1987";

/// Says what is wrong with a part of a line.
fn in_line(field: &str, say: &str) -> String {
    if field == "date_of_birth" {
        return NO_DATE.to_owned();
    }
    let label = match field {
        "family_name" => "Family name",
        "given_name" => "Given name",
        "reference" => "Reference",
        _ => "This line",
    };
    format!("{label} {say}")
}

impl Tally {
    fn of(lines: &[Line]) -> Self {
        let mut tally = Self::default();
        for line in lines {
            let place = match line.answer.as_ref().map(|answer| &answer.shown) {
                Some(Shown::One(_)) => &mut tally.one,
                Some(Shown::Several { .. }) => &mut tally.several,
                Some(Shown::Nobody { .. }) => &mut tally.nobody,
                None => &mut tally.wrong,
            };
            *place += 1;
        }
        tally
    }
}

impl Typed {
    /// Returns what is wrong with a field.
    fn of_field(&self, name: &str) -> Option<&str> {
        said_of(&self.errors, name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str) -> Vec<String> {
        parts(line).0.iter().map(|part| part.as_deref().unwrap_or("-").to_owned()).collect()
    }

    #[test]
    fn a_line_is_taken_apart_as_people_write_it() {
        assert_eq!(read("Nosuch, Ewan, 3/2/1971, AYR-1"), ["Nosuch", "Ewan", "1971-02-03", "AYR-1"]);
        assert_eq!(read("Nosuch\tEwan\t03.02.1971"), ["Nosuch", "Ewan", "1971-02-03", "-"]);
        assert_eq!(read("Nosuch;;1971-02-03"), ["Nosuch", "-", "1971-02-03", "-"]);
        assert_eq!(read(" , Ewan , 3 2 1971 , "), ["-", "Ewan", "1971-02-03", "-"]);
        assert_eq!(read("Nosuch, Ewan, 3 February 1971"), ["Nosuch", "Ewan", "3 February 1971", "-"]);
        assert!(parts("a, b, c, d, e").1 && !parts("a, b, c, d, ").1 && !parts("a").1);
    }

    #[test]
    fn what_is_no_date_stays_what_it_is() {
        for same in ["", "1971-02-03", "3/2/71", "x/2/1971", "3/2/1971/5", "300/2/1971", "today"] {
            assert_eq!(year_first(same), same);
        }
        assert_eq!(year_first("31/2/1971"), "1971-02-31", "that it is not in the calendar is said elsewhere");
    }
}
