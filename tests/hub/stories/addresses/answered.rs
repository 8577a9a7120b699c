//! What is concluded of an address, and when: never suitable on a missing answer, unless a manager decides so.

use super::{Asked, answer_all, asked, at, leaving, proposal};
use crate::world::{Player, on_each_alone};
use serde_json::{Value, json};

const REASON: &str = "The court decides today and the police have been telephoned.";

async fn state(player: &Player, id: &str) -> Value {
    player.get(&format!("/api/v1/addresses/{id}")).await.is(200)["state"].clone()
}

fn hers<'a, 'b>(all: &'b [Asked<'a>]) -> &'b Asked<'a> {
    all.iter().find(|ask| ask.line["service"] == "womens").expect("she is asked")
}

#[test]
fn an_address_is_not_suitable_while_an_answer_is_wanting_unless_a_manager_decides_so() {
    on_each_alone(async |world| {
        let case = leaving(world);
        let prison = world.cast(world.who(case, "prison.liaison", None));
        let leads = world.cast(world.who(case, "justice.team-manager", None));
        let id = prison.post(&at(case, "addresses"), proposal("3 Nowhere Street, Kilgowkie")).await.is(201).id();
        let path = format!("/api/v1/addresses/{id}/conclusion");
        let suitable = json!({ "outcome": "suitable", "reason": REASON });
        let refused = prison.post(&path, suitable.clone()).await;
        refused.is_problem(422, "invalid").blames("outcome");
        // Her service objects: the asker is told the same as before, for the others have not answered.
        let all = asked(world, case, "2190-11-27").await;
        let replies = format!("/api/v1/checks/{}/replies", hers(&all).id);
        hers(&all).player.post(&replies, json!({ "answer": "objection" })).await.is(201);
        assert_eq!(state(&prison, &id).await, "waiting");
        prison.post(&path, suitable).await.is_problem(422, "invalid").blames("outcome").is_the_same_as(&refused);

        let despite =
            |stands: &str, reason: &str| json!({ "outcome": "suitable", "despite": stands, "reason": reason });
        prison.post(&path, despite("waiting", REASON)).await.is_problem(422, "invalid").blames("despite");
        // A manager decides against what stands, and not in ignorance of it.
        leads.post(&path, despite("waiting", REASON)).await.is_problem(422, "invalid").blames("despite");
        leads.post(&path, despite("clear", REASON)).await.is_problem(422, "invalid").blames("despite");
        leads.post(&path, despite("objection", "Fine.")).await.is_problem(422, "invalid").blames("reason");
        let wrong = json!({ "outcome": "not-suitable", "despite": "objection", "reason": REASON });
        leads.post(&path, wrong).await.is_problem(422, "invalid").blames("despite");
        world.wind(1);
        let done = leads.post(&path, despite("objection", REASON)).await;
        assert_eq!(done.is(201)["despite"], "objection");
        assert_eq!(state(&prison, &id).await, "suitable");
        let event = prison.get(&format!("/api/v1/events/{}", done["event"].as_str().expect("an event"))).await;
        assert_eq!((&event.is(200)["word"], &event["text"]), (&json!("address-overridden"), &json!(REASON)));

        // What is answered after that counts.
        world.wind(1);
        let told = leads.get("/api/v1/alerts?limit=100").await.is(200).items().len();
        hers(&all).player.post(&replies, json!({ "answer": "objection" })).await.is(201);
        assert_eq!(state(&prison, &id).await, "waiting");
        assert_eq!(leads.get("/api/v1/alerts?limit=100").await.is(200).items().len(), told + 1, "the manager is told");
        answer_all(&all, "womens", json!({ "answer": "objection" })).await;
        assert_eq!(state(&prison, &id).await, "objection");
    });
}

#[test]
fn an_answer_is_changed_by_another_and_both_stay_with_those_who_gave_them() {
    on_each_alone(async |world| {
        let case = leaving(world);
        let prison = world.cast(world.who(case, "prison.liaison", None));
        let id = prison.post(&at(case, "addresses"), proposal("3 Nowhere Street, Kilgowkie")).await.is(201).id();
        let path = format!("/api/v1/addresses/{id}/conclusion");
        let all = asked(world, case, "2190-11-27").await;
        answer_all(&all, "womens", json!({ "answer": "need-more", "text": "Who else lives there?" })).await;
        assert_eq!(state(&prison, &id).await, "more-needed");
        let replies = format!("/api/v1/checks/{}/replies", hers(&all).id);
        for ask in all.iter().filter(|ask| ask.line["service"] == "womens") {
            let changed = ask
                .player
                .post(&format!("/api/v1/checks/{}/replies", ask.id), json!({ "answer": "no-information" }))
                .await;
            assert_eq!(changed.is(201)["changes_an_earlier_one"], true);
        }
        let open = hers(&all).player.get(&format!("/api/v1/checks/{}", hers(&all).id)).await;
        let given: Vec<&Value> =
            open.is(200)["replies"].as_array().expect("a list").iter().map(|one| &one["answer"]).collect();
        assert_eq!(given, [&json!("need-more"), &json!("no-information")]);
        assert_eq!(open["replies"][0]["text"], "Who else lives there?");
        assert_eq!(state(&prison, &id).await, "clear");
        let suitable = json!({ "outcome": "suitable", "reason": REASON });
        prison.post(&path, suitable.clone()).await.is(201);
        assert_eq!(state(&prison, &id).await, "suitable");
        let concluded = hers(&all).player.get(&format!("/api/v1/checks/{}", hers(&all).id)).await;
        assert_eq!(concluded.is(200)["concluded"], "suitable", "her service knows where he will be");

        // A changed mind ends it; nobody there is told whose.
        world.wind(1);
        hers(&all).player.post(&replies, json!({ "answer": "objection" })).await.is(201);
        assert_eq!(state(&prison, &id).await, "objection");
        let last = prison.get("/api/v1/alerts?limit=100").await;
        let last = last.is(200).items().last().cloned().expect("the prison is told");
        assert_eq!((&last["kind"], &last["case"]), (&json!("new-address"), &json!(case.id)));
        prison.post(&path, json!({ "outcome": "withdrawn", "reason": "Another address was found." })).await.is(201);
        world.wind(1);
        assert_eq!(state(&prison, &id).await, "withdrawn");
        prison.post(&path, suitable).await.is_problem(422, "invalid").blames("outcome");
    });
}

#[test]
fn what_is_wrong_with_a_proposal_or_an_answer_is_said_by_its_field() {
    on_each_alone(async |world| {
        let case = leaving(world);
        let prison = world.cast(world.who(case, "prison.liaison", None));
        let (path, good) = (at(case, "addresses"), proposal("3 Nowhere Street, Kilgowkie"));
        for (field, value) in [
            ("kind", json!("holiday")),
            ("address", json!("")),
            ("address", json!("x".repeat(301))),
            ("from", json!("Friday")),
            ("postcode", json!("KA1 1AA")),
        ] {
            let mut wrong = good.clone();
            wrong[field] = value;
            prison.post(&path, wrong).await.is_problem(422, "bad-field");
        }
        let mut told = good.clone();
        told["text"] = json!("He would live at 14 Harbour Road, KA9 1QX, with his brother.");
        prison.post(&path, told).await.is_problem(422, "look-again").blames("text").holds_no("Harbour");
        let listed = prison.get(&path).await;
        assert_eq!(listed.is(200).items(), [Value::Null; 0], "nothing of that was recorded");
        let id = prison.post(&path, good).await.is(201).id();
        for (outcome, reason) in [("perfect", "x"), ("suitable", "")] {
            let wrong = json!({ "outcome": outcome, "reason": reason });
            prison.post(&format!("/api/v1/addresses/{id}/conclusion"), wrong).await.is_problem(422, "bad-field");
        }
        let event = json!({ "word": "address-suitable", "happened": "2026-01-13T10:00:00Z" });
        prison.post(&at(case, "events"), event).await.is_problem(422, "invalid").blames("word");
        let all = asked(world, case, "2190-11-27").await;
        let replies = format!("/api/v1/checks/{}/replies", hers(&all).id);
        for wrong in [json!({ "answer": "maybe" }), json!({}), json!({ "answer": "objection", "text": "" })] {
            hers(&all).player.post(&replies, wrong).await.is_problem(422, "bad-field");
        }
        let place = prison.get(&format!("{path}?after={}", super::nowhere())).await;
        place.is_problem(422, "invalid").blames("after");
        // Who may not write his record proposes nothing; to who is not on the case there is none.
        let worker = &hers(&all).player;
        worker.post(&path, proposal("x")).await.is_problem(403, "refused");
        world.cast("kenneth").post(&path, proposal("x")).await.is_problem(404, "not-found");
    });
}

/// Returns how many notices somebody has that an address is to be looked at.
async fn told(player: &Player) -> usize {
    let list = player.get("/api/v1/alerts?limit=100").await;
    list.is(200).items().iter().filter(|one| one["kind"] == "new-address").count()
}

#[test]
fn of_those_who_answer_at_once_one_is_the_last_and_whoever_waits_is_told() {
    on_each_alone(async |world| {
        let case = leaving(world);
        let prison = world.cast(world.who(case, "prison.liaison", None));
        for day in 10..16 {
            let mut new = proposal("3 Nowhere Street, Kilgowkie");
            new["from"] = json!(format!("2190-12-{day}"));
            let id = prison.post(&at(case, "addresses"), new).await.is(201).id();
            let mut all = asked(world, case, &format!("2190-12-{day}")).await;
            all.sort_by(|one, other| one.id.cmp(&other.id));
            all.dedup_by(|one, other| one.id == other.id);
            assert!(all.len() > 2, "several are asked");
            let before = told(&prison).await;
            let answers = all.iter().map(|ask| async {
                let replies = format!("/api/v1/checks/{}/replies", ask.id);
                ask.player.post(&replies, json!({ "answer": "no-objection" })).await.is(201).id()
            });
            futures_util::future::join_all(answers).await;
            assert_eq!(state(&prison, &id).await, "clear");
            assert_eq!(told(&prison).await, before + 1, "once, by whichever came last");
        }
    });
}

#[test]
fn no_address_is_found_suitable_on_an_answer_that_is_changed_at_that_moment() {
    on_each_alone(async |world| {
        let case = leaving(world);
        let prison = world.cast(world.who(case, "prison.liaison", None));
        for day in 10..16 {
            let mut new = proposal("3 Nowhere Street, Kilgowkie");
            new["from"] = json!(format!("2190-12-{day}"));
            let id = prison.post(&at(case, "addresses"), new).await.is(201).id();
            let all = asked(world, case, &format!("2190-12-{day}")).await;
            answer_all(&all, "womens", json!({ "answer": "no-objection" })).await;
            let (path, before) = (format!("/api/v1/addresses/{id}/conclusion"), told(&prison).await);
            let replies = format!("/api/v1/checks/{}/replies", hers(&all).id);
            let (concluded, changed) = tokio::join!(
                prison.post(&path, json!({ "outcome": "suitable", "reason": REASON })),
                hers(&all).player.post(&replies, json!({ "answer": "objection" })),
            );
            changed.is(201);
            assert_eq!(state(&prison, &id).await, "objection");
            assert_eq!(told(&prison).await, before + 1, "whoever proposed it is told");
            if concluded.status != 201 {
                concluded.is_problem(422, "invalid").blames("outcome");
            }
        }
    });
}
