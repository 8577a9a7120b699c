//! Keys of workers' own devices: proof that this worker meant this act, which no sign-in can forge.
//!
//! A token says who signed in, and an agency's sign-in can be taken over. A device key is registered in the hub and
//! signs a challenge together with what is to be done, so that a proof for one act is none for another.
//! Promises: pure: the same bytes give the same answer; a key has one name, its thumbprint (RFC 7638, RFC 8037).
//! Must never know: the database, the time, what anybody may do.

use aws_lc_rs::signature::{ED25519, ParsedPublicKey};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};
use std::fmt::Write;

/// What stands before everything that a device key signs for this hub, so that the signature is good for nothing else.
const DOMAIN: &str = "lippen-step-up/v1";

/// What a proof is for.
#[derive(Debug, Clone, Copy)]
pub struct Purpose<'a> {
    /// The act's word in the policy, such as `break-glass`.
    pub act: &'a str,
    /// What it is done to, in words that the route states.
    pub record: &'a str,
    /// What of it.
    pub scope: &'a str,
    /// The incident.
    pub incident: &'a str,
    /// The reason: last, because it alone may have several lines.
    pub reason: &'a str,
}

/// Why a key was not taken: not the 32 bytes of an Ed25519 public key.
#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone, Copy)]
#[error("not an Ed25519 public key")]
pub struct NotAKey;

/// A public key, checked to be one.
#[derive(Debug, Clone)]
pub struct DeviceKey {
    public: [u8; 32],
    parsed: ParsedPublicKey,
}

impl DeviceKey {
    /// Takes the 32 bytes of an Ed25519 public key.
    ///
    /// # Errors
    /// [`NotAKey`].
    pub fn new(public: &[u8]) -> Result<Self, NotAKey> {
        let public: [u8; 32] = public.try_into().map_err(|_| NotAKey)?;
        let parsed = ParsedPublicKey::new(&ED25519, public.as_slice()).map_err(|_| NotAKey)?;
        Ok(Self { public, parsed })
    }

    /// Returns the 32 bytes.
    #[must_use]
    pub const fn bytes(&self) -> &[u8; 32] {
        &self.public
    }

    /// Returns the key's name: its JWK thumbprint, SHA-256 in base64url.
    #[must_use]
    pub fn thumbprint(&self) -> String {
        let jwk = format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{}"}}"#, URL_SAFE_NO_PAD.encode(self.public));
        URL_SAFE_NO_PAD.encode(Sha256::digest(jwk.as_bytes()))
    }

    /// Says whether a signature, in base64url without padding, is this key's over a challenge for a purpose.
    #[must_use]
    pub fn signed(&self, challenge: &str, purpose: &Purpose<'_>, signature: &str) -> bool {
        let Ok(signature) = URL_SAFE_NO_PAD.decode(signature) else { return false };
        self.parsed.verify_sig(to_sign(challenge, purpose).as_bytes(), &signature).is_ok()
    }
}

/// Returns what a device key signs: three lines, each with its end.
#[must_use]
pub fn to_sign(challenge: &str, purpose: &Purpose<'_>) -> String {
    let Purpose { act, record, scope, incident, reason } = purpose;
    let said = [*act, record, scope, incident, reason].join("\n");
    let mut text = format!("{DOMAIN}\n{challenge}\n");
    for byte in Sha256::digest(said.as_bytes()) {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
    }
    text.push('\n');
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};

    const PURPOSE: Purpose<'_> = Purpose {
        act: "break-glass",
        record: "case 1",
        scope: "child",
        incident: "PS-1",
        reason: "He is at her door.",
    };

    #[test]
    fn a_thumbprint_is_that_of_the_standard() {
        // RFC 8037, appendix A.3.
        let public = URL_SAFE_NO_PAD.decode("11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo").unwrap();
        let key = DeviceKey::new(&public).unwrap();
        assert_eq!(key.thumbprint(), "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
        for bad in [&[0_u8; 31][..], &[0; 33], &[]] {
            assert_eq!(DeviceKey::new(bad).map(drop), Err(NotAKey));
        }
    }

    #[test]
    fn a_proof_is_good_for_its_challenge_and_its_act_alone() {
        let pair = Ed25519KeyPair::generate().unwrap();
        let key = DeviceKey::new(pair.public_key().as_ref()).unwrap();
        let signed = URL_SAFE_NO_PAD.encode(pair.sign(to_sign("challenge", &PURPOSE).as_bytes()));
        assert!(key.signed("challenge", &PURPOSE, &signed));
        assert!(!key.signed("another", &PURPOSE, &signed));
        for bent in [
            Purpose { act: "review", ..PURPOSE },
            Purpose { record: "case 2", ..PURPOSE },
            Purpose { scope: "child+protected-address", ..PURPOSE },
            Purpose { incident: "PS-2", ..PURPOSE },
            Purpose { reason: "He is at her door", ..PURPOSE },
            Purpose { incident: "PS-1\nHe is", reason: "at her door.", ..PURPOSE },
        ] {
            assert!(!key.signed("challenge", &bent, &signed), "{bent:?}");
        }
        let other = Ed25519KeyPair::generate().unwrap();
        assert!(!DeviceKey::new(other.public_key().as_ref()).unwrap().signed("challenge", &PURPOSE, &signed));
        for bad in ["", "!", "AAAA"] {
            assert!(!key.signed("challenge", &PURPOSE, bad));
        }
    }
}
