//! A second officer: asked for where an earlier use by the same officer on the same case was found not justified.
//!
//! Promises: the way stays open while life is at risk, for whoever finds one colleague who signs the same request with
//! a device of their own, for this officer and this act alone; who may is data (`policies/emergency.csv`). Nobody signs
//! for themselves, and nobody who knows the man or whose own use was found wrong stands in.
//! Must never know: what is opened.

use super::{AskEmergency, record_words, scope_words};
use crate::auth::Actor;
use crate::auth::device;
use crate::desk::step_up::Proof;
use crate::desk::{Desk, Error, FieldError};
use crate::model::id::{CaseId, WorkerId};
use crate::model::text::Line;
use crate::store::emergency::UsedChallenge;
use serde::Deserialize;

/// What a second officer signs for, beside the request itself.
const ACT: &str = "break-glass-second";

/// The proof of a second officer.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SecondOfficer {
    /// Who.
    pub worker: WorkerId,
    /// The challenge, as it was given to them.
    pub challenge: Line<100>,
    /// The name of their key.
    pub key: Line<64>,
    /// Its signature, in base64url without padding.
    pub signature: Line<100>,
}

impl Desk {
    /// Checks the second officer's proof; `None` where none was sent and none is needed.
    ///
    /// # Errors
    /// [`Error::Invalid`] if one is needed and was not sent, or does not fit. It says whom to ring.
    pub(super) async fn seconded(
        &self,
        actor: &Actor,
        worker: WorkerId,
        case: CaseId,
        new: &AskEmergency,
    ) -> Result<Option<UsedChallenge>, Error> {
        let Some(second) = &new.second else {
            return if self.gate.store.unjustified(worker, case).await? { Err(self.needs_second()) } else { Ok(None) };
        };
        let unfit = || {
            let say = "cannot be the second officer here: ask another officer of your force who has a device key";
            Error::field("second.worker", say)
        };
        let seat = self.gate.store.seat(second.worker).await?.map(|(seat, _)| seat).filter(|seat| {
            let other = seat.active && seat.worker != worker && &seat.agency == actor.agency();
            other && self.gate.policy.limits().is_second(seat.role)
        });
        let seat = seat.ok_or_else(unfit)?;
        let record = format!("{} for {worker}", record_words(new));
        let scope = scope_words(&new.categories);
        let (reason, incident) = (new.reason.reveal(), new.incident.reveal());
        let purpose = device::Purpose { act: ACT, record: &record, scope: &scope, incident, reason };
        let used = self.check_proof(seat.worker, &second.proof()?, &purpose).await.map_err(theirs)?;
        // Looked at only after they have signed: nobody learns by trying names who knows him.
        let clean = self.gate.store.is_reachable(seat.worker, case).await?
            && !self.gate.store.unjustified(seat.worker, case).await?;
        if clean { Ok(Some(used)) } else { Err(unfit()) }
    }

    fn needs_second(&self) -> Error {
        let ring = self.gate.policy.limits().telephones().iter().map(|(number, whose)| format!("{number} ({whose})"));
        let say = format!(
            "is needed: an earlier use of yours here was found not justified. Let a second officer of your force sign this \
             request with their own device key and send it again; or ring {}",
            ring.collect::<Vec<_>>().join(" or ")
        );
        Error::field("second", &say)
    }
}

impl SecondOfficer {
    fn proof(&self) -> Result<Proof, Error> {
        let again = |_| Error::Conflict;
        Ok(Proof {
            challenge: Line::new(self.challenge.reveal()).map_err(again)?,
            key: Line::new(self.key.reveal()).map_err(again)?,
            signature: Line::new(self.signature.reveal()).map_err(again)?,
        })
    }
}

/// Says of a fault in a proof that it is in the second officer's.
fn theirs(why: Error) -> Error {
    let Error::Invalid { errors } = why else { return why };
    let errors = errors.into_iter().map(|fault| match fault.field.strip_prefix("step_up.") {
        Some("key") => FieldError::new("second.key", "is not a live key of the second officer"),
        Some("challenge") => FieldError::new(
            "second.challenge",
            "is not a challenge of the second officer that can still be used: let them ask for a new one",
        ),
        Some(_) => FieldError::new(
            "second.signature",
            "is not by this key over this challenge and exactly this request for you: let them sign again what you send",
        ),
        None => fault,
    });
    Error::Invalid { errors: errors.collect() }
}
