//! Decisions about disclosure outside the arrangements, as they are kept: rows of their own, beside no share.

use super::table::{self, Row, row};
use super::{Error, Store, read};
use crate::model::decisions::{DecisionWords, DisclosureBasis, Verdict};
use crate::model::facts::Item;
use crate::model::id::{AgencyId, CaseId, DecisionId, EventId, ProtectedId, WorkerId};
use crate::model::notes::{Category, Onward, ShareCode};
use crate::model::overrides::Told;
use crate::model::sealed::{Compartment, Drawer, Place, Record, Sealed};
use crate::model::time::{Day, Moment};
use sqlx::any::AnyRow;

pub(super) const ONE: &str = "
    SELECT id, case_id, author, agency, about, verdict, basis, told, review, deadline, follows, created,
           sealed
      FROM decision
     WHERE id = $1";

pub(super) const OF_CASE: &str = "
    SELECT id, case_id, author, agency, about, verdict, basis, told, review, deadline, follows, created,
           sealed
      FROM decision
     WHERE case_id = $1
       AND (created < $2 OR (created = $2 AND id < $3))
     ORDER BY created DESC, id DESC
     LIMIT $4";

/// A decision.
#[derive(Debug, Clone)]
pub struct Decision {
    /// The decision.
    pub id: DecisionId,
    /// The case.
    pub case: CaseId,
    /// Who recorded it.
    pub author: WorkerId,
    /// For which agency.
    pub agency: AgencyId,
    /// The protected person whom it concerns, if she is known here.
    pub about: Option<ProtectedId>,
    /// What was decided.
    pub verdict: Verdict,
    /// On what.
    pub basis: DisclosureBasis,
    /// Whether the man was told.
    pub told: Told,
    /// By when it is looked at again.
    pub review: Option<Day>,
    /// By when he is to have told them himself.
    pub deadline: Option<Day>,
    /// The event that it answers, such as a significant change.
    pub follows: Option<EventId>,
    /// When it was recorded.
    pub created: Moment,
    /// The words.
    pub words: Sealed<DecisionWords>,
}

impl Decision {
    pub(super) fn rows(self) -> Vec<Row> {
        vec![row![table::DECISION;
            self.id.to_string(), self.case.to_string(), self.author.to_string(), self.agency.to_string(),
            self.about.map(|about| about.to_string()), self.verdict.to_string(), self.basis.to_string(),
            i64::from(self.told == Told::Yes), self.review.map(|day| day.to_string()),
            self.deadline.map(|day| day.to_string()), self.follows.map(|event| event.to_string()), self.created.micros(), self.words.bytes]]
    }

    /// Returns what a decision of the policy needs to know of it.
    #[must_use]
    pub fn item(&self) -> Item {
        let (owner, about) = (self.agency.clone(), self.about);
        let (share, onward) = (ShareCode::Permitted, Onward::None);
        Item { category: Category::MappaRecord, about, owner, share, onward, onward_roles: Vec::new(), expires: None }
    }
}

/// Returns the place of a decision's words.
#[must_use]
pub fn place(case: CaseId, id: DecisionId) -> Place {
    Place { drawer: Drawer::of(case, Compartment::Legal), record: Record::Decision(id) }
}

impl Store {
    /// Returns a decision.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn decision(&self, id: DecisionId) -> Result<Option<Decision>, Error> {
        self.one(ONE, &id.to_string(), "read a decision", stored).await
    }

    /// Returns decisions of a case, newest first, older than `before`. What a worker may know of them is for policy to say.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn decisions_of(
        &self,
        case: CaseId,
        before: Option<(Moment, DecisionId)>,
        limit: i64,
    ) -> Result<Vec<Decision>, Error> {
        self.page(OF_CASE, case, (before, limit), "read the decisions of a case", stored).await
    }
}

fn stored(row: &AnyRow) -> Result<Decision, Error> {
    let (id, case) = (read::word(row, "id")?, read::word(row, "case_id")?);
    Ok(Decision {
        id,
        case,
        author: read::word(row, "author")?,
        agency: read::word(row, "agency")?,
        about: read::maybe_word(row, "about")?,
        verdict: read::word(row, "verdict")?,
        basis: read::word(row, "basis")?,
        told: if read::int(row, "told")? != 0 { Told::Yes } else { Told::No },
        review: read::maybe_word(row, "review")?,
        deadline: read::maybe_word(row, "deadline")?,
        follows: read::maybe_word(row, "follows")?,
        created: Moment::from_micros(read::int(row, "created")?),
        words: Sealed::found(place(case, id), read::blob(row, "sealed")?),
    })
}
