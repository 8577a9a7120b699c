//! What stands of all that was recorded: corrections take the place of what they correct.
//!
//! Promises: nothing that the hub learned after `now` counts, so a day in the past can be reckoned as it was seen then. Of
//! an event and all its corrections the one stands that the hub learned last; the others are kept, to be told of.
//! Corrections that go round in a ring, and one of an event that is not there, correct nothing.
//! Must never know: clocks and rules.

use super::happening::Happening;
use crate::model::id::EventId;
use crate::model::time::Moment;
use std::collections::{BTreeMap, HashMap};

/// The events of a case as they stand at a moment.
#[derive(Debug)]
pub(super) struct History<'a> {
    /// What stands, in the order in which it happened.
    pub(super) standing: Vec<&'a Happening>,
    /// What something else stands in the place of, with that.
    pub(super) replaced: Vec<(&'a Happening, &'a Happening)>,
}

impl<'a> History<'a> {
    /// Sorts what the hub knew by `now`.
    pub(super) fn of(happenings: &'a [Happening], now: Moment) -> Self {
        let known: Vec<&Happening> = happenings.iter().filter(|event| event.known <= now).collect();
        let by_id: HashMap<EventId, &Happening> = known.iter().map(|event| (event.id, *event)).collect();
        let mut families: BTreeMap<EventId, Vec<(usize, &Happening)>> = BTreeMap::new();
        for event in &known {
            let (first, steps) = root(event, &by_id);
            families.entry(first).or_default().push((steps, event));
        }
        let (mut standing, mut replaced) = (Vec::new(), Vec::new());
        for family in families.into_values() {
            // Of two that the hub learned at once, the one that corrects the other; or else the one that is given last.
            let Some((_, last)) = family.iter().copied().max_by_key(|(steps, event)| (event.known, *steps)) else {
                continue;
            };
            standing.push(last);
            let events = family.into_iter().map(|(_, event)| event);
            replaced.extend(events.filter(|event| event.id != last.id).map(|event| (event, last)));
        }
        standing.retain(|event| event.happened <= now);
        replaced.retain(|(event, _)| event.happened <= now);
        standing.sort_by_key(|event| (event.happened, event.known, event.id));
        replaced.sort_by_key(|(event, _)| (event.happened, event.known, event.id));
        Self { standing, replaced }
    }

    /// Returns the events in whose place this one stands.
    pub(super) fn before(&self, event: &Happening) -> impl Iterator<Item = &'a Happening> {
        let id = event.id;
        self.replaced.iter().filter(move |(_, last)| last.id == id).map(|(event, _)| *event)
    }

    /// Returns when the hub learned of what an event says: a correction of something else about it came later.
    pub(super) fn learned(&self, event: &Happening) -> Moment {
        let same = |other: &&Happening| {
            (&other.word, other.order, other.happened, other.date)
                == (&event.word, event.order, event.happened, event.date)
        };
        self.before(event).filter(same).map(|other| other.known).chain([event.known]).min().unwrap_or(event.known)
    }
}

/// Returns the first event of those that correct each other, and how many corrections lie between.
fn root(event: &Happening, by_id: &HashMap<EventId, &Happening>) -> (EventId, usize) {
    let (mut first, mut steps) = (event, 0);
    while let Some(before) = first.corrects.and_then(|id| by_id.get(&id)) {
        steps += 1;
        if steps > by_id.len() {
            return (event.id, 0);
        }
        first = before;
    }
    (first.id, steps)
}
