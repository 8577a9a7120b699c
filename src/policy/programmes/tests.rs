//! What the tables of programmes say, and what is refused where it stands.

use super::*;
use crate::policy::files::Files;

fn load(programmes: &str, gate: &str) -> Result<Programmes, Error> {
    Programmes::load(programmes, gate, &Events::load(&Files::embedded().events).unwrap())
}

fn embedded() -> Programmes {
    let files = Files::embedded();
    load(&files.programmes, &files.gate).unwrap()
}

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

#[test]
fn each_programme_has_the_numbers_of_its_source_and_no_others() {
    let all = embedded();
    let group = |name: &str, version: &str| {
        let stage = all.group_of(all.of(name, version).unwrap());
        (stage.least, stage.most)
    };
    assert_eq!(group("caledonian", "2010"), (Some(26), Some(26)));
    assert_eq!(group("caledonian", "2024"), (Some(25), Some(25)));
    assert_eq!(group("cdvp", "1"), (None, Some(30)));
    assert_eq!((group("mfmc", "1"), group("mf2c", "1")), ((None, None), (None, None)), "not set, never guessed");
    let cdvp = all.of("cdvp", "1").unwrap();
    let least: Vec<_> = cdvp.stages.iter().map(|stage| (stage.stage.as_str(), stage.least)).collect();
    let one = Some(1);
    assert_eq!(
        least,
        [
            ("preparation", Some(3)),
            ("evaluation-1", one),
            ("group", None),
            ("evaluation-2", one),
            ("prevention", Some(4)),
            ("evaluation-3", one)
        ]
    );
}

#[test]
fn who_names_no_version_gets_the_one_whose_day_came_last() {
    let all = embedded();
    let of = |on: &str| all.current("caledonian", day(on)).unwrap().version.clone();
    assert_eq!((of("2023-12-31").as_str(), of("2024-01-01").as_str()), ("2010", "2024"));
    assert!(all.current("none", day("2026-01-01")).is_none());
}

#[test]
fn every_gate_has_both_receipts_and_cdvp_three_preparation_sessions() {
    let all = embedded();
    for template in all.all() {
        for item in ["programme-team-receipt", "womens-service-receipt", "order"] {
            assert!(template.gate.iter().any(|one| one.item == item), "{} {item}", template.name);
        }
        assert!(template.gate.iter().all(|one| one.waive == [crate::model::agencies::Role::TeamManager]));
    }
    let cdvp = all.of("cdvp", "1").unwrap();
    let preparation = cdvp.gate.iter().find(|one| one.item == "preparation").unwrap();
    assert_eq!((preparation.met.times(), preparation.verified), (3, true));
    assert!(cdvp.gate.len() == 13 && all.of("mf2c", "1").unwrap().gate.len() == 3);
}

#[test]
fn a_version_is_added_without_a_change_of_the_program() {
    let files = Files::embedded();
    let programmes = files.programmes
        + "programme, caledonian, 2030, 2030-01-01, Caledonian, a page, proposed\n\
           stage, caledonian, 2030, group, 30, 30, group-session-kept, Group work, a page, proposed\n";
    let gate = files.gate.replace("caledonian, 2010+2024,", "caledonian, 2010+2024+2030,");
    let all = load(&programmes, &gate).unwrap();
    assert_eq!(all.group_of(all.current("caledonian", day("2030-01-02")).unwrap()).most, Some(30));
    assert_eq!(all.group_of(all.of("caledonian", "2024").unwrap()).most, Some(25));
}

#[test]
fn a_bad_row_is_refused_where_it_stands() {
    let files = Files::embedded();
    let line = |text: &str, begins: &str| text.lines().position(|line| line.starts_with(begins)).unwrap() + 1;
    let bad = |begins: &str, from: &str, to: &str| {
        let own = begins.replacen(from, to, 1);
        let error = load(&files.programmes.replacen(begins, &own, 1), &files.gate).unwrap_err().to_string();
        let place = format!("programmes.csv line {}: ", line(&files.programmes, begins));
        error.strip_prefix(&place).unwrap_or_else(|| panic!("{place} {error}")).to_owned()
    };
    let stage = "stage, caledonian, 2010, group, 26, 26, group-session-kept";
    assert_eq!(bad(stage, "26, 26", "27, 26"), "27 is more than the stage has at most");
    assert_eq!(bad(stage, "26, 26", "0, 26"), "0 is not a word that goes here");
    assert_eq!(bad(stage, "2010", "2011"), "caledonian 2011 is not a word that goes here");
    assert_eq!(bad(stage, "session-kept", "session-held"), "group-session-held is not a word that goes here");
    assert_eq!(bad(stage, "group,", "preparation,"), "preparation stands twice");
    assert_eq!(bad(stage, "stage,", "stages,"), "stages is not a word that goes here");
    let template = "programme, caledonian, 2024, 2024-01-01";
    assert_eq!(bad(template, "2024,", "2010,"), "caledonian 2010 stands twice");
    assert_eq!(bad(template, "2024-01-01", "2024"), "2024 is not a word that goes here");
    let mark = "mark, late, group-session-kept";
    assert_eq!(bad(mark, "late", "asleep"), "asleep is not a word that goes here");
    assert_eq!(bad(mark, "late", "present"), "present stands twice");
    let without = load(&files.programmes.replace(mark, "# mark, late"), &files.gate).unwrap_err();
    assert_eq!(without.to_string(), "programmes.csv: late is missing");
}

#[test]
fn a_gate_that_somebody_could_slip_through_is_refused() {
    let files = Files::embedded();
    let bad = |begins: &str, from: &str, to: &str| {
        let own = begins.replacen(from, to, 1);
        load(&files.programmes, &files.gate.replacen(begins, &own, 1)).unwrap_err().to_string()
    };
    let preparation = "cdvp, 1, preparation, Preparation sessions, preparation-session*3";
    assert!(bad(preparation, "*3", "*2").ends_with("asks for fewer than the programme has at least"));
    assert!(bad(preparation, "*3", "*0").ends_with("preparation-session*0 is not a word that goes here"));
    assert!(bad(preparation, "cdvp, 1", "cdvp, 2").ends_with("cdvp 2 is not a word that goes here"));
    let receipt = "mfmc, 1, womens-service-receipt";
    assert!(bad(receipt, "womens-service", "another").contains("womens-service-receipt of mfmc 1 is missing"));
    let met = "The programme team has all of the referral, referral-received, programme.group-worker";
    assert!(bad(met, "programme.group-worker", "justice.case-manager").ends_with("may not record what the item needs"));
    assert!(bad(met, "referral-received", "details-sent@received").contains("is not the women's service saying"));
    assert!(bad(met, "referral-received", "referral-received@received").contains("sends nothing"));
    let waive = "court-report-received, *, justice.team-manager";
    assert!(bad(waive, "justice.team-manager", "justice.case-manager").ends_with("may not record what the item needs"));
    assert!(bad(waive, "justice.team-manager", "*").ends_with("* is not a word that goes here"));
    let error = bad(preparation, "Preparation sessions,", "Preparation sessions, and more,");
    assert!(error.starts_with("gate.csv line ") && error.ends_with("has 10 cells where 9 belong"), "{error}");
}
