//! One JSON string: found, checked, and turned into the text it stands for.
//!
//! Shared by the check and the reading, so that both see the same text.

use std::borrow::Borrow;
use std::hash::{Hash, Hasher};
use zeroize::Zeroizing;

/// A string's text. What had to be rewritten is wiped.
pub(super) enum Word<'a> {
    /// As it stands in the document.
    Plain(&'a str),
    /// With its escapes resolved.
    Resolved(Zeroizing<String>),
}

impl Word<'_> {
    pub(super) fn text(&self) -> &str {
        match self {
            Self::Plain(text) => text,
            Self::Resolved(text) => text,
        }
    }
}

impl Borrow<str> for Word<'_> {
    fn borrow(&self) -> &str {
        self.text()
    }
}

impl PartialEq for Word<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.text() == other.text()
    }
}

impl Eq for Word<'_> {}

impl Hash for Word<'_> {
    /// Hashes as the text does, as `Borrow` demands.
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.text().hash(state);
    }
}

/// What is wrong with a string.
#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone, Copy)]
pub(super) enum BadWord {
    #[error("has a text that is not closed")]
    Open,
    #[error("has a control character in a text: write it as an escape")]
    Control,
    #[error("has an escape that JSON does not know")]
    Escape,
    #[error("has half of a surrogate pair")]
    Surrogate,
    #[error("has the character U+0000, which is not taken")]
    Nul,
}

/// Reads the string whose opening quotation mark is at `start`.
///
/// Output: its text, and where the document goes on after the closing mark.
pub(super) fn read(document: &str, start: usize) -> Result<(Word<'_>, usize), BadWord> {
    let inside = document.get(start + 1..).ok_or(BadWord::Open)?;
    let mut escaped = false;
    for (at, byte) in inside.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            0..0x20 => return Err(BadWord::Control),
            b'"' => {
                let raw = &inside[..at];
                let word = if raw.contains('\\') { Word::Resolved(resolve(raw)?) } else { Word::Plain(raw) };
                return Ok((word, start + at + 2));
            }
            _ => {}
        }
    }
    Err(BadWord::Open)
}

/// Resolves escapes. The text never grows, so its buffer never moves.
fn resolve(raw: &str) -> Result<Zeroizing<String>, BadWord> {
    let mut text = Zeroizing::new(String::with_capacity(raw.len()));
    let mut chars = raw.chars();
    while let Some(char) = chars.next() {
        if char != '\\' {
            text.push(char);
            continue;
        }
        text.push(match chars.next() {
            Some(same @ ('"' | '\\' | '/')) => same,
            Some('b') => '\u{8}',
            Some('f') => '\u{c}',
            Some('n') => '\n',
            Some('r') => '\r',
            Some('t') => '\t',
            Some('u') => code(&mut chars)?,
            _ => return Err(BadWord::Escape),
        });
    }
    Ok(text)
}

/// Reads what follows `\u`: four digits, or two halves of a pair.
fn code(chars: &mut std::str::Chars<'_>) -> Result<char, BadWord> {
    let unit = match four(chars)? {
        0 => return Err(BadWord::Nul),
        high @ 0xD800..0xDC00 => {
            if (chars.next(), chars.next()) != (Some('\\'), Some('u')) {
                return Err(BadWord::Surrogate);
            }
            let low = four(chars)?;
            if !(0xDC00..0xE000).contains(&low) {
                return Err(BadWord::Surrogate);
            }
            0x1_0000 + ((high - 0xD800) << 10) + (low - 0xDC00)
        }
        unit => unit,
    };
    char::from_u32(unit).ok_or(BadWord::Surrogate)
}

fn four(chars: &mut std::str::Chars<'_>) -> Result<u32, BadWord> {
    (0..4).try_fold(0, |sum, _| {
        let digit = chars.next().and_then(|c| c.to_digit(16)).ok_or(BadWord::Escape)?;
        Ok(sum * 16 + digit)
    })
}
