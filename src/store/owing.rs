//! What nobody of an agency has acknowledged, as ids and counts.
//!
//! Promises: what is owed is asked in one text, by the same rule as `desk/obligations.rs` reckons it.
//! Must never know: the words of an alert.

use super::{Error, Store, read};
use crate::model::id::{AgencyId, AlertId};
use crate::model::time::Moment;

/// Those who owe one answer: each by themselves in a service that hears in confidence, else an agency together. `d` is a copy,
/// `w` who holds it, `g` their agency.
macro_rules! owed_by {
    () => {
        "CASE WHEN g.kind IN ('womens-service', 'childrens-service') THEN d.id ELSE w.agency END"
    };
}

/// An alert, `a`, for which those of an agency, $1, owe an answer that nobody has given.
macro_rules! owing {
    () => {
        concat!(
            "EXISTS (SELECT 1
                 FROM delivery d
                 JOIN worker w ON w.id = d.worker
                 JOIN agency g ON g.id = w.agency
                WHERE d.alert = a.id
                  AND w.agency = $1
                  AND NOT EXISTS (SELECT 1 FROM alert_stand_in s
                                   WHERE s.alert = d.alert AND s.worker = d.worker AND s.entry = d.entry)
                  AND NOT EXISTS (SELECT 1
                                    FROM delivery o
                                    JOIN acknowledgement k ON k.delivery = o.id
                                    JOIN worker v ON v.id = o.worker
                                   WHERE o.alert = d.alert
                                     AND (o.id = d.id
                                       OR (v.agency = w.agency AND g.kind NOT IN ('womens-service', 'childrens-service'))
                                       OR EXISTS (SELECT 1 FROM alert_stand_in s
                                                   WHERE s.alert = d.alert AND s.worker = o.worker AND s.obligation = ",
            owed_by!(),
            "))))"
        )
    };
}

/// $1 agency, $2 raised and $3 id of the last of the page before, $4 at most.
pub(super) const OWING: &str = concat!(
    "
    SELECT a.id
      FROM alert a
     WHERE (a.raised > $2 OR (a.raised = $2 AND a.id > $3))
       AND ",
    owing!(),
    "
     ORDER BY a.raised, a.id
     LIMIT $4"
);

/// $1 agency. A drill is listed and not counted.
pub(super) const OWING_COUNT: &str = concat!(
    "
    SELECT a.severity, CAST(COUNT(*) AS BIGINT) AS many
      FROM alert a
     WHERE a.kind NOT IN ('drill', 'drill-unanswered')
       AND ",
    owing!(),
    "
     GROUP BY a.severity
     ORDER BY a.severity"
);

impl Store {
    /// Returns the alerts for which those of an agency owe an answer that nobody has given, oldest first.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn owing(
        &self,
        agency: &AgencyId,
        after: Option<(Moment, AlertId)>,
        limit: i64,
    ) -> Result<Vec<AlertId>, Error> {
        let (raised, id) = after.map_or((i64::MIN, String::new()), |(at, id)| (at.micros(), id.to_string()));
        let rows = sqlx::query(OWING)
            .bind(agency.to_string())
            .bind(raised)
            .bind(id)
            .bind(limit)
            .fetch_all(&self.readers)
            .await
            .map_err(Error::because("read what nobody acknowledged"))?;
        rows.iter().map(|row| read::word(row, "id")).collect()
    }

    /// Returns how many there are of each severity.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn owing_count(&self, agency: &AgencyId) -> Result<Vec<(String, i64)>, Error> {
        let rows = sqlx::query(OWING_COUNT).bind(agency.to_string()).fetch_all(&self.readers).await;
        let rows = rows.map_err(Error::because("count what nobody acknowledged"))?;
        rows.iter().map(|row| Ok((read::text(row, "severity")?, read::int(row, "many")?))).collect()
    }
}
