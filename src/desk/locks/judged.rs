//! What officers found of a locked case, and how it opens again.
//!
//! Promises: it takes officers of two agencies whose seats go on, and none of them whose last word is that it must stay locked;
//! what one found before somebody said again that words are out counts no more; whoever says something on what has moved meanwhile is
//! judged again; the first leak that is found opens a breach with its clock, in the same commit.

use super::Comes;
use crate::auth::Actor;
use crate::desk::{Desk, Error, Once, Written, promised};
use crate::gate;
use crate::model::id::{BreachId, CaseId, LockId};
use crate::model::locks::LockFinding;
use crate::model::time::Moment;
use crate::policy::limits::Limit;
use crate::policy::permit::Action;
use crate::store;
use crate::store::effect::Locking;
use crate::store::locks::LockWord;
use serde::Deserialize;
use std::collections::BTreeSet;

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
            let mut words = self.gate.store.lock_words(id).await?;
            let seq = words.iter().find(|one| one.worker == worker).map_or(1, |one| one.seq + 1);
            let (at, finding) = (self.now(), said.finding);
            let word = LockWord { worker, agency: actor.agency().clone(), seq, finding, at, sits: true };
            words.retain(|one| one.worker != worker);
            words.push(word.clone());
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
        words: &[LockWord],
    ) -> Result<(Locking, Option<Breach>), Error> {
        let first = word.finding.leaked() && !self.gate.store.has_leaked(lock).await?;
        let breach = first.then(|| (BreachId::random(), self.gate.policy.limits().due(Limit::Breach, word.at)));
        let called = self.gate.store.lock_calls(lock).await?.into_iter().map(|call| call.at).max();
        // Whoever has left can take no word back: it would keep the case locked for ever. What was found before somebody said
        // again that words are out was found of something else.
        let counts = |one: &&LockWord| one.sits && !(one.finding.opens() && called.is_some_and(|at| one.at <= at));
        let sitting = || words.iter().filter(counts);
        let agencies: BTreeSet<_> = sitting().map(|one| &one.agency).collect();
        if !sitting().all(|one| one.finding.opens()) || agencies.len() < 2 {
            return Ok((Locking::Judge(lock, word, breach), breach));
        }
        let notices = self.tell_of_lock(case, None, false).await?;
        Ok((Locking::End(lock, word, breach, notices), breach))
    }
}
