//! Pieces that are joined: how many make a quotation, to the very one; circles, repeats and knots.

use super::*;
use std::collections::HashSet;

/// Rules in which five joined pieces are a quotation of one request (eight words in runs of four), and eleven of what was
/// repeated by and by (fourteen words), or two fifths of a text.
fn numbers() -> Rules {
    let mut rules = Rules::default();
    for row in ["gram=4", "quote=8", "near=14", "gap=2", "part=40"] {
        rules.add(RuleKind::Number, row).unwrap();
    }
    rules
}

const CHAIN: u64 = 5;
const HOARD: u64 = 11;
/// A text so long that no part of it counts.
const LONG: usize = 1_000_000;

const fn piece(begins: u64, ends: u64) -> Joint {
    Joint { begins, ends }
}

/// So many pieces, each of which begins as the one before ends, from this end on.
fn line(from: u64, count: u64) -> HashSet<Joint> {
    (from..from + count).map(|end| piece(end, end + 1)).collect()
}

/// So many pieces that have nothing to do with each other.
fn loose(count: u64) -> HashSet<Joint> {
    (0..count).map(|nth| piece(10 * nth, 10 * nth + 5)).collect()
}

/// Layers of pieces: each of a layer is followed by each of the next, and by none of its own.
fn layers(depth: u64, width: u64) -> HashSet<Joint> {
    let place = |layer: u64, nth: u64| 100 * layer + nth;
    let pairs = move |layer| (0..width).flat_map(move |one| (0..width).map(move |other| (layer, one, other)));
    let all = (0..depth).flat_map(pairs);
    all.map(|(layer, one, other)| piece(place(layer, one), place(layer + 1, other))).collect()
}

#[test]
fn one_piece_below_is_no_quotation_and_the_next_one_makes_it() {
    let rules = numbers();
    assert!(!rules.is_chain(&line(0, CHAIN - 1)));
    assert!(rules.is_chain(&line(0, CHAIN)));
    assert!(!rules.is_hoard(&line(0, HOARD - 1), LONG));
    assert!(rules.is_hoard(&line(0, HOARD), LONG));
    assert!(!rules.is_chain(&HashSet::new()) && !rules.is_hoard(&HashSet::new(), 0));
}

#[test]
fn pieces_that_do_not_fit_together_are_none_however_many_they_are() {
    let rules = numbers();
    assert!(!rules.is_chain(&loose(500)));
    let apart: HashSet<Joint> = line(0, CHAIN - 1).union(&line(50, CHAIN - 1)).copied().collect();
    assert!(!rules.is_chain(&apart));
    // One piece that joins the two lines makes them one.
    let mut joined = apart;
    joined.insert(piece(CHAIN - 1, 50));
    assert!(rules.is_chain(&joined));
}

#[test]
fn a_piece_counts_once_and_a_circle_is_no_longer_than_its_pieces() {
    let rules = numbers();
    let circle = |count: u64| -> HashSet<Joint> { (0..count).map(|end| piece(end, (end + 1) % count)).collect() };
    assert!(!rules.is_chain(&circle(CHAIN - 1)), "going round again adds nothing");
    assert!(rules.is_chain(&circle(CHAIN)));
    // Pieces that follow themselves, and pairs that follow each other.
    let selves: HashSet<Joint> = (0..100).map(|end| piece(end, end)).collect();
    assert!(!rules.is_chain(&selves));
    let pairs: HashSet<Joint> =
        (0..100).flat_map(|nth| [piece(2 * nth, 2 * nth + 1), piece(2 * nth + 1, 2 * nth)]).collect();
    assert!(!rules.is_chain(&pairs));
}

#[test]
fn where_the_way_parts_the_longest_is_found_wherever_it_begins() {
    let rules = numbers();
    let mut pieces = line(0, CHAIN - 1);
    // Short branches from every place, and one that is long enough.
    for end in 0..CHAIN {
        pieces.insert(piece(end, 900 + end));
    }
    assert!(rules.is_chain(&pieces), "a branch at the end of the line is its last piece");
    pieces.remove(&piece(CHAIN - 1, 900 + CHAIN - 1));
    assert!(!rules.is_chain(&pieces));
    pieces.insert(piece(800, 0));
    assert!(rules.is_chain(&pieces), "and one at its beginning the first");
}

#[test]
fn a_part_of_a_text_counts_from_the_very_share_on_and_never_a_few_words_alone() {
    let rules = numbers();
    let pieces = loose(HOARD);
    // Two fifths: eleven pieces of twenty-seven runs are more, of twenty-eight less.
    assert!(rules.is_hoard(&pieces, 27));
    assert!(!rules.is_hoard(&pieces, 28));
    assert!(rules.is_hoard(&loose(20), 50), "exactly two fifths");
    assert!(!rules.is_hoard(&loose(20), 51));
    // All of a short text is less than what would follow each other: that is no hoard.
    assert!(!rules.is_hoard(&loose(HOARD - 1), 10));
    assert!(rules.is_hoard(&loose(HOARD), 11));
    assert!(!rules.is_hoard(&loose(HOARD), usize::MAX));
}

#[test]
fn what_is_too_entangled_to_follow_is_taken_for_repeated_after_bounded_steps() {
    let rules = numbers();
    // No walk is long enough, and there are few enough to try all of them.
    assert!(!rules.is_hoard(&layers(HOARD - 1, 2), LONG));
    // No walk is long enough here either, and there are more than can be tried: sixteen ways from each of sixteen places, ten
    // times over. An answer at all shows that not all were.
    assert!(rules.is_hoard(&layers(HOARD - 1, 16), LONG));
    assert!(rules.is_hoard(&layers(HOARD, 2), LONG), "one layer more is long enough");
}
