//! A rule of practice: what starts a clock, what stops it, how long it has, and whom it concerns.
//!
//! Promises: a rule is data and says where it comes from and whether that was checked. A number that an area must set and
//! has not set is no number: nothing is put in its place.
//! Must never know: which rules there are.

use super::expression::{Starts, Stops};
use super::happening::EventWord;
use crate::model::agencies::Role;
use crate::model::words::vocabulary;

vocabulary! {
    /// What a limit counts.
    Unit {
        /// Working days of the area after the day of the trigger; due at the end of the last.
        WorkingDay = "working-day",
        /// Working days of the area before the day that the event names; due at the end of the first.
        WorkingDayBefore = "working-day-before",
        /// Hours by the clock, from the moment of the trigger: also over the night on which the clocks change.
        Hour = "hour",
        /// Local days after that of the trigger; none is the day of the trigger itself.
        CalendarDay = "calendar-day",
        /// Weeks of seven days, of which the first begins with the day of the trigger; due at the end of the last.
        CalendarWeek = "calendar-week",
        /// Months: due at the end of the same day of the last, or of its last day.
        CalendarMonth = "calendar-month",
        /// Years, as twelve months each.
        CalendarYear = "calendar-year",
        /// At once: late from the trigger until it stops.
        Immediate = "immediate",
        /// The end of the day that the event names.
        Date = "date",
        /// So many sessions before something else happens.
        Session = "session",
    }
}

vocabulary! {
    /// Whether what a rule says was checked.
    Status {
        /// Its source says so.
        Verified = "verified",
        /// Its source was not seen; somebody must check it.
        ToConfirm = "to-confirm",
        /// Each area sets it for itself.
        AreaSet = "area-set",
    }
}

/// How long a clock has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Limit {
    /// This many of the unit.
    Set(u32),
    /// Whatever the area sets, and it has not.
    ByArea,
    /// What the conditions of the order say, or the day that a court gave.
    Choice {
        /// The numbers, each with the condition on which it holds.
        numbers: Vec<(u32, String)>,
        /// The day that the event names goes before them.
        court: bool,
    },
}

/// When a clock that runs is to be seen as nearly over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Near {
    /// After half of its time.
    Half,
    /// When so many of the unit are left.
    Left(u32, Unit),
}

/// The conditions on which a rule applies: any of these, each of which is met if all its words are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Applies(pub Vec<Vec<String>>);

impl Applies {
    /// Says whether the rule applies where these words hold.
    #[must_use]
    pub fn holds(&self, words: &[String]) -> bool {
        self.0.is_empty() || self.0.iter().any(|all| all.iter().all(|word| words.contains(word)))
    }
}

/// A rule of practice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// Its name, such as `NOS-CONTACT`.
    pub name: String,
    /// The paragraph of its source.
    pub paragraph: Option<String>,
    /// How long it has.
    pub limit: Limit,
    /// What that counts.
    pub unit: Unit,
    /// What must not have happened before it stops, where sessions are counted.
    pub before: Option<EventWord>,
    /// What starts it.
    pub starts: Starts,
    /// What stops it.
    pub stops: Stops,
    /// Where it applies.
    pub applies: Applies,
    /// When it is nearly over: the latest of these. None for a clock that is due at once.
    pub near: Vec<Near>,
    /// Whom it is told to when it is late.
    pub escalate: Role,
    /// Where it is written.
    pub source: String,
    /// Whether that was checked.
    pub status: Status,
}
