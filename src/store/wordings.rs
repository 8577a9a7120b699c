//! What women may be told of one case, as its manager said it last, for each kind of event.
//!
//! Promises: what was said before stays; the newest of a kind stands, and two at once are never both the newest.
//! Must never know: the words.

use super::table::{self, Row, row};
use super::{Error, Store, read};
use crate::model::clocks::EventWord;
use crate::model::id::{AgencyId, CaseId, WordingId, WorkerId};
use crate::model::sealed::{Compartment, Drawer, Place, Record, Sealed};
use crate::model::time::Moment;
use crate::model::wordings::{Tell, WordingText};
use sqlx::any::AnyRow;

/// What stands for each kind of event. $1 case.
pub(super) const STANDING: &str = "
    SELECT w.id, w.case_id, w.word, w.seq, w.tell, w.author, w.agency, w.created, w.sealed
      FROM wording w
     WHERE w.case_id = $1
       AND w.seq = (SELECT MAX(x.seq) FROM wording x WHERE x.case_id = w.case_id AND x.word = w.word)
     ORDER BY w.word
     LIMIT 1000";

/// What stands for one. $1 case, $2 its word.
pub(super) const ONE: &str = "
    SELECT id, case_id, word, seq, tell, author, agency, created, sealed
      FROM wording
     WHERE case_id = $1
       AND word = $2
     ORDER BY seq DESC
     LIMIT 1";

/// What women may be told when something of a kind happens in a case.
#[derive(Debug, Clone)]
pub struct Wording {
    /// Its name.
    pub id: WordingId,
    /// The case.
    pub case: CaseId,
    /// The kind of event.
    pub word: EventWord,
    /// How many were said of this kind before, and one.
    pub seq: i64,
    /// What may be told.
    pub tell: Tell,
    /// Who said so.
    pub author: WorkerId,
    /// For which agency.
    pub agency: AgencyId,
    /// When.
    pub created: Moment,
    /// The words, if they were written for this case.
    pub words: Option<Sealed<WordingText>>,
}

impl Wording {
    pub(super) fn rows(self) -> Vec<Row> {
        vec![row![table::WORDING;
            self.id.to_string(), self.case.to_string(), self.word.to_string(), self.seq, self.tell.to_string(),
            self.author.to_string(), self.agency.to_string(), self.created.micros(), self.words.map(|words| words.bytes)]]
    }
}

/// Returns the place of what was written.
#[must_use]
pub const fn place(case: CaseId, id: WordingId) -> Place {
    Place { drawer: Drawer::of(case, Compartment::Core), record: Record::Wording(id) }
}

impl Store {
    /// Returns what stands for each kind of event of a case, in the order of their words.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn wordings_of(&self, case: CaseId) -> Result<Vec<Wording>, Error> {
        let rows = sqlx::query(STANDING).bind(case.to_string()).fetch_all(&self.readers).await;
        rows.map_err(Error::because("read what women may be told"))?.iter().map(wording).collect()
    }

    /// Returns what stands for one kind of event.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn wording(&self, case: CaseId, word: &EventWord) -> Result<Option<Wording>, Error> {
        let found = sqlx::query(ONE).bind(case.to_string()).bind(word.to_string()).fetch_optional(&self.readers).await;
        found.map_err(Error::because("read what women may be told"))?.as_ref().map(wording).transpose()
    }
}

fn wording(row: &AnyRow) -> Result<Wording, Error> {
    let (id, case) = (read::word(row, "id")?, read::word(row, "case_id")?);
    let sealed = read::maybe_blob(row, "sealed")?;
    Ok(Wording {
        id,
        case,
        word: read::word(row, "word")?,
        seq: read::int(row, "seq")?,
        tell: read::word(row, "tell")?,
        author: read::word(row, "author")?,
        agency: read::word(row, "agency")?,
        created: Moment::from_micros(read::int(row, "created")?),
        words: sealed.map(|bytes| Sealed::found(place(case, id), bytes)),
    })
}
