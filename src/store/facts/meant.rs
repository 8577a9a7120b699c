//! The facts of those who may be meant by one question, each in a case of his own, with the heads of those cases.
//!
//! Promises: a case that is not there is looked at in the same query in the same way; so many are looked at at once that a
//! question about one man, about a few, and about nobody is one query.
//! Must never know: how somebody was found.

use super::{Reach, state};
use crate::model::cases::CaseHead;
use crate::model::facts::{Facts, Stamp};
use crate::model::id::CaseId;
use crate::policy::IN_FORCE;
use crate::policy::permit::Ask;
use crate::store::meetings::read::listed;
use crate::store::standing::{Standing, listed_until};
use crate::store::{Error, Store, read};
use sqlx::any::AnyRow;

/// Cases that one query looks at.
pub const AT_ONCE: usize = 4;

/// As a standing alone, with the head of each case that is there; who else is of a case is not asked, because nothing that
/// is asked here is about them. $1 worker, $2 agency, $3 to $6 cases.
pub(in crate::store) const MEANT: &str = concat!(
    "
    SELECT c.id AS case_id,
           f.id, f.person, f.reference, f.label, f.mappa, f.owner,
           CAST(CASE WHEN i.id IS NULL THEN 0 ELSE 1 END AS BIGINT) AS involved,
           i.about,
           CAST((SELECT COUNT(*) FROM conflict_match m
                  WHERE m.worker = $1 AND m.person = f.person) AS BIGINT) AS conflicted,
           CAST((SELECT COUNT(*) FROM worker_end w WHERE w.worker = $1) AS BIGINT) AS ended,
           CAST(CASE WHEN f.owner = $2 THEN 1 ELSE 0 END AS BIGINT) AS owns_case,
           CAST((SELECT COUNT(*) FROM involvement o JOIN worker w ON w.id = o.worker
                  WHERE o.case_id = c.id AND w.agency = $2
                    AND NOT EXISTS (SELECT 1 FROM involvement_end e WHERE e.involvement = o.id)) AS BIGINT) AS colleagues,
           ",
    listed!("$1", "c.id"),
    ",
           CAST(COALESCE((SELECT v.version FROM fact_version v WHERE v.subject = c.id), 0) AS BIGINT) AS case_version,
           CAST(COALESCE((SELECT v.version FROM fact_version v WHERE v.subject = $1), 0) AS BIGINT) AS worker_version,
           CAST(COALESCE((SELECT v.version FROM fact_version v WHERE v.subject = 'policy'), 0) AS BIGINT) AS policy_version
      FROM (SELECT CAST($3 AS TEXT) AS id
             UNION ALL SELECT CAST($4 AS TEXT)
             UNION ALL SELECT CAST($5 AS TEXT)
             UNION ALL SELECT CAST($6 AS TEXT)) c
      LEFT JOIN case_file f ON f.id = c.id
      LEFT JOIN involvement i
        ON i.worker = $1
       AND i.case_id = c.id
       AND NOT EXISTS (SELECT 1 FROM involvement_end e WHERE e.involvement = i.id)"
);

impl Store {
    /// States the facts of one question about several men, none of it about anybody who is protected, each in his own case;
    /// with the head of that case, if it is there. `asks` are by one actor, and [`AT_ONCE`] or a multiple of it.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn meant(&self, asks: &[Ask<'_>]) -> Result<Vec<(Facts, Option<CaseHead>)>, Error> {
        let now = self.clock.now();
        let mut all = Vec::with_capacity(asks.len());
        for asks in asks.chunks(AT_ONCE) {
            let rows = self.meant_rows(asks).await?;
            for ask in asks {
                let case = ask.case.map(|case| case.to_string()).unwrap_or_default();
                let own: Vec<&AnyRow> = of_case(&rows, &case)?;
                let standing = standing(ask, &own)?;
                let grants = self.grants_for(ask, now).await?;
                let facts = state(ask, None, now, &standing, Reach::default(), &grants);
                all.push((facts, own.first().map(|row| head(row)).transpose()?.flatten()));
            }
        }
        Ok(all)
    }

    async fn meant_rows(&self, asks: &[Ask<'_>]) -> Result<Vec<AnyRow>, Error> {
        let Some(first) = asks.first() else { return Ok(Vec::new()) };
        let mut query = sqlx::query(MEANT)
            .bind(first.actor.worker().map(|worker| worker.to_string()))
            .bind(first.actor.agency().to_string());
        for place in 0..AT_ONCE {
            // What is left over at the end is asked for like the rest.
            let case = asks.get(place).and_then(|ask| ask.case).unwrap_or_else(CaseId::random);
            query = query.bind(case.to_string());
        }
        query.fetch_all(&self.readers).await.map_err(Error::because("read who may be meant"))
    }
}

/// Returns the rows of one case.
fn of_case<'a>(rows: &'a [AnyRow], case: &str) -> Result<Vec<&'a AnyRow>, Error> {
    let mut own = Vec::new();
    for row in rows {
        if read::text(row, "case_id")? == case {
            own.push(row);
        }
    }
    Ok(own)
}

fn standing(ask: &Ask<'_>, rows: &[&AnyRow]) -> Result<Standing, Error> {
    let first = rows.first().ok_or(sqlx::Error::RowNotFound).map_err(Error::because("read who may be meant"))?;
    let has = |column| Ok::<_, Error>(read::int(first, column)? > 0);
    let stamp = |subject: Option<String>, column| {
        subject.map(|subject| Ok::<_, Error>(Stamp { subject, version: read::int(first, column)? })).transpose()
    };
    let stamps = [
        stamp(ask.case.map(|case| case.to_string()), "case_version")?,
        stamp(ask.actor.worker().map(|worker| worker.to_string()), "worker_version")?,
        stamp(Some(IN_FORCE.to_owned()), "policy_version")?,
    ];
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
        // Who is meant is asked for the search and the card at a door, which no lock closes.
        locked: false,
        listed: listed_until(first)?,
        people: Vec::new(),
        stamps: stamps.into_iter().flatten().collect(),
    })
}

fn head(row: &AnyRow) -> Result<Option<CaseHead>, Error> {
    let Some(id) = read::maybe_word(row, "id")? else { return Ok(None) };
    Ok(Some(CaseHead {
        id,
        person: read::word(row, "person")?,
        reference: read::text(row, "reference")?,
        label: read::text(row, "label")?,
        mappa: read::maybe_text(row, "mappa")?,
        owner: read::word(row, "owner")?,
    }))
}
