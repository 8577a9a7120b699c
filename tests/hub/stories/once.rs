//! A request that comes twice is done once.

use super::note_about;
use crate::world::{Player, World, on_each};
use futures_util::future::join_all;
use serde_json::{Value, json};

fn note(world: &World, text: &str) -> (String, Value) {
    let path = format!("/api/v1/cases/{}/notes", world.show_case().id);
    (path, note_about(&world.woman_a().to_string(), "risk-assessment", text))
}

async fn total(world: &World, who: &Player) -> usize {
    let mut seen = 0;
    let mut after = String::new();
    loop {
        let page = who.get(&format!("/api/v1/cases/{}/notes?limit=100{after}", world.caseload.cases[4].id)).await;
        seen += page.is(200).items().len();
        let Some(next) = page["next"].as_str() else { return seen };
        after = format!("&after={next}");
    }
}

#[test]
fn the_same_key_gives_the_first_answer_again() {
    on_each(async |world| {
        let (morag, key) = (world.cast("morag"), super::nowhere());
        let (path, body) = note(world, "He was late.");
        let first = morag.post_once(&path, &key, &body).await;
        assert!(first.is(201)["receipt"].is_object() && first["repeated"].is_null(), "{first}");
        let second = morag.post_once(&path, &key, &body).await;
        assert_eq!(second.is(201)["repeated"], true, "{second}");
        assert!(second["receipt"].is_null(), "{second}");
        assert_eq!((second.id(), &second.headers["location"]), (first.id(), &first.headers["location"]));

        let (_, other) = note(world, "He was very late.");
        morag.post_once(&path, &key, &other).await.is_problem(409, "idempotency-key-reused").holds_no("very late");
        let elsewhere = format!("/api/v1/cases/{}/alerts", world.show_case().id);
        let alert = super::alert("missed-session", None, "He was not there.");
        morag.post_once(&elsewhere, &key, &alert).await.is_problem(409, "idempotency-key-reused");

        let (_, hers) = (path.clone(), note_about(&world.woman_a().to_string(), "protected-account", "She called."));
        let isla = world.cast("isla").post_once(&path, &key, &hers).await;
        assert!(isla.is(201)["repeated"].is_null() && isla.id() != first.id(), "keys are each worker's own: {isla}");
    });
}

#[test]
fn two_at_once_make_one() {
    on_each(async |world| {
        let case = &world.caseload.cases[4];
        let manager = world.cast(world.who(case, "justice.case-manager", None));
        let before = total(world, &manager).await;
        let path = format!("/api/v1/cases/{}/notes", case.id);
        let mut body = note_about("", "attendance", "He came.");
        body["about"] = json!(null);
        for round in 1..=5 {
            let key = super::nowhere();
            let answers = join_all((0..4).map(|_| manager.post_once(&path, &key, &body))).await;
            let ids: Vec<String> = answers.iter().map(|answer| answer.is(201).id()).collect();
            assert!(ids.iter().all(|id| *id == ids[0]), "{ids:?}");
            let first: Vec<_> = answers.iter().filter(|answer| answer["repeated"].is_null()).collect();
            assert_eq!(first.len(), 1, "one of four is the first");
            assert_eq!(total(world, &manager).await, before + round);
        }
    });
}

#[test]
fn a_key_that_is_no_key_is_refused() {
    on_each(async |world| {
        let (path, body) = note(world, "He was late.");
        for key in ["", "two words", &"k".repeat(129)] {
            let refused = world.cast("morag").post_once(&path, key, &body).await;
            refused.is_problem(422, "invalid").blames("Idempotency-Key");
        }
    });
}
