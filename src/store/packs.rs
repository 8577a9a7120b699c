//! Versions of the packs of a meeting, one reader's each.
//!
//! Promises: a version is written once; each query has a bound; a manifest that does not read back is corruption, and said so.

use super::table::{self, Row, row};
use super::{Error, Store, read};
use crate::model::id::{MeetingId, WorkerId};
use crate::model::packs::{PackItem, items};
use crate::model::time::Moment;
use sqlx::any::AnyRow;

/// How many versions are listed at most: the newest.
const VERSIONS_MAX: i64 = 500;

/// A version of one reader's pack.
#[derive(Debug, Clone)]
pub struct Pack {
    /// The meeting.
    pub meeting: MeetingId,
    /// The reader.
    pub worker: WorkerId,
    /// The how-manieth version of theirs.
    pub seq: i64,
    /// What stands in it.
    pub manifest: String,
    /// When it was made.
    pub at: Moment,
}

/// $1 meeting, $2 worker, $3 at most.
pub(super) const OF_READER: &str = "
    SELECT meeting, worker, seq, manifest, at
      FROM pack
     WHERE meeting = $1 AND worker = $2
     ORDER BY seq DESC
     LIMIT $3";

/// Every reader's. $1 meeting, $2 at most.
pub(super) const OF_MEETING: &str = "
    SELECT meeting, worker, seq, manifest, at
      FROM pack
     WHERE meeting = $1
     ORDER BY at DESC, worker, seq DESC
     LIMIT $2";

impl Store {
    /// Returns the newest version of a reader's pack.
    ///
    /// # Errors
    /// [`Error::Database`]; [`Error::Word`] if it does not read back.
    pub async fn latest_pack(&self, meeting: MeetingId, worker: WorkerId) -> Result<Option<Pack>, Error> {
        Ok(self.packs_of_reader(meeting, worker, 1).await?.into_iter().next())
    }

    /// Returns the versions of a reader's pack, the newest first.
    ///
    /// # Errors
    /// As [`Store::latest_pack`].
    pub async fn packs(&self, meeting: MeetingId, worker: WorkerId) -> Result<Vec<Pack>, Error> {
        self.packs_of_reader(meeting, worker, VERSIONS_MAX).await
    }

    async fn packs_of_reader(&self, meeting: MeetingId, worker: WorkerId, most: i64) -> Result<Vec<Pack>, Error> {
        let query = sqlx::query(OF_READER).bind(meeting.to_string()).bind(worker.to_string()).bind(most);
        let rows = query.fetch_all(&self.readers).await.map_err(Error::because("read somebody's packs"))?;
        rows.iter().map(stored).collect()
    }

    /// Returns the versions of everybody's packs of a meeting, the newest first.
    ///
    /// # Errors
    /// As [`Store::latest_pack`].
    pub async fn packs_of_meeting(&self, meeting: MeetingId) -> Result<Vec<Pack>, Error> {
        let query = sqlx::query(OF_MEETING).bind(meeting.to_string()).bind(VERSIONS_MAX);
        let rows = query.fetch_all(&self.readers).await.map_err(Error::because("read the packs of a meeting"))?;
        rows.iter().map(stored).collect()
    }
}

impl Pack {
    /// Returns the records in it.
    ///
    /// # Errors
    /// [`Error::Word`] if the manifest does not read back.
    pub fn items(&self) -> Result<Vec<PackItem>, Error> {
        items(&self.manifest).ok_or(Error::Word { column: "manifest" })
    }

    pub(super) fn row(self) -> Row {
        row![table::PACK;
            self.meeting.to_string(), self.worker.to_string(), self.seq, self.manifest, self.at.micros()]
    }
}

fn stored(row: &AnyRow) -> Result<Pack, Error> {
    Ok(Pack {
        meeting: read::word(row, "meeting")?,
        worker: read::word(row, "worker")?,
        seq: read::int(row, "seq")?,
        manifest: read::text(row, "manifest")?,
        at: Moment::from_micros(read::int(row, "at")?),
    })
}
