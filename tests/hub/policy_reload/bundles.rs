//! Policies for the tests: the one that is built in, changed, and sealed as two people would.

use crate::process::run;
use lippen::policy::{Files, Policy};
use std::fs;
use std::path::Path;

/// What is built in.
pub(crate) fn built_in() -> Files {
    Files::embedded()
}

/// The same, but case managers know nothing of attendance any more: agreed, and as sound as before.
pub(crate) fn without_attendance() -> Files {
    let mut files = Files::embedded();
    let line = "p, justice.case-manager, *, attendance, *, act:know, *, *, *, *, *, *, *, deny, -, D80\n";
    files.policy.push_str(line);
    files.refusals.push_str("line, D80, Case managers know nothing of attendance, nobody, -\n");
    // What the partners change, they also stop promising.
    let stands = |line: &&str| !["I94,", "I95,", "I100,", "I144,"].iter().any(|id| line.starts_with(id));
    files.invariants = files.invariants.lines().filter(stands).map(|line| format!("{line}\n")).collect();
    let agreed =
        files.disclosure.replace("attendance,justice.case-manager,full", "attendance,justice.case-manager,none");
    assert_ne!(agreed, files.disclosure);
    Files { disclosure: agreed, ..files }.generated()
}

/// The same in other words: another policy, that answers every question alike.
pub(crate) fn worded_anew() -> Files {
    let mut files = Files::embedded();
    files.policy.push_str("# Agreed anew.\n");
    files
}

trait Generated {
    fn generated(self) -> Self;
}

impl Generated for Files {
    /// Writes the matrix anew.
    fn generated(self) -> Self {
        let matrix = Policy::load(self.clone()).unwrap().matrix_text();
        Self { matrix, ..self }
    }
}

/// Puts the files of a policy into an empty folder, unsealed.
pub(super) fn lay(folder: &Path, files: &Files) {
    let _ = fs::remove_dir_all(folder);
    fs::create_dir_all(folder).unwrap();
    for (name, text) in files.named() {
        fs::write(folder.join(name), text).unwrap();
    }
}

/// Runs the program; says whether it ended well, and what it said.
pub(super) fn lippen(arguments: &[&str]) -> (bool, String) {
    let output = run(arguments);
    (output.status.success(), String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Seals a folder by the command; returns the digest.
pub(super) fn seal(folder: &Path, version: u32, more: &[&str]) -> String {
    let (folder, version) = (folder.display().to_string(), version.to_string());
    let arguments = ["policy", "seal", &folder, "--version", &version, "--valid-from", "2020-01-01"];
    let (well, said) = lippen(&[&arguments[..], more].concat());
    assert!(well, "{said}");
    said.lines().next().unwrap().rsplit_once("digest ").unwrap().1.to_owned()
}

/// Signs a folder by the command, with one of the demonstration's governance keys.
pub(super) fn sign(folder: &Path, data: &Path, number: u8) -> (bool, String) {
    let key = data.join(format!("keys/governance/{number}.pem"));
    let name = format!("governance-{number}");
    lippen(&["policy", "sign", &folder.display().to_string(), "--key", &key.display().to_string(), "--as", &name])
}
