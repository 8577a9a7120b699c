//! What a vault is built from: the hub's name and its two secrets.
//!
//! Promises: the secrets are not printed and are wiped when dropped. They are read and
//! checked once, by `Vault::new`.
//! Must never know: where they are kept.

use super::error::Error;
use age::secrecy::SecretString;
use age::x25519::Identity;
use aws_lc_rs::signature::Ed25519KeyPair;
use std::fmt;
use zeroize::Zeroizing;

/// The hub's name and its two secrets.
pub struct Settings {
    /// The hub's short name, bound into every seal. It cannot be changed later.
    pub hub_id: String,
    /// The hub's age X25519 identity (`AGE-SECRET-KEY-1…`).
    pub identity: SecretString,
    /// The Ed25519 key that signs wraps, in PKCS#8, DER.
    pub signing_key: Zeroizing<Vec<u8>>,
}

impl Settings {
    /// Returns settings with new secrets.
    pub(super) fn generate(hub_id: &str) -> Result<Self, Error> {
        check_name(hub_id)?;
        let pair = Ed25519KeyPair::generate().map_err(|_| Error::NoRandomness)?;
        let document = pair.to_pkcs8().map_err(|_| Error::SigningKey)?;
        Ok(Self {
            hub_id: hub_id.to_owned(),
            identity: Identity::generate().to_string(),
            signing_key: Zeroizing::new(document.as_ref().to_vec()),
        })
    }
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Settings({})", self.hub_id)
    }
}

/// Takes 2 to 64 of `a-z`, `0-9`, `-`: the shape of every short name in the hub.
pub(super) fn check_name(name: &str) -> Result<(), Error> {
    let letter = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    if (2..=64).contains(&name.len()) && name.bytes().all(letter) { Ok(()) } else { Err(Error::HubName) }
}
