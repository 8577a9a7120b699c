//! What has happened in a case that may put a way of reaching somebody in doubt: of each word the latest, and who looked where
//! she is in an emergency.
//!
//! Promises: as many rows as there are words, however much has happened; nothing of another woman's.
//! Must never know: which of it matters.

use crate::model::agencies::Role;
use crate::model::id::{AgencyId, CaseId, ProtectedId};
use crate::model::time::Moment;
use crate::store::{Error, Store, read};

/// Of events, of alerts about her or about nobody, and of her own consent: each word, when it was last recorded, when it last
/// happened, and its last place in the log, which for what has none yet is the highest number there is. $1 case, $2 her, $3 now.
pub(in crate::store) const HAPPENINGS: &str = "
    SELECT 'event' AS what, v.word AS word, MAX(v.created) AS recorded,
           MAX(CASE WHEN v.happened <= $3 THEN v.happened ELSE 0 END) AS happened,
           MAX(COALESCE(e.idx, 9223372036854775807)) AS idx
      FROM event v
      LEFT JOIN audit_entry e ON e.entry = v.entry
     WHERE v.case_id = $1
     GROUP BY v.word
     UNION ALL
    SELECT 'alert' AS what, a.kind AS word, MAX(a.raised) AS recorded, MAX(a.raised) AS happened,
           MAX(COALESCE(e.idx, 9223372036854775807)) AS idx
      FROM alert a
      LEFT JOIN audit_entry e ON e.entry = a.entry
     WHERE a.case_id = $1
       AND (a.about IS NULL OR a.about = $2)
     GROUP BY a.kind
     UNION ALL
    SELECT 'consent' AS what, c.event AS word, MAX(c.recorded) AS recorded, MAX(c.recorded) AS happened,
           MAX(COALESCE(e.idx, 9223372036854775807)) AS idx
      FROM consent c
      LEFT JOIN audit_entry e ON e.entry = c.entry
     WHERE c.case_id = $1
       AND c.subject = $2
     GROUP BY c.event
     LIMIT 1000";

/// Who looked where somebody is under emergency access, newest first. $1 protected person.
pub(in crate::store) const REVEALS: &str = "
    SELECT r.at, w.role, w.agency
      FROM reveal r
      JOIN worker w ON w.id = r.worker
     WHERE r.protected = $1
     ORDER BY r.at DESC, r.id DESC
     LIMIT 100";

/// A word of what has happened, and when last.
#[derive(Debug, Clone)]
pub struct Happening {
    /// `event`, `alert` or `consent`.
    pub what: String,
    /// The word.
    pub word: String,
    /// When it was last recorded.
    pub recorded: Moment,
    /// When it last happened.
    pub happened: Moment,
    /// Its last place in the log; the highest number there is for what has none yet.
    pub index: i64,
}

impl Store {
    /// Returns what has happened in a case, of each word the latest: in it, to her, and to nobody of another name.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn contact_happenings(
        &self,
        case: CaseId,
        her: ProtectedId,
        now: Moment,
    ) -> Result<Vec<Happening>, Error> {
        let rows = sqlx::query(HAPPENINGS)
            .bind(case.to_string())
            .bind(her.to_string())
            .bind(now.micros())
            .fetch_all(&self.readers)
            .await
            .map_err(Error::because("read what has happened in a case"))?;
        rows.iter()
            .map(|row| {
                Ok(Happening {
                    what: read::text(row, "what")?,
                    word: read::text(row, "word")?,
                    recorded: Moment::from_micros(read::int(row, "recorded")?),
                    happened: Moment::from_micros(read::int(row, "happened")?),
                    index: read::int(row, "idx")?,
                })
            })
            .collect()
    }

    /// Returns who looked where somebody is under emergency access, newest first; at most 100.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn reveals_of(&self, her: ProtectedId) -> Result<Vec<(Moment, Role, AgencyId)>, Error> {
        let rows = sqlx::query(REVEALS).bind(her.to_string()).fetch_all(&self.readers).await;
        let rows = rows.map_err(Error::because("read who looked in an emergency"))?;
        rows.iter()
            .map(|row| {
                Ok((Moment::from_micros(read::int(row, "at")?), read::word(row, "role")?, read::word(row, "agency")?))
            })
            .collect()
    }
}
