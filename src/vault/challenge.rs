//! Challenges for workers' device keys: made by the hub, kept by nobody until they are used.
//!
//! Shape of a challenge: base64url of 16 random bytes, the moment (8 bytes, microseconds, big-endian) and
//! HMAC-SHA256 over a label, the worker, the moment and the random bytes. So every node of a hub knows a challenge of
//! any other, and nothing need be stored to know it. That it is used once is the store's part.
//! Promises: nobody without the hub's identity can make one; one that was made for another worker is not known.
//! Must never know: what the challenge is for.

use super::context::tuple;
use super::{Error, Vault};
use crate::model::id::WorkerId;
use crate::model::time::Moment;
use age::secrecy::ExposeSecret;
use age::x25519::Identity;
use aws_lc_rs::{hkdf, hmac, rand};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use std::fmt::Write;

const LABEL: &str = "lippen-step-up/v1";

const NONCE: usize = 16;
const TIME: usize = 8;

/// The key of challenges: derived from the identity, so that there is no third secret to keep.
pub(super) struct ChallengeKey(hmac::Key);

impl ChallengeKey {
    /// Derives the key.
    pub(super) fn of(identity: &Identity) -> Self {
        let secret = identity.to_string();
        let root = hkdf::Salt::none(hkdf::HKDF_SHA256).extract(secret.expose_secret().as_bytes());
        let label = [LABEL.as_bytes()];
        let okm = root.expand(&label, hkdf::HKDF_SHA256.hmac_algorithm());
        Self(okm.expect("32 bytes are within what HKDF gives").into())
    }
}

/// A challenge that this hub made for this worker.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answered {
    /// When it was made.
    pub made: Moment,
    /// Its random part, in hexadecimal: by it the store knows a challenge that was used.
    pub nonce: String,
}

impl Vault {
    /// Makes a challenge for a worker.
    ///
    /// # Errors
    /// [`Error::NoRandomness`].
    pub fn challenge(&self, worker: WorkerId) -> Result<(String, Moment), Error> {
        let made = self.clock.now();
        let mut bytes = vec![0; NONCE];
        rand::fill(&mut bytes).map_err(|_| Error::NoRandomness)?;
        bytes.extend_from_slice(&made.micros().to_be_bytes());
        let tag = hmac::sign(&self.challenges.0, &covered(worker, &bytes));
        bytes.extend_from_slice(tag.as_ref());
        Ok((URL_SAFE_NO_PAD.encode(bytes), made))
    }

    /// Knows a challenge that this hub made for this worker; `None` for anything else.
    #[must_use]
    pub fn knows_challenge(&self, worker: WorkerId, challenge: &str) -> Option<Answered> {
        let bytes = URL_SAFE_NO_PAD.decode(challenge).ok()?;
        let (told, tag) = bytes.split_at_checked(NONCE + TIME)?;
        hmac::verify(&self.challenges.0, &covered(worker, told), tag).ok()?;
        let made = i64::from_be_bytes(told[NONCE..].try_into().ok()?);
        let nonce = told[..NONCE].iter().fold(String::new(), |mut text, byte| {
            // Writing to a string cannot fail.
            let _ = write!(text, "{byte:02x}");
            text
        });
        Some(Answered { made: Moment::from_micros(made), nonce })
    }
}

/// Returns what a challenge's tag covers.
fn covered(worker: WorkerId, told: &[u8]) -> Vec<u8> {
    let mut bytes = tuple(&[LABEL, &worker.to_string()]);
    bytes.extend_from_slice(told);
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::time::HandWound;
    use std::sync::Arc;

    fn vault() -> Vault {
        let clock = Arc::new(HandWound::at(Moment::from_micros(1_795_000_000_000_000)));
        Vault::new(Vault::generate("hub-1").unwrap(), clock).unwrap()
    }

    #[test]
    fn a_challenge_is_known_to_its_hub_for_its_worker_and_to_nobody_else() {
        let (vault, worker) = (vault(), WorkerId::random());
        let (challenge, made) = vault.challenge(worker).unwrap();
        assert_eq!(vault.knows_challenge(worker, &challenge).unwrap().made, made);
        assert_ne!(challenge, vault.challenge(worker).unwrap().0);
        assert_eq!(vault.knows_challenge(WorkerId::random(), &challenge), None);
        assert_eq!(self::vault().knows_challenge(worker, &challenge), None);
    }

    #[test]
    fn a_challenge_that_was_bent_is_not_known() {
        let (vault, worker) = (vault(), WorkerId::random());
        let bytes = URL_SAFE_NO_PAD.decode(vault.challenge(worker).unwrap().0).unwrap();
        for at in 0..bytes.len() {
            let mut bent = bytes.clone();
            bent[at] ^= 1;
            assert_eq!(vault.knows_challenge(worker, &URL_SAFE_NO_PAD.encode(bent)), None, "byte {at}");
        }
        for bad in ["", "AAAA", "not base64!", &URL_SAFE_NO_PAD.encode(&bytes[..40])] {
            assert_eq!(vault.knows_challenge(worker, bad), None, "{bad}");
        }
    }
}
