//! The replay: casbin reads the same files and answers the same questions.
//!
//! The table decides; casbin is the reference that it is held against, in the tests and in
//! the background after start. Promises: any difference is returned, none is settled here;
//! whoever runs the replay raises the alarm and calls `Policy::tighten`.
//! Must never know: people and cases. It asks about seats.

use super::Policy;
use super::ask::Question;
use super::error::{CasbinFault, Error};
use super::masks::combinations;
use super::permit::Action;
use super::table::Table;
use super::words::kind_word;
use crate::model::facts::{Fact, FactSet};
use crate::model::notes::Category;
use crate::model::shares::Purpose;
use ::casbin::{CoreApi, DefaultModel, Enforcer, StringAdapter};
use futures_util::FutureExt;

/// What a replay found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replay {
    /// How many questions were asked of both.
    pub asked: usize,
    /// Those that they answered differently.
    pub differences: Vec<Difference>,
}

/// A question that casbin and the table answered differently.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Difference {
    /// The question.
    pub question: Question,
    /// Whether casbin permits it; the table says the contrary.
    pub casbin: bool,
}

/// Asks casbin every `every`th question of the live cells (those that some line allows on some facts).
///
/// There are about 1.4 million of them, and each walks the whole file: call it from a thread of its own.
/// An odd `every` meets every combination of facts; an even one would always leave out the same.
///
/// # Errors
/// [`Error::Casbin`] if casbin cannot read the files or cannot answer.
pub fn replay(policy: &Policy, every: usize) -> Result<Replay, Error> {
    replay_while(policy, every, || true)
}

/// As [`replay`], and ends before the next question once nobody wants to know any more.
///
/// # Errors
/// As [`replay`].
pub fn replay_while(policy: &Policy, every: usize, wanted: impl Fn() -> bool) -> Result<Replay, Error> {
    let table = policy.table();
    compare(policy, &table, questions(policy, &table).step_by(every.max(1)).take_while(|_| wanted()))
}

/// Asks both and compares.
fn compare(policy: &Policy, table: &Table, questions: impl Iterator<Item = Question>) -> Result<Replay, Error> {
    let enforcer = enforcer(policy)?;
    let mut replay = Replay { asked: 0, differences: Vec::new() };
    for question in questions {
        let casbin = ask(&enforcer, &question)?;
        replay.asked += 1;
        if casbin != table.permits(&question) {
            replay.differences.push(Difference { question, casbin });
        }
    }
    Ok(replay)
}

/// Casbin's own reading of a policy's files, for holding the table against it.
pub struct Reference(Enforcer);

impl Reference {
    /// Lets casbin read the files of `policy`.
    ///
    /// # Errors
    /// [`Error::Casbin`] if it cannot.
    pub fn of(policy: &Policy) -> Result<Self, Error> {
        enforcer(policy).map(Self)
    }

    /// Asks casbin's `enforce`.
    ///
    /// # Errors
    /// [`Error::Casbin`] if it cannot answer.
    pub fn permits(&self, question: &Question) -> Result<bool, Error> {
        ask(&self.0, question)
    }
}

/// Returns every `every`th question of the live cells, in a fixed order. An odd `every` meets every combination of facts.
#[must_use]
pub fn live_questions(policy: &Policy, every: usize) -> Vec<Question> {
    questions(policy, &policy.table()).step_by(every.max(1)).collect()
}

fn fault(error: &::casbin::Error) -> Error {
    Error::Casbin(CasbinFault(error.to_string()))
}

/// Builds casbin's own reading of the same text.
fn enforcer(policy: &Policy) -> Result<Enforcer, Error> {
    let load = async {
        let model = DefaultModel::from_str(&policy.files.model).await?;
        Enforcer::new(model, StringAdapter::new(&policy.files.policy)).await
    };
    // Text is there at once, so this never waits; if it ever does, that is casbin's fault and not ours to sit out.
    match load.now_or_never() {
        Some(loaded) => loaded.map_err(|error| fault(&error)),
        None => Err(Error::Casbin(CasbinFault("reading text had to wait".to_owned()))),
    }
}

/// Returns every question of the live cells, in a fixed order.
fn questions<'a>(policy: &'a Policy, table: &'a Table) -> impl Iterator<Item = Question> + 'a {
    let purposes = || Purpose::ALL.iter().flat_map(|p| Action::ALL.iter().map(move |a| (*p, *a)));
    let cells = policy.book.seats.iter().flat_map(move |(role, kind)| {
        Category::ALL.iter().flat_map(move |category| {
            purposes().map(move |(purpose, action)| {
                let facts = FactSet::default();
                Question { role: *role, kind: *kind, category: *category, purpose, action, facts }
            })
        })
    });
    let live = cells.filter(|cell| table.pattern(cell).is_some_and(|pattern| pattern.allow != 0));
    live.flat_map(|cell| combinations().map(move |facts| Question { facts, ..cell }))
}

fn ask(enforcer: &Enforcer, question: &Question) -> Result<bool, Error> {
    let Question { role, kind, category, purpose, action, facts } = question;
    let mut words =
        vec![role.to_string(), kind_word(*kind), category.to_string(), purpose.to_string(), action.to_string()];
    words.extend(Fact::ALL.iter().map(|fact| if facts.has(*fact) { "y" } else { "n" }.to_owned()));
    enforcer.enforce(words).map_err(|error| fault(&error))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::agencies::{AgencyKind, Role};
    use crate::policy::files::Files;
    use crate::policy::line::Rule;
    use crate::policy::masks::holding;
    use std::collections::HashSet;

    /// Keeps of each set of values that no line tells apart the first.
    fn told_apart<T: Copy>(
        values: impl Iterator<Item = T>,
        policy: &Policy,
        matches: impl Fn(&Rule, T) -> bool,
    ) -> Vec<T> {
        let mut seen = HashSet::new();
        let column = |value: T| policy.book.rules.iter().map(|rule| matches(rule, value)).collect::<Vec<_>>();
        values.filter(|value| seen.insert(column(*value))).collect()
    }

    /// Returns the facts that some line of the cell asks about.
    fn asked_about(policy: &Policy, places: &[u16]) -> u8 {
        let masks: Vec<_> = places.iter().map(|place| policy.book.rules[usize::from(*place)].facts).collect();
        let told = |fact: &&Fact| {
            masks.iter().any(|mask| (mask & holding(**fact)) >> (1 << **fact as u8) != mask & !holding(**fact))
        };
        FactSet::of(Fact::ALL.iter().filter(told).copied()).bits()
    }

    /// Returns every question of the live cells, up to purposes, agencies and facts that no line tells apart.
    ///
    /// A fact that no line of the cell asks about is held in every second question, so that both ways are met.
    fn representatives(policy: &Policy) -> Vec<Question> {
        let table = policy.table();
        let purposes = told_apart(Purpose::ALL.iter().copied(), policy, |rule, p| rule.purposes >> p as u32 & 1 == 1);
        let seats = told_apart(policy.book.seats.iter().copied(), policy, |rule, (role, kind)| {
            rule.roles >> role as u32 & rule.kinds >> kind as u32 & 1 == 1
        });
        let mut found = Vec::new();
        let all =
            questions(policy, &table).filter(|q| seats.contains(&(q.role, q.kind)) && purposes.contains(&q.purpose));
        for question in all {
            let told = asked_about(policy, &table.pattern(&question).unwrap().rules);
            let others = question.facts.bits() & !told;
            let parity = question.facts.bits().count_ones() + question.action as u32 + question.category as u32;
            let none = others == 0 && parity.is_multiple_of(2);
            let all = others == FactSet::from_bits(!told).bits() && (parity - others.count_ones()) % 2 == 1;
            if none || all {
                found.push(question);
            }
        }
        found
    }

    #[test]
    fn casbin_and_the_table_agree_on_all_that_lines_tell_apart() {
        let policy = Policy::embedded().unwrap();
        let questions = representatives(&policy);
        let (one, two) = questions.split_at(questions.len() / 2);
        let table = policy.table();
        let half = |part: &[Question]| compare(&policy, &table, part.iter().copied()).unwrap();
        let (one, two) = std::thread::scope(|scope| {
            let one = scope.spawn(|| half(one));
            (half(two), one.join().unwrap())
        });
        assert!(one.asked + two.asked > 10_000, "{}", one.asked + two.asked);
        assert_eq!((one.differences, two.differences), (Vec::new(), Vec::new()));
    }

    #[test]
    fn casbin_and_the_table_agree_wherever_one_looks() {
        // A prime, so that each seat, purpose, action and fact is met in all mixtures.
        let replay = replay(&Policy::embedded().unwrap(), 499).unwrap();
        assert!(replay.asked > 2_000, "{}", replay.asked);
        assert_eq!(replay.differences, []);
    }

    #[test]
    fn a_difference_is_found_and_the_stricter_answer_then_wins() {
        // The table was compiled from a policy with one line more than casbin is shown.
        let more = "p, agency.admin, at:review, audit, mappa, read, *, *, *, *, *, *, *, allow, -, A999\n";
        let mut files = Files::embedded();
        let shown = files.policy.clone();
        files.policy.push_str(more);
        let mut policy = Policy::load(files).unwrap();
        policy.files.policy = shown;
        let question = Question {
            role: Role::AgencyAdmin,
            kind: AgencyKind::Review,
            category: Category::Audit,
            purpose: Purpose::Mappa,
            action: Action::Read,
            facts: FactSet::default(),
        };
        assert!(policy.table().permits(&question));
        assert_eq!(ask(&enforcer(&policy).unwrap(), &question), Ok(false));
        policy.tighten(&question);
        assert!(!policy.table().permits(&question));
    }
}
