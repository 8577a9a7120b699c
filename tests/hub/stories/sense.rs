//! What cannot be is not taken: a curfew that nobody can enforce, a programme that there is not, an evening that is told twice,
//! a reason of one letter, a manager's word by somebody who is none.

use super::commencement::{at, begins, event, lists};
use super::registers::told;
use crate::world::{Player, World, on_each, on_each_alone};
use lippen::demo::DemoCase;
use serde_json::{Value, json};

const HELD: &str = "2026-11-16T19:05:00Z";

fn order(field: &str, value: Value) -> Value {
    let mut order = json!({ "kind": "community-payback", "made": "2026-01-05" });
    order[field] = value;
    order
}

#[test]
fn an_order_requires_what_a_court_can_require_and_a_curfew_has_its_hours() {
    on_each(async |world| {
        let (case, morag) = (world.show_case(), world.cast("morag"));
        let path = at(case, "orders");
        for (field, value, blamed) in [
            ("conditions", json!([{ "kind": "curfew" }]), "conditions.from"),
            ("conditions", json!([{ "kind": "curfew", "from": "19:00" }]), "conditions.to"),
            ("conditions", json!([{ "kind": "curfew", "from": "19:00", "to": "19:00" }]), "conditions.to"),
            ("requirements", json!([{ "kind": "programme", "programme": "zzz" }]), "requirements.programme"),
            ("requirements", json!([{ "kind": "unpaid-work", "hours": 9999, "months": 6 }]), "requirements.hours"),
            ("requirements", json!([{ "kind": "unpaid-work", "hours": 19 }]), "requirements.hours"),
            ("requirements", json!([{ "kind": "unpaid-work", "hours": 301 }]), "requirements.hours"),
            ("requirements", json!([{ "kind": "unpaid-work", "hours": 20, "months": 0 }]), "requirements.months"),
            ("requirements", json!([{ "kind": "supervision", "hours": 20 }]), "requirements.hours"),
            ("requirements", json!([{ "kind": "conduct", "programme": "cdvp" }]), "requirements.programme"),
        ] {
            let refused = morag.post(&path, order(field, value)).await;
            refused.is_problem(422, "invalid").blames(blamed).holds_no("zzz").holds_no("9999");
        }
        for (hours, months) in [(20, 3), (300, 6)] {
            let work = json!([{ "kind": "unpaid-work", "hours": hours, "months": months }]);
            morag.post(&path, order("requirements", work)).await.is(201);
        }
    });
}

#[test]
fn an_order_of_a_table_is_held_to_the_same() {
    on_each(async |world| {
        let fiona = world.cast("fiona");
        for (requirements, say) in
            [("supervision; programme shoes", "not a programme"), ("unpaid-work 9999h 6m", "a court orders 20 to 300")]
        {
            let columns = [
                "reference",
                "family_name",
                "given_names",
                "date_of_birth",
                "order_kind",
                "order_made",
                "requirements",
            ];
            let cells = ["SENSE-1", "Mac Sense", "Ewan", "1971-02-03", "community-payback", "2024-02-02", requirements];
            let body = json!({
                "kind": "caseload", "commit": false, "good_lines": false, "columns": columns,
                "lines": [{ "line": 2, "cells": cells }],
            });
            let told = fiona.post("/api/v1/imports", body).await;
            let fault = &told.is(200)["faults"][0];
            assert_eq!((&fault["line"], &fault["column"]), (&json!(2), &json!("requirements")), "{told}");
            assert!(fault["say"].as_str().is_some_and(|words| words.contains(say)), "{fault}");
            told.holds_no("shoes").holds_no("9999");
        }
    });
}

#[test]
fn a_reason_is_one_that_somebody_else_can_judge_and_what_is_right_is_not_put_right_again() {
    on_each(async |world| {
        let (case, morag) = (world.show_case(), world.cast("morag"));
        let manager = world.cast(world.who(case, "justice.team-manager", None));
        let made = morag.post(&at(case, "orders"), order("contact_level", json!("high"))).await.is(201).id();
        let missed =
            json!({ "kind": "office", "outcome": "missed", "happened": "2026-01-12T10:00:00Z", "order": made });
        let first = morag.post(&at(case, "contacts"), missed).await.is(201).id();
        for (word, more) in [
            ("gate-waived", json!({ "item": "ls-cmi" })),
            ("gate-waived", json!({ "item": "womens-service-receipt" })),
            ("clock-waived", json!({ "clock": "NOS-CONTACT", "follows": first })),
            ("clock-extended", json!({ "clock": "NOS-CONTACT", "follows": first, "day": "2026-12-24" })),
        ] {
            let mut body = json!({ "word": word, "happened": "2026-01-13T10:00:00Z", "order": made, "text": "x" });
            more.as_object().expect("fields").iter().for_each(|(name, value)| body[name] = value.clone());
            let refused = manager.post(&at(case, "events"), body).await;
            refused.is_problem(422, "invalid").blames("text");
            assert!(refused.text.contains("too short"), "{refused}");
        }
        let right = json!({
            "word": "correction", "happened": "2026-01-13T10:00:00Z", "corrects": first, "text": "It was another man.",
        });
        let newer = morag.post(&at(case, "events"), right.clone()).await.is(201).id();
        let again = morag.post(&at(case, "events"), right).await;
        again.is_problem(422, "invalid").blames("corrects");
        assert!(again.text.contains(&newer), "it points to what stands now: {again}");
    });
}

#[test]
fn what_a_manager_says_is_said_by_a_manager() {
    on_each_alone(async |world| {
        let (case, morag) = (world.show_case(), world.cast("morag"));
        let manager = world.cast(world.who(case, "justice.team-manager", None));
        for word in ["manager-discussed", "rmp-approved"] {
            let said = event(case, word);
            morag.post(&at(case, "events"), said.clone()).await.is_problem(422, "invalid").blames("word");
            manager.post(&at(case, "events"), said).await.is(201);
        }
    });
}

/// Makes a group of one man who has begun.
async fn group_of(world: &World, case: &DemoCase) -> (Player, String) {
    let group = world.cast(world.who(case, "programme.group-worker", None));
    let place = lists(&world.cast("morag"), case).await;
    let body = json!({ "programme": "caledonian", "name": "tuesday-evening", "starts": "2026-09-07" });
    let id = group.post("/api/v1/programmes", body).await.is(201).id();
    group.post(&format!("/api/v1/programmes/{id}/members"), json!({ "place": place })).await.is(201);
    begins(world, case).await;
    (group, id)
}

#[test]
fn a_missed_evening_is_told_once_in_one_word_whoever_records_it() {
    on_each_alone(async |world| {
        let case = world.show_case();
        let (isla, morag) = (world.cast("isla"), world.cast("morag"));
        let contact =
            |outcome: &str| json!({ "kind": "group", "outcome": outcome, "happened": HELD, "order": case.sentence.id });
        // Of a man who is in no group of the hub, a contact says it, in the words of a register.
        let had = told(&isla, "missed-session").await.len();
        let id = morag.post(&at(case, "contacts"), contact("missed")).await.is(201).id();
        assert_eq!(morag.get(&format!("/api/v1/events/{id}")).await.is(200)["word"], "group-session-missed");
        let alerts = told(&isla, "missed-session").await;
        assert_eq!(alerts.len(), had + 1);
        let open = isla.opens(alerts.last().expect("hers")).await;
        assert_eq!(
            (&open.is(200)["severity"], &open["may_tell_her"]),
            (&json!("high"), &json!("He did not come to his group."))
        );

        let (group, programme) = group_of(world, case).await;
        let refused = group.post(&at(case, "contacts"), contact("missed")).await;
        refused.is_problem(422, "invalid").blames("kind");
        assert!(refused.text.contains("register"), "{refused}");
        let register = json!({ "held": HELD, "men": [{ "case": case.id, "mark": "absent" }] });
        let taken = group.post(&format!("/api/v1/programmes/{programme}/sessions/4/attendance"), register).await;
        let marked = taken.is(201)["men"][0]["events"][0].clone();
        let had = told(&isla, "missed-session").await.len();
        let mut again = event(case, "group-session-missed");
        again["happened"] = json!(HELD);
        group.post(&at(case, "events"), again.clone()).await.is_problem(422, "invalid").blames("happened");
        again["session"] = json!(4);
        let refused = group.post(&at(case, "events"), again.clone()).await;
        refused.is_problem(422, "invalid").blames("session");
        assert!(refused.text.contains("is marked already"), "{refused}");
        let mut kept = again.clone();
        kept["word"] = json!("group-session-kept");
        group.post(&at(case, "events"), kept).await.is_problem(422, "invalid").blames("session");
        assert_eq!(told(&isla, "missed-session").await.len(), had, "nobody is told again");
        // Another session, and what puts this one right, are recorded.
        let mut right = again.clone();
        (right["word"], right["corrects"]) = (json!("group-session-kept"), marked);
        group.post(&at(case, "events"), right).await.is(201);
        group.post(&at(case, "events"), again.clone()).await.is_problem(422, "invalid").blames("session");
        (again["session"], again["happened"]) = (json!(5), json!("2026-11-17T19:05:00Z"));
        group.post(&at(case, "events"), again).await.is(201);
    });
}
