//! A worker's inbox: their own copies of alerts, and how far each has come.
//!
//! Promises: a place in it is a place in the log and a copy there, so no page passes by what one act told twice.
//! Must never know: the words of an alert.

use super::alerts::{AlertHead, Copy, head};
use super::{Error, Store, read};
use crate::model::alerts::Severity;
use crate::model::id::{AlertId, DeliveryId, WorkerId};
use crate::model::time::Moment;
use crate::policy::permit::Scope;
use sqlx::any::AnyRow;

/// What became of a copy, `d`: what was done, whether what raised it was put right, and of the note that it told of, whether it is gone and was seen.
macro_rules! became {
    () => {
        "
           (SELECT MAX(x.at) FROM alert_action x WHERE x.delivery = d.id) AS acted,
           (SELECT MAX(x.at) FROM alert_action x WHERE x.delivery = d.id AND x.safe = 1) AS safe,
           (SELECT n.at FROM alert_sent n WHERE n.delivery = d.id) AS sent,
           (SELECT t.at FROM alert_taken t WHERE t.delivery = d.id) AS taken,
           (SELECT MIN(s.at) FROM spooled s WHERE s.alert = d.alert) AS merged,
           (SELECT MIN(r.created)
              FROM alert z
              JOIN event v ON v.entry = z.entry AND v.case_id = z.case_id
              JOIN event r ON r.corrects = v.id
             WHERE z.id = d.alert) AS put_right,
           (SELECT MAX(x.ended) FROM share_notice q
              JOIN alert n ON n.id = q.alert AND n.note IS NOT NULL
              JOIN share_key_end x ON x.share = q.share
              JOIN worker w ON w.id = d.worker AND w.agency = x.recipient
             WHERE q.alert = d.alert
               AND NOT EXISTS (SELECT 1 FROM share_notice o JOIN share_key k ON k.share = o.share
                                WHERE o.alert = d.alert AND k.recipient = w.agency)) AS gone,
           CAST((SELECT COUNT(*) FROM share_notice q
                   JOIN share_read v ON v.share = q.share AND v.worker = d.worker
                  WHERE q.alert = d.alert) AS BIGINT) AS seen"
    };
}

/// A worker's copies in the order of the log, after a place in it. $1 worker, $2 index and $3 copy of the place, $4 at most.
macro_rules! inbox {
    ($which:literal) => {
        concat!(
            "
    SELECT e.idx, d.id AS delivery, a.id, a.case_id, a.author, a.agency, a.about, a.kind, a.category, a.severity,
           a.note, a.raised, k.at AS acknowledged, r.at AS read,",
            became!(),
            "
      FROM delivery d
      JOIN audit_entry e ON e.entry = d.entry
      JOIN alert a ON a.id = d.alert
      LEFT JOIN acknowledgement k ON k.delivery = d.id
      LEFT JOIN alert_read r ON r.delivery = d.id
     WHERE d.worker = $1
       AND (e.idx > $2 OR (e.idx = $2 AND d.id > $3))",
            $which,
            "
       AND NOT EXISTS (SELECT 1 FROM conflict_match m JOIN case_file f ON f.person = m.person
                        WHERE f.id = a.case_id AND m.worker = d.worker)
     ORDER BY e.idx, d.id
     LIMIT $4"
        )
    };
}

pub(super) const INBOX: &str = inbox!("");

/// Those that the worker has not acknowledged.
pub(super) const OPEN: &str = inbox!(" AND k.delivery IS NULL");

/// Those of them that are of one severity. $5 it.
pub(super) const OPEN_OF: &str = inbox!(" AND k.delivery IS NULL AND a.severity = $5");

pub(super) const MY_COPY: &str = concat!(
    "
    SELECT e.idx, d.id AS delivery, d.raised, k.at AS acknowledged, r.at AS read,",
    became!(),
    "
      FROM delivery d
      JOIN audit_entry e ON e.entry = d.entry
      LEFT JOIN acknowledgement k ON k.delivery = d.id
      LEFT JOIN alert_read r ON r.delivery = d.id
     WHERE d.alert = $1
       AND d.worker = $2"
);

/// The copies of a worker's up to a place that were put before them and that their client has not said it has.
/// $1 worker, $2 the place in the log, $3 the copy there, $4 at most.
pub(super) const UNTAKEN: &str = "
    SELECT d.id
      FROM delivery d
      JOIN alert_sent n ON n.delivery = d.id
      JOIN audit_entry e ON e.entry = d.entry
     WHERE d.worker = $1
       AND (e.idx < $2 OR (e.idx = $2 AND d.id <= $3))
       AND NOT EXISTS (SELECT 1 FROM alert_taken t WHERE t.delivery = d.id)
     ORDER BY e.idx, d.id
     LIMIT $4";

/// Positions in an inbox are positions in the log: commits become visible in that order, moments do not. What one act told a
/// worker twice has one position, and stands there in the order of the copies.
pub(super) const PLACE: &str = "
    SELECT e.idx
      FROM delivery d
      JOIN audit_entry e ON e.entry = d.entry
     WHERE d.id = $1
       AND d.worker = $2";

/// A place in an inbox: an index of the log and a copy there; none before the first.
type Place = Option<(i64, DeliveryId)>;

impl Store {
    /// Returns a worker's inbox in the order of the log, after a copy and its index.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn inbox(&self, scope: &Scope, after: Place, limit: i64) -> Result<Vec<(AlertHead, Copy)>, Error> {
        self.copies(INBOX, scope, after, limit).await
    }

    /// Returns what of it the worker has not acknowledged.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn open_inbox(&self, scope: &Scope, after: Place, limit: i64) -> Result<Vec<(AlertHead, Copy)>, Error> {
        self.copies(OPEN, scope, after, limit).await
    }

    /// Returns what of that is of one severity.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn open_of(
        &self,
        scope: &Scope,
        severity: Severity,
        after: Place,
        limit: i64,
    ) -> Result<Vec<(AlertHead, Copy)>, Error> {
        self.copies_of(OPEN_OF, scope, Some(severity), (after, limit)).await
    }

    async fn copies(
        &self,
        text: &'static str,
        scope: &Scope,
        after: Place,
        limit: i64,
    ) -> Result<Vec<(AlertHead, Copy)>, Error> {
        self.copies_of(text, scope, None, (after, limit)).await
    }

    async fn copies_of(
        &self,
        text: &'static str,
        scope: &Scope,
        severity: Option<Severity>,
        (after, limit): (Place, i64),
    ) -> Result<Vec<(AlertHead, Copy)>, Error> {
        let (index, copy_id) = after.map_or((-1, String::new()), |(index, copy)| (index, copy.to_string()));
        let mut query = sqlx::query(text).bind(scope.worker().to_string()).bind(index).bind(copy_id).bind(limit);
        if let Some(severity) = severity {
            query = query.bind(severity.as_str());
        }
        let rows = query.fetch_all(&self.readers).await.map_err(Error::because("read an inbox"))?;
        rows.iter().map(|row| Ok((head(row)?, copy(row)?))).collect()
    }

    /// Returns the log index of a copy in a worker's inbox.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn delivery(&self, scope: &Scope, id: DeliveryId) -> Result<Option<i64>, Error> {
        let found = sqlx::query(PLACE)
            .bind(id.to_string())
            .bind(scope.worker().to_string())
            .fetch_optional(&self.readers)
            .await
            .map_err(Error::because("read a place in an inbox"))?;
        found.map(|row| read::int(&row, "idx")).transpose()
    }

    /// Returns the copies up to a place that were put before a worker and that their client has not said it has.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn untaken(&self, scope: &Scope, (index, copy): (i64, DeliveryId)) -> Result<Vec<DeliveryId>, Error> {
        let rows = sqlx::query(UNTAKEN)
            .bind(scope.worker().to_string())
            .bind(index)
            .bind(copy.to_string())
            .bind(read::ROWS_MAX)
            .fetch_all(&self.readers)
            .await
            .map_err(Error::because("read what a client took"))?;
        rows.iter().map(|row| read::word(row, "id")).collect()
    }

    /// Returns a worker's own copy of an alert.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn copy_of(&self, alert: AlertId, worker: WorkerId) -> Result<Option<Copy>, Error> {
        let found = sqlx::query(MY_COPY)
            .bind(alert.to_string())
            .bind(worker.to_string())
            .fetch_optional(&self.readers)
            .await
            .map_err(Error::because("read a copy"))?;
        found.as_ref().map(copy).transpose()
    }
}

fn copy(row: &AnyRow) -> Result<Copy, Error> {
    let raised = read::int(row, "raised")?;
    Ok(Copy {
        delivery: read::word(row, "delivery")?,
        index: read::int(row, "idx")?,
        stored: Moment::from_micros(raised),
        read: read::maybe_int(row, "read")?.map(Moment::from_micros),
        acknowledged: read::maybe_int(row, "acknowledged")?.map(Moment::from_micros),
        acted: read::maybe_int(row, "acted")?.map(Moment::from_micros),
        sent: read::maybe_int(row, "sent")?.map(Moment::from_micros),
        taken: read::maybe_int(row, "taken")?.map(Moment::from_micros),
        safe: read::maybe_int(row, "safe")?.map(Moment::from_micros),
        merged: read::maybe_int(row, "merged")?.map(Moment::from_micros),
        put_right: read::maybe_int(row, "put_right")?.map(Moment::from_micros),
        gone: read::maybe_int(row, "gone")?.map(Moment::from_micros),
        seen: read::int(row, "seen")? > 0,
    })
}
