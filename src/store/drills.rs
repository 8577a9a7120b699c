//! Drills: who tried to reach whom, and how many were on duty.
//!
//! Promises: a drill, its alerts and whom it found nobody for are one commit. How far its alerts came is asked where that is asked of
//! any alert: nothing of a drill is kept apart from earnest but that it is one.
//! Must never know: the words of an alert.

use super::table::{self, Row, row};
use super::{Error, Store, read};
use crate::model::agencies::Role;
use crate::model::alerts::Severity;
use crate::model::id::{AgencyId, AlertId, DrillId};
use crate::model::time::Moment;

/// $1 drill.
pub(super) const ONE: &str = "
    SELECT id, author, agency, severity, at
      FROM drill
     WHERE id = $1";

/// $1 drill.
pub(super) const PARTS: &str = "
    SELECT agency, role, found, alert
      FROM drill_part
     WHERE drill = $1
     ORDER BY agency, role
     LIMIT 2000";

/// A drill.
#[derive(Debug, Clone)]
pub struct Drill {
    /// Its id.
    pub id: DrillId,
    /// Who runs it: an actor's word.
    pub author: String,
    /// For which agency.
    pub agency: AgencyId,
    /// How urgent it is meant to be.
    pub severity: Severity,
    /// When.
    pub at: Moment,
}

/// Whom it tried to reach: those on duty in a role of an agency.
#[derive(Debug, Clone)]
pub struct Part {
    /// The agency.
    pub agency: AgencyId,
    /// The role.
    pub role: Role,
    /// How many were on duty.
    pub found: i64,
    /// The alert that they got; none if nobody of the agency was.
    pub alert: Option<AlertId>,
}

/// A drill with its parts.
#[derive(Debug, Clone)]
pub struct NewDrill {
    /// The drill.
    pub drill: Drill,
    /// Its parts.
    pub parts: Vec<Part>,
}

impl NewDrill {
    pub(super) fn rows(self) -> Vec<Row> {
        let Drill { id, author, agency, severity, at } = self.drill;
        let id = id.to_string();
        let first = row![table::DRILL; id.clone(), author, agency.to_string(), severity.to_string(), at.micros()];
        let parts = self.parts.into_iter().map(|part| {
            row![table::DRILL_PART;
                id.clone(), part.agency.to_string(), part.role.to_string(), part.found,
                part.alert.map(|alert| alert.to_string())]
        });
        std::iter::once(first).chain(parts).collect()
    }
}

impl Store {
    /// Returns a drill and its parts.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn drill(&self, id: DrillId) -> Result<Option<(Drill, Vec<Part>)>, Error> {
        let why = "read a drill";
        let found = sqlx::query(ONE).bind(id.to_string()).fetch_optional(&self.readers).await;
        let Some(row) = found.map_err(Error::because(why))? else { return Ok(None) };
        let drill = Drill {
            id: read::word(&row, "id")?,
            author: read::text(&row, "author")?,
            agency: read::word(&row, "agency")?,
            severity: read::word(&row, "severity")?,
            at: Moment::from_micros(read::int(&row, "at")?),
        };
        let rows = sqlx::query(PARTS).bind(id.to_string()).fetch_all(&self.readers).await;
        let part = |row| {
            Ok::<_, Error>(Part {
                agency: read::word(row, "agency")?,
                role: read::word(row, "role")?,
                found: read::int(row, "found")?,
                alert: read::maybe_word(row, "alert")?,
            })
        };
        let parts = rows.map_err(Error::because(why))?.iter().map(part).collect::<Result<_, _>>()?;
        Ok(Some((drill, parts)))
    }
}
