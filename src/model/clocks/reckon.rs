//! One rule over one case: which clocks it opened, and how each stands.
//!
//! Promises: a waiver and an extension count from when they were given: neither undoes a stop that came before it. An
//! extension to a day that is not later than the limit gives nothing; of several the last that was given counts.
//! Must never know: other rules.

use super::deadline::{self, Deadline, Unset};
use super::happening::{EventWord, Happening};
use super::history::History;
use super::met::{Met, Scene, Unmet};
use super::rule::{Rule, Unit};
use super::{Clock, Corrected, Extended, State, Trigger};
use crate::model::calendar::Local;
use crate::model::id::{EventId, OrderId};
use crate::model::time::Moment;
use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

/// What started a clock.
struct Start<'a> {
    /// The latest of its parts.
    trigger: &'a Happening,
    /// What was needed together.
    parts: Vec<&'a Happening>,
    /// What says the same at the same instant, in another word.
    also: Vec<&'a Happening>,
}

impl<'a> Start<'a> {
    fn all(&self) -> impl Iterator<Item = &'a Happening> {
        self.parts.iter().chain(&self.also).copied()
    }
}

/// One rule over one case.
pub(super) struct Reckoning<'a> {
    pub(super) rule: &'a Arc<Rule>,
    pub(super) history: &'a History<'a>,
    pub(super) conditions: &'a dyn Fn(Option<OrderId>, Moment) -> Vec<String>,
    pub(super) local: Local<'a>,
    pub(super) now: Moment,
}

impl<'a> Reckoning<'a> {
    /// Returns every clock that the rule opened.
    pub(super) fn clocks(&self) -> Vec<Clock> {
        let standing = self.starts(&self.history.standing);
        let mut firsts: Vec<Option<OrderId>> = Vec::new();
        let mut clocks = Vec::new();
        for start in &standing {
            let trigger = start.trigger;
            let conditions = (self.conditions)(trigger.order, trigger.happened);
            if self.rule.applies.holds(&conditions) {
                let first = !firsts.contains(&trigger.order);
                firsts.push(trigger.order);
                clocks.push(self.clock(start, &conditions, first));
            }
        }
        clocks.extend(self.lost(&standing));
        clocks
    }

    /// Returns what starts a clock among these events.
    fn starts(&self, events: &[&'a Happening]) -> Vec<Start<'a>> {
        let mut found = Vec::new();
        for group in &self.rule.starts.0 {
            // Each referral needs an acceptance of its own: the first of each is taken with the first of the other.
            let mut waiting: BTreeMap<Option<OrderId>, Vec<VecDeque<&'a Happening>>> = BTreeMap::new();
            for event in events {
                let Some(place) = group.iter().position(|word| *word == event.word) else { continue };
                let queues = waiting.entry(event.order).or_insert_with(|| vec![VecDeque::new(); group.len()]);
                queues[place].push_back(event);
                if queues.iter().all(|queue| !queue.is_empty()) {
                    let parts: Vec<&Happening> = queues.iter_mut().filter_map(VecDeque::pop_front).collect();
                    let trigger = parts.iter().copied().max_by_key(|part| part.happened).unwrap_or(event);
                    found.push(Start { trigger, parts, also: Vec::new() });
                }
            }
        }
        found.sort_by_key(|start| (start.trigger.happened, start.trigger.known));
        merged(found)
    }

    /// Returns the clocks that were opened by what was corrected, where what stands in its place opens none.
    fn lost(&self, standing: &[Start<'a>]) -> Vec<Clock> {
        let mut clocks = Vec::new();
        for (was, by) in &self.history.replaced {
            let opens =
                |starts: &[Start<'a>], id: EventId| starts.iter().flat_map(Start::all).any(|part| part.id == id);
            if !self.rule.starts.words().any(|word| *word == was.word) || opens(standing, by.id) {
                continue;
            }
            let mut then: Vec<&'a Happening> = self.history.standing.clone();
            then.retain(|event| event.id != by.id);
            then.push(was);
            then.sort_by_key(|event| (event.happened, event.known, event.id));
            let opened = self.starts(&then).into_iter().find(|start| start.all().any(|part| part.id == was.id));
            let Some(start) = opened else { continue };
            let conditions = (self.conditions)(start.trigger.order, start.trigger.happened);
            if self.rule.applies.holds(&conditions) {
                let clock = self.clock(&start, &conditions, false);
                let corrected = vec![Corrected { was: was.id, by: by.id }];
                let (state, wanting) = (State::Corrected { by: by.id }, Vec::new());
                clocks.push(Clock { state, wanting, corrected, ..clock });
            }
        }
        clocks
    }

    fn clock(&self, start: &Start<'a>, conditions: &[String], first: bool) -> Clock {
        let trigger = start.trigger;
        let parts: Vec<EventId> = start.all().map(|part| part.id).collect();
        let before = start.all().flat_map(|part| self.history.before(part)).map(|event| event.id);
        let names: Vec<EventId> = parts.iter().copied().chain(before).collect();
        let day = self.local.day(trigger.happened);
        let week = |nth| deadline::week(day, nth, self.local);
        let events = self.in_scope(trigger.order).filter(|event| !parts.contains(&event.id)).collect();
        let scene = Scene { events, from: trigger.happened, first, names: names.clone(), week: &week };
        let stop = scene.stop(&self.rule.stops).or_else(|unmet| self.replaced(trigger).ok_or(unmet));
        let limit = deadline::deadline(self.rule, trigger, conditions, self.preceded(&scene), self.local);
        let original = limit.ok().flatten();

        let met_at = stop.as_ref().ok().map(|met| met.at);
        let in_time = |act: &&Happening| met_at.is_none_or(|met| act.happened < met);
        let extended = self.extended(&names, original, in_time);
        let lift = extended.as_ref().map(|more| self.local.end(more.until));
        let due = lift.map(Deadline::end).or(original);
        let waiver = self.acts(EventWord::WAIVED, &names).find(in_time);

        let known = start.parts.iter().map(|part| self.history.learned(part)).max().unwrap_or(trigger.known);
        let late_when_known = self.rule.unit != Unit::Immediate
            && original.is_some_and(|original| original.missed(known) && met_at.is_none_or(|at| original.missed(at)));
        // A part of it can be due before the whole.
        let shown = match &stop {
            Err(Unmet { next: Some(next), .. }) => {
                let next = lift.map_or(*next, |lift| lift.max(*next));
                Some(due.map_or(Deadline::end(next), |due| if next < due.at { Deadline::end(next) } else { due }))
            }
            _ => due,
        };
        let near = shown.and_then(|due| deadline::near(self.rule, trigger.happened, due.at, self.local));
        let state = match (&stop, waiver) {
            (_, Some(act)) => {
                State::Waived { by: act.id, at: act.happened, late: shown.is_some_and(|due| due.missed(act.happened)) }
            }
            (Ok(met), None) => stopped(met, due, lift),
            (Err(_), None) => self.open(shown, near, limit.err().filter(|_| extended.is_none())),
        };
        let wanting = stop.err().map(|unmet| unmet.wanting).filter(|_| state.is_open()).unwrap_or_default();
        let corrected = self.corrected(trigger, &names);
        let trigger = Trigger { id: trigger.id, happened: trigger.happened, known, parts };
        let due = shown.map(|due| due.at);
        Clock {
            rule: Arc::clone(self.rule),
            order: start.trigger.order,
            trigger,
            due,
            amber_at: near,
            state,
            late_when_known,
            extended,
            wanting,
            corrected,
        }
    }

    /// Returns that another order took the place of the one that a clock is of: nothing of the old one runs on.
    fn replaced(&self, trigger: &Happening) -> Option<Met> {
        let of_it = |event: &&&Happening| {
            event.word.as_str() == EventWord::REPLACED
                && event.order.is_some()
                && event.order == trigger.order
                && (trigger.happened..=self.now).contains(&event.happened)
        };
        let first = self.history.standing.iter().find(of_it)?;
        Some(Met { at: first.happened, by: vec![first.id], parts: Vec::new() })
    }

    /// Returns how a clock stands that was neither stopped nor waived.
    fn open(&self, due: Option<Deadline>, near: Option<Moment>, unset: Option<Unset>) -> State {
        match (due, unset) {
            (_, Some(by)) => State::NotSet { by },
            (Some(due), _) if self.now >= due.at => State::Late,
            _ if near.is_some_and(|near| self.now >= near) => State::Amber,
            _ => State::Running,
        }
    }

    /// Returns what can count for a clock of an order: its own events, and those of the case.
    fn in_scope(&self, order: Option<OrderId>) -> impl Iterator<Item = &'a Happening> {
        let counts = move |event: &&Happening| event.order.is_none() || order.is_none() || event.order == order;
        self.history.standing.iter().copied().filter(counts)
    }

    /// Returns when that happened which the sessions must come before.
    fn preceded(&self, scene: &Scene<'_>) -> Option<Moment> {
        let word = self.rule.before.as_ref()?;
        let after = |event: &&&Happening| event.word == *word && event.happened >= scene.from;
        scene.events.iter().find(after).map(|event| event.happened)
    }

    /// Returns the waivers or extensions of this clock, in the order in which they were given.
    fn acts(&self, word: &'static str, names: &[EventId]) -> impl Iterator<Item = &'a Happening> {
        let named = move |act: &&Happening| {
            let rule = |rule: &Option<String>| rule.as_ref() == Some(&self.rule.name);
            act.word.as_str() == word && act.of.as_ref().is_some_and(|of| names.contains(&of.event) && rule(&of.rule))
        };
        self.history.standing.iter().copied().filter(named)
    }

    fn extended(
        &self,
        names: &[EventId],
        original: Option<Deadline>,
        in_time: impl Fn(&&Happening) -> bool,
    ) -> Option<Extended> {
        let later = |act: &&Happening| {
            let until = act.until.map(|until| self.local.end(until));
            until.is_some_and(|until| original.is_none_or(|original| until > original.at))
        };
        let act = self.acts(EventWord::EXTENDED, names).filter(in_time).filter(later).last()?;
        let late = original.is_some_and(|original| original.missed(act.happened));
        Some(Extended {
            by: act.id,
            at: act.happened,
            until: act.until?,
            was: original.map(|original| original.at),
            late,
        })
    }

    /// Returns what was corrected of what started a clock or could have stopped it.
    fn corrected(&self, trigger: &Happening, names: &[EventId]) -> Vec<Corrected> {
        let stops = |event: &Happening| {
            let of_it = event.order.is_none() || trigger.order.is_none() || event.order == trigger.order;
            of_it && event.happened >= trigger.happened && self.rule.stops.words().any(|word| *word == event.word)
        };
        let touched = self.history.replaced.iter().filter(|(was, _)| names.contains(&was.id) || stops(was));
        touched.map(|(was, by)| Corrected { was: was.id, by: by.id }).collect()
    }
}

/// Takes for one start what different words of a rule say at the same instant: a level that is set by its review.
fn merged(starts: Vec<Start<'_>>) -> Vec<Start<'_>> {
    let mut found: Vec<Start<'_>> = Vec::new();
    for start in starts {
        let same = |one: &&mut Start<'_>| {
            let apart = start.all().all(|part| one.all().all(|other| other.word != part.word));
            (one.trigger.happened, one.trigger.order) == (start.trigger.happened, start.trigger.order) && apart
        };
        // The one that the hub learned first keeps the name of the clock.
        match found.iter_mut().find(same) {
            Some(one) => one.also.extend(start.parts),
            None => found.push(start),
        }
    }
    found
}

/// States a stop, late if it or something of it was.
fn stopped(met: &Met, due: Option<Deadline>, lift: Option<Moment>) -> State {
    let part_late = |(at, by): &(Moment, Moment)| *at >= lift.map_or(*by, |lift| lift.max(*by));
    let late = due.is_some_and(|due| due.missed(met.at)) || met.parts.iter().any(part_late);
    State::Stopped { at: met.at, by: met.by.clone(), late }
}
