//! Story 6, the day after: emergency access is judged by somebody else, once; what was wrong has consequences.

use super::nowhere;
use crate::device::Device;
use crate::world::{Answer, Player, World, on_each, on_each_alone};
use serde_json::{Value, json};

const REASON: &str = "Caller says that he is on his way to her with a knife.";
const INCIDENT: &str = "PS-20261120-0412";
const PATH: &str = "/api/v1/emergency-access";

async fn opened(world: &World, key: &str, woman: impl ToString) -> String {
    let ask = json!({
        "about": woman.to_string(), "categories": ["protected-address"], "reason": REASON, "incident": INCIDENT,
    });
    world.breaks_glass(key, ask).await.is(201).id()
}

async fn judges(who: &Player, grant: &str, outcome: &str) -> Answer {
    let found = json!({ "outcome": outcome, "reason": "The log of the incident was compared." });
    who.post(&format!("{PATH}/{grant}/review"), found).await
}

async fn listed(who: &Player, grant: &str) -> Option<Value> {
    who.get(&format!("{PATH}?limit=100")).await.is(200).item(grant).cloned()
}

#[test]
fn it_is_judged_by_somebody_else_and_by_each_side_once() {
    on_each_alone(async |world| {
        let (kenneth, ruth) = (world.cast("kenneth"), world.cast("ruth"));
        let grant = opened(world, "kenneth", world.woman_a()).await;
        for key in ["kenneth", "lynsey", "angus", "isla", "aileen", "morag", "graham", "emil", "irene"] {
            let who = world.cast(key);
            judges(&who, &grant, "justified").await.is_problem(404, "not-found");
            judges(&who, &grant, "justified").await.is_the_same_as(&judges(&who, &nowhere(), "justified").await);
        }
        let before = listed(&ruth, &grant).await.expect("she answers for it");
        assert_eq!((&before["outcome"], &before["overdue"]), (&Value::Null, &json!(false)), "{before}");
        assert_eq!((&before["reason"], &before["incident"]), (&json!(REASON), &json!(INCIDENT)), "{before}");
        assert_eq!(judges(&ruth, &grant, "justified").await.is(200)["breach"], Value::Null);
        judges(&ruth, &grant, "not-justified").await.is_problem(409, "conflict");
        assert_eq!(listed(&ruth, &grant).await.expect("still there")["outcome"], "justified");
        let look = format!("/api/v1/protected/{}/whereabouts?purpose=emergency", world.woman_a());
        kenneth.get(&look).await.is(200);
        let beth = world.cast("beth");
        assert!(judges(&beth, &grant, "not-justified").await.is(200)["breach"]["id"].is_string());
        judges(&beth, &grant, "justified").await.is_problem(409, "conflict");
        assert_eq!(listed(&ruth, &grant).await.expect("still there")["outcome"], "not-justified", "one is enough");
        kenneth.get(&look).await.is_problem(404, "not-found");
        let breaches = "SELECT CAST(COUNT(*) AS BIGINT) FROM breach WHERE about = $1";
        assert_eq!(judges(&world.cast("gavin"), &grant, "not-justified").await.is(200)["breach"], Value::Null);
        assert_eq!(world.number(breaches, &grant).await, 1, "one breach, however many find it");
        assert_eq!(listed(&ruth, &grant).await.expect("still there")["outcome"], "not-justified");
    });
}

#[test]
fn two_sides_that_find_it_wrong_at_once_are_both_heard_and_open_one_breach() {
    on_each_alone(async |world| {
        let grant = opened(world, "kenneth", world.woman_a()).await;
        let (ruth, beth) = (world.cast("ruth"), world.cast("beth"));
        let (one, two) = tokio::join!(judges(&ruth, &grant, "not-justified"), judges(&beth, &grant, "not-justified"));
        let breaches = [one.is(200), two.is(200)].iter().filter(|done| !done["breach"].is_null()).count();
        assert_eq!(breaches, 1, "{one} {two}");
    });
}

#[test]
fn after_a_finding_that_it_was_wrong_the_same_officer_needs_a_second_one_there() {
    on_each_alone(async |world| {
        let (lynsey, woman) = (world.cast("lynsey"), world.woman_a());
        let ask = json!({
            "about": woman.to_string(), "categories": ["protected-address"], "reason": REASON, "incident": INCIDENT,
        });
        let look = format!("/api/v1/protected/{woman}/whereabouts?purpose=emergency");
        let wrong = opened(world, "lynsey", woman).await;
        judges(&world.cast("ruth"), &wrong, "justified").await.is(200);
        opened(world, "lynsey", woman).await;
        judges(&world.cast("beth"), &wrong, "not-justified").await.is(200);
        let grants = "SELECT CAST(COUNT(*) AS BIGINT) FROM emergency_grant WHERE worker = $1";
        let (lynseys, before) = (world.worker("lynsey").id.to_string(), 2);

        let refused = world.breaks_glass("lynsey", ask.clone()).await;
        refused.is_problem(422, "invalid").blames("second");
        assert!(refused.text.contains("08081 570 016"), "it says whom to ring: {refused}");
        let with = |second: Value| {
            let mut ask = ask.clone();
            ask["second"] = second;
            ask
        };
        for (second, blamed) in [("lynsey", "second.worker"), ("morag", "second.worker"), ("graham", "second.worker")] {
            let proof = world.seconds(second, "lynsey", &ask).await;
            world.breaks_glass("lynsey", with(proof)).await.is_problem(422, "invalid").blames(blamed);
        }
        let mut borrowed = world.seconds("kenneth", "lynsey", &ask).await;
        borrowed["worker"] = json!(world.worker("angus").id);
        world.breaks_glass("lynsey", with(borrowed)).await.is_problem(422, "invalid").blames("second.challenge");
        let for_other = world.seconds("kenneth", "angus", &ask).await;
        world.breaks_glass("lynsey", with(for_other)).await.is_problem(422, "invalid").blames("second.signature");
        let mut own = Device::of(world, "kenneth").answers(&world.challenge("kenneth").await, &ask);
        own["worker"] = json!(world.worker("kenneth").id);
        world.breaks_glass("lynsey", with(own)).await.is_problem(422, "invalid").blames("second.signature");
        let case = world.show_case();
        let known =
            json!({ "family_name": case.person.family, "given_name": case.person.given, "relation": "brother" });
        world.cast("mhairi").post("/api/v1/me/conflicts", known).await.is(201);
        let proof = world.seconds("mhairi", "lynsey", &ask).await;
        world.breaks_glass("lynsey", with(proof)).await.is_problem(422, "invalid").blames("second.worker");
        assert_eq!(world.number(grants, &lynseys).await, before, "nothing was opened");

        let proof = world.seconds("kenneth", "lynsey", &ask).await;
        let given = world.breaks_glass("lynsey", with(proof.clone())).await;
        let grant = given.is(201).id();
        lynsey.get(&look).await.is(200);
        world.breaks_glass("lynsey", with(proof)).await.is_problem(422, "invalid").blames("second.challenge");
        let item = listed(&world.cast("ruth"), &grant).await.expect("listed");
        assert_eq!(item["second"], world.worker("kenneth").id.to_string());

        opened(world, "kenneth", woman).await;
        let elsewhere = world.caseload.cases[4].protected.iter().find(|one| one.whereabouts.address.len() > 1);
        opened(world, "lynsey", elsewhere.expect("somebody").id).await;
    });
}

#[test]
fn what_was_not_justified_ends_and_opens_a_breach_with_its_clock() {
    on_each_alone(async |world| {
        let kenneth = world.cast("kenneth");
        let grant = opened(world, "kenneth", world.woman_a()).await;
        let look = format!("/api/v1/protected/{}/whereabouts?purpose=emergency", world.woman_a());
        kenneth.get(&look).await.is(200);
        let done = judges(&world.cast("beth"), &grant, "not-justified").await;
        assert_eq!(done.is(200)["breach"]["due"], world.now().plus_seconds(72 * 3_600).to_string(), "{done}");
        kenneth.get(&look).await.is_problem(404, "not-found");
        judges(&world.cast("ruth"), &grant, "maybe").await.is_problem(422, "bad-field").blames("outcome");
    });
}

#[test]
fn a_womens_service_sees_what_touched_its_own_women_and_no_words() {
    on_each(async |world| {
        let (of_a, of_b) =
            (opened(world, "kenneth", world.woman_a()).await, opened(world, "kenneth", world.woman_b()).await);
        for (key, own, other) in [("aileen", &of_a, &of_b), ("sheila", &of_b, &of_a)] {
            let manager = world.cast(key);
            let item = listed(&manager, own).await.unwrap_or_else(|| panic!("{key} sees hers"));
            assert!(item["reason"].is_null() && item["incident"].is_null(), "{item}");
            assert!(listed(&manager, other).await.is_none(), "{key} sees nothing of the other");
        }
        for key in ["isla", "kenneth", "morag", "fiona", "graham", "irene"] {
            world.cast(key).get(PATH).await.is_problem(404, "not-found");
        }
    });
}

#[test]
fn repeated_use_is_flagged() {
    on_each_alone(async |world| {
        let mut grants = Vec::new();
        for _ in 0..3 {
            grants.push(opened(world, "lynsey", world.woman_a()).await);
            world.wind(60);
        }
        let other = opened(world, "kenneth", world.woman_a()).await;
        let ruth = world.cast("ruth");
        for (grant, flagged) in [(&grants[0], false), (&grants[1], false), (&grants[2], true), (&other, false)] {
            assert_eq!(listed(&ruth, grant).await.expect("listed")["repeated"], flagged);
        }
    });
}

#[test]
fn the_workers_of_those_whose_records_it_opened_hear_that_it_was_wrong_and_nobody_elses() {
    on_each_alone(async |world| {
        let case = world.show_case();
        let man = json!({
            "family_name": case.person.family, "given_name": case.person.given.split(' ').next(),
            "date_of_birth": case.person.born,
        });
        let ask = json!({
            "person": man, "categories": ["protected-address"], "reason": REASON, "incident": INCIDENT,
        });
        let grant = world.breaks_glass("kenneth", ask).await.is(201).id();
        let look = format!("/api/v1/protected/{}/whereabouts?purpose=emergency", world.woman_a());
        world.cast("kenneth").get(&look).await.is(200);
        judges(&world.cast("ruth"), &grant, "not-justified").await.is(200);
        judges(&world.cast("beth"), &grant, "not-justified").await.is(200);
        let told = async |who: &str| {
            let inbox = world.cast(who).get("/api/v1/alerts?limit=100").await;
            let items = inbox.is(200).items().iter();
            items.filter(|one| one["kind"] == "emergency-not-justified").cloned().collect::<Vec<_>>()
        };
        let isla = told("isla").await;
        assert_eq!(isla.len(), 1, "once, however many find it wrong: {isla:?}");
        assert_eq!(isla[0]["about"], json!(world.woman_a()));
        let open = world.cast("isla").opens(isla[0]["id"].as_str().expect("an id")).await;
        open.is(200).holds_no(&world.woman_b().to_string()).holds_no(&case.protected[0].whereabouts.address);
        let text = open["text"].as_str().expect("words");
        assert!(text.contains("Police response") && text.contains(" at ") && !text.contains('Z'), "{text}");
        for who in ["catriona", "kenneth", "morag", "ruth"] {
            assert!(told(who).await.is_empty(), "{who}");
        }
    });
}
