//! A woman or child who is protected: a pseudonym, a relation, a sealed name.
//!
//! Where she is has a compartment and types of its own: see [`super::location`].

use super::fields::{Content, FieldReader, FieldWriter};
use super::id::{CaseId, ProtectedId};
use super::text::Line;
use super::words::vocabulary;

vocabulary! {
    /// What she is to the man.
    Relation {
        /// Partner.
        Partner = "partner",
        /// Former partner.
        FormerPartner = "former partner",
        /// A child of his or hers.
        Child = "child",
        /// Somebody else of the family.
        Relative = "relative",
        /// Somebody whom he harmed and is not related to.
        Other = "other",
    }
}

/// What stands in clear: enough to choose her from a list, nothing that names her.
#[derive(Clone, Debug)]
pub struct ProtectedHead {
    /// Her id.
    pub id: ProtectedId,
    /// The case.
    pub case: CaseId,
    /// A pseudonym such as `W-7KQ2MX`: it says nothing of her, nor of others.
    pub pseudonym: String,
    /// What she is to the man.
    pub relation: Relation,
}

/// Her name, sealed.
#[derive(Debug)]
pub struct ProtectedName(
    /// The full name.
    pub Line<120>,
);

impl Content for ProtectedName {
    const TABLE: &'static str = "protected";

    fn write(&self, out: &mut FieldWriter) {
        out.put(Some(self.0.reveal()));
    }

    fn read(input: &mut FieldReader<'_>) -> Option<Self> {
        Some(Self(Line::new(input.take()?).ok()?))
    }
}
