//! Places of men in programmes, and which group each is in, as they are kept. Lists of several cases take a scope.
//!
//! Promises: the day from which somebody waits is written once. Who is in a group is told by the latest row, and every row
//! stays.

use super::programmes::number;
use super::table::{self, Row, row};
use super::{Error, Store, read};
use crate::model::id::{AgencyId, CaseId, EventId, OrderId, PlaceId, ProgrammeId, WorkerId};
use crate::model::time::{Day, Moment};
use crate::policy::permit::Scope;
use sqlx::any::AnyRow;

/// The case of a place is one of the worker's, and the worker does not know the man.
macro_rules! in_scope {
    ($worker:literal) => {
        concat!(
            "p.case_id IN (SELECT i.case_id FROM involvement i
                    WHERE i.worker = ",
            $worker,
            "
                      AND NOT EXISTS (SELECT 1 FROM involvement_end x WHERE x.involvement = i.id))
       AND NOT EXISTS (SELECT 1 FROM conflict_match c JOIN case_file f ON f.person = c.person
                        WHERE f.id = p.case_id AND c.worker = ",
            $worker,
            ")"
        )
    };
}
pub(super) use in_scope;

pub(super) const ONE: &str = "
    SELECT id, case_id, order_id, programme, version, listed, author, agency, created
      FROM programme_place
     WHERE id = $1";

pub(super) const OF_CASE: &str = "
    SELECT id, case_id, order_id, programme, version, listed, author, agency, created
      FROM programme_place
     WHERE case_id = $1
       AND (created > $2 OR (created = $2 AND id > $3))
     ORDER BY created, id
     LIMIT $4";

/// Those who wait for a group, the first listed first. $1 worker, $2 day and $3 id of the last before, $4 at most.
pub(super) const WAITING: &str = concat!(
    "SELECT p.id, p.case_id, p.order_id, p.programme, p.version, p.listed, p.author, p.agency, p.created
      FROM programme_place p
     WHERE ",
    in_scope!("$1"),
    "
       AND NOT EXISTS (SELECT 1 FROM programme_member m WHERE m.place = p.id AND m.session IS NULL)
       AND (p.listed > $2 OR (p.listed = $2 AND p.id > $3))
     ORDER BY p.listed, p.id
     LIMIT $4"
);

/// Every joining of those who were ever in a group, the latest in the log first: of too many, the oldest are left out. From the
/// group to its places to what they joined, and only then to the log, which is the longest of all. $1 group, $2 worker.
pub(super) const MEMBERS: &str = concat!(
    "SELECT m.grp, m.session, p.id, p.case_id, p.order_id, p.programme, p.version, p.listed, p.author, p.agency, p.created
      FROM programme_place p
     CROSS JOIN programme_member m
     CROSS JOIN audit_entry e
     WHERE p.id IN (SELECT o.place FROM programme_member o WHERE o.grp = $1)
       AND m.place = p.id
       AND e.entry = m.entry
       AND ",
    in_scope!("$2"),
    "
     ORDER BY e.idx DESC
     LIMIT 5000"
);

/// Which group each place of a case has joined, for good, the latest first. $1 case.
pub(super) const HOMES: &str = "
    SELECT m.place, m.grp
      FROM programme_member m
      JOIN programme_place p ON p.id = m.place
      JOIN audit_entry e ON e.entry = m.entry
     WHERE p.case_id = $1
       AND m.session IS NULL
     ORDER BY e.idx DESC
     LIMIT 1000";

/// When a women's service said that what an event sent is there: the first who did. $1 case.
pub(super) const RECEIVED: &str = "
    SELECT s.event, CAST(MIN(k.at) AS BIGINT) AS at
      FROM details_sent s
      JOIN event v ON v.id = s.event
      JOIN delivery d ON d.alert = s.alert
      JOIN acknowledgement k ON k.delivery = d.id
     WHERE v.case_id = $1
     GROUP BY s.event
     ORDER BY s.event
     LIMIT 1000";

/// A man's place in a programme.
#[derive(Debug, Clone)]
pub struct PlaceRow {
    /// The place.
    pub id: PlaceId,
    /// His case.
    pub case: CaseId,
    /// The order that requires it.
    pub order: OrderId,
    /// The programme.
    pub programme: String,
    /// The version for which he was listed.
    pub version: String,
    /// From when on he waits.
    pub listed: Day,
    /// Who put him there.
    pub author: WorkerId,
    /// For which agency.
    pub agency: AgencyId,
    /// When.
    pub created: Moment,
}

/// A joining that is recorded.
#[derive(Debug, Clone)]
pub struct Join {
    /// Who joins.
    pub place: PlaceId,
    /// Which group.
    pub group: ProgrammeId,
    /// For this session alone; nothing: for good.
    pub session: Option<u8>,
    /// Who recorded it.
    pub author: WorkerId,
    /// When.
    pub created: Moment,
}

/// A joining that was recorded, with the place.
#[derive(Debug, Clone)]
pub struct Joined {
    /// Who.
    pub place: PlaceRow,
    /// Which group.
    pub group: ProgrammeId,
    /// For this session alone; nothing: for good.
    pub session: Option<u8>,
}

impl PlaceRow {
    pub(super) fn row(self) -> Row {
        row![table::PROGRAMME_PLACE;
            self.id.to_string(), self.case.to_string(), self.order.to_string(), self.programme, self.version,
            self.listed.to_string(), self.author.to_string(), self.agency.to_string(), self.created.micros()]
    }
}

impl Join {
    pub(super) fn row(self) -> Row {
        row![table::PROGRAMME_MEMBER;
            self.place.to_string(), self.group.to_string(), self.session.map(i64::from), self.author.to_string(),
            self.created.micros()]
    }
}

impl Store {
    /// Returns a place.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn place(&self, id: PlaceId) -> Result<Option<PlaceRow>, Error> {
        self.one(ONE, &id.to_string(), "read a place", stored).await
    }

    /// Returns the places of a case, the oldest first.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn places_of(&self, case: CaseId) -> Result<Vec<PlaceRow>, Error> {
        self.all_of(OF_CASE, case, "read the places of a case", (stored, |one| (one.created, one.id.to_string()))).await
    }

    /// Returns those of a scope who wait, the first listed first, after `after`.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn who_waits(
        &self,
        scope: &Scope,
        after: Option<(Day, PlaceId)>,
        limit: i64,
    ) -> Result<Vec<PlaceRow>, Error> {
        let (day, id) = after.map_or_else(Default::default, |(day, id)| (day.to_string(), id.to_string()));
        let query = sqlx::query(WAITING).bind(scope.worker().to_string()).bind(day).bind(id).bind(limit);
        let rows = query.fetch_all(&self.readers).await.map_err(Error::because("read a waiting list"))?;
        rows.iter().map(stored).collect()
    }

    /// Returns the joinings of those of a scope who were ever in a group, in the order of their recording.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn members(&self, scope: &Scope, group: ProgrammeId) -> Result<Vec<Joined>, Error> {
        let query = sqlx::query(MEMBERS).bind(group.to_string()).bind(scope.worker().to_string());
        let rows = query.fetch_all(&self.readers).await.map_err(Error::because("read the list of a group"))?;
        let joined = |row: &AnyRow| {
            let session = read::maybe_int(row, "session")?;
            let session = session.map(|_| number(row, "session")).transpose()?;
            Ok(Joined { place: stored(row)?, group: read::word(row, "grp")?, session })
        };
        rows.iter().rev().map(joined).collect()
    }

    /// Returns which group each place of a case has joined for good, the latest last.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn homes(&self, case: CaseId) -> Result<Vec<(PlaceId, ProgrammeId)>, Error> {
        let rows = sqlx::query(HOMES).bind(case.to_string()).fetch_all(&self.readers).await;
        let rows = rows.map_err(Error::because("read the groups of a case"))?;
        rows.iter().rev().map(|row| Ok((read::word(row, "place")?, read::word(row, "grp")?))).collect()
    }

    /// Returns when a women's service said that what an event of a case sent is there. Never who said so.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn received(&self, case: CaseId) -> Result<Vec<(EventId, Moment)>, Error> {
        let rows = sqlx::query(RECEIVED).bind(case.to_string()).fetch_all(&self.readers).await;
        let rows = rows.map_err(Error::because("read what was received"))?;
        rows.iter().map(|row| Ok((read::word(row, "event")?, Moment::from_micros(read::int(row, "at")?)))).collect()
    }
}

fn stored(row: &AnyRow) -> Result<PlaceRow, Error> {
    Ok(PlaceRow {
        id: read::word(row, "id")?,
        case: read::word(row, "case_id")?,
        order: read::word(row, "order_id")?,
        programme: read::text(row, "programme")?,
        version: read::text(row, "version")?,
        listed: read::word(row, "listed")?,
        author: read::word(row, "author")?,
        agency: read::word(row, "agency")?,
        created: Moment::from_micros(read::int(row, "created")?),
    })
}
