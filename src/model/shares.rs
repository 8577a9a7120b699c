//! Sharing: to whom, for what, on which basis, until when.

use super::agencies::Role;
use super::fields::{Content, FieldReader, FieldWriter};
use super::id::{AgencyId, ConsentId, WorkerId};
use super::text::Prose;
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

/// On what a share stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Basis {
    /// The subject's recorded consent; it stops when the consent does.
    Consent(ConsentId),
    /// A statutory gateway, named by its code.
    StatutoryDuty(String),
    /// Somebody's life.
    VitalInterests,
    /// A court's order.
    CourtOrder,
    /// The public interest, decided and recorded.
    PublicInterest,
}

impl Basis {
    /// Returns the basis' word.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Consent(_) => "consent",
            Self::StatutoryDuty(_) => "statutory-duty",
            Self::VitalInterests => "vital-interests",
            Self::CourtOrder => "court-order",
            Self::PublicInterest => "public-interest",
        }
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
