//! Clocks that are late: told once to those whom the rule names and to the case manager, by the hub itself.
//!
//! Promises: a notice says that clocks are late, never which or why: that is on the record, for who may read it. Each is told
//! once for each moment by which it was due, whichever node finds it first: what was told is committed with the notice.
//! What was late already when its case was brought in is shown as late and told to nobody, but for what is due at once or
//! within hours: a caseload that comes in would bury what goes late today. What a table brought in long after it happened is
//! told to nobody at all. Once somebody has given a clock more time, it is told like any other.
//! A case is looked at again when something happened in it and when its next clock is due, and at no other time; a hub
//! that starts, and one whose policy has changed, walks through all of them once. If nobody can be told, the officers are who
//! answer for the agency. With the clocks of a case it looks at what was asked about its addresses (`unanswered.rs`).
//! Must never know: what was written of an event.

use super::agenda::Agenda;
use super::{Desk, Error, Question};
use crate::auth::Actor;
use crate::gate;
use crate::model::agencies::Role;
use crate::model::alerts::{AlertText, HubKind, Severity};
use crate::model::clocks::{Clock, State, Unit};
use crate::model::id::{AgencyId, AlertId, CaseId, EventId, WorkerId};
use crate::model::notes::Category;
use crate::model::shares::Purpose;
use crate::model::text::Prose;
use crate::model::time::Moment;
use crate::policy::permit::Action;
use crate::store;
use crate::store::alerts::{AlertHead, NewAlert};
use crate::store::chronology::Trace;
use crate::store::effect::Supervision;
use crate::store::late::ToldClock;
use futures_util::{StreamExt, stream};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// How many cases one look of the first walk takes, so that a large hub is not held up by it.
const WALK_PAGE: i64 = 200;

/// How many cases are looked at side by side: their commits share the writer's batches.
const AT_ONCE: usize = 16;

/// When a case is looked at again that could not be.
const AGAIN_SECONDS: i64 = 60;

/// What governance officers are told if nobody whom a rule names could be told.
const NOBODY: &str = "A clock of a case is late, and nobody whom its rule names could be told: there is nobody on the case or on \
                      duty who could open it. Find out who must act on it, and telephone.";

/// Which cases must be looked at, and when.
pub type Lookout = Agenda<CaseId>;

/// What one look at a case found.
struct Found {
    /// For each role what is told to it, with the notices.
    told: Vec<(Vec<ToldClock>, Vec<NewAlert>)>,
    next: Option<Moment>,
}

impl Desk {
    /// Tells of every clock that has gone late and of every question about an address that is not answered by its time;
    /// returns of how many.
    ///
    /// # Errors
    /// [`Error::Busy`] and [`Error::Store`]: then they are found again with the next look.
    pub async fn tell_what_is_late(&self, look: &mut Lookout, hub: &AgencyId) -> Result<usize, Error> {
        // A clone holds the policy of now: this desk may have been there since the hub began.
        let desk = self.clone();
        let (store, place) = (&desk.gate.store, desk.gate.policy.place());
        if !look.is_by(place) {
            look.begin(place, store.last_index().await?);
        }
        let (grown, since) = store.grown_since(look.since()).await?;
        look.stir(grown, since);
        if let Some(after) = look.walks() {
            look.walk(store.with_events(after, WALK_PAGE).await?, WALK_PAGE);
        }
        let waiting = look.wake(desk.now());
        let each = |case| {
            let desk = &desk;
            async move { (case, desk.tell_of(case, hub).await) }
        };
        let mut looks = stream::iter(waiting).map(each).buffer_unordered(AT_ONCE);
        let (mut count, mut failed) = (0, None);
        while let Some((case, told)) = looks.next().await {
            match told {
                Ok((told, next)) => {
                    count += told;
                    look.looked(case, next);
                }
                // One that cannot be told keeps no other from being told. It is looked at again: at once, if another node
                // was faster, and else when it has had time to mend.
                Err(why) => {
                    if !matches!(why, Error::Busy) {
                        look.looked(case, Some(desk.now().plus_seconds(AGAIN_SECONDS)));
                    }
                    failed = Some(why);
                }
            }
        }
        failed.map_or(Ok(count), Err)
    }

    /// Looks at a case and tells of what is late in it: each role in a commit of its own, because a place in an inbox is a
    /// place in the log, and two notices of one commit would have the same. Returns of how many, and when to look again.
    async fn tell_of(&self, case: CaseId, hub: &AgencyId) -> Result<(usize, Option<Moment>), Error> {
        let (mut count, asked) = self.tell_of_unanswered(case, hub).await?;
        let found = self.late_in(case).await?;
        for (told, alerts) in found.told {
            count += told.len();
            let service = Actor::service("clocks", hub.clone());
            let question = Question::of_no_record(Action::Raise, Category::SupervisionStatus, Purpose::Supervision);
            match self.gate.serve(&question.by(&service), Supervision::TellLate(told, alerts).into()).await {
                Ok(_) => {}
                // Another node was faster: what is left is found with the next look.
                Err(gate::Error::Store(store::Error::Taken)) => return Err(Error::Busy),
                Err(error) => return Err(error.into()),
            }
        }
        Ok((count, found.next.into_iter().chain(asked).min()))
    }

    /// Finds the clocks of a case that are late and of which nobody was told.
    async fn late_in(&self, case: CaseId) -> Result<Found, Error> {
        let (events, clocks) = self.reckoned(case).await?;
        let (now, roots) = (self.now(), roots(&events));
        let mut next = next_look(&events, &clocks, now);
        let mut late: Vec<(&Clock, EventId, Moment)> = clocks
            .iter()
            .filter(|clock| clock.state == State::Late)
            .filter_map(|clock| Some((clock, root(&roots, clock.trigger.id), clock.due?)))
            .collect();
        if late.iter().any(|(clock, ..)| came_late(clock)) {
            let (brought, untold) = (self.gate.store.brought_with(case).await?, self.gate.store.untold(case).await?);
            let is_silent =
                |clock: &Clock, event: &EventId| untold.contains(event) || may_wait(clock) && brought.contains(event);
            late.retain(|(clock, event, _)| !(came_late(clock) && is_silent(clock, event)));
        }
        if late.is_empty() {
            return Ok(Found { told: Vec::new(), next });
        }
        let before = self.gate.store.told_late(case).await?;
        let was_told = |clock: &Clock, event: EventId, due: Moment| {
            before.iter().any(|one| one.event == event && one.rule == clock.rule.name && one.due == due)
        };
        late.retain(|(clock, event, due)| !was_told(clock, *event, *due));
        late.sort_by_key(|(_, event, due)| (*due, *event));
        let mut by_role: BTreeMap<Role, Vec<(&Clock, EventId, Moment)>> = BTreeMap::new();
        for one in late {
            by_role.entry(one.0.rule.escalate).or_default().push(one);
        }
        let mut told = Vec::new();
        for (role, late) in by_role {
            let alerts = self.late_notices(case, role, &late).await?;
            if alerts.is_empty() {
                // There is nobody in the whole hub: that is not told of, and is looked at again until there is.
                next = next.into_iter().chain([now.plus_seconds(AGAIN_SECONDS)]).min();
                continue;
            }
            let alert = alerts.iter().find(|alert| alert.head.case.is_some()).map(|alert| alert.head.id);
            let row = |(clock, event, due): (&Clock, EventId, Moment)| {
                let rule = clock.rule.name.clone();
                ToldClock { event, rule, due, case, alert, at: now }
            };
            told.push((late.into_iter().map(row).collect(), alerts));
        }
        Ok(Found { told, next })
    }

    /// Writes the notice of what is late in a case to those of a role and to the case manager; to the officers who answer for
    /// its agency, if nobody of that role can be told.
    async fn late_notices(
        &self,
        case: CaseId,
        role: Role,
        late: &[(&Clock, EventId, Moment)],
    ) -> Result<Vec<NewAlert>, Error> {
        let owner = self.gate.store.case(case).await?.ok_or(Error::NotFound)?.owner;
        let is_urgent = late.iter().any(|(clock, ..)| matches!(clock.rule.unit, Unit::Hour | Unit::Immediate));
        let severity = if is_urgent { Severity::High } else { Severity::Normal };
        let by_the_hour = late.iter().any(|(clock, ..)| clock.rule.unit == Unit::Hour);
        let (recipients, is_told) = self.late_recipients(case, role, by_the_hour).await?;
        let mut alerts = Vec::new();
        if !is_told {
            let officers = self.gate.store.officers_of(&owner, None, None).await?;
            alerts.extend(self.to_oversight("hub", HubKind::NobodyTold, severity, NOBODY, &officers).await?);
        }
        if recipients.is_empty() {
            return Ok(alerts);
        }
        let head = AlertHead {
            id: AlertId::random(),
            case: Some(case),
            author: "hub".to_owned(),
            agency: owner,
            about: None,
            kind: HubKind::ClockLate.word(),
            category: Category::SupervisionStatus,
            severity,
            note: None,
            raised: self.now(),
        };
        let text = Prose::new(&say(late)).map_err(|_| Error::Unknown)?;
        let words = self.seal(head.place(), &AlertText { text, may_tell_her: None }).await?;
        alerts.push(NewAlert { head, words, recipients: recipients.into_iter().collect() });
        Ok(alerts)
    }

    /// Returns whom a late clock is told to: those of the role on the case, else on duty, and the case manager; and whether
    /// anybody stands for the role. A clock that is counted in hours goes to those on duty too: whoever is on the case has
    /// not answered.
    async fn late_recipients(
        &self,
        case: CaseId,
        role: Role,
        by_the_hour: bool,
    ) -> Result<(BTreeSet<WorkerId>, bool), Error> {
        let category = Category::SupervisionStatus;
        let mut to: BTreeSet<WorkerId> = match self.alert_recipients(case, None, &[role], category, None).await {
            Ok(workers) => workers.into_iter().collect(),
            Err(Error::Nobody) => BTreeSet::new(),
            Err(why) => return Err(why),
        };
        let mut others = BTreeSet::new();
        if by_the_hour {
            others.extend(self.gate.store.on_duty(role, Some(case), None).await?.iter().map(|seat| seat.worker));
        }
        to.extend(self.who_open(others, case, (None, category), None).await?);
        let is_told = !to.is_empty();
        let involved = self.gate.store.involved(case).await?;
        let keepers = involved.iter().filter(|one| one.role == Role::CaseManager).map(|one| one.worker).collect();
        to.extend(self.who_open(keepers, case, (None, category), None).await?);
        Ok((to, is_told))
    }
}

/// The words of a notice: how many, and nothing of what.
fn say(late: &[(&Clock, EventId, Moment)]) -> String {
    let mut say = match late.len() {
        1 => "A clock of this case is late. Look at its clocks.".to_owned(),
        many => format!("{many} clocks of this case are late. Look at its clocks."),
    };
    if late.iter().any(|(clock, ..)| clock.late_when_known) {
        say.push_str(" What is late was late already, or some of it, when the hub learned of it.");
    }
    say
}

/// Says whether a clock was late already when the hub learned of it, and nobody has given it more time.
const fn came_late(clock: &Clock) -> bool {
    clock.late_when_known && clock.extended.is_none()
}

/// Says whether a clock can wait until somebody looks at the case.
fn may_wait(clock: &Clock) -> bool {
    !matches!(clock.rule.unit, Unit::Hour | Unit::Immediate)
}

/// Returns when a case must be looked at next: when a clock is due, and when something happens that was recorded ahead.
fn next_look(events: &[Trace], clocks: &[Clock], now: Moment) -> Option<Moment> {
    let due = clocks.iter().filter(|clock| clock.state.is_open()).filter_map(|clock| clock.due);
    let ahead = events.iter().flat_map(|event| [event.happened, event.created]);
    due.chain(ahead).filter(|at| *at > now).min()
}

/// Returns what each event stands in the place of.
pub(super) fn roots(events: &[Trace]) -> HashMap<EventId, EventId> {
    events.iter().filter_map(|event| Some((event.id, event.corrects?))).collect()
}

/// Returns an event as it was first recorded.
pub(super) fn root(corrects: &HashMap<EventId, EventId>, event: EventId) -> EventId {
    let mut first = event;
    for _ in 0..corrects.len() {
        match corrects.get(&first) {
            Some(before) => first = *before,
            None => break,
        }
    }
    first
}
