//! Consent and agreement: an append-only chain of events for each subject.

use super::fields::{Content, FieldReader, FieldWriter};
use super::text::{Line, Prose};
use super::words::vocabulary;

vocabulary! {
    /// What happened to a consent.
    ConsentEvent {
        /// She was asked.
        Proposed = "proposed",
        /// She said yes.
        Given = "given",
        /// She said no.
        Refused = "refused",
        /// She narrowed it.
        Limited = "limited",
        /// She said yes again.
        Renewed = "renewed",
        /// She took it back.
        Withdrawn = "withdrawn",
        /// Its time ran out.
        Expired = "expired",
        /// It was recorded wrongly.
        Corrected = "corrected",
        /// Another chain has taken its place.
        Superseded = "superseded",
        /// Something was shared against her wishes: recorded by an override alone. What she agreed to stays as it was.
        SharedWithoutConsent = "shared-without-consent",
    }
}

impl ConsentEvent {
    /// Says whether the event only changes what an earlier one agreed to: it cannot begin a chain.
    #[must_use]
    pub const fn needs_before(self) -> bool {
        matches!(self, Self::Limited | Self::Renewed | Self::Expired | Self::Superseded)
    }

    /// Says whether sharing may stand on a chain whose latest event is this one.
    #[must_use]
    pub const fn is_live(self) -> bool {
        matches!(self, Self::Given | Self::Limited | Self::Renewed)
    }
}

vocabulary! {
    /// What kind of consent or agreement it is.
    ConsentKind {
        /// A woman's, to work with the women's service and what it may share.
        WomensService = "womens-service",
        /// The man's Statement of Understanding.
        StatementOfUnderstanding = "statement-of-understanding",
        /// The man's Statement of Agreement.
        StatementOfAgreement = "statement-of-agreement",
        /// How somebody wants to be reached.
        ContactPreference = "contact-preference",
        /// A child's, or for a child.
        Child = "child",
    }
}

impl ConsentKind {
    /// Says whether it is one of the man's statements.
    #[must_use]
    pub const fn is_his(self) -> bool {
        matches!(self, Self::StatementOfUnderstanding | Self::StatementOfAgreement)
    }

    /// Says whether a share may stand on it; whoever takes consent back takes back all that do.
    ///
    /// How she wants to be reached is a wish and lets nobody be told. The man's statements are conditions of the programme
    /// and not free, so nothing stands on them: what is shared about him has a gateway.
    #[must_use]
    pub const fn carries_sharing(self) -> bool {
        match self {
            Self::WomensService | Self::Child => true,
            Self::ContactPreference | Self::StatementOfUnderstanding | Self::StatementOfAgreement => false,
        }
    }
}

vocabulary! {
    /// How it was taken.
    ConsentMethod {
        /// Face to face.
        InPerson = "in-person",
        /// By telephone.
        Telephone = "telephone",
        /// By video.
        Video = "video",
        /// In writing.
        Writing = "writing",
        /// Through an interpreter.
        Interpreter = "interpreter",
    }
}

/// Stands in the place of a notice's id where nobody was asked: only for [`ConsentEvent::SharedWithoutConsent`].
pub const NO_NOTICE: &str = "none";

/// The words of a consent event, sealed.
#[derive(Debug)]
pub struct ConsentWords {
    /// What was said, in her words or the worker's.
    pub said: Option<Prose<2000>>,
    /// The 32 bytes, in hexadecimal, that bind what was said to the signed record; sealed with it, gone with it.
    pub salt: Option<Line<64>>,
}

impl Content for ConsentWords {
    const TABLE: &'static str = "consent";

    fn write(&self, out: &mut FieldWriter) {
        out.put(self.said.as_ref().map(Prose::reveal));
        out.put(self.salt.as_ref().map(Line::reveal));
    }

    fn read(input: &mut FieldReader<'_>) -> Option<Self> {
        let said = input.optional()?.map(Prose::new).transpose().ok()?;
        Some(Self { said, salt: input.optional()?.map(Line::new).transpose().ok()? })
    }
}
