//! What officers found of a locked case, and how it opens again.
//!
//! Promises: it takes officers of two agencies whose seats go on, and none of them whose last word is that it must stay locked;
//! whoever says something on what has moved meanwhile is judged again; a leak that was found opens a breach with its clock, in the
//! same commit.

use super::Comes;
use crate::auth::Actor;
use crate::desk::{Desk, Error, Once, Written, promised};
use crate::gate;
use crate::model::id::{BreachId, CaseId, LockId, WorkerId};
use crate::model::locks::LockFinding;
use crate::model::time::Moment;
use crate::policy::limits::Limit;
use crate::policy::permit::Action;
use crate::store;
use crate::store::effect::Locking;
use crate::store::locks::LockWord;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

/// How often others may change the case at one moment before an officer is told to try again.
const ATTEMPTS_MAX: usize = 8;

/// A breach, and by when it is to be told.
type Breach = (BreachId, Moment);

/// What an officer found.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct JudgeLock {
    /// As far as they have found out.
    pub finding: LockFinding,
}

impl Desk {
    /// Records what an officer found. The case opens again when officers of two agencies have found that it may, and none that it must
    /// not.
    ///
    /// # Errors
    /// [`Error::NotFound`] for whoever is no officer of an agency of the case or of the hub; [`Error::Conflict`] if it is not locked;
    /// [`Error::Busy`].
    pub async fn judge_lock(
        &self,
        actor: &Actor,
        case: CaseId,
        said: JudgeLock,
        once: Option<Once>,
    ) -> Result<Written, Error> {
        if let Some(before) = self.repeated(actor, once.as_ref()).await? {
            return Ok(before);
        }
        for _ in 0..ATTEMPTS_MAX {
            let Comes { live, id, worker, permit, .. } = self.comes_to_lock(actor, Action::Review, case).await?;
            if live.is_none() {
                return Err(self.declined(permit, Error::Conflict).await);
            }
            let mut words = last_words(self.gate.store.lock_words(id).await?);
            let seq = words.get(&worker).map_or(1, |one| one.seq + 1);
            let (at, finding) = (self.now(), said.finding);
            let word = LockWord { worker, agency: actor.agency().clone(), seq, finding, at, sits: true };
            words.insert(worker, word.clone());
            let (act, breach) = self.judging(case, id, word, &words).await?;
            let ended = matches!(act, Locking::End(..)).then_some(at);
            let breach = breach.map(|(id, due)| serde_json::json!({ "id": id, "due": due }));
            let answer =
                serde_json::json!({ "lock": id, "finding": finding, "at": at, "ended_at": ended, "breach": breach });
            let (change, answer) = promised(actor, act.of(case), once.as_ref(), &answer);
            match self.gate.commit_as_prepared(permit, change).await {
                // Somebody else said something at this moment.
                Err(gate::Error::Moved | gate::Error::Store(store::Error::Taken)) => {
                    if let Some(before) = self.repeated(actor, once.as_ref()).await? {
                        return Ok(before);
                    }
                }
                settled => return self.written(actor, settled, once.as_ref(), answer).await,
            }
        }
        Err(Error::Busy)
    }

    async fn judging(
        &self,
        case: CaseId,
        lock: LockId,
        word: LockWord,
        words: &BTreeMap<WorkerId, LockWord>,
    ) -> Result<(Locking, Option<Breach>), Error> {
        // Whoever has left can take no word back: it would keep the case locked for ever.
        let sitting = || words.values().filter(|one| one.sits);
        let (open, agencies) = (sitting().all(|one| one.finding.opens()), sitting().map(|one| &one.agency));
        let several = agencies.collect::<BTreeSet<_>>().len() > 1;
        if !(open && several) {
            return Ok((Locking::Judge(lock, word), None));
        }
        let at = word.at;
        let leaked = words.values().any(|one| one.finding == LockFinding::LeakStopped);
        let breach = leaked.then(|| (BreachId::random(), self.gate.policy.limits().due(Limit::Breach, at)));
        let notices = self.tell_of_lock(case, None, false).await?;
        Ok((Locking::End(lock, word, at, breach, notices), breach))
    }
}

/// Returns the newest word of each officer.
fn last_words(all: Vec<LockWord>) -> BTreeMap<WorkerId, LockWord> {
    let mut last: BTreeMap<WorkerId, LockWord> = BTreeMap::new();
    for one in all {
        if last.get(&one.worker).is_none_or(|known| known.seq < one.seq) {
            last.insert(one.worker, one);
        }
    }
    last
}
