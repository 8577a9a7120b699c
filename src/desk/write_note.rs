//! A risk note as a worker writes it.

use crate::model::id::ProtectedId;
use crate::model::notes::{Category, Grade, Handling, NoteKind};
use crate::model::screen::Form;
use crate::model::shares::Purpose;
use crate::model::summary::Summary;
use crate::model::text::{Line, Prose};
use serde::Deserialize;

/// A risk note as a worker writes it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WriteNote {
    /// Fact, allegation, assessment or intelligence.
    pub kind: NoteKind,
    /// What was seen, said or judged.
    pub text: Prose<8000>,
    /// Where it comes from.
    #[serde(default)]
    pub sources: Vec<Line<300>>,
    /// Professional opinion, apart from the facts.
    #[serde(default)]
    pub opinion: Option<Prose<4000>>,
    /// Its row in the disclosure matrix.
    pub category: Category,
    /// The protected person that it is about.
    #[serde(default)]
    pub about: Option<ProtectedId>,
    /// How it may be handled; the most careful way if it is left out.
    #[serde(default = "Handling::careful")]
    pub handling: Handling,
    /// The grade of source and information.
    #[serde(default)]
    pub grade: Option<Grade>,
    /// What those see who may see a summary of this category; without it they see that the note is there.
    #[serde(default)]
    pub summary: Option<Summary>,
    /// For what; the role's usual purpose if it is left out.
    #[serde(default)]
    pub purpose: Option<Purpose>,
    /// What the writer has looked at again.
    #[serde(default)]
    pub checked: Vec<Form>,
}
