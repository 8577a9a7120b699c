//! A team's caseload comes in: 5,000 men of whom 40 lines are wrong in 20 ways, the good ones or none, as asked.

use crate::world::{Answer, Db, Player, Time, World, on_each_alone};
use serde_json::{Value, json};
use std::collections::{BTreeSet, HashMap};

pub(crate) const COLUMNS: [&str; 16] = [
    "reference",
    "family_name",
    "given_names",
    "date_of_birth",
    "aliases",
    "phone",
    "mappa",
    "case_manager",
    "order_kind",
    "order_made",
    "order_ends",
    "requirements",
    "contact_level",
    "area",
    "first_contact",
    "another_man",
];

/// What is wrong: the column that is told, the cells instead, and words of what is said.
type Way = (Option<&'static str>, &'static [(&'static str, &'static str)], &'static str);

/// Twenty ways to be wrong that one line shows by itself.
const WAYS: [Way; 20] = [
    (Some("reference"), &[("reference", "")], "is empty"),
    (Some("reference"), &[("reference", "no digit")], "is not a reference"),
    (Some("family_name"), &[("family_name", "")], "is empty"),
    (Some("family_name"), &[("family_name", "=HYPERLINK(\"x\")")], "formula"),
    (Some("given_names"), &[("given_names", "")], "is empty"),
    (Some("given_names"), &[("given_names", "12345")], "no letter"),
    (Some("date_of_birth"), &[("date_of_birth", "")], "is empty"),
    (Some("date_of_birth"), &[("date_of_birth", "09/03/1987")], "is not a day"),
    (Some("date_of_birth"), &[("date_of_birth", "1987-02-30")], "is not a day"),
    (Some("date_of_birth"), &[("date_of_birth", "2199-01-01")], "in the future"),
    (Some("aliases"), &[("aliases", "just one name")], "Family, Given"),
    (Some("phone"), &[("phone", "ask his mother")], "telephone number"),
    (Some("mappa"), &[("mappa", "category 3")], "MAPPA"),
    (Some("case_manager"), &[("case_manager", "Morag")], "worker's id"),
    (Some("order_kind"), &[("order_kind", "probation")], "one of the words"),
    (Some("order_made"), &[("order_made", "2199-01-01")], "in the future"),
    (Some("order_ends"), &[("order_ends", "2019-01-01")], "before the order's first day"),
    (Some("requirements"), &[("requirements", "unpaid-work 120 hours")], "list of requirements"),
    (Some("contact_level"), &[("contact_level", "weekly")], "one of the words"),
    (Some("area"), &[("area", "Atlantis")], "not an area"),
];

/// Returns a line of the caseload with this number, as cells by column.
fn line(number: usize) -> HashMap<&'static str, String> {
    let day = 1 + number % 28;
    // Names that no two of them share, from the number alone.
    let letters: String = format!("{number:05}").bytes().map(|digit| char::from(b'a' + (digit - b'0'))).collect();
    HashMap::from([
        ("reference", format!("TEAM-{number:05}")),
        ("family_name", format!("Mac{letters}")),
        ("given_names", "Ewan John".to_owned()),
        ("date_of_birth", format!("19{:02}-{:02}-{day:02}", 50 + number % 49, 1 + number % 12)),
        ("phone", format!("07700 9{number:05}")),
        ("order_kind", "community-payback".to_owned()),
        ("order_made", "2024-02-02".to_owned()),
        ("order_ends", "2027-02-01".to_owned()),
        ("requirements", "supervision; unpaid-work 120h 6m".to_owned()),
        ("contact_level", "high".to_owned()),
        ("first_contact", "2024-02-03".to_owned()),
    ])
}

/// Returns a caseload of so many men, twice as many of its lines wrong as there are ways, and in which line which way is.
pub(crate) fn caseload(men: usize) -> (Vec<Vec<String>>, HashMap<usize, usize>) {
    let every = men / (2 * WAYS.len());
    let mut wrong = HashMap::new();
    let rows = (0..men).map(|number| {
        let mut cells = line(number);
        if number % every == every / 2 && wrong.len() < 2 * WAYS.len() {
            let way = wrong.len() % WAYS.len();
            cells.extend(WAYS[way].1.iter().map(|(column, cell)| (*column, (*cell).to_owned())));
            wrong.insert(number + 2, way);
        }
        COLUMNS.iter().map(|column| cells.remove(column).unwrap_or_default()).collect()
    });
    (rows.collect(), wrong)
}

fn body(rows: &[Vec<String>], commit: bool, good_lines: bool) -> Value {
    let cell = |cell: &String| if cell.is_empty() { Value::Null } else { json!(cell) };
    let lines = rows
        .iter()
        .enumerate()
        .map(|(at, row)| json!({ "line": at + 2, "cells": row.iter().map(cell).collect::<Vec<_>>() }));
    json!({
        "kind": "caseload", "commit": commit, "good_lines": good_lines, "columns": COLUMNS,
        "lines": lines.collect::<Vec<_>>(),
    })
}

/// Claims that exactly what is wrong is told, by line and column, and that no value is.
pub(crate) fn tells_what_is_wrong(answer: &Value, wrong: &HashMap<usize, usize>) {
    let faults = answer["faults"].as_array().expect("faults");
    assert_eq!((faults.len(), &answer["wrong_lines"]), (wrong.len(), &json!(wrong.len())), "{answer}");
    for fault in faults {
        let line = fault["line"].as_u64().expect("a line") as usize;
        let (column, cells, say) = WAYS[*wrong.get(&line).unwrap_or_else(|| panic!("{line} is right: {fault}"))];
        let said = fault["say"].as_str().expect("words");
        assert_eq!(fault["column"].as_str(), column, "{fault}");
        assert!(said.contains(say) && cells.iter().all(|(_, cell)| cell.len() < 4 || !said.contains(cell)), "{fault}");
    }
}

async fn cases(world: &World) -> i64 {
    world.number("SELECT CAST(COUNT(*) AS BIGINT) FROM case_file WHERE reference <> $1", "").await
}

async fn brings(who: &Player, key: &str, body: &Value) -> Answer {
    who.post_once("/api/v1/imports", key, body).await
}

#[test]
fn five_thousand_men_come_in_whole_without_forty_wrong_lines_or_not_at_all() {
    for db in [Db::Lite, Db::Postgres] {
        let Some(world) = World::new(db, Time::Wound) else { continue };
        world.tell(async |world: &World| {
            let fiona = world.cast("fiona");
            let (rows, wrong) = caseload(5_000);
            assert_eq!((wrong.len(), wrong.values().collect::<BTreeSet<_>>().len()), (40, 20));
            let before = cases(world).await;

            let preview = fiona.post("/api/v1/imports", body(&rows, false, false)).await;
            tells_what_is_wrong(&preview.is(200).body, &wrong);
            let none = brings(&fiona, "none", &body(&rows, true, false)).await;
            tells_what_is_wrong(&none.is(200).body, &wrong);
            assert_eq!((&none["good"], &none["made"], cases(world).await), (&json!(4_960), &json!(0), before));

            let start = std::time::Instant::now();
            let good = brings(&fiona, "good", &body(&rows, true, true)).await;
            tells_what_is_wrong(&good.is(201).body, &wrong);
            eprintln!("4,960 men took {:?}", start.elapsed());
            assert_eq!((&good["made"], cases(world).await), (&json!(4_960), before + 4_960));
            let again = brings(&fiona, "good", &body(&rows, true, true)).await;
            assert_eq!((&again.is(201)["repeated"], &again["id"]), (&json!(true), &good["id"]));
            // The same file again under another key: each man is there already, and nothing is made.
            let twice = brings(&fiona, "twice", &body(&rows, true, true)).await;
            assert_eq!((&twice.is(200)["good"], &twice["made"]), (&json!(0), &json!(0)), "{}", twice["wrong_lines"]);
            assert_eq!(cases(world).await, before + 4_960);
            is_found(world, &rows[7]).await;
        });
        world.stop();
    }
}

/// Claims that the one who takes a man finds him, that police find him at a door, and that nobody else does.
async fn is_found(world: &World, row: &[String]) {
    let search = json!({ "family_name": row[1], "date_of_birth": row[3] });
    let found = world.cast("fiona").post("/api/v1/people/search", search.clone()).await;
    assert_eq!(found.is(200)["match"], "one", "{found}");
    let case = found["people"][0]["case"].as_str().expect("a case").to_owned();
    for key in ["norma", "isla"] {
        assert_eq!(world.cast(key).post("/api/v1/people/search", search.clone()).await.is(200)["match"], "none");
    }
    let shown = world.cast("fiona").get(&format!("/api/v1/cases/{case}")).await;
    assert_eq!((&shown.is(200)["reference"], &shown["label"]), (&json!(row[0]), &json!("community-payback")));
    let orders = world.cast("fiona").get(&format!("/api/v1/cases/{case}/orders")).await;
    assert_eq!(orders.is(200).items().len(), 1);
    let mut asked = search;
    asked["incident"] = json!("PS-20261120-0412");
    let card = world.cast("lynsey").post("/api/v1/status-queries", asked).await;
    assert_eq!(card.is(200)["match"], "one", "{card}");
    // Who read the case sees that the importer was told of it.
    let readers = world.cast("fiona").get(&format!("/api/v1/cases/{case}/readers")).await;
    assert!(readers.is(200).items().iter().any(|one| one["act"] == "import"), "{readers}");
}

#[test]
fn whether_another_agency_knows_a_man_makes_no_difference() {
    on_each_alone(async |world| {
        let (fiona, norma) = (world.cast("fiona"), world.cast("norma"));
        let mut row: Vec<String> = caseload(400).0.remove(0);
        let stranger = row.clone();
        row[1] = "Macstranger".to_owned();
        // Norma's agency brings both in; Fiona's is told nothing of it, not even of the reference.
        let both = body(
            &[row.clone(), {
                let mut other = stranger;
                other[0] = "TEAM-1".to_owned();
                other
            }],
            true,
            false,
        );
        brings(&norma, "theirs", &both).await.is(201);
        let known = fiona.post("/api/v1/imports", body(std::slice::from_ref(&row), false, false)).await;
        let mut nobody = row.clone();
        nobody[1] = "Macnobody".to_owned();
        let unknown = fiona.post("/api/v1/imports", body(&[nobody], false, false)).await;
        for word in ["good", "wrong_lines", "faults", "made"] {
            assert_eq!(known.is(200)[word], unknown.is(200)[word]);
        }
        let made = brings(&fiona, "ours", &body(&[row.clone()], true, false)).await;
        assert_eq!(made.is(201)["made"], 1, "he has a case of each agency");
        // His own agency's is told.
        let told = brings(&fiona, "again", &body(&[row.clone()], true, true)).await;
        assert_eq!((&told.is(200)["made"], told["faults"].as_array().map(Vec::len)), (&json!(0), Some(2)), "{told}");
        row[0] = "TEAM-77".to_owned();
        row[15] = "yes".to_owned();
        assert_eq!(brings(&fiona, "another", &body(&[row], true, false)).await.is(201)["made"], 1);
    });
}

#[test]
fn a_man_twice_a_wrong_worker_and_somebody_declared_are_wrong_lines() {
    on_each_alone(async |world| {
        let fiona = world.cast("fiona");
        let mut rows: Vec<Vec<String>> = [0, 1, 2, 3, 4, 6, 7].iter().map(|at| caseload(400).0.remove(*at)).collect();
        rows[1][0] = rows[0][0].clone();
        (rows[2][1], rows[2][3]) = (rows[0][1].to_uppercase(), rows[0][3].clone());
        rows[3][7] = world.worker("isla").id.to_string();
        rows[4][7] = world.worker("morag").id.to_string();
        rows[5][1] = "Declared".to_owned();
        rows[6].push("one cell too many".to_owned());
        let declared = json!({ "family_name": "Declared", "given_name": "Ewan", "relation": "my brother" });
        fiona.post("/api/v1/me/conflicts", declared).await.is(201);
        let before = cases(world).await;
        let answer = brings(&fiona, "seven", &body(&rows, true, false)).await;
        let faults: Vec<_> = answer.is(200)["faults"].as_array().expect("faults").iter().collect();
        let told: Vec<_> = faults.iter().map(|one| (one["line"].as_u64().unwrap(), one["column"].as_str())).collect();
        assert_eq!(
            told,
            [(3, Some("reference")), (4, None), (5, Some("case_manager")), (7, None), (8, None)],
            "{answer}"
        );
        assert_eq!(cases(world).await, before);
        let answer = brings(&fiona, "good", &body(&rows, true, true)).await;
        assert_eq!(answer.is(201)["made"], 2);
        // Who takes the case sees it; the importer, who is not on it, does not.
        let search = json!({ "family_name": rows[4][1], "date_of_birth": rows[4][3] });
        assert_eq!(world.cast("morag").post("/api/v1/people/search", search.clone()).await.is(200)["match"], "one");
        assert_eq!(fiona.post("/api/v1/people/search", search).await.is(200)["match"], "none");
    });
}

#[test]
fn a_table_that_is_none_is_refused_and_says_why() {
    on_each_alone(async |world| {
        let fiona = world.cast("fiona");
        let row = caseload(400).0.remove(0);
        let good = body(&[row], true, false);
        for (change, field) in [
            (json!({ "columns": ["reference", "reference"] }), "columns[1]"),
            (json!({ "columns": ["MacSecret"] }), "columns[0]"),
            (json!({ "lines": [] }), "lines"),
            (json!({ "lines": [{ "line": 2, "cells": [] }, { "line": 2, "cells": [] }] }), "lines.line"),
            (json!({ "lines": (0..5_001).map(|at| json!({ "line": at, "cells": [] })).collect::<Vec<_>>() }), "lines"),
        ] {
            let mut body = good.clone();
            body.as_object_mut().expect("an object").extend(change.as_object().expect("an object").clone());
            let answer = brings(&fiona, "bad", &body).await;
            answer.is_problem(422, "invalid").holds_no("MacSecret");
            assert_eq!(answer["errors"][0]["field"], field, "{answer}");
        }
        for key in ["morag", "isla", "angus", "ruth"] {
            brings(&world.cast(key), "no", &good).await.is_problem(404, "not-found");
        }
    });
}
