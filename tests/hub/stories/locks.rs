//! A case is locked because words of it have got out: nobody reads it, everything that keeps somebody safe goes on, and it opens again
//! when officers of two agencies have looked.

use super::overrides::Scene;
use super::{alert, note_about, nowhere, share_with};
use crate::world::{Answer, Player, World, on_each_alone};
use serde_json::{Value, json};

const WHY: &str = "A page of it was seen on a desk in the public room.";

fn path(world: &World, rest: &str) -> String {
    format!("/api/v1/cases/{}/lock{rest}", world.show_case().id)
}

async fn locks(world: &World, who: &Player) -> Answer {
    who.post(&path(world, ""), json!({ "reason": WHY })).await
}

async fn stands(world: &World, who: &Player) -> Answer {
    who.get(&path(world, "")).await
}

async fn admits(world: &World, officer: &Player, worker: &str, admitted: bool) -> Answer {
    let worker = world.worker(worker).id;
    officer.post(&path(world, "/admissions"), json!({ "worker": worker, "admitted": admitted })).await
}

/// A moment later, an officer says what they found.
async fn finds(world: &World, officer: &Player, finding: &str) -> Answer {
    world.wind(1);
    officer.post(&path(world, "/words"), json!({ "finding": finding })).await
}

/// Returns the notices of a kind in an inbox.
async fn told(who: &Player, kind: &str) -> Vec<Value> {
    let inbox = who.get("/api/v1/alerts?limit=100").await;
    inbox.is(200).items().iter().filter(|one| one["kind"] == kind).cloned().collect()
}

#[test]
fn a_locked_case_is_read_by_nobody_but_who_locked_it_until_they_are_let_in() {
    on_each_alone(async |world| {
        let (morag, isla, catriona) = (world.cast("morag"), world.cast("isla"), world.cast("catriona"));
        let (ruth, beth, case) = (world.cast("ruth"), world.cast("beth"), world.show_case());
        let his = morag.writes(case, json!({ "kind": "fact", "text": "He came on time.", "sources": ["register"], "category": "attendance" })).await.id();
        let hers = note_about(&world.woman_a().to_string(), "protected-account", "She told me where he waits.");
        let hers = isla.writes(case, hers).await.id();
        assert_eq!(stands(world, &morag).await.is(200)["state"], "open");

        let locked = locks(world, &isla).await;
        assert_eq!((&locked.is(202)["state"], &locked["durable"]), (&json!("locked"), &json!("disk")), "{locked}");
        isla.get(&format!("/api/v1/notes/{hers}")).await.is(200);
        let closed = morag.get(&format!("/api/v1/notes/{his}")).await;
        closed.is_problem(403, "refused").holds_no("He came on time");
        assert!(closed.text.contains("locked") && closed.text.contains("ask-officers"), "{closed}");
        // What it closes does not look like an empty list.
        for place in ["chronology", "clocks", "plans", "assessments", "orders", "events"] {
            let answer = morag.get(&format!("/api/v1/cases/{}/{place}", case.id)).await;
            answer.is_problem(403, "refused");
            assert!(answer.text.contains("guard:locked"), "{place}: {answer}");
        }
        let clocks = morag.get("/api/v1/clocks?limit=100").await;
        assert!(clocks.is(200)["locked"].as_array().is_some_and(|all| all.contains(&json!(case.id))), "{clocks}");
        let list = morag.get(&format!("/api/v1/cases/{}/notes", case.id)).await;
        list.is(200).holds_no("He came on time");
        let reasons = stands(world, &morag).await;
        reasons.is(200).holds_no("desk").holds_no(&world.worker("isla").id.to_string());
        assert_eq!((&reasons["admitted"], &reasons["looked_into"]), (&json!(false), &Value::Null));

        // Whoever answers for her agency sees who and why; another agency's officer, that somebody did.
        let own = stands(world, &beth).await;
        assert_eq!(own.is(200)["looked_into"]["calls"][0]["reason"], WHY, "{own}");
        let other = stands(world, &ruth).await;
        other.is(200).holds_no("desk").holds_no(&world.worker("isla").id.to_string()).holds_no("womens-service");
        assert_eq!(other["looked_into"]["other_calls"], 1, "{other}");
        let hub = stands(world, &world.cast("gavin")).await;
        assert_eq!(hub.is(200)["looked_into"]["calls"][0]["reason"], WHY, "{hub}");

        // One's own officer or manager lets in, and nobody oneself or another agency's.
        admits(world, &beth, "morag", true).await.is(422).blames("worker");
        admits(world, &morag, "morag", true).await.is_problem(404, "not-found");
        admits(world, &world.cast("fiona"), "morag", true).await.is(201);
        morag.get(&format!("/api/v1/notes/{his}")).await.is(200);
        admits(world, &ruth, "morag", false).await.is(201);
        morag.get(&format!("/api/v1/notes/{his}")).await.is_problem(403, "refused");
        // A second voice is heard, and lets nobody in.
        locks(world, &catriona).await.is(202);
        assert_eq!(stands(world, &catriona).await.is(200)["admitted"], false);
        assert_eq!(
            stands(world, &world.cast("gavin")).await.is(200)["looked_into"]["calls"].as_array().map(Vec::len),
            Some(2)
        );
    });
}

#[test]
fn a_lock_stops_no_alert_and_nothing_that_keeps_somebody_safe() {
    on_each_alone(async |world| {
        let (morag, isla, case) = (world.cast("morag"), world.cast("isla"), world.show_case());
        let group = world.cast(world.who(case, "programme.group-worker", None));
        locks(world, &morag).await.is(202);
        let mut new = alert("missed-session", None, "He did not come.");
        new["may_tell_her"] = json!("He did not come.");
        let raised = group.raises(case, new).await.id();
        let opened = isla.opens(&raised).await;
        assert_eq!(
            (&opened.is(200)["text"], &opened["may_tell_her"]),
            (&json!("He did not come."), &json!("He did not come."))
        );
        isla.acknowledges(&raised).await.is(200);
        isla.post(&format!("/api/v1/alerts/{raised}/actions"), json!({ "text": "phoned in the safe window" }))
            .await
            .is(201);
        // What happens is written down, and nobody needs to read for it.
        isla.writes(case, note_about(&world.woman_a().to_string(), "protected-account", "She is safe.")).await.is(201);
        let missed = json!({ "kind": "office", "happened": world.now().to_string(), "outcome": "missed" });
        world.cast("morag").post(&format!("/api/v1/cases/{}/contacts", case.id), missed).await.is(201);
        let back = json!({ "subject": world.woman_a(), "said": "She wants it to end." });
        isla.post(&format!("/api/v1/cases/{}/withdrawals", case.id), back).await.is(201);
        // The card at a door.
        let name = &case.person;
        let given = name.given.split(' ').next();
        let asked = json!({ "family_name": name.family, "given_name": given, "date_of_birth": name.born, "incident": "PS-20261120-0412" });
        let card = world.cast("kenneth").post("/api/v1/status-queries", asked).await;
        assert_eq!(card.is(200)["match"], "one", "{card}");
        // Emergency access opens what it opens.
        let man = json!({ "family_name": name.family, "given_name": given, "date_of_birth": name.born });
        let grave = json!({ "person": man, "categories": ["protected-address"], "reason": "He is at her door with a knife.",
            "incident": "PS-20261120-0412" });
        world.breaks_glass("kenneth", grave).await.is(201);
        let where_ = format!("/api/v1/protected/{}/whereabouts", world.woman_a());
        world.cast("kenneth").get(&format!("{where_}?purpose=emergency")).await.is(200);
        isla.get(&where_).await.is_problem(403, "refused").holds_no(&case.protected[0].whereabouts.address);
    });
}

#[test]
fn it_opens_again_when_officers_of_two_agencies_have_found_that_it_may_and_a_leak_opens_a_breach() {
    on_each_alone(async |world| {
        let (morag, isla, ruth, beth) =
            (world.cast("morag"), world.cast("isla"), world.cast("ruth"), world.cast("beth"));
        let (gavin, case) = (world.cast("gavin"), world.show_case());
        finds(world, &ruth, "no-leak").await.is_problem(409, "conflict");
        locks(world, &isla).await.is(202);
        assert_eq!(told(&beth, "case-locked").await.len(), 1);
        assert_eq!(told(&morag, "case-locked").await.len(), 1);
        assert_eq!(told(&gavin, "case-locked").await.len(), 1, "the hub's officer may be the second");
        assert_eq!(told(&isla, "case-locked").await.len(), 0);
        for key in ["isla", "morag", "fiona"] {
            finds(world, &world.cast(key), "no-leak").await.is_problem(403, "refused");
        }
        for key in ["kenneth", "tracy"] {
            finds(world, &world.cast(key), "no-leak").await.is_problem(404, "not-found");
        }
        finds(world, &ruth, "stay-locked").await.is(201);
        let second = finds(world, &beth, "leak-stopped").await;
        assert!(second.is(201)["ended_at"].is_null(), "somebody has found that it must stay locked: {second}");
        assert!(second["breach"]["due"].is_string(), "its clock runs from the first who finds it: {second}");
        finds(world, &gavin, "no-leak").await.is(201);
        assert_eq!(stands(world, &morag).await.is(200)["admitted"], false);
        let last = finds(world, &ruth, "no-leak").await;
        assert!(last.is(201)["ended_at"].is_string() && last["breach"].is_null(), "one leak is one breach: {last}");
        assert_eq!(stands(world, &morag).await.is(200)["state"], "open");
        morag.get(&format!("/api/v1/cases/{}/notes", case.id)).await.is(200);
        assert_eq!(told(&isla, "case-unlocked").await.len(), 1);
        let breaches = "SELECT COUNT(*) FROM breach WHERE kind = 'case-lock' AND $1 = ''";
        assert_eq!(world.number(breaches, "").await, 1);
        // It can be locked again, anew.
        let again = locks(world, &morag).await;
        assert_ne!(again.is(202)["lock"], last["lock"]);
        assert_eq!(stands(world, &isla).await.is(200)["admitted"], false);
    });
}

#[test]
fn what_was_found_before_somebody_said_again_that_words_are_out_opens_nothing() {
    on_each_alone(async |world| {
        let (morag, isla, ruth, beth) =
            (world.cast("morag"), world.cast("isla"), world.cast("ruth"), world.cast("beth"));
        locks(world, &isla).await.is(202);
        finds(world, &ruth, "no-leak").await.is(201);
        locks(world, &morag).await.is(202);
        let one = finds(world, &beth, "leak-goes-on").await;
        assert!(one.is(201)["ended_at"].is_null() && one["breach"]["due"].is_string(), "{one}");
        let one = finds(world, &beth, "leak-stopped").await;
        assert!(one.is(201)["ended_at"].is_null() && one["breach"].is_null(), "hers was found before: {one}");
        assert!(finds(world, &ruth, "no-leak").await.is(201)["ended_at"].is_string());
        locks(world, &isla).await.is(202);
        for _ in 1..20 {
            locks(world, &isla).await.is(202);
        }
        locks(world, &isla).await.is_problem(422, "invalid").blames("reason");
        locks(world, &morag).await.is(202);
    });
}

#[test]
fn an_envelope_and_a_new_share_are_closed_too_and_what_an_override_brings_is_read() {
    on_each_alone(async |world| {
        let scene = Scene::of(world).await;
        let (case, note) = (scene.team.case, &scene.note);
        let mut terms = json!({
            "kind": "fact", "category": "risk-plan", "text": "He has a second telephone.", "sources": ["conversation"],
            "handling": {
                "share": "C", "onward": "ask-originator", "use_with_man": "ask-first", "action_on": "free", "attributable": true,
            },
        });
        terms["handling"]["conditions"] = json!("Ring the originator before you act on it.");
        let envelope = scene.officer.writes(case, terms).await.id();
        let lead = world.cast(scene.team.manager);
        let conditions = format!("/api/v1/notes/{envelope}/conditions?purpose=supervision");
        lead.get(&conditions).await.is(200);
        let locked = json!({ "reason": WHY });
        scene.worker.post(&format!("/api/v1/cases/{}/lock", case.id), locked).await.is(202);
        lead.get(&conditions).await.is_problem(403, "refused").holds_no("Ring the originator");
        lead.post(&format!("/api/v1/notes/{envelope}/acceptance"), json!({})).await.is_problem(403, "refused");
        let to = share_with(json!({ "role": "justice.case-manager" }), "victim-safety");
        let shared = scene.worker.post(&format!("/api/v1/notes/{note}/shares"), to).await;
        assert!(shared.is_problem(422, "invalid").text.contains("locked"), "{shared}");
        scene.is_closed_to_the_officer().await;
        let asked = scene.ask("life-at-risk").await;
        scene.is_open_to_the_officer().await;
        scene.manager.get(&format!("/api/v1/overrides/{}", asked.id())).await.is(200);
        scene.officer.get(&format!("/api/v1/cases/{}/plans", case.id)).await.is_problem(403, "refused");
    });
}

#[test]
fn an_officer_who_has_left_keeps_no_case_locked_and_opens_none() {
    on_each_alone(async |world| {
        let (isla, ruth, beth, gavin) =
            (world.cast("isla"), world.cast("ruth"), world.cast("beth"), world.cast("gavin"));
        let leaves = async |who: &str| {
            let who = world.worker(who).id.to_string();
            world.does("INSERT INTO worker_end (worker, entry) VALUES ($1, 'outside')", &who).await;
        };
        locks(world, &isla).await.is(202);
        finds(world, &ruth, "stay-locked").await.is(201);
        assert!(finds(world, &beth, "no-leak").await.is(201)["ended_at"].is_null());
        leaves("ruth").await;
        assert!(finds(world, &gavin, "no-leak").await.is(201)["ended_at"].is_string(), "she can take nothing back");
        locks(world, &isla).await.is(202);
        assert!(finds(world, &beth, "no-leak").await.is(201)["ended_at"].is_null());
        leaves("beth").await;
        let last = finds(world, &gavin, "no-leak").await;
        assert!(last.is(201)["ended_at"].is_null(), "of those who sit, one agency has found it: {last}");
        assert_eq!(stands(world, &isla).await.is(200)["state"], "locked");
    });
}

#[test]
fn who_has_nothing_to_do_with_a_case_learns_nothing_of_its_lock() {
    on_each_alone(async |world| {
        locks(world, &world.cast("isla")).await.is(202);
        let nothing = nowhere();
        for key in ["kenneth", "graham", "emil", "heather"] {
            let who = world.cast(key);
            let there = stands(world, &who).await;
            there.is_problem(404, "not-found");
            there.is_the_same_as(&who.get(&format!("/api/v1/cases/{nothing}/lock")).await);
            locks(world, &who).await.is_problem(404, "not-found");
        }
    });
}

#[test]
fn two_who_lock_it_at_once_make_one_lock() {
    on_each_alone(async |world| {
        let (morag, isla) = (world.cast("morag"), world.cast("isla"));
        let (one, other) = futures_util::future::join(locks(world, &morag), locks(world, &isla)).await;
        assert_eq!(one.is(202)["lock"], other.is(202)["lock"]);
        let (first, second) = (stands(world, &morag).await, stands(world, &isla).await);
        let admitted = [&first, &second].iter().filter(|one| one["admitted"] == true).count();
        assert_eq!(admitted, 1, "{first} {second}");
        // A decision made before the lock opens nothing after it.
        let page =
            world.number("SELECT COUNT(*) FROM case_lock WHERE case_id = $1", &world.show_case().id.to_string()).await;
        assert_eq!(page, 1);
        for _ in 0..4 {
            for key in ["ruth", "beth"] {
                finds(world, &world.cast(key), "no-leak").await.is(201);
            }
            let (one, other) = futures_util::future::join(locks(world, &isla), locks(world, &morag)).await;
            assert_eq!(one.is(202)["lock"], other.is(202)["lock"], "never two at once");
        }
    });
}
