//! The policy's decision beside casbin's own, on the same files and the same questions.
//!
//! Promises: an answer on which the two differ ends the run.

use super::figure::{Better, Figure, Words};
use super::stats::percentile;
use crate::policy::{Policy, Question, Reference, live_questions};
use anyhow::Context;
use std::hint::black_box;
use std::time::Instant;

/// Questions that are timed as one: a clock reading takes longer than a decision.
const BLOCK: usize = 64;

/// Measures both, on every `every`th live question.
pub(super) fn measure(rounds: usize, every: usize) -> anyhow::Result<Figure> {
    let policy = Policy::embedded()?;
    let reference = Reference::of(&policy)?;
    let mut questions = live_questions(&policy, every);
    shuffle(&mut questions);
    let mut enforced = Vec::with_capacity(questions.len());
    for question in &questions {
        let start = Instant::now();
        let theirs = reference.permits(question)?;
        enforced.push(nanos(start));
        let ours = policy.judge(question).context("a live question without a seat")?.permitted;
        anyhow::ensure!(ours == theirs, "casbin and the table differ on {question:?}");
    }
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for round in 0..rounds {
        ours.push(percentile(&decide(&policy, &questions), 50));
        // Casbin has answered each question once; each round takes its own share of the answers.
        let share: Vec<f64> = enforced.iter().skip(round).step_by(rounds).copied().collect();
        theirs.push(percentile(&share, 50));
    }
    let words = Words {
        name: "decision, p50".to_owned(),
        unit: "ns",
        counterpart: "casbin enforce",
        goal: "5,000 ×, under 50 ns",
        did: format!(
            "{} live questions in random order, each answered alike by both. Ours gives the answer with its deciding \
             lines and obligations; guards and the record come on top for both.",
            questions.len()
        ),
    };
    Ok(Figure::of(words, Better::Less, [ours, theirs]))
}

/// Returns nanoseconds a decision, block by block.
fn decide(policy: &Policy, questions: &[Question]) -> Vec<f64> {
    let block = |questions: &[Question]| {
        let start = Instant::now();
        for question in questions {
            black_box(policy.judge(black_box(question)));
        }
        nanos(start) / questions.len() as f64
    };
    (0..20).flat_map(|_| questions.chunks_exact(BLOCK).map(block)).collect()
}

fn nanos(start: Instant) -> f64 {
    start.elapsed().as_secs_f64() * 1e9
}

/// Puts the questions in an order that no branch predictor knows; the same in every run.
fn shuffle(questions: &mut [Question]) {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    for last in (1..questions.len()).rev() {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let high = usize::try_from(state >> 33).unwrap_or(0);
        questions.swap(last, high % (last + 1));
    }
}
