//! Cases and who works on them, as they are kept. Lists take a scope.

use super::recipients::reachable;
use super::table::{self, Row, row};
use super::{Error, Store, read};
use crate::model::cases::{CaseHead, DeclaredConflict, Involvement};
use crate::model::id::{CaseId, ConflictId, InvolvementId, PersonId, ProtectedId, WorkerId};
use crate::model::people::{Identity, PersonSummary};
use crate::model::sealed::{Drawer, Place, Record, Sealed};
use crate::model::time::Moment;
use crate::policy::permit::Scope;
use sqlx::any::AnyRow;

pub(super) const ONE: &str = "
    SELECT id, person, reference, label, mappa, owner
      FROM case_file
     WHERE id = $1";

pub(super) const MINE: &str = "
    SELECT f.id, f.person, f.reference, f.label, f.mappa, f.owner
      FROM case_file f
     WHERE f.id > $2
       AND EXISTS (SELECT 1 FROM involvement i
                    WHERE i.case_id = f.id AND i.worker = $1
                      AND NOT EXISTS (SELECT 1 FROM involvement_end e WHERE e.involvement = i.id))
       AND NOT EXISTS (SELECT 1 FROM conflict_match m WHERE m.worker = $1 AND m.person = f.person)
     ORDER BY f.id
     LIMIT $3";

pub(super) const INVOLVED: &str = concat!(
    "SELECT i.worker, w.role, w.agency, i.about
      FROM involvement i
      JOIN worker w ON w.id = i.worker
     WHERE i.case_id = $1
       AND NOT EXISTS (SELECT 1 FROM involvement_end e WHERE e.involvement = i.id)
       AND ",
    reachable!("i.worker", "i.case_id"),
    "
     ORDER BY i.worker, i.id
     LIMIT 200"
);

pub(super) const CONFLICTS: &str = "
    SELECT id, worker, sealed
      FROM conflict
     WHERE id > $1
     ORDER BY id
     LIMIT $2";

/// $1 worker, $2 since.
pub(super) const DECLARATIONS: &str = "
    SELECT CAST(COUNT(*) AS BIGINT) AS declared
      FROM conflict
     WHERE worker = $1
       AND at > $2";

pub(super) const ONE_CONFLICT: &str = "
    SELECT worker
      FROM conflict
     WHERE id = $1";

/// A new case and the man whom it is about.
#[derive(Debug, Clone)]
pub struct NewCase {
    /// What stands in clear.
    pub head: CaseHead,
    /// Who he is.
    pub identity: Sealed<Identity>,
    /// The few identifiers that a summary shows.
    pub summary: Sealed<PersonSummary>,
    /// Workers who have declared to know him, and in which declaration.
    pub known_to: Vec<(WorkerId, ConflictId)>,
}

impl NewCase {
    pub(super) fn rows(self) -> Vec<Row> {
        let (id, person) = (self.head.id.to_string(), self.head.person.to_string());
        let known = self.known_to.iter().map(
            |(worker, conflict)| row![table::CONFLICT_MATCH; conflict.to_string(), worker.to_string(), person.clone()],
        );
        let known: Vec<Row> = known.collect();
        let mut rows = vec![
            row![table::PERSON; person.clone(), id.clone(), self.identity.bytes, self.summary.bytes],
            row![table::CASE_FILE; id, person, self.head.reference, self.head.label, self.head.mappa, self.head.owner.to_string()],
        ];
        rows.extend(known);
        rows
    }
}

/// A worker who joins a case.
#[derive(Debug, Clone)]
pub struct NewInvolvement {
    /// The involvement.
    pub id: InvolvementId,
    /// The case.
    pub case: CaseId,
    /// The worker.
    pub worker: WorkerId,
    /// The protected person whom the worker works with; `None` for the case as a whole.
    pub about: Option<ProtectedId>,
}

impl NewInvolvement {
    pub(super) fn rows(&self) -> Vec<Row> {
        let about = self.about.map(|about| about.to_string());
        vec![row![table::INVOLVEMENT; self.id.to_string(), self.case.to_string(), self.worker.to_string(), about]]
    }
}

/// A declaration of knowing somebody, with the people that it was found to mean.
#[derive(Debug, Clone)]
pub struct NewConflict {
    /// The declaration.
    pub id: ConflictId,
    /// Who declares.
    pub worker: WorkerId,
    /// When.
    pub at: Moment,
    /// Whom, in words.
    pub words: Sealed<DeclaredConflict>,
    /// The people whom the words fit.
    pub people: Vec<PersonId>,
}

impl NewConflict {
    pub(super) fn rows(self) -> Vec<Row> {
        let worker = self.worker.to_string();
        let mut rows =
            vec![row![table::CONFLICT; self.id.to_string(), worker.clone(), self.at.micros(), self.words.bytes]];
        rows.extend(
            self.people
                .iter()
                .map(|person| row![table::CONFLICT_MATCH; self.id.to_string(), worker.clone(), person.to_string()]),
        );
        rows
    }
}

impl Store {
    /// Returns a case.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn case(&self, id: CaseId) -> Result<Option<CaseHead>, Error> {
        let found = sqlx::query(ONE)
            .bind(id.to_string())
            .fetch_optional(&self.readers)
            .await
            .map_err(Error::because("read a case"))?;
        found.as_ref().map(head).transpose()
    }

    /// Returns the cases of a scope, in the order of their ids, after `after`.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn cases(&self, scope: &Scope, after: Option<CaseId>, limit: i64) -> Result<Vec<CaseHead>, Error> {
        let after = after.map_or_else(String::new, |id| id.to_string());
        let rows = sqlx::query(MINE)
            .bind(scope.worker().to_string())
            .bind(after)
            .bind(limit)
            .fetch_all(&self.readers)
            .await
            .map_err(Error::because("read cases"))?;
        rows.iter().map(head).collect()
    }

    /// Returns those who work on a case now; at most 200.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn involved(&self, case: CaseId) -> Result<Vec<Involvement>, Error> {
        let rows = sqlx::query(INVOLVED)
            .bind(case.to_string())
            .fetch_all(&self.readers)
            .await
            .map_err(Error::because("read who is involved"))?;
        rows.iter()
            .map(|row| {
                Ok(Involvement {
                    worker: read::word(row, "worker")?,
                    role: read::word(row, "role")?,
                    agency: read::word(row, "agency")?,
                    about: read::maybe_word(row, "about")?,
                })
            })
            .collect()
    }

    /// Returns sealed declarations in the order of their ids: for the hub's own index in memory.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn conflicts(
        &self,
        after: Option<ConflictId>,
        limit: i64,
    ) -> Result<Vec<(ConflictId, WorkerId, Sealed<DeclaredConflict>)>, Error> {
        let after = after.map_or_else(String::new, |id| id.to_string());
        let rows = sqlx::query(CONFLICTS)
            .bind(after)
            .bind(limit)
            .fetch_all(&self.readers)
            .await
            .map_err(Error::because("read conflicts"))?;
        rows.iter()
            .map(|row| {
                let id = read::word(row, "id")?;
                let place = Place { drawer: Drawer::directory(), record: Record::Conflict(id) };
                Ok((id, read::word(row, "worker")?, Sealed::found(place, read::blob(row, "sealed")?)))
            })
            .collect()
    }

    /// Returns how many declarations a worker has made since a moment.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn declarations(&self, worker: WorkerId, since: Moment) -> Result<i64, Error> {
        let row = sqlx::query(DECLARATIONS)
            .bind(worker.to_string())
            .bind(since.micros())
            .fetch_one(&self.readers)
            .await
            .map_err(Error::because("count declarations"))?;
        read::int(&row, "declared")
    }

    /// Returns who made a declaration.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn declared_by(&self, id: ConflictId) -> Result<Option<WorkerId>, Error> {
        let found = sqlx::query(ONE_CONFLICT).bind(id.to_string()).fetch_optional(&self.readers).await;
        let found = found.map_err(Error::because("read a conflict"))?;
        found.map(|row| read::word(&row, "worker")).transpose()
    }
}

fn head(row: &AnyRow) -> Result<CaseHead, Error> {
    Ok(CaseHead {
        id: read::word(row, "id")?,
        person: read::word(row, "person")?,
        reference: read::text(row, "reference")?,
        label: read::text(row, "label")?,
        mappa: read::maybe_text(row, "mappa")?,
        owner: read::word(row, "owner")?,
    })
}
