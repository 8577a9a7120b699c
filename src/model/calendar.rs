//! Which days are working days, by local time: what clocks of practice count.
//!
//! Promises: a summer evening belongs to the local day, not to that of UTC, and a day of 23 or 25 hours is one day; beyond
//! the last day of the list only weekends are free, so that a clock is early and never late. What an area keeps for itself
//! changes no other area's days.
//! Must never know: what is counted, and where the list comes from.

use super::time::{Day, Moment};
use jiff::Timestamp;
use jiff::civil::{Date, Weekday};
use jiff::tz::TimeZone;
use std::collections::{BTreeMap, BTreeSet};

mod local;

pub use local::Local;

/// The local time and its free days.
#[derive(Debug, Clone)]
pub struct Calendar {
    zone: TimeZone,
    holidays: BTreeSet<Date>,
    areas: BTreeMap<String, Own>,
}

/// What an area keeps otherwise than the list that is for all.
#[derive(Debug, Clone, Default)]
struct Own {
    /// The days on which it is closed although others work.
    closed: BTreeSet<Date>,
    /// The listed holidays on which it works.
    open: BTreeSet<Date>,
}

/// The text was not a rule of local time, or not a date.
#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone, Copy)]
#[error("not a rule of local time, or not a date")]
pub struct BadCalendar;

/// How an area's own day differs from the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keeps {
    /// It is closed on a day on which others work.
    Closed,
    /// It works on a listed holiday.
    Open,
}

/// A day of an area that would change nothing, or an area that nobody named.
#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone, Copy)]
#[error("changes nothing there: the day is kept so already, or the area has no line of its own")]
pub struct NoChange;

impl Calendar {
    /// Reads a POSIX rule of local time, such as `GMT0BST,M3.5.0/1,M10.5.0`, and dates such as `2026-12-25`.
    ///
    /// # Errors
    /// [`BadCalendar`].
    pub fn new<'a>(zone: &str, holidays: impl IntoIterator<Item = &'a str>) -> Result<Self, BadCalendar> {
        let zone = TimeZone::posix(zone).map_err(|_| BadCalendar)?;
        let date = |text: &str| text.parse::<Date>().ok().filter(|date| date.to_string() == text).ok_or(BadCalendar);
        let holidays = holidays.into_iter().map(date).collect::<Result<_, _>>()?;
        Ok(Self { zone, holidays, areas: BTreeMap::new() })
    }

    /// Names an area; it keeps the days of the list until it is told otherwise. Says whether it is a new one.
    pub fn add_area(&mut self, area: &str) -> bool {
        self.areas.insert(area.to_owned(), Own::default()).is_none()
    }

    /// Lets an area keep a day of its own. All holidays of the list must be known by then.
    ///
    /// # Errors
    /// [`NoChange`] where nobody named the area, or where the day is kept so already.
    pub fn keep(&mut self, area: &str, day: Day, keeps: Keeps) -> Result<(), NoChange> {
        let (date, listed) = (day.date(), self.holidays.contains(&day.date()));
        let own = self.areas.get_mut(area).ok_or(NoChange)?;
        let new = match keeps {
            Keeps::Closed => !listed && !is_weekend(date) && own.closed.insert(date),
            Keeps::Open => listed && !is_weekend(date) && own.open.insert(date),
        };
        if new { Ok(()) } else { Err(NoChange) }
    }

    /// Returns the areas that keep days of their own, by name.
    pub fn areas(&self) -> impl Iterator<Item = &str> {
        self.areas.keys().map(String::as_str)
    }

    /// Returns the calendar as an area keeps it. Without an area, and for one that the list does not name, it is the list
    /// that is for all.
    #[must_use]
    pub fn of(&self, area: Option<&str>) -> Local<'_> {
        Local::new(self, area.and_then(|area| self.areas.get(area)))
    }

    /// Returns the end of the `days`th working day after the local day of `from`: that day itself is not counted.
    #[must_use]
    pub fn end_of_working_day(&self, from: Moment, days: u32) -> Moment {
        let local = self.of(None);
        local.end(local.working_days_after(local.day(from), days))
    }

    /// Returns the beginning of the `days`th day after the local day of `from`, free or not.
    #[must_use]
    pub fn begin_of_day(&self, from: Moment, days: u32) -> Moment {
        let local = self.of(None);
        local.begin(local.days_after(local.day(from), days))
    }

    /// Writes a moment as people read it there, such as `20 November 2026 at 19:05`.
    #[must_use]
    pub fn written(&self, at: Moment) -> String {
        let Ok(stamp) = Timestamp::from_microsecond(at.micros()) else { return at.to_string() };
        self.zone.to_datetime(stamp).strftime("%-d %B %Y at %H:%M").to_string()
    }
}

fn is_weekend(date: Date) -> bool {
    matches!(date.weekday(), Weekday::Saturday | Weekday::Sunday)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn calendar() -> Calendar {
        Calendar::new("GMT0BST,M3.5.0/1,M10.5.0", ["2026-11-30", "2026-12-25", "2026-12-28"]).unwrap()
    }

    fn end(from: &str, days: u32) -> String {
        let from: Timestamp = from.parse().unwrap();
        calendar().end_of_working_day(Moment::from_micros(from.as_microsecond()), days).to_string()
    }

    #[test]
    fn weekends_and_holidays_are_not_counted() {
        assert_eq!(end("2026-11-19T20:00:00Z", 1), "2026-11-21T00:00:00Z");
        assert_eq!(end("2026-11-20T20:00:00Z", 1), "2026-11-24T00:00:00Z", "Friday to Monday");
        assert_eq!(end("2026-11-27T20:00:00Z", 1), "2026-12-02T00:00:00Z", "St Andrew's Day is a Monday");
        assert_eq!(end("2026-12-24T20:00:00Z", 1), "2026-12-30T00:00:00Z");
    }

    #[test]
    fn a_summer_evening_belongs_to_the_local_day() {
        assert_eq!(end("2026-07-01T22:59:00Z", 1), "2026-07-02T23:00:00Z");
        assert_eq!(end("2026-07-01T23:01:00Z", 1), "2026-07-03T23:00:00Z");
        assert_eq!(end("2026-10-23T12:00:00Z", 1), "2026-10-27T00:00:00Z", "the clocks go back between");
    }

    #[test]
    fn a_moment_has_a_local_day() {
        let day = |text: &str| {
            let at: Timestamp = text.parse().unwrap();
            calendar().of(None).day(Moment::from_micros(at.as_microsecond())).to_string()
        };
        assert_eq!(day("2026-11-20T23:59:59Z"), "2026-11-20");
        assert_eq!(day("2026-07-01T23:30:00Z"), "2026-07-02", "in summer it is an hour later");
    }

    #[test]
    fn the_next_day_begins_at_local_midnight() {
        let begin = |from: &str| {
            let from: Timestamp = from.parse().unwrap();
            calendar().begin_of_day(Moment::from_micros(from.as_microsecond()), 1).to_string()
        };
        assert_eq!(begin("2026-11-20T03:00:00Z"), "2026-11-21T00:00:00Z", "a Saturday is a day");
        assert_eq!(begin("2026-07-01T22:59:00Z"), "2026-07-01T23:00:00Z");
        assert_eq!(begin("2026-07-01T23:01:00Z"), "2026-07-02T23:00:00Z");
        assert_eq!(begin("2026-10-24T12:00:00Z"), "2026-10-24T23:00:00Z", "the clocks go back that night");
        assert_eq!(begin("2026-10-25T12:00:00Z"), "2026-10-26T00:00:00Z");
    }

    #[test]
    fn a_moment_is_written_in_local_words() {
        let written = |text: &str| {
            let at: Timestamp = text.parse().unwrap();
            calendar().written(Moment::from_micros(at.as_microsecond()))
        };
        assert_eq!(written("2026-11-20T19:05:59Z"), "20 November 2026 at 19:05");
        assert_eq!(written("2026-07-01T23:30:00Z"), "2 July 2026 at 00:30", "in summer it is an hour later");
    }

    #[test]
    fn what_is_no_rule_or_date_is_refused() {
        assert!(Calendar::new("London", []).is_err());
        for bad in ["2026-2-3", "20260203", "2026-02-30", ""] {
            assert_eq!(Calendar::new("GMT0", [bad]).map(drop), Err(BadCalendar), "{bad}");
        }
    }
}
