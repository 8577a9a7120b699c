//! Alerts of an agency that came all at once: workers have each of them, what women may be told waits for two officers, and everybody
//! who had one hears how it ended.

use super::alert;
use crate::patience::until;
use crate::world::{Player, World, on_each_alone};
use serde_json::{Value, json};
use std::time::Duration;

/// More than `limits.csv` takes for usual.
const MANY: usize = 22;

const WORDS: &str = "He did not come to his group.";

/// Waits until an officer sees a storm as it must be; returns it.
async fn sees(officer: &Player, fits: impl Fn(&Value) -> bool) -> Value {
    until("a storm is seen", async || {
        let storms = officer.get("/api/v1/storms").await;
        storms.is(200).items().iter().find(|one| fits(one)).cloned()
    })
    .await
}

async fn many(world: &World, sender: &Player) -> Vec<String> {
    let mut ids = Vec::new();
    for number in 0..MANY {
        let mut new = alert("missed-session", None, &format!("He did not attend, number {number}."));
        new["may_tell_her"] = json!(WORDS);
        ids.push(sender.raises(world.show_case(), new).await.id());
    }
    ids
}

async fn says(officer: &Player, storm: &Value, right: bool) -> crate::world::Answer {
    let path = format!("/api/v1/storms/{}/words", storm["id"].as_str().expect("an id"));
    officer.post(&path, json!({ "right": right })).await
}

async fn hears(worker: &Player, what: &str) {
    let found = until("she hears how it ended", async || {
        let inbox = worker.get("/api/v1/alerts?limit=100").await;
        inbox.is(200).items().iter().find(|one| one["kind"] == "storm-ended").cloned()
    })
    .await;
    let words = worker.opens(found["id"].as_str().expect("an id")).await;
    assert!(words.is(200)["text"].as_str().expect("words").contains(what), "{words}");
}

#[test]
fn what_women_may_be_told_of_a_storm_waits_until_two_officers_of_two_agencies_have_said_that_it_is_right() {
    on_each_alone(async |world| {
        let group = world.cast(world.who(world.show_case(), "programme.group-worker", None));
        let (isla, ruth, beth) = (world.cast("isla"), world.cast("ruth"), world.cast("beth"));
        let ids = many(world, &group).await;
        let agency = world.worker(world.who(world.show_case(), "programme.group-worker", None)).agency.to_string();
        let storm = sees(&ruth, |one| one["agency"] == agency.as_str()).await;
        assert!(storm["alerts"].as_i64() > Some(20) && storm["right"].is_null(), "{storm}");

        // She has every alert of it, and none of the words that she may say.
        for id in &ids {
            assert!(isla.finds(id).await.is_some(), "an alert is taken from her inbox");
        }
        let held = isla.opens(&ids[0]).await;
        assert!(held.is(200)["text"].as_str().expect("words").contains("number 0"), "{held}");
        assert!(held["may_tell_her"].is_null() && held["held_back"]["mistaken"] == false, "{held}");
        held.holds_no(WORDS);
        // What comes later waits too; its sender sees what was written.
        let mut late = alert("missed-session", None, "He did not attend, later.");
        late["may_tell_her"] = json!(WORDS);
        let late = group.raises(world.show_case(), late).await.id();
        isla.opens(&late).await.is(200).holds_no(WORDS);
        assert_eq!(group.opens(&late).await.is(200)["may_tell_her"], WORDS);

        // Nobody else says whether it is right; nobody twice; and not two of one agency.
        for other in [&isla, &group, &world.cast("morag")] {
            other.get("/api/v1/storms").await.is_problem(404, "not-found");
            says(other, &storm, true).await.is_problem(404, "not-found");
        }
        says(&ruth, &storm, true).await.is(201);
        says(&ruth, &storm, true).await.is_problem(409, "conflict");
        isla.opens(&ids[0]).await.is(200).holds_no(WORDS);
        let ended = says(&beth, &storm, true).await;
        assert!(ended.is(201)["ended_at"].is_string(), "{ended}");
        let shown = isla.opens(&ids[0]).await;
        assert_eq!((&shown.is(200)["may_tell_her"], &shown["held_back"]), (&json!(WORDS), &Value::Null), "{shown}");
        hears(&isla, "are right").await;
        // What was right once is not counted again.
        let again = group.raises(world.show_case(), alert("missed-session", None, "Another evening.")).await.id();
        tokio::time::sleep(Duration::from_millis(1500)).await;
        assert_eq!(isla.opens(&again).await.is(200)["held_back"], Value::Null);
    });
}

#[test]
fn the_words_of_a_mistake_are_never_shown_and_everybody_hears_of_it() {
    on_each_alone(async |world| {
        let group = world.cast(world.who(world.show_case(), "programme.group-worker", None));
        let (isla, catriona) = (world.cast("isla"), world.cast("catriona"));
        let (ruth, beth, gavin) = (world.cast("ruth"), world.cast("beth"), world.cast("gavin"));
        let ids = many(world, &group).await;
        let storm = sees(&beth, |one| one["right"].is_null()).await;
        says(&beth, &storm, true).await.is(201);
        says(&ruth, &storm, false).await.is(201);
        isla.opens(&ids[3]).await.is(200).holds_no(WORDS);
        // Whoever finds out otherwise says so: of each agency the newest word counts, and all of them stay.
        says(&ruth, &storm, false).await.is_problem(409, "conflict");
        let ended = says(&beth, &storm, false).await;
        assert!(ended.is(201)["ended_at"].is_string(), "{ended}");
        let wrong = isla.opens(&ids[3]).await;
        assert!(wrong.is(200)["held_back"]["mistaken"] == true, "{wrong}");
        wrong.holds_no(WORDS);
        hears(&isla, "found not to be right").await;
        hears(&catriona, "found not to be right").await;
        let listed = sees(&gavin, |one| one["right"] == false).await;
        let words = listed["words"].as_array().expect("words");
        let shown: Vec<_> = words.iter().map(|one| (one["right"] == true, one["counts"] == true)).collect();
        assert_eq!(shown, [(true, false), (false, true), (false, true)], "{listed}");
        says(&gavin, &storm, true).await.is_problem(409, "conflict");
    });
}

#[test]
fn what_was_a_mistake_stays_one_though_a_later_storm_is_right_and_two_words_at_once_end_it() {
    on_each_alone(async |world| {
        let group = world.cast(world.who(world.show_case(), "programme.group-worker", None));
        let (isla, ruth, beth) = (world.cast("isla"), world.cast("ruth"), world.cast("beth"));
        let wrong = many(world, &group).await;
        let storm = sees(&beth, |one| one["right"].is_null()).await;
        let (one, other) = futures_util::future::join(says(&beth, &storm, false), says(&ruth, &storm, false)).await;
        one.is(201);
        other.is(201);
        sees(&beth, |one| one["right"] == false).await;
        world.wind(60);
        let right = many(world, &group).await;
        let later = sees(&beth, |one| one["right"].is_null()).await;
        says(&beth, &later, true).await.is(201);
        says(&ruth, &later, true).await.is(201);
        assert_eq!(isla.opens(&right[0]).await.is(200)["may_tell_her"], WORDS);
        let shown = isla.opens(&wrong[0]).await;
        assert_eq!(shown.is(200)["held_back"]["mistaken"], true, "{shown}");
        shown.holds_no(WORDS);
        assert!(shown["ask_first"]["telephone"]["number"].is_string(), "she is told whom to ring: {shown}");
    });
}
