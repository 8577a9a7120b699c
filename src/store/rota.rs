//! The rota: who is on duty, who is away, and who stands in.
//!
//! Promises: nothing of it is changed: what ends before its time ends by a row of its own.
//! Must never know: why somebody is away.

use super::table::{self, Row, row};
use super::{Error, Store, read};
use crate::model::id::{AgencyId, RotaId, WorkerId};
use crate::model::time::Moment;
use sqlx::any::AnyRow;

/// What of the rota of an agency is not over. $1 agency, $2 now, $3 after this place, $4 at most.
pub(super) const OF_AGENCY: &str = "
    SELECT z.what, z.id, z.worker, z.cover, z.starts, z.ends
      FROM (SELECT CASE WHEN d.senior = 1 THEN 'senior' ELSE 'duty' END AS what, d.id, d.worker, NULL AS cover, d.starts,
                   d.ends
              FROM duty d
             WHERE NOT EXISTS (SELECT 1 FROM duty_end x WHERE x.duty = d.id)
            UNION ALL
            SELECT 'leave' AS what, l.id, l.worker, l.cover, l.starts, l.ends
              FROM leave_taken l
             WHERE NOT EXISTS (SELECT 1 FROM leave_end x WHERE x.leave_id = l.id)) z
      JOIN worker w ON w.id = z.worker
     WHERE w.agency = $1
       AND (z.ends IS NULL OR z.ends > $2)
       AND z.id > $3
     ORDER BY z.id
     LIMIT $4";

/// $1 place on the rota.
pub(super) const ONE: &str = "
    SELECT CASE WHEN d.senior = 1 THEN 'senior' ELSE 'duty' END AS what, d.id, d.worker, NULL AS cover, d.starts, d.ends
      FROM duty d
     WHERE d.id = $1
       AND NOT EXISTS (SELECT 1 FROM duty_end x WHERE x.duty = d.id)
    UNION ALL
    SELECT 'leave' AS what, l.id, l.worker, l.cover, l.starts, l.ends
      FROM leave_taken l
     WHERE l.id = $1
       AND NOT EXISTS (SELECT 1 FROM leave_end x WHERE x.leave_id = l.id)";

/// When somebody is away and was not back before. $1 worker, $2 now.
pub(super) const LEAVES: &str = "
    SELECT 'leave' AS what, l.id, l.worker, l.cover, l.starts, l.ends
      FROM leave_taken l
     WHERE l.worker = $1
       AND (l.ends IS NULL OR l.ends > $2)
       AND NOT EXISTS (SELECT 1 FROM leave_end x WHERE x.leave_id = l.id)
     ORDER BY l.starts, l.id
     LIMIT 100";

/// A place on the rota.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Turn {
    /// Its id.
    pub id: RotaId,
    /// Whose.
    pub worker: WorkerId,
    /// What.
    pub what: What,
    /// From when.
    pub starts: Moment,
    /// Until when; until somebody says so, if it does not say.
    pub ends: Option<Moment>,
}

/// What a place on the rota is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    /// Takes what has no named recipient.
    Duty,
    /// Answers for the service at that time.
    Senior,
    /// Is away, and who stands in.
    Leave(Option<WorkerId>),
}

/// Something new on the rota, and who put it there: an actor's word.
#[derive(Debug, Clone)]
pub struct NewTurn {
    /// What.
    pub turn: Turn,
    /// By whom.
    pub author: String,
}

impl Turn {
    /// Says whether it is so at a moment.
    #[must_use]
    pub fn is_on(&self, at: Moment) -> bool {
        self.starts <= at && self.ends.is_none_or(|ends| ends > at)
    }

    /// Returns the row by which it ends before its time.
    pub(super) fn end(&self, at: Moment) -> Row {
        match self.what {
            What::Leave(_) => row![table::LEAVE_END; self.id.to_string(), at.micros()],
            What::Duty | What::Senior => row![table::DUTY_END; self.id.to_string(), at.micros()],
        }
    }
}

impl NewTurn {
    pub(super) fn row(self) -> Row {
        let Turn { id, worker, what, starts, ends } = self.turn;
        let (id, worker, starts, ends) =
            (id.to_string(), worker.to_string(), starts.micros(), ends.map(Moment::micros));
        match what {
            What::Leave(cover) => {
                row![table::LEAVE_TAKEN; id, worker, cover.map(|cover| cover.to_string()), starts, ends, self.author]
            }
            What::Duty => row![table::DUTY; id, worker, 0, starts, ends, self.author],
            What::Senior => row![table::DUTY; id, worker, 1, starts, ends, self.author],
        }
    }
}

impl Store {
    /// Returns what of the rota of an agency is not over, in the order of ids.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn rota(&self, agency: &AgencyId, after: Option<RotaId>, limit: i64) -> Result<Vec<Turn>, Error> {
        let rows = sqlx::query(OF_AGENCY)
            .bind(agency.to_string())
            .bind(self.clock.now().micros())
            .bind(after.map(|id| id.to_string()).unwrap_or_default())
            .bind(limit)
            .fetch_all(&self.readers)
            .await
            .map_err(Error::because("read a rota"))?;
        rows.iter().map(turn).collect()
    }

    /// Returns a place on the rota that nobody has ended.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn turn(&self, id: RotaId) -> Result<Option<Turn>, Error> {
        let found = sqlx::query(ONE).bind(id.to_string()).fetch_optional(&self.readers).await;
        found.map_err(Error::because("read a place on the rota"))?.as_ref().map(turn).transpose()
    }

    /// Returns when a worker is away: now, or later.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn leaves(&self, worker: WorkerId) -> Result<Vec<Turn>, Error> {
        let rows = sqlx::query(LEAVES)
            .bind(worker.to_string())
            .bind(self.clock.now().micros())
            .fetch_all(&self.readers)
            .await
            .map_err(Error::because("read who is away"))?;
        rows.iter().map(turn).collect()
    }
}

fn turn(row: &AnyRow) -> Result<Turn, Error> {
    let what = match read::text(row, "what")?.as_str() {
        "duty" => What::Duty,
        "senior" => What::Senior,
        "leave" => What::Leave(read::maybe_word(row, "cover")?),
        _ => return Err(Error::Word { column: "what" }),
    };
    Ok(Turn {
        id: read::word(row, "id")?,
        worker: read::word(row, "worker")?,
        what,
        starts: Moment::from_micros(read::int(row, "starts")?),
        ends: read::maybe_int(row, "ends")?.map(Moment::from_micros),
    })
}
