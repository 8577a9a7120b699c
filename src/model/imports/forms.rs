//! How what stands in a cell is written, whatever the table: days, words, references, lists.
//!
//! Promises: what is said of a cell that is wrong never repeats it; nothing is taken that a spreadsheet would run.

use crate::model::id::WorkerId;
use crate::model::text::{BadText, Line};
use crate::model::time::Day;

/// Most that one cell lists: other names of a man, pieces of evidence.
const SEVERAL_MAX: usize = 10;

/// Reads a reference that stands in clear, or that nobody screens: there is no room in it for a name or a sentence.
pub(super) fn code(text: &str) -> Result<String, String> {
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '/' | '-');
    if text.len() <= 40 && text.chars().all(fits) && text.bytes().any(|b| b.is_ascii_digit()) {
        Ok(text.to_owned())
    } else {
        Err("is not a reference: write at most 40 letters, digits and . / - with a digit among them, and no name"
            .to_owned())
    }
}

/// Reads words, if a spreadsheet would not take them for a formula.
pub(super) fn plain<const MAX: usize>(text: &str) -> Result<Line<MAX>, String> {
    if text.starts_with(['=', '+', '-', '@']) {
        return Err("looks like a formula: a spreadsheet would run it; write the words alone".to_owned());
    }
    Line::new(text).map_err(|why: BadText| why.to_string())
}

/// Reads a day.
pub(super) fn day(text: &str) -> Result<Day, String> {
    text.parse().map_err(|_| "is not a day: write year-month-day, such as 1987-03-09, between 1900 and 2200".to_owned())
}

/// Reads a day that has been.
pub(super) fn past(text: &str, today: Day) -> Result<Day, String> {
    match day(text)? {
        late if late > today => Err("is in the future: correct it".to_owned()),
        day => Ok(day),
    }
}

/// Reads one of the words of a vocabulary.
pub(super) fn word<T: std::str::FromStr>(text: &str) -> Result<T, String>
where
    T::Err: std::fmt::Display,
{
    text.parse().map_err(|why: T::Err| why.to_string())
}

/// Reads a yes.
pub(super) fn yes(text: &str) -> Result<(), String> {
    if text == "yes" { Ok(()) } else { Err("is not yes: write yes, or leave it empty".to_owned()) }
}

/// Reads the id of a worker.
pub(super) fn worker(text: &str) -> Result<WorkerId, String> {
    text.parse().map_err(|_| "is not a worker's id: take it from GET /api/v1/me, or leave it empty".to_owned())
}

/// Reads what stands between semicolons.
pub(super) fn several<T>(text: &str, read: impl Fn(&str) -> Result<T, String>) -> Result<Vec<T>, String> {
    let parts: Vec<&str> = text.split(';').map(str::trim).filter(|part| !part.is_empty()).collect();
    if parts.len() > SEVERAL_MAX {
        return Err(format!("holds too many: leave {SEVERAL_MAX}"));
    }
    parts.into_iter().map(read).collect()
}
