//! Whether and why a man is under MAPPA: what a statutory gateway depends on.
//!
//! Source: Management of Offenders etc. (Scotland) Act 2005, section 10(1).
//! Promises: a category that cannot be read is no category, never *not in MAPPA*.

use super::words::vocabulary;

vocabulary! {
    /// Why the man of a case is under MAPPA, or that he is not.
    MappaStatus {
        /// Not in MAPPA.
        NotIn = "none",
        /// Subject to sex offender notification requirements: section 10(1)(a).
        Notification = "sonr",
        /// Restricted patient: section 10(1)(c) and (d).
        RestrictedPatient = "restricted-patient",
        /// Convicted of violence: section 10(1)(b), which was never brought into force.
        Violent = "violent",
        /// Other risk of serious harm: section 10(1)(e).
        OtherRisk = "rosh-other",
    }
}

impl MappaStatus {
    /// Reads what a case says, such as `category sonr, level 1`; `None` if it says something that nobody can read.
    #[must_use]
    pub fn of(mappa: Option<&str>) -> Option<Self> {
        let Some(text) = mappa else { return Some(Self::NotIn) };
        let category = text.split(',').find_map(|part| part.trim().strip_prefix("category "))?;
        category.parse().ok().filter(|status| *status != Self::NotIn)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_read_is_not_taken_for_a_man_outside() {
        assert_eq!(MappaStatus::of(None), Some(MappaStatus::NotIn));
        assert_eq!(MappaStatus::of(Some("category sonr, level 1")), Some(MappaStatus::Notification));
        assert_eq!(MappaStatus::of(Some("category rosh-other, level 3")), Some(MappaStatus::OtherRisk));
        for unreadable in ["", "category 3, level 2", "level 2", "category none, level 1", "sonr"] {
            assert_eq!(MappaStatus::of(Some(unreadable)), None, "{unreadable}");
        }
    }
}
