//! A strict reading of JSON objects: no key twice at any level, no deep nesting.
//!
//! Promises: an object that comes back means the same to every reader, because no member
//! could have been overridden by a later one. Keys are compared after their escapes are
//! resolved, by the very parser that the token library uses, so the two cannot differ.
//! Must never know: what the members mean.

use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};
use std::cell::Cell;
use std::fmt;

/// Why bytes were not read as an object.
#[derive(Debug, PartialEq, Eq, Clone, Copy)]
pub(super) enum BadJson {
    /// Not JSON, or not an object.
    Shape,
    /// A key stands twice in one object.
    Duplicate,
    /// Nested deeper than [`DEPTH_MAX`].
    Depth,
}

/// Reads one object and nothing after it.
///
/// # Errors
/// [`BadJson`]; the first fault found.
pub(super) fn object(bytes: &[u8]) -> Result<Map<String, Value>, BadJson> {
    let fault = Cell::new(BadJson::Shape);
    let mut input = serde_json::Deserializer::from_slice(bytes);
    let read = Scan { depth: 0, fault: &fault }.deserialize(&mut input);
    match (read, input.end()) {
        (Ok(Value::Object(members)), Ok(())) => Ok(members),
        (Ok(_), _) => Err(BadJson::Shape),
        (Err(_), _) => Err(fault.get()),
    }
}

/// Reads one value that stands `depth` levels deep.
#[derive(Clone, Copy)]
struct Scan<'a> {
    depth: usize,
    fault: &'a Cell<BadJson>,
}

impl Scan<'_> {
    /// Goes one level down, if there is one.
    fn deeper<E: serde::de::Error>(self) -> Result<Self, E> {
        if self.depth == DEPTH_MAX {
            self.fault.set(BadJson::Depth);
            return Err(E::custom("too deep"));
        }
        Ok(Self { depth: self.depth + 1, ..self })
    }
}

impl<'de> DeserializeSeed<'de> for Scan<'_> {
    type Value = Value;
    fn deserialize<D: Deserializer<'de>>(self, input: D) -> Result<Value, D::Error> {
        input.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Scan<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut input: A) -> Result<Value, A::Error> {
        let inner = self.deeper()?;
        let mut items = Vec::new();
        while let Some(item) = input.next_element_seed(inner)? {
            items.push(item);
        }
        Ok(items.into())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut input: A) -> Result<Value, A::Error> {
        let inner = self.deeper()?;
        let mut members = Map::new();
        while let Some(key) = input.next_key::<String>()? {
            if members.contains_key(&key) {
                self.fault.set(BadJson::Duplicate);
                return Err(A::Error::custom("a key stands twice"));
            }
            let value = input.next_value_seed(inner)?;
            members.insert(key, value);
        }
        Ok(members.into())
    }
}

/// Most levels of objects and lists in each other; the outermost counts as one.
const DEPTH_MAX: usize = 8;

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_key_that_stands_twice_is_found_however_it_is_written() {
        for bad in [
            r#"{"sub":1,"sub":1}"#,
            r#"{"sub":1,"\u0073ub":2}"#,
            r#"{"a":{"b":[{"c":1,"\u0063":1}]}}"#,
            "{\"\u{1F642}\":1,\"\\ud83d\\ude42\":2}",
        ] {
            assert_eq!(object(bad.as_bytes()), Err(BadJson::Duplicate), "{bad}");
        }
        assert!(object(br#"{"a":{"a":1},"A":2,"b":["a","a"]}"#).is_ok());
    }

    #[test]
    fn nesting_has_a_floor() {
        let nested = |n: usize| format!("{{\"a\":{}{}}}", "[".repeat(n), "]".repeat(n));
        assert!(object(nested(7).as_bytes()).is_ok());
        for n in [8, 9, 127, 1000, 100_000] {
            assert_eq!(object(nested(n).as_bytes()), Err(BadJson::Depth), "{n}");
        }
    }

    #[test]
    fn only_one_whole_object_is_read() {
        for bad in [
            "",
            "[]",
            "1",
            "null",
            "\"a\"",
            "{}{}",
            "{} x",
            "{\"a\":NaN}",
            "{\"a\":01}",
            "{a:1}",
            "\u{feff}{}",
            "{\"\\ud800\":1}",
        ] {
            assert_eq!(object(bad.as_bytes()), Err(BadJson::Shape), "{bad}");
        }
        assert_eq!(object(b"{\"a\":\"\xff\"}"), Err(BadJson::Shape));
    }

    proptest! {
        #[test]
        fn it_reads_what_the_library_reads_or_nothing(bytes in proptest::collection::vec(any::<u8>(), 0..64)) {
            if let Ok(members) = object(&bytes) {
                prop_assert_eq!(Value::Object(members), serde_json::from_slice::<Value>(&bytes).unwrap());
            }
        }

        #[test]
        fn objects_without_repeats_come_back_as_they_are(keys in proptest::collection::btree_set("\\PC{0,6}", 0..6)) {
            let members: Map<String, Value> = keys.into_iter().map(|k| (k, Value::from(7))).collect();
            let text = serde_json::to_vec(&members).unwrap();
            prop_assert_eq!(object(&text), Ok(members));
        }
    }
}
