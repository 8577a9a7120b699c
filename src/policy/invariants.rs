//! What must be so for every question: the rows of `invariants.csv`, tried on all of them.
//!
//! The space is finite (79,380 cells of 128 combinations), so trying it all proves the rule
//! for this policy. It proves nothing of the code that finds the facts.
//! Promises: those that `required.csv` names are in every policy that is taken, say what they
//! said when the program was built, and hold.
//! Must never know: single cases, which are for `examples`.

use super::error::{Error, Fault};
use super::ground::{Block, Ground};
use super::masks::{ANY, holding, holding_all};
use super::reference::word;
use super::rows::{Row, rows_of};
use super::rules::{Rule, Selection};
use super::words::{Column, Words};
use crate::model::facts::Fact;

const INVARIANTS: &str = "invariants.csv";

/// The invariants that no policy may lack, however it is signed: part of the program, not of the policy.
const REQUIRED: &str = include_str!("../../policies/required.csv");
const REQUIRED_FILE: &str = "required.csv";

/// What they say: the rows that were there when the program was built.
const BUILT_IN: &str = include_str!("../../policies/invariants.csv");

/// One row.
#[derive(Debug)]
pub(super) struct Invariant {
    pub(super) id: String,
    pub(super) rule: Rule,
    pub(super) selection: Selection,
    words: String,
}

impl Invariant {
    /// Tries it; returns a sentence if it does not hold.
    pub(super) fn broken(&self, ground: &Ground) -> Option<String> {
        let found = self.rule.broken(&self.selection, ground)?;
        Some(format!("invariant {} ({}) does not hold: {found}", self.id, self.words))
    }
}

/// Tries every invariant; returns how many there are and those that do not hold.
pub(super) fn run(text: &str, words: &Words, ground: &Ground) -> Result<(usize, Vec<String>), Error> {
    let all = read(text, words)?;
    let broken = all.iter().filter_map(|invariant| invariant.broken(ground)).collect();
    Ok((all.len(), broken))
}

/// Reads every row.
pub(super) fn read(text: &str, words: &Words) -> Result<Vec<Invariant>, Error> {
    let mut all: Vec<Invariant> = Vec::new();
    for row in rows_of(INVARIANTS, text, 10)? {
        let id = row.cells[0].to_owned();
        if all.iter().any(|known| known.id == id) {
            return Err(row.fault(INVARIANTS, Fault::IdTwice(id)));
        }
        let fault = |fault| row.fault(INVARIANTS, fault);
        let selection = selection(&row, words).map_err(fault)?;
        all.push(Invariant { id, rule: rule(&row, words)?, selection, words: row.cells[9].to_owned() });
    }
    Ok(all)
}

/// Refuses a policy that lacks a required invariant, says something else in its place, or breaks it.
pub(super) fn required(text: &str, words: &Words, ground: &Ground) -> Result<(), Error> {
    let (rows, built_in) = (rows_of(INVARIANTS, text, 10)?, rows_of(INVARIANTS, BUILT_IN, 10)?);
    for needed in rows_of(REQUIRED_FILE, REQUIRED, 2)? {
        let id = needed.cells[0];
        let named = |rows: &[Row<'_>]| rows.iter().position(|row| row.cells[0] == id);
        let missing = |file| Error::file(file, Fault::Missing(id.to_owned()));
        let row = &rows[named(&rows).ok_or_else(|| missing(INVARIANTS))?];
        let meant = &built_in[named(&built_in).ok_or_else(|| missing(REQUIRED_FILE))?];
        if row.cells[1..9] != meant.cells[1..9] {
            return Err(row.fault(INVARIANTS, Fault::Weakened(id.to_owned())));
        }
        let selection = selection(row, words).map_err(|fault| row.fault(INVARIANTS, fault))?;
        if let Some(found) = rule(row, words)?.broken(&selection, ground) {
            return Err(
                row.fault(INVARIANTS, Fault::Broken { id: id.to_owned(), words: row.cells[9].to_owned(), found })
            );
        }
    }
    Ok(())
}

fn selection(row: &Row<'_>, words: &Words) -> Result<Selection, Fault> {
    let set = |column, cell: usize| listed(words, column, row.cells[cell]);
    let block = Block {
        roles: set(Column::Role, 2)?,
        kinds: set(Column::Kind, 3)?,
        categories: set(Column::Category, 4)?,
        purposes: set(Column::Purpose, 5)?,
        actions: set(Column::Action, 6)?,
    };
    Ok(Selection { block, facts: conditions(row.cells[7])? })
}

/// Reads words joined by `+`; a word after `!` is taken out again, out of everything if no other word stands there.
fn listed(words: &Words, column: Column, cell: &str) -> Result<u64, Fault> {
    let (mut within, mut without) = (None, 0);
    for part in cell.split('+') {
        match part.strip_prefix('!') {
            Some(word) => without |= words.set(column, word)?,
            None => within = Some(within.unwrap_or(0) | words.set(column, part)?),
        }
    }
    Ok(within.map_or_else(|| words.set(column, "*"), Ok)? & !without)
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

fn rule(row: &Row<'_>, words: &Words) -> Result<Rule, Error> {
    let arg = row.cells[8];
    let facts = |set: &str| set.split('+').map(|fact| word(INVARIANTS, row, fact)).collect::<Result<Vec<Fact>, _>>();
    let sets = || arg.split('/').try_fold(0, |mask, set| Ok(mask | holding_all(&facts(set)?)));
    let list = |column| listed(words, column, arg).map_err(|fault| row.fault(INVARIANTS, fault));
    let unknown = |word: &str| row.fault(INVARIANTS, Fault::Unknown(word.to_owned()));
    Ok(match row.cells[1] {
        "never" => Rule::Never,
        "denied" => Rule::Denied,
        "some" => Rule::Some,
        "always" => Rule::Always,
        "needs" => Rule::Within(holding_all(&facts(arg)?)),
        "any" => Rule::Within(facts(arg)?.iter().fold(0, |mask, fact| mask | holding(*fact))),
        "within" => Rule::Within(sets()?),
        "exactly" => Rule::Exactly(sets()?),
        "up" => Rule::Up(word(INVARIANTS, row, arg)?),
        "down" => Rule::Down(word(INVARIANTS, row, arg)?),
        "moot" => Rule::Moot(word(INVARIANTS, row, arg)?),
        "who" => Rule::Who(list(Column::Role)?),
        "sits" => Rule::Sits(list(Column::Kind)?),
        "follows" => Rule::Follows(list(Column::Action)?),
        "same" => Rule::Same(match arg {
            "role" => Column::Role,
            "kind" => Column::Kind,
            "cat" => Column::Category,
            "pur" => Column::Purpose,
            "act" => Column::Action,
            other => return Err(unknown(other)),
        }),
        "obl" => match arg.split('+').find(|word| !words.obliges(word)) {
            Some(word) => return Err(row.fault(INVARIANTS, Fault::Obligation(word.to_owned()))),
            None => Rule::Obliges(arg.split('+').map(str::to_owned).collect()),
        },
        other => return Err(unknown(other)),
    })
}

#[cfg(test)]
#[path = "invariants_tests.rs"]
mod tests;
