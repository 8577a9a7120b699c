//! The envelope: detached JWS in its General JSON form (RFC 7515, sections 7.2.1 and F), one signature for each signer.
//!
//! Promises: a protected header has exactly `alg`, `typ`, `kid` and `dir`, the first two with these words; anything else,
//! a critical extension too, is refused before a key is looked for. Must never know: what is signed, who holds the key.

use super::event::{map, text};
use super::json::{self, Value};
use super::{base64url, from_base64url};
use crate::ledger::Hash;
use aws_lc_rs::signature::{ED25519, UnparsedPublicKey};
use serde::{Deserialize, Serialize};

/// The only algorithm (RFC 8037).
const ALG: &str = "EdDSA";
/// The only type.
const TYP: &str = "consent-event+jws";

/// One signature, as it travels.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Signature {
    /// The header's bytes, in base64url.
    pub protected: String,
    /// The signature's bytes, in base64url.
    pub signature: String,
}

/// All signatures of one payload, which stands elsewhere.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Envelope {
    /// One for each signer.
    pub signatures: Vec<Signature>,
}

/// What a protected header says beside the fixed words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    /// The key.
    pub kid: String,
    /// The hash of what the directory said of the signers: see [`super::directory`].
    pub dir: String,
}

impl Header {
    /// Writes the header as it stands before the dot.
    #[must_use]
    pub fn protected(&self) -> String {
        let header = map([("alg", text(ALG)), ("typ", text(TYP)), ("kid", text(&self.kid)), ("dir", text(&self.dir))]);
        base64url(&json::write(&header))
    }
}

/// Returns the bytes that are signed.
#[must_use]
pub fn signing_input(protected: &str, payload: &[u8]) -> Vec<u8> {
    format!("{protected}.{}", base64url(payload)).into_bytes()
}

impl Signature {
    /// Reads the header; `None` if it has not exactly the four fields and the fixed words.
    #[must_use]
    pub fn header(&self) -> Option<Header> {
        let Ok(Value::Map(mut fields)) = json::read(&from_base64url(&self.protected)?) else { return None };
        let mut word = |name: &str| match fields.remove(name) {
            Some(Value::Text(text)) => Some(text),
            _ => None,
        };
        let fixed = word("alg")? == ALG && word("typ")? == TYP;
        let header = Header { kid: word("kid")?, dir: word("dir")? };
        (fixed && fields.is_empty()).then_some(header)
    }

    /// Says whether `public` signed this header and this payload.
    #[must_use]
    pub fn is_by(&self, public: &[u8; 32], payload: &[u8]) -> bool {
        let Some(signature) = from_base64url(&self.signature) else { return false };
        is_signed(public, &signing_input(&self.protected, payload), &signature)
    }
}

/// Says whether a signature is by this key over these bytes.
pub(super) fn is_signed(public: &[u8; 32], bytes: &[u8], signature: &[u8]) -> bool {
    UnparsedPublicKey::new(&ED25519, public).verify(bytes, signature).is_ok()
}

/// Names a public key: its thumbprint (RFC 7638), in base64url.
#[must_use]
pub fn thumbprint(public: &[u8; 32]) -> String {
    let jwk = map([("crv", text("Ed25519")), ("kty", text("OKP")), ("x", text(&base64url(public)))]);
    base64url(&Hash::of(&[&json::write(&jwk)]).0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thumbprint_is_that_of_rfc_8037() {
        let x = from_base64url("11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo").unwrap();
        let public = x.try_into().unwrap();
        assert_eq!(thumbprint(&public), "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
    }

    #[test]
    fn a_header_is_read_as_it_was_written() {
        let header = Header { kid: "a".to_owned(), dir: "b".to_owned() };
        let signature = Signature { protected: header.protected(), signature: String::new() };
        assert_eq!(signature.header(), Some(header));
        for bad in [
            r#"{"alg":"none","typ":"consent-event+jws","kid":"a","dir":"b"}"#,
            r#"{"alg":"EdDSA","typ":"JWT","kid":"a","dir":"b"}"#,
            r#"{"alg":"EdDSA","typ":"consent-event+jws","kid":"a","dir":"b","crit":["exp"]}"#,
            r#"{"alg":"EdDSA","typ":"consent-event+jws","kid":"a","kid":"a","dir":"b"}"#,
            r#"{"alg":"EdDSA","typ":"consent-event+jws","kid":1,"dir":"b"}"#,
            r#"{"alg":"EdDSA","typ":"consent-event+jws","kid":"a"}"#,
            "[]",
        ] {
            let signature = Signature { protected: base64url(bad.as_bytes()), signature: String::new() };
            assert_eq!(signature.header(), None, "{bad}");
        }
    }
}
