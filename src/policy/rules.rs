//! What an invariant says of the cells that it selects.
//!
//! Promises: a rule looks at every selected cell with every selected combination of facts; what breaks it is named.
//! Must never know: why it ought to be so, which the row says in plain words.

use super::ground::{Block, Cell, Ground, holds, places};
use super::masks::holding;
use crate::model::agencies::{AgencyKind, Role};
use crate::model::facts::Fact;
use crate::model::notes::Category;
use crate::policy::permit::Action;
use crate::policy::words::Column;

/// What must be so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Rule {
    /// None is permitted.
    Never,
    /// Each is refused by a line that denies, so that no later line can allow it.
    Denied,
    /// One at least is permitted.
    Some,
    /// Each is permitted.
    Always,
    /// Each that is permitted is one of these combinations.
    Within(u128),
    /// These combinations are permitted, and no others.
    Exactly(u128),
    /// Each permit carries all of these obligations.
    Obliges(Vec<String>),
    /// Gaining the fact never turns a yes into a no.
    Up(Fact),
    /// Losing the fact never turns a yes into a no.
    Down(Fact),
    /// The fact makes no difference.
    Moot(Fact),
    /// For each category and action these roles are permitted on some of the facts, and no others.
    Who(u64),
    /// Cells that differ in this column alone are alike.
    Same(Column),
    /// Wherever one of these actions is permitted, so is each that is selected.
    Follows(u64),
    /// The roles sit in these kinds of agency, and in no others.
    Sits(u64),
}

/// The questions that an invariant is about: cells, and combinations of facts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Selection {
    pub(super) block: Block,
    pub(super) facts: u128,
}

impl Rule {
    /// Tries the rule; returns the first thing that breaks it.
    pub(super) fn broken(&self, selection: &Selection, ground: &Ground) -> Option<String> {
        match self {
            Self::Who(roles) => who(*roles, selection, ground),
            Self::Sits(kinds) => sits(*kinds, selection, ground),
            Self::Some => {
                let open = |cell: &Cell| ground.permitted(*cell) & selection.facts != 0;
                let any = selection.block.cells(&ground.seats).iter().any(open);
                (!any).then(|| "nothing is permitted".to_owned())
            }
            Self::Always | Self::Exactly(_) if selection.block.seats(&ground.seats).is_empty() => {
                Some("nobody sits there".to_owned())
            }
            _ => {
                let first = First::of(selection, ground);
                let breaks = |cell: &Cell| self.breaks(*cell, selection.facts, ground, &first);
                selection.block.cells(&ground.seats).into_iter().find(breaks).map(|cell| ground.name(cell))
            }
        }
    }

    /// Returns the part of a selection that has to be tried again when only cells in `changed` are otherwise than before.
    #[cfg(test)]
    pub(super) const fn near(&self, block: Block, changed: &Block) -> Block {
        let near = block.common(changed);
        let Block { roles, kinds, categories, purposes, actions } = block;
        match self {
            Self::Some | Self::Sits(_) => block,
            Self::Who(_) => Block { categories: near.categories, actions: near.actions, ..block },
            Self::Follows(_) | Self::Same(Column::Action) => Block { actions, ..near },
            Self::Same(Column::Role | Column::Kind) => Block { roles, kinds, ..near },
            Self::Same(Column::Category) => Block { categories, ..near },
            Self::Same(Column::Purpose) => Block { purposes, ..near },
            _ => near,
        }
    }

    /// Says whether one cell breaks the rule, on the combinations of facts that are selected.
    fn breaks(&self, cell: Cell, selected: u128, ground: &Ground, first: &First) -> bool {
        let whole = ground.permitted(cell);
        let permitted = whole & selected;
        match self {
            Self::Never => permitted != 0,
            Self::Denied => selected & !ground.denied(cell) != 0,
            Self::Always => selected & !whole != 0,
            Self::Within(mask) => permitted & !mask != 0,
            Self::Exactly(mask) => permitted != mask & selected,
            Self::Obliges(words) => words.iter().any(|word| permitted & !ground.obliged(cell, word) != 0),
            // Bit n of a mask is combination n, so to gain fact i is to move 2^i places up.
            Self::Up(fact) => gained(permitted, *fact) & !whole != 0,
            Self::Down(fact) => lost(permitted, *fact) & !whole != 0,
            Self::Moot(fact) => (gained(whole, *fact) ^ whole) & holding(*fact) & selected != 0,
            Self::Same(column) => !ground.alike(cell, first.like(cell, *column, ground), selected),
            Self::Follows(actions) => places(*actions, Action::ALL.len())
                .into_iter()
                .any(|action| ground.permitted(Cell { action, ..cell }) & selected & !whole != 0),
            Self::Some | Self::Who(_) | Self::Sits(_) => false,
        }
    }
}

/// Returns the combinations of a mask that lack the fact, as they are once it is gained.
const fn gained(mask: u128, fact: Fact) -> u128 {
    (mask & !holding(fact)) << (1 << fact as u8)
}

/// Returns the combinations of a mask that have the fact, as they are once it is lost.
const fn lost(mask: u128, fact: Fact) -> u128 {
    (mask & holding(fact)) >> (1 << fact as u8)
}

/// The first selected value of each column: what the others are held against.
struct First {
    seats: Vec<usize>,
    category: usize,
    purpose: usize,
    action: usize,
}

impl First {
    fn of(selection: &Selection, ground: &Ground) -> Self {
        let Block { categories, purposes, actions, .. } = selection.block;
        let first = |set: u64| set.trailing_zeros() as usize;
        let seats = selection.block.seats(&ground.seats);
        Self { seats, category: first(categories), purpose: first(purposes), action: first(actions) }
    }

    /// Returns the cell that one is held against, when only this column may differ.
    fn like(&self, cell: Cell, column: Column, ground: &Ground) -> Cell {
        let seat =
            |wanted: &dyn Fn(usize) -> bool| self.seats.iter().copied().find(|seat| wanted(*seat)).unwrap_or(cell.seat);
        match column {
            Column::Role => Cell { seat: seat(&|_| true), ..cell },
            Column::Kind => {
                let same_role = |other: usize| ground.seats[other].0 == ground.seats[cell.seat].0;
                Cell { seat: seat(&same_role), ..cell }
            }
            Column::Category => Cell { category: self.category, ..cell },
            Column::Purpose => Cell { purpose: self.purpose, ..cell },
            Column::Action => Cell { action: self.action, ..cell },
        }
    }
}

fn who(wanted: u64, selection: &Selection, ground: &Ground) -> Option<String> {
    let Block { categories, actions, .. } = selection.block;
    for category in places(categories, Category::ALL.len()) {
        for action in places(actions, Action::ALL.len()) {
            let block = Block { categories: 1 << category, actions: 1 << action, ..selection.block };
            let mut found = 0;
            for cell in block.cells(&ground.seats) {
                if ground.permitted(cell) & selection.facts != 0 {
                    found |= 1 << ground.seats[cell.seat].0 as u32;
                }
            }
            let other = places(found ^ wanted & selection.block.roles, Role::ALL.len());
            if let Some(role) = other.first().map(|place| Role::ALL[*place]) {
                let said = if holds(found, role as usize) { "is permitted" } else { "is not permitted" };
                return Some(format!("{role} {said} {} {}", Action::ALL[action], Category::ALL[category]));
            }
        }
    }
    None
}

fn sits(wanted: u64, selection: &Selection, ground: &Ground) -> Option<String> {
    places(selection.block.roles, Role::ALL.len()).into_iter().map(|place| Role::ALL[place]).find_map(|role| {
        let kinds = ground.seats.iter().filter(|(seated, _)| *seated == role).map(|(_, kind)| 1 << *kind as u32);
        let found: u64 = kinds.fold(0, |all, kind| all | kind);
        let other = places(found ^ wanted, AgencyKind::ALL.len());
        let kind = other.first().map(|place| AgencyKind::ALL[*place])?;
        let said = if holds(found, kind as usize) { "sits" } else { "does not sit" };
        Some(format!("{role} {said} in {kind}"))
    })
}
