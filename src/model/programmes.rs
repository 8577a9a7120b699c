//! Groups of programmes: what they are called, and what a register says of a man.
//!
//! Must never know: which programmes there are, how many sessions one has.

use super::events::Outcome;
use super::summary::Attended;
use super::words::vocabulary;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

vocabulary! {
    /// What a register says of a man.
    Mark {
        /// He was there.
        Present = "present",
        /// He was there, and was late.
        Late = "late",
        /// He did not come.
        Absent = "absent",
        /// He left, or was sent away.
        SentAway = "sent-away",
    }
}

impl Mark {
    /// Returns it as what became of a contact.
    #[must_use]
    pub const fn outcome(self) -> Outcome {
        match self {
            Self::Present => Outcome::Kept,
            Self::Late => Outcome::Late,
            Self::Absent => Outcome::Missed,
            Self::SentAway => Outcome::SentAway,
        }
    }

    /// Returns it as those see it who may see a summary.
    #[must_use]
    pub const fn attended(self) -> Attended {
        match self {
            Self::Present => Attended::Present,
            Self::Late => Attended::Late,
            Self::Absent => Attended::Absent,
            Self::SentAway => Attended::SentAway,
        }
    }
}

/// The longest name of a group.
const NAME_MAX: usize = 40;

/// What those who run a group call it, such as `monday-evening`. It stands in clear: it names nobody.
///
/// Shape: 2 to 40 of `a-z`, `0-9`, `-`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct GroupName(String);

/// The text was not a name for a group.
#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone, Copy)]
#[error("not a name for a group: write 2 to 40 of a-z, 0-9 and hyphen, such as monday-evening, and nobody's name")]
pub struct NotAGroupName;

impl FromStr for GroupName {
    type Err = NotAGroupName;
    fn from_str(text: &str) -> Result<Self, NotAGroupName> {
        let fits = (2..=NAME_MAX).contains(&text.len())
            && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        if fits { Ok(Self(text.to_owned())) } else { Err(NotAGroupName) }
    }
}

impl TryFrom<String> for GroupName {
    type Error = NotAGroupName;
    fn try_from(text: String) -> Result<Self, NotAGroupName> {
        text.parse()
    }
}

impl From<GroupName> for String {
    fn from(name: GroupName) -> Self {
        name.0
    }
}

impl fmt::Display for GroupName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_group_has_a_short_plain_name() {
        assert!("monday-evening".parse::<GroupName>().is_ok());
        for bad in ["", "m", "Monday", "monday evening", &"m".repeat(41)] {
            assert!(bad.parse::<GroupName>().is_err(), "{bad}");
        }
    }

    #[test]
    fn each_mark_is_an_outcome_of_its_own() {
        for mark in Mark::ALL {
            assert_eq!(Mark::ALL.iter().filter(|other| other.outcome() == mark.outcome()).count(), 1);
            assert_eq!(mark.as_str() == "absent", mark.attended() == Attended::Absent);
        }
    }
}
