//! Keyed fingerprints, with which the hub looks for the same person in memory.
//!
//! Promises: without the hub's identity nobody can compute or test a fingerprint.
//! They are never stored: equal texts give equal fingerprints.
//! Must never know: what is compared.

use super::context::tuple;
use age::secrecy::ExposeSecret;
use age::x25519::Identity;
use aws_lc_rs::{hkdf, hmac};
use siphasher::sip::SipHasher24;
use zeroize::Zeroizing;

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

    /// Returns what makes short fingerprints under a label, with a key that is that label's own.
    pub(super) fn printer(&self, label: &str) -> Printer {
        let whole = Zeroizing::new(self.fingerprint(label, ""));
        let (key, _) = whole.split_first_chunk().expect("a fingerprint has 32 bytes");
        Printer(SipHasher24::new_with_key(key))
    }
}

/// Makes short fingerprints of many short texts, for matching in memory: SipHash-2-4 under a key of its own.
pub struct Printer(SipHasher24);

impl Printer {
    /// Returns the fingerprint of a text.
    #[must_use]
    pub fn print(&self, text: &str) -> u64 {
        self.0.hash(text.as_bytes())
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
    #[test]
    fn prints_agree_within_a_hub_and_differ_by_label_and_hub() {
        let identity = Identity::generate();
        let (hub, again) = (MatchingKey::of(&identity), MatchingKey::of(&identity));
        let other = MatchingKey::of(&Identity::generate());
        assert_eq!(hub.printer("one").print("he came late"), again.printer("one").print("he came late"));
        assert_ne!(hub.printer("one").print("he came late"), hub.printer("one").print("he came early"));
        assert_ne!(hub.printer("one").print("he came late"), hub.printer("two").print("he came late"));
        assert_ne!(hub.printer("one").print("he came late"), other.printer("one").print("he came late"));
    }
}
