//! Risk assessments, as they are kept: tool, version, day and source in clear, because a batch is found by them; what the
//! assessment came to sealed. Who saw one is a row of its own, so that whoever puts it right finds them.

use super::alerts::NewAlert;
use super::orders::plain;
use super::table::{self, Row, row};
use super::{Error, Store, read};
use crate::model::assessments::{AssessmentSummary, AssessmentWords, Code};
use crate::model::facts::Item;
use crate::model::id::{AgencyId, AssessmentId, CaseId, WorkerId};
use crate::model::notes::Category;
use crate::model::sealed::{Compartment, Drawer, Place, Record, Sealed};
use crate::model::time::{Day, Moment};
use sqlx::any::AnyRow;

macro_rules! columns {
    () => {
        "SELECT a.id, a.case_id, a.author, a.agency, a.tool, a.version, a.assessed, a.valid_until, a.source, a.corrects,
           a.created, a.sealed, a.summary,
           (SELECT n.id FROM assessment n WHERE n.corrects = a.id) AS replaced,
           CAST((SELECT COUNT(*) FROM assessment_doubt d WHERE d.assessment = a.id) AS BIGINT) AS doubts
      FROM assessment a "
    };
}

pub(super) const ONE: &str = concat!(columns!(), "WHERE a.id = $1");

pub(super) const OF_CASE: &str = concat!(
    columns!(),
    "WHERE a.case_id = $1
       AND (a.created < $2 OR (a.created = $2 AND a.id < $3))
     ORDER BY a.created DESC, a.id DESC
     LIMIT $4"
);

/// What else was supplied for the same assessment and stands. $1 case, $2 tool, $3 day, $4 the one itself.
pub(super) const SAME: &str = concat!(
    columns!(),
    "WHERE a.case_id = $1
       AND a.tool = $2
       AND a.assessed = $3
       AND a.id <> $4
       AND NOT EXISTS (SELECT 1 FROM assessment n WHERE n.corrects = a.id)
     ORDER BY a.created DESC, a.id DESC
     LIMIT 5"
);

pub(super) const HAS_READ: &str = "
    SELECT CAST(COUNT(*) AS BIGINT) AS found
      FROM assessment_read
     WHERE assessment = $1
       AND worker = $2";

/// Those who saw one, and who recorded it. $1 assessment, $2 after this worker, $3 at most.
pub(super) const SEEN_BY: &str = "
    SELECT s.worker
      FROM (SELECT r.worker FROM assessment_read r WHERE r.assessment = $1
             UNION
            SELECT a.author AS worker FROM assessment a WHERE a.id = $1) s
     WHERE s.worker > $2
     ORDER BY s.worker
     LIMIT $3";

/// An assessment.
#[derive(Debug, Clone)]
pub struct Assessment {
    /// The assessment.
    pub id: AssessmentId,
    /// The case.
    pub case: CaseId,
    /// Who recorded it.
    pub author: WorkerId,
    /// For which agency.
    pub agency: AgencyId,
    /// The tool.
    pub tool: Code,
    /// Its version.
    pub version: Code,
    /// The day on which he was assessed.
    pub on: Day,
    /// The last day on which it is to be relied on, as the source says.
    pub valid_until: Option<Day>,
    /// The system that it was taken from.
    pub source: Code,
    /// The one in whose place it stands.
    pub corrects: Option<AssessmentId>,
    /// When it was recorded.
    pub created: Moment,
    /// What it came to.
    pub words: Sealed<AssessmentWords>,
    /// The same for those who may see a summary.
    pub summary: Sealed<AssessmentSummary>,
}

/// An assessment with what became of it.
#[derive(Debug, Clone)]
pub struct Kept {
    /// The assessment.
    pub assessment: Assessment,
    /// The one that stands in its place.
    pub replaced: Option<AssessmentId>,
    /// It is in a batch that is not to be relied on.
    pub doubted: bool,
}

impl Assessment {
    pub(super) fn rows(self) -> Vec<Row> {
        vec![row![table::ASSESSMENT;
            self.id.to_string(), self.case.to_string(), self.author.to_string(), self.agency.to_string(),
            self.tool.to_string(), self.version.to_string(), self.on.to_string(),
            self.valid_until.map(|day| day.to_string()), self.source.to_string(),
            self.corrects.map(|id| id.to_string()), self.created.micros(), self.words.bytes, self.summary.bytes]]
    }

    /// Returns what a decision of the policy needs to know of it.
    #[must_use]
    pub fn item(&self) -> Item {
        plain(Category::RiskAssessment, self.agency.clone())
    }
}

/// An assessment is recorded; where it puts another one right, with the notices to whoever saw that.
#[derive(Debug, Clone)]
pub struct NewAssessment {
    /// The assessment.
    pub assessment: Assessment,
    /// Who is told.
    pub notices: Vec<NewAlert>,
}

impl NewAssessment {
    pub(super) fn rows(self) -> Vec<Row> {
        self.assessment.rows().into_iter().chain(self.notices.into_iter().flat_map(NewAlert::rows)).collect()
    }
}

/// A worker sees an assessment for the first time.
#[derive(Debug, Clone)]
pub struct FirstSight {
    /// The assessment.
    pub assessment: AssessmentId,
    /// The worker.
    pub worker: WorkerId,
    /// The case, whose facts move: whoever puts it right at this moment must look again.
    pub case: CaseId,
    /// When.
    pub at: Moment,
}

impl FirstSight {
    pub(super) fn row(&self) -> Row {
        row![table::ASSESSMENT_READ; self.assessment.to_string(), self.worker.to_string(), self.at.micros()]
    }
}

/// Returns the place of what an assessment came to.
#[must_use]
pub const fn place(case: CaseId, id: AssessmentId) -> Place {
    Place { drawer: Drawer::of(case, Compartment::Core), record: Record::Assessment(id) }
}

impl Store {
    /// Returns an assessment.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn assessment(&self, id: AssessmentId) -> Result<Option<Kept>, Error> {
        self.one(ONE, &id.to_string(), "read an assessment", stored).await
    }

    /// Returns assessments of a case, newest first, recorded before `before`. What a worker may know of them is for policy to say.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn assessments_of(
        &self,
        case: CaseId,
        before: Option<(Moment, AssessmentId)>,
        limit: i64,
    ) -> Result<Vec<Kept>, Error> {
        self.page(OF_CASE, case, (before, limit), "read the assessments of a case", stored).await
    }

    /// Returns what else was supplied for the same assessment and stands; at most five.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn supplied_besides(&self, one: &Assessment) -> Result<Vec<Kept>, Error> {
        let rows = sqlx::query(SAME)
            .bind(one.case.to_string())
            .bind(one.tool.to_string())
            .bind(one.on.to_string())
            .bind(one.id.to_string())
            .fetch_all(&self.readers)
            .await
            .map_err(Error::because("read what else was supplied"))?;
        rows.iter().map(stored).collect()
    }

    /// Says whether a worker has seen an assessment.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn has_seen(&self, id: AssessmentId, worker: WorkerId) -> Result<bool, Error> {
        let row = sqlx::query(HAS_READ)
            .bind(id.to_string())
            .bind(worker.to_string())
            .fetch_one(&self.readers)
            .await
            .map_err(Error::because("read whether somebody saw an assessment"))?;
        Ok(read::int(&row, "found")? > 0)
    }

    /// Returns everybody who saw an assessment, and who recorded it.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn seen_by(&self, id: AssessmentId) -> Result<Vec<WorkerId>, Error> {
        let mut whole: Vec<WorkerId> = Vec::new();
        loop {
            let rows = sqlx::query(SEEN_BY)
                .bind(id.to_string())
                .bind(whole.last().map(WorkerId::to_string).unwrap_or_default())
                .bind(read::ROWS_MAX)
                .fetch_all(&self.readers)
                .await
                .map_err(Error::because("read who saw an assessment"))?;
            if read::is_all(&mut whole, &rows, |row| read::word(row, "worker"))? {
                return Ok(whole);
            }
        }
    }
}

fn stored(row: &AnyRow) -> Result<Kept, Error> {
    let (id, case) = (read::word(row, "id")?, read::word(row, "case_id")?);
    let at = place(case, id);
    let assessment = Assessment {
        id,
        case,
        author: read::word(row, "author")?,
        agency: read::word(row, "agency")?,
        tool: read::word(row, "tool")?,
        version: read::word(row, "version")?,
        on: read::word(row, "assessed")?,
        valid_until: read::maybe_word(row, "valid_until")?,
        source: read::word(row, "source")?,
        corrects: read::maybe_word(row, "corrects")?,
        created: Moment::from_micros(read::int(row, "created")?),
        words: Sealed::found(at, read::blob(row, "sealed")?),
        summary: Sealed::found(at, read::blob(row, "summary")?),
    };
    Ok(Kept { assessment, replaced: read::maybe_word(row, "replaced")?, doubted: read::int(row, "doubts")? > 0 })
}
