//! Events of supervision, as they are kept: word and times in clear, because clocks are reckoned from them; what a
//! worker wrote of them sealed.

use super::orders::plain;
use super::table::{self, Row, row};
use super::{Error, Store, read};
use crate::model::clocks::EventWord;
use crate::model::events::EventWords;
use crate::model::facts::Item;
use crate::model::id::{AgencyId, AlertId, CaseId, EventId, OrderId, WorkerId};
use crate::model::notes::Category;
use crate::model::sealed::{Compartment, Drawer, Place, Record, Sealed};
use crate::model::summary::Summary;
use crate::model::time::{Day, Moment};
use sqlx::any::AnyRow;

pub(super) const ONE: &str = "
    SELECT id, case_id, order_id, word, category, author, agency, happened, created, follows, corrects, rule, day,
           sets, sealed, summary
      FROM event
     WHERE id = $1";

pub(super) const OF_CASE: &str = "
    SELECT id, case_id, order_id, word, category, author, agency, happened, created, follows, corrects, rule, day,
           sets, sealed, summary
      FROM event
     WHERE case_id = $1
       AND (created < $2 OR (created = $2 AND id < $3))
     ORDER BY created DESC, id DESC
     LIMIT $4";

/// The recall, or the notice that he is at large, that raised an alert. $1 alert.
pub(super) const NOTICE: &str = "
    SELECT v.id, v.case_id, v.order_id, v.word, v.category, v.author, v.agency, v.happened, v.created, v.follows,
           v.corrects, v.rule, v.day, v.sets, v.sealed, v.summary
      FROM alert a
      JOIN event v ON v.entry = a.entry AND v.case_id = a.case_id
     WHERE a.id = $1
       AND v.word IN ('recalled', 'at-large')
     ORDER BY v.created, v.id
     LIMIT 1";

/// An event.
#[derive(Debug, Clone)]
pub struct Event {
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
    /// The day that it speaks of: until which a clock is extended, on which a meeting is to be.
    pub day: Option<Day>,
    /// The condition of `clocks.csv` that holds from then on, such as `level:high`.
    pub sets: Option<String>,
    /// From when until when, if it is planned for a time of day. Not read back with the event: see `appointments`.
    pub window: Option<(Moment, Moment)>,
    /// What was written of it.
    pub words: Sealed<EventWords>,
    /// What those see who may see a summary of its category.
    pub summary: Option<Sealed<Summary>>,
}

impl Event {
    pub(super) fn rows(self) -> Vec<Row> {
        let window = self.window.map(|(begins, ends)| {
            row![table::APPOINTMENT; self.id.to_string(), self.case.to_string(), begins.micros(), ends.micros()]
        });
        let mut rows = vec![row![table::EVENT;
            self.id.to_string(), self.case.to_string(), self.order.map(|id| id.to_string()),
            self.word.to_string(),
            self.category.to_string(), self.author.to_string(), self.agency.to_string(), self.happened.micros(),
            self.created.micros(), self.follows.map(|id| id.to_string()),
            self.corrects.map(|id| id.to_string()), self.rule, self.day.map(|day| day.to_string()), self.sets,
            self.words.bytes, self.summary.map(|summary| summary.bytes)]];
        rows.extend(window);
        rows
    }

    /// Returns what a decision of the policy needs to know of it.
    #[must_use]
    pub fn item(&self) -> Item {
        plain(self.category, self.agency.clone())
    }
}

/// Returns the place of what was written of an event.
#[must_use]
pub const fn place(case: CaseId, id: EventId) -> Place {
    Place { drawer: Drawer::of(case, Compartment::Core), record: Record::Event(id) }
}

impl Store {
    /// Returns an event.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn event(&self, id: EventId) -> Result<Option<Event>, Error> {
        self.one(ONE, &id.to_string(), "read an event", stored).await
    }

    /// Returns the recall, or the notice that he is at large, that raised an alert.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn notice_of(&self, alert: AlertId) -> Result<Option<Event>, Error> {
        self.one(NOTICE, &alert.to_string(), "read what raised an alert", stored).await
    }

    /// Returns events of a case, newest first, recorded before `before`. What a worker may know of them is for policy to say.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn events_of(
        &self,
        case: CaseId,
        before: Option<(Moment, EventId)>,
        limit: i64,
    ) -> Result<Vec<Event>, Error> {
        self.page(OF_CASE, case, (before, limit), "read the events of a case", stored).await
    }
}

fn stored(row: &AnyRow) -> Result<Event, Error> {
    let (id, case) = (read::word(row, "id")?, read::word(row, "case_id")?);
    let at = place(case, id);
    Ok(Event {
        id,
        case,
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
        window: None,
        words: Sealed::found(at, read::blob(row, "sealed")?),
        summary: read::maybe_blob(row, "summary")?.map(|bytes| Sealed::found(at, bytes)),
    })
}
