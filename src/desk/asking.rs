//! Whom something in a case is put to by itself: the services of `checks.csv`, each woman's own workers by themselves.
//!
//! Promises: who is asked for one woman is never told of another; whoever proposed or recorded it learns nothing of who was
//! asked; where a service cannot be reached those who answer for the agency are told, and the question stays open.
//! Must never know: what it is about.

use super::{Desk, Error};
use crate::auth::Actor;
use crate::model::agencies::Role;
use crate::model::alerts::{AlertText, Severity};
use crate::model::cases::Involvement;
use crate::model::clocks::EventWord;
use crate::model::id::{AgencyId, AlertId, CaseId, ProtectedId, WorkerId};
use crate::model::mappa::MappaStatus;
use crate::model::notes::Category;
use crate::model::protected::Relation;
use crate::model::text::Prose;
use crate::policy::checks::{Check, How, When};
use crate::store::alerts::{AlertHead, NewAlert};
use std::collections::{BTreeMap, BTreeSet};

/// Who puts it: the hub, so that whoever recorded it finds no trace of this.
pub(super) const AUTHOR: &str = "hub:checks";

/// Those of one agency who are asked as one.
struct Party {
    about: Option<ProtectedId>,
    agency: AgencyId,
    workers: Vec<WorkerId>,
}

/// What came of looking for a service.
#[derive(Default)]
struct Sought {
    parties: Vec<Party>,
    /// Somebody should have been there and is not.
    wanting: bool,
}

/// One question that is put.
pub(super) struct Asked {
    /// To which service.
    pub(super) service: String,
    /// The alert to those who owe the answer; `None` if nobody can be asked.
    pub(super) alert: Option<AlertId>,
}

/// Everything that is put about one event.
#[derive(Default)]
pub(super) struct PutAround {
    pub(super) asked: Vec<Asked>,
    pub(super) alerts: Vec<NewAlert>,
}

impl Desk {
    /// Prepares what is put to the services of a case about an event of a word. `told` are those who know of it already.
    pub(super) async fn put_around(
        &self,
        actor: &Actor,
        case: CaseId,
        (word, how): (&str, How),
        told: &[NewAlert],
    ) -> Result<PutAround, Error> {
        let checks = self.gate.policy.checks().on(word, how).cloned().collect();
        self.put(actor, case, checks, told).await
    }

    /// Prepares what those are told to whom an event of a word was put, when it has been put right.
    pub(super) async fn put_right(
        &self,
        actor: &Actor,
        case: CaseId,
        was: &str,
        told: &[NewAlert],
    ) -> Result<Vec<NewAlert>, Error> {
        let Some(right) = self.gate.policy.raises().by(EventWord::CORRECTION) else { return Ok(Vec::new()) };
        let rules = self.gate.policy.checks();
        let of = rules.on(was, How::Tell).chain(rules.on(was, How::Ask));
        let checks = of.map(|check| Check { say: right.say.clone(), ..check.clone() }).collect();
        let mut alerts = self.put(actor, case, checks, told).await?.alerts;
        alerts.iter_mut().filter(|alert| alert.head.case.is_some()).for_each(|alert| {
            alert.head.kind.clone_from(&right.kind);
        });
        Ok(alerts)
    }

    async fn put(
        &self,
        actor: &Actor,
        case: CaseId,
        checks: Vec<Check>,
        told: &[NewAlert],
    ) -> Result<PutAround, Error> {
        let mut put = PutAround::default();
        if checks.is_empty() {
            return Ok(put);
        }
        let file = self.gate.store.case(case).await?.ok_or(Error::NotFound)?;
        let in_mappa = MappaStatus::of(file.mappa.as_deref()) != Some(MappaStatus::NotIn);
        let knows: BTreeSet<WorkerId> = told.iter().flat_map(|alert| alert.recipients.iter().copied()).collect();
        let mut nobody: Option<Severity> = None;
        for check in checks.iter().filter(|check| in_mappa || check.when != When::InMappa) {
            let Some(kind) = self.gate.policy.alert_kind(&check.kind) else { continue };
            let category = kind.category;
            let sought = self.sought(actor, case, check, category).await?;
            if sought.wanting {
                nobody = Some(check.severity);
                put.asked.push(Asked { service: check.service.clone(), alert: None });
            }
            for mut party in sought.parties {
                party.workers.retain(|worker| !knows.contains(worker));
                if party.workers.is_empty() {
                    continue;
                }
                let alert = self.put_to(case, check, category, party).await?;
                put.asked.push(Asked { service: check.service.clone(), alert: Some(alert.head.id) });
                put.alerts.push(alert);
            }
        }
        if let Some(severity) = nobody {
            put.alerts.extend(self.nobody_told(case, severity).await?);
        }
        Ok(put)
    }

    /// Writes the alert to one party.
    async fn put_to(&self, case: CaseId, check: &Check, category: Category, to: Party) -> Result<NewAlert, Error> {
        let head = AlertHead {
            id: AlertId::random(),
            case: Some(case),
            author: AUTHOR.to_owned(),
            agency: to.agency,
            about: to.about,
            kind: check.kind.clone(),
            category,
            severity: check.severity,
            note: None,
            raised: self.now(),
        };
        let text = AlertText { text: Prose::new(&check.say).map_err(|_| Error::Unknown)?, may_tell_her: None };
        let words = self.seal(head.place(), &text).await?;
        Ok(NewAlert { head, words, recipients: to.workers })
    }

    async fn sought(&self, actor: &Actor, case: CaseId, check: &Check, category: Category) -> Result<Sought, Error> {
        let involved = self.gate.store.involved(case).await?;
        let theirs: Vec<&Involvement> = involved.iter().filter(|one| check.roles.contains(&one.role)).collect();
        if check.when == When::EachWoman {
            return self.each_woman(actor, case, (check, category), &theirs).await;
        }
        let parties = self.parties(actor, case, (None, category), &theirs).await?;
        if !parties.is_empty() {
            return Ok(Sought { parties, wanting: false });
        }
        if check.when == When::OnCase {
            return Ok(Sought { parties, wanting: !theirs.is_empty() });
        }
        let parties = self.on_duty(actor, case, (&check.roles, category), &[]).await?;
        Ok(Sought { wanting: parties.is_empty(), parties })
    }

    /// Looks for each woman's own workers by themselves. Where one has none, or there is none, whoever is on duty is asked
    /// who works with nobody of the case: that a service is asked says nothing of whether it works with her.
    async fn each_woman(
        &self,
        actor: &Actor,
        case: CaseId,
        (check, category): (&Check, Category),
        theirs: &[&Involvement],
    ) -> Result<Sought, Error> {
        let heads = self.gate.store.protected_of(case).await?;
        let women: Vec<ProtectedId> =
            heads.iter().filter(|head| head.relation != Relation::Child).map(|head| head.id).collect();
        let (mut parties, mut unattended) = (Vec::new(), women.is_empty());
        for her in women {
            let own: Vec<&Involvement> = theirs.iter().copied().filter(|one| one.about == Some(her)).collect();
            let found = self.parties(actor, case, (Some(her), category), &own).await?;
            unattended |= found.is_empty();
            parties.extend(found);
        }
        if !unattended {
            return Ok(Sought { parties, wanting: false });
        }
        let duty = self.on_duty(actor, case, (&check.roles, category), theirs).await?;
        let wanting = duty.is_empty();
        parties.extend(duty);
        Ok(Sought { parties, wanting })
    }

    /// Returns those of the case who could open it, each agency by itself.
    async fn parties(
        &self,
        actor: &Actor,
        case: CaseId,
        (about, category): (Option<ProtectedId>, Category),
        theirs: &[&Involvement],
    ) -> Result<Vec<Party>, Error> {
        let workers = theirs.iter().map(|one| one.worker).collect();
        let able = self.who_open(workers, case, (about, category), Some(actor)).await?;
        let theirs = theirs.iter().filter(|one| able.contains(&one.worker));
        Ok(by_agency(about, theirs.map(|one| (one.agency.clone(), one.worker))))
    }

    /// Returns those on duty in the first of the roles in which somebody could open it, without `but`, each agency by itself:
    /// any one of an agency answers for it, and none for another.
    async fn on_duty(
        &self,
        actor: &Actor,
        case: CaseId,
        (roles, category): (&[Role], Category),
        but: &[&Involvement],
    ) -> Result<Vec<Party>, Error> {
        for role in roles {
            let seats = self.gate.store.on_duty(*role, Some(case), actor.worker()).await?;
            let free = seats.iter().map(|seat| seat.worker);
            let free = free.filter(|worker| !but.iter().any(|one| one.worker == *worker)).collect();
            let able = self.who_open(free, case, (None, category), Some(actor)).await?;
            if !able.is_empty() {
                let theirs = seats.into_iter().filter(|seat| able.contains(&seat.worker));
                return Ok(by_agency(None, theirs.map(|seat| (seat.agency, seat.worker))));
            }
        }
        Ok(Vec::new())
    }
}

/// Returns the workers of each agency by themselves.
fn by_agency(about: Option<ProtectedId>, workers: impl Iterator<Item = (AgencyId, WorkerId)>) -> Vec<Party> {
    let mut by: BTreeMap<AgencyId, BTreeSet<WorkerId>> = BTreeMap::new();
    for (agency, worker) in workers {
        by.entry(agency).or_default().insert(worker);
    }
    by.into_iter().map(|(agency, workers)| Party { about, agency, workers: workers.into_iter().collect() }).collect()
}
