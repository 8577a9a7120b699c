//! The calendar of one area: counting its days, from a day or from a moment of local time.
//!
//! Promises: counting never begins with the day that it starts from; a month later is the same day of that month, or its
//! last day where it has no such day (31 January and a month is the last of February, and not a day of March); what would
//! fall beyond the end of time stays at the last day that there is.
//! Must never know: what is counted.

use super::{Calendar, Own, is_weekend};
use crate::model::time::{Day, Moment};
use jiff::civil::Date;
use jiff::{Span, Timestamp};

/// The calendar as one area keeps it.
#[derive(Debug, Clone, Copy)]
pub struct Local<'a> {
    calendar: &'a Calendar,
    own: Option<&'a Own>,
}

impl<'a> Local<'a> {
    /// Returns the calendar with what an area keeps for itself.
    pub(super) const fn new(calendar: &'a Calendar, own: Option<&'a Own>) -> Self {
        Self { calendar, own }
    }

    /// Returns the local day of a moment.
    #[must_use]
    pub fn day(&self, at: Moment) -> Day {
        let beyond = if at.micros() < 0 { Timestamp::MIN } else { Timestamp::MAX };
        let stamp = Timestamp::from_microsecond(at.micros()).unwrap_or(beyond);
        Day::of(self.calendar.zone.to_datetime(stamp).date())
    }

    /// Returns the first moment of a local day.
    #[must_use]
    pub fn begin(&self, day: Day) -> Moment {
        let zoned = day.date().to_zoned(self.calendar.zone.clone());
        zoned.map_or_else(|_| day.start(), |zoned| Moment::from_micros(zoned.timestamp().as_microsecond()))
    }

    /// Returns the moment at which clocks show an hour of a local day: the first of two, where they are put back; as much
    /// later as they are put forward, where they never show it.
    #[must_use]
    pub fn at(&self, day: Day, (hour, minute): (u8, u8)) -> Moment {
        let (hour, minute) = (i8::try_from(hour).unwrap_or(0), i8::try_from(minute).unwrap_or(0));
        let zoned = day.date().at(hour, minute, 0, 0).to_zoned(self.calendar.zone.clone());
        zoned.map_or_else(|_| self.begin(day), |zoned| Moment::from_micros(zoned.timestamp().as_microsecond()))
    }

    /// Returns when clocks show a time from `from` until before `until`, minutes after midnight, on a local day: nothing where
    /// they are put forward over it, and twice where they are put back into it.
    #[must_use]
    pub fn stretches(&self, day: Day, (from, until): (u16, u16)) -> Vec<(Moment, Moment)> {
        let (begin, end) = (self.begin(day), self.end(day));
        let Ok(first) = Timestamp::from_microsecond(begin.micros()) else { return Vec::new() };
        let turns =
            self.calendar.zone.following(first).map(|turn| Moment::from_micros(turn.timestamp().as_microsecond()));
        let mut stretches: Vec<(Moment, Moment)> = Vec::new();
        let mut at = begin;
        for next in turns.take_while(|turn| *turn < end).chain([end]) {
            let Ok(stamp) = Timestamp::from_microsecond(at.micros()) else { break };
            // The moment at which clocks would show midnight of the day, if they went all day as they go from here on.
            let ahead = i64::from(self.calendar.zone.to_offset(stamp).seconds());
            let midnight = day.start().plus_seconds(-ahead);
            let shows = |minutes: u16| midnight.plus_seconds(i64::from(minutes) * 60);
            let (opens, shuts) = (shows(from).max(at), shows(until).min(next));
            match stretches.last_mut() {
                _ if opens >= shuts => {}
                Some((_, last)) if *last == opens => *last = shuts,
                _ => stretches.push((opens, shuts)),
            }
            at = next;
        }
        stretches
    }

    /// Returns the first moment after a local day: 23, 24 or 25 hours after it began.
    #[must_use]
    pub fn end(&self, day: Day) -> Moment {
        self.begin(self.days_after(day, 1))
    }

    /// Says whether the area works on a day. What it keeps for itself goes before the list.
    #[must_use]
    pub fn is_working(&self, day: Day) -> bool {
        let date = day.date();
        let free = is_weekend(date) || self.calendar.holidays.contains(&date);
        // An area's own day is taken only where it changes something, so that no day is both open and closed.
        self.own.map_or(!free, |own| own.open.contains(&date) || (!free && !own.closed.contains(&date)))
    }

    /// Returns the `count`th working day after a day.
    #[must_use]
    pub fn working_days_after(&self, day: Day, count: u32) -> Day {
        self.walk(day, count, |date| date.tomorrow().ok())
    }

    /// Returns the `count`th working day before a day.
    #[must_use]
    pub fn working_days_before(&self, day: Day, count: u32) -> Day {
        self.walk(day, count, |date| date.yesterday().ok())
    }

    /// Returns the day this many days later.
    #[must_use]
    pub fn days_after(&self, day: Day, count: u32) -> Day {
        later(day, Span::new().try_days(count))
    }

    /// Returns the day this many days earlier.
    #[must_use]
    pub fn days_before(&self, day: Day, count: u32) -> Day {
        later(day, Span::new().try_days(-i64::from(count)))
    }

    /// Returns the same day of the month this many months later, or the last day of that month if it has no such day.
    #[must_use]
    pub fn months_after(&self, day: Day, count: u32) -> Day {
        later(day, Span::new().try_months(count))
    }

    fn walk(&self, day: Day, count: u32, step: impl Fn(Date) -> Option<Date>) -> Day {
        let (mut day, mut left) = (day, count);
        while left > 0 {
            let Some(next) = step(day.date()) else { break };
            day = Day::of(next);
            left -= u32::from(self.is_working(day));
        }
        day
    }
}

fn later(day: Day, span: Result<Span, jiff::Error>) -> Day {
    span.and_then(|span| day.date().checked_add(span)).map_or(day, Day::of)
}
