//! How emergency access was judged, as it is kept: who judges which grant, what they found, what it opened.
//!
//! Promises: each agency finds once, and one finding that it was not justified outweighs all others.

use super::alerts::NewAlert;
use super::emergency::{categories, place_of};
use super::table::{self, Row, row};
use super::{Error, Store, read};
use crate::model::agencies::Role;
use crate::model::emergency::{EmergencyWords, ReviewOutcome, ReviewWords};
use crate::model::id::{AgencyId, BreachId, CaseId, GrantId, ProtectedId, WorkerId};
use crate::model::notes::Category;
use crate::model::sealed::Sealed;
use crate::model::time::Moment;
use crate::policy::permit::Scope;
use sqlx::any::AnyRow;

/// A service works with somebody whom the grant covers. $1 agency.
macro_rules! serves {
    () => {
        "EXISTS (SELECT 1 FROM involvement i JOIN worker w ON w.id = i.worker
                  WHERE i.case_id = g.case_id AND w.agency = $1 AND i.about IS NOT NULL
                    AND (g.about IS NULL OR i.about = g.about)
                    AND NOT EXISTS (SELECT 1 FROM involvement_end e WHERE e.involvement = i.id))"
    };
}

/// The agency answers for one side of the grant; or the user's own has nobody to judge. $1 agency.
macro_rules! answers {
    () => {
        concat!(
            "(u.agency = $1
          OR EXISTS (SELECT 1 FROM case_file f WHERE f.id = g.case_id AND f.owner = $1)
          OR ",
            serves!(),
            "
          OR NOT EXISTS (SELECT 1 FROM worker o
                          WHERE o.agency = u.agency AND o.role = 'governance.officer'
                            AND NOT EXISTS (SELECT 1 FROM worker_end x WHERE x.worker = o.id)))"
        )
    };
}

/// Whether an agency's officers judge a grant. $1 agency, $2 grant.
pub(super) const ANSWERS: &str = concat!(
    "SELECT CAST(COUNT(*) AS BIGINT) AS judges
       FROM emergency_grant g
       JOIN worker u ON u.id = g.worker
      WHERE g.id = $2 AND ",
    answers!()
);

macro_rules! listed {
    ($whose:expr) => {
        concat!(
            "SELECT e.idx, g.id, g.worker, u.role, u.agency, g.case_id, g.about, g.categories, g.begins, g.ends, g.review_by,
       g.sealed, v.outcome, v.at AS reviewed, s.worker AS second,
       CAST((SELECT COUNT(*) FROM emergency_grant o
              WHERE o.worker = g.worker AND o.begins <= g.begins AND o.begins > g.begins - $5) AS BIGINT) AS uses
  FROM emergency_grant g
  JOIN audit_entry e ON e.entry = g.entry
  JOIN worker u ON u.id = g.worker
  LEFT JOIN emergency_second s ON s.access = g.id
  LEFT JOIN emergency_review v ON v.access = g.id AND v.agency = (
        SELECT l.agency FROM emergency_review l WHERE l.access = g.id
         ORDER BY CASE WHEN l.outcome = 'not-justified' THEN 0 ELSE 1 END, l.at, l.agency LIMIT 1)
 WHERE e.idx < $3
   AND ",
            $whose,
            "
   AND NOT EXISTS (SELECT 1 FROM conflict_match m JOIN case_file f ON f.person = m.person
                    WHERE f.id = g.case_id AND m.worker = $2)
 ORDER BY e.idx DESC
 LIMIT $4"
        )
    };
}

/// Grants that an agency's officers judge, newest first. $1 agency, $2 reader, $3 before, $4 limit, $5 stretch of a repeat.
pub(super) const JUDGED: &str = listed!(answers!());

/// Grants that cover somebody with whom a service works.
pub(super) const SERVED: &str = listed!(serves!());

/// A grant, whether an agency has judged it and whether any has found it wrong. $1 grant, $2 agency.
pub(super) const ONE: &str = "
    SELECT g.worker, g.case_id, g.about, g.begins, s.worker AS second,
           CAST((SELECT COUNT(*) FROM emergency_review v WHERE v.access = g.id AND v.agency = $2) AS BIGINT) AS judged,
           CAST((SELECT COUNT(*) FROM emergency_review v
                  WHERE v.access = g.id AND v.outcome = 'not-justified') AS BIGINT) AS wrong
      FROM emergency_grant g
      LEFT JOIN emergency_second s ON s.access = g.id
     WHERE g.id = $1";

/// What a reviewer found.
#[derive(Debug, Clone)]
pub struct NewReview {
    /// The grant.
    pub grant: GrantId,
    /// Who had it: what they may do may end with this.
    pub user: WorkerId,
    /// Who judged.
    pub reviewer: WorkerId,
    /// For which agency.
    pub agency: AgencyId,
    /// What they found.
    pub outcome: ReviewOutcome,
    /// When.
    pub at: Moment,
    /// Why.
    pub words: Sealed<ReviewWords>,
    /// The breach that it opens, and by when that is to be told.
    pub breach: Option<(BreachId, Moment)>,
    /// Who is told of it on the side of those whose records it opened.
    pub notices: Vec<NewAlert>,
}

impl NewReview {
    pub(super) fn rows(self) -> Vec<Row> {
        let (grant, at) = (self.grant.to_string(), self.at.micros());
        let mut rows = vec![row![table::EMERGENCY_REVIEW;
            grant.clone(), self.agency.to_string(), self.reviewer.to_string(), self.outcome.to_string(), at, self.words.bytes]];
        if let Some((breach, due)) = self.breach {
            rows.push(row![table::EMERGENCY_END; grant.clone(), at]);
            rows.push(row![table::BREACH; breach.to_string(), "emergency-access".to_owned(), grant, at, due.micros()]);
        }
        rows.extend(self.notices.into_iter().flat_map(NewAlert::rows));
        rows
    }
}

/// A grant as a reviewer sees it.
#[derive(Debug, Clone)]
pub struct ListedGrant {
    /// Where it stands in the log.
    pub index: i64,
    /// The grant.
    pub id: GrantId,
    /// Who had it.
    pub worker: WorkerId,
    /// In which role.
    pub role: Role,
    /// Of which agency.
    pub agency: AgencyId,
    /// On which case.
    pub case: CaseId,
    /// What it opened.
    pub categories: Vec<Category>,
    /// From when.
    pub begins: Moment,
    /// Until when.
    pub ends: Moment,
    /// By when it is judged.
    pub review_by: Moment,
    /// Why, sealed.
    pub words: Sealed<EmergencyWords>,
    /// Who stood by it as a second officer.
    pub second: Option<WorkerId>,
    /// What was found, and when: that it was not justified, if any agency found so.
    pub review: Option<(ReviewOutcome, Moment)>,
    /// How many grants the worker had had within the stretch of a repeat, this one counted.
    pub uses: i64,
}

/// Which grants somebody may list.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Side {
    /// Those that their agency's officers judge.
    Judges,
    /// Those that cover somebody with whom their service works.
    Serves,
}

/// A grant that is to be judged.
#[derive(Debug, Clone)]
pub struct GrantHead {
    /// Who had it.
    pub worker: WorkerId,
    /// Who stood by it as a second officer.
    pub second: Option<WorkerId>,
    /// On which case.
    pub case: CaseId,
    /// About one protected person of it; `None` for all.
    pub about: Option<ProtectedId>,
    /// From when.
    pub begins: Moment,
    /// Whether the agency that asks has judged it already.
    pub judged: bool,
    /// Whether any agency has found it not justified.
    pub wrong: bool,
}

impl Store {
    /// Says whether an agency's officers judge a grant.
    pub(super) async fn judges(&self, grant: GrantId, agency: &AgencyId) -> Result<bool, Error> {
        let row = sqlx::query(ANSWERS)
            .bind(agency.to_string())
            .bind(grant.to_string())
            .fetch_one(&self.readers)
            .await
            .map_err(Error::because("read who judges an emergency"))?;
        Ok(read::int(&row, "judges")? > 0)
    }

    /// Returns a grant that is to be judged by an agency.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn grant(&self, id: GrantId, agency: &AgencyId) -> Result<Option<GrantHead>, Error> {
        let found = sqlx::query(ONE)
            .bind(id.to_string())
            .bind(agency.to_string())
            .fetch_optional(&self.readers)
            .await
            .map_err(Error::because("read an emergency grant"))?;
        let Some(row) = found else { return Ok(None) };
        Ok(Some(GrantHead {
            worker: read::word(&row, "worker")?,
            second: read::maybe_word(&row, "second")?,
            case: read::word(&row, "case_id")?,
            about: read::maybe_word(&row, "about")?,
            begins: Moment::from_micros(read::int(&row, "begins")?),
            judged: read::int(&row, "judged")? > 0,
            wrong: read::int(&row, "wrong")? > 0,
        }))
    }

    /// Returns the grants that a scope's worker may list, newest first, below index `before`.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn grants(
        &self,
        scope: &Scope,
        side: Side,
        before: Option<i64>,
        limit: i64,
        repeat_s: i64,
    ) -> Result<Vec<ListedGrant>, Error> {
        let rows = sqlx::query(if side == Side::Judges { JUDGED } else { SERVED })
            .bind(scope.agency().to_string())
            .bind(scope.worker().to_string())
            .bind(before.unwrap_or(i64::MAX))
            .bind(limit)
            .bind(repeat_s.saturating_mul(1_000_000))
            .fetch_all(&self.readers)
            .await
            .map_err(Error::because("read emergencies"))?;
        rows.iter().map(listed_row).collect()
    }
}

fn listed_row(row: &AnyRow) -> Result<ListedGrant, Error> {
    let id = read::word(row, "id")?;
    let moment = |column| Ok::<_, Error>(Moment::from_micros(read::int(row, column)?));
    let reviewed = read::maybe_int(row, "reviewed")?.map(Moment::from_micros);
    Ok(ListedGrant {
        index: read::int(row, "idx")?,
        id,
        worker: read::word(row, "worker")?,
        role: read::word(row, "role")?,
        agency: read::word(row, "agency")?,
        case: read::word(row, "case_id")?,
        categories: categories(row)?,
        begins: moment("begins")?,
        ends: moment("ends")?,
        review_by: moment("review_by")?,
        words: Sealed::found(place_of(id), read::blob(row, "sealed")?),
        second: read::maybe_word(row, "second")?,
        review: read::maybe_word(row, "outcome")?.zip(reviewed),
        uses: read::int(row, "uses")?,
    })
}
