//! The question that every function here asks before it does anything: what is done, to which record, about whom and why.
//!
//! Must never know: the answer.

use crate::auth::Actor;
use crate::model::id::{CaseId, EntryId, ProtectedId};
use crate::model::notes::Category;
use crate::model::sealed::Record;
use crate::model::shares::Purpose;
use crate::policy::permit::{Action, Ask};

/// A question about one record: the parts that every desk function states.
#[derive(Clone, Copy)]
pub(super) struct Question {
    pub(super) action: Action,
    pub(super) record: Record,
    pub(super) case: Option<CaseId>,
    pub(super) about: Option<ProtectedId>,
    pub(super) category: Category,
    pub(super) purpose: Purpose,
}

impl Question {
    /// A question about no one record: a list, or what the hub does by itself. Each has a name of its own in the log.
    pub(super) fn of_no_record(action: Action, category: Category, purpose: Purpose) -> Self {
        Self { action, record: Record::Search(EntryId::random()), case: None, about: None, category, purpose }
    }

    pub(super) const fn by(self, actor: &Actor) -> Ask<'_> {
        let Self { action, record, case, about, category, purpose } = self;
        Ask { actor, action, record, case, about, category, purpose }
    }
}
