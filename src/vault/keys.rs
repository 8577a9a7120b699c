//! Data keys in memory: made, lent for a while, wiped.
//!
//! Promises: a key is wiped when its last borrower is done; the cache holds at most
//! [`KEYS_MAX`] keys, each for at most [`KEPT_SECONDS`], and drops the oldest first.
//! Must never know: where keys are stored, what they seal, who asks.

use super::error::Error;
use crate::model::id::CaseId;
use crate::model::sealed::Drawer;
use crate::model::time::Moment;
use aws_lc_rs::rand::SecureRandom;
use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::sync::Arc;
use zeroize::Zeroize;

/// Most keys in memory: the four drawers of a thousand cases, 128 KiB of keys.
pub(super) const KEYS_MAX: usize = 4096;

/// Longest time a key stays unwrapped, in seconds: five minutes.
pub(super) const KEPT_SECONDS: i64 = 300;

/// The key of one drawer: 32 random bytes.
///
/// They live on the heap, so that moving the value leaves no copy behind.
pub(super) struct DataKey(Box<[u8; 32]>);

impl DataKey {
    /// Draws a new key.
    pub(super) fn random(rng: &dyn SecureRandom) -> Result<Self, Error> {
        let mut key = Self(Box::new([0; 32]));
        rng.fill(key.0.as_mut_slice()).map_err(|_| Error::NoRandomness)?;
        Ok(key)
    }

    /// Lets `fill` write the bytes where they will stay; an error wipes them.
    pub(super) fn filled<E>(fill: impl FnOnce(&mut [u8; 32]) -> Result<(), E>) -> Result<Self, E> {
        let mut key = Self(Box::new([0; 32]));
        fill(&mut key.0)?;
        Ok(key)
    }

    /// Returns the bytes, for wrapping and for deriving.
    pub(super) fn bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl Drop for DataKey {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl fmt::Debug for DataKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DataKey")
    }
}

/// Unwrapped keys by drawer.
#[derive(Default)]
pub(super) struct KeyCache {
    keys: HashMap<Drawer, Held>,
    // The drawers in the order in which their keys came, oldest first.
    turns: BTreeMap<u64, Drawer>,
    next_turn: u64,
}

struct Held {
    key: Arc<DataKey>,
    since: Moment,
    turn: u64,
}

impl Held {
    /// A key from the future is stale too: a clock that was put back must not lengthen its life.
    fn is_fresh(&self, now: Moment) -> bool {
        self.since <= now && now < self.since.plus_seconds(KEPT_SECONDS)
    }
}

impl KeyCache {
    /// Keeps `key` from `now` on, in place of an earlier key of the drawer.
    pub(super) fn put(&mut self, drawer: Drawer, key: DataKey, now: Moment) {
        self.sweep(now);
        self.discard(&drawer);
        if self.keys.len() >= KEYS_MAX {
            self.drop_oldest();
        }
        let turn = self.next_turn;
        self.next_turn += 1;
        self.turns.insert(turn, drawer);
        self.keys.insert(drawer, Held { key: Arc::new(key), since: now, turn });
    }

    /// Lends the drawer's key if it is at hand and fresh.
    pub(super) fn get(&mut self, drawer: &Drawer, now: Moment) -> Option<Arc<DataKey>> {
        self.sweep(now);
        let held = self.keys.get(drawer)?;
        if held.is_fresh(now) {
            return Some(Arc::clone(&held.key));
        }
        self.discard(drawer);
        None
    }

    /// Drops every key whose time is up.
    pub(super) fn sweep(&mut self, now: Moment) {
        // Turns follow the clock. Where the clock was put back, `get` still refuses what is stale.
        while let Some(oldest) = self.turns.first_entry() {
            if self.keys.get(oldest.get()).is_some_and(|held| held.is_fresh(now)) {
                return;
            }
            self.keys.remove(&oldest.remove());
        }
    }

    /// Drops one drawer's key.
    pub(super) fn discard(&mut self, drawer: &Drawer) {
        if let Some(held) = self.keys.remove(drawer) {
            self.turns.remove(&held.turn);
        }
    }

    /// Drops every key of `case`.
    pub(super) fn forget(&mut self, case: CaseId) {
        self.keys.retain(|drawer, _| drawer.case != Some(case));
        self.turns.retain(|_, drawer| drawer.case != Some(case));
    }

    /// Drops every key.
    pub(super) fn forget_all(&mut self) {
        self.keys.clear();
        self.turns.clear();
    }

    fn drop_oldest(&mut self) {
        if let Some((_, drawer)) = self.turns.pop_first() {
            self.keys.remove(&drawer);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::sealed::Compartment;
    use aws_lc_rs::rand::SystemRandom;
    use proptest::prelude::*;

    const START: Moment = Moment::from_micros(1_800_000_000_000_000);

    fn key() -> DataKey {
        DataKey::random(&SystemRandom::new()).unwrap()
    }

    fn drawer(case: u128) -> Drawer {
        Drawer::of(CaseId::from_bits(case), Compartment::Core)
    }

    #[test]
    fn a_key_is_lent_for_five_minutes_and_no_longer() {
        let mut cache = KeyCache::default();
        cache.put(drawer(1), key(), START);
        assert!(cache.get(&drawer(1), START.plus_seconds(299)).is_some());
        assert!(cache.get(&drawer(2), START).is_none());
        // Being used does not lengthen its life.
        assert!(cache.get(&drawer(1), START.plus_seconds(300)).is_none());
        assert!(cache.keys.is_empty() && cache.turns.is_empty());
    }

    #[test]
    fn a_clock_put_back_does_not_lengthen_a_life() {
        let mut cache = KeyCache::default();
        cache.put(drawer(1), key(), START);
        cache.put(drawer(2), key(), START.plus_seconds(-3600));
        assert!(cache.get(&drawer(1), START.plus_seconds(-1)).is_none());
        assert!(cache.get(&drawer(2), START).is_none());
    }

    #[test]
    fn the_oldest_makes_room() {
        let mut cache = KeyCache::default();
        for case in 0..=KEYS_MAX as u128 {
            cache.put(drawer(case), key(), START);
        }
        assert_eq!((cache.keys.len(), cache.turns.len()), (KEYS_MAX, KEYS_MAX));
        assert!(cache.get(&drawer(0), START).is_none());
        assert!(cache.get(&drawer(1), START).is_some());
    }

    #[test]
    fn what_is_forgotten_is_gone_once_nobody_borrows_it() {
        let mut cache = KeyCache::default();
        let directory = Drawer::directory();
        cache.put(drawer(1), key(), START);
        cache.put(drawer(2), key(), START);
        cache.put(directory, key(), START);
        let lent = cache.get(&drawer(1), START).unwrap();
        let watched = Arc::downgrade(&lent);
        cache.forget(CaseId::from_bits(1));
        assert!(cache.get(&drawer(1), START).is_none() && cache.get(&drawer(2), START).is_some());
        drop(lent);
        assert!(watched.upgrade().is_none());
        cache.discard(&directory);
        assert!(cache.get(&directory, START).is_none());
        cache.forget_all();
        assert!(cache.keys.is_empty() && cache.turns.is_empty());
    }

    #[test]
    fn a_key_is_not_printed() {
        assert_eq!(format!("{:?}", key()), "DataKey");
    }

    proptest! {
        #[test]
        fn both_lists_always_agree(steps in prop::collection::vec((0..5_u8, 0..4_u128, -400..400_i64), 0..60)) {
            let mut cache = KeyCache::default();
            let mut now = START;
            for (step, case, seconds) in steps {
                now = now.plus_seconds(seconds);
                match step {
                    0 | 1 => cache.put(drawer(case), key(), now),
                    2 => drop(cache.get(&drawer(case), now)),
                    3 => cache.forget(CaseId::from_bits(case)),
                    _ => cache.discard(&drawer(case)),
                }
                prop_assert_eq!(cache.keys.len(), cache.turns.len());
                prop_assert!(cache.turns.iter().all(|(turn, at)| cache.keys[at].turn == *turn));
            }
        }
    }
}
