//! How long things may take: limits are data, with where they come from.
//!
//! Promises: every limit that the program asks for stands in `limits.csv` exactly once.
//! Must never know: what time it is.

use super::error::{Error, Fault};
use super::rows::rows_of;
use crate::model::words::vocabulary;
use std::collections::HashMap;

const LIMITS: &str = "limits.csv";

vocabulary! {
    /// What the program asks a limit for.
    Limit {
        /// By when a second person must confirm an override that was live at once.
        OverrideConfirm = "OVERRIDE-CONFIRM",
    }
}

/// Every limit: how many working days.
#[derive(Debug)]
pub(super) struct Limits(HashMap<Limit, u32>);

impl Limits {
    /// Reads `limits.csv`.
    pub(super) fn load(text: &str) -> Result<Self, Error> {
        let mut limits = HashMap::new();
        for row in rows_of(LIMITS, text, 6)? {
            let wrong = |cell: &str| row.fault(LIMITS, Fault::Unknown(cell.to_owned()));
            let name: Limit = row.cells[0].parse().map_err(|_| wrong(row.cells[0]))?;
            let days = row.cells[1].parse().ok().filter(|days| (1..=1000).contains(days));
            let days: u32 = days.ok_or_else(|| wrong(row.cells[1]))?;
            for (cell, words) in [(2, &["WD"][..]), (3, &["weekdays"]), (5, &["yes", "no"])] {
                if !words.contains(&row.cells[cell]) {
                    return Err(wrong(row.cells[cell]));
                }
            }
            if limits.insert(name, days).is_some() {
                return Err(row.fault(LIMITS, Fault::Twice(name.to_string())));
            }
        }
        match Limit::ALL.iter().find(|name| !limits.contains_key(*name)) {
            Some(name) => Err(Error::file(LIMITS, Fault::Missing(name.to_string()))),
            None => Ok(Self(limits)),
        }
    }

    /// Returns how many working days a limit is.
    pub(super) fn working_days(&self, limit: Limit) -> u32 {
        self.0.get(&limit).copied().unwrap_or(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::files::Files;

    #[test]
    fn every_limit_is_there_and_each_slip_is_refused_with_its_line() {
        let text = Files::embedded().limits;
        assert_eq!(Limits::load(&text).unwrap().working_days(Limit::OverrideConfirm), 1);
        const GOOD: &str = "OVERRIDE-CONFIRM, 1, WD, weekdays, somewhere, no";
        let unknown = |word: &str| Fault::Unknown(word.to_owned());
        for (from, to, fault) in [
            ("OVERRIDE-CONFIRM", "OVERRIDE-LATER", unknown("OVERRIDE-LATER")),
            (" 1,", " 0,", unknown("0")),
            (" 1,", " soon,", unknown("soon")),
            ("WD", "hours", unknown("hours")),
            ("weekdays", "moon", unknown("moon")),
            (" no", " maybe", unknown("maybe")),
            (", somewhere", "", Fault::Cells { wanted: 6, found: 5 }),
        ] {
            let text = format!("# a comment\n{}\n", GOOD.replacen(from, to, 1));
            assert_eq!(Limits::load(&text).unwrap_err(), Error::line(LIMITS, 2, fault), "{to}");
        }
        let twice = Error::line(LIMITS, 2, Fault::Twice("OVERRIDE-CONFIRM".to_owned()));
        assert_eq!(Limits::load(&format!("{GOOD}\n{GOOD}\n")).unwrap_err(), twice);
    }
}
