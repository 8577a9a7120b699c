//! The check of a whole document before anything is made of it: RFC 8259, and less.
//!
//! Promises: what passes has exactly one meaning. No key is given twice (after escapes are
//! resolved), nothing follows the document, no U+0000, no number beyond what a machine can
//! hold, no deep nesting. Costs at most one pass; recursion ends at [`DEPTH_MAX`].

use super::super::fault::Fault;
use super::word;
use std::collections::HashSet;

/// Deepest nesting of objects and lists.
pub(super) const DEPTH_MAX: usize = 16;
/// Most fields of one object.
pub(super) const FIELDS_MAX: usize = 256;

/// Checks a document.
pub(super) fn check(text: &str) -> Result<(), Fault> {
    let mut scan = Scan { text, at: 0, depth: 0 };
    scan.value()?;
    match scan.peek() {
        None => Ok(()),
        Some(_) => Err(scan.flaw("has something after its end: send one document")),
    }
}

struct Scan<'a> {
    text: &'a str,
    at: usize,
    depth: usize,
}

impl<'a> Scan<'a> {
    /// Skips white space and returns the next byte without taking it.
    fn peek(&mut self) -> Option<u8> {
        let rest = &self.text.as_bytes()[self.at..];
        self.at += rest.iter().take_while(|b| matches!(b, b' ' | b'\t' | b'\n' | b'\r')).count();
        self.text.as_bytes().get(self.at).copied()
    }

    /// Takes the next byte if it is this one.
    fn take(&mut self, byte: u8) -> bool {
        let there = self.peek() == Some(byte);
        self.at += usize::from(there);
        there
    }

    /// Returns a complaint about the place at hand: its line and column, not what stands there.
    fn flaw(&self, say: &str) -> Fault {
        let before = &self.text.as_bytes()[..self.at];
        let line = 1 + before.iter().filter(|b| **b == b'\n').count();
        let column = 1 + before.iter().rev().take_while(|b| **b != b'\n').count();
        Fault::whole(format!("{say} (line {line}, column {column})"))
    }

    fn value(&mut self) -> Result<(), Fault> {
        match self.peek() {
            Some(b'{') => self.nested(Self::object),
            Some(b'[') => self.nested(Self::list),
            Some(b'"') => self.word().map(drop),
            Some(b'-' | b'0'..=b'9') => self.number(),
            Some(b't') => self.literal("true"),
            Some(b'f') => self.literal("false"),
            Some(b'n') => self.literal("null"),
            Some(_) => Err(self.flaw("is not JSON")),
            None => Err(self.flaw("ends too early")),
        }
    }

    fn nested(&mut self, inside: fn(&mut Self) -> Result<(), Fault>) -> Result<(), Fault> {
        if self.depth == DEPTH_MAX {
            return Err(self.flaw("is nested too deeply"));
        }
        self.depth += 1;
        self.at += 1;
        inside(self)?;
        self.depth -= 1;
        Ok(())
    }

    fn object(&mut self) -> Result<(), Fault> {
        let mut keys: HashSet<word::Word<'a>> = HashSet::new();
        if self.take(b'}') {
            return Ok(());
        }
        loop {
            if self.peek() != Some(b'"') {
                return Err(self.flaw("is not JSON: a field's name in quotation marks belongs"));
            }
            if keys.len() == FIELDS_MAX {
                return Err(self.flaw("has too many fields"));
            }
            let key = self.word()?;
            if keys.contains(key.text()) {
                return Err(self.flaw("is given twice: give it once").under(key.text()));
            }
            if !self.take(b':') {
                return Err(self.flaw("is not JSON: a colon belongs").under(key.text()));
            }
            self.value().map_err(|fault| fault.under(key.text()))?;
            keys.insert(key);
            if self.take(b'}') {
                return Ok(());
            }
            if !self.take(b',') {
                return Err(self.flaw("is not JSON: a comma or a closing brace belongs"));
            }
        }
    }

    fn list(&mut self) -> Result<(), Fault> {
        if self.take(b']') {
            return Ok(());
        }
        for item in 0.. {
            self.value().map_err(|fault| fault.at(item))?;
            if self.take(b']') {
                return Ok(());
            }
            if !self.take(b',') {
                break;
            }
        }
        Err(self.flaw("is not JSON: a comma or a closing bracket belongs"))
    }

    fn word(&mut self) -> Result<word::Word<'a>, Fault> {
        let (word, end) = word::read(self.text, self.at).map_err(|bad| self.flaw(&bad.to_string()))?;
        if word.text().contains('\0') {
            return Err(self.flaw(&word::BadWord::Nul.to_string()));
        }
        self.at = end;
        Ok(word)
    }

    fn literal(&mut self, literal: &str) -> Result<(), Fault> {
        if !self.text[self.at..].starts_with(literal) {
            return Err(self.flaw("is not JSON"));
        }
        self.at += literal.len();
        Ok(())
    }

    /// A number: `-`, digits without a leading zero, a fraction, an exponent.
    fn number(&mut self) -> Result<(), Fault> {
        let bytes = self.text.as_bytes();
        let start = self.at;
        let digits = |from: usize| bytes[from..].iter().take_while(|b| b.is_ascii_digit()).count();
        let mut end = start + usize::from(bytes[start] == b'-');
        let whole = digits(end);
        let mut good = whole == 1 || (whole > 1 && bytes[end] != b'0');
        end += whole;
        if bytes.get(end) == Some(&b'.') {
            let fraction = digits(end + 1);
            good &= fraction > 0;
            end += 1 + fraction;
        }
        if matches!(bytes.get(end), Some(b'e' | b'E')) {
            end += 1 + usize::from(matches!(bytes.get(end + 1), Some(b'+' | b'-')));
            let exponent = digits(end);
            good &= exponent > 0;
            end += exponent;
        }
        if !good {
            return Err(self.flaw("has a number that JSON does not know"));
        }
        if !self.text[start..end].parse::<f64>().is_ok_and(f64::is_finite) {
            return Err(self.flaw("has a number beyond reach"));
        }
        self.at = end;
        Ok(())
    }
}
