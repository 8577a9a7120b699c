//! Figures of a month: how many, how long, and what must not be said of small numbers.
//!
//! Promises: no number under the least is shown, nor one that is that close to the whole; a total is shown only where those of its parts
//! that are not shown come to the least together; what is shown is rounded; no time of fewer than the least is shown. The same numbers
//! make the same figures: nothing is drawn at random.
//! Must never know: whose figures they are.

use super::time::Day;
use serde::{Deserialize, Serialize};
use std::fmt;

/// A month of the calendar, such as `2026-11`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Month {
    year: i32,
    month: u8,
}

/// The text was not a month.
#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone, Copy)]
#[error("not a month: write year and month, such as 2026-11")]
pub struct NotAMonth;

impl Month {
    /// Returns its first day.
    ///
    /// # Errors
    /// [`NotAMonth`] where the calendar ends.
    pub fn first(self) -> Result<Day, NotAMonth> {
        format!("{self}-01").parse().map_err(|_| NotAMonth)
    }

    /// Returns the month after it.
    #[must_use]
    pub const fn next(self) -> Self {
        if self.month == 12 {
            Self { year: self.year + 1, month: 1 }
        } else {
            Self { year: self.year, month: self.month + 1 }
        }
    }
}

impl std::str::FromStr for Month {
    type Err = NotAMonth;

    fn from_str(text: &str) -> Result<Self, NotAMonth> {
        let (year, month) = text.split_once('-').ok_or(NotAMonth)?;
        let (year, month) = (year.parse().map_err(|_| NotAMonth)?, month.parse().map_err(|_| NotAMonth)?);
        let read = Self { year, month };
        let fits = (2000..=9000).contains(&year) && (1..=12).contains(&month) && read.to_string() == text;
        if fits { Ok(read) } else { Err(NotAMonth) }
    }
}

impl TryFrom<String> for Month {
    type Error = NotAMonth;

    fn try_from(text: String) -> Result<Self, NotAMonth> {
        text.parse()
    }
}

impl From<Month> for String {
    fn from(month: Month) -> Self {
        month.to_string()
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.year, self.month)
    }
}

/// What small numbers may tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Small {
    /// The least number that is shown.
    pub least: usize,
    /// To what it is rounded.
    pub round: usize,
}

/// What is counted of some answers that are owed, and how long each of them took, in seconds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tally {
    /// How many are owed.
    pub owed: usize,
    /// How many of them are what, in the caller's order.
    pub counts: Vec<usize>,
    /// How long they took to what, in the caller's order.
    pub times: Vec<Vec<i64>>,
}

/// How long most took, in whole minutes, rounded up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Minutes {
    /// Half of them took no longer.
    pub median: i64,
    /// Nine in ten took no longer.
    pub ninetieth: i64,
    /// None took longer.
    pub longest: i64,
}

/// A tally as it is shown: nothing for what must not be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// How many are owed.
    pub owed: Option<usize>,
    /// How many of them are what.
    pub counts: Vec<Option<usize>>,
    /// How long they took to what.
    pub times: Vec<Option<Minutes>>,
}

impl Tally {
    /// Returns nothing of so many things.
    #[must_use]
    pub fn of(counts: usize, times: usize) -> Self {
        Self { owed: 0, counts: vec![0; counts], times: vec![Vec::new(); times] }
    }

    /// Adds what another one counted.
    fn add(&mut self, other: &Self) {
        self.owed += other.owed;
        self.counts.iter_mut().zip(&other.counts).for_each(|(all, one)| *all += one);
        self.times.iter_mut().zip(&other.times).for_each(|(all, one)| all.extend(one));
    }
}

impl Small {
    /// Returns what is shown of each part, and last of all of them together.
    #[must_use]
    pub fn show(&self, parts: &[Tally]) -> Vec<Shown> {
        let mut all = parts.first().map(|one| Tally::of(one.counts.len(), one.times.len())).unwrap_or_default();
        parts.iter().for_each(|part| all.add(part));
        let mut shown: Vec<Shown> = parts.iter().map(|part| self.part(part)).collect();
        let mut whole = self.part(&all);
        whole.owed =
            whole.owed.filter(|_| self.hides(parts.iter().map(|part| part.owed), |at| shown[at].owed.is_some()));
        for (place, count) in whole.counts.iter_mut().enumerate() {
            let of = parts.iter().map(|part| part.counts[place]);
            *count = count.filter(|_| self.hides(of, |at| shown[at].counts[place].is_some()));
        }
        for (place, times) in whole.times.iter_mut().enumerate() {
            let of = parts.iter().map(|part| part.times[place].len());
            *times = times.filter(|_| self.hides(of, |at| shown[at].times[place].is_some()));
        }
        shown.push(whole);
        shown
    }

    /// Says whether a total tells nothing of the parts that are not shown: there are none, or they come to the least together.
    fn hides(&self, parts: impl Iterator<Item = usize>, is_shown: impl Fn(usize) -> bool) -> bool {
        let hidden: Vec<usize> = parts.enumerate().filter(|(at, _)| !is_shown(*at)).map(|(_, many)| many).collect();
        hidden.is_empty() || hidden.iter().sum::<usize>() >= self.least
    }

    fn part(&self, tally: &Tally) -> Shown {
        let owed = tally.owed;
        // What all but a few of them are tells how many are not.
        let beside = |many: usize| many < owed && owed - many < self.least;
        Shown {
            owed: self.number(owed),
            counts: tally.counts.iter().map(|many| self.number(*many).filter(|_| !beside(*many))).collect(),
            times: tally.times.iter().map(|times| self.minutes(times)).collect(),
        }
    }

    fn number(&self, many: usize) -> Option<usize> {
        let to = self.round.max(1);
        (many >= self.least).then(|| (many + to / 2) / to * to)
    }

    fn minutes(&self, times: &[i64]) -> Option<Minutes> {
        let mut sorted = times.to_vec();
        sorted.sort_unstable();
        // The nearest rank: one that somebody took.
        let rank = |part: usize| sorted.get((sorted.len() * part).div_ceil(100).max(1) - 1).map(|one| (one + 59) / 60);
        let (median, ninetieth, longest) = (rank(50)?, rank(90)?, rank(100)?);
        (sorted.len() >= self.least.max(1)).then_some(Minutes { median, ninetieth, longest })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const FIVE: Small = Small { least: 5, round: 5 };

    fn tally(owed: usize, counts: &[usize], times: &[i64]) -> Tally {
        Tally { owed, counts: counts.to_vec(), times: vec![times.to_vec()] }
    }

    #[test]
    fn a_month_is_written_in_one_way() {
        let month: Month = "2026-12".parse().unwrap();
        assert_eq!((month.to_string(), month.next().to_string()), ("2026-12".to_owned(), "2027-01".to_owned()));
        assert_eq!(month.first().unwrap().to_string(), "2026-12-01");
        for bad in ["", "2026", "2026-13", "2026-00", "2026-1", "26-01", "2026-11-01", "+2026-11", "1999-11"] {
            assert!(bad.parse::<Month>().is_err(), "{bad}");
        }
    }

    #[test]
    fn small_numbers_are_not_shown_and_none_of_them_is_none() {
        let shown = FIVE.show(&[tally(12, &[4, 0, 7], &[60; 4]), tally(13, &[6, 5, 13], &[61, 90, 200, 3_600, 30])]);
        assert_eq!(shown[0].owed, Some(10));
        assert_eq!(shown[0].counts, [None, None, Some(5)]);
        assert_eq!(shown[0].times, [None], "four are too few for a median");
        assert_eq!(shown[1].counts, [Some(5), Some(5), Some(15)]);
        assert_eq!(shown[1].times, [Some(Minutes { median: 2, ninetieth: 60, longest: 60 })]);
        assert_eq!(shown[2].owed, Some(25));
        assert_eq!(
            shown[2].counts,
            [None, None, Some(20)],
            "the one that is hidden would be what is left of the total"
        );
        assert_eq!(shown[2].times, [None], "and its longest time the longest of all");
    }

    #[test]
    fn a_total_is_shown_where_what_is_hidden_in_it_is_not_small() {
        let shown = FIVE.show(&[tally(3, &[], &[]), tally(4, &[], &[]), tally(20, &[], &[])]);
        assert_eq!(shown.iter().map(|one| one.owed).collect::<Vec<_>>(), [None, None, Some(20), Some(25)]);
        let shown = FIVE.show(&[tally(0, &[], &[]), tally(4, &[], &[]), tally(20, &[], &[])]);
        assert_eq!(shown[3].owed, None);
        assert_eq!(FIVE.show(&[tally(20, &[17], &[])])[0].counts, [None], "it would tell of the three others");
        assert_eq!(FIVE.show(&[tally(20, &[20], &[])])[0].counts, [Some(20)]);
    }

    proptest! {
        #[test]
        fn no_hidden_number_is_what_is_left(parts in proptest::collection::vec(0usize..30, 1..5), round in 1usize..6) {
            let small = Small { least: 5, round };
            let tallies: Vec<Tally> = parts.iter().map(|many| tally(*many, &[], &[])).collect();
            let shown = small.show(&tallies);
            let whole = shown.last().unwrap().owed;
            for (many, one) in parts.iter().zip(&shown) {
                prop_assert_eq!(one.owed.is_some(), *many >= 5);
            }
            if whole.is_some() {
                let hidden: Vec<&usize> = parts.iter().filter(|many| **many < 5).collect();
                prop_assert!(hidden.len() != 1 && (hidden.is_empty() || hidden.into_iter().sum::<usize>() >= 5));
            }
        }
    }
}
