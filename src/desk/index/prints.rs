//! Prints of names, dates and references: 64 bits under a key of the hub, and nothing that can be read.
//!
//! Promises: without the hub's identity nobody can make or test a print; the same text under another label has another.
//! Must never know: whose they are.

use crate::vault::{Printer, Vault};

/// What stands for a text in the index.
pub(super) type Print = u64;

/// Makes prints.
pub(super) struct Prints(Printer);

impl Prints {
    /// Makes them under the hub's own key.
    pub(super) fn by(vault: &Vault) -> Self {
        Self(vault.printer("people"))
    }

    /// Returns the print of these parts under a label, whatever their letter case and spacing.
    pub(super) fn of(&self, label: &str, parts: &[&str]) -> Print {
        let mut text = label.to_owned();
        for part in parts {
            text.push('\u{1f}');
            for (at, word) in part.split_whitespace().enumerate() {
                if at > 0 {
                    text.push(' ');
                }
                text.extend(word.chars().flat_map(char::to_lowercase));
            }
        }
        let print = self.0.print(&text);
        zeroize::Zeroize::zeroize(&mut text);
        print
    }
}

/// Takes the last word of a name as the family name.
pub(super) fn last(name: &str) -> &str {
    name.split_whitespace().last().unwrap_or("")
}

/// Takes the first of several given names: the one that people are called by.
pub(super) fn first(given: &str) -> &str {
    given.split_whitespace().next().unwrap_or("")
}
