//! Disclosure outside the arrangements: to tell, or not to tell, a new partner, an employer, somebody who lets rooms.
//!
//! Promises: a decision is a record and opens nothing in the hub; the log calls it *disclose*, never *share*. Not to tell
//! is decided too, with its reason and the day on which it is looked at again. Nobody who works with a woman learns
//! from it of another one.

use super::goes::Said;
use super::screened::his;
use super::{Desk, Error, Once, Question, Recorded, Written};
use crate::auth::Actor;
use crate::model::decisions::{DecisionWords, DisclosureBasis, Verdict};
use crate::model::id::{CaseId, DecisionId, EventId, ProtectedId};
use crate::model::notes::Category;
use crate::model::overrides::Told;
use crate::model::screen::Form;
use crate::model::sealed::Record;
use crate::model::shares::Purpose;
use crate::model::text::{Line, Prose};
use crate::model::time::{Day, Moment};
use crate::policy::disclosures::Needed;
use crate::policy::permit::Action;
pub use crate::store::decisions::Decision;
use crate::store::decisions::place;
use crate::store::effect::Effect;
use crate::vault::Disclosure;
use serde::Deserialize;

/// Alternatives that a decision may name.
const ALTERNATIVES_MAX: usize = 20;

/// A decision as it is recorded.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Decide {
    /// What was decided.
    pub decision: Verdict,
    /// Who is told, or is not.
    pub to: Line<300>,
    /// On what it stands.
    pub basis: DisclosureBasis,
    /// Why.
    pub reason: Prose<4000>,
    /// What else was considered.
    #[serde(default)]
    pub alternatives: Vec<Line<300>>,
    /// Who decided.
    pub decided_by: Line<200>,
    /// Whether the man was told.
    pub told_person: Told,
    /// Why not, if he was not.
    #[serde(default)]
    pub why_not_told: Option<Prose<1000>>,
    /// The day by which it is looked at again.
    #[serde(default)]
    pub review: Option<Day>,
    /// The day by which he is to have told them himself.
    #[serde(default)]
    pub self_disclosure_deadline: Option<Day>,
    /// The event of the case that it answers, such as a significant change.
    #[serde(default)]
    pub follows: Option<EventId>,
    /// The protected person of the case whom it concerns, if she is one.
    #[serde(default)]
    pub about: Option<ProtectedId>,
    /// What the writer has looked at again.
    #[serde(default)]
    pub checked: Vec<Form>,
}

/// A decision that was opened.
#[derive(Debug)]
pub struct OpenDecision {
    /// What stands in clear.
    pub decision: Decision,
    /// The words, with their audit number.
    pub words: Disclosure<DecisionWords>,
}

impl Desk {
    /// Records a decision about disclosure outside the arrangements.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Refused`]; [`Error::Invalid`] if a review day, a deadline or a reason is wanting.
    pub async fn decide(&self, actor: &Actor, case: CaseId, new: Decide, once: Option<Once>) -> Result<Written, Error> {
        if let Some(before) = self.repeated(actor, once.as_ref()).await? {
            return Ok(before);
        }
        let id = DecisionId::random();
        let question = self.decision_question(actor, Action::Disclose, id, Some(case), new.about, None);
        let ask = question.by(actor);
        let (true, Some(author)) = (self.gate.store.has_case(actor, case).await?, actor.worker()) else {
            return Err(self.gate.asked_for_nothing(&ask).await.into());
        };
        let permit = self.gate.decide(&ask, None).await?;
        if let Err(why) = self.check_decision(case, &new).await {
            return Err(self.declined(permit, why).await);
        }
        let permit = self.screened(actor, permit, case, (his(new.about), &said(&new), &new.checked)).await?;
        let words = DecisionWords {
            to: new.to,
            reason: new.reason,
            alternatives: new.alternatives,
            decided_by: new.decided_by,
            why_not_told: new.why_not_told,
        };
        let decision = Decision {
            id,
            case,
            author,
            agency: actor.agency().clone(),
            about: new.about,
            verdict: new.decision,
            basis: new.basis,
            told: new.told_person,
            review: new.review,
            deadline: new.self_disclosure_deadline,
            follows: new.follows,
            created: self.now(),
            words: self.seal(place(case, id), &words).await?,
        };
        let route = self.gate.policy.disclosures().route(new.decision).ok_or(Error::Conflict)?;
        let answer = serde_json::json!({
            "id": id, "case": case, "decision": new.decision, "created": decision.created, "route": route.route,
            "say": route.say,
        });
        self.write(permit, &ask, None, Effect::Decide(decision).into(), once.as_ref(), answer).await
    }

    async fn check_decision(&self, case: CaseId, new: &Decide) -> Result<(), Error> {
        if let Some(about) = new.about
            && !self.is_of_case(case, about).await?
        {
            let say = "is not a protected person of this case: leave it out or choose one of the case";
            return Err(Error::field("about", say));
        }
        if let Some(event) = new.follows
            && self.gate.store.event(event).await?.is_none_or(|found| found.case != case)
        {
            return Err(Error::field("follows", "is not an event of this case: choose one of its list"));
        }
        if new.alternatives.len() > ALTERNATIVES_MAX {
            return Err(Error::field("alternatives", "are too many: name at most 20"));
        }
        for (field, say) in self.gate.policy.disclosures().needs(new.decision, new.basis) {
            let given = match field {
                Needed::Review => new.review,
                Needed::SelfDisclosureDeadline => new.self_disclosure_deadline,
            };
            if given.is_none() {
                return Err(Error::field(field.as_str(), say));
            }
        }
        for (field, day) in [("review", new.review), ("self_disclosure_deadline", new.self_disclosure_deadline)] {
            if day.is_some_and(|day| day < self.today()) {
                return Err(Error::field(field, "is in the past: give a day to come"));
            }
        }
        match (new.told_person, &new.why_not_told) {
            (Told::No, None) => Err(Error::field("why_not_told", "is needed: say why he was not told")),
            (Told::Yes, Some(_)) => {
                Err(Error::field("why_not_told", "does not go with told_person: yes. Leave one of them out"))
            }
            _ => Ok(()),
        }
    }

    /// Shows a decision.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Refused`].
    pub async fn decision(
        &self,
        actor: &Actor,
        id: DecisionId,
        purpose: Option<Purpose>,
    ) -> Result<OpenDecision, Error> {
        let found = self.gate.store.decision(id).await?;
        let (case, about) = found.as_ref().map_or((None, None), |found| (Some(found.case), found.about));
        let question = self.decision_question(actor, Action::Read, id, case, about, purpose);
        let ask = question.by(actor);
        let Some(decision) = found else {
            return Err(self.gate.asked_for_nothing(&ask).await.into());
        };
        let words = self.gate.open(&ask, Some(decision.item()), decision.words.clone()).await?;
        Ok(OpenDecision { decision, words })
    }

    /// Lists a case's decisions that the worker may read, newest first; no words.
    ///
    /// # Errors
    /// [`Error::NotFound`] if there is no such case or the worker may not know of it; [`Error::Invalid`] if `before` is no
    /// place in this list.
    pub async fn decisions(
        &self,
        actor: &Actor,
        case: CaseId,
        purpose: Option<Purpose>,
        before: Option<DecisionId>,
        limit: i64,
    ) -> Result<(Vec<Decision>, Option<DecisionId>, Recorded), Error> {
        let recorded = self.looks_at(actor, case, purpose).await?;
        let mut place = match before {
            None => None,
            Some(id) => Some(self.decision_place(actor, case, id, purpose).await?),
        };
        let mut shown = Vec::new();
        // A page is full of what the worker may read: a short one would tell of what they may not.
        while (shown.len() as i64) < limit {
            let page = self.gate.store.decisions_of(case, place, super::PAGE_MAX).await?;
            let Some(last) = page.last() else { break };
            place = Some((last.created, last.id));
            shown.extend(self.readable_decisions(actor, page, purpose).await?);
        }
        shown.truncate(usize::try_from(limit).unwrap_or_default());
        let next = (shown.len() as i64 == limit).then(|| shown.last().map(|one| one.id)).flatten();
        Ok((shown, next, recorded))
    }

    /// Returns the place of a decision in its list; of one that the worker may not read, what is said of none.
    async fn decision_place(
        &self,
        actor: &Actor,
        case: CaseId,
        id: DecisionId,
        purpose: Option<Purpose>,
    ) -> Result<(Moment, DecisionId), Error> {
        let found = self.gate.store.decision(id).await?.filter(|one| one.case == case);
        let shown = self.readable_decisions(actor, found.into_iter().collect(), purpose).await?;
        let one = shown.first().ok_or_else(super::no_place)?;
        Ok((one.created, one.id))
    }

    /// Returns those decisions of one case that the worker may read, each decided by itself.
    async fn readable_decisions(
        &self,
        actor: &Actor,
        found: Vec<Decision>,
        purpose: Option<Purpose>,
    ) -> Result<Vec<Decision>, Error> {
        let question =
            |one: &Decision| self.decision_question(actor, Action::Read, one.id, Some(one.case), one.about, purpose);
        let asks: Vec<_> = found.iter().map(|one| question(one).by(actor)).collect();
        let facts = self.gate.store.facts_of_items(&asks, found.iter().map(Decision::item).collect()).await?;
        let reads: Vec<bool> = self.gate.read_whole(&asks, &facts).await?;
        Ok(found.into_iter().zip(reads).filter_map(|(one, reads)| reads.then_some(one)).collect())
    }

    /// Returns the word of the route by which somebody is told.
    #[must_use]
    pub fn route_of(&self, verdict: Verdict) -> Option<&str> {
        self.gate.policy.disclosures().route(verdict).map(|route| &*route.route)
    }

    fn decision_question(
        &self,
        actor: &Actor,
        action: Action,
        id: DecisionId,
        case: Option<CaseId>,
        about: Option<ProtectedId>,
        purpose: Option<Purpose>,
    ) -> Question {
        let (record, category) = (Record::Decision(id), Category::MappaRecord);
        Question { action, record, case, about, category, purpose: self.purpose(actor, purpose) }
    }
}

/// Returns the texts of a decision with their fields: they are read in his record.
fn said(new: &Decide) -> Vec<Said<'_>> {
    let mut said =
        vec![("to", new.to.reveal()), ("reason", new.reason.reveal()), ("decided_by", new.decided_by.reveal())];
    said.extend(new.why_not_told.as_ref().map(|words| ("why_not_told", words.reveal())));
    said.extend(new.alternatives.iter().map(|line| ("alternatives", line.reveal())));
    said
}
