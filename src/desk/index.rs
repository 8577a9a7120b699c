//! The index of people, in memory only: keyed fingerprints, nothing readable, nothing at rest.
//!
//! Promises: what it holds cannot be turned back into a name; it is built when the hub is
//! unsealed, from identities that were opened on recorded receipts, and grows with each case. A million men fit into it.
//! What makes somebody too close to a case is in `conflict`, who is meant by what is asked in `men` and `names`.

mod conflict;
mod men;
mod names;
mod prints;
mod table;
#[cfg(test)]
mod tests;
mod trial;

pub(super) use men::Match;
pub use trial::Trial;

use crate::model::agencies::WorkerName;
use crate::model::cases::DeclaredConflict;
use crate::model::id::{CaseId, ConflictId, PersonId, ProtectedId, WorkerId};
use crate::model::people::{Identity, PersonSearch};
use crate::model::protected::ProtectedName;
use crate::vault::Vault;
use men::Men;
use prints::{Print, Prints, last};
use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::{PoisonError, RwLock};
use table::Table;

/// People whom one search may find before it must be narrowed.
const FOUND_MAX: usize = 200;

/// Fingerprints of people, of those whom workers have declared to know, and of workers' own family names.
#[derive(Default)]
pub(super) struct Index(RwLock<Tables>);

#[derive(Default)]
struct Tables {
    men: Men,
    /// The men of cases by the signs of a conflict: their own names, where the man lives, his telephone.
    signs: Table,
    /// Women and children of cases, and their numbers by the sign of their name.
    women: Vec<(PersonId, CaseId, ProtectedId)>,
    protected: Table,
    /// The same signs as workers have declared them.
    declared: HashMap<Print, HashSet<(WorkerId, ConflictId)>>,
    /// The workers' family names.
    workers: HashMap<WorkerId, Print>,
}

impl Index {
    /// Adds a person.
    pub(super) fn add(&self, vault: &Vault, person: PersonId, case: CaseId, identity: &Identity) {
        let prints = &Prints::by(vault);
        let signs = conflict::of_person(prints, identity);
        let family = conflict::family(prints, identity.family_name.reveal());
        let mut tables = self.0.write().unwrap_or_else(PoisonError::into_inner);
        let number = tables.men.add(prints, (person, case), identity, family);
        for sign in signs {
            tables.signs.add(sign, number);
        }
    }

    /// Adds a woman or child of a man's case: who knows her keeps away from all of it.
    pub(super) fn add_protected(
        &self,
        vault: &Vault,
        (person, case, id): (PersonId, CaseId, ProtectedId),
        name: &ProtectedName,
    ) {
        let sign = conflict::of_protected(&Prints::by(vault), name);
        let mut tables = self.0.write().unwrap_or_else(PoisonError::into_inner);
        let number = u32::try_from(tables.women.len()).unwrap_or(u32::MAX);
        tables.women.push((person, case, id));
        tables.protected.add(sign, number);
    }

    /// Gives back the memory that was taken for growing, once many were added.
    pub(super) fn settle(&self) {
        let mut tables = self.0.write().unwrap_or_else(PoisonError::into_inner);
        tables.men.settle();
        tables.signs.settle();
        tables.protected.settle();
        tables.women.shrink_to_fit();
    }

    /// Returns how many bytes the prints of people take.
    pub(super) fn bytes(&self) -> usize {
        let tables = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let women = tables.women.capacity() * size_of::<(PersonId, CaseId, ProtectedId)>();
        tables.men.bytes() + tables.signs.bytes() + tables.protected.bytes() + women
    }

    /// Adds a worker's own name.
    pub(super) fn add_worker(&self, vault: &Vault, worker: WorkerId, name: &WorkerName) {
        let family = conflict::family(&Prints::by(vault), last(name.0.reveal()));
        self.0.write().unwrap_or_else(PoisonError::into_inner).workers.insert(worker, family);
    }

    /// Adds a declaration.
    pub(super) fn declare(&self, vault: &Vault, worker: WorkerId, id: ConflictId, words: &DeclaredConflict) {
        let signs = conflict::of_declared(&Prints::by(vault), words);
        let mut tables = self.0.write().unwrap_or_else(PoisonError::into_inner);
        for sign in signs {
            tables.declared.entry(sign).or_default().insert((worker, id));
        }
    }

    /// Says whether a worker bears the family name of a man.
    pub(super) fn is_namesake(&self, vault: &Vault, worker: WorkerId, person: PersonId) -> bool {
        let tables = self.0.read().unwrap_or_else(PoisonError::into_inner);
        tables.workers.get(&worker).is_some_and(|own| tables.men.bears(&Prints::by(vault), person, *own))
    }

    /// Returns the people whom a search may mean; the caller compares them in full.
    pub(super) fn find(&self, vault: &Vault, search: &PersonSearch) -> Vec<(PersonId, CaseId)> {
        let tables = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let mut found = tables.men.begun(&Prints::by(vault), search);
        found.truncate(FOUND_MAX);
        found
    }

    /// Returns the people whom everything that a search gives means: by each key that it gives enough for.
    pub(super) fn find_exactly(&self, vault: &Vault, search: &PersonSearch) -> Vec<(PersonId, CaseId)> {
        let tables = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let mut found = tables.men.exact(&Prints::by(vault), search);
        found.sort_unstable();
        found.dedup();
        found
    }

    /// Returns those who may be meant, exactly or nearly, the surest first; the others are more than may be told apart.
    pub(super) fn matches(&self, vault: &Vault, search: &PersonSearch) -> Vec<Match> {
        let tables = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let mut found = tables.men.matches(&Prints::by(vault), search);
        found.sort_by_key(|one| one.confidence);
        found.truncate(FOUND_MAX);
        found
    }

    /// Returns the women and children whom a declaration means, with the men of their cases.
    pub(super) fn protected_meant_by(
        &self,
        vault: &Vault,
        words: &DeclaredConflict,
    ) -> Vec<(PersonId, CaseId, ProtectedId)> {
        let signs = conflict::of_declared(&Prints::by(vault), words);
        let tables = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let numbers = signs.into_iter().flat_map(|sign| tables.protected.of(sign));
        numbers.filter_map(|number| tables.women.get(number as usize).copied()).collect()
    }

    /// Returns the men whom a declaration means by a sign of their own.
    pub(super) fn meant_by(&self, vault: &Vault, words: &DeclaredConflict) -> BTreeSet<(PersonId, CaseId)> {
        let signs = conflict::of_declared(&Prints::by(vault), words);
        let tables = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let numbers = signs.into_iter().flat_map(|sign| tables.signs.of(sign));
        numbers.filter_map(|number| tables.men.place(number)).collect()
    }

    /// Returns the declarations that mean a person who is new to the hub.
    pub(super) fn declared_by(&self, vault: &Vault, identity: &Identity) -> BTreeSet<(WorkerId, ConflictId)> {
        self.declared(&conflict::of_person(&Prints::by(vault), identity))
    }

    /// Returns the declarations that mean a woman or child who is new to the hub.
    #[cfg(feature = "demo")]
    pub(super) fn declared_by_her(&self, vault: &Vault, name: &ProtectedName) -> BTreeSet<(WorkerId, ConflictId)> {
        self.declared(&[conflict::of_protected(&Prints::by(vault), name)])
    }

    fn declared(&self, signs: &[Print]) -> BTreeSet<(WorkerId, ConflictId)> {
        let tables = self.0.read().unwrap_or_else(PoisonError::into_inner);
        signs.iter().filter_map(|sign| tables.declared.get(sign)).flatten().copied().collect()
    }

    /// Says whether the worker has declared to know somebody of the names that are searched for.
    pub(super) fn is_declared(&self, vault: &Vault, worker: WorkerId, search: &PersonSearch) -> bool {
        let (Some(family), Some(given)) = (&search.family_name, &search.given_name) else { return false };
        let tables = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let sign = conflict::names(&Prints::by(vault), family.reveal(), given.reveal());
        tables.declared.get(&sign).is_some_and(|known| known.iter().any(|(who, _)| *who == worker))
    }
}
