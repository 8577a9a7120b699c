//! The policy in force: one for each request, swapped whole, followed from node to node.
//!
//! Each request holds one policy from its start. What it decides is stamped with that policy's
//! place, and the writer refuses the stamp once another has come into force; only then does the
//! request take the newer one, and from there on it judges by that alone.
//!
//! Which one is in force when the programs differ (nodes of two builds while one is rolled out):
//! 1. What two approvers signed stays, whatever is built into a program that starts.
//! 2. What is built into a program comes into force by itself **once**: at the first start of a
//!    build whose policy was never in force here, over another that was built in. A program whose
//!    own policy had its turn takes the newer one, at each start and at each look; so two builds
//!    never take turns, and going back takes a signed order.
//! 3. A node takes what was built into *another* build if the signed log says that a program of
//!    this hub brought it (`store/vouched.rs`), its files are those of that digest, it loads here
//!    (`required.csv` holds as this program has it) and passes its own checks as this program makes
//!    them. If not, nothing is permitted at this node, and it does not start anew, until it is
//!    rolled forward.
//!
//! Promises: nothing but what was built into a program of this hub, or what two approvers signed,
//! is ever in force, whatever stands in the database; a policy that cannot be taken closes the hub,
//! never opens it; a denial on the way is recorded.
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
use tokio::sync::{Semaphore, watch};

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
    /// What is built into this program.
    own: Bundle,
    /// One looks at the database at a time; the others then find what it found.
    looking: Semaphore,
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
    pub(super) fn new(policy: Arc<Policy>, approvers: Approvers, own: Bundle) -> Arc<Self> {
        Arc::new(Self { now: watch::Sender::new(policy), approvers, own, looking: Semaphore::new(1) })
    }

    pub(super) fn hold(&self) -> Held {
        Held::of(self.now.borrow().clone())
    }

    /// Loads a policy that was adopted, or says why it is not believed.
    fn load(&self, adopted: &Adopted, files: &HashMap<String, String>, vouched: bool) -> Result<Policy, Refusal> {
        if self.own.manifest().digest() == adopted.digest {
            return Ok(self.own.load()?);
        }
        let bundle = Bundle::from_named(|name| files.get(name).cloned(), adopted.signatures.clone())?;
        if bundle.manifest().digest() != adopted.digest {
            return Err(Refusal::Other);
        }
        if adopted.is_signed() {
            bundle.signers(&self.approvers, For::Standing)?;
            return Ok(bundle.load()?);
        }
        if vouched && bundle.is_built_in() { bundle.try_out() } else { Err(Refusal::Unvouched) }
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
    /// start, and when the program brings one that was never in force and nothing signed has taken its place.
    ///
    /// # Errors
    /// [`Error::Store`] if the policy in force cannot be taken: it does not load, or its signers are not believed.
    pub async fn start(store: Store, approvers: Approvers, vault: Arc<Vault>, hub: &AgencyId) -> Result<Self, Error> {
        Self::start_with(store, approvers, vault, hub, Bundle::built_in()).await
    }

    /// Builds the gate as a program does that has this policy built in.
    ///
    /// # Errors
    /// As [`Gate::start`].
    pub async fn start_with(
        store: Store,
        approvers: Approvers,
        vault: Arc<Vault>,
        hub: &AgencyId,
        own: Bundle,
    ) -> Result<Self, Error> {
        let policy = own.load().map_err(|error| untaken(&error.into()))?;
        let live = Live::new(Arc::new(policy), approvers, own);
        let gate = Self { store, policy: live.hold(), vault, live };
        for _ in 0..super::ATTEMPTS_MAX {
            let found = gate.store.policy_in_force().await?;
            if gate.stays(found.as_ref()).await? {
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

    /// Says whether the policy in force stays when a program with another one starts.
    async fn stays(&self, found: Option<&Adopted>) -> Result<bool, Error> {
        let Some(found) = found else { return Ok(false) };
        let own = self.live.own.manifest().digest();
        if found.is_signed() || found.digest == own {
            return Ok(true);
        }
        let had_its_turn = !self.store.policy_files(own).await?.is_empty();
        if had_its_turn {
            tracing::warn!(
                in_force = %found.digest, own = %own,
                "a newer program has brought its policy into force; this program's own had its turn and does not come back"
            );
        }
        Ok(had_its_turn)
    }

    async fn adopt_built_in(&self, before: Option<Adopted>, hub: &AgencyId) -> Result<(), Error> {
        let bundle = &self.live.own;
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
        let new = self.adoption(bundle, before.as_ref(), None).await?;
        let policy = bundle.load().map_err(|error| untaken(&error.into()))?.in_force(new.place - 1);
        let permit = match policy.service(&ask, &facts) {
            Ok(permit) => permit,
            Err(denial) => return Err(self.refuse(denial).await),
        };
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
        let matrix = files.iter().find(|(name, _)| name == MATRIX).map_or("", |(_, text)| text.as_str());
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
        let Ok(_one) = self.live.looking.acquire().await else { return Err(Error::Busy) };
        let Some(adopted) = self.store.policy_in_force().await? else { return Ok(()) };
        if adopted.place > self.live.now.borrow().place() {
            let policy = self.fetch(&adopted).await.inspect_err(|error| {
                tracing::error!(error = %error, "the policy in force cannot be taken: nothing is permitted");
            })?;
            self.live.swap(Arc::new(policy.in_force(adopted.place)));
        }
        Ok(())
    }

    /// Loads a policy that was adopted, if it is the program's own, if its two signers are believed, or if the log says
    /// that another program of this hub brought it. Outside the tasks that answer requests, for it takes a while.
    async fn fetch(&self, adopted: &Adopted) -> Result<Policy, Error> {
        let files = self.store.policy_files(adopted.digest).await?;
        let vouched = !adopted.is_signed() && self.store.is_vouched(adopted).await?;
        let (live, adopted) = (self.live.clone(), adopted.clone());
        let load = move || live.load(&adopted, &files, vouched);
        let loaded = tokio::task::spawn_blocking(load).await;
        loaded.map_err(|_| Error::Busy)?.map_err(|refusal| untaken(&refusal))
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
fn changed(old: &HashMap<String, String>, new: &[(String, String)]) -> Vec<String> {
    let new: BTreeMap<&str, &str> = new.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    let names: BTreeSet<&str> = old.keys().map(String::as_str).chain(new.keys().copied()).collect();
    let differs = |name: &&str| *name != MANIFEST && old.get(*name).map(String::as_str) != new.get(name).copied();
    names.into_iter().filter(differs).map(str::to_owned).collect()
}

/// Says that a policy in the database is not taken.
fn untaken(refusal: &Refusal) -> Error {
    Error::Store(store::Error::Policy { why: refusal.to_string() })
}
