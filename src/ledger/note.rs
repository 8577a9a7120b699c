//! Signed checkpoints: the hub's statement of its log's size and root, as C2SP signed-note
//! and tlog-checkpoint write it, with Ed25519 signatures.
//!
//! It promises that what [`open`] returns was signed by the key that was asked for, in a note
//! that has one reading only. A [`Signer`] prints nothing of its key. It must never know
//! what the tree holds, and it does not judge whether a checkpoint follows an earlier one:
//! the writer must not sign two that disagree.

use super::{Hash, hex};
use aws_lc_rs::hmac;
use aws_lc_rs::signature::{ED25519, Ed25519KeyPair, KeyPair as _, UnparsedPublicKey};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::fmt;
use zeroize::Zeroizing;

/// The largest note that is read, in bytes: 64 KiB.
pub const NOTE_BYTES_MAX: usize = 64 * 1024;
/// The most signatures that a note may carry.
pub const SIGNATURES_MAX: usize = 32;
/// The longest name of a key, in bytes.
pub const NAME_BYTES_MAX: usize = 255;

/// The byte that stands for Ed25519 in keys and key ids.
const ED25519_TYPE: u8 = 1;

/// Why a note was not signed or not accepted.
#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone, Copy)]
pub enum Error {
    /// A key's name is empty, too long, or holds a space, a plus or a control character.
    #[error("not a name for a log key: write 1 to 255 bytes without spaces, plus or control characters")]
    Name,
    /// The key is not one.
    #[error("not an Ed25519 key in the form that is expected here")]
    Key,
    /// The cryptographic library refused to make a key or a signature.
    #[error("the signature could not be made")]
    Sign,
    /// The checkpoint is another log's than the key's.
    #[error("the checkpoint's origin is not the name of the key")]
    Origin,
    /// The note is too large or has too many signatures.
    #[error("the note is larger than 64 KiB or has more than 32 signatures")]
    TooLarge,
    /// The note has not the shape of a signed note.
    #[error("not a signed note")]
    Shape,
    /// No signature is by the key that was asked for.
    #[error("the note is not signed by this key")]
    Unsigned,
    /// A signature claims to be by that key and is not.
    #[error("the note bears a wrong signature in the name of this key")]
    Forged,
    /// The text is signed, and is not origin, size and root alone.
    #[error("the signed text is not a checkpoint of three lines")]
    Checkpoint,
}

/// The state of a log: how many leaves it has and what they hash to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    /// The log's name, which is also its key's name.
    pub origin: String,
    /// The number of leaves.
    pub size: u64,
    /// The root over them.
    pub root: Hash,
}

impl Checkpoint {
    /// Writes the three lines that are signed.
    fn text(&self) -> String {
        format!("{}\n{}\n{}\n", self.origin, self.size, self.root.to_base64())
    }

    /// Reads exactly what [`Checkpoint::text`] writes; extension lines are refused, for nobody can audit them.
    fn parse(text: &str) -> Option<Self> {
        let mut lines = text.splitn(3, '\n');
        let (origin, size, root) = (lines.next()?, lines.next()?, lines.next()?);
        let checkpoint = Self {
            origin: origin.to_owned(),
            size: size.parse().ok()?,
            root: Hash::from_base64(root.strip_suffix('\n')?)?,
        };
        (checkpoint.text() == text).then_some(checkpoint)
    }
}

/// The log's key, which signs checkpoints of the log of its name.
pub struct Signer {
    key: VerifierKey,
    pair: Ed25519KeyPair,
}

impl Signer {
    /// Makes a new key; returns it with its PKCS #8 bytes, which the caller must keep secret.
    ///
    /// # Errors
    /// [`Error::Name`] if the name cannot stand in a note, [`Error::Sign`] if no key could be made.
    pub fn generate(name: &str) -> Result<(Self, Zeroizing<Vec<u8>>), Error> {
        let pair = Ed25519KeyPair::generate().map_err(|_| Error::Sign)?;
        let document = pair.to_pkcs8().map_err(|_| Error::Sign)?;
        let bytes = Zeroizing::new(document.as_ref().to_vec());
        Ok((Self::new(name, pair)?, bytes))
    }

    /// Takes the key of these PKCS #8 bytes.
    ///
    /// # Errors
    /// [`Error::Name`] if the name cannot stand in a note, [`Error::Key`] if the bytes are no Ed25519 key.
    pub fn from_pkcs8(name: &str, pkcs8: &[u8]) -> Result<Self, Error> {
        Self::new(name, Ed25519KeyPair::from_pkcs8(pkcs8).map_err(|_| Error::Key)?)
    }

    fn new(name: &str, pair: Ed25519KeyPair) -> Result<Self, Error> {
        let public = pair.public_key().as_ref().try_into().map_err(|_| Error::Key)?;
        Ok(Self { key: VerifierKey::new(name, public)?, pair })
    }

    /// Returns the log's name, which is also the key's.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.key.name
    }

    /// Authenticates a leaf from one node of the hub to another: whoever cannot sign for the log cannot make it.
    ///
    /// # Errors
    /// [`Error::Sign`] if the tag could not be made.
    pub fn tag(&self, leaf: &[u8]) -> Result<[u8; 32], Error> {
        let tag = hmac::sign(&self.queue_key()?, leaf);
        tag.as_ref().try_into().map_err(|_| Error::Sign)
    }

    /// Says whether a tag is of this leaf, in the same time whatever it is.
    #[must_use]
    pub fn is_tagged(&self, leaf: &[u8], tag: &[u8]) -> bool {
        self.queue_key().is_ok_and(|key| hmac::verify(&key, leaf, tag).is_ok())
    }

    /// Derives the nodes' shared key from the log's own: an Ed25519 signature that is never published.
    fn queue_key(&self) -> Result<hmac::Key, Error> {
        let secret = self.pair.try_sign(b"lippen-queue-key/v1\0").map_err(|_| Error::Sign)?;
        Ok(hmac::Key::new(hmac::HMAC_SHA256, secret.as_ref()))
    }

    /// Writes the key with which others verify: `name+id+base64(0x01 ‖ public key)`.
    #[must_use]
    pub fn vkey(&self) -> String {
        let public = STANDARD.encode([&[ED25519_TYPE], self.key.public.as_slice()].concat());
        format!("{}+{}+{public}", self.key.name, hex(&self.key.id))
    }

    /// Signs a checkpoint and returns the note.
    ///
    /// # Errors
    /// [`Error::Origin`] if the checkpoint is not of the log that has this key's name,
    /// [`Error::Sign`] if the signature could not be made.
    pub fn sign(&self, checkpoint: &Checkpoint) -> Result<String, Error> {
        if checkpoint.origin != self.key.name {
            return Err(Error::Origin);
        }
        let text = checkpoint.text();
        let signature = self.pair.try_sign(text.as_bytes()).map_err(|_| Error::Sign)?;
        let signature = STANDARD.encode([&self.key.id, signature.as_ref()].concat());
        Ok(format!("{text}\n— {} {signature}\n", self.key.name))
    }
}

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Signer({})", self.vkey())
    }
}

/// Verifies a note with the key `vkey` and reads the checkpoint in it.
///
/// Signatures by other keys are ignored: witnesses add theirs.
///
/// # Errors
/// [`Error`] says at which step the note was refused.
pub fn open(note: &str, vkey: &str) -> Result<Checkpoint, Error> {
    let key = VerifierKey::parse(vkey)?;
    let checkpoint = Checkpoint::parse(verified_text(note, &key)?).ok_or(Error::Checkpoint)?;
    if checkpoint.origin == key.name { Ok(checkpoint) } else { Err(Error::Origin) }
}

/// Reads the checkpoint in a note **without** verifying who signed it: for one who has no key at hand and says so.
///
/// # Errors
/// [`Error::Shape`] and [`Error::Checkpoint`] if it is not a note of a checkpoint.
pub fn unverified(note: &str) -> Result<Checkpoint, Error> {
    let gap = note.rfind("\n\n").ok_or(Error::Shape)?;
    Checkpoint::parse(&note[..=gap]).ok_or(Error::Checkpoint)
}

/// Returns the note's text if `key` has signed it and every signature in its name is right.
fn verified_text<'a>(note: &'a str, key: &VerifierKey) -> Result<&'a str, Error> {
    if note.len() > NOTE_BYTES_MAX {
        return Err(Error::TooLarge);
    }
    if note.bytes().any(|byte| byte < b' ' && byte != b'\n') {
        return Err(Error::Shape);
    }
    // The text may hold empty lines; the last one parts it from the signatures.
    let gap = note.rfind("\n\n").ok_or(Error::Shape)?;
    let (text, signatures) = (&note[..=gap], &note[gap + 2..]);
    let signatures = signatures.strip_suffix('\n').ok_or(Error::Shape)?;
    let mut signed = false;
    for (place, line) in signatures.split('\n').enumerate() {
        if place == SIGNATURES_MAX {
            return Err(Error::TooLarge);
        }
        let (name, bytes) = signature(line).ok_or(Error::Shape)?;
        let (id, bytes) = bytes.split_first_chunk::<4>().ok_or(Error::Shape)?;
        // A key is known by name and id together; either alone may be a stranger's.
        if name == key.name && *id == key.id {
            let public = UnparsedPublicKey::new(&ED25519, key.public);
            public.verify(text.as_bytes(), bytes).map_err(|_| Error::Forged)?;
            signed = true;
        }
    }
    if signed { Ok(text) } else { Err(Error::Unsigned) }
}

/// Splits a line into the key's name and the bytes after it; `None` if it is no signature.
fn signature(line: &str) -> Option<(&str, Vec<u8>)> {
    let (name, signature) = line.strip_prefix("— ")?.split_once(' ')?;
    let bytes = STANDARD.decode(signature).ok()?;
    (is_name(name) && bytes.len() > 4).then_some((name, bytes))
}

/// A key that verifies.
struct VerifierKey {
    name: String,
    id: [u8; 4],
    public: [u8; 32],
}

impl VerifierKey {
    fn new(name: &str, public: [u8; 32]) -> Result<Self, Error> {
        if name.len() > NAME_BYTES_MAX || !is_name(name) {
            return Err(Error::Name);
        }
        let Hash([a, b, c, d, ..]) = Hash::of(&[name.as_bytes(), b"\n", &[ED25519_TYPE], &public]);
        Ok(Self { name: name.to_owned(), id: [a, b, c, d], public })
    }

    fn parse(vkey: &str) -> Result<Self, Error> {
        let mut parts = vkey.splitn(3, '+');
        let (Some(name), Some(id), Some(public)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(Error::Key);
        };
        let bytes = STANDARD.decode(public).map_err(|_| Error::Key)?;
        let Some((&ED25519_TYPE, public)) = bytes.split_first() else {
            return Err(Error::Key);
        };
        let key = Self::new(name, public.try_into().map_err(|_| Error::Key)?)?;
        if hex(&key.id) == id { Ok(key) } else { Err(Error::Key) }
    }
}

fn is_name(name: &str) -> bool {
    !name.is_empty() && !name.chars().any(|c| c.is_whitespace() || c.is_control() || c == '+')
}

#[cfg(test)]
mod tests;
