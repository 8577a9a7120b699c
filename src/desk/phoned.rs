//! One consent is taken back by its id: by her own worker, or by whoever of her service takes the call.
//!
//! Promises: narrowing is never blocked. The id stands on her copy of the consent, so that anybody in the service that took
//! it can record that she takes it back while her own worker is away; it opens nothing of her case to them. Whoever else
//! names an id is told what is told of none.
//! Must never know: HTTP, SQL.

use super::consents::Withdraw;
use super::taken::ATTEMPTS_MAX;
use super::withdrawals::Told;
use super::{Desk, Error, Once, Question, Written};
use crate::auth::Actor;
use crate::model::agencies::AgencyKind;
use crate::model::consents::{ConsentEvent, ConsentMethod};
use crate::model::facts::Item;
use crate::model::id::ConsentId;
use crate::model::notes::{Category, Onward, ShareCode};
use crate::model::sealed::Record;
use crate::model::text::Prose;
use crate::policy::permit::Action;
use crate::store::consents::StoredConsent;

impl Desk {
    /// Takes a consent back, in one call: from the commit on, nothing is read on it.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Refused`]; [`Error::Conflict`] if it was taken back already.
    pub async fn withdraw_consent(
        &self,
        actor: &Actor,
        id: ConsentId,
        new: Withdraw,
        once: Option<Once>,
    ) -> Result<Written, Error> {
        for _ in 0..ATTEMPTS_MAX {
            if let Some(before) = self.repeated(actor, once.as_ref()).await? {
                return Ok(before);
            }
            if let Some(done) = self.withdraw_once(actor, id, &new, once.as_ref()).await? {
                return Ok(done);
            }
        }
        Err(Error::Busy)
    }

    /// Takes a consent back as it stands now; nothing if somebody else continued its chain at this moment.
    async fn withdraw_once(
        &self,
        actor: &Actor,
        id: ConsentId,
        new: &Withdraw,
        once: Option<&Once>,
    ) -> Result<Option<Written>, Error> {
        let Some((stored, author)) = self.gate.store.consent(id).await?.zip(actor.worker()) else {
            return Err(self.no_such_consent(actor, id).await);
        };
        let case = stored.head.case;
        let (question, item, told) = match self.at_the_telephone(actor, id, &stored).await? {
            Some((question, item)) => (question, Some(item), Told::Heard),
            None => (self.consent_question(actor, id, case, stored.head.about()), None, Told::All),
        };
        let ask = question.by(actor);
        let permit = self.gate.decide(&ask, item.clone()).await?;
        if stored.head.event == ConsentEvent::Withdrawn {
            return Err(self.declined(permit, Error::Conflict).await);
        }
        let said = (new.said.as_ref(), &*new.checked);
        let permit = self.screened_said(actor, permit, case, stored.head.about(), said).await?;
        let (chain, said) = (stored.head.chain, new.said.as_ref().map(Prose::reveal));
        let method = new.method.unwrap_or(match told {
            Told::Heard => ConsentMethod::Telephone,
            Told::All | Told::Nothing => ConsentMethod::InPerson,
        });
        let Some(consent) = self.next_event(actor, author, stored, &new.recipients, method, said).await? else {
            let why = Error::field("recipients", "names no agency that this consent lets be told: look at its scope");
            return Err(self.declined(permit, why).await);
        };
        let answer = serde_json::json!({ "id": consent.head.id, "chain": chain, "event": consent.head.event });
        match self.settle_consent(permit, (&ask, item), consent, once, answer, told).await {
            Err(Error::Conflict) => Ok(None),
            done => done.map(Some),
        }
    }

    /// Returns what is asked about somebody of the service that took her consent, who does not work with her: whether they
    /// may record that she takes it back. It names nobody, because they need not know whose it is.
    async fn at_the_telephone(
        &self,
        actor: &Actor,
        id: ConsentId,
        stored: &StoredConsent,
    ) -> Result<Option<(Question, Item)>, Error> {
        let Some(her) = stored.head.about() else { return Ok(None) };
        let ours = actor.kind() == AgencyKind::WomensService && &stored.taken_by == actor.agency();
        if !ours || self.knows_consent(actor, stored.head.case, her).await? {
            return Ok(None);
        }
        let question = Question {
            action: Action::Withdraw,
            record: Record::Consent(id),
            case: Some(stored.head.case),
            about: None,
            category: Category::ServiceEngagement,
            purpose: self.purpose(actor, None),
        };
        let item = Item {
            category: Category::ServiceEngagement,
            about: None,
            owner: stored.taken_by.clone(),
            share: ShareCode::Permitted,
            onward: Onward::None,
            onward_roles: Vec::new(),
            expires: None,
        };
        Ok(Some((question, item)))
    }
}
