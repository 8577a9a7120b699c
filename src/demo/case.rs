//! What a made-up case is made of.

use super::orders::{Area, Mappa, OrderKind};
use super::people::{DemoPerson, DemoProtected};
use super::sentence::DemoSentence;
use crate::model::id::{CaseId, ConflictId, InvolvementId, PersonId, ProtectedId, WorkerId};
use std::fmt;

/// A case: one man and those who work with his family.
pub struct DemoCase {
    /// The case.
    pub id: CaseId,
    /// What workers call it, such as `SW-0001`.
    pub reference: String,
    /// What it is an example of, for `demo.json`; holds no name.
    pub label: String,
    /// What he is under.
    pub order: OrderKind,
    /// His place under MAPPA, if he has one.
    pub mappa: Option<Mappa>,
    /// Where it is.
    pub area: Area,
    /// The man.
    pub person: DemoPerson,
    /// Women first, then children.
    pub protected: Vec<DemoProtected>,
    /// What he is under, as it was made.
    pub sentence: DemoSentence,
    /// Who works in it.
    pub involvements: Vec<DemoInvolvement>,
}

impl fmt::Debug for DemoCase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DemoCase({})", self.id)
    }
}

/// A worker's declaration that they know the man of a case.
pub struct DemoConflict {
    /// The declaration.
    pub id: ConflictId,
    /// Who declared.
    pub worker: WorkerId,
    /// The case.
    pub case: CaseId,
    /// Whom the worker knows.
    pub person: PersonId,
    /// How, in the worker's words.
    pub relation: &'static str,
}

impl fmt::Debug for DemoConflict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DemoConflict({})", self.id)
    }
}

/// A worker's part in a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DemoInvolvement {
    /// The part.
    pub id: InvolvementId,
    /// The worker.
    pub worker: WorkerId,
    /// The protected person that the worker works with; `None` for those who work with the man.
    pub about: Option<ProtectedId>,
}
