//! What a permitted act changes in how protected people are reached, and what it writes.
//!
//! Promises: as for every effect: all of it or nothing, and nothing that the log's entry does not bind.

use super::writes::{Writes, rows, told};
use super::{Change, Effect};
use crate::model::id::SafeAskId;
use crate::model::time::Moment;
use crate::store::alerts::NewAlert;
use crate::store::safe_contact::{KeptAsk, KeptMark, NewCard, NewOutcome, opening};

/// What happens to a record of how somebody is reached.
#[derive(Debug, Clone)]
pub enum Reaching {
    /// A version is recorded.
    Write(Box<NewCard>),
    /// Something is said of ways, and those are told whom it concerns.
    Mark(Box<KeptMark>, Vec<NewAlert>),
    /// Somebody asks to reach her; if a manager goes beyond a refusal, her workers are told.
    Ask(Box<KeptAsk>, Vec<NewAlert>),
    /// The number is shown, once.
    Open(SafeAskId, Moment),
    /// What came of it, and those are told whom it concerns.
    End(Box<NewOutcome>, Vec<NewAlert>),
}

impl From<Reaching> for Effect {
    fn from(act: Reaching) -> Self {
        Self::Reach(act)
    }
}

impl From<Reaching> for Change {
    fn from(act: Reaching) -> Self {
        Effect::from(act).into()
    }
}

impl Reaching {
    pub(super) fn writes(self) -> Writes {
        let (first, alerts) = match self {
            Self::Write(new) => (new.rows(), Vec::new()),
            Self::Mark(mark, alerts) => (vec![mark.row()], alerts),
            Self::Ask(ask, alerts) => (vec![ask.row()], alerts),
            Self::Open(ask, at) => (vec![opening(ask, at)], Vec::new()),
            Self::End(end, alerts) => (vec![end.row()], alerts),
        };
        rows(first.into_iter().chain(told(alerts)).collect())
    }
}
