//! Protected people, as they are kept: a pseudonym in clear, name and whereabouts sealed apart.

use super::table::{self, Row, row};
use super::{Error, Store, read};
use crate::model::id::{CaseId, ConflictId, PersonId, ProtectedId, WorkerId};
use crate::model::location::Whereabouts;
use crate::model::protected::{ProtectedHead, ProtectedName};
use crate::model::sealed::{Compartment, Drawer, Place, Record, Sealed};

pub(super) const OF_CASE: &str = "
    SELECT id, case_id, pseudonym, relation
      FROM protected
     WHERE case_id = $1
     ORDER BY pseudonym, id
     LIMIT 50";

pub(super) const ONE: &str = "
    SELECT p.id, p.case_id, p.pseudonym, p.relation, p.sealed AS name, l.sealed AS whereabouts
      FROM protected p
      LEFT JOIN location l ON l.protected = p.id
     WHERE p.id = $1";

pub(super) const NAMES: &str = "
    SELECT p.id, p.case_id, f.person, p.sealed
      FROM protected p
      JOIN case_file f ON f.id = p.case_id
     WHERE p.id > $1
     ORDER BY p.id
     LIMIT $2";

/// A protected person's sealed name, with the man whose case she is of.
#[derive(Debug)]
pub struct SealedName {
    /// The protected person.
    pub id: ProtectedId,
    /// The case.
    pub case: CaseId,
    /// The man of the case.
    pub person: PersonId,
    /// Her name.
    pub name: Sealed<ProtectedName>,
}

/// A protected person who is recorded for the first time.
#[derive(Debug, Clone)]
pub struct NewProtected {
    /// Pseudonym, relation and case.
    pub head: ProtectedHead,
    /// Her name.
    pub name: Sealed<ProtectedName>,
    /// Where she is.
    pub whereabouts: Option<Sealed<Whereabouts>>,
    /// The man of the case, and the workers who have declared to know her: they keep away from it.
    pub known_to: (PersonId, Vec<(WorkerId, ConflictId)>),
}

impl NewProtected {
    pub(super) fn rows(self) -> Vec<Row> {
        let id = self.head.id.to_string();
        let (man, known) = self.known_to;
        let mut rows = vec![row![table::PROTECTED;
            id.clone(), self.head.case.to_string(), self.head.pseudonym, self.head.relation.to_string(), self.name.bytes]];
        rows.extend(self.whereabouts.map(|place| row![table::LOCATION; id, place.bytes]));
        rows.extend(known.into_iter().map(
            |(worker, conflict)| row![table::CONFLICT_MATCH; conflict.to_string(), worker.to_string(), man.to_string()],
        ));
        rows
    }
}

/// A protected person as she is stored.
#[derive(Debug)]
pub struct StoredProtected {
    /// Pseudonym, relation and case.
    pub head: ProtectedHead,
    /// Her name.
    pub name: Sealed<ProtectedName>,
    /// Where she is, if it was recorded.
    pub whereabouts: Option<Sealed<Whereabouts>>,
}

impl Store {
    /// Returns sealed names in the order of ids, after `after`: for the hub's own index in memory.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn protected_names(&self, after: Option<ProtectedId>, limit: i64) -> Result<Vec<SealedName>, Error> {
        let after = after.map_or_else(String::new, |id| id.to_string());
        let rows = sqlx::query(NAMES).bind(after).bind(limit).fetch_all(&self.readers).await;
        let rows = rows.map_err(Error::because("read the names of protected people"))?;
        let name = |row| {
            let (id, case) = (read::word(row, "id")?, read::word(row, "case_id")?);
            let place = Place { drawer: Drawer::of(case, Compartment::Core), record: Record::Protected(id) };
            let name = Sealed::found(place, read::blob(row, "sealed")?);
            Ok(SealedName { id, case, person: read::word(row, "person")?, name })
        };
        rows.iter().map(name).collect()
    }

    /// Returns the protected people of a case, in the order of their pseudonyms; at most 50.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn protected_of(&self, case: CaseId) -> Result<Vec<ProtectedHead>, Error> {
        let rows = sqlx::query(OF_CASE)
            .bind(case.to_string())
            .fetch_all(&self.readers)
            .await
            .map_err(Error::because("read protected people"))?;
        rows.iter().map(head).collect()
    }

    /// Returns one protected person.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn protected(&self, id: ProtectedId) -> Result<Option<StoredProtected>, Error> {
        let found = sqlx::query(ONE)
            .bind(id.to_string())
            .fetch_optional(&self.readers)
            .await
            .map_err(Error::because("read a protected person"))?;
        let Some(row) = found else { return Ok(None) };
        let head = head(&row)?;
        let core = Place { drawer: Drawer::of(head.case, Compartment::Core), record: Record::Protected(id) };
        let name = Sealed::found(core, read::blob(&row, "name")?);
        let place = Place { drawer: Drawer::whereabouts(head.case, id), record: Record::Location(id) };
        let whereabouts = read::maybe_blob(&row, "whereabouts")?.map(|bytes| Sealed::found(place, bytes));
        Ok(Some(StoredProtected { head, name, whereabouts }))
    }
}

fn head(row: &sqlx::any::AnyRow) -> Result<ProtectedHead, Error> {
    Ok(ProtectedHead {
        id: read::word(row, "id")?,
        case: read::word(row, "case_id")?,
        pseudonym: read::text(row, "pseudonym")?,
        relation: read::word(row, "relation")?,
    })
}
