//! Who is told on a rung of an alert's ladder: chosen as the first recipients were, walls respected.
//!
//! Promises: nobody is told who could not open the alert by the policy's own decision, who knows the man, or who sent it; nobody
//! who works with another woman of the case than those for whom the answer is owed; and nobody of another agency, but on the rung
//! that says so: never for a women's or children's service, and never of an alert that tells of a note, whose keys they do not have.
//! Must never know: the words of an alert.

use super::obligations::Obligation;
use super::{Desk, Error};
use crate::model::agencies::{Role, Seat};
use crate::model::cases::Involvement;
use crate::model::id::{AlertId, ProtectedId, WorkerId};
use crate::model::sealed::Record;
use crate::policy::ladder::Whom;
use crate::policy::permit::{Action, Ask, Level};
use crate::store::alerts::AlertHead;
use crate::store::ladder::Held;
use crate::store::rota::What;
use std::collections::BTreeSet;

impl Desk {
    /// Returns whom a rung tells: those among them who know of it already too.
    pub(super) async fn on_rung(
        &self,
        head: &AlertHead,
        one: &Obligation<'_>,
        whom: Whom,
    ) -> Result<BTreeSet<WorkerId>, Error> {
        let roles: BTreeSet<Role> = one.owners.iter().map(|copy| copy.role).collect();
        match whom {
            Whom::Cover => {
                let mut workers = BTreeSet::new();
                for copy in &one.owners {
                    workers.extend(self.cover_of(copy.worker).await?);
                }
                workers.extend(self.on_duty_beside(head, one, &roles).await?);
                let able = self.able(head, one, workers).await?;
                if able.iter().any(|worker| !one.has(*worker)) {
                    return Ok(able);
                }
                let colleagues = self.colleagues(head, one).await?;
                self.able(head, one, colleagues).await
            }
            Whom::Manager => {
                let managers = self.managers_beside(head, one).await?;
                self.able(head, one, managers).await
            }
            Whom::Partner if one.kind.keeps_confidence() || head.note.is_some() => Ok(BTreeSet::new()),
            Whom::Partner => {
                let mut workers = BTreeSet::new();
                for role in roles {
                    let seats = self.gate.store.on_duty(role, head.case, None).await?;
                    let others = seats.into_iter().filter(|seat| &seat.agency != one.agency && seat.kind == one.kind);
                    workers.extend(others.map(|seat| seat.worker));
                }
                self.able(head, one, workers).await
            }
            Whom::Telephone => Ok(BTreeSet::new()),
        }
    }

    /// Returns who stands in for one who is away or has left: the one who was named, else whoever is on duty, else the manager.
    pub(super) async fn instead_of(
        &self,
        head: &AlertHead,
        one: &Obligation<'_>,
        away: &Held,
    ) -> Result<BTreeSet<WorkerId>, Error> {
        let not_them = |mut workers: BTreeSet<WorkerId>| {
            workers.remove(&away.worker);
            workers
        };
        let cover = self.cover_of(away.worker).await?.into_iter().collect();
        let mut able = self.able(head, one, not_them(cover)).await?;
        if self.is_anybody_here(&able).await? {
            return Ok(able);
        }
        let duty = self.on_duty_beside(head, one, &BTreeSet::from([away.role])).await?;
        able.extend(self.able(head, one, not_them(duty)).await?);
        if self.is_anybody_here(&able).await? {
            return Ok(able);
        }
        let managers = self.managers_beside(head, one).await?;
        able.extend(self.able(head, one, not_them(managers)).await?);
        Ok(able)
    }

    /// Says whether one of these is not away: two who stand in for each other may both be.
    async fn is_anybody_here(&self, workers: &BTreeSet<WorkerId>) -> Result<bool, Error> {
        let now = self.now();
        for worker in workers {
            if !self.gate.store.leaves(*worker).await?.iter().any(|leave| leave.is_on(now)) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Returns who was named to stand in for somebody who is away now.
    async fn cover_of(&self, worker: WorkerId) -> Result<Option<WorkerId>, Error> {
        let now = self.now();
        let leaves = self.gate.store.leaves(worker).await?;
        Ok(leaves.iter().filter(|leave| leave.is_on(now)).find_map(|leave| match leave.what {
            What::Leave(cover) => cover,
            What::Duty | What::Senior => None,
        }))
    }

    /// Returns who is on duty in the same agency in one of these roles.
    async fn on_duty_beside(
        &self,
        head: &AlertHead,
        one: &Obligation<'_>,
        roles: &BTreeSet<Role>,
    ) -> Result<BTreeSet<WorkerId>, Error> {
        let mut workers = BTreeSet::new();
        for role in roles {
            let seats = self.gate.store.on_duty(*role, head.case, None).await?;
            workers.extend(seats.into_iter().filter(|seat| &seat.agency == one.agency).map(|seat| seat.worker));
        }
        Ok(workers)
    }

    /// Returns who answers for the service; of what is about the use of the hub itself, the officers of the agency.
    async fn managers_beside(&self, head: &AlertHead, one: &Obligation<'_>) -> Result<BTreeSet<WorkerId>, Error> {
        let mut seats: Vec<Seat> = self.gate.store.seniors_of(one.agency, head.case).await?;
        if head.case.is_none() {
            let officers = self.gate.store.officers_of(one.agency, None, None).await?;
            seats.extend(officers.into_iter().filter(|seat| &seat.agency == one.agency));
        }
        Ok(seats.into_iter().map(|seat| seat.worker).collect())
    }

    /// Returns who else of the agency works on the case; in a service that hears in confidence, with the same women or children.
    async fn colleagues(&self, head: &AlertHead, one: &Obligation<'_>) -> Result<BTreeSet<WorkerId>, Error> {
        let Some(case) = head.case else { return Ok(BTreeSet::new()) };
        let involved = self.gate.store.involved(case).await?;
        let whose = whose(&involved, head, one);
        let same = |part: &&Involvement| match part.about {
            Some(about) => whose.contains(&about),
            None => !one.kind.keeps_confidence(),
        };
        let theirs = involved.iter().filter(|part| &part.agency == one.agency).filter(same);
        Ok(theirs.map(|part| part.worker).collect())
    }

    /// Returns those of these who could open the alert if it were sent to them, and who may know that it was.
    async fn able(
        &self,
        head: &AlertHead,
        one: &Obligation<'_>,
        workers: BTreeSet<WorkerId>,
    ) -> Result<BTreeSet<WorkerId>, Error> {
        let involved = match head.case {
            Some(case) if !workers.is_empty() => self.gate.store.involved(case).await?,
            _ => Vec::new(),
        };
        let whose = whose(&involved, head, one);
        let mut able = BTreeSet::new();
        for worker in workers {
            if head.author == format!("u:{worker}") || is_walled(&involved, worker, &whose) {
                continue;
            }
            if self.could_open(head, worker).await? {
                able.insert(worker);
            }
        }
        Ok(able)
    }

    /// Says whether somebody could open an alert if it were sent to them, by the policy's own decision.
    pub(super) async fn could_open(&self, head: &AlertHead, worker: WorkerId) -> Result<bool, Error> {
        let Some((seat, _)) = self.gate.store.seat(worker).await?.filter(|(seat, _)| seat.active) else {
            return Ok(false);
        };
        let ask = Ask {
            actor: &seat,
            action: Action::Read,
            // Another one, as if it had not come: what is asked is whether it may.
            record: Record::Alert(AlertId::random()),
            case: head.case,
            about: head.about,
            category: head.category,
            purpose: self.gate.policy.default_purpose(seat.role),
        };
        let facts = self.gate.store.facts_if_told(&ask, head.item()).await?;
        Ok(self.gate.policy.level(&ask, &facts) == Some(Level::Full))
    }
}

/// Returns the women and children for whom an answer is owed: the one whom the alert is about, or those with whom they work who
/// owe it.
fn whose(involved: &[Involvement], head: &AlertHead, one: &Obligation<'_>) -> BTreeSet<ProtectedId> {
    if let Some(about) = head.about {
        return BTreeSet::from([about]);
    }
    involved.iter().filter(|part| one.owes(part.worker)).filter_map(|part| part.about).collect()
}

/// Says whether somebody works with a woman of the case, and with none of these.
fn is_walled(involved: &[Involvement], worker: WorkerId, whose: &BTreeSet<ProtectedId>) -> bool {
    let theirs: Vec<ProtectedId> = involved
        .iter()
        .filter(|part| part.worker == worker && part.role.is_womens())
        .filter_map(|part| part.about)
        .collect();
    !theirs.is_empty() && !theirs.iter().any(|about| whose.contains(about))
}
