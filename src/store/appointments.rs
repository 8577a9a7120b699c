//! When he is to be seen: windows of planned contacts that are still to come, and the groups whose evenings are his.

use super::programmes::number;
use super::{Error, Store, read};
use crate::model::id::{CaseId, EventId, PlaceId, ProgrammeId};
use crate::model::time::Moment;

/// Planned contacts of a case that have not ended, that no other has taken the place of, and that no event has answered or
/// moved that was not put right itself. $1 case, $2 now, $3 today, $4 most.
pub(super) const COMING: &str = "
    SELECT v.id, a.begins, a.ends
      FROM event v
      LEFT JOIN appointment a ON a.event = v.id
     WHERE v.case_id = $1
       AND v.word = 'contact-planned'
       AND ((a.ends IS NOT NULL AND a.ends > $2) OR (a.ends IS NULL AND v.day >= $3))
       AND NOT EXISTS (SELECT 1 FROM event n WHERE n.corrects = v.id)
       AND NOT EXISTS (SELECT 1 FROM event n
                        WHERE n.follows = v.id
                          AND NOT EXISTS (SELECT 1 FROM event r WHERE r.corrects = n.id))
     ORDER BY v.day, v.id
     LIMIT $4";

/// Every joining of the places of a case, in the order of the log. $1 case.
pub(super) const JOINED: &str = "
    SELECT m.place, m.grp, m.session, m.created
      FROM programme_place p
      JOIN programme_member m ON m.place = p.id
      JOIN audit_entry e ON e.entry = m.entry
     WHERE p.case_id = $1
     ORDER BY e.idx
     LIMIT 5000";

/// A joining of one of his places.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HisJoining {
    /// Which place.
    pub place: PlaceId,
    /// Which group.
    pub group: ProgrammeId,
    /// For this session alone; nothing: for good.
    pub session: Option<u8>,
    /// When it was recorded.
    pub created: Moment,
}

/// The event of a planned contact, and its window if it has one.
pub type Coming = (EventId, Option<(Moment, Moment)>);

impl Store {
    /// Returns the planned contacts of a case that are still to come. What a worker may know of them is for policy to say.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn coming(&self, case: CaseId, now: Moment, today: &str, most: i64) -> Result<Vec<Coming>, Error> {
        let rows = sqlx::query(COMING)
            .bind(case.to_string())
            .bind(now.micros())
            .bind(today.to_owned())
            .bind(most)
            .fetch_all(&self.readers)
            .await
            .map_err(Error::because("read planned contacts"))?;
        let one = |row| {
            let (begins, ends) = (read::maybe_int(row, "begins")?, read::maybe_int(row, "ends")?);
            let window = begins.zip(ends).map(|(from, to)| (Moment::from_micros(from), Moment::from_micros(to)));
            Ok((read::word(row, "id")?, window))
        };
        rows.iter().map(one).collect()
    }

    /// Returns every joining of the places of a case, in the order of their recording.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn joinings(&self, case: CaseId) -> Result<Vec<HisJoining>, Error> {
        let rows = sqlx::query(JOINED).bind(case.to_string()).fetch_all(&self.readers).await;
        let rows = rows.map_err(Error::because("read the groups of a man"))?;
        let one = |row| {
            let session = read::maybe_int(row, "session")?;
            Ok(HisJoining {
                place: read::word(row, "place")?,
                group: read::word(row, "grp")?,
                session: session.map(|_| number(row, "session")).transpose()?,
                created: Moment::from_micros(read::int(row, "created")?),
            })
        };
        rows.iter().map(one).collect()
    }
}
