//! The keys that sign records of consent: one for each worker's seat, each agency and the hub, all held by the hub.
//!
//! Promises: each key is derived from the hub's identity, whose it is and its generation, so there is no further secret to
//! keep, and one of them tells nothing of another. Replacing a key is the next generation. Whoever has the hub's identity
//! has all of them: the directory says `held_by: hub` for each.
//! Must never know: what is signed, which generation signs now.

use super::context::tuple;
use super::error::Error;
use age::secrecy::ExposeSecret;
use age::x25519::Identity;
use aws_lc_rs::hkdf;
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use zeroize::Zeroizing;

const SIGNER_LABEL: &[u8] = b"lippen-consent-signer/v1";

/// Whose key it is and its generation, from 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignerName {
    /// `u:` and a seat's id, `agency:` or `hub:` and a short name.
    pub of: String,
    /// The generation.
    pub epoch: i64,
}

/// The root of the signers' keys.
pub(super) struct SigningRoot(hkdf::Prk);

impl SigningRoot {
    /// Derives the root.
    pub(super) fn of(identity: &Identity) -> Self {
        let secret = identity.to_string();
        Self(hkdf::Salt::none(hkdf::HKDF_SHA256).extract(secret.expose_secret().as_bytes()))
    }

    /// Returns a signer's public key.
    pub(super) fn public(&self, hub: &str, name: &SignerName) -> Result<[u8; 32], Error> {
        self.pair(hub, name)?.public_key().as_ref().try_into().map_err(|_| Error::SigningKey)
    }

    /// Signs bytes as this signer.
    pub(super) fn sign(&self, hub: &str, name: &SignerName, bytes: &[u8]) -> Result<[u8; 64], Error> {
        let signature = self.pair(hub, name)?.try_sign(bytes).map_err(|_| Error::SigningKey)?;
        signature.as_ref().try_into().map_err(|_| Error::SigningKey)
    }

    fn pair(&self, hub: &str, name: &SignerName) -> Result<Ed25519KeyPair, Error> {
        let epoch = name.epoch.to_string();
        let info = tuple(&[hub, &name.of, &epoch]);
        let mut seed = Zeroizing::new([0; 32]);
        let parts = [SIGNER_LABEL, &info];
        let okm = self.0.expand(&parts, hkdf::HKDF_SHA256).map_err(|_| Error::SigningKey)?;
        okm.fill(seed.as_mut_slice()).map_err(|_| Error::SigningKey)?;
        Ed25519KeyPair::from_seed_unchecked(seed.as_slice()).map_err(|_| Error::SigningKey)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use aws_lc_rs::signature::{ED25519, UnparsedPublicKey};

    fn name(of: &str, epoch: i64) -> SignerName {
        SignerName { of: of.to_owned(), epoch }
    }

    #[test]
    fn a_signer_is_the_same_each_time_and_no_other() {
        let identity = Identity::generate();
        let (root, again) = (SigningRoot::of(&identity), SigningRoot::of(&identity));
        let isla = root.public("ayrshire", &name("u:1", 1)).unwrap();
        assert_eq!(again.public("ayrshire", &name("u:1", 1)).unwrap(), isla);
        for (hub, of, epoch) in [("ayrshire", "u:1", 2), ("ayrshire", "u:2", 1), ("fife", "u:1", 1)] {
            assert_ne!(root.public(hub, &name(of, epoch)).unwrap(), isla);
        }
        let other = SigningRoot::of(&Identity::generate());
        assert_ne!(other.public("ayrshire", &name("u:1", 1)).unwrap(), isla);
    }

    #[test]
    fn what_it_signs_its_public_key_verifies() {
        let root = SigningRoot::of(&Identity::generate());
        let signature = root.sign("ayrshire", &name("agency:womens", 1), b"bytes").unwrap();
        let is_by = |signer: &SignerName, bytes: &[u8]| {
            let public = root.public("ayrshire", signer).unwrap();
            UnparsedPublicKey::new(&ED25519, public).verify(bytes, &signature).is_ok()
        };
        assert!(is_by(&name("agency:womens", 1), b"bytes"));
        assert!(!is_by(&name("agency:womens", 1), b"other"));
        assert!(!is_by(&name("agency:womens", 2), b"bytes"));
    }
}
