//! By when a clock must have stopped, and when that is near: the arithmetic of limits.
//!
//! Promises: the day of the trigger is not counted; what is due on a day is due at the end of that local day, and what is due
//! in hours so many hours later, whatever the clocks on the walls do meanwhile. Where there is
//! no number, or no day, nothing is reckoned in its place.
//! Must never know: what happened after the trigger, save what a session must not come after.

use super::happening::Happening;
use super::rule::{Limit, Near, Rule, Unit};
use crate::model::calendar::Local;
use crate::model::time::{Day, Moment};
use crate::model::words::vocabulary;

/// The seconds of an hour.
const HOUR_SECONDS: i64 = 3_600;

vocabulary! {
    /// Why a clock has no moment by which it is due.
    Unset {
        /// The area has not set how long it has.
        Area = "area",
        /// The event does not say the day, or the order not which of the numbers holds.
        Event = "event",
    }
}

/// A moment by which something must have happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Deadline {
    pub(super) at: Moment,
    /// What happens at that very moment is in time: the moment is an event, and not the end of a day.
    pub(super) through: bool,
}

impl Deadline {
    /// States that something must happen before a day is over.
    pub(super) const fn end(at: Moment) -> Self {
        Self { at, through: false }
    }

    /// Says whether what happened at a moment was late.
    pub(super) fn missed(self, at: Moment) -> bool {
        at > self.at || (at == self.at && !self.through)
    }
}

/// Returns by when a clock must have stopped: `None` while what it must come before has not happened.
pub(super) fn deadline(
    rule: &Rule,
    trigger: &Happening,
    conditions: &[String],
    before: Option<Moment>,
    local: Local<'_>,
) -> Result<Option<Deadline>, Unset> {
    let end = |day: Day| Ok(Some(Deadline::end(local.end(day))));
    match rule.unit {
        Unit::Immediate => return Ok(Some(Deadline { at: trigger.happened, through: true })),
        Unit::Session => return Ok(before.map(|at| Deadline { at, through: true })),
        Unit::Date => return trigger.date.map_or(Err(Unset::Event), end),
        _ => {}
    }
    let count = match &rule.limit {
        Limit::ByArea => return Err(Unset::Area),
        Limit::Set(count) => *count,
        Limit::Choice { numbers, court } => {
            if let Some(day) = trigger.date.filter(|_| *court) {
                return end(day);
            }
            let held = numbers.iter().find(|(_, condition)| conditions.contains(condition));
            held.map(|(count, _)| *count).ok_or(Unset::Event)?
        }
    };
    if rule.unit == Unit::Hour {
        let at = trigger.happened.plus_seconds(i64::from(count) * HOUR_SECONDS);
        return Ok(Some(Deadline { at, through: true }));
    }
    let day = local.day(trigger.happened);
    if rule.unit == Unit::WorkingDayBefore {
        return trigger.date.map_or(Err(Unset::Event), |date| end(local.working_days_before(date, count)));
    }
    end(last_day(rule.unit, day, count, local))
}

/// Returns the last day of so many of a unit.
fn last_day(unit: Unit, day: Day, count: u32, local: Local<'_>) -> Day {
    match unit {
        Unit::WorkingDay => local.working_days_after(day, count),
        Unit::CalendarDay => local.days_after(day, count),
        Unit::CalendarWeek => local.days_after(day, count.saturating_mul(7).saturating_sub(1)),
        Unit::CalendarMonth => local.months_after(day, count),
        Unit::CalendarYear => local.months_after(day, count.saturating_mul(12)),
        Unit::WorkingDayBefore | Unit::Hour | Unit::Immediate | Unit::Date | Unit::Session => day,
    }
}

/// Returns when the *n*th week from a day on, from 1, begins and is over.
pub(super) fn week(day: Day, nth: u32, local: Local<'_>) -> (Moment, Moment) {
    let first = local.days_after(day, nth.saturating_sub(1).saturating_mul(7));
    (local.begin(first), local.end(local.days_after(first, 6)))
}

/// Returns when a clock is nearly over: the latest of what its rule says, not before it started and not after it is due.
pub(super) fn near(rule: &Rule, from: Moment, due: Moment, local: Local<'_>) -> Option<Moment> {
    let half = || Moment::from_micros(from.micros().midpoint(due.micros()));
    let left = |count: u32, unit: Unit| {
        let last = local.day(Moment::from_micros(due.micros().saturating_sub(1)));
        let first = match unit {
            // The last day counts if the area works on it.
            Unit::WorkingDay => local.working_days_before(local.days_after(last, 1), count),
            _ => local.days_before(last, count.saturating_sub(1)),
        };
        local.begin(first)
    };
    let moments = rule.near.iter().map(|near| match near {
        Near::Half => half(),
        Near::Left(count, unit) => left(*count, *unit),
    });
    moments.max().map(|at| at.max(from).min(due))
}
