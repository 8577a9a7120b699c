//! Who receives: the workers on a case whom a share or an alert reaches, walls respected.
//!
//! Promises: a women's worker receives what is about the woman she works with, or about
//! nobody; never what is about another woman. Nothing is ever sent to nobody, and nobody is sent what they cannot
//! open: a live seat, not that of the sender, of somebody who does not know the man, whom the policy lets read it.

use super::{Desk, Error};
use crate::auth::Actor;
use crate::model::agencies::{AgencyKind, Role};
use crate::model::cases::Involvement;
use crate::model::facts::Item;
use crate::model::id::{AlertId, CaseId, ProtectedId, WorkerId};
use crate::model::notes::{Category, Onward, ShareCode};
use crate::model::protected::Relation;
use crate::model::sealed::Record;
use crate::model::shares::{Purpose, Recipient};
use crate::policy::Works;
use crate::policy::permit::{Action, Ask, Level};
use std::collections::BTreeSet;

impl Desk {
    /// Returns the workers whom a share of an item about `about` reaches.
    ///
    /// # Errors
    /// [`Error::Invalid`] if there is nobody, or if the share would reach the workers of several women at once.
    pub(super) async fn share_recipients(
        &self,
        case: CaseId,
        about: Option<ProtectedId>,
        to: &Recipient,
    ) -> Result<Vec<WorkerId>, Error> {
        let involved = self.gate.store.involved(case).await?;
        if let Recipient::Worker(worker) = to {
            let seat = self.gate.store.seat(*worker).await?.filter(|(seat, _)| seat.active);
            let (seat, _) =
                seat.ok_or_else(|| Error::field("to.worker", "is not a worker of this hub: check the id"))?;
            let theirs: Vec<&Involvement> = involved.iter().filter(|one| one.worker == *worker).collect();
            let walled = about.is_some() && !theirs.iter().any(|one| reaches(one, about));
            if walled && (seat.kind == AgencyKind::WomensService || !theirs.is_empty()) {
                let say = "does not work with the one whom the note is about: choose her own worker";
                return Err(Error::field("to.worker", say));
            }
            return Ok(vec![seat.worker]);
        }
        let meant = |one: &&Involvement| match to {
            Recipient::Worker(worker) => one.worker == *worker,
            Recipient::Role(role) => one.role == *role,
            Recipient::Agency(agency) => one.agency == *agency,
        };
        let reached: Vec<&Involvement> = involved.iter().filter(meant).filter(|one| reaches(one, about)).collect();
        if about.is_none() && women_of(&reached).len() > 1 {
            let say =
                "would reach the workers of more than one woman: say in the note whom it is about, or name one worker";
            return Err(Error::field("to", say));
        }
        let workers: BTreeSet<WorkerId> = reached.iter().map(|one| one.worker).collect();
        if workers.is_empty() {
            let say =
                "reaches nobody: nobody there works on this case with the one whom it is about. Name a worker instead";
            return Err(Error::field("to", say));
        }
        Ok(workers.into_iter().collect())
    }

    /// Says whether a woman whom an alert concerns has no worker of her own on the case.
    async fn someone_unattended(
        &self,
        case: CaseId,
        about: Option<ProtectedId>,
        involved: &[Involvement],
    ) -> Result<bool, Error> {
        let women =
            self.gate.store.protected_of(case).await?.into_iter().filter(|head| head.relation != Relation::Child);
        let meant: Vec<ProtectedId> =
            women.map(|head| head.id).filter(|id| about.is_none_or(|about| about == *id)).collect();
        let attended = |id: &ProtectedId| involved.iter().any(|one| one.role.is_womens() && one.about == Some(*id));
        Ok(!meant.iter().all(attended))
    }

    /// Returns the workers whom an alert of a kind reaches: those on the case in its roles, else those on duty.
    ///
    /// # Errors
    /// [`Error::Nobody`] if there is nobody at all: the caller must telephone.
    pub(super) async fn alert_recipients(
        &self,
        case: CaseId,
        about: Option<ProtectedId>,
        roles: &[Role],
        category: Category,
        sender: Option<&Actor>,
    ) -> Result<Vec<WorkerId>, Error> {
        let involved = self.gate.store.involved(case).await?;
        let me = sender.and_then(Actor::worker);
        let mut workers: BTreeSet<WorkerId> = BTreeSet::new();
        for role in roles {
            let on_case: BTreeSet<WorkerId> =
                involved.iter().filter(|one| one.role == *role && reaches(one, about)).map(|one| one.worker).collect();
            if on_case.is_empty() && !role.is_womens() && self.may_read_unasked(*role, category) {
                workers.extend(self.gate.store.on_duty(*role, Some(case), me).await?.iter().map(|seat| seat.worker));
            }
            workers.extend(on_case);
        }
        let mut workers = self.who_open(workers, case, (about, category), sender).await?;
        let for_women = roles.iter().copied().any(Role::is_womens);
        if workers.is_empty() || (for_women && self.someone_unattended(case, about, &involved).await?) {
            // Never "sent to nobody": the managers on the case take it, else the team manager on duty.
            let manages = |one: &&Involvement| matches!(one.role, Role::WomensManager | Role::TeamManager);
            workers.extend(involved.iter().filter(manages).filter(|one| reaches(one, about)).map(|one| one.worker));
            let duty = self.gate.store.on_duty(Role::TeamManager, Some(case), me).await?;
            workers.extend(duty.iter().map(|seat| seat.worker));
            workers = self.who_open(workers, case, (about, category), sender).await?;
        }
        if workers.is_empty() { Err(Error::Nobody) } else { Ok(workers.into_iter().collect()) }
    }
}

impl Desk {
    /// Returns those who could open an alert if it were sent to them, by the policy's own decision; never the sender.
    pub(super) async fn who_open(
        &self,
        workers: BTreeSet<WorkerId>,
        case: CaseId,
        (about, category): (Option<ProtectedId>, Category),
        sender: Option<&Actor>,
    ) -> Result<BTreeSet<WorkerId>, Error> {
        let owner = match sender {
            Some(actor) => actor.agency().clone(),
            None => self.gate.store.case(case).await?.ok_or(Error::NotFound)?.owner,
        };
        let (share, onward) = (ShareCode::Permitted, Onward::AskOriginator);
        let item = Item { category, about, owner, share, onward, onward_roles: Vec::new(), expires: None };
        let (record, me) = (Record::Alert(AlertId::random()), sender.and_then(Actor::worker));
        let mut able = BTreeSet::new();
        for worker in workers.into_iter().filter(|worker| Some(*worker) != me) {
            let Some((seat, _)) = self.gate.store.seat(worker).await? else { continue };
            let purpose = self.gate.policy.default_purpose(seat.role);
            let ask = Ask { actor: &seat, action: Action::Read, record, case: Some(case), about, category, purpose };
            let facts = self.gate.store.facts_if_told(&ask, item.clone()).await?;
            if seat.active && self.gate.policy.level(&ask, &facts) == Some(Level::Full) {
                able.insert(worker);
            }
        }
        Ok(able)
    }

    /// Says whether the policy lets a role read a category without being on the case: only then is its duty seat told.
    fn may_read_unasked(&self, role: Role, category: Category) -> bool {
        AgencyKind::ALL
            .iter()
            .any(|kind| self.gate.policy.opens(role, *kind, category, Purpose::VictimSafety, Works::Elsewhere))
    }
}

/// Says whether an involvement is with the one whom an item is about.
fn reaches(one: &Involvement, about: Option<ProtectedId>) -> bool {
    about.is_none() || one.about.is_none() || one.about == about
}

/// Returns the protected people whose own workers are among those reached.
fn women_of(reached: &[&Involvement]) -> BTreeSet<ProtectedId> {
    reached.iter().filter(|one| one.role.is_womens()).filter_map(|one| one.about).collect()
}
