//! Where a protected person is: one look, one decision, one receipt.

use super::{Desk, Error, Question};
use crate::auth::Actor;
use crate::model::id::ProtectedId;
use crate::model::location::Whereabouts;
use crate::model::notes::Category;
use crate::model::sealed::Record;
use crate::model::shares::Purpose;
use crate::policy::permit::Action;
use crate::vault::Disclosure;

impl Desk {
    /// Shows where a protected person is.
    ///
    /// # Errors
    /// [`Error::NotFound`] if there is no such person, nothing is recorded, or the worker may not know of her.
    pub async fn whereabouts(
        &self,
        actor: &Actor,
        id: ProtectedId,
        purpose: Option<Purpose>,
    ) -> Result<Disclosure<Whereabouts>, Error> {
        let found = self.gate.store.protected(id).await?;
        let question = Question {
            action: Action::Read,
            record: Record::Location(id),
            case: found.as_ref().map(|found| found.head.case),
            about: Some(id),
            category: Category::ProtectedAddress,
            purpose: self.purpose(actor, purpose),
        };
        match found.and_then(|found| found.whereabouts) {
            Some(sealed) => Ok(self.gate.open(&question.by(actor), None, sealed).await?),
            None => Err(self.gate.asked_for_nothing(&question.by(actor)).await.into()),
        }
    }
}
