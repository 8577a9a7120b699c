//! Judging emergency access: who sees which grants, and what a finding opens.
//!
//! Promises: it is judged once by each side, by a governance officer and never by whoever had it or stood by it; one
//! finding that it was not right outweighs all others, ends it and opens a breach with its clock, in the same commit. A women's service sees the
//! grants that touched its own women, and no words of them.

use super::Desk;
use crate::auth::Actor;
use crate::desk::{Error, Once, Question, Recorded, Written, promised};
use crate::model::agencies::Role;
use crate::model::emergency::{EmergencyWords, ReviewOutcome, ReviewWords};
use crate::model::id::{BreachId, GrantId};
use crate::model::notes::Category;
use crate::model::sealed::Record;
use crate::model::shares::Purpose;
use crate::model::text::Prose;
use crate::model::time::Moment;
use crate::policy::limits::Limit;
use crate::policy::permit::Action;
use crate::store::effect::Effect;
use crate::store::emergency::place_of;
pub use crate::store::reviews::ListedGrant;
use crate::store::reviews::{NewReview, Side};
use crate::vault::Disclosure;
use serde::Deserialize;

/// How often two sides may find the same at one moment before a reviewer is told to try again.
const ATTEMPTS_MAX: usize = 3;

/// A finding as a reviewer writes it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReviewEmergency {
    /// What was found.
    pub outcome: ReviewOutcome,
    /// Why.
    pub reason: Prose<500>,
}

/// A page of grants.
#[derive(Debug)]
pub struct Emergencies {
    /// The grants, newest first.
    pub items: Vec<ListedGrant>,
    /// For each, why; `None` for a reader who is shown no words.
    pub words: Option<Disclosure<Vec<EmergencyWords>>>,
    /// Where the list goes on.
    pub next: Option<i64>,
    /// The use that is flagged as repeated.
    pub repeated_at: i64,
    /// The moment of the list.
    pub now: Moment,
    /// Where the look stands in the log.
    pub recorded: Recorded,
}

impl Desk {
    /// Lists the emergency access that the actor judges, or that touched the women of their service.
    ///
    /// # Errors
    /// [`Error::NotFound`] to everybody else.
    pub async fn emergencies(&self, actor: &Actor, before: Option<i64>, limit: i64) -> Result<Emergencies, Error> {
        let question = Question::of_no_record(Action::List, Category::Audit, self.purpose(actor, None));
        let ask = question.by(actor);
        let permit = self.gate.decide(&ask, None).await?;
        let scope = self.gate.policy.scope(actor).ok_or(Error::NotFound)?;
        let judges = actor.role() == Some(Role::GovernanceOfficer);
        let side = if judges { Side::Judges } else { Side::Serves };
        let rate = self.gate.policy.limits().rate(Limit::EmergencyRepeat);
        let items = self.gate.store.grants(&scope, side, before, limit, rate.within_s).await?;
        let named = if judges { items.iter().map(|one| Record::Emergency(one.id)).collect() } else { Vec::new() };
        let receipt = self.gate.commit(permit, &ask, None, Effect::Disclose(named).into()).await?;
        let recorded = Recorded::from(&receipt);
        let words = if judges {
            let sealed = items.iter().map(|one| one.words.clone()).collect();
            Some(self.gate.open_many(&ask, sealed, receipt).await?)
        } else {
            None
        };
        let full = i64::try_from(items.len()).is_ok_and(|length| length == limit);
        let next = items.last().filter(|_| full).map(|one| one.index);
        Ok(Emergencies { items, words, next, repeated_at: rate.times, now: self.now(), recorded })
    }

    /// Records what a reviewer found.
    ///
    /// # Errors
    /// [`Error::NotFound`] if there is no such grant or it is not theirs to judge; [`Error::Conflict`] if their agency
    /// has judged it.
    pub async fn review_emergency(
        &self,
        actor: &Actor,
        id: GrantId,
        new: ReviewEmergency,
        once: Option<Once>,
    ) -> Result<Written, Error> {
        if let Some(before) = self.repeated(actor, once.as_ref()).await? {
            return Ok(before);
        }
        for _ in 0..ATTEMPTS_MAX {
            match self.review_once(actor, id, &new, once.as_ref()).await {
                // Another side found the same at the same moment: its finding has opened the breach.
                Err(Error::Conflict) if self.is_unjudged(actor, id).await? => {}
                settled => return settled,
            }
        }
        Err(Error::Busy)
    }

    /// Says whether the actor's agency has not judged a grant yet.
    async fn is_unjudged(&self, actor: &Actor, id: GrantId) -> Result<bool, Error> {
        Ok(self.gate.store.grant(id, actor.agency()).await?.is_some_and(|grant| !grant.judged))
    }

    async fn review_once(
        &self,
        actor: &Actor,
        id: GrantId,
        new: &ReviewEmergency,
        once: Option<&Once>,
    ) -> Result<Written, Error> {
        let found = self.gate.store.grant(id, actor.agency()).await?;
        let question = Question {
            action: Action::Review,
            record: Record::Emergency(id),
            case: found.as_ref().map(|grant| grant.case),
            about: None,
            category: Category::Audit,
            purpose: Purpose::Governance,
        };
        let ask = question.by(actor);
        let (Some(grant), Some(reviewer)) = (found, actor.worker()) else {
            return Err(self.gate.asked_for_nothing(&ask).await.into());
        };
        if grant.worker == reviewer || grant.second == Some(reviewer) {
            return Err(self.gate.asked_for_nothing(&ask).await.into());
        }
        let permit = self.gate.decide(&ask, None).await?;
        if grant.judged {
            return Err(self.declined(permit, Error::Conflict).await);
        }
        let at = self.now();
        let wrong = new.outcome == ReviewOutcome::NotJustified && !grant.wrong;
        let breach = wrong.then(|| (BreachId::random(), self.gate.policy.limits().due(Limit::Breach, at)));
        let words = self.seal_review(id, &new.reason).await?;
        let (user, agency, outcome) = (grant.worker, actor.agency().clone(), new.outcome);
        let notices = self.tell_of_review(actor, (id, &grant), outcome).await?;
        let review = NewReview { grant: id, user, reviewer, agency, outcome, at, words, breach, notices };
        let told = breach.map(|(id, due)| serde_json::json!({ "id": id, "due": due }));
        let answer = serde_json::json!({ "id": id, "outcome": outcome, "breach": told });
        let (change, answer) = promised(actor, Effect::Review(review).into(), once, &answer);
        let settled = self.gate.commit(permit, &ask, None, change).await;
        self.written(actor, settled, once, answer).await
    }

    async fn seal_review(
        &self,
        id: GrantId,
        reason: &Prose<500>,
    ) -> Result<crate::model::sealed::Sealed<ReviewWords>, Error> {
        let reason = Prose::new(reason.reveal()).map_err(|_| Error::Conflict)?;
        self.seal(place_of(id), &ReviewWords(reason)).await
    }
}
