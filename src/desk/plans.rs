//! Risk management plans: written in the structure of the national standards, version after version, and approved by a manager.
//!
//! Promises: a version is never changed, the next one stands beside it; nobody approves their own; from an approval run its
//! clocks, by events of the same commit; what is done for a protected person has no words, and stands nowhere else in the plan.

use super::clocks::{has_ended, stand};
use super::contacts::few;
use super::events::{By, Event, Happened};
use super::goes::{Goes, Said};
use super::{Desk, Error, Once, Question, Written, promised};
use crate::auth::Actor;
#[cfg(feature = "demo")]
use crate::model::id::AgencyId;
use crate::model::id::{CaseId, EventId, OrderId, PlanId, PlanPartId, WorkerId};
use crate::model::notes::Category;
use crate::model::plans::{Owner, PlanWords, SafetyAction, SafetyPart};
use crate::model::screen::Form;
use crate::model::sealed::Record;
use crate::model::shares::{Purpose, Recipient};
use crate::model::summary::{RiskPlan, Summary};
use crate::model::text::Line;
use crate::model::time::{Day, Moment};
use crate::policy::permit::Action;
use crate::store::chronology::Trace;
use crate::store::effect::Supervision;
use crate::store::plans::{KeptPlan, NewApproval, NewPlan, Part, Plan, place, place_of_part};
use serde::Deserialize;
use std::collections::BTreeSet;

/// How often the facts may move while a version is prepared before the caller is told to try again.
const ATTEMPTS_MAX: usize = 8;

/// Lines that stand for the plan to whoever meets him.
const CONTINGENCY_MAX: usize = 5;

/// The events of an approval: that of the plan for life, and that of the case management plan.
const APPROVAL: [&str; 2] = ["rmp-approved", "plan-finalised"];

const WORKER: &str = "is nobody of his side who works on this case: choose a role, or have them join it first. What is done for a \
                      protected person stands in victim_safety";

/// A version of a plan as a worker writes it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WritePlan {
    /// The formulation and what follows from it.
    pub plan: PlanWords,
    /// What is done for each protected person, by reference.
    #[serde(default)]
    pub victim_safety: Vec<SafetyAction>,
    /// The orders that it serves; those of the case, if it is left out.
    #[serde(default)]
    pub orders: Vec<OrderId>,
    /// The day by which it is reviewed.
    pub review: Day,
    /// What the writer has looked at again.
    #[serde(default)]
    pub checked: Vec<Form>,
}

impl Desk {
    /// Records the next version of a case's plan.
    ///
    /// # Errors
    /// [`Error::NotFound`] if there is no such case or the worker may not know of it; [`Error::Refused`];
    /// [`Error::Invalid`] for a part that is wanting, an owner who does not work on the case, a protected person's name.
    pub async fn write_plan(
        &self,
        actor: &Actor,
        case: CaseId,
        mut new: WritePlan,
        once: Option<Once>,
    ) -> Result<Written, Error> {
        if let Some(before) = self.repeated(actor, once.as_ref()).await? {
            return Ok(before);
        }
        let id = PlanId::random();
        let question = plan_question(Action::Create, id, Some(case), self.purpose(actor, None));
        let ask = question.by(actor);
        let (true, Some(author)) = (self.gate.store.has_case(actor, case).await?, actor.worker()) else {
            return Err(self.gate.asked_for_nothing(&ask).await.into());
        };
        let permit = self.gate.decide(&ask, None).await?;
        if let Err(why) = self.check_plan(actor, &question, case, &new).await {
            return Err(self.declined(permit, why).await);
        }
        let checked = std::mem::take(&mut new.checked);
        let mut permit = self.screened(actor, permit, case, (Goes::HisRecord, &said(&new.plan), &checked)).await?;
        let orders = self.orders_served(case, std::mem::take(&mut new.orders)).await?;
        let words = self.seal(place(case, id), &new.plan).await?;
        let parts = self.sealed_parts(case, new.victim_safety).await?;
        for _ in 0..ATTEMPTS_MAX {
            let version = self.gate.store.latest_plan(case).await? + 1;
            let plan = Plan {
                id,
                case,
                author,
                agency: actor.agency().clone(),
                version,
                orders: orders.clone(),
                review: new.review,
                created: self.now(),
                words: words.clone(),
                summary: self.seal(place(case, id), &summary(version, &new.plan, new.review)?).await?,
            };
            let answer = serde_json::json!({
                "id": id, "case": case, "version": version, "review": plan.review, "recorded": plan.created,
            });
            let effect = Supervision::WritePlan(Box::new(NewPlan { plan, parts: parts.clone() }));
            let (change, answer) = promised(actor, effect.into(), once.as_ref(), &answer);
            match self.gate.commit_as_prepared(permit, change).await {
                Err(crate::gate::Error::Moved) => permit = self.gate.decide(&ask, None).await?,
                settled => return self.written(actor, settled, once.as_ref(), answer).await,
            }
        }
        Err(Error::Busy)
    }

    /// Approves a version that somebody else of one's agency wrote. Its clocks run from the events of this act.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Refused`]; [`Error::Invalid`] to its author, and if a newer version is approved;
    /// [`Error::Conflict`] if it is approved already.
    pub async fn approve_plan(&self, actor: &Actor, id: PlanId, once: Option<Once>) -> Result<Written, Error> {
        if let Some(before) = self.repeated(actor, once.as_ref()).await? {
            return Ok(before);
        }
        let found = self.gate.store.plan(id).await?;
        let case = found.as_ref().map(|found| found.plan.case);
        let question = plan_question(Action::Manage, id, case, self.purpose(actor, None));
        let ask = question.by(actor);
        let (Some(found), Some(worker)) = (found, actor.worker()) else {
            return Err(self.gate.asked_for_nothing(&ask).await.into());
        };
        if !self.is_there(actor, &question, &found).await? {
            return Err(self.gate.asked_for_nothing(&ask).await.into());
        }
        let item = found.plan.item();
        let mut permit = self.gate.decide(&ask, Some(item.clone())).await?;
        for _ in 0..ATTEMPTS_MAX {
            let found = self.gate.store.plan(id).await?.ok_or(Error::NotFound)?;
            if let Err(why) = approvable(&found, worker) {
                return Err(self.declined(permit, why).await);
            }
            let by = By { case: found.plan.case, author: worker, agency: actor.agency().clone(), at: self.now() };
            let events = self.approval_events(&by, &found).await?;
            let answer = serde_json::json!({
                "id": id, "case": by.case, "version": found.plan.version, "approved": by.at,
                "events": events.iter().map(|event| event.id).collect::<Vec<_>>(),
            });
            let approval = NewApproval { plan: id, case: by.case, worker, at: by.at, events };
            let effect = Supervision::ApprovePlan(Box::new(approval));
            let (change, answer) = promised(actor, effect.into(), once.as_ref(), &answer);
            match self.gate.commit_as_prepared(permit, change).await {
                Err(crate::gate::Error::Moved) => permit = self.gate.decide(&ask, Some(item.clone())).await?,
                settled => return self.written(actor, settled, once.as_ref(), answer).await,
            }
        }
        Err(Error::Busy)
    }

    /// Seals what an approval starts and stops for each order that the plan serves.
    async fn approval_events(&self, by: &By, found: &KeptPlan) -> Result<Vec<Event>, Error> {
        let mut events = Vec::new();
        let served = found.plan.orders.iter().flat_map(|order| APPROVAL.map(|word| (*order, word)));
        for ((order, word), at) in served.zip(by.at.micros()..) {
            let event = Happened { order: Some(order), ..Happened::new(self.word(word)?, by.at) };
            // Each a microsecond after the one before: lists keep their order.
            let by = By { at: Moment::from_micros(at), agency: by.agency.clone(), ..*by };
            events.push(self.sealed_event(&by, EventId::random(), event).await?);
        }
        Ok(events)
    }

    /// Returns the orders that a plan serves, each once: those that are named, or all of the case that have not ended.
    async fn orders_served(&self, case: CaseId, mut named: Vec<OrderId>) -> Result<Vec<OrderId>, Error> {
        if named.is_empty() {
            return self.orders_left(case).await;
        }
        let mut seen = BTreeSet::new();
        named.retain(|order| seen.insert(*order));
        Ok(named)
    }

    /// Returns the orders of a case that have not ended.
    async fn orders_left(&self, case: CaseId) -> Result<Vec<OrderId>, Error> {
        let (now, events) = (self.now(), self.gate.store.chronology(case).await?);
        let happenings: Vec<_> = events.iter().map(Trace::happening).collect();
        let standing = stand(&events, &happenings, now);
        let orders = self.gate.store.order_heads(case).await?;
        Ok(orders.into_iter().filter(|one| !has_ended(one, &standing, now)).map(|one| one.id).collect())
    }

    /// Seals the first version of a plan that was written elsewhere.
    #[cfg(feature = "demo")]
    pub(super) async fn first_version(
        &self,
        (id, case): (PlanId, CaseId),
        (author, agency): (WorkerId, AgencyId),
        new: WritePlan,
    ) -> Result<NewPlan, Error> {
        let at = place(case, id);
        let plan = Plan {
            id,
            case,
            author,
            agency,
            version: 1,
            orders: self.orders_served(case, new.orders).await?,
            review: new.review,
            created: self.now(),
            words: self.seal(at, &new.plan).await?,
            summary: self.seal(at, &summary(1, &new.plan, new.review)?).await?,
        };
        Ok(NewPlan { plan, parts: self.sealed_parts(case, new.victim_safety).await? })
    }

    async fn sealed_parts(&self, case: CaseId, safety: Vec<SafetyAction>) -> Result<Vec<Part>, Error> {
        let mut parts = Vec::new();
        for SafetyAction { protected, measures, owner, due } in safety {
            let id = PlanPartId::random();
            let words = self.seal(place_of_part(case, id), &SafetyPart { measures, owner, due }).await?;
            parts.push(Part { id, about: protected, words });
        }
        Ok(parts)
    }
}

impl Desk {
    async fn check_plan(&self, actor: &Actor, question: &Question, case: CaseId, new: &WritePlan) -> Result<(), Error> {
        check_form(new, self.today())?;
        for order in &new.orders {
            if self.gate.store.order(*order).await?.is_none_or(|found| found.case != case) {
                return Err(Error::field("orders", "names one that is not of this case: choose from its list"));
            }
        }
        let left = if new.orders.is_empty() { Vec::new() } else { self.orders_left(case).await? };
        if !new.orders.iter().all(|order| left.contains(order)) {
            return Err(Error::field("orders", "names one that has ended: leave it out"));
        }
        for (_, action) in new.plan.actions() {
            if !self.owes(case, &action.owner).await? {
                return Err(Error::field("plan.owner", WORKER));
            }
        }
        self.check_safety(actor, question, case, &new.victim_safety).await?;
        for (field, text) in said(&new.plan) {
            self.refuse_names(actor, question, field, text).await?;
        }
        Ok(())
    }

    /// Refuses a reference to somebody who is not of the case, a second part for the same one, and one without a measure.
    async fn check_safety(
        &self,
        actor: &Actor,
        question: &Question,
        case: CaseId,
        safety: &[SafetyAction],
    ) -> Result<(), Error> {
        let known = self.protected_known(actor, question).await?;
        let involved = self.gate.store.involved(case).await?;
        for (nth, one) in safety.iter().enumerate() {
            if !known.iter().any(|head| head.id == one.protected) {
                let say = "names somebody who is not a protected person of this case: leave the reference out";
                return Err(Error::field("victim_safety.protected", say));
            }
            if safety[..nth].iter().any(|before| before.protected == one.protected) {
                return Err(Error::field(
                    "victim_safety.protected",
                    "stands twice: put all that is done for her into one",
                ));
            }
            if one.measures.is_empty() {
                return Err(Error::field("victim_safety.measures", "is needed: choose at least one"));
            }
            few("victim_safety.measures", &one.measures)?;
            let works = |worker| {
                let on = |part: &&crate::model::cases::Involvement| part.worker == worker;
                involved.iter().filter(on).any(|part| part.about.is_none() || part.about == Some(one.protected))
            };
            if let Owner::Worker(worker) = &one.owner
                && !works(*worker)
            {
                let say =
                    "does not work on this case with the one whom it is for: choose a role, or have them join it first";
                return Err(Error::field("victim_safety.owner", say));
            }
        }
        Ok(())
    }

    /// Says whether somebody can owe what stands in the open part of a plan: a worker on the case, a role, an agency; never
    /// of a women's or a children's service, whose part would tell that somebody engages with it.
    async fn owes(&self, case: CaseId, owner: &Owner) -> Result<bool, Error> {
        let to = owner.recipient();
        let confides = self.side_of(&to).await?.is_some_and(|kind| kind.keeps_confidence());
        let there = match &to {
            Recipient::Worker(worker) => return self.works_openly(case, *worker).await,
            Recipient::Agency(agency) => self.gate.store.agency(agency).await?.is_some(),
            Recipient::Role(_) => true,
        };
        Ok(there && !confides)
    }
}

/// Refuses to approve what is approved, what is old, and one's own.
fn approvable(found: &KeptPlan, by: WorkerId) -> Result<(), Error> {
    match found {
        one if one.approved.is_some() => Err(Error::Conflict),
        one if one.newer.is_some() => {
            let say = "is an old version: a newer one is approved already. Approve that which is to hold";
            Err(Error::field("", say))
        }
        one if one.plan.author == by => {
            Err(Error::field("", "is approved by another manager than the one who wrote it: ask a colleague"))
        }
        _ => Ok(()),
    }
}

/// Refuses what is wanting or too much, before anything is looked up.
fn check_form(new: &WritePlan, today: Day) -> Result<(), Error> {
    let plan = &new.plan;
    few("plan.risk_factors", &plan.risk_factors)?;
    few("plan.protective_factors", &plan.protective_factors)?;
    few("plan.warning_signs", &plan.warning_signs)?;
    few("plan.scenarios", &plan.scenarios)?;
    few("plan.supervision", &plan.supervision)?;
    few("plan.monitoring", &plan.monitoring)?;
    few("plan.intervention", &plan.intervention)?;
    few("victim_safety", &new.victim_safety)?;
    few("orders", &new.orders)?;
    let past = |day: Day| day < today;
    let due = plan.actions().filter_map(|(_, one)| one.due).any(past);
    let safety_due = new.victim_safety.iter().filter_map(|one| one.due).any(past);
    let wanting = [
        (plan.warning_signs.is_empty(), "plan.warning_signs", "is needed: name at least one"),
        (plan.scenarios.is_empty(), "plan.scenarios", "is needed: describe at least one"),
        (plan.contingency.is_empty(), "plan.contingency", "is needed: say what to do when a warning sign shows"),
        (plan.contingency.len() > CONTINGENCY_MAX, "plan.contingency", "are too many: name at most 5"),
        (past(new.review), "review", "is in the past: give a day to come"),
        (due, "plan.due", "is in the past: give a day to come"),
        (safety_due, "victim_safety.due", "is in the past: give a day to come"),
    ];
    match wanting.into_iter().find(|(is, ..)| *is) {
        Some((_, field, say)) => Err(Error::field(field, say)),
        None => Ok(()),
    }
}

/// Returns what whoever meets him sees: the version, what to do if a warning sign shows, when it is reviewed.
fn summary(version: i64, plan: &PlanWords, review: Day) -> Result<Summary, Error> {
    let line = |text: &str| Line::new(text).map_err(|_| Error::Unknown);
    let contingency = plan.contingency.iter().map(|one| line(one.what.reveal())).collect::<Result<_, _>>()?;
    let version = Line::new(&version.to_string()).map_err(|_| Error::Unknown)?;
    Ok(Summary::RiskPlan(RiskPlan { version, contingency, review: Some(review) }))
}

pub(super) const fn plan_question(action: Action, id: PlanId, case: Option<CaseId>, purpose: Purpose) -> Question {
    let (record, category) = (Record::Plan(id), Category::RiskPlan);
    Question { action, record, case, about: None, category, purpose }
}

/// Returns the texts of a plan with their fields: they are read in his record.
fn said(plan: &PlanWords) -> Vec<Said<'_>> {
    let mut said = vec![
        ("plan.nature", plan.nature.reveal()),
        ("plan.seriousness", plan.seriousness.reveal()),
        ("plan.pattern", plan.pattern.reveal()),
        ("plan.likelihood", plan.likelihood.reveal()),
        ("plan.imminence", plan.imminence.reveal()),
        ("plan.communicate_how", plan.communicate_how.reveal()),
        ("plan.communicate_every", plan.communicate_every.reveal()),
    ];
    let lists = [
        ("plan.risk_factors", &plan.risk_factors),
        ("plan.protective_factors", &plan.protective_factors),
        ("plan.warning_signs", &plan.warning_signs),
    ];
    said.extend(lists.into_iter().flat_map(|(field, list)| list.iter().map(move |line| (field, line.reveal()))));
    for one in &plan.scenarios {
        let lines = [&one.context, &one.what, &one.who, &one.when, &one.how, &one.why];
        said.extend(lines.map(|line| ("plan.scenarios", line.reveal())));
    }
    said.extend(plan.actions().map(|(_, one)| ("plan.what", one.what.reveal())));
    said
}
