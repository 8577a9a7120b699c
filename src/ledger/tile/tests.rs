//! Tiles against the plain tree: every node from its tile, every path there and back.

use super::super::plain::Plain;
use super::super::tree::Edge;
use super::*;
use proptest::prelude::*;

/// Returns the row of all perfect nodes at each multiple of eight heights.
fn rows(leaves: Vec<Hash>) -> Vec<Vec<Hash>> {
    let mut rows = vec![leaves];
    while let Some(row) = rows.last().filter(|row| row.len() >= 256) {
        let edge_root = |tile: &[Hash; 256]| {
            let mut edge = Edge::empty();
            tile.iter().for_each(|hash| edge.push(*hash));
            edge.root()
        };
        let above = row.as_chunks::<256>().0.iter().map(edge_root).collect();
        rows.push(above);
    }
    rows
}

fn bottom<'a>(rows: &'a [Vec<Hash>], tile: &Tile) -> &'a [Hash] {
    let start = usize::try_from(tile.index).unwrap() * 256;
    &rows[usize::from(tile.level)][start..start + usize::from(tile.width)]
}

#[test]
fn every_node_comes_out_of_its_tile() {
    let plain = Plain::of(1100);
    let rows = rows((0..1100).map(|i| plain.leaf(i)).collect());
    for size in [1_u64, 2, 255, 256, 257, 511, 512, 700, 1024, 1100] {
        for level in 0..=10_u8 {
            for index in 0..size >> level {
                let node = Node { level, index };
                let tile = Tile::holding(node, size);
                let first = usize::try_from(index << level).unwrap();
                let wanted = plain.range(first, first + (1 << level));
                assert_eq!(hash_of(node, &tile, bottom(&rows, &tile)), Some(wanted), "{node:?} of {size}");
            }
            // The next node reaches beyond the tree: no tile proves it.
            let node = Node { level, index: size >> level };
            let tile = Tile::holding(node, size);
            let held = vec![Hash([0; 32]); usize::from(tile.width)];
            assert_eq!(hash_of(node, &tile, &held), None, "{node:?} of {size}");
        }
    }
}

#[test]
fn a_wide_tree_has_three_levels_and_its_full_tiles_make_the_level_above() {
    let leaves: Vec<Hash> = (0..66_000_u64).map(|i| Hash::of(&[&i.to_be_bytes()])).collect();
    let rows = rows(leaves);
    assert_eq!(rows.iter().map(Vec::len).collect::<Vec<_>>(), [66_000, 257, 1]);
    let top = Tile::holding(Node { level: 16, index: 0 }, 66_000);
    assert_eq!(top, Tile { level: 2, index: 0, width: 1 });
    let below = top.below(0).unwrap();
    assert_eq!(below, Tile { level: 1, index: 0, width: 256 });
    assert_eq!(below.root(), Some(Node { level: 16, index: 0 }));
    assert_eq!(hash_of(below.root().unwrap(), &below, bottom(&rows, &below)), Some(rows[2][0]));
    let partial = Tile::holding(Node { level: 8, index: 256 }, 66_000);
    assert_eq!((partial, partial.root()), (Tile { level: 1, index: 1, width: 1 }, None));
    assert_eq!(partial.below(0), Some(Tile { level: 0, index: 256, width: 256 }));
    assert_eq!(below.below(3).and_then(|tile| tile.below(0)), None);
}

#[test]
fn tiles_are_completed_once_and_in_order() {
    let grown: Vec<Tile> = (0..70_000).step_by(37).zip((37..).step_by(37)).flat_map(|(a, b)| completed(a, b)).collect();
    let level_0 = grown.iter().filter(|tile| tile.level == 0).count();
    assert_eq!((level_0, grown.len()), (273, 274));
    let both: Vec<Tile> = completed(65_535, 65_536).collect();
    assert_eq!(both, [Tile { level: 0, index: 255, width: 256 }, Tile { level: 1, index: 0, width: 256 }]);
    assert_eq!(completed(5, 5).chain(completed(9, 3)).chain(completed(0, 255)).count(), 0);
    assert_eq!(completed(u64::MAX - 255, u64::MAX).count(), 0);
    assert!(completed(0, u64::MAX).nth(1000).is_some());
}

#[test]
fn the_paths_of_the_specification_are_written_and_read() {
    for (path, level, index, width) in [
        ("0/x001/x234/067", 0, 1_234_067, 256),
        ("0/x001/234.p/5", 0, 1234, 5),
        ("7/000.p/127", 7, 0, 127),
        ("1/999.p/255", 1, 999, 255),
    ] {
        let tile = Tile { level, index, width };
        assert_eq!((tile.path().as_str(), Tile::parse_path(path)), (path, Some(tile)));
    }
    let bundle = Bundle { index: 1234, width: 5 };
    assert_eq!(bundle.path(), "entries/x001/234.p/5");
    assert_eq!(Bundle::parse_path("entries/x001/234.p/5"), Some(bundle));
}

#[test]
fn other_paths_are_refused() {
    for bad in [
        "",
        "0",
        "0/",
        "/000",
        "00/000",
        "+0/000",
        "8/000",
        "256/000",
        "-1/000",
        "0/0",
        "0/0000",
        "0/1000",
        "0/x000",
        "0/x000/000",
        "0/001/000",
        "0/x001/x000",
        "0/x1/000",
        "0/xx01/000",
        "0/+01",
        "0/000/",
        "0/000.p",
        "0/000.p/",
        "0/000.p/0",
        "0/000.p/05",
        "0/000.p/256",
        "0/000.p/65537",
        "0/000.p/1.p/1",
        "0/000.p/+1",
        "0/000 ",
        "0/٠٠٠",
        "entries/000",
        "7/001",
        "6/128",
        "0/x018/x446/x744/x073/x709/x551/616",
        "0/x999/x999/x999/x999/x999/x999/x999/999",
    ] {
        assert_eq!(Tile::parse_path(bad), None, "{bad}");
        assert_eq!(Bundle::parse_path(bad).is_some(), bad == "entries/000", "{bad}");
    }
}

#[test]
fn hostile_numbers_give_no_hash() {
    let hashes = [Hash([1; 32]); 256];
    for level in [0, 1, 8, 55, 63, 64, 200, 255] {
        for index in [0, 1, 1 << 62, 1 << 63, u64::MAX] {
            for size in [0, 1, 1 << 63, u64::MAX] {
                let node = Node { level, index };
                let tile = Tile::holding(node, size);
                assert!(tile.width <= WIDTH_FULL && tile.level == level / 8);
                let _ = (hash_of(node, &tile, &hashes), tile.below(255), tile.root(), tile.path());
                let odd = Tile { level: 255, index, width: 999 };
                assert_eq!(hash_of(node, &odd, &hashes), None);
                assert_eq!((odd.root(), odd.below(255).is_some()), (None, index <= 1));
            }
        }
    }
}

#[test]
fn bundles_hold_what_was_put_in() {
    let entries: [&[u8]; 3] = [b"abc", b"", &[7; 65_535]];
    let bytes = Bundle::write(&entries).unwrap();
    assert_eq!(bytes[..7], *b"\0\x03abc\0\0");
    assert_eq!(Bundle::read(&bytes), Some(entries.to_vec()));
    assert_eq!(Bundle::read(&bytes[..bytes.len() - 1]), None);
    assert_eq!(Bundle::read(&bytes[..4]), None);
    assert_eq!(Bundle::read(&[0]), None);
    assert_eq!(Bundle::write(&[vec![0; 65_536]]), None);
    assert_eq!(Bundle::write(&vec![[0]; 257]), None);
    assert_eq!(Bundle::read(&[0; 2 * 257]), None);
}

proptest! {
    #[test]
    fn a_path_survives_the_way_there_and_back(
        level in 0..=LEVEL_MAX, index in any::<u64>(), spare in 0..64_u32, width in 1..=WIDTH_FULL,
    ) {
        let index = (index >> spare).min(i64::MAX.cast_unsigned().checked_shr(8 * (u32::from(level) + 1)).unwrap_or(0));
        let tile = Tile { level, index, width };
        prop_assert_eq!(Tile::parse_path(&tile.path()), Some(tile));
        let bundle = Bundle { index: index & (u64::MAX >> 9), width };
        prop_assert_eq!(Bundle::parse_path(&bundle.path()), Some(bundle));
    }

    #[test]
    fn what_is_read_is_the_only_spelling(text in "([0-9]|entries)/(x?[0-9]{3}/){0,7}[0-9]{3}(\\.p/[0-9]{1,3})?") {
        prop_assert!(Tile::parse_path(&text).is_none_or(|tile| tile.path() == text));
        prop_assert!(Bundle::parse_path(&text).is_none_or(|bundle| bundle.path() == text));
    }
}
