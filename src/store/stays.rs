//! Who worked on a case from when until when, and what they read there: as the log dates it.
//!
//! Promises: what has ended is told with its end; whoever left is not left out. Every query has a bound; what must be read
//! whole is read page by page.

use super::{Error, Store, read};
use crate::ledger::leaf;
use crate::model::agencies::Seat;
use crate::model::id::{AgencyId, CaseId, NoteId, ProtectedId, ShareId, WorkerId};
use crate::model::time::Moment;
use sqlx::any::AnyRow;
use std::collections::BTreeMap;

/// Everybody who was ever involved in a case: from when, and until when if they left it, lost their seat or declared to
/// know the man. $1 case, $2 after this involvement, $3 at most.
pub(super) const STAYS: &str = "
    SELECT i.id, i.worker, w.role, w.agency, a.kind, i.about, b.at AS began,
           (SELECT MIN(e.at) FROM audit_entry e
             WHERE e.entry IN (
                   SELECT x.entry FROM involvement_end x WHERE x.involvement = i.id
                    UNION ALL
                   SELECT y.entry FROM worker_end y WHERE y.worker = i.worker
                    UNION ALL
                   SELECT m.entry FROM conflict_match m JOIN case_file f ON f.person = m.person
                    WHERE f.id = i.case_id AND m.worker = i.worker)) AS ended
      FROM involvement i
      JOIN worker w ON w.id = i.worker
      JOIN agency a ON a.id = w.agency
      JOIN audit_entry b ON b.entry = i.entry
     WHERE i.case_id = $1
       AND i.id > $2
     ORDER BY i.id
     LIMIT $3";

/// When a seat ended. $1 worker.
pub(super) const SEAT_ENDED: &str = "
    SELECT e.at
      FROM worker_end x
      JOIN audit_entry e ON e.entry = x.entry
     WHERE x.worker = $1";

/// What the readers of a share did on its case since it was made. $1 case, $2 share, $3 after this index, $4 at most.
pub(super) const ACTS_SINCE: &str = "
    SELECT e.idx, e.at, e.actor, e.record
      FROM audit_entry e
     WHERE e.case_id = $1
       AND e.actor IN (SELECT 'u:' || r.worker FROM share_read r WHERE r.share = $2)
       AND e.idx > COALESCE((SELECT m.idx FROM share s JOIN audit_entry m ON m.entry = s.entry WHERE s.id = $2), -1)
       AND e.idx > $3
     ORDER BY e.idx
     LIMIT $4";

/// Somebody's time on a case.
#[derive(Debug)]
pub struct Stay {
    id: String,
    /// Who.
    pub seat: Seat,
    /// With whom they worked; `None` for the case as a whole.
    pub about: Option<ProtectedId>,
    /// From when.
    pub from: Moment,
    /// Until when, if it is over.
    pub to: Option<Moment>,
}

/// Somebody's readings of one note.
#[derive(Debug, Clone, Copy)]
pub struct Readings {
    /// How many.
    pub count: usize,
    /// The first.
    pub first: Moment,
    /// The last.
    pub last: Moment,
}

impl Store {
    /// Returns everybody's time on a case, whether it is over or not.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn stays(&self, case: CaseId) -> Result<Vec<Stay>, Error> {
        let mut stays: Vec<Stay> = Vec::new();
        loop {
            let rows = sqlx::query(STAYS)
                .bind(case.to_string())
                .bind(stays.last().map(|stay| stay.id.clone()).unwrap_or_default())
                .bind(read::ROWS_MAX)
                .fetch_all(&self.readers)
                .await
                .map_err(Error::because("read who was involved"))?;
            if read::is_all(&mut stays, &rows, stay)? {
                return Ok(stays);
            }
        }
    }

    /// Returns when a seat ended, if it did.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn seat_ended(&self, worker: WorkerId) -> Result<Option<Moment>, Error> {
        let found = sqlx::query(SEAT_ENDED)
            .bind(worker.to_string())
            .fetch_optional(&self.readers)
            .await
            .map_err(Error::because("read when a seat ended"))?;
        found.map(|row| Ok(Moment::from_micros(read::int(&row, "at")?))).transpose()
    }

    /// Returns the readings of a shared note by those who have read on the share, from the share on, as the log says:
    /// one walk for all of them.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn readings(
        &self,
        case: CaseId,
        note: NoteId,
        share: ShareId,
    ) -> Result<BTreeMap<WorkerId, Readings>, Error> {
        let (note, mut after) = (note.to_string(), -1);
        let mut readings: BTreeMap<WorkerId, Readings> = BTreeMap::new();
        loop {
            let rows = sqlx::query(ACTS_SINCE)
                .bind(case.to_string())
                .bind(share.to_string())
                .bind(after)
                .bind(read::ROWS_MAX)
                .fetch_all(&self.readers)
                .await
                .map_err(Error::because("read who read a note"))?;
            for row in &rows {
                after = read::int(row, "idx")?;
                if let Some((worker, at)) = reading(row, &note)? {
                    let one = readings.entry(worker).or_insert(Readings { count: 0, first: at, last: at });
                    (one.count, one.last) = (one.count + 1, at);
                }
            }
            if (rows.len() as i64) < read::ROWS_MAX {
                return Ok(readings);
            }
        }
    }
}

/// Says who read the note by this entry, if it is a reading of it.
pub(super) fn reading(row: &AnyRow, note: &str) -> Result<Option<(WorkerId, Moment)>, Error> {
    let fields = leaf::parse(&read::blob(row, "record")?).ok_or(Error::Log { what: "an entry's record" })?;
    let says = |name: &str, value: &str| fields.get(name).is_some_and(|found| found == value);
    if !(says("act", "read") && says("decision", "permit") && says("kind", "note") && says("id", note)) {
        return Ok(None);
    }
    let actor = read::text(row, "actor")?;
    let worker = actor.strip_prefix("u:").and_then(|id| id.parse().ok());
    let at = Moment::from_micros(read::int(row, "at")?);
    Ok(Some((worker.ok_or(Error::Word { column: "actor" })?, at)))
}

fn stay(row: &AnyRow) -> Result<Stay, Error> {
    let to = read::maybe_int(row, "ended")?.map(Moment::from_micros);
    let agency: AgencyId = read::word(row, "agency")?;
    let (worker, kind, role) = (read::word(row, "worker")?, read::word(row, "kind")?, read::word(row, "role")?);
    Ok(Stay {
        id: read::text(row, "id")?,
        seat: Seat { worker, agency, kind, role, active: to.is_none() },
        about: read::maybe_word(row, "about")?,
        from: Moment::from_micros(read::int(row, "began")?),
        to,
    })
}
