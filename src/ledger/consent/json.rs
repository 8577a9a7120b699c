//! The strict JSON of signed documents: one reading of any bytes, one spelling of any value.
//!
//! Promises: [`read`] refuses what two programs could read in two ways (a key twice, a float, a whole number that a
//! double does not hold, half a surrogate pair, text that is not in NFC) and what is too large or too deep. [`write()`] gives
//! the bytes of RFC 8785 for every value that [`read`] takes.
//! Must never know: what the fields mean.

use std::collections::BTreeMap;
use unicode_normalization::is_nfc;

/// The largest document, in bytes: 16 KiB.
pub const BYTES_MAX: usize = 16 * 1024;
/// The deepest nesting of objects and lists.
pub const DEPTH_MAX: usize = 8;
/// The largest whole number that every JSON reader holds exactly.
pub const INT_MAX: i64 = (1 << 53) - 1;

/// A value of the profile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// Nothing.
    Null,
    /// Yes or no.
    Bool(bool),
    /// A whole number within ±[`INT_MAX`].
    Int(i64),
    /// Text in NFC.
    Text(String),
    /// A list.
    List(Vec<Self>),
    /// An object; its keys are of `a-z`, `0-9`, `_`.
    Map(BTreeMap<String, Self>),
}

/// Why a document was not read.
#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone, Copy)]
pub enum Flaw {
    /// More than [`BYTES_MAX`] bytes.
    #[error("is larger than 16 KiB")]
    Size,
    /// Deeper than [`DEPTH_MAX`].
    #[error("is nested more than 8 deep")]
    Depth,
    /// Not JSON, not UTF-8, or something after the end.
    #[error("is not one JSON document in UTF-8")]
    Syntax,
    /// A key twice.
    #[error("gives a key twice")]
    Twice,
    /// A key of other characters.
    #[error("has a key of other characters than a-z, 0-9 and _")]
    Key,
    /// A fraction, an exponent or minus zero.
    #[error("has a number that is not whole")]
    Float,
    /// A whole number beyond ±(2^53 - 1).
    #[error("has a whole number beyond 2^53 - 1")]
    Range,
    /// Half of a surrogate pair.
    #[error("has half of a surrogate pair")]
    Surrogate,
    /// Text in another normal form.
    #[error("has text that is not in NFC")]
    Normal,
}

/// Reads a document.
///
/// # Errors
/// [`Flaw`] says what it has that the profile refuses.
pub fn read(bytes: &[u8]) -> Result<Value, Flaw> {
    if bytes.len() > BYTES_MAX {
        return Err(Flaw::Size);
    }
    let text = std::str::from_utf8(bytes).map_err(|_| Flaw::Syntax)?;
    let mut reader = Reader { text, at: 0 };
    let value = reader.value(0)?;
    if reader.peek().is_some() { Err(Flaw::Syntax) } else { Ok(value) }
}

/// Writes the one spelling of a value: no spaces, keys in order, only the escapes that JSON demands (RFC 8785).
#[must_use]
pub fn write(value: &Value) -> Vec<u8> {
    let mut out = String::new();
    put(value, &mut out);
    out.into_bytes()
}

fn put(value: &Value, out: &mut String) {
    match value {
        Value::Null => out.push_str("null"),
        Value::Bool(yes) => out.push_str(if *yes { "true" } else { "false" }),
        Value::Int(number) => out.push_str(&number.to_string()),
        Value::Text(text) => out.push_str(&quoted(text)),
        Value::List(items) => {
            out.push('[');
            for (nth, item) in items.iter().enumerate() {
                out.push_str(if nth == 0 { "" } else { "," });
                put(item, out);
            }
            out.push(']');
        }
        // Keys are ASCII, so the order of their bytes is the order of RFC 8785.
        Value::Map(fields) => {
            out.push('{');
            for (nth, (key, value)) in fields.iter().enumerate() {
                out.push_str(if nth == 0 { "" } else { "," });
                out.push_str(&quoted(key));
                out.push(':');
                put(value, out);
            }
            out.push('}');
        }
    }
}

/// Writes a text in quotation marks, with the escapes of RFC 8785, which are those of serde_json.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl Reader<'_> {
    /// Skips white space and returns the next byte without taking it.
    fn peek(&mut self) -> Option<u8> {
        let rest = &self.text.as_bytes()[self.at..];
        self.at += rest.iter().take_while(|b| matches!(b, b' ' | b'\t' | b'\n' | b'\r')).count();
        self.text.as_bytes().get(self.at).copied()
    }

    fn take(&mut self, byte: u8) -> bool {
        let there = self.peek() == Some(byte);
        self.at += usize::from(there);
        there
    }

    fn value(&mut self, depth: usize) -> Result<Value, Flaw> {
        match self.peek() {
            Some(b'{' | b'[') if depth == DEPTH_MAX => Err(Flaw::Depth),
            Some(b'{') => self.map(depth + 1),
            Some(b'[') => self.list(depth + 1),
            Some(b'"') => self.word().map(Value::Text),
            Some(b'-' | b'0'..=b'9') => self.number(),
            Some(b't') => self.literal("true", Value::Bool(true)),
            Some(b'f') => self.literal("false", Value::Bool(false)),
            Some(b'n') => self.literal("null", Value::Null),
            _ => Err(Flaw::Syntax),
        }
    }

    fn map(&mut self, depth: usize) -> Result<Value, Flaw> {
        self.at += 1;
        let mut fields = BTreeMap::new();
        if self.take(b'}') {
            return Ok(Value::Map(fields));
        }
        loop {
            if self.peek() != Some(b'"') {
                return Err(Flaw::Syntax);
            }
            let key = self.word()?;
            if key.is_empty() || !key.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_') {
                return Err(Flaw::Key);
            }
            if !self.take(b':') {
                return Err(Flaw::Syntax);
            }
            let value = self.value(depth)?;
            if fields.insert(key, value).is_some() {
                return Err(Flaw::Twice);
            }
            if self.take(b'}') {
                return Ok(Value::Map(fields));
            }
            if !self.take(b',') {
                return Err(Flaw::Syntax);
            }
        }
    }

    fn list(&mut self, depth: usize) -> Result<Value, Flaw> {
        self.at += 1;
        let mut items = Vec::new();
        if self.take(b']') {
            return Ok(Value::List(items));
        }
        loop {
            items.push(self.value(depth)?);
            if self.take(b']') {
                return Ok(Value::List(items));
            }
            if !self.take(b',') {
                return Err(Flaw::Syntax);
            }
        }
    }

    fn literal(&mut self, word: &str, value: Value) -> Result<Value, Flaw> {
        if !self.text[self.at..].starts_with(word) {
            return Err(Flaw::Syntax);
        }
        self.at += word.len();
        Ok(value)
    }

    fn number(&mut self) -> Result<Value, Flaw> {
        let rest = &self.text[self.at..];
        let end = rest.find(|c: char| !matches!(c, '0'..='9' | '-' | '+' | '.' | 'e' | 'E')).unwrap_or(rest.len());
        let number = &rest[..end];
        self.at += end;
        if number.contains(['.', 'e', 'E']) || number == "-0" {
            return Err(Flaw::Float);
        }
        let digits = number.strip_prefix('-').unwrap_or(number);
        let plain = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
        if !plain || (digits.len() > 1 && digits.starts_with('0')) {
            return Err(Flaw::Syntax);
        }
        match number.parse::<i64>() {
            Ok(number) if number.abs() <= INT_MAX => Ok(Value::Int(number)),
            _ => Err(Flaw::Range),
        }
    }

    fn word(&mut self) -> Result<String, Flaw> {
        self.at += 1;
        let mut word = String::new();
        loop {
            let next = self.text[self.at..].chars().next().ok_or(Flaw::Syntax)?;
            self.at += next.len_utf8();
            match next {
                '"' => break,
                '\\' => word.push(self.escape()?),
                '\0'..='\u{1f}' => return Err(Flaw::Syntax),
                other => word.push(other),
            }
        }
        if is_nfc(&word) { Ok(word) } else { Err(Flaw::Normal) }
    }

    fn escape(&mut self) -> Result<char, Flaw> {
        let letter = *self.text.as_bytes().get(self.at).ok_or(Flaw::Syntax)?;
        self.at += 1;
        Ok(match letter {
            b'"' => '"',
            b'\\' => '\\',
            b'/' => '/',
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => return self.unicode(),
            _ => {
                self.at -= 1;
                return Err(Flaw::Syntax);
            }
        })
    }

    fn unicode(&mut self) -> Result<char, Flaw> {
        let first = self.unit()?;
        if !(0xD800..0xE000).contains(&first) {
            return char::from_u32(first).ok_or(Flaw::Surrogate);
        }
        if first >= 0xDC00 || !self.text[self.at..].starts_with("\\u") {
            return Err(Flaw::Surrogate);
        }
        self.at += 2;
        let second = self.unit()?;
        if !(0xDC00..0xE000).contains(&second) {
            return Err(Flaw::Surrogate);
        }
        char::from_u32(0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00)).ok_or(Flaw::Surrogate)
    }

    /// Takes four hexadecimal digits.
    fn unit(&mut self) -> Result<u32, Flaw> {
        let digits = self.text.get(self.at..self.at + 4).ok_or(Flaw::Syntax)?;
        if !digits.bytes().all(|b| b.is_ascii_hexdigit()) {
            return Err(Flaw::Syntax);
        }
        self.at += 4;
        u32::from_str_radix(digits, 16).map_err(|_| Flaw::Syntax)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn flaw(text: &str) -> Flaw {
        read(text.as_bytes()).expect_err(text)
    }

    #[test]
    fn what_two_programs_could_read_in_two_ways_is_refused() {
        assert_eq!(flaw(r#"{"a":1,"a":1}"#), Flaw::Twice);
        assert_eq!(flaw(r#"{"a":1,"\u0061":1}"#), Flaw::Twice);
        for float in ["1.0", "1e3", "1E3", "-0", "0.5"] {
            assert_eq!(flaw(float), Flaw::Float, "{float}");
        }
        for far in ["9007199254740992", "-9007199254740992", "99999999999999999999"] {
            assert_eq!(flaw(far), Flaw::Range, "{far}");
        }
        for half in [r#""\ud800""#, r#""\udc00""#, r#""\ud800x""#, r#""\ud800\u0061""#] {
            assert_eq!(flaw(half), Flaw::Surrogate, "{half}");
        }
        assert_eq!(flaw("\"e\u{301}\""), Flaw::Normal);
        assert_eq!(flaw(r#"{"A":1}"#), Flaw::Key);
        assert_eq!(flaw(r#"{"":1}"#), Flaw::Key);
    }

    #[test]
    fn what_is_no_json_or_too_much_of_it_is_refused() {
        let bad = [
            "",
            "{",
            "[1,]",
            "{\"a\"}",
            "01",
            "-",
            "+1",
            "tru",
            "1 2",
            "\"\u{1}\"",
            "\"\\x\"",
            "\"\\u12\"",
            "nul\u{e9}",
        ];
        for bad in bad {
            assert_eq!(flaw(bad), Flaw::Syntax, "{bad}");
        }
        assert_eq!(read(b"\"\xff\""), Err(Flaw::Syntax));
        assert!(read(format!("{}1{}", "[".repeat(8), "]".repeat(8)).as_bytes()).is_ok());
        assert_eq!(flaw(&format!("{}1{}", "[".repeat(9), "]".repeat(9))), Flaw::Depth);
        assert_eq!(flaw(&"[".repeat(9_000)), Flaw::Depth);
        assert!(read(format!("\"{}\"", "x".repeat(BYTES_MAX - 2)).as_bytes()).is_ok());
        assert_eq!(flaw(&format!("\"{}\"", "x".repeat(BYTES_MAX - 1))), Flaw::Size);
    }

    #[test]
    fn a_value_has_one_spelling() {
        let loose = "{ \"b\" : [ 1, -2, null ], \"a\":\"\\u00e9\\ud83d\\ude00\\u000b\\/\\n\" }";
        let value = read(loose.as_bytes()).unwrap();
        assert_eq!(write(&value), "{\"a\":\"é😀\\u000b/\\n\",\"b\":[1,-2,null]}".as_bytes());
    }

    proptest! {
        #[test]
        fn nothing_panics_and_what_is_read_comes_back(bytes in prop::collection::vec(any::<u8>(), 0..200), text in ".{0,60}") {
            let _ = read(&bytes);
            let _ = read(text.as_bytes());
            let quoted = quoted(&text);
            if let Ok(value) = read(quoted.as_bytes()) {
                prop_assert_eq!(write(&value), quoted.into_bytes());
                prop_assert_eq!(value, Value::Text(text));
            }
        }
    }
}
