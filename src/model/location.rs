//! Where a protected person is: the words that put a life at risk if they stray.
//!
//! Promises: these types have no `Display`, no `Debug`, no `Serialize` and no `Clone`, so
//! they reach no log, no message and no answer by accident; they are wiped when dropped.
//! They are sealed in a compartment of their own and opened one at a time, on a receipt.
//! Must never know: maps, distances, anything that works with an address.

use super::fields::{Content, FieldReader, FieldWriter};
use super::text::{BadText, Prose};
use serde::Deserialize;
use zeroize::Zeroizing;

/// Where somebody lives, goes to school or works: up to 300 characters, on several lines.
#[derive(Deserialize)]
#[serde(transparent)]
pub struct Address(Prose<300>);

impl Address {
    /// Takes an address as it would stand on an envelope.
    ///
    /// # Errors
    /// [`BadText`], which says what to do.
    pub fn new(text: &str) -> Result<Self, BadText> {
        Prose::new(text).map(Self)
    }

    /// Returns the address itself. Call it only where it is sealed, or shown to one who may see it.
    #[must_use]
    pub fn reveal(&self) -> &str {
        self.0.reveal()
    }
}

/// A telephone number on which it is safe to ring her.
#[derive(Deserialize)]
#[serde(try_from = "String")]
pub struct SafePhone(Zeroizing<String>);

/// The text was not a telephone number.
#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone, Copy)]
#[error("not a telephone number: write 7 to 15 digits, spaces between them and + in front if you like")]
pub struct NotAPhone;

impl SafePhone {
    /// Takes a number such as `07700 900123` or `+44 7700 900123`; surrounding white space is dropped.
    ///
    /// # Errors
    /// [`NotAPhone`], which says what to write.
    pub fn new(text: &str) -> Result<Self, NotAPhone> {
        let text = text.trim();
        let number = text.strip_prefix('+').unwrap_or(text);
        let digits = number.bytes().filter(u8::is_ascii_digit).count();
        let fits = number.bytes().all(|b| b.is_ascii_digit() || b == b' ') && number.len() <= 30;
        if fits && (7..=15).contains(&digits) { Ok(Self(Zeroizing::new(text.to_owned()))) } else { Err(NotAPhone) }
    }

    /// Returns the number itself. Call it only where it is sealed, or shown to one who may see it.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for SafePhone {
    type Error = NotAPhone;
    fn try_from(text: String) -> Result<Self, NotAPhone> {
        Self::new(&Zeroizing::new(text))
    }
}

/// Where one protected person is. What is not known is not given.
///
/// It can be named, so each refusal below is for the reason it gives:
/// ```
/// fn named<T>() {}
/// named::<lippen::model::location::Whereabouts>();
/// named::<lippen::model::location::Address>();
/// named::<lippen::model::location::SafePhone>();
/// ```
/// It cannot be printed, not even for programmers:
/// ```compile_fail
/// fn printed<T: std::fmt::Display>() {}
/// printed::<lippen::model::location::Whereabouts>();
/// ```
/// ```compile_fail
/// fn printed<T: std::fmt::Debug>() {}
/// printed::<lippen::model::location::Whereabouts>();
/// ```
/// It cannot be serialised:
/// ```compile_fail
/// fn sent<T: serde::Serialize>() {}
/// sent::<lippen::model::location::Whereabouts>();
/// ```
/// It cannot be copied:
/// ```compile_fail
/// fn copied<T: Clone>() {}
/// copied::<lippen::model::location::Whereabouts>();
/// ```
/// Nor can its parts:
/// ```compile_fail
/// fn printed<T: std::fmt::Display>() {}
/// printed::<lippen::model::location::Address>();
/// ```
/// ```compile_fail
/// fn printed<T: std::fmt::Debug>() {}
/// printed::<lippen::model::location::Address>();
/// ```
/// ```compile_fail
/// fn sent<T: serde::Serialize>() {}
/// sent::<lippen::model::location::Address>();
/// ```
/// ```compile_fail
/// fn printed<T: std::fmt::Display>() {}
/// printed::<lippen::model::location::SafePhone>();
/// ```
/// ```compile_fail
/// fn printed<T: std::fmt::Debug>() {}
/// printed::<lippen::model::location::SafePhone>();
/// ```
/// ```compile_fail
/// fn sent<T: serde::Serialize>() {}
/// sent::<lippen::model::location::SafePhone>();
/// ```
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Whereabouts {
    /// Where she lives, a refuge included.
    #[serde(default)]
    pub address: Option<Address>,
    /// The school or nursery.
    #[serde(default)]
    pub school: Option<Address>,
    /// The place of work.
    #[serde(default)]
    pub workplace: Option<Address>,
    /// A number on which it is safe to ring.
    #[serde(default)]
    pub safe_phone: Option<SafePhone>,
}

impl Content for Whereabouts {
    const TABLE: &'static str = "location";

    fn write(&self, out: &mut FieldWriter) {
        out.put(self.address.as_ref().map(Address::reveal));
        out.put(self.school.as_ref().map(Address::reveal));
        out.put(self.workplace.as_ref().map(Address::reveal));
        out.put(self.safe_phone.as_ref().map(SafePhone::reveal));
    }

    fn read(input: &mut FieldReader<'_>) -> Option<Self> {
        Some(Self {
            address: input.optional()?.map(Address::new).transpose().ok()?,
            school: input.optional()?.map(Address::new).transpose().ok()?,
            workplace: input.optional()?.map(Address::new).transpose().ok()?,
            safe_phone: input.optional()?.map(SafePhone::new).transpose().ok()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whereabouts_come_back_from_their_bytes() {
        let json = r#"{"address": "Flat 3/2\n1 High Street\nAyr", "safe_phone": "+44 7700 900123"}"#;
        let here: Whereabouts = serde_json::from_str(json).unwrap();
        let back: Whereabouts = FieldReader::content(&FieldWriter::bytes_of(&here)).unwrap();
        assert_eq!(back.address.unwrap().reveal(), "Flat 3/2\n1 High Street\nAyr");
        assert_eq!(back.safe_phone.unwrap().reveal(), "+44 7700 900123");
        assert!(back.school.is_none() && back.workplace.is_none());
    }

    #[test]
    fn a_telephone_number_is_digits() {
        for good in ["07700900123", " 07700 900123 ", "+44 7700 900123", "00447700900123"] {
            assert_eq!(SafePhone::new(good).map(|phone| phone.reveal().to_owned()), Ok(good.trim().to_owned()));
        }
        for bad in ["", "999", "++447700900123", "07700-900123", "call Ann", "٠٧٧٠٠٩٠٠١٢٣", "1234567890123456"]
        {
            assert_eq!(SafePhone::new(bad).map(drop), Err(NotAPhone), "{bad}");
        }
    }

    #[test]
    fn a_refusal_does_not_repeat_what_was_refused() {
        let refused = serde_json::from_str::<Whereabouts>(r#"{"safe_phone": "secret"}"#).map(drop).unwrap_err();
        assert!(!refused.to_string().contains("secret"));
    }
}
