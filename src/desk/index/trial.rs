//! The index over made-up men, for measuring what a look-up takes and what a man takes of memory.
//!
//! Promises: it is the index that the hub uses, filled and asked in the same way.
//! Must never know: a real person.

use super::Index;
#[cfg(feature = "demo")]
use crate::desk::Desk;
use crate::model::id::{CaseId, PersonId};
use crate::model::people::{Identity, PersonSearch};
use crate::vault::Vault;

#[cfg(feature = "demo")]
impl Desk {
    /// Puts men into the index of a running hub in the way in which unsealing does, and nowhere else: for measuring what a
    /// question takes among so many. Nobody is ever shown one of them, because no row stands behind him.
    pub fn crowd_index(&self, men: impl Iterator<Item = Identity>) {
        for man in men {
            self.index.add(&self.gate.vault, PersonId::random(), CaseId::random(), &man);
        }
        self.index.settle();
    }

    /// Returns how many bytes of memory the index of people takes.
    #[must_use]
    pub fn index_bytes(&self) -> usize {
        self.index.bytes()
    }
}

/// An index that nobody works with.
pub struct Trial {
    vault: Vault,
    index: Index,
    men: usize,
}

impl Trial {
    /// Fills an index with men.
    #[must_use]
    pub fn of(vault: Vault, men: impl Iterator<Item = Identity>) -> Self {
        let (index, mut many) = (Index::default(), 0);
        for man in men {
            index.add(&vault, PersonId::random(), CaseId::random(), &man);
            many += 1;
        }
        index.settle();
        Self { vault, index, men: many }
    }

    /// Returns how many may be meant by what somebody asks.
    #[must_use]
    pub fn look(&self, search: &PersonSearch) -> usize {
        self.index.matches(&self.vault, search).len()
    }

    /// Returns how many bytes of memory a man takes.
    #[must_use]
    pub fn bytes_each(&self) -> usize {
        self.index.bytes() / self.men.max(1)
    }
}
