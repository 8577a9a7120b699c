//! The definitions of RFC 6962, section 2.1, written as plainly as they are stated there.
//!
//! Tests hold the iterative code against it. It remembers the hash of each range that it was
//! asked for, because the tests ask for tens of thousands; that is its only cunning.

use super::Hash;
use std::cell::RefCell;
use std::collections::HashMap;

/// A list of leaf hashes and the tree hashes of its ranges.
pub(super) struct Plain {
    leaves: Vec<Hash>,
    known: RefCell<HashMap<(usize, usize), Hash>>,
}

impl Plain {
    /// Makes `count` leaves, each the hash of its own index.
    pub(super) fn of(count: u64) -> Self {
        let leaves = (0..count).map(|i| Hash::of(&[&[0], &i.to_be_bytes()])).collect();
        Self { leaves, known: RefCell::default() }
    }

    /// Returns the hash of one leaf.
    pub(super) fn leaf(&self, index: u64) -> Hash {
        self.leaves[usize::try_from(index).unwrap()]
    }

    /// Returns the root over the first `size` leaves.
    pub(super) fn root(&self, size: u64) -> Hash {
        self.range(0, usize::try_from(size).unwrap())
    }

    /// Returns the tree hash of the leaves from `start` up to `end`, without `end`.
    pub(super) fn range(&self, start: usize, end: usize) -> Hash {
        if let Some(hash) = self.known.borrow().get(&(start, end)) {
            return *hash;
        }
        let hash = match end - start {
            0 => Hash::of(&[]),
            1 => self.leaves[start],
            n => {
                let middle = start + split(n);
                Hash::of(&[&[1], &self.range(start, middle).0, &self.range(middle, end).0])
            }
        };
        self.known.borrow_mut().insert((start, end), hash);
        hash
    }

    /// PATH(m, D) over the range.
    pub(super) fn path(&self, index: usize, start: usize, end: usize) -> Vec<Hash> {
        if end - start == 1 {
            return Vec::new();
        }
        let middle = start + split(end - start);
        let (mut path, sibling) = if index < middle {
            (self.path(index, start, middle), self.range(middle, end))
        } else {
            (self.path(index, middle, end), self.range(start, middle))
        };
        path.push(sibling);
        path
    }

    /// SUBPROOF(m, D, b) over the range; `whole` stands for b.
    pub(super) fn subproof(&self, old: usize, start: usize, end: usize, whole: Whole) -> Vec<Hash> {
        if old == end {
            return if whole == Whole::Yes { Vec::new() } else { vec![self.range(start, end)] };
        }
        let middle = start + split(end - start);
        let (mut proof, sibling) = if old <= middle {
            (self.subproof(old, start, middle, whole), self.range(middle, end))
        } else {
            (self.subproof(old, middle, end, Whole::No), self.range(start, middle))
        };
        proof.push(sibling);
        proof
    }
}

/// Whether the old tree is still the whole of what is looked at.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Whole {
    /// It is, so its root is known to the asker.
    Yes,
    /// It is not, so its hash must be told.
    No,
}

fn split(n: usize) -> usize {
    let mut k = 1;
    while k * 2 < n {
        k *= 2;
    }
    k
}
