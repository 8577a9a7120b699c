//! Query strings, read strictly: every parameter known, given once, decoded exactly.
//!
//! Promises: an answer to a wrong query never repeats what it said. Nothing personal
//! belongs in a query; routes search by POST.

use super::early::Early;
use super::fault::Fault;
use super::request_id::RequestId;
use axum::extract::FromRequestParts;
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use serde::de::value::StrDeserializer;
use serde::de::{DeserializeOwned, DeserializeSeed, Deserializer, IntoDeserializer, MapAccess, Visitor};
use serde::forward_to_deserialize_any;
use std::collections::HashSet;

/// Most parameters in one query.
const PARAMETERS_MAX: usize = 32;

/// The query of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Query<T>(
    /// What it said.
    pub T,
);

/// The query did not fit. Answers 400.
#[derive(Debug)]
pub struct BadQuery {
    fault: Fault,
    request_id: RequestId,
}

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Query<T> {
    type Rejection = BadQuery;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, BadQuery> {
        read(parts.uri.query().unwrap_or_default()).map(Self).map_err(|fault| {
            let request_id = parts.extensions.get().cloned().unwrap_or_else(RequestId::random);
            BadQuery { fault, request_id }
        })
    }
}

impl IntoResponse for BadQuery {
    fn into_response(self) -> Response {
        Early {
            status: StatusCode::BAD_REQUEST,
            slug: "bad-query",
            title: "The address asks for something unknown",
            detail: "Correct the parameter below and ask again.",
            errors: &[self.fault.into_error("query")],
            help: None,
        }
        .answer(&self.request_id)
    }
}

fn read<T: DeserializeOwned>(query: &str) -> Result<T, Fault> {
    let mut seen = HashSet::new();
    let mut found = Vec::new();
    for pair in pairs(query) {
        let (name, value) = pair.map_err(|NotText| Fault::whole("is not readable: encode it as UTF-8"))?;
        if found.len() == PARAMETERS_MAX {
            return Err(Fault::whole("has too many parameters"));
        }
        if !seen.insert(name.clone()) {
            return Err(Fault::whole("is given twice: give it once").under(&name));
        }
        found.push((name, value));
    }
    T::deserialize(Pairs { rest: found.into_iter(), due: None })
}

/// All pairs, read as the fields of one structure.
struct Pairs {
    rest: std::vec::IntoIter<(String, String)>,
    /// The pair whose name was read and whose value is due.
    due: Option<(String, String)>,
}

impl<'de> Deserializer<'de> for Pairs {
    type Error = Fault;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        visitor.visit_map(self)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Fault> {
        if let Some((name, _)) = self.rest.as_slice().iter().find(|(name, _)| !fields.contains(&name.as_str())) {
            return Err(Fault::unknown(name, fields));
        }
        visitor.visit_map(self)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit
        unit_struct newtype_struct seq tuple tuple_struct map enum identifier ignored_any
    }
}

impl<'de> MapAccess<'de> for Pairs {
    type Error = Fault;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Fault> {
        self.due = self.rest.next();
        let Some((name, _)) = &self.due else { return Ok(None) };
        let name: StrDeserializer<'_, Fault> = name.as_str().into_deserializer();
        seed.deserialize(name).map(Some)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, Fault> {
        let (name, value) = self.due.take().ok_or_else(|| Fault::whole("is not readable"))?;
        seed.deserialize(Value(value)).map_err(|fault| fault.under(&name))
    }
}

/// One parameter's text.
struct Value(String);

macro_rules! numbers {
    ($($method:ident $visit:ident $kind:ty, $say:literal);+ $(;)?) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
            let read: Result<$kind, _> = self.0.parse();
            visitor.$visit(read.map_err(|_| Fault::whole($say))?)
        }
    )+};
}

impl<'de> Deserializer<'de> for Value {
    type Error = Fault;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        visitor.visit_str(&self.0)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Fault> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        words: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Fault> {
        let word: StrDeserializer<'_, Fault> = self.0.as_str().into_deserializer();
        word.deserialize_enum(name, words, visitor)
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, _visitor: V) -> Result<V::Value, Fault> {
        Err(Fault::whole("is not known here: leave it out"))
    }

    numbers! {
        deserialize_bool visit_bool bool, "is not clear: write true or false";
        deserialize_i8 visit_i64 i64, "is not a whole number";
        deserialize_i16 visit_i64 i64, "is not a whole number";
        deserialize_i32 visit_i64 i64, "is not a whole number";
        deserialize_i64 visit_i64 i64, "is not a whole number";
        deserialize_u8 visit_u64 u64, "is not a whole number from zero up";
        deserialize_u16 visit_u64 u64, "is not a whole number from zero up";
        deserialize_u32 visit_u64 u64, "is not a whole number from zero up";
        deserialize_u64 visit_u64 u64, "is not a whole number from zero up";
    }

    forward_to_deserialize_any! {
        i128 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq tuple tuple_struct map struct
        identifier
    }
}

/// The bytes were not text: a broken `%` code, or not UTF-8.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct NotText;

/// Returns the decoded pairs of a query string.
pub(super) fn pairs(query: &str) -> impl Iterator<Item = Result<(String, String), NotText>> + '_ {
    query.split('&').filter(|pair| !pair.is_empty()).map(|pair| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        Ok((decode(name)?, decode(value)?))
    })
}

fn decode(text: &str) -> Result<String, NotText> {
    let mut bytes = text.bytes();
    let mut plain = Vec::with_capacity(text.len());
    while let Some(byte) = bytes.next() {
        plain.push(match byte {
            b'+' => b' ',
            b'%' => {
                let mut digit = || bytes.next().and_then(|b| char::from(b).to_digit(16)).ok_or(NotText);
                u8::try_from(digit()? * 16 + digit()?).map_err(|_| NotText)?
            }
            other => other,
        });
    }
    String::from_utf8(plain).map_err(|_| NotText)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::notes::Category;
    use proptest::prelude::*;
    use serde::Deserialize;

    #[derive(Deserialize, Debug, PartialEq)]
    struct Page {
        after: Option<String>,
        limit: Option<u16>,
        category: Option<Category>,
    }

    fn fault(query: &str) -> (String, String) {
        let error = read::<Page>(query).unwrap_err().into_error("query");
        (error.field, error.say)
    }

    #[test]
    fn a_page_is_read() {
        assert_eq!(read::<Page>("").unwrap(), Page { after: None, limit: None, category: None });
        let page = read::<Page>("after=a%20b+%C3%A9&limit=20").unwrap();
        assert_eq!(page, Page { after: Some("a b é".into()), limit: Some(20), category: None });
    }

    #[test]
    fn the_unknown_the_double_and_the_broken_are_refused() {
        assert_eq!(fault("page=2").0, "page");
        assert!(fault("page=2").1.contains("after, limit, category"));
        assert_eq!(fault("limit=1&limit=2").0, "limit");
        assert_eq!(fault("limit=1&%6Cimit=2").0, "limit");
        for bad in ["limit=-1", "limit=1e9", "limit=65536", "limit=", "limit= 1", "category=x"] {
            assert!(["limit", "category"].contains(&fault(bad).0.as_str()), "{bad}");
        }
        for bad in ["after=%", "after=%4", "after=%zz", "after=%ff"] {
            assert_eq!(fault(bad).0, "query", "{bad}");
        }
        assert_eq!(fault(&"a=1&".repeat(99)).0, "a");
        assert_eq!(fault("<script>=1").0, "query");
    }

    proptest! {
        #[test]
        fn reading_never_panics(query in ".*") {
            let _ = read::<Page>(&query);
        }
    }
}
