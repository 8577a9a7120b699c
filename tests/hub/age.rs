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

#[test]
fn each_woman_on_a_case_has_a_key_of_her_own_that_only_her_service_holds() {
    let place = Place::new(None);
    let hub = Hub::start(&place);
    let case = hub.manifest["cases"][0].clone();
    assert!(hub.terminate().0.success());
    let mut records = Records::open(&place.url());
    let women = case["protected"].as_array().expect("protected people");
    let services: Vec<_> = women
        .iter()
        .map(|woman| {
            let whose = format!("{}/{}", case["id"].as_str().unwrap(), woman["id"].as_str().unwrap());
            let of_her = format!("FROM key_wrap WHERE compartment = 'location' AND case_word = '{whose}'");
            records.texts(&format!("SELECT recipient {of_her} AND recipient <> 'hub'"))
        })
        .collect();
    assert!(services.iter().all(|names| names.len() <= 1), "{services:?}");
    let held: std::collections::BTreeSet<_> = services.iter().flatten().collect();
    assert_eq!(held.len(), 2, "two women, two services: {services:?}");
    let shared = records.texts("SELECT id FROM key_wrap WHERE compartment = 'location' AND case_word NOT LIKE '%/%'");
    assert!(shared.is_empty(), "no key of a whole case opens anybody's whereabouts");
    let his = "SELECT DISTINCT a.kind FROM key_wrap k JOIN agency a ON a.id = k.recipient
                WHERE k.compartment = 'location' AND a.kind NOT IN ('womens-service', 'childrens-service')";
    assert!(records.texts(his).is_empty(), "nor does any key that was handed to an agency of his");
}

/// Decrypts a file with an identity; nothing if `age` will not.
pub(crate) fn opened(identity: &Path, file: &[u8]) -> Option<Vec<u8>> {
    let mut age = Command::new("age");
    age.arg("--decrypt").arg("-i").arg(identity).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child = age.spawn().expect("it ran a moment ago");
    // A command that refuses may close its input first.
    let _ = child.stdin.take().expect("it is piped").write_all(file);
    let output = child.wait_with_output().expect("it ends");
    output.status.success().then_some(output.stdout)
}
