//! What a number of `limits.csv` counts.

use crate::model::words::vocabulary;

vocabulary! {
    /// What a number counts.
    Unit {
        /// Seconds.
        Second = "second",
        /// Minutes.
        Minute = "minute",
        /// Hours.
        Hour = "hour",
        /// Days of the calendar, from midnight to midnight by local time.
        Day = "day",
        /// Working days.
        WorkingDay = "working-day",
        /// Times within an hour.
        PerHour = "per-hour",
        /// Times within a day.
        PerDay = "per-day",
        /// Times within thirty days.
        PerThirtyDays = "per-30-days",
        /// Characters of a text.
        Character = "character",
        /// Lines of a list.
        Line = "line",
        /// Hours of unpaid work: they are worked, and no clock runs by them.
        HourOfWork = "hour-of-work",
        /// Months that a court gives: they are counted, and no clock runs by them.
        Month = "month",
        /// Things that are counted: no clock runs by them.
        Count = "count",
        /// Times something else.
        Times = "times",
        /// 1,024 bytes of a file.
        Kibibyte = "kibibyte",
    }
}

impl Unit {
    /// Returns how many seconds one of it is, or the stretch that it counts within; a day of the calendar has no such length.
    pub(super) const fn seconds(self) -> i64 {
        match self {
            Self::Second => 1,
            Self::Minute => 60,
            Self::Hour | Self::PerHour => 3_600,
            Self::Day
            | Self::WorkingDay
            | Self::Character
            | Self::Line
            | Self::HourOfWork
            | Self::Month
            | Self::Count
            | Self::Times
            | Self::Kibibyte => 0,
            Self::PerDay => 86_400,
            Self::PerThirtyDays => 30 * 86_400,
        }
    }

    /// Says whether it counts times within a stretch, and not a length.
    pub(super) const fn is_rate(self) -> bool {
        matches!(self, Self::PerHour | Self::PerDay | Self::PerThirtyDays)
    }
}
