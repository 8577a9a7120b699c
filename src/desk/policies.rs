//! The policy in force: which it is, and how another takes its place.
//!
//! Promises: a policy comes into force only if two approvers signed it, its turn has come, it
//! loads, its own tests, invariants, agreement and matrix hold, and no notice has other words than before; its entry is on disk before
//! anybody is judged by it; whatever fails leaves the one before in force, and is recorded.
//! Must never know: HTTP, how a bundle is signed.

use super::{Desk, Error, FieldError, Once, Question, Written, promised};
use crate::auth::Actor;
use crate::gate;
use crate::model::notes::Category;
use crate::model::policies::PolicyDigest;
use crate::model::sealed::Record;
use crate::model::shares::Purpose;
use crate::policy::bundle::{Approved, Bundle, For, Refusal, Standing};
use crate::policy::permit::Action;
use crate::store::effect::Effect;
use crate::store::policies::{Adopted, NewPolicy};
use serde::Deserialize;
use std::path::Path;

/// How often the policy may move while another is prepared before the caller is told to try again.
const ATTEMPTS_MAX: usize = 3;

/// Faults that one answer lists; the log has them all.
const FAULTS_MAX: usize = 20;

/// A policy that is to come into force.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AdoptPolicy {
    /// SHA-256 of its manifest: what the officer has looked at, whatever else comes to lie in the folder.
    pub manifest: PolicyDigest,
}

/// The policy by which requests are judged.
#[derive(Debug)]
pub struct CurrentPolicy {
    /// SHA-256 of its manifest.
    pub digest: PolicyDigest,
    /// Its version; 0 is the one that is built in.
    pub version: u32,
    /// How it came into force.
    pub adopted: Option<Adopted>,
}

impl Desk {
    /// Returns the policy in force and what it changed. It names nobody's case, so showing it is not an entry of its own.
    ///
    /// # Errors
    /// [`Error::Store`].
    pub async fn current_policy(&self) -> Result<CurrentPolicy, Error> {
        let policy = &self.gate.policy;
        let adopted = self.gate.store.policy_at(policy.place()).await?;
        Ok(CurrentPolicy { digest: policy.name(), version: policy.version(), adopted })
    }

    /// Looks whether another policy has been brought into force, here or at another node, and takes it.
    pub async fn follow_policy(&self) {
        if let Err(error) = self.gate.look().await {
            tracing::warn!(error = %error, "which policy is in force could not be looked up");
        }
    }

    /// Brings the policy that lies in the hub's folder into force, if it is the one that is meant.
    ///
    /// # Errors
    /// [`Error::NotFound`] and [`Error::Refused`] to whoever may not; [`Error::Invalid`] names file and line of what is
    /// wrong with it; then the policy before stays in force.
    pub async fn adopt_policy(&self, actor: &Actor, new: AdoptPolicy, once: Option<Once>) -> Result<Written, Error> {
        if let Some(before) = self.repeated(actor, once.as_ref()).await? {
            return Ok(before);
        }
        let question = Question {
            action: Action::Adopt,
            record: Record::Policy(new.manifest),
            case: None,
            about: None,
            category: Category::Audit,
            purpose: Purpose::Governance,
        };
        let ask = question.by(actor);
        for _ in 0..ATTEMPTS_MAX {
            let permit = self.gate.decide(&ask, None).await?;
            let Some(before) = self.gate.store.policy_at(self.gate.policy.place()).await? else {
                return Err(Error::Busy);
            };
            let approved = match self.approve(new.manifest, &before).await? {
                Ok(approved) => approved,
                Err(refusal) => {
                    let faults = refusal.faults();
                    tracing::warn!(digest = %new.manifest, ?faults, "a policy was not taken; the one before stays in force");
                    self.gate.decline(permit, refusal.word()).await?;
                    return Err(invalid(faults));
                }
            };
            let Approved { bundle, signers, .. } = approved;
            let record = self.gate.adoption(&bundle, Some(&before), Some(signers)).await?;
            let (answer, changed) = (answer(&record), record.changed.join(" "));
            let change = Effect::AdoptPolicy(Box::new(record)).into();
            let (change, answer) = promised(actor, change, once.as_ref(), &answer);
            match self.gate.commit_as_prepared(permit, change).await {
                Err(gate::Error::Moved) => {}
                settled => {
                    if settled.is_ok() {
                        tracing::info!(digest = %new.manifest, changed, "a policy was adopted");
                    }
                    // Taken from the database as every other node takes it: what is on disk comes into force, nothing else.
                    self.follow_policy().await;
                    return self.written(actor, settled, once.as_ref(), answer).await;
                }
            }
        }
        Err(Error::Busy)
    }

    /// Reads the folder once, and tries all of it: outside the tasks that answer requests, for it takes a while.
    async fn approve(&self, wanted: PolicyDigest, before: &Adopted) -> Result<Result<Approved, Refusal>, Error> {
        let Some(folder) = self.incoming.clone() else { return Ok(Err(Refusal::Folder(std::io::ErrorKind::NotFound))) };
        let version = self.gate.store.highest_policy().await?;
        let standing = Standing { digest: before.digest, version, now: self.now() };
        let gate = self.gate.clone();
        let tried =
            move || approved(&folder, wanted, &standing, |bundle| bundle.approve(gate.approvers(), For::Adoption));
        match tokio::task::spawn_blocking(tried).await.map_err(|_| Error::Unknown)? {
            Ok(approved) => self.keeps_its_word(approved).await,
            refused => Ok(refused),
        }
    }

    /// Refuses a policy in which the words of a notice are others than when it was in force before. One that names it no
    /// more is taken: what was agreed on it stands, and its words stay where they were kept.
    async fn keeps_its_word(&self, approved: Approved) -> Result<Result<Approved, Refusal>, Error> {
        for notice in approved.policy.consents().notices() {
            let file = notice.file();
            if self.gate.store.said_otherwise(&file, &notice.text).await? {
                return Ok(Err(Refusal::Reworded { file }));
            }
        }
        Ok(Ok(approved))
    }
}

/// Reads a bundle and tries it: is it the one that is meant, is it its turn, and does it hold?
fn approved(
    folder: &Path,
    wanted: PolicyDigest,
    standing: &Standing,
    approve: impl FnOnce(Bundle) -> Result<Approved, Refusal>,
) -> Result<Approved, Refusal> {
    let bundle = Bundle::read(folder)?;
    if bundle.manifest().digest() != wanted {
        return Err(Refusal::Other);
    }
    let follows = bundle.follows(standing);
    // Whose turn it is matters only for what two people signed.
    let approved = approve(bundle)?;
    follows.map(|()| approved)
}

/// Says what is wrong, each with its file and line.
fn invalid(faults: Vec<(String, String)>) -> Error {
    let rest = faults.len().saturating_sub(FAULTS_MAX);
    let mut errors: Vec<FieldError> =
        faults.iter().take(FAULTS_MAX).map(|(place, say)| FieldError::new(place, say)).collect();
    if rest > 0 {
        errors.push(FieldError::new("bundle", "has more faults than are listed here: lippen policy verify lists all"));
    }
    Error::Invalid { errors }
}

fn answer(new: &NewPolicy) -> serde_json::Value {
    serde_json::json!({
        "digest": new.digest, "version": new.version, "previous": new.previous, "signers": new.signers,
        "adopted_at": new.at, "rows_added": new.added.len(), "rows_removed": new.removed.len(),
        "changed_files": new.changed,
    })
}
