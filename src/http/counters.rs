//! Counts of answers, for operators: by status class, never by person, case or path.

use std::fmt::Write;
use std::sync::atomic::{AtomicU64, Ordering};

static ANSWERS: [AtomicU64; 6] = [const { AtomicU64::new(0) }; 6];
static REPLAY_DIFFERENCES: AtomicU64 = AtomicU64::new(0);

/// Counts one answer by its status.
pub(super) fn answered(status: u16) {
    let class = usize::from(status / 100).min(5);
    ANSWERS[class].fetch_add(1, Ordering::Relaxed);
}

/// Counts decisions on which casbin and the table differed. Anything but zero is an alarm.
pub fn replay_differed(differences: usize) {
    REPLAY_DIFFERENCES.fetch_add(differences as u64, Ordering::Relaxed);
}

/// Writes the counts in the text form that Prometheus reads.
pub(super) fn write(text: &mut String) {
    let _ = writeln!(text, "# HELP lippen_answers_total Answers by status class.\n# TYPE lippen_answers_total counter");
    for (class, count) in ANSWERS.iter().enumerate().skip(2) {
        let _ = writeln!(text, "lippen_answers_total{{class=\"{class}xx\"}} {}", count.load(Ordering::Relaxed));
    }
    let _ = writeln!(text, "# HELP lippen_policy_replay_differences_total Decisions on which casbin differed.");
    let _ = writeln!(text, "# TYPE lippen_policy_replay_differences_total counter");
    let _ = writeln!(text, "lippen_policy_replay_differences_total {}", REPLAY_DIFFERENCES.load(Ordering::Relaxed));
}
