//! The man: who he is. Sealed in the core compartment of his case.

use super::fields::{Content, Depth, FieldReader, FieldWriter};
use super::text::Line;
use super::time::Day;
use serde::Deserialize;

/// Who a supervised person is.
#[derive(Debug)]
pub struct Identity {
    /// Family name.
    pub family_name: Line<80>,
    /// Given names.
    pub given_names: Line<120>,
    /// Date of birth.
    pub date_of_birth: Day,
    /// Agency references, such as `CHS 123/45A`.
    pub references: Vec<Line<40>>,
    /// Where he lives, if it is known.
    pub address: Option<Line<200>>,
    /// His telephone, if it is known.
    pub phone: Option<Line<30>>,
    /// Other names that he goes by.
    pub aliases: Vec<Alias>,
}

/// Another name that somebody goes by.
#[derive(Debug)]
pub struct Alias {
    /// Family name.
    pub family_name: Line<80>,
    /// Given names.
    pub given_names: Line<120>,
}

impl Content for Identity {
    const TABLE: &'static str = "person";

    fn write(&self, out: &mut FieldWriter) {
        out.put(Some(self.family_name.reveal()));
        out.put(Some(self.given_names.reveal()));
        out.put(Some(&self.date_of_birth.to_string()));
        out.put_list(self.references.iter().map(Line::reveal));
        out.put(self.address.as_ref().map(Line::reveal));
        out.put(self.phone.as_ref().map(Line::reveal));
        out.put_list(self.aliases.iter().map(|alias| alias.family_name.reveal()));
        out.put_list(self.aliases.iter().map(|alias| alias.given_names.reveal()));
    }

    fn read(input: &mut FieldReader<'_>) -> Option<Self> {
        Some(Self {
            family_name: Line::new(input.take()?).ok()?,
            given_names: Line::new(input.take()?).ok()?,
            date_of_birth: input.take()?.parse().ok()?,
            references: input.list()?.into_iter().map(Line::new).collect::<Result<_, _>>().ok()?,
            address: input.optional()?.map(Line::new).transpose().ok()?,
            phone: input.optional()?.map(Line::new).transpose().ok()?,
            aliases: Alias::read(input)?,
        })
    }
}

impl Alias {
    fn read(input: &mut FieldReader<'_>) -> Option<Vec<Self>> {
        let (families, given) = (input.list()?, input.list()?);
        let both = families.len() == given.len();
        let alias = |(family, given): (&str, &str)| {
            Some(Self { family_name: Line::new(family).ok()?, given_names: Line::new(given).ok()? })
        };
        both.then(|| families.into_iter().zip(given).map(alias).collect()).flatten()
    }
}

/// The few of his identifiers by which one is sure of the man: no reference, no address.
#[derive(Debug)]
pub struct PersonSummary {
    /// Family name.
    pub family_name: Line<80>,
    /// Given names.
    pub given_names: Line<120>,
    /// Date of birth.
    pub date_of_birth: Day,
}

impl PersonSummary {
    /// Takes the summary of an identity that is being sealed.
    #[must_use]
    pub fn of(identity: &Identity) -> Self {
        let same = "it was taken once";
        Self {
            family_name: Line::new(identity.family_name.reveal()).expect(same),
            given_names: Line::new(identity.given_names.reveal()).expect(same),
            date_of_birth: identity.date_of_birth,
        }
    }
}

impl Content for PersonSummary {
    const TABLE: &'static str = "person-summary";
    const DEPTH: Depth = Depth::Summary;

    fn write(&self, out: &mut FieldWriter) {
        out.put(Some(self.family_name.reveal()));
        out.put(Some(self.given_names.reveal()));
        out.put(Some(&self.date_of_birth.to_string()));
    }

    fn read(input: &mut FieldReader<'_>) -> Option<Self> {
        Some(Self {
            family_name: Line::new(input.take()?).ok()?,
            given_names: Line::new(input.take()?).ok()?,
            date_of_birth: input.take()?.parse().ok()?,
        })
    }
}

/// What a worker types to find a person: two identifiers at least, or a reference.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PersonSearch {
    /// Family name.
    #[serde(default)]
    pub family_name: Option<Line<80>>,
    /// Given name or names.
    #[serde(default)]
    pub given_name: Option<Line<120>>,
    /// Date of birth.
    #[serde(default)]
    pub date_of_birth: Option<Day>,
    /// An agency's reference.
    #[serde(default)]
    pub reference: Option<Line<40>>,
    /// For what; the role's usual purpose if it is left out.
    #[serde(default)]
    pub purpose: Option<super::shares::Purpose>,
}

impl PersonSearch {
    /// Says whether enough was given to look: a reference, or two of the other three.
    #[must_use]
    pub fn is_enough(&self) -> bool {
        let given = usize::from(self.family_name.is_some())
            + usize::from(self.given_name.is_some())
            + usize::from(self.date_of_birth.is_some());
        self.reference.is_some() || given >= 2
    }

    /// Says whether `person` fits the names and the date that were given. Letter case and spacing do not matter.
    /// A reference is not in a summary: who was found by one has it.
    #[must_use]
    pub fn fits(&self, person: &PersonSummary) -> bool {
        let same = |asked: Option<&str>, known: &str| asked.is_none_or(|asked| folded(asked) == folded(known));
        let given = |asked: &str| {
            let known = folded(person.given_names.reveal());
            let asked = folded(asked);
            known == asked || known.split(' ').next() == Some(&asked)
        };
        same(self.family_name.as_ref().map(Line::reveal), person.family_name.reveal())
            && self.given_name.as_ref().is_none_or(|name| given(name.reveal()))
            && self.date_of_birth.is_none_or(|day| day == person.date_of_birth)
    }
}

/// Folds letter case and runs of white space, so that what a tired hand typed still matches.
fn folded(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn someone() -> PersonSummary {
        PersonSummary::of(&Identity {
            family_name: Line::new("MacAllister").unwrap(),
            given_names: Line::new("Ewan John").unwrap(),
            date_of_birth: "1987-03-09".parse().unwrap(),
            references: vec![Line::new("DEMO 12/34").unwrap()],
            address: None,
            phone: None,
            aliases: Vec::new(),
        })
    }

    fn search(json: &str) -> PersonSearch {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn one_identifier_is_not_enough() {
        assert!(!search(r#"{"family_name":"MacAllister"}"#).is_enough());
        assert!(search(r#"{"reference":"DEMO 12/34"}"#).is_enough());
    }

    #[test]
    fn all_that_is_given_must_fit() {
        let he = someone();
        assert!(search(r#"{"family_name":" macallister","given_name":"EWAN"}"#).fits(&he));
        assert!(!search(r#"{"family_name":"MacAllister","date_of_birth":"1987-03-10"}"#).fits(&he));
    }
}
