//! Reasons for what somebody else judges the next day: how long one must be.
//!
//! Must never know: what is decided, by whom.

use super::{Desk, Error};
use crate::model::text::Prose;
use crate::policy::limits::Limit;

impl Desk {
    /// Refuses a reason that nobody else could judge the next day.
    pub(super) fn weighs_enough<const MAX: usize>(&self, field: &str, reason: &Prose<MAX>) -> Result<(), Error> {
        let least = self.gate.policy.limits().least(Limit::Reason);
        if reason.reveal().trim().chars().count() >= least {
            return Ok(());
        }
        Err(Error::field(field, "is too short: write a sentence that somebody else can judge the next day"))
    }
}
