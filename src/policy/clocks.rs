//! The rules by which clocks are reckoned: `clocks.csv`.
//!
//! Promises: a rule says what starts and stops it in words of `events.csv`, on conditions that the file itself lists, with
//! its source. A number that an area must set and has not is left open; an area may keep a rule otherwise, never with more time than its
//! source gives. What no event could ever start or stop is refused.
//! Must never know: what happened.

use super::calendar;
use super::error::{Error, Fault};
use super::events::Events;
use super::files::Files;
use super::rows::{Row, rows};
use crate::model::calendar::Calendar;
use crate::model::clocks::{Clock, Happening, Rule, clocks};
use crate::model::id::OrderId;
use crate::model::time::Moment;
use std::collections::BTreeMap;
use std::sync::Arc;

mod read;

#[cfg(test)]
mod tests;

const CLOCKS: &str = "clocks.csv";

/// What begins a line of what an area keeps otherwise.
const AREA: &str = "area";

/// A word that can hold for an order, and what it means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condition {
    /// The word, such as `level:high`.
    pub word: String,
    /// What it means.
    pub meaning: String,
}

/// All rules, and the calendar that they count by.
#[derive(Debug)]
pub struct Clocks {
    rules: Vec<Arc<Rule>>,
    /// The rules as they hold in areas that keep some of them otherwise.
    areas: BTreeMap<String, Vec<Arc<Rule>>>,
    conditions: Vec<Condition>,
    calendar: Calendar,
}

impl Clocks {
    /// Reads `clocks.csv` and `calendar.csv`.
    pub(super) fn load(files: &Files, events: &Events) -> Result<Self, Error> {
        let calendar = calendar::load(&files.calendar)?;
        let mut all = Self { rules: Vec::new(), areas: BTreeMap::new(), conditions: Vec::new(), calendar };
        let rows = rows(CLOCKS, &files.clocks)?;
        for row in rows.iter().filter(|row| row.cells[0] != AREA) {
            if row.cells[0] == "condition" {
                let condition = read::condition(row)?;
                if all.conditions.iter().any(|known| known.word == condition.word) {
                    return Err(row.fault(CLOCKS, Fault::Twice(condition.word)));
                }
                all.conditions.push(condition);
                continue;
            }
            let rule = read::rule(row, events, &all.conditions)?;
            if all.rule(&rule.name).is_some() {
                return Err(row.fault(CLOCKS, Fault::Twice(rule.name)));
            }
            all.rules.push(Arc::new(rule));
        }
        for row in rows.iter().filter(|row| row.cells[0] == AREA) {
            all.keep(row)?;
        }
        if all.rules.is_empty() { Err(Error::file(CLOCKS, Fault::Empty)) } else { Ok(all) }
    }

    /// Takes what an area keeps otherwise.
    fn keep(&mut self, row: &Row<'_>) -> Result<(), Error> {
        row.expect_cells(CLOCKS, 6)?;
        let (name, area) = (row.cells[1], row.cells[2]);
        let unknown = |word: &str| row.fault(CLOCKS, Fault::Unknown(word.to_owned()));
        let place = self.rules.iter().position(|rule| rule.name == name).ok_or_else(|| unknown(name))?;
        if !self.calendar.areas().any(|known| known == area) {
            return Err(unknown(area));
        }
        let own = self.areas.entry(area.to_owned()).or_insert_with(|| self.rules.clone());
        if own[place] != self.rules[place] {
            return Err(row.fault(CLOCKS, Fault::Twice(name.to_owned())));
        }
        own[place] = Arc::new(read::of_area(row, &self.rules[place])?);
        Ok(())
    }

    /// Reckons the clocks of a case, the first to start first: by the days and rules that an area keeps, from what happened and was
    /// known by `now`.
    ///
    /// `conditions` gives the words of [`Clocks::conditions`] that hold for an order, or for the case, at a moment, with
    /// what happened at that very moment in force already.
    #[must_use]
    pub fn reckon(
        &self,
        area: Option<&str>,
        happenings: &[Happening],
        conditions: &dyn Fn(Option<OrderId>, Moment) -> Vec<String>,
        now: Moment,
    ) -> Vec<Clock> {
        let rules = area.and_then(|area| self.areas.get(area)).unwrap_or(&self.rules);
        clocks(rules, happenings, conditions, self.calendar.of(area), now)
    }

    /// Returns a rule by its name.
    #[must_use]
    pub fn rule(&self, name: &str) -> Option<&Rule> {
        self.rules.iter().map(AsRef::as_ref).find(|rule| rule.name == name)
    }

    /// Returns every rule, in the order of the file.
    pub fn rules(&self) -> impl Iterator<Item = &Rule> {
        self.rules.iter().map(AsRef::as_ref)
    }

    /// Returns the words that can hold for an order.
    #[must_use]
    pub fn conditions(&self) -> &[Condition] {
        &self.conditions
    }

    /// Returns the calendar that the rules count by, with its areas.
    #[must_use]
    pub const fn calendar(&self) -> &Calendar {
        &self.calendar
    }
}
