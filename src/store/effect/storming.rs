//! What a permitted act changes about alerts that came all at once.
//!
//! Promises: as for every effect: all of it or nothing, and nothing that the log's entry does not bind.

use super::writes::{Writes, rows, told};
use super::{Change, Effect};
use crate::model::id::{CaseId, StormId};
use crate::model::time::Moment;
use crate::store::alerts::NewAlert;
use crate::store::storms::{Storm, StormWord};
use std::iter;

/// What happens to a storm.
#[derive(Debug, Clone)]
pub enum Storming {
    /// It is found, and those who answer for it are told.
    Begin(Box<Storm>, Vec<NewAlert>),
    /// Somebody says whether the alerts were right; with when it ended, if they are the second to say so.
    Judge(StormId, StormWord, Option<Moment>),
    /// Those who were told of a case hear how it ended.
    Tell(StormId, CaseId, Option<Box<NewAlert>>),
}

impl From<Storming> for Effect {
    fn from(act: Storming) -> Self {
        Self::Storm(act)
    }
}

impl From<Storming> for Change {
    fn from(act: Storming) -> Self {
        Effect::from(act).into()
    }
}

impl Storming {
    pub(super) fn writes(self) -> Writes {
        rows(match self {
            Self::Begin(storm, notices) => iter::once(storm.row()).chain(told(notices)).collect(),
            Self::Judge(storm, word, ended) => {
                let right = word.right;
                let end = ended.map(|at| Storm::ended(storm, right, at));
                iter::once(word.row(storm)).chain(end).collect()
            }
            Self::Tell(storm, case, notice) => {
                let notices = notice.into_iter().map(|notice| *notice).collect();
                iter::once(Storm::told(storm, case)).chain(told(notices)).collect()
            }
        })
    }
}
