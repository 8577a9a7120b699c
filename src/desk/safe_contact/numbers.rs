//! The number is shown, once for each asking; and what came of it is recorded.
//!
//! Promises: whether the way may still be used is looked at before the number's entry and again after it is durable: whatever
//! was committed before that entry keeps the number closed; a second look is a second asking.

use super::{about, category_of, check_said, marks::said_to};
use crate::auth::Actor;
use crate::desk::{Desk, Error, Once, Question, Written};
use crate::model::alerts::HubKind;
use crate::model::id::{SafeAskId, SafeRouteId};
use crate::model::protected::ProtectedHead;
use crate::model::safe_contact::windows::{Opening, opening};
use crate::model::safe_contact::{Outcome, Said, State, Target, Verdict};
use crate::model::sealed::Record;
use crate::policy::contact_changes::Of;
use crate::policy::limits::Limit;
use crate::policy::permit::Action;
use crate::store::effect::Reaching;
use crate::store::safe_contact::{KeptAsk, NewOutcome, place_of};
use crate::vault::Disclosure;
use serde::Deserialize;

/// What came of it, as a worker records it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EndContact {
    /// What.
    pub outcome: Outcome,
    /// In words.
    #[serde(default)]
    pub said: Option<Said>,
}

/// A number that was shown.
pub struct OpenNumber {
    /// The way.
    pub route: SafeRouteId,
    /// Where it leads.
    pub target: Disclosure<Target>,
}

const CLOSED: &str = "is closed: something has happened since you asked, or the hours are over. Ask again";

const WENT_WRONG: &str = "An attempt to reach her did not go as it should. Ways of reaching her have been closed or are to be asked \
                          about again. Look at how she is reached, and at her safety plan.";

impl Desk {
    /// Shows where the way leads that an asking was answered with: once.
    ///
    /// # Errors
    /// [`Error::NotFound`] to anybody but the asker; [`Error::Conflict`] the second time; [`Error::Invalid`] if it may not be used
    /// now.
    pub async fn contact_number(&self, actor: &Actor, id: SafeAskId) -> Result<OpenNumber, Error> {
        let (ask, head) = self.own_ask(actor, id).await?;
        let question = about(self, actor, Action::Contact, head.id, Some(&head));
        let permit = self.gate.decide(&question.by(actor), None).await?;
        let route = match self.check_number(actor, &head, &ask).await {
            Ok(route) => route,
            Err(why) => return Err(self.declined(permit, why).await),
        };
        let sealed = self.gate.store.safe_target(route).await?.ok_or(Error::Unknown)?;
        let question = Question { record: Record::SafeRoute(route), ..question };
        let asked = question.by(actor);
        let permit = self.gate.decide(&asked, None).await?.and(permit);
        let receipt = self.gate.commit_anew(permit, &asked, None, Reaching::Open(id, self.now()).into()).await?;
        if !self.is_still_open(&head, &ask, route).await? {
            let permit = self.gate.decide(&asked, None).await?;
            return Err(self.declined(permit, Error::field("", CLOSED)).await);
        }
        Ok(OpenNumber { route, target: self.gate.open_on(&asked, None, sealed, receipt).await? })
    }

    /// Records what came of an asking: some outcomes close ways at once, and those are told who answer for it.
    ///
    /// # Errors
    /// [`Error::NotFound`] to anybody but the asker; [`Error::Conflict`] the second time; [`Error::Invalid`] for an outcome of what
    /// was refused.
    pub async fn end_contact(
        &self,
        actor: &Actor,
        id: SafeAskId,
        new: EndContact,
        once: Option<Once>,
    ) -> Result<Written, Error> {
        if let Some(before) = self.repeated(actor, once.as_ref()).await? {
            return Ok(before);
        }
        let (ask, head) = self.own_ask(actor, id).await?;
        let question = about(self, actor, Action::Contact, head.id, Some(&head));
        let permit = self.gate.decide(&question.by(actor), None).await?;
        let checked = match (&ask.outcome, ask.route) {
            (Some(_), _) => Err(Error::Conflict),
            (None, None) if new.outcome != Outcome::NotTried => {
                Err(Error::field("outcome", "is of a refusal: nobody was to be reached. Write not-tried"))
            }
            _ => check_said(new.said.as_ref()),
        };
        if let Err(why) = checked {
            return Err(self.declined(permit, why).await);
        }
        let change = self.gate.policy.contact_changes().by(Of::Outcome, new.outcome.as_str());
        let tells = change.is_some_and(|change| change.tells);
        let alerts = if tells {
            let kind = (HubKind::ContactUnsafe, category_of(head.relation));
            self.tell_of_contact(actor, &head, kind, WENT_WRONG).await?
        } else {
            Vec::new()
        };
        let told: usize = alerts.iter().map(|alert| alert.recipients.len()).sum();
        let place = place_of(head.case, head.id, Record::SafeAsk(id));
        let said = self.seal_if(place, new.said.as_ref()).await?;
        let at = self.now();
        let answer = serde_json::json!({
            "id": id, "outcome": new.outcome, "at": at, "told": told, "say": tells.then(|| said_to(told)).flatten(),
        });
        let effect = Reaching::End(Box::new(NewOutcome { ask: id, outcome: new.outcome, at, said }), alerts);
        self.write(permit, &question.by(actor), None, effect.into(), once.as_ref(), answer).await
    }

    /// Returns an asking of the actor's own, with whom it is about; else the answer for what is not there.
    async fn own_ask(&self, actor: &Actor, id: SafeAskId) -> Result<(KeptAsk, ProtectedHead), Error> {
        let found = self.gate.store.safe_ask(id).await?.filter(|ask| Some(ask.author) == actor.worker());
        let head = match &found {
            Some(ask) => self.gate.store.protected(ask.her).await?.map(|found| found.head),
            None => None,
        };
        if let Some(both) = found.zip(head) {
            return Ok(both);
        }
        let question = Question {
            action: Action::Contact,
            record: Record::SafeAsk(id),
            case: None,
            about: None,
            category: crate::model::notes::Category::SafeContact,
            purpose: self.purpose(actor, None),
        };
        Err(self.gate.asked_for_nothing(&question.by(actor)).await.into())
    }

    /// Returns the way whose number may be shown now.
    async fn check_number(&self, actor: &Actor, head: &ProtectedHead, ask: &KeptAsk) -> Result<SafeRouteId, Error> {
        let closed = || Error::field("", CLOSED);
        let route = ask.route.ok_or_else(closed)?;
        if ask.opened.is_some() || ask.outcome.is_some() {
            return Err(Error::Conflict);
        }
        let now = self.now();
        let over = self.gate.policy.limits().due(Limit::SafeContactAsk, ask.created) <= now;
        if over || !self.is_still_open(head, ask, route).await? {
            return Err(closed());
        }
        let card = self.gate.store.safe_card(head.id).await?.ok_or_else(closed)?;
        let open = self.open_card(actor, head, &card).await?;
        let there = open.words().routes.iter().find(|one| one.id == route).ok_or_else(closed)?;
        let local = self.gate.policy.limits().local_time();
        let within = matches!(opening(&there.windows, &local, now), Opening::Until(_));
        if within || ask.verdict == Verdict::Overridden { Ok(route) } else { Err(closed()) }
    }

    /// Says whether a way may be used by what is committed now; beyond a refusal, anything but what is unsafe.
    async fn is_still_open(&self, head: &ProtectedHead, ask: &KeptAsk, route: SafeRouteId) -> Result<bool, Error> {
        let state = self.ways(head).await?.known.standing(route, self.now()).state;
        Ok(state == State::Verified || (ask.verdict == Verdict::Overridden && state != State::Unsafe))
    }
}
