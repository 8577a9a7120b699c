//! A made-up caseload of South West Scotland, and the cast that works with it.
//!
//! Promises: everything here is invented and marked as such; the same seed gives the same
//! caseload; nothing is read or written, no clock is asked, no key or token is made.
//! Must never know: the store, HTTP, a real person. Built only with the feature `demo`.

mod agencies;
mod case;
mod caseload;
mod cast;
mod names;
mod notes;
mod orders;
mod people;
mod rota;
mod seed;
mod sentence;
mod show;
mod team;
mod templates;
mod welcome;
mod whereabouts;

#[cfg(test)]
mod tests;

pub use agencies::DemoAgency;
pub use case::{DemoCase, DemoConflict, DemoInvolvement};
pub use cast::DemoWorker;
pub use notes::DemoNote;
pub use orders::{Area, Mappa, MappaCategory, MappaLevel, OrderKind};
pub use people::{DemoPerson, DemoProtected, DemoReference, Relation, Whereabouts};
pub use sentence::DemoSentence;
pub use show::CANARIES;
pub use welcome::{Welcome, welcome};

use std::fmt;

/// A whole made-up partnership.
pub struct Caseload {
    /// Every agency.
    pub agencies: Vec<DemoAgency>,
    /// Every worker; Isla Kerr and Morag Ferguson first.
    pub workers: Vec<DemoWorker>,
    /// Every case; the show case first.
    pub cases: Vec<DemoCase>,
    /// The notes that were written before.
    pub notes: Vec<DemoNote>,
    /// The declared conflicts of interest.
    pub conflicts: Vec<DemoConflict>,
}

impl Caseload {
    /// Returns the caseload of `seed`.
    #[must_use]
    pub fn from_seed(seed: u64) -> Self {
        let workers = cast::all(seed);
        let cases = caseload::all(seed, &workers);
        let notes = notes::all(seed, &workers, &cases);
        let knows = workers.iter().find(|worker| worker.key == cast::CALUM);
        let conflicts = match (knows, cases.get(show::CONFLICT)) {
            (Some(worker), Some(case)) => caseload::conflicts(seed, worker.id, case),
            _ => Vec::new(),
        };
        Self { agencies: agencies::all(), workers, cases, notes, conflicts }
    }

    /// Returns the worker whom sign-in links call by `key`, such as `isla`.
    #[must_use]
    pub fn worker(&self, key: &str) -> Option<&DemoWorker> {
        self.workers.iter().find(|worker| worker.key == key)
    }
}

impl fmt::Debug for Caseload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Caseload({} cases, {} notes)", self.cases.len(), self.notes.len())
    }
}
