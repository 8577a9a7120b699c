//! How protected people are reached safely, as it is kept: versions, where each way leads, what was said of ways, who asked.
//!
//! Promises: nothing about her stands in clear but that there is such a record; what puts a way in doubt is read with its place
//! in the log, so that what was committed later is later, whatever its clock said.
//! Must never know: what stands in any of it, and what follows from it.

mod happenings;
mod rows;

pub use happenings::Happening;
pub(super) use happenings::{HAPPENINGS, REVEALS};
use rows::{ask, card, mark, target};

use super::orders::plain;
use super::table::{self, Row, row};
use super::{Error, Store, read};
use crate::model::facts::Item;
use crate::model::id::{
    AgencyId, AlertId, CaseId, ProtectedId, SafeAskId, SafeCardId, SafeMarkId, SafeRouteId, WorkerId,
};
use crate::model::notes::Category;
use crate::model::safe_contact::{Asked, CardWords, Mark, Outcome, Reason, Said, Target, Verdict};
use crate::model::sealed::{Drawer, Place, Record, Sealed};
use crate::model::time::Moment;
use sqlx::any::AnyRow;

pub(super) const CARD: &str = "
    SELECT id, case_id, protected, version, author, agency, created, sealed
      FROM safe_contact
     WHERE protected = $1
     ORDER BY version DESC
     LIMIT 1";

pub(super) const TARGET: &str = "
    SELECT r.id, r.protected, r.sealed, p.case_id
      FROM safe_route r
      JOIN protected p ON p.id = r.protected
     WHERE r.id = $1";

/// $1 case, $2 and $3 the place after which to go on, $4 at most.
pub(super) const MARKS: &str = "
    SELECT m.id, m.case_id, m.protected, m.routes, m.mark, m.how, m.asked, m.author, m.agency, m.created, m.sealed, e.idx
      FROM safe_mark m
      LEFT JOIN audit_entry e ON e.entry = m.entry
     WHERE m.case_id = $1
       AND (m.created > $2 OR (m.created = $2 AND m.id > $3))
     ORDER BY m.created, m.id
     LIMIT $4";

macro_rules! asks {
    ($which:literal) => {
        concat!(
            "SELECT a.id, a.case_id, a.protected, a.reason, a.alert, a.verdict, a.route, a.author, a.agency, a.created,
           a.sealed, n.at AS opened, o.outcome, o.at AS ended, o.sealed AS said, e.idx
      FROM safe_ask a
      LEFT JOIN safe_opening n ON n.ask = a.id
      LEFT JOIN safe_outcome o ON o.ask = a.id
      LEFT JOIN audit_entry e ON e.entry = o.entry
     WHERE ",
            $which
        )
    };
}

/// $1 case, $2 and $3 the place after which to go on, $4 at most.
pub(super) const ASKS: &str = asks!(
    "a.case_id = $1
       AND (a.created > $2 OR (a.created = $2 AND a.id > $3))
     ORDER BY a.created, a.id
     LIMIT $4"
);

pub(super) const ASK: &str = asks!("a.id = $1");

/// Whether a worker was sent an alert about somebody and has not said yet what they did: the hub chose them, for a service that
/// works with her, and never one whose own work on the case has ended. $1 worker, $2 protected person, $3 case.
pub(super) const AT_WORK: &str = "
    SELECT CAST(COUNT(*) AS BIGINT) AS told
      FROM delivery d
      JOIN alert a ON a.id = d.alert
      JOIN worker w ON w.id = d.worker
     WHERE d.worker = $1
       AND a.about = $2
       AND a.case_id = $3
       AND NOT EXISTS (SELECT 1 FROM alert_action x WHERE x.delivery = d.id)
       AND NOT EXISTS (SELECT 1 FROM involvement g JOIN involvement_end z ON z.involvement = g.id
                        WHERE g.worker = $1 AND g.case_id = $3)
       AND EXISTS (SELECT 1 FROM involvement i JOIN worker o ON o.id = i.worker
                    WHERE i.case_id = $3 AND i.about = $2 AND o.agency = w.agency
                      AND NOT EXISTS (SELECT 1 FROM involvement_end e WHERE e.involvement = i.id))";

/// One version of a record.
#[derive(Debug, Clone)]
pub struct KeptCard {
    /// The version's own id.
    pub id: SafeCardId,
    /// The case.
    pub case: CaseId,
    /// Whom it is about.
    pub her: ProtectedId,
    /// Which version: 1, 2, and so on.
    pub version: i64,
    /// Who wrote it.
    pub author: WorkerId,
    /// For which service.
    pub agency: AgencyId,
    /// When.
    pub created: Moment,
    /// Ways, hours and words.
    pub words: Sealed<CardWords>,
}

/// A version is recorded, with where its new ways lead.
#[derive(Debug, Clone)]
pub struct NewCard {
    /// The version.
    pub card: KeptCard,
    /// The ways that are new.
    pub targets: Vec<Sealed<Target>>,
}

/// What was said of ways.
#[derive(Debug, Clone)]
pub struct KeptMark {
    /// Its id.
    pub id: SafeMarkId,
    /// The case.
    pub case: CaseId,
    /// Whom it is about.
    pub her: ProtectedId,
    /// Of which ways.
    pub routes: Vec<SafeRouteId>,
    /// What.
    pub mark: Mark,
    /// How and when she was asked.
    pub asked: Option<(Asked, Moment)>,
    /// Who said it.
    pub author: WorkerId,
    /// For which service.
    pub agency: AgencyId,
    /// When.
    pub created: Moment,
    /// In words.
    pub said: Option<Sealed<Said>>,
    /// Its place in the log; nothing while it has none.
    pub index: Option<i64>,
}

/// Somebody asked to reach her.
#[derive(Debug, Clone)]
pub struct KeptAsk {
    /// Its id.
    pub id: SafeAskId,
    /// The case.
    pub case: CaseId,
    /// Whom it is about.
    pub her: ProtectedId,
    /// Why.
    pub reason: Reason,
    /// The alert that it answers.
    pub alert: Option<AlertId>,
    /// What the hub answered.
    pub verdict: Verdict,
    /// By which way.
    pub route: Option<SafeRouteId>,
    /// Who asked.
    pub author: WorkerId,
    /// For which service.
    pub agency: AgencyId,
    /// When.
    pub created: Moment,
    /// Why a manager went beyond a refusal.
    pub said: Option<Sealed<Said>>,
    /// When the number was shown.
    pub opened: Option<Moment>,
    /// What came of it.
    pub outcome: Option<Ended>,
}

/// What came of an asking.
#[derive(Debug, Clone)]
pub struct Ended {
    /// What.
    pub outcome: Outcome,
    /// When that was recorded.
    pub at: Moment,
    /// In words.
    pub said: Option<Sealed<Said>>,
    /// Its place in the log; nothing while it has none.
    pub index: Option<i64>,
}

/// What came of an asking, on its way in.
#[derive(Debug, Clone)]
pub struct NewOutcome {
    /// The asking.
    pub ask: SafeAskId,
    /// What.
    pub outcome: Outcome,
    /// When.
    pub at: Moment,
    /// In words.
    pub said: Option<Sealed<Said>>,
}

/// Returns the place of a record of how somebody is reached.
#[must_use]
pub const fn place(case: CaseId, her: ProtectedId) -> Place {
    Place { drawer: Drawer::whereabouts(case, her), record: Record::SafeContact(her) }
}

/// Returns the place of something else in her drawer.
#[must_use]
pub const fn place_of(case: CaseId, her: ProtectedId, record: Record) -> Place {
    Place { drawer: Drawer::whereabouts(case, her), record }
}

impl KeptCard {
    /// Returns what a decision of the policy needs to know of it.
    #[must_use]
    pub fn item(&self, category: Category) -> Item {
        Item { about: Some(self.her), ..plain(category, self.agency.clone()) }
    }
}

impl NewCard {
    pub(super) fn rows(self) -> Vec<Row> {
        let card = self.card;
        let (her, created) = (card.her.to_string(), card.created.micros());
        let mut rows = vec![row![table::SAFE_CONTACT;
            card.id.to_string(), card.case.to_string(), her.clone(), card.version, card.author.to_string(),
            card.agency.to_string(), created, card.words.bytes]];
        rows.extend(
            self.targets
                .into_iter()
                .map(|one| row![table::SAFE_ROUTE; one.place.record.id(), her.clone(), created, one.bytes]),
        );
        rows
    }
}

impl KeptMark {
    pub(super) fn row(self) -> Row {
        let routes: Vec<String> = self.routes.iter().map(SafeRouteId::to_string).collect();
        row![table::SAFE_MARK;
            self.id.to_string(), self.case.to_string(), self.her.to_string(), routes.join(" "), self.mark.to_string(),
            self.asked.map(|(how, _)| how.to_string()), self.asked.map(|(_, at)| at.micros()), self.author.to_string(),
            self.agency.to_string(), self.created.micros(), self.said.map(|said| said.bytes)]
    }
}

impl KeptAsk {
    pub(super) fn row(self) -> Row {
        row![table::SAFE_ASK;
            self.id.to_string(), self.case.to_string(), self.her.to_string(), self.reason.to_string(),
            self.alert.map(|alert| alert.to_string()), self.verdict.to_string(), self.route.map(|route| route.to_string()),
            self.author.to_string(), self.agency.to_string(), self.created.micros(), self.said.map(|said| said.bytes)]
    }
}

impl NewOutcome {
    pub(super) fn row(self) -> Row {
        row![table::SAFE_OUTCOME;
            self.ask.to_string(), self.outcome.to_string(), self.at.micros(), self.said.map(|said| said.bytes)]
    }
}

/// Returns the row that says that a number was shown.
pub(super) fn opening(ask: SafeAskId, at: Moment) -> Row {
    row![table::SAFE_OPENING; ask.to_string(), at.micros()]
}

impl Store {
    /// Returns the latest version of how somebody is reached.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn safe_card(&self, her: ProtectedId) -> Result<Option<KeptCard>, Error> {
        self.one(CARD, &her.to_string(), "read how somebody is reached", card).await
    }

    /// Returns where a way leads, sealed.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn safe_target(&self, route: SafeRouteId) -> Result<Option<Sealed<Target>>, Error> {
        self.one(TARGET, &route.to_string(), "read where a way leads", target).await
    }

    /// Returns what was said of the ways of one protected person, oldest first.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn safe_marks(&self, case: CaseId, her: ProtectedId) -> Result<Vec<KeptMark>, Error> {
        let placed = (mark as fn(&AnyRow) -> _, (|one| (one.created, one.id.to_string())) as fn(&KeptMark) -> _);
        let mut all = self.all_of(MARKS, case, "read what was said of ways", placed).await?;
        all.retain(|one| one.her == her);
        Ok(all)
    }

    /// Returns who asked to reach one protected person, oldest first.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn safe_asks(&self, case: CaseId, her: ProtectedId) -> Result<Vec<KeptAsk>, Error> {
        let placed = (ask as fn(&AnyRow) -> _, (|one| (one.created, one.id.to_string())) as fn(&KeptAsk) -> _);
        let mut all = self.all_of(ASKS, case, "read who asked to reach somebody", placed).await?;
        all.retain(|one| one.her == her);
        Ok(all)
    }

    /// Returns one asking.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn safe_ask(&self, id: SafeAskId) -> Result<Option<KeptAsk>, Error> {
        self.one(ASK, &id.to_string(), "read an asking", ask).await
    }

    /// Says whether a worker was sent an alert about somebody and is still at work on it.
    pub(super) async fn is_at_work(
        &self,
        worker: Option<WorkerId>,
        her: Option<ProtectedId>,
        case: Option<CaseId>,
    ) -> Result<bool, Error> {
        let row = sqlx::query(AT_WORK)
            .bind(worker.map(|id| id.to_string()))
            .bind(her.map(|id| id.to_string()))
            .bind(case.map(|id| id.to_string()))
            .fetch_one(&self.readers)
            .await
            .map_err(Error::because("read whether somebody was sent an alert"))?;
        Ok(read::int(&row, "told")? > 0)
    }
}
