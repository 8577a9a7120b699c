//! An assessment that was wrong is put right by another in its place, a batch is not to be relied on: and everybody who saw
//! a wrong value is told.
//!
//! Promises: the wrong value stays, with its warning; what is put right, the marks and the notices are one commit, made again
//! if anybody saw one of them meanwhile; a notice names no score, no level and nobody; whoever corrects learns nothing of who
//! was told.

use super::assessed::{RecordAssessment, said};
use super::assessments::assessment_question;
use super::goes::Goes;
use super::notices::Tell;
use super::{Desk, Error, Once, Question, Written, promised};
use crate::auth::Actor;
use crate::model::alerts::{HubKind, Severity};
use crate::model::assessments::{Code, Doubted, WhyDoubted};
use crate::model::id::{AssessmentId, CaseId, DoubtId, WorkerId};
use crate::model::notes::Category;
use crate::model::sealed::Record;
use crate::model::time::Day;
use crate::policy::permit::Action;
use crate::store::alerts::NewAlert;
use crate::store::assessments::{Kept, NewAssessment};
use crate::store::doubts::{Batch, NewDoubt, OfBatch};
use crate::store::effect::Supervision;
use crate::store::orders::plain;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

/// How often the facts may move while a correction is prepared before the caller is told to try again.
const ATTEMPTS_MAX: usize = 8;

/// Assessments that one batch marks at most: they are one commit.
const BATCH_MAX: usize = 1000;

const CORRECTED: &str = "A risk assessment that you saw has been put right by those who recorded it. Open the new one, look \
                         again at what you decided on the old one, and say that you have this.";

const DOUBTED: &str = "A risk assessment that you saw is in a batch that is not to be relied on. Look again at what you \
                       decided on it, ask his case manager what holds now, and say that you have this.";

const LEFT: &str = "A risk assessment that somebody of your agency saw has been put right or is not to be relied on, and they \
                    could not be told of it. Find out who acts on it now, and tell them.";

/// A batch of assessments of one's own agency, by what they have in common.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecallAssessments {
    /// The tool.
    pub tool: Code,
    /// Its version.
    pub version: Code,
    /// The system that they were taken from.
    pub source: Code,
    /// The first day on which he was assessed.
    pub from: Day,
    /// The last.
    pub to: Day,
    /// What is said of them.
    pub state: Doubted,
    /// Why.
    pub reason: WhyDoubted,
}

impl Desk {
    /// Puts another assessment in the place of one of one's own agency.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Refused`]; [`Error::Invalid`] if it is of another tool; [`Error::Conflict`] if it was put
    /// right before: correct the newer one.
    pub async fn correct_assessment(
        &self,
        actor: &Actor,
        id: AssessmentId,
        new: RecordAssessment,
        once: Option<Once>,
    ) -> Result<Written, Error> {
        if let Some(before) = self.repeated(actor, once.as_ref()).await? {
            return Ok(before);
        }
        let found = self.gate.store.assessment(id).await?;
        let case = found.as_ref().map(|found| found.assessment.case);
        // Whoever corrects passes on: the same is asked of them as of whoever shares it.
        let question = assessment_question(Action::Share, id, case, self.purpose(actor, None));
        let ask = question.by(actor);
        let (Some(old), Some(author)) = (found, actor.worker()) else {
            return Err(self.gate.asked_for_nothing(&ask).await.into());
        };
        let case = old.assessment.case;
        let fresh = AssessmentId::random();
        let permit = self.gate.decide(&ask, Some(old.assessment.item())).await?;
        if let Err(why) = self.check_replacement(actor, &question, &old, &new).await {
            return Err(self.declined(permit, why).await);
        }
        let mut permit = self.screened(actor, permit, case, (Goes::HisRecord, &said(&new), &new.checked)).await?;
        let (by, warnings) = ((author, actor.agency().clone()), self.warnings_of(&new));
        let assessment = self.sealed_assessment((fresh, case), by, new, Some(id)).await?;
        for _ in 0..ATTEMPTS_MAX {
            if self.gate.store.assessment(id).await?.is_none_or(|now| now.replaced.is_some()) {
                return Err(self.declined(permit, Error::Conflict).await);
            }
            let seen = self.gate.store.seen_by(id).await?.into_iter().collect();
            let notices = self.broadcast(actor, (case, HubKind::AssessmentCorrected, CORRECTED), seen).await?;
            let answer = serde_json::json!({
                "id": fresh, "corrects": id, "case": case, "tool": assessment.tool, "on": assessment.on,
                "recorded": assessment.created, "warnings": warnings,
            });
            let effect =
                Supervision::RecordAssessment(Box::new(NewAssessment { assessment: assessment.clone(), notices }));
            let (change, answer) = promised(actor, effect.into(), once.as_ref(), &answer);
            match self.gate.commit_as_prepared(permit, change).await {
                Err(crate::gate::Error::Moved) => {
                    permit = self.gate.decide(&ask, Some(old.assessment.item())).await?;
                }
                settled => return self.written(actor, settled, once.as_ref(), answer).await,
            }
        }
        Err(Error::Busy)
    }

    async fn check_replacement(
        &self,
        actor: &Actor,
        question: &Question,
        old: &Kept,
        new: &RecordAssessment,
    ) -> Result<(), Error> {
        if old.replaced.is_some() {
            return Err(Error::Conflict);
        }
        if new.tool != old.assessment.tool {
            let say = "must be that of the assessment that it puts right: record one of another tool by itself";
            return Err(Error::field("tool", say));
        }
        self.check_assessment(actor, question, new).await
    }

    /// Says of a batch of one's own agency's assessments that they are not to be relied on: all of them in one commit.
    ///
    /// # Errors
    /// [`Error::NotFound`] to whoever may not; [`Error::Invalid`] if there is none such, or more than one commit holds.
    pub async fn recall_assessments(
        &self,
        actor: &Actor,
        new: RecallAssessments,
        once: Option<Once>,
    ) -> Result<Written, Error> {
        if let Some(before) = self.repeated(actor, once.as_ref()).await? {
            return Ok(before);
        }
        let id = DoubtId::random();
        let (category, purpose) = (Category::RiskAssessment, self.purpose(actor, None));
        let question =
            Question { action: Action::Manage, record: Record::Doubt(id), case: None, about: None, category, purpose };
        let ask = question.by(actor);
        let item = plain(category, actor.agency().clone());
        let batch = Batch {
            agency: actor.agency().clone(),
            tool: new.tool.clone(),
            version: new.version.clone(),
            source: new.source.clone(),
            first: new.from,
            last: new.to,
        };
        for _ in 0..ATTEMPTS_MAX {
            let mut facts = self.gate.facts(&ask, Some(item.clone())).await?;
            let may = self.gate.judge(&ask, &facts).await?;
            let Some(worker) = actor.worker() else { return Err(self.declined(may, Error::NotFound).await) };
            let found = self.gate.store.batch(&batch, BATCH_MAX as i64 + 1).await?;
            if let Err(why) = check_batch(&new, &found) {
                return Err(self.declined(may, why).await);
            }
            // Whoever sees one of them before this is committed is told: it stands on the facts of every case.
            let stamps: BTreeMap<_, _> = found.iter().map(|one| (one.case, one.stamp.clone())).collect();
            facts.stamps.extend(stamps.into_values());
            let permit = self.gate.judge(&ask, &facts).await?;
            let at = self.now();
            let notices = self.batch_notices(actor, &batch).await?;
            let answer = serde_json::json!({ "id": id, "state": new.state, "marked": found.len(), "at": at });
            let assessments = found.into_iter().map(|one| (one.id, one.case)).collect();
            let (state, why) = (new.state, new.reason);
            let doubt = NewDoubt { id, batch: batch.clone(), worker, state, why, at, assessments, notices };
            let effect = Supervision::DoubtAssessments(Box::new(doubt));
            let (change, answer) = promised(actor, effect.into(), once.as_ref(), &answer);
            match self.gate.commit_as_prepared(permit, change).await {
                Err(crate::gate::Error::Moved) => {}
                settled => return self.written(actor, settled, once.as_ref(), answer).await,
            }
        }
        Err(Error::Busy)
    }

    async fn batch_notices(&self, actor: &Actor, batch: &Batch) -> Result<Vec<NewAlert>, Error> {
        let mut seen: BTreeMap<CaseId, BTreeSet<WorkerId>> = BTreeMap::new();
        for (case, worker) in self.gate.store.batch_seen(batch).await? {
            seen.entry(case).or_default().insert(worker);
        }
        let mut notices = Vec::new();
        for (case, workers) in seen {
            notices.extend(self.broadcast(actor, (case, HubKind::AssessmentDoubted, DOUBTED), workers).await?);
        }
        Ok(notices)
    }

    /// Tells everybody who saw it, each under the row that they can open: that of assessments, or for whoever saw it in an
    /// emergency that of his status. Of those whom neither reaches the officers of their agency are told.
    async fn broadcast(
        &self,
        actor: &Actor,
        (case, kind, say): (CaseId, HubKind, &'static str),
        mut seen: BTreeSet<WorkerId>,
    ) -> Result<Vec<NewAlert>, Error> {
        seen.retain(|worker| Some(*worker) != actor.worker());
        let mut notices = Vec::new();
        for category in [Category::RiskAssessment, Category::SupervisionStatus] {
            let able = self.who_open(seen.clone(), case, (None, category), Some(actor)).await?;
            seen.retain(|worker| !able.contains(worker));
            let tell = Tell {
                kind: kind.as_str(),
                category,
                severity: Severity::High,
                case,
                about: None,
                note: None,
                say: say.to_owned(),
                shares: Vec::new(),
            };
            notices.extend(self.notice(actor, tell, able).await?.map(|notice| notice.alert));
        }
        let mut agencies = BTreeSet::new();
        for worker in seen {
            agencies.extend(self.gate.store.seat(worker).await?.map(|(seat, _)| seat.agency));
        }
        for agency in agencies {
            let officers = self.gate.store.officers_of(&agency, Some(case), actor.worker()).await?;
            notices.extend(self.to_oversight("hub", HubKind::NobodyTold, Severity::High, LEFT, &officers).await?);
        }
        Ok(notices)
    }
}

/// Refuses days in the wrong order, a batch of nothing, and one that is too long for one commit.
fn check_batch(new: &RecallAssessments, found: &[OfBatch]) -> Result<(), Error> {
    if new.to < new.from {
        return Err(Error::field("to", "is before the first day: correct one of the two"));
    }
    if found.is_empty() {
        let say = "finds no assessment of your agency by this tool, version, source and days: nothing was marked";
        return Err(Error::field("tool", say));
    }
    if found.len() > BATCH_MAX {
        let say = "takes in more than 1000 assessments: nothing was marked. Name fewer days, and the others after that";
        return Err(Error::field("to", say));
    }
    Ok(())
}
