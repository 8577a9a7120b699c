//! Whom the record is open to: duty of her service by an alert, a manager beyond a refusal, and nobody who has left.

use super::{MONDAY, Side, mornings};
use crate::world::on_each_from;
use serde_json::json;

const WHY: &str = "He is on his way to her house, and she must be told of it now.";

#[test]
fn a_manager_goes_beyond_a_refusal_with_a_reason_and_it_stands_in_her_record() {
    on_each_from(MONDAY, async |world| {
        let side = Side::of(world);
        let aileen = world.signs_in("aileen");
        let routes = side.writes(0, json!([mornings(), mornings()])).await;
        aileen.get(&side.path("")).await.is_problem(404, "not-found");
        // A way is found unsafe, and her manager is told.
        side.worker.post(&side.path("/unsafe"), json!({ "routes": [routes[1]] })).await.is(201);
        aileen.get(&side.path("")).await.is(200);
        let beyond = |route: &str, said: &str| json!({ "reason": "safety-planning", "beyond": { "route": route, "said": said } });
        side.worker.post(&side.path("/asks"), beyond(&routes[0], WHY)).await.is_problem(403, "refused");
        let short = aileen.post(&side.path("/asks"), beyond(&routes[0], "Now.")).await;
        short.is_problem(422, "invalid").blames("beyond.said");
        let closed = aileen.post(&side.path("/asks"), beyond(&routes[1], WHY)).await;
        closed.is_problem(422, "invalid").blames("beyond.route");

        let answer = aileen.post(&side.path("/asks"), beyond(&routes[0], WHY)).await;
        assert_eq!(answer.is(201)["contact"], "overridden", "{answer}");
        side.sees(&answer.id()).await.is_problem(404, "not-found");
        let path = format!("/api/v1/safe-contact/{}/number", answer.id());
        aileen.post(&path, json!({})).await.is(200);
        aileen.post(&path, json!({})).await.is_problem(409, "conflict");
        let shown = side.card().await;
        let last = shown.is(200)["asks"].as_array().expect("a list").last().expect("one").clone();
        assert_eq!((&last["contact"], &last["said"]), (&json!("overridden"), &json!(WHY)), "{shown}");
        assert_eq!(last["author"], world.worker("aileen").id.to_string(), "{shown}");
        let told = side.worker.get("/api/v1/alerts?limit=100").await;
        assert!(told.is(200).items().iter().any(|one| one["kind"] == "contact-beyond"), "{told}");
        // An hour later it is to be asked anew.
        let answer = aileen.post(&side.path("/asks"), beyond(&routes[0], WHY)).await.is(201).id();
        world.wind(3_601);
        aileen.post(&format!("/api/v1/safe-contact/{answer}/number"), json!({})).await.is_problem(422, "invalid");
    });
}

#[test]
fn whoever_has_left_asks_nothing_more() {
    on_each_from(MONDAY, async |world| {
        let side = Side::of(world);
        let routes = side.writes(0, json!([mornings()])).await;
        side.verifies(1, &routes, "2027-03-22T09:20:00Z").await.is(201);
        world.wind_to("2027-03-22T10:00:00Z");
        let asked = side.asks().await;
        assert_eq!(asked["contact"], "now", "{asked}");
        let isla = world.worker("isla").id.to_string();
        world.does("INSERT INTO worker_end (worker, entry) VALUES ($1, 'outside')", &isla).await;
        // Kept in memory: a hub that starts again has read that she left.
        if world.db == crate::world::Db::Postgres {
            side.sees(&asked.id()).await.is_problem(401, "invalid-token");
            side.card().await.is_problem(401, "invalid-token");
        }
    });
}
