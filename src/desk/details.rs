//! Sending a women's service what it needs before a man begins a programme, and its saying that it is there.
//!
//! Promises: what is recorded is the same whomever the details are about: that they were sent, not to which service; and
//! later that they are there, not who said so. Those who are told are the service's managers and whoever is on duty there,
//! never chosen by who works on the case: so that neither the receipt nor its absence tells whether anybody is known to the
//! service. What was sent does not stand in it.

use super::events::{Happened, Ready};
use super::{Desk, Error, Once, Written};
use crate::auth::Actor;
use crate::model::agencies::{AgencyKind, Role};
use crate::model::alerts::{AlertText, HubKind, Severity};
use crate::model::clocks::EventWord;
use crate::model::id::{AgencyId, AlertId, CaseId, OrderId, WorkerId};
use crate::model::notes::Category;
use crate::model::text::Prose;
use crate::store::alerts::{AlertHead, NewAlert};
use crate::store::effect::Supervision;
use crate::store::programmes::ProgrammeAct;
use serde::Deserialize;
use std::collections::BTreeSet;

/// What the service is told.
const SAY: &str = "Details for a man's programme were sent to your service. Acknowledge this as soon as they are there: that \
                   says that they arrived, and nothing of whether anybody is known to you. Write nothing about anybody in answer.";

/// Details that are sent, as a worker records it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SendDetails {
    /// The women's service to which they were sent. It stands nowhere in his record.
    pub to: AgencyId,
    /// Under which order; needed if the case has more than one.
    #[serde(default)]
    pub order: Option<OrderId>,
}

impl Desk {
    /// Records that details were sent to a women's service, and tells the service.
    ///
    /// # Errors
    /// As every event; [`Error::Invalid`] if that is no women's service; [`Error::Nobody`] if nobody there can be told: it
    /// was not sent.
    pub async fn send_details(
        &self,
        actor: &Actor,
        case: CaseId,
        new: SendDetails,
        once: Option<Once>,
    ) -> Result<Written, Error> {
        if let Some(before) = self.repeated(actor, once.as_ref()).await? {
            return Ok(before);
        }
        let rule = self.word(EventWord::DETAILS_SENT)?;
        let event = Happened { order: new.order, ..Happened::new(rule, self.now()) };
        let Ready { question, permit, event, .. } = self.ready(actor, case, event, &[]).await?;
        let alert = match self.told_of_details(actor, case, &new.to).await {
            Ok(alert) => alert,
            Err(why) => return Err(self.declined(permit, why).await),
        };
        let answer = serde_json::json!({
            "id": event.id, "case": case, "order": event.order, "word": event.word, "happened": event.happened,
            "recorded": event.created,
        });
        let effect = Supervision::Programme(ProgrammeAct::Send(Box::new(event), Box::new(alert)));
        self.write(permit, &question.by(actor), None, effect.into(), once.as_ref(), answer).await
    }

    async fn told_of_details(&self, actor: &Actor, case: CaseId, to: &AgencyId) -> Result<NewAlert, Error> {
        let agency = self.gate.store.agency(to).await?;
        if agency.is_none_or(|agency| agency.kind != AgencyKind::WomensService) {
            return Err(Error::field("to", "is not a women's service of this hub: write the short name of one"));
        }
        let mut seats = self.gate.store.managers_of(to, Some(case), actor.worker()).await?;
        seats.extend(self.gate.store.on_duty(Role::WomensWorker, Some(case), actor.worker()).await?);
        let of_it = |seat: &&crate::model::agencies::Seat| &seat.agency == to && seat.role.is_womens();
        let workers: BTreeSet<WorkerId> = seats.iter().filter(of_it).map(|seat| seat.worker).collect();
        let category = Category::Attendance;
        let workers = self.who_open(workers, case, (None, category), Some(actor)).await?;
        if workers.is_empty() {
            return Err(Error::Nobody);
        }
        let head = AlertHead {
            id: AlertId::random(),
            case: Some(case),
            author: actor.word(),
            agency: actor.agency().clone(),
            about: None,
            kind: HubKind::DetailsSent.word(),
            category,
            severity: Severity::Normal,
            note: None,
            raised: self.now(),
        };
        let text = Prose::new(SAY).map_err(|_| Error::Unknown)?;
        let words = self.seal(head.place(), &AlertText { text, may_tell_her: None }).await?;
        Ok(NewAlert { head, words, recipients: workers.into_iter().collect() })
    }
}
