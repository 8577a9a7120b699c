//! Remembers tokens whose signature was right, so that a busy screen costs one check of it.
//!
//! Promises: holds at most [`ENTRIES_MAX`]; keys are SHA-256 of the token, so no token lies in
//! memory; what was forgotten is not put back by a check that began before.
//! Must never know: whether a token still stands. The caller asks that on every use.

use super::Subject;
use super::claims::Proven;
use crate::model::id::WorkerId;
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// SHA-256 of a token.
pub(super) type Digest = [u8; 32];

/// Proven tokens by digest, oldest evicted first.
#[derive(Debug, Default)]
pub(super) struct Cache(Mutex<Held>);

#[derive(Debug, Default)]
struct Held {
    entries: HashMap<Digest, (u64, Arc<Proven>)>,
    /// Which entry came when; evicted from the front.
    order: BTreeMap<u64, Digest>,
    next: u64,
    /// How often something was revoked: a [`Ticket`] of before is no longer good.
    revoked: u64,
}

/// Permission to remember a check that begins now.
#[derive(Debug)]
pub(super) struct Ticket(u64);

impl Cache {
    /// Looks for a token. The ticket must be drawn before the check that it is for.
    pub(super) fn find(&self, digest: &Digest) -> (Option<Arc<Proven>>, Ticket) {
        let held = self.held();
        (held.entries.get(digest).map(|(_, proven)| Arc::clone(proven)), Ticket(held.revoked))
    }

    /// Remembers a token, unless something was revoked since its check began.
    pub(super) fn keep(&self, ticket: &Ticket, digest: Digest, proven: Arc<Proven>) {
        let mut held = self.held();
        if held.revoked != ticket.0 || held.entries.contains_key(&digest) {
            return;
        }
        if held.entries.len() >= ENTRIES_MAX
            && let Some((_, oldest)) = held.order.pop_first()
        {
            held.entries.remove(&oldest);
        }
        let number = held.next;
        held.next += 1;
        held.order.insert(number, digest);
        held.entries.insert(digest, (number, proven));
    }

    /// Forgets one token.
    pub(super) fn drop_one(&self, digest: &Digest) {
        let mut held = self.held();
        if let Some((number, _)) = held.entries.remove(digest) {
            held.order.remove(&number);
        }
    }

    /// Forgets every token.
    pub(super) fn forget_all(&self) {
        let mut held = self.held();
        held.entries.clear();
        held.order.clear();
        held.revoked += 1;
    }

    /// Forgets every token of a worker.
    pub(super) fn forget_worker(&self, worker: WorkerId) {
        let mut guard = self.held();
        let held = &mut *guard;
        held.revoked += 1;
        held.entries.retain(|_, (number, proven)| {
            let stays = proven.subject != Subject::Worker(worker);
            if !stays {
                held.order.remove(number);
            }
            stays
        });
    }

    /// A thread that panicked here left whole entries behind or none, so the lock stays in use.
    fn held(&self) -> MutexGuard<'_, Held> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Most tokens remembered. About 0.5 KiB each, so 2 MiB.
pub(super) const ENTRIES_MAX: usize = 4096;

#[cfg(test)]
mod tests {
    use super::super::token_kit::{self, Kit};
    use super::*;

    fn digest(n: usize) -> Digest {
        let mut digest = [0; 32];
        digest[..8].copy_from_slice(&n.to_be_bytes());
        digest
    }

    #[test]
    fn it_holds_a_bounded_number_and_evicts_the_oldest() {
        let cache = Cache::default();
        let proven = Arc::new(Kit::new().proven(token_kit::worker()));
        for n in 0..ENTRIES_MAX + 3 {
            let (_, ticket) = cache.find(&digest(n));
            cache.keep(&ticket, digest(n), Arc::clone(&proven));
        }
        assert_eq!(cache.held().entries.len(), ENTRIES_MAX);
        assert_eq!(cache.held().order.len(), ENTRIES_MAX);
        assert!(cache.find(&digest(2)).0.is_none());
        assert!(cache.find(&digest(3)).0.is_some());
    }

    #[test]
    fn what_was_forgotten_is_not_put_back_by_an_older_check() {
        let cache = Cache::default();
        let proven = Arc::new(Kit::new().proven(token_kit::worker()));
        let (_, ticket) = cache.find(&digest(1));
        cache.forget_all();
        cache.keep(&ticket, digest(1), proven);
        assert!(cache.find(&digest(1)).0.is_none());
    }

    #[test]
    fn one_worker_is_forgotten_and_the_others_are_not() {
        let (cache, kit) = (Cache::default(), Kit::new());
        let (leaver, stayer) = (WorkerId::random(), WorkerId::random());
        for (n, who) in [leaver, stayer, leaver].into_iter().enumerate() {
            let (_, ticket) = cache.find(&digest(n));
            cache.keep(&ticket, digest(n), Arc::new(kit.proven(who)));
        }
        cache.forget_worker(leaver);
        let left: Vec<bool> = (0..3).map(|n| cache.find(&digest(n)).0.is_some()).collect();
        assert_eq!(left, [false, true, false]);
        assert_eq!(cache.held().order.len(), 1);
    }
}
