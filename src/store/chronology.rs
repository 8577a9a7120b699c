//! The chronology of a case as clocks and the card need it: what stands in clear, and nothing that is sealed.
//!
//! Promises: no blob is read; each query has a bound; whatever is left out for the card could change nothing on it.
//! Must never know: what a worker wrote of an event.

use super::orders::plain;
use super::{Error, Store, read};
use crate::model::clocks::{EventWord, Happening, Of};
use crate::model::facts::Item;
use crate::model::id::{AgencyId, CaseId, EventId, OrderId, WorkerId};
use crate::model::notes::Category;
use crate::model::time::{Day, Moment};
use sqlx::any::AnyRow;

/// What clocks are reckoned from: every event, page by page. $1 case, $2 and $3 the place after which to go on, $4 at most.
pub(super) const WHOLE: &str = "
    SELECT id, case_id, order_id, word, category, author, agency, happened, created, follows, corrects, rule, day, sets
      FROM event
     WHERE case_id = $1
       AND (created > $2 OR (created = $2 AND id > $3))
     ORDER BY created, id
     LIMIT $4";

/// What a card is made from: the words that it shows, what sets a level, and whatever corrects or is corrected, because
/// another word may have taken the place of one of these. Contacts are most of a chronology, and are left out.
/// $1 case, $2 and $3 the place after which to go on, $4 at most.
pub(super) const CARDED: &str = "
    SELECT id, case_id, order_id, word, category, author, agency, happened, created, follows, corrects, rule, day, sets
      FROM event
     WHERE case_id = $1
       AND (created > $2 OR (created = $2 AND id > $3))
       AND (sets IS NOT NULL
         OR corrects IS NOT NULL
         OR word IN ('recalled', 'at-large', 'returned-to-custody', 'at-large-acknowledged', 'order-ended',
                     'order-replaced', 'order-varied')
         OR id IN (SELECT c.corrects FROM event c WHERE c.case_id = $1 AND c.corrects IS NOT NULL))
     ORDER BY created, id
     LIMIT $4";

/// An event without its words.
#[derive(Debug, Clone)]
pub struct Trace {
    /// The event.
    pub id: EventId,
    /// The case.
    pub case: CaseId,
    /// The order under which it happened, if it was under one.
    pub order: Option<OrderId>,
    /// What happened: a word of `policies/events.csv`.
    pub word: EventWord,
    /// Its row in the disclosure matrix.
    pub category: Category,
    /// Who recorded it.
    pub author: WorkerId,
    /// For which agency.
    pub agency: AgencyId,
    /// When it happened.
    pub happened: Moment,
    /// When it was recorded.
    pub created: Moment,
    /// The event that it answers, waives or extends.
    pub follows: Option<EventId>,
    /// The event in whose place it stands.
    pub corrects: Option<EventId>,
    /// The clock that it waives or extends.
    pub rule: Option<String>,
    /// The day that it speaks of.
    pub day: Option<Day>,
    /// The condition of `clocks.csv` that holds from then on.
    pub sets: Option<String>,
}

impl Trace {
    /// Returns it as clocks are reckoned from it.
    #[must_use]
    pub fn happening(&self) -> Happening {
        let extends = self.word.as_str() == EventWord::EXTENDED;
        Happening {
            id: self.id,
            order: self.order,
            word: self.word.clone(),
            happened: self.happened,
            known: self.created,
            date: self.day.filter(|_| !extends),
            of: self.follows.map(|event| Of { event, rule: self.rule.clone() }),
            until: self.day.filter(|_| extends),
            corrects: self.corrects,
        }
    }

    /// Returns what a decision of the policy needs to know of it.
    #[must_use]
    pub fn item(&self) -> Item {
        plain(self.category, self.agency.clone())
    }
}

impl Store {
    /// Returns every event of a case without its words, oldest first.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn chronology(&self, case: CaseId) -> Result<Vec<Trace>, Error> {
        self.traces(WHOLE, case).await
    }

    /// Returns the events of a case that a card is made from, oldest first.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn carded_chronology(&self, case: CaseId) -> Result<Vec<Trace>, Error> {
        self.traces(CARDED, case).await
    }

    async fn traces(&self, text: &'static str, case: CaseId) -> Result<Vec<Trace>, Error> {
        let placed = (stored as fn(&AnyRow) -> _, (|one| (one.created, one.id.to_string())) as fn(&Trace) -> _);
        self.all_of(text, case, "read the chronology of a case", placed).await
    }
}

fn stored(row: &AnyRow) -> Result<Trace, Error> {
    Ok(Trace {
        id: read::word(row, "id")?,
        case: read::word(row, "case_id")?,
        order: read::maybe_word(row, "order_id")?,
        word: read::word(row, "word")?,
        category: read::word(row, "category")?,
        author: read::word(row, "author")?,
        agency: read::word(row, "agency")?,
        happened: Moment::from_micros(read::int(row, "happened")?),
        created: Moment::from_micros(read::int(row, "created")?),
        follows: read::maybe_word(row, "follows")?,
        corrects: read::maybe_word(row, "corrects")?,
        rule: read::maybe_text(row, "rule")?,
        day: read::maybe_word(row, "day")?,
        sets: read::maybe_text(row, "sets")?,
    })
}
