//! What must be said outside the hub, what was tried, and what came of it.
//!
//! Promises: an attempt is one row, whichever node writes it first: the other's is refused as taken, with the whole of its round.
//! What is settled for a target is never due there again.
//! Must never know: the words of an alert, an address, a secret.

use super::alerts::NewAlert;
use super::endpoints::EndpointAct;
use super::table::{self, Row, row};
use super::{Error, Store, read};
use crate::model::alerts::Severity;
use crate::model::dispatch::{Outcome, Settled, Target, Tried};
use crate::model::id::{AgencyId, AlertId, DeliveryId, EndpointId, WorkerId};
use crate::model::time::Moment;
use sqlx::any::AnyRow;

/// The targets for which something came between two places in the log. $1, $2, $3 after this target, $4 at most.
pub(super) const STIRRED: &str = "
    SELECT DISTINCT z.target
      FROM (SELECT 'c:' || c.id AS target
              FROM audit_entry e
             CROSS JOIN delivery d
             CROSS JOIN mail_channel c
             WHERE e.idx > $1 AND e.idx <= $2 AND d.entry = e.entry AND c.worker = d.worker
               AND NOT EXISTS (SELECT 1 FROM mail_channel_end x WHERE x.channel = c.id)
            UNION
            SELECT 'e:' || n.id AS target
              FROM audit_entry e
             CROSS JOIN delivery d
             CROSS JOIN worker w
             CROSS JOIN endpoint n
             WHERE e.idx > $1 AND e.idx <= $2 AND d.entry = e.entry AND w.id = d.worker AND n.agency = w.agency
               AND NOT EXISTS (SELECT 1 FROM endpoint_end x WHERE x.endpoint = n.id)
            UNION
            SELECT 'c:' || c.id AS target
              FROM audit_entry e
             CROSS JOIN mail_channel c
             WHERE e.idx > $1 AND e.idx <= $2 AND c.entry = e.entry
            UNION
            SELECT 'c:' || c.id AS target
              FROM audit_entry e
             CROSS JOIN mail_wish m
             CROSS JOIN mail_channel c
             WHERE e.idx > $1 AND e.idx <= $2 AND m.entry = e.entry AND c.worker = m.worker
               AND NOT EXISTS (SELECT 1 FROM mail_channel_end x WHERE x.channel = c.id)
            UNION
            SELECT 'e:' || t.endpoint AS target
              FROM audit_entry e
             CROSS JOIN endpoint_test t
             WHERE e.idx > $1 AND e.idx <= $2 AND t.entry = e.entry) z
     WHERE z.target > $3
     ORDER BY z.target
     LIMIT $4";

/// Every target that has not ended, page by page. $1 after this target, $2 at most.
pub(super) const TARGETS: &str = "
    SELECT z.target
      FROM (SELECT 'c:' || c.id AS target
              FROM mail_channel c
             WHERE NOT EXISTS (SELECT 1 FROM mail_channel_end x WHERE x.channel = c.id)
            UNION ALL
            SELECT 'e:' || n.id AS target
              FROM endpoint n
             WHERE NOT EXISTS (SELECT 1 FROM endpoint_end x WHERE x.endpoint = n.id)) z
     WHERE z.target > $1
     ORDER BY z.target
     LIMIT $2";

/// How often the item `$item` was tried for the target $1, and what came of the last attempt.
macro_rules! tried {
    ($item:literal) => {
        concat!(
            "
           (SELECT MAX(t.attempt) FROM dispatch t WHERE t.item = ",
            $item,
            " AND t.target = $1) AS attempts,
           (SELECT MIN(t.at) FROM dispatch t WHERE t.item = ",
            $item,
            " AND t.target = $1) AS first_at,
           (SELECT MAX(t.at) FROM dispatch t WHERE t.item = ",
            $item,
            " AND t.target = $1) AS last_at,
           (SELECT y.outcome FROM dispatch_end y
             WHERE y.item = ",
            $item,
            " AND y.target = $1
               AND y.attempt = (SELECT MAX(t.attempt) FROM dispatch t
                                 WHERE t.item = ",
            $item,
            " AND t.target = $1)) AS outcome"
        )
    };
}

/// What is due, the most urgent first: each copy of $who that was stored, or taken over from the spool, from $3 on and is not settled for the target $1; $2 whose, $4 at most.
macro_rules! due {
    ($from:literal, $who:literal) => {
        concat!(
            "
    SELECT e.idx, d.id, d.raised, a.id AS alert, a.case_id, a.kind, a.severity,
           (SELECT k.at FROM acknowledgement k WHERE k.delivery = d.id) AS acknowledged,",
            tried!("d.id"),
            "
      FROM ",
            $from,
            "
      JOIN alert a ON a.id = d.alert
      JOIN audit_entry e ON e.entry = d.entry
     WHERE ",
            $who,
            "
       AND (d.raised >= $3 OR EXISTS (SELECT 1 FROM spooled p WHERE p.alert = d.alert AND p.at >= $3))
       AND NOT EXISTS (SELECT 1 FROM dispatch_settled s WHERE s.target = $1 AND s.item = d.id)
       AND NOT EXISTS (SELECT 1 FROM conflict_match m JOIN case_file f ON f.person = m.person
                        WHERE f.id = a.case_id AND m.worker = d.worker)
     ORDER BY CASE a.severity WHEN 'critical' THEN 0 WHEN 'high' THEN 1 ELSE 2 END, e.idx, d.id
     LIMIT $4"
        )
    };
}

pub(super) const DUE_WORKER: &str = due!("delivery d", "d.worker = $2");

pub(super) const DUE_AGENCY: &str = due!("worker w JOIN delivery d ON d.worker = w.id", "w.agency = $2");

/// The tests of an endpoint that are not settled. $1 target, $2 endpoint, $3 at most.
pub(super) const DUE_TESTS: &str = concat!(
    "
    SELECT q.id, q.at,",
    tried!("q.id"),
    "
      FROM endpoint_test q
     WHERE q.endpoint = $2
       AND NOT EXISTS (SELECT 1 FROM dispatch_settled s WHERE s.target = $1 AND s.item = q.id)
     ORDER BY q.at, q.id
     LIMIT 50"
);

/// The code of an address, until it is settled or came back. $1 target, $2 channel.
pub(super) const DUE_CODE: &str = concat!(
    "
    SELECT q.id, q.at,",
    tried!("q.id"),
    "
      FROM mail_channel q
     WHERE q.id = $2
       AND NOT EXISTS (SELECT 1 FROM mail_channel_proof p WHERE p.channel = q.id)
       AND NOT EXISTS (SELECT 1 FROM dispatch_settled s WHERE s.target = $1 AND s.item = q.id)"
);

/// When the officers were last told of a target, and when something last got through. $1 target.
pub(super) const TOLD: &str = "
    SELECT (SELECT MAX(t.at) FROM dispatch_told t WHERE t.target = $1) AS told,
           (SELECT MAX(s.at) FROM dispatch_settled s WHERE s.target = $1 AND s.outcome = 'done') AS done";

/// Something that must be said outside.
#[derive(Debug, Clone)]
pub struct Due {
    /// Its name: that of a copy, of a channel whose code it is, or of a test.
    pub item: String,
    /// Since when.
    pub since: Moment,
    /// Whose order it must keep: the case, or the alert if it has none.
    pub order: String,
    /// What kind of alert; nothing for a code and a test.
    pub kind: Option<(String, Severity)>,
    /// Whether its recipient acknowledged it already.
    pub acknowledged: bool,
    /// How often it was tried, if it was.
    pub tried: Option<Tried>,
}

/// What the courier writes.
#[derive(Debug, Clone, Default)]
pub struct Round {
    /// What is begun: the item and its attempt.
    pub begun: Vec<(String, i64)>,
    /// What came of attempts.
    pub ended: Vec<(String, i64, Outcome)>,
    /// What is settled.
    pub settled: Vec<(String, Settled)>,
    /// Whom it must be told that nothing gets through.
    pub notices: Vec<NewAlert>,
    /// The endpoint wants nothing more.
    pub gone: Option<EndpointId>,
}

impl Round {
    /// Says whether there is anything to write.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.begun.is_empty() && self.ended.is_empty() && self.settled.is_empty() && self.gone.is_none()
    }

    pub(super) fn rows(self, target: Target, at: Moment) -> Vec<Row> {
        let (target, at_moment, at) = (target.to_string(), at, at.micros());
        let told: Vec<AlertId> = self.notices.iter().map(|notice| notice.head.id).collect();
        let mut rows: Vec<Row> = self.notices.into_iter().flat_map(NewAlert::rows).collect();
        rows.extend(self.gone.into_iter().flat_map(|one| EndpointAct::End(one, "gone", at_moment).rows()));
        rows.extend(
            self.begun.into_iter().map(|(item, attempt)| row![table::DISPATCH; item, target.clone(), attempt, at]),
        );
        rows.extend(self.ended.into_iter().map(|(item, attempt, outcome)| {
            row![table::DISPATCH_END; item, target.clone(), attempt, outcome.to_string(), at]
        }));
        rows.extend(
            self.settled
                .into_iter()
                .map(|(item, how)| row![table::DISPATCH_SETTLED; target.clone(), item, how.to_string(), at]),
        );
        rows.extend(told.into_iter().map(|alert| row![table::DISPATCH_TOLD; target.clone(), alert.to_string(), at]));
        rows
    }
}

impl Store {
    /// Returns the targets for which something came after an index of the log, and the index up to which it looked.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn targets_since(&self, index: i64) -> Result<(Vec<Target>, i64), Error> {
        let last = self.last_index().await?;
        let mut targets: Vec<Target> = Vec::new();
        if last <= index {
            return Ok((targets, index));
        }
        loop {
            let rows = sqlx::query(STIRRED)
                .bind(index)
                .bind(last)
                .bind(targets.last().map(ToString::to_string).unwrap_or_default())
                .bind(read::ROWS_MAX)
                .fetch_all(&self.readers)
                .await
                .map_err(Error::because("read for whom something came"))?;
            if read::is_all(&mut targets, &rows, |row| read::word(row, "target"))? {
                return Ok((targets, last));
            }
        }
    }

    /// Returns the next targets that have not ended, in the order of their names.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn targets(&self, after: Option<Target>, limit: i64) -> Result<Vec<Target>, Error> {
        let rows = sqlx::query(TARGETS)
            .bind(after.map(|one| one.to_string()).unwrap_or_default())
            .bind(limit)
            .fetch_all(&self.readers)
            .await
            .map_err(Error::because("read where things go"))?;
        rows.iter().map(|row| read::word(row, "target")).collect()
    }

    /// Returns a worker's copies that are not settled for a target, the first one first.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn due_for_worker(
        &self,
        target: Target,
        worker: WorkerId,
        since: Moment,
        limit: i64,
    ) -> Result<Vec<Due>, Error> {
        self.due(DUE_WORKER, target, worker.to_string(), since, limit).await
    }

    /// Returns the copies of an agency's people that are not settled for a target, the first one first.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn due_for_agency(
        &self,
        target: Target,
        agency: &AgencyId,
        since: Moment,
        limit: i64,
    ) -> Result<Vec<Due>, Error> {
        self.due(DUE_AGENCY, target, agency.to_string(), since, limit).await
    }

    async fn due(
        &self,
        text: &'static str,
        target: Target,
        whose: String,
        since: Moment,
        limit: i64,
    ) -> Result<Vec<Due>, Error> {
        let rows = sqlx::query(text)
            .bind(target.to_string())
            .bind(whose)
            .bind(since.micros())
            .bind(limit)
            .fetch_all(&self.readers)
            .await
            .map_err(Error::because("read what must be said outside"))?;
        // In the order of the log, as what is about one case is told.
        let placed = |row: &AnyRow| Ok((read::int(row, "idx")?, due(row)?));
        let mut found: Vec<(i64, Due)> = rows.iter().map(placed).collect::<Result<_, Error>>()?;
        found.sort_by_key(|(index, _)| *index);
        Ok(found.into_iter().map(|(_, due)| due).collect())
    }

    /// Returns what is due for a target beside copies of alerts: the tests of an endpoint, the code of an address.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn due_beside(&self, target: Target) -> Result<Vec<Due>, Error> {
        let (text, whose) = match target {
            Target::Endpoint(endpoint) => (DUE_TESTS, endpoint.to_string()),
            Target::Channel(channel) => (DUE_CODE, channel.to_string()),
        };
        let rows = sqlx::query(text).bind(target.to_string()).bind(whose).fetch_all(&self.readers).await;
        let one = |row: &AnyRow| {
            let (item, since) = (read::text(row, "id")?, Moment::from_micros(read::int(row, "at")?));
            Ok(Due { order: item.clone(), item, since, kind: None, acknowledged: false, tried: tried(row)? })
        };
        rows.map_err(Error::because("read what must be sent"))?.iter().map(one).collect()
    }

    /// Returns when the officers were told last that nothing gets through to a target, and when something last did.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn heard_of(&self, target: Target) -> Result<(Option<Moment>, Option<Moment>), Error> {
        let row = sqlx::query(TOLD).bind(target.to_string()).fetch_one(&self.readers).await;
        let row = row.map_err(Error::because("read what is known of a target"))?;
        let at = |column| Ok::<_, Error>(read::maybe_int(&row, column)?.map(Moment::from_micros));
        Ok((at("told")?, at("done")?))
    }
}

fn due(row: &AnyRow) -> Result<Due, Error> {
    let (alert, case): (AlertId, Option<String>) = (read::word(row, "alert")?, read::maybe_text(row, "case_id")?);
    let item: DeliveryId = read::word(row, "id")?;
    Ok(Due {
        item: item.to_string(),
        since: Moment::from_micros(read::int(row, "raised")?),
        order: case.unwrap_or_else(|| alert.to_string()),
        kind: Some((read::text(row, "kind")?, read::word(row, "severity")?)),
        acknowledged: read::maybe_int(row, "acknowledged")?.is_some(),
        tried: tried(row)?,
    })
}

fn tried(row: &AnyRow) -> Result<Option<Tried>, Error> {
    let at = |column| Ok::<_, Error>(read::maybe_int(row, column)?.map(Moment::from_micros));
    let begun = read::maybe_int(row, "attempts")?.zip(at("first_at")?).zip(at("last_at")?);
    let outcome = read::maybe_word(row, "outcome")?;
    Ok(begun.map(|((attempts, first), last)| Tried { attempts, first, last, outcome }))
}
