//! What the database says about one question: the facts of a decision, each proved by rows.
//!
//! Promises: a fact that no row proves is *no*; the stamps say which versions were read, so a
//! decision on facts that have moved since is refused by the writer. The standing and its stamps are
//! read first: whatever moves before the rest is read makes the decision stale, never wrong.

mod keys;
mod many;
mod meant;
mod walls;

pub use meant::AT_ONCE;
pub(super) use meant::MEANT;

use super::consents::{agreed, carries_sharing, latest_said};
use super::emergency::LiveGrant;
use super::standing::Standing;
use super::{Error, Store, read};
use crate::auth::Seated;
use crate::model::agencies::{AgencyKind, Role};
use crate::model::facts::{Fact, FactSet, Facts, Item};
use crate::model::id::{AlertId, NoteId, OverrideId};
use crate::model::notes::{Category, ShareCode};
use crate::model::sealed::Record;
use crate::model::shares::Purpose;
use crate::model::time::Moment;
use crate::policy::permit::{Action, Ask};
use sqlx::any::AnyRow;
use walls::{is_lockable, is_of_meetings, is_walled, keeps_back};

/// What the share stands on holds now: its consent's latest event still covers this, its court order has not run out,
/// its override lives. That she was overruled is an event of her chain and changes nothing of what she agreed to.
/// A gateway was fitted to the man's MAPPA category when the share was made; a case's category never changes.
macro_rules! based {
    ($($and:literal)?) => {
        concat!(
            "((s.basis <> 'consent' OR EXISTS (
                     SELECT 1 FROM consent c",
            $(" JOIN consent_scope o ON o.consent = c.id AND ", $and,)?
            "
                      WHERE c.chain = s.basis_ref
                        AND ",
            agreed!(),
            "
                        AND (c.not_before IS NULL OR c.not_before <= $3)
                        AND (c.expires IS NULL OR c.expires > $3)))
                   AND (s.basis <> 'court-order' OR EXISTS (
                     SELECT 1 FROM share_basis b
                      WHERE b.share = s.id AND (b.until IS NULL OR b.until > $3)))
                   AND (s.basis <> 'override' OR EXISTS (
                     SELECT 1 FROM override_ask o
                      WHERE o.id = s.basis_ref AND ",
            live_override!(),
            ")))"
        )
    };
}

pub(super) use based;

/// An override that holds now: somebody else approved it, or life is at risk and nobody has said no while there is time;
/// and no review has found it unjustified.
macro_rules! live_override {
    () => {
        "(EXISTS (SELECT 1 FROM override_second y WHERE y.override_id = o.id AND y.outcome = 'approved')
              OR (o.harm = 'life-at-risk' AND o.due > $3
                  AND NOT EXISTS (SELECT 1 FROM override_second y WHERE y.override_id = o.id)))
             AND NOT EXISTS (SELECT 1 FROM override_review v
                              WHERE v.override_id = o.id AND v.outcome = 'not-justified')"
    };
}

pub(super) use live_override;

/// A share that is not taken back and has not run out.
macro_rules! live {
    () => {
        "(s.expires IS NULL OR s.expires > $3)
           AND NOT EXISTS (SELECT 1 FROM share_end x WHERE x.share = s.id)"
    };
}

pub(super) use live;

/// The agency still holds the key of the share: no key, no reading. $n is its id.
macro_rules! keyed {
    ($agency:literal) => {
        concat!("EXISTS (SELECT 1 FROM share_key k WHERE k.share = s.id AND k.recipient = ", $agency, ")")
    };
}

/// Live releases to a worker for one purpose, with whether each stands on something that holds: `me` is 1 for those to
/// the worker by name, 0 for those to their role or agency. 2 is no release: the worker accepted the note's conditions.
/// At most three rows for a note, however often it is shared: so no number of shares can push another out of sight.
/// $1 note or case, $2 worker, $3 now, $4 purpose, $5 role, $6 agency, $7 and $8 the first and last of the notes meant.
macro_rules! releases {
    ($of:literal, $accepted:literal) => {
        concat!(
            "SELECT s.note,
       CAST(CASE WHEN s.to_kind = 'worker' THEN 1 ELSE 0 END AS BIGINT) AS me,
       CAST(MAX(CASE WHEN ",
            based!("o.recipient = $6 AND o.category = n.category AND o.purpose = $4"),
            " THEN 1 ELSE 0 END) AS BIGINT) AS based,
       CAST(MAX(CASE WHEN s.basis = 'override' AND EXISTS (
                 SELECT 1 FROM override_ask o WHERE o.id = s.basis_ref AND ",
            live_override!(),
            ") THEN 1 ELSE 0 END) AS BIGINT) AS overridden
      FROM share s
      JOIN note n ON n.id = s.note
     WHERE ",
            $of,
            " = $1
       AND s.note >= $7
       AND s.note <= $8
       AND s.purpose = $4
       AND ((s.to_kind = 'worker' AND s.to_id = $2)
         OR (s.to_kind = 'role' AND s.to_id = $5)
         OR (s.to_kind = 'agency' AND s.to_id = $6))
       AND ",
            keyed!("$6"),
            " AND ",
            live!(),
            "
     GROUP BY s.note, CASE WHEN s.to_kind = 'worker' THEN 1 ELSE 0 END
     UNION ALL
    SELECT k.note, CAST(2 AS BIGINT) AS me, CAST(0 AS BIGINT) AS based, CAST(0 AS BIGINT) AS overridden
      FROM note_acceptance k
      JOIN note n ON n.id = k.note
     WHERE k.worker = $2
       AND k.note >= $7
       AND k.note <= $8
       AND ",
            $accepted,
            " = $1"
        )
    };
}

pub(super) const RELEASES_OF_NOTE: &str = releases!("s.note", "k.note");

pub(super) const RELEASES_OF_CASE: &str = releases!("s.case_id", "n.case_id");

/// Whether an alert was sent to or by a worker, and whether the note that it tells of is still shared with the worker's
/// agency; for the sender, with anybody. $1 alert, $2 worker, $3 now, $4 agency.
pub(super) const ADDRESSED: &str = concat!(
    "SELECT
       CAST((SELECT COUNT(*) FROM delivery d WHERE d.alert = $1 AND d.worker = $2) AS BIGINT) AS received,
       CAST((SELECT COUNT(*) FROM alert a WHERE a.id = $1 AND a.author = 'u:' || $2) AS BIGINT) AS sent,
       CAST((SELECT COUNT(*) FROM alert a WHERE a.id = $1 AND a.note IS NOT NULL AND NOT EXISTS (
                SELECT 1 FROM share s WHERE s.note = a.note AND ",
    live!(),
    " AND (a.author = 'u:' || $2 OR ",
    keyed!("$4"),
    ") AND ",
    based!(),
    ")) AS BIGINT) AS recalled"
);

/// Whether a worker was asked to be the second person of an override. $1 override, $2 worker.
pub(super) const CALLED: &str = "
    SELECT CAST(COUNT(*) AS BIGINT) AS called
      FROM override_called
     WHERE override_id = $1
       AND worker = $2";

/// The overrides of a case of which a worker was asked to be the second person. $1 case, $2 worker, $3 and $4 when the
/// first and the last of those meant were asked for.
pub(super) const CALLED_OF_CASE: &str = "
    SELECT c.override_id
      FROM override_ask o
      JOIN override_called c ON c.override_id = o.id
     WHERE o.case_id = $1
       AND c.worker = $2
       AND o.created >= $3
       AND o.created <= $4";

/// How one item reaches a worker beside their own work: by releases, or as an alert.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Reach {
    /// Released to them by name; released so, on a basis that holds.
    me: (bool, bool),
    /// The same to their role or agency.
    group: (bool, bool),
    /// An override that holds brings it to them: somebody's life was weighed against who may read it.
    overridden: bool,
    /// They have accepted its conditions.
    accepted: bool,
    /// The alert was sent to them, or by them: they are at work on it. The hub chose them, walls respected.
    addressed: bool,
    /// The alert's note is no longer shared with them; if they sent it, with nobody.
    recalled: bool,
    /// It is a grant that officers of the worker's agency judge, a signing key of their agency or one of its seats, or another
    /// seat of it.
    judges: bool,
    /// They are invited to the meeting that it is asked about.
    seated: bool,
}

impl Reach {
    /// Adds one row of releases.
    fn and(self, row: &AnyRow) -> Result<Self, Error> {
        let based = read::int(row, "based")? > 0;
        let overridden = self.overridden || read::int(row, "overridden")? > 0;
        Ok(match read::int(row, "me")? {
            0 => Self { overridden, ..self.released(false, based) },
            1 => Self { overridden, ..self.released(true, based) },
            _ => Self { accepted: true, ..self },
        })
    }

    /// Adds one release.
    pub(super) const fn released(mut self, me: bool, based: bool) -> Self {
        let to = if me { &mut self.me } else { &mut self.group };
        *to = (true, to.1 || based);
        self
    }

    /// Says whether a lock closes a record to nobody whom it reaches so: what an override brings, and the override of which they
    /// are the second person. A lock must cost nobody her life.
    const fn spared(&self, record: Record) -> bool {
        self.overridden || (self.addressed && matches!(record, Record::Override(_)))
    }

    /// Adds that an alert is sent to them.
    pub(super) const fn told(self) -> Self {
        Self { addressed: true, ..self }
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
        self.stated(ask, item, |reach, _| reach).await
    }

    /// States the facts of a question that an actor asks, or that is asked about a seat; `more` may add to what reaches
    /// them what is not there yet.
    pub(super) async fn stated<A: Seated + Sync>(
        &self,
        ask: &Ask<'_, A>,
        item: Option<Item>,
        more: impl FnOnce(Reach, Moment) -> Reach,
    ) -> Result<Facts, Error> {
        let now = self.clock.now();
        let standing = self.standing(ask.actor, ask.case).await?;
        // What is being made has reached nobody. Else: asked for whether there is such an item or not, so that both
        // take as long.
        let made = matches!(ask.action, Action::Create | Action::Raise);
        let reach = match ask.record {
            Record::Note(id) if !made => {
                let rows = self.releases((RELEASES_OF_NOTE, id.to_string()), (id, id), ask, now).await?;
                rows.iter().try_fold(Reach::default(), Reach::and)?
            }
            Record::Alert(id) if !made => self.addressed(ask, id, now).await?,
            Record::Emergency(id) if ask.action == Action::Review => {
                Reach { judges: self.judges(id, ask.actor.agency()).await?, ..Reach::default() }
            }
            Record::Override(id) => self.called(ask, id).await?,
            // Her service's duty, while her worker is away: whoever the hub has sent an alert about her.
            Record::SafeContact(_) | Record::SafeRoute(_) => {
                let (worker, service) = (ask.actor.worker(), ask.actor.kind().keeps_confidence());
                let addressed = self.is_at_work(worker, ask.about, ask.case).await? && service;
                Reach { addressed, ..Reach::default() }
            }
            Record::Worker(worker) if ask.action == Action::Rota => self.sits_beside(ask.actor, worker).await?,
            Record::SigningKey(key) => self.keeps(ask.actor, key).await?,
            Record::Meeting(id) if ask.action == Action::Read => {
                Reach { seated: self.is_seated(ask.actor.worker(), id, now).await?, ..Reach::default() }
            }
            _ => Reach::default(),
        };
        let grants = self.grants_for(ask, now).await?;
        Ok(state(ask, item, now, &standing, more(reach, now), &grants))
    }

    /// Returns the emergency grants that bear on a question: none, unless it is asked because life is at risk.
    async fn grants_for<A: Seated>(&self, ask: &Ask<'_, A>, now: Moment) -> Result<Vec<LiveGrant>, Error> {
        if ask.purpose == Purpose::Emergency {
            self.live_grants(ask.actor.worker(), ask.case, now).await
        } else {
            Ok(Vec::new())
        }
    }

    async fn releases<A: Seated>(
        &self,
        (text, of): (&'static str, String),
        (first, last): (NoteId, NoteId),
        ask: &Ask<'_, A>,
        now: Moment,
    ) -> Result<Vec<AnyRow>, Error> {
        sqlx::query(text)
            .bind(of)
            .bind(ask.actor.worker().map(|worker| worker.to_string()))
            .bind(now.micros())
            .bind(ask.purpose.to_string())
            .bind(ask.actor.role().map(|role| role.to_string()))
            .bind(ask.actor.agency().to_string())
            .bind(first.to_string())
            .bind(last.to_string())
            .fetch_all(&self.readers)
            .await
            .map_err(Error::because("read releases"))
    }

    /// Whoever was asked to be the second person is at work on the override: the hub chose them.
    async fn called<A: Seated>(&self, ask: &Ask<'_, A>, id: OverrideId) -> Result<Reach, Error> {
        let row = sqlx::query(CALLED)
            .bind(id.to_string())
            .bind(ask.actor.worker().map(|worker| worker.to_string()))
            .fetch_one(&self.readers)
            .await
            .map_err(Error::because("read who was asked to be the second person"))?;
        Ok(Reach { addressed: read::int(&row, "called")? > 0, ..Reach::default() })
    }

    async fn addressed<A: Seated>(&self, ask: &Ask<'_, A>, alert: AlertId, now: Moment) -> Result<Reach, Error> {
        let row = sqlx::query(ADDRESSED)
            .bind(alert.to_string())
            .bind(ask.actor.worker().map(|worker| worker.to_string()))
            .bind(now.micros())
            .bind(ask.actor.agency().to_string())
            .fetch_one(&self.readers)
            .await
            .map_err(Error::because("read to whom an alert went"))?;
        let has = |column| Ok::<_, Error>(read::int(&row, column)? > 0);
        Ok(Reach { addressed: has("received")? || has("sent")?, recalled: has("recalled")?, ..Reach::default() })
    }
}

/// States facts from what was read: the one place where rows become yes or no.
fn state<A: Seated>(
    ask: &Ask<'_, A>,
    item: Option<Item>,
    now: Moment,
    standing: &Standing,
    reach: Reach,
    grants: &[LiveGrant],
) -> Facts {
    let about = item.as_ref().map_or(ask.about, |item| item.about);
    let womens = ask.actor.kind() == AgencyKind::WomensService;
    // To whoever is invited a meeting itself is theirs; that opens no case.
    let involved = standing.is_involved() || reach.addressed || reach.seated;
    let hers = standing.covers(about) || reach.addressed || (!involved && !womens);
    // Health goes to people by name, item by item.
    let group = involved && hers && ask.category != Category::Health;
    let own = match (&item, ask.record, ask.actor.role()) {
        (_, Record::Readers(_), Some(Role::GovernanceOfficer)) => standing.owns_case || standing.colleagues,
        (_, Record::Readers(_), _) => involved,
        (_, Record::Emergency(_), role) => reach.judges && role == Some(Role::GovernanceOfficer),
        (_, Record::SigningKey(_), _) => reach.judges,
        (_, Record::Lock(_), _) => standing.owns_case || standing.colleagues || ask.actor.kind() == AgencyKind::Hub,
        (_, Record::Worker(_), _) if ask.action == Action::Rota => reach.judges,
        (Some(item), _, _) => &item.owner == ask.actor.agency(),
        // A policy is the hub's own matter.
        (None, Record::Policy(_), _) => ask.actor.kind() == AgencyKind::Hub,
        (None, _, _) => matches!(ask.action, Action::Create | Action::Raise | Action::Consent) || standing.owns_case,
    };
    let grant = grants.iter().find(|grant| grant.opens(ask.record, ask.category, about)).map(|grant| grant.id);
    let released = (reach.me.0 && reach.me.1) || (group && reach.group.0 && reach.group.1);
    let listed = reach.seated || standing.listed.is_some_and(|until| now < until);
    let held = [
        (Fact::Involved, involved),
        (Fact::Hers, hers),
        (Fact::Own, own),
        (Fact::Released, reach.addressed || reach.me.0 || (group && reach.group.0)),
        (Fact::Meeting, listed && (released || is_of_meetings(ask, item.as_ref(), about))),
        (Fact::BreakGlass, grant.is_some()),
        (Fact::Basis, (reach.addressed && !reach.recalled) || reach.me.1 || (group && reach.group.1)),
    ];
    let live = !standing.ended;
    let mut facts = Facts::new(ask.purpose, now, standing.stamps.clone());
    facts.held = FactSet::of(held.into_iter().filter(|(_, holds)| *holds && live).map(|(fact, _)| fact));
    facts.grant = grant;
    facts.conflicted = standing.conflicted;
    facts.locked = standing.locked && grant.is_none() && is_lockable(ask.record) && !reach.spared(ask.record);
    facts.whom = standing.whom(about);
    facts.walled = is_walled(ask, item.as_ref(), about, hers);
    let theirs = item.as_ref().filter(|item| &item.owner != ask.actor.agency());
    facts.unaccepted = !reach.accepted && theirs.is_some_and(|item| item.share == ShareCode::Conditions);
    facts.kept_back = theirs.is_some_and(|item| keeps_back(item, ask, facts.held));
    facts.item = item;
    facts
}
