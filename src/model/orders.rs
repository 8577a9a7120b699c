//! What a man is supervised under: an order, a licence, bail, a diversion; its requirements and its conditions.
//!
//! A condition names a protected person by reference only: there is room for her id and none for her name.
//! Source: docs/domain.md 4; Criminal Procedure (Scotland) Act 1995, sections 227A to 227ZO.

use super::fields::{Content, FieldReader, FieldWriter};
use super::id::{ProtectedId, WorkerId};
use super::summary::OrderConditions;
use super::text::Line;
use super::time::Day;
use super::words::vocabulary;
use serde::Deserialize;

vocabulary! {
    /// What a man is supervised under.
    OrderKind {
        /// Community payback order.
        CommunityPayback = "community-payback",
        /// Release on licence.
        Licence = "licence",
        /// Release on home detention curfew.
        HomeDetentionCurfew = "home-detention-curfew",
        /// Bail supervision. No conviction.
        BailSupervision = "bail-supervision",
        /// Structured deferred sentence.
        DeferredSentence = "structured-deferred-sentence",
        /// Diversion from prosecution. No conviction.
        Diversion = "diversion",
        /// Drug treatment and testing order.
        DrugTreatment = "drug-treatment-and-testing",
        /// Unpaid work by itself.
        UnpaidWork = "unpaid-work",
        /// Order for lifelong restriction.
        LifelongRestriction = "lifelong-restriction",
        /// Sex offender notification requirements.
        Notification = "sex-offender-notification",
        /// Restricted patient.
        RestrictedPatient = "restricted-patient",
    }
}

vocabulary! {
    /// What an order requires. Source: Criminal Procedure (Scotland) Act 1995, section 227A(2), and restricted movement.
    RequirementKind {
        /// Offender supervision.
        Supervision = "supervision",
        /// Compensation.
        Compensation = "compensation",
        /// Unpaid work or other activity.
        UnpaidWork = "unpaid-work",
        /// A programme.
        Programme = "programme",
        /// Residence.
        Residence = "residence",
        /// Mental health treatment.
        MentalHealth = "mental-health",
        /// Drug treatment.
        Drug = "drug",
        /// Alcohol treatment.
        Alcohol = "alcohol",
        /// Conduct.
        Conduct = "conduct",
        /// Restricted movement.
        RestrictedMovement = "restricted-movement",
    }
}

vocabulary! {
    /// What a condition forbids or demands.
    ConditionKind {
        /// He must not contact somebody.
        NoContact = "no-contact",
        /// He must be at home at certain hours.
        Curfew = "curfew",
        /// There is a place where he must not go.
        Exclusion = "exclusion",
        /// He must live at a certain place.
        Residence = "residence",
        /// He must tell of something, such as a new relationship.
        Notify = "notify",
        /// Another condition.
        Other = "other",
    }
}

impl ConditionKind {
    /// Says whether it keeps him away from somebody or somewhere.
    #[must_use]
    pub const fn protects(self) -> bool {
        matches!(self, Self::NoContact | Self::Exclusion)
    }
}

/// One requirement of an order.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Requirement {
    /// Which.
    pub kind: RequirementKind,
    /// Hours of unpaid work.
    #[serde(default)]
    pub hours: Option<u16>,
    /// Within how many months, where the court or the statute says so.
    #[serde(default)]
    pub months: Option<u8>,
    /// Which programme, by its word.
    #[serde(default)]
    pub programme: Option<Line<60>>,
}

/// One condition of an order.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Condition {
    /// Which.
    pub kind: ConditionKind,
    /// The protected people of the case whom it names, by reference.
    #[serde(default)]
    pub protected: Vec<ProtectedId>,
    /// From which hour of the day, such as `19:00`.
    #[serde(default)]
    pub from: Option<Hour>,
    /// Until which hour.
    #[serde(default)]
    pub to: Option<Hour>,
    /// Its words.
    #[serde(default)]
    pub text: Option<Line<400>>,
}

/// An hour of the day by local time. Shape: `19:00`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Hour(u8, u8);

/// The text was not an hour of the day.
#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone, Copy)]
#[error("is not an hour of the day: write it such as 19:00")]
pub struct NotAnHour;

impl Hour {
    /// Returns hour and minute.
    #[must_use]
    pub const fn parts(self) -> (u8, u8) {
        (self.0, self.1)
    }
}

impl TryFrom<String> for Hour {
    type Error = NotAnHour;
    fn try_from(text: String) -> Result<Self, NotAnHour> {
        text.parse()
    }
}

impl std::str::FromStr for Hour {
    type Err = NotAnHour;
    fn from_str(text: &str) -> Result<Self, NotAnHour> {
        let digits = |text: &str| text.len() == 2 && text.bytes().all(|b| b.is_ascii_digit());
        let (hour, minute) = text.split_once(':').filter(|(h, m)| digits(h) && digits(m)).ok_or(NotAnHour)?;
        let (hour, minute) = (hour.parse().map_err(|_| NotAnHour)?, minute.parse().map_err(|_| NotAnHour)?);
        if hour < 24 && minute < 60 { Ok(Self(hour, minute)) } else { Err(NotAnHour) }
    }
}

impl std::fmt::Display for Hour {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:02}:{:02}", self.0, self.1)
    }
}

/// What an order says, sealed.
#[derive(Debug)]
pub struct OrderWords {
    /// The court or body that made it.
    pub court: Option<Line<200>>,
    /// Its reference there.
    pub reference: Option<Line<60>>,
    /// What it requires.
    pub requirements: Vec<Requirement>,
    /// Its conditions.
    pub conditions: Vec<Condition>,
    /// The responsible officer.
    pub officer: Option<WorkerId>,
    /// Who stands in.
    pub deputy: Option<WorkerId>,
}

impl OrderWords {
    /// Returns which kinds of condition it has: never whom or where they name.
    #[must_use]
    pub fn summary(&self, ends: Option<Day>) -> OrderConditions {
        let has = |kind| self.conditions.iter().any(|one| one.kind == kind);
        let requires = |kind| self.requirements.iter().any(|one| one.kind == kind);
        OrderConditions {
            no_contact: has(ConditionKind::NoContact),
            curfew: has(ConditionKind::Curfew) || requires(RequirementKind::RestrictedMovement),
            curfew_hours: self.curfew_hours(),
            exclusion: has(ConditionKind::Exclusion),
            programme: requires(RequirementKind::Programme),
            ends,
        }
    }
}

impl OrderWords {
    /// Returns the hours of its curfews.
    fn curfew_hours(&self) -> Option<Line<200>> {
        let hours = |one: &Condition| Some(format!("{} to {}", one.from?, one.to?));
        let curfews = self.conditions.iter().filter(|one| one.kind == ConditionKind::Curfew);
        Line::new(&curfews.filter_map(hours).collect::<Vec<_>>().join("; ")).ok()
    }
}

impl Content for OrderWords {
    const TABLE: &'static str = "supervision_order";

    fn write(&self, out: &mut FieldWriter) {
        out.put(self.court.as_ref().map(Line::reveal));
        out.put(self.reference.as_ref().map(Line::reveal));
        out.put(self.officer.map(|id| id.to_string()).as_deref());
        out.put(self.deputy.map(|id| id.to_string()).as_deref());
        out.put(Some(&self.requirements.len().to_string()));
        for one in &self.requirements {
            out.put(Some(one.kind.as_str()));
            out.put(one.hours.map(|hours| hours.to_string()).as_deref());
            out.put(one.months.map(|months| months.to_string()).as_deref());
            out.put(one.programme.as_ref().map(Line::reveal));
        }
        out.put(Some(&self.conditions.len().to_string()));
        for one in &self.conditions {
            let protected: Vec<String> = one.protected.iter().map(ToString::to_string).collect();
            out.put(Some(one.kind.as_str()));
            out.put_list(protected.iter().map(String::as_str));
            out.put(one.from.map(|hour| hour.to_string()).as_deref());
            out.put(one.to.map(|hour| hour.to_string()).as_deref());
            out.put(one.text.as_ref().map(Line::reveal));
        }
    }

    fn read(input: &mut FieldReader<'_>) -> Option<Self> {
        Some(Self {
            court: input.optional()?.map(Line::new).transpose().ok()?,
            reference: input.optional()?.map(Line::new).transpose().ok()?,
            officer: parsed(input)?,
            deputy: parsed(input)?,
            requirements: (0..input.take()?.parse().ok()?).map(|_| requirement(input)).collect::<Option<_>>()?,
            conditions: (0..input.take()?.parse().ok()?).map(|_| condition(input)).collect::<Option<_>>()?,
        })
    }
}

fn requirement(input: &mut FieldReader<'_>) -> Option<Requirement> {
    Some(Requirement {
        kind: input.take()?.parse().ok()?,
        hours: parsed(input)?,
        months: parsed(input)?,
        programme: input.optional()?.map(Line::new).transpose().ok()?,
    })
}

fn condition(input: &mut FieldReader<'_>) -> Option<Condition> {
    Some(Condition {
        kind: input.take()?.parse().ok()?,
        protected: input.list()?.into_iter().map(str::parse).collect::<Result<_, _>>().ok()?,
        from: parsed(input)?,
        to: parsed(input)?,
        text: input.optional()?.map(Line::new).transpose().ok()?,
    })
}

/// Reads a field that has a form of its own, or was not given.
fn parsed<T: std::str::FromStr>(input: &mut FieldReader<'_>) -> Option<Option<T>> {
    input.optional()?.map(str::parse).transpose().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_comes_back_from_its_bytes() {
        let her = ProtectedId::random();
        let condition = format!(r#"{{"kind":"no-contact","protected":["{her}"],"text":"directly or otherwise"}}"#);
        let words = OrderWords {
            court: Some(Line::new("Kilgowkie Sheriff Court").unwrap()),
            reference: None,
            requirements: vec![serde_json::from_str(r#"{"kind":"unpaid-work","hours":120,"months":6}"#).unwrap()],
            conditions: vec![
                serde_json::from_str(&condition).unwrap(),
                serde_json::from_str(r#"{"kind":"curfew","from":"19:00","to":"07:00"}"#).unwrap(),
            ],
            officer: Some(WorkerId::random()),
            deputy: None,
        };
        let back: OrderWords = FieldReader::content(&FieldWriter::bytes_of(&words)).unwrap();
        assert_eq!(back.officer, words.officer);
        assert_eq!(back.requirements[0].hours, Some(120));
        assert_eq!(back.conditions[0].protected, [her]);
        assert_eq!(back.conditions[1].from.map(|hour| hour.to_string()).as_deref(), Some("19:00"));
        let summary = back.summary(None);
        assert!(summary.no_contact && summary.curfew && !summary.exclusion && !summary.programme);
        assert_eq!(summary.curfew_hours.as_ref().map(Line::reveal), Some("19:00 to 07:00"));
    }

    #[test]
    fn an_hour_has_one_spelling() {
        for bad in ["7:00", "24:00", "19:60", "19", "+1:00", "19:0", "", "19:00:00", "١٩:٠٠"] {
            assert_eq!(bad.parse::<Hour>(), Err(NotAnHour), "{bad}");
        }
        assert_eq!("07:05".parse::<Hour>().unwrap().to_string(), "07:05");
    }
}
