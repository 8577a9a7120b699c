//! A caseload that comes in: cases with their men, orders and first events, in one transaction or not at all.

use super::cases::{NewCase, NewInvolvement};
use super::events::Event;
use super::orders::Order;
use super::table::{self, Row, row};
use super::{Error, Store, read};
use crate::model::id::{AgencyId, CaseId};
use std::collections::HashSet;

/// Which of these references an agency's cases have already. $1 agency, $2 to $17 references.
pub(super) const REFERENCES: &str = "
    SELECT reference
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

impl Store {
    /// Returns those of the references that an agency's cases have already.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn references_of(&self, agency: &AgencyId, asked: &[&str]) -> Result<HashSet<String>, Error> {
        let mut found = HashSet::new();
        for some in asked.chunks(AT_ONCE) {
            let mut query = sqlx::query(REFERENCES).bind(agency.to_string());
            // Each place is filled: the last again where there are fewer.
            for at in 0..AT_ONCE {
                query = query.bind(some[at.min(some.len() - 1)].to_owned());
            }
            let rows = query.fetch_all(&self.readers).await.map_err(Error::because("read references of cases"))?;
            for row in &rows {
                found.insert(read::text(row, "reference")?);
            }
        }
        Ok(found)
    }
}
