//! What is wrong with something that a client wrote, and where.
//!
//! Promises: says what should stand there, never what does. Names of the caller's own are
//! repeated only when they are short and plain, so that an answer cannot be made to carry
//! somebody's text.
//! Must never know: whether it was JSON or a query.

use super::early::FieldError;
use serde::de::{self, Expected, Unexpected};
use std::fmt;

/// Longest unknown name that is repeated to the caller.
const NAME_BYTES_MAX: usize = 40;

/// One complaint, with the path to its place, innermost step first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fault {
    path: Vec<Step>,
    say: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Step {
    Field(String),
    Item(usize),
}

impl Fault {
    /// Returns a complaint about the value at hand.
    pub(super) fn whole(say: impl Into<String>) -> Self {
        Self { path: Vec::new(), say: say.into() }
    }

    /// Returns a complaint about a field that should not be there.
    pub(super) fn unknown(name: &str, known: &[&str]) -> Self {
        let say = if known.is_empty() {
            "is not known here: leave it out".to_owned()
        } else {
            format!("is not known here: the fields are {}", known.join(", "))
        };
        if plain(name) { Self::whole(say).under(name) } else { Self::whole(format!("has a field that {say}")) }
    }

    /// Moves the complaint one field inwards.
    pub(super) fn under(mut self, field: &str) -> Self {
        let name = if plain(field) { field } else { "(unnamed)" };
        self.path.push(Step::Field(name.to_owned()));
        self
    }

    /// Moves the complaint one list item inwards; the first is 0.
    pub(super) fn at(mut self, item: usize) -> Self {
        self.path.push(Step::Item(item));
        self
    }

    /// Returns the complaint for the answer; `whole` names a complaint about everything.
    pub(super) fn into_error(self, whole: &str) -> FieldError {
        let mut field = String::new();
        for step in self.path.iter().rev() {
            match step {
                Step::Field(name) if field.is_empty() => field.push_str(name),
                Step::Field(name) => field.extend([".", name.as_str()]),
                Step::Item(item) => field.push_str(&format!("[{item}]")),
            }
        }
        if field.is_empty() {
            whole.clone_into(&mut field);
        }
        FieldError { field, say: self.say, kind: None }
    }
}

fn plain(name: &str) -> bool {
    (1..=NAME_BYTES_MAX).contains(&name.len())
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'))
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.say)
    }
}

impl std::error::Error for Fault {}

impl de::Error for Fault {
    /// Takes a complaint of the model's types, whose messages hold no value by their own promise.
    fn custom<T: fmt::Display>(say: T) -> Self {
        Self::whole(say.to_string())
    }

    fn invalid_type(_found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::whole(format!("is of the wrong kind: write {}", kind(&expected.to_string())))
    }

    fn invalid_value(_found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::whole(format!("does not fit: write {}", kind(&expected.to_string())))
    }

    fn invalid_length(_found: usize, _expected: &dyn Expected) -> Self {
        Self::whole("has the wrong number of items")
    }

    fn unknown_variant(_found: &str, known: &'static [&'static str]) -> Self {
        Self::whole(format!("is not one of the words that go here: write one of {}", known.join(", ")))
    }

    fn unknown_field(name: &str, known: &'static [&'static str]) -> Self {
        Self::unknown(name, known)
    }

    fn missing_field(name: &'static str) -> Self {
        Self::whole("is missing: write it").under(name)
    }

    fn duplicate_field(name: &'static str) -> Self {
        Self::whole("is given twice: give it once").under(name)
    }
}

/// Returns a plain name for what a reader of the program would call `expected`.
fn kind(expected: &str) -> &'static str {
    let first = expected.split(' ').next().unwrap_or_default();
    match expected {
        "a string" | "a borrowed string" | "a character" => "text in quotation marks",
        "a boolean" => "true or false",
        "a sequence" => "a list in square brackets",
        "a map" => "an object in braces",
        "unit" => "null",
        "f32" | "f64" => "a number",
        _ => match first {
            "u8" | "u16" | "u32" | "u64" | "usize" => "a whole number from zero up, within its range",
            "i8" | "i16" | "i32" | "i64" | "isize" => "a whole number, within its range",
            "struct" => "an object in braces",
            "tuple" | "array" => "a list in square brackets",
            "enum" | "variant" | "unit" => "one of the words that go here",
            _ => "what the description of the interface asks for",
        },
    }
}
