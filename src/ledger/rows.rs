//! The digest that ties stored rows to the audit entry that wrote them.
//!
//! It promises that two sets of rows have one digest only if every table name, column name
//! and value is the same; the order of columns and rows does not matter. Whoever reads the
//! database can compute it again without this program. It must never know SQL, and it prints
//! nothing that a row says.

use super::{Hash, length};
use std::fmt;

const ROWS: &[u8] = b"lippen-rows/v1\0";

/// A value as a database column holds it.
#[derive(Clone, PartialEq, Eq)]
pub enum Value {
    /// Nothing.
    Null,
    /// A whole number.
    Int(i64),
    /// Text.
    Text(String),
    /// Bytes.
    Blob(Vec<u8>),
}

impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("Null"),
            Self::Int(number) => write!(f, "Int({number})"),
            Self::Text(text) => write!(f, "Text({} bytes)", text.len()),
            Self::Blob(bytes) => write!(f, "Blob({} bytes)", bytes.len()),
        }
    }
}

/// Collects the columns of one row, in any order, and hashes them by name.
pub struct RowHasher<'a> {
    table: &'a str,
    columns: Vec<(&'a str, &'a Value)>,
}

impl<'a> RowHasher<'a> {
    /// Begins a row of `table`.
    #[must_use]
    pub const fn new(table: &'a str) -> Self {
        Self { table, columns: Vec::new() }
    }

    /// Adds one column; a table has no two of one name.
    pub fn column(&mut self, name: &'a str, value: &'a Value) {
        self.columns.push((name, value));
    }

    /// Returns SHA-256 of the table's name and then each column's name and value, by name.
    #[must_use]
    pub fn finish(mut self) -> Hash {
        self.columns.sort_by_key(|(name, _)| *name);
        let mut bytes = Vec::new();
        put_text(&mut bytes, self.table);
        for (name, value) in self.columns {
            put_text(&mut bytes, name);
            put(&mut bytes, value);
        }
        Hash::of(&[&bytes])
    }
}

impl fmt::Debug for RowHasher<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RowHasher({}, {} columns)", self.table, self.columns.len())
    }
}

/// Returns the hash of one row.
#[must_use]
pub fn row_hash(table: &str, columns: &[(&str, &Value)]) -> Hash {
    let mut row = RowHasher::new(table);
    for (name, value) in columns {
        row.column(name, value);
    }
    row.finish()
}

/// Returns the digest of all the rows of one entry; their order does not matter.
#[must_use]
pub fn rows_digest(mut rows: Vec<Hash>) -> Hash {
    rows.sort_unstable();
    Hash::of(&[ROWS, &rows.iter().flat_map(|row| row.0).collect::<Vec<_>>()])
}

/// Each value begins with a letter for its kind and says its length, so none reads as another.
fn put(bytes: &mut Vec<u8>, value: &Value) {
    match value {
        Value::Null => bytes.push(b'n'),
        Value::Int(number) => {
            bytes.push(b'i');
            bytes.extend_from_slice(&number.to_be_bytes());
        }
        Value::Text(text) => put_text(bytes, text),
        Value::Blob(blob) => put_sized(bytes, b'b', blob),
    }
}

fn put_text(bytes: &mut Vec<u8>, text: &str) {
    put_sized(bytes, b't', text.as_bytes());
}

fn put_sized(bytes: &mut Vec<u8>, kind: u8, content: &[u8]) {
    bytes.push(kind);
    bytes.extend_from_slice(&length(content));
    bytes.extend_from_slice(content);
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn text(text: &str) -> Value {
        Value::Text(text.to_owned())
    }

    // The numbers below were computed with Python's hashlib.
    #[test]
    fn the_golden_rows_keep_their_hashes() {
        let columns: [(&str, &Value); 4] = [
            ("id", &text("Ó")),
            ("gone", &Value::Null),
            ("body", &Value::Blob(vec![0, 1, 255])),
            ("at", &Value::Int(-2)),
        ];
        let row = row_hash("note", &columns);
        assert_eq!(row.to_hex(), "89556f059b2af6d054a22d952216779913373d710f559fd64d7a56a110e5b348");
        let other = row_hash("other", &[]);
        let digest = "bacea64a68ef3f4a18f895e650d87835feb682535e7180e1109b164e294b35e0";
        assert_eq!(rows_digest(vec![row, other]).to_hex(), digest);
        assert_eq!(rows_digest(vec![other, row]).to_hex(), digest);
        let none = "e8d9243cafb8202723b9ebeab42172660f9b0b4e49fa131009ff4a678619b43d";
        assert_eq!(rows_digest(Vec::new()).to_hex(), none);
    }

    #[test]
    fn what_a_row_says_is_not_printed() {
        let value = [Value::Null, Value::Int(3), text("secret"), Value::Blob(b"secret".to_vec())];
        assert_eq!(format!("{value:?}"), "[Null, Int(3), Text(6 bytes), Blob(6 bytes)]");
        let mut row = RowHasher::new("note");
        row.column("body", &value[2]);
        assert_eq!(format!("{row:?}"), "RowHasher(note, 1 columns)");
    }

    fn any_value() -> impl Strategy<Value = Value> {
        prop_oneof![
            Just(Value::Null),
            (-2_i64..3).prop_map(Value::Int),
            "[intb\0]{0,3}".prop_map(Value::Text),
            proptest::collection::vec(b'a'..b'd', 0..3).prop_map(Value::Blob),
        ]
    }

    proptest! {
        #[test]
        fn rows_are_equal_exactly_if_their_hashes_are(
            a in proptest::collection::btree_map("[a-c]{1,2}", any_value(), 0..4),
            b in proptest::collection::btree_map("[a-c]{1,2}", any_value(), 0..4),
        ) {
            let hash = |row: &std::collections::BTreeMap<String, Value>| {
                let mut columns: Vec<_> = row.iter().map(|(name, value)| (name.as_str(), value)).collect();
                let sorted = row_hash("t", &columns);
                columns.reverse();
                assert_eq!(row_hash("t", &columns), sorted);
                sorted
            };
            prop_assert_eq!(hash(&a) == hash(&b), a == b);
            prop_assert_ne!(hash(&a), row_hash("u", &[]));
        }
    }
}
