//! Who is found by what somebody types at a door, and how much a million men take.

use super::*;
use crate::model::matching::{Confidence, Fit};
use crate::model::people::Alias;
use crate::model::text::Line;
use crate::model::time::{HandWound, Moment};
use std::sync::Arc;

fn vault() -> Vault {
    Vault::new(Vault::generate("ayrshire").unwrap(), Arc::new(HandWound::at(Moment::from_micros(0)))).unwrap()
}

fn line<const MAX: usize>(text: &str) -> Line<MAX> {
    Line::new(text).unwrap()
}

fn man(given: &str, family: &str, born: &str) -> Identity {
    Identity {
        family_name: line(family),
        given_names: line(given),
        date_of_birth: born.parse().unwrap(),
        references: vec![line("DEMO-S12/345")],
        address: None,
        phone: None,
        aliases: vec![Alias { family_name: line("Whinfell"), given_names: line("Tam") }],
    }
}

fn search(json: &str) -> PersonSearch {
    serde_json::from_str(json).unwrap()
}

/// Says how surely this man is found by a family name, a given name and a date of birth, each of which may be empty.
fn found(man: &Identity, family: &str, given: &str, born: &str) -> Option<(Confidence, Vec<Fit>)> {
    let (vault, index) = (vault(), Index::default());
    let place = (PersonId::random(), CaseId::random());
    index.add(&vault, place.0, place.1, man);
    let fields = [("family_name", family), ("given_name", given), ("date_of_birth", born)];
    let given: serde_json::Map<_, _> = fields
        .into_iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| (name.to_owned(), value.into()))
        .collect();
    let matches = index.matches(&vault, &search(&serde_json::Value::Object(given).to_string()));
    assert!(matches.len() <= 1 && matches.iter().all(|one| one.place == place));
    matches.into_iter().next().map(|one| (one.confidence, one.fits))
}

fn sure(man: &Identity, family: &str, given: &str, born: &str) -> Option<Confidence> {
    found(man, family, given, born).map(|(confidence, _)| confidence)
}

const BORN: &str = "1987-03-09";

#[test]
fn everything_that_is_written_as_it_is_kept_is_exact() {
    let he = man("Ewan John", "MacAllister", BORN);
    for (family, given) in [("MacAllister", "Ewan"), (" macallister ", "EWAN"), ("MACALLISTER", "ewan john")] {
        assert_eq!(sure(&he, family, given, BORN), Some(Confidence::Exact), "{family}, {given}");
    }
    let zoe = man("Seán", "Ó Néill-Brown", BORN);
    for (family, given) in [("O'Neill Brown", "Sean"), ("ONeill-Brown", "Séan"), ("o neill-brown", "sean")] {
        assert_eq!(sure(&zoe, family, given, BORN), Some(Confidence::Exact), "{family}, {given}");
    }
}

#[test]
fn one_identifier_that_is_near_is_strong_and_two_are_possible() {
    let he = man("William", "MacAllister", BORN);
    for (family, given, born, says) in [
        ("McAllister", "William", BORN, Confidence::Strong),
        ("M'Alister", "William", BORN, Confidence::Strong),
        ("MacAllister", "Bill", BORN, Confidence::Strong),
        ("MacAllister", "Wullie", BORN, Confidence::Strong),
        ("MacAllister", "Willyam", BORN, Confidence::Strong),
        ("MacAllister", "William", "1987-09-03", Confidence::Strong),
        ("McAlister", "Billy", BORN, Confidence::Possible),
        ("McAllister", "William", "1987-09-03", Confidence::Possible),
        ("MacAllister", "", BORN, Confidence::Strong),
        ("", "William", BORN, Confidence::Possible),
        ("", "Bill", BORN, Confidence::Possible),
        ("MacAllister", "William", "", Confidence::Possible),
        ("McAllister", "", BORN, Confidence::Possible),
    ] {
        assert_eq!(sure(&he, family, given, born), Some(says), "{family}, {given}, {born}");
    }
}

#[test]
fn a_short_form_that_is_kept_is_found_by_the_long_one() {
    let he = man("Sandy", "Reid", BORN);
    for (family, given) in [("Reid", "Alexander"), ("Reid", "Alec"), ("Reed", "Sandy"), ("Read", "Sandy")] {
        assert_eq!(sure(&he, family, given, BORN), Some(Confidence::Strong), "{family}, {given}");
    }
}

#[test]
fn what_does_not_fit_is_nobody_however_well_the_rest_does() {
    let he = man("William", "MacAllister", BORN);
    for (family, given, born) in [
        ("MacAllister", "William", "1986-03-09"),
        ("MacAllister", "William", "1988-03-09"),
        ("MacAllister", "William", "1987-03-10"),
        ("MacAllister", "William", "1987-04-09"),
        ("MacAllister", "Robert", BORN),
        ("Allister", "William", BORN),
        ("MacDonald", "William", BORN),
        ("Whinfell", "William", BORN),
        ("MacAllister", "Tam", BORN),
    ] {
        assert_eq!(sure(&he, family, given, born), None, "{family}, {given}, {born}");
    }
}

#[test]
fn he_is_found_by_another_name_a_middle_name_and_a_part_of_a_double_one() {
    let he = man("Ewan John", "Reid-Kilbucho", BORN);
    let fits = |family: &str, given: &str| found(&he, family, given, BORN);
    let (sure, how) = fits("Whinfell", "Thomas").expect("by a form of the other name");
    assert_eq!(sure, Confidence::Possible);
    assert!(how.contains(&Fit::OtherName) && how.contains(&Fit::GivenForm), "{how:?}");
    assert_eq!(fits("Whinfell", "Tam").map(|(sure, _)| sure), Some(Confidence::Strong));
    for (family, given, word) in [
        ("Reid-Kilbucho", "John", Fit::GivenOther),
        ("Kilbucho", "Ewan", Fit::FamilyPart),
        ("Kilbucho-Stewart", "Ewan", Fit::FamilyPart),
    ] {
        let (sure, how) = fits(family, given).unwrap_or_else(|| panic!("{family}, {given}"));
        assert_eq!(sure, Confidence::Strong, "{family}, {given}");
        assert!(how.contains(&word), "{how:?}");
    }
    assert_eq!(fits("Reid-Kilbucho", "Jock"), None, "a form of a name beside the first is too far away");
}

#[test]
fn names_the_wrong_way_round_and_a_first_letter_fit_beside_the_date_of_birth_alone() {
    let he = man("Ewan John", "MacAllister", BORN);
    let fits = |family: &str, given: &str, born: &str| found(&he, family, given, born);
    for (family, given) in [("Ewan", "MacAllister"), ("ewan john", "macallister")] {
        let (sure, how) = fits(family, given, BORN).expect("both are his");
        assert_eq!((sure, how), (Confidence::Strong, vec![Fit::NamesExchanged, Fit::Born]));
    }
    assert_eq!(fits("Ewan", "MacAllister", ""), None, "names alone are given the right way round");
    assert_eq!(fits("Ewan", "MacAllister", "1987-09-03"), None);
    assert_eq!(fits("Ewan", "McAlister", BORN), None, "what is exchanged is written as it is kept");
    for given in ["E", "e.", "É"] {
        let (sure, how) = fits("MacAllister", given, BORN).unwrap_or_else(|| panic!("{given}"));
        assert_eq!((sure, how), (Confidence::Strong, vec![Fit::Family, Fit::GivenInitial, Fit::Born]));
    }
    for (family, given, born) in
        [("MacAllister", "E", ""), ("McAlister", "E", BORN), ("MacAllister", "J", BORN), ("", "E", BORN)]
    {
        assert_eq!(fits(family, given, born), None, "{family}, {given}, {born}");
    }
    assert_eq!(fits("MacAllister", "E", "1987-09-03").map(|(sure, _)| sure), Some(Confidence::Possible));
}

#[test]
fn a_reference_finds_him_with_whatever_else_fits() {
    let (vault, index) = (vault(), Index::default());
    index.add(&vault, PersonId::random(), CaseId::random(), &man("William", "MacAllister", BORN));
    let sure = |json: &str| index.matches(&vault, &search(json)).first().map(|one| one.confidence);
    assert_eq!(sure(r#"{"reference":"demo-s12/345"}"#), Some(Confidence::Exact));
    assert_eq!(sure(r#"{"reference":"DEMO-S12/345","family_name":"MacAllister"}"#), Some(Confidence::Exact));
    assert_eq!(sure(r#"{"reference":"DEMO-S12/345","family_name":"McAllister"}"#), Some(Confidence::Strong));
    assert_eq!(sure(r#"{"reference":"DEMO-S12/345","family_name":"Reid"}"#), None, "somebody else's number");
    assert_eq!(sure(r#"{"reference":"DEMO-S123/45","family_name":"MacAllister"}"#), None);
}

#[test]
fn a_search_and_an_emergency_find_by_what_is_written_alone() {
    let (vault, index) = (vault(), Index::default());
    let place = (PersonId::random(), CaseId::random());
    index.add(&vault, place.0, place.1, &man("William", "MacAllister", BORN));
    for (json, finds) in [
        (r#"{"family_name":"macallister","date_of_birth":"1987-03-09"}"#, true),
        (r#"{"family_name":"MacAllister","given_name":"William"}"#, true),
        (r#"{"given_name":"william","date_of_birth":"1987-03-09"}"#, true),
        (r#"{"reference":"DEMO-S12/345"}"#, true),
        (r#"{"family_name":"McAllister","date_of_birth":"1987-03-09"}"#, false),
        (r#"{"family_name":"MacAllister","date_of_birth":"1987-09-03"}"#, false),
        (r#"{"given_name":"Bill","date_of_birth":"1987-03-09"}"#, false),
        (r#"{"family_name":"Whinfell","given_name":"Tam"}"#, false),
    ] {
        let wanted = if finds { vec![place] } else { Vec::new() };
        assert_eq!(index.find(&vault, &search(json)), wanted, "{json}");
        assert_eq!(index.find_exactly(&vault, &search(json)), wanted, "{json}");
    }
}

#[test]
fn a_worker_bears_the_name_of_a_man_or_does_not() {
    let (vault, index) = (vault(), Index::default());
    let (person, worker) = (PersonId::random(), WorkerId::random());
    index.add(&vault, person, CaseId::random(), &man("William", "MacAllister", BORN));
    index.add_worker(&vault, worker, &WorkerName(line("Ann May Macallister")));
    assert!(index.is_namesake(&vault, worker, person));
    assert!(!index.is_namesake(&vault, worker, PersonId::random()));
    assert!(!index.is_namesake(&vault, WorkerId::random(), person));
}

#[test]
fn a_man_takes_few_bytes_and_all_are_found_again() {
    let (vault, index) = (vault(), Index::default());
    let many = 5_000;
    let name =
        |n: usize| format!("Q{}x{}", ["a", "o", "ee", "u", "ai"][n % 5], "brklmnpst".repeat(2).split_at(n % 17).1);
    let born = |n: usize| format!("{}-{:02}-{:02}", 1950 + n % 50, 1 + n % 12, 1 + n / 12 % 28);
    let one = |n: usize| Identity { aliases: Vec::new(), ..man(&name(n / 3), &name(n), &born(n)) };
    for n in 0..many {
        index.add(&vault, PersonId::random(), CaseId::random(), &one(n));
    }
    index.settle();
    let bytes = index.bytes() / many;
    assert!((100..400).contains(&bytes), "{bytes} bytes a man: the figure in ARCHITECTURE.md is no longer true");
    for n in (0..many).step_by(113) {
        let asked = PersonSearch {
            family_name: Some(line(&name(n))),
            given_name: Some(line(&name(n / 3))),
            date_of_birth: Some(born(n).parse().unwrap()),
            reference: None,
            purpose: None,
        };
        assert!(index.matches(&vault, &asked).iter().any(|one| one.confidence == Confidence::Exact), "{n}");
    }
}
