//! Whose records an emergency grant opened: by the looks at whereabouts, and by what the log says of the notes.

use super::{Error, Store, read};
use crate::ledger::leaf;
use crate::model::id::{GrantId, NoteId, ProtectedId};
use std::collections::BTreeSet;

/// Whose whereabouts were looked at. $1 grant.
pub(super) const LOOKED_AT: &str = "
    SELECT DISTINCT r.protected
      FROM reveal r
     WHERE r.access = $1
     ORDER BY r.protected
     LIMIT 50";

/// What its user did on its case since it was given. $1 grant, $2 after this index, $3 at most.
pub(super) const ACTS_UNDER: &str = "
    SELECT e.idx, e.record
      FROM emergency_grant g
      JOIN audit_entry m ON m.entry = g.entry
      JOIN audit_entry e ON e.case_id = g.case_id AND e.idx > m.idx
     WHERE g.id = $1
       AND e.actor = 'u:' || g.worker
       AND e.idx > $2
     ORDER BY e.idx
     LIMIT $3";

impl Store {
    /// Returns the protected people whose records were opened under a grant.
    ///
    /// # Errors
    /// [`Error::Database`]; [`Error::Log`].
    pub async fn opened_under(&self, grant: GrantId) -> Result<BTreeSet<ProtectedId>, Error> {
        let looks = sqlx::query(LOOKED_AT)
            .bind(grant.to_string())
            .fetch_all(&self.readers)
            .await
            .map_err(Error::because("read what an emergency opened"))?;
        let mut opened: BTreeSet<ProtectedId> =
            looks.iter().map(|row| read::word(row, "protected")).collect::<Result<_, _>>()?;
        for note in self.notes_under(grant).await? {
            opened.extend(self.note(note).await?.and_then(|note| note.head.about));
        }
        Ok(opened)
    }

    async fn notes_under(&self, grant: GrantId) -> Result<BTreeSet<NoteId>, Error> {
        let (by, mut after, mut notes) = (format!("grant:{grant}"), -1, BTreeSet::new());
        loop {
            let rows = sqlx::query(ACTS_UNDER)
                .bind(grant.to_string())
                .bind(after)
                .bind(read::ROWS_MAX)
                .fetch_all(&self.readers)
                .await
                .map_err(Error::because("read what an emergency opened"))?;
            for row in &rows {
                after = read::int(row, "idx")?;
                let fields =
                    leaf::parse(&read::blob(row, "record")?).ok_or(Error::Log { what: "an entry's record" })?;
                let says = |name: &str, value: &str| fields.get(name).is_some_and(|found| found == value);
                let on_it =
                    says("decision", "permit") && says("kind", "note") && fields.values().any(|v| v.contains(&by));
                notes.extend(fields.get("id").filter(|_| on_it).and_then(|id| id.parse::<NoteId>().ok()));
            }
            if (rows.len() as i64) < read::ROWS_MAX {
                return Ok(notes);
            }
        }
    }
}
