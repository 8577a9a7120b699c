//! What one audit record becomes in the log: 36 bytes that say nothing about anybody.
//!
//! A record is a flat map of text to text. It is bound by a salted hash of each field, so
//! that some fields can be shown later and the others kept back, and so that destroying the
//! salt destroys the link. It promises one spelling per record and one commitment per
//! record and salt. It must never know what the fields mean.

use super::{Hash, length};
use aws_lc_rs::hmac;
use std::collections::BTreeMap;
use std::fmt;

/// An audit record: field names to values.
pub type Fields = BTreeMap<String, String>;

/// Size of a leaf in bytes: a 4-byte mark and a 32-byte commitment.
pub const LEAF_BYTES: usize = 36;

const MARK: &[u8; 4] = b"lpn1";
const FIELD: &[u8] = b"lippen-audit-field/v1\0";
const COMMIT: &[u8] = b"lippen-audit-commit/v1\0";

/// Writes a record in its one spelling: a JSON object without spaces, keys in byte order,
/// UTF-8, with only the escapes that JSON demands.
#[must_use]
pub fn canonical(fields: &Fields) -> Vec<u8> {
    serde_json::to_vec(fields).expect("a map of text to text has a JSON form")
}

/// Reads a record, and refuses every spelling but the one that [`canonical`] writes.
#[must_use]
pub fn parse(bytes: &[u8]) -> Option<Fields> {
    let fields: Fields = serde_json::from_slice(bytes).ok()?;
    // A key that stands twice, a space or a needless escape does not survive the way back.
    (canonical(&fields) == bytes).then_some(fields)
}

/// Binds a record and its salt in one hash, field by field.
///
/// The salt must be 32 random bytes that no other record has: it is what keeps a short
/// field from being guessed.
#[must_use]
pub fn commitment(salt: &[u8; 32], fields: &Fields) -> Hash {
    let hashes = fields.iter().map(|(name, value)| field_hash(&field_salt(salt, name), name, value));
    join(&hashes.collect::<Vec<_>>())
}

/// Returns the bytes that stand in the log for a commitment.
#[must_use]
pub fn leaf(commitment: Hash) -> [u8; LEAF_BYTES] {
    let mut bytes = [0; LEAF_BYTES];
    bytes[..MARK.len()].copy_from_slice(MARK);
    bytes[MARK.len()..].copy_from_slice(&commitment.0);
    bytes
}

/// One field of a [`Disclosed`] record.
pub enum Part {
    /// A field that is shown, with the salt that proves it.
    Shown {
        /// The field's name.
        name: String,
        /// The field's own salt; it tells nothing about the other fields' salts.
        salt: [u8; 32],
        /// The field's value.
        value: String,
    },
    /// A field that is kept back, its name too.
    Hidden(Hash),
}

/// A record of which some fields are shown and the rest are hashes, in the record's order.
///
/// Whoever receives one compares [`Disclosed::commitment`] with the leaf. That proves the
/// shown fields; it does not prove that a hidden field has another name than a shown one.
pub struct Disclosed {
    /// The fields, in the order of their names.
    pub parts: Vec<Part>,
}

/// Shows the fields named in `shown` and keeps the others back; an unknown name shows nothing.
#[must_use]
pub fn disclose(salt: &[u8; 32], fields: &Fields, shown: &[&str]) -> Disclosed {
    let part = |(name, value): (&String, &String)| {
        let salt = field_salt(salt, name);
        if shown.contains(&name.as_str()) {
            Part::Shown { name: name.clone(), salt, value: value.clone() }
        } else {
            Part::Hidden(field_hash(&salt, name, value))
        }
    };
    Disclosed { parts: fields.iter().map(part).collect() }
}

impl Disclosed {
    /// Returns the commitment of the whole record.
    #[must_use]
    pub fn commitment(&self) -> Hash {
        let hash = |part: &Part| match part {
            Part::Shown { name, salt, value } => field_hash(salt, name, value),
            Part::Hidden(hash) => *hash,
        };
        join(&self.parts.iter().map(hash).collect::<Vec<_>>())
    }
}

impl fmt::Debug for Disclosed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Disclosed({} fields)", self.parts.len())
    }
}

fn field_salt(salt: &[u8; 32], name: &str) -> [u8; 32] {
    let mut context = hmac::Context::with_key(&hmac::Key::new(hmac::HMAC_SHA256, salt));
    context.update(FIELD);
    context.update(name.as_bytes());
    context.sign().as_ref().try_into().expect("a tag of HMAC-SHA256 is 32 bytes")
}

fn field_hash(salt: &[u8; 32], name: &str, value: &str) -> Hash {
    let (name, value) = (name.as_bytes(), value.as_bytes());
    Hash::of(&[FIELD, salt, &length(name), name, &length(value), value])
}

fn join(hashes: &[Hash]) -> Hash {
    let count = u32::try_from(hashes.len()).expect("a record has fewer than 2^32 fields");
    let bytes: Vec<u8> = hashes.iter().flat_map(|hash| hash.0).collect();
    Hash::of(&[COMMIT, &count.to_be_bytes(), &bytes])
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn salt() -> [u8; 32] {
        std::array::from_fn(|i| u8::try_from(i).unwrap())
    }

    fn fields(pairs: &[(&str, &str)]) -> Fields {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    // The numbers below were computed with Python's json, hashlib and hmac.
    #[test]
    fn the_golden_record_keeps_its_bytes() {
        let why = "Ó \"quoted\" \\ \n\t\u{1}\u{7f}\u{2028} 🙂";
        let record = fields(&[("why", why), ("at", "1767225600000000"), ("case", "-"), ("actor", "worker:7")]);
        let spelt = concat!(
            r#"{"actor":"worker:7","at":"1767225600000000","case":"-","#,
            r#""why":"Ó \"quoted\" \\ \n\t\u0001"#,
            "\u{7f}\u{2028} 🙂\"}"
        );
        assert_eq!(String::from_utf8(canonical(&record)).unwrap(), spelt);
        let bound = commitment(&salt(), &record);
        assert_eq!(bound.to_hex(), "91efaec40bd0cd3c165a5ea7bb44610f1149f180b4dfb2eaac44b3a312e9be76");
        assert_eq!(leaf(bound)[..4], *b"lpn1");
        assert_eq!(leaf(bound)[4..], bound.0);
    }

    #[test]
    fn the_empty_record_keeps_its_commitment() {
        let bound = commitment(&salt(), &Fields::new());
        assert_eq!(bound.to_hex(), "605ce310f9d2141206e112045d0cb38ad58a1d3fc62126d097a7aea8c6f99c41");
    }

    #[test]
    fn only_the_one_spelling_is_read() {
        assert_eq!(parse(br#"{"a":"1","b":"2"}"#), Some(fields(&[("a", "1"), ("b", "2")])));
        for bad in [
            r#"{"b":"2","a":"1"}"#,
            r#"{"a":"1","a":"1"}"#,
            r#"{"a":"1","a":"2"}"#,
            r#"{"a": "1"}"#,
            r#" {"a":"1"}"#,
            "{\"a\":\"1\"}\n",
            r#"{"a":"\u0041"}"#,
            r#"{"a":"\/"}"#,
            r#"{"a":"\u001F"}"#,
            r#"{"a":1}"#,
            r#"{"a":null}"#,
            r#"{"a":{}}"#,
            "[]",
            "",
        ] {
            assert_eq!(parse(bad.as_bytes()), None, "{bad}");
        }
        assert_eq!(parse(b"{\"a\":\"\xff\"}"), None);
    }

    #[test]
    fn what_is_shown_is_not_printed() {
        let shown = disclose(&salt(), &fields(&[("actor", "worker:7")]), &["actor", "nobody"]);
        assert_eq!(format!("{shown:?}"), "Disclosed(1 fields)");
    }

    fn some_fields() -> impl Strategy<Value = Fields> {
        proptest::collection::btree_map(any::<String>(), any::<String>(), 0..6)
    }

    proptest! {
        #[test]
        fn a_record_survives_the_way_there_and_back(record in some_fields()) {
            prop_assert_eq!(parse(&canonical(&record)), Some(record));
        }

        #[test]
        fn any_bytes_are_read_or_refused(bytes in any::<Vec<u8>>()) {
            prop_assert!(parse(&bytes).is_none_or(|record| canonical(&record) == bytes));
        }

        #[test]
        fn any_choice_of_fields_proves_the_whole(
            record in some_fields(), salt in any::<[u8; 32]>(), pick in any::<u64>(),
        ) {
            let shown: Vec<&str> = record.keys().enumerate()
                .filter(|(i, _)| pick >> (i % 64) & 1 == 1).map(|(_, name)| name.as_str()).collect();
            let mut part = disclose(&salt, &record, &shown);
            prop_assert_eq!(part.commitment(), commitment(&salt, &record));
            let seen = part.parts.iter().filter(|part| matches!(part, Part::Shown { .. })).count();
            prop_assert_eq!(seen, shown.len());
            for at in 0..part.parts.len() {
                if let Part::Shown { value, .. } = &mut part.parts[at] {
                    value.push('x');
                    prop_assert_ne!(part.commitment(), commitment(&salt, &record));
                    break;
                }
            }
        }

        #[test]
        fn another_salt_or_value_is_another_commitment(
            record in some_fields(), salt in any::<[u8; 32]>(), name in ".*", value in ".*",
        ) {
            let mut other = record.clone();
            other.insert(name, value);
            prop_assert_eq!(commitment(&salt, &other) == commitment(&salt, &record), other == record);
            let mut twin = salt;
            twin[31] ^= 1;
            prop_assert!(record.is_empty() || commitment(&twin, &record) != commitment(&salt, &record));
        }
    }
}
