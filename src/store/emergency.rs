//! Emergency grants and looks under them, as they are kept.
//!
//! Promises: a grant exists only with its notices; a challenge is used once, because its row is unique; a look is a
//! row that moves the worker's facts, so that two looks at once cannot both be the last that is allowed.

use super::alerts::NewAlert;
use super::table::{self, Row, row};
use super::{Error, Store, read};
use crate::model::emergency::EmergencyWords;
use crate::model::id::{CaseId, GrantId, ProtectedId, RevealId, WorkerId};
use crate::model::notes::Category;
use crate::model::sealed::{Drawer, Place, Record, Sealed};
use crate::model::time::Moment;
use sqlx::any::AnyRow;

/// $1 worker, $2 case, $3 now. `looks` is 1 while the worker has looks at whereabouts left.
pub(super) const LIVE: &str = "
    SELECT g.id, g.about, g.categories, g.sealed,
           CAST(CASE WHEN (SELECT COUNT(*) FROM reveal r WHERE r.worker = g.worker AND r.at > $3 - g.reveals_within)
                     < g.reveals THEN 1 ELSE 0 END AS BIGINT) AS looks
      FROM emergency_grant g
     WHERE g.worker = $1
       AND g.case_id = $2
       AND g.begins <= $3
       AND g.ends > $3
       AND NOT EXISTS (SELECT 1 FROM emergency_end e WHERE e.access = g.id)
     ORDER BY g.ends DESC, g.id
     LIMIT 50";

/// How often a worker's use on a case was found not justified. $1 worker, $2 case.
pub(super) const UNJUSTIFIED: &str = "
    SELECT CAST(COUNT(*) AS BIGINT) AS found
      FROM emergency_grant g
      JOIN emergency_review v ON v.access = g.id
     WHERE g.worker = $1
       AND g.case_id = $2
       AND v.outcome = 'not-justified'";

/// The use of a challenge, by which it is used up.
#[derive(Debug, Clone)]
pub struct UsedChallenge {
    /// The challenge's own random part.
    pub nonce: String,
    /// Who used it.
    pub worker: WorkerId,
    /// With which key.
    pub key: String,
}

impl UsedChallenge {
    pub(super) fn row(self) -> Row {
        row![table::STEP_UP_USED; self.nonce, self.worker.to_string(), self.key]
    }
}

/// A grant that is given, with everybody who is told.
#[derive(Debug, Clone)]
pub struct NewGrant {
    /// The grant.
    pub id: GrantId,
    /// To whom.
    pub worker: WorkerId,
    /// On which case.
    pub case: CaseId,
    /// About one protected person of it; `None` for all.
    pub about: Option<ProtectedId>,
    /// What it opens.
    pub categories: Vec<Category>,
    /// Why.
    pub words: Sealed<EmergencyWords>,
    /// From when.
    pub begins: Moment,
    /// Until when.
    pub ends: Moment,
    /// By when it is judged.
    pub review_by: Moment,
    /// How many looks at whereabouts, within how many seconds.
    pub reveals: (i64, i64),
    /// The proof that it was asked for by hand.
    pub used: UsedChallenge,
    /// The proof that a second officer stood by it.
    pub second: Option<UsedChallenge>,
    /// Who is told.
    pub notices: Vec<NewAlert>,
}

impl NewGrant {
    pub(super) fn rows(self) -> Vec<Row> {
        let categories = self.categories.iter().map(|one| one.as_str()).collect::<Vec<_>>().join("+");
        let (times, within_s) = self.reveals;
        let mut rows = vec![
            self.used.row(),
            row![table::EMERGENCY_GRANT;
                self.id.to_string(), self.worker.to_string(), self.case.to_string(),
                self.about.map(|about| about.to_string()), categories, self.words.bytes, self.begins.micros(),
                self.ends.micros(), self.review_by.micros(), times, within_s.saturating_mul(1_000_000)],
        ];
        if let Some(second) = self.second {
            rows.push(row![table::EMERGENCY_SECOND; self.id.to_string(), second.worker.to_string()]);
            rows.push(second.row());
        }
        rows.extend(self.notices.into_iter().flat_map(NewAlert::rows));
        rows
    }
}

/// A look at whereabouts under a grant.
#[derive(Debug, Clone)]
pub struct NewReveal {
    /// The look.
    pub id: RevealId,
    /// Who looks.
    pub worker: WorkerId,
    /// Under which grant.
    pub grant: GrantId,
    /// At whose whereabouts.
    pub protected: ProtectedId,
    /// When.
    pub at: Moment,
}

impl NewReveal {
    pub(super) fn row(&self) -> Row {
        row![table::REVEAL;
            self.id.to_string(), self.worker.to_string(), self.grant.to_string(), self.protected.to_string(), self.at.micros()]
    }
}

/// A grant that lives.
#[derive(Debug, Clone)]
pub struct LiveGrant {
    /// The grant.
    pub id: GrantId,
    /// Why, sealed.
    pub words: Sealed<EmergencyWords>,
    about: Option<ProtectedId>,
    /// What it opens.
    pub categories: Vec<Category>,
    /// Whether looks at whereabouts are left.
    pub looks: bool,
}

impl LiveGrant {
    /// Says whether it covers items of a category about somebody, or about nobody.
    #[must_use]
    pub fn covers(&self, category: Category, about: Option<ProtectedId>) -> bool {
        self.categories.contains(&category) && (self.about.is_none() || about.is_none() || self.about == about)
    }

    /// Says whether it opens what a question is about: whereabouts only while looks are left.
    pub(super) fn opens(&self, record: Record, category: Category, about: Option<ProtectedId>) -> bool {
        let itself = !matches!(record, Record::Emergency(id) if id != self.id);
        let left = self.looks || !matches!(record, Record::Location(_));
        itself && left && self.covers(category, about)
    }
}

/// Returns the place of a grant's words: the hub's own directory, which no agency's key opens.
#[must_use]
pub const fn place_of(grant: GrantId) -> Place {
    Place { drawer: Drawer::directory(), record: Record::Emergency(grant) }
}

impl Store {
    /// Says whether a use of emergency access by a worker on a case was ever found not justified.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn unjustified(&self, worker: WorkerId, case: CaseId) -> Result<bool, Error> {
        let row = sqlx::query(UNJUSTIFIED)
            .bind(worker.to_string())
            .bind(case.to_string())
            .fetch_one(&self.readers)
            .await
            .map_err(Error::because("read how emergencies were judged"))?;
        Ok(read::int(&row, "found")? > 0)
    }

    /// Returns the live grants of a worker on a case; at most 50.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn live_grants(
        &self,
        worker: Option<WorkerId>,
        case: Option<CaseId>,
        now: Moment,
    ) -> Result<Vec<LiveGrant>, Error> {
        let rows = sqlx::query(LIVE)
            .bind(worker.map(|id| id.to_string()))
            .bind(case.map(|id| id.to_string()))
            .bind(now.micros())
            .fetch_all(&self.readers)
            .await
            .map_err(Error::because("read emergency grants"))?;
        rows.iter()
            .map(|row| {
                let id = read::word(row, "id")?;
                Ok(LiveGrant {
                    id,
                    words: Sealed::found(place_of(id), read::blob(row, "sealed")?),
                    about: read::maybe_word(row, "about")?,
                    categories: categories(row)?,
                    looks: read::int(row, "looks")? > 0,
                })
            })
            .collect()
    }
}

/// Reads the categories that a grant opens.
pub(super) fn categories(row: &AnyRow) -> Result<Vec<Category>, Error> {
    let words = read::text(row, "categories")?;
    words.split('+').map(|word| word.parse().map_err(|_| Error::Word { column: "categories" })).collect()
}
