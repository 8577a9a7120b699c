//! What was told of clocks that were late; and which cases must be looked at again.
//!
//! Promises: one row for each clock and moment by which it was due, whichever node writes it first: the other's is refused
//! as taken, with the whole of its act. Cases are named by their ids alone.

use super::table::{self, Row, row};
use super::{Error, Store, read};
use crate::model::id::{AlertId, CaseId, EventId};
use crate::model::time::Moment;
use sqlx::any::AnyRow;
use std::collections::HashSet;

/// What was told of a case, page by page. $1 case, $2 to $4 the last of the page before, $5 at most.
pub(super) const TOLD: &str = "
    SELECT event, rule, due, at
      FROM clock_told
     WHERE case_id = $1
       AND (event > $2 OR (event = $2 AND (rule > $3 OR (rule = $3 AND due > $4))))
     ORDER BY event, rule, due
     LIMIT $5";

/// The events of a case that came in by a table long after they happened. $1 case, $2 the last of the page before, $3 at most.
pub(super) const UNTOLD: &str = "
    SELECT event
      FROM untold_event
     WHERE case_id = $1
       AND event > $2
     ORDER BY event
     LIMIT $3";

/// The cases of which something happened between two places in the log. $1, $2, $3 after this case, $4 at most.
pub(super) const GROWN_SINCE: &str = "
    SELECT DISTINCT v.case_id
      FROM audit_entry e
     CROSS JOIN event v
     WHERE e.idx > $1
       AND e.idx <= $2
       AND v.entry = e.entry
       AND v.case_id > $3
     ORDER BY v.case_id
     LIMIT $4";

/// The cases of which anything ever happened, page by page. $1 after this case, $2 at most.
pub(super) const WITH_EVENTS: &str = "
    SELECT f.id
      FROM case_file f
     WHERE f.id > $1
       AND EXISTS (SELECT 1 FROM event v WHERE v.case_id = f.id)
     ORDER BY f.id
     LIMIT $2";

/// What was brought in of a case: with the case itself, or by the hub's own importer. $1 case, $2 the importer, $3 after this
/// event, $4 at most.
pub(super) const BROUGHT: &str = "
    SELECT v.id
      FROM event v
      JOIN case_file f ON f.id = v.case_id
      JOIN audit_entry e ON e.entry = v.entry
     WHERE v.case_id = $1
       AND (v.entry = f.entry OR e.actor = $2)
       AND v.id > $3
     ORDER BY v.id
     LIMIT $4";

/// How the hub's own importer stands in the log.
const IMPORTER: &str = "hub:import";

/// That a clock was late, as it is told.
#[derive(Debug, Clone)]
pub struct ToldClock {
    /// What started it, as it was first recorded.
    pub event: EventId,
    /// The name of its rule.
    pub rule: String,
    /// By when it was due.
    pub due: Moment,
    /// The case.
    pub case: CaseId,
    /// The notice; none if nobody could be told.
    pub alert: Option<AlertId>,
    /// When it was told.
    pub at: Moment,
}

impl ToldClock {
    pub(super) fn row(self) -> Row {
        row![table::CLOCK_TOLD;
            self.event.to_string(), self.rule, self.due.micros(), self.case.to_string(),
            self.alert.map(|alert| alert.to_string()), self.at.micros()]
    }
}

/// What was told of a clock before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToldBefore {
    /// What started it, as it was first recorded.
    pub event: EventId,
    /// The name of its rule.
    pub rule: String,
    /// By when it was due.
    pub due: Moment,
    /// When it was told.
    pub at: Moment,
}

impl Store {
    /// Returns all that was told of the clocks of a case.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn told_late(&self, case: CaseId) -> Result<Vec<ToldBefore>, Error> {
        let mut whole: Vec<ToldBefore> = Vec::new();
        loop {
            let last = whole.last();
            let rows = sqlx::query(TOLD)
                .bind(case.to_string())
                .bind(last.map(|one| one.event.to_string()).unwrap_or_default())
                .bind(last.map(|one| one.rule.clone()).unwrap_or_default())
                .bind(last.map_or(i64::MIN, |one| one.due.micros()))
                .bind(read::ROWS_MAX)
                .fetch_all(&self.readers)
                .await
                .map_err(Error::because("read what was told of clocks"))?;
            if read::is_all(&mut whole, &rows, told)? {
                return Ok(whole);
            }
        }
    }

    /// Returns the events with which a case was brought in, when it came or by the hub's own importer.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn brought_with(&self, case: CaseId) -> Result<HashSet<EventId>, Error> {
        let mut whole: Vec<EventId> = Vec::new();
        loop {
            let rows = sqlx::query(BROUGHT)
                .bind(case.to_string())
                .bind(IMPORTER)
                .bind(whole.last().map(EventId::to_string).unwrap_or_default())
                .bind(read::ROWS_MAX)
                .fetch_all(&self.readers)
                .await
                .map_err(Error::because("read with what a case was brought in"))?;
            if read::is_all(&mut whole, &rows, |row| read::word(row, "id"))? {
                return Ok(whole.into_iter().collect());
            }
        }
    }

    /// Returns the events of a case of which nobody is told, because they came in by a table long after they happened.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn untold(&self, case: CaseId) -> Result<HashSet<EventId>, Error> {
        let mut whole: Vec<EventId> = Vec::new();
        loop {
            let rows = sqlx::query(UNTOLD)
                .bind(case.to_string())
                .bind(whole.last().map(EventId::to_string).unwrap_or_default())
                .bind(read::ROWS_MAX)
                .fetch_all(&self.readers)
                .await
                .map_err(Error::because("read which events came in late"))?;
            if read::is_all(&mut whole, &rows, |row| read::word(row, "event"))? {
                return Ok(whole.into_iter().collect());
            }
        }
    }

    /// Returns the cases of which something happened after an index of the log, and the index up to which it looked.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn grown_since(&self, index: i64) -> Result<(Vec<CaseId>, i64), Error> {
        let last = self.last_index().await?;
        let mut cases: Vec<CaseId> = Vec::new();
        if last <= index {
            return Ok((cases, index));
        }
        loop {
            let rows = sqlx::query(GROWN_SINCE)
                .bind(index)
                .bind(last)
                .bind(cases.last().map(CaseId::to_string).unwrap_or_default())
                .bind(read::ROWS_MAX)
                .fetch_all(&self.readers)
                .await
                .map_err(Error::because("read which cases grew"))?;
            if read::is_all(&mut cases, &rows, |row| read::word(row, "case_id"))? {
                return Ok((cases, last));
            }
        }
    }

    /// Returns the next cases of which anything ever happened, in the order of their ids.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn with_events(&self, after: Option<CaseId>, limit: i64) -> Result<Vec<CaseId>, Error> {
        let rows = sqlx::query(WITH_EVENTS)
            .bind(after.map(|id| id.to_string()).unwrap_or_default())
            .bind(limit)
            .fetch_all(&self.readers)
            .await
            .map_err(Error::because("read which cases have clocks"))?;
        rows.iter().map(|row| read::word(row, "id")).collect()
    }
}

fn told(row: &AnyRow) -> Result<ToldBefore, Error> {
    Ok(ToldBefore {
        event: read::word(row, "event")?,
        rule: read::text(row, "rule")?,
        due: Moment::from_micros(read::int(row, "due")?),
        at: Moment::from_micros(read::int(row, "at")?),
    })
}
