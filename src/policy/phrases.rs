//! Lines of the policy as sentences: made from the meanings in the vocabulary, so that nobody writes a line twice.
//!
//! Promises: each line has a sentence, and each cell that is not a star stands in it.
//! Must never know: who asks.

use super::Policy;
use super::error::Error;
use super::rows::rows_of;
use super::words::VOCAB;
use crate::auth::Actor;
use crate::model::agencies::Role;
use crate::model::facts::Fact;
use std::collections::HashMap;

/// The sentence of each line, by its id.
#[derive(Debug)]
pub(super) struct Phrases {
    lines: HashMap<String, String>,
    words: HashMap<String, String>,
}

impl Phrases {
    /// Writes the sentence of every line of `policy` with the words of `vocab`. Both were checked before.
    pub(super) fn load(vocab: &str, policy: &str) -> Result<Self, Error> {
        let rows = rows_of(VOCAB, vocab, 3)?;
        let words: HashMap<String, String> =
            rows.iter().map(|row| (row.cells[1].to_owned(), row.cells[2].to_owned())).collect();
        let lines = policy.lines().map(|line| line.split(',').map(str::trim).collect::<Vec<_>>());
        let lines = lines.filter(|cells| cells.len() == 16 && cells[0] == "p");
        let lines = lines.map(|cells| (cells[15].to_owned(), sentence(&words, &cells))).collect();
        Ok(Self { lines, words })
    }

    /// Returns the sentence of a line.
    pub(super) fn line(&self, id: &str) -> Option<&str> {
        self.lines.get(id).map(String::as_str)
    }

    /// Returns the meaning of a word of the vocabulary.
    pub(super) fn word(&self, word: &str) -> Option<&str> {
        self.words.get(word).map(String::as_str)
    }
}

impl Policy {
    /// Says in everyday words in which role somebody acts, and for which agency.
    #[must_use]
    pub fn called(&self, actor: &Actor) -> String {
        let role = actor.role().map(|role| self.role_in_words(role));
        format!("{} ({})", role.unwrap_or_else(|| "A service of the hub".to_owned()), actor.agency())
    }

    /// Returns a role in everyday words.
    #[must_use]
    pub fn role_in_words(&self, role: Role) -> String {
        self.book.phrases.word(role.as_str()).unwrap_or(role.as_str()).to_owned()
    }
}

/// Writes one line as a sentence.
fn sentence(words: &HashMap<String, String>, cells: &[&str]) -> String {
    let meaning = |cell: &str| words.get(cell).map_or(cell, String::as_str).to_owned();
    let unless_any =
        |cell: &str, lead: &str| if cell == "*" { String::new() } else { format!(" {lead} {}.", meaning(cell)) };
    let who = if cells[1] == "*" { "Anybody".to_owned() } else { meaning(cells[1]) };
    let verb = if cells[13] == "deny" { "never may" } else { "may" };
    let act = if cells[5] == "*" { "do anything".to_owned() } else { meaning(cells[5]) };
    let mut out = format!("{who} {verb}: {act}.");
    out += &unless_any(cells[3], "With:");
    out += &unless_any(cells[2], "In:");
    out += &unless_any(cells[4], "For:");
    let needed = Fact::ALL.iter().zip(&cells[6..13]).filter(|(_, cell)| **cell != "*");
    let needed: Vec<String> = needed
        .map(
            |(fact, cell)| {
                if *cell == "n" { format!("not so: {}", meaning(fact.as_str())) } else { meaning(fact.as_str()) }
            },
        )
        .collect();
    if !needed.is_empty() {
        out += &format!(" If: {}.", needed.join("; "));
    }
    if cells[14] != "-" {
        let duties: Vec<String> = cells[14].split('+').map(meaning).collect();
        out += &format!(" Then: {}.", duties.join("; "));
    }
    out
}

#[cfg(test)]
mod tests {
    use crate::policy::Policy;

    #[test]
    fn every_line_is_a_sentence() {
        let policy = Policy::embedded().unwrap();
        for rule in &policy.book.rules {
            assert!(policy.book.phrases.line(&rule.id).is_some_and(|text| text.ends_with('.')), "{}", rule.id);
        }
        assert_eq!(
            policy.book.phrases.line("A022").unwrap(),
            "Police offender-management or domestic-abuse-unit officer may: Summary and existence. With: Risk \
             assessments as supplied. If: The worker is involved in the case now; The item is about no protected person \
             or about one whom the worker works with."
        );
        assert!(policy.book.phrases.line("D18").unwrap().contains("Anybody never may"));
        assert!(policy.book.phrases.line("D18").unwrap().contains("not so: The worker's agency originated"));
        assert!(policy.book.phrases.line("A230").unwrap().ends_with("Then: The recipient must say that it arrived."));
    }
}
