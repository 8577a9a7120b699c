//! What puts a way in doubt, and what ends one: what happens in his case, what she says, what a call comes to, time.

use super::{MONDAY, Side, evenings, mornings};
use crate::world::on_each_from;
use serde_json::json;

#[test]
fn what_happens_in_his_case_closes_every_way_until_she_is_asked_again() {
    on_each_from(MONDAY, async |world| {
        let (side, case) = (Side::of(world), world.show_case());
        let morag = world.signs_in("morag");
        let routes = side.writes(0, json!([mornings(), evenings()])).await;
        side.verifies(1, &routes, "2027-03-22T09:20:00Z").await.is(201);
        world.wind_to("2027-03-22T10:00:00Z");
        let asked = side.asks().await;
        assert_eq!(asked["contact"], "now", "{asked}");

        let change = json!({ "word": "significant-change", "happened": "2027-03-22T08:00:00Z" });
        morag.post(&format!("/api/v1/cases/{}/events", case.id), change).await.is(201);
        side.sees(&asked.id()).await.is_problem(422, "invalid").holds_no("07700");
        assert_eq!(side.states().await, ["unverified", "unverified"]);
        let refused = side.asks().await;
        assert_eq!(refused["contact"], "not-verified", "{refused}");
        assert!(refused["why"].to_string().contains("Something in his life has changed"), "{refused}");

        // She was asked before it was known: saying so afterwards changes nothing.
        world.wind(60);
        side.verifies(1, &routes, "2027-03-22T09:59:00Z").await.is(201);
        assert_eq!(side.states().await, ["unverified", "unverified"]);
        side.verifies(1, &routes, "2027-03-22T10:01:00Z").await.is(201);
        assert_eq!(side.states().await, ["verified", "verified"]);
        assert_eq!(side.asks().await["contact"], "now");

        // What is kept in the next version stays as it stands, and a new way begins unverified.
        let next = side.writes(1, json!([{ "keep": routes[1] }, mornings()])).await;
        assert_eq!((&next[0], side.states().await), (&routes[1], vec!["verified".to_owned(), "unverified".to_owned()]));
        side.verifies(1, &next, "2027-03-22T10:01:00Z").await.is_problem(409, "conflict");

        // On the Sunday on which clocks go forward, seven in the evening is an hour earlier.
        world.wind_to("2027-03-28T17:59:59Z");
        let side = Side::of(world);
        let early = side.asks().await;
        assert_eq!((&early["contact"], &early["next"]["from"]), (&json!("not-now"), &json!("2027-03-28T18:00:00Z")));
        world.wind(1);
        assert_eq!(side.asks().await["route"]["until"], "2027-03-28T20:00:00Z");
        world.wind_to("2027-06-20T10:00:00Z");
        let side = Side::of(world);
        assert_eq!(side.states().await, ["expired", "unverified"]);
        assert_eq!(side.asks().await["contact"], "not-verified");
    });
}

#[test]
fn what_she_says_and_what_a_call_comes_to_close_ways_at_once() {
    on_each_from(MONDAY, async |world| {
        let (side, case) = (Side::of(world), world.show_case());
        let aileen = world.signs_in("aileen");
        let routes = side.writes(0, json!([mornings(), evenings()])).await;
        side.verifies(1, &routes, "2027-03-22T09:20:00Z").await.is(201);
        world.wind_to("2027-03-22T10:00:00Z");

        let asked = side.asks().await;
        side.sees(&asked.id()).await.is(200);
        let ended = side.ends(&asked.id(), "somebody-else-answered").await;
        assert!(ended.is(201)["told"].as_u64() > Some(0), "{ended}");
        assert_eq!(side.states().await, ["unverified", "unverified"]);
        world.wind(1);
        side.verifies(1, &routes, "2027-03-22T10:00:01Z").await.is(201);
        let asked = side.asks().await;
        side.ends(&asked.id(), "not-safe-ended").await.is(201);
        assert_eq!(side.states().await, ["unsafe", "verified"]);
        side.verifies(1, &routes[..1], "2027-03-22T10:00:01Z").await.is_problem(422, "invalid").blames("routes");
        let kept = side.writes(1, json!([{ "keep": routes[0] }, { "keep": routes[1] }])).await;
        assert_eq!((kept, side.states().await[0].as_str()), (routes.clone(), "unsafe"), "a new version heals nothing");

        // She takes consent back: whoever wants to ring her asks her first.
        let body = json!({ "subject": side.her, "event": "refused", "kind": "womens-service",
            "recipients": ["police-scotland"], "categories": ["protected-account"], "purposes": ["victim-safety"],
            "method": "in-person", "notice": { "id": "notice-en-1" }, "asked_alone": true });
        world.wind(1);
        side.worker.post(&format!("/api/v1/cases/{}/consents", case.id), body).await.is(201);
        assert_eq!(side.states().await, ["unsafe", "unverified"]);

        // Her manager was told, and is at work on it until she has said what she did.
        let told = aileen.get("/api/v1/alerts?limit=100").await;
        let found =
            told.is(200).items().iter().find(|one| one["kind"] == "contact-unsafe").expect("she is told").clone();
        told.holds_no("07700");
        aileen.get(&side.path("")).await.is(200);
        world.wind(1);
        let unsafe_too = json!({ "routes": [routes[1]], "said": "He reads her messages." });
        side.worker.post(&side.path("/unsafe"), unsafe_too).await.is(201);
        assert_eq!(side.states().await, ["unsafe", "unsafe"]);
        assert_eq!(side.asks().await["contact"], "unsafe");
        let id = found["id"].as_str().expect("an id");
        assert!(aileen.opens(id).await.is(200)["text"].as_str().is_some_and(|text| text.contains("reach her")));
    });
}

#[test]
fn of_two_who_write_at_once_one_looks_again_and_no_event_is_overtaken() {
    on_each_from(MONDAY, async |world| {
        let (side, case) = (Side::of(world), world.show_case());
        let morag = world.signs_in("morag");
        let path = side.path("");
        let body = super::card(0, json!([mornings()]));
        let (one, other) = tokio::join!(side.worker.post(&path, body.clone()), side.worker.post(&path, body));
        let mut statuses = [one.status.as_u16(), other.status.as_u16()];
        statuses.sort_unstable();
        assert_eq!(statuses, [201, 409], "{one} {other}");
        let made = if one.status == 201 { &one } else { &other };
        let routes = vec![made["routes"][0].as_str().expect("an id").to_owned()];
        let events = format!("/api/v1/cases/{}/events", case.id);
        for _ in 0..6 {
            // She was asked just now; while that is written down, something happens of which she could not know.
            let change = json!({ "word": "significant-change", "happened": "2027-03-22T09:00:00Z" });
            let now = world.now().to_string();
            let (asked, happened) = tokio::join!(side.verifies(1, &routes, &now), morag.post(&events, change));
            asked.is(201);
            happened.is(201);
            let state = side.states().await.remove(0);
            let order = (asked["receipt"]["index"].as_u64(), happened["receipt"]["index"].as_u64());
            assert_eq!(state == "verified", order.0 > order.1, "{state} {order:?}");
            world.wind(60);
        }
    });
}
