//! What women may be told, as his case manager approved it beforehand: it travels with the alert that the event raises, to each woman's own
//! worker, until somebody says otherwise.

use super::addresses::{at, jiff_second};
use crate::world::{Answer, Player, World, on_each_alone};
use serde_json::{Value, json};

const OURS: &str = "He was asked to come and did not. Nothing else is known.";

async fn says(who: &Player, world: &World, tell: &str, words: Option<&str>) -> Answer {
    let mut body = json!({ "event": "curfew-broken", "tell": tell });
    if let Some(words) = words {
        body["words"] = json!(words);
    }
    who.post(&at(world.show_case(), "wordings"), body).await
}

/// Breaks his curfew, and returns what each worker may tell.
async fn told(world: &World, workers: [&Player; 2]) -> [Value; 2] {
    let (case, morag) = (world.show_case(), world.cast("morag"));
    let order = morag.get(&at(case, "orders")).await.is(200).items()[0]["id"].clone();
    let event = json!({ "word": "curfew-broken", "happened": jiff_second(world), "order": order });
    morag.post(&at(case, "events"), event).await.is(201);
    let mut told = [Value::Null, Value::Null];
    for (worker, told) in workers.into_iter().zip(&mut told) {
        let inbox = worker.get("/api/v1/alerts?limit=100").await;
        let last =
            inbox.is(200).items().iter().rfind(|one| one["kind"] == "curfew-breach").expect("she is told").clone();
        let open = worker.opens(last["id"].as_str().expect("an id")).await;
        assert_eq!(open.is(200)["held_back"], Value::Null);
        *told = open["may_tell_her"].clone();
    }
    told
}

#[test]
fn what_his_case_manager_approved_travels_with_the_alert_until_somebody_says_otherwise() {
    on_each_alone(async |world| {
        let (isla, catriona, morag) = (world.cast("isla"), world.cast("catriona"), world.cast("morag"));
        let usual = json!("He broke his curfew.");
        assert_eq!(told(world, [&isla, &catriona]).await, [usual.clone(), usual.clone()]);
        says(&morag, world, "words", Some(OURS)).await.is(201);
        assert_eq!(told(world, [&isla, &catriona]).await, [json!(OURS), json!(OURS)]);
        says(&morag, world, "ask-first", None).await.is(201);
        assert_eq!(told(world, [&isla, &catriona]).await, [Value::Null, Value::Null]);

        let listed = morag.get(&at(world.show_case(), "wordings")).await;
        let of = |listed: &Answer| {
            listed.items().iter().find(|one| one["event"] == "curfew-broken").expect("it is listed").clone()
        };
        let here = of(listed.is(200));
        assert_eq!(
            (&here["usual"], &here["here"]["tell"], &here["here"]["words"]),
            (&usual, &json!("ask-first"), &Value::Null)
        );
        says(&morag, world, "words", Some(OURS)).await.is(201);
        assert_eq!(of(&morag.get(&at(world.show_case(), "wordings")).await)["here"]["words"], OURS);
        says(&morag, world, "usual", None).await.is(201);
        assert_eq!(told(world, [&isla, &catriona]).await, [usual.clone(), usual]);
    });
}

#[test]
fn only_who_answers_for_him_says_it_and_bad_words_change_nothing() {
    on_each_alone(async |world| {
        let morag = world.cast("morag");
        says(&morag, world, "words", None).await.is_problem(422, "invalid").blames("words");
        says(&morag, world, "usual", Some(OURS)).await.is_problem(422, "invalid").blames("words");
        let body = json!({ "event": "contact-kept", "tell": "ask-first" });
        morag.post(&at(world.show_case(), "wordings"), body).await.is_problem(422, "invalid").blames("event");
        let listed = morag.get(&at(world.show_case(), "wordings")).await;
        assert!(listed.is(200).items().iter().all(|one| one["here"].is_null()), "{listed}");
        let group = world.who(world.show_case(), "programme.group-worker", None);
        for key in ["isla", "catriona", "angus", "ruth", "graham", "emil", group] {
            let who = world.cast(key);
            let refused = says(&who, world, "words", Some(OURS)).await;
            assert!(matches!(refused.status.as_u16(), 403 | 404), "{key}: {refused}");
            refused.holds_no(OURS);
        }
        for key in ["isla", "catriona", "emil", group] {
            let looked = world.cast(key).get(&at(world.show_case(), "wordings")).await;
            assert!(matches!(looked.status.as_u16(), 403 | 404), "{key}: {looked}");
        }
    });
}
