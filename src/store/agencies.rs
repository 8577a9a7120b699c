//! Agencies and seats, as they are kept.

use super::table::{self, Row, row};
use super::{Error, Store, read};
use crate::model::agencies::{Agency, Role, Seat, WorkerName};
use crate::model::id::{AgencyId, WorkerId};
use crate::model::sealed::{Drawer, Place, Record, Sealed};
use std::collections::HashSet;

pub(super) const SEAT: &str = "
    SELECT w.agency, a.kind, w.role, w.sealed,
           CAST((SELECT COUNT(*) FROM worker_end e WHERE e.worker = w.id) AS BIGINT) AS ended
      FROM worker w
      JOIN agency a ON a.id = w.agency
     WHERE w.id = $1";

pub(super) const SHY: &str = "
    SELECT id
      FROM agency
     WHERE kind IN ('womens-service', 'childrens-service')
     ORDER BY id
     LIMIT 1000";

pub(super) const AGENCY: &str = "
    SELECT id, name, kind, regime, recipient
      FROM agency
     WHERE id = $1";

pub(super) const NAMES: &str = "
    SELECT id, sealed
      FROM worker
     WHERE id > $1
     ORDER BY id
     LIMIT $2";

/// A new agency.
#[derive(Debug, Clone)]
pub struct NewAgency(
    /// The agency.
    pub Agency,
);

impl NewAgency {
    pub(super) fn rows(self) -> Vec<Row> {
        let agency = self.0;
        vec![row![table::AGENCY;
            agency.id.to_string(), agency.name, agency.kind.to_string(), agency.regime.to_string(), agency.recipient]]
    }
}

/// A new seat.
#[derive(Debug, Clone)]
pub struct NewWorker {
    /// The worker.
    pub id: WorkerId,
    /// The agency.
    pub agency: AgencyId,
    /// The role.
    pub role: Role,
    /// The worker's name.
    pub name: Sealed<WorkerName>,
}

impl NewWorker {
    pub(super) fn rows(self) -> Vec<Row> {
        vec![row![table::WORKER; self.id.to_string(), self.agency.to_string(), self.role.to_string(), self.name.bytes]]
    }
}

impl Store {
    /// Returns workers' sealed names in the order of ids, after `after`: for the hub's own index in memory.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn worker_names(
        &self,
        after: Option<WorkerId>,
        limit: i64,
    ) -> Result<Vec<(WorkerId, Sealed<WorkerName>)>, Error> {
        let after = after.map_or_else(String::new, |id| id.to_string());
        let rows = sqlx::query(NAMES).bind(after).bind(limit).fetch_all(&self.readers).await;
        let rows = rows.map_err(Error::because("read workers' names"))?;
        let name = |row| {
            let id = read::word(row, "id")?;
            let place = Place { drawer: Drawer::directory(), record: Record::Worker(id) };
            Ok((id, Sealed::found(place, read::blob(row, "sealed")?)))
        };
        rows.iter().map(name).collect()
    }

    /// Returns a worker's seat as it is now, with the sealed name.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn seat(&self, worker: WorkerId) -> Result<Option<(Seat, Sealed<WorkerName>)>, Error> {
        let Some(memory) = &self.memory else { return self.read_seat(worker).await };
        let ticket = match memory.seats.find(&worker) {
            Ok(seat) => return Ok(Some(seat)),
            Err(ticket) => ticket,
        };
        let found = self.read_seat(worker).await?;
        if let Some(seat) = &found {
            memory.seats.keep(&ticket, worker, seat.clone());
        }
        Ok(found)
    }

    async fn read_seat(&self, worker: WorkerId) -> Result<Option<(Seat, Sealed<WorkerName>)>, Error> {
        let found = sqlx::query(SEAT)
            .bind(worker.to_string())
            .fetch_optional(&self.readers)
            .await
            .map_err(Error::because("read a seat"))?;
        let Some(row) = found else { return Ok(None) };
        let place = Place { drawer: Drawer::directory(), record: Record::Worker(worker) };
        let seat = Seat {
            worker,
            agency: read::word(&row, "agency")?,
            kind: read::word(&row, "kind")?,
            role: read::word(&row, "role")?,
            active: read::int(&row, "ended")? == 0,
        };
        Ok(Some((seat, Sealed::found(place, read::blob(&row, "sealed")?))))
    }

    /// Returns the services whose workers stay unknown to whoever may not know of the woman or child.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn shy_agencies(&self) -> Result<HashSet<String>, Error> {
        let rows = sqlx::query(SHY)
            .fetch_all(&self.readers)
            .await
            .map_err(Error::because("read women's and children's services"))?;
        rows.iter().map(|row| read::text(row, "id")).collect()
    }

    /// Returns an agency.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn agency(&self, id: &AgencyId) -> Result<Option<Agency>, Error> {
        let found = sqlx::query(AGENCY)
            .bind(id.to_string())
            .fetch_optional(&self.readers)
            .await
            .map_err(Error::because("read an agency"))?;
        found
            .map(|row| {
                Ok(Agency {
                    id: read::word(&row, "id")?,
                    name: read::text(&row, "name")?,
                    kind: read::word(&row, "kind")?,
                    regime: read::word(&row, "regime")?,
                    recipient: read::text(&row, "recipient")?,
                })
            })
            .transpose()
    }
}
