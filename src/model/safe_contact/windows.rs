//! When somebody may be reached: hours of local days, as clocks show them there.
//!
//! Promises: an hour that clocks skip is never open, one that they show twice is open twice; two that touch are one.
//! Must never know: who is reached, and how.

use crate::model::calendar::Local;
use crate::model::time::Moment;
use crate::model::words::vocabulary;
use serde::Deserialize;
use std::fmt;
use std::str::FromStr;

/// How many days ahead an opening is looked for: a week's hours may fall into the night in which clocks are put forward.
const DAYS_AHEAD: u32 = 15;

/// Minutes of a day.
const DAY_MINUTES: u16 = 24 * 60;

vocabulary! {
    /// A day of the week.
    Weekday {
        /// Monday.
        Monday = "mon",
        /// Tuesday.
        Tuesday = "tue",
        /// Wednesday.
        Wednesday = "wed",
        /// Thursday.
        Thursday = "thu",
        /// Friday.
        Friday = "fri",
        /// Saturday.
        Saturday = "sat",
        /// Sunday.
        Sunday = "sun",
    }
}

/// A time that clocks show: `00:00` to `24:00`, the end of the day.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Deserialize)]
#[serde(try_from = "String")]
pub struct TimeOfDay(u16);

/// The text was not a time of day.
#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone, Copy)]
#[error("is not a time of day: write hours and minutes, such as 09:30; the end of a day is 24:00")]
pub struct NotATime;

impl FromStr for TimeOfDay {
    type Err = NotATime;
    fn from_str(text: &str) -> Result<Self, NotATime> {
        let two = |part: &str| match part.as_bytes() {
            [tens @ b'0'..=b'9', ones @ b'0'..=b'9'] => Some(u16::from(tens - b'0') * 10 + u16::from(ones - b'0')),
            _ => None,
        };
        let (hours, minutes) = text.split_once(':').ok_or(NotATime)?;
        let (hours, minutes) = (two(hours).ok_or(NotATime)?, two(minutes).ok_or(NotATime)?);
        let all = hours * 60 + minutes;
        if minutes < 60 && all <= DAY_MINUTES { Ok(Self(all)) } else { Err(NotATime) }
    }
}

impl TryFrom<String> for TimeOfDay {
    type Error = NotATime;
    fn try_from(text: String) -> Result<Self, NotATime> {
        text.parse()
    }
}

impl fmt::Display for TimeOfDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}", self.0 / 60, self.0 % 60)
    }
}

/// Hours of some days of the week. What goes on after midnight is another window of the next day.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Window {
    /// On which days.
    pub days: Vec<Weekday>,
    /// From when on.
    pub from: TimeOfDay,
    /// Until before when.
    pub until: TimeOfDay,
}

/// What is wrong with windows.
#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone, Copy)]
pub enum BadWindows {
    /// None at all.
    #[error("is needed: say at which hours of which days she may be reached this way")]
    None,
    /// One without a day, or with one twice.
    #[error("needs each day once: write mon, tue, wed, thu, fri, sat or sun")]
    Days,
    /// One that ends before it begins.
    #[error("ends before it begins: write what goes on after midnight as a window of the next day, from 00:00")]
    Backwards,
    /// Two that share a minute.
    #[error("overlap on the same day: write each hour into one window")]
    Overlap,
}

/// Says whether windows can stand beside each other.
///
/// # Errors
/// [`BadWindows`], which says what to do.
pub fn check(windows: &[Window]) -> Result<(), BadWindows> {
    if windows.is_empty() {
        return Err(BadWindows::None);
    }
    for (nth, one) in windows.iter().enumerate() {
        let twice = |day: &Weekday| one.days.iter().filter(|other| *other == day).count() > 1;
        if one.days.is_empty() || one.days.iter().any(twice) {
            return Err(BadWindows::Days);
        }
        if one.from >= one.until {
            return Err(BadWindows::Backwards);
        }
        let meets = |other: &Window| {
            let same_day = one.days.iter().any(|day| other.days.contains(day));
            same_day && one.from < other.until && other.from < one.until
        };
        if windows[..nth].iter().any(meets) {
            return Err(BadWindows::Overlap);
        }
    }
    Ok(())
}

/// Whether she may be reached at a moment.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Opening {
    /// Now, until before this moment.
    Until(Moment),
    /// Not now, and next from this moment on.
    From(Moment),
    /// Not within the days that are looked at.
    Never,
}

/// Says whether windows are open at a moment, until when, or when next.
#[must_use]
pub fn opening(windows: &[Window], local: &Local<'_>, now: Moment) -> Opening {
    let today = local.day(now);
    let mut all: Vec<(Moment, Moment)> = Vec::new();
    for ahead in 0..=DAYS_AHEAD {
        let day = local.days_after(today, ahead);
        let Some(weekday) = Weekday::ALL.get(usize::from(day.weekday_from_monday())) else { continue };
        let meant = windows.iter().filter(|one| one.days.contains(weekday));
        all.extend(meant.flat_map(|one| local.stretches(day, (one.from.0, one.until.0))));
    }
    all.sort_unstable();
    let Some(mut open) = all.iter().copied().find(|(_, shuts)| *shuts > now) else { return Opening::Never };
    if open.0 > now {
        return Opening::From(open.0);
    }
    for (opens, shuts) in all {
        if opens <= open.1 && shuts > open.1 {
            open.1 = shuts;
        }
    }
    Opening::Until(open.1)
}

/// Writes windows as one text, to be sealed.
#[must_use]
pub fn written(windows: &[Window]) -> String {
    let one = |one: &Window| {
        let days: Vec<&str> = one.days.iter().map(|day| day.as_str()).collect();
        format!("{} {} {}", days.join("+"), one.from, one.until)
    };
    windows.iter().map(one).collect::<Vec<_>>().join(";")
}

/// Reads what [`written`] wrote.
#[must_use]
pub fn read(text: &str) -> Option<Vec<Window>> {
    let one = |one: &str| {
        let mut parts = one.split(' ');
        let (days, from, until) = (parts.next()?, parts.next()?, parts.next()?);
        let days = days.split('+').map(str::parse).collect::<Result<_, _>>().ok()?;
        Some(Window { days, from: from.parse().ok()?, until: until.parse().ok()? })
    };
    text.split(';').map(one).collect()
}

#[cfg(test)]
mod tests;
