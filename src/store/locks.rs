//! Locks of cases as they are kept: who said that a case must be locked, who was let in, what officers found.
//!
//! Promises: a case has one lock at a time; of what was said of one worker, and by one officer, the newest counts. Whether a worker
//! is let in is a fact of the case (`standing.rs`), so every change here moves the case's facts.

use super::table::{self, Row, row};
use super::{Error, Store, read};
use crate::model::id::{AgencyId, BreachId, CaseId, LockCallId, LockId, WorkerId};
use crate::model::locks::{LockFinding, LockWords};
use crate::model::sealed::{Drawer, Place, Record, Sealed};
use crate::model::time::Moment;

/// The lock of a case that has not ended. $1 case.
pub(super) const LIVE: &str = "
    SELECT l.id, l.at
      FROM case_lock l
     WHERE l.case_id = $1
       AND NOT EXISTS (SELECT 1 FROM case_lock_end e WHERE e.lock_id = l.id)
     ORDER BY l.number DESC
     LIMIT 1";

/// How many locks a case has had. $1 case.
pub(super) const NUMBER: &str = "
    SELECT CAST(COUNT(*) AS BIGINT) AS number
      FROM case_lock
     WHERE case_id = $1";

/// Who said that it must be locked, oldest first. $1 lock.
pub(super) const CALLS: &str = "
    SELECT id, worker, agency, at, sealed
      FROM case_lock_call
     WHERE lock_id = $1
     ORDER BY at, id
     LIMIT 2000";

/// What was last said of each worker: that they are let in, or out. Oldest first. $1 lock.
pub(super) const ADMISSIONS: &str = "
    SELECT a.worker, w.agency, a.seq, a.admitted, a.author, a.at
      FROM case_lock_admission a
      JOIN worker w ON w.id = a.worker
     WHERE a.lock_id = $1
       AND NOT EXISTS (SELECT 1 FROM case_lock_admission n
                        WHERE n.lock_id = a.lock_id AND n.worker = a.worker AND n.seq > a.seq)
     ORDER BY a.at, a.worker, a.seq
     LIMIT 1000";

/// What each officer found last, oldest first, and whether their seat goes on. $1 lock.
pub(super) const WORDS: &str = "
    SELECT w.worker, w.agency, w.seq, w.finding, w.at,
           CAST((SELECT COUNT(*) FROM worker_end e WHERE e.worker = w.worker) AS BIGINT) AS ended
      FROM case_lock_word w
     WHERE w.lock_id = $1
       AND NOT EXISTS (SELECT 1 FROM case_lock_word n
                        WHERE n.lock_id = w.lock_id AND n.worker = w.worker AND n.seq > w.seq)
     ORDER BY w.at, w.worker, w.seq
     LIMIT 1000";

/// How often officers have found that something got out. $1 lock.
pub(super) const LEAKS: &str = "
    SELECT CAST(COUNT(*) AS BIGINT) AS leaks
      FROM case_lock_word
     WHERE lock_id = $1
       AND finding IN ('leak-stopped', 'leak-goes-on')";

/// A lock that has not ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LiveLock {
    /// Its id.
    pub id: LockId,
    /// Since when.
    pub since: Moment,
}

/// Somebody's word that a case must be locked.
#[derive(Debug, Clone)]
pub struct LockCall {
    /// Its id.
    pub id: LockCallId,
    /// Who.
    pub worker: WorkerId,
    /// Of which agency.
    pub agency: AgencyId,
    /// When.
    pub at: Moment,
    /// Why.
    pub words: Sealed<LockWords>,
}

/// Somebody was let in, or out again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Admission {
    /// Who.
    pub worker: WorkerId,
    /// Of which agency.
    pub agency: AgencyId,
    /// The how manieth time that this is said of them, from 1.
    pub seq: i64,
    /// In, or out.
    pub admitted: bool,
    /// By whom.
    pub author: WorkerId,
    /// When.
    pub at: Moment,
}

/// What an officer found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LockWord {
    /// Who.
    pub worker: WorkerId,
    /// Of which agency.
    pub agency: AgencyId,
    /// The how manieth word of theirs, from 1.
    pub seq: i64,
    /// What they found.
    pub finding: LockFinding,
    /// When.
    pub at: Moment,
    /// Their seat goes on: whoever has left can take nothing back.
    pub sits: bool,
}

/// Returns the place of a call's words: the hub's own directory, which no agency's key opens.
#[must_use]
pub const fn place_of(call: LockCallId) -> Place {
    Place { drawer: Drawer::directory(), record: Record::LockCall(call) }
}

impl LiveLock {
    pub(super) fn row(&self, case: CaseId, number: i64) -> Row {
        row![table::CASE_LOCK; self.id.to_string(), case.to_string(), number, self.since.micros()]
    }

    /// Returns the row by which a lock ends.
    pub(super) fn ended(id: LockId, at: Moment) -> Row {
        row![table::CASE_LOCK_END; id.to_string(), at.micros()]
    }
}

impl LockCall {
    pub(super) fn row(self, lock: LockId) -> Row {
        row![table::CASE_LOCK_CALL;
            self.id.to_string(), lock.to_string(), self.worker.to_string(), self.agency.to_string(), self.at.micros(),
            self.words.bytes]
    }
}

impl Admission {
    pub(super) fn row(&self, lock: LockId) -> Row {
        row![table::CASE_LOCK_ADMISSION;
            lock.to_string(), self.worker.to_string(), self.seq, i64::from(self.admitted), self.author.to_string(),
            self.at.micros()]
    }
}

impl LockWord {
    /// Returns its rows: with the breach that it opens, and by when that is to be told.
    pub(super) fn rows(&self, lock: LockId, breach: Option<(BreachId, Moment)>) -> Vec<Row> {
        let (lock, at) = (lock.to_string(), self.at.micros());
        let mut rows = vec![row![table::CASE_LOCK_WORD;
            lock.clone(), self.worker.to_string(), self.seq, self.agency.to_string(), self.finding.to_string(), at]];
        rows.extend(breach.map(
            |(breach, due)| row![table::BREACH; breach.to_string(), "case-lock".to_owned(), lock, at, due.micros()],
        ));
        rows
    }
}

impl Store {
    /// Returns the lock of a case, if it has one.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn live_lock(&self, case: CaseId) -> Result<Option<LiveLock>, Error> {
        let found = sqlx::query(LIVE).bind(case.to_string()).fetch_optional(&self.readers).await;
        let Some(row) = found.map_err(Error::because("read whether a case is locked"))? else { return Ok(None) };
        Ok(Some(LiveLock { id: read::word(&row, "id")?, since: Moment::from_micros(read::int(&row, "at")?) }))
    }

    /// Returns the number of the next lock of a case.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn next_lock(&self, case: CaseId) -> Result<i64, Error> {
        let row = sqlx::query(NUMBER).bind(case.to_string()).fetch_one(&self.readers).await;
        Ok(read::int(&row.map_err(Error::because("count locks"))?, "number")? + 1)
    }

    /// Returns who said that a case must be locked, oldest first; at most 2,000.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn lock_calls(&self, lock: LockId) -> Result<Vec<LockCall>, Error> {
        let rows = sqlx::query(CALLS).bind(lock.to_string()).fetch_all(&self.readers).await;
        let rows = rows.map_err(Error::because("read who locked a case"))?;
        rows.iter()
            .map(|row| {
                let id = read::word(row, "id")?;
                Ok(LockCall {
                    id,
                    worker: read::word(row, "worker")?,
                    agency: read::word(row, "agency")?,
                    at: Moment::from_micros(read::int(row, "at")?),
                    words: Sealed::found(place_of(id), read::blob(row, "sealed")?),
                })
            })
            .collect()
    }

    /// Says whether an officer has found that something got out.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn has_leaked(&self, lock: LockId) -> Result<bool, Error> {
        let row = sqlx::query(LEAKS).bind(lock.to_string()).fetch_one(&self.readers).await;
        Ok(read::int(&row.map_err(Error::because("read whether words got out"))?, "leaks")? > 0)
    }

    /// Returns what was last said of each worker who was let in or out, oldest first; at most 1,000.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn lock_admissions(&self, lock: LockId) -> Result<Vec<Admission>, Error> {
        let rows = sqlx::query(ADMISSIONS).bind(lock.to_string()).fetch_all(&self.readers).await;
        let rows = rows.map_err(Error::because("read who was let in to a locked case"))?;
        rows.iter()
            .map(|row| {
                Ok(Admission {
                    worker: read::word(row, "worker")?,
                    agency: read::word(row, "agency")?,
                    seq: read::int(row, "seq")?,
                    admitted: read::int(row, "admitted")? > 0,
                    author: read::word(row, "author")?,
                    at: Moment::from_micros(read::int(row, "at")?),
                })
            })
            .collect()
    }

    /// Returns what each officer found last, oldest first; at most 1,000.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn lock_words(&self, lock: LockId) -> Result<Vec<LockWord>, Error> {
        let rows = sqlx::query(WORDS).bind(lock.to_string()).fetch_all(&self.readers).await;
        let rows = rows.map_err(Error::because("read what was found of a locked case"))?;
        rows.iter()
            .map(|row| {
                Ok(LockWord {
                    worker: read::word(row, "worker")?,
                    agency: read::word(row, "agency")?,
                    seq: read::int(row, "seq")?,
                    finding: read::word(row, "finding")?,
                    at: Moment::from_micros(read::int(row, "at")?),
                    sits: read::int(row, "ended")? == 0,
                })
            })
            .collect()
    }
}
