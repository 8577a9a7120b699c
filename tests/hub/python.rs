//! The second verifier, which shares no line with the hub: Python's own hashes over a real folder.

use crate::postgres::is_required;
use crate::process::{Hub, Place, story, verify};
use std::path::Path;
use std::process::Command;

/// Runs the Python verifier: its exit code and what it printed. Nothing, said loudly, if there is no Python.
pub(crate) fn verified(file: &Path, key: Option<&str>) -> Option<(i32, String)> {
    let mut python = Command::new("python3");
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
    // Beside a running hub each sees a snapshot of its own; nobody writes now, so the two are one.
    let ours = verify(&place);
    let Some(theirs) = verified(&place.file(), Some(&key)) else { return };
    assert_eq!(ours, theirs);
    let (status, _, _) = hub.terminate();
    assert!(status.success());
    assert_eq!(verify(&place), ours, "stopping changes nothing");
    assert_eq!(verified(&place.file(), Some(&key)), Some(ours.clone()));
    assert_eq!(verified(&place.file(), None), Some(ours), "the signature apart");
    let other = key.replace("demo.lippen.invalid", "other.lippen.invalid");
    let (code, said) = verified(&place.file(), Some(&other)).expect("it ran a moment ago");
    assert_eq!((code, said.starts_with("broken: ")), (1, true), "{said}");
}
