//! What becomes of a note: another takes its place, or its agency takes it back whole: from the commit on it is closed to everybody else. And who has read a note,
//! as the log says, on a share or without one.

use super::alerts::NewAlert;
use super::recalls::NewRecall;
use super::stays::reading;
use super::table::{self, Row, row};
use super::{Error, Store, read};
use crate::model::id::{CaseId, NoteId, WorkerId};
use crate::model::time::Moment;
use std::collections::BTreeSet;

/// What was done on a note's case since the note was stored. $1 note, $2 after this index, $3 at most.
pub(super) const ACTS_AFTER: &str = "
    SELECT e.idx, e.at, e.actor, e.record
      FROM note n
      JOIN audit_entry m ON m.entry = n.entry
      JOIN audit_entry e ON e.case_id = n.case_id AND e.idx > m.idx
     WHERE n.id = $1
       AND e.idx > $2
     ORDER BY e.idx
     LIMIT $3";

pub(super) const VERSIONS: &str = "SELECT old, note, at FROM supersession WHERE old = $1 OR note = $1";

/// A note that is taken back whole, with every share that it has.
#[derive(Debug, Clone)]
pub struct NewNoteEnd {
    /// The note.
    pub note: NoteId,
    /// Its case, whose facts move.
    pub case: CaseId,
    /// When.
    pub at: Moment,
    /// Its shares that end with it.
    pub shares: Vec<NewRecall>,
    /// Who is told that had read it without a share.
    pub notices: Vec<NewAlert>,
}

impl NewNoteEnd {
    pub(super) fn rows(&self) -> Vec<Row> {
        let end = row![table::NOTE_END; self.note.to_string(), self.at.micros()];
        std::iter::once(end).chain(self.notices.iter().cloned().flat_map(NewAlert::rows)).collect()
    }
}

impl Store {
    /// Returns whoever has read a note since it was stored, whatever let them: one walk through its case's entries.
    ///
    /// # Errors
    /// [`Error::Database`]; [`Error::Log`].
    pub async fn ever_read(&self, note: NoteId) -> Result<BTreeSet<WorkerId>, Error> {
        let (note, mut after) = (note.to_string(), -1);
        let mut readers = BTreeSet::new();
        loop {
            let rows = sqlx::query(ACTS_AFTER)
                .bind(note.clone())
                .bind(after)
                .bind(read::ROWS_MAX)
                .fetch_all(&self.readers)
                .await
                .map_err(Error::because("read who has read a note"))?;
            for row in &rows {
                after = read::int(row, "idx")?;
                if read::text(row, "actor")?.starts_with("u:") {
                    readers.extend(reading(row, &note)?.map(|(worker, _)| worker));
                }
            }
            if (rows.len() as i64) < read::ROWS_MAX {
                return Ok(readers);
            }
        }
    }

    /// Returns the note that took the place of another, and when; and the note whose place that other took.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn versions(&self, note: NoteId) -> Result<(Option<(NoteId, Moment)>, Option<NoteId>), Error> {
        let rows = sqlx::query(VERSIONS)
            .bind(note.to_string())
            .fetch_all(&self.readers)
            .await
            .map_err(Error::because("read what took a note's place"))?;
        let (mut after, mut before) = (None, None);
        for row in &rows {
            let (old, new): (NoteId, NoteId) = (read::word(row, "old")?, read::word(row, "note")?);
            if old == note {
                after = Some((new, Moment::from_micros(read::int(row, "at")?)));
            } else {
                before = Some(old);
            }
        }
        Ok((after, before))
    }
}
