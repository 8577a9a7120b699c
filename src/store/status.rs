//! Questions where a man stands, as they are kept; and what the card needs to know of a case.
//!
//! Promises: a question is never changed: the number that comes later is a row of its own, and both stay.

use super::table::{self, Row, row};
use super::{Error, Store, read};
use crate::model::agencies::Role;
use crate::model::id::{AgencyId, CaseId, OrderId, PersonId, QueryId, WorkerId};
use crate::model::sealed::{Drawer, Place, Record, Sealed};
use crate::model::status::{LaterNumber, QueryWords};
use crate::model::time::Moment;
use crate::policy::permit::Scope;

/// Those without a number whose day has come, and lists, newest first, for those who answer for the askers: a governance
/// officer of their agency, or of another where that has none, and whoever is on duty there. Nobody looks at their own.
/// $1 agency, $2 reader, $3 now, $4 before, $5 limit, $6 from when on a list is shown still.
pub(super) const LISTED: &str = "
    SELECT e.idx, q.id, q.worker, w.role, q.at, q.follow_up, q.lines, q.sealed
      FROM status_query q
      JOIN audit_entry e ON e.entry = q.entry
      JOIN worker w ON w.id = q.worker
     WHERE q.worker <> $2
       AND q.follow_up IS NOT NULL
       AND q.follow_up <= $3
       AND e.idx < $4
       AND ((q.lines IS NULL AND NOT EXISTS (SELECT 1 FROM status_query_incident i WHERE i.query = q.id))
         OR (q.lines IS NOT NULL AND q.at > $6))
       AND (q.agency = $1
         OR NOT EXISTS (SELECT 1 FROM worker o
                         WHERE o.agency = q.agency AND o.role = 'governance.officer'
                           AND NOT EXISTS (SELECT 1 FROM worker_end x WHERE x.worker = o.id)))
       AND EXISTS (SELECT 1 FROM worker r
                    WHERE r.id = $2
                      AND (r.role = 'governance.officer'
                        OR (r.agency = q.agency AND EXISTS (SELECT 1 FROM duty d
                                                             WHERE d.worker = r.id AND d.starts <= $3
                                                               AND (d.ends IS NULL OR d.ends > $3)
                                                               AND NOT EXISTS (SELECT 1 FROM duty_end x WHERE x.duty = d.id)))))
     ORDER BY e.idx DESC
     LIMIT $5";

/// $1 query.
pub(super) const ONE: &str = "
    SELECT q.worker, q.follow_up,
           CAST((SELECT COUNT(*) FROM status_query_incident i WHERE i.query = q.id) AS BIGINT) AS numbered
      FROM status_query q
     WHERE q.id = $1";

/// Somebody's own questions without a number, newest first; a list is not one of them. $1 worker.
pub(super) const OWN: &str = "
    SELECT q.id, q.at, q.follow_up
      FROM status_query q
     WHERE q.worker = $1
       AND q.follow_up IS NOT NULL
       AND q.lines IS NULL
       AND NOT EXISTS (SELECT 1 FROM status_query_incident i WHERE i.query = q.id)
     ORDER BY q.at DESC, q.id
     LIMIT 50";

/// How many lines of lists somebody has asked since then. $1 worker, $2 since.
pub(super) const LINES: &str = "
    SELECT CAST(COALESCE(SUM(lines), 0) AS BIGINT) AS asked
      FROM status_query
     WHERE worker = $1
       AND at > $2
       AND lines IS NOT NULL";

/// When the owner last wrote anything of a case, and its name. What nobody is named for bears the day alone (`listed`).
/// $1 case, $2 owner.
pub(super) const WRITTEN: &str = "
    SELECT CAST(MAX(x.at) AS BIGINT) AS at, (SELECT a.name FROM agency a WHERE a.id = $2) AS owner_name
      FROM (SELECT e.at AS at
              FROM case_file f
              JOIN audit_entry e ON e.entry = f.entry
             WHERE f.id = $1
             UNION ALL
            SELECT n.listed AS at
              FROM note n
             WHERE n.case_id = $1
               AND n.agency = $2
             UNION ALL
            SELECT v.created AS at
              FROM event v
             WHERE v.case_id = $1
               AND v.agency = $2) x";

/// When anybody of an agency, or its system, last did anything here. $1 agency.
pub(super) const SIGN: &str = "
    SELECT CAST(MAX(x.at) AS BIGINT) AS at
      FROM (SELECT (SELECT e.at FROM audit_entry e
                     WHERE e.actor = 'u:' || w.id
                     ORDER BY e.idx DESC LIMIT 1) AS at
              FROM worker w
             WHERE w.agency = $1
             UNION ALL
            SELECT (SELECT e.at FROM audit_entry e
                     WHERE e.actor = 's:' || a.id
                     ORDER BY e.idx DESC LIMIT 1) AS at
              FROM agency a
             WHERE a.id = $1) x";

/// A question that is asked.
#[derive(Debug, Clone)]
pub struct NewQuery {
    /// The question.
    pub id: QueryId,
    /// Who asks.
    pub worker: WorkerId,
    /// Of which agency.
    pub agency: AgencyId,
    /// When.
    pub at: Moment,
    /// From when it is looked at, if it came without a number.
    pub follow_up: Option<Moment>,
    /// The number, or why there is none.
    pub words: Sealed<QueryWords>,
    /// The list of which it is one line.
    pub batch: Option<QueryId>,
    /// How many lines it has, if it is a list.
    pub lines: Option<i64>,
}

/// Whose card a question opens.
#[derive(Debug, Clone)]
pub struct CardOpened {
    /// The man.
    pub person: PersonId,
    /// The case in which he stands.
    pub case: CaseId,
    /// His orders that run, of which the kinds of condition are shown.
    pub orders: Vec<OrderId>,
}

impl NewQuery {
    pub(super) fn row(self) -> Row {
        row![table::STATUS_QUERY;
            self.id.to_string(), self.worker.to_string(), self.agency.to_string(), self.at.micros(),
            self.follow_up.map(Moment::micros), self.words.bytes, self.batch.map(|id| id.to_string()), self.lines]
    }
}

/// The number that came later.
#[derive(Debug, Clone)]
pub struct LaterIncident {
    /// The question.
    pub query: QueryId,
    /// When it came.
    pub at: Moment,
    /// The number.
    pub number: Sealed<LaterNumber>,
}

impl LaterIncident {
    pub(super) fn row(self) -> Row {
        row![table::STATUS_QUERY_INCIDENT; self.query.to_string(), self.at.micros(), self.number.bytes]
    }
}

/// A question of somebody's own that has no number yet.
#[derive(Debug)]
pub struct OwnQuery {
    /// The question.
    pub id: QueryId,
    /// When it was asked.
    pub at: Moment,
    /// From when others look at it.
    pub follow_up: Moment,
}

/// A question as those who answer for the asker see it.
#[derive(Debug)]
pub struct ListedQuery {
    /// Where it stands in the log.
    pub index: i64,
    /// The question.
    pub id: QueryId,
    /// Who asked.
    pub worker: WorkerId,
    /// In which role.
    pub role: Role,
    /// When.
    pub at: Moment,
    /// From when it is looked at.
    pub follow_up: Moment,
    /// How many lines it has, if it is a list.
    pub lines: Option<i64>,
    /// The number of a list; why there was none, sealed.
    pub words: Sealed<QueryWords>,
}

/// What is known of a question by whoever adds its number.
#[derive(Debug, Clone, Copy)]
pub struct QueryHead {
    /// Who asked.
    pub worker: WorkerId,
    /// Whether it has its number.
    pub is_numbered: bool,
}

/// Returns the place of a question's words: the hub's own directory, which no agency's key opens.
#[must_use]
pub const fn place_of(query: QueryId) -> Place {
    Place { drawer: Drawer::directory(), record: Record::Query(query) }
}

impl Store {
    /// Returns a worker's own questions that have no number yet; at most 50.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn own_queries(&self, worker: WorkerId) -> Result<Vec<OwnQuery>, Error> {
        let rows = sqlx::query(OWN).bind(worker.to_string()).fetch_all(&self.readers).await;
        let rows = rows.map_err(Error::because("read one's own questions"))?;
        let one = |row| {
            Ok(OwnQuery {
                id: read::word(row, "id")?,
                at: Moment::from_micros(read::int(row, "at")?),
                follow_up: Moment::from_micros(read::int(row, "follow_up")?),
            })
        };
        rows.iter().map(one).collect()
    }

    /// Returns the questions that somebody is to look at, newest first, before a place in the log; with the lists that were
    /// asked after `shown`.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn open_queries(
        &self,
        scope: &Scope,
        (now, shown): (Moment, Moment),
        before: Option<i64>,
        limit: i64,
    ) -> Result<Vec<ListedQuery>, Error> {
        let rows = sqlx::query(LISTED)
            .bind(scope.agency().to_string())
            .bind(scope.worker().to_string())
            .bind(now.micros())
            .bind(before.unwrap_or(i64::MAX))
            .bind(limit)
            .bind(shown.micros())
            .fetch_all(&self.readers)
            .await
            .map_err(Error::because("read questions where a man stands"))?;
        rows.iter()
            .map(|row| {
                let id = read::word(row, "id")?;
                Ok(ListedQuery {
                    index: read::int(row, "idx")?,
                    id,
                    worker: read::word(row, "worker")?,
                    role: read::word(row, "role")?,
                    at: Moment::from_micros(read::int(row, "at")?),
                    follow_up: Moment::from_micros(read::int(row, "follow_up")?),
                    lines: read::maybe_int(row, "lines")?,
                    words: Sealed::found(place_of(id), read::blob(row, "sealed")?),
                })
            })
            .collect()
    }

    /// Returns how many lines of lists somebody has asked since a moment.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn lines_asked(&self, worker: WorkerId, since: Moment) -> Result<i64, Error> {
        let query = sqlx::query(LINES).bind(worker.to_string()).bind(since.micros());
        let row = query.fetch_one(&self.readers).await.map_err(Error::because("count the lines of lists"))?;
        read::int(&row, "asked")
    }

    /// Returns who asked a question, and whether it has its number.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn query(&self, id: QueryId) -> Result<Option<QueryHead>, Error> {
        let found = sqlx::query(ONE).bind(id.to_string()).fetch_optional(&self.readers).await;
        let found = found.map_err(Error::because("read a question where a man stands"))?;
        let head = |row| {
            let without = read::maybe_int(&row, "follow_up")?.is_some();
            let is_numbered = !without || read::int(&row, "numbered")? > 0;
            Ok(QueryHead { worker: read::word(&row, "worker")?, is_numbered })
        };
        found.map(head).transpose()
    }

    /// Returns the name of the owner of a case, and when it last wrote anything of it.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn written_by_owner(
        &self,
        case: CaseId,
        owner: &AgencyId,
    ) -> Result<(Option<String>, Option<Moment>), Error> {
        let query = sqlx::query(WRITTEN).bind(case.to_string()).bind(owner.to_string());
        let row = query.fetch_one(&self.readers).await.map_err(Error::because("read when a case was last written"))?;
        Ok((read::maybe_text(&row, "owner_name")?, read::maybe_int(&row, "at")?.map(Moment::from_micros)))
    }

    /// Returns when anybody of an agency last did anything here.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn last_sign_of(&self, agency: &AgencyId) -> Result<Option<Moment>, Error> {
        let query = sqlx::query(SIGN).bind(agency.to_string());
        let row = query.fetch_one(&self.readers).await.map_err(Error::because("read an agency's last sign"))?;
        Ok(read::maybe_int(&row, "at")?.map(Moment::from_micros))
    }
}
