//! Agencies and the seats that workers hold in them.

use super::fields::{Content, FieldReader, FieldWriter};
use super::id::{AgencyId, WorkerId};
use super::text::Line;
use super::words::vocabulary;

vocabulary! {
    /// What an agency is. Source: docs/data/roles.csv.
    AgencyKind {
        /// A police force.
        Police = "police",
        /// A council's justice social work.
        JusticeSocialWork = "justice-social-work",
        /// The team that delivers men's programmes (Partnership Delivery Team).
        ProgrammeDelivery = "programme-delivery",
        /// A women's service.
        WomensService = "womens-service",
        /// A council's children's service.
        ChildrensService = "childrens-service",
        /// The office of the MAPPA co-ordinator.
        MappaOffice = "mappa-office",
        /// The prison service.
        Prison = "prison",
        /// A health board.
        Health = "health",
        /// A council's housing service or a registered social landlord.
        Housing = "housing",
        /// The hub's operator.
        Hub = "hub",
        /// An inspectorate or a significant-case review.
        Review = "review",
    }
}

impl AgencyKind {
    /// Says whether its workers hear from a woman or child in confidence: what they write about her is for their like.
    #[must_use]
    pub const fn keeps_confidence(self) -> bool {
        matches!(self, Self::WomensService | Self::ChildrensService)
    }
}

vocabulary! {
    /// A worker's role: an appointment in the hub, never a claim of a token. Source: docs/data/roles.csv.
    Role {
        /// Police response or control-room officer.
        PoliceResponse = "police.response",
        /// Police offender-management or domestic-abuse-unit officer.
        PoliceOffenderManagement = "police.offender-management",
        /// Justice social work case manager (responsible officer).
        CaseManager = "justice.case-manager",
        /// Justice social work team manager.
        TeamManager = "justice.team-manager",
        /// Unpaid work, bail supervision, structured deferred sentence or diversion worker.
        SupportWorker = "justice.support-worker",
        /// Programme group worker.
        GroupWorker = "programme.group-worker",
        /// Women's worker (women's safety worker).
        WomensWorker = "womens.worker",
        /// Women's service manager.
        WomensManager = "womens.manager",
        /// Children's worker.
        ChildrensWorker = "childrens.worker",
        /// MAPPA co-ordinator.
        MappaCoordinator = "mappa.coordinator",
        /// MAPPA administrator.
        MappaAdministrator = "mappa.administrator",
        /// MAPPA chair or panel member.
        PanelMember = "mappa.panel-member",
        /// Prison case-management liaison or prison-based social worker.
        PrisonLiaison = "prison.liaison",
        /// NHS MAPPA health liaison.
        HealthLiaison = "health.liaison",
        /// Housing sex-offender liaison officer or registered social landlord.
        HousingLiaison = "housing.liaison",
        /// Data-protection officer or auditor.
        GovernanceOfficer = "governance.officer",
        /// Agency account administrator.
        AgencyAdmin = "agency.admin",
        /// Platform operator.
        PlatformOperator = "platform.operator",
        /// Inspector or significant-case reviewer.
        Inspector = "review.inspector",
    }
}

impl Role {
    /// Says whether the role works with a woman herself: then it must stay unknown to whoever may not know of her.
    #[must_use]
    pub const fn is_womens(self) -> bool {
        matches!(self, Self::WomensWorker | Self::WomensManager)
    }
}

vocabulary! {
    /// The data-protection regime that an agency works under for its risk data.
    Regime {
        /// Data Protection Act 2018, part 3 (law enforcement).
        LawEnforcement = "dpa-part-3",
        /// UK GDPR.
        UkGdpr = "uk-gdpr",
    }
}

/// An agency: its name is public, so it is not sealed.
#[derive(Clone, Debug)]
pub struct Agency {
    /// Short name, used in addresses and policies.
    pub id: AgencyId,
    /// Full name.
    pub name: String,
    /// What it is.
    pub kind: AgencyKind,
    /// Which law its risk data falls under.
    pub regime: Regime,
    /// Its age X25519 recipient (`age1…`), to which keys are wrapped.
    pub recipient: String,
}

/// A worker's seat as the directory knows it now. Holds no name.
#[derive(Clone, Debug)]
pub struct Seat {
    /// The worker.
    pub worker: WorkerId,
    /// The agency that the seat is in.
    pub agency: AgencyId,
    /// What kind of agency that is.
    pub kind: AgencyKind,
    /// The role.
    pub role: Role,
    /// Whether the seat may be used: appointed, not suspended, not ended, the agency live.
    pub active: bool,
}

/// A worker's name, sealed in the hub's directory.
#[derive(Debug)]
pub struct WorkerName(
    /// The full name.
    pub Line<120>,
);

impl Content for WorkerName {
    const TABLE: &'static str = "worker";

    fn write(&self, out: &mut FieldWriter) {
        out.put(Some(self.0.reveal()));
    }

    fn read(input: &mut FieldReader<'_>) -> Option<Self> {
        Some(Self(Line::new(input.take()?).ok()?))
    }
}
