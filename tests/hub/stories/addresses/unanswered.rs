//! Nobody answers about an address: at the moment by which an answer was due those who were asked are told again, and whoever
//! waits is told the same whichever service it is.

use super::{Asked, asked, at, everything, leaving, proposal};
use crate::patience::until;
use crate::world::{Player, World, on_each_from};
use lippen::demo::DemoCase;
use serde_json::{Value, json};

const MONDAY: &str = "2026-11-16T10:00:00Z";

/// Returns what somebody is told of answers that are wanting, as soon as it is so often: each alert as it opens, without what
/// differs from one to the next whatever it says.
async fn told(who: &Player, many: usize) -> Vec<Value> {
    let shown = until(format_args!("{} is told", who.name), async || {
        let page = who.get("/api/v1/alerts?limit=100").await;
        let of_kind = page.is(200).items().iter().filter(|one| one["kind"] == "answer-wanting");
        let shown: Vec<Value> = of_kind.cloned().collect();
        (shown.len() >= many).then_some(shown)
    })
    .await;
    assert_eq!(shown.len(), many, "{} is told", who.name);
    let mut open = Vec::new();
    for one in shown {
        let mut body = who.opens(one["id"].as_str().expect("an id")).await.is(200).body.clone();
        let fields = body.as_object_mut().expect("an object");
        for name in ["id", "place", "raised_at", "receipt", "state"] {
            fields.remove(name);
        }
        open.push(body);
    }
    open
}

/// Answers for everybody but those of one service.
async fn answer_but(all: &[Asked<'_>], silent: &str, answer: &str) {
    let mut done: Vec<&str> = Vec::new();
    for one in all.iter().filter(|one| one.line["service"] != silent) {
        if !done.contains(&one.id.as_str()) {
            done.push(&one.id);
            let path = format!("/api/v1/checks/{}/replies", one.id);
            one.player.post(&path, json!({ "answer": answer })).await.is(201);
        }
    }
}

/// Proposes an address from a day on; returns it, and when answers are due.
async fn proposes(who: &Player, case: &DemoCase, from: &str) -> (String, String) {
    let mut body = proposal("3 Nowhere Street, Kilgowkie");
    body["from"] = json!(from);
    let made = who.post(&at(case, "addresses"), body).await;
    (made.is(201).id(), made["due"].as_str().expect("a moment").to_owned())
}

/// Goes to the moment by which the answers are due: by then every token has run out.
fn wind_until(world: &World, due: &str) {
    let whole = due.split_once('.').map_or(due.to_owned(), |(whole, _)| format!("{whole}Z"));
    world.wind_to(&whole);
    world.wind(1);
}

#[test]
fn whoever_waits_is_told_the_same_whichever_service_has_not_answered() {
    on_each_from(MONDAY, async |world| {
        let case = leaving(world);
        let key = world.who(case, "prison.liaison", None);
        let prison = world.cast(key);
        let days = ["2190-11-27", "2190-11-28", "2190-11-29", "2190-11-30"];
        let mut proposed = Vec::new();
        for day in days {
            proposed.push(proposes(&prison, case, day).await);
        }
        let silent = ["womens", "police", "everybody"];
        for (day, silent) in days.into_iter().zip(silent) {
            let all = asked(world, case, day).await;
            if silent != "everybody" {
                answer_but(&all, silent, "no-information").await;
            }
        }
        // Of the fourth nobody but hers has answered, and hers objects.
        let fourth = asked(world, case, days[3]).await;
        let hers: Vec<&Asked<'_>> = fourth.iter().filter(|one| one.line["service"] == "womens").collect();
        for one in &hers {
            let path = format!("/api/v1/checks/{}/replies", one.id);
            one.player.post(&path, json!({ "answer": "objection" })).await.is(201);
        }
        let prison = world.signs_in(key);
        let before = prison.get(&format!("/api/v1/addresses/{}", proposed[3].0)).await;
        assert_eq!(before.is(200)["state"], "waiting");
        wind_until(world, &proposed[0].1);

        let prison = world.signs_in(key);
        let keeper = world.signs_in(world.who(case, "justice.case-manager", None));
        for player in [&prison, &keeper] {
            let told = told(player, 4).await;
            let (mut wanting, mut looks) = (Vec::new(), Vec::new());
            for one in &told {
                let text = one["text"].as_str().expect("words");
                if text.contains("wanting") { wanting.push(one) } else { looks.push(one) }
            }
            assert_eq!((wanting.len(), looks.len()), (3, 1), "{told:?}");
            assert!(wanting.iter().all(|one| one == &wanting[0]), "one, another or all of them: {wanting:?}");
            for one in &told {
                for word in ["police", "women", "child", "housing", "object"] {
                    assert!(!one["text"].as_str().expect("words").contains(word), "{one}");
                }
                assert_eq!(one["about"], Value::Null, "{one}");
            }
        }
        // Each says no more than what the address shows by itself.
        let mut states = Vec::new();
        for (address, _) in &proposed {
            states.push(prison.get(&format!("/api/v1/addresses/{address}")).await.is(200)["state"].clone());
        }
        assert_eq!(states, ["waiting", "waiting", "waiting", "objection"]);

        // Her own worker is told of hers, and whoever was not asked finds no trace of that.
        let first = hers[0];
        let own = world.signs_in(&first.who.key);
        assert_eq!(told(&own, 2).await.len(), 2, "of the first and the third");
        for key in [key, world.who(case, "justice.case-manager", None)] {
            for answer in everything(&world.signs_in(key), case, &[]).await {
                answer.holds_no(&first.id).holds_no("wheeshtreply");
            }
        }
    });
}

#[test]
fn an_address_that_was_taken_back_rings_nobody() {
    on_each_from(MONDAY, async |world| {
        let case = leaving(world);
        let key = world.who(case, "prison.liaison", None);
        let prison = world.cast(key);
        let (gone, _) = proposes(&prison, case, "2190-11-27").await;
        let (_, due) = proposes(&prison, case, "2190-11-28").await;
        let taken = json!({ "outcome": "withdrawn", "reason": "Another address was found." });
        prison.post(&format!("/api/v1/addresses/{gone}/conclusion"), taken).await.is(201);
        let all = asked(world, case, "2190-11-27").await;
        wind_until(world, &due);
        // The other one is told of in the same look: so what there is for the first is there already.
        assert_eq!(told(&world.signs_in(key), 1).await.len(), 1);
        for one in &all {
            let theirs = told(&world.signs_in(&one.who.key), 1).await;
            assert_eq!(theirs.len(), 1, "{}", one.who.key);
        }
    });
}
