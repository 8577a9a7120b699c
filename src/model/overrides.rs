//! Sharing against a woman's wishes because of serious harm: why, who agreed, whether she was told.

use super::fields::{Content, FieldReader, FieldWriter};
use super::text::Prose;
use super::words::vocabulary;

vocabulary! {
    /// What would happen if it were not shared.
    Harm {
        /// Serious harm to her or to somebody else.
        Serious = "serious-harm",
        /// Harm to a child.
        Child = "child-protection",
        /// Somebody may die before a second person can be asked.
        LifeAtRisk = "life-at-risk",
    }
}

vocabulary! {
    /// Whether somebody was told.
    Told {
        /// They were.
        Yes = "yes",
        /// They were not.
        No = "no",
    }
}

vocabulary! {
    /// What the second person says.
    Answer {
        /// Yes: it is shared, or stays shared.
        Approved = "approved",
        /// No: it is not shared, or ends now.
        Refused = "refused",
    }
}

vocabulary! {
    /// What a review found.
    Finding {
        /// It had to be.
        Justified = "justified",
        /// It should not have been: it ends now.
        NotJustified = "not-justified",
    }
}

vocabulary! {
    /// How an override stands.
    OverrideState {
        /// A second person is asked; nothing is open.
        Waiting = "waiting",
        /// Life is at risk: it is open, and the second person has still to say yes.
        Unconfirmed = "unconfirmed",
        /// Two people stand behind it.
        Live = "live",
        /// Nobody confirmed it in time: it is closed. A late yes opens it again while there is time for one.
        Lapsed = "lapsed",
        /// The second person said no.
        Refused = "refused",
        /// The share was taken back.
        Withdrawn = "withdrawn",
        /// A review found it unjustified.
        Ended = "ended",
    }
}

/// Why it was shared against her wishes, sealed.
#[derive(Debug)]
pub struct OverrideWords {
    /// Who is in danger, and why it cannot wait for her agreement.
    pub reason: Prose<2000>,
    /// Why she was not told, if she was not.
    pub why_not_told: Option<Prose<1000>>,
}

impl Content for OverrideWords {
    const TABLE: &'static str = "override_ask";

    fn write(&self, out: &mut FieldWriter) {
        out.put(Some(self.reason.reveal()));
        out.put(self.why_not_told.as_ref().map(Prose::reveal));
    }

    fn read(input: &mut FieldReader<'_>) -> Option<Self> {
        Some(Self {
            reason: Prose::new(input.take()?).ok()?,
            why_not_told: input.optional()?.map(Prose::new).transpose().ok()?,
        })
    }
}

/// Why the second person said yes or no, sealed.
#[derive(Debug)]
pub struct AnswerWords(
    /// In words.
    pub Prose<1000>,
);

impl Content for AnswerWords {
    const TABLE: &'static str = "override_second";

    fn write(&self, out: &mut FieldWriter) {
        out.put(Some(self.0.reveal()));
    }

    fn read(input: &mut FieldReader<'_>) -> Option<Self> {
        Some(Self(Prose::new(input.take()?).ok()?))
    }
}

/// Why a review found what it found, sealed.
#[derive(Debug)]
pub struct FindingWords(
    /// In words.
    pub Prose<1000>,
);

impl Content for FindingWords {
    const TABLE: &'static str = "override_review";

    fn write(&self, out: &mut FieldWriter) {
        out.put(Some(self.0.reveal()));
    }

    fn read(input: &mut FieldReader<'_>) -> Option<Self> {
        Some(Self(Prose::new(input.take()?).ok()?))
    }
}
