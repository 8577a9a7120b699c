//! An agency opens its own keys with the stock `age` command, without the hub and without trusting it.

use crate::postgres::is_required;
use crate::process::{Hub, Place, Records};
use serde_json::Value;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

#[test]
fn the_stock_age_command_opens_an_agencys_own_wraps_and_nobody_elses() {
    if Command::new("age").arg("--version").output().is_err() {
        assert!(!is_required("age"), "LIPPEN_TEST_REQUIRE names age, but the command was not found");
        eprintln!("SKIPPED with age: the command was not found");
        return;
    }
    let place = Place::new(None);
    assert!(Hub::start(&place).terminate().0.success());
    let mut records = Records::open(&place.url());
    let agencies = records.texts("SELECT DISTINCT recipient FROM key_wrap WHERE recipient <> 'hub' ORDER BY recipient");
    assert!(agencies.len() > 1, "more than one agency holds keys: {agencies:?}");
    for (nth, agency) in agencies.iter().enumerate() {
        let one = format!("FROM key_wrap WHERE recipient = '{agency}' ORDER BY id LIMIT 1");
        let file = records.bytes(&format!("SELECT file {one}")).remove(0);
        let row = records.texts(&format!("SELECT case_word || ' ' || compartment {one}")).remove(0);
        let identity = |agency: &str| place.data.join(format!("keys/agencies/{agency}.age"));
        let inside: Value = serde_json::from_slice(&opened(&identity(agency), &file).expect("its own")).expect("JSON");
        assert_eq!(row, format!("{} {}", inside["case"].as_str().unwrap(), inside["compartment"].as_str().unwrap()));
        assert_eq!(inside["key"].as_str().map(str::len), Some(44), "32 bytes in base64");
        let other = &agencies[(nth + 1) % agencies.len()];
        assert_eq!(opened(&identity(other), &file), None, "{other} must not open what is {agency}'s");
    }
}

/// Decrypts a file with an identity; nothing if `age` will not.
fn opened(identity: &Path, file: &[u8]) -> Option<Vec<u8>> {
    let mut age = Command::new("age");
    age.arg("--decrypt").arg("-i").arg(identity).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child = age.spawn().expect("it ran a moment ago");
    // A command that refuses may close its input first.
    let _ = child.stdin.take().expect("it is piped").write_all(file);
    let output = child.wait_with_output().expect("it ends");
    output.status.success().then_some(output.stdout)
}
