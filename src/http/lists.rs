//! Pages of lists: a bounded number of items, after the last one of the page before.

use super::problem::Problem;
use crate::desk::{Error, PAGE_MAX};
use crate::model::shares::Purpose;
use serde::Deserialize;

/// Items of a page unless the caller asks for another number.
const PAGE_USUAL: i64 = 50;

/// `?after=&limit=&purpose=`
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Page<T> {
    /// The last item of the page before.
    #[serde(default = "nothing")]
    pub(super) after: Option<T>,
    /// How many items at most.
    #[serde(default)]
    pub(super) limit: Option<u32>,
    /// For what.
    #[serde(default)]
    pub(super) purpose: Option<Purpose>,
}

/// No place: the list begins at its beginning. (Spelt out because ids have no default.)
const fn nothing<T>() -> Option<T> {
    None
}

impl<T> Page<T> {
    /// Returns how many items to list.
    ///
    /// # Errors
    /// A problem that names the field if the number is not between 1 and 100.
    pub(super) fn limit(&self) -> Result<i64, Problem> {
        match self.limit.map(i64::from) {
            None => Ok(PAGE_USUAL),
            Some(limit) if (1..=PAGE_MAX).contains(&limit) => Ok(limit),
            Some(_) => Err(Error::field("limit", "must be between 1 and 100").into()),
        }
    }
}
