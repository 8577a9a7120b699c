//! An order in the place of another: one that was varied and imposed anew, a licence after a recall, a sentence after a diversion.
//!
//! Promises: the old order ends on the first day of the new one, by an event of the same commit, and both stay in the
//! chronology; whatever ran for the old one stops; an order is replaced once. One of another case, one that the writer may
//! not read whole, and one that is not there are one answer.
//! Must never know: HTTP, SQL.

use super::events::{By, Event, Happened, event_question};
use super::orders::{MakeOrder, order_question};
use super::{Desk, Error, Question};
use crate::auth::Actor;
use crate::model::clocks::EventWord;
use crate::model::id::{CaseId, EventId, OrderId, ProtectedId};
use crate::model::notes::Category;
use crate::model::orders::Condition;
use crate::model::time::Moment;
use crate::policy::permit::{Action, Level};

/// One answer for an order of another case, one that the writer may not read, and none.
const NOT_ONE: &str = "is not an order of this case that you may end: choose one of its list, or leave it out";

impl Desk {
    /// Refuses to replace what is not there for the writer, what was replaced already, and what begins later.
    pub(super) async fn check_replaced(
        &self,
        actor: &Actor,
        question: &Question,
        case: CaseId,
        new: &MakeOrder,
    ) -> Result<(), Error> {
        let Some(id) = new.replaces else { return Ok(()) };
        let heads = self.gate.store.order_heads(case).await?;
        let found = heads.iter().find(|head| head.id == id).cloned();
        let of = |one: &crate::store::order_heads::OrderHead| {
            (
                order_question(Action::Read, one.id, Some(one.case), question.purpose),
                one.item(Category::OrderConditions),
            )
        };
        let known = self.known_of(actor, found.into_iter().collect(), of).await?;
        let ends = event_question(
            Action::Create,
            EventId::random(),
            Some(case),
            self.word(EventWord::REPLACED)?.category,
            question.purpose,
        );
        let facts = self.gate.facts(&ends.by(actor), None).await?;
        let may_end = self.gate.policy.would_permit(&ends.by(actor), &facts);
        let Some((old, _)) = known.first().filter(|(_, level)| may_end && *level == Level::Full) else {
            return Err(Error::field("replaces", NOT_ONE));
        };
        if heads.iter().any(|head| head.replaces == Some(id)) {
            return Err(Error::field("replaces", "was replaced already: name the order that took its place"));
        }
        if new.starts.unwrap_or(new.made) < old.starts {
            let say = "is before the first day of the order that it replaces: correct one of the two";
            return Err(Error::field("starts", say));
        }
        self.keeps_protection(actor, question, id, new).await
    }

    /// Refuses to leave out, unless the writer says so, what protected somebody under the old order: the officer at the door
    /// sees the conditions of orders that run.
    async fn keeps_protection(
        &self,
        actor: &Actor,
        question: &Question,
        old: OrderId,
        new: &MakeOrder,
    ) -> Result<(), Error> {
        if new.ends_protection {
            return Ok(());
        }
        let order = self.gate.store.order(old).await?.ok_or(Error::NotFound)?;
        let reads = order_question(Action::Read, old, Some(order.case), question.purpose);
        let words = self.gate.open(&reads.by(actor), Some(order.item()), order.words).await?;
        let known = self.protected_known(actor, question).await?;
        let stands = |was: &Condition| {
            let of_her = |id: &ProtectedId| known.iter().any(|head| head.id == *id);
            new.conditions.iter().any(|one| {
                one.kind == was.kind
                    && was.protected.iter().filter(|id| of_her(id)).all(|id| one.protected.contains(id))
            })
        };
        match words.value().conditions.iter().filter(|one| one.kind.protects()).find(|one| !stands(one)) {
            None => Ok(()),
            Some(lost) => Err(Error::field(
                "conditions",
                &format!(
                    "leave out what protected somebody under the order that it replaces ({}): repeat it, or say \
                     ends_protection if it is over",
                    lost.kind
                ),
            )),
        }
    }

    /// Seals the event by which the old order ends when the new one begins.
    pub(super) async fn ended_by(&self, by: &By, old: OrderId, begun: Moment) -> Result<Event, Error> {
        let ended = Happened { order: Some(old), ..Happened::new(self.word(EventWord::REPLACED)?, begun) };
        self.sealed_event(by, EventId::random(), ended).await
    }
}
