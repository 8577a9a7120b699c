//! What happened: the events that clocks are reckoned from.
//!
//! Promises: a word has one spelling. An event is never changed: a correction is an event of its own that names the one
//! that it stands in the place of, and a waiver or an extension is an event that names the clock.
//! Must never know: which words there are; who recorded it.

use crate::model::id::{EventId, OrderId};
use crate::model::time::{Day, Moment};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// The longest word.
const WORD_MAX: usize = 40;

/// A word for something that happens, such as `contact-missed`.
///
/// Shape: 2 to 40 of `a-z`, `0-9`, `-`; a letter first.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct EventWord(String);

/// The text was not a word for something that happens.
#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone, Copy)]
#[error("not a word for an event: write 2 to 40 of a-z, 0-9 and hyphen, a letter first")]
pub struct NotAnEventWord;

impl EventWord {
    /// Ends a clock that is not to be kept: by a named manager, with a reason.
    pub const WAIVED: &'static str = "clock-waived";

    /// Gives a clock until another day: by a named manager, with a reason.
    pub const EXTENDED: &'static str = "clock-extended";

    /// Says that what it corrects did not happen; nothing stands in its place.
    pub const CORRECTION: &'static str = "correction";

    /// Says that another order took the place of one: recorded with that order alone. It ends the clocks of the old one.
    pub const REPLACED: &'static str = "order-replaced";
    /// A named officer has a notice that he is recalled or at large.
    pub const ACKNOWLEDGED: &'static str = "at-large-acknowledged";

    /// The notices that stand until the prison service ends them.
    pub const NOTICES: [&'static str; 2] = ["recalled", "at-large"];
    /// He begins the group of a programme: never before its gate is done.
    pub const GROUP_STARTED: &'static str = "group-started";

    /// An item of that gate is not to be done: by a manager, with a reason.
    pub const GATE_WAIVED: &'static str = "gate-waived";

    /// What a women's service needs was sent to it.
    pub const DETAILS_SENT: &'static str = "details-sent";

    /// He was put on the waiting list of a programme.
    pub const LISTED: &'static str = "programme-listed";

    /// The words that the program itself records: no list of words may lack one.
    pub const NEEDED: &'static [&'static str] = &[
        Self::WAIVED,
        Self::EXTENDED,
        Self::CORRECTION,
        Self::REPLACED,
        "order-notified",
        "order-received",
        "order-started",
        "unpaid-work-imposed",
        "programme-required",
        "officer-allocated",
        "contact-level-set",
        "contact-planned",
        "contact-kept",
        "contact-missed",
        "contact-sent-away",
        "contact-called-off",
        "non-compliance",
        Self::GROUP_STARTED,
        Self::GATE_WAIVED,
        Self::DETAILS_SENT,
        Self::LISTED,
        "first-contact",
        "induction-begun",
        "plan-finalised",
        "rmp-approved",
        "group-suspended",
        "group-resumed",
        "group-ended",
    ];

    /// Returns the word.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Says whether it waives or extends a clock.
    #[must_use]
    pub fn manages_clocks(&self) -> bool {
        [Self::WAIVED, Self::EXTENDED].contains(&self.as_str())
    }

    /// Says whether it is a word about clocks or records, and so never starts or stops a clock.
    #[must_use]
    pub fn is_about_clocks(&self) -> bool {
        [Self::WAIVED, Self::EXTENDED, Self::CORRECTION].contains(&self.as_str())
    }
}

impl FromStr for EventWord {
    type Err = NotAnEventWord;
    fn from_str(text: &str) -> Result<Self, NotAnEventWord> {
        let fits = (2..=WORD_MAX).contains(&text.len())
            && text.starts_with(|first: char| first.is_ascii_lowercase())
            && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        if fits { Ok(Self(text.to_owned())) } else { Err(NotAnEventWord) }
    }
}

impl TryFrom<String> for EventWord {
    type Error = NotAnEventWord;
    fn try_from(text: String) -> Result<Self, NotAnEventWord> {
        text.parse()
    }
}

impl From<EventWord> for String {
    fn from(word: EventWord) -> Self {
        word.0
    }
}

impl fmt::Display for EventWord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What an event is about, where it names another: the trigger of a clock, or what it answers.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Of {
    /// The event that it names: for a waiver and an extension the trigger of the clock, for an answer what it answers.
    pub event: EventId,
    /// The name of the clock's rule, such as `NOS-CONTACT`: needed for a waiver and an extension.
    pub rule: Option<String>,
}

/// Something that happened in a case, as the reckoning needs it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Happening {
    /// Its id.
    pub id: EventId,
    /// The order that it belongs to; none if it is of the case.
    pub order: Option<OrderId>,
    /// What happened.
    pub word: EventWord,
    /// When it happened.
    pub happened: Moment,
    /// When the hub learned of it.
    pub known: Moment,
    /// The day that it speaks of: of a meeting that was set, of a review, the last day that a court gave.
    pub date: Option<Day>,
    /// What it is about, where it names another event.
    pub of: Option<Of>,
    /// The day until which an extension gives time, that day included.
    pub until: Option<Day>,
    /// The event in whose place it stands.
    pub corrects: Option<EventId>,
}
