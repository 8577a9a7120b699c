//! Questions with their answers: the rows of `tests.csv`.
//!
//! Promises: a row passes only if the answer, the deciding lines and the obligations are all
//! as written, so that nothing passes for a wrong reason.

use super::ask::Question;
use super::error::{Error, Fault};
use super::line::{Effect, Rule};
use super::load::{Book, kind_of};
use super::pattern::{deciding, obligations};
use super::reference::word;
use super::rows::{Row, rows_of};
use super::table::Table;
use crate::model::facts::{Fact, FactSet};

const TESTS: &str = "tests.csv";

/// Asks every question of the table; returns how many there are and those that were answered otherwise.
pub(super) fn run(text: &str, book: &Book, table: &Table) -> Result<(usize, Vec<String>), Error> {
    run_by(text, |question| {
        let pattern = table.pattern(question);
        pattern.map(|pattern| deciding(&book.rules, pattern, question.facts)).unwrap_or_default()
    })
}

/// Asks every question of whoever finds the lines that decide it.
pub(super) fn run_by<'a>(
    text: &str,
    lines: impl Fn(&Question) -> Vec<&'a Rule>,
) -> Result<(usize, Vec<String>), Error> {
    let rows = rows_of(TESTS, text, 10)?;
    let mut failed = Vec::new();
    for row in &rows {
        let wanted = row.cells[7..10].join(", ");
        let given = answer(&lines(&question(row)?));
        if wanted != given {
            failed.push(format!("test \"{}\": wanted {wanted}; got {given}", row.cells[0]));
        }
    }
    Ok((rows.len(), failed))
}

fn question(row: &Row<'_>) -> Result<Question, Error> {
    Ok(Question {
        role: word(TESTS, row, row.cells[1])?,
        kind: kind_of(TESTS, row, row.cells[2])?,
        category: word(TESTS, row, row.cells[3])?,
        purpose: word(TESTS, row, row.cells[4])?,
        action: word(TESTS, row, row.cells[5])?,
        facts: facts(row.cells[6]).map_err(|fault| row.fault(TESTS, fault))?,
    })
}

/// Reads `-` or facts such as `inv+her`.
fn facts(cell: &str) -> Result<FactSet, Fault> {
    if cell == "-" {
        return Ok(FactSet::default());
    }
    let fact = |word: &str| word.parse::<Fact>().map_err(|_| Fault::Unknown(word.to_owned()));
    Ok(FactSet::of(cell.split('+').map(fact).collect::<Result<Vec<_>, _>>()?))
}

/// Answers as a row writes it: the answer, the lines and the obligations.
fn answer(rules: &[&Rule]) -> String {
    let listed = |words: Vec<String>| if words.is_empty() { "-".to_owned() } else { words.join("+") };
    let lines = listed(rules.iter().map(|rule| rule.id.clone()).collect());
    match rules.first() {
        Some(rule) if rule.effect == Effect::Allow => format!("allow, {lines}, {}", listed(obligations(rules))),
        _ => format!("deny, {lines}, -"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::files::Files;
    use crate::policy::load::book;

    #[test]
    fn a_right_answer_for_a_wrong_reason_fails() {
        let book = book(&Files::embedded()).unwrap();
        let table = Table::compile(&book.seats, &book.rules);
        let ask = |end: &str| {
            let text = format!("t, prison.liaison, at:prison, housing, public-protection, summary, inv+her, {end}");
            run(&text, &book, &table).map(|(_, failed)| failed.len())
        };
        assert_eq!(ask("allow, A132, -"), Ok(0));
        assert_eq!(ask("allow, A133, -"), Ok(1));
        assert_eq!(ask("allow, A132, ack"), Ok(1));
        assert_eq!(ask("deny, -, -"), Ok(1));
        assert!(run("t, prison.liaison, at:prison, housing, fun, read, -, deny, -, -", &book, &table).is_err());
    }
}
