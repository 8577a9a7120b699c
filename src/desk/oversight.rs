//! What those who answer for an agency look over: the one question that all such lists and figures ask.
//!
//! Promises: whoever looks, looks at what is one agency's, and the looking is an entry of the log.
//! Must never know: what is looked over.

use super::{Desk, Error, Question, Recorded};
use crate::auth::Actor;
use crate::model::facts::Item;
use crate::model::id::AgencyId;
use crate::model::notes::{Category, Onward, ShareCode};
use crate::policy::permit::Action;
use crate::store::effect::Effect;

/// Returns what a decision needs to know of counts, figures and drills: whose they are.
pub(super) fn of_agency(agency: &AgencyId) -> Item {
    Item {
        category: Category::Audit,
        about: None,
        owner: agency.clone(),
        share: ShareCode::Permitted,
        onward: Onward::None,
        onward_roles: Vec::new(),
        expires: None,
    }
}

impl Desk {
    /// Asks to look over what is an agency's, or all of them.
    pub(super) fn overseeing(&self, actor: &Actor) -> Question {
        Question::of_no_record(Action::Oversee, Category::Audit, self.purpose(actor, None))
    }

    /// Records that somebody looks over what is their own agency's.
    ///
    /// # Errors
    /// [`Error::NotFound`] for whoever does not answer for it.
    pub(super) async fn oversees_own(&self, actor: &Actor) -> Result<Recorded, Error> {
        let (ask, own) = (self.overseeing(actor), Some(of_agency(actor.agency())));
        let receipt = self.gate.pass(&ask.by(actor), own, Effect::Disclose(Vec::new()).into()).await?;
        Ok(Recorded::from(&receipt))
    }
}
