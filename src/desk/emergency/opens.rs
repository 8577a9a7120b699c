//! What a grant opens: ids alone, for the routes that read it.
//!
//! Promises: every note of the case is looked at, however many there are.
//! Must never know: what stands in what it lists.

use crate::desk::{Desk, Error};
use crate::model::id::{CaseId, NoteId, ProtectedId};
use crate::model::notes::Category;
use crate::model::protected::Relation;
use serde_json::{Value, json};

/// Notes of a case that are looked at together for what a grant opens: all of them are, page by page.
const NOTES_PAGE: i64 = 500;

/// Something that a grant opens: its id, for the routes that read it.
#[derive(Debug)]
pub enum Opens {
    /// Where a protected person is.
    Whereabouts(ProtectedId, Relation),
    /// A note.
    Note(NoteId, Category, Option<ProtectedId>),
}

impl Opens {
    /// Says it in the words of an answer.
    pub(super) fn said(&self) -> Value {
        match self {
            Self::Whereabouts(id, relation) => json!({
                "kind": "whereabouts", "id": id, "category": Category::ProtectedAddress, "about": id,
                "relation": relation,
            }),
            Self::Note(id, category, about) => {
                json!({ "kind": "note", "id": id, "category": category, "about": about, "relation": null })
            }
        }
    }
}

impl Desk {
    /// Lists what a grant opens, by ids alone.
    pub(super) async fn opened_by(
        &self,
        case: CaseId,
        about: Option<ProtectedId>,
        categories: &[Category],
    ) -> Result<Vec<Opens>, Error> {
        let covered = |whom: Option<ProtectedId>| about.is_none() || whom.is_none() || whom == about;
        let mut opens = Vec::new();
        if categories.contains(&Category::ProtectedAddress) {
            for head in self.gate.store.protected_of(case).await?.iter().filter(|head| covered(Some(head.id))) {
                let found = self.gate.store.protected(head.id).await?;
                if found.is_some_and(|found| found.whereabouts.is_some()) {
                    opens.push(Opens::Whereabouts(head.id, head.relation));
                }
            }
        }
        let (now, mut place) = (self.now(), None);
        loop {
            let page = self.gate.store.notes_of(case, place, NOTES_PAGE).await?;
            let Some(last) = page.last() else { return Ok(opens) };
            place = Some((last.created, last.id));
            for note in page {
                let over = note.item().expires.is_some_and(|end| end <= now);
                if !over && categories.contains(&note.head.category) && covered(note.head.about) {
                    opens.push(Opens::Note(note.id, note.head.category, note.head.about));
                }
            }
        }
    }
}
