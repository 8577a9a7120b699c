//! Risk assessments as they were supplied: recorded, listed, read with everything that warns of them.
//!
//! Promises: no level is ever reckoned, filled in or corrected here; a score and a level are shown together, with tool,
//! version and day; whoever sees one is kept, so that whoever puts it right can tell them; what became of it is looked up
//! after it was opened, so that nobody sees a value that was recalled a moment ago without its warning.

use super::assessed::{RecordAssessment, said};
use super::goes::Goes;
use super::levels::Seen;
use super::{Desk, Error, Once, Question, Recorded, Written};
use crate::auth::Actor;
use crate::model::assessments::{Agreement, AssessmentSummary, AssessmentWords};
use crate::model::id::{AssessmentId, CaseId};
use crate::model::notes::Category;
use crate::model::sealed::Record;
use crate::model::shares::Purpose;
use crate::model::text::Line;
use crate::policy::permit::{Action, Level};
use crate::policy::tools::normal;
pub use crate::store::assessments::{Assessment, Kept};
use crate::store::assessments::{FirstSight, NewAssessment};
pub use crate::store::doubts::Doubt;
use crate::store::effect::{Effect, Supervision};

/// What was opened of an assessment.
pub type SeenAssessment = Seen<AssessmentWords, AssessmentSummary>;

/// One line of a list of assessments: no score and no level.
#[derive(Debug)]
pub struct AssessmentLine {
    /// What stands in clear.
    pub kept: Kept,
    /// How much of it the reader may see.
    pub level: Level,
}

/// An assessment that was opened.
#[derive(Debug)]
pub struct OpenAssessment {
    /// What stands in clear, and what became of it.
    pub kept: Kept,
    /// What was opened of it.
    pub seen: SeenAssessment,
    /// What its score and its level say of each other.
    pub agreement: Agreement,
    /// Its score or its level is none that the tool gives.
    pub outside: bool,
    /// Its last day has passed.
    pub stale: bool,
    /// What is said of it by batches that are not to be relied on.
    pub doubts: Vec<Doubt>,
    /// What else was supplied for the same assessment.
    pub besides: Vec<Besides>,
    /// The mark of the emergency access under which it was read.
    pub watermark: Option<String>,
}

/// Another value that was supplied for the same assessment.
#[derive(Debug)]
pub struct Besides {
    /// It.
    pub kept: Kept,
    /// What was opened of it.
    pub seen: SeenAssessment,
    /// Its score or its level is another one.
    pub differs: bool,
}

impl Desk {
    /// Records an assessment.
    ///
    /// # Errors
    /// [`Error::NotFound`] if there is no such case or the worker may not know of it; [`Error::Refused`];
    /// [`Error::Invalid`] for a tool that is not known, a day to come, neither a score nor a level.
    pub async fn record_assessment(
        &self,
        actor: &Actor,
        case: CaseId,
        new: RecordAssessment,
        once: Option<Once>,
    ) -> Result<Written, Error> {
        if let Some(before) = self.repeated(actor, once.as_ref()).await? {
            return Ok(before);
        }
        let id = AssessmentId::random();
        let question = assessment_question(Action::Create, id, Some(case), self.purpose(actor, None));
        let ask = question.by(actor);
        let (true, Some(author)) = (self.gate.store.has_case(actor, case).await?, actor.worker()) else {
            return Err(self.gate.asked_for_nothing(&ask).await.into());
        };
        let permit = self.gate.decide(&ask, None).await?;
        if let Err(why) = self.check_assessment(actor, &question, &new).await {
            return Err(self.declined(permit, why).await);
        }
        let permit = self.screened(actor, permit, case, (Goes::HisRecord, &said(&new), &new.checked)).await?;
        let warnings = self.warnings_of(&new);
        let assessment = self.sealed_assessment((id, case), (author, actor.agency().clone()), new, None).await?;
        let answer = serde_json::json!({
            "id": id, "case": case, "tool": assessment.tool, "on": assessment.on, "recorded": assessment.created,
            "warnings": warnings,
        });
        let effect = Supervision::RecordAssessment(Box::new(NewAssessment { assessment, notices: Vec::new() }));
        self.write(permit, &ask, None, effect.into(), once.as_ref(), answer).await
    }

    /// Lists a case's assessments, those recorded last first, each as far as the worker may know of it.
    ///
    /// # Errors
    /// [`Error::NotFound`] if there is no such case or the worker may not know of it; [`Error::Invalid`] if `before` is no
    /// place in this list.
    pub async fn assessments(
        &self,
        actor: &Actor,
        case: CaseId,
        purpose: Option<Purpose>,
        before: Option<AssessmentId>,
        limit: i64,
    ) -> Result<(Vec<AssessmentLine>, Option<AssessmentId>, Recorded), Error> {
        let recorded = self.looks_at(actor, case, purpose).await?;
        let purpose = self.purpose(actor, purpose);
        let mut place = match before {
            None => None,
            Some(id) => {
                let found = self.gate.store.assessment(id).await?.filter(|one| one.assessment.case == case);
                let known = self.assessment_lines(actor, found.into_iter().collect(), purpose).await?;
                let line = known.first().ok_or_else(super::no_place)?;
                Some((line.kept.assessment.created, id))
            }
        };
        let mut shown = Vec::new();
        // A page is full of what the worker may know: a short one would tell of what they may not.
        while (shown.len() as i64) < limit {
            let page = self.gate.store.assessments_of(case, place, super::PAGE_MAX).await?;
            let Some(last) = page.last() else { break };
            place = Some((last.assessment.created, last.assessment.id));
            shown.extend(self.assessment_lines(actor, page, purpose).await?);
        }
        shown.truncate(usize::try_from(limit).unwrap_or_default());
        let next = (shown.len() as i64 == limit).then(|| shown.last().map(|one| one.kept.assessment.id)).flatten();
        Ok((shown, next, recorded))
    }

    async fn assessment_lines(
        &self,
        actor: &Actor,
        found: Vec<Kept>,
        purpose: Purpose,
    ) -> Result<Vec<AssessmentLine>, Error> {
        let of = |one: &Kept| {
            let question = assessment_question(Action::Read, one.assessment.id, Some(one.assessment.case), purpose);
            (question, one.assessment.item())
        };
        let known = self.known_of(actor, found, of).await?;
        Ok(known.into_iter().map(|(kept, level)| AssessmentLine { kept, level }).collect())
    }

    /// Shows an assessment, with every other value that was supplied for it and stands.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Refused`].
    pub async fn assessment(
        &self,
        actor: &Actor,
        id: AssessmentId,
        purpose: Option<Purpose>,
    ) -> Result<OpenAssessment, Error> {
        let purpose = self.purpose(actor, purpose);
        let found = self.gate.store.assessment(id).await?;
        let case = found.as_ref().map(|found| found.assessment.case);
        let question = assessment_question(Action::Read, id, case, purpose);
        let Some(found) = found else {
            return Err(self.gate.asked_for_nothing(&question.by(actor)).await.into());
        };
        let mark = self.mark(actor, &question).await?;
        let seen = self.seen_value(actor, &question, &found.assessment, mark.is_some()).await?;
        let besides = self.besides(actor, &found, (purpose, mark.is_some()), &seen).await?;
        // What was put right while it was opened is shown as put right.
        let kept = self.gate.store.assessment(id).await?.ok_or(Error::NotFound)?;
        let doubts = if kept.doubted { self.gate.store.doubts_of(id).await? } else { Vec::new() };
        let (score, level) = value(&seen);
        let of = (&kept.assessment.tool, &kept.assessment.version);
        let agreement = self.gate.policy.tools().agreement(of, score, level);
        let outside = self.gate.policy.tools().is_outside(of, score, level);
        let stale = kept.assessment.valid_until.is_some_and(|day| day < self.today());
        let watermark = mark.map(|mark| mark.words);
        Ok(OpenAssessment { kept, seen, agreement, outside, stale, doubts, besides, watermark })
    }

    /// Opens what else was supplied for the same assessment, as far as the actor may see it.
    async fn besides(
        &self,
        actor: &Actor,
        found: &Kept,
        (purpose, mark): (Purpose, bool),
        seen: &SeenAssessment,
    ) -> Result<Vec<Besides>, Error> {
        let others = self.gate.store.supplied_besides(&found.assessment).await?;
        let mut besides = Vec::new();
        for line in self.assessment_lines(actor, others, purpose).await? {
            if line.level > Level::Summary {
                continue;
            }
            let one = &line.kept.assessment;
            let question = assessment_question(Action::Read, one.id, Some(one.case), purpose);
            let other = self.seen_value(actor, &question, one, mark).await?;
            let differs = alike(&other) != alike(seen);
            let kept = self.gate.store.assessment(one.id).await?.ok_or(Error::NotFound)?;
            besides.push(Besides { kept, seen: other, differs });
        }
        Ok(besides)
    }

    /// Opens one value. The first time that somebody sees it is kept in the same commit, and moves the case: whoever puts it
    /// right at that moment looks again.
    async fn seen_value(
        &self,
        actor: &Actor,
        question: &Question,
        one: &Assessment,
        mark: bool,
    ) -> Result<SeenAssessment, Error> {
        let item = one.item();
        let ask = question.by(actor);
        let sealed = || (one.words.clone(), Some(one.summary.clone()));
        let facts = self.gate.facts(&ask, Some(item.clone())).await?;
        let facts = self.marked(&ask, Some(item.clone()), facts, mark).await?;
        if let Some(worker) = actor.worker()
            && !self.gate.store.has_seen(one.id, worker).await?
        {
            let first = FirstSight { assessment: one.id, worker, case: one.case, at: self.now() };
            let change = Supervision::SeeAssessment(first).into();
            let seen = self.opened_leaving(actor, *question, (item.clone(), facts.clone()), sealed(), change).await;
            match seen {
                // The same worker at another screen was first.
                Err(Error::Conflict) => {}
                seen => return seen,
            }
        }
        let shown = Effect::Disclose(Vec::new()).into();
        self.opened_leaving(actor, *question, (item, facts), sealed(), shown).await
    }
}

/// Returns the score and the level, as the source states them.
pub(super) fn value(seen: &SeenAssessment) -> (Option<&str>, Option<&str>) {
    let (score, level) = match seen {
        Seen::Full(words) => (words.value().score.as_ref(), words.value().level.as_ref()),
        Seen::Summary(summary) => (summary.value().score.as_ref(), summary.value().level.as_ref()),
    };
    (score.map(Line::reveal), level.map(Line::reveal))
}

/// Returns what two values have in common that were written differently: `Very High` and `very-high`.
fn alike(seen: &SeenAssessment) -> (Option<String>, Option<String>) {
    let (score, level) = value(seen);
    (score.map(normal), level.map(normal))
}

pub(super) const fn assessment_question(
    action: Action,
    id: AssessmentId,
    case: Option<CaseId>,
    purpose: Purpose,
) -> Question {
    let (record, category) = (Record::Assessment(id), Category::RiskAssessment);
    Question { action, record, case, about: None, category, purpose }
}
