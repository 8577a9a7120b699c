//! How a protected person is reached safely: ways in order, hours, words; who asked to reach her, and what came of it.
//!
//! Promises: the number, address or name that a way leads to has a type of its own, is sealed by itself and stands in no list;
//! whether a way may be used is reckoned (`standing.rs`), never stored.
//! Must never know: who is asking, SQL, HTTP.

pub mod standing;
pub mod windows;
mod words;

pub use words::{Asked, Interpreter, Language, Mark, Means, Outcome, Reason, State, Verdict};

use super::fields::{Content, FieldReader, FieldWriter};
use super::id::SafeRouteId;
use super::location::{Address, SafePhone};
use super::text::{Line, Prose};
use serde::Deserialize;
use windows::Window;

/// What the worker must know who uses one way, but for where it leads.
pub struct RouteWords {
    /// The way.
    pub id: SafeRouteId,
    /// By what.
    pub by: Means,
    /// When.
    pub windows: Vec<Window>,
    /// Who the worker says that they are.
    pub say: Line<200>,
    /// The only words that may be left as a message; nothing: never leave one.
    pub message: Option<Line<200>>,
    /// Never write a text message to it.
    pub never_text: bool,
    /// What else matters.
    pub note: Option<Prose<500>>,
}

/// How one protected person is reached, sealed in her own drawer: where the ways lead stands beside it, each by itself.
pub struct CardWords {
    /// Which version it is: a seal does not move from one to another unseen.
    pub version: i64,
    /// In which language.
    pub language: Language,
    /// Who interprets.
    pub interpreter: Interpreter,
    /// Who else may hear.
    pub heard_by: Option<Line<200>>,
    /// When children are there, and what that means.
    pub children: Option<Line<200>>,
    /// The ways, the first before the next.
    pub routes: Vec<RouteWords>,
}

/// Where one way leads: a number, an address, somebody's name. It has no `Debug`, no `Clone`, no `Serialize`.
///
/// ```compile_fail
/// fn printed<T: std::fmt::Debug>() {}
/// printed::<lippen::model::safe_contact::Target>();
/// ```
/// ```compile_fail
/// fn sent<T: serde::Serialize>() {}
/// sent::<lippen::model::safe_contact::Target>();
/// ```
/// ```
/// fn named<T>() {}
/// named::<lippen::model::safe_contact::Target>();
/// ```
pub struct Target {
    /// The number, address or name.
    pub to: Address,
    /// The word by which she and the worker know each other.
    pub code_word: Option<Line<60>>,
}

/// Where a way leads does not fit what it is.
#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone, Copy)]
pub enum BadTarget {
    /// Not a telephone number.
    #[error("is not a telephone number: write 7 to 15 digits, spaces between them and + in front if you like")]
    Phone,
    /// Not an e-mail address.
    #[error("is not an e-mail address: write one name, an @ and one domain, without spaces")]
    Email,
}

impl Target {
    /// Says whether it fits a way.
    ///
    /// # Errors
    /// [`BadTarget`], which says what to write.
    pub fn fits(&self, by: Means) -> Result<(), BadTarget> {
        let to = self.to.reveal();
        match by {
            Means::Telephone | Means::Text => SafePhone::new(to).map(drop).map_err(|_| BadTarget::Phone),
            Means::Email => {
                let parts = to.split_once('@').filter(|(name, domain)| {
                    let plain = |part: &str| !part.is_empty() && !part.contains(['@', ' ', '\n', '\t', ',', ';']);
                    plain(name) && plain(domain) && domain.contains('.')
                });
                parts.map(drop).ok_or(BadTarget::Email)
            }
            Means::InPerson | Means::ThirdPerson => Ok(()),
        }
    }
}

/// What a worker wrote beside a mark, an asking or its outcome, sealed in her drawer.
#[derive(Debug, Deserialize)]
#[serde(transparent)]
pub struct Said(
    /// In words.
    pub Prose<500>,
);

impl Said {
    /// Says whether a number stands in it: it is no place for one.
    #[must_use]
    pub fn has_number(&self) -> bool {
        self.0.reveal().chars().filter(char::is_ascii_digit).count() >= 7
    }
}

impl Content for CardWords {
    const TABLE: &'static str = "safe_contact";

    fn write(&self, out: &mut FieldWriter) {
        out.put(Some(&self.version.to_string()));
        out.put(Some(self.language.as_str()));
        out.put(Some(self.interpreter.as_str()));
        out.put(self.heard_by.as_ref().map(Line::reveal));
        out.put(self.children.as_ref().map(Line::reveal));
        out.put(Some(&self.routes.len().to_string()));
        for one in &self.routes {
            one.write(out);
        }
    }

    fn read(input: &mut FieldReader<'_>) -> Option<Self> {
        let version = input.take()?.parse().ok()?;
        let (language, interpreter) = (input.take()?.parse().ok()?, input.take()?.parse().ok()?);
        let heard_by = input.optional()?.map(Line::new).transpose().ok()?;
        let children = input.optional()?.map(Line::new).transpose().ok()?;
        let count: usize = input.take()?.parse().ok()?;
        let routes = (0..count).map(|_| RouteWords::read(input)).collect::<Option<_>>()?;
        Some(Self { version, language, interpreter, heard_by, children, routes })
    }
}

impl RouteWords {
    fn write(&self, out: &mut FieldWriter) {
        out.put(Some(&self.id.to_string()));
        out.put(Some(self.by.as_str()));
        out.put(Some(&windows::written(&self.windows)));
        out.put(Some(self.say.reveal()));
        out.put(self.message.as_ref().map(Line::reveal));
        out.put(self.never_text.then_some("never"));
        out.put(self.note.as_ref().map(Prose::reveal));
    }

    fn read(input: &mut FieldReader<'_>) -> Option<Self> {
        Some(Self {
            id: input.take()?.parse().ok()?,
            by: input.take()?.parse().ok()?,
            windows: windows::read(input.take()?)?,
            say: Line::new(input.take()?).ok()?,
            message: input.optional()?.map(Line::new).transpose().ok()?,
            never_text: input.optional()?.is_some(),
            note: input.optional()?.map(Prose::new).transpose().ok()?,
        })
    }
}

impl Content for Target {
    const TABLE: &'static str = "safe_route";

    fn write(&self, out: &mut FieldWriter) {
        out.put(Some(self.to.reveal()));
        out.put(self.code_word.as_ref().map(Line::reveal));
    }

    fn read(input: &mut FieldReader<'_>) -> Option<Self> {
        let to = Address::new(input.take()?).ok()?;
        Some(Self { to, code_word: input.optional()?.map(Line::new).transpose().ok()? })
    }
}

impl Content for Said {
    const TABLE: &'static str = "safe_mark";

    fn write(&self, out: &mut FieldWriter) {
        out.put(Some(self.0.reveal()));
    }

    fn read(input: &mut FieldReader<'_>) -> Option<Self> {
        Some(Self(Prose::new(input.take()?).ok()?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_card_comes_back_from_its_bytes_without_where_it_leads() {
        let days = r#"[{"days": ["mon", "thu"], "from": "10:00", "until": "12:00"}]"#;
        let route = RouteWords {
            id: SafeRouteId::random(),
            by: Means::Telephone,
            windows: serde_json::from_str(days).unwrap(),
            say: Line::new("Sandra from the dentist").unwrap(),
            message: None,
            never_text: true,
            note: None,
        };
        let card = CardWords {
            version: 3,
            language: Language::Polish,
            interpreter: Interpreter::ProfessionalWoman,
            heard_by: Some(Line::new("her sister").unwrap()),
            children: None,
            routes: vec![route],
        };
        let bytes = FieldWriter::bytes_of(&card);
        let back: CardWords = FieldReader::content(&bytes).unwrap();
        assert_eq!(*FieldWriter::bytes_of(&back), *bytes);
        assert_eq!((back.version, back.routes[0].windows[0].from.to_string()), (3, "10:00".to_owned()));
        let there = Target { to: Address::new("07700 900123").unwrap(), code_word: None };
        let back: Target = FieldReader::content(&FieldWriter::bytes_of(&there)).unwrap();
        assert_eq!(back.to.reveal(), "07700 900123");
    }

    #[test]
    fn where_a_way_leads_fits_what_it_is() {
        let fits = |by, to: &str| Target { to: Address::new(to).unwrap(), code_word: None }.fits(by);
        assert!(fits(Means::Telephone, "+44 7700 900123").is_ok() && fits(Means::Email, "a.b@example.org").is_ok());
        assert!(fits(Means::InPerson, "The library\nreading room").is_ok());
        assert_eq!(fits(Means::Text, "her sister's"), Err(BadTarget::Phone));
        for bad in ["a@b", "a b@example.org", "@example.org", "a@b@example.org", "a@example.org, b@example.org"] {
            assert_eq!(fits(Means::Email, bad), Err(BadTarget::Email), "{bad}");
        }
    }

    #[test]
    fn words_beside_an_act_are_no_place_for_a_number() {
        let said = |text: &str| Said(Prose::new(text).unwrap());
        assert!(said("ring 07700 900123 instead").has_number());
        assert!(!said("after 18:00 on the 3rd").has_number());
    }
}
