//! What was asked about proposed addresses and not answered; and that it was told, once.
//!
//! Promises: one row for each check, whichever node writes it first: the other's is refused as taken, with the whole of its
//! act. Who is told later than the others has a copy of the question itself, so that they can answer it.

use super::alerts::NewAlert;
use super::table::{self, Row, row};
use super::{Error, Store, read};
use crate::model::id::{AddressId, AlertId, CaseId, CheckId, DeliveryId, WorkerId};
use crate::model::time::Moment;
use sqlx::any::AnyRow;

/// What was asked about the addresses of a case, was never answered and of which nothing was told, page by page. $1 case, $2 the
/// last of the page before, $3 at most.
pub(super) const OF_CASE: &str = "
    SELECT c.id, c.address, c.service, c.alert, c.due
      FROM proposed_address a
      JOIN address_check c ON c.address = a.id
     WHERE a.case_id = $1
       AND c.id > $2
       AND NOT EXISTS (SELECT 1 FROM check_reply r WHERE r.check_id = c.id)
       AND NOT EXISTS (SELECT 1 FROM check_told t WHERE t.check_id = c.id)
     ORDER BY c.id
     LIMIT $3";

/// A check that nobody answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unanswered {
    /// The check.
    pub id: CheckId,
    /// The address that it is about.
    pub address: AddressId,
    /// Which service is asked.
    pub service: String,
    /// The alert whose recipients owe the answer; none if nobody could be asked.
    pub alert: Option<AlertId>,
    /// By when.
    pub due: Moment,
}

/// That checks of one address were not answered by their time, as it is told.
#[derive(Debug, Clone)]
pub struct ToldChecks {
    /// Each check, with the notice to those who owe the answer; none if nobody could be told.
    pub told: Vec<(CheckId, Option<AlertId>)>,
    /// Who gets a copy of a question that was put to others.
    pub joined: Vec<(AlertId, WorkerId)>,
    /// The notices.
    pub alerts: Vec<NewAlert>,
    /// When it is told.
    pub at: Moment,
}

impl ToldChecks {
    pub(super) fn rows(self) -> Vec<Row> {
        let at = self.at.micros();
        let mut rows: Vec<Row> = self.alerts.into_iter().flat_map(NewAlert::rows).collect();
        rows.extend(self.joined.into_iter().map(|(alert, worker)| {
            row![table::DELIVERY; DeliveryId::random().to_string(), alert.to_string(), worker.to_string(), at]
        }));
        rows.extend(self.told.into_iter().map(
            |(check, alert)| row![table::CHECK_TOLD; check.to_string(), alert.map(|alert| alert.to_string()), at],
        ));
        rows
    }
}

impl Store {
    /// Returns what was asked about the addresses of a case, was never answered and of which nothing was told.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn unanswered(&self, case: CaseId) -> Result<Vec<Unanswered>, Error> {
        let mut whole: Vec<Unanswered> = Vec::new();
        loop {
            let rows = sqlx::query(OF_CASE)
                .bind(case.to_string())
                .bind(whole.last().map(|one| one.id.to_string()).unwrap_or_default())
                .bind(read::ROWS_MAX)
                .fetch_all(&self.readers)
                .await
                .map_err(Error::because("read what was not answered"))?;
            if read::is_all(&mut whole, &rows, stored)? {
                return Ok(whole);
            }
        }
    }
}

fn stored(row: &AnyRow) -> Result<Unanswered, Error> {
    Ok(Unanswered {
        id: read::word(row, "id")?,
        address: read::word(row, "address")?,
        service: read::text(row, "service")?,
        alert: read::maybe_word(row, "alert")?,
        due: Moment::from_micros(read::int(row, "due")?),
    })
}
