//! What must not stand where it is written: forms of whereabouts, and words that somebody else wrote.
//!
//! Promises: it only looks; it keeps no text; a find is a word for its kind, never the value.
//! Must never know: who writes, on which case, what was written before.

mod chain;
mod fold;
mod forms;
mod places;
mod rules;
mod shingles;
#[cfg(test)]
mod tests;

pub use chain::Joint;
pub use rules::{RuleKind, Rules};
pub use shingles::{Gram, Grams, Overlap};

use super::words::vocabulary;

vocabulary! {
    /// What a text looks as if it holds. A writer confirms by these words that they have looked again.
    Form {
        /// A postcode.
        Postcode = "postcode",
        /// A telephone number.
        Phone = "phone",
        /// A street address, a flat or a named house.
        Address = "address",
        /// A school or nursery.
        School = "school",
        /// Where somebody works.
        Workplace = "workplace",
        /// A vehicle's registration.
        Vehicle = "vehicle",
        /// An e-mail address.
        Email = "email",
        /// Words of a note that her own service keeps and has not released.
        HerWords = "her-words",
    }
}

impl Form {
    /// Returns the form's name as it stands in a sentence.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Postcode => "a postcode",
            Self::Phone => "a telephone number",
            Self::Address => "an address",
            Self::School => "a school or nursery",
            Self::Workplace => "a place of work",
            Self::Vehicle => "a vehicle's registration",
            Self::Email => "an e-mail address",
            Self::HerWords => "words of a note that your service keeps for her",
        }
    }
}
