//! Counts of answers, for operators: by status class, never by person, case or path.

use crate::desk::spool::Keeper;
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

/// Writes how much waits in the spool, and whether everything goes there.
pub(super) fn spool(text: &mut String, keeper: &Keeper, all: bool) {
    let stats = keeper.stats();
    let age = stats.oldest.map_or(0, |oldest| (keeper.now().seconds() - oldest.seconds()).max(0));
    for (name, help, value) in [
        (
            "lippen_spooling",
            "Whether there is no house behind the door: anything but zero is an alarm.",
            i64::from(all),
        ),
        ("lippen_spool_frames", "Acts that wait to be merged: anything but zero is an alarm.", count(stats.frames)),
        ("lippen_spool_bytes", "Bytes of the spool that are used.", count(stats.bytes)),
        ("lippen_spool_oldest_seconds", "For how long the oldest of them has waited.", age),
    ] {
        let _ = writeln!(text, "# HELP {name} {help}\n# TYPE {name} gauge\n{name} {value}");
    }
    let (name, help) =
        ("lippen_spool_panics_total", "How often the program failed at a kept act: anything but zero is an alarm.");
    let _ = writeln!(text, "# HELP {name} {help}\n# TYPE {name} counter\n{name} {}", keeper.panics());
}

fn count(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
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
