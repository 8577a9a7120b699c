//! Sharing: to whom, for what, on which basis, until when.

use super::agencies::Role;
use super::fields::{Content, FieldReader, FieldWriter};
use super::id::{AgencyId, ConsentId, OverrideId, WorkerId};
use super::text::{Line, Prose};
use super::words::vocabulary;

vocabulary! {
    /// Why somebody looks or shares.
    Purpose {
        /// Keeping a woman or child safe.
        VictimSafety = "victim-safety",
        /// Protecting the public.
        PublicProtection = "public-protection",
        /// Supervising an order or licence.
        Supervision = "supervision",
        /// Delivering a programme.
        Programme = "programme",
        /// A MAPPA meeting and its plan.
        Mappa = "mappa",
        /// Life at risk now.
        Emergency = "emergency",
        /// Audit, subject rights and oversight.
        Governance = "governance",
    }
}

/// Who receives: one worker, everyone on the case in a role, or everyone on the case in an agency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Recipient {
    /// One worker.
    Worker(WorkerId),
    /// A role.
    Role(Role),
    /// An agency.
    Agency(AgencyId),
}

vocabulary! {
    /// What kind of ground a share stands on.
    BasisKind {
        /// Somebody's consent.
        Consent = "consent",
        /// A statutory gateway.
        StatutoryDuty = "statutory-duty",
        /// Somebody's life.
        VitalInterests = "vital-interests",
        /// A court's order.
        CourtOrder = "court-order",
        /// A decision against her wishes to avert serious harm.
        Override = "override",
    }
}

/// On what a share stands. What was written about it beside this (a reason, the court) is sealed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Basis {
    /// The subject's recorded consent; it stops when the consent does.
    Consent(ConsentId),
    /// A statutory gateway, named by its code.
    StatutoryDuty(String),
    /// Somebody's life.
    VitalInterests,
    /// A court's order, named by its reference; it stops when the order does.
    CourtOrder(String),
    /// A decision against her wishes to avert serious harm; it stops when the override does.
    Override(OverrideId),
}

impl Basis {
    /// Returns what kind of ground it is.
    #[must_use]
    pub const fn kind(&self) -> BasisKind {
        match self {
            Self::Consent(_) => BasisKind::Consent,
            Self::StatutoryDuty(_) => BasisKind::StatutoryDuty,
            Self::VitalInterests => BasisKind::VitalInterests,
            Self::CourtOrder(_) => BasisKind::CourtOrder,
            Self::Override(_) => BasisKind::Override,
        }
    }

    /// Returns the basis' word.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        self.kind().as_str()
    }

    /// Returns what it refers to: a chain, a gateway's code, an order's reference, an override.
    #[must_use]
    pub fn reference(&self) -> Option<String> {
        match self {
            Self::Consent(chain) => Some(chain.to_string()),
            Self::StatutoryDuty(gateway) => Some(gateway.clone()),
            Self::VitalInterests => None,
            Self::CourtOrder(reference) => Some(reference.clone()),
            Self::Override(id) => Some(id.to_string()),
        }
    }

    /// Returns the word and what it refers to, as they stand in the audit record: `statutory-duty:2005-s10`.
    #[must_use]
    pub fn recorded(&self) -> String {
        self.reference().map_or_else(|| self.word().to_owned(), |reference| format!("{}:{reference}", self.word()))
    }
}

/// Says whether a text is a gateway's code: 2 to 40 of `a-z`, `0-9`, `-`.
#[must_use]
pub fn is_gateway_code(code: &str) -> bool {
    (2..=40).contains(&code.len()) && code.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}

/// Says whether a text is a court order's reference: 2 to 40 of letters, digits, `/`, `-`. It names nobody.
#[must_use]
pub fn is_order_reference(reference: &str) -> bool {
    (2..=40).contains(&reference.len())
        && reference.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'/' | b'-'))
}

/// What was written about a basis, sealed: for whoever has to judge it later.
#[derive(Debug)]
pub struct BasisWords {
    /// Why somebody's life asks for it.
    pub reason: Option<Prose<1000>>,
    /// Which court made the order.
    pub court: Option<Line<120>>,
}

impl Content for BasisWords {
    const TABLE: &'static str = "share_basis";

    fn write(&self, out: &mut FieldWriter) {
        out.put(self.reason.as_ref().map(Prose::reveal));
        out.put(self.court.as_ref().map(Line::reveal));
    }

    fn read(input: &mut FieldReader<'_>) -> Option<Self> {
        Some(Self {
            reason: input.optional()?.map(Prose::new).transpose().ok()?,
            court: input.optional()?.map(Line::new).transpose().ok()?,
        })
    }
}

/// Why a share was taken back, sealed; for whoever may take it back.
#[derive(Debug)]
pub struct RecallReason(
    /// In words.
    pub Prose<1000>,
);

impl Content for RecallReason {
    const TABLE: &'static str = "share_end";

    fn write(&self, out: &mut FieldWriter) {
        out.put(Some(self.0.reveal()));
    }

    fn read(input: &mut FieldReader<'_>) -> Option<Self> {
        Some(Self(Prose::new(input.take()?).ok()?))
    }
}
