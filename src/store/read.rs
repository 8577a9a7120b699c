//! Reading columns back as the types of the model.
//!
//! What does not parse is corruption, named by column, never shown.

use super::Error;
use crate::model::time::Moment;
use sqlx::Row as _;
use sqlx::any::AnyRow;
use std::str::FromStr;

/// Reads a BIGINT.
pub(super) fn int(row: &AnyRow, column: &'static str) -> Result<i64, Error> {
    row.try_get(column).map_err(|source| Error::Column { column, source })
}

/// Reads a BIGINT that may be NULL.
pub(super) fn maybe_int(row: &AnyRow, column: &'static str) -> Result<Option<i64>, Error> {
    row.try_get(column).map_err(|source| Error::Column { column, source })
}

/// Reads a TEXT.
pub(super) fn text(row: &AnyRow, column: &'static str) -> Result<String, Error> {
    row.try_get(column).map_err(|source| Error::Column { column, source })
}

/// Reads a TEXT that may be NULL.
pub(super) fn maybe_text(row: &AnyRow, column: &'static str) -> Result<Option<String>, Error> {
    row.try_get(column).map_err(|source| Error::Column { column, source })
}

/// Reads a BYTEA.
pub(super) fn blob(row: &AnyRow, column: &'static str) -> Result<Vec<u8>, Error> {
    row.try_get(column).map_err(|source| Error::Column { column, source })
}

/// Reads a BYTEA that may be NULL.
pub(super) fn maybe_blob(row: &AnyRow, column: &'static str) -> Result<Option<Vec<u8>>, Error> {
    row.try_get(column).map_err(|source| Error::Column { column, source })
}

/// Reads a TEXT that is an id or a word of a vocabulary.
pub(super) fn word<T: FromStr>(row: &AnyRow, column: &'static str) -> Result<T, Error> {
    text(row, column)?.parse().map_err(|_| Error::Word { column })
}

/// Reads a TEXT that is an id or a word, or NULL.
pub(super) fn maybe_word<T: FromStr>(row: &AnyRow, column: &'static str) -> Result<Option<T>, Error> {
    maybe_text(row, column)?.map(|text| text.parse().map_err(|_| Error::Word { column })).transpose()
}

/// Writes the place in a list, newest first, before which a page ends: after everything, if none is given.
pub(super) fn before<T: ToString>(place: Option<(Moment, T)>) -> (i64, String) {
    place.map_or((i64::MAX, String::new()), |(at, id)| (at.micros(), id.to_string()))
}

/// How many rows one query brings of what must be read whole.
pub(super) const ROWS_MAX: i64 = 500;

/// Adds a page of rows to what was read before, and says whether it was the last: a query has a bound, and what must be
/// read whole is asked for again after its last row until a page is short.
pub(super) fn is_all<T>(
    whole: &mut Vec<T>,
    page: &[AnyRow],
    each: impl Fn(&AnyRow) -> Result<T, Error>,
) -> Result<bool, Error> {
    for row in page {
        whole.push(each(row)?);
    }
    Ok((page.len() as i64) < ROWS_MAX)
}
