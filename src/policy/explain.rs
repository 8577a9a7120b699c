//! Why: the lines that decided, and what would have been enough.
//!
//! Promises: what is called enough is enough, with one or two facts changed and no more; it
//! is looked up, not guessed. Guards are never explained: to say that a wall stands is to
//! say that there is somebody behind it.

use super::Policy;
use super::ask::Question;
use super::line::POLICY;
use super::masks::{only, words};
use super::pattern::{Pattern, deciding, obligations};
use crate::model::facts::{Fact, FactSet};
use std::fmt::Write;

/// Why a question has the answer that it has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explanation {
    /// Whether it is permitted.
    pub permitted: bool,
    /// The deny lines that fired, or else all lines that allowed; none if no line allowed it.
    pub lines: Vec<String>,
    /// What a permit obliges to.
    pub obligations: Vec<String>,
    /// The smallest changes that would have been enough: each is one fact, or two.
    pub enough: Vec<Vec<Change>>,
}

/// A fact that would have to be otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// It would have to hold.
    Needs(Fact),
    /// It would have to hold no longer.
    Without(Fact),
}

impl std::fmt::Display for Change {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Needs(fact) => f.write_str(fact.as_str()),
            Self::Without(fact) => write!(f, "not {fact}"),
        }
    }
}

/// Returns the changes of one fact that are enough; failing these, of two.
fn enough(pattern: &Pattern, facts: FactSet) -> Vec<Vec<Change>> {
    let flips = |changed: &[Fact]| {
        let flipped = changed.iter().fold(facts.bits(), |bits, fact| bits ^ (1 << *fact as u8));
        pattern.permitted() & only(FactSet::from_bits(flipped)) != 0
    };
    let change = |fact: &Fact| if facts.has(*fact) { Change::Without(*fact) } else { Change::Needs(*fact) };
    let ones: Vec<_> = Fact::ALL.iter().filter(|f| flips(&[**f])).map(|f| vec![change(f)]).collect();
    if !ones.is_empty() {
        return ones;
    }
    let pairs = Fact::ALL.iter().enumerate().flat_map(|(i, a)| Fact::ALL[i + 1..].iter().map(move |b| (a, b)));
    pairs.filter(|(a, b)| flips(&[**a, **b])).map(|(a, b)| vec![change(a), change(b)]).collect()
}

impl Policy {
    /// Explains what the lines say of a question. Guards do not come into it.
    #[must_use]
    pub fn explain_question(&self, question: &Question) -> Explanation {
        let table = self.table();
        let Some(pattern) = table.pattern(question) else {
            return Explanation { permitted: false, lines: Vec::new(), obligations: Vec::new(), enough: Vec::new() };
        };
        let permitted = table.permits(question);
        let rules = deciding(&self.book.rules, pattern, question.facts);
        let obligations = if permitted { obligations(&rules) } else { Vec::new() };
        let enough = if permitted { Vec::new() } else { enough(pattern, question.facts) };
        Explanation { permitted, lines: rules.iter().map(|rule| rule.id.clone()).collect(), obligations, enough }
    }

    /// Writes an explanation for whoever looks after the policy: the answer, the lines in full, and what would be enough.
    #[must_use]
    pub fn explain_text(&self, question: &Question) -> String {
        let why = self.explain_question(question);
        let Question { role, kind, category, purpose, action, facts } = question;
        let mut out = format!("{role} in {kind}: {action} {category} for {purpose}, when {}\n", words(*facts));
        if !self.table().seats(*role, *kind) {
            return out + "refused: that role has no seat in that kind of agency\n";
        }
        out.push_str(if why.permitted { "permitted" } else { "refused" });
        out.push_str(if why.lines.is_empty() { ": no line allows it\n" } else { " by\n" });
        let written = self.files.policy.lines().filter(|line| {
            line.starts_with("p,")
                && line.rsplit(", ").next().is_some_and(|id| why.lines.iter().any(|known| known == id.trim()))
        });
        for line in written {
            // Writing to a string cannot fail.
            let _ = writeln!(out, "  {POLICY}: {line}");
            let id = line.rsplit(", ").next().unwrap_or_default().trim();
            let _ = writeln!(out, "    in words: {}", self.in_words(id));
        }
        if !why.obligations.is_empty() {
            let _ = writeln!(out, "obliges to {}", why.obligations.join(", "));
        }
        for changes in &why.enough {
            let changes: Vec<_> = changes.iter().map(Change::to_string).collect();
            let _ = writeln!(out, "would be permitted with {}", changes.join(" and "));
        }
        for fact in Fact::ALL.iter().filter(|fact| why.enough.iter().flatten().any(|one| *one == Change::Needs(**fact)))
        {
            let _ = writeln!(out, "  without {fact}: {}", self.in_words(fact.as_str()));
        }
        if !why.permitted && why.enough.is_empty() {
            out.push_str("no change of one or two facts would permit it\n");
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::agencies::{AgencyKind, Role};
    use crate::model::notes::Category;
    use crate::model::shares::Purpose;
    use crate::policy::permit::Action;

    fn ask(role: Role, kind: AgencyKind, category: Category, facts: &[Fact]) -> Question {
        let facts = FactSet::of(facts.iter().copied());
        Question { role, kind, category, purpose: Purpose::VictimSafety, action: Action::Read, facts }
    }

    #[test]
    fn a_missing_fact_is_named() {
        let policy = Policy::embedded().unwrap();
        let question =
            ask(Role::WomensWorker, AgencyKind::WomensService, Category::ProtectedAddress, &[Fact::Involved]);
        let why = policy.explain_question(&question);
        assert_eq!(why.enough, [vec![Change::Needs(Fact::Hers)]]);
        let question = Question { facts: FactSet::default(), ..question };
        assert_eq!(
            policy.explain_question(&question).enough,
            [vec![Change::Needs(Fact::Involved), Change::Needs(Fact::Hers)]]
        );
        let text = policy.explain_text(&question);
        assert!(text.contains("would be permitted with inv and her"), "{text}");
    }

    #[test]
    fn a_wide_denial_names_its_lines_and_nothing_is_enough() {
        let policy = Policy::embedded().unwrap();
        let question = ask(Role::GroupWorker, AgencyKind::ProgrammeDelivery, Category::ProtectedAddress, Fact::ALL);
        let why = policy.explain_question(&question);
        assert_eq!((why.permitted, why.enough.len()), (false, 0));
        assert_eq!(why.lines, ["D01", "D02"]);
        let text = policy.explain_text(&question);
        assert!(text.contains("policy.csv: p, *, at:programme-delivery, cat:hers"), "{text}");
    }

    #[test]
    fn what_is_called_enough_is_enough() {
        let policy = Policy::embedded().unwrap();
        for facts in super::super::masks::combinations() {
            let question =
                Question { facts, ..ask(Role::PoliceOffenderManagement, AgencyKind::Police, Category::Child, &[]) };
            for changes in policy.explain_question(&question).enough {
                let bits = changes.iter().fold(facts.bits(), |bits, change| match change {
                    Change::Needs(fact) | Change::Without(fact) => bits ^ (1 << *fact as u8),
                });
                assert!(policy.table().permits(&Question { facts: FactSet::from_bits(bits), ..question }));
            }
        }
    }

    #[test]
    fn no_seat_is_said_plainly() {
        let policy = Policy::embedded().unwrap();
        let question = ask(Role::GroupWorker, AgencyKind::Police, Category::Attendance, Fact::ALL);
        assert!(policy.explain_text(&question).contains("no seat"));
    }
}
