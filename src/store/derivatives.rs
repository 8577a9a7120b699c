//! Sanitised notes and what they were made from. Only her own side is told of the link.

use super::notes::NewNote;
use super::table::{self, Row, row};
use super::{Error, Store, read};
use crate::model::id::NoteId;

pub(super) const SOURCE: &str = "
    SELECT source
      FROM derivative
     WHERE note = $1";

pub(super) const RELEASED: &str = "
    SELECT CAST(COUNT(*) AS BIGINT) AS shares
      FROM share s
     WHERE s.note = $1
       AND (s.expires IS NULL OR s.expires > $2)
       AND NOT EXISTS (SELECT 1 FROM share_end x WHERE x.share = s.id)
       AND EXISTS (SELECT 1 FROM share_key k WHERE k.share = s.id)";

/// A sanitised note that is written for the first time.
#[derive(Debug, Clone)]
pub struct NewDerivative {
    /// The note for his side.
    pub note: NewNote,
    /// What it was made from.
    pub source: NoteId,
}

impl NewDerivative {
    pub(super) fn rows(self) -> Vec<Row> {
        let link = row![table::DERIVATIVE; self.note.id.to_string(), self.source.to_string()];
        let mut rows = self.note.rows();
        rows.push(link);
        rows
    }
}

impl Store {
    /// Returns what a note was made from, if it is a sanitised one.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn source_of(&self, note: NoteId) -> Result<Option<NoteId>, Error> {
        let found = sqlx::query(SOURCE)
            .bind(note.to_string())
            .fetch_optional(&self.readers)
            .await
            .map_err(Error::because("read what a note was made from"))?;
        found.as_ref().map(|row| read::word(row, "source")).transpose()
    }

    /// Says whether a note is shared with anybody now.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn is_released(&self, note: NoteId) -> Result<bool, Error> {
        let row = sqlx::query(RELEASED)
            .bind(note.to_string())
            .bind(self.clock.now().micros())
            .fetch_one(&self.readers)
            .await
            .map_err(Error::because("read whether a note is shared"))?;
        Ok(read::int(&row, "shares")? > 0)
    }
}
