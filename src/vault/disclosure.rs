//! Plaintext with its audit number: the only form in which content leaves the vault.
//!
//! Promises: it exists only if the act of reading it is on disk; it cannot be copied,
//! printed or serialised. Whoever renders it borrows the value and names its fields.
//! Must never know: keys, HTTP, how it will be shown.

use crate::store::Receipt;
use std::fmt;

/// Content that was opened, and the proof that the opening was recorded.
///
/// Made only in `vault/disclosure.rs`, by `Vault::open` and `Vault::open_many`.
///
/// It cannot be copied:
/// ```compile_fail
/// fn twice<T: Clone>() {}
/// twice::<lippen::vault::Disclosure<String>>();
/// ```
/// It cannot be serialised:
/// ```compile_fail
/// fn sent<T: serde::Serialize>() {}
/// sent::<lippen::vault::Disclosure<String>>();
/// ```
/// It cannot be printed:
/// ```compile_fail
/// fn printed<T: std::fmt::Display>() {}
/// printed::<lippen::vault::Disclosure<String>>();
/// ```
/// It can be named, so the three above fail for the reason they give:
/// ```
/// fn named<T>() {}
/// named::<lippen::vault::Disclosure<String>>();
/// ```
#[must_use = "the log says that this was disclosed"]
pub struct Disclosure<T> {
    value: T,
    receipt: Receipt,
}

impl<T> Disclosure<T> {
    /// Joins what was opened with the receipt that it was opened on, which ends here.
    pub(super) const fn of(value: T, receipt: Receipt) -> Self {
        Self { value, receipt }
    }

    /// Returns the content.
    #[must_use]
    pub const fn value(&self) -> &T {
        &self.value
    }

    /// Returns the index of the audit entry, from 0.
    #[must_use]
    pub fn index(&self) -> u64 {
        self.receipt.index()
    }

    /// Returns the audit log's root once the entry was in it.
    #[must_use]
    pub fn root(&self) -> &str {
        self.receipt.root()
    }

    /// Returns how many entries that root covers.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.receipt.size()
    }
}

impl<T> fmt::Debug for Disclosure<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Disclosure")
    }
}
