//! Risk management plans, as they are kept: one row for each version, one for what it does for each protected person, one
//! for its approval. A new version never touches an old one.

use super::events::Event;
use super::orders::plain;
use super::table::{self, Row, row};
use super::{Error, Store, read};
use crate::model::facts::Item;
use crate::model::id::{AgencyId, CaseId, OrderId, PlanId, PlanPartId, ProtectedId, WorkerId};
use crate::model::notes::Category;
use crate::model::plans::{PlanWords, SafetyPart};
use crate::model::sealed::{Compartment, Drawer, Place, Record, Sealed};
use crate::model::summary::Summary;
use crate::model::time::{Day, Moment};
use sqlx::any::AnyRow;

macro_rules! columns {
    () => {
        "SELECT p.id, p.case_id, p.author, p.agency, p.version, p.orders, p.review, p.created, p.sealed, p.summary,
           y.worker AS approver, y.at AS approved,
           (SELECT MAX(n.version) FROM plan n JOIN plan_approval z ON z.plan = n.id
             WHERE n.case_id = p.case_id AND n.version > p.version) AS newer
      FROM plan p
      LEFT JOIN plan_approval y ON y.plan = p.id "
    };
}

pub(super) const ONE: &str = concat!(columns!(), "WHERE p.id = $1");

pub(super) const OF_CASE: &str = concat!(
    columns!(),
    "WHERE p.case_id = $1
       AND (p.created < $2 OR (p.created = $2 AND p.id < $3))
     ORDER BY p.created DESC, p.id DESC
     LIMIT $4"
);

pub(super) const LATEST: &str =
    "SELECT CAST(COALESCE(MAX(version), 0) AS BIGINT) AS latest FROM plan WHERE case_id = $1";

pub(super) const PARTS: &str = "
    SELECT id, about, sealed
      FROM plan_part
     WHERE plan = $1
     ORDER BY id
     LIMIT 50";

/// One version of a plan.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The version's own id.
    pub id: PlanId,
    /// The case.
    pub case: CaseId,
    /// Who wrote it.
    pub author: WorkerId,
    /// For which agency.
    pub agency: AgencyId,
    /// Which version: 1, 2, and so on.
    pub version: i64,
    /// The orders that it serves.
    pub orders: Vec<OrderId>,
    /// The day by which it is reviewed.
    pub review: Day,
    /// When it was recorded.
    pub created: Moment,
    /// What it says.
    pub words: Sealed<PlanWords>,
    /// What those see who may see a summary.
    pub summary: Sealed<Summary>,
}

/// What a plan does for one protected person.
#[derive(Debug, Clone)]
pub struct Part {
    /// The part.
    pub id: PlanPartId,
    /// Whom it is for.
    pub about: ProtectedId,
    /// What is done.
    pub words: Sealed<SafetyPart>,
}

/// A version with what became of it.
#[derive(Debug, Clone)]
pub struct KeptPlan {
    /// The version.
    pub plan: Plan,
    /// Who approved it, and when.
    pub approved: Option<(WorkerId, Moment)>,
    /// The newest approved version after it.
    pub newer: Option<i64>,
}

/// A version is recorded, with its parts.
#[derive(Debug, Clone)]
pub struct NewPlan {
    /// The version.
    pub plan: Plan,
    /// What it does for each protected person.
    pub parts: Vec<Part>,
}

/// A version is approved, with the events from which its clocks run.
#[derive(Debug, Clone)]
pub struct NewApproval {
    /// The version.
    pub plan: PlanId,
    /// Its case.
    pub case: CaseId,
    /// Who approved it.
    pub worker: WorkerId,
    /// When.
    pub at: Moment,
    /// The events.
    pub events: Vec<Event>,
}

impl Plan {
    /// Returns what a decision of the policy needs to know of it.
    #[must_use]
    pub fn item(&self) -> Item {
        plain(Category::RiskPlan, self.agency.clone())
    }

    /// Returns the same of what it does for one protected person.
    #[must_use]
    pub fn item_about(&self, about: ProtectedId) -> Item {
        Item { about: Some(about), ..self.item() }
    }
}

impl NewPlan {
    pub(super) fn rows(self) -> Vec<Row> {
        let plan = self.plan;
        let id = plan.id.to_string();
        let orders: Vec<String> = plan.orders.iter().map(OrderId::to_string).collect();
        let mut rows = vec![row![table::PLAN;
            id.clone(), plan.case.to_string(), plan.author.to_string(), plan.agency.to_string(), plan.version,
            orders.join(" "), plan.review.to_string(), plan.created.micros(), plan.words.bytes, plan.summary.bytes]];
        rows.extend(self.parts.into_iter().map(
            |part| row![table::PLAN_PART; part.id.to_string(), id.clone(), part.about.to_string(), part.words.bytes],
        ));
        rows
    }
}

impl NewApproval {
    pub(super) fn rows(self) -> Vec<Row> {
        let mut rows =
            vec![row![table::PLAN_APPROVAL; self.plan.to_string(), self.worker.to_string(), self.at.micros()]];
        rows.extend(self.events.into_iter().flat_map(Event::rows));
        rows
    }
}

/// Returns the place of what a plan says.
#[must_use]
pub const fn place(case: CaseId, id: PlanId) -> Place {
    Place { drawer: Drawer::of(case, Compartment::Core), record: Record::Plan(id) }
}

/// Returns the place of what a plan does for one protected person.
#[must_use]
pub const fn place_of_part(case: CaseId, id: PlanPartId) -> Place {
    Place { drawer: Drawer::of(case, Compartment::Core), record: Record::PlanPart(id) }
}

impl Store {
    /// Returns one version of a plan.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn plan(&self, id: PlanId) -> Result<Option<KeptPlan>, Error> {
        self.one(ONE, &id.to_string(), "read a plan", stored).await
    }

    /// Returns plans of a case, newest first, recorded before `before`. What a worker may know of them is for policy to say.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn plans_of(
        &self,
        case: CaseId,
        before: Option<(Moment, PlanId)>,
        limit: i64,
    ) -> Result<Vec<KeptPlan>, Error> {
        self.page(OF_CASE, case, (before, limit), "read the plans of a case", stored).await
    }

    /// Returns the number of the latest version of a case's plan; 0 if there is none.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn latest_plan(&self, case: CaseId) -> Result<i64, Error> {
        let row = sqlx::query(LATEST).bind(case.to_string()).fetch_one(&self.readers).await;
        read::int(&row.map_err(Error::because("read the latest version of a plan"))?, "latest")
    }

    /// Returns what a plan does for each protected person; at most 50.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn plan_parts(&self, plan: &Plan) -> Result<Vec<Part>, Error> {
        let rows = sqlx::query(PARTS).bind(plan.id.to_string()).fetch_all(&self.readers).await;
        let rows = rows.map_err(Error::because("read the parts of a plan"))?;
        rows.iter()
            .map(|row| {
                let id = read::word(row, "id")?;
                let words = Sealed::found(place_of_part(plan.case, id), read::blob(row, "sealed")?);
                Ok(Part { id, about: read::word(row, "about")?, words })
            })
            .collect()
    }
}

fn stored(row: &AnyRow) -> Result<KeptPlan, Error> {
    let (id, case) = (read::word(row, "id")?, read::word(row, "case_id")?);
    let at = place(case, id);
    let orders = read::text(row, "orders")?;
    let orders = orders.split_whitespace().map(str::parse).collect::<Result<_, _>>();
    let plan = Plan {
        id,
        case,
        author: read::word(row, "author")?,
        agency: read::word(row, "agency")?,
        version: read::int(row, "version")?,
        orders: orders.map_err(|_| Error::Word { column: "orders" })?,
        review: read::word(row, "review")?,
        created: Moment::from_micros(read::int(row, "created")?),
        words: Sealed::found(at, read::blob(row, "sealed")?),
        summary: Sealed::found(at, read::blob(row, "summary")?),
    };
    let approver: Option<WorkerId> = read::maybe_word(row, "approver")?;
    let approved = approver.zip(read::maybe_int(row, "approved")?.map(Moment::from_micros));
    Ok(KeptPlan { plan, approved, newer: read::maybe_int(row, "newer")? })
}
