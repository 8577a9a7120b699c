//! What stays in an inbox of a note that was taken back: that there was something, and that it is gone.

use super::{Error, Store, read};
use crate::model::id::{AlertId, DeliveryId};
use crate::model::time::Moment;
use crate::policy::permit::Scope;
use sqlx::any::AnyRow;

/// Copies of a worker's whose note was taken back between two places in the log. $1 worker, $2 and $3 the first index
/// and the last, $4 after this copy at the first, $5 at most.
pub(super) const TOMBSTONES: &str = "
    SELECT e.idx, d.id AS delivery, a.id AS alert, x.ended
      FROM audit_entry e
     CROSS JOIN share_key_end x
     CROSS JOIN share_notice q
     CROSS JOIN alert a
     CROSS JOIN delivery d
     CROSS JOIN worker w
     WHERE e.idx >= $2
       AND e.idx <= $3
       AND (e.idx > $2 OR d.id > $4)
       AND x.entry = e.entry
       AND q.share = x.share
       AND a.id = q.alert
       AND a.note IS NOT NULL
       AND d.alert = a.id
       AND d.worker = $1
       AND w.id = d.worker
       AND w.agency = x.recipient
     ORDER BY e.idx, d.id
     LIMIT $5";

/// A copy whose note was taken back.
#[derive(Debug, Clone)]
pub struct Tombstone {
    /// The copy.
    pub delivery: DeliveryId,
    /// The alert.
    pub alert: AlertId,
    /// When the note was taken back.
    pub gone: Moment,
}

impl Store {
    /// Returns the copies in a worker's inbox whose note was taken back after an index of the log, and the index up to
    /// which it looked.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn tombstones(&self, scope: &Scope, after: i64) -> Result<(Vec<Tombstone>, i64), Error> {
        let last = self.last_index().await?;
        if last <= after {
            return Ok((Vec::new(), after));
        }
        let mut found: Vec<(i64, Tombstone)> = Vec::new();
        loop {
            let (first, copy) =
                found.last().map_or((after + 1, String::new()), |(index, one)| (*index, one.delivery.to_string()));
            let rows = sqlx::query(TOMBSTONES)
                .bind(scope.worker().to_string())
                .bind(first)
                .bind(last)
                .bind(copy)
                .bind(read::ROWS_MAX)
                .fetch_all(&self.readers)
                .await
                .map_err(Error::because("read tombstones"))?;
            if read::is_all(&mut found, &rows, tombstone)? {
                return Ok((found.into_iter().map(|(_, one)| one).collect(), last));
            }
        }
    }
}

fn tombstone(row: &AnyRow) -> Result<(i64, Tombstone), Error> {
    let gone = Moment::from_micros(read::int(row, "ended")?);
    let one = Tombstone { delivery: read::word(row, "delivery")?, alert: read::word(row, "alert")?, gone };
    Ok((read::int(row, "idx")?, one))
}
