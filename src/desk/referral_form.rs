//! Whether a referral is whole, and who is to answer it.
//!
//! Promises: everything that is missing or does not fit is said at once, each with its field; whom a co-ordinator knows is told
//! to nobody; of what other agencies filed nothing is said.
//! Must never know: HTTP, SQL.

use super::referrals::{FileReferral, said};
use super::{Desk, Error, FieldError, Question};
use crate::auth::Actor;
use crate::model::agencies::Role;
use crate::model::id::{CaseId, InvolvementId, PlanId, ReferralId, WorkerId};
use crate::model::mappa::MappaStatus;
use crate::model::notes::Category;
use crate::model::referrals::{MappaLevel, ReferralOutcome, ReferralWords, SeriousHarm, unfit};
use crate::store::cases::NewInvolvement;
use crate::store::referrals::KeptReferral;
use std::collections::BTreeSet;

const NOBODY: &str = "is needed: no MAPPA co-ordinator works on this case yet. Name the one who is to answer";

const NOT_THEM: &str = "is no MAPPA co-ordinator who can answer this referral: name another one";

/// A referral that says all that it must.
pub(super) struct Complete {
    pub(super) category: MappaStatus,
    pub(super) level: MappaLevel,
    pub(super) harm: SeriousHarm,
    pub(super) plan: PlanId,
    pub(super) words: ReferralWords,
}

/// Who is to answer a referral.
pub(super) struct Answerable {
    pub(super) told: Vec<WorkerId>,
    pub(super) joins: Option<NewInvolvement>,
}

impl Desk {
    /// Returns who is to answer: whoever is named, or the co-ordinators on the case; a conflict of interest is not told of.
    pub(super) async fn who_answers(
        &self,
        actor: &Actor,
        case: CaseId,
        named: Option<WorkerId>,
    ) -> Result<Result<Answerable, FieldError>, Error> {
        let involved: Vec<WorkerId> =
            self.gate.store.involved(case).await?.into_iter().map(|part| part.worker).collect();
        let mut able = BTreeSet::new();
        for worker in named.map_or_else(|| involved.clone(), |worker| vec![worker]) {
            let seat = self.gate.store.seat(worker).await?.map(|(seat, _)| seat);
            if seat.is_some_and(|seat| seat.active && seat.role == Role::MappaCoordinator) {
                able.insert(worker);
            }
        }
        let told: Vec<WorkerId> =
            self.who_open(able, case, (None, Category::RiskPlan), Some(actor)).await?.into_iter().collect();
        if told.is_empty() {
            return Ok(Err(FieldError::new("to", if named.is_some() { NOT_THEM } else { NOBODY })));
        }
        let joins = named.filter(|worker| !involved.contains(worker));
        let joins = joins.map(|worker| NewInvolvement { id: InvolvementId::random(), case, worker, about: None });
        Ok(Ok(Answerable { told, joins }))
    }

    /// Says everything that is missing or does not fit, all at once.
    pub(super) async fn check_referral(
        &self,
        actor: &Actor,
        question: &Question,
        new: FileReferral,
    ) -> Result<Complete, Error> {
        let case = new.case;
        let head = self.gate.store.case(case).await?.ok_or(Error::NotFound)?;
        let mut errors = missing(&new);
        if let Some((category, level)) = new.category.zip(new.level) {
            let wrong = unfit(category, level, MappaStatus::of(head.mappa.as_deref()));
            errors.extend(wrong.into_iter().map(|(field, say)| FieldError::new(field, say)));
        }
        if let Some(plan) = new.plan
            && self.gate.store.plan(plan).await?.is_none_or(|found| found.plan.case != case)
        {
            let say = "is no risk management plan of this case: write one first, or choose a version of its list";
            errors.push(FieldError::new("plan", say));
        }
        errors.extend(self.in_its_place(actor, case, new.follows).await?);
        let FileReferral { category, level, serious_harm, plan, offence, risk, managed_now, why_together, .. } = new;
        let words = offence.zip(risk).zip(managed_now.zip(why_together));
        let words = words.map(|((offence, risk), (managed_now, why_together))| {
            let why_not_level_2 = new.why_not_level_2;
            ReferralWords { offence, risk, managed_now, why_together, why_not_level_2 }
        });
        if let Some(words) = &words {
            for (field, text) in said(words) {
                match self.refuse_names(actor, question, field, text).await {
                    Err(Error::Invalid { errors: named }) => errors.extend(named),
                    other => other?,
                }
            }
        }
        match (category.zip(level), serious_harm.zip(plan), words) {
            (Some((category, level)), Some((harm, plan)), Some(words)) if errors.is_empty() => {
                Ok(Complete { category, level, harm, plan, words })
            }
            _ => Err(Error::Invalid { errors }),
        }
    }

    /// Refuses a second referral beside one of the same agency that waits, and one in the place of what did not go back.
    async fn in_its_place(
        &self,
        actor: &Actor,
        case: CaseId,
        follows: Option<ReferralId>,
    ) -> Result<Option<FieldError>, Error> {
        let mut own = self.gate.store.referrals_of(case, None, super::PAGE_MAX).await?;
        own.retain(|one| &one.referral.agency == actor.agency() && one.again.is_none());
        let outcome = |one: &KeptReferral| one.answer.as_ref().map(|answer| answer.outcome);
        let returned = |one: &&KeptReferral| outcome(one) == Some(ReferralOutcome::Returned);
        let say = match (follows, own.first()) {
            (None, Some(one)) if outcome(one).is_none() => {
                Some(("case", "is referred already, and the co-ordinator has not answered: wait for the answer"))
            }
            (None, Some(one)) if returned(&one) => {
                Some(("follows", "is needed: your referral came back. Name it, so that this one stands in its place"))
            }
            (Some(id), _) if !own.iter().filter(returned).any(|one| one.referral.id == id) => Some((
                "follows",
                "is no referral of your agency that came back and waits to be put right: leave it out",
            )),
            _ => None,
        };
        Ok(say.map(|(field, say)| FieldError::new(field, say)))
    }
}

/// Says which parts a referral lacks, each with its field.
fn missing(new: &FileReferral) -> Vec<FieldError> {
    let third = new.level == Some(MappaLevel::Three);
    let parts = [
        (
            new.category.is_none(),
            "category",
            "is needed: say why he is in MAPPA: sonr, restricted-patient or rosh-other",
        ),
        (new.level.is_none(), "level", "is needed: 2 or 3"),
        (new.serious_harm.is_none(), "serious_harm", "is needed: the class that your assessment found"),
        (new.plan.is_none(), "plan", "is needed: the version of the risk management plan that this stands on"),
        (new.offence.is_none(), "offence", "is needed: the conviction, and what matters of his history"),
        (new.risk.is_none(), "risk", "is needed: what serious harm is to be feared, and to what kind of person"),
        (new.managed_now.is_none(), "managed_now", "is needed: what is done now, and by whom"),
        (new.why_together.is_none(), "why_together", "is needed: what your agency alone cannot do"),
        (
            third && new.why_not_level_2.is_none(),
            "why_not_level_2",
            "is needed for level 3: say which parts of the plan cannot be delivered at level 2",
        ),
        (
            !third && new.why_not_level_2.is_some(),
            "why_not_level_2",
            "goes with level 3 alone: leave it out, or refer him at level 3",
        ),
    ];
    parts.into_iter().filter(|(is, ..)| *is).map(|(_, field, say)| FieldError::new(field, say)).collect()
}
