//! Orders, licences and other episodes, as they are kept: kind and dates in clear, what they say sealed.

use super::table::{self, Row, row};
use super::{Error, Store, read};
use crate::model::facts::Item;
use crate::model::id::{AgencyId, CaseId, OrderId, WorkerId};
use crate::model::notes::{Category, Onward, ShareCode};
use crate::model::orders::{OrderKind, OrderWords};
use crate::model::sealed::{Compartment, Drawer, Place, Record, Sealed};
use crate::model::summary::Summary;
use crate::model::time::{Day, Moment};
use sqlx::any::AnyRow;

pub(super) const ONE: &str = "
    SELECT id, case_id, kind, author, agency, made, starts, ends, area, counts, created, sealed, summary, replaces
      FROM supervision_order
     WHERE id = $1";

pub(super) const OF_CASE: &str = "
    SELECT id, case_id, kind, author, agency, made, starts, ends, area, counts, created, sealed, summary, replaces
      FROM supervision_order
     WHERE case_id = $1
       AND (created < $2 OR (created = $2 AND id < $3))
     ORDER BY created DESC, id DESC
     LIMIT $4";

/// An order.
#[derive(Debug, Clone)]
pub struct Order {
    /// The order.
    pub id: OrderId,
    /// The case.
    pub case: CaseId,
    /// What it is.
    pub kind: OrderKind,
    /// Who recorded it.
    pub author: WorkerId,
    /// For which agency.
    pub agency: AgencyId,
    /// The day on which it was made.
    pub made: Day,
    /// Its first day.
    pub starts: Day,
    /// Its last day; an order for life has none.
    pub ends: Option<Day>,
    /// The area whose working days count.
    pub area: Option<String>,
    /// The conditions of `clocks.csv` that hold for it.
    pub counts: Vec<String>,
    /// When it was recorded.
    pub created: Moment,
    /// What it says.
    pub words: Sealed<OrderWords>,
    /// Which kinds of condition it has.
    pub summary: Sealed<Summary>,
    /// The order that ended when this one began.
    pub replaces: Option<OrderId>,
}

impl Order {
    pub(super) fn rows(self) -> Vec<Row> {
        vec![row![table::SUPERVISION_ORDER;
            self.id.to_string(), self.case.to_string(), self.kind.to_string(), self.author.to_string(),
            self.agency.to_string(), self.made.to_string(), self.starts.to_string(),
            self.ends.map(|day| day.to_string()), self.area, self.counts.join(" "), self.created.micros(), self.words.bytes, self.summary.bytes,
            self.replaces.map(|id| id.to_string())]]
    }

    /// Returns what a decision of the policy needs to know of it.
    #[must_use]
    pub fn item(&self) -> Item {
        plain(Category::OrderConditions, self.agency.clone())
    }
}

/// Returns an item of the man's own record without handling of its own.
#[must_use]
pub fn plain(category: Category, owner: AgencyId) -> Item {
    let (share, onward) = (ShareCode::Permitted, Onward::None);
    Item { category, about: None, owner, share, onward, onward_roles: Vec::new(), expires: None }
}

/// Returns the place of what an order says.
#[must_use]
pub const fn place(case: CaseId, id: OrderId) -> Place {
    Place { drawer: Drawer::of(case, Compartment::Legal), record: Record::Order(id) }
}

impl Store {
    /// Returns an order.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn order(&self, id: OrderId) -> Result<Option<Order>, Error> {
        self.one(ONE, &id.to_string(), "read an order", stored).await
    }

    /// Returns orders of a case, newest first, recorded before `before`. What a worker may know of them is for policy to say.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn orders_of(
        &self,
        case: CaseId,
        before: Option<(Moment, OrderId)>,
        limit: i64,
    ) -> Result<Vec<Order>, Error> {
        self.page(OF_CASE, case, (before, limit), "read the orders of a case", stored).await
    }
}

fn stored(row: &AnyRow) -> Result<Order, Error> {
    let (id, case) = (read::word(row, "id")?, read::word(row, "case_id")?);
    let at = place(case, id);
    Ok(Order {
        id,
        case,
        kind: read::word(row, "kind")?,
        author: read::word(row, "author")?,
        agency: read::word(row, "agency")?,
        made: read::word(row, "made")?,
        starts: read::word(row, "starts")?,
        ends: read::maybe_word(row, "ends")?,
        area: read::maybe_text(row, "area")?,
        counts: read::text(row, "counts")?.split_whitespace().map(str::to_owned).collect(),
        created: Moment::from_micros(read::int(row, "created")?),
        words: Sealed::found(at, read::blob(row, "sealed")?),
        summary: Sealed::found(at, read::blob(row, "summary")?),
        replaces: read::maybe_word(row, "replaces")?,
    })
}
