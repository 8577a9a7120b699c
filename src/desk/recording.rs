//! An event of consent as a worker records it.

use crate::model::consents::{ConsentEvent, ConsentKind, ConsentMethod};
use crate::model::id::{AgencyId, ConsentId};
use crate::model::notes::Category;
use crate::model::screen::Form;
use crate::model::shares::Purpose;
use crate::model::text::{Line, Prose};
use crate::model::time::{Day, Second};
use serde::Deserialize;

/// A consent event as a worker records it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecordConsent {
    /// Whose: a protected person of the case, or the man's person id.
    pub subject: String,
    /// What happened.
    pub event: ConsentEvent,
    /// What kind of consent.
    pub kind: ConsentKind,
    /// The chain that the event continues; a new one if it is left out.
    #[serde(default)]
    pub chain: Option<ConsentId>,
    /// Agencies that may be told.
    #[serde(default)]
    pub recipients: Vec<AgencyId>,
    /// Categories that they may be told.
    #[serde(default)]
    pub categories: Vec<Category>,
    /// Purposes that they may be told for.
    #[serde(default)]
    pub purposes: Vec<Purpose>,
    /// From when on it holds; at once if it is left out.
    #[serde(default)]
    pub not_before: Option<Second>,
    /// The last day on which it holds.
    #[serde(default)]
    pub expires: Option<Day>,
    /// When it happened, if that was before it is recorded.
    #[serde(default)]
    pub event_time: Option<Second>,
    /// The notice that was given.
    pub notice: Notice,
    /// How it was taken.
    pub method: ConsentMethod,
    /// Whether she was asked alone.
    pub asked_alone: bool,
    /// What was said.
    #[serde(default)]
    pub said: Option<Prose<2000>>,
    /// What the writer has looked at again.
    #[serde(default)]
    pub checked: Vec<Form>,
}

/// The notice that was given, by id and version; its words are in the catalogue.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Notice {
    /// Such as `notice-en-1`.
    pub id: Line<60>,
    /// The language in which it was given; that of the notice if it is left out.
    #[serde(default)]
    pub lang: Option<Line<35>>,
}
