//! From a checked document to a value, keeping the path to where it does not fit.
//!
//! A reader of our own instead of the usual one, for three reasons: its errors name the
//! field, they cannot repeat a value, and it refuses unknown fields of every type, not
//! only of those that remember to say so.
//! Must never know: documents that `scan` has not passed. It would refuse them, with
//! less helpful words.

use super::super::fault::Fault;
use super::word::{self, Word};
use serde::de::value::StrDeserializer;
use serde::de::{DeserializeOwned, DeserializeSeed, Deserializer, EnumAccess, IntoDeserializer};
use serde::de::{MapAccess, SeqAccess, VariantAccess, Visitor};
use serde::forward_to_deserialize_any;

/// Reads a value from a document that passed the scan.
pub(super) fn from_checked<T: DeserializeOwned>(text: &str) -> Result<T, Fault> {
    T::deserialize(&mut Reader { text, at: 0 })
}

struct Reader<'de> {
    text: &'de str,
    at: usize,
}

impl<'de> Reader<'de> {
    /// Skips white space, and the commas and colons that the scan has found in their places.
    fn peek(&mut self) -> Option<u8> {
        let rest = &self.text.as_bytes()[self.at..];
        self.at += rest.iter().take_while(|b| matches!(b, b' ' | b'\t' | b'\n' | b'\r' | b',' | b':')).count();
        self.text.as_bytes().get(self.at).copied()
    }

    fn word(&mut self) -> Result<Word<'de>, Fault> {
        let (word, end) = word::read(self.text, self.at).map_err(|bad| Fault::whole(bad.to_string()))?;
        self.at = end;
        Ok(word)
    }

    /// Takes a literal or a number.
    fn bare(&mut self) -> &'de str {
        let rest = &self.text[self.at..];
        let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '+' | '-' | '.'));
        let bare = &rest[..end.unwrap_or(rest.len())];
        self.at += bare.len();
        bare
    }

    fn number<V: Visitor<'de>>(&mut self, visitor: V) -> Result<V::Value, Fault> {
        let text = self.bare();
        if let Ok(n) = text.parse::<u64>() {
            return visitor.visit_u64(n);
        }
        // Minus zero is no whole number: it would lose its sign.
        match text.parse::<i64>() {
            Ok(n) if n != 0 => visitor.visit_i64(n),
            _ => visitor.visit_f64(text.parse().map_err(|_| Fault::whole("is not a number"))?),
        }
    }

    fn nested<V: Visitor<'de>>(
        &mut self,
        known: Option<&'static [&'static str]>,
        visitor: V,
    ) -> Result<V::Value, Fault> {
        let closing = if self.peek() == Some(b'{') { b'}' } else { b']' };
        self.at += 1;
        let mut inside = Nested { reader: self, known, name: None, item: 0, closing };
        let value = if closing == b'}' { visitor.visit_map(&mut inside)? } else { visitor.visit_seq(&mut inside)? };
        let item = inside.item;
        if self.peek() == Some(closing) {
            self.at += 1;
            return Ok(value);
        }
        Err(Fault::whole("has more items than go here").at(item))
    }
}

impl<'de> Deserializer<'de> for &mut Reader<'de> {
    type Error = Fault;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        match self.peek() {
            Some(b'{' | b'[') => self.nested(None, visitor),
            Some(b'"') => match self.word()? {
                Word::Plain(text) => visitor.visit_borrowed_str(text),
                // Handed out as a loan, so that the copy made here is wiped.
                Word::Resolved(text) => visitor.visit_str(&text),
            },
            Some(b't' | b'f') => visitor.visit_bool(self.bare() == "true"),
            Some(b'n') => {
                self.bare();
                visitor.visit_unit()
            }
            _ => self.number(visitor),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        if self.peek() == Some(b'n') {
            self.bare();
            return visitor.visit_none();
        }
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Fault> {
        visitor.visit_newtype_struct(self)
    }

    /// Reads an object. A list of its fields' values without their names is not one.
    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Fault> {
        match self.peek() {
            Some(b'{') => self.nested(Some(fields), visitor),
            _ => Err(Fault::whole("is of the wrong kind: write an object in braces")),
        }
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        words: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Fault> {
        match self.peek() {
            Some(b'"') => {
                let word = self.word()?;
                let plain: StrDeserializer<'_, Fault> = word.text().into_deserializer();
                plain.deserialize_enum(name, words, visitor)
            }
            Some(b'{') => {
                self.at += 1;
                let value = visitor.visit_enum(&mut *self)?;
                if self.peek() != Some(b'}') {
                    return Err(Fault::whole("has more than one field: one goes here"));
                }
                self.at += 1;
                Ok(value)
            }
            _ => Err(Fault::whole("is of the wrong kind: write one of the words that go here")),
        }
    }

    /// Somebody wants to skip a value: no field of ours is there to be skipped.
    fn deserialize_ignored_any<V: Visitor<'de>>(self, _visitor: V) -> Result<V::Value, Fault> {
        Err(Fault::whole("is not known here: leave it out"))
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct
        seq tuple tuple_struct map identifier
    }
}

/// The inside of one object or list.
struct Nested<'a, 'de> {
    reader: &'a mut Reader<'de>,
    /// The fields of the structure that is read, if it is one.
    known: Option<&'static [&'static str]>,
    name: Option<Word<'de>>,
    item: usize,
    closing: u8,
}

impl<'de> MapAccess<'de> for &mut Nested<'_, 'de> {
    type Error = Fault;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Fault> {
        if self.reader.peek() == Some(self.closing) {
            return Ok(None);
        }
        let name = self.name.insert(self.reader.word()?).text();
        if let Some(known) = self.known.filter(|known| !known.contains(&name)) {
            return Err(Fault::unknown(name, known));
        }
        let key: StrDeserializer<'_, Fault> = name.into_deserializer();
        seed.deserialize(key).map(Some)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, Fault> {
        let name = self.name.take();
        let under = |fault: Fault| fault.under(name.as_ref().map_or("", Word::text));
        seed.deserialize(&mut *self.reader).map_err(under)
    }
}

impl<'de> SeqAccess<'de> for &mut Nested<'_, 'de> {
    type Error = Fault;

    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, Fault> {
        if self.reader.peek() == Some(self.closing) {
            return Ok(None);
        }
        let value = seed.deserialize(&mut *self.reader).map_err(|fault| fault.at(self.item))?;
        self.item += 1;
        Ok(Some(value))
    }
}

impl<'de> EnumAccess<'de> for &mut Reader<'de> {
    type Error = Fault;
    type Variant = Self;

    fn variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<(S::Value, Self), Fault> {
        if self.peek() != Some(b'"') {
            return Err(Fault::whole("is empty: one field goes here"));
        }
        let word = self.word()?;
        let plain: StrDeserializer<'_, Fault> = word.text().into_deserializer();
        Ok((seed.deserialize(plain)?, self))
    }
}

impl<'de> VariantAccess<'de> for &mut Reader<'de> {
    type Error = Fault;

    fn unit_variant(self) -> Result<(), Fault> {
        serde::Deserialize::deserialize(self)
    }

    fn newtype_variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<S::Value, Fault> {
        seed.deserialize(self)
    }

    fn tuple_variant<V: Visitor<'de>>(self, _len: usize, visitor: V) -> Result<V::Value, Fault> {
        self.deserialize_any(visitor)
    }

    fn struct_variant<V: Visitor<'de>>(self, fields: &'static [&'static str], visitor: V) -> Result<V::Value, Fault> {
        self.deserialize_struct("", fields, visitor)
    }
}
