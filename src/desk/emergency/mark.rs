//! What stands over everything that is read under emergency access.
//!
//! Promises: the words of the grant are opened on a receipt of their own before what it opens, so nothing is shown
//! without its mark; looks at whereabouts are counted, and the one too many is refused.

use super::{Emergency, watermark};
use crate::auth::Actor;
use crate::desk::{Desk, Error, Question, Written};
use crate::model::facts::{Facts, Item};
use crate::model::id::{CaseId, GrantId, ProtectedId, RevealId};
use crate::model::sealed::Record;
use crate::model::shares::Purpose;
use crate::model::text::Line;
use crate::model::time::Moment;
use crate::policy::permit::{Action, Ask};
use crate::store::effect::{Change, Effect};
use crate::store::emergency::{LiveGrant, NewReveal};
use serde::Deserialize;

/// The grant under which something is read, and its words for the reader.
#[derive(Debug)]
pub(in crate::desk) struct Mark {
    grant: GrantId,
    /// What stands over it.
    pub(in crate::desk) words: String,
}

impl Desk {
    /// Returns the mark of what a question reads, if it is read under a live grant of the actor.
    ///
    /// # Errors
    /// [`Error::Spent`] if the looks at whereabouts are used up, which is recorded.
    pub(in crate::desk) async fn mark(&self, actor: &Actor, question: &Question) -> Result<Option<Mark>, Error> {
        if question.purpose != Purpose::Emergency {
            return Ok(None);
        }
        let now = self.now();
        let grants = self.gate.store.live_grants(actor.worker(), question.case, now).await?;
        let Some(grant) = grants.into_iter().find(|one| one.covers(question.category, question.about)) else {
            return Ok(None);
        };
        if !grant.looks && matches!(question.record, Record::Location(_)) {
            // Judged like any look, so that the refusal stands in the log; then said in words that help.
            let permit = self.gate.decide(&question.by(actor), None).await;
            return match permit {
                Err(crate::gate::Error::Refused(refused)) => {
                    Err(Error::Spent { lines: refused.lines().to_vec(), ring: self.ring() })
                }
                Err(other) => Err(other.into()),
                // They work with her too: the limit is of emergencies.
                Ok(_) => Ok(None),
            };
        }
        Ok(Some(Mark { grant: grant.id, words: self.watermark_of(actor, question, grant, now).await? }))
    }

    /// Opens the words of a grant for its mark, on a receipt of their own.
    async fn watermark_of(
        &self,
        actor: &Actor,
        question: &Question,
        grant: LiveGrant,
        now: Moment,
    ) -> Result<String, Error> {
        let of_grant = Question { record: Record::Emergency(grant.id), ..*question };
        let words = self.gate.open(&of_grant.by(actor), None, grant.words).await?;
        Ok(watermark(&actor.word(), Line::reveal(&words.value().incident), now, grant.id))
    }

    /// Gives the answer again that was given to this very request before, with its mark if the grant still lives.
    pub(super) async fn given_again(&self, actor: &Actor, written: Written) -> Result<Emergency, Error> {
        let kept: Kept = serde_json::from_str(&written.answer).map_err(|_| Error::Unknown)?;
        let now = self.now();
        let live = self.gate.store.live_grants(actor.worker(), Some(kept.case), now).await?;
        let mut marked = None;
        if let Some(grant) = live.into_iter().find(|one| one.id == kept.id)
            && let Some(category) = grant.categories.first().copied()
        {
            let question = Question {
                action: Action::Read,
                record: Record::Emergency(grant.id),
                case: Some(kept.case),
                about: None,
                category,
                purpose: Purpose::Emergency,
            };
            marked = Some(self.watermark_of(actor, &question, grant, now).await?);
        }
        Ok(Emergency { id: kept.id, watermark: marked, written })
    }

    /// Returns facts on which something may be shown: none that hold by a grant whose mark is not there, because it ended
    /// or began between the one look and the other.
    ///
    /// # Errors
    /// [`Error::Busy`] if they still do when they are read anew: come again, then the mark is there or the grant is not.
    pub(in crate::desk) async fn marked(
        &self,
        ask: &Ask<'_>,
        item: Option<Item>,
        facts: Facts,
        mark: bool,
    ) -> Result<Facts, Error> {
        if mark || facts.grant.is_none() {
            return Ok(facts);
        }
        let facts = self.gate.facts(ask, item).await?;
        if facts.grant.is_none() { Ok(facts) } else { Err(Error::Busy) }
    }
}

/// What a kept answer says of its grant.
#[derive(Deserialize)]
struct Kept {
    id: GrantId,
    case: CaseId,
}

impl Mark {
    /// Returns the change that counts a look at whereabouts.
    pub(in crate::desk) fn counts(&self, desk: &Desk, actor: &Actor, protected: ProtectedId) -> Option<Change> {
        let (worker, grant, at) = (actor.worker()?, self.grant, desk.now());
        Some(Effect::Reveal(NewReveal { id: RevealId::random(), worker, grant, protected, at }).into())
    }
}
