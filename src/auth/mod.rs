//! Who are you: from a verified signature, certificate or session to a live worker.
//!
//! Promises: a [`Credential`] exists only after a check that has just succeeded; an
//! [`Actor`] exists only for a credential whose subject is a live seat of the same agency.
//! Must never know: the database (the desk brings the row), what anybody may do.

mod cache;
mod claims;
pub mod client_cert;
#[cfg(feature = "demo")]
pub mod demo;
pub mod device;
pub mod directory;
pub mod environment;
mod header;
pub mod invalid;
pub mod issuer;
pub mod keys;
mod scan;
mod seated;
pub mod session;
mod signer;
pub mod system_tokens;
pub mod token;

#[cfg(test)]
mod bad_tokens;
#[cfg(test)]
mod directory_tests;
#[cfg(test)]
mod token_kit;
#[cfg(test)]
mod token_tests;

pub use seated::Seated;

use crate::model::agencies::{AgencyKind, Role, Seat};
use crate::model::id::{AgencyId, WorkerId};
use crate::model::time::Moment;

/// Proof that a signature, a client certificate or the key of a live session was verified just now.
///
/// Made only in `auth/token.rs`, `auth/client_cert.rs` and `auth/session.rs`; for an act that waited in the spool, by
/// `desk/merge.rs` from a frame that this hub had signed after such a proof.
#[derive(Debug)]
#[must_use = "a credential that is dropped admits nobody"]
pub struct Credential {
    subject: Subject,
    agency: AgencyId,
    expires: Moment,
    token_id: Option<String>,
}

/// Whom a credential speaks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Subject {
    /// A worker.
    Worker(WorkerId),
    /// An agency's own system.
    System,
}

impl Credential {
    /// Returns the credential of one whose own was verified when their act was put into the spool; their seat is looked up
    /// anew. Whoever calls this has the frame's signature and seal behind them: it is for `desk/merge.rs` alone.
    pub fn spooled(subject: Subject, agency: AgencyId) -> Self {
        Self { subject, agency, expires: Moment::from_micros(i64::MAX), token_id: None }
    }

    /// Returns whom it speaks for.
    #[must_use]
    pub const fn subject(&self) -> &Subject {
        &self.subject
    }

    /// Returns the agency whose issuer or certificate it was.
    #[must_use]
    pub const fn agency(&self) -> &AgencyId {
        &self.agency
    }

    /// Returns when it ends.
    #[must_use]
    pub const fn expires(&self) -> Moment {
        self.expires
    }

    /// Returns the `jti` of the token, by which a repeated use is known; a certificate and a session have none.
    ///
    /// It is unique only within its agency.
    #[must_use]
    pub fn token_id(&self) -> Option<&str> {
        self.token_id.as_deref()
    }
}

/// Why a credential admits nobody. The caller is told one thing for all of them.
#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone, Copy)]
pub enum NotAdmitted {
    /// No such worker, or a worker of another agency than the issuer's.
    #[error("the subject holds no seat in the issuer's agency")]
    NoSeat,
    /// The seat is suspended or ended, or the agency is.
    #[error("the seat is not active")]
    Inactive,
    /// The credential has run out since it was verified.
    #[error("the credential has expired")]
    Expired,
}

/// A live worker, system or part of the hub: the first argument of everything.
///
/// Made only in `auth/mod.rs`.
#[derive(Debug)]
pub struct Actor {
    who: Who,
    agency: AgencyId,
    kind: AgencyKind,
    role: Option<Role>,
    expires: Moment,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Who {
    Worker(WorkerId),
    System,
    Service(&'static str),
}

impl Actor {
    /// Admits a worker: the credential's subject must be this live seat, in the issuer's agency.
    ///
    /// # Errors
    /// [`NotAdmitted`]; nothing else is told to the caller.
    pub fn admit(credential: Credential, seat: &Seat, now: Moment) -> Result<Self, NotAdmitted> {
        if credential.expires <= now {
            return Err(NotAdmitted::Expired);
        }
        if credential.subject != Subject::Worker(seat.worker) || credential.agency != seat.agency {
            return Err(NotAdmitted::NoSeat);
        }
        if !seat.active {
            return Err(NotAdmitted::Inactive);
        }
        let who = Who::Worker(seat.worker);
        Ok(Self { who, agency: credential.agency, kind: seat.kind, role: Some(seat.role), expires: credential.expires })
    }

    /// Admits an agency's system. It holds no seat, so no case is open to it.
    ///
    /// # Errors
    /// [`NotAdmitted`] if the credential is a worker's, or has run out.
    pub fn admit_system(credential: Credential, kind: AgencyKind, now: Moment) -> Result<Self, NotAdmitted> {
        if credential.expires <= now {
            return Err(NotAdmitted::Expired);
        }
        if credential.subject != Subject::System {
            return Err(NotAdmitted::NoSeat);
        }
        Ok(Self { who: Who::System, agency: credential.agency, kind, role: None, expires: credential.expires })
    }

    /// Names a part of the hub itself. It holds no seat, so no case is open to it, and it never runs out.
    #[must_use]
    pub fn service(name: &'static str, agency: AgencyId) -> Self {
        let expires = Moment::from_micros(i64::MAX);
        Self { who: Who::Service(name), agency, kind: AgencyKind::Hub, role: None, expires }
    }

    /// Returns the worker, if the actor is one.
    #[must_use]
    pub const fn worker(&self) -> Option<WorkerId> {
        match self.who {
            Who::Worker(id) => Some(id),
            Who::System | Who::Service(_) => None,
        }
    }

    /// Says whether it is a part of the hub itself: what is opened for it is shown to nobody.
    #[must_use]
    pub const fn is_service(&self) -> bool {
        matches!(self.who, Who::Service(_))
    }

    /// Returns the actor's word for audit records: `u:ID`, `s:AGENCY` or `hub:NAME`. Prefixes keep people, systems and roles apart.
    #[must_use]
    pub fn word(&self) -> String {
        match &self.who {
            Who::Worker(id) => format!("u:{id}"),
            Who::System => format!("s:{}", self.agency),
            Who::Service(name) => format!("hub:{name}"),
        }
    }

    /// Returns the agency.
    #[must_use]
    pub const fn agency(&self) -> &AgencyId {
        &self.agency
    }

    /// Returns the agency's kind.
    #[must_use]
    pub const fn kind(&self) -> AgencyKind {
        self.kind
    }

    /// Returns the role; systems and services hold none.
    #[must_use]
    pub const fn role(&self) -> Option<Role> {
        self.role
    }

    /// Returns when the credential ends, after which streams close.
    #[must_use]
    pub const fn expires(&self) -> Moment {
        self.expires
    }
}
