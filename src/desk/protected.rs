//! Where a protected person is: one look, one decision, one receipt.

use super::{Desk, Error, Question};
use crate::auth::Actor;
use crate::model::id::ProtectedId;
use crate::model::location::Whereabouts;
use crate::model::notes::Category;
use crate::model::sealed::Record;
use crate::model::shares::Purpose;
use crate::policy::permit::Action;
use crate::store::effect::Effect;
use crate::vault::Disclosure;

/// Whereabouts that were opened.
#[derive(Debug)]
pub struct OpenWhereabouts {
    /// Where she is, with its audit number.
    pub place: Disclosure<Whereabouts>,
    /// What stands over it under emergency access.
    pub watermark: Option<String>,
    /// How she is reached safely is recorded: whoever works with her asks there, and is not shown a number here.
    pub asks_first: bool,
}

impl Desk {
    /// Shows where a protected person is; under emergency access with its mark, and counted.
    ///
    /// # Errors
    /// [`Error::NotFound`] if there is no such person, nothing is recorded, or the worker may not know of her.
    pub async fn whereabouts(
        &self,
        actor: &Actor,
        id: ProtectedId,
        purpose: Option<Purpose>,
    ) -> Result<OpenWhereabouts, Error> {
        let found = self.gate.store.protected(id).await?;
        let question = Question {
            action: Action::Read,
            record: Record::Location(id),
            case: found.as_ref().map(|found| found.head.case),
            about: Some(id),
            category: Category::ProtectedAddress,
            purpose: self.purpose(actor, purpose),
        };
        let ask = question.by(actor);
        let Some(sealed) = found.and_then(|found| found.whereabouts) else {
            return Err(self.gate.asked_for_nothing(&ask).await.into());
        };
        let mark = self.mark(actor, &question).await?;
        let counted = mark.as_ref().and_then(|mark| mark.counts(self, actor, id));
        let change = counted.unwrap_or_else(|| Effect::Disclose(Vec::new()).into());
        let facts = self.gate.facts(&ask, None).await?;
        let facts = self.marked(&ask, None, facts, mark.is_some()).await?;
        let permit = self.gate.judge(&ask, &facts).await?;
        let place = self.gate.open_permitted(permit, &ask, None, sealed, change).await?;
        let asks_first = self.gate.store.safe_card(id).await?.is_some() && mark.is_none();
        Ok(OpenWhereabouts { place, watermark: mark.map(|mark| mark.words), asks_first })
    }
}
