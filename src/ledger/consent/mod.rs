//! Signed records of consent as pure arithmetic: what is signed, by whom, and what that shows years later.
//!
//! One event is a small JSON document in one strict profile ([`json`]), signed three times ([`jws`]) with keys that stand
//! in a directory ([`directory`]). A chain of events travels with all that is needed to judge it ([`package`]), and is
//! judged without the hub ([`verify()`]). What the exact bytes look like is in `docs/consent-record.md`.
//!
//! Promises: the bytes that were signed are the bytes that are checked, never a copy written anew; a document that two
//! programs could read in two ways is refused; no input, however hostile, panics here.
//! Must never know: SQL, the clock, names or addresses, whether she was free to say no.

pub mod directory;
pub mod event;
pub mod json;
pub mod jws;
pub mod package;
pub mod seal;
mod verdict;
mod verify;

#[cfg(test)]
mod vectors;

pub use verdict::{Outcome, Reason, Verdict};
pub use verify::verify;

use super::Hash;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// What no signature can show. It stands in every verdict.
pub const NOT_SHOWN: &str = "This shows what was recorded and by whom. It does not show that the decision was free.";

/// Whose word the signatures are while the hub holds all three keys. It stands in every verdict on such keys.
pub const HELD_BY_HUB: &str = "The hub holds the keys of worker, agency and hub. The three signatures are the hub's word for \
     who recorded it, not proof that each of them held a key.";

/// What is missing where nobody gave the log's public key. It stands in every verdict without it.
pub const UNANCHORED: &str = "UNANCHORED: the log's public key was not given, so this file vouches for its own keys and its \
     own log: whoever made it could have made all of it. Check it again with the key that the hub or a partner gives you.";

/// What a file cannot show of what is not in it. It stands in every verdict.
pub const MAY_BE_LATER: &str =
    "A later event, or a later report of a stolen key, is not in this file: ask the hub for a new one.";

/// Returns the commitment to a text: SHA-256 over a salt of 32 random bytes and the text.
///
/// Destroy salt and text, and the signature over the commitment still holds while the text is gone.
#[must_use]
pub fn commitment(salt: &[u8; 32], text: &str) -> String {
    Hash::of(&[salt, text.as_bytes()]).to_hex()
}

/// Writes bytes in base64url without padding, as JOSE does.
#[must_use]
pub fn base64url(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Reads exactly what [`base64url`] writes.
#[must_use]
pub fn from_base64url(text: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text).ok()
}
