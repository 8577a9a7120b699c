//! What became of the frames of nodes' spools, and how durable a commit is.
//!
//! Promises: a frame is one row, whichever way it was merged; the row of an act that was done is of that act's own commit, so that
//! nothing can stop between the two.
//! Must never know: what a frame says.

use super::alerts::NewAlert;
use super::table::{self, Row, row};
use super::{Error, Store, read};
use crate::model::id::AlertId;
use crate::model::spooled::{SpoolAct, SpoolOutcome};
use crate::model::time::Moment;

pub(super) const ONE: &str = "SELECT outcome FROM spooled WHERE frame = $1";

/// How many standbys a commit waits for. Whoever may not look at others sees none, and claims none.
pub(super) const STANDBYS: &str = "
    SELECT CAST(COUNT(*) AS BIGINT) AS standbys
      FROM pg_stat_replication
     WHERE state = 'streaming'
       AND sync_state IN ('sync', 'quorum')
       AND current_setting('synchronous_standby_names') <> ''";

/// What is known of a frame that could be read.
#[derive(Debug, Clone)]
pub struct OfFrame {
    /// Which act it holds.
    pub act: SpoolAct,
    /// The word of its sender.
    pub sender: String,
    /// The id of the request with which it came.
    pub request: String,
    /// When it came.
    pub received: Moment,
    /// Whether the clock could be believed then.
    pub certain: bool,
}

/// What became of a frame.
#[derive(Debug, Clone)]
pub struct NewSpooled {
    /// SHA-256 of the frame, in hexadecimal.
    pub frame: String,
    /// What is known of it; none if it is damaged.
    pub of: Option<OfFrame>,
    /// What became of it.
    pub outcome: SpoolOutcome,
    /// The alert that it became.
    pub alert: Option<AlertId>,
    /// When it was merged.
    pub at: Moment,
    /// Its sealed words, if it was not done.
    pub sealed: Option<Vec<u8>>,
}

impl NewSpooled {
    pub(super) fn row(self) -> Row {
        let of = self.of;
        let (received, certain) = of
            .as_ref()
            .map(|of| (of.received.micros(), i64::from(of.certain)))
            .map_or((None, None), |(at, certain)| (Some(at), Some(certain)));
        row![table::SPOOLED;
            self.frame, of.as_ref().map(|of| of.act.to_string()), of.as_ref().map(|of| of.sender.clone()),
            of.map(|of| of.request), received, certain, self.outcome.to_string(), self.alert.map(|alert| alert.to_string()),
            self.at.micros(), self.sealed]
    }

    pub(super) fn rows(self, notices: Vec<NewAlert>) -> Vec<Row> {
        std::iter::once(self.row()).chain(notices.into_iter().flat_map(NewAlert::rows)).collect()
    }
}

impl Store {
    /// Says whether a frame is a row already.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn is_merged(&self, frame: &str) -> Result<bool, Error> {
        let found = sqlx::query(ONE).bind(frame.to_owned()).fetch_optional(&self.readers).await;
        Ok(found.map_err(Error::because("read what became of a frame"))?.is_some())
    }

    /// Says whether a commit waits until a second machine has it on disk.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn has_standby(&self) -> Result<bool, Error> {
        if self.is_alone() {
            return Ok(false);
        }
        let row = sqlx::query(STANDBYS).fetch_one(&self.readers).await;
        let row = row.map_err(Error::because("read which standbys there are"))?;
        Ok(read::int(&row, "standbys")? > 0)
    }
}
