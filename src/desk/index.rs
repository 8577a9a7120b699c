//! The index of people, in memory only: keyed fingerprints, nothing readable, nothing at rest.
//!
//! Promises: what it holds cannot be turned back into a name; it is built when the hub is
//! unsealed, from identities that were opened on recorded receipts, and grows with each case.
//! What makes somebody too close to a case is in `conflict`.

mod conflict;

use crate::model::agencies::WorkerName;
use crate::model::cases::DeclaredConflict;
use crate::model::id::{CaseId, ConflictId, PersonId, ProtectedId, WorkerId};
use crate::model::people::{Identity, PersonSearch};
use crate::model::protected::ProtectedName;
use crate::vault::Vault;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::{PoisonError, RwLock};

/// People whom one search may find before it must be narrowed.
const FOUND_MAX: usize = 200;

type Print = [u8; 32];

/// Fingerprints of people, of those whom workers have declared to know, and of workers' own family names.
#[derive(Default)]
pub(super) struct Index(RwLock<Tables>);

#[derive(Default)]
struct Tables {
    /// Each of the four keys that a search can begin with.
    keys: HashMap<Print, Vec<(PersonId, CaseId)>>,
    /// The men of cases by the signs of a conflict: their own names, where the man lives, his telephone.
    signs: HashMap<Print, Vec<(PersonId, CaseId)>>,
    /// Women and children of cases by the sign of their name.
    protected: HashMap<Print, Vec<(PersonId, CaseId, ProtectedId)>>,
    /// The same signs as workers have declared them.
    declared: HashMap<Print, HashSet<(WorkerId, ConflictId)>>,
    /// The men's family names.
    families: HashMap<PersonId, Print>,
    /// The workers' family names.
    workers: HashMap<WorkerId, Print>,
}

impl Index {
    /// Adds a person.
    pub(super) fn add(&self, vault: &Vault, person: PersonId, case: CaseId, identity: &Identity) {
        let (keys, signs) = (person_prints(vault, identity), conflict::of_person(vault, identity));
        let family = conflict::family(vault, identity.family_name.reveal());
        let mut tables = self.0.write().unwrap_or_else(PoisonError::into_inner);
        for print in keys {
            tables.keys.entry(print).or_default().push((person, case));
        }
        for sign in signs {
            tables.signs.entry(sign).or_default().push((person, case));
        }
        tables.families.insert(person, family);
    }

    /// Adds a woman or child of a man's case: who knows her keeps away from all of it.
    pub(super) fn add_protected(
        &self,
        vault: &Vault,
        (person, case, id): (PersonId, CaseId, ProtectedId),
        name: &ProtectedName,
    ) {
        let sign = conflict::of_protected(vault, name);
        let mut tables = self.0.write().unwrap_or_else(PoisonError::into_inner);
        tables.protected.entry(sign).or_default().push((person, case, id));
    }

    /// Adds a worker's own name.
    pub(super) fn add_worker(&self, vault: &Vault, worker: WorkerId, name: &WorkerName) {
        let family = conflict::family(vault, last(name.0.reveal()));
        self.0.write().unwrap_or_else(PoisonError::into_inner).workers.insert(worker, family);
    }

    /// Adds a declaration.
    pub(super) fn declare(&self, vault: &Vault, worker: WorkerId, id: ConflictId, words: &DeclaredConflict) {
        let signs = conflict::of_declared(vault, words);
        let mut tables = self.0.write().unwrap_or_else(PoisonError::into_inner);
        for sign in signs {
            tables.declared.entry(sign).or_default().insert((worker, id));
        }
    }

    /// Says whether a worker bears the family name of a man.
    pub(super) fn is_namesake(&self, worker: WorkerId, person: PersonId) -> bool {
        let tables = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let own = tables.workers.get(&worker);
        own.is_some() && own == tables.families.get(&person)
    }

    /// Returns the people whom a search may mean; the caller compares them in full.
    pub(super) fn find(&self, vault: &Vault, search: &PersonSearch) -> Vec<(PersonId, CaseId)> {
        let tables = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let found = search_print(vault, search).and_then(|print| tables.keys.get(&print).cloned());
        let mut found = found.unwrap_or_default();
        found.truncate(FOUND_MAX);
        found
    }

    /// Returns the people whom everything that a search gives means: by each key that it gives enough for.
    pub(super) fn find_exactly(&self, vault: &Vault, search: &PersonSearch) -> Vec<(PersonId, CaseId)> {
        let tables = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let mut found: Option<Vec<(PersonId, CaseId)>> = None;
        for print in search_prints(vault, search) {
            let those = tables.keys.get(&print).cloned().unwrap_or_default();
            found = Some(match found {
                None => those,
                Some(before) => before.into_iter().filter(|one| those.contains(one)).collect(),
            });
        }
        let mut found = found.unwrap_or_default();
        found.sort_unstable();
        found.dedup();
        found
    }

    /// Returns the women and children whom a declaration means, with the men of their cases.
    pub(super) fn protected_meant_by(
        &self,
        vault: &Vault,
        words: &DeclaredConflict,
    ) -> Vec<(PersonId, CaseId, ProtectedId)> {
        let signs = conflict::of_declared(vault, words);
        let tables = self.0.read().unwrap_or_else(PoisonError::into_inner);
        signs.iter().filter_map(|sign| tables.protected.get(sign)).flatten().copied().collect()
    }

    /// Returns the men whom a declaration means by a sign of their own.
    pub(super) fn meant_by(&self, vault: &Vault, words: &DeclaredConflict) -> BTreeSet<(PersonId, CaseId)> {
        let signs = conflict::of_declared(vault, words);
        let tables = self.0.read().unwrap_or_else(PoisonError::into_inner);
        signs.iter().filter_map(|sign| tables.signs.get(sign)).flatten().copied().collect()
    }

    /// Returns the declarations that mean a person who is new to the hub.
    #[cfg(feature = "demo")]
    pub(super) fn declared_by(&self, vault: &Vault, identity: &Identity) -> BTreeSet<(WorkerId, ConflictId)> {
        self.declared(&conflict::of_person(vault, identity))
    }

    /// Returns the declarations that mean a woman or child who is new to the hub.
    #[cfg(feature = "demo")]
    pub(super) fn declared_by_her(&self, vault: &Vault, name: &ProtectedName) -> BTreeSet<(WorkerId, ConflictId)> {
        self.declared(&[conflict::of_protected(vault, name)])
    }

    #[cfg(feature = "demo")]
    fn declared(&self, signs: &[Print]) -> BTreeSet<(WorkerId, ConflictId)> {
        let tables = self.0.read().unwrap_or_else(PoisonError::into_inner);
        signs.iter().filter_map(|sign| tables.declared.get(sign)).flatten().copied().collect()
    }

    /// Says whether the worker has declared to know somebody of the names that are searched for.
    pub(super) fn is_declared(&self, vault: &Vault, worker: WorkerId, search: &PersonSearch) -> bool {
        let (Some(family), Some(given)) = (&search.family_name, &search.given_name) else { return false };
        let tables = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let sign = conflict::names(vault, family.reveal(), given.reveal());
        tables.declared.get(&sign).is_some_and(|known| known.iter().any(|(who, _)| *who == worker))
    }
}

fn person_prints(vault: &Vault, identity: &Identity) -> Vec<Print> {
    let (family, given, born) =
        (identity.family_name.reveal(), identity.given_names.reveal(), identity.date_of_birth.to_string());
    let mut prints = vec![
        names(vault, family, given),
        print(vault, "family+born", &[family, &born]),
        print(vault, "given+born", &[first(given), &born]),
    ];
    prints.extend(identity.references.iter().map(|reference| print(vault, "reference", &[reference.reveal()])));
    prints
}

/// Returns the first key that the search gives enough for.
fn search_print(vault: &Vault, search: &PersonSearch) -> Option<Print> {
    let born = search.date_of_birth.map(|day| day.to_string());
    let (family, given) =
        (search.family_name.as_ref().map(|f| f.reveal()), search.given_name.as_ref().map(|g| g.reveal()));
    if let Some(reference) = &search.reference {
        return Some(print(vault, "reference", &[reference.reveal()]));
    }
    match (family, given, born) {
        (Some(family), _, Some(born)) => Some(print(vault, "family+born", &[family, &born])),
        (Some(family), Some(given), None) => Some(names(vault, family, given)),
        (None, Some(given), Some(born)) => Some(print(vault, "given+born", &[first(given), &born])),
        _ => None,
    }
}

/// Returns every key that the search gives enough for.
fn search_prints(vault: &Vault, search: &PersonSearch) -> Vec<Print> {
    let born = search.date_of_birth.map(|day| day.to_string());
    let (family, given) =
        (search.family_name.as_ref().map(|f| f.reveal()), search.given_name.as_ref().map(|g| g.reveal()));
    let mut prints = Vec::new();
    if let Some(reference) = &search.reference {
        prints.push(print(vault, "reference", &[reference.reveal()]));
    }
    if let (Some(family), Some(given)) = (family, given) {
        prints.push(names(vault, family, given));
    }
    if let (Some(family), Some(born)) = (family, &born) {
        prints.push(print(vault, "family+born", &[family, born]));
    }
    if let (Some(given), Some(born)) = (given, &born) {
        prints.push(print(vault, "given+born", &[first(given), born]));
    }
    prints
}

fn names(vault: &Vault, family: &str, given: &str) -> Print {
    print(vault, "family+given", &[family, first(given)])
}

/// Takes the last word of a name as the family name.
fn last(name: &str) -> &str {
    name.split_whitespace().last().unwrap_or("")
}

/// Takes the first of several given names: the one that people are called by.
fn first(given: &str) -> &str {
    given.split_whitespace().next().unwrap_or("")
}

fn print(vault: &Vault, label: &str, parts: &[&str]) -> Print {
    let folded: Vec<String> =
        parts.iter().map(|part| part.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()).collect();
    vault.fingerprint(label, &folded.join("\u{1f}"))
}
