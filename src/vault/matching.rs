//! Keyed fingerprints, with which the hub looks for the same person in memory.
//!
//! Promises: without the hub's identity nobody can compute or test a fingerprint.
//! They are never stored: equal texts give equal fingerprints.
//! Must never know: what is compared.

use super::context::tuple;
use age::secrecy::ExposeSecret;
use age::x25519::Identity;
use aws_lc_rs::{hkdf, hmac};

const MATCH_LABEL: &[u8] = b"lippen-match/v1";

/// The key of fingerprints: derived from the identity, so that there is no third secret to keep.
pub(super) struct MatchingKey(hmac::Key);

impl MatchingKey {
    /// Derives the key.
    pub(super) fn of(identity: &Identity) -> Self {
        let secret = identity.to_string();
        let root = hkdf::Salt::none(hkdf::HKDF_SHA256).extract(secret.expose_secret().as_bytes());
        let okm = root.expand(&[MATCH_LABEL], hkdf::HKDF_SHA256.hmac_algorithm());
        Self(okm.expect("32 bytes are within what HKDF gives").into())
    }

    /// Returns HMAC-SHA256 over the label and the text, each behind its length.
    pub(super) fn fingerprint(&self, label: &str, text: &str) -> [u8; 32] {
        let tag = hmac::sign(&self.0, &tuple(&[label, text]));
        tag.as_ref().try_into().expect("HMAC-SHA256 gives 32 bytes")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fingerprints_agree_within_a_hub_and_differ_by_label_and_hub() {
        let identity = Identity::generate();
        let (hub, again) = (MatchingKey::of(&identity), MatchingKey::of(&identity));
        let other = MatchingKey::of(&Identity::generate());
        assert_eq!(hub.fingerprint("name", "reid"), again.fingerprint("name", "reid"));
        assert_ne!(hub.fingerprint("name", "reid"), hub.fingerprint("namer", "eid"));
        assert_ne!(hub.fingerprint("name", "reid"), other.fingerprint("name", "reid"));
    }
}
