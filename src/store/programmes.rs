//! Groups of programmes and when they meet, as they are kept; and each change about a programme as rows.
//!
//! Promises: nothing is changed: a session that is put off is another row. What touches several men is kept beside the
//! case of each, so that it stands among those who looked there.

use super::alerts::NewAlert;
use super::events::Event;
use super::places::{Join, PlaceRow};
use super::registers::{Line, Register};
use super::table::{self, Row, row};
use super::{Error, Store, read};
use crate::model::id::{AgencyId, CaseId, ProgrammeId, WorkerId};
use crate::model::programmes::GroupName;
use crate::model::time::{Day, Moment};
use sqlx::any::AnyRow;
use std::collections::{BTreeMap, BTreeSet};

pub(super) const GROUP: &str = "
    SELECT id, agency, programme, version, name, starts, author, created
      FROM programme_group
     WHERE id = $1";

/// $1 agency, $2 name after which to go on, $3 at most.
pub(super) const GROUPS: &str = "
    SELECT id, agency, programme, version, name, starts, author, created
      FROM programme_group
     WHERE agency = $1
       AND name > $2
     ORDER BY name
     LIMIT $3";

/// When the sessions of a group are to be, each as it was said last; with whether a register was taken after that. $1 group.
pub(super) const SESSIONS: &str = "
    SELECT s.session, s.at, s.minutes, s.created,
           CAST((SELECT COUNT(*) FROM programme_register r
                  WHERE r.grp = s.grp AND r.session = s.session AND r.created >= s.created) AS BIGINT) AS registers
      FROM programme_session s
      JOIN audit_entry e ON e.entry = s.entry
     WHERE s.grp = $1
     ORDER BY s.session, e.idx
     LIMIT 5000";

/// A group that runs.
#[derive(Debug, Clone)]
pub struct Group {
    /// The group.
    pub id: ProgrammeId,
    /// Which agency runs it.
    pub agency: AgencyId,
    /// Of which programme.
    pub programme: String,
    /// Of which version of it.
    pub version: String,
    /// What it is called.
    pub name: GroupName,
    /// Its first day.
    pub starts: Day,
    /// Who recorded it.
    pub author: WorkerId,
    /// When.
    pub created: Moment,
}

/// When a session is to be.
#[derive(Debug, Clone)]
pub struct Planned {
    /// The group.
    pub group: ProgrammeId,
    /// Which session.
    pub session: u8,
    /// When; nothing if it is called off.
    pub at: Option<Moment>,
    /// For how many minutes, if that is said.
    pub minutes: Option<u16>,
    /// Who says so.
    pub author: WorkerId,
    /// When it was recorded.
    pub created: Moment,
}

/// A session that is to be, as it was said last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sitting {
    /// Which.
    pub session: u8,
    /// When.
    pub at: Moment,
    /// For how many minutes, if that was said.
    pub minutes: Option<u16>,
    /// When it was recorded.
    pub said: Moment,
    /// Whether a register was taken since.
    pub held: bool,
}

/// What changes about a programme.
#[derive(Debug, Clone)]
pub enum ProgrammeAct {
    /// A group begins, with its first sessions.
    Found(Box<Group>, Vec<Planned>),
    /// A session is to be, or is put off or called off.
    Plan(Planned),
    /// A man is put on the waiting list.
    List(Box<PlaceRow>, Box<Event>),
    /// A man joins a group, for good or for one session.
    Join(Join, CaseId),
    /// What a women's service needs was sent, and the service is told.
    Send(Box<Event>, Box<NewAlert>),
    /// A register is taken: what it says of each man, of his own case, and whom that alerts.
    Take(Register, Vec<Line>, Vec<Event>, Vec<NewAlert>),
    /// Somebody looks at a list of these cases: nothing changes.
    Look(Vec<CaseId>),
}

impl ProgrammeAct {
    pub(super) fn rows(self) -> Vec<Row> {
        match self {
            Self::Found(group, planned) => {
                std::iter::once(group.row()).chain(planned.into_iter().map(Planned::row)).collect()
            }
            Self::Plan(planned) => vec![planned.row()],
            Self::List(place, event) => std::iter::once(place.row()).chain(event.rows()).collect(),
            Self::Join(join, case) => vec![join.row(), opened(case)],
            Self::Send(event, alert) => {
                let sent = row![table::DETAILS_SENT; event.id.to_string(), alert.head.id.to_string()];
                event.rows().into_iter().chain(alert.rows()).chain([sent]).collect()
            }
            Self::Take(register, lines, events, alerts) => {
                let cases: BTreeSet<CaseId> = events.iter().map(|event| event.case).collect();
                let events =
                    events.into_iter().flat_map(Event::rows).chain(alerts.into_iter().flat_map(NewAlert::rows));
                let lines: Vec<Row> = lines.into_iter().map(|line| line.row(&register)).collect();
                std::iter::once(register.row())
                    .chain(lines)
                    .chain(events)
                    .chain(cases.into_iter().map(opened))
                    .collect()
            }
            Self::Look(cases) => cases.into_iter().collect::<BTreeSet<_>>().into_iter().map(opened).collect(),
        }
    }
}

fn opened(case: CaseId) -> Row {
    row![table::CASE_OPENED; case.to_string()]
}

impl Group {
    fn row(self) -> Row {
        row![table::PROGRAMME_GROUP;
            self.id.to_string(), self.agency.to_string(), self.programme, self.version, self.name.to_string(),
            self.starts.to_string(), self.author.to_string(), self.created.micros()]
    }
}

impl Planned {
    fn row(self) -> Row {
        row![table::PROGRAMME_SESSION;
            self.group.to_string(), i64::from(self.session), self.at.map(Moment::micros), self.minutes.map(i64::from),
            self.author.to_string(), self.created.micros()]
    }
}

impl Store {
    /// Returns a group.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn group(&self, id: ProgrammeId) -> Result<Option<Group>, Error> {
        self.one(GROUP, &id.to_string(), "read a group", stored).await
    }

    /// Returns groups of an agency in the order of their names, after `after`.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn groups(&self, of: &AgencyId, after: &str, limit: i64) -> Result<Vec<Group>, Error> {
        let query = sqlx::query(GROUPS).bind(of.to_string()).bind(after.to_owned()).bind(limit);
        query.fetch_all(&self.readers).await.map_err(Error::because("read groups"))?.iter().map(stored).collect()
    }

    /// Returns when each session of a group is to be, in their order; the latest word holds, and what is called off is not
    /// there.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn sessions(&self, group: ProgrammeId) -> Result<Vec<Sitting>, Error> {
        let rows = sqlx::query(SESSIONS).bind(group.to_string()).fetch_all(&self.readers).await;
        let mut last: BTreeMap<u8, Option<Sitting>> = BTreeMap::new();
        for row in rows.map_err(Error::because("read the sessions of a group"))? {
            let session = number(&row, "session")?;
            last.insert(session, sitting(&row, session)?);
        }
        Ok(last.into_values().flatten().collect())
    }
}

/// Reads the number of a session.
pub(super) fn number(row: &AnyRow, column: &'static str) -> Result<u8, Error> {
    // No larger one is ever stored; whoever stored one from outside is refused its register.
    Ok(u8::try_from(read::int(row, column)?).unwrap_or(u8::MAX))
}

/// Reads when a session is to be; nothing if that row calls it off.
fn sitting(row: &AnyRow, session: u8) -> Result<Option<Sitting>, Error> {
    let Some(at) = read::maybe_int(row, "at")?.map(Moment::from_micros) else { return Ok(None) };
    let minutes = read::maybe_int(row, "minutes")?.and_then(|minutes| u16::try_from(minutes).ok());
    let (said, held) = (Moment::from_micros(read::int(row, "created")?), read::int(row, "registers")? > 0);
    Ok(Some(Sitting { session, at, minutes, said, held }))
}

fn stored(row: &AnyRow) -> Result<Group, Error> {
    Ok(Group {
        id: read::word(row, "id")?,
        agency: read::word(row, "agency")?,
        programme: read::text(row, "programme")?,
        version: read::text(row, "version")?,
        name: read::word(row, "name")?,
        starts: read::word(row, "starts")?,
        author: read::word(row, "author")?,
        created: Moment::from_micros(read::int(row, "created")?),
    })
}
