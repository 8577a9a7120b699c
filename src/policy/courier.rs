//! What leaves the hub, and when: data beside the policy.
//!
//! Promises: each severity is urgent or is not; each way has times at which what failed is tried again, none shorter than the one
//! before; every number that the courier counts by is there once.
//! Must never know: what waits, for whom, where it goes.

use super::error::{Error, Fault};
use super::reference::word;
use super::rows::rows_of;
use crate::model::alerts::Severity;
use crate::model::dispatch::Way;
use crate::model::words::vocabulary;
use std::collections::HashMap;

const COURIER: &str = "courier.csv";

vocabulary! {
    /// A number that the courier counts by.
    Count {
        /// For how many hours a code holds that was sent to an address.
        MailCode = "mail-code",
        /// How many such codes one worker may ask for in a day.
        MailCodes = "mail-codes",
        /// How many endpoints an agency may have.
        Endpoints = "endpoints",
        /// For how many hours the secret before the latest signs too.
        OldSecret = "old-secret",
    }
}

/// All of it.
#[derive(Debug)]
pub struct Couriers {
    retries: HashMap<Way, Vec<i64>>,
    urgent: HashMap<Severity, bool>,
    numbers: HashMap<Count, i64>,
}

impl Couriers {
    /// Reads `courier.csv`.
    pub(super) fn load(text: &str) -> Result<Self, Error> {
        let mut all = Self { retries: HashMap::new(), urgent: HashMap::new(), numbers: HashMap::new() };
        for row in rows_of(COURIER, text, 6)? {
            let [what, of, number, unit, _, verified] = row.cells[..] else { continue };
            let unknown = |cell: &str| row.fault(COURIER, Fault::Unknown(cell.to_owned()));
            let value: i64 =
                number.parse().ok().filter(|value| (0..=604_800).contains(value)).ok_or_else(|| unknown(number))?;
            if !matches!(verified, "verified" | "proposed") {
                return Err(unknown(verified));
            }
            let twice = match (what, unit) {
                ("urgent", "-") if value <= 1 => all.urgent.insert(word(COURIER, &row, of)?, value == 1).is_some(),
                ("retry", "second") if value > 0 => {
                    let times = all.retries.entry(word(COURIER, &row, of)?).or_default();
                    if times.last().is_some_and(|last| *last > value) {
                        return Err(unknown(number));
                    }
                    times.push(value);
                    false
                }
                ("number", "hour" | "per-day" | "endpoint") if value > 0 => {
                    all.numbers.insert(word(COURIER, &row, of)?, value).is_some()
                }
                _ => return Err(unknown(what)),
            };
            if twice {
                return Err(row.fault(COURIER, Fault::Twice(of.to_owned())));
            }
        }
        let missing = Severity::ALL.iter().find(|one| !all.urgent.contains_key(*one)).map(ToString::to_string);
        let missing =
            missing.or_else(|| Way::ALL.iter().find(|one| !all.retries.contains_key(*one)).map(ToString::to_string));
        let missing =
            missing.or_else(|| Count::ALL.iter().find(|one| !all.numbers.contains_key(*one)).map(ToString::to_string));
        match missing {
            Some(missing) => Err(Error::file(COURIER, Fault::Missing(missing))),
            None => Ok(all),
        }
    }

    /// Returns how long after the attempt before each of the attempts follows that come after the first one, in seconds.
    #[must_use]
    pub fn retries(&self, way: Way) -> &[i64] {
        self.retries.get(&way).map_or(&[], Vec::as_slice)
    }

    /// Says whether what is so urgent ignores what somebody set aside, their digest and their quiet hours.
    #[must_use]
    pub fn is_urgent(&self, severity: Severity) -> bool {
        // The loader misses a severity that is not there; if it could not, nothing would be held back.
        self.urgent.get(&severity).copied().unwrap_or(true)
    }

    /// Returns a number.
    #[must_use]
    pub fn number(&self, count: Count) -> i64 {
        self.numbers.get(&count).copied().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = include_str!("../../policies/courier.csv");

    #[test]
    fn the_times_are_those_of_the_specification_and_end_after_days() {
        let courier = Couriers::load(TEXT).unwrap();
        let start: Vec<i64> = courier
            .retries(Way::Webhook)
            .iter()
            .scan(0, |at, wait| {
                *at += wait;
                Some(*at)
            })
            .collect();
        assert_eq!(start, [5, 305, 2_105, 9_305, 27_305, 63_305, 113_705, 185_705, 272_105]);
        assert!(courier.retries(Way::Mail).iter().sum::<i64>() > 3 * 86_400, "days, not hours");
        let urgent = |severity| courier.is_urgent(severity);
        assert!(urgent(Severity::Critical) && urgent(Severity::High) && !urgent(Severity::Normal));
        assert_eq!(courier.number(Count::OldSecret), 24);
    }

    #[test]
    fn what_is_missing_unknown_or_twice_is_refused() {
        let without = |line: &str| TEXT.lines().filter(|one| !one.starts_with(line)).collect::<Vec<_>>().join("\n");
        for line in ["urgent, normal", "retry, mail", "number, endpoints"] {
            assert!(Couriers::load(&without(line)).is_err(), "{line}");
        }
        for more in [
            "urgent, normal, 1, -, x, proposed",
            "urgent, low, 1, -, x, proposed",
            "retry, webhook, 5, second, x, proposed",
            "retry, fax, 5, second, x, proposed",
            "number, endpoints, 5, endpoint, x, proposed",
            "number, mail-code, 0, hour, x, proposed",
            "retry, webhook, 86400, second, x, perhaps",
        ] {
            assert!(Couriers::load(&format!("{TEXT}{more}\n")).is_err(), "{more}");
        }
    }
}
