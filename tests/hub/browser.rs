//! Story 3 in a browser: `tests/browse.cjs` drives Debian's chromium, with script and without, on a phone and on a desk.
//!
//! Where chromium is not installed the test says so, or fails if `LIPPEN_TEST_REQUIRE` names `browser`. Pictures of every page
//! are put into the folder that `LIPPEN_TEST_PICTURES` names, if it names one.

use crate::postgres::is_required;
use crate::tools;
use crate::world::{Db, Player, Time, World};
use lippen::demo::{DemoCase, OrderKind};
use lippen::model::time::Second;
use serde_json::{Value, json};
use std::path::Path;

const CHROMIUM: &str = "/usr/bin/chromium";

/// Two men of one name, for whom a name is not enough.
const ALIKE: (&str, [&str; 2]) = ("Whinstane", ["1980-05-06", "1971-02-03"]);

fn skipped() -> bool {
    let is_there = Path::new(CHROMIUM).exists();
    assert!(is_there || !is_required("browser"), "LIPPEN_TEST_REQUIRE names browser, but there is no {CHROMIUM}");
    if !is_there {
        eprintln!("SKIPPED in a browser: there is no {CHROMIUM}");
    }
    !is_there
}

#[test]
fn an_officer_at_a_door_is_told_where_he_stands() {
    if skipped() {
        return;
    }
    let world = World::new(Db::Lite, Time::Wound).expect("SQLite is always there");
    world.tell(async |world: &World| {
        let (recalled, hidden) = (licensed(world), diverted(world));
        revoke(world, recalled).await;
        bring_in_two_alike(world).await;
        let mut plan = plan(world, recalled, hidden);
        walk(world, &plan);
        world.wind(26 * 3_600);
        plan["stale"] = json!(true);
        walk(world, &plan);
    });
    world.stop();
}

/// Lets the browser walk, and says what it found wrong.
fn walk(world: &World, plan: &Value) {
    let file = world.data().join("plan.json");
    std::fs::write(&file, plan.to_string()).expect("a plan");
    let Some(said) = tools::node("browse.cjs", &[file]) else {
        assert!(!is_required("browser"), "LIPPEN_TEST_REQUIRE names browser: run tests/tools/install first");
        return;
    };
    assert!(said.well, "{}", said.words);
    eprintln!("{}", said.words);
}

fn plan(world: &World, recalled: &DemoCase, hidden: &DemoCase) -> Value {
    let base = world.manifest["base_url"].as_str().expect("an address").replace("127.0.0.1", "localhost");
    let man = |case: &DemoCase| {
        let man = &case.person;
        json!({ "family": man.family, "given": man.given, "born": man.born.to_string() })
    };
    let mut words: Vec<String> = lippen::demo::CANARIES.iter().map(|word| (*word).to_owned()).collect();
    for case in [world.show_case(), recalled, hidden] {
        words.extend([case.person.family.clone(), case.person.given.clone()]);
    }
    words.extend([ALIKE.0.to_owned(), "Nosuchfamilyname".to_owned(), "PS-20261120".to_owned()]);
    json!({
        "base": base, "chromium": CHROMIUM, "officer": "kenneth", "supervisor": "angus", "other": "isla",
        "one": man(world.show_case()), "recalled": man(recalled), "hidden": man(hidden),
        "several": { "family": ALIKE.0, "given": "William" },
        "none": { "family": "Nosuchfamilyname", "given": "Nobody", "born": "1971-02-03" },
        "incident": "PS-20261120-0412", "reason": "Stopped on foot patrol; control has given no number yet.",
        "canaries": words, "stale": false, "shots": std::env::var("LIPPEN_TEST_PICTURES").ok(),
    })
}

fn licensed(world: &World) -> &DemoCase {
    let on_it = |case: &&DemoCase| case.order == OrderKind::Licence && world.has(case, "prison.liaison");
    world.caseload.cases.iter().find(on_it).expect("somebody is on licence")
}

fn diverted(world: &World) -> &DemoCase {
    world.caseload.cases.iter().find(|case| case.order == OrderKind::Diversion).expect("somebody is diverted")
}

/// A licence is revoked, and he is at large.
async fn revoke(world: &World, case: &DemoCase) {
    let at = |end: &str| format!("/api/v1/cases/{}/{end}", case.id);
    let keeper: Player = world.signs_in(world.who(case, "justice.case-manager", None));
    let order = keeper.get(&at("orders")).await.is(200).items()[0]["id"].clone();
    let prison = world.signs_in(world.who(case, "prison.liaison", None));
    for word in ["recalled", "at-large"] {
        let event = json!({ "word": word, "happened": Second::of(world.now()), "order": order });
        prison.post(&at("events"), event).await.is(201);
    }
}

/// A team brings in two men of one name.
async fn bring_in_two_alike(world: &World) {
    let (family, born) = ALIKE;
    let columns =
        ["reference", "family_name", "given_names", "date_of_birth", "order_kind", "order_made", "order_ends"];
    let lines = born.iter().zip(2..).map(|(born, line)| {
        let reference = format!("ALIKE-{line}");
        let cells = [&*reference, family, "William", born, "community-payback", "2024-02-02", "2027-02-01"];
        json!({ "line": line, "cells": cells })
    });
    let body = json!({
        "kind": "caseload", "commit": true, "good_lines": false, "columns": columns, "lines": lines.collect::<Vec<_>>(),
    });
    world.cast("fiona").post_once("/api/v1/imports", "alike", &body).await.is(201);
}
