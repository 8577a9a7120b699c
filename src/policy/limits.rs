//! The numbers that the hub counts by, its working days, and what emergency access needs to know: data beside the policy.
//!
//! Promises: every number that the program names stands in its file exactly once, in the unit that the program counts
//! in, with its source; a name that nobody counts by is refused.
//! Must never know: what is counted for whom.

mod unit;

use super::calendar;
use super::error::{Error, Fault};
use super::files::Files;
use super::reference::word;
use super::rows::{Row, rows_of};
use crate::model::agencies::Role;
use crate::model::calendar::{Calendar, Local};
use crate::model::time::{Day, Moment};
use crate::model::words::vocabulary;
use std::collections::HashMap;
use unit::Unit;

const LIMITS: &str = "limits.csv";
const EMERGENCY: &str = "emergency.csv";

vocabulary! {
    /// A number that the hub counts by.
    Limit {
        /// How long a challenge for a device key lives.
        StepUp = "STEP-UP",
        /// How long an emergency grant lives.
        EmergencyGrant = "BREAKGLASS-GRANT",
        /// By when an emergency grant is judged.
        EmergencyReview = "BREAKGLASS-REVIEW",
        /// The use of emergency access by one worker that is flagged.
        EmergencyRepeat = "BREAKGLASS-REPEAT",
        /// How many looks at whereabouts one worker has in an emergency.
        Reveals = "REVEALS-PER-HOUR",
        /// By when a breach is to be told.
        Breach = "BREACH-ICO",
        /// By when a second person must confirm an override that was live at once.
        OverrideConfirm = "OVERRIDE-CONFIRM",
        /// How long after that a late yes opens it again; then its keys go, and it must be asked for anew.
        OverrideReopen = "OVERRIDE-REOPEN",
        /// How many declarations of knowing somebody one worker may make.
        Declarations = "DECLARATIONS",
        /// For how long a status card is fresh after the owner's last sign.
        QueryFresh = "QUERY-FRESH",
        /// From which day on a query without an incident number is looked at.
        QueryFollowUp = "QUERY-FOLLOW-UP",
        /// How far from today a clock may be extended.
        ClockExtension = "CLOCK-EXTENSION",
        /// How many lines a list of questions where men stand may have.
        StatusLines = "STATUS-LINES",
        /// How many lines of such lists one worker may ask.
        StatusLinesPerDay = "STATUS-LINES-PER-DAY",
        /// For how long such a list is shown to those who answer for the asker.
        StatusListShown = "STATUS-LIST-SHOWN",
        /// By when whoever is asked about a proposed address answers.
        AddressCheck = "ADDRESS-CHECK",
        /// How old what a table brings in may be so that it is still told to those whom it would have been told to.
        TableTold = "TABLE-TOLD",
        /// For how long after a MAPPA meeting its cases stay open to those who were invited.
        MeetingWindow = "MEETING-WINDOW",
        /// After how long without a request a browser is signed out.
        SessionIdle = "SESSION-IDLE",
        /// How long a browser stays signed in at most.
        SessionLongest = "SESSION-LONGEST",
        /// The fewest characters of a reason for what somebody else judges the next day.
        Reason = "REASON-LEAST",
        /// The fewest hours of unpaid work that a court may order.
        UnpaidHoursLeast = "UNPAID-WORK-LEAST",
        /// The most.
        UnpaidHoursMost = "UNPAID-WORK-MOST",
        /// Within how many months at most they are to be completed.
        UnpaidMonths = "UNPAID-WORK-MONTHS",
        /// How long it holds that somebody was asked whether a way of reaching her is safe.
        SafeContact = "SAFE-CONTACT",
        /// How long an asking to reach her holds, in which the number may be seen.
        SafeContactAsk = "SAFE-CONTACT-ASK",
        /// How often the hub's heart beats.
        HeartbeatEvery = "HEARTBEAT-EVERY",
        /// How old the newest heartbeat may be that an agency has, before alerts to it count as delayed.
        HeartbeatMissed = "HEARTBEAT-MISSED",
        /// For how long an agency's system that took a heartbeat is meant to take the next one.
        HeartbeatExpected = "HEARTBEAT-EXPECTED",
        /// The least number that figures show.
        FiguresLeast = "FIGURES-LEAST",
        /// To what they are rounded.
        FiguresRound = "FIGURES-ROUND",
        /// How long after the end of a month its figures can still change.
        FiguresSettled = "FIGURES-SETTLED",
        /// How many copies of one agency's alerts for women's and children's services are no storm yet.
        StormLeast = "STORM-LEAST",
        /// How many times what is usual in an hour is none yet.
        StormTimes = "STORM-TIMES",
        /// Over how long back what is usual is reckoned.
        StormUsual = "STORM-USUAL",
        /// How large the file is in which acts wait that could not be committed.
        SpoolSize = "SPOOL-SIZE",
        /// How much of it one sender may fill.
        SpoolShare = "SPOOL-SHARE",
        /// How long an act waits to be committed before it is kept.
        SpoolAfter = "SPOOL-AFTER",
        /// After how long in a hub that works an act is given up that fails again and again.
        SpoolPatience = "SPOOL-PATIENCE",
    }
}

/// How often something may be, within how long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// How often.
    pub times: i64,
    /// Within how many seconds.
    pub within_s: i64,
}

/// The numbers, the calendar, and what emergency access needs to know.
#[derive(Debug)]
pub struct Limits {
    numbers: HashMap<Limit, (u32, Unit)>,
    calendar: Calendar,
    incidents: Vec<String>,
    closed: Vec<String>,
    telephones: Vec<(String, String)>,
    seconds: Vec<Role>,
}

impl Limits {
    /// Reads the three files.
    pub(super) fn load(files: &Files) -> Result<Self, Error> {
        let numbers = numbers(&files.limits)?;
        let mut told = Self {
            numbers,
            calendar: calendar::load(&files.calendar)?,
            incidents: Vec::new(),
            closed: Vec::new(),
            telephones: Vec::new(),
            seconds: Vec::new(),
        };
        for row in rows_of(EMERGENCY, &files.emergency, 3)? {
            let value = row.cells[1].to_owned();
            match row.cells[0] {
                "incident" => told.incidents.push(value),
                "closed" => told.closed.push(value),
                "telephone" => told.telephones.push((value, row.cells[2].to_owned())),
                "second" => told.seconds.push(word(EMERGENCY, &row, row.cells[1])?),
                other => return Err(row.fault(EMERGENCY, Fault::Unknown(other.to_owned()))),
            }
        }
        let lists = [
            ("incident", told.incidents.is_empty()),
            ("telephone", told.telephones.is_empty()),
            ("second", told.seconds.is_empty()),
        ];
        match lists.iter().find(|(_, empty)| *empty) {
            Some((kind, _)) => Err(Error::file(EMERGENCY, Fault::Missing((*kind).to_owned()))),
            None => Ok(told),
        }
    }

    /// Returns the moment when something that began at `from` is over or due.
    #[must_use]
    pub fn due(&self, limit: Limit, from: Moment) -> Moment {
        match self.numbers.get(&limit) {
            Some((days, Unit::WorkingDay)) => self.calendar.end_of_working_day(from, *days),
            Some((days, Unit::Day)) => self.calendar.begin_of_day(from, *days),
            Some((value, unit)) => from.plus_seconds(i64::from(*value) * unit.seconds()),
            // The loader misses a number that is not there; if it could not, nothing would be open for any time.
            None => from,
        }
    }

    /// Returns the end of a working day: of the one so many working days later.
    #[must_use]
    pub fn end_of_working_day(&self, from: Moment, days: u32) -> Moment {
        self.calendar.end_of_working_day(from, days)
    }

    /// Writes a moment as people read it there: the local day and time.
    #[must_use]
    pub fn local(&self, at: Moment) -> String {
        self.calendar.written(at)
    }

    /// Returns the local time and its days.
    #[must_use]
    pub fn local_time(&self) -> Local<'_> {
        self.calendar.of(None)
    }

    /// Returns the local day of a moment.
    #[must_use]
    pub fn local_day(&self, at: Moment) -> Day {
        self.calendar.of(None).day(at)
    }

    /// Returns the first moment of a local day.
    #[must_use]
    pub fn local_midnight(&self, day: Day) -> Moment {
        self.calendar.of(None).begin(day)
    }

    /// Returns how often something may be.
    #[must_use]
    pub fn rate(&self, limit: Limit) -> Rate {
        let found = self.numbers.get(&limit).map(|(value, unit)| (i64::from(*value), unit.seconds()));
        let (times, within_s) = found.unwrap_or_default();
        Rate { times, within_s }
    }

    /// Returns how many there must be at least.
    #[must_use]
    pub fn least(&self, limit: Limit) -> usize {
        // The loader misses a number that is not there; if it could not, no text would be long enough.
        self.numbers.get(&limit).and_then(|(value, _)| usize::try_from(*value).ok()).unwrap_or(usize::MAX)
    }

    /// Returns how many there may be at most.
    #[must_use]
    pub fn most(&self, limit: Limit) -> usize {
        self.numbers.get(&limit).and_then(|(value, _)| usize::try_from(*value).ok()).unwrap_or_default()
    }

    /// Returns the moment before which something that lasts for so long began, if it is over at `now`.
    #[must_use]
    pub fn begun(&self, limit: Limit, now: Moment) -> Moment {
        let long = self.numbers.get(&limit).map(|(value, unit)| i64::from(*value) * unit.seconds());
        now.plus_seconds(-long.unwrap_or_default())
    }

    /// Returns how many seconds something lasts; 0 for what is not counted so.
    #[must_use]
    pub fn seconds(&self, limit: Limit) -> u64 {
        let long = self.numbers.get(&limit).map(|(value, unit)| i64::from(*value) * unit.seconds());
        long.and_then(|long| u64::try_from(long).ok()).unwrap_or_default()
    }

    /// Returns how many hours something lasts; 0 for what is not counted so.
    #[must_use]
    pub fn hours(&self, limit: Limit) -> i64 {
        self.numbers.get(&limit).map_or(0, |(value, unit)| i64::from(*value) * unit.seconds() / 3_600)
    }

    /// Says whether a text is written as an incident number is.
    #[must_use]
    pub fn is_incident(&self, text: &str) -> bool {
        // The pattern itself is an example for the eye, and nobody's number.
        self.incidents.iter().any(|pattern| pattern != text && is_written_as(pattern, text))
    }

    /// Returns how incident numbers are written.
    #[must_use]
    pub fn incident_patterns(&self) -> &[String] {
        &self.incidents
    }

    /// Says whether no emergency opens cases with this label.
    #[must_use]
    pub fn is_closed(&self, label: &str) -> bool {
        self.closed.iter().any(|closed| closed == label)
    }

    /// Says whether somebody in this role may be the second officer of emergency access.
    #[must_use]
    pub fn is_second(&self, role: Role) -> bool {
        self.seconds.contains(&role)
    }

    /// Returns whom to ring when nothing is opened: number, and whose.
    #[must_use]
    pub fn telephones(&self) -> &[(String, String)] {
        &self.telephones
    }
}

fn numbers(text: &str) -> Result<HashMap<Limit, (u32, Unit)>, Error> {
    let mut numbers = HashMap::new();
    for row in rows_of(LIMITS, text, 6)? {
        let limit: Limit = word(LIMITS, &row, row.cells[0])?;
        let unit: Unit = word(LIMITS, &row, row.cells[2])?;
        let value: u32 = word(LIMITS, &row, row.cells[1])?;
        let calendar = match unit {
            Unit::Day | Unit::WorkingDay => "scotland",
            Unit::Character
            | Unit::Line
            | Unit::HourOfWork
            | Unit::Month
            | Unit::Count
            | Unit::Times
            | Unit::Kibibyte => "-",
            _ => "clock",
        };
        let counts = counted(limit).map_or(calendar != "-", |counted| counted == unit);
        if value == 0 || is_rate(limit) != unit.is_rate() || !counts {
            return Err(row.fault(LIMITS, Fault::Unknown(row.cells[2].to_owned())));
        }
        expect(&row, 3, &[calendar])?;
        expect(&row, 5, &["verified", "proposed"])?;
        if numbers.insert(limit, (value, unit)).is_some() {
            return Err(row.fault(LIMITS, Fault::Twice(limit.to_string())));
        }
    }
    match Limit::ALL.iter().find(|limit| !numbers.contains_key(*limit)) {
        Some(limit) => Err(Error::file(LIMITS, Fault::Missing(limit.to_string()))),
        None => Ok(numbers),
    }
}

/// Says whether the program counts how often, and not how long.
const fn is_rate(limit: Limit) -> bool {
    use Limit::{Declarations, EmergencyRepeat, Reveals, StatusLinesPerDay, StormLeast};
    matches!(limit, EmergencyRepeat | Reveals | Declarations | StatusLinesPerDay | StormLeast)
}

/// Returns what the program counts by a number that is no time; nothing if it is one.
const fn counted(limit: Limit) -> Option<Unit> {
    match limit {
        Limit::Reason => Some(Unit::Character),
        Limit::StatusLines => Some(Unit::Line),
        Limit::UnpaidHoursLeast | Limit::UnpaidHoursMost => Some(Unit::HourOfWork),
        Limit::UnpaidMonths => Some(Unit::Month),
        Limit::FiguresLeast | Limit::FiguresRound => Some(Unit::Count),
        Limit::StormTimes => Some(Unit::Times),
        Limit::SpoolSize | Limit::SpoolShare => Some(Unit::Kibibyte),
        _ => None,
    }
}

fn expect(row: &Row<'_>, cell: usize, words: &[&str]) -> Result<(), Error> {
    let found = row.cells[cell];
    if words.contains(&found) { Ok(()) } else { Err(row.fault(LIMITS, Fault::Unknown(found.to_owned()))) }
}

/// Says whether a text is written as a pattern says: `9` a digit, `A` a capital letter, all else itself.
fn is_written_as(pattern: &str, text: &str) -> bool {
    let fits = |(wanted, found): (char, char)| match wanted {
        '9' => found.is_ascii_digit(),
        'A' => found.is_ascii_uppercase(),
        _ => wanted == found,
    };
    pattern.chars().count() == text.chars().count() && pattern.chars().zip(text.chars()).all(fits)
}

#[cfg(test)]
mod tests;
