//! What a permitted act changes in when a seat is there: its turns on the rota, and its sign-ins by a browser.
//!
//! Promises: as for every effect: all of it or nothing, and nothing that the log's entry does not bind.

use super::writes::{Writes, rows};
use super::{Change, Effect};
use crate::model::sessions::KeptSession;
use crate::model::time::Moment;
use crate::store::rota::{NewTurn, Turn};
use crate::store::sessions::{SessionEnd, begun};
use std::iter;

/// What happens to when a seat is there.
#[derive(Debug, Clone)]
pub enum Presence {
    /// Somebody's turn on the rota, or their leave.
    SetRota(NewTurn),
    /// A place on the rota ends before its time.
    EndTurn(Turn, Moment),
    /// A worker signs in by a browser; what that browser held before ends.
    BeginSession(KeptSession, Option<SessionEnd>),
    /// A browser is signed out.
    EndSession(SessionEnd),
}

impl From<Presence> for Effect {
    fn from(act: Presence) -> Self {
        Self::BePresent(act)
    }
}

impl From<Presence> for Change {
    fn from(act: Presence) -> Self {
        Effect::from(act).into()
    }
}

impl Presence {
    pub(super) fn writes(self) -> Writes {
        rows(match self {
            Self::SetRota(new) => vec![new.row()],
            Self::EndTurn(turn, at) => vec![turn.end(at)],
            Self::BeginSession(new, before) => iter::once(begun(new)).chain(before.map(|end| end.row())).collect(),
            Self::EndSession(end) => vec![end.row()],
        })
    }
}
