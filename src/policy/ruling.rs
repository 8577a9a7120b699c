//! What the lines say of every combination of facts, written out when the policy is compiled.
//!
//! Promises: a ruling names the lines that decide and what they oblige to, exactly as
//! walking the lines would; equal rulings are one value, so a table of them stays small.
//! Must never know: who asks, the guards, how rulings are recorded.

use super::line::{Effect, Rule};
use super::masks::combinations;
use super::pattern::{Pattern, deciding, obligations};
use std::collections::HashMap;
use std::sync::Arc;

/// The line that stands in the record when nothing allowed and nothing denied.
pub(super) const DEFAULT: &str = "default";

/// The line that stands in the record when casbin and the table differed and the stricter answer won.
pub(super) const TIGHTENED: &str = "guard:replay";

/// What the lines say of one question: the answer, and what decided it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ruling {
    /// Whether it is permitted, as far as the lines go.
    pub permitted: bool,
    /// The lines that decided, as the record names them; `default` if none fired.
    pub lines: Vec<String>,
    /// What a permit obliges to.
    pub obligations: Vec<String>,
}

impl Ruling {
    /// Returns the ruling on a question that casbin refused where the table did not.
    pub(super) fn tightened() -> Self {
        Self { permitted: false, lines: vec![TIGHTENED.to_owned()], obligations: Vec::new() }
    }

    fn of(rules: &[&Rule]) -> Self {
        let permitted = rules.first().is_some_and(|rule| rule.effect == Effect::Allow);
        let mut lines: Vec<_> = rules.iter().map(|rule| rule.id.clone()).collect();
        if lines.is_empty() {
            lines.push(DEFAULT.to_owned());
        }
        let obligations = if permitted { obligations(rules) } else { Vec::new() };
        Self { permitted, lines, obligations }
    }
}

/// Every ruling of a policy, each once.
#[derive(Debug, Default)]
pub(super) struct Rulings<'a> {
    all: Vec<Arc<Ruling>>,
    /// Where the ruling of these lines stands.
    known: HashMap<Vec<&'a str>, u16>,
}

impl<'a> Rulings<'a> {
    /// Writes out what a pattern's lines say of each combination.
    pub(super) fn write_out(&mut self, rules: &'a [Rule], pattern: &mut Pattern) {
        for facts in combinations() {
            let found = deciding(rules, pattern, facts);
            let key = found.iter().map(|rule| rule.id.as_str()).collect();
            let all = &mut self.all;
            let place = *self.known.entry(key).or_insert_with(|| {
                all.push(Arc::new(Ruling::of(&found)));
                u16::try_from(all.len() - 1).expect("lines combine in a few hundred ways, not in 65,536")
            });
            pattern.rulings[usize::from(facts.bits())] = place;
        }
    }

    /// Returns the rulings by place.
    pub(super) fn finish(self) -> Vec<Arc<Ruling>> {
        self.all
    }
}
