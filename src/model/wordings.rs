//! What a case's manager lets women be told of what happens to one man.

use super::fields::{Content, FieldReader, FieldWriter};
use super::text::Prose;
use super::words::vocabulary;

vocabulary! {
    /// What women may be told when something of a kind happens in a case.
    Tell {
        /// What was written for this case.
        Words = "words",
        /// Nothing before his case manager was asked.
        AskFirst = "ask-first",
        /// What the partnership says everywhere (`raises.csv`).
        Usual = "usual",
    }
}

/// What was written for one case, sealed.
#[derive(Debug)]
pub struct WordingText(
    /// What she may be told.
    pub Prose<1000>,
);

impl Content for WordingText {
    const TABLE: &'static str = "wording";

    fn write(&self, out: &mut FieldWriter) {
        out.put(Some(self.0.reveal()));
    }

    fn read(input: &mut FieldReader<'_>) -> Option<Self> {
        Some(Self(Prose::new(input.take()?).ok()?))
    }
}
