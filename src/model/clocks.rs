//! The clocks of supervision: reckoned from what happened, by rules that are data.
//!
//! A clock is never stored. Each event that starts one opens a clock of its own; nothing that happens later edits it, and it
//! is never lost: a stop, a waiver, an extension and a correction stand beside it.
//! Promises: what belongs to another order of the same man stops nothing; what is of the case counts for each of its orders.
//! One contact after two incidents stops the clocks of both, and one between them only the first. Whoever asks with an earlier
//! `now` gets what the hub could have said then.
//! Must never know: which rules there are, who recorded what, the database.

mod deadline;
mod expression;
mod happening;
mod history;
mod met;
mod reckon;
mod rule;

#[cfg(test)]
mod independent;

#[cfg(test)]
mod oracle;

#[cfg(test)]
mod tests;

pub use deadline::Unset;
pub use expression::{BadExpression, Starts, Stops};
pub use happening::{EventWord, Happening, NotAnEventWord, Of};
pub use met::Wanting;
pub use rule::{Applies, Limit, Near, Rule, Status, Unit};

use super::calendar::Local;
use super::id::{EventId, OrderId};
use super::time::{Day, Moment};
use history::History;
use reckon::Reckoning;
use std::sync::Arc;

/// What started a clock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trigger {
    /// The event; of two that are needed together, the later.
    pub id: EventId,
    /// When it happened.
    pub happened: Moment,
    /// When the hub learned of it; of two that are needed together, of the last.
    pub known: Moment,
    /// All events that started it: those that are needed together, and what says the same at the same instant.
    pub parts: Vec<EventId>,
}

/// How a clock stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    /// It runs.
    Running,
    /// It runs and is nearly over.
    Amber,
    /// It runs and is over.
    Late,
    /// It was stopped.
    Stopped {
        /// When the last of what it needed happened.
        at: Moment,
        /// By which events.
        by: Vec<EventId>,
        /// Too late, or something of it was. What is due at once is late unless it was done in the same instant: `at` and
        /// the trigger say by how much.
        late: bool,
    },
    /// A manager waived it.
    Waived {
        /// By which event.
        by: EventId,
        /// When.
        at: Moment,
        /// It was late by then.
        late: bool,
    },
    /// It runs, and nobody can say until when.
    NotSet {
        /// Who has not said it.
        by: Unset,
    },
    /// Its trigger did not happen as it was first recorded, and what stands in its place starts no such clock.
    Corrected {
        /// By which event.
        by: EventId,
    },
}

impl State {
    /// Returns its word.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Amber => "amber",
            Self::Late => "late",
            Self::Stopped { .. } => "stopped",
            Self::Waived { .. } => "waived",
            Self::NotSet { .. } => "not-set",
            Self::Corrected { .. } => "corrected",
        }
    }

    /// Says whether something must still happen.
    #[must_use]
    pub const fn is_open(&self) -> bool {
        matches!(self, Self::Running | Self::Amber | Self::Late | Self::NotSet { .. })
    }
}

/// More time that a manager gave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Extended {
    /// By which event.
    pub by: EventId,
    /// When.
    pub at: Moment,
    /// Until which day, that day included.
    pub until: Day,
    /// By when it was due before, if that was known.
    pub was: Option<Moment>,
    /// It was late by then.
    pub late: bool,
}

/// An event that something else stands in the place of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Corrected {
    /// The event as it was first recorded.
    pub was: EventId,
    /// What stands in its place.
    pub by: EventId,
}

/// A clock as it stands at a moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clock {
    /// By which rule: its name, source and status, and whom it is told to when it is late.
    pub rule: Arc<Rule>,
    /// The order that it is of; none if it is of the case.
    pub order: Option<OrderId>,
    /// What started it.
    pub trigger: Trigger,
    /// By when something must have happened: for what is wanted in each week, the end of the first week that lacks it.
    pub due: Option<Moment>,
    /// From when it is nearly over.
    pub amber_at: Option<Moment>,
    /// How it stands.
    pub state: State,
    /// It was late already when the hub learned of its trigger. Never of what is due at once: that is late from the start.
    pub late_when_known: bool,
    /// More time that it was given.
    pub extended: Option<Extended>,
    /// The ways in which it can still be stopped, each with what is wanting; empty when it is not open.
    pub wanting: Vec<Vec<Wanting>>,
    /// What was corrected of what started it or could have stopped it.
    pub corrected: Vec<Corrected>,
}

/// Returns the events of a case that stand at a moment, in the order in which they happened: of an event and all its
/// corrections the one that the hub learned last, and nothing of what is said not to have happened.
#[must_use]
pub fn standing(happenings: &[Happening], now: Moment) -> Vec<EventId> {
    let stands = History::of(happenings, now).standing.into_iter();
    stands.filter(|event| event.word.as_str() != EventWord::CORRECTION).map(|event| event.id).collect()
}

/// Reckons the clocks of a case from what happened in it, the first to start first.
///
/// `conditions` gives the words that hold for an order (or for the case as a whole) at a moment, with what happened at that
/// very moment in force already: its kind, its requirements, its contact level.
#[must_use]
pub fn clocks(
    rules: &[Arc<Rule>],
    happenings: &[Happening],
    conditions: &dyn Fn(Option<OrderId>, Moment) -> Vec<String>,
    local: Local<'_>,
    now: Moment,
) -> Vec<Clock> {
    let history = History::of(happenings, now);
    let reckoned = |rule| Reckoning { rule, history: &history, conditions, local, now }.clocks();
    let mut clocks: Vec<Clock> = rules.iter().flat_map(reckoned).collect();
    clocks.sort_by_key(|clock| clock.trigger.happened);
    clocks
}
