//! How plaintext becomes bytes for sealing, and bytes become plaintext again.
//!
//! A content type lists its fields in a fixed order; there is no other way from
//! plaintext to bytes, so nothing serialises by accident.
//!
//! Shape: for each field, a little-endian `u32` length then the bytes; the length
//! `u32::MAX` stands for "not given". A list is one field that holds the same shape.

use zeroize::Zeroizing;

/// How much of an item a sealed value holds, least first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Depth {
    /// What stands on the envelope: the conditions on which it may be opened.
    Label,
    /// A summary, made to stand alone.
    Summary,
    /// All of it.
    Whole,
}

/// A type whose value is sealed at rest.
pub trait Content: Sized {
    /// The table that its sealed form lives in, bound into the seal.
    const TABLE: &'static str;

    /// How much of an item it holds: a receipt opens nothing deeper than what it is for.
    const DEPTH: Depth = Depth::Whole;

    /// Writes every field, in order.
    fn write(&self, out: &mut FieldWriter);

    /// Reads every field back, in order; `None` if the bytes are not of this type.
    fn read(input: &mut FieldReader<'_>) -> Option<Self>;
}

/// Collects fields in memory that is wiped.
#[derive(Default)]
pub struct FieldWriter(Zeroizing<Vec<u8>>);

impl FieldWriter {
    /// Adds one field; `None` is "not given".
    pub fn put(&mut self, field: Option<&str>) {
        let Some(text) = field else {
            self.0.extend_from_slice(&u32::MAX.to_le_bytes());
            return;
        };
        let length = u32::try_from(text.len()).unwrap_or(u32::MAX - 1);
        self.0.extend_from_slice(&length.to_le_bytes());
        self.0.extend_from_slice(text.as_bytes());
    }

    /// Adds a list as its length and then its items.
    pub fn put_list<'a>(&mut self, items: impl ExactSizeIterator<Item = &'a str>) {
        self.put(Some(&items.len().to_string()));
        for item in items {
            self.put(Some(item));
        }
    }

    /// Returns the bytes of `content`.
    #[must_use]
    pub fn bytes_of(content: &impl Content) -> Zeroizing<Vec<u8>> {
        let mut out = Self::default();
        content.write(&mut out);
        out.0
    }
}

/// Reads fields back in the order they were written.
pub struct FieldReader<'a>(&'a [u8]);

impl<'a> FieldReader<'a> {
    /// Reads the content in `bytes`, which must hold nothing else.
    #[must_use]
    pub fn content<C: Content>(bytes: &'a [u8]) -> Option<C> {
        let mut input = Self(bytes);
        let content = C::read(&mut input)?;
        input.0.is_empty().then_some(content)
    }

    /// Reads one field that may be "not given".
    pub fn optional(&mut self) -> Option<Option<&'a str>> {
        let (head, rest) = self.0.split_first_chunk::<4>()?;
        let length = u32::from_le_bytes(*head);
        if length == u32::MAX {
            self.0 = rest;
            return Some(None);
        }
        let length = usize::try_from(length).ok()?;
        let (text, rest) = rest.split_at_checked(length)?;
        self.0 = rest;
        std::str::from_utf8(text).ok().map(Some)
    }

    /// Reads one field that must be there.
    pub fn take(&mut self) -> Option<&'a str> {
        self.optional()?
    }

    /// Reads a list written by [`FieldWriter::put_list`].
    pub fn list(&mut self) -> Option<Vec<&'a str>> {
        let length: usize = self.take()?.parse().ok()?;
        (0..length).map(|_| self.take()).collect()
    }
}
