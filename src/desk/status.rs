//! The card: what an officer at a door is told of where a man stands, gathered from what the hub knows.
//!
//! Promises: one function gathers it, whoever asks, from what stands in clear and the few sealed words that it shows; nothing on it is a note, an assessment or an address, and that
//! somebody is protected shows as one number to ring, the same whichever service it is and however many there are. A recall
//! stands until the prison service confirms that he is there. A diversion is on no card.
//! Must never know: who may ask.

use super::clocks::{has_ended, stand};
use super::{Desk, Error, Question};
use crate::auth::Actor;
use crate::model::agencies::Role;
use crate::model::cases::CaseHead;
use crate::model::clocks::EventWord;
use crate::model::id::{AgencyId, OrderId};
use crate::model::notes::Category;
use crate::model::sealed::{Record, Sealed};
use crate::model::status::{Acknowledged, AtLarge, StatusCard};
use crate::model::summary::{OrderConditions, Summary};
use crate::model::text::Line;
use crate::model::time::Moment;
use crate::policy::limits::Limit;
use crate::store::chronology::Trace;
use crate::store::order_heads::{CardedOrder, OrderHead};
use std::collections::BTreeMap;

/// What an officer does about a man who is recalled.
const RECALLED: &str = "Recalled to prison. Until the prison service confirms that he is there, he is to be arrested: ring the \
                        number of the case manager's agency.";

/// What an officer does about a man who is at large.
const AT_LARGE: &str = "Unlawfully at large: arrest him. An arrest for another matter does not end this.";

/// What stands among the conditions of an order that was changed after it was recorded.
const VARIED: &str = "changed since it was recorded: ring before you rely on these";

impl Desk {
    /// Gathers a case's card as it is now.
    ///
    /// # Errors
    /// [`Error::Refused`]; [`Error::Store`].
    pub(super) async fn card_of(
        &self,
        actor: &Actor,
        question: &Question,
        case: &CaseHead,
    ) -> Result<StatusCard, Error> {
        let (store, now) = (&self.gate.store, self.now());
        let phones = self.gate.policy.phones();
        let works_with_her = |role: Role| role.is_womens() || role == Role::ChildrensWorker;
        let involved = store.involved(case.id).await?;
        let is_safe = involved.iter().any(|one| one.about.is_some() && works_with_her(one.role));
        let (owner_name, written) = store.written_by_owner(case.id, &case.owner).await?;
        let as_at = written.map_or(now, |at| at.min(now));
        let all = store.carded_chronology(case.id).await?;
        let happenings: Vec<_> = all.iter().map(Trace::happening).collect();
        let events = stand(&all, &happenings, now);
        let mut orders = store.carded_orders(case.id).await?;
        orders.retain(|(order, _)| self.gate.policy.orders().of(order.kind).on_card);
        let is_recorded = !orders.is_empty();
        let before: BTreeMap<OrderId, OrderId> =
            orders.iter().filter_map(|(order, _)| Some((order.id, order.replaces?))).collect();
        let live: Vec<CardedOrder> = orders.into_iter().filter(|(order, _)| self.runs_now(order, &events)).collect();
        let title = |(order, _): &CardedOrder| (self.gate.policy.orders().of(order.kind).title.clone(), order.ends);
        let (conditions, curfew) = self.live_conditions(actor, question, &live, &events).await;
        Ok(StatusCard {
            person: case.person,
            arrangement: case.label.clone(),
            orders: is_recorded.then(|| live.iter().map(title).collect()),
            conditions: conditions.filter(|_| is_recorded),
            curfew,
            recall: notice(&events, "recalled", RECALLED),
            at_large: notice(&events, "at-large", AT_LARGE),
            contact_level: latest_level(&events, &live, &before),
            safety_contact: is_safe.then(|| phones.safety_contact().clone()),
            owner: case.owner.clone(),
            owner_name: owner_name.unwrap_or_else(|| case.owner.to_string()),
            owner_phone: phones.owner(&case.owner).clone(),
            as_at,
            is_stale: self.is_stale(&case.owner, as_at).await?,
        })
    }

    /// Says whether an agency that last wrote of a case at `as_at` has given no sign of any kind for so long that the card
    /// may have changed. What was written lately is sign enough, and nothing more is read.
    async fn is_stale(&self, owner: &AgencyId, as_at: Moment) -> Result<bool, Error> {
        let (now, limits) = (self.now(), self.gate.policy.limits());
        let is_old = |sign| limits.due(Limit::QueryFresh, sign) <= now;
        if !is_old(as_at) {
            return Ok(false);
        }
        Ok(self.gate.store.last_sign_of(owner).await?.is_none_or(is_old))
    }

    /// Returns the kinds of condition of orders that run, and the hours of their curfews. What does not open just now is not
    /// known, and hides nothing else of the card.
    async fn live_conditions(
        &self,
        actor: &Actor,
        question: &Question,
        live: &[CardedOrder],
        events: &[&Trace],
    ) -> (Option<Vec<String>>, Option<String>) {
        let (mut conditions, mut hours) = (Vec::new(), Vec::new());
        for (order, summary) in live {
            match self.conditions_of(actor, question, order, summary.clone()).await {
                Ok(shown) => {
                    conditions.extend(words_of(&shown));
                    hours.extend(shown.curfew_hours.map(|hours| hours.reveal().to_owned()));
                }
                Err(error) => {
                    tracing::warn!(%error, "the conditions of an order did not open for a card");
                    return (None, None);
                }
            }
            let varied = |one: &&&Trace| one.order == Some(order.id) && one.word.as_str() == "order-varied";
            if events.iter().any(|one| varied(&one)) {
                conditions.push(VARIED.to_owned());
            }
        }
        conditions.sort_unstable();
        conditions.dedup();
        (Some(conditions), (!hours.is_empty()).then(|| hours.join("; ")))
    }

    /// Says whether an order runs now.
    fn runs_now(&self, order: &OrderHead, events: &[&Trace]) -> bool {
        let today = self.today();
        let runs = order.starts <= today && order.ends.is_none_or(|ends| ends >= today);
        runs && !has_ended(order, events, self.now())
    }

    /// Opens which kinds of condition an order has, for the card alone.
    async fn conditions_of(
        &self,
        actor: &Actor,
        question: &Question,
        order: &OrderHead,
        summary: Sealed<Summary>,
    ) -> Result<OrderConditions, Error> {
        let of_order = Question { record: Record::Order(order.id), case: Some(order.case), ..*question };
        let item = order.item(Category::SupervisionStatus);
        let shown = self.gate.open(&of_order.by(actor), Some(item), summary).await?;
        match shown.value() {
            Summary::OrderConditions(it) => Ok(OrderConditions {
                curfew_hours: it.curfew_hours.as_ref().and_then(|hours| Line::new(hours.reveal()).ok()),
                ..*it
            }),
            _ => Err(Error::Unknown),
        }
    }
}

/// Returns the latest notice of a word that the prison service has not ended.
fn notice(events: &[&Trace], word: &str, say: &str) -> Option<AtLarge> {
    let at = events.iter().rposition(|one| one.word.as_str() == word)?;
    let ended = events.iter().skip(at + 1).any(|one| one.word.as_str() == "returned-to-custody");
    (!ended).then(|| AtLarge {
        since: events[at].happened,
        say: say.to_owned(),
        acknowledged: acknowledged(events, events[at]),
    })
}

/// Returns the first who said that they have a notice.
fn acknowledged(events: &[&Trace], notice: &Trace) -> Option<Acknowledged> {
    let names = |one: &&&Trace| {
        one.word.as_str() == EventWord::ACKNOWLEDGED
            && one.follows.is_some_and(|id| id == notice.id || notice.corrects == Some(id))
    };
    let one = events.iter().find(names)?;
    Some(Acknowledged { worker: one.author, agency: one.agency.clone(), at: one.happened })
}

/// Returns how closely he is seen, by what was set last under an order that runs; if nothing was, under the one whose place it
/// took: that another sheet of paper came does not make him safer.
fn latest_level(events: &[&Trace], live: &[CardedOrder], before: &BTreeMap<OrderId, OrderId>) -> Option<String> {
    let mut orders: Vec<OrderId> = live.iter().map(|(order, _)| order.id).collect();
    for _ in 0..=before.len() {
        let of = |one: &&&Trace| one.order.is_some_and(|order| orders.contains(&order));
        let mut set = events.iter().filter(of).filter_map(|one| one.sets.as_deref()?.strip_prefix("level:"));
        if let Some(level) = set.next_back() {
            return Some(level.to_owned());
        }
        orders = orders.iter().filter_map(|order| before.get(order).copied()).collect();
    }
    None
}

/// Returns the kinds of condition in words.
fn words_of(shown: &OrderConditions) -> Vec<String> {
    let words = [
        (shown.no_contact, "no contact with a named person"),
        (shown.curfew, "curfew"),
        (shown.exclusion, "a place where he must not go"),
        (shown.programme, "must attend a programme"),
    ];
    words.into_iter().filter(|(is, _)| *is).map(|(_, say)| say.to_owned()).collect()
}
