//! Batches of assessments that are not to be relied on: found by tool, version, source and days within one agency, and
//! marked in one commit.
//!
//! Promises: every text has a bound; what a batch stands on is stamped, so that whoever sees one of them at the very moment
//! is told or sees the warning.
//! Must never know: what an assessment came to.

use super::alerts::NewAlert;
use super::table::{self, Row, row};
use super::{Error, Store, read};
use crate::model::assessments::{Code, Doubted, WhyDoubted};
use crate::model::facts::Stamp;
use crate::model::id::{AgencyId, AssessmentId, CaseId, DoubtId, WorkerId};
use crate::model::time::{Day, Moment};
use sqlx::any::{AnyArguments, AnyRow};
use sqlx::query::Query;

/// The assessments of a batch that stand. $1 agency, $2 tool, $3 version, $4 source, $5 and $6 the first and last day.
macro_rules! batch {
    () => {
        "a.agency = $1
       AND a.tool = $2
       AND a.version = $3
       AND a.source = $4
       AND a.assessed >= $5
       AND a.assessed <= $6
       AND NOT EXISTS (SELECT 1 FROM assessment n WHERE n.corrects = a.id)"
    };
}

/// $7 at most.
pub(super) const BATCH: &str = concat!(
    "SELECT a.id, a.case_id, CAST(COALESCE(v.version, 0) AS BIGINT) AS moved
      FROM assessment a
      LEFT JOIN fact_version v ON v.subject = a.case_id
     WHERE ",
    batch!(),
    "
     ORDER BY a.id
     LIMIT $7"
);

/// Who saw any of them or recorded it, by case. $7 and $8 after this case and worker, $9 at most.
pub(super) const SEEN: &str = concat!(
    "SELECT s.case_id, s.worker
      FROM (SELECT a.case_id, r.worker FROM assessment a JOIN assessment_read r ON r.assessment = a.id
             WHERE ",
    batch!(),
    "
             UNION
            SELECT a.case_id, a.author AS worker FROM assessment a
             WHERE ",
    batch!(),
    ") s
     WHERE (s.case_id > $7 OR (s.case_id = $7 AND s.worker > $8))
     ORDER BY s.case_id, s.worker
     LIMIT $9"
);

pub(super) const OF: &str = "
    SELECT b.id, b.state, b.why, b.at
      FROM assessment_doubt d
      JOIN assessment_recall b ON b.id = d.recall
     WHERE d.assessment = $1
     ORDER BY b.at DESC, b.id
     LIMIT 20";

/// By what a batch is found.
#[derive(Debug, Clone)]
pub struct Batch {
    /// Whose.
    pub agency: AgencyId,
    /// The tool.
    pub tool: Code,
    /// Its version.
    pub version: Code,
    /// The system that they were taken from.
    pub source: Code,
    /// The first day on which he was assessed.
    pub first: Day,
    /// The last.
    pub last: Day,
}

/// One assessment of a batch.
#[derive(Debug)]
pub struct OfBatch {
    /// The assessment.
    pub id: AssessmentId,
    /// Its case.
    pub case: CaseId,
    /// The version of the case's facts.
    pub stamp: Stamp,
}

/// A batch is marked.
#[derive(Debug, Clone)]
pub struct NewDoubt {
    /// The batch.
    pub id: DoubtId,
    /// By what it was found.
    pub batch: Batch,
    /// Who marks it.
    pub worker: WorkerId,
    /// What is said of it.
    pub state: Doubted,
    /// Why.
    pub why: WhyDoubted,
    /// When.
    pub at: Moment,
    /// The assessments, each with its case, whose facts move.
    pub assessments: Vec<(AssessmentId, CaseId)>,
    /// Who is told.
    pub notices: Vec<NewAlert>,
}

impl NewDoubt {
    pub(super) fn rows(self) -> (Vec<Row>, Vec<String>) {
        let id = self.id.to_string();
        let mut rows = vec![row![table::ASSESSMENT_RECALL;
            id.clone(), self.worker.to_string(), self.batch.agency.to_string(), self.batch.tool.to_string(),
            self.batch.version.to_string(), self.batch.source.to_string(), self.batch.first.to_string(),
            self.batch.last.to_string(), self.state.to_string(), self.why.to_string(), self.at.micros()]];
        rows.extend(self.assessments.iter().map(|(one, _)| row![table::ASSESSMENT_DOUBT; one.to_string(), id.clone()]));
        rows.extend(self.notices.into_iter().flat_map(NewAlert::rows));
        let mut cases: Vec<String> = self.assessments.iter().map(|(_, case)| case.to_string()).collect();
        cases.sort_unstable();
        cases.dedup();
        (rows, cases)
    }
}

/// What is said of an assessment that is in a batch.
#[derive(Debug, Clone)]
pub struct Doubt {
    /// The batch.
    pub id: DoubtId,
    /// What is said of it.
    pub state: Doubted,
    /// Why.
    pub why: WhyDoubted,
    /// When.
    pub at: Moment,
}

impl Store {
    /// Returns the assessments of a batch, `limit` at most.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn batch(&self, batch: &Batch, limit: i64) -> Result<Vec<OfBatch>, Error> {
        let rows = found_by(BATCH, batch).bind(limit).fetch_all(&self.readers).await;
        rows.map_err(Error::because("read a batch of assessments"))?.iter().map(of_batch).collect()
    }

    /// Returns who saw any assessment of a batch or recorded it, by case.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn batch_seen(&self, batch: &Batch) -> Result<Vec<(CaseId, WorkerId)>, Error> {
        let mut whole: Vec<(CaseId, WorkerId)> = Vec::new();
        loop {
            let (case, worker) =
                whole.last().map(|(case, worker)| (case.to_string(), worker.to_string())).unwrap_or_default();
            let query = found_by(SEEN, batch).bind(case).bind(worker).bind(read::ROWS_MAX);
            let rows = query.fetch_all(&self.readers).await.map_err(Error::because("read who saw a batch"))?;
            let each = |row: &AnyRow| Ok((read::word(row, "case_id")?, read::word(row, "worker")?));
            if read::is_all(&mut whole, &rows, each)? {
                return Ok(whole);
            }
        }
    }

    /// Returns what is said of an assessment by the batches that it is in, newest first; at most 20.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn doubts_of(&self, id: AssessmentId) -> Result<Vec<Doubt>, Error> {
        let rows = sqlx::query(OF)
            .bind(id.to_string())
            .fetch_all(&self.readers)
            .await
            .map_err(Error::because("read what is said of an assessment"))?;
        rows.iter()
            .map(|row| {
                let at = Moment::from_micros(read::int(row, "at")?);
                Ok(Doubt {
                    id: read::word(row, "id")?,
                    state: read::word(row, "state")?,
                    why: read::word(row, "why")?,
                    at,
                })
            })
            .collect()
    }
}

fn found_by<'q>(text: &'static str, batch: &Batch) -> Query<'q, sqlx::Any, AnyArguments> {
    sqlx::query(text)
        .bind(batch.agency.to_string())
        .bind(batch.tool.to_string())
        .bind(batch.version.to_string())
        .bind(batch.source.to_string())
        .bind(batch.first.to_string())
        .bind(batch.last.to_string())
}

fn of_batch(row: &AnyRow) -> Result<OfBatch, Error> {
    let (case, version): (CaseId, _) = (read::word(row, "case_id")?, read::int(row, "moved")?);
    Ok(OfBatch { id: read::word(row, "id")?, case, stamp: Stamp { subject: case.to_string(), version } })
}
