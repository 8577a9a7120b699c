//! What the lines that touch one cell say together.

use super::line::{Effect, Rule};
use super::masks::only;
use crate::model::facts::FactSet;

/// The ruling on each combination of facts: a place among the rulings, by the combination's bits.
pub(super) type Places = [u16; 128];

/// What the lines that touch a cell say.
#[derive(Clone, Debug)]
pub(super) struct Pattern {
    pub(super) allow: u128,
    pub(super) deny: u128,
    /// The lines, by their place in the book.
    pub(super) rules: Vec<u16>,
    /// What these lines say of each combination of facts.
    pub(super) rulings: Places,
}

impl Pattern {
    /// Returns the combinations of facts that are permitted.
    pub(super) const fn permitted(&self) -> u128 {
        self.allow & !self.deny
    }
}

/// Returns the lines that decide: denials that fired, or else all allowances that did.
pub(super) fn deciding<'a>(rules: &'a [Rule], pattern: &Pattern, facts: FactSet) -> Vec<&'a Rule> {
    let fired = |effect: Effect| {
        let rules = pattern.rules.iter().map(|place| &rules[usize::from(*place)]);
        rules.filter(|rule| rule.effect == effect && rule.facts & only(facts) != 0).collect::<Vec<_>>()
    };
    let denials = fired(Effect::Deny);
    if denials.is_empty() { fired(Effect::Allow) } else { denials }
}

/// Returns the obligations of these lines, each once, in the order of words.
pub(super) fn obligations(rules: &[&Rule]) -> Vec<String> {
    let mut all: Vec<String> = rules.iter().flat_map(|rule| rule.obligations.iter().cloned()).collect();
    all.sort();
    all.dedup();
    all
}
