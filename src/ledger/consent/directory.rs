//! The directory of signing keys: whose each is, who holds it, from when and until when.
//!
//! A signature names the hash of what the directory said of its three signers when it was made ([`version`]). So nobody can
//! say later that an agency held a key that the hub held, or that a key was somebody else's. Only the three entries go into
//! it: a record that is handed on must not bring a list of everybody who works in a refuge.
//! Must never know: private keys.

use super::event::{map, text};
use super::json::{self, Value};
use super::{from_base64url, jws};
use crate::ledger::Hash;
use crate::model::time::Second;
use serde::{Deserialize, Serialize};

/// What the directory says of one key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Key {
    /// Its name: the thumbprint of its public part (RFC 7638).
    pub kid: String,
    /// Whose it is: `u:` and a seat, `agency:` or `hub:` and a short name.
    pub of: String,
    /// The public key, in base64url.
    pub x: String,
    /// Who holds its private part: `hub`, or `agency`.
    pub held_by: String,
    /// From when on it signs.
    pub from: Second,
}

/// That a key signs no more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct End {
    /// The key.
    pub kid: String,
    /// From when on it no longer signs; of a stolen key, from when on others may have signed with it.
    pub at: Second,
    /// Why: `rotated` or `compromised`.
    pub reason: String,
}

/// Why a key ended.
pub const COMPROMISED: &str = "compromised";

/// Why a key ended.
pub const ROTATED: &str = "rotated";

impl Key {
    /// Returns the public key if it has the name that it is given.
    #[must_use]
    pub fn public(&self) -> Option<[u8; 32]> {
        let public = from_base64url(&self.x)?.try_into().ok()?;
        (jws::thumbprint(&public) == self.kid).then_some(public)
    }

    /// Returns the entry's own hash, in hexadecimal: what the log's entry says was `signed`.
    #[must_use]
    pub fn digest(&self) -> String {
        Hash::of(&[&json::write(&self.value())]).to_hex()
    }

    fn value(&self) -> Value {
        map([
            ("kid", text(&self.kid)),
            ("of", text(&self.of)),
            ("x", text(&self.x)),
            ("held_by", text(&self.held_by)),
            ("from", text(&self.from.to_string())),
        ])
    }
}

impl End {
    /// Returns the end's own hash, in hexadecimal.
    #[must_use]
    pub fn digest(&self) -> String {
        let end = map([("kid", text(&self.kid)), ("at", text(&self.at.to_string())), ("reason", text(&self.reason))]);
        Hash::of(&[&json::write(&end)]).to_hex()
    }
}

/// How one key took the place of another: signed with the old key, or, where that was lost or stolen, vouched for by an officer
/// who is not the one who said so.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Handover {
    /// The key that signed before.
    pub old: String,
    /// The key that signs instead.
    pub new: String,
    /// Who says so: `key`, the old key itself, or `officer`.
    pub by: String,
    /// The old key's signature, in base64url; none by an officer.
    pub signature: Option<String>,
}

/// Who says that a key took the place of another.
pub const BY_KEY: &str = "key";

/// Who says that a key took the place of another.
pub const BY_OFFICER: &str = "officer";

impl Handover {
    /// Returns the handover's own hash, in hexadecimal.
    #[must_use]
    pub fn digest(&self) -> String {
        let signature = self.signature.as_deref().map_or(Value::Null, text);
        let handover =
            map([("old", text(&self.old)), ("new", text(&self.new)), ("by", text(&self.by)), ("signature", signature)]);
        Hash::of(&[&json::write(&handover)]).to_hex()
    }

    /// Says whether it is of these two keys of one signer: signed by the old one over its end and the new one, or an officer's.
    #[must_use]
    pub fn holds(&self, old: &Key, new: &Key, end: Option<&End>) -> bool {
        if (&old.kid, &new.kid) != (&self.old, &self.new) || old.of != new.of || old.kid == new.kid {
            return false;
        }
        match (&*self.by, &self.signature, end, old.public()) {
            (BY_OFFICER, None, ..) => true,
            (BY_KEY, Some(signature), Some(end), Some(public)) => {
                let signature = from_base64url(signature);
                signature.is_some_and(|signature| jws::is_signed(&public, &hands_over(end, new), &signature))
            }
            _ => false,
        }
    }
}

/// Returns what an old key signs: that it ends so, and which key signs instead.
#[must_use]
pub fn hands_over(end: &End, new: &Key) -> Vec<u8> {
    format!("lippen-key-handover/v1\n{}\n{}\n{}\n", end.kid, end.digest(), new.digest()).into_bytes()
}

/// Returns the hash of what the directory says of these keys, in hexadecimal; their order does not matter.
#[must_use]
pub fn version(keys: &[&Key]) -> String {
    let mut keys = keys.to_vec();
    keys.sort_by(|one, other| one.kid.cmp(&other.kid));
    Hash::of(&[&json::write(&Value::List(keys.iter().map(|key| key.value()).collect()))]).to_hex()
}
