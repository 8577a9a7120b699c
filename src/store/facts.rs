//! What the database says about one question: the facts of a decision, each proved by rows.
//!
//! Promises: a fact that no row proves is *no*; the stamps say which versions were read, so a
//! decision on facts that have moved since is refused by the writer. One query, whatever is asked.

use super::notes::StoredNote;
use super::{Error, Store, read};
use crate::model::agencies::{AgencyKind, Role};
use crate::model::facts::{Fact, FactSet, Facts, Item, Stamp};
use crate::model::id::{NoteId, ProtectedId};
use crate::model::notes::Category;
use crate::model::sealed::Record;
use crate::policy::permit::{Action, Ask};
use std::collections::{HashMap, HashSet};

/// A live share: not taken back, not run out, for this purpose.
macro_rules! live_share {
    ($to:literal) => {
        concat!(
            "SELECT COUNT(*) FROM share s
              WHERE s.note = $4 AND s.purpose = $5 AND ",
            $to,
            "
                AND (s.expires IS NULL OR s.expires > $6)
                AND NOT EXISTS (SELECT 1 FROM share_end x WHERE x.share = s.id)"
        )
    };
}

/// What the share stands on holds now: no consent needed, or the chain's latest event still covers this.
macro_rules! based {
    ($now:literal, $agency:literal, $category:literal, $purpose:literal) => {
        concat!(
            "
                AND (s.basis <> 'consent' OR EXISTS (
                     SELECT 1 FROM consent c JOIN consent_scope o ON o.consent = c.id
                      WHERE c.chain = s.basis_ref
                        AND c.seq = (SELECT MAX(l.seq) FROM consent l WHERE l.chain = c.chain)
                        AND c.event IN ('given', 'limited', 'renewed')
                        AND (c.expires IS NULL OR c.expires > ",
            $now,
            ")
                        AND o.recipient = ",
            $agency,
            " AND o.category = ",
            $category,
            " AND o.purpose = ",
            $purpose,
            "))"
        )
    };
}

/// $1 case, $2 worker, $3 about, $4 note, $5 purpose, $6 now, $7 role, $8 agency, $9 category, $10 alert.
pub(super) const FACTS: &str = concat!(
    "SELECT
       CAST((SELECT COUNT(*) FROM involvement i
              WHERE i.worker = $2 AND i.case_id = $1
                AND NOT EXISTS (SELECT 1 FROM involvement_end e WHERE e.involvement = i.id)) AS BIGINT) AS involved,
       CAST((SELECT COUNT(*) FROM involvement i
              WHERE i.worker = $2 AND i.case_id = $1
                AND (i.about IS NULL OR i.about = $3)
                AND NOT EXISTS (SELECT 1 FROM involvement_end e WHERE e.involvement = i.id)) AS BIGINT) AS hers,
       CAST((",
    live_share!("s.to_kind = 'worker' AND s.to_id = $2"),
    ") AS BIGINT) AS to_me,
       CAST((",
    live_share!("((s.to_kind = 'role' AND s.to_id = $7) OR (s.to_kind = 'agency' AND s.to_id = $8))"),
    ") AS BIGINT) AS to_group,
       CAST((",
    live_share!("s.to_kind = 'worker' AND s.to_id = $2"),
    based!("$6", "$8", "$9", "$5"),
    ") AS BIGINT) AS based_me,
       CAST((",
    live_share!("((s.to_kind = 'role' AND s.to_id = $7) OR (s.to_kind = 'agency' AND s.to_id = $8))"),
    based!("$6", "$8", "$9", "$5"),
    ") AS BIGINT) AS based_group,
       CAST((SELECT COUNT(*) FROM delivery d WHERE d.alert = $10 AND d.worker = $2) AS BIGINT) AS received,
       CAST((SELECT COUNT(*) FROM alert a WHERE a.id = $10 AND a.author = 'u:' || $2) AS BIGINT) AS sent,
       CAST((SELECT COUNT(*) FROM alert a WHERE a.id = $10 AND a.note IS NOT NULL AND NOT EXISTS (
                SELECT 1 FROM share s WHERE s.note = a.note AND (s.expires IS NULL OR s.expires > $6)
                   AND NOT EXISTS (SELECT 1 FROM share_end x WHERE x.share = s.id)
                   AND (s.basis <> 'consent' OR EXISTS (
                        SELECT 1 FROM consent c
                         WHERE c.chain = s.basis_ref AND c.event IN ('given', 'limited', 'renewed')
                           AND (c.expires IS NULL OR c.expires > $6)
                           AND c.seq = (SELECT MAX(l.seq) FROM consent l WHERE l.chain = c.chain))))) AS BIGINT) AS recalled,
       CAST((SELECT COUNT(*) FROM conflict_match m JOIN case_file f ON f.person = m.person
              WHERE m.worker = $2 AND f.id = $1) AS BIGINT) AS conflicted,
       CAST((SELECT COUNT(*) FROM worker_end w WHERE w.worker = $2) AS BIGINT) AS ended,
       CAST((SELECT COUNT(*) FROM case_file f WHERE f.id = $1 AND f.owner = $8) AS BIGINT) AS owns_case,
       CAST((SELECT COUNT(*) FROM involvement i JOIN worker w ON w.id = i.worker
              WHERE i.case_id = $1 AND w.agency = $8
                AND NOT EXISTS (SELECT 1 FROM involvement_end e WHERE e.involvement = i.id)) AS BIGINT) AS colleagues,
       CAST(COALESCE((SELECT v.version FROM fact_version v WHERE v.subject = $1), 0) AS BIGINT) AS case_version,
       CAST(COALESCE((SELECT v.version FROM fact_version v WHERE v.subject = $2), 0) AS BIGINT) AS worker_version"
);

/// $1 worker, $2 case: the protected people whom the worker works with there; NULL is the case as a whole.
pub(super) const MY_ABOUTS: &str = "
    SELECT i.about
      FROM involvement i
     WHERE i.worker = $1
       AND i.case_id = $2
       AND NOT EXISTS (SELECT 1 FROM involvement_end e WHERE e.involvement = i.id)
     LIMIT 200";

/// Live releases of a case's notes to a worker, for one purpose, with whether each stands on something that holds.
/// $1 case, $2 worker, $3 purpose, $4 now, $5 role, $6 agency.
pub(super) const RELEASES: &str = concat!(
    "SELECT s.note,
       CASE WHEN s.to_kind = 'worker' THEN 'me' ELSE 'group' END AS reach,
       CAST(CASE WHEN 1 = 1",
    based!("$4", "$6", "n.category", "$3"),
    " THEN 1 ELSE 0 END AS BIGINT) AS based
      FROM share s
      JOIN note n ON n.id = s.note
     WHERE s.case_id = $1
       AND s.purpose = $3
       AND ((s.to_kind = 'worker' AND s.to_id = $2)
         OR (s.to_kind = 'role' AND s.to_id = $5)
         OR (s.to_kind = 'agency' AND s.to_id = $6))
       AND (s.expires IS NULL OR s.expires > $4)
       AND NOT EXISTS (SELECT 1 FROM share_end x WHERE x.share = s.id)
     LIMIT 2000"
);

impl Store {
    /// States that nothing is known: for the hub's own services, whose acts stand on no fact.
    #[must_use]
    pub fn no_facts(&self, ask: &Ask<'_>) -> Facts {
        Facts::new(ask.purpose, self.clock.now(), Vec::new())
    }

    /// States the facts of `ask`, about `item` if there is one.
    ///
    /// # Errors
    /// [`Error::Database`]; the caller then refuses: what cannot be established is *no*.
    pub async fn facts(&self, ask: &Ask<'_>, item: Option<Item>) -> Result<Facts, Error> {
        let now = self.clock.now();
        let about = item.as_ref().map_or(ask.about, |item| item.about);
        let case = ask.case.map(|case| case.to_string());
        let worker = ask.actor.worker().map(|worker| worker.to_string());
        let (note, alert) = match ask.record {
            Record::Note(id) => (Some(id.to_string()), None),
            Record::Alert(id) => (None, Some(id.to_string())),
            _ => (None, None),
        };
        let row = sqlx::query(FACTS)
            .bind(case.clone())
            .bind(worker.clone())
            .bind(about.map(|about| about.to_string()))
            .bind(note)
            .bind(ask.purpose.to_string())
            .bind(now.micros())
            .bind(ask.actor.role().map(|role| role.to_string()))
            .bind(ask.actor.agency().to_string())
            .bind(ask.category.to_string())
            .bind(alert)
            .fetch_one(&self.readers)
            .await
            .map_err(Error::because("state the facts"))?;
        let has = |column| Ok::<_, Error>(read::int(&row, column)? > 0);
        let stamp = |subject: Option<String>, column| {
            subject.map(|subject| Ok(Stamp { subject, version: read::int(&row, column)? })).transpose()
        };
        let stamps: Vec<Stamp> =
            [stamp(case, "case_version")?, stamp(worker, "worker_version")?].into_iter().flatten().collect();
        let mut facts = Facts::new(ask.purpose, now, stamps);
        // Whoever was sent an alert is at work on it, and so is whoever wrote it: the hub chose them, walls respected.
        let addressed = has("received")? || has("sent")?;
        let live = !has("ended")?;
        let involved = has("involved")? || addressed;
        let womens = ask.actor.kind() == AgencyKind::WomensService;
        let hers = about.is_none() || has("hers")? || addressed || (!involved && !womens);
        let group = involved && hers;
        let own = match (&item, ask.record, ask.actor.role()) {
            (_, Record::Readers(_), Some(Role::GovernanceOfficer)) => has("owns_case")? || has("colleagues")?,
            (_, Record::Readers(_), _) => involved,
            (Some(item), _, _) => &item.owner == ask.actor.agency(),
            (None, _, _) => matches!(ask.action, Action::Create | Action::Raise | Action::Consent) || has("owns_case")?,
        };
        let released = addressed || has("to_me")? || (group && has("to_group")?);
        let based = (addressed && !has("recalled")?) || has("based_me")? || (group && has("based_group")?);
        let held = [
            (Fact::Involved, involved && live),
            (Fact::Hers, hers && live),
            (Fact::Own, own && live),
            (Fact::Released, released && live),
            (Fact::Basis, based && live),
        ];
        facts.held = FactSet::of(held.into_iter().filter(|(_, holds)| *holds).map(|(fact, _)| fact));
        facts.conflicted = has("conflicted")?;
        facts.walled = is_walled(ask, item.as_ref(), about, hers);
        facts.item = item;
        Ok(facts)
    }
}

impl Store {
    /// States the facts of many notes of one case for one worker: three queries, however many notes.
    ///
    /// Each note's facts are those that [`Store::facts`] would state for reading it.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn facts_of_notes(&self, ask: &Ask<'_>, notes: &[StoredNote]) -> Result<Vec<Facts>, Error> {
        let base = self.facts(ask, None).await?;
        let text = |id: Option<String>| id.unwrap_or_default();
        let (case, worker) =
            (text(ask.case.map(|id| id.to_string())), text(ask.actor.worker().map(|id| id.to_string())));
        let rows = sqlx::query(MY_ABOUTS)
            .bind(worker.clone())
            .bind(case.clone())
            .fetch_all(&self.readers)
            .await
            .map_err(Error::because("read whom a worker works with"))?;
        let abouts = rows
            .iter()
            .map(|row| read::maybe_word(row, "about"))
            .collect::<Result<HashSet<Option<ProtectedId>>, _>>()?;
        let rows = sqlx::query(RELEASES)
            .bind(case)
            .bind(worker)
            .bind(ask.purpose.to_string())
            .bind(base.at.micros())
            .bind(ask.actor.role().map(|role| role.to_string()))
            .bind(ask.actor.agency().to_string())
            .fetch_all(&self.readers)
            .await
            .map_err(Error::because("read releases"))?;
        let mut releases: HashMap<NoteId, Vec<(bool, bool)>> = HashMap::new();
        for row in &rows {
            let release = (read::text(row, "reach")? == "me", read::int(row, "based")? > 0);
            releases.entry(read::word(row, "note")?).or_default().push(release);
        }
        let womens = ask.actor.kind() == AgencyKind::WomensService;
        let involved = base.held.has(Fact::Involved);
        Ok(notes
            .iter()
            .map(|note| {
                let item = note.item();
                let about = item.about;
                let hers = about.is_none()
                    || abouts.contains(&None)
                    || abouts.contains(&about)
                    || (abouts.is_empty() && !womens);
                let mine = releases.get(&note.id).map_or(&[][..], Vec::as_slice);
                let reaches = |me: bool| me || (involved && hers);
                let held = [
                    (Fact::Involved, involved),
                    (Fact::Hers, hers),
                    (Fact::Own, &item.owner == ask.actor.agency()),
                    (Fact::Released, mine.iter().any(|(me, _)| reaches(*me))),
                    (Fact::Basis, mine.iter().any(|(me, based)| reaches(*me) && *based)),
                ];
                let mut facts = base.clone();
                facts.held = FactSet::of(held.into_iter().filter(|(_, holds)| *holds).map(|(fact, _)| fact));
                facts.walled = is_walled(ask, Some(&item), about, hers);
                facts.item = Some(item);
                facts
            })
            .collect())
    }
}

/// A wall stands between the workers of one woman and those of another; around what she said where nobody is named;
/// and around her consent, which only those who work with her or her children may read or record.
fn is_walled(ask: &Ask<'_>, item: Option<&Item>, about: Option<ProtectedId>, hers: bool) -> bool {
    let kind = ask.actor.kind();
    let womens = kind == AgencyKind::WomensService;
    let others = item
        .is_some_and(|item| item.about.is_none() && item.category.is_protected() && &item.owner != ask.actor.agency());
    let her_consent =
        ask.category == Category::Consent && about.is_some() && !womens && kind != AgencyKind::ChildrensService;
    (womens && (about.is_some() && !hers || others)) || her_consent
}
