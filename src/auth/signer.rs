//! Makes tokens: one Ed25519 key that lives in memory only, and dies with the process.
//!
//! Promises: the private key cannot be read out, printed or copied; tokens have exactly the
//! header that `auth/header.rs` takes.
//! Must never know: who may have a token. Its two users decide that.

use super::client_cert::Thumbprint;
use super::header::TYP;
use super::keys::{Kid, PublicKey, SignatureAlgorithm};
use crate::model::time::Moment;
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _};
use jsonwebtoken::EncodingKey;
use serde::Serialize;
use sha2::{Digest as _, Sha256};
use std::fmt;
use std::fmt::Write as _;

/// A token could not be made; nothing was.
#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone, Copy)]
pub enum NotIssued {
    /// The machine gave no randomness, or the library no signature.
    #[error("no key or signature could be made")]
    Signature,
    /// No issuer for that agency here.
    #[error("there is no issuer for this agency")]
    Agency,
    /// The demonstration identity was asked for in production.
    #[error("the demonstration identity does not exist in production")]
    Demo,
}

/// An Ed25519 key with a name.
pub(super) struct TokenSigner {
    kid: Kid,
    private: EncodingKey,
    public: PublicKey,
}

/// The claims of a new token.
#[derive(Serialize)]
pub(super) struct NewToken<'a> {
    pub(super) iss: &'a str,
    pub(super) sub: &'a str,
    pub(super) aud: &'a str,
    pub(super) iat: i64,
    pub(super) nbf: i64,
    pub(super) exp: i64,
    pub(super) jti: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) cnf: Option<Confirmation>,
}

/// The certificate that a token is bound to.
#[derive(Serialize)]
pub(super) struct Confirmation {
    #[serde(rename = "x5t#S256")]
    pub(super) thumbprint: String,
}

impl<'a> NewToken<'a> {
    /// Begins a token that is good from now on, for so many seconds.
    pub(super) fn new(iss: &'a str, sub: &'a str, aud: &'a str, now: Moment, lifetime_s: i64) -> Self {
        let iat = now.seconds();
        let jti = uuid::Uuid::new_v4().simple().to_string();
        Self { iss, sub, aud, iat, nbf: iat, exp: iat.saturating_add(lifetime_s), jti, cnf: None }
    }

    /// Binds the token to a certificate.
    pub(super) fn bound_to(self, thumbprint: &Thumbprint) -> Self {
        Self { cnf: Some(Confirmation { thumbprint: thumbprint.to_string() }), ..self }
    }
}

impl TokenSigner {
    /// Makes a new key. Its name is `prefix` and 16 hexadecimal digits of the key's SHA-256.
    pub(super) fn generate(prefix: &str) -> Result<Self, NotIssued> {
        let pair = Ed25519KeyPair::generate().map_err(|_| NotIssued::Signature)?;
        let bytes = pair.public_key().as_ref();
        let mut name = prefix.to_owned();
        for byte in &Sha256::digest(bytes)[..8] {
            write!(name, "{byte:02x}").map_err(|_| NotIssued::Signature)?;
        }
        let kid = name.parse().map_err(|_| NotIssued::Signature)?;
        let public = PublicKey::ed25519(bytes).map_err(|_| NotIssued::Signature)?;
        let document = pair.to_pkcs8().map_err(|_| NotIssued::Signature)?;
        Ok(Self { kid, private: EncodingKey::from_ed_der(document.as_ref()), public })
    }

    /// Returns the key's name and public half, as an issuer pins them.
    pub(super) fn pinned(&self) -> (Kid, PublicKey) {
        (self.kid.clone(), self.public.clone())
    }

    /// Signs a token.
    pub(super) fn sign(&self, claims: &NewToken<'_>) -> Result<String, NotIssued> {
        let mut header = jsonwebtoken::Header::new(SignatureAlgorithm::EdDsa.library());
        header.typ = Some(TYP.to_owned());
        header.kid = Some(self.kid.as_str().to_owned());
        jsonwebtoken::encode(&header, claims, &self.private).map_err(|_| NotIssued::Signature)
    }
}

impl fmt::Debug for TokenSigner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TokenSigner({})", self.kid)
    }
}
