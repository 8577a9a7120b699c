//! What must be so for every question: the rules of `invariants.csv`, tried on all of them.
//!
//! The space is finite (79,380 cells of 128 combinations), so trying it all proves the rule
//! for this policy. It proves nothing of the code that finds the facts.
//! Must never know: single cases, which are for `examples`.

use super::error::{Error, Fault};
use super::load::{Book, Effect};
use super::masks::{ANY, holding, holding_all};
use super::permit::Action;
use super::reference::word;
use super::rows::{Row, rows_of};
use super::table::{Pattern, Question, Table};
use super::words::Column;
use crate::model::facts::{Fact, FactSet};
use crate::model::notes::Category;
use crate::model::shares::Purpose;

const INVARIANTS: &str = "invariants.csv";

/// What must be so of the questions that a row selects.
enum Rule {
    /// None is permitted.
    Never,
    /// Each that is permitted has all of these facts.
    Needs(Vec<Fact>),
    /// Each that is permitted has one of these facts.
    Any(Vec<Fact>),
    /// Each permit carries all of these obligations.
    Obliges(Vec<String>),
    /// One at least is permitted.
    Some,
    /// Gaining the fact never turns a yes into a no.
    Up(Fact),
    /// Losing the fact never turns a yes into a no.
    Down(Fact),
}

/// The questions that a row selects, as sets.
struct Selection {
    roles: u32,
    kinds: u32,
    categories: u32,
    purposes: u32,
    actions: u32,
    facts: u128,
}

/// Tries every invariant; returns how many there are and those that do not hold.
pub(super) fn run(text: &str, book: &Book, table: &Table) -> Result<(usize, Vec<String>), Error> {
    let rows = rows_of(INVARIANTS, text, 10)?;
    let mut broken = Vec::new();
    for row in &rows {
        let selection = selection(row, book).map_err(|fault| row.fault(INVARIANTS, fault))?;
        let found = try_all(&rule(row, book)?, &selection, book, table);
        if let Some(found) = found {
            broken.push(format!("invariant {} ({}) does not hold: {found}", row.cells[0], row.cells[9]));
        }
    }
    Ok((rows.len(), broken))
}

fn selection(row: &Row<'_>, book: &Book) -> Result<Selection, Fault> {
    let set = |column, cell: usize| book.words.set(column, row.cells[cell]);
    Ok(Selection {
        roles: set(Column::Role, 2)?,
        kinds: set(Column::Kind, 3)?,
        categories: set(Column::Category, 4)?,
        purposes: set(Column::Purpose, 5)?,
        actions: set(Column::Action, 6)?,
        facts: conditions(row.cells[7])?,
    })
}

/// Reads `-` or facts such as `inv=y+her=n`.
fn conditions(cell: &str) -> Result<u128, Fault> {
    if cell == "-" {
        return Ok(ANY);
    }
    cell.split('+').try_fold(ANY, |mask, part| {
        let unknown = || Fault::YesNo(part.to_owned());
        let (name, held) = part.split_once('=').ok_or_else(unknown)?;
        let fact: Fact = name.parse().map_err(|_| Fault::Unknown(name.to_owned()))?;
        match held {
            "y" => Ok(mask & holding(fact)),
            "n" => Ok(mask & !holding(fact)),
            _ => Err(unknown()),
        }
    })
}

fn rule(row: &Row<'_>, book: &Book) -> Result<Rule, Error> {
    let arg = row.cells[8];
    let facts = || arg.split('+').map(|fact| word(INVARIANTS, row, fact)).collect::<Result<Vec<Fact>, _>>();
    Ok(match row.cells[1] {
        "never" => Rule::Never,
        "some" => Rule::Some,
        "needs" => Rule::Needs(facts()?),
        "any" => Rule::Any(facts()?),
        "up" => Rule::Up(word(INVARIANTS, row, arg)?),
        "down" => Rule::Down(word(INVARIANTS, row, arg)?),
        "obl" => match arg.split('+').find(|word| !book.words.obliges(word)) {
            Some(word) => return Err(row.fault(INVARIANTS, Fault::Obligation(word.to_owned()))),
            None => Rule::Obliges(arg.split('+').map(str::to_owned).collect()),
        },
        other => return Err(row.fault(INVARIANTS, Fault::Unknown(other.to_owned()))),
    })
}

/// Tries the rule on each cell; returns the first that breaks it.
fn try_all(rule: &Rule, selection: &Selection, book: &Book, table: &Table) -> Option<String> {
    let holds = |set: u32, place: u32| set >> place & 1 == 1;
    let mut some = false;
    for (role, kind) in &book.seats {
        if !holds(selection.roles, *role as u32) || !holds(selection.kinds, *kind as u32) {
            continue;
        }
        for category in Category::ALL.iter().filter(|c| holds(selection.categories, **c as u32)) {
            for purpose in Purpose::ALL.iter().filter(|p| holds(selection.purposes, **p as u32)) {
                for action in Action::ALL.iter().filter(|a| holds(selection.actions, **a as u32)) {
                    let facts = FactSet::default();
                    let question = Question {
                        role: *role,
                        kind: *kind,
                        category: *category,
                        purpose: *purpose,
                        action: *action,
                        facts,
                    };
                    let Some(pattern) = table.pattern(&question) else { continue };
                    some |= pattern.permitted() & selection.facts != 0;
                    if breaks(rule, pattern, selection.facts, book) {
                        return Some(format!("{role} in {kind}, {action} {category} for {purpose}"));
                    }
                }
            }
        }
    }
    (matches!(rule, Rule::Some) && !some).then(|| "nothing is permitted".to_owned())
}

/// Says whether one cell breaks the rule, on the combinations of facts that the row selects.
fn breaks(rule: &Rule, pattern: &Pattern, selected: u128, book: &Book) -> bool {
    let permitted = pattern.permitted() & selected;
    match rule {
        Rule::Never => permitted != 0,
        Rule::Some => false,
        Rule::Needs(facts) => permitted & !holding_all(facts) != 0,
        Rule::Any(facts) => permitted & !facts.iter().fold(0, |mask, fact| mask | holding(*fact)) != 0,
        Rule::Obliges(words) => words.iter().any(|word| permitted & !obliging(pattern, word, book) != 0),
        // Bit n of a mask is combination n, so to gain fact i is to move 2^i places up.
        Rule::Up(fact) => ((permitted & !holding(*fact)) << (1 << *fact as u8)) & !pattern.permitted() != 0,
        Rule::Down(fact) => ((permitted & holding(*fact)) >> (1 << *fact as u8)) & !pattern.permitted() != 0,
    }
}

/// Returns the combinations in which a permit carries the obligation.
fn obliging(pattern: &Pattern, word: &str, book: &Book) -> u128 {
    let rules = pattern.rules.iter().map(|place| &book.rules[usize::from(*place)]);
    let carrying =
        rules.filter(|rule| rule.effect == Effect::Allow && rule.obligations.iter().any(|known| known == word));
    carrying.fold(0, |mask, rule| mask | rule.facts)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::files::Files;
    use crate::policy::load::book;

    fn broken(rows: &str) -> usize {
        let book = book(&Files::embedded()).unwrap();
        let table = Table::compile(&book.seats, &book.rules);
        run(rows, &book, &table).unwrap().1.len()
    }

    #[test]
    fn each_rule_can_hold_and_can_be_broken() {
        for (rule, fits, breaks) in [
            (
                "never",
                "x, never, prison.liaison, *, cat:hers, *, *, -, -, w",
                "x, never, *, *, identity, *, read, -, -, w",
            ),
            ("some", "x, some, *, *, audit, *, read, -, -, w", "x, some, *, *, audit, *, create, -, -, w"),
            ("needs", "x, needs, *, *, *, *, share, -, own, w", "x, needs, *, *, *, *, share, -, own+her, w"),
            ("any", "x, any, *, *, *, *, act:pen, -, inv+brk, w", "x, any, *, *, *, *, read, -, inv+brk, w"),
            ("obl", "x, obl, *, *, *, *, share, -, ack, w", "x, obl, *, *, *, *, read, -, ack, w"),
            ("up", "x, up, *, *, *, *, *, -, own, w", ""),
            ("down", "x, down, *, *, *, *, search, -, inv, w", "x, down, *, *, *, *, read, -, inv, w"),
        ] {
            assert_eq!(broken(fits), 0, "{rule}");
            assert!(breaks.is_empty() || broken(breaks) == 1, "{rule}");
        }
    }

    #[test]
    fn a_fact_that_closes_breaks_up() {
        let mut files = Files::embedded();
        files.policy.push_str("p, grp:lead, *, identity, *, read, *, *, *, *, *, y, *, deny, -, D99\n");
        let book = book(&files).unwrap();
        let table = Table::compile(&book.seats, &book.rules);
        assert_eq!(run("x, up, *, *, *, *, *, -, mtg, w", &book, &table).unwrap().1.len(), 1);
    }
}
