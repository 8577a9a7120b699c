//! The conformance kit: the policy as casbin reads it, and thousands of questions with the hub's answers.
//!
//! A partner replays them with the casbin of their choice and sees for themselves that the
//! policy that they were shown is the policy that decides.
//! Promises: every line decides some question; every seat, category, purpose and action is
//! asked about; wherever one fact turns an answer, both sides are asked; so is each role in
//! an agency where it does not sit. The same policy always makes the same kit.
//! Must never know: people and cases.

use super::Policy;
use super::ask::Question;
use super::ground::{Block, Ground};
use super::line::Rule;
use super::masks::{only, smallest};
use super::pattern::deciding;
use super::permit::Action;
use super::table::Table;
use super::words::kind_word;
use crate::model::agencies::{AgencyKind, Role};
use crate::model::facts::{Fact, FactSet};
use crate::model::notes::Category;
use crate::model::shares::Purpose;
use std::collections::HashSet;

/// Every so manieth of all questions is asked besides: a prime, so that seats, purposes, actions and facts mix.
const STRIDE: usize = 10_007;

/// The files of a kit.
#[derive(Debug)]
pub struct Kit {
    /// The name and the text of each file.
    pub files: [(&'static str, String); 6],
    /// How many questions it asks.
    pub questions: usize,
}

const HEADER: &str = "\
# Questions with the hub's answer. y = the fact holds, n = it does not. lines = those that decide (- = no line allows it).
# role, kind, cat, pur, act, inv, her, own, rel, bas, mtg, brk, answer, lines
";

impl Policy {
    /// Makes the kit that lets a partner replay this policy.
    #[must_use]
    pub fn kit(&self) -> Kit {
        let asked = self.asked();
        let rows: String = asked.iter().map(|question| self.row(question)).collect();
        let readme = include_str!("kit.md");
        let readme = readme.replace("{digest}", &self.digest).replace("{questions}", &asked.len().to_string());
        let files = [
            ("README.md", readme),
            ("model.conf", self.files.model.clone()),
            ("policy.csv", self.files.policy.clone()),
            ("questions.csv", format!("{HEADER}{rows}")),
            ("replay_policy.py", include_str!("../../tests/replay_policy.py").to_owned()),
            ("replay_policy.cjs", include_str!("../../tests/replay_policy.cjs").to_owned()),
        ];
        Kit { files, questions: asked.len() }
    }

    /// Returns the questions of the kit, each once.
    fn asked(&self) -> Vec<Question> {
        let table = self.table();
        let ground = Ground::of_table(&self.book.seats, &self.book.rules, &table);
        let mut asked = turning(&ground, &table);
        asked.extend(self.book.rules.iter().filter_map(|rule| self.decided_by(rule, &ground, &table)));
        asked.extend(everywhere(&self.book.seats));
        asked.extend(mixed(&ground));
        let mut seen = HashSet::new();
        asked.retain(|question| seen.insert(*question));
        asked
    }

    /// Returns the first question that the line decides.
    fn decided_by(&self, rule: &Rule, ground: &Ground, table: &Table) -> Option<Question> {
        Block::of(rule).cells(&self.book.seats).into_iter().find_map(|cell| {
            let question = ground.question(cell);
            let decides = |facts: &FactSet| {
                let lines = table.pattern(&question).map(|pattern| deciding(&self.book.rules, pattern, *facts));
                lines.is_some_and(|lines| lines.iter().any(|line| line.id == rule.id))
            };
            smallest(rule.facts).into_iter().find(decides).map(|facts| Question { facts, ..question })
        })
    }

    /// Writes a question with its answer.
    fn row(&self, question: &Question) -> String {
        let Question { role, kind, category, purpose, action, facts } = question;
        let (table, kind) = (self.table(), kind_word(*kind));
        let facts: String = Fact::ALL.iter().map(|fact| if facts.has(*fact) { "y, " } else { "n, " }).collect();
        let rules = table.pattern(question).map(|pattern| deciding(&self.book.rules, pattern, question.facts));
        let lines: Vec<_> = rules.unwrap_or_default().iter().map(|rule| rule.id.clone()).collect();
        let answer = if table.permits(question) { "allow" } else { "deny" };
        let lines = if lines.is_empty() { "-".to_owned() } else { lines.join("+") };
        format!("{role}, {kind}, {category}, {purpose}, {action}, {facts}{answer}, {lines}\n")
    }
}

/// Returns, for each way in which lines meet and something is allowed, both sides of what turns the answer.
fn turning(ground: &Ground, table: &Table) -> Vec<Question> {
    let mut known = HashSet::new();
    let mut asked = Vec::new();
    for cell in Block::ALL.cells(&ground.seats) {
        let question = ground.question(cell);
        let Some(pattern) = table.pattern(&question) else { continue };
        if pattern.allow != 0 && known.insert(&pattern.rules) {
            let sides = sides(pattern.permitted());
            asked.extend(sides.into_iter().map(|facts| Question { facts, ..question }));
        }
    }
    asked
}

/// Returns the combinations on both sides of where one fact turns the answer, nothing and everything.
fn sides(permitted: u128) -> Vec<FactSet> {
    let is_open = |set: FactSet| permitted & only(set) != 0;
    let flipped = |set: FactSet, fact: Fact| FactSet::from_bits(set.bits() ^ 1 << fact as u8);
    let mut found = vec![FactSet::default(), FactSet::of(Fact::ALL.iter().copied())];
    for set in smallest(permitted) {
        found.push(set);
        found.extend(Fact::ALL.iter().map(|fact| flipped(set, *fact)));
    }
    // What is not met so: a fact that closes.
    for fact in Fact::ALL {
        let turns = |set: &FactSet| is_open(*set) != is_open(flipped(*set, *fact));
        let met = found.iter().any(|set| turns(set) && found.contains(&flipped(*set, *fact)));
        if let Some(set) = super::masks::combinations().find(turns).filter(|_| !met) {
            found.extend([set, flipped(set, *fact)]);
        }
    }
    found
}

/// Returns one question on every fact for each role in each kind of agency, seated there or not, and each category.
fn everywhere(seats: &[(Role, AgencyKind)]) -> Vec<Question> {
    let facts = FactSet::of(Fact::ALL.iter().copied());
    let mut asked = Vec::new();
    for (place, (role, kind)) in Role::ALL.iter().flat_map(|r| AgencyKind::ALL.iter().map(|k| (*r, *k))).enumerate() {
        let purpose = Purpose::ALL[place % Purpose::ALL.len()];
        // Everybody who sits anywhere may declare: so this shows that who does not sit there may not.
        let (category, action) = (Category::Identity, Action::Declare);
        asked.push(Question { role, kind, category, purpose, action, facts });
        for (number, category) in Category::ALL.iter().copied().enumerate() {
            let action = Action::ALL[(place + number) % Action::ALL.len()];
            if seats.contains(&(role, kind)) || number == place % Category::ALL.len() {
                asked.push(Question { role, kind, category, purpose, action, facts });
            }
        }
    }
    asked
}

/// Returns a sample of all questions.
fn mixed(ground: &Ground) -> Vec<Question> {
    let cells = Block::ALL.cells(&ground.seats);
    let combinations = 1 << Fact::ALL.len();
    let every = (0..cells.len() * combinations).step_by(STRIDE);
    let question = |number: usize| {
        // The remainder is less than the number of combinations, which fits a byte.
        let facts = u8::try_from(number % combinations).map(FactSet::from_bits).unwrap_or_default();
        Question { facts, ..ground.question(cells[number / combinations]) }
    };
    every.map(question).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_seat_category_purpose_and_action_is_asked_about() {
        let policy = Policy::embedded().unwrap();
        let (kit, asked) = (policy.kit(), policy.asked());
        assert_eq!(kit.questions, asked.len());
        assert!((3_000..12_000).contains(&asked.len()), "{}", asked.len());
        let rows = &kit.files[3].1;
        let cell = |row: &str, place: usize| row.split(", ").nth(place).unwrap_or_default().to_owned();
        let lines: Vec<_> = rows.lines().skip(2).map(|row| cell(row, 13)).collect();
        for rule in &policy.book.rules {
            assert!(lines.iter().any(|known| known.split('+').any(|id| id == rule.id)), "{}", rule.id);
        }
        for (role, kind) in &policy.book.seats {
            assert!(asked.iter().any(|q| (q.role, q.kind) == (*role, *kind)), "{role} {kind}");
        }
        assert!(Category::ALL.iter().all(|category| asked.iter().any(|q| q.category == *category)));
        assert!(Purpose::ALL.iter().all(|purpose| asked.iter().any(|q| q.purpose == *purpose)));
        assert!(Action::ALL.iter().all(|action| asked.iter().any(|q| q.action == *action)));
        assert!(FactSet::of([]) == FactSet::default() && asked.iter().any(|q| q.facts == FactSet::default()));
        let elsewhere = asked.iter().filter(|q| !policy.book.seats.contains(&(q.role, q.kind)));
        assert!(elsewhere.count() > Role::ALL.len() * AgencyKind::ALL.len() - policy.book.seats.len());
        assert_eq!(rows, &policy.kit().files[3].1, "the same policy makes the same kit");
    }

    #[test]
    fn wherever_a_fact_turns_an_answer_both_sides_are_asked() {
        let policy = Policy::embedded().unwrap();
        let (table, asked) = (policy.table(), policy.asked());
        let known: HashSet<Question> = asked.iter().copied().collect();
        let ground = Ground::of_table(&policy.book.seats, &policy.book.rules, &table);
        let mut turned = HashSet::new();
        for question in &asked {
            for fact in Fact::ALL {
                let facts = FactSet::from_bits(question.facts.bits() ^ 1 << *fact as u8);
                let other = Question { facts, ..*question };
                if known.contains(&other) && table.permits(question) != table.permits(&other) {
                    turned.insert((table.pattern(question).unwrap().rules.clone(), *fact));
                }
            }
        }
        for cell in Block::ALL.cells(&ground.seats) {
            let pattern = table.pattern(&ground.question(cell)).unwrap();
            for fact in Fact::ALL {
                let gained = |mask: u128| mask << (1 << *fact as u8) & super::super::masks::holding(*fact);
                let turns =
                    (gained(pattern.permitted()) ^ pattern.permitted()) & super::super::masks::holding(*fact) != 0;
                if turns {
                    assert!(turned.contains(&(pattern.rules.clone(), *fact)), "{fact} {}", ground.name(cell));
                }
            }
        }
        assert!(turned.len() > 250, "{}", turned.len());
    }
}
