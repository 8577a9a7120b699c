//! The card: what an officer at a door is told of where a man stands, gathered from what the hub knows.
//!
//! Promises: one function gathers it, whoever asks, from what stands in clear and the few sealed words that it shows; nothing
//! on it is a note, an assessment or an address, and that somebody is protected shows as one number to ring, the same whichever
//! service it is and however many there are. A recall stands until the prison service confirms that he is there. A diversion is
//! on no card. It is gathered before the question is recorded, and what is sealed opens with it, on the one receipt.
//! Must never know: who may ask.

use super::clocks::{has_ended, stand};
use super::{Desk, Error};
use crate::model::agencies::Role;
use crate::model::cases::CaseHead;
use crate::model::clocks::EventWord;
use crate::model::id::{AgencyId, OrderId};
use crate::model::sealed::Sealed;
use crate::model::status::{Acknowledged, AtLarge, StatusCard};
use crate::model::summary::{OrderConditions, Summary};
use crate::model::time::Moment;
use crate::policy::limits::Limit;
use crate::store::chronology::Trace;
use crate::store::order_heads::OrderHead;
use std::collections::BTreeMap;

/// What an officer does about a man who is recalled.
const RECALLED: &str = "Recalled to prison. Until the prison service confirms that he is there, he is to be arrested: ring the \
                        number of the case manager's agency.";

/// What an officer does about a man who is at large.
const AT_LARGE: &str = "Unlawfully at large: arrest him. An arrest for another matter does not end this.";

/// What stands among the conditions of an order that was changed after it was recorded.
const VARIED: &str = "changed since it was recorded: ring before you rely on these";

/// A card as far as it stands in clear, and what it opens of the orders that run.
pub(super) struct Gathered {
    /// All but the conditions and curfews.
    card: StatusCard,
    /// No order of his is recorded here.
    has_no_order: bool,
    /// Each order that runs, and whether it was changed after it was recorded.
    live: Vec<(OrderId, bool)>,
    /// The few sealed words of each that a card shows, in the same order.
    pub(super) sealed: Vec<Sealed<Summary>>,
}

impl Gathered {
    /// Returns the orders of which it shows the kinds of condition.
    pub(super) fn orders(&self) -> Vec<OrderId> {
        self.live.iter().map(|(order, _)| *order).collect()
    }

    /// Returns the whole card. What did not open just now is not known, and hides nothing else of it.
    pub(super) fn with(self, shown: Option<&[Summary]>) -> StatusCard {
        let Self { mut card, has_no_order, live, .. } = self;
        let Some(shown) = shown.filter(|_| !has_no_order) else { return card };
        let (mut conditions, mut hours) = (Vec::new(), Vec::new());
        for (summary, (_, is_varied)) in shown.iter().zip(&live) {
            // What is no order's summary would be another record's: nothing is known then.
            let Summary::OrderConditions(of) = summary else { return card };
            conditions.extend(words_of(of));
            hours.extend(of.curfew_hours.as_ref().map(|hours| hours.reveal().to_owned()));
            conditions.extend(is_varied.then(|| VARIED.to_owned()));
        }
        conditions.sort_unstable();
        conditions.dedup();
        card.conditions = Some(conditions);
        card.curfew = (!hours.is_empty()).then(|| hours.join("; "));
        card
    }
}

impl Desk {
    /// Gathers a case's card as it is now.
    ///
    /// # Errors
    /// [`Error::Store`].
    pub(super) async fn gather(&self, case: &CaseHead) -> Result<Gathered, Error> {
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
        let has_no_order = orders.is_empty();
        let before: BTreeMap<OrderId, OrderId> =
            orders.iter().filter_map(|(order, _)| Some((order.id, order.replaces?))).collect();
        orders.retain(|(order, _)| self.runs_now(order, &events));
        let (live, sealed): (Vec<OrderHead>, Vec<_>) = orders.into_iter().unzip();
        let title = |order: &OrderHead| (self.gate.policy.orders().of(order.kind).title.clone(), order.ends);
        let card = StatusCard {
            person: case.person,
            arrangement: case.label.clone(),
            orders: (!has_no_order).then(|| live.iter().map(title).collect()),
            conditions: None,
            curfew: None,
            recall: notice(&events, "recalled", RECALLED),
            at_large: notice(&events, "at-large", AT_LARGE),
            contact_level: latest_level(&events, &live, &before),
            safety_contact: is_safe.then(|| phones.safety_contact().clone()),
            owner: case.owner.clone(),
            owner_name: owner_name.unwrap_or_else(|| case.owner.to_string()),
            owner_phone: phones.owner(&case.owner).clone(),
            as_at,
            is_stale: self.is_stale(&case.owner, as_at).await?,
        };
        let varied =
            |order: OrderId| events.iter().any(|one| one.order == Some(order) && one.word.as_str() == "order-varied");
        let live = live.iter().map(|order| (order.id, varied(order.id))).collect();
        Ok(Gathered { card, has_no_order, live, sealed })
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

    /// Says whether an order runs now.
    fn runs_now(&self, order: &OrderHead, events: &[&Trace]) -> bool {
        let today = self.today();
        let runs = order.starts <= today && order.ends.is_none_or(|ends| ends >= today);
        runs && !has_ended(order, events, self.now())
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
fn latest_level(events: &[&Trace], live: &[OrderHead], before: &BTreeMap<OrderId, OrderId>) -> Option<String> {
    let mut orders: Vec<OrderId> = live.iter().map(|order| order.id).collect();
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
