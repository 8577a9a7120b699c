//! An order, as a line of a table of orders says it.

use super::cells::{Fault, Places, Reading, TableLine};
use super::forms::{code, past, plain, worker};
use super::man::ManOrder;
use crate::model::id::WorkerId;
use crate::model::text::Line;
use crate::model::time::Day;

/// An order as a line says it, for a man whose case the agency has.
#[derive(Debug)]
pub struct OrderLine {
    /// The line.
    pub line: u32,
    /// The agency's own reference of his case.
    pub reference: String,
    /// What he is supervised under.
    pub order: ManOrder,
    /// The court or body that made it.
    pub court: Option<Line<200>>,
    /// When the court told of it.
    pub notified: Option<Day>,
    /// When it was received.
    pub received: Option<Day>,
    /// Who answers for it.
    pub officer: Option<WorkerId>,
}

impl OrderLine {
    /// Reads a line. `today` is the last day on which something can have happened.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn read(places: &Places, line: &TableLine, today: Day) -> Result<Self, Vec<Fault>> {
        let mut row = Reading::new(places, line);
        row.begin();
        let reference = row.needed("reference", code);
        if row.given("order_kind").is_none() {
            row.wrong(Some("order_kind"), "is empty: each line needs it");
        }
        let order = row.given("order_kind").and_then(|_| ManOrder::read(&mut row, today));
        let court = row.maybe("court", plain);
        let notified = row.maybe("notified", |text| past(text, today));
        let received = row.maybe("received", |text| past(text, today));
        let officer = row.maybe("officer", worker);
        match (row.done(), reference, order) {
            (faults, Some(reference), Some(order)) if faults.is_empty() => {
                Ok(Self { line: line.line, reference, order, court, notified, received, officer })
            }
            (faults, ..) => Err(faults),
        }
    }
}
