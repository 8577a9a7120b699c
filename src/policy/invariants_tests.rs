//! Each rule can hold and can be broken, and what is required cannot be left out.

use super::*;
use crate::policy::files::Files;
use crate::policy::load::book;

#[test]
fn each_rule_can_hold_and_can_be_broken() {
    let book = book(&Files::embedded()).unwrap();
    let ground = Ground::of_lines(&book.seats, &book.rules);
    let broken = |row: &str| run(row, &book.words, &ground).unwrap().1.len();
    for (fits, breaks) in [
        ("never, prison.liaison, *, cat:hers, *, *, -, -", "never, *, *, identity, *, read, -, -"),
        ("denied, prison.liaison, *, cat:hers, *, *, -, -", "denied, prison.liaison, *, child, *, *, -, -"),
        ("some, *, *, audit, *, read, -, -", "some, *, *, audit, *, create, -, -"),
        ("always, grp:case, *, identity, *, declare, -, -", "always, grp:case, *, child, *, declare, -, -"),
        ("needs, *, *, *, *, share, -, own", "needs, *, *, *, *, share, -, own+her"),
        ("any, *, *, *, *, act:pen, -, inv+brk", "any, *, *, *, *, read, -, inv+brk"),
        ("within, *, *, *, *, share, -, own/brk", "within, *, *, *, *, share, -, her/rel+bas"),
        (
            "exactly, grp:lead, *, cat:card, *, read, -, inv+her/inv+own",
            "exactly, grp:lead, *, cat:card, *, read, -, inv",
        ),
        ("obl, *, *, *, *, share, -, ack", "obl, *, *, *, *, read, -, ack"),
        ("up, *, *, *, *, *, -, own", ""),
        ("down, *, *, *, *, search, -, inv", "down, *, *, *, *, read, -, inv"),
        ("moot, *, *, cat:card, *, *, -, brk", "moot, *, *, cat:card, *, read, -, own"),
        ("moot, *, *, cat:record, *, read, bas=n, rel", "moot, *, *, cat:record, *, read, bas=y, rel"),
        ("who, *, *, health, *, create, -, health.liaison", "who, *, *, health+child, *, create, -, health.liaison"),
        (
            "same, grp:supervisors, *, *, *, !disclose+!manage+!import+!rota+!oversee+!drill+!lock, -, role",
            "same, grp:lead, *, *, *, *, -, role",
        ),
        (
            "same, *, *, !health+!police-intelligence+!cat:hers, *, act:know+act:pen, -, pur",
            "same, *, *, health, *, *, -, pur",
        ),
        ("same, mappa.panel-member, *, *, *, *, -, kind", ""),
        ("same, *, *, cat:card, *, act:know, -, cat", "same, *, *, cat:record, *, act:know, -, cat"),
        ("same, *, *, cat:record, *, summary+existence, inv=n, act", "same, *, *, cat:record, *, act:know, -, act"),
        ("follows, *, *, *, *, raise, -, create", "follows, *, *, *, *, create, -, raise"),
        ("sits, agency.admin, *, *, *, *, -, !at:hub", "sits, governance.officer, *, *, *, *, -, !at:hub"),
    ] {
        let row = |rule: &str| format!("x, {rule}, w");
        assert_eq!(broken(&row(fits)), 0, "{fits}");
        assert!(breaks.is_empty() || broken(&row(breaks)) == 1, "{breaks}");
    }
}

#[test]
fn a_fact_that_closes_breaks_up() {
    let mut files = Files::embedded();
    files.policy.push_str("p, grp:lead, *, identity, *, read, *, *, *, *, *, y, *, deny, -, D99\n");
    let book = book(&files).unwrap();
    let ground = Ground::of_lines(&book.seats, &book.rules);
    assert_eq!(run("x, up, *, *, *, *, *, -, mtg, w", &book.words, &ground).unwrap().1.len(), 1);
}

/// Loads the policy after one change; returns what is wrong with it.
fn refused(change: impl Fn(&mut Files)) -> String {
    let mut files = Files::embedded();
    change(&mut files);
    book(&files).unwrap_err().to_string()
}

#[test]
fn no_policy_is_taken_without_what_is_required() {
    let drop = |text: &str, start: &str| -> String {
        let kept: Vec<&str> = text.lines().filter(|line| !line.starts_with(start)).collect();
        assert!(kept.len() < text.lines().count(), "{start}");
        kept.join("\n")
    };
    for row in rows_of(REQUIRED_FILE, REQUIRED, 2).unwrap() {
        let id = row.cells[0];
        let said = refused(|files| files.invariants = drop(&files.invariants, &format!("{id},")));
        assert_eq!(said, format!("invariants.csv: {id} is missing"));
    }
    let weaker = |files: &mut Files| files.invariants = files.invariants.replace("I69, denied,", "I69, never,");
    let said = refused(weaker);
    assert!(said.starts_with("invariants.csv line ") && said.contains("I69 is required, and does not say"), "{said}");
}

#[test]
fn a_denial_that_is_left_out_is_asked_for_by_what_it_means() {
    let without = |ids: &[&str]| {
        refused(|files| {
            let kept = |line: &&str| !ids.iter().any(|id| line.ends_with(&format!(", {id}")));
            files.policy = files.policy.lines().filter(kept).collect::<Vec<_>>().join("\n");
        })
    };
    // D01 and D02 mean the same as long as whoever delivers programmes sits nowhere else.
    assert!(without(&["D01", "D02"]).contains("I60 is required and does not hold"));
    for number in 3..=18 {
        let said = without(&[&format!("D{number:02}")]);
        assert!(said.starts_with("invariants.csv line ") && said.contains("is required and does not hold"), "{said}");
    }
}

#[test]
fn an_invariant_that_makes_no_sense_is_refused_where_it_stands() {
    let book = book(&Files::embedded()).unwrap();
    let refused = |row: &str| read(row, &book.words).unwrap_err().to_string();
    for row in [
        "x, who, *, *, *, *, *, -, nobody, w",
        "x, same, *, *, *, *, *, -, facts, w",
        "x, within, *, *, *, *, *, -, a/b, w",
    ] {
        assert!(refused(row).starts_with("invariants.csv line 1: "), "{row}");
    }
    assert!(refused("x, never, *+!nobody, *, *, *, *, -, -, w").contains("nobody"));
    let twice = "x, up, *, *, *, *, *, -, inv, w\nx, up, *, *, *, *, *, -, her, w";
    assert_eq!(refused(twice), "invariants.csv line 2: the id x was used before");
}
