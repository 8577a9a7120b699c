//! What a permitted act changes about the lock of a case.
//!
//! Promises: as for every effect: all of it or nothing, and nothing that the log's entry does not bind; every change moves the facts
//! of the case, so nothing that was decided before is opened after.

use super::writes::{Writes, moving, told};
use super::{Change, Effect};
use crate::model::id::{BreachId, CaseId, LockId};
use crate::model::time::Moment;
use crate::store::alerts::NewAlert;
use crate::store::locks::{Admission, LiveLock, LockCall, LockWord};
use std::iter;

/// What happens to a lock.
#[derive(Debug, Clone)]
pub enum Locking {
    /// A case is locked: its number among the locks of the case, why, and who is in from the start.
    Begin(LiveLock, i64, Box<LockCall>, Admission, Vec<NewAlert>),
    /// Somebody else says so too.
    Call(LockId, Box<LockCall>, Vec<NewAlert>),
    /// Somebody is let in, or out again.
    Admit(LockId, Admission),
    /// An officer says what they found: with the breach that it opens, if they are the first to find that something got out.
    Judge(LockId, LockWord, Option<(BreachId, Moment)>),
    /// The same, and it was the second word for opening it again.
    End(LockId, LockWord, Option<(BreachId, Moment)>, Vec<NewAlert>),
}

impl Locking {
    /// Returns it as a change of a case.
    #[must_use]
    pub fn of(self, case: CaseId) -> Change {
        Effect::Lock(case, self).into()
    }

    pub(super) fn writes(self, case: CaseId) -> Writes {
        let rows = match self {
            Self::Begin(lock, number, call, first, notices) => {
                let id = lock.id;
                let rows = [lock.row(case, number), call.row(id), first.row(id)];
                rows.into_iter().chain(told(notices)).collect()
            }
            Self::Call(lock, call, notices) => iter::once(call.row(lock)).chain(told(notices)).collect(),
            Self::Admit(lock, admission) => vec![admission.row(lock)],
            Self::Judge(lock, word, breach) => word.rows(lock, breach),
            Self::End(lock, word, breach, notices) => {
                let ended = LiveLock::ended(lock, word.at);
                word.rows(lock, breach).into_iter().chain([ended]).chain(told(notices)).collect()
            }
        };
        moving(case.to_string(), rows)
    }
}
