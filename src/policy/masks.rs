//! Combinations of facts as bits: 7 facts make 128 combinations, and one `u128` holds any set of them.
//!
//! Bit *n* of a mask stands for the combination `FactSet::from_bits(n)`.
//! Must never know: what the facts mean.

use crate::model::facts::{Fact, FactSet};

/// Every combination.
pub(super) const ANY: u128 = u128::MAX;

/// Returns the mask of one combination.
pub(super) const fn only(facts: FactSet) -> u128 {
    1 << facts.bits()
}

/// For each fact the combinations in which it holds, reckoned when the program is built.
const HOLDING: [u128; Fact::ALL.len()] = {
    let mut masks = [0; Fact::ALL.len()];
    let mut place = 0;
    while place < masks.len() {
        let mut bits = 0;
        while bits < 128 {
            if FactSet::from_bits(bits).has(Fact::ALL[place]) {
                masks[place] |= 1 << bits;
            }
            bits += 1;
        }
        place += 1;
    }
    masks
};

/// Returns the combinations in which `fact` holds.
pub(super) const fn holding(fact: Fact) -> u128 {
    HOLDING[fact as usize]
}

/// Returns the combinations in which all of `facts` hold.
pub(super) fn holding_all(facts: &[Fact]) -> u128 {
    facts.iter().fold(ANY, |mask, fact| mask & holding(*fact))
}

/// Returns every combination.
pub(super) fn combinations() -> impl Iterator<Item = FactSet> {
    (0..128).map(FactSet::from_bits)
}

/// Returns the smallest combinations of a mask: those of which nothing can be left out.
pub(super) fn smallest(mask: u128) -> Vec<FactSet> {
    let held = |set: &FactSet| mask & only(*set) != 0;
    let mut sets: Vec<_> = combinations().filter(held).collect();
    sets.sort_by_key(|set| (set.bits().count_ones(), set.bits()));
    let mut smallest: Vec<FactSet> = Vec::new();
    for set in sets {
        if !smallest.iter().any(|s| s.bits() & set.bits() == s.bits()) {
            smallest.push(set);
        }
    }
    smallest
}

/// Writes the facts that hold, joined by `+`, or `-` for none.
pub(super) fn words(facts: FactSet) -> String {
    let held: Vec<_> = Fact::ALL.iter().filter(|fact| facts.has(**fact)).map(|fact| fact.as_str()).collect();
    if held.is_empty() { "-".to_owned() } else { held.join("+") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mask_holds_half_of_the_combinations_for_each_fact() {
        for fact in Fact::ALL {
            assert_eq!(holding(*fact).count_ones(), 64);
        }
        assert_eq!(holding_all(Fact::ALL), 1 << 127);
    }

    #[test]
    fn the_smallest_combinations_span_a_growing_mask() {
        let mask = holding_all(&[Fact::Involved, Fact::Hers]) | holding_all(&[Fact::Involved, Fact::Own]);
        let sets: Vec<_> = smallest(mask).into_iter().map(words).collect();
        assert_eq!(sets, ["inv+her", "inv+own"]);
        assert_eq!(smallest(ANY), [FactSet::default()]);
        assert!(smallest(0).is_empty());
    }
}
