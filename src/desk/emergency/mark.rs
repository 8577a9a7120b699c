//! What stands over everything that is read under emergency access.
//!
//! Promises: the words of the grant are opened on a receipt of their own before what it opens, so nothing is shown
//! without its mark; looks at whereabouts are counted, and the one too many is refused.

use super::watermark;
use crate::auth::Actor;
use crate::desk::{Desk, Error, Question};
use crate::model::facts::{Facts, Item};
use crate::model::id::{GrantId, ProtectedId, RevealId};
use crate::model::sealed::Record;
use crate::model::shares::Purpose;
use crate::model::text::Line;
use crate::policy::permit::Ask;
use crate::store::effect::{Change, Effect};
use crate::store::emergency::NewReveal;

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
    /// [`Error::Refused`] if the looks at whereabouts are used up, which is recorded.
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
                    Err(Error::Refused { lines: refused.lines().to_vec(), help: None })
                }
                Err(other) => Err(other.into()),
                // They work with her too: the limit is of emergencies.
                Ok(_) => Ok(None),
            };
        }
        let of_grant = Question { record: Record::Emergency(grant.id), ..*question };
        let words = self.gate.open(&of_grant.by(actor), None, grant.words).await?;
        let words = watermark(&actor.word(), Line::reveal(&words.value().incident), now, grant.id);
        Ok(Some(Mark { grant: grant.id, words }))
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

impl Mark {
    /// Returns the change that counts a look at whereabouts.
    pub(in crate::desk) fn counts(&self, desk: &Desk, actor: &Actor, protected: ProtectedId) -> Option<Change> {
        let (worker, grant, at) = (actor.worker()?, self.grant, desk.now());
        Some(Effect::Reveal(NewReveal { id: RevealId::random(), worker, grant, protected, at }).into())
    }
}
