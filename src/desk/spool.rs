//! Keeping what must not be lost while nothing can be committed: for whoever stands at the door when the desk cannot be asked.
//!
//! Promises: an act is kept on disk before its sender is answered, and the answer comforts nobody: it is kept, and nobody has been
//! told. No policy decides here, because none can be asked: who sent it was verified, and what it may is judged when it is merged
//! (`merge.rs`). One sender fills a part of the spool at most.
//! Must never know: HTTP, SQL, what became of it.

use super::{Desk, Error, Once};
use crate::model::agencies::AgencyKind;
use crate::model::spooled::{SpoolAct, SpooledAct};
use crate::model::status::Phone;
use crate::model::time::{Clock, Moment};
use crate::policy::Policy;
use crate::policy::limits::Limit;
use crate::vault::{Kept, Spool, SpoolError, SpoolStats};
use serde_json::Value;
use std::collections::{HashMap, HashSet};
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::watch;

/// How far the clock may have moved against the machine's own counting and still be believed, in microseconds.
const LEAP: i64 = 120_000_000;

/// Keeps acts in the node's spool.
pub struct Keeper {
    spool: Arc<Spool>,
    clock: Arc<dyn Clock>,
    /// What the clock showed when this node began, and the machine's own counting then.
    began: (Moment, Instant),
    policies: Mutex<watch::Receiver<Arc<Policy>>>,
    /// Since when what waits could not be merged though the hub works, by the frame's print.
    failing: Mutex<HashMap<String, Moment>>,
    /// How often the program failed at a frame.
    panics: AtomicU64,
}

/// What the sender of an act that was kept is told.
#[derive(Debug)]
pub struct KeptAnswer {
    /// It was there already: the same request came again.
    pub before: bool,
    /// When it came first, as far as this answer knows.
    pub received: Moment,
    /// Whether the clock can be believed.
    pub certain: bool,
    /// The key under which it may be sent again and is done once.
    pub key: String,
    /// In words.
    pub say: &'static str,
    /// Whom to ring now.
    pub ring: Vec<Phone>,
}

/// An act that was not kept either: whoever sent it must do it another way, now.
#[derive(Debug)]
pub enum NotKept {
    /// The same key was used for another act.
    Reused,
    /// There is no room, or the disk failed.
    Lost {
        /// Whom to ring now.
        ring: Vec<Phone>,
    },
}

const ALERT: &str = "It is kept on the hub's disk, and that is all: nobody has been told, and it has not been judged whether it may \
                     go. It goes out when the hub works again; if it cannot, you are told that it was NOT sent. Telephone now. If \
                     somebody is in danger, ring 999.";

const TAKEN_BACK: &str = "It is kept on the hub's disk, and that is all: nothing that was shared has stopped yet, and nobody has been \
                          told. It is carried out when the hub works again; if it cannot be, you are told. Telephone those who hold \
                          what she takes back now, and tell her that it is not done yet.";

const LOCKED: &str = "It is kept on the hub's disk, and nobody has been told. Nothing of any case opens while the hub cannot work, and it locks \
                      the case before anything of it opens again; if it cannot, you are told. Telephone your governance officer now.";

const KEY: &str = "It is kept on the hub's disk, and that is all: the key still counts, and nobody has been told. It is carried out when \
                   the hub works again; if it cannot be, you are told. Telephone your governance officer now.";

const SIGNED_OUT: &str = "It is kept on the hub's disk: the session ends when the hub works again. Until then nobody can work with it, \
                          because nobody can work.";

impl Keeper {
    /// Returns a keeper over a spool.
    #[must_use]
    pub fn new(spool: Arc<Spool>, clock: Arc<dyn Clock>, policies: watch::Receiver<Arc<Policy>>) -> Self {
        let began = (clock.now(), Instant::now());
        Self {
            spool,
            clock,
            began,
            policies: Mutex::new(policies),
            failing: Mutex::default(),
            panics: AtomicU64::new(0),
        }
    }

    /// Takes numbers and limits from these policies from now on: the house was built again.
    pub fn follow(&self, policies: watch::Receiver<Arc<Policy>>) {
        *self.policies.lock().unwrap_or_else(PoisonError::into_inner) = policies;
    }

    /// Returns the present moment.
    #[must_use]
    pub fn now(&self) -> Moment {
        self.clock.now()
    }

    /// Says whether the clock has run as the machine's own counting did since the node began.
    #[must_use]
    pub fn is_certain(&self) -> bool {
        let (clock, count) = self.began;
        let counted = i64::try_from(count.elapsed().as_micros()).unwrap_or(i64::MAX);
        (self.clock.now().micros() - clock.micros()).abs_diff(counted) <= LEAP.unsigned_abs()
    }

    /// Keeps an act. Blocks until it is on disk.
    ///
    /// # Errors
    /// [`NotKept`]: then it is not kept, and must be done another way.
    pub fn keep(&self, act: &SpooledAct) -> Result<KeptAnswer, NotKept> {
        let policy = self.policy();
        let most = policy.limits().most(Limit::SpoolShare) * 1024;
        let ring = numbers(&policy, act);
        match self.spool.append(act, most) {
            Ok(kept) => Ok(KeptAnswer {
                before: kept == Kept::Before,
                received: act.received_at(),
                certain: act.certain,
                key: act.key.clone(),
                say: match act.act {
                    SpoolAct::Alert => ALERT,
                    SpoolAct::TakeBack | SpoolAct::Withdraw => TAKEN_BACK,
                    SpoolAct::Lock => LOCKED,
                    SpoolAct::ReportKey => KEY,
                    SpoolAct::SignOut => SIGNED_OUT,
                },
                ring,
            }),
            Err(SpoolError::Reused) => Err(NotKept::Reused),
            Err(error) => {
                tracing::error!(%error, act = act.act.as_str(), "an act could not be kept: its sender was told to telephone");
                Err(NotKept::Lost { ring })
            }
        }
    }

    /// Returns how long an act waits to be committed before it is kept.
    #[must_use]
    pub fn patience(&self) -> Duration {
        Duration::from_secs(self.policy().limits().seconds(Limit::SpoolAfter))
    }

    /// Says whether nothing waits.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.spool.is_empty()
    }

    /// Says how much waits.
    #[must_use]
    pub fn stats(&self) -> SpoolStats {
        self.spool.stats()
    }

    /// Makes the file anew if a write to it failed: nothing waits in it, so nothing is lost.
    pub async fn mend(&self) {
        let spool = self.spool.clone();
        if let Ok(Err(error)) = tokio::task::spawn_blocking(move || spool.mend()).await {
            tracing::error!(%error, "the spool is broken and could not be made anew: it keeps nothing");
        }
    }

    /// Returns how often the program itself failed at a frame since it began.
    #[must_use]
    pub fn panics(&self) -> u64 {
        self.panics.load(Ordering::Relaxed)
    }

    /// Notes that the program failed at a frame.
    pub(super) fn note_panic(&self) {
        self.panics.fetch_add(1, Ordering::Relaxed);
    }

    /// Returns the spool itself, to be merged.
    pub(super) const fn spool(&self) -> &Arc<Spool> {
        &self.spool
    }

    /// Notes that a frame could not be merged though the hub works. Says whether that has been so for too long.
    pub(super) fn gives_up(&self, print: &str) -> bool {
        let now = self.now();
        let mut failing = self.failing.lock().unwrap_or_else(PoisonError::into_inner);
        let since = *failing.entry(print.to_owned()).or_insert(now);
        self.policy().limits().due(Limit::SpoolPatience, since) <= now
    }

    /// Forgets since when frames failed that are settled.
    pub(super) fn forget(&self, prints: &HashSet<String>) {
        let mut failing = self.failing.lock().unwrap_or_else(PoisonError::into_inner);
        failing.retain(|print, _| !prints.contains(print));
    }

    fn policy(&self) -> Arc<Policy> {
        self.policies.lock().unwrap_or_else(PoisonError::into_inner).borrow().clone()
    }
}

impl Desk {
    /// Adds to what a sender is told how durable it is, and when it was taken over if it waited.
    pub(super) async fn durable(&self, mut answer: Value, once: Option<&Once>) -> Result<Value, Error> {
        if self.gate.store.has_standby().await? {
            answer["durable"] = "disk+standby".into();
        }
        if let Some((_, merged)) = once.and_then(Once::waited) {
            answer["merged_at"] = serde_json::json!(merged);
        }
        Ok(answer)
    }
}

/// Returns whom to ring: the partnership's duty manager or the sender's own, the services for women and children, the police.
fn numbers(policy: &Policy, act: &SpooledAct) -> Vec<Phone> {
    let phones = policy.phones();
    let own = act.sender.agency.as_ref().map(|agency| phones.alert(agency, AgencyKind::Hub));
    let all = own.into_iter().chain([phones.safety_contact()]).chain(phones.not_known());
    let mut ring: Vec<Phone> = Vec::new();
    all.for_each(|phone| {
        if !ring.contains(phone) {
            ring.push(phone.clone())
        }
    });
    ring
}

impl fmt::Debug for Keeper {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Keeper")
    }
}
