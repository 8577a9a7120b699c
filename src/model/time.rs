//! Moments and the clock. The only file that asks the machine what time it is.
//!
//! A [`Moment`] is UTC microseconds since 1970, which both databases order alike.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::sync::atomic::{AtomicI64, Ordering};

/// A point in time. Units: UTC microseconds since 1970.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Moment(i64);

impl Moment {
    /// Returns the moment of this many microseconds since 1970.
    #[must_use]
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    /// Returns microseconds since 1970.
    #[must_use]
    pub const fn micros(self) -> i64 {
        self.0
    }

    /// Returns whole seconds since 1970, rounded down.
    #[must_use]
    pub const fn seconds(self) -> i64 {
        self.0.div_euclid(1_000_000)
    }

    /// Returns the day that it falls on, in UTC.
    #[must_use]
    pub fn day(self) -> Day {
        let stamp = Timestamp::from_microsecond(self.0).unwrap_or_default();
        Day(stamp.to_zoned(jiff::tz::TimeZone::UTC).date())
    }

    /// Returns the moment `micros` later.
    #[must_use]
    pub const fn plus_micros(self, micros: i64) -> Self {
        Self(self.0.saturating_add(micros))
    }

    /// Returns the moment this many seconds later (earlier if negative), at the ends of time if beyond them.
    #[must_use]
    pub const fn plus_seconds(self, seconds: i64) -> Self {
        Self(self.0.saturating_add(seconds.saturating_mul(1_000_000)))
    }
}

impl fmt::Display for Moment {
    /// Writes RFC 3339 in UTC, such as `2026-11-20T19:05:00.25Z`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let stamp =
            Timestamp::from_microsecond(self.0).unwrap_or(if self.0 < 0 { Timestamp::MIN } else { Timestamp::MAX });
        stamp.fmt(f)
    }
}

impl Serialize for Moment {
    fn serialize<S: serde::Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        out.collect_str(self)
    }
}

/// A moment to the second, in the one form that signed records take: `2026-11-20T19:05:00Z`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Second(Moment);

/// The text was not a moment to the second.
#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone, Copy)]
#[error("not a moment: write it in UTC with seconds, such as 2026-11-20T19:05:00Z, between 1900 and 2200")]
pub struct NotASecond;

impl Second {
    /// Returns the second that a moment is in.
    #[must_use]
    pub const fn of(moment: Moment) -> Self {
        Self(Moment(moment.seconds().saturating_mul(1_000_000)))
    }

    /// Returns the moment with which it begins.
    #[must_use]
    pub const fn moment(self) -> Moment {
        self.0
    }
}

impl Second {
    /// Says whether it has a form that is read again: between 1900 and 2200.
    #[must_use]
    pub fn can_be_written(self) -> bool {
        self.to_string().parse::<Self>().is_ok()
    }
}

impl std::str::FromStr for Second {
    type Err = NotASecond;
    fn from_str(text: &str) -> Result<Self, NotASecond> {
        let stamp: Timestamp = text.parse().map_err(|_| NotASecond)?;
        let second = Self::of(Moment(stamp.as_microsecond()));
        let year = text.get(..4).and_then(|year| year.parse().ok()).unwrap_or(0);
        if second.to_string() == text && (1900..=2200).contains(&year) { Ok(second) } else { Err(NotASecond) }
    }
}

impl TryFrom<String> for Second {
    type Error = NotASecond;
    fn try_from(text: String) -> Result<Self, NotASecond> {
        text.parse()
    }
}

impl From<Second> for String {
    fn from(second: Second) -> Self {
        second.to_string()
    }
}

impl fmt::Display for Second {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A civil date, such as a date of birth or the last day of a share. Shape: `2027-02-22`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Day(jiff::civil::Date);

/// The text was not a date.
#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone, Copy)]
#[error("not a date: write year-month-day, such as 2027-02-22, between 1900 and 2200")]
pub struct NotADay;

impl Day {
    /// Returns which day of its week it is: 0 is Monday.
    #[must_use]
    pub fn weekday_from_monday(self) -> u8 {
        u8::try_from(self.0.weekday().to_monday_zero_offset()).unwrap_or_default()
    }

    /// Returns the first moment of this day, in UTC.
    #[must_use]
    pub fn start(self) -> Moment {
        self.0.to_zoned(jiff::tz::TimeZone::UTC).map_or(Moment(i64::MIN), |z| Moment(z.timestamp().as_microsecond()))
    }

    /// Returns the first moment after this day, in UTC: a share that expires on a day holds through it.
    #[must_use]
    pub fn end(self) -> Moment {
        let next = self.0.tomorrow().unwrap_or(self.0);
        next.to_zoned(jiff::tz::TimeZone::UTC).map_or(Moment(i64::MAX), |z| Moment(z.timestamp().as_microsecond()))
    }
}

impl Day {
    /// Returns the day of a date, for the calendar.
    pub(super) const fn of(date: jiff::civil::Date) -> Self {
        Self(date)
    }

    /// Writes the day as people say it: `22 February 2027`.
    #[must_use]
    pub fn in_words(self) -> String {
        self.0.strftime("%-d %B %Y").to_string()
    }

    /// Returns its date, for the calendar.
    pub(super) const fn date(self) -> jiff::civil::Date {
        self.0
    }
}

impl std::str::FromStr for Day {
    type Err = NotADay;
    fn from_str(text: &str) -> Result<Self, NotADay> {
        let day: jiff::civil::Date = text.parse().map_err(|_| NotADay)?;
        if day.to_string() == text && (1900..=2200).contains(&day.year()) { Ok(Self(day)) } else { Err(NotADay) }
    }
}

impl TryFrom<String> for Day {
    type Error = NotADay;
    fn try_from(text: String) -> Result<Self, NotADay> {
        text.parse()
    }
}

impl From<Day> for String {
    fn from(day: Day) -> Self {
        day.0.to_string()
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// What time it is. Two ship: the machine's, and one wound by hand in tests.
pub trait Clock: Send + Sync + 'static {
    /// Returns the present moment.
    fn now(&self) -> Moment;
}

/// The machine's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct RealClock;

impl Clock for RealClock {
    #[expect(clippy::disallowed_methods, reason = "this is the one place where time enters")]
    fn now(&self) -> Moment {
        Moment(Timestamp::now().as_microsecond())
    }
}

/// A clock that stands still until somebody winds it.
#[derive(Debug)]
pub struct HandWound(AtomicI64);

impl HandWound {
    /// Returns a clock that shows `start`.
    #[must_use]
    pub const fn at(start: Moment) -> Self {
        Self(AtomicI64::new(start.0))
    }

    /// Winds the clock forward by this many seconds.
    pub fn wind(&self, seconds: i64) {
        self.0.fetch_add(seconds * 1_000_000, Ordering::SeqCst);
    }
}

impl Clock for HandWound {
    fn now(&self) -> Moment {
        Moment(self.0.load(Ordering::SeqCst))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_has_one_spelling() {
        let good: Second = "2026-11-20T19:05:00Z".parse().unwrap();
        assert_eq!(good.to_string(), "2026-11-20T19:05:00Z");
        assert_eq!(Second::of(good.moment().plus_seconds(1)).to_string(), "2026-11-20T19:05:01Z");
        assert_eq!(Second::of(Moment::from_micros(good.moment().micros() + 999_999)), good);
        let bad = ["2026-11-20T19:05:00.5Z", "2026-11-20T19:05Z", "2026-11-20 19:05:00Z", "2026-11-20T19:05:00+00:00"];
        for bad in bad.into_iter().chain(["2026-11-20T19:05:00z", "2026-02-30T00:00:00Z", "1899-12-31T23:59:59Z", ""]) {
            assert_eq!(bad.parse::<Second>(), Err(NotASecond), "{bad}");
        }
    }

    #[test]
    fn days_that_do_not_exist_are_refused() {
        for bad in ["0000-00-00", "2026-02-30", "+275760-01-01", "2026-2-3", "20260203", "1899-12-31", ""] {
            assert_eq!(bad.parse::<Day>(), Err(NotADay), "{bad}");
        }
        let day: Day = "2027-02-22".parse().unwrap();
        assert_eq!(day.end().to_string(), "2027-02-23T00:00:00Z");
    }
}
