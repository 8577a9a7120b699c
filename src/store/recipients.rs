//! Who can be told: the seats that take what has no named recipient, and those who answer for an agency's use of the hub.
//!
//! Promises: there is one rule, in one text. Whoever is told has a live seat, does not know the man of the case, and is
//! not the one of whom the notice tells. Where an agency has nobody left, the partnership's governance officers are told.
//! Must never know: what is told.

use super::{Error, Store, read};
use crate::model::agencies::{Role, Seat};
use crate::model::id::{AgencyId, CaseId, WorkerId};

/// The seat lives, and whoever holds it does not know the man of the case: they can open what they are told about it.
macro_rules! reachable {
    ($worker:literal, $case:literal) => {
        concat!(
            "NOT EXISTS (SELECT 1 FROM worker_end le WHERE le.worker = ",
            $worker,
            ")
       AND NOT EXISTS (SELECT 1 FROM conflict_match lm JOIN case_file lf ON lf.person = lm.person
                        WHERE lf.id = ",
            $case,
            " AND lm.worker = ",
            $worker,
            ")"
        )
    };
}
pub(super) use reachable;

/// Whoever holds seat `w` has a turn now: on duty (0) or as the senior of the service (1).
macro_rules! turn {
    ($senior:literal, $now:literal) => {
        concat!(
            "EXISTS (SELECT 1 FROM duty d
                 WHERE d.worker = w.id
                   AND d.senior = ",
            $senior,
            "
                   AND d.starts <= ",
            $now,
            "
                   AND (d.ends IS NULL OR d.ends > ",
            $now,
            ")
                   AND NOT EXISTS (SELECT 1 FROM duty_end x WHERE x.duty = d.id))"
        )
    };
}

pub(super) use turn;

/// $1 role, $2 case or nothing, $3 who is not told or nothing, $4 now.
///
/// Who is away and on duty all the same is told too: the ladder tells whoever stands in at once, and nothing goes to nobody.
pub(super) const ON_DUTY: &str = concat!(
    "SELECT w.id, w.agency, a.kind, w.role
       FROM worker w
       JOIN agency a ON a.id = w.agency
      WHERE w.role = $1
        AND w.id <> $3
        AND ",
    turn!("0", "$4"),
    "
        AND ",
    reachable!("w.id", "$2"),
    "
      ORDER BY w.id
      LIMIT 50"
);

/// Those of an agency in one of these roles; where none of them can be told, the officers of all agencies.
/// $1 agency, $2 case or nothing, $3 who is not told or nothing.
macro_rules! answering {
    ($roles:literal) => {
        concat!(
            "SELECT w.id, w.agency, a.kind, w.role
       FROM worker w
       JOIN agency a ON a.id = w.agency
      WHERE ((w.agency = $1 AND w.role IN (",
            $roles,
            "))
          OR (w.role = 'governance.officer' AND NOT EXISTS (
                SELECT 1 FROM worker o
                 WHERE o.agency = $1
                   AND o.id <> $3
                   AND o.role IN (",
            $roles,
            ")
                   AND ",
            reachable!("o.id", "$2"),
            ")))
        AND w.id <> $3
        AND ",
            reachable!("w.id", "$2"),
            "
      ORDER BY w.id
      LIMIT 50"
        )
    };
}

pub(super) const MANAGERS: &str = answering!("'justice.team-manager', 'womens.manager', 'governance.officer'");

pub(super) const OFFICERS: &str = answering!("'governance.officer'");

/// The officers of the hub itself. $1 nothing, $2 case, $3 nothing.
pub(super) const HUB_OFFICERS: &str = concat!(
    "SELECT w.id, w.agency, a.kind, w.role
       FROM worker w
       JOIN agency a ON a.id = w.agency
      WHERE a.kind = 'hub'
        AND w.role = 'governance.officer'
        AND w.id <> $1
        AND w.id <> $3
        AND ",
    reachable!("w.id", "$2"),
    "
      ORDER BY w.id
      LIMIT 50"
);

/// Those in an agency who answer for its service: its managers, and whoever the rota names as senior.
/// $1 agency, $2 case or nothing, $3 now.
pub(super) const SENIORS: &str = concat!(
    "SELECT w.id, w.agency, a.kind, w.role
       FROM worker w
       JOIN agency a ON a.id = w.agency
      WHERE w.agency = $1
        AND (w.role IN ('justice.team-manager', 'womens.manager') OR ",
    turn!("1", "$3"),
    ")
        AND ",
    reachable!("w.id", "$2"),
    "
      ORDER BY w.id
      LIMIT 50"
);

/// $1 worker, $2 case.
pub(super) const REACHABLE: &str = concat!(
    "SELECT CAST(COUNT(*) AS BIGINT) AS reached
       FROM worker w
      WHERE w.id = $1
        AND ",
    reachable!("w.id", "$2")
);

impl Store {
    /// Returns the seats in `role` that take what has no named recipient, for a case if it is about one, without `but`;
    /// at most 50.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn on_duty(&self, role: Role, case: Option<CaseId>, but: Option<WorkerId>) -> Result<Vec<Seat>, Error> {
        let rows = sqlx::query(ON_DUTY)
            .bind(role.to_string())
            .bind(case.map(|case| case.to_string()).unwrap_or_default())
            .bind(but.map(|worker| worker.to_string()).unwrap_or_default())
            .bind(self.clock.now().micros())
            .fetch_all(&self.readers)
            .await
            .map_err(Error::because("read who is on duty"))?;
        rows.iter().map(seat).collect()
    }

    /// Returns those in an agency who answer for its workers' use of the hub, who can be told of a case, without `but`;
    /// where there is nobody, the partnership's governance officers; at most 50.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn managers_of(
        &self,
        agency: &AgencyId,
        case: Option<CaseId>,
        but: Option<WorkerId>,
    ) -> Result<Vec<Seat>, Error> {
        self.told_of(MANAGERS, agency.to_string(), case, but).await
    }

    /// Returns those in an agency who answer for its service, who can be told of a case: its managers, and whoever the rota
    /// names as senior; at most 50, and nobody of another agency.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn seniors_of(&self, agency: &AgencyId, case: Option<CaseId>) -> Result<Vec<Seat>, Error> {
        let rows = sqlx::query(SENIORS)
            .bind(agency.to_string())
            .bind(case.map(|case| case.to_string()).unwrap_or_default())
            .bind(self.clock.now().micros())
            .fetch_all(&self.readers)
            .await
            .map_err(Error::because("read who answers for a service"))?;
        rows.iter().map(seat).collect()
    }

    /// Returns the governance officers of an agency; where there is none who can be told, those of the partnership.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn officers_of(
        &self,
        agency: &AgencyId,
        case: Option<CaseId>,
        but: Option<WorkerId>,
    ) -> Result<Vec<Seat>, Error> {
        self.told_of(OFFICERS, agency.to_string(), case, but).await
    }

    /// Returns the officers of the hub who can be told of a case.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn officers_of_hub(&self, case: CaseId) -> Result<Vec<Seat>, Error> {
        self.told_of(HUB_OFFICERS, String::new(), Some(case), None).await
    }

    /// Says whether a worker can open what they are told about a case, as far as their seat and whom they know go.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn is_reachable(&self, worker: WorkerId, case: CaseId) -> Result<bool, Error> {
        let row = sqlx::query(REACHABLE)
            .bind(worker.to_string())
            .bind(case.to_string())
            .fetch_one(&self.readers)
            .await
            .map_err(Error::because("read whether somebody can be told"))?;
        Ok(read::int(&row, "reached")? > 0)
    }

    async fn told_of(
        &self,
        text: &'static str,
        of: String,
        case: Option<CaseId>,
        but: Option<WorkerId>,
    ) -> Result<Vec<Seat>, Error> {
        let rows = sqlx::query(text)
            .bind(of)
            .bind(case.map(|case| case.to_string()).unwrap_or_default())
            .bind(but.map(|worker| worker.to_string()).unwrap_or_default())
            .fetch_all(&self.readers)
            .await
            .map_err(Error::because("read who can be told"))?;
        rows.iter().map(seat).collect()
    }
}

/// Reads a live seat.
pub(super) fn seat(row: &sqlx::any::AnyRow) -> Result<Seat, Error> {
    Ok(Seat {
        worker: read::word(row, "id")?,
        agency: read::word(row, "agency")?,
        kind: read::word(row, "kind")?,
        role: read::word(row, "role")?,
        active: true,
    })
}
