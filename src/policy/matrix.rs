//! All that is permitted, spelt out: the text of `matrix.csv`.
//!
//! Promises: any change of policy that changes a decision changes a row, because each row
//! holds the whole mask of facts. Agency kinds and purposes that are treated alike share a row.
//! Must never know: why; that is for `explain`.

use super::Policy;
use super::ask::Question;
use super::line::Effect;
use super::masks::{smallest, words};
use super::pattern::Pattern;
use super::permit::Action;
use super::table::Table;
use super::words::kind_word;
use crate::model::agencies::{AgencyKind, Role};
use crate::model::facts::FactSet;
use crate::model::notes::Category;
use crate::model::shares::Purpose;
use std::collections::HashSet;

const HEADER: &str = "\
# All that is permitted, generated from policy.csv: lippen policy matrix > policies/matrix.csv
# A change of policy shows here as changed rows. when = the smallest sets of facts that are enough, always = none is needed;
# facts = all combinations that are permitted, bit n of the number (in hexadecimal) standing for combination n.
# role, kind, cat, pur, act, when, allowed by, denied by, facts
";

impl Policy {
    /// Writes the text of `matrix.csv`.
    #[must_use]
    pub fn matrix_text(&self) -> String {
        let table = self.table();
        let mut out = HEADER.to_owned();
        for role in Role::ALL {
            let kinds: Vec<_> = self.book.seats.iter().filter(|(r, _)| r == role).map(|(_, kind)| *kind).collect();
            for category in Category::ALL {
                for action in Action::ALL {
                    for (kinds, purposes, pattern) in alike(&table, *role, &kinds, *category, *action) {
                        out.push_str(&format!(
                            "{role}, {kinds}, {category}, {purposes}, {action}, {}\n",
                            self.rest(pattern)
                        ));
                    }
                }
            }
        }
        out
    }

    fn rest(&self, pattern: &Pattern) -> String {
        let lines = |effect: Effect| {
            let rules = pattern.rules.iter().map(|place| &self.book.rules[usize::from(*place)]);
            let ids: Vec<_> = rules.filter(|rule| rule.effect == effect).map(|rule| rule.id.as_str()).collect();
            if ids.is_empty() { "-".to_owned() } else { ids.join("+") }
        };
        let permitted = pattern.permitted();
        format!("{}, {}, {}, {permitted:032x}", when(permitted), lines(Effect::Allow), lines(Effect::Deny))
    }
}

/// Writes the smallest sets of facts that are enough.
fn when(permitted: u128) -> String {
    let sets = smallest(permitted);
    if sets == [FactSet::default()] {
        return "always".to_owned();
    }
    sets.into_iter().map(words).collect::<Vec<_>>().join(" or ")
}

/// Returns what is permitted, with the kinds and purposes that are treated alike joined.
fn alike<'t>(
    table: &'t Table,
    role: Role,
    kinds: &[AgencyKind],
    category: Category,
    action: Action,
) -> Vec<(String, String, &'t Pattern)> {
    let facts = FactSet::default();
    let row = |kind: AgencyKind| -> Vec<_> {
        let ask = |purpose: &Purpose| Question { role, kind, category, purpose: *purpose, action, facts };
        Purpose::ALL.iter().map(|purpose| table.pattern(&ask(purpose))).collect()
    };
    let rows: Vec<_> = kinds.iter().map(|kind| (kind_word(*kind), row(*kind))).collect();
    let mut found = Vec::new();
    for (kinds, row) in joined(&rows, |a, b| a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(*a, *b))) {
        let cells: Vec<_> = Purpose::ALL.iter().map(Purpose::to_string).zip(row.iter().copied()).collect();
        for (purposes, pattern) in joined(&cells, |a, b| same(*a, *b)) {
            if let Some(pattern) = pattern.filter(|pattern| pattern.permitted() != 0) {
                found.push((kinds.clone(), purposes, pattern));
            }
        }
    }
    found
}

/// Says whether two cells share a pattern: the table keeps each pattern once.
fn same(a: Option<&Pattern>, b: Option<&Pattern>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => std::ptr::eq(a, b),
        (None, None) => true,
        _ => false,
    }
}

/// Joins the names of equal values by `+`, or writes a star if all are equal.
fn joined<T>(values: &[(String, T)], equal: impl Fn(&T, &T) -> bool) -> Vec<(String, &T)> {
    let mut groups: Vec<(Vec<&str>, &T)> = Vec::new();
    for (name, value) in values {
        match groups.iter_mut().find(|(_, known)| equal(known, value)) {
            Some((names, _)) => names.push(name),
            None => groups.push((vec![name], value)),
        }
    }
    let all = |names: &[&str]| values.len() > 1 && names.len() == values.len();
    groups
        .into_iter()
        .map(|(names, value)| (if all(&names) { "*".to_owned() } else { names.join("+") }, value))
        .collect()
}

/// Returns the rows of one matrix that another has not, without the comments.
#[must_use]
pub fn rows_beyond(matrix: &str, other: &str) -> Vec<String> {
    let known: HashSet<&str> = other.lines().collect();
    let rows = matrix.lines().filter(|row| !row.is_empty() && !row.starts_with('#') && !known.contains(row));
    rows.map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::files::Files;
    use crate::policy::ground::{Block, Ground};
    use crate::policy::rows::rows_of;
    use crate::policy::words::Column;
    use std::collections::HashMap;

    #[test]
    fn the_committed_matrix_is_what_the_policy_permits() {
        let text = Policy::embedded().unwrap().matrix_text();
        let same = text == Files::embedded().matrix;
        assert!(
            same,
            "policies/matrix.csv is not what the policy permits; write it again and read the difference:\n  lippen policy matrix > policies/matrix.csv"
        );
    }

    #[test]
    fn any_line_that_is_left_out_shows_in_the_matrix() {
        let whole = Policy::embedded().unwrap().matrix_text();
        for rule in &Policy::embedded().unwrap().book.rules {
            let mut files = Files::embedded();
            let last = format!(", {}", rule.id);
            files.policy =
                files.policy.lines().filter(|line| !line.ends_with(&last)).map(|line| format!("{line}\n")).collect();
            let without = Policy::load(files).map(|policy| policy.matrix_text());
            // Denials that only close what is closed already are there for a later, careless allowance: the loader
            // asks for what they mean. Two that mean the same stand in for each other.
            match rule.effect {
                Effect::Allow => assert_ne!(without.unwrap(), whole, "{}", rule.id),
                Effect::Deny => assert!(without.is_err() || matches!(&*rule.id, "D01" | "D02"), "{}", rule.id),
            }
        }
    }

    #[test]
    fn the_matrix_read_back_is_all_that_is_permitted() {
        let policy = Policy::embedded().unwrap();
        let mut read = HashMap::new();
        for row in rows_of("matrix.csv", &policy.matrix_text(), 9).unwrap() {
            let listed = |column, cell: &str| -> u64 {
                let prefix = if column == Column::Kind && cell != "*" { "at:" } else { "" };
                let words = cell.split('+').map(|word| format!("{prefix}{}", word.trim_start_matches("at:")));
                words.map(|word| policy.book.words.set(column, &word).unwrap()).sum()
            };
            let cells = &row.cells;
            let block = Block {
                roles: listed(Column::Role, cells[0]),
                kinds: listed(Column::Kind, cells[1]),
                categories: listed(Column::Category, cells[2]),
                purposes: listed(Column::Purpose, cells[3]),
                actions: listed(Column::Action, cells[4]),
            };
            for cell in block.cells(&policy.book.seats) {
                assert!(read.insert(cell, u128::from_str_radix(cells[8], 16).unwrap()).is_none(), "twice");
            }
        }
        let ground = Ground::of_lines(&policy.book.seats, &policy.book.rules);
        for cell in Block::ALL.cells(&policy.book.seats) {
            assert_eq!(read.get(&cell).copied().unwrap_or(0), ground.permitted(cell), "{}", ground.name(cell));
        }
    }
}
