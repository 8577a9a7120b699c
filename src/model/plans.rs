//! Risk formulation and risk management plan, in the structure of the national standards, and what a plan does for one
//! protected person.
//!
//! Victim safety planning has no room for words: a reference, measures of a closed list, who and by when. So nothing that a
//! woman said, and nothing of where she is, can stand in a plan that is his record.
//! Source: National Outcomes and Standards 2010, 4.8 and its glossary; docs/domain.md 1.5.

use super::agencies::Role;
use super::fields::{Content, Depth, FieldReader, FieldWriter};
use super::id::{AgencyId, ProtectedId, WorkerId};
use super::shares::Recipient;
use super::text::{Line, Prose};
use super::time::Day;
use super::words::vocabulary;
use serde::Deserialize;

vocabulary! {
    /// What is done for the safety of a protected person. Source: National Outcomes and Standards 2010, glossary, victim
    /// safety planning; docs/domain.md 2.2.
    Measure {
        /// Nothing about her is put to him, and no change is made, before her worker has been spoken to.
        AskWorkerFirst = "ask-her-worker-first",
        /// She is reached through her worker alone.
        ThroughWorker = "reach-through-her-worker",
        /// Her worker is told of absences, releases, recalls and new addresses.
        WorkerTold = "tell-her-worker-of-changes",
        /// It is checked that he keeps away.
        ContactChecked = "check-no-contact",
        /// His visits to children are watched over.
        ContactSupervised = "supervised-child-contact",
        /// Police have a marker for calls.
        PoliceMarker = "police-marker",
        /// He is visited unannounced.
        Unannounced = "unannounced-visits",
        /// The plan is gone over with her worker before it changes.
        ReviewedWithWorker = "review-with-her-worker",
    }
}

/// Who owes something: by agency, role or name.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Owner {
    /// One worker.
    Worker(WorkerId),
    /// Those on the case in a role.
    Role(Role),
    /// Those of an agency.
    Agency(AgencyId),
}

impl Owner {
    /// Returns it as whom one would share with.
    #[must_use]
    pub fn recipient(&self) -> Recipient {
        match self {
            Self::Worker(id) => Recipient::Worker(*id),
            Self::Role(role) => Recipient::Role(*role),
            Self::Agency(id) => Recipient::Agency(id.clone()),
        }
    }

    /// Returns its kind and its word.
    #[must_use]
    pub fn parts(&self) -> (&'static str, String) {
        match self {
            Self::Worker(id) => ("worker", id.to_string()),
            Self::Role(role) => ("role", role.to_string()),
            Self::Agency(id) => ("agency", id.to_string()),
        }
    }

    fn from_parts(kind: &str, word: &str) -> Option<Self> {
        Some(match kind {
            "worker" => Self::Worker(word.parse().ok()?),
            "role" => Self::Role(word.parse().ok()?),
            "agency" => Self::Agency(word.parse().ok()?),
            _ => return None,
        })
    }
}

/// How seriously harmful offending might come about.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    /// In which circumstances.
    pub context: Line<400>,
    /// What he might do.
    pub what: Line<400>,
    /// To whom: a kind of person, never a name.
    pub who: Line<400>,
    /// When.
    pub when: Line<400>,
    /// How.
    pub how: Line<400>,
    /// Why.
    pub why: Line<400>,
}

/// Something that is to be done.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlanAction {
    /// What.
    pub what: Line<200>,
    /// By whom.
    pub owner: Owner,
    /// By when.
    #[serde(default)]
    pub due: Option<Day>,
}

/// What is done for the safety of one protected person: no words.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SafetyAction {
    /// Whom it is for, by reference.
    pub protected: ProtectedId,
    /// What is done.
    pub measures: Vec<Measure>,
    /// By whom.
    pub owner: Owner,
    /// By when.
    #[serde(default)]
    pub due: Option<Day>,
}

/// A plan, sealed. Its safety actions are sealed apart, each for itself.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlanWords {
    /// The type of offence and the target.
    pub nature: Prose<2000>,
    /// The harm done and intended, and the planning.
    pub seriousness: Prose<2000>,
    /// Onset, duration and frequency.
    pub pattern: Prose<2000>,
    /// How likely, as the balance of risk and protective factors; never a probability.
    pub likelihood: Prose<2000>,
    /// How soon, and what would show it.
    pub imminence: Prose<2000>,
    /// What raises the risk, and how it acts together.
    #[serde(default)]
    pub risk_factors: Vec<Line<300>>,
    /// What lowers it.
    #[serde(default)]
    pub protective_factors: Vec<Line<300>>,
    /// What would show that it rises.
    pub warning_signs: Vec<Line<300>>,
    /// How it might come about.
    pub scenarios: Vec<Scenario>,
    /// What is done by supervision.
    #[serde(default)]
    pub supervision: Vec<PlanAction>,
    /// What is watched.
    #[serde(default)]
    pub monitoring: Vec<PlanAction>,
    /// What he is helped to change.
    #[serde(default)]
    pub intervention: Vec<PlanAction>,
    /// What to do when a warning sign shows.
    pub contingency: Vec<PlanAction>,
    /// How those who answer for it tell each other.
    pub communicate_how: Line<300>,
    /// How often.
    pub communicate_every: Line<100>,
}

impl PlanWords {
    /// Returns every action of it that is not for one protected person, with the field in which it stands.
    pub fn actions(&self) -> impl Iterator<Item = (&'static str, &PlanAction)> {
        let named = [
            ("supervision", &self.supervision),
            ("monitoring", &self.monitoring),
            ("intervention", &self.intervention),
            ("contingency", &self.contingency),
        ];
        named.into_iter().flat_map(|(field, list)| list.iter().map(move |one| (field, one)))
    }
}

impl Content for PlanWords {
    const TABLE: &'static str = "plan";

    fn write(&self, out: &mut FieldWriter) {
        for text in [&self.nature, &self.seriousness, &self.pattern, &self.likelihood, &self.imminence] {
            out.put(Some(text.reveal()));
        }
        for list in [&self.risk_factors, &self.protective_factors, &self.warning_signs] {
            out.put_list(list.iter().map(Line::reveal));
        }
        out.put(Some(&self.scenarios.len().to_string()));
        for one in &self.scenarios {
            for line in [&one.context, &one.what, &one.who, &one.when, &one.how, &one.why] {
                out.put(Some(line.reveal()));
            }
        }
        for list in [&self.supervision, &self.monitoring, &self.intervention, &self.contingency] {
            out.put(Some(&list.len().to_string()));
            list.iter().for_each(|one| put_action(out, one));
        }
        out.put(Some(self.communicate_how.reveal()));
        out.put(Some(self.communicate_every.reveal()));
    }

    fn read(input: &mut FieldReader<'_>) -> Option<Self> {
        Some(Self {
            nature: prose(input)?,
            seriousness: prose(input)?,
            pattern: prose(input)?,
            likelihood: prose(input)?,
            imminence: prose(input)?,
            risk_factors: lines(input)?,
            protective_factors: lines(input)?,
            warning_signs: lines(input)?,
            scenarios: several(input, scenario)?,
            supervision: several(input, action)?,
            monitoring: several(input, action)?,
            intervention: several(input, action)?,
            contingency: several(input, action)?,
            communicate_how: Line::new(input.take()?).ok()?,
            communicate_every: Line::new(input.take()?).ok()?,
        })
    }
}

/// What a plan does for one protected person, sealed for itself: what her own worker sees of it.
#[derive(Debug)]
pub struct SafetyPart {
    /// What is done.
    pub measures: Vec<Measure>,
    /// By whom.
    pub owner: Owner,
    /// By when.
    pub due: Option<Day>,
}

impl Content for SafetyPart {
    const TABLE: &'static str = "plan-part";
    const DEPTH: Depth = Depth::Summary;

    fn write(&self, out: &mut FieldWriter) {
        out.put_list(self.measures.iter().map(|one| one.as_str()));
        put_owner(out, &self.owner);
        out.put(self.due.map(|day| day.to_string()).as_deref());
    }

    fn read(input: &mut FieldReader<'_>) -> Option<Self> {
        let measures = input.list()?.into_iter().map(str::parse).collect::<Result<_, _>>().ok()?;
        Some(Self { measures, owner: owner(input)?, due: day(input)? })
    }
}

fn put_owner(out: &mut FieldWriter, owner: &Owner) {
    let (kind, word) = owner.parts();
    out.put(Some(kind));
    out.put(Some(&word));
}

fn put_action(out: &mut FieldWriter, one: &PlanAction) {
    out.put(Some(one.what.reveal()));
    put_owner(out, &one.owner);
    out.put(one.due.map(|day| day.to_string()).as_deref());
}

fn owner(input: &mut FieldReader<'_>) -> Option<Owner> {
    let (kind, word) = (input.take()?, input.take()?);
    Owner::from_parts(kind, word)
}

fn day(input: &mut FieldReader<'_>) -> Option<Option<Day>> {
    input.optional()?.map(str::parse).transpose().ok()
}

fn prose<const MAX: usize>(input: &mut FieldReader<'_>) -> Option<Prose<MAX>> {
    Prose::new(input.take()?).ok()
}

fn lines<const MAX: usize>(input: &mut FieldReader<'_>) -> Option<Vec<Line<MAX>>> {
    input.list()?.into_iter().map(Line::new).collect::<Result<_, _>>().ok()
}

fn several<T>(input: &mut FieldReader<'_>, each: fn(&mut FieldReader<'_>) -> Option<T>) -> Option<Vec<T>> {
    let count: usize = input.take()?.parse().ok()?;
    (0..count).map(|_| each(input)).collect()
}

fn action(input: &mut FieldReader<'_>) -> Option<PlanAction> {
    Some(PlanAction { what: Line::new(input.take()?).ok()?, owner: owner(input)?, due: day(input)? })
}

fn scenario(input: &mut FieldReader<'_>) -> Option<Scenario> {
    let mut next = || Line::new(input.take()?).ok();
    Some(Scenario { context: next()?, what: next()?, who: next()?, when: next()?, how: next()?, why: next()? })
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAN: &str = r#"{
        "nature": "Assaults on partners.", "seriousness": "Injury.", "pattern": "Since 2019.", "likelihood": "High when he drinks.",
        "imminence": "Within weeks of a separation.", "warning_signs": ["He drinks again."],
        "scenarios": [{"context": "After court", "what": "Assault", "who": "a partner", "when": "at night", "how": "by force",
                       "why": "jealousy"}],
        "supervision": [{"what": "Weekly contact", "owner": {"role": "justice.case-manager"}, "due": "2027-01-15"}],
        "contingency": [{"what": "Ring the case manager", "owner": {"agency": "police-scotland"}}],
        "communicate_how": "by telephone", "communicate_every": "each week"}"#;

    #[test]
    fn a_plan_comes_back_from_its_bytes() {
        let plan: PlanWords = serde_json::from_str(PLAN).unwrap();
        let bytes = FieldWriter::bytes_of(&plan);
        let back: PlanWords = FieldReader::content(&bytes).unwrap();
        assert_eq!(*FieldWriter::bytes_of(&back), *bytes);
        assert_eq!(back.scenarios[0].who.reveal(), "a partner");
        assert_eq!(back.actions().map(|(field, _)| field).collect::<Vec<_>>(), ["supervision", "contingency"]);
        assert_eq!(back.supervision[0].due.map(|day| day.to_string()).as_deref(), Some("2027-01-15"));
    }

    #[test]
    fn what_is_done_for_her_has_no_room_for_words() {
        let her = ProtectedId::random();
        let with = |more: &str| {
            let text = format!(
                r#"{{"protected":"{her}","measures":["ask-her-worker-first"],"owner":{{"role":"womens.worker"}}{more}}}"#
            );
            serde_json::from_str::<SafetyAction>(&text)
        };
        let one = with("").unwrap();
        for more in [r#","text":"she said"}"#, r#","what":"move her"}"#] {
            assert!(with(more).is_err(), "{more}");
        }
        let part = SafetyPart { measures: one.measures, owner: one.owner, due: one.due };
        let back: SafetyPart = FieldReader::content(&FieldWriter::bytes_of(&part)).unwrap();
        assert_eq!((back.measures, back.owner), (part.measures, part.owner));
        let free = r#"{"protected":"x","measures":["move her to her aunt"],"owner":{"role":"womens.worker"}}"#;
        assert!(serde_json::from_str::<SafetyAction>(free).is_err());
    }
}
