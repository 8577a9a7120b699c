//! Whoever holds a seat, as far as facts and lines depend on it: an actor who asks, or a seat about which somebody asks.
//!
//! Promises: a seat is no actor. What is asked about a seat can be judged and told; it can never be permitted, because
//! only what an [`Actor`] asks passes the gate.

use super::Actor;
use crate::model::agencies::{AgencyKind, Role, Seat};
use crate::model::id::{AgencyId, WorkerId};

/// What facts and lines look at in whoever asks, or would ask.
pub trait Seated {
    /// The worker, if it is one.
    fn worker(&self) -> Option<WorkerId>;
    /// The agency.
    fn agency(&self) -> &AgencyId;
    /// The agency's kind.
    fn kind(&self) -> AgencyKind;
    /// The role; systems and services hold none.
    fn role(&self) -> Option<Role>;
}

impl Seated for Actor {
    fn worker(&self) -> Option<WorkerId> {
        self.worker()
    }

    fn agency(&self) -> &AgencyId {
        self.agency()
    }

    fn kind(&self) -> AgencyKind {
        self.kind()
    }

    fn role(&self) -> Option<Role> {
        self.role()
    }
}

impl Seated for Seat {
    fn worker(&self) -> Option<WorkerId> {
        Some(self.worker)
    }

    fn agency(&self) -> &AgencyId {
        &self.agency
    }

    fn kind(&self) -> AgencyKind {
        self.kind
    }

    fn role(&self) -> Option<Role> {
        self.active.then_some(self.role)
    }
}
