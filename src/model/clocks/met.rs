//! Whether what happened meets the stop of a clock: when, by what, and what is still wanting.
//!
//! Promises: the earliest moment at which it was met counts. Nothing that happened before the trigger counts, save at the
//! same instant (unless the rule says `@after`), and where the rule says `@ever`; no event stops the clock that it starts, and none is counted for two steps.
//! A week without its contact is made up for by the next contact, which is then late.
//! Must never know: rules, limits and waivers.

use super::expression::{Counts, Part, Stops, Way};
use super::happening::{EventWord, Happening};
use crate::model::id::EventId;
use crate::model::time::Moment;

/// Something that must still happen before a clock stops.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanting {
    /// What: any of these words.
    pub words: Vec<EventWord>,
    /// How often still.
    pub times: u32,
    /// In which week, from 1, if it is wanted in each.
    pub week: Option<u32>,
}

/// A stop that was met.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Met {
    /// When the last of it happened.
    pub(super) at: Moment,
    /// By which events, in the order in which they are asked for.
    pub(super) by: Vec<EventId>,
    /// What had to happen by a moment of its own: when it did, and by when it had to.
    pub(super) parts: Vec<(Moment, Moment)>,
}

/// A stop that is not met.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Unmet {
    /// The ways in which it still can be, each with what is wanting.
    pub(super) wanting: Vec<Vec<Wanting>>,
    /// The first moment by which something of it must happen, if it has one of its own.
    pub(super) next: Option<Moment>,
}

/// What a stop is looked for in.
pub(super) struct Scene<'a> {
    /// What can count, in the order in which it happened.
    pub(super) events: Vec<&'a Happening>,
    /// When the clock started.
    pub(super) from: Moment,
    /// It is the first clock of its rule and order.
    pub(super) first: bool,
    /// The trigger, by all its names.
    pub(super) names: Vec<EventId>,
    /// When the *n*th week, from 1, begins and is over.
    pub(super) week: &'a dyn Fn(u32) -> (Moment, Moment),
}

impl Scene<'_> {
    /// Says whether the stop is met.
    pub(super) fn stop(&self, stops: &Stops) -> Result<Met, Unmet> {
        let (mut met, mut open): (Vec<Met>, Vec<Unmet>) = (Vec::new(), Vec::new());
        for way in &stops.0 {
            match self.way(way) {
                Ok(found) => met.push(found),
                Err(unmet) => open.push(unmet),
            }
        }
        if let Some(first) = met.into_iter().min_by_key(|met| met.at) {
            return Ok(first);
        }
        // One way is enough: nothing of one is due while another has no moment of its own before the limit.
        let next = open.iter().map(|unmet| unmet.next).collect::<Option<Vec<_>>>();
        let next = next.and_then(|all| all.into_iter().max());
        Err(Unmet { wanting: open.into_iter().flat_map(|unmet| unmet.wanting).collect(), next })
    }

    /// Says whether one way is met: each step after the one before it.
    fn way(&self, way: &Way) -> Result<Met, Unmet> {
        let mut done = Met { at: self.from, by: Vec::new(), parts: Vec::new() };
        for (place, step) in way.0.iter().enumerate() {
            let from = if place == 0 { self.from } else { done.at };
            match self.step(step, from, &done.by) {
                Ok(met) => {
                    done.at = met.at;
                    done.by.extend(met.by);
                    done.parts.extend(met.parts);
                }
                Err((mut wanting, next)) => {
                    wanting.extend(way.0[place + 1..].iter().flatten().map(whole));
                    return Err(Unmet { wanting: vec![wanting], next });
                }
            }
        }
        Ok(done)
    }

    /// Says whether all parts of a step are met, from a moment on, by events that were not counted yet.
    fn step(&self, step: &[Part], from: Moment, used: &[EventId]) -> Result<Met, (Vec<Wanting>, Option<Moment>)> {
        let (mut met, mut wanting, mut next) = (Vec::new(), Vec::new(), None::<Moment>);
        for part in step {
            let found = if part.counts == Counts::EachWeek {
                self.weekly(part, from, used)
            } else {
                self.times(part, from, used).map_err(|wanting| (vec![wanting], None))
            };
            match found {
                Ok(found) => met.push(found),
                Err((open, by)) => {
                    wanting.extend(open);
                    next = next.into_iter().chain(by).min();
                }
            }
        }
        if !wanting.is_empty() {
            return Err((wanting, next));
        }
        let at = met.iter().map(|met| met.at).max().unwrap_or(from);
        let parts = met.iter().flat_map(|met| met.parts.iter().copied()).collect();
        Ok(Met { at, by: met.into_iter().flat_map(|met| met.by).collect(), parts })
    }

    fn times(&self, part: &Part, from: Moment, used: &[EventId]) -> Result<Met, Wanting> {
        let ever = part.counts == Counts::Ever && self.first;
        let names = |event: &Happening| event.of.as_ref().is_some_and(|of| self.names.contains(&of.event));
        let with_it = part.counts != Counts::After;
        let counts = |event: &&&Happening| {
            part.words.contains(&event.word)
                && (ever || event.happened >= from)
                && (with_it || event.happened > self.from)
                && !used.contains(&event.id)
                && (part.counts != Counts::Answering || names(event))
        };
        let wanted = usize::try_from(part.times).unwrap_or(usize::MAX);
        let found: Vec<&&Happening> = self.events.iter().filter(counts).take(wanted).collect();
        match found.last() {
            Some(last) if found.len() == wanted => {
                let by = found.iter().map(|event| event.id).collect();
                Ok(Met { at: last.happened, by, parts: Vec::new() })
            }
            _ => {
                let done = u32::try_from(found.len()).unwrap_or(u32::MAX);
                Err(Wanting { times: part.times.saturating_sub(done), ..whole(part) })
            }
        }
    }

    fn weekly(&self, part: &Part, from: Moment, used: &[EventId]) -> Result<Met, (Vec<Wanting>, Option<Moment>)> {
        let mut met = Met { at: from, by: Vec::new(), parts: Vec::new() };
        let (mut wanting, mut next) = (Vec::new(), None);
        for week in 1..=part.times {
            let (begins, over) = (self.week)(week);
            let since = begins.max(from);
            let counts = |event: &&&Happening| {
                part.words.contains(&event.word) && event.happened >= since && !used.contains(&event.id)
            };
            if let Some(event) = self.events.iter().find(counts) {
                met.at = met.at.max(event.happened);
                met.parts.push((event.happened, over));
                if !met.by.contains(&event.id) {
                    met.by.push(event.id);
                }
            } else {
                wanting.push(Wanting { times: 1, week: Some(week), ..whole(part) });
                next = next.or(Some(over));
            }
        }
        if wanting.is_empty() { Ok(met) } else { Err((wanting, next)) }
    }
}

/// States that nothing of a part has happened yet.
fn whole(part: &Part) -> Wanting {
    Wanting { words: part.words.clone(), times: part.times, week: None }
}
