//! The card: what an officer at a door is told of where a man stands, gathered from what the hub knows.
//!
//! Promises: one function gathers it, whoever asks; nothing on it is a note, an assessment or an address, and that
//! somebody is protected shows as one number to ring, the same whichever service it is and however many there are.
//! Must never know: who asks, and whether they may.

use super::{Desk, Error};
use crate::model::agencies::Role;
use crate::model::cases::CaseHead;
use crate::model::status::StatusCard;
use crate::policy::limits::Limit;

impl Desk {
    /// Gathers a case's card as it is now.
    ///
    /// # Errors
    /// [`Error::Store`].
    pub(super) async fn card_of(&self, case: &CaseHead) -> Result<StatusCard, Error> {
        let (store, now) = (&self.gate.store, self.now());
        let (limits, phones) = (self.gate.policy.limits(), self.gate.policy.phones());
        let works_with_her = |role: Role| role.is_womens() || role == Role::ChildrensWorker;
        let involved = store.involved(case.id).await?;
        let is_safe = involved.iter().any(|one| one.about.is_some() && works_with_her(one.role));
        let owner = store.agency(&case.owner).await?;
        let as_at = store.written_by_owner(case.id, &case.owner).await?.map_or(now, |at| at.min(now));
        let sign = store.last_sign_of(&case.owner).await?.map_or(as_at, |sign| sign.max(as_at));
        Ok(StatusCard {
            person: case.person,
            arrangement: case.label.clone(),
            order: None,
            conditions: None,
            curfew: None,
            recall: None,
            at_large: None,
            contact_level: None,
            safety_contact: is_safe.then(|| phones.safety_contact().clone()),
            owner: case.owner.clone(),
            owner_name: owner.map_or_else(|| case.owner.to_string(), |agency| agency.name),
            owner_phone: phones.owner(&case.owner).clone(),
            as_at,
            is_stale: limits.due(Limit::QueryFresh, sign) <= now,
        })
    }
}
