//! Public keys that tokens are checked with, and the names they go by.
//!
//! Promises: a [`PublicKey`] is a well-formed key of the algorithm that it states; a [`Kid`]
//! is a plain short word that cannot be read as a path, a query or an address.
//! Must never know: private keys, tokens.

use crate::model::words::vocabulary;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED, ED25519, ParsedPublicKey, VerificationAlgorithm};
use jsonwebtoken::{Algorithm, DecodingKey};
use std::fmt;
use std::str::FromStr;

vocabulary! {
    /// A way of signing tokens. No others are spoken here.
    SignatureAlgorithm {
        /// Ed25519.
        EdDsa = "EdDSA",
        /// ECDSA on P-256 with SHA-256.
        Es256 = "ES256",
    }
}

impl SignatureAlgorithm {
    /// Returns the library's name for it.
    pub(super) const fn library(self) -> Algorithm {
        match self {
            Self::EdDsa => Algorithm::EdDSA,
            Self::Es256 => Algorithm::ES256,
        }
    }
}

/// Why a key was not taken.
#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone, Copy)]
pub enum BadKey {
    /// Not 1 to 64 of `A-Z a-z 0-9 _ -`.
    #[error("not a key id: write 1 to 64 letters, digits, hyphens and underscores")]
    Kid,
    /// The bytes are not a public key of the algorithm.
    #[error("not a public key of the stated algorithm")]
    Bytes,
}

/// The name of a key. Shape: 1 to 64 of `A-Z`, `a-z`, `0-9`, `_`, `-`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Kid(String);

impl Kid {
    /// Returns the name's text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Kid {
    type Err = BadKey;
    fn from_str(text: &str) -> Result<Self, BadKey> {
        let fits = (1..=64).contains(&text.len())
            && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'));
        if fits { Ok(Self(text.to_owned())) } else { Err(BadKey::Kid) }
    }
}

impl fmt::Display for Kid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A public key, checked to be one.
#[derive(Clone, Debug)]
pub struct PublicKey {
    algorithm: SignatureAlgorithm,
    decoding: DecodingKey,
}

impl PublicKey {
    /// Takes the 32 bytes of an Ed25519 public key.
    ///
    /// # Errors
    /// [`BadKey::Bytes`] if they are not one.
    pub fn ed25519(bytes: &[u8]) -> Result<Self, BadKey> {
        // The parser also takes keys in a DER wrapping; one key shall have one form.
        if bytes.len() != 32 {
            return Err(BadKey::Bytes);
        }
        check(&ED25519, bytes)?;
        Ok(Self { algorithm: SignatureAlgorithm::EdDsa, decoding: DecodingKey::from_ed_der(bytes) })
    }

    /// Takes the two co-ordinates of a P-256 point, 32 bytes each.
    ///
    /// # Errors
    /// [`BadKey::Bytes`] if they are not a point of the curve.
    pub fn p256(x: &[u8], y: &[u8]) -> Result<Self, BadKey> {
        if x.len() != 32 || y.len() != 32 {
            return Err(BadKey::Bytes);
        }
        // 4 marks a point that is written with both co-ordinates (SEC 1, section 2.3.3).
        let point = [&[4], x, y].concat();
        check(&ECDSA_P256_SHA256_FIXED, &point)?;
        Ok(Self { algorithm: SignatureAlgorithm::Es256, decoding: DecodingKey::from_ec_der(&point) })
    }

    /// Returns what it can check.
    #[must_use]
    pub const fn algorithm(&self) -> SignatureAlgorithm {
        self.algorithm
    }

    /// Returns the library's form of it.
    pub(super) const fn library(&self) -> &DecodingKey {
        &self.decoding
    }
}

fn check(algorithm: &'static dyn VerificationAlgorithm, bytes: &[u8]) -> Result<(), BadKey> {
    ParsedPublicKey::new(algorithm, bytes).map(drop).map_err(|_| BadKey::Bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kid_is_a_plain_word() {
        assert!("Ab_9-".parse::<Kid>().is_ok());
        assert!("k".repeat(64).parse::<Kid>().is_ok());
        let long = "k".repeat(65);
        for bad in ["", "../../dev/null", "' OR 1=1--", "|id", "https://x", "a b", "a\0", "é", &long] {
            assert_eq!(bad.parse::<Kid>(), Err(BadKey::Kid), "{bad}");
        }
    }

    #[test]
    fn bytes_that_are_no_key_are_refused() {
        for bad in [&[0_u8; 31][..], &[0; 33], &[], &[0; 44]] {
            assert!(PublicKey::ed25519(bad).is_err());
        }
        for (x, y) in [([1_u8; 32], [1_u8; 32]), ([0; 32], [0; 32]), ([255; 32], [255; 32])] {
            assert!(PublicKey::p256(&x, &y).is_err(), "not on the curve");
        }
        assert!(PublicKey::p256(&[1; 31], &[1; 33]).is_err());
    }
}
