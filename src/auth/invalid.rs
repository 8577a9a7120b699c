//! That a token admits nobody.
//!
//! Must never know: the token.

/// A token admits nobody. The caller is told only that; the reason is for the audit.
#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone, Copy)]
#[error("the token is not valid")]
pub struct InvalidToken {
    reason: &'static str,
}

impl InvalidToken {
    pub(super) const fn because(reason: &'static str) -> Self {
        Self { reason }
    }

    /// Returns one fixed word for the audit and the operator. Never show it to the caller.
    ///
    /// It holds nothing of the token. `demo-identity` deserves an alarm.
    #[must_use]
    pub const fn reason(self) -> &'static str {
        self.reason
    }
}
