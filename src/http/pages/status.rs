//! Story 3 in a browser: an officer at a door asks where a man stands.
//!
//! Promises: what was typed comes back in the page that says what is wrong with it, and nowhere else: in no address, no title and
//! no log; the answer is the answer to the form, so asking again is asking again, and each time is recorded.
//! Must never know: who may be shown.

use super::super::hub::Hub;
use super::super::problem::Problem;
use super::super::status::answered;
use super::answer::{Answer, Shown};
use super::form::Fields;
use super::view::{Page, Shell, answer};
use super::visitor::{Form, Sent, Visitor};
use crate::desk::status_queries::AskStatus;
use crate::desk::{Error, FieldError};
use crate::model::text::{BadText, Line, Prose};
use crate::model::time::Day;
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;

/// The form of one question.
#[derive(Debug)]
pub(in crate::http) struct Question;

impl Form for Question {
    const FIELDS: &'static [&'static str] =
        &["family_name", "given_name", "day", "month", "year", "reference", "occasion", "incident", "reason"];
}

/// The form as it is shown: what was typed, and what is wrong with it.
#[derive(Debug, Default)]
pub(super) struct Typed {
    pub(super) family_name: String,
    pub(super) given_name: String,
    pub(super) day: String,
    pub(super) month: String,
    pub(super) year: String,
    pub(super) reference: String,
    pub(super) occasion: Occasion,
    /// What is wrong.
    pub(super) errors: Vec<Wrong>,
    /// How incident numbers are written.
    pub(super) pattern: String,
}

/// At which incident a question is asked.
#[derive(Debug, Default)]
pub(super) struct Occasion {
    pub(super) none_yet: bool,
    pub(super) given: bool,
    pub(super) incident: String,
    pub(super) reason: String,
}

/// What is wrong, and with which field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Wrong {
    /// The field's id in the page.
    pub(super) at: &'static str,
    /// What is wrong and what to do.
    pub(super) say: String,
}

#[derive(Template)]
#[template(path = "status.html", config = "assets/pages/askama.toml")]
struct Asking {
    shell: Shell,
    typed: Typed,
}

#[derive(Template)]
#[template(path = "status_answer.html", config = "assets/pages/askama.toml")]
struct Answered {
    shell: Shell,
    answer: Answer,
    typed: Typed,
}

/// `GET /status`
pub(in crate::http) async fn form(State(hub): State<Hub>, visitor: Visitor) -> Page {
    let shell = asks(&hub, &visitor, TITLE).await?;
    let typed = Typed { pattern: pattern(&hub), ..Typed::default() };
    Ok(answer(StatusCode::OK, &Asking { shell, typed }))
}

/// `POST /status`
pub(in crate::http) async fn ask(State(hub): State<Hub>, sent: Sent<Question>) -> Page {
    let Sent { visitor, fields, .. } = sent;
    let mut shell = asks(&hub, &visitor, TITLE).await?;
    let mut typed = Typed::of(&fields, pattern(&hub));
    let mut errors = Vec::new();
    let ask = read(&fields, &mut errors);
    // Whatever is wrong is said at once; of one thing only what was seen first.
    for more in hub.desk.faults_of(&ask).iter().map(wrong) {
        if !errors.iter().any(|error| error.is_of_him() == more.is_of_him()) {
            errors.push(more);
        }
    }
    errors.sort_by_key(|error| !error.is_of_him());
    let told = if errors.is_empty() {
        match answered(hub.clone(), visitor.actor, ask).await {
            Ok(told) => Ok(told),
            Err(Error::Invalid { errors }) => Err(errors.iter().map(wrong).collect()),
            Err(error) => return Err(error.into()),
        }
    } else {
        Err(errors)
    };
    match told {
        Err(errors) => {
            typed.errors = errors;
            shell.has_errors = true;
            Ok(answer(StatusCode::UNPROCESSABLE_ENTITY, &Asking { shell, typed }))
        }
        Ok(told) => {
            let told = Answer::of(&hub.desk, &told);
            told.title().clone_into(&mut shell.title);
            Ok(answer(StatusCode::OK, &Answered { shell, answer: told, typed }))
        }
    }
}

const TITLE: &str = "Where does he stand?";

/// Returns what stands round a page for those who ask; for others there is no such page.
pub(super) async fn asks(hub: &Hub, visitor: &Visitor, title: &str) -> Result<Shell, Problem> {
    let shell = Shell::of(hub, visitor, title).await?;
    if shell.asks() { Ok(shell) } else { Err(Problem::not_found()) }
}

/// Returns how incident numbers are written, for hints.
pub(super) fn pattern(hub: &Hub) -> String {
    format!("Written like {}, with a figure for each 9", hub.desk.status_form().0.join(" or "))
}

/// Reads a form as a question, and says what cannot be read. What says too little is for the desk to say.
fn read(fields: &Fields, errors: &mut Vec<Wrong>) -> AskStatus {
    let family_name = taken(fields, "family_name", Line::new, errors);
    let given_name = taken(fields, "given_name", Line::new, errors);
    let date_of_birth = born(fields, errors);
    let reference = taken(fields, "reference", Line::new, errors);
    let (incident, reason, no_incident_yet) = occasion(fields, errors);
    AskStatus { family_name, given_name, date_of_birth, reference, incident, no_incident_yet, reason }
}

impl Wrong {
    /// Says whether it is about who is asked for, and not about the incident.
    fn is_of_him(&self) -> bool {
        !matches!(self.at, "occasion" | "incident" | "reason")
    }
}

/// Reads at which incident something is asked. What stands beside an answer that was not chosen is not sent on.
pub(super) fn occasion(fields: &Fields, errors: &mut Vec<Wrong>) -> (Option<Line<40>>, Option<Prose<500>>, bool) {
    match chosen(fields) {
        Some("number") if fields.get("incident").is_none() => {
            errors.push(Wrong { at: "incident", say: NO_NUMBER.to_owned() });
            (None, None, false)
        }
        Some("number") => (taken(fields, "incident", Line::new, errors), None, false),
        Some("none-yet") => (None, taken(fields, "reason", Prose::new, errors), true),
        _ => {
            errors.push(Wrong { at: "occasion", say: NO_OCCASION.to_owned() });
            (None, None, false)
        }
    }
}

/// Returns which of the two was chosen. Whoever typed into one of them and marked none has chosen that one: nobody at a door goes
/// back for a circle.
fn chosen(fields: &Fields) -> Option<&str> {
    match (fields.get("occasion"), fields.get("incident"), fields.get("reason")) {
        (None, Some(_), None) => Some("number"),
        (None, None, Some(_)) => Some("none-yet"),
        (said, ..) => said,
    }
}

const NO_OCCASION: &str = "Say whether there is an incident number";

const NO_NUMBER: &str = "Give the incident number, or say that there is none yet and why";

/// Takes what was typed into a field that bounds it.
fn taken<T>(
    fields: &Fields,
    name: &'static str,
    into: impl Fn(&str) -> Result<T, BadText>,
    errors: &mut Vec<Wrong>,
) -> Option<T> {
    match fields.get(name).map(into).transpose() {
        Ok(taken) => taken,
        Err(bad) => {
            errors.push(Wrong { at: name, say: format!("{} {bad}", label(name)) });
            None
        }
    }
}

/// Reads the three fields of a date.
fn born(fields: &Fields, errors: &mut Vec<Wrong>) -> Option<Day> {
    let parts = [fields.get("day"), fields.get("month"), fields.get("year")];
    if parts.iter().all(Option::is_none) {
        return None;
    }
    if let Some(at) = ["day", "month", "year"].into_iter().zip(parts).find(|(_, part)| part.is_none()) {
        errors.push(Wrong { at: at.0, say: format!("Date of birth must have a {}", at.0) });
        return None;
    }
    let number = |part: Option<&str>| part.filter(|part| part.len() <= 4).and_then(|part| part.parse::<u16>().ok());
    let [day, month, year] = parts.map(number);
    let text = day.zip(month).zip(year).map(|((day, month), year)| format!("{year:04}-{month:02}-{day:02}"));
    let day = text.and_then(|text| text.parse().ok());
    if day.is_none() {
        let say = "Date of birth must be a real date in figures, such as 27 3 1987, with four figures for the year";
        errors.push(Wrong { at: "day", say: say.to_owned() });
    }
    day
}

/// Says of what the desk found wrong where it stands in the page.
pub(super) fn wrong(error: &FieldError) -> Wrong {
    let at = match error.field.as_str() {
        "" => "family_name",
        "incident" => "incident",
        "reason" => "reason",
        "lines" => "lines",
        _ => "occasion",
    };
    let say = if error.field.is_empty() { TOO_LITTLE.to_owned() } else { format!("{} {}", label(at), error.say) };
    Wrong { at, say }
}

const TOO_LITTLE: &str =
    "Give two of family name, given name, date of birth and reference: one alone finds the wrong man";

/// Returns what a field is called in the page.
fn label(name: &str) -> &'static str {
    match name {
        "family_name" => "Family name",
        "given_name" => "Given name",
        "reference" => "Reference",
        "incident" => "Incident number",
        "reason" => "Reason",
        "lines" => "The lines",
        _ => "The incident",
    }
}

impl Typed {
    fn of(fields: &Fields, pattern: String) -> Self {
        let typed = |name: &str| fields.typed(name).to_owned();
        Self {
            family_name: typed("family_name"),
            given_name: typed("given_name"),
            day: typed("day"),
            month: typed("month"),
            year: typed("year"),
            reference: typed("reference"),
            occasion: Occasion::of(fields),
            errors: Vec::new(),
            pattern,
        }
    }

    /// Returns what is wrong with a field.
    fn of_field(&self, name: &str) -> Option<&str> {
        said_of(&self.errors, name)
    }

    /// Returns what is wrong with the date.
    fn of_date(&self) -> Option<&str> {
        ["day", "month", "year"].into_iter().find_map(|name| said_of(&self.errors, name))
    }
}

/// Returns what is said of a field among errors.
pub(super) fn said_of<'a>(errors: &'a [Wrong], name: &str) -> Option<&'a str> {
    errors.iter().find(|wrong| wrong.at == name).map(|wrong| wrong.say.as_str())
}

impl Occasion {
    /// Takes what was typed of the incident.
    pub(super) fn of(fields: &Fields) -> Self {
        Self {
            none_yet: chosen(fields) == Some("none-yet"),
            given: chosen(fields) == Some("number"),
            incident: fields.typed("incident").to_owned(),
            reason: fields.typed("reason").to_owned(),
        }
    }
}
