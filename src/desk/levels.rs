//! An item of the man's record, opened as far as its reader may see it: all of it, or the summary that stands beside it.
//!
//! Must never know: HTTP, SQL, which noun it is.

use super::{Desk, Error, Question};
use crate::auth::Actor;
use crate::model::facts::{Facts, Item};
use crate::model::fields::Content;
use crate::model::sealed::Sealed;
use crate::model::summary::Summary;
use crate::policy::permit::{Action, Level};
use crate::store::effect::{Change, Effect};
use crate::vault::Disclosure;

/// How much of an item was opened, with its audit number.
#[derive(Debug)]
pub enum Seen<C, S = Summary> {
    /// All of it.
    Full(Disclosure<C>),
    /// Its summary; the rest stays sealed.
    Summary(Disclosure<S>),
}

impl<C, S> Seen<C, S> {
    /// Returns how much it is.
    #[must_use]
    pub const fn level(&self) -> Level {
        match self {
            Self::Full(_) => Level::Full,
            Self::Summary(_) => Level::Summary,
        }
    }
}

impl Desk {
    /// Opens an item as far as the actor may see it.
    ///
    /// # Errors
    /// [`Error::NotFound`] if they may not know of it; [`Error::Refused`] if they may know and not read. Both are recorded.
    pub(super) async fn opened_as_far<C: Content>(
        &self,
        actor: &Actor,
        question: Question,
        item: Item,
        sealed: (Sealed<C>, Option<Sealed<Summary>>),
    ) -> Result<Seen<C>, Error> {
        let facts = self.gate.facts(&question.by(actor), Some(item.clone())).await?;
        self.opened_leaving(actor, question, (item, facts), sealed, Effect::Disclose(Vec::new()).into()).await
    }

    /// Opens an item as far as the actor may see it, on facts that were read already, and leaves more behind than an entry.
    ///
    /// # Errors
    /// As [`Desk::opened_as_far`].
    pub(super) async fn opened_leaving<C: Content, S: Content>(
        &self,
        actor: &Actor,
        question: Question,
        (item, facts): (Item, Facts),
        (words, summary): (Sealed<C>, Option<Sealed<S>>),
        shown: Change,
    ) -> Result<Seen<C, S>, Error> {
        if let (Some(Level::Summary), Some(summary)) = (self.gate.policy.level(&question.by(actor), &facts), summary) {
            let question = Question { action: Action::Summary, ..question };
            let ask = question.by(actor);
            let permit = self.gate.judge(&ask, &facts).await?;
            return Ok(Seen::Summary(self.gate.open_permitted(permit, &ask, Some(item), summary, shown).await?));
        }
        let ask = question.by(actor);
        let permit = self.gate.judge(&ask, &facts).await?;
        Ok(Seen::Full(self.gate.open_permitted(permit, &ask, Some(item), words, shown).await?))
    }

    /// Returns those items of one case of which the actor may know, each with how much: every one by its own question.
    pub(super) async fn known_of<T>(
        &self,
        actor: &Actor,
        found: Vec<T>,
        of: impl Fn(&T) -> (Question, Item),
    ) -> Result<Vec<(T, Level)>, Error> {
        let (questions, items): (Vec<Question>, Vec<Item>) = found.iter().map(of).unzip();
        let asks: Vec<_> = questions.into_iter().map(|question| question.by(actor)).collect();
        let facts = self.gate.store.facts_of_items(&asks, items).await?;
        let levels = self.gate.levels(&asks, &facts).await?;
        Ok(found.into_iter().zip(levels).filter_map(|(one, level)| level.map(|level| (one, level))).collect())
    }
}
