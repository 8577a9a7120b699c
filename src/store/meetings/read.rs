//! Reading MAPPA meetings back: one, those of an office or of somebody who is invited, an agenda, who sits there.
//!
//! Promises: each query has a bound; that somebody is on a list is one subquery, the same wherever a standing is read.

use super::{AgendaItem, Issue, KeptItem, KeptMeeting, KeptSeat, Meeting, MeetingSeat, ROWS_MAX, place};
use crate::model::id::{AgencyId, AgendaItemId, MeetingId, MeetingSeatId, WorkerId};
use crate::model::sealed::Sealed;
use crate::model::time::Moment;
use crate::store::{Error, Store, read};
use sqlx::any::AnyRow;

/// Until when a worker is on the list of a meeting that has a case, as micros; 0: they are on none. What it takes: a live
/// invitation, the case live on the agenda and opened, the meeting not called off, and the statement accepted of the
/// latest issue. Whether that is past is for the clock.
macro_rules! listed {
    ($worker:literal, $case:literal) => {
        concat!(
            "CAST(COALESCE((SELECT MAX(u.until) FROM meeting_item t
                  JOIN meeting_item_issue x ON x.item = t.id
                  JOIN meeting_seat s ON s.meeting = t.meeting
                  JOIN meeting_issue u ON u.meeting = t.meeting
                  JOIN meeting_statement y ON y.seat = s.id AND y.version = u.statement
                 WHERE t.case_id = ",
            $case,
            " AND s.worker = ",
            $worker,
            "
                   AND u.seq = (SELECT MAX(l.seq) FROM meeting_issue l WHERE l.meeting = t.meeting)
                   AND NOT EXISTS (SELECT 1 FROM meeting_item_end e WHERE e.item = t.id)
                   AND NOT EXISTS (SELECT 1 FROM meeting_seat_end e WHERE e.seat = s.id)
                   AND NOT EXISTS (SELECT 1 FROM meeting_end e WHERE e.meeting = t.meeting)), 0) AS BIGINT) AS listed"
        )
    };
}

pub(in crate::store) use listed;

macro_rules! columns {
    () => {
        "SELECT m.id, m.agency, m.level, m.starts, m.minutes, m.author, m.created, m.sealed, e.at AS ended, e.why,
           i.seq AS issue, i.statement, i.until, i.at AS issued
      FROM meeting m
      LEFT JOIN meeting_end e ON e.meeting = m.id
      LEFT JOIN meeting_issue i
        ON i.meeting = m.id
       AND i.seq = (SELECT MAX(l.seq) FROM meeting_issue l WHERE l.meeting = m.id) "
    };
}

macro_rules! page {
    () => {
        "
       AND (m.starts < $2 OR (m.starts = $2 AND m.id < $3))
     ORDER BY m.starts DESC, m.id DESC
     LIMIT $4"
    };
}

pub(in crate::store) const ONE: &str = concat!(columns!(), "WHERE m.id = $1");

/// $1 office, $2 and $3 the place before which to go on, $4 at most.
pub(in crate::store) const OF_AGENCY: &str = concat!(columns!(), "WHERE m.agency = $1", page!());

/// Those to which somebody is invited and that are not over for them. $1 worker, $5 now; the rest as above.
pub(in crate::store) const OF_WORKER: &str = concat!(
    columns!(),
    "WHERE EXISTS (SELECT 1 FROM meeting_seat s
                    WHERE s.meeting = m.id AND s.worker = $1
                      AND NOT EXISTS (SELECT 1 FROM meeting_seat_end x WHERE x.seat = s.id))
       AND e.at IS NULL
       AND (i.until IS NULL OR i.until > $5)",
    page!()
);

/// $1 meeting, $2 at most.
pub(in crate::store) const ITEMS: &str = "
    SELECT t.id, t.meeting, t.case_id, t.seq, t.purpose, t.minutes, t.place, t.event, t.author, t.created, x.at AS issued,
           e.at AS ended
      FROM meeting_item t
      LEFT JOIN meeting_item_issue x ON x.item = t.id
      LEFT JOIN meeting_item_end e ON e.item = t.id
     WHERE t.meeting = $1
     ORDER BY t.place, t.created, t.id
     LIMIT $2";

/// $1 item.
pub(in crate::store) const MEETING_OF_ITEM: &str = "SELECT meeting FROM meeting_item WHERE id = $1";

/// $1 seat.
pub(in crate::store) const MEETING_OF_SEAT: &str = "SELECT meeting FROM meeting_seat WHERE id = $1";

/// $1 meeting, $2 version of the statement, $3 at most.
pub(in crate::store) const SEATS: &str = "
    SELECT s.id, s.meeting, s.worker, s.seq, s.part, s.author, s.created, w.agency, a.kind, e.at AS ended, y.at AS accepted,
           CAST((SELECT COUNT(*) FROM worker_end g WHERE g.worker = s.worker) AS BIGINT) AS gone
      FROM meeting_seat s
      JOIN worker w ON w.id = s.worker
      JOIN agency a ON a.id = w.agency
      LEFT JOIN meeting_seat_end e ON e.seat = s.id
      LEFT JOIN meeting_statement y ON y.seat = s.id AND y.version = $2
     WHERE s.meeting = $1
     ORDER BY s.created, s.id
     LIMIT $3";

/// Whether somebody is invited to a meeting that is not over for them. $1 meeting, $2 worker, $3 now.
pub(in crate::store) const SEATED: &str = "
    SELECT CAST(COUNT(*) AS BIGINT) AS seated
      FROM meeting_seat s
     WHERE s.meeting = $1
       AND s.worker = $2
       AND NOT EXISTS (SELECT 1 FROM meeting_seat_end e WHERE e.seat = s.id)
       AND NOT EXISTS (SELECT 1 FROM meeting_end e WHERE e.meeting = s.meeting)
       AND NOT EXISTS (SELECT 1 FROM meeting_issue i
                        WHERE i.meeting = s.meeting AND i.until <= $3
                          AND i.seq = (SELECT MAX(l.seq) FROM meeting_issue l WHERE l.meeting = s.meeting))";

impl Store {
    /// Returns a meeting.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn meeting(&self, id: MeetingId) -> Result<Option<KeptMeeting>, Error> {
        self.one(ONE, &id.to_string(), "read a meeting", stored).await
    }

    /// Returns the meeting of an agenda's item.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn meeting_of_item(&self, id: AgendaItemId) -> Result<Option<MeetingId>, Error> {
        self.one(MEETING_OF_ITEM, &id.to_string(), "read whose agenda it is", |row| read::word(row, "meeting")).await
    }

    /// Returns the meeting of an invitation.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn meeting_of_seat(&self, id: MeetingSeatId) -> Result<Option<MeetingId>, Error> {
        self.one(MEETING_OF_SEAT, &id.to_string(), "read to which meeting", |row| read::word(row, "meeting")).await
    }

    /// Returns meetings of an office, the latest first, before `before`.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn meetings_of(
        &self,
        office: &AgencyId,
        before: Option<(Moment, MeetingId)>,
        limit: i64,
    ) -> Result<Vec<KeptMeeting>, Error> {
        let (at, id) = read::before(before);
        let query = sqlx::query(OF_AGENCY).bind(office.to_string()).bind(at).bind(id).bind(limit);
        let rows = query.fetch_all(&self.readers).await.map_err(Error::because("read the meetings of an office"))?;
        rows.iter().map(stored).collect()
    }

    /// Returns meetings to which somebody is invited and that are not over for them, the latest first, before `before`.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn meetings_for(
        &self,
        worker: WorkerId,
        before: Option<(Moment, MeetingId)>,
        limit: i64,
    ) -> Result<Vec<KeptMeeting>, Error> {
        let (at, id) = read::before(before);
        let query = sqlx::query(OF_WORKER).bind(worker.to_string()).bind(at).bind(id).bind(limit);
        let rows = query.bind(self.clock.now().micros()).fetch_all(&self.readers).await;
        rows.map_err(Error::because("read somebody's meetings"))?.iter().map(stored).collect()
    }

    /// Returns an agenda in its order, with what was taken off it.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn agenda(&self, id: MeetingId) -> Result<Vec<KeptItem>, Error> {
        let query = sqlx::query(ITEMS).bind(id.to_string()).bind(bound());
        let rows = query.fetch_all(&self.readers).await.map_err(Error::because("read an agenda"))?;
        rows.iter().map(item).collect()
    }

    /// Returns who is and was invited to a meeting, in that order, with who accepted the statement of its latest issue.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn meeting_seats(&self, kept: &KeptMeeting) -> Result<Vec<KeptSeat>, Error> {
        let statement = kept.issue.as_ref().map(|issue| issue.statement.clone()).unwrap_or_default();
        let query = sqlx::query(SEATS).bind(kept.meeting.id.to_string()).bind(statement).bind(bound());
        let rows = query.fetch_all(&self.readers).await.map_err(Error::because("read who is invited"))?;
        rows.iter().map(seat).collect()
    }

    /// Says whether somebody is invited to a meeting that is not over for them.
    pub(in crate::store) async fn is_seated(
        &self,
        worker: Option<WorkerId>,
        meeting: MeetingId,
        now: Moment,
    ) -> Result<bool, Error> {
        let query = sqlx::query(SEATED).bind(meeting.to_string()).bind(worker.map(|worker| worker.to_string()));
        let row = query.bind(now.micros()).fetch_one(&self.readers).await;
        let row = row.map_err(Error::because("read whether somebody is invited"))?;
        Ok(read::int(&row, "seated")? > 0)
    }
}

fn bound() -> i64 {
    i64::try_from(ROWS_MAX).unwrap_or(i64::MAX)
}

fn stored(row: &AnyRow) -> Result<KeptMeeting, Error> {
    let id = read::word(row, "id")?;
    let meeting = Meeting {
        id,
        agency: read::word(row, "agency")?,
        level: read::word(row, "level")?,
        starts: Moment::from_micros(read::int(row, "starts")?),
        minutes: small(row, "minutes")?,
        author: read::word(row, "author")?,
        created: Moment::from_micros(read::int(row, "created")?),
        words: Sealed::found(place(id), read::blob(row, "sealed")?),
    };
    let ended = maybe_moment(row, "ended")?.zip(read::maybe_word(row, "why")?);
    let issue = match (read::maybe_int(row, "issue")?, read::maybe_text(row, "statement")?) {
        (Some(seq), Some(statement)) => Some(Issue {
            seq,
            statement,
            until: Moment::from_micros(read::int(row, "until")?),
            at: Moment::from_micros(read::int(row, "issued")?),
        }),
        _ => None,
    };
    Ok(KeptMeeting { meeting, ended, issue })
}

fn item(row: &AnyRow) -> Result<KeptItem, Error> {
    let item = AgendaItem {
        id: read::word(row, "id")?,
        meeting: read::word(row, "meeting")?,
        case: read::word(row, "case_id")?,
        seq: read::int(row, "seq")?,
        purpose: read::word(row, "purpose")?,
        minutes: small(row, "minutes")?,
        place: small(row, "place")?,
        event: read::word(row, "event")?,
        author: read::word(row, "author")?,
        created: Moment::from_micros(read::int(row, "created")?),
    };
    Ok(KeptItem { item, issued: maybe_moment(row, "issued")?, ended: maybe_moment(row, "ended")? })
}

fn seat(row: &AnyRow) -> Result<KeptSeat, Error> {
    let seat = MeetingSeat {
        id: read::word(row, "id")?,
        meeting: read::word(row, "meeting")?,
        worker: read::word(row, "worker")?,
        seq: read::int(row, "seq")?,
        part: read::word(row, "part")?,
        author: read::word(row, "author")?,
        created: Moment::from_micros(read::int(row, "created")?),
    };
    let (ended, accepted) = (maybe_moment(row, "ended")?, maybe_moment(row, "accepted")?);
    let gone = read::int(row, "gone")? > 0;
    Ok(KeptSeat { seat, agency: read::word(row, "agency")?, kind: read::word(row, "kind")?, ended, accepted, gone })
}

fn small(row: &AnyRow, column: &'static str) -> Result<u16, Error> {
    // No larger one is ever stored.
    Ok(u16::try_from(read::int(row, column)?).unwrap_or(u16::MAX))
}

fn maybe_moment(row: &AnyRow, column: &'static str) -> Result<Option<Moment>, Error> {
    Ok(read::maybe_int(row, column)?.map(Moment::from_micros))
}
