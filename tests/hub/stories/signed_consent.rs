//! Story: what she agreed to is signed, can be checked by anybody without the hub, and stays checkable when she has taken
//! it back. Nobody is asked for her address in the same breath as for something else.

use super::consent::{Team, consent, today};
use crate::process::run;
use crate::tools;
use crate::world::{Answer, Player, World, on_each, on_each_alone};
use lippen::demo::Caseload;
use serde_json::{Value, json};
use std::path::Path;

const KEPT: &str = "She agreed at the office.";

/// What each of three programs says of a record: ours, Python's, Node's.
pub(crate) fn verdicts(record: &str, key: &str) -> Vec<String> {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("record.json");
    std::fs::write(&file, record).expect("written");
    let mut said = vec![ours(&file, &["--key", key])];
    let args = [file.as_os_str(), key.as_ref()];
    let others = [tools::python("verify_consent.py", &args), tools::node("verify_consent.cjs", &args)];
    said.extend(others.into_iter().flatten().map(|said| said.words));
    said
}

/// Runs `lippen consent verify --json` and checks that its exit code is that of its outcome.
fn ours(file: &Path, more: &[&str]) -> String {
    let place = file.display().to_string();
    let output = run(&[&["consent", "verify", &place, "--json"], more].concat());
    let said: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let outcome = said["outcome"].as_str().expect("an outcome").to_owned();
    let code = match &*outcome {
        "valid" => 0,
        "invalid" => 1,
        _ => 3,
    };
    assert_eq!(output.status.code(), Some(code), "{said}");
    assert_eq!(
        said["limits"][0],
        "This shows what was recorded and by whom. It does not show that the decision was free."
    );
    let reason = said["reason"].as_str().expect("a reason");
    if outcome != "valid" {
        return format!("{outcome} {reason}");
    }
    let live = if said["live"] == true { "live" } else { "not-live" };
    let state = said["state"].as_str().unwrap_or("nothing");
    format!("{outcome} {reason} {state} {live} {}", said["shared_without_consent"])
}

async fn records(who: &Player, world_case: &str, body: &Value) -> Answer {
    who.post(&format!("/api/v1/cases/{world_case}/consents"), body.clone()).await
}

/// Fetches the record at the address that the hub gave for it.
pub(crate) async fn exports(who: &Player, recorded: &Answer) -> Answer {
    let place = recorded["verify"].as_str().expect("where to verify").to_owned();
    let record = who.get(&place).await;
    record.is(200);
    record
}

/// Returns the payloads of a record, read.
fn payloads(record: &Answer) -> Vec<Value> {
    let read = |event: &Value| {
        let bytes =
            lippen::ledger::consent::from_base64url(event["payload"].as_str().expect("text")).expect("base64url");
        serde_json::from_slice(&bytes).expect("JSON")
    };
    record["events"].as_array().expect("events").iter().map(read).collect()
}

pub(crate) fn log_key(world: &World) -> String {
    world.manifest["log_key"].as_str().expect("a key").to_owned()
}

#[test]
fn what_she_agreed_to_is_checked_by_three_programs_and_stays_so_when_she_takes_it_back() {
    on_each(async |world| {
        let team = Team::of(world);
        let (worker, key, case) = (world.cast(team.worker), log_key(world), team.case.id.to_string());
        let mut body = consent(world, &team, None);
        body["categories"] = json!(["protected-account", "risk-assessment"]);
        let given = records(&worker, &case, &body).await;
        assert_eq!(given.is(201)["verify"], format!("/api/v1/consents/{}/export", given.id()));
        let record = exports(&worker, &given).await;
        assert!(
            verdicts(&record.text, &key).iter().all(|said| said == "valid holds given live 0"),
            "{:?}",
            verdicts(&record.text, &key)
        );
        let first = &payloads(&record)[0];
        assert_eq!((&first["event"], &first["prev"], &first["seq"]), (&json!("given"), &Value::Null, &json!(1)));
        assert_eq!(first["categories"], json!(["protected-account", "risk-assessment"]));
        assert_eq!(first["recipients"], json!([format!("agency:{}", world.worker(team.officer).agency)]));
        assert_eq!((&first["purposes"], &first["notice"]["lang"]), (&json!(["public-protection"]), &json!("en-GB")));
        assert_eq!(record["events"][0]["words"]["text"], KEPT);
        for held in record["directory"]["keys"].as_array().expect("keys") {
            assert_eq!(held["entry"]["held_by"], "hub", "the hub says that it holds them");
        }

        let taken =
            worker.post(&format!("/api/v1/consents/{}/withdrawal", given.id()), json!({ "said": "No more." })).await;
        taken.is(200);
        let record = exports(&worker, &given).await;
        assert!(verdicts(&record.text, &key).iter().all(|said| said == "valid holds withdrawn not-live 0"));
        assert_eq!(payloads(&record)[1]["event"], "withdrawn");
        worker
            .post(&format!("/api/v1/cases/{case}/consents"), with(&body, "renewed", &given))
            .await
            .is(422)
            .blames("event");
        records(&worker, &case, &with(&body, "given", &given)).await.is(201);
        let record = exports(&worker, &given).await;
        assert!(verdicts(&record.text, &key).iter().all(|said| said == "valid holds given live 0"));
        assert_eq!(payloads(&record).len(), 3);
    });
}

/// Returns the same body as another event of the chain.
fn with(body: &Value, event: &str, chain: &Answer) -> Value {
    let mut next = body.clone();
    (next["event"], next["chain"]) = (json!(event), json!(chain.id()));
    next
}

#[test]
fn one_changed_byte_is_found_by_all_three() {
    on_each(async |world| {
        let team = Team::of(world);
        let (worker, key, case) = (world.cast(team.worker), log_key(world), team.case.id.to_string());
        let given = records(&worker, &case, &consent(world, &team, None)).await;
        let record = exports(&worker, &given).await;
        let event = &record["events"][0];
        let places = [
            &event["payload"],
            &event["signatures"][0]["signature"],
            &event["seal"]["proof"][0],
            &event["words"]["salt"],
        ];
        for place in places {
            let text = place.as_str().expect("a text");
            // Another letter in the middle: other bytes of the same length.
            let (at, other) = (text.len() / 2, if &text[text.len() / 2..=text.len() / 2] == "A" { "B" } else { "A" });
            let changed = format!("{}{other}{}", &text[..at], &text[at + 1..]);
            let said = verdicts(&record.text.replace(text, &changed), &key);
            assert!(said.iter().all(|one| one.starts_with("invalid ")), "{said:?}");
        }
        let said = verdicts(&record.text, &key.replace("demo.lippen", "other.lippen"));
        assert!(said.iter().all(|one| one.starts_with("invalid ")), "another log vouches for nothing: {said:?}");
    });
}

#[test]
fn the_few_lines_of_python_in_the_manual_find_every_changed_byte_of_an_event() {
    let folder = tempfile::tempdir().expect("a folder");
    let (lines, file) = (folder.path().join("check.py"), folder.path().join("record.json"));
    let manual = include_str!("../../../docs/consent-record.md");
    let (_, after) = manual.split_once("```python\n").expect("lines of Python");
    std::fs::write(&lines, after.split_once("```").expect("their end").0).expect("written");
    let judged = |record: &str| {
        std::fs::write(&file, record).expect("written");
        tools::python(lines.to_str().expect("a path"), &[&file])
    };
    on_each(async |world| {
        let team = Team::of(world);
        let (worker, case) = (world.cast(team.worker), team.case.id.to_string());
        let given = records(&worker, &case, &consent(world, &team, None)).await;
        let record = exports(&worker, &given).await;
        let Some(said) = judged(&record.text) else { return };
        assert!(said.well && said.words == "signed by all three: 1 events; the last one is given", "{said:?}");
        let event = &record["events"][0];
        let signatures = event["signatures"].as_array().expect("signatures");
        let parts = signatures.iter().flat_map(|one| [&one["protected"], &one["signature"]]).chain([&event["payload"]]);
        for part in parts {
            let text = part.as_str().expect("a text");
            for at in [0, text.len() / 2, text.len() - 1] {
                let changed = format!("{}{}{}", &text[..at], next_letter(&text[at..=at]), &text[at + 1..]);
                let said = judged(&record.text.replace(text, &changed)).expect("it was there a moment ago");
                assert!(!said.well, "byte {at} of {text}: {said:?}");
            }
        }
    });
}

#[test]
fn without_the_logs_key_a_verdict_says_that_nothing_anchors_it_and_no_file_speaks_of_what_came_later() {
    on_each(async |world| {
        let team = Team::of(world);
        let (worker, key, case) = (world.cast(team.worker), log_key(world), team.case.id.to_string());
        let given = records(&worker, &case, &consent(world, &team, None)).await;
        let before = lippen::model::time::Second::of(world.now());
        let record = exports(&worker, &given).await;
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("record.json");
        std::fs::write(&file, &record.text).expect("written");
        let place = file.display().to_string();
        let verify = |more: &[&str]| {
            let output = run(&[&["consent", "verify", &place], more].concat());
            (output.status.code(), String::from_utf8_lossy(&output.stdout).into_owned())
        };
        let (code, said) = verify(&[]);
        assert!(said.starts_with("VALID AT ") && said.contains(", UNANCHORED: "), "{said}");
        assert!(code == Some(0) && said.contains("vouches for its own keys"), "{said}");
        let (_, anchored) = verify(&["--key", &key]);
        assert!(anchored.starts_with("VALID AT ") && !anchored.contains("UNANCHORED"), "{anchored}");
        for (more, trust) in [(&["--json"][..], "unanchored"), (&["--json", "--key", &key], "anchored")] {
            let said: Value = serde_json::from_str(&verify(more).1).expect("JSON");
            assert_eq!((&said["trust"], &said["anchored"]), (&json!(trust), &json!(trust == "anchored")), "{said}");
        }
        // The export has its own place in the log: up to then the file speaks, and no further.
        let (code, said) = verify(&["--key", &key, "--at", &before.to_string()]);
        assert!(code == Some(0) && said.starts_with("VALID AT "), "{said}");
        let later = lippen::model::time::Second::of(world.now().plus_seconds(3_600)).to_string();
        let (code, said) = verify(&["--key", &key, "--at", &later]);
        assert!(code == Some(3) && said.starts_with("INDETERMINATE: the log had not come to that time"), "{said}");
    });
}

/// Returns the letter that follows in the alphabet of base64url: one bit more, and often the same bytes to a careless reader.
fn next_letter(letter: &str) -> &'static str {
    const LETTERS: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_A";
    let at = LETTERS.find(letter).expect("base64url") + 1;
    &LETTERS[at..=at]
}

#[test]
fn the_mans_statements_are_signed_and_his_manager_can_hand_them_out() {
    on_each(async |world| {
        let team = Team::of(world);
        let (manager, worker, key) = (world.cast(team.manager), world.cast(team.worker), log_key(world));
        let body = |kind: &str| {
            json!({
                "subject": team.case.person.id, "event": "given", "kind": kind, "notice": { "id": "notice-man-en-1" },
                "method": "in-person", "asked_alone": true,
            })
        };
        for kind in ["statement-of-understanding", "statement-of-agreement"] {
            let given = records(&manager, &team.case.id.to_string(), &body(kind)).await;
            given.is(201);
            let record = exports(&manager, &given).await;
            assert!(verdicts(&record.text, &key).iter().all(|said| said == "valid holds given live 0"));
            assert_eq!((&payloads(&record)[0]["kind"], &record["events"][0]["words"]), (&json!(kind), &Value::Null));
        }
        let given = records(&worker, &team.case.id.to_string(), &consent(world, &team, None)).await;
        manager.is_told_nothing_at("/api/v1/consents/{}/export", &given.is(201).id()).await;
    });
}

#[test]
fn where_she_is_is_asked_on_its_own() {
    on_each(async |world| {
        let team = Team::of(world);
        let (worker, case) = (world.cast(team.worker), team.case.id.to_string());
        let of = |categories: &[&str]| {
            let mut body = consent(world, &team, None);
            body["categories"] = json!(categories);
            body
        };
        for mixed in [["protected-address", "protected-account"], ["protected-account", "safe-contact"]] {
            records(&worker, &case, &of(&mixed)).await.is_problem(422, "invalid").blames("categories");
        }
        records(&worker, &case, &of(&["protected-address", "safe-contact"])).await.is(201);
        let given = records(&worker, &case, &of(&["protected-account"])).await;
        let address = of(&["protected-address"]);
        records(&worker, &case, &with(&address, "renewed", &given))
            .await
            .is_problem(422, "invalid")
            .blames("categories");
        records(&worker, &case, &with(&of(&["risk-assessment"]), "limited", &given)).await.is(422).blames("event");
        records(&worker, &case, &with(&of(&["protected-account"]), "renewed", &given)).await.is(201);
        let mut first = of(&["protected-address"]);
        first["event"] = json!("renewed");
        records(&worker, &case, &first).await.is_problem(422, "invalid").blames("chain");
        records(&worker, &case, &with(&address, "given", &given)).await.is(201);
    });
}

#[test]
fn times_notices_and_words_that_do_not_fit_are_refused_and_named() {
    on_each_alone(async |world| {
        let team = Team::of(world);
        let (worker, case, now) = (world.cast(team.worker), team.case.id.to_string(), world.now());
        let second = |seconds: i64| lippen::model::time::Second::of(now.plus_seconds(seconds)).to_string();
        let bad: &[(&str, Value, &str)] = &[
            ("event_time", json!(second(2)), "event_time"),
            ("event_time", json!(second(-30 * 86_400 - 1)), "event_time"),
            ("event_time", json!("2026-11-20T19:05Z"), "event_time"),
            ("not_before", json!(second(2 * 86_400)), "expires"),
            ("notice", json!({ "id": "notice-xx-9" }), "notice.id"),
            ("notice", json!({ "id": "notice-en-1", "lang": "pl" }), "notice.lang"),
            ("event", json!("shared-without-consent"), "event"),
            ("event", json!("superseded"), "chain"),
            ("notice", json!({ "id": "notice-man-en-1" }), "notice.id"),
            ("recipients", json!(["acme-investigations"]), "recipients"),
            ("recipients", json!((0..400).map(|n| format!("agency-{n:054}")).collect::<Vec<_>>()), "recipients"),
        ];
        for (field, value, blamed) in bad {
            let mut body = consent(world, &team, Some(today(now.plus_seconds(86_400))));
            body[*field] = value.clone();
            let refused = records(&worker, &case, &body).await;
            assert!(refused.status == 422 || refused.status == 400, "{refused}");
            refused.blames(blamed);
        }
        let mut body = consent(world, &team, None);
        body["event_time"] = json!(second(-30 * 86_400));
        body["not_before"] = json!(second(60));
        body["notice"] = json!({ "id": "notice-pl-1", "lang": "pl" });
        let given = records(&worker, &case, &body).await;
        let shown = worker.get(&format!("/api/v1/consents/{}", given.is(201).id())).await;
        assert_eq!(
            (&shown.is(200)["live"], &shown["event_time"]),
            (&json!(false), &body["event_time"]),
            "not before then"
        );
        world.wind(60);
        assert_eq!(worker.get(&format!("/api/v1/consents/{}", given.id())).await.is(200)["live"], true);
        let record = exports(&worker, &given).await;
        assert_eq!(payloads(&record)[0]["event_time"], body["event_time"]);
        assert_eq!(record["notices"][0]["lang"], "pl");
    });
}

#[test]
fn a_record_names_nobody_and_lists_nobody_else() {
    on_each(async |world| {
        let team = Team::of(world);
        let (worker, case) = (world.cast(team.worker), team.case.id.to_string());
        let mut body = consent(world, &team, None);
        body["said"] = Value::Null;
        let record = exports(&worker, &records(&worker, &case, &body).await).await;
        let load: &Caseload = &world.caseload;
        for person in &load.workers {
            record.holds_no(&person.name());
            let own = person.id == world.worker(team.worker).id;
            assert!(own || !payloads(&record)[0].to_string().contains(&person.id.to_string()));
            assert!(
                own || !record["directory"].to_string().contains(&person.id.to_string()),
                "no list of who works where"
            );
        }
        let her = team.case.protected.iter().find(|one| one.id == team.her).expect("she is of the case");
        record.holds_no(&her.family).holds_no(&her.whereabouts.address).holds_no(&team.case.person.family);
        assert_eq!(record["directory"]["keys"].as_array().map(Vec::len), Some(3));
    });
}

#[test]
fn the_published_vectors_are_judged_alike_in_python_and_node() {
    let vectors = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/consent-vectors.json");
    let said = [
        tools::python("verify_consent.py", &["vectors", vectors]),
        tools::node("verify_consent.cjs", &["vectors", vectors]),
    ];
    for said in said.into_iter().flatten() {
        assert!(said.well && said.words.starts_with("ok "), "{said:?}");
        assert!(said.words[3..].parse::<u32>().expect("a number") >= 60, "{said:?}");
    }
}
