//! What the first part of a token may say.
//!
//! Promises: only four members are known, so nothing in a header can bring its own key, point
//! to an address or ask for a special way of reading. The algorithm is compared, never obeyed.
//! Must never know: keys.

use super::client_cert::Thumbprint;
use super::invalid::InvalidToken;
use super::keys::Kid;
use serde_json::{Map, Value};

/// The two members that a check needs.
#[derive(Debug)]
pub(super) struct Header {
    /// The algorithm's name, to be compared with the pinned one.
    pub(super) algorithm: String,
    /// The name of the key, to be looked for among the pinned ones.
    pub(super) kid: Kid,
}

impl Header {
    /// Reads the scanned members of a header.
    pub(super) fn read(members: &Map<String, Value>) -> Result<Self, InvalidToken> {
        if members.keys().any(|key| !MEMBERS.contains(&key.as_str())) {
            return Err(InvalidToken::because("header-member"));
        }
        if members.get("typ").and_then(Value::as_str) != Some(TYP) {
            return Err(InvalidToken::because("typ"));
        }
        // It names the signer's certificate, which is pinned by key here; it is only kept in shape.
        if members.get("x5t#S256").is_some_and(|v| v.as_str().is_none_or(|t| t.parse::<Thumbprint>().is_err())) {
            return Err(InvalidToken::because("header-x5t"));
        }
        let kid = members.get("kid").and_then(Value::as_str).and_then(|kid| kid.parse().ok());
        let kid = kid.ok_or(InvalidToken::because("kid-shape"))?;
        let algorithm = members.get("alg").and_then(Value::as_str).ok_or(InvalidToken::because("alg"))?.to_owned();
        Ok(Self { algorithm, kid })
    }
}

/// The only type of token that is taken: an OAuth access token. Source: RFC 9068, section 2.1.
pub(super) const TYP: &str = "at+jwt";

const MEMBERS: [&str; 4] = ["alg", "typ", "kid", "x5t#S256"];
