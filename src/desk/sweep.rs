//! Keys that have no time left: of shares, deleted in the database; of drawers, dropped from memory.

use super::{Desk, Error, Question};
use crate::auth::Actor;
use crate::model::id::{AgencyId, CaseId};
use crate::model::notes::Category;
use crate::model::shares::Purpose;
use crate::policy::permit::Action;
use crate::store::effect::Effect;
use crate::store::share_keys::OverdueKey;

/// Rounds of one sweep: each takes 500 keys.
const ROUNDS_MAX: usize = 20;

impl Desk {
    /// Deletes the keys of shares whose time has run out. Nothing was read on them: this is for whoever gets the
    /// database later.
    ///
    /// # Errors
    /// [`Error::Busy`] and [`Error::Store`]: then they are found again with the next.
    pub async fn end_overdue_keys(&self, hub: &AgencyId) -> Result<(), Error> {
        for _ in 0..ROUNDS_MAX {
            // A clone holds the policy of now: this desk may have been there since the hub began.
            let (gate, now) = (self.gate.clone(), self.now());
            let overdue = gate.store.overdue_keys(now).await?;
            if overdue.is_empty() {
                break;
            }
            let cases: Vec<CaseId> = overdue.iter().map(|one: &OverdueKey| one.case).collect();
            let service = Actor::service("sweep", hub.clone());
            let question = Question::of_no_record(Action::Withdraw, Category::Consent, Purpose::Governance);
            match gate.serve(&question.by(&service), Effect::EndKeys(overdue, now).into()).await {
                // Another node was faster with one of them: what is left is found in the next round.
                Ok(_) | Err(crate::gate::Error::Store(crate::store::Error::Taken)) => {}
                Err(error) => return Err(error.into()),
            }
            cases.into_iter().for_each(|case| self.gate.vault.forget(case));
        }
        Ok(())
    }

    /// Drops the drawers' keys of every case of which a share's key went since the last time, on whichever node; returns
    /// the place in the log from which to look the next time.
    ///
    /// # Errors
    /// [`Error::Store`]: then look again from the same place.
    pub async fn forget_withdrawn(&self, since: i64) -> Result<i64, Error> {
        let (cases, last) = self.gate.store.keys_gone_since(since).await?;
        cases.into_iter().for_each(|case| self.gate.vault.forget(case));
        Ok(last)
    }
}
