//! Proofs that a leaf is in a tree, and that one tree is the beginning of another.
//!
//! Making one is two steps, so that this file needs no storage: a [`Plan`] names the perfect
//! subtrees to fetch, and [`Plan::finish`] turns their hashes into the proof. Checking follows
//! the loops of RFC 9162, sections 2.1.3.2 and 2.1.4.2: no recursion, work bounded by the
//! proof's length, no panic on any size. It must never know where hashes come from.

use super::Hash;
use super::tile::Node;
use super::tree::{join, node_hash};

/// The most hashes that a proof may have: trees have fewer than 2^64 leaves.
pub const HASHES_MAX: usize = 64;

/// Why a proof was not accepted.
#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone, Copy)]
pub enum Error {
    /// The question makes no sense, so no proof can answer it.
    #[error("no such leaf or older tree: the numbers do not fit together")]
    Range,
    /// Too few or too many hashes for these sizes.
    #[error("the proof has the wrong number of hashes")]
    Length,
    /// The hashes do not lead to the root, or to one of the two.
    #[error("the proof does not lead to the root")]
    Root,
}

/// What must be fetched for one proof, and how it is put together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// The perfect subtrees whose hashes are needed; at most 128, no two overlap.
    pub nodes: Vec<Node>,
    /// For each hash of the proof, how many of `nodes` are joined into it.
    runs: Vec<usize>,
}

impl Plan {
    /// Turns the hashes of `nodes`, in their order, into the proof.
    ///
    /// `None` if they are not as many as the nodes.
    #[must_use]
    pub fn finish(&self, hashes: &[Hash]) -> Option<Vec<Hash>> {
        if hashes.len() != self.nodes.len() {
            return None;
        }
        let mut rest = hashes;
        let take = |run: &usize| {
            let (now, later) = rest.split_at_checked(*run)?;
            rest = later;
            join(now)
        };
        self.runs.iter().map(take).collect()
    }

    /// Adds the hash of the leaves from `start` up to, without, `end` to the proof.
    ///
    /// `start` is a multiple of a power of two that is no smaller than the range, as it is
    /// for every range that a proof names; so the binary digits of its length cut it up.
    fn add(&mut self, mut start: u64, end: u64) {
        let before = self.nodes.len();
        while let Some(level) = (end - start).checked_ilog2() {
            self.nodes.push(Node { level: u8::try_from(level).expect("a u64 has 64 digits"), index: start >> level });
            start += 1 << level;
        }
        self.runs.push(self.nodes.len() - before);
    }
}

/// Names the nodes for the proof that leaf `index` is in the tree of `size` leaves.
///
/// `None` if the tree has no such leaf.
#[must_use]
pub fn inclusion_nodes(index: u64, size: u64) -> Option<Plan> {
    if index >= size {
        return None;
    }
    let (mut start, mut end) = (0, size);
    let mut siblings = Vec::new();
    while end - start > 1 {
        let middle = start + split(end - start);
        if index < middle {
            siblings.push((middle, end));
            end = middle;
        } else {
            siblings.push((start, middle));
            start = middle;
        }
    }
    Some(plan(siblings))
}

/// Names the nodes for the proof that the tree of `old` leaves is the beginning of that of `new`.
///
/// `None` if `old` is the larger. Nothing needs proving for an empty tree or an equal one:
/// the plan is then empty.
#[must_use]
pub fn consistency_nodes(old: u64, new: u64) -> Option<Plan> {
    if old > new {
        return None;
    }
    if old == 0 || old == new {
        return Some(plan(Vec::new()));
    }
    let (mut start, mut end) = (0, new);
    let mut ranges = Vec::new();
    while end != old {
        let middle = start + split(end - start);
        if old <= middle {
            ranges.push((middle, end));
            end = middle;
        } else {
            ranges.push((start, middle));
            start = middle;
        }
    }
    // If nothing lies to the left, what is left is the old tree, whose root the asker holds.
    if start > 0 {
        ranges.push((start, end));
    }
    Some(plan(ranges))
}

/// Checks that the leaf with this hash has this index in the tree of this size and root.
///
/// Size and root must come from one verified checkpoint: a proof binds them only together.
///
/// # Errors
/// [`Error`] says what does not fit.
pub fn verify_inclusion(leaf_hash: Hash, index: u64, size: u64, proof: &[Hash], root: Hash) -> Result<(), Error> {
    if index >= size {
        return Err(Error::Range);
    }
    if proof.len() > HASHES_MAX {
        return Err(Error::Length);
    }
    let (mut here, mut last) = (index, size - 1);
    let mut hash = leaf_hash;
    for sibling in proof {
        if last == 0 {
            return Err(Error::Length);
        }
        if here & 1 == 1 || here == last {
            hash = node_hash(*sibling, hash);
            (here, last) = climb(here, last);
        } else {
            hash = node_hash(hash, *sibling);
        }
        (here, last) = (here >> 1, last >> 1);
    }
    match (last, hash == root) {
        (0, true) => Ok(()),
        (0, false) => Err(Error::Root),
        _ => Err(Error::Length),
    }
}

/// Checks that the tree of `old` leaves with root `old_root` is the beginning of that of `new` with `new_root`.
///
/// Every tree begins with the empty one: then `new_root` is not looked at.
///
/// # Errors
/// [`Error`] says what does not fit.
pub fn verify_consistency(old: u64, old_root: Hash, new: u64, new_root: Hash, proof: &[Hash]) -> Result<(), Error> {
    if old > new {
        return Err(Error::Range);
    }
    if old == 0 || old == new {
        if !proof.is_empty() {
            return Err(Error::Length);
        }
        let fits = (old > 0 || old_root == Hash::of(&[])) && (old < new || old_root == new_root);
        return if fits { Ok(()) } else { Err(Error::Root) };
    }
    if proof.len() > HASHES_MAX {
        return Err(Error::Length);
    }
    // If the old tree is perfect, its root is itself a node of the new one and is not sent.
    let (seed, path) = if old.is_power_of_two() {
        (old_root, proof)
    } else {
        proof.split_first().map(|(seed, path)| (*seed, path)).ok_or(Error::Length)?
    };
    let shift = (old - 1).trailing_ones();
    let ends = ((old - 1) >> shift, (new - 1) >> shift);
    if climb_both(ends, seed, path)? == (old_root, new_root) { Ok(()) } else { Err(Error::Root) }
}

/// Computes the old and the new root from `seed`, the node where both trees part.
fn climb_both(ends: (u64, u64), seed: Hash, path: &[Hash]) -> Result<(Hash, Hash), Error> {
    let (mut here, mut last) = ends;
    let (mut old, mut new) = (seed, seed);
    for sibling in path {
        if last == 0 {
            return Err(Error::Length);
        }
        if here & 1 == 1 || here == last {
            old = node_hash(*sibling, old);
            new = node_hash(*sibling, new);
            (here, last) = climb(here, last);
        } else {
            new = node_hash(new, *sibling);
        }
        (here, last) = (here >> 1, last >> 1);
    }
    if last == 0 { Ok((old, new)) } else { Err(Error::Length) }
}

/// Skips the heights at which a node on the right edge has no sibling.
const fn climb(here: u64, last: u64) -> (u64, u64) {
    // All zero happens only at the root, where there is nothing left to skip.
    let skip = if here == 0 { 0 } else { here.trailing_zeros() };
    (here >> skip, last >> skip)
}

/// Makes the plan for ranges that were listed from the root downwards.
fn plan(ranges: Vec<(u64, u64)>) -> Plan {
    let mut plan = Plan { nodes: Vec::new(), runs: Vec::new() };
    for (start, end) in ranges.into_iter().rev() {
        plan.add(start, end);
    }
    plan
}

/// Returns the largest power of two smaller than `n`, which is at least 2.
const fn split(n: u64) -> u64 {
    1 << (n - 1).ilog2()
}

#[cfg(test)]
mod tests;
