//! The clocks of supervision as a worker sees them: of their own cases, of one case.
//!
//! Promises: a clock is reckoned anew each time from what happened, and shown to whoever may read whole what started it, what
//! ended it, and whatever could; how much of a page is left out cannot be told from it.

use super::events::event_question;
use super::late::{root, roots};
use super::{Desk, Error, Recorded};
use crate::auth::Actor;
use crate::model::cases::CaseHead;
use crate::model::clocks::{Clock, EventWord, Happening, State, standing};
use crate::model::id::{CaseId, EventId, OrderId};
use crate::model::notes::Category;
use crate::model::shares::Purpose;
use crate::model::time::Moment;
use crate::policy::permit::{Action, Level};
use crate::store::chronology::Trace;
use crate::store::order_heads::OrderHead;
use crate::store::orders::plain;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// The clocks of one case.
#[derive(Debug)]
pub struct CaseClocks {
    /// The case.
    pub case: CaseId,
    /// Its clocks, the first to start first.
    pub clocks: Vec<Clock>,
    /// When each was last told to be late, by what started it and its rule.
    told: HashMap<(EventId, String), Moment>,
    /// The case is locked and the worker is not let in: nothing of its clocks is shown.
    pub locked: bool,
}

impl CaseClocks {
    /// Returns when it was last told that a clock is late.
    #[must_use]
    pub fn told(&self, clock: &Clock) -> Option<Moment> {
        self.told.get(&(clock.trigger.id, clock.rule.name.clone())).copied()
    }
}

impl Desk {
    /// Returns the open clocks of the worker's own cases, case by case in the order of their ids.
    ///
    /// # Errors
    /// [`Error::NotFound`] if the actor has no cases by role.
    pub async fn clocks(
        &self,
        actor: &Actor,
        purpose: Option<Purpose>,
        after: Option<CaseId>,
        limit: i64,
    ) -> Result<(Vec<CaseClocks>, Option<CaseId>, Recorded), Error> {
        let (scope, recorded) = self.own_list(actor).await?;
        let cases = self.gate.store.cases(&scope, after, limit).await?;
        let next = (cases.len() as i64 == limit).then(|| cases.last().map(|case| case.id)).flatten();
        let mut shown = Vec::new();
        for case in cases {
            let mut clocks = self.clocks_for(actor, case.id, purpose).await?;
            clocks.clocks.retain(|clock| clock.state.is_open());
            clocks.locked = self.is_closed_to(actor, case.id).await?;
            shown.push(clocks);
        }
        Ok((shown, next, recorded))
    }

    /// Returns every clock of a case that the worker may know of: those that were stopped, waived or corrected too.
    ///
    /// # Errors
    /// [`Error::NotFound`] if there is no such case or the worker may not know of it.
    pub async fn clocks_of(
        &self,
        actor: &Actor,
        case: CaseId,
        purpose: Option<Purpose>,
    ) -> Result<(CaseClocks, Recorded), Error> {
        let recorded = self.looks_at(actor, case, purpose).await?;
        let clocks = self.clocks_for(actor, case, purpose).await?;
        Ok((clocks, recorded))
    }

    /// Returns the clocks of a case that the actor may know: who may read whole what started them, what ended them, and
    /// whatever else could stop them.
    async fn clocks_for(&self, actor: &Actor, case: CaseId, purpose: Option<Purpose>) -> Result<CaseClocks, Error> {
        let purpose = self.purpose(actor, purpose);
        let (events, mut clocks) = self.reckoned(case).await?;
        let roots = roots(&events);
        let events = self.carded_events(actor, events, |one| (one.case, one.order)).await?;
        let of =
            |one: &Trace| (event_question(Action::Read, one.id, Some(one.case), one.category, purpose), one.item());
        let known = self.known_of(actor, events, of).await?;
        let whole: BTreeSet<EventId> =
            known.into_iter().filter(|(_, level)| *level == Level::Full).map(|(event, _)| event.id).collect();
        let categories = self.whole_categories(actor, case, purpose).await?;
        let open = |word: &EventWord| {
            let rule = self.gate.policy.events().get(word.as_str());
            rule.is_some_and(|rule| categories.contains(&rule.category))
        };
        let reads = |id: &EventId| whole.contains(id);
        clocks.retain(|clock| {
            let ends: &[EventId] = if let State::Stopped { by, .. } = &clock.state { by } else { &[] };
            let corrected = clock.corrected.iter().flat_map(|one| [&one.was, &one.by]);
            reads(&clock.trigger.id) && ends.iter().chain(corrected).all(reads) && clock.rule.stops.words().all(open)
        });
        let mut last: HashMap<(EventId, String), Moment> = HashMap::new();
        for one in self.gate.store.told_late(case).await? {
            let at = last.entry((one.event, one.rule)).or_insert(one.at);
            *at = one.at.max(*at);
        }
        let told_of = |clock: &Clock| {
            let at = last.get(&(root(&roots, clock.trigger.id), clock.rule.name.clone()))?;
            Some(((clock.trigger.id, clock.rule.name.clone()), *at))
        };
        let told = clocks.iter().filter_map(told_of).collect();
        Ok(CaseClocks { case, clocks, told, locked: false })
    }

    /// Returns the categories of which the actor may read whole what the agency of a case recorded there.
    async fn whole_categories(
        &self,
        actor: &Actor,
        case: CaseId,
        purpose: Purpose,
    ) -> Result<BTreeSet<Category>, Error> {
        let Some(head) = self.gate.store.case(case).await? else { return Ok(BTreeSet::new()) };
        let all: BTreeSet<Category> = self.gate.policy.events().all().map(|rule| rule.category).collect();
        let of = |category: &Category| {
            let question = event_question(Action::Read, EventId::random(), Some(case), *category, purpose);
            (question, plain(*category, head.owner.clone()))
        };
        let known = self.known_of(actor, all.into_iter().collect(), of).await?;
        Ok(known.into_iter().filter(|(_, level)| *level == Level::Full).map(|(category, _)| category).collect())
    }

    /// Reckons the clocks of a case from its whole chronology, of which nothing sealed is read.
    pub(super) async fn reckoned(&self, case: CaseId) -> Result<(Vec<Trace>, Vec<Clock>), Error> {
        let events = self.gate.store.chronology(case).await?;
        let orders = self.gate.store.order_heads(case).await?;
        let head = self.gate.store.case(case).await?;
        let happenings: Vec<_> = events.iter().map(Trace::happening).collect();
        let area = orders.iter().rev().find_map(|order| order.area.as_deref());
        let stand: Vec<&Trace> = stand(&events, &happenings, self.now());
        let setting: Vec<&Trace> = stand.into_iter().filter(|event| event.sets.is_some()).collect();
        let holds = |order: Option<OrderId>, at: Moment| conditions(&orders, &setting, head.as_ref(), order, at);
        let clocks = self.gate.policy.clocks().reckon(area, &happenings, &holds, self.now());
        Ok((events, clocks))
    }
}

/// Says whether an order has ended, or another has taken its place.
pub(super) fn has_ended(order: &OrderHead, standing: &[&Trace], now: Moment) -> bool {
    let ends = |word: &str| word == "order-ended" || word == EventWord::REPLACED;
    standing.iter().any(|one| one.order == Some(order.id) && ends(one.word.as_str()) && one.happened <= now)
}

/// Returns the events that stand now, in the order in which they happened.
pub(super) fn stand<'a>(events: &'a [Trace], happenings: &[Happening], now: Moment) -> Vec<&'a Trace> {
    let by_id: HashMap<EventId, &Trace> = events.iter().map(|event| (event.id, event)).collect();
    standing(happenings, now).iter().filter_map(|id| by_id.get(id).copied()).collect()
}

/// Returns the conditions of `clocks.csv` that hold for an order, or for the case, at a moment: what its kind and its
/// requirements say, and the latest that an event set.
fn conditions(
    orders: &[OrderHead],
    setting: &[&Trace],
    head: Option<&CaseHead>,
    order: Option<OrderId>,
    at: Moment,
) -> Vec<String> {
    let own = orders.iter().filter(|one| order == Some(one.id)).flat_map(|one| one.counts.iter().cloned());
    let mut words: Vec<String> = own.collect();
    let mut set: BTreeMap<&str, (Moment, &str)> = BTreeMap::new();
    for event in setting.iter().filter(|event| event.order == order && event.happened <= at) {
        let Some(word) = event.sets.as_deref() else { continue };
        let about = word.split_once(':').map_or(word, |(about, _)| about);
        let latest = set.entry(about).or_insert((event.happened, word));
        if event.happened >= latest.0 {
            *latest = (event.happened, word);
        }
    }
    // A referral that was accepted says at which level he is managed since then.
    let referred = set.contains_key("mappa-level");
    words.extend(set.into_values().map(|(_, word)| word.to_owned()));
    let head = head.filter(|_| !referred);
    let level = head.and_then(|head| head.mappa.as_deref()?.rsplit_once("level ").map(|(_, level)| level));
    words.extend(level.map(|level| format!("mappa-level:{level}")));
    words
}
