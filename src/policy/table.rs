//! The compiled decision table: what decides on the request path.
//!
//! Each cell (seat, category, purpose, action) names a pattern; a pattern holds two `u128`:
//! the combinations of facts that some line allows, and those that some line denies.
//! Cells that the same lines decide share one pattern, and what its lines say of each
//! combination is written out once, so a decision is four look-ups and no search.
//! Promises: it is never changed in place; whoever reads one reads one policy.
//! Must never know: who asks, and where facts come from.

use super::ask::{Action, Level, Question};
use super::line::{Effect, Rule};
use super::masks::only;
use super::pattern::Pattern;
use super::ruling::{Ruling, Rulings};
use crate::model::agencies::{AgencyKind, Role};
use crate::model::notes::Category;
use crate::model::shares::Purpose;
use std::collections::HashMap;
use std::sync::Arc;

#[derive(Clone, Debug)]
pub(super) struct Table {
    /// The number of each seat by role and kind; `None` where there is no such seat.
    seats: Vec<Option<u8>>,
    cells: Vec<u16>,
    patterns: Vec<Pattern>,
    rulings: Vec<Arc<Ruling>>,
}

const CELLS_PER_SEAT: usize = Category::ALL.len() * Purpose::ALL.len() * Action::ALL.len();

impl Table {
    /// Compiles the lines for the seats that exist.
    pub(super) fn compile(seats: &[(Role, AgencyKind)], rules: &[Rule]) -> Self {
        let mut cells = Vec::with_capacity(seats.len() * CELLS_PER_SEAT);
        let mut patterns = Vec::new();
        let mut known: HashMap<Vec<u16>, u16> = HashMap::new();
        let mut rulings = Rulings::default();
        for (role, kind) in seats {
            let seat = narrow(rules, 0..rules.len(), |rule| {
                holds(rule.roles & spread(rule.kinds, *kind as u32), *role as u32)
            });
            for category in Category::ALL {
                let seat = narrow(rules, seat.iter().copied(), |rule| holds(rule.categories, *category as u32));
                for purpose in Purpose::ALL {
                    let seat = narrow(rules, seat.iter().copied(), |rule| holds(rule.purposes, *purpose as u32));
                    for action in Action::ALL {
                        let last = narrow(rules, seat.iter().copied(), |rule| holds(rule.actions, *action as u32));
                        let places: Vec<u16> = last.into_iter().filter_map(|place| u16::try_from(place).ok()).collect();
                        let pattern = *known.entry(places).or_insert_with_key(|places| {
                            let mut pattern = pattern(rules, places);
                            rulings.write_out(rules, &mut pattern);
                            patterns.push(pattern);
                            u16::try_from(patterns.len() - 1).expect("lines meet in a few hundred ways, not in 65,536")
                        });
                        cells.push(pattern);
                    }
                }
            }
        }
        let mut places = vec![None; Role::ALL.len() * AgencyKind::ALL.len()];
        for (number, (role, kind)) in seats.iter().enumerate() {
            places[seat(*role, *kind)] = u8::try_from(number).ok();
        }
        Self { seats: places, cells, patterns, rulings: rulings.finish() }
    }

    /// Returns the cell of a question, or `None` if there is no such seat.
    fn cell(&self, question: &Question) -> Option<usize> {
        let seat = self.seats[seat(question.role, question.kind)]?;
        let mut cell = usize::from(seat) * Category::ALL.len() + question.category as usize;
        cell = cell * Purpose::ALL.len() + question.purpose as usize;
        Some(cell * Action::ALL.len() + question.action as usize)
    }

    /// Returns the pattern of a question, or `None` if there is no such seat.
    pub(super) fn pattern(&self, question: &Question) -> Option<&Pattern> {
        Some(&self.patterns[usize::from(self.cells[self.cell(question)?])])
    }

    /// Returns what the lines say of a question, or `None` if there is no such seat.
    pub(super) fn ruling(&self, question: &Question) -> Option<&Arc<Ruling>> {
        let place = self.pattern(question)?.rulings[usize::from(question.facts.bits())];
        Some(&self.rulings[usize::from(place)])
    }

    /// Says whether the seat exists.
    pub(super) fn seats(&self, role: Role, kind: AgencyKind) -> bool {
        self.seats[seat(role, kind)].is_some()
    }

    /// Says whether the question is permitted.
    pub(super) fn permits(&self, question: &Question) -> bool {
        self.pattern(question).is_some_and(|pattern| pattern.permitted() & only(question.facts) != 0)
    }

    /// Returns the most that may be known on these facts, whatever action the question names.
    pub(super) fn level(&self, question: &Question) -> Option<Level> {
        Level::ALL.into_iter().find(|level| self.permits(&Question { action: level.action(), ..*question }))
    }

    /// Returns a table that denies this one question besides, and is otherwise the same.
    pub(super) fn without(&self, question: &Question) -> Self {
        let mut table = self.clone();
        if let (Some(cell), Some(pattern)) = (self.cell(question), self.pattern(question)) {
            let mut stricter = pattern.clone();
            stricter.deny |= only(question.facts);
            if let (Ok(place), Ok(ruling)) = (u16::try_from(table.patterns.len()), u16::try_from(table.rulings.len())) {
                stricter.rulings[usize::from(question.facts.bits())] = ruling;
                table.rulings.push(Arc::new(Ruling::tightened()));
                table.patterns.push(stricter);
                table.cells[cell] = place;
            }
        }
        table
    }
}

/// Returns where a seat's number stands.
const fn seat(role: Role, kind: AgencyKind) -> usize {
    role as usize * AgencyKind::ALL.len() + kind as usize
}

/// Returns those of the lines that match.
fn narrow(rules: &[Rule], among: impl Iterator<Item = usize>, matches: impl Fn(&Rule) -> bool) -> Vec<usize> {
    among.filter(|place| matches(&rules[*place])).collect()
}

const fn holds(set: u64, place: u32) -> bool {
    set >> place & 1 == 1
}

/// Returns everything if `place` is in the set, and nothing if it is not.
const fn spread(set: u64, place: u32) -> u64 {
    if holds(set, place) { u64::MAX } else { 0 }
}

fn pattern(rules: &[Rule], places: &[u16]) -> Pattern {
    let mut pattern = Pattern { allow: 0, deny: 0, rules: places.to_vec(), rulings: [0; 128] };
    for place in places {
        let rule = &rules[usize::from(*place)];
        match rule.effect {
            Effect::Allow => pattern.allow |= rule.facts,
            Effect::Deny => pattern.deny |= rule.facts,
        }
    }
    pattern
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::facts::FactSet;
    use crate::policy::files::Files;
    use crate::policy::load::{Book, book};
    use proptest::prelude::*;
    use std::sync::LazyLock;

    static BOOK: LazyLock<(Book, Table)> = LazyLock::new(|| {
        let book = book(&Files::embedded()).unwrap();
        let table = Table::compile(&book.seats, &book.rules);
        (book, table)
    });

    fn questions() -> impl Strategy<Value = Question> {
        let of = |n: usize| 0..n;
        (of(45), of(18), of(7), of(12), 0u8..128).prop_map(|(seat, category, purpose, action, facts)| Question {
            role: BOOK.0.seats[seat].0,
            kind: BOOK.0.seats[seat].1,
            category: Category::ALL[category],
            purpose: Purpose::ALL[purpose],
            action: Action::ALL[action],
            facts: FactSet::from_bits(facts),
        })
    }

    /// Decides by walking every line, as casbin does.
    fn walked(q: &Question) -> bool {
        let fires = |rule: &&Rule| {
            holds(rule.roles, q.role as u32)
                && holds(rule.kinds, q.kind as u32)
                && holds(rule.categories, q.category as u32)
                && holds(rule.purposes, q.purpose as u32)
                && holds(rule.actions, q.action as u32)
                && rule.facts & only(q.facts) != 0
        };
        let effects: Vec<_> = BOOK.0.rules.iter().filter(fires).map(|rule| rule.effect).collect();
        effects.contains(&Effect::Allow) && !effects.contains(&Effect::Deny)
    }

    proptest! {
        #[test]
        fn the_table_says_what_the_lines_say(question in questions()) {
            prop_assert_eq!(BOOK.1.permits(&question), walked(&question));
            prop_assert_eq!(BOOK.1.ruling(&question).unwrap().permitted, walked(&question));
        }

        #[test]
        fn a_tightened_table_differs_in_one_question_only(question in questions(), other in questions()) {
            let tight = BOOK.1.without(&question);
            prop_assert!(!tight.permits(&question));
            prop_assert_eq!(tight.ruling(&question).unwrap().as_ref(), &Ruling::tightened());
            prop_assert_eq!(tight.permits(&other), BOOK.1.permits(&other) && other != question);
        }
    }

    #[test]
    fn the_table_is_small() {
        assert_eq!(BOOK.1.cells.len(), BOOK.0.seats.len() * CELLS_PER_SEAT);
        let patterns: usize = BOOK.1.patterns.iter().map(|p| size_of::<Pattern>() + 2 * p.rules.len()).sum();
        assert!(patterns + 2 * BOOK.1.cells.len() < 512 * 1024);
        assert!(BOOK.1.rulings.len() < 1000, "{}", BOOK.1.rulings.len());
    }
}
