//! What is made up must look made up, and what is sealed must not stand in clear.

use super::super::{CANARIES, Caseload};
use super::{in_clear, plaintext};
use std::collections::BTreeSet;

fn words(text: &str) -> impl Iterator<Item = String> {
    text.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty()).map(str::to_lowercase)
}

pub(super) fn assert_no_name_in_clear(load: &Caseload) {
    for case in &load.cases {
        let people = case.protected.iter().flat_map(|protected| [&protected.given, &protected.family]);
        let names: BTreeSet<_> =
            people.chain([&case.person.given, &case.person.family]).flat_map(|name| words(name)).collect();
        let labels = case.protected.iter().map(|protected| &protected.pseudonym).chain([&case.label, &case.reference]);
        for label in labels {
            // Single letters say which kind of person a pseudonym stands for.
            let named: Vec<_> = words(label).filter(|word| word.len() > 1 && names.contains(word)).collect();
            assert!(named.is_empty(), "{label}: {named:?}");
        }
        assert!(!format!("{case:?}{:?}{:?}", case.person, case.protected).contains(&case.person.family));
    }
}

pub(super) fn assert_canaries(load: &Caseload) {
    let (sealed, clear) = (plaintext(load).join("\n"), in_clear(load).join("\n"));
    assert!(CANARIES.len() >= 12);
    for canary in CANARIES {
        assert!(sealed.contains(canary), "{canary} is not in the caseload");
        assert!(!clear.contains(canary), "{canary} stands in clear");
    }
}

/// Says whether two words together are shaped like a postcode.
fn like_a_postcode(outward: &str, inward: &str) -> bool {
    let second = inward.as_bytes();
    let digit_and_letters =
        second.len() == 3 && second[0].is_ascii_digit() && second[1..].iter().all(u8::is_ascii_uppercase);
    let first = outward.as_bytes();
    digit_and_letters
        && (2..=4).contains(&first.len())
        && first[0].is_ascii_uppercase()
        && first.iter().any(u8::is_ascii_digit)
}

pub(super) fn assert_nothing_looks_real(load: &Caseload) {
    for text in plaintext(load) {
        let parts: Vec<_> = text.split([' ', ',']).filter(|part| !part.is_empty()).collect();
        for pair in parts.windows(2) {
            assert!(!like_a_postcode(pair[0], pair[1]) || pair[0] == "ZZ99", "postcode: {text}");
            if pair[0].len() == 5 && pair[0].starts_with('0') && pair[0].bytes().all(|b| b.is_ascii_digit()) {
                let drama = [("07700", "900"), ("01632", "960")];
                let fits = drama.iter().any(|&(area, first)| pair[0] == area && pair[1].starts_with(first));
                assert!(fits && pair[1].len() == 6, "telephone: {text}");
            }
        }
        // A CHI number has ten digits, a telephone number in one piece eleven.
        let longest = text.split(|c: char| !c.is_ascii_digit()).map(str::len).max();
        assert!(longest.unwrap_or(0) < 7, "long number: {text}");
    }
    let numbers = load.cases.iter().flat_map(|case| &case.person.references);
    assert!(numbers.into_iter().all(|reference| reference.number.starts_with("DEMO-")));
}
