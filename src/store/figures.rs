//! The alerts of a stretch of time with all their copies and rungs, page by page: what figures are reckoned from.
//!
//! Promises: no drill among them, and nothing that is told at the end of a ladder; every copy of every alert of a page.
//! Must never know: the words of an alert, what is reckoned.

use super::ladder::{Held, Reached, held, held_text, reached};
use super::{Error, Store, read};
use crate::model::alerts::Severity;
use crate::model::id::AlertId;
use crate::model::time::Moment;

/// How many alerts are read at once: with all their copies they stay under what one query brings.
const PAGE: i64 = 50;

/// $1 from, $2 until, $3 and $4 when the last of the page before was raised and its id, $5 at most.
pub(super) const ALERTS: &str = "
    SELECT a.id, a.raised, a.severity
      FROM alert a
     WHERE a.raised >= $1
       AND a.raised < $2
       AND (a.raised > $3 OR (a.raised = $3 AND a.id > $4))
       AND a.kind NOT IN ('drill', 'drill-unanswered', 'alert-unanswered')
     ORDER BY a.raised, a.id
     LIMIT $5";

/// The copies of the alerts from one to another. $1 and $2 when the first was raised and its id, $3 and $4 the same of the last.
pub(super) const COPIES: &str = held_text!(
    "alert a JOIN delivery d ON d.alert = a.id",
    "(a.raised > $1 OR (a.raised = $1 AND a.id >= $2)) AND (a.raised < $3 OR (a.raised = $3 AND a.id <= $4))"
);

/// Their rungs.
pub(super) const RUNGS: &str = "
    SELECT q.alert, q.obligation, q.rung, q.instead_of, q.whom, q.found, q.at
      FROM alert a
      JOIN ladder_rung q ON q.alert = a.id
     WHERE (a.raised > $1 OR (a.raised = $1 AND a.id >= $2))
       AND (a.raised < $3 OR (a.raised = $3 AND a.id <= $4))
     ORDER BY q.alert, q.obligation, q.rung, q.at, q.instead_of
     LIMIT 5000";

/// A page of alerts.
#[derive(Debug, Default)]
pub struct Raised {
    /// The alerts, each with how fast somebody must act.
    pub alerts: Vec<(AlertId, Severity)>,
    /// Their copies, and some of others.
    pub held: Vec<Held>,
    /// Their rungs, and some of others.
    pub rungs: Vec<Reached>,
    /// After what the next page begins; nothing if this is the last.
    pub next: Option<(Moment, AlertId)>,
}

impl Store {
    /// Returns the next alerts that were raised in a stretch of time.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn raised_in(
        &self,
        (from, until): (Moment, Moment),
        after: Option<(Moment, AlertId)>,
    ) -> Result<Raised, Error> {
        let why = "read the alerts of a month";
        let (raised, id) = after.map_or((i64::MIN, String::new()), |(at, id)| (at.micros(), id.to_string()));
        let rows = sqlx::query(ALERTS)
            .bind(from.micros())
            .bind(until.micros())
            .bind(raised)
            .bind(id)
            .bind(PAGE)
            .fetch_all(&self.readers)
            .await
            .map_err(Error::because(why))?;
        let mut found: Vec<(Moment, AlertId, Severity)> = Vec::with_capacity(rows.len());
        for row in &rows {
            let raised = Moment::from_micros(read::int(row, "raised")?);
            found.push((raised, read::word(row, "id")?, read::word(row, "severity")?));
        }
        let (Some(first), Some(last)) = (found.first(), found.last()) else { return Ok(Raised::default()) };
        let of = |text| {
            let first = sqlx::query(text).bind(first.0.micros()).bind(first.1.to_string());
            first.bind(last.0.micros()).bind(last.1.to_string())
        };
        let copies = of(COPIES).fetch_all(&self.readers).await.map_err(Error::because(why))?;
        let rungs = of(RUNGS).fetch_all(&self.readers).await.map_err(Error::because(why))?;
        Ok(Raised {
            next: (found.len() as i64 == PAGE).then_some((last.0, last.1)),
            held: copies.iter().map(held).collect::<Result<_, _>>()?,
            rungs: rungs.iter().map(reached).collect::<Result<_, _>>()?,
            alerts: found.into_iter().map(|(_, id, severity)| (id, severity)).collect(),
        })
    }
}
