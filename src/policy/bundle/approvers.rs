//! Whose signatures count: the governance key list, and Ed25519 over the manifest's bytes.
//!
//! The list is a file that the hub is given at start: a name and a public key on each line.
//! A signature is 64 bytes, detached; `openssl pkeyutl -verify -rawin` checks it too.
//! Promises: two signatures count only if two different people made them, whatever keys they
//! used; a former approver's counts for what came into force in their time, never for more.
//! Must never know: private keys (but for [`Approval::sign`], which keeps none), files' meaning.

use super::Refusal;
use super::manifest::sha256;
use crate::model::policies::PolicyDigest;
use crate::policy::error::{Error, Fault};
use crate::policy::rows::rows_of;
use aws_lc_rs::signature::{ED25519, Ed25519KeyPair, KeyPair as _, UnparsedPublicKey};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// The file of names and keys.
const APPROVERS: &str = "approvers.csv";

/// What stands before the 32 bytes of an Ed25519 key in its DER form (RFC 8410).
const SPKI: [u8; 12] = [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00];

/// How many people must sign.
pub const SIGNERS: usize = 2;

/// The governance key list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Approvers {
    text: String,
    keys: Vec<Key>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Key {
    name: String,
    public: [u8; 32],
    current: bool,
}

/// For what signatures are asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum For {
    /// To come into force now.
    Adoption,
    /// To stay in force, or to be looked at.
    Standing,
}

impl Approvers {
    /// Reads a list: `name, key, current` or `name, key, former`; the key is base64 of its DER form.
    ///
    /// # Errors
    /// [`Error`] names the line.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let mut keys: Vec<Key> = Vec::new();
        for row in rows_of(APPROVERS, text, 3)? {
            let [name, key, state] = [row.cells[0], row.cells[1], row.cells[2]];
            let unknown = |word: &str| row.fault(APPROVERS, Fault::Unknown(word.to_owned()));
            if name.len() > 60
                || !name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"-.".contains(&b))
            {
                return Err(row.fault(APPROVERS, Fault::Character(name.to_owned())));
            }
            let public = public(key).ok_or_else(|| unknown("the key"))?;
            if keys.iter().any(|known| known.public == public) {
                return Err(row.fault(APPROVERS, Fault::Twice("the key".to_owned())));
            }
            let current = match state {
                "current" => true,
                "former" => false,
                other => return Err(unknown(other)),
            };
            keys.push(Key { name: name.to_owned(), public, current });
        }
        Ok(Self { text: text.to_owned(), keys })
    }

    /// Returns the list of nobody: then nothing but what is built in can ever be in force.
    #[must_use]
    pub const fn nobody() -> Self {
        Self { text: String::new(), keys: Vec::new() }
    }

    /// Returns SHA-256 of the list, for the record of whose signatures were believed.
    #[must_use]
    pub fn digest(&self) -> PolicyDigest {
        sha256(self.text.as_bytes())
    }

    /// Returns the names of two different people who signed these bytes, in the order of their signatures.
    ///
    /// # Errors
    /// [`Refusal::Signature`], [`Refusal::Unlisted`], [`Refusal::Former`] and [`Refusal::OneSigner`].
    pub fn signers(
        &self,
        manifest: &[u8],
        signatures: &[Vec<u8>; SIGNERS],
        wanted: For,
    ) -> Result<[String; 2], Refusal> {
        let mut names: [String; SIGNERS] = Default::default();
        for (place, signature) in signatures.iter().enumerate() {
            let number = place + 1;
            if signature.len() != 64 {
                return Err(Refusal::Signature { number });
            }
            let made = |key: &&Key| UnparsedPublicKey::new(&ED25519, key.public).verify(manifest, signature).is_ok();
            let key = self.keys.iter().find(made).ok_or(Refusal::Unlisted { number })?;
            if wanted == For::Adoption && !key.current {
                return Err(Refusal::Former { number });
            }
            names[place].clone_from(&key.name);
        }
        if names[0] == names[1] { Err(Refusal::OneSigner) } else { Ok(names) }
    }
}

/// A private key of somebody who approves, for one signature.
pub struct Approval(Ed25519KeyPair);

impl Approval {
    /// Makes a key; returns it with its PKCS #8 bytes, which openssl reads too.
    ///
    /// # Errors
    /// [`Refusal::Key`] if the machine has no random numbers.
    pub fn generate() -> Result<(Self, zeroize::Zeroizing<Vec<u8>>), Refusal> {
        let pair = Ed25519KeyPair::generate().map_err(|_| Refusal::Key)?;
        let document = pair.to_pkcs8v1().map_err(|_| Refusal::Key)?;
        Ok((Self(pair), document.as_ref().to_vec().into()))
    }

    /// Takes the PKCS #8 bytes of an Ed25519 key.
    ///
    /// # Errors
    /// [`Refusal::Key`] if they are none.
    pub fn from_pkcs8(bytes: &[u8]) -> Result<Self, Refusal> {
        Ed25519KeyPair::from_pkcs8(bytes).map(Self).map_err(|_| Refusal::Key)
    }

    /// Signs the bytes of a manifest.
    #[must_use]
    pub fn sign(&self, manifest: &[u8]) -> Vec<u8> {
        self.0.sign(manifest).as_ref().to_vec()
    }

    /// Says whether this key made a signature.
    #[must_use]
    pub fn made(&self, manifest: &[u8], signature: &[u8]) -> bool {
        UnparsedPublicKey::new(&ED25519, self.0.public_key()).verify(manifest, signature).is_ok()
    }

    /// Writes the line that stands in the list for this key.
    #[must_use]
    pub fn line(&self, name: &str) -> String {
        let der = [&SPKI[..], self.0.public_key().as_ref()].concat();
        format!("{name}, {}, current\n", STANDARD.encode(der))
    }
}

fn public(base64: &str) -> Option<[u8; 32]> {
    let der = STANDARD.decode(base64).ok()?;
    der.strip_prefix(&SPKI)?.try_into().ok()
}
