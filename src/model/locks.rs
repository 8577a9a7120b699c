//! A case that is locked: somebody believes that words of it have got out, and until officers have looked nobody reads it but
//! those who were let in.
//!
//! Promises: why it was locked is wiped when dropped and never printed.

use super::fields::{Content, FieldReader, FieldWriter};
use super::text::Prose;
use super::words::vocabulary;

vocabulary! {
    /// What an officer found when they looked into it.
    LockFinding {
        /// Nothing has got out.
        NoLeak = "no-leak",
        /// Something had, and no more can: a breach is opened.
        LeakStopped = "leak-stopped",
        /// Something has, and it goes on: a breach is opened, and the case stays locked.
        LeakGoesOn = "leak-goes-on",
        /// It must stay locked.
        StayLocked = "stay-locked",
    }
}

impl LockFinding {
    /// Says whether it is a word for opening the case again.
    #[must_use]
    pub const fn opens(self) -> bool {
        matches!(self, Self::NoLeak | Self::LeakStopped)
    }

    /// Says whether something has got out.
    #[must_use]
    pub const fn leaked(self) -> bool {
        matches!(self, Self::LeakStopped | Self::LeakGoesOn)
    }
}

/// Why somebody said that a case must be locked, sealed.
#[derive(Debug)]
pub struct LockWords(
    /// In words.
    pub Prose<500>,
);

impl Content for LockWords {
    const TABLE: &'static str = "case_lock_call";

    fn write(&self, out: &mut FieldWriter) {
        out.put(Some(self.0.reveal()));
    }

    fn read(input: &mut FieldReader<'_>) -> Option<Self> {
        Some(Self(Prose::new(input.take()?).ok()?))
    }
}
