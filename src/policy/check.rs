//! The whole check of a policy: what `lippen policy check` says, and what the build fails on.
//!
//! Promises: every test, every invariant, the agreement and the committed matrix are tried,
//! and each thing that is wrong stands in the report.

use super::error::Error;
use super::files::Files;
use super::ground::Ground;
use super::{Policy, disclosure, examples, invariants};
use std::fmt;

/// What a check found.
#[derive(Debug, Default, Clone)]
pub struct Report {
    /// SHA-256 of the policy, or empty if it was not taken.
    pub digest: String,
    /// How many lines it has.
    pub lines: usize,
    /// How many tests were asked.
    pub tests: usize,
    /// How many invariants were tried.
    pub invariants: usize,
    /// What is wrong, one sentence each.
    pub faults: Vec<String>,
}

impl Report {
    /// Says whether nothing is wrong.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        self.faults.is_empty()
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for fault in &self.faults {
            writeln!(f, "{fault}")?;
        }
        let Self { digest, lines, tests, invariants, faults } = self;
        let word = if faults.is_empty() { "sound" } else { "NOT sound" };
        write!(
            f,
            "policy {word}: {lines} lines, {tests} tests, {invariants} invariants, {} faults, digest {digest}",
            faults.len()
        )
    }
}

impl Policy {
    /// Checks the policy that was built into the program.
    #[must_use]
    pub fn check() -> Report {
        Self::check_files(Files::embedded())
    }

    /// Checks these files: loads them, runs tests and invariants, compares the agreement and the matrix.
    #[must_use]
    pub fn check_files(files: Files) -> Report {
        let failed = |error: &Error| Report { faults: vec![error.to_string()], ..Report::default() };
        match Self::load(files) {
            Err(error) => failed(&error),
            Ok(policy) => policy.tried().unwrap_or_else(|error| failed(&error)),
        }
    }

    /// Runs the policy's own tests and invariants, and compares agreement and matrix.
    pub(super) fn tried(&self) -> Result<Report, Error> {
        let table = self.table();
        let (tests, mut faults) = examples::run(&self.files.tests, &self.book, &table)?;
        let ground = Ground::of_table(&self.book.seats, &self.book.rules, &table);
        let (invariants, broken) = invariants::run(&self.files.invariants, &self.book.words, &ground)?;
        faults.extend(broken);
        faults.extend(disclosure::run(&self.files.disclosure, &self.book, &table)?);
        faults.extend(self.book.refusals.faults(&self.book.rules));
        if self.matrix_text() != self.files.matrix {
            faults.push(
                "matrix.csv is not what the policy permits: lippen policy matrix > policies/matrix.csv".to_owned(),
            );
        }
        Ok(Report { digest: self.digest.clone(), lines: self.book.rules.len(), tests, invariants, faults })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_of_fault_is_reported() {
        let change = |change: fn(&mut Files)| {
            let mut files = Files::embedded();
            change(&mut files);
            Policy::check_files(files).to_string()
        };
        assert!(change(|f| f.policy.push_str("P, x\n")).contains("not a type of line"));
        assert!(change(|f| f.matrix.push('\n')).contains("matrix.csv is not what"));
        assert!(
            change(|f| f.tests = f.tests.replace("inv+her, allow, A001", "inv+her, allow, A002")).contains("wanted")
        );
        let opened = "p, womens.worker, *, housing, *, read, *, *, *, *, *, *, *, allow, -, A999\n";
        let mut files = Files::embedded();
        files.policy.push_str(opened);
        let report = Policy::check_files(files).to_string();
        assert!(report.contains("agreed otherwise: womens.worker") && report.contains("invariant I22"), "{report}");
    }
}
