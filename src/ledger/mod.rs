//! The transparency log as pure arithmetic: leaves, tree, tiles, proofs, notes and row digests.
//!
//! It promises that two parties who hold the same bytes reach the same hashes, and that a
//! proof or note it accepts is right, whoever sent it: no input, however hostile, panics here.
//! It must never know SQL, the network, the clock or who a person is: it sees bytes and
//! numbers, and the store decides what they mean.

pub mod consent;
pub mod leaf;
pub mod note;
pub mod proof;
pub mod rows;
pub mod tile;
pub mod tree;

#[cfg(test)]
mod plain;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};
use std::fmt;

/// A SHA-256 hash.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Hash(pub [u8; 32]);

/// Writes bytes in base64 with padding, as the log's texts do.
#[must_use]
pub fn base64(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

impl Hash {
    /// Returns SHA-256 of `parts`, one after the other.
    ///
    /// Callers bring their own domain prefix and lengths: this function separates nothing.
    #[must_use]
    pub fn of(parts: &[&[u8]]) -> Self {
        let mut hasher = Sha256::new();
        for part in parts {
            hasher.update(part);
        }
        Self(hasher.finalize().into())
    }

    /// Writes the hash in standard Base64 with padding: 44 characters.
    #[must_use]
    pub fn to_base64(self) -> String {
        STANDARD.encode(self.0)
    }

    /// Reads exactly what [`Hash::to_base64`] writes.
    #[must_use]
    pub fn from_base64(text: &str) -> Option<Self> {
        STANDARD.decode(text).ok()?.try_into().ok().map(Self)
    }

    /// Writes the hash in lower-case hexadecimal: 64 characters.
    #[must_use]
    pub fn to_hex(self) -> String {
        hex(&self.0)
    }

    /// Reads exactly what [`Hash::to_hex`] writes.
    #[must_use]
    pub fn from_hex(text: &str) -> Option<Self> {
        let digit = |b: u8| (b as char).to_digit(16).filter(|_| !b.is_ascii_uppercase());
        let byte = |pair: &[u8; 2]| u8::try_from(digit(pair[0])? << 4 | digit(pair[1])?).ok();
        let (pairs, rest) = text.as_bytes().as_chunks::<2>();
        let bytes = pairs.iter().map(byte).collect::<Option<Vec<_>>>()?;
        rest.is_empty().then(|| bytes.try_into().ok().map(Self))?
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_hex())
    }
}

/// Writes bytes in lower-case hexadecimal.
fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Returns a length as four bytes, most significant first.
fn length(bytes: &[u8]) -> [u8; 4] {
    u32::try_from(bytes.len()).expect("a field or column is smaller than 4 GiB").to_be_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_has_one_spelling() {
        let hash = Hash::of(&[b"ab", b"", b"c"]);
        assert_eq!(hash.to_hex(), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        assert_eq!(format!("{hash:?}"), hash.to_hex());
        assert_eq!(Hash::from_hex(&hash.to_hex()), Some(hash));
        for bad in [&hash.to_hex()[1..], &hash.to_hex()[2..], &hash.to_hex().to_uppercase(), &"é".repeat(32)] {
            assert_eq!(Hash::from_hex(bad), None, "{bad}");
        }
        let text = hash.to_base64();
        assert_eq!(Hash::from_base64(&text), Some(hash));
        // The last character but one carries two bits that must be zero.
        let loose = text.replace("0=", "1=");
        for bad in ["", text.trim_end_matches('='), loose.as_str(), &format!("{text}\n"), "YWJj"] {
            assert_eq!(Hash::from_base64(bad), None, "{bad}");
        }
    }
}
