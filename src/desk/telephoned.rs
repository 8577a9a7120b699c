//! The last rung of an alert's ladder: nobody has acknowledged it, and somebody must telephone.
//!
//! Promises: the sender is told whom to ring, if they may know that the service is there at all; and the officers of the agency
//! that owes the answer, in words that hold nothing of the case; where it has none, those of the hub, and else all officers: the
//! number of a women's or children's service is one for all of them. What is told here climbs no ladder of its own.
//! Must never know: the words of the alert, where anybody is.

use super::obligations::Obligation;
use super::{Desk, Error};
use crate::model::agencies::{AgencyKind, Seat};
use crate::model::alerts::{AlertText, HubKind};
use crate::model::id::{AgencyId, AlertId, ProtectedId, WorkerId};
use crate::model::notes::Category;
use crate::model::sealed::Record;
use crate::model::status::Phone;
use crate::model::text::Prose;
use crate::policy::permit::{Action, Ask};
use crate::store::alerts::{AlertHead, NewAlert};

impl Desk {
    /// Prepares what the sender and the officers are told.
    pub(super) async fn telephone_notices(
        &self,
        head: &AlertHead,
        one: &Obligation<'_>,
    ) -> Result<Vec<NewAlert>, Error> {
        let phone = self.gate.policy.phones().alert(one.agency, one.kind);
        let mut notices: Vec<NewAlert> = self.notice_to_sender(head, one, phone).await?.into_iter().collect();
        let say = match head.is_drill() {
            true => drilled(head, phone),
            false => format!(
                "Nobody has acknowledged an alert, and nobody is left to tell. Telephone now: {}. Number: {}. It is alert {}. It \
                 stays with those who owe an answer until one of them acknowledges it.",
                phone.whose, phone.number, head.id
            ),
        };
        let officers = self.officers_for(one.agency).await?;
        notices.extend(self.to_oversight("hub", kind_of(head), head.severity, &say, &officers).await?);
        Ok(notices)
    }

    /// Returns the officers who are told: of the agency, else of the hub, else all.
    pub(super) async fn officers_for(&self, agency: &AgencyId) -> Result<Vec<Seat>, Error> {
        let all = self.gate.store.officers_of(agency, None, None).await?;
        let of = |fits: &dyn Fn(&Seat) -> bool| all.iter().filter(|seat| fits(seat)).cloned().collect::<Vec<_>>();
        let (own, hub) = (of(&|seat| &seat.agency == agency), of(&|seat| seat.kind == AgencyKind::Hub));
        Ok(match (own.is_empty(), hub.is_empty()) {
            (false, _) => own,
            (true, false) => hub,
            (true, true) => all,
        })
    }

    /// Prepares what the sender is told; nothing to a sender who has no seat any more, or may not know of such a service.
    async fn notice_to_sender(
        &self,
        head: &AlertHead,
        one: &Obligation<'_>,
        phone: &Phone,
    ) -> Result<Option<NewAlert>, Error> {
        let sender = head.author.strip_prefix("u:").and_then(|worker| worker.parse::<WorkerId>().ok());
        let Some(sender) = sender.filter(|_| head.case.is_some() || head.is_drill()) else { return Ok(None) };
        let Some((seat, _)) = self.gate.store.seat(sender).await?.filter(|(seat, _)| seat.active) else {
            return Ok(None);
        };
        // In the row of the matrix that each who works on cases reads, because it holds nothing of this one.
        let notice = AlertHead {
            id: AlertId::random(),
            author: "hub".to_owned(),
            about: None,
            kind: kind_of(head).word(),
            category: Category::SupervisionStatus,
            note: None,
            raised: self.now(),
            ..head.clone()
        };
        if !self.may_know(&seat, head, one).await? || !self.could_open(&notice, sender).await? {
            return Ok(None);
        }
        let say = match head.is_drill() {
            true => drilled(head, phone),
            false => format!(
                "Nobody has acknowledged the alert that you sent, and nobody is left to tell. Telephone now: {}. Number: {}. If \
                 somebody is in danger, ring 999. It is alert {}. It stays with those who owe an answer until one of them \
                 acknowledges it.",
                phone.whose, phone.number, head.id
            ),
        };
        let text = AlertText { text: Prose::new(&say).map_err(|_| Error::Unknown)?, may_tell_her: None };
        let words = self.seal(notice.place(), &text).await?;
        Ok(Some(NewAlert { head: notice, words, recipients: vec![sender] }))
    }

    /// Says whether the sender may know that a service of this kind is there, with the one whom the alert is about.
    async fn may_know(&self, seat: &Seat, head: &AlertHead, one: &Obligation<'_>) -> Result<bool, Error> {
        let (category, case) = match (one.kind, head.case) {
            (AgencyKind::WomensService, Some(case)) => (Category::ServiceEngagement, case),
            (AgencyKind::ChildrensService, Some(case)) => (Category::Child, case),
            _ => return Ok(true),
        };
        let ask = Ask {
            actor: seat,
            action: Action::Existence,
            record: Record::Case(case),
            case: Some(case),
            about: Some(head.about.unwrap_or_else(ProtectedId::random)),
            category,
            purpose: self.gate.policy.default_purpose(seat.role),
        };
        let facts = self.gate.store.facts_of_seat(&ask).await?;
        Ok(self.gate.policy.level(&ask, &facts).is_some())
    }
}

/// Returns the kind of what is told on the last rung.
fn kind_of(head: &AlertHead) -> HubKind {
    if head.is_drill() { HubKind::DrillUnanswered } else { HubKind::AlertUnanswered }
}

/// Says what is told on the last rung of a drill's ladder.
fn drilled(head: &AlertHead, phone: &Phone) -> String {
    format!(
        "DRILL. Nobody has acknowledged a drill, and nobody is left to tell. Nobody is in danger. In earnest somebody would telephone \
         now: {}. Number: {}. Whoever rings says DRILL first. It is alert {}.",
        phone.whose, phone.number, head.id
    )
}
