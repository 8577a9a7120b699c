//! What did not get through, for those who keep an agency's endpoints and accounts.
//!
//! Must never know: what waited, for whom.

use super::{Error, Store, read};
use crate::model::dispatch::Target;
use crate::model::id::AgencyId;
use crate::model::time::Moment;
use sqlx::any::AnyRow;

/// What was given up for the targets of an agency and of its workers, the latest first: the place after which a page begins is
/// $2 and $3. $1 agency, $4 at most.
pub(super) const UNDELIVERED: &str = "
    SELECT s.target, s.item, s.at
      FROM dispatch_settled s
     WHERE s.outcome = 'dead'
       AND (EXISTS (SELECT 1 FROM endpoint n WHERE 'e:' || n.id = s.target AND n.agency = $1)
         OR EXISTS (SELECT 1 FROM mail_channel c JOIN worker w ON w.id = c.worker
                     WHERE 'c:' || c.id = s.target AND w.agency = $1))
       AND (s.at < $2 OR (s.at = $2 AND s.item > $3))
     ORDER BY s.at DESC, s.item
     LIMIT $4";

/// What was given up.
#[derive(Debug, Clone)]
pub struct Undelivered {
    /// For which target.
    pub target: Target,
    /// What.
    pub item: String,
    /// When.
    pub at: Moment,
}

impl Store {
    /// Returns what was given up for an agency and its workers, the latest first.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn undelivered(
        &self,
        agency: &AgencyId,
        before: Option<(Moment, String)>,
        limit: i64,
    ) -> Result<Vec<Undelivered>, Error> {
        let (at, item) = read::before(before);
        let rows = sqlx::query(UNDELIVERED)
            .bind(agency.to_string())
            .bind(at)
            .bind(item)
            .bind(limit)
            .fetch_all(&self.readers)
            .await
            .map_err(Error::because("read what was given up"))?;
        let one = |row: &AnyRow| {
            Ok(Undelivered {
                target: read::word(row, "target")?,
                item: read::text(row, "item")?,
                at: Moment::from_micros(read::int(row, "at")?),
            })
        };
        rows.iter().map(one).collect()
    }
}
