//! The tree cut into tiles of 256 hashes, as C2SP tlog-tiles serves and stores them.
//!
//! A tile at level *l* holds nodes at height 8·*l*; the seven heights in between are computed
//! from it. It promises one path per tile, and no node that its tile does not prove. It must
//! never know where tiles are kept.
//!
//! A store that keeps full tiles only finds the hashes of a narrower one thus: at level 0
//! they are leaf hashes; above, the *i*-th is the root of the full tile [`Tile::below`] (*i*).

use super::Hash;
use super::tree::node_hash;

/// The highest level of a tile that any tree can have: 256^8 leaves are 2^64.
pub const LEVEL_MAX: u8 = 7;
/// Number of hashes in a full tile, or of entries in a full bundle.
pub const WIDTH_FULL: u16 = 256;
/// Levels of the tree between the bottom of a tile and that of the tile above.
const HEIGHT: u8 = 8;

/// A node of the tree: the root of the perfect subtree over the leaves
/// `index << level` up to, without, `(index + 1) << level`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Node {
    /// Height above the leaves; a leaf hash is at 0.
    pub level: u8,
    /// Place in its row, from the left.
    pub index: u64,
}

/// Up to 256 neighbouring nodes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Tile {
    /// Level: the tile holds nodes at eight times this height.
    pub level: u8,
    /// Place in its level, from the left.
    pub index: u64,
    /// Number of hashes: 256 in a full tile, fewer at the right edge, 0 if the tree does not reach it.
    pub width: u16,
}

impl Tile {
    /// Returns the tile from which `node` is computed in a tree of `tree_size` leaves.
    ///
    /// For a node that the tree does not have, the tile is too narrow and [`hash_of`] refuses.
    #[must_use]
    pub fn holding(node: Node, tree_size: u64) -> Self {
        let level = node.level / HEIGHT;
        let index = node.index >> (HEIGHT - node.level % HEIGHT);
        let row = tree_size.checked_shr(u32::from(level) * u32::from(HEIGHT)).unwrap_or(0);
        let left = row.saturating_sub(index.saturating_mul(u64::from(WIDTH_FULL)));
        let width = u16::try_from(left).unwrap_or(WIDTH_FULL).min(WIDTH_FULL);
        Self { level, index, width }
    }

    /// Returns the full tile whose root is the `place`-th hash of this one; `None` at level 0.
    #[must_use]
    pub fn below(&self, place: u8) -> Option<Self> {
        let level = self.level.checked_sub(1)?;
        let index = self.index.checked_mul(u64::from(WIDTH_FULL))? + u64::from(place);
        Some(Self { level, index, width: WIDTH_FULL })
    }

    /// Returns the node that the whole of a full tile hashes to; `None` if it is not full.
    #[must_use]
    pub fn root(&self) -> Option<Node> {
        let level = self.level.checked_add(1)?.checked_mul(HEIGHT)?;
        (self.width == WIDTH_FULL).then_some(Node { level, index: self.index })
    }

    /// Writes the tile's path after `tile/`, such as `0/x001/x234/067.p/5`.
    #[must_use]
    pub fn path(&self) -> String {
        format!("{}/{}", self.level, place_path(self.index, self.width))
    }

    /// Reads exactly what [`Tile::path`] writes, for tiles that a tree below 2^63 leaves can have.
    #[must_use]
    pub fn parse_path(text: &str) -> Option<Self> {
        let (level, place) = text.split_once('/')?;
        let (index, width) = parse_place(place)?;
        let tile = Self { level: level.parse().ok()?, index, width };
        (tile.path() == text && reachable(tile.level, index)).then_some(tile)
    }
}

/// Computes a node from the bottom hashes of the tile that holds it, or of the full tile below it.
///
/// `None` if the node is not in the tile, or `hashes` are not as many as the tile is wide.
#[must_use]
pub fn hash_of(node: Node, tile: &Tile, hashes: &[Hash]) -> Option<Hash> {
    let height = node.level.checked_sub(tile.level.checked_mul(HEIGHT)?)?;
    let inside = height <= HEIGHT && node.index >> (HEIGHT - height) == tile.index;
    if !inside || hashes.len() != usize::from(tile.width) {
        return None;
    }
    let first = usize::from((node.index << height).to_le_bytes()[0]);
    let mut row = hashes.get(first..first + (1 << height))?.to_vec();
    while row.len() > 1 {
        row = row.as_chunks::<2>().0.iter().map(|[left, right]| node_hash(*left, *right)).collect();
    }
    row.pop()
}

/// Lists the tiles that become full when a tree grows from `old` to `new` leaves, lowest level first.
pub fn completed(old: u64, new: u64) -> impl Iterator<Item = Tile> {
    (0..=LEVEL_MAX).flat_map(move |level| {
        let bits = u32::from(HEIGHT) * (u32::from(level) + 1);
        let full = |size: u64| size.checked_shr(bits).unwrap_or(0);
        (full(old)..full(new)).map(move |index| Tile { level, index, width: WIDTH_FULL })
    })
}

/// Up to 256 neighbouring log entries.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Bundle {
    /// Place from the left: the first entry has 256 times this index.
    pub index: u64,
    /// Number of entries, 1 to 256.
    pub width: u16,
}

impl Bundle {
    /// Writes the bundle's path after `tile/`, such as `entries/x001/234.p/5`.
    #[must_use]
    pub fn path(&self) -> String {
        format!("entries/{}", place_path(self.index, self.width))
    }

    /// Reads exactly what [`Bundle::path`] writes, for bundles that a tree below 2^63 leaves can have.
    #[must_use]
    pub fn parse_path(text: &str) -> Option<Self> {
        let (index, width) = parse_place(text.strip_prefix("entries/")?)?;
        let bundle = Self { index, width };
        (bundle.path() == text && reachable(0, index)).then_some(bundle)
    }

    /// Writes entries as a bundle: each after its length as two bytes, most significant first.
    ///
    /// `None` if there are more than 256 entries or one is larger than 65,535 bytes.
    #[must_use]
    pub fn write<E: AsRef<[u8]>>(entries: &[E]) -> Option<Vec<u8>> {
        let mut bytes = Vec::new();
        for entry in entries {
            let entry = entry.as_ref();
            bytes.extend_from_slice(&u16::try_from(entry.len()).ok()?.to_be_bytes());
            bytes.extend_from_slice(entry);
        }
        (entries.len() <= usize::from(WIDTH_FULL)).then_some(bytes)
    }

    /// Reads exactly what [`Bundle::write`] writes.
    #[must_use]
    pub fn read(mut bytes: &[u8]) -> Option<Vec<&[u8]>> {
        let mut entries = Vec::new();
        while let Some((length, rest)) = bytes.split_first_chunk::<2>() {
            let (entry, rest) = rest.split_at_checked(usize::from(u16::from_be_bytes(*length)))?;
            entries.push(entry);
            bytes = rest;
        }
        (bytes.is_empty() && entries.len() <= usize::from(WIDTH_FULL)).then_some(entries)
    }
}

/// Says whether a tree below 2^63 leaves can have a hash in this tile, so that an index fits a database column.
fn reachable(level: u8, index: u64) -> bool {
    let bits = u32::from(HEIGHT) * (u32::from(level) + 1);
    level <= LEVEL_MAX && index <= i64::MAX.cast_unsigned().checked_shr(bits).unwrap_or(0)
}

fn place_path(index: u64, width: u16) -> String {
    let mut path = format!("{:03}", index % 1000);
    let mut rest = index / 1000;
    while rest > 0 {
        path = format!("x{:03}/{path}", rest % 1000);
        rest /= 1000;
    }
    if width == WIDTH_FULL { path } else { format!("{path}.p/{width}") }
}

/// Reads an index and a width; the caller writes them again to see that they were well spelt.
fn parse_place(text: &str) -> Option<(u64, u16)> {
    let (index, width) = match text.split_once(".p/") {
        Some((index, width)) => (index, width.parse().ok().filter(|width| (1..WIDTH_FULL).contains(width))?),
        None => (text, WIDTH_FULL),
    };
    let digits = |index: u64, part: &str| {
        let group: u64 = part.strip_prefix('x').unwrap_or(part).parse().ok().filter(|group| *group < 1000)?;
        index.checked_mul(1000)?.checked_add(group)
    };
    Some((index.split('/').try_fold(0, digits)?, width))
}

#[cfg(test)]
mod tests;
