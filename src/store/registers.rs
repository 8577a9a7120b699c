//! Registers of groups, as they are kept: what each says of a man is an event of his own case.

use super::places::in_scope;
use super::programmes::number;
use super::table::{self, Row, row};
use super::{Error, Store, read};
use crate::model::id::{CaseId, EventId, PlaceId, ProgrammeId, WorkerId};
use crate::model::programmes::Mark;
use crate::model::time::Moment;
use crate::policy::permit::Scope;

/// What the registers of a session say of those of a scope, as they were taken. $1 group, $2 session, $3 worker.
pub(super) const LINES: &str = concat!(
    "SELECT l.event, l.place, l.mark
      FROM register_line l
      JOIN programme_place p ON p.id = l.place
     WHERE l.grp = $1
       AND l.session = $2
       AND ",
    in_scope!("$3"),
    "
     ORDER BY l.seq, l.event
     LIMIT 5000"
);

/// What the registers have marked in a case, by event and session. $1 case.
pub(super) const MARKS: &str = "
    SELECT l.event, l.session
      FROM event v
      JOIN register_line l ON l.event = v.id
     WHERE v.case_id = $1
     ORDER BY l.event
     LIMIT 5000";

/// How many registers of a session there are. $1 group, $2 session.
pub(super) const LAST: &str = "
    SELECT CAST(COUNT(*) AS BIGINT) AS registers
      FROM programme_register
     WHERE grp = $1
       AND session = $2";

/// A register that is taken.
#[derive(Debug, Clone)]
pub struct Register {
    /// Of which group.
    pub group: ProgrammeId,
    /// Of which session.
    pub session: u8,
    /// How many there were, this one included: two at once are one too many.
    pub seq: i64,
    /// When the session was.
    pub held: Moment,
    /// Who took it.
    pub author: WorkerId,
    /// When.
    pub created: Moment,
}

/// What a register says of a man.
#[derive(Debug, Clone)]
pub struct Line {
    /// The event of his case.
    pub event: EventId,
    /// Who.
    pub place: PlaceId,
    /// What.
    pub mark: Mark,
}

impl Register {
    pub(super) fn row(self) -> Row {
        row![table::PROGRAMME_REGISTER;
            self.group.to_string(), i64::from(self.session), self.seq, self.held.micros(), self.author.to_string(),
            self.created.micros()]
    }
}

impl Line {
    pub(super) fn row(self, of: &Register) -> Row {
        row![table::REGISTER_LINE;
            self.event.to_string(), of.group.to_string(), i64::from(of.session), of.seq, self.place.to_string(),
            self.mark.to_string()]
    }
}

impl Store {
    /// Returns what the registers of a session say of those of a scope, the first register first.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn register_lines(&self, scope: &Scope, group: ProgrammeId, session: u8) -> Result<Vec<Line>, Error> {
        let query = sqlx::query(LINES).bind(group.to_string()).bind(i64::from(session));
        let rows = query.bind(scope.worker().to_string()).fetch_all(&self.readers).await;
        let rows = rows.map_err(Error::because("read a register"))?;
        let line = |row| {
            Ok(Line {
                event: read::word(row, "event")?,
                place: read::word(row, "place")?,
                mark: read::word(row, "mark")?,
            })
        };
        rows.iter().map(line).collect()
    }

    /// Returns what the registers have marked in a case: the event of each line, and of which session it is.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn marks_of(&self, case: CaseId) -> Result<Vec<(EventId, u8)>, Error> {
        let rows = sqlx::query(MARKS).bind(case.to_string()).fetch_all(&self.readers).await;
        let rows = rows.map_err(Error::because("read the marks of a case"))?;
        rows.iter().map(|row| Ok((read::word(row, "event")?, number(row, "session")?))).collect()
    }

    /// Returns how many registers of a session there are.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn registers(&self, group: ProgrammeId, session: u8) -> Result<i64, Error> {
        let query = sqlx::query(LAST).bind(group.to_string()).bind(i64::from(session));
        let row = query.fetch_one(&self.readers).await.map_err(Error::because("count registers"))?;
        read::int(&row, "registers")
    }
}
