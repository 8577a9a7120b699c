//! The proof that the log has what was signed: made from an entry, checked with nothing but arithmetic.
//!
//! Promises: of the log's entry only the digest that was signed and the time are shown; the checkpoint must bear the log's
//! own signature if its key is known. Must never know: where entries are kept.

use super::package::{Part, Seal};
use super::{base64url, from_base64url};
use crate::ledger::leaf::{self, Disclosed};
use crate::ledger::{Hash, note, proof, tree};

/// The field of the log's entry that names what was signed.
pub const SIGNED: &str = "signed";
/// The field that says when.
const AT: &str = "at";

/// What a seal that holds says: the entry's own moment, in microseconds since 1970.
pub(super) type SealedAt = i64;

impl Seal {
    /// Makes the proof from an entry of the log.
    #[must_use]
    pub fn of(
        index: u64,
        size: u64,
        salt: &[u8; 32],
        fields: &leaf::Fields,
        path: &[Hash],
        checkpoint: String,
    ) -> Self {
        let part = |part: leaf::Part| match part {
            leaf::Part::Shown { name, salt, value } => Part::Shown { name, salt: base64url(&salt), value },
            leaf::Part::Hidden(hash) => Part::Hidden(hash.to_hex()),
        };
        let fields = leaf::disclose(salt, fields, &[AT, SIGNED]).parts.into_iter().map(part).collect();
        Self { index, size, fields, proof: path.iter().map(|hash| hash.to_base64()).collect(), checkpoint }
    }

    /// Checks that the log's entry names `digest`; `None` if it does not, or is in no log whose checkpoint this is.
    pub(super) fn holds(&self, digest: &str, log_key: Option<&str>) -> Option<SealedAt> {
        let parts = self.proved(log_key)?;
        shown(&parts, SIGNED)?.split('+').any(|one| one == digest).then_some(())?;
        shown(&parts, AT)?.parse().ok()
    }

    /// Returns the moment of the log's entry, whatever it is about; `None` if it is in no log whose checkpoint this is.
    pub(super) fn reaches(&self, log_key: Option<&str>) -> Option<SealedAt> {
        shown(&self.proved(log_key)?, AT)?.parse().ok()
    }

    /// Returns the parts of the log's entry, if it is in the log whose checkpoint this is.
    fn proved(&self, log_key: Option<&str>) -> Option<Vec<leaf::Part>> {
        let checkpoint = match log_key {
            Some(key) => note::open(&self.checkpoint, key).ok()?,
            None => note::unverified(&self.checkpoint).ok()?,
        };
        let disclosed = Disclosed { parts: self.fields.iter().map(opened).collect::<Option<Vec<_>>>()? };
        let leaf = tree::leaf_hash(&leaf::leaf(disclosed.commitment()));
        let path = self.proof.iter().map(|hash| Hash::from_base64(hash)).collect::<Option<Vec<_>>>()?;
        proof::verify_inclusion(leaf, self.index, self.size, &path, checkpoint.root).ok()?;
        (checkpoint.size == self.size).then_some(disclosed.parts)
    }
}

/// Returns a field that is shown, if it is shown once.
fn shown<'a>(parts: &'a [leaf::Part], wanted: &str) -> Option<&'a str> {
    let mut found = parts.iter().filter_map(|part| match part {
        leaf::Part::Shown { name, value, .. } if name == wanted => Some(value.as_str()),
        _ => None,
    });
    found.next().filter(|_| found.next().is_none())
}

fn opened(part: &Part) -> Option<leaf::Part> {
    Some(match part {
        Part::Shown { name, salt, value } => {
            let salt = from_base64url(salt)?.try_into().ok()?;
            leaf::Part::Shown { name: name.clone(), salt, value: value.clone() }
        }
        Part::Hidden(hash) => leaf::Part::Hidden(Hash::from_hex(hash)?),
    })
}
