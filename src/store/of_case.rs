//! Reading what belongs to one case: one row by its id, a page of them newest first, all of them oldest first.
//!
//! Promises: each query has a bound; what must be read whole is asked for again after its last row until a page is short.
//! Must never know: which noun it is.

use super::{Error, Store, read};
use crate::model::id::CaseId;
use crate::model::time::Moment;
use sqlx::any::AnyRow;

/// How a row becomes what it stands for.
pub(super) type Each<T> = fn(&AnyRow) -> Result<T, Error>;

/// How a row becomes what it stands for, and where that stands in its list.
pub(super) type Placed<T> = (Each<T>, fn(&T) -> (Moment, String));

impl Store {
    /// Returns what `text` finds under an id: $1.
    pub(super) async fn one<T>(
        &self,
        text: &'static str,
        id: &str,
        why: &'static str,
        each: Each<T>,
    ) -> Result<Option<T>, Error> {
        let found = sqlx::query(text).bind(id.to_owned()).fetch_optional(&self.readers).await;
        found.map_err(Error::because(why))?.as_ref().map(each).transpose()
    }

    /// Returns a page of a case, newest first, older than `before`: $1 case, $2 and $3 the place, $4 at most.
    pub(super) async fn page<T>(
        &self,
        text: &'static str,
        case: CaseId,
        (before, limit): (Option<(Moment, impl ToString)>, i64),
        why: &'static str,
        each: Each<T>,
    ) -> Result<Vec<T>, Error> {
        let place = read::before(before);
        self.placed(text, case, (place, limit), why).await?.iter().map(each).collect()
    }

    /// Returns all of a case, oldest first: $1 case, $2 and $3 the place after which to go on, $4 at most.
    pub(super) async fn all_of<T>(
        &self,
        text: &'static str,
        case: CaseId,
        why: &'static str,
        (each, place): Placed<T>,
    ) -> Result<Vec<T>, Error> {
        let mut whole: Vec<T> = Vec::new();
        loop {
            let after = whole.last().map(place);
            let after = after.map_or((i64::MIN, String::new()), |(at, id)| (at.micros(), id));
            let rows = self.placed(text, case, (after, read::ROWS_MAX), why).await?;
            if read::is_all(&mut whole, &rows, each)? {
                return Ok(whole);
            }
        }
    }

    async fn placed(
        &self,
        text: &'static str,
        case: CaseId,
        ((at, id), limit): ((i64, String), i64),
        why: &'static str,
    ) -> Result<Vec<AnyRow>, Error> {
        let query = sqlx::query(text).bind(case.to_string()).bind(at).bind(id).bind(limit);
        query.fetch_all(&self.readers).await.map_err(Error::because(why))
    }
}
