//! Browsers' sign-ins, as they are kept: a row for the beginning, a row for the end.
//!
//! Must never know: the key that a browser shows. It brings the print.

use super::table::{self, Row, row};
use super::{Error, Store, read};
use crate::model::id::SessionId;
use crate::model::sessions::KeptSession;
use crate::model::time::Moment;

/// $1 the print of a key.
pub(super) const ONE: &str = "
    SELECT s.id, s.print, s.worker, s.agency, s.began, s.expires,
           CAST((SELECT COUNT(*) FROM session_end e WHERE e.session = s.id) AS BIGINT) AS ended
      FROM session s
     WHERE s.print = $1";

/// The end of a session before its time.
#[derive(Debug, Clone)]
pub struct SessionEnd {
    /// The session.
    pub session: SessionId,
    /// When.
    pub at: Moment,
}

impl SessionEnd {
    pub(super) fn row(&self) -> Row {
        row![table::SESSION_END; self.session.to_string(), self.at.micros()]
    }
}

/// Returns the row of a session that begins.
pub(super) fn begun(new: KeptSession) -> Row {
    row![table::SESSION;
        new.id.to_string(), new.print, new.worker.to_string(), new.agency.to_string(), new.began.micros(),
        new.expires.micros()]
}

impl Store {
    /// Returns the session whose key has this print.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn session(&self, print: &str) -> Result<Option<KeptSession>, Error> {
        let found = sqlx::query(ONE).bind(print.to_owned()).fetch_optional(&self.readers).await;
        let Some(row) = found.map_err(Error::because("read a session"))? else { return Ok(None) };
        Ok(Some(KeptSession {
            id: read::word(&row, "id")?,
            print: read::text(&row, "print")?,
            worker: read::word(&row, "worker")?,
            agency: read::word(&row, "agency")?,
            began: Moment::from_micros(read::int(&row, "began")?),
            expires: Moment::from_micros(read::int(&row, "expires")?),
            is_ended: read::int(&row, "ended")? > 0,
        }))
    }
}
