//! The tally at the door: callers who were turned away, by reason, recorded in the log.
//!
//! Promises: no token and nothing of a caller is kept, only reasons and numbers; a flood of bad
//! tokens makes one entry each time the tally is recorded, not one each.

use super::{Desk, Error, Question};
use crate::auth::Actor;
use crate::model::id::AgencyId;
use crate::model::notes::Category;
use crate::model::shares::Purpose;
use crate::policy::permit::Action;
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

/// How often each reason was met since the tally was last recorded.
#[derive(Default)]
pub(super) struct Door(Mutex<BTreeMap<String, u64>>);

impl Desk {
    /// Notes that a caller was turned away. The reason is a fixed word, never something that the caller sent.
    pub fn turn_away(&self, reason: &str) {
        let word: String = reason.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
        let mut tally = self.door.0.lock().unwrap_or_else(PoisonError::into_inner);
        *tally.entry(word).or_default() += 1;
    }

    /// Records the tally as one entry, if there is anything to record.
    ///
    /// # Errors
    /// [`Error::Busy`] and [`Error::Store`]; the tally is then kept for the next time.
    pub async fn record_turned_away(&self, hub: &AgencyId) -> Result<(), Error> {
        let tally = std::mem::take(&mut *self.door.0.lock().unwrap_or_else(PoisonError::into_inner));
        if tally.is_empty() {
            return Ok(());
        }
        let service = Actor::service("door", hub.clone());
        let question = Question::of_no_record(Action::Existence, Category::Audit, Purpose::Governance);
        let reasons = tally.iter().map(|(reason, times)| format!("door:{reason}*{times}")).collect();
        let recorded = self.gate.turned_away(&question.by(&service), reasons).await;
        if recorded.is_err() {
            let mut kept = self.door.0.lock().unwrap_or_else(PoisonError::into_inner);
            tally.into_iter().for_each(|(reason, times)| *kept.entry(reason).or_default() += times);
        }
        Ok(recorded?)
    }
}
