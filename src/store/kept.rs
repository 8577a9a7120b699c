//! Rows in memory that nearly every request asks for, kept only while they cannot have changed.
//!
//! Tables are append-only, so a row that was found stays as it is until an act moves the
//! facts of its subject; the writer then has it forgotten before it answers that act.
//! Promises: what was forgotten is not put back by a reading that began before; what was
//! not found is never kept; memory is bounded.
//! Must never know: SQL, keys, plaintext. A sealed value stays sealed.

use super::standing::Standings;
use crate::model::agencies::{Seat, WorkerName};
use crate::model::id::{CaseId, WorkerId};
use crate::model::sealed::Sealed;
use crate::policy::IN_FORCE;
use std::collections::{HashMap, HashSet};
use std::hash::Hash;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Most rows of a kind: about 0.5 KiB each, so 2 MiB.
const ROWS_MAX: usize = 4096;

/// What is kept where no other process can move it.
#[derive(Debug)]
pub(super) struct Memory {
    /// Live and ended seats with their sealed names.
    pub(super) seats: Kept<WorkerId, (Seat, Sealed<WorkerName>)>,
    /// How workers stand to the cases on which they work.
    pub(super) standings: Standings,
}

impl Memory {
    /// Returns a memory that holds nothing yet.
    pub(super) fn new() -> Self {
        Self { seats: Kept::new(), standings: Kept::new() }
    }

    /// Forgets whatever depends on the cases and workers whose facts have moved; all standings if the policy has.
    pub(super) fn forget(&self, moved: &[String]) {
        if moved.is_empty() {
            return;
        }
        let workers: HashSet<WorkerId> = moved.iter().filter_map(|subject| subject.parse().ok()).collect();
        let cases: HashSet<CaseId> = moved.iter().filter_map(|subject| subject.parse().ok()).collect();
        let policy = moved.iter().any(|subject| subject == IN_FORCE);
        self.seats.forget(|worker| workers.contains(worker));
        let moved = |case: &Option<CaseId>| case.is_some_and(|case| cases.contains(&case));
        self.standings.forget(|(worker, case)| policy || workers.contains(worker) || moved(case));
    }
}

/// Found rows by their key.
#[derive(Debug)]
pub(super) struct Kept<K, V>(Mutex<Held<K, V>>);

#[derive(Debug)]
struct Held<K, V> {
    rows: HashMap<K, V>,
    /// How often something was forgotten: a [`Ticket`] of before is no longer good.
    forgotten: u64,
}

/// Permission to keep what a reading finds that begins now.
#[derive(Debug)]
pub(super) struct Ticket(u64);

impl<K: Eq + Hash, V: Clone> Kept<K, V> {
    /// Returns a memory that holds nothing yet.
    pub(super) fn new() -> Self {
        Self(Mutex::new(Held { rows: HashMap::new(), forgotten: 0 }))
    }

    /// Looks for a row. The ticket is for keeping what is read instead.
    pub(super) fn find(&self, key: &K) -> Result<V, Ticket> {
        let held = self.held();
        held.rows.get(key).cloned().ok_or(Ticket(held.forgotten))
    }

    /// Keeps a row, unless something was forgotten since its reading began.
    pub(super) fn keep(&self, ticket: &Ticket, key: K, row: V) {
        let mut held = self.held();
        if held.forgotten != ticket.0 {
            return;
        }
        if held.rows.len() >= ROWS_MAX {
            held.rows.clear();
        }
        held.rows.insert(key, row);
    }

    /// Forgets the rows that are meant, and every reading that is under way.
    pub(super) fn forget(&self, meant: impl Fn(&K) -> bool) {
        let mut held = self.held();
        held.forgotten += 1;
        held.rows.retain(|key, _| !meant(key));
    }

    /// A thread that panicked here left whole rows behind or none, so the lock stays in use.
    fn held(&self) -> MutexGuard<'_, Held<K, V>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ticket(kept: &Kept<u32, &'static str>, key: u32) -> Ticket {
        kept.find(&key).unwrap_err()
    }

    #[test]
    fn what_is_kept_is_found_until_it_is_forgotten() {
        let kept = Kept::new();
        let first = ticket(&kept, 1);
        kept.keep(&first, 1, "one");
        kept.keep(&first, 2, "two");
        kept.forget(|key| [1, 3].contains(key));
        assert!(kept.find(&1).is_err());
        assert_eq!(kept.find(&2).unwrap(), "two");
    }

    #[test]
    fn an_older_reading_puts_nothing_back() {
        let kept = Kept::new();
        let before = ticket(&kept, 1);
        kept.forget(|_| false);
        kept.keep(&before, 1, "stale");
        assert!(kept.find(&1).is_err());
        let after = ticket(&kept, 1);
        kept.keep(&after, 1, "fresh");
        assert_eq!(kept.find(&1).unwrap(), "fresh");
    }

    #[test]
    fn memory_is_bounded() {
        let kept = Kept::new();
        for key in 0..10_000 {
            kept.keep(&ticket(&kept, key), key, "row");
            assert!(kept.held().rows.len() <= ROWS_MAX);
        }
        assert!(kept.find(&9_999).is_ok());
    }
}
