//! Step-up: a worker proves with a key of their own device that they mean this act, now.
//!
//! Promises: a proof is for one worker, one act and one challenge; a challenge lives for the minutes of `limits.csv`
//! and is used once, by a row of the act's own commit. A key that has ended proves nothing.
//! Must never know: what the act does.

use super::{Desk, Error, Question, Recorded};
use crate::auth::Actor;
use crate::auth::device::{DeviceKey, Purpose};
use crate::model::id::WorkerId;
use crate::model::notes::Category;
use crate::model::sealed::Record;
use crate::model::text::Line;
use crate::model::time::Moment;
use crate::policy::limits::Limit;
use crate::policy::permit::Action;
use crate::store::effect::Effect;
use crate::store::emergency::UsedChallenge;
use serde::Deserialize;

/// A challenge for a worker's device keys.
#[derive(Debug)]
pub struct StepUp {
    /// The challenge.
    pub challenge: String,
    /// Until when it can be answered.
    pub expires: Moment,
    /// The names of the worker's live keys.
    pub keys: Vec<String>,
    /// Where the asking stands in the log.
    pub recorded: Recorded,
}

/// A worker's answer to a challenge.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Proof {
    /// The challenge, as it was given.
    pub challenge: Line<100>,
    /// The name of the key.
    pub key: Line<64>,
    /// Its signature, in base64url without padding.
    pub signature: Line<100>,
}

impl Desk {
    /// Gives a worker a challenge for their device keys.
    ///
    /// # Errors
    /// [`Error::NotFound`] for a caller that is no worker.
    pub async fn step_up(&self, actor: &Actor) -> Result<StepUp, Error> {
        let worker = actor.worker().ok_or(Error::NotFound)?;
        let question = Question {
            action: Action::Read,
            record: Record::Worker(worker),
            case: None,
            about: None,
            category: Category::Identity,
            purpose: self.purpose(actor, None),
        };
        let receipt = self.gate.pass(&question.by(actor), None, Effect::Disclose(Vec::new()).into()).await?;
        let keys = self.gate.store.device_keys(worker).await?;
        let (challenge, made) = self.gate.vault.challenge(worker)?;
        let expires = self.gate.policy.limits().due(Limit::StepUp, made);
        Ok(StepUp { challenge, expires, keys, recorded: Recorded::from(&receipt) })
    }

    /// Checks a proof for an act; what it returns is committed with the act, which uses the challenge up.
    pub(super) async fn check_proof(
        &self,
        worker: WorkerId,
        proof: &Proof,
        purpose: &Purpose<'_>,
    ) -> Result<UsedChallenge, Error> {
        let stale = || {
            Error::field("step_up.challenge", "is not a challenge of yours that can still be used: ask for a new one")
        };
        let challenge = proof.challenge.reveal();
        let answered = self.gate.vault.knows_challenge(worker, challenge).ok_or_else(stale)?;
        let over = self.gate.policy.limits().due(Limit::StepUp, answered.made) <= self.now();
        if over || self.gate.store.is_used(&answered.nonce).await? {
            return Err(stale());
        }
        let key = self.live_key(worker, proof).await?;
        if !key.signed(challenge, purpose, proof.signature.reveal()) {
            let say = "is not by this key over this challenge and exactly this act: sign again what you send";
            return Err(Error::field("step_up.signature", say));
        }
        Ok(UsedChallenge { nonce: answered.nonce, worker, key: key.thumbprint() })
    }

    /// Returns the key that a proof names, if it is a live key of the worker.
    pub(super) async fn live_key(&self, worker: WorkerId, proof: &Proof) -> Result<DeviceKey, Error> {
        let found = self.gate.store.device_key(worker, proof.key.reveal()).await?;
        let key = found.and_then(|public| DeviceKey::new(&public).ok());
        key.ok_or_else(|| {
            Error::field("step_up.key", "is not a live key of yours: whoever appointed you can register one")
        })
    }
}

#[cfg(feature = "demo")]
impl Desk {
    /// Enrols a device key for a worker, as whoever appoints them does.
    ///
    /// # Errors
    /// [`Error::Conflict`] if it is enrolled already; [`Error::Invalid`] if there is no such worker.
    pub async fn enrol_key(&self, service: &Actor, worker: WorkerId, key: &DeviceKey) -> Result<(), Error> {
        let new = crate::store::devices::NewDeviceKey { kid: key.thumbprint(), worker, public: key.bytes().to_vec() };
        self.serve_key(service, worker, Effect::EnrolKey(new)).await
    }

    /// Ends a device key: from the commit on nothing is proved with it.
    ///
    /// # Errors
    /// [`Error::Conflict`] if it has ended already.
    pub async fn end_key(&self, service: &Actor, worker: WorkerId, kid: &str) -> Result<(), Error> {
        self.serve_key(service, worker, Effect::EndDeviceKey(kid.to_owned(), worker)).await
    }

    async fn serve_key(&self, service: &Actor, worker: WorkerId, effect: Effect) -> Result<(), Error> {
        let question = Question {
            action: Action::Create,
            record: Record::Worker(worker),
            case: None,
            about: None,
            category: Category::Identity,
            purpose: crate::model::shares::Purpose::Governance,
        };
        Ok(self.gate.serve(&question.by(service), effect.into()).await.map(drop)?)
    }
}
