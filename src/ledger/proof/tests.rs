//! Proofs against the plain definitions: all sizes up to 300, then what must not be accepted.

use super::super::plain::{Plain, Whole};
use super::super::tile::{Tile, hash_of};
use super::*;
use proptest::prelude::*;

const SIZE_MAX: usize = 300;

fn fetch(plain: &Plain, plan: &Plan) -> Vec<Hash> {
    let hash = |node: &Node| {
        let start = usize::try_from(node.index << node.level).unwrap();
        plain.range(start, start + (1 << node.level))
    };
    plan.finish(&plan.nodes.iter().map(hash).collect::<Vec<_>>()).unwrap()
}

#[test]
fn every_inclusion_proof_is_the_plain_one_and_verifies() {
    let plain = Plain::of(SIZE_MAX as u64);
    for size in 1..=SIZE_MAX {
        for index in 0..size {
            let (i, n) = (index as u64, size as u64);
            let proof = fetch(&plain, &inclusion_nodes(i, n).unwrap());
            assert_eq!(proof, plain.path(index, 0, size), "{index} of {size}");
            assert_eq!(verify_inclusion(plain.leaf(i), i, n, &proof, plain.root(n)), Ok(()));
        }
    }
}

#[test]
fn every_consistency_proof_is_the_plain_one_and_verifies() {
    let plain = Plain::of(SIZE_MAX as u64);
    for new in 0..=SIZE_MAX {
        for old in 0..=new {
            let (m, n) = (old as u64, new as u64);
            let proof = fetch(&plain, &consistency_nodes(m, n).unwrap());
            if old > 0 {
                assert_eq!(proof, plain.subproof(old, 0, new, Whole::Yes), "{old} of {new}");
            }
            assert_eq!(verify_consistency(m, plain.root(m), n, plain.root(n), &proof), Ok(()), "{old} of {new}");
        }
    }
}

/// Returns proofs that differ from `proof`: a bit flipped, one hash fewer, one more, two exchanged.
fn mutations(proof: &[Hash]) -> Vec<Vec<Hash>> {
    let mut all = vec![[proof, &[Hash([0; 32])]].concat(), [&[Hash([0; 32])], proof].concat()];
    for at in 0..proof.len() {
        for bit in [0, 7, 255] {
            let mut flipped = proof.to_vec();
            flipped[at].0[bit / 8] ^= 1 << (bit % 8);
            all.push(flipped);
        }
        let mut fewer = proof.to_vec();
        fewer.remove(at);
        all.push(fewer);
        let mut swapped = proof.to_vec();
        swapped.swap(at, 0);
        all.extend((at > 0).then_some(swapped));
        all.push([&proof[..at], &[proof[at]], &proof[at..]].concat());
    }
    all
}

#[test]
fn mutated_inclusion_proofs_are_refused() {
    let plain = Plain::of(24);
    let other = Hash([9; 32]);
    for n in 1..=24 {
        for i in 0..n {
            let proof = fetch(&plain, &inclusion_nodes(i, n).unwrap());
            let (leaf, root) = (plain.leaf(i), plain.root(n));
            for bad in mutations(&proof) {
                assert!(verify_inclusion(leaf, i, n, &bad, root).is_err(), "{i} of {n}");
            }
            assert_eq!(verify_inclusion(leaf, i, n, &proof, other), Err(Error::Root));
            assert_eq!(verify_inclusion(other, i, n, &proof, root), Err(Error::Root));
            for wrong in (0..n + 3).filter(|wrong| *wrong != i) {
                assert!(verify_inclusion(leaf, wrong, n, &proof, root).is_err(), "{i} as {wrong} of {n}");
            }
        }
    }
}

#[test]
fn mutated_consistency_proofs_are_refused() {
    let plain = Plain::of(24);
    let other = Hash([9; 32]);
    for n in 0..=24 {
        for m in 0..=n {
            let proof = fetch(&plain, &consistency_nodes(m, n).unwrap());
            let (old, new) = (plain.root(m), plain.root(n));
            for bad in mutations(&proof) {
                assert!(verify_consistency(m, old, n, new, &bad).is_err(), "{m} of {n}");
            }
            assert_eq!(verify_consistency(m, other, n, new, &proof), Err(Error::Root));
            assert!(verify_consistency(m, old, n, other, &proof).is_err() || (m == 0 && n > 0));
            assert_eq!(verify_consistency(n + 1, new, n, new, &proof), Err(Error::Range));
        }
    }
}

#[test]
fn a_plan_takes_as_many_hashes_as_it_asked_for() {
    let plan = inclusion_nodes(3, 7).unwrap();
    assert_eq!(plan.nodes.len(), 4);
    for count in [0, 3, 5, 200] {
        assert_eq!(plan.finish(&vec![Hash([0; 32]); count]), None);
    }
    assert_eq!((inclusion_nodes(7, 7), inclusion_nodes(0, 0), consistency_nodes(8, 7)), (None, None, None));
}

#[test]
fn hostile_sizes_do_not_panic() {
    let sizes = [0, 1, 2, 3, (1 << 62) + 1, (1 << 63) - 1, 1 << 63, (1 << 63) + 1, u64::MAX - 1, u64::MAX];
    let hash = Hash([5; 32]);
    for a in sizes {
        for b in sizes {
            for count in [0, 1, 2, 62, 63, 64] {
                let proof = vec![hash; count];
                assert!(verify_inclusion(hash, a, b, &proof, hash).is_err() || (a, b, count) == (0, 1, 0));
                let same = a == b && a > 0 && count == 0;
                assert_eq!(verify_consistency(a, hash, b, hash, &proof).is_ok(), same, "{a} {b} {count}");
            }
            for proof in [vec![hash; 65], vec![hash; 100_000]] {
                assert!(verify_inclusion(hash, a, b, &proof, hash).is_err());
                assert!(verify_consistency(a, hash, b, hash, &proof).is_err());
            }
            for plan in [inclusion_nodes(a, b), consistency_nodes(a, b)].into_iter().flatten() {
                assert!(plan.nodes.len() <= 128, "{a} of {b}");
                assert!(plan.nodes.iter().all(|node| (u128::from(node.index) + 1) << node.level <= u128::from(b)));
            }
        }
    }
}

proptest! {
    /// A tree too large to build: each node's hash is computed from its name alone.
    #[test]
    fn large_plans_are_perfect_subtrees_within_the_tree(a in any::<u64>(), b in any::<u64>(), spare in 0..64_u32) {
        let (a, b) = (a.min(b) >> spare, a.max(b) >> spare);
        let inclusion = inclusion_nodes(a, b);
        prop_assert_eq!(inclusion.is_some(), a < b);
        let mut leaves = u128::from(a < b);
        for node in inclusion.iter().flat_map(|plan| &plan.nodes) {
            prop_assert!((u128::from(node.index) + 1) << node.level <= u128::from(b));
            let tile = Tile::holding(*node, b);
            let held = vec![Hash([1; 32]); usize::from(tile.width)];
            prop_assert!(hash_of(*node, &tile, &held).is_some());
            leaves += 1 << node.level;
        }
        // Leaf and siblings together cover the whole tree exactly.
        prop_assert!(a == b || leaves == u128::from(b));
    }

    #[test]
    fn any_proof_is_judged_without_a_panic(
        a in any::<u64>(), b in any::<u64>(), hashes in proptest::collection::vec(any::<[u8; 32]>(), 0..70),
    ) {
        let proof: Vec<Hash> = hashes.into_iter().map(Hash).collect();
        let hash = Hash([3; 32]);
        prop_assert!(verify_inclusion(hash, a, b, &proof, hash).is_err());
        prop_assert_eq!(verify_consistency(a, hash, b, hash, &proof).is_ok(), a == b && a > 0 && proof.is_empty());
    }
}
