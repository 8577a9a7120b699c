//! How far an alert has come with each of those who hold it, and the rungs of its ladder that were reached.
//!
//! Promises: one row for each rung of those who owe one answer, whichever node writes it first: the other's is refused as taken,
//! with the whole of its act. One alert is at most once in an inbox: who holds a copy already gets no other.
//! Must never know: the words of an alert, who may be told.

use super::alerts::{Came, NewAlert};
use super::table::{self, Row, row};
use super::{Error, Store, read};
use crate::model::agencies::{AgencyKind, Role};
use crate::model::id::{AgencyId, AlertId, DeliveryId, WorkerId};
use crate::model::time::Moment;
use crate::policy::permit::Scope;
use sqlx::any::AnyRow;

/// Each copy, and once for each obligation for which its holder stands in.
macro_rules! held_text {
    ($from:literal, $where:literal) => {
        concat!(
            "
    SELECT d.alert, d.id, d.worker, d.raised, w.role, w.agency, g.kind, n.at AS sent, t.at AS taken, r.at AS read,
           k.at AS acknowledged,
           (SELECT MAX(x.at) FROM alert_action x WHERE x.delivery = d.id) AS acted,
           (SELECT MAX(x.at) FROM alert_action x WHERE x.delivery = d.id AND x.safe = 1) AS safe,
           CAST((SELECT COUNT(*) FROM worker_end x WHERE x.worker = d.worker)
              + (SELECT COUNT(*) FROM alert a
                   JOIN case_file f ON f.id = a.case_id
                   JOIN conflict_match m ON m.person = f.person AND m.worker = d.worker
                  WHERE a.id = d.alert) AS BIGINT) AS gone,
           s.obligation, s.rung,
           CAST((SELECT COUNT(*) FROM alert_stand_in z
                  WHERE z.alert = d.alert AND z.worker = d.worker AND z.entry = d.entry) AS BIGINT) AS joined
      FROM ",
            $from,
            "
      JOIN worker w ON w.id = d.worker
      JOIN agency g ON g.id = w.agency
      LEFT JOIN alert_stand_in s ON s.alert = d.alert AND s.worker = d.worker
      LEFT JOIN alert_sent n ON n.delivery = d.id
      LEFT JOIN alert_taken t ON t.delivery = d.id
      LEFT JOIN alert_read r ON r.delivery = d.id
      LEFT JOIN acknowledgement k ON k.delivery = d.id
     WHERE ",
            $where,
            "
     ORDER BY d.alert, d.raised, d.id, s.rung, s.obligation
     LIMIT 5000"
        )
    };
}

pub(super) use held_text;

/// $1 alert.
pub(super) const HELD: &str = held_text!("delivery d", "d.alert = $1");

/// $1 worker, $2 and $3 the first and last place in the log of the copies meant.
pub(super) const HELD_BESIDE: &str = held_text!(
    "delivery c JOIN audit_entry e ON e.entry = c.entry JOIN delivery d ON d.alert = c.alert",
    "c.worker = $1 AND e.idx >= $2 AND e.idx <= $3"
);

/// $1 alert.
pub(super) const RUNGS: &str = "
    SELECT q.alert, q.obligation, q.rung, q.instead_of, q.whom, q.found, q.at
      FROM ladder_rung q
     WHERE q.alert = $1
     ORDER BY q.obligation, q.rung, q.at, q.instead_of
     LIMIT 5000";

/// $1 worker, $2 and $3 the first and last place in the log of the copies meant.
pub(super) const RUNGS_BESIDE: &str = "
    SELECT q.alert, q.obligation, q.rung, q.instead_of, q.whom, q.found, q.at
      FROM delivery c
      JOIN audit_entry e ON e.entry = c.entry
      JOIN ladder_rung q ON q.alert = c.alert
     WHERE c.worker = $1
       AND e.idx >= $2
       AND e.idx <= $3
     ORDER BY q.alert, q.obligation, q.rung, q.at, q.instead_of
     LIMIT 5000";

/// The alerts that came between two places in the log, or are held by one who went away then. $1, $2, $3 after this alert, $4 at most.
pub(super) const STIRRED: &str = "
    SELECT DISTINCT z.alert
      FROM (SELECT d.alert
              FROM audit_entry e
             CROSS JOIN delivery d
             WHERE e.idx > $1 AND e.idx <= $2 AND d.entry = e.entry AND d.alert > $3
            UNION
            SELECT d.alert
              FROM audit_entry e
             CROSS JOIN leave_taken l
             CROSS JOIN delivery d
             WHERE e.idx > $1 AND e.idx <= $2 AND l.entry = e.entry AND d.worker = l.worker AND d.alert > $3
               AND NOT EXISTS (SELECT 1 FROM acknowledgement k WHERE k.delivery = d.id)
            UNION
            SELECT d.alert
              FROM audit_entry e
             CROSS JOIN worker_end l
             CROSS JOIN delivery d
             WHERE e.idx > $1 AND e.idx <= $2 AND l.entry = e.entry AND d.worker = l.worker AND d.alert > $3
               AND NOT EXISTS (SELECT 1 FROM acknowledgement k WHERE k.delivery = d.id)
            UNION
            SELECT d.alert
              FROM audit_entry e
             CROSS JOIN conflict_match l
             CROSS JOIN delivery d
             WHERE e.idx > $1 AND e.idx <= $2 AND l.entry = e.entry AND d.worker = l.worker AND d.alert > $3
               AND NOT EXISTS (SELECT 1 FROM acknowledgement k WHERE k.delivery = d.id)) z
     ORDER BY z.alert
     LIMIT $4";

/// The alerts of which somebody has not acknowledged a copy, page by page. $1 after this alert, $2 at most.
pub(super) const OPEN: &str = "
    SELECT a.id
      FROM alert a
     WHERE a.id > $1
       AND EXISTS (SELECT 1 FROM delivery d
                    WHERE d.alert = a.id
                      AND NOT EXISTS (SELECT 1 FROM acknowledgement k WHERE k.delivery = d.id))
     ORDER BY a.id
     LIMIT $2";

/// A copy of an alert as its sender and its ladder look at it.
#[derive(Debug, Clone)]
pub struct Held {
    /// The alert.
    pub alert: AlertId,
    /// The copy.
    pub delivery: DeliveryId,
    /// Who holds it.
    pub worker: WorkerId,
    /// Their role.
    pub role: Role,
    /// Their agency.
    pub agency: AgencyId,
    /// What that is.
    pub kind: AgencyKind,
    /// Since when.
    pub raised: Moment,
    /// How far it has come.
    pub came: Came,
    /// Whether they can open it no more: their seat has ended, or they said that they know the man.
    pub gone: bool,
    /// For whose answer they stand in, and since which rung.
    pub stands_in: Option<(String, i64)>,
    /// Whether they hold it for that alone.
    pub joined: bool,
}

/// A rung that was reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reached {
    /// The alert.
    pub alert: AlertId,
    /// For whose answer.
    pub obligation: String,
    /// Which; 0 for one who is away.
    pub rung: i64,
    /// The copy of the one who is away.
    pub instead_of: Option<DeliveryId>,
    /// Who was to be told.
    pub whom: String,
    /// How many were told of it who were not before.
    pub found: i64,
    /// When.
    pub at: Moment,
}

/// A rung as it is reached: all of it, or nothing.
#[derive(Debug, Clone)]
pub struct NewRung {
    /// What is recorded of it.
    pub reached: Reached,
    /// Who is told and had no copy.
    pub told: Vec<WorkerId>,
    /// Who had one already, and stands in from now on.
    pub holding: Vec<WorkerId>,
    /// Notices to others than those: to the sender and the officers.
    pub notices: Vec<NewAlert>,
}

impl NewRung {
    pub(super) fn rows(self) -> Vec<Row> {
        let Reached { alert, obligation, rung, instead_of, whom, found, at } = self.reached;
        let (alert, at) = (alert.to_string(), at.micros());
        let mut rows: Vec<Row> = self.notices.into_iter().flat_map(NewAlert::rows).collect();
        rows.extend(self.told.iter().map(
            |worker| row![table::DELIVERY; DeliveryId::random().to_string(), alert.clone(), worker.to_string(), at],
        ));
        let instead_of = instead_of.map(|copy| copy.to_string()).unwrap_or_default();
        rows.push(row![table::LADDER_RUNG; alert.clone(), obligation.clone(), rung, instead_of, whom, found, at]);
        rows.extend(self.told.iter().chain(&self.holding).map(
            |worker| row![table::ALERT_STAND_IN; alert.clone(), obligation.clone(), worker.to_string(), rung, at],
        ));
        rows
    }
}

impl Store {
    /// Returns how far an alert has come with each who holds it: once for each obligation for which they stand in.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn held(&self, alert: AlertId) -> Result<Vec<Held>, Error> {
        let rows = sqlx::query(HELD).bind(alert.to_string()).fetch_all(&self.readers).await;
        rows.map_err(Error::because("read who holds an alert"))?.iter().map(held).collect()
    }

    /// Returns the rungs of an alert that were reached.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn rungs(&self, alert: AlertId) -> Result<Vec<Reached>, Error> {
        let rows = sqlx::query(RUNGS).bind(alert.to_string()).fetch_all(&self.readers).await;
        rows.map_err(Error::because("read the rungs of an alert"))?.iter().map(reached).collect()
    }

    /// Returns the same of all alerts of a page of an inbox, from one place in the log to another.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn held_beside(
        &self,
        scope: &Scope,
        (first, last): (i64, i64),
    ) -> Result<(Vec<Held>, Vec<Reached>), Error> {
        let of = |text| sqlx::query(text).bind(scope.worker().to_string()).bind(first).bind(last);
        let why = "read how far alerts have come";
        let copies = of(HELD_BESIDE).fetch_all(&self.readers).await.map_err(Error::because(why))?;
        let rungs = of(RUNGS_BESIDE).fetch_all(&self.readers).await.map_err(Error::because(why))?;
        Ok((copies.iter().map(held).collect::<Result<_, _>>()?, rungs.iter().map(reached).collect::<Result<_, _>>()?))
    }

    /// Returns the alerts that came after an index of the log or are held by one who went away since, and the index up to
    /// which it looked.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn stirred_since(&self, index: i64) -> Result<(Vec<AlertId>, i64), Error> {
        let last = self.last_index().await?;
        let mut alerts: Vec<AlertId> = Vec::new();
        if last <= index {
            return Ok((alerts, index));
        }
        loop {
            let rows = sqlx::query(STIRRED)
                .bind(index)
                .bind(last)
                .bind(alerts.last().map(AlertId::to_string).unwrap_or_default())
                .bind(read::ROWS_MAX)
                .fetch_all(&self.readers)
                .await
                .map_err(Error::because("read which alerts came"))?;
            if read::is_all(&mut alerts, &rows, |row| read::word(row, "alert"))? {
                return Ok((alerts, last));
            }
        }
    }

    /// Returns the next alerts of which somebody has not acknowledged a copy, in the order of their ids.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn open_alerts(&self, after: Option<AlertId>, limit: i64) -> Result<Vec<AlertId>, Error> {
        let rows = sqlx::query(OPEN)
            .bind(after.map(|id| id.to_string()).unwrap_or_default())
            .bind(limit)
            .fetch_all(&self.readers)
            .await
            .map_err(Error::because("read which alerts are open"))?;
        rows.iter().map(|row| read::word(row, "id")).collect()
    }
}

pub(super) fn held(row: &AnyRow) -> Result<Held, Error> {
    let at = |column| Ok::<_, Error>(read::maybe_int(row, column)?.map(Moment::from_micros));
    let stands_in = read::maybe_text(row, "obligation")?.zip(read::maybe_int(row, "rung")?);
    Ok(Held {
        alert: read::word(row, "alert")?,
        delivery: read::word(row, "id")?,
        worker: read::word(row, "worker")?,
        role: read::word(row, "role")?,
        agency: read::word(row, "agency")?,
        kind: read::word(row, "kind")?,
        raised: Moment::from_micros(read::int(row, "raised")?),
        came: Came {
            sent: at("sent")?,
            taken: at("taken")?,
            read: at("read")?,
            acknowledged: at("acknowledged")?,
            acted: at("acted")?,
            safe: at("safe")?,
        },
        gone: read::int(row, "gone")? > 0,
        stands_in,
        joined: read::int(row, "joined")? > 0,
    })
}

pub(super) fn reached(row: &AnyRow) -> Result<Reached, Error> {
    Ok(Reached {
        alert: read::word(row, "alert")?,
        obligation: read::text(row, "obligation")?,
        rung: read::int(row, "rung")?,
        instead_of: Some(read::text(row, "instead_of")?)
            .filter(|copy| !copy.is_empty())
            .and_then(|copy| copy.parse().ok()),
        whom: read::text(row, "whom")?,
        found: read::int(row, "found")?,
        at: Moment::from_micros(read::int(row, "at")?),
    })
}
