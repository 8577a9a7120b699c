//! A chain of consent as it is handed to somebody: all that is needed to judge it without the hub, in one JSON file.
//!
//! Promises: a file that is taken has exactly these fields, none twice. Must never know: whether it is genuine.

use super::directory::{End, Handover, Key};
use super::jws::Signature;
use serde::{Deserialize, Serialize};

/// The largest file that is read, in bytes: 4 MiB.
pub const BYTES_MAX: usize = 4 * 1024 * 1024;

/// The whole file.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Package {
    /// The version of this form: 1.
    pub v: u32,
    /// `consent-record`.
    #[serde(rename = "type")]
    pub kind: String,
    /// What to know before using it, in words.
    pub say: Vec<String>,
    /// Every event, first to last.
    pub events: Vec<SignedEvent>,
    /// The keys that signed them.
    pub directory: Directory,
    /// The notices that were given.
    pub notices: Vec<NoticeText>,
    /// That the log had come to the moment of the export: the export's own entry. Without it, the file speaks up to the latest
    /// entry that it proves.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub as_of: Option<Seal>,
    /// Where the export stands in the log.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub receipt: Option<serde_json::Value>,
}

/// One event with its signatures: `payload` and `signatures` are together a JWS in its General JSON form.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignedEvent {
    /// The exact bytes that were signed, in base64url.
    pub payload: String,
    /// One for each signer.
    pub signatures: Vec<Signature>,
    /// What was said, if the reader may know it and anything was.
    pub words: Option<Words>,
    /// Where it stands in the log.
    pub seal: Option<Seal>,
}

/// A text and the salt that binds it.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Words {
    /// 32 bytes, in base64url.
    pub salt: String,
    /// The text.
    pub text: String,
}

impl std::fmt::Debug for Words {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Words")
    }
}

/// What the directory said.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Directory {
    /// The keys that signed.
    pub keys: Vec<Listed<Key>>,
    /// Those of them that sign no more. One may have ended twice: replaced, and found to be stolen later.
    pub ends: Vec<Listed<End>>,
    /// How one of them took the place of another.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub handovers: Vec<Listed<Handover>>,
}

/// An entry of the directory and where it stands in the log.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Listed<T> {
    /// The entry.
    pub entry: T,
    /// Where it stands in the log.
    pub seal: Option<Seal>,
}

/// The words of a notice.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoticeText {
    /// Its id.
    pub id: String,
    /// Its language.
    pub lang: String,
    /// SHA-256 of the text, in hexadecimal.
    pub sha256: String,
    /// The text.
    pub text: String,
}

/// The proof that the log has an entry that names a digest: some fields of the entry shown, the rest as hashes.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Seal {
    /// The entry's index.
    pub index: u64,
    /// The size of the log that the proof is for.
    pub size: u64,
    /// The entry's fields, in the order of their names.
    pub fields: Vec<Part>,
    /// The path to the root, in base64.
    pub proof: Vec<String>,
    /// The signed checkpoint of that size.
    pub checkpoint: String,
}

/// One field of an entry.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "lowercase")]
pub enum Part {
    /// A field that is shown.
    Shown {
        /// Its name.
        name: String,
        /// The field's own salt, in base64url.
        salt: String,
        /// Its value.
        value: String,
    },
    /// The hash of one that is not, in hexadecimal.
    Hidden(String),
}
