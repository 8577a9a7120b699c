//! Alert figures of an agency and a month: how many answers were owed, how long they took, how often others had to be told.
//!
//! Promises: they are reckoned from the rows of alerts, by the same rule that says who owes an answer, and say nothing of whom, of what,
//! or of the sender; drills count in none. Small numbers are not shown (`model/figures.rs`). A month is reckoned up to some days after its
//! end, and before that up to the last midnight: whoever asks twice on a day is told the same. What a women's service owed is
//! shown to those who answer for it and to the hub's governance, and to nobody of another agency.
//! Must never know: the words of an alert, HTTP.

use super::obligations::{Obligation, obligations};
use super::oversight::of_agency;
use super::{Desk, Error, Recorded};
use crate::auth::Actor;
use crate::model::agencies::AgencyKind;
use crate::model::alerts::Severity;
use crate::model::figures::Tally;
pub use crate::model::figures::{Minutes, Month, Shown, Small};
use crate::model::id::{AgencyId, AlertId};
use crate::model::time::Moment;
use crate::policy::ladder::Whom;
use crate::policy::limits::Limit;
use crate::store::alerts::Came;
use crate::store::effect::Effect;
use crate::store::figures::Raised;
use crate::store::ladder::{Held, Reached};
use std::collections::BTreeMap;

/// What is counted of the answers that are owed, in the order of a tally; after it come those that were told on each rung.
pub const COUNTED: [&str; 2] = ["unacknowledged", "overdue"];

/// Who is told on rungs, in the order of a tally.
pub const RUNGS: [&str; Whom::ALL.len()] = ["cover", "manager", "partner", "telephone"];

/// To what is reckoned how long it took, in the order of a tally.
pub const STATES: [&str; 5] = ["sent", "delivered", "read", "acknowledged", "acted"];

/// Figures of a month.
#[derive(Debug)]
pub struct Figures {
    /// The month.
    pub month: Month,
    /// Whether it can still change.
    pub so_far: bool,
    /// Up to when it is reckoned.
    pub until: Moment,
    /// What small numbers may tell.
    pub small: Small,
    /// Of each agency those of each severity, the most urgent first, and last of all of them.
    pub agencies: Vec<(AgencyId, Vec<Shown>)>,
    /// Where the looking stands in the log.
    pub recorded: Recorded,
}

/// The tallies of each agency, one for each severity.
type Tallies = BTreeMap<AgencyId, Vec<Tally>>;

impl Desk {
    /// Returns the alert figures of a month: of the actor's own agency, or of the one that is named; for the hub's governance of all,
    /// if none is.
    ///
    /// # Errors
    /// [`Error::NotFound`] for whoever may not see those of that agency; [`Error::Invalid`] for a month that has not begun.
    pub async fn figures(&self, actor: &Actor, month: Month, agency: Option<AgencyId>) -> Result<Figures, Error> {
        let question = self.overseeing(actor);
        let ask = question.by(actor);
        let all = agency.is_none() && actor.kind() == AgencyKind::Hub;
        let agency = agency.unwrap_or_else(|| actor.agency().clone());
        let item = (!all).then(|| of_agency(&agency));
        let permit = self.gate.decide(&ask, item.clone()).await?;
        let (from, end, until) = match self.stretch(month) {
            Ok(stretch) => stretch,
            Err(why) => return Err(self.declined(permit, why).await),
        };
        let receipt = self.gate.commit(permit, &ask, item, Effect::Disclose(Vec::new()).into()).await?;
        let mut tallies: Tallies = match all {
            true => self.gate.store.hearing().await?.into_iter().map(|one| (one.agency, nothing())).collect(),
            false => BTreeMap::from([(agency, nothing())]),
        };
        let mut after = None;
        loop {
            let page = self.gate.store.raised_in((from, end.min(until)), after).await?;
            after = page.next;
            count(&mut tallies, page, until);
            if after.is_none() {
                break;
            }
        }
        let limits = self.gate.policy.limits();
        let small = Small { least: limits.least(Limit::FiguresLeast), round: limits.most(Limit::FiguresRound) };
        let agencies = tallies.into_iter().map(|(agency, tallies)| (agency, small.show(&tallies))).collect();
        let so_far = until < limits.due(Limit::FiguresSettled, end);
        Ok(Figures { month, so_far, until, small, agencies, recorded: Recorded::from(&receipt) })
    }

    /// Returns when a month begins and ends, and up to when what became of its alerts is looked at.
    fn stretch(&self, month: Month) -> Result<(Moment, Moment, Moment), Error> {
        let limits = self.gate.policy.limits();
        let begin = |month: Month| {
            let first = month.first().map_err(|_| Error::field("month", "is not in the calendar"))?;
            Ok::<_, Error>(limits.local_midnight(first))
        };
        let (from, end) = (begin(month)?, begin(month.next())?);
        let midnight = limits.local_midnight(self.today());
        if from > self.now() {
            return Err(Error::field("month", "has not begun: ask for one that has"));
        }
        Ok((from, end, midnight.min(limits.due(Limit::FiguresSettled, end))))
    }
}

fn nothing() -> Vec<Tally> {
    Severity::ALL.iter().map(|_| Tally::of(COUNTED.len() + Whom::ALL.len(), STATES.len())).collect()
}

/// Adds what was owed of the alerts of a page, and what had become of it by then.
fn count(tallies: &mut Tallies, page: Raised, until: Moment) {
    let mut held: BTreeMap<AlertId, Vec<Held>> = BTreeMap::new();
    page.held.into_iter().for_each(|copy| held.entry(copy.alert).or_default().push(by_then(copy, until)));
    let mut rungs: BTreeMap<AlertId, Vec<Reached>> = BTreeMap::new();
    let reached = page.rungs.into_iter().filter(|rung| rung.at < until);
    reached.for_each(|rung| rungs.entry(rung.alert).or_default().push(rung));
    for (alert, severity) in page.alerts {
        let (held, rungs) = (held.remove(&alert).unwrap_or_default(), rungs.remove(&alert).unwrap_or_default());
        for one in obligations(&held, &rungs) {
            if let Some(tallies) = tallies.get_mut(one.agency) {
                owed(&mut tallies[severity as usize], &one);
            }
        }
    }
}

/// Returns a copy as it was at a moment.
fn by_then(copy: Held, until: Moment) -> Held {
    let Came { sent, taken, read, acknowledged, acted, safe } = copy.came;
    let then = |at: Option<Moment>| at.filter(|at| *at < until);
    let came = Came {
        sent: then(sent),
        taken: then(taken),
        read: then(read),
        acknowledged: then(acknowledged),
        acted: then(acted),
        safe: then(safe),
    };
    Held { came, ..copy }
}

/// Adds one answer that is owed.
fn owed(tally: &mut Tally, one: &Obligation<'_>) {
    tally.owed += 1;
    let told = |whom: &Whom| one.rungs.iter().any(|rung| rung.rung > 0 && rung.whom == whom.as_str());
    let counted = [one.answered().is_none(), Whom::ALL.iter().any(told)];
    let all = counted.into_iter().chain(Whom::ALL.iter().map(told));
    tally.counts.iter_mut().zip(all).for_each(|(count, holds)| *count += usize::from(holds));
    let first = |of: fn(&Came) -> Option<Moment>| one.members().filter_map(|copy| of(&copy.came)).min();
    let moments = [
        first(|came| came.sent),
        first(|came| came.taken),
        first(|came| came.read),
        first(|came| came.acknowledged),
        first(|came| came.acted),
    ];
    for (times, at) in tally.times.iter_mut().zip(moments) {
        times.extend(at.map(|at| (at.seconds() - one.since.seconds()).max(0)));
    }
}
