//! What the database says about one question: the facts of a decision, each proved by rows.
//!
//! Promises: a fact that no row proves is *no*; the stamps say which versions were read, so a
//! decision on facts that have moved since is refused by the writer. The standing and its stamps are
//! read first: whatever moves before the rest is read makes the decision stale, never wrong.

use super::notes::StoredNote;
use super::standing::Standing;
use super::{Error, Store, read};
use crate::model::agencies::{AgencyKind, Role};
use crate::model::facts::{Fact, FactSet, Facts, Item};
use crate::model::id::{AlertId, NoteId, ProtectedId};
use crate::model::notes::Category;
use crate::model::sealed::Record;
use crate::model::time::Moment;
use crate::policy::permit::{Action, Ask};
use sqlx::any::AnyRow;
use std::collections::HashMap;

/// What the share stands on holds now: no consent needed, or the chain's latest event still covers this.
macro_rules! based {
    ($($and:literal)?) => {
        concat!(
            "(s.basis <> 'consent' OR EXISTS (
                     SELECT 1 FROM consent c",
            $(" JOIN consent_scope o ON o.consent = c.id AND ", $and,)?
            "
                      WHERE c.chain = s.basis_ref
                        AND c.seq = (SELECT MAX(l.seq) FROM consent l WHERE l.chain = c.chain)
                        AND c.event IN ('given', 'limited', 'renewed')
                        AND (c.expires IS NULL OR c.expires > $3)))"
        )
    };
}

/// A share that is not taken back and has not run out.
macro_rules! live {
    () => {
        "(s.expires IS NULL OR s.expires > $3)
           AND NOT EXISTS (SELECT 1 FROM share_end x WHERE x.share = s.id)"
    };
}

/// Live releases to a worker for one purpose, with whether each stands on something that holds.
/// $1 note or case, $2 worker, $3 now, $4 purpose, $5 role, $6 agency.
macro_rules! releases {
    ($of:literal) => {
        concat!(
            "SELECT s.note,
       CAST(CASE WHEN s.to_kind = 'worker' THEN 1 ELSE 0 END AS BIGINT) AS me,
       CAST(CASE WHEN ",
            based!("o.recipient = $6 AND o.category = n.category AND o.purpose = $4"),
            " THEN 1 ELSE 0 END AS BIGINT) AS based
      FROM share s
      JOIN note n ON n.id = s.note
     WHERE ",
            $of,
            " = $1
       AND s.purpose = $4
       AND ((s.to_kind = 'worker' AND s.to_id = $2)
         OR (s.to_kind = 'role' AND s.to_id = $5)
         OR (s.to_kind = 'agency' AND s.to_id = $6))
       AND ",
            live!(),
            "
     LIMIT 2000"
        )
    };
}

pub(super) const RELEASES_OF_NOTE: &str = releases!("s.note");

pub(super) const RELEASES_OF_CASE: &str = releases!("s.case_id");

/// Whether an alert was sent to or by a worker, and whether the note that it tells of is still shared with anybody.
/// $1 alert, $2 worker, $3 now.
pub(super) const ADDRESSED: &str = concat!(
    "SELECT
       CAST((SELECT COUNT(*) FROM delivery d WHERE d.alert = $1 AND d.worker = $2) AS BIGINT) AS received,
       CAST((SELECT COUNT(*) FROM alert a WHERE a.id = $1 AND a.author = 'u:' || $2) AS BIGINT) AS sent,
       CAST((SELECT COUNT(*) FROM alert a WHERE a.id = $1 AND a.note IS NOT NULL AND NOT EXISTS (
                SELECT 1 FROM share s WHERE s.note = a.note AND ",
    live!(),
    " AND ",
    based!(),
    ")) AS BIGINT) AS recalled"
);

/// How one item reaches a worker beside their own work: by releases, or as an alert.
#[derive(Debug, Clone, Copy, Default)]
struct Reach {
    /// Released to them by name; released so, on a basis that holds.
    me: (bool, bool),
    /// The same to their role or agency.
    group: (bool, bool),
    /// The alert was sent to them, or by them: they are at work on it. The hub chose them, walls respected.
    addressed: bool,
    /// The alert's note is shared with nobody any more.
    recalled: bool,
}

impl Reach {
    /// Adds one row of releases.
    fn and(mut self, row: &AnyRow) -> Result<Self, Error> {
        let to = if read::int(row, "me")? > 0 { &mut self.me } else { &mut self.group };
        *to = (true, to.1 || read::int(row, "based")? > 0);
        Ok(self)
    }
}

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
        let standing = self.standing(ask.actor, ask.case).await?;
        // What is being made has reached nobody. Else: asked for whether there is such an item or not, so that both
        // take as long.
        let made = matches!(ask.action, Action::Create | Action::Raise);
        let reach = match ask.record {
            Record::Note(id) if !made => {
                let rows = self.releases(RELEASES_OF_NOTE, id.to_string(), ask, now).await?;
                rows.iter().try_fold(Reach::default(), Reach::and)?
            }
            Record::Alert(id) if !made => self.addressed(ask, id, now).await?,
            _ => Reach::default(),
        };
        Ok(state(ask, item, now, &standing, reach))
    }

    /// States the facts of many notes of one case for one worker: two queries, however many notes.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn facts_of_notes(&self, ask: &Ask<'_>, notes: &[StoredNote]) -> Result<Vec<Facts>, Error> {
        let now = self.clock.now();
        let standing = self.standing(ask.actor, ask.case).await?;
        let case = ask.case.map(|case| case.to_string()).unwrap_or_default();
        let mut reaches: HashMap<NoteId, Reach> = HashMap::new();
        for row in self.releases(RELEASES_OF_CASE, case, ask, now).await? {
            let reach = reaches.entry(read::word(&row, "note")?).or_default();
            *reach = reach.and(&row)?;
        }
        let of = |note: &StoredNote| {
            let of_note = Ask { record: Record::Note(note.id), category: note.head.category, ..*ask };
            let reach = reaches.get(&note.id).copied().unwrap_or_default();
            state(&of_note, Some(note.item()), now, &standing, reach)
        };
        Ok(notes.iter().map(of).collect())
    }

    async fn releases(&self, text: &'static str, of: String, ask: &Ask<'_>, now: Moment) -> Result<Vec<AnyRow>, Error> {
        sqlx::query(text)
            .bind(of)
            .bind(ask.actor.worker().map(|worker| worker.to_string()))
            .bind(now.micros())
            .bind(ask.purpose.to_string())
            .bind(ask.actor.role().map(|role| role.to_string()))
            .bind(ask.actor.agency().to_string())
            .fetch_all(&self.readers)
            .await
            .map_err(Error::because("read releases"))
    }

    async fn addressed(&self, ask: &Ask<'_>, alert: AlertId, now: Moment) -> Result<Reach, Error> {
        let row = sqlx::query(ADDRESSED)
            .bind(alert.to_string())
            .bind(ask.actor.worker().map(|worker| worker.to_string()))
            .bind(now.micros())
            .fetch_one(&self.readers)
            .await
            .map_err(Error::because("read to whom an alert went"))?;
        let has = |column| Ok::<_, Error>(read::int(&row, column)? > 0);
        Ok(Reach { addressed: has("received")? || has("sent")?, recalled: has("recalled")?, ..Reach::default() })
    }
}

/// States facts from what was read: the one place where rows become yes or no.
fn state(ask: &Ask<'_>, item: Option<Item>, now: Moment, standing: &Standing, reach: Reach) -> Facts {
    let about = item.as_ref().map_or(ask.about, |item| item.about);
    let womens = ask.actor.kind() == AgencyKind::WomensService;
    let involved = standing.is_involved() || reach.addressed;
    let hers = standing.covers(about) || reach.addressed || (!involved && !womens);
    let group = involved && hers;
    let own = match (&item, ask.record, ask.actor.role()) {
        (_, Record::Readers(_), Some(Role::GovernanceOfficer)) => standing.owns_case || standing.colleagues,
        (_, Record::Readers(_), _) => involved,
        (Some(item), _, _) => &item.owner == ask.actor.agency(),
        (None, _, _) => matches!(ask.action, Action::Create | Action::Raise | Action::Consent) || standing.owns_case,
    };
    let held = [
        (Fact::Involved, involved),
        (Fact::Hers, hers),
        (Fact::Own, own),
        (Fact::Released, reach.addressed || reach.me.0 || (group && reach.group.0)),
        (Fact::Basis, (reach.addressed && !reach.recalled) || reach.me.1 || (group && reach.group.1)),
    ];
    let live = !standing.ended;
    let mut facts = Facts::new(ask.purpose, now, standing.stamps.clone());
    facts.held = FactSet::of(held.into_iter().filter(|(_, holds)| *holds && live).map(|(fact, _)| fact));
    facts.conflicted = standing.conflicted;
    facts.walled = is_walled(ask, item.as_ref(), about, hers);
    facts.item = item;
    facts
}

/// A wall stands between the workers of one woman and those of another; around what she said where nobody is named;
/// and around her consent, which only those who work with her or her children may read or record.
fn is_walled(ask: &Ask<'_>, item: Option<&Item>, about: Option<ProtectedId>, hers: bool) -> bool {
    let kind = ask.actor.kind();
    let womens = kind == AgencyKind::WomensService;
    let others = item
        .is_some_and(|item| item.about.is_none() && item.category.is_protected() && &item.owner != ask.actor.agency());
    let her_consent = ask.category == Category::Consent && about.is_some() && !(kind.keeps_confidence() && hers);
    (womens && (about.is_some() && !hers || others)) || her_consent
}
