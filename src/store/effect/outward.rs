//! What a permitted act changes in what is said outside the hub, and what it writes.
//!
//! Promises: as for every effect: all of it or nothing, and nothing that the log's entry does not bind.

use super::writes::{Writes, rows};
use super::{Change, Effect};
use crate::model::dispatch::Target;
use crate::model::sealed::Record;
use crate::model::time::Moment;
use crate::store::channels::ChannelAct;
use crate::store::dispatches::Round;
use crate::store::endpoints::EndpointAct;

/// What happens to what is said outside.
#[derive(Debug, Clone)]
pub enum Outward {
    /// A worker says where their e-mail goes, or what they wish.
    Channel(ChannelAct),
    /// An agency says where its own system is told.
    Endpoint(Box<EndpointAct>),
    /// The courier begins or ends a round for one target. Names what the receipt opens: where it goes.
    Round(Target, Box<Round>, Vec<Record>, Moment),
}

impl From<Outward> for Effect {
    fn from(act: Outward) -> Self {
        Self::Outward(act)
    }
}

impl From<Outward> for Change {
    fn from(act: Outward) -> Self {
        Effect::from(act).into()
    }
}

impl Outward {
    pub(super) fn writes(self) -> Writes {
        match self {
            Self::Channel(act) => rows(act.rows()),
            Self::Endpoint(act) => rows(act.rows()),
            Self::Round(target, round, items, at) => Writes { items, ..rows(round.rows(target, at)) },
        }
    }
}
