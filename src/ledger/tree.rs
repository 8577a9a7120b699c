//! The Merkle tree of RFC 6962: how leaves and nodes are hashed, and the tree's right edge.
//!
//! The edge is all that a writer needs to grow a tree: the roots of the perfect subtrees
//! that make it up, one for each binary digit 1 of its size. It promises the root that
//! RFC 6962 defines. It must never know what a leaf says.

use super::Hash;

/// Returns the hash of one leaf: SHA-256(0x00 ‖ leaf).
#[must_use]
pub fn leaf_hash(leaf: &[u8]) -> Hash {
    Hash::of(&[&[0], leaf])
}

/// Returns the hash of a node: SHA-256(0x01 ‖ left ‖ right).
#[must_use]
pub fn node_hash(left: Hash, right: Hash) -> Hash {
    Hash::of(&[&[1], &left.0, &right.0])
}

/// Returns the root over neighbouring subtrees, biggest first; `None` if there are none.
pub(super) fn join(subtrees: &[Hash]) -> Option<Hash> {
    subtrees.iter().copied().rev().reduce(|right, left| node_hash(left, right))
}

/// The right edge of a tree: the roots of its perfect subtrees, biggest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edge {
    size: u64,
    peaks: Vec<Hash>,
}

impl Edge {
    /// Returns the edge of the tree without leaves.
    #[must_use]
    pub const fn empty() -> Self {
        Self { size: 0, peaks: Vec::new() }
    }

    /// Adds one leaf, given its [`leaf_hash`].
    pub fn push(&mut self, leaf_hash: Hash) {
        let mut hash = leaf_hash;
        // Each digit 1 at the end of the old size is a subtree as big as the one in hand.
        for _ in 0..self.size.trailing_ones() {
            let left = self.peaks.pop().expect("there is one peak for each digit 1 of the size");
            hash = node_hash(left, hash);
        }
        self.peaks.push(hash);
        self.size += 1;
    }

    /// Returns the number of leaves.
    #[must_use]
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// Returns the root; that of the tree without leaves is SHA-256 of nothing.
    #[must_use]
    pub fn root(&self) -> Hash {
        join(&self.peaks).unwrap_or_else(|| Hash::of(&[]))
    }

    /// Writes the peaks one after the other: 32 bytes for each digit 1 of the size.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        self.peaks.iter().flat_map(|peak| peak.0).collect()
    }

    /// Reads what [`Edge::to_bytes`] wrote for a tree of `size` leaves.
    ///
    /// Sizes of 2^63 and more are refused: no database column holds them, and a tree that
    /// could not grow any further is of no use to a writer.
    #[must_use]
    pub fn from_bytes(size: u64, bytes: &[u8]) -> Option<Self> {
        i64::try_from(size).ok()?;
        let (peaks, rest) = bytes.as_chunks::<32>();
        let fits = rest.is_empty() && u32::try_from(peaks.len()) == Ok(size.count_ones());
        fits.then(|| Self { size, peaks: peaks.iter().copied().map(Hash).collect() })
    }
}

#[cfg(test)]
mod tests {
    use super::super::plain::Plain;
    use super::*;

    // The eight leaves and roots that Certificate Transparency's own tests use.
    #[test]
    fn the_known_trees_have_the_known_roots() {
        let leaves: [&[u8]; 8] = [b"", b"\0", b"\x10", b" !", b"01", b"@ABC", b"PQRSTUVW", b"`abcdefghijklmno"];
        let roots = [
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
            "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
            "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
            "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
            "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
            "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
        ];
        let mut edge = Edge::empty();
        for (size, root) in roots.iter().enumerate() {
            assert_eq!(edge.root().to_hex(), *root, "{size}");
            if let Some(leaf) = leaves.get(size) {
                edge.push(leaf_hash(leaf));
            }
        }
    }

    #[test]
    fn every_edge_has_the_plain_root_and_survives_storage() {
        let plain = Plain::of(300);
        let mut edge = Edge::empty();
        for size in 0..=300 {
            assert_eq!((edge.size(), edge.root()), (size, plain.root(size)));
            let bytes = edge.to_bytes();
            assert_eq!(Edge::from_bytes(size, &bytes).as_ref(), Some(&edge));
            assert_eq!(Edge::from_bytes(size, &[bytes.as_slice(), &[0]].concat()), None);
            assert_eq!(Edge::from_bytes(2 * size + 1, &bytes), None);
            if size < 300 {
                edge.push(plain.leaf(size));
            }
        }
    }

    #[test]
    fn hostile_sizes_are_refused() {
        for size in [1 << 63, u64::MAX, (1 << 63) + 1] {
            for peaks in [0, 1, 2, 64, 65] {
                assert_eq!(Edge::from_bytes(size, &vec![0; peaks * 32]), None);
            }
        }
        let mut big = Edge::from_bytes((1 << 63) - 1, &[7; 63 * 32]).unwrap();
        big.push(Hash([0; 32]));
        assert_eq!((big.size(), big.to_bytes().len()), (1 << 63, 32));
    }
}
