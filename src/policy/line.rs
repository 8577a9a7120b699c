//! A line of the policy, as it was read.

/// The file that they stand in.
pub(super) const POLICY: &str = "policy.csv";

/// Whether a line allows or denies.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Effect {
    /// Allows.
    Allow,
    /// Denies, whatever allows.
    Deny,
}

/// One line: each column as the set of values that it matches.
#[derive(Debug)]
pub(super) struct Rule {
    pub(super) id: String,
    /// Where it stands in the file, from 1.
    pub(super) line: usize,
    pub(super) effect: Effect,
    pub(super) roles: u64,
    pub(super) kinds: u64,
    pub(super) categories: u64,
    pub(super) purposes: u64,
    pub(super) actions: u64,
    /// The combinations of facts that it matches.
    pub(super) facts: u128,
    pub(super) obligations: Vec<String>,
}
