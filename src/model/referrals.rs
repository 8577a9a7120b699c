//! A referral for management under MAPPA at level 2 or 3: what it says, what may be missing, and what came of it.
//!
//! Promises: what is missing is said all at once, in words; a level that the category does not have is refused. Whether he
//! is managed there is for people to decide: nothing here reckons a level or a risk.
//! Source: Management of Offenders etc. (Scotland) Act 2005, section 10; MAPPA National Guidance 2022, document 2, as
//! docs/domain.md 1.2 to 1.5 has it.
//! Must never know: who filed it, and for whom.

use super::fields::{Content, FieldReader, FieldWriter};
use super::mappa::MappaStatus;
use super::text::Prose;
use super::words::vocabulary;

vocabulary! {
    /// At which level of MAPPA somebody is managed.
    MappaLevel {
        /// Routine risk management by one agency.
        One = "1",
        /// Multi-agency risk management.
        Two = "2",
        /// Multi-agency public protection panel.
        Three = "3",
    }
}

vocabulary! {
    /// How the referring agency classes the risk of serious harm: as it was found, never reckoned here.
    SeriousHarm {
        /// Imminent, more likely than not.
        VeryHigh = "very-high",
        /// Could happen at any time.
        High = "high",
        /// Unlikely unless something changes.
        Medium = "medium",
        /// Nothing points to it.
        Low = "low",
    }
}

vocabulary! {
    /// What the co-ordinator did with a referral.
    ReferralOutcome {
        /// It went back, with the reason.
        Returned = "returned",
        /// It was accepted, with the risk management plan.
        Accepted = "accepted",
    }
}

/// The words of a referral, sealed.
#[derive(Debug)]
pub struct ReferralWords {
    /// The conviction for which he is in MAPPA, and what matters of his history.
    pub offence: Prose<4000>,
    /// What serious harm is to be feared, to what kind of person.
    pub risk: Prose<4000>,
    /// What is done now, and by whom.
    pub managed_now: Prose<4000>,
    /// What one agency alone cannot do.
    pub why_together: Prose<4000>,
    /// Which parts of the plan cannot be delivered at level 2.
    pub why_not_level_2: Option<Prose<4000>>,
}

impl Content for ReferralWords {
    const TABLE: &'static str = "referral";

    fn write(&self, out: &mut FieldWriter) {
        for text in [&self.offence, &self.risk, &self.managed_now, &self.why_together] {
            out.put(Some(text.reveal()));
        }
        out.put(self.why_not_level_2.as_ref().map(Prose::reveal));
    }

    fn read(input: &mut FieldReader<'_>) -> Option<Self> {
        Some(Self {
            offence: Prose::new(input.take()?).ok()?,
            risk: Prose::new(input.take()?).ok()?,
            managed_now: Prose::new(input.take()?).ok()?,
            why_together: Prose::new(input.take()?).ok()?,
            why_not_level_2: input.optional()?.map(Prose::new).transpose().ok()?,
        })
    }
}

/// Why a referral went back, sealed.
#[derive(Debug)]
pub struct ReturnWords {
    /// What is to be put right.
    pub reason: Prose<2000>,
}

impl Content for ReturnWords {
    const TABLE: &'static str = "referral-answer";

    fn write(&self, out: &mut FieldWriter) {
        out.put(Some(self.reason.reveal()));
    }

    fn read(input: &mut FieldReader<'_>) -> Option<Self> {
        Some(Self { reason: Prose::new(input.take()?).ok()? })
    }
}

/// Says in words why somebody of this category cannot be referred at this level, beside what else the man's own record
/// says of it; each with its field. Nothing, if they can.
#[must_use]
pub fn unfit(
    category: MappaStatus,
    level: MappaLevel,
    on_file: Option<MappaStatus>,
) -> Vec<(&'static str, &'static str)> {
    let mut wrong = Vec::new();
    match (category, level) {
        (MappaStatus::NotIn, _) => wrong.push((
            "category",
            "is needed: sonr, restricted-patient or rosh-other. A man who is in none of them is not for MAPPA",
        )),
        (MappaStatus::Violent, _) => wrong.push((
            "category",
            "is not in use: section 10(1)(b) was never brought into force. If there is a risk of serious harm to the \
             public, refer him as rosh-other",
        )),
        (MappaStatus::OtherRisk, MappaLevel::One) => wrong.push((
            "level",
            "does not go with rosh-other: category 3 has no level 1. Refer him at level 2 or 3, or manage him outside MAPPA",
        )),
        (_, MappaLevel::One) => wrong.push((
            "level",
            "needs no referral: level 1 is the routine work of one agency. Refer at level 2 or 3 what it cannot do alone",
        )),
        _ => {}
    }
    if on_file.is_some_and(|filed| filed != MappaStatus::NotIn && filed != category) {
        wrong.push((
            "category",
            "is another than the case has: the law by which agencies may share hangs on it. Have that settled first",
        ));
    }
    wrong
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn category_three_has_no_level_one_and_nobody_is_referred_to_what_is_not_in_force() {
        let fields = |category, level, filed| -> Vec<&str> {
            unfit(category, level, filed).into_iter().map(|(field, _)| field).collect()
        };
        let (none, filed) = (Some(MappaStatus::NotIn), Some(MappaStatus::Notification));
        for level in [MappaLevel::Two, MappaLevel::Three] {
            for category in [MappaStatus::Notification, MappaStatus::RestrictedPatient, MappaStatus::OtherRisk] {
                assert!(fields(category, level, none).is_empty(), "{category} {level}");
            }
            assert_eq!(fields(MappaStatus::Violent, level, none), ["category"]);
            assert_eq!(fields(MappaStatus::NotIn, level, none), ["category"]);
            assert_eq!(fields(MappaStatus::OtherRisk, level, filed), ["category"]);
        }
        let say = unfit(MappaStatus::OtherRisk, MappaLevel::One, none);
        assert!(say[0].0 == "level" && say[0].1.contains("category 3 has no level 1"), "{say:?}");
        assert_eq!(fields(MappaStatus::Notification, MappaLevel::One, filed), ["level"]);
        assert!(fields(MappaStatus::Notification, MappaLevel::Three, filed).is_empty());
    }

    #[test]
    fn a_referral_and_the_reason_of_a_return_come_back_from_their_bytes() {
        let text = |words: &str| Prose::new(words).unwrap();
        let words = ReferralWords {
            offence: text("Assault."),
            risk: text("Grave injury."),
            managed_now: text("Weekly contact."),
            why_together: text("Police and health hold parts."),
            why_not_level_2: None,
        };
        let bytes = FieldWriter::bytes_of(&words);
        let back: ReferralWords = FieldReader::content(&bytes).unwrap();
        assert_eq!(*FieldWriter::bytes_of(&back), *bytes);
        let reason = ReturnWords { reason: Prose::new("The plan has no contingency.").unwrap() };
        let back: ReturnWords = FieldReader::content(&FieldWriter::bytes_of(&reason)).unwrap();
        assert_eq!(back.reason.reveal(), "The plan has no contingency.");
    }
}
