//! Every cell of the policy laid out flat: what is permitted, denied and obliged for each seat, category, purpose and action.
//!
//! Invariants, and the loader's own checks, walk this. It can be laid out from the table that decides, or straight from
//! the lines; a test holds the two against each other.
//! Must never know: what ought to be permitted.

use super::ask::Action;
use super::ask::Question;
use super::line::{Effect, Rule};
use super::table::Table;
use crate::model::agencies::{AgencyKind, Role};
use crate::model::facts::FactSet;
use crate::model::notes::Category;
use crate::model::shares::Purpose;

/// Where a cell stands: a seat by its number, and the places of category, purpose and action in the program's own lists.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(super) struct Cell {
    pub(super) seat: usize,
    pub(super) category: usize,
    pub(super) purpose: usize,
    pub(super) action: usize,
}

/// Cells as sets of their coordinates: bit *i* of a set is the *i*th value of the program's own list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Block {
    pub(super) roles: u64,
    pub(super) kinds: u64,
    pub(super) categories: u64,
    pub(super) purposes: u64,
    pub(super) actions: u64,
}

/// The whole policy, cell by cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Ground {
    pub(super) seats: Vec<(Role, AgencyKind)>,
    allow: Vec<u128>,
    deny: Vec<u128>,
    /// For each obligation that some line names, the combinations in which a permit carries it.
    obliged: Vec<(String, Vec<u128>)>,
}

/// Says whether the *place*th value is in the set.
pub(super) const fn holds(set: u64, place: usize) -> bool {
    set >> place & 1 == 1
}

/// Returns the places of a set that a list of `len` values has.
pub(super) fn places(set: u64, len: usize) -> Vec<usize> {
    (0..len).filter(|place| holds(set, *place)).collect()
}

impl Block {
    /// Every cell.
    pub(super) const ALL: Self = Self { roles: !0, kinds: !0, categories: !0, purposes: !0, actions: !0 };

    /// Returns the cells that a line speaks of.
    pub(super) const fn of(rule: &Rule) -> Self {
        let Rule { roles, kinds, categories, purposes, actions, .. } = rule;
        Self { roles: *roles, kinds: *kinds, categories: *categories, purposes: *purposes, actions: *actions }
    }

    /// Returns the cells that lie in both.
    #[cfg(test)]
    pub(super) const fn common(&self, other: &Self) -> Self {
        Self {
            roles: self.roles & other.roles,
            kinds: self.kinds & other.kinds,
            categories: self.categories & other.categories,
            purposes: self.purposes & other.purposes,
            actions: self.actions & other.actions,
        }
    }

    /// Returns the numbers of the seats that the block takes in.
    pub(super) fn seats(&self, seats: &[(Role, AgencyKind)]) -> Vec<usize> {
        let taken = |number: &usize| {
            let (role, kind) = seats[*number];
            holds(self.roles, role as usize) && holds(self.kinds, kind as usize)
        };
        (0..seats.len()).filter(taken).collect()
    }

    /// Returns every cell of the block.
    pub(super) fn cells(&self, seats: &[(Role, AgencyKind)]) -> Vec<Cell> {
        let categories = places(self.categories, Category::ALL.len());
        let purposes = places(self.purposes, Purpose::ALL.len());
        let actions = places(self.actions, Action::ALL.len());
        let mut cells = Vec::new();
        for seat in self.seats(seats) {
            for category in &categories {
                for purpose in &purposes {
                    let cell = |action: &usize| Cell { seat, category: *category, purpose: *purpose, action: *action };
                    cells.extend(actions.iter().map(cell));
                }
            }
        }
        cells
    }
}

impl Ground {
    /// Lays out nothing at all for these seats.
    fn bare(seats: &[(Role, AgencyKind)], rules: &[Rule]) -> Self {
        let cells = seats.len() * Category::ALL.len() * Purpose::ALL.len() * Action::ALL.len();
        let mut words: Vec<&String> = rules.iter().flat_map(|rule| &rule.obligations).collect();
        words.sort();
        words.dedup();
        let obliged = words.into_iter().map(|word| (word.clone(), vec![0; cells])).collect();
        Self { seats: seats.to_vec(), allow: vec![0; cells], deny: vec![0; cells], obliged }
    }

    /// Lays out what these lines say, one after the other.
    pub(super) fn of_lines(seats: &[(Role, AgencyKind)], rules: &[Rule]) -> Self {
        let mut ground = Self::bare(seats, rules);
        for rule in rules {
            for cell in Block::of(rule).cells(seats) {
                ground.add(place(cell), rule);
            }
        }
        ground
    }

    /// Lays out what the table says, from the lines of each of its patterns.
    pub(super) fn of_table(seats: &[(Role, AgencyKind)], rules: &[Rule], table: &Table) -> Self {
        let mut ground = Self::bare(seats, rules);
        for cell in Block::ALL.cells(seats) {
            let Some(pattern) = table.pattern(&ground.question(cell)) else { continue };
            let place = place(cell);
            (ground.allow[place], ground.deny[place]) = (pattern.allow, pattern.deny);
            for (word, masks) in &mut ground.obliged {
                let carrying = pattern.rules.iter().map(|rule| &rules[usize::from(*rule)]);
                let carrying = carrying.filter(|rule| rule.effect == Effect::Allow && rule.obligations.contains(word));
                masks[place] = carrying.fold(0, |mask, rule| mask | rule.facts);
            }
        }
        ground
    }

    /// Lays out again what these lines say within a block, over a ground that holds everywhere else.
    #[cfg(test)]
    pub(super) fn with(mut self, block: &Block, rules: &[Rule]) -> Self {
        for cell in block.cells(&self.seats) {
            let place = place(cell);
            (self.allow[place], self.deny[place]) = (0, 0);
            self.obliged.iter_mut().for_each(|(_, masks)| masks[place] = 0);
        }
        for rule in rules {
            for cell in Block::of(rule).common(block).cells(&self.seats) {
                self.add(place(cell), rule);
            }
        }
        self
    }

    fn add(&mut self, place: usize, rule: &Rule) {
        match rule.effect {
            Effect::Deny => self.deny[place] |= rule.facts,
            Effect::Allow => {
                self.allow[place] |= rule.facts;
                for (_, masks) in self.obliged.iter_mut().filter(|(word, _)| rule.obligations.contains(word)) {
                    masks[place] |= rule.facts;
                }
            }
        }
    }

    /// Returns the combinations of facts that are permitted.
    pub(super) fn permitted(&self, cell: Cell) -> u128 {
        self.allow[place(cell)] & !self.deny[place(cell)]
    }

    /// Returns the combinations of facts that some line denies.
    pub(super) fn denied(&self, cell: Cell) -> u128 {
        self.deny[place(cell)]
    }

    /// Returns the combinations in which a permit carries the obligation.
    pub(super) fn obliged(&self, cell: Cell, word: &str) -> u128 {
        let found = self.obliged.iter().find(|(known, _)| known == word);
        found.map_or(0, |(_, masks)| masks[place(cell)]) & self.permitted(cell)
    }

    /// Says whether two cells permit the same and oblige to the same, as far as `selected` goes.
    pub(super) fn alike(&self, one: Cell, other: Cell, selected: u128) -> bool {
        (self.permitted(one) ^ self.permitted(other)) & selected == 0
            && self
                .obliged
                .iter()
                .all(|(word, _)| (self.obliged(one, word) ^ self.obliged(other, word)) & selected == 0)
    }

    /// Says whether a cell permits the same and obliges to the same on another ground with the same seats and obligations.
    #[cfg(test)]
    pub(super) fn same_as(&self, other: &Self, cell: Cell) -> bool {
        let (place, permitted) = (place(cell), self.permitted(cell));
        let same = |one: &Vec<u128>, two: &Vec<u128>| (one[place] ^ two[place]) & permitted == 0;
        let mut obliged = self.obliged.iter().zip(&other.obliged);
        permitted == other.permitted(cell) && obliged.all(|((_, one), (_, two))| same(one, two))
    }

    /// Returns the question of a cell, on no facts.
    pub(super) fn question(&self, cell: Cell) -> Question {
        let (role, kind) = self.seats[cell.seat];
        Question {
            role,
            kind,
            category: Category::ALL[cell.category],
            purpose: Purpose::ALL[cell.purpose],
            action: Action::ALL[cell.action],
            facts: FactSet::default(),
        }
    }

    /// Names a cell.
    pub(super) fn name(&self, cell: Cell) -> String {
        let Question { role, kind, category, purpose, action, .. } = self.question(cell);
        format!("{role} in {kind}, {action} {category} for {purpose}")
    }
}

/// Returns where a cell stands among all.
const fn place(cell: Cell) -> usize {
    let place = cell.seat * Category::ALL.len() + cell.category;
    (place * Purpose::ALL.len() + cell.purpose) * Action::ALL.len() + cell.action
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::files::Files;
    use crate::policy::load::book;

    #[test]
    fn the_lines_and_the_table_lay_out_the_same_ground() {
        let book = book(&Files::embedded()).unwrap();
        let table = Table::compile(&book.seats, &book.rules);
        let lines = Ground::of_lines(&book.seats, &book.rules);
        assert!(lines == Ground::of_table(&book.seats, &book.rules, &table));
        assert!(lines.obliged.iter().any(|(word, masks)| word == "ack" && masks.iter().any(|mask| *mask != 0)));
    }
}
