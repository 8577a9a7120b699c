//! The risk note: what was seen, said or judged, and how it may be handled.

use super::agencies::Role;
use super::fields::{Content, Depth, FieldReader, FieldWriter};
use super::id::ProtectedId;
use super::text::{Line, Prose};
use super::time::{Day, Moment};
use super::words::vocabulary;
use serde::{Deserialize, Serialize};

vocabulary! {
    /// What the disclosure matrix tells apart. Source: docs/data/categories.csv.
    Category {
        /// Identity and agency references of the man.
        Identity = "identity",
        /// Supervision status card.
        SupervisionStatus = "supervision-status",
        /// Order, licence and bail conditions.
        OrderConditions = "order-conditions",
        /// Attendance and compliance.
        Attendance = "attendance",
        /// What is said in programme sessions.
        ProgrammeContent = "programme-content",
        /// Risk assessments as supplied.
        RiskAssessment = "risk-assessment",
        /// Risk management plan and contingency.
        RiskPlan = "risk-plan",
        /// MAPPA referral, pack, minutes.
        MappaRecord = "mappa-record",
        /// Police intelligence.
        PoliceIntelligence = "police-intelligence",
        /// That a woman engages with the women's service.
        ServiceEngagement = "service-engagement",
        /// Safe-contact card and safety plan.
        SafeContact = "safe-contact",
        /// Her address or whereabouts.
        ProtectedAddress = "protected-address",
        /// What she said; DASH answers.
        ProtectedAccount = "protected-account",
        /// Child information.
        Child = "child",
        /// Health information.
        Health = "health",
        /// Housing and environmental risk assessment.
        Housing = "housing",
        /// Consent and agreement records.
        Consent = "consent",
        /// Audit trail.
        Audit = "audit",
    }
}

impl Category {
    /// Says whether it tells where she is or how she is reached: that is asked for on its own, each time.
    #[must_use]
    pub const fn is_location(self) -> bool {
        matches!(self, Self::ProtectedAddress | Self::SafeContact)
    }

    /// Says whether the category is from or about a protected person: never for the man's side by default.
    #[must_use]
    pub const fn is_protected(self) -> bool {
        matches!(
            self,
            Self::ServiceEngagement | Self::SafeContact | Self::ProtectedAddress | Self::ProtectedAccount | Self::Child
        )
    }
}

vocabulary! {
    /// What kind of statement a note is. Facts stay apart from judgements (DPA 2018, part 3).
    NoteKind {
        /// Seen or recorded.
        Fact = "fact",
        /// Said by somebody.
        Allegation = "allegation",
        /// A professional's judgement.
        Assessment = "assessment",
        /// Police intelligence, graded.
        Intelligence = "intelligence",
    }
}

vocabulary! {
    /// The 3x5x2 handling code.
    ShareCode {
        /// Lawful sharing permitted.
        Permitted = "P",
        /// Lawful sharing permitted with conditions.
        Conditions = "C",
    }
}

vocabulary! {
    /// Whether a recipient may pass the item on.
    Onward {
        /// No.
        None = "none",
        /// Only when the originator has agreed.
        AskOriginator = "ask-originator",
        /// Only to roles that the originator named.
        NamedRoles = "named-roles",
        /// Only to a meeting's list.
        MeetingOnly = "meeting-only",
    }
}

vocabulary! {
    /// Whether the item may be put to the man.
    UseWithMan {
        /// Never. The default for what comes from or is about a woman or child.
        Never = "never",
        /// Only after asking the originator.
        AskFirst = "ask-first",
        /// Yes.
        Yes = "yes",
    }
}

vocabulary! {
    /// Whether action may be taken on the item.
    ActionOn {
        /// Without asking.
        Free = "free",
        /// Only after asking the originator.
        AskFirst = "ask-first",
    }
}

/// How an item may be handled. Every item carries one. Source: docs/domain.md, handling.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Handling {
    /// P or C.
    pub share: ShareCode,
    /// The conditions of a C, in words; they are sealed with the note.
    #[serde(default)]
    pub conditions: Option<Line<500>>,
    /// Passing on.
    pub onward: Onward,
    /// The roles that `named-roles` names; none with anything else.
    #[serde(default)]
    pub onward_roles: Vec<Role>,
    /// Use with the man.
    pub use_with_man: UseWithMan,
    /// Acting on it.
    pub action_on: ActionOn,
    /// Whether the source may be named.
    pub attributable: bool,
    /// The last day on which it may be read.
    #[serde(default)]
    pub expires: Option<Day>,
}

impl Handling {
    /// Returns the most careful handling that still lets the item be shared: never for the man, nothing onward unasked.
    #[must_use]
    pub const fn careful() -> Self {
        Self {
            share: ShareCode::Permitted,
            conditions: None,
            onward: Onward::AskOriginator,
            onward_roles: Vec::new(),
            use_with_man: UseWithMan::Never,
            action_on: ActionOn::AskFirst,
            attributable: false,
            expires: None,
        }
    }
}

/// The 3x5 grade of a source and of what it said.
#[derive(Debug, Deserialize, Clone, Copy, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Grade {
    /// 1 reliable, 2 untested, 3 not reliable.
    pub source: SourceGrade,
    /// A known directly, to E suspected to be false.
    pub information: InformationGrade,
}

/// How far a source is to be relied on: 1, 2 or 3.
#[derive(Debug, Deserialize, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(try_from = "u8", into = "u8")]
pub struct SourceGrade(u8);

impl TryFrom<u8> for SourceGrade {
    type Error = &'static str;
    fn try_from(grade: u8) -> Result<Self, Self::Error> {
        if (1..=3).contains(&grade) { Ok(Self(grade)) } else { Err("is not a source grade: write 1, 2 or 3") }
    }
}

impl From<SourceGrade> for u8 {
    fn from(grade: SourceGrade) -> Self {
        grade.0
    }
}

vocabulary! {
    /// How far the information is known to be so.
    InformationGrade {
        /// Known directly.
        A = "A",
        /// Known indirectly, corroborated.
        B = "B",
        /// Known indirectly.
        C = "C",
        /// Not known.
        D = "D",
        /// Suspected to be false.
        E = "E",
    }
}

/// The words of a risk note: what is sealed.
#[derive(Debug)]
pub struct RiskNote {
    /// The note.
    pub text: Prose<8000>,
    /// Professional opinion, apart from the facts.
    pub opinion: Option<Prose<4000>>,
    /// Where it comes from.
    pub sources: Vec<Line<300>>,
    /// The conditions of a handling code C.
    pub conditions: Option<Line<500>>,
}

/// The conditions of a handling code C once more: sealed by themselves too, because whoever is to accept them has not opened the note.
#[derive(Debug)]
pub struct Conditions(
    /// The conditions, in words.
    pub Line<500>,
);

impl Content for Conditions {
    const TABLE: &'static str = "note-conditions";
    const DEPTH: Depth = Depth::Label;

    fn write(&self, out: &mut FieldWriter) {
        out.put(Some(self.0.reveal()));
    }

    fn read(input: &mut FieldReader<'_>) -> Option<Self> {
        Some(Self(Line::new(input.take()?).ok()?))
    }
}

impl Content for RiskNote {
    const TABLE: &'static str = "note";

    fn write(&self, out: &mut FieldWriter) {
        out.put(Some(self.text.reveal()));
        out.put(self.opinion.as_ref().map(Prose::reveal));
        out.put_list(self.sources.iter().map(Line::reveal));
        out.put(self.conditions.as_ref().map(Line::reveal));
    }

    fn read(input: &mut FieldReader<'_>) -> Option<Self> {
        Some(Self {
            text: Prose::new(input.take()?).ok()?,
            opinion: input.optional()?.map(Prose::new).transpose().ok()?,
            sources: input.list()?.into_iter().map(Line::new).collect::<Result<_, _>>().ok()?,
            conditions: input.optional()?.map(Line::new).transpose().ok()?,
        })
    }
}

/// What stands beside a note in clear: what policy needs to judge it.
#[derive(Clone, Debug)]
pub struct NoteHead {
    /// Fact, allegation, assessment or intelligence.
    pub kind: NoteKind,
    /// Which row of the disclosure matrix.
    pub category: Category,
    /// The protected person that it is about.
    pub about: Option<ProtectedId>,
    /// P or C.
    pub share: ShareCode,
    /// Passing on.
    pub onward: Onward,
    /// The roles that `named-roles` names.
    pub onward_roles: Vec<Role>,
    /// Use with the man.
    pub use_with_man: UseWithMan,
    /// Acting on it.
    pub action_on: ActionOn,
    /// Whether the source may be named.
    pub attributable: bool,
    /// The moment from which nobody may read it.
    pub expires: Option<Moment>,
    /// The grade, if it has one.
    pub grade: Option<Grade>,
}
