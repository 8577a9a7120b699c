//! Who sees what of a plan: all of it, its lines for whoever meets him, or what it does for one woman.
//!
//! Promises: a women's worker sees her own woman's part and nothing else of the plan's words; of two women neither worker sees
//! that there is another's part; whoever may see no more than a summary sees a version only when it is approved.
//! Must never know: HTTP, SQL.

use super::plans::plan_question;
use super::{Desk, Error, Question, Recorded};
use crate::auth::Actor;
use crate::model::id::{CaseId, PlanId, ProtectedId};
use crate::model::plans::{PlanWords, SafetyPart};
use crate::model::sealed::Record;
use crate::model::shares::Purpose;
use crate::model::summary::Summary;
use crate::policy::permit::{Action, Level};
use crate::store::effect::Effect;
pub use crate::store::plans::{KeptPlan, Plan};
use crate::vault::Disclosure;

/// One line of a list of versions: no words.
#[derive(Debug)]
pub struct PlanLine {
    /// What stands in clear.
    pub kept: KeptPlan,
    /// How much of it the reader may see.
    pub level: Level,
}

/// What was opened of a version.
#[derive(Debug)]
pub enum SeenPlan {
    /// All of it.
    Full(Box<Disclosure<PlanWords>>),
    /// Its lines for whoever meets him.
    Summary(Box<Disclosure<Summary>>),
    /// Nothing but what it does for her with whom the reader works.
    HerPart(Recorded),
}

/// A version that was opened.
#[derive(Debug)]
pub struct OpenPlan {
    /// What stands in clear.
    pub kept: KeptPlan,
    /// What was opened of it.
    pub seen: SeenPlan,
    /// What it does for those protected people of whom the reader may know.
    pub parts: Vec<(ProtectedId, Disclosure<SafetyPart>)>,
}

impl Desk {
    /// Lists the versions of a case's plan, newest first, each as far as the worker may know of it.
    ///
    /// # Errors
    /// [`Error::NotFound`] if there is no such case or the worker may not know of it; [`Error::Invalid`] if `before` is no
    /// place in this list.
    pub async fn plans(
        &self,
        actor: &Actor,
        case: CaseId,
        purpose: Option<Purpose>,
        before: Option<PlanId>,
        limit: i64,
    ) -> Result<(Vec<PlanLine>, Option<PlanId>, Recorded), Error> {
        let recorded = self.looks_at(actor, case, purpose).await?;
        let purpose = self.purpose(actor, purpose);
        let mut place = match before {
            None => None,
            Some(id) => {
                let found = self.gate.store.plan(id).await?.filter(|one| one.plan.case == case);
                let known = self.plan_lines(actor, found.into_iter().collect(), purpose).await?;
                let line = known.first().ok_or_else(super::no_place)?;
                Some((line.kept.plan.created, id))
            }
        };
        let mut shown = Vec::new();
        // A page is full of what the worker may know: a short one would tell of what they may not.
        while (shown.len() as i64) < limit {
            let page = self.gate.store.plans_of(case, place, super::PAGE_MAX).await?;
            let Some(last) = page.last() else { break };
            place = Some((last.plan.created, last.plan.id));
            shown.extend(self.plan_lines(actor, page, purpose).await?);
        }
        shown.truncate(usize::try_from(limit).unwrap_or_default());
        let next = (shown.len() as i64 == limit).then(|| shown.last().map(|one| one.kept.plan.id)).flatten();
        Ok((shown, next, recorded))
    }

    async fn plan_lines(&self, actor: &Actor, found: Vec<KeptPlan>, purpose: Purpose) -> Result<Vec<PlanLine>, Error> {
        let of = |one: &KeptPlan| {
            let question = plan_question(Action::Read, one.plan.id, Some(one.plan.case), purpose);
            (question, one.plan.item())
        };
        let mut known = self.known_of(actor, found, of).await?;
        known.retain(|(one, level)| stands(one, *level));
        Ok(known.into_iter().map(|(kept, level)| PlanLine { kept, level }).collect())
    }

    /// Shows one version of a plan.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Refused`].
    pub async fn plan(&self, actor: &Actor, id: PlanId, purpose: Option<Purpose>) -> Result<OpenPlan, Error> {
        let purpose = self.purpose(actor, purpose);
        let found = self.gate.store.plan(id).await?;
        let question = plan_question(Action::Read, id, found.as_ref().map(|one| one.plan.case), purpose);
        let ask = question.by(actor);
        let Some(kept) = found else {
            return Err(self.gate.asked_for_nothing(&ask).await.into());
        };
        let item = kept.plan.item();
        let facts = self.gate.facts(&ask, Some(item.clone())).await?;
        let level = self.gate.policy.level(&ask, &facts);
        if level.is_some_and(|level| !stands(&kept, level)) {
            return Err(self.gate.asked_for_nothing(&ask).await.into());
        }
        let shown = || Effect::Disclose(Vec::new()).into();
        let glance = Question { action: Action::Summary, ..question };
        let glance = glance.by(actor);
        let seen = match level {
            Some(Level::Summary) if actor.role().is_some_and(|role| role.is_womens()) => {
                let permit = self.gate.judge(&glance, &facts).await?;
                let receipt = self.gate.commit(permit, &glance, Some(item), shown()).await?;
                SeenPlan::HerPart(Recorded::from(&receipt))
            }
            Some(Level::Summary) => {
                let permit = self.gate.judge(&glance, &facts).await?;
                let summary = kept.plan.summary.clone();
                SeenPlan::Summary(Box::new(
                    self.gate.open_permitted(permit, &glance, Some(item), summary, shown()).await?,
                ))
            }
            _ => {
                let permit = self.gate.judge(&ask, &facts).await?;
                let words = kept.plan.words.clone();
                SeenPlan::Full(Box::new(self.gate.open_permitted(permit, &ask, Some(item), words, shown()).await?))
            }
        };
        // Of those who see a summary only her own side has a part in what is done for her.
        let whole = matches!(seen, SeenPlan::Full(_));
        let parts = if whole || actor.kind().keeps_confidence() {
            self.parts_known(actor, &kept, purpose).await?
        } else {
            Vec::new()
        };
        let kept = self.gate.store.plan(id).await?.ok_or(Error::NotFound)?;
        Ok(OpenPlan { kept, seen, parts })
    }

    /// Says whether a version is there for the actor: what nobody approved is not, for who may see no more than a summary.
    pub(super) async fn is_there(&self, actor: &Actor, question: &Question, kept: &KeptPlan) -> Result<bool, Error> {
        let question = Question { action: Action::Read, ..*question };
        let facts = self.gate.facts(&question.by(actor), Some(kept.plan.item())).await?;
        Ok(self.gate.policy.level(&question.by(actor), &facts).is_none_or(|level| stands(kept, level)))
    }

    /// Opens what a plan does for each protected person of whom the actor may know, each by its own decision.
    async fn parts_known(
        &self,
        actor: &Actor,
        kept: &KeptPlan,
        purpose: Purpose,
    ) -> Result<Vec<(ProtectedId, Disclosure<SafetyPart>)>, Error> {
        let of_case: CaseId = kept.plan.case;
        let mut parts = Vec::new();
        for part in self.gate.store.plan_parts(&kept.plan).await? {
            let of_plan = plan_question(Action::Summary, kept.plan.id, Some(of_case), purpose);
            let question = Question { record: Record::PlanPart(part.id), about: Some(part.about), ..of_plan };
            let (ask, item) = (question.by(actor), kept.plan.item_about(part.about));
            let facts = self.gate.facts(&ask, Some(item.clone())).await?;
            if self.gate.policy.level(&ask, &facts).is_none_or(|level| level > Level::Summary) {
                continue;
            }
            let permit = self.gate.judge(&ask, &facts).await?;
            let shown = Effect::Disclose(Vec::new()).into();
            parts.push((part.about, self.gate.open_permitted(permit, &ask, Some(item), part.words, shown).await?));
        }
        Ok(parts)
    }
}

/// Says whether a version is there for who may see so much of it: what nobody approved guides nobody who meets him.
const fn stands(kept: &KeptPlan, level: Level) -> bool {
    matches!(level, Level::Full) || kept.approved.is_some()
}
