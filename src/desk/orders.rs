//! What a man is supervised under: recorded with its requirements and conditions, listed, read.
//!
//! Promises: a condition names a protected person by reference, and its reader sees a reference only of somebody whom they
//! may know of; whoever may see the summary sees which kinds of condition there are, never whom or where they name.

use super::contacts::few;
use super::events::{By, Happened};
use super::goes::{Goes, Said};
use super::levels::Seen;
use super::{Desk, Error, Once, Question, Recorded, Written};
use crate::auth::Actor;
use crate::model::agencies::Role;
use crate::model::cases::DeclaredConflict;
use crate::model::id::{CaseId, OrderId, ProtectedId, WorkerId};
use crate::model::notes::Category;
use crate::model::orders::{Condition, OrderKind, OrderWords, Requirement};
use crate::model::screen::Form;
use crate::model::sealed::Record;
use crate::model::shares::Purpose;
use crate::model::summary::ContactLevel;
use crate::model::text::Line;
use crate::model::time::Day;
use crate::policy::permit::{Action, Level};
use crate::store::effect::Supervision;
pub use crate::store::orders::Order;
use serde::Deserialize;

/// An order as a worker records it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MakeOrder {
    /// What it is.
    pub kind: OrderKind,
    /// The court or body that made it.
    #[serde(default)]
    pub court: Option<Line<200>>,
    /// Its reference there.
    #[serde(default)]
    pub reference: Option<Line<60>>,
    /// The day on which it was made.
    pub made: Day,
    /// The day on which the court told of it.
    #[serde(default)]
    pub notified: Option<Day>,
    /// The day on which it was received.
    #[serde(default)]
    pub received: Option<Day>,
    /// Its first day; the day on which it was made, if it is left out.
    #[serde(default)]
    pub starts: Option<Day>,
    /// Its last day.
    #[serde(default)]
    pub ends: Option<Day>,
    /// What it requires.
    #[serde(default)]
    pub requirements: Vec<Requirement>,
    /// Its conditions.
    #[serde(default)]
    pub conditions: Vec<Condition>,
    /// The responsible officer.
    #[serde(default)]
    pub officer: Option<WorkerId>,
    /// Who stands in.
    #[serde(default)]
    pub deputy: Option<WorkerId>,
    /// The area whose working days count, one of `calendar.csv`; the days that are for all, if it is left out.
    #[serde(default)]
    pub area: Option<Line<40>>,
    /// How closely he is seen.
    #[serde(default)]
    pub contact_level: Option<ContactLevel>,
    /// The order of this case in whose place it comes: that one ends on its first day.
    #[serde(default)]
    pub replaces: Option<OrderId>,
    /// Says that what protected somebody under the order that it replaces is over: otherwise it must stand in this one.
    #[serde(default)]
    pub ends_protection: bool,
    /// What the writer has looked at again.
    #[serde(default)]
    pub checked: Vec<Form>,
}

/// One line of a list of orders.
#[derive(Debug)]
pub struct OrderLine {
    /// What stands in clear.
    pub order: Order,
    /// How much of it the reader may see.
    pub level: Level,
}

/// An order that was opened.
#[derive(Debug)]
pub struct OpenOrder {
    /// What stands in clear.
    pub order: Order,
    /// What was opened of it.
    pub seen: Seen<OrderWords>,
    /// The protected people whom the reader may know of: no other reference is shown.
    pub known: Vec<ProtectedId>,
    /// The order that ended when this one began, for who reads it whole.
    pub replaces: Option<OrderId>,
}

impl Desk {
    /// Records an order, with the events that come with it.
    ///
    /// # Errors
    /// [`Error::NotFound`] if there is no such case or the worker may not know of it; [`Error::Refused`];
    /// [`Error::Invalid`] for dates that contradict each other, a reference to somebody who is not of the case, an officer
    /// who does not work on it.
    pub async fn make_order(
        &self,
        actor: &Actor,
        case: CaseId,
        mut new: MakeOrder,
        once: Option<Once>,
    ) -> Result<Written, Error> {
        if let Some(before) = self.repeated(actor, once.as_ref()).await? {
            return Ok(before);
        }
        let id = OrderId::random();
        let question = order_question(Action::Create, id, Some(case), self.purpose(actor, None));
        let ask = question.by(actor);
        let (true, Some(author)) = (self.gate.store.has_case(actor, case).await?, actor.worker()) else {
            return Err(self.gate.asked_for_nothing(&ask).await.into());
        };
        let permit = self.gate.decide(&ask, None).await?;
        if let Err(why) = self.check_order(actor, &question, case, &new).await {
            return Err(self.declined(permit, why).await);
        }
        let checked = std::mem::take(&mut new.checked);
        let permit = self.screened(actor, permit, case, (Goes::HisRecord, &said(&new), &checked)).await?;
        let by = By { case, author, agency: actor.agency().clone(), at: self.now() };
        let (order, events) = self.sealed_order(&by, id, new).await?;
        let made = Happened::new(self.word(events[0].word.as_str())?, events[0].happened);
        let alerts = self.alerts_of(actor, case, &made).await?;
        let answer = serde_json::json!({
            "id": id, "case": case, "kind": order.kind, "starts": order.starts, "ends": order.ends,
            "events": events.iter().map(|event| event.id).collect::<Vec<_>>(),
        });
        let effect = Supervision::MakeOrder(Box::new(order), events, alerts);
        self.write(permit, &ask, None, effect.into(), once.as_ref(), answer).await
    }

    pub(super) async fn check_order(
        &self,
        actor: &Actor,
        question: &Question,
        case: CaseId,
        new: &MakeOrder,
    ) -> Result<(), Error> {
        few("requirements", &new.requirements)?;
        few("conditions", &new.conditions)?;
        self.check_terms(new)?;
        if new.made > self.today() {
            return Err(Error::field("made", "is in the future: record the order when it is made"));
        }
        let mut areas = self.gate.policy.clocks().calendar().areas();
        if new.area.as_ref().is_some_and(|area| !areas.any(|known| known == area.reveal())) {
            let known: Vec<&str> = self.gate.policy.clocks().calendar().areas().collect();
            return Err(Error::field(
                "area",
                &format!("is not an area of this hub: write one of {}", known.join(", ")),
            ));
        }
        let starts = new.starts.unwrap_or(new.made);
        if new.ends.is_some_and(|ends| ends < starts) {
            return Err(Error::field("ends", "is before its first day: correct one of the two"));
        }
        for (field, day) in [("notified", new.notified), ("received", new.received)] {
            if day.is_some_and(|day| day < new.made) {
                return Err(Error::field(field, "is before the day on which it was made: correct one of the two"));
            }
        }
        self.check_replaced(actor, question, case, new).await?;
        for (field, worker) in [("officer", new.officer), ("deputy", new.deputy)] {
            if let Some(worker) = worker
                && !self.works_openly(case, worker).await?
            {
                return Err(Error::field(field, "does not work on this case: have them join it first"));
            }
        }
        let known = self.protected_known(actor, question).await?;
        for condition in &new.conditions {
            few("conditions.protected", &condition.protected)?;
            if !condition.protected.iter().all(|id| known.iter().any(|head| head.id == *id)) {
                let say = "names somebody who is not a protected person of this case: leave the reference out";
                return Err(Error::field("conditions.protected", say));
            }
            let text = condition.text.as_ref().map(Line::reveal).unwrap_or_default();
            if self.names_somebody(text).into_iter().any(|id| known.iter().any(|head| head.id == id)) {
                let say = "names a protected person: put her reference into `protected` instead of her name";
                return Err(Error::field("conditions.text", say));
            }
        }
        Ok(())
    }

    /// Returns the protected people whose names stand in a text: a given name and, within two words, a family name.
    pub(super) fn names_somebody(&self, text: &str) -> Vec<ProtectedId> {
        let words: Vec<&str> = text
            .split(|c: char| !(c.is_alphanumeric() || c == '\'' || c == '-'))
            .filter(|word| !word.is_empty())
            .collect();
        let pairs = (0..words.len()).flat_map(|at| [1, 2].map(|step| (words[at], words.get(at + step).copied())));
        let meant = pairs.filter_map(|(given, family)| {
            let words = DeclaredConflict {
                family_name: Line::new(family?).ok()?,
                given_name: Line::new(given).ok()?,
                relation: Line::new("-").ok()?,
                address: None,
                phone: None,
            };
            Some(self.index.protected_meant_by(&self.gate.vault, &words))
        });
        meant.flatten().map(|(_, _, id)| id).collect()
    }

    /// Lists a case's orders, those recorded last first, each as far as the worker may know of it.
    ///
    /// # Errors
    /// [`Error::NotFound`] if there is no such case or the worker may not know of it; [`Error::Invalid`] if `before` is no
    /// place in this list.
    pub async fn orders(
        &self,
        actor: &Actor,
        case: CaseId,
        purpose: Option<Purpose>,
        before: Option<OrderId>,
        limit: i64,
    ) -> Result<(Vec<OrderLine>, Option<OrderId>, Recorded), Error> {
        let recorded = self.looks_at(actor, case, purpose).await?;
        let purpose = self.purpose(actor, purpose);
        let mut place = match before {
            None => None,
            Some(id) => {
                let found = self.gate.store.order(id).await?.filter(|one| one.case == case);
                let known = self.order_lines(actor, found.into_iter().collect(), purpose).await?;
                let line = known.first().ok_or_else(super::no_place)?;
                Some((line.order.created, line.order.id))
            }
        };
        let mut shown = Vec::new();
        // A page is full of what the worker may know: a short one would tell of what they may not.
        while (shown.len() as i64) < limit {
            let page = self.gate.store.orders_of(case, place, super::PAGE_MAX).await?;
            let Some(last) = page.last() else { break };
            place = Some((last.created, last.id));
            shown.extend(self.order_lines(actor, page, purpose).await?);
        }
        shown.truncate(usize::try_from(limit).unwrap_or_default());
        let next = (shown.len() as i64 == limit).then(|| shown.last().map(|one| one.order.id)).flatten();
        Ok((shown, next, recorded))
    }

    pub(super) async fn order_lines(
        &self,
        actor: &Actor,
        found: Vec<Order>,
        purpose: Purpose,
    ) -> Result<Vec<OrderLine>, Error> {
        let of = |one: &Order| (order_question(Action::Read, one.id, Some(one.case), purpose), one.item());
        let known = self.known_of(actor, self.carded(actor, found), of).await?;
        Ok(known.into_iter().map(|(order, level)| OrderLine { order, level }).collect())
    }

    /// Leaves out what police response is never shown: a diversion is no conviction and stands on no card.
    fn carded(&self, actor: &Actor, mut found: Vec<Order>) -> Vec<Order> {
        found.retain(|one| self.may_card(actor, one.kind));
        found
    }

    /// Leaves out the events of orders that police response is never shown.
    pub(super) async fn carded_events<T>(
        &self,
        actor: &Actor,
        mut found: Vec<T>,
        of: impl Fn(&T) -> (CaseId, Option<OrderId>),
    ) -> Result<Vec<T>, Error> {
        let Some(case) = found.first().map(|one| of(one).0).filter(|_| actor.role() == Some(Role::PoliceResponse))
        else {
            return Ok(found);
        };
        let orders = self.gate.store.order_heads(case).await?;
        let hidden: Vec<OrderId> =
            orders.iter().filter(|one| !self.may_card(actor, one.kind)).map(|one| one.id).collect();
        found.retain(|one| of(one).1.is_none_or(|order| !hidden.contains(&order)));
        Ok(found)
    }

    fn may_card(&self, actor: &Actor, kind: OrderKind) -> bool {
        let response = actor.role() == Some(Role::PoliceResponse);
        !response || self.gate.policy.orders().of(kind).on_card
    }

    /// Shows an order: all of it, or which kinds of condition it has to those who may see no more.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Refused`].
    pub async fn order(&self, actor: &Actor, id: OrderId, purpose: Option<Purpose>) -> Result<OpenOrder, Error> {
        let purpose = self.purpose(actor, purpose);
        let found = self.gate.store.order(id).await?.filter(|one| self.may_card(actor, one.kind));
        let question = order_question(Action::Read, id, found.as_ref().map(|one| one.case), purpose);
        let Some(order) = found else {
            return Err(self.gate.asked_for_nothing(&question.by(actor)).await.into());
        };
        let words = (order.words.clone(), Some(order.summary.clone()));
        let seen = self.opened_as_far(actor, question, order.item(), words).await?;
        let known = self.protected_known(actor, &question).await?.into_iter().map(|head| head.id).collect();
        // What it replaced may be something that police response is never shown.
        let replaces = order.replaces.filter(|_| actor.role() != Some(Role::PoliceResponse));
        Ok(OpenOrder { order, seen, known, replaces })
    }
}

pub(super) fn order_question(action: Action, id: OrderId, case: Option<CaseId>, purpose: Purpose) -> Question {
    let (record, category) = (Record::Order(id), Category::OrderConditions);
    Question { action, record, case, about: None, category, purpose }
}

/// Returns the texts of an order with their fields: they are read in his record.
pub(super) fn said(new: &MakeOrder) -> Vec<Said<'_>> {
    let mut said: Vec<Said<'_>> = Vec::new();
    said.extend(new.court.as_ref().map(|line| ("court", line.reveal())));
    said.extend(new.reference.as_ref().map(|line| ("reference", line.reveal())));
    let texts = new.conditions.iter().filter_map(|one| one.text.as_ref());
    said.extend(texts.map(|line| ("conditions.text", line.reveal())));
    said.extend(
        new.requirements
            .iter()
            .filter_map(|one| one.programme.as_ref())
            .map(|line| ("requirements.programme", line.reveal())),
    );
    said
}
