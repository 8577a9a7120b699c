//! What a check of a record says: one of three outcomes, one reason, and what no signature can show.
//!
//! Must never know: how it was found out.

use super::{HELD_BY_HUB, MAY_BE_LATER, NOT_SHOWN, UNANCHORED};
use crate::model::consents::ConsentEvent;
use crate::model::time::Second;
use crate::model::words::vocabulary;
use std::fmt;

vocabulary! {
    /// The three outcomes.
    Outcome {
        /// Unchanged, signed by all who must, with keys that were good.
        Valid = "valid",
        /// Neither shown nor disproved.
        Indeterminate = "indeterminate",
        /// Changed, or not signed by those who must.
        Invalid = "invalid",
    }
}

vocabulary! {
    /// Why: one for each verdict.
    Reason {
        /// Everything holds.
        Holds = "holds",
        /// Not a file of this form, or it holds no event.
        Package = "package",
        /// An event's bytes are not in the strict profile.
        Profile = "profile",
        /// An event has not exactly the fields of one.
        Fields = "fields",
        /// An event's own times contradict each other.
        Times = "times",
        /// A signature's header is not the one form that is taken.
        Header = "header",
        /// Not exactly worker, agency and hub of the event have signed.
        Signers = "signers",
        /// The directory does not say what the signatures say that it said.
        Directory = "directory",
        /// A signature is not of these bytes by this key.
        Signature = "signature",
        /// A key signed before it was there or after it was replaced.
        KeyDates = "key-dates",
        /// The events do not follow each other as one chain.
        Chain = "chain",
        /// A notice is missing or its text is another.
        Notice = "notice",
        /// What was said is not what was committed to.
        Words = "words",
        /// The log's proof does not hold.
        Seal = "seal",
        /// A key was stolen, and nothing shows that the signature is older.
        Compromised = "compromised",
        /// The log's key is given, and no proof from the log is there.
        Unsealed = "unsealed",
        /// Nothing was recorded by the time that was asked about.
        NothingYet = "nothing-yet",
        /// The log that the file proves had not come to the time that was asked about.
        Beyond = "beyond",
    }
}

impl Reason {
    /// Returns the reason as a sentence.
    #[must_use]
    pub const fn sentence(self) -> &'static str {
        match self {
            Self::Holds => "the bytes are unchanged and signed by worker, agency and hub with keys that were good",
            Self::Package => "the file is not a consent record as a hub exports it",
            Self::Profile => "an event is not written in the strict JSON profile",
            Self::Fields => "an event has not exactly the fields of a consent event",
            Self::Times => "an event's times contradict each other",
            Self::Header => "a signature's header has another form than the one that is taken",
            Self::Signers => "not exactly the worker, agency and hub that the event names have signed it",
            Self::Directory => "the directory of keys is not the one that was signed",
            Self::Signature => "a signature does not fit these bytes and this key",
            Self::KeyDates => "a key signed before it was there or after it was replaced",
            Self::Chain => "the events do not follow each other as one chain",
            Self::Notice => "a notice is missing or is not the text that was signed",
            Self::Words => "the words are not those that were committed to",
            Self::Seal => "the proof that the log has it does not hold",
            Self::Compromised => "a key was stolen, and nothing shows that the signature was made before",
            Self::Unsealed => "no proof from the log is there for all of it",
            Self::NothingYet => "nothing was recorded by that time",
            Self::Beyond => "the log had not come to that time when the file was made: ask the hub for a new one",
        }
    }

    pub(super) const fn outcome(self) -> Outcome {
        match self {
            Self::Holds => Outcome::Valid,
            Self::Compromised | Self::Unsealed | Self::NothingYet | Self::Beyond => Outcome::Indeterminate,
            _ => Outcome::Invalid,
        }
    }
}

/// What a check says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// The outcome.
    pub outcome: Outcome,
    /// Why.
    pub reason: Reason,
    /// Which event it is about, from 1; none if it is about the whole.
    pub event: Option<usize>,
    /// The time that it holds at: the one that was asked about, else when the last event was recorded.
    pub at: Option<Second>,
    /// The latest event by then in which she said something, and whether something might be shared on it.
    pub state: Option<(ConsentEvent, bool)>,
    /// How often by then something was shared without her consent. It says nothing of what she agreed to.
    pub overruled: usize,
    /// Whether the proofs were held against the log's own key; else the file vouches for its own directory.
    pub anchored: bool,
    /// Whether the hub holds a key in the name of a worker or an agency.
    pub held_by_hub: bool,
}

impl Verdict {
    /// Returns a verdict that is not [`Outcome::Valid`].
    pub(super) const fn not(reason: Reason, event: Option<usize>, anchored: bool) -> Self {
        Self {
            outcome: reason.outcome(),
            reason,
            event,
            at: None,
            state: None,
            overruled: 0,
            anchored,
            held_by_hub: false,
        }
    }

    /// Returns on whose word the directory of keys and the log stand, in one word.
    #[must_use]
    pub const fn trust(&self) -> &'static str {
        if self.anchored { "anchored" } else { "unanchored" }
    }

    /// Returns what must be said beside the verdict.
    #[must_use]
    pub fn limits(&self) -> Vec<&'static str> {
        let held = self.held_by_hub.then_some(HELD_BY_HUB);
        let loose = (!self.anchored).then_some(UNANCHORED);
        [NOT_SHOWN].into_iter().chain(loose).chain(held).chain([MAY_BE_LATER]).collect()
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let loose = if self.anchored { "" } else { ", UNANCHORED" };
        match (self.outcome, self.at) {
            (Outcome::Valid, Some(at)) => write!(f, "VALID AT {at}{loose}: {}", self.reason.sentence())?,
            (Outcome::Indeterminate, _) => write!(f, "INDETERMINATE: {}", self.reason.sentence())?,
            _ => write!(f, "INVALID: {}", self.reason.sentence())?,
        }
        self.event.map_or(Ok(()), |event| write!(f, " (event {event})"))
    }
}
