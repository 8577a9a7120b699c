//! MAPPA referrals as they are shown: to the agency that filed them, and to the MAPPA office.
//!
//! Promises: a list holds what its reader may read whole, and nothing of what they may not; why one went back is opened by a
//! decision of its own.
//! Must never know: HTTP, SQL.

use super::referrals::referral_question;
use super::{Desk, Error, Recorded};
use crate::auth::Actor;
use crate::model::id::{CaseId, ReferralId};
use crate::model::referrals::{ReferralWords, ReturnWords};
use crate::model::shares::Purpose;
use crate::policy::permit::{Action, Level};
pub use crate::store::referrals::KeptReferral;
use crate::vault::Disclosure;

/// A referral that was opened.
#[derive(Debug)]
pub struct OpenReferral {
    /// What stands in clear.
    pub kept: KeptReferral,
    /// What it says.
    pub words: Disclosure<ReferralWords>,
    /// Why it went back, if it did.
    pub reason: Option<Disclosure<ReturnWords>>,
}

impl Desk {
    /// Shows a referral.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Refused`].
    pub async fn referral(
        &self,
        actor: &Actor,
        id: ReferralId,
        purpose: Option<Purpose>,
    ) -> Result<OpenReferral, Error> {
        let found = self.gate.store.referral(id).await?;
        let case = found.as_ref().map(|found| found.referral.case);
        let question = referral_question(Action::Read, id, case, self.purpose(actor, purpose));
        let ask = question.by(actor);
        let Some(kept) = found else {
            return Err(self.gate.asked_for_nothing(&ask).await.into());
        };
        let item = || Some(kept.referral.item());
        let words = self.gate.open(&ask, item(), kept.referral.words.clone()).await?;
        let reason = match kept.answer.as_ref().and_then(|answer| answer.reason.clone()) {
            Some(sealed) => Some(self.gate.open(&ask, item(), sealed).await?),
            None => None,
        };
        Ok(OpenReferral { kept, words, reason })
    }

    /// Lists a case's referrals that the worker may read, newest first; no words.
    ///
    /// # Errors
    /// [`Error::NotFound`] if there is no such case or the worker may not know of it; [`Error::Invalid`] if `before` is no
    /// place in this list.
    pub async fn referrals(
        &self,
        actor: &Actor,
        case: CaseId,
        purpose: Option<Purpose>,
        before: Option<ReferralId>,
        limit: i64,
    ) -> Result<(Vec<KeptReferral>, Option<ReferralId>, Recorded), Error> {
        let recorded = self.looks_at(actor, case, purpose).await?;
        let purpose = self.purpose(actor, purpose);
        let mut place = match before {
            None => None,
            Some(id) => {
                let found = self.gate.store.referral(id).await?.filter(|one| one.referral.case == case);
                let known = self.readable_referrals(actor, found.into_iter().collect(), purpose).await?;
                Some((known.first().ok_or_else(super::no_place)?.referral.created, id))
            }
        };
        let mut shown = Vec::new();
        // A page is full of what the worker may read: a short one would tell of what they may not.
        while (shown.len() as i64) < limit {
            let page = self.gate.store.referrals_of(case, place, super::PAGE_MAX).await?;
            let Some(last) = page.last() else { break };
            place = Some((last.referral.created, last.referral.id));
            shown.extend(self.readable_referrals(actor, page, purpose).await?);
        }
        shown.truncate(usize::try_from(limit).unwrap_or_default());
        let next = (shown.len() as i64 == limit).then(|| shown.last().map(|one| one.referral.id)).flatten();
        Ok((shown, next, recorded))
    }

    async fn readable_referrals(
        &self,
        actor: &Actor,
        found: Vec<KeptReferral>,
        purpose: Purpose,
    ) -> Result<Vec<KeptReferral>, Error> {
        let of = |one: &KeptReferral| {
            let question = referral_question(Action::Read, one.referral.id, Some(one.referral.case), purpose);
            (question, one.referral.item())
        };
        let known = self.known_of(actor, found, of).await?;
        Ok(known.into_iter().filter(|(_, level)| *level == Level::Full).map(|(one, _)| one).collect())
    }
}
