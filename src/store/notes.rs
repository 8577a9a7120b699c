//! Risk notes, as they are kept: what policy needs in clear, the words sealed.

use super::table::{self, Row, row};
use super::{Error, Store, read};
use crate::model::agencies::Role;
use crate::model::facts::Item;
use crate::model::id::{AgencyId, CaseId, NoteId, WorkerId};
use crate::model::notes::{Conditions, Grade, NoteHead, RiskNote};
use crate::model::sealed::{Compartment, Drawer, Place, Record, Sealed};
use crate::model::summary::Summary;
use crate::model::time::Moment;
use sqlx::any::AnyRow;

pub(super) const ONE: &str = "
    SELECT id, case_id, author, agency, created, kind, category, about, share_code, onward, onward_roles,
           use_with_man, action_on, attributable, expires, grade_source, grade_information, sealed, summary, conditions,
           (SELECT e.at FROM note_end e WHERE e.note = note.id) AS ended
      FROM note
     WHERE id = $1";

/// $1 case, $2 a place beyond all others, $3 the note before which to go on, or nothing; $4 at most.
pub(super) const OF_CASE: &str = "
    SELECT id, case_id, author, agency, created, kind, category, about, share_code, onward, onward_roles,
           use_with_man, action_on, attributable, expires, grade_source, grade_information, sealed, summary, conditions,
           (SELECT e.at FROM note_end e WHERE e.note = note.id) AS ended
      FROM note
     WHERE case_id = $1
       AND (listed < COALESCE((SELECT p.listed FROM note p WHERE p.id = $3), $2)
         OR (listed = (SELECT p.listed FROM note p WHERE p.id = $3) AND id < $3))
     ORDER BY listed DESC, id DESC
     LIMIT $4";

pub(super) const EVERY: &str = "
    SELECT id, case_id, author, agency, created, kind, category, about, share_code, onward, onward_roles,
           use_with_man, action_on, attributable, expires, grade_source, grade_information, sealed, summary, conditions,
           (SELECT e.at FROM note_end e WHERE e.note = note.id) AS ended
      FROM note
     WHERE id > $1
     ORDER BY id
     LIMIT $2";

pub(super) const COUNT: &str = "
    SELECT CAST(COUNT(*) AS BIGINT) AS notes
      FROM note
     WHERE case_id = $1";

pub(super) const IDS: &str = "
    SELECT id
      FROM note
     WHERE case_id = $1
       AND id > $2
     ORDER BY id
     LIMIT $3";

/// A note as it is stored.
#[derive(Debug)]
pub struct StoredNote {
    /// The note.
    pub id: NoteId,
    /// Its case.
    pub case: CaseId,
    /// Who wrote it.
    pub author: WorkerId,
    /// The agency that supplied it.
    pub agency: AgencyId,
    /// When.
    pub created: Moment,
    /// When its agency took it back, if it did: from then on it is closed to all others.
    pub ended: Option<Moment>,
    /// What stands in clear.
    pub head: NoteHead,
    /// The words.
    pub words: Sealed<RiskNote>,
    /// The summary that its author gave it.
    pub summary: Option<Sealed<Summary>>,
    /// The conditions of a C, as they stand on the envelope.
    pub conditions: Option<Sealed<Conditions>>,
}

impl StoredNote {
    /// Returns what a decision needs to know of the note.
    #[must_use]
    pub fn item(&self) -> Item {
        let NoteHead { category, about, share, onward, expires, .. } = self.head;
        let onward_roles = self.head.onward_roles.clone();
        let expires = self.ended.or(expires);
        Item { category, about, owner: self.agency.clone(), share, onward, onward_roles, expires }
    }
}

/// A note that is written for the first time.
#[derive(Debug, Clone)]
pub struct NewNote {
    /// The note.
    pub id: NoteId,
    /// Its case.
    pub case: CaseId,
    /// Who writes.
    pub author: WorkerId,
    /// For which agency.
    pub agency: AgencyId,
    /// When.
    pub created: Moment,
    /// Its place in lists: when it was written, or the end of that day where readers are not told the hour.
    pub listed: Moment,
    /// What stands in clear.
    pub head: NoteHead,
    /// The words.
    pub words: Sealed<RiskNote>,
    /// The summary that its author gave it.
    pub summary: Option<Sealed<Summary>>,
    /// The conditions of a C, as they stand on the envelope.
    pub conditions: Option<Sealed<Conditions>>,
}

impl NewNote {
    pub(super) fn rows(self) -> Vec<Row> {
        let head = self.head;
        vec![row![table::NOTE;
            self.id.to_string(), self.case.to_string(), self.author.to_string(), self.agency.to_string(),
            self.created.micros(), self.listed.micros(), head.kind.to_string(), head.category.to_string(),
            head.about.map(|about| about.to_string()), head.share.to_string(), head.onward.to_string(),
            roles_text(&head.onward_roles),
            head.use_with_man.to_string(), head.action_on.to_string(), i64::from(head.attributable),
            head.expires.map(Moment::micros),
            head.grade.map(|grade| i64::from(u8::from(grade.source))),
            head.grade.map(|grade| grade.information.to_string()), self.words.bytes,
            self.summary.map(|summary| summary.bytes), self.conditions.map(|conditions| conditions.bytes)]]
    }
}

impl Store {
    /// Returns a note.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn note(&self, id: NoteId) -> Result<Option<StoredNote>, Error> {
        let found = sqlx::query(ONE)
            .bind(id.to_string())
            .fetch_optional(&self.readers)
            .await
            .map_err(Error::because("read a note"))?;
        found.as_ref().map(stored).transpose()
    }

    /// Returns notes of every case in the order of their ids, after `after`: for the hub's own index of words in memory.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn every_note(&self, after: Option<NoteId>, limit: i64) -> Result<Vec<StoredNote>, Error> {
        let rows = sqlx::query(EVERY)
            .bind(after.map_or_else(String::new, |id| id.to_string()))
            .bind(limit)
            .fetch_all(&self.readers)
            .await
            .map_err(Error::because("read notes"))?;
        rows.iter().map(stored).collect()
    }

    /// Returns how many notes a case has.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn count_notes(&self, case: CaseId) -> Result<usize, Error> {
        let row = sqlx::query(COUNT)
            .bind(case.to_string())
            .fetch_one(&self.readers)
            .await
            .map_err(Error::because("count the notes of a case"))?;
        usize::try_from(read::int(&row, "notes")?).map_err(|_| Error::Log { what: "a number of notes" })
    }

    /// Returns the ids of one case's notes in their order, after `after`.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn note_ids_of(&self, case: CaseId, after: Option<NoteId>, limit: i64) -> Result<Vec<NoteId>, Error> {
        let rows = sqlx::query(IDS)
            .bind(case.to_string())
            .bind(after.map_or_else(String::new, |id| id.to_string()))
            .bind(limit)
            .fetch_all(&self.readers)
            .await
            .map_err(Error::because("read which notes a case has"))?;
        rows.iter().map(|row| read::word(row, "id")).collect()
    }

    /// Returns the notes of one case in the order of lists, newest first, behind the note `before`. What a worker may know
    /// of them is for policy to say.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn notes_of(
        &self,
        case: CaseId,
        before: Option<(Moment, NoteId)>,
        limit: i64,
    ) -> Result<Vec<StoredNote>, Error> {
        // A note's place is its own: the moment beside it may be truer than lists tell.
        let before = before.map(|(_, id)| id.to_string());
        let rows = sqlx::query(OF_CASE)
            .bind(case.to_string())
            .bind(i64::MAX)
            .bind(before)
            .bind(limit)
            .fetch_all(&self.readers)
            .await
            .map_err(Error::because("read the notes of a case"))?;
        rows.iter().map(stored).collect()
    }
}

/// Writes the roles that a note names, or NULL if it names none.
fn roles_text(roles: &[Role]) -> Option<String> {
    (!roles.is_empty()).then(|| roles.iter().map(|role| role.as_str()).collect::<Vec<_>>().join("+"))
}

fn roles_of(text: Option<&str>) -> Result<Vec<Role>, Error> {
    let roles = text.into_iter().flat_map(|text| text.split('+'));
    roles.map(|role| role.parse().map_err(|_| Error::Word { column: "onward_roles" })).collect()
}

fn stored(row: &AnyRow) -> Result<StoredNote, Error> {
    let (id, case) = (read::word(row, "id")?, read::word(row, "case_id")?);
    let place = Place { drawer: Drawer::of(case, Compartment::Core), record: Record::Note(id) };
    let source = read::maybe_int(row, "grade_source")?.and_then(|n| u8::try_from(n).ok()?.try_into().ok());
    let information = read::maybe_word(row, "grade_information")?;
    let head = NoteHead {
        kind: read::word(row, "kind")?,
        category: read::word(row, "category")?,
        about: read::maybe_word(row, "about")?,
        share: read::word(row, "share_code")?,
        onward: read::word(row, "onward")?,
        onward_roles: roles_of(read::maybe_text(row, "onward_roles")?.as_deref())?,
        use_with_man: read::word(row, "use_with_man")?,
        action_on: read::word(row, "action_on")?,
        attributable: read::int(row, "attributable")? != 0,
        expires: read::maybe_int(row, "expires")?.map(Moment::from_micros),
        grade: source.zip(information).map(|(source, information)| Grade { source, information }),
    };
    Ok(StoredNote {
        id,
        case,
        author: read::word(row, "author")?,
        agency: read::word(row, "agency")?,
        created: Moment::from_micros(read::int(row, "created")?),
        ended: read::maybe_int(row, "ended")?.map(Moment::from_micros),
        head,
        words: Sealed::found(place, read::blob(row, "sealed")?),
        summary: read::maybe_blob(row, "summary")?.map(|bytes| Sealed::found(place, bytes)),
        conditions: read::maybe_blob(row, "conditions")?.map(|bytes| Sealed::found(place, bytes)),
    })
}
