//! How a worker stands to a case: whom they work with there, whether they know him, whether their seat has ended.
//!
//! Kept in memory where this process alone can move it. The versions that were read go with it, so even a standing
//! that had moved unnoticed could not carry an act past the writer.
//! Promises: of a case, only the standing of somebody involved is kept, so whoever is not takes the same way each time,
//! whether there is such a case or not; and who asks about no case is told apart by nothing else.

use super::kept::Kept;
use super::meetings::read::listed;
use super::{Error, Store, read};
use crate::auth::{Actor, Seated};
use crate::model::facts::{Stamp, Whom};
use crate::model::id::{CaseId, ProtectedId, WorkerId};
use crate::model::protected::Relation;
use crate::model::time::Moment;
use crate::policy::IN_FORCE;
use sqlx::any::AnyRow;

/// $1 worker, $2 case, $3 agency. One row for each of the worker's involvements in the case, or one row without any.
pub(super) const STANDING: &str = concat!(
    "
    SELECT CAST(CASE WHEN i.id IS NULL THEN 0 ELSE 1 END AS BIGINT) AS involved,
           i.about,
           CAST((SELECT COUNT(*) FROM conflict_match m JOIN case_file f ON f.person = m.person
                  WHERE m.worker = $1 AND f.id = $2) AS BIGINT) AS conflicted,
           CAST((SELECT COUNT(*) FROM worker_end w WHERE w.worker = $1) AS BIGINT) AS ended,
           CAST((SELECT COUNT(*) FROM case_file f WHERE f.id = $2 AND f.owner = $3) AS BIGINT) AS owns_case,
           CAST((SELECT COUNT(*) FROM involvement c JOIN worker w ON w.id = c.worker
                  WHERE c.case_id = $2 AND w.agency = $3
                    AND NOT EXISTS (SELECT 1 FROM involvement_end e WHERE e.involvement = c.id)) AS BIGINT) AS colleagues,
           CAST((SELECT COUNT(*) FROM case_lock l
                  WHERE l.case_id = $2
                    AND NOT EXISTS (SELECT 1 FROM case_lock_end e WHERE e.lock_id = l.id)
                    AND COALESCE((SELECT a.admitted FROM case_lock_admission a
                                   WHERE a.lock_id = l.id AND a.worker = $1
                                   ORDER BY a.seq DESC LIMIT 1), 0) = 0) AS BIGINT) AS locked,
           ",
    listed!("$1", "$2"),
    ",
           CAST(COALESCE((SELECT v.version FROM fact_version v WHERE v.subject = $2), 0) AS BIGINT) AS case_version,
           CAST(COALESCE((SELECT v.version FROM fact_version v WHERE v.subject = $1), 0) AS BIGINT) AS worker_version,
           CAST(COALESCE((SELECT v.version FROM fact_version v WHERE v.subject = 'policy'), 0) AS BIGINT) AS policy_version
      FROM (SELECT 1 AS one) o
      LEFT JOIN involvement i
        ON i.worker = $1
       AND i.case_id = $2
       AND NOT EXISTS (SELECT 1 FROM involvement_end e WHERE e.involvement = i.id)"
);

/// Who is of a case, and which of them are children. $1 case.
pub(super) const PEOPLE: &str = "
    SELECT id, relation
      FROM protected
     WHERE case_id = $1
     ORDER BY id
     LIMIT 50";

/// Standings of those involved, by worker and case; and of each worker to no case, which tells of none.
pub(super) type Standings = Kept<(WorkerId, Option<CaseId>), Standing>;

/// How one worker stands to one case, at the versions in `stamps`.
#[derive(Debug, Clone)]
pub(super) struct Standing {
    /// Whom they work with there; `None` among them is the case as a whole. Empty if they are not involved.
    pub(super) abouts: Vec<Option<ProtectedId>>,
    /// They know the man.
    pub(super) conflicted: bool,
    /// Their seat has ended.
    pub(super) ended: bool,
    /// Their agency keeps the case.
    pub(super) owns_case: bool,
    /// Somebody of their agency is involved.
    pub(super) colleagues: bool,
    /// The case is locked, and they were not let in.
    pub(super) locked: bool,
    /// Until when they are on the list of a meeting that has the case. Standings are kept and time goes on, so whether that
    /// is past is asked of the clock each time.
    pub(super) listed: Option<Moment>,
    /// The protected people of the case, whoever they work with.
    pub(super) people: Vec<(ProtectedId, Relation)>,
    /// What all this depends on.
    pub(super) stamps: Vec<Stamp>,
}

impl Standing {
    /// Says whether they work on the case at all.
    pub(super) const fn is_involved(&self) -> bool {
        !self.abouts.is_empty()
    }

    /// Says whether something about this protected person is within what they work on.
    pub(super) fn covers(&self, about: Option<ProtectedId>) -> bool {
        about.is_none() || self.abouts.iter().any(|own| own.is_none() || *own == about)
    }

    /// Says whom something is about.
    pub(super) fn whom(&self, about: Option<ProtectedId>) -> Whom {
        let Some(about) = about else { return Whom::Nobody };
        match self.people.iter().find(|(id, _)| *id == about) {
            Some((_, Relation::Child)) => Whom::Child,
            Some(_) => Whom::Adult,
            None => Whom::Unknown,
        }
    }
}

impl Store {
    /// Returns how an actor stands to a case, or to none: then only their seat counts.
    pub(super) async fn standing<A: Seated + Sync>(&self, actor: &A, case: Option<CaseId>) -> Result<Standing, Error> {
        let (Some(memory), Some(worker)) = (&self.memory, actor.worker()) else {
            return self.read_standing(actor, case).await;
        };
        let ticket = match memory.standings.find(&(worker, case)) {
            Ok(standing) => return Ok(standing),
            Err(ticket) => ticket,
        };
        let standing = self.read_standing(actor, case).await?;
        if case.is_none() || standing.is_involved() {
            memory.standings.keep(&ticket, (worker, case), standing.clone());
        }
        Ok(standing)
    }

    /// Says whether a case is there. Of one on which the actor works, their standing is proof enough.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn has_case(&self, actor: &Actor, case: CaseId) -> Result<bool, Error> {
        if let (Some(memory), Some(worker)) = (&self.memory, actor.worker())
            && memory.standings.find(&(worker, Some(case))).is_ok()
        {
            return Ok(true);
        }
        Ok(self.case(case).await?.is_some())
    }

    async fn read_standing<A: Seated + Sync>(&self, actor: &A, case: Option<CaseId>) -> Result<Standing, Error> {
        let (worker, case) = (actor.worker().map(|id| id.to_string()), case.map(|id| id.to_string()));
        let people = self.people_of(case.as_deref()).await?;
        let rows = sqlx::query(STANDING)
            .bind(worker.clone())
            .bind(case.clone())
            .bind(actor.agency().to_string())
            .fetch_all(&self.readers)
            .await
            .map_err(Error::because("read how a worker stands to a case"))?;
        let first = rows.first().ok_or(sqlx::Error::RowNotFound).map_err(Error::because("read a standing"))?;
        let has = |column| Ok::<_, Error>(read::int(first, column)? > 0);
        let stamp = |subject: Option<String>, column| {
            subject.map(|subject| Ok::<_, Error>(Stamp { subject, version: read::int(first, column)? })).transpose()
        };
        // What it says of the policy is a hint to look: a decision is stamped by the policy that made it.
        let policy = stamp(Some(IN_FORCE.to_owned()), "policy_version")?;
        let stamps = [stamp(case, "case_version")?, stamp(worker, "worker_version")?, policy];
        let stamps = stamps.into_iter().flatten().collect();
        let abouts = if has("involved")? {
            rows.iter().map(|row| read::maybe_word(row, "about")).collect::<Result<_, _>>()?
        } else {
            Vec::new()
        };
        Ok(Standing {
            abouts,
            conflicted: has("conflicted")?,
            ended: has("ended")?,
            owns_case: has("owns_case")?,
            colleagues: has("colleagues")?,
            locked: has("locked")?,
            listed: listed_until(first)?,
            people,
            stamps,
        })
    }

    /// Asked for whether there is such a case or not, so that both take as long.
    async fn people_of(&self, case: Option<&str>) -> Result<Vec<(ProtectedId, Relation)>, Error> {
        let rows = sqlx::query(PEOPLE).bind(case).fetch_all(&self.readers).await;
        let rows = rows.map_err(Error::because("read who is of a case"))?;
        rows.iter().map(|row| Ok((read::word(row, "id")?, read::word(row, "relation")?))).collect()
    }
}

/// Reads until when somebody is on the list of a meeting; nothing, if they are on none.
pub(super) fn listed_until(row: &AnyRow) -> Result<Option<Moment>, Error> {
    let until = read::int(row, "listed")?;
    Ok((until > 0).then(|| Moment::from_micros(until)))
}
