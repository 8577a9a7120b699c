//! A table that comes in, in one transaction or not at all: a caseload with its men, orders and first events; or orders and
//! attendance of men whose cases the agency has.

use super::alerts::NewAlert;
use super::cases::{NewCase, NewInvolvement};
use super::events::Event;
use super::orders::Order;
use super::table::{self, Row, row};
use super::{Error, Store, read};
use crate::model::id::{AgencyId, CaseId, EventId};
use sqlx::any::AnyRow;
use std::collections::{HashMap, HashSet};

/// Which of these references an agency's cases have already. $1 agency, $2 to $17 references.
pub(super) const REFERENCES: &str = "
    SELECT reference
      FROM case_file
     WHERE owner = $1
       AND reference IN ($2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)";

/// Which of an agency's cases have these references. $1 agency, $2 to $17 references.
pub(super) const CASES: &str = "
    SELECT reference, id
      FROM case_file
     WHERE owner = $1
       AND reference IN ($2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)";

/// How many references one question names.
const AT_ONCE: usize = 16;

/// One man who comes in.
#[derive(Debug, Clone)]
pub struct ImportedCase {
    /// His case.
    pub case: NewCase,
    /// Who takes it.
    pub manager: NewInvolvement,
    /// What he is supervised under, with the events with which that begins.
    pub order: Option<(Order, Vec<Event>)>,
}

/// A caseload that comes in.
#[derive(Debug, Clone, Default)]
pub struct NewImport {
    /// The men. None, if somebody only looked at what would be made.
    pub cases: Vec<ImportedCase>,
    /// Cases of which the importer was told that their man is there already: those who read them see that.
    pub told: HashSet<CaseId>,
}

impl NewImport {
    /// Returns whose facts move, and the rows.
    pub(super) fn rows(self) -> (Vec<String>, Vec<Row>) {
        let mut rows: Vec<Row> = self.told.into_iter().map(|case| row![table::CASE_OPENED; case.to_string()]).collect();
        let mut moves = HashSet::new();
        for one in self.cases {
            moves.extend(one.case.known_to.iter().map(|(worker, _)| worker.to_string()));
            rows.extend(one.case.rows());
            rows.extend(one.manager.rows());
            let Some((order, events)) = one.order else { continue };
            rows.extend(order.rows());
            rows.extend(events.into_iter().flat_map(Event::rows));
        }
        (moves.into_iter().collect(), rows)
    }
}

/// Orders and attendance that come in, of men whose cases the agency has.
#[derive(Debug, Clone, Default)]
pub struct NewLines {
    /// What men are supervised under.
    pub orders: Vec<Order>,
    /// What happened, what orders begin with among it.
    pub events: Vec<Event>,
    /// Those of the events of which nobody is told, because they came in long after they happened.
    pub untold: Vec<(EventId, CaseId)>,
    /// Who is told of the others, and of what was held back.
    pub alerts: Vec<NewAlert>,
    /// The cases that the table named and the importer may work on: those who read them see that.
    pub cases: HashSet<CaseId>,
}

impl NewLines {
    /// Returns whose facts move, and the rows. What comes in moves the facts of its case, so that of two tables that were
    /// looked at side by side the second is looked at again.
    pub(super) fn rows(self) -> (Vec<String>, Vec<Row>) {
        let moves: HashSet<String> = self.events.iter().map(|event| event.case.to_string()).collect();
        let mut rows: Vec<Row> =
            self.cases.into_iter().map(|case| row![table::CASE_OPENED; case.to_string()]).collect();
        rows.extend(self.orders.into_iter().flat_map(Order::rows));
        rows.extend(self.events.into_iter().flat_map(Event::rows));
        let untold = |(event, case): (EventId, CaseId)| row![table::UNTOLD_EVENT; event.to_string(), case.to_string()];
        rows.extend(self.untold.into_iter().map(untold));
        rows.extend(self.alerts.into_iter().flat_map(NewAlert::rows));
        (moves.into_iter().collect(), rows)
    }
}

impl Store {
    /// Returns those of the references that an agency's cases have already.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn references_of(&self, agency: &AgencyId, asked: &[&str]) -> Result<HashSet<String>, Error> {
        let rows = self.of_references(REFERENCES, agency, asked).await?;
        rows.iter().map(|row| read::text(row, "reference")).collect()
    }

    /// Returns an agency's cases of these references.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn cases_of(&self, agency: &AgencyId, asked: &[&str]) -> Result<HashMap<String, CaseId>, Error> {
        let rows = self.of_references(CASES, agency, asked).await?;
        rows.iter().map(|row| Ok((read::text(row, "reference")?, read::word(row, "id")?))).collect()
    }

    async fn of_references(&self, text: &'static str, agency: &AgencyId, asked: &[&str]) -> Result<Vec<AnyRow>, Error> {
        let mut found = Vec::new();
        for some in asked.chunks(AT_ONCE) {
            let mut query = sqlx::query(text).bind(agency.to_string());
            // Each place is filled: the last again where there are fewer.
            for at in 0..AT_ONCE {
                query = query.bind(some[at.min(some.len() - 1)].to_owned());
            }
            found.extend(query.fetch_all(&self.readers).await.map_err(Error::because("read references of cases"))?);
        }
        Ok(found)
    }
}
