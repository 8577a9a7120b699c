//! The man, as he is kept: sealed, with nothing searchable at rest.

use super::{Error, Store, read};
use crate::model::id::{CaseId, PersonId};
use crate::model::people::{Identity, PersonSummary};
use crate::model::sealed::{Compartment, Drawer, Place, Record, Sealed};
use sqlx::any::AnyRow;

pub(super) const PERSON: &str = "
    SELECT id, case_id, sealed, summary
      FROM person
     WHERE id = $1";

pub(super) const PEOPLE: &str = "
    SELECT id, case_id, sealed, summary
      FROM person
     WHERE id > $1
     ORDER BY id
     LIMIT $2";

/// One sealed identity and the case that it belongs to.
#[derive(Debug)]
pub struct SealedPerson {
    /// The person.
    pub id: PersonId,
    /// The case.
    pub case: CaseId,
    /// Who he is.
    pub identity: Sealed<Identity>,
    /// The few identifiers that a summary shows.
    pub summary: Sealed<PersonSummary>,
}

impl Store {
    /// Returns one sealed identity.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn person(&self, id: PersonId) -> Result<Option<SealedPerson>, Error> {
        let found = sqlx::query(PERSON)
            .bind(id.to_string())
            .fetch_optional(&self.readers)
            .await
            .map_err(Error::because("read a person"))?;
        found.as_ref().map(sealed).transpose()
    }

    /// Returns sealed identities in the order of their ids, after `after`: for the hub's own index in memory.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn people(&self, after: Option<PersonId>, limit: i64) -> Result<Vec<SealedPerson>, Error> {
        let after = after.map_or_else(String::new, |id| id.to_string());
        let rows = sqlx::query(PEOPLE)
            .bind(after)
            .bind(limit)
            .fetch_all(&self.readers)
            .await
            .map_err(Error::because("read people"))?;
        rows.iter().map(sealed).collect()
    }
}

fn sealed(row: &AnyRow) -> Result<SealedPerson, Error> {
    let (id, case) = (read::word(row, "id")?, read::word(row, "case_id")?);
    let place = Place { drawer: Drawer::of(case, Compartment::Core), record: Record::Person(id) };
    let identity = Sealed::found(place, read::blob(row, "sealed")?);
    Ok(SealedPerson { id, case, identity, summary: Sealed::found(place, read::blob(row, "summary")?) })
}
