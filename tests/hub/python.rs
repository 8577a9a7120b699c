//! The second verifier, which shares no line with the hub: Python's own hashes over a real folder.

use crate::postgres::is_required;
use crate::process::{Hub, Place, story, verify};
use std::path::Path;
use std::process::Command;

/// Returns the Python that can check signatures too, if there is one: a machine may have more than one.
fn interpreter() -> &'static str {
    let checks = |python: &&str| {
        let asked = Command::new(python).args(["-c", "import cryptography"]).output();
        asked.is_ok_and(|answer| answer.status.success())
    };
    ["python3", "/usr/bin/python3"].into_iter().find(checks).unwrap_or("python3")
}

/// Runs the Python verifier: its exit code and what it printed. Nothing, said loudly, if there is no Python.
pub(crate) fn verified(file: &Path, key: Option<&str>) -> Option<(i32, String)> {
    let mut python = Command::new(interpreter());
    python.arg(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/verify_log.py")).arg(file).args(key);
    let Ok(output) = python.output() else {
        assert!(!is_required("python"), "LIPPEN_TEST_REQUIRE names python, but python3 was not found");
        eprintln!("SKIPPED with Python: python3 was not found");
        return None;
    };
    let said = String::from_utf8(output.stdout).expect("text");
    Some((output.status.code().expect("it ended by itself"), said.trim().to_owned()))
}

#[test]
fn both_verifiers_print_the_same_line() {
    let place = Place::new(None);
    let hub = Hub::start(&place);
    story::tell(&hub);
    let key = hub.manifest["log_key"].as_str().expect("a key").to_owned();
    // Beside a running hub each sees a snapshot of its own; the tally at the door may fall between them.
    let same = (0..5).any(|_| verified(&place.file(), Some(&key)).is_none_or(|theirs| theirs == verify(&place)));
    assert!(same, "the two agree beside a running hub");
    let (status, _, _) = hub.terminate();
    assert!(status.success());
    let ours = verify(&place);
    assert_eq!(ours.0, 0, "{}", ours.1);
    let Some(theirs) = verified(&place.file(), Some(&key)) else { return };
    assert_eq!(theirs, ours);
    assert_eq!(verified(&place.file(), None), Some(ours), "the signature apart");
    let other = key.replace("demo.lippen.invalid", "other.lippen.invalid");
    let (code, said) = verified(&place.file(), Some(&other)).expect("it ran a moment ago");
    assert_eq!((code, said.starts_with("broken: ")), (1, true), "{said}");
}
