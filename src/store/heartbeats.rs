//! The hub's heartbeat: what was sent, who has it, and when that changed.
//!
//! Promises: a heartbeat is a row that the one writer committed, once over all nodes: the other's is refused as taken, with the whole
//! of its act. What an agency has of them is at most one row for each heartbeat and way (its system, its people).
//! Must never know: who of an agency has it.

use super::recipients::turn;
use super::table::{self, Row, row};
use super::{Error, Store, read};
use crate::model::agencies::AgencyKind;
use crate::model::heartbeats::Hearing;
use crate::model::id::AgencyId;
use crate::model::time::Moment;
use sqlx::any::AnyRow;

pub(super) const LAST: &str = "
    SELECT number, at
      FROM heartbeat
     ORDER BY number DESC
     LIMIT 1";

/// $1 number.
pub(super) const NUMBERED: &str = "
    SELECT number, at
      FROM heartbeat
     WHERE number = $1";

/// The newest heartbeat that an agency, `g`, has by its system (1) or its people (0).
macro_rules! newest {
    ($as:literal, $system:literal) => {
        concat!(
            "
      LEFT JOIN heartbeat_taken ",
            $as,
            " ON ",
            $as,
            ".agency = g.id AND ",
            $as,
            ".system = ",
            $system,
            " AND ",
            $as,
            ".number = (SELECT MAX(x.number) FROM heartbeat_taken x WHERE x.agency = g.id AND x.system = ",
            $system,
            ")"
        )
    };
}

/// The agencies in which anybody has a seat, each with what it has. $1 now.
macro_rules! hearing {
    ($where:literal) => {
        concat!(
            "
    SELECT g.id, g.kind, p.number AS by_people, p.at AS people_at, pb.at AS people_sent, s.number AS by_system,
           s.at AS system_at, sb.at AS system_sent, u.nth, u.state,
           CAST(CASE WHEN EXISTS (SELECT 1 FROM worker w
                  WHERE w.agency = g.id
                    AND NOT EXISTS (SELECT 1 FROM worker_end x WHERE x.worker = w.id)
                    AND ",
            turn!("0", "$1"),
            ") THEN 1 ELSE 0 END AS BIGINT) AS on_duty
      FROM agency g",
            newest!("p", "0"),
            newest!("s", "1"),
            "
      LEFT JOIN heartbeat pb ON pb.number = p.number
      LEFT JOIN heartbeat sb ON sb.number = s.number
      LEFT JOIN heartbeat_turn u
             ON u.agency = g.id AND u.nth = (SELECT MAX(x.nth) FROM heartbeat_turn x WHERE x.agency = g.id)
     WHERE ",
            $where,
            "
       AND EXISTS (SELECT 1 FROM worker w
                    WHERE w.agency = g.id AND NOT EXISTS (SELECT 1 FROM worker_end x WHERE x.worker = w.id))
     ORDER BY g.id
     LIMIT 500"
        )
    };
}

/// $1 now, $2 after this agency.
pub(super) const OF_ALL: &str = hearing!("g.id > $2");

/// $1 now, $2 agency.
pub(super) const OF_ONE: &str = hearing!("g.id = $2");

/// A heartbeat.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Heartbeat {
    /// Which, counted from the first.
    pub number: i64,
    /// When it was sent.
    pub at: Moment,
}

/// That an agency has a heartbeat.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Taken {
    /// Which.
    pub beat: Heartbeat,
    /// When somebody there, or its system, said so.
    pub at: Moment,
}

/// That an agency stands otherwise than before.
#[derive(Debug, Clone)]
pub struct Turned {
    /// Which.
    pub agency: AgencyId,
    /// The how manyeth time.
    pub nth: i64,
    /// How it stands.
    pub state: Hearing,
    /// When.
    pub at: Moment,
}

/// What one beat of the heart writes.
#[derive(Debug, Clone, Default)]
pub struct Pulse {
    /// The heartbeat; none if only what agencies have is written down.
    pub beat: Option<Heartbeat>,
    /// What agencies have: by their system (true), or their people.
    pub taken: Vec<(AgencyId, bool, Taken)>,
    /// Who stands otherwise than before.
    pub turned: Vec<Turned>,
}

impl Pulse {
    pub(super) fn rows(self) -> Vec<Row> {
        let beat = self.beat.map(|beat| row![table::HEARTBEAT; beat.number, beat.at.micros()]);
        let taken = self.taken.into_iter().map(|(agency, system, taken)| {
            row![table::HEARTBEAT_TAKEN;
                agency.to_string(), i64::from(system), taken.beat.number, taken.at.micros()]
        });
        let turned = self.turned.into_iter().map(
            |one| row![table::HEARTBEAT_TURN; one.agency.to_string(), one.nth, one.state.to_string(), one.at.micros()],
        );
        beat.into_iter().chain(taken).chain(turned).collect()
    }
}

/// What an agency has of the heartbeat, as far as it is written down.
#[derive(Debug, Clone)]
pub struct Hears {
    /// Which.
    pub agency: AgencyId,
    /// What it is.
    pub kind: AgencyKind,
    /// The newest that its people have.
    pub people: Option<Taken>,
    /// The newest that its system has.
    pub system: Option<Taken>,
    /// Whether somebody there is on duty now.
    pub on_duty: bool,
    /// How it stood when that was last written down, and the how manyeth time that was.
    pub turned: Option<(i64, Hearing)>,
}

impl Store {
    /// Returns the last heartbeat.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn last_heartbeat(&self) -> Result<Option<Heartbeat>, Error> {
        let found = sqlx::query(LAST).fetch_optional(&self.readers).await;
        found.map_err(Error::because("read the last heartbeat"))?.as_ref().map(beat).transpose()
    }

    /// Returns a heartbeat by its number.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn heartbeat(&self, number: i64) -> Result<Option<Heartbeat>, Error> {
        let found = sqlx::query(NUMBERED).bind(number).fetch_optional(&self.readers).await;
        found.map_err(Error::because("read a heartbeat"))?.as_ref().map(beat).transpose()
    }

    /// Returns what each agency has of the heartbeat in which anybody has a seat.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn hearing(&self) -> Result<Vec<Hears>, Error> {
        let mut whole: Vec<Hears> = Vec::new();
        loop {
            let after = whole.last().map(|one| one.agency.to_string()).unwrap_or_default();
            let rows = sqlx::query(OF_ALL)
                .bind(self.clock.now().micros())
                .bind(after)
                .fetch_all(&self.readers)
                .await
                .map_err(Error::because("read who has heartbeats"))?;
            if read::is_all(&mut whole, &rows, hears)? {
                return Ok(whole);
            }
        }
    }

    /// Returns what one agency has of it; nothing if nobody has a seat there.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn hearing_of(&self, agency: &AgencyId) -> Result<Option<Hears>, Error> {
        let found = sqlx::query(OF_ONE)
            .bind(self.clock.now().micros())
            .bind(agency.to_string())
            .fetch_optional(&self.readers)
            .await
            .map_err(Error::because("read whether an agency has heartbeats"))?;
        found.as_ref().map(hears).transpose()
    }
}

fn beat(row: &AnyRow) -> Result<Heartbeat, Error> {
    Ok(Heartbeat { number: read::int(row, "number")?, at: Moment::from_micros(read::int(row, "at")?) })
}

fn hears(row: &AnyRow) -> Result<Hears, Error> {
    let moment = |column| Ok::<_, Error>(read::maybe_int(row, column)?.map(Moment::from_micros));
    let taken = |number, sent, at| {
        let parts = (read::maybe_int(row, number)?, moment(sent)?, moment(at)?);
        Ok::<_, Error>(match parts {
            (Some(number), Some(sent), Some(at)) => Some(Taken { beat: Heartbeat { number, at: sent }, at }),
            _ => None,
        })
    };
    Ok(Hears {
        agency: read::word(row, "id")?,
        kind: read::word(row, "kind")?,
        people: taken("by_people", "people_sent", "people_at")?,
        system: taken("by_system", "system_sent", "system_at")?,
        on_duty: read::int(row, "on_duty")? > 0,
        turned: read::maybe_int(row, "nth")?.zip(read::maybe_word(row, "state")?),
    })
}
