//! An assessment as a worker records it: what is asked of it, and how it is sealed.
//!
//! Must never know: who asks, HTTP.

use super::goes::Said;
use super::{Desk, Error, Question};
use crate::auth::Actor;
use crate::model::assessments::{AssessmentSummary, AssessmentWords, Code, LevelOverride};
use crate::model::id::{AgencyId, AssessmentId, CaseId, WorkerId};
use crate::model::screen::Form;
use crate::model::text::{Line, Prose};
use crate::model::time::Day;
use crate::store::assessments::{Assessment, place};
use serde::Deserialize;

/// An assessment as a worker records it, from its source.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecordAssessment {
    /// The tool: a word of `tools.csv`.
    pub tool: Code,
    /// Its version.
    pub version: Code,
    /// The score, as the source states it.
    #[serde(default)]
    pub score: Option<Line<20>>,
    /// The level, as the source states it.
    #[serde(default)]
    pub level: Option<Line<40>>,
    /// The level that the assessor gave against the tool, with the reason.
    #[serde(default, rename = "override")]
    pub overridden: Option<LevelOverride>,
    /// The day on which he was assessed.
    pub on: Day,
    /// Who assessed him.
    pub assessor: Line<120>,
    /// The system that it was taken from.
    pub source: Code,
    /// The last day on which it is to be relied on.
    #[serde(default)]
    pub valid_until: Option<Day>,
    /// What the writer has looked at again.
    #[serde(default)]
    pub checked: Vec<Form>,
}

/// What warns of a score or a level that its tool does not have. Nothing is refused and nothing reckoned by it.
pub const OUTSIDE: &str = "Its score or its level is outside what this tool's version gives: check the source. Nothing was \
                           corrected here.";

impl Desk {
    /// Returns what warns of a result, in words, for whoever records it: it is recorded as it was supplied all the same.
    pub(super) fn warnings_of(&self, new: &RecordAssessment) -> Vec<&'static str> {
        let (score, level) = (new.score.as_ref().map(Line::reveal), new.level.as_ref().map(Line::reveal));
        let outside = self.gate.policy.tools().is_outside((&new.tool, &new.version), score, level);
        outside.then_some(OUTSIDE).into_iter().collect()
    }

    /// Refuses a tool that is not known, days that cannot be, an assessment without a result, a protected person's name.
    pub(super) async fn check_assessment(
        &self,
        actor: &Actor,
        question: &Question,
        new: &RecordAssessment,
    ) -> Result<(), Error> {
        let tools = self.gate.policy.tools();
        if !tools.knows(&new.tool) {
            let say = format!("is not a tool of this hub: write one of {}", tools.names().join(", "));
            return Err(Error::field("tool", &say));
        }
        if new.score.is_none() && new.level.is_none() {
            return Err(Error::field(
                "level",
                "is needed, or a score: give what the source gives. Nothing is reckoned here",
            ));
        }
        if new.on > self.today() {
            return Err(Error::field("on", "is in the future: record the assessment when it is made"));
        }
        if new.valid_until.is_some_and(|day| day < new.on) {
            return Err(Error::field(
                "valid_until",
                "is before the day on which he was assessed: correct one of the two",
            ));
        }
        for (field, text) in said(new) {
            self.refuse_names(actor, question, field, text).await?;
        }
        Ok(())
    }

    /// Refuses a text in his record that names a protected person of the case.
    pub(super) async fn refuse_names(
        &self,
        actor: &Actor,
        question: &Question,
        field: &'static str,
        text: &str,
    ) -> Result<(), Error> {
        let named = self.names_somebody(text);
        if named.is_empty() {
            return Ok(());
        }
        let known = self.protected_known(actor, question).await?;
        if named.into_iter().any(|id| known.iter().any(|head| head.id == id)) {
            return Err(Error::field(field, "names a protected person: write it without her name"));
        }
        Ok(())
    }

    /// Seals an assessment, and its summary beside it.
    pub(super) async fn sealed_assessment(
        &self,
        (id, case): (AssessmentId, CaseId),
        (author, agency): (WorkerId, AgencyId),
        new: RecordAssessment,
        corrects: Option<AssessmentId>,
    ) -> Result<Assessment, Error> {
        let at = place(case, id);
        let copy = |line: &Line<40>| Line::new(line.reveal()).map_err(|_| Error::Unknown);
        let score = new.score.as_ref().map(|line| Line::new(line.reveal())).transpose();
        let summary = AssessmentSummary {
            tool: new.tool.clone(),
            version: new.version.clone(),
            on: new.on,
            score: score.map_err(|_| Error::Unknown)?,
            level: new.level.as_ref().map(copy).transpose()?,
            overridden: new.overridden.as_ref().map(|one| copy(&one.level)).transpose()?,
        };
        let words =
            AssessmentWords { score: new.score, level: new.level, overridden: new.overridden, assessor: new.assessor };
        Ok(Assessment {
            id,
            case,
            author,
            agency,
            tool: new.tool,
            version: new.version,
            on: new.on,
            valid_until: new.valid_until,
            source: new.source,
            corrects,
            created: self.now(),
            words: self.seal(at, &words).await?,
            summary: self.seal(at, &summary).await?,
        })
    }
}

/// Returns the texts of an assessment with their fields: they are read in his record.
pub(super) fn said(new: &RecordAssessment) -> Vec<Said<'_>> {
    let mut said = vec![("assessor", new.assessor.reveal())];
    said.extend(new.score.as_ref().map(|line| ("score", line.reveal())));
    said.extend(new.level.as_ref().map(|line| ("level", line.reveal())));
    said.extend(new.overridden.as_ref().map(|one| ("override.level", one.level.reveal())));
    said.extend(new.overridden.as_ref().map(|one| ("override.reason", Prose::reveal(&one.reason))));
    said
}
