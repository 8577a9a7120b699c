//! Emergency access: a short grant to somebody who is not on a case, because life is at risk; told to many, judged after.

use super::fields::{Content, FieldReader, FieldWriter};
use super::text::{Line, Prose};
use super::words::vocabulary;

vocabulary! {
    /// What a reviewer found.
    ReviewOutcome {
        /// It was right.
        Justified = "justified",
        /// It was not: a breach is opened.
        NotJustified = "not-justified",
    }
}

/// Why the grant was asked for, sealed.
#[derive(Debug)]
pub struct EmergencyWords {
    /// What is happening.
    pub reason: Prose<500>,
    /// The police incident number.
    pub incident: Line<40>,
}

impl Content for EmergencyWords {
    const TABLE: &'static str = "emergency_grant";

    fn write(&self, out: &mut FieldWriter) {
        out.put(Some(self.reason.reveal()));
        out.put(Some(self.incident.reveal()));
    }

    fn read(input: &mut FieldReader<'_>) -> Option<Self> {
        Some(Self { reason: Prose::new(input.take()?).ok()?, incident: Line::new(input.take()?).ok()? })
    }
}

/// Why a reviewer found what they found, sealed.
#[derive(Debug)]
pub struct ReviewWords(
    /// In words.
    pub Prose<500>,
);

impl Content for ReviewWords {
    const TABLE: &'static str = "emergency_review";

    fn write(&self, out: &mut FieldWriter) {
        out.put(Some(self.0.reveal()));
    }

    fn read(input: &mut FieldReader<'_>) -> Option<Self> {
        Some(Self(Prose::new(input.take()?).ok()?))
    }
}
