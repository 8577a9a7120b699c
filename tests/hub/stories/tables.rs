//! Orders and attendance come in as tables: as if each line were recorded by hand, whole or not at all, and by nobody who
//! could not record it by hand.

use crate::world::{Answer, Player, World, on_each_alone};
use lippen::demo::DemoCase;
use lippen::model::time::Second;
use serde_json::{Value, json};

const ORDERS: [&str; 16] = [
    "reference",
    "order_kind",
    "order_made",
    "order_starts",
    "order_ends",
    "order_reference",
    "court",
    "notified",
    "received",
    "requirements",
    "officer",
    "contact_level",
    "area",
    "first_contact",
    "induction",
    "plan",
];

const ATTENDANCE: [&str; 12] = [
    "reference",
    "date",
    "time",
    "word",
    "order",
    "contact",
    "late",
    "unannounced",
    "session",
    "text",
    "excused",
    "evidence",
];

/// The cells of a line, by column.
pub(super) type Cells<'a> = &'a [(&'a str, &'a str)];

/// Returns a table of these lines, numbered from 2.
pub(super) fn table(kind: &str, lines: &[Vec<(&str, &str)>], commit: bool, good_lines: bool) -> Value {
    let columns: &[&str] = if kind == "orders" { &ORDERS } else { &ATTENDANCE };
    let cell = |line: Cells<'_>, name: &str| {
        let found = line.iter().rev().find(|(column, _)| *column == name).map(|(_, text)| *text);
        found.filter(|text| !text.is_empty()).map_or(Value::Null, |text| json!(text))
    };
    let lines = lines.iter().enumerate().map(|(at, line)| {
        json!({ "line": at + 2, "cells": columns.iter().map(|name| cell(line, name)).collect::<Vec<_>>() })
    });
    json!({
        "kind": kind, "commit": commit, "good_lines": good_lines, "columns": columns,
        "lines": lines.collect::<Vec<_>>(),
    })
}

pub(super) async fn brings(who: &Player, key: &str, table: &Value) -> Answer {
    who.post_once("/api/v1/imports", key, table).await
}

/// Returns the day so many days ago.
pub(super) fn ago(world: &World, days: i64) -> String {
    Second::of(world.now().plus_seconds(-days * 86_400)).to_string()[..10].to_owned()
}

pub(super) fn at(case: &DemoCase, end: &str) -> String {
    format!("/api/v1/cases/{}/{end}", case.id)
}

/// Returns what was found wrong, by line and column, with the words.
pub(super) fn faults(answer: &Answer) -> Vec<(u64, Option<&str>, &str)> {
    let faults = answer["faults"].as_array().expect("faults");
    faults
        .iter()
        .map(|one| (one["line"].as_u64().expect("a line"), one["column"].as_str(), one["say"].as_str().expect("words")))
        .collect()
}

pub(super) async fn rows(world: &World) -> (i64, i64) {
    let orders = "SELECT CAST(COUNT(*) AS BIGINT) FROM supervision_order WHERE id <> $1";
    let events = "SELECT CAST(COUNT(*) AS BIGINT) FROM event WHERE id <> $1";
    (world.number(orders, "").await, world.number(events, "").await)
}

/// Returns what the only order of a case is.
pub(super) async fn kind_of(who: &Player, case: &DemoCase) -> String {
    let list = who.get(&at(case, "orders")).await;
    assert_eq!(list.is(200).items().len(), 1, "{list}");
    list.items()[0]["kind"].as_str().expect("a kind").to_owned()
}

/// Returns how many alerts of a kind somebody has.
pub(super) async fn has(who: &Player, kind: &str) -> usize {
    let page = who.get("/api/v1/alerts?limit=100").await;
    page.is(200).items().iter().filter(|item| item["kind"] == kind).count()
}

#[test]
fn orders_of_a_table_begin_as_those_recorded_by_hand() {
    on_each_alone(async |world| {
        let (fiona, case) = (world.cast("fiona"), world.show_case());
        let officer = world.worker("morag").id.to_string();
        let (made, long_ago) = (ago(world, 1), ago(world, 400));
        let lines = [
            vec![
                ("reference", case.reference.as_str()),
                ("order_kind", "bail-supervision"),
                ("order_made", &made),
                ("notified", &made),
                ("court", "Kilgowkie Sheriff Court"),
                ("officer", &officer),
                ("contact_level", "medium"),
                ("first_contact", &made),
            ],
            vec![
                ("reference", case.reference.as_str()),
                ("order_kind", "structured-deferred-sentence"),
                ("order_made", &long_ago),
                ("requirements", "supervision"),
            ],
        ];
        let before = rows(world).await;
        let preview = fiona.post("/api/v1/imports", table("orders", &lines, false, false)).await;
        assert_eq!((&preview.is(200)["good"], &preview["made"], rows(world).await), (&json!(2), &json!(0), before));
        let good = table("orders", &lines, true, false);
        let answer = brings(&fiona, "orders", &good).await;
        assert_eq!((&answer.is(201)["made"], &answer["told"]["nobody"]), (&json!(2), &json!(2)), "{answer}");
        // Made, notified, begun, officer, level and the first contact; made and begun.
        assert_eq!(rows(world).await, (before.0 + 2, before.1 + 8));
        let again = brings(&fiona, "orders", &good).await;
        assert_eq!((&again.is(201)["repeated"], &again["id"]), (&json!(true), &answer["id"]));
        assert_eq!(rows(world).await, (before.0 + 2, before.1 + 8));

        let list = fiona.get(&at(case, "orders")).await;
        let bail =
            list.is(200).items().iter().find(|one| one["kind"] == "bail-supervision").expect("it is there").clone();
        let whole = fiona.get(&format!("/api/v1/orders/{}", bail["id"].as_str().expect("an id"))).await;
        assert_eq!((&whole.is(200)["court"], &whole["officer"]), (&json!("Kilgowkie Sheriff Court"), &json!(officer)));
        // Its clocks run from the day on which it was made: the first contact has stopped one, induction waits.
        let clocks = fiona.get(&at(case, "clocks")).await;
        let of_bail: Vec<_> = clocks
            .is(200)
            .items()
            .iter()
            .filter(|one| one["order"] == bail["id"])
            .map(|one| (one["clock"].as_str().expect("a clock"), one["state"].as_str().expect("a state")))
            .collect();
        assert!(of_bail.contains(&("NOS-INDUCTION", "running")), "{clocks}");
        assert!(!of_bail.iter().any(|one| one.0 == "NOS-CONTACT"), "{clocks}");
        let late = |one: &&Value| one["clock"] == "NOS-INDUCTION" && one["state"] == "late" && one["told"].is_null();
        assert!(
            clocks.items().iter().any(|one| late(&one)),
            "the one of last year is shown, and told to nobody: {clocks}"
        );

        // The same table under another key: each is there already.
        let twice = brings(&fiona, "twice", &table("orders", &lines, true, true)).await;
        let told = faults(twice.is(200));
        assert_eq!(told.iter().map(|one| (one.0, one.1)).collect::<Vec<_>>(), [(2, None), (3, None)], "{twice}");
        assert!(told.iter().all(|one| one.2.contains("that the hub has for him already")), "{twice}");
        // Who reads the case sees that it was brought in.
        let readers = fiona.get(&at(case, "readers")).await;
        assert!(readers.is(200).items().iter().any(|one| one["act"] == "import"), "{readers}");
    });
}

#[test]
fn what_is_wrong_with_a_table_of_orders_is_told_and_nothing_is_half_done() {
    on_each_alone(async |world| {
        let (fiona, case) = (world.cast("fiona"), world.show_case());
        let (made, before, norma) = (ago(world, 10), ago(world, 200), world.worker("norma").id.to_string());
        let bad: [(Cells<'_>, Option<&str>, &str); 13] = [
            (&[("reference", "")], Some("reference"), "is empty"),
            (&[("reference", "a name")], Some("reference"), "is not a reference"),
            (&[("order_kind", "")], Some("order_kind"), "is empty"),
            (&[("order_kind", "probation")], Some("order_kind"), "one of the words"),
            (&[("order_made", "")], Some("order_made"), "is empty"),
            (&[("order_made", "2199-01-01")], Some("order_made"), "in the future"),
            (&[("order_ends", "2019-01-01")], Some("order_ends"), "before the order's first day"),
            (&[("received", &before)], Some("received"), "before the day on which it was made"),
            (&[("requirements", "unpaid-work 9x")], Some("requirements"), "list of requirements"),
            (&[("officer", "Morag")], Some("officer"), "worker's id"),
            (&[("officer", &norma)], Some("officer"), "does not work on this case"),
            (&[("area", "Atlantis")], Some("area"), "not an area"),
            (&[("court", "The court at ZZ99 3AB")], Some("court"), "what looks like a postcode"),
        ];
        let good = |kind| vec![("reference", case.reference.as_str()), ("order_kind", kind), ("order_made", &made)];
        // Each made on another day: otherwise it would stand in the table before.
        let days: Vec<String> = (0..bad.len() as i64).map(|at| ago(world, 30 + at)).collect();
        let mut lines = vec![good("bail-supervision")];
        for ((cells, ..), day) in bad.iter().zip(&days) {
            let more = [("order_made", day.as_str())].into_iter().chain(cells.iter().copied());
            lines.push(good("licence").into_iter().chain(more).collect());
        }
        lines.push(good("bail-supervision"));
        let there = rows(world).await;
        let none = brings(&fiona, "none", &table("orders", &lines, true, false)).await;
        assert_eq!(
            (&none.is(200)["made"], &none["good"], &none["wrong_lines"]),
            (&json!(0), &json!(1), &json!(14)),
            "{none}"
        );
        assert_eq!(rows(world).await, there, "nothing of it");
        let told = faults(&none);
        for (at, (cells, column, say)) in bad.into_iter().enumerate() {
            let of: Vec<_> = told.iter().filter(|one| one.0 == at as u64 + 3).collect();
            assert!(of.len() == 1 && of[0].1 == column && of[0].2.contains(say), "{column:?} {say}: {of:?}");
            assert!(
                of.iter().all(|one| cells.iter().all(|(_, cell)| cell.len() < 4 || !one.2.contains(cell))),
                "{of:?}"
            );
        }
        assert!(told.iter().any(|one| one.0 == 16 && one.2.contains("stands in this table before")), "{none}");
        let some = brings(&fiona, "some", &table("orders", &lines, true, true)).await;
        assert_eq!((&some.is(201)["made"], rows(world).await.0), (&json!(1), there.0 + 1));
    });
}

#[test]
fn a_case_that_is_closed_to_the_importer_and_none_are_one_fault() {
    on_each_alone(async |world| {
        let (fiona, norma, morag) = (world.cast("fiona"), world.cast("norma"), world.worker("morag").id.to_string());
        let columns = ["reference", "family_name", "given_names", "date_of_birth", "case_manager"];
        let men = |reference: &str, name: &str, manager: Option<&str>| {
            json!({
                "kind": "caseload", "commit": true, "columns": columns,
                "lines": [{ "line": 2, "cells": [reference, name, "Ewan", "1971-02-03", manager] }],
            })
        };
        brings(&fiona, "ours", &men("TEAM-1", "Macours", Some(&morag))).await.is(201);
        brings(&norma, "theirs", &men("TEAM-2", "Mactheirs", None)).await.is(201);
        brings(&fiona, "hers", &men("TEAM-4", "Machers", None)).await.is(201);
        let (day, time) = (ago(world, 3), "10:00");
        for kind in ["orders", "attendance"] {
            let line = |reference: &'static str| match kind {
                "orders" => {
                    vec![("reference", reference), ("order_kind", "licence"), ("order_made", day.as_str())]
                }
                _ => vec![
                    ("reference", reference),
                    ("date", day.as_str()),
                    ("time", time),
                    ("word", "contact-kept"),
                    ("contact", "office"),
                ],
            };
            // Her own agency's where she does not work, another agency's, and none.
            let mut answers = Vec::new();
            for reference in ["TEAM-1", "TEAM-2", "TEAM-3"] {
                let answer = fiona.post("/api/v1/imports", table(kind, &[line(reference)], false, false)).await;
                let mut body = answer.is(200).body.clone();
                body.as_object_mut().expect("an object").retain(|name, _| name != "id" && name != "receipt");
                assert_eq!(body["faults"][0]["column"], "reference", "{body}");
                answers.push(body);
            }
            assert!(answers.iter().all(|one| *one == answers[0]), "{answers:?}");
            // Who took the case may, and another agency's team manager may not.
            let made = brings(&fiona, kind, &table(kind, &[line("TEAM-4")], true, false)).await;
            assert_eq!(made.is(201)["made"], 1, "{made}");
            let theirs = norma.post("/api/v1/imports", table(kind, &[line("TEAM-1")], false, false)).await;
            assert_eq!(theirs.is(200)["faults"], answers[0]["faults"]);
            for key in ["morag", "isla", "angus", "ruth"] {
                brings(&world.cast(key), "no", &table(kind, &[line("TEAM-1")], true, false))
                    .await
                    .is_problem(404, "not-found");
            }
        }
    });
}
