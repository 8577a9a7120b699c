//! Why the vault did not do what it was asked.
//!
//! Promises: no plaintext, no key material and no name of a person in any message.

use crate::model::sealed::Drawer;
use crate::store::Receipt;

/// Why a key was not made or unlocked, or a value not sealed or opened.
#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone)]
pub enum Error {
    /// The drawer's key is not in memory: unlock it with its wraps and try again.
    #[error("the key of this drawer is not at hand")]
    Locked {
        /// The drawer.
        drawer: Drawer,
    },
    /// The drawer's key is in memory already: seal with it.
    #[error("this drawer already has a key")]
    DrawerHasKey,
    /// None of the wraps is the hub's.
    #[error("no wrap of this key is addressed to the hub")]
    NoWrap,
    /// The hub did not sign this file for this row. Raise an integrity alarm.
    #[error("the signature of the wrap does not hold")]
    WrapSignature,
    /// The age file does not open with this identity. Raise an integrity alarm.
    #[error("the wrapped key does not open")]
    WrapFile,
    /// The age file is for another drawer or use than its row says. Raise an integrity alarm.
    #[error("the wrapped key belongs to another place")]
    WrapContext,
    /// A recipient is not an agency's short name with an age X25519 recipient, is named twice, or takes the hub's name.
    #[error("not a list of agencies, each named once, with an age recipient that begins with age1")]
    Recipient,
    /// The record may not be sealed in that compartment.
    #[error("this record does not belong in this compartment")]
    WrongCompartment,
    /// The content is too long to seal.
    #[error("is too long to seal: shorten it to {max} bytes")]
    TooLarge {
        /// The most bytes.
        max: usize,
    },
    /// More values than one receipt opens.
    #[error("too many values at once: open at most {max}")]
    TooMany {
        /// The most values.
        max: usize,
    },
    /// The receipt is for another record, or for an act that discloses nothing.
    #[error("the receipt does not open this")]
    NotReceipted,
    /// The bytes have not the shape of a seal. Raise an integrity alarm.
    #[error("the stored bytes are not a seal")]
    NotASeal,
    /// The seal was made with another key or for another record. Raise an integrity alarm.
    #[error("the seal commits to another key")]
    OtherKey,
    /// The seal was altered or moved. Raise an integrity alarm.
    #[error("the seal is broken")]
    Broken,
    /// The seal holds, but what it holds is not this type of content.
    #[error("the seal holds another type of content")]
    OtherContent,
    /// The machine gave no random bytes.
    #[error("the machine gives no random bytes")]
    NoRandomness,
    /// The hub's short name is not one.
    #[error("not a hub's name: write 2 to 64 of a-z, 0-9 and hyphen")]
    HubName,
    /// The hub's age identity cannot be read.
    #[error("the hub's age identity cannot be read")]
    Identity,
    /// The hub's signing key cannot be read.
    #[error("the hub's signing key is not an ed25519 key in pkcs#8")]
    SigningKey,
}

/// Why nothing was opened.
#[derive(Debug, thiserror::Error)]
pub enum NotOpened<S> {
    /// Keys are missing. Everything comes back: unlock the drawers and try once more.
    #[error("the keys of some drawers are not at hand")]
    Locked(Box<Unopened<S>>),
    /// It will not open. The receipt is spent: the log overstates, never understates.
    #[error(transparent)]
    Failed(#[from] Error),
}

/// What comes back from a locked vault, as it went in. Not one byte of it was opened.
#[derive(Debug)]
#[must_use = "the receipt inside is the only one for this act"]
pub struct Unopened<S> {
    /// The drawers whose keys are missing, each once.
    pub drawers: Vec<Drawer>,
    /// What was to be opened.
    pub sealed: S,
    /// The receipt, still good for this.
    pub receipt: Receipt,
}
