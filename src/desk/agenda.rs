//! What must be looked at, and when: by the parts of the hub that act because time has passed.
//!
//! Promises: it is kept in memory alone: whoever starts without it walks through everything once, and so does whoever finds another
//! policy in force. Nothing is looked at but what something happened to, and what is due.
//! Must never know: what is looked at, and for what.

use crate::model::time::Moment;
use std::collections::{BTreeSet, HashMap};
use std::hash::Hash;

/// What must be looked at, and when.
#[derive(Debug)]
pub struct Agenda<K> {
    /// The policy that it was made by.
    policy: Option<i64>,
    /// Up to which place in the log it has looked.
    since: i64,
    /// The last of the walk so far, while that goes on.
    walk: Option<Option<K>>,
    /// What must be looked at now.
    now: BTreeSet<K>,
    /// When each is due next.
    next: HashMap<K, Moment>,
    /// The same, the first to be due first.
    queue: BTreeSet<(Moment, K)>,
    /// How often anything was looked at.
    looks: u64,
}

impl<K> Default for Agenda<K> {
    fn default() -> Self {
        let (now, next, queue) = (BTreeSet::new(), HashMap::new(), BTreeSet::new());
        Self { policy: None, since: 0, walk: None, now, next, queue, looks: 0 }
    }
}

impl<K: Copy + Ord + Hash> Agenda<K> {
    /// Says whether everything was looked at since it began.
    #[must_use]
    pub fn has_walked(&self) -> bool {
        self.policy.is_some() && self.walk.is_none() && self.now.is_empty()
    }

    /// Returns how often anything was looked at so far.
    #[must_use]
    pub const fn looks(&self) -> u64 {
        self.looks
    }

    /// Says whether it was made by this policy.
    pub(super) fn is_by(&self, policy: i64) -> bool {
        self.policy == Some(policy)
    }

    /// Begins anew, by another policy.
    pub(super) fn begin(&mut self, policy: i64, since: i64) {
        *self = Self { policy: Some(policy), since, walk: Some(None), looks: self.looks, ..Self::default() };
    }

    /// Returns up to which place in the log it has looked.
    pub(super) const fn since(&self) -> i64 {
        self.since
    }

    /// Notes to what something happened up to a place in the log.
    pub(super) fn stir(&mut self, stirred: Vec<K>, since: i64) {
        self.now.extend(stirred);
        self.since = since;
    }

    /// Returns after what the walk goes on, if it does.
    pub(super) const fn walks(&self) -> Option<Option<K>> {
        self.walk
    }

    /// Notes a page of the walk: the last one is shorter than the others.
    pub(super) fn walk(&mut self, page: Vec<K>, whole: i64) {
        self.walk = (page.len() as i64 == whole).then(|| page.last().copied());
        self.now.extend(page);
    }

    /// Returns what must be looked at now, with what is due by now.
    pub(super) fn wake(&mut self, now: Moment) -> Vec<K> {
        while let Some((at, one)) = self.queue.first().copied().filter(|(at, _)| *at <= now) {
            self.queue.remove(&(at, one));
            self.next.remove(&one);
            self.now.insert(one);
        }
        self.now.iter().copied().collect()
    }

    /// Notes that something was looked at, and when it must be again.
    pub(super) fn looked(&mut self, one: K, next: Option<Moment>) {
        self.looks += 1;
        self.now.remove(&one);
        if let Some(before) = self.next.remove(&one) {
            self.queue.remove(&(before, one));
        }
        if let Some(next) = next {
            self.next.insert(one, next);
            self.queue.insert((next, one));
        }
    }

    /// Notes that a look at one begins: what happens to it from now on has it looked at again.
    pub(super) fn begins(&mut self, one: K) {
        self.looked(one, None);
    }

    /// Notes when one must be looked at again, whatever happened to it since its look began.
    pub(super) fn again(&mut self, one: K, next: Moment) {
        if self.next.get(&one).is_some_and(|before| *before <= next) {
            return;
        }
        if let Some(before) = self.next.insert(one, next) {
            self.queue.remove(&(before, one));
        }
        self.queue.insert((next, one));
    }
}
