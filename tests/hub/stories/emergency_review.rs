//! Story 6, the day after: emergency access is judged by somebody else, once; what was wrong has consequences.

use super::nowhere;
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
fn it_is_judged_by_somebody_else_and_once() {
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
        judges(&world.cast("beth"), &grant, "not-justified").await.is_problem(409, "conflict");
        assert_eq!(listed(&ruth, &grant).await.expect("still there")["outcome"], "justified");
        let look = format!("/api/v1/protected/{}/whereabouts?purpose=emergency", world.woman_a());
        kenneth.get(&look).await.is(200);
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
