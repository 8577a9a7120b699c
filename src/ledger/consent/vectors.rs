//! The published examples: `tests/data/consent-vectors.json` is written here, from fixed keys, and judged here.
//!
//! Promises: the committed file is what this code makes (run with `LIPPEN_WRITE_VECTORS=1` to write it anew); each
//! example has the outcome and the reason that it states. Python and Node judge the same file: `tests/hub/consents.rs`.

mod bad;
mod good;
mod kit;

use super::{Outcome, Reason, verify};
use crate::model::consents::ConsentEvent;
use crate::model::time::Second;
use kit::Kit;
use proptest::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/consent-vectors.json");

/// One example.
#[derive(Serialize, Deserialize, Clone)]
struct Vector {
    /// What is done to it.
    name: String,
    /// Whether it is judged with the log's key.
    with_log_key: bool,
    /// The time it is judged at, if not its own.
    at: Option<Second>,
    outcome: Outcome,
    reason: Reason,
    /// If it is valid: the latest event by then in which something was said, and whether something may be shared on it;
    /// neither, if nothing was said.
    state: Option<ConsentEvent>,
    live: Option<bool>,
    /// How often by then something was shared without consent.
    shared_without_consent: usize,
    /// The file.
    package: Value,
}

impl Vector {
    fn new(name: &str, outcome: Outcome, reason: Reason, package: Value) -> Self {
        let (name, state, live) = (name.to_owned(), None, None);
        Self { name, with_log_key: false, at: None, outcome, reason, state, live, shared_without_consent: 0, package }
    }

    fn valid(name: &str, package: Value) -> Self {
        Self::new(name, Outcome::Valid, Reason::Holds, package).says(ConsentEvent::Given, true)
    }

    fn says(self, state: ConsentEvent, live: bool) -> Self {
        Self { state: Some(state), live: Some(live), ..self }
    }

    fn overruled(self, times: usize) -> Self {
        Self { shared_without_consent: times, ..self }
    }

    fn says_nothing(self) -> Self {
        Self { state: None, live: None, ..self }
    }

    fn invalid(name: &str, reason: Reason, package: Value) -> Self {
        Self::new(name, Outcome::Invalid, reason, package)
    }

    fn with_log_key(self) -> Self {
        Self { with_log_key: true, ..self }
    }

    fn at(self, at: &str) -> Self {
        Self { at: Some(at.parse().unwrap()), ..self }
    }
}

fn vectors(kit: &Kit) -> Vec<Vector> {
    let more = [
        good::overrulings,
        good::handovers,
        bad::documents,
        bad::signatures,
        bad::headers,
        bad::chains,
        bad::surroundings,
        bad::files,
    ];
    good::vectors(kit).into_iter().chain(more.iter().flat_map(|made| made(kit))).collect()
}

fn document(kit: &Kit) -> String {
    let about = "Exported consent records and what a verifier must say of each. Keys are made from fixed seeds; nobody is \
                 meant. Written by src/ledger/consent/vectors.rs; the form is described in docs/consent-record.md.";
    // One line for each, so that a change shows which.
    let lines: Vec<String> = vectors(kit).iter().map(|one| serde_json::to_string(one).unwrap()).collect();
    format!(
        "{{\n\"about\": {},\n\"log_key\": {},\n\"vectors\": [\n{}\n]}}\n",
        json!(about),
        json!(kit.log_key()),
        lines.join(",\n")
    )
}

#[test]
fn the_published_vectors_are_these() {
    let made = document(&Kit::new());
    if std::env::var_os("LIPPEN_WRITE_VECTORS").is_some() {
        std::fs::write(FILE, &made).unwrap();
    }
    let committed = std::fs::read_to_string(FILE).unwrap_or_default();
    assert!(committed == made, "tests/data/consent-vectors.json is stale: run this test with LIPPEN_WRITE_VECTORS=1");
}

#[test]
fn each_vector_is_judged_as_it_says() {
    let kit = Kit::new();
    let vectors = vectors(&kit);
    let key = kit.log_key();
    for one in &vectors {
        let file = serde_json::to_vec(&one.package).unwrap();
        let verdict = verify(&file, one.with_log_key.then_some(&*key), one.at);
        assert_eq!((verdict.outcome, verdict.reason), (one.outcome, one.reason), "{}: {verdict}", one.name);
        assert_eq!(verdict.state, one.state.zip(one.live), "{}: {verdict}", one.name);
        assert_eq!(verdict.overruled, one.shared_without_consent, "{}: {verdict}", one.name);
        assert_eq!(verdict.anchored, one.with_log_key);
    }
    let bad = vectors.iter().filter(|one| one.outcome != Outcome::Valid);
    assert!(bad.count() >= 40);
    let unused: Vec<_> = Reason::ALL.iter().filter(|reason| vectors.iter().all(|one| one.reason != **reason)).collect();
    assert!(unused.is_empty(), "no vector for {unused:?}");
    let names: std::collections::BTreeSet<&str> = vectors.iter().map(|one| &*one.name).collect();
    assert_eq!(names.len(), vectors.len(), "a name stands twice");
}

#[test]
fn a_verdict_says_what_it_does_not_show() {
    let kit = Kit::new();
    let file = serde_json::to_vec(&kit.package(&kit.chain(3))).unwrap();
    let verdict = verify(&file, None, None);
    assert_eq!(verdict.to_string().split(':').next(), Some("VALID AT 2026-11-22T12"));
    assert!(verdict.to_string().contains(", UNANCHORED: "), "{verdict}");
    assert_eq!(verdict.limits(), [super::NOT_SHOWN, super::UNANCHORED, super::HELD_BY_HUB, super::MAY_BE_LATER]);
    let sealed = serde_json::to_vec(&kit.sealed(&kit.chain(3))).unwrap();
    let anchored = verify(&sealed, Some(&kit.log_key()), None);
    assert_eq!((anchored.trust(), verdict.trust()), ("anchored", "unanchored"));
    assert!(!anchored.to_string().contains("UNANCHORED"), "{anchored}");
    assert_eq!(anchored.limits(), [super::NOT_SHOWN, super::HELD_BY_HUB, super::MAY_BE_LATER]);
    let state = verdict.state.map(|(event, live)| (event.as_str(), live));
    assert_eq!(state, Some(("withdrawn", false)));
    let before = verify(&file, None, Some("2026-11-22T10:30:00Z".parse().unwrap()));
    assert_eq!(before.state.map(|(event, live)| (event.as_str(), live)), Some(("given", true)));
    let nothing = verify(b"{}", None, None);
    assert_eq!(nothing.to_string(), "INVALID: the file is not a consent record as a hub exports it");
    assert_eq!(nothing.limits()[0], super::NOT_SHOWN);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    /// Whatever byte of what was signed is changed, to whatever: never VALID.
    #[test]
    fn one_changed_byte_of_what_was_signed_is_found(place in any::<prop::sample::Index>(), mask in 1_u8.., which in 0_usize..3) {
        let kit = Kit::new();
        let mut events = kit.chain(2);
        let event = &mut events[0];
        let flip = |text: &str| {
            let mut bytes = super::from_base64url(text).unwrap();
            let at = place.index(bytes.len());
            bytes[at] ^= mask;
            super::base64url(&bytes)
        };
        match which {
            0 => event.payload = flip(&event.payload),
            1 => event.signatures[1].protected = flip(&event.signatures[1].protected),
            _ => event.signatures[2].signature = flip(&event.signatures[2].signature),
        }
        let file = serde_json::to_vec(&kit.package(&events)).unwrap();
        prop_assert_eq!(verify(&file, None, None).outcome, Outcome::Invalid);
    }

    #[test]
    fn no_file_makes_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..400), cut in any::<prop::sample::Index>()) {
        let _ = verify(&bytes, None, None);
        let kit = Kit::new();
        let mut record = kit.sealed(&kit.chain(1));
        // What is said to people is not part of what is proved.
        record["say"] = json!([]);
        let file = serde_json::to_vec(&record).unwrap();
        let mut broken = file.clone();
        broken[cut.index(file.len())] = bytes.first().copied().unwrap_or(b'0');
        let verdict = verify(&broken, Some(&kit.log_key()), None);
        prop_assert!(verdict.outcome != Outcome::Valid || broken == file);
    }
}
