//! One line of a list of questions, as it comes: whatever is wrong with it is said of it alone.
//!
//! Promises: a line is read whatever stands in it, so that none of its faults stops another line: a field that there is not,
//! a value of the wrong kind, something that is no line at all. What it says is never repeated.
//! Must never know: who asks, what is found.

use super::FieldError;
use super::status_batch::AskStatusList;
use super::status_queries::AskStatus;
use crate::model::text::{BadText, Line, Prose, Text};
use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use std::fmt;

const NO_LINE: &str = "is no line: write an object in braces, with family_name, given_name, date_of_birth or reference";

const UNKNOWN: &str = "holds a field that a line does not have: write family_name, given_name, date_of_birth, reference, \
                       incident, no_incident_yet, reason, and no other";

const TOO_MANY: &str =
    "has more than four parts: write family name, given name, date of birth and reference, and no more";

const NO_TEXT: &str = "is of the wrong kind: write text in quotes";

const NO_FLAG: &str = "is of the wrong kind: write true or false";

/// One line, taken as it comes: what is wrong with it is said of it alone.
#[derive(Debug, Default)]
pub struct AskLine {
    family_name: Option<Text>,
    given_name: Option<Text>,
    date_of_birth: Option<Text>,
    reference: Option<Text>,
    incident: Option<Text>,
    no_incident_yet: bool,
    reason: Option<Text>,
    /// What was wrong with its form.
    flaws: Vec<(&'static str, &'static str)>,
}

/// The name of a field.
#[derive(serde::Deserialize)]
#[serde(field_identifier, rename_all = "snake_case")]
enum Field {
    FamilyName,
    GivenName,
    DateOfBirth,
    Reference,
    Incident,
    NoIncidentYet,
    Reason,
    #[serde(other)]
    Unknown,
}

/// What stands in a field.
enum Cell {
    Nothing,
    Text(Text),
    Flag(bool),
    Other,
}

impl AskLine {
    /// Returns a line of these parts, each as it was typed.
    #[must_use]
    pub fn new([family_name, given_name, date_of_birth, reference]: [Option<Text>; 4]) -> Self {
        Self { family_name, given_name, date_of_birth, reference, ..Self::default() }
    }

    /// Says that more was typed than a line has parts.
    #[must_use]
    pub fn with_too_many_parts(mut self) -> Self {
        self.flaws.push(("", TOO_MANY));
        self
    }

    /// Says whether the line tells at which incident it is asked, or why there is no number, by itself.
    pub(super) fn has_own_occasion(&self) -> bool {
        self.incident.is_some() || self.no_incident_yet || self.reason.is_some()
    }

    /// Reads a line as a question by itself; what it does not say of the occasion its list says.
    pub(super) fn read(&self, list: &AskStatusList) -> Result<AskStatus, Vec<FieldError>> {
        let own = self.has_own_occasion();
        let mut errors: Vec<FieldError> = self.flaws.iter().map(|(field, say)| FieldError::new(field, say)).collect();
        let born = self.date_of_birth.as_ref().map(|text| text.reveal().parse());
        let ask = AskStatus {
            family_name: taken("family_name", self.family_name.as_ref(), Line::new, &mut errors),
            given_name: taken("given_name", self.given_name.as_ref(), Line::new, &mut errors),
            date_of_birth: match born.transpose() {
                Ok(day) => day,
                Err(bad) => {
                    errors.push(FieldError::new("date_of_birth", &format!("is {bad}")));
                    None
                }
            },
            reference: taken("reference", self.reference.as_ref(), Line::new, &mut errors),
            incident: if own {
                taken("incident", self.incident.as_ref(), Line::new, &mut errors)
            } else {
                list.incident.as_ref().and_then(|number| Line::new(number.reveal()).ok())
            },
            no_incident_yet: if own { self.no_incident_yet } else { list.no_incident_yet },
            reason: if own {
                taken("reason", self.reason.as_ref(), Prose::new, &mut errors)
            } else {
                list.reason.as_ref().and_then(|reason| Prose::new(reason.reveal()).ok())
            },
        };
        if errors.is_empty() { Ok(ask) } else { Err(errors) }
    }

    fn take(&mut self, name: &Field, cell: Cell) {
        let (field, into) = match name {
            Field::FamilyName => ("family_name", &mut self.family_name),
            Field::GivenName => ("given_name", &mut self.given_name),
            Field::DateOfBirth => ("date_of_birth", &mut self.date_of_birth),
            Field::Reference => ("reference", &mut self.reference),
            Field::Incident => ("incident", &mut self.incident),
            Field::Reason => ("reason", &mut self.reason),
            Field::NoIncidentYet => {
                match cell {
                    Cell::Flag(flag) => self.no_incident_yet = flag,
                    _ => self.flaws.push(("no_incident_yet", NO_FLAG)),
                }
                return;
            }
            Field::Unknown => return self.flaws.push(("", UNKNOWN)),
        };
        match cell {
            Cell::Text(text) => *into = Some(text),
            Cell::Nothing => {}
            Cell::Flag(_) | Cell::Other => self.flaws.push((field, NO_TEXT)),
        }
    }
}

/// Takes a text into a field that bounds it; says what is wrong with it, never the text.
fn taken<T>(
    field: &str,
    text: Option<&Text>,
    into: impl Fn(&str) -> Result<T, BadText>,
    errors: &mut Vec<FieldError>,
) -> Option<T> {
    match text.map(|text| into(text.reveal())).transpose() {
        Ok(taken) => taken,
        Err(bad) => {
            errors.push(FieldError::new(field, &bad.to_string()));
            None
        }
    }
}

impl<'de> Deserialize<'de> for AskLine {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(Whole)
    }
}

/// Reads a line, or says that it is none.
struct Whole;

impl Whole {
    fn none<E>() -> Result<AskLine, E> {
        Ok(AskLine { flaws: vec![("", NO_LINE)], ..AskLine::default() })
    }
}

impl<'de> Visitor<'de> for Whole {
    type Value = AskLine;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a line")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<AskLine, A::Error> {
        let mut line = AskLine::default();
        while let Some(name) = map.next_key::<Field>()? {
            line.take(&name, map.next_value()?);
        }
        Ok(line)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<AskLine, A::Error> {
        while list.next_element::<Cell>()?.is_some() {}
        Self::none()
    }

    fn visit_str<E>(self, _: &str) -> Result<AskLine, E> {
        Self::none()
    }

    fn visit_unit<E>(self) -> Result<AskLine, E> {
        Self::none()
    }

    fn visit_bool<E>(self, _: bool) -> Result<AskLine, E> {
        Self::none()
    }

    fn visit_u64<E>(self, _: u64) -> Result<AskLine, E> {
        Self::none()
    }

    fn visit_i64<E>(self, _: i64) -> Result<AskLine, E> {
        Self::none()
    }

    fn visit_f64<E>(self, _: f64) -> Result<AskLine, E> {
        Self::none()
    }
}

impl<'de> Deserialize<'de> for Cell {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(Any)
    }
}

/// Reads whatever stands in a field.
struct Any;

impl<'de> Visitor<'de> for Any {
    type Value = Cell;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("anything")
    }

    fn visit_str<E>(self, text: &str) -> Result<Cell, E> {
        Ok(Cell::Text(Text::from(text.to_owned())))
    }

    fn visit_unit<E>(self) -> Result<Cell, E> {
        Ok(Cell::Nothing)
    }

    fn visit_bool<E>(self, flag: bool) -> Result<Cell, E> {
        Ok(Cell::Flag(flag))
    }

    fn visit_u64<E>(self, _: u64) -> Result<Cell, E> {
        Ok(Cell::Other)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Cell, E> {
        Ok(Cell::Other)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Cell, E> {
        Ok(Cell::Other)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Cell, A::Error> {
        while list.next_element::<Cell>()?.is_some() {}
        Ok(Cell::Other)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Cell, A::Error> {
        while map.next_entry::<IgnoredAny, Cell>()?.is_some() {}
        Ok(Cell::Other)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn read(line: Value) -> Result<AskStatus, Vec<FieldError>> {
        let body = json!({ "lines": [line], "incident": "PS-20261120-0412" });
        let list: AskStatusList = serde_json::from_value(body).unwrap();
        list.lines[0].read(&list)
    }

    #[test]
    fn a_line_is_read_whatever_stands_in_it_and_says_what_is_wrong_without_repeating_it() {
        let good = read(json!({ "family_name": "Doe", "given_name": null, "date_of_birth": "1980-01-02" })).unwrap();
        assert_eq!(good.family_name.as_ref().map(Line::reveal), Some("Doe"));
        assert!(good.incident.is_some() && good.given_name.is_none() && good.date_of_birth.is_some());
        for (line, field) in [
            (json!({ "surname": "Doe", "given_name": "John" }), ""),
            (json!({ "family_name": 7, "given_name": "John" }), "family_name"),
            (json!({ "family_name": { "x": ["Doe", { "y": 1.5 }] } }), "family_name"),
            (json!({ "reason": ["Doe", null, true, -1] }), "reason"),
            (json!({ "no_incident_yet": "Doe" }), "no_incident_yet"),
            (json!({ "no_incident_yet": null }), "no_incident_yet"),
            (json!({ "date_of_birth": "Doe" }), "date_of_birth"),
            (json!("Doe"), ""),
            (json!(["Doe"]), ""),
            (json!(null), ""),
            (json!(7), ""),
        ] {
            let errors = read(line.clone()).unwrap_err();
            assert_eq!(errors[0].field, field, "{line}");
            assert!(errors.iter().all(|one| !one.say.contains("Doe") && !one.say.contains("surname")), "{errors:?}");
        }
    }
}
