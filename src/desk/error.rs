//! What the desk says when it does not do something, by what the caller can do about it.

use crate::policy::help::{Grantor, Help};
use crate::{gate, store, vault};

/// What is wrong with one field of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldError {
    /// The field's path, such as `to.worker`.
    pub field: String,
    /// What is wrong and what to do; never the value.
    pub say: String,
    /// What it looks like, as a word that the caller may answer with.
    pub kind: Option<&'static str>,
}

impl FieldError {
    /// Returns an error about one field.
    #[must_use]
    pub fn new(field: &str, say: &str) -> Self {
        Self { field: field.to_owned(), say: say.to_owned(), kind: None }
    }
}

/// Why the desk did not do something.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no such thing, **or** the actor may not know of it. Recorded.
    #[error("not found")]
    NotFound,
    /// The actor may know of it but not do this. Recorded.
    #[error("refused by {}", lines.join("+"))]
    Refused {
        /// The policy lines or the guard that refused.
        lines: Vec<String>,
        /// The rule in words, who can grant it, the lawful routes.
        help: Option<Box<Help>>,
    },
    /// The request contradicts itself or what is there.
    #[error("the request cannot be carried out as it is")]
    Invalid {
        /// What is wrong, field by field.
        errors: Vec<FieldError>,
    },
    /// What was written looks as if it holds what must not stand there: the writer must look again.
    #[error("what was written must be looked at again")]
    LookAgain {
        /// What it looks like, field by field.
        errors: Vec<FieldError>,
    },
    /// The idempotency key was used for another request.
    #[error("the idempotency key was used for another request")]
    Reused,
    /// Somebody else did it first.
    #[error("it has been done already")]
    Conflict,
    /// The credential admits nobody.
    #[error("the credential admits nobody")]
    NotAdmitted,
    /// An emergency opens nothing here, whatever the reason. Recorded.
    #[error("an emergency opens nothing here")]
    NothingOpened {
        /// Whom to ring.
        ring: Vec<FieldError>,
    },
    /// The looks at whereabouts in an emergency are used up. Recorded.
    #[error("refused by {}", .lines.join("+"))]
    Spent {
        /// The lines or the guard that decided.
        lines: Vec<String>,
        /// Whom to ring.
        ring: Vec<FieldError>,
    },
    /// Nobody is there to receive it: it was not sent.
    #[error("nobody is there to receive it")]
    Nobody,
    /// Too much is waiting; nothing was recorded.
    #[error("too much is waiting")]
    Busy,
    /// Whether it was recorded is not known.
    #[error("whether it was recorded is not known")]
    Unknown,
    /// The store failed.
    #[error("the store failed")]
    Store(#[source] store::Error),
    /// A seal did not hold or a key was missing.
    #[error("the vault failed")]
    Vault(#[source] vault::Error),
}

impl Error {
    /// Returns an error about one field.
    #[must_use]
    pub fn field(field: &str, say: &str) -> Self {
        Self::Invalid { errors: vec![FieldError::new(field, say)] }
    }
}

impl From<gate::Error> for Error {
    fn from(error: gate::Error) -> Self {
        match error {
            gate::Error::Refused(refused) if refused.may_know() => Self::Refused {
                lines: refused.lines().to_vec(),
                help: refused.help().cloned().map(unnamed).map(Box::new),
            },
            gate::Error::Refused(_) => Self::NotFound,
            gate::Error::Busy | gate::Error::Moved => Self::Busy,
            gate::Error::Store(error) => error.into(),
            gate::Error::Vault(error) => Self::Vault(error),
        }
    }
}

/// Takes away which agency wrote what was asked for: it is named again only to who may know (`Desk::helped`).
fn unnamed(mut help: Help) -> Help {
    help.who.iter_mut().filter(|who| who.grantor == Grantor::Originator).for_each(|who| who.agency = None);
    help
}

impl From<store::Error> for Error {
    fn from(error: store::Error) -> Self {
        match error {
            store::Error::Busy | store::Error::Stale => Self::Busy,
            store::Error::Unknown => Self::Unknown,
            store::Error::Taken => Self::Conflict,
            store::Error::Dangling => Self::field("", "refers to something that is not there"),
            other => Self::Store(other),
        }
    }
}

impl From<vault::Error> for Error {
    fn from(error: vault::Error) -> Self {
        Self::Vault(error)
    }
}
