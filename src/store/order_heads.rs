//! The orders of a case without what they say: for clocks, and for the card.
//!
//! Promises: what an order says is not read; each query has a bound.
//! Must never know: who asks.

use super::orders::{place, plain};
use super::{Error, Store, read};
use crate::model::facts::Item;
use crate::model::id::{AgencyId, CaseId, OrderId};
use crate::model::notes::Category;
use crate::model::orders::OrderKind;
use crate::model::sealed::Sealed;
use crate::model::summary::Summary;
use crate::model::time::{Day, Moment};
use sqlx::any::AnyRow;

/// $1 case, $2 and $3 the place after which to go on, $4 at most.
pub(super) const HEADS: &str = "
    SELECT id, case_id, kind, agency, starts, ends, area, counts, created, replaces
      FROM supervision_order
     WHERE case_id = $1
       AND (created > $2 OR (created = $2 AND id > $3))
     ORDER BY created, id
     LIMIT $4";

/// The same with the few sealed words that a card shows. $1 case, $2 and $3 the place after which to go on, $4 at most.
pub(super) const CARDED: &str = "
    SELECT id, case_id, kind, agency, starts, ends, area, counts, created, replaces, summary
      FROM supervision_order
     WHERE case_id = $1
       AND (created > $2 OR (created = $2 AND id > $3))
     ORDER BY created, id
     LIMIT $4";

/// What stands in clear of an order.
#[derive(Debug, Clone)]
pub struct OrderHead {
    /// The order.
    pub id: OrderId,
    /// The case.
    pub case: CaseId,
    /// What it is.
    pub kind: OrderKind,
    /// Which agency recorded it.
    pub agency: AgencyId,
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
    /// The order that ended when this one began.
    pub replaces: Option<OrderId>,
}

impl OrderHead {
    /// Returns what a decision of the policy needs to know of it, under a category.
    #[must_use]
    pub fn item(&self, category: Category) -> Item {
        plain(category, self.agency.clone())
    }
}

/// What a card is made from: an order, and which kinds of condition it has.
pub type CardedOrder = (OrderHead, Sealed<Summary>);

impl Store {
    /// Returns the orders of a case, oldest first, without what they say.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn order_heads(&self, case: CaseId) -> Result<Vec<OrderHead>, Error> {
        let placed = (head as fn(&AnyRow) -> _, (|one| (one.created, one.id.to_string())) as fn(&OrderHead) -> _);
        self.all_of(HEADS, case, "read the orders of a case", placed).await
    }

    /// Returns the orders of a case with what a card shows of them, oldest first.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn carded_orders(&self, case: CaseId) -> Result<Vec<CardedOrder>, Error> {
        let of = (|(one, _)| (one.created, one.id.to_string())) as fn(&CardedOrder) -> _;
        self.all_of(CARDED, case, "read the orders of a case", (carded as fn(&AnyRow) -> _, of)).await
    }
}

fn carded(row: &AnyRow) -> Result<CardedOrder, Error> {
    let head = head(row)?;
    let at = place(head.case, head.id);
    Ok((head, Sealed::found(at, read::blob(row, "summary")?)))
}

fn head(row: &AnyRow) -> Result<OrderHead, Error> {
    Ok(OrderHead {
        id: read::word(row, "id")?,
        case: read::word(row, "case_id")?,
        kind: read::word(row, "kind")?,
        agency: read::word(row, "agency")?,
        starts: read::word(row, "starts")?,
        ends: read::maybe_word(row, "ends")?,
        area: read::maybe_text(row, "area")?,
        counts: read::text(row, "counts")?.split_whitespace().map(str::to_owned).collect(),
        created: Moment::from_micros(read::int(row, "created")?),
        replaces: read::maybe_word(row, "replaces")?,
    })
}
