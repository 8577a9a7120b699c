//! Numbers from a seed: the same seed gives the same caseload on every machine.
//!
//! Each thing draws from a stream of its own, named after it, so that adding a street to a
//! list does not change the id of a case. The numbers can be guessed by design: they must
//! never make a key, a token or an id of a real hub.

/// A stream of numbers (splitmix64: a counter in odd steps, then two rounds of mixing).
pub(super) struct Draw(u64);

/// The step of the counter: 2^64 divided by the golden ratio, made odd.
const STEP: u64 = 0x9E37_79B9_7F4A_7C15;

impl Draw {
    /// Returns the stream of `seed` for the thing of this name and number.
    pub(super) fn stream(seed: u64, name: &str, number: usize) -> Self {
        let mut state = mixed(seed.wrapping_add(STEP));
        for byte in name.bytes() {
            state = mixed(state ^ u64::from(byte)).wrapping_add(STEP);
        }
        Self(mixed(state ^ number as u64))
    }

    fn number(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(STEP);
        mixed(self.0)
    }

    /// Returns 128 bits, for an id.
    pub(super) fn bits(&mut self) -> u128 {
        (u128::from(self.number()) << 64) | u128::from(self.number())
    }

    /// Returns a number from 0 to `end` - 1, or 0 if there is none.
    pub(super) fn below(&mut self, end: usize) -> usize {
        // The high half of the product lies below `end`, so it fits.
        ((u128::from(self.number()) * end as u128) >> 64) as usize
    }

    /// Returns a number between these two, both included.
    pub(super) fn between(&mut self, first: usize, last: usize) -> usize {
        first + self.below(last.saturating_sub(first) + 1)
    }

    /// Says yes once in `many` times on average.
    pub(super) fn once_in(&mut self, many: usize) -> bool {
        self.below(many) == 0
    }

    /// Returns one of `choices`, which is a list written in this folder and so never empty.
    pub(super) fn pick<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[self.below(choices.len())]
    }
}

fn mixed(mut bits: u64) -> u64 {
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    bits ^ (bits >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_first_numbers_are_those_of_splitmix64() {
        // The published first outputs for the state 0.
        let mut draw = Draw(0);
        assert_eq!(draw.number(), 0xE220_A839_7B1D_CDAF);
        assert_eq!(draw.number(), 0x6E78_9E6A_A1B9_65F4);
    }

    #[test]
    fn streams_of_different_names_and_numbers_differ() {
        let first = |name, number| Draw::stream(1, name, number).bits();
        assert_ne!(first("case", 0), first("case", 1));
        assert_ne!(first("case", 0), first("note", 0));
        assert_ne!(first("case", 0), Draw::stream(2, "case", 0).bits());
    }

    proptest! {
        #[test]
        fn draws_stay_in_their_range(seed: u64, first in 0_usize..50, more in 0_usize..50) {
            let mut draw = Draw::stream(seed, "range", 0);
            prop_assert!((first..=first + more).contains(&draw.between(first, first + more)));
            prop_assert_eq!(draw.below(0), 0);
        }
    }
}
