//! Who is told that emergency access was given: they owe an answer, like to any alert.
//!
//! Promises: her own workers are told of her and of nobody else; no notice names an address, a woman or the man; each
//! notice belongs to the trail of the agency that it goes to. If nobody outside the user's agency would hear of it, or
//! nobody who answers for the user, there is no grant.

use crate::auth::Actor;
use crate::desk::{Desk, Error};
use crate::model::agencies::Role;
use crate::model::alerts::{AlertText, HubKind, Severity};
use crate::model::cases::Involvement;
use crate::model::id::{AgencyId, AlertId, CaseId, GrantId, ProtectedId, WorkerId};
use crate::model::notes::Category;
use crate::model::protected::Relation;
use crate::model::text::Prose;
use crate::model::time::Moment;
use crate::store::alerts::{AlertHead, NewAlert};
use std::collections::{BTreeMap, BTreeSet};

/// Who raises it: an officer who could open the notice would learn whom it was sent to.
const AUTHOR: &str = "hub:emergency";

/// One notice: to an agency, with the case and her if those who get it may know of them.
type Group = (AgencyId, Option<CaseId>, Option<ProtectedId>);

/// Who is told what.
#[derive(Default)]
struct Told {
    groups: BTreeMap<Group, BTreeSet<WorkerId>>,
    user: Option<WorkerId>,
}

impl Told {
    fn add(&mut self, agency: &AgencyId, case: Option<CaseId>, about: Option<ProtectedId>, worker: WorkerId) {
        if Some(worker) != self.user {
            self.groups.entry((agency.clone(), case, about)).or_default().insert(worker);
        }
    }

    fn is_told(&self, worker: WorkerId) -> bool {
        self.groups.values().any(|workers| workers.contains(&worker))
    }
}

impl Desk {
    /// Prepares the notices of a grant.
    ///
    /// # Errors
    /// [`Error::Nobody`] if somebody who must hear of it is not there.
    pub(super) async fn emergency_notices(
        &self,
        actor: &Actor,
        (grant, case, about): (GrantId, CaseId, Option<ProtectedId>),
        (at, until, review_by): (Moment, Moment, Moment),
    ) -> Result<Vec<NewAlert>, Error> {
        let mut told = Told { user: actor.worker(), ..Told::default() };
        let involved = self.gate.store.involved(case).await?;
        self.tell_her_side(&mut told, case, about, &involved).await?;
        for one in involved.iter().filter(|one| matches!(one.role, Role::CaseManager | Role::TeamManager)) {
            told.add(&one.agency, Some(case), None, one.worker);
        }
        self.tell_those_who_answer(&mut told, actor, case).await?;
        let local = |moment| self.gate.policy.limits().local(moment);
        let text = format!(
            "Emergency access was used by {}, worker {}, on {}. It ends on {} and is to be judged by {}. If you know of \
             no emergency, telephone their duty inspector now. It is access {grant}.",
            self.gate.policy.called(actor),
            actor.word(),
            local(at),
            local(until),
            local(review_by),
        );
        let mut notices = Vec::new();
        for ((agency, case, about), recipients) in told.groups {
            let head = AlertHead {
                id: AlertId::random(),
                case,
                author: AUTHOR.to_owned(),
                agency,
                about,
                kind: HubKind::EmergencyAccess.word(),
                category: Category::Audit,
                severity: Severity::High,
                note: None,
                raised: at,
            };
            let text = Prose::new(&text).map_err(|_| Error::Conflict)?;
            let words = self.seal(head.place(), &AlertText { text, may_tell_her: None }).await?;
            notices.push(NewAlert { head, words, recipients: recipients.into_iter().collect() });
        }
        Ok(notices)
    }

    /// Tells the workers of each whom the grant covers, and the managers of a woman's service.
    async fn tell_her_side(
        &self,
        told: &mut Told,
        case: CaseId,
        about: Option<ProtectedId>,
        involved: &[Involvement],
    ) -> Result<(), Error> {
        let all = self.gate.store.protected_of(case).await?;
        for head in all.iter().filter(|head| about.is_none_or(|about| about == head.id)) {
            let hers: Vec<&Involvement> = involved.iter().filter(|one| one.about == Some(head.id)).collect();
            for one in &hers {
                told.add(&one.agency, Some(case), Some(head.id), one.worker);
            }
            let services: BTreeSet<&AgencyId> =
                hers.iter().filter(|one| one.role.is_womens()).map(|one| &one.agency).collect();
            for service in &services {
                for seat in self.gate.store.managers_of(service, Some(case), told.user).await? {
                    if seat.role == Role::WomensManager && seat.agency == **service {
                        told.add(service, None, Some(head.id), seat.worker);
                    }
                }
            }
            if services.is_empty() && head.relation != Relation::Child {
                // A woman without a worker of her own: the managers on duty hear that there was an emergency.
                for seat in self.gate.store.on_duty(Role::WomensManager, Some(case), told.user).await? {
                    told.add(&seat.agency, None, None, seat.worker);
                }
            }
        }
        Ok(())
    }

    /// Tells those who answer for the user, and an officer of another agency.
    async fn tell_those_who_answer(&self, told: &mut Told, actor: &Actor, case: CaseId) -> Result<(), Error> {
        let supervisors = self.gate.store.on_duty(Role::PoliceOffenderManagement, Some(case), told.user).await?;
        let own = supervisors.into_iter().filter(|seat| &seat.agency == actor.agency());
        let officers = self.gate.store.managers_of(actor.agency(), Some(case), told.user).await?;
        let answering: Vec<_> = own.chain(officers).collect();
        for seat in &answering {
            told.add(&seat.agency, None, None, seat.worker);
        }
        let owner = self.gate.store.case(case).await?.map(|head| head.owner);
        let mut elsewhere = answering.iter().any(|seat| is_officer_elsewhere(seat.role, &seat.agency, actor));
        if let Some(owner) = owner {
            for seat in self.gate.store.officers_of(&owner, Some(case), told.user).await? {
                if is_officer_elsewhere(seat.role, &seat.agency, actor) {
                    told.add(&seat.agency, None, None, seat.worker);
                    elsewhere = true;
                }
            }
        }
        let answered = answering.iter().any(|seat| told.is_told(seat.worker));
        if answered && elsewhere { Ok(()) } else { Err(Error::Nobody) }
    }
}

fn is_officer_elsewhere(role: Role, agency: &AgencyId, actor: &Actor) -> bool {
    role == Role::GovernanceOfficer && agency != actor.agency()
}
