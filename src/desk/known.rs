//! Who may know that somebody works with a woman or a child: asked before anything is said that depends on it.
//!
//! Promises: whoever may not know is answered alike, whoever is there. So where an item is about nobody, or about
//! somebody of the other side, the policy is asked about a person who is not there: the answer hangs on the asker alone.
//! Must never know: who is there.

use super::{Desk, Error, Question};
use crate::auth::Actor;
use crate::model::agencies::{AgencyKind, Role};
use crate::model::id::{CaseId, ProtectedId, WorkerId};
use crate::model::notes::Category;
use crate::model::protected::Relation;
use crate::model::sealed::Record;
use crate::model::shares::{Purpose, Recipient};
use crate::policy::permit::Action;

/// What somebody is told who would send to a service of which they may not know, whoever works there.
const UNKNOWN: &str = "cannot be a women's or a children's service here: raise an alert, or ask the case manager to \
                       share it";

impl Desk {
    /// Says whether the actor may know who works with the one whom an item is about; if it is about nobody, with anybody.
    pub(super) async fn knows_women(
        &self,
        actor: &Actor,
        case: CaseId,
        about: Option<ProtectedId>,
        purpose: Purpose,
    ) -> Result<bool, Error> {
        let (women, children) = (AgencyKind::WomensService, AgencyKind::ChildrensService);
        match about {
            Some(id) => {
                let side = if self.is_child(id).await? { children } else { women };
                self.knows_side(actor, case, side, about, purpose).await
            }
            None => Ok(self.knows_side(actor, case, women, None, purpose).await?
                && self.knows_side(actor, case, children, None, purpose).await?),
        }
    }

    /// Says whether the actor may know that such a service works on a case with the one whom an item is about. That
    /// other services work on it, all may know.
    pub(super) async fn knows_side(
        &self,
        actor: &Actor,
        case: CaseId,
        side: AgencyKind,
        about: Option<ProtectedId>,
        purpose: Purpose,
    ) -> Result<bool, Error> {
        let of_child = match side {
            AgencyKind::WomensService => false,
            AgencyKind::ChildrensService => true,
            _ => return Ok(true),
        };
        let category = if of_child { Category::Child } else { Category::ServiceEngagement };
        let theirs = match about {
            Some(id) => self.is_child(id).await? == of_child,
            None => false,
        };
        let about = about.filter(|_| theirs).unwrap_or_else(ProtectedId::random);
        let record = Record::Case(case);
        let question =
            Question { action: Action::Existence, record, case: Some(case), about: Some(about), category, purpose };
        let facts = self.gate.facts(&question.by(actor), None).await?;
        Ok(self.gate.policy.level(&question.by(actor), &facts).is_some())
    }

    /// Refuses a recipient of whom the actor may not know whether they work on the case.
    pub(super) async fn check_known(
        &self,
        actor: &Actor,
        case: CaseId,
        about: Option<ProtectedId>,
        (to, purpose): (&Recipient, Purpose),
    ) -> Result<(), Error> {
        let side = self.side_of(to).await?;
        let knows = match side {
            Some(side) => self.knows_side(actor, case, side, about, purpose).await?,
            None => true,
        };
        if knows { Ok(()) } else { Err(Error::field("to", UNKNOWN)) }
    }

    /// Says whether somebody works on a case and may stand in his record: nobody of a service that hears in confidence, and
    /// nobody who works there with somebody else than him.
    pub(super) async fn works_openly(&self, case: CaseId, worker: WorkerId) -> Result<bool, Error> {
        let confides = self.side_of(&Recipient::Worker(worker)).await?.is_some_and(AgencyKind::keeps_confidence);
        let involved = self.gate.store.involved(case).await?;
        Ok(involved.iter().any(|part| part.worker == worker && part.about.is_none()) && !confides)
    }

    /// Returns what the service of a recipient is, if it is there.
    pub(super) async fn side_of(&self, to: &Recipient) -> Result<Option<AgencyKind>, Error> {
        Ok(match to {
            Recipient::Role(role) if role.is_womens() => Some(AgencyKind::WomensService),
            Recipient::Role(Role::ChildrensWorker) => Some(AgencyKind::ChildrensService),
            Recipient::Role(_) => None,
            Recipient::Agency(id) => self.gate.store.agency(id).await?.map(|agency| agency.kind),
            Recipient::Worker(id) => self.gate.store.seat(*id).await?.map(|(seat, _)| seat.kind),
        })
    }

    async fn is_child(&self, id: ProtectedId) -> Result<bool, Error> {
        let found = self.gate.store.protected(id).await?;
        Ok(found.is_some_and(|found| found.head.relation == Relation::Child))
    }
}
