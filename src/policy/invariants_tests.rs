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
        ("exactly, grp:lead, *, cat:card, *, read, -, inv+her/inv+own", "exactly, grp:lead, *, cat:card, *, read, -, inv"),
        ("obl, *, *, *, *, share, -, ack", "obl, *, *, *, *, read, -, ack"),
        ("up, *, *, *, *, *, -, own", ""),
        ("down, *, *, *, *, search, -, inv", "down, *, *, *, *, read, -, inv"),
        ("moot, *, *, cat:card, *, *, -, brk", "moot, *, *, cat:card, *, read, -, own"),
        ("moot, *, *, cat:record, *, read, bas=n, rel", "moot, *, *, cat:record, *, read, bas=y, rel"),
        ("who, *, *, health, *, create, -, health.liaison", "who, *, *, health+child, *, create, -, health.liaison"),
        ("same, grp:supervisors, *, *, *, *, -, role", "same, grp:lead, *, *, *, *, -, role"),
        ("same, *, *, !health+!police-intelligence+!cat:hers, *, *, -, pur", "same, *, *, health, *, *, -, pur"),
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
