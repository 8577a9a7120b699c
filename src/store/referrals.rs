//! MAPPA referrals, as they are kept: a row for each filing, and one for what the co-ordinator did with it.
//!
//! Promises: a referral is answered once; one that is filed again names the one that went back, and neither is changed.

use super::cases::NewInvolvement;
use super::events::Event;
use super::orders::plain;
use super::table::{self, Row, row};
use super::{Error, Store, read};
use crate::model::facts::Item;
use crate::model::id::{AgencyId, CaseId, PlanId, ReferralId, WorkerId};
use crate::model::mappa::MappaStatus;
use crate::model::notes::Category;
use crate::model::referrals::{MappaLevel, ReferralOutcome, ReferralWords, ReturnWords, SeriousHarm};
use crate::model::sealed::{Compartment, Drawer, Place, Record, Sealed};
use crate::model::time::Moment;
use crate::store::alerts::NewAlert;
use sqlx::any::AnyRow;

macro_rules! columns {
    () => {
        "SELECT r.id, r.case_id, r.author, r.agency, r.category, r.level, r.harm, r.plan, r.follows, r.event, r.created,
           r.sealed, a.outcome, a.worker, a.at, a.sealed AS reason,
           (SELECT n.id FROM referral n WHERE n.follows = r.id) AS again
      FROM referral r
      LEFT JOIN referral_answer a ON a.referral = r.id "
    };
}

pub(super) const ONE: &str = concat!(columns!(), "WHERE r.id = $1");

pub(super) const OF_CASE: &str = concat!(
    columns!(),
    "WHERE r.case_id = $1
       AND (r.created < $2 OR (r.created = $2 AND r.id < $3))
     ORDER BY r.created DESC, r.id DESC
     LIMIT $4"
);

/// One filing of a referral.
#[derive(Debug, Clone)]
pub struct Referral {
    /// The referral.
    pub id: ReferralId,
    /// The case.
    pub case: CaseId,
    /// Who filed it.
    pub author: WorkerId,
    /// For which agency.
    pub agency: AgencyId,
    /// Why he is in MAPPA.
    pub category: MappaStatus,
    /// At which level he is to be managed.
    pub level: MappaLevel,
    /// How the referring agency classes the risk of serious harm.
    pub harm: SeriousHarm,
    /// The version of the risk management plan that it stands on.
    pub plan: PlanId,
    /// The referral that went back, and in whose place this one stands.
    pub follows: Option<ReferralId>,
    /// The event with which it stands in the chronology.
    pub event: crate::model::id::EventId,
    /// When it was filed.
    pub created: Moment,
    /// What it says.
    pub words: Sealed<ReferralWords>,
}

/// What was done with a referral.
#[derive(Debug, Clone)]
pub struct ReferralAnswer {
    /// What.
    pub outcome: ReferralOutcome,
    /// By whom.
    pub worker: WorkerId,
    /// When.
    pub at: Moment,
    /// Why it went back, if it did.
    pub reason: Option<Sealed<ReturnWords>>,
}

/// A referral with what became of it.
#[derive(Debug, Clone)]
pub struct KeptReferral {
    /// The referral.
    pub referral: Referral,
    /// What was done with it.
    pub answer: Option<ReferralAnswer>,
    /// The referral that was filed in its place.
    pub again: Option<ReferralId>,
}

/// A referral is filed, with its event; who is to answer it joins the case and is told.
#[derive(Debug, Clone)]
pub struct NewReferral {
    /// The referral.
    pub referral: Referral,
    /// Its event.
    pub event: Event,
    /// The co-ordinator's part in the case, if they had none.
    pub joins: Option<NewInvolvement>,
    /// What they are told.
    pub notices: Vec<NewAlert>,
}

/// A referral is answered, with the events of an acceptance, and who filed it is told.
#[derive(Debug, Clone)]
pub struct NewReferralAnswer {
    /// The referral.
    pub referral: ReferralId,
    /// Its case.
    pub case: CaseId,
    /// The answer.
    pub answer: ReferralAnswer,
    /// The events from which its clocks run.
    pub events: Vec<Event>,
    /// What those are told who filed it.
    pub notices: Vec<NewAlert>,
}

impl Referral {
    /// Returns what a decision of the policy needs to know of it.
    #[must_use]
    pub fn item(&self) -> Item {
        plain(Category::MappaRecord, self.agency.clone())
    }
}

impl NewReferral {
    pub(super) fn rows(self) -> Vec<Row> {
        let referral = self.referral;
        let mut rows: Vec<Row> = self.joins.iter().flat_map(NewInvolvement::rows).collect();
        rows.extend(self.event.rows());
        rows.push(row![table::REFERRAL;
            referral.id.to_string(), referral.case.to_string(), referral.author.to_string(),
            referral.agency.to_string(), referral.category.to_string(), referral.level.to_string(),
            referral.harm.to_string(), referral.plan.to_string(), referral.follows.map(|id| id.to_string()),
            referral.event.to_string(), referral.created.micros(), referral.words.bytes]);
        rows.extend(self.notices.into_iter().flat_map(NewAlert::rows));
        rows
    }
}

impl NewReferralAnswer {
    pub(super) fn rows(self) -> Vec<Row> {
        let answer = self.answer;
        let mut rows = vec![row![table::REFERRAL_ANSWER;
            self.referral.to_string(), answer.outcome.to_string(), answer.worker.to_string(), answer.at.micros(),
            answer.reason.map(|reason| reason.bytes)]];
        rows.extend(self.events.into_iter().flat_map(Event::rows));
        rows.extend(self.notices.into_iter().flat_map(NewAlert::rows));
        rows
    }
}

/// Returns the place of what a referral says, and of why it went back.
#[must_use]
pub const fn place(case: CaseId, id: ReferralId) -> Place {
    Place { drawer: Drawer::of(case, Compartment::Core), record: Record::Referral(id) }
}

impl Store {
    /// Returns a referral.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn referral(&self, id: ReferralId) -> Result<Option<KeptReferral>, Error> {
        self.one(ONE, &id.to_string(), "read a referral", stored).await
    }

    /// Returns referrals of a case, newest first, filed before `before`. What a worker may know of them is for policy to say.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn referrals_of(
        &self,
        case: CaseId,
        before: Option<(Moment, ReferralId)>,
        limit: i64,
    ) -> Result<Vec<KeptReferral>, Error> {
        self.page(OF_CASE, case, (before, limit), "read the referrals of a case", stored).await
    }
}

fn stored(row: &AnyRow) -> Result<KeptReferral, Error> {
    let (id, case) = (read::word(row, "id")?, read::word(row, "case_id")?);
    let at = place(case, id);
    let referral = Referral {
        id,
        case,
        author: read::word(row, "author")?,
        agency: read::word(row, "agency")?,
        category: read::word(row, "category")?,
        level: read::word(row, "level")?,
        harm: read::word(row, "harm")?,
        plan: read::word(row, "plan")?,
        follows: read::maybe_word(row, "follows")?,
        event: read::word(row, "event")?,
        created: Moment::from_micros(read::int(row, "created")?),
        words: Sealed::found(at, read::blob(row, "sealed")?),
    };
    let outcome: Option<ReferralOutcome> = read::maybe_word(row, "outcome")?;
    let worker: Option<WorkerId> = read::maybe_word(row, "worker")?;
    let when = read::maybe_int(row, "at")?.map(Moment::from_micros);
    let reason = read::maybe_blob(row, "reason")?.map(|bytes| Sealed::found(at, bytes));
    let answer = outcome.zip(worker).zip(when);
    let answer = answer.map(|((outcome, worker), at)| ReferralAnswer { outcome, worker, at, reason });
    Ok(KeptReferral { referral, answer, again: read::maybe_word(row, "again")? })
}
