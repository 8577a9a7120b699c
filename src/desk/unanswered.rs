//! What was asked about a proposed address and nobody answered by its time: told once, by the hub itself.
//!
//! Promises: those who were asked are told again, and with them the managers of their service, who can answer from then on;
//! whoever waits for the answers is told in one commit with them: that an answer is wanting, in the same words whichever
//! service owes it and however many do, and nothing that the address does not show by itself at that moment. Each question is
//! told once, whichever node finds it first. Where nobody of a service can be told, those are who answer for the agency whose
//! case it is. Of an address that was found unsuitable or is proposed no more nobody is told; where a manager decided
//! without an answer, those who owe it are told and nobody else.
//! Must never know: where the address is, what anybody answered.

use super::addresses::Address;
use super::asking::AUTHOR;
use super::{Desk, Error, Question};
use crate::auth::Actor;
use crate::gate;
use crate::model::addresses::{AddressState, PROPOSED};
use crate::model::agencies::Role;
use crate::model::alerts::{AlertText, HubKind, Severity};
use crate::model::cases::Involvement;
use crate::model::id::{AddressId, AgencyId, AlertId, CaseId, ProtectedId, WorkerId};
use crate::model::shares::Purpose;
use crate::model::text::Prose;
use crate::model::time::Moment;
use crate::policy::checks::How;
use crate::policy::permit::Action;
use crate::store;
use crate::store::addresses::CATEGORY;
use crate::store::alerts::{AlertHead, NewAlert};
use crate::store::chronology::Trace;
use crate::store::effect::Supervision;
use crate::store::unanswered::{ToldChecks, Unanswered};
use std::collections::{BTreeMap, BTreeSet};

/// What those are told who owe the answer, and their managers.
const OWED: &str = "You are asked about an address that is proposed for him, and the time for the answer is up: nobody of your \
                    service has answered. Look at what you are asked and answer now. If you cannot say yet, answer that you \
                    need more.";

/// What those are told who wait, while the address waits.
const WANTING: &str = "The time for answers about an address that is proposed for him is up, and an answer is wanting. The address \
                       is not suitable without it. Ring the services that must be asked; the hub does not say here who was asked \
                       or who has answered.";

/// What those are told who wait, where the address shows something now that it did not show before its time was up.
const LOOK: &str =
    "The time for answers about an address that is proposed for him is up. Look at the address before you act on it.";

/// What those are told who answer for an agency in which no manager could be told.
const ANSWERS_FOR: &str = "Somebody of your agency was asked about an address that is proposed for a man, the answer is wanting past \
                           its time, and no manager of the service could be told. See that it is answered today.";

/// What is told about one check.
#[derive(Default)]
struct Again {
    alerts: Vec<NewAlert>,
    /// The notice to those who owe the answer.
    notice: Option<AlertId>,
    /// Who gets a copy of the question.
    joined: Vec<(AlertId, WorkerId)>,
}

/// Who of a service is told.
struct Whom {
    /// Those who can open it.
    to: BTreeSet<WorkerId>,
    /// Those of them to whom it was not put before.
    new: BTreeSet<WorkerId>,
    /// Whether a manager of theirs is among them.
    managed: bool,
}

impl Desk {
    /// Tells of what was asked about the addresses of a case and not answered by its time; returns of how many, and when the
    /// next is due.
    pub(super) async fn tell_of_unanswered(
        &self,
        case: CaseId,
        hub: &AgencyId,
    ) -> Result<(usize, Option<Moment>), Error> {
        let (open, now) = (self.gate.store.unanswered(case).await?, self.now());
        let next = open.iter().map(|one| one.due).filter(|due| *due > now).min();
        let mut late: BTreeMap<AddressId, Vec<Unanswered>> = BTreeMap::new();
        for one in open.into_iter().filter(|one| one.due <= now) {
            late.entry(one.address).or_default().push(one);
        }
        if late.is_empty() {
            return Ok((0, next));
        }
        let chronology = self.gate.store.chronology(case).await?;
        let mut count = 0;
        for (address, wanting) in late {
            let Some(told) = self.late_about(address, &wanting, &chronology).await? else { continue };
            count += told.told.len();
            let service = Actor::service("clocks", hub.clone());
            let question = Question::of_no_record(Action::Raise, CATEGORY, Purpose::Supervision);
            match self.gate.serve(&question.by(&service), Supervision::TellUnanswered(told).into()).await {
                Ok(_) => {}
                // Another node was faster: what is left is found with the next look.
                Err(gate::Error::Store(store::Error::Taken)) => return Err(Error::Busy),
                Err(error) => return Err(error.into()),
            }
        }
        Ok((count, next))
    }

    /// Prepares what is told about one address; nothing if nobody is to be.
    async fn late_about(
        &self,
        address: AddressId,
        wanting: &[Unanswered],
        chronology: &[Trace],
    ) -> Result<Option<ToldChecks>, Error> {
        let address = self.gate.store.address(address).await?.ok_or(Error::Unknown)?;
        let line = self.address_line(address, chronology).await?;
        let say = match line.state {
            // It was answered meanwhile, or nothing hangs on the answer any more.
            AddressState::Clear | AddressState::NotSuitable | AddressState::Withdrawn => return Ok(None),
            AddressState::Suitable => None,
            AddressState::Waiting => Some(WANTING),
            AddressState::Objection | AddressState::MoreNeeded => Some(LOOK),
        };
        let (mut told, mut joined, mut alerts) = (Vec::new(), Vec::new(), Vec::new());
        for one in wanting {
            let again = self.asked_again(&line.address, one).await?;
            told.push((one.id, again.notice));
            joined.extend(again.joined);
            alerts.extend(again.alerts);
        }
        let mut nobody = told.iter().any(|(_, notice)| notice.is_none());
        if let Some(say) = say {
            let by = line.outcome.as_ref().map(|one| one.by);
            let notice = self.told_who_waits(&line.address, by, say).await?;
            nobody |= notice.is_none();
            alerts.extend(notice);
        }
        if nobody {
            alerts.extend(self.nobody_told(line.address.case, Severity::High).await?);
        }
        Ok(Some(ToldChecks { told, joined, alerts, at: self.now() }))
    }

    /// Prepares the notice to whoever proposed the address, whoever concluded on it and the case managers.
    async fn told_who_waits(
        &self,
        address: &Address,
        by: Option<WorkerId>,
        say: &str,
    ) -> Result<Option<NewAlert>, Error> {
        let involved = self.gate.store.involved(address.case).await?;
        let manage = involved.iter().filter(|one| matches!(one.role, Role::CaseManager | Role::TeamManager));
        let mut workers: BTreeSet<WorkerId> = manage.map(|one| one.worker).collect();
        workers.insert(address.author);
        workers.extend(by);
        let able = self.who_open(workers, address.case, (None, CATEGORY), None).await?;
        if able.is_empty() {
            return Ok(None);
        }
        let head = AlertHead {
            id: AlertId::random(),
            case: Some(address.case),
            author: AUTHOR.to_owned(),
            agency: address.agency.clone(),
            about: None,
            kind: HubKind::AnswerWanting.word(),
            category: CATEGORY,
            severity: Severity::High,
            note: None,
            raised: self.now(),
        };
        Ok(Some(self.worded(head, say, able).await?))
    }

    /// Prepares what those are told who owe an answer, and their managers.
    async fn asked_again(&self, address: &Address, one: &Unanswered) -> Result<Again, Error> {
        let Some(alert) = one.alert else { return Ok(Again::default()) };
        let (was, _) = self.gate.store.alert(alert).await?.ok_or(Error::Unknown)?;
        let whom = self.who_owes(address, one, &was).await?;
        let mut again = Again::default();
        if !whom.managed {
            let seats = self.gate.store.officers_of(&was.agency, None, None).await?;
            let own: Vec<_> = seats.into_iter().filter(|seat| seat.agency == was.agency).collect();
            again.alerts = self.to_oversight(AUTHOR, HubKind::AnswerWanting, was.severity, ANSWERS_FOR, &own).await?;
        }
        if !whom.to.is_empty() {
            let kind = HubKind::AnswerWanting.word();
            let head = AlertHead { id: AlertId::random(), kind, note: None, raised: self.now(), ..was };
            again.notice = Some(head.id);
            again.joined = whom.new.into_iter().map(|worker| (alert, worker)).collect();
            again.alerts.push(self.worded(head, OWED, whom.to).await?);
        }
        Ok(again)
    }

    /// Returns who of a service is told: those to whom it was put; if they have left, those of the same agency who work on
    /// the case in their place; and the managers of that agency. Whoever works with another woman of the case is told
    /// nothing of what is asked for one, and whoever proposed the address is not told of a service.
    async fn who_owes(&self, address: &Address, one: &Unanswered, was: &AlertHead) -> Result<Whom, Error> {
        let (case, sees) = (address.case, (was.about, was.category));
        let involved = self.gate.store.involved(case).await?;
        let kept = |worker: &WorkerId| *worker != address.author && !is_walled(&involved, *worker, was);
        let before: BTreeSet<WorkerId> =
            self.gate.store.held(was.id).await?.into_iter().map(|copy| copy.worker).collect();
        let mut to = self.who_open(before.clone(), case, sees, None).await?;
        if to.is_empty() {
            let mut checks = self.gate.policy.checks().on(PROPOSED, How::Ask);
            let roles = checks.find(|check| check.service == one.service).map(|check| check.roles.clone());
            let roles = roles.unwrap_or_default();
            let theirs = |part: &&Involvement| part.agency == was.agency && roles.contains(&part.role);
            let instead = involved.iter().filter(theirs).map(|part| part.worker).filter(kept).collect();
            to = self.who_open(instead, case, sees, None).await?;
        }
        let seats = self.gate.store.managers_of(&was.agency, Some(case), Some(address.author)).await?;
        let own = seats.into_iter().filter(|seat| seat.agency == was.agency).map(|seat| seat.worker);
        let managers = self.who_open(own.filter(kept).collect(), case, sees, None).await?;
        let managed = !managers.is_empty();
        to.extend(managers);
        let new = to.difference(&before).copied().collect();
        Ok(Whom { to, new, managed })
    }

    async fn worded(&self, head: AlertHead, say: &str, to: BTreeSet<WorkerId>) -> Result<NewAlert, Error> {
        let text = AlertText { text: Prose::new(say).map_err(|_| Error::Unknown)?, may_tell_her: None };
        let words = self.seal(head.place(), &text).await?;
        Ok(NewAlert { head, words, recipients: to.into_iter().collect() })
    }
}

/// Says whether somebody works with another woman of the case than the one, if any, for whom a service is asked.
fn is_walled(involved: &[Involvement], worker: WorkerId, was: &AlertHead) -> bool {
    let works_with = |whom: &dyn Fn(ProtectedId) -> bool| {
        let theirs = involved.iter().filter(|part| part.worker == worker && part.role.is_womens());
        theirs.filter_map(|part| part.about).any(whom)
    };
    works_with(&|her| Some(her) != was.about) && !works_with(&|her| Some(her) == was.about)
}
