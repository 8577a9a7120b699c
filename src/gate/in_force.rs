//! The policy in force: one for each request, swapped whole, followed from node to node.
//!
//! Each request holds one policy from its start. What it decides is stamped with that policy's
//! place, and the writer refuses the stamp once another has come into force; only then does the
//! request take the newer one, and from there on it judges by that alone.
//! Promises: nothing but what is built in, or what two approvers signed, is ever in force,
//! whatever stands in the database; a policy that cannot be taken closes the hub, never opens it.
//! Must never know: who asked for it, files on disk, HTTP.

use super::{Error, Gate};
use crate::auth::Actor;
use crate::model::facts::Facts;
use crate::model::id::AgencyId;
use crate::model::notes::Category;
use crate::model::sealed::Record;
use crate::model::shares::Purpose;
use crate::policy::bundle::{Approvers, Bundle, For, MANIFEST, Refusal};
use crate::policy::permit::{Action, Ask};
use crate::policy::{IN_FORCE, Policy, rows_beyond};
use crate::store::effect::Effect;
use crate::store::policies::{Adopted, NewPolicy};
use crate::store::{self, Store};
use crate::vault::Vault;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ops::Deref;
use std::sync::atomic::AtomicI64;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::{Arc, OnceLock};
use tokio::sync::{Mutex, watch};

/// No place that a policy ever has.
const NEVER: i64 = -1;

/// The matrix's file.
const MATRIX: &str = "matrix.csv";

/// The policy by which one request is judged.
#[derive(Debug)]
pub struct Held {
    first: Arc<Policy>,
    /// The newer one, once the writer refused what the first decided.
    then: OnceLock<Arc<Policy>>,
    /// The place of the policy by whose rules words were looked at last; [`NEVER`] if none were.
    looked: AtomicI64,
}

/// What all requests of this node share.
#[derive(Debug)]
pub(super) struct Live {
    now: watch::Sender<Arc<Policy>>,
    approvers: Approvers,
    /// One looks at the database at a time; the others then find what it found.
    looking: Mutex<()>,
}

impl Held {
    fn of(policy: Arc<Policy>) -> Self {
        Self { first: policy, then: OnceLock::new(), looked: AtomicI64::new(NEVER) }
    }

    /// Notes that words were looked at by the rules of this policy: what stores them is recorded under no other.
    pub fn looked(&self) {
        self.looked.store(self.place(), Relaxed);
    }

    /// Says whether what was looked at in this request, if anything, was looked at by the policy that judges now.
    pub(super) fn looks_alike(&self) -> bool {
        [NEVER, self.place()].contains(&self.looked.load(Relaxed))
    }

    /// Takes a newer policy; says no to a second one, so that a request ends.
    fn renew(&self, newer: Arc<Policy>) -> bool {
        newer.place() <= self.place() || self.then.set(newer).is_ok()
    }
}

impl Deref for Held {
    type Target = Policy;

    fn deref(&self) -> &Policy {
        self.then.get().unwrap_or(&self.first)
    }
}

impl Live {
    pub(super) fn new(policy: Arc<Policy>, approvers: Approvers) -> Arc<Self> {
        Arc::new(Self { now: watch::Sender::new(policy), approvers, looking: Mutex::new(()) })
    }

    pub(super) fn hold(&self) -> Held {
        Held::of(self.now.borrow().clone())
    }

    /// Puts a policy in the place of an older one.
    fn swap(&self, policy: Arc<Policy>) {
        let (digest, version) = (policy.digest().to_owned(), policy.version());
        let swapped = self.now.send_if_modified(|now| {
            let newer = policy.place() > now.place();
            if newer {
                *now = policy;
            }
            newer
        });
        if swapped {
            tracing::info!(digest, version, "another policy is in force");
        }
    }
}

impl Gate {
    /// Builds the gate under the newest policy that came into force, or under the one that is built in: on the first
    /// start, and when the program brings another one and nothing signed has taken its place.
    ///
    /// # Errors
    /// [`Error::Store`] if the policy in force cannot be taken: it does not load, or its signers are not believed.
    pub async fn start(store: Store, approvers: Approvers, vault: Arc<Vault>, hub: &AgencyId) -> Result<Self, Error> {
        let policy = Policy::embedded().map_err(|error| untaken(&error.into()))?;
        let built_in = policy.name();
        let gate = Self::new(store, Arc::new(policy), approvers, vault);
        for _ in 0..super::ATTEMPTS_MAX {
            let found = gate.store.policy_in_force().await?;
            let stays = found.as_ref().is_some_and(|one| one.version > 0 || one.digest == built_in);
            if stays {
                gate.look().await?;
                return Ok(gate.clone());
            }
            match gate.adopt_built_in(found, hub).await {
                // Another node that starts was first.
                Ok(()) | Err(Error::Busy | Error::Store(store::Error::Taken)) => {}
                Err(error) => return Err(error),
            }
        }
        Err(Error::Busy)
    }

    async fn adopt_built_in(&self, before: Option<Adopted>, hub: &AgencyId) -> Result<(), Error> {
        let bundle = Bundle::built_in();
        let service = Actor::service("start", hub.clone());
        let ask = Ask {
            actor: &service,
            action: Action::Adopt,
            record: Record::Policy(bundle.manifest().digest()),
            case: None,
            about: None,
            category: Category::Audit,
            purpose: Purpose::Governance,
        };
        let facts = self.store.no_facts(&ask);
        let new = self.adoption(&bundle, before.as_ref(), None).await?;
        let policy = Policy::embedded().map_err(|error| untaken(&error.into()))?.in_force(new.place - 1);
        let permit = policy.service(&ask, &facts).map_err(|_| Error::Busy)?;
        let _ = self.store.commit(permit, Effect::AdoptPolicy(Box::new(new)).into()).await?;
        Ok(())
    }

    /// Prepares the record of a bundle that is to follow `before`.
    ///
    /// # Errors
    /// [`Error::Store`].
    pub async fn adoption(
        &self,
        bundle: &Bundle,
        before: Option<&Adopted>,
        signers: Option<[String; 2]>,
    ) -> Result<NewPolicy, Error> {
        let digest = bundle.manifest().digest();
        let kept = !self.store.policy_files(digest).await?.is_empty();
        let files = bundle.named();
        let matrix = files.iter().find(|(name, _)| *name == MATRIX).map_or("", |(_, text)| text.as_str());
        let mut old = match before {
            Some(before) => self.store.policy_files(before.digest).await?,
            None => HashMap::new(),
        };
        let changed = if old.is_empty() { Vec::new() } else { changed(&old, &files) };
        // The first policy of a hub has no rows that came: nothing was there for them to come to.
        let old = old.remove(MATRIX).unwrap_or_else(|| matrix.to_owned());
        Ok(NewPolicy {
            place: before.map_or(0, |before| before.place) + 1,
            digest,
            version: bundle.manifest().version,
            previous: before.map(|before| before.digest),
            signers,
            approvers: self.live.approvers.digest(),
            signatures: bundle.signatures().clone(),
            added: rows_beyond(matrix, &old),
            removed: rows_beyond(&old, matrix),
            changed,
            files: if kept { Vec::new() } else { files },
            at: self.store.now(),
        })
    }

    /// Returns whose signatures count.
    #[must_use]
    pub fn approvers(&self) -> &Approvers {
        &self.live.approvers
    }

    /// Returns the policy in force as it changes, for whoever is to do something then.
    #[must_use]
    pub fn policies(&self) -> watch::Receiver<Arc<Policy>> {
        self.live.now.subscribe()
    }

    /// Looks whether another policy has come into force, here or at another node, and takes it.
    ///
    /// # Errors
    /// [`Error::Store`] if it cannot be taken; what was judged before is then refused by the writer.
    pub async fn look(&self) -> Result<(), Error> {
        if self.store.policy_place().await? <= self.live.now.borrow().place() {
            return Ok(());
        }
        let _one = self.live.looking.lock().await;
        let Some(adopted) = self.store.policy_in_force().await? else { return Ok(()) };
        if adopted.place > self.live.now.borrow().place() {
            let policy = self.fetch(&adopted).await.inspect_err(|error| {
                tracing::error!(error = %error, "the policy in force cannot be taken: nothing is permitted");
            })?;
            self.live.swap(Arc::new(policy.in_force(adopted.place)));
        }
        Ok(())
    }

    /// Loads a policy that was adopted, if it is the program's own or its two signers are believed.
    async fn fetch(&self, adopted: &Adopted) -> Result<Policy, Error> {
        let own = Bundle::built_in();
        if own.manifest().digest() == adopted.digest {
            return own.load().map_err(|error| untaken(&error.into()));
        }
        let files = self.store.policy_files(adopted.digest).await?;
        let (approvers, digest, signatures) = (&self.live.approvers, adopted.digest, adopted.signatures.clone());
        let load = || {
            let bundle = Bundle::from_named(|name| files.get(name).cloned(), signatures)?;
            if bundle.manifest().digest() != digest {
                return Err(Refusal::Other);
            }
            bundle.signers(approvers, For::Standing)?;
            Ok(bundle.load()?)
        };
        load().map_err(|refusal| untaken(&refusal))
    }

    /// Sees to it that a request is judged by the policy that was in force when its facts were read, or a newer one.
    ///
    /// # Errors
    /// [`Error::Busy`] if the policy moved twice in one request; [`Error::Store`].
    pub(super) async fn follow(&self, facts: &Facts) -> Result<(), Error> {
        let seen = facts.stamps.iter().find(|stamp| stamp.subject == IN_FORCE).map(|stamp| stamp.version);
        if seen.is_none_or(|place| place <= self.policy.place()) { Ok(()) } else { self.renew().await }
    }

    /// Takes the newest policy for this request.
    pub(super) async fn renew(&self) -> Result<(), Error> {
        self.look().await?;
        let newest = self.live.now.borrow().clone();
        if self.policy.renew(newest) { Ok(()) } else { Err(Error::Busy) }
    }
}

/// Returns the names of the files that came, went or say something else, in the order of names. The manifest, which
/// names them all, is none of them.
fn changed(old: &HashMap<String, String>, new: &[(&'static str, String)]) -> Vec<String> {
    let new: BTreeMap<&str, &str> = new.iter().map(|(name, text)| (*name, text.as_str())).collect();
    let names: BTreeSet<&str> = old.keys().map(String::as_str).chain(new.keys().copied()).collect();
    let differs = |name: &&str| *name != MANIFEST && old.get(*name).map(String::as_str) != new.get(name).copied();
    names.into_iter().filter(differs).map(str::to_owned).collect()
}

/// Says that a policy in the database is not taken.
fn untaken(refusal: &Refusal) -> Error {
    Error::Store(store::Error::Policy { why: refusal.to_string() })
}
